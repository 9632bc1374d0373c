/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which picture an exercise has: real files in directories of the test's own.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalogue-load.h"

#define EXERCISE                                                                                             \
    "[one]\ntitle = One\nkind = posture\nregions = upper-back, neck, lower-back\nposition = floor-side\n"    \
    "place = desk\nduration = 60s\nintensity = 1\nstep-1 = a\nstep-2 = b\nhazards = none\n"                  \
    "pregnancy-t1 = no\npregnancy-t2 = no\npregnancy-t3 = no\n"

static struct exercise exercise = {.regions = 1u << SAFETY_HIPS | 1u << SAFETY_LOWER_BACK,
                                   .main_region = SAFETY_HIPS,
                                   .position = SAFETY_KNEELING};

/* Looks with the catalogues system/catalogue and user/catalogue; @expected is below the directory, or NULL.
 */
static void assert_picture(const char *dir, const char *expected)
{
    _cleanup_(freep) char *system = path_join(dir, "system/catalogue");
    _cleanup_(freep) char *user = path_join(dir, "user/catalogue"), *path = NULL;
    char *const dirs[] = {system, user, NULL};
    int r = picture_find(&exercise, exercise.position, dirs, &path);

    if (!expected) {
        assert_int_equal(r, -ENOENT);
        assert_null(path);
        return;
    }
    assert_int_equal(r, 0);
    assert_memory_equal(path, dir, strlen(dir));
    assert_string_equal(path + strlen(dir) + 1, expected);
}

static void test_order(void **state)
{
    assert_picture(*state, NULL);
    write_text(*state, "system/illustrations/kneeling-lower-back.png", "");
    write_text(*state, "system/illustrations/seated-hips.png", "");
    write_text(*state, "illustrations/kneeling-hips.png", "");
    assert_picture(*state, NULL);
    /* The user's before the system's, PNG before SVG. */
    write_text(*state, "system/illustrations/kneeling-hips.svg", "");
    assert_picture(*state, "system/illustrations/kneeling-hips.svg");
    write_text(*state, "system/illustrations/kneeling-hips.png", "");
    assert_picture(*state, "system/illustrations/kneeling-hips.png");
    write_text(*state, "user/illustrations/kneeling-hips.svg", "");
    assert_picture(*state, "user/illustrations/kneeling-hips.svg");
}

static void test_none(void **state)
{
    static const struct exercise tip = {.tip = true};
    char *const relative[] = {(char *)"catalogue", (char *)"x/catalogue", (char *)"", NULL};
    char *const odd[] = {*state, (char *)"/", (char *)"/catalogue/", NULL};
    char *const none[] = {NULL};
    char *path = NULL;

    assert_int_equal(picture_find(&exercise, exercise.position, relative, &path), -ENOENT);
    assert_int_equal(picture_find(&exercise, exercise.position, odd, &path), -ENOENT);
    assert_int_equal(picture_find(&exercise, exercise.position, none, &path), -ENOENT);
    assert_int_equal(picture_find(&exercise, exercise.position, NULL, &path), -ENOENT);
    assert_int_equal(picture_find(NULL, 0, none, &path), -ENOENT);
    assert_int_equal(picture_find(&tip, 0, none, &path), -ENOENT);
    assert_null(path);
}

static void test_first_region(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, EXERCISE, "");
    const struct exercise *e = catalogue_find(catalogue, "one");

    assert_int_equal(e->main_region, SAFETY_UPPER_BACK);
    assert_int_equal(e->regions, 1u << SAFETY_UPPER_BACK | 1u << SAFETY_NECK | 1u << SAFETY_LOWER_BACK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_none, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_first_region, catalogue_dir_setup, catalogue_dir_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
