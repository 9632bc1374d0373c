/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suspend as the clocks tell it. Who looks, and when, is select.c's affair.
 */
#include "source/sleep-watch.h"

/**
 * sleep_watch_init() - note how far the clocks are apart at the start
 * @watch: the watch
 * @boottime_usec: now, on CLOCK_BOOTTIME
 * @monotonic_usec: now, on CLOCK_MONOTONIC
 */
void sleep_watch_init(struct sleep_watch *watch, usec_t boottime_usec, usec_t monotonic_usec)
{
    watch->offset_usec = boottime_usec - monotonic_usec;
}

/**
 * sleep_watch_check() - has the machine been asleep since the last look?
 * @watch: the watch
 * @boottime_usec: now, on CLOCK_BOOTTIME
 * @monotonic_usec: now, on CLOCK_MONOTONIC
 *
 * The clocks tell how long, not when: the sleep lies somewhere between the last look and now. A small growth
 * is kept for the next look, so that many short naps add up.
 *
 * Return: how long in microseconds, 0 if not.
 */
usec_t sleep_watch_check(struct sleep_watch *watch, usec_t boottime_usec, usec_t monotonic_usec)
{
    usec_t offset = boottime_usec - monotonic_usec, slept = offset - watch->offset_usec;

    if (slept <= SLEEP_WATCH_MIN_USEC)
        return 0;
    watch->offset_usec = offset;
    return slept;
}
