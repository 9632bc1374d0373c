/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings in force as text: INI that reads back to the same settings, or JSON. For the user's own terminal:
 * private values are shown.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/json.h"

#define YEAR (31557600 * USEC_PER_SEC)

static const char *time_word(const struct setting *setting, usec_t usec)
{
    for (const struct setting_word *w = setting->words; w && w->word; w++)
        if (w->usec == usec)
            return w->word;
    return NULL;
}

static void format_time(const struct setting *setting, usec_t usec, FILE *f)
{
    const char *word = time_word(setting, usec);
    char buf[USEC_FORMAT_MAX];

    if (word)
        (void)fputs(word, f);
    else if (usec == 0)
        (void)fputs("0", f);
    else if (usec % YEAR == 0)
        (void)fprintf(f, "%" PRId64 "y", usec / YEAR);
    else
        (void)fputs(usec_format(buf, sizeof(buf), usec), f);
}

/* Writes each word of a list, between @quote and with ", " between them. */
static void format_list(const struct setting *setting, const void *field, bool json, FILE *f)
{
    const char *comma = "";

    if (setting->type == SETTING_WORDS) {
        for (char **p = *(char ***)field; *p; p++) {
            (void)fputs(comma, f);
            if (json)
                json_put_string(f, *p);
            else
                (void)fputs(*p, f);
            comma = ", ";
        }
        return;
    }
    for (unsigned i = 0; setting->choices[i]; i++)
        if (*(const uint32_t *)field & (1u << i)) {
            (void)fprintf(f, json ? "%s\"%s\"" : "%s%s", comma, setting->choices[i]);
            comma = ", ";
        }
}

/* The text behind SOUND, DATE, LANGUAGE, NUMBER and CLOCK as it stands in a file; "" when not set. */
static const char *text_value(const struct setting *setting, const void *field, char buf[16])
{
    const char *text;
    int minutes;

    if (setting->type == SETTING_CLOCK) {
        minutes = *(const int *)field;
        if (minutes < 0)
            return "no";
        (void)snprintf(buf, 16, "%02d:%02d", minutes / 60 % 100, minutes % 60);
        return buf;
    }
    text = *(char *const *)field;
    if (setting->type == SETTING_SOUND)
        return !text ? "no" : *text ? text : "yes";
    return text ?: "";
}

/**
 * setting_format() - write a value as it stands in a file
 * @setting: its row of the table
 * @field: the value
 * @f: where to
 */
void setting_format(const struct setting *setting, const void *field, FILE *f)
{
    char buf[16];

    switch (setting->type) {
    case SETTING_BOOL:
        (void)fputs(*(const bool *)field ? "yes" : "no", f);
        break;
    case SETTING_TIME:
        format_time(setting, *(const usec_t *)field, f);
        break;
    case SETTING_COUNT:
    case SETTING_PERCENT:
        (void)fprintf(f, "%u%s", *(const unsigned *)field, setting->type == SETTING_PERCENT ? "%" : "");
        break;
    case SETTING_CHOICE:
        (void)fputs(setting->choices[*(const unsigned *)field], f);
        break;
    case SETTING_FLAGS:
    case SETTING_WORDS:
        format_list(setting, field, false, f);
        break;
    case SETTING_SOUND:
    case SETTING_CLOCK:
    case SETTING_DATE:
    case SETTING_LANGUAGE:
    case SETTING_NUMBER:
        (void)fputs(text_value(setting, field, buf), f);
        break;
    case _SETTING_TYPE_MAX:
        break;
    }
}

/* "idle-after" -> "idle_after_seconds" */
static void json_key(const struct setting *setting, FILE *f)
{
    (void)fputc('"', f);
    for (const char *p = setting->key; *p; p++)
        (void)fputc(*p == '-' ? '_' : *p, f);
    (void)fputs(setting->type == SETTING_TIME      ? "_seconds\":"
                : setting->type == SETTING_PERCENT ? "_percent\":"
                                                   : "\":",
                f);
}

/**
 * setting_format_json() - write a value as JSON
 *
 * A time is a number of seconds, or the word that stands for a special one; what is not set is null.
 */
void setting_format_json(const struct setting *setting, const void *field, FILE *f)
{
    char buf[16];
    usec_t usec;

    switch (setting->type) {
    case SETTING_BOOL:
        (void)fputs(*(const bool *)field ? "true" : "false", f);
        break;
    case SETTING_TIME:
        usec = *(const usec_t *)field;
        if (time_word(setting, usec))
            json_put_string(f, time_word(setting, usec));
        else if (usec % USEC_PER_SEC == 0)
            (void)fprintf(f, "%" PRId64, usec / USEC_PER_SEC);
        else
            (void)fprintf(f, "%" PRId64 ".%06" PRId64, usec / USEC_PER_SEC, usec % USEC_PER_SEC);
        break;
    case SETTING_COUNT:
    case SETTING_PERCENT:
        (void)fprintf(f, "%u", *(const unsigned *)field);
        break;
    case SETTING_FLAGS:
    case SETTING_WORDS:
        (void)fputc('[', f);
        format_list(setting, field, true, f);
        (void)fputc(']', f);
        break;
    case SETTING_CHOICE:
        json_put_string(f, setting->choices[*(const unsigned *)field]);
        break;
    case SETTING_CLOCK:
    case SETTING_DATE:
    case SETTING_NUMBER:
        if (setting->type == SETTING_CLOCK ? *(const int *)field < 0 : !*(char *const *)field) {
            (void)fputs("null", f);
            break;
        }
        json_put_string(f, text_value(setting, field, buf));
        break;
    case SETTING_SOUND:
    case SETTING_LANGUAGE:
        json_put_string(f, text_value(setting, field, buf));
        break;
    case _SETTING_TYPE_MAX:
        break;
    }
}

/* From Monday, as people count. */
static int weekday_at(int i)
{
    return (i + 1) % 7;
}

static bool has_hours(const struct bc_rules *rules, int weekday)
{
    for (size_t i = 0; i < rules->n_schedule; i++)
        if (rules->schedule[i].weekday == weekday)
            return true;
    return false;
}

/* What the core is told of; nothing of it is private. */
static bool is_rule(const struct setting *setting)
{
    return strcmp(setting->section, SETTING_BREAK) == 0 ||
           setting->offset < offsetof(struct settings, rules) + sizeof(struct bc_rules);
}

static bool has_rules(const char *section)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (strcmp(settings_table[i].section, section) == 0 && is_rule(&settings_table[i]))
            return true;
    return strcmp(section, SETTING_SCHEDULE) == 0;
}

static void write_section_ini(const struct settings *settings, const char *section, const void *base,
                              bool rules_only, FILE *f)
{
    for (size_t i = 0; i < settings_table_size; i++) {
        const struct setting *setting = &settings_table[i];

        if (strcmp(setting->section, section) != 0 || (rules_only && !is_rule(setting)))
            continue;
        (void)fprintf(f, "%s = ", setting->key);
        setting_format(setting, setting_field(setting, (void *)base), f);
        (void)fputc('\n', f);
    }
    if (strcmp(section, SETTING_SCHEDULE) != 0)
        return;
    for (int i = 0; i < 7; i++) {
        if (!has_hours(&settings->rules, weekday_at(i)))
            continue;
        (void)fprintf(f, "%s = ", weekday_names[weekday_at(i)]);
        schedule_format_day(&settings->rules, weekday_at(i), f);
        (void)fputc('\n', f);
    }
}

static void write_ini(const struct settings *settings, bool rules_only, FILE *f)
{
    for (const struct setting_section *s = setting_sections; s->name; s++) {
        if (rules_only && !has_rules(s->name))
            continue;
        if (strcmp(s->name, SETTING_BREAK) != 0) {
            (void)fprintf(f, "%s[%s]\n", s == setting_sections ? "" : "\n", s->name);
            write_section_ini(settings, s->name, settings, rules_only, f);
            continue;
        }
        for (size_t i = 0; i < settings->rules.n_breaks; i++) {
            (void)fprintf(f, "\n[%s.%s]\n", s->name, settings->rules.breaks[i].name);
            write_section_ini(settings, s->name, &settings->rules.breaks[i], rules_only, f);
        }
    }
}

static void write_section_json(const struct settings *settings, const char *section, const void *base,
                               FILE *f)
{
    const char *comma = "";

    for (size_t i = 0; i < settings_table_size; i++) {
        const struct setting *setting = &settings_table[i];

        if (strcmp(setting->section, section) != 0)
            continue;
        (void)fputs(comma, f);
        json_key(setting, f);
        setting_format_json(setting, setting_field(setting, (void *)base), f);
        comma = ",";
    }
    if (strcmp(section, SETTING_SCHEDULE) != 0)
        return;
    (void)fprintf(f, "%s\"days\":{", comma);
    for (int i = 0; i < 7; i++) {
        (void)fprintf(f, "%s\"%c%s\":\"", i > 0 ? "," : "", weekday_names[weekday_at(i)][0] | 0x20,
                      weekday_names[weekday_at(i)] + 1);
        if (settings->rules.n_schedule == 0)
            (void)fputs("00:00-24:00", f);
        schedule_format_day(&settings->rules, weekday_at(i), f);
        (void)fputc('"', f);
    }
    (void)fputc('}', f);
}

static void write_json(const struct settings *settings, FILE *f)
{
    (void)fputc('{', f);
    for (const struct setting_section *s = setting_sections; s->name; s++) {
        bool is_break = strcmp(s->name, SETTING_BREAK) == 0;

        (void)fprintf(f, "%s\"%s\":%c", s == setting_sections ? "" : ",", is_break ? "breaks" : s->name,
                      is_break ? '[' : '{');
        if (!is_break)
            write_section_json(settings, s->name, settings, f);
        for (size_t i = 0; is_break && i < settings->rules.n_breaks; i++) {
            (void)fprintf(f, "%s{\"name\":", i > 0 ? "," : "");
            json_put_string(f, settings->rules.breaks[i].name);
            (void)fputc(',', f);
            write_section_json(settings, s->name, &settings->rules.breaks[i], f);
            (void)fputc('}', f);
        }
        (void)fputc(is_break ? ']' : '}', f);
    }
    (void)fputs("}\n", f);
}

/**
 * settings_write() - write every value in force
 * @settings: the settings
 * @json: one JSON object on a line; else INI text that reads back to the same settings
 * @f: where to
 *
 * Return: 0, or -EIO when writing failed.
 */
int settings_write(const struct settings *settings, bool json, FILE *f)
{
    if (json)
        write_json(settings, f);
    else
        write_ini(settings, false, f);
    return ferror(f) ? -EIO : 0;
}

/**
 * settings_write_rules() - write what the core knows of the settings, as INI text
 * @settings: the settings
 * @f: where to
 *
 * Under what it reads back to, a replay does the same as under @settings. Nothing of it is private.
 *
 * Return: 0, or -EIO when writing failed.
 */
int settings_write_rules(const struct settings *settings, FILE *f)
{
    write_ini(settings, true, f);
    return ferror(f) ? -EIO : 0;
}
