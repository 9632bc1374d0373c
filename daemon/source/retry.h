/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try a display server again that couldn't be reached or was lost: when its socket
 * appears, and as backoff.h says; for of a server that listens on no file, or takes connections and drops
 * them, no event tells.
 */
#pragma once

#include <systemd/sd-event.h>

#include "source/backoff.h"

struct retry {
    sd_event *event;
    const char *directory; /* in which the socket is; the caller's */
    const char *name;      /* of the socket in it; the caller's */
    void (*func)(void *userdata);
    void *userdata;
    sd_event_source *inotify;
    struct backoff backoff;
    usec_t worked_usec; /* since when it works, on CLOCK_MONOTONIC; 0 = it doesn't */
};

void retry_later(struct retry *retry);
void retry_worked(struct retry *retry);
void retry_stop(struct retry *retry);
