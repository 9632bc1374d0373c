/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcare-notifier: the command line. What the program does is in desktop.c.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "config.h"
#include "notifier/desktop.h"

static int help(void)
{
    (void)puts("backcare-notifier [--stay]\n"
               "\n"
               "Shows one notification, told by lines on standard input; says on standard\n"
               "output what becomes of it; ends when the notification is gone. The end of the\n"
               "input takes the notification away.\n"
               "\n"
               "  --stay      the end of the input shows what was read and leaves it standing,\n"
               "              until it is answered, closed or expired\n"
               "  --help      this text\n"
               "  --version   the version\n"
               "\n"
               "Input: summary, body, fallback, image, sound, urgency, timeout, action, quiet,\n"
               "each followed by its value; a blank line or 'show' shows it. Another message\n"
               "replaces the first. Output: shown, action ID, closed REASON, failed TEXT.\n"
               "\n"
               "  printf 'summary Hello\\nbody A short break?\\naction start Start\\n' |\n"
               "      backcare-notifier --stay");
    return 0;
}

int main(int argc, char *argv[])
{
    static const struct option options[] = {
        {"stay", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    bool stay = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
        switch (c) {
        case 's':
            stay = true;
            break;
        case 'h':
            return help();
        case 'v':
            (void)puts("backcare-notifier " BACKCARE_VERSION);
            return 0;
        default:
            return 2;
        }
    if (optind < argc) {
        (void)fprintf(stderr, "backcare-notifier: unexpected argument '%s'; see --help\n", argv[optind]);
        return 2;
    }
    return desktop_run(stay);
}
