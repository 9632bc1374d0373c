/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations as systemd writes them ("1h 30min"), times of day, and the two clock reads of the program.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/macro.h"
#include "util/time-util.h"

/**
 * now_usec() - the present reading of a clock
 * @clock: CLOCK_BOOTTIME, CLOCK_MONOTONIC or CLOCK_REALTIME
 *
 * Return: microseconds on that clock.
 */
usec_t now_usec(clockid_t clock)
{
    struct timespec ts = {0};

    (void)clock_gettime(clock, &ts);
    return (usec_t)ts.tv_sec * USEC_PER_SEC + (usec_t)ts.tv_nsec / 1000;
}

/**
 * local_utc_offset_usec() - how far local time is ahead of UTC
 * @realtime_usec: the instant, since the epoch: the offset changes with summer time
 *
 * Return: the offset in microseconds, negative west of Greenwich.
 */
usec_t local_utc_offset_usec(usec_t realtime_usec)
{
    time_t t = (time_t)(realtime_usec / USEC_PER_SEC);
    struct tm tm;

    if (!localtime_r(&t, &tm))
        return 0;
    return (usec_t)tm.tm_gmtoff * USEC_PER_SEC;
}

/**
 * local_day() - the day that it is in local time
 * @realtime_usec: the instant, since the epoch
 *
 * Return: days since 1970-01-01 by the local calendar. A day that summer time makes longer or shorter, or
 * whose midnight it leaps over, is one day like any other.
 */
int64_t local_day(usec_t realtime_usec)
{
    usec_t local = realtime_usec + local_utc_offset_usec(realtime_usec);

    return local / USEC_PER_DAY - (local % USEC_PER_DAY < 0);
}

static const struct {
    const char *name;
    usec_t usec;
} units[] = {
    {"us", 1},
    {"usec", 1},
    {"ms", USEC_PER_MSEC},
    {"msec", USEC_PER_MSEC},
    {"s", USEC_PER_SEC},
    {"sec", USEC_PER_SEC},
    {"second", USEC_PER_SEC},
    {"seconds", USEC_PER_SEC},
    {"m", USEC_PER_MINUTE},
    {"min", USEC_PER_MINUTE},
    {"minute", USEC_PER_MINUTE},
    {"minutes", USEC_PER_MINUTE},
    {"h", USEC_PER_HOUR},
    {"hr", USEC_PER_HOUR},
    {"hour", USEC_PER_HOUR},
    {"hours", USEC_PER_HOUR},
    {"d", USEC_PER_DAY},
    {"day", USEC_PER_DAY},
    {"days", USEC_PER_DAY},
    {"w", 7 * USEC_PER_DAY},
    {"week", 7 * USEC_PER_DAY},
    {"weeks", 7 * USEC_PER_DAY},
    /* systemd's own lengths of a month and a year */
    {"month", 2629800 * USEC_PER_SEC},
    {"months", 2629800 * USEC_PER_SEC},
    {"y", 31557600 * USEC_PER_SEC},
    {"year", 31557600 * USEC_PER_SEC},
    {"years", 31557600 * USEC_PER_SEC},
};

#define FRACTION_SCALE_MAX INT64_C(1000000000000000)

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t");
}

static usec_t unit_lookup(const char *p, size_t n)
{
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strlen(units[i].name) == n && strncmp(units[i].name, p, n) == 0)
            return units[i].usec;
    return 0;
}

/* Adds "NUMBER[.FRACTION]" times the unit to *sum; the fraction is cut below a microsecond. */
static int add_scaled(const char *number, usec_t unit, usec_t *sum)
{
    usec_t whole = 0, part, fraction = 0, scale = 1;

    for (; digit(*number); number++)
        if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, *number - '0', &whole))
            return -ERANGE;
    if (__builtin_mul_overflow(whole, unit, &part) || __builtin_add_overflow(*sum, part, sum))
        return -ERANGE;
    if (*number != '.')
        return 0;
    /* Digits further back are below a microsecond of any unit. */
    for (number++; digit(*number) && scale < FRACTION_SCALE_MAX; number++) {
        fraction = fraction * 10 + (*number - '0');
        scale *= 10;
    }
    part = (usec_t)((__int128)fraction * unit / scale);
    return __builtin_add_overflow(*sum, part, sum) ? -ERANGE : 0;
}

/**
 * usec_parse() - read a duration such as "90s", "5min", "1h 30min" or "1.5h"
 * @text: the text; blanks around and between the parts are allowed
 * @bare_unit_usec: what a number without a unit counts in; 0 refuses it
 * @ret_usec: the duration in microseconds, 0 or more; untouched on failure
 *
 * Return: 0; -EINVAL if it is no duration; -ENODATA for a bare number where one is refused; -ERANGE if too
 * large.
 */
int usec_parse(const char *text, usec_t bare_unit_usec, usec_t *ret_usec)
{
    const char *p = skip_space(text);
    usec_t sum = 0;
    bool any = false;

    while (*p) {
        const char *number = p, *word;
        size_t n;
        usec_t unit;
        int r;

        while (digit(*p))
            p++;
        if (p == number)
            return -EINVAL;
        if (*p == '.') {
            p++;
            if (!digit(*p))
                return -EINVAL;
            while (digit(*p))
                p++;
        }
        word = p = skip_space(p);
        while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
            p++;
        n = (size_t)(p - word);
        unit = n > 0 ? unit_lookup(word, n) : bare_unit_usec;
        if (n == 0 && (any || *skip_space(p)))
            return -EINVAL;
        if (unit == 0)
            return n > 0 ? -EINVAL : -ENODATA;
        r = add_scaled(number, unit, &sum);
        if (r < 0)
            return r;
        any = true;
        p = skip_space(p);
    }
    if (!any)
        return -EINVAL;
    *ret_usec = sum;
    return 0;
}

/**
 * usec_format() - write a duration as usec_parse() reads it, in its largest units: "1h 30min"
 * @buf: where to; USEC_FORMAT_MAX bytes always suffice
 * @size: its size
 * @usec: the duration; USEC_INFINITY is "infinity"; a negative one is written with a minus sign
 *
 * Return: @buf.
 */
const char *usec_format(char *buf, size_t size, usec_t usec)
{
    static const struct {
        const char *name;
        usec_t usec;
    } parts[] = {{"d", USEC_PER_DAY}, {"h", USEC_PER_HOUR},  {"min", USEC_PER_MINUTE},
                 {"s", USEC_PER_SEC}, {"ms", USEC_PER_MSEC}, {"us", 1}};
    size_t len = 0;

    if (usec == USEC_INFINITY) {
        (void)snprintf(buf, size, "infinity");
        return buf;
    }
    if (usec == 0) {
        (void)snprintf(buf, size, "0s");
        return buf;
    }
    if (size > 0)
        buf[0] = 0;
    if (usec < 0) {
        len = (size_t)snprintf(buf, size, "-");
        usec = usec == INT64_MIN ? INT64_MAX : -usec;
    }
    for (size_t i = 0; i < ARRAY_SIZE(parts) && len < size; i++) {
        if (usec < parts[i].usec)
            continue;
        len +=
            (size_t)snprintf(buf + len, size - len, "%s%" PRId64 "%s",
                             len > 0 && buf[len - 1] != '-' ? " " : "", usec / parts[i].usec, parts[i].name);
        usec %= parts[i].usec;
    }
    return buf;
}

/**
 * time_of_day_parse() - read "9:00" or "15:30"
 * @text: hours and two digits of minutes, nothing else
 * @allow_24: accept "24:00", the end of a day
 * @ret_minutes: minutes since midnight, 0 to 1439 (1440); untouched on failure
 *
 * Return: 0 or -EINVAL.
 */
int time_of_day_parse(const char *text, bool allow_24, int *ret_minutes)
{
    const char *p = text;
    int hours = 0, minutes, n = 0;

    for (; digit(*p) && n < 2; n++)
        hours = hours * 10 + (*p++ - '0');
    if (n == 0 || *p++ != ':' || !digit(p[0]) || !digit(p[1]) || p[2])
        return -EINVAL;
    minutes = (p[0] - '0') * 10 + (p[1] - '0');
    if (minutes > 59 || hours > 24 || (hours == 24 && (!allow_24 || minutes > 0)))
        return -EINVAL;
    *ret_minutes = hours * 60 + minutes;
    return 0;
}
