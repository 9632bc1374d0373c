/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One section of a catalogue file, its keys sorted into their places: which are there, which are missing,
 * which are none. Knows the keys, not what their values mean. Private to this room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "catalogue/catalogue.h"
#include "config/ini.h"

enum exercise_key {
    KEY_TITLE,
    KEY_KIND,
    KEY_REGIONS,
    KEY_MUSCLES,
    KEY_TOOLS,
    KEY_POSITION,
    KEY_POSITION_T1,
    KEY_POSITION_T2,
    KEY_POSITION_T3,
    KEY_PLACE,
    KEY_DURATION,
    KEY_DURATION_T1,
    KEY_DURATION_T2,
    KEY_DURATION_T3,
    KEY_HOLD,
    KEY_HOLD_T1,
    KEY_HOLD_T2,
    KEY_HOLD_T3,
    KEY_REPS,
    KEY_REPS_T1,
    KEY_REPS_T2,
    KEY_REPS_T3,
    KEY_SIDES,
    KEY_INTENSITY,
    KEY_BREATH,
    KEY_CAUTION,
    KEY_HAZARDS,
    KEY_PREGNANCY_T1,
    KEY_PREGNANCY_T2,
    KEY_PREGNANCY_T3,
    KEY_SOURCES,
    KEY_TEXT,
    KEY_EXERCISES,
    KEY_REST,
    KEY_NOT_FOR,
    KEY_ONLY_FOR,
    KEY_HIDDEN,
    KEY_DEFAULT,
    _KEY_MAX,
};

/* The step lists of a section: the plain one and that of each trimester. */
enum {
    STEPS_PLAIN,
    STEPS_T1,
    STEPS_T2,
    STEPS_T3,
    _STEPS_MAX,
};

/* What a section may be; bits, for who has which key. */
enum section_sort {
    SORT_EXERCISE = 1 << 0,
    SORT_TIP = 1 << 1,
    SORT_ROUTINE = 1 << 2,
};

/* Each key and each step has a number: the keys come first, then the lists of steps. */
#define SLOT_STEPS _KEY_MAX
#define _SLOT_MAX (_KEY_MAX + _STEPS_MAX * CATALOGUE_STEPS_MAX)

struct section {
    const struct catalogue_file *file;
    const char *id;
    unsigned line; /* of its first key */
    struct diagnostics *diagnostics;
    const struct ini_entry *keys[_KEY_MAX]; /* NULL = not there */
    const struct ini_entry *steps[_STEPS_MAX][CATALOGUE_STEPS_MAX];
    size_t n_steps[_STEPS_MAX];
    enum section_sort sort;          /* 0 where it only changes another one */
    const struct ini_entry *entries; /* all of it, as the file has them */
    size_t n;
    const struct ini_entry *translation; /* an entry in the language whose texts are taken; NULL = none is */
    bool flags_only; /* nothing but `hidden` and `default`: it changes an exercise defined elsewhere */
    bool bad;        /* it has a mistake, which has been said */
    bool out_of_memory;
};

/* Sorts @n entries, all of one section, into @section, whose file, diagnostics and bad are set. */
void section_read(struct section *section, const struct ini_entry *entries, size_t n);

const char *section_key_name(enum exercise_key key);
/* Whether a slot is for what people read, which may be translated. */
bool section_slot_is_text(int slot);
/* The slot of a key, of which the first @size bytes count; -ENOENT for an unknown one. */
int section_slot(const char *key, size_t size);
/* What is in a slot, to be read or set. */
const struct ini_entry **section_at(struct section *section, int slot);

/* Looks at the translations: says what is wrong with them, and chooses the one to be used. */
void translations_read(struct section *section);
/* Puts the chosen translation into the place of the plain texts. */
void translations_take(struct section *section);

/* A mistake of an entry: "[id].key: value: …", and of a key that isn't there: "[id].key: …". */
void section_error(struct section *section, const struct ini_entry *entry, const char *fmt, ...)
    _printf_(3, 4);
void section_note(struct section *section, enum diagnostic_level level, const char *key, const char *fmt, ...)
    _printf_(4, 5);
/* A word that is none of @words: the nearest one, or all of them. */
void section_unknown_word(struct section *section, const struct ini_entry *entry, const char *word,
                          const char *const *words);
