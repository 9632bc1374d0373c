/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was chosen and done, what the user has said of it, and what therefore may not be chosen now. The
 * limits are those of catalogue.md, section 5. Knows keys, kinds and regions; no title, no condition.
 */
#include <string.h>

#include "core/internal.h"

/* Massage of a region rests that long; so much of it is enough at a time, and what is less apart than this is
 * one time. Figures of catalogue.md; that a pause of an hour ends a time is ours. */
#define MASSAGE_REST_USEC (4 * USEC_PER_HOUR)
#define MASSAGE_TIME_USEC USEC_PER_HOUR

#define SORE_USEC USEC_PER_DAY
#define HURTS_WITHIN_USEC (14 * USEC_PER_DAY)

/**
 * exercise_key() - what an exercise is remembered by: FNV-1a of its id, never 0
 */
uint64_t exercise_key(const char *id)
{
    uint64_t key = UINT64_C(0xcbf29ce484222325);

    for (; *id; id++)
        key = (key ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
    return key ? key : 1;
}

/* The day by the local calendar on which an instant is; by boottime where the wall clock is not known. */
int64_t diary_day_of(const struct bc_core *core, usec_t t_usec)
{
    usec_t local = t_usec + (core->wall_known ? core->wall_offset_usec : 0);

    return local / USEC_PER_DAY - (local % USEC_PER_DAY < 0);
}

/* Counts the days on which somebody was there. */
void diary_day(struct bc_core *core)
{
    int64_t today = diary_day_of(core, core->now_usec);

    if (!core->wall_known || !present(core) || (core->active_days > 0 && core->active_day == today))
        return;
    core->active_day = today;
    core->active_days = MIN(core->active_days + 1, (unsigned)BC_DAYS_MAX);
}

/* Whether two sets of regions have one in common; what is for the whole body touches them all. */
bool regions_touch(unsigned a, unsigned b)
{
    return (a & b) || ((a | b) & BC_REGION_WHOLE_BODY);
}

/* Whether it is massage after which its region rests. */
static bool rests(const struct bc_core *core, const struct bc_choice *c)
{
    return c->lasted_usec > 0 && c->kind == BC_KIND_MASSAGE && core->now_usec - c->t_usec < MASSAGE_REST_USEC;
}

/* Which goes when there is no room. By age alone, asking for another again and again would push out what was
 * done, and with it the limits of massage and the day's mix. What was done on another day has no such use any
 * more: kept, it would leave no room to remember what was just shown. */
static size_t least_needed(const struct bc_core *core)
{
    int64_t today = diary_day_of(core, core->now_usec);
    size_t latest = 0, done = 0;

    while (latest < core->n_choices && core->choices[latest].lasted_usec <= 0)
        latest++;
    for (size_t i = core->n_choices; i-- > 0;) {
        const struct bc_choice *c = &core->choices[i];

        if (i == latest || rests(core, c))
            continue;
        if (c->lasted_usec <= 0 || diary_day_of(core, c->t_usec) != today)
            return i;
        done = done ? done : i;
    }
    return done ? done : core->n_choices - 1;
}

/* Puts a choice in front of the others. */
void diary_push(struct bc_core *core, const struct bc_choice *choice)
{
    size_t end = core->n_choices < BC_CHOICES_MAX ? core->n_choices++ : least_needed(core);

    memmove(core->choices + 1, core->choices, end * sizeof *core->choices);
    core->choices[0] = *choice;
}

static struct bc_choice choice_of(const struct bc_core *core, const struct bc_menu_item *item)
{
    return (struct bc_choice){
        .key = exercise_key(item->id),
        .t_usec = core->now_usec,
        .regions = item->regions,
        .kind = (uint8_t)item->kind,
        .main_region = item->main_region,
    };
}

/**
 * diary_chosen() - an exercise is shown
 */
void diary_chosen(struct bc_core *core, const struct bc_menu_item *item)
{
    struct bc_choice choice = choice_of(core, item);

    diary_push(core, &choice);
}

static const struct bc_menu_item *find_key(const struct bc_core *core, uint64_t key)
{
    for (size_t i = 0; i < core->menu.n_items; i++)
        if (exercise_key(core->menu.items[i].id) == key)
            return &core->menu.items[i];
    return NULL;
}

/* The id of an exercise of the menu, by its key; "" if it is not there. */
const char *key_id(const struct bc_core *core, uint64_t key)
{
    const struct bc_menu_item *item = key != 0 ? find_key(core, key) : NULL;

    return item ? item->id : "";
}

/**
 * diary_done() - an exercise that was shown, or is part of a routine, was done
 * @key: of its id
 * @lasted_usec: for how long; 0 or less = it had not begun
 *
 * Who rests while one is shown, or says that it is done, is taken to have done it all: that errs on the side
 * of less massage.
 */
void diary_done(struct bc_core *core, uint64_t key, usec_t lasted_usec)
{
    const struct bc_menu_item *item;
    struct bc_choice choice;
    size_t i = 0;

    if (key == 0 || lasted_usec <= 0)
        return;
    while (i < core->n_choices && (core->choices[i].key != key || core->choices[i].lasted_usec > 0))
        i++;
    if (i < core->n_choices) {
        choice = core->choices[i];
        /* It goes in front: the latest that was done decides what is not to come twice running. */
        memmove(core->choices + 1, core->choices, i * sizeof *core->choices);
    } else {
        item = find_key(core, key);
        if (!item)
            return;
        choice = choice_of(core, item);
        diary_push(core, &choice);
    }
    choice.t_usec = core->now_usec;
    choice.lasted_usec = lasted_usec;
    core->choices[0] = choice;
}

static bool holds(const uint64_t *keys, size_t n, uint64_t key)
{
    for (size_t i = 0; i < n; i++)
        if (keys[i] == key)
            return true;
    return false;
}

static void drop(uint64_t *keys, size_t *n, uint64_t key)
{
    size_t left = 0;

    for (size_t i = 0; i < *n; i++)
        if (keys[i] != key)
            keys[left++] = keys[i];
    *n = left;
}

bool diary_helped(const struct bc_core *core, uint64_t key)
{
    return holds(core->verdicts.better, core->verdicts.n_better, key);
}

/* Whether one of the regions was hurt within a day. */
bool diary_sore(const struct bc_core *core, unsigned regions)
{
    for (size_t i = 0; i < core->n_sore; i++)
        if (core->now_usec - core->sore[i].t_usec < SORE_USEC &&
            regions_touch(core->sore[i].regions, regions))
            return true;
    return false;
}

/* It hurts: never again, its region (and those beside) gently for a day; and after three times, the advice.
 */
static int hurts(struct bc_core *core, const struct bc_menu_item *item, uint64_t key, unsigned beside)
{
    struct bc_verdicts *v = &core->verdicts;
    size_t recent = 0;

    if (!holds(v->hurts, v->n_hurts, key)) {
        if (v->n_hurts == BC_VERDICTS_MAX)
            return BC_REFUSAL_TOO_MANY_VERDICTS;
        v->hurts[v->n_hurts++] = key;
    }
    drop(v->better, &v->n_better, key);
    if (item)
        beside |= item->regions;
    if (beside) {
        memmove(core->sore + 1, core->sore, (BC_SORE_MAX - 1) * sizeof *core->sore);
        core->sore[0] = (struct bc_sore){.regions = (uint16_t)beside, .t_usec = core->now_usec};
        core->n_sore = MIN(core->n_sore + 1, (size_t)BC_SORE_MAX);
    }
    memmove(core->hurt_usec + 1, core->hurt_usec, (BC_HURTS_ADVICE - 1) * sizeof *core->hurt_usec);
    core->hurt_usec[0] = core->now_usec;
    for (size_t i = 0; i < BC_HURTS_ADVICE; i++)
        recent += core->hurt_usec[i] != BC_NO_TIME && core->now_usec - core->hurt_usec[i] < HURTS_WITHIN_USEC;
    if (recent == BC_HURTS_ADVICE) {
        effect_add(core, BC_EFFECT_ADVICE);
        /* The next one is after three more. */
        for (size_t i = 0; i < BC_HURTS_ADVICE; i++)
            core->hurt_usec[i] = BC_NO_TIME;
    }
    return BC_REFUSAL_NONE;
}

/**
 * diary_verdict() - what the user says of an exercise
 * @verdict: "better" or "same", which also allow again what hurt; or "hurts"
 * @beside: regions that may have been hurt as well
 *
 * Return: 0 or a refusal.
 */
int diary_verdict(struct bc_core *core, const char *id, const char *verdict, unsigned beside)
{
    struct bc_verdicts *v = &core->verdicts;
    uint64_t key = exercise_key(id);

    if (strcmp(verdict, "hurts") == 0)
        return hurts(core, picker_find(core, id), key, beside);
    drop(v->hurts, &v->n_hurts, key);
    drop(v->better, &v->n_better, key);
    if (strcmp(verdict, "better") != 0)
        return BC_REFUSAL_NONE;
    if (v->n_better == BC_VERDICTS_MAX) {
        /* Of what helped, what was said longest ago counts least. */
        memmove(v->better, v->better + 1, (BC_VERDICTS_MAX - 1) * sizeof *v->better);
        v->n_better--;
    }
    v->better[v->n_better++] = key;
    return BC_REFUSAL_NONE;
}

/* How much massage there was, of what is one time with whatever comes now. */
static usec_t massage_done(const struct bc_core *core)
{
    usec_t sum = 0;

    for (size_t i = 0; i < core->n_choices; i++) {
        const struct bc_choice *c = &core->choices[i];

        if (c->kind == BC_KIND_MASSAGE && core->now_usec - c->t_usec < MASSAGE_TIME_USEC)
            sum += c->lasted_usec;
    }
    return sum;
}

/**
 * diary_look() - what holds now, whichever exercise it is: once for all of them, as there may be thousands
 */
void diary_look(const struct bc_core *core, struct diary_now *ret)
{
    bool latest = true; /* of what was done */

    *ret = (struct diary_now){.massage_left_usec = BC_MASSAGE_MAX_USEC - massage_done(core)};
    for (size_t i = 0; i < core->n_choices; i++) {
        const struct bc_choice *c = &core->choices[i];

        if (c->lasted_usec <= 0)
            continue;
        if (c->kind == BC_KIND_MASSAGE && (latest || rests(core, c)))
            ret->massaged |= c->regions;
        latest = false;
    }
}

/* The limits of massage, for an exercise that is some. */
static unsigned massage_bars(const struct diary_now *now, const struct bc_menu_item *item)
{
    unsigned bars = 0;

    if (now->massaged && regions_touch(now->massaged, item->regions))
        bars |= 1u << BC_BAR_MASSAGE_REGION;
    if (item->duration_usec > now->massage_left_usec)
        bars |= 1u << BC_BAR_MASSAGE_TIME;
    return bars;
}

/**
 * diary_bars() - why an exercise may not be chosen now
 * @now: of diary_look()
 *
 * Return: bits 1 << enum bc_choice_bar without BC_BAR_RECENT; 0 if it may be.
 */
unsigned diary_bars(const struct bc_core *core, const struct diary_now *now, const struct bc_menu_item *item)
{
    const struct bc_verdicts *v = &core->verdicts;
    bool massage = item->kind == BC_KIND_MASSAGE;
    unsigned bars = massage ? massage_bars(now, item) : 0;

    if (v->n_hurts > 0 && holds(v->hurts, v->n_hurts, exercise_key(item->id)))
        bars |= 1u << BC_BAR_HURTS;
    if (item->intensity > 1 && core->active_days <= BC_GENTLE_DAYS)
        bars |= 1u << BC_BAR_FIRST_WEEK;
    if ((item->intensity > 1 || massage) && diary_sore(core, item->regions))
        bars |= 1u << BC_BAR_GENTLER;
    if (item->flags & BC_ITEM_OFF)
        bars |= 1u << BC_BAR_OFF;
    return bars;
}

/**
 * bc_core_verdict() - what the user has said last of an exercise
 * @ret: "better" or "hurts"
 *
 * Return: whether something that counts was said.
 */
bool bc_core_verdict(const struct bc_core *core, const char *id, const char **ret)
{
    uint64_t key = exercise_key(id);

    if (holds(core->verdicts.hurts, core->verdicts.n_hurts, key))
        *ret = "hurts";
    else if (diary_helped(core, key))
        *ret = "better";
    else
        return false;
    return true;
}
