/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See loader.h: of all the records of an id one exercise.
 */
#include <string.h>

#include "catalogue/loader.h"

/* Within a directory, what changes an exercise comes after what defines it, in whichever file that is. */
static int compare_records(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int r = strcmp(x->exercise->id, y->exercise->id);

    if (r == 0)
        r = (x->dir > y->dir) - (x->dir < y->dir);
    if (r == 0)
        r = x->flags_only - y->flags_only;
    return r != 0 ? r : (x->order > y->order) - (x->order < y->order);
}

/* A warning only: what a user has hidden may be gone from a later version, and that must not keep the rest
 * from being read. */
static int no_such_exercise(struct loader *loader, const struct exercise *e, struct record **kept, size_t n)
{
    _cleanup_(freep) const char **ids = malloc((n + 1) * sizeof *ids);
    const char *nearest;

    if (!ids)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        ids[i] = kept[i]->exercise->id;
    ids[n] = NULL;
    nearest = nearest_name(e->id, ids);
    return diagnostics_add(loader->diagnostics, DIAGNOSTIC_WARNING, e->file->path, e->line,
                           nearest ? "[%s]: there is no such exercise to change; did you mean %s?"
                                   : "[%s]: there is no such exercise to change",
                           e->id, nearest);
}

/* Folds the records @group … @end - 1, all of one id. Return: the one that counts, or NULL. */
static struct record *fold(struct loader *loader, struct record *group, const struct record *end, int *r)
{
    struct record *kept = NULL;

    for (struct record *record = group; record < end && *r >= 0; record++) {
        struct exercise *e = record->exercise;

        if (record->bad || (record->flags_only && !kept))
            continue;
        if (record->flags_only) {
            if (record->sets_hidden)
                kept->exercise->hidden = e->hidden;
            if (record->sets_default)
                kept->exercise->default_off = e->default_off;
        } else if (kept && kept->dir == record->dir) {
            *r = diagnostics_add(loader->diagnostics, DIAGNOSTIC_ERROR, e->file->path, e->line,
                                 "[%s]: defined before, in %s:%u; this one is left out", e->id,
                                 kept->exercise->file->path, kept->exercise->line);
        } else {
            record->order = kept ? kept->order : record->order;
            kept = record;
        }
    }
    return kept;
}

/* A section that was to change an exercise, but there is none and no bad one either. */
static int find_orphans(struct loader *loader, struct record **kept, size_t n_kept)
{
    for (size_t i = 0, end, k = 0; i < loader->n; i = end) {
        const char *id = loader->records[i].exercise->id;
        bool explained = false;

        for (end = i; end < loader->n && strcmp(loader->records[end].exercise->id, id) == 0; end++)
            explained = explained || loader->records[end].bad;
        if (k < n_kept && strcmp(kept[k]->exercise->id, id) == 0)
            k++;
        else if (!explained && !loader->single) {
            int r = no_such_exercise(loader, loader->records[i].exercise, kept, n_kept);

            if (r < 0)
                return r;
        }
    }
    return 0;
}

static int compare_order(const void *a, const void *b)
{
    const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;

    return (x->order > y->order) - (x->order < y->order);
}

/* Tips apart from exercises. A bare catalogue has none: without its text a tip is nothing. */
static int fill_catalogue(struct catalogue *catalogue, struct record **kept, size_t n, bool bare)
{
    size_t n_tips = 0, n_exercises = 0;

    for (size_t i = 0; i < n; i++)
        n_tips += kept[i]->exercise->tip;
    n_exercises = n - n_tips;
    catalogue->exercises = calloc(n_exercises + 1, sizeof(struct exercise *));
    catalogue->by_id = calloc(n_exercises + 1, sizeof(struct exercise *));
    catalogue->tips = calloc(n_tips + 1, sizeof(struct exercise *));
    if (!catalogue->exercises || !catalogue->by_id || !catalogue->tips)
        return -ENOMEM;
    for (size_t i = 0, k = 0; i < n; i++)
        if (!kept[i]->exercise->tip)
            catalogue->by_id[k++] = kept[i]->exercise;
    qsort(kept, n, sizeof(struct record *), compare_order);
    for (size_t i = 0; i < n; i++) {
        if (!kept[i]->exercise->tip)
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
        for (end = i + 1; end < loader->n &&
                          strcmp(loader->records[end].exercise->id, loader->records[i].exercise->id) == 0;)
            end++;
        kept[n] = fold(loader, &loader->records[i], &loader->records[end], &r);
        n += kept[n] != NULL;
    }
    if (r >= 0)
        r = find_orphans(loader, kept, n);
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
