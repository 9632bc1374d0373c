/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of all properties as they were after the latest step. Taken once a step, so that a client that
 * reads them all costs no more than copying them out, and so that what has changed can be told from what was
 * said last. Knows no message.
 */
#pragma once

#include "bus/anchor.h"
#include "bus/bus.h"

#define SNAPSHOT_SOURCES_MAX 16
#define SNAPSHOT_REASON_MAX 255

/* One bit each in what snapshot_take() returns, in the order of the vtable. */
enum property {
    PROPERTY_STATE,
    PROPERTY_REASON,
    PROPERTY_STATE_SINCE,
    PROPERTY_BREAKS,
    PROPERTY_PROMPT,
    PROPERTY_NEXT_BREAK,
    PROPERTY_NEXT_PROMPT,
    PROPERTY_SNOOZED_UNTIL,
    PROPERTY_PAUSED_UNTIL,
    PROPERTY_POSTURE,
    PROPERTY_SOURCES,
    PROPERTY_NOTIFIER,
    _PROPERTY_MAX,
};

struct source_copy {
    char name[32];
    const char *status;
    char detail[sizeof(((struct source_info *)0)->detail)];
};

/* Instants are as the bus has them: see bus_usec(). Zeroed it is a valid, empty one. */
struct snapshot {
    bool taken;
    const char *state; /* a constant */
    char reason[SNAPSHOT_REASON_MAX + 1];
    uint64_t state_since_usec;
    struct anchor *breaks; /* those that are switched on */
    size_t n_breaks;
    size_t breaks_size;
    char prompt_break[BC_NAME_MAX + 1];
    char prompt_exercise[BC_NAME_MAX + 1];
    uint64_t prompt_since_usec;
    uint32_t prompt_attempt;
    char next_break[BC_NAME_MAX + 1];
    usec_t
        next_prompt_realtime_usec; /* not yet as on the bus, because it is compared as a computed instant */
    uint64_t snoozed_until_usec;
    uint64_t paused_until_usec;
    const char *posture; /* a constant */
    struct source_copy sources[SNAPSHOT_SOURCES_MAX];
    size_t n_sources;
    char *notifier_name;
    char *notifier_version;
    char **notifier_capabilities; /* NULL-terminated; NULL = none */
};

uint64_t bus_realtime_usec(const struct bus_service *service, void *userdata, usec_t boottime_usec);

bool snapshot_take_sources(struct snapshot *snapshot, const struct bus_service *service, void *userdata);
int snapshot_take(struct snapshot *snapshot, const struct bus_service *service, void *userdata,
                  unsigned *ret_changed);
void snapshot_done(struct snapshot *snapshot);
