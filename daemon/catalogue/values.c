/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of a section, checked one by one and then together: what no exercise may be.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/exercise.h"
#include "catalogue/list.h"
#include "catalogue/vocabulary.h"
#include "util/i18n.h"

#define REPS_MAX 100
#define WORD_MAX 128

/**
 * value_word() - a value that is one word of @words
 * @ret: its index; untouched where it is none, which is said
 *
 * An empty value has been said by section_read(), here as in what follows.
 *
 * Return: whether it is.
 */
bool value_word(struct section *section, enum exercise_key key, const char *const *words, unsigned *ret)
{
    const struct ini_entry *entry = section->keys[key];
    int i;

    if (!entry || !*entry->value)
        return false;
    i = vocabulary_find(words, entry->value);
    if (i < 0) {
        section_unknown_word(section, entry, entry->value, words);
        return false;
    }
    *ret = (unsigned)i;
    return true;
}

/* An item as a text; one that is longer than all words of ours is cut, and still no word of ours. It is
 * shown: whole characters of UTF-8. */
static void copy_word(char word[static WORD_MAX], const char *item, size_t size)
{
    if (size > WORD_MAX - 1) {
        size = WORD_MAX - 1;
        while (size > 0 && ((unsigned char)item[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(word, item, size);
    word[size] = 0;
}

/* A list of words of a vocabulary as a bit set; with @none the word "none", alone, is the empty one.
 * @ret_first: the index of the first, or NULL. */
static void word_set(struct section *section, enum exercise_key key, const char *const *words, bool none,
                     unsigned *ret, unsigned *ret_first)
{
    const struct ini_entry *entry = section->keys[key];
    const char *p = entry ? entry->value : NULL, *item;
    size_t size;

    if (!p || !*p || (none && strcmp(p, "none") == 0))
        return;
    if (list_check(section, entry, LIST_MAX) == 0)
        return;
    while ((item = list_next(&p, &size))) {
        char word[WORD_MAX];
        int i;

        copy_word(word, item, size);
        i = vocabulary_find(words, word);
        if (i < 0 && none && strcmp(word, "none") == 0)
            section_error(section, entry, _("none stands alone"));
        else if (i < 0)
            section_unknown_word(section, entry, word, words);
        else if (*ret & 1u << i)
            section_error(section, entry, _("%s is there twice"), word);
        else {
            if (ret_first && *ret == 0)
                *ret_first = (unsigned)i;
            *ret |= 1u << i;
        }
    }
}

/* A whole number from 1 to @max, in plain digits. */
static void number(struct section *section, enum exercise_key key, unsigned max, unsigned *ret)
{
    const struct ini_entry *entry = section->keys[key];
    unsigned value = 0;

    if (!entry || !*entry->value)
        return;
    for (const char *p = entry->value; *p; p++) {
        if (*p < '0' || *p > '9') {
            section_error(section, entry, _("not a number from 1 to %u"), max);
            return;
        }
        value = MIN(value * 10 + (unsigned)(*p - '0'), max + 1);
    }
    if (value < 1 || value > max)
        section_error(section, entry, _("not from 1 to %u"), max);
    else
        *ret = value;
}

/**
 * value_duration() - a length of time with its unit, from @min to @max
 * @ret: gets it; untouched where it is none, which is said
 */
void value_duration(struct section *section, enum exercise_key key, usec_t min, usec_t max, uint32_t *ret)
{
    const struct ini_entry *entry = section->keys[key];
    char least[USEC_FORMAT_MAX], most[USEC_FORMAT_MAX];
    usec_t usec = 0;
    int r;

    if (!entry || !*entry->value)
        return;
    r = usec_parse(entry->value, 0, &usec);
    if (r == -ENODATA)
        section_error(section, entry, _("say s or min, as in 60s"));
    else if (r == -EINVAL)
        section_error(section, entry, _("not a length of time; write it as in 60s or 2min"));
    else if (r < 0 || usec < min || usec > max)
        section_error(section, entry, _("not from %s to %s"), usec_format(least, sizeof least, min),
                      usec_format(most, sizeof most, max));
    else
        *ret = (uint32_t)usec;
}

/* Pregnancy, and which step list each trimester has: its own, else that of an earlier one that adapts. */
static void read_pregnancy(struct section *section, struct exercise *e, int lists[3])
{
    static const enum exercise_key keys[] = {KEY_PREGNANCY_T1, KEY_PREGNANCY_T2, KEY_PREGNANCY_T3};
    int latest = STEPS_PLAIN;

    for (int t = 0; t < 3; t++) {
        const struct ini_entry *entry = section->keys[keys[t]];
        unsigned status = SAFETY_NO;
        int own = STEPS_T1 + t;
        bool valid = value_word(section, keys[t], vocabulary_pregnancy, &status);

        lists[t] = STEPS_PLAIN;
        e->pregnancy[t] = (uint8_t)status;
        if (section->steps[own][0])
            latest = own;
        if (entry && !valid)
            continue;
        if (status == SAFETY_ADAPT) {
            lists[t] = latest;
            if (latest == STEPS_PLAIN)
                section_error(section, entry, _("its steps are missing: step-1-t%d and so on"), t + 1);
        } else if (section->steps[own][0]) {
            section_error(section, section->steps[own][0], _("pregnancy-t%d does not say adapt"), t + 1);
        }
    }
}

static void read_duration(struct section *section, enum exercise_key key, unsigned *ret)
{
    value_duration(section, key, SAFETY_DURATION_MIN_USEC, SAFETY_DURATION_MAX_USEC, ret);
}

static void read_hold(struct section *section, enum exercise_key key, unsigned *ret)
{
    value_duration(section, key, USEC_PER_SEC, SAFETY_HOLD_MAX_USEC, ret);
}

static void read_reps(struct section *section, enum exercise_key key, unsigned *ret)
{
    number(section, key, REPS_MAX, ret);
}

/* The rules go by the plain position. So what it may be as adapted is what they allow in every trimester,
 * needs no more room, and has no hazard of its own. */
static void read_adapted_position(struct section *section, enum exercise_key key, unsigned *ret)
{
    static const char *const words[] = {"seated", "standing", NULL};

    _Static_assert(SAFETY_SEATED == 0 && SAFETY_STANDING == 1, "the order of the positions");
    (void)value_word(section, key, words, ret);
}

/* A value with each trimester's steps: what is said for that list, else as with the plain ones.
 * @first: the key of the first trimester; the others come behind it */
static void read_adapted(struct section *section, enum exercise_key first, const int lists[3],
                         void (*read)(struct section *, enum exercise_key, unsigned *), unsigned plain,
                         unsigned ret[3])
{
    unsigned own[_STEPS_MAX] = {plain, plain, plain, plain};

    for (int t = 0; t < 3; t++) {
        enum exercise_key key = first + (unsigned)t;

        if (section->keys[key] && lists[t] == STEPS_PLAIN)
            section_error(section, section->keys[key], _("pregnancy-t%d does not say adapt"), t + 1);
        read(section, key, &own[STEPS_T1 + t]);
        ret[t] = own[section->keys[key] ? STEPS_T1 + t : lists[t]];
    }
}

static void read_all_adapted(struct section *section, struct exercise *e, const int lists[3])
{
    unsigned reps[3], positions[3];

    read_adapted(section, KEY_DURATION_T1, lists, read_duration, e->duration_usec, e->adapted_usec);
    read_adapted(section, KEY_HOLD_T1, lists, read_hold, e->hold_usec, e->adapted_hold_usec);
    read_adapted(section, KEY_REPS_T1, lists, read_reps, e->reps, reps);
    read_adapted(section, KEY_POSITION_T1, lists, read_adapted_position, e->position, positions);
    for (int t = 0; t < 3; t++) {
        e->adapted_reps[t] = (uint8_t)reps[t];
        e->adapted_position[t] = (uint8_t)positions[t];
    }
}

/* The key that is wrong where an exercise breaks an invariant. */
static enum exercise_key blamed_key(enum safety_invariant invariant)
{
    switch (invariant) {
    case SAFETY_INVARIANT_FLOOR_LOWER_BACK:
    case SAFETY_INVARIANT_MASSAGER:
    case SAFETY_INVARIANT_NECK:
        return KEY_TOOLS;
    case SAFETY_INVARIANT_LOWER_BACK_INTENSITY:
        return KEY_INTENSITY;
    case SAFETY_INVARIANT_MASSAGE_CAUTION:
        return KEY_CAUTION;
    case SAFETY_INVARIANT_LOWER_BACK_HAZARD:
    case SAFETY_INVARIANT_SUPINE:
    case SAFETY_INVARIANT_NOT_SUPINE:
        return KEY_HAZARDS;
    default:
        return KEY_KIND;
    }
}

/* The trimester in which an exercise is freer than in the one before. */
static enum exercise_key freer_trimester(const struct exercise *e)
{
    return e->pregnancy[1] > e->pregnancy[0] ? KEY_PREGNANCY_T2 : KEY_PREGNANCY_T3;
}

/* What no exercise may be, whoever it is for. Asked only of one that is otherwise good, so that numbers,
 * words and steps are known to be right. */
static void check_invariants(struct section *section, const struct exercise *e, const int lists[3])
{
    struct safety_exercise traits;
    unsigned broken;

    if (section->bad)
        return;
    exercise_traits(e, &traits);
    traits.has_caution = section->keys[KEY_CAUTION];
    traits.n_steps = (unsigned)section->n_steps[STEPS_PLAIN];
    for (int t = 0; t < 3; t++)
        traits.n_adapted[t] = (unsigned)section->n_steps[lists[t]];
    broken = safety_check(&traits);
    for (int i = 0; i < _SAFETY_INVARIANT_MAX; i++) {
        enum safety_invariant invariant = (enum safety_invariant)i;
        enum exercise_key key =
            invariant == SAFETY_INVARIANT_PREGNANCY ? freer_trimester(e) : blamed_key(invariant);

        if (!(broken & SAFETY_BIT(i)))
            continue;
        if (section->keys[key])
            section_error(section, section->keys[key], "%s", _(safety_invariant_text(invariant)));
        else
            section_note(section, DIAGNOSTIC_ERROR, section_key_name(key), "%s",
                         _(safety_invariant_text(invariant)));
    }
}

_Static_assert(_BC_KIND_MAX <= 8 && _SAFETY_POSITION_MAX <= 8 && _SAFETY_PLACE_MAX <= 4 &&
                   SAFETY_INTENSITY_MAX <= 3 && _SAFETY_REGION_MAX <= 16 && _SAFETY_TOOL_MAX <= 8 &&
                   REPS_MAX <= UINT8_MAX && SAFETY_DURATION_MAX_USEC <= UINT32_MAX,
               "each value fits its field");

/* What a file leaves out is taken as unsuitable. Said only of an exercise that is otherwise good. */
static void assume_the_worst(struct section *section, struct exercise *e)
{
    if (!section->keys[KEY_HAZARDS]) {
        e->hazards = (1u << vocabulary_size(catalogue_hazards)) - 1;
        e->hazards_assumed = true;
        if (!section->bad)
            section_note(section, DIAGNOSTIC_WARNING, "hazards", _("missing; taken as having all of them"));
    }
    for (int t = 0; t < 3; t++)
        if (!section->keys[KEY_PREGNANCY_T1 + t] && !section->bad) {
            char name[16];

            (void)snprintf(name, sizeof name, "pregnancy-t%d", t + 1);
            section_note(section, DIAGNOSTIC_WARNING, name, _("missing; taken as no"));
        }
}

/**
 * values_read() - check the values of an exercise's section
 * @section: read by section_read(); its mistakes are said and make it bad
 * @e: gets all that is no text
 * @lists: gets the index of each trimester's own list of steps, or STEPS_PLAIN
 */
void values_read(struct section *section, struct exercise *e, int lists[3])
{
    unsigned kind = 0, position = 0, place = 0, sides = 0, main_region = 0, reps = 0, intensity = 0;
    unsigned regions = 0, tools = 0, hazards = 0;

    (void)value_word(section, KEY_KIND, vocabulary_section_kinds, &kind);
    (void)value_word(section, KEY_POSITION, catalogue_positions, &position);
    (void)value_word(section, KEY_PLACE, catalogue_places, &place);
    (void)value_word(section, KEY_SIDES, catalogue_sides, &sides);
    word_set(section, KEY_REGIONS, catalogue_regions, false, &regions, &main_region);
    word_set(section, KEY_TOOLS, catalogue_tools, true, &tools, NULL);
    word_set(section, KEY_HAZARDS, catalogue_hazards, true, &hazards, NULL);
    read_duration(section, KEY_DURATION, &e->duration_usec);
    read_hold(section, KEY_HOLD, &e->hold_usec);
    read_reps(section, KEY_REPS, &reps);
    number(section, KEY_INTENSITY, SAFETY_INTENSITY_MAX, &intensity);
    e->kind = kind & 7;
    e->position = position & 7;
    e->place = place & 3;
    e->sides = sides & 3;
    e->main_region = main_region & 15;
    e->regions = (uint16_t)regions;
    e->tools = (uint8_t)tools;
    e->hazards = hazards;
    e->reps = (uint8_t)reps;
    e->intensity = intensity & 3;
    read_pregnancy(section, e, lists);
    read_all_adapted(section, e, lists);
    assume_the_worst(section, e);
    check_invariants(section, e, lists);
}

/**
 * value_tags() - a list of tags, or of words that stand for several of them
 * @ret: gets their bits
 */
void value_tags(struct section *section, enum exercise_key key, uint64_t *ret)
{
    static const struct {
        const char *word;
        enum safety_tag first, last;
    } groups[] = {
        {"consult", SAFETY_TAG_OSTEOPOROSIS, SAFETY_TAG_HIGH_RISK_PREGNANCY},
        {"local", SAFETY_TAG_OPEN_WOUND, SAFETY_TAG_ACUTE_INFLAMMATION},
        {"pregnancy", SAFETY_TAG_PREGNANCY_T1, SAFETY_TAG_PREGNANCY_T3},
    };
    const struct ini_entry *entry = section->keys[key];
    const char *p = entry ? entry->value : NULL, *item;
    size_t size;

    if (!p || list_check(section, entry, LIST_MAX) == 0)
        return;
    while ((item = list_next(&p, &size))) {
        char word[WORD_MAX];
        uint64_t bits = 0;
        int tag;

        copy_word(word, item, size);
        tag = vocabulary_find(safety_tags, word);
        if (tag >= 0)
            bits = SAFETY_TAG_BIT(tag);
        for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
            if (strcmp(word, groups[i].word) == 0)
                bits = SAFETY_TAG_BIT((int)groups[i].last + 1) - SAFETY_TAG_BIT(groups[i].first);
        if (bits == 0)
            section_unknown_word(section, entry, word, safety_tags);
        *ret |= bits;
    }
}
