/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * INI text -> entries with their file and line. Our own line index reads
 * the same bytes first (headers, keys, duplicates, lengths), iniparser parses, and both must agree. Knows no
 * key by name.
 */
#pragma once

#include <stddef.h>

#include "util/macro.h"

enum diagnostic_level {
    DIAGNOSTIC_WARNING, /* said, but the file is good */
    DIAGNOSTIC_ERROR,
};

struct diagnostic {
    enum diagnostic_level level;
    char *file;
    unsigned line; /* 0 = the file as a whole */
    char *text;    /* "[section].key: value: message", or what fits the mistake */
};

struct diagnostics {
    struct diagnostic *items;
    size_t n;
    size_t n_unreadable; /* of them: files that could not be read at all */
};

void diagnostics_done(struct diagnostics *d);
int diagnostics_add(struct diagnostics *d, enum diagnostic_level level, const char *file, unsigned line,
                    const char *fmt, ...) _printf_(5, 6);
size_t diagnostics_errors(const struct diagnostics *d);
/* All of them as "file:line: text" lines in fresh memory; "" when there is none; NULL out of memory. */
char *diagnostics_format(const struct diagnostics *d);
static inline void diagnostics_donep(struct diagnostics *d)
{
    diagnostics_done(d);
}

struct ini_entry {
    char *section; /* as first written in the file, without the brackets; one text for all its keys */
    char *key;     /* as written */
    char *value;   /* without quotes and comment */
    unsigned line; /* of the key, from 1 */
};

struct ini_section {
    char *name;     /* as first written */
    unsigned line;  /* of its first header */
    unsigned again; /* of the second one, which goes on with it, with a warning; 0 = it has but one */
};

/* Section names and keys are ASCII, and the same in upper and lower case: iniparser folds them. */
struct ini_file {
    char *path;
    struct ini_entry *entries; /* in file order; no section and key twice */
    size_t n;
    struct ini_section *sections; /* each once, in file order as their names are in memory, also those
                                   * without a key */
    size_t n_sections;
    char *text; /* what all those texts are in */
};

#define INI_LINE_MAX 1022 /* bytes, without the line break: what iniparser takes */
#define INI_NAME_MAX 255  /* bytes of a section's name or a key */
/* Far above what a person writes, so that a program may write ten thousand exercises into one file. */
#define INI_SIZE_MAX (16u << 20)
#define INI_ENTRIES_MAX (512u << 10) /* keys; also sections */

/* Parses @text (@size bytes; @path is for messages). Mistakes go to @d, all of them; the entries that could
 * be read are given nevertheless. Returns 0 also with mistakes; -ENOMEM. */
int ini_parse(const char *path, const char *text, size_t size, struct diagnostics *d, struct ini_file **ret);
/* Reads and parses a file. -ENOENT when it does not exist; what else makes it unreadable is a diagnostic and
 * 0 with *ret = NULL. */
int ini_load(const char *path, struct diagnostics *d, struct ini_file **ret);
struct ini_file *ini_file_free(struct ini_file *file);
DEFINE_CLEANUP(struct ini_file *, ini_file_free)

/* The nearest of @choices (NULL-terminated) by edit distance, or NULL when none is near: "did you mean". */
const char *nearest_name(const char *word, const char *const *choices);
