/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The X11 source: brings together the way to the server, the choice of alarms and the server itself. Decides
 * when to arm; knows neither the protocol nor libxcb.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/internal.h"
#include "source/module.h"
#include "source/retry.h"
#include "source/x11-display.h"
#include "source/x11-module.h"
#include "source/x11-plan.h"

#define ANSWER_USEC (5 * USEC_PER_SEC) /* a server that takes longer to greet isn't used */
#define IN_WAYLAND_SESSION "a Wayland session, of whose input X11 sees only a part"

/* Arming is a round: look at the counter, set the alarms that fit, and look again; an alarm that was passed
 * before it was set never goes off. */
enum round {
    ROUND_NONE,
    ROUND_LOOK,
    ROUND_CHECK,
};

struct x11 {
    struct source source;
    char *display;
    struct module module;
    const struct x11_api *api;   /* NULL while the module isn't needed */
    struct x11_connect *connect; /* on the way to … */
    struct x11_server *server;   /* … and there */
    struct retry retry;
    unsigned number; /* of the display … */
    char socket[16]; /* … and how its socket is called */

    struct x11_plan plan;
    bool arm_wanted;    /* the alarms don't fit any more */
    int64_t known_msec; /* the counter at this moment, if an alarm has just told it; else -1 */
    enum round round;
};

static struct x11 *X11(struct source *source)
{
    return (struct x11 *)source;
}

static void disconnect(struct x11 *x)
{
    if (x->api) {
        x->connect = x->api->connect_free(x->connect);
        x->server = x->api->server_free(x->server);
        x->api = NULL;
        module_leave(&x->module, x->source.event);
    }
    x->round = ROUND_NONE;
    x->arm_wanted = false;
}

static void fail(struct x11 *x, bool for_good, const char *why)
{
    disconnect(x);
    if (for_good)
        retry_stop(&x->retry);
    else
        retry_later(&x->retry);
    source_report(&x->source, for_good ? PROBE_FAIL : PROBE_DEFER, "display %.40s: %s", x->display, why);
}

static void want_arm(struct x11 *x, int64_t known_msec)
{
    x->arm_wanted = true;
    x->known_msec = known_msec;
    x->api->server_kick(x->server);
}

/* Does what the plan says. The sink may call back from inside a report, so all is up to date before it. */
static void obey(struct x11 *x, enum x11_verdict verdict, int64_t msec)
{
    usec_t now = source_now(&x->source);
    struct bc_event event = {.type = BC_EVENT_ACTIVE, .t_usec = now - msec * USEC_PER_MSEC};

    if (verdict == X11_VERDICT_NONE)
        return;
    if (verdict == X11_VERDICT_IDLE)
        event = (struct bc_event){.type = BC_EVENT_IDLE,
                                  .t_usec = now,
                                  .u.since_usec = now - x11_plan_idle_usec(&x->plan, msec, now)};
    want_arm(x, msec);
    if (verdict == X11_VERDICT_AGAIN)
        return;
    x11_plan_reported(&x->plan, verdict == X11_VERDICT_IDLE);
    source_emit(&x->source, &event);
}

static void choose_alarms(struct x11 *x, int64_t msec)
{
    enum x11_verdict verdict =
        x11_plan_choose(&x->plan, msec, source_now(&x->source), x->source.threshold_usec);

    if (verdict != X11_VERDICT_NONE) {
        obey(x, verdict, msec);
        return;
    }
    x->api->server_set_alarms(x->server, x->plan.rise_msec, x->plan.fall_msec);
    x->round = ROUND_CHECK;
    x->api->server_ask(x->server, X11_ASK_ROUND);
}

static void on_work(void *userdata)
{
    struct x11 *x = userdata;
    int64_t known = x->known_msec;

    if (!x->arm_wanted || x->round != ROUND_NONE)
        return;
    x->arm_wanted = false;
    if (known >= 0) {
        choose_alarms(x, known);
        return;
    }
    x->round = ROUND_LOOK;
    x->api->server_ask(x->server, X11_ASK_ROUND);
}

static void on_counter(void *userdata, enum x11_ask ask, int64_t msec)
{
    struct x11 *x = userdata;
    enum round round = x->round;

    if (ask == X11_ASK_QUERY) {
        source_query_done(&x->source, source_now(&x->source) - msec * USEC_PER_MSEC);
        return;
    }
    x->round = ROUND_NONE;
    if (x->arm_wanted) /* things have changed meanwhile: another round follows */
        x->api->server_kick(x->server);
    else if (round == ROUND_LOOK)
        choose_alarms(x, msec);
    else
        obey(x, x11_plan_check(&x->plan, msec), msec);
}

static void on_alarm(void *userdata, bool rise, int64_t msec)
{
    struct x11 *x = userdata;

    if (x->source.started && !x->arm_wanted)
        obey(x, x11_plan_alarm(&x->plan, rise), msec);
}

static void on_ready(void *userdata)
{
    struct x11 *x = userdata;

    retry_worked(&x->retry);
    source_report(&x->source, PROBE_SUCCESS, "display %.40s", x->display);
}

static void on_failed(void *userdata, bool for_good, const char *reason)
{
    fail(userdata, for_good, reason);
}

static void on_connected(void *userdata, int error, int fd, const void *setup, size_t size,
                         const char *reason)
{
    struct x11 *x = userdata;
    struct x11_server_sink sink = {x, on_ready, on_failed, on_work, on_counter, on_alarm};
    int r;

    if (error < 0) {
        fail(x, false, reason);
        return;
    }
    r = x->api->server_new(x->source.event, fd, setup, size, ANSWER_USEC, &sink, &x->server);
    if (r < 0)
        fail(x, false, strerror(-r));
    else
        x->connect = x->api->connect_free(x->connect);
}

static void try_connect(void *userdata)
{
    struct x11 *x = userdata;
    const void *api;
    int r;

    disconnect(x);
    r = module_use(&x->module, X11_MODULE, X11_MODULE_API, &api);
    if (r < 0) {
        fail(x, true, "libxcb or the module that uses it isn't installed");
        return;
    }
    x->api = api;
    r = x->api->connect_start(x->source.event, x->number, ANSWER_USEC, on_connected, x, &x->connect);
    if (r < 0)
        fail(x, false, r == -ENOENT ? "no server is running there" : strerror(-r));
}

/* In a Wayland session the X server is Xwayland, and its counter goes up while the user types in a Wayland
 * window: a rest that isn't one. Who names this source in the settings gets it all the same, unless the
 * server says itself that it is Xwayland. */
static bool in_wayland_session(const struct source *source)
{
    const char *wayland = getenv("WAYLAND_DISPLAY");

    return wayland && wayland[0] && !source->forced;
}

static void x11_probe(struct source *source)
{
    struct x11 *x = X11(source);
    const char *display = getenv("DISPLAY");
    int r;

    retry_stop(&x->retry);
    if (!display || !display[0]) {
        /* The unit starts with the graphical session, when the variable is known. */
        source_report(source, PROBE_FAIL, "DISPLAY is not set");
        return;
    }
    if (in_wayland_session(source)) {
        source_report(source, PROBE_FAIL, IN_WAYLAND_SESSION);
        return;
    }
    r = x11_display_parse(display, &x->number);
    if (r < 0) {
        source_report(source, PROBE_FAIL, "DISPLAY=%.40s %s", display,
                      r == -EREMOTE ? "is not a server on this machine" : "is no display");
        return;
    }
    free(x->display);
    x->display = strdup(display);
    if (!x->display) {
        source_report(source, PROBE_FAIL, "out of memory");
        return;
    }
    (void)snprintf(x->socket, sizeof(x->socket), "X%u", x->number);
    x->retry.event = source->event;
    x->retry.directory = X11_SOCKET_DIR;
    x->retry.name = x->socket;
    x->retry.func = try_connect;
    x->retry.userdata = x;
    try_connect(x);
}

static void x11_retry_now(struct source *source)
{
    struct x11 *x = X11(source);

    if (!x->connect && !x->server)
        x11_probe(source);
    else if (in_wayland_session(source)) /* it was forced, and no longer is */
        fail(x, true, IN_WAYLAND_SESSION);
}

static void x11_start(struct source *source)
{
    struct x11 *x = X11(source);

    x11_plan_reset(&x->plan, source_now(source));
    want_arm(x, -1);
}

static void x11_stop(struct source *source)
{
    struct x11 *x = X11(source);

    x->api->server_forget(x->server, X11_ASK_ROUND);
    x->api->server_set_alarms(x->server, -1, -1);
    x->round = ROUND_NONE;
    x->arm_wanted = false;
}

static void x11_set_threshold(struct source *source)
{
    struct x11 *x = X11(source);

    /* A report already given stands. Else the look at the counter finds out whether the user has already been
     * idle for long enough. */
    if (!x->plan.idle)
        want_arm(x, -1);
}

static void x11_query(struct source *source)
{
    struct x11 *x = X11(source);

    /* One may still be open that wasn't waited for; its answer is as good. */
    x->api->server_ask(x->server, X11_ASK_QUERY);
}

static int x11_create(struct source **ret)
{
    struct x11 *x = calloc(1, sizeof(*x));

    if (!x)
        return -ENOMEM;
    x->known_msec = -1;
    *ret = &x->source;
    return 0;
}

static struct source *x11_destroy(struct source *source)
{
    struct x11 *x = X11(source);

    disconnect(x);
    retry_stop(&x->retry);
    module_done(&x->module);
    free(x->display);
    free(x);
    return NULL;
}

const struct source_driver x11_driver = {
    .kind = SOURCE_X11,
    .name = "x11",
    .capabilities = SOURCE_CAP_IDLE | SOURCE_CAP_QUERY,
    .create = x11_create,
    .destroy = x11_destroy,
    .probe = x11_probe,
    .retry = x11_retry_now,
    .start = x11_start,
    .stop = x11_stop,
    .set_threshold = x11_set_threshold,
    .rearm = x11_start, /* the user counts as active, from now on */
    .query = x11_query,
};
