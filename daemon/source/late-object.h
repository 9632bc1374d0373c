/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A service that has just taken its name and says that there is no such object. Programs made with Qt answer
 * from a thread of their own, and many take the name before they offer the object: so it is asked again, a
 * few times within some seconds, and then believed.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

struct late_object {
    sd_event_source *timer;
    unsigned tries;
    void (*again)(void *userdata);
    void *userdata;
};

void late_object_reset(struct late_object *late);
bool late_object_wait(struct late_object *late, sd_event *event);
void late_object_done(struct late_object *late);
