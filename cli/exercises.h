/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue as a person gets it: read with the settings, without a daemon, and written as text or JSON.
 */
#pragma once

#include <stdio.h>

#include "catalogue/catalogue.h"
#include "cli/json.h"
#include "config/settings.h"

/* The person, and all there is. */
struct exercises {
    struct settings *settings;
    struct catalogue *catalogue;
    struct safety_profile profile; /* of today */
};

int exercises_load(const char *config, struct exercises *ret);
void exercises_done(struct exercises *exercises);

/* One exercise or tip for this person. */
void exercise_write_json(const struct exercises *all, const struct exercise *e, struct json *j,
                         const char *key);
void exercise_write_line(const struct exercises *all, const struct exercise *e, FILE *file);
void exercise_write_card(const struct exercises *all, const struct exercise *e, FILE *file);
/* Parts of a card: why it does not suit, and what goes with every exercise. */
void exercise_write_reasons(unsigned reasons, FILE *file);
void exercise_write_advice(bool consult, FILE *file);
bool exercise_is_suitable(const struct exercises *all, const struct exercise *e);
