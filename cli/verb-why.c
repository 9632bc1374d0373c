/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl why: how the counters came to what they are, and what decides when the next reminder comes.
 */
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "cli/json.h"

static const struct {
    const char *what;
    const char *text;
    bool span; /* it lasts, and its length is worth saying */
} kinds[] = {
    {"sitting", "sitting", true},
    {"passive", "sitting without input (a film, a call)", true},
    {"standing", "standing", true},
    {"away", "away", true},
    {"guided", "guided break", true},
    {"taken-back", "taken back: you were away already", false},
    {"rested", "rested long enough", false},
    {"part-rest", "rested in part", false},
    {"completed", "break completed", false},
    {"skipped", "break skipped", false},
    {"restored", "counters as saved before the restart", false},
};

static const char *kind_text(const char *what, bool *ret_span)
{
    *ret_span = true;
    for (size_t i = 0; i < ARRAY_SIZE(kinds) && what; i++)
        if (strcmp(kinds[i].what, what) == 0) {
            *ret_span = kinds[i].span;
            return kinds[i].text;
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
        puts("Nothing has been counted since the last rest.");
        return;
    }
    printf("%s%-16s  %-16s  %-12s  %s%s\n", colour(COLOUR_BOLD), "From", "To", "Counted", "What",
           colour(COLOUR_NONE));
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
        const char *verb;
    } sums[] = {
        {"sitting", "sat"}, {"passive", "sat without input"}, {"standing", "stood"}, {"away", "away"}};
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
        printf("%s%s %s since %s", first ? "" : "; ", sums[k].verb,
               format_duration(length, sizeof(length), sum), format_clock(since, sizeof(since), from, now));
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
        printf(": %s of %s%s\n", format_duration(counter, sizeof(counter), value),
               format_duration(after, sizeof(after), b->after_usec),
               value >= b->after_usec         ? ", due"
               : b->due_usec == USEC_INFINITY ? ", standing still"
                                              : "");
    }
    fputs("State: ", stdout);
    put_text(stdout, is_set(s->state) ? s->state : "unknown");
    if (is_set(s->reason)) {
        fputs(", ", stdout);
        put_text(stdout, s->reason);
    }
    putchar('\n');
    if (s->paused_until_usec == USEC_INFINITY)
        puts("Paused until you resume.");
    else if (s->paused_until_usec > 0)
        printf("Paused until %s.\n",
               format_clock(clock, sizeof(clock), s->paused_until_usec, now.realtime_usec));
    if (s->snoozed_until_usec > 0 && s->snoozed_until_usec != USEC_INFINITY)
        printf("Snoozed until %s.\n",
               format_clock(clock, sizeof(clock), s->snoozed_until_usec, now.realtime_usec));
    if (!is_set(s->next_break))
        return;
    fputs("Next reminder: ", stdout);
    put_text(stdout, s->next_break);
    if (status_next_known(s))
        printf(" at %s (%s)\n", format_clock(clock, sizeof(clock), s->next_prompt_usec, now.realtime_usec),
               s->next_prompt_usec <= now.realtime_usec
                   ? "now"
                   : format_countdown(left, sizeof(left), s->next_prompt_usec - now.realtime_usec));
    else
        puts(", not while things are as now");
}

static void print_json(const struct ledger *ledger, const struct status *s, struct moment now)
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
    struct ledger ledger;
    struct status status;
    struct moment now;
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(0, &client, &error) < 0 || client_ledger(client, &ledger, &error) < 0)
        return client_fail(&error, args.options[0] != NULL);
    if (client_status(client, &status, &error) < 0) {
        ledger_done(&ledger);
        return client_fail(&error, args.options[0] != NULL);
    }
    now = moment_now();
    if (args.options[0])
        print_json(&ledger, &status, now);
    else {
        print_sums(&ledger, now.realtime_usec);
        print_ledger(&ledger, now.realtime_usec);
        putchar('\n');
        print_gate(&status, now);
    }
    status_done(&status);
    ledger_done(&ledger);
    return CLI_DONE;
}
