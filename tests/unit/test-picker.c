/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exercise is chosen: the mix of a day, no repeat soon, regions, what the person has named and said,
 * the evening; and that the same state gives the same choice.
 */
#include "core-day.h"

#define MOVES(kind) ((kind) == BC_KIND_MOBILITY || (kind) == BC_KIND_STRETCH || (kind) == BC_KIND_STRENGTH)
#define BREAKS 16 /* of a working day */

/* Whatever the seed: half of a day is movement, a third at most massage, and it has some breathing. */
static void the_mix_of_a_day(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;

    make_menu(&m);
    for (uint64_t seed = 0; seed < 40; seed++) {
        usec_t t = 9 * HOUR;

        start_day(f, &m, seed);
        for (int day = 0; day < 12; day++) {
            unsigned kinds[_BC_KIND_MAX] = {0}, movement = 0;

            for (unsigned n = 1; n <= BREAKS; n++) {
                const struct bc_menu_item *item = take_break(f, &m, &t);

                kinds[item->kind]++;
                movement += MOVES(item->kind);
                assert_true(3 * kinds[BC_KIND_MASSAGE] <= n);
                assert_true(2 * movement >= n);
                assert_true(n < 8 || kinds[BC_KIND_BREATHING] > 0);
            }
            assert_true(kinds[BC_KIND_MASSAGE] > 0 && kinds[BC_KIND_MOBILITY] > 0 &&
                        kinds[BC_KIND_STRETCH] > 0 && kinds[BC_KIND_STRENGTH] > 0);
            sleep_until(f, &t, (day + 1) * DAY + 9 * HOUR);
        }
    }
}

/* A day of work has something of each kind, also of the rarest, and if a break takes much of one kind, as the
 * walk does. */
static void a_day_has_each_kind(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;

    make_menu(&m);
    f->breaks[1].kinds = 1u << BC_KIND_MOBILITY;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        usec_t t = 9 * HOUR;

        start_day(f, &m, seed);
        for (int day = 0; day < 10; day++) {
            unsigned kinds[_BC_KIND_MAX] = {0};

            for (unsigned n = 0; n < 12; n++)
                kinds[take_break(f, &m, &t)->kind]++;
            for (int k = 0; k < _BC_KIND_MAX; k++)
                assert_true(kinds[k] > 0);
            sleep_until(f, &t, (day + 1) * DAY + 9 * HOUR);
        }
    }
}

/* Half of a kind comes before one of it comes again; with next to nothing, never the same twice running. */
static void no_repeat_soon(void **state)
{
    struct fixture *f = *state;
    const struct bc_menu_item *last[_BC_KIND_MAX][3] = {0};
    size_t n_kind[_BC_KIND_MAX] = {0};
    struct day_menu m;
    usec_t t = 9 * HOUR;

    make_menu(&m);
    start_day(f, &m, 7);
    for (size_t n = 0; n < 600; n++) {
        const struct bc_menu_item *item = take_break(f, &m, &t);
        size_t *count = &n_kind[item->kind];

        /* Of ten of a kind at least six may come in the first week; of massage fewer, where regions rest, and
         * what is rare is remembered for some days only. */
        for (size_t i = 0; i < MIN(*count, MOVES(item->kind) ? (size_t)3 : 1); i++)
            assert_ptr_not_equal(last[item->kind][i], item);
        memmove(last[item->kind] + 1, last[item->kind], 2 * sizeof *last[item->kind]);
        last[item->kind][0] = item;
        (*count)++;
    }
    m.n = 3;
    for (size_t i = 0; i < m.n; i++)
        m.items[i].kind = BC_KIND_STRETCH;
    start_day(f, &m, 7);
    for (size_t n = 0; n < 20; n++) {
        const struct bc_menu_item *item = take_break(f, &m, &t);

        assert_true(n == 0 || item != last[0][0]);
        last[0][0] = item;
    }
}

/* What is said to keep an exercise from being chosen now does, and what is chosen had nothing against it. */
static void what_bars_is_true(void **state)
{
    struct fixture *f = *state;
    unsigned bars[MENU_MAX] = {0}, recent = 0;
    struct day_menu m;

    make_menu(&m);
    m.items[3].flags = BC_ITEM_FOCUS;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        usec_t t = 9 * HOUR;

        start_day(f, &m, seed);
        for (int day = 0; day < 10; day++) {
            for (unsigned n = 0; n < BREAKS; n++) {
                const struct bc_menu_item *item;

                while (!*view(f).prompt_break) {
                    for (size_t i = 0; i < m.n; i++)
                        bars[i] = bc_core_choice_bars(f->core, m.items[i].id);
                    t += MINUTE;
                    (void)CLOCK(f, t);
                }
                for (size_t i = 0; i < m.n; i++)
                    recent += bars[i] == 1u << BC_BAR_RECENT;
                item = take_break(f, &m, &t);
                assert_int_equal(bars[item - m.items], 0);
            }
            sleep_until(f, &t, (day + 1) * DAY + 9 * HOUR);
        }
    }
    assert_true(recent > 0);
}

/* No region is worked on again and again while another has nothing. */
static void regions_are_balanced(void **state)
{
    struct fixture *f = *state;
    unsigned uses[9] = {0}, least = UINT_MAX, most = 0;
    struct day_menu m;

    make_menu(&m);
    for (uint64_t seed = 0; seed < 60; seed++) {
        usec_t t = 9 * HOUR;

        start_day(f, &m, seed);
        for (int n = 0; n < BREAKS; n++)
            uses[take_break(f, &m, &t)->main_region]++;
    }
    for (int region = 0; region < 8; region++) {
        least = MIN(least, uses[region]);
        most = MAX(most, uses[region]);
    }
    assert_true(most < 2 * least);
}

/* How many of the breaks of @days days have a flag or an id. */
static unsigned count(struct fixture *f, const struct day_menu *m, uint64_t seed, uint8_t flag,
                      const char *id, const char *verdict)
{
    usec_t t = 9 * HOUR;
    unsigned n = 0;

    start_day(f, m, seed);
    if (verdict)
        (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {id, verdict});
    for (int day = 0; day < 20; day++) {
        for (int i = 0; i < BREAKS; i++) {
            const struct bc_menu_item *item = take_break(f, m, &t);

            n += (item->flags & flag) != 0 || (id && strcmp(item->id, id) == 0);
        }
        sleep_until(f, &t, (day + 1) * DAY + 9 * HOUR);
    }
    return n;
}

static void what_the_person_has_named_comes_more_often(void **state)
{
    static const uint8_t flags[] = {BC_ITEM_FOCUS, BC_ITEM_GOAL};
    struct fixture *f = *state;
    struct day_menu m;

    for (size_t k = 0; k < ARRAY_SIZE(flags); k++) {
        unsigned with = 0, without = 0;

        make_menu(&m);
        /* A flag that means nothing marks the same exercises for the comparison. */
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; i < m.n; i++)
                m.items[i].flags = m.items[i].main_region == 3 ? (pass ? flags[k] : 1 << 7) : 0;
            for (uint64_t seed = 0; seed < 3; seed++)
                *(pass ? &with : &without) += count(f, &m, seed, pass ? flags[k] : 1 << 7, NULL, NULL);
        }
        assert_true(4 * with > 5 * without);
    }
}

static void another_language_comes_less_often(void **state)
{
    struct fixture *f = *state;
    unsigned foreign = 0, own = 0;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].flags = i % 2 == 0 ? BC_ITEM_FOREIGN : 1 << 7;
    for (uint64_t seed = 0; seed < 3; seed++) {
        foreign += count(f, &m, seed, BC_ITEM_FOREIGN, NULL, NULL);
        own += count(f, &m, seed, 1 << 7, NULL, NULL);
    }
    assert_true(foreign > 0 && 4 * foreign < 3 * own);
}

static void what_helped_comes_more_often(void **state)
{
    struct fixture *f = *state;
    unsigned plain = 0, better = 0, hurts = 0;
    struct day_menu m;

    make_menu(&m);
    for (uint64_t seed = 0; seed < 12; seed++) {
        plain += count(f, &m, seed, 0, "stretch-4", NULL);
        better += count(f, &m, seed, 0, "stretch-4", "better");
        hurts += count(f, &m, seed, 0, "stretch-4", "hurts");
    }
    assert_true(better > plain && plain > 0);
    assert_int_equal(hurts, 0);
}

/* Strength is for the day; what is calm is for the evening. */
static void the_evening_is_calm(void **state)
{
    struct fixture *f = *state;
    unsigned calm = 0, n = 0;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].flags = i % 10 < 2 ? BC_ITEM_CALM : 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        usec_t t = 9 * HOUR;

        start_day(f, &m, seed);
        sleep_until(f, &t, 20 * HOUR);
        while (t < 23 * HOUR) {
            const struct bc_menu_item *item = take_break(f, &m, &t);

            assert_int_not_equal(item->kind, BC_KIND_STRENGTH);
            calm += (item->flags & BC_ITEM_CALM) != 0;
            n++;
        }
    }
    assert_true(3 * calm > n); /* a fifth of them is calm */
}

static void kinds_of_the_break(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    f->breaks[0].kinds = 1u << BC_KIND_MASSAGE | 1u << BC_KIND_POSTURE;
    f->rules.n_breaks = 1;
    make_menu(&m);
    start_day(f, &m, 3);
    for (int n = 0; n < 40; n++) {
        const struct bc_menu_item *item = take_break(f, &m, &t);

        assert_true(item->kind == BC_KIND_MASSAGE || item->kind == BC_KIND_POSTURE);
        assert_false(view(f).prompt_reasons & 1u << BC_CHOICE_OTHER_KIND);
    }
    /* None of its kind may be chosen: any other, and the reason says so. */
    f->breaks[0].kinds = 1u << BC_KIND_MASSAGE;
    for (size_t i = 0; i < 10; i++)
        m.items[i].regions = 1;
    start_day(f, &m, 3);
    t = 9 * HOUR;
    (void)take_break(f, &m, &t);
    while (!*view(f).prompt_break)
        (void)CLOCK(f, t += MINUTE);
    assert_int_not_equal(item_of(&m, view(f).prompt_exercise)->kind, BC_KIND_MASSAGE);
    assert_true(view(f).prompt_reasons & 1u << BC_CHOICE_OTHER_KIND);
}

/* The state decides: the same seed gives the same life, also over a restart; another seed another one. */
static void deterministic(void **state)
{
    struct fixture *f = *state;
    const struct bc_menu_item *first[60];
    char text[BC_SNAPSHOT_MAX];
    unsigned different = 0;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    make_menu(&m);
    start_day(f, &m, 42);
    for (size_t i = 0; i < ARRAY_SIZE(first); i++)
        first[i] = take_break(f, &m, &t);
    start_day(f, &m, 42);
    t = 9 * HOUR;
    for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
        if (i % 10 == 5) {
            assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
            f->core = bc_core_free(f->core);
            assert_int_equal(bc_core_new(&f->rules, t, &f->core), 0);
            bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
            assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_CRASHED, 0, t, t), 0);
            (void)STEP(f, BC_EVENT_CLOCK, t, .u.clock = {true, MIDNIGHT + t, 0});
        }
        assert_ptr_equal(take_break(f, &m, &t), first[i]);
    }
    start_day(f, &m, 43);
    t = 9 * HOUR;
    for (size_t i = 0; i < ARRAY_SIZE(first); i++)
        different += take_break(f, &m, &t) != first[i];
    assert_true(different > 20);
}

/* A file was edited: what was a stretch is a movement now, and the only one. */
static void an_exercise_of_another_kind(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    make_menu(&m);
    m.n = 2;
    for (size_t i = 0; i < m.n; i++) {
        m.items[i].kind = BC_KIND_STRETCH;
        m.items[i].intensity = 1;
    }
    start_day(f, &m, 1);
    for (int i = 0; i < 3; i++)
        (void)take_break(f, &m, &t);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].kind = BC_KIND_MOBILITY;
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
    for (int i = 0; i < 3; i++)
        (void)take_break(f, &m, &t);
}

static void reasons(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].flags = BC_ITEM_FOCUS | BC_ITEM_GOAL;
    start_day(f, &m, 1);
    while (!*view(f).prompt_break)
        (void)CLOCK(f, t += MINUTE);
    assert_int_equal(view(f).prompt_reasons, 1u << BC_CHOICE_KIND | 1u << BC_CHOICE_REGION |
                                                 1u << BC_CHOICE_FOCUS | 1u << BC_CHOICE_GOAL |
                                                 1u << BC_CHOICE_FIRST_WEEK);
    (void)STEP(f, BC_EVENT_START, t);
    assert_int_equal(view(f).guide_reasons & 1u << BC_CHOICE_FOCUS, 1u << BC_CHOICE_FOCUS);
    (void)STEP(f, BC_EVENT_DONE, t);
    (void)STEP(f, BC_EVENT_START, t, .u.start.exercise = "stretch-1");
    assert_int_equal(view(f).guide_reasons, 1u << BC_CHOICE_ASKED);
    (void)STEP(f, BC_EVENT_DONE, t);
    /* One alone, again and again. */
    m.n = 1;
    m.items[0].kind = BC_KIND_STRETCH;
    m.items[0].flags = 0;
    start_day(f, &m, 1);
    t = 9 * HOUR;
    (void)take_break(f, &m, &t);
    while (!*view(f).prompt_break)
        (void)CLOCK(f, t += MINUTE);
    assert_int_equal(view(f).prompt_reasons, 1u << BC_CHOICE_AGAIN | 1u << BC_CHOICE_FIRST_WEEK);
}

/* What is switched off is there for who asks for it by name, and comes to nobody else. */
static void switched_off(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine set = {.id = "set", .items = {10, 11}, .n_items = 2, .off = true};
    usec_t t = 9 * HOUR;
    struct day_menu m;
    char shown[BC_NAME_MAX + 1];

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        if (i % 10 > 1)
            m.items[i].flags = BC_ITEM_OFF;
    start_day(f, &m, 8);
    bc_core_set_menu(f->core, &(struct bc_menu){m.items, m.n, &set, 1});
    for (int n = 0; n < 100; n++)
        assert_int_equal(take_break(f, &m, &t)->flags & BC_ITEM_OFF, 0);
    assert_int_equal(bc_core_choice_bars(f->core, "posture-5"), 1u << BC_BAR_OFF);
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 0);

    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "posture-5"});
    assert_string_equal(view(f).guide_exercise, "posture-5");
    assert_int_equal(view(f).guide_reasons, 1u << BC_CHOICE_ASKED);
    /* It was asked for: a new menu takes nothing away. */
    bc_core_set_menu(f->core, &(struct bc_menu){m.items, m.n, &set, 1});
    (void)CLOCK(f, t + S);
    assert_string_equal(view(f).guide_exercise, "posture-5");
    (void)STEP(f, BC_EVENT_DONE, t + 2 * S);
    (void)STEP(f, BC_EVENT_START, t + 3 * S, .u.start = {"stretch", "set"});
    assert_string_equal(view(f).guide_exercise, "set");
    (void)STEP(f, BC_EVENT_DONE, t += MINUTE);

    /* Who switches off what is proposed gets another one. */
    while (!*view(f).prompt_break)
        (void)CLOCK(f, t += MINUTE);
    (void)snprintf(shown, sizeof shown, "%s", view(f).prompt_exercise);
    m.items[item_of(&m, shown) - m.items].flags = BC_ITEM_OFF;
    bc_core_set_menu(f->core, &(struct bc_menu){m.items, m.n, &set, 1});
    assert_string_not_equal(view(f).prompt_exercise, shown);
    assert_int_equal(item_of(&m, view(f).prompt_exercise)->flags & BC_ITEM_OFF, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_mix_of_a_day),
        TEST(a_day_has_each_kind),
        TEST(no_repeat_soon),
        TEST(what_bars_is_true),
        TEST(regions_are_balanced),
        TEST(what_the_person_has_named_comes_more_often),
        TEST(another_language_comes_less_often),
        TEST(what_helped_comes_more_often),
        TEST(the_evening_is_calm),
        TEST(kinds_of_the_break),
        TEST(switched_off),
        TEST(deterministic),
        TEST(an_exercise_of_another_kind),
        TEST(reasons),
    };

    return cmocka_run_group_tests_name("picker", tests, NULL, NULL);
}
