/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the daemon says of itself, read from the bus, and what follows from it at a given moment: the daemon
 * gives anchors, clients count by themselves. Clock times are since the epoch.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/macro.h"
#include "util/time-util.h"

struct status_break {
    char *name;
    usec_t after_usec;
    usec_t length_usec;
    usec_t counter_usec; /* at at_usec */
    usec_t at_usec;      /* boottime */
    usec_t due_usec;     /* boottime; USEC_INFINITY while the counter stands still */
};

struct status_source {
    char *name;
    char *status;
    char *detail;
};

struct status {
    char *state; /* NULL: not said */
    char *reason;
    usec_t state_since_usec;
    struct status_break *breaks;
    size_t n_breaks;
    char *prompt_break; /* NULL or "" = no prompt stands */
    char *prompt_exercise;
    usec_t prompt_since_usec;
    unsigned prompt_attempt;
    char *next_break;
    usec_t next_prompt_usec; /* 0 or USEC_INFINITY = never, as things stand */
    usec_t snoozed_until_usec;
    usec_t paused_until_usec; /* 0 = not paused, USEC_INFINITY = until resumed */
    char *posture;
    struct status_source *sources;
    size_t n_sources;
    char *notifier_name; /* NULL: not said; "" = none answers */
    char *notifier_version;
    char **notifier_capabilities;
    bool notifier_starts; /* none runs, but the bus starts one when it is needed */
    char *version;
};

void status_done(struct status *status);

/* The moment at which something is shown. */
struct moment {
    usec_t realtime_usec;
    usec_t boottime_usec;
};

struct moment moment_now(void);
usec_t status_counter(const struct status *status, const struct status_break *b, usec_t boottime_usec);
const struct status_break *status_next_break(const struct status *status);
const struct status_source *status_source_in_use(const struct status *status);
bool status_source_refused(const struct status *status);
bool status_has_prompt(const struct status *status);
const char *status_reason(const struct status *status);
bool status_next_known(const struct status *status);

static inline bool is_set(const char *text)
{
    return text && *text;
}

/* One line of the ledger. */
struct ledger_entry {
    char *what;
    usec_t from_usec;
    usec_t to_usec;
    usec_t change_usec; /* > 0 added, < 0 taken */
    char *break_name;   /* NULL or "" = all */
};

struct ledger {
    struct ledger_entry *entries; /* oldest first */
    size_t n;
};

void ledger_done(struct ledger *ledger);

/* Why an exercise was chosen; NULL where none stands. */
struct choice {
    char *exercise;
    char *title;
    char **reasons; /* NULL-terminated, in the daemon's language */
    char *last;     /* what feedback without a name is about */
};

void choice_done(struct choice *choice);
