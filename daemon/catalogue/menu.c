/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The menu: what of the catalogue suits a person, in the words of the core, which chooses from it.
 */
#include <stdint.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"

#define EVENING "evening-wind-down"

_Static_assert(BC_REGION_WHOLE_BODY == SAFETY_BIT(SAFETY_WHOLE_BODY), "the core knows one region by its bit");

/* Adapted steps may take another time. */
static usec_t time_for(const struct exercise *e, const struct safety_profile *profile)
{
    struct safety_verdict verdict;

    return profile && suitability_judge(e, profile, &verdict) ? verdict.duration_usec : e->duration_usec;
}

static unsigned focus_of(const struct settings *settings)
{
    unsigned regions = 0;

    for (char **word = settings ? settings->focus : NULL; word && *word; word++) {
        int i = vocabulary_find(catalogue_regions, *word);

        if (i >= 0)
            regions |= SAFETY_BIT(i);
    }
    return regions;
}

/* Where an exercise that may be proposed is in the menu, or -ENOENT. */
static int find_item(const struct bc_menu *menu, const struct exercise *e)
{
    size_t n = MIN(menu->n_items, (size_t)UINT16_MAX + 1);

    for (size_t i = 0; i < n; i++)
        if (menu->items[i].id == e->id)
            return menu->items[i].flags & BC_ITEM_OFF ? -ENOENT : (int)i;
    return -ENOENT;
}

/* What is calm enough for the evening is in the routine for it. */
static void mark_calm(const struct catalogue *catalogue, struct bc_menu_item *items,
                      const struct bc_menu *menu, unsigned flags)
{
    const struct routine *routine = catalogue_find_routine(catalogue, EVENING);

    for (size_t i = 0; routine && !routine->hidden && i < routine->n_items; i++) {
        int item = find_item(menu, routine->items[i]);

        if (item >= 0)
            items[item].flags |= (uint8_t)flags;
    }
}

static bool has_goal(const struct settings *settings, const char *goal)
{
    for (char **word = settings ? settings->goals : NULL; word && *word; word++)
        if (strcmp(*word, goal) == 0)
            return true;
    return false;
}

/* Goals only ever make something more likely: what is safe is not theirs to say. */
static bool serves_goal(const struct exercise *e, bool stress, bool ache)
{
    const unsigned back =
        SAFETY_BIT(SAFETY_LOWER_BACK) | SAFETY_BIT(SAFETY_MID_BACK) | SAFETY_BIT(SAFETY_UPPER_BACK);
    bool moves = e->kind == BC_KIND_MOBILITY || e->kind == BC_KIND_STRETCH || e->kind == BC_KIND_STRENGTH;

    return (stress && e->kind == BC_KIND_BREATHING) || (ache && moves && (e->regions & back));
}

static struct bc_menu_item menu_item(const struct exercise *e, const struct safety_profile *profile,
                                     unsigned flags)
{
    return (struct bc_menu_item){
        .id = e->id,
        .kind = (enum bc_exercise_kind)e->kind,
        .duration_usec = time_for(e, profile),
        .regions = e->regions,
        .intensity = e->intensity,
        .main_region = e->main_region,
        .flags = (uint8_t)flags,
    };
}

/* The routines, with what of them may be proposed. */
static int add_routines(const struct catalogue *catalogue, struct bc_menu *menu)
{
    struct bc_menu_routine *routines = calloc(catalogue->n_routines + 1, sizeof *routines);

    if (!routines)
        return -ENOMEM;
    menu->routines = routines;
    for (size_t i = 0; i < catalogue->n_routines; i++) {
        const struct routine *r = catalogue->routines[i];
        struct bc_menu_routine *made = &routines[menu->n_routines];

        if (r->hidden)
            continue;
        *made = (struct bc_menu_routine){.id = r->id, .rest_usec = r->rest_usec, .off = r->default_off};
        for (size_t k = 0; k < r->n_items; k++) {
            int item = find_item(menu, r->items[k]);

            if (item >= 0)
                made->items[made->n_items++] = (uint16_t)item;
        }
        menu->n_routines += made->n_items > 0;
    }
    return 0;
}

/**
 * catalogue_menu_new() - the exercises and routines that may be suggested, or asked for
 * @catalogue: must outlive the menu, whose ids are its own
 * @settings: what the person would rather have (focus, goals); NULL = nothing
 * @profile: whom it is for; NULL = whoever
 * @ret: the menu; hidden exercises are not in it, nor are routines of which nothing is left; those switched
 * off are marked: they come only when they are asked for by name, and in no routine
 *
 * Return: 0 or -ENOMEM.
 */
int catalogue_menu_new(const struct catalogue *catalogue, const struct settings *settings,
                       const struct safety_profile *profile, struct catalogue_menu **ret)
{
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = calloc(1, sizeof *menu);
    struct bc_menu_item *items = calloc(catalogue->n + 1, sizeof *items);
    bool stress = has_goal(settings, "stress"), ache = has_goal(settings, "chronic-ache");
    unsigned focus = focus_of(settings);

    if (!menu || !items) {
        free(items);
        return -ENOMEM;
    }
    menu->menu.items = items;
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];
        unsigned flags = 0;

        if (e->hidden || (profile && !suitability_judge(e, profile, NULL)))
            continue;
        flags |= e->regions & focus ? BC_ITEM_FOCUS : 0;
        flags |= e->foreign ? BC_ITEM_FOREIGN : 0;
        flags |= serves_goal(e, stress, ache) ? BC_ITEM_GOAL : 0;
        flags |= e->default_off ? BC_ITEM_OFF : 0;
        items[menu->menu.n_items++] = menu_item(e, profile, flags);
    }
    mark_calm(catalogue, items, &menu->menu, BC_ITEM_CALM | (stress ? BC_ITEM_GOAL : 0));
    if (add_routines(catalogue, &menu->menu) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(menu);
    return 0;
}

struct catalogue_menu *catalogue_menu_free(struct catalogue_menu *menu)
{
    if (!menu)
        return NULL;
    free((void *)menu->menu.items);
    free((void *)menu->menu.routines);
    free(menu);
    return NULL;
}
