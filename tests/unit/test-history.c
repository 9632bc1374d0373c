/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One suite for every adapter of the history port: a new adapter is a row of `adapters`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/history-fake.h"
#include "store/history.h"

struct adapter {
    const char *name;
    int (*new)(struct history **ret);
    /* What it has kept; NULL for one that keeps nothing. */
    const struct history_record *(*records)(const struct history *history, size_t *ret_n);
};

static const struct adapter adapters[] = {
    {"null", history_null_new, NULL},
    {"fake", history_fake_new, history_fake_records},
};

static const struct history_record samples[] = {
    {.type = HISTORY_BREAK,
     .from_realtime_usec = 1700000000000000,
     .to_realtime_usec = 1700000180000000,
     .break_name = "stretch",
     .exercise = "shoulder-rolls",
     .kind = "guided",
     .confirmed = true},
    {.type = HISTORY_BREAK, .break_name = "walk", .exercise = "", .kind = "natural"},
    {.type = HISTORY_BOUT, .from_realtime_usec = -1, .to_realtime_usec = 1},
    {.type = HISTORY_PROMPT, .break_name = "walk", .exercise = "seat-shift", .kind = "snoozed", .attempt = 3},
    {.type = HISTORY_FEEDBACK, .exercise = "seat-shift", .kind = "better"},
};

static void assert_text(const char *got, const char *expected)
{
    if (expected)
        assert_string_equal(got, expected);
    else
        assert_null(got);
}

static void assert_kept(const struct adapter *adapter, const struct history *history,
                        const struct history_record *expected, size_t n)
{
    const struct history_record *records;
    size_t got_n;

    if (!adapter->records)
        return;
    records = adapter->records(history, &got_n);
    assert_int_equal(got_n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(records[i].type, expected[i].type);
        assert_true(records[i].from_realtime_usec == expected[i].from_realtime_usec);
        assert_true(records[i].to_realtime_usec == expected[i].to_realtime_usec);
        assert_text(records[i].break_name, expected[i].break_name);
        assert_text(records[i].exercise, expected[i].exercise);
        assert_text(records[i].kind, expected[i].kind);
        assert_int_equal(records[i].attempt, expected[i].attempt);
        assert_int_equal(records[i].confirmed, expected[i].confirmed);
    }
}

/* Every type of record is taken, and kept in order, field by field. */
static void test_append(void **state)
{
    const struct adapter *adapter = *state;
    _cleanup_(history_freep) struct history *history = NULL;

    assert_int_equal(adapter->new (&history), 0);
    assert_kept(adapter, history, samples, 0);
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        assert_int_equal(history_append(history, &samples[i]), 0);
        assert_kept(adapter, history, samples, i + 1);
    }
}

/* The caller's strings need to live for the call only: an effect of the core has such. */
static void test_strings_are_borrowed(void **state)
{
    const struct adapter *adapter = *state;
    _cleanup_(history_freep) struct history *history = NULL;
    char break_name[] = "stretch", exercise[] = "shoulder-rolls", kind[] = "guided";
    struct history_record record = samples[0];

    record.break_name = break_name;
    record.exercise = exercise;
    record.kind = kind;
    assert_int_equal(adapter->new (&history), 0);
    assert_int_equal(history_append(history, &record), 0);
    memset(break_name, 'x', strlen(break_name));
    memset(exercise, 'x', strlen(exercise));
    memset(kind, 'x', strlen(kind));
    memset(&record, 0xff, sizeof record);
    assert_kept(adapter, history, samples, 1);
}

/* Two of them share nothing. */
static void test_apart(void **state)
{
    const struct adapter *adapter = *state;
    _cleanup_(history_freep) struct history *one = NULL, *other = NULL;

    assert_int_equal(adapter->new (&one), 0);
    assert_int_equal(adapter->new (&other), 0);
    assert_int_equal(history_append(one, &samples[0]), 0);
    assert_kept(adapter, one, samples, 1);
    assert_kept(adapter, other, samples, 0);
}

static void test_lifetime(void **state)
{
    const struct adapter *adapter = *state;
    struct history *history = NULL;

    assert_null(history_free(NULL));
    assert_int_equal(adapter->new (&history), 0);
    assert_int_equal(history_append(history, &samples[0]), 0);
    assert_null(history_free(history));
}

/* The fake's own gift: failing as told, keeping nothing of what failed. */
static void test_fake_fails(void **state _unused_)
{
    _cleanup_(history_freep) struct history *history = NULL;

    assert_int_equal(history_fake_new(&history), 0);
    assert_int_equal(history_append(history, &samples[0]), 0);
    history_fake_fail(history, ENOSPC);
    assert_int_equal(history_append(history, &samples[1]), -ENOSPC);
    assert_int_equal(history_append(history, &samples[1]), -ENOSPC);
    assert_kept(&adapters[1], history, samples, 1);
    history_fake_fail(history, 0);
    assert_int_equal(history_append(history, &samples[1]), 0);
    assert_kept(&adapters[1], history, samples, 2);
}

#define FOR_ADAPTER(test, i)                                                                                 \
    {                                                                                                        \
#test " (" #i ")", test, NULL, NULL, (void *)&adapters[i]                                            \
    }
#define SUITE(i)                                                                                             \
    FOR_ADAPTER(test_append, i), FOR_ADAPTER(test_strings_are_borrowed, i), FOR_ADAPTER(test_apart, i),      \
        FOR_ADAPTER(test_lifetime, i)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(0),
        SUITE(1),
        cmocka_unit_test(test_fake_fails),
    };

    _Static_assert(ARRAY_SIZE(adapters) == 2, "every adapter goes through the suite");
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
