/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try an X server again that couldn't be reached: when its socket appears, and as
 * backoff.h says; for of a server that listens on no file, or takes connections and drops them, no event
 * tells.
 */
#pragma once

#include <systemd/sd-event.h>

#include "source/backoff.h"

struct x11_retry {
    sd_event *event;
    unsigned number; /* of the display */
    void (*func)(void *userdata);
    void *userdata;
    sd_event_source *inotify;
    struct backoff backoff;
};

void x11_retry_later(struct x11_retry *retry);
void x11_retry_stop(struct x11_retry *retry);
