/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes with the steps of a guide: what is said for safety is seen whatever the server cuts off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notify/message.h"
#include "notify/phrase.h"

static const char *const five[] = {"One.", "Two.", "Three.", "Four.", "Five.", NULL};

static void assert_guide(struct message_guide *g, usec_t elapsed_usec, const char *expected)
{
    struct message m;

    g->elapsed_usec = elapsed_usec;
    message_guide(&m, g);
    assert_string_equal(strchr(m.notify.body, '\n') + 1, expected);
    assert_true(phrase_length(m.notify.body) <= MESSAGE_GUIDE_CHARS);
}

/* Caution, when to stop and how to breathe come with every exercise, whatever it has steps; they are not what
 * is cut, and none that tells of the person is shown. */
static void test_guide_asides(void **state)
{
    static const char *const two[] = {"One.", "Two.", NULL};
    static char endless[600];
    const char *const long_step[] = {endless, endless, NULL};
    struct message_guide g = {.title = "Chin glide",
                              .steps = five,
                              .caution = "Not on the bone.",
                              .stop = "Stop if it hurts.",
                              .breath = "Out on the lift.",
                              .total_usec = 100 * USEC_PER_SEC};
    struct message m;

    (void)state;
    assert_guide(&g, 0, "Not on the bone.\nOne.");
    assert_guide(&g, 20 * USEC_PER_SEC, "Stop if it hurts.\nTwo.");
    assert_guide(&g, 40 * USEC_PER_SEC, "Three.\nOut on the lift.");
    assert_guide(&g, 60 * USEC_PER_SEC, "Four.\nOut on the lift.");
    assert_guide(&g, 80 * USEC_PER_SEC, "Five.");
    g.breath = "";
    assert_guide(&g, 60 * USEC_PER_SEC, "Stop if it hurts.\nFour.");
    g.breath = "Out on the lift.";
    g.caution = NULL;
    assert_guide(&g, 0, "Stop if it hurts.\nOne.");
    g.caution = "Not with osteoporosis.";
    assert_guide(&g, 0, "Stop if it hurts.\nOne.");
    g.caution = "Not on the bone.";
    g.steps = two;
    assert_guide(&g, 0, "Not on the bone.\nOne.");
    assert_guide(&g, 80 * USEC_PER_SEC, "Stop if it hurts.\nTwo.\nOut on the lift.");
    g.title = "Gentle prenatal flow";
    assert_guide(&g, 0, "Stop if it hurts.\nGo at your own pace.");
    g.title = "Chin glide";
    memset(endless, 'x', sizeof endless - 1);
    g.steps = long_step;
    g.elapsed_usec = 80 * USEC_PER_SEC;
    message_guide(&m, &g);
    assert_true(phrase_length(m.notify.body) <= MESSAGE_GUIDE_CHARS);
    assert_non_null(strstr(m.notify.body, "\xe2\x80\xa6\nOut on the lift."));
    /* Its file can't be read. */
    g.steps = NULL;
    g.caution = g.breath = NULL;
    assert_guide(&g, 0, "Stop if it hurts.");
}

/* A sentence of a user's own that is too long is not run into the step. */
static void test_long_caution(void **state)
{
    static char endless[600];
    struct message_guide g = {
        .title = "Chin glide", .steps = five, .caution = endless, .total_usec = 100 * USEC_PER_SEC};
    struct message m;

    (void)state;
    memset(endless, 'x', sizeof endless - 1);
    message_guide(&m, &g);
    assert_true(phrase_length(m.notify.body) <= MESSAGE_GUIDE_CHARS);
    assert_true(strspn(strchr(m.notify.body, '\n') + 1, "x") > 200);
    assert_non_null(strstr(m.notify.body, "x\xe2\x80\xa6\nOne."));
    /* Nor is the step without room for how to breathe. */
    g.caution = NULL;
    g.breath = endless;
    for (int few = 0; few <= 1; few++) {
        g.few_lines = few;
        g.elapsed_usec = few ? 25 * USEC_PER_SEC : 30 * USEC_PER_SEC;
        message_guide(&m, &g);
        assert_non_null(strstr(m.notify.body, "Two.\nxxx"));
        assert_non_null(strstr(m.notify.body, "x\xe2\x80\xa6"));
        assert_true(strspn(strstr(m.notify.body, "xxx"), "x") < 100);
    }
}

static void assert_page(struct message_guide *g, usec_t elapsed_usec, const char *summary, const char *body)
{
    struct message m;

    g->elapsed_usec = elapsed_usec;
    message_guide(&m, g);
    assert_string_equal(m.notify.summary, summary);
    assert_string_equal(m.notify.body, body);
    assert_null(m.notify.image);
    assert_int_equal(m.notify.n_actions, 3);
}

/* Where some three lines are seen, caution and stop line are alone on theirs, and first. */
static void test_few_lines(void **state)
{
    static const char title[] = "Floor ball beside the shoulder blade";
    struct message_guide g = {.title = title,
                              .steps = five,
                              .caution = "Not on the bone.",
                              .stop = "Stop if it hurts.",
                              .breath = "Out on the lift.",
                              .total_usec = 70 * USEC_PER_SEC,
                              .picture = "/p.png",
                              .actions = MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER,
                              .few_lines = true};

    (void)state;
    assert_page(&g, 0, "Your break", "Not on the bone.");
    assert_int_equal(message_guide_next(&g), 10 * USEC_PER_SEC);
    assert_page(&g, 10 * USEC_PER_SEC, "Your break", "Stop if it hurts.");
    assert_page(&g, 20 * USEC_PER_SEC, title, "One.\nStep 1 of 5 · 50 s left");
    assert_page(&g, 40 * USEC_PER_SEC, title, "Three.\nOut on the lift.\nStep 3 of 5 · 30 s left");
    assert_page(&g, 60 * USEC_PER_SEC, title, "Five.\nStep 5 of 5 · 10 s left");
    g.elapsed_usec = 70 * USEC_PER_SEC;
    assert_int_equal(message_guide_next(&g), USEC_INFINITY);
    g.title = "Chin glide";
    g.number = 2;
    g.of = 3;
    g.caution = "Not with osteoporosis.";
    g.total_usec = 60 * USEC_PER_SEC;
    assert_page(&g, 0, "Chin glide", "Stop if it hurts.");
    assert_page(&g, 10 * USEC_PER_SEC, "Chin glide", "One.\n2 of 3 · Step 1 of 5 · 50 s left");
    g.title = "Gentle prenatal flow";
    g.caution = "Not on the bone.";
    assert_page(&g, 0, "Your gentle set", "Stop if it hurts.");
    assert_page(&g, 30 * USEC_PER_SEC, "Your gentle set",
                "Go at your own pace.\n2 of 3 · Step 3 of 5 · 30 s left");
}

/* A page that says nothing of the time is drawn once. */
static void test_few_lines_are_not_drawn_for_nothing(void **state)
{
    struct message_guide g = {.title = "Chin glide",
                              .steps = five,
                              .caution = "Not on the bone.",
                              .total_usec = 300 * USEC_PER_SEC,
                              .few_lines = true};

    (void)state;
    assert_int_equal(message_guide_next(&g), 50 * USEC_PER_SEC);
    g.elapsed_usec = 50 * USEC_PER_SEC;
    assert_int_equal(message_guide_next(&g), 60 * USEC_PER_SEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guide_asides),
        cmocka_unit_test(test_long_caution),
        cmocka_unit_test(test_few_lines),
        cmocka_unit_test(test_few_lines_are_not_drawn_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
