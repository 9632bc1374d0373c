/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trace parser: what every kind of line becomes, and that a line which can't be read is named with its
 * number and what is wrong with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/trace.h"

static void parse(const char *text, struct trace *ret)
{
    char message[256] = "";
    unsigned line = 0;
    int r = trace_parse(text, ret, &line, message, sizeof message);

    if (r < 0)
        fail_msg("line %u: %s", line, message);
}

/* The only event of a line; the END that the parser adds comes after it. */
static struct bc_event only(const char *line, struct trace *trace)
{
    parse(line, trace);
    assert_int_equal(trace->n, 2);
    assert_int_equal(trace->events[1].type, BC_EVENT_END);
    assert_int_equal(trace->events[1].t_usec, trace->events[0].t_usec);
    return trace->events[0];
}

static void plain_events(void **state)
{
    static const struct {
        const char *line;
        enum bc_event_type type;
    } lines[] = {
        {"5 active", BC_EVENT_ACTIVE},     {"5 lock", BC_EVENT_LOCK},
        {"5 unlock", BC_EVENT_UNLOCK},     {"5 leave", BC_EVENT_LEAVE},
        {"5 enter", BC_EVENT_ENTER},       {"5 sleep", BC_EVENT_SLEEP},
        {"5 wake", BC_EVENT_WAKE},         {"5 cmd start", BC_EVENT_START},
        {"5 cmd done", BC_EVENT_DONE},     {"5 cmd skip", BC_EVENT_SKIP},
        {"5 cmd snooze", BC_EVENT_SNOOZE}, {"5 cmd another", BC_EVENT_ANOTHER},
        {"5 cmd pause", BC_EVENT_PAUSE},   {"5 cmd resume", BC_EVENT_RESUME},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        _cleanup_(trace_donep) struct trace trace = {0};
        struct bc_event e = only(lines[i].line, &trace);

        assert_int_equal(e.type, lines[i].type);
        assert_int_equal(e.t_usec, 5 * USEC_PER_SEC);
        assert_int_equal(e.u.duration_usec, 0);
    }
}

static void events_with_more(void **state)
{
    _cleanup_(trace_donep) struct trace t = {0};

    (void)state;
    parse("100 idle since=40.5\n"
          "100 inhibit on\n"
          "100 inhibit off\n"
          "100 posture standing lease=1200\n"
          "100 posture walking\n"
          "100 hold on reason=camera\n"
          "100 hold on\n"
          "100 hold off reason=camera\n"
          "100 hold off\n"
          "100 cmd snooze 300\n"
          "100 cmd snooze 0\n"
          "100 cmd pause 600\n"
          "0 cmd pause 0\n"
          "100.25 end\n"
          "200 active\n",
          &t);
    assert_int_equal(t.n, 14);
    assert_int_equal(t.events[0].u.since_usec, 40500000);
    assert_true(t.events[1].u.on);
    assert_false(t.events[2].u.on);
    assert_int_equal(t.events[3].u.posture.posture, BC_POSTURE_STANDING);
    assert_int_equal(t.events[3].u.posture.lease_usec, 1200 * USEC_PER_SEC);
    assert_int_equal(t.events[4].u.posture.lease_usec, USEC_INFINITY);
    assert_string_equal(t.events[5].u.hold.reason, "camera");
    assert_true(t.events[5].u.hold.on);
    assert_null(t.events[6].u.hold.reason);
    assert_false(t.events[7].u.hold.on);
    assert_null(t.events[8].u.hold.reason);
    assert_int_equal(t.events[9].u.duration_usec, 300 * USEC_PER_SEC);
    /* 0 is no "the configured time": it is out of range, and the core says so. */
    assert_int_equal(t.events[10].u.duration_usec, 1);
    assert_int_equal(t.events[11].u.until_usec, 700 * USEC_PER_SEC);
    /* A time before the latest one counts as that. */
    assert_int_equal(t.events[12].t_usec, 100 * USEC_PER_SEC);
    assert_int_equal(t.events[12].u.until_usec, 100 * USEC_PER_SEC);
    assert_int_equal(t.events[13].type, BC_EVENT_END);
    assert_int_equal(t.events[13].t_usec, 100250000);
}

static void starts(void **state)
{
    static const struct {
        const char *line;
        usec_t realtime_s, offset_min;
    } lines[] = {
        {"start 1970-01-01T00:00:00Z", 0, 0},
        {"start 2026-11-20T09:00:00+01:00", 1795161600, 60},
        {"start 2026-11-20T09:00:00-03:30", 1795177800, -210},
        {"start 2026-11-20T09:00Z", 1795165200, 0},
        {"start 2024-02-29T23:59:59+14:00", 1709200799, 840},
        {"start 1969-12-31T23:59:59Z", -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        _cleanup_(trace_donep) struct trace t = {0};

        parse(lines[i].line, &t);
        assert_int_equal(t.realtime_usec, lines[i].realtime_s * USEC_PER_SEC);
        assert_int_equal(t.utc_offset_usec, lines[i].offset_min * USEC_PER_MINUTE);
    }
}

static void seconds(void **state)
{
    static const struct {
        const char *line;
        usec_t t_usec;
    } lines[] = {
        {"0 active", 0},
        {"0.000001 active", 1},
        {"007 active", 7 * USEC_PER_SEC},
        {"1.5 active", 1500000},
        {"1.1234567999 active", 1123456},
        {"10000000000 active", 10000000000 * USEC_PER_SEC},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        _cleanup_(trace_donep) struct trace t = {0};

        assert_int_equal(only(lines[i].line, &t).t_usec, lines[i].t_usec);
    }
}

/* Blank lines, comments, blanks, tabs, carriage returns, no newline at the end: all are nothing. */
static void layout(void **state)
{
    _cleanup_(trace_donep) struct trace t = {0}, empty = {0}, none = {0};

    (void)state;
    parse("# a day\r\n\r\n \t\r\n  start\t2026-11-20T09:00Z  # nine\r\n0 active#now\r\n\t7\t lock\r\n#end",
          &t);
    assert_int_equal(t.n, 3);
    assert_int_equal(t.events[1].type, BC_EVENT_LOCK);
    assert_int_equal(t.events[2].t_usec, 7 * USEC_PER_SEC);
    parse("", &empty);
    assert_int_equal(empty.n, 1);
    assert_int_equal(empty.events[0].type, BC_EVENT_END);
    assert_int_equal(empty.events[0].t_usec, 0);
    parse("# nothing\n", &none);
    assert_int_equal(none.n, 1);
}

static void unreadable(void **state)
{
    static const struct {
        const char *line, *message;
    } lines[] = {
        {"active", "active: not a time in seconds"},
        {"5", "an event must follow the time"},
        {"-5 active", "-5: not a time in seconds"},
        {"+5 active", "+5: not a time in seconds"},
        {"5s active", "5s: not a time in seconds"},
        {"5. active", "5.: not a time in seconds"},
        {".5 active", ".5: not a time in seconds"},
        {"1e3 active", "1e3: not a time in seconds"},
        {"0x5 active", "0x5: not a time in seconds"},
        {"nan active", "nan: not a time in seconds"},
        {"10000000001 active", "10000000001: not a time in seconds"},
        {"99999999999999999999999999 active", "99999999999999999999999999: not a time in seconds"},
        {"5 Active", "Active: unknown event"},
        {"5 activ", "activ: unknown event"},
        {"5 active now", "now: a word too many"},
        {"5 idle", "idle needs since=SECONDS"},
        {"5 idle since=", "idle needs since=SECONDS"},
        {"5 idle since=--1", "idle needs since=SECONDS"},
        {"5 idle since = 1", "idle needs since=SECONDS"},
        {"5 idle since=1 2", "idle needs since=SECONDS"},
        {"5 inhibit", "inhibit needs on or off"},
        {"5 inhibit yes", "inhibit needs on or off"},
        {"5 inhibit on on", "inhibit needs on or off"},
        {"5 posture", "posture needs sitting, standing or walking"},
        {"5 posture lying", "posture needs sitting, standing or walking"},
        {"5 posture standing 5", "5: only lease=SECONDS may follow the posture"},
        {"5 posture standing lease=0", "lease=0: only lease=SECONDS may follow the posture"},
        {"5 posture standing lease=1 2", "2: only lease=SECONDS may follow the posture"},
        {"5 hold", "hold needs on or off, and reason=WORD"},
        {"5 hold yes", "hold needs on or off, and reason=WORD"},
        {"5 hold on reason=a b", "hold needs on or off, and reason=WORD"},
        {"5 hold on camera", "camera: only reason=WORD may follow hold"},
        {"5 hold on reason=", "reason=: only reason=WORD may follow hold"},
        {"5 cmd", "cmd needs start, done, skip, snooze, another, pause or resume"},
        {"5 cmd stop", "cmd needs start, done, skip, snooze, another, pause or resume"},
        {"5 cmd done 5", "5: a word too many"},
        {"5 cmd snooze 5min", "5min: not seconds"},
        {"5 cmd snooze 5 5", "5: not seconds"},
        {"5 idle since=-", "idle needs since=SECONDS"},
        {"5 idle since=-x", "idle needs since=SECONDS"},
        {"5 clock", "clock needs a time such as 2026-11-20T09:00:00+01:00"},
        {"5 clock now", "clock needs a time such as 2026-11-20T09:00:00+01:00"},
        {"5 cmd start 5", "5: a word too many"},
        {"5 cmd start break=", "break=: a word too many"},
        {"5 cmd start seconds=0", "seconds=0: a word too many"},
        {"5 cmd another break=stretch", "break=stretch: a word too many"},
        {"5 cmd pause forever", "forever: not seconds"},
        {"start 2026-11-20T09:00:00.Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00.5Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00.5xZ", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"5 end now", "now: a word too many"},
        {"5 a b c d e f", "f: a word too many"},
        {"start", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start now", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00+0100", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00+-1:00", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00++1:00", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00+24:00", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00+01:60", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T09:00:00Z Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-13-20T09:00:00Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-02-30T09:00:00Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
        {"start 2026-11-20T24:00:00Z", "start needs a time such as 2026-11-20T09:00:00+01:00"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct trace t = {.n = 77};
        char text[256], message[256] = "";
        unsigned line = 0;

        (void)snprintf(text, sizeof text, "# one\n\n%s\n5 active\n", lines[i].line);
        if (trace_parse(text, &t, &line, message, sizeof message) != -EBADMSG)
            fail_msg("accepted: %s", lines[i].line);
        assert_int_equal(line, 3);
        assert_string_equal(message, lines[i].message);
        assert_int_equal(t.n, 77); /* untouched */
    }
}

static void start_comes_first_and_once(void **state)
{
    static const char *const texts[] = {"0 active\nstart 1970-01-01T00:00Z",
                                        "start 1970-01-01T00:00Z\nstart 1970-01-01T00:00Z"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct trace t = {0};
        char message[256] = "";
        unsigned line = 0;

        assert_int_equal(trace_parse(texts[i], &t, &line, message, sizeof message), -EBADMSG);
        assert_int_equal(line, 2);
        assert_string_equal(message, "start must come first, and once");
    }
}

/* What follows the end does not happen, but must be readable. */
static void after_the_end(void **state)
{
    struct trace t = {0};
    char message[8] = "";
    unsigned line = 0;

    (void)state;
    assert_int_equal(trace_parse("5 end\n6 nonsense", &t, &line, message, sizeof message), -EBADMSG);
    assert_int_equal(line, 2);
    /* A message longer than its room is cut. */
    assert_string_equal(message, "nonsens");
}

static void a_long_reason(void **state)
{
    _cleanup_(trace_donep) struct trace t = {0};
    char text[128] = "5 hold on reason=", message[256];
    unsigned line = 0;

    (void)state;
    memset(text + 17, 'x', BC_NAME_MAX);
    parse(text, &t);
    assert_int_equal(strlen(t.events[0].u.hold.reason), BC_NAME_MAX);
    text[17 + BC_NAME_MAX] = 'x';
    assert_int_equal(trace_parse(text, &(struct trace){0}, &line, message, sizeof message), -EBADMSG);
}

static void words_of_a_recording(void **state)
{
    _cleanup_(trace_donep) struct trace t = {0};

    (void)state;
    parse("start 2026-11-20T09:00:00.25+01:00\n"
          "0 restore now -2.5\n"
          "0  restore   break stretch 100 2 1 none  # behind\r\n"
          "1 idle since=-12.5\n"
          "2 clock 2026-11-20T10:00:00.000001Z\n"
          "3 cmd start break=stretch seconds=180.5\n"
          "4 cmd another seconds=60\n"
          "5 cmd start exercise=?\n"
          "6 cmd pause until-resume\n",
          &t);
    assert_int_equal(t.realtime_usec, 1795161600 * USEC_PER_SEC + 250000);
    assert_string_equal(t.image, "now -2.5\nbreak stretch 100 2 1 none\n");
    assert_int_equal(t.n, 7);
    assert_int_equal(t.events[0].u.since_usec, -12500000);
    assert_int_equal(t.events[1].type, BC_EVENT_CLOCK);
    assert_true(t.events[1].u.clock.set);
    assert_int_equal(t.events[1].u.clock.realtime_usec, 1795168800 * USEC_PER_SEC + 1);
    assert_string_equal(t.events[2].u.start.break_name, "stretch");
    assert_int_equal(t.events[2].lasts_usec, 180500000);
    assert_int_equal(t.events[3].lasts_usec, 60 * USEC_PER_SEC);
    assert_string_equal(t.events[4].u.start.exercise, "?");
    assert_int_equal(t.events[5].u.until_usec, USEC_INFINITY);
}

static void restore_lines(void **state)
{
    static const char *const wrong[] = {
        "now",
        "now none",
        "now 1 2",
        "now 1.x",
        "now -",
        "now 99999999999999999999",
        "input up 0 0",
        "input idle 0",
        "report never",
        "is there",
        "posture lying never",
        "posture standing none",
        "mark 0 0 0 101 1",
        "mark 0 0 0 100 2",
        "mark 0 0 0 100",
        "break stretch 0 0 2 none",
        "break stretch 0 -1 0 none",
        "break stretch 0 0 0 never",
        "prompt a b 0 0 0 0 0",
        "prompt a b 0 0 1 0",
        "guide a 0 never",
        "held never",
        "bout never",
        "snoozed a never",
        "hold a",
        "nonsense 1",
        "now  1",
        "mark 9223372036854775808 0 0 0 0",
        "mark 0 9223372036854775808 0 0 0",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct trace t = {0};
        char text[256], message[256] = "";
        unsigned line = 0;

        (void)snprintf(text, sizeof text, "0 restore now 0\n0 restore %s\n", wrong[i]);
        if (trace_parse(text, &t, &line, message, sizeof message) != -EBADMSG)
            fail_msg("accepted: %s", wrong[i]);
        assert_int_equal(line, 2);
        assert_string_equal(message, "restore needs a line of a recording's state");
    }
}

static void restore_comes_first(void **state)
{
    char message[256] = "";
    unsigned line = 0;

    (void)state;
    assert_int_equal(
        trace_parse("0 active\n0 restore now 0", &(struct trace){0}, &line, message, sizeof message),
        -EBADMSG);
    assert_string_equal(message, "restore must come before everything that happens");
    assert_int_equal(trace_parse("1 restore now 0", &(struct trace){0}, &line, message, sizeof message),
                     -EBADMSG);
    assert_string_equal(message, "restore: unknown event");
}

static void a_big_trace(void **state)
{
    enum {
        N = 200000
    };
    _cleanup_(trace_donep) struct trace t = {0};
    char *text = malloc(N * 24), *p = text;

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        p += sprintf(p, "%d %s\n", i, i % 2 ? "unlock" : "lock");
    parse(text, &t);
    free(text);
    assert_int_equal(t.n, N + 1);
    assert_int_equal(t.events[N - 1].t_usec, (N - 1) * USEC_PER_SEC);
    assert_int_equal(t.events[N].type, BC_EVENT_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_events),
        cmocka_unit_test(events_with_more),
        cmocka_unit_test(starts),
        cmocka_unit_test(seconds),
        cmocka_unit_test(layout),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(start_comes_first_and_once),
        cmocka_unit_test(after_the_end),
        cmocka_unit_test(a_long_reason),
        cmocka_unit_test(words_of_a_recording),
        cmocka_unit_test(restore_lines),
        cmocka_unit_test(restore_comes_first),
        cmocka_unit_test(a_big_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
