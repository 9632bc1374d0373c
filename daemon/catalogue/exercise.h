/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A section's values, checked and made into an exercise. Private to this room.
 */
#pragma once

#include "catalogue/section.h"

bool value_word(struct section *section, enum exercise_key key, const char *const *words, unsigned *ret);
void value_tags(struct section *section, enum exercise_key key, uint64_t *ret);
void values_read(struct section *section, struct exercise *e, int lists[3]);
int exercise_new(struct section *section, bool bare, struct exercise **ret);
