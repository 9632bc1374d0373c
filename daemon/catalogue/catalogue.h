/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: exercises from INI files (system, then the user's, which add, replace by id or hide). Closed
 * vocabularies; every mistake is said with file:line. Knows nothing of the person: what suits whom is the
 * safety module's, when is the core's.
 */
#pragma once

#include <stdbool.h>

#include "config/ini.h"
#include "core/core.h"
#include "util/macro.h"

#define CATALOGUE_STEPS_MAX 6

enum catalogue_pregnancy {
    PREGNANCY_NO,
    PREGNANCY_ADAPT,
    PREGNANCY_YES
};

struct exercise {
    char *id;
    char *title; /* at most 40 characters, fit for a notification */
    enum bc_exercise_kind kind;
    unsigned regions; /* bit sets over the closed lists of catalogue.c */
    char **muscles;
    unsigned tools;
    unsigned position; /* index */
    unsigned place;    /* index: desk, room, floor-space */
    usec_t duration_usec;
    usec_t hold_usec;   /* 0 = none */
    unsigned reps;      /* 0 = none */
    unsigned sides;     /* index: none, both, alternate */
    unsigned intensity; /* 1 to 3 */
    char *steps[CATALOGUE_STEPS_MAX + 1];
    char *breath;
    char *caution;
    unsigned hazards;                          /* bit set */
    enum catalogue_pregnancy pregnancy[3];     /* by trimester */
    char *adapted[3][CATALOGUE_STEPS_MAX + 1]; /* step lists where a trimester says adapt */
    char **sources;
    bool hidden;
    bool default_off;
    char *file; /* where it is defined */
    unsigned line;
};

struct catalogue {
    struct exercise **exercises; /* in the order of the files; a replaced one keeps its place */
    size_t n;
};

/* Loads every *.ini of each directory, in order of @dirs (NULL-terminated; a missing one is no mistake), in
 * name order. */
int catalogue_load(const char *const *dirs, struct diagnostics *d, struct catalogue **ret);
int catalogue_load_file(const char *path, struct diagnostics *d, struct catalogue **ret);
struct catalogue *catalogue_free(struct catalogue *catalogue);
DEFINE_CLEANUP(struct catalogue *, catalogue_free)

const struct exercise *catalogue_find(const struct catalogue *catalogue, const char *id);

/* The words of the closed vocabularies, NULL-terminated, in the order of the bits and indexes above. */
extern const char *const catalogue_regions[];
extern const char *const catalogue_tools[];
extern const char *const catalogue_positions[];
extern const char *const catalogue_places[];
extern const char *const catalogue_sides[];
extern const char *const catalogue_hazards[];
