/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection to a Wayland compositor. The only user of libwayland.
 *
 * Nothing here blocks. The library wants a read to be announced (wl_display_prepare_read()) before the socket
 * is polled, and all that was read to be dispatched before that: the announcement is made before each poll
 * and held until there is something to read, whatever else the loop does meanwhile. Before each poll also
 * everything is written, so that the requests of a turn go together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <wayland-client.h>

#include "ext-idle-notify-v1-client-protocol.h"
#include "idle-client-protocol.h"
#include "source/wayland-display.h"

#define SEAT_RELEASE_VERSION 5 /* from here on a seat can be given back */
#define EXT_INPUT_VERSION 2
#define TIMEOUT_MAX_MSEC INT32_MAX /* what every compositor can hold */

struct global {
    uint32_t name; /* 0 = the compositor hasn't got it */
    uint32_t version;
};

/* One seat of one watch. */
struct notification {
    struct wayland_display *display;
    unsigned watch;
    bool idle;
    struct ext_idle_notification_v1 *ext; /* one of the two */
    struct org_kde_kwin_idle_timeout *kde;
};

struct seat {
    struct seat *next;
    uint32_t name;
    struct wl_seat *wl;
    struct notification notifications[WAYLAND_WATCHES];
};

struct wayland_display {
    struct wayland_display_sink sink;
    struct wl_display *wl;
    struct wl_registry *registry;
    struct wl_callback *sync; /* until the compositor has told what it has */
    sd_event_source *io;
    sd_event_source *work;  /* what can't be done right where it is found */
    sd_event_source *timer; /* until the compositor has answered */

    bool reading; /* a read has been announced */
    bool busy;    /* the library or the sink is at work: end_work() frees it then */
    bool closed;
    bool changed; /* the sink has to be told the offer */

    struct global globals[WAYLAND_PROTOCOL_EXT_INPUT + 1]; /* by the protocol */
    enum wayland_protocol protocol;                        /* the best of these, and bound */
    bool stale;                                            /* what is bound has gone */
    struct ext_idle_notifier_v1 *ext;
    struct org_kde_kwin_idle *kde;
    struct seat *seats;
    unsigned n_seats;
    usec_t timeouts_usec[WAYLAND_WATCHES]; /* 0 = not armed */
};

/* --- watches */

static void on_idled(struct notification *n)
{
    struct wayland_display *d = n->display;

    if (d->closed || n->idle)
        return;
    n->idle = true;
    d->sink.idled(d->sink.userdata, n->watch);
}

static void on_resumed(struct notification *n)
{
    struct wayland_display *d = n->display;

    if (d->closed || !n->idle)
        return;
    n->idle = false;
    d->sink.resumed(d->sink.userdata, n->watch);
}

static void on_ext_idled(void *userdata, _unused_ struct ext_idle_notification_v1 *ext)
{
    on_idled(userdata);
}

static void on_ext_resumed(void *userdata, _unused_ struct ext_idle_notification_v1 *ext)
{
    on_resumed(userdata);
}

static void on_kde_idle(void *userdata, _unused_ struct org_kde_kwin_idle_timeout *kde)
{
    on_idled(userdata);
}

static void on_kde_resumed(void *userdata, _unused_ struct org_kde_kwin_idle_timeout *kde)
{
    on_resumed(userdata);
}

static void notification_done(struct notification *n)
{
    if (n->ext)
        ext_idle_notification_v1_destroy(n->ext);
    if (n->kde)
        org_kde_kwin_idle_timeout_release(n->kde);
    *n = (struct notification){0};
}

/* Out of memory the library says by an error of the connection, which on_io() finds. */
static void notification_new(struct wayland_display *d, struct seat *seat, unsigned watch)
{
    static const struct ext_idle_notification_v1_listener ext_listener = {on_ext_idled, on_ext_resumed};
    static const struct org_kde_kwin_idle_timeout_listener kde_listener = {on_kde_idle, on_kde_resumed};
    struct notification *n = &seat->notifications[watch];
    usec_t msec = (d->timeouts_usec[watch] + USEC_PER_MSEC - 1) / USEC_PER_MSEC;
    uint32_t timeout = (uint32_t)MIN(msec, TIMEOUT_MAX_MSEC);

    *n = (struct notification){.display = d, .watch = watch};
    if (d->protocol == WAYLAND_PROTOCOL_EXT_INPUT)
        n->ext = ext_idle_notifier_v1_get_input_idle_notification(d->ext, timeout, seat->wl);
    else if (d->protocol == WAYLAND_PROTOCOL_EXT)
        n->ext = ext_idle_notifier_v1_get_idle_notification(d->ext, timeout, seat->wl);
    else if (d->protocol == WAYLAND_PROTOCOL_KDE)
        n->kde = org_kde_kwin_idle_get_idle_timeout(d->kde, seat->wl, timeout);
    if (n->ext)
        (void)ext_idle_notification_v1_add_listener(n->ext, &ext_listener, n);
    if (n->kde)
        (void)org_kde_kwin_idle_timeout_add_listener(n->kde, &kde_listener, n);
}

/**
 * wayland_display_arm() - have a watch on every seat, also on those that come
 * @display: the display
 * @watch: its number, below WAYLAND_WATCHES; not armed yet
 * @timeout_usec: > 0; a seat is told idle after so long without input, from now on
 */
void wayland_display_arm(struct wayland_display *display, unsigned watch, usec_t timeout_usec)
{
    display->timeouts_usec[watch] = timeout_usec;
    for (struct seat *seat = display->seats; seat; seat = seat->next)
        notification_new(display, seat, watch);
}

/**
 * wayland_display_disarm() - end a watch; nothing more is told of it
 * @display: the display
 * @watch: which
 */
void wayland_display_disarm(struct wayland_display *display, unsigned watch)
{
    display->timeouts_usec[watch] = 0;
    for (struct seat *seat = display->seats; seat; seat = seat->next)
        notification_done(&seat->notifications[watch]);
}

/* --- what the compositor has */

static void seat_free(struct seat *seat)
{
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++)
        notification_done(&seat->notifications[i]);
    if (wl_seat_get_version(seat->wl) >= SEAT_RELEASE_VERSION)
        wl_seat_release(seat->wl);
    else
        wl_seat_destroy(seat->wl);
    free(seat);
}

static void add_seat(struct wayland_display *d, uint32_t name, uint32_t version)
{
    struct seat *seat = calloc(1, sizeof(*seat));

    if (!seat)
        return; /* as if it weren't there */
    seat->name = name;
    /* Whatever it can do: capabilities come and go with the devices, and a seat without any has no input. */
    seat->wl = wl_registry_bind(d->registry, name, &wl_seat_interface, MIN(version, SEAT_RELEASE_VERSION));
    if (!seat->wl) {
        free(seat);
        return;
    }
    seat->next = d->seats;
    d->seats = seat;
    d->n_seats++;
    d->changed = true;
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++)
        if (d->timeouts_usec[i] > 0)
            notification_new(d, seat, i);
    d->sink.seat_came(d->sink.userdata);
}

static bool remove_seat(struct wayland_display *d, uint32_t name)
{
    unsigned idle_watches = 0;

    for (struct seat **p = &d->seats; *p; p = &(*p)->next) {
        struct seat *seat = *p;

        if (seat->name != name)
            continue;
        for (unsigned i = 0; i < WAYLAND_WATCHES; i++)
            idle_watches |= (unsigned)seat->notifications[i].idle << i;
        *p = seat->next;
        seat_free(seat);
        d->n_seats--;
        d->changed = true;
        d->sink.seat_gone(d->sink.userdata, idle_watches);
        return true;
    }
    return false;
}

static void on_global(void *userdata, _unused_ struct wl_registry *registry, uint32_t name,
                      const char *interface, uint32_t version)
{
    struct wayland_display *d = userdata;
    enum wayland_protocol protocol = WAYLAND_PROTOCOL_NONE;

    if (d->closed)
        return;
    if (strcmp(interface, wl_seat_interface.name) == 0)
        add_seat(d, name, version);
    else if (strcmp(interface, ext_idle_notifier_v1_interface.name) == 0)
        protocol = version >= EXT_INPUT_VERSION ? WAYLAND_PROTOCOL_EXT_INPUT : WAYLAND_PROTOCOL_EXT;
    else if (strcmp(interface, org_kde_kwin_idle_interface.name) == 0)
        protocol = WAYLAND_PROTOCOL_KDE;
    if (protocol == WAYLAND_PROTOCOL_NONE)
        return;
    d->globals[protocol] = (struct global){name, version};
    d->changed = true;
}

static void on_global_remove(void *userdata, _unused_ struct wl_registry *registry, uint32_t name)
{
    struct wayland_display *d = userdata;

    if (d->closed || remove_seat(d, name))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(d->globals); i++)
        if (d->globals[i].name == name) {
            d->globals[i].name = 0;
            d->stale |= d->protocol == (enum wayland_protocol)i;
            d->changed = true;
        }
}

static void unbind(struct wayland_display *d)
{
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++)
        wayland_display_disarm(d, i);
    if (d->ext)
        ext_idle_notifier_v1_destroy(d->ext);
    if (d->kde)
        org_kde_kwin_idle_destroy(d->kde);
    d->ext = NULL;
    d->kde = NULL;
    d->protocol = WAYLAND_PROTOCOL_NONE;
}

/* Return: 1 if all is anew, 0 if all is as before, -EPIPE if the connection can't be used any more. */
static int bind_best(struct wayland_display *d)
{
    enum wayland_protocol best = WAYLAND_PROTOCOL_EXT_INPUT;

    while (best > WAYLAND_PROTOCOL_NONE && d->globals[best].name == 0)
        best--;
    /* Another of the same kind may have come in the place of one that has gone. */
    if (best == d->protocol && !d->stale)
        return 0;
    unbind(d);
    d->stale = false;
    d->protocol = best;
    if (best == WAYLAND_PROTOCOL_KDE)
        d->kde = wl_registry_bind(d->registry, d->globals[best].name, &org_kde_kwin_idle_interface, 1);
    else if (best != WAYLAND_PROTOCOL_NONE)
        d->ext = wl_registry_bind(d->registry, d->globals[best].name, &ext_idle_notifier_v1_interface,
                                  best == WAYLAND_PROTOCOL_EXT ? 1 : EXT_INPUT_VERSION);
    return best == WAYLAND_PROTOCOL_NONE || d->ext || d->kde ? 1 : -EPIPE;
}

static void on_sync(void *userdata, struct wl_callback *callback, _unused_ uint32_t serial)
{
    struct wayland_display *d = userdata;

    wl_callback_destroy(callback);
    d->sync = NULL;
    d->timer = sd_event_source_disable_unref(d->timer);
    d->changed = true;
}

/* --- the connection */

static void fail(struct wayland_display *d, const char *reason)
{
    if (!d->closed)
        d->sink.failed(d->sink.userdata, reason);
}

static void lost(struct wayland_display *d)
{
    const struct wl_interface *interface = NULL;
    char reason[96];
    uint32_t code;

    if (wl_display_get_error(d->wl) != EPROTO) {
        fail(d, "connection lost");
        return;
    }
    code = wl_display_get_protocol_error(d->wl, &interface, NULL);
    (void)snprintf(reason, sizeof(reason), "protocol error %u of %s", code,
                   interface ? interface->name : "an object that is gone");
    fail(d, reason);
}

/* All that the library has read, and what follows from it. */
static void dispatch(struct wayland_display *d)
{
    d->busy = true;
    if (wl_display_dispatch_pending(d->wl) < 0)
        lost(d);
    else if (!d->closed && d->changed && !d->sync) {
        int r = bind_best(d);

        d->changed = false;
        if (r < 0)
            lost(d);
        else
            d->sink.offer(d->sink.userdata, d->protocol, r > 0, d->n_seats);
    }
    d->busy = false;
    if (d->closed)
        (void)wayland_display_free(d);
}

static int on_work(_unused_ sd_event_source *s, void *userdata)
{
    dispatch(userdata);
    return 0;
}

static int on_io(_unused_ sd_event_source *s, _unused_ int fd, uint32_t events, void *userdata)
{
    struct wayland_display *d = userdata;

    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return 0; /* can be written to again: on_prepare() does it */
    if (d->reading) {
        d->reading = false;
        /* A failure is found by the dispatch, after what came before it. */
        (void)wl_display_read_events(d->wl);
    }
    dispatch(d);
    return 0;
}

/* Called by the loop before it polls. The sink isn't, from here. */
static int on_prepare(_unused_ sd_event_source *s, void *userdata)
{
    struct wayland_display *d = userdata;
    uint32_t events = EPOLLIN;

    if (!d->reading)
        d->reading = wl_display_prepare_read(d->wl) == 0;
    if (wl_display_flush(d->wl) < 0 && errno == EAGAIN)
        events |= EPOLLOUT;
    /* A request that couldn't be kept until it is written is such an error. One that is found by writing to a
     * closed socket isn't: the socket can then be read, which tells more. */
    if (!d->reading || wl_display_get_error(d->wl) != 0)
        (void)sd_event_source_set_enabled(d->work, SD_EVENT_ONESHOT);
    (void)sd_event_source_set_io_events(d->io, events);
    return 0;
}

static int on_timeout(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    fail(userdata, "the compositor doesn't answer");
    return 0;
}

static int attach(struct wayland_display *d, sd_event *event, usec_t timeout_usec)
{
    int r;

    r = sd_event_add_io(event, &d->io, wl_display_get_fd(d->wl), EPOLLIN, on_io, d);
    if (r < 0)
        return r;
    r = sd_event_source_set_prepare(d->io, on_prepare);
    if (r < 0)
        return r;
    r = sd_event_add_defer(event, &d->work, on_work, d);
    if (r < 0)
        return r;
    r = sd_event_source_set_enabled(d->work, SD_EVENT_OFF);
    if (r < 0)
        return r;
    return sd_event_add_time_relative(event, &d->timer, CLOCK_MONOTONIC, (uint64_t)timeout_usec, 0,
                                      on_timeout, d);
}

/* The library would write to stderr what lost() says in its own words. */
_printf_(1, 0) static void say_nothing(_unused_ const char *format, _unused_ va_list ap)
{
}

/**
 * wayland_display_new() - take over a connection and find out what the compositor has
 * @event: the loop
 * @fd: the connected socket; it is this function's from now on, also on failure
 * @timeout_usec: within this time there is an offer or it has failed
 * @sink: copied
 * @ret: the display
 *
 * Return: 0 or a negative errno.
 */
int wayland_display_new(sd_event *event, int fd, usec_t timeout_usec, const struct wayland_display_sink *sink,
                        struct wayland_display **ret)
{
    static const struct wl_registry_listener registry_listener = {on_global, on_global_remove};
    static const struct wl_callback_listener sync_listener = {on_sync};
    _cleanup_(closep) int socket_fd = fd;
    _cleanup_(wayland_display_freep) struct wayland_display *d = calloc(1, sizeof(*d));
    int r;

    if (!d)
        return -ENOMEM;
    d->sink = *sink;
    wl_log_set_handler_client(say_nothing);
    d->wl = wl_display_connect_to_fd(TAKE_FD(socket_fd)); /* closes it on failure */
    if (!d->wl)
        return -ENOMEM;
    d->registry = wl_display_get_registry(d->wl);
    if (!d->registry)
        return -ENOMEM;
    (void)wl_registry_add_listener(d->registry, &registry_listener, d);
    d->sync = wl_display_sync(d->wl);
    if (!d->sync)
        return -ENOMEM;
    (void)wl_callback_add_listener(d->sync, &sync_listener, d);
    r = attach(d, event, timeout_usec);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(d);
    return 0;
}

static void disconnect(struct wayland_display *d)
{
    if (!d->wl)
        return;
    if (d->reading)
        wl_display_cancel_read(d->wl);
    while (d->seats) {
        struct seat *seat = d->seats;

        d->seats = seat->next;
        seat_free(seat);
    }
    unbind(d);
    if (d->sync)
        wl_callback_destroy(d->sync);
    if (d->registry)
        wl_registry_destroy(d->registry);
    wl_display_disconnect(d->wl);
}

/**
 * wayland_display_free() - close the connection
 * @display: the display, or NULL; the sink isn't called any more
 *
 * Return: NULL.
 */
struct wayland_display *wayland_display_free(struct wayland_display *display)
{
    if (!display)
        return NULL;
    display->closed = true;
    display->io = sd_event_source_disable_unref(display->io);
    display->work = sd_event_source_disable_unref(display->work);
    display->timer = sd_event_source_disable_unref(display->timer);
    if (display->busy)
        return NULL; /* dispatch() comes back to it */
    disconnect(display);
    free(display);
    return NULL;
}
