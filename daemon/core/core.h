/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The core: when the back has been loaded for too long, and whether now is a moment to say so. It is data and
 * one function, bc_core_step(): events in, effects out. It reads no clock, does no I/O and allocates nothing
 * in a step; time comes only from events. It must not know buses, files, notifications or the text of an
 * exercise.
 *
 * Every instant is on CLOCK_BOOTTIME in microseconds (in a replay: since the start of the trace); it may be
 * negative for what happened before a reboot. USEC_INFINITY is "never", BC_NO_TIME "none".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/macro.h"
#include "util/time-util.h"

#define BC_NAME_MAX 63 /* bytes of a break's name or an exercise's id, without the NUL */
#define BC_NO_TIME INT64_MIN
/* Instants lie within this of 0: a thousand years, so that sums of exposure stay far from overflow. */
#define BC_TIME_MAX (365250 * USEC_PER_DAY)

enum bc_exercise_kind {
    BC_KIND_MASSAGE,
    BC_KIND_MOBILITY,
    BC_KIND_STRETCH,
    BC_KIND_STRENGTH,
    BC_KIND_BREATHING,
    BC_KIND_POSTURE,
    _BC_KIND_MAX,
    _BC_KIND_INVALID = -EINVAL,
};

#define BC_KINDS_ALL ((1u << _BC_KIND_MAX) - 1)

/* What the core is told of the settings. */
struct bc_break_rule {
    char name[BC_NAME_MAX + 1];
    usec_t after_usec;  /* exposure at which it is due, > 0 */
    usec_t length_usec; /* how long a rest must be, > 0 */
    uint32_t kinds;     /* bits 1 << enum bc_exercise_kind that suit it, never 0 */
    bool enabled;
};

/* One span of working hours: from @start_min of @weekday (0 = Sunday, as tm_wday) until @end_min, exclusive,
 * in minutes since that day's midnight; end_min goes to 2880 for a span that runs over midnight. */
struct bc_work_span {
    int weekday;
    int start_min;
    int end_min;
};

struct bc_rules {
    usec_t idle_after_usec;
    usec_t idle_after_prompt_usec;
    bool passive_sitting;
    usec_t passive_limit_usec;
    unsigned standing_rate; /* per cent, 0 to 100 */
    usec_t snooze_usec;
    unsigned snooze_limit; /* 0 = none */
    usec_t repeat_usec;    /* 0 = show once */
    unsigned repeat_limit;
    usec_t merge_usec;
    usec_t hold_limit_usec; /* 0 = without end */
    const struct bc_break_rule *breaks;
    size_t n_breaks;
    const struct bc_work_span *schedule; /* none: always on */
    size_t n_schedule;
};

/* What makes an exercise likelier, or less likely, for this person. */
enum bc_item_flag {
    BC_ITEM_FOCUS = 1 << 0,   /* for a region that the person has named */
    BC_ITEM_GOAL = 1 << 1,    /* for what the person wants more of */
    BC_ITEM_CALM = 1 << 2,    /* fit for the evening */
    BC_ITEM_FOREIGN = 1 << 3, /* not in the person's language */
    BC_ITEM_OFF = 1 << 4,     /* only for who asks for it by name */
};

#define BC_REGION_WHOLE_BODY (1u << 8) /* touches every region */

/* What the core is told of the catalogue: already filtered for the person. */
struct bc_menu_item {
    const char *id;
    enum bc_exercise_kind kind;
    usec_t duration_usec;
    uint16_t regions;    /* bits; the words are the catalogue's */
    uint8_t intensity;   /* 1 (gentle) to 3; 0 counts as gentle */
    uint8_t flags;       /* bits of enum bc_item_flag */
    uint8_t main_region; /* index of the bit that is named first */
};

#define BC_ROUTINE_MAX 12 /* exercises in a routine */

/* Exercises one after another, filtered item by item as the menu is. */
struct bc_menu_routine {
    const char *id;
    usec_t rest_usec;               /* between two of them */
    uint16_t items[BC_ROUTINE_MAX]; /* indexes in the menu */
    size_t n_items;
    bool off; /* only for who asks for it by name */
};

/* What there is to choose from; the arrays are the caller's. */
struct bc_menu {
    const struct bc_menu_item *items;
    size_t n_items;
    const struct bc_menu_routine *routines;
    size_t n_routines;
};

/* Why an exercise was chosen; bits 1 << this. */
enum bc_choice_reason {
    BC_CHOICE_ASKED,      /* by its name */
    BC_CHOICE_KIND,       /* its kind is what the day's mix lacks most */
    BC_CHOICE_REGION,     /* its region has had nothing today */
    BC_CHOICE_FOCUS,      /* its region is one that the person has named */
    BC_CHOICE_GOAL,       /* it serves what the person wants more of */
    BC_CHOICE_BETTER,     /* the person has said that it helped */
    BC_CHOICE_FIRST_WEEK, /* gentle, as all in the first seven active days */
    BC_CHOICE_GENTLER,    /* gentle, as its region has been hurt */
    BC_CHOICE_EVENING,    /* calm, as it is evening */
    BC_CHOICE_OTHER_KIND, /* none of the kinds of this break may be chosen now */
    BC_CHOICE_AGAIN,      /* it was the last of its kind, too, as there is hardly any other */
    BC_CHOICE_WIND_DOWN,  /* of the evening's set; said by who proposes that, and never by the core */
    _BC_CHOICE_MAX,
};

/* Why an exercise would not be chosen now; bits 1 << this. */
enum bc_choice_bar {
    BC_BAR_HURTS,          /* the person has said that it hurts; until it is allowed again */
    BC_BAR_FIRST_WEEK,     /* above intensity 1 in the first seven active days */
    BC_BAR_GENTLER,        /* its region has been hurt within a day */
    BC_BAR_MASSAGE_REGION, /* massage of the same region within 4 hours, or in the break before */
    BC_BAR_MASSAGE_TIME,   /* ten minutes of massage at a time */
    BC_BAR_RECENT,         /* shown not long ago */
    BC_BAR_OFF,            /* it comes only when it is asked for by name */
    _BC_BAR_MAX,
};

enum bc_posture {
    BC_POSTURE_SITTING,
    BC_POSTURE_STANDING,
    BC_POSTURE_WALKING,
    _BC_POSTURE_MAX,
    _BC_POSTURE_INVALID = -EINVAL,
};

enum bc_state {
    BC_STATE_BREAK,
    BC_STATE_PAUSED,
    BC_STATE_AWAY,
    BC_STATE_OFF_HOURS,
    BC_STATE_SNOOZED,
    BC_STATE_HELD,
    BC_STATE_DUE,
    BC_STATE_ACTIVE,
    _BC_STATE_MAX,
    _BC_STATE_INVALID = -EINVAL,
};

enum bc_event_type {
    BC_EVENT_CLOCK, /* time has come (a deadline), or the wall clock moved: u.clock */
    BC_EVENT_ACTIVE,
    BC_EVENT_IDLE,    /* u.since_usec */
    BC_EVENT_INHIBIT, /* u.on */
    BC_EVENT_LOCK,
    BC_EVENT_UNLOCK,
    BC_EVENT_LEAVE,
    BC_EVENT_ENTER,
    BC_EVENT_SLEEP,
    BC_EVENT_WAKE,
    BC_EVENT_POSTURE, /* u.posture */
    BC_EVENT_HOLD,    /* u.hold */
    BC_EVENT_START,   /* u.start */
    BC_EVENT_DONE,    /* u.done */
    BC_EVENT_SKIP,
    BC_EVENT_SNOOZE, /* u.duration_usec; 0 = the configured time */
    BC_EVENT_ANOTHER,
    BC_EVENT_PAUSE, /* u.until_usec; USEC_INFINITY = until resume */
    BC_EVENT_RESUME,
    BC_EVENT_FEEDBACK, /* u.feedback */
    BC_EVENT_END,      /* the end of a trace: closes an open bout */
    _BC_EVENT_MAX,
    _BC_EVENT_INVALID = -EINVAL,
};

struct bc_event {
    enum bc_event_type type;
    usec_t t_usec; /* when it happened; one before the latest event counts as at the latest */
    union {
        struct {
            bool set; /* the two below are given */
            usec_t realtime_usec;
            usec_t utc_offset_usec;
        } clock;
        usec_t since_usec;
        bool on;
        struct {
            enum bc_posture posture;
            usec_t lease_usec; /* > 0; USEC_INFINITY = without end */
        } posture;
        struct {
            bool on;
            const char *id; /* holds of different ids add up; NULL: the reason is the id; off with both NULL
                               ends all */
            const char *reason; /* a short text for `Reason` and `status` */
        } hold;
        struct {
            const char *break_name; /* NULL or "" = the one due next */
            const char *exercise;   /* NULL or "" = chosen */
        } start;
        struct {
            const char
                *exercise; /* or routine, if it was not the core that offered it; NULL or "" = the prompt's */
        } done;
        usec_t duration_usec;
        usec_t until_usec;
        struct {
            const char *exercise; /* NULL or "" = the one last completed or shown */
            const char *verdict;  /* "better", "same", "hurts" */
        } feedback;
    } u;
    usec_t lasts_usec; /* with START and ANOTHER in a replay: how long the guided break is; 0 = by break and
                          exercise */
};

/* Why a command was refused; also the positive return values of bc_core_step(). */
enum bc_refusal {
    BC_REFUSAL_NONE = 0,
    BC_REFUSAL_SNOOZE_LIMIT,
    BC_REFUSAL_NOTHING_PROMPTED,
    BC_REFUSAL_NO_SUCH_BREAK,
    BC_REFUSAL_NO_SUCH_EXERCISE,
    BC_REFUSAL_BREAK_RUNNING,
    BC_REFUSAL_NOT_PAUSED,
    BC_REFUSAL_INVALID_ARGS,
    BC_REFUSAL_TOO_MANY_HOLDS,
    BC_REFUSAL_TOO_MANY_VERDICTS,
    _BC_REFUSAL_MAX,
};

enum bc_effect_type {
    /* In the order in which the effects of one step are handed out. */
    BC_EFFECT_RESTED,   /* an absence rested u.rest.break_name */
    BC_EFFECT_PARTIAL,  /* … lowered its counter */
    BC_EFFECT_WITHDRAW, /* the prompt ends: u.withdraw */
    BC_EFFECT_RECORD,   /* history gets a break: u.record */
    BC_EFFECT_BOUT,     /* history gets a sitting bout: u.bout */
    BC_EFFECT_FEEDBACK, /* history gets a verdict: u.feedback */
    BC_EFFECT_ADVICE,   /* what hurts again and again is for a professional to see */
    BC_EFFECT_PROMPT,   /* show (attempt 1), or show again: u.prompt */
    BC_EFFECT_GUIDE,    /* a guided break has begun, or its exercise has changed: u.guide */
    BC_EFFECT_GUIDE_END,
    BC_EFFECT_EXERCISE,  /* the standing prompt has another exercise: u.prompt */
    BC_EFFECT_REFUSED,   /* u.refusal */
    BC_EFFECT_THRESHOLD, /* the idle threshold in force has changed: u.threshold_usec */
    BC_EFFECT_REARM,     /* unlock, enter, wake: the activity source shall report anew */
    BC_EFFECT_STATE,     /* the state has changed: u.state */
    _BC_EFFECT_MAX,
};

enum bc_withdraw_reason {
    BC_WITHDRAW_RESTED,
    BC_WITHDRAW_PARTIAL,
    BC_WITHDRAW_REPLACED,
    BC_WITHDRAW_ANSWERED,
    BC_WITHDRAW_PAUSED,
    BC_WITHDRAW_OFF_HOURS,
    _BC_WITHDRAW_MAX,
};

enum bc_record_kind {
    BC_RECORD_NATURAL,
    BC_RECORD_PARTIAL,
    BC_RECORD_GUIDED,
    BC_RECORD_CUT_SHORT,
    BC_RECORD_DONE,
    BC_RECORD_SKIPPED,
    _BC_RECORD_MAX,
};

/* Strings in an effect live until the next call on the core. */
struct bc_effect {
    enum bc_effect_type type;
    usec_t t_usec;
    union {
        struct {
            const char *break_name;
        } rest;
        struct {
            const char *break_name;
            enum bc_withdraw_reason reason;
            enum bc_event_type answer; /* with ANSWERED: START, DONE, SKIP or SNOOZE */
        } withdraw;
        struct {
            enum bc_record_kind kind;
            const char *break_name;
            const char *exercise; /* "" = none */
            usec_t from_usec;
            usec_t to_usec;
            bool confirmed; /* with DONE: there was an absence since the prompt */
        } record;
        struct {
            usec_t from_usec;
            usec_t to_usec;
        } bout;
        struct {
            const char *exercise;
            const char *verdict;
        } feedback;
        struct {
            const char *break_name;
            const char *exercise;
            unsigned attempt;
        } prompt;
        struct {
            const char *break_name;
            const char *exercise;
            usec_t from_usec;
            usec_t until_usec;
        } guide;
        struct {
            const char *break_name;
            enum bc_record_kind kind;
        } guide_end;
        enum bc_refusal refusal;
        usec_t threshold_usec;
        enum bc_state state;
    } u;
};

/* Receives the effects of a step, in order. Must not call back into the core, except to read it. */
typedef void (*bc_effect_func)(void *userdata, const struct bc_effect *effect);

struct bc_core;

int bc_core_new(const struct bc_rules *rules, usec_t t_usec, struct bc_core **ret);
struct bc_core *bc_core_free(struct bc_core *core);
DEFINE_CLEANUP(struct bc_core *, bc_core_free)

int bc_core_set_rules(struct bc_core *core, const struct bc_rules *rules);
void bc_core_set_menu(struct bc_core *core, const struct bc_menu *menu);
void bc_core_seed(struct bc_core *core, uint64_t seed);

int bc_core_step(struct bc_core *core, const struct bc_event *event, bc_effect_func effect, void *userdata);
usec_t bc_core_next_deadline(const struct bc_core *core);

/* What can be read between steps; nothing here changes the core. Times are as of the latest step. */
struct bc_break_view {
    const char *name;
    usec_t after_usec;
    usec_t length_usec;
    usec_t counter_usec; /* exposure at at_usec */
    usec_t at_usec;
    usec_t now_counter_usec; /* exposure as of the latest step */
    usec_t due_usec;         /* instant at which the counter reaches after_usec, if the user stays as now; or
                                USEC_INFINITY */
    bool enabled;
};

struct bc_view {
    enum bc_state state;
    usec_t state_since_usec;
    usec_t now_usec; /* of the latest step */
    bool present;
    bool passive;   /* present without input, an inhibitor being on */
    bool inhibited; /* an inhibitor is on */
    bool locked, left, asleep;
    usec_t away_since_usec; /* BC_NO_TIME when present */
    enum bc_posture posture;
    usec_t posture_until_usec;
    usec_t paused_until_usec;  /* BC_NO_TIME = not paused, USEC_INFINITY = until resume */
    usec_t snoozed_until_usec; /* BC_NO_TIME = not snoozed */
    const char *snoozed_break; /* "" = none */
    unsigned snoozes_left;     /* of what snooze would act on now; UINT_MAX without a limit */
    const char *hold_reason;   /* of the hold that began last and still stands; "" = none */
    usec_t hold_since_usec;
    const char *prompt_break; /* "" = no prompt stands */
    const char *prompt_exercise;
    usec_t prompt_since_usec; /* first showing */
    unsigned prompt_attempt;
    unsigned prompt_reasons;    /* why that exercise: bits 1 << enum bc_choice_reason */
    const char *guide_break;    /* "" = no guided break */
    const char *guide_exercise; /* or routine */
    unsigned guide_reasons;
    usec_t guide_from_usec;
    usec_t guide_until_usec;
    const char *concerned;   /* the exercise or routine last completed or shown, for feedback; "" = none */
    const char *next_break;  /* what would be prompted next; "" = none enabled */
    usec_t next_prompt_usec; /* if the user stays as now; USEC_INFINITY = never */
    usec_t threshold_usec;   /* the idle threshold in force */
    bool prompt_waits;       /* a break is due, and one word of somebody is enough to have it prompted */
    size_t n_breaks;
};

/* A part of the guided break: an exercise, or at its end and between two of them a rest. */
struct bc_guide_part {
    const char *exercise; /* "" = rest */
    const char *next;     /* the exercise that comes after it; "" = none */
    usec_t from_usec;     /* since the guided break began */
    usec_t until_usec;
    size_t number; /* of the exercise, or of the next one, from 1 */
    size_t of;     /* how many exercises there are */
};

void bc_core_guide_part(const struct bc_core *core, usec_t elapsed_usec, struct bc_guide_part *ret);
size_t bc_core_routine(const struct bc_core *core, const char *id, usec_t *ret_duration_usec);
unsigned bc_core_choice_bars(const struct bc_core *core, const char *id);
bool bc_core_verdict(const struct bc_core *core, const char *id, const char **ret);

void bc_core_view(const struct bc_core *core, struct bc_view *ret);
void bc_core_break_view(const struct bc_core *core, size_t i, struct bc_break_view *ret);

/* The ledger of the current exposure: spans and steps since the longest break was last rested, oldest first.
 */
enum bc_ledger_what {
    BC_LEDGER_SITTING,    /* span: counters grow at rate 1 */
    BC_LEDGER_PASSIVE,    /* span: the same, without input, an inhibitor being on */
    BC_LEDGER_STANDING,   /* span: at standing_rate */
    BC_LEDGER_AWAY,       /* span: they stand still */
    BC_LEDGER_GUIDED,     /* span: they stand still */
    BC_LEDGER_TAKEN_BACK, /* step: an absence was found to have begun earlier */
    BC_LEDGER_RESTED,     /* step: the counter became 0 */
    BC_LEDGER_PART_REST,  /* step: the counter was lowered */
    BC_LEDGER_COMPLETED,  /* step: 0 by a completed break */
    BC_LEDGER_SKIPPED,    /* step: 0 by skipping */
    BC_LEDGER_RESTORED,   /* step: counters as saved before a restart; of a new break: back to 0 */
    _BC_LEDGER_MAX,
};

struct bc_ledger_entry {
    enum bc_ledger_what what;
    usec_t from_usec;
    usec_t to_usec;         /* = from_usec for a step */
    usec_t change_usec;     /* exposure added (> 0) or taken (< 0); a step to 0: minus the counter */
    const char *break_name; /* the break a step is about; "" = all */
};

size_t bc_core_ledger(const struct bc_core *core, struct bc_ledger_entry *entries, size_t max);

/* Snapshot and restore: text, versioned, without private data. */
enum bc_restore_mode {
    BC_RESTORE_AWAY,    /* clean stop, or a reboot: the time between counts as away */
    BC_RESTORE_CRASHED, /* the same boot, without a clean stop: present time goes on, at most 10 min */
};

#define BC_SNAPSHOT_MAX 65536

int bc_core_snapshot(const struct bc_core *core, char *buf, size_t size);
int bc_core_restore(struct bc_core *core, const char *text, enum bc_restore_mode mode, usec_t shift_usec,
                    usec_t saved_usec, usec_t now_usec);

/* Image: the whole state at an instant as text, for a replay that begins in the middle of a life. */
#define BC_IMAGE_MAX 65536

typedef const char *(*bc_hold_word_func)(void *userdata, const char *id);

int bc_core_image(const struct bc_core *core, usec_t zero_usec, bc_hold_word_func hold_word, void *userdata,
                  char *buf, size_t size);
int bc_core_image_check(const char *line);
int bc_core_image_load(struct bc_core *core, const char *text);

const char *bc_state_to_string(enum bc_state state);
const char *bc_posture_to_string(enum bc_posture posture);
enum bc_posture bc_posture_from_string(const char *text);
const char *bc_refusal_to_string(enum bc_refusal refusal);
const char *bc_withdraw_reason_to_string(enum bc_withdraw_reason reason);
const char *bc_record_kind_to_string(enum bc_record_kind kind);
const char *bc_exercise_kind_to_string(enum bc_exercise_kind kind);
enum bc_exercise_kind bc_exercise_kind_from_string(const char *text);
const char *bc_ledger_what_to_string(enum bc_ledger_what what);
