/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification port on a loop of its own, for the integration tests: commands on standard input, events
 * on standard output.
 *
 *     notify-driver PATH-OF-NOTIFIER
 *
 * "show TITLE", "guide SECONDS" (a quiet update), "expire MSEC TITLE", "flood N" (shows without waiting),
 * "withdraw", "server", "fds", "stall" (the longest time in milliseconds that the loop stood still since the
 * last asking), "quit". Each prints a line that begins with its own name; events begin with "event".
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "notify/message.h"
#include "notify/notify.h"

#define TICK_USEC (10 * USEC_PER_MSEC)

struct driver {
    sd_event *event;
    struct notify *notify;
    usec_t last_tick_usec;
    usec_t stall_usec;
};

static void say(const char *word, const char *text)
{
    (void)printf(text ? "%s %s\n" : "%s\n", word, text);
    (void)fflush(stdout);
}

static void on_notify(void *userdata, enum notify_event_type type, const char *text)
{
    static const char *const words[] = {
        [NOTIFY_EVENT_SHOWN] = "event shown",   [NOTIFY_EVENT_ACTION] = "event action",
        [NOTIFY_EVENT_CLOSED] = "event closed", [NOTIFY_EVENT_FAILED] = "event failed",
        [NOTIFY_EVENT_GONE] = "event gone",     [NOTIFY_EVENT_SERVER] = "event server",
    };

    (void)userdata;
    say(words[type], text);
}

static int on_tick(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct driver *d = userdata;
    usec_t now = now_usec(CLOCK_MONOTONIC);

    (void)usec;
    d->stall_usec = MAX(d->stall_usec, now - d->last_tick_usec - TICK_USEC);
    d->last_tick_usec = now;
    if (sd_event_source_set_time_relative(s, (uint64_t)TICK_USEC) < 0 ||
        sd_event_source_set_enabled(s, SD_EVENT_ONESHOT) < 0)
        exit(1);
    return 0;
}

static void show(struct driver *d, const char *word, const char *title, usec_t timeout_usec)
{
    const struct message_prompt prompt = {
        .exposure_usec = 45 * USEC_PER_MINUTE,
        .length_usec = 3 * USEC_PER_MINUTE,
        .title = title,
        .duration_usec = 40 * USEC_PER_SEC,
        .attempt = 1,
        .snoozes_left = 3,
        .snooze_usec = 5 * USEC_PER_MINUTE,
        .actions =
            MESSAGE_ACTION_START | MESSAGE_ACTION_SNOOZE | MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER,
    };
    struct message m;
    char text[32];

    message_prompt(&m, &prompt);
    m.notify.timeout_usec = timeout_usec;
    (void)snprintf(text, sizeof text, "%d", notify_show(d->notify, &m.notify));
    say(word, text);
}

static void guide(struct driver *d, int seconds)
{
    static const char *const steps[] = {"Sit tall and look ahead.",
                                        "Slide the chin straight back without tipping.", "Hold briefly.",
                                        "Let it float forward again.", NULL};
    const struct message_guide g = {
        .title = "Chin glide",
        .steps = steps,
        .elapsed_usec = seconds * USEC_PER_SEC,
        .total_usec = 3 * USEC_PER_MINUTE,
        .actions = MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER,
    };
    struct message m;
    char text[32];

    message_guide(&m, &g);
    (void)snprintf(text, sizeof text, "%d", notify_show(d->notify, &m.notify));
    say("guide", text);
}

static void server(struct driver *d)
{
    struct notify_server_info info;

    notify_server(d->notify, &info);
    (void)printf("server [%s] [%s]", info.name, info.version);
    for (const char *const *c = info.capabilities; *c; c++)
        (void)printf(" %s", *c);
    say("", NULL);
}

static void fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    char text[32];
    int n = -1; /* the directory itself */

    if (!dir)
        exit(1);
    while (readdir(dir))
        n++;
    (void)closedir(dir);
    (void)snprintf(text, sizeof text, "%d", n - 2);
    say("fds", text);
}

static void command(struct driver *d, char *line)
{
    char *rest = line + strcspn(line, " ");
    char text[32];

    if (*rest)
        *rest++ = '\0';
    if (strcmp(line, "show") == 0)
        show(d, line, rest, 0);
    else if (strcmp(line, "expire") == 0) {
        char *title;
        long msec = strtol(rest, &title, 10);

        show(d, line, title + (*title == ' '), msec * USEC_PER_MSEC);
    } else if (strcmp(line, "guide") == 0)
        guide(d, atoi(rest));
    else if (strcmp(line, "flood") == 0)
        for (int i = 0; i < atoi(rest); i++) {
            char title[64];

            (void)snprintf(title, sizeof title, "Number %d", i + 1);
            show(d, "show", title, 0);
        }
    else if (strcmp(line, "withdraw") == 0) {
        notify_withdraw(d->notify);
        say("withdraw", NULL);
    } else if (strcmp(line, "server") == 0)
        server(d);
    else if (strcmp(line, "fds") == 0)
        fds();
    else if (strcmp(line, "stall") == 0) {
        (void)snprintf(text, sizeof text, "%ld", (long)(d->stall_usec / USEC_PER_MSEC));
        d->stall_usec = 0;
        say("stall", text);
    } else if (strcmp(line, "quit") == 0)
        (void)sd_event_exit(d->event, 0);
    else
        say("what?", line);
}

static int on_input(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    static char line[4096];
    static size_t size;
    struct driver *d = userdata;
    char c;

    (void)s;
    (void)revents;
    if (read(fd, &c, 1) <= 0)
        return sd_event_exit(d->event, 0);
    if (c != '\n' && size + 1 < sizeof line) {
        line[size++] = c;
        return 0;
    }
    line[size] = '\0';
    size = 0;
    command(d, line);
    return 0;
}

int main(int argc, char *argv[])
{
    struct driver d = {.last_tick_usec = now_usec(CLOCK_MONOTONIC)};
    sd_bus *bus = NULL;
    sigset_t mask;
    int r;

    if (argc != 2)
        return 2;
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &mask, NULL);
    r = sd_event_new(&d.event);
    if (r >= 0 && sd_bus_open_user(&bus) >= 0)
        r = sd_bus_attach_event(bus, d.event, 0);
    if (r >= 0)
        r = notify_new(d.event, bus, argv[1], on_notify, &d, &d.notify);
    if (r >= 0)
        r = sd_event_add_io(d.event, NULL, STDIN_FILENO, EPOLLIN, on_input, &d);
    if (r >= 0)
        r = sd_event_add_time_relative(d.event, NULL, CLOCK_MONOTONIC, (uint64_t)TICK_USEC, 1, on_tick, &d);
    if (r >= 0) {
        say("ready", NULL);
        r = sd_event_loop(d.event);
    }
    d.notify = notify_free(d.notify);
    sd_bus_flush_close_unref(bus);
    sd_event_unref(d.event);
    return r < 0;
}
