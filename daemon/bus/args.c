/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See args.h. Reads no clock: the present time is passed in.
 */
#include <string.h>

#include "bus/args.h"
#include "bus/text.h"
#include "util/i18n.h"

#define SNOOZE_MIN USEC_PER_MINUTE
#define SNOOZE_MAX (4 * USEC_PER_HOUR)
#define PAUSE_MIN USEC_PER_MINUTE
#define PAUSE_MAX (30 * USEC_PER_DAY)
#define PAUSE_DEFAULT USEC_PER_HOUR
#define POSTURE_LEASE_MIN USEC_PER_SEC
#define POSTURE_LEASE_MAX USEC_PER_DAY
#define ACTIVITY_LEASE_MIN USEC_PER_SEC
#define ACTIVITY_LEASE_MAX USEC_PER_HOUR

/* A caller that asks for "a minute from now" computes the end before the call has got here. */
#define PAUSE_TRANSIT (5 * USEC_PER_SEC)
/* … and the core checks against a present that is a little later still. */
#define PAUSE_MARGIN (100 * USEC_PER_MSEC)

/* What was asked for, for the error: usec_format() takes a signed value. */
static const char *format(char *buf, uint64_t usec)
{
    return usec_format(buf, USEC_FORMAT_MAX, usec > INT64_MAX ? USEC_INFINITY : (usec_t)usec);
}

static bool in_range(uint64_t value, usec_t min, usec_t max)
{
    return value >= (uint64_t)min && value <= (uint64_t)max;
}

/**
 * args_no_options() - read an `a{sv} options` of a call that knows none
 * @m: the message, standing before the dictionary; afterwards behind it
 * @error: is set to InvalidArgs, with the name of the first option, if there is one
 *
 * Return: 0 or a negative errno.
 */
int args_no_options(sd_bus_message *m, sd_bus_error *error)
{
    char shown[BC_NAME_MAX + 1];
    const char *name;
    int r;

    r = sd_bus_message_enter_container(m, 'a', "{sv}");
    if (r < 0)
        return r;
    r = sd_bus_message_enter_container(m, 'e', "sv");
    if (r < 0)
        return r;
    if (r == 0)
        return sd_bus_message_exit_container(m);
    r = sd_bus_message_read(m, "s", &name);
    if (r < 0)
        return r;
    (void)text_copy(shown, sizeof shown, name);
    return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                             _("Unknown option \"%s\": this version of BackCare takes none for %s."), shown,
                             sd_bus_message_get_member(m));
}

/**
 * args_snooze() - check the duration of a snooze
 * @duration: microseconds as passed: 0 (the configured time) or 1 min to 4 h
 * @ret_usec: the duration for the core
 * @error: is set if it is none of these
 *
 * Return: 0 or -EINVAL.
 */
int args_snooze(uint64_t duration, usec_t *ret_usec, sd_bus_error *error)
{
    if (duration != 0 && !in_range(duration, SNOOZE_MIN, SNOOZE_MAX))
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, _("A snooze lasts 1min to 4h."));
    *ret_usec = (usec_t)duration;
    return 0;
}

/**
 * args_pause() - check the end of a pause, and put it on the core's clock
 * @until: as passed: wall clock, 1 min to 30 days from now; 0 = an hour from now; 2^64-1 = until Resume
 * @boottime_usec: now
 * @realtime_usec: the same instant on the wall clock
 * @ret_usec: the end on the boottime clock, or USEC_INFINITY
 * @error: is set if it is none of these
 *
 * Up to PAUSE_TRANSIT less than the minute is taken for the minute.
 *
 * Return: 0 or -EINVAL.
 */
int args_pause(uint64_t until, usec_t boottime_usec, usec_t realtime_usec, usec_t *ret_usec,
               sd_bus_error *error)
{
    usec_t ahead;

    if (until == UINT64_MAX) {
        *ret_usec = USEC_INFINITY;
        return 0;
    }
    if (until == 0) {
        *ret_usec = usec_add(boottime_usec, PAUSE_DEFAULT);
        return 0;
    }
    if (until > INT64_MAX || __builtin_sub_overflow((usec_t)until, realtime_usec, &ahead) ||
        ahead > PAUSE_MAX)
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
                                _("A pause ends 30 days from now at the latest, or by Resume."));
    if (ahead < PAUSE_MIN - PAUSE_TRANSIT)
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
                                ahead < 0 ? _("A pause ends 1min from now at the earliest, not in the past.")
                                          : _("A pause ends 1min from now at the earliest."));
    *ret_usec = usec_add(boottime_usec, MAX(ahead, PAUSE_MIN + PAUSE_MARGIN));
    return 0;
}

/**
 * args_posture() - check a posture and how long it is to be believed
 * @posture: "sitting", "standing" or "walking"
 * @lease: microseconds: 1 s to 24 h, or 2^64-1 = until told otherwise; for sitting also 0
 * @ret_posture: the posture
 * @ret_lease_usec: the lease for the core; USEC_INFINITY for sitting, which it falls back to anyway
 * @error: is set if one of them is wrong
 *
 * Return: 0 or -EINVAL.
 */
int args_posture(const char *posture, uint64_t lease, enum bc_posture *ret_posture, usec_t *ret_lease_usec,
                 sd_bus_error *error)
{
    enum bc_posture p = bc_posture_from_string(posture);
    char shown[BC_NAME_MAX + 1], buf[USEC_FORMAT_MAX];

    if (p < 0) {
        (void)text_copy(shown, sizeof shown, posture);
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                 _("Unknown posture \"%s\": use sitting, standing or walking."), shown);
    }
    if (lease != UINT64_MAX && !in_range(lease, POSTURE_LEASE_MIN, POSTURE_LEASE_MAX) &&
        (lease != 0 || p != BC_POSTURE_SITTING))
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                 _("A lease for %s is 1s to 24h, or until told otherwise; not %s."), posture,
                                 format(buf, lease));
    *ret_posture = p;
    *ret_lease_usec = lease == UINT64_MAX || p == BC_POSTURE_SITTING ? USEC_INFINITY : (usec_t)lease;
    return 0;
}

/**
 * args_activity_lease() - check for how long reported activity counts
 * @lease: microseconds as passed: 1 s to 1 h
 * @ret_usec: the same, signed
 * @error: is set if it is outside
 *
 * Return: 0 or -EINVAL.
 */
int args_activity_lease(uint64_t lease, usec_t *ret_usec, sd_bus_error *error)
{
    char buf[USEC_FORMAT_MAX];

    if (!in_range(lease, ACTIVITY_LEASE_MIN, ACTIVITY_LEASE_MAX))
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                 _("A lease for activity is 1s to 1h; not %s."), format(buf, lease));
    *ret_usec = (usec_t)lease;
    return 0;
}

/**
 * args_label() - check a text that will be shown to the user
 * @name: the argument's name, for the error
 * @text: the text
 * @max_bytes: its greatest length
 * @error: is set if it is empty, too long or more than a line
 *
 * Return: 0 or -EINVAL.
 */
int args_label(const char *name, const char *text, size_t max_bytes, sd_bus_error *error)
{
    if (text_is_label(text, max_bytes))
        return 0;
    return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                             _("\"%s\" is a text of 1 to %zu bytes on one line, without control characters."),
                             name, max_bytes);
}

/**
 * args_verdict() - check the verdict on an exercise
 * @verdict: "better", "same" or "hurts"
 * @error: is set if it is none of these
 *
 * Return: 0 or -EINVAL.
 */
int args_verdict(const char *verdict, sd_bus_error *error)
{
    static const char *const verdicts[] = {"better", "same", "hurts"};
    char shown[BC_NAME_MAX + 1];

    for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
        if (strcmp(verdicts[i], verdict) == 0)
            return 0;
    (void)text_copy(shown, sizeof shown, verdict);
    return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                             _("Unknown verdict \"%s\": use better, same or hurts."), shown);
}
