/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traces: the text form of what the core gets, as behaviour.md's Replay section defines it. Reads text into
 * events; knows nothing of what the core makes of them.
 */
#pragma once

#include <stddef.h>

#include "core/core.h"
#include "util/macro.h"

struct trace {
    struct bc_event *events; /* in file order; t_usec since the trace's start */
    size_t n;
    usec_t realtime_usec;   /* wall clock at time 0 */
    usec_t utc_offset_usec; /* of that wall clock, kept throughout */
    char *image;            /* the state at its beginning, or NULL: that of a new core */
    char *text;             /* the strings of the events point into it */
};

int trace_parse(const char *text, struct trace *ret, unsigned *ret_line, char *ret_message,
                size_t message_size);
void trace_done(struct trace *trace);
static inline void trace_donep(struct trace *trace)
{
    trace_done(trace);
}
