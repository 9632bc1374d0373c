/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which watches tell when the user becomes idle and when active again. A compositor can't be asked how long
 * there has been no input, and the timeout of a new watch runs from its creation: so one that is there
 * already is kept wherever it is the better one. While the user is active, it never is one with a timeout
 * below the threshold, as it would wake the program for every short pause.
 */
#include "source/wayland-plan.h"

/* For seats that come while the user is idle: idle at once, so that the first input there is told. */
#define AT_ONCE_USEC USEC_PER_MSEC

static struct wayland_watch *add(struct wayland_plan *plan, usec_t timeout_usec, usec_t now_usec)
{
    for (size_t i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *w = &plan->watches[i];

        if (w->wanted || w->armed)
            continue;
        *w = (struct wayland_watch){.wanted = true, .timeout_usec = timeout_usec, .from_usec = now_usec};
        return w;
    }
    return NULL; /* can't be: see WAYLAND_WATCHES */
}

static void keep_only(struct wayland_plan *plan, const struct wayland_watch *watch)
{
    for (size_t i = 0; i < WAYLAND_WATCHES; i++)
        plan->watches[i].wanted &= watch == &plan->watches[i];
}

static struct wayland_watch *find(struct wayland_plan *plan, usec_t timeout_usec)
{
    for (size_t i = 0; i < WAYLAND_WATCHES; i++)
        if (plan->watches[i].wanted && plan->watches[i].timeout_usec == timeout_usec)
            return &plan->watches[i];
    return NULL;
}

/**
 * wayland_plan_reset() - begin anew: the user counts as active
 * @plan: the plan; n_seats stays as it is
 * @now_usec: the present, on CLOCK_BOOTTIME; idle time counts from here at the earliest
 * @threshold_usec: without input for so long the user is idle
 *
 * The watch is a new one: one that has reported idle doesn't do so again before there is input.
 */
void wayland_plan_reset(struct wayland_plan *plan, usec_t now_usec, usec_t threshold_usec)
{
    plan->idle = false;
    plan->floor_usec = now_usec;
    plan->threshold_usec = threshold_usec;
    keep_only(plan, add(plan, threshold_usec, now_usec));
}

/**
 * wayland_plan_none() - nothing is to be watched
 * @plan: the plan
 */
void wayland_plan_none(struct wayland_plan *plan)
{
    plan->idle = false;
    keep_only(plan, NULL);
}

/**
 * wayland_plan_set_threshold() - from now on another threshold
 * @plan: the plan
 * @now_usec: the present
 * @threshold_usec: without input for so long the user is idle
 *
 * A report already given stands, and so does its watch: it alone can tell of the next input. Else a watch
 * that has a longer timeout may still be the first to report, as its time has begun before that of the new
 * one.
 */
void wayland_plan_set_threshold(struct wayland_plan *plan, usec_t now_usec, usec_t threshold_usec)
{
    struct wayland_watch *fitting, *first = NULL;

    plan->threshold_usec = threshold_usec;
    if (plan->idle)
        return;
    fitting = find(plan, threshold_usec);
    if (!fitting)
        fitting = add(plan, threshold_usec, now_usec);
    if (!fitting)
        return;
    for (size_t i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *w = &plan->watches[i];
        bool may_be_first = w->wanted && w != fitting && w->timeout_usec > threshold_usec &&
                            w->from_usec + w->timeout_usec < fitting->from_usec + threshold_usec;

        if (may_be_first &&
            (!first || w->from_usec + w->timeout_usec < first->from_usec + first->timeout_usec))
            first = w;
    }
    keep_only(plan, fitting);
    if (first)
        first->wanted = true;
}

/**
 * wayland_plan_seat_came() - there is one more seat
 * @plan: the plan; the watches include it from now on
 * @now_usec: the present
 *
 * A seat is no input: an idle report stands.
 */
void wayland_plan_seat_came(struct wayland_plan *plan, usec_t now_usec)
{
    plan->n_seats++;
    if (plan->idle && !find(plan, AT_ONCE_USEC))
        (void)add(plan, AT_ONCE_USEC, now_usec);
}

/**
 * wayland_plan_seat_gone() - there is one seat less
 * @plan: the plan
 * @idle_watches: a bit for each watch that had reported it idle
 * @now_usec: the present
 *
 * Nobody knows when there was input last on a seat that is gone, unless it was idle: it counts as now.
 */
void wayland_plan_seat_gone(struct wayland_plan *plan, unsigned idle_watches, usec_t now_usec)
{
    bool in_use = false;

    plan->n_seats--;
    for (size_t i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *w = &plan->watches[i];

        if (idle_watches & 1u << i)
            w->n_idle--;
        else if (w->wanted)
            in_use = true;
    }
    if (in_use && !plan->idle)
        wayland_plan_reset(plan, now_usec, plan->threshold_usec);
}

/**
 * wayland_plan_idled() - a watch has reported a seat idle
 * @plan: the plan
 * @watch: which watch
 * @now_usec: the present
 * @ret_since_usec: since when there is no input, where WAYLAND_VERDICT_IDLE is returned
 *
 * Return: what is to be done.
 */
enum wayland_verdict wayland_plan_idled(struct wayland_plan *plan, unsigned watch, usec_t now_usec,
                                        usec_t *ret_since_usec)
{
    struct wayland_watch *w = &plan->watches[watch];

    w->n_idle++;
    if (!w->wanted || w->n_idle < plan->n_seats)
        return WAYLAND_VERDICT_NONE;
    if (plan->idle) {
        keep_only(plan, w); /* which now can tell of input on every seat, the new ones too */
        return WAYLAND_VERDICT_NONE;
    }
    plan->idle = true;
    keep_only(plan, w);
    *ret_since_usec = MAX(now_usec - w->timeout_usec, plan->floor_usec);
    return WAYLAND_VERDICT_IDLE;
}

/**
 * wayland_plan_resumed() - a watch has reported input on a seat that it had reported idle
 * @plan: the plan
 * @watch: which watch
 * @now_usec: the present
 *
 * Return: what is to be done.
 */
enum wayland_verdict wayland_plan_resumed(struct wayland_plan *plan, unsigned watch, usec_t now_usec)
{
    struct wayland_watch *w = &plan->watches[watch], *fitting;

    w->n_idle--;
    w->from_usec = now_usec;
    if (!w->wanted)
        return WAYLAND_VERDICT_NONE;
    plan->floor_usec = MAX(plan->floor_usec, now_usec);
    if (!plan->idle)
        return WAYLAND_VERDICT_NONE;
    plan->idle = false;
    /* The input has set back the timeout of every watch, so an old one is as good as a new one. */
    fitting = find(plan, plan->threshold_usec);
    keep_only(plan, fitting ? fitting : add(plan, plan->threshold_usec, now_usec));
    return WAYLAND_VERDICT_ACTIVE;
}
