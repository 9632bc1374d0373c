/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations in words and texts of a limited length, in UTF-8. Knows no message.
 */
#pragma once

#include <stddef.h>

#include "util/time-util.h"

#define PHRASE_DURATION_MAX 96 /* bytes; in every language */

const char *phrase_duration(char *buf, size_t size, usec_t usec);
const char *phrase_short_duration(char *buf, size_t size, usec_t usec);
size_t phrase_length(const char *text);
void phrase_cut(char *text, size_t max_chars);
void phrase_copy(char *buf, size_t size, const char *text, size_t max_chars);
