/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NULL-terminated lists of strings, each string and the list allocated by themselves.
 */
#pragma once

#include <stdbool.h>

#include "util/macro.h"

char **strv_free(char **list);
DEFINE_CLEANUP(char **, strv_free)
int strv_copy(const char *const *list, char ***ret);
bool strv_equal(char *const *a, const char *const *b);
bool strv_contains(char *const *list, const char *text);
