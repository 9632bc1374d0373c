/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command lines and the times in them. Writes to standard output only what was asked for: a help, or what is
 * wrong as JSON. Knows no bus.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/failure.h"
#include "cli/format.h"
#include "util/i18n.h"
#include "util/utf8.h"
#include "config.h"

#define OPTION_HELP 1
#define OPTION_VERSION 2
#define OPTION_FIRST 256

/**
 * usage_error() - say what is wrong with a command line
 * @verb: the verb's name, or NULL
 * @fmt: the message, without a full stop
 *
 * Return: CLI_USAGE.
 */
int usage_error(const char *verb, const char *fmt, ...)
{
    _cleanup_(freep) char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    if (failure_is_json())
        return failure_say(CLI_USAGE, FAILURE_USAGE, "", "%s", text ? text : _("wrong usage"));
    fputs("backcarectl: ", stderr);
    put_text(stderr, text ? text : _("wrong usage"));
    fprintf(stderr, _(" (see backcarectl %s%s--help)\n"), verb ? verb : "", verb ? " " : "");
    return CLI_USAGE;
}

/**
 * usage_print() - write a verb's own help to standard output
 */
void usage_print(const struct verb *verb)
{
    printf(_("Usage: backcarectl %s%s%s\n"), verb->name, *verb->synopsis ? " " : "", verb->synopsis);
    printf("\n%s.\n", _(verb->summary));
    if (verb->details || (verb->flags & VERB_TAKES_TIME))
        putchar('\n');
    if (verb->flags & VERB_TAKES_TIME)
        puts(_("TIME is a length such as 90s, 5min or 1h 30min; a plain number is minutes."));
    if (verb->details)
        fputs(_(verb->details), stdout);
    puts(_("\nOptions:"));
    for (const struct verb_option *o = verb->options; o && o->name; o++) {
        char left[64];

        (void)snprintf(left, sizeof(left), "--%s%s%s", o->name, o->argument ? " " : "",
                       o->argument ? o->argument : "");
        printf("  %-22s %s\n", left, _(o->help));
    }
    printf("  %-22s %s\n  %-22s %s\n", "--help", _("show this help"), "--version", _("show the version"));
}

/**
 * version_print() - write the program's name and version to standard output
 */
void version_print(void)
{
    puts("backcarectl " BACKCARE_VERSION);
}

static int bad_option(const struct verb *verb, int code, char *argv[])
{
    const char *word = argv[optind - 1];

    if (code == ':')
        return usage_error(verb->name, _("%s: %s needs a value"), verb->name, word);
    if (optopt >= OPTION_FIRST || optopt == OPTION_HELP || optopt == OPTION_VERSION)
        return usage_error(verb->name, _("%s: %s: this option takes no value"), verb->name, word);
    if (optopt)
        return usage_error(verb->name, _("%s: unknown option -%c"), verb->name, optopt);
    return usage_error(verb->name, _("%s: unknown option %s"), verb->name, word);
}

/* The strings go on the bus, which takes UTF-8 only: said here, where the user can be told which one. */
static int check_utf8(const struct verb *verb, const struct args *args)
{
    for (size_t i = 0; i < VERB_OPTIONS_MAX; i++)
        if (args->options[i] && !utf8_valid(args->options[i]))
            return usage_error(verb->name, _("%s: %s is not valid UTF-8"), verb->name, args->options[i]);
    for (int i = 0; i < args->n_words && !(verb->flags & VERB_COMMAND); i++)
        if (!utf8_valid(args->words[i]))
            return usage_error(verb->name, _("%s: %s is not valid UTF-8"), verb->name, args->words[i]);
    return 0;
}

static int check_count(const struct verb *verb, const struct args *args)
{
    if (args->n_words < verb->min_args)
        return usage_error(verb->name, _("%s: too few arguments: backcarectl %s %s"), verb->name, verb->name,
                           verb->synopsis);
    if (verb->max_args >= 0 && args->n_words > verb->max_args)
        return usage_error(verb->name, _("%s: %s: one argument too many"), verb->name,
                           args->words[verb->max_args]);
    return 0;
}

/**
 * args_read() - read the command line of a verb
 * @verb: its line in the table, which says what it takes
 * @argv: from the verb's name on; is put in another order: options first
 * @ret: what was read; its strings are those of @argv
 * @ret_status: the exit status, when there is nothing more to do
 *
 * Return: 1 to go on; 0 when help or version was asked for, or a mistake was said.
 */
int args_read(const struct verb *verb, int argc, char *argv[], struct args *ret, int *ret_status)
{
    struct option options[VERB_OPTIONS_MAX + 3] = {
        {"help", no_argument, NULL, OPTION_HELP},
        {"version", no_argument, NULL, OPTION_VERSION},
    };
    struct args args = {0};
    int code;

    for (int i = 0; verb->options && verb->options[i].name; i++)
        options[i + 2] = (struct option){verb->options[i].name,
                                         verb->options[i].argument ? required_argument : no_argument, NULL,
                                         OPTION_FIRST + i};
    optind = 0; /* glibc: start anew, also when main() has read options before */
    opterr = 0;
    while ((code = getopt_long(argc, argv, verb->flags & VERB_COMMAND ? "+:h" : ":h", options, NULL)) >= 0) {
        if (code == 'h' || code == OPTION_HELP || code == OPTION_VERSION) {
            if (code == OPTION_VERSION)
                version_print();
            else
                usage_print(verb);
            *ret_status = CLI_DONE;
            return 0;
        }
        if (code < OPTION_FIRST) {
            *ret_status = bad_option(verb, code, argv);
            return 0;
        }
        args.options[code - OPTION_FIRST] = optarg ? optarg : "";
    }
    args.words = argv + optind;
    args.n_words = argc - optind;
    *ret_status = check_count(verb, &args);
    if (*ret_status == 0)
        *ret_status = check_utf8(verb, &args);
    if (*ret_status != 0)
        return 0;
    *ret = args;
    return 1;
}

/**
 * duration_read() - read a TIME argument, a bare number being minutes
 * @verb: for the message
 * @words: one or more: 1h 30min is also taken without quotes
 * @ret_usec: microseconds, 0 or more; one that is too large to be a number is USEC_INFINITY - 1, which the
 *            daemon refuses as out of range
 *
 * Return: 0, or CLI_USAGE with the message written.
 */
int duration_read(const char *verb, char **words, usec_t *ret_usec)
{
    char text[256] = "";
    size_t n = 0;
    int r;

    for (; *words && n < sizeof(text); words++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n > 0 ? " " : "", *words);
    r = n < sizeof(text) ? usec_parse(text, USEC_PER_MINUTE, ret_usec) : -EINVAL;
    if (r == -ERANGE) {
        *ret_usec = USEC_INFINITY - 1;
        return 0;
    }
    if (r < 0)
        return usage_error(
            verb, _("%s: '%s' is not a time; write 90s, 5min, 1h 30min, or a number of minutes"), verb, text);
    return 0;
}

/* Sets the earlier of *best and the instant that @tm names with this isdst, if it really is that clock time
 * (not so in the hour that the start of summer time leaves out) and after @now. */
static void consider(struct tm tm, int isdst, time_t now, time_t *best)
{
    struct tm got;
    time_t t;

    tm.tm_isdst = isdst;
    t = mktime(&tm);
    if (t == (time_t)-1 || t <= now || !localtime_r(&t, &got))
        return;
    if (isdst >= 0 && got.tm_isdst != isdst)
        return;
    if (*best == 0 || t < *best)
        *best = t;
}

/* The next time that clocks show @minutes. In the autumn an hour comes twice: the first one still ahead
 * counts; in the spring one is left out: then what mktime() makes of it. */
static int next_time_of_day(int minutes, usec_t now_usec, usec_t *ret_usec)
{
    time_t now = (time_t)(now_usec / USEC_PER_SEC), best = 0;
    struct tm today;

    if (!localtime_r(&now, &today))
        return -EINVAL;
    for (int day = 0; day < 3 && best == 0; day++) {
        struct tm tm = {.tm_year = today.tm_year,
                        .tm_mon = today.tm_mon,
                        .tm_mday = today.tm_mday + day,
                        .tm_hour = minutes / 60,
                        .tm_min = minutes % 60};

        consider(tm, 0, now, &best);
        consider(tm, 1, now, &best);
        if (best == 0)
            consider(tm, -1, now, &best);
    }
    if (best == 0)
        return -EINVAL;
    *ret_usec = (usec_t)best * USEC_PER_SEC;
    return 0;
}

/**
 * until_parse() - read "15:00", "2026-11-21 15:00" or "2026-11-21T15:00:30", in local time
 * @now_usec: now, since the epoch: a time of day is the next such one
 * @ret_usec: the instant since the epoch; may lie in the past when a date is given
 *
 * Return: 0 or -EINVAL.
 */
int until_parse(const char *text, usec_t now_usec, usec_t *ret_usec)
{
    static const char *const formats[] = {"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S",
                                          "%Y-%m-%dT%H:%M:%S"};
    int minutes;

    if (time_of_day_parse(text, false, &minutes) == 0)
        return next_time_of_day(minutes, now_usec, ret_usec);
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        struct tm tm = {.tm_isdst = -1}, wanted;
        const char *end = strptime(text, formats[i], &tm);
        time_t t;

        if (!end || *end || tm.tm_sec > 59)
            continue;
        tm.tm_isdst = -1;
        wanted = tm;
        t = mktime(&tm);
        /* mktime() makes the 2nd of March of the 30th of February. */
        if ((t == (time_t)-1 && tm.tm_year != 69) || tm.tm_mday != wanted.tm_mday ||
            tm.tm_mon != wanted.tm_mon || tm.tm_year != wanted.tm_year)
            return -EINVAL;
        *ret_usec = (usec_t)t * USEC_PER_SEC;
        return 0;
    }
    return -EINVAL;
}

/**
 * choice_read() - check a word that must be one of a few
 * @what: what the word is, for the message; marked with N_()
 * @choices: NULL-terminated
 *
 * Return: 0, or CLI_USAGE with the message written.
 */
int choice_read(const char *verb, const char *what, const char *word, const char *const *choices)
{
    char list[128] = "";
    size_t n = 0;

    for (size_t i = 0; choices[i]; i++)
        if (strcmp(word, choices[i]) == 0)
            return 0;
    for (size_t i = 0; choices[i] && n < sizeof(list); i++)
        n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
                              i == 0           ? ""
                              : choices[i + 1] ? ", "
                                               : _(" or "),
                              choices[i]);
    return usage_error(verb, _("%s: '%s' is no %s; it is one of %s"), verb, word, _(what), list);
}
