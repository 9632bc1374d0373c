/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings as a whole: defaults, fallback, unknown names, breaks, working hours, checks across keys, privacy,
 * and that what is shown reads back to the same settings.
 */
#include "settings-load.h"

#include "source/source.h"

/* A bad value leaves the default, and good ones beside it hold. */
static void test_fallback(void **state)
{
    char *messages;
    struct settings *s = load("[reminder]\nsnooze = 5\nrepeat = 7min\n[profile]\ntools = nothing\n"
                              "[break.stretch]\nafter = soon\nlength = 4min\n",
                              &messages);

    (void)state;
    assert_int_equal(s->rules.snooze_usec, 5 * USEC_PER_MINUTE);
    assert_int_equal(s->rules.repeat_usec, 7 * USEC_PER_MINUTE);
    assert_non_null(s->tools);
    assert_null(s->tools[0]);
    assert_int_equal(s->rules.breaks[0].after_usec, 30 * USEC_PER_MINUTE);
    assert_int_equal(s->rules.breaks[0].length_usec, 4 * USEC_PER_MINUTE);
    free(messages);
    settings_free(s);
}

static void test_defaults(void **state)
{
    char *messages;
    struct settings *s = load("", &messages);
    const struct bc_rules *r = &s->rules;

    (void)state;
    assert_string_equal(messages, "");
    assert_int_equal(s->source, SETTING_SOURCE_AUTO);
    assert_int_equal(r->idle_after_usec, 120 * USEC_PER_SEC);
    assert_int_equal(r->idle_after_prompt_usec, 20 * USEC_PER_SEC);
    assert_true(r->passive_sitting);
    assert_int_equal(r->passive_limit_usec, USEC_PER_HOUR);
    assert_int_equal(r->standing_rate, 50);
    assert_int_equal(r->snooze_usec, 300 * USEC_PER_SEC);
    assert_int_equal(r->snooze_limit, 3);
    assert_int_equal(r->repeat_usec, 600 * USEC_PER_SEC);
    assert_int_equal(r->repeat_limit, 2);
    assert_int_equal(r->merge_usec, 600 * USEC_PER_SEC);
    assert_int_equal(r->hold_limit_usec, USEC_PER_HOUR);
    assert_int_equal(r->n_schedule, 0);
    assert_int_equal(r->n_breaks, 2);
    assert_string_equal(r->breaks[0].name, "stretch");
    assert_int_equal(r->breaks[0].after_usec, 30 * USEC_PER_MINUTE);
    assert_int_equal(r->breaks[0].length_usec, 3 * USEC_PER_MINUTE);
    assert_int_equal(r->breaks[0].kinds, BC_KINDS_ALL);
    assert_true(r->breaks[0].enabled);
    assert_string_equal(r->breaks[1].name, "walk");
    assert_int_equal(r->breaks[1].after_usec, 90 * USEC_PER_MINUTE);
    assert_int_equal(r->breaks[1].length_usec, 10 * USEC_PER_MINUTE);
    assert_int_equal(r->breaks[1].kinds, 1u << BC_KIND_MOBILITY);
    assert_true(r->breaks[1].enabled);
    assert_int_equal(s->urgency, SETTING_URGENCY_NORMAL);
    assert_null(s->sound);
    assert_int_equal(s->actions, SETTING_ACTION_START | SETTING_ACTION_SNOOZE | SETTING_ACTION_DONE |
                                     SETTING_ACTION_ANOTHER);
    assert_int_equal(s->timeout_usec, 0);
    assert_int_equal(s->wind_down_min, -1);
    assert_true(s->hold_do_not_disturb && s->hold_camera && s->hold_microphone && s->hold_game_mode);
    assert_false(s->hold_inhibitors);
    assert_null(s->tools[0]);
    assert_null(s->focus[0]);
    assert_null(s->goals[0]);
    assert_null(s->conditions[0]);
    assert_int_equal(s->place, SETTING_PLACE_DESK);
    assert_false(s->partner);
    assert_null(s->pregnancy_due);
    assert_int_equal(s->max_intensity, 2);
    assert_string_equal(s->language, "auto");
    assert_null(s->emergency_number);
    assert_null(s->advice_number);
    assert_int_equal(s->history_keep_usec, 2 * 31557600 * USEC_PER_SEC);
    assert_true(s->history_enabled);
    free(messages);
    settings_free(s);
}

/* The words are those of the rooms that use them. */
static void test_words(void **state)
{
    static const struct {
        const char *word;
        int kind;
    } sources[] = {{"auto", SOURCE_AUTO}, {"wayland", SOURCE_WAYLAND},         {"mutter", SOURCE_MUTTER},
                   {"x11", SOURCE_X11},   {"screensaver", SOURCE_SCREENSAVER}, {"logind", SOURCE_LOGIND}};
    char text[128], *messages;
    struct settings *s;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
        (void)snprintf(text, sizeof(text), "[activity]\nsource = %s\n", sources[i].word);
        s = load(text, &messages);
        assert_int_equal((int)s->source, sources[i].kind);
        free(messages);
        settings_free(s);
    }
    assert_int_equal(ARRAY_SIZE(sources), _SOURCE_WANTED_MAX);
    for (unsigned i = 0; i < _BC_KIND_MAX; i++) {
        (void)snprintf(text, sizeof(text), "[break.walk]\nkinds = %s\n",
                       bc_exercise_kind_to_string((enum bc_exercise_kind)i));
        s = load(text, &messages);
        assert_int_equal(s->rules.breaks[1].kinds, 1u << i);
        free(messages);
        settings_free(s);
    }
}

static void test_unknown_names(void **state)
{
    (void)state;
    check("[activty]\nsource = nonsense\n",
          ":1: [activty]: unknown section; did you mean [activity]? Valid: activity, break.NAME, reminder, "
          "schedule, hold, profile, history\n");
    check("[zebra]\n", ":1: [zebra]: unknown section; valid: activity, break.NAME, reminder, schedule, hold, "
                       "profile, history\n");
    check("[break]\nafter = 1min\n",
          ":1: [break]: a break needs a name: [break.stretch], [break.walk] or one of your own\n");
    check("[break.a b]\nafter = 1min\n",
          ":1: [break.a b]: a break's name is made of letters, digits, - and _, at most 63\n");
    check("[break.]\n", ":1: [break.]: a break's name is made of letters, digits, - and _, at most 63\n");
    check("[reminder]\nsnoze = 1min\n[hold]\nfilm = yes\n",
          ":2: [reminder].snoze: unknown key; did you mean snooze? Valid: snooze, snooze-limit, repeat, "
          "repeat-limit, merge, urgency, sound, actions, timeout\n"
          ":4: [hold].film: unknown key; valid: do-not-disturb, camera, microphone, game-mode, inhibitors, "
          "limit\n");
    check(
        "[break.walk]\nlenght = 1min\n",
        ":2: [break.walk].lenght: unknown key; did you mean length? Valid: after, length, kinds, enabled\n");
    check("[Reminder]\nSnooze = 6min\n", "");
}

static void test_idle(void **state)
{
    char *messages, expected[256];
    struct settings *s = load("[activity]\nidle-after = 5s\n", &messages);

    (void)state;
    /* The default follows silently. */
    assert_string_equal(messages, "");
    assert_int_equal(s->rules.idle_after_prompt_usec, 5 * USEC_PER_SEC);
    free(messages);
    settings_free(s);
    (void)snprintf(expected, sizeof(expected),
                   ":3: [activity].idle-after-prompt: 40s: must be at most idle-after (30s, :2)\n");
    check("[activity]\nidle-after = 30s\nidle-after-prompt = 40s\n", expected);
    check("[activity]\nidle-after-prompt = 40s\nidle-after = 30s\n",
          ":3: [activity].idle-after: 30s: must be at least idle-after-prompt (40s, :2)\n");
}

static void test_breaks(void **state)
{
    char *messages;
    struct settings *s =
        load("[break.Eyes]\nafter = 20min\nlength = 1min\n[break.walk]\nenabled = no\n", &messages);

    (void)state;
    assert_string_equal(messages, "");
    assert_int_equal(s->rules.n_breaks, 3);
    assert_false(s->rules.breaks[1].enabled);
    assert_string_equal(s->rules.breaks[2].name, "eyes");
    assert_int_equal(s->rules.breaks[2].after_usec, 20 * USEC_PER_MINUTE);
    assert_int_equal(s->rules.breaks[2].kinds, BC_KINDS_ALL);
    assert_true(s->rules.breaks[2].enabled);
    free(messages);
    settings_free(s);
    check("[break.eyes]\n[break.arms]\nafter = 1h\n[break.feet]\nlength = 1h\n",
          ":1: [break.eyes]: a break of your own needs after and length\n"
          ":2: [break.arms]: a break of your own needs length\n"
          ":4: [break.feet]: a break of your own needs after\n");
}

static void check_schedule(const char *text, const char *days)
{
    char *messages, *shown = NULL;
    size_t size;
    FILE *f = open_memstream(&shown, &size);
    struct settings *s = load(text, &messages);

    assert_string_equal(messages, "");
    for (size_t i = 0; i < s->rules.n_schedule; i++)
        (void)fprintf(f, "%d:%d-%d ", s->rules.schedule[i].weekday, s->rules.schedule[i].start_min,
                      s->rules.schedule[i].end_min);
    (void)fclose(f);
    assert_string_equal(shown, days);
    free(shown);
    free(messages);
    settings_free(s);
}

static void test_schedule(void **state)
{
    (void)state;
    check_schedule("[schedule]\n", "");
    check_schedule("[schedule]\nMon = 09:00-12:30, 13:30-18:00\n", "1:540-750 1:810-1080 ");
    check_schedule("[schedule]\nMon = 13:30-18:00, 9:00-12:30\n", "1:540-750 1:810-1080 ");
    check_schedule("[schedule]\nSat, Sun = 10:00-11:00\n", "0:600-660 6:600-660 ");
    check_schedule("[schedule]\nfri-monday = 10:00-11:00\n", "0:600-660 1:600-660 5:600-660 6:600-660 ");
    check_schedule("[schedule]\nTue = 22:00-02:00\n", "2:1320-1560 ");
    check_schedule("[schedule]\nTue = 00:00-24:00\n", "2:0-1440 ");
    check_schedule("[schedule]\nTue = 22:00-00:00\n", "2:1320-1440 ");
    check_schedule("[schedule]\nTue = 22:00-24:00, 08:00-09:00\nWed = none\nThu =\n",
                   "2:480-540 2:1320-1440 ");
    check("[schedule]\nMno = 09:00-10:00\n",
          ":2: [schedule].Mno: unknown key; did you mean Mon? Valid: days as "
          "in Mon, Mon-Fri or Sat, Sun; or wind-down\n");
    check("[schedule]\nwinddown = 21:00\n",
          ":2: [schedule].winddown: unknown key; did you mean wind-down? Valid: "
          "days as in Mon, Mon-Fri or Sat, Sun; or wind-down\n");
    check("[schedule]\nholidays = none\n",
          ":2: [schedule].holidays: unknown key; valid: days as in Mon, Mon-Fri or Sat, Sun; or wind-down\n");
    check("[schedule]\nMon- = 09:00-10:00\n",
          ":2: [schedule].Mon-: unknown key; did you mean Mon? Valid: days as "
          "in Mon, Mon-Fri or Sat, Sun; or wind-down\n");
#define SPANS "must be spans as in 09:00-12:30, 13:30-18:00, or none\n"
    check("[schedule]\nMon = 9-17\n", ":2: [schedule].Mon: 9-17: " SPANS);
    check("[schedule]\nMon = 09:00-25:00\n", ":2: [schedule].Mon: 09:00-25:00: " SPANS);
    check("[schedule]\nMon = 24:00-25:00\n", ":2: [schedule].Mon: 24:00-25:00: " SPANS);
    check("[schedule]\nMon = 09:00-10:00,\n", ":2: [schedule].Mon: 09:00-10:00,: " SPANS);
    check("[schedule]\nMon = 09:00\n", ":2: [schedule].Mon: 09:00: " SPANS);
    check("[schedule]\nMon = 09:00-09:00\n",
          ":2: [schedule].Mon: 09:00-09:00: a span ends where it begins; a whole day is 00:00-24:00\n");
    check("[schedule]\nMon = 09:00-12:00, 11:59-13:00\n",
          ":2: [schedule].Mon: 09:00-12:00, 11:59-13:00: two spans overlap\n");
    check("[schedule]\nMon-Fri = 09:00-12:00\nWed = 10:00-11:00\n",
          ":3: [schedule].Wed: 10:00-11:00: Wed is named in line 2 already\n");
    check("[schedule]\nMon-Sun = none\n",
          ":2: [schedule]: no day has working hours: nothing would ever be said; "
          "to switch breaks off, set enabled = no in them\n");
}

/* Whatever is wrong with them, conditions and the due date are in no message, and no neighbour of theirs. */
static void test_private(void **state)
{
    static const char *const texts[] = {
        "[profile]\nconditions = secretive\n",
        "[profile]\nconditions = rash, secretive\n",
        "[profile]\nconditions = osteoporosiss\n",
        "[profile]\nconditions = fever@secret\n",
        "[profile]\nconditions = rash@secret\n",
        "[profile]\nconditions = \"osteoporosiss\n",
        "[profile]\nconditions = osteoporosiss;x\n",
        "[profile]\nconditions = osteoporosiss, osteoporosiss\n",
        "[profile]\npregnancy-due = 2027-99-99\n",
        "[profile]\npregnancy-due = secret\n",
        "[profile]\nosteoporosiss = yes\n",
        "[profile]\nconditions : osteoporosiss\n",
        "[profile]\nconditions = rash,\n osteoporosiss\n",
        "[osteoporosis]\nx = y\n",
        "[Rash@Secret]\n",
        "[pregnancy]\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        char *messages, *p;
        struct settings *s = load(texts[i], &messages);

        assert_string_not_equal(messages, "");
        /* What is listed as valid is the same for everybody. */
        p = strstr(messages, "alid: ");
        if (p)
            *p = 0;
        if (strstr(messages, "secret") || strstr(messages, "osteo") || strstr(messages, "99") ||
            strstr(messages, "mean") || strcasestr(messages, "rash@") || strstr(messages, "[pregnan"))
            fail_msg("%s -> %s", texts[i], messages);
        free(messages);
        settings_free(s);
    }
    check("[profile]\nconditions = secret\n[hold]\ncamera = x\n",
          ":2: [profile].conditions: word 1 is not known; valid: bladder-bowel-change, saddle-numbness, "
          "limb-weakness, both-legs-symptoms, recent-trauma, chest-pain-or-breathless, head-neck-warning, "
          "pregnancy-warning-sign, severe-pain, persistent-pain, limb-numbness, fever, weight-loss, "
          "night-pain, "
          "spine-shape-change, leg-clot-signs, osteoporosis, blood-clot, bleeding-risk, nerve-compression, "
          "disc-problem, spine-structural, unexplained-pain, recent-fracture, recent-surgery, cancer-active, "
          "heart-or-bp, reduced-sensation, high-risk-pregnancy, open-wound, bruise, skin-infection, rash, "
          "acute-inflammation, pregnancy-t1, pregnancy-t2, pregnancy-t3, postpartum-recent, "
          "pelvic-girdle-pain, "
          "neck-problem, shoulder-problem, wrist-problem, knee-problem, balance-problem, head-low-unsafe, "
          "implanted-device\n:4: [hold].camera: x: must be yes or no\n");
}

/* What could not be read may have been a condition: nobody is then taken for healthy. */
static void test_doubtful_profile(void **state)
{
    static const struct {
        const char *text;
        bool doubtful;
    } cases[] = {
        {"", false},
        {"[profile]\nconditions = rash@shoulders\npregnancy-due = 2027-03-01\n", false},
        {"[reminder]\nsnooze = 5\n[profile]\ntools = nothing\n", false},
        {"[profile]\nconditions = osteoporosiss\n", true},
        {"[profile]\npregnancy-due = 2027-02-30\n", true},
        {"[profile]\ncondition = osteoporosis\n", true},
        {"[profil]\nconditions = osteoporosis\n", true},
        {"[profile]\nconditions osteoporosis\n", true},
        {"[profile]\nconditions = osteoporosis\nconditions =\n", true},
        {"[reminder]\nsnooze = disc-problem\n", true},
        {"[activity]\nosteoporosis = yes\n", true},
        {"[schedule]\nMon = recent-fracture\n", true},
        {"[profile]\ntools = osteoporosis\n", true},
        {"[break.x]\nafter = 1h\nlength = 1min\nkinds = rash\n", true},
        {"[reminder]\nsnooze = soon\nrepaet = 5min\n[schedule]\nMon = always\n[break.x]\nkinds = dance\n",
         false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char *messages;
        struct settings *s = load(cases[i].text, &messages);

        if (s->profile_doubtful != cases[i].doubtful)
            fail_msg("%s: doubtful is %d", cases[i].text, s->profile_doubtful);
        free(messages);
        settings_free(s);
    }
}

/* A condition that can be read holds, whatever stands beside it. */
static void test_good_conditions_stay(void **state)
{
    static const struct {
        const char *value, *words, *mistake;
    } cases[] = {
        {"fever, osteoporosiss", "fever", "word 2 is not known"},
        {"nothing, Fever,, rash@neck", "fever rash@neck", "word 1 is not known"},
        {"fever,", "fever", "a word is missing beside a comma"},
        {"fever, rash, FEVER", "fever rash", "word 3 is the same as word 1"},
        {"fever@neck, severe-pain", "severe-pain", "can name a @region"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[128], words[64] = "", *messages;
        struct settings *s;

        (void)snprintf(text, sizeof text, "[profile]\nconditions = %s\n", cases[i].value);
        s = load(text, &messages);
        for (char **p = s->conditions; *p; p++)
            (void)snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", *words ? " " : "",
                           *p);
        assert_string_equal(words, cases[i].words);
        assert_true(s->profile_doubtful);
        assert_non_null(strstr(messages, cases[i].mistake));
        free(messages);
        settings_free(s);
    }
    /* What is no condition has no such haste. */
    {
        char *messages;
        struct settings *s = load("[profile]\ntools = foam-roller, hammer\n", &messages);

        assert_null(s->tools[0]);
        free(messages);
        settings_free(s);
    }
}

static void test_conditions(void **state)
{
    size_t n = 0;

    (void)state;
    while (settings_conditions[n])
        assert_true(settings_condition_valid(settings_conditions[n++]));
    assert_int_equal(n, 46);
    assert_true(settings_condition_valid("rash@lower-back"));
    assert_true(settings_condition_valid("open-wound@whole-body"));
    assert_false(settings_condition_valid("rash@"));
    assert_false(settings_condition_valid("fever@neck"));
    assert_false(settings_condition_valid("rash@neck@hips"));
    assert_false(settings_condition_valid(""));
}

/* A long value is cut in its message, and not within a letter. */
static void test_long_value(void **state)
{
    char text[512] = "[reminder]\nurgency = ", expected[512] = ":2: [reminder].urgency: ", *messages;
    struct settings *s;

    (void)state;
    (void)strcat(text, "x");
    (void)strcat(expected, "x");
    for (int i = 0; i < 100; i++)
        (void)strcat(text, "ä");
    for (int i = 0; i < 29; i++)
        (void)strcat(expected, "ä");
    (void)strcat(expected, "…: no such choice; valid: low, normal, critical\n");
    s = load(text, &messages);
    assert_string_equal(messages, expected);
    free(messages);
    settings_free(s);
}

static void test_round_trip(void **state)
{
    char *messages, *first, *second;
    struct settings *s =
        load("[activity]\nsource=x11\nidle-after=90s\npassive-limit=1h 1s\n[break.eyes]\nafter=20min\n"
             "length=61s\nkinds=posture\n[reminder]\nrepeat=0\nsound=bell\nactions=none\n"
             "timeout=never\n[schedule]\nMon-Fri=09:00-12:30, 22:00-02:00\nSun=00:00-24:00\n"
             "wind-down=21:05\n[profile]\nconditions=rash@neck, fever\npregnancy-due=2027-03-01\n"
             "emergency-number=+1 (2)\n[history]\nkeep=forever\n",
             &messages);

    (void)state;
    assert_string_equal(messages, "");
    free(messages);
    first = show(s, false);
    settings_free(s);
    s = load(first, &messages);
    assert_string_equal(messages, "");
    free(messages);
    second = show(s, false);
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "\nMon = 09:00-12:30, 22:00-02:00\n"));
    assert_non_null(strstr(first, "\nSun = 00:00-24:00\n"));
    free(first);
    free(second);
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_breaks),
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_doubtful_profile),
        cmocka_unit_test(test_good_conditions_stay),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
