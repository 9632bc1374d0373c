/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A status for programs: JSON with every property, and the JSON that status bars of the Waybar kind read.
 */
#include <string.h>

#include "cli/failure.h"
#include "cli/format.h"
#include "cli/json.h"
#include "cli/show-status.h"
#include "cli/words.h"
#include "util/i18n.h"

static void json_breaks(struct json *j, const struct status *s, struct moment now)
{
    json_open(j, "breaks", '[');
    for (size_t i = 0; i < s->n_breaks; i++) {
        const struct status_break *b = &s->breaks[i];
        bool moving = b->due_usec != USEC_INFINITY;

        json_open(j, NULL, '{');
        json_string(j, "name", b->name);
        json_seconds(j, "after_seconds", b->after_usec);
        json_seconds(j, "length_seconds", b->length_usec);
        json_seconds(j, "counter_seconds", status_counter(s, b, now.boottime_usec));
        json_boolean(j, "counting", moving);
        json_seconds(j, "due_in_seconds", moving ? b->due_usec - now.boottime_usec : USEC_INFINITY);
        json_time(j, "due_at", moving ? now.realtime_usec + (b->due_usec - now.boottime_usec) : 0);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_machinery(struct json *j, const struct status *s)
{
    json_open(j, "sources", '[');
    for (size_t i = 0; i < s->n_sources; i++) {
        json_open(j, NULL, '{');
        json_string(j, "name", s->sources[i].name);
        json_string(j, "status", s->sources[i].status);
        json_string(j, "detail", s->sources[i].detail);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_boolean(j, "notifier_starts", s->notifier_starts);
    if (!is_set(s->notifier_name)) {
        json_string(j, "notifier", NULL);
        return;
    }
    json_open(j, "notifier", '{');
    json_string(j, "name", s->notifier_name);
    json_string(j, "version", s->notifier_version);
    json_open(j, "capabilities", '[');
    for (size_t i = 0; s->notifier_capabilities && s->notifier_capabilities[i]; i++)
        json_string(j, NULL, s->notifier_capabilities[i]);
    json_close(j, ']');
    json_close(j, '}');
}

static const char *text_or_null(const char *text)
{
    return is_set(text) ? text : NULL;
}

/**
 * show_json() - write a status as one JSON object in one line
 */
void show_json(FILE *f, const struct status *s, struct moment now)
{
    struct json j = {.file = f};

    json_open(&j, NULL, '{');
    json_string(&j, "state", is_set(s->state) ? s->state : "unknown");
    json_time(&j, "state_since", s->state_since_usec);
    json_string(&j, "reason", s->reason ? s->reason : "");
    json_time(&j, "time", now.realtime_usec);
    json_breaks(&j, s, now);
    if (status_has_prompt(s)) {
        json_open(&j, "prompt", '{');
        json_string(&j, "break", s->prompt_break);
        json_string(&j, "exercise", text_or_null(s->prompt_exercise));
        json_time(&j, "since", s->prompt_since_usec);
        json_integer(&j, "attempt", s->prompt_attempt);
        json_close(&j, '}');
    } else
        json_string(&j, "prompt", NULL);
    json_string(&j, "next_break", text_or_null(s->next_break));
    json_time(&j, "next_prompt", s->next_prompt_usec);
    json_boolean(&j, "snoozed", s->snoozed_until_usec > 0);
    json_time(&j, "snoozed_until", s->snoozed_until_usec);
    /* Paused without end: true, and no time. */
    json_boolean(&j, "paused", s->paused_until_usec > 0);
    json_time(&j, "paused_until", s->paused_until_usec);
    json_string(&j, "posture", text_or_null(s->posture));
    json_machinery(&j, s);
    json_string(&j, "version", text_or_null(s->version));
    json_close(&j, '}');
    json_end_line(&j);
}

/**
 * show_json_gone() - write as one JSON object that there is no answer
 */
void show_json_gone(FILE *f, const struct client_error *error)
{
    struct json j = {.file = f};

    json_open(&j, NULL, '{');
    json_string(&j, "state", "unreachable");
    failure_write(&j, error->name ? error->name : FAILURE_NO_MEMORY,
                  error->message ? error->message : _("out of memory"));
    json_close(&j, '}');
    json_end_line(&j);
}

/* Bars read text as Pango markup, where a name with "<" or "&" would be a mistake. */
static char *markup_escape(const char *text)
{
    char *escaped = NULL;
    size_t size;
    FILE *f = open_memstream(&escaped, &size);

    if (!f)
        return NULL;
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", f);
            break;
        case '<':
            fputs("&lt;", f);
            break;
        case '>':
            fputs("&gt;", f);
            break;
        default:
            fputc(*text, f);
        }
    if (fclose(f) != 0) {
        free(escaped);
        return NULL;
    }
    return escaped;
}

static void write_waybar(FILE *f, const char *text, const char *class, const char *tooltip, int percentage)
{
    _cleanup_(freep) char *text_markup = markup_escape(text), *tooltip_markup = markup_escape(tooltip);
    struct json j = {.file = f};

    json_open(&j, NULL, '{');
    json_string(&j, "text", text_markup ? text_markup : "");
    json_string(&j, "alt", class);
    json_string(&j, "tooltip", tooltip_markup ? tooltip_markup : "");
    json_string(&j, "class", class);
    json_integer(&j, "percentage", percentage);
    json_close(&j, '}');
    json_end_line(&j);
}

/* What the bar shows: the time that is left, or else the name of what there is to do. */
static void waybar_text(const struct status *s, struct moment now, char *buf, size_t size)
{
    usec_t until = strcmp(s->state, "paused") == 0    ? s->paused_until_usec
                   : strcmp(s->state, "snoozed") == 0 ? s->snoozed_until_usec
                   : strcmp(s->state, "active") == 0  ? s->next_prompt_usec
                                                      : 0;

    if (until > 0 && until != USEC_INFINITY)
        (void)format_countdown(buf, size, until - now.realtime_usec);
    else if (status_has_prompt(s))
        (void)snprintf(buf, size, "%s", s->prompt_break);
    else
        (void)snprintf(buf, size, "%s", strcmp(s->state, "active") == 0 ? "" : word_text(s->state));
}

static int waybar_percentage(const struct status *s, struct moment now)
{
    const struct status_break *b = status_next_break(s);
    double share;

    if (!b || b->after_usec <= 0)
        return 0;
    share = (double)status_counter(s, b, now.boottime_usec) / (double)b->after_usec * 100;
    return share >= 100 ? 100 : (int)share;
}

/* The plain form as a tooltip; colours don't belong there, nor the line feed at its end. It changes with the
 * time only by what counts in minutes or is a step. */
static char *waybar_tooltip(const struct status *s, struct moment now)
{
    char *text = NULL, clock[FORMAT_TIME_MAX];
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    fputs(word_text(s->state), f);
    if (status_reason(s))
        fprintf(f, " (%s)", word_text(status_reason(s)));
    if (s->state_since_usec > 0)
        fprintf(f, _(" since %s"),
                format_clock(clock, sizeof(clock), s->state_since_usec, now.realtime_usec));
    if (status_has_prompt(s))
        fprintf(f, "\n%s%s%s%s", _("prompt: "), s->prompt_break, is_set(s->prompt_exercise) ? ", " : "",
                s->prompt_exercise ? s->prompt_exercise : "");
    fputs(status_next_known(s) ? "\n" : "", f);
    if (status_next_known(s))
        fprintf(f, _("next: %1$s at %2$s"), s->next_break,
                format_clock(clock, sizeof(clock), s->next_prompt_usec, now.realtime_usec));
    for (size_t i = 0; i < s->n_breaks; i++) {
        char counter[FORMAT_TIME_MAX], after[FORMAT_TIME_MAX];
        usec_t value = status_counter(s, &s->breaks[i], now.boottime_usec);

        fputc('\n', f);
        fprintf(f, _("%1$s: %2$s of %3$s"), s->breaks[i].name,
                format_duration(counter, sizeof(counter), value - value % USEC_PER_MINUTE),
                format_duration(after, sizeof(after), s->breaks[i].after_usec));
    }
    if (!status_source_in_use(s))
        fprintf(f, "\n%s", _("pauses can't be noticed: no activity source"));
    if (!is_set(s->notifier_name) && !s->notifier_starts)
        fprintf(f, "\n%s", _("reminders can't be shown: no notification server"));
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/**
 * show_waybar() - write a status as a Waybar custom module wants it
 */
void show_waybar(FILE *f, const struct status *status, struct moment now)
{
    struct status s = *status;
    _cleanup_(freep) char *tooltip = NULL;
    char unknown[] = "unknown", text[FORMAT_TIME_MAX];

    if (!is_set(s.state))
        s.state = unknown;
    tooltip = waybar_tooltip(&s, now);
    waybar_text(&s, now, text, sizeof(text));
    write_waybar(f, text, s.state, tooltip ? tooltip : "", waybar_percentage(&s, now));
}

/**
 * show_waybar_gone() - write in the same form that there is no answer
 */
void show_waybar_gone(FILE *f, const struct client_error *error)
{
    write_waybar(f, "", "unreachable", error->message ? error->message : "", 0);
}
