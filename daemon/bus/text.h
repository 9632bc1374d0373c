/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that comes from or goes to other programs. A D-Bus string must be valid UTF-8, or the whole message
 * can't be built; and what a person reads must not hold control characters, which a terminal would obey.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

size_t text_copy(char *dst, size_t size, const char *src);
char *text_clean_lines(char *text);
bool text_is_label(const char *text, size_t max_bytes);
