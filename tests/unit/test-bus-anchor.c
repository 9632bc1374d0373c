/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was said of a counter holds exactly as long as the counter moves on its line: by example, and for
 * counters that are moved at random.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/anchor.h"
#include "util/macro.h"

#define AFTER (30 * USEC_PER_MINUTE)

static struct anchor anchor(usec_t counter, usec_t at, usec_t due)
{
    struct anchor a = {.after_usec = AFTER,
                       .length_usec = 3 * USEC_PER_MINUTE,
                       .counter_usec = counter,
                       .at_usec = at,
                       .due_usec = due};

    (void)strcpy(a.name, "stretch");
    return a;
}

/* As a core tells it: the counter at @t on the line through (@counter, @at), growing at @rate per cent. */
static struct anchor told(usec_t counter, usec_t at, usec_t rate, usec_t t, bool due_is_now)
{
    usec_t c = counter + (t - at) * rate / 100, due;

    if (rate == 0)
        return anchor(c, t, USEC_INFINITY);
    due = at + (AFTER - counter) * 100 / rate;
    return anchor(c, t, due_is_now && c >= AFTER ? t : due);
}

static void test_other_breaks(void **state)
{
    struct anchor a = anchor(0, 0, AFTER), b = a;

    (void)state;
    assert_true(anchor_holds(&a, &b));
    b.name[0] = 'S';
    assert_false(anchor_holds(&a, &b));
    b = a;
    b.after_usec++;
    assert_false(anchor_holds(&a, &b));
    b = a;
    b.length_usec++;
    assert_false(anchor_holds(&a, &b));
}

static void test_same_line(void **state)
{
    (void)state;
    for (usec_t rate = 0; rate <= 100; rate += 10)
        for (usec_t t0 = 0; t0 < 3 * AFTER; t0 += 7 * USEC_PER_MINUTE + 1)
            for (usec_t t1 = t0; t1 < 4 * AFTER; t1 += 11 * USEC_PER_MINUTE + 3) {
                struct anchor a = told(0, 0, rate, t0, false), b = told(0, 0, rate, t1, false);

                /* Told just before it is due, the slope is lost in rounding; no such instant is in the walk.
                 */
                assert_true(anchor_holds(&a, &b));
            }
}

/* A core that tells "due at" as the present once the break is due: said at rate 1 it still holds. */
static void test_due_is_now(void **state)
{
    (void)state;
    for (usec_t t0 = 0; t0 < 3 * AFTER; t0 += 7 * USEC_PER_MINUTE + 1)
        for (usec_t t1 = t0; t1 < 4 * AFTER; t1 += 11 * USEC_PER_MINUTE + 3) {
            struct anchor a = told(0, 0, 100, t0, true), b = told(0, 0, 100, t1, true);

            assert_true(anchor_holds(&a, &b));
        }
}

/* Any change of rate or of the counter, also one at the very instant at which the break becomes due. */
static void test_other_line(void **state)
{
    (void)state;
    for (usec_t t0 = 0; t0 <= 2 * AFTER; t0 += AFTER / 4)
        for (usec_t t1 = t0; t1 <= 2 * AFTER; t1 += AFTER / 4)
            for (usec_t rate = 0; rate <= 50; rate += 25) {
                struct anchor a = told(0, 0, 100, t0, false);
                struct anchor slower = told(t1, t1, rate, t1 + USEC_PER_SEC, false);
                struct anchor lowered = told(t1 - USEC_PER_MINUTE, t1, 100, t1, false);
                struct anchor stopped = anchor(t1, t1, USEC_INFINITY);

                assert_false(anchor_holds(&a, &slower));
                assert_false(anchor_holds(&a, &lowered));
                assert_false(anchor_holds(&a, &stopped));
                assert_false(anchor_holds(&stopped, &a));
            }
}

static void test_rest(void **state)
{
    struct anchor away = anchor(20 * USEC_PER_MINUTE, 0, USEC_INFINITY), later = away, rested = away;

    (void)state;
    later.at_usec = USEC_PER_HOUR;
    assert_true(anchor_holds(&away, &later));
    rested.counter_usec = 0;
    assert_false(anchor_holds(&away, &rested));
}

/* Far and negative instants, which a restored state may have, must not overflow. */
static void test_extremes(void **state)
{
    static const usec_t values[] = {BC_NO_TIME, BC_NO_TIME + 1, -1, 0, 1, USEC_INFINITY - 1};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
            struct anchor a = anchor(values[i] / 4, values[k] / 4, values[i] / 4),
                          b = anchor(0, values[i] / 4, values[k] / 4);

            (void)anchor_holds(&a, &b);
            (void)anchor_holds(&b, &a);
            assert_true(anchor_holds(&b, &b));
        }
}

static void test_times(void **state)
{
    (void)state;
    assert_true(time_holds(5, 5));
    assert_true(time_holds(1000, 1002));
    assert_true(time_holds(1002, 1000));
    assert_false(time_holds(0, USEC_PER_SEC));
    assert_false(time_holds(USEC_INFINITY, USEC_INFINITY - 1));
    assert_false(time_holds(BC_NO_TIME, BC_NO_TIME + 1));
    assert_false(time_holds(-USEC_PER_DAY, USEC_INFINITY - 1));
    assert_true(time_holds(USEC_INFINITY, USEC_INFINITY));
}

static void test_bus_usec(void **state)
{
    (void)state;
    assert_int_equal(bus_usec(BC_NO_TIME), 0);
    assert_int_equal(bus_usec(0), 0);
    assert_int_equal(bus_usec(1), 1);
    assert_int_equal(bus_usec(-1), 1);
    assert_int_equal(bus_usec(BC_NO_TIME + 1), 1);
    assert_true(bus_usec(USEC_INFINITY) == UINT64_MAX);
    assert_true(bus_usec(USEC_INFINITY - 1) == (uint64_t)INT64_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_breaks), cmocka_unit_test(test_same_line),
        cmocka_unit_test(test_due_is_now),   cmocka_unit_test(test_other_line),
        cmocka_unit_test(test_rest),         cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_times),        cmocka_unit_test(test_bus_usec),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
