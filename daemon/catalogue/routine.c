/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A routine's section made into a routine: first a draft with the ids of its exercises, as these may be
 * defined in a file that is read later; fold.c puts them in. Of the order of the exercises it is only said
 * when it is not a good one.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/arena.h"
#include "catalogue/exercise.h"
#include "catalogue/list.h"
#include "catalogue/vocabulary.h"
#include "util/i18n.h"

#define ITEMS_MIN 2
#define REST_MIN_USEC (5 * USEC_PER_SEC)
#define REST_MAX_USEC (2 * USEC_PER_MINUTE)
#define MASSAGE_MAX_USEC (10 * USEC_PER_MINUTE) /* in one session */
#define WALK "stand-and-walk"

_Static_assert(BC_ROUTINE_MAX <= 16, "the bits of what is left out");

/* The list of exercises, as far as it can be judged by itself. Return: how many. */
static size_t check_items(struct section *section)
{
    const struct ini_entry *entry = section->keys[KEY_EXERCISES];
    const char *p = entry->value, *item;
    size_t n = list_check(section, entry, BC_ROUTINE_MAX), size;

    if (n > 0 && n < ITEMS_MIN)
        section_error(section, entry, _("a routine has %d exercises or more"), ITEMS_MIN);
    while (n > 0 && (item = list_next(&p, &size))) {
        const char *rest = p, *other;
        size_t other_size;

        while ((other = list_next(&rest, &other_size)))
            if (other_size == size && memcmp(other, item, size) == 0)
                section_error(section, entry, _("%.*s is there twice"), (int)size, item);
    }
    return n;
}

static struct routine *lay_out(struct arena *arena, const struct section *section, bool bare,
                               struct routine *values)
{
    struct routine *r =
        arena_take(arena, sizeof *r + values->n_items * sizeof *r->items, _Alignof(struct routine));

    if (!bare) {
        values->sources = arena_list(arena, section->keys[KEY_SOURCES]);
        values->text = arena_value(arena, section->keys[KEY_TEXT]);
    }
    values->id = arena_text(arena, section->id, strlen(section->id));
    values->title = arena_value(arena, section->keys[KEY_TITLE]);
    if (r)
        memcpy(r, values, sizeof *r);
    return r;
}

/**
 * routine_new() - check a section's values and make the draft of a routine of them
 * @section: a routine's, read by section_read(); its mistakes are said and make it bad
 * @bare: without its text and sources
 * @ret: the draft, freed with routine_draft_free(); NULL for a bad section
 *
 * Return: 0, also for a bad section, or -ENOMEM.
 */
int routine_new(struct section *section, bool bare, struct routine_draft **ret)
{
    struct routine values = {.file = section->file, .line = section->line, .rest_usec = CATALOGUE_REST_USEC};
    const struct ini_entry *items = section->keys[KEY_EXERCISES];
    _cleanup_(routine_draft_freep) struct routine_draft *draft = NULL;
    struct arena arena = {0};
    size_t size = 0;
    unsigned word;

    if (value_word(section, KEY_HIDDEN, vocabulary_yes_no, &word))
        values.hidden = word == 1;
    if (value_word(section, KEY_DEFAULT, vocabulary_on_off, &word))
        values.default_off = word == 0;
    value_duration(section, KEY_REST, REST_MIN_USEC, REST_MAX_USEC, &values.rest_usec);
    (void)list_check(section, section->keys[KEY_SOURCES], LIST_MAX);
    values.n_items = items ? (uint8_t)check_items(section) : 0;
    if (section->out_of_memory)
        return -ENOMEM;
    *ret = NULL;
    if (section->bad || !items) /* without any it is bad */
        return 0;
    values.translated = section->translation;
    translations_take(section);
    size = strlen(items->value) + 1;
    draft = calloc(1, sizeof *draft + size);
    if (!draft)
        return -ENOMEM;
    draft->line = items->line;
    memcpy(draft->ids, items->value, size);
    (void)lay_out(&arena, section, bare, &values);
    arena.base = calloc(1, arena.used);
    if (!arena.base)
        return -ENOMEM;
    arena.used = 0;
    draft->routine = lay_out(&arena, section, bare, &values);
    *ret = TAKE_PTR(draft);
    return 0;
}

struct routine_draft *routine_draft_free(struct routine_draft *draft)
{
    if (!draft)
        return NULL;
    free(draft->routine);
    free(draft);
    return NULL;
}

static bool moves(const struct exercise *e)
{
    return e->kind == BC_KIND_STRETCH || e->kind == BC_KIND_STRENGTH;
}

/* The first exercise that comes too late or too early, and what would be better; NULL if all is well.
 * Breathing may begin and may end; massage makes soft what is then stretched; a walk is for the end. */
static const char *out_of_order(const struct routine *routine, const char **ret_better)
{
    const struct exercise *const *items = routine->items;
    size_t first = 0, end = routine->n_items, moved = end;

    while (first < end && items[first]->kind == BC_KIND_BREATHING)
        first++;
    while (end > first && items[end - 1]->kind == BC_KIND_BREATHING)
        end--;
    for (size_t i = first; i < end; i++) {
        *ret_better = _("breathing is best first or last");
        if (items[i]->kind == BC_KIND_BREATHING)
            return items[i]->id;
        *ret_better = _("massage is best before stretches and strength");
        if (items[i]->kind == BC_KIND_MASSAGE && moved < i)
            return items[i]->id;
        *ret_better = _("a walk is best last");
        if (strcmp(items[i]->id, WALK) == 0 && i + 1 < end)
            return items[i]->id;
        if (moves(items[i]))
            moved = MIN(moved, i);
    }
    return NULL;
}

int routine_look_over(const struct routine *routine, unsigned line, struct diagnostics *d)
{
    const char *better, *id = out_of_order(routine, &better);
    char text[USEC_FORMAT_MAX], most[USEC_FORMAT_MAX];
    usec_t massage_usec = 0;
    int r = 0;

    for (size_t i = 0; i < routine->n_items; i++)
        if (routine->items[i]->kind == BC_KIND_MASSAGE)
            massage_usec += routine->items[i]->duration_usec;
    if (id)
        r = diagnostics_add(d, DIAGNOSTIC_WARNING, routine->file->path, line, "[%s].exercises: %s: %s",
                            routine->id, id, better);
    if (r >= 0 && massage_usec > MASSAGE_MAX_USEC)
        r = diagnostics_add(d, DIAGNOSTIC_WARNING, routine->file->path, line,
                            _("[%s].exercises: %s of massage; %s are enough at one time"), routine->id,
                            usec_format(text, sizeof text, massage_usec),
                            usec_format(most, sizeof most, MASSAGE_MAX_USEC));
    return r;
}
