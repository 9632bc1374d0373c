/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See catalogue.h. How files become a catalogue is told in loader.h.
 */
#include <string.h>

#include "catalogue/loader.h"

static int load_dirs(const char *const *dirs, const char *language, bool bare, struct diagnostics *d,
                     struct catalogue **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(loader_done) struct loader loader = {.diagnostics = d ? d : &unread, .bare = bare};

    if (language) {
        loader.language = strdup(language);
        if (!loader.language)
            return -ENOMEM;
    }
    for (uint16_t i = 0; dirs[i]; i++) {
        int r = loader_read_directory(&loader, dirs[i], i);

        if (r < 0)
            return r;
    }
    return loader_fold(&loader, ret);
}

/**
 * catalogue_load() - load the catalogue
 * @dirs: the directories, NULL-terminated, from the system's to the user's: a section of a later one replaces
 *   the exercise of that id, or with nothing but `hidden` and `default` changes it
 * @language: the tag of the language that texts are wanted in, such as "de", "pt-BR" or "pt_BR", of which the
 *   first part will do; NULL for the plain texts. An exercise speaks one language: half translated is not
 *   translated
 * @d: gets every mistake; may be NULL. What has one is left out; where it was to replace an exercise, that
 * one stays
 * @ret: the catalogue, freed with catalogue_free()
 *
 * Return: 0, also with mistakes; -ENOMEM.
 */
int catalogue_load(const char *const *dirs, const char *language, struct diagnostics *d,
                   struct catalogue **ret)
{
    return load_dirs(dirs, language, false, d, ret);
}

/**
 * catalogue_load_bare() - load the catalogue without the texts of the exercises but their titles
 *
 * As catalogue_load(). They are read again from the file when they are needed, by exercise_load_texts().
 */
int catalogue_load_bare(const char *const *dirs, const char *language, struct diagnostics *d,
                        struct catalogue **ret)
{
    return load_dirs(dirs, language, true, d, ret);
}

/**
 * catalogue_load_file() - load one file alone, to check it
 * @path: the file. It may hide exercises which are not in it
 * @installed: a catalogue whose exercises its routines may name beside its own, and that then must outlive
 *   the result; or NULL
 * @d: gets every mistake; may be NULL
 * @ret: what it defines, freed with catalogue_free()
 *
 * Return: 0, also with mistakes; -ENOENT if there is no such file; -ENOMEM.
 */
int catalogue_load_file(const char *path, const struct catalogue *installed, struct diagnostics *d,
                        struct catalogue **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics unread = {0};
    _cleanup_(loader_done) struct loader loader = {
        .diagnostics = d ? d : &unread, .single = true, .installed = installed};
    int r = loader_read_file(&loader, path, 0);

    return r < 0 ? r : loader_fold(&loader, ret);
}

/**
 * catalogue_free() - free a catalogue with all its exercises
 *
 * Return: NULL.
 */
struct catalogue *catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue)
        return NULL;
    for (size_t i = 0; i < catalogue->n; i++)
        free(catalogue->exercises[i]);
    for (size_t i = 0; i < catalogue->n_tips; i++)
        free(catalogue->tips[i]);
    for (size_t i = 0; i < catalogue->n_routines; i++)
        free(catalogue->routines[i]);
    free(catalogue->routines);
    free(catalogue->tips);
    free(catalogue->exercises);
    free(catalogue->by_id);
    for (struct catalogue_file **file = catalogue->files; file && *file; file++)
        free(*file);
    free(catalogue->files);
    free(catalogue->language);
    free(catalogue);
    return NULL;
}

static int compare_id(const void *id, const void *exercise)
{
    return strcmp(id, (*(struct exercise *const *)exercise)->id);
}

/**
 * catalogue_find() - the exercise of an id
 *
 * Return: the exercise, also a hidden one, owned by the catalogue; NULL if there is none.
 */
const struct exercise *catalogue_find(const struct catalogue *catalogue, const char *id)
{
    struct exercise **found =
        bsearch(id, catalogue->by_id, catalogue->n, sizeof(struct exercise *), compare_id);

    return found ? *found : NULL;
}

/**
 * catalogue_find_routine() - the routine of an id
 *
 * Return: the routine, also a hidden one, owned by the catalogue; NULL if there is none.
 */
const struct routine *catalogue_find_routine(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->n_routines; i++)
        if (strcmp(catalogue->routines[i]->id, id) == 0)
            return catalogue->routines[i];
    return NULL;
}
