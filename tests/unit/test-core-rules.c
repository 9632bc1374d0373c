/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that change while the core runs, and working hours.
 */
#include "core-fixture.h"

static void reload(struct fixture *f)
{
    assert_int_equal(bc_core_set_rules(f->core, &f->rules), 0);
}

static void counters_go_by_name(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 20 * MINUTE);
    /* The other order, another length: a break is its name. */
    f->rules.merge_usec = 0;
    f->rules.n_breaks = 0;
    add_break(f, "walk", 90 * MINUTE, MINUTE);
    add_break(f, "eyes", 15 * MINUTE, 5 * MINUTE);
    add_break(f, "stretch", 30 * MINUTE, 3 * MINUTE);
    reload(f);
    assert_int_equal(counter(f, "stretch"), 20 * MINUTE);
    assert_int_equal(counter(f, "walk"), 20 * MINUTE);
    assert_int_equal(counter(f, "eyes"), 0);
    assert_string_equal(CLOCK(f, 35 * MINUTE), "1800 prompt stretch 1; 1800 threshold 20; 1800 state due; "
                                               "2100 withdraw stretch replaced; 2100 prompt eyes 1");
}

static void due_at_once(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 20 * MINUTE);
    f->breaks[0].after_usec = 10 * MINUTE;
    reload(f);
    assert_string_equal(CLOCK(f, 20 * MINUTE), "1200 prompt stretch 1; 1200 threshold 20; 1200 state due");
}

static void no_longer_due(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 31 * MINUTE);
    f->breaks[0].after_usec = HOUR;
    reload(f);
    /* The prompt stands until it is answered, as it would for a part-rest. */
    assert_string_equal(CLOCK(f, 31 * MINUTE), "");
    assert_string_equal(view(f).prompt_break, "stretch");
}

static void prompted_break_goes(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 30 * MINUTE);
    f->breaks[0].enabled = false;
    reload(f);
    assert_string_equal(view(f).prompt_break, "");
    assert_string_equal(CLOCK(f, 31 * MINUTE),
                        "1800 withdraw stretch replaced; 1800 threshold 120; 1800 state active");
}

static void guided_break_goes(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)STEP(f, BC_EVENT_START, 20 * MINUTE);
    (void)CLOCK(f, 21 * MINUTE);
    f->breaks[0].enabled = false;
    reload(f);
    /* It has ended before another begins, also where no clock event came between. */
    assert_string_equal(STEP(f, BC_EVENT_START, 22 * MINUTE),
                        "1260 record cut-short stretch 1200-1260; 1260 guide-end stretch cut-short; "
                        "1260 threshold 120; 1260 state active; 1320 bout 1260-1320; "
                        "1320 guide walk 1320-1920; 1320 threshold 20; 1320 state break");
}

static void snoozed_break_goes(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 30 * MINUTE);
    (void)STEP(f, BC_EVENT_SNOOZE, 30 * MINUTE, .u.duration_usec = HOUR);
    f->breaks[0].enabled = false;
    reload(f);
    assert_string_equal(CLOCK(f, 30 * MINUTE), "1800 state active");
    assert_int_equal(view(f).snoozed_until_usec, BC_NO_TIME);
    assert_string_equal(STEP(f, BC_EVENT_RESUME, 30 * MINUTE), "1800 refused NotPaused");
}

static void all_breaks_go_and_come(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)CLOCK(f, 30 * MINUTE);
    f->breaks[0].enabled = f->breaks[1].enabled = false;
    reload(f);
    (void)CLOCK(f, 40 * MINUTE);
    assert_int_equal(view(f).n_breaks, 0);
    assert_string_equal(view(f).next_break, "");
    assert_int_equal(bc_core_next_deadline(f->core), USEC_INFINITY);
    assert_string_equal(STEP(f, BC_EVENT_DONE, 40 * MINUTE), "2400 refused NoSuchBreak");
    assert_string_equal(STEP(f, BC_EVENT_START, 40 * MINUTE), "2400 refused NoSuchBreak");
    assert_string_equal(STEP(f, BC_EVENT_SKIP, 40 * MINUTE), "2400 refused NoSuchBreak");
    assert_string_equal(STEP(f, BC_EVENT_SNOOZE, 40 * MINUTE), "2400 refused NoSuchBreak");
    f->breaks[0].enabled = true;
    reload(f);
    assert_string_equal(CLOCK(f, 70 * MINUTE), "4200 prompt stretch 1; 4200 threshold 20; 4200 state due");
}

/* Each leaves a deadline that lies in the past; none may end or hang the daemon. */
static void shorter_times_in_the_middle(void **state)
{
    struct fixture *f = *state;

    start_core(f);
    (void)STEP(f, BC_EVENT_LOCK, 10 * MINUTE);
    (void)CLOCK(f, 12 * MINUTE);
    f->breaks[0].length_usec = MINUTE;
    reload(f);
    assert_string_equal(CLOCK(f, 12 * MINUTE), "720 rested stretch; 720 bout 0-600");
    (void)STEP(f, BC_EVENT_UNLOCK, 12 * MINUTE);

    (void)STEP(f, BC_EVENT_INHIBIT, 12 * MINUTE, .u.on = true);
    (void)STEP(f, BC_EVENT_IDLE, 15 * MINUTE, .u.since_usec = 13 * MINUTE);
    assert_true(view(f).passive);
    (void)CLOCK(f, 20 * MINUTE);
    f->rules.passive_limit_usec = MINUTE;
    reload(f);
    (void)CLOCK(f, 20 * MINUTE);
    assert_false(view(f).present);

    (void)STEP(f, BC_EVENT_INHIBIT, 20 * MINUTE, .u.on = false);
    (void)STEP(f, BC_EVENT_ACTIVE, 20 * MINUTE);
    (void)STEP(f, BC_EVENT_IDLE, 22 * MINUTE, .u.since_usec = 21 * MINUTE);
    f->rules.idle_after_usec = 30 * S;
    reload(f);
    (void)CLOCK(f, 22 * MINUTE);
    assert_int_equal(view(f).away_since_usec, 21 * MINUTE);
    assert_true(bc_core_next_deadline(f->core) > 22 * MINUTE);
}

static void standing_rate_zero(void **state)
{
    struct fixture *f = *state;
    struct bc_break_view b;

    f->rules.standing_rate = 0;
    start_core(f);
    (void)STEP(f, BC_EVENT_POSTURE, 10 * MINUTE, .u.posture = {BC_POSTURE_STANDING, USEC_INFINITY});
    assert_string_equal(CLOCK(f, 24 * HOUR), "");
    assert_int_equal(counter(f, "stretch"), 10 * MINUTE);
    bc_core_break_view(f->core, 1, &b);
    assert_int_equal(b.due_usec, USEC_INFINITY);
    assert_int_equal(view(f).next_prompt_usec, USEC_INFINITY);
    assert_int_equal(bc_core_next_deadline(f->core), USEC_INFINITY);
    f->rules.standing_rate = 50;
    reload(f);
    bc_core_break_view(f->core, 1, &b);
    assert_int_equal(b.due_usec, 24 * HOUR + 40 * MINUTE);
}

static void two_hundred_breaks(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX], name[BC_NAME_MAX + 1];

    f->rules.n_breaks = 0;
    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof name, "%03d-%.*s", i, BC_NAME_MAX - 4,
                       "a-very-long-name-of-a-break-that-goes-on-and-on-until-it-has-63-bytes");
        add_break(f, name, (i + 1) * MINUTE, (i + 1) * 10 * S);
    }
    start_core(f);
    (void)CLOCK(f, 100 * MINUTE);
    assert_int_equal(view(f).n_breaks, 200);
    (void)STEP(f, BC_EVENT_SKIP, 101 * MINUTE);
    (void)STEP(f, BC_EVENT_LOCK, 102 * MINUTE);
    assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
    /* All rested at once: the most effects that one step can have. */
    (void)STEP(f, BC_EVENT_UNLOCK, 24 * HOUR);
    (void)STEP(f, BC_EVENT_IDLE, 26 * HOUR, .u.since_usec = 24 * HOUR);
    for (int i = 0; i < 200; i++)
        assert_int_equal(counter(f, f->breaks[i].name), 0);
    for (int i = 0; i < 200; i++)
        f->breaks[i].enabled = i % 3 == 0;
    reload(f);
    (void)CLOCK(f, 27 * HOUR);
    assert_int_equal(view(f).n_breaks, 67);
}

/* A ledger entry about a break that is gone must not pass for one about all. */
static void ledger_after_a_reload(void **state)
{
    struct fixture *f = *state;
    struct bc_ledger_entry entries[64];
    size_t n;
    usec_t sum = 0;

    start_core(f);
    (void)CLOCK(f, 30 * MINUTE);
    (void)STEP(f, BC_EVENT_SKIP, 30 * MINUTE);
    f->breaks[0].enabled = false;
    reload(f);
    (void)CLOCK(f, 40 * MINUTE);
    n = bc_core_ledger(f->core, entries, ARRAY_SIZE(entries));
    for (size_t i = 0; i < n; i++)
        sum += entries[i].change_usec;
    assert_int_equal(sum, 40 * MINUTE);
    assert_int_equal(counter(f, "walk"), 40 * MINUTE);
}

/* Takes back what a break had not gained any more: it was skipped meanwhile. */
static void ledger_of_a_skip_taken_back(void **state)
{
    struct fixture *f = *state;
    struct bc_ledger_entry entries[64];
    size_t n;
    usec_t walk = 0, stretch = 0;

    start_core(f);
    (void)STEP(f, BC_EVENT_SKIP, 29 * MINUTE);
    (void)STEP(f, BC_EVENT_IDLE, 30 * MINUTE, .u.since_usec = 28 * MINUTE);
    assert_int_equal(counter(f, "stretch"), 0);
    assert_int_equal(counter(f, "walk"), 28 * MINUTE);
    n = bc_core_ledger(f->core, entries, ARRAY_SIZE(entries));
    for (size_t i = 0; i < n; i++) {
        walk += strcmp(entries[i].break_name, "stretch") != 0 ? entries[i].change_usec : 0;
        stretch += strcmp(entries[i].break_name, "walk") != 0 ? entries[i].change_usec : 0;
    }
    assert_int_equal(walk, 28 * MINUTE);
    assert_int_equal(stretch, 0);
}

/* --- working hours; a span is (weekday, start, end), Sunday = 0 --- */

static void span(struct fixture *f, int weekday, int start_min, int end_min)
{
    f->spans[f->rules.n_schedule++] = (struct bc_work_span){weekday, start_min, end_min};
}

static void wall(struct fixture *f, usec_t t, usec_t realtime, usec_t offset)
{
    struct bc_event e = {.type = BC_EVENT_CLOCK, .t_usec = t};

    e.u.clock.set = true;
    e.u.clock.realtime_usec = realtime;
    e.u.clock.utc_offset_usec = offset;
    (void)step(f, e);
}

/* Starts a core at a weekday's time of day. 1970-01-04 was a Sunday. */
static void start_at(struct fixture *f, int weekday, int minute)
{
    start_core(f);
    wall(f, 0, (3 + weekday) * USEC_PER_DAY + minute * MINUTE, 0);
}

static void over_midnight_and_the_weeks_end(void **state)
{
    struct fixture *f = *state;

    /* Saturday 22:00 until Sunday 02:00. */
    span(f, 6, 22 * 60, 26 * 60);
    start_at(f, 6, 21 * 60);
    assert_int_equal(view(f).state, BC_STATE_OFF_HOURS);
    assert_int_equal(view(f).next_prompt_usec, HOUR);
    assert_string_equal(CLOCK(f, 2 * HOUR), "3600 prompt stretch 1; 3600 threshold 20; 3600 state due; "
                                            "3920 threshold 120; 4200 prompt stretch 2; 4200 threshold 20; "
                                            "4520 threshold 120; 4800 prompt stretch 3; 4800 threshold 20; "
                                            "5120 threshold 120; 5400 withdraw stretch replaced; "
                                            "5400 prompt walk 1; 5400 threshold 20; 5720 threshold 120; "
                                            "6000 prompt walk 2; 6000 threshold 20; 6320 threshold 120; "
                                            "6600 prompt walk 3; 6600 threshold 20; 6920 threshold 120");
    assert_string_equal(CLOCK(f, 5 * HOUR), "18000 withdraw walk off-hours; 18000 state off-hours");
    /* Next Saturday. */
    assert_int_equal(view(f).next_prompt_usec, 7 * USEC_PER_DAY + HOUR);
}

static void until_midnight_and_overlapping(void **state)
{
    struct fixture *f = *state;

    span(f, 1, 20 * 60, 24 * 60);
    span(f, 2, 0, 60);
    span(f, 1, 23 * 60, 24 * 60 + 30);
    start_at(f, 1, 19 * 60 + 59);
    assert_int_equal(view(f).state, BC_STATE_OFF_HOURS);
    assert_string_equal(CLOCK(f, MINUTE), "60 state active");
    f->rules.repeat_usec = 0;
    reload(f);
    /* No gap at midnight, nor where a span ends inside another. */
    assert_null(strstr(CLOCK(f, 5 * HOUR), "off-hours"));
    assert_string_equal(CLOCK(f, 5 * HOUR + MINUTE), "18060 withdraw walk off-hours; 18060 state off-hours");
}

static void always_and_never(void **state)
{
    struct fixture *f = *state;

    for (int day = 0; day < 7; day++)
        span(f, day, 0, 24 * 60);
    start_at(f, 3, 1439);
    assert_null(strstr(CLOCK(f, 14 * USEC_PER_DAY), "off-hours"));
}

static void summer_time(void **state)
{
    struct fixture *f = *state;

    /* Monday from 9 to 10; at 8:50 the clock goes on by an hour, as in spring. */
    span(f, 1, 540, 600);
    start_at(f, 1, 530);
    assert_int_equal(bc_core_next_deadline(f->core), 10 * MINUTE);
    wall(f, 5 * MINUTE, 4 * USEC_PER_DAY + 535 * MINUTE, HOUR);
    assert_int_equal(view(f).state, BC_STATE_ACTIVE);
    assert_string_equal(CLOCK(f, 10 * MINUTE), "600 state off-hours");
    /* … and back again in autumn: the hour is there once more. */
    wall(f, 15 * MINUTE, 4 * USEC_PER_DAY + 545 * MINUTE, 0);
    assert_int_equal(view(f).state, BC_STATE_ACTIVE);
    assert_string_equal(CLOCK(f, 30 * MINUTE), "1800 prompt stretch 1; 1800 threshold 20; 1800 state due");
    wall(f, 31 * MINUTE, 4 * USEC_PER_DAY + 561 * MINUTE, -HOUR);
    assert_string_equal(f->said, "1860 withdraw stretch off-hours; 1860 threshold 120; 1860 state off-hours");
    /* A clock that is set never changes what was sat. */
    assert_int_equal(counter(f, "walk"), 31 * MINUTE);
}

static void clock_before_the_epoch(void **state)
{
    struct fixture *f = *state;

    span(f, 1, 540, 600);
    start_core(f);
    /* Monday, 1969-12-29, 9:30. */
    wall(f, 0, -3 * USEC_PER_DAY + 570 * MINUTE, 0);
    assert_int_equal(view(f).state, BC_STATE_ACTIVE);
    assert_string_equal(CLOCK(f, 30 * MINUTE), "1800 state off-hours");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(counters_go_by_name),
        TEST(due_at_once),
        TEST(no_longer_due),
        TEST(prompted_break_goes),
        TEST(guided_break_goes),
        TEST(snoozed_break_goes),
        TEST(all_breaks_go_and_come),
        TEST(shorter_times_in_the_middle),
        TEST(standing_rate_zero),
        TEST(two_hundred_breaks),
        TEST(ledger_after_a_reload),
        TEST(ledger_of_a_skip_taken_back),
        TEST(over_midnight_and_the_weeks_end),
        TEST(until_midnight_and_overlapping),
        TEST(always_and_never),
        TEST(summer_time),
        TEST(clock_before_the_epoch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
