/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One screen saver's name on the session bus: whether somebody has it, whether that one tells of its state
 * and of the idle time, and the state itself. Starts no service, and believes none that is gone.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "source/backoff.h"

/* What is known of whoever has the name. */
enum saver_state {
    SAVER_ASKED,  /* no answer yet */
    SAVER_ABSENT, /* nobody has it */
    SAVER_MUTE,   /* somebody, who doesn't tell whether it is on: takes inhibitors, and that is all */
    SAVER_SILENT, /* somebody, who doesn't answer in time */
    SAVER_TELLS,
};

struct saver_service {
    const char *name;         /* of bus and interface */
    const char *const *paths; /* where the object may be; ends with NULL */
    void *userdata;
    /* Its state, active or tells_idle may be another now. */
    void (*changed)(void *userdata);

    enum saver_state state;
    bool active;     /* the saver is on, or the screen is locked: nobody is looking */
    bool tells_idle; /* GetSessionIdleTime works */
    unsigned owners; /* counts those who have had the name */

    sd_bus *bus;
    size_t path;
    sd_bus_slot *matches[2];
    sd_bus_slot *call;    /* the one question under way of those that find out about the service */
    struct backoff again; /* when to put it anew */
};

int saver_service_watch(struct saver_service *service, sd_bus *bus);
void saver_service_done(struct saver_service *service);
int saver_service_call(const struct saver_service *service, const char *member, uint64_t limit_usec,
                       sd_bus_message_handler_t handler, void *userdata, sd_bus_slot **ret);
bool saver_service_late(sd_bus_message *reply);
