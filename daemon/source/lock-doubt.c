/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Doubts about a lock. Input alone ends no lock: somebody brushes the mouse, or types a password. But who is
 * still at it half a minute later is at work.
 *
 * The source in use is asked twice at most for each time the user comes back: while the user isn't idle yet,
 * and once more after that; a user who is idle is waited for by that source, with no timer.
 */
#include "source/lock-doubt.h"

#define WAIT_USEC (30 * USEC_PER_SEC)
/* Input so soon after the lock still belongs to what was done before it. */
#define AFTERGLOW_USEC (10 * USEC_PER_SEC)

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct lock_doubt *doubt = userdata;

    /* An idle user is one who is gone; lock_doubt_input() tells of the return. */
    if (doubt->standing && !source_user_is_idle(doubt->source))
        source_ask(doubt->source);
    return 0;
}

static void set_timer(struct lock_doubt *doubt, usec_t delay_usec)
{
    usec_t due = usec_add(source_now(doubt->source), delay_usec);

    if (!doubt->timer) {
        (void)sd_event_add_time(doubt->source->event, &doubt->timer, CLOCK_BOOTTIME, (uint64_t)due,
                                USEC_PER_SEC, on_timer, doubt);
        return;
    }
    (void)sd_event_source_set_time(doubt->timer, (uint64_t)due);
    (void)sd_event_source_set_enabled(doubt->timer, SD_EVENT_ONESHOT);
}

/**
 * lock_doubt_begin() - a Lock signal has come, and nothing else
 * @doubt: with source and unlocked set
 */
void lock_doubt_begin(struct lock_doubt *doubt)
{
    doubt->standing = true;
    doubt->locked_usec = source_now(doubt->source);
    doubt->input_usec = BC_NO_TIME;
    set_timer(doubt, WAIT_USEC);
}

/**
 * lock_doubt_end() - the lock is confirmed, or has ended
 * @doubt: the doubt
 */
void lock_doubt_end(struct lock_doubt *doubt)
{
    doubt->standing = false;
    if (doubt->timer)
        (void)sd_event_source_set_enabled(doubt->timer, SD_EVENT_OFF);
}

/**
 * lock_doubt_input() - the user has come back from an idle time
 * @doubt: the doubt
 */
void lock_doubt_input(struct lock_doubt *doubt)
{
    if (!doubt->standing)
        return;
    doubt->input_usec = source_now(doubt->source);
    set_timer(doubt, WAIT_USEC);
}

/**
 * lock_doubt_answer() - the answer to the question how long there has been no input
 * @doubt: the doubt
 * @last_input_usec: the instant of the last input, or BC_NO_TIME when the source can't tell
 */
void lock_doubt_answer(struct lock_doubt *doubt, usec_t last_input_usec)
{
    if (!doubt->standing || source_user_is_idle(doubt->source))
        return;
    /* A source that can't be asked has at least told of the return, and not of another idle time. */
    if (MAX(last_input_usec, doubt->input_usec) > doubt->locked_usec + AFTERGLOW_USEC)
        doubt->unlocked(doubt->source);
    else if (last_input_usec != BC_NO_TIME)
        set_timer(doubt, MAX(doubt->source->threshold_usec, WAIT_USEC));
}

/**
 * lock_doubt_done() - release everything
 * @doubt: the doubt
 */
void lock_doubt_done(struct lock_doubt *doubt)
{
    doubt->timer = sd_event_source_disable_unref(doubt->timer);
}
