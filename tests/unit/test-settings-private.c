/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mistakes in the settings that are the user's own business: which they are, and what others get of them.
 */
#include "settings-load.h"

static void what_is_private(void **state)
{
    static const char *const private[] = {
        "[profile].conditions: word 1 is not known",
        "[profile].tools: hammer: no such word as hammer",
        "[PROFILE]: unknown key",
        "[reminder].pregnancy-due: unknown key",
        "prenatal-flow: stands before the first [section]",
        "[Osteoporosis]: unknown section",
        "[activity].idle-after: disc-problem: must be a time",
        "[cancer]: unknown section",
        "[schedule].Mon: pregnant: must be spans",
    };
    static const char *const others[] = {
        "[reminder].snoze: unknown key; did you mean snooze? Valid: snooze",
        "[break.walk].kinds: dance: no such word as dance; valid: massage, mobility, stretch, strength",
        "no '=' in this line: it is no \"key = value\", no [section] and no # comment",
        "[activity].source: mouse: no such choice",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(private); i++)
        assert_true(settings_mistake_is_private(private[i]));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        assert_false(settings_mistake_is_private(others[i]));
}

/* File, line and level stay; so does what is nobody's secret. */
static void others_get_the_place(void **state)
{
    struct diagnostics d = {0};
    char *text;

    (void)state;
    assert_int_equal(diagnostics_add(&d, DIAGNOSTIC_ERROR, "f", 3, "[profile].pregnancy-due: there is none"),
                     0);
    assert_int_equal(diagnostics_add(&d, DIAGNOSTIC_WARNING, "f", 4, "[hold].limit: is long"), 0);
    assert_int_equal(settings_hide_private(&d), 0);
    assert_int_equal(settings_hide_private(&d), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    text = diagnostics_format(&d);
    assert_string_equal(text,
                        "f:3: what is wrong there is not said here; to see it: backcarectl config check\n"
                        "f:4: warning: [hold].limit: is long\n");
    free(text);
    diagnostics_done(&d);
}

/* A private key under another header says nothing of the person, and nobody knows what it should have said.
 */
static void in_the_wrong_section(void **state)
{
    static const char *const texts[] = {
        "[reminder]\nconditions = fever\n",         "[history]\npregnancy-due = 2027-03-01\n",
        "[schedule]\nconditions = osteoporosis\n",  "[break.walk]\nConditions = rash\n",
        "[hold]\nprenatal-flow = yes\n[profile]\n",
    };
    struct settings *s;
    char *messages;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        s = load(texts[i], &messages);
        assert_true(s->profile_doubtful);
        assert_null(strstr(messages, "fever"));
        assert_null(strstr(messages, "osteoporosis"));
        free(messages);
        settings_free(s);
    }
    s = load("[reminder]\nsnoze = 5min\n", &messages);
    assert_false(s->profile_doubtful);
    free(messages);
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_private),
        cmocka_unit_test(others_get_the_place),
        cmocka_unit_test(in_the_wrong_section),
    };

    return cmocka_run_group_tests_name("settings-private", tests, setup, teardown);
}
