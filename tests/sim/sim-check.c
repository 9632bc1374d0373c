/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must hold after every step, whatever the rules in detail. Keeps its own small account of the world
 * from the events and the effects, and compares it with what the core says of itself.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"

#define WEEK_MIN (7 * 24 * 60)

void sim_fail(struct sim_check *c, usec_t t_usec, const char *fmt, ...)
{
    va_list ap;

    if (c->result->failed)
        return;
    c->result->failed = true;
    c->result->t_usec = t_usec;
    va_start(ap, fmt);
    (void)vsnprintf(c->result->text, sizeof c->result->text, fmt, ap);
    va_end(ap);
}

static size_t hold_index(const char *reason)
{
    static const char *const ids[] = {"camera", "microphone", "game", "do-not-disturb"};
    size_t i = 0;

    while (i < ARRAY_SIZE(ids) && strcmp(ids[i], reason) != 0)
        i++;
    return i;
}

static void note_hold(struct sim_check *c, const struct bc_event *e, usec_t t)
{
    unsigned before = c->holds;

    if (!e->u.hold.reason)
        c->holds = 0;
    else if (e->u.hold.on)
        c->holds |= 1u << hold_index(e->u.hold.reason);
    else
        c->holds &= ~(1u << hold_index(e->u.hold.reason));
    if (!before && c->holds)
        c->held_since_usec = t;
}

/* Takes from an event what it says plainly of the world. @t_usec is never before the step before. */
void sim_check_action(struct sim_check *c, const struct bc_event *event, int refused)
{
    usec_t t = MAX(event->t_usec, c->last_t_usec);

    switch (event->type) {
    case BC_EVENT_CLOCK:
        if (event->u.clock.set)
            c->wall_usec = event->u.clock.realtime_usec + event->u.clock.utc_offset_usec - t;
        break;
    case BC_EVENT_LOCK:
    case BC_EVENT_UNLOCK:
        c->locked = event->type == BC_EVENT_LOCK;
        break;
    case BC_EVENT_LEAVE:
    case BC_EVENT_ENTER:
        c->left = event->type == BC_EVENT_LEAVE;
        break;
    case BC_EVENT_SLEEP:
    case BC_EVENT_WAKE:
        c->asleep = event->type == BC_EVENT_SLEEP;
        break;
    case BC_EVENT_HOLD:
        if (!refused)
            note_hold(c, event, t);
        break;
    default:
        break;
    }
}

/* Working hours, reckoned minute by minute of the week: not the way the core does it. */
static bool inside_hours(const struct sim_check *c, usec_t t)
{
    usec_t minute = (t + c->wall_usec + 100 * 366 * 7 * USEC_PER_DAY + 4 * USEC_PER_DAY) / USEC_PER_MINUTE;

    if (c->rules->n_schedule == 0)
        return true;
    for (size_t i = 0; i < c->rules->n_schedule; i++) {
        const struct bc_work_span *s = &c->rules->schedule[i];
        usec_t since = (minute - s->weekday * 1440 - s->start_min) % WEEK_MIN;

        if ((since + WEEK_MIN) % WEEK_MIN < s->end_min - s->start_min)
            return true;
    }
    return false;
}

static const struct bc_break_rule *rule_of(const struct sim_check *c, const char *name)
{
    for (size_t i = 0; i < c->rules->n_breaks; i++)
        if (strcmp(c->rules->breaks[i].name, name) == 0)
            return &c->rules->breaks[i];
    return NULL;
}

static void check_prompt(struct sim_check *c, const struct bc_effect *e)
{
    c->prompted = true;
    c->result->prompts++;
    if (e->u.prompt.attempt == 1) {
        if (c->prompt[0])
            sim_fail(c, e->t_usec, "a prompt for %s, and the one for %s has not ended",
                     e->u.prompt.break_name, c->prompt);
        (void)snprintf(c->prompt, sizeof c->prompt, "%s", e->u.prompt.break_name);
    } else if (strcmp(c->prompt, e->u.prompt.break_name) != 0 || e->u.prompt.attempt != c->attempt + 1) {
        sim_fail(c, e->t_usec, "%s is shown again, attempt %u, after %s, attempt %u", e->u.prompt.break_name,
                 e->u.prompt.attempt, c->prompt, c->attempt);
    }
    c->attempt = e->u.prompt.attempt;
    if (c->attempt > 1 && (c->attempt > 1 + c->rules->repeat_limit || c->rules->repeat_usec == 0))
        sim_fail(c, e->t_usec, "shown too often: attempt %u", c->attempt);
    if (!rule_of(c, c->prompt) || !rule_of(c, c->prompt)->enabled)
        sim_fail(c, e->t_usec, "a prompt for %s, which there is not", c->prompt);
}

static void check_history(struct sim_check *c, const struct bc_effect *e)
{
    if (e->type == BC_EFFECT_BOUT) {
        if (e->u.bout.from_usec >= e->u.bout.to_usec || e->u.bout.to_usec > e->t_usec ||
            e->u.bout.from_usec < c->bout_to_usec)
            sim_fail(c, e->t_usec, "a bout that is empty, unfinished, or overlaps the one before");
        c->bout_to_usec = e->u.bout.to_usec;
    } else if (e->u.record.from_usec > e->u.record.to_usec || e->u.record.to_usec != e->t_usec) {
        sim_fail(c, e->t_usec, "a record that ends before it begins, or not now");
    }
}

/* Takes an effect into the account: what is begun ends once, and nothing ends that was not begun. */
void sim_check_effect(struct sim_check *c, const struct bc_effect *e)
{
    if (c->n_effects > 0 && e->type < c->last_type)
        sim_fail(c, e->t_usec, "effects out of order");
    c->last_type = e->type;
    c->n_effects++;
    switch (e->type) {
    case BC_EFFECT_PROMPT:
        check_prompt(c, e);
        break;
    case BC_EFFECT_WITHDRAW:
        if (!*c->prompt || strcmp(c->prompt, e->u.withdraw.break_name) != 0)
            sim_fail(c, e->t_usec, "the prompt for %s ends, and %s stood", e->u.withdraw.break_name,
                     *c->prompt ? c->prompt : "none");
        c->prompt[0] = 0;
        break;
    case BC_EFFECT_GUIDE:
        if (*c->guide && strcmp(c->guide, e->u.guide.break_name) != 0)
            sim_fail(c, e->t_usec, "a guided break within another");
        (void)snprintf(c->guide, sizeof c->guide, "%s", e->u.guide.break_name);
        break;
    case BC_EFFECT_GUIDE_END:
        /* It may begin and end at one instant only by two events, that is in two steps. */
        if (!*c->guide || strcmp(c->guide, e->u.guide_end.break_name) != 0)
            sim_fail(c, e->t_usec, "a guided break ends that had not begun");
        c->guide[0] = 0;
        break;
    case BC_EFFECT_RECORD:
    case BC_EFFECT_BOUT:
        check_history(c, e);
        break;
    case BC_EFFECT_STATE:
        if (e->u.state == c->state)
            sim_fail(c, e->t_usec, "the state %s is said twice", bc_state_to_string(c->state));
        c->state = e->u.state;
        break;
    case BC_EFFECT_THRESHOLD:
        if (e->u.threshold_usec == c->threshold_usec)
            sim_fail(c, e->t_usec, "the threshold is said twice");
        c->threshold_usec = e->u.threshold_usec;
        break;
    default:
        break;
    }
}

static void check_said(struct sim_check *c, const struct bc_view *v)
{
    if (strcmp(v->prompt_break, c->prompt) != 0 || strcmp(v->guide_break, c->guide) != 0)
        sim_fail(c, v->now_usec,
                 "the view shows prompt \"%s\" and guide \"%s\", the effects \"%s\" and \"%s\"",
                 v->prompt_break, v->guide_break, c->prompt, c->guide);
    if (v->state != c->state)
        sim_fail(c, v->now_usec, "the state is %s, and %s was said", bc_state_to_string(v->state),
                 bc_state_to_string(c->state));
    if (v->threshold_usec != c->threshold_usec)
        sim_fail(c, v->now_usec, "the threshold in force was not said");
    if (v->present == (v->away_since_usec != BC_NO_TIME) || v->away_since_usec > v->now_usec)
        sim_fail(c, v->now_usec, "away since a time that can't be");
    if (v->present && (c->locked || c->left || c->asleep || v->posture == BC_POSTURE_WALKING))
        sim_fail(c, v->now_usec, "present, and locked, left, asleep or walking");
    if (v->locked != c->locked || v->left != c->left || v->asleep != c->asleep ||
        (*v->hold_reason != 0) != (c->holds > 0))
        sim_fail(c, v->now_usec, "the view does not show what has happened");
}

/* Nobody is asked at a bad moment; and hours are off when they are, not otherwise. */
static void check_moment(struct sim_check *c, const struct bc_view *v)
{
    bool judged = v->present && v->paused_until_usec == BC_NO_TIME && !*v->guide_break;

    if (judged && inside_hours(c, v->now_usec) == (v->state == BC_STATE_OFF_HOURS))
        sim_fail(c, v->now_usec, "the state is %s %s working hours", bc_state_to_string(v->state),
                 inside_hours(c, v->now_usec) ? "inside" : "outside");
    if (!c->prompted)
        return;
    if (!v->present || v->state != BC_STATE_DUE)
        sim_fail(c, v->now_usec, "a prompt, and the state is %s", bc_state_to_string(v->state));
    if (v->paused_until_usec != BC_NO_TIME || *v->guide_break)
        sim_fail(c, v->now_usec, "a prompt while paused or in a guided break");
    if (!inside_hours(c, v->now_usec))
        sim_fail(c, v->now_usec, "a prompt outside working hours");
    if (c->holds > 0 && (c->attempt > 1 || c->rules->hold_limit_usec == 0 ||
                         v->now_usec - c->held_since_usec < c->rules->hold_limit_usec))
        sim_fail(c, v->now_usec, "a prompt while held");
    /* Another break of the same length is neither this one nor a shorter one. */
    if (v->snoozed_until_usec != BC_NO_TIME &&
        (strcmp(v->prompt_break, v->snoozed_break) == 0 ||
         rule_of(c, v->prompt_break)->length_usec < rule_of(c, v->snoozed_break)->length_usec))
        sim_fail(c, v->now_usec, "a prompt for what is snoozed");
}

/* A break's counter, from the ledger: what was added to all and taken from it. */
static void check_ledger(struct sim_check *c, const struct bc_core *core, const struct bc_view *v)
{
    struct bc_ledger_entry entries[64];
    size_t n = bc_core_ledger(core, entries, ARRAY_SIZE(entries));

    /* A full ledger has lost its oldest entries, until the longest rest empties it. */
    c->ledger_full = n >= 47 || (c->ledger_full && n > 2);
    if (c->ledger_full)
        return;
    for (size_t i = 0; i < v->n_breaks; i++) {
        struct bc_break_view b;
        usec_t sum = 0;

        bc_core_break_view(core, i, &b);
        for (size_t j = 0; j < n; j++)
            if (!*entries[j].break_name || strcmp(entries[j].break_name, b.name) == 0)
                sum += entries[j].change_usec;
        /* Each entry is cut to a microsecond. */
        if (llabs(sum - b.now_counter_usec) > (usec_t)n + 1)
            sim_fail(c, v->now_usec, "%s: the ledger says %lld, the counter %lld usec", b.name,
                     (long long)sum, (long long)b.now_counter_usec);
    }
}

static usec_t rate_of(const struct sim_check *c, const struct bc_view *v)
{
    if (!v->present || *v->guide_break)
        return 0;
    return v->posture == BC_POSTURE_STANDING ? (usec_t)c->rules->standing_rate : 100;
}

/* A reader that counts on from the anchor must see what the core counts. */
static void check_anchor(struct sim_check *c, const struct bc_view *v, const struct bc_break_view *b)
{
    usec_t rate = rate_of(c, v), counted = b->counter_usec + (v->now_usec - b->at_usec) * rate / 100;
    usec_t left = b->after_usec - b->now_counter_usec;

    if (b->now_counter_usec < 0 || b->at_usec > v->now_usec || llabs(counted - b->now_counter_usec) > 2)
        sim_fail(c, v->now_usec, "%s: %lld usec counted from the anchor, and the counter is %lld", b->name,
                 (long long)counted, (long long)b->now_counter_usec);
    if ((rate == 0) != (b->due_usec == USEC_INFINITY))
        sim_fail(c, v->now_usec, "%s: due at %lld, at a rate of %lld %%", b->name, (long long)b->due_usec,
                 (long long)rate);
    /* At a rate of 1 % a microsecond of the counter is 100 of the clock. */
    if (rate > 0 && llabs(b->due_usec - v->now_usec - left * 100 / rate) > 200 / rate + 2)
        sim_fail(c, v->now_usec, "%s: due at %lld, with %lld usec left", b->name, (long long)b->due_usec,
                 (long long)left);
}

/* Where nothing has changed, anchors stay; where a prompt came, the view had told of it. */
static void check_before(struct sim_check *c, const struct bc_view *v, const struct bc_event *event,
                         const struct bc_break_view *breaks)
{
    const struct bc_view *b = &c->before;

    if (!c->known_before || event->type != BC_EVENT_CLOCK || event->u.clock.set)
        return;
    for (size_t i = 0; i < v->n_breaks && c->n_effects == 0 && b->posture == v->posture &&
                       b->away_since_usec == v->away_since_usec;
         i++)
        if (breaks[i].at_usec != c->breaks_before[i].at_usec ||
            breaks[i].counter_usec != c->breaks_before[i].counter_usec ||
            breaks[i].due_usec != c->breaks_before[i].due_usec)
            sim_fail(c, v->now_usec, "%s: the anchor has moved, and nothing has happened", breaks[i].name);
    if (!c->prompted || !b->present || b->posture != v->posture || *b->guide_break)
        return;
    if (llabs(b->next_prompt_usec - v->now_usec) > 1 || strcmp(b->next_break, v->prompt_break) != 0)
        sim_fail(c, v->now_usec, "a prompt for %s, and the view foretold %s in %lld usec", v->prompt_break,
                 b->next_break, (long long)(b->next_prompt_usec - v->now_usec));
}

/* Checks everything after a step; its effects have been taken in. */
void sim_check_step(struct sim_check *c, const struct bc_core *core, const struct bc_event *event)
{
    struct bc_break_view breaks[SIM_BREAKS_MAX];
    struct bc_view v;

    bc_core_view(core, &v);
    c->last_t_usec = v.now_usec;
    if (bc_core_next_deadline(core) <= v.now_usec)
        sim_fail(c, v.now_usec, "the next deadline is not after the step, but %lld usec before",
                 (long long)(v.now_usec - bc_core_next_deadline(core)));
    check_said(c, &v);
    check_moment(c, &v);
    for (size_t i = 0; i < v.n_breaks; i++) {
        bc_core_break_view(core, i, &breaks[i]);
        check_anchor(c, &v, &breaks[i]);
    }
    check_ledger(c, core, &v);
    check_before(c, &v, event, breaks);
    if (v.n_breaks > 0 && c->n_effects > 2 * v.n_breaks + 24)
        sim_fail(c, v.now_usec, "%u effects in a step", c->n_effects);
    c->before = v;
    memcpy(c->breaks_before, breaks, sizeof breaks);
    c->known_before = true;
    c->n_effects = 0;
    c->prompted = false;
}
