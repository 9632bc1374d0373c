/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl reload: the daemon reads its settings anew, all or nothing. One that does not run reads them
 * when it starts, so it is not started for this.
 */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "dbus/names.h"
#include "util/i18n.h"

/* The mistakes one a line, as they came: editors and people look for "file:line:" at the beginning. */
static void print_lines(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        _cleanup_(freep) char *line = strndup(text, n);

        if (line && *line) {
            put_text(stderr, line);
            fputc('\n', stderr);
        }
        text += n + (text[n] == '\n');
    }
}

/**
 * verb_reload() - backcarectl reload
 *
 * Return: the exit status.
 */
int verb_reload(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    _cleanup_(strings_freep) char **warnings = NULL;
    struct client_error error = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (client_new(0, &client, &error) < 0)
        return client_fail(&error);
    if (client_call(client, "Reload", CLIENT_STRINGS, &warnings, &error, "") < 0) {
        if (!error.name || !error.message || strcmp(error.name, BACKCARE_ERROR_INVALID_CONFIG) != 0)
            return client_fail(&error);
        print_lines(error.message);
        fputs(_("backcarectl: the settings stay as they were\n"), stderr);
        client_error_done(&error);
        return CLI_REFUSED;
    }
    for (char **w = warnings; w && *w; w++)
        print_lines(*w);
    puts(_("Settings read."));
    return CLI_DONE;
}
