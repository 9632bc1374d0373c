/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What iniparser reads in a text, held against what our own line index found there: an inner header of this
 * room. @clean is the text as ini_scan() has left it, @file what it found.
 */
#pragma once

#include <stdbool.h>

#include "config/ini.h"

/* Piece by piece, and each different line once: quick, and says only whether they agree. */
bool ini_library_agrees(const char *clean, size_t size, const struct ini_file *file);
/* The whole text at once: slow for a long one, and says for each key what is different. 0 or -ENOMEM. */
int ini_library_compare(const char *clean, size_t size, struct diagnostics *d, const struct ini_file *file);
