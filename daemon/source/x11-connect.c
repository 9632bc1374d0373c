/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way to an X server. xcb_connect() waits for the server's greeting as long as that takes, and a stopped
 * server never greets: then the watchdog would end the daemon. So the greeting is done here, on the loop and
 * with a time limit; x11.c then hands the finished connection to libxcb.
 */
#include <X11/Xauth.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "source/x11-connect.h"
#include "source/x11-display.h"

#define COOKIE_NAME "MIT-MAGIC-COOKIE-1"
#define COOKIE_MAX 64
#define PROTOCOL_MAJOR 11
#define REPLY_HEAD 8 /* bytes of the greeting that tell how long the rest is */

enum {
    REPLY_FAILED = 0,
    REPLY_SUCCESS = 1,
};

struct x11_connect {
    int fd;
    sd_event_source *io;
    sd_event_source *timer;
    x11_connect_func done;
    void *userdata;
    unsigned char *reply;
    size_t size; /* of the whole reply, once its head is here; before that, of the head */
    size_t have;
};

static int connect_to(const char *path, bool abstract)
{
    _cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = strlen(path);

    if (fd < 0)
        return -errno;
    if (n + abstract >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path + abstract, path, n);
    /* Never blocks; EAGAIN tells of a server that doesn't take its connections. */
    if (connect(fd, (struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + n + !abstract)) < 0)
        return -errno;
    return TAKE_FD(fd);
}

/* The file first: anybody may take the abstract name of a server that isn't there, and would get our
 * cookie. The abstract one helps where /tmp is a private one. */
static int open_socket(unsigned number)
{
    char path[sizeof(X11_SOCKET_DIR) + 16];
    int fd;

    (void)snprintf(path, sizeof(path), X11_SOCKET_DIR "/X%u", number);
    fd = connect_to(path, false);
    if (fd == -ENOENT) {
        fd = connect_to(path, true);
        if (fd == -ECONNREFUSED)
            return -ENOENT;
    }
    return fd;
}

/* The cookie for a server on this machine, from XAUTHORITY or ~/.Xauthority; none is no error, for the server
 * may let us in without. */
static size_t find_cookie(unsigned number, unsigned char cookie[static COOKIE_MAX])
{
    char host[256], digits[16], name[] = COOKIE_NAME, *names[] = {name};
    int lengths[] = {sizeof(name) - 1}, n;
    size_t size = 0;
    Xauth *auth;

    if (gethostname(host, sizeof(host) - 1) < 0)
        return 0;
    host[sizeof(host) - 1] = 0;
    n = snprintf(digits, sizeof(digits), "%u", number);
    auth = XauGetBestAuthByAddr(FamilyLocal, (unsigned short)strlen(host), host, (unsigned short)n, digits, 1,
                                names, lengths);
    if (!auth)
        return 0;
    if (auth->data_length <= COOKIE_MAX) {
        size = auth->data_length;
        memcpy(cookie, auth->data, size);
    }
    XauDisposeAuth(auth);
    return size;
}

static size_t pad4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

static int send_greeting(int fd, unsigned number)
{
    unsigned char request[12 + sizeof(COOKIE_NAME) + COOKIE_MAX + 8] = {0}, cookie[COOKIE_MAX] = {0};
    uint16_t fields[5] = {PROTOCOL_MAJOR, 0};
    size_t n_cookie = find_cookie(number, cookie), n_name = n_cookie > 0 ? sizeof(COOKIE_NAME) - 1 : 0;
    size_t size = 12 + pad4(n_name) + pad4(n_cookie);
    ssize_t sent;

    request[0] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 'l' : 'B';
    fields[2] = (uint16_t)n_name;
    fields[3] = (uint16_t)n_cookie;
    memcpy(request + 2, fields, sizeof(fields));
    memcpy(request + 12, COOKIE_NAME, n_name);
    memcpy(request + 12 + pad4(n_name), cookie, n_cookie);
    /* Less than a page into a new socket: it goes as a whole or not at all. */
    sent = send(fd, request, size, MSG_NOSIGNAL);
    explicit_bzero(request, sizeof(request));
    explicit_bzero(cookie, sizeof(cookie));
    if (sent < 0)
        return -errno;
    return (size_t)sent == size ? 0 : -EIO;
}

/* The callback usually frees us, so this is the last thing done with @c. */
static void finish(struct x11_connect *c, int error, const char *reason)
{
    c->io = sd_event_source_disable_unref(c->io);
    c->timer = sd_event_source_disable_unref(c->timer);
    c->done(c->userdata, error, error < 0 ? -1 : TAKE_FD(c->fd), c->reply, c->size, reason);
}

/* Reads up to c->size. Return: 1 when it is all here, 0 if more is to come, a negative errno. */
static int receive(struct x11_connect *c)
{
    while (c->have < c->size) {
        ssize_t n = recv(c->fd, c->reply + c->have, c->size - c->have, 0);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -ECONNRESET;
        c->have += (size_t)n;
    }
    return 1;
}

static void refused(struct x11_connect *c)
{
    char reason[96] = "";
    size_t n = MIN((size_t)c->reply[1], c->size - REPLY_HEAD);

    (void)snprintf(reason, sizeof(reason), "refused: %.*s", (int)n, (const char *)c->reply + REPLY_HEAD);
    reason[strcspn(reason, "\n")] = 0;
    finish(c, -EACCES, reason);
}

static int on_reply(_unused_ sd_event_source *s, _unused_ int fd, _unused_ uint32_t events, void *userdata)
{
    struct x11_connect *c = userdata;
    int r = receive(c);

    if (r > 0 && c->size == REPLY_HEAD) {
        uint16_t words;
        unsigned char *longer;

        memcpy(&words, c->reply + 6, sizeof(words));
        longer = realloc(c->reply, REPLY_HEAD + (size_t)words * 4);
        if (longer) {
            c->reply = longer;
            c->size = REPLY_HEAD + (size_t)words * 4;
            r = receive(c);
        } else
            r = -ENOMEM;
    }
    if (r < 0)
        finish(c, r, strerror(-r));
    else if (r > 0 && c->reply[0] == REPLY_SUCCESS)
        finish(c, 0, NULL);
    else if (r > 0 && c->reply[0] == REPLY_FAILED)
        refused(c);
    else if (r > 0)
        finish(c, -EACCES, "the server wants a kind of authentication that we don't know");
    return 0;
}

static int on_timeout(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    finish(userdata, -ETIMEDOUT, "the server doesn't answer");
    return 0;
}

/**
 * x11_connect_start() - begin to connect
 * @event: the loop
 * @display_number: the display's number
 * @timeout_usec: how long the server has to greet
 * @done: called once, from the loop and never from here; may free the attempt
 * @userdata: for @done
 * @ret: the attempt
 *
 * Return: 0; a negative errno when there is nobody to connect to (-ENOENT, -ECONNREFUSED, -EAGAIN …).
 */
int x11_connect_start(sd_event *event, unsigned display_number, usec_t timeout_usec, x11_connect_func done,
                      void *userdata, struct x11_connect **ret)
{
    _cleanup_(x11_connect_freep) struct x11_connect *c = calloc(1, sizeof(*c));
    int r;

    if (!c)
        return -ENOMEM;
    c->done = done;
    c->userdata = userdata;
    c->size = REPLY_HEAD;
    c->fd = open_socket(display_number);
    if (c->fd < 0)
        return c->fd;
    c->reply = malloc(REPLY_HEAD);
    if (!c->reply)
        return -ENOMEM;
    r = send_greeting(c->fd, display_number);
    if (r < 0)
        return r;
    r = sd_event_add_io(event, &c->io, c->fd, EPOLLIN, on_reply, c);
    if (r < 0)
        return r;
    r = sd_event_add_time_relative(event, &c->timer, CLOCK_MONOTONIC, (uint64_t)timeout_usec, 0, on_timeout,
                                   c);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(c);
    return 0;
}

/**
 * x11_connect_free() - give up an attempt, or forget a finished one
 * @connect: the attempt, or NULL
 *
 * Return: NULL.
 */
struct x11_connect *x11_connect_free(struct x11_connect *connect)
{
    if (!connect)
        return NULL;
    sd_event_source_disable_unref(connect->io);
    sd_event_source_disable_unref(connect->timer);
    closep(&connect->fd);
    free(connect->reply);
    free(connect);
    return NULL;
}
