/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which watches tell when the user of a compositor becomes idle, and when active again. A watch is one
 * notification with one timeout on each seat. Pure arithmetic: knows no compositor and reads no clock.
 */
#pragma once

#include <stdbool.h>

#include "util/macro.h"
#include "util/time-util.h"

/* The one that fits, one that may be earlier, one for new seats, and one that takes the place of these. */
#define WAYLAND_WATCHES 4

struct wayland_watch {
    bool wanted;
    bool armed; /* the compositor knows it; the caller's to keep */
    usec_t timeout_usec;
    usec_t from_usec; /* its timeout runs from here at the earliest */
    unsigned n_idle;  /* how many seats it has reported idle */
};

struct wayland_plan {
    bool idle;         /* as last reported */
    usec_t floor_usec; /* idle time counts from here at the earliest */
    usec_t threshold_usec;
    unsigned n_seats;
    struct wayland_watch watches[WAYLAND_WATCHES];
};

enum wayland_verdict {
    WAYLAND_VERDICT_NONE,
    WAYLAND_VERDICT_IDLE,   /* report idle */
    WAYLAND_VERDICT_ACTIVE, /* report active */
};

void wayland_plan_reset(struct wayland_plan *plan, usec_t now_usec, usec_t threshold_usec);
void wayland_plan_none(struct wayland_plan *plan);
void wayland_plan_set_threshold(struct wayland_plan *plan, usec_t now_usec, usec_t threshold_usec);
void wayland_plan_seat_came(struct wayland_plan *plan, usec_t now_usec);
void wayland_plan_seat_gone(struct wayland_plan *plan, unsigned idle_watches, usec_t now_usec);
enum wayland_verdict wayland_plan_idled(struct wayland_plan *plan, unsigned watch, usec_t now_usec,
                                        usec_t *ret_since_usec);
enum wayland_verdict wayland_plan_resumed(struct wayland_plan *plan, unsigned watch, usec_t now_usec);
