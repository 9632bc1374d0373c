/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delivery: whether now is a moment to say that a break is due. Pause, working hours, snooze and holds stop a
 * prompt; none of them ever lowers exposure.
 */
#include "core/internal.h"

static usec_t length(const struct bc_core *core, size_t brk)
{
    return core->breaks[brk].rule.length_usec;
}

static bool paused(const struct bc_core *core)
{
    return core->paused_until_usec != BC_NO_TIME;
}

/* A snooze stops the break it was said of, and every shorter one. */
bool snooze_covers(const struct bc_core *core, size_t brk)
{
    if (core->snoozed_until_usec == BC_NO_TIME)
        return false;
    return brk == core->snoozed_brk || length(core, brk) < length(core, core->snoozed_brk);
}

/* Whether a hold still stops a due break at an instant: at most `limit` from when it would have been
 * prompted. */
bool hold_stops(const struct bc_core *core, usec_t t_usec)
{
    if (core->n_holds == 0)
        return false;
    if (core->rules.hold_limit_usec == 0 || core->hold_clock_usec == BC_NO_TIME)
        return true;
    return t_usec < core->hold_clock_usec + core->rules.hold_limit_usec;
}

/* The due break that no standing prompt speaks for yet, or NO_BREAK. */
static size_t unspoken(const struct bc_core *core)
{
    size_t w = due_winner(core);

    if (w != NO_BREAK && core->prompt.on && length(core, core->prompt.brk) >= length(core, w))
        return NO_BREAK;
    return w;
}

/* Whether a due break only waits for a word: for the end of a pause, of a snooze or a hold, or of walking. */
bool prompt_waits(const struct bc_core *core)
{
    size_t w = unspoken(core);

    return w != NO_BREAK && !core->guide.on &&
           (paused(core) || snooze_covers(core, w) || core->n_holds > 0 ||
            core->posture == BC_POSTURE_WALKING) &&
           schedule_inside(core, core->now_usec);
}

/* … and nothing but a hold may stop it now. */
static size_t promptable(const struct bc_core *core)
{
    size_t w = unspoken(core);

    if (w == NO_BREAK || core->guide.on || !present(core) || paused(core) || snooze_covers(core, w) ||
        !schedule_inside(core, core->now_usec))
        return NO_BREAK;
    return w;
}

/**
 * break_merged() - the break to be prompted in place of a due one
 * @due: the due break
 * @t_usec: when, not before the latest step; exposure is taken to grow until then as it does now
 *
 * Two prompts shall not come minutes apart: a longer break that is at most `merge` short of due goes in the
 * shorter one's place.
 *
 * Return: the longest such break, or @due.
 */
size_t break_merged(const struct bc_core *core, size_t due, usec_t t_usec)
{
    for (size_t i = 0; i < core->n_breaks && length(core, i) > length(core, due); i++) {
        int64_t left = core->breaks[i].rule.after_usec * BC_SCALE - counter_scaled(core, i, t_usec);

        if (left <= core->rules.merge_usec * BC_SCALE)
            return i;
    }
    return due;
}

/**
 * prompt_withdraw() - the standing prompt ends
 * @reason: why
 * @answer: with BC_WITHDRAW_ANSWERED the command that did it
 */
void prompt_withdraw(struct bc_core *core, enum bc_withdraw_reason reason, enum bc_event_type answer)
{
    struct bc_effect *e;

    if (!core->prompt.on)
        return;
    if (reason == BC_WITHDRAW_RESTED || reason == BC_WITHDRAW_PARTIAL)
        prompt_done(core);
    core->prompt.on = false;
    e = effect_add(core, BC_EFFECT_WITHDRAW);
    e->u.withdraw.break_name = core->breaks[core->prompt.brk].rule.name;
    e->u.withdraw.reason = reason;
    e->u.withdraw.answer = answer;
}

/* The exercise that the prompt shows counts as done. */
void prompt_done(struct bc_core *core)
{
    const struct bc_menu_item *item = core->prompt.on ? picker_find(core, core->prompt.exercise) : NULL;

    if (item)
        diary_done(core, exercise_key(item->id), item->duration_usec);
}

static void show(struct bc_core *core)
{
    struct bc_prompt *p = &core->prompt;
    struct bc_effect *e = effect_add(core, BC_EFFECT_PROMPT);

    p->last_usec = core->now_usec;
    p->repeat_base_usec = present_at(core, core->now_usec);
    name_copy(core->concerned, p->exercise);
    e->u.prompt.break_name = core->breaks[p->brk].rule.name;
    e->u.prompt.exercise = p->exercise;
    e->u.prompt.attempt = p->attempt;
}

static void prompt(struct bc_core *core, size_t due)
{
    size_t brk = core->prompt.on ? due : break_merged(core, due, core->now_usec);

    prompt_withdraw(core, BC_WITHDRAW_REPLACED, _BC_EVENT_INVALID);
    core->prompt = (struct bc_prompt){
        .on = true,
        .brk = brk,
        .base = due,
        .first_usec = core->now_usec,
        .attempt = 1,
    };
    picker_choose(core, brk, "", core->prompt.exercise, &core->prompt.reasons);
    core->hold_clock_usec = BC_NO_TIME;
    show(core);
}

/* How much more present time until the prompt is shown again, or USEC_INFINITY if it stays quiet. */
static usec_t repeat_left(const struct bc_core *core)
{
    if (!core->prompt.on || core->rules.repeat_usec == 0 || core->prompt.attempt > core->rules.repeat_limit)
        return USEC_INFINITY;
    return core->rules.repeat_usec - (present_at(core, core->now_usec) - core->prompt.repeat_base_usec);
}

/* When the prompt is shown again if the user stays as now, or USEC_INFINITY. */
usec_t prompt_repeat_due(const struct bc_core *core)
{
    if (core->marks[core->n_marks - 1].present_rate == 0)
        return USEC_INFINITY;
    return usec_add(core->now_usec, MAX(repeat_left(core), 0));
}

static void timers_settle(struct bc_core *core)
{
    if (core->guide.on && core->guide.until_usec <= core->now_usec)
        guide_finish(core, BC_RECORD_GUIDED);
    if (paused(core) && core->paused_until_usec <= core->now_usec)
        core->paused_until_usec = BC_NO_TIME;
    if (core->snoozed_until_usec != BC_NO_TIME && core->snoozed_until_usec <= core->now_usec)
        core->snoozed_until_usec = BC_NO_TIME;
}

/* Before somebody is asked: a waiting report that satisfies the lower threshold says that nobody is there. */
static bool somebody_there(struct bc_core *core)
{
    if (!presence_report_satisfies(core))
        return true;
    presence_report_take(core);
    rest_settle(core);
    return present(core);
}

static void prompts_due(struct bc_core *core)
{
    size_t due = promptable(core);

    if (due_winner(core) == NO_BREAK)
        core->hold_clock_usec = BC_NO_TIME;
    if (due != NO_BREAK && core->n_holds > 0 && core->hold_clock_usec == BC_NO_TIME)
        core->hold_clock_usec = core->now_usec;
    if (due != NO_BREAK && !hold_stops(core, core->now_usec)) {
        if (!somebody_there(core)) {
            prompts_due(core); /* once more at most: no report waits now */
            return;
        }
        /* A passive user is still there; nothing about the due break has changed. */
        prompt(core, due);
    }
    if (repeat_left(core) <= 0 && present(core) && core->n_holds == 0) {
        if (!somebody_there(core))
            return;
        core->prompt.attempt++;
        show(core);
    }
}

/* What the clock, or an event that was just applied, means for prompts. */
void prompt_settle(struct bc_core *core)
{
    timers_settle(core);
    if (paused(core))
        prompt_withdraw(core, BC_WITHDRAW_PAUSED, _BC_EVENT_INVALID);
    if (core->prompt.on && !schedule_inside(core, core->now_usec))
        prompt_withdraw(core, BC_WITHDRAW_OFF_HOURS, _BC_EVENT_INVALID);
    prompts_due(core);
}

/* The earliest instant at which the clock alone may change what is prompted. */
usec_t prompt_deadline(const struct bc_core *core)
{
    usec_t d = USEC_INFINITY;

    if (core->guide.on)
        d = MIN(d, core->guide.until_usec);
    if (paused(core))
        d = MIN(d, core->paused_until_usec);
    if (core->snoozed_until_usec != BC_NO_TIME)
        d = MIN(d, core->snoozed_until_usec);
    for (size_t i = 0; i < core->n_breaks; i++)
        if (!break_due(core, i))
            d = MIN(d, exposure_due(core, i));
    if (core->n_holds > 0 && core->hold_clock_usec != BC_NO_TIME && core->rules.hold_limit_usec > 0 &&
        hold_stops(core, core->now_usec))
        d = MIN(d, core->hold_clock_usec + core->rules.hold_limit_usec);
    if (core->rules.n_schedule > 0)
        d = MIN(d, schedule_next_change(core, core->now_usec));
    return MIN(d, prompt_repeat_due(core));
}

/* The state of behaviour.md, first match wins. */
enum bc_state state_now(const struct bc_core *core)
{
    size_t due = unspoken(core);

    if (core->guide.on)
        return BC_STATE_BREAK;
    if (paused(core))
        return BC_STATE_PAUSED;
    if (!present(core))
        return BC_STATE_AWAY;
    if (!schedule_inside(core, core->now_usec))
        return BC_STATE_OFF_HOURS;
    if (due != NO_BREAK && snooze_covers(core, due))
        return BC_STATE_SNOOZED;
    if (due != NO_BREAK && hold_stops(core, core->now_usec))
        return BC_STATE_HELD;
    return core->prompt.on ? BC_STATE_DUE : BC_STATE_ACTIVE;
}
