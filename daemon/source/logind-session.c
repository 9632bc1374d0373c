/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One session at logind, and what it says of itself. What it means beside the others is not known here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/logind.h"
#include "util/log.h"

/* What a message says of the session; -1 and NULL where it says nothing. */
struct news {
    int active, locked, idle, remote;
    uint64_t since_monotonic; /* when the idle hint was last set; 0 = never, or not said */
    bool since_said;
    const char *class, *type, *state, *seat, *tty, *display;
};

static int on_property(void *userdata, const char *name, sd_bus_message *m)
{
    struct news *news = userdata;
    const struct {
        const char *name;
        int *flag;
        const char **text;
    } table[] = {
        {"Active", &news->active, NULL},   {"LockedHint", &news->locked, NULL},
        {"IdleHint", &news->idle, NULL},   {"Remote", &news->remote, NULL},
        {"Class", NULL, &news->class},     {"Type", NULL, &news->type},
        {"State", NULL, &news->state},     {"TTY", NULL, &news->tty},
        {"Display", NULL, &news->display},
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (strcmp(name, table[i].name) != 0)
            continue;
        return table[i].flag ? sd_bus_message_read(m, "v", "b", table[i].flag)
                             : sd_bus_message_read(m, "v", "s", table[i].text);
    }
    if (strcmp(name, "Seat") == 0)
        return sd_bus_message_read(m, "v", "(so)", &news->seat, NULL);
    if (strcmp(name, "IdleSinceHintMonotonic") == 0) {
        news->since_said = true;
        return sd_bus_message_read(m, "v", "t", &news->since_monotonic);
    }
    return 0;
}

static void set_text(char *text, size_t size, const char *news)
{
    if (news)
        (void)snprintf(text, size, "%s", news);
}

static void take_idle(struct logind_session *s, const struct news *news)
{
    usec_t now = source_now(s->user->source);
    /* Across a suspend monotonic time has stood still: that makes the idle time shorter, never longer. */
    usec_t ago = now_usec(CLOCK_MONOTONIC) - (usec_t)news->since_monotonic;

    /* A terminal's is made up from the last time it was read, with a threshold of the administrator's. */
    if (!s->facts.graphical || (news->idle < 0 && !news->since_said))
        return;
    if (news->idle > 0 || news->since_monotonic > 0)
        s->facts.tells_idle = true;
    if (news->idle < 0)
        return;
    if (news->idle > 0)
        s->facts.idle_since_usec = news->since_monotonic > 0 ? now - MAX(ago, 0) : now;
    s->facts.idle = news->idle > 0;
}

/* @all: all that there is to say, and not only what has changed. */
static void take_lock(struct logind_session *s, const struct news *news, bool all)
{
    if (news->locked > 0)
        s->hint = true;
    /* Where nobody sets the hint, it says nothing against a signal; to be set to no is a word. */
    else if (news->locked == 0 && (s->hint || !all))
        s->hint = s->signal = false;
    s->facts.locked = s->hint || s->signal;
    s->facts.lock_sure = s->hint;
}

static void take_news(struct logind_session *s, const struct news *news, bool all)
{
    set_text(s->type, sizeof(s->type), news->type);
    set_text(s->tty, sizeof(s->tty), news->tty);
    set_text(s->display, sizeof(s->display), news->display);
    set_text(s->facts.seat, sizeof(s->facts.seat), news->seat);
    if (news->class)
        s->facts.counts = logind_class_counts(news->class);
    if (news->type && s->facts.graphical != logind_type_graphical(news->type)) {
        /* Another way of telling idle begins. */
        s->facts.graphical = !s->facts.graphical;
        s->facts.idle = false;
        s->input_usec = BC_NO_TIME;
    }
    if (news->state)
        s->facts.closing = strcmp(news->state, "closing") == 0;
    if (news->remote >= 0)
        s->facts.remote = news->remote > 0;
    if (news->active >= 0)
        s->facts.active = news->active > 0;
    take_lock(s, news, all);
    take_idle(s, news);
}

/* Return: whether it could be read, and says whether the session is active. */
static bool read_news(struct logind_session *s, sd_bus_message *m, bool all)
{
    struct news news = {.active = -1, .locked = -1, .idle = -1, .remote = -1};
    int r = logind_read_properties(m, on_property, &news);

    if (r < 0)
        log_debug("logind: can't read the properties of session %s: %s", s->id, strerror(-r));
    else
        take_news(s, &news, all);
    return r >= 0 && news.active >= 0;
}

/**
 * logind_is_late() - whether this is no answer, but the end of the time for one
 * @reply: what the handler of a call got
 *
 * Return: whether it is: logind hangs, and what it has said still holds as far as anybody knows.
 */
bool logind_is_late(sd_bus_message *reply)
{
    return sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY) ||
           sd_bus_message_is_method_error(reply, SD_BUS_ERROR_TIMEOUT);
}

static int on_all_properties(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;

    s->call = sd_bus_slot_unref(s->call);
    /* What a logind that hangs has said stands, and it is asked until it comes to itself or is gone. */
    if (logind_is_late(m) && logind_session_refresh(s) >= 0)
        return 0;
    if (sd_bus_message_is_method_error(m, NULL)) {
        log_debug("logind: session %s: %s", s->id, sd_bus_message_get_error(m)->message);
        s->facts.counts = false; /* it is gone, which we'll be told */
    } else {
        (void)read_news(s, m, true);
    }
    logind_user_settle(s->user);
    return 0;
}

static int on_properties_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    const char *interface;

    if (sd_bus_message_read(m, "s", &interface) <= 0 || strcmp(interface, LOGIND_SESSION) != 0)
        return 0;
    /* Its state changes with it, but of that alone logind doesn't tell. */
    if (read_news(s, m, false) && !s->facts.active)
        (void)logind_session_refresh(s);
    logind_user_settle(s->user);
    return 0;
}

static int on_lock(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;

    s->signal = sd_bus_message_is_signal(m, LOGIND_SESSION, "Lock") > 0;
    s->hint = s->hint && s->signal;
    s->facts.locked = s->signal;
    s->facts.lock_sure = s->hint;
    logind_user_settle(s->user);
    return 0;
}

/**
 * logind_session_refresh() - ask for all that the session says; the answer comes later
 * @session: the session
 *
 * Return: 0 or a negative errno.
 */
int logind_session_refresh(struct logind_session *session)
{
    session->call = sd_bus_slot_unref(session->call);
    return sd_bus_call_method_async(session->user->bus, &session->call, LOGIND_NAME, session->path,
                                    PROPERTIES, "GetAll", on_all_properties, session, "s", LOGIND_SESSION);
}

static int watch(struct logind_session *s)
{
    int r;

    r = sd_bus_match_signal_async(s->user->bus, &s->matches[0], LOGIND_NAME, s->path, LOGIND_SESSION, "Lock",
                                  on_lock, NULL, s);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(s->user->bus, &s->matches[1], LOGIND_NAME, s->path, LOGIND_SESSION,
                                  "Unlock", on_lock, NULL, s);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(s->user->bus, &s->matches[2], LOGIND_NAME, s->path, PROPERTIES,
                                  "PropertiesChanged", on_properties_changed, NULL, s);
    if (r < 0)
        return r;
    return logind_session_refresh(s);
}

/**
 * logind_session_new() - follow a session
 * @user: whose; with a bus
 * @id: as logind calls it
 * @path: its object
 * @ret: the session, of which nothing is known yet
 *
 * Return: 0 or a negative errno.
 */
int logind_session_new(struct logind_user *user, const char *id, const char *path,
                       struct logind_session **ret)
{
    struct logind_session *s = calloc(1, sizeof(*s));
    int r = -ENOMEM;

    if (!s)
        return -ENOMEM;
    s->user = user;
    s->input_usec = BC_NO_TIME;
    s->facts.graphical = true;
    s->id = strdup(id);
    s->path = strdup(path);
    if (s->id && s->path)
        r = watch(s);
    if (r < 0) {
        logind_session_free(s);
        return r;
    }
    *ret = s;
    return 0;
}

/**
 * logind_session_free() - follow it no longer
 * @session: the session, or NULL
 *
 * Return: NULL.
 */
struct logind_session *logind_session_free(struct logind_session *session)
{
    if (!session)
        return NULL;
    for (size_t i = 0; i < ARRAY_SIZE(session->matches); i++)
        sd_bus_slot_unref(session->matches[i]);
    sd_bus_slot_unref(session->call);
    sd_bus_slot_unref(session->ask);
    sd_event_source_disable_unref(session->terminal);
    free(session->id);
    free(session->path);
    free(session);
    return NULL;
}
