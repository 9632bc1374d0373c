/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A profile in words, for its owner's own terminal.
 */
#pragma once

#include <stdio.h>

#include "catalogue/catalogue.h"

/* How much there is for a person. */
struct suiting {
    size_t n, suitable; /* exercises */
    enum safety_advice advice;
    bool doubtful;
};

int suiting_count(const struct settings *settings, struct suiting *ret);
void suiting_explain(const struct settings *settings, const struct suiting *before,
                     const struct suiting *after, FILE *file);
void condition_explain(const char *word, FILE *file);
void pregnancy_explain(const struct settings *settings, FILE *file);
int profile_show(const struct settings *settings, bool as_json, FILE *file);
