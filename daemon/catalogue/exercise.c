/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See exercise.h. The values are checked first, all of them; only then one block of memory is taken that
 * holds the struct, its lists and its texts, and no text that isn't used.
 */
#include <stdint.h>
#include <string.h>

#include "catalogue/arena.h"
#include "catalogue/exercise.h"
#include "catalogue/list.h"
#include "catalogue/vocabulary.h"

/* What an exercise is made of, beside its plain values. */
struct parts {
    struct exercise exercise;
    struct exercise_texts texts;
    int lists[SAFETY_TRIMESTERS];
};

static void lay_out_texts(struct arena *arena, const struct section *section, struct parts *parts)
{
    struct exercise_texts *t = &parts->texts;
    const int *lists = parts->lists;

    parts->exercise.texts = arena_take(arena, sizeof *t, _Alignof(struct exercise_texts));
    t->muscles = arena_list(arena, section->keys[KEY_MUSCLES]);
    t->sources = arena_list(arena, section->keys[KEY_SOURCES]);
    if (section->sort == SORT_TIP)
        t->steps = arena_entries(arena, &section->keys[KEY_TEXT], 1);
    else
        t->steps = arena_entries(arena, section->steps[STEPS_PLAIN], section->n_steps[STEPS_PLAIN]);
    for (int i = 0; i < SAFETY_TRIMESTERS; i++) {
        if (lists[i] == STEPS_PLAIN)
            t->adapted[i] = NULL;
        else if (i > 0 && lists[i] == lists[i - 1])
            t->adapted[i] = t->adapted[i - 1];
        else
            t->adapted[i] = arena_entries(arena, section->steps[lists[i]], section->n_steps[lists[i]]);
    }
    t->breath = arena_value(arena, section->keys[KEY_BREATH]);
    t->caution = arena_value(arena, section->keys[KEY_CAUTION]);
}

/* Takes everything in the same order both times. @parts holds the plain values and gets the pointers. What
 * has no texts is only to be found by its id. */
static struct exercise *lay_out(struct arena *arena, const struct section *section, bool title, bool texts,
                                struct parts *parts)
{
    struct exercise *e = arena_take(arena, sizeof *e, _Alignof(struct exercise));

    if (texts)
        lay_out_texts(arena, section, parts);
    parts->exercise.id = arena_text(arena, section->id, strlen(section->id));
    parts->exercise.title = title ? arena_value(arena, section->keys[KEY_TITLE]) : parts->exercise.id;
    if (e) {
        *e = parts->exercise;
        if (texts)
            *(struct exercise_texts *)(uintptr_t)e->texts = parts->texts;
    }
    return e;
}

static void read_parts(struct section *section, struct parts *parts)
{
    struct exercise *e = &parts->exercise;
    unsigned word;

    if (value_word(section, KEY_HIDDEN, vocabulary_yes_no, &word))
        e->hidden = word == 1;
    if (value_word(section, KEY_DEFAULT, vocabulary_on_off, &word))
        e->default_off = word == 0;
    if (section->flags_only)
        return;
    (void)list_check(section, section->keys[KEY_MUSCLES], LIST_MAX);
    (void)list_check(section, section->keys[KEY_SOURCES], LIST_MAX);
    if (section->sort == SORT_TIP) {
        value_tags(section, KEY_NOT_FOR, &parts->texts.not_for);
        value_tags(section, KEY_ONLY_FOR, &parts->texts.only_for);
    } else {
        values_read(section, e, parts->lists);
    }
}

/**
 * exercise_new() - check a section's values and make an exercise or a tip of them
 * @section: read by section_read(); its mistakes are said and make it bad
 * @bare: without any text but the title
 * @ret: the exercise, freed with free(). A section that only sets flags, or is bad, gives one that has
 *   nothing but its id, its place in the file and the flags
 *
 * Return: 0, also for a bad section, or -ENOMEM.
 */
int exercise_new(struct section *section, bool bare, struct exercise **ret)
{
    struct parts parts = {
        .exercise = {.file = section->file, .line = section->line, .tip = section->sort == SORT_TIP}};
    struct exercise *e = &parts.exercise;
    struct arena arena = {0};
    bool whole;

    /* A bad routine's mistakes have been said. */
    if (section->sort != SORT_ROUTINE)
        read_parts(section, &parts);
    if (section->out_of_memory)
        return -ENOMEM;
    whole = !section->bad && !section->flags_only;
    if (whole) {
        e->translated = section->translation;
        e->foreign = section->file->shipped && !e->translated &&
                     !catalogue_language_is_english(section->file->language);
        translations_take(section);
    }
    (void)lay_out(&arena, section, whole, whole && !bare, &parts);
    arena.base = malloc(arena.used);
    if (!arena.base)
        return -ENOMEM;
    arena.used = 0;
    *ret = lay_out(&arena, section, whole, whole && !bare, &parts);
    return 0;
}
