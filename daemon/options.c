/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>

#include "config.h"
#include "options.h"
#include "source/source.h"

static void help(void)
{
    (void)puts("backcared [OPTIONS]\n\n"
               "Follows how long you have been sitting and reminds you of a break.\n"
               "Usually started by systemd: systemctl --user enable --now backcare\n\n"
               "  --config-dir DIR  settings from DIR/backcare.conf and DIR/backcare.conf.d alone\n"
               "  --state-dir DIR   where counters are kept (default: ~/.local/state/backcare)\n"
               "  --data-dir DIR    the user's exercises (default: ~/.local/share/backcare)\n"
               "  --notifier PATH   program that shows notifications\n"
               "  --source NAME     follow activity by NAME only: auto, wayland, mutter, x11,\n"
               "                    screensaver or logind\n"
               "  --record FILE     write what happens to FILE, for backcarectl simulate\n"
               "  --check-config    read the settings, say what is wrong with them, and end\n"
               "  --help            this text\n"
               "  --version         the version\n\n"
               "See backcared(8), backcare.conf(5) and backcarectl(1).");
}

/**
 * options_parse() - read the command line
 * @ret: what it asks for; strings point into @argv
 *
 * Return: 0; 1 after --help or --version; -EINVAL after a message on stderr.
 */
int options_parse(int argc, char *argv[], struct options *ret)
{
    static const struct option longs[] = {
        {"config-dir", required_argument, NULL, 'c'}, {"state-dir", required_argument, NULL, 's'},
        {"data-dir", required_argument, NULL, 'd'},   {"notifier", required_argument, NULL, 'n'},
        {"source", required_argument, NULL, 'o'},     {"record", required_argument, NULL, 'r'},
        {"check-config", no_argument, NULL, 'C'},     {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},          {},
    };
    struct options options = {0};
    int c;

    while ((c = getopt_long(argc, argv, "h", longs, NULL)) >= 0)
        switch (c) {
        case 'c':
            options.config_dir = optarg;
            break;
        case 's':
            options.state_dir = optarg;
            break;
        case 'd':
            options.data_dir = optarg;
            break;
        case 'n':
            options.notifier = optarg;
            break;
        case 'o':
            options.source = optarg;
            if (source_kind_from_string(optarg) < 0) {
                (void)fprintf(stderr, "backcared: --source: %s: not a source; see --help\n", optarg);
                return -EINVAL;
            }
            break;
        case 'r':
            options.record = optarg;
            break;
        case 'C':
            options.check_config = true;
            break;
        case 'h':
            help();
            return 1;
        case 'V':
            (void)puts("backcared " BACKCARE_VERSION);
            return 1;
        default:
            (void)fputs("backcared: try --help\n", stderr);
            return -EINVAL;
        }
    if (optind < argc) {
        (void)fprintf(stderr, "backcared: %s: no argument is expected; try --help\n", argv[optind]);
        return -EINVAL;
    }
    *ret = options;
    return 0;
}
