/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The step: the clock up to the event, then the event, then the effects in their order. See core.h.
 */
#include <assert.h>
#include <string.h>

#include "core/internal.h"

void name_copy(char to[static BC_NAME_MAX + 1], const char *from)
{
    size_t n = strlen(from);

    /* Not within a character: what is cut must stay text that a bus takes. */
    for (n = MIN(n, BC_NAME_MAX); n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80;)
        n--;
    memmove(to, from, n);
    to[n] = 0;
}

size_t break_by_name(const struct bc_core *core, const char *name)
{
    for (size_t i = 0; i < core->n_breaks; i++)
        if (strcmp(core->breaks[i].rule.name, name) == 0)
            return i;
    return NO_BREAK;
}

/* Adds an effect of the step under way. There is room by construction: see effects_room(). */
struct bc_effect *effect_add(struct bc_core *core, enum bc_effect_type type)
{
    struct bc_effect *e;

    assert(core->n_effects < core->max_effects);
    e = &core->effects[core->n_effects++];
    *e = (struct bc_effect){.type = type, .t_usec = core->now_usec};
    return e;
}

/* One step can rest and part-rest every break once, and has a handful of other effects. */
static size_t effects_room(size_t n_breaks)
{
    return 2 * n_breaks + 24;
}

/* No more deadlines than this can be used up one after another at the same instant. */
#define ROUNDS_MAX 16

/* Longer first, then the greater `after`, then the name. */
static bool precedes(const struct bc_break_rule *a, const struct bc_break_rule *b)
{
    if (a->length_usec != b->length_usec)
        return a->length_usec > b->length_usec;
    if (a->after_usec != b->after_usec)
        return a->after_usec > b->after_usec;
    return strcmp(a->name, b->name) < 0;
}

static size_t sorted_breaks(const struct bc_rules *rules, struct bc_break *breaks)
{
    size_t n = 0;

    for (size_t i = 0; i < rules->n_breaks; i++) {
        size_t at = n;

        if (!rules->breaks[i].enabled)
            continue;
        for (; at > 0 && precedes(&rules->breaks[i], &breaks[at - 1].rule); at--)
            breaks[at] = breaks[at - 1];
        breaks[at] = (struct bc_break){.rule = rules->breaks[i], .completed_usec = BC_NO_TIME};
        n++;
    }
    return n;
}

/* What of the old breaks lives on under the new rules: counters and all that hangs on a break, by its name.
 */
static void carry_over(struct bc_core *core, struct bc_break *breaks, bool *known, size_t n)
{
    size_t prompt = NO_BREAK, base = NO_BREAK, guide = NO_BREAK, snoozed = NO_BREAK;

    for (size_t i = 0; i < n; i++) {
        size_t old = break_by_name(core, breaks[i].rule.name);
        struct bc_break_rule rule = breaks[i].rule;

        breaks[i].base = exposure_at(core, core->now_usec);
        known[i] = old != NO_BREAK;
        if (old == NO_BREAK)
            continue;
        breaks[i] = core->breaks[old];
        breaks[i].rule = rule;
        prompt = old == core->prompt.brk ? i : prompt;
        base = old == core->prompt.base ? i : base;
        guide = old == core->guide.brk ? i : guide;
        snoozed = old == core->snoozed_brk ? i : snoozed;
    }
    if (core->prompt.on && prompt == NO_BREAK) {
        name_copy(core->orphan, core->breaks[core->prompt.brk].rule.name);
        core->prompt.on = false;
    }
    if (core->guide.on && guide == NO_BREAK) {
        name_copy(core->orphan, core->breaks[core->guide.brk].rule.name);
        core->orphan_guide = true;
        core->orphan_from_usec = core->guide.from_usec;
        core->guide.on = false;
    }
    core->prompt.brk = prompt == NO_BREAK ? 0 : prompt;
    core->prompt.base = base == NO_BREAK ? core->prompt.brk : base;
    core->guide.brk = guide == NO_BREAK ? 0 : guide;
    if (snoozed == NO_BREAK)
        core->snoozed_until_usec = BC_NO_TIME;
    core->snoozed_brk = snoozed == NO_BREAK ? 0 : snoozed;
    ledger_carry_over(core, breaks, known, n);
}

/**
 * bc_core_set_rules() - take new settings; counters, prompt, snooze and guided break of a break that is still
 * there go on
 * @rules: copied
 *
 * They hold from the latest step on: send a CLOCK event before, so that the past stays as it was, and one
 * afterwards for what follows from them, such as a prompt that is due now.
 *
 * Return: 0; -ENOMEM, with the old rules in force.
 */
int bc_core_set_rules(struct bc_core *core, const struct bc_rules *rules)
{
    _cleanup_(freep) struct bc_break *breaks = calloc(rules->n_breaks + 1, sizeof *breaks);
    _cleanup_(freep) struct bc_work_span *schedule = calloc(rules->n_schedule + 1, sizeof *schedule);
    _cleanup_(freep) struct bc_effect *effects = calloc(effects_room(rules->n_breaks), sizeof *effects);
    _cleanup_(freep) bool *known = calloc(rules->n_breaks + 1, sizeof *known);
    size_t n;

    if (!breaks || !schedule || !effects || !known)
        return -ENOMEM;
    n = sorted_breaks(rules, breaks);
    carry_over(core, breaks, known, n);
    if (rules->n_schedule > 0)
        memcpy(schedule, rules->schedule, rules->n_schedule * sizeof *schedule);
    free(core->breaks);
    free(core->schedule);
    free(core->effects);
    core->breaks = TAKE_PTR(breaks);
    core->n_breaks = n;
    core->schedule = TAKE_PTR(schedule);
    core->effects = TAKE_PTR(effects);
    core->max_effects = effects_room(rules->n_breaks);
    core->rules = *rules;
    core->rules.breaks = NULL;
    core->rules.schedule = core->schedule;
    exposure_update(core);
    return 0;
}

/**
 * bc_core_new() - a core whose user is active and sits
 * @rules: the settings, copied
 * @t_usec: now
 *
 * Return: 0 or -ENOMEM.
 */
int bc_core_new(const struct bc_rules *rules, usec_t t_usec, struct bc_core **ret)
{
    _cleanup_(bc_core_freep) struct bc_core *core = calloc(1, sizeof *core);
    int r;

    if (!core)
        return -ENOMEM;
    core->now_usec = t_usec;
    core->input_from_usec = t_usec;
    core->return_usec = t_usec;
    core->bout_from_usec = t_usec;
    core->state_since_usec = t_usec;
    core->away_since_usec = BC_NO_TIME;
    core->paused_until_usec = BC_NO_TIME;
    core->snoozed_until_usec = BC_NO_TIME;
    core->hold_clock_usec = BC_NO_TIME;
    core->posture_until_usec = USEC_INFINITY;
    core->state = _BC_STATE_INVALID;
    for (size_t i = 0; i < BC_HURTS_ADVICE; i++)
        core->hurt_usec[i] = BC_NO_TIME;
    core->threshold_usec = rules->idle_after_usec;
    core->marks[0] = (struct bc_mark){.t_usec = t_usec};
    core->n_marks = 1;
    r = bc_core_set_rules(core, rules);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(core);
    return 0;
}

struct bc_core *bc_core_free(struct bc_core *core)
{
    if (!core)
        return NULL;
    free(core->breaks);
    free(core->schedule);
    free(core->effects);
    free(core);
    return NULL;
}

/* A prompt whose exercise has gone from the menu gets another one. */
static void prompt_check(struct bc_core *core)
{
    struct bc_prompt *p = &core->prompt;
    const struct bc_menu_item *item = picker_find(core, p->exercise);

    /* What has been switched off since is nobody's wish by name: nobody asks for a prompt's. */
    if (!p->exercise[0] || (item && !(item->flags & BC_ITEM_OFF)) || routine_find(core, p->exercise))
        return;
    picker_choose(core, p->brk, "", p->exercise, &p->reasons);
    core->exercise_gone = true;
}

/**
 * core_check_exercises() - let go of an exercise that the menu does not have: it may not suit any more
 * @before: the menu until now; may be the present one
 *
 * What stands gets another one at once, so that nothing can begin the old one; the next step says so.
 */
void core_check_exercises(struct bc_core *core, const struct bc_menu *before)
{
    if (core->prompt.on)
        prompt_check(core);
    if (core->guide.on && guide_check(core, before))
        core->exercise_gone = true;
}

/**
 * bc_core_set_menu() - the exercises and routines to choose from
 * @menu: NULL = none. Its arrays and ids are kept by reference: they must live until the next call of this
 * function has returned
 *
 * A prompt or guided break whose exercise is not among them gets another one, or none: the next step says so.
 */
void bc_core_set_menu(struct bc_core *core, const struct bc_menu *menu)
{
    struct bc_menu before = core->menu;

    core->menu = menu ? *menu : (struct bc_menu){0};
    core_check_exercises(core, &before);
}

/**
 * bc_core_seed() - what the choices are drawn from, for a core that has no state yet
 */
void bc_core_seed(struct bc_core *core, uint64_t seed)
{
    core->seed = seed;
}

static void exercise_settle(struct bc_core *core)
{
    if (core->exercise_gone && core->guide.on)
        guide_effect(core);
    else if (core->exercise_gone && core->prompt.on)
        exercise_effect(core);
    core->exercise_gone = false;
}

/* The settings took away the break that was prompted or guided. */
static void orphan_settle(struct bc_core *core)
{
    struct bc_effect *e;

    if (!core->orphan[0])
        return;
    if (core->orphan_guide) {
        e = effect_add(core, BC_EFFECT_GUIDE_END);
        e->u.guide_end.break_name = core->orphan;
        e->u.guide_end.kind = BC_RECORD_CUT_SHORT;
        e = effect_add(core, BC_EFFECT_RECORD);
        e->u.record.kind = BC_RECORD_CUT_SHORT;
        e->u.record.break_name = core->orphan;
        e->u.record.exercise = core->guide.exercise;
        e->u.record.from_usec = core->orphan_from_usec;
        e->u.record.to_usec = core->now_usec;
        exposure_update(core);
        bout_begin(core);
    } else {
        e = effect_add(core, BC_EFFECT_WITHDRAW);
        e->u.withdraw.break_name = core->orphan;
        e->u.withdraw.reason = BC_WITHDRAW_REPLACED;
    }
}

static void settle(struct bc_core *core)
{
    orphan_settle(core);
    presence_settle(core);
    diary_day(core);
    rest_settle(core);
    prompt_settle(core);
    exercise_settle(core);
    if (presence_threshold(core) != core->threshold_usec) {
        core->threshold_usec = presence_threshold(core);
        effect_add(core, BC_EFFECT_THRESHOLD)->u.threshold_usec = core->threshold_usec;
    }
    if (state_now(core) != core->state) {
        core->state = state_now(core);
        core->state_since_usec = core->now_usec;
        effect_add(core, BC_EFFECT_STATE)->u.state = core->state;
    }
}

/* Hands the effects of a step out in the order of their types; within a type in the order in which they came.
 */
static void hand_out(struct bc_core *core, bc_effect_func effect, void *userdata)
{
    for (enum bc_effect_type type = 0; type < _BC_EFFECT_MAX; type++)
        for (size_t i = 0; effect && i < core->n_effects; i++)
            if (core->effects[i].type == type)
                effect(userdata, &core->effects[i]);
    core->n_effects = 0;
    core->orphan[0] = 0;
    core->orphan_guide = false;
}

static void wall_set(struct bc_core *core, const struct bc_event *event, usec_t t_usec)
{
    core->wall_known = true;
    core->wall_offset_usec = event->u.clock.realtime_usec + event->u.clock.utc_offset_usec - t_usec;
}

static int apply(struct bc_core *core, const struct bc_event *event)
{
    switch (event->type) {
    case BC_EVENT_CLOCK:
        if (event->u.clock.set)
            wall_set(core, event, core->now_usec);
        return 0;
    case BC_EVENT_END:
        bout_end(core);
        return 0;
    default:
        if (event->type <= BC_EVENT_POSTURE)
            return presence_event(core, event);
        return command_event(core, event);
    }
}

/**
 * bc_core_step() - an event happens
 * @event: with its time; the clock is first settled up to it
 * @effect: gets the effects, in order of time; NULL drops them
 * @userdata: for @effect
 *
 * Return: 0, or a positive enum bc_refusal: the command had no effect.
 */
int bc_core_step(struct bc_core *core, const struct bc_event *event, bc_effect_func effect, void *userdata)
{
    usec_t t = MAX(MIN(event->t_usec, BC_TIME_MAX), core->now_usec), d;
    unsigned rounds = 0;
    int r;

    /* The first reading of the wall clock also holds for what happened before it, since a restore. */
    if (event->type == BC_EVENT_CLOCK && event->u.clock.set && !core->wall_known)
        wall_set(core, event, t);
    if (core->orphan[0]) {
        settle(core);
        hand_out(core, effect, userdata);
    }
    while ((d = bc_core_next_deadline(core)) <= t) {
        /* New settings, or a restore after a while, may leave one that has passed. Every deadline is used up
         * by being settled; one that were not would hang the daemon here. */
        rounds = d > core->now_usec ? 0 : rounds + 1;
        assert(rounds < ROUNDS_MAX);
        core->now_usec = MAX(d, core->now_usec);
        settle(core);
        hand_out(core, effect, userdata);
    }
    core->now_usec = t;
    r = apply(core, event);
    if (r > 0)
        effect_add(core, BC_EFFECT_REFUSED)->u.refusal = (enum bc_refusal)r;
    settle(core);
    hand_out(core, effect, userdata);
    return r;
}

/**
 * bc_core_next_deadline() - the earliest instant at which the core may change without an outside event
 *
 * Return: that instant, or USEC_INFINITY.
 */
usec_t bc_core_next_deadline(const struct bc_core *core)
{
    usec_t d = MIN(presence_deadline(core), rest_deadline(core));

    return MIN(d, prompt_deadline(core));
}
