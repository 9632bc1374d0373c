/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tool of the build: writes what is made from the table of settings. `default` is the shipped file;
 * `manual FRAME` is the manual page, FRAME with the list of keys in place of the line @SETTINGS@.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/settings.h"

static int write_manual(const char *frame)
{
    FILE *f = fopen(frame, "re");
    char line[1024];
    int r = 0;

    if (!f)
        return -errno;
    while (r >= 0 && fgets(line, sizeof(line), f))
        r = strcmp(line, "@SETTINGS@\n") == 0 ? settings_write_manual(stdout)
            : fputs(line, stdout) < 0         ? -EIO
                                              : 0;
    if (r >= 0 && ferror(f))
        r = -EIO;
    (void)fclose(f);
    return r;
}

int main(int argc, char *argv[])
{
    int r;

    if (argc == 2 && strcmp(argv[1], "default") == 0)
        r = settings_write_default(stdout);
    else if (argc == 3 && strcmp(argv[1], "manual") == 0)
        r = write_manual(argv[2]);
    else {
        (void)fprintf(stderr, "usage: %s default | manual FRAME\n", argv[0]);
        return 2;
    }
    if (r >= 0 && fflush(stdout) != 0)
        r = -errno;
    if (r < 0)
        (void)fprintf(stderr, "%s: %s\n", argv[0], strerror(-r));
    return r < 0 ? 1 : 0;
}
