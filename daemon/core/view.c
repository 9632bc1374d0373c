/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be read of the core between steps, for the bus and for status. Reads only.
 */
#include "core/internal.h"

/* A snoozed break that is due stands for those of its length that come after it, though it does not cover
 * them. */
static bool shadowed(const struct bc_core *core, size_t brk, usec_t t_usec)
{
    size_t s = core->snoozed_brk;

    return core->snoozed_until_usec != BC_NO_TIME && brk > s &&
           core->breaks[brk].rule.length_usec == core->breaks[s].rule.length_usec &&
           exposure_due(core, s) <= t_usec;
}

/* When a break would be prompted if the user stays as now: due, and then past every gate. */
static usec_t promptable_at(const struct bc_core *core, size_t brk)
{
    usec_t t = exposure_due(core, brk);

    if (core->guide.on || !present(core) || t == USEC_INFINITY)
        return USEC_INFINITY;
    if (core->paused_until_usec != BC_NO_TIME)
        t = MAX(t, core->paused_until_usec);
    if (snooze_covers(core, brk) || shadowed(core, brk, t))
        t = MAX(t, core->snoozed_until_usec);
    if (t == USEC_INFINITY)
        return t;
    t = schedule_next_inside(core, t);
    if (t == USEC_INFINITY || !hold_stops(core, t))
        return t;
    if (core->rules.hold_limit_usec == 0)
        return USEC_INFINITY;
    t = usec_add(core->hold_clock_usec != BC_NO_TIME ? core->hold_clock_usec : t,
                 core->rules.hold_limit_usec);
    return schedule_next_inside(core, t);
}

static void view_next(const struct bc_core *core, struct bc_view *v)
{
    size_t next = break_addressed(core);
    bool replaced = false;

    v->next_break = next == NO_BREAK ? "" : core->breaks[next].rule.name;
    v->next_prompt_usec = core->prompt.on ? prompt_repeat_due(core) : USEC_INFINITY;
    for (size_t i = 0; i < core->n_breaks; i++) {
        usec_t t = promptable_at(core, i);

        /* One that the standing prompt speaks for is not prompted itself. */
        if (core->prompt.on &&
            core->breaks[i].rule.length_usec <= core->breaks[core->prompt.brk].rule.length_usec)
            continue;
        /* Due when the prompt would be shown again, it goes in that prompt's place. */
        if (t < v->next_prompt_usec ||
            (!replaced && core->prompt.on && t == v->next_prompt_usec && t != USEC_INFINITY)) {
            size_t brk = core->prompt.on ? i : break_merged(core, i, t);

            v->next_prompt_usec = t;
            replaced = true;
            v->next_break = core->breaks[brk].rule.name;
        }
    }
}

static void view_gates(const struct bc_core *core, struct bc_view *v)
{
    size_t addressed = break_addressed(core);

    v->paused_until_usec = core->paused_until_usec;
    v->snoozed_until_usec = core->snoozed_until_usec;
    v->snoozed_break =
        core->snoozed_until_usec == BC_NO_TIME ? "" : core->breaks[core->snoozed_brk].rule.name;
    v->snoozes_left = UINT_MAX;
    if (core->rules.snooze_limit > 0 && addressed != NO_BREAK)
        v->snoozes_left =
            core->rules.snooze_limit - MIN(core->breaks[addressed].snoozes, core->rules.snooze_limit);
    v->hold_reason = core->n_holds > 0 ? core->holds[core->n_holds - 1].reason : "";
    v->hold_since_usec = core->n_holds > 0 ? core->holds[core->n_holds - 1].since_usec : BC_NO_TIME;
}

/**
 * bc_core_view() - everything but the breaks, as of the latest step
 * @ret: strings in it live until the next step
 */
void bc_core_view(const struct bc_core *core, struct bc_view *ret)
{
    struct bc_view v = {
        .state = core->state == _BC_STATE_INVALID ? state_now(core) : core->state,
        .state_since_usec = core->state_since_usec,
        .now_usec = core->now_usec,
        .present = present(core),
        .passive = core->input == BC_INPUT_PASSIVE,
        .inhibited = core->inhibited,
        .locked = core->locked,
        .left = core->left,
        .asleep = core->asleep,
        .away_since_usec = core->away_since_usec,
        .posture = core->posture,
        .posture_until_usec = core->posture_until_usec,
        .prompt_break = "",
        .prompt_exercise = "",
        .prompt_since_usec = BC_NO_TIME,
        .guide_break = "",
        .guide_exercise = "",
        .guide_from_usec = BC_NO_TIME,
        .guide_until_usec = BC_NO_TIME,
        .concerned = core->concerned,
        .threshold_usec = presence_threshold(core),
        .prompt_waits = prompt_waits(core),
        .n_breaks = core->n_breaks,
    };

    view_gates(core, &v);
    view_next(core, &v);
    if (core->prompt.on) {
        v.prompt_break = core->breaks[core->prompt.brk].rule.name;
        v.prompt_exercise = core->prompt.exercise;
        v.prompt_since_usec = core->prompt.first_usec;
        v.prompt_attempt = core->prompt.attempt;
        v.prompt_reasons = core->prompt.reasons;
    }
    if (core->guide.on) {
        v.guide_break = core->breaks[core->guide.brk].rule.name;
        v.guide_exercise = core->guide.exercise;
        v.guide_reasons = core->guide.reasons;
        v.guide_from_usec = core->guide.from_usec;
        v.guide_until_usec = core->guide.until_usec;
    }
    *ret = v;
}

/**
 * bc_core_break_view() - one enabled break
 * @i: 0 to n_breaks - 1, in the order of precedence: the longest first
 *
 * The counter is given at the instant at which its rate last changed, so that it stays the same until a
 * transition: a reader counts on by itself.
 */
void bc_core_break_view(const struct bc_core *core, size_t i, struct bc_break_view *ret)
{
    const struct bc_break *b = &core->breaks[i];
    const struct bc_mark *m = &core->marks[core->n_marks - 1];
    int64_t counter = m->exposure - b->base;
    usec_t at = m->t_usec;

    /* Reset since then: the anchor is the instant at which it was 0. */
    if (counter < 0 && m->exposure_rate > 0) {
        at += -counter / m->exposure_rate;
        counter = 0;
    }
    *ret = (struct bc_break_view){
        .name = b->rule.name,
        .after_usec = b->rule.after_usec,
        .length_usec = b->rule.length_usec,
        .counter_usec = MAX(counter, 0) / BC_SCALE,
        .at_usec = at,
        .now_counter_usec = counter_scaled(core, i, core->now_usec) / BC_SCALE,
        .due_usec = USEC_INFINITY,
        .enabled = true,
    };
    if (m->exposure_rate > 0) {
        int64_t left = b->rule.after_usec * BC_SCALE - MAX(counter, 0);

        /* From the anchor, so that it does not move with the time of reading. */
        ret->due_usec = usec_add(at, left / m->exposure_rate);
    }
}
