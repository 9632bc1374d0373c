/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line of backcared.
 */
#pragma once

#include <stdbool.h>

#include "util/macro.h"

struct options {
    const char *config_dir; /* NULL = the usual places, here and below */
    const char *state_dir;
    const char *data_dir;
    const char *notifier;
    const char *source; /* overrides [activity] source */
    const char *record; /* a file for what the core gets, or NULL */
    bool check_config;
};

/* 0: go on. Otherwise it has said what there is to say: 1 = done (--help), -EINVAL = wrong usage. */
int options_parse(int argc, char *argv[], struct options *ret);
