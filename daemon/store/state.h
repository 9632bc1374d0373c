/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state file: the core's snapshot with a head that says when and in which boot it was taken. Replaced
 * atomically, mode 0600. Knows nothing of what the snapshot means.
 */
#pragma once

#include <stdbool.h>

#include "util/macro.h"
#include "util/time-util.h"

struct state_head {
    char boot_id[33]; /* of the boot it was taken in */
    usec_t boottime_usec;
    usec_t realtime_usec;
    bool clean; /* written at an orderly stop */
    struct state_notes {
        int64_t tip_day;     /* days since 1970-01-01, 0 = none */
        int64_t evening_day; /* likewise: of the wind-down that the evening_ ones are about */
        bool evening_answered;
        usec_t evening_snoozed_usec; /* realtime; 0 = not snoozed */
        bool advice_due;             /* to have looked at what hurts, and nobody was told yet */
        unsigned evening_snoozes;
    } notes; /* of the runtime; 0 what a file does not have */
};

int state_path_find(const char *state_dir, char **ret_path);
int state_save(const char *path, const struct state_head *head, const char *snapshot);
/* Return: 0; -ENOENT when there is none; -EBADMSG when it can't be read: it has then been set aside as
 * PATH.bad (an older one replaced) and *ret_aside names it. */
int state_load(const char *path, struct state_head *ret_head, char **ret_snapshot, char **ret_aside);
/* The same; *ret_why says what is wrong with it, as in "…: it is cut short". */
int state_load_why(const char *path, struct state_head *ret_head, char **ret_snapshot, char **ret_aside,
                   const char **ret_why);
int state_set_aside(const char *path, char **ret_aside);
