/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every word an exercise may be described with. The place in a list is the bit or the index in struct
 * exercise, and what the safety rules know it by.
 */
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/safety.h"
#include "catalogue/vocabulary.h"

const char *const catalogue_regions[] = {
    [SAFETY_LOWER_BACK] = "lower-back",
    [SAFETY_MID_BACK] = "mid-back",
    [SAFETY_UPPER_BACK] = "upper-back",
    [SAFETY_SHOULDERS] = "shoulders",
    [SAFETY_NECK] = "neck",
    [SAFETY_HIPS] = "hips",
    [SAFETY_GLUTES] = "glutes",
    [SAFETY_HAMSTRINGS] = "hamstrings",
    [SAFETY_WHOLE_BODY] = "whole-body",
    [_SAFETY_REGION_MAX] = NULL,
};

/* "none" is the empty set, so it isn't here. */
const char *const catalogue_tools[] = {
    [SAFETY_HANDS] = "hands",
    [SAFETY_WALL] = "wall",
    [SAFETY_CHAIR] = "chair",
    [SAFETY_FOAM_ROLLER] = "foam-roller",
    [SAFETY_MASSAGE_BALL] = "massage-ball",
    [SAFETY_MASSAGE_STICK] = "massage-stick",
    [SAFETY_HANDHELD_MASSAGER] = "handheld-massager",
    [SAFETY_PARTNER] = "partner",
    [_SAFETY_TOOL_MAX] = NULL,
};

/* There is no position face down: it doesn't suit pregnancy, and turns the neck of everybody else. */
const char *const catalogue_positions[] = {
    [SAFETY_SEATED] = "seated",         [SAFETY_STANDING] = "standing",
    [SAFETY_KNEELING] = "kneeling",     [SAFETY_FLOOR_SUPINE] = "floor-supine",
    [SAFETY_FLOOR_SIDE] = "floor-side", [_SAFETY_POSITION_MAX] = NULL,
};

/* In the order of what they ask for. */
const char *const catalogue_places[] = {
    [SAFETY_DESK] = "desk",
    [SAFETY_ROOM] = "room",
    [SAFETY_FLOOR_SPACE] = "floor-space",
    [_SAFETY_PLACE_MAX] = NULL,
};

const char *const catalogue_sides[] = {"none", "both", "alternate", NULL};

/* "none" is the empty set, so it isn't here. */
const char *const catalogue_hazards[] = {
    [SAFETY_SUPINE] = "supine",
    [SAFETY_SPINE_FLEXION] = "spine-flexion",
    [SAFETY_SPINE_EXTENSION] = "spine-extension",
    [SAFETY_SPINE_ROTATION] = "spine-rotation",
    [SAFETY_SIDE_BEND] = "side-bend",
    [SAFETY_NECK_MOTION] = "neck-motion",
    [SAFETY_NECK_PRESSURE] = "neck-pressure",
    [SAFETY_LUMBAR_PRESSURE] = "lumbar-pressure",
    [SAFETY_LEG_PRESSURE] = "leg-pressure",
    [SAFETY_PERCUSSION] = "percussion",
    [SAFETY_OVERHEAD] = "overhead",
    [SAFETY_WRIST_LOAD] = "wrist-load",
    [SAFETY_KNEELING_HAZARD] = "kneeling",
    [SAFETY_KNEE_LOAD] = "knee-load",
    [SAFETY_BALANCE] = "balance",
    [SAFETY_PELVIS_UNEVEN] = "pelvis-uneven",
    [SAFETY_NERVE_STRETCH] = "nerve-stretch",
    [SAFETY_HEAD_LOW] = "head-low",
    [_SAFETY_HAZARD_MAX] = NULL,
};

/* The words of the core, as a list for "did you mean"; a test holds the two together. */
const char *const vocabulary_kinds[] = {
    [SAFETY_MASSAGE] = "massage",   [SAFETY_MOBILITY] = "mobility",   [SAFETY_STRETCH] = "stretch",
    [SAFETY_STRENGTH] = "strength", [SAFETY_BREATHING] = "breathing", [SAFETY_POSTURE] = "posture",
    [_SAFETY_KIND_MAX] = NULL,
};

const char *const vocabulary_section_kinds[] = {
    [SAFETY_MASSAGE] = "massage",
    [SAFETY_MOBILITY] = "mobility",
    [SAFETY_STRETCH] = "stretch",
    [SAFETY_STRENGTH] = "strength",
    [SAFETY_BREATHING] = "breathing",
    [SAFETY_POSTURE] = "posture",
    [_SAFETY_KIND_MAX] = "tip",
    "routine",
    NULL,
};

const char *const vocabulary_pregnancy[] = {
    [SAFETY_NO] = "no", [SAFETY_ADAPT] = "adapt", [SAFETY_YES] = "yes", NULL};

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
        if (words[i][0] == word[0] && strcmp(words[i], word) == 0)
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
