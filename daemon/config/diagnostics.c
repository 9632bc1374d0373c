/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a file, and where: collected, so that a person sees every mistake at once. Prints and
 * logs nothing itself.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/ini.h"
#include "util/i18n.h"

/**
 * diagnostics_done() - free what was collected
 * @d: the collection; it is empty afterwards and may be used again
 */
void diagnostics_done(struct diagnostics *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->items[i].file);
        free(d->items[i].text);
    }
    free(d->items);
    *d = (struct diagnostics){0};
}

/**
 * diagnostics_add() - note a mistake
 * @d: where to; NULL drops it, for a caller who only wants the values
 * @level: whether the file is still good
 * @file: the file as the user knows it
 * @line: from 1; 0 for the file as a whole
 * @fmt: the text, without the place; never the value of a private key
 *
 * Return: 0 or -ENOMEM.
 */
int diagnostics_add(struct diagnostics *d, enum diagnostic_level level, const char *file, unsigned line,
                    const char *fmt, ...)
{
    _cleanup_(freep) char *copy = NULL, *text = NULL;
    struct diagnostic *items;
    va_list ap;
    int r;

    if (!d)
        return 0;
    va_start(ap, fmt);
    r = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (r < 0) {
        text = NULL;
        return -ENOMEM;
    }
    copy = strdup(file);
    items = copy ? reallocarray(d->items, d->n + 1, sizeof(*items)) : NULL;
    if (!items)
        return -ENOMEM;
    d->items = items;
    items[d->n++] =
        (struct diagnostic){.level = level, .file = TAKE_PTR(copy), .line = line, .text = TAKE_PTR(text)};
    return 0;
}

/**
 * diagnostics_errors() - how many of them make the file bad
 *
 * Return: the number of errors, without the warnings.
 */
size_t diagnostics_errors(const struct diagnostics *d)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++)
        n += d->items[i].level == DIAGNOSTIC_ERROR;
    return n;
}

/**
 * diagnostics_format() - all of them as lines for a terminal, a bus error or the journal
 *
 * Return: "file:line: text\n" each ("file: text\n" for a file as a whole, "warning: " before the text of a
 * warning), freed by the caller; NULL out of memory.
 */
char *diagnostics_format(const struct diagnostics *d)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    for (size_t i = 0; i < d->n; i++) {
        const struct diagnostic *item = &d->items[i];

        (void)fputs(item->file, f);
        if (item->line > 0)
            (void)fprintf(f, ":%u", item->line);
        (void)fputs(": ", f);
        (void)fprintf(f, item->level == DIAGNOSTIC_WARNING ? _("warning: %s") : "%s", item->text);
        (void)fputc('\n', f);
    }
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
