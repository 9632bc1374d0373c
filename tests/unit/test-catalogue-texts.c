/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exercises without their texts, those texts read when they are needed, and the settings as the safety rules
 * are told of them.
 */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"

static const char first[] = "# A file.\n\n[one]\n\n# About it.\ntitle = One\nkind = posture\nregions = neck\n"
                            "position = seated\nplace = desk\nduration = 60s\nintensity = 1\n"
                            "step-1 = Sit.\nstep-2 = Rise.\nhazards = none\npregnancy-t1 = yes\n"
                            "pregnancy-t2 = adapt\npregnancy-t3 = no\nstep-1-t2 = Sit down.\n"
                            "step-2-t2 = Rise slowly.\nmuscles = all\nbreath = In.\nsources = S1\n";
static const char second[] =
    "[two]\ntitle = Two\nkind = posture\nregions = hips\nposition = seated\nplace = desk\nduration = 30s\n"
    "intensity = 1\nstep-1 = Lean.\nstep-2 = Come back.\nhazards = none\npregnancy-t1 = yes\n"
    "pregnancy-t2 = yes\npregnancy-t3 = yes\n";

static void write_both(const char *dir)
{
    _cleanup_(freep) char *text = NULL;

    assert_true(asprintf(&text, "%s%s", first, second) > 0);
    write_text(dir, "system/a.ini", text);
}

static struct catalogue *load_bare(const char *dir)
{
    _cleanup_(freep) char *system_dir = path_join(dir, "system"), *user = path_join(dir, "user");
    const char *dirs[] = {system_dir, user, NULL};
    struct catalogue *catalogue = NULL;

    assert_int_equal(catalogue_load_bare(dirs, NULL, NULL, &catalogue), 0);
    return catalogue;
}

static void test_bare(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *bare = NULL, *whole = NULL;
    _cleanup_(freep) struct exercise *one = NULL, *two = NULL;
    const struct exercise *e;

    write_both(*state);
    bare = load_bare(*state);
    whole = load_both(*state, "");
    e = catalogue_find(bare, "one");
    assert_string_equal(e->title, "One");
    assert_null(e->texts);
    assert_int_equal(e->pregnancy[1], SAFETY_ADAPT);
    assert_true(malloc_usable_size((void *)(uintptr_t)e) <
                malloc_usable_size((void *)(uintptr_t)catalogue_find(whole, "one")));

    assert_int_equal(exercise_load_texts(e, &one), 0);
    assert_string_equal(one->texts->steps[1], "Rise.");
    assert_string_equal(one->texts->adapted[1][1], "Rise slowly.");
    assert_string_equal(one->texts->breath, "In.");
    assert_string_equal(one->texts->sources[0], "S1");
    assert_null(one->texts->steps[2]);
    assert_int_equal(one->line, e->line);
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "two"), &two), 0);
    assert_string_equal(two->texts->steps[0], "Lean.");
    assert_string_equal(two->texts->breath, "");
}

/* The file has changed and was not loaded anew yet: other words may stand in the old place. */
static void test_stale(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *bare = NULL;
    _cleanup_(freep) char *path = path_join(*state, "system/a.ini");
    struct exercise *untouched = NULL;

    write_both(*state);
    bare = load_bare(*state);
    write_text(*state, "system/a.ini", second);
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &untouched), -ESTALE);
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "two"), &untouched), -ESTALE);
    write_text(*state, "system/a.ini", "");
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &untouched), -ESTALE);
    write_text(*state, "system/a.ini", "title = One\n");
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &untouched), -ESTALE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &untouched), -ENOENT);
    assert_null(untouched);
}

/* One that a user's file hides or switches on is still defined where it was. */
static void test_flags_stay(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *bare = NULL;
    _cleanup_(freep) struct exercise *one = NULL;

    write_both(*state);
    write_text(*state, "user/x.ini", "[one]\ndefault = off\n");
    bare = load_bare(*state);
    assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &one), 0);
    assert_true(one->default_off);
    assert_string_equal(one->texts->steps[0], "Sit.");
}

static void test_every_shipped_one(void **state _unused_)
{
    _cleanup_(catalogue_freep) struct catalogue *bare = NULL, *whole = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};

    assert_int_equal(catalogue_load_bare(dirs, NULL, NULL, &bare), 0);
    assert_int_equal(catalogue_load(dirs, NULL, NULL, &whole), 0);
    assert_int_equal(bare->n, whole->n);
    for (size_t i = 0; i < bare->n; i++) {
        const struct exercise *expected = catalogue_find(whole, bare->exercises[i]->id);
        _cleanup_(freep) struct exercise *e = NULL;

        assert_int_equal(exercise_load_texts(bare->exercises[i], &e), 0);
        assert_string_equal(e->title, expected->title);
        assert_string_equal(e->texts->caution, expected->texts->caution);
        for (size_t s = 0; expected->texts->steps[s]; s++)
            assert_string_equal(e->texts->steps[s], expected->texts->steps[s]);
        for (int t = 0; t < SAFETY_TRIMESTERS; t++)
            for (size_t s = 0; expected->texts->adapted[t] && expected->texts->adapted[t][s]; s++)
                assert_string_equal(e->texts->adapted[t][s], expected->texts->adapted[t][s]);
    }
}

/* P5: the adapted steps are shown and no others, not even where they are missing. */
static void test_steps_to_show(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *whole = NULL;
    struct safety_profile profile = {.max_intensity = 1};
    struct safety_verdict verdict;
    const struct exercise *one;

    write_both(*state);
    whole = load_both(*state, "");
    one = catalogue_find(whole, "one");
    assert_true(suitability_judge(one, &profile, &verdict));
    assert_string_equal(exercise_steps(one, &verdict)[0], "Sit.");
    profile.trimester = SAFETY_TRIMESTER_T1;
    assert_true(suitability_judge(one, &profile, &verdict));
    assert_string_equal(exercise_steps(one, &verdict)[0], "Sit.");
    profile.trimester = SAFETY_TRIMESTER_T2;
    assert_true(suitability_judge(one, &profile, &verdict));
    assert_string_equal(exercise_steps(one, &verdict)[0], "Sit down.");
    profile.trimester = SAFETY_TRIMESTER_T3;
    assert_false(suitability_judge(one, &profile, NULL));
    verdict.adapted = 2;
    assert_null(exercise_steps(one, &verdict)[0]);
    /* What can't be judged is not suitable. */
    profile.max_intensity = 0;
    assert_false(suitability_judge(one, &profile, &verdict));
    assert_int_equal(verdict.reasons, SAFETY_BIT(SAFETY_REASON_DOUBTFUL));
}

static void test_profile(void **state _unused_)
{
    char *tools[] = {(char[]){"foam-roller"}, (char[]){"hands"}, NULL};
    char *conditions[] = {(char[]){"rash@neck"}, (char[]){"fever"}, NULL};
    char due[] = "2027-03-01", *none[] = {NULL}, *unknown[] = {(char[]){"hiccups"}, NULL};
    struct settings settings = {
        .tools = tools,
        .conditions = conditions,
        .partner = true,
        .place = SETTING_PLACE_ROOM,
        .max_intensity = 2,
        .pregnancy_due = due,
    };
    struct safety_profile profile;
    int64_t today;

    assert_int_equal(safety_day_parse("2027-02-01", &today), 0);
    suitability_profile(&settings, today, &profile);
    assert_int_equal(profile.tools, BIT(catalogue_tools, "foam-roller") | BIT(catalogue_tools, "hands"));
    assert_true(profile.tags == (SAFETY_TAG_BIT(SAFETY_TAG_RASH) | SAFETY_TAG_BIT(SAFETY_TAG_FEVER)));
    assert_int_equal(profile.regions[SAFETY_TAG_RASH - SAFETY_LOCAL_FIRST], BIT(catalogue_regions, "neck"));
    assert_true(profile.partner);
    assert_int_equal(profile.place, SAFETY_ROOM);
    assert_int_equal(profile.max_intensity, 2);
    assert_int_equal(profile.trimester, SAFETY_TRIMESTER_T3);
    assert_false(profile.doubtful);
    suitability_profile(&settings, today - 100, &profile);
    assert_int_equal(profile.trimester, SAFETY_TRIMESTER_T2);

    settings.conditions = unknown;
    suitability_profile(&settings, today, &profile);
    assert_true(profile.doubtful);
    settings.conditions = none;
    due[5] = 'x';
    suitability_profile(&settings, today, &profile);
    assert_true(profile.doubtful);
    settings.pregnancy_due = NULL;
    suitability_profile(&settings, today, &profile);
    assert_false(profile.doubtful);
    assert_int_equal(profile.trimester, SAFETY_TRIMESTER_NONE);
    settings.profile_doubtful = true;
    suitability_profile(&settings, today, &profile);
    assert_true(profile.doubtful);
}

/* The two lists of conditions are the same, in whatever order. */
static void test_conditions_are_tags(void **state _unused_)
{
    size_t n = 0;

    for (; settings_conditions[n]; n++)
        assert_true(vocabulary_find(safety_tags, settings_conditions[n]) >= 0);
    assert_int_equal(n, _SAFETY_TAG_MAX);
    for (int i = 0; i < _SAFETY_TAG_MAX; i++) {
        _cleanup_(freep) char *with_region = NULL;

        assert_true(asprintf(&with_region, "%s@neck", safety_tags[i]) > 0);
        assert_true(settings_condition_valid(safety_tags[i]));
        assert_int_equal(settings_condition_valid(with_region),
                         safety_tag_class((enum safety_tag)i) == SAFETY_CLASS_LOCAL);
    }
    for (int i = 0; i < _SAFETY_REGION_MAX; i++)
        assert_string_equal(safety_regions[i], catalogue_regions[i]);
    assert_int_equal(vocabulary_size(catalogue_regions), _SAFETY_REGION_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bare, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_stale, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_flags_stay, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test(test_every_shipped_one),
        cmocka_unit_test_setup_teardown(test_steps_to_show, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test(test_profile),
        cmocka_unit_test(test_conditions_are_tags),
    };

    return cmocka_run_group_tests_name("catalogue-texts", tests, NULL, NULL);
}
