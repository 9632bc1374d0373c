/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try an X server again that couldn't be reached: when its socket appears, and for
 * about two minutes at growing distances. After that only the socket counts: no timer runs for ever.
 */
#pragma once

#include <systemd/sd-event.h>

#include "util/time-util.h"

struct x11_retry {
    sd_event *event;
    unsigned number; /* of the display */
    void (*func)(void *userdata);
    void *userdata;
    sd_event_source *timer;
    sd_event_source *inotify;
    usec_t delay_usec;
};

void x11_retry_later(struct x11_retry *retry);
void x11_retry_stop(struct x11_retry *retry);
