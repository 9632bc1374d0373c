/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adds and removes watches of Mutter's idle monitor. A new one is added before the old one is removed, so
 * that there is no moment without. All calls go to one shell by its unique name: they start no service, and a
 * shell that comes later isn't mistaken for it.
 */
#include <string.h>

#include "source/mutter-watch.h"
#include "util/log.h"
#include "util/macro.h"

/**
 * mutter_call() - call a method without arguments
 * @bus: the session bus
 * @owner: the unique name of the shell
 * @method: of the idle monitor
 * @timeout_usec: how long to wait; USEC_INFINITY: until it answers or its connection ends
 * @func: gets the answer, or an error
 * @userdata: for @func
 * @ret: the call
 *
 * Return: 0 or a negative errno.
 */
int mutter_call(sd_bus *bus, const char *owner, const char *method, usec_t timeout_usec,
                sd_bus_message_handler_t func, void *userdata, sd_bus_slot **ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = sd_bus_message_new_method_call(bus, &m, owner, MUTTER_PATH, MUTTER_INTERFACE, method);

    if (r < 0)
        return r;
    return sd_bus_call_async(bus, ret, m, func, userdata,
                             timeout_usec == USEC_INFINITY ? UINT64_MAX : (uint64_t)timeout_usec);
}

/**
 * mutter_is_gone() - whether an error means that there is nobody to answer
 * @reply: an error in answer to a call
 *
 * Return: whether the shell is gone; then its name is let go, too, and whoever follows that knows.
 */
bool mutter_is_gone(sd_bus_message *reply)
{
    return sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY) ||
           sd_bus_message_is_method_error(reply, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
           sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NAME_HAS_NO_OWNER);
}

static void settle(struct mutter_watch *w);

static void remove_watch(struct mutter_watch *w, uint32_t id)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r =
        sd_bus_message_new_method_call(w->bus, &m, w->owner, MUTTER_PATH, MUTTER_INTERFACE, "RemoveWatch");

    if (r >= 0)
        r = sd_bus_message_append(m, "u", id);
    if (r >= 0)
        r = sd_bus_message_set_expect_reply(m, false);
    if (r >= 0)
        r = sd_bus_send(w->bus, m, NULL);
    if (r < 0)
        log_debug("mutter: can't remove a watch: %s", strerror(-r));
}

static int on_added(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct mutter_watch *w = userdata;
    uint32_t id, early = w->early;

    w->call = sd_bus_slot_unref(w->call);
    w->early = 0;
    if (sd_bus_message_is_method_error(m, NULL)) {
        w->refused(w->userdata, m);
        return 0;
    }
    if (sd_bus_message_read(m, "u", &id) <= 0 || id == 0) {
        log_debug("mutter: a watch without a number");
        return 0;
    }
    if (w->id)
        remove_watch(w, w->id);
    w->id = id;
    w->msec = w->call_msec;
    w->spent = false;
    settle(w);
    if (early == id && w->id == id)
        mutter_watch_on_fired(w, id);
    return 0;
}

static int add(struct mutter_watch *w)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    bool active = w->want_msec == MUTTER_WATCH_ACTIVE;
    int r = sd_bus_message_new_method_call(w->bus, &m, w->owner, MUTTER_PATH, MUTTER_INTERFACE,
                                           active ? "AddUserActiveWatch" : "AddIdleWatch");

    if (r >= 0 && !active)
        r = sd_bus_message_append(m, "t", (uint64_t)w->want_msec);
    if (r < 0)
        return r;
    w->call_msec = w->want_msec;
    /* Without a time limit: what a hung shell adds when it comes to itself has to be known. */
    return sd_bus_call_async(w->bus, &w->call, m, on_added, w, UINT64_MAX);
}

static void settle(struct mutter_watch *w)
{
    int r;

    if (w->call || (w->id ? w->msec : MUTTER_WATCH_NONE) == w->want_msec)
        return;
    if (w->want_msec == MUTTER_WATCH_NONE) {
        remove_watch(w, w->id);
        w->id = 0;
        return;
    }
    r = add(w);
    if (r < 0)
        log_debug("mutter: can't add a watch: %s", strerror(-r));
}

/**
 * mutter_watch_want() - say what watch is to stand from now on
 * @watch: its bus, owner and callbacks are set
 * @msec: MUTTER_WATCH_NONE, MUTTER_WATCH_ACTIVE or a number of milliseconds without input
 */
void mutter_watch_want(struct mutter_watch *watch, int64_t msec)
{
    watch->want_msec = msec;
    settle(watch);
}

/**
 * mutter_watch_renew() - replace the watch by one that hasn't fired
 * @watch: one that is wanted
 */
void mutter_watch_renew(struct mutter_watch *watch)
{
    watch->spent = false;
    if (!watch->call && add(watch) < 0)
        log_debug("mutter: can't renew a watch");
}

/**
 * mutter_watch_on_fired() - a watch has fired, perhaps this one
 * @watch: the watch
 * @id: which has fired
 */
void mutter_watch_on_fired(struct mutter_watch *watch, uint32_t id)
{
    if (id != watch->id) {
        if (watch->call)
            watch->early = id;
        return;
    }
    watch->spent = true;
    if (watch->msec == MUTTER_WATCH_ACTIVE) {
        watch->id = 0;
        watch->want_msec = MUTTER_WATCH_NONE;
    }
    watch->fired(watch->userdata, watch);
}

/**
 * mutter_watch_forget() - the shell is gone, and its watches with it
 * @watch: the watch
 */
void mutter_watch_forget(struct mutter_watch *watch)
{
    watch->call = sd_bus_slot_unref(watch->call);
    watch->id = watch->early = 0;
    watch->want_msec = MUTTER_WATCH_NONE;
    watch->spent = false;
}
