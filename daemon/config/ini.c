/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * INI files. The scanner finds the entries with their lines and says what is wrong; iniparser reads the same
 * bytes; the two must agree. Knows no key by name.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "config/ini-library.h"
#include "config/ini-scan.h"
#include "util/fs-util.h"
#include "util/i18n.h"

/* @text: the text with room for a byte more; taken over, NULL behind a call that did. */
static int parse(const char *path, char **text, size_t size, struct diagnostics *d, struct ini_file **ret)
{
    _cleanup_(ini_file_freep) struct ini_file *file = calloc(1, sizeof(*file));
    _cleanup_(freep) char *clean = malloc(size + 1);
    int r;

    if (!file || !clean)
        return -ENOMEM;
    file->path = strdup(path);
    if (!file->path)
        return -ENOMEM;
    file->text = TAKE_PTR(*text);
    r = ini_scan(size, d, file, clean, &size);
    if (r < 0)
        return r;
    /* Where they disagree it is said of each key, for which iniparser gets the text as it is. */
    if (file->n > 0 && !ini_library_agrees(clean, size, file)) {
        r = ini_library_compare(clean, size, d, file);
        if (r < 0)
            return r;
    }
    *ret = TAKE_PTR(file);
    return 0;
}

/**
 * ini_parse() - read INI text
 * @path: what the text is called in messages
 * @text: the text, @size bytes; no NUL is needed behind it
 * @d: every mistake goes here; NULL drops them
 * @ret: the entries that could be read; untouched on failure
 *
 * A ';' or '#' after a blank begins a comment. A value may stand in single or double quotes, and must if it
 * holds one of the two characters.
 *
 * Return: 0, also with mistakes; -ENOMEM.
 */
int ini_parse(const char *path, const char *text, size_t size, struct diagnostics *d, struct ini_file **ret)
{
    bool too_large = size > INI_SIZE_MAX;
    _cleanup_(freep) char *copy = malloc(too_large ? 1 : size + 1);
    struct ini_file *file;
    int r;

    if (!copy)
        return -ENOMEM;
    if (!too_large)
        memcpy(copy, text, size);
    r = parse(path, &copy, too_large ? 0 : size, d, &file);
    if (r >= 0 && too_large) {
        r = diagnostics_add(d, DIAGNOSTIC_ERROR, path, 0, _("the file is larger than %u MiB"),
                            INI_SIZE_MAX >> 20);
        if (r < 0)
            file = ini_file_free(file);
    }
    if (r >= 0)
        *ret = file;
    return r;
}

static const char *unreadable_reason(int error)
{
    switch (error) {
    case -EISDIR:
        return _("it is a directory");
    case -EINVAL:
    case -ENXIO: /* a socket */
        return _("it is no regular file");
    case -EFBIG:
        return _("it is too large for a settings file");
    case -ENOENT:
        return _("it is a link to nothing");
    default:
        return strerror(-error);
    }
}

/**
 * ini_load() - read an INI file
 * @path: the file; a FIFO or a device can't block it
 * @d: every mistake goes here, also that the file can't be read; NULL drops them
 * @ret: the entries that could be read; NULL if the file can't be read; untouched on failure
 *
 * Return: 0, also with mistakes; -ENOENT if there is no such file (a link to nothing is a mistake); -ENOMEM.
 */
int ini_load(const char *path, struct diagnostics *d, struct ini_file **ret)
{
    _cleanup_(freep) char *text = NULL;
    struct stat st;
    size_t size;
    int r = read_file(path, INI_SIZE_MAX, &text, &size);

    if (r >= 0)
        return parse(path, &text, size, d, ret);
    if (r == -ENOMEM)
        return r;
    if (r == -ENOENT && lstat(path, &st) < 0)
        return -ENOENT;
    r = diagnostics_add(d, DIAGNOSTIC_ERROR, path, 0, _("can't be read: %s"), unreadable_reason(r));
    if (r < 0)
        return r;
    if (d)
        d->n_unreadable++;
    *ret = NULL;
    return 0;
}

/**
 * ini_file_free() - free what was read
 *
 * Return: NULL.
 */
struct ini_file *ini_file_free(struct ini_file *file)
{
    if (!file)
        return NULL;
    free(file->entries);
    free(file->sections);
    free(file->text);
    free(file->path);
    free(file);
    return NULL;
}
