/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exercise. What may not be is left out first (diary.c says what); then the kind that the day's mix
 * lacks most is taken; then one of that kind by lot, the odds being what suits the person and what the day
 * has not had. The lot is drawn from a seed in the state: the same state gives the same choice. Without a
 * menu (a replay) the choice is "".
 */
#include <string.h>

#include "core/internal.h"

#define EVENING_FROM_USEC (20 * USEC_PER_HOUR) /* until … in the morning it is evening; our choice */
#define EVENING_TO_USEC (4 * USEC_PER_HOUR)
#define MIX_BREATHING_AFTER 4 /* by then a day has had its breathing exercise */
#define MIX_POSTURE_AFTER                                                                                    \
    8 /* … and its change of position: with so small a share it would never be its turn */
#define ODDS 240
#define NEVER_SHOWN SIZE_MAX

/* The day's mix in per cent: half of it at least is movement, a third at most massage, and some breathing.
 * The bounds are catalogue.md's; the shares within them are ours. */
static const unsigned mix[_BC_KIND_MAX] = {
    [BC_KIND_MASSAGE] = 28,  [BC_KIND_MOBILITY] = 25, [BC_KIND_STRETCH] = 22,
    [BC_KIND_STRENGTH] = 12, [BC_KIND_BREATHING] = 8, [BC_KIND_POSTURE] = 5,
};

#define MOVEMENT ((1u << BC_KIND_MOBILITY) | (1u << BC_KIND_STRETCH) | (1u << BC_KIND_STRENGTH))

/* What there is to choose from. */
struct field {
    uint32_t kinds;
    const char *not_this;
    size_t n[_BC_KIND_MAX]; /* how many of each kind */
    uint32_t there;         /* the kinds of which there is one */
    bool evening;
    struct diary_now now;
    uint8_t uses[UINT8_MAX + 1]; /* how often today something was mainly for a region */
};

/* What the day has had. */
struct day {
    unsigned kinds[_BC_KIND_MAX];
    unsigned total;
    unsigned movement;
};

const struct bc_menu_item *picker_find(const struct bc_core *core, const char *id)
{
    for (size_t i = 0; i < core->menu.n_items; i++)
        if (strcmp(core->menu.items[i].id, id) == 0)
            return &core->menu.items[i];
    return NULL;
}

/* splitmix64: public domain, by Sebastiano Vigna; a few lines, and good enough to draw exercises. */
static uint64_t draw(struct bc_core *core)
{
    uint64_t z = (core->seed += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool is_evening(const struct bc_core *core)
{
    usec_t time;

    if (!core->wall_known)
        return false;
    time = (core->now_usec + core->wall_offset_usec) % USEC_PER_DAY;
    time += time < 0 ? USEC_PER_DAY : 0;
    return time >= EVENING_FROM_USEC || time < EVENING_TO_USEC;
}

/* How many of its kind were chosen after it. */
static size_t age(const struct bc_core *core, const struct bc_menu_item *item, uint64_t key)
{
    size_t n = 0;

    for (size_t i = 0; i < core->n_choices; i++) {
        if (core->choices[i].key == key)
            return n;
        n += core->choices[i].kind == (uint8_t)item->kind;
    }
    return NEVER_SHOWN;
}

static bool in_field(const struct bc_core *core, const struct field *field, const struct bc_menu_item *item)
{
    return (field->kinds & (1u << item->kind)) && strcmp(item->id, field->not_this) != 0 &&
           diary_bars(core, &field->now, item) == 0;
}

/* Half of a kind comes before one of it comes again, so that there is always one; a quarter, if it is to come
 * more often. */
static bool is_fresh(const struct bc_core *core, const struct field *field, const struct bc_menu_item *item,
                     uint64_t key)
{
    bool often = (item->flags & (BC_ITEM_FOCUS | BC_ITEM_GOAL)) || diary_helped(core, key);

    return age(core, item, key) >= field->n[item->kind] / (often ? 4 : 2);
}

static void survey(const struct bc_core *core, uint32_t kinds, const char *not_this, struct field *ret)
{
    int64_t today = diary_day_of(core, core->now_usec);

    *ret = (struct field){.kinds = kinds, .not_this = not_this, .evening = is_evening(core)};
    diary_look(core, &ret->now);
    for (size_t i = 0; i < core->n_choices && diary_day_of(core, core->choices[i].t_usec) == today; i++)
        ret->uses[core->choices[i].main_region]++;
    for (size_t i = 0; i < core->menu.n_items; i++) {
        const struct bc_menu_item *item = &core->menu.items[i];

        if (!in_field(core, ret, item))
            continue;
        ret->n[item->kind]++;
        ret->there |= 1u << item->kind;
    }
}

/**
 * bc_core_choice_bars() - why an exercise of the menu would not be chosen now
 * @id: its id
 *
 * Return: bits 1 << enum bc_choice_bar; 0 if nothing speaks against it, or if it is not in the menu.
 */
unsigned bc_core_choice_bars(const struct bc_core *core, const char *id)
{
    const struct bc_menu_item *item = picker_find(core, id);
    struct field field;
    unsigned bars;

    if (!item)
        return 0;
    survey(core, 1u << item->kind, "", &field);
    bars = diary_bars(core, &field.now, item);
    if (!is_fresh(core, &field, item, exercise_key(id)))
        bars |= 1u << BC_BAR_RECENT;
    return bars;
}

static struct day survey_day(const struct bc_core *core)
{
    int64_t today = diary_day_of(core, core->now_usec);
    struct day day = {0};

    for (size_t i = 0; i < core->n_choices; i++) {
        const struct bc_choice *c = &core->choices[i];

        if (diary_day_of(core, c->t_usec) != today)
            continue;
        day.kinds[c->kind]++;
        day.total++;
        day.movement += (MOVEMENT & (1u << c->kind)) != 0;
    }
    return day;
}

/* @kinds without those of @not_these, unless nothing would be left. */
static uint32_t rather_without(uint32_t kinds, uint32_t not_these)
{
    return kinds & ~not_these ? kinds & ~not_these : kinds;
}

/* The kind that the day's mix lacks most, of @kinds, which is not empty. */
static enum bc_exercise_kind lacking(const struct day *day, uint32_t kinds, bool evening)
{
    uint32_t breathing = 1u << BC_KIND_BREATHING, posture = 1u << BC_KIND_POSTURE;
    enum bc_exercise_kind best = _BC_KIND_MAX;
    int64_t most = 0, whole = 0;

    if (evening)
        kinds = rather_without(kinds, 1u << BC_KIND_STRENGTH);
    if (3 * (day->kinds[BC_KIND_MASSAGE] + 1) > day->total + 1)
        kinds = rather_without(kinds, 1u << BC_KIND_MASSAGE);
    if (2 * day->movement < day->total + 1)
        kinds = rather_without(kinds, ~MOVEMENT);
    else if ((kinds & breathing) && day->kinds[BC_KIND_BREATHING] == 0 && day->total >= MIX_BREATHING_AFTER)
        return BC_KIND_BREATHING;
    else if ((kinds & posture) && day->kinds[BC_KIND_POSTURE] == 0 && day->total >= MIX_POSTURE_AFTER)
        return BC_KIND_POSTURE;
    for (int k = 0; k < _BC_KIND_MAX; k++)
        whole += kinds & (1u << k) ? mix[k] : 0;
    for (int k = 0; k < _BC_KIND_MAX; k++) {
        int64_t lack = (int64_t)mix[k] * (day->total + 1) - (int64_t)day->kinds[k] * whole;

        if ((kinds & (1u << k)) && (best == _BC_KIND_MAX || lack > most)) {
            best = (enum bc_exercise_kind)k;
            most = lack;
        }
    }
    return best;
}

static uint64_t odds(const struct bc_core *core, const struct field *field, const struct bc_menu_item *item,
                     uint64_t key)
{
    uint64_t n = ODDS;

    if (item->flags & BC_ITEM_FOCUS)
        n *= 3;
    if (item->flags & BC_ITEM_GOAL)
        n *= 2;
    if (field->evening && (item->flags & BC_ITEM_CALM))
        n *= 3;
    if (diary_helped(core, key))
        n *= 2;
    if (item->flags & BC_ITEM_FOREIGN)
        n /= 8;
    return n / (1 + 2 * (uint64_t)field->uses[item->main_region]) + 1;
}

/* Draws among those of a kind; @fresh: that are. NULL if there is none. */
static const struct bc_menu_item *draw_one(struct bc_core *core, const struct field *field,
                                           enum bc_exercise_kind kind, bool fresh)
{
    const struct bc_menu_item *drawn = NULL;
    uint64_t sum = 0;

    /* Each takes the place of the one drawn so far with the odds it has among all up to here. */
    for (size_t i = 0; i < core->menu.n_items; i++) {
        const struct bc_menu_item *item = &core->menu.items[i];
        uint64_t n, key;

        if (item->kind != kind || !in_field(core, field, item))
            continue;
        key = exercise_key(item->id);
        if (fresh && !is_fresh(core, field, item, key))
            continue;
        n = odds(core, field, item, key);
        sum += n;
        if (draw(core) % sum < n)
            drawn = item;
    }
    return drawn;
}

/* By kinds that are as they were, one is always fresh; an exercise may have become one of another kind. */
static const struct bc_menu_item *by_lot(struct bc_core *core, const struct field *field,
                                         enum bc_exercise_kind kind)
{
    const struct bc_menu_item *item = draw_one(core, field, kind, true);

    return item ? item : draw_one(core, field, kind, false);
}

static unsigned reasons_for(const struct bc_core *core, const struct field *field,
                            const struct bc_menu_item *item)
{
    uint64_t key = exercise_key(item->id);
    unsigned reasons = 0;

    if (field->there & ~(1u << item->kind))
        reasons |= 1u << BC_CHOICE_KIND;
    if (age(core, item, key) == 0)
        reasons |= 1u << BC_CHOICE_AGAIN;
    if (field->uses[item->main_region] == 0)
        reasons |= 1u << BC_CHOICE_REGION;
    if (item->flags & BC_ITEM_FOCUS)
        reasons |= 1u << BC_CHOICE_FOCUS;
    if (item->flags & BC_ITEM_GOAL)
        reasons |= 1u << BC_CHOICE_GOAL;
    if (diary_helped(core, key))
        reasons |= 1u << BC_CHOICE_BETTER;
    if (core->active_days <= BC_GENTLE_DAYS)
        reasons |= 1u << BC_CHOICE_FIRST_WEEK;
    if (diary_sore(core, item->regions))
        reasons |= 1u << BC_CHOICE_GENTLER;
    if (field->evening && (item->flags & BC_ITEM_CALM))
        reasons |= 1u << BC_CHOICE_EVENING;
    return reasons;
}

/**
 * picker_choose() - choose an exercise, and remember it as shown
 * @brk: the break it is for
 * @not_this: an id that must not come again ("another"), or ""; may be @id
 * @id: the id; "" with an empty menu; @not_this again if there is nothing else
 * @ret_reasons: bits 1 << enum bc_choice_reason; untouched if there is nothing else
 */
void picker_choose(struct bc_core *core, size_t brk, const char *not_this, char id[static BC_NAME_MAX + 1],
                   unsigned *ret_reasons)
{
    const struct bc_menu_item *item;
    struct field field;
    bool other = false;
    struct day day;

    survey(core, core->breaks[brk].rule.kinds, not_this, &field);
    if (field.there == 0) {
        /* A reminder without an exercise helps nobody. */
        survey(core, BC_KINDS_ALL, not_this, &field);
        other = true;
    }
    if (field.there == 0) {
        name_copy(id, not_this);
        return;
    }
    day = survey_day(core);
    item = by_lot(core, &field, lacking(&day, field.there, field.evening));
    *ret_reasons = reasons_for(core, &field, item) | (other ? 1u << BC_CHOICE_OTHER_KIND : 0);
    diary_chosen(core, item);
    name_copy(id, item->id);
}
