/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of settings for people: the shipped, commented file and the list of the manual page.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"

#define WIDTH 100

/* Breaks plain text into lines of at most WIDTH, each after @prefix. */
static void write_wrapped(FILE *f, const char *prefix, const char *text)
{
    size_t column = 0;

    while (*text) {
        size_t n = strcspn(text, " ");

        if (column > 0 && column + 1 + n > WIDTH) {
            (void)fputc('\n', f);
            column = 0;
        }
        column += (size_t)fprintf(f, "%s%.*s", column == 0 ? prefix : " ", (int)n, text);
        text += n + strspn(text + n, " ");
    }
    (void)fputc('\n', f);
}

static void write_choices(const struct setting *setting, const char *last, FILE *f)
{
    for (size_t i = 0; setting->choices[i]; i++)
        (void)fprintf(f, "%s%s", i == 0 ? "" : setting->choices[i + 1] ? ", " : last, setting->choices[i]);
}

static void write_time_range(const struct setting *setting, FILE *f)
{
    char low[USEC_FORMAT_MAX], high[USEC_FORMAT_MAX];

    (void)fprintf(f, "%s from %s to %s", setting->zero ? "0, or a time" : "A time",
                  usec_format(low, sizeof(low), setting->min),
                  setting->max > 1000 * USEC_PER_DAY ? "100y"
                                                     : usec_format(high, sizeof(high), setting->max));
    for (const struct setting_word *w = setting->words; w && w->word; w++)
        (void)fprintf(f, "%s%s", w[1].word ? ", " : " or ", w->word);
}

/**
 * setting_format_range() - what a value may be, as a sentence
 */
void setting_format_range(const struct setting *setting, FILE *f)
{
    switch (setting->type) {
    case SETTING_BOOL:
        (void)fputs("Yes or no", f);
        break;
    case SETTING_TIME:
        write_time_range(setting, f);
        break;
    case SETTING_COUNT:
        (void)fprintf(f, "A number from %" PRId64 " to %" PRId64, setting->min, setting->max);
        break;
    case SETTING_PERCENT:
        (void)fprintf(f, "%" PRId64 "%% to %" PRId64 "%%", setting->min, setting->max);
        break;
    case SETTING_CHOICE:
        (void)fputs("One of ", f);
        write_choices(setting, " or ", f);
        break;
    case SETTING_FLAGS:
    case SETTING_WORDS:
        (void)fprintf(
            f, "%s, with commas between them: ", setting->min > 0 ? "One or more" : "Any of these, or none");
        write_choices(setting, ", ", f);
        break;
    case SETTING_SOUND:
        (void)fputs("Yes, no or the name of a sound", f);
        break;
    case SETTING_CLOCK:
        (void)fputs("A time of day, as in 21:30, or no", f);
        break;
    case SETTING_DATE:
        (void)fputs("A date, as in 2027-03-01, or nothing", f);
        break;
    case SETTING_LANGUAGE:
        (void)fputs("A language, as in de or pt_BR, or auto", f);
        break;
    case SETTING_NUMBER:
        (void)fputs("A telephone number, or nothing", f);
        break;
    case _SETTING_TYPE_MAX:
        break;
    }
    (void)fputc('.', f);
}

static const char later_text[] = "Not used by this version yet.";

/* The range as text, freed by the caller. */
static char *range_text(const struct setting *setting)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    setting_format_range(setting, f);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* @values: the defaults of a built-in break, by its keys; NULL elsewhere. */
static int write_default_keys(FILE *f, const char *section, const char *const *values, bool explain)
{
    size_t n = 0;

    for (size_t i = 0; i < settings_table_size; i++) {
        const struct setting *setting = &settings_table[i];
        const char *value = setting->fallback;

        if (strcmp(setting->section, section) != 0)
            continue;
        if (values)
            value = values[n++];
        if (explain) {
            _cleanup_(freep) char *range = range_text(setting);

            if (!range)
                return -ENOMEM;
            (void)fputc('\n', f);
            write_wrapped(f, "# ", setting->meaning);
            write_wrapped(f, "# ", range);
            if (setting->later)
                write_wrapped(f, "# ", later_text);
        }
        (void)fprintf(f, "#%s =%s%s\n", setting->key, *value ? " " : "", value);
    }
    return 0;
}

static int write_default_breaks(FILE *f)
{
    for (size_t i = 0; built_in_breaks[i].name; i++) {
        int r;

        (void)fprintf(f, "%s[%s.%s]\n", i > 0 ? "\n" : "", SETTING_BREAK, built_in_breaks[i].name);
        r = write_default_keys(f, SETTING_BREAK, built_in_breaks[i].values, i == 0);
        if (r < 0)
            return r;
    }
    return 0;
}

/**
 * settings_write_default() - write the shipped file: every key with its default, commented out
 * @f: where to
 *
 * A line "# text" explains; a line "#key = value" is a setting: without its # it says what holds anyway.
 *
 * Return: 0; -ENOMEM; -EIO when writing failed.
 */
int settings_write_default(FILE *f)
{
    int r = 0;

    (void)fputs("# SPDX-License-Identifier: GPL-3.0-or-later\n#\n", f);
    write_wrapped(
        f, "# ",
        "Settings of BackCare; the manual page backcare.conf(5) says more. Each key is shown with its "
        "default: to change one, remove the # before it and put your value. A change takes effect as soon "
        "as the file is saved; `backcarectl config check` says what is wrong with it.");
    (void)fputs("#\n", f);
    write_wrapped(
        f, "# ",
        "Times are written as in 90s, 5min or 1h 30min, always with a unit. A # or ; at the beginning of a "
        "line or after a blank begins a comment; put a value that holds one in quotes.");
    for (const struct setting_section *s = setting_sections; s->name && r >= 0; s++) {
        (void)fputs("\n\n", f);
        write_wrapped(f, "# ", s->meaning);
        if (strcmp(s->name, SETTING_BREAK) == 0) {
            r = write_default_breaks(f);
            continue;
        }
        (void)fprintf(f, "[%s]\n", s->name);
        r = write_default_keys(f, s->name, NULL, true);
    }
    if (r < 0)
        return r;
    return ferror(f) ? -EIO : 0;
}

/* Text for scdoc: its signs lose their meaning. */
static void write_scdoc(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\*_`#[]|<>~", *text))
            (void)fputc('\\', f);
        (void)fputc(*text, f);
    }
}

static int write_manual_key(FILE *f, const struct setting *setting)
{
    _cleanup_(freep) char *range = range_text(setting);
    bool is_break = strcmp(setting->section, SETTING_BREAK) == 0;
    unsigned n = 0;

    if (!range)
        return -ENOMEM;
    (void)fprintf(f, "*%s*\n\t", setting->key);
    write_scdoc(f, setting->meaning);
    (void)fputs("\n\n\t", f);
    write_scdoc(f, range);
    (void)fputs(" Default: ", f);
    if (is_break) {
        for (const struct setting *t = settings_table; t < setting; t++)
            n += strcmp(t->section, SETTING_BREAK) == 0;
        for (size_t i = 0; built_in_breaks[i].name; i++) {
            (void)fprintf(f, "%s", i > 0 ? "; " : "");
            write_scdoc(f, built_in_breaks[i].values[n]);
            (void)fprintf(f, " for %s", built_in_breaks[i].name);
        }
        (void)fputs(setting->fallback ? "; a break of your own: " : "; a break of your own needs it", f);
        write_scdoc(f, setting->fallback ?: "");
    } else {
        write_scdoc(f, *setting->fallback ? setting->fallback : "nothing");
    }
    (void)fprintf(f, ".%s%s\n\n", setting->later ? " " : "", setting->later ? later_text : "");
    return 0;
}

/**
 * settings_write_manual() - write the list of all keys for the manual page, in scdoc's form
 * @f: where to
 *
 * Return: 0; -ENOMEM; -EIO when writing failed.
 */
int settings_write_manual(FILE *f)
{
    for (const struct setting_section *s = setting_sections; s->name; s++) {
        (void)fprintf(f, "## [%s%s]\n\n", s->name, strcmp(s->name, SETTING_BREAK) == 0 ? ".NAME" : "");
        write_scdoc(f, s->meaning);
        (void)fputs("\n\n", f);
        for (size_t i = 0; i < settings_table_size; i++)
            if (strcmp(settings_table[i].section, s->name) == 0) {
                int r = write_manual_key(f, &settings_table[i]);

                if (r < 0)
                    return r;
            }
    }
    return ferror(f) ? -EIO : 0;
}
