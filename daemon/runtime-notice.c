/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the user, once in the life of the daemon, that nothing tells it of activity: it would remind of
 * breaks that were taken, and nobody would know why. Not at once: desktops start, and restart, in pieces. And
 * only when somebody is there to read it.
 */
#include <stdlib.h>

#include "runtime-internal.h"

#define NOTICE_AFTER_USEC (30 * USEC_PER_SEC)

/* A user without a screen (on a terminal only, from another machine) would wait for a source in vain. */
static bool has_screen(struct runtime *rt)
{
    struct notify_server_info server;
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

    notify_server(rt->notify, &server);
    return (server.name && *server.name) || (x && *x) || (wayland && *wayland);
}

/**
 * notice_settle() - show the notice if its time has come and somebody can see it
 *
 * A prompt is not put aside for it, nor the message of a medical hold: it waits for the end of that, or for
 * the unlocking of the screen.
 */
void notice_settle(struct runtime *rt)
{
    struct bc_view view;

    if (!rt->notice_due || rt->stopping || medical_hold(rt))
        return;
    bc_core_view(rt->core, &view);
    if (!view.present || *view.prompt_break || *view.guide_break || !has_screen(rt))
        return;
    rt->notice_due = false;
    show_no_source(rt);
}

static int on_notice(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;

    (void)s;
    (void)usec;
    activity_announce(rt->activity);
    rt->notice_due = true;
    rt->noticed = true;
    notice_settle(rt);
    return 0;
}

/**
 * notice_update() - a source has been found, or lost
 */
void notice_update(struct runtime *rt)
{
    if (rt->stopping || !rt->activity)
        return;
    if (activity_followed(rt->activity)) {
        /* What would be said is not true any more, and may still have to be said another time. */
        rt->noticed = rt->noticed && !rt->notice_due;
        rt->notice_due = false;
        (void)timer_set(rt, &rt->notice_timer, USEC_INFINITY, 0, on_notice);
        rt->notice_armed = false;
    } else if (!rt->notice_armed && !rt->noticed) {
        rt->notice_armed = timer_set(rt, &rt->notice_timer, runtime_now(rt) + NOTICE_AFTER_USEC,
                                     2 * USEC_PER_SEC, on_notice) >= 0;
    }
}
