/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A section's values, checked and made into an exercise. Private to this room.
 */
#pragma once

#include "catalogue/section.h"

int exercise_new(struct section *section, bool bare, struct exercise **ret);
