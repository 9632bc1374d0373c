/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exercise: a plain rotation over the menu, which the catalogue has already put in a good order.
 * Without a menu (a replay) the choice is "".
 */
#include <string.h>

#include "core/internal.h"

const struct bc_menu_item *picker_find(const struct bc_core *core, const char *id)
{
    for (size_t i = 0; i < core->n_menu; i++)
        if (strcmp(core->menu[i].id, id) == 0)
            return &core->menu[i];
    return NULL;
}

/* The next one after the last choice whose kind suits the break; any kind if none does, for a reminder
 * without an exercise helps nobody. */
static const struct bc_menu_item *next_in_rotation(const struct bc_core *core, uint32_t kinds,
                                                   const char *not_this)
{
    const struct bc_menu_item *last = picker_find(core, core->rotation);
    size_t from = last ? (size_t)(last - core->menu) + 1 : 0;

    for (size_t i = 0; i < core->n_menu; i++) {
        const struct bc_menu_item *item = &core->menu[(from + i) % core->n_menu];

        if ((kinds & (1u << item->kind)) && strcmp(item->id, not_this) != 0)
            return item;
    }
    return NULL;
}

/**
 * picker_choose() - choose an exercise and move the rotation on
 * @brk: the break it is for
 * @not_this: an id that must not come again ("another"), or ""
 * @ret_id: the id; "" with an empty menu; @not_this again if there is nothing else
 */
void picker_choose(struct bc_core *core, size_t brk, const char *not_this,
                   char ret_id[static BC_NAME_MAX + 1])
{
    const struct bc_menu_item *item = next_in_rotation(core, core->breaks[brk].rule.kinds, not_this);

    if (!item)
        item = next_in_rotation(core, BC_KINDS_ALL, not_this);
    if (!item) {
        name_copy(ret_id, not_this);
        return;
    }
    name_copy(core->rotation, item->id);
    name_copy(ret_id, item->id);
}
