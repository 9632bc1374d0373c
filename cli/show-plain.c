/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A status for people: a few lines, or with --follow one line a transition.
 */
#include <string.h>

#include "cli/format.h"
#include "cli/show-status.h"

#define LABEL_WIDTH 10

static const struct {
    const char *state;
    const char *text;
    enum colour colour;
    const char *hint; /* what the user may type next */
} states[] = {
    {"active", "active: sitting time is counted", COLOUR_GOOD, "start to take the next break now"},
    {"due", "a break is due", COLOUR_NOTE, "start, done, another, snooze or skip"},
    {"break", "a guided break is running", COLOUR_GOOD, "done, another or skip"},
    {"away", "away: nothing is counted", COLOUR_DIM, NULL},
    {"paused", "paused: sitting time is counted, but no reminder comes", COLOUR_NOTE,
     "resume to end the pause"},
    {"snoozed", "a break is due, but snoozed", COLOUR_NOTE, "resume to end the snooze, or start"},
    {"held", "a break is due, but held back", COLOUR_NOTE, "start to take it all the same"},
    {"off-hours", "outside working hours: no reminder comes", COLOUR_DIM, NULL},
};

static void label(FILE *f, const char *text)
{
    fprintf(f, "%*s  ", LABEL_WIDTH, *text ? text : "");
}

/* Nothing is suggested, as a doctor comes first. */
static bool medical_hold(const struct status *s)
{
    return s->reason && strcmp(s->reason, "medical hold") == 0;
}

static const char *state_text(const char *state, enum colour *ret_colour, const char **ret_hint)
{
    *ret_colour = COLOUR_NONE;
    *ret_hint = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(states) && state; i++)
        if (strcmp(states[i].state, state) == 0) {
            *ret_colour = states[i].colour;
            *ret_hint = states[i].hint;
            return states[i].text;
        }
    /* A state of a newer daemon. */
    return is_set(state) ? state : "state unknown";
}

static void put_until(FILE *f, usec_t until_usec, struct moment now)
{
    char clock[FORMAT_TIME_MAX], left[FORMAT_TIME_MAX];

    if (until_usec == USEC_INFINITY)
        fputs("until you resume", f);
    else
        fprintf(f, "until %s (%s)", format_clock(clock, sizeof(clock), until_usec, now.realtime_usec),
                format_countdown(left, sizeof(left), until_usec - now.realtime_usec));
}

/* "stretch in 12 min, at 14:32" */
static void put_next(FILE *f, const struct status *s, struct moment now)
{
    char clock[FORMAT_TIME_MAX], left[FORMAT_TIME_MAX];
    usec_t lead = s->next_prompt_usec - now.realtime_usec;

    put_text(f, s->next_break);
    if (!status_next_known(s))
        fputs(", not while things are as now", f);
    else if (lead <= 0)
        fputs(" now", f);
    else
        fprintf(f, " in %s, at %s",
                lead < USEC_PER_MINUTE ? format_duration(left, sizeof(left), lead)
                                       : format_countdown(left, sizeof(left), lead),
                format_clock(clock, sizeof(clock), s->next_prompt_usec, now.realtime_usec));
}

static void put_prompt(FILE *f, const struct status *s, struct moment now)
{
    char clock[FORMAT_TIME_MAX];

    put_text(f, s->prompt_break);
    if (is_set(s->prompt_exercise)) {
        fputs(", exercise ", f);
        put_text(f, s->prompt_exercise);
    }
    if (s->prompt_since_usec > 0)
        fprintf(f, ", since %s", format_clock(clock, sizeof(clock), s->prompt_since_usec, now.realtime_usec));
    if (s->prompt_attempt > 1)
        fprintf(f, ", shown %u times", s->prompt_attempt);
}

static void put_breaks(FILE *f, const struct status *s, struct moment now)
{
    int width = 0;

    for (size_t i = 0; i < s->n_breaks; i++)
        width = MAX(width, text_width(s->breaks[i].name));
    for (size_t i = 0; i < s->n_breaks; i++) {
        const struct status_break *b = &s->breaks[i];
        char counter[FORMAT_TIME_MAX], after[FORMAT_TIME_MAX], length[FORMAT_TIME_MAX];
        usec_t value = status_counter(s, b, now.boottime_usec);

        label(f, i == 0 ? "Breaks" : "");
        put_padded(f, b->name, width);
        fprintf(f, "  %s%s%s of %s, then %s of rest\n", value >= b->after_usec ? colour(COLOUR_NOTE) : "",
                format_duration(counter, sizeof(counter), value),
                value >= b->after_usec ? colour(COLOUR_NONE) : "",
                format_duration(after, sizeof(after), b->after_usec),
                format_duration(length, sizeof(length), b->length_usec));
    }
    if (s->n_breaks == 0) {
        label(f, "Breaks");
        fputs(medical_hold(s) ? "none for now\n" : "none is switched on\n", f);
    }
}

static void put_problem(FILE *f, const char *text)
{
    label(f, "Problem");
    fprintf(f, "%s%s%s\n", colour(COLOUR_BAD), text, colour(COLOUR_NONE));
}

static void put_machinery(FILE *f, const struct status *s)
{
    const struct status_source *source = status_source_in_use(s);

    label(f, "Activity");
    if (source) {
        put_text(f, source->name);
        if (is_set(source->detail)) {
            fputs(" (", f);
            put_text(f, source->detail);
            fputc(')', f);
        }
        fputc('\n', f);
    } else {
        fputs("no source\n", f);
        put_problem(f, status_source_refused(s)
                           ? "pauses can't be noticed: the activity source that is asked "
                             "for does not work; you count as active"
                           : "pauses can't be noticed: no activity source works here; you "
                             "count as active");
        for (size_t i = 0; i < s->n_sources; i++) {
            label(f, "");
            put_text(f, s->sources[i].name);
            fputs(": ", f);
            put_text(f, is_set(s->sources[i].detail) ? s->sources[i].detail : s->sources[i].status);
            fputc('\n', f);
        }
    }
    label(f, "Shown by");
    if (is_set(s->notifier_name)) {
        put_text(f, s->notifier_name);
        fputc(is_set(s->notifier_version) ? ' ' : '\n', f);
        if (is_set(s->notifier_version)) {
            put_text(f, s->notifier_version);
            fputc('\n', f);
        }
    } else {
        fputs("no notification server\n", f);
        put_problem(f, "reminders can't be shown: no notification server answers");
    }
    if (!source || !is_set(s->notifier_name)) {
        label(f, "");
        fputs("backcarectl doctor says what to do\n", f);
    }
}

static void put_state(FILE *f, const struct status *s, struct moment now)
{
    enum colour c;
    const char *hint, *text = state_text(s->state, &c, &hint);
    char clock[FORMAT_TIME_MAX], length[FORMAT_TIME_MAX];

    label(f, "BackCare");
    fputs(colour(c), f);
    put_text(f, text);
    fputs(colour(COLOUR_NONE), f);
    if (is_set(s->reason)) {
        fputs(" (", f);
        put_text(f, s->reason);
        fputc(')', f);
    }
    fputc('\n', f);
    if (s->state_since_usec > 0) {
        label(f, "Since");
        fprintf(f, "%s (%s)\n", format_clock(clock, sizeof(clock), s->state_since_usec, now.realtime_usec),
                format_duration(length, sizeof(length), now.realtime_usec - s->state_since_usec));
    }
}

/**
 * show_plain() - write a status in a few lines
 */
void show_plain(FILE *f, const struct status *s, struct moment now)
{
    enum colour c;
    const char *hint;

    put_state(f, s, now);
    if (s->paused_until_usec > 0) {
        label(f, "Paused");
        put_until(f, s->paused_until_usec, now);
        fputc('\n', f);
    }
    if (s->snoozed_until_usec > 0) {
        label(f, "Snoozed");
        put_until(f, s->snoozed_until_usec, now);
        fputc('\n', f);
    }
    if (status_has_prompt(s)) {
        label(f, "Prompt");
        put_prompt(f, s, now);
        fputc('\n', f);
    }
    if (is_set(s->next_break)) {
        label(f, "Next");
        put_next(f, s, now);
        fputc('\n', f);
    }
    put_breaks(f, s, now);
    if (is_set(s->posture)) {
        label(f, "Posture");
        put_text(f, s->posture);
        fputc('\n', f);
    }
    put_machinery(f, s);
    (void)state_text(s->state, &c, &hint);
    if (medical_hold(s))
        hint = "list to read the advice";
    if (hint) {
        label(f, "Type");
        fprintf(f, "%sbackcarectl %s%s\n", colour(COLOUR_DIM), hint, colour(COLOUR_NONE));
    }
}

static void put_stamp(FILE *f, struct moment now)
{
    char iso[FORMAT_TIME_MAX];

    fprintf(f, "%s%.8s%s  ", colour(COLOUR_DIM),
            format_iso(iso, sizeof(iso), now.realtime_usec) + sizeof("YYYY-MM-DDT") - 1, colour(COLOUR_NONE));
}

/**
 * show_plain_line() - write a status in one line, with the time before it
 */
void show_plain_line(FILE *f, const struct status *s, struct moment now)
{
    put_stamp(f, now);
    put_text(f, is_set(s->state) ? s->state : "unknown");
    if (is_set(s->reason)) {
        fputs(" (", f);
        put_text(f, s->reason);
        fputc(')', f);
    }
    if (s->paused_until_usec > 0) {
        fputs("; paused ", f);
        put_until(f, s->paused_until_usec, now);
    }
    if (s->snoozed_until_usec > 0) {
        fputs("; snoozed ", f);
        put_until(f, s->snoozed_until_usec, now);
    }
    if (status_has_prompt(s)) {
        fputs("; prompt: ", f);
        put_prompt(f, s, now);
    } else if (is_set(s->next_break)) {
        fputs("; next: ", f);
        put_next(f, s, now);
    }
    if (!status_source_in_use(s))
        fputs("; pauses can't be noticed: no activity source", f);
    fputc('\n', f);
}

/**
 * show_plain_gone() - write in one line that there is no answer
 */
void show_plain_gone(FILE *f, const struct client_error *error, struct moment now)
{
    put_stamp(f, now);
    fputs("unreachable: ", f);
    put_text(f, error->message ? error->message : "out of memory");
    fputc('\n', f);
}
