/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshot and restore: what must survive a stop, a crash and a reboot, and that a text which is not
 * understood changes nothing.
 */
#include "core-fixture.h"

static const struct bc_menu_item menu[] = {
    {.id = "cat-cow", .kind = BC_KIND_MOBILITY, .duration_usec = 60 * S},
    {.id = "chin-tuck", .kind = BC_KIND_POSTURE, .duration_usec = 30 * S},
};

static void take(const struct fixture *f, char text[static BC_SNAPSHOT_MAX])
{
    int n = bc_core_snapshot(f->core, text, BC_SNAPSHOT_MAX);

    assert_true(n > 0);
    assert_int_equal(n, strlen(text));
}

/* A new core, as after a start at @now, told the text. */
static int restart(struct fixture *f, const char *text, enum bc_restore_mode mode, usec_t shift, usec_t saved,
                   usec_t now)
{
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, now, &f->core), 0);
    set_menu(f, menu, ARRAY_SIZE(menu));
    return bc_core_restore(f->core, text, mode, shift, saved, now);
}

/* A core with all a snapshot can hold but a guided break: standing, prompted, snoozed, paused by turns. */
static void make_prompted(struct fixture *f)
{
    start_core(f);
    set_menu(f, menu, ARRAY_SIZE(menu));
    (void)CLOCK(f, 30 * MINUTE);
    (void)STEP(f, BC_EVENT_POSTURE, 31 * MINUTE, .u.posture = {BC_POSTURE_STANDING, 10 * MINUTE});
    (void)CLOCK(f, 33 * MINUTE);
    assert_string_equal(view(f).prompt_exercise, "cat-cow");
}

/* What was chosen before the restart does not suit the settings of today. */
static void exercise_not_in_the_menu(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    make_prompted(f);
    take(f, text);
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, 37 * MINUTE, &f->core), 0);
    assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_CRASHED, 0, 33 * MINUTE, 37 * MINUTE), 0);
    assert_string_equal(view(f).prompt_break, "stretch");
    assert_string_equal(view(f).prompt_exercise, "");
}

static void crash_in_the_same_boot(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];
    struct bc_view v;

    make_prompted(f);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 33 * MINUTE, 37 * MINUTE), 0);
    assert_string_equal(CLOCK(f, 37 * MINUTE), "2120 state due");
    v = view(f);
    assert_string_equal(v.prompt_break, "stretch");
    assert_string_equal(v.prompt_exercise, "cat-cow");
    assert_int_equal(v.prompt_attempt, 1);
    assert_int_equal(v.prompt_since_usec, 30 * MINUTE);
    assert_int_equal(v.posture, BC_POSTURE_STANDING);
    assert_int_equal(v.posture_until_usec, 41 * MINUTE);
    /* 31 min sat, 6 min stood at half the rate: the 4 min of the gap are credited. */
    assert_int_equal(counter(f, "stretch"), 34 * MINUTE);
}

static void crash_credit_is_at_most_ten_minutes(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    start_core(f);
    (void)CLOCK(f, 5 * MINUTE);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 5 * MINUTE, 25 * MINUTE), 0);
    (void)CLOCK(f, 25 * MINUTE);
    assert_int_equal(counter(f, "walk"), 15 * MINUTE);
    assert_true(view(f).present);
    /* Exactly ten minutes are credited whole. */
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 5 * MINUTE, 15 * MINUTE), 0);
    (void)CLOCK(f, 15 * MINUTE);
    assert_int_equal(counter(f, "walk"), 15 * MINUTE);
}

/* What ended while nobody ran: a pause, a snooze, a lease, a guided break. */
static void deadlines_that_passed_during_the_gap(void **state)
{
    static const enum bc_restore_mode modes[] = {BC_RESTORE_CRASHED, BC_RESTORE_AWAY};
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        start_core(f);
        (void)CLOCK(f, 10 * MINUTE);
        (void)STEP(f, BC_EVENT_PAUSE, 10 * MINUTE, .u.until_usec = 12 * MINUTE);
        (void)STEP(f, BC_EVENT_SNOOZE, 10 * MINUTE, .u.duration_usec = 2 * MINUTE);
        (void)STEP(f, BC_EVENT_POSTURE, 10 * MINUTE, .u.posture = {BC_POSTURE_STANDING, MINUTE});
        (void)STEP(f, BC_EVENT_START, 10 * MINUTE);
        take(f, text);
        assert_int_equal(restart(f, text, modes[i], 0, 10 * MINUTE, 3 * HOUR), 0);
        (void)CLOCK(f, 3 * HOUR);
        assert_string_equal(view(f).guide_break, "");
        assert_int_equal(view(f).paused_until_usec, BC_NO_TIME);
        assert_int_equal(view(f).snoozed_until_usec, BC_NO_TIME);
        assert_int_equal(view(f).posture, BC_POSTURE_SITTING);
        assert_int_equal(counter(f, "stretch"), modes[i] == BC_RESTORE_AWAY ? 0 : 10 * MINUTE);
        assert_true(bc_core_next_deadline(f->core) > 3 * HOUR);
    }
}

/* Settings edited while the daemon was down: a rest that is already long enough. */
static void a_shorter_rest_after_the_restart(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    start_core(f);
    (void)STEP(f, BC_EVENT_LOCK, 10 * MINUTE);
    (void)CLOCK(f, 15 * MINUTE);
    take(f, text);
    f->breaks[1].length_usec = 4 * MINUTE;
    assert_int_equal(restart(f, text, BC_RESTORE_AWAY, 0, 15 * MINUTE, 16 * MINUTE), 0);
    assert_non_null(strstr(CLOCK(f, 16 * MINUTE), "900 rested walk"));
    assert_int_equal(counter(f, "walk"), 0);
}

static void a_stop_is_an_absence(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    make_prompted(f);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_AWAY, 0, 33 * MINUTE, 60 * MINUTE), 0);
    assert_true(view(f).asleep);
    assert_int_equal(view(f).away_since_usec, 33 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_WAKE, 60 * MINUTE),
                        "2120 state away; 2160 rested stretch; "
                        "2160 withdraw stretch rested; 2160 bout 0-1980; 2580 rested walk; "
                        "3600 record natural walk 1980-3600; 3600 rearm; 3600 state active");
    assert_true(view(f).present);
}

/* After a reboot boottime begins anew: what was lies below 0. */
static void a_reboot_shifts_every_instant(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];
    usec_t saved = -2 * MINUTE, shift = saved - 33 * MINUTE;

    make_prompted(f);
    (void)STEP(f, BC_EVENT_PAUSE, 33 * MINUTE, .u.until_usec = 63 * MINUTE);
    (void)STEP(f, BC_EVENT_SNOOZE, 33 * MINUTE, .u.duration_usec = HOUR);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_AWAY, shift, saved, 10 * S), 0);
    assert_int_equal(view(f).away_since_usec, -2 * MINUTE);
    assert_int_equal(view(f).paused_until_usec, 28 * MINUTE);
    assert_int_equal(view(f).snoozed_until_usec, 58 * MINUTE);
    assert_int_equal(view(f).posture_until_usec, 6 * MINUTE);
    (void)STEP(f, BC_EVENT_WAKE, 10 * S);
    /* 130 s of 180 are a part-rest: 2 (1 - 130/180) of 32 min is left. */
    assert_int_equal(counter(f, "stretch"), 32 * MINUTE * 100 / 180);
    assert_int_equal(counter(f, "walk"), 32 * MINUTE);
    assert_string_equal(CLOCK(f, 28 * MINUTE), "1680 state snoozed");
}

static void a_rest_that_was_rested_is_not_rested_again(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    start_core(f);
    (void)STEP(f, BC_EVENT_LOCK, 10 * MINUTE);
    (void)CLOCK(f, 14 * MINUTE);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_AWAY, 0, 14 * MINUTE, 15 * MINUTE), 0);
    assert_string_equal(STEP(f, BC_EVENT_WAKE, 15 * MINUTE),
                        "900 partial walk; 900 record natural stretch 600-900; 900 rearm; 900 state active");
}

static void a_guided_break_survives(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    start_core(f);
    set_menu(f, menu, ARRAY_SIZE(menu));
    (void)STEP(f, BC_EVENT_START, 20 * MINUTE, .u.start.break_name = "walk");
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 20 * MINUTE, 21 * MINUTE), 0);
    assert_string_equal(view(f).guide_break, "walk");
    assert_string_equal(view(f).guide_exercise, "cat-cow");
    assert_string_equal(
        CLOCK(f, 30 * MINUTE),
        "1800 record guided walk cat-cow 1200-1800; 1800 guide-end walk guided; 1800 state active");
}

static void breaks_that_vanished_are_dropped(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    make_prompted(f);
    (void)STEP(f, BC_EVENT_START, 33 * MINUTE);
    (void)STEP(f, BC_EVENT_SNOOZE, 33 * MINUTE);
    (void)STEP(f, BC_EVENT_START, 33 * MINUTE, .u.start.break_name = "stretch");
    take(f, text);
    f->breaks[0].enabled = false;
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 33 * MINUTE, 33 * MINUTE), 0);
    assert_string_equal(view(f).guide_break, "");
    assert_int_equal(view(f).snoozed_until_usec, BC_NO_TIME);
    assert_int_equal(counter(f, "walk"), 32 * MINUTE);
    /* Sitting goes on, so a bout begins. */
    (void)CLOCK(f, 40 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_END, 50 * MINUTE), "3000 bout 1980-3000");
}

static void rotation_and_feedback_survive(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];

    make_prompted(f);
    take(f, text);
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 33 * MINUTE, 33 * MINUTE), 0);
    (void)CLOCK(f, 33 * MINUTE);
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, 33 * MINUTE, .u.feedback.verdict = "hurts"),
                        "1980 feedback cat-cow hurts");
    assert_string_equal(STEP(f, BC_EVENT_ANOTHER, 33 * MINUTE), "1980 exercise stretch chin-tuck 1");
}

/* The core must be as it was: nothing of a bad text may stick. */
static void assert_refused(struct fixture *f, const char *text)
{
    char before[BC_SNAPSHOT_MAX], after[BC_SNAPSHOT_MAX];

    take(f, before);
    if (bc_core_restore(f->core, text, BC_RESTORE_AWAY, 0, 5 * MINUTE, 6 * MINUTE) != -EBADMSG)
        fail_msg("accepted: %s", text);
    take(f, after);
    assert_string_equal(before, after);
}

static void cut_anywhere(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX], cut[BC_SNAPSHOT_MAX];
    size_t n;

    make_prompted(f);
    (void)STEP(f, BC_EVENT_PAUSE, 33 * MINUTE);
    (void)STEP(f, BC_EVENT_LOCK, 34 * MINUTE);
    take(f, text);
    n = strlen(text);
    f->core = bc_core_free(f->core);
    start_core(f);
    for (size_t i = 0; i < n; i++) {
        memcpy(cut, text, i);
        cut[i] = 0;
        assert_refused(f, cut);
    }
    assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_AWAY, 0, 0, 0), 0);
}

static void bad_lines(void **state)
{
    static const char *const lines[] = {
        "",
        "nonsense 1",
        "break stretch 1 0 5",
        "break stretch 1 0 5 0 6",
        "break stretch -1 0 5 0",
        "break stretch 12abc 0 5 0",
        "break stretch +1 0 5 0",
        "break stretch 1 -1 5 0",
        "break stretch 1 0 5 2",
        "break stretch 9223372036854775807 0 5 0",
        "break stretch 99999999999999999999999 0 5 0",
        "break  1 0 5 0",
        "break stretch  1 0 5 0",
        "break xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 1 0 5 0",
        "away",
        "away 1 2",
        "away 12:30",
        "away 9223372036854775807",
        "away -9223372036854775808",
        "away -",
        "bout 9000000000000000000",
        "posture lying 5",
        "posture standing",
        "posture standing -9223372036854775808",
        "paused never",
        "snoozed stretch",
        "snoozed stretch 9223372036854775807",
        "prompt stretch stretch - 1 1 0 0 0",
        "prompt stretch stretch - 1 9223372036854775807 1 0 0",
        "prompt stretch stretch - 1 1 1 -5 0",
        "prompt stretch stretch - 1 1 1 0 yes",
        "prompt stretch - 1 1 1 0 0",
        "guide stretch - 1",
        "guide stretch - 1 9223372036854775807",
        "rotation",
        "rotation a b",
        "concerned",
        "end now",
        " end",
        "away 5\r",
    };
    struct fixture *f = *state;
    char text[600];

    start_core(f);
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        (void)snprintf(text, sizeof text, "core 1\nbreak stretch 100 1 5 0\n%s\nend\n", lines[i]);
        assert_refused(f, text);
    }
    assert_refused(f, "core 2\nend\n");
    assert_refused(f, "core 1\nend\naway 5\n");
    assert_refused(f, "core 1\nend\nend\n");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    memcpy(text, "core 1\n", 7);
    assert_refused(f, text);
}

/* Each is in range by itself; together they must not overflow or hang. */
static void extreme_instants(void **state)
{
    static const char format[] =
        "core 1\nbreak stretch %lld 7 %lld 1\nprompt stretch walk - %lld %lld 2000000000 "
        "%lld 1\nguide walk - %lld %lld\nsnoozed walk %lld\nposture walking "
        "%lld\npaused %lld\nbout %lld\naway %lld\nend\n";
    static const usec_t extremes[] = {-BC_TIME_MAX, 0, BC_TIME_MAX};
    static const usec_t shifts[] = {INT64_MIN, -BC_TIME_MAX, 0, BC_TIME_MAX, INT64_MAX};
    struct fixture *f = *state;
    char text[1024];

    for (size_t i = 0; i < ARRAY_SIZE(extremes); i++)
        for (size_t j = 0; j < ARRAY_SIZE(shifts); j++) {
            long long t = extremes[i];

            (void)snprintf(text, sizeof text, format, llabs(t) * 100, t, t, t, llabs(t), t, t, t, t, t, t, t);
            assert_int_equal(
                restart(f, text, j % 2 ? BC_RESTORE_AWAY : BC_RESTORE_CRASHED, shifts[j], MINUTE, HOUR), 0);
            (void)STEP(f, BC_EVENT_WAKE, HOUR);
            (void)STEP(f, BC_EVENT_ACTIVE, INT64_MAX);
            (void)STEP(f, BC_EVENT_IDLE, INT64_MAX, .u.since_usec = INT64_MIN);
            (void)STEP(f, BC_EVENT_LOCK, INT64_MIN);
            assert_true(counter(f, "stretch") >= 0);
            assert_true(view(f).now_usec <= BC_TIME_MAX);
        }
}

static void no_room(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX], small[64];
    size_t n;

    make_prompted(f);
    take(f, text);
    n = strlen(text);
    assert_int_equal(bc_core_snapshot(f->core, small, sizeof small), -ENOBUFS);
    assert_int_equal(bc_core_snapshot(f->core, text, n), -ENOBUFS);
    assert_int_equal(bc_core_snapshot(f->core, text, n + 1), n);
    assert_int_equal(bc_core_snapshot(f->core, NULL, 0), -ENOBUFS);
}

/* Working hours can't be told without a wall clock: a restored prompt stays until the first one is known. */
static void no_wall_clock_yet(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX];
    struct bc_event clock = {.type = BC_EVENT_CLOCK, .t_usec = 40 * MINUTE};

    /* Friday from 9 to 12; 1970-01-01 00:00 would be a Thursday. */
    make_prompted(f);
    take(f, text);
    f->spans[0] = (struct bc_work_span){5, 540, 720};
    f->rules.n_schedule = 1;
    assert_int_equal(restart(f, text, BC_RESTORE_CRASHED, 0, 33 * MINUTE, 40 * MINUTE), 0);
    clock.u.clock.set = true;
    clock.u.clock.realtime_usec = 34 * HOUR; /* Friday, 10:00 */
    (void)step(f, clock);
    assert_null(strstr(f->said, "withdraw"));
    assert_string_equal(view(f).prompt_break, "stretch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(exercise_not_in_the_menu),
        TEST(crash_in_the_same_boot),
        TEST(crash_credit_is_at_most_ten_minutes),
        TEST(deadlines_that_passed_during_the_gap),
        TEST(a_shorter_rest_after_the_restart),
        TEST(a_stop_is_an_absence),
        TEST(a_reboot_shifts_every_instant),
        TEST(a_rest_that_was_rested_is_not_rested_again),
        TEST(a_guided_break_survives),
        TEST(breaks_that_vanished_are_dropped),
        TEST(rotation_and_feedback_survive),
        TEST(cut_anywhere),
        TEST(bad_lines),
        TEST(extreme_instants),
        TEST(no_room),
        TEST(no_wall_clock_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
