/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A section's values, checked and made into an exercise or a routine. Private to this room.
 */
#pragma once

#include "catalogue/section.h"

bool value_word(struct section *section, enum exercise_key key, const char *const *words, unsigned *ret);
void value_duration(struct section *section, enum exercise_key key, usec_t min, usec_t max, uint32_t *ret);
void value_tags(struct section *section, enum exercise_key key, uint64_t *ret);
void values_read(struct section *section, struct exercise *e, int lists[3]);
int exercise_new(struct section *section, bool bare, struct exercise **ret);

/* A routine that has the ids of its exercises, but not the exercises themselves yet. */
struct routine_draft {
    struct routine *routine;
    unsigned line; /* of its list */
    char ids[];    /* the list */
};

int routine_new(struct section *section, bool bare, struct routine_draft **ret);
struct routine_draft *routine_draft_free(struct routine_draft *draft);
DEFINE_CLEANUP(struct routine_draft *, routine_draft_free)
/* Says where the order of a routine, whose list is in that line, is not a good one. 0 or -ENOMEM. */
int routine_look_over(const struct routine *routine, unsigned line, struct diagnostics *d);
