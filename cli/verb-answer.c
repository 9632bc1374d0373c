/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user says to a prompt, and when there shall be none: snooze, pause, resume, start, done, skip,
 * another, feedback. What may be said when, and within which limits, is the daemon's to judge.
 */
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "dbus/names.h"
#include "util/i18n.h"

/* As behaviour and man page have it. */
#define PAUSE_MIN_USEC USEC_PER_MINUTE
#define PAUSE_MAX_USEC (30 * USEC_PER_DAY)

/* What the daemon would refuse, but can't say in the user's words, or takes for something else. */
static int refuse(const char *message)
{
    fprintf(stderr, "backcarectl: %s\n", message);
    return CLI_REFUSED;
}

/* Of a name that it does not know the daemon tells programs how to go on; who has typed it is told what to
 * type. */
static void explain_unknown(struct client_error *error, const char *break_name, const char *exercise)
{
    const char *format = NULL, *name = NULL;
    char *text;

    if (error->name && strcmp(error->name, BACKCARE_ERROR_NO_SUCH_BREAK) == 0) {
        format = _("there is no break '%s' that is switched on; backcarectl status names the breaks");
        name = break_name;
    } else if (error->name && strcmp(error->name, BACKCARE_ERROR_NO_SUCH_EXERCISE) == 0) {
        format = _("there is no exercise '%s' that can be proposed; backcarectl list shows the exercises");
        name = exercise;
    }
    if (!is_set(name) || asprintf(&text, format, name) < 0)
        return;
    free(error->message);
    error->message = text;
}

static int simple_call(const char *member, const char *said)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};

    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, member, CLIENT_NOTHING, NULL, &error, "o") < 0)
        return client_fail(&error);
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
        /* On the bus 0 stands for the configured time. */
        if (usec == 0)
            return refuse(_("a snooze lasts 1min to 4h"));
        duration = (uint64_t)usec;
    }
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Snooze", CLIENT_USEC, &until, &error, "to", duration) < 0)
        return client_fail(&error);
    printf(_("Snoozed until %s.\n"), format_clock(clock, sizeof(clock), until, now_usec(CLOCK_REALTIME)));
    return CLI_DONE;
}

/* The bus carries the instant at which a pause ends, or 0 for one hour. How long it lasts is judged here, as
 * only here it is known what was said. */
static int pause_until(const struct args *args, uint64_t *ret_until)
{
    const char *until = args->options[0], *until_resume = args->options[1];
    usec_t now = now_usec(CLOCK_REALTIME), usec;
    int r = 0;

    if ((until != NULL) + (until_resume != NULL) + (args->n_words > 0) > 1)
        return usage_error("pause", _("pause: say either a TIME, --until or --until-resume"));
    if (until_resume || (!until && args->n_words == 0)) {
        *ret_until = until_resume ? UINT64_MAX : 0;
        return 0;
    }
    if (!until)
        r = duration_read("pause", args->words, &usec);
    else if (until_parse(until, now, &usec) < 0)
        r = usage_error("pause", _("pause: '%s' is not a clock time; write 15:00 or \"2026-11-21 15:00\""),
                        until);
    if (r != 0)
        return r;
    if (until && usec <= now)
        return refuse(_("this time is in the past"));
    if (until)
        usec -= now;
    if (usec < PAUSE_MIN_USEC || usec > PAUSE_MAX_USEC)
        return refuse(_("a pause lasts 1min to 30 days, or with --until-resume as long as you like"));
    /* A moment passes until the daemon is asked: without this one, the shortest pause would come too short.
     */
    if (!until && usec <= USEC_PER_HOUR)
        usec += USEC_PER_SEC / 2;
    *ret_until = (uint64_t)(now + usec);
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
        return client_fail(&error);
    /* It is paused now, whatever becomes of the question until when. */
    if (client_status(client, &status, &error) < 0) {
        client_error_done(&error);
        puts(_("Paused."));
        return CLI_DONE;
    }
    if (status.paused_until_usec == USEC_INFINITY)
        puts(_("Paused until you say: backcarectl resume"));
    else if (status.paused_until_usec > 0)
        printf(_("Paused until %s.\n"),
               format_clock(clock, sizeof(clock), status.paused_until_usec, now_usec(CLOCK_REALTIME)));
    else
        puts(_("Paused."));
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
        return client_fail(&error);
    puts(_("Reminders come again."));
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
    const char *asked, *break_name;
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    break_name = args.n_words > 0 ? args.words[0] : "";
    asked = args.options[0] ? args.options[0] : "";
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Start", CLIENT_STRING, &exercise, &error, "sso", break_name, asked) < 0) {
        explain_unknown(&error, break_name, asked);
        return client_fail(&error);
    }
    print_exercise(_("The break begins: "), exercise, _("The break begins."));
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
        return client_fail(&error);
    print_exercise(_("Now: "), exercise, _("There is no other exercise."));
    return CLI_DONE;
}

/**
 * verb_done() - backcarectl done
 */
int verb_done(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    return args_read(userdata, argc, argv, &args, &r) ? simple_call("Done", _("Break done.")) : r;
}

/**
 * verb_skip() - backcarectl skip
 */
int verb_skip(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    return args_read(userdata, argc, argv, &args, &r) ? simple_call("Skip", _("Break skipped.")) : r;
}

/* With the id by which it can be taken back: without a name only the daemon knows it, and of a routine it has
 * taken one exercise. */
static void say_that_it_hurts(struct client *client, const char *asked)
{
    struct choice choice = {0};
    const char *id;

    (void)client_choice(client, &choice);
    id = is_set(choice.last) ? choice.last : asked;
    if (*id)
        put_textf(stdout, _("Noted. It does not come again until you say: backcarectl feedback same %s"), id);
    else
        fputs(_("Noted. It does not come again until you say of it that it is the same or better."), stdout);
    putchar('\n');
    choice_done(&choice);
}

/**
 * verb_feedback() - backcarectl feedback better|same|hurts [ID]
 */
int verb_feedback(int argc, char *argv[], void *userdata)
{
    static const char *const verdicts[] = {"better", "same", "hurts", NULL};
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    const char *asked;
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = choice_read("feedback", N_("verdict"), args.words[0], verdicts);
    if (r != 0)
        return r;
    asked = args.n_words > 1 ? args.words[1] : "";
    if (client_new(CLIENT_MAY_START, &client, &error) < 0 ||
        client_call(client, "Feedback", CLIENT_NOTHING, NULL, &error, "ss", asked, args.words[0]) < 0) {
        explain_unknown(&error, "", asked);
        return client_fail(&error);
    }
    if (strcmp(args.words[0], "hurts") == 0)
        say_that_it_hurts(client, asked);
    else
        puts(_("Noted."));
    return CLI_DONE;
}
