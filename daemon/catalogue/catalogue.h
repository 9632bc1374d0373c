/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: exercises and routines from INI files (system, then the user's, which add, replace by id or
 * hide). Closed vocabularies; every mistake is said with file:line. What suits whom is the safety module's,
 * which knows none of this; when is the core's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "catalogue/safety.h"
#include "config/ini.h"
#include "config/settings.h"
#include "core/core.h"
#include "util/macro.h"

#define CATALOGUE_STEPS_MAX 6
#define CATALOGUE_REST_USEC (10 * USEC_PER_SEC) /* between the exercises of a routine, if it does not say */

/* On every card of an exercise; see _(). */
#define CATALOGUE_STOP_LINE                                                                                  \
    N_("Stop if pain is sharp, rising or spreading, or if you feel dizzy, numb or unwell.")

/* A file of the catalogue; as long as the catalogue lives. */
struct catalogue_file {
    const char *language; /* that its texts are wanted in; NULL = that of the plain ones */
    bool shipped;         /* in the first directory, installed with the program */
    char path[];
};

/* What is read of an exercise or a tip when it is shown, in one language. */
struct exercise_texts {
    char **muscles;                    /* NULL-terminated, as all lists here */
    char **steps;                      /* of a tip its text alone */
    char **adapted[SAFETY_TRIMESTERS]; /* the steps where a trimester says adapt, else NULL */
    char *breath;                      /* "" = none, as caution */
    char *caution;
    char **sources;
    uint64_t not_for, only_for; /* of a tip: bits of enum safety_tag; only_for 0 = for all */
};

/* One allocation, texts and lists included, and small, as the daemon keeps some sixty: the longest duration
 * is 600 s, which fits 32 bits of microseconds seven times. */
struct exercise {
    const char *id;
    const char *title; /* at most 40 characters, fit for a notification */
    const struct catalogue_file *file;
    const struct exercise_texts *texts; /* NULL in a bare one */
    uint32_t line;
    uint32_t duration_usec;
    uint32_t adapted_usec[SAFETY_TRIMESTERS];      /* how long it takes with the steps of each trimester */
    uint32_t hold_usec;                            /* 0 = none */
    uint32_t adapted_hold_usec[SAFETY_TRIMESTERS]; /* and so on, with the steps of each trimester */
    uint32_t hazards;                              /* bit sets over the closed lists below */
    uint16_t regions;
    uint8_t tools; /* 0 = needs none */
    uint8_t reps;  /* 0 = none */
    uint8_t adapted_reps[SAFETY_TRIMESTERS];
    uint8_t adapted_position[SAFETY_TRIMESTERS]; /* to be shown; the rules go by the plain one */
    uint8_t pregnancy[SAFETY_TRIMESTERS];        /* enum safety_status */
    unsigned kind : 3;                           /* enum bc_exercise_kind */
    unsigned position : 3;                       /* index */
    unsigned place : 2;                          /* index: desk, room, floor-space */
    unsigned sides : 2;                          /* index: none, both, alternate */
    unsigned intensity : 2;                      /* 1 to 3 */
    unsigned main_region : 4;                    /* index: the region that the file names first */
    bool tip : 1;                                /* no exercise: it has texts, and nothing else is set */
    bool hazards_assumed : 1;                    /* the file states none: all bits are set, to be safe */
    bool hidden : 1;
    bool default_off : 1;
    bool translated : 1; /* the texts are a translation into the wanted language */
    bool foreign : 1;    /* a shipped one, and the wanted language is neither English nor there */
};

/* Exercises one after another. One allocation; its exercises are the catalogue's. */
struct routine {
    const char *id;
    const char *title;
    const struct catalogue_file *file;
    const char *text; /* "" = none; NULL in a bare one, as sources */
    char **sources;   /* NULL-terminated */
    uint32_t line;
    uint32_t rest_usec; /* between two of them */
    uint8_t n_items;
    bool hidden : 1; /* and so on, as in an exercise */
    bool default_off : 1;
    bool translated : 1;
    const struct exercise *items[]; /* also hidden ones, which are not there for anybody */
};

struct catalogue {
    struct exercise **exercises; /* in the order of the files; a replaced one keeps its place */
    size_t n;
    struct exercise **by_id; /* the same, sorted */
    struct exercise **tips;  /* in the order of the files; none in a bare catalogue */
    size_t n_tips;
    struct routine **routines; /* in the order of the files */
    size_t n_routines;
    struct catalogue_file **files; /* NULL-terminated, or NULL */
    char *language;
};

/* Where catalogues are, in the order of loading: the system's, then the user's ($XDG_DATA_HOME, or below
 * @data_dir if that isn't NULL). */
int catalogue_dirs_find(const char *data_dir, char ***ret_dirs);
/* The language of the exercises: a tag; "en" for the plain texts of those we ship. */
const char *catalogue_language(const struct settings *settings);
/* Whether that is English, whichever; true for NULL. */
bool catalogue_language_is_english(const char *language);

/* Loads every *.ini of each directory, in order of @dirs (NULL-terminated; a missing one is no mistake), in
 * name order. @language: NULL = plain texts; what is not translated into it, whole, has its plain texts.
 * Return: 0 also with mistakes: what has one is left out and said in @d. */
int catalogue_load(const char *const *dirs, const char *language, struct diagnostics *d,
                   struct catalogue **ret);
/* The same with bare exercises: for who keeps them for long. */
int catalogue_load_bare(const char *const *dirs, const char *language, struct diagnostics *d,
                        struct catalogue **ret);
/* @installed: what exercises its routines may name beside its own; NULL, or it must outlive the result. */
int catalogue_load_file(const char *path, const struct catalogue *installed, struct diagnostics *d,
                        struct catalogue **ret);
struct catalogue *catalogue_free(struct catalogue *catalogue);
DEFINE_CLEANUP(struct catalogue *, catalogue_free)

const struct exercise *catalogue_find(const struct catalogue *catalogue, const char *id);
const struct routine *catalogue_find_routine(const struct catalogue *catalogue, const char *id);

/* Reads a bare exercise's texts from its file, in the language of the catalogue; @ret is a whole one of its
 * own, freed with free(). */
int exercise_load_texts(const struct exercise *exercise, struct exercise **ret);
int routine_load_texts(const struct routine *routine, struct routine **ret);

/* What the core is given to choose from, with its arrays; the ids are the catalogue's. */
struct catalogue_menu {
    struct bc_menu menu;
};

/* What is neither hidden nor switched off and suits @profile (NULL: everybody). @settings, for what somebody
 * would rather have (focus, goals), may be NULL. */
int catalogue_menu_new(const struct catalogue *catalogue, const struct settings *settings,
                       const struct safety_profile *profile, struct catalogue_menu **ret);
struct catalogue_menu *catalogue_menu_free(struct catalogue_menu *menu);
DEFINE_CLEANUP(struct catalogue_menu *, catalogue_menu_free)

/* What the rules are told of an exercise, and of the settings on a day (days since 1970-01-01). */
void exercise_traits(const struct exercise *exercise, struct safety_exercise *ret);
void suitability_profile(const struct settings *settings, int64_t today, struct safety_profile *ret);
/* The verdict of the rules; what they can't judge is not suitable. */
bool suitability_judge(const struct exercise *exercise, const struct safety_profile *profile,
                       struct safety_verdict *ret);
/* The message of a medical hold, or NULL. */
int advice_message(const struct settings *settings, const struct safety_profile *profile, char **ret);
int advice_consult(const struct safety_profile *profile, char **ret);
/* What a word of `conditions` means, for who has set it; private. */
int condition_tag(const char *text);
const char *condition_meaning(enum safety_tag tag);
const char *condition_effect(enum safety_tag tag);
bool condition_stops(enum safety_tag tag);

/* What a routine is for a person. */
struct routine_verdict {
    bool suitable;        /* something is left of it */
    unsigned left_out;    /* bits 1 << index of the item: does not suit, is hidden or switched off */
    unsigned reasons;     /* if nothing is left: all the reasons for which it isn't, as of a safety_verdict */
    bool consult;         /* "check with a professional first" goes with it */
    usec_t duration_usec; /* of what is left, rests included */
};

/* @profile: NULL = whoever. */
void routine_judge(const struct routine *routine, const struct safety_profile *profile,
                   struct routine_verdict *ret);
/* Why nothing is left of it, the @i-th reason from 0; NULL behind the last. */
const char *routine_why(const struct routine_verdict *verdict, size_t i);

bool tip_suits(const struct exercise *tip, const struct safety_profile *profile);
/* The steps to be shown with a verdict: those, and no others. */
char *const *exercise_steps(const struct exercise *exercise, const struct safety_verdict *verdict);
/* And what goes with these steps: a hold and repeats (0 = none), and the position, an index. */
usec_t exercise_hold_usec(const struct exercise *exercise, const struct safety_verdict *verdict);
unsigned exercise_reps(const struct exercise *exercise, const struct safety_verdict *verdict);
unsigned exercise_position(const struct exercise *exercise, const struct safety_verdict *verdict);
/* The words of its regions, NULL-terminated: first the one that it is mainly for. */
#define EXERCISE_REGIONS_MAX _SAFETY_REGION_MAX
void exercise_regions(const struct exercise *exercise, const char *ret[static EXERCISE_REGIONS_MAX + 1]);

/* The picture of an exercise in a position, from "illustrations" beside the directories of the catalogue. */
int picture_find(const struct exercise *exercise, unsigned position, char *const *catalogue_dirs, char **ret);

/* The words of the closed vocabularies, NULL-terminated, in the order of the bits and indexes above. */
extern const char *const catalogue_regions[];
extern const char *const catalogue_tools[];
extern const char *const catalogue_positions[];
extern const char *const catalogue_places[];
extern const char *const catalogue_sides[];
extern const char *const catalogue_hazards[];
