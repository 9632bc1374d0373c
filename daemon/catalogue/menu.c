/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The menu: what of the catalogue suits a person, in the words of the core, which chooses from it.
 */
#include <stdint.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"

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

static uint8_t flags_of(const struct exercise *e, unsigned focus)
{
    unsigned flags = e->regions & focus ? BC_ITEM_FOCUS : 0;

    if (e->foreign)
        flags |= BC_ITEM_FOREIGN;
    return (uint8_t)flags;
}

/**
 * catalogue_menu_new() - the exercises and routines that may be suggested
 * @catalogue: must outlive the menu, whose ids are its own
 * @settings: what the person would rather have; NULL = nothing
 * @profile: whom it is for; NULL = whoever
 * @ret: the menu; hidden exercises and those switched off are not in it
 *
 * Return: 0 or -ENOMEM.
 */
int catalogue_menu_new(const struct catalogue *catalogue, const struct settings *settings,
                       const struct safety_profile *profile, struct catalogue_menu **ret)
{
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = calloc(1, sizeof *menu);
    struct bc_menu_item *items = calloc(catalogue->n + 1, sizeof *items);
    unsigned focus = focus_of(settings);

    if (!menu || !items) {
        free(items);
        return -ENOMEM;
    }
    menu->menu.items = items;
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];

        if (e->hidden || e->default_off || (profile && !suitability_judge(e, profile, NULL)))
            continue;
        items[menu->menu.n_items++] = (struct bc_menu_item){
            .id = e->id,
            .kind = (enum bc_exercise_kind)e->kind,
            .duration_usec = time_for(e, profile),
            .regions = e->regions,
            .intensity = e->intensity,
            .main_region = e->main_region,
            .flags = flags_of(e, focus),
        };
    }
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
