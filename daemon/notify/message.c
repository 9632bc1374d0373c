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
#include "notify/pages.h"
#include "notify/phrase.h"
#include "util/i18n.h"
#include "util/macro.h"

#define DOT " \xc2\xb7 "

/* Of the guide, for what goes with a step. */
#define MESSAGE_ASIDE_CHARS 240
/* Of that, for how to breathe: nobody is to go without the step for it. */
#define MESSAGE_BREATH_CHARS 100
/* Of a title that is sure to be one line. */
#define MESSAGE_LINE_CHARS 33

#define COMPLETE_TIMEOUT_USEC (10 * USEC_PER_SEC)

static const struct {
    unsigned bit;
    const char *id;
    const char *label;   /* NULL: made with the duration */
    const char *command; /* of backcarectl */
} actions[] = {
    {MESSAGE_ACTION_START, "start", N_("Start"), "start"},
    {MESSAGE_ACTION_SNOOZE, "snooze", NULL, "snooze"},
    {MESSAGE_ACTION_DONE, "done", N_("Done"), "done"},
    {MESSAGE_ACTION_ANOTHER, "another", N_("Another"), "another"},
    {MESSAGE_ACTION_TOO_MUCH, "too-much", N_("Too much"), "feedback hurts"},
    {MESSAGE_ACTION_BETTER, "better", N_("It helped"), "feedback better"},
    {MESSAGE_ACTION_HURTS, "hurts", N_("It hurt"), "feedback hurts"},
};

/* A text with one of these words is not for a screen that others see. The catalogue's own texts for later
 * pregnancy have them, also in its other languages, and a user's file may. A belly alone tells nothing: where
 * one breathes into it everybody does. */
/* clang-format off */
static const char *const private_words[] = {
    "pregnan", "natal", "trimester", "midwi", "maternity", "bump", "baby", "babies", "partum", "unborn",
    "giving birth", "osteopor", "cancer", "condition", "disease", "pacemaker", "sciatic", "under the belly",
    "for your belly", "schwanger", "hebamme", "geburt", "gebär", "wochenbett", "babybauch", "krebs",
    "erkrank", "krankheit", "herzschrittmacher", "ischias", "unter dem bauch", "dein bauch platz",
    "mutterschaft",
};
/* clang-format on */

/**
 * message_private() - whether a text is not for a screen that others see
 * @text: a title, or anything else of the catalogue
 */
bool message_private(const char *text)
{
    for (; *text; text++)
        for (size_t i = 0; i < ARRAY_SIZE(private_words); i++)
            if (strncasecmp(text, private_words[i], strlen(private_words[i])) == 0)
                return true;
    return false;
}

/**
 * message_title() - a title as it may be said where others see it
 *
 * Return: @title, or what stands for one that tells of a condition or a pregnancy.
 */
const char *message_title(const char *title)
{
    return message_private(title) ? _("Your gentle set") : title;
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
            (void)snprintf(m->labels[n], sizeof m->labels[n], "%s", _(actions[i].label));
        else
            (void)snprintf(m->labels[n], sizeof m->labels[n], _("Snooze %s"),
                           phrase_short_duration(duration, sizeof duration, snooze_usec));
        m->notify.actions[n] = (struct notify_action){.id = actions[i].id, .label = m->labels[n]};
        m->notify.n_actions++;
        used += (size_t)snprintf(m->fallback + used, sizeof m->fallback - used, "%s%s",
                                 used == 0 ? _("Answer with: backcarectl ") : DOT, actions[i].command);
    }
    m->notify.fallback = used > 0 ? m->fallback : NULL;
}

/* The sentence of an invitation: what to try, for how long; at first with the time seated. */
static void invite(char *buf, size_t size, const struct message_prompt *p, const char *seated)
{
    char length[PHRASE_DURATION_MAX], title[MESSAGE_SUMMARY_CHARS * 4 + 8];
    bool named = p->title && *p->title, again = p->attempt > 1;

    phrase_copy(title, sizeof title, p->title, MESSAGE_SUMMARY_CHARS);
    phrase_duration(length, sizeof length, named && p->duration_usec > 0 ? p->duration_usec : p->length_usec);
    if (named && message_private(p->title)) {
        if (again)
            (void)snprintf(buf, size, _("Your gentle set takes %s."), length);
        else if (*seated)
            (void)snprintf(buf, size, _("%1$s seated. Try your gentle set for %2$s?"), seated, length);
        else
            (void)snprintf(buf, size, _("Try your gentle set for %s?"), length);
    } else if (named) {
        if (again)
            (void)snprintf(buf, size, _("“%1$s” takes %2$s."), title, length);
        else if (*seated)
            (void)snprintf(buf, size, _("%1$s seated. Try “%2$s” for %3$s?"), seated, title, length);
        else
            (void)snprintf(buf, size, _("Try “%1$s” for %2$s?"), title, length);
    } else {
        if (again)
            (void)snprintf(buf, size, _("A break of %s is waiting for you."), length);
        else if (*seated)
            (void)snprintf(buf, size, _("%1$s seated. How about a break of %2$s?"), seated, length);
        else
            (void)snprintf(buf, size, _("How about a break of %s?"), length);
    }
}

/* What both kinds of invitation have. */
static void invitation(struct message *ret, const struct message_prompt *prompt, const char *text)
{
    unsigned offered = prompt->actions;

    ret->notify.image = prompt->title && message_private(prompt->title) ? NULL : prompt->picture;
    phrase_copy(ret->body, sizeof ret->body, text, MESSAGE_BODY_CHARS);
    if (prompt->snoozes_left == 0)
        offered &= ~(unsigned)MESSAGE_ACTION_SNOOZE;
    add_actions(ret, offered, prompt->snooze_usec);
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
    char seated[PHRASE_DURATION_MAX] = "", text[512];

    begin(ret, prompt->attempt > 1 ? _("Whenever it suits you") : _("A moment for your back?"));
    if (prompt->exposure_usec > 0)
        phrase_duration(seated, sizeof seated, prompt->exposure_usec);
    invite(text, sizeof text, prompt, seated);
    invitation(ret, prompt, text);
}

/**
 * message_wind_down() - the invitation to the evening's routine
 * @ret: the message
 * @prompt: what is known of it; attempt and exposure do not matter
 *
 * A calm way to end the day; no promise of sleep.
 */
void message_wind_down(struct message *ret, const struct message_prompt *prompt)
{
    char duration[PHRASE_DURATION_MAX], title[MESSAGE_SUMMARY_CHARS * 4 + 8], text[320];

    begin(ret, _("A calm end of the day?"));
    phrase_duration(duration, sizeof duration, prompt->duration_usec);
    phrase_copy(title, sizeof title, prompt->title, MESSAGE_SUMMARY_CHARS);
    if (*title && !message_private(title))
        (void)snprintf(text, sizeof text, _("“%1$s” takes %2$s. It is there when you like."), title,
                       duration);
    else
        (void)snprintf(text, sizeof text, _("Your evening set takes %s. It is there when you like."),
                       duration);
    invitation(ret, prompt, text);
}

static void trim_end(char *text)
{
    size_t n = strlen(text);

    while (n > 0 && text[n - 1] == '\n')
        text[--n] = 0;
}

/* "2 of 5 · " in a routine. */
static size_t guide_place(const struct message_guide *g, char *buf, size_t size)
{
    buf[0] = 0;
    if (g->of < 2)
        return 0;
    return (size_t)snprintf(buf, size, _("%1$zu of %2$zu"), g->number, g->of) +
           (size_t)snprintf(buf + strlen(buf), size - strlen(buf), DOT);
}

static const char *guide_step(const struct message_guide *g, size_t step)
{
    bool hidden = g->title && message_private(g->title);

    return !hidden && !message_private(g->steps[step]) ? g->steps[step] : _("Go at your own pace.");
}

static void guide_exercise(struct message *m, const struct message_guide *guide, const char *left)
{
    size_t n_steps = pages_steps(guide), step = 0, head = guide_place(guide, m->body, sizeof m->body), room;
    char before[sizeof m->body], after[sizeof m->body];
    const char *text = "";
    usec_t end;

    if (n_steps == 0) {
        head += (size_t)snprintf(m->body + head, sizeof m->body - head, _("%s left"), left);
        head += (size_t)snprintf(m->body + head, sizeof m->body - head, "\n");
    } else {
        step = pages_current(guide, n_steps, &end);
        text = guide_step(guide, step);
        head += (size_t)snprintf(m->body + head, sizeof m->body - head,
                                 _("Step %1$zu of %2$zu · %3$s left\n"), step + 1, n_steps, left);
    }
    pages_asides(guide, step, before, after, sizeof before);
    /* A step that is too long is cut, not what is said for safety. */
    if (phrase_length(before) > MESSAGE_ASIDE_CHARS) {
        phrase_cut(before, MESSAGE_ASIDE_CHARS - 1);
        (void)strcat(before, "\n");
    }
    phrase_cut(after, MIN((size_t)MESSAGE_BREATH_CHARS,
                          MESSAGE_ASIDE_CHARS - MIN(phrase_length(before), (size_t)MESSAGE_ASIDE_CHARS - 1)));
    room = MESSAGE_GUIDE_CHARS - phrase_length(m->body) - phrase_length(before) - phrase_length(after);
    head += (size_t)snprintf(m->body + head, sizeof m->body - head, "%s", before);
    phrase_copy(m->body + head, sizeof m->body - head, text, room);
    (void)snprintf(m->body + strlen(m->body), sizeof m->body - strlen(m->body), "%s", after);
    trim_end(m->body);
}

/* The same in pages of few lines: what is said for safety is alone on its own, first, under a title of one
 * line. On the others the step comes first, so that it is the breath and the count that are cut off. */
static void guide_page(struct message *m, const struct message_guide *guide, const char *left)
{
    char head[MESSAGE_GUIDE_CHARS], before[sizeof m->body], after[sizeof m->body];
    const char *safety[2];
    size_t n = pages_safety(guide, safety), n_steps = pages_steps(guide), at;
    usec_t end;
    size_t page = pages_current(guide, n + n_steps, &end);

    if (page < n) {
        if (phrase_length(m->summary) > MESSAGE_LINE_CHARS)
            phrase_copy(m->summary, sizeof m->summary, _("Your break"), MESSAGE_SUMMARY_CHARS);
        phrase_copy(m->body, sizeof m->body, safety[page], MESSAGE_GUIDE_CHARS);
        return;
    }
    page -= n;
    at = guide_place(guide, head, sizeof head);
    (void)snprintf(head + at, sizeof head - at, _("Step %1$zu of %2$zu · %3$s left\n"), page + 1, n_steps,
                   left);
    pages_asides(guide, page, before, after, sizeof after);
    phrase_cut(after, MESSAGE_BREATH_CHARS);
    phrase_copy(m->body, sizeof m->body, guide_step(guide, page),
                MESSAGE_GUIDE_CHARS - phrase_length(after) - phrase_length(head) - 1);
    at = strlen(m->body);
    (void)snprintf(m->body + at, sizeof m->body - at, "%s\n%s", after, head);
    trim_end(m->body);
}

/**
 * message_guide() - the guide of a running break: one step, and how long is left
 * @ret: the message; quiet except for the first, so that it does not call for attention again and again
 * @guide: what runs
 *
 * It stays until it is closed. Of the actions `done`, `another` and, during an exercise, `too much` are
 * offered.
 */
void message_guide(struct message *ret, const struct message_guide *guide)
{
    usec_t left = MAX(guide->total_usec, 0) - pages_elapsed(guide);
    bool named = guide->title && *guide->title, hidden = named && message_private(guide->title);
    unsigned offered = guide->actions & (MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER);
    char duration[PHRASE_DURATION_MAX];
    size_t head;

    /* Never more than what is left, but for the begun second: a timer is a little late. */
    left = (left + USEC_PER_SEC - 1) / USEC_PER_SEC * USEC_PER_SEC;
    phrase_short_duration(duration, sizeof duration, left);
    if (guide->part == MESSAGE_PART_EXERCISE && named) {
        begin(ret, message_title(guide->title));
        offered |= MESSAGE_ACTION_TOO_MUCH;
    } else {
        begin(ret, guide->part == MESSAGE_PART_REST ? _("A short rest") : _("Your break"));
    }
    ret->notify.image = hidden ? NULL : guide->picture;
    if (guide->part == MESSAGE_PART_EXERCISE && guide->few_lines && pages_steps(guide) > 0) {
        ret->notify.image = NULL; /* its place is for the words */
        guide_page(ret, guide, duration);
    } else if (guide->part == MESSAGE_PART_EXERCISE) {
        guide_exercise(ret, guide, duration);
    } else {
        head = (size_t)snprintf(ret->body, sizeof ret->body, _("%s left"), duration);
        head += (size_t)snprintf(ret->body + head, sizeof ret->body - head, "\n");
        if (guide->part == MESSAGE_PART_AFTER)
            phrase_copy(ret->body + head, sizeof ret->body - head,
                        _("The rest of it is yours: stand up and walk a little, if you like."),
                        MESSAGE_BODY_CHARS);
        else if (named && !hidden)
            (void)snprintf(ret->body + head, sizeof ret->body - head, _("Next: “%s”"), guide->title);
        else
            ret->body[head - 1] = 0;
    }
    ret->notify.timeout_usec = USEC_INFINITY;
    ret->notify.quiet = guide->elapsed_usec > 0;
    add_actions(ret, offered, 0);
}

/**
 * message_complete() - a guided break has come to its end: no score, and it goes by itself
 * @ret: the message
 * @complete: what has ended
 *
 * Massage is best beside some movement (NICE59), so that is what its end invites to.
 */
void message_complete(struct message *ret, const struct message_complete *complete)
{
    const char *text = complete->tip       ? complete->tip
                       : complete->massage ? _("A few easy steps round it off. Carry on when you like.")
                                           : _("Take an easy breath, and carry on when you like.");

    begin(ret, complete->tip ? _("All done. A thought for later") : _("All done"));
    phrase_copy(ret->body, sizeof ret->body, text, MESSAGE_GUIDE_CHARS);
    ret->notify.urgency = NOTIFY_URGENCY_LOW;
    ret->notify.timeout_usec = complete->tip ? 2 * COMPLETE_TIMEOUT_USEC : COMPLETE_TIMEOUT_USEC;
    if (complete->exercise)
        add_actions(ret, MESSAGE_ACTION_BETTER | MESSAGE_ACTION_HURTS, 0);
    ret->notify.fallback = NULL; /* nobody has to answer */
}

/* A message of one sentence or two, without actions. */
static void plain(struct message *m, const char *summary, const char *text)
{
    begin(m, summary);
    phrase_copy(m->body, sizeof m->body, text, MESSAGE_GUIDE_CHARS);
}

/**
 * message_hold() - nothing is suggested any more, as a doctor comes first
 * @ret: the message; it stays until it is closed
 *
 * It says where the advice is and nothing of why: others may see the screen.
 */
void message_hold(struct message *ret)
{
    plain(ret, _("BackCare is paused"), _("Please read the advice now. To see it: backcarectl list"));
    ret->notify.timeout_usec = USEC_INFINITY;
}

/**
 * message_advice() - exercises have hurt several times
 * @ret: the message; it stays until it is closed
 *
 * Calm: what to do, no diagnosis.
 */
void message_advice(struct message *ret)
{
    plain(ret, _("Worth a second look"),
          _("Some exercises did not do you good. If that goes on, let a doctor or physiotherapist have a "
            "look."));
    ret->notify.timeout_usec = USEC_INFINITY;
}

/**
 * message_welcome() - the first run: what this is and what it is not
 * @ret: the message; it stays until it is closed
 *
 * The whole disclaimer names what some people have; on a screen that others see it is said without.
 */
void message_welcome(struct message *ret)
{
    plain(ret, _("Welcome to BackCare"),
          _("Movement and self-massage ideas for adults. They replace no health professional: if unsure, "
            "ask one first. Stop if anything hurts or feels wrong. More: backcarectl doctor"));
    ret->notify.timeout_usec = USEC_INFINITY;
}

/**
 * message_settings() - the settings could not all be read; which is in the journal only
 * @ret: the message
 * @problems: how many, more than 0
 */
void message_settings(struct message *ret, unsigned problems)
{
    char text[320];

    (void)snprintf(text, sizeof text,
                   P_("%u setting is left at its default. To see it: backcarectl config check",
                      "%u settings are left at their defaults. To see them: backcarectl config check",
                      problems),
                   problems);
    plain(ret, _("BackCare could not read all settings"), text);
}

/**
 * message_no_source() - nothing tells whether the user is there; why is in `backcarectl doctor`
 * @ret: the message
 */
void message_no_source(struct message *ret)
{
    plain(ret, _("BackCare can't see when you take a break"),
          _("Nothing here tells it of keyboard and mouse, so all time counts as sitting. To see why: "
            "backcarectl doctor"));
}
