/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every key with good and bad values: how it is shown, or the exact message.
 */
#include "settings-load.h"

#include "config/settings-table.h"

struct value_case {
    const char *section, *key, *value;
    const char *result; /* "= how it is shown", or the message behind "[section].key: " */
};

#define TIME_HELP "must be a time, as in 90s, 5min or 1h 30min"
#define KINDS "massage, mobility, stretch, strength, breathing, posture"
#define BOOL_CASES(section, key)                                                                             \
    {section, key, "yes", "= yes"}, {section, key, "No", "= no"}, {section, key, "true", "= yes"},           \
        {section, key, "false", "= no"}, {section, key, "on", "= yes"}, {section, key, "off", "= no"},       \
        {section, key, "1", "= yes"}, {section, key, "0", "= no"},                                           \
        {section, key, "yes please", "yes please: must be yes or no"},                                       \
        {section, key, "2", "2: must be yes or no"},                                                         \
    {                                                                                                        \
        section, key, "", "must be yes or no"                                                                \
    }

static const struct value_case cases[] = {
    {"activity", "source", "mutter", "= mutter"},
    {"activity", "source", "X11", "= x11"},
    {"activity", "source", "x12",
     "x12: no such choice; did you mean x11? Valid: auto, wayland, mutter, x11, screensaver, logind"},
    {"activity", "source", "", "no such choice; valid: auto, wayland, mutter, x11, screensaver, logind"},
    {"activity", "idle-after", "1s", "= 1s"},
    {"activity", "idle-after", "1.5min", "= 1min 30s"},
    {"activity", "idle-after", "1h", "= 1h"},
    {"activity", "idle-after", "3601s", "3601s: must be between 1s and 1h"},
    {"activity", "idle-after", "999ms", "999ms: must be between 1s and 1h"},
    {"activity", "idle-after", "0", "0: no unit: say min or s, as in 0min"},
    {"activity", "idle-after", "120", "120: no unit: say min or s, as in 120min"},
    {"activity", "idle-after", "2 minutos", "2 minutos: " TIME_HELP},
    {"activity", "idle-after", "-2min", "-2min: " TIME_HELP},
    {"activity", "idle-after", "", TIME_HELP},
    {"activity", "idle-after", "99999999999999999999y", "99999999999999999999y: must be between 1s and 1h"},
    {"activity", "idle-after-prompt", "2min", "= 2min"},
    {"activity", "idle-after-prompt", "10s", "= 10s"},
    {"activity", "idle-after-prompt", "121s", "2min 1s: must be at most idle-after (2min, the default)"},
    {"activity", "idle-after-prompt", "2h", "2h: must be between 1s and 1h"},
    BOOL_CASES("activity", "passive-sitting"),
    {"activity", "passive-limit", "24h", "= 1d"},
    {"activity", "passive-limit", "25h", "25h: must be between 1s and 1d"},
    {"activity", "standing-rate", "0%", "= 0%"},
    {"activity", "standing-rate", "100 %", "= 100%"},
    {"activity", "standing-rate", "101%", "101%: must be from 0% to 100%"},
    {"activity", "standing-rate", "50", "50: must be a percentage, as in 50%"},
    {"activity", "standing-rate", "-1%", "-1%: must be a whole number of per cent from 0% to 100%"},
    {"activity", "standing-rate", "%", "%: must be a whole number of per cent from 0% to 100%"},
    {"break.stretch", "after", "1s", "= 1s"},
    {"break.stretch", "after", "24h", "= 1d"},
    {"break.stretch", "after", "45", "45: no unit: say min or s, as in 45min"},
    {"break.stretch", "after", "0s", "0s: must be between 1s and 1d"},
    {"break.walk", "length", "12h", "= 12h"},
    {"break.walk", "length", "12h 1s", "12h 1s: must be between 1s and 12h"},
    {"break.walk", "kinds", "stretch, massage", "= massage, stretch"},
    {"break.walk", "kinds", "strech", "strech: no such word; did you mean stretch? Valid: " KINDS},
    {"break.walk", "kinds", "posture, strech",
     "posture, strech: no such word as strech; did you mean stretch? Valid: " KINDS},
    {"break.walk", "kinds", "", "at least one is needed; valid: " KINDS},
    {"break.walk", "kinds", "none", "none: at least one is needed; valid: " KINDS},
    {"break.walk", "kinds", "posture, posture", "posture, posture: posture is named twice"},
    {"break.walk", "kinds", "posture,", "posture,: a word is missing beside a comma"},
    BOOL_CASES("break.walk", "enabled"),
    {"reminder", "snooze", "1min", "= 1min"},
    {"reminder", "snooze", "4h", "= 4h"},
    {"reminder", "snooze", "59s", "59s: must be between 1min and 4h"},
    {"reminder", "snooze-limit", "0", "= 0"},
    {"reminder", "snooze-limit", "100", "= 100"},
    {"reminder", "snooze-limit", "101", "101: must be from 0 to 100"},
    {"reminder", "snooze-limit", "12abc", "12abc: must be a whole number from 0 to 100"},
    {"reminder", "snooze-limit", "0x3", "0x3: must be a whole number from 0 to 100"},
    {"reminder", "snooze-limit", "4294967297", "4294967297: must be from 0 to 100"},
    {"reminder", "repeat", "0", "= 0"},
    {"reminder", "repeat", "0s", "= 0"},
    {"reminder", "repeat", "24h", "= 1d"},
    {"reminder", "repeat", "500ms", "500ms: must be 0 or between 1s and 1d"},
    {"reminder", "repeat", "10", "10: no unit: say min or s, as in 10min"},
    {"reminder", "repeat-limit", "7", "= 7"},
    {"reminder", "repeat-limit", "-1", "-1: must be a whole number from 0 to 100"},
    {"reminder", "merge", "0", "= 0"},
    {"reminder", "merge", "2d", "2d: must be 0 or between 1s and 1d"},
    {"reminder", "urgency", "low", "= low"},
    {"reminder", "urgency", "loud", "loud: no such choice; did you mean low? Valid: low, normal, critical"},
    {"reminder", "sound", "yes", "= yes"},
    {"reminder", "sound", "off", "= no"},
    {"reminder", "sound", "message-new-instant", "= message-new-instant"},
    {"reminder", "sound", "../bell",
     "../bell: must be yes, no or the name of a sound, as in message-new-instant"},
    {"reminder", "sound", "", "must be yes, no or the name of a sound, as in message-new-instant"},
    {"reminder", "actions", "done,start", "= start, done"},
    {"reminder", "actions", "none", "= "},
    {"reminder", "actions", "", "= "},
    {"reminder", "actions", "snoze",
     "snoze: no such word; did you mean snooze? Valid: start, snooze, done, another"},
    {"reminder", "timeout", "server", "= server"},
    {"reminder", "timeout", "never", "= never"},
    {"reminder", "timeout", "15s", "= 15s"},
    {"reminder", "timeout", "15", "15: no unit: say min or s, as in 15min"},
    {"reminder", "timeout", "0s", "0s: must be between 1s and 1d"},
    {"reminder", "timeout", "maybe", "maybe: " TIME_HELP ", or server or never"},
    {"schedule", "wind-down", "21:30", "= 21:30"},
    {"schedule", "wind-down", "no", "= no"},
    {"schedule", "wind-down", "", "= no"},
    {"schedule", "wind-down", "24:00", "24:00: must be a time of day, as in 21:30, or no"},
    {"schedule", "wind-down", "yes", "yes: must be a time of day, as in 21:30, or no"},
    BOOL_CASES("hold", "do-not-disturb"),
    BOOL_CASES("hold", "camera"),
    BOOL_CASES("hold", "microphone"),
    BOOL_CASES("hold", "game-mode"),
    BOOL_CASES("hold", "inhibitors"),
    {"hold", "limit", "0", "= 0"},
    {"hold", "limit", "24h", "= 1d"},
    {"hold", "limit", "1", "1: no unit: say min or s, as in 1min"},
    {"profile", "tools", "foam-roller, Massage-Ball", "= foam-roller, massage-ball"},
    {"profile", "tools", "none", "= "},
    {"profile", "tools", "foam-roler",
     "foam-roler: no such word; did you mean foam-roller? Valid: foam-roller, massage-ball, "
     "massage-stick, handheld-massager, hands, wall, chair"},
    {"profile", "tools", "wall, wall", "wall, wall: word 2 is the same as word 1"},
    {"profile", "place", "floor-space", "= floor-space"},
    {"profile", "place", "floor", "floor: no such choice; valid: desk, room, floor-space"},
    BOOL_CASES("profile", "partner"),
    {"profile", "focus", "lower-back, neck", "= lower-back, neck"},
    {"profile", "focus", "nek",
     "nek: no such word; did you mean neck? Valid: neck, shoulders, "
     "upper-back, mid-back, lower-back, hips, glutes, hamstrings, whole-body"},
    {"profile", "goals", "stress, Chronic-Ache", "= stress, chronic-ache"},
    {"profile", "goals", "none", "= "},
    {"profile", "goals", "stres", "stres: no such word; did you mean stress? Valid: stress, chronic-ache"},
    {"profile", "conditions", "Rash@Shoulders, knee-problem", "= rash@shoulders, knee-problem"},
    {"profile", "conditions", "none", "= "},
    {"profile", "conditions", "knee-problem@hips",
     "only open-wound, bruise, skin-infection, rash and acute-inflammation can name a @region"},
    {"profile", "conditions", "rash@knee",
     "no such region after the @; valid: neck, shoulders, upper-back, "
     "mid-back, lower-back, hips, glutes, hamstrings, whole-body"},
    {"profile", "conditions", "rash, rash", "word 2 is the same as word 1"},
    {"profile", "conditions", "rash,,bruise", "a word is missing beside a comma"},
    {"profile", "pregnancy-due", "2027-03-01", "= 2027-03-01"},
    {"profile", "pregnancy-due", "2028-02-29", "= 2028-02-29"},
    {"profile", "pregnancy-due", "", "= "},
    {"profile", "pregnancy-due", "2027-02-29", "there is no such date"},
    {"profile", "pregnancy-due", "2100-02-29", "there is no such date"},
    {"profile", "pregnancy-due", "2027-13-01", "there is no such date"},
    {"profile", "pregnancy-due", "2027-00-10", "there is no such date"},
    {"profile", "pregnancy-due", "1.3.2027",
     "must be a date, written year-month-day with two digits for month and day"},
    {"profile", "prenatal-flow", "yes", "= yes"},
    {"profile", "prenatal-flow", "perhaps", "must be yes or no"},
    {"profile", "max-intensity", "1", "= 1"},
    {"profile", "max-intensity", "3", "= 3"},
    {"profile", "max-intensity", "0", "0: must be from 1 to 3"},
    {"profile", "max-intensity", "4", "4: must be from 1 to 3"},
    {"profile", "language", "de", "= de"},
    {"profile", "language", "pt_BR", "= pt_BR"},
    {"profile", "language", "Auto", "= auto"},
    {"profile", "language", "german", "german: must be auto or a language, as in de or pt_BR"},
    {"profile", "language", "de/..", "de/..: must be auto or a language, as in de or pt_BR"},
    {"profile", "emergency-number", "112", "= 112"},
    {"profile", "emergency-number", "", "= "},
    {"profile", "emergency-number", "call mum",
     "call mum: must be a telephone number: digits, blanks and + - ( ) / . *, at most 32"},
    {"profile", "advice-number", "+49 (116) 117", "= +49 (116) 117"},
    {"profile", "advice-number", "-",
     "-: must be a telephone number: digits, blanks and + - ( ) / . *, at most 32"},
    {"history", "keep", "forever", "= forever"},
    {"history", "keep", "18month", "= 547d 21h"},
    {"history", "keep", "100y", "= 100y"},
    {"history", "keep", "101y", "101y: must be between 1s and 100y"},
    {"history", "keep", "ever", "ever: " TIME_HELP ", or forever"},
    BOOL_CASES("history", "enabled"),
};

/* The value of a key as settings_write() shows it. */
static void check_shown(const struct settings *s, const struct value_case *c)
{
    char *text = show(s, false), line[256], *section, *end, *key;

    (void)snprintf(line, sizeof(line), "[%s]\n", c->section);
    section = strstr(text, line);
    assert_non_null(section);
    end = strstr(section, "\n\n");
    if (end)
        end[1] = 0;
    (void)snprintf(line, sizeof(line), "\n%s %s\n", c->key, c->result);
    key = strstr(section, line);
    if (!key)
        fail_msg("[%s].%s = %s: wanted %s in %s", c->section, c->key, c->value, c->result, section);
    free(text);
}

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct value_case *c = &cases[i];
        char text[256], expected[1024], *messages;
        struct settings *s;

        (void)snprintf(text, sizeof(text), "[%s]\n%s = %s\n", c->section, c->key, c->value);
        s = load(text, &messages);
        if (c->result[0] == '=') {
            assert_string_equal(messages, "");
            check_shown(s, c);
        } else {
            (void)snprintf(expected, sizeof(expected), ":2: [%s].%s: %s\n", c->section, c->key, c->result);
            assert_string_equal(messages, expected);
        }
        free(messages);
        settings_free(s);
    }
    /* No key is left out, neither with a good nor with a bad value. */
    for (size_t i = 0; i < settings_table_size; i++) {
        bool good = false, bad = false;

        for (size_t j = 0; j < ARRAY_SIZE(cases); j++)
            if (strncmp(cases[j].section, settings_table[i].section, strlen(settings_table[i].section)) ==
                    0 &&
                strcmp(cases[j].key, settings_table[i].key) == 0) {
                good |= cases[j].result[0] == '=';
                bad |= cases[j].result[0] != '=';
            }
        if (!good || !bad)
            fail_msg("[%s].%s is not tested", settings_table[i].section, settings_table[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
