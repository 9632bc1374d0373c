/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Did you mean": the known name nearest to a mistyped one.
 */
#include <string.h>

#include "config/ini.h"

#define WORD_MAX 48 /* longer words are no typing slip of ours; also bounds the tables on the stack */

static unsigned lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A' + 'a') : (unsigned char)c;
}

/* Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein, in the restricted
 * form that edits no place twice). Three rows of the table are enough. Both lengths are at most WORD_MAX. */
static unsigned edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
    unsigned rows[3][WORD_MAX + 1], *two_back = rows[0], *back = rows[1], *row = rows[2];

    for (size_t j = 0; j <= nb; j++)
        back[j] = (unsigned)j;
    for (size_t i = 1; i <= na; i++) {
        unsigned *spare = two_back;

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= nb; j++) {
            unsigned change = back[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));

            row[j] = MIN(change, MIN(back[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = MIN(row[j], two_back[j - 2] + 1);
        }
        two_back = back;
        back = row;
        row = spare;
    }
    return back[nb];
}

/**
 * nearest_name() - the one of some names that a mistyped word was probably meant to be
 * @word: what was written; case plays no part
 * @choices: the names, NULL-terminated
 *
 * About one slip in three letters, at most three, is taken for a typing error; beyond that a guess would
 * mislead.
 *
 * Return: one of @choices, the first of equally near ones; NULL when none is near.
 */
const char *nearest_name(const char *word, const char *const *choices)
{
    size_t n = strlen(word);
    unsigned limit = (unsigned)MIN((n + 2) / 3, (size_t)3);
    const char *nearest = NULL;

    if (n == 0 || n > WORD_MAX)
        return NULL;
    for (; *choices; choices++) {
        size_t m = strlen(*choices);
        unsigned distance;

        if (m > WORD_MAX || (m > n ? m - n : n - m) > limit)
            continue;
        distance = edit_distance(word, n, *choices, m);
        /* As many slips as letters would be another word altogether. */
        if (distance <= limit && distance < m && (!nearest || distance < limit)) {
            nearest = *choices;
            limit = distance;
        }
    }
    return nearest;
}
