/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The invented user: days of work bursts, reading, meetings, meals, a desk that stands, a screen that locks,
 * a laptop that is shut; and now and then somebody who tries every button.
 */
#include <string.h>

#include "sim.h"

struct user {
    struct sim_script *script;
    uint64_t random;
    usec_t t;
};

/* splitmix64: small, and the same everywhere. */
static uint64_t draw(struct user *u)
{
    uint64_t z = u->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static usec_t between(struct user *u, usec_t low, usec_t high)
{
    return low + (usec_t)(draw(u) % (uint64_t)(high - low + 1));
}

static bool chance(struct user *u, int per_cent)
{
    return between(u, 0, 99) < per_cent;
}

/* Round numbers meet: deadlines and events at the same instant are where mistakes hide. */
static usec_t a_time(struct user *u, usec_t low, usec_t high)
{
    usec_t t = between(u, low, high);

    return chance(u, 60) ? t - t % (30 * USEC_PER_SEC) + (t < 30 * USEC_PER_SEC) : t;
}

static void wait(struct user *u, usec_t low_s, usec_t high_s)
{
    u->t += a_time(u, low_s * USEC_PER_SEC, high_s * USEC_PER_SEC);
}

static struct sim_action *add(struct user *u, enum sim_what what)
{
    struct sim_script *s = u->script;

    if (s->n == s->allocated) {
        s->allocated = s->allocated > 0 ? s->allocated * 2 : 1024;
        s->actions = reallocarray(s->actions, s->allocated, sizeof *s->actions);
        if (!s->actions)
            abort();
    }
    s->actions[s->n] = (struct sim_action){.what = what, .event.t_usec = u->t};
    return &s->actions[s->n++];
}

static struct bc_event *say(struct user *u, enum bc_event_type type)
{
    struct bc_event *e = &add(u, SIM_EVENT)->event;

    e->type = type;
    return e;
}

static void idle(struct user *u, usec_t gone_s)
{
    /* The source reports late, or at once where it was told a lower threshold. */
    usec_t since = u->t, after = chance(u, 50) ? 120 : 20;

    u->t += MIN(after, gone_s) * USEC_PER_SEC;
    say(u, BC_EVENT_IDLE)->u.since_usec = since;
    u->t = since + gone_s * USEC_PER_SEC;
}

static void hold(struct user *u, bool on)
{
    static const char *const ids[] = {"camera", "microphone", "game", "do-not-disturb"};
    struct bc_event *e = say(u, BC_EVENT_HOLD);

    e->u.hold.on = on;
    e->u.hold.reason = on || chance(u, 80) ? ids[between(u, 0, 3)] : NULL;
}

static void command(struct user *u)
{
    static const char *const verdicts[] = {"better", "same", "hurts", "fine"};
    static const char *const breaks[] = {"", "stretch", "walk", "eyes", "nonsense"};
    struct bc_event *e;

    switch (between(u, 0, 9)) {
    case 0:
    case 1:
        e = say(u, BC_EVENT_START);
        e->u.start.break_name = breaks[chance(u, 70) ? 0 : between(u, 0, 4)];
        e->u.start.exercise = chance(u, 80) ? NULL : chance(u, 50) ? "cat-cow" : "no-such";
        break;
    case 2:
    case 3:
        (void)say(u, BC_EVENT_DONE);
        break;
    case 4:
        (void)say(u, BC_EVENT_SKIP);
        break;
    case 5:
    case 6:
        say(u, BC_EVENT_SNOOZE)->u.duration_usec = chance(u, 40) ? 0 : a_time(u, 1, 5 * USEC_PER_HOUR);
        break;
    case 7:
        (void)say(u, BC_EVENT_ANOTHER);
        break;
    case 8:
        e = say(u, BC_EVENT_PAUSE);
        e->u.until_usec = chance(u, 30)   ? 0
                          : chance(u, 10) ? USEC_INFINITY
                                          : u->t + a_time(u, 1, 3 * USEC_PER_HOUR);
        break;
    default:
        if (chance(u, 50)) {
            (void)say(u, BC_EVENT_RESUME);
        } else {
            e = say(u, BC_EVENT_FEEDBACK);
            e->u.feedback.exercise = chance(u, 70) ? NULL : "cat-cow";
            e->u.feedback.verdict = verdicts[between(u, 0, 3)];
        }
    }
}

/* One thing that nobody plans: the wall clock, the settings, a restart, an event that comes late. */
static void mishap(struct user *u)
{
    static const usec_t jumps[] = {USEC_PER_HOUR,       -USEC_PER_HOUR, 3 * USEC_PER_DAY,
                                   -400 * USEC_PER_DAY, -USEC_PER_SEC,  USEC_PER_MSEC};
    struct sim_script *s = u->script;
    struct bc_event *e;

    switch (between(u, 0, 4)) {
    case 0:
        /* Summer time moves the offset, somebody else the clock. */
        e = say(u, BC_EVENT_CLOCK);
        e->u.clock.set = true;
        e->u.clock.realtime_usec = s->realtime_usec + u->t;
        e->u.clock.utc_offset_usec = s->utc_offset_usec + jumps[between(u, 0, 1)] * between(u, 0, 1);
        if (chance(u, 40))
            e->u.clock.realtime_usec += jumps[between(u, 0, ARRAY_SIZE(jumps) - 1)];
        break;
    case 1:
        add(u, SIM_RELOAD)->n = (unsigned)between(u, 0, SIM_RULES - 1);
        break;
    case 2:
        add(u, SIM_MENU)->n = (unsigned)between(u, 0, SIM_MENUS - 1);
        break;
    case 3:
        /* What a snapshot does not keep must not be there: passive input, inhibitors, holds. */
        (void)say(u, BC_EVENT_ACTIVE);
        say(u, BC_EVENT_INHIBIT)->u.on = false;
        say(u, BC_EVENT_HOLD)->u.hold.on = false;
        (void)add(u, SIM_RESTORE);
        break;
    default:
        e = say(u, chance(u, 50) ? BC_EVENT_ACTIVE : BC_EVENT_IDLE);
        e->u.since_usec = u->t - between(u, 0, USEC_PER_HOUR);
        e->t_usec -= between(u, 0, USEC_PER_MINUTE);
    }
}

static void desk(struct user *u)
{
    struct bc_event *e = say(u, BC_EVENT_POSTURE);

    e->u.posture.posture = (enum bc_posture)between(u, 0, _BC_POSTURE_MAX - 1);
    e->u.posture.lease_usec = chance(u, 20) ? USEC_INFINITY : a_time(u, 1, 2 * USEC_PER_HOUR);
}

static void meeting(struct user *u)
{
    say(u, BC_EVENT_INHIBIT)->u.on = true;
    hold(u, true);
    if (chance(u, 40))
        hold(u, true);
    wait(u, 60, 1800);
    if (chance(u, 50))
        idle(u, between(u, 200, 5000));
    if (chance(u, 30))
        (void)say(u, BC_EVENT_ACTIVE);
    hold(u, false);
    if (chance(u, 80))
        say(u, BC_EVENT_INHIBIT)->u.on = false;
    (void)say(u, BC_EVENT_ACTIVE);
    if (chance(u, 80))
        say(u, BC_EVENT_HOLD)->u.hold.on = false;
}

static void away(struct user *u, usec_t low_s, usec_t high_s)
{
    static const enum bc_event_type out[] = {BC_EVENT_LOCK, BC_EVENT_LEAVE, BC_EVENT_SLEEP},
                                    in[] = {BC_EVENT_UNLOCK, BC_EVENT_ENTER, BC_EVENT_WAKE};
    size_t how = (size_t)between(u, 0, 2);

    if (chance(u, 30))
        idle(u, between(u, 30, 600));
    (void)say(u, out[how]);
    wait(u, low_s, high_s);
    if (chance(u, 20))
        (void)say(u, BC_EVENT_ACTIVE);
    (void)say(u, in[how]);
    if (chance(u, 70))
        (void)say(u, BC_EVENT_ACTIVE);
    else
        idle(u, between(u, 20, 400));
}

static void an_hour(struct user *u)
{
    usec_t end = u->t + USEC_PER_HOUR;

    while (u->t < end) {
        wait(u, 1, 1500);
        switch (between(u, 0, 19)) {
        case 0:
        case 1:
        case 2:
        case 3:
            idle(u, between(u, 20, 500));
            (void)say(u, BC_EVENT_ACTIVE);
            break;
        case 4:
        case 5:
        case 6:
            away(u, 10, 900);
            break;
        case 7:
        case 8:
            meeting(u);
            break;
        case 9:
        case 10:
            desk(u);
            break;
        case 11:
            mishap(u);
            break;
        default:
            command(u);
        }
    }
}

static void a_day(struct user *u)
{
    usec_t morning = u->t - u->t % USEC_PER_DAY + USEC_PER_DAY;
    usec_t hours = between(u, 1, 5);

    u->t = MAX(u->t, morning - USEC_PER_DAY + between(u, 0, 4) * USEC_PER_HOUR);
    for (usec_t i = 0; i < hours; i++)
        an_hour(u);
    away(u, 1200, 4800); /* lunch */
    hours = between(u, 0, 5);
    for (usec_t i = 0; i < hours; i++)
        an_hour(u);
    (void)say(u, chance(u, 50) ? BC_EVENT_SLEEP : BC_EVENT_LOCK);
    u->t = MAX(u->t, morning);
    (void)say(u, BC_EVENT_WAKE);
    (void)say(u, BC_EVENT_UNLOCK);
    (void)say(u, BC_EVENT_ENTER);
    (void)say(u, BC_EVENT_ACTIVE);
}

static void make_breaks(struct user *u, struct sim_rules *r)
{
    static const char *const names[SIM_BREAKS_MAX] = {"stretch", "walk", "eyes", "lie-down", "water"};

    r->rules.n_breaks = chance(u, 60) ? 2 : (size_t)between(u, 0, SIM_BREAKS_MAX);
    for (size_t i = 0; i < r->rules.n_breaks; i++) {
        struct bc_break_rule *b = &r->breaks[i];
        bool usual = chance(u, 50);

        (void)strcpy(b->name, names[i]);
        b->after_usec = usual ? 30 * (usec_t)(1 + 2 * i) * USEC_PER_MINUTE
                              : a_time(u, USEC_PER_MINUTE, 2 * USEC_PER_HOUR);
        b->length_usec =
            usual ? (i % 2 ? 10 : 3) * USEC_PER_MINUTE : a_time(u, 30 * USEC_PER_SEC, 20 * USEC_PER_MINUTE);
        b->kinds = (uint32_t)between(u, 1, BC_KINDS_ALL);
        b->enabled = chance(u, 90);
    }
}

static void make_rules(struct user *u, struct sim_rules *r)
{
    r->rules = (struct bc_rules){
        .idle_after_usec =
            chance(u, 70) ? 120 * USEC_PER_SEC : a_time(u, 30 * USEC_PER_SEC, 600 * USEC_PER_SEC),
        .idle_after_prompt_usec = chance(u, 70) ? 20 * USEC_PER_SEC : 30 * USEC_PER_SEC,
        .passive_sitting = chance(u, 70),
        .passive_limit_usec = chance(u, 50) ? USEC_PER_HOUR : a_time(u, USEC_PER_MINUTE, 3 * USEC_PER_HOUR),
        .standing_rate = chance(u, 60) ? 50 : (unsigned)between(u, 0, 100),
        .snooze_usec = 5 * USEC_PER_MINUTE,
        .snooze_limit = (unsigned)between(u, 0, 3),
        .repeat_usec = chance(u, 80) ? 10 * USEC_PER_MINUTE : between(u, 0, 1) * USEC_PER_MINUTE,
        .repeat_limit = (unsigned)between(u, 0, 4),
        .merge_usec = chance(u, 50) ? 10 * USEC_PER_MINUTE : a_time(u, 0, USEC_PER_HOUR),
        .hold_limit_usec = chance(u, 60) ? USEC_PER_HOUR : a_time(u, 0, 2 * USEC_PER_HOUR),
    };
    make_breaks(u, r);
    r->rules.n_schedule = chance(u, 60) ? 0 : (size_t)between(u, 1, SIM_SPANS_MAX);
    for (size_t i = 0; i < r->rules.n_schedule; i++) {
        struct bc_work_span *s = &r->spans[i];

        s->weekday = (int)between(u, 0, 6);
        s->start_min = (int)between(u, 0, 1439);
        s->end_min = chance(u, 20) ? MAX(1440, s->start_min + 1)
                                   : (int)between(u, s->start_min + 1, s->start_min + 1440);
    }
}

/* Makes the life of @days days that belongs to a seed. */
void sim_script_make(struct sim_script *script, uint64_t seed, unsigned days)
{
    struct user u = {.script = script, .random = seed};

    *script = (struct sim_script){.seed = seed};
    for (size_t i = 0; i < SIM_RULES; i++) {
        make_rules(&u, &script->rules[i]);
        script->rules[i].rules.breaks = script->rules[i].breaks;
        script->rules[i].rules.schedule = script->rules[i].spans;
    }
    script->realtime_usec = between(&u, 0, 80 * 365 * USEC_PER_DAY);
    script->utc_offset_usec = between(&u, -12 * 4, 14 * 4) * 15 * USEC_PER_MINUTE;
    for (unsigned day = 0; day < days; day++)
        a_day(&u);
    (void)say(&u, BC_EVENT_END);
}

void sim_script_done(struct sim_script *script)
{
    free(script->actions);
    *script = (struct sim_script){0};
}
