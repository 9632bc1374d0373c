/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tries at growing distances. Knows nothing of what is tried.
 */
#include "source/backoff.h"
#include "util/macro.h"

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct backoff *backoff = userdata;

    backoff->func(backoff->userdata);
    return 0;
}

static int set_timer(struct backoff *backoff, usec_t delay_usec)
{
    int r;

    if (!backoff->timer)
        return sd_event_add_time_relative(backoff->event, &backoff->timer, CLOCK_BOOTTIME,
                                          (uint64_t)delay_usec, (uint64_t)delay_usec / 4, on_timer, backoff);
    r = sd_event_source_set_time_relative(backoff->timer, (uint64_t)delay_usec);
    if (r < 0)
        return r;
    r = sd_event_source_set_time_accuracy(backoff->timer, (uint64_t)delay_usec / 4);
    if (r < 0)
        return r;
    return sd_event_source_set_enabled(backoff->timer, SD_EVENT_ONESHOT);
}

/**
 * backoff_later() - a try has failed: arrange for the next one
 * @backoff: with event, first_usec, func and userdata set
 *
 * Return: 0 or a negative errno.
 */
int backoff_later(struct backoff *backoff)
{
    if (backoff->delay_usec == 0)
        backoff->delay_usec = backoff->first_usec;
    else if (backoff->delay_usec >= BACKOFF_LAST_USEC)
        backoff->delay_usec = BACKOFF_SLOW_USEC;
    else
        backoff->delay_usec = MIN(backoff->delay_usec * 2, BACKOFF_LAST_USEC);
    return set_timer(backoff, backoff->delay_usec);
}

/**
 * backoff_slowly() - an event is expected that tells when to try; should it be missed, try all the same
 * @backoff: as for backoff_later(); how far it has grown is kept
 *
 * Return: 0 or a negative errno.
 */
int backoff_slowly(struct backoff *backoff)
{
    return set_timer(backoff, BACKOFF_SLOW_USEC);
}

/**
 * backoff_in() - an event tells that a try may succeed in a moment: the distances begin anew
 * @backoff: as for backoff_later()
 * @delay_usec: in how long
 *
 * Return: 0 or a negative errno.
 */
int backoff_in(struct backoff *backoff, usec_t delay_usec)
{
    uint64_t due, now;
    int on;

    backoff->delay_usec = 0;
    /* Whoever gets many events doesn't put it off with each. */
    if (backoff->timer && sd_event_source_get_enabled(backoff->timer, &on) > 0 &&
        sd_event_source_get_time(backoff->timer, &due) >= 0 &&
        sd_event_now(backoff->event, CLOCK_BOOTTIME, &now) >= 0 && due <= now + (uint64_t)delay_usec)
        return 0;
    return set_timer(backoff, delay_usec);
}

/**
 * backoff_disarm() - no try for now; how far the distances have grown is kept
 * @backoff: the back-off
 */
void backoff_disarm(struct backoff *backoff)
{
    backoff->timer = sd_event_source_disable_unref(backoff->timer);
}

/**
 * backoff_stop() - it has worked, or isn't wanted any more: begin anew next time
 * @backoff: the back-off
 */
void backoff_stop(struct backoff *backoff)
{
    backoff_disarm(backoff);
    backoff->delay_usec = 0;
}
