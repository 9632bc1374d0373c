/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A value that is a list: "a, b, c". Private to this room.
 */
#pragma once

#include "catalogue/section.h"

#define LIST_MAX 16 /* items, of muscles and the like */

/* The next item at *p without the blanks round it; NULL after the last one. */
const char *list_next(const char **p, size_t *ret_size);
/* Says what is wrong with a list, whose entry may be NULL. Return: how many items it has; 0 if it is none. */
size_t list_check(struct section *section, const struct ini_entry *entry, size_t max);
