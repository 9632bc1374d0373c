/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try a display server again. Knows the socket's place and nothing of a protocol.
 */
#include <string.h>
#include <sys/inotify.h>

#include "source/retry.h"
#include "util/macro.h"

#define DELAY_FIRST_USEC (1 * USEC_PER_SEC)
#define DELAY_LAST_USEC (60 * USEC_PER_SEC)
/* The socket's file is there a moment before anybody listens on it. */
#define DELAY_SOCKET_USEC (50 * USEC_PER_MSEC)
/* One that has worked for less is no better than one that couldn't be reached: the delays go on growing. */
#define STEADY_USEC (60 * USEC_PER_SEC)

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct retry *retry = userdata;

    retry->func(retry->userdata);
    return 0;
}

static int set_timer(struct retry *retry, usec_t delay_usec)
{
    int r;

    if (!retry->timer)
        return sd_event_add_time_relative(retry->event, &retry->timer, CLOCK_MONOTONIC, (uint64_t)delay_usec,
                                          (uint64_t)delay_usec / 4, on_timer, retry);
    r = sd_event_source_set_time_relative(retry->timer, (uint64_t)delay_usec);
    if (r < 0)
        return r;
    r = sd_event_source_set_time_accuracy(retry->timer, (uint64_t)delay_usec / 4);
    if (r < 0)
        return r;
    return sd_event_source_set_enabled(retry->timer, SD_EVENT_ONESHOT);
}

static int on_inotify(_unused_ sd_event_source *s, const struct inotify_event *event, void *userdata)
{
    struct retry *retry = userdata;

    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) {
        /* Watched again, should the directory be back, at the next try. */
        retry->inotify = sd_event_source_disable_unref(retry->inotify);
        return 0;
    }
    if (event->len > 0 && strcmp(event->name, retry->name) == 0) {
        retry->delay_usec = 0;
        (void)set_timer(retry, DELAY_SOCKET_USEC);
    }
    return 0;
}

/**
 * retry_later() - a try has failed, or what worked is lost: arrange for the next try
 * @retry: with event, directory, name, func and userdata set
 */
void retry_later(struct retry *retry)
{
    if (!retry->inotify &&
        sd_event_add_inotify(retry->event, &retry->inotify, retry->directory,
                             IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_inotify,
                             retry) < 0)
        retry->inotify = NULL;
    if (retry->worked_usec != 0 && now_usec(CLOCK_MONOTONIC) - retry->worked_usec >= STEADY_USEC)
        retry->delay_usec = 0;
    retry->worked_usec = 0;
    if (retry->delay_usec >= DELAY_LAST_USEC)
        return;
    retry->delay_usec =
        retry->delay_usec == 0 ? DELAY_FIRST_USEC : MIN(retry->delay_usec * 2, DELAY_LAST_USEC);
    (void)set_timer(retry, retry->delay_usec);
}

static void disarm(struct retry *retry)
{
    retry->timer = sd_event_source_disable_unref(retry->timer);
    retry->inotify = sd_event_source_disable_unref(retry->inotify);
}

/**
 * retry_worked() - a try has succeeded, or it still works
 * @retry: the retry
 */
void retry_worked(struct retry *retry)
{
    disarm(retry);
    if (retry->worked_usec == 0)
        retry->worked_usec = now_usec(CLOCK_MONOTONIC);
}

/**
 * retry_stop() - it isn't wanted any more: begin anew next time
 * @retry: the retry
 */
void retry_stop(struct retry *retry)
{
    disarm(retry);
    retry->delay_usec = 0;
    retry->worked_usec = 0;
}
