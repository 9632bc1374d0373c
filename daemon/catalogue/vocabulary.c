/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every word an exercise may be described with. The place in a list is the bit or the index in struct
 * exercise: new words go to the end.
 */
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"

const char *const catalogue_regions[] = {"lower-back", "mid-back", "upper-back", "shoulders",  "neck",
                                         "hips",       "glutes",   "hamstrings", "whole-body", NULL};

/* "none" is the empty set, so it isn't here. */
const char *const catalogue_tools[] = {
    "hands",   "wall", "chair", "foam-roller", "massage-ball", "massage-stick", "handheld-massager",
    "partner", NULL};

/* There is no position face down: it doesn't suit pregnancy, and turns the neck of everybody else. */
const char *const catalogue_positions[] = {"seated",       "standing",   "kneeling",
                                           "floor-supine", "floor-side", NULL};

/* In the order of what they ask for. */
const char *const catalogue_places[] = {"desk", "room", "floor-space", NULL};

const char *const catalogue_sides[] = {"none", "both", "alternate", NULL};

/* "none" is the empty set, so it isn't here. */
const char *const catalogue_hazards[] = {"supine",
                                         "spine-flexion",
                                         "spine-extension",
                                         "spine-rotation",
                                         "side-bend",
                                         "neck-motion",
                                         "neck-pressure",
                                         "lumbar-pressure",
                                         "leg-pressure",
                                         "percussion",
                                         "overhead",
                                         "wrist-load",
                                         "kneeling",
                                         "knee-load",
                                         "balance",
                                         "pelvis-uneven",
                                         "nerve-stretch",
                                         "head-low",
                                         NULL};

/* The words of the core, as a list for "did you mean"; a test holds the two together. */
const char *const vocabulary_kinds[] = {"massage",   "mobility", "stretch", "strength",
                                        "breathing", "posture",  NULL};

const char *const vocabulary_pregnancy[] = {
    [PREGNANCY_NO] = "no", [PREGNANCY_ADAPT] = "adapt", [PREGNANCY_YES] = "yes", NULL};

const char *const vocabulary_yes_no[] = {"no", "yes", NULL};
const char *const vocabulary_on_off[] = {"off", "on", NULL};

/**
 * vocabulary_find() - the place of a word in a NULL-terminated list
 *
 * Return: the index from 0, or -ENOENT. Case matters.
 */
int vocabulary_find(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -ENOENT;
}

/**
 * vocabulary_size() - how many words a NULL-terminated list has
 */
size_t vocabulary_size(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}
