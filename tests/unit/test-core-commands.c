/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user says and what the daemon is told beside it: commands, holds, exercises, the idle threshold,
 * events that come late; and what the view foretells of it.
 */
#include "core-fixture.h"

static const struct bc_menu_item menu[] = {
    {.id = "cat-cow", .kind = BC_KIND_MOBILITY, .duration_usec = 60 * S},
    {.id = "plank", .kind = BC_KIND_STRENGTH, .duration_usec = 20 * MINUTE},
    {.id = "chin-tuck", .kind = BC_KIND_POSTURE, .duration_usec = 30 * S},
};

#define HOLD(f, at, is_on, of_id, why)                                                                       \
    STEP(f, BC_EVENT_HOLD, at, .u.hold = {.on = (is_on), .id = (of_id), .reason = (why)})

static void holds_add_up(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)HOLD(f, MINUTE, true, "1", "a call");
    (void)HOLD(f, 2 * MINUTE, true, "2", "a call");
    (void)HOLD(f, 3 * MINUTE, true, NULL, "camera");
    assert_string_equal(view(f).hold_reason, "camera");
    assert_int_equal(view(f).hold_since_usec, 3 * MINUTE);
    assert_string_equal(CLOCK(f, 31 * MINUTE), "1800 state held");
    (void)HOLD(f, 32 * MINUTE, false, "1", NULL);
    (void)HOLD(f, 32 * MINUTE, false, "no such", NULL);
    (void)HOLD(f, 32 * MINUTE, false, NULL, "camera");
    assert_string_equal(view(f).hold_reason, "a call");
    assert_int_equal(view(f).hold_since_usec, 2 * MINUTE);
    assert_int_equal(view(f).next_prompt_usec, 90 * MINUTE);
    assert_string_equal(HOLD(f, 33 * MINUTE, false, "2", NULL),
                        "1980 prompt stretch 1; 1980 threshold 20; 1980 state due");
    assert_string_equal(view(f).hold_reason, "");
}

static void a_hold_ends_all(void **state)
{
    struct fixture *f = *state;
    char id[8];

    start_core(f);
    for (int i = 0; i < 48; i++) {
        (void)snprintf(id, sizeof id, "%d", i);
        assert_string_equal(HOLD(f, MINUTE, true, id, "why"), "");
    }
    assert_string_equal(HOLD(f, MINUTE, true, "48", "why"), "60 refused LimitsExceeded");
    /* One that is there already is no other. */
    assert_string_equal(HOLD(f, MINUTE, true, "0", "why"), "");
    assert_string_equal(HOLD(f, 2 * MINUTE, false, NULL, NULL), "");
    assert_string_equal(view(f).hold_reason, "");
    assert_int_equal(view(f).hold_since_usec, BC_NO_TIME);
}

static void a_hold_lasts_so_long(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)HOLD(f, MINUTE, true, NULL, "game");
    (void)CLOCK(f, 30 * MINUTE);
    assert_string_equal(CLOCK(f, 90 * MINUTE - 1), "");
    /* The longer one is due as well by then. */
    assert_string_equal(CLOCK(f, 90 * MINUTE), "5400 prompt walk 1; 5400 threshold 20; 5400 state due");
    f->rules.hold_limit_usec = 0;
    (void)bc_core_set_rules(f->core, &f->rules);
    (void)STEP(f, BC_EVENT_SKIP, 91 * MINUTE);
    assert_string_equal(CLOCK(f, 24 * HOUR), "7260 state held");
    assert_int_equal(view(f).next_prompt_usec, USEC_INFINITY);
}

/* Cut text must still be text: a bus disconnects who sends half a character. */
static void a_long_reason_is_cut_at_a_character(void **state)
{
    struct fixture *f = *state;
    char reason[BC_NAME_MAX * 2] = "x";

    start_core(f);
    while (strlen(reason) < 80)
        strcat(reason, "ü");
    (void)HOLD(f, MINUTE, true, NULL, reason);
    assert_int_equal(strlen(view(f).hold_reason), BC_NAME_MAX);
    (void)HOLD(f, MINUTE, false, NULL, NULL);
    (void)HOLD(f, MINUTE, true, NULL, reason + 1);
    assert_int_equal(strlen(view(f).hold_reason), BC_NAME_MAX - 1);
}

static void another(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, MINUTE), "60 refused NothingPrompted");
    (void)CLOCK(f, 30 * MINUTE);
    /* None at all. */
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch 1");
    /* One, and it is not shown yet; then there is nothing else. */
    set_menu(f, menu, 1);
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch cat-cow 1");
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch cat-cow 1");
    set_menu(f, menu, 2);
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch plank 1");
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch cat-cow 1");
    /* The repeat clock stays, and the exercise. */
    assert_string_equal(CLOCK(f, 40 * MINUTE),
                        "2120 threshold 120; 2400 prompt stretch cat-cow 2; 2400 threshold 20");
    /* In a guided break its length may change: there is time for the new one, whatever was done before. */
    (void)STEP(f, BC_EVENT_ANOTHER, 40 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_START, 41 * MINUTE),
                        "2460 withdraw stretch start; 2460 bout 0-2460; 2460 guide stretch plank 2460-3660; "
                        "2460 state break");
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 45 * MINUTE), "2700 guide stretch cat-cow 2460-2760");
    assert_string_equal(CLOCK(f, 46 * MINUTE),
                        "2760 record guided stretch cat-cow 2460-2760; 2760 guide-end stretch guided; "
                        "2760 threshold 120; 2760 state active");
}

/* Settings that no longer allow the exercise which stands: it is gone at once, also for what Start begins. */
static void menu_without_what_stands(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    set_menu(f, menu, 2);
    assert_non_null(strstr(CLOCK(f, 30 * MINUTE), "prompt stretch cat-cow 1"));
    set_menu(f, menu, 1);
    assert_string_equal(CLOCK(f, 30 * MINUTE), "");
    set_menu(f, menu + 1, 1);
    assert_string_equal(view(f).prompt_exercise, "plank");
    assert_string_equal(CLOCK(f, 30 * MINUTE), "1800 exercise stretch plank 1");
    bc_core_set_menu(f->core, NULL);
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE),
                        "1800 exercise stretch 1; 1800 exercise stretch 1");
    assert_non_null(strstr(STEP(f, BC_EVENT_START, 31 * MINUTE), "guide stretch 1860-2040"));
    set_menu(f, menu, 2);
    assert_string_equal(CLOCK(f, 31 * MINUTE), "");
    (void)STEP(f, BC_EVENT_ANOTHER, 31 * MINUTE);
    assert_true(*view(f).guide_exercise);
    bc_core_set_menu(f->core, NULL);
    assert_string_equal(view(f).guide_exercise, "");
    assert_non_null(strstr(CLOCK(f, 31 * MINUTE), "guide stretch 1860-"));
}

static void kinds(void **state)
{
    struct fixture *f = *state;

    f->breaks[0].kinds = 1u << BC_KIND_POSTURE;
    f->breaks[1].kinds = 1u << BC_KIND_MASSAGE;
    start_core(f);
    set_menu(f, menu, ARRAY_SIZE(menu));
    assert_non_null(strstr(CLOCK(f, 30 * MINUTE), "prompt stretch chin-tuck 1"));
    /* Another than the only one that suits: one of any kind. */
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch cat-cow 1");
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 30 * MINUTE), "1800 exercise stretch chin-tuck 1");
    (void)STEP(f, BC_EVENT_DONE, 30 * MINUTE);
    /* None of the kind is there: any rather than none. */
    assert_non_null(
        strstr(STEP(f, BC_EVENT_START, 31 * MINUTE, .u.start.break_name = "walk"), "guide walk cat-cow"));
}

static void start_of_something(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    set_menu(f, menu, ARRAY_SIZE(menu));
    assert_string_equal(STEP(f, BC_EVENT_START, MINUTE, .u.start = {"lunch", NULL}),
                        "60 refused NoSuchBreak");
    assert_string_equal(STEP(f, BC_EVENT_START, MINUTE, .u.start = {"walk", "yoga"}),
                        "60 refused NoSuchExercise");
    assert_string_equal(STEP(f, BC_EVENT_START, MINUTE, .u.start = {"", "plank"}),
                        "60 bout 0-60; 60 guide stretch plank 60-1260; 60 threshold 20; 60 state break");
    assert_string_equal(STEP(f, BC_EVENT_START, 2 * MINUTE), "120 refused BreakRunning");
    assert_int_equal(view(f).guide_until_usec, 21 * MINUTE);
    assert_int_equal(view(f).next_prompt_usec, USEC_INFINITY);
    assert_string_equal(STEP(f, BC_EVENT_DONE, 3 * MINUTE),
                        "180 record guided stretch plank 60-180; 180 guide-end stretch guided; "
                        "180 threshold 120; 180 state active");
    assert_int_equal(counter(f, "stretch"), 0);
    assert_int_equal(counter(f, "walk"), MINUTE);
    /* It is over by itself after the longer of its length and the exercise. */
    assert_string_equal(
        STEP(f, BC_EVENT_START, 4 * MINUTE, .u.start = {"walk", "cat-cow"}),
        "240 bout 180-240; 240 guide walk cat-cow 240-840; 240 threshold 20; 240 state break");
    assert_string_equal(CLOCK(f, 14 * MINUTE),
                        "840 record guided walk cat-cow 240-840; 840 guide-end walk guided; "
                        "840 threshold 120; 840 state active");
    assert_int_equal(counter(f, "walk"), 0);
}

static void feedback(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    set_menu(f, menu, ARRAY_SIZE(menu));
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, MINUTE, .u.feedback = {NULL, "better"}),
                        "60 refused NoSuchExercise");
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, MINUTE, .u.feedback = {"plank", "better"}),
                        "60 feedback plank better");
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, MINUTE, .u.feedback = {"yoga", "same"}),
                        "60 refused NoSuchExercise");
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, MINUTE, .u.feedback = {"plank", "fine"}),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, MINUTE, .u.feedback = {"plank", NULL}),
                        "60 refused InvalidArgs");
    (void)CLOCK(f, 30 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, 30 * MINUTE, .u.feedback = {"", "hurts"}),
                        "1800 feedback cat-cow hurts");
}

static void snoozing(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, MINUTE, .u.duration_usec = MINUTE - 1),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, MINUTE, .u.duration_usec = 4 * HOUR + 1),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, MINUTE, .u.duration_usec = -1), "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, MINUTE, .u.duration_usec = 4 * HOUR), "");
    /* Ahead of time it is not counted. */
    assert_int_equal(view(f).snoozes_left, 3);
    assert_int_equal(view(f).next_prompt_usec, 90 * MINUTE);
    assert_string_equal(view(f).next_break, "walk");
    assert_string_equal(STEP(f, BC_EVENT_RESUME, 2 * MINUTE), "");
    assert_int_equal(view(f).next_prompt_usec, 30 * MINUTE);
    (void)CLOCK(f, 30 * MINUTE);
    for (unsigned left = 3; left > 0; left--) {
        usec_t t = (30 + 5 * (3 - left)) * MINUTE;

        assert_int_equal(view(f).snoozes_left, left);
        assert_non_null(strstr(STEP(f, BC_EVENT_SNOOZE, t), "withdraw stretch snooze"));
        assert_int_equal(view(f).snoozed_until_usec, t + 5 * MINUTE);
        assert_int_equal(view(f).next_prompt_usec, t + 5 * MINUTE);
        assert_non_null(strstr(CLOCK(f, t + 5 * MINUTE), "prompt stretch 1"));
    }
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, 45 * MINUTE), "2700 refused SnoozeLimit");
    (void)STEP(f, BC_EVENT_SKIP, 45 * MINUTE);
    assert_int_equal(view(f).snoozes_left, 3);
}

static void pausing(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    assert_string_equal(STEP(f, BC_EVENT_PAUSE, MINUTE, .u.until_usec = 2 * MINUTE - 1),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_PAUSE, MINUTE, .u.until_usec = MINUTE + 30 * USEC_PER_DAY + 1),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_PAUSE, MINUTE, .u.until_usec = INT64_MIN), "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_PAUSE, MINUTE), "60 state paused");
    assert_int_equal(view(f).paused_until_usec, 61 * MINUTE);
    assert_int_equal(view(f).next_prompt_usec, 61 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_PAUSE, MINUTE, .u.until_usec = USEC_INFINITY), "");
    assert_int_equal(view(f).next_prompt_usec, USEC_INFINITY);
    assert_string_equal(CLOCK(f, 100 * MINUTE), "");
    assert_string_equal(STEP(f, BC_EVENT_RESUME, 100 * MINUTE),
                        "6000 prompt walk 1; 6000 threshold 20; 6000 state due");
    assert_string_equal(STEP(f, BC_EVENT_RESUME, 100 * MINUTE), "6000 refused NotPaused");
}

static void foretold(void **state)
{
    struct fixture *f = *state;

    f->spans[0] = (struct bc_work_span){4, 0, 60};
    f->spans[1] = (struct bc_work_span){4, 180, 240};
    f->rules.n_schedule = 2;
    f->rules.merge_usec = 61 * MINUTE;
    assert_int_equal(bc_core_new(&f->rules, 0, &f->core), 0);
    (void)STEP(f, BC_EVENT_CLOCK, 0, .u.clock.set = true);
    assert_int_equal(view(f).next_prompt_usec, 30 * MINUTE);
    assert_string_equal(view(f).next_break, "walk");
    /* A hold, whose limit ends out of hours. */
    (void)HOLD(f, 20 * MINUTE, true, NULL, "game");
    (void)CLOCK(f, 40 * MINUTE);
    assert_int_equal(view(f).next_prompt_usec, 3 * HOUR);
    assert_non_null(strstr(CLOCK(f, 3 * HOUR), "10800 prompt walk 1"));
    /* Nobody there: never, as things are. */
    (void)STEP(f, BC_EVENT_LOCK, 3 * HOUR);
    assert_int_equal(view(f).next_prompt_usec, USEC_INFINITY);
}

/* A longer break that is due at the instant of a repetition takes its place. */
static void foretold_where_two_meet(void **state)
{
    struct fixture *f = *state;

    f->breaks[0].after_usec = 60 * MINUTE;
    f->rules.repeat_limit = 9;
    start_core(f);
    (void)CLOCK(f, 85 * MINUTE);
    assert_int_equal(view(f).next_prompt_usec, 90 * MINUTE);
    assert_string_equal(view(f).next_break, "walk");
    assert_string_equal(CLOCK(f, 90 * MINUTE), "5120 threshold 120; 5400 withdraw stretch replaced; "
                                               "5400 prompt walk 1; 5400 threshold 20");
}

static void foretold_behind_a_snooze_of_the_same_length(void **state)
{
    struct fixture *f = *state;

    f->rules.n_breaks = 0;
    add_break(f, "longer", 20 * MINUTE, 3 * MINUTE);
    add_break(f, "sooner", 30 * MINUTE - S, 3 * MINUTE);
    f->breaks[0].after_usec = 30 * MINUTE;
    start_core(f);
    (void)CLOCK(f, 30 * MINUTE);
    (void)STEP(f, BC_EVENT_SKIP, 30 * MINUTE);
    (void)STEP(f, BC_EVENT_PAUSE, 30 * MINUTE, .u.until_usec = 70 * MINUTE);
    (void)CLOCK(f, 61 * MINUTE);
    assert_string_equal(view(f).next_break, "longer");
    (void)STEP(f, BC_EVENT_SNOOZE, 61 * MINUTE, .u.duration_usec = HOUR);
    assert_int_equal(view(f).next_prompt_usec, 121 * MINUTE);
    assert_string_equal(CLOCK(f, 121 * MINUTE - 1), "4200 state snoozed");
    assert_non_null(strstr(CLOCK(f, 121 * MINUTE), "7260 prompt longer 1"));
}

/* Lower from the prompt on; back 5 min and the lower one after the last showing. */
static void the_threshold(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    assert_int_equal(view(f).threshold_usec, 2 * MINUTE);
    (void)CLOCK(f, 30 * MINUTE);
    assert_int_equal(view(f).threshold_usec, 20 * S);
    assert_string_equal(CLOCK(f, 35 * MINUTE + 20 * S - 1), "");
    assert_string_equal(CLOCK(f, 35 * MINUTE + 20 * S), "2120 threshold 120");
    assert_string_equal(CLOCK(f, 40 * MINUTE), "2400 prompt stretch 2; 2400 threshold 20");
    /* Who has gone 4 min after the showing is believed at once. */
    assert_string_equal(STEP(f, BC_EVENT_IDLE, 44 * MINUTE + 20 * S, .u.since_usec = 44 * MINUTE),
                        "2660 state away");
    assert_string_equal(STEP(f, BC_EVENT_ACTIVE, 46 * MINUTE), "2720 threshold 120; 2760 partial stretch; "
                                                               "2760 state due");
}

static void the_source_is_armed_anew(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)STEP(f, BC_EVENT_LOCK, MINUTE);
    (void)STEP(f, BC_EVENT_SLEEP, MINUTE);
    (void)STEP(f, BC_EVENT_LEAVE, MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_WAKE, 2 * MINUTE), "120 rearm");
    assert_string_equal(STEP(f, BC_EVENT_ENTER, 2 * MINUTE), "120 rearm");
    assert_string_equal(STEP(f, BC_EVENT_UNLOCK, 2 * MINUTE), "120 rearm; 120 state active");
    assert_string_equal(STEP(f, BC_EVENT_ACTIVE, 2 * MINUTE), "");
}

static void late_events(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 10 * MINUTE);
    /* One that comes late happens now. */
    assert_string_equal(STEP(f, BC_EVENT_LOCK, 9 * MINUTE), "600 state away");
    assert_int_equal(view(f).away_since_usec, 10 * MINUTE);
    (void)STEP(f, BC_EVENT_UNLOCK, -5 * HOUR);
    assert_int_equal(view(f).now_usec, 10 * MINUTE);
    /* No idle time begins before the last input, nor after now. */
    (void)STEP(f, BC_EVENT_IDLE, 13 * MINUTE, .u.since_usec = MINUTE);
    assert_int_equal(view(f).away_since_usec, 10 * MINUTE);
    (void)STEP(f, BC_EVENT_ACTIVE, 13 * MINUTE);
    (void)STEP(f, BC_EVENT_IDLE, 14 * MINUTE, .u.since_usec = HOUR);
    assert_string_equal(CLOCK(f, 16 * MINUTE), "960 state away");
    assert_int_equal(view(f).away_since_usec, 14 * MINUTE);
}

static void bad_events(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    assert_string_equal(STEP(f, _BC_EVENT_MAX, MINUTE), "60 refused InvalidArgs");
    assert_string_equal(STEP(f, _BC_EVENT_INVALID, MINUTE), "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_POSTURE, MINUTE, .u.posture = {_BC_POSTURE_MAX, 1}),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_POSTURE, MINUTE, .u.posture = {BC_POSTURE_STANDING, 0}),
                        "60 refused InvalidArgs");
    assert_string_equal(STEP(f, BC_EVENT_POSTURE, MINUTE, .u.posture = {_BC_POSTURE_INVALID, 1}),
                        "60 refused InvalidArgs");
    /* Never, as an instant: taken as the last there is. */
    (void)STEP(f, BC_EVENT_LOCK, USEC_INFINITY);
    assert_int_equal(view(f).now_usec, BC_TIME_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(holds_add_up),
        TEST(a_hold_ends_all),
        TEST(a_hold_lasts_so_long),
        TEST(a_long_reason_is_cut_at_a_character),
        TEST(another),
        TEST(menu_without_what_stands),
        TEST(kinds),
        TEST(start_of_something),
        TEST(feedback),
        TEST(snoozing),
        TEST(pausing),
        TEST(foretold),
        TEST(foretold_where_two_meet),
        TEST(foretold_behind_a_snooze_of_the_same_length),
        TEST(the_threshold),
        TEST(the_source_is_armed_anew),
        TEST(late_events),
        TEST(bad_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
