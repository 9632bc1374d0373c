/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See failure.h. Knows no verb.
 */
#include <stdarg.h>
#include <string.h>

#include "cli/failure.h"
#include "cli/format.h"
#include "dbus/names.h"
#include "util/i18n.h"

static bool as_json;

/* simulate writes a line of JSON for each thing that happens, and none where nothing does. */
static bool takes_json(const struct verb *verb)
{
    if (strcmp(verb->name, "simulate") == 0)
        return false;
    for (const struct verb_option *o = verb->options; o && o->name; o++)
        if (strcmp(o->name, "json") == 0)
            return true;
    return false;
}

/* Also as it may be shortened, and with a value that it can't have. */
static bool asks_for_json(const char *word)
{
    static const char option[] = "--json";
    size_t n = strcspn(word, "=");

    return n > strlen("--") && n <= strlen(option) && strncmp(word, option, n) == 0;
}

/**
 * failure_init() - find out whether JSON is asked for; to be called before anything can fail
 * @verb: its line in the table, NULL where there is none of the name
 * @argv: what follows the verb
 *
 * Before the arguments are read: a mistake in them may stand before --json.
 */
void failure_init(const struct verb *verb, char *argv[])
{
    if (verb && !takes_json(verb))
        return;
    for (; *argv && strcmp(*argv, "--") != 0; argv++)
        if (asks_for_json(*argv)) {
            as_json = true;
            /* What a program reads is the same in every language, its messages too. */
            i18n_untranslated();
            return;
        }
}

/**
 * failure_is_json() - whether JSON is asked for
 */
bool failure_is_json(void)
{
    return as_json;
}

/**
 * failure_write() - write a failure into an object
 * @name: of the error, as on the bus
 */
void failure_write(struct json *j, const char *name, const char *message)
{
    json_open(j, "error", '{');
    json_string(j, "name", name);
    json_string(j, "message", message);
    json_close(j, '}');
}

static void write_object(const char *name, const char *message)
{
    struct json j = {.file = stdout};

    json_open(&j, NULL, '{');
    failure_write(&j, name, message);
    json_close(&j, '}');
    json_end_line(&j);
}

/**
 * failure_say() - tell why something did not work
 * @status: the exit status
 * @name: of the error, for who reads JSON
 * @before: what stands before the message where a person reads it, who has to know who speaks
 * @fmt: the message, without a line feed
 *
 * Return: @status.
 */
int failure_say(enum cli_exit status, const char *name, const char *before, const char *fmt, ...)
{
    _cleanup_(freep) char *text = NULL;
    const char *message;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    message = text ? text : _("out of memory");
    if (as_json)
        write_object(name, message);
    /* What its caller has to mend is said to the caller, too. */
    if (!as_json || status == CLI_USAGE) {
        fputs(before, stderr);
        put_text(stderr, message);
        fputc('\n', stderr);
    }
    return (int)status;
}

/**
 * failure_no_memory() - tell that there is no memory
 *
 * Return: CLI_FAILED.
 */
int failure_no_memory(void)
{
    return failure_say(CLI_FAILED, FAILURE_NO_MEMORY, "backcarectl: ", "%s", _("out of memory"));
}

/**
 * failure_mistakes() - tell of all mistakes in the settings
 * @d: warnings among them
 * @fatal: whether it can't go on with one; with a file that can't be read it never can, as nobody knows what
 * it says
 *
 * What it goes on with is said on standard error, also for who reads JSON.
 *
 * Return: CLI_DONE to go on, or the exit status.
 */
int failure_mistakes(const struct diagnostics *d, bool fatal)
{
    _cleanup_(freep) char *text = diagnostics_format(d);
    bool fails = d->n_unreadable > 0 || (fatal && diagnostics_errors(d) > 0);
    size_t n;

    if (!text)
        return failure_no_memory();
    fputs(text, stderr);
    if (!fails || !as_json)
        return fails ? CLI_USAGE : CLI_DONE;
    n = strlen(text);
    if (n > 0)
        text[n - 1] = 0; /* the last line's feed */
    write_object(BACKCARE_ERROR_INVALID_CONFIG, text);
    return CLI_USAGE;
}
