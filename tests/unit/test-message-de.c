/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notifications in German, with the catalogue of the build: what fits, and that nothing private or English is
 * in them. Called with the directory of the catalogues.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notify/message.h"
#include "notify/phrase.h"
#include "util/i18n.h"
#include "util/macro.h"

#define ALL_ACTIONS                                                                                          \
    (MESSAGE_ACTION_START | MESSAGE_ACTION_SNOOZE | MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER)

/* Words that no German text has. */
static void assert_german(const char *text)
{
    static const char *const english[] = {"the", "you",    "your", "is",   "of",
                                          "and", "seated", "for",  "left", "it"};

    for (const char *p = text; *p;) {
        size_t n = 0;

        while (isalpha((unsigned char)p[n]))
            n++;
        for (size_t i = 0; i < ARRAY_SIZE(english); i++)
            if (n == strlen(english[i]) && strncmp(p, english[i], n) == 0)
                fail_msg("\"%s\" is in \"%s\"", english[i], text);
        p += n > 0 ? n : 1;
    }
}

static void check(const struct message *m, size_t body_chars)
{
    assert_german(m->notify.summary);
    assert_german(m->notify.body);
    assert_true(phrase_length(m->notify.summary) <= MESSAGE_SUMMARY_CHARS);
    assert_null(strstr(m->notify.summary, "…"));
    assert_true(phrase_length(m->notify.body) <= body_chars);
    assert_null(strstr(m->notify.body, "…"));
    for (size_t i = 0; i < m->notify.n_actions; i++)
        assert_true(phrase_length(m->notify.actions[i].label) <= 16);
}

static void test_invitations(void **state)
{
    static const char *const titles[] = {NULL, "Kinnschub", "Schulterblätter zusammenziehen und lösen",
                                         "Sanfte Übungsfolge für Schwangere"};
    struct message m;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
        for (unsigned attempt = 1; attempt <= 2; attempt++)
            for (usec_t exposure = 0; exposure <= 11 * USEC_PER_HOUR; exposure += 11 * USEC_PER_HOUR / 2) {
                struct message_prompt p = {.title = titles[i],
                                           .exposure_usec = exposure,
                                           .length_usec = 10 * USEC_PER_MINUTE,
                                           .duration_usec = 90 * USEC_PER_SEC,
                                           .attempt = attempt,
                                           .snoozes_left = 1,
                                           .snooze_usec = 5 * USEC_PER_MINUTE,
                                           .actions = ALL_ACTIONS};

                message_prompt(&m, &p);
                check(&m, MESSAGE_BODY_CHARS);
                assert_null(strstr(m.notify.body, "Schwanger"));
                message_wind_down(&m, &p);
                check(&m, MESSAGE_BODY_CHARS);
                assert_null(strstr(m.notify.body, "Schwanger"));
            }
}

/* The longest there can be is not cut. */
static void test_longest_invitation(void **state)
{
    static const char title[] = "Rückenübung für große Längen und Übungen";
    struct message_prompt p = {.title = title,
                               .exposure_usec = 23 * USEC_PER_HOUR + 59 * USEC_PER_MINUTE,
                               .duration_usec = 11 * USEC_PER_HOUR + 11 * USEC_PER_MINUTE,
                               .snoozes_left = 1,
                               .snooze_usec = USEC_PER_HOUR + 30 * USEC_PER_MINUTE,
                               .actions = ALL_ACTIONS};
    struct message m;

    (void)state;
    assert_int_equal(phrase_length(title), MESSAGE_SUMMARY_CHARS);
    for (p.attempt = 1; p.attempt <= 2; p.attempt++) {
        message_prompt(&m, &p);
        check(&m, MESSAGE_BODY_CHARS);
        assert_non_null(strstr(m.body, title));
        assert_non_null(strstr(m.body, "11 Stunden 11 Minuten"));
        message_wind_down(&m, &p);
        check(&m, MESSAGE_BODY_CHARS);
    }
}

/* German titles that are for nobody else to see, and such as only sound like it. */
static void test_private_titles(void **state)
{
    static const char *const hidden[] = {"Sanfte Folge für die Schwangerschaft", "Atmen mit dem Babybauch",
                                         "Für die Zeit nach der Geburt", "Dehnen bei Ischias",
                                         "Platz unter dem Bauch"};
    static const char *const shown[] = {"Bauchatmung im Sitzen", "Sanfte Kopfdrehungen", "Gesäßdehnung"};
    struct message_prompt p = {.attempt = 1, .duration_usec = USEC_PER_MINUTE, .picture = "/p.png"};
    struct message_guide g = {.total_usec = USEC_PER_MINUTE, .picture = "/p.png"};
    struct message m;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(hidden); i++) {
        p.title = g.title = hidden[i];
        message_prompt(&m, &p);
        assert_null(strstr(m.body, hidden[i]));
        assert_null(m.notify.image);
        message_wind_down(&m, &p);
        assert_null(strstr(m.body, hidden[i]));
        message_guide(&m, &g);
        assert_string_not_equal(m.summary, hidden[i]);
        assert_null(m.notify.image);
    }
    for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
        p.title = g.title = shown[i];
        message_prompt(&m, &p);
        assert_non_null(strstr(m.body, shown[i]));
        message_guide(&m, &g);
        assert_string_equal(m.summary, shown[i]);
        assert_string_equal(m.notify.image, "/p.png");
    }
}

static void test_guide(void **state)
{
    static const char *const steps[] = {"Setz dich aufrecht hin.", "Leg ein Kissen unter den Babybauch.",
                                        NULL};
    struct message_guide g = {.title = "Kinnschub",
                              .steps = steps,
                              .total_usec = 40 * USEC_PER_SEC,
                              .number = 1,
                              .of = 5,
                              .actions = ALL_ACTIONS};
    struct message m;

    (void)state;
    message_guide(&m, &g);
    check(&m, MESSAGE_GUIDE_CHARS);
    assert_string_equal(m.notify.body, "1 von 5 · Schritt 1 von 2 · noch 40 s\nSetz dich aufrecht hin.");
    g.elapsed_usec = 20 * USEC_PER_SEC;
    message_guide(&m, &g);
    check(&m, MESSAGE_GUIDE_CHARS);
    assert_null(strstr(m.notify.body, "bauch"));
    g.steps = NULL;
    for (int part = 0; part <= MESSAGE_PART_AFTER; part++) {
        g.part = (enum message_part)part;
        message_guide(&m, &g);
        check(&m, MESSAGE_GUIDE_CHARS);
    }
}

static void test_others(void **state)
{
    struct message m;

    (void)state;
    message_complete(&m, &(struct message_complete){.exercise = true});
    check(&m, MESSAGE_BODY_CHARS);
    message_complete(&m, &(struct message_complete){.exercise = true, .massage = true});
    check(&m, MESSAGE_BODY_CHARS);
    message_complete(&m, &(struct message_complete){.tip = "Wechsle oft die Haltung."});
    check(&m, MESSAGE_BODY_CHARS);
    message_hold(&m);
    check(&m, MESSAGE_BODY_CHARS);
    message_advice(&m);
    check(&m, MESSAGE_BODY_CHARS);
    message_no_source(&m);
    check(&m, MESSAGE_BODY_CHARS);
    message_welcome(&m);
    check(&m, MESSAGE_GUIDE_CHARS);
    for (unsigned n = 1; n < 12; n += 5) {
        message_settings(&m, n);
        check(&m, MESSAGE_BODY_CHARS);
    }
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invitations),    cmocka_unit_test(test_longest_invitation),
        cmocka_unit_test(test_private_titles), cmocka_unit_test(test_guide),
        cmocka_unit_test(test_others),
    };

    if (argc != 2 || setenv("TEXTDOMAINDIR", argv[1], 1) < 0)
        return 2;
    i18n_init("de");
    return cmocka_run_group_tests_name("message-de", tests, NULL, NULL);
}
