/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The simulation: an invented user's days and decades against the core, with the invariants checked after
 * every step. A script is made from a seed alone and knows nothing of the core, so that it can be run again
 * in another way, and shortened when it fails.
 */
#pragma once

#include "core/core.h"

#define SIM_BREAKS_MAX 5
#define SIM_SPANS_MAX 7
#define SIM_RULES 4
#define SIM_MENUS 3

enum sim_what {
    SIM_EVENT,   /* event */
    SIM_RELOAD,  /* other settings: rules[n] */
    SIM_MENU,    /* other exercises: menu n */
    SIM_RESTORE, /* snapshot, and go on with the original and its copy side by side */
};

struct sim_action {
    enum sim_what what;
    unsigned n;
    struct bc_event event; /* t_usec is set for each kind */
};

struct sim_rules {
    struct bc_rules rules; /* points into the two below */
    struct bc_break_rule breaks[SIM_BREAKS_MAX];
    struct bc_work_span spans[SIM_SPANS_MAX];
};

struct sim_script {
    uint64_t seed;
    struct sim_rules rules[SIM_RULES];
    usec_t realtime_usec, utc_offset_usec; /* at time 0 */
    struct sim_action *actions;
    size_t n, allocated;
};

struct sim_result {
    bool failed;
    usec_t t_usec;
    char text[320];
    uint64_t hash;                /* of all effects */
    unsigned long steps, prompts; /* so that a run that tests nothing is seen */
};

/* sim-user.c */
void sim_script_make(struct sim_script *script, uint64_t seed, unsigned days);
void sim_script_done(struct sim_script *script);

/* sim-run.c: @exact steps to each deadline and checks all; else the core finds its deadlines by itself */
void sim_run(const struct sim_script *script, bool exact, struct sim_result *ret);
const struct bc_menu_item *sim_menu(unsigned n, size_t *ret_n);

/* sim-check.c */
struct sim_check {
    const struct sim_script *script;
    struct sim_result *result;
    const struct bc_rules *rules; /* in force */
    usec_t wall_usec;             /* local wall clock minus boottime */
    bool locked, left, asleep;
    unsigned holds; /* a bit each */
    usec_t held_since_usec;

    /* What the effects have said so far. */
    char prompt[BC_NAME_MAX + 1], guide[BC_NAME_MAX + 1];
    unsigned attempt;
    enum bc_state state;
    usec_t threshold_usec;
    usec_t last_t_usec;
    enum bc_effect_type last_type;
    usec_t bout_to_usec;

    /* Of the step under way. */
    unsigned n_effects;
    bool prompted;
    bool ledger_full;
    struct bc_view before;
    struct bc_break_view breaks_before[SIM_BREAKS_MAX];
    bool known_before;
};

void sim_fail(struct sim_check *c, usec_t t_usec, const char *fmt, ...) _printf_(3, 4);
void sim_check_action(struct sim_check *c, const struct bc_event *event, int refused);
void sim_check_effect(struct sim_check *c, const struct bc_effect *e);
void sim_check_step(struct sim_check *c, const struct bc_core *core, const struct bc_event *event);

/* sim-trace.c */
int sim_trace_write(const struct sim_script *script, const struct sim_result *result, const char *path);
