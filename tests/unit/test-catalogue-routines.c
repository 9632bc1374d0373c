/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routines: what one looks like in a file, what is left of it for whom, and what the core gets of it.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"

/* 14 lines. */
#define EXERCISE(id, kind, duration)                                                                         \
    "[" id "]\ntitle = " id "\nkind = " kind "\nregions = neck\nposition = seated\nplace = desk\n"           \
    "duration = " duration "\nintensity = 1\nstep-1 = a\nstep-2 = b\ncaution = c\nhazards = none\n"          \
    "pregnancy-t1 = no\npregnancy-t2 = no\npregnancy-t3 = no\n"
#define ROUTINE(id, items) "[" id "]\ntitle = Title\nkind = routine\nexercises = " items "\n"
#define ALL                                                                                                  \
    EXERCISE("breathe", "breathing", "30s")                                                                  \
    EXERCISE("rub", "massage", "60s")                                                                        \
    EXERCISE("roll", "mobility", "40s")                                                                      \
    EXERCISE("pull", "stretch", "50s")                                                                       \
    EXERCISE("stand-and-walk", "mobility", "180s")                                                           \
    "[tip-one]\nkind = tip\ntitle = Tip\ntext = A tip.\n"

static void test_every_field(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(
        *state,
        ROUTINE("mine", "breathe, rub,pull , roll") "rest = 25s\ntext = Slowly.\nsources = S1, S2\n"
                                                    "title[de] = Titel\ntext[de] = Langsam.\n" ALL ROUTINE(
                                                        "plain", "roll, pull"),
        "");
    const struct routine *r = catalogue_find_routine(catalogue, "mine");

    assert_int_equal(catalogue->n, 5);
    assert_int_equal(catalogue->n_tips, 1);
    assert_int_equal(catalogue->n_routines, 2);
    assert_ptr_equal(catalogue->routines[0], r);
    assert_null(catalogue_find(catalogue, "mine"));
    assert_null(catalogue_find_routine(catalogue, "rub"));
    assert_string_equal(r->id, "mine");
    assert_string_equal(r->title, "Title");
    assert_string_equal(r->text, "Slowly.");
    assert_string_equal(r->sources[1], "S2");
    assert_null(r->sources[2]);
    assert_true(r->rest_usec == 25 * USEC_PER_SEC);
    assert_int_equal(r->n_items, 4);
    assert_ptr_equal(r->items[0], catalogue_find(catalogue, "breathe"));
    assert_ptr_equal(r->items[2], catalogue_find(catalogue, "pull"));
    assert_ptr_equal(r->items[3], catalogue_find(catalogue, "roll"));
    assert_int_equal(r->line, 2);
    /* What may be left out. */
    r = catalogue->routines[1];
    assert_string_equal(r->text, "");
    assert_null(r->sources[0]);
    assert_true(r->rest_usec == 10 * USEC_PER_SEC);
}

#define AT "x.ini:83: [r].exercises: "

/* What a routine may not be: exactly this message, and all else is loaded. */
static void test_mistakes(void **state)
{
    static const struct {
        const char *routine, *expected;
    } rows[] = {
        {ROUTINE("r", "roll"), AT "roll: a routine has 2 exercises or more"},
        {ROUTINE("r", "roll, pull, roll"), AT "roll, pull, roll: roll is there twice"},
        {ROUTINE("r", "roll, , pull"), AT "roll, , pull: an empty item in the list"},
        {ROUTINE("r", "a, b, c, d, e, f, g, h, i, j, k, l, m"),
         AT "a, b, c, d, e, f, g, h, i, j, k, l, m: 13 items; at most 12"},
        {ROUTINE("r", "roll, pul"), AT "pul: there is no such exercise; did you mean pull?"},
        {ROUTINE("r", "roll, something-quite-different"),
         AT "something-quite-different: there is no such exercise"},
        {ROUTINE("r", "roll, r"), AT "r: a routine, and no exercise"},
        {ROUTINE("r", "roll, tip-one"), AT "tip-one: a tip, and no exercise"},
        {ROUTINE("r", "one, two"), AT "one: there is no such exercise\n" AT "two: there is no such exercise"},
        {ROUTINE("r", "roll, broken") "[broken]\ntitle = x\nkind = posture\nregions = neck\nposition = "
                                      "seated\nplace = desk\nduration = 60\nintensity = 1\nstep-1 = "
                                      "a\nstep-2 = b\n",
         "x.ini:90: [broken].duration: 60: say s or min, as in 60s\n" AT
         "broken: this exercise has a mistake"},
        {"[r]\ntitle = x\nkind = routine\n", "x.ini:81: [r].exercises: missing"},
        {"[r]\nkind = routine\nexercises = roll, pull\n", "x.ini:81: [r].title: missing"},
        {ROUTINE("r", "roll, pull") "rest = 4s\n", "x.ini:84: [r].rest: 4s: not from 5s to 2min"},
        {ROUTINE("r", "roll, pull") "rest = 121s\n", "x.ini:84: [r].rest: 121s: not from 5s to 2min"},
        {ROUTINE("r", "roll, pull") "rest = 9\n", "x.ini:84: [r].rest: 9: say s or min, as in 60s"},
        {ROUTINE("r", "roll, pull") "duration = 60s\n",
         "x.ini:84: [r].duration: 60s: a routine has no duration"},
        {ROUTINE("r", "roll, pull") "step-1 = x\n",
         "x.ini:84: [r].step-1: x: a routine has no steps, but exercises"},
        {ROUTINE("r", "roll, pull") "excercises = x\n",
         "x.ini:84: [r].excercises: x: unknown key; did you mean exercises?"},
        {ROUTINE("r", "roll, pull") "hidden = ye\n", "x.ini:84: [r].hidden: ye: unknown; did you mean yes?"},
        {ROUTINE("r", "roll, pull") "exercises[de] = rollen\n",
         "x.ini:84: [r].exercises[de]: rollen: exercises is not for reading and has no translation"},
        {EXERCISE("r", "posture", "60s") "rest = 10s\n", "x.ini:95: [r].rest: 10s: only a routine has this"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;

        assert_true(asprintf(&text, "%s%s", ALL, rows[i].routine) > 0);
        catalogue = load_text(*state, text, rows[i].expected);
        assert_int_equal(catalogue->n_routines, 0);
        assert_int_equal(catalogue->n, 5);
    }
}

/* A warning only: whoever wants another order may have it. */
static void test_order(void **state)
{
    static const struct {
        const char *items, *expected;
    } rows[] = {
        {"breathe, rub, roll, pull, stand-and-walk", ""},
        {"rub, pull, stand-and-walk, breathe", ""},
        {"roll, rub, pull, roll2", ""},
        {"breathe, breathe2", ""},
        {"breathe, pull, breathe2", ""},
        {"rub, breathe, pull", "breathe: breathing is best first or last"},
        {"pull, rub", "rub: massage is best before stretches and strength"},
        {"breathe, pull, roll, rub, breathe2", "rub: massage is best before stretches and strength"},
        {"stand-and-walk, pull", "stand-and-walk: a walk is best last"},
        {"rub, long-1, long-2", "11min of massage; 10min are enough at one time"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = NULL, *expected = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;

        assert_true(asprintf(&text, "[r]\ntitle = x\nkind = routine\nexercises = %s\n%s", rows[i].items,
                             ALL EXERCISE("roll2", "mobility", "40s") EXERCISE("breathe2", "breathing", "40s")
                                 EXERCISE("long-1", "massage", "5min")
                                     EXERCISE("long-2", "massage", "5min")) > 0);
        assert_true(asprintf(&expected, "%s%s", *rows[i].expected ? "x.ini:4: warning: [r].exercises: " : "",
                             rows[i].expected) >= 0);
        catalogue = load_text(*state, text, expected);
        assert_int_equal(catalogue->n_routines, 1);
    }
}

/* Adds, replaces, hides and switches off as with exercises, and within the same names. */
static void test_user_files(void **state)
{
    struct catalogue *catalogue;

    write_text(*state, "system/a.ini", ALL ROUTINE("one", "rub, pull") ROUTINE("two", "roll, pull"));
    write_text(*state, "user/x.ini",
               ROUTINE("mine", "own, rub") EXERCISE("own", "posture", "30s")
                   ROUTINE("one", "roll, own") "[two]\ndefault = off\n[rub]\nhidden = yes\n");
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n_routines, 3);
    assert_string_equal(catalogue->routines[0]->items[1]->id, "own");
    assert_true(catalogue->routines[1]->default_off);
    assert_string_equal(catalogue->routines[2]->id, "mine");
    catalogue_free(catalogue);

    write_text(*state, "user/x.ini",
               "[one]\nhidden = yes\n[two]\ndefault = off\nhidden = no\n[tow]\nhidden = yes\n");
    catalogue = load_both(
        *state, "user/x.ini:7: warning: [tow]: there is no such exercise to change; did you mean two?");
    assert_true(catalogue->routines[0]->hidden);
    assert_true(catalogue->routines[1]->default_off && !catalogue->routines[1]->hidden);
    catalogue_free(catalogue);

    /* An exercise in the place of a routine, and the other way round. */
    write_text(*state, "user/x.ini", EXERCISE("one", "posture", "30s"));
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n_routines, 1);
    assert_non_null(catalogue_find(catalogue, "one"));
    catalogue_free(catalogue);
    write_text(*state, "user/x.ini", ROUTINE("roll", "rub, pull"));
    catalogue = load_both(*state, "system/a.ini:87: [two].exercises: roll: a routine, and no exercise");
    assert_int_equal(catalogue->n_routines, 2);
    assert_null(catalogue_find(catalogue, "roll"));
    catalogue_free(catalogue);

    /* Of one with a mistake the shipped one stays. */
    write_text(*state, "user/x.ini", ROUTINE("one", "rub"));
    catalogue = load_both(*state, "user/x.ini:4: [one].exercises: rub: a routine has 2 exercises or more");
    assert_string_equal(catalogue_find_routine(catalogue, "one")->items[1]->id, "pull");
    catalogue_free(catalogue);
}

/* A mistake in the list of exercises is found when all files are read; then too, what was to be replaced
 * stays. */
static void test_fallback(void **state)
{
    struct catalogue *catalogue;

    write_text(*state, "system/a.ini", ALL ROUTINE("one", "rub, pull") ROUTINE("two", "roll, pull"));
    write_text(*state, "user/x.ini", ROUTINE("one", "rub, pul") ROUTINE("roll", "roll, rub"));
    catalogue = load_both(*state, "user/x.ini:8: [roll].exercises: roll: a routine, and no exercise\n"
                                  "user/x.ini:4: [one].exercises: pul: there is no such exercise; did you "
                                  "mean pull?");
    assert_int_equal(catalogue->n_routines, 2);
    assert_string_equal(catalogue->routines[0]->id, "one");
    assert_string_equal(catalogue->routines[0]->items[1]->id, "pull");
    assert_string_equal(catalogue->routines[1]->items[0]->id, "roll");
    assert_non_null(catalogue_find(catalogue, "roll"));
    catalogue_free(catalogue);

    /* An exercise that comes back so is there for the user's routines, in whatever order. */
    write_text(*state, "user/x.ini",
               ROUTINE("mine", "roll, rub") ROUTINE("two", "roll, rub") ROUTINE("roll", "rub, nothing-such"));
    catalogue = load_both(*state, "user/x.ini:12: [roll].exercises: nothing-such: there is no such exercise");
    assert_int_equal(catalogue->n_routines, 3);
    assert_string_equal(catalogue_find_routine(catalogue, "two")->items[1]->id, "rub");
    assert_ptr_equal(catalogue_find_routine(catalogue, "mine")->items[0], catalogue_find(catalogue, "roll"));
    catalogue_free(catalogue);

    /* What is hidden beside a mistake stays hidden. */
    write_text(*state, "user/x.ini", ROUTINE("one", "rub, pul") ROUTINE("roll", "rub, pul"));
    write_text(*state, "user/y.ini", "[one]\nhidden = yes\ndefault = off\n[roll]\nhidden = yes\n");
    catalogue = load_both(
        *state, "user/x.ini:8: [roll].exercises: pul: there is no such exercise; did you mean pull?\n"
                "user/x.ini:4: [one].exercises: pul: there is no such exercise; did you mean pull?");
    assert_true(catalogue_find_routine(catalogue, "one")->hidden);
    assert_true(catalogue_find_routine(catalogue, "one")->default_off);
    assert_true(catalogue_find(catalogue, "roll")->hidden);
    catalogue_free(catalogue);

    /* Nor is the shipped one any good. */
    write_text(*state, "system/a.ini", ALL ROUTINE("one", "rub, nothing-such"));
    write_text(*state, "user/x.ini", ROUTINE("one", "rub, nothing-here"));
    write_text(*state, "user/y.ini", "");
    catalogue =
        load_both(*state, "user/x.ini:4: [one].exercises: nothing-here: there is no such exercise\n"
                          "system/a.ini:83: [one].exercises: nothing-such: there is no such exercise");
    assert_int_equal(catalogue->n_routines, 0);
    catalogue_free(catalogue);
}

/* A file alone may name what is installed. */
static void test_one_file(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *installed = load_text(*state, ALL, ""), *alone = NULL;
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(*state, "y.ini");

    write_text(*state, "y.ini", ROUTINE("mine", "rub, own") EXERCISE("own", "posture", "30s"));
    assert_int_equal(catalogue_load_file(path, installed, &d, &alone), 0);
    assert_int_equal(d.n, 0);
    assert_ptr_equal(alone->routines[0]->items[0], catalogue_find(installed, "rub"));
    alone = catalogue_free(alone);
    assert_int_equal(catalogue_load_file(path, NULL, &d, &alone), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    assert_int_equal(alone->n_routines, 0);
}

/* Bare ones, and their texts in the wanted language. */
static void test_texts(void **state)
{
    _cleanup_(freep) char *system_dir = path_join(*state, "system");
    const char *dirs[] = {system_dir, NULL};
    _cleanup_(catalogue_freep) struct catalogue *bare = NULL;
    _cleanup_(freep) struct routine *whole = NULL, *untouched = NULL;

    write_text(*state, "system/a.ini",
               ALL ROUTINE("r", "rub, pull") "text = Slow.\nsources = S1\ntitle[de] = Titel\ntext[de] = "
                                             "Langsam.\n");
    write_text(*state, "system/b.ini", "[r]\ndefault = off\n");
    assert_int_equal(catalogue_load_bare(dirs, "de-AT", NULL, &bare), 0);
    assert_null(bare->routines[0]->text);
    assert_null(bare->routines[0]->sources);
    assert_string_equal(bare->routines[0]->title, "Titel");
    assert_int_equal(routine_load_texts(bare->routines[0], &whole), 0);
    assert_string_equal(whole->text, "Langsam.");
    assert_string_equal(whole->title, "Titel");
    assert_string_equal(whole->sources[0], "S1");
    assert_ptr_equal(whole->items[1], catalogue_find(bare, "pull"));
    assert_true(whole->translated && whole->default_off);
    write_text(*state, "system/a.ini", ALL ROUTINE("r", "rub, pull, roll"));
    assert_int_equal(routine_load_texts(bare->routines[0], &untouched), -ESTALE);
    write_text(*state, "system/a.ini", ALL "[x]\ntitle = y\n");
    assert_int_equal(routine_load_texts(bare->routines[0], &untouched), -ESTALE);
    assert_null(untouched);
}

static void test_verdict(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(
        *state,
        ALL ROUTINE("r", "rub, roll, pull") "rest = 20s\n" ROUTINE("q", "rub, roll") "[z]\nhidden = yes\n",
        "");
    struct exercise *pull = (struct exercise *)(uintptr_t)catalogue_find(catalogue, "pull"),
                    *roll = (struct exercise *)(uintptr_t)catalogue_find(catalogue, "roll");
    const struct routine *r = catalogue_find_routine(catalogue, "r");
    struct safety_profile profile = {.max_intensity = 1};
    struct routine_verdict verdict;

    routine_judge(r, NULL, &verdict);
    assert_true(verdict.suitable && !verdict.consult);
    assert_int_equal(verdict.left_out, 0);
    assert_true(verdict.duration_usec == (60 + 20 + 40 + 20 + 50) * USEC_PER_SEC);
    assert_null(routine_why(&verdict, 0));
    profile.tags = SAFETY_TAG_BIT(SAFETY_TAG_BLEEDING_RISK);
    routine_judge(r, &profile, &verdict);
    assert_true(verdict.suitable && verdict.consult);
    assert_int_equal(verdict.left_out, 1 << 0);
    assert_true(verdict.duration_usec == (40 + 20 + 50) * USEC_PER_SEC);
    assert_null(routine_why(&verdict, 0));
    pull->default_off = true;
    routine_judge(r, &profile, &verdict);
    assert_int_equal(verdict.left_out, 1 << 0 | 1 << 2);
    assert_true(verdict.duration_usec == 40 * USEC_PER_SEC);
    roll->hidden = true;
    routine_judge(r, &profile, &verdict);
    assert_false(verdict.suitable);
    assert_true(verdict.duration_usec == 0);
    assert_string_equal(routine_why(&verdict, 0), safety_reason_text(SAFETY_REASON_CONSULT));
    assert_null(routine_why(&verdict, 1));
    profile.tags = 0;
    pull->default_off = roll->hidden = false;
    profile.max_intensity = 0; /* can't be judged */
    routine_judge(r, &profile, &verdict);
    assert_false(verdict.suitable);
    for (size_t i = 0; i < catalogue->n; i++)
        catalogue->exercises[i]->hidden = true;
    routine_judge(r, NULL, &verdict);
    assert_false(verdict.suitable);
    assert_string_equal(routine_why(&verdict, 0), "all its exercises are hidden or switched off");
    assert_null(routine_why(&verdict, 1));
}

static const struct bc_menu_item *item_of(const struct catalogue_menu *menu, const char *id)
{
    for (size_t i = 0; i < menu->menu.n_items; i++)
        if (strcmp(menu->menu.items[i].id, id) == 0)
            return &menu->menu.items[i];
    return NULL;
}

static void test_menu(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue =
        load_text(*state,
                  ALL ROUTINE("r", "rub, pull, roll") "rest = 20s\n" ROUTINE(
                      "off", "rub, pull") "default = off\n" ROUTINE("evening-wind-down", "breathe, rub")
                      ROUTINE("only", "rub, rub2") EXERCISE("rub2", "massage", "60s"),
                  "");
    struct safety_profile profile = {.max_intensity = 1, .tags = SAFETY_TAG_BIT(SAFETY_TAG_BLEEDING_RISK)};
    struct catalogue_menu *menu;
    const struct bc_menu_routine *r;

    assert_int_equal(catalogue_menu_new(catalogue, NULL, NULL, &menu), 0);
    assert_int_equal(menu->menu.n_routines, 4);
    r = &menu->menu.routines[0];
    assert_string_equal(r->id, "r");
    assert_true(r->rest_usec == 20 * USEC_PER_SEC);
    assert_int_equal(r->n_items, 3);
    assert_string_equal(menu->menu.items[r->items[0]].id, "rub");
    assert_string_equal(menu->menu.items[r->items[2]].id, "roll");
    assert_int_equal(item_of(menu, "rub")->flags, BC_ITEM_CALM);
    assert_int_equal(item_of(menu, "breathe")->flags, BC_ITEM_CALM);
    assert_int_equal(item_of(menu, "pull")->flags, 0);
    for (size_t i = 0; i < menu->menu.n_routines; i++)
        assert_int_equal(menu->menu.routines[i].off, strcmp(menu->menu.routines[i].id, "off") == 0);
    catalogue_menu_free(menu);

    /* Switched off, an exercise is there for who asks for it, and in no routine. */
    ((struct exercise *)catalogue_find(catalogue, "pull"))->default_off = true;
    assert_int_equal(catalogue_menu_new(catalogue, NULL, NULL, &menu), 0);
    assert_int_equal(item_of(menu, "pull")->flags, BC_ITEM_OFF);
    assert_int_equal(menu->menu.routines[0].n_items, 2);
    catalogue_menu_free(menu);
    ((struct exercise *)catalogue_find(catalogue, "pull"))->default_off = false;

    /* Filtered item by item; of which nothing is left, there is none. */
    assert_int_equal(catalogue_menu_new(catalogue, NULL, &profile, &menu), 0);
    assert_int_equal(menu->menu.n_routines, 3);
    r = &menu->menu.routines[0];
    assert_int_equal(r->n_items, 2);
    assert_string_equal(menu->menu.items[r->items[0]].id, "pull");
    assert_string_equal(menu->menu.routines[2].id, "evening-wind-down");
    catalogue_menu_free(menu);

    /* Hidden, the evening is like any other time. */
    catalogue->routines[2]->hidden = true;
    assert_int_equal(catalogue_menu_new(catalogue, NULL, NULL, &menu), 0);
    assert_int_equal(item_of(menu, "rub")->flags, 0);
    assert_int_equal(menu->menu.n_routines, 3);
    catalogue_menu_free(menu);
}

static unsigned flags_with(const struct catalogue *catalogue, char **goals, const char *id)
{
    char *none[] = {NULL};
    const struct settings settings = {.focus = none, .goals = goals};
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = NULL;

    assert_int_equal(catalogue_menu_new(catalogue, &settings, NULL, &menu), 0);
    assert_int_equal(menu->menu.n_items, catalogue->n); /* a goal restricts nothing */
    return item_of(menu, id)->flags & ~(unsigned)BC_ITEM_CALM;
}

static void test_goals(void **state _unused_)
{
    char stress[] = "stress", ache[] = "chronic-ache";
    char *none[] = {NULL}, *calm[] = {stress, NULL}, *back[] = {ache, NULL}, *both[] = {stress, ache, NULL};
    static const struct {
        const char *id;
        bool stress, ache;
    } rows[] = {
        {"belly-breathing-seated", true, false},
        {"side-lying-breathing", true, false},
        {"hands-low-back-circles", true, false}, /* of the evening; and massage moves nothing */
        {"shoulder-rolls", true, true},          /* of the evening; mobility with the upper back */
        {"knee-rolls", false, true},
        {"seated-forward-lean", false, true},
        {"glute-bridge", false, true},
        {"chin-tuck", false, true},
        {"neck-turns", false, false},
        {"stand-and-walk", false, false},
        {"wall-ball-mid-back", false, false},
        {"seat-shift", false, false},
    };
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};

    assert_int_equal(catalogue_load(dirs, NULL, NULL, &catalogue), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(flags_with(catalogue, none, rows[i].id), 0);
        assert_int_equal(flags_with(catalogue, calm, rows[i].id), rows[i].stress ? BC_ITEM_GOAL : 0);
        assert_int_equal(flags_with(catalogue, back, rows[i].id), rows[i].ache ? BC_ITEM_GOAL : 0);
        assert_int_equal(flags_with(catalogue, both, rows[i].id),
                         rows[i].stress || rows[i].ache ? BC_ITEM_GOAL : 0);
    }
}

/* With each condition, and in each trimester, something is left of all of ours but the one for after sport.
 */
static void test_shipped(void **state _unused_)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};

    assert_int_equal(catalogue_load(dirs, NULL, NULL, &catalogue), 0);
    assert_int_equal(catalogue->n_routines, 5);
    for (size_t i = 0; i < catalogue->n_routines; i++) {
        const struct routine *r = catalogue->routines[i];
        bool sport = strcmp(r->id, "after-workout") == 0;
        struct routine_verdict verdict;

        for (size_t k = 0; k < r->n_items; k++) {
            assert_false(r->items[k]->default_off);
            assert_true(r->items[k]->intensity <= (strcmp(r->id, "evening-wind-down") == 0 ? 1 : 2));
        }
        for (int tag = SAFETY_TAG_LEG_CLOT_SIGNS + 1; tag < _SAFETY_TAG_MAX; tag++) {
            struct safety_profile profile = {.max_intensity = 1, .tags = SAFETY_TAG_BIT(tag)};

            routine_judge(r, &profile, &verdict);
            assert_true(verdict.suitable || sport);
        }
        for (int t = SAFETY_TRIMESTER_NONE; t < _SAFETY_TRIMESTER_MAX; t++) {
            struct safety_profile profile = {
                .max_intensity = 1, .place = SAFETY_FLOOR_SPACE, .trimester = (enum safety_trimester)t};

            routine_judge(r, &profile, &verdict);
            assert_true(verdict.suitable || sport);
            /* The one for a pregnancy is whole in each of its parts. */
            if (strcmp(r->id, "gentle-flow") == 0)
                assert_int_equal(verdict.left_out, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_field, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_mistakes, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_order, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_user_files, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_fallback, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_one_file, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_texts, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_verdict, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_menu, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test(test_goals),
        cmocka_unit_test(test_shipped),
    };

    return cmocka_run_group_tests_name("catalogue-routines", tests, NULL, NULL);
}
