/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A watch in Mutter's idle monitor. Adding one takes a while, and what is wanted may change meanwhile: so it
 * is said what is wanted, and this sees to it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "util/time-util.h"

#define MUTTER_NAME "org.gnome.Mutter.IdleMonitor"
#define MUTTER_PATH "/org/gnome/Mutter/IdleMonitor/Core"
#define MUTTER_INTERFACE "org.gnome.Mutter.IdleMonitor"

#define MUTTER_WATCH_NONE (-1)
#define MUTTER_WATCH_ACTIVE 0 /* fires once, at the next input */

struct mutter_watch {
    sd_bus *bus;
    const char *owner; /* the unique name of the shell */
    int64_t want_msec; /* MUTTER_WATCH_*, or the idle time at which it fires, each time it is reached */
    uint32_t id;       /* of the one that stands; 0 = none */
    int64_t msec;      /* what that was added with */
    bool spent;        /* it has fired since it was added */
    sd_bus_slot *call; /* adds another */
    int64_t call_msec; /* with this */
    uint32_t early;    /* fired while the call was under way: of a watch not known yet */
    void (*fired)(void *userdata, struct mutter_watch *watch);
    void (*refused)(void *userdata, sd_bus_message *reply); /* an error */
    void *userdata;
};

int mutter_call(sd_bus *bus, const char *owner, const char *method, usec_t timeout_usec,
                sd_bus_message_handler_t func, void *userdata, sd_bus_slot **ret);
bool mutter_is_gone(sd_bus_message *reply);
void mutter_watch_want(struct mutter_watch *watch, int64_t msec);
void mutter_watch_renew(struct mutter_watch *watch);
void mutter_watch_on_fired(struct mutter_watch *watch, uint32_t id);
void mutter_watch_forget(struct mutter_watch *watch);
