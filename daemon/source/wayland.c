/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Wayland source: brings together the way to the compositor, the choice of watches and the compositor
 * itself. Decides when to connect and when to arm; knows neither a protocol nor libwayland.
 */
#include <stdlib.h>
#include <string.h>

#include "source/internal.h"
#include "source/module.h"
#include "source/retry.h"
#include "source/wayland-module.h"
#include "source/wayland-plan.h"
#include "source/wayland-socket.h"

#define ANSWER_USEC (5 * USEC_PER_SEC) /* a compositor that takes longer to answer isn't used */
/* A compositor without an idle protocol may be one that is still starting. After this time it is let go, and
 * the library with it: nobody pays for it where another source has to do. */
#define GRACE_USEC (30 * USEC_PER_SEC)
/* The timers of compositors made with Qt may be early or late by 5 %. */
#define ACCURACY_DIVISOR 20

struct wayland {
    struct source source;
    struct wayland_socket socket; /* its name is that of the display */
    struct module module;
    const struct wayland_api *api; /* NULL while the module isn't needed */
    struct wayland_display *display;
    struct retry retry;
    sd_event_source *grace;
    struct wayland_plan plan;
};

static const struct {
    const char *text;
    enum source_inhibitors inhibitors;
} protocols[] = {
    [WAYLAND_PROTOCOL_NONE] = {NULL, SOURCE_INHIBITORS_UNKNOWN},
    [WAYLAND_PROTOCOL_KDE] = {"org_kde_kwin_idle; a film or a call counts as activity",
                              SOURCE_INHIBITORS_BLIND},
    [WAYLAND_PROTOCOL_EXT] = {"ext-idle-notify-v1 version 1; a film or a call counts as activity",
                              SOURCE_INHIBITORS_BLIND},
    [WAYLAND_PROTOCOL_EXT_INPUT] = {"ext-idle-notify-v1 version 2", SOURCE_INHIBITORS_NO_MATTER},
};

static struct wayland *WAYLAND(struct source *source)
{
    return (struct wayland *)source;
}

/* The display has no watch any more. */
static void forget_watches(struct wayland *w)
{
    unsigned n_seats = w->plan.n_seats;

    w->plan = (struct wayland_plan){.n_seats = n_seats};
}

/* New watches before old ones are ended, so that there is one at any time. */
static void apply(struct wayland *w)
{
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *watch = &w->plan.watches[i];

        if (!watch->wanted || watch->armed)
            continue;
        watch->armed = true;
        w->api->display_arm(w->display, i, watch->timeout_usec);
    }
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *watch = &w->plan.watches[i];

        if (watch->wanted || !watch->armed)
            continue;
        *watch = (struct wayland_watch){0};
        w->api->display_disarm(w->display, i);
    }
}

static void disconnect(struct wayland *w)
{
    w->grace = sd_event_source_disable_unref(w->grace);
    w->plan = (struct wayland_plan){0};
    if (!w->api)
        return;
    w->display = w->api->display_free(w->display);
    w->api = NULL;
    module_leave(&w->module, w->source.event);
}

static void fail(struct wayland *w, const char *why)
{
    disconnect(w);
    retry_later(&w->retry);
    source_report(&w->source, PROBE_DEFER, "%.40s: %s", w->socket.name, why);
}

static int on_grace(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct wayland *w = userdata;

    disconnect(w);
    retry_stop(&w->retry);
    source_report(&w->source, PROBE_FAIL, "%.40s has no idle protocol", w->socket.name);
    return 0;
}

static void set_accuracy(struct wayland *w)
{
    w->source.accuracy_usec = w->source.threshold_usec / ACCURACY_DIVISOR;
}

static void on_offer(void *userdata, enum wayland_protocol protocol, bool anew, unsigned n_seats)
{
    struct wayland *w = userdata;

    retry_worked(&w->retry);
    w->grace = sd_event_source_disable_unref(w->grace);
    if (anew) {
        forget_watches(w);
        /* What was reported by the old watches nobody takes back but this. */
        if (w->source.probe == PROBE_SUCCESS)
            source_report(&w->source, PROBE_DEFER, "%.40s has changed its idle protocol", w->socket.name);
    }
    if (protocol == WAYLAND_PROTOCOL_NONE) {
        (void)sd_event_add_time_relative(w->source.event, &w->grace, CLOCK_MONOTONIC, (uint64_t)GRACE_USEC,
                                         (uint64_t)USEC_PER_SEC, on_grace, w);
        source_report(&w->source, PROBE_DEFER, "%.40s has no idle protocol", w->socket.name);
        return;
    }
    if (n_seats == 0) {
        wayland_plan_none(&w->plan);
        apply(w);
        source_report(&w->source, PROBE_DEFER, "%.40s has no seat", w->socket.name);
        return;
    }
    w->source.inhibitors = protocols[protocol].inhibitors;
    set_accuracy(w);
    source_report(&w->source, PROBE_SUCCESS, "%.40s, %s", w->socket.name, protocols[protocol].text);
}

static void on_failed(void *userdata, const char *reason)
{
    fail(userdata, reason);
}

static void on_seat_came(void *userdata)
{
    struct wayland *w = userdata;

    wayland_plan_seat_came(&w->plan, source_now(&w->source));
    apply(w);
}

static void on_seat_gone(void *userdata, unsigned idle_watches)
{
    struct wayland *w = userdata;

    wayland_plan_seat_gone(&w->plan, idle_watches, source_now(&w->source));
    apply(w);
}

static void on_idled(void *userdata, unsigned watch)
{
    struct wayland *w = userdata;
    usec_t now = source_now(&w->source);
    struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = now};
    enum wayland_verdict verdict = wayland_plan_idled(&w->plan, watch, now, &event.u.since_usec);

    apply(w);
    if (verdict == WAYLAND_VERDICT_IDLE)
        source_emit(&w->source, &event);
}

static void on_resumed(void *userdata, unsigned watch)
{
    struct wayland *w = userdata;
    usec_t now = source_now(&w->source);
    enum wayland_verdict verdict = wayland_plan_resumed(&w->plan, watch, now);

    apply(w);
    if (verdict == WAYLAND_VERDICT_ACTIVE)
        source_emit_simple(&w->source, BC_EVENT_ACTIVE, now);
}

static const char *reason_of(int error)
{
    if (error == -ENOENT || error == -ECONNREFUSED)
        return "no compositor is running there";
    return error == -EAGAIN ? "the compositor doesn't take connections" : strerror(-error);
}

static void try_connect(void *userdata)
{
    struct wayland *w = userdata;
    struct wayland_display_sink sink = {w,        on_offer,  on_failed, on_seat_came, on_seat_gone,
                                        on_idled, on_resumed};
    const void *api;
    int fd, r;

    disconnect(w);
    fd = wayland_socket_connect(&w->socket);
    if (fd < 0) {
        fail(w, reason_of(fd));
        return;
    }
    r = module_use(&w->module, WAYLAND_MODULE, WAYLAND_MODULE_API, &api);
    if (r < 0) {
        (void)close(fd);
        retry_stop(&w->retry);
        source_report(&w->source, PROBE_FAIL, "libwayland or the module that uses it isn't installed");
        return;
    }
    w->api = api;
    r = w->api->display_new(w->source.event, fd, ANSWER_USEC, &sink, &w->display);
    if (r < 0)
        fail(w, strerror(-r));
}

/* Return: whether the environment names a place where a compositor may be. */
static bool find_socket(struct wayland *w)
{
    const char *display = getenv("WAYLAND_DISPLAY");
    struct wayland_socket socket;
    int r;

    if (!display || !display[0]) {
        /* The unit starts with the graphical session, when the variable is known. */
        source_report(&w->source, PROBE_FAIL, "WAYLAND_DISPLAY is not set");
        return false;
    }
    r = wayland_socket_find(display, getenv("XDG_RUNTIME_DIR"), &socket);
    if (r < 0) {
        if (r == -ENOMEM)
            source_report(&w->source, PROBE_FAIL, "out of memory");
        else
            source_report(&w->source, PROBE_FAIL, "WAYLAND_DISPLAY=%.40s %s", display,
                          r == -ENOENT ? "is set, but XDG_RUNTIME_DIR isn't" : "is no display");
        return false;
    }
    wayland_socket_done(&w->socket);
    w->socket = socket;
    return true;
}

static void wayland_probe(struct source *source)
{
    struct wayland *w = WAYLAND(source);

    retry_stop(&w->retry);
    if (!find_socket(w))
        return;
    w->retry.event = source->event;
    w->retry.directory = w->socket.directory;
    w->retry.name = w->socket.name;
    w->retry.func = try_connect;
    w->retry.userdata = w;
    try_connect(w);
}

static void wayland_retry(struct source *source)
{
    if (!WAYLAND(source)->display)
        wayland_probe(source);
}

static void wayland_start(struct source *source)
{
    struct wayland *w = WAYLAND(source);

    set_accuracy(w);
    wayland_plan_reset(&w->plan, source_now(source), source->threshold_usec);
    apply(w);
}

static void wayland_stop(struct source *source)
{
    struct wayland *w = WAYLAND(source);

    wayland_plan_none(&w->plan);
    apply(w);
}

static void wayland_set_threshold(struct source *source)
{
    struct wayland *w = WAYLAND(source);

    set_accuracy(w);
    wayland_plan_set_threshold(&w->plan, source_now(source), source->threshold_usec);
    apply(w);
}

static int wayland_create(struct source **ret)
{
    struct wayland *w = calloc(1, sizeof(*w));

    if (!w)
        return -ENOMEM;
    *ret = &w->source;
    return 0;
}

static struct source *wayland_destroy(struct source *source)
{
    struct wayland *w = WAYLAND(source);

    disconnect(w);
    retry_stop(&w->retry);
    module_done(&w->module);
    wayland_socket_done(&w->socket);
    free(w);
    return NULL;
}

const struct source_driver wayland_driver = {
    .kind = SOURCE_WAYLAND,
    .name = "wayland",
    .capabilities = SOURCE_CAP_IDLE,
    .create = wayland_create,
    .destroy = wayland_destroy,
    .probe = wayland_probe,
    .retry = wayland_retry,
    .start = wayland_start,
    .stop = wayland_stop,
    .set_threshold = wayland_set_threshold,
    .rearm = wayland_start, /* the user counts as active, from now on */
};
