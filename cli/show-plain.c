/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A status for people: a few lines, or with --follow one line a transition.
 */
#include <string.h>

#include "cli/format.h"
#include "cli/show-status.h"
#include "cli/words.h"
#include "util/i18n.h"

#define LABEL_WIDTH 10
#define UNTIL_MAX (3 * FORMAT_TIME_MAX)

static const struct {
    const char *state;
    const char *text;
    enum colour colour;
    const char *hint; /* what the user may type next */
} states[] = {
    {"active", N_("active: sitting time is counted"), COLOUR_GOOD, N_("start to take the next break now")},
    {"due", N_("a break is due"), COLOUR_NOTE, N_("start, done, another, snooze or skip")},
    {"break", N_("a guided break is running"), COLOUR_GOOD, N_("done, another or skip")},
    {"away", N_("away: nothing is counted"), COLOUR_DIM, NULL},
    {"paused", N_("paused: sitting time is counted, but no reminder comes"), COLOUR_NOTE,
     N_("resume to end the pause")},
    {"snoozed", N_("a break is due, but snoozed"), COLOUR_NOTE, N_("resume to end the snooze, or start")},
    {"held", N_("a break is due, but held back"), COLOUR_NOTE, N_("start to take it all the same")},
    {"off-hours", N_("outside working hours: no reminder comes"), COLOUR_DIM, NULL},
};

static void label(FILE *f, const char *text)
{
    for (int width = text_width(text); width < LABEL_WIDTH; width++)
        fputc(' ', f);
    fprintf(f, "%s  ", text);
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
            *ret_hint = states[i].hint ? _(states[i].hint) : NULL;
            return _(states[i].text);
        }
    /* A state of a newer daemon. */
    return is_set(state) ? state : _("state unknown");
}

/* "until 14:32 (12 min)" */
static const char *format_until(char *buf, size_t size, usec_t until_usec, struct moment now)
{
    char clock[FORMAT_TIME_MAX], left[FORMAT_TIME_MAX];

    if (until_usec == USEC_INFINITY)
        (void)snprintf(buf, size, "%s", _("until you resume"));
    else
        (void)snprintf(buf, size, _("until %s (%s)"),
                       format_clock(clock, sizeof(clock), until_usec, now.realtime_usec),
                       format_countdown(left, sizeof(left), until_usec - now.realtime_usec));
    return buf;
}

/* "stretch in 12 min, at 14:32" */
static void put_next(FILE *f, const struct status *s, struct moment now)
{
    char clock[FORMAT_TIME_MAX], left[FORMAT_TIME_MAX];
    usec_t lead = s->next_prompt_usec - now.realtime_usec;

    if (!status_next_known(s))
        put_textf(f, _("%s, not while things are as now"), s->next_break);
    else if (lead <= 0)
        put_textf(f, _("%s now"), s->next_break);
    else
        put_textf(f, _("%s in %s, at %s"), s->next_break,
                  lead < USEC_PER_MINUTE ? format_duration(left, sizeof(left), lead)
                                         : format_countdown(left, sizeof(left), lead),
                  format_clock(clock, sizeof(clock), s->next_prompt_usec, now.realtime_usec));
}

static void put_prompt(FILE *f, const struct status *s, struct moment now)
{
    char clock[FORMAT_TIME_MAX];

    put_text(f, s->prompt_break);
    if (is_set(s->prompt_exercise))
        put_textf(f, _(", exercise %s"), s->prompt_exercise);
    if (s->prompt_since_usec > 0)
        fprintf(f, _(", since %s"),
                format_clock(clock, sizeof(clock), s->prompt_since_usec, now.realtime_usec));
    if (s->prompt_attempt > 1)
        fprintf(f, P_(", shown %u time", ", shown %u times", s->prompt_attempt), s->prompt_attempt);
}

static void put_breaks(FILE *f, const struct status *s, struct moment now)
{
    int width = 0;

    for (size_t i = 0; i < s->n_breaks; i++)
        width = MAX(width, text_width(s->breaks[i].name));
    for (size_t i = 0; i < s->n_breaks; i++) {
        const struct status_break *b = &s->breaks[i];
        char counter[FORMAT_TIME_MAX], after[FORMAT_TIME_MAX], length[FORMAT_TIME_MAX],
            shown[FORMAT_TIME_MAX + 16];
        usec_t value = status_counter(s, b, now.boottime_usec);
        bool reached = value >= b->after_usec;

        label(f, i == 0 ? _("Breaks") : "");
        put_padded(f, b->name, width);
        (void)snprintf(shown, sizeof(shown), "%s%s%s", reached ? colour(COLOUR_NOTE) : "",
                       format_duration(counter, sizeof(counter), value), reached ? colour(COLOUR_NONE) : "");
        fputs("  ", f);
        fprintf(f, _("%s of %s, then %s of rest"), shown,
                format_duration(after, sizeof(after), b->after_usec),
                format_duration(length, sizeof(length), b->length_usec));
        fputc('\n', f);
    }
    if (s->n_breaks == 0) {
        label(f, _("Breaks"));
        fputs(medical_hold(s) ? _("none for now\n") : _("none is switched on\n"), f);
    }
}

static void put_problem(FILE *f, const char *text)
{
    label(f, _("Problem"));
    fprintf(f, "%s%s%s\n", colour(COLOUR_BAD), text, colour(COLOUR_NONE));
}

static void put_notifier(FILE *f, const struct status *s)
{
    label(f, _("Shown by"));
    if (is_set(s->notifier_name)) {
        put_text(f, s->notifier_name);
        fputc(is_set(s->notifier_version) ? ' ' : '\n', f);
        if (is_set(s->notifier_version)) {
            put_text(f, s->notifier_version);
            fputc('\n', f);
        }
    } else if (s->notifier_starts) {
        fputs(_("a notification server that the bus starts when it is needed\n"), f);
    } else {
        fputs(_("no notification server\n"), f);
        put_problem(f, _("reminders can't be shown: no notification server answers"));
    }
}

static void put_detail(FILE *f, const char *detail)
{
    _cleanup_(freep) char *text = detail_text(detail);

    put_text(f, text ? text : detail);
}

static void put_machinery(FILE *f, const struct status *s)
{
    const struct status_source *source = status_source_in_use(s);

    label(f, _("Activity"));
    if (source) {
        put_text(f, source->name);
        if (is_set(source->detail)) {
            fputs(" (", f);
            put_detail(f, source->detail);
            fputc(')', f);
        }
        fputc('\n', f);
    } else {
        fputs(_("no source\n"), f);
        put_problem(f,
                    status_source_refused(s)
                        ? _("pauses can't be noticed: the activity source that is asked for does not "
                            "work; you count as active")
                        : _("pauses can't be noticed: no activity source works here; you count as active"));
        for (size_t i = 0; i < s->n_sources; i++) {
            label(f, "");
            put_text(f, s->sources[i].name);
            fputs(": ", f);
            if (is_set(s->sources[i].detail))
                put_detail(f, s->sources[i].detail);
            else
                put_text(f, word_text(s->sources[i].status));
            fputc('\n', f);
        }
    }
    put_notifier(f, s);
    if (!source || (!is_set(s->notifier_name) && !s->notifier_starts)) {
        label(f, "");
        fputs(_("backcarectl doctor says what to do\n"), f);
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
    if (status_reason(s)) {
        fputs(" (", f);
        put_text(f, word_text(status_reason(s)));
        fputc(')', f);
    }
    fputc('\n', f);
    if (s->state_since_usec > 0) {
        label(f, _("Since"));
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
    char until[UNTIL_MAX];

    put_state(f, s, now);
    if (s->paused_until_usec > 0) {
        label(f, _("Paused"));
        fprintf(f, "%s\n", format_until(until, sizeof(until), s->paused_until_usec, now));
    }
    if (s->snoozed_until_usec > 0) {
        label(f, _("Snoozed"));
        fprintf(f, "%s\n", format_until(until, sizeof(until), s->snoozed_until_usec, now));
    }
    if (status_has_prompt(s)) {
        label(f, _("Prompt"));
        put_prompt(f, s, now);
        fputc('\n', f);
    }
    if (is_set(s->next_break)) {
        label(f, _("Next"));
        put_next(f, s, now);
        fputc('\n', f);
    }
    put_breaks(f, s, now);
    if (is_set(s->posture)) {
        label(f, _("Posture"));
        put_text(f, word_text(s->posture));
        fputc('\n', f);
    }
    put_machinery(f, s);
    (void)state_text(s->state, &c, &hint);
    if (medical_hold(s))
        hint = _("list to read the advice");
    if (hint) {
        label(f, _("Type"));
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
    char until[UNTIL_MAX];

    put_stamp(f, now);
    put_text(f, is_set(s->state) ? word_text(s->state) : _("unknown"));
    if (status_reason(s)) {
        fputs(" (", f);
        put_text(f, word_text(status_reason(s)));
        fputc(')', f);
    }
    if (s->paused_until_usec > 0) {
        fprintf(f, _("; paused %s"), format_until(until, sizeof(until), s->paused_until_usec, now));
    }
    if (s->snoozed_until_usec > 0) {
        fprintf(f, _("; snoozed %s"), format_until(until, sizeof(until), s->snoozed_until_usec, now));
    }
    if (status_has_prompt(s)) {
        fputs(_("; prompt: "), f);
        put_prompt(f, s, now);
    } else if (is_set(s->next_break)) {
        fputs(_("; next: "), f);
        put_next(f, s, now);
    }
    if (!status_source_in_use(s))
        fputs(_("; pauses can't be noticed: no activity source"), f);
    fputc('\n', f);
}

/**
 * show_plain_gone() - write in one line that there is no answer
 */
void show_plain_gone(FILE *f, const struct client_error *error, struct moment now)
{
    put_stamp(f, now);
    put_textf(f, _("unreachable: %s"), error->message ? error->message : _("out of memory"));
    fputc('\n', f);
}
