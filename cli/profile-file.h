/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that `backcarectl profile` writes, backcare.conf.d/50-profile.conf, and the profile in force.
 */
#pragma once

#include "config/settings-table.h"

struct profile_file {
    struct settings_paths paths;
    char *path;                /* as a person knows it */
    char *target;              /* the file itself, behind links */
    char *text;                /* as it stands, changed by profile_file_set(); "" where there is none */
    char *before;              /* as it was read */
    int lock;                  /* -1 = none */
    struct settings *in_force; /* of all layers */
    struct settings *own;      /* of this file alone */
};

/* Each says what is wrong on standard error. */
int profile_file_open(bool to_write, struct profile_file *ret);
void profile_file_close(struct profile_file *file);
int profile_file_set(struct profile_file *file, const struct setting *setting, const char *value);
int profile_file_save(struct profile_file *file);

const struct setting *profile_setting(const char *key);
int setting_text(const struct setting *setting, const struct settings *settings, char **ret);
/* Where a file that is read later says something of the key: its name, a string of @file; or NULL. */
const char *profile_overriding(const struct profile_file *file, const char *key, unsigned *ret_line);
