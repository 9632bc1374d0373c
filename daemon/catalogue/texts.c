/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of one exercise or routine, read when it is shown: only its own section of the file is parsed.
 * What else the daemon remembers of sixty exercises is small.
 */
#include <string.h>

#include "catalogue/exercise.h"
#include "util/fs-util.h"

/* Where @text's line (from 1) begins; NULL if it has fewer. */
static const char *line_start(const char *text, unsigned line)
{
    while (text && line > 1) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
        line--;
    }
    return text;
}

static bool is_header(const char *line)
{
    return line[strspn(line, " \t")] == '[';
}

/* The section that a line is in, from its header to the next one. */
static const char *find_section(const char *text, unsigned line, size_t *ret_size)
{
    const char *start = line_start(text, line), *end;

    if (!start)
        return NULL;
    end = start;
    while (start > text && !is_header(start)) {
        start--;
        while (start > text && start[-1] != '\n')
            start--;
    }
    while (end && (end == start || !is_header(end))) {
        end = strchr(end, '\n');
        end = end ? end + 1 : NULL;
    }
    *ret_size = end ? (size_t)(end - start) : strlen(start);
    return start;
}

/* Reads the section at a line of a file, which must be that of @id. @ret_ini holds what @section points to.
 * Mistakes are in what was loaded before, and have been said: here they only make the section bad. */
static int load_section(const struct catalogue_file *file, unsigned line, const char *id,
                        struct section *section, struct ini_file **ret_ini)
{
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    _cleanup_(freep) char *text = NULL;
    const char *start;
    size_t size;
    int r = read_file(file->path, INI_SIZE_MAX, &text, NULL);

    if (r < 0)
        return r;
    start = find_section(text, line, &size);
    if (!start)
        return -ESTALE;
    r = ini_parse(file->path, start, size, section->diagnostics, &ini);
    if (r < 0)
        return r;
    if (ini->n == 0 || ini->n_sections != 1 || diagnostics_errors(section->diagnostics) > 0 ||
        strcmp(ini->entries[0].section, id) != 0)
        return -ESTALE;
    section_read(section, ini->entries, ini->n);
    if (section->flags_only)
        return -ESTALE;
    *ret_ini = TAKE_PTR(ini);
    return 0;
}

/**
 * exercise_load_texts() - an exercise with its texts
 * @exercise: a bare one, or a whole one; its catalogue is still there
 * @ret: the same exercise whole, freed with free(), in the language that its catalogue is in; its file is
 *   that of @exercise
 *
 * Return: 0; -ESTALE if the file is no longer as it was: whoever watches it will load it anew; -ENOENT, -EIO
 * and the like if it can't be read; -ENOMEM.
 */
int exercise_load_texts(const struct exercise *exercise, struct exercise **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    _cleanup_(freep) struct exercise *whole = NULL;
    struct section section = {.file = exercise->file, .diagnostics = &unread};
    int r = load_section(exercise->file, exercise->line, exercise->id, &section, &ini);

    if (r < 0)
        return r;
    r = exercise_new(&section, false, &whole);
    if (r < 0)
        return r;
    if (section.bad || section.sort == SORT_ROUTINE)
        return -ESTALE;
    whole->line = exercise->line;
    whole->hidden = exercise->hidden;
    whole->default_off = exercise->default_off;
    *ret = TAKE_PTR(whole);
    return 0;
}

/**
 * routine_load_texts() - a routine with its text and sources
 * @routine: a bare one, or a whole one; its catalogue is still there
 * @ret: the same whole, freed with free(); its exercises are those of @routine
 *
 * Return: as exercise_load_texts().
 */
int routine_load_texts(const struct routine *routine, struct routine **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    _cleanup_(routine_draft_freep) struct routine_draft *draft = NULL;
    struct section section = {.file = routine->file, .diagnostics = &unread};
    int r = load_section(routine->file, routine->line, routine->id, &section, &ini);

    if (r < 0)
        return r;
    if (section.sort != SORT_ROUTINE)
        return -ESTALE;
    r = routine_new(&section, false, &draft);
    if (r < 0)
        return r;
    if (!draft || draft->routine->n_items != routine->n_items)
        return -ESTALE;
    memcpy(draft->routine->items, routine->items, routine->n_items * sizeof *routine->items);
    draft->routine->line = routine->line;
    draft->routine->hidden = routine->hidden;
    draft->routine->default_off = routine->default_off;
    *ret = TAKE_PTR(draft->routine);
    return 0;
}
