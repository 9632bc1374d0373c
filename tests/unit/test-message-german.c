/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wording of notifications in German, by the catalogue that was built: all of it translated, within the
 * limits of a notification, and as private as in English.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "notify/message.h"
#include "notify/phrase.h"
#include "util/i18n.h"
#include "util/macro.h"

#define ALL_ACTIONS                                                                                          \
    (MESSAGE_ACTION_START | MESSAGE_ACTION_SNOOZE | MESSAGE_ACTION_DONE | MESSAGE_ACTION_ANOTHER)
#define LABEL_CHARS 16
#define MESSAGES_MAX 64
/* As long as a title may be. */
#define TITLE "Rückenübung für große Längen und Übungen"

static struct message german[MESSAGES_MAX], english[MESSAGES_MAX];

static struct message_prompt usual(const char *title)
{
    return (struct message_prompt){
        .exposure_usec = 23 * USEC_PER_HOUR + 59 * USEC_PER_MINUTE,
        .length_usec = 11 * USEC_PER_HOUR + 11 * USEC_PER_MINUTE,
        .title = title,
        .duration_usec = 11 * USEC_PER_HOUR + 11 * USEC_PER_MINUTE,
        .attempt = 1,
        .snoozes_left = 3,
        .snooze_usec = USEC_PER_HOUR + 30 * USEC_PER_MINUTE,
        .actions = ALL_ACTIONS,
    };
}

static size_t add_prompts(struct message *all)
{
    static const char *const titles[] = {NULL, TITLE, "In der Schwangerschaft"};
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
        struct message_prompt p = usual(titles[i]);

        message_wind_down(&all[n++], &p);
        message_prompt(&all[n++], &p);
        p.attempt = 2;
        message_prompt(&all[n++], &p);
        p.attempt = 1;
        p.exposure_usec = 0;
        message_prompt(&all[n++], &p);
    }
    return n;
}

static size_t add_guides(struct message *all)
{
    static const char *const steps[] = {"Leg ein Kissen unter den Bauch.", "Atme ruhig aus.", NULL};
    struct message_guide g = {
        .title = TITLE, .steps = steps, .total_usec = 100 * USEC_PER_SEC, .actions = ALL_ACTIONS};
    size_t n = 0;

    message_guide(&all[n++], &g);
    g.number = 2;
    g.of = 5;
    message_guide(&all[n++], &g);
    g.title = "In der Schwangerschaft";
    message_guide(&all[n++], &g);
    g.steps = NULL;
    message_guide(&all[n++], &g);
    g.title = TITLE;
    g.part = MESSAGE_PART_REST;
    message_guide(&all[n++], &g);
    g.title = NULL;
    message_guide(&all[n++], &g);
    g.part = MESSAGE_PART_AFTER;
    message_guide(&all[n++], &g);
    return n;
}

/* One of each text there is. Return: how many. */
static size_t render(struct message all[static MESSAGES_MAX])
{
    size_t n = add_prompts(all);

    n += add_guides(all + n);
    message_complete(&all[n++], &(struct message_complete){.exercise = true});
    message_complete(&all[n++], &(struct message_complete){.massage = true});
    message_complete(&all[n++], &(struct message_complete){.tip = "Trink etwas."});
    message_hold(&all[n++]);
    message_advice(&all[n++]);
    message_welcome(&all[n++]);
    message_settings(&all[n++], 1);
    message_settings(&all[n++], 22);
    message_no_source(&all[n++]);
    assert_true(n <= MESSAGES_MAX);
    return n;
}

static size_t render_both(void)
{
    size_t n;

    i18n_init("en");
    n = render(english);
    i18n_init("de");
    assert_string_equal(_("Done"), "Fertig"); /* the catalogue is there */
    assert_int_equal(render(german), n);
    return n;
}

/* What no German text has: words of the English ones, as words. */
static void assert_german(const char *text)
{
    static const char *const words[] = {"the",  "your",  "you",    "a",       "of",     "and",   "for",
                                        "left", "takes", "seated", "minutes", "minute", "hours", "hour",
                                        "step", "next",  "answer", "break",   "is",     "it",    "with"};

    for (const char *p = text; *p; p += strcspn(p, " \n"), p += strspn(p, " \n")) {
        size_t size = strcspn(p, " \n.,:?!");

        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
            if (strlen(words[i]) == size && strncasecmp(words[i], p, size) == 0)
                fail_msg("\"%s\" in: %s", words[i], text);
    }
}

static void test_all_of_it(void **state)
{
    size_t n = render_both();

    (void)state;
    assert_true(n > 25);
    for (size_t i = 0; i < n; i++) {
        const struct message *m = &german[i], *other = &english[i];

        assert_german(m->notify.summary);
        assert_german(m->notify.body);
        assert_string_not_equal(m->notify.summary, strcmp(other->summary, TITLE) == 0 ? "" : other->summary);
        assert_string_not_equal(m->notify.body, strcmp(other->body, "Trink etwas.") == 0 ? "" : other->body);
        assert_int_equal(m->notify.n_actions, other->notify.n_actions);
        assert_string_equal(m->notify.fallback ? strchr(m->fallback, ':') : "",
                            other->notify.fallback ? strchr(other->fallback, ':') : "");
        for (size_t k = 0; k < m->notify.n_actions; k++) {
            assert_string_equal(m->notify.actions[k].id, other->notify.actions[k].id);
            assert_true(strcmp(m->labels[k], other->labels[k]) != 0 || strcmp(m->labels[k], "Start") == 0);
        }
    }
}

static void test_limits(void **state)
{
    size_t n = render_both(), prompts = add_prompts(english);

    (void)state;
    assert_int_equal(phrase_length(TITLE), MESSAGE_SUMMARY_CHARS);
    for (size_t i = 0; i < n; i++) {
        const struct message *m = &german[i];

        assert_true(phrase_length(m->summary) <= MESSAGE_SUMMARY_CHARS);
        assert_true(phrase_length(m->body) <= (i < prompts ? MESSAGE_BODY_CHARS : MESSAGE_GUIDE_CHARS));
        /* Nothing had to be cut. */
        assert_null(strstr(m->summary, "…"));
        assert_null(strstr(m->body, "…"));
        if (i < prompts)
            assert_non_null(strstr(m->body, "11 Stunden 11 Minuten"));
        for (size_t k = 0; k < m->notify.n_actions; k++)
            assert_in_range(phrase_length(m->labels[k]), 1, LABEL_CHARS);
        assert_true(!m->notify.fallback || strlen(m->fallback) + 1 < sizeof m->fallback);
    }
}

static void test_exact(void **state)
{
    struct message_prompt p = usual("Kinn zurück");
    struct message m;

    (void)state;
    i18n_init("de");
    p.exposure_usec = 45 * USEC_PER_MINUTE;
    p.duration_usec = 40 * USEC_PER_SEC;
    p.snooze_usec = 5 * USEC_PER_MINUTE;
    message_prompt(&m, &p);
    assert_string_equal(m.summary, "Ein Moment für deinen Rücken?");
    assert_string_equal(m.body, "45 Minuten gesessen. Wie wäre es mit „Kinn zurück“ für 40 Sekunden?");
    assert_string_equal(m.fallback, "Antworte mit: backcarectl start · snooze · done · another");
    assert_string_equal(m.labels[0], "Start");
    assert_string_equal(m.labels[1], "In 5 min");
    assert_string_equal(m.labels[2], "Fertig");
    assert_string_equal(m.labels[3], "Etwas anderes");
    p.exposure_usec = USEC_PER_HOUR + USEC_PER_MINUTE;
    p.duration_usec = USEC_PER_MINUTE;
    message_prompt(&m, &p);
    assert_string_equal(m.body, "1 Stunde 1 Minute gesessen. Wie wäre es mit „Kinn zurück“ für 1 Minute?");
    message_settings(&m, 1);
    assert_string_equal(m.body, "Für 1 Einstellung gilt die Vorgabe. Welche, sagt: backcarectl config check");
}

static void test_privacy(void **state)
{
    static const char *const hidden[] = {"Sanfte Folge für die Schwangerschaft", "Atmen mit dem Babybauch",
                                         "Für die Zeit nach der Geburt", "Dehnen bei Ischias",
                                         "Platz unter dem Bauch"};
    static const char *const shown[] = {"Bauchatmung im Sitzen", "Sanfte Kopfdrehungen", "Gesäßdehnung"};
    struct message_prompt p;
    struct message m;

    (void)state;
    i18n_init("de");
    for (size_t i = 0; i < ARRAY_SIZE(hidden); i++) {
        struct message_guide g = {.title = hidden[i], .total_usec = USEC_PER_MINUTE, .picture = "/p.png"};

        p = usual(hidden[i]);
        p.picture = "/p.png";
        message_prompt(&m, &p);
        assert_null(strstr(m.body, hidden[i]));
        assert_non_null(strstr(m.body, "deine sanfte Übung"));
        assert_null(m.notify.image);
        message_guide(&m, &g);
        assert_string_equal(m.summary, "Deine sanfte Übung");
        assert_null(m.notify.image);
        message_wind_down(&m, &p);
        assert_null(strstr(m.body, hidden[i]));
    }
    for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
        p = usual(shown[i]);
        message_prompt(&m, &p);
        assert_non_null(strstr(m.body, shown[i]));
    }
}

/* None of our own words would be taken for a private one. */
static void test_own_words_are_shown(void **state)
{
    size_t n = render_both();

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct message_guide g = {.title = german[i].summary, .total_usec = USEC_PER_MINUTE};
        struct message m;

        message_guide(&m, &g);
        assert_string_equal(m.summary, german[i].summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_privacy),
        cmocka_unit_test(test_own_words_are_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
