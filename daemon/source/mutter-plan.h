/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Mutter's idle time means for a user who has been re-armed, and when it has to be asked for. Pure
 * arithmetic: knows no bus and reads no clock.
 */
#pragma once

#include <stdbool.h>

#include "util/time-util.h"

/* While Mutter's watches are silent it isn't asked more often than this, unless something happens. */
#define MUTTER_ASK_APART_USEC (60 * USEC_PER_SEC)

struct mutter_plan {
    bool idle;             /* as last reported */
    usec_t floor_usec;     /* input before it doesn't count (a rearm, the start), or BC_NO_TIME */
    usec_t input_usec;     /* while idle: the last input */
    bool silent;           /* the watches don't fire, as something inhibits idle */
    usec_t asked_usec;     /* when it was last asked while silent, or BC_NO_TIME */
    usec_t ask_apart_usec; /* MUTTER_ASK_APART_USEC; less in tests */
};

enum mutter_verdict {
    MUTTER_VERDICT_NONE,
    MUTTER_VERDICT_IDLE,   /* report idle */
    MUTTER_VERDICT_ACTIVE, /* report active */
};

struct mutter_next {
    usec_t since_usec; /* with IDLE and ACTIVE: of what is to be reported */
    usec_t ask_usec;   /* ask again then; BC_NO_TIME: events tell */
    bool watch;        /* the idle watch alone tells of what comes next: it has to be alive */
};

void mutter_plan_reset(struct mutter_plan *plan, usec_t now_usec);
enum mutter_verdict mutter_plan_answer(struct mutter_plan *plan, usec_t idle_usec, usec_t now_usec,
                                       usec_t threshold_usec, struct mutter_next *ret_next);
usec_t mutter_plan_ask_usec(const struct mutter_plan *plan, usec_t now_usec);
