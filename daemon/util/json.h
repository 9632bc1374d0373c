/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strings of JSON: whatever is given, what comes out is a valid one in valid UTF-8.
 */
#pragma once

#include <stdio.h>

void json_put_string(FILE *file, const char *text);
