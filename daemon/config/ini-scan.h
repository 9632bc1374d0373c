/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line index of ini.c, an inner header of this room: which line holds what, and what is wrong with it.
 */
#pragma once

#include "config/ini.h"

int ini_scan(size_t size, struct diagnostics *d, struct ini_file *file, char *clean, size_t *ret_clean_size);
