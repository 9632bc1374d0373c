/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/args.h"
#include "cli/format.h"
#include "cli/json.h"
#include "cli/status.h"
#include "config/ini.h"
#include "util/utf8.h"

/* Central Europe, by rule: needs no time zone files. */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

static void set_zone(const char *zone)
{
    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
}

/* What until_parse() makes of @text at @now, as ISO 8601. */
static void check_until(const char *zone, const char *text, const char *now, const char *expected)
{
    char iso[FORMAT_TIME_MAX];
    usec_t now_at, until = -1;
    struct tm tm = {0};

    set_zone("UTC0");
    assert_non_null(strptime(now, "%Y-%m-%dT%H:%M:%SZ", &tm));
    now_at = (usec_t)mktime(&tm) * USEC_PER_SEC;
    set_zone(zone);
    if (!expected) {
        assert_int_equal(until_parse(text, now_at, &until), -EINVAL);
        assert_int_equal(until, -1);
        return;
    }
    assert_int_equal(until_parse(text, now_at, &until), 0);
    assert_string_equal(format_iso(iso, sizeof(iso), until), expected);
}

static void test_until(void **state)
{
    (void)state;
    check_until("UTC0", "15:00", "2026-11-21T14:59:59Z", "2026-11-21T15:00:00+00:00");
    check_until("UTC0", "15:00", "2026-11-21T15:00:00Z", "2026-11-22T15:00:00+00:00");
    check_until("UTC0", "00:00", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00+00:00");
    check_until(BERLIN, "2026-07-01 12:00", "2026-11-21T10:00:00Z", "2026-07-01T12:00:00+02:00");
    check_until(BERLIN, "2026-11-21T12:00:01", "2026-11-21T10:00:00Z", "2026-11-21T12:00:01+01:00");
    static const char *const bad[] = {"24:00",
                                      "15",
                                      "15:0",
                                      "15:00x",
                                      "tomorrow",
                                      "2026-02-29 10:00",
                                      "",
                                      "2026-11-21",
                                      "2026-13-01 10:00",
                                      "2026-11-21 24:00:00",
                                      " "};
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        check_until(BERLIN, bad[i], "2026-11-21T10:00:00Z", NULL);
}

static void test_until_at_summer_time(void **state)
{
    (void)state;
    /* Over the change: the clock time counts, not 24 hours. */
    check_until(BERLIN, "08:00", "2026-03-28T20:00:00Z", "2026-03-29T08:00:00+02:00");
    check_until(BERLIN, "08:00", "2026-10-24T20:00:00Z", "2026-10-25T08:00:00+01:00");
    /* 02:30 comes twice; the one that is still ahead. */
    check_until(BERLIN, "02:30", "2026-10-24T23:00:00Z", "2026-10-25T02:30:00+02:00");
    check_until(BERLIN, "02:30", "2026-10-25T00:45:00Z", "2026-10-25T02:30:00+01:00");
    check_until(BERLIN, "02:30", "2026-10-25T01:45:00Z", "2026-10-26T02:30:00+01:00");
    /* 02:30 is left out: a moment near it on the same night. */
    check_until(BERLIN, "02:30", "2026-03-28T23:00:00Z", "2026-03-29T03:30:00+02:00");
}

static void test_utf8(void **state)
{
    static const char *const good[] = {
        "", "a", "\xc3\xa4", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",         "\xc3",         "\xc0\x80",
                                      "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xff",         "\xe6\x97",     "a\xf8\x88\x80\x80\x80"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        assert_true(utf8_valid(good[i]));
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_false(utf8_valid(bad[i]));
}

static void test_json(void **state)
{
    _cleanup_(freep) char *text = NULL;
    size_t size;
    struct json j = {.file = open_memstream(&text, &size)};

    (void)state;
    set_zone("UTC0");
    json_open(&j, NULL, '{');
    json_string(&j, "a\"", "\x01\t\n\\\"/\x7f\xff\xc3\xa4\xe2\x80\xa8");
    json_open(&j, "list", '[');
    json_integer(&j, NULL, INT64_MIN);
    json_boolean(&j, NULL, true);
    json_open(&j, NULL, '[');
    json_close(&j, ']');
    json_string(&j, NULL, NULL);
    json_close(&j, ']');
    json_seconds(&j, "s", 1500000);
    json_seconds(&j, "t", -1);
    json_seconds(&j, "u", 600 * USEC_PER_SEC);
    json_seconds(&j, "v", USEC_INFINITY);
    json_seconds(&j, "w", 0);
    json_time(&j, "x", 0);
    json_time(&j, "y", USEC_PER_SEC);
    json_close(&j, '}');
    json_end_line(&j);
    assert_int_equal(fclose(j.file), 0);
    assert_string_equal(text, "{\"a\\\"\":\"\\u0001\\t\\n\\\\\\\"/\\u007f\\ufffd\xc3\xa4\\u2028\","
                              "\"list\":[-9223372036854775808,true,[],null],"
                              "\"s\":1.5,\"t\":-0.000001,\"u\":600,\"v\":null,\"w\":0,"
                              "\"x\":null,\"y\":\"1970-01-01T00:00:01+00:00\"}\n");
}

static void check_duration(usec_t usec, const char *duration, const char *countdown)
{
    char buf[FORMAT_TIME_MAX];

    assert_string_equal(format_duration(buf, sizeof(buf), usec), duration);
    assert_string_equal(format_countdown(buf, sizeof(buf), usec), countdown);
}

static void test_durations(void **state)
{
    (void)state;
    check_duration(0, "0 s", "1 min");
    check_duration(-5, "0 s", "1 min");
    check_duration(59999999, "59 s", "1 min");
    check_duration(USEC_PER_MINUTE, "1 min", "1 min");
    check_duration(USEC_PER_MINUTE + 1, "1 min", "2 min");
    check_duration(90 * USEC_PER_SEC, "1 min 30 s", "2 min");
    check_duration(725 * USEC_PER_SEC, "12 min", "13 min");
    check_duration(USEC_PER_HOUR, "1 h", "1 h");
    check_duration(65 * USEC_PER_MINUTE, "1 h 5 min", "1 h 5 min");
    check_duration(51 * USEC_PER_HOUR, "2 d 3 h", "2 d 3 h");
    check_duration(USEC_INFINITY, "for ever", "for ever");
}

static void test_clock(void **state)
{
    char buf[FORMAT_TIME_MAX];
    usec_t now = 1795271400 * USEC_PER_SEC; /* 2026-11-21 14:30 UTC */

    (void)state;
    set_zone("UTC0");
    assert_string_equal(format_clock(buf, sizeof(buf), now, now), "14:30");
    assert_string_equal(format_clock(buf, sizeof(buf), now + USEC_PER_DAY, now), "2026-11-22 14:30");
    set_zone("NST3:30");
    assert_string_equal(format_clock(buf, sizeof(buf), now, now), "11:00");
    assert_string_equal(format_iso(buf, sizeof(buf), now), "2026-11-21T11:00:00-03:30");
}

static void test_counter(void **state)
{
    char sitting[] = "sitting", standing[] = "standing";
    struct status s = {.posture = sitting};
    struct status_break b = {.after_usec = 100, .counter_usec = 40, .at_usec = 1000, .due_usec = 1060};

    (void)state;
    assert_int_equal(status_counter(&s, &b, 1000), 40);
    assert_int_equal(status_counter(&s, &b, 900), 40);
    assert_int_equal(status_counter(&s, &b, 1030), 70);
    assert_int_equal(status_counter(&s, &b, 1100), 140);
    b.due_usec = 1120;
    assert_int_equal(status_counter(&s, &b, 1060), 70);
    assert_int_equal(status_counter(&s, &b, 5000), 100);
    b.due_usec = USEC_INFINITY;
    assert_int_equal(status_counter(&s, &b, 5000), 40);
    b = (struct status_break){.after_usec = 100, .counter_usec = 110, .at_usec = 1000, .due_usec = 990};
    assert_int_equal(status_counter(&s, &b, 1010), 120);
    s.posture = standing;
    assert_int_equal(status_counter(&s, &b, 1010), 110);
    /* Nonsense from the bus must not be undefined. */
    b = (struct status_break){.after_usec = USEC_INFINITY, .counter_usec = USEC_INFINITY};
    s.posture = sitting;
    (void)status_counter(&s, &b, 1000);
}

static void test_nearest(void **state)
{
    static const char *const verbs[] = {"status", "why", "start", "snooze", NULL};

    (void)state;
    assert_string_equal(nearest_name("snoze", verbs), "snooze");
    assert_string_equal(nearest_name("statsu", verbs), "status");
    assert_string_equal(nearest_name("wyh", verbs), "why");
    assert_null(nearest_name("x", verbs));
    assert_null(nearest_name("a-word-that-is-longer-than-any-verb-could-be", verbs));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_until),     cmocka_unit_test(test_until_at_summer_time),
        cmocka_unit_test(test_utf8),      cmocka_unit_test(test_json),
        cmocka_unit_test(test_durations), cmocka_unit_test(test_clock),
        cmocka_unit_test(test_counter),   cmocka_unit_test(test_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
