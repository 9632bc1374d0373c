/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl _complete WHAT: words for the shells' completions, one a line. Quick, silent, never
 * starts the daemon: a key press must not have effects.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "config/settings.h"
#include "util/utf8.h"
#include "config.h"
#include "util/fs-util.h"

#define CATALOGUE_FILE_MAX ((size_t)4 * 1024 * 1024)

/* A name that a shell would read as something else is of no use to complete. */
static bool plain_word(const char *text)
{
    if (!*text || *text == '-' || !utf8_valid(text))
        return false;
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7f || strchr("'\"\\$`|&;<>()[]{}*?!#~:", *text))
            return false;
    return true;
}

/* The wind-down is no break of the settings, but while it is proposed it can be started by its name. */
static bool is_listed(const struct status *status, const char *name)
{
    for (size_t i = 0; i < status->n_breaks; i++)
        if (strcmp(status->breaks[i].name, name) == 0)
            return true;
    return false;
}

static void list_breaks(void)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct client_error error = {0};
    struct status status;

    if (client_new(CLIENT_BRIEF, &client, &error) < 0 || client_status(client, &status, &error) < 0) {
        client_error_done(&error);
        return;
    }
    for (size_t i = 0; i < status.n_breaks; i++)
        if (plain_word(status.breaks[i].name))
            puts(status.breaks[i].name);
    if (status_has_prompt(&status) && !is_listed(&status, status.prompt_break) &&
        plain_word(status.prompt_break))
        puts(status.prompt_break);
    status_done(&status);
}

/* Section names only: whether an entry is sound is the daemon's to say. */
static void list_file(const char *path)
{
    _cleanup_(freep) char *text = NULL;

    if (read_file(path, CATALOGUE_FILE_MAX, &text, NULL) < 0)
        return;
    for (char *line = text, *next; line; line = next) {
        char *end;

        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        line += strspn(line, " \t");
        end = *line == '[' ? strchr(line, ']') : NULL;
        if (!end)
            continue;
        *end = 0;
        /* Tips are none that one could start. */
        if (plain_word(line + 1) && strncmp(line + 1, "tip-", 4) != 0)
            puts(line + 1);
    }
}

static void list_directory(const char *directory)
{
    DIR *d = opendir(directory);

    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));) {
        size_t n = strlen(entry->d_name);
        _cleanup_(freep) char *path = NULL;

        if (n < 5 || entry->d_name[0] == '.' || strcmp(entry->d_name + n - 4, ".ini") != 0)
            continue;
        path = path_join(directory, entry->d_name);
        if (path)
            list_file(path);
    }
    (void)closedir(d);
}

static void list_exercises(void)
{
    const char *data_home = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    _cleanup_(freep) char *own = NULL;
    int r;

    if (data_home && *data_home == '/')
        r = asprintf(&own, "%s/backcare/catalogue", data_home);
    else
        r = home && *home ? asprintf(&own, "%s/.local/share/backcare/catalogue", home) : -1;
    if (r < 0)
        own = NULL;
    list_directory(BACKCARE_CATALOGUE_DIR);
    if (own)
        list_directory(own);
}

/* Without an @region: which there are is for the person to know. */
static void list_conditions(void)
{
    for (size_t i = 0; settings_conditions[i]; i++)
        puts(settings_conditions[i]);
}

static void list_own_conditions(void)
{
    _cleanup_(diagnostics_donep) struct diagnostics ignored = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    struct settings_paths paths = {0};

    if (settings_paths_find(NULL, &paths) < 0)
        return;
    if (settings_load(&paths, &ignored, &settings) >= 0)
        for (char **p = settings->conditions; *p; p++)
            puts(*p);
    settings_paths_done(&paths);
}

/**
 * verb_complete() - backcarectl _complete breaks|exercises|conditions|own-conditions
 *
 * Return: CLI_DONE, also when nothing is to be had.
 */
int verb_complete(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (strcmp(args.words[0], "breaks") == 0)
        list_breaks();
    else if (strcmp(args.words[0], "exercises") == 0)
        list_exercises();
    else if (strcmp(args.words[0], "conditions") == 0)
        list_conditions();
    else if (strcmp(args.words[0], "own-conditions") == 0)
        list_own_conditions();
    return CLI_DONE;
}
