/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mutter counts milliseconds since the last input. That is what tells idle from active, with three
 * exceptions: input before a rearm doesn't count; a synthetic event may fire a watch without setting the
 * counter back; and what inhibits idle keeps the idle watch from firing, and sets the counter back when it
 * goes.
 */
#include "core/core.h"
#include "source/mutter-plan.h"
#include "util/macro.h"

/* Input this short before a rearm is as good as at it, and a counter that differs by less hasn't gone back:
 * an answer is under way for a while. */
#define SLACK_USEC (250 * USEC_PER_MSEC)

static usec_t slack(usec_t threshold_usec)
{
    return MIN(SLACK_USEC, threshold_usec / 4);
}

/**
 * mutter_plan_reset() - begin anew: the user counts as active
 * @plan: the plan
 * @now_usec: idle time counts from here at the earliest, on CLOCK_BOOTTIME
 */
void mutter_plan_reset(struct mutter_plan *plan, usec_t now_usec)
{
    plan->idle = false;
    plan->floor_usec = now_usec;
}

/* Whether idle time counts from the floor, which was later than the last input. */
static bool floored(const struct mutter_plan *plan, usec_t input_usec, usec_t threshold_usec)
{
    return plan->floor_usec != BC_NO_TIME && input_usec + slack(threshold_usec) < plan->floor_usec;
}

/* When the threshold is reached if there is no more input. */
static usec_t reach_usec(const struct mutter_plan *plan, usec_t input_usec, usec_t threshold_usec)
{
    return (floored(plan, input_usec, threshold_usec) ? plan->floor_usec : input_usec) + threshold_usec;
}

static void choose(const struct mutter_plan *plan, usec_t input_usec, usec_t threshold_usec, usec_t now_usec,
                   struct mutter_next *next)
{
    usec_t reach = reach_usec(plan, input_usec, threshold_usec);

    if (plan->silent)
        next->ask_usec = MAX(reach, mutter_plan_ask_usec(plan, now_usec));
    else if (floored(plan, input_usec, threshold_usec) || reach <= now_usec)
        next->ask_usec = MAX(reach, now_usec);
    else
        next->watch = true;
}

/**
 * mutter_plan_answer() - Mutter has said how long there has been no input
 * @plan: the plan; is up to date when this returns
 * @idle_usec: that time
 * @now_usec: when it says so, on CLOCK_BOOTTIME
 * @threshold_usec: without input for so long the user is idle
 * @ret_next: what to do afterwards
 *
 * Return: what to report.
 */
enum mutter_verdict mutter_plan_answer(struct mutter_plan *plan, usec_t idle_usec, usec_t now_usec,
                                       usec_t threshold_usec, struct mutter_next *ret_next)
{
    usec_t input = now_usec - idle_usec;
    enum mutter_verdict verdict = MUTTER_VERDICT_NONE;

    *ret_next = (struct mutter_next){.since_usec = input, .ask_usec = BC_NO_TIME};
    if (plan->silent)
        plan->asked_usec = now_usec;
    if (plan->idle) {
        if (input <= plan->input_usec + slack(threshold_usec))
            return MUTTER_VERDICT_NONE;
        plan->idle = false;
        plan->floor_usec = BC_NO_TIME;
        verdict = MUTTER_VERDICT_ACTIVE;
    } else if (now_usec >= reach_usec(plan, input, threshold_usec)) {
        ret_next->since_usec = MAX(input, plan->floor_usec);
        plan->idle = true;
        plan->input_usec = input;
        plan->floor_usec = BC_NO_TIME;
        return MUTTER_VERDICT_IDLE;
    }
    if (input >= plan->floor_usec)
        plan->floor_usec = BC_NO_TIME; /* there has been input that counts */
    choose(plan, input, threshold_usec, now_usec, ret_next);
    return verdict;
}

/**
 * mutter_plan_ask_usec() - while the watches are silent: when it may be asked next
 * @plan: the plan
 * @now_usec: on CLOCK_BOOTTIME
 *
 * Return: the instant, not before @now_usec.
 */
usec_t mutter_plan_ask_usec(const struct mutter_plan *plan, usec_t now_usec)
{
    return plan->asked_usec == BC_NO_TIME ? now_usec : MAX(now_usec, plan->asked_usec + plan->ask_apart_usec);
}
