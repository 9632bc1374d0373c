/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See catalogue.h. Loading has two parts: every section of every file becomes a record, in order; then the
 * records of each id are folded into one exercise. Sorting brings them together, so ten thousand are as
 * quick, for each, as ten.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/exercise.h"
#include "util/fs-util.h"

/* What one section says. */
struct record {
    struct exercise *exercise;
    size_t order; /* of all sections that were read */
    size_t dir;   /* index of the directory */
    bool bad;     /* has a mistake, which has been said; only its id is of use */
    bool flags_only;
    bool sets_hidden;
    bool sets_default;
};

struct loader {
    struct diagnostics *diagnostics;
    struct record *records;
    size_t n;
    char **files; /* NULL-terminated, or NULL */
    size_t n_files;
    bool bare;   /* no texts but titles are kept */
    bool single; /* one file alone: what it changes may be defined elsewhere */
};

static void loader_done(struct loader *loader)
{
    for (size_t i = 0; i < loader->n; i++)
        free(loader->records[i].exercise);
    free(loader->records);
    for (size_t i = 0; i < loader->n_files; i++)
        free(loader->files[i]);
    free(loader->files);
}

/* Keeps the name of a file for as long as the catalogue lives. */
static int add_file(struct loader *loader, const char *path, const char **ret)
{
    char **files = reallocarray(loader->files, loader->n_files + 2, sizeof *files);

    if (!files)
        return -ENOMEM;
    loader->files = files;
    files[loader->n_files] = strdup(path);
    if (!files[loader->n_files])
        return -ENOMEM;
    *ret = files[loader->n_files++];
    files[loader->n_files] = NULL;
    return 0;
}

static int add_record(struct loader *loader, const struct section *section, struct exercise *exercise,
                      size_t dir)
{
    /* Room doubles at each power of two. */
    if ((loader->n & (loader->n + 1)) == 0) {
        struct record *records = reallocarray(loader->records, loader->n * 2 + 1, sizeof *records);

        if (!records)
            return -ENOMEM;
        loader->records = records;
    }
    loader->records[loader->n] = (struct record){
        .exercise = exercise,
        .order = loader->n,
        .dir = dir,
        .bad = section->bad,
        .flags_only = section->flags_only,
        .sets_hidden = section->keys[KEY_HIDDEN],
        .sets_default = section->keys[KEY_DEFAULT],
    };
    loader->n++;
    return 0;
}

/* The lines of a file's section headers, and whether the INI reader has complained of one below each. Kept
 * only for a file of which it has: an exercise that lost a line must not be loaded without it. */
struct complaints {
    unsigned *headers;
    size_t n;
    bool *bad; /* [0] is for what stands above the first header */
};

static void complaints_done(struct complaints *complaints)
{
    free(complaints->headers);
    free(complaints->bad);
}

static int find_headers(struct complaints *complaints, const char *text)
{
    unsigned line = 1;

    for (const char *p = text; p; line++) {
        const char *newline = strchr(p, '\n');

        if (p[strspn(p, " \t")] == '[') {
            unsigned *headers = reallocarray(complaints->headers, complaints->n + 1, sizeof *headers);

            if (!headers)
                return -ENOMEM;
            complaints->headers = headers;
            headers[complaints->n++] = line;
        }
        p = newline ? newline + 1 : NULL;
    }
    return 0;
}

/* How many headers there are down to a line, that line included. */
static size_t headers_until(const struct complaints *complaints, unsigned line)
{
    size_t low = 0, high = complaints->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (complaints->headers[middle] <= line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* @first: the first diagnostic about this file. A file that can't be read a second time counts as one
 * section: nothing of it is loaded. */
static int find_complaints(const struct loader *loader, const char *path, size_t first,
                           struct complaints *ret)
{
    _cleanup_(freep) char *text = NULL;
    struct complaints found = {0};

    if (read_file(path, INI_SIZE_MAX, &text, NULL) >= 0 && find_headers(&found, text) < 0)
        goto out_of_memory;
    found.bad = calloc(found.n + 1, sizeof *found.bad);
    if (!found.bad)
        goto out_of_memory;
    for (size_t i = first; i < loader->diagnostics->n; i++) {
        const struct diagnostic *item = &loader->diagnostics->items[i];

        if (item->level == DIAGNOSTIC_ERROR)
            found.bad[headers_until(&found, item->line)] = true;
    }
    *ret = found;
    return 0;

out_of_memory:
    complaints_done(&found);
    return -ENOMEM;
}

static int load_section(struct loader *loader, const char *file, const struct ini_entry *entries, size_t n,
                        size_t dir, bool bad)
{
    struct section section = {.file = file, .diagnostics = loader->diagnostics, .bad = bad};
    struct exercise *exercise = NULL;
    int r;

    section_read(&section, entries, n);
    r = exercise_new(&section, loader->bare, &exercise);
    if (r >= 0)
        r = add_record(loader, &section, exercise, dir);
    if (r < 0)
        free(exercise);
    return r;
}

static int load_file(struct loader *loader, const char *path, size_t dir)
{
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    struct complaints complaints = {0};
    size_t first = loader->diagnostics->n;
    const char *file;
    /* A section that comes twice in a file is two of them to us: each must be an exercise by itself. */
    int r = ini_load(path, loader->diagnostics, &ini);

    if (r < 0 || !ini)
        return r;
    r = add_file(loader, path, &file);
    if (r >= 0 && loader->diagnostics->n > first)
        r = find_complaints(loader, path, first, &complaints);
    for (size_t i = 0, end; r >= 0 && i < ini->n; i = end) {
        const struct ini_entry *entry = &ini->entries[i];

        for (end = i + 1; end < ini->n && ini->entries[end].section == entry->section;)
            end++;
        r = load_section(loader, file, entry, end - i, dir,
                         complaints.bad && complaints.bad[headers_until(&complaints, entry->line)]);
    }
    complaints_done(&complaints);
    return r;
}

/* By bytes, not by the user's language: the order must be the same for everybody. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_ini(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.' && n > 4 && strcmp(entry->d_name + n - 4, ".ini") == 0;
}

static int load_directory(struct loader *loader, const char *path, size_t dir)
{
    struct dirent **entries;
    int n = scandir(path, &entries, is_ini, compare_names), r = 0;

    if (n < 0) {
        r = -errno;
        if (r == -ENOENT)
            return 0;
        if (r == -ENOMEM)
            return r;
        return diagnostics_add(loader->diagnostics, DIAGNOSTIC_ERROR, path, 0, "can't be read: %s",
                               strerror(-r));
    }
    for (int i = 0; i < n; i++) {
        _cleanup_(freep) char *file = r >= 0 ? path_join(path, entries[i]->d_name) : NULL;

        if (r >= 0)
            r = file ? load_file(loader, file, dir) : -ENOMEM;
        if (r == -ENOENT)
            r = 0; /* it has gone in this moment */
        free(entries[i]);
    }
    free(entries);
    return r;
}

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
    return diagnostics_add(loader->diagnostics, DIAGNOSTIC_WARNING, e->file, e->line,
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
            *r = diagnostics_add(loader->diagnostics, DIAGNOSTIC_ERROR, e->file, e->line,
                                 "[%s]: defined before, in %s:%u; this one is left out", e->id,
                                 kept->exercise->file, kept->exercise->line);
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

static int make_catalogue(struct loader *loader, struct catalogue **ret)
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
    catalogue->files = TAKE_PTR(loader->files);
    loader->n_files = 0;
    *ret = TAKE_PTR(catalogue);
    return 0;
}

static int load_dirs(const char *const *dirs, bool bare, struct diagnostics *d, struct catalogue **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(loader_done) struct loader loader = {.diagnostics = d ? d : &unread, .bare = bare};

    for (size_t i = 0; dirs[i]; i++) {
        int r = load_directory(&loader, dirs[i], i);

        if (r < 0)
            return r;
    }
    return make_catalogue(&loader, ret);
}

/**
 * catalogue_load() - load the catalogue
 * @dirs: the directories, NULL-terminated, from the system's to the user's: a section of a later one replaces
 *   the exercise of that id, or with nothing but `hidden` and `default` changes it
 * @d: gets every mistake; may be NULL. What has one is left out; where it was to replace an exercise, that
 * one stays
 * @ret: the catalogue, freed with catalogue_free()
 *
 * Return: 0, also with mistakes; -ENOMEM.
 */
int catalogue_load(const char *const *dirs, struct diagnostics *d, struct catalogue **ret)
{
    return load_dirs(dirs, false, d, ret);
}

/**
 * catalogue_load_bare() - load the catalogue without the texts of the exercises but their titles
 *
 * As catalogue_load(). They are read again from the file when they are needed, by exercise_load_texts().
 */
int catalogue_load_bare(const char *const *dirs, struct diagnostics *d, struct catalogue **ret)
{
    return load_dirs(dirs, true, d, ret);
}

/**
 * catalogue_load_file() - load one file alone, to check it
 * @path: the file. It may hide exercises which are not in it
 * @d: gets every mistake; may be NULL
 * @ret: what it defines, freed with catalogue_free()
 *
 * Return: 0, also with mistakes; -ENOENT if there is no such file; -ENOMEM.
 */
int catalogue_load_file(const char *path, struct diagnostics *d, struct catalogue **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(loader_done) struct loader loader = {.diagnostics = d ? d : &unread, .single = true};
    int r = load_file(&loader, path, 0);

    return r < 0 ? r : make_catalogue(&loader, ret);
}

/**
 * catalogue_free() - free a catalogue with all its exercises
 *
 * Return: NULL.
 */
struct catalogue *catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue)
        return NULL;
    for (size_t i = 0; i < catalogue->n; i++)
        free(catalogue->exercises[i]);
    for (size_t i = 0; i < catalogue->n_tips; i++)
        free(catalogue->tips[i]);
    free(catalogue->tips);
    free(catalogue->exercises);
    free(catalogue->by_id);
    for (char **file = catalogue->files; file && *file; file++)
        free(*file);
    free(catalogue->files);
    free(catalogue);
    return NULL;
}

static int compare_id(const void *id, const void *exercise)
{
    return strcmp(id, (*(struct exercise *const *)exercise)->id);
}

/**
 * catalogue_find() - the exercise of an id
 *
 * Return: the exercise, also a hidden one, owned by the catalogue; NULL if there is none.
 */
const struct exercise *catalogue_find(const struct catalogue *catalogue, const char *id)
{
    struct exercise **found =
        bsearch(id, catalogue->by_id, catalogue->n, sizeof(struct exercise *), compare_id);

    return found ? *found : NULL;
}
