/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict UTF-8: no over-long forms, no surrogates, nothing above U+10FFFF.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t utf8_decode(const char *text, uint32_t *ret_char);
bool utf8_valid(const char *text);
