/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One unit of time, microseconds, for durations and for instants. Signed, because after a reboot an instant
 * of the boot before lies below 0 on the boottime clock. Reads no clock except in now_usec(); asks
 * for the time zone in local_utc_offset_usec() and local_day().
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

typedef int64_t usec_t;

#define USEC_INFINITY INT64_MAX
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)

#define USEC_FORMAT_MAX 64

usec_t now_usec(clockid_t clock);
usec_t local_utc_offset_usec(usec_t realtime_usec);
int64_t local_day(usec_t realtime_usec);
int usec_parse(const char *text, usec_t bare_unit_usec, usec_t *ret_usec);
const char *usec_format(char *buf, size_t size, usec_t usec);
int time_of_day_parse(const char *text, bool allow_24, int *ret_minutes);

static inline usec_t usec_add(usec_t a, usec_t b)
{
    usec_t r;

    if (a == USEC_INFINITY || b == USEC_INFINITY)
        return USEC_INFINITY;
    return __builtin_add_overflow(a, b, &r) ? (a > 0 ? USEC_INFINITY : INT64_MIN) : r;
}
