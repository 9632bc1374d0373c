/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which alarms on a counter of milliseconds without input tell when a user becomes idle, and when active
 * again. Pure arithmetic: knows no X server and reads no clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/macro.h"
#include "util/time-util.h"

struct x11_plan {
    bool idle;           /* as last reported */
    usec_t floor_usec;   /* input before it doesn't count (a rearm, the start), or BC_NO_TIME */
    int64_t looked_msec; /* the counter when the alarms were chosen */
    int64_t rise_msec;   /* an alarm when the counter reaches it; -1 = none */
    int64_t fall_msec;   /* an alarm when it falls to it; -1 = none */
};

enum x11_verdict {
    X11_VERDICT_NONE,
    X11_VERDICT_IDLE,   /* report idle, then choose anew */
    X11_VERDICT_ACTIVE, /* report active, then choose anew */
    X11_VERDICT_AGAIN,  /* choose anew */
};

void x11_plan_reset(struct x11_plan *plan, usec_t floor_usec);
usec_t x11_plan_idle_usec(const struct x11_plan *plan, int64_t msec, usec_t now_usec);
enum x11_verdict x11_plan_choose(struct x11_plan *plan, int64_t msec, usec_t now_usec, usec_t threshold_usec);
enum x11_verdict x11_plan_check(struct x11_plan *plan, int64_t msec);
enum x11_verdict x11_plan_alarm(struct x11_plan *plan, bool rise);
void x11_plan_reported(struct x11_plan *plan, bool idle);
