/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the tests of the choice: a menu with every kind and region, days with a wall clock, and breaks that are
 * taken.
 */
#pragma once

#include "core-fixture.h"

#define DAY USEC_PER_DAY
/* Thursday, 2026-11-26, midnight UTC. */
#define MIDNIGHT (20783 * DAY)
#define MENU_MAX 64

struct day_menu {
    struct bc_menu_item items[MENU_MAX];
    char ids[MENU_MAX][24];
    size_t n;
};

/* Sixty exercises: ten of each kind, over the eight regions, of intensity 1 to 3. */
static _unused_ void make_menu(struct day_menu *m)
{
    static const char *const kinds[] = {"massage", "mobility", "stretch", "strength", "breathing", "posture"};

    m->n = 60;
    for (size_t i = 0; i < m->n; i++) {
        size_t kind = i / 10, region = (i * 3) % 8;

        (void)snprintf(m->ids[i], sizeof m->ids[i], "%s-%zu", kinds[kind], i % 10);
        m->items[i] = (struct bc_menu_item){
            .id = m->ids[i],
            .kind = (enum bc_exercise_kind)kind,
            .duration_usec = 60 * S,
            .regions = kind >= BC_KIND_BREATHING ? BC_REGION_WHOLE_BODY : (uint16_t)(1u << region),
            .main_region = kind >= BC_KIND_BREATHING ? 8 : (uint8_t)region,
            .intensity = kind >= BC_KIND_BREATHING ? 1 : (uint8_t)(1 + i % 3 % 2 + (i % 10 == 9)),
        };
    }
}

/* Boottime 0 is midnight of the first day; it is nine o'clock. */
static _unused_ void start_day(struct fixture *f, const struct day_menu *m, uint64_t seed)
{
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, 9 * HOUR, &f->core), 0);
    bc_core_seed(f->core, seed);
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m->items, .n_items = m->n});
    (void)STEP(f, BC_EVENT_CLOCK, 9 * HOUR, .u.clock = {true, MIDNIGHT + 9 * HOUR, 0});
}

static _unused_ const struct bc_menu_item *item_of(const struct day_menu *m, const char *id)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->items[i].id, id) == 0)
            return &m->items[i];
    fail_msg("no exercise %s", id);
    return NULL;
}

/* Sits until a break is prompted, takes it, guided; the exercise, as long as the menu lives. *t moves on. */
static _unused_ const struct bc_menu_item *take_break(struct fixture *f, const struct day_menu *m, usec_t *t)
{
    const struct bc_menu_item *item;

    while (!*view(f).prompt_break) {
        *t += MINUTE;
        (void)CLOCK(f, *t);
    }
    item = item_of(m, view(f).prompt_exercise);
    (void)STEP(f, BC_EVENT_START, *t);
    while (*view(f).guide_break) {
        *t += MINUTE;
        (void)CLOCK(f, *t);
    }
    return item;
}

/* Away from now on until then. */
static _unused_ void sleep_until(struct fixture *f, usec_t *t, usec_t until)
{
    (void)STEP(f, BC_EVENT_LOCK, *t);
    *t = until;
    (void)STEP(f, BC_EVENT_UNLOCK, *t);
}
