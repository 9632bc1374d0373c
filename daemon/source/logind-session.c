/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's session at logind: which one it is, and what it says of lock, seat and idle. A user service
 * belongs to no session, so the user's display session is taken. Knows nothing of sleep.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "source/logind.h"
#include "util/log.h"

static void unref_slots(sd_bus_slot **slots, size_t n)
{
    for (size_t i = 0; i < n; i++)
        slots[i] = sd_bus_slot_unref(slots[i]);
}

static void set_locked(struct logind_session *s, bool locked)
{
    if (s->locked == locked)
        return;
    s->locked = locked;
    s->lock_confirmed = false;
    source_emit_simple(s->source, locked ? BC_EVENT_LOCK : BC_EVENT_UNLOCK, source_now(s->source));
}

static void set_left(struct logind_session *s, bool left)
{
    if (s->left == left)
        return;
    s->left = left;
    source_emit_simple(s->source, left ? BC_EVENT_LEAVE : BC_EVENT_ENTER, source_now(s->source));
}

static void report_idle(struct logind_session *s)
{
    usec_t now = source_now(s->source);
    struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = now};

    event.u.since_usec = MIN(MAX(s->idle_since_usec, s->floor_usec), now);
    s->idle_reported = true;
    source_emit(s->source, &event);
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    struct logind_session *s = userdata;

    if (s->source->started && s->idle_hint && !s->idle_reported)
        report_idle(s);
    return 0;
}

static void stop_timer(struct logind_session *s)
{
    if (s->timer)
        (void)sd_event_source_set_enabled(s->timer, SD_EVENT_OFF);
}

/* The desktop has its own threshold, which is as good as ours: what it says counts at once. Only a hint that
 * has stood since before a rearm has to stand for our threshold again. */
static void update_idle(struct logind_session *s)
{
    usec_t due;

    stop_timer(s);
    if (!s->source->started)
        return;
    if (!s->idle_hint) {
        bool reported = s->idle_reported;

        s->idle_reported = false;
        if (reported)
            source_emit_simple(s->source, BC_EVENT_ACTIVE, source_now(s->source));
        return;
    }
    if (s->idle_reported)
        return;
    due = usec_add(s->floor_usec, s->source->threshold_usec);
    if (s->idle_since_usec >= s->floor_usec || due <= source_now(s->source)) {
        report_idle(s);
        return;
    }
    if (!s->timer && sd_event_add_time(s->source->event, &s->timer, CLOCK_BOOTTIME, (uint64_t)due,
                                       USEC_PER_SEC, on_timer, s) < 0)
        return;
    (void)sd_event_source_set_time(s->timer, (uint64_t)due);
    (void)sd_event_source_set_enabled(s->timer, SD_EVENT_ONESHOT);
}

/**
 * logind_session_rearm() - from now on the session is the source of idle and active, or reports anew
 * @session: the session
 */
void logind_session_rearm(struct logind_session *session)
{
    session->floor_usec = source_now(session->source);
    session->idle_reported = false;
    update_idle(session);
}

/**
 * logind_session_set_threshold() - the threshold has changed
 * @session: the session
 */
void logind_session_set_threshold(struct logind_session *session)
{
    update_idle(session);
}

/**
 * logind_session_stop() - from now on the session isn't the source of idle and active
 * @session: the session
 */
void logind_session_stop(struct logind_session *session)
{
    stop_timer(session);
    session->idle_reported = false;
}

/**
 * logind_session_input() - the user has come back to the desk
 * @session: the session
 *
 * A lock that nobody but the Lock signal has told of ends here: many lockers never say that they have
 * unlocked, and where no locker listens there was no lock at all. A screen that is really locked and sees a
 * password typed is about to be unlocked.
 */
void logind_session_input(struct logind_session *session)
{
    if (session->locked && !session->lock_confirmed)
        set_locked(session, false);
}

/* What one message says of the session, before any of it is reported. */
struct news {
    int locked, active, idle; /* -1 = nothing */
    uint64_t since_monotonic;
};

static int on_property(void *userdata, const char *name, sd_bus_message *m)
{
    struct news *news = userdata;
    int *flag = strcmp(name, "LockedHint") == 0 ? &news->locked
                : strcmp(name, "Active") == 0   ? &news->active
                : strcmp(name, "IdleHint") == 0 ? &news->idle
                                                : NULL;

    if (flag)
        return sd_bus_message_read(m, "v", "b", flag);
    if (strcmp(name, "IdleSinceHintMonotonic") == 0)
        return sd_bus_message_read(m, "v", "t", &news->since_monotonic);
    return 0;
}

static void take_news(struct logind_session *s, const struct news *news)
{
    usec_t now = source_now(s->source);

    if (news->active >= 0)
        set_left(s, !news->active);
    if (news->locked >= 0) {
        set_locked(s, news->locked > 0);
        s->lock_confirmed = news->locked > 0;
    }
    if (news->idle >= 0) {
        /* Across a suspend monotonic time has stood still: that makes the idle time shorter, never longer. */
        usec_t ago = now_usec(CLOCK_MONOTONIC) - (usec_t)news->since_monotonic;

        s->idle_hint = news->idle > 0;
        s->idle_since_usec = news->since_monotonic > 0 ? now - MAX(ago, 0) : now;
        update_idle(s);
    }
}

static void read_news(struct logind_session *s, sd_bus_message *m)
{
    struct news news = {-1, -1, -1, 0};
    int r = logind_read_properties(m, on_property, &news);

    if (r < 0)
        log_debug("logind: can't read the session's properties: %s", strerror(-r));
    else
        take_news(s, &news);
}

static int on_properties_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    const char *interface;

    if (sd_bus_message_read(m, "s", &interface) > 0 && strcmp(interface, LOGIND_SESSION) == 0)
        read_news(userdata, m);
    return 0;
}

static int on_lock(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    set_locked(userdata, true);
    return 0;
}

static int on_unlock(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    set_locked(userdata, false);
    return 0;
}

static int on_all_properties(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;

    s->call = sd_bus_slot_unref(s->call);
    if (sd_bus_message_is_method_error(m, NULL))
        log_debug("logind: session: %s", sd_bus_message_get_error(m)->message);
    else
        read_news(s, m);
    return 0;
}

static void drop_session(struct logind_session *s)
{
    unref_slots(s->matches, ARRAY_SIZE(s->matches));
    s->call = sd_bus_slot_unref(s->call);
    free(s->id);
    free(s->path);
    s->id = s->path = NULL;
}

static int watch_session(struct logind_session *s)
{
    int r;

    r = sd_bus_match_signal_async(s->bus, &s->matches[0], LOGIND_NAME, s->path, LOGIND_SESSION, "Lock",
                                  on_lock, NULL, s);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(s->bus, &s->matches[1], LOGIND_NAME, s->path, LOGIND_SESSION, "Unlock",
                                  on_unlock, NULL, s);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(s->bus, &s->matches[2], LOGIND_NAME, s->path, PROPERTIES,
                                  "PropertiesChanged", on_properties_changed, NULL, s);
    if (r < 0)
        return r;
    return sd_bus_call_method_async(s->bus, &s->call, LOGIND_NAME, s->path, PROPERTIES, "GetAll",
                                    on_all_properties, s, "s", LOGIND_SESSION);
}

/* @id NULL: there is none. */
static void found(struct logind_session *s, const char *id, const char *path)
{
    bool same = id && s->id && strcmp(s->id, id) == 0 && s->path && strcmp(s->path, path) == 0;
    int r = 0;

    if (same && s->matches[0])
        return;
    drop_session(s);
    if (id) {
        s->id = strdup(id);
        s->path = strdup(path);
        r = s->id && s->path ? watch_session(s) : -ENOMEM;
    }
    if (r < 0) {
        log_debug("logind: can't follow session %s: %s", id, strerror(-r));
        drop_session(s);
    }
    s->source->without_idle = !s->id;
    if (!s->id) /* nobody stays locked or absent by the word of a session that is gone */
        logind_session_forget(s);
    logind_describe(s->source);
    source_surroundings_changed(s->source);
}

static int on_display(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    const char *id = "", *path = "";

    s->call = sd_bus_slot_unref(s->call);
    if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "v", "(so)", &id, &path) < 0)
        id = "";
    found(s, id[0] ? id : NULL, path);
    return 0;
}

static int on_user(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    const char *path;
    int r = -ENOENT;

    s->call = sd_bus_slot_unref(s->call);
    if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "o", &path) > 0)
        r = sd_bus_call_method_async(s->bus, &s->call, LOGIND_NAME, path, PROPERTIES, "Get", on_display, s,
                                     "ss", LOGIND_USER, "Display");
    if (r < 0)
        found(s, NULL, NULL);
    return 0;
}

/* Where /run/systemd can't be seen, and where it is a moment behind, the bus knows. */
static void ask_display(struct logind_session *s)
{
    if (sd_bus_call_method_async(s->bus, &s->call, LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER, "GetUser",
                                 on_user, s, "u", (uint32_t)getuid()) < 0)
        found(s, NULL, NULL);
}

static int on_session(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    _cleanup_(freep) char *id = NULL;
    const char *path;

    s->call = sd_bus_slot_unref(s->call);
    if (sd_bus_message_is_method_error(m, NULL) || sd_bus_message_read(m, "o", &path) <= 0 ||
        (sd_pid_get_session(0, &id) < 0 && sd_uid_get_display(getuid(), &id) < 0))
        ask_display(s);
    else
        found(s, id, path);
    return 0;
}

/**
 * logind_session_find() - look which session is the user's: our own, else the user's display session
 * @session: the session; the answer comes later, and one under way is dropped for it
 */
void logind_session_find(struct logind_session *session)
{
    _cleanup_(freep) char *id = NULL;

    session->call = sd_bus_slot_unref(session->call);
    if ((sd_pid_get_session(0, &id) < 0 && sd_uid_get_display(getuid(), &id) < 0) ||
        sd_bus_call_method_async(session->bus, &session->call, LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                 "GetSession", on_session, session, "s", id) < 0)
        ask_display(session);
}

static int on_sessions_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    const char *id;

    if (sd_bus_message_is_signal(m, LOGIND_MANAGER, "SessionRemoved") &&
        sd_bus_message_read(m, "s", &id) > 0 && s->id && strcmp(id, s->id) == 0)
        found(s, NULL, NULL);
    logind_session_find(s);
    return 0;
}

/**
 * logind_session_attach() - watch on this bus for sessions that come and go
 * @session: the session
 * @bus: the system bus
 *
 * Return: 0 or a negative errno.
 */
int logind_session_attach(struct logind_session *session, sd_bus *bus)
{
    static const char *const signals[] = {"SessionNew", "SessionRemoved", "UserNew"};
    char user[64];
    int r;

    session->bus = sd_bus_ref(bus);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        r = sd_bus_match_signal_async(bus, &session->slots[i], LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                      signals[i], on_sessions_changed, NULL, session);
        if (r < 0)
            return r;
    }
    /* Its display session may change to another one that was there before. */
    (void)snprintf(user, sizeof(user), LOGIND_PATH "/user/_%" PRIu32, (uint32_t)getuid());
    return sd_bus_match_signal_async(bus, &session->slots[3], LOGIND_NAME, user, PROPERTIES,
                                     "PropertiesChanged", on_sessions_changed, NULL, session);
}

/**
 * logind_session_detach() - the bus or logind is gone; what was reported stands for now
 * @session: the session
 * @keep_bus: only logind is gone
 */
void logind_session_detach(struct logind_session *session, bool keep_bus)
{
    unref_slots(session->matches, ARRAY_SIZE(session->matches));
    session->call = sd_bus_slot_unref(session->call);
    if (keep_bus)
        return;
    unref_slots(session->slots, ARRAY_SIZE(session->slots));
    session->bus = sd_bus_unref(session->bus);
}

/**
 * logind_session_forget() - take back what was reported
 * @session: the session
 */
void logind_session_forget(struct logind_session *session)
{
    session->idle_hint = false;
    update_idle(session);
    set_left(session, false);
    set_locked(session, false);
}

/**
 * logind_session_done() - release everything, without a report
 * @session: the session
 */
void logind_session_done(struct logind_session *session)
{
    logind_session_detach(session, false);
    drop_session(session);
    session->timer = sd_event_source_disable_unref(session->timer);
}
