/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limits of each argument, to the microsecond, which on a live bus can't be hit for a time that moves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/args.h"
#include "bus/bus-internal.h"
#include "dbus/names.h"
#include "util/macro.h"

#define NOW_BOOT (500 * USEC_PER_SEC)
#define NOW_REAL (1800000000 * USEC_PER_SEC)

static int pause_usec(uint64_t until, usec_t *ret)
{
    _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
    int r = args_pause(until, NOW_BOOT, NOW_REAL, ret, &error);

    if (r < 0) {
        assert_int_equal(r, -EINVAL);
        assert_string_equal(error.name, SD_BUS_ERROR_INVALID_ARGS);
    }
    return r;
}

static void test_pause(void **state)
{
    static const struct {
        usec_t ahead, lasts;
    } good[] = {
        {55 * USEC_PER_SEC, 60100 * USEC_PER_MSEC},
        {USEC_PER_MINUTE - 1, 60100 * USEC_PER_MSEC},
        {USEC_PER_MINUTE, 60100 * USEC_PER_MSEC},
        {61 * USEC_PER_SEC, 61 * USEC_PER_SEC},
        {USEC_PER_HOUR, USEC_PER_HOUR},
        {30 * USEC_PER_DAY, 30 * USEC_PER_DAY},
    };
    static const usec_t bad[] = {
        55 * USEC_PER_SEC - 1,   0, -1, -USEC_PER_DAY, 1 - NOW_REAL, 30 * USEC_PER_DAY + 1,
        USEC_INFINITY - NOW_REAL};
    usec_t ret = -7;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        assert_int_equal(pause_usec((uint64_t)(NOW_REAL + good[i].ahead), &ret), 0);
        assert_int_equal(ret, NOW_BOOT + good[i].lasts);
    }
    ret = -7;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(pause_usec((uint64_t)(NOW_REAL + bad[i]), &ret), -EINVAL);
        assert_int_equal(ret, -7);
    }
    assert_int_equal(pause_usec((uint64_t)INT64_MAX + 1, &ret), -EINVAL);
    assert_int_equal(pause_usec(UINT64_MAX - 1, &ret), -EINVAL);
    assert_int_equal(ret, -7);
    assert_int_equal(pause_usec(0, &ret), 0);
    assert_int_equal(ret, NOW_BOOT + USEC_PER_HOUR);
    assert_int_equal(pause_usec(UINT64_MAX, &ret), 0);
    assert_true(ret == USEC_INFINITY);
}

/* A clock far before the epoch's present (a dead battery) must not overflow the difference. */
static void test_pause_odd_clock(void **state)
{
    _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
    usec_t ret = 0;

    (void)state;
    assert_int_equal(args_pause(INT64_MAX, 0, -USEC_PER_DAY, &ret, &error), -EINVAL);
    sd_bus_error_free(&error);
    assert_int_equal(args_pause(USEC_PER_HOUR, 5, 1, &ret, &error), 0);
    assert_int_equal(ret, USEC_PER_HOUR + 4);
}

/* Each refusal has a name of its own, and one that is new falls back to a standard one. */
static void test_refusals(void **state)
{
    static const char *const names[_BUS_REFUSAL_MAX] = {
        [BC_REFUSAL_SNOOZE_LIMIT] = BACKCARE_ERROR_SNOOZE_LIMIT,
        [BC_REFUSAL_NOTHING_PROMPTED] = BACKCARE_ERROR_NOTHING_PROMPTED,
        [BC_REFUSAL_NO_SUCH_BREAK] = BACKCARE_ERROR_NO_SUCH_BREAK,
        [BC_REFUSAL_NO_SUCH_EXERCISE] = BACKCARE_ERROR_NO_SUCH_EXERCISE,
        [BC_REFUSAL_BREAK_RUNNING] = BACKCARE_ERROR_BREAK_RUNNING,
        [BC_REFUSAL_NOT_PAUSED] = BACKCARE_ERROR_NOT_PAUSED,
        [BC_REFUSAL_INVALID_ARGS] = SD_BUS_ERROR_INVALID_ARGS,
        [BC_REFUSAL_TOO_MANY_HOLDS] = SD_BUS_ERROR_LIMITS_EXCEEDED,
        [BC_REFUSAL_TOO_MANY_VERDICTS] = SD_BUS_ERROR_LIMITS_EXCEEDED,
        [BUS_REFUSAL_NOT_SUITABLE] = BACKCARE_ERROR_NOT_SUITABLE,
        [BUS_REFUSAL_MEDICAL_HOLD] = BACKCARE_ERROR_MEDICAL_HOLD,
        [BUS_REFUSAL_NOT_KEPT] = SD_BUS_ERROR_FAILED,
    };
    const struct bc_event event = {.type = BC_EVENT_START};

    (void)state;
    for (int i = BC_REFUSAL_NONE + 1; i < _BUS_REFUSAL_MAX; i++) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

        assert_true(bus_refuse(&event, i, &error) < 0);
        assert_non_null(names[i]);
        assert_string_equal(error.name, names[i]);
        /* The word of the core is the last part of the name. */
        if (i < _BC_REFUSAL_MAX)
            assert_string_equal(strrchr(error.name, '.') + 1, bc_refusal_to_string((enum bc_refusal)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_pause_odd_clock),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
