/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a script against the core: from deadline to deadline and event to event with every check, or with the
 * events alone. Both must have the same effects. After a restore the copy runs beside the original.
 */
#include <stdio.h>
#include <string.h>

#include "sim.h"

#define TWIN_ACTIONS 40 /* how long a restored copy is followed */

struct runner {
    const struct sim_script *script;
    struct sim_check check;
    struct sim_result *result;
    const struct sim_rules *rules;
    unsigned menu;
    bool exact;
    struct bc_core *core;
    struct bc_core *twin;
    unsigned twin_left;
    uint64_t core_hash, twin_hash; /* of the effects of the step under way */
};

static const struct bc_menu_item menu_full[] = {
    {.id = "cat-cow", .kind = BC_KIND_MOBILITY, .duration_usec = 120 * USEC_PER_SEC},
    {.id = "chin-tuck", .kind = BC_KIND_POSTURE, .duration_usec = 30 * USEC_PER_SEC},
    {.id = "plank", .kind = BC_KIND_STRENGTH, .duration_usec = 300 * USEC_PER_SEC},
    {.id = "neck-massage", .kind = BC_KIND_MASSAGE, .duration_usec = 90 * USEC_PER_SEC},
};
static const struct bc_menu_item menu_one[] = {
    {.id = "cat-cow", .kind = BC_KIND_MOBILITY, .duration_usec = 1200 * USEC_PER_SEC}};

/* Menu @n: none, one exercise, or some. */
const struct bc_menu_item *sim_menu(unsigned n, size_t *ret_n)
{
    *ret_n = n == 0 ? 0 : n == 1 ? ARRAY_SIZE(menu_one) : ARRAY_SIZE(menu_full);
    return n == 0 ? NULL : n == 1 ? menu_one : menu_full;
}

static void set_menu(struct bc_core *core, unsigned n)
{
    size_t n_items;
    const struct bc_menu_item *items = sim_menu(n, &n_items);

    bc_core_set_menu(core, &(struct bc_menu){.items = items, .n_items = n_items});
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001b3u;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    while (*text)
        hash = mix(hash, (unsigned char)*text++);
    return mix(hash, 255);
}

static uint64_t effect_hash(uint64_t hash, const struct bc_effect *e)
{
    hash = mix(mix(hash, e->type), (uint64_t)e->t_usec);
    switch (e->type) {
    case BC_EFFECT_RESTED:
    case BC_EFFECT_PARTIAL:
        return mix_text(hash, e->u.rest.break_name);
    case BC_EFFECT_WITHDRAW:
        return mix(mix_text(hash, e->u.withdraw.break_name), e->u.withdraw.reason);
    case BC_EFFECT_RECORD:
        hash = mix_text(mix_text(hash, e->u.record.break_name), e->u.record.exercise);
        return mix(mix(mix(hash, e->u.record.kind), (uint64_t)e->u.record.from_usec), e->u.record.confirmed);
    case BC_EFFECT_BOUT:
        return mix(mix(hash, (uint64_t)e->u.bout.from_usec), (uint64_t)e->u.bout.to_usec);
    case BC_EFFECT_FEEDBACK:
        return mix_text(mix_text(hash, e->u.feedback.exercise), e->u.feedback.verdict);
    case BC_EFFECT_PROMPT:
    case BC_EFFECT_EXERCISE:
        hash = mix_text(mix_text(hash, e->u.prompt.break_name), e->u.prompt.exercise);
        return mix(hash, e->u.prompt.attempt);
    case BC_EFFECT_GUIDE:
        hash = mix_text(mix_text(hash, e->u.guide.break_name), e->u.guide.exercise);
        return mix(mix(hash, (uint64_t)e->u.guide.from_usec), (uint64_t)e->u.guide.until_usec);
    case BC_EFFECT_GUIDE_END:
        return mix(mix_text(hash, e->u.guide_end.break_name), e->u.guide_end.kind);
    case BC_EFFECT_THRESHOLD:
        return mix(hash, (uint64_t)e->u.threshold_usec);
    default:
        return mix(hash, (uint64_t)e->u.state);
    }
}

static void on_effect(void *userdata, const struct bc_effect *e)
{
    struct runner *r = userdata;

    r->core_hash = effect_hash(r->core_hash, e);
    r->result->hash = effect_hash(r->result->hash, e);
    if (r->exact)
        sim_check_effect(&r->check, e);
    else if (e->type == BC_EFFECT_PROMPT)
        r->result->prompts++;
}

static void on_twin_effect(void *userdata, const struct bc_effect *e)
{
    struct runner *r = userdata;

    r->twin_hash = effect_hash(r->twin_hash, e);
}

/* What a restored copy says of itself must be what the original says. */
static void compare_views(struct runner *r)
{
    struct bc_view a, b;

    bc_core_view(r->core, &a);
    bc_core_view(r->twin, &b);
    if (a.state != b.state || a.present != b.present || a.away_since_usec != b.away_since_usec ||
        a.posture != b.posture || a.posture_until_usec != b.posture_until_usec ||
        a.paused_until_usec != b.paused_until_usec || a.snoozed_until_usec != b.snoozed_until_usec ||
        a.snoozes_left != b.snoozes_left || strcmp(a.snoozed_break, b.snoozed_break) != 0 ||
        strcmp(a.prompt_break, b.prompt_break) != 0 || strcmp(a.prompt_exercise, b.prompt_exercise) != 0 ||
        a.prompt_since_usec != b.prompt_since_usec || a.prompt_attempt != b.prompt_attempt ||
        strcmp(a.guide_break, b.guide_break) != 0 || a.guide_until_usec != b.guide_until_usec ||
        a.next_prompt_usec != b.next_prompt_usec || strcmp(a.next_break, b.next_break) != 0 ||
        a.threshold_usec != b.threshold_usec ||
        bc_core_next_deadline(r->core) != bc_core_next_deadline(r->twin))
        sim_fail(&r->check, a.now_usec, "a restored core differs in its view");
    for (size_t i = 0; i < a.n_breaks; i++) {
        struct bc_break_view x, y;

        bc_core_break_view(r->core, i, &x);
        bc_core_break_view(r->twin, i, &y);
        if (strcmp(x.name, y.name) != 0 || x.now_counter_usec != y.now_counter_usec)
            sim_fail(&r->check, a.now_usec, "a restored core differs in the counter of %s", x.name);
    }
}

static void step(struct runner *r, const struct bc_event *event)
{
    int refused;

    r->core_hash = r->twin_hash = 0;
    refused = bc_core_step(r->core, event, on_effect, r);
    r->result->steps++;
    if (!r->exact)
        return;
    sim_check_action(&r->check, event, refused);
    sim_check_step(&r->check, r->core, event);
    if (!r->twin)
        return;
    (void)bc_core_step(r->twin, event, on_twin_effect, r);
    if (r->core_hash != r->twin_hash)
        sim_fail(&r->check, event->t_usec, "a restored core has other effects");
    compare_views(r);
}

/* To each deadline exactly, up to an instant. */
static void step_deadlines(struct runner *r, usec_t until)
{
    usec_t d;

    while (r->exact && !r->result->failed && (d = bc_core_next_deadline(r->core)) <= until)
        step(r, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = d});
}

static struct bc_event wall_clock(const struct runner *r, usec_t t)
{
    struct bc_event e = {.type = BC_EVENT_CLOCK, .t_usec = t};

    e.u.clock.set = true;
    e.u.clock.realtime_usec = r->check.wall_usec + t;
    return e;
}

static struct bc_core *new_core(const struct runner *r, usec_t t)
{
    struct bc_core *core;

    if (bc_core_new(&r->rules->rules, t, &core) < 0)
        abort();
    set_menu(core, r->menu);
    return core;
}

/* A copy that was stopped in an orderly way: away from then on, until it wakes. */
static void check_stopped(struct runner *r, const char *text, const struct bc_view *v)
{
    _cleanup_(bc_core_freep) struct bc_core *core = new_core(r, v->now_usec);
    usec_t gap = (usec_t)(r->result->steps % 30) * USEC_PER_MINUTE;
    struct bc_event wake = {.type = BC_EVENT_WAKE, .t_usec = v->now_usec + gap};
    struct bc_view w;

    if (bc_core_restore(core, text, BC_RESTORE_AWAY, 0, v->now_usec, v->now_usec) < 0)
        sim_fail(&r->check, v->now_usec, "a snapshot is refused");
    bc_core_view(core, &w);
    if (!w.asleep || w.away_since_usec != (v->present ? v->now_usec : v->away_since_usec))
        sim_fail(&r->check, v->now_usec, "a restored core is not away since the stop");
    (void)bc_core_step(core, &wake, NULL, NULL);
    for (size_t i = 0; i < v->n_breaks && i < w.n_breaks; i++) {
        struct bc_break_view a, b;

        bc_core_break_view(r->core, i, &a);
        bc_core_break_view(core, i, &b);
        if (b.now_counter_usec > a.now_counter_usec || (gap >= a.length_usec && b.now_counter_usec > 0))
            sim_fail(&r->check, v->now_usec, "%s: a stop of %lld s left %lld of %lld usec", a.name,
                     (long long)(gap / USEC_PER_SEC), (long long)b.now_counter_usec,
                     (long long)a.now_counter_usec);
        if (gap < a.length_usec / 2 && !*v->guide_break && b.now_counter_usec != a.now_counter_usec)
            sim_fail(&r->check, v->now_usec, "%s: a short stop has changed the counter", a.name);
    }
}

static void restore(struct runner *r, usec_t t)
{
    char text[BC_SNAPSHOT_MAX];
    struct bc_event clock = wall_clock(r, t);
    struct bc_view v;

    step(r, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = t});
    if (!r->exact)
        return;
    bc_core_view(r->core, &v);
    if (bc_core_snapshot(r->core, text, sizeof text) < 0)
        sim_fail(&r->check, t, "no snapshot");
    check_stopped(r, text, &v);
    r->twin = bc_core_free(r->twin);
    if (!v.present)
        return;
    r->twin = new_core(r, v.now_usec);
    if (bc_core_restore(r->twin, text, BC_RESTORE_CRASHED, 0, v.now_usec, v.now_usec) < 0)
        sim_fail(&r->check, t, "a snapshot is refused");
    /* It says its state and threshold anew; nothing else. */
    (void)bc_core_step(r->twin, &clock, NULL, NULL);
    compare_views(r);
    r->twin_left = TWIN_ACTIONS;
}

static void reload(struct runner *r, unsigned n, usec_t t)
{
    struct bc_event clock = {.type = BC_EVENT_CLOCK, .t_usec = t};

    /* As the daemon does: up to now under the old rules, then the new. */
    step(r, &clock);
    r->rules = &r->script->rules[n];
    if (bc_core_set_rules(r->core, &r->rules->rules) < 0 ||
        (r->twin && bc_core_set_rules(r->twin, &r->rules->rules) < 0))
        abort();
    r->check.rules = &r->rules->rules;
    r->check.known_before = false;
    step(r, &clock);
}

static void act(struct runner *r, const struct sim_action *a)
{
    usec_t t = MAX(a->event.t_usec, r->check.last_t_usec);

    if (r->twin && r->twin_left-- == 0)
        r->twin = bc_core_free(r->twin);
    switch (a->what) {
    case SIM_EVENT:
        step(r, &a->event);
        break;
    case SIM_RELOAD:
        reload(r, a->n, t);
        break;
    case SIM_MENU:
        step(r, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = t});
        r->menu = a->n;
        set_menu(r->core, a->n);
        if (r->twin)
            set_menu(r->twin, a->n);
        break;
    case SIM_RESTORE:
        restore(r, t);
        break;
    }
}

void sim_run(const struct sim_script *script, bool exact, struct sim_result *ret)
{
    struct sim_result result = {0};
    struct runner r = {
        .script = script, .result = &result, .rules = &script->rules[0], .exact = exact, .menu = 2};
    struct bc_event clock = {.type = BC_EVENT_CLOCK};

    r.check = (struct sim_check){
        .script = script,
        .result = &result,
        .rules = &r.rules->rules,
        .state = _BC_STATE_INVALID,
        .threshold_usec = r.rules->rules.idle_after_usec,
    };
    r.core = new_core(&r, 0);
    clock.u.clock.set = true;
    clock.u.clock.realtime_usec = script->realtime_usec;
    clock.u.clock.utc_offset_usec = script->utc_offset_usec;
    step(&r, &clock);
    for (size_t i = 0; i < script->n && !result.failed; i++) {
        step_deadlines(&r, script->actions[i].event.t_usec);
        if (!result.failed)
            act(&r, &script->actions[i]);
    }
    (void)bc_core_free(r.core);
    (void)bc_core_free(r.twin);
    *ret = result;
}
