/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl status: once, or with --follow at each transition. It looks and never starts the daemon. The
 * daemon says nothing while time merely passes; the one thing that this file lets tick, once a minute, is the
 * countdown of a status bar.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/failure.h"
#include "cli/format.h"
#include "cli/show-status.h"
#include "util/i18n.h"

enum form {
    FORM_PLAIN,
    FORM_JSON,
    FORM_WAYBAR,
};

struct follow {
    enum form form;
    sd_event *event;
    sd_event_source *minute;
    struct status last; /* what the countdown is about */
    bool known;
    char *line; /* the one written last */
};

static int form_read(const struct args *args, enum form *ret)
{
    static const char *const forms[] = {"plain", "waybar", NULL};
    const char *json = args->options[0], *format = args->options[1];
    int r;

    *ret = json ? FORM_JSON : FORM_PLAIN;
    if (!format)
        return 0;
    r = choice_read("status", N_("format"), format, forms);
    if (r != 0)
        return r;
    if (json)
        return usage_error("status", _("status: --json and --format= exclude each other"));
    *ret = strcmp(format, "waybar") == 0 ? FORM_WAYBAR : FORM_PLAIN;
    return 0;
}

static void show(FILE *f, enum form form, bool follow, const struct status *status)
{
    struct moment now = moment_now();

    switch (form) {
    case FORM_JSON:
        show_json(f, status, now);
        break;
    case FORM_WAYBAR:
        show_waybar(f, status, now);
        break;
    case FORM_PLAIN:
        if (follow)
            show_plain_line(f, status, now);
        else
            show_plain(f, status, now);
        break;
    }
}

/* Whether a line says the same as the one before. The time at the head of a plain one is no news; JSON is for
 * programs, which get every change. */
static bool is_same(const struct follow *follow, const char *line)
{
    const char *before = follow->line;

    if (!before || follow->form == FORM_JSON)
        return false;
    if (follow->form == FORM_PLAIN) {
        before += strcspn(before, " ");
        line += strcspn(line, " ");
    }
    return strcmp(line, before) == 0;
}

/* Writes a line unless it says the same as the one before; ends the loop when nobody reads any more. */
static void write_line(struct follow *follow, char *line)
{
    if (is_same(follow, line)) {
        free(line);
        return;
    }
    free(follow->line);
    follow->line = line;
    if (fputs(line, stdout) == EOF || fflush(stdout) == EOF)
        (void)sd_event_exit(follow->event, errno == EPIPE ? CLI_DONE : CLI_FAILED);
}

static void write_status(struct follow *follow)
{
    char *line = NULL;
    size_t size;
    FILE *f = open_memstream(&line, &size);

    if (f)
        show(f, follow->form, true, &follow->last);
    if (!f || fclose(f) != 0) {
        free(line);
        (void)sd_event_exit(follow->event, CLI_FAILED);
        return;
    }
    write_line(follow, line);
}

static int on_minute(sd_event_source *source, uint64_t usec, void *userdata);

/* Wakes when the whole minutes that are shown change: what is left, rounded up, and the counters. */
static void arm_minute(struct follow *follow)
{
    const struct status *s = &follow->last;
    struct moment now = moment_now();
    usec_t soonest = USEC_INFINITY;
    const usec_t ends[] = {s->next_prompt_usec, s->paused_until_usec, s->snoozed_until_usec};

    follow->minute = sd_event_source_disable_unref(follow->minute);
    if (follow->form != FORM_WAYBAR || !follow->known)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
        if (ends[i] != USEC_INFINITY && ends[i] > now.realtime_usec)
            soonest = MIN(soonest, (ends[i] - now.realtime_usec) % USEC_PER_MINUTE + 1);
    /* A counter that moves without an end in sight: once a minute is enough. */
    for (size_t i = 0; i < s->n_breaks; i++)
        if (s->breaks[i].due_usec != USEC_INFINITY)
            soonest = MIN(soonest, USEC_PER_MINUTE);
    if (soonest == USEC_INFINITY)
        return;
    /* A little late rather than a little early: early would show the old minute once more. */
    (void)sd_event_add_time_relative(follow->event, &follow->minute, CLOCK_BOOTTIME,
                                     (uint64_t)(soonest + 20 * USEC_PER_MSEC), 250 * USEC_PER_MSEC, on_minute,
                                     follow);
}

static int on_minute(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    struct follow *follow = userdata;

    write_status(follow);
    arm_minute(follow);
    return 0;
}

static void on_status(void *userdata, struct status *status)
{
    struct follow *follow = userdata;

    status_done(&follow->last);
    /* Kept for the countdown. */
    follow->last = *status;
    *status = (struct status){0};
    follow->known = true;
    write_status(follow);
    arm_minute(follow);
}

static void on_gone(void *userdata, const struct client_error *error)
{
    struct follow *follow = userdata;
    char *line = NULL;
    size_t size;
    FILE *f = open_memstream(&line, &size);

    follow->known = false;
    arm_minute(follow);
    if (f) {
        if (follow->form == FORM_JSON)
            show_json_gone(f, error);
        else if (follow->form == FORM_WAYBAR)
            show_waybar_gone(f, error);
        else
            show_plain_gone(f, error, moment_now());
    }
    if (!f || fclose(f) != 0) {
        free(line);
        (void)sd_event_exit(follow->event, CLI_FAILED);
        return;
    }
    write_line(follow, line);
}

static int on_reader_gone(sd_event_source *source, _unused_ int fd, _unused_ uint32_t events,
                          _unused_ void *userdata)
{
    (void)sd_event_exit(sd_event_source_get_event(source), CLI_DONE);
    return 0;
}

static int setup_loop(sd_event *event)
{
    static const int signals[] = {SIGINT, SIGTERM};
    sigset_t mask;
    int r;

    (void)sigemptyset(&mask);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        (void)sigaddset(&mask, signals[i]);
    if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
        return -errno;
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        /* Without a handler: ends the loop with 0. */
        r = sd_event_add_signal(event, NULL, signals[i], NULL, NULL);
        if (r < 0)
            return r;
    }
    /* A reader may go half an hour before there is anything to write. EPERM: a plain file has no reader. */
    r = sd_event_add_io(event, NULL, STDOUT_FILENO, EPOLLERR, on_reader_gone, NULL);
    return r == -EPERM ? 0 : r;
}

/* Bars get their own form also of failure; the exit status is that of any verb. */
static int fail(struct client_error *error, enum form form)
{
    int status = (int)error->status;

    if (form != FORM_WAYBAR)
        return client_fail(error);
    show_waybar_gone(stdout, error);
    client_error_done(error);
    return status;
}

static int follow_status(struct client *client, enum form form)
{
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    struct follow follow = {.form = form};
    const struct client_watch watch = {.userdata = &follow, .status = on_status, .gone = on_gone};
    struct client_error error = {0};
    int r = sd_event_new(&event);

    if (r >= 0)
        r = setup_loop(event);
    if (r < 0) {
        return failure_say(CLI_FAILED, FAILURE_OTHER, "backcarectl: ", _("status: can't follow: %s"),
                           strerror(-r));
    }
    follow.event = event;
    if (client_follow(client, event, &watch, &error) < 0)
        return fail(&error, form);
    r = sd_event_loop(event);
    follow.minute = sd_event_source_disable_unref(follow.minute);
    status_done(&follow.last);
    free(follow.line);
    return r < 0 ? CLI_FAILED : r;
}

/**
 * verb_status() - backcarectl status [--json | --format=FORMAT] [--follow]
 *
 * Return: the exit status.
 */
int verb_status(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    struct status status;
    struct args args;
    enum form form;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = form_read(&args, &form);
    if (r != 0)
        return r;
    if (client_new(0, &client, &error) < 0)
        return fail(&error, form);
    if (args.options[2])
        return follow_status(client, form);
    if (client_status(client, &status, &error) < 0)
        return fail(&error, form);
    status.notifier_starts = !is_set(status.notifier_name) && client_ask_notifier(client);
    show(stdout, form, false, &status);
    status_done(&status);
    return CLI_DONE;
}
