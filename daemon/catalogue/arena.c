/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See arena.h.
 */
#include <string.h>

#include "catalogue/arena.h"
#include "catalogue/list.h"

void *arena_take(struct arena *arena, size_t size, size_t align)
{
    void *p;

    arena->used = (arena->used + align - 1) / align * align;
    p = arena->base ? arena->base + arena->used : NULL;
    arena->used += size;
    return p;
}

char *arena_text(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_take(arena, size + 1, 1);

    if (copy) {
        memcpy(copy, text, size);
        copy[size] = 0;
    }
    return copy;
}

char *arena_value(struct arena *arena, const struct ini_entry *entry)
{
    const char *text = entry ? entry->value : "";

    return arena_text(arena, text, strlen(text));
}

/* A list of texts of which there are @n. */
static char **arena_array(struct arena *arena, size_t n)
{
    char **list = arena_take(arena, (n + 1) * sizeof *list, _Alignof(char *));

    if (list)
        list[n] = NULL;
    return list;
}

char **arena_list(struct arena *arena, const struct ini_entry *entry)
{
    const char *p = entry ? entry->value : NULL, *item;
    size_t n = 0, size;
    char **list;

    while (list_next(&p, &size))
        n++;
    list = arena_array(arena, n);
    p = entry ? entry->value : NULL;
    for (size_t i = 0; (item = list_next(&p, &size)); i++) {
        char *text = arena_text(arena, item, size);

        if (list)
            list[i] = text;
    }
    return list;
}

char **arena_entries(struct arena *arena, const struct ini_entry *const *entries, size_t n)
{
    char **list = arena_array(arena, n);

    for (size_t i = 0; i < n; i++) {
        char *text = arena_value(arena, entries[i]);

        if (list)
            list[i] = text;
    }
    return list;
}
