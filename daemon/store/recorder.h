/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The recorder: what the core gets, written down as a trace that `backcarectl simulate` replays. The file can
 * be read at any instant: each event is written at once, in one piece. Nothing private gets into it: no
 * exercise, no verdict, no text of another program.
 */
#pragma once

#include <stdbool.h>

#include "core/core.h"
#include "util/macro.h"

struct recorder;

/* How a recording begins. */
struct recorder_start {
    const char *version;
    const char *settings; /* what the core knows of them, as INI text */
    usec_t zero_usec;     /* boottime that the trace calls 0; not after the core's latest step where @fresh */
    usec_t realtime_usec; /* the wall clock at that instant */
    usec_t utc_offset_usec;
    bool fresh; /* the core has just been made, and nothing was restored: nothing need be said of its state */
};

int recorder_new(int fd, const struct bc_core *core, const struct recorder_start *start,
                 struct recorder **ret);
int recorder_event(struct recorder *recorder, const struct bc_core *core, const struct bc_event *event,
                   usec_t t_usec, bool effects);
int recorder_settings(struct recorder *recorder, const struct bc_core *core, const char *settings);
int recorder_end(struct recorder *recorder, usec_t t_usec);
struct recorder *recorder_free(struct recorder *recorder);
DEFINE_CLEANUP(struct recorder *, recorder_free)
