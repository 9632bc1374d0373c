/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the catalogue is on this system, by the XDG rules. Reads the environment, touches no file.
 */
#include <string.h>

#include "catalogue/catalogue.h"
#include "config.h"
#include "util/fs-util.h"

static void dirs_free(char ***dirs)
{
    for (char **dir = *dirs; dir && *dir; dir++)
        free(*dir);
    free(*dirs);
}

/* Adds @base/@rest, unless it is in the list; takes no relative base, as the specification wants it. */
static int add_dir(char **dirs, const char *base, size_t size, const char *rest)
{
    _cleanup_(freep) char *parent = strndup(base, size), *dir = NULL;
    size_t n = 0;

    if (!parent)
        return -ENOMEM;
    if (*parent != '/')
        return 0;
    dir = path_join(parent, rest);
    if (!dir)
        return -ENOMEM;
    for (; dirs[n]; n++)
        if (strcmp(dirs[n], dir) == 0)
            return 0;
    dirs[n] = TAKE_PTR(dir);
    return 0;
}

/**
 * catalogue_dirs_find() - the directories of the catalogue
 * @data_dir: the user's data directory of this program (--data-dir), or NULL for $XDG_DATA_HOME/backcare
 * @ret_dirs: the directories, existing or not, for catalogue_load(): the one installed with the program,
 *   $XDG_DATA_DIRS from the last to the first, the user's; NULL-terminated, list and strings freed by the
 *   caller
 *
 * Return: 0 or -ENOMEM.
 */
int catalogue_dirs_find(const char *data_dir, char ***ret_dirs)
{
    const char *xdg_dirs = getenv("XDG_DATA_DIRS"), *xdg_home = getenv("XDG_DATA_HOME"),
               *home = getenv("HOME");
    const char *end;
    _cleanup_(dirs_free) char **dirs = NULL;
    size_t n = 4; /* the installed one, the user's, one without a colon behind it, NULL */
    int r;

    if (!xdg_dirs || !*xdg_dirs)
        xdg_dirs = "/usr/local/share:/usr/share";
    for (const char *p = xdg_dirs; *p; p++)
        n += *p == ':';
    dirs = calloc(n, sizeof *dirs);
    if (!dirs)
        return -ENOMEM;
    dirs[0] = strdup(BACKCARE_CATALOGUE_DIR);
    r = dirs[0] ? 0 : -ENOMEM;
    end = xdg_dirs + strlen(xdg_dirs);
    while (r >= 0 && end) {
        const char *start = memrchr(xdg_dirs, ':', (size_t)(end - xdg_dirs));
        const char *dir = start ? start + 1 : xdg_dirs;

        r = add_dir(dirs, dir, (size_t)(end - dir), "backcare/catalogue");
        end = start;
    }
    if (r < 0)
        return r;
    if (data_dir && *data_dir) {
        size_t i = 0;

        while (dirs[i])
            i++;
        dirs[i] = path_join(data_dir, "catalogue");
        r = dirs[i] ? 0 : -ENOMEM;
    } else if (xdg_home && *xdg_home == '/') {
        r = add_dir(dirs, xdg_home, strlen(xdg_home), "backcare/catalogue");
    } else if (home) {
        r = add_dir(dirs, home, strlen(home), ".local/share/backcare/catalogue");
    }
    if (r < 0)
        return r;
    *ret_dirs = TAKE_PTR(dirs);
    return 0;
}
