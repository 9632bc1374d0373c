/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runtime notes in the head of the state file, also in files of older versions.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/state.h"
#include "util/fs-util.h"

#define HEAD                                                                                                 \
    "backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec 2\n"         \
    "clean yes\n"

static int setup(void **state)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = path_join(tmp && *tmp ? tmp : "/tmp", "test-state-notes-XXXXXX");

    assert_non_null(dir);
    assert_ptr_equal(mkdtemp(dir), dir);
    *state = dir;
    return 0;
}

static int teardown(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state"), *bad = path_join(*state, "state.bad");

    (void)unlink(path);
    (void)unlink(bad);
    (void)rmdir(*state);
    free(*state);
    return 0;
}

static int load(const char *path, struct state_notes *ret)
{
    _cleanup_(freep) char *snapshot = NULL, *aside = NULL;
    struct state_head head = {0};
    int r = state_load(path, &head, &snapshot, &aside);

    *ret = head.notes;
    return r;
}

static void assert_notes(const struct state_notes *a, const struct state_notes *b)
{
    assert_true(a->tip_day == b->tip_day && a->evening_day == b->evening_day);
    assert_int_equal(a->evening_answered, b->evening_answered);
    assert_true(a->evening_snoozed_usec == b->evening_snoozed_usec);
    assert_int_equal(a->advice_due, b->advice_due);
    assert_int_equal(a->evening_snoozes, b->evening_snoozes);
}

static void are_kept(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    const struct state_notes cases[] = {
        {0},
        {20783, 20784, true, 1700000000000000, true, 2},
        {-1, 20784, false, 0, true, 0},
        {1, INT64_MIN, true, INT64_MAX, false, INT_MAX},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct state_head head = {.boot_id = "0123456789abcdef0123456789abcdef", .notes = cases[i]};
        struct state_notes got;

        assert_int_equal(state_save(path, &head, "x"), 0);
        assert_int_equal(load(path, &got), 0);
        assert_notes(&got, &cases[i]);
    }
}

/* With the checksums of another program. */
static void of_other_files(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    static const struct {
        const char *text;
        int expected;
        struct state_notes notes;
    } cases[] = {
        {HEAD "snapshot 1\nx\nend 82e438f2\n", 0, {0}},
        {HEAD "notes 5 6 1 7\nsnapshot 1\nx\nend 8c1d4b70\n", 0, {5, 6, true, 7, false, 0}},
        {HEAD "notes 5 6 1 7 0\nsnapshot 1\nx\nend 376a0fb2\n", 0, {5, 6, true, 7, false, 0}},
        {HEAD "notes 5 6 0 7 1\nsnapshot 1\nx\nend 59735402\n", 0, {5, 6, false, 7, true, 0}},
        {HEAD "notes 5 6 1\nsnapshot 1\nx\nend 2e404fe6\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 \nsnapshot 1\nx\nend 2a1dad0c\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 x\nsnapshot 1\nx\nend 3218b848\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 0 3\nsnapshot 1\nx\nend ae6aeef9\n", 0, {5, 6, true, 7, false, 3}},
        {HEAD "notes 5 6 1 7 0 -1\nsnapshot 1\nx\nend 85676dbf\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 0 2147483648\nsnapshot 1\nx\nend 773421d5\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 0 1 1\nsnapshot 1\nx\nend 1650128f\n", -EBADMSG, {0}},
        {HEAD "notes 5 6 1 7 9223372036854775808\nsnapshot 1\nx\nend f6f33eb2\n", -EBADMSG, {0}},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct state_notes got;
        FILE *f = fopen(path, "we");

        assert_non_null(f);
        assert_true(fputs(cases[i].text, f) >= 0);
        assert_int_equal(fclose(f), 0);
        assert_int_equal(load(path, &got), cases[i].expected);
        assert_notes(&got, &cases[i].notes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(of_other_files, setup, teardown),
    };

    return cmocka_run_group_tests_name("state-notes", tests, NULL, NULL);
}
