/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The guided break: which exercise is on when, routines item by item, and what becomes of one whose exercises
 * go.
 */
#include "core-day.h"

static struct bc_guide_part part_at(const struct fixture *f, usec_t elapsed)
{
    struct bc_guide_part part;

    bc_core_guide_part(f->core, elapsed, &part);
    return part;
}

#define ASSERT_PART(f, elapsed, what, from, until)                                                           \
    do {                                                                                                     \
        struct bc_guide_part _p = part_at(f, elapsed);                                                       \
        assert_string_equal(_p.exercise, what);                                                              \
        assert_int_equal(_p.from_usec, from);                                                                \
        assert_int_equal(_p.until_usec, until);                                                              \
    } while (0)

static const uint16_t of_routine[] = {40, 0, 3, 20,
                                      21}; /* breathing-0, massage-0, massage-3, stretch-0, -1 */

static struct bc_menu_routine routine(void)
{
    struct bc_menu_routine r = {.id = "set", .rest_usec = 10 * S, .n_items = ARRAY_SIZE(of_routine)};

    memcpy(r.items, of_routine, sizeof of_routine);
    return r;
}

static void menu_with(struct fixture *f, const struct day_menu *m, const struct bc_menu_routine *r)
{
    bc_core_set_menu(f->core, &(struct bc_menu){m->items, m->n, r, 1});
}

static void gentle_menu(struct day_menu *m)
{
    make_menu(m);
    for (size_t i = 0; i < m->n; i++)
        m->items[i].intensity = 1;
}

/* An exercise for as long as it takes; then the break is the user's. */
static void one_exercise(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "massage-0"});
    ASSERT_PART(f, 0, "massage-0", 0, MINUTE);
    ASSERT_PART(f, MINUTE - 1, "massage-0", 0, MINUTE);
    ASSERT_PART(f, MINUTE, "", MINUTE, 3 * MINUTE);
    assert_int_equal(part_at(f, 0).of, 1);
    /* Another one begins when it is asked for. */
    (void)STEP(f, BC_EVENT_ANOTHER, t + 30 * S);
    assert_string_not_equal(view(f).guide_exercise, "massage-0");
    ASSERT_PART(f, 30 * S, view(f).guide_exercise, 30 * S, 90 * S);
    assert_int_equal(view(f).guide_until_usec, t + 3 * MINUTE);
}

static void a_routine(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR, lasts = 0;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    assert_int_equal(bc_core_routine(f->core, "set", &lasts), 5);
    assert_int_equal(lasts, 5 * MINUTE + 40 * S);
    assert_int_equal(bc_core_routine(f->core, "massage-0", NULL), 0);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    assert_string_equal(view(f).guide_exercise, "set");
    assert_int_equal(view(f).guide_until_usec, t + lasts);
    ASSERT_PART(f, 0, "breathing-0", 0, MINUTE);
    assert_string_equal(part_at(f, 0).next, "massage-0");
    ASSERT_PART(f, 65 * S, "", 60 * S, 70 * S);
    assert_string_equal(part_at(f, 65 * S).next, "massage-0");
    assert_int_equal(part_at(f, 65 * S).number, 2);
    assert_int_equal(part_at(f, 65 * S).of, 5);
    ASSERT_PART(f, 70 * S, "massage-0", 70 * S, 130 * S);
    ASSERT_PART(f, lasts - 1, "stretch-1", lasts - MINUTE, lasts);
    assert_string_equal(part_at(f, lasts - 1).next, "");
    /* Ended early: what had begun counts, also for the limits of massage. */
    (void)STEP(f, BC_EVENT_DONE, t + 100 * S);
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_MASSAGE_REGION);
    assert_false(bc_core_choice_bars(f->core, "massage-3") & 1u << BC_BAR_MASSAGE_REGION);
    /* … and what may not be now is left out. */
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 4);
}

/* Offered by somebody else, and said to be done: it counts as much as if it had been guided. */
static void done_without_a_guide(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    assert_non_null(strstr(STEP(f, BC_EVENT_DONE, t, .u.done = {"set"}), "done"));
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_MASSAGE_REGION);
    assert_true(bc_core_choice_bars(f->core, "massage-3") & 1u << BC_BAR_MASSAGE_REGION);
    assert_false(bc_core_choice_bars(f->core, "massage-5") & 1u << BC_BAR_MASSAGE_REGION);
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + S, .u.feedback = {NULL, "better"}),
                           "feedback stretch-1 better"));
    (void)STEP(f, BC_EVENT_DONE, t + MINUTE, .u.done = {"massage-5"});
    assert_true(bc_core_choice_bars(f->core, "massage-5") & 1u << BC_BAR_MASSAGE_REGION);
    /* What the core itself shows is what it means. */
    while (!*view(f).prompt_break)
        (void)CLOCK(f, t += MINUTE);
    (void)STEP(f, BC_EVENT_DONE, t, .u.done = {"massage-6"});
    assert_false(bc_core_choice_bars(f->core, "massage-6") & 1u << BC_BAR_MASSAGE_REGION);
}

/* What is said of a routine is about the exercise that is on, or was. */
static void feedback_during_a_routine(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    assert_string_equal(STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"set", "hurts"}),
                        "32400 refused NoSuchExercise");
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 80 * S, .u.feedback = {NULL, "better"}),
                           "feedback massage-0 better"));
    (void)STEP(f, BC_EVENT_FEEDBACK, t + 80 * S, .u.feedback = {"set", "same"});
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 135 * S, .u.feedback = {"set", "hurts"}),
                           "feedback massage-0 hurts"));
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_HURTS);
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_GENTLER);
    (void)STEP(f, BC_EVENT_DONE, t + 220 * S);
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 230 * S, .u.feedback = {NULL, "better"}),
                           "feedback stretch-0 better"));
}

/* Said twice without a name, it is each time about what is on then. */
static void feedback_on_what_is_shown(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 80 * S, .u.feedback = {NULL, "better"}),
                           "feedback massage-0 better"));
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 150 * S, .u.feedback = {NULL, "hurts"}),
                           "feedback massage-3 hurts"));
    /* To name another one does not change what is on. */
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 151 * S, .u.feedback = {"posture-1", "better"}),
                           "feedback posture-1 better"));
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 152 * S, .u.feedback = {NULL, "same"}),
                           "feedback massage-3 same"));
}

/* A routine that was not done says nothing of what else was: it neither bars nor allows that. */
static void feedback_on_a_routine_not_done(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "posture-1"});
    (void)STEP(f, BC_EVENT_DONE, t + MINUTE);
    (void)STEP(f, BC_EVENT_FEEDBACK, t + MINUTE, .u.feedback = {NULL, "hurts"});
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + MINUTE, .u.feedback = {"set", "same"}),
                           "refused NoSuchExercise"));
    assert_true(bc_core_choice_bars(f->core, "posture-1") & 1u << BC_BAR_HURTS);
    /* What is meant without a name has stayed. */
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + MINUTE, .u.feedback = {NULL, "same"}),
                           "feedback posture-1 same"));
    /* One of it, done by itself, is meant by the routine's name. */
    (void)STEP(f, BC_EVENT_START, t + HOUR, .u.start = {"stretch", "stretch-1"});
    (void)STEP(f, BC_EVENT_DONE, t + HOUR + MINUTE);
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + HOUR + MINUTE, .u.feedback = {"set", "hurts"}),
                           "feedback stretch-1 hurts"));
}

/* After the whole nobody knows which one it was: one of them does not come again, all regions are treated
 * gently. */
static void it_hurt_somewhere(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "massage-7"});
    (void)STEP(f, BC_EVENT_DONE, t + MINUTE);
    t += 5 * MINUTE;
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    (void)STEP(f, BC_EVENT_DONE, t + 330 * S);
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 7 * MINUTE, .u.feedback = {NULL, "hurts"}),
                           "feedback stretch-1 hurts"));
    /* massage-8 is for the region of massage-0, which was part of it; massage-7 was another break. */
    assert_int_equal(item_of(&m, "massage-8")->regions, item_of(&m, "massage-0")->regions);
    assert_true(bc_core_choice_bars(f->core, "massage-8") & 1u << BC_BAR_GENTLER);
    assert_false(bc_core_choice_bars(f->core, "massage-7") & 1u << BC_BAR_GENTLER);
    assert_false(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_HURTS);
    /* During it, it is the one that is on. */
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    (void)STEP(f, BC_EVENT_FEEDBACK, t + 150 * S, .u.feedback = {NULL, "hurts"});
    assert_true(bc_core_choice_bars(f->core, "massage-3") & 1u << BC_BAR_GENTLER);
    assert_false(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_GENTLER);
}

/* Item by item: what hurts, a first week, a region of massage only once, ten minutes of it. */
static void a_routine_is_filtered(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m;
    usec_t lasts;

    gentle_menu(&m);
    m.items[21].intensity = 2;
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    assert_int_equal(bc_core_routine(f->core, "set", &lasts), 4);
    m.items[3].regions |= m.items[0].regions;
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 3);
    m.items[3].regions = 1u << 7;
    m.items[0].duration_usec = 6 * MINUTE;
    m.items[3].duration_usec = 4 * MINUTE + S;
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 3);
    for (size_t i = 0; i < r.n_items; i++)
        (void)STEP(f, BC_EVENT_FEEDBACK, 9 * HOUR, .u.feedback = {m.items[r.items[i]].id, "hurts"});
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 0);
    /* Nothing is left of it: a break without an exercise. */
    (void)STEP(f, BC_EVENT_START, 9 * HOUR, .u.start = {"stretch", "set"});
    assert_string_equal(part_at(f, 0).exercise, "");
    assert_int_equal(part_at(f, 0).of, 0);
}

/* What was massaged before it, within the hour, is part of those ten minutes. */
static void a_routine_after_massage(void **state)
{
    static const uint16_t items[] = {40, 1, 2, 4, 5}; /* breathing, and four times massage */
    struct bc_menu_routine r = {.id = "set", .rest_usec = 10 * S, .n_items = ARRAY_SIZE(items)};
    struct fixture *f = *state;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    memcpy(r.items, items, sizeof items);
    gentle_menu(&m);
    for (size_t i = 0; i < 8; i++) {
        m.items[i].regions = (uint16_t)(1u << i);
        m.items[i].duration_usec = i == 0 ? 7 * MINUTE : 2 * MINUTE;
    }
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 5);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "massage-0"});
    (void)STEP(f, BC_EVENT_DONE, t += 7 * MINUTE);
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 2);
    (void)CLOCK(f, t + HOUR - S);
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 2);
    (void)CLOCK(f, t + HOUR);
    assert_int_equal(bc_core_routine(f->core, "set", NULL), 5);
}

/* New settings in the middle of it: what does not suit any more is a rest, and the rest of it goes on. */
static void a_routine_that_loses_an_exercise(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine(), shorter = {.id = "set", .rest_usec = 10 * S, .n_items = 1};
    struct day_menu m, less;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    less = m;
    memmove(less.items, less.items + 1, (less.n - 1) * sizeof *less.items);
    less.n--; /* massage-0 is gone */
    shorter.items[0] = 39;
    menu_with(f, &less, &shorter);
    assert_string_equal(CLOCK(f, t), "");
    ASSERT_PART(f, 0, "breathing-0", 0, MINUTE);
    ASSERT_PART(f, 75 * S, "", 70 * S, 130 * S);
    ASSERT_PART(f, 140 * S, "massage-3", 140 * S, 200 * S);
    /* The whole routine gone: another exercise in its place. */
    bc_core_set_menu(f->core, &(struct bc_menu){.items = less.items, .n_items = less.n});
    assert_non_null(strstr(CLOCK(f, t), "guide stretch"));
    assert_string_not_equal(view(f).guide_exercise, "set");
}

/* The same with one exercise: the new one has its steps and its time, and what was done of the old one
 * counts. */
static void an_exercise_that_goes(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    struct day_menu m, less;
    const char *instead;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "massage-0"});
    (void)CLOCK(f, t + 40 * S);
    less = m;
    memmove(less.items, less.items + 1, (less.n - 1) * sizeof *less.items);
    less.n--;
    menu_with(f, &less, &r);
    instead = view(f).guide_exercise;
    assert_string_not_equal(instead, "");
    assert_non_null(strstr(CLOCK(f, t + 40 * S), "guide stretch"));
    ASSERT_PART(f, 40 * S, instead, 40 * S, 100 * S);
    assert_int_equal(part_at(f, 40 * S).of, 1);
    assert_int_equal(view(f).guide_until_usec, t + 3 * MINUTE);
    /* What is said now is of the new one. */
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + 50 * S, .u.feedback = {NULL, "same"}), instead));
    menu_with(f, &m, &r);
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_MASSAGE_REGION);
    /* None is left: the rest of the break is the user's. */
    bc_core_set_menu(f->core, NULL);
    (void)CLOCK(f, t + 60 * S);
    ASSERT_PART(f, 60 * S, "", 0, 3 * MINUTE);
}

static void a_routine_survives_a_crash(void **state)
{
    struct fixture *f = *state;
    struct bc_menu_routine r = routine();
    char text[BC_SNAPSHOT_MAX];
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    menu_with(f, &m, &r);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "set"});
    (void)CLOCK(f, t += 80 * S);
    assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, t, &f->core), 0);
    menu_with(f, &m, &r);
    assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_CRASHED, 0, t, t), 0);
    assert_string_equal(view(f).guide_exercise, "set");
    ASSERT_PART(f, 80 * S, "massage-0", 70 * S, 130 * S);
    assert_int_equal(view(f).guide_reasons, 1u << BC_CHOICE_ASKED);
}

/* What hurt may have been taken out since: it is heard all the same, for when it is there again. */
static void feedback_on_what_has_gone(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;
    usec_t t = 9 * HOUR;

    gentle_menu(&m);
    start_day(f, &m, 1);
    (void)STEP(f, BC_EVENT_START, t, .u.start = {"stretch", "massage-0"});
    (void)STEP(f, BC_EVENT_DONE, t + MINUTE);
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items + 1, .n_items = m.n - 1});
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + MINUTE, .u.feedback = {"massage-0", "hurts"}),
                           "feedback massage-0 hurts"));
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t + MINUTE, .u.feedback = {"massage-99", "hurts"}),
                           "refused NoSuchExercise"));
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
    assert_true(bc_core_choice_bars(f->core, "massage-0") & 1u << BC_BAR_HURTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_exercise),
        TEST(a_routine),
        TEST(a_routine_is_filtered),
        TEST(a_routine_after_massage),
        TEST(a_routine_that_loses_an_exercise),
        TEST(an_exercise_that_goes),
        TEST(a_routine_survives_a_crash),
        TEST(done_without_a_guide),
        TEST(it_hurt_somewhere),
        TEST(feedback_during_a_routine),
        TEST(feedback_on_what_is_shown),
        TEST(feedback_on_a_routine_not_done),
        TEST(feedback_on_what_has_gone),
    };

    return cmocka_run_group_tests_name("guide", tests, NULL, NULL);
}
