/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user says: start, done, skip, snooze, another, feedback, pause, resume; and holds. A command that
 * is refused changes nothing.
 */
#include <string.h>

#include "core/internal.h"

#define SNOOZE_MIN_USEC USEC_PER_MINUTE
#define SNOOZE_MAX_USEC (4 * USEC_PER_HOUR)
#define PAUSE_MIN_USEC USEC_PER_MINUTE
#define PAUSE_MAX_USEC (30 * USEC_PER_DAY)
#define PAUSE_DEFAULT_USEC USEC_PER_HOUR

/**
 * break_addressed() - the break that an answer is about
 *
 * Return: the guided or prompted one; else the one that would be prompted next: of the due ones the winner,
 * else the one with the least exposure left; NO_BREAK if none is enabled.
 */
size_t break_addressed(const struct bc_core *core)
{
    size_t best = NO_BREAK;
    int64_t least = INT64_MAX;

    if (core->guide.on)
        return core->guide.brk;
    if (core->prompt.on)
        return core->prompt.brk;
    best = due_winner(core);
    if (best != NO_BREAK)
        return best;
    for (size_t i = 0; i < core->n_breaks; i++) {
        int64_t left = core->breaks[i].rule.after_usec * BC_SCALE - counter_scaled(core, i, core->now_usec);

        if (left < least) {
            least = left;
            best = i;
        }
    }
    return best;
}

/* The exercise that was asked for, or that the prompt shows, or a chosen one. */
static void start_exercise(struct bc_core *core, const char *asked)
{
    struct bc_guide *g = &core->guide;
    const struct bc_menu_item *item = *asked ? picker_find(core, asked) : NULL;

    if (*asked) {
        name_copy(g->exercise, asked);
        g->reasons = 1u << BC_CHOICE_ASKED;
        if (item)
            diary_chosen(core, item);
    } else if (core->prompt.on && core->prompt.brk == g->brk) {
        name_copy(g->exercise, core->prompt.exercise);
        g->reasons = core->prompt.reasons;
    } else {
        picker_choose(core, g->brk, "", g->exercise, &g->reasons);
    }
}

static int start(struct bc_core *core, const struct bc_event *event)
{
    const char *break_name = event->u.start.break_name, *exercise = event->u.start.exercise;
    size_t brk;

    if (core->guide.on)
        return BC_REFUSAL_BREAK_RUNNING;
    brk = break_name && *break_name ? break_by_name(core, break_name) : break_addressed(core);
    if (brk == NO_BREAK)
        return BC_REFUSAL_NO_SUCH_BREAK;
    if (exercise && *exercise && !picker_find(core, exercise) && !routine_find(core, exercise))
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    core->guide = (struct bc_guide){.brk = brk, .from_usec = core->now_usec};
    start_exercise(core, exercise ? exercise : "");
    prompt_withdraw(core, BC_WITHDRAW_ANSWERED, BC_EVENT_START);
    bout_end(core);
    guide_begin(core, event->lasts_usec);
    return 0;
}

static int done(struct bc_core *core, const struct bc_event *event)
{
    size_t brk = break_addressed(core);
    bool confirmed = core->prompt.on && core->prompt.absence;
    /* An exercise belongs to the record only if it was shown. */
    const char *offered = event->u.done.exercise ? event->u.done.exercise : "";
    const char *exercise = core->prompt.on ? core->prompt.exercise : offered;

    if (brk == NO_BREAK)
        return BC_REFUSAL_NO_SUCH_BREAK;
    if (core->guide.on) {
        guide_finish(core, BC_RECORD_GUIDED);
        return 0;
    }
    if (core->prompt.on)
        prompt_done(core);
    else if (*offered)
        guide_did(core, offered);
    prompt_withdraw(core, BC_WITHDRAW_ANSWERED, BC_EVENT_DONE);
    record(core, BC_RECORD_DONE, brk, exercise, core->now_usec, confirmed);
    rest_complete(core, brk, true);
    bout_end(core);
    bout_begin(core);
    return 0;
}

static int skip(struct bc_core *core)
{
    size_t brk = break_addressed(core);

    if (brk == NO_BREAK)
        return BC_REFUSAL_NO_SUCH_BREAK;
    if (core->guide.on) {
        guide_finish(core, BC_RECORD_CUT_SHORT);
    } else {
        const char *exercise = core->prompt.on ? core->prompt.exercise : "";

        prompt_withdraw(core, BC_WITHDRAW_ANSWERED, BC_EVENT_SKIP);
        record(core, BC_RECORD_SKIPPED, brk, exercise, core->now_usec, false);
    }
    rest_complete(core, brk, false);
    return 0;
}

static int snooze(struct bc_core *core, usec_t duration_usec)
{
    size_t brk = break_addressed(core);
    usec_t d = duration_usec == 0 ? core->rules.snooze_usec : duration_usec;
    bool counts;

    if (duration_usec != 0 && (d < SNOOZE_MIN_USEC || d > SNOOZE_MAX_USEC))
        return BC_REFUSAL_INVALID_ARGS;
    if (brk == NO_BREAK)
        return BC_REFUSAL_NO_SUCH_BREAK;
    /* One ahead of time, "not in the next 20 minutes", neither counts nor is refused. */
    counts = core->prompt.on || break_due(core, brk);
    if (counts && core->rules.snooze_limit > 0 && core->breaks[brk].snoozes >= core->rules.snooze_limit)
        return BC_REFUSAL_SNOOZE_LIMIT;
    if (core->guide.on)
        guide_finish(core, BC_RECORD_CUT_SHORT);
    prompt_withdraw(core, BC_WITHDRAW_ANSWERED, BC_EVENT_SNOOZE);
    if (counts)
        core->breaks[brk].snoozes++;
    core->snoozed_brk = brk;
    core->snoozed_until_usec = usec_add(core->now_usec, d);
    core->hold_clock_usec = BC_NO_TIME;
    return 0;
}

/* The prompt stands with another exercise. */
void exercise_effect(struct bc_core *core)
{
    struct bc_effect *e = effect_add(core, BC_EFFECT_EXERCISE);

    e->u.prompt.break_name = core->breaks[core->prompt.brk].rule.name;
    e->u.prompt.exercise = core->prompt.exercise;
    e->u.prompt.attempt = core->prompt.attempt;
}

static int another(struct bc_core *core, usec_t lasts_usec)
{
    if (core->guide.on) {
        guide_exchange(core, lasts_usec);
        return 0;
    }
    if (core->prompt.on) {
        picker_choose(core, core->prompt.brk, core->prompt.exercise, core->prompt.exercise,
                      &core->prompt.reasons);
        name_copy(core->concerned, core->prompt.exercise);
        exercise_effect(core);
        return 0;
    }
    return BC_REFUSAL_NOTHING_PROMPTED;
}

static bool of_routine(const struct bc_core *core, const struct bc_menu_routine *routine, uint64_t key)
{
    for (size_t i = 0; i < routine->n_items; i++)
        if (exercise_key(core->menu.items[routine->items[i]].id) == key)
            return true;
    return false;
}

/* Of a routine one of its exercises is meant: the one that is on or, between two and after the last, was. One
 * that has not been done has none: what else was done is not to blame. */
static const char *meant_of_routine(const struct bc_core *core, const char *id)
{
    const struct bc_menu_routine *routine = picker_find(core, id) ? NULL : routine_find(core, id);

    if (!routine)
        return id;
    if (core->guide.on && strcmp(core->guide.exercise, id) == 0)
        return guide_exercise_at(core, core->now_usec - core->guide.from_usec);
    for (size_t i = 0; i < core->n_choices; i++)
        if (core->choices[i].lasted_usec > 0 && of_routine(core, routine, core->choices[i].key))
            return key_id(core, core->choices[i].key);
    return "";
}

/* Of a routine that is over nobody knows which of its exercises it was: the regions of all that were done.
 * But for those of the whole body, such as breathing: they would stand for all regions. */
static unsigned in_doubt(const struct bc_core *core, const char *id)
{
    const struct bc_menu_routine *routine = picker_find(core, id) ? NULL : routine_find(core, id);
    usec_t latest = BC_NO_TIME;
    unsigned regions = 0;

    if (!routine || (core->guide.on && strcmp(core->guide.exercise, id) == 0))
        return 0;
    for (size_t i = 0; i < core->n_choices; i++) {
        const struct bc_choice *c = &core->choices[i];

        if (c->lasted_usec <= 0 || !of_routine(core, routine, c->key))
            continue;
        latest = latest == BC_NO_TIME ? c->t_usec : latest;
        if (latest - c->t_usec < USEC_PER_HOUR && !(c->regions & BC_REGION_WHOLE_BODY))
            regions |= c->regions;
    }
    return regions;
}

/* What is meant where no exercise is named: what is on the screen, else what last was. */
static const char *meant(const struct bc_core *core)
{
    const char *shown = core->guide.on    ? core->guide.exercise
                        : core->prompt.on ? core->prompt.exercise
                                          : core->concerned;

    return *shown ? shown : core->concerned;
}

static int feedback(struct bc_core *core, const char *exercise, const char *verdict)
{
    static const char *const verdicts[] = {"better", "same", "hurts"};
    struct bc_effect *e;
    unsigned beside;
    size_t v = 0;
    int r;

    while (v < ARRAY_SIZE(verdicts) && strcmp(verdicts[v], verdict ? verdict : "") != 0)
        v++;
    if (v == ARRAY_SIZE(verdicts))
        return BC_REFUSAL_INVALID_ARGS;
    if (!exercise || !*exercise)
        exercise = meant(core);
    else if (!picker_find(core, exercise) && !routine_find(core, exercise) &&
             strcmp(exercise, core->concerned) != 0)
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    beside = in_doubt(core, exercise);
    exercise = meant_of_routine(core, exercise);
    if (!*exercise)
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    r = diary_verdict(core, exercise, verdicts[v], beside);
    if (r != BC_REFUSAL_NONE)
        return r;
    if (exercise != core->concerned)
        name_copy(core->concerned, exercise);
    e = effect_add(core, BC_EFFECT_FEEDBACK);
    e->u.feedback.exercise = core->concerned;
    e->u.feedback.verdict = verdicts[v];
    return 0;
}

static int pause_until(struct bc_core *core, usec_t until_usec)
{
    if (until_usec == 0)
        until_usec = usec_add(core->now_usec, PAUSE_DEFAULT_USEC);
    if (until_usec != USEC_INFINITY &&
        (until_usec < core->now_usec + PAUSE_MIN_USEC || until_usec > core->now_usec + PAUSE_MAX_USEC))
        return BC_REFUSAL_INVALID_ARGS;
    core->paused_until_usec = until_usec;
    return 0;
}

static int resume(struct bc_core *core)
{
    if (core->paused_until_usec == BC_NO_TIME && core->snoozed_until_usec == BC_NO_TIME)
        return BC_REFUSAL_NOT_PAUSED;
    core->paused_until_usec = BC_NO_TIME;
    core->snoozed_until_usec = BC_NO_TIME;
    return 0;
}

static size_t hold_find(const struct bc_core *core, const char *id)
{
    size_t i = 0;

    while (i < core->n_holds && strcmp(core->holds[i].id, id) != 0)
        i++;
    return i;
}

static int hold(struct bc_core *core, bool on, const char *id, const char *reason)
{
    size_t i;

    if (!id)
        id = reason;
    if (!id) {
        if (on)
            id = "";
        else
            core->n_holds = 0;
    }
    if (id) {
        i = hold_find(core, id);
        if (on && i == core->n_holds) {
            if (core->n_holds == BC_HOLDS_MAX)
                return BC_REFUSAL_TOO_MANY_HOLDS;
            name_copy(core->holds[i].id, id);
            name_copy(core->holds[i].reason, reason ? reason : "");
            core->holds[i].since_usec = core->now_usec;
            core->n_holds++;
        } else if (!on && i < core->n_holds) {
            memmove(core->holds + i, core->holds + i + 1, (core->n_holds - i - 1) * sizeof *core->holds);
            core->n_holds--;
        }
    }
    if (core->n_holds == 0)
        core->hold_clock_usec = BC_NO_TIME;
    return 0;
}

/* Carries out a command or a hold. Return: 0, or why it is refused. */
int command_event(struct bc_core *core, const struct bc_event *event)
{
    int r;

    switch (event->type) {
    case BC_EVENT_START:
        r = start(core, event);
        break;
    case BC_EVENT_DONE:
        r = done(core, event);
        break;
    case BC_EVENT_SKIP:
        r = skip(core);
        break;
    case BC_EVENT_SNOOZE:
        r = snooze(core, event->u.duration_usec);
        break;
    case BC_EVENT_ANOTHER:
        return another(core, event->lasts_usec);
    case BC_EVENT_FEEDBACK:
        return feedback(core, event->u.feedback.exercise, event->u.feedback.verdict);
    case BC_EVENT_PAUSE:
        r = pause_until(core, event->u.until_usec);
        break;
    case BC_EVENT_RESUME:
        r = resume(core);
        break;
    case BC_EVENT_HOLD:
        r = hold(core, event->u.hold.on, event->u.hold.id, event->u.hold.reason);
        break;
    default:
        return BC_REFUSAL_INVALID_ARGS;
    }
    exposure_update(core);
    return r;
}
