/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See exercise.h. The values are checked first, all of them; only then one block of memory is taken that
 * holds the struct, its lists and its texts, and no text that isn't used.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/exercise.h"
#include "catalogue/vocabulary.h"

#define REPS_MAX 100
#define LIST_MAX 16
#define WORD_MAX 128

/* A value that is one word of @words. Return: whether it is; @ret, its index, is untouched otherwise. An
 * empty value has been said by section_read(), here as in what follows. */
static bool one_word(struct section *section, enum exercise_key key, const char *const *words, unsigned *ret)
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

/* The next item of a list "a, b, c" at *p without the blanks round it; NULL after the last one. */
static const char *next_item(const char **p, size_t *ret_size)
{
    const char *start, *end;

    if (!*p)
        return NULL;
    start = *p + strspn(*p, " ");
    end = start + strcspn(start, ",");
    *p = *end ? end + 1 : NULL;
    while (end > start && end[-1] == ' ')
        end--;
    *ret_size = (size_t)(end - start);
    return start;
}

/* An item as a text; one that is longer than all words of ours is cut, and still no word of ours. */
static void copy_word(char word[static WORD_MAX], const char *item, size_t size)
{
    size = MIN(size, (size_t)WORD_MAX - 1);
    memcpy(word, item, size);
    word[size] = 0;
}

/* A list of free texts: nothing empty in it. Return: how many. */
static size_t check_list(struct section *section, enum exercise_key key)
{
    const struct ini_entry *entry = section->keys[key];
    const char *p = entry ? entry->value : NULL;
    size_t n = 0, size;

    if (!p || !*p)
        return 0;
    while (next_item(&p, &size)) {
        if (size == 0) {
            section_error(section, entry, "an empty item in the list");
            return 0;
        }
        n++;
    }
    if (n > LIST_MAX)
        section_error(section, entry, "%zu items; at most %d", n, LIST_MAX);
    return n;
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
    if (check_list(section, key) == 0)
        return;
    while ((item = next_item(&p, &size))) {
        char word[WORD_MAX];
        int i;

        copy_word(word, item, size);
        i = vocabulary_find(words, word);
        if (i < 0 && none && strcmp(word, "none") == 0)
            section_error(section, entry, "none stands alone");
        else if (i < 0)
            section_unknown_word(section, entry, word, words);
        else if (*ret & 1u << i)
            section_error(section, entry, "%s is there twice", word);
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
            section_error(section, entry, "not a number from 1 to %u", max);
            return;
        }
        value = MIN(value * 10 + (unsigned)(*p - '0'), max + 1);
    }
    if (value < 1 || value > max)
        section_error(section, entry, "not from 1 to %u", max);
    else
        *ret = value;
}

/* A length of time with its unit, from @min to @max. */
static void duration(struct section *section, enum exercise_key key, usec_t min, usec_t max, usec_t *ret)
{
    const struct ini_entry *entry = section->keys[key];
    char least[USEC_FORMAT_MAX], most[USEC_FORMAT_MAX];
    usec_t usec = 0;
    int r;

    if (!entry || !*entry->value)
        return;
    r = usec_parse(entry->value, 0, &usec);
    if (r == -ENODATA)
        section_error(section, entry, "say s or min, as in 60s");
    else if (r == -EINVAL)
        section_error(section, entry, "not a length of time; write it as in 60s or 2min");
    else if (r < 0 || usec < min || usec > max)
        section_error(section, entry, "not from %s to %s", usec_format(least, sizeof least, min),
                      usec_format(most, sizeof most, max));
    else
        *ret = usec;
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
        bool valid = one_word(section, keys[t], vocabulary_pregnancy, &status);

        lists[t] = STEPS_PLAIN;
        e->pregnancy[t] = (enum safety_status)status;
        if (section->steps[own][0])
            latest = own;
        if (entry && !valid)
            continue;
        if (status == SAFETY_ADAPT) {
            lists[t] = latest;
            if (latest == STEPS_PLAIN)
                section_error(section, entry, "its steps are missing: step-1-t%d and so on", t + 1);
        } else if (section->steps[own][0]) {
            section_error(section, section->steps[own][0], "pregnancy-t%d does not say adapt", t + 1);
        }
    }
}

/* How long it takes with each trimester's steps: what is said for that list, else as the plain ones. */
static void read_adapted_durations(struct section *section, struct exercise *e, const int lists[3])
{
    usec_t own[_STEPS_MAX] = {e->duration_usec, e->duration_usec, e->duration_usec, e->duration_usec};

    for (int t = 0; t < 3; t++) {
        enum exercise_key key = KEY_DURATION_T1 + (unsigned)t;

        if (section->keys[key] && lists[t] == STEPS_PLAIN)
            section_error(section, section->keys[key], "pregnancy-t%d does not say adapt", t + 1);
        duration(section, key, SAFETY_DURATION_MIN_USEC, SAFETY_DURATION_MAX_USEC, &own[STEPS_T1 + t]);
        e->adapted_usec[t] = own[section->keys[key] ? STEPS_T1 + t : lists[t]];
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
            section_error(section, section->keys[key], "%s", safety_invariant_text(invariant));
        else
            section_note(section, DIAGNOSTIC_ERROR, section_key_name(key), "%s",
                         safety_invariant_text(invariant));
    }
}

/* What a file leaves out is taken as unsuitable. Said only of an exercise that is otherwise good. */
static void assume_the_worst(struct section *section, struct exercise *e)
{
    if (!section->keys[KEY_HAZARDS]) {
        e->hazards = (1u << vocabulary_size(catalogue_hazards)) - 1;
        e->hazards_assumed = true;
        if (!section->bad)
            section_note(section, DIAGNOSTIC_WARNING, "hazards", "missing; taken as having all of them");
    }
    for (int t = 0; t < 3; t++)
        if (!section->keys[KEY_PREGNANCY_T1 + t] && !section->bad) {
            char name[16];

            (void)snprintf(name, sizeof name, "pregnancy-t%d", t + 1);
            section_note(section, DIAGNOSTIC_WARNING, name, "missing; taken as no");
        }
}

static void read_values(struct section *section, struct exercise *e, int lists[3])
{
    unsigned word = 0;

    if (one_word(section, KEY_KIND, vocabulary_kinds, &word))
        e->kind = (enum bc_exercise_kind)word;
    (void)one_word(section, KEY_POSITION, catalogue_positions, &e->position);
    (void)one_word(section, KEY_PLACE, catalogue_places, &e->place);
    (void)one_word(section, KEY_SIDES, catalogue_sides, &e->sides);
    word_set(section, KEY_REGIONS, catalogue_regions, false, &e->regions, &e->main_region);
    word_set(section, KEY_TOOLS, catalogue_tools, true, &e->tools, NULL);
    word_set(section, KEY_HAZARDS, catalogue_hazards, true, &e->hazards, NULL);
    duration(section, KEY_DURATION, SAFETY_DURATION_MIN_USEC, SAFETY_DURATION_MAX_USEC, &e->duration_usec);
    duration(section, KEY_HOLD, USEC_PER_SEC, SAFETY_HOLD_MAX_USEC, &e->hold_usec);
    number(section, KEY_REPS, REPS_MAX, &e->reps);
    number(section, KEY_INTENSITY, SAFETY_INTENSITY_MAX, &e->intensity);
    read_pregnancy(section, e, lists);
    read_adapted_durations(section, e, lists);
}

/* A block that is filled twice: without memory to learn its size, then for good. */
struct arena {
    char *base; /* NULL while measuring */
    size_t used;
};

/* Room for an object, or NULL while measuring. */
static void *arena_take(struct arena *arena, size_t size, size_t align)
{
    void *p;

    arena->used = (arena->used + align - 1) / align * align;
    p = arena->base ? arena->base + arena->used : NULL;
    arena->used += size;
    return p;
}

static char *arena_text(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_take(arena, size + 1, 1);

    if (copy) {
        memcpy(copy, text, size);
        copy[size] = 0;
    }
    return copy;
}

static char *arena_value(struct arena *arena, const struct ini_entry *entry)
{
    const char *text = entry ? entry->value : "";

    return arena_text(arena, text, strlen(text));
}

/* The @n items of a list, each a text of its own. */
static char **arena_list(struct arena *arena, const struct ini_entry *entry, size_t n)
{
    char **list = arena_take(arena, (n + 1) * sizeof *list, _Alignof(char *));
    const char *p = entry ? entry->value : NULL, *item;
    size_t size;

    for (size_t i = 0; i < n && (item = next_item(&p, &size)); i++) {
        char *text = arena_text(arena, item, size);

        if (list)
            list[i] = text;
    }
    if (list)
        list[n] = NULL;
    return list;
}

static char **arena_steps(struct arena *arena, const struct section *section, int list_index)
{
    size_t n = section->n_steps[list_index];
    char **list = arena_take(arena, (n + 1) * sizeof *list, _Alignof(char *));

    for (size_t i = 0; i < n; i++) {
        char *text = arena_value(arena, section->steps[list_index][i]);

        if (list)
            list[i] = text;
    }
    if (list)
        list[n] = NULL;
    return list;
}

/* A list of tags, or of words that stand for several of them. */
static void tag_set(struct section *section, enum exercise_key key, uint64_t *ret)
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

    if (!p || check_list(section, key) == 0)
        return;
    while ((item = next_item(&p, &size))) {
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

/* Takes everything in the same order both times. @e holds the plain values and gets the pointers. */
static void lay_out(struct arena *arena, const struct section *section, bool bare, struct exercise *e,
                    const int lists[3], size_t n_muscles, size_t n_sources)
{
    (void)arena_take(arena, sizeof *e, _Alignof(struct exercise));
    e->id = arena_text(arena, section->id, strlen(section->id));
    e->title = arena_value(arena, section->keys[KEY_TITLE]);
    if (bare)
        return;
    if (section->tip)
        e->steps[0] = arena_value(arena, section->keys[KEY_TEXT]);
    e->muscles = arena_list(arena, section->keys[KEY_MUSCLES], n_muscles);
    e->sources = arena_list(arena, section->keys[KEY_SOURCES], n_sources);
    for (int t = 0; t < 3; t++) {
        if (lists[t] == STEPS_PLAIN)
            e->adapted[t] = NULL;
        else if (t > 0 && lists[t] == lists[t - 1])
            e->adapted[t] = e->adapted[t - 1];
        else
            e->adapted[t] = arena_steps(arena, section, lists[t]);
    }
    for (size_t i = 0; i < section->n_steps[STEPS_PLAIN]; i++)
        e->steps[i] = arena_value(arena, section->steps[STEPS_PLAIN][i]);
    e->breath = arena_value(arena, section->keys[KEY_BREATH]);
    e->caution = arena_value(arena, section->keys[KEY_CAUTION]);
}

/**
 * exercise_new() - check a section's values and make an exercise of them
 * @section: read by section_read(); its mistakes are said and make it bad
 * @bare: without any text but the title
 * @ret: the exercise, freed with free(). A section that only sets flags, or is bad, gives one that has
 *   nothing but its id, its place in the file and the flags
 *
 * Return: 0, also for a bad section, or -ENOMEM.
 */
int exercise_new(struct section *section, bool bare, struct exercise **ret)
{
    struct exercise e = {.file = section->file, .line = section->line}, *made;
    int lists[3] = {STEPS_PLAIN, STEPS_PLAIN, STEPS_PLAIN};
    size_t n_muscles = 0, n_sources = 0;
    const struct section named = {.id = section->id}, *laid; /* what is only to be found by its id */
    struct arena arena = {0};
    unsigned word;

    if (one_word(section, KEY_HIDDEN, vocabulary_yes_no, &word))
        e.hidden = word == 1;
    if (one_word(section, KEY_DEFAULT, vocabulary_on_off, &word))
        e.default_off = word == 0;
    e.tip = section->tip;
    if (section->tip) {
        tag_set(section, KEY_NOT_FOR, &e.not_for);
        tag_set(section, KEY_ONLY_FOR, &e.only_for);
        n_sources = check_list(section, KEY_SOURCES);
        n_sources = section->bad ? 0 : n_sources;
    } else if (!section->flags_only) {
        read_values(section, &e, lists);
        n_muscles = check_list(section, KEY_MUSCLES);
        n_sources = check_list(section, KEY_SOURCES);
        assume_the_worst(section, &e);
        check_invariants(section, &e, lists);
        if (section->bad) {
            n_muscles = n_sources = 0;
            memset(lists, 0, sizeof lists);
        }
    }
    if (section->out_of_memory)
        return -ENOMEM;
    laid = section->bad || section->flags_only ? &named : section;
    lay_out(&arena, laid, bare, &e, lists, n_muscles, n_sources);
    arena.base = malloc(arena.used);
    if (!arena.base)
        return -ENOMEM;
    arena.used = 0;
    lay_out(&arena, laid, bare, &e, lists, n_muscles, n_sources);
    made = (struct exercise *)(void *)arena.base;
    *made = e;
    *ret = made;
    return 0;
}
