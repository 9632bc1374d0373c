/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogues from real files below a directory of the test's own.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "catalogue-load.h"

int catalogue_dir_setup(void **state)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = path_join(tmp && *tmp ? tmp : "/tmp", "test-catalogue-XXXXXX");

    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

int catalogue_dir_teardown(void **state)
{
    _cleanup_(freep) char *command = NULL;
    int r = asprintf(&command, "rm -r -- '%s'", (const char *)*state) < 0 ? -1 : system(command);

    free(*state);
    return r;
}

void write_text(const char *dir, const char *name, const char *text)
{
    _cleanup_(freep) char *path = path_join(dir, name);
    char *slash;
    FILE *f;

    assert_non_null(path);
    slash = strrchr(path, '/');
    *slash = 0;
    assert_int_equal(mkdir_parents(path, 0700), 0);
    *slash = '/';
    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

char *with(const char *text, const char *old, const char *new)
{
    const char *at = old ? strstr(text, old) : text;
    char *changed;

    assert_non_null(at);
    assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, old ? new : "",
                         at + (old ? strlen(old) : 0)) > 0);
    return changed;
}

/* The messages, with each "@dir/" and the last line break cut off. */
static char *messages(const struct diagnostics *d, const char *dir)
{
    _cleanup_(freep) char *prefix = NULL, *all = diagnostics_format(d);
    char *to, *short_form;

    assert_non_null(all);
    assert_true(asprintf(&prefix, "%s/", dir) > 0);
    to = short_form = malloc(strlen(all) + 1);
    assert_non_null(short_form);
    for (const char *p = all; *p;) {
        if (strncmp(p, prefix, strlen(prefix)) == 0)
            p += strlen(prefix);
        else
            *to++ = *p++;
    }
    if (to > short_form && to[-1] == '\n')
        to--;
    *to = 0;
    return short_form;
}

struct catalogue *load_text(const char *dir, const char *text, const char *expected)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(dir, "x.ini"), *said = NULL;
    struct catalogue *catalogue = NULL;

    write_text(dir, "x.ini", text);
    assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
    said = messages(&d, dir);
    assert_string_equal(said, expected);
    return catalogue;
}

struct catalogue *load_both(const char *dir, const char *expected)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *system_dir = path_join(dir, "system"), *user = path_join(dir, "user"),
                          *said = NULL;
    const char *dirs[] = {system_dir, user, NULL};
    struct catalogue *catalogue = NULL;

    assert_int_equal(catalogue_load(dirs, NULL, &d, &catalogue), 0);
    said = messages(&d, dir);
    assert_string_equal(said, expected);
    return catalogue;
}
