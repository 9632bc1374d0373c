/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suspend as the clocks tell it: boottime goes on through it, monotonic time stands still. Pure arithmetic;
 * reads no clock.
 */
#pragma once

#include "util/time-util.h"

/* Both clocks are slewed alike, so they drift apart by nothing but suspend. What is shorter is none. */
#define SLEEP_WATCH_MIN_USEC (2 * USEC_PER_SEC)

struct sleep_watch {
    usec_t offset_usec; /* boottime - monotonic, when last looked at */
};

void sleep_watch_init(struct sleep_watch *watch, usec_t boottime_usec, usec_t monotonic_usec);
usec_t sleep_watch_check(struct sleep_watch *watch, usec_t boottime_usec, usec_t monotonic_usec);
