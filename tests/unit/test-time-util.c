/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations and times of day: every unit, fractions, limits, and that what is written reads back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "util/macro.h"
#include "util/time-util.h"

static void good_durations(void **state)
{
    static const struct {
        const char *text;
        usec_t usec;
    } cases[] = {
        {"0", 0},
        {"5", 5 * USEC_PER_SEC},
        {" 5 ", 5 * USEC_PER_SEC},
        {"1us", 1},
        {"1usec", 1},
        {"1ms", 1000},
        {"1msec", 1000},
        {"1s", USEC_PER_SEC},
        {"1sec", USEC_PER_SEC},
        {"1second", USEC_PER_SEC},
        {"2seconds", 2 * USEC_PER_SEC},
        {"1m", USEC_PER_MINUTE},
        {"1min", USEC_PER_MINUTE},
        {"1minute", USEC_PER_MINUTE},
        {"2minutes", 2 * USEC_PER_MINUTE},
        {"1h", USEC_PER_HOUR},
        {"1hr", USEC_PER_HOUR},
        {"1hour", USEC_PER_HOUR},
        {"2hours", 2 * USEC_PER_HOUR},
        {"1d", USEC_PER_DAY},
        {"1day", USEC_PER_DAY},
        {"2days", 2 * USEC_PER_DAY},
        {"1w", 7 * USEC_PER_DAY},
        {"1week", 7 * USEC_PER_DAY},
        {"2weeks", 14 * USEC_PER_DAY},
        {"1month", 2629800 * USEC_PER_SEC},
        {"2months", 5259600 * USEC_PER_SEC},
        {"1y", 31557600 * USEC_PER_SEC},
        {"1year", 31557600 * USEC_PER_SEC},
        {"2years", 63115200 * USEC_PER_SEC},
        {"1h 30min", 90 * USEC_PER_MINUTE},
        {"1h30min", 90 * USEC_PER_MINUTE},
        {"\t1 h\t30 min ", 90 * USEC_PER_MINUTE},
        {"30min 1h", 90 * USEC_PER_MINUTE},
        {"1.5h", 90 * USEC_PER_MINUTE},
        {"0.5", USEC_PER_SEC / 2},
        {"0.0000019s", 1},
        {"1.99999999min", 119999999},
        {"0.123456789012h", 444444440},
        {"0.0316880878140290y", 1000000 * USEC_PER_SEC},
        {"007s", 7 * USEC_PER_SEC},
        {"9223372036854775807us", INT64_MAX},
        {"9223372036854.775807s", INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        usec_t usec = -1;

        if (usec_parse(cases[i].text, USEC_PER_SEC, &usec) < 0)
            fail_msg("refused: %s", cases[i].text);
        if (usec != cases[i].usec)
            fail_msg("%s reads as %lld", cases[i].text, (long long)usec);
    }
}

static void bad_durations(void **state)
{
    static const struct {
        const char *text;
        int error;
    } cases[] = {
        {"", -EINVAL},
        {" ", -EINVAL},
        {"s", -EINVAL},
        {"-5s", -EINVAL},
        {"+5s", -EINVAL},
        {"5 lightyears", -EINVAL},
        {"5S", -EINVAL},
        {"5.s", -EINVAL},
        {".5s", -EINVAL},
        {"1..5s", -EINVAL},
        {"1.5.5s", -EINVAL},
        {"1,5s", -EINVAL},
        {"1e3s", -EINVAL},
        {"0x5", -EINVAL},
        {"5s;", -EINVAL},
        {"1h 30", -EINVAL},
        {"30 1h", -EINVAL},
        {"5 5", -EINVAL},
        {"infinity", -EINVAL},
        {"5min\n", -EINVAL},
        {"9223372036854775808us", -ERANGE},
        {"99999999999999999999999999us", -ERANGE},
        {"9223372036855s", -ERANGE},
        {"9223372036854.9s", -ERANGE},
        {"9223372036854.775808s", -ERANGE},
        {"9223372036854775807us 1us", -ERANGE},
        {"9223372036854775807us 0.5s", -ERANGE},
        {"300000y", -ERANGE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        usec_t usec = 77;

        if (usec_parse(cases[i].text, USEC_PER_SEC, &usec) != cases[i].error)
            fail_msg("\"%s\" is not refused as it should be", cases[i].text);
        assert_int_equal(usec, 77);
    }
}

static void a_bare_number(void **state)
{
    usec_t usec = 77;

    (void)state;
    assert_int_equal(usec_parse("5", 0, &usec), -ENODATA);
    assert_int_equal(usec, 77);
    assert_int_equal(usec_parse("5min", 0, &usec), 0);
    assert_int_equal(usec_parse("5", USEC_PER_MINUTE, &usec), 0);
    assert_int_equal(usec, 5 * USEC_PER_MINUTE);
}

static void formats(void **state)
{
    static const struct {
        usec_t usec;
        const char *text;
    } cases[] = {
        {0, "0s"},
        {1, "1us"},
        {USEC_PER_SEC + 1, "1s 1us"},
        {90 * USEC_PER_MINUTE, "1h 30min"},
        {USEC_PER_DAY, "1d"},
        {-USEC_PER_MINUTE, "-1min"},
        {USEC_INFINITY, "infinity"},
        {INT64_MAX - 1, "106751991d 4h 54s 775ms 806us"},
        {INT64_MIN, "-106751991d 4h 54s 775ms 807us"},
    };
    char buf[USEC_FORMAT_MAX];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(usec_format(buf, sizeof buf, cases[i].usec), cases[i].text);
}

static void round_trip(void **state)
{
    char buf[USEC_FORMAT_MAX];
    uint64_t random = 1;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        usec_t usec, back = -1;

        random = random * 6364136223846793005u + 1442695040888963407u;
        usec = (usec_t)(random >> (1 + i % 63));
        if (usec == USEC_INFINITY)
            continue;
        assert_int_equal(usec_parse(usec_format(buf, sizeof buf, usec), 0, &back), 0);
        assert_int_equal(back, usec);
    }
}

static void little_room(void **state)
{
    char buf[8];

    (void)state;
    for (size_t size = 1; size <= sizeof buf; size++) {
        memset(buf, 'x', sizeof buf);
        (void)usec_format(buf, size, -90 * USEC_PER_MINUTE);
        assert_true(strlen(buf) < size);
        assert_memory_equal(buf, "-1h 30m", strlen(buf));
    }
}

static void times_of_day(void **state)
{
    static const struct {
        const char *text;
        bool allow_24;
        int minutes; /* -1: refused */
    } cases[] = {
        {"0:00", false, 0},     {"00:00", false, 0},   {"9:05", false, 545},   {"09:05", false, 545},
        {"23:59", false, 1439}, {"24:00", true, 1440}, {"24:00", false, -1},   {"24:01", true, -1},
        {"25:00", true, -1},    {"12:60", false, -1},  {"9:5", false, -1},     {"9:", false, -1},
        {":30", false, -1},     {"9", false, -1},      {"", false, -1},        {"9:300", false, -1},
        {"009:30", false, -1},  {" 9:30", false, -1},  {"9:30 ", false, -1},   {"-9:30", false, -1},
        {"9.30", false, -1},    {"9:3x", false, -1},   {"9:30:00", false, -1}, {"99999999999:00", false, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int minutes = -1, r = time_of_day_parse(cases[i].text, cases[i].allow_24, &minutes);

        if (r != (cases[i].minutes < 0 ? -EINVAL : 0) || minutes != cases[i].minutes)
            fail_msg("\"%s\" reads as %d", cases[i].text, minutes);
    }
}

static void sums(void **state)
{
    (void)state;
    assert_int_equal(usec_add(1, 2), 3);
    assert_int_equal(usec_add(USEC_INFINITY, -5), USEC_INFINITY);
    assert_int_equal(usec_add(-5, USEC_INFINITY), USEC_INFINITY);
    assert_int_equal(usec_add(INT64_MAX - 1, 5), USEC_INFINITY);
    assert_int_equal(usec_add(INT64_MIN, -1), INT64_MIN);
    assert_int_equal(usec_add(INT64_MIN, INT64_MIN), INT64_MIN);
}

static void offsets(void **state)
{
    (void)state;
    setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
    tzset();
    assert_int_equal(local_utc_offset_usec(1768521600 * USEC_PER_SEC), -5 * USEC_PER_HOUR); /* January 2026 */
    assert_int_equal(local_utc_offset_usec(1784160000 * USEC_PER_SEC), -4 * USEC_PER_HOUR); /* July */
}

static void assert_day_begins(const char *zone, usec_t at_sec, int64_t day)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    assert_int_equal(local_day((at_sec - 1) * USEC_PER_SEC), day - 1);
    assert_int_equal(local_day(at_sec * USEC_PER_SEC), day);
}

/* Days that have 23 and 25 hours, one whose midnight is leapt over, and what lies before 1970. */
static void local_days(void **state)
{
    static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    static const char cairo[] = "EET-2EEST,M4.5.5/0,M10.5.4/24";

    (void)state;
    assert_day_begins("UTC0", 86400, 1);
    assert_day_begins("UTC0", 0, 0);
    assert_day_begins("UTC0", -86400, -1);
    assert_day_begins("XYZ12", 43200, 0);
    assert_day_begins("XYZ-14", -50400, 0);
    assert_day_begins(berlin, 1774738800, 20541); /* 2026-03-29, 23 hours long */
    assert_day_begins(berlin, 1774821600, 20542);
    assert_day_begins(berlin, 1792879200, 20751); /* 2026-10-25, 25 hours */
    assert_day_begins(berlin, 1792969200, 20752);
    assert_day_begins(cairo, 1776981600, 20567); /* 2026-04-24 begins at one o'clock */
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_durations), cmocka_unit_test(bad_durations), cmocka_unit_test(a_bare_number),
        cmocka_unit_test(formats),        cmocka_unit_test(round_trip),    cmocka_unit_test(little_room),
        cmocka_unit_test(times_of_day),   cmocka_unit_test(sums),          cmocka_unit_test(offsets),
        cmocka_unit_test(local_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
