/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A block of memory that is filled twice: without memory to learn its size, then for good. What is taken
 * must be taken in the same order both times. Private to this room.
 */
#pragma once

#include <stddef.h>

#include "config/ini.h"

struct arena {
    char *base; /* NULL while measuring */
    size_t used;
};

/* Room for an object; this and all below give NULL while measuring. */
void *arena_take(struct arena *arena, size_t size, size_t align);
char *arena_text(struct arena *arena, const char *text, size_t size);
/* An entry's value; "" for NULL. */
char *arena_value(struct arena *arena, const struct ini_entry *entry);
/* The items of a list, each a text of its own; NULL-terminated, as the next one. */
char **arena_list(struct arena *arena, const struct ini_entry *entry);
/* The values of @n entries. */
char **arena_entries(struct arena *arena, const struct ini_entry *const *entries, size_t n);
