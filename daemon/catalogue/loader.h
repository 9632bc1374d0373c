/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading has two parts: every section of every file becomes a record, in order (loader.c); then the records
 * of each id are folded into one exercise or routine (fold.c). Sorting brings them together, so ten thousand
 * are as quick, for each, as ten. Private to this room.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "catalogue/exercise.h"

/* What one section says. */
struct record {
    struct exercise *exercise;   /* or a tip, or what is known of something bad */
    struct routine_draft *draft; /* or a routine: one of the two is there */
    struct record *replaced;     /* the one that counts if this one has a mistake after all; or NULL */
    uint32_t order;              /* of all sections that were read */
    uint16_t dir;                /* index of the directory */
    bool bad : 1;                /* has a mistake, which has been said; only its id is of use */
    bool flags_only : 1;
    bool sets_hidden : 1;
    bool sets_default : 1;
};

struct loader {
    struct diagnostics *diagnostics;
    struct record *records;
    size_t n;
    struct catalogue_file **files; /* NULL-terminated, or NULL */
    size_t n_files;
    char *language;                    /* NULL = plain texts */
    bool bare;                         /* no texts but titles are kept */
    bool single;                       /* one file alone: what it changes may be defined elsewhere */
    const struct catalogue *installed; /* with it: where exercises may be; or NULL */
};

void loader_done(struct loader *loader);
/* Reads a file of directory @dir; -ENOENT if there is none. */
int loader_read_file(struct loader *loader, const char *path, uint16_t dir);
/* Reads every *.ini of a directory, if it is there. */
int loader_read_directory(struct loader *loader, const char *path, uint16_t dir);
/* Makes the catalogue of all that was read, with the loader's files and language. */
int loader_fold(struct loader *loader, struct catalogue **ret);
