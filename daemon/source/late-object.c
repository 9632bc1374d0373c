/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When to ask a service again whose object isn't there yet; see late-object.h.
 */
#include "source/late-object.h"
#include "util/macro.h"
#include "util/time-util.h"

static const usec_t delays_usec[] = {200 * USEC_PER_MSEC, 1 * USEC_PER_SEC, 4 * USEC_PER_SEC};

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct late_object *late = userdata;

    late->again(late->userdata);
    return 0;
}

/**
 * late_object_reset() - the name has another owner, or none: begin anew
 * @late: with again and userdata set
 */
void late_object_reset(struct late_object *late)
{
    late->timer = sd_event_source_disable_unref(late->timer);
    late->tries = 0;
}

/**
 * late_object_wait() - the object isn't there: have again() called in a while
 * @late: the state
 * @event: the loop
 *
 * Return: false when it has been asked for often enough.
 */
bool late_object_wait(struct late_object *late, sd_event *event)
{
    usec_t delay;

    late->timer = sd_event_source_disable_unref(late->timer);
    if (late->tries >= ARRAY_SIZE(delays_usec))
        return false;
    delay = delays_usec[late->tries++];
    return sd_event_add_time_relative(event, &late->timer, CLOCK_MONOTONIC, (uint64_t)delay,
                                      (uint64_t)delay / 4, on_timer, late) >= 0;
}

/**
 * late_object_done() - release everything
 * @late: the state
 */
void late_object_done(struct late_object *late)
{
    late_object_reset(late);
}
