/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which alarms tell when a user becomes idle, and when active again. While the user is active only a rise of
 * the counter is of interest, while idle only its fall: so nothing wakes the program in between. The one
 * exception is after a rearm (see x11_plan_choose()).
 */
#include "core/core.h"
#include "source/x11-plan.h"

/* Input this short before a rearm is as good as at it: no second alarm is spent on the difference, and the
 * report comes early by no more than this. */
#define SLACK_USEC (250 * USEC_PER_MSEC)

/**
 * x11_plan_reset() - begin anew: the user counts as active
 * @plan: the plan
 * @floor_usec: idle time counts from here at the earliest, on CLOCK_BOOTTIME
 */
void x11_plan_reset(struct x11_plan *plan, usec_t floor_usec)
{
    *plan = (struct x11_plan){.floor_usec = floor_usec, .rise_msec = -1, .fall_msec = -1};
}

/**
 * x11_plan_idle_usec() - how long there has been no input that counts
 * @plan: the plan
 * @msec: what the counter says
 * @now_usec: when it says so
 *
 * Return: microseconds, 0 or more.
 */
usec_t x11_plan_idle_usec(const struct x11_plan *plan, int64_t msec, usec_t now_usec)
{
    usec_t idle = msec * USEC_PER_MSEC;

    return plan->floor_usec == BC_NO_TIME ? idle : MAX(MIN(idle, now_usec - plan->floor_usec), 0);
}

/**
 * x11_plan_choose() - choose the alarms
 * @plan: its rise_msec and fall_msec are what to set
 * @msec: what the counter says
 * @now_usec: when it says so
 * @threshold_usec: without input for so long the user is idle
 *
 * When the idle time counts from a rearm and not from the last input, the counter is ahead of it. The alarm
 * on its rise then stands higher than the threshold; and as input sets the counter back to zero, from where
 * that alarm would come too late, its fall has to be seen too. The alarm on a fall is set right below where
 * the counter stands: the higher, the surer the server finds it passed.
 *
 * Return: X11_VERDICT_NONE; X11_VERDICT_IDLE if the threshold is already reached, no alarm being chosen.
 */
enum x11_verdict x11_plan_choose(struct x11_plan *plan, int64_t msec, usec_t now_usec, usec_t threshold_usec)
{
    usec_t idle = x11_plan_idle_usec(plan, msec, now_usec), ahead = msec * USEC_PER_MSEC - idle;

    plan->looked_msec = msec;
    plan->rise_msec = plan->fall_msec = -1;
    if (plan->idle) {
        plan->fall_msec = MAX(msec - 1, 0);
        return X11_VERDICT_NONE;
    }
    if (idle >= threshold_usec)
        return X11_VERDICT_IDLE;
    if (ahead > SLACK_USEC)
        plan->fall_msec = MAX(msec - 1, 0);
    else
        ahead = 0;
    plan->rise_msec = (threshold_usec + ahead + USEC_PER_MSEC - 1) / USEC_PER_MSEC;
    if (plan->rise_msec <= msec)
        return X11_VERDICT_IDLE;
    return X11_VERDICT_NONE;
}

static enum x11_verdict input_seen(struct x11_plan *plan)
{
    plan->floor_usec = plan->idle ? plan->floor_usec : BC_NO_TIME;
    return plan->idle ? X11_VERDICT_ACTIVE : X11_VERDICT_AGAIN;
}

/**
 * x11_plan_check() - another look, after the alarms were set: have they been passed in between?
 * @plan: the plan
 * @msec: what the counter says now
 *
 * Return: what is to be done.
 */
enum x11_verdict x11_plan_check(struct x11_plan *plan, int64_t msec)
{
    if (plan->fall_msec >= 0 && msec < plan->looked_msec)
        return input_seen(plan);
    if (plan->rise_msec >= 0 && msec >= plan->rise_msec)
        return X11_VERDICT_IDLE;
    return X11_VERDICT_NONE;
}

/**
 * x11_plan_alarm() - an alarm has gone off
 * @plan: the plan
 * @rise: which
 *
 * Return: what is to be done.
 */
enum x11_verdict x11_plan_alarm(struct x11_plan *plan, bool rise)
{
    if (rise)
        return plan->rise_msec >= 0 ? X11_VERDICT_IDLE : X11_VERDICT_NONE;
    return plan->fall_msec >= 0 ? input_seen(plan) : X11_VERDICT_NONE;
}

/**
 * x11_plan_reported() - idle or active has been reported: from now on the counter alone counts
 * @plan: the plan
 * @idle: which
 */
void x11_plan_reported(struct x11_plan *plan, bool idle)
{
    plan->idle = idle;
    plan->floor_usec = BC_NO_TIME;
    plan->rise_msec = plan->fall_msec = -1;
}
