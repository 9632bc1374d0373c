/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history port: breaks, prompts, sitting bouts and feedback, handed over as they end. Times are wall
 * clock, UTC. Nothing in a record tells a condition of the person.
 */
#pragma once

#include <stdbool.h>

#include "util/macro.h"
#include "util/time-util.h"

enum history_type {
    HISTORY_BREAK,    /* from, to, break_name, kind, exercise, confirmed */
    HISTORY_BOUT,     /* from, to */
    HISTORY_PROMPT,   /* from (shown), to (ended), break_name, exercise, attempt, kind = outcome */
    HISTORY_FEEDBACK, /* from, exercise, kind = verdict */
    _HISTORY_MAX,
};

struct history_record {
    enum history_type type;
    usec_t from_realtime_usec;
    usec_t to_realtime_usec;
    const char *break_name;
    const char *exercise;
    const char *kind;
    unsigned attempt;
    bool confirmed;
};

struct history; /* an adapter starts with this */

struct history_ops {
    /* Durable when it returns 0: the D-Bus call that caused it is answered after this. Negative errno: kept
     * nowhere. */
    int (*append)(struct history *history, const struct history_record *record);
    struct history *(*free)(struct history *history);
};

struct history {
    const struct history_ops *ops;
};

static inline int history_append(struct history *history, const struct history_record *record)
{
    return history->ops->append(history, record);
}

static inline struct history *history_free(struct history *history)
{
    return history ? history->ops->free(history) : NULL;
}
DEFINE_CLEANUP(struct history *, history_free)

int history_null_new(struct history **ret);
