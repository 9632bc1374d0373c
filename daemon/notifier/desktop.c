/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See desktop.h. The one user of libnotify and GLib in BackCare, in a process that lives only as long as its
 * notification. It decides nothing but how to say a message to the server at hand, and must not know breaks
 * or settings.
 *
 * libnotify's calls block for up to 25 s when the server hangs and take no time-out, so an alarm ends the
 * process first: there is nothing in it worth saving.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <libnotify/notify.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notifier/desktop.h"
#include "notify/wire.h"

#define SERVER_NAME "org.freedesktop.Notifications"

/* Seconds for one exchange with the server. The daemon kills a notifier that is silent for 10 s, and one that
 * is to go after 2 s: stay below, so that the reason is said. */
#define SHOW_SECONDS 8
#define CLOSE_SECONDS 1
#define BUS_TIMEOUT_MSEC 2000

/* How long an answered notification waits for the update that follows from the answer (a prompt becomes the
 * guide) before it is closed: shorter than a person notices. */
#define ANSWER_GRACE_MSEC 500
/* A server may say "answered" and "closed" in one breath: let both be heard before the next message goes out,
 * or the late "closed" would be taken for that one's. */
#define ANSWER_SETTLE_MSEC 50
/* The server's own expiry comes first where there is one. */
#define EXPIRY_GRACE_MSEC 500

enum {
    EXIT_SHOWN = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
};

struct desktop {
    GMainLoop *loop;
    NotifyNotification *note;
    GDBusConnection *bus;
    GList *capabilities;
    char *server_owner; /* who shows the notification: a unique name */
    struct wire_message incoming;
    char line[WIRE_LINE_MAX + 1];
    size_t line_size;
    unsigned line_number;
    guint expiry_id;
    guint answer_id;
    guint input_id; /* 0 after the end of input, and while an answer settles */
    bool stay;
    bool asked;        /* the capabilities */
    bool keeps_window; /* the server closes a notification and leaves its window */
    bool shown;        /* the server has a notification of ours */
    bool answered;     /* an action was invoked and no update has come since */
    bool finishing;    /* the last word is said */
    int status;
};

/* Each line goes out at once: the reader waits for it. */
static void say(const char *word, const char *text)
{
    (void)printf(text ? "%s %s\n" : "%s\n", word, text);
    (void)fflush(stdout);
}

/* Async-signal-safe. */
static void on_alarm(int signo)
{
    static const char text[] = "failed the notification server does not answer\n";

    (void)signo;
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0)
        _exit(EXIT_FAILED);
    _exit(EXIT_FAILED);
}

static void finish(struct desktop *d, const char *word, const char *text, int status)
{
    if (d->finishing)
        return;
    d->finishing = true;
    d->status = status;
    say(word, text);
    g_main_loop_quit(d->loop);
}

static void take_away(struct desktop *d)
{
    if (!d->shown)
        return;
    d->shown = false;
    (void)alarm(CLOSE_SECONDS);
    if (d->keeps_window) {
        notify_notification_set_timeout(d->note, 1);
        (void)notify_notification_show(d->note, NULL);
    }
    /* Never waits for the server's word that it is closed: not all say it. */
    (void)notify_notification_close(d->note, NULL);
    (void)alarm(0);
}

static void stop_timer(guint *id)
{
    if (*id)
        (void)g_source_remove(*id);
    *id = 0;
}

static bool server_has(const struct desktop *d, const char *capability)
{
    return g_list_find_custom(d->capabilities, capability, (GCompareFunc)strcmp) != NULL;
}

/* Only what every server's reader of markup knows; a numeric entity is shown as it stands by some. */
static char *escape_markup(const char *text)
{
    GString *s = g_string_new(NULL);

    for (const char *p = text; *p; p++)
        switch (*p) {
        case '&':
            g_string_append(s, "&amp;");
            break;
        case '<':
            g_string_append(s, "&lt;");
            break;
        case '>':
            g_string_append(s, "&gt;");
            break;
        default:
            g_string_append_c(s, *p);
        }
    return g_string_free(s, FALSE);
}

static const char *friendly_error(const GError *error)
{
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
        return "no notification server is running";
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
        return "the notification server has gone";
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return "the notification server does not answer";
    return error ? error->message : "unknown error";
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer userdata);

static void listen_to_input(struct desktop *d)
{
    d->input_id = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, d);
}

static gboolean on_answer_settled(gpointer userdata)
{
    listen_to_input(userdata);
    return G_SOURCE_REMOVE;
}

static gboolean on_answer_grace(gpointer userdata)
{
    struct desktop *d = userdata;

    d->answer_id = 0;
    take_away(d);
    finish(d, "closed", "closed", EXIT_SHOWN);
    return G_SOURCE_REMOVE;
}

static void on_action(NotifyNotification *note, char *action, gpointer userdata)
{
    struct desktop *d = userdata;

    (void)note;
    if (d->answered || d->finishing)
        return; /* a double click is one answer */
    d->answered = true;
    stop_timer(&d->expiry_id);
    if (d->input_id) {
        stop_timer(&d->input_id);
        (void)g_timeout_add(ANSWER_SETTLE_MSEC, on_answer_settled, d);
    }
    say("action", action);
    /* dunst and mako leave an answered notification standing. */
    d->answer_id = g_timeout_add(ANSWER_GRACE_MSEC, on_answer_grace, d);
}

static void on_closed(NotifyNotification *note, gpointer userdata)
{
    struct desktop *d = userdata;

    if (!d->shown)
        return; /* we did it */
    d->shown = false;
    if (d->answered)
        return; /* part of the answer: the grace decides */
    switch (notify_notification_get_closed_reason(note)) {
    case NOTIFY_CLOSED_REASON_EXPIRED:
        finish(d, "closed", "expired", EXIT_SHOWN);
        break;
    case NOTIFY_CLOSED_REASON_DISMISSED:
        finish(d, "closed", "dismissed", EXIT_SHOWN);
        break;
    case NOTIFY_CLOSED_REASON_API_REQUEST:
        finish(d, "closed", "closed", EXIT_SHOWN);
        break;
    default:
        finish(d, "closed", "unknown", EXIT_SHOWN);
    }
}

/* Some servers (GNOME's, notification-daemon) keep a notification for as long as they like. */
static gboolean on_expiry(gpointer userdata)
{
    struct desktop *d = userdata;

    d->expiry_id = 0;
    take_away(d);
    finish(d, "closed", "expired", EXIT_SHOWN);
    return G_SOURCE_REMOVE;
}

static void on_bus_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer userdata)
{
    struct desktop *d = userdata;

    (void)bus;
    (void)vanished;
    (void)error;
    d->shown = false;
    finish(d, "failed", "the session bus has gone", EXIT_FAILED);
}

static void on_owner_changed(GDBusConnection *bus, const char *sender, const char *path,
                             const char *interface, const char *signal, GVariant *parameters,
                             gpointer userdata)
{
    struct desktop *d = userdata;
    const char *name, *old_owner, *new_owner;

    (void)bus;
    (void)sender;
    (void)path;
    (void)interface;
    (void)signal;
    g_variant_get(parameters, "(&s&s&s)", &name, &old_owner, &new_owner);
    /* A change from before our notification was shown may be delivered late: look at who it is about. */
    if (!d->shown || g_strcmp0(old_owner, d->server_owner) != 0)
        return;
    d->shown = false;
    finish(d, "failed", "the notification server has gone", EXIT_FAILED);
}

static char *ask_owner(struct desktop *d)
{
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        d->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
        g_variant_new("(s)", SERVER_NAME), G_VARIANT_TYPE("(s)"), G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT_MSEC,
        NULL, NULL);
    char *owner = NULL;

    if (reply)
        g_variant_get(reply, "(s)", &owner);
    return owner;
}

/* The connection that libnotify uses too, and a watch over it and over the server. */
static bool connect_bus(struct desktop *d)
{
    g_autoptr(GError) error = NULL;

    if (d->bus)
        return true;
    d->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    if (!d->bus) {
        g_autofree char *text = g_strdup_printf("no session bus: %s", error->message);

        finish(d, "failed", text, EXIT_FAILED);
        return false;
    }
    g_dbus_connection_set_exit_on_close(d->bus, FALSE);
    (void)g_signal_connect(d->bus, "closed", G_CALLBACK(on_bus_closed), d);
    (void)g_dbus_connection_signal_subscribe(d->bus, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                             "NameOwnerChanged", "/org/freedesktop/DBus", SERVER_NAME,
                                             G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, d, NULL);
    return true;
}

/* Summary and body as this server can show them: what it lacks is said in words. */
static void set_text(struct desktop *d, const struct wire_message *m)
{
    g_autofree char *summary = g_utf8_make_valid(m->summary, -1);
    g_autofree char *body = NULL, *joined = NULL;

    if (m->fallback && *m->fallback && !server_has(d, "actions"))
        joined = m->body && *m->body ? g_strconcat(m->body, "\n", m->fallback, NULL) : g_strdup(m->fallback);
    else
        joined = g_strdup(m->body ? m->body : "");
    body = g_utf8_make_valid(joined, -1);
    if (d->capabilities && !server_has(d, "body") && *body) {
        char *one = g_strconcat(summary, " \xe2\x80\x93 ", body, NULL);

        g_free(summary);
        summary = one;
        body[0] = '\0';
    }
    if (server_has(d, "body-markup")) {
        char *escaped = escape_markup(body);

        g_free(body);
        body = escaped;
    }
    if (d->note)
        (void)notify_notification_update(d->note, summary, body, NULL);
    else {
        d->note = notify_notification_new(summary, body, NULL);
        (void)g_signal_connect(d->note, "closed", G_CALLBACK(on_closed), d);
    }
}

static void set_hints(struct desktop *d, const struct wire_message *m)
{
    NotifyNotification *n = d->note;

    notify_notification_clear_hints(n);
    notify_notification_set_urgency(n, (NotifyUrgency)m->urgency);
    notify_notification_set_category(n, "x-backcare.break");
    notify_notification_set_hint(n, "desktop-entry", g_variant_new_string("backcare"));
    /* Not "transient": a prompt stays in the list of notifications until it is answered. "resident": where
     * the server would drop it at a click, the next message could not take its place. */
    notify_notification_set_hint(n, "resident", g_variant_new_boolean(TRUE));
    /* The id replaces in place while this process lives; the tag also replaces what a killed one left. Sent
     * only to servers that say they know it: others take the second for a volume display. */
    if (server_has(d, "x-dunst-stack-tag"))
        notify_notification_set_hint(n, "x-dunst-stack-tag", g_variant_new_string("backcare"));
    else if (server_has(d, "x-canonical-private-synchronous"))
        notify_notification_set_hint(n, "x-canonical-private-synchronous", g_variant_new_string("backcare"));
    if (m->quiet)
        notify_notification_set_hint(n, "suppress-sound", g_variant_new_boolean(TRUE));
    else if (m->sound && *m->sound && g_utf8_validate(m->sound, -1, NULL))
        notify_notification_set_hint(n, "sound-name", g_variant_new_string(m->sound));
    if (m->image && *m->image) {
        g_autofree char *uri = g_filename_to_uri(m->image, NULL, NULL);

        if (uri)
            notify_notification_set_hint(n, "image-path", g_variant_new_string(uri));
    }
}

static void set_actions(struct desktop *d, const struct wire_message *m)
{
    notify_notification_clear_actions(d->note);
    if (!server_has(d, "actions"))
        return;
    for (size_t i = 0; i < m->n_actions; i++) {
        g_autofree char *id = g_utf8_make_valid(m->actions[i].id, -1);
        g_autofree char *label = g_utf8_make_valid(m->actions[i].label, -1);

        notify_notification_add_action(d->note, id, label, on_action, d, NULL);
    }
}

/* Milliseconds, rounded up; libnotify's words for "the server decides" and "never" are -1 and 0. */
static int timeout_msec(const struct wire_message *m)
{
    usec_t msec;

    if (m->timeout_usec == 0)
        return NOTIFY_EXPIRES_DEFAULT;
    if (m->timeout_usec == USEC_INFINITY)
        return NOTIFY_EXPIRES_NEVER;
    msec = (m->timeout_usec - 1) / USEC_PER_MSEC + 1;
    return msec > INT_MAX - EXPIRY_GRACE_MSEC ? INT_MAX - EXPIRY_GRACE_MSEC : (int)msec;
}

/* What the server is and can do, once: a server that is replaced ends this process. */
static void ask_server(struct desktop *d)
{
    g_autofree char *name = NULL, *vendor = NULL, *version = NULL, *spec = NULL;

    if (d->asked)
        return;
    d->asked = true;
    d->capabilities = notify_get_server_caps();
    /* notification-daemon 3.20 says a notification is closed and takes its window away only at an expiry. */
    if (d->capabilities && notify_get_server_info(&name, &vendor, &version, &spec))
        d->keeps_window = strcmp(name, "Notification Daemon") == 0;
}

static bool show(struct desktop *d, const struct wire_message *m)
{
    g_autoptr(GError) error = NULL;
    int msec = timeout_msec(m);

    stop_timer(&d->answer_id);
    stop_timer(&d->expiry_id);
    d->answered = false;
    (void)alarm(SHOW_SECONDS);
    if (!connect_bus(d))
        return false;
    ask_server(d);
    set_text(d, m);
    set_hints(d, m);
    set_actions(d, m);
    notify_notification_set_timeout(d->note, msec);
    if (!notify_notification_show(d->note, &error)) {
        if (error)
            (void)g_dbus_error_strip_remote_error(error);
        d->shown = false;
        finish(d, "failed", friendly_error(error), EXIT_FAILED);
        return false;
    }
    d->shown = true;
    g_free(d->server_owner);
    d->server_owner = ask_owner(d);
    (void)alarm(0);
    if (!d->server_owner) {
        d->shown = false;
        finish(d, "failed", "the notification server has gone", EXIT_FAILED);
        return false;
    }
    say("shown", NULL);
    if (msec > 0)
        d->expiry_id = g_timeout_add((guint)(msec + EXPIRY_GRACE_MSEC), on_expiry, d);
    return true;
}

static bool refuse(struct desktop *d, const char *problem)
{
    g_autofree char *text = g_strdup_printf("line %u: %s", d->line_number, problem);

    take_away(d);
    finish(d, "failed", text, EXIT_USAGE);
    return false;
}

/* Return: whether to read on. */
static bool take_line(struct desktop *d)
{
    const char *problem = NULL;
    bool go_on;
    int r;

    d->line[d->line_size] = '\0';
    d->line_size = 0;
    d->line_number++;
    r = wire_message_read(&d->incoming, d->line, &problem);
    if (r < 0)
        return refuse(d, problem);
    if (r == WIRE_MORE)
        return true;
    go_on = show(d, &d->incoming);
    wire_message_done(&d->incoming);
    return go_on;
}

static void end_of_input(struct desktop *d)
{
    if (d->line_size > 0 && !take_line(d))
        return;
    if (d->stay) {
        if (d->incoming.begun) {
            d->line_size = 0; /* the blank line that ends the message */
            if (!take_line(d))
                return;
        }
        if (d->shown || d->answered)
            return;
    }
    if (!d->note) {
        g_main_loop_quit(d->loop);
        return;
    }
    take_away(d);
    finish(d, "closed", "closed", EXIT_SHOWN);
}

/* Return: whether there may be more. */
static bool read_input(struct desktop *d, int fd)
{
    char buf[4096];
    ssize_t n = read(fd, buf, sizeof buf);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0) {
        end_of_input(d);
        return false;
    }
    for (ssize_t i = 0; i < n; i++) {
        if (buf[i] == '\n') {
            if (!take_line(d))
                return false;
        } else if (d->line_size < WIRE_LINE_MAX)
            d->line[d->line_size++] = buf[i];
        else {
            d->line_number++;
            (void)refuse(d, "the line is too long");
            return false;
        }
    }
    return true;
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer userdata)
{
    struct desktop *d = userdata;

    (void)condition;
    if (read_input(d, fd))
        return G_SOURCE_CONTINUE;
    d->input_id = 0;
    return G_SOURCE_REMOVE;
}

static gboolean on_terminate(gpointer userdata)
{
    struct desktop *d = userdata;

    take_away(d);
    finish(d, "closed", "closed", EXIT_SHOWN);
    return G_SOURCE_REMOVE;
}

/* libnotify complains of a missing server, which `failed` says already. */
static void drop_message(const char *domain, GLogLevelFlags level, const char *text, gpointer userdata)
{
    (void)domain;
    (void)level;
    (void)text;
    (void)userdata;
}

/**
 * desktop_run() - show what standard input says until it is gone
 * @stay: the end of input completes the message and leaves it standing instead of taking it away
 *
 * Return: the exit status: 0 shown (or nothing to show), 1 failed, 2 input that can't be read.
 */
int desktop_run(bool stay)
{
    struct desktop d = {.stay = stay, .incoming = WIRE_MESSAGE_INIT};

    (void)signal(SIGALRM, on_alarm);
    /* A reader that has gone says so by the end of our input too; first the notification goes. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)g_log_set_handler("libnotify", G_LOG_LEVEL_WARNING, drop_message, NULL);
    if (!notify_init("BackCare")) {
        say("failed", "libnotify does not start");
        return EXIT_FAILED;
    }
    d.loop = g_main_loop_new(NULL, FALSE);
    listen_to_input(&d);
    (void)g_unix_signal_add(SIGTERM, on_terminate, &d);
    (void)g_unix_signal_add(SIGINT, on_terminate, &d);
    (void)g_unix_signal_add(SIGHUP, on_terminate, &d);
    if (!d.finishing)
        g_main_loop_run(d.loop);

    wire_message_done(&d.incoming);
    g_free(d.server_owner);
    g_list_free_full(d.capabilities, g_free);
    g_clear_object(&d.note);
    g_main_loop_unref(d.loop);
    /* Not notify_uninit(): it closes again what libnotify believes to be shown, which may block. */
    return d.status;
}
