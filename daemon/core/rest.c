/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rest: what an absence and a completed break do to the counters, to a standing prompt, to history and to the
 * sitting bout. The only place where exposure is lowered, except for what an idle report takes back.
 */
#include "core/internal.h"

static usec_t length(const struct bc_core *core, size_t brk)
{
    return core->breaks[brk].rule.length_usec;
}

/* Whether a break of at most this length is due: it keeps a prompt standing. */
static bool due_within(const struct bc_core *core, usec_t length_usec)
{
    for (size_t i = 0; i < core->n_breaks; i++)
        if (length(core, i) <= length_usec && break_due(core, i))
            return true;
    return false;
}

static void snooze_end(struct bc_core *core)
{
    core->snoozed_until_usec = BC_NO_TIME;
}

/* A sitting bout ends here, or where an absence that goes on began. Empty ones are not kept. */
void bout_end(struct bc_core *core)
{
    usec_t to = present(core) ? core->now_usec : core->away_since_usec, from = core->bout_from_usec;

    core->bout_from_usec = BC_NO_TIME;
    if (from == BC_NO_TIME || from >= to)
        return;
    effect_add(core, BC_EFFECT_BOUT)->u.bout = (__typeof__(core->effects->u.bout)){from, to};
}

/* A new one begins, unless the user is away (then it begins at the return) or in a guided break. */
void bout_begin(struct bc_core *core)
{
    if (present(core) && !core->guide.on && core->bout_from_usec == BC_NO_TIME)
        core->bout_from_usec = core->now_usec;
}

/* History gets a break from @from_usec until now. */
void record(struct bc_core *core, enum bc_record_kind kind, size_t brk, const char *exercise,
            usec_t from_usec, bool confirmed)
{
    struct bc_effect *e = effect_add(core, BC_EFFECT_RECORD);

    e->u.record.kind = kind;
    e->u.record.break_name = core->breaks[brk].rule.name;
    /* A copy: the same step may go on to prompt, with another exercise. */
    if (*exercise)
        name_copy(core->recorded, exercise);
    e->u.record.exercise = *exercise ? core->recorded : "";
    e->u.record.from_usec = from_usec;
    e->u.record.to_usec = core->now_usec;
    e->u.record.confirmed = confirmed;
}

static void rested(struct bc_core *core, size_t brk)
{
    struct bc_break *b = &core->breaks[brk];

    b->rested = true;
    ledger_step(core, BC_LEDGER_RESTED, -counter_scaled(core, brk, core->now_usec), b->rule.name);
    counter_clear(core, brk);
    b->snoozes = 0;
    if (core->snoozed_until_usec != BC_NO_TIME && core->snoozed_brk == brk)
        snooze_end(core);
    effect_add(core, BC_EFFECT_RESTED)->u.rest.break_name = b->rule.name;
    if (brk == 0)
        ledger_clear(core);
    if (brk == core->n_breaks - 1)
        bout_end(core);
}

/* Ends the standing prompt if rest has answered it: by the absence that goes on, or (@returned) by one that
 * ends. */
static bool prompt_answered_by_rest(struct bc_core *core, bool returned)
{
    usec_t absence = core->now_usec - core->away_since_usec;
    bool is_rested;

    if (!core->prompt.on || due_within(core, length(core, core->prompt.brk)))
        return false;
    is_rested = core->breaks[core->prompt.base].rested;
    if (!is_rested && !(returned && absence * 4 >= length(core, core->prompt.base) * 3))
        return false;
    prompt_withdraw(core, is_rested ? BC_WITHDRAW_RESTED : BC_WITHDRAW_PARTIAL, _BC_EVENT_INVALID);
    return !is_rested;
}

/* While the user is away: every break whose length the absence has reached is rested, shorter ones first. */
void rest_settle(struct bc_core *core)
{
    if (present(core))
        return;
    for (size_t i = core->n_breaks; i-- > 0;)
        if (!core->breaks[i].rested && core->now_usec - core->away_since_usec >= length(core, i))
            rested(core, i);
    (void)prompt_answered_by_rest(core, false);
}

usec_t rest_deadline(const struct bc_core *core)
{
    usec_t d = USEC_INFINITY;

    if (present(core))
        return d;
    for (size_t i = 0; i < core->n_breaks; i++)
        if (!core->breaks[i].rested)
            d = MIN(d, core->away_since_usec + length(core, i));
    return d;
}

/* counter *= 2 (1 - a/L), in 128 bits: ten years times ten years don't fit in 64. */
static void part_rested(struct bc_core *core, size_t brk, usec_t absence_usec)
{
    struct bc_break *b = &core->breaks[brk];
    int64_t counter = counter_scaled(core, brk, core->now_usec);
    int64_t left =
        (int64_t)((__int128)counter * 2 * (b->rule.length_usec - absence_usec) / b->rule.length_usec);

    b->base += counter - left;
    ledger_step(core, BC_LEDGER_PART_REST, left - counter, b->rule.name);
    effect_add(core, BC_EFFECT_PARTIAL)->u.rest.break_name = b->rule.name;
}

/* No record for what a break that was completed during the absence, or is still guided, has already told. */
static bool told_already(const struct bc_core *core, size_t brk)
{
    for (size_t i = 0; i < core->n_breaks; i++)
        if (core->breaks[i].completed_usec != BC_NO_TIME &&
            core->breaks[i].completed_usec >= core->away_since_usec && length(core, brk) <= length(core, i))
            return true;
    return core->guide.on && length(core, brk) <= length(core, core->guide.brk);
}

static void record_absence(struct bc_core *core, size_t ended_base)
{
    enum bc_record_kind kind = BC_RECORD_PARTIAL;
    size_t brk = ended_base;

    /* In the order of precedence: the first that was rested is the longest. */
    for (size_t i = 0; i < core->n_breaks; i++)
        if (core->breaks[i].rested) {
            kind = BC_RECORD_NATURAL;
            brk = i;
            break;
        }
    if (brk != NO_BREAK && !told_already(core, brk))
        record(core, kind, brk, "", core->away_since_usec, false);
}

/* The absence ends now. */
void rest_return(struct bc_core *core)
{
    usec_t absence = core->now_usec - core->away_since_usec;
    size_t ended_base = NO_BREAK;

    rest_settle(core);
    for (size_t i = core->n_breaks; i-- > 0;)
        if (!core->breaks[i].rested && absence * 2 >= length(core, i))
            part_rested(core, i, absence);
    if (prompt_answered_by_rest(core, true))
        ended_base = core->prompt.base;
    record_absence(core, ended_base);
    core->away_since_usec = BC_NO_TIME;
    core->return_usec = core->now_usec;
    exposure_forget(core);
    bout_begin(core);
}

/**
 * rest_complete() - a break is completed or skipped: what is no longer than it starts anew
 * @brk: the break
 * @completed: it was done, not skipped
 */
void rest_complete(struct bc_core *core, size_t brk, bool completed)
{
    for (size_t i = 0; i < core->n_breaks; i++) {
        if (length(core, i) > length(core, brk))
            continue;
        ledger_step(core, completed ? BC_LEDGER_COMPLETED : BC_LEDGER_SKIPPED,
                    -counter_scaled(core, i, core->now_usec), core->breaks[i].rule.name);
        counter_clear(core, i);
        core->breaks[i].snoozes = 0;
        if (core->snoozed_until_usec != BC_NO_TIME && core->snoozed_brk == i)
            snooze_end(core);
    }
    if (completed)
        core->breaks[brk].completed_usec = core->now_usec;
    core->hold_clock_usec = BC_NO_TIME;
}
