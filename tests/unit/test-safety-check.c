/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What no exercise may be, whoever it is for; and from a due date to a trimester.
 */
#include <errno.h>
#include <string.h>

#include "safety-samples.h"

static struct safety_exercise massage(unsigned regions)
{
    struct safety_exercise e = gentle_massage;

    e.regions = regions;
    return e;
}

static void assert_broken(const struct safety_exercise *e, unsigned expected)
{
    assert_int_equal(safety_check(e), expected);
}

/* I1 to I3, I9, I10 */
static void test_invariants(void **state _unused_)
{
    struct safety_exercise e = plain;

    assert_broken(&plain, 0);
    assert_broken(&gentle_massage, 0);
    e.position = _SAFETY_POSITION_MAX;
    assert_broken(&e, BIT(SAFETY_INVARIANT_WORDS));
    e = plain;
    e.tools = BIT(_SAFETY_TOOL_MAX);
    assert_broken(&e, BIT(SAFETY_INVARIANT_WORDS));
    for (unsigned n = 0; n <= 8; n++) {
        e = plain;
        e.n_steps = n;
        assert_broken(&e, n >= 2 && n <= 6 ? 0 : BIT(SAFETY_INVARIANT_STEPS));
        e = gentle_massage;
        e.n_adapted[2] = n;
        assert_broken(&e, n >= 2 && n <= 6 ? 0 : BIT(SAFETY_INVARIANT_STEPS));
    }
    e = plain;
    e.hold_usec = 60 * USEC_PER_SEC;
    assert_broken(&e, 0);
    e.hold_usec++;
    assert_broken(&e, BIT(SAFETY_INVARIANT_HOLD));
    for (int seconds = 0; seconds <= 700; seconds += 10) {
        e = plain;
        e.duration_usec = seconds * USEC_PER_SEC;
        assert_broken(&e, seconds >= 30 && seconds <= 600 ? 0 : BIT(SAFETY_INVARIANT_DURATION));
        e = gentle_massage;
        e.adapted_usec[1] = seconds * USEC_PER_SEC;
        assert_broken(&e, seconds >= 30 && seconds <= 600 ? 0 : BIT(SAFETY_INVARIANT_DURATION));
    }
    for (int a = 0; a < _SAFETY_STATUS_MAX; a++)
        for (int b = 0; b < _SAFETY_STATUS_MAX; b++) {
            e = plain;
            e.n_adapted[0] = e.n_adapted[1] = 2;
            e.pregnancy[0] = (enum safety_status)a;
            e.pregnancy[1] = (enum safety_status)b;
            e.pregnancy[2] = SAFETY_NO;
            assert_broken(&e, b > a ? BIT(SAFETY_INVARIANT_PREGNANCY) : 0);
        }
    for (int position = 0; position < _SAFETY_POSITION_MAX; position++) {
        e = plain;
        e.position = (enum safety_position)position;
        assert_broken(&e, position == SAFETY_FLOOR_SUPINE ? BIT(SAFETY_INVARIANT_SUPINE) : 0);
        e.hazards = BIT(SAFETY_SUPINE);
        assert_broken(&e, position == SAFETY_FLOOR_SUPINE ? 0 : BIT(SAFETY_INVARIANT_NOT_SUPINE));
        e.hazards = SAFETY_ALL(_SAFETY_HAZARD_MAX);
        e.hazards_assumed = true;
        assert_broken(&e, 0);
    }
}

/* I4 to I7 */
static void test_pressure_invariants(void **state _unused_)
{
    struct safety_exercise e;

    for (int region = 0; region < _SAFETY_REGION_MAX; region++) {
        bool lower = region == SAFETY_LOWER_BACK || region == SAFETY_WHOLE_BODY;
        bool neck = region == SAFETY_NECK || region == SAFETY_WHOLE_BODY;

        for (int tool = 0; tool < _SAFETY_TOOL_MAX; tool++)
            for (int place = 0; place < _SAFETY_PLACE_MAX; place++) {
                unsigned expected = 0;

                e = massage(BIT(region));
                e.tools = BIT(tool);
                e.place = (enum safety_place)place;
                if (lower && place == SAFETY_FLOOR_SPACE &&
                    (tool == SAFETY_FOAM_ROLLER || tool == SAFETY_MASSAGE_BALL))
                    expected |= BIT(SAFETY_INVARIANT_FLOOR_LOWER_BACK);
                if (tool == SAFETY_HANDHELD_MASSAGER && (lower || neck))
                    expected |= BIT(SAFETY_INVARIANT_MASSAGER);
                if (neck && tool != SAFETY_HANDS)
                    expected |= BIT(SAFETY_INVARIANT_NECK);
                assert_broken(&e, expected);
            }
        e = massage(BIT(region));
        e.intensity = 2;
        assert_broken(&e, lower ? BIT(SAFETY_INVARIANT_LOWER_BACK_INTENSITY) : 0);
        e = massage(BIT(region));
        e.hazards = 0;
        assert_broken(&e, lower ? BIT(SAFETY_INVARIANT_LOWER_BACK_HAZARD) : 0);
        e = massage(BIT(region));
        e.has_caution = false;
        assert_broken(&e, BIT(SAFETY_INVARIANT_MASSAGE_CAUTION));
    }
    /* Not only massage: nothing lies on a roller there. */
    e = plain;
    e.regions = BIT(SAFETY_LOWER_BACK);
    e.tools = BIT(SAFETY_FOAM_ROLLER);
    e.place = SAFETY_FLOOR_SPACE;
    assert_broken(&e, BIT(SAFETY_INVARIANT_FLOOR_LOWER_BACK));
}

static int64_t day(const char *text)
{
    int64_t ret = INT64_MIN;

    assert_int_equal(safety_day_parse(text, &ret), 0);
    return ret;
}

static void test_days(void **state _unused_)
{
    static const char *const wrong[] = {"",           "2027-02-29", "2100-02-29", "2027-04-31", "2027-00-10",
                                        "2027-13-01", "2027-1-01",  "2027-01-00", "20270101",   "2027-01-01 ",
                                        "2o27-01-01", "2027/01/01", "0000-01-01", "-027-01-01"};
    int64_t untouched = 42;

    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("1970-03-01"), 59);
    assert_int_equal(day("2000-02-29"), 11016);
    assert_int_equal(day("2026-11-23"), 20780);
    assert_int_equal(day("2028-03-01") - day("2028-02-28"), 2);
    assert_int_equal(day("2027-03-01") - day("2027-02-28"), 1);
    assert_int_equal(day("2001-01-01") - day("1601-01-01"), 146097);
    assert_int_equal(day("1969-12-31"), -1);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_int_equal(safety_day_parse(wrong[i], &untouched), -EINVAL);
    assert_int_equal(untouched, 42);
}

static void test_trimesters(void **state _unused_)
{
    static const struct {
        const char *due, *today;
        enum safety_trimester expected;
    } rows[] = {
        /* Counted from 280 days before: week 13 is full on the 91st day, week 28 on the 196th. */
        {"2027-06-01", "2026-08-25", SAFETY_TRIMESTER_T1}, /* the first day */
        {"2027-06-01", "2026-08-11", SAFETY_TRIMESTER_T1},
        {"2027-06-01", "2026-08-10", SAFETY_TRIMESTER_UNCLEAR},
        {"2028-06-01", "2026-11-23", SAFETY_TRIMESTER_UNCLEAR},
        {"2027-06-01", "2026-11-23", SAFETY_TRIMESTER_T1},
        {"2027-06-01", "2026-11-24", SAFETY_TRIMESTER_T2},
        {"2027-06-01", "2027-03-08", SAFETY_TRIMESTER_T2},
        {"2027-06-01", "2027-03-09", SAFETY_TRIMESTER_T3},
        {"2027-06-01", "2027-06-01", SAFETY_TRIMESTER_T3},
        {"2027-06-01", "2027-06-02", SAFETY_TRIMESTER_OVERDUE},
        {"2027-06-01", "2027-06-15", SAFETY_TRIMESTER_OVERDUE},
        {"2027-06-01", "2027-06-16", SAFETY_TRIMESTER_POSTPARTUM},
        {"2027-06-01", "2027-08-24", SAFETY_TRIMESTER_POSTPARTUM},
        {"2027-06-01", "2027-08-25", SAFETY_TRIMESTER_NONE},
        {"2027-06-01", "2127-08-25", SAFETY_TRIMESTER_NONE},
        /* Over a leap day: 29 February counts. */
        {"2028-05-24", "2028-02-29", SAFETY_TRIMESTER_T2},
        {"2028-05-24", "2028-03-01", SAFETY_TRIMESTER_T3},
        {"2027-05-24", "2027-02-28", SAFETY_TRIMESTER_T2},
        {"2027-05-24", "2027-03-01", SAFETY_TRIMESTER_T3},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (safety_trimester(day(rows[i].due), day(rows[i].today)) != rows[i].expected)
            fail_msg("due %s, on %s", rows[i].due, rows[i].today);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invariants),
        cmocka_unit_test(test_pressure_invariants),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_trimesters),
    };

    return cmocka_run_group_tests_name("safety-check", tests, NULL, NULL);
}
