/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The types of settings: strict reading of a value, with a message that helps. Knows types and ranges, not
 * what a setting is for.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/i18n.h"
#include "util/strv.h"

#define SHOWN_MAX 60 /* bytes of a value that a message repeats */

static const char *const bool_words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

/**
 * setting_mistake_add() - say what is wrong with a value: "[section].key: value: message"
 * @c: where it stands; a private one's value is left out
 * @fmt: the message; for a private setting it must not repeat any part of the value either
 *
 * Return: 0 or -ENOMEM. Callers rather use setting_mistake(), which is the failure to pass on.
 */
int setting_mistake_add(const struct setting_context *c, const char *fmt, ...)
{
    _cleanup_(freep) char *message = NULL;
    size_t n = strlen(c->value);
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = vasprintf(&message, fmt, ap);
    va_end(ap);
    if (r < 0) {
        message = NULL;
        return -ENOMEM;
    }
    if (c->is_private || n == 0) {
        r = diagnostics_add(c->d, DIAGNOSTIC_ERROR, c->file, c->line, "[%s].%s: %s", c->section, c->key,
                            message);
        return r;
    }
    if (n > SHOWN_MAX) {
        /* Cut before a whole UTF-8 character. */
        for (n = SHOWN_MAX; n > 0 && ((unsigned char)c->value[n] & 0xc0) == 0x80; n--)
            ;
    }
    r = diagnostics_add(c->d, DIAGNOSTIC_ERROR, c->file, c->line, "[%s].%s: %.*s%s: %s", c->section, c->key,
                        (int)n, c->value, c->value[n] ? "…" : "", message);
    return r;
}

/* "a, b, c" for a message, freed by the caller. */
static char *choices_text(const char *const *choices)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    for (size_t i = 0; choices[i]; i++)
        (void)fprintf(f, "%s%s", i > 0 ? ", " : "", choices[i]);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/**
 * setting_mistake_choice() - say that a word is none of those that may be
 * @intro: what is wrong
 * @word: the word; the nearest of the choices is named, unless the setting is private: that would give away
 *   what was written
 * @choices: NULL-terminated; all are listed
 *
 * Return: -EINVAL or -ENOMEM.
 */
int setting_mistake_choice(const struct setting_context *c, const char *intro, const char *word,
                           const char *const *choices)
{
    _cleanup_(freep) char *list = choices_text(choices);
    const char *nearest = c->is_private ? NULL : nearest_name(word, choices);

    if (!list)
        return -ENOMEM;
    if (nearest)
        return setting_mistake(c, _("%s; did you mean %s? Valid: %s"), intro, nearest, list);
    return setting_mistake(c, _("%s; valid: %s"), intro, list);
}

/**
 * setting_bool_parse() - read yes, true, on, 1 or no, false, off, 0
 * @text: the word; upper and lower case are the same
 * @ret: untouched on failure
 *
 * Return: 0 or -EINVAL.
 */
int setting_bool_parse(const char *text, bool *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(bool_words); i++)
        if (strcasecmp(text, bool_words[i]) == 0) {
            *ret = i % 2 == 1;
            return 0;
        }
    return -EINVAL;
}

static int parse_bool(const struct setting_context *c, bool *field)
{
    return setting_bool_parse(c->value, field) < 0 ? setting_mistake(c, _("must be yes or no")) : 0;
}

static int mistake_range(const struct setting *setting, const struct setting_context *c)
{
    char low[USEC_FORMAT_MAX], high[USEC_FORMAT_MAX];

    return setting_mistake(
        c, setting->zero ? _("must be 0 or between %s and %s") : _("must be between %s and %s"),
        usec_format(low, sizeof(low), setting->min),
        setting->max > 1000 * USEC_PER_DAY ? "100y" : usec_format(high, sizeof(high), setting->max));
}

static int parse_time(const struct setting *setting, const struct setting_context *c, usec_t *field)
{
    usec_t usec;
    int r;

    for (const struct setting_word *w = setting->words; w && w->word; w++)
        if (strcasecmp(c->value, w->word) == 0) {
            *field = w->usec;
            return 0;
        }
    r = usec_parse(c->value, 0, &usec);
    if (r == -ENODATA && setting->zero && strspn(c->value, "0") == strlen(c->value)) {
        *field = 0;
        return 0;
    }
    if (r == -ENODATA)
        return setting_mistake(c, _("no unit: say min or s, as in %smin"), c->value);
    if (r == -ERANGE)
        return mistake_range(setting, c);
    if (r < 0 && setting->words && setting->words[1].word)
        return setting_mistake(c, _("must be a time, as in 90s, 5min or 1h 30min, or %s or %s"),
                               setting->words[0].word, setting->words[1].word);
    if (r < 0 && setting->words)
        return setting_mistake(c, _("must be a time, as in 90s, 5min or 1h 30min, or %s"),
                               setting->words[0].word);
    if (r < 0)
        return setting_mistake(c, _("must be a time, as in 90s, 5min or 1h 30min"));
    if ((usec < setting->min || usec > setting->max) && !(setting->zero && usec == 0))
        return mistake_range(setting, c);
    *field = usec;
    return 0;
}

/* Digits only: no sign, no blank, no other base. */
static int parse_digits(const char *text, size_t n, usec_t max, unsigned *ret)
{
    usec_t number = 0;

    if (n == 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -EINVAL;
        number = MIN(number * 10 + (text[i] - '0'), (usec_t)1000000);
    }
    if (number > max)
        return -ERANGE;
    *ret = (unsigned)number;
    return 0;
}

static int parse_count(const struct setting *setting, const struct setting_context *c, unsigned *field)
{
    size_t n = strlen(c->value);
    bool percent = setting->type == SETTING_PERCENT;
    long long min = setting->min, max = setting->max;
    unsigned number;
    int r;

    if (percent) {
        if (n == 0 || c->value[n - 1] != '%')
            return setting_mistake(c, _("must be a percentage, as in 50%%"));
        for (n--; n > 0 && c->value[n - 1] == ' '; n--)
            ;
    }
    r = parse_digits(c->value, n, setting->max, &number);
    if (r == -EINVAL)
        return setting_mistake(c,
                               percent ? _("must be a whole number of per cent from %lld%% to %lld%%")
                                       : _("must be a whole number from %lld to %lld"),
                               min, max);
    if (r < 0 || number < setting->min)
        return setting_mistake(
            c, percent ? _("must be from %lld%% to %lld%%") : _("must be from %lld to %lld"), min, max);
    *field = number;
    return 0;
}

/**
 * setting_choice_lookup() - which of the choices a word is, in upper or lower case
 * @choices: NULL-terminated
 *
 * Return: its index, or -EINVAL.
 */
int setting_choice_lookup(const char *const *choices, const char *text, size_t n)
{
    for (int i = 0; choices[i]; i++)
        if (strncasecmp(choices[i], text, n) == 0 && !choices[i][n])
            return i;
    return -EINVAL;
}

static int parse_choice(const struct setting *setting, const struct setting_context *c, unsigned *field)
{
    int i = setting_choice_lookup(setting->choices, c->value, strlen(c->value));

    if (i < 0)
        return setting_mistake_choice(c, _("no such choice"), c->value, setting->choices);
    *field = (unsigned)i;
    return 0;
}

static int replace_text(char **field, const char *text)
{
    char *copy = NULL;

    if (text) {
        copy = strdup(text);
        if (!copy)
            return -ENOMEM;
    }
    free(*field);
    *field = copy;
    return 0;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static int parse_sound(const struct setting_context *c, char **field)
{
    bool on;

    if (setting_bool_parse(c->value, &on) >= 0)
        return replace_text(field, on ? "" : NULL);
    if (!*c->value || c->value[strspn(c->value, LETTERS DIGITS "-_.")])
        return setting_mistake(c, _("must be yes, no or the name of a sound, as in message-new-instant"));
    return replace_text(field, c->value);
}

static int parse_clock(const struct setting_context *c, int *field)
{
    bool on;
    int minutes;

    if (!*c->value || (setting_bool_parse(c->value, &on) >= 0 && !on)) {
        *field = -1;
        return 0;
    }
    if (time_of_day_parse(c->value, false, &minutes) < 0)
        return setting_mistake(c, _("must be a time of day, as in 21:30, or no"));
    *field = minutes;
    return 0;
}

static int parse_date(const struct setting_context *c, char **field)
{
    static const unsigned char month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *v = c->value;
    unsigned year, month, day, last;

    if (!*v)
        return replace_text(field, NULL);
    if (strlen(v) != 10 || v[4] != '-' || v[7] != '-' || parse_digits(v, 4, 9999, &year) < 0 ||
        parse_digits(v + 5, 2, 99, &month) < 0 || parse_digits(v + 8, 2, 99, &day) < 0)
        return setting_mistake(c,
                               _("must be a date, written year-month-day with two digits for month and day"));
    if (year < 1970 || month < 1 || month > 12)
        return setting_mistake(c, _("there is no such date"));
    last = month_days[month - 1];
    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        last++;
    if (day < 1 || day > last)
        return setting_mistake(c, _("there is no such date"));
    return replace_text(field, v);
}

/* "auto", or a tag as in the environment: de, de_DE, pt-BR, sr@latin. */
static int parse_language(const struct setting_context *c, char **field)
{
    const char *v = c->value;
    size_t n = strspn(v, LETTERS);

    if (strcasecmp(v, "auto") == 0)
        return replace_text(field, "auto");
    if (n < 2 || n > 3 || strlen(v) > 32 || (v[n] && !strchr("-_@", v[n])) ||
        v[n + strspn(v + n, LETTERS DIGITS "-_@")])
        return setting_mistake(c, _("must be auto or a language, as in de or pt_BR"));
    return replace_text(field, v);
}

static int parse_number(const struct setting_context *c, char **field)
{
    const char *v = c->value;

    if (!*v)
        return replace_text(field, NULL);
    if (strlen(v) > 32 || v[strspn(v, DIGITS " +-()/.*")] || !strpbrk(v, DIGITS))
        return setting_mistake(c,
                               _("must be a telephone number: digits, blanks and + - ( ) / . *, at most 32"));
    return replace_text(field, v);
}

/**
 * setting_parse() - read a value into its field
 * @setting: its row of the table
 * @c: the value and where it stands
 * @field: what to set; a former value is freed; untouched on failure
 *
 * Return: 0; -EINVAL with the mistake in @c->d; -ENOMEM.
 */
int setting_parse(const struct setting *setting, const struct setting_context *c, void *field)
{
    switch (setting->type) {
    case SETTING_BOOL:
        return parse_bool(c, field);
    case SETTING_TIME:
        return parse_time(setting, c, field);
    case SETTING_COUNT:
    case SETTING_PERCENT:
        return parse_count(setting, c, field);
    case SETTING_CHOICE:
        return parse_choice(setting, c, field);
    case SETTING_FLAGS:
        return setting_parse_flags(setting, c, field);
    case SETTING_WORDS:
        return setting_parse_words(setting, c, field);
    case SETTING_SOUND:
        return parse_sound(c, field);
    case SETTING_CLOCK:
        return parse_clock(c, field);
    case SETTING_DATE:
        return parse_date(c, field);
    case SETTING_LANGUAGE:
        return parse_language(c, field);
    case SETTING_NUMBER:
        return parse_number(c, field);
    case _SETTING_TYPE_MAX:
        break;
    }
    return -EINVAL;
}

/**
 * setting_free() - free what a field owns; those that own nothing are left as they are
 */
void setting_free(const struct setting *setting, void *field)
{
    if (setting->type == SETTING_WORDS)
        (void)strv_free(*(char ***)field);
    else if (setting->type == SETTING_SOUND || setting->type == SETTING_DATE ||
             setting->type == SETTING_LANGUAGE || setting->type == SETTING_NUMBER)
        free(*(char **)field);
}
