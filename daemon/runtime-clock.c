/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wall clock, for working hours and for what is told to the outside. Its offset to boottime is fixed
 * until the clock is set, the time zone changes or summer time begins: then the core is told by one CLOCK
 * event.
 */
#include <string.h>
#include <sys/timerfd.h>

#include "runtime-internal.h"
#include "util/log.h"

/* Two reads of two clocks can't be simultaneous; smaller differences than this are that. */
#define JITTER_USEC (50 * USEC_PER_MSEC)

/* The wall clock at an instant of boottime, in microseconds since the epoch. */
usec_t clock_realtime(const struct runtime *rt, usec_t boottime_usec)
{
    return usec_add(boottime_usec, rt->wall_offset_usec);
}

/* Reads the wall clock. Return: whether it has moved. */
bool clock_read(struct runtime *rt)
{
    usec_t boottime = now_usec(CLOCK_BOOTTIME), realtime = now_usec(CLOCK_REALTIME), utc_offset;

    tzset();
    utc_offset = local_utc_offset_usec(realtime);
    if (llabs(realtime - boottime - rt->wall_offset_usec) < JITTER_USEC && utc_offset == rt->utc_offset_usec)
        return false;
    rt->wall_offset_usec = realtime - boottime;
    rt->utc_offset_usec = utc_offset;
    return true;
}

/* Reads the wall clock; if the core knows another, tells it. */
void clock_update(struct runtime *rt)
{
    struct bc_event event = {.type = BC_EVENT_CLOCK};

    if (!clock_read(rt) && rt->clock_told)
        return;
    rt->clock_told = true;
    event.u.clock.set = true;
    event.t_usec = now_usec(CLOCK_BOOTTIME);
    event.u.clock.realtime_usec = clock_realtime(rt, event.t_usec);
    event.u.clock.utc_offset_usec = rt->utc_offset_usec;
    (void)step(rt, &event);
}

/**
 * clock_offset_change() - the instant at which local time leaps, if that is before a deadline
 * @from_usec: now, boottime
 * @to_usec: the deadline
 *
 * Working hours are reckoned with the offset of now; where summer time begins or ends before the deadline,
 * the core must be told at that moment.
 *
 * Return: that instant, to a second; @to_usec if the offset stays.
 */
usec_t clock_offset_change(const struct runtime *rt, usec_t from_usec, usec_t to_usec)
{
    usec_t before = local_utc_offset_usec(clock_realtime(rt, from_usec)), low = from_usec, high = to_usec;

    if (rt->settings->rules.n_schedule == 0 || local_utc_offset_usec(clock_realtime(rt, to_usec)) == before)
        return to_usec;
    while (high - low > USEC_PER_SEC) {
        usec_t middle = low + (high - low) / 2;

        if (local_utc_offset_usec(clock_realtime(rt, middle)) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int clock_fd_arm(int fd)
{
    /* The last second that the kernel can count in nanoseconds. */
    struct itimerspec never = {.it_value.tv_sec = (time_t)(INT64_MAX / 1000 / USEC_PER_SEC)};

    return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 ? -errno : 0;
}

static int on_clock_set(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    struct runtime *rt = userdata;
    uint64_t n;

    (void)s;
    (void)revents;
    /* ECANCELED says that the clock was set, also by a suspend; the read makes it say so anew next time. */
    if (read(fd, &n, sizeof n) < 0 && errno != ECANCELED && errno != EAGAIN)
        log_debug("The clock can't be watched: %s", strerror(errno));
    clock_update(rt);
    return 0;
}

/* A change of /etc/localtime; the file is replaced, so its directory is watched. */
static int on_etc(sd_event_source *s, const struct inotify_event *event, void *userdata)
{
    struct runtime *rt = userdata;

    (void)s;
    if (event->len > 0 && strcmp(event->name, "localtime") == 0)
        clock_update(rt);
    return 0;
}

/**
 * clock_watch() - be told when the wall clock is set or the time zone is changed
 *
 * Return: 0 or a negative errno.
 */
int clock_watch(struct runtime *rt)
{
    _cleanup_(closep) int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    int r;

    if (fd < 0)
        return -errno;
    r = clock_fd_arm(fd);
    if (r < 0)
        return r;
    r = sd_event_add_io(rt->event, &rt->clock_fd, fd, EPOLLIN, on_clock_set, rt);
    if (r < 0)
        return r;
    (void)sd_event_source_set_io_fd_own(rt->clock_fd, true);
    (void)TAKE_FD(fd);
    /* Where it can't be watched, the zone is still read at each clock change and start. */
    (void)sd_event_add_inotify(rt->event, NULL, "/etc", IN_MOVED_TO | IN_CREATE | IN_ONLYDIR, on_etc, rt);
    return 0;
}
