/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user says to a prompt, and when there shall be none: snooze, pause, resume, start, done, skip,
 * another, feedback. What may be said when, and within which limits, is the daemon's to judge.
 */
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"

/* Where 0 stands for "as configured" on the bus but was said in so many words, the daemon is sent the least
 * time there is: it refuses that in the same way. */
static uint64_t spoken(usec_t usec)
{
    return (uint64_t)MAX(usec, 1);
}

static int simple_call(const char *member, const char *said)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};

    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, member, CLIENT_NOTHING, NULL, &error, "o") < 0)
        return client_fail(&error, false);
    puts(said);
    return CLI_DONE;
}

/**
 * verb_snooze() - backcarectl snooze [TIME]
 */
int verb_snooze(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    char clock[FORMAT_TIME_MAX];
    struct args args;
    uint64_t duration = 0;
    usec_t until, usec;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (args.n_words > 0) {
        r = duration_read("snooze", args.words, &usec);
        if (r != 0)
            return r;
        duration = spoken(usec);
    }
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Snooze", CLIENT_USEC, &until, &error, "to", duration) < 0)
        return client_fail(&error, false);
    printf("Snoozed until %s.\n", format_clock(clock, sizeof(clock), until, now_usec(CLOCK_REALTIME)));
    return CLI_DONE;
}

static int pause_until(const struct args *args, uint64_t *ret_until)
{
    const char *until = args->options[0], *until_resume = args->options[1];
    usec_t now = now_usec(CLOCK_REALTIME), usec;
    int r;

    if ((until != NULL) + (until_resume != NULL) + (args->n_words > 0) > 1)
        return usage_error("pause", "pause: say either a TIME, --until or --until-resume");
    *ret_until = 0;
    if (until_resume)
        *ret_until = UINT64_MAX;
    if (until) {
        if (until_parse(until, now, &usec) < 0)
            return usage_error("pause",
                               "pause: '%s' is not a clock time; write 15:00 or \"2026-11-21 15:00\"", until);
        *ret_until = spoken(usec);
    }
    if (args->n_words > 0) {
        r = duration_read("pause", args->words, &usec);
        if (r != 0)
            return r;
        /* The daemon takes an instant, and a moment passes until it is asked: without this moment, the
         * shortest pause that it allows would come too short. */
        if (usec > 0 && usec <= USEC_PER_HOUR)
            usec += USEC_PER_SEC / 2;
        /* Too large to add: not "for ever", which is said by --until-resume only. */
        *ret_until = spoken(MIN(usec_add(now, usec), USEC_INFINITY - 1));
    }
    return 0;
}

/**
 * verb_pause() - backcarectl pause [TIME | --until TIME | --until-resume]
 */
int verb_pause(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    char clock[FORMAT_TIME_MAX];
    struct status status;
    struct args args;
    uint64_t until = 0;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = pause_until(&args, &until);
    if (r != 0)
        return r;
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Pause", CLIENT_NOTHING, NULL, &error, "to", until) < 0)
        return client_fail(&error, false);
    /* It is paused now, whatever becomes of the question until when. */
    if (client_status(client, &status, &error) < 0) {
        client_error_done(&error);
        puts("Paused.");
        return CLI_DONE;
    }
    if (status.paused_until_usec == USEC_INFINITY)
        puts("Paused until you say: backcarectl resume");
    else if (status.paused_until_usec > 0)
        printf("Paused until %s.\n",
               format_clock(clock, sizeof(clock), status.paused_until_usec, now_usec(CLOCK_REALTIME)));
    else
        puts("Paused.");
    status_done(&status);
    return CLI_DONE;
}

/**
 * verb_resume() - backcarectl resume
 */
int verb_resume(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Resume", CLIENT_NOTHING, NULL, &error, "") < 0)
        return client_fail(&error, false);
    puts("Reminders come again.");
    return CLI_DONE;
}

static void print_exercise(const char *before, const char *exercise, const char *without)
{
    if (!*exercise) {
        puts(without);
        return;
    }
    fputs(before, stdout);
    put_text(stdout, exercise);
    fputc('\n', stdout);
}

/**
 * verb_start() - backcarectl start [BREAK] [--exercise ID]
 */
int verb_start(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    _cleanup_(freep) char *exercise = NULL;
    struct client_error error = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Start", CLIENT_STRING, &exercise, &error, "sso",
                    args.n_words > 0 ? args.words[0] : "", args.options[0] ? args.options[0] : "") < 0)
        return client_fail(&error, false);
    print_exercise("The break begins: ", exercise, "The break begins.");
    return CLI_DONE;
}

/**
 * verb_another() - backcarectl another
 */
int verb_another(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    _cleanup_(freep) char *exercise = NULL;
    struct client_error error = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Another", CLIENT_STRING, &exercise, &error, "o") < 0)
        return client_fail(&error, false);
    print_exercise("Now: ", exercise, "There is no other exercise.");
    return CLI_DONE;
}

/**
 * verb_done() - backcarectl done
 */
int verb_done(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    return args_read(userdata, argc, argv, &args, &r) ? simple_call("Done", "Break done.") : r;
}

/**
 * verb_skip() - backcarectl skip
 */
int verb_skip(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    return args_read(userdata, argc, argv, &args, &r) ? simple_call("Skip", "Break skipped.") : r;
}

/**
 * verb_feedback() - backcarectl feedback better|same|hurts [ID]
 */
int verb_feedback(int argc, char *argv[], void *userdata)
{
    static const char *const verdicts[] = {"better", "same", "hurts", NULL};
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = choice_read("feedback", "verdict", args.words[0], verdicts);
    if (r != 0)
        return r;
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Feedback", CLIENT_NOTHING, NULL, &error, "ss",
                    args.n_words > 1 ? args.words[1] : "", args.words[0]) < 0)
        return client_fail(&error, false);
    puts("Noted.");
    return CLI_DONE;
}
