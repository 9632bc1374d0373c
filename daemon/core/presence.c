/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Present or away. Translates input, inhibitors, lock, session, sleep and posture into one answer, and finds
 * when an absence began. Knows nothing of breaks except through the rest that an absence is.
 */
#include "core/internal.h"

bool present(const struct bc_core *core)
{
    return core->away_since_usec == BC_NO_TIME;
}

static bool cause_holds(const struct bc_core *core)
{
    return core->locked || core->left || core->asleep || core->posture == BC_POSTURE_WALKING ||
           core->input == BC_INPUT_IDLE;
}

static void begin_absence(struct bc_core *core, usec_t since_usec)
{
    core->away_since_usec = since_usec;
    for (size_t i = 0; i < core->n_breaks; i++)
        core->breaks[i].rested = false;
    core->prompt.absence = true;
}

/* Lets the causes that hold now have their effect. */
static void presence_update(struct bc_core *core)
{
    if (cause_holds(core) && present(core))
        begin_absence(core, core->now_usec);
    else if (!cause_holds(core) && !present(core))
        rest_return(core);
    exposure_update(core);
}

/* The threshold that a report with this `since` must have passed: lower where the user was just asked to
 * rest. */
static usec_t threshold_for(const struct bc_core *core, usec_t since_usec)
{
    if (core->guide.on)
        return core->rules.idle_after_prompt_usec;
    if (core->prompt.on && since_usec <= core->prompt.last_usec + BC_LATE_SINCE_USEC)
        return core->rules.idle_after_prompt_usec;
    return core->rules.idle_after_usec;
}

/* The idle threshold that a source should use now: reports that come earlier than one needs merely wait. */
usec_t presence_threshold(const struct bc_core *core)
{
    usec_t until = core->prompt.last_usec + BC_LATE_SINCE_USEC + core->rules.idle_after_prompt_usec;

    if (core->guide.on || (core->prompt.on && core->now_usec < until))
        return core->rules.idle_after_prompt_usec;
    return core->rules.idle_after_usec;
}

/* Whether a waiting idle report has passed the lower threshold: whoever is about to be prompted is not there.
 */
bool presence_report_satisfies(const struct bc_core *core)
{
    return core->report_waits &&
           core->now_usec - core->report_since_usec >= core->rules.idle_after_prompt_usec;
}

/* The user turns out to be idle since then: an absence begins, or the one that goes on began earlier than was
 * known (a screen that locks itself does so after the last input). What was credited since is taken back. */
static void idle_from(struct bc_core *core, usec_t since_usec)
{
    usec_t since = MAX(since_usec, core->return_usec);

    core->input = BC_INPUT_IDLE;
    if (!present(core) && since >= core->away_since_usec)
        return;
    exposure_take_back(core, since);
    if (present(core))
        begin_absence(core, since);
    else
        core->away_since_usec = since;
}

/* Sitting without input counts only so long. */
static void passive_settle(struct bc_core *core)
{
    usec_t end = core->passive_since_usec + core->rules.passive_limit_usec;

    if (core->input == BC_INPUT_PASSIVE && end <= core->now_usec)
        idle_from(core, end);
}

/* The waiting report takes effect: the user is idle, or sits passively while something keeps the desktop
 * awake. */
void presence_report_take(struct bc_core *core)
{
    core->report_waits = false;
    if (core->rules.passive_sitting && core->inhibited) {
        core->input = BC_INPUT_PASSIVE;
        core->passive_since_usec = core->report_since_usec;
        passive_settle(core);
    } else {
        idle_from(core, core->report_since_usec);
    }
    exposure_update(core);
}

/* Input is known, or taken, to be there now. */
void presence_input(struct bc_core *core)
{
    core->input = BC_INPUT_ACTIVE;
    core->report_waits = false;
    core->input_from_usec = core->now_usec;
    if (present(core))
        exposure_forget(core);
}

static usec_t report_effective(const struct bc_core *core)
{
    return core->report_since_usec + threshold_for(core, core->report_since_usec);
}

/* What the clock alone brings to presence. */
void presence_settle(struct bc_core *core)
{
    if (core->posture_until_usec <= core->now_usec) {
        core->posture = BC_POSTURE_SITTING;
        core->posture_until_usec = USEC_INFINITY;
    }
    if (core->report_waits && report_effective(core) <= core->now_usec)
        presence_report_take(core);
    if (core->input == BC_INPUT_PASSIVE &&
        core->passive_since_usec + core->rules.passive_limit_usec <= core->now_usec)
        core->input = BC_INPUT_IDLE;
    presence_update(core);
}

usec_t presence_deadline(const struct bc_core *core)
{
    usec_t d = core->posture_until_usec;

    if (core->report_waits)
        d = MIN(d, report_effective(core));
    if (core->input == BC_INPUT_PASSIVE)
        d = MIN(d, core->passive_since_usec + core->rules.passive_limit_usec);
    if (presence_threshold(core) != core->rules.idle_after_usec && core->prompt.on)
        d = MIN(d, core->prompt.last_usec + BC_LATE_SINCE_USEC + core->rules.idle_after_prompt_usec);
    return d;
}

static void idle_report(struct bc_core *core, usec_t since_usec)
{
    /* While idle or passive without input since, a further report says nothing new. */
    if (core->asleep || core->input != BC_INPUT_ACTIVE)
        return;
    core->report_waits = true;
    core->report_since_usec = MIN(MAX(since_usec, core->input_from_usec), core->now_usec);
}

static void active_report(struct bc_core *core)
{
    if (core->asleep)
        return;
    presence_input(core);
    if (!core->locked && !core->left && core->posture == BC_POSTURE_WALKING) {
        core->posture = BC_POSTURE_SITTING;
        core->posture_until_usec = USEC_INFINITY;
    }
}

static void back_from(struct bc_core *core, bool *cause)
{
    *cause = false;
    presence_input(core);
    (void)effect_add(core, BC_EFFECT_REARM);
}

static void inhibit(struct bc_core *core, bool on)
{
    core->inhibited = on;
    if (!on && core->input == BC_INPUT_PASSIVE)
        idle_from(core, core->now_usec);
}

/* Applies an event about presence. Return: 0, or a refusal. */
int presence_event(struct bc_core *core, const struct bc_event *event)
{
    switch (event->type) {
    case BC_EVENT_ACTIVE:
        active_report(core);
        break;
    case BC_EVENT_IDLE:
        idle_report(core, event->u.since_usec);
        break;
    case BC_EVENT_INHIBIT:
        inhibit(core, event->u.on);
        break;
    case BC_EVENT_LOCK:
        core->locked = true;
        break;
    case BC_EVENT_LEAVE:
        core->left = true;
        break;
    case BC_EVENT_SLEEP:
        core->asleep = true;
        break;
    case BC_EVENT_UNLOCK:
        back_from(core, &core->locked);
        break;
    case BC_EVENT_ENTER:
        back_from(core, &core->left);
        break;
    case BC_EVENT_WAKE:
        back_from(core, &core->asleep);
        break;
    case BC_EVENT_POSTURE:
        if (event->u.posture.posture < 0 || event->u.posture.posture >= _BC_POSTURE_MAX ||
            event->u.posture.lease_usec <= 0)
            return BC_REFUSAL_INVALID_ARGS;
        core->posture = event->u.posture.posture;
        core->posture_until_usec = core->posture == BC_POSTURE_SITTING
                                       ? USEC_INFINITY
                                       : usec_add(core->now_usec, event->u.posture.lease_usec);
        break;
    default:
        return BC_REFUSAL_INVALID_ARGS;
    }
    presence_update(core);
    return 0;
}
