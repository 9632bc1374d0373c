/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to the source in use: how long has there been no input? Asked from outside, before a prompt, and
 * by a source that has its doubts; one answer serves both.
 */
#include "source/activity.h"
#include "util/macro.h"

static void finish(struct activity *a, usec_t last_input_usec)
{
    activity_query_func done = a->query_done;

    if (!done)
        return;
    a->query_done = NULL;
    a->query_timer = sd_event_source_disable_unref(a->query_timer);
    done(a->query_userdata, last_input_usec);
}

static void answer_asker(struct activity *a, usec_t last_input_usec)
{
    struct source *asker = TAKE_PTR(a->asker);

    if (asker)
        asker->driver->answer(asker, last_input_usec);
}

static bool able(const struct source *source)
{
    return source && source->started && source->driver->query &&
           (source->driver->capabilities & SOURCE_CAP_QUERY);
}

/**
 * query_lost() - the source in use is no longer
 * @activity: the activity
 */
void query_lost(struct activity *activity)
{
    finish(activity, BC_NO_TIME);
    answer_asker(activity, BC_NO_TIME);
}

/**
 * source_query_done() - the answer to query()
 * @source: who answers
 * @last_input_usec: the instant of the last input, or BC_NO_TIME
 */
void source_query_done(struct source *source, usec_t last_input_usec)
{
    struct activity *a = source->activity;

    if (source != a->chosen)
        return;
    finish(a, relay_last_input(&a->relay, last_input_usec));
    answer_asker(a, last_input_usec);
}

/**
 * source_ask() - a source asks the one in use
 * @source: who asks; its answer() gets the instant of the last input, or BC_NO_TIME, perhaps at once
 */
void source_ask(struct source *source)
{
    struct activity *a = source->activity;

    a->asker = source;
    if (able(a->chosen))
        a->chosen->driver->query(a->chosen);
    else
        answer_asker(a, BC_NO_TIME);
}

static int on_timeout(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    finish(userdata, BC_NO_TIME);
    return 0;
}

/**
 * activity_query() - ask how long there has been no input
 * @activity: the activity
 * @timeout_usec: how long to wait for the answer
 * @done: gets the answer, always from the loop and never from inside this call
 * @userdata: for @done
 *
 * Return: 0; -EBUSY while another one is under way; -ENOMEM.
 */
int activity_query(struct activity *activity, usec_t timeout_usec, activity_query_func done, void *userdata)
{
    struct source *s = activity->chosen;
    int r;

    if (activity->query_done)
        return -EBUSY;
    r = sd_event_add_time_relative(activity->event, &activity->query_timer, CLOCK_MONOTONIC,
                                   able(s) ? (uint64_t)timeout_usec : 0, USEC_PER_MSEC, on_timeout, activity);
    if (r < 0)
        return r;
    activity->query_done = done;
    activity->query_userdata = userdata;
    if (able(s))
        s->driver->query(s);
    return 0;
}
