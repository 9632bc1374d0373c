/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * INI files through iniparser, the only file that knows it. The scanner finds the entries with their lines
 * and says what is wrong; iniparser gives the values; the two must agree. Knows no key by name.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#if __has_include(<iniparser.h>)
#include <iniparser.h>
#else
#include <iniparser/iniparser.h>
#endif

#include "config/ini-scan.h"
#include "util/fs-util.h"

/* iniparser's callback has no userdata. */
static unsigned complaints;

static int count_complaint(const char *format, ...)
{
    (void)format;
    complaints++;
    return 0;
}

static int write_memfd(const char *text, size_t size)
{
    _cleanup_(closep) int fd = memfd_create("ini", MFD_CLOEXEC);

    if (fd < 0)
        return -errno;
    while (size > 0) {
        ssize_t n = write(fd, text, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text += n;
        size -= (size_t)n;
    }
    return TAKE_FD(fd);
}

/* 4.1 can only open a path, and the file may have changed since it was read: it gets the same bytes in
 * memory. In the C locale, as it asks isspace() and tolower(). NULL if it refuses. */
static dictionary *load_dictionary(const char *text, size_t size)
{
    _cleanup_(closep) int fd = write_memfd(text, size);
    locale_t c_locale, old;
    dictionary *dict;
    char path[64];

    if (fd < 0)
        return NULL;
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return NULL;
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    old = uselocale(c_locale);
    complaints = 0;
    iniparser_set_error_callback(count_complaint);
    dict = iniparser_load(path);
    iniparser_set_error_callback(NULL);
    (void)uselocale(old);
    freelocale(c_locale);
    if (complaints > 0 && dict) {
        iniparser_freedict(dict);
        dict = NULL;
    }
    return dict;
}

/* Takes each value from iniparser. It has folded the names; iniparser_getstring() folds what it is asked. */
static int take_values(const dictionary *dict, struct diagnostics *d, struct ini_file *file)
{
    char name[2 * INI_NAME_MAX + 2];

    /* It must not see keys that we don't: each key and each section is an entry of its dictionary. */
    if ((size_t)dict->n != file->n + file->n_sections) {
        int r = diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, 0,
                                "the INI library finds other keys in this file: please report it");

        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < file->n; i++) {
        struct ini_entry *e = &file->entries[i];
        const char *value;
        int r;

        (void)snprintf(name, sizeof(name), "%s:%s", e->section, e->key);
        value = iniparser_getstring(dict, name, NULL);
        if (value && strcmp(value, e->value) == 0)
            continue;
        r = diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, e->line,
                            "[%s].%s: the INI library reads this line otherwise: please report it",
                            e->section, e->key);
        if (r < 0)
            return r;
    }
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
    _cleanup_(ini_file_freep) struct ini_file *file = calloc(1, sizeof(*file));
    _cleanup_(freep) char *clean = NULL;
    dictionary *dict;
    int r;

    if (!file)
        return -ENOMEM;
    file->path = strdup(path);
    if (!file->path)
        return -ENOMEM;
    if (size > INI_SIZE_MAX) {
        r = diagnostics_add(d, DIAGNOSTIC_ERROR, path, 0, "the file is larger than %u KiB",
                            INI_SIZE_MAX >> 10);
        *ret = TAKE_PTR(file);
        return r;
    }
    clean = malloc(size + 1);
    if (!clean)
        return -ENOMEM;
    r = ini_scan(text, size, d, file, clean, &size);
    if (r < 0)
        return r;
    if (file->n > 0) {
        dict = load_dictionary(clean, size);
        if (!dict) {
            r = diagnostics_add(d, DIAGNOSTIC_ERROR, path, 0,
                                "the INI library can't read this file: please report it");
        } else {
            r = take_values(dict, d, file);
            iniparser_freedict(dict);
        }
        if (r < 0)
            return r;
    }
    *ret = TAKE_PTR(file);
    return 0;
}

static const char *unreadable_reason(int error)
{
    switch (error) {
    case -EISDIR:
        return "it is a directory";
    case -EINVAL:
    case -ENXIO: /* a socket */
        return "it is no regular file";
    case -EFBIG:
        return "it is too large for a settings file";
    case -ENOENT:
        return "it is a link to nothing";
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
        return ini_parse(path, text, size, d, ret);
    if (r == -ENOMEM)
        return r;
    if (r == -ENOENT && lstat(path, &st) < 0)
        return -ENOENT;
    r = diagnostics_add(d, DIAGNOSTIC_ERROR, path, 0, "can't be read: %s", unreadable_reason(r));
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
    for (size_t i = 0; i < file->n; i++) {
        free(file->entries[i].section);
        free(file->entries[i].key);
        free(file->entries[i].value);
    }
    for (size_t i = 0; i < file->n_sections; i++)
        free(file->sections[i].name);
    free(file->entries);
    free(file->sections);
    free(file->path);
    free(file);
    return NULL;
}
