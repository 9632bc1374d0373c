/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's sessions at logind: which there are, and what is reported of them. A user service belongs to no
 * session, so all sessions of the user are followed; logind-weigh.h says what they say together. Nothing is
 * reported before all of them have answered. Knows nothing of sleep.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-login.h>

#include "source/logind.h"
#include "util/log.h"

static void report_idle(struct logind_user *u)
{
    usec_t now = source_now(u->source);
    struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = now};

    event.u.since_usec = MIN(MAX(u->verdict.idle_since_usec, u->floor_usec), now);
    u->idle_reported = true;
    source_emit(u->source, &event);
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    struct logind_user *u = userdata;

    if (u->source->started && u->verdict.idle && !u->idle_reported)
        report_idle(u);
    return 0;
}

static void stop_timer(struct logind_user *u)
{
    if (u->timer)
        (void)sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
}

/* The desktop has its own threshold, which is as good as ours: what it says counts at once. Only a hint that
 * has stood since before a rearm has to stand for our threshold again. */
static void update_idle(struct logind_user *u)
{
    usec_t due;

    stop_timer(u);
    if (!u->source->started)
        return;
    if (!u->verdict.idle) {
        bool reported = u->idle_reported;

        u->idle_reported = false;
        if (reported)
            source_emit_simple(u->source, BC_EVENT_ACTIVE, source_now(u->source));
        return;
    }
    if (u->idle_reported)
        return;
    due = usec_add(u->floor_usec, u->source->threshold_usec);
    if (u->verdict.idle_since_usec >= u->floor_usec || due <= source_now(u->source)) {
        report_idle(u);
        return;
    }
    if (!u->timer && sd_event_add_time(u->source->event, &u->timer, CLOCK_BOOTTIME, (uint64_t)due,
                                       USEC_PER_SEC, on_timer, u) < 0)
        return;
    (void)sd_event_source_set_time(u->timer, (uint64_t)due);
    (void)sd_event_source_set_enabled(u->timer, SD_EVENT_ONESHOT);
}

/**
 * logind_user_rearm() - from now on logind is the source of idle and active, or reports anew
 * @user: the user
 */
void logind_user_rearm(struct logind_user *user)
{
    bool queried = user->queried;

    user->floor_usec = source_now(user->source);
    user->idle_reported = false;
    logind_ask_stop(user);
    if (queried)
        logind_ask_query(user);
    logind_user_settle(user);
    if (user->verdict.n_text > 0)
        logind_ask_at(user, usec_add(user->floor_usec, user->source->threshold_usec));
}

/**
 * logind_user_set_threshold() - the threshold has changed
 * @user: the user
 * @lowered: and may be passed already
 */
void logind_user_set_threshold(struct logind_user *user, bool lowered)
{
    update_idle(user);
    if (lowered && user->verdict.n_text > 0 && !user->idle_reported)
        logind_ask(user, true);
}

/**
 * logind_user_stop() - from now on logind isn't the source of idle and active
 * @user: the user
 */
void logind_user_stop(struct logind_user *user)
{
    stop_timer(user);
    logind_ask_stop(user);
    user->idle_reported = false;
    logind_user_settle(user);
}

/**
 * logind_user_unlocked() - somebody is at work, so a lock of which only the signal told is none
 * @user: the user
 */
void logind_user_unlocked(struct logind_user *user)
{
    for (struct logind_session *s = user->sessions; s; s = s->next) {
        s->signal = false;
        s->facts.locked = s->hint;
    }
    logind_user_settle(user);
}

static struct logind_session *by_id(const struct logind_user *u, const char *id)
{
    for (struct logind_session *s = u->sessions; s; s = s->next)
        if (id && strcmp(s->id, id) == 0)
            return s;
    return NULL;
}

/* Where the other sources look: our own session; else the one that has given its environment to the user's
 * services; else the one that logind displays. */
static const struct logind_session *own_session(const struct logind_user *u)
{
    _cleanup_(freep) char *own = NULL, *shown = NULL;
    const char *display = getenv("DISPLAY");
    struct logind_session *s;

    if (sd_pid_get_session(0, &own) >= 0 && (s = by_id(u, own)))
        return s;
    s = by_id(u, getenv("XDG_SESSION_ID"));
    if (s)
        return s;
    for (s = u->sessions; s; s = s->next)
        if (display && s->display[0] && strcmp(s->display, display) == 0)
            return s;
    return sd_uid_get_display(getuid(), &shown) >= 0 ? by_id(u, shown) : NULL;
}

static void set_label(struct logind_user *u)
{
    const struct logind_verdict *v = &u->verdict;
    const char *away = v->left ? ", not in use now" : "";

    u->label[0] = 0;
    if (v->n_places > 1)
        (void)snprintf(u->label, sizeof(u->label), "%zu sessions%s", v->n_places, away);
    for (const struct logind_session *s = u->sessions; s && v->n_places == 1; s = s->next)
        if (s->place)
            (void)snprintf(u->label, sizeof(u->label), "session %.16s (%.12s%s%.24s)%s", s->id, s->type,
                           s->facts.seat[0] ? ", " : "", s->facts.seat, away);
}

/* The states are brought up to date first: the sink may call back from any of the reports. Away is told
 * before what would bring the user back, and taken back last. */
static void report(struct logind_user *u, const struct logind_verdict *old)
{
    const struct logind_verdict now = u->verdict;
    usec_t t = source_now(u->source);

    if (now.doubtful && !u->doubt.standing)
        lock_doubt_begin(&u->doubt);
    else if (!now.doubtful)
        lock_doubt_end(&u->doubt);
    if (now.left && !old->left)
        source_emit_simple(u->source, BC_EVENT_LEAVE, t);
    if (now.locked != old->locked)
        source_emit_simple(u->source, now.locked ? BC_EVENT_LOCK : BC_EVENT_UNLOCK, t);
    if (!now.left && old->left)
        source_emit_simple(u->source, BC_EVENT_ENTER, t);
}

static bool asking(const struct logind_user *u)
{
    bool calls = u->call != NULL;

    for (const struct logind_session *s = u->sessions; s && !calls; s = s->next)
        calls = s->call != NULL;
    return calls;
}

/**
 * logind_user_settle() - report what has changed, once all sessions have answered
 * @user: the user
 */
void logind_user_settle(struct logind_user *user)
{
    const struct logind_facts *facts[LOGIND_SESSIONS_MAX];
    const struct logind_session *own;
    struct logind_verdict old = user->verdict;
    size_t n = 0;

    if (!user->known || asking(user))
        return;
    own = own_session(user);
    for (struct logind_session *s = user->sessions; s; s = s->next) {
        s->facts.own = s == own;
        facts[n++] = &s->facts;
    }
    for (struct logind_session *s = user->sessions; s; s = s->next)
        s->place = logind_is_place(facts, n, &s->facts);
    user->verdict = logind_weigh(facts, n);
    set_label(user);
    user->source->without_idle = user->verdict.n_sessions == 0;
    user->source->accuracy_usec = user->verdict.n_text > 0 ? 8 * USEC_PER_SEC : BC_NO_TIME;
    report(user, &old);
    update_idle(user);
    source_vouch(user->source, user->verdict.vouched && !user->source->started);
    logind_describe(user->source);
    if (user->changed) {
        user->changed = false;
        source_surroundings_changed(user->source);
    }
}

static void drop_sessions(struct logind_user *u)
{
    for (struct logind_session *s = u->sessions, *next; s; s = next) {
        next = s->next;
        (void)logind_session_free(s);
    }
    u->sessions = NULL;
    u->known = false;
    if (u->queried) /* they won't answer any more */
        logind_ask_query(u);
}

/* Frees the sessions that the list hasn't named. */
static void drop_unlisted(struct logind_user *u)
{
    struct logind_session **link = &u->sessions, *s;

    while ((s = *link)) {
        if (s->listed) {
            link = &s->next;
            continue;
        }
        *link = s->next;
        (void)logind_session_free(s);
        u->changed = true;
    }
    if (u->queried)
        logind_ask_query(u);
}

static void add(struct logind_user *u, const char *id, const char *path)
{
    struct logind_session *s = by_id(u, id);
    size_t n = 0;
    int r;

    for (const struct logind_session *i = u->sessions; i; i = i->next)
        n++;
    if (!s && n < LOGIND_SESSIONS_MAX) {
        r = logind_session_new(u, id, path, &s);
        if (r < 0) {
            log_debug("logind: can't follow session %s: %s", id, strerror(-r));
            return;
        }
        s->next = u->sessions;
        u->sessions = s;
        u->changed = true;
    }
    if (s)
        s->listed = true;
}

static int on_list(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_user *u = userdata;
    const char *id, *path;
    uint32_t uid;
    int r;

    u->call = sd_bus_slot_unref(u->call);
    if (logind_is_late(m)) {
        logind_user_find(u);
        if (u->call)
            return 0;
    }
    for (struct logind_session *s = u->sessions; s; s = s->next)
        s->listed = false;
    r = sd_bus_message_is_method_error(m, NULL) ? -EIO : sd_bus_message_enter_container(m, 'a', "(susso)");
    while (r >= 0 && (r = sd_bus_message_read(m, "(susso)", &id, &uid, NULL, NULL, &path)) > 0)
        if (uid == getuid())
            add(u, id, path);
    if (r < 0) {
        log_debug("logind: can't list the sessions");
        for (struct logind_session *s = u->sessions; s; s = s->next)
            s->listed = true;
    }
    drop_unlisted(u);
    u->known = true;
    logind_user_settle(u);
    return 0;
}

/**
 * logind_user_find() - look which sessions the user has
 * @user: the user; the answer comes later, and one under way is dropped for it
 */
void logind_user_find(struct logind_user *user)
{
    user->call = sd_bus_slot_unref(user->call);
    if (sd_bus_call_method_async(user->bus, &user->call, LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                 "ListSessions", on_list, user, NULL) < 0)
        log_debug("logind: can't list the sessions");
}

static int on_session_new(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    logind_user_find(userdata); /* whose it is isn't said */
    return 0;
}

static int on_session_removed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_user *u = userdata;
    const char *id;

    if (sd_bus_message_read(m, "s", &id) <= 0 || !by_id(u, id))
        return 0;
    for (struct logind_session *s = u->sessions; s; s = s->next)
        s->listed = strcmp(s->id, id) != 0;
    drop_unlisted(u);
    logind_user_settle(u);
    return 0;
}

static int on_user_property(void *userdata, const char *name, _unused_ sd_bus_message *m)
{
    bool *display = userdata;

    *display = *display || strcmp(name, "Display") == 0;
    return 0;
}

/* logind says which session it displays, when that has changed: one of them may be closing, which it tells in
 * no other way. */
static int on_user_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_user *u = userdata;
    const char *interface;
    bool display = false;

    if (sd_bus_message_read(m, "s", &interface) > 0 && strcmp(interface, LOGIND_USER) == 0)
        (void)logind_read_properties(m, on_user_property, &display);
    for (struct logind_session *s = u->sessions; s && display; s = s->next)
        (void)logind_session_refresh(s);
    return 0;
}

/**
 * logind_user_attach() - watch on this bus for sessions that come and go
 * @user: the user
 * @bus: the system bus
 *
 * Return: 0 or a negative errno.
 */
int logind_user_attach(struct logind_user *user, sd_bus *bus)
{
    char path[64];
    int r;

    user->bus = sd_bus_ref(bus);
    r = sd_bus_match_signal_async(bus, &user->slots[0], LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                  "SessionNew", on_session_new, NULL, user);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(bus, &user->slots[1], LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                  "SessionRemoved", on_session_removed, NULL, user);
    if (r < 0)
        return r;
    (void)snprintf(path, sizeof(path), LOGIND_PATH "/user/_%u", (unsigned)getuid());
    return sd_bus_match_signal_async(bus, &user->slots[2], LOGIND_NAME, path, PROPERTIES, "PropertiesChanged",
                                     on_user_changed, NULL, user);
}

/**
 * logind_user_detach() - the bus or logind is gone; what was reported stands for now
 * @user: the user
 * @keep_bus: only logind is gone
 */
void logind_user_detach(struct logind_user *user, bool keep_bus)
{
    user->call = sd_bus_slot_unref(user->call);
    drop_sessions(user);
    if (keep_bus)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(user->slots); i++)
        user->slots[i] = sd_bus_slot_unref(user->slots[i]);
    user->bus = sd_bus_unref(user->bus);
}

/**
 * logind_user_forget() - take back what was reported
 * @user: the user
 */
void logind_user_forget(struct logind_user *user)
{
    drop_sessions(user);
    user->known = true; /* as far as anybody can say, there is none */
    logind_user_settle(user);
    user->known = false;
}

/**
 * logind_user_done() - release everything, without a report
 * @user: the user
 */
void logind_user_done(struct logind_user *user)
{
    logind_user_detach(user, false);
    logind_ask_stop(user);
    user->timer = sd_event_source_disable_unref(user->timer);
    lock_doubt_done(&user->doubt);
}
