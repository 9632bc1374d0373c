/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The picture of an exercise: its position, with the region marked that its file names first. It tells no
 * more than that of the exercise, and nothing of who does it, as others see the screen too.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalogue/catalogue.h"

#define CATALOGUE "/catalogue"

/* The picture of that name beside a directory of the catalogue, if it can be read. */
static int look_beside(const char *dir, const char *name, char **ret)
{
    const char *end = strrchr(dir, '/');
    char *path;

    /* A path that isn't absolute means nothing to a notification server. */
    if (*dir != '/' || strcmp(end, CATALOGUE) != 0)
        return -ENOENT;
    if (asprintf(&path, "%.*s/illustrations/%s", (int)(end - dir), dir, name) < 0)
        return -ENOMEM;
    if (access(path, R_OK) < 0) {
        free(path);
        return -ENOENT;
    }
    *ret = path;
    return 0;
}

/**
 * picture_find() - the picture of an exercise
 * @exercise: whose; NULL and a tip have none
 * @position: of exercise_position(): in which it is done
 * @catalogue_dirs: of catalogue_dirs_find(): pictures are in "illustrations" beside them. The user's come
 *   first, and in each a PNG, which every server draws, before an SVG
 * @ret: the absolute path of a file, freed by the caller
 *
 * Return: 0, -ENOENT if there is none, or -ENOMEM.
 */
int picture_find(const struct exercise *exercise, unsigned position, char *const *catalogue_dirs, char **ret)
{
    static const char *const types[] = {"png", "svg"};
    size_t n = 0;

    if (!exercise || exercise->regions == 0)
        return -ENOENT;
    while (catalogue_dirs && catalogue_dirs[n])
        n++;
    while (n-- > 0)
        for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
            char name[64];
            int r;

            (void)snprintf(name, sizeof name, "%s-%s.%s", catalogue_positions[position],
                           catalogue_regions[exercise->main_region], types[i]);
            r = look_beside(catalogue_dirs[n], name, ret);
            if (r != -ENOENT)
                return r;
        }
    return -ENOENT;
}
