/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection to an X server. The only user of libxcb.
 *
 * Nothing here blocks: requests are small and few, and replies are waited for on the loop. As libxcb may read
 * events while it writes, every write is done in on_work(), which afterwards takes all that has been read.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xcb/sync.h>
#include <xcb/xcb.h>
#include <xcb/xcbext.h>

#include "source/x11-server.h"

enum phase {
    PHASE_EXTENSIONS, /* asked for the extensions */
    PHASE_COUNTERS,   /* asked for the list of counters */
    PHASE_READY,
};

struct x11_server {
    struct x11_server_sink sink;
    xcb_connection_t *conn;
    sd_event_source *io;
    sd_event_source *work;
    sd_event_source *timer; /* until ready */
    bool draining;          /* on_work() or drain() is at work with it, and drain() will free it */
    bool closed;

    enum phase phase;
    unsigned phase_cookie;
    uint8_t first_event; /* of the SYNC extension */
    xcb_sync_counter_t counter;

    bool asked[_X11_ASK_MAX];
    unsigned cookies[_X11_ASK_MAX];

    xcb_sync_alarm_t rise, fall;
    bool rise_set, fall_set;
    unsigned alarm_sequence; /* an alarm event of an earlier request is stale */
};

static void fail(struct x11_server *s, bool for_good, const char *reason)
{
    if (!s->closed)
        s->sink.failed(s->sink.userdata, for_good, reason);
}

static int64_t value_of(xcb_sync_int64_t v)
{
    int64_t value = (int64_t)((uint64_t)(uint32_t)v.hi << 32 | v.lo);

    return MAX(value, 0);
}

/* libxcb's own accessor of a counter's name points two bytes too far (freedesktop bug 23403): the name
 * follows right upon its length. */
static bool is_idletime(const xcb_sync_systemcounter_t *counter)
{
    static const char name[] = "IDLETIME";
    const char *p = (const char *)counter + offsetof(xcb_sync_systemcounter_t, name_len) + 2;

    return counter->name_len == sizeof(name) - 1 && memcmp(p, name, sizeof(name) - 1) == 0;
}

static void take_counters(struct x11_server *s, const xcb_sync_list_system_counters_reply_t *reply)
{
    xcb_sync_systemcounter_iterator_t i = xcb_sync_list_system_counters_counters_iterator(reply);

    for (; i.rem > 0 && s->counter == 0; xcb_sync_systemcounter_next(&i))
        if (is_idletime(i.data))
            s->counter = i.data->counter;
    if (s->counter == 0) {
        fail(s, true, "the server has no IDLETIME counter");
        return;
    }
    s->rise = xcb_generate_id(s->conn);
    s->fall = xcb_generate_id(s->conn);
    s->phase = PHASE_READY;
    s->timer = sd_event_source_disable_unref(s->timer);
    s->sink.ready(s->sink.userdata);
}

/* The reply to the question after the one for SYNC: so that one is here as well and isn't waited for. */
static void take_extensions(struct x11_server *s, const xcb_query_extension_reply_t *xwayland)
{
    const xcb_query_extension_reply_t *sync = xcb_get_extension_data(s->conn, &xcb_sync_id);

    if (!sync || !sync->present) {
        fail(s, true, "the server has no SYNC extension");
        return;
    }
    if (xwayland->present) {
        fail(s, true, "is Xwayland, which sees only part of the input");
        return;
    }
    s->first_event = sync->first_event;
    xcb_discard_reply(s->conn, xcb_sync_initialize(s->conn, 3, 1).sequence);
    s->phase = PHASE_COUNTERS;
    s->phase_cookie = xcb_sync_list_system_counters(s->conn).sequence;
    x11_server_kick(s);
}

/* Return: whether the answer is there; *ret_reply is NULL if it was an error. */
static bool reply_to(struct x11_server *s, unsigned cookie, void **ret_reply)
{
    xcb_generic_error_t *error = NULL;

    if (s->closed || !xcb_poll_for_reply(s->conn, cookie, ret_reply, &error))
        return false;
    free(error);
    return true;
}

static bool take_setup(struct x11_server *s)
{
    _cleanup_(freep) void *reply = NULL;

    if (s->phase == PHASE_READY || !reply_to(s, s->phase_cookie, &reply))
        return false;
    if (!reply)
        fail(s, true, "the server refuses the SYNC extension");
    else if (s->phase == PHASE_EXTENSIONS)
        take_extensions(s, reply);
    else
        take_counters(s, reply);
    return true;
}

static bool take_counter(struct x11_server *s, enum x11_ask ask)
{
    _cleanup_(freep) void *reply = NULL;

    if (!s->asked[ask] || !reply_to(s, s->cookies[ask], &reply))
        return false;
    s->asked[ask] = false;
    if (reply)
        s->sink.counter(s->sink.userdata, ask,
                        value_of(((xcb_sync_query_counter_reply_t *)reply)->counter_value));
    else
        fail(s, false, "the server refuses to tell the idle time");
    return true;
}

static void take_event(struct x11_server *s, const xcb_generic_event_t *event)
{
    const xcb_sync_alarm_notify_event_t *e = (const xcb_sync_alarm_notify_event_t *)event;

    if (event->response_type == 0) {
        fail(s, false, "the server refuses an alarm");
        return;
    }
    if (s->phase != PHASE_READY || (event->response_type & 0x7f) != s->first_event + XCB_SYNC_ALARM_NOTIFY)
        return;
    if (e->state == XCB_SYNC_ALARMSTATE_DESTROYED || (int32_t)(event->full_sequence - s->alarm_sequence) < 0)
        return;
    if ((e->alarm == s->rise && s->rise_set) || (e->alarm == s->fall && s->fall_set))
        s->sink.alarm(s->sink.userdata, e->alarm == s->rise, value_of(e->counter_value));
}

/* Takes everything that libxcb has read or can read without waiting. */
static void drain(struct x11_server *s)
{
    bool any = true;

    s->draining = true;
    while (any && !s->closed) {
        xcb_generic_event_t *e;

        any = false;
        while (!s->closed && (e = xcb_poll_for_event(s->conn))) {
            any = true;
            take_event(s, e);
            free(e);
        }
        if (!s->closed && xcb_connection_has_error(s->conn)) {
            fail(s, false, "connection lost");
            break;
        }
        /* Only the call above reads: what comes later makes the socket readable again. */
        any |= take_setup(s);
        for (int i = 0; i < _X11_ASK_MAX; i++)
            any |= take_counter(s, (enum x11_ask)i);
    }
    s->draining = false;
    if (s->closed)
        x11_server_free(s);
}

static int on_io(_unused_ sd_event_source *source, _unused_ int fd, _unused_ uint32_t events, void *userdata)
{
    drain(userdata);
    return 0;
}

static int on_work(_unused_ sd_event_source *source, void *userdata)
{
    struct x11_server *s = userdata;

    /* A report from inside of work() may end the connection: drain() then frees what is left of it. */
    s->draining = true;
    if (s->phase == PHASE_READY)
        s->sink.work(s->sink.userdata);
    if (!s->closed)
        (void)xcb_flush(s->conn);
    drain(s);
    return 0;
}

static int on_timeout(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    fail(userdata, false, "the server doesn't answer");
    return 0;
}

/* Puts what the server greeted with in front of libxcb, in two messages: it reads once before it writes, and
 * must then find no more than the head, or it takes the greeting for a reply. Nothing follows, so that it
 * would sooner see the end than wait. */
static int send_setup(int fd, const char *setup, size_t size)
{
    const size_t head = 8; /* tells how long the rest is */

    if (size <= head || send(fd, setup, head, MSG_NOSIGNAL) != (ssize_t)head ||
        send(fd, setup + head, size - head, MSG_NOSIGNAL) != (ssize_t)(size - head))
        return -EMSGSIZE;
    return shutdown(fd, SHUT_WR) < 0 ? -errno : 0;
}

/*
 * Hands a connection whose greeting is done to libxcb, which would wait for a greeting: it gets one end of a
 * socket pair in which the server's greeting already lies, and when it has read that, the real connection is
 * put under the same descriptor.
 */
static int adopt(struct x11_server *s, int fd, const void *setup, size_t size)
{
    _cleanup_(closep) int far = -1;
    int pair[2], r;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return -errno;
    far = pair[1];
    r = send_setup(far, setup, size);
    if (r < 0) {
        (void)close(pair[0]);
        return r;
    }
    s->conn = xcb_connect_to_fd(pair[0], NULL);
    if (xcb_connection_has_error(s->conn))
        return -EPROTO;
    if (dup3(fd, xcb_get_file_descriptor(s->conn), O_CLOEXEC) < 0)
        return -errno;
    return 0;
}

static int attach(struct x11_server *s, sd_event *event, usec_t timeout_usec)
{
    int r;

    r = sd_event_add_io(event, &s->io, xcb_get_file_descriptor(s->conn), EPOLLIN, on_io, s);
    if (r < 0)
        return r;
    r = sd_event_add_defer(event, &s->work, on_work, s);
    if (r < 0)
        return r;
    return sd_event_add_time_relative(event, &s->timer, CLOCK_MONOTONIC, (uint64_t)timeout_usec, 0,
                                      on_timeout, s);
}

/**
 * x11_server_new() - take over a connection and find the idle counter
 * @event: the loop
 * @fd: the connected socket; it is this function's from now on, also on failure
 * @setup: what the server greeted with
 * @setup_size: how much that is, in bytes
 * @timeout_usec: within this time it is ready or has failed
 * @sink: copied; none of its functions is called from here
 * @ret: the server
 *
 * Return: 0 or a negative errno.
 */
int x11_server_new(sd_event *event, int fd, const void *setup, size_t setup_size, usec_t timeout_usec,
                   const struct x11_server_sink *sink, struct x11_server **ret)
{
    static const char xwayland[] = "XWAYLAND";
    _cleanup_(closep) int socket_fd = fd;
    _cleanup_(x11_server_freep) struct x11_server *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return -ENOMEM;
    s->sink = *sink;
    r = adopt(s, socket_fd, setup, setup_size);
    if (r < 0)
        return r;
    r = attach(s, event, timeout_usec);
    if (r < 0)
        return r;
    xcb_prefetch_extension_data(s->conn, &xcb_sync_id);
    s->phase_cookie = xcb_query_extension(s->conn, sizeof(xwayland) - 1, xwayland).sequence;
    *ret = TAKE_PTR(s);
    return 0;
}

/**
 * x11_server_free() - close the connection
 * @server: the server, or NULL
 *
 * Return: NULL.
 */
struct x11_server *x11_server_free(struct x11_server *server)
{
    if (!server)
        return NULL;
    server->closed = true;
    server->io = sd_event_source_disable_unref(server->io);
    server->work = sd_event_source_disable_unref(server->work);
    server->timer = sd_event_source_disable_unref(server->timer);
    if (server->conn)
        xcb_disconnect(server->conn);
    server->conn = NULL;
    if (!server->draining)
        free(server);
    return NULL;
}

/**
 * x11_server_kick() - have work() called, then everything written, in this turn of the loop
 * @server: the server
 */
void x11_server_kick(struct x11_server *server)
{
    (void)sd_event_source_set_enabled(server->work, SD_EVENT_ONESHOT);
}

static void set_alarm(struct x11_server *s, xcb_sync_alarm_t alarm, int64_t msec, xcb_sync_testtype_t test)
{
    xcb_sync_create_alarm_value_list_t values = {
        .counter = s->counter,
        .valueType = XCB_SYNC_VALUETYPE_ABSOLUTE,
        .value = {.hi = (int32_t)(msec >> 32), .lo = (uint32_t)msec},
        .testType = test,
        .events = 1,
    };
    unsigned sequence =
        xcb_sync_create_alarm_aux(s->conn, alarm,
                                  XCB_SYNC_CA_COUNTER | XCB_SYNC_CA_VALUE_TYPE | XCB_SYNC_CA_VALUE |
                                      XCB_SYNC_CA_TEST_TYPE | XCB_SYNC_CA_DELTA | XCB_SYNC_CA_EVENTS,
                                  &values)
            .sequence;

    if (!s->rise_set && !s->fall_set)
        s->alarm_sequence = sequence;
}

/**
 * x11_server_set_alarms() - set these alarms in place of all others
 * @server: the server, ready
 * @rise_msec: one when the counter rises to it; -1 = none
 * @fall_msec: one when the counter falls to it; -1 = none
 *
 * An alarm goes off only when its value is passed after it has been set. One alarm alone never tells what it
 * was set for twice without the counter going back.
 */
void x11_server_set_alarms(struct x11_server *server, int64_t rise_msec, int64_t fall_msec)
{
    if (server->rise_set)
        xcb_sync_destroy_alarm(server->conn, server->rise);
    if (server->fall_set)
        xcb_sync_destroy_alarm(server->conn, server->fall);
    server->rise_set = server->fall_set = false;
    if (rise_msec >= 0) {
        set_alarm(server, server->rise, rise_msec, XCB_SYNC_TESTTYPE_POSITIVE_TRANSITION);
        server->rise_set = true;
    }
    if (fall_msec >= 0) {
        set_alarm(server, server->fall, fall_msec, XCB_SYNC_TESTTYPE_NEGATIVE_TRANSITION);
        server->fall_set = true;
    }
    x11_server_kick(server);
}

/**
 * x11_server_ask() - ask what the counter says
 * @server: the server, ready
 * @ask: the question; one that is open already isn't put again
 */
void x11_server_ask(struct x11_server *server, enum x11_ask ask)
{
    if (server->asked[ask])
        return;
    server->asked[ask] = true;
    server->cookies[ask] = xcb_sync_query_counter(server->conn, server->counter).sequence;
    x11_server_kick(server);
}

/**
 * x11_server_forget() - no longer wait for an answer
 * @server: the server
 * @ask: the question
 */
void x11_server_forget(struct x11_server *server, enum x11_ask ask)
{
    if (server->asked[ask])
        xcb_discard_reply(server->conn, server->cookies[ask]);
    server->asked[ask] = false;
}
