/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The days and hours of [schedule]: "Mon-Fri = 09:00-12:30, 13:30-18:00". Local times of the week only; knows
 * no date and no clock.
 */
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/i18n.h"

#define DAY_MIN (24 * 60)
#define WORD_MAX 31

static const char *const long_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};

/* Copies the part of @p before one of @stops, without blanks around it; moves *p behind it. False if it is
 * too long to be a word of ours. */
static bool next_word(const char **p, const char *stops, char word[WORD_MAX + 1])
{
    size_t n = strcspn(*p, stops), skip = strspn(*p, " \t"), end = n;

    while (end > skip && ((*p)[end - 1] == ' ' || (*p)[end - 1] == '\t'))
        end--;
    if (skip > end)
        skip = end;
    if (end - skip > WORD_MAX)
        return false;
    memcpy(word, *p + skip, end - skip);
    word[end - skip] = 0;
    *p += n;
    return true;
}

static int weekday_lookup(const char *word)
{
    for (int i = 0; i < 7; i++)
        if (strcasecmp(word, weekday_names[i]) == 0 || strcasecmp(word, long_names[i]) == 0)
            return i;
    return -EINVAL;
}

/* "Mon", "Mon-Fri", "Sat, Sun", "Fri-Mon": bits of the weekdays, or -EINVAL. */
static int parse_days(const char *key)
{
    int days = 0;

    for (const char *p = key;; p++) {
        char word[WORD_MAX + 1];
        int from, to;

        if (!next_word(&p, ",-", word))
            return -EINVAL;
        from = to = weekday_lookup(word);
        if (*p == '-') {
            p++;
            if (!next_word(&p, ",", word))
                return -EINVAL;
            to = weekday_lookup(word);
        }
        if (from < 0 || to < 0)
            return -EINVAL;
        for (int i = from;; i = (i + 1) % 7) {
            days |= 1 << i;
            if (i == to)
                break;
        }
        if (!*p)
            return days;
    }
}

/* One "09:00-12:30". @reason says what is wrong with it. */
static int parse_span(const char *text, struct bc_work_span *ret, const char **reason)
{
    char from[WORD_MAX + 1], to[WORD_MAX + 1];
    const char *p = text;
    int start, end;

    *reason = _("must be spans as in 09:00-12:30, 13:30-18:00, or none");
    if (!next_word(&p, "-", from) || *p != '-')
        return -EINVAL;
    p++;
    if (!next_word(&p, "", to) || time_of_day_parse(from, false, &start) < 0 ||
        time_of_day_parse(to, true, &end) < 0)
        return -EINVAL;
    *reason = _("a span ends where it begins; a whole day is 00:00-24:00");
    if (start == end)
        return -EINVAL;
    *ret = (struct bc_work_span){.start_min = start, .end_min = end > start ? end : end + DAY_MIN};
    return 0;
}

static int parse_spans(const struct setting_context *c, struct work_day *ret)
{
    struct work_day day = {.named = true, .file = c->file, .line = c->line};
    const char *p = c->value, *reason;

    if (*p && strcasecmp(p, "none") != 0)
        for (;; p++) {
            struct bc_work_span span = {0};
            char word[WORD_MAX + 1];

            if (!next_word(&p, ",", word))
                return setting_mistake(c, _("must be spans as in 09:00-12:30, 13:30-18:00, or none"));
            if (parse_span(word, &span, &reason) < 0)
                return setting_mistake(c, "%s", reason);
            for (size_t i = 0; i < day.n; i++)
                if (span.start_min < day.spans[i].end_min && day.spans[i].start_min < span.end_min)
                    return setting_mistake(c, _("two spans overlap"));
            if (day.n == WORK_SPANS_MAX)
                return setting_mistake(c, _("more than %d spans"), WORK_SPANS_MAX);
            day.spans[day.n++] = span;
            if (!*p)
                break;
        }
    *ret = day;
    return 0;
}

/* So that `config show` and the core see them in order of time, however they were written. */
static void sort_spans(struct work_day *day)
{
    for (size_t i = 1; i < day->n; i++)
        for (size_t j = i; j > 0 && day->spans[j].start_min < day->spans[j - 1].start_min; j--) {
            struct bc_work_span span = day->spans[j];

            day->spans[j] = day->spans[j - 1];
            day->spans[j - 1] = span;
        }
}

/**
 * schedule_apply() - take over one key of [schedule]
 * @c: the key (days) and its value (spans, or none)
 * @days: from Sunday; those that the key names are replaced
 *
 * Return: 0; -EINVAL with the mistake in @c->d and @days as they were; -ENOMEM.
 */
int schedule_apply(const struct setting_context *c, struct work_day days[7])
{
    int bits = parse_days(c->key), r;
    struct work_day day;

    if (bits < 0) {
        const char *nearest = nearest_name(c->key, weekday_names);

        if (!nearest)
            nearest = nearest_name(c->key, (const char *const[]){"wind-down", NULL});
        r = nearest
                ? diagnostics_add(
                      c->d, DIAGNOSTIC_ERROR, c->file, c->line,
                      _("[%s].%s: unknown key; did you mean %s? Valid: days as in Mon, Mon-Fri or "
                        "Sat, Sun; or wind-down"),
                      c->section, c->key, nearest)
                : diagnostics_add(c->d, DIAGNOSTIC_ERROR, c->file, c->line,
                                  _("[%s].%s: unknown key; valid: days as in Mon, Mon-Fri or Sat, Sun; or "
                                    "wind-down"),
                                  c->section, c->key);
        return r < 0 ? r : -EINVAL;
    }
    r = parse_spans(c, &day);
    if (r < 0)
        return r;
    sort_spans(&day);
    for (int i = 0; i < 7; i++)
        /* In one file nothing says which of two keys should hold. */
        if ((bits & (1 << i)) && days[i].named && strcmp(days[i].file, c->file) == 0)
            return setting_mistake(c, _("%s is named in line %u already"), weekday_names[i], days[i].line);
    for (int i = 0; i < 7; i++)
        if (bits & (1 << i)) {
            days[i] = day;
            for (size_t j = 0; j < day.n; j++)
                days[i].spans[j].weekday = i;
        }
    return 0;
}

/**
 * schedule_format_day() - write the spans of one weekday as they stand in a file
 * @rules: with its schedule
 * @weekday: 0 = Sunday
 * @f: where to; nothing is written for a day without working hours
 */
void schedule_format_day(const struct bc_rules *rules, int weekday, FILE *f)
{
    const char *comma = "";

    for (size_t i = 0; i < rules->n_schedule; i++) {
        const struct bc_work_span *s = &rules->schedule[i];
        int end = s->end_min > DAY_MIN ? s->end_min - DAY_MIN : s->end_min;

        if (s->weekday != weekday)
            continue;
        (void)fprintf(f, "%s%02d:%02d-%02d:%02d", comma, s->start_min / 60, s->start_min % 60, end / 60,
                      end % 60);
        comma = ", ";
    }
}
