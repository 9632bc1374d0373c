/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routines as a person gets them: in order, with what is left out for them.
 */
#pragma once

#include "cli/exercises.h"

void routine_write_json(const struct exercises *all, const struct routine *routine, struct json *j,
                        const char *key);
void routine_write_line(const struct exercises *all, const struct routine *routine, FILE *file);
void routine_write_card(const struct exercises *all, const struct routine *routine, FILE *file);
