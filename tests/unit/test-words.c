/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rooms that must not know each other have enumerations of the same things, and the runtime casts one to the
 * other: here they are held to each other, values and words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/settings-table.h"
#include "notify/message.h"
#include "notify/notify.h"
#include "notify/wire.h"
#include "source/source.h"

_Static_assert((int)MESSAGE_ACTION_START == (int)SETTING_ACTION_START, "start");
_Static_assert((int)MESSAGE_ACTION_SNOOZE == (int)SETTING_ACTION_SNOOZE, "snooze");
_Static_assert((int)MESSAGE_ACTION_DONE == (int)SETTING_ACTION_DONE, "done");
_Static_assert((int)MESSAGE_ACTION_ANOTHER == (int)SETTING_ACTION_ANOTHER, "another");

_Static_assert((int)NOTIFY_URGENCY_LOW == (int)SETTING_URGENCY_LOW, "low");
_Static_assert((int)NOTIFY_URGENCY_NORMAL == (int)SETTING_URGENCY_NORMAL, "normal");
_Static_assert((int)NOTIFY_URGENCY_CRITICAL == (int)SETTING_URGENCY_CRITICAL, "critical");

_Static_assert((int)SOURCE_AUTO == (int)SETTING_SOURCE_AUTO, "auto");
_Static_assert((int)SOURCE_WAYLAND == (int)SETTING_SOURCE_WAYLAND, "wayland");
_Static_assert((int)SOURCE_MUTTER == (int)SETTING_SOURCE_MUTTER, "mutter");
_Static_assert((int)SOURCE_X11 == (int)SETTING_SOURCE_X11, "x11");
_Static_assert((int)SOURCE_SCREENSAVER == (int)SETTING_SOURCE_SCREENSAVER, "screensaver");
_Static_assert((int)SOURCE_LOGIND == (int)SETTING_SOURCE_LOGIND, "logind");

/* The words that a setting may have, and how many they are. */
static const char *const *choices_of(const char *section, const char *key, size_t *ret_n)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (strcmp(settings_table[i].section, section) == 0 && strcmp(settings_table[i].key, key) == 0) {
            const char *const *choices = settings_table[i].choices;

            assert_non_null(choices);
            for (*ret_n = 0; choices[*ret_n]; (*ret_n)++)
                ;
            return choices;
        }
    fail_msg("no setting %s in [%s]", key, section);
    *ret_n = 0;
    return NULL;
}

static void test_actions(void **state)
{
    size_t n;
    const char *const *choices = choices_of("reminder", "actions", &n);

    (void)state;
    assert_int_equal(n, NOTIFY_ACTIONS_MAX);
    assert_int_equal(n, WIRE_ACTIONS_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct message_prompt prompt = {.snoozes_left = 1, .attempt = 1, .actions = 1u << i};
        struct message m;

        message_prompt(&m, &prompt);
        assert_int_equal(m.notify.n_actions, 1);
        assert_string_equal(m.notify.actions[0].id, choices[i]);
    }
}

static void test_urgencies(void **state)
{
    size_t n;
    const char *const *choices = choices_of("reminder", "urgency", &n);

    (void)state;
    assert_int_equal(n, _NOTIFY_URGENCY_MAX);
    for (size_t i = 0; i < n; i++) {
        struct wire_message m = WIRE_MESSAGE_INIT;
        const char *problem;
        char line[64];

        assert_string_equal(notify_urgency_to_string((enum notify_urgency)i), choices[i]);
        assert_int_equal(notify_urgency_from_string(choices[i]), i);
        (void)snprintf(line, sizeof line, "urgency %s", choices[i]);
        assert_int_equal(wire_message_read(&m, line, &problem), WIRE_MORE);
        assert_int_equal(m.urgency, i);
        wire_message_done(&m);
    }
}

static void test_sources(void **state)
{
    size_t n;
    const char *const *choices = choices_of("activity", "source", &n);

    (void)state;
    assert_int_equal(n, _SOURCE_WANTED_MAX);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(source_kind_to_string((enum source_kind)i), choices[i]);
        assert_int_equal(source_kind_from_string(choices[i]), i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_urgencies),
        cmocka_unit_test(test_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
