/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NULL-terminated lists of strings. Knows nothing of what they say.
 */
#include <string.h>

#include "util/strv.h"

/**
 * strv_free() - free a list and its strings
 * @list: may be NULL
 *
 * Return: NULL.
 */
char **strv_free(char **list)
{
    for (char **p = list; p && *p; p++)
        free(*p);
    free(list);
    return NULL;
}

/**
 * strv_copy() - copy a list and its strings
 * @list: NULL-terminated
 * @ret: the caller's, for strv_free()
 *
 * Return: 0 or -ENOMEM.
 */
int strv_copy(const char *const *list, char ***ret)
{
    _cleanup_(strv_freep) char **copy = NULL;
    size_t n = 0;

    while (list[n])
        n++;
    copy = calloc(n + 1, sizeof *copy);
    if (!copy)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        copy[i] = strdup(list[i]);
        if (!copy[i])
            return -ENOMEM;
    }
    *ret = TAKE_PTR(copy);
    return 0;
}

/**
 * strv_equal() - whether two lists have the same strings in the same order
 * @a: NULL counts as empty
 * @b: NULL-terminated
 */
bool strv_equal(char *const *a, const char *const *b)
{
    size_t i = 0;

    if (!a)
        return !b[0];
    for (; a[i] && b[i]; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return !a[i] && !b[i];
}

/**
 * strv_contains() - whether a string is in a list
 * @list: NULL-terminated
 */
bool strv_contains(char *const *list, const char *text)
{
    for (; *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}
