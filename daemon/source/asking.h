/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When to ask a source that tells an idle time, but not when it begins or ends. Nothing is asked in turns
 * while the user is active: an idleness is found by whoever asks for another reason (before a prompt), or by
 * the one question after a rearm. Once it is found, its end has to be asked for, at growing distances. Knows
 * no clock, no timer and no desktop: it gets instants and says when the next question is due.
 */
#pragma once

#include <stdbool.h>

#include "util/time-util.h"

enum asking_verdict {
    ASKING_NONE,
    ASKING_IDLE,   /* to be reported, with since_usec */
    ASKING_ACTIVE, /* likewise, at the instant of the input */
};

struct asking {
    usec_t floor_usec; /* idle time counts from here at the earliest */
    usec_t since_usec; /* since when the user is idle, as reported */
    usec_t next_usec;  /* ask at this instant; USEC_INFINITY = there is no need */
    usec_t delay_usec; /* the distance to the question before */
    bool idle;         /* an idle report stands */
    bool again;        /* one more question is to be put when the threshold may be reached */
};

void asking_rearm(struct asking *asking, usec_t now_usec, usec_t threshold_usec);
void asking_lower(struct asking *asking, usec_t now_usec);
void asking_stop(struct asking *asking);
void asking_told_idle(struct asking *asking, usec_t since_usec);
void asking_told_active(struct asking *asking);
usec_t asking_floor(const struct asking *asking, usec_t last_input_usec);
enum asking_verdict asking_answer(struct asking *asking, usec_t now_usec, usec_t last_input_usec,
                                  usec_t grain_usec, usec_t threshold_usec);
void asking_no_answer(struct asking *asking, usec_t now_usec);
