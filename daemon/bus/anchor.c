/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See anchor.h. Pure arithmetic.
 */
#include <string.h>

#include "bus/anchor.h"

/* Rates in per cent round to a microsecond at each step; a person sees nothing below this. */
#define TOLERANCE_USEC (10 * USEC_PER_MSEC)

/**
 * bus_usec() - an instant or a duration as the bus has it
 * @usec: microseconds; BC_NO_TIME becomes 0 ("none"), USEC_INFINITY 2^64-1 ("never"), and an instant that
 *        lies before the clock's zero the first one that there is, 1, for 0 would say that there is none
 *
 * Return: the value for a `t`.
 */
uint64_t bus_usec(usec_t usec)
{
    if (usec == BC_NO_TIME || usec == 0)
        return 0;
    if (usec == USEC_INFINITY)
        return UINT64_MAX;
    return usec < 0 ? 1 : (uint64_t)usec;
}

/**
 * time_holds() - whether two computed instants are the same but for rounding
 * @said_usec: an instant, or USEC_INFINITY or BC_NO_TIME
 * @now_usec: the other, likewise
 *
 * Return: true if they are.
 */
bool time_holds(usec_t said_usec, usec_t now_usec)
{
    usec_t difference;

    if (said_usec == now_usec)
        return true;
    if (said_usec == USEC_INFINITY || now_usec == USEC_INFINITY || said_usec == BC_NO_TIME ||
        now_usec == BC_NO_TIME || __builtin_sub_overflow(said_usec, now_usec, &difference))
        return false;
    return difference > -TOLERANCE_USEC && difference < TOLERANCE_USEC;
}

/* Where the counter is at @t_usec, on the line of @a. One that was told at the very instant at which it
 * became due is a single point: rate 1 then, for clients too. */
static usec_t counter_at(const struct anchor *a, usec_t t_usec)
{
    __int128 run = (__int128)a->due_usec - a->at_usec, rise = (__int128)a->after_usec - a->counter_usec;
    __int128 passed = (__int128)t_usec - a->at_usec;
    __int128 counter = a->counter_usec + (run == 0 ? passed : rise * passed / run);

    return counter > INT64_MAX ? INT64_MAX : counter < INT64_MIN ? INT64_MIN : (usec_t)counter;
}

/**
 * anchor_holds() - whether what was said of a break is still true
 * @said: the anchor that clients have
 * @now: the break as it is
 *
 * Return: true if both describe one line, so that a client that counts by @said is right.
 */
bool anchor_holds(const struct anchor *said, const struct anchor *now)
{
    if (strcmp(said->name, now->name) != 0 || said->after_usec != now->after_usec ||
        said->length_usec != now->length_usec ||
        (said->due_usec == USEC_INFINITY) != (now->due_usec == USEC_INFINITY))
        return false;
    if (said->due_usec == USEC_INFINITY)
        return said->counter_usec == now->counter_usec;
    if (said->counter_usec == now->counter_usec && said->at_usec == now->at_usec &&
        said->due_usec == now->due_usec)
        return true;
    /* Once it is due, "due at" may be told as the present instant: then only the counter can say. */
    if (now->due_usec == now->at_usec ? now->counter_usec < now->after_usec
                                      : !time_holds(said->due_usec, now->due_usec))
        return false;
    return time_holds(counter_at(said, now->at_usec), now->counter_usec);
}
