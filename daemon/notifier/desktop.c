/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See desktop.h. The life of the process, which is that of its notification: lines come in, words go out,
 * timers and signals end it. It must not know breaks or settings, nor how a server is spoken to (popup.h).
 *
 * popup.h's calls may block for longer than the daemon waits and take no time-out, so an alarm ends the
 * process first: there is nothing in it worth saving.
 */
#include <errno.h>
#include <glib-unix.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "notifier/desktop.h"
#include "notifier/popup.h"
#include "notify/wire.h"

/* Seconds for one exchange with the server. The daemon kills a notifier that is silent for 10 s, and one that
 * is to go after 2 s: stay below, so that the reason is said. */
#define SHOW_SECONDS 8
#define CLOSE_SECONDS 1

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
    struct popup *popup;
    struct wire_reader reader;
    guint expiry_id;
    guint answer_id;
    guint input_id; /* 0 after the end of input, and while an answer settles */
    bool stay;
    bool begun;     /* a message was shown */
    bool answered;  /* an action was invoked and no update has come since */
    bool finishing; /* the last word is said */
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
    (void)alarm(CLOSE_SECONDS);
    popup_take_away(d->popup);
    (void)alarm(0);
}

static void stop_timer(guint *id)
{
    if (*id)
        (void)g_source_remove(*id);
    *id = 0;
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

static void on_action(void *userdata, const char *id)
{
    struct desktop *d = userdata;

    if (d->answered || d->finishing)
        return; /* a double click is one answer */
    d->answered = true;
    stop_timer(&d->expiry_id);
    if (d->input_id) {
        stop_timer(&d->input_id);
        (void)g_timeout_add(ANSWER_SETTLE_MSEC, on_answer_settled, d);
    }
    say("action", id);
    /* dunst and mako leave an answered notification standing. */
    d->answer_id = g_timeout_add(ANSWER_GRACE_MSEC, on_answer_grace, d);
}

static void on_closed(void *userdata, const char *reason)
{
    struct desktop *d = userdata;

    /* Of an answered one it is part of the answer: the grace decides. */
    if (!d->answered)
        finish(d, "closed", reason, EXIT_SHOWN);
}

static void on_lost(void *userdata, const char *text)
{
    finish(userdata, "failed", text, EXIT_FAILED);
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

/* When to end it ourselves, in milliseconds; 0 = never. */
static guint expiry_msec(const struct wire_message *m)
{
    if (m->timeout_usec == 0 || m->timeout_usec == USEC_INFINITY)
        return 0;
    return (guint)MIN((m->timeout_usec - 1) / USEC_PER_MSEC + 1, (usec_t)INT_MAX) + EXPIRY_GRACE_MSEC;
}

static bool show(struct desktop *d, const struct wire_message *m)
{
    g_autofree char *problem = NULL;
    guint msec = expiry_msec(m);
    int r;

    stop_timer(&d->answer_id);
    stop_timer(&d->expiry_id);
    d->answered = false;
    (void)alarm(SHOW_SECONDS);
    r = popup_show(d->popup, m, &problem);
    (void)alarm(0);
    if (r < 0) {
        finish(d, "failed", problem, EXIT_FAILED);
        return false;
    }
    d->begun = true;
    say("shown", NULL);
    if (msec > 0)
        d->expiry_id = g_timeout_add(msec, on_expiry, d);
    return true;
}

/* Does what the reader found. Return: whether to read on. */
static bool take(struct desktop *d, int found, const char *problem)
{
    if (found < 0) {
        g_autofree char *text = g_strdup_printf("line %u: %s", d->reader.line_number, problem);

        take_away(d);
        finish(d, "failed", text, EXIT_USAGE);
        return false;
    }
    if (found == WIRE_COMPLETE) {
        bool go_on = show(d, &d->reader.message);

        wire_message_done(&d->reader.message);
        return go_on;
    }
    return true;
}

static void end_of_input(struct desktop *d)
{
    const char *problem = NULL;
    int found = wire_reader_end(&d->reader, d->stay, &problem);

    if (!take(d, found, problem))
        return;
    if (d->stay && (popup_is_shown(d->popup) || d->answered))
        return;
    if (!d->begun) {
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
    const char *data = buf, *problem = NULL;
    ssize_t n = read(fd, buf, sizeof buf);
    size_t size;

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0) {
        end_of_input(d);
        return false;
    }
    size = (size_t)n;
    while (size > 0) {
        int found = wire_reader_feed(&d->reader, &data, &size, &problem);

        if (!take(d, found, problem))
            return false;
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

/**
 * desktop_run() - show what standard input says until it is gone
 * @stay: the end of input completes the message and leaves it standing instead of taking it away
 *
 * Return: the exit status: 0 shown (or nothing to show), 1 failed, 2 input that can't be read.
 */
int desktop_run(bool stay)
{
    static const struct popup_handlers handlers = {.action = on_action, .closed = on_closed, .lost = on_lost};
    struct desktop d = {.stay = stay, .reader = WIRE_READER_INIT};

    (void)signal(SIGALRM, on_alarm);
    /* A reader that has gone says so by the end of our input too; first the notification goes. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (popup_new(&handlers, &d, &d.popup) < 0) {
        say("failed", "libnotify does not start");
        return EXIT_FAILED;
    }
    d.loop = g_main_loop_new(NULL, FALSE);
    listen_to_input(&d);
    (void)g_unix_signal_add(SIGTERM, on_terminate, &d);
    (void)g_unix_signal_add(SIGINT, on_terminate, &d);
    (void)g_unix_signal_add(SIGHUP, on_terminate, &d);
    g_main_loop_run(d.loop);

    wire_reader_done(&d.reader);
    d.popup = popup_free(d.popup);
    g_main_loop_unref(d.loop);
    return d.status;
}
