/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See notify-fake.h. It goes through the same states as the real one (see notify.c) and is held to the same
 * tests: none -> (show) standing -> (withdraw, or the user or the server ends it) leaving -> none. A message
 * that comes while one is leaving waits until it is gone. All but what the player of the user causes comes
 * later, from the loop.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notify/notify-fake.h"

struct notify {
    notify_func func;
    void *userdata;
    sd_event *event;
    sd_event_source *later;
    unsigned unanswered; /* messages whose SHOWN is to come */
    bool answer;
    int error;
    bool shown;
    bool leaving; /* GONE is to come, or what waits */
    bool waiting; /* the latest message, for the leaving one to be gone */
    unsigned shows;
    unsigned withdrawals;
    char summary[256];
    char body[1024];
    char action_ids[256];
    enum notify_urgency urgency;
    usec_t timeout_usec;
    bool quiet;
    char name[64];
    char version[64];
    char capability[64];
    const char *capabilities[2];
};

static int arm(struct notify *n)
{
    return sd_event_source_set_enabled(n->later, SD_EVENT_ONESHOT);
}

static void begin(struct notify *n)
{
    n->shown = true;
    n->unanswered += n->answer;
}

static void gone(struct notify *n)
{
    bool waiting = n->waiting;
    char text[96];

    n->leaving = false;
    n->waiting = false;
    if (waiting && n->error == 0) {
        begin(n);
        return;
    }
    if (waiting) {
        (void)snprintf(text, sizeof text, "can't start the notifier: %s", strerror(-n->error));
        n->func(n->userdata, NOTIFY_EVENT_FAILED, text);
    }
    if (!notify_busy(n))
        n->func(n->userdata, NOTIFY_EVENT_GONE, NULL);
}

static int on_later(sd_event_source *s, void *userdata)
{
    struct notify *n = userdata;

    (void)s;
    if (n->leaving)
        gone(n);
    /* An event may be answered by anything that the port can do. */
    while (n->unanswered > 0 && n->shown) {
        n->unanswered--;
        n->func(n->userdata, NOTIFY_EVENT_SHOWN, NULL);
    }
    return 0;
}

/**
 * notify_new() - as the real one; bus and path are not used
 *
 * Return: 0 or a negative errno.
 */
int notify_new(sd_event *event, sd_bus *session_bus, const char *notifier_path, notify_func func,
               void *userdata, struct notify **ret)
{
    struct notify *n = calloc(1, sizeof *n);
    int r;

    (void)session_bus;
    (void)notifier_path;
    if (!n)
        return -ENOMEM;
    n->func = func;
    n->userdata = userdata;
    n->answer = true;
    r = sd_event_add_defer(event, &n->later, on_later, n);
    if (r >= 0)
        r = sd_event_source_set_enabled(n->later, SD_EVENT_OFF);
    if (r < 0) {
        (void)notify_free(n);
        return r;
    }
    *ret = n;
    return 0;
}

/**
 * notify_free() - as the real one
 *
 * Return: NULL.
 */
struct notify *notify_free(struct notify *notify)
{
    if (notify)
        sd_event_source_disable_unref(notify->later);
    free(notify);
    return NULL;
}

/**
 * notify_show() - remember the message
 *
 * Return: 0; 1 for a quiet one with nothing to update; what notify_fake_refuse() said.
 */
int notify_show(struct notify *notify, const struct notify_message *message)
{
    size_t used = 0;

    if (message->quiet && !notify->shown && !notify->waiting)
        return 1;
    /* As with the real one, only a new notification needs a notifier to be started. */
    if (!notify_busy(notify) && notify->error < 0)
        return notify->error;
    (void)snprintf(notify->summary, sizeof notify->summary, "%s", message->summary);
    (void)snprintf(notify->body, sizeof notify->body, "%s", message->body ? message->body : "");
    notify->action_ids[0] = '\0';
    for (size_t i = 0; i < message->n_actions; i++)
        used += (size_t)snprintf(notify->action_ids + used, sizeof notify->action_ids - used, "%s%s",
                                 i > 0 ? " " : "", message->actions[i].id);
    notify->urgency = message->urgency;
    notify->timeout_usec = message->timeout_usec;
    notify->quiet = message->quiet;
    notify->shows++;
    if (notify->leaving)
        notify->waiting = true;
    else
        begin(notify);
    return arm(notify);
}

/* What stands is no more; GONE follows from the loop. */
static void leave(struct notify *n)
{
    n->shown = false;
    n->unanswered = 0;
    n->leaving = true;
    (void)arm(n); /* of a source that exists: it can't fail */
}

/** notify_withdraw() - as the real one */
void notify_withdraw(struct notify *notify)
{
    notify->withdrawals += notify->shown || notify->waiting;
    notify->waiting = false;
    if (notify->shown)
        leave(notify);
}

/** notify_server() - what notify_fake_server() said */
void notify_server(const struct notify *notify, struct notify_server_info *ret)
{
    *ret = (struct notify_server_info){notify->name, notify->version, notify->capabilities};
}

/** notify_server_has() - as the real one */
bool notify_server_has(const struct notify *notify, const char *capability)
{
    return *notify->capability && strcmp(notify->capability, capability) == 0;
}

/** notify_busy() - as the real one */
bool notify_busy(const struct notify *notify)
{
    return notify->shown || notify->leaving;
}

/** notify_fake_view() - what a user would see; the strings live until the next message */
void notify_fake_view(const struct notify *notify, struct notify_fake_view *ret)
{
    *ret = (struct notify_fake_view){
        .shown = notify->shown,
        .shows = notify->shows,
        .withdrawals = notify->withdrawals,
        .summary = notify->summary,
        .body = notify->body,
        .action_ids = notify->action_ids,
        .urgency = notify->urgency,
        .timeout_usec = notify->timeout_usec,
        .quiet = notify->quiet,
    };
}

/** notify_fake_refuse() - let no notifier start because of @error, or with 0 work again */
void notify_fake_refuse(struct notify *notify, int error)
{
    notify->error = error;
}

/** notify_fake_answer() - whether SHOWN comes */
void notify_fake_answer(struct notify *notify, bool answer)
{
    notify->answer = answer;
}

/**
 * notify_fake_act() - the user uses a button
 *
 * Return: 0; -ENOENT if nothing is shown.
 */
int notify_fake_act(struct notify *notify, const char *id)
{
    if (!notify->shown)
        return -ENOENT;
    notify->func(notify->userdata, NOTIFY_EVENT_ACTION, id);
    return 0;
}

static int end(struct notify *notify, enum notify_event_type type, const char *text)
{
    if (!notify->shown)
        return -ENOENT;
    leave(notify);
    notify->func(notify->userdata, type, text);
    return 0;
}

/**
 * notify_fake_close() - the notification is closed: "expired", "dismissed", …
 *
 * Return: 0; -ENOENT if nothing is shown.
 */
int notify_fake_close(struct notify *notify, const char *reason)
{
    return end(notify, NOTIFY_EVENT_CLOSED, reason);
}

/**
 * notify_fake_fail() - it can't be shown, or the server dies
 *
 * Return: 0; -ENOENT if nothing is shown.
 */
int notify_fake_fail(struct notify *notify, const char *text)
{
    return end(notify, NOTIFY_EVENT_FAILED, text);
}

/**
 * notify_fake_server() - another server, with one capability or NULL
 *
 * Return: 0.
 */
int notify_fake_server(struct notify *notify, const char *name, const char *version, const char *capability)
{
    (void)snprintf(notify->name, sizeof notify->name, "%s", name);
    (void)snprintf(notify->version, sizeof notify->version, "%s", version);
    (void)snprintf(notify->capability, sizeof notify->capability, "%s", capability ? capability : "");
    notify->capabilities[0] = capability ? notify->capability : NULL;
    notify->func(notify->userdata, NOTIFY_EVENT_SERVER, NULL);
    return 0;
}
