/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of the core, shared by its files and by nobody else. One step is: the clock is settled up to the
 * event's time, one deadline after another; then the event is applied; each time presence first, then rest,
 * then prompts.
 */
#pragma once

#include "core/core.h"

/* Counters are kept in hundredths of a microsecond, so that a standing rate in per cent stays exact. */
#define BC_SCALE 100

#define BC_MARKS_MAX 64
#define BC_HOLDS_MAX 48
#define BC_LEDGER_MAX 48
#define BC_LATE_SINCE_USEC (5 * USEC_PER_MINUTE) /* after a showing, for the lower idle threshold */

enum bc_input {
    BC_INPUT_ACTIVE,
    BC_INPUT_PASSIVE,
    BC_INPUT_IDLE,
};

/* From t_usec on exposure and present time grow at these rates. Kept since the last sure input, because an
 * idle report takes back what was gained since. */
struct bc_mark {
    usec_t t_usec;
    int64_t exposure; /* sum of rate * time, in 1/BC_SCALE usec */
    usec_t present_usec;
    int32_t exposure_rate; /* 0 to BC_SCALE */
    int32_t present_rate;  /* 1 while present and not held: the clock of `repeat` */
};

struct bc_break {
    struct bc_break_rule rule;
    int64_t base; /* the exposure at which its counter was 0 */
    unsigned snoozes;
    bool rested; /* by the absence that goes on */
    usec_t completed_usec;
};

struct bc_hold {
    char id[BC_NAME_MAX + 1];
    char reason[BC_NAME_MAX + 1];
    usec_t since_usec;
};

struct bc_prompt {
    bool on;
    size_t brk;
    size_t base; /* the break that was due: another than brk only when merged */
    char exercise[BC_NAME_MAX + 1];
    usec_t first_usec;
    usec_t last_usec;
    unsigned attempt;
    unsigned reasons;        /* for the exercise */
    usec_t repeat_base_usec; /* present time at the last showing */
    bool absence;            /* the user was away since the first showing */
};

/* An exercise of the guided break, by the key of its id; times are since the break began. */
struct bc_part {
    uint64_t key; /* 0 = it is no longer in the menu */
    usec_t from_usec;
    usec_t until_usec;
};

struct bc_guide {
    bool on;
    size_t brk;
    char exercise[BC_NAME_MAX + 1]; /* or routine */
    unsigned reasons;
    usec_t from_usec;
    usec_t until_usec;
    struct bc_part parts[BC_ROUTINE_MAX];
    size_t n_parts;
};

/* What was chosen, newest first: for balance over a day, so that nothing comes again soon, and for the limits
 * of massage. */
#define BC_CHOICES_MAX 48

struct bc_choice {
    uint64_t key;
    usec_t t_usec;
    usec_t lasted_usec; /* what of it counts as done; 0 = only shown */
    uint16_t regions;
    uint8_t kind;
    uint8_t main_region;
};

/* What the user has said of exercises, by key, oldest first. */
#define BC_VERDICTS_MAX 256
#define BC_HURTS_ADVICE 3 /* so many within two weeks are for a professional to see */

struct bc_verdicts {
    uint64_t hurts[BC_VERDICTS_MAX];
    uint64_t better[BC_VERDICTS_MAX];
    size_t n_hurts;
    size_t n_better;
};

/* A region that has been hurt, to be treated gently for a day. */
#define BC_SORE_MAX 8

struct bc_sore {
    uint16_t regions;
    usec_t t_usec;
};

struct bc_core {
    struct bc_rules rules;   /* its arrays are the core's own copies */
    struct bc_break *breaks; /* the enabled ones, by falling precedence: length, after, then name */
    size_t n_breaks;
    struct bc_work_span *schedule;
    struct bc_menu menu;

    usec_t now_usec;
    bool wall_known;
    usec_t wall_offset_usec; /* local wall clock minus boottime */

    enum bc_input input;
    usec_t passive_since_usec;
    bool report_waits;
    usec_t report_since_usec;
    usec_t input_from_usec; /* the last active, unlock, enter or wake: no idle time begins before */
    bool inhibited, locked, left, asleep;
    enum bc_posture posture;
    usec_t posture_until_usec;
    usec_t away_since_usec; /* BC_NO_TIME = present */
    usec_t return_usec;     /* the last one */

    struct bc_mark marks[BC_MARKS_MAX];
    size_t n_marks; /* never 0 */

    struct bc_prompt prompt;
    struct bc_guide guide;
    usec_t paused_until_usec;
    usec_t snoozed_until_usec;
    size_t snoozed_brk;
    struct bc_hold holds[BC_HOLDS_MAX];
    size_t n_holds;
    usec_t hold_clock_usec; /* since when a due break has been waiting for a hold to end */
    usec_t bout_from_usec;

    uint64_t seed;        /* of the next choice */
    unsigned active_days; /* on which somebody was there, today included; counted up to BC_DAYS_MAX */
    int64_t active_day;   /* the last one, days since 1970-01-01 by the local calendar */
    struct bc_choice choices[BC_CHOICES_MAX]; /* newest first */
    size_t n_choices;
    struct bc_sore sore[BC_SORE_MAX]; /* newest first */
    size_t n_sore;
    usec_t hurt_usec[BC_HURTS_ADVICE]; /* when `hurts` was said, newest first; BC_NO_TIME = never */
    char recorded[BC_NAME_MAX + 1];    /* the exercise of the record of this step */
    char concerned[BC_NAME_MAX + 1];   /* the exercise last completed or shown, for feedback */

    struct bc_ledger_entry ledger[BC_LEDGER_MAX];
    size_t n_ledger;

    enum bc_state state; /* as said last */
    usec_t state_since_usec;
    usec_t threshold_usec;        /* as said last */
    char orphan[BC_NAME_MAX + 1]; /* a prompt or guide whose break the settings no longer have */
    bool orphan_guide;
    usec_t orphan_from_usec;
    bool exercise_gone; /* what stands had one that the menu no longer has, and has got another */

    struct bc_effect *effects; /* of the step under way; room for the most that one step can have */
    size_t n_effects, max_effects;

    struct bc_verdicts verdicts; /* last: its pages are touched by who has said something only */
};

#define BC_DAYS_MAX 100
#define BC_GENTLE_DAYS 7 /* active days with intensity 1 only */

/* exposure.c: how much has been sat */
int64_t exposure_at(const struct bc_core *core, usec_t t_usec);
usec_t present_at(const struct bc_core *core, usec_t t_usec);
int64_t counter_scaled(const struct bc_core *core, size_t brk, usec_t t_usec);
void counter_clear(struct bc_core *core, size_t brk);
void exposure_update(struct bc_core *core);
void exposure_forget(struct bc_core *core);
void exposure_take_back(struct bc_core *core, usec_t since_usec);
usec_t exposure_due(const struct bc_core *core, size_t brk);
bool break_due(const struct bc_core *core, size_t brk);
size_t due_winner(const struct bc_core *core);

/* presence.c: is somebody there */
bool present(const struct bc_core *core);
void presence_settle(struct bc_core *core);
bool presence_report_satisfies(const struct bc_core *core);
void presence_report_take(struct bc_core *core);
void presence_input(struct bc_core *core);
usec_t presence_deadline(const struct bc_core *core);
usec_t presence_threshold(const struct bc_core *core);
int presence_event(struct bc_core *core, const struct bc_event *event);

/* rest.c: what an absence, a break or an answer does to counters, history and bouts */
void rest_settle(struct bc_core *core);
void rest_return(struct bc_core *core);
void rest_complete(struct bc_core *core, size_t brk, bool completed);
usec_t rest_deadline(const struct bc_core *core);
void bout_end(struct bc_core *core);
void bout_begin(struct bc_core *core);
void record(struct bc_core *core, enum bc_record_kind kind, size_t brk, const char *exercise,
            usec_t from_usec, bool confirmed);

/* prompt.c: whether now is a moment to say so */
void prompt_settle(struct bc_core *core);
void prompt_withdraw(struct bc_core *core, enum bc_withdraw_reason reason, enum bc_event_type answer);
void prompt_done(struct bc_core *core);
void exercise_effect(struct bc_core *core);
usec_t prompt_deadline(const struct bc_core *core);
bool prompt_waits(const struct bc_core *core);
bool snooze_covers(const struct bc_core *core, size_t brk);
bool hold_stops(const struct bc_core *core, usec_t t_usec);
enum bc_state state_now(const struct bc_core *core);
usec_t prompt_repeat_due(const struct bc_core *core);
size_t break_merged(const struct bc_core *core, size_t due, usec_t t_usec);

/* command.c */
int command_event(struct bc_core *core, const struct bc_event *event);
size_t break_addressed(const struct bc_core *core);

/* schedule.c: working hours */
bool schedule_inside(const struct bc_core *core, usec_t t_usec);
usec_t schedule_next_change(const struct bc_core *core, usec_t t_usec);
usec_t schedule_next_inside(const struct bc_core *core, usec_t t_usec);

/* picker.c: which exercise */
void picker_choose(struct bc_core *core, size_t brk, const char *not_this, char id[static BC_NAME_MAX + 1],
                   unsigned *ret_reasons);
const struct bc_menu_item *picker_find(const struct bc_core *core, const char *id);

/* diary.c: what was chosen and done, and what the user has said of it */
/* What holds now for whichever exercise. */
struct diary_now {
    unsigned massaged;        /* regions that rest from massage */
    usec_t massage_left_usec; /* of massage at a time; below 0: more than that was done */
};

uint64_t exercise_key(const char *id);
void diary_day(struct bc_core *core);
int64_t diary_day_of(const struct bc_core *core, usec_t t_usec);
void diary_chosen(struct bc_core *core, const struct bc_menu_item *item);
void diary_done(struct bc_core *core, uint64_t key, usec_t lasted_usec);
int diary_verdict(struct bc_core *core, const char *id, const char *verdict, unsigned beside);
void diary_look(const struct bc_core *core, struct diary_now *ret);
unsigned diary_bars(const struct bc_core *core, const struct diary_now *now, const struct bc_menu_item *item);
bool diary_helped(const struct bc_core *core, uint64_t key);
bool diary_sore(const struct bc_core *core, unsigned regions);
bool regions_touch(unsigned a, unsigned b);
void diary_push(struct bc_core *core, const struct bc_choice *choice);
const char *key_id(const struct bc_core *core, uint64_t key);

#define BC_MASSAGE_MAX_USEC (10 * USEC_PER_MINUTE) /* at a time */

/* guide.c: the guided break */
void guide_begin(struct bc_core *core, usec_t lasts_usec);
void guide_exchange(struct bc_core *core, usec_t lasts_usec);
void guide_did(struct bc_core *core, const char *id);
void guide_finish(struct bc_core *core, enum bc_record_kind kind);
void guide_effect(struct bc_core *core);
bool guide_check(struct bc_core *core, const struct bc_menu *before);
const char *guide_exercise_at(const struct bc_core *core, usec_t elapsed_usec);
const struct bc_menu_routine *routine_find(const struct bc_core *core, const char *id);
size_t routine_compose(const struct bc_core *core, const struct bc_menu_routine *routine,
                       struct bc_part parts[static BC_ROUTINE_MAX]);
void core_check_exercises(struct bc_core *core, const struct bc_menu *before);

/* ledger.c: why the counters are where they are */
void ledger_span(struct bc_core *core);
void ledger_step(struct bc_core *core, enum bc_ledger_what what, int64_t change_scaled,
                 const char *break_name);
void ledger_take_back(struct bc_core *core, int64_t gained_scaled);
void ledger_carry_over(struct bc_core *core, const struct bc_break *breaks, const bool *known, size_t n);
void ledger_clear(struct bc_core *core);

/* core.c */
struct bc_effect *effect_add(struct bc_core *core, enum bc_effect_type type);
size_t break_by_name(const struct bc_core *core, const char *name);
void name_copy(char to[static BC_NAME_MAX + 1], const char *from);

#define NO_BREAK SIZE_MAX
