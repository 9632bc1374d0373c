/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl why: how the counters came to what they are, and what decides when the next reminder comes.
 */
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "cli/json.h"
#include "cli/words.h"
#include "util/i18n.h"

static const struct {
    const char *what;
    const char *text;
    bool span; /* it lasts, and its length is worth saying */
} kinds[] = {
    {"sitting", N_("sitting"), true},
    {"passive", N_("sitting without input (a film, a call)"), true},
    {"standing", N_("standing"), true},
    {"away", N_("away"), true},
    {"guided", N_("guided break"), true},
    {"taken-back", N_("taken back: you were away already"), false},
    {"rested", N_("rested long enough"), false},
    {"part-rest", N_("rested in part"), false},
    {"completed", N_("break completed"), false},
    {"skipped", N_("break skipped"), false},
    {"restored", N_("counters as saved before the restart"), false},
};

static const char *kind_text(const char *what, bool *ret_span)
{
    *ret_span = true;
    for (size_t i = 0; i < ARRAY_SIZE(kinds) && what; i++)
        if (strcmp(kinds[i].what, what) == 0) {
            *ret_span = kinds[i].span;
            return _(kinds[i].text);
        }
    /* What a newer daemon knows. */
    return is_set(what) ? what : "?";
}

/* "+12 min", "-5 min" or "0" */
static const char *format_change(char *buf, size_t size, usec_t usec)
{
    char text[FORMAT_TIME_MAX];

    if (usec > -USEC_PER_SEC && usec < USEC_PER_SEC)
        (void)snprintf(buf, size, "0");
    else
        (void)snprintf(buf, size, "%c%s", usec < 0 ? '-' : '+',
                       format_duration(text, sizeof(text), usec < 0 ? -usec : usec));
    return buf;
}

static void print_ledger(const struct ledger *ledger, usec_t now)
{
    if (ledger->n == 0) {
        puts(_("Nothing has been counted since the last rest."));
        return;
    }
    fputs(colour(COLOUR_BOLD), stdout);
    put_padded(stdout, _("From"), 18);
    put_padded(stdout, _("To"), 18);
    put_padded(stdout, _("Counted"), 14);
    printf("%s%s\n", _("What"), colour(COLOUR_NONE));
    for (size_t i = 0; i < ledger->n; i++) {
        const struct ledger_entry *e = &ledger->entries[i];
        char from[FORMAT_TIME_MAX], to[FORMAT_TIME_MAX] = "", change[FORMAT_TIME_MAX],
                                    length[FORMAT_TIME_MAX];
        bool span;
        const char *text = kind_text(e->what, &span);
        usec_t end = e->to_usec == 0 || e->to_usec == USEC_INFINITY ? now : e->to_usec;

        if (span)
            (void)format_clock(to, sizeof(to), end, now);
        printf("%-16s  %-16s  %-12s  ", format_clock(from, sizeof(from), e->from_usec, now), to,
               format_change(change, sizeof(change), e->change_usec));
        put_text(stdout, text);
        if (is_set(e->break_name)) {
            fputs(": ", stdout);
            put_text(stdout, e->break_name);
        }
        if (span)
            printf(", %s", format_duration(length, sizeof(length), end - e->from_usec));
        putchar('\n');
    }
}

/* The sum in words: "Sat 42 min since 13:10; stood 5 min; away 3 min." */
static void print_sums(const struct ledger *ledger, usec_t now)
{
    static const struct {
        const char *what;
        const char *text;
    } sums[] = {{"sitting", N_("sat %1$s since %2$s")},
                {"passive", N_("sat without input %1$s since %2$s")},
                {"standing", N_("stood %1$s since %2$s")},
                {"away", N_("away %1$s since %2$s")}};
    bool first = true;

    for (size_t k = 0; k < ARRAY_SIZE(sums); k++) {
        char length[FORMAT_TIME_MAX], since[FORMAT_TIME_MAX];
        usec_t sum = 0, from = 0;

        for (size_t i = 0; i < ledger->n; i++) {
            const struct ledger_entry *e = &ledger->entries[i];

            if (!e->what || strcmp(e->what, sums[k].what) != 0)
                continue;
            if (from == 0)
                from = e->from_usec;
            sum = usec_add(sum, (e->to_usec == 0 || e->to_usec == USEC_INFINITY ? now : e->to_usec) -
                                    e->from_usec);
        }
        if (sum < USEC_PER_SEC)
            continue;
        fputs(first ? "" : "; ", stdout);
        printf(_(sums[k].text), format_duration(length, sizeof(length), sum),
               format_clock(since, sizeof(since), from, now));
        first = false;
    }
    if (!first)
        puts("\n");
}

static void print_gate(const struct status *s, struct moment now)
{
    char clock[FORMAT_TIME_MAX], left[FORMAT_TIME_MAX];

    for (size_t i = 0; i < s->n_breaks; i++) {
        const struct status_break *b = &s->breaks[i];
        char counter[FORMAT_TIME_MAX], after[FORMAT_TIME_MAX];
        usec_t value = status_counter(s, b, now.boottime_usec);

        put_text(stdout, b->name);
        printf(value >= b->after_usec         ? _(": %1$s of %2$s, due\n")
               : b->due_usec == USEC_INFINITY ? _(": %1$s of %2$s, standing still\n")
                                              : _(": %1$s of %2$s\n"),
               format_duration(counter, sizeof(counter), value),
               format_duration(after, sizeof(after), b->after_usec));
    }
    fputs(_("State: "), stdout);
    put_text(stdout, is_set(s->state) ? word_text(s->state) : _("unknown"));
    if (status_reason(s)) {
        fputs(", ", stdout);
        put_text(stdout, word_text(status_reason(s)));
    }
    putchar('\n');
    if (s->paused_until_usec == USEC_INFINITY)
        puts(_("Paused until you resume."));
    else if (s->paused_until_usec > 0)
        printf(_("Paused until %s.\n"),
               format_clock(clock, sizeof(clock), s->paused_until_usec, now.realtime_usec));
    if (s->snoozed_until_usec > 0 && s->snoozed_until_usec != USEC_INFINITY)
        printf(_("Snoozed until %s.\n"),
               format_clock(clock, sizeof(clock), s->snoozed_until_usec, now.realtime_usec));
    if (!is_set(s->next_break))
        return;
    fputs(_("Next reminder: "), stdout);
    put_text(stdout, s->next_break);
    if (status_next_known(s))
        printf(_(" at %1$s (%2$s)\n"),
               format_clock(clock, sizeof(clock), s->next_prompt_usec, now.realtime_usec),
               s->next_prompt_usec <= now.realtime_usec
                   ? _("now")
                   : format_countdown(left, sizeof(left), s->next_prompt_usec - now.realtime_usec));
    else
        puts(_(", not while things are as now"));
}

/* Why this exercise, of all. */
static void print_choice(const struct choice *choice)
{
    if (!is_set(choice->exercise))
        return;
    fputs(_("Exercise: "), stdout);
    put_text(stdout, is_set(choice->title) ? choice->title : choice->exercise);
    for (char **reason = choice->reasons; reason && *reason; reason++) {
        fputs(reason == choice->reasons ? " (" : "; ", stdout);
        put_text(stdout, *reason);
        fputs(reason[1] ? "" : ")", stdout);
    }
    putchar('\n');
}

static void print_choice_json(struct json *j, const struct choice *choice)
{
    json_string(j, "exercise", is_set(choice->exercise) ? choice->exercise : NULL);
    json_open(j, "chosen", '[');
    for (char **reason = choice->reasons; reason && *reason; reason++)
        json_string(j, NULL, *reason);
    json_close(j, ']');
}

static void print_json(const struct ledger *ledger, const struct status *s, const struct choice *choice,
                       struct moment now)
{
    struct json j = {.file = stdout};

    json_open(&j, NULL, '{');
    json_string(&j, "state", is_set(s->state) ? s->state : "unknown");
    json_string(&j, "reason", s->reason ? s->reason : "");
    json_time(&j, "snoozed_until", s->snoozed_until_usec);
    json_boolean(&j, "paused", s->paused_until_usec > 0);
    json_time(&j, "paused_until", s->paused_until_usec);
    json_string(&j, "next_break", is_set(s->next_break) ? s->next_break : NULL);
    json_time(&j, "next_prompt", s->next_prompt_usec);
    print_choice_json(&j, choice);
    json_open(&j, "breaks", '[');
    for (size_t i = 0; i < s->n_breaks; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "name", s->breaks[i].name);
        json_seconds(&j, "after_seconds", s->breaks[i].after_usec);
        json_seconds(&j, "counter_seconds", status_counter(s, &s->breaks[i], now.boottime_usec));
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_open(&j, "ledger", '[');
    for (size_t i = 0; i < ledger->n; i++) {
        const struct ledger_entry *e = &ledger->entries[i];

        json_open(&j, NULL, '{');
        json_string(&j, "what", e->what);
        json_time(&j, "from", e->from_usec);
        json_time(&j, "to", e->to_usec);
        json_seconds(&j, "change_seconds", e->change_usec);
        json_string(&j, "break", is_set(e->break_name) ? e->break_name : NULL);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    json_end_line(&j);
}

/**
 * verb_why() - backcarectl why [--json]
 *
 * Return: the exit status.
 */
int verb_why(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    struct choice choice = {0};
    struct ledger ledger;
    struct status status;
    struct moment now;
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(0, &client, &error) < 0 || client_ledger(client, &ledger, &error) < 0)
        return client_fail(&error);
    if (client_status(client, &status, &error) < 0) {
        ledger_done(&ledger);
        return client_fail(&error);
    }
    (void)client_choice(client, &choice);
    now = moment_now();
    if (args.options[0])
        print_json(&ledger, &status, &choice, now);
    else {
        print_sums(&ledger, now.realtime_usec);
        print_ledger(&ledger, now.realtime_usec);
        putchar('\n');
        print_gate(&status, now);
        print_choice(&choice);
    }
    choice_done(&choice);
    status_done(&status);
    ledger_done(&ledger);
    return CLI_DONE;
}
