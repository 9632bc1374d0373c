/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification port: what shows a message to the user. Asynchronous by contract: a call returns at once
 * and what became of it comes back as an event. Nobody behind this port decides when or what to show.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "util/macro.h"
#include "util/time-util.h"

enum notify_urgency {
    NOTIFY_URGENCY_LOW,
    NOTIFY_URGENCY_NORMAL,
    NOTIFY_URGENCY_CRITICAL,
    _NOTIFY_URGENCY_MAX,
    _NOTIFY_URGENCY_INVALID = -EINVAL,
};

#define NOTIFY_ACTIONS_MAX 4

struct notify_action {
    const char *id;    /* "start", "snooze", "done", "another" */
    const char *label; /* for the user */
};

struct notify_message {
    const char *summary;  /* plain text, at most 40 characters */
    const char *body;     /* plain text: the port escapes it where the server reads markup */
    const char *fallback; /* appended to the body where the server can't show actions; NULL = nothing */
    const char *image;    /* absolute path of a picture, or NULL */
    const char *sound;    /* a name of the sound theme, or NULL */
    enum notify_urgency urgency;
    usec_t timeout_usec; /* 0 = the server decides, USEC_INFINITY = until it is closed */
    struct notify_action actions[NOTIFY_ACTIONS_MAX];
    size_t n_actions;
    bool quiet; /* an update in place that must not draw attention again (progress of a guide) */
};

enum notify_event_type {
    NOTIFY_EVENT_SHOWN,
    NOTIFY_EVENT_ACTION, /* text: the action's id */
    NOTIFY_EVENT_CLOSED, /* text: "expired", "dismissed", "closed" or "unknown" */
    NOTIFY_EVENT_FAILED, /* text: why; nothing is shown any more */
    NOTIFY_EVENT_GONE,   /* the notifier has ended, and nothing waits to be shown */
    NOTIFY_EVENT_SERVER, /* what notify_server() says has changed */
};

typedef void (*notify_func)(void *userdata, enum notify_event_type type, const char *text);

struct notify_server_info {
    const char *name; /* "" = none answers */
    const char *version;
    const char *const *capabilities; /* NULL-terminated, never NULL */
};

struct notify;

int notify_new(sd_event *event, sd_bus *session_bus, const char *notifier_path, notify_func func,
               void *userdata, struct notify **ret);
struct notify *notify_free(struct notify *notify);
DEFINE_CLEANUP(struct notify *, notify_free)

/* Shows a message, or replaces the one that is shown, in place. Copies what it needs. A quiet one only
 * replaces. */
int notify_show(struct notify *notify, const struct notify_message *message);
/* Takes the message away; nothing if none is shown. */
void notify_withdraw(struct notify *notify);

/* Whether a notifier runs: after a withdrawal NOTIFY_EVENT_GONE tells when none does any more. */
bool notify_busy(const struct notify *notify);

void notify_server(const struct notify *notify, struct notify_server_info *ret);
bool notify_server_has(const struct notify *notify, const char *capability);

const char *notify_urgency_to_string(enum notify_urgency urgency);
enum notify_urgency notify_urgency_from_string(const char *text);
