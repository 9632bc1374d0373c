/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loads settings from text, for the tests of settings: through a real file, with the messages as lines.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config/settings.h"

static char dir[] = "/tmp/backcare-settings-XXXXXX";
static char path[64];

static _unused_ int setup(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(path, sizeof(path), "%s/f", dir);
    return 0;
}

static _unused_ int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(dir);
}

/* Loads text. The diagnostics have their file name left out. */
static _unused_ struct settings *load(const char *text, char **ret_messages)
{
    struct diagnostics d = {0};
    struct settings *s = NULL;
    char *lines, *out;
    size_t n = strlen(path);
    FILE *f;

    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(settings_load_file(path, &d, &s), 0);
    lines = out = diagnostics_format(&d);
    for (const char *p = lines; *p;)
        if (strncmp(p, path, n) == 0)
            p += n;
        else
            *out++ = *p++;
    *out = 0;
    diagnostics_done(&d);
    *ret_messages = lines;
    return s;
}

/* Not inlined: gcc 12 takes what open_memstream() allocates for the variable that points to it. */
static _unused_ __attribute__((noinline)) char *show(const struct settings *s, bool json)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    assert_int_equal(settings_write(s, json, f), 0);
    assert_int_equal(fclose(f), 0);
    return text;
}

static _unused_ void check(const char *text, const char *messages)
{
    char *got;
    struct settings *s = load(text, &got);

    assert_string_equal(got, messages);
    free(got);
    settings_free(s);
}
