/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the tests of the core: rules that are easy to reckon with, events in one line, and the effects of a
 * step as text. One step's effects read like "prompt stretch 1; state due".
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/core.h"

#define S USEC_PER_SEC
#define MINUTE USEC_PER_MINUTE
#define HOUR USEC_PER_HOUR

struct fixture {
    struct bc_break_rule breaks[200];
    struct bc_work_span spans[8];
    struct bc_rules rules;
    struct bc_core *core;
    char said[65536]; /* effects since said_clear(), with their times */
};

static inline void add_break(struct fixture *f, const char *name, usec_t after, usec_t length)
{
    struct bc_break_rule *b = &f->breaks[f->rules.n_breaks++];

    (void)snprintf(b->name, sizeof b->name, "%s", name);
    b->after_usec = after;
    b->length_usec = length;
    b->kinds = BC_KINDS_ALL;
    b->enabled = true;
}

/* The defaults of behaviour.md. */
static inline void default_rules(struct fixture *f)
{
    *f = (struct fixture){.rules = {
                              .idle_after_usec = 2 * MINUTE,
                              .idle_after_prompt_usec = 20 * S,
                              .passive_sitting = true,
                              .passive_limit_usec = HOUR,
                              .standing_rate = 50,
                              .snooze_usec = 5 * MINUTE,
                              .snooze_limit = 3,
                              .repeat_usec = 10 * MINUTE,
                              .repeat_limit = 2,
                              .merge_usec = 10 * MINUTE,
                              .hold_limit_usec = HOUR,
                          }};
    f->rules.breaks = f->breaks;
    f->rules.schedule = f->spans;
    add_break(f, "stretch", 30 * MINUTE, 3 * MINUTE);
    add_break(f, "walk", 90 * MINUTE, 10 * MINUTE);
}

static _unused_ void on_effect(void *userdata, const struct bc_effect *e)
{
    static const char *const answers[_BC_EVENT_MAX] = {[BC_EVENT_START] = "start",
                                                       [BC_EVENT_DONE] = "done",
                                                       [BC_EVENT_SKIP] = "skip",
                                                       [BC_EVENT_SNOOZE] = "snooze"};
    struct fixture *f = userdata;
    size_t n = strlen(f->said);
    char *to =
        f->said + n +
        snprintf(f->said + n, sizeof f->said - n, "%s%lld ", n > 0 ? "; " : "", (long long)(e->t_usec / S));
    size_t room = (size_t)(f->said + sizeof f->said - to);

    assert_true(n + 512 < sizeof f->said);

    switch (e->type) {
    case BC_EFFECT_RESTED:
        (void)snprintf(to, room, "rested %s", e->u.rest.break_name);
        break;
    case BC_EFFECT_PARTIAL:
        (void)snprintf(to, room, "partial %s", e->u.rest.break_name);
        break;
    case BC_EFFECT_WITHDRAW:
        (void)snprintf(to, room, "withdraw %s %s", e->u.withdraw.break_name,
                       e->u.withdraw.reason == BC_WITHDRAW_ANSWERED
                           ? answers[e->u.withdraw.answer]
                           : bc_withdraw_reason_to_string(e->u.withdraw.reason));
        break;
    case BC_EFFECT_RECORD:
        (void)snprintf(to, room, "record %s %s%s%s %lld-%lld%s", bc_record_kind_to_string(e->u.record.kind),
                       e->u.record.break_name, *e->u.record.exercise ? " " : "", e->u.record.exercise,
                       (long long)(e->u.record.from_usec / S), (long long)(e->u.record.to_usec / S),
                       e->u.record.confirmed ? " confirmed" : "");
        break;
    case BC_EFFECT_BOUT:
        (void)snprintf(to, room, "bout %lld-%lld", (long long)(e->u.bout.from_usec / S),
                       (long long)(e->u.bout.to_usec / S));
        break;
    case BC_EFFECT_FEEDBACK:
        (void)snprintf(to, room, "feedback %s %s", e->u.feedback.exercise, e->u.feedback.verdict);
        break;
    case BC_EFFECT_PROMPT:
    case BC_EFFECT_EXERCISE:
        (void)snprintf(to, room, "%s %s%s%s %u", e->type == BC_EFFECT_PROMPT ? "prompt" : "exercise",
                       e->u.prompt.break_name, *e->u.prompt.exercise ? " " : "", e->u.prompt.exercise,
                       e->u.prompt.attempt);
        break;
    case BC_EFFECT_GUIDE:
        (void)snprintf(to, room, "guide %s%s%s %lld-%lld", e->u.guide.break_name,
                       *e->u.guide.exercise ? " " : "", e->u.guide.exercise,
                       (long long)(e->u.guide.from_usec / S), (long long)(e->u.guide.until_usec / S));
        break;
    case BC_EFFECT_GUIDE_END:
        (void)snprintf(to, room, "guide-end %s %s", e->u.guide_end.break_name,
                       bc_record_kind_to_string(e->u.guide_end.kind));
        break;
    case BC_EFFECT_REFUSED:
        (void)snprintf(to, room, "refused %s", bc_refusal_to_string(e->u.refusal));
        break;
    case BC_EFFECT_THRESHOLD:
        (void)snprintf(to, room, "threshold %lld", (long long)(e->u.threshold_usec / S));
        break;
    case BC_EFFECT_ADVICE:
        (void)snprintf(to, room, "advice");
        break;
    case BC_EFFECT_REARM:
        (void)snprintf(to, room, "rearm");
        break;
    default:
        (void)snprintf(to, room, "state %s", bc_state_to_string(e->u.state));
        break;
    }
}

/* A step, and what it said. */
static _unused_ const char *step(struct fixture *f, struct bc_event e)
{
    f->said[0] = 0;
    (void)bc_core_step(f->core, &e, on_effect, f);
    return f->said;
}

#define STEP(f, event, at, ...) step(f, (struct bc_event){.type = (event), .t_usec = (at), __VA_ARGS__})
#define CLOCK(f, at) STEP(f, BC_EVENT_CLOCK, at)

/* A core of the fixture's rules at 0, which has said its first state. */
static _unused_ void start_core(struct fixture *f)
{
    f->core = bc_core_free(f->core);
    assert_int_equal(bc_core_new(&f->rules, 0, &f->core), 0);
    assert_string_equal(CLOCK(f, 0), "0 state active");
}

static _unused_ struct bc_view view(const struct fixture *f)
{
    struct bc_view v;

    bc_core_view(f->core, &v);
    return v;
}

/* The counter of a break as of the latest step, in microseconds; -1 if there is none of that name. */
static _unused_ usec_t counter(const struct fixture *f, const char *name)
{
    struct bc_view v = view(f);

    for (size_t i = 0; i < v.n_breaks; i++) {
        struct bc_break_view b;

        bc_core_break_view(f->core, i, &b);
        if (strcmp(b.name, name) == 0)
            return b.now_counter_usec;
    }
    return -1;
}

static _unused_ int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);

    if (!f)
        return -1;
    default_rules(f);
    *state = f;
    return 0;
}

static _unused_ int teardown(void **state)
{
    struct fixture *f = *state;

    (void)bc_core_free(f->core);
    free(f);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static inline void set_menu(struct fixture *f, const struct bc_menu_item *items, size_t n)
{
    bc_core_set_menu(f->core, &(struct bc_menu){.items = items, .n_items = n});
}
