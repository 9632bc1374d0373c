/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What no exercise may be, whoever it is for, said of a file with its line; and how long adapted steps take.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"
#include "catalogue-sample.h"

static const struct {
    const char *old, *new, *expected;
} bad_lines[] = {
    {"t1 = yes", "t1 = no",
     "x.ini:21: [my-stretch].pregnancy-t2: adapt: freer than in the trimester before; only massage may be"},
    {"t3 = adapt", "t3 = yes",
     "x.ini:22: [my-stretch].pregnancy-t3: yes: freer than in the trimester before; only massage may be"},
    {"pregnancy-t1 = yes\n", "",
     "x.ini:2: warning: [my-stretch].pregnancy-t1: missing; taken as no\n"
     "x.ini:20: [my-stretch].pregnancy-t2: adapt: freer than in the trimester before; only massage may be"},
    {"position = standing", "position = floor-supine",
     "x.ini:19: [my-stretch].hazards: pelvis-uneven, balance: lying on the back is the hazard supine"},
    {"balance\n", "supine\n",
     "x.ini:19: [my-stretch].hazards: pelvis-uneven, supine: supine is the hazard of floor-supine only"},
    {"tools = wall, chair\nposition = standing\nplace = desk",
     "tools = foam-roller\nposition = standing\nplace = floor-space",
     "x.ini:6: [my-stretch].tools: foam-roller: no foam roller or ball under the lower back on the floor; "
     "lean against a wall instead"},
    {"tools = wall", "tools = handheld-massager",
     "x.ini:6: [my-stretch].tools: handheld-massager, chair: no electric massager on the neck or the lower "
     "back"},
    {"kind = stretch", "kind = massage",
     "x.ini:19: [my-stretch].hazards: pelvis-uneven, balance: massage of the lower back has the hazard "
     "lumbar-pressure"},
    {"kind = stretch\nregions = lower-back, hips", "kind = massage\nregions = neck",
     "x.ini:6: [my-stretch].tools: wall, chair: massage of the neck is done with the hands only"},
    /* As adapted it may be nothing that the rules know by the plain position alone. */
    {"sources", "position-t2 = floor-supine\nsources",
     "x.ini:25: [my-stretch].position-t2: floor-supine: unknown; choose from seated, standing"},
    {"sources", "position-t3 = kneeling\nsources",
     "x.ini:25: [my-stretch].position-t3: kneeling: unknown; choose from seated, standing"},
    {"sources", "position-t1 = seated\nsources",
     "x.ini:25: [my-stretch].position-t1: seated: pregnancy-t1 does not say adapt"},
    {"sources", "hold-t1 = 10s\nsources",
     "x.ini:25: [my-stretch].hold-t1: 10s: pregnancy-t1 does not say adapt"},
    {"sources", "hold-t2 = 61s\nsources", "x.ini:25: [my-stretch].hold-t2: 61s: not from 1s to 1min"},
    {"sources", "reps-t1 = 1\nsources", "x.ini:25: [my-stretch].reps-t1: 1: pregnancy-t1 does not say adapt"},
    {"sources", "reps-t2 = 0\nsources", "x.ini:25: [my-stretch].reps-t2: 0: not from 1 to 100"},
};

static void test_bad_lines(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
        _cleanup_(freep) char *text = with(base, bad_lines[i].old, bad_lines[i].new);
        _cleanup_(catalogue_freep) struct catalogue *catalogue =
            load_text(*state, text, bad_lines[i].expected);

        assert_null(catalogue_find(catalogue, "my-stretch"));
        assert_int_equal(catalogue->n, 1);
    }
}

/* With a list of steps goes a time, also where a later trimester takes over an earlier one's list. */
static void test_adapted_durations(void **state)
{
    static const struct {
        const char *more;
        int t2, t3;
    } rows[] = {
        {"", 80, 80},
        {"duration-t2 = 40s\n", 40, 40},
        {"duration-t3 = 40s\n", 80, 40},
        {"duration-t2 = 50s\nduration-t3 = 40s\n", 50, 40},
        {"duration-t2 = 50s\nstep-1-t3 = Sit.\nstep-2-t3 = Rise.\n", 50, 80},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *more = NULL;
        _cleanup_(freep) char *text = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        const struct exercise *e;

        assert_true(asprintf(&more, "%ssources", rows[i].more) > 0);
        text = with(base, "sources", more);
        catalogue = load_text(*state, text, "");
        e = catalogue_find(catalogue, "my-stretch");
        assert_true(e->adapted_usec[0] == 80 * USEC_PER_SEC);
        assert_true(e->adapted_usec[1] == rows[i].t2 * USEC_PER_SEC);
        assert_true(e->adapted_usec[2] == rows[i].t3 * USEC_PER_SEC);
    }
}

/* So do a hold, repeats and a position; the rules go on by the plain position. */
static void test_adapted_values(void **state)
{
    static const struct {
        const char *more;
        struct {
            usec_t hold;
            unsigned reps, position;
        } t2, t3;
    } rows[] = {
        {"", {20, 2, SAFETY_STANDING}, {20, 2, SAFETY_STANDING}},
        {"hold-t2 = 10s\nreps-t3 = 1\n", {10, 2, SAFETY_STANDING}, {10, 1, SAFETY_STANDING}},
        {"position-t2 = seated\n", {20, 2, SAFETY_SEATED}, {20, 2, SAFETY_SEATED}},
        {"position-t2 = seated\nposition-t3 = standing\n", {20, 2, SAFETY_SEATED}, {20, 2, SAFETY_STANDING}},
        {"hold-t2 = 5s\nreps-t2 = 1\nposition-t2 = seated\nstep-1-t3 = Sit.\nstep-2-t3 = Rise.\n",
         {5, 1, SAFETY_SEATED},
         {20, 2, SAFETY_STANDING}},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *more = NULL, *text = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        struct safety_verdict verdict = {.adapted = -1};
        struct safety_exercise traits;
        const struct exercise *e;

        assert_true(asprintf(&more, "%ssources", rows[i].more) > 0);
        text = with(base, "sources", more);
        catalogue = load_text(*state, text, "");
        e = catalogue_find(catalogue, "my-stretch");
        assert_true(exercise_hold_usec(e, &verdict) == 20 * USEC_PER_SEC);
        assert_int_equal(exercise_reps(e, &verdict), 2);
        assert_int_equal(exercise_position(e, &verdict), SAFETY_STANDING);
        verdict.adapted = 1;
        assert_true(exercise_hold_usec(e, &verdict) == rows[i].t2.hold * USEC_PER_SEC);
        assert_int_equal(exercise_reps(e, &verdict), rows[i].t2.reps);
        assert_int_equal(exercise_position(e, &verdict), rows[i].t2.position);
        verdict.adapted = 2;
        assert_true(exercise_hold_usec(e, &verdict) == rows[i].t3.hold * USEC_PER_SEC);
        assert_int_equal(exercise_reps(e, &verdict), rows[i].t3.reps);
        assert_int_equal(exercise_position(e, &verdict), rows[i].t3.position);
        exercise_traits(e, &traits);
        assert_int_equal(traits.position, SAFETY_STANDING);
    }
}

/* A massage needs a word of caution, and the lower back a light hand. */
static void test_massage_invariants(void **state)
{
    _cleanup_(freep) char *kind = with(base, "kind = stretch", "kind = massage");
    _cleanup_(freep) char *hazard = with(kind, "balance", "lumbar-pressure");
    _cleanup_(freep) char *strong = with(hazard, "intensity = 1", "intensity = 2");
    _cleanup_(freep) char *careless = with(hazard, "caution = \"Slowly; a chair may roll.\"\n", "");

    catalogue_free(load_text(*state, hazard, ""));
    catalogue_free(load_text(
        *state, strong, "x.ini:13: [my-stretch].intensity: 2: massage of the lower back has intensity 1"));
    catalogue_free(load_text(*state, careless, "x.ini:2: [my-stretch].caution: massage needs a caution"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bad_lines, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_adapted_durations, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_adapted_values, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_massage_invariants, catalogue_dir_setup, catalogue_dir_teardown),
    };

    return cmocka_run_group_tests_name("catalogue-invariants", tests, NULL, NULL);
}
