/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text sessions, whose idle time logind tells only when asked: it takes the time at which the terminal was
 * last read, and sends no signal. So they are asked when somebody wants to know (before a prompt), when a
 * changed threshold may already be passed, and once a threshold after a rearm; never while the user is active
 * and nothing is due. An idle time found so ends when the terminal is read: the kernel tells of that, once,
 * by inotify. Where the terminal can't be watched (it is hidden from us) they are asked again, at growing
 * distances. What is read there isn't seen.
 */
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "source/logind.h"
#include "util/log.h"

/* The kernel notes a terminal's time in steps, so that nobody can tell keys apart. */
#define GRAIN_USEC (8 * USEC_PER_SEC)
#define AGAIN_FIRST_USEC (10 * USEC_PER_SEC)
#define AGAIN_LAST_USEC (5 * USEC_PER_MINUTE)

static bool asked_for(const struct logind_session *s)
{
    return s->place && s->facts.active && !s->facts.graphical;
}

static void seen(struct logind_session *s)
{
    s->input_usec = source_now(s->user->source);
    s->facts.idle = false;
    s->terminal = sd_event_source_disable_unref(s->terminal);
    logind_user_settle(s->user);
}

static int on_terminal(_unused_ sd_event_source *source, const struct inotify_event *event, void *userdata)
{
    struct logind_session *s = userdata;

    if (event->mask & IN_ACCESS) {
        seen(s);
        return 0;
    }
    /* The terminal is gone, perhaps with its session, or events were lost: it tells of nothing any more. */
    s->terminal = sd_event_source_disable_unref(s->terminal);
    if (s->facts.idle)
        logind_ask(s->user, false);
    return 0;
}

static bool watch_terminal(struct logind_session *s)
{
    char path[sizeof(s->tty) + sizeof("/dev/")];

    if (s->terminal)
        return true;
    if (!s->tty[0] || strstr(s->tty, ".."))
        return false;
    (void)snprintf(path, sizeof(path), "/dev/%s", s->tty);
    return sd_event_add_inotify(s->user->source->event, &s->terminal, path, IN_ACCESS, on_terminal, s) >= 0;
}

/* The last input in all that is in use; BC_NO_TIME when it isn't known. */
static usec_t last_input(const struct logind_user *user)
{
    usec_t last = BC_NO_TIME;

    for (const struct logind_session *s = user->sessions; s; s = s->next) {
        usec_t input = !s->facts.graphical ? s->input_usec
                       : s->facts.idle     ? s->facts.idle_since_usec
                                           : BC_NO_TIME;

        if (!s->place || !s->facts.active)
            continue;
        if (input == BC_NO_TIME)
            return BC_NO_TIME;
        last = MAX(last, input);
    }
    return last;
}

/* What has been asked just now, against the threshold as it is now. */
static void judge(struct logind_user *user)
{
    usec_t now = source_now(user->source), due = BC_NO_TIME;
    bool again = user->again;

    for (struct logind_session *s = user->sessions; s; s = s->next) {
        usec_t since = MAX(s->input_usec, user->floor_usec);

        if (!asked_for(s) || s->input_usec == BC_NO_TIME)
            continue;
        s->facts.idle = now - since >= user->source->threshold_usec;
        s->facts.idle_since_usec = since;
        if (s->facts.idle)
            continue;
        due = MAX(due, since + user->source->threshold_usec);
        /* Perhaps only by the grain: there may have been no input since the floor. */
        again = again || since <= user->floor_usec + GRAIN_USEC;
    }
    if (due != BC_NO_TIME && again)
        logind_ask_at(user, MAX(due, now + USEC_PER_MSEC));
    user->again = false;
}

static void watch_end(struct logind_user *user)
{
    bool watched = true;

    for (struct logind_session *s = user->sessions; s; s = s->next)
        if (asked_for(s) && s->facts.idle)
            watched = watch_terminal(s) && watched;
    if (watched || !user->idle_reported) {
        user->again_usec = 0;
        return;
    }
    user->again_usec = user->again_usec == 0 ? AGAIN_FIRST_USEC : MIN(user->again_usec * 2, AGAIN_LAST_USEC);
    logind_ask_at(user, source_now(user->source) + user->again_usec);
}

static void answered(struct logind_user *user)
{
    for (const struct logind_session *s = user->sessions; s; s = s->next)
        if (s->ask)
            return;
    if (user->queried) {
        /* First: whoever asked dates the absence before what it asked for, and may lower the threshold. */
        user->queried = false;
        source_query_done(user->source, last_input(user));
    }
    if (!user->source->started)
        return;
    judge(user);
    logind_user_settle(user);
    watch_end(user);
}

static int on_answer(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind_session *s = userdata;
    usec_t now = source_now(s->user->source), ago;
    uint64_t since;

    s->ask = sd_bus_slot_unref(s->ask);
    s->input_usec = BC_NO_TIME;
    /* Of the wall clock, as the kernel keeps it: unlike the monotonic one that logind makes of it, it is not
     * cut off where the last input was before the boot's clock could say so after a suspend. */
    if (sd_bus_message_is_method_error(m, NULL))
        log_debug("logind: session %s: %s", s->id, sd_bus_message_get_error(m)->message);
    else if (sd_bus_message_read(m, "v", "t", &since) > 0 && since > 0) {
        ago = now_usec(CLOCK_REALTIME) - (usec_t)since - GRAIN_USEC;
        s->input_usec = now - MAX(ago, 0);
    }
    answered(s->user);
    return 0;
}

/**
 * logind_ask() - ask the text sessions in use for the last input; the answers are judged when all are there
 * @user: the user
 * @again: if the user isn't idle yet, ask once more when that may be
 */
void logind_ask(struct logind_user *user, bool again)
{
    user->again = user->again || again;
    for (struct logind_session *s = user->sessions; s; s = s->next)
        if (user->bus && asked_for(s) && !s->ask &&
            sd_bus_call_method_async(user->bus, &s->ask, LOGIND_NAME, s->path, PROPERTIES, "Get", on_answer,
                                     s, "ss", LOGIND_SESSION, "IdleSinceHint") < 0)
            s->input_usec = BC_NO_TIME;
}

static int on_nobody_asked(_unused_ sd_event_source *source, void *userdata)
{
    answered(userdata);
    return 0;
}

/**
 * logind_ask_query() - the driver's query(): graphical sessions have told, text sessions are asked
 * @user: the user
 */
void logind_ask_query(struct logind_user *user)
{
    user->queried = true;
    logind_ask(user, false);
    for (const struct logind_session *s = user->sessions; s; s = s->next)
        if (s->ask)
            return;
    /* The answer is known, but never given from inside of the question. */
    if (!user->defer)
        (void)sd_event_add_defer(user->source->event, &user->defer, on_nobody_asked, user);
    else
        (void)sd_event_source_set_enabled(user->defer, SD_EVENT_ONESHOT);
}

static int on_timer(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    struct logind_user *user = userdata;

    if (user->source->started && user->verdict.n_text > 0)
        logind_ask(user, false);
    return 0;
}

/**
 * logind_ask_at() - ask at an instant; replaces an earlier wish
 * @user: the user
 * @due_usec: when, on CLOCK_BOOTTIME
 */
void logind_ask_at(struct logind_user *user, usec_t due_usec)
{
    if (!user->ask_timer) {
        (void)sd_event_add_time(user->source->event, &user->ask_timer, CLOCK_BOOTTIME, (uint64_t)due_usec,
                                USEC_PER_SEC, on_timer, user);
        return;
    }
    (void)sd_event_source_set_time(user->ask_timer, (uint64_t)due_usec);
    (void)sd_event_source_set_enabled(user->ask_timer, SD_EVENT_ONESHOT);
}

/**
 * logind_ask_stop() - nobody wants to know any more
 * @user: the user
 */
void logind_ask_stop(struct logind_user *user)
{
    user->ask_timer = sd_event_source_disable_unref(user->ask_timer);
    user->defer = sd_event_source_disable_unref(user->defer);
    user->queried = user->again = false;
    user->again_usec = 0;
    for (struct logind_session *s = user->sessions; s; s = s->next) {
        s->ask = sd_bus_slot_unref(s->ask);
        s->terminal = sd_event_source_disable_unref(s->terminal);
        if (!s->facts.graphical)
            s->facts.idle = false;
    }
}
