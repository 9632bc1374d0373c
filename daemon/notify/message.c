/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See message.h. All wording is in the table below and in message_prompt(), message_guide() and their
 * neighbours; durations are worded by phrase.c.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "notify/message.h"
#include "notify/phrase.h"
#include "util/macro.h"

#define QUOTED "\xe2\x80\x9c%s\xe2\x80\x9d"
#define DOT " \xc2\xb7 "

/* The guide is drawn anew when another of these is over, so that this is seldom. */
#define COUNTDOWN_USEC (10 * USEC_PER_SEC)
#define COMPLETE_TIMEOUT_USEC (10 * USEC_PER_SEC)

static const struct {
    unsigned bit;
    const char *id;
    const char *label; /* NULL: made with the duration */
} actions[] = {
    {MESSAGE_ACTION_START, "start", "Start"},
    {MESSAGE_ACTION_SNOOZE, "snooze", NULL},
    {MESSAGE_ACTION_DONE, "done", "Done"},
    {MESSAGE_ACTION_ANOTHER, "another", "Another"},
};

/* A text with one of these words is not for a screen that others see. The catalogue's own texts for later
 * pregnancy have them, and a user's file may. */
static const char *const private_words[] = {
    "pregnan", "natal", "trimester", "midwife", "maternity",
    "bump",    "baby",  "osteopor",  "cancer",  "condition",
};

static bool is_private(const char *text)
{
    for (; *text; text++)
        for (size_t i = 0; i < ARRAY_SIZE(private_words); i++)
            if (strncasecmp(text, private_words[i], strlen(private_words[i])) == 0)
                return true;
    return false;
}

static void begin(struct message *m, const char *summary)
{
    memset(m, 0, sizeof *m);
    phrase_copy(m->summary, sizeof m->summary, summary, MESSAGE_SUMMARY_CHARS);
    m->notify.summary = m->summary;
    m->notify.body = m->body;
    m->notify.urgency = NOTIFY_URGENCY_NORMAL;
}

/* Buttons, and the sentence that stands in for them where the server has none. */
static void add_actions(struct message *m, unsigned wanted, usec_t snooze_usec)
{
    char duration[PHRASE_DURATION_MAX];
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        size_t n = m->notify.n_actions;

        if (!(wanted & actions[i].bit))
            continue;
        if (actions[i].label)
            (void)snprintf(m->labels[n], sizeof m->labels[n], "%s", actions[i].label);
        else
            (void)snprintf(m->labels[n], sizeof m->labels[n], "Snooze %s",
                           phrase_short_duration(duration, sizeof duration, snooze_usec));
        m->notify.actions[n] = (struct notify_action){.id = actions[i].id, .label = m->labels[n]};
        m->notify.n_actions++;
        used += (size_t)snprintf(m->fallback + used, sizeof m->fallback - used, "%s%s",
                                 used == 0 ? "Answer with: backcarectl " : DOT, actions[i].id);
    }
    m->notify.fallback = used > 0 ? m->fallback : NULL;
}

/**
 * message_prompt() - the invitation to a break
 * @ret: the message
 * @prompt: what is known of it
 *
 * The second and later showings are quieter in tone and say no longer time seated: that would read as blame.
 * `snooze` is left out when no snoozes are left.
 */
void message_prompt(struct message *ret, const struct message_prompt *prompt)
{
    char seated[PHRASE_DURATION_MAX + 16] = "", length[PHRASE_DURATION_MAX],
                                      title[MESSAGE_SUMMARY_CHARS * 4 + 8];
    char duration[PHRASE_DURATION_MAX], text[512];
    bool named = prompt->title && *prompt->title;
    unsigned offered = prompt->actions;

    begin(ret, prompt->attempt > 1 ? "Whenever it suits you" : "A moment for your back?");
    phrase_copy(title, sizeof title, prompt->title, MESSAGE_SUMMARY_CHARS);
    phrase_duration(length, sizeof length,
                    named && prompt->duration_usec > 0 ? prompt->duration_usec : prompt->length_usec);
    if (prompt->exposure_usec > 0 && prompt->attempt <= 1)
        (void)snprintf(seated, sizeof seated, "%s seated. ",
                       phrase_duration(duration, sizeof duration, prompt->exposure_usec));
    ret->notify.image = named && is_private(prompt->title) ? NULL : prompt->picture;
    if (named && is_private(prompt->title))
        (void)snprintf(text, sizeof text,
                       prompt->attempt > 1 ? "%sYour gentle set takes %s." : "%sTry your gentle set for %s?",
                       seated, length);
    else if (named)
        (void)snprintf(text, sizeof text,
                       prompt->attempt > 1 ? "%s" QUOTED " takes %s." : "%sTry " QUOTED " for %s?", seated,
                       title, length);
    else
        (void)snprintf(text, sizeof text,
                       prompt->attempt > 1 ? "%sA break of %s is waiting for you."
                                           : "%sHow about a break of %s?",
                       seated, length);
    phrase_copy(ret->body, sizeof ret->body, text, MESSAGE_BODY_CHARS);
    if (prompt->snoozes_left == 0)
        offered &= ~(unsigned)MESSAGE_ACTION_SNOOZE;
    add_actions(ret, offered, prompt->snooze_usec);
}

static size_t count_steps(const struct message_guide *g)
{
    size_t n = 0;

    while (g->steps && g->steps[n])
        n++;
    return n;
}

static usec_t guide_elapsed(const struct message_guide *g)
{
    return MIN(MAX(g->elapsed_usec, 0), MAX(g->total_usec, 0));
}

/* The steps share the time evenly. @ret_end_usec: when the step ends. */
static size_t current_step(const struct message_guide *g, size_t n_steps, usec_t *ret_end_usec)
{
    usec_t each = MAX(g->total_usec, 0) / (usec_t)n_steps;
    usec_t i = each > 0 ? guide_elapsed(g) / each : 0;

    i = MIN(i, (usec_t)n_steps - 1);
    *ret_end_usec = i == (usec_t)n_steps - 1 ? g->total_usec : (i + 1) * each;
    return (size_t)i;
}

/**
 * message_guide() - the guide of a running break: one step, and how long is left
 * @ret: the message; quiet except for the first, so that it does not call for attention again and again
 * @guide: what runs
 *
 * It stays until it is closed. Of the actions only `done` and `another` are offered.
 */
void message_guide(struct message *ret, const struct message_guide *guide)
{
    usec_t left = MAX(guide->total_usec, 0) - guide_elapsed(guide), end;
    bool hidden = guide->title && is_private(guide->title);
    size_t n_steps = count_steps(guide);
    char duration[PHRASE_DURATION_MAX];

    if (hidden)
        begin(ret, "Your gentle set");
    else
        begin(ret, guide->title && *guide->title ? guide->title : "Your break");
    ret->notify.image = hidden ? NULL : guide->picture;
    /* Never more than what is left, but for the begun second: a timer is a little late. */
    left = (left + USEC_PER_SEC - 1) / USEC_PER_SEC * USEC_PER_SEC;
    phrase_short_duration(duration, sizeof duration, left);
    if (n_steps == 0)
        (void)snprintf(ret->body, sizeof ret->body, "%s left", duration);
    else {
        size_t step = current_step(guide, n_steps, &end);
        bool shown = !hidden && !is_private(guide->steps[step]);
        int head = snprintf(ret->body, sizeof ret->body, "Step %zu of %zu" DOT "%s left\n", step + 1, n_steps,
                            duration);

        phrase_copy(ret->body + head, sizeof ret->body - (size_t)head,
                    shown ? guide->steps[step] : "Go at your own pace.",
                    MESSAGE_GUIDE_CHARS - phrase_length(ret->body));
    }
    ret->notify.timeout_usec = USEC_INFINITY;
    ret->notify.quiet = guide->elapsed_usec > 0;
    add_actions(ret, guide->actions & (MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER), 0);
}

/**
 * message_guide_next() - when the guide is to be drawn anew: its step ends, or 10 s of the time left are over
 * @guide: what runs
 *
 * Return: a time on the scale of elapsed_usec, greater than it; USEC_INFINITY at the end.
 */
usec_t message_guide_next(const struct message_guide *guide)
{
    usec_t elapsed = guide_elapsed(guide), left = MAX(guide->total_usec, 0) - elapsed, next, end;
    size_t n_steps = count_steps(guide);

    if (left == 0)
        return USEC_INFINITY;
    next = elapsed + ((left - 1) % COUNTDOWN_USEC) + 1;
    if (n_steps > 0) {
        (void)current_step(guide, n_steps, &end);
        if (end > elapsed)
            next = MIN(next, end);
    }
    return next;
}

/**
 * message_complete() - a guided break has come to its end: no score, and it goes by itself
 * @ret: the message
 */
void message_complete(struct message *ret)
{
    begin(ret, "All done");
    phrase_copy(ret->body, sizeof ret->body, "Take an easy breath, and carry on when you like.",
                MESSAGE_BODY_CHARS);
    ret->notify.urgency = NOTIFY_URGENCY_LOW;
    ret->notify.timeout_usec = COMPLETE_TIMEOUT_USEC;
}

/**
 * message_hold() - nothing is suggested any more, as a doctor comes first
 * @ret: the message; it stays until it is closed
 *
 * It says where the advice is and nothing of why: others may see the screen.
 */
void message_hold(struct message *ret)
{
    begin(ret, "BackCare is paused");
    phrase_copy(ret->body, sizeof ret->body, "Please read the advice now. To see it: backcarectl list",
                MESSAGE_BODY_CHARS);
    ret->notify.timeout_usec = USEC_INFINITY;
}

/**
 * message_settings() - the settings could not all be read; which is in the journal only
 * @ret: the message
 * @problems: how many, more than 0
 */
void message_settings(struct message *ret, unsigned problems)
{
    char text[160];

    begin(ret, "BackCare could not read all settings");
    if (problems == 1)
        (void)snprintf(text, sizeof text,
                       "One setting is left at its default. To see it: backcarectl config check");
    else
        (void)snprintf(text, sizeof text,
                       "%u settings are left at their defaults. To see them: backcarectl config check",
                       problems);
    phrase_copy(ret->body, sizeof ret->body, text, MESSAGE_BODY_CHARS);
}

/**
 * message_no_source() - nothing tells whether the user is there; why is in `backcarectl doctor`
 * @ret: the message
 */
void message_no_source(struct message *ret)
{
    begin(ret, "BackCare can't see when you take a break");
    phrase_copy(ret->body, sizeof ret->body,
                "Nothing here tells it of keyboard and mouse, so all time counts as sitting. To see why: "
                "backcarectl doctor",
                MESSAGE_BODY_CHARS);
}
