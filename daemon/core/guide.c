/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The guided break: an exercise, or those of a routine with rests between them, each for as long as it takes;
 * what is left of the break is a rest. In a replay it has a length and no exercise.
 */
#include <string.h>

#include "core/internal.h"

const struct bc_menu_routine *routine_find(const struct bc_core *core, const char *id)
{
    for (size_t i = 0; i < core->menu.n_routines; i++)
        if (strcmp(core->menu.routines[i].id, id) == 0)
            return &core->menu.routines[i];
    return NULL;
}

/* Massage in a routine keeps the limits that hold between breaks: no region twice, and ten minutes at a time,
 * of which some may be over. */
static bool massage_fits(const struct bc_menu_item *item, unsigned *regions, usec_t *left_usec)
{
    if (item->kind != BC_KIND_MASSAGE)
        return true;
    if (regions_touch(*regions, item->regions) || item->duration_usec > *left_usec)
        return false;
    *regions |= item->regions;
    *left_usec -= item->duration_usec;
    return true;
}

/**
 * routine_compose() - what of a routine may be done now, with its times
 * @parts: gets the exercises
 *
 * Return: how many.
 */
size_t routine_compose(const struct bc_core *core, const struct bc_menu_routine *routine,
                       struct bc_part parts[static BC_ROUTINE_MAX])
{
    struct diary_now now;
    unsigned massaged = 0;
    usec_t at = 0, massage_usec;
    size_t n = 0;

    diary_look(core, &now);
    massage_usec = now.massage_left_usec;
    for (size_t i = 0; i < routine->n_items; i++) {
        const struct bc_menu_item *item = &core->menu.items[routine->items[i]];

        if (diary_bars(core, &now, item) != 0 || !massage_fits(item, &massaged, &massage_usec))
            continue;
        at += n > 0 ? routine->rest_usec : 0;
        parts[n++] = (struct bc_part){exercise_key(item->id), at, at + item->duration_usec};
        at += item->duration_usec;
    }
    return n;
}

/**
 * bc_core_routine() - whether a routine can be proposed now
 * @id: its id
 * @ret_duration_usec: how long it takes; may be NULL
 *
 * Return: how many exercises of it may be done now; 0 also if there is no such routine, or it is switched
 * off.
 */
size_t bc_core_routine(const struct bc_core *core, const char *id, usec_t *ret_duration_usec)
{
    const struct bc_menu_routine *routine = routine_find(core, id);
    struct bc_part parts[BC_ROUTINE_MAX];
    size_t n = routine && !routine->off ? routine_compose(core, routine, parts) : 0;

    if (n > 0 && ret_duration_usec)
        *ret_duration_usec = parts[n - 1].until_usec;
    return n;
}

static usec_t elapsed(const struct bc_core *core)
{
    return core->now_usec - core->guide.from_usec;
}

/* The parts of what is to be done from @at_usec of the break on. */
static void set_parts(struct bc_core *core, usec_t at_usec)
{
    const struct bc_menu_routine *routine = routine_find(core, core->guide.exercise);
    const struct bc_menu_item *item = picker_find(core, core->guide.exercise);
    struct bc_guide *g = &core->guide;

    g->n_parts = 0;
    if (item) {
        g->parts[0] =
            (struct bc_part){exercise_key(item->id), at_usec, usec_add(at_usec, item->duration_usec)};
        g->n_parts = 1;
    } else if (routine) {
        g->n_parts = routine_compose(core, routine, g->parts);
    }
}

/* As long as the break, or as what is done in it. A replay has no exercises and says how long it was. */
static void set_until(struct bc_core *core, usec_t lasts_usec)
{
    struct bc_guide *g = &core->guide;
    usec_t done = g->n_parts > 0 ? g->parts[g->n_parts - 1].until_usec : 0;

    if (lasts_usec <= 0)
        lasts_usec = MAX(core->breaks[g->brk].rule.length_usec, done);
    g->until_usec = usec_add(g->from_usec, lasts_usec);
}

/* What has begun of the parts was done, as far as it has come. */
static void parts_done(struct bc_core *core)
{
    struct bc_guide *g = &core->guide;

    for (size_t i = 0; i < g->n_parts; i++)
        diary_done(core, g->parts[i].key, MIN(elapsed(core), g->parts[i].until_usec) - g->parts[i].from_usec);
    g->n_parts = 0;
}

/**
 * guide_did() - an exercise or routine was done that the core has not guided
 * @id: of it; what the menu does not have of it tells nothing
 */
void guide_did(struct bc_core *core, const char *id)
{
    const struct bc_menu_routine *routine = routine_find(core, id);
    const struct bc_menu_item *item = picker_find(core, id);
    struct bc_part parts[BC_ROUTINE_MAX];
    size_t n = routine ? routine_compose(core, routine, parts) : 0;

    if (item)
        diary_done(core, exercise_key(item->id), item->duration_usec);
    for (size_t i = 0; i < n; i++)
        diary_done(core, parts[i].key, parts[i].until_usec - parts[i].from_usec);
    name_copy(core->concerned, id);
}

/* A guided break begins, or goes on with another exercise. */
void guide_effect(struct bc_core *core)
{
    struct bc_effect *e = effect_add(core, BC_EFFECT_GUIDE);

    e->u.guide.break_name = core->breaks[core->guide.brk].rule.name;
    e->u.guide.exercise = core->guide.exercise;
    e->u.guide.from_usec = core->guide.from_usec;
    e->u.guide.until_usec = core->guide.until_usec;
}

/**
 * guide_begin() - the guided break begins; its break and exercise are set
 * @lasts_usec: for how long; 0 = by break and exercise
 */
void guide_begin(struct bc_core *core, usec_t lasts_usec)
{
    set_parts(core, 0);
    set_until(core, lasts_usec);
    core->guide.on = true;
    name_copy(core->concerned, core->guide.exercise);
    guide_effect(core);
}

/**
 * guide_exchange() - it goes on with another exercise
 * @lasts_usec: as above, from its begin
 */
void guide_exchange(struct bc_core *core, usec_t lasts_usec)
{
    parts_done(core);
    picker_choose(core, core->guide.brk, core->guide.exercise, core->guide.exercise, &core->guide.reasons);
    name_copy(core->concerned, core->guide.exercise);
    set_parts(core, elapsed(core));
    set_until(core, lasts_usec);
    guide_effect(core);
}

/**
 * guide_finish() - the guided break ends
 * @kind: BC_RECORD_GUIDED if it was completed, else BC_RECORD_CUT_SHORT
 */
void guide_finish(struct bc_core *core, enum bc_record_kind kind)
{
    struct bc_effect *e = effect_add(core, BC_EFFECT_GUIDE_END);

    e->u.guide_end.break_name = core->breaks[core->guide.brk].rule.name;
    e->u.guide_end.kind = kind;
    parts_done(core);
    record(core, kind, core->guide.brk, core->guide.exercise, core->guide.from_usec, false);
    name_copy(core->concerned, core->guide.exercise);
    core->guide.on = false;
    if (kind == BC_RECORD_GUIDED)
        rest_complete(core, core->guide.brk, true);
    exposure_update(core);
    bout_begin(core);
}

/**
 * guide_check() - let go of what the menu does not have any more: it may not suit now
 * @before: the menu until now, which alone knows what was done of it; may be the present one
 *
 * What was to be done of a routine with exercises that have gone is a rest. In the place of an exercise, or a
 * whole routine, comes another exercise at once. The break stays as long as it was: a recording says so when
 * it begins, and knows no menus.
 *
 * Return: whether it is another one.
 */
bool guide_check(struct bc_core *core, const struct bc_menu *before)
{
    struct bc_guide *g = &core->guide;
    struct bc_menu now = core->menu;

    if (!g->exercise[0] || picker_find(core, g->exercise) || routine_find(core, g->exercise)) {
        for (size_t i = 0; i < g->n_parts; i++)
            if (!*key_id(core, g->parts[i].key))
                g->parts[i].key = 0;
        return false;
    }
    core->menu = *before;
    parts_done(core);
    core->menu = now;
    picker_choose(core, g->brk, "", g->exercise, &g->reasons);
    name_copy(core->concerned, g->exercise);
    set_parts(core, elapsed(core));
    return true;
}

/* The part that comes next, or n_parts. */
static size_t part_at(const struct bc_guide *g, usec_t elapsed_usec)
{
    size_t i = 0;

    while (i < g->n_parts && g->parts[i].until_usec <= elapsed_usec)
        i++;
    return i;
}

/* The exercise that is on, or was the last one before; "" if none was. */
const char *guide_exercise_at(const struct bc_core *core, usec_t elapsed_usec)
{
    const struct bc_guide *g = &core->guide;
    size_t i = part_at(g, elapsed_usec);

    if (i == g->n_parts || elapsed_usec < g->parts[i].from_usec)
        return i > 0 ? key_id(core, g->parts[i - 1].key) : "";
    return key_id(core, g->parts[i].key);
}

/**
 * bc_core_guide_part() - what is on in the guided break
 * @elapsed_usec: since it began
 * @ret: strings in it live until the next menu
 */
void bc_core_guide_part(const struct bc_core *core, usec_t elapsed_usec, struct bc_guide_part *ret)
{
    const struct bc_guide *g = &core->guide;
    size_t i = part_at(g, elapsed_usec);
    usec_t end = g->until_usec - g->from_usec, before = i > 0 ? g->parts[i - 1].until_usec : 0;

    *ret = (struct bc_guide_part){"", "", before, end, MIN(i + 1, g->n_parts), g->n_parts};
    if (i == g->n_parts)
        return;
    if (elapsed_usec < g->parts[i].from_usec) {
        ret->until_usec = g->parts[i].from_usec;
        ret->next = key_id(core, g->parts[i].key);
        return;
    }
    ret->exercise = key_id(core, g->parts[i].key);
    ret->from_usec = g->parts[i].from_usec;
    ret->until_usec = MIN(g->parts[i].until_usec, end);
    ret->next = i + 1 < g->n_parts ? key_id(core, g->parts[i + 1].key) : "";
}
