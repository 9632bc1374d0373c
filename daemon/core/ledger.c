/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger: what was added to the exposure and taken from it, when and why, for `backcarectl why`. It
 * explains and decides nothing. Bounded: when it is full the oldest entry goes.
 */
#include <string.h>

#include "core/internal.h"

static enum bc_ledger_what span_now(const struct bc_core *core)
{
    if (!present(core))
        return BC_LEDGER_AWAY;
    if (core->guide.on)
        return BC_LEDGER_GUIDED;
    if (core->posture == BC_POSTURE_STANDING)
        return BC_LEDGER_STANDING;
    return core->input == BC_INPUT_PASSIVE ? BC_LEDGER_PASSIVE : BC_LEDGER_SITTING;
}

static bool is_span(enum bc_ledger_what what)
{
    return what <= BC_LEDGER_GUIDED;
}

static struct bc_ledger_entry *ledger_add(struct bc_core *core, enum bc_ledger_what what)
{
    struct bc_ledger_entry *e;

    if (core->n_ledger == BC_LEDGER_MAX) {
        memmove(core->ledger, core->ledger + 1, (BC_LEDGER_MAX - 1) * sizeof *core->ledger);
        core->n_ledger--;
    }
    e = &core->ledger[core->n_ledger++];
    *e = (struct bc_ledger_entry){
        .what = what, .from_usec = core->now_usec, .to_usec = core->now_usec, .break_name = ""};
    return e;
}

static struct bc_ledger_entry *open_span(struct bc_core *core)
{
    for (size_t i = core->n_ledger; i-- > 0;)
        if (is_span(core->ledger[i].what))
            return core->ledger[i].to_usec == USEC_INFINITY ? &core->ledger[i] : NULL;
    return NULL;
}

/* Begins a span, if the user now sits, stands or rests in another way than before. An open span has no end
 * yet. */
void ledger_span(struct bc_core *core)
{
    struct bc_ledger_entry *e = open_span(core);
    enum bc_ledger_what what = span_now(core);

    if (e && e->what == what)
        return;
    if (e) {
        e->to_usec = core->now_usec;
        e->change_usec = (exposure_at(core, core->now_usec) - e->change_usec) / BC_SCALE;
        if (e->from_usec == core->now_usec) {
            memmove(e, e + 1, (size_t)(core->ledger + core->n_ledger - (e + 1)) * sizeof *e);
            core->n_ledger--;
        }
    }
    e = ledger_add(core, what);
    e->to_usec = USEC_INFINITY;
    /* Until the span ends this holds the exposure at its beginning, scaled. */
    e->change_usec = exposure_at(core, core->now_usec);
}

/**
 * ledger_step() - note a change of one counter, or of all
 * @change_scaled: in 1/BC_SCALE usec; a change of nothing is not noted
 * @break_name: "" = all
 */
void ledger_step(struct bc_core *core, enum bc_ledger_what what, int64_t change_scaled,
                 const char *break_name)
{
    struct bc_ledger_entry *e;

    if (change_scaled / BC_SCALE == 0)
        return;
    e = ledger_add(core, what);
    e->change_usec = change_scaled / BC_SCALE;
    e->break_name = break_name;
}

/**
 * ledger_take_back() - note what is about to be taken back
 * @gained_scaled: from the sum of exposure, in 1/BC_SCALE usec
 *
 * A break that was reset meanwhile loses less than the others, so each has its own entry then.
 */
void ledger_take_back(struct bc_core *core, int64_t gained_scaled)
{
    struct bc_ledger_entry *span = open_span(core);
    bool alike = true;

    /* The span stays as it was credited; the sum it began at moves with the exposure. */
    if (span)
        span->change_usec -= gained_scaled;
    for (size_t i = 0; i < core->n_breaks; i++)
        alike = alike && counter_scaled(core, i, core->now_usec) >= gained_scaled;
    if (alike)
        ledger_step(core, BC_LEDGER_TAKEN_BACK, -gained_scaled, "");
    for (size_t i = core->n_breaks; !alike && i-- > 0;)
        ledger_step(core, BC_LEDGER_TAKEN_BACK, -MIN(counter_scaled(core, i, core->now_usec), gained_scaled),
                    core->breaks[i].rule.name);
}

/**
 * ledger_carry_over() - the breaks are others from now on
 * @breaks: the new ones, whose counters are not in the core yet
 * @known: for each whether it was there before
 *
 * Entries about a break that is gone go with it. A new one begins at 0, whatever was sat before.
 */
void ledger_carry_over(struct bc_core *core, const struct bc_break *breaks, const bool *known, size_t n)
{
    size_t kept = 0;
    int64_t sum = 0;

    for (size_t i = 0; i < core->n_ledger; i++) {
        struct bc_ledger_entry e = core->ledger[i];
        size_t j = 0;

        while (*e.break_name && j < n && strcmp(breaks[j].rule.name, e.break_name) != 0)
            j++;
        if (*e.break_name && j == n)
            continue;
        e.break_name = *e.break_name ? breaks[j].rule.name : "";
        if (is_span(e.what) && e.to_usec == USEC_INFINITY)
            sum += exposure_at(core, core->now_usec) - e.change_usec;
        else if (!*e.break_name)
            sum += e.change_usec * BC_SCALE;
        core->ledger[kept++] = e;
    }
    core->n_ledger = kept;
    for (size_t i = n; i-- > 0;)
        if (!known[i])
            ledger_step(core, BC_LEDGER_RESTORED, -sum, breaks[i].rule.name);
}

/* The longest break is rested: what came before explains nothing any more. */
void ledger_clear(struct bc_core *core)
{
    struct bc_ledger_entry *span = open_span(core);

    if (!span) {
        core->n_ledger = 0;
        return;
    }
    core->ledger[0] = *span;
    core->n_ledger = 1;
}

/**
 * bc_core_ledger() - the ledger of the current exposure, oldest first
 * @entries: where to; a span that goes on ends at the time of the latest step
 * @max: how many fit
 *
 * Return: how many were written.
 */
size_t bc_core_ledger(const struct bc_core *core, struct bc_ledger_entry *entries, size_t max)
{
    size_t n = MIN(core->n_ledger, max), skip = core->n_ledger - n;

    for (size_t i = 0; i < n; i++) {
        entries[i] = core->ledger[skip + i];
        if (is_span(entries[i].what) && entries[i].to_usec == USEC_INFINITY) {
            entries[i].to_usec = core->now_usec;
            entries[i].change_usec = (exposure_at(core, core->now_usec) - entries[i].change_usec) / BC_SCALE;
        }
    }
    return n;
}
