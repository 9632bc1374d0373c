/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which unit a service tells an idle time. The interface doesn't say: some count milliseconds, some
 * seconds. Two answers and the time between them tell, if there was no input in between: the idle time has
 * then grown by just that time. Pure: no clock, no bus.
 */
#pragma once

#include <stdbool.h>

#include "util/time-util.h"

/* The time between two answers from which on they tell anything. */
#define IDLE_UNIT_APART_USEC (1500 * USEC_PER_MSEC)
/* So many answers, each so far from the one before, lead to a verdict if there's no input. */
#define IDLE_UNIT_ANSWERS 3

/* One answer. When the service looked is only known to lie between the two instants, on CLOCK_BOOTTIME. */
struct idle_answer {
    int64_t value;
    usec_t asked_usec;
    usec_t answered_usec;
};

struct idle_unit {
    usec_t unit_usec; /* 0 = not known */
    bool known_before;
    struct idle_answer before; /* what the next one is compared with */
    unsigned agreed;           /* pairs in a row that look like seconds */
};

void idle_unit_reset(struct idle_unit *unit);
usec_t idle_unit_answer(struct idle_unit *unit, const struct idle_answer *answer);
const char *idle_unit_name(const struct idle_unit *unit);
