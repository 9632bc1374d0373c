/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When it is worth while to try an X server again. Knows the socket's place and nothing of the protocol.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "source/x11-display.h"
#include "source/x11-retry.h"
#include "util/macro.h"

#define DELAY_FIRST_USEC (1 * USEC_PER_SEC)
/* The socket's file is there a moment before anybody listens on it. */
#define DELAY_SOCKET_USEC (50 * USEC_PER_MSEC)

static int on_inotify(_unused_ sd_event_source *s, const struct inotify_event *event, void *userdata)
{
    struct x11_retry *retry = userdata;
    char name[16];

    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) {
        /* Watched again, should the directory be back, at the next try. */
        retry->inotify = sd_event_source_disable_unref(retry->inotify);
        return 0;
    }
    (void)snprintf(name, sizeof(name), "X%u", retry->number);
    if (event->len > 0 && strcmp(event->name, name) == 0)
        (void)backoff_in(&retry->backoff, DELAY_SOCKET_USEC);
    return 0;
}

/**
 * x11_retry_later() - a try has failed: arrange for the next one
 * @retry: with event, number, func and userdata set
 */
void x11_retry_later(struct x11_retry *retry)
{
    if (!retry->inotify &&
        sd_event_add_inotify(retry->event, &retry->inotify, X11_SOCKET_DIR,
                             IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_inotify,
                             retry) < 0)
        retry->inotify = NULL;
    retry->backoff.event = retry->event;
    retry->backoff.first_usec = DELAY_FIRST_USEC;
    retry->backoff.func = retry->func;
    retry->backoff.userdata = retry->userdata;
    (void)backoff_later(&retry->backoff);
}

/**
 * x11_retry_stop() - it has worked, or isn't wanted any more: begin anew next time
 * @retry: the retry
 */
void x11_retry_stop(struct x11_retry *retry)
{
    backoff_stop(&retry->backoff);
    retry->inotify = sd_event_source_disable_unref(retry->inotify);
}
