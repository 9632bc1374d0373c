/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A screen saver's service; see screensaver-service.h. Its signal comes twice where the object lies at two
 * paths: what counts is the turn.
 */
#include <stdio.h>

#include "source/screensaver-service.h"
#include "util/log.h"
#include "util/macro.h"
#include "util/time-util.h"

#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
#define ANSWER_USEC (2 * USEC_PER_SEC)
/* Many programs take their name before they offer the object, and those made with Qt answer from a thread of
 * their own meanwhile: who says that there is no such object is asked again, for some seconds. */
#define LATE_FIRST_USEC (250 * USEC_PER_MSEC)
#define LATE_LAST_USEC (4 * USEC_PER_SEC)

/**
 * saver_service_call() - ask the service, without starting it
 * @service: the service
 * @member: the method, without arguments
 * @limit_usec: how long to wait for the answer
 * @handler: gets the answer
 * @userdata: for @handler
 * @ret: the call
 *
 * Return: 0 or a negative errno.
 */
int saver_service_call(const struct saver_service *service, const char *member, uint64_t limit_usec,
                       sd_bus_message_handler_t handler, void *userdata, sd_bus_slot **ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r;

    r = sd_bus_message_new_method_call(service->bus, &m, service->name, service->paths[service->path],
                                       service->name, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(m, false);
    if (r >= 0)
        r = sd_bus_call_async(service->bus, ret, m, handler, userdata, limit_usec);
    return r < 0 ? r : 0;
}

/**
 * saver_service_late() - whether this is no answer, but the end of the time for one
 * @reply: what the handler of a call got
 *
 * Return: whether it is.
 */
bool saver_service_late(sd_bus_message *reply)
{
    return sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY) ||
           sd_bus_message_is_method_error(reply, SD_BUS_ERROR_TIMEOUT);
}

static void settle(struct saver_service *s, enum saver_state state, bool active)
{
    s->state = state;
    s->active = active;
    s->changed(s->userdata);
}

static int on_idle_time(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct saver_service *s = userdata;

    s->call = sd_bus_slot_unref(s->call);
    s->tells_idle = !sd_bus_message_is_method_error(m, NULL) && sd_bus_message_has_signature(m, "u");
    if (!s->tells_idle)
        log_debug("screensaver: %s tells no idle time: %s", s->name,
                  sd_bus_message_is_method_error(m, NULL) ? sd_bus_message_get_error(m)->name : "odd answer");
    settle(s, SAVER_TELLS, s->active);
    return 0;
}

static void ask_active(struct saver_service *s);

static int on_active(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct saver_service *s = userdata;
    int active;

    s->call = sd_bus_slot_unref(s->call);
    if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "b", &active) > 0) {
        /* Reported with the next answer: whether it can tell the idle time decides what it is used for. */
        s->active = active;
        backoff_stop(&s->again);
        if (saver_service_call(s, "GetSessionIdleTime", (uint64_t)ANSWER_USEC, on_idle_time, s, &s->call) < 0)
            settle(s, SAVER_TELLS, active);
    } else if (saver_service_late(m)) {
        (void)backoff_later(&s->again);
        settle(s, SAVER_SILENT, false);
    } else if (s->paths[s->path + 1]) {
        s->path++;
        ask_active(s);
    } else {
        if (s->again.delay_usec < LATE_LAST_USEC)
            (void)backoff_later(&s->again);
        settle(s, SAVER_MUTE, false);
    }
    return 0;
}

static void ask_active(struct saver_service *s)
{
    s->call = sd_bus_slot_unref(s->call);
    if (saver_service_call(s, "GetActive", (uint64_t)ANSWER_USEC, on_active, s, &s->call) < 0)
        settle(s, SAVER_SILENT, false);
}

static void ask_anew(void *userdata)
{
    struct saver_service *s = userdata;

    s->path = 0;
    ask_active(s);
}

static void set_owner(struct saver_service *s, bool owned)
{
    s->call = sd_bus_slot_unref(s->call);
    backoff_stop(&s->again);
    s->owners++;
    s->path = 0;
    s->tells_idle = false;
    /* Whatever the one before has said. A new one is known when it has answered. */
    settle(s, owned ? SAVER_ASKED : SAVER_ABSENT, false);
    if (owned)
        ask_active(s);
}

static int on_owner_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    const char *name, *old, *new;

    if (sd_bus_message_read(m, "sss", &name, &old, &new) > 0)
        set_owner(userdata, new[0] != 0);
    return 0;
}

static int on_has_owner(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct saver_service *s = userdata;
    int owned = 0;

    s->call = sd_bus_slot_unref(s->call);
    if (!sd_bus_message_is_method_error(m, NULL))
        (void)sd_bus_message_read(m, "b", &owned);
    set_owner(s, owned);
    return 0;
}

static int on_active_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct saver_service *s = userdata;
    int active;

    if (sd_bus_message_read(m, "b", &active) <= 0)
        return 0;
    if (s->state == SAVER_SILENT || s->state == SAVER_MUTE) {
        /* Alive after all, or it has taken its name before it had anything to tell: what it answers counts.
         */
        ask_anew(s);
        return 0;
    }
    if (s->active == active || s->state == SAVER_ABSENT)
        return 0;
    s->active = active;
    /* Before the answers are in this is what on_idle_time() will report. */
    if (s->state == SAVER_TELLS)
        settle(s, SAVER_TELLS, active);
    return 0;
}

/**
 * saver_service_watch() - find out about the service, and follow it from now on
 * @service: with name, paths, userdata and changed set
 * @bus: the session bus
 *
 * Return: 0 or a negative errno.
 */
int saver_service_watch(struct saver_service *service, sd_bus *bus)
{
    char match[256];
    int r;

    service->bus = bus;
    service->again = (struct backoff){
        .event = sd_bus_get_event(bus), .first_usec = LATE_FIRST_USEC, .func = ask_anew, .userdata = service};
    service->state = SAVER_ASKED;
    (void)snprintf(match, sizeof(match),
                   "type='signal',sender='" BUS "',path='" BUS_PATH "',interface='" BUS "',"
                   "member='NameOwnerChanged',arg0='%s'",
                   service->name);
    r = sd_bus_add_match_async(bus, &service->matches[0], match, on_owner_changed, NULL, service);
    if (r < 0)
        return r;
    /* From whichever of its objects. */
    r = sd_bus_match_signal_async(bus, &service->matches[1], service->name, NULL, service->name,
                                  "ActiveChanged", on_active_changed, NULL, service);
    if (r < 0)
        return r;
    r = sd_bus_call_method_async(bus, &service->call, BUS, BUS_PATH, BUS, "NameHasOwner", on_has_owner,
                                 service, "s", service->name);
    return r < 0 ? r : 0;
}

/**
 * saver_service_done() - let go of the bus
 * @service: the service
 */
void saver_service_done(struct saver_service *service)
{
    for (size_t i = 0; i < ARRAY_SIZE(service->matches); i++)
        service->matches[i] = sd_bus_slot_unref(service->matches[i]);
    service->call = sd_bus_slot_unref(service->call);
    backoff_stop(&service->again);
}
