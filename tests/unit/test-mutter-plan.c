/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Mutter's counter means, and when it is asked for: cases, and a shell with an ideal counter against a
 * user whose every input is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/core.h"
#include "source/mutter-plan.h"
#include "util/macro.h"

#define MS USEC_PER_MSEC
#define S USEC_PER_SEC

static struct mutter_plan fresh(usec_t now)
{
    struct mutter_plan plan = {.asked_usec = BC_NO_TIME, .ask_apart_usec = MUTTER_ASK_APART_USEC};

    mutter_plan_reset(&plan, now);
    return plan;
}

static void test_idle_and_back(_unused_ void **state)
{
    struct mutter_plan plan = fresh(1000 * S);
    struct mutter_next next;

    /* Input a moment before the start is as good as at it: the watch tells, without a timer. */
    assert_int_equal(mutter_plan_answer(&plan, 100 * MS, 1000 * S, 120 * S, &next), MUTTER_VERDICT_NONE);
    assert_true(next.watch);
    assert_int_equal(next.ask_usec, BC_NO_TIME);
    assert_int_equal(mutter_plan_answer(&plan, 120 * S, 1119 * S + 900 * MS, 120 * S, &next),
                     MUTTER_VERDICT_IDLE);
    assert_int_equal(next.since_usec, 1000 * S); /* not before the start */
    assert_false(next.watch);
    /* The counter has gone on: nobody has come. */
    assert_int_equal(mutter_plan_answer(&plan, 600 * S, 1600 * S, 120 * S, &next), MUTTER_VERDICT_NONE);
    assert_int_equal(next.ask_usec, BC_NO_TIME);
    assert_int_equal(mutter_plan_answer(&plan, 5 * MS, 1700 * S, 120 * S, &next), MUTTER_VERDICT_ACTIVE);
    assert_int_equal(next.since_usec, 1700 * S - 5 * MS);
    assert_true(next.watch);
    /* From now on the last input counts. */
    assert_int_equal(mutter_plan_answer(&plan, 120 * S, 1820 * S, 120 * S, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(next.since_usec, 1700 * S);
}

static void test_rearm(_unused_ void **state)
{
    struct mutter_plan plan = fresh(5000 * S);
    struct mutter_next next;

    /* An hour ahead of the rearm: no watch fires at the right time, so it is asked then. */
    assert_int_equal(mutter_plan_answer(&plan, 3600 * S, 5000 * S, 120 * S, &next), MUTTER_VERDICT_NONE);
    assert_int_equal(next.ask_usec, 5120 * S);
    assert_false(next.watch);
    assert_int_equal(mutter_plan_answer(&plan, 3720 * S, 5120 * S, 120 * S, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(next.since_usec, 5000 * S);
    /* Input meanwhile: its own watch tells. */
    plan = fresh(5000 * S);
    assert_int_equal(mutter_plan_answer(&plan, 60 * S, 5120 * S, 120 * S, &next), MUTTER_VERDICT_NONE);
    assert_true(next.watch);
    assert_int_equal(next.ask_usec, BC_NO_TIME);
    assert_int_equal(plan.floor_usec, BC_NO_TIME);
    /* A higher threshold: asked later. */
    plan = fresh(5000 * S);
    assert_int_equal(mutter_plan_answer(&plan, 3620 * S, 5020 * S, 600 * S, &next), MUTTER_VERDICT_NONE);
    assert_int_equal(next.ask_usec, 5600 * S);
}

/* Came and went while the shell hung: both are told, one after the other. */
static void test_return_that_was_long_ago(_unused_ void **state)
{
    struct mutter_plan plan = fresh(0);
    struct mutter_next next;

    assert_int_equal(mutter_plan_answer(&plan, 20 * S, 20 * S, 20 * S, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(mutter_plan_answer(&plan, 30 * S, 100 * S, 20 * S, &next), MUTTER_VERDICT_ACTIVE);
    assert_int_equal(next.since_usec, 70 * S);
    assert_int_equal(next.ask_usec, 100 * S);
    assert_int_equal(mutter_plan_answer(&plan, 30 * S, 100 * S, 20 * S, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(next.since_usec, 70 * S);
}

static void test_silent(_unused_ void **state)
{
    struct mutter_plan plan = fresh(0);
    struct mutter_next next;

    /* Never asked: at once. */
    plan.silent = true;
    assert_int_equal(mutter_plan_ask_usec(&plan, 7 * S), 7 * S);
    /* When the threshold can be reached at the earliest … */
    assert_int_equal(mutter_plan_answer(&plan, 10 * S, 1000 * S, 120 * S, &next), MUTTER_VERDICT_NONE);
    assert_int_equal(next.ask_usec, 1110 * S);
    assert_false(next.watch);
    /* … but a minute apart. */
    assert_int_equal(mutter_plan_answer(&plan, 10 * S, 2000 * S, 20 * S, &next), MUTTER_VERDICT_NONE);
    assert_int_equal(next.ask_usec, 2060 * S);
    assert_int_equal(mutter_plan_ask_usec(&plan, 2010 * S), 2060 * S);
    assert_int_equal(mutter_plan_ask_usec(&plan, 2100 * S), 2100 * S);
    assert_int_equal(mutter_plan_answer(&plan, 30 * S, 2060 * S, 20 * S, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(next.since_usec, 2030 * S);
    assert_int_equal(next.ask_usec, BC_NO_TIME); /* the return is told */
    /* The inhibitor ends: the counter goes back to zero, without a watch that fires and without a look. */
    plan.silent = false;
    assert_int_equal(mutter_plan_answer(&plan, 0, 3000 * S, 20 * S, &next), MUTTER_VERDICT_ACTIVE);
    assert_true(next.watch);
}

static void test_hardly_gone_back(_unused_ void **state)
{
    struct mutter_plan plan = fresh(0);
    struct mutter_next next;

    assert_int_equal(mutter_plan_answer(&plan, 120 * S, 120 * S, 120 * S, &next), MUTTER_VERDICT_IDLE);
    /* An answer that was under way for longer than the other. */
    assert_int_equal(mutter_plan_answer(&plan, 129 * S + 800 * MS, 130 * S, 120 * S, &next),
                     MUTTER_VERDICT_NONE);
    assert_int_equal(mutter_plan_answer(&plan, 129 * S + 700 * MS, 130 * S, 120 * S, &next),
                     MUTTER_VERDICT_ACTIVE);
    /* A low threshold: the slack is below it. */
    plan = fresh(0);
    assert_int_equal(mutter_plan_answer(&plan, 200 * MS, 200 * MS, 200 * MS, &next), MUTTER_VERDICT_IDLE);
    assert_int_equal(mutter_plan_answer(&plan, 100 * MS, 300 * MS, 200 * MS, &next), MUTTER_VERDICT_ACTIVE);
}

struct model {
    struct mutter_plan plan;
    usec_t now, input, floor, threshold;
    usec_t watch;     /* fires then; 0 = has fired, or is silent */
    usec_t ask;       /* the source's timer */
    usec_t last_ask;  /* when that was last due while silent */
    usec_t due_since; /* when the threshold or the silence changed last */
};

static void arm_watch(struct model *m)
{
    m->watch = m->plan.silent ? 0 : MAX(m->now, m->input + m->threshold);
}

/* Return: whether the source looks because of it. */
static bool happens(struct model *m, uint64_t random)
{
    bool look = false;

    if (random % 40 == 0) {
        look = m->plan.idle; /* the active watch */
        m->input = m->now;
        arm_watch(m);
    }
    if (random % 300 == 1) {
        m->floor = m->now;
        mutter_plan_reset(&m->plan, m->floor);
        look = true;
    }
    if (random % 500 != 2 && random % 700 != 3)
        return look;
    m->due_since = m->now;
    if (random % 500 == 2) {
        m->threshold = (usec_t)(1 + random / 500 % 90) * S;
        arm_watch(m);
    }
    if (random % 700 == 3) {
        m->plan.silent = !m->plan.silent;
        if (!m->plan.silent && !m->plan.idle)
            m->input = m->now; /* Mutter's counter goes back */
        arm_watch(m);
    }
    if (m->plan.silent && !m->plan.idle)
        m->ask = mutter_plan_ask_usec(&m->plan, m->now);
    return look;
}

static void look(struct model *m)
{
    struct mutter_next next;
    bool was_idle = m->plan.idle;
    enum mutter_verdict verdict =
        mutter_plan_answer(&m->plan, m->now - m->input, m->now, m->threshold, &next);

    m->ask = next.ask_usec;
    if (next.watch && m->watch == 0)
        arm_watch(m); /* renewed */
    if (verdict == MUTTER_VERDICT_IDLE) {
        assert_false(was_idle);
        assert_true(m->now - MAX(m->input, m->floor) >= m->threshold - 250 * MS);
        assert_true(next.since_usec >= m->floor && next.since_usec >= m->input);
    } else if (verdict == MUTTER_VERDICT_ACTIVE)
        assert_true(was_idle && m->input == m->now);
}

static void step(struct model *m, uint64_t random)
{
    bool event, fired, due;
    usec_t limit;

    m->now += 100 * MS;
    event = happens(m, random);
    fired = m->watch != 0 && m->now >= m->watch;
    if (fired)
        m->watch = 0;
    event = event || (fired && !m->plan.idle);
    due = m->ask != BC_NO_TIME && m->now >= m->ask;
    if (due && !event && m->plan.silent) {
        assert_true(m->last_ask == 0 || m->now - m->last_ask >= MUTTER_ASK_APART_USEC);
        m->last_ask = m->now;
    }
    if (event || due)
        look(m);
    limit = MAX(MAX(m->input, m->floor) + m->threshold, m->due_since) + (m->plan.silent ? 60 * S : 0);
    assert_true(m->plan.idle ? m->input < m->now : m->now < limit + 200 * MS);
}

/* Whatever the order of input, rearm, inhibitors and thresholds: idle is reported in time (while inhibited a
 * minute later at most), never while there was input, and every return is found at once. */
static void test_against_a_model(_unused_ void **state)
{
    uint64_t seed = 88172645463325252u;

    for (int run = 0; run < 200; run++) {
        struct model m = {.now = 1000 * S, .input = 990 * S, .floor = 1000 * S, .threshold = 3 * S};

        m.plan = fresh(m.now);
        m.ask = m.due_since = m.now;
        arm_watch(&m);
        for (int i = 0; i < 3000; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            step(&m, seed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_and_back),
        cmocka_unit_test(test_rearm),
        cmocka_unit_test(test_return_that_was_long_ago),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_hardly_gone_back),
        cmocka_unit_test(test_against_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
