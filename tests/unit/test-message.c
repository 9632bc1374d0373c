/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wording of notifications: exact texts, limits, privacy.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notify/message.h"
#include "notify/phrase.h"

#define ALL_ACTIONS                                                                                          \
    (MESSAGE_ACTION_START | MESSAGE_ACTION_SNOOZE | MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER)

static struct message_prompt usual(void)
{
    return (struct message_prompt){
        .exposure_usec = 45 * USEC_PER_MINUTE,
        .length_usec = 3 * USEC_PER_MINUTE,
        .title = "Chin glide",
        .duration_usec = 40 * USEC_PER_SEC,
        .attempt = 1,
        .snoozes_left = 3,
        .snooze_usec = 5 * USEC_PER_MINUTE,
        .actions = ALL_ACTIONS,
    };
}

static void test_durations(void **state)
{
    static const struct {
        usec_t usec;
        const char *words, *brief;
    } cases[] = {
        {-USEC_PER_SEC, "0 seconds", "0 s"},
        {0, "0 seconds", "0 s"},
        {USEC_PER_SEC, "1 second", "1 s"},
        {1400 * USEC_PER_MSEC, "1 second", "1 s"},
        {1500 * USEC_PER_MSEC, "2 seconds", "2 s"},
        {40 * USEC_PER_SEC, "40 seconds", "40 s"},
        {60 * USEC_PER_SEC, "1 minute", "1 min"},
        {80 * USEC_PER_SEC, "80 seconds", "1 min 20 s"},
        {119 * USEC_PER_SEC, "119 seconds", "1 min 59 s"},
        {120 * USEC_PER_SEC, "2 minutes", "2 min"},
        {150 * USEC_PER_SEC, "3 minutes", "2 min 30 s"},
        {10 * USEC_PER_MINUTE, "10 minutes", "10 min"},
        {59 * USEC_PER_MINUTE + 59 * USEC_PER_SEC, "1 hour", "59 min 59 s"},
        {USEC_PER_HOUR, "1 hour", "1 h"},
        {61 * USEC_PER_MINUTE, "1 hour 1 minute", "1 h 1 min"},
        {90 * USEC_PER_MINUTE, "1 hour 30 minutes", "1 h 30 min"},
        {120 * USEC_PER_MINUTE, "2 hours", "2 h"},
    };
    char buf[PHRASE_DURATION_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(phrase_duration(buf, sizeof buf, cases[i].usec), cases[i].words);
        assert_string_equal(phrase_short_duration(buf, sizeof buf, cases[i].usec), cases[i].brief);
    }
    /* The largest there is must fit. */
    assert_true(strlen(phrase_duration(buf, sizeof buf, INT64_MAX)) < sizeof buf - 1);
    assert_true(strlen(phrase_short_duration(buf, sizeof buf, INT64_MAX)) < sizeof buf - 1);
}

static void test_cut(void **state)
{
    static const struct {
        const char *text;
        size_t max;
        const char *result;
    } cases[] = {
        {"", 5, ""},
        {"short", 5, "short"},
        {"longer", 5, "long…"},
        {"one two three", 9, "one two…"},
        {"one two three", 8, "one two…"},
        {"one, two", 5, "one…"},
        {"Rückenübung für Großmütter", 12, "Rückenübung…"},
        {"日本語の長い文", 4, "日本語…"},
        /* e with a combining acute accent: both or none */
        {"cafe\xcc\x81s", 5, "caf…"},
        {"a\nb", 5, "a b"},
        /* no UTF-8 at all: every byte counts as one */
        {"\xff\xfe\xfd\xfc", 2, "\xff…"},
        {"\xe2\x82", 5, "\xe2\x82"},
    };
    char buf[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        phrase_copy(buf, sizeof buf, cases[i].text, cases[i].max);
        assert_string_equal(buf, cases[i].result);
        assert_true(phrase_length(buf) <= cases[i].max);
    }
}

static void test_cut_by_buffer(void **state)
{
    char buf[16];

    (void)state;
    /* Whatever the size, what comes out is whole characters and ends in the ellipsis. */
    for (size_t size = 8; size <= sizeof buf; size++) {
        memset(buf, 'x', sizeof buf);
        phrase_copy(buf, size, "ääääääääääääääääää", 100);
        assert_true(strlen(buf) < size);
        assert_string_equal(buf + strlen(buf) - 3, "…");
        assert_int_equal((strlen(buf) - 3) % 2, 0);
    }
}

static void test_prompt(void **state)
{
    struct message_prompt p = usual();
    struct message m;

    (void)state;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.summary, "A moment for your back?");
    assert_string_equal(m.notify.body, "45 minutes seated. Try “Chin glide” for 40 seconds?");
    assert_string_equal(m.notify.fallback, "Answer with: backcarectl start · snooze · done · another");
    assert_int_equal(m.notify.n_actions, 4);
    assert_string_equal(m.notify.actions[0].id, "start");
    assert_string_equal(m.notify.actions[0].label, "Start");
    assert_string_equal(m.notify.actions[1].id, "snooze");
    assert_string_equal(m.notify.actions[1].label, "Snooze 5 min");
    assert_string_equal(m.notify.actions[2].id, "done");
    assert_string_equal(m.notify.actions[3].id, "another");
    assert_false(m.notify.quiet);
    assert_int_equal(m.notify.timeout_usec, 0);
}

static void test_prompt_variants(void **state)
{
    struct message_prompt p = usual();
    struct message m;

    (void)state;
    p.attempt = 2;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.summary, "Whenever it suits you");
    assert_string_equal(m.notify.body, "“Chin glide” takes 40 seconds.");

    p = usual();
    p.exposure_usec = 0;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.body, "Try “Chin glide” for 40 seconds?");

    p = usual();
    p.title = NULL;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.body, "45 minutes seated. How about a break of 3 minutes?");
    p.attempt = 3;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.body, "A break of 3 minutes is waiting for you.");
}

static void test_prompt_actions(void **state)
{
    struct message_prompt p = usual();
    struct message m;

    (void)state;
    p.snoozes_left = 0;
    message_prompt(&m, &p);
    assert_int_equal(m.notify.n_actions, 3);
    assert_string_equal(m.notify.fallback, "Answer with: backcarectl start · done · another");
    for (size_t i = 0; i < m.notify.n_actions; i++)
        assert_string_not_equal(m.notify.actions[i].id, "snooze");

    p = usual();
    p.snoozes_left = UINT_MAX;
    p.actions = MESSAGE_ACTION_SNOOZE;
    message_prompt(&m, &p);
    assert_int_equal(m.notify.n_actions, 1);
    assert_string_equal(m.notify.fallback, "Answer with: backcarectl snooze");

    p.actions = 0;
    message_prompt(&m, &p);
    assert_int_equal(m.notify.n_actions, 0);
    assert_null(m.notify.fallback);
}

static void test_limits(void **state)
{
    char title[600];
    struct message_prompt p = usual();
    struct message m;

    (void)state;
    for (size_t n = 0; n + 2 < sizeof title; n += 2) {
        memcpy(title + n, "ü", 3);
        p.title = title;
        p.exposure_usec = 23 * USEC_PER_HOUR + 59 * USEC_PER_MINUTE;
        p.duration_usec = 11 * USEC_PER_HOUR + 11 * USEC_PER_MINUTE;
        for (p.attempt = 1; p.attempt <= 2; p.attempt++) {
            message_prompt(&m, &p);
            assert_true(phrase_length(m.notify.summary) <= MESSAGE_SUMMARY_CHARS);
            assert_true(phrase_length(m.notify.body) <= MESSAGE_BODY_CHARS);
            /* The invitation itself is never what is cut off. */
            assert_non_null(strstr(m.notify.body, "11 hours 11 minutes"));
        }
    }
}

static void test_privacy(void **state)
{
    static const char *const steps[] = {"Lie on one side, pillow under the Bump.", "Open a quarter turn.",
                                        NULL};
    struct message_prompt p = usual();
    struct message_guide g = {.title = "Side-lying open book", .steps = steps, .total_usec = USEC_PER_MINUTE};
    struct message m;

    (void)state;
    p.picture = g.picture = "/pictures/floor-side-hips.png";
    message_prompt(&m, &p);
    assert_string_equal(m.notify.image, p.picture);
    p.title = "Gentle prenatal flow";
    message_prompt(&m, &p);
    assert_null(m.notify.image); /* it would show what the words don't say */
    assert_string_equal(m.notify.body, "45 minutes seated. Try your gentle set for 40 seconds?");
    p.attempt = 2;
    message_prompt(&m, &p);
    assert_string_equal(m.notify.body, "Your gentle set takes 40 seconds.");

    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "Step 1 of 2 · 1 min left\nGo at your own pace.");
    g.elapsed_usec = 40 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "Step 2 of 2 · 20 s left\nOpen a quarter turn.");
    assert_string_equal(m.notify.image, g.picture);
    g.title = "PRENATAL stretch";
    message_guide(&m, &g);
    assert_string_equal(m.notify.summary, "Your gentle set");
    assert_null(m.notify.image);
    assert_null(strstr(m.notify.body, "quarter"));
}

static const char *const five[] = {"One.", "Two.", "Three.", "Four.", "Five.", NULL};

static void test_guide(void **state)
{
    struct message_guide g = {
        .title = "Chin glide", .steps = five, .total_usec = 100 * USEC_PER_SEC, .actions = ALL_ACTIONS};
    struct message m;

    (void)state;
    message_guide(&m, &g);
    assert_string_equal(m.notify.summary, "Chin glide");
    assert_string_equal(m.notify.body, "Step 1 of 5 · 1 min 40 s left\nOne.");
    assert_false(m.notify.quiet);
    assert_int_equal(m.notify.timeout_usec, USEC_INFINITY);
    assert_int_equal(m.notify.n_actions, 3);
    assert_string_equal(m.notify.actions[0].id, "done");
    assert_string_equal(m.notify.actions[1].id, "another");
    assert_string_equal(m.notify.actions[2].id, "too-much");
    assert_string_equal(m.notify.fallback, "Answer with: backcarectl done · another · feedback hurts");

    g.elapsed_usec = 20 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "Step 2 of 5 · 1 min 20 s left\nTwo.");
    assert_true(m.notify.quiet);

    /* Late timers and a break that is over must not run past the last step. */
    g.elapsed_usec = 500 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "Step 5 of 5 · 0 s left\nFive.");

    g.steps = NULL;
    g.title = "";
    g.elapsed_usec = 0;
    message_guide(&m, &g);
    assert_string_equal(m.notify.summary, "Your break");
    assert_string_equal(m.notify.body, "1 min 40 s left");
}

/* A routine says where in it one is; between two exercises, and after the last, there is a rest. */
static void test_guide_of_a_routine(void **state)
{
    struct message_guide g = {.title = "Chin glide",
                              .steps = five,
                              .total_usec = 100 * USEC_PER_SEC,
                              .number = 2,
                              .of = 6,
                              .picture = "/p.png",
                              .actions = ALL_ACTIONS};
    struct message m;

    (void)state;
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "2 of 6 · Step 1 of 5 · 1 min 40 s left\nOne.");
    g.part = MESSAGE_PART_REST;
    g.steps = NULL;
    g.total_usec = 10 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_string_equal(m.notify.summary, "A short rest");
    assert_string_equal(m.notify.body, "10 s left\nNext: “Chin glide”");
    assert_string_equal(m.notify.image, "/p.png");
    assert_int_equal(m.notify.n_actions, 2); /* nothing to find too much */
    g.title = "Gentle prenatal flow";
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "10 s left");
    assert_null(m.notify.image);
    g.part = MESSAGE_PART_AFTER;
    g.title = NULL;
    message_guide(&m, &g);
    assert_string_equal(m.notify.summary, "Your break");
    assert_string_equal(m.notify.body,
                        "10 s left\nThe rest of it is yours: stand up and walk a little, if you like.");
}

static void test_wind_down(void **state)
{
    struct message_prompt p = usual();
    struct message m;

    (void)state;
    p.title = NULL;
    p.duration_usec = 8 * USEC_PER_MINUTE;
    message_wind_down(&m, &p);
    assert_string_equal(m.notify.summary, "A calm end of the day?");
    assert_string_equal(m.notify.body, "Your evening set takes 8 minutes. It is there when you like.");
    assert_int_equal(m.notify.n_actions, 4);
    p.title = "Seated belly breathing";
    message_wind_down(&m, &p);
    assert_string_equal(m.notify.body,
                        "“Seated belly breathing” takes 8 minutes. It is there when you like.");
    p.title = "Gentle prenatal flow";
    message_wind_down(&m, &p);
    assert_string_equal(m.notify.body, "Your evening set takes 8 minutes. It is there when you like.");
}

/* The seconds that a text of the guide says are left. */
static usec_t seconds_left(const char *body)
{
    const char *p = strstr(body, "\xc2\xb7 ");
    int a = 0, b = 0;

    p = p ? p + 3 : body;
    if (strstr(p, " min"))
        assert_true(sscanf(p, "%d min %d s left", &a, &b) >= 1);
    else
        assert_int_equal(sscanf(p, "%d s left", &b), 1);
    return a * 60 + b;
}

static void test_guide_never_promises_more_than_is_left(void **state)
{
    static const usec_t totals[] = {1, 4 * USEC_PER_SEC, 10 * USEC_PER_SEC, 97 * USEC_PER_SEC + 7};
    struct message_guide g = {.title = "Chin glide"};
    struct message m;

    (void)state;
    g.total_usec = 4 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_string_equal(m.notify.body, "4 s left");
    for (size_t n = 0; n <= 6; n++)
        for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
            g.steps = n <= 5 ? five + n : NULL;
            g.total_usec = totals[i];
            for (g.elapsed_usec = 0; g.elapsed_usec <= g.total_usec; g.elapsed_usec += 123457) {
                usec_t left = g.total_usec - g.elapsed_usec, said;

                message_guide(&m, &g);
                said = seconds_left(m.body) * USEC_PER_SEC;
                assert_true(said >= left && said < left + USEC_PER_SEC);
            }
        }
}

/* Which step is shown; 0 without steps. */
static int step_shown(const struct message_guide *g)
{
    struct message m;
    int step = 0;

    message_guide(&m, g);
    (void)sscanf(m.body, "Step %d", &step);
    return step;
}

static void test_guide_next(void **state)
{
    struct message_guide g = {.title = "Chin glide", .steps = five};
    char before[sizeof((struct message *)0)->body];
    struct message m;
    unsigned changes = 0;

    (void)state;
    for (size_t n = 0; n <= 5; n++) {
        g.steps = five + n;
        g.total_usec = 97 * USEC_PER_SEC + 7;
        g.elapsed_usec = 0;
        while (g.elapsed_usec < g.total_usec) {
            usec_t next = message_guide_next(&g);
            int step = step_shown(&g);

            assert_true(next > g.elapsed_usec && next <= g.total_usec);
            assert_true(next - g.elapsed_usec <= 10 * USEC_PER_SEC);
            message_guide(&m, &g);
            (void)snprintf(before, sizeof before, "%s", m.body);
            g.elapsed_usec = next - 1;
            assert_int_equal(step_shown(&g), step); /* no step is shown too long */
            g.elapsed_usec = next;
            /* Each drawing is for a new step, or for a round number that is left. */
            assert_true(step_shown(&g) != step || (g.total_usec - next) % (10 * USEC_PER_SEC) == 0);
            message_guide(&m, &g);
            assert_string_not_equal(m.body, before);
            changes++;
        }
        assert_int_equal(message_guide_next(&g), USEC_INFINITY);
    }
    assert_true(changes > 60);
}

static void test_guide_one_long_step(void **state)
{
    static char step[2000];
    static const char *const steps[] = {step, NULL};
    struct message_guide g = {.title = "x", .steps = steps, .total_usec = 90 * USEC_PER_SEC};
    struct message m;

    (void)state;
    for (size_t i = 0; i + 3 < sizeof step; i += 3)
        memcpy(step + i, "語", 4);
    message_guide(&m, &g);
    assert_int_equal(phrase_length(m.notify.body), MESSAGE_GUIDE_CHARS);
    assert_memory_equal(m.notify.body, "Step 1 of 1 · 1 min 30 s left\n語",
                        strlen("Step 1 of 1 · 1 min 30 s left\n語"));
    assert_string_equal(m.notify.body + strlen(m.notify.body) - 3, "…");
}

static void test_others(void **state)
{
    struct message m;

    (void)state;
    message_complete(&m, &(struct message_complete){0});
    assert_true(m.notify.timeout_usec > 0 && m.notify.timeout_usec < USEC_PER_MINUTE);
    assert_int_equal(m.notify.n_actions, 0);
    assert_string_equal(m.notify.body, "Take an easy breath, and carry on when you like.");
    message_complete(&m, &(struct message_complete){.exercise = true, .massage = true});
    assert_string_equal(m.notify.body, "A few easy steps round it off. Carry on when you like.");
    assert_int_equal(m.notify.n_actions, 2);
    assert_string_equal(m.notify.actions[0].id, "better");
    assert_string_equal(m.notify.actions[1].id, "hurts");
    assert_null(m.notify.fallback);
    message_complete(&m, &(struct message_complete){.tip = "Vary what repeats."});
    assert_string_equal(m.notify.summary, "All done. A thought for later");
    assert_string_equal(m.notify.body, "Vary what repeats.");
    message_advice(&m);
    assert_non_null(strstr(m.notify.body, "physiotherapist"));
    assert_int_equal(m.notify.n_actions, 0);
    message_welcome(&m);
    assert_non_null(strstr(m.notify.body, "replace no health professional"));
    assert_non_null(strstr(m.notify.body, "Stop if anything hurts or feels wrong."));
    assert_non_null(strstr(m.notify.body, "backcarectl doctor"));
    assert_null(strstr(m.notify.body, "…"));
    message_hold(&m);
    assert_string_equal(m.notify.summary, "BackCare is paused");
    assert_non_null(strstr(m.notify.body, "backcarectl list"));
    assert_true(m.notify.timeout_usec == USEC_INFINITY);
    message_settings(&m, 1);
    assert_non_null(strstr(m.notify.body, "1 setting is"));
    message_settings(&m, UINT_MAX);
    assert_non_null(strstr(m.notify.body, "4294967295 settings"));
    assert_string_equal(m.notify.body + strlen(m.notify.body) - strlen("backcarectl config check"),
                        "backcarectl config check");
    message_no_source(&m);
    assert_int_equal(m.notify.n_actions, 0);
    assert_string_equal(m.notify.body + strlen(m.notify.body) - strlen("backcarectl doctor"),
                        "backcarectl doctor");
    assert_null(strstr(m.notify.summary, "…"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),       cmocka_unit_test(test_cut),
        cmocka_unit_test(test_cut_by_buffer),   cmocka_unit_test(test_prompt),
        cmocka_unit_test(test_prompt_variants), cmocka_unit_test(test_prompt_actions),
        cmocka_unit_test(test_limits),          cmocka_unit_test(test_privacy),
        cmocka_unit_test(test_guide),           cmocka_unit_test(test_guide_never_promises_more_than_is_left),
        cmocka_unit_test(test_guide_next),      cmocka_unit_test(test_guide_one_long_step),
        cmocka_unit_test(test_others),          cmocka_unit_test(test_guide_of_a_routine),
        cmocka_unit_test(test_wind_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
