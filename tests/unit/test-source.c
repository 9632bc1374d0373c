/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the activity module that need no desktop: the choice of alarms, the sleep between two clocks,
 * DISPLAY, names; and select.c with the fake source, its sink calling back as the core's effects do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "source/fake.h"
#include "source/internal.h"
#include "source/sleep-watch.h"
#include "source/x11-display.h"
#include "source/x11-plan.h"

#define MS USEC_PER_MSEC
#define S USEC_PER_SEC

/* --- the choice of alarms */

static void test_plan_active_then_idle(_unused_ void **state)
{
    struct x11_plan plan;

    x11_plan_reset(&plan, 1000 * S);
    /* Hardly ahead of the start: one alarm, on the rise alone. */
    assert_int_equal(x11_plan_choose(&plan, 100, 1000 * S, 2 * S), X11_VERDICT_NONE);
    assert_int_equal(plan.rise_msec, 2000);
    assert_int_equal(plan.fall_msec, -1);
    /* Input meanwhile sets the counter back; the alarm is still the right one. */
    assert_int_equal(x11_plan_check(&plan, 5), X11_VERDICT_NONE);
    assert_int_equal(x11_plan_alarm(&plan, false), X11_VERDICT_NONE);
    assert_int_equal(x11_plan_alarm(&plan, true), X11_VERDICT_IDLE);
    x11_plan_reported(&plan, true);
    /* A second event of the same alarm says nothing new. */
    assert_int_equal(x11_plan_alarm(&plan, true), X11_VERDICT_NONE);
    assert_int_equal(x11_plan_choose(&plan, 2001, 1003 * S, 2 * S), X11_VERDICT_NONE);
    assert_int_equal(plan.rise_msec, -1);
    assert_int_equal(plan.fall_msec, 2000);
    assert_int_equal(x11_plan_check(&plan, 2001), X11_VERDICT_NONE);
    assert_int_equal(x11_plan_check(&plan, 3), X11_VERDICT_ACTIVE);
}

static void test_plan_passed_while_armed(_unused_ void **state)
{
    struct x11_plan plan;

    x11_plan_reset(&plan, BC_NO_TIME);
    /* Past the threshold at the first look: no alarm would ever go off. */
    assert_int_equal(x11_plan_choose(&plan, 2000, 50 * S, 2 * S), X11_VERDICT_IDLE);
    assert_int_equal(plan.rise_msec, -1);
    /* Passed between the look and the alarm. */
    assert_int_equal(x11_plan_choose(&plan, 1999, 50 * S, 2 * S), X11_VERDICT_NONE);
    assert_int_equal(x11_plan_check(&plan, 2000), X11_VERDICT_IDLE);
    /* A threshold below a millisecond's grain is never reported before it. */
    assert_int_equal(x11_plan_choose(&plan, 0, 50 * S, 1), X11_VERDICT_NONE);
    assert_int_equal(plan.rise_msec, 1);
}

static void test_plan_rearm(_unused_ void **state)
{
    struct x11_plan plan;

    /* The user has been gone for an hour, and the machine wakes by itself. */
    x11_plan_reset(&plan, 5000 * S);
    assert_int_equal(x11_plan_choose(&plan, 3600000, 5001 * S, 120 * S), X11_VERDICT_NONE);
    assert_int_equal(plan.rise_msec, 3600000 + 119000);
    assert_int_equal(plan.fall_msec, 3599999);
    assert_int_equal(x11_plan_idle_usec(&plan, 3719000, 5120 * S), 120 * S);
    /* No input: idle counts from the rearm. */
    assert_int_equal(x11_plan_alarm(&plan, true), X11_VERDICT_IDLE);
    /* Input: from now on the counter alone counts. */
    assert_int_equal(x11_plan_alarm(&plan, false), X11_VERDICT_AGAIN);
    assert_int_equal(x11_plan_choose(&plan, 10, 5030 * S, 120 * S), X11_VERDICT_NONE);
    assert_int_equal(plan.rise_msec, 120000);
    assert_int_equal(plan.fall_msec, -1);
    /* Input between the look and the alarms is found by the second look. */
    x11_plan_reset(&plan, 5000 * S);
    (void)x11_plan_choose(&plan, 3600000, 5000 * S, 120 * S);
    assert_int_equal(x11_plan_check(&plan, 1), X11_VERDICT_AGAIN);
    /* A clock that has gone back a little makes nothing negative. */
    x11_plan_reset(&plan, 5000 * S);
    assert_int_equal(x11_plan_idle_usec(&plan, 10, 4999 * S), 0);
}

/* A server with an ideal counter, and a user whose every input is known: whatever the order of input, rearm
 * and changes of the threshold, idle is reported in time and never while there was input. */
static void test_plan_against_a_model(_unused_ void **state)
{
    uint64_t seed = 88172645463325252u;

    for (int run = 0; run < 300; run++) {
        struct x11_plan plan;
        usec_t now = 1000 * S, input = now - 10 * S, floor = now, threshold = 3 * S, late = 0;

        x11_plan_reset(&plan, floor);
        for (int step = 0; step < 400; step++) {
            int64_t before = (now - input) / MS, after;
            enum x11_verdict verdict;
            bool touched;

            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            if (seed % 50 == 0) {
                floor = now;
                x11_plan_reset(&plan, floor);
            }
            if (seed % 70 == 1)
                threshold = (usec_t)(1 + seed / 70 % 5) * S;
            /* The alarms are chosen anew in each step: as if it had been asked for. */
            verdict = x11_plan_choose(&plan, before, now, threshold);
            if (verdict == X11_VERDICT_NONE) {
                now += 100 * MS;
                touched = seed % 11 == 2;
                input = touched ? now : input;
                after = (now - input) / MS;
                if (plan.rise_msec > before && after >= plan.rise_msec)
                    verdict = x11_plan_alarm(&plan, true);
                else if (plan.fall_msec >= 0 && before > plan.fall_msec && after <= plan.fall_msec)
                    verdict = x11_plan_alarm(&plan, false);
            }
            late = MIN(now - input, now - floor);
            if (verdict == X11_VERDICT_IDLE) {
                assert_false(plan.idle);
                assert_true(late >= threshold - 250 * MS);
                x11_plan_reported(&plan, true);
            } else if (verdict == X11_VERDICT_ACTIVE) {
                assert_true(plan.idle && input == now);
                x11_plan_reported(&plan, false);
            }
            if (!plan.idle)
                assert_true(late < threshold + 100 * MS);
            else
                assert_true(input < now);
        }
    }
}

/* --- the rest of what is pure */

static void test_sleep_watch(_unused_ void **state)
{
    struct sleep_watch watch;

    sleep_watch_init(&watch, 100 * S, 70 * S);
    assert_int_equal(sleep_watch_check(&watch, 200 * S, 170 * S), 0);
    assert_int_equal(sleep_watch_check(&watch, 203 * S, 171 * S), 0); /* 2 s: not yet */
    assert_int_equal(sleep_watch_check(&watch, 205 * S, 172 * S), 3 * S);
    assert_int_equal(sleep_watch_check(&watch, 206 * S, 173 * S), 0);
    assert_int_equal(sleep_watch_check(&watch, 30006 * S, 174 * S), 29799 * S);
}

static void test_display(_unused_ void **state)
{
    static const struct {
        const char *display;
        int r;
        unsigned number;
    } cases[] = {
        {":0", 0, 0},
        {":12.3", 0, 12},
        {"unix:1", 0, 1},
        {"unix/:2", 0, 2},
        {"unix/unix:2.0", 0, 2},
        {"example.org:0", -EREMOTE, 0},
        {"localhost:10.0", -EREMOTE, 0},
        {"tcp/localhost:0", -EREMOTE, 0},
        {"tcp/:0", -EREMOTE, 0},
        {"", -EINVAL, 0},
        {":", -EINVAL, 0},
        {"0", -EINVAL, 0},
        {":x", -EINVAL, 0},
        {":-1", -EINVAL, 0},
        {": 1", -EINVAL, 0},
        {":1x", -EINVAL, 0},
        {":1.", -EINVAL, 0},
        {":1.x", -EINVAL, 0},
        {":70000", -EINVAL, 0},
        {":99999999999999999999", -EINVAL, 0},
        {":0/x", -EINVAL, 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        unsigned number = 77;

        assert_int_equal(x11_display_parse(cases[i].display, &number), cases[i].r);
        assert_int_equal(number, cases[i].r < 0 ? 77 : cases[i].number);
    }
}

static void test_names(_unused_ void **state)
{
    for (int i = 0; i < _SOURCE_WANTED_MAX; i++)
        assert_int_equal(source_kind_from_string(source_kind_to_string((enum source_kind)i)), i);
    assert_int_equal(source_kind_from_string("x12"), _SOURCE_INVALID);
    assert_int_equal(source_kind_from_string(NULL), _SOURCE_INVALID);
    for (int i = _SOURCE_WANTED_MAX; i < _SOURCE_MAX; i++) /* they have names, but nobody can choose them */
        assert_int_equal(source_kind_from_string(source_kind_to_string((enum source_kind)i)),
                         _SOURCE_INVALID);
    assert_null(source_kind_to_string(_SOURCE_MAX));
    assert_null(source_kind_to_string(_SOURCE_INVALID));
    for (int i = 0; i < _SOURCE_STATUS_MAX; i++)
        assert_non_null(source_status_to_string((enum source_status)i));
    assert_null(source_status_to_string(_SOURCE_STATUS_MAX));
    for (unsigned bit = 1; bit < _SOURCE_CAP_MAX; bit <<= 1)
        assert_non_null(source_capability_to_string((enum source_capability)bit));
    assert_null(source_capability_to_string(_SOURCE_CAP_MAX));
    for (int i = 0; i < _SOURCE_INHIBITORS_MAX; i++)
        assert_non_null(source_inhibitors_to_string((enum source_inhibitors)i));
    assert_null(source_inhibitors_to_string(_SOURCE_INHIBITORS_MAX));
}

/* --- select.c, with a sink that calls back */

struct fixture {
    sd_event *event;
    struct activity *activity;
    struct source *fake;
    char told[512]; /* one letter for each event, in order */
    unsigned changed;
    bool rearm_on_active, lower_on_idle;
    usec_t answer;
    bool answered;
};

static void on_event(void *userdata, const struct bc_event *event)
{
    struct fixture *f = userdata;
    static const char letters[_BC_EVENT_MAX] = {
        [BC_EVENT_ACTIVE] = 'a',
        [BC_EVENT_IDLE] = 'i',
        [BC_EVENT_LOCK] = 'L',
        [BC_EVENT_UNLOCK] = 'l',
    };
    char letter = letters[event->type];

    if (!letter)
        letter = '?';
    if (event->type == BC_EVENT_INHIBIT)
        letter = event->u.on ? 'H' : 'h';
    f->told[strlen(f->told)] = letter;
    if (f->rearm_on_active && letter == 'a')
        activity_rearm(f->activity);
    if (f->lower_on_idle && letter == 'i')
        activity_set_threshold(f->activity, 5 * MS);
}

static void on_changed(void *userdata)
{
    ((struct fixture *)userdata)->changed++;
}

static void on_answer(void *userdata, usec_t last_input_usec)
{
    struct fixture *f = userdata;

    f->answer = last_input_usec;
    f->answered = true;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct source_sink sink = {f, on_event, on_changed, NULL};

    if (!f || sd_event_new(&f->event) < 0 ||
        activity_new_fake(f->event, 20 * MS, &sink, &f->activity, &f->fake) < 0)
        return -1;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    activity_free(f->activity);
    sd_event_unref(f->event);
    free(f);
    return 0;
}

/* Runs the loop until that has been told; a test that waits in vain fails here. */
static void run_until(struct fixture *f, const char *told)
{
    usec_t end = now_usec(CLOCK_MONOTONIC) + 10 * S;

    while (strcmp(f->told, told) != 0 && now_usec(CLOCK_MONOTONIC) < end)
        assert_true(sd_event_run(f->event, 100 * MS) >= 0);
    assert_string_equal(f->told, told);
}

static void test_select_calls_back(void **state)
{
    struct fixture *f = *state;

    f->rearm_on_active = f->lower_on_idle = true;
    assert_int_equal(activity_start(f->activity), 0);
    run_until(f, "ai");
    fake_source_input(f->fake);
    run_until(f, "aiai");
    fake_source_input(f->fake);
    assert_int_equal(activity_set_wanted(f->activity, SOURCE_LOGIND), 0);
    assert_string_equal(f->told, "aiaia");
    assert_int_equal(activity_set_wanted(f->activity, SOURCE_AUTO), 0);
    run_until(f, "aiaiaai");
}

static void test_select_lost_inside_a_report(void **state)
{
    struct fixture *f = *state;
    struct source_info info;

    assert_int_equal(activity_start(f->activity), 0);
    run_until(f, "ai");
    fake_source_set_working(f->fake, false);
    assert_string_equal(f->told, "aia");
    assert_int_equal(activity_describe(f->activity, &info, 1), 1);
    assert_int_equal(info.status, SOURCE_UNAVAILABLE);
    assert_string_equal(info.detail, "broken down");
    fake_source_input(f->fake); /* nobody listens */
    activity_rearm(f->activity);
    activity_set_threshold(f->activity, 30 * MS);
    assert_string_equal(f->told, "aia");
    fake_source_set_working(f->fake, true);
    run_until(f, "aiaai");
}

static void test_select_query(void **state)
{
    struct fixture *f = *state;
    usec_t before;

    assert_int_equal(activity_start(f->activity), 0);
    assert_true(sd_event_run(f->event, 0) >= 0);
    before = now_usec(CLOCK_BOOTTIME);
    fake_source_input(f->fake);
    assert_int_equal(activity_query(f->activity, S, on_answer, f), 0);
    assert_false(f->answered);
    assert_int_equal(activity_query(f->activity, S, on_answer, f), -EBUSY);
    while (!f->answered)
        assert_true(sd_event_run(f->event, S) >= 0);
    assert_true(f->answer <= now_usec(CLOCK_BOOTTIME) && f->answer > before - S);
    /* A source that is lost on the way answers all the same. */
    f->answered = false;
    fake_source_set_answering(f->fake, false);
    assert_int_equal(activity_query(f->activity, 60 * S, on_answer, f), 0);
    fake_source_set_working(f->fake, false);
    assert_true(f->answered && f->answer == BC_NO_TIME);
}

/* Somebody at work at another seat is at work, whatever the source in use has seen. */
static void test_select_query_vouched(void **state)
{
    struct fixture *f = *state;
    usec_t before;

    assert_int_equal(activity_start(f->activity), 0);
    run_until(f, "ai");
    before = now_usec(CLOCK_BOOTTIME);
    source_vouch(f->fake, true);
    assert_string_equal(f->told, "aia");
    assert_int_equal(activity_query(f->activity, S, on_answer, f), 0);
    while (!f->answered)
        assert_true(sd_event_run(f->event, S) >= 0);
    assert_true(f->answer >= before - 10 * MS);
    before = f->answer;
    /* What was vouched for stays so. */
    source_vouch(f->fake, false);
    assert_string_equal(f->told, "aiai");
    f->answered = false;
    assert_int_equal(activity_query(f->activity, S, on_answer, f), 0);
    while (!f->answered)
        assert_true(sd_event_run(f->event, S) >= 0);
    assert_true(f->answer >= before);
}

static void test_select_refuses(_unused_ void **state)
{
    struct fixture *f = *state;
    struct source_sink sink = {f, on_event, NULL, NULL};
    struct activity *a = NULL;

    assert_int_equal(activity_new(f->event, NULL, _SOURCE_MAX, S, &sink, &a), -EINVAL);
    assert_int_equal(activity_new(f->event, NULL, SOURCE_AUTO, 0, &sink, &a), -EINVAL);
    assert_int_equal(activity_set_wanted(f->activity, _SOURCE_INVALID), -EINVAL);
    assert_null(a);
    assert_null(activity_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_active_then_idle),
        cmocka_unit_test(test_plan_passed_while_armed),
        cmocka_unit_test(test_plan_rearm),
        cmocka_unit_test(test_plan_against_a_model),
        cmocka_unit_test(test_sleep_watch),
        cmocka_unit_test(test_display),
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_select_calls_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_select_lost_inside_a_report, setup, teardown),
        cmocka_unit_test_setup_teardown(test_select_query, setup, teardown),
        cmocka_unit_test_setup_teardown(test_select_query_vouched, setup, teardown),
        cmocka_unit_test_setup_teardown(test_select_refuses, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
