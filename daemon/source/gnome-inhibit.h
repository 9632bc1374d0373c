/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether something keeps a GNOME session from going idle, as its session manager says it. Two need to know:
 * the source that tells of inhibitors, and Mutter's, whose watches are silent meanwhile.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

struct gnome_inhibit {
    sd_bus *bus;
    sd_bus_slot *slots[2];
    sd_bus_slot *call;
    bool there; /* the session manager has answered, and is still there */
    bool idle;  /* its idle bit; false while it isn't there */
    /* Something of that has changed, or the first answer is here (also: that nobody answers). */
    void (*changed)(void *userdata);
    void *userdata;
};

int gnome_inhibit_start(struct gnome_inhibit *inhibit, sd_bus *bus, void (*changed)(void *userdata),
                        void *userdata);
void gnome_inhibit_done(struct gnome_inhibit *inhibit);
