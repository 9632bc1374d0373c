/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exposure: how long the back has been loaded. One sum for all breaks; a break's counter is what the sum has
 * grown by since the break was last rested. The marks remember the rates since the last sure input, so that
 * an idle report can take back, exactly, what was credited before anybody knew that the user had gone.
 */
#include <string.h>

#include "core/internal.h"

static const struct bc_mark *mark_at(const struct bc_core *core, usec_t t)
{
    size_t i = core->n_marks - 1;

    while (i > 0 && core->marks[i].t_usec > t)
        i--;
    return &core->marks[i];
}

/**
 * exposure_at() - the sum of rate * time
 * @t_usec: an instant not before the last return; an earlier one counts as that
 *
 * Return: the sum in 1/BC_SCALE usec.
 */
int64_t exposure_at(const struct bc_core *core, usec_t t_usec)
{
    const struct bc_mark *m = mark_at(core, t_usec);

    return m->exposure + MAX(t_usec - m->t_usec, 0) * m->exposure_rate;
}

/* Present time not counting holds, in microseconds, at an instant as in exposure_at(). */
usec_t present_at(const struct bc_core *core, usec_t t_usec)
{
    const struct bc_mark *m = mark_at(core, t_usec);

    return m->present_usec + MAX(t_usec - m->t_usec, 0) * m->present_rate;
}

int64_t counter_scaled(const struct bc_core *core, size_t brk, usec_t t_usec)
{
    return exposure_at(core, t_usec) - core->breaks[brk].base;
}

void counter_clear(struct bc_core *core, size_t brk)
{
    core->breaks[brk].base = exposure_at(core, core->now_usec);
}

static int32_t exposure_rate(const struct bc_core *core)
{
    if (!present(core) || core->guide.on)
        return 0;
    return core->posture == BC_POSTURE_STANDING ? (int32_t)core->rules.standing_rate : BC_SCALE;
}

/* Notes the rates that hold from now on, if they have changed. Called after whatever may change them. */
void exposure_update(struct bc_core *core)
{
    struct bc_mark *last = &core->marks[core->n_marks - 1];
    int32_t e = exposure_rate(core), p = present(core) && core->n_holds == 0;
    struct bc_mark next = {
        .t_usec = core->now_usec,
        .exposure = exposure_at(core, core->now_usec),
        .present_usec = present_at(core, core->now_usec),
        .exposure_rate = e,
        .present_rate = p,
    };

    ledger_span(core);
    if (last->exposure_rate == e && last->present_rate == p)
        return;
    if (last->t_usec == core->now_usec) {
        *last = next;
        return;
    }
    if (core->n_marks == BC_MARKS_MAX) {
        /* The oldest detail is given up: an absence then begins no earlier than the next mark. */
        memmove(core->marks, core->marks + 1, (BC_MARKS_MAX - 1) * sizeof *core->marks);
        core->n_marks--;
    }
    core->marks[core->n_marks++] = next;
}

/* Nothing before now can be taken back any more: there was input, or a return. */
void exposure_forget(struct bc_core *core)
{
    struct bc_mark last = core->marks[core->n_marks - 1];

    last.exposure = exposure_at(core, core->now_usec);
    last.present_usec = present_at(core, core->now_usec);
    last.t_usec = core->now_usec;
    core->marks[0] = last;
    core->n_marks = 1;
}

/**
 * exposure_take_back() - undo what was credited since the user has gone
 * @since_usec: when that was, not before the last return
 *
 * A counter that was reset since then only loses what it gained after the reset.
 */
void exposure_take_back(struct bc_core *core, usec_t since_usec)
{
    int64_t e = exposure_at(core, since_usec), gained = exposure_at(core, core->now_usec) - e;
    usec_t p = present_at(core, since_usec);

    if (gained > 0)
        ledger_take_back(core, gained);
    exposure_forget(core);
    core->marks[0].exposure = e;
    core->marks[0].present_usec = p;
    for (size_t i = 0; i < core->n_breaks; i++)
        core->breaks[i].base = MIN(core->breaks[i].base, e);
    core->prompt.repeat_base_usec = MIN(core->prompt.repeat_base_usec, p);
}

/* The instant at which a break's counter reaches `after`, if the user stays as now: now if it has; or
 * USEC_INFINITY. */
usec_t exposure_due(const struct bc_core *core, size_t brk)
{
    const struct bc_mark *m = &core->marks[core->n_marks - 1];
    int64_t left = core->breaks[brk].rule.after_usec * BC_SCALE - counter_scaled(core, brk, core->now_usec);

    if (left <= 0)
        return core->now_usec;
    if (m->exposure_rate == 0)
        return USEC_INFINITY;
    return usec_add(core->now_usec, (left + m->exposure_rate - 1) / m->exposure_rate);
}

bool break_due(const struct bc_core *core, size_t brk)
{
    return counter_scaled(core, brk, core->now_usec) >= core->breaks[brk].rule.after_usec * BC_SCALE;
}

/* Of the due breaks the one that stands for all, or NO_BREAK. The array is in the order of precedence. */
size_t due_winner(const struct bc_core *core)
{
    for (size_t i = 0; i < core->n_breaks; i++)
        if (break_due(core, i))
            return i;
    return NO_BREAK;
}
