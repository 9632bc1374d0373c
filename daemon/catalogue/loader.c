/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See loader.h: the files, section by section.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/exercise.h"
#include "catalogue/loader.h"
#include "util/fs-util.h"
#include "util/i18n.h"

void loader_done(struct loader *loader)
{
    for (size_t i = 0; i < loader->n; i++) {
        free(loader->records[i].exercise);
        routine_draft_free(loader->records[i].draft);
    }
    free(loader->records);
    for (size_t i = 0; i < loader->n_files; i++)
        free(loader->files[i]);
    free(loader->files);
    free(loader->language);
}

/* Keeps a file's name, and what else is the same for all in it, for as long as the catalogue lives. */
static int add_file(struct loader *loader, const char *path, uint16_t dir, const struct catalogue_file **ret)
{
    size_t size = strlen(path) + 1;
    struct catalogue_file *file = malloc(sizeof *file + size);
    struct catalogue_file **files = reallocarray(loader->files, loader->n_files + 2, sizeof(void *));

    if (files)
        loader->files = files;
    if (!files || !file) {
        free(file);
        return -ENOMEM;
    }
    file->language = loader->language;
    file->shipped = dir == 0 && !loader->single;
    memcpy(file->path, path, size);
    files[loader->n_files++] = file;
    files[loader->n_files] = NULL;
    *ret = file;
    return 0;
}

/* Takes over what was made of the section. */
static int add_record(struct loader *loader, const struct section *section, struct exercise *exercise,
                      struct routine_draft *draft, uint16_t dir)
{
    /* Room doubles at each power of two. */
    if ((loader->n & (loader->n + 1)) == 0) {
        struct record *records = reallocarray(loader->records, loader->n * 2 + 1, sizeof *records);

        if (!records) {
            free(exercise);
            routine_draft_free(draft);
            return -ENOMEM;
        }
        loader->records = records;
    }
    loader->records[loader->n] = (struct record){
        .exercise = exercise,
        .draft = draft,
        .order = (uint32_t)loader->n,
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

static int compare_section(const void *name, const void *section)
{
    const char *x = name, *y = ((const struct ini_section *)section)->name;

    return (x > y) - (x < y);
}

/* A file of which the sections are made into records. */
struct reading {
    const struct catalogue_file *file;
    struct ini_file *ini;
    struct complaints complaints;
    size_t first; /* its first diagnostic */
    uint16_t dir;
};

/* What the INI reader warns of is a mistake where it defines something: the texts are read again from one
 * header to the next, and no line of it must be lost. */
static void refuse_repeated(struct section *section, const struct reading *reading)
{
    const struct ini_file *ini = reading->ini;
    const struct ini_section *found =
        bsearch(section->id, ini->sections, ini->n_sections, sizeof *ini->sections, compare_section);

    if (section->flags_only || !found || found->again == 0)
        return;
    section->bad = true;
    for (size_t i = reading->first; i < section->diagnostics->n; i++)
        if (section->diagnostics->items[i].line == found->again) {
            section->diagnostics->items[i].level = DIAGNOSTIC_ERROR;
            break;
        }
}

/* Whether a line was lost below any of the headers that the keys stand under. */
static bool lost_a_line(const struct complaints *complaints, const struct ini_entry *entries, size_t n)
{
    bool lost = false;

    for (size_t i = 0; complaints->bad && i < n; i++)
        lost = lost || complaints->bad[headers_until(complaints, entries[i].line)];
    return lost;
}

static int load_section(struct loader *loader, const struct reading *reading, const struct ini_entry *entries,
                        size_t n)
{
    struct section section = {.file = reading->file,
                              .diagnostics = loader->diagnostics,
                              .bad = lost_a_line(&reading->complaints, entries, n)};
    struct exercise *exercise = NULL;
    struct routine_draft *draft = NULL;
    int r = 0;

    section_read(&section, entries, n);
    refuse_repeated(&section, reading);
    if (section.sort == SORT_ROUTINE)
        r = routine_new(&section, loader->bare, &draft);
    if (r >= 0 && !draft)
        r = exercise_new(&section, loader->bare, &exercise);
    return r < 0 ? r : add_record(loader, &section, exercise, draft, reading->dir);
}

static int load_sections(struct loader *loader, const struct reading *reading)
{
    const struct ini_entry *entries = reading->ini->entries;
    int r = 0;

    for (size_t i = 0, end; r >= 0 && i < reading->ini->n; i = end) {
        for (end = i + 1; end < reading->ini->n && entries[end].section == entries[i].section;)
            end++;
        r = load_section(loader, reading, &entries[i], end - i);
    }
    return r;
}

int loader_read_file(struct loader *loader, const char *path, uint16_t dir)
{
    struct reading reading = {.first = loader->diagnostics->n, .dir = dir};
    int r = ini_load(path, loader->diagnostics, &reading.ini);

    if (r < 0 || !reading.ini)
        return r;
    r = add_file(loader, path, dir, &reading.file);
    if (r >= 0 && loader->diagnostics->n > reading.first)
        r = find_complaints(loader, path, reading.first, &reading.complaints);
    if (r >= 0)
        r = load_sections(loader, &reading);
    complaints_done(&reading.complaints);
    (void)ini_file_free(reading.ini);
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

int loader_read_directory(struct loader *loader, const char *path, uint16_t dir)
{
    struct dirent **entries;
    int n = scandir(path, &entries, is_ini, compare_names), r = 0;

    if (n < 0) {
        r = -errno;
        if (r == -ENOENT)
            return 0;
        if (r == -ENOMEM)
            return r;
        return diagnostics_add(loader->diagnostics, DIAGNOSTIC_ERROR, path, 0, _("can't be read: %s"),
                               strerror(-r));
    }
    for (int i = 0; i < n; i++) {
        _cleanup_(freep) char *file = r >= 0 ? path_join(path, entries[i]->d_name) : NULL;

        if (r >= 0)
            r = file ? loader_read_file(loader, file, dir) : -ENOMEM;
        if (r == -ENOENT)
            r = 0; /* it has gone in this moment */
        free(entries[i]);
    }
    free(entries);
    return r;
}
