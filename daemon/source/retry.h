/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try a display server again that couldn't be reached or was lost: when its socket
 * appears, and for about two minutes at growing distances. After that only the socket counts: no timer runs
 * for ever.
 */
#pragma once

#include <systemd/sd-event.h>

#include "util/time-util.h"

struct retry {
    sd_event *event;
    const char *directory; /* in which the socket is; the caller's */
    const char *name;      /* of the socket in it; the caller's */
    void (*func)(void *userdata);
    void *userdata;
    sd_event_source *timer;
    sd_event_source *inotify;
    usec_t delay_usec;
    usec_t worked_usec; /* since when it works, on CLOCK_MONOTONIC; 0 = it doesn't */
};

void retry_later(struct retry *retry);
void retry_worked(struct retry *retry);
void retry_stop(struct retry *retry);
