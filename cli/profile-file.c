/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See profile-file.h. Changes one line of the file and leaves the others, comments included, as they are. A
 * file with a mistake is not touched: what could not be read may be what its owner relies on.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "cli/failure.h"
#include "cli/format.h"
#include "cli/profile-file.h"
#include "cli/verbs.h"
#include "util/fs-util.h"
#include "util/i18n.h"

#define PROFILE_SECTION "profile"
#define DROP_IN_DIR "backcare.conf.d"
#define FILE_NAME "50-profile.conf"
#define NEW_FILE "# Private. Written by backcarectl profile.\n\n[" PROFILE_SECTION "]\n"

/* @fmt has a place for the path, NULL being that of no file alone, and one for why. */
static int failed(const char *fmt, const char *path, int error)
{
    (void)failure_say(CLI_FAILED, FAILURE_OTHER, "backcarectl profile: ", fmt,
                      path ? path : _("the settings"), strerror(-error));
    return CLI_FAILED;
}

static char *directory_of(const char *path)
{
    return strndup(path, (size_t)(strrchr(path, '/') - path));
}

/* Two at a time would lose what one of them has written. Held until the file is closed. */
static int lock_directory(struct profile_file *file)
{
    _cleanup_(freep) char *dir = directory_of(file->path);
    int r = dir ? mkdir_parents(dir, 0700) : -ENOMEM;

    if (r < 0)
        return failed(_("can't make %s: %s"), dir, r);
    file->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->lock < 0)
        return failed(_("can't open %s: %s"), dir, -errno);
    while ((r = flock(file->lock, LOCK_EX)) < 0 && errno == EINTR)
        ;
    return r < 0 ? failed(_("can't lock %s: %s"), dir, -errno) : 0;
}

static int find_file(struct profile_file *file)
{
    _cleanup_(freep) char *home = NULL, *dir = NULL;
    int r = settings_paths_find(NULL, &file->paths);

    if (r < 0)
        return r;
    home = directory_of(file->paths.user_file);
    dir = home ? path_join(home, DROP_IN_DIR) : NULL;
    file->path = dir ? path_join(dir, FILE_NAME) : NULL;
    return file->path ? 0 : -ENOMEM;
}

/* The mistakes of this file are fatal where it is to be written; all others are said, as they may make the
 * whole profile doubtful. */
static int say_mistakes(const struct profile_file *file, const struct diagnostics *d)
{
    _cleanup_(freep) char *text = diagnostics_format(d);
    bool own = false;

    if (!text)
        return -ENOMEM;
    fputs(text, stderr);
    for (size_t i = 0; i < d->n; i++)
        own |= d->items[i].level == DIAGNOSTIC_ERROR && strcmp(d->items[i].file, file->path) == 0;
    if (!own)
        return 0;
    fputs("backcarectl profile: ", stderr);
    put_textf(stderr, _("nothing was changed: correct %s first"), file->path);
    fputc('\n', stderr);
    return CLI_USAGE;
}

static int load(struct profile_file *file)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0}, alone = {0};
    int r = settings_load(&file->paths, &d, &file->in_force);

    if (r < 0)
        return failed(_("can't read %s: %s"), NULL, r);
    r = say_mistakes(file, &d);
    if (r != 0)
        return r < 0 ? failed(_("can't read %s: %s"), NULL, r) : r;
    r = settings_load_file(file->path, &alone, &file->own);
    if (r < 0 && r != -ENOENT)
        return failed(_("can't read %s: %s"), file->path, r);
    file->target = r == -ENOENT ? strdup(file->path) : realpath(file->path, NULL);
    if (!file->target)
        return failed(_("can't find %s: %s"), file->path, -errno);
    r = r == -ENOENT ? 0 : read_file(file->target, INI_SIZE_MAX, &file->text, NULL);
    if (r < 0)
        return failed(_("can't read %s: %s"), file->path, r);
    if (!file->text)
        file->text = strdup("");
    file->before = file->text ? strdup(file->text) : NULL;
    return file->before ? 0 : failed(_("can't read %s: %s"), file->path, -ENOMEM);
}

/**
 * profile_file_open() - read the profile in force, and the file
 * @to_write: lock it, and refuse one that has a mistake; without, a mistake is only said
 * @ret: closed with profile_file_close()
 *
 * Return: CLI_DONE, or the exit status with the message written.
 */
int profile_file_open(bool to_write, struct profile_file *ret)
{
    struct profile_file file = {.lock = -1};
    int r = find_file(&file);

    if (r < 0)
        r = failed(_("can't find %s: %s"), NULL, r);
    if (r == CLI_DONE && to_write)
        r = lock_directory(&file);
    if (r == CLI_DONE && to_write) {
        /* What has been written while we waited. */
        settings_paths_done(&file.paths);
        r = settings_paths_find(NULL, &file.paths) < 0 ? failed(_("can't find %s: %s"), NULL, -ENOMEM)
                                                       : CLI_DONE;
    }
    if (r == CLI_DONE && to_write)
        r = load(&file);
    else if (r == CLI_DONE) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};

        r = settings_load(&file.paths, &d, &file.in_force);
        r = r < 0 ? failed(_("can't read %s: %s"), NULL, r) : failure_mistakes(&d, false);
    }
    if (r != CLI_DONE) {
        profile_file_close(&file);
        return r;
    }
    *ret = file;
    return CLI_DONE;
}

/**
 * profile_file_close() - let go of the file and its lock
 */
void profile_file_close(struct profile_file *file)
{
    settings_paths_done(&file->paths);
    settings_free(file->in_force);
    settings_free(file->own);
    free(file->path);
    free(file->target);
    free(file->text);
    free(file->before);
    if (file->lock >= 0)
        (void)close(file->lock);
}

/* The line of a key, and of the first header of its section; 0 = not there. */
static int find_line(const struct profile_file *file, const char *key, unsigned *ret_line,
                     unsigned *ret_header)
{
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    int r = ini_parse(file->path, file->text, strlen(file->text), NULL, &ini);

    *ret_line = *ret_header = 0;
    if (r < 0)
        return r;
    for (size_t i = 0; i < ini->n; i++)
        if (strcasecmp(ini->entries[i].section, PROFILE_SECTION) == 0 &&
            strcasecmp(ini->entries[i].key, key) == 0)
            *ret_line = ini->entries[i].line;
    for (size_t i = 0; i < ini->n_sections; i++)
        if (strcasecmp(ini->sections[i].name, PROFILE_SECTION) == 0)
            *ret_header = ini->sections[i].line;
    return 0;
}

static const char *start_of_line(const char *text, unsigned line)
{
    while (--line > 0 && (text = strchr(text, '\n')))
        text++;
    return text;
}

/* The comment behind a value, with the blanks before it; no value of ours holds what begins one. */
static const char *comment_of_line(const char *line, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if ((line[i] == ';' || line[i] == '#') && (line[i - 1] == ' ' || line[i - 1] == '\t')) {
            while (line[i - 1] == ' ' || line[i - 1] == '\t')
                i--;
            return line + i;
        }
    return line + n;
}

/* The whole text must read back: a line may have become longer than one may be. */
static int check_text(const struct profile_file *file, const char *text)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(ini_file_freep) struct ini_file *ini = NULL;
    _cleanup_(freep) char *said = NULL;
    int r = ini_parse(file->path, text, strlen(text), &d, &ini);

    if (r < 0 || diagnostics_errors(&d) == 0)
        return r < 0 ? failed(_("can't change %s: %s"), file->path, r) : CLI_DONE;
    said = diagnostics_format(&d);
    fprintf(stderr, "backcarectl profile: %s\n%s", _("nothing was changed, as it could not be read again:"),
            said ? said : "");
    return CLI_FAILED;
}

/**
 * profile_file_set() - give a key another value, in memory
 * @setting: its row of the table
 * @value: as setting_format() writes it
 *
 * Return: CLI_DONE, or the exit status with the message written.
 */
int profile_file_set(struct profile_file *file, const struct setting *setting, const char *value)
{
    _cleanup_(freep) char *text = NULL;
    unsigned line, header;
    int r = find_line(file, setting->key, &line, &header);

    if (r < 0)
        return failed(_("can't change %s: %s"), file->path, r);
    if (line > 0) {
        const char *at = start_of_line(file->text, line);
        size_t n = strcspn(at, "\r\n");
        const char *comment = comment_of_line(at, n);

        r = asprintf(&text, "%.*s%s = %s%s", (int)(at - file->text), file->text, setting->key, value,
                     comment);
    } else if (header > 0) {
        const char *rest = start_of_line(file->text, header + 1);

        if (!rest)
            r = asprintf(&text, "%s\n%s = %s\n", file->text, setting->key, value);
        else
            r = asprintf(&text, "%.*s%s = %s\n%s", (int)(rest - file->text), file->text, setting->key, value,
                         rest);
    } else if (!*file->text) {
        r = asprintf(&text, NEW_FILE "%s = %s\n", setting->key, value);
    } else {
        size_t n = strlen(file->text);

        r = asprintf(&text, "%s%s\n[" PROFILE_SECTION "]\n%s = %s\n", file->text,
                     file->text[n - 1] == '\n' ? "" : "\n", setting->key, value);
    }
    if (r < 0) {
        text = NULL;
        return failed(_("can't change %s: %s"), file->path, -ENOMEM);
    }
    r = check_text(file, text);
    if (r != CLI_DONE)
        return r;
    free(file->text);
    file->text = TAKE_PTR(text);
    return CLI_DONE;
}

/**
 * profile_file_save() - write the file, and read what is in force then
 *
 * Nothing is written where nothing has changed and nobody else can read the file.
 *
 * Return: CLI_DONE, or the exit status with the message written.
 */
int profile_file_save(struct profile_file *file)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    struct settings *in_force = NULL;
    struct stat st;
    int r = 0;

    if (strcmp(file->text, file->before) != 0 || stat(file->target, &st) < 0 || (st.st_mode & 0777) != 0600)
        r = write_file_atomic(file->target, file->text, strlen(file->text), 0600);
    if (r < 0)
        return failed(_("can't write %s: %s"), file->path, r);
    settings_paths_done(&file->paths);
    r = settings_paths_find(NULL, &file->paths);
    if (r >= 0)
        r = settings_load(&file->paths, &d, &in_force);
    if (r < 0)
        return failed(_("can't read %s: %s"), NULL, r);
    settings_free(file->in_force);
    file->in_force = in_force;
    return CLI_DONE;
}

/**
 * profile_setting() - the row of a key of [profile], or NULL
 */
const struct setting *profile_setting(const char *key)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (strcmp(settings_table[i].section, PROFILE_SECTION) == 0 &&
            strcasecmp(settings_table[i].key, key) == 0)
            return &settings_table[i];
    return NULL;
}

/**
 * setting_text() - a value as it stands in a file
 * @ret: freed by the caller
 *
 * Return: 0 or -ENOMEM.
 */
int setting_text(const struct setting *setting, const struct settings *settings, char **ret)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return -ENOMEM;
    setting_format(setting, setting_field(setting, (void *)settings), f);
    if (fclose(f) != 0) {
        free(text);
        return -ENOMEM;
    }
    *ret = text;
    return 0;
}

/**
 * profile_overriding() - the file that is read later and has the last word on a key
 * @ret_line: where
 *
 * Return: one of @file's paths, or NULL.
 */
const char *profile_overriding(const struct profile_file *file, const char *key, unsigned *ret_line)
{
    const char *found = NULL;
    char **p = file->paths.files;

    while (*p && strcmp(*p, file->path) != 0)
        p++;
    for (; *p && p[1]; p++) {
        _cleanup_(ini_file_freep) struct ini_file *ini = NULL;

        if (ini_load(p[1], NULL, &ini) < 0 || !ini)
            continue;
        for (size_t i = 0; i < ini->n; i++)
            if (strcasecmp(ini->entries[i].section, PROFILE_SECTION) == 0 &&
                strcasecmp(ini->entries[i].key, key) == 0) {
                found = p[1];
                *ret_line = ini->entries[i].line;
            }
    }
    return found;
}
