/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Follows InhibitedActions of org.gnome.SessionManager. The service is never started by this: it is there in
 * a GNOME session, and nowhere else. Knows no source.
 */
#include <string.h>

#include "source/gnome-inhibit.h"
#include "util/log.h"
#include "util/macro.h"

#define NAME "org.gnome.SessionManager"
#define PATH "/org/gnome/SessionManager"
#define INTERFACE "org.gnome.SessionManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define IDLE_BIT 8u /* of the flags logout, switch user, suspend, idle, automount */

static void set(struct gnome_inhibit *inhibit, bool there, bool idle)
{
    inhibit->there = there;
    inhibit->idle = idle;
    inhibit->changed(inhibit->userdata);
}

static int on_actions(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct gnome_inhibit *inhibit = userdata;
    uint32_t bits = 0;
    bool there = !sd_bus_message_is_method_error(m, NULL);

    inhibit->call = sd_bus_slot_unref(inhibit->call);
    if (there && sd_bus_message_read(m, "v", "u", &bits) < 0)
        log_debug("session-manager: InhibitedActions isn't what it should be");
    set(inhibit, there, (bits & IDLE_BIT) != 0);
    return 0;
}

/* Without a time limit: one that hangs may come to itself, and one that ends is answered for by the bus. */
static int ask(struct gnome_inhibit *inhibit)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = sd_bus_message_new_method_call(inhibit->bus, &m, NAME, PATH, PROPERTIES, "Get");

    if (r >= 0)
        r = sd_bus_message_set_auto_start(m, false);
    if (r >= 0)
        r = sd_bus_message_append(m, "ss", INTERFACE, "InhibitedActions");
    if (r < 0)
        return r;
    inhibit->call = sd_bus_slot_unref(inhibit->call);
    return sd_bus_call_async(inhibit->bus, &inhibit->call, m, on_actions, inhibit, UINT64_MAX);
}

static int on_owner_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct gnome_inhibit *inhibit = userdata;
    const char *name, *old, *new;

    if (sd_bus_message_read(m, "sss", &name, &old, &new) <= 0)
        return 0;
    inhibit->call = sd_bus_slot_unref(inhibit->call);
    /* What a service has inhibited ends with it. */
    set(inhibit, false, false);
    if (new[0] && ask(inhibit) < 0)
        log_debug("session-manager: can't ask");
    return 0;
}

/* It says what it has become, but may also only say that it has changed: asked, it always tells. */
static int on_properties_changed(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    if (ask(userdata) < 0)
        log_debug("session-manager: can't ask");
    return 0;
}

/**
 * gnome_inhibit_start() - follow the session manager, who may come late, go, and come again
 * @inhibit: zeroed
 * @bus: the session bus; has to outlive @inhibit
 * @changed: called from the loop, first when it is known whether there is a session manager
 * @userdata: for @changed
 *
 * Return: 0 or a negative errno.
 */
int gnome_inhibit_start(struct gnome_inhibit *inhibit, sd_bus *bus, void (*changed)(void *userdata),
                        void *userdata)
{
    int r;

    *inhibit = (struct gnome_inhibit){.bus = bus, .changed = changed, .userdata = userdata};
    r = sd_bus_add_match_async(bus, &inhibit->slots[0],
                               "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                               "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" NAME "'",
                               on_owner_changed, NULL, inhibit);
    if (r >= 0)
        r = sd_bus_add_match_async(bus, &inhibit->slots[1],
                                   "type='signal',sender='" NAME "',path='" PATH "',interface='" PROPERTIES
                                   "',member='PropertiesChanged',arg0='" INTERFACE "'",
                                   on_properties_changed, NULL, inhibit);
    if (r >= 0)
        r = ask(inhibit);
    if (r < 0)
        gnome_inhibit_done(inhibit);
    return MIN(r, 0);
}

/**
 * gnome_inhibit_done() - let go
 * @inhibit: started, or zeroed
 */
void gnome_inhibit_done(struct gnome_inhibit *inhibit)
{
    inhibit->call = sd_bus_slot_unref(inhibit->call);
    for (size_t i = 0; i < ARRAY_SIZE(inhibit->slots); i++)
        inhibit->slots[i] = sd_bus_slot_unref(inhibit->slots[i]);
}
