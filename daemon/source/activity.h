/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What select.c (which source is used) and query.c (questions to it) share.
 */
#pragma once

#include "source/internal.h"
#include "source/relay.h"

#define SOURCES_MAX 12

struct activity {
    sd_event *event;
    enum source_kind wanted;
    usec_t threshold_usec;
    struct relay relay;

    struct source_row rows[SOURCES_MAX];
    struct source *sources[SOURCES_MAX]; /* NULL where a row has no driver */
    size_t n_rows;
    struct source *chosen; /* reports idle and active; NULL: the user counts as active */
    bool started;
    const struct source *announced; /* announce.c's: what the journal was told last */
    bool none_announced;
    enum source_kind none_wanted; /* what was asked for then */

    /* query.c's */
    activity_query_func query_done;
    void *query_userdata;
    sd_event_source *query_timer;
    struct source *asker; /* a source that has asked */
};

/* The source in use is no longer: whoever waits for its answer gets none. */
void query_lost(struct activity *activity);

/* The source in use may be another one now. */
void source_announce(struct activity *activity);
