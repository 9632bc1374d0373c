/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the words of a guide are spread over its time: steps, what goes with them, and pages where few lines
 * are shown.
 */
#pragma once

#include <stddef.h>

#include "notify/message.h"

size_t pages_steps(const struct message_guide *g);
usec_t pages_elapsed(const struct message_guide *g);
size_t pages_current(const struct message_guide *g, size_t n, usec_t *ret_end_usec);
size_t pages_safety(const struct message_guide *g, const char *list[2]);
void pages_asides(const struct message_guide *g, size_t step, char *before, char *after, size_t size);
