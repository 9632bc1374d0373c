/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification port, carried out by one backcare-notifier at a time. It must not know breaks, exercises
 * or the wording of anything.
 *
 * Life of a notifier: none -> (show) up -> (withdraw, or its last word) leaving -> none. A message that comes
 * while one is leaving waits until it is gone, so that two never speak to the server at once. At rest there
 * is no process and no buffer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "notify/child.h"
#include "notify/notify.h"
#include "notify/server.h"
#include "notify/wire.h"
#include "util/log.h"

/* A notifier that neither shows nor fails within this is killed; so is one that does not go. */
#define ANSWER_USEC (10 * USEC_PER_SEC)
#define LEAVE_USEC (2 * USEC_PER_SEC)
#define ACCURACY_USEC (100 * USEC_PER_MSEC)

struct notify {
    sd_event *event;
    char *path;
    notify_func func;
    void *userdata;
    struct server *server;
    struct child *child;    /* NULL at rest */
    sd_event_source *timer; /* of the answer, or of the leaving */
    bool leaving;
    bool was_shown;      /* the child's notification was on the screen */
    unsigned unanswered; /* messages sent for which neither `shown` nor `failed` has come */
    char *latest;        /* the newest of them, in case it has to go to a successor */
    bool latest_quiet;
    char *waiting; /* for the leaving one to be gone */
};

static int start(struct notify *n, const char *packet);

static void tell(struct notify *n, enum notify_event_type type, const char *text)
{
    n->func(n->userdata, type, text);
}

static void on_server_changed(void *userdata)
{
    tell(userdata, NOTIFY_EVENT_SERVER, NULL);
}

static void stop_timer(struct notify *n)
{
    n->timer = sd_event_source_disable_unref(n->timer);
}

static void forget_messages(struct notify *n)
{
    n->unanswered = 0;
    free(TAKE_PTR(n->latest));
}

static int on_late(sd_event_source *s, uint64_t usec, void *userdata);

static int arm(struct notify *n, usec_t usec)
{
    stop_timer(n);
    return sd_event_add_time_relative(n->event, &n->timer, CLOCK_MONOTONIC, (uint64_t)usec,
                                      (uint64_t)ACCURACY_USEC, on_late, n);
}

/* From here on the child's lines mean nothing; it has LEAVE_USEC to go by itself. */
static void leave(struct notify *n)
{
    n->leaving = true;
    forget_messages(n);
    child_end_input(n->child);
    if (arm(n, LEAVE_USEC) < 0)
        child_kill(n->child);
}

static void fail(struct notify *n, const char *text)
{
    leave(n);
    tell(n, NOTIFY_EVENT_FAILED, text);
}

static int on_late(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct notify *n = userdata;

    (void)s;
    (void)usec;
    stop_timer(n);
    child_kill(n->child);
    if (!n->leaving) {
        n->leaving = true;
        forget_messages(n);
        tell(n, NOTIFY_EVENT_FAILED, "the notification server does not answer");
    }
    return 0;
}

static void on_shown(struct notify *n)
{
    struct notify_server_info info;

    n->was_shown = true;
    if (n->unanswered > 0 && --n->unanswered > 0) {
        if (arm(n, ANSWER_USEC) < 0)
            log_debug("Can't arm the timer of the notifier");
    } else {
        stop_timer(n);
        forget_messages(n);
    }
    /* A server that has just shown something is not the hung one that did not answer. */
    server_info(n->server, &info);
    if (!*info.name)
        server_ask(n->server);
    tell(n, NOTIFY_EVENT_SHOWN, NULL);
}

/* The old notification was closed while a message that shall replace it was on its way: unless that is only
 * an update of the closed one, it still has to be shown. */
static void on_closed(struct notify *n, const char *reason)
{
    if (!n->was_shown) {
        fail(n, "the notifier closed what it had not shown");
        return;
    }
    if (n->unanswered > 0 && !n->latest_quiet)
        n->waiting = TAKE_PTR(n->latest);
    leave(n);
    if (!n->waiting)
        tell(n, NOTIFY_EVENT_CLOSED, reason);
}

static void on_line(void *userdata, const char *line)
{
    static const char *const reasons[] = {"expired", "dismissed", "closed", "unknown"};
    struct notify *n = userdata;

    if (n->leaving)
        return;
    if (strcmp(line, "shown") == 0)
        on_shown(n);
    else if (strncmp(line, "action ", 7) == 0)
        tell(n, NOTIFY_EVENT_ACTION, line + 7);
    else if (strncmp(line, "failed ", 7) == 0)
        fail(n, line + 7);
    else if (strncmp(line, "closed ", 7) == 0) {
        const char *reason = "unknown";

        for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
            if (strcmp(line + 7, reasons[i]) == 0)
                reason = reasons[i];
        on_closed(n, reason);
    } else
        log_debug("The notifier said something unknown");
}

static void on_exit_child(void *userdata, int code, int status)
{
    struct notify *n = userdata;
    _cleanup_(freep) char *waiting = TAKE_PTR(n->waiting);
    bool expected = n->leaving;
    char text[96];
    int r;

    n->child = child_free(n->child);
    stop_timer(n);
    forget_messages(n);
    n->leaving = false;
    if (!expected) {
        (void)snprintf(text, sizeof text, "the notifier ended unexpectedly (%s %d)",
                       code == CLD_EXITED ? "exit status" : "signal", status);
        tell(n, NOTIFY_EVENT_FAILED, text);
    }
    if (waiting) {
        r = start(n, waiting);
        if (r < 0) {
            (void)snprintf(text, sizeof text, "can't start the notifier: %s", strerror(-r));
            tell(n, NOTIFY_EVENT_FAILED, text);
        }
    }
    if (!n->child)
        tell(n, NOTIFY_EVENT_GONE, NULL);
}

static int send_packet(struct notify *n, const char *packet, bool quiet)
{
    char *copy = strdup(packet);
    int r;

    if (!copy)
        return -ENOMEM;
    free(n->latest);
    n->latest = copy;
    /* A quiet update behind a message that is not shown yet must not make that one be lost. */
    n->latest_quiet = quiet && (n->unanswered == 0 || n->latest_quiet);
    r = child_send(n->child, packet);
    if (r == -EPIPE)
        r = 0; /* it is going: its last word or its exit decides */
    if (r < 0)
        return r;
    if (r == 0)
        n->unanswered++;
    return n->timer ? 0 : arm(n, ANSWER_USEC);
}

static int start(struct notify *n, const char *packet)
{
    static const struct child_handlers handlers = {.line = on_line, .exit = on_exit_child};
    int r = child_new(n->event, n->path, &handlers, n, &n->child);

    if (r < 0)
        return r;
    n->was_shown = false;
    r = send_packet(n, packet, false);
    if (r < 0) {
        n->child = child_free(n->child);
        stop_timer(n);
        forget_messages(n);
    }
    return r;
}

/* The message as lines, to be freed; NULL when out of memory. */
static char *compose(const struct notify_message *m)
{
    const char *urgency = notify_urgency_to_string(m->urgency);
    char *text = NULL, key[128];
    size_t size;
    FILE *f = open_memstream(&text, &size);
    bool bad;

    if (!f)
        return NULL;
    wire_write(f, "summary", m->summary && *m->summary ? m->summary : "BackCare");
    wire_write(f, "body", m->body);
    wire_write(f, "fallback", m->fallback);
    wire_write(f, "image", m->image);
    wire_write(f, "sound", m->sound);
    wire_write(f, "urgency", urgency ? urgency : "normal");
    if (m->timeout_usec == USEC_INFINITY)
        wire_write(f, "timeout", "never");
    else if (m->timeout_usec > 0)
        (void)fprintf(f, "timeout %" PRId64 "us\n", m->timeout_usec);
    for (size_t i = 0; i < MIN(m->n_actions, (size_t)NOTIFY_ACTIONS_MAX); i++) {
        (void)snprintf(key, sizeof key, "action %s", m->actions[i].id);
        wire_write(f, key, m->actions[i].label);
    }
    wire_write(f, "quiet", m->quiet ? "yes" : NULL);
    (void)fputs("show\n", f);
    bad = ferror(f);
    if (fclose(f) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}

/**
 * notify_new() - make the port ready; nothing is started yet
 * @event: the loop. SIGCHLD must be blocked in the process
 * @session_bus: attached to @event, to ask which server runs; NULL when there is none
 * @notifier_path: of backcare-notifier
 * @func: told what becomes of messages; it may show and withdraw, but not free the port
 * @userdata: given to it
 * @ret: the port; untouched on failure
 *
 * For each message that is shown or replaced NOTIFY_EVENT_SHOWN comes once (an update that overtakes one not
 * yet begun takes its place). CLOSED and FAILED are the last of a notification. After notify_withdraw() there
 * is silence. In each case GONE follows, unless another message was shown meanwhile: then it comes after
 * that.
 *
 * Return: 0 or a negative errno.
 */
int notify_new(sd_event *event, sd_bus *session_bus, const char *notifier_path, notify_func func,
               void *userdata, struct notify **ret)
{
    _cleanup_(notify_freep) struct notify *n = calloc(1, sizeof *n);
    int r;

    if (!n)
        return -ENOMEM;
    n->event = sd_event_ref(event);
    n->func = func;
    n->userdata = userdata;
    n->path = strdup(notifier_path);
    if (!n->path)
        return -ENOMEM;
    r = server_new(session_bus, on_server_changed, n, &n->server);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(n);
    return 0;
}

/**
 * notify_free() - end the port; a notifier that still runs is killed and reaped
 * @notify: may be NULL
 *
 * To take the notification from the screen as well, withdraw it and let the loop run until it is gone.
 *
 * Return: NULL.
 */
struct notify *notify_free(struct notify *notify)
{
    if (!notify)
        return NULL;
    stop_timer(notify);
    (void)child_free(notify->child);
    (void)server_free(notify->server);
    free(notify->latest);
    free(notify->waiting);
    free(notify->path);
    sd_event_unref(notify->event);
    free(notify);
    return NULL;
}

/**
 * notify_show() - show a message, or replace the one that is shown
 * @notify: the port
 * @message: copied. A quiet one is an update: if there is nothing to update (the user has closed it, or it
 *           failed), nothing happens
 *
 * Return: 0 it is on its way; 1 a quiet one came too late; a negative errno if the notifier can't be started.
 */
int notify_show(struct notify *notify, const struct notify_message *message)
{
    _cleanup_(freep) char *packet = NULL;

    if (message->quiet && (!notify->child || (notify->leaving && !notify->waiting)))
        return 1;
    packet = compose(message);
    if (!packet)
        return -ENOMEM;
    if (!notify->child)
        return start(notify, packet);
    if (!notify->leaving)
        return send_packet(notify, packet, message->quiet);
    free(notify->waiting);
    notify->waiting = TAKE_PTR(packet);
    return 0;
}

/**
 * notify_withdraw() - take away what is shown and what waits to be
 * @notify: the port
 */
void notify_withdraw(struct notify *notify)
{
    free(TAKE_PTR(notify->waiting));
    if (notify->child && !notify->leaving)
        leave(notify);
}

/**
 * notify_busy() - whether a notifier runs, be it only to take its notification away
 * @notify: the port
 */
bool notify_busy(const struct notify *notify)
{
    return notify->child != NULL;
}

/**
 * notify_server() - the notification server, as far as it has answered
 * @notify: the port
 * @ret: its strings live until the next NOTIFY_EVENT_SERVER
 */
void notify_server(const struct notify *notify, struct notify_server_info *ret)
{
    server_info(notify->server, ret);
}

/**
 * notify_server_has() - whether the server is known to have a capability
 * @notify: the port
 * @capability: as GetCapabilities names it
 *
 * Return: false also while no server is known.
 */
bool notify_server_has(const struct notify *notify, const char *capability)
{
    struct notify_server_info info;

    server_info(notify->server, &info);
    for (const char *const *c = info.capabilities; *c; c++)
        if (strcmp(*c, capability) == 0)
            return true;
    return false;
}
