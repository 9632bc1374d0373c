/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may not be chosen: the first week, massage and its limits, what hurts; and what becomes of that.
 */
#include "core-day.h"

#define BAR(bar) (1u << BC_BAR_##bar)

static unsigned bars(const struct fixture *f, const char *id)
{
    return bc_core_choice_bars(f->core, id) & ~BAR(RECENT);
}

/* A guided break with an exercise, of so many seconds. */
static void guided(struct fixture *f, usec_t *t, const char *id, usec_t lasts)
{
    (void)STEP(f, BC_EVENT_START, *t, .u.start = {"", id});
    assert_string_equal(view(f).guide_exercise, id);
    *t += lasts;
    (void)STEP(f, BC_EVENT_DONE, *t);
}

/* Intensity 1 on the first seven days on which somebody is there; days away don't count. */
static void the_first_week_is_gentle(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;
    bool stronger = false;

    make_menu(&m);
    start_day(f, &m, 5);
    for (int day = 1; day <= 12; day++) {
        for (int i = 0; i < 12; i++) {
            const struct bc_menu_item *item = take_break(f, &m, &t);

            assert_true(day > 7 || item->intensity == 1);
            stronger = stronger || item->intensity > 1;
        }
        assert_int_equal(bars(f, "strength-9") & BAR(FIRST_WEEK), day > 7 ? 0 : BAR(FIRST_WEEK));
        /* Every other day nobody comes. */
        sleep_until(f, &t, 2 * day * DAY + 9 * HOUR);
    }
    assert_true(stronger);
}

/* Without a wall clock nobody knows how many days it has been: gently, then. */
static void without_a_clock_it_stays_the_first_week(void **state)
{
    struct fixture *f = *state;
    struct day_menu m;

    make_menu(&m);
    start_core(f);
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
    (void)CLOCK(f, 20 * DAY);
    assert_int_equal(bars(f, "strength-9"), BAR(FIRST_WEEK));
}

/* The same region not within four hours, and not in two breaks running; a break without massage in between.
 */
static void massage_rests(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < 10; i++)
        m.items[i].intensity = 1;
    m.items[1].regions = m.items[0].regions | m.items[3].regions; /* two regions, one the same */
    start_day(f, &m, 5);
    assert_int_equal(bars(f, "massage-0"), 0);
    guided(f, &t, "massage-0", 60 * S);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
    assert_int_equal(bars(f, "massage-1"), BAR(MASSAGE_REGION));
    assert_int_equal(bars(f, "massage-2"), 0);
    assert_int_equal(bars(f, "stretch-0"), 0);
    (void)CLOCK(f, t += 4 * HOUR - S);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
    (void)CLOCK(f, t += S);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION)); /* it is still the break before */
    guided(f, &t, "stretch-1", 60 * S);
    assert_int_equal(bars(f, "massage-0"), 0);
}

/* Ten minutes are enough at a time. */
static void massage_ends(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < 10; i++) {
        m.items[i].intensity = 1;
        m.items[i].duration_usec = 4 * MINUTE;
    }
    start_day(f, &m, 5);
    guided(f, &t, "massage-0", 4 * MINUTE);
    guided(f, &t, "massage-1", 2 * MINUTE); /* ended after two */
    assert_int_equal(bars(f, "massage-2"), 0);
    guided(f, &t, "massage-2", 4 * MINUTE);
    assert_int_equal(bars(f, "massage-3"), BAR(MASSAGE_TIME));
    (void)CLOCK(f, t += HOUR);
    assert_int_equal(bars(f, "massage-3"), 0);
}

/* What was shown and not done is no massage; who rests while it is shown is taken to have done it. */
static void only_what_was_done_counts(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    m.n = 1;
    m.items[0].intensity = 1;
    f->rules.n_breaks = 1;
    start_day(f, &m, 5);
    assert_non_null(strstr(CLOCK(f, t += 30 * MINUTE), "prompt stretch massage-0"));
    (void)STEP(f, BC_EVENT_SKIP, t);
    assert_int_equal(bars(f, "massage-0"), 0);
    assert_non_null(strstr(CLOCK(f, t += 30 * MINUTE), "prompt stretch massage-0"));
    (void)STEP(f, BC_EVENT_SNOOZE, t);
    assert_int_equal(bars(f, "massage-0"), 0);
    assert_non_null(strstr(CLOCK(f, t += 5 * MINUTE), "prompt stretch massage-0"));
    (void)STEP(f, BC_EVENT_LOCK, t);
    assert_non_null(strstr(CLOCK(f, t += 10 * MINUTE), "withdraw stretch rested"));
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
}

/* How much is remembered of what was done, or else only shown. */
static unsigned remembered(const struct fixture *f, bool done)
{
    char text[BC_SNAPSHOT_MAX];
    unsigned n = 0;

    assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
    for (const char *p = text; (p = strstr(p, "\nchoice ")); p++) {
        long long lasted;

        assert_int_equal(sscanf(p, "\nchoice %*s %*s %lld", &lasted), 1);
        n += (lasted > 0) == done;
    }
    return n;
}

/* Looks at more than can be remembered, and takes none of it. */
static void leaf_through(struct fixture *f, usec_t *t)
{
    while (!*view(f).prompt_break)
        (void)CLOCK(f, *t += MINUTE);
    for (int i = 0; i < 60; i++)
        (void)STEP(f, BC_EVENT_ANOTHER, *t);
    (void)STEP(f, BC_EVENT_SKIP, *t);
}

/* However much is looked at, what was done today stays, for the limits of massage and the day's mix; and the
 * latest of all, as massage does not come twice running. */
static void what_was_done_is_not_leafed_away(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].intensity = 1;
    for (size_t i = 0; i < 10; i++)
        m.items[i].duration_usec = 4 * MINUTE;
    start_day(f, &m, 5);
    guided(f, &t, "massage-0", 4 * MINUTE);
    guided(f, &t, "massage-1", 4 * MINUTE);
    guided(f, &t, "stretch-0", MINUTE);
    leaf_through(f, &t);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION) | BAR(MASSAGE_TIME));
    assert_int_equal(bars(f, "massage-1"), BAR(MASSAGE_REGION) | BAR(MASSAGE_TIME));
    assert_int_equal(bars(f, "massage-2"), BAR(MASSAGE_TIME));
    assert_int_equal(remembered(f, true), 3);
    (void)CLOCK(f, t += 5 * HOUR);
    guided(f, &t, "massage-2", MINUTE);
    leaf_through(f, &t);
    assert_int_equal(remembered(f, true), 4);
    sleep_until(f, &t, DAY + 9 * HOUR);
    leaf_through(f, &t);
    assert_int_equal(bars(f, "massage-2"), BAR(MASSAGE_REGION));
    assert_int_equal(remembered(f, true), 1);
    guided(f, &t, "stretch-1", MINUTE);
    assert_int_equal(bars(f, "massage-2"), 0);
}

/* More done in a day than can be remembered: of that massage stays longest, and there is always room for what
 * comes next. */
static void a_day_with_too_much(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].intensity = 1;
    start_day(f, &m, 5);
    guided(f, &t, "massage-0", MINUTE);
    for (size_t i = 0; i < 60; i++)
        guided(f, &t, m.ids[20 + i % 30], MINUTE);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
    leaf_through(f, &t);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
    assert_int_equal(remembered(f, true) + remembered(f, false), 48);
    /* Nothing but massage. */
    for (size_t i = 0; i < 60; i++)
        guided(f, &t, m.ids[1 + i % 9], S);
    assert_int_equal(remembered(f, true), 48);
}

static void done_without_a_guide_counts(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    m.n = 1;
    m.items[0].intensity = 1;
    start_day(f, &m, 5);
    (void)CLOCK(f, t += 30 * MINUTE);
    (void)STEP(f, BC_EVENT_DONE, t);
    assert_int_equal(bars(f, "massage-0"), BAR(MASSAGE_REGION));
}

/* Never again until it is allowed again; its region gently for a day. */
static void what_hurts(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    const char *verdict = NULL;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < m.n; i++)
        m.items[i].intensity = 1;
    m.items[28].intensity = 2; /* stretch-8 */
    m.items[28].regions = m.items[20].regions;
    m.items[4].regions = m.items[20].regions; /* massage-4 */
    start_day(f, &m, 5);
    sleep_until(f, &t, 9 * HOUR + MINUTE);
    for (int day = 1; day <= 8; day++)
        sleep_until(f, &t, day * DAY + 9 * HOUR);
    assert_int_equal(bars(f, "stretch-8"), 0);
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-0", "hurts"});
    assert_true(bc_core_verdict(f->core, "stretch-0", &verdict));
    assert_string_equal(verdict, "hurts");
    assert_int_equal(bars(f, "stretch-0"), BAR(HURTS));
    assert_int_equal(bars(f, "stretch-8"), BAR(GENTLER));
    assert_int_equal(bars(f, "massage-4"), BAR(GENTLER));
    assert_int_equal(bars(f, "stretch-1"), 0);
    assert_int_equal(bars(f, "breathing-0"), 0); /* gentle, though it touches everything */
    (void)CLOCK(f, t += DAY - S);
    assert_int_equal(bars(f, "stretch-8"), BAR(GENTLER));
    (void)CLOCK(f, t += S);
    assert_int_equal(bars(f, "stretch-8"), 0);
    (void)CLOCK(f, t += 400 * DAY);
    assert_int_equal(bars(f, "stretch-0"), BAR(HURTS));
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-0", "same"});
    assert_int_equal(bars(f, "stretch-0"), 0);
    assert_false(bc_core_verdict(f->core, "stretch-0", &verdict));
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-0", "better"});
    assert_true(bc_core_verdict(f->core, "stretch-0", &verdict));
    assert_string_equal(verdict, "better");
}

static void too_many_that_hurt(void **state)
{
    static struct bc_menu_item items[257];
    static char ids[ARRAY_SIZE(items)][8];
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    start_day(f, &m, 5);
    for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
        (void)snprintf(ids[i], sizeof ids[i], "x-%zu", i);
        items[i] = (struct bc_menu_item){.id = ids[i], .duration_usec = MINUTE, .regions = 1};
    }
    bc_core_set_menu(f->core, &(struct bc_menu){.items = items, .n_items = ARRAY_SIZE(items)});
    for (size_t i = 0; i < 256; i++)
        assert_non_null(
            strstr(STEP(f, BC_EVENT_FEEDBACK, t += S, .u.feedback = {ids[i], "hurts"}), "feedback"));
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {ids[256], "hurts"}), "refused"));
    /* What was refused was not said: what is meant is as before. */
    assert_non_null(
        strstr(STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {NULL, "same"}), "feedback x-255 same"));
    assert_non_null(
        strstr(STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {ids[256], "hurts"}), "feedback x-256 hurts"));
}

static void three_times_in_two_weeks(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    start_day(f, &m, 5);
#define HURTS(id) STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {id, "hurts"})
    assert_null(strstr(HURTS("stretch-0"), "advice"));
    t += 7 * DAY;
    assert_null(strstr(HURTS("stretch-1"), "advice"));
    t += 7 * DAY; /* the first one is two weeks ago now */
    assert_null(strstr(HURTS("stretch-2"), "advice"));
    t += 7 * DAY - S;
    assert_non_null(strstr(HURTS("stretch-3"), "advice"));
    /* It is not said anew each time. */
    assert_null(strstr(HURTS("stretch-4"), "advice"));
    assert_null(strstr(HURTS("stretch-5"), "advice"));
    assert_non_null(strstr(HURTS("stretch-6"), "advice"));
#undef HURTS
}

/* Whatever is barred, what is left is chosen from; and if all hurts, there is a reminder without an exercise.
 */
static void nothing_left(void **state)
{
    struct fixture *f = *state;
    usec_t t = 9 * HOUR;
    struct day_menu m;

    make_menu(&m);
    start_day(f, &m, 5);
    for (size_t i = 0; i < m.n; i++)
        (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {m.items[i].id, "hurts"});
    assert_non_null(strstr(CLOCK(f, t += 30 * MINUTE), "prompt stretch 1"));
    assert_string_equal(view(f).prompt_exercise, "");
}

/* All of it outlives a restart, also into another boot. */
static void survives_a_restart(void **state)
{
    struct fixture *f = *state;
    char text[BC_SNAPSHOT_MAX], again[BC_SNAPSHOT_MAX];
    usec_t t = 9 * HOUR, now = 100 * S;
    struct day_menu m;

    make_menu(&m);
    for (size_t i = 0; i < 10; i++)
        m.items[i].intensity = 1;
    start_day(f, &m, 5);
    guided(f, &t, "massage-0", 60 * S);
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-0", "hurts"});
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-1", "better"});
    (void)STEP(f, BC_EVENT_FEEDBACK, t, .u.feedback = {"stretch-2", "hurts"});
    assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, now, &f->core), 0);
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
    /* A reboot, an hour later. */
    assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_AWAY, now - t - HOUR, now - HOUR, now), 0);
    (void)STEP(f, BC_EVENT_CLOCK, now, .u.clock = {true, MIDNIGHT + t + HOUR, 0});
    (void)STEP(f, BC_EVENT_WAKE, now);
    assert_int_equal(bars(f, "massage-0"),
                     BAR(MASSAGE_REGION) | BAR(GENTLER) * (m.items[0].regions == m.items[20].regions));
    assert_int_equal(bars(f, "stretch-0") & BAR(HURTS), BAR(HURTS));
    (void)CLOCK(f, now += 3 * HOUR + S);
    guided(f, &now, "strength-1", S);
    assert_int_equal(bars(f, "massage-0") & BAR(MASSAGE_REGION), 0);
    assert_non_null(strstr(STEP(f, BC_EVENT_FEEDBACK, now, .u.feedback = {"stretch-3", "hurts"}), "advice"));
    /* What is written is read, and written the same. */
    assert_true(bc_core_snapshot(f->core, text, sizeof text) > 0);
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, now, &f->core), 0);
    bc_core_set_menu(f->core, &(struct bc_menu){.items = m.items, .n_items = m.n});
    assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_CRASHED, 0, now, now), 0);
    assert_true(bc_core_snapshot(f->core, again, sizeof again) > 0);
    assert_string_equal(text, again);
}

/* No line that is not one of ours gets in, and then nothing does. */
static void broken_lines_are_refused(void **state)
{
    static const char *const lines[] = {
        "seed 12",
        "seed 000000000000000g",
        "seed 00000000000000000",
        "days 0 5",
        "days 101 5",
        "days 1",
        "choice 0000000000000001 0 0 0 6 0",
        "choice 0000000000000001 0 -1 0 1 0",
        "choice 0000000000000001 0 0 65536 1 0",
        "choice 0000000000000001 0 0 0 1 256",
        "choice 0000000000000001 0 0 0 1",
        "sore 65536 0",
        "hurt x",
        "verdict same 0000000000000001",
        "verdict hurts 1",
        "chosen 1",
        "chosen 4096 0",
        "part 0000000000000001 -1 5",
        "part 1 0 5",
        "nonsense 1",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        char text[256];

        (void)snprintf(text, sizeof text, "core 1\n%s\nconcerned -\nend\n", lines[i]);
        start_core(f);
        assert_int_equal(bc_core_restore(f->core, text, BC_RESTORE_CRASHED, 0, 0, 0), -EBADMSG);
    }
    /* A file of the version before. */
    start_core(f);
    assert_int_equal(bc_core_restore(f->core, "core 1\nrotation chin-tuck\nconcerned -\nend\n",
                                     BC_RESTORE_CRASHED, 0, 0, 0),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_week_is_gentle),
        TEST(without_a_clock_it_stays_the_first_week),
        TEST(massage_rests),
        TEST(massage_ends),
        TEST(only_what_was_done_counts),
        TEST(what_was_done_is_not_leafed_away),
        TEST(a_day_with_too_much),
        TEST(done_without_a_guide_counts),
        TEST(what_hurts),
        TEST(too_many_that_hurt),
        TEST(three_times_in_two_weeks),
        TEST(nothing_left),
        TEST(survives_a_restart),
        TEST(broken_lines_are_refused),
    };

    return cmocka_run_group_tests_name("diary", tests, NULL, NULL);
}
