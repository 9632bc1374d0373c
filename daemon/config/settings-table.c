/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every setting, once: name, type, range, default and what it means. The parser, the shipped file, the manual
 * page and `config show` read this table and nothing else.
 */
#include "config/settings-table.h"

#define FIELD(member) .offset = offsetof(struct settings, member)
#define BREAK_FIELD(member) .offset = offsetof(struct bc_break_rule, member)
#define RANGE(low, high) .min = (low), .max = (high)
#define YEAR (31557600 * USEC_PER_SEC)

static const char *const source_choices[] = {"auto",        "wayland", "mutter", "x11",
                                             "screensaver", "logind",  NULL};
static const char *const urgency_choices[] = {"low", "normal", "critical", NULL};
static const char *const action_choices[] = {"start", "snooze", "done", "another", NULL};
static const char *const place_choices[] = {"desk", "room", "floor-space", NULL};
/* In the order of enum bc_exercise_kind. */
static const char *const kind_choices[] = {"massage",   "mobility", "stretch", "strength",
                                           "breathing", "posture",  NULL};

static const struct setting_word timeout_words[] = {{"server", 0}, {"never", USEC_INFINITY}, {0}};
static const struct setting_word keep_words[] = {{"forever", USEC_INFINITY}, {0}};

const char *const weekday_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", NULL};

const char *const settings_tools[] = {"foam-roller", "massage-ball", "massage-stick", "handheld-massager",
                                      "hands",       "wall",         "chair",         NULL};

const char *const settings_regions[] = {"neck", "shoulders", "upper-back", "mid-back",   "lower-back",
                                        "hips", "glutes",    "hamstrings", "whole-body", NULL};

const char *const settings_goals[] = {"stress", "chronic-ache", NULL};

const char *const settings_conditions[] = {
    /* what needs help at once */
    "bladder-bowel-change", "saddle-numbness", "limb-weakness", "both-legs-symptoms", "recent-trauma",
    "chest-pain-or-breathless", "head-neck-warning", "pregnancy-warning-sign",
    /* what needs a doctor soon */
    "severe-pain", "persistent-pain", "limb-numbness", "fever", "weight-loss", "night-pain",
    "spine-shape-change", "leg-clot-signs",
    /* what asks for advice first */
    "osteoporosis", "blood-clot", "bleeding-risk", "nerve-compression", "disc-problem", "spine-structural",
    "unexplained-pain", "recent-fracture", "recent-surgery", "cancer-active", "heart-or-bp",
    "reduced-sensation", "high-risk-pregnancy",
    /* local ones, each with an optional @region: the same five as in local_conditions */
    "open-wound", "bruise", "skin-infection", "rash", "acute-inflammation",
    /* what changes the choice */
    "pregnancy-t1", "pregnancy-t2", "pregnancy-t3", "postpartum-recent", "pelvic-girdle-pain", "neck-problem",
    "shoulder-problem", "wrist-problem", "knee-problem", "balance-problem", "head-low-unsafe",
    "implanted-device", NULL};

const struct setting_section setting_sections[] = {
    {"activity", "How BackCare learns whether you sit at the machine, and what counts as sitting."},
    {SETTING_BREAK,
     "A break: after how much sitting you are reminded, and how long a rest must be. stretch and walk are "
     "there "
     "without being named; add as many of your own as you like, such as [break.eyes] with after = 20min and "
     "length = 1min: those two keys are then needed. A name is made of letters, digits, - and _; upper and "
     "lower "
     "case are the same."},
    {"reminder", "How you are reminded, and how often."},
    {SETTING_SCHEDULE,
     "Working hours: outside them you are not reminded. With no day named here, reminders come at any time; "
     "once one is named, a day that is not named has no working hours. A key is a day (Mon, Tue, Wed, Thu, "
     "Fri, "
     "Sat, Sun), a range of days (Mon-Fri) or several (Sat, Sun); its value is one span or more, such as "
     "09:00-12:30, "
     "13:30-18:00. A span may run to 24:00, or over midnight: 22:00-02:00 belongs to the day on which it "
     "begins. "
     "none as the value gives a day no working hours. A day may be named only once in a file; a file "
     "read later replaces the days that it names and leaves the others, so Mon = 10:00-14:00 in your own "
     "file "
     "changes Monday alone where the administrator's says Mon-Fri. Mon-Sun = 00:00-24:00 is always."},
    {"hold", "Bad moments: while one lasts, a reminder waits."},
    {"profile",
     "What suits you. conditions and pregnancy-due are private: they stay in this file, and no notification, "
     "journal, history or error message ever holds them."},
    {"history", "What is kept of your breaks and sitting times, on this machine only."},
    {0}};

const struct built_in_break built_in_breaks[] = {
    {"stretch", {"30min", "3min", "massage, mobility, stretch, strength, breathing, posture", "yes"}},
    {"walk", {"90min", "10min", "mobility", "yes"}},
    {0}};

#define DAY USEC_PER_DAY
#define HOUR USEC_PER_HOUR
#define SECOND USEC_PER_SEC

const struct setting settings_table[] = {
    {"activity", "source", SETTING_CHOICE, FIELD(source), .choices = source_choices, .fallback = "auto",
     .meaning =
         "Where activity is learned from. auto takes the best one that works here and changes when it is "
         "lost; `backcarectl status` shows which it is, and `backcarectl doctor` why."},
    {"activity", "idle-after", SETTING_TIME, FIELD(rules.idle_after_usec), RANGE(SECOND, HOUR),
     .fallback = "2min",
     .meaning =
         "Without input for so long you count as away, from the last input on. A shorter pause is reading "
         "or thinking and counts as sitting."},
    {"activity", "idle-after-prompt", SETTING_TIME, FIELD(rules.idle_after_prompt_usec), RANGE(SECOND, HOUR),
     .fallback = "20s",
     .meaning =
         "The same while you have just been asked to rest, and in a guided break: who takes the hands off "
         "then is believed sooner. At most idle-after; where only idle-after is set lower than this, this "
         "follows it."},
    {"activity", "passive-sitting", SETTING_BOOL, FIELD(rules.passive_sitting), .fallback = "yes",
     .meaning =
         "Whether a film or a call, which keeps the screen from going blank, counts as sitting although "
         "there is no input. Changes nothing where the desktop is silent meanwhile, as KWin 5.27 and "
         "sway 1.7 are: backcarectl doctor says so."},
    {"activity", "passive-limit", SETTING_TIME, FIELD(rules.passive_limit_usec), RANGE(SECOND, DAY),
     .fallback = "1h", .meaning = "After so long without input you count as away even then."},
    {"activity", "standing-rate", SETTING_PERCENT, FIELD(rules.standing_rate), RANGE(0, 100),
     .fallback = "50%",
     .meaning =
         "How much of the time at a standing desk counts; sitting is 100%. Used when a desk or you tell "
         "BackCare the posture."},

    {SETTING_BREAK, "after", SETTING_TIME, BREAK_FIELD(after_usec), RANGE(SECOND, DAY),
     .meaning = "You are reminded after so much sitting."},
    {SETTING_BREAK, "length", SETTING_TIME, BREAK_FIELD(length_usec), RANGE(SECOND, 12 * HOUR),
     .meaning =
         "A rest of this length, asked for or not, starts the count anew; at least half of it lowers it."},
    {SETTING_BREAK, "kinds", SETTING_FLAGS, BREAK_FIELD(kinds), .min = 1, .choices = kind_choices,
     .fallback = "massage, mobility, stretch, strength, breathing, posture",
     .meaning = "What sort of exercise is proposed for this break."},
    {SETTING_BREAK, "enabled", SETTING_BOOL, BREAK_FIELD(enabled), .fallback = "yes",
     .meaning = "Whether this break is on."},

    {"reminder", "snooze", SETTING_TIME, FIELD(rules.snooze_usec), RANGE(USEC_PER_MINUTE, 4 * HOUR),
     .fallback = "5min",
     .meaning = "How long a reminder is put off when you snooze it without naming a time."},
    {"reminder", "snooze-limit", SETTING_COUNT, FIELD(rules.snooze_limit), RANGE(0, 100), .fallback = "3",
     .meaning = "How often one break can be snoozed; 0 is without limit."},
    {"reminder", "repeat", SETTING_TIME, FIELD(rules.repeat_usec), RANGE(SECOND, DAY), .zero = true,
     .fallback = "10min",
     .meaning =
         "A reminder without an answer is shown again after so much more sitting; 0 shows it only once."},
    {"reminder", "repeat-limit", SETTING_COUNT, FIELD(rules.repeat_limit), RANGE(0, 100), .fallback = "2",
     .meaning = "How often it is shown again, at most."},
    {"reminder", "merge", SETTING_TIME, FIELD(rules.merge_usec), RANGE(SECOND, DAY), .zero = true,
     .fallback = "10min",
     .meaning =
         "A longer break that would be due within this time is proposed at once in place of a shorter one, "
         "so that two reminders don't come minutes apart; 0 never does."},
    {"reminder", "urgency", SETTING_CHOICE, FIELD(urgency), .choices = urgency_choices, .fallback = "normal",
     .meaning =
         "The urgency of the notification. What that means is up to your desktop: low may be shown in the "
         "list only, critical may stay until it is closed."},
    {"reminder", "sound", SETTING_SOUND, FIELD(sound), .fallback = "no",
     .meaning =
         "Whether the notification asks for a sound: yes is the usual one, a name is taken from the sound "
         "theme, such as bell or message-new-instant."},
    {"reminder", "actions", SETTING_FLAGS, FIELD(actions), .choices = action_choices,
     .fallback = "start, snooze, done, another",
     .meaning =
         "Which buttons the notification has, where the desktop shows buttons. With none it has no buttons."},
    {"reminder", "timeout", SETTING_TIME, FIELD(timeout_usec), RANGE(SECOND, DAY), .words = timeout_words,
     .fallback = "server",
     .meaning =
         "How long the notification stays on the screen: server leaves it to the desktop, never keeps it "
         "until it is closed. One that has gone is not an answer."},

    {SETTING_SCHEDULE, "wind-down", SETTING_CLOCK, FIELD(wind_down_min), .fallback = "no",
     .meaning =
         "At this time of day, or when you come back within two hours after it, the evening's routine is "
         "proposed once. Working hours don't matter to it; a hold, a pause or a snooze does. An hour before "
         "bedtime is a good time. It needs a break that is enabled."},

    {"hold", "do-not-disturb", SETTING_BOOL, FIELD(hold_do_not_disturb), .fallback = "yes", .later = true,
     .meaning = "Wait while the desktop's do-not-disturb is on."},
    {"hold", "camera", SETTING_BOOL, FIELD(hold_camera), .fallback = "yes", .later = true,
     .meaning = "Wait while a program uses a camera."},
    {"hold", "microphone", SETTING_BOOL, FIELD(hold_microphone), .fallback = "yes", .later = true,
     .meaning = "Wait while a program records from a microphone."},
    {"hold", "game-mode", SETTING_BOOL, FIELD(hold_game_mode), .fallback = "yes", .later = true,
     .meaning = "Wait while GameMode is on."},
    {"hold", "inhibitors", SETTING_BOOL, FIELD(hold_inhibitors), .fallback = "no", .later = true,
     .meaning = "Wait while anything keeps the screen from going blank, such as a film."},
    {"hold", "limit", SETTING_TIME, FIELD(rules.hold_limit_usec), RANGE(SECOND, DAY), .zero = true,
     .fallback = "1h", .meaning = "After so long the reminder comes all the same; 0 waits without end."},

    {"profile", "tools", SETTING_WORDS, FIELD(tools), .choices = settings_tools, .fallback = "",
     .meaning = "What you have at hand. Hands, a wall and a chair count as there anyway."},
    {"profile", "place", SETTING_CHOICE, FIELD(place), .choices = place_choices, .fallback = "desk",
     .meaning =
         "Where you can exercise: at the desk only, anywhere in the room with a wall, or also on the floor."},
    {"profile", "partner", SETTING_BOOL, FIELD(partner), .fallback = "no",
     .meaning = "Whether somebody is there for exercises of two."},
    {"profile", "focus", SETTING_WORDS, FIELD(focus), .choices = settings_regions, .fallback = "",
     .meaning = "Regions that shall come more often."},
    {"profile", "goals", SETTING_WORDS, FIELD(goals), .choices = settings_goals, .fallback = "",
     .meaning =
         "What you would like more of: stress brings calming exercises more often, chronic-ache those that "
         "move, stretch or strengthen the back, for an ache that a professional has looked at and that stays "
         "as it is. Nothing is left out for it."},
    {"profile", "conditions", SETTING_WORDS, FIELD(conditions), .choices = settings_conditions,
     .fallback = "", .is_private = true,
     .meaning =
         "What must be minded for your safety: an exercise that does not go with it is not proposed. With "
         "what "
         "needs a doctor soon BackCare says so and stops, reminders included, until you take it out again. "
         "open-wound, bruise, skin-infection, rash and "
         "acute-inflammation may name a region: rash@shoulders; without one they are everywhere. BackCare "
         "is no medical advice."},
    {"profile", "pregnancy-due", SETTING_DATE, FIELD(pregnancy_due), .fallback = "", .is_private = true,
     .meaning =
         "The due date: exercises are chosen and changed for each trimester, and for the 12 weeks after. "
         "Change it if the date changes, and take it out when it is no longer true."},
    {"profile", "prenatal-flow", SETTING_BOOL, FIELD(prenatal_flow), .fallback = "no", .is_private = true,
     .meaning = "Whether the wind-down is a gentle flow, made for a pregnancy, on Monday, Wednesday and "
                "Friday evenings. "
                "Only with wind-down."},
    {"profile", "max-intensity", SETTING_COUNT, FIELD(max_intensity), RANGE(1, 3), .fallback = "2",
     .meaning = "How demanding an exercise may be: 1 is gentle, 3 strong."},
    {"profile", "language", SETTING_LANGUAGE, FIELD(language), .fallback = "auto",
     .meaning =
         "The language of the exercises, such as de or pt_BR; auto is that of the session. An exercise that "
         "is not translated is shown in its own language."},
    {"profile", "emergency-number", SETTING_NUMBER, FIELD(emergency_number), .fallback = "",
     .meaning = "The emergency number where you live, for advice that names one."},
    {"profile", "advice-number", SETTING_NUMBER, FIELD(advice_number), .fallback = "",
     .meaning = "The number of a medical advice line, for the same."},

    {"history", "keep", SETTING_TIME, FIELD(history_keep_usec), RANGE(SECOND, 100 * YEAR),
     .words = keep_words, .fallback = "2y", .later = true, .meaning = "How long records are kept."},
    {"history", "enabled", SETTING_BOOL, FIELD(history_enabled), .fallback = "yes",
     .meaning = "Whether records are kept. With no, those that are there stay."},
};

const size_t settings_table_size = ARRAY_SIZE(settings_table);
