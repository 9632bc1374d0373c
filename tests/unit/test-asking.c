/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a source needs that has to be asked: when to ask, and in which unit the answer is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "source/asking.h"
#include "source/idle-unit.h"
#include "util/macro.h"

#define MS USEC_PER_MSEC
#define S USEC_PER_SEC

/* --- when to ask */

static void test_no_question_while_active(_unused_ void **state)
{
    struct asking a;

    asking_rearm(&a, 1000 * S, 120 * S);
    assert_int_equal(a.next_usec, 1120 * S);
    /* Input since the rearm: the one question leads to no other, and none that is put later does. */
    assert_int_equal(asking_answer(&a, 1120 * S, 1060 * S, S, 120 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, USEC_INFINITY);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(asking_answer(&a, (1800 + i * 600) * S, (1799 + i * 600) * S, S, 120 * S),
                         ASKING_NONE);
        assert_int_equal(a.next_usec, USEC_INFINITY);
    }
}

static void test_rearm_without_input(_unused_ void **state)
{
    struct asking a;

    /* A machine wakes by itself: the last input is of yesterday, and the user counts as active at first. */
    asking_rearm(&a, 50000 * S, 120 * S);
    assert_int_equal(asking_answer(&a, 50060 * S, 100 * S, S, 120 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, 50120 * S);
    /* A moment early: asked again, and not given up. */
    assert_int_equal(asking_answer(&a, 50119 * S, 100 * S, S, 120 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, 50120 * S);
    assert_int_equal(asking_answer(&a, 50120 * S, 100 * S, S, 120 * S), ASKING_IDLE);
    assert_int_equal(a.since_usec, 50000 * S);
}

static void test_growing_distances(_unused_ void **state)
{
    static const int distances[] = {20, 40, 80, 160, 320, 600, 600, 600};
    usec_t now = 2000 * S;
    struct asking a;

    asking_rearm(&a, 1000 * S, 120 * S);
    assert_int_equal(asking_answer(&a, now, 1500 * S, S, 120 * S), ASKING_IDLE);
    for (size_t i = 0; i < ARRAY_SIZE(distances); i++) {
        assert_int_equal(a.next_usec - now, distances[i] * S);
        /* Who asks in between doesn't put the question off, nor bring it forward. */
        assert_int_equal(asking_answer(&a, now + S, 1500 * S, S, 120 * S), ASKING_NONE);
        assert_int_equal(a.next_usec - now, distances[i] * S);
        now = a.next_usec;
        /* The grain of the answer is no input. */
        assert_int_equal(asking_answer(&a, now, 1500 * S + (i % 2 ? S : 0), S, 120 * S), ASKING_NONE);
    }
    assert_int_equal(asking_answer(&a, now, now - 30 * S, S, 120 * S), ASKING_ACTIVE);
    assert_false(a.idle);
    assert_int_equal(a.next_usec, USEC_INFINITY);
    /* And from the beginning. */
    assert_int_equal(asking_answer(&a, now + 300 * S, now - 30 * S, S, 120 * S), ASKING_IDLE);
    assert_int_equal(a.since_usec, now - 30 * S);
    assert_int_equal(a.next_usec, now + 320 * S);
}

static void test_lower_threshold(_unused_ void **state)
{
    struct asking a;

    asking_rearm(&a, 1000 * S, 120 * S);
    assert_int_equal(asking_answer(&a, 1120 * S, 1100 * S, S, 120 * S), ASKING_NONE);
    /* Idle for longer than the lower one: at the first answer. */
    asking_lower(&a, 2000 * S);
    assert_int_equal(a.next_usec, 2000 * S);
    assert_int_equal(asking_answer(&a, 2000 * S, 1970 * S, S, 20 * S), ASKING_IDLE);
    /* A report that has been given stands. */
    asking_lower(&a, 2001 * S);
    assert_int_equal(a.next_usec, 2020 * S);
    assert_int_equal(asking_answer(&a, 2020 * S, 2015 * S, S, 20 * S), ASKING_ACTIVE);
    /* Not idle yet: one more when it may be. */
    asking_lower(&a, 3000 * S);
    assert_int_equal(asking_answer(&a, 3000 * S, 2995 * S, S, 20 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, 3015 * S);
    assert_int_equal(asking_answer(&a, 3001 * S, 2995 * S, S, 20 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, 3015 * S);
    assert_int_equal(asking_answer(&a, 3015 * S, 3010 * S, S, 20 * S), ASKING_NONE);
    assert_int_equal(a.next_usec, USEC_INFINITY);
}

static void test_events_take_over(_unused_ void **state)
{
    struct asking a;

    asking_rearm(&a, 1000 * S, 120 * S);
    asking_told_idle(&a, 1200 * S);
    assert_true(a.idle);
    assert_int_equal(a.next_usec, USEC_INFINITY);
    asking_told_active(&a);
    assert_false(a.idle);
    assert_int_equal(a.next_usec, USEC_INFINITY);
    /* Nobody wants to know: nothing is due. */
    assert_int_equal(asking_answer(&a, 5000 * S, 1500 * S, S, 120 * S), ASKING_IDLE);
    asking_stop(&a);
    assert_false(a.idle);
    assert_int_equal(a.next_usec, USEC_INFINITY);
}

static void test_no_answer(_unused_ void **state)
{
    struct asking a;

    asking_rearm(&a, 1000 * S, 120 * S);
    asking_no_answer(&a, 1120 * S);
    assert_int_equal(a.next_usec, USEC_INFINITY);
    assert_int_equal(asking_answer(&a, 2000 * S, 1500 * S, S, 120 * S), ASKING_IDLE);
    asking_no_answer(&a, 2020 * S);
    assert_true(a.idle);
    assert_int_equal(a.next_usec, 2060 * S);
}

/* --- in which unit the answer is */

static usec_t answer_within(struct idle_unit *u, int64_t value, usec_t at_usec, usec_t round_trip_usec)
{
    struct idle_answer answer = {
        .value = value, .asked_usec = at_usec - round_trip_usec, .answered_usec = at_usec};

    return idle_unit_answer(u, &answer);
}

static usec_t answer(struct idle_unit *u, int64_t value, usec_t at_usec)
{
    return answer_within(u, value, at_usec, 2 * MS);
}

static void test_milliseconds(_unused_ void **state)
{
    struct idle_unit u;

    idle_unit_reset(&u);
    assert_int_equal(answer(&u, 4000, 10000 * S), 0);
    assert_int_equal(answer(&u, 5503, 10000 * S + 1500 * MS), MS);
    assert_string_equal(idle_unit_name(&u), "milliseconds");
    /* It stays so, whatever comes. */
    assert_int_equal(answer(&u, 3, 10030 * S), MS);
    assert_int_equal(answer(&u, 1800003, 11830 * S), MS);
}

static void test_seconds(_unused_ void **state)
{
    struct idle_unit u;

    idle_unit_reset(&u);
    assert_null(idle_unit_name(&u));
    assert_int_equal(answer(&u, 4, 10000 * S), 0);
    /* One pair could be chance. */
    assert_int_equal(answer(&u, 5, 10000 * S + 1500 * MS), 0);
    assert_int_equal(answer(&u, 7, 10003 * S), S);
    assert_string_equal(idle_unit_name(&u), "seconds");
    /* As milliseconds it would be 2 s of idle time and yet no growth: surely seconds. */
    idle_unit_reset(&u);
    assert_int_equal(answer(&u, 2000, 10000 * S), 0);
    assert_int_equal(answer(&u, 2001, 10000 * S + 1500 * MS), S);
}

static void test_input_in_between(_unused_ void **state)
{
    struct idle_unit u;

    idle_unit_reset(&u);
    assert_int_equal(answer(&u, 100, 10000 * S), 0);
    assert_int_equal(answer(&u, 30, 10000 * S + 1500 * MS), 0);
    /* By chance one more than before: no verdict, and none with the next. */
    assert_int_equal(answer(&u, 31, 10003 * S), 0);
    assert_int_equal(answer(&u, 210, 10000 * S + 4500 * MS), 0);
    assert_int_equal(answer(&u, 0, 10006 * S), 0);
    assert_int_equal(answer(&u, 1, 10000 * S + 7500 * MS), 0);
    /* The hands are off at last. */
    assert_int_equal(answer(&u, 1502, 10009 * S), MS);
    /* Seconds: somebody types all the time. */
    idle_unit_reset(&u);
    for (int i = 0; i < 50; i++)
        assert_int_equal(answer(&u, 0, (10000 + 2 * i) * S), 0);
}

static void test_too_soon_or_too_slow(_unused_ void **state)
{
    struct idle_unit u;

    idle_unit_reset(&u);
    assert_int_equal(answer(&u, 4, 10000 * S), 0);
    assert_int_equal(answer(&u, 5, 10000 * S + 500 * MS), 0);
    assert_int_equal(answer(&u, 5, 10001 * S), 0);
    /* Answers that were long on their way tell nothing. */
    assert_int_equal(answer_within(&u, 6, 10002 * S, 900 * MS), 0);
    assert_int_equal(answer(&u, 6, 10002 * S), 0);
    assert_int_equal(answer(&u, 8, 10004 * S), S);
    /* Neither does one that is nothing at all. */
    idle_unit_reset(&u);
    assert_int_equal(answer(&u, -1, 10000 * S), 0);
    assert_int_equal(answer(&u, INT64_MAX, 10002 * S), 0);
    assert_int_equal(answer(&u, 0, 10004 * S), 0);
}

static void test_what_cannot_be(_unused_ void **state)
{
    struct idle_unit u;

    /* Microseconds are no unit that we know. */
    idle_unit_reset(&u);
    for (int i = 0; i < 6; i++)
        assert_int_equal(answer(&u, 5000000 + i * 1500000, 10000 * S + i * 1500 * MS), 0);
    /* Taken for seconds by a rare chance: idle for longer than the machine is up. */
    idle_unit_reset(&u);
    (void)answer(&u, 4, 1000 * S);
    (void)answer(&u, 6, 1002 * S);
    assert_int_equal(answer(&u, 8, 1004 * S), S);
    assert_int_equal(answer(&u, 5000, 1010 * S), 0);
    assert_int_equal(answer(&u, 7000, 1012 * S), MS);
    /* The same, found out by a growth that is faster than time. */
    idle_unit_reset(&u);
    (void)answer(&u, 4, 90000 * S);
    (void)answer(&u, 6, 90002 * S);
    assert_int_equal(answer(&u, 8, 90004 * S), S);
    assert_int_equal(answer(&u, 2008, 90006 * S), 0);
}

/* Services of both kinds and a user whose every input is known: a verdict is never wrong, and comes once the
 * hands are off. */
static void test_against_a_model(_unused_ void **state)
{
    uint64_t seed = 88172645463325252u;
    int wrong = 0;

    for (int run = 0; run < 20000; run++) {
        usec_t unit = run % 2 ? MS : S, now = 5000 * S, input = now - 30 * S, found = 0;
        struct idle_unit u;

        idle_unit_reset(&u);
        for (int i = 0; i < 12; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            /* In the first half somebody types, with pauses of up to 2 s. */
            if (i < 6 && seed % 4)
                input = now - (usec_t)(seed / 4 % 400) * 5 * MS;
            found = answer_within(&u, (now - (usec_t)(seed % 5) * MS - input) / unit, now, 5 * MS);
            wrong += found != 0 && found != unit;
            now += IDLE_UNIT_APART_USEC + (usec_t)(seed % 20) * MS;
        }
        assert_int_equal(found, unit);
    }
    /* Two chances of one in a hundred each, in a row, and of one kind of service: then it is found out later.
     */
    assert_in_range(wrong, 0, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_question_while_active),
        cmocka_unit_test(test_rearm_without_input),
        cmocka_unit_test(test_growing_distances),
        cmocka_unit_test(test_lower_threshold),
        cmocka_unit_test(test_events_take_over),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_milliseconds),
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_input_in_between),
        cmocka_unit_test(test_too_soon_or_too_slow),
        cmocka_unit_test(test_what_cannot_be),
        cmocka_unit_test(test_against_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
