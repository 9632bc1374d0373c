/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When to try again what other programs must have put right first, and of whose repair perhaps no event tells
 * (a socket on which somebody accepts connections and drops them): at growing distances for about two
 * minutes, and after that once in ten minutes. Whoever gets an event tries at once instead.
 */
#pragma once

#include <systemd/sd-event.h>

#include "util/time-util.h"

#define BACKOFF_LAST_USEC (60 * USEC_PER_SEC)
#define BACKOFF_SLOW_USEC (10 * USEC_PER_MINUTE)

struct backoff {
    sd_event *event;
    usec_t first_usec; /* the first distance; > 0 */
    void (*func)(void *userdata);
    void *userdata;
    sd_event_source *timer;
    usec_t delay_usec; /* the last distance; 0 = none yet */
};

int backoff_later(struct backoff *backoff);
int backoff_slowly(struct backoff *backoff);
int backoff_in(struct backoff *backoff, usec_t delay_usec);
void backoff_disarm(struct backoff *backoff);
void backoff_stop(struct backoff *backoff);
