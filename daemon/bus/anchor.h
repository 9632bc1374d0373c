/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Instants as the bus has them; and a break's counter as two points of a straight line. The core tells a
 * counter as of its latest step; told like that on the bus it would change with each step although nothing
 * has happened. So what was said last stays said while it is still true.
 */
#pragma once

#include <stdbool.h>

#include "core/core.h"
#include "util/time-util.h"

struct anchor {
    char name[BC_NAME_MAX + 1];
    usec_t after_usec;
    usec_t length_usec;
    usec_t counter_usec;
    usec_t at_usec;
    usec_t due_usec;
};

bool anchor_holds(const struct anchor *said, const struct anchor *now);
bool time_holds(usec_t said_usec, usec_t now_usec);
uint64_t bus_usec(usec_t usec);
