/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The closed vocabularies and looking words up in them. Private to this room; the lists themselves are in
 * catalogue.h.
 */
#pragma once

#include <stddef.h>

extern const char *const vocabulary_kinds[];
/* The same, and what else a section may be. */
extern const char *const vocabulary_section_kinds[];
extern const char *const vocabulary_pregnancy[];
extern const char *const vocabulary_yes_no[];
extern const char *const vocabulary_on_off[];

int vocabulary_find(const char *const *words, const char *word);
size_t vocabulary_size(const char *const *words);
