/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of one exercise, read when it is shown: only its own section of the file is parsed. What else
 * the daemon remembers of sixty exercises is small.
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

/**
 * exercise_load_texts() - an exercise with its texts
 * @exercise: a bare one, or a whole one; its catalogue is still there
 * @ret: the same exercise whole, freed with free(); its file is that of @exercise
 *
 * Return: 0; -ESTALE if the file is no longer as it was: whoever watches it will load it anew; -ENOENT, -EIO
 * and the like if it can't be read; -ENOMEM.
 */
int exercise_load_texts(const struct exercise *exercise, struct exercise **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    _cleanup_(freep) char *text = NULL;
    _cleanup_(freep) struct exercise *whole = NULL;
    struct section section = {.file = exercise->file, .diagnostics = &unread};
    const char *start;
    size_t size;
    int r = read_file(exercise->file->path, INI_SIZE_MAX, &text, NULL);

    if (r < 0)
        return r;
    start = find_section(text, exercise->line, &size);
    if (!start)
        return -ESTALE;
    r = ini_parse(exercise->file->path, start, size, &unread, &ini);
    if (r < 0)
        return r;
    if (ini->n == 0 || ini->n_sections != 1 || diagnostics_errors(&unread) > 0 ||
        strcmp(ini->entries[0].section, exercise->id) != 0)
        return -ESTALE;
    section_read(&section, ini->entries, ini->n);
    r = exercise_new(&section, false, &whole);
    if (r < 0)
        return r;
    if (section.bad || section.flags_only)
        return -ESTALE;
    whole->line = exercise->line;
    whole->hidden = exercise->hidden;
    whole->default_off = exercise->default_off;
    *ret = TAKE_PTR(whole);
    return 0;
}
