/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `backcarectl config`: check, show, path, and edit with the help of edit-config.c. Reads the same files in
 * the same way as the daemon and never talks to it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/edit-config.h"
#include "cli/failure.h"
#include "cli/verb-config.h"
#include "config/settings.h"
#include "util/i18n.h"

#define VERB "config"

static const char *const verbs[] = {"check", "show", "edit", "path", NULL};

static void usage(FILE *f)
{
    (void)fputs(_("Usage: backcarectl config check [FILE]\n"
                  "       backcarectl config show [--json]\n"
                  "       backcarectl config edit\n"
                  "       backcarectl config path\n"
                  "\n"
                  "  check   say what is wrong in the settings, or in FILE alone\n"
                  "  show    print every setting in force\n"
                  "  edit    open your own file in $VISUAL or $EDITOR and keep it only if it is good\n"
                  "  path    print where your own file is\n"),
                f);
}

static int print_diagnostics(const struct diagnostics *d)
{
    char *text = diagnostics_format(d);

    if (!text)
        return -ENOMEM;
    (void)fputs(text, stderr);
    free(text);
    return 0;
}

static int exit_status(const struct diagnostics *d)
{
    return d->n_unreadable > 0 ? CLI_USAGE : diagnostics_errors(d) > 0 ? CLI_FAILED : CLI_DONE;
}

static int check_file(const char *path)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    int r = settings_load_file(path, &d, &settings);

    if (r == -ENOENT) {
        (void)fprintf(stderr, _("%s: there is no such file\n"), path);
        return CLI_USAGE;
    }
    if (r < 0 || print_diagnostics(&d) < 0)
        return failure_no_memory();
    if (exit_status(&d) == CLI_DONE)
        (void)printf(_("%s: no mistakes\n"), path);
    return exit_status(&d);
}

static int check_layers(const struct settings_paths *paths)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;

    if (settings_load(paths, &d, &settings) < 0 || print_diagnostics(&d) < 0)
        return failure_no_memory();
    if (exit_status(&d) != CLI_DONE)
        return exit_status(&d);
    if (!paths->files[0])
        (void)puts(_("There is no settings file: the defaults hold."));
    for (char **file = paths->files; *file; file++)
        (void)printf(_("%s: no mistakes\n"), *file);
    return CLI_DONE;
}

/* With mistakes the values are printed all the same: they are what a start of the daemon would use. Of a file
 * that can't be read nobody knows what it would say. */
static int show(const struct settings_paths *paths, bool json)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    int r;

    if (settings_load(paths, &d, &settings) < 0)
        return failure_no_memory();
    r = failure_mistakes(&d, false);
    if (r != CLI_DONE)
        return r;
    if (settings_write(settings, json, stdout) < 0 || fflush(stdout) != 0) {
        (void)fprintf(stderr, _("backcarectl config: can't write: %s\n"), strerror(errno));
        return CLI_FAILED;
    }
    return diagnostics_errors(&d) > 0 ? CLI_FAILED : CLI_DONE;
}

static int run(const char *verb, const char *argument, bool json)
{
    struct settings_paths paths = {0};
    int r;

    if (strcmp(verb, "check") == 0 && argument)
        return check_file(argument);
    if (settings_paths_find(NULL, &paths) < 0)
        return failure_no_memory();
    if (strcmp(verb, "check") == 0) {
        r = check_layers(&paths);
    } else if (strcmp(verb, "show") == 0) {
        r = show(&paths, json);
    } else if (strcmp(verb, "edit") == 0) {
        r = edit_config(&paths);
    } else {
        (void)puts(paths.user_file);
        r = CLI_DONE;
    }
    settings_paths_done(&paths);
    return r;
}

/**
 * verb_config() - `backcarectl config …`
 * @argc: the number of arguments
 * @argv: "config" and what follows it
 * @userdata: not used
 *
 * Return: the exit status: 0 done, 1 mistakes found or failed, 2 wrong usage or a file that can't be read.
 */
int verb_config(int argc, char *argv[], void *userdata)
{
    const char *verb = NULL, *argument = NULL, *nearest;
    bool json = false, options = true;

    (void)userdata;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (options && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            usage(stdout);
            return CLI_DONE;
        } else if (options && strcmp(argv[i], "--json") == 0)
            json = true;
        else if (options && argv[i][0] == '-' && argv[i][1])
            return usage_error(VERB, _("unknown option %s"), argv[i]);
        else if (!verb)
            verb = argv[i];
        else if (!argument)
            argument = argv[i];
        else
            return usage_error(VERB, _("too many arguments: %s"), argv[i]);
    }
    if (!verb && failure_is_json()) /* which is in English */
        return usage_error(VERB, "config needs one of check, show, edit and path");
    if (!verb) {
        usage(stderr);
        return CLI_USAGE;
    }
    for (size_t i = 0; verbs[i]; i++) {
        if (strcmp(verb, verbs[i]) != 0)
            continue;
        if (argument && strcmp(verb, "check") != 0)
            return usage_error(VERB, _("too many arguments: %s"), argument);
        if (json && strcmp(verb, "show") != 0)
            return usage_error(VERB, _("--json is for show, not for %s"), verb);
        return run(verb, argument, json);
    }
    nearest = nearest_name(verb, verbs);
    if (nearest)
        return usage_error(VERB, _("there is no command '%s'; did you mean %s?"), verb, nearest);
    return usage_error(VERB, _("unknown command; valid: check, show, edit, path; not %s"), verb);
}
