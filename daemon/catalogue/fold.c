/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See loader.h: of all the records of an id one exercise, tip or routine; and the exercises into the
 * routines.
 */
#include <string.h>

#include "catalogue/list.h"
#include "catalogue/loader.h"
#include "util/i18n.h"

static const char *id_of(const struct record *record)
{
    return record->draft ? record->draft->routine->id : record->exercise->id;
}

static const struct catalogue_file *file_of(const struct record *record)
{
    return record->draft ? record->draft->routine->file : record->exercise->file;
}

static unsigned line_of(const struct record *record)
{
    return record->draft ? record->draft->routine->line : record->exercise->line;
}

/* What can be done, as one of a routine. */
static const struct exercise *exercise_of(const struct record *record)
{
    return record->draft || record->exercise->tip ? NULL : record->exercise;
}

/* Within a directory, what changes an exercise comes after what defines it, in whichever file that is. */
static int compare_records(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int r = strcmp(id_of(x), id_of(y));

    if (r == 0)
        r = (x->dir > y->dir) - (x->dir < y->dir);
    if (r == 0)
        r = x->flags_only - y->flags_only;
    return r != 0 ? r : (x->order > y->order) - (x->order < y->order);
}

/* The nearest of all ids, or with @exercises of those that a routine may name; NULL if none is near. */
static int nearest_id(const struct loader *loader, const char *id, struct record *const *kept, size_t n,
                      bool exercises, const char **ret)
{
    const struct catalogue *installed = exercises ? loader->installed : NULL;
    _cleanup_(freep) const char **ids = malloc((n + (installed ? installed->n : 0) + 1) * sizeof *ids);
    size_t n_ids = 0;

    if (!ids)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (!exercises || exercise_of(kept[i]))
            ids[n_ids++] = id_of(kept[i]);
    for (size_t i = 0; installed && i < installed->n; i++)
        ids[n_ids++] = installed->exercises[i]->id;
    ids[n_ids] = NULL;
    *ret = nearest_name(id, ids);
    return 0;
}

/* A warning only: what a user has hidden may be gone from a later version, and that must not keep the rest
 * from being read. */
static int no_such_exercise(struct loader *loader, const struct record *record, struct record **kept,
                            size_t n)
{
    const char *nearest;
    int r = nearest_id(loader, id_of(record), kept, n, false, &nearest);

    if (r < 0)
        return r;
    return diagnostics_add(loader->diagnostics, DIAGNOSTIC_WARNING, file_of(record)->path, line_of(record),
                           nearest ? _("[%s]: there is no such exercise to change; did you mean %s?")
                                   : _("[%s]: there is no such exercise to change"),
                           id_of(record), nearest);
}

/* Also what was replaced: it may come back, and what was hidden stays so. */
static void change(struct record *kept, const struct record *by)
{
    bool hidden = by->exercise->hidden, off = by->exercise->default_off;

    for (; kept; kept = kept->replaced) {
        if (by->sets_hidden && kept->draft)
            kept->draft->routine->hidden = hidden;
        else if (by->sets_hidden)
            kept->exercise->hidden = hidden;
        if (by->sets_default && kept->draft)
            kept->draft->routine->default_off = off;
        else if (by->sets_default)
            kept->exercise->default_off = off;
    }
}

/* Folds the records @group … @end - 1, all of one id. Return: the one that counts, or NULL. */
static struct record *fold(struct loader *loader, struct record *group, const struct record *end, int *r)
{
    struct record *kept = NULL;

    for (struct record *record = group; record < end && *r >= 0; record++) {
        if (record->bad || (record->flags_only && !kept))
            continue;
        if (record->flags_only) {
            change(kept, record);
        } else if (kept && kept->dir == record->dir) {
            *r = diagnostics_add(loader->diagnostics, DIAGNOSTIC_ERROR, file_of(record)->path,
                                 line_of(record), _("[%s]: defined before, in %s:%u; this one is left out"),
                                 id_of(record), file_of(kept)->path, line_of(kept));
        } else {
            record->order = kept ? kept->order : record->order;
            record->replaced = kept;
            kept = record;
        }
    }
    return kept;
}

/* A section that was to change an exercise, but there is none and no bad one either. */
static int find_orphans(struct loader *loader, struct record **kept, size_t n_kept)
{
    for (size_t i = 0, end, k = 0; i < loader->n; i = end) {
        const char *id = id_of(&loader->records[i]);
        bool explained = false;

        for (end = i; end < loader->n && strcmp(id_of(&loader->records[end]), id) == 0; end++)
            explained = explained || loader->records[end].bad;
        if (k < n_kept && strcmp(id_of(kept[k]), id) == 0)
            k++;
        else if (!explained && !loader->single) {
            int r = no_such_exercise(loader, &loader->records[i], kept, n_kept);

            if (r < 0)
                return r;
        }
    }
    return 0;
}

static int compare_kept_id(const void *id, const void *record)
{
    return strcmp(id, id_of(*(struct record *const *)record));
}

/* Whether something of that id is there, but has a mistake. */
static bool is_bad(const struct loader *loader, const char *id)
{
    for (size_t i = 0; i < loader->n; i++)
        if (loader->records[i].bad && strcmp(id_of(&loader->records[i]), id) == 0)
            return true;
    return false;
}

/* Says of an id in a routine's list that it is none of an exercise. */
static int no_item(struct loader *loader, const struct routine_draft *draft, const char *id,
                   const struct record *found, struct record **kept, size_t n, struct diagnostics *d)
{
    const char *nearest = NULL, *message;
    int r = found ? 0 : nearest_id(loader, id, kept, n, true, &nearest);

    if (r < 0)
        return r;
    if (found)
        message = found->draft ? _("a routine, and no exercise") : _("a tip, and no exercise");
    else if (is_bad(loader, id))
        message = _("this exercise has a mistake");
    else if (nearest)
        return diagnostics_add(d, DIAGNOSTIC_ERROR, draft->routine->file->path, draft->line,
                               _("[%s].exercises: %s: there is no such exercise; did you mean %s?"),
                               draft->routine->id, id, nearest);
    else
        message = _("there is no such exercise");
    return diagnostics_add(d, DIAGNOSTIC_ERROR, draft->routine->file->path, draft->line,
                           "[%s].exercises: %s: %s", draft->routine->id, id, message);
}

/* Puts the exercises of its list into a routine. @kept: sorted by id. @d: gets the mistakes, or NULL.
 * Return: 1, 0 if there is a mistake. */
static int complete(struct loader *loader, const struct routine_draft *draft, struct record **kept, size_t n,
                    struct diagnostics *d)
{
    const char *p = draft->ids, *item;
    bool good = true;
    size_t size, k = 0;
    int r = 0;

    while (r >= 0 && (item = list_next(&p, &size))) {
        _cleanup_(freep) char *id = strndup(item, size);
        struct record **found = id ? bsearch(id, kept, n, sizeof(void *), compare_kept_id) : NULL;
        const struct exercise *e = found ? exercise_of(*found) : NULL;

        if (!id)
            return -ENOMEM;
        if (!found && loader->installed)
            e = catalogue_find(loader->installed, id);
        if (!e)
            r = no_item(loader, draft, id, found ? *found : NULL, kept, n, d);
        good = good && e;
        draft->routine->items[k++] = e;
    }
    if (r >= 0 && good)
        r = routine_look_over(draft->routine, draft->line, d);
    return r < 0 ? r : good;
}

/* A routine that stands in the place of an exercise, which other routines may have in their lists. */
static bool covers_exercise(const struct record *record)
{
    const struct record *below = record->draft ? record->replaced : NULL;

    while (below && !exercise_of(below))
        below = below->replaced;
    return below;
}

/* Brings back the exercises in whose place stands a routine with a mistake, until each that is to be there
 * is: only then can be said of the other routines whether they have one. */
static int uncover_exercises(struct loader *loader, struct record **kept, size_t n)
{
    bool changed;

    do {
        changed = false;
        for (size_t i = 0; i < n; i++) {
            int r = covers_exercise(kept[i]) ? complete(loader, kept[i]->draft, kept, n, NULL) : 1;

            if (r == 0)
                r = complete(loader, kept[i]->draft, kept, n, loader->diagnostics);
            if (r < 0)
                return r;
            if (r == 0) {
                kept[i] = kept[i]->replaced;
                changed = true;
            }
        }
    } while (changed);
    return 0;
}

/* Completes all routines. Of one with a mistake, what it was to replace stays; if that is nothing, it goes.
 */
static int complete_all(struct loader *loader, struct record **kept, size_t *n)
{
    size_t left = 0;
    int r = uncover_exercises(loader, kept, *n);

    if (r < 0)
        return r;
    for (size_t i = 0; i < *n; i++) {
        kept[i]->bad = false;
        while (kept[i]->draft && !kept[i]->bad) {
            r = complete(loader, kept[i]->draft, kept, *n, loader->diagnostics);
            if (r < 0)
                return r;
            if (r > 0)
                break;
            if (kept[i]->replaced)
                kept[i] = kept[i]->replaced;
            else
                kept[i]->bad = true;
        }
    }
    for (size_t i = 0; i < *n; i++)
        if (!kept[i]->bad)
            kept[left++] = kept[i];
    *n = left;
    return 0;
}

static int compare_order(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;

    return (x->order > y->order) - (x->order < y->order);
}

/* Room for @n pointers and a NULL, and one for each of the others. */
static int make_room(struct catalogue *catalogue, size_t n, size_t n_tips, size_t n_routines)
{
    catalogue->exercises = calloc(n + 1, sizeof(void *));
    catalogue->by_id = calloc(n + 1, sizeof(void *));
    catalogue->tips = calloc(n_tips + 1, sizeof(void *));
    catalogue->routines = calloc(n_routines + 1, sizeof(void *));
    return catalogue->exercises && catalogue->by_id && catalogue->tips && catalogue->routines ? 0 : -ENOMEM;
}

/* Tips and routines apart from exercises. A bare catalogue has no tips: without its text one is nothing. */
static int fill_catalogue(struct catalogue *catalogue, struct record **kept, size_t n, bool bare)
{
    size_t n_routines = 0, n_exercises = 0;

    for (size_t i = 0; i < n; i++) {
        n_routines += kept[i]->draft != NULL;
        n_exercises += exercise_of(kept[i]) != NULL;
    }
    if (make_room(catalogue, n_exercises, bare ? 0 : n - n_exercises - n_routines, n_routines) < 0)
        return -ENOMEM;
    for (size_t i = 0, k = 0; i < n; i++)
        if (exercise_of(kept[i]))
            catalogue->by_id[k++] = kept[i]->exercise;
    qsort(kept, n, sizeof(struct record *), compare_order);
    for (size_t i = 0; i < n; i++) {
        if (kept[i]->draft)
            catalogue->routines[catalogue->n_routines++] = TAKE_PTR(kept[i]->draft->routine);
        else if (!kept[i]->exercise->tip)
            catalogue->exercises[catalogue->n++] = TAKE_PTR(kept[i]->exercise);
        else if (!bare)
            catalogue->tips[catalogue->n_tips++] = TAKE_PTR(kept[i]->exercise);
    }
    return 0;
}

int loader_fold(struct loader *loader, struct catalogue **ret)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    _cleanup_(freep) struct record **kept = malloc((loader->n + 1) * sizeof(struct record *));
    size_t n = 0;
    int r = 0;

    if (!catalogue || !kept)
        return -ENOMEM;
    if (loader->n > 0)
        qsort(loader->records, loader->n, sizeof *loader->records, compare_records);
    for (size_t i = 0, end; i < loader->n && r >= 0; i = end) {
        for (end = i + 1;
             end < loader->n && strcmp(id_of(&loader->records[end]), id_of(&loader->records[i])) == 0;)
            end++;
        kept[n] = fold(loader, &loader->records[i], &loader->records[end], &r);
        n += kept[n] != NULL;
    }
    if (r >= 0)
        r = find_orphans(loader, kept, n);
    if (r >= 0)
        r = complete_all(loader, kept, &n);
    if (r < 0)
        return r;
    r = fill_catalogue(catalogue, kept, n, loader->bare);
    if (r < 0)
        return r;
    catalogue->language = TAKE_PTR(loader->language);
    catalogue->files = TAKE_PTR(loader->files);
    loader->n_files = 0;
    *ret = TAKE_PTR(catalogue);
    return 0;
}
