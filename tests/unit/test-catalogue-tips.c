/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tips: what one looks like in a file, whom it is for, and that it is no exercise.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"

static const char good[] = "[tip-one]\n"                             /* 1 */
                           "title = A tip\n"                         /* 2 */
                           "kind = tip\n"                            /* 3 */
                           "text = Drink something.\n"               /* 4 */
                           "not-for = consult, rash, pregnancy\n"    /* 5 */
                           "only-for = knee-problem, pregnancy-t3\n" /* 6 */
                           "sources = S1\n";                         /* 7 */

static void test_every_field(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, good, "");
    const struct exercise *tip = catalogue->tips[0];
    uint64_t consult = 0, pregnancy = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T1) |
                                      SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T2) |
                                      SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T3);

    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
        if (safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_CONSULT)
            consult |= SAFETY_TAG_BIT(tag);
    assert_int_equal(catalogue->n, 0);
    assert_int_equal(catalogue->n_tips, 1);
    assert_null(catalogue->tips[1]);
    assert_null(catalogue_find(catalogue, "tip-one"));
    assert_true(tip->tip);
    assert_string_equal(tip->id, "tip-one");
    assert_string_equal(tip->title, "A tip");
    assert_string_equal(tip->texts->steps[0], "Drink something.");
    assert_null(tip->texts->steps[1]);
    assert_string_equal(tip->texts->sources[0], "S1");
    assert_true(tip->texts->not_for == (consult | SAFETY_TAG_BIT(SAFETY_TAG_RASH) | pregnancy));
    assert_true(tip->texts->only_for ==
                (SAFETY_TAG_BIT(SAFETY_TAG_KNEE_PROBLEM) | SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T3)));
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *old, *new, *expected;
    } rows[] = {
        {"title = A tip\n", "", "x.ini:2: [tip-one].title: missing"},
        {"text = Drink something.\n", "", "x.ini:2: [tip-one].text: missing"},
        {"sources", "duration = 30s\nsources", "x.ini:7: [tip-one].duration: 30s: a tip has no duration"},
        {"sources", "step-1 = x\nsources", "x.ini:7: [tip-one].step-1: x: a tip has no steps, but a text"},
        {"rash,", "rahs,",
         "x.ini:5: [tip-one].not-for: consult, rahs, pregnancy: \"rahs\" is unknown; did you mean rash?"},
        {"rash,", ",", "x.ini:5: [tip-one].not-for: consult, , pregnancy: an empty item in the list"},
        {"kind = tip\n", "kind = tips\n",
         "x.ini:4: [tip-one].text: Drink something.: only a tip or a routine has this\n"
         "x.ini:5: [tip-one].not-for: consult, rash, pregnancy: only a tip has this\n"
         "x.ini:6: [tip-one].only-for: knee-problem, pregnancy-t3: only a tip has this\n"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *text = with(good, rows[i].old, rows[i].new),
                              *path = path_join(*state, "x.ini");
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        _cleanup_(freep) char *said = NULL;

        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
        assert_int_equal(catalogue->n_tips, 0);
        said = diagnostics_format(&d);
        assert_int_equal(
            strncmp(said + strlen(*state) + 1, rows[i].expected, strcspn(rows[i].expected, "\n")), 0);
    }
}

/* Hidden, switched off and replaced as an exercise is; not kept where nobody reads texts. */
static void test_directories(void **state)
{
    _cleanup_(freep) char *system_dir = path_join(*state, "system");
    const char *dirs[] = {system_dir, NULL};
    struct catalogue *catalogue;

    write_text(*state, "system/a.ini", good);
    write_text(*state, "user/a.ini", "[tip-one]\nhidden = yes\n");
    catalogue = load_both(*state, "");
    assert_true(catalogue->tips[0]->hidden);
    catalogue_free(catalogue);
    write_text(*state, "user/a.ini", "[tip-one]\nkind = tip\ntitle = Mine\ntext = Other.\n");
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n_tips, 1);
    assert_string_equal(catalogue->tips[0]->title, "Mine");
    assert_true(catalogue->tips[0]->texts->not_for == 0);
    catalogue_free(catalogue);
    assert_int_equal(catalogue_load_bare(dirs, NULL, NULL, &catalogue), 0);
    assert_int_equal(catalogue->n + catalogue->n_tips, 0);
    catalogue_free(catalogue);
}

static void test_whom_it_suits(void **state _unused_)
{
    struct exercise_texts texts = {.not_for = SAFETY_TAG_BIT(SAFETY_TAG_RASH)};
    const struct exercise tip = {.texts = &texts, .tip = true};
    struct safety_profile profile = {.max_intensity = 1};

    assert_true(tip_suits(&tip, &profile));
    profile.tags = SAFETY_TAG_BIT(SAFETY_TAG_OSTEOPOROSIS);
    assert_true(tip_suits(&tip, &profile));
    profile.tags |= SAFETY_TAG_BIT(SAFETY_TAG_RASH);
    assert_false(tip_suits(&tip, &profile));
    /* Advice to see a doctor stands alone. */
    texts.not_for = 0;
    assert_true(tip_suits(&tip, &profile));
    for (int tag = 0; tag <= SAFETY_TAG_LEG_CLOT_SIGNS; tag++) {
        profile.tags = SAFETY_TAG_BIT(tag);
        assert_false(tip_suits(&tip, &profile));
    }
    profile.tags = 0;
    profile.doubtful = true;
    assert_false(tip_suits(&tip, &profile));
    profile.doubtful = false;
    texts.only_for = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T2);
    assert_false(tip_suits(&tip, &profile));
    profile.trimester = SAFETY_TRIMESTER_T2;
    assert_true(tip_suits(&tip, &profile));
    profile.trimester = SAFETY_TRIMESTER_T3;
    assert_false(tip_suits(&tip, &profile));
}

static void test_shipped(void **state _unused_)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};

    assert_int_equal(catalogue_load(dirs, NULL, NULL, &catalogue), 0);
    assert_true(catalogue->n_tips >= 20);
    for (size_t i = 0; i < catalogue->n_tips; i++)
        assert_true(catalogue->tips[i]->tip && *catalogue->tips[i]->texts->steps[0]);
    for (size_t i = 0; i < catalogue->n; i++)
        assert_false(catalogue->exercises[i]->tip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_field, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_mistakes, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_directories, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test(test_whom_it_suits),
        cmocka_unit_test(test_shipped),
    };

    return cmocka_run_group_tests_name("catalogue-tips", tests, NULL, NULL);
}
