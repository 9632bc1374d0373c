/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try a display server again. Knows the socket's place and nothing of a protocol.
 */
#include <string.h>
#include <sys/inotify.h>

#include "source/retry.h"
#include "util/macro.h"

#define DELAY_FIRST_USEC (1 * USEC_PER_SEC)
/* The socket's file is there a moment before anybody listens on it. */
#define DELAY_SOCKET_USEC (50 * USEC_PER_MSEC)
/* One that has worked for less is no better than one that couldn't be reached: the delays go on growing. */
#define STEADY_USEC (60 * USEC_PER_SEC)

static int on_inotify(_unused_ sd_event_source *s, const struct inotify_event *event, void *userdata)
{
    struct retry *retry = userdata;

    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) {
        /* Watched again, should the directory be back, at the next try. */
        retry->inotify = sd_event_source_disable_unref(retry->inotify);
        return 0;
    }
    if (event->len > 0 && strcmp(event->name, retry->name) == 0)
        (void)backoff_in(&retry->backoff, DELAY_SOCKET_USEC);
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
        retry->backoff.delay_usec = 0;
    retry->worked_usec = 0;
    retry->backoff.event = retry->event;
    retry->backoff.first_usec = DELAY_FIRST_USEC;
    retry->backoff.func = retry->func;
    retry->backoff.userdata = retry->userdata;
    (void)backoff_later(&retry->backoff);
}

static void disarm(struct retry *retry)
{
    backoff_disarm(&retry->backoff);
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
    backoff_stop(&retry->backoff);
    retry->worked_usec = 0;
}
