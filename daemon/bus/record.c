/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Record: a recording into a file that the caller has opened, as long as a descriptor that the caller gets
 * back. So the daemon needs no right to write anywhere, and the file is the caller's in every respect. Our
 * end of the socket is closed once the file is complete: who shuts its own end down can wait for that.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bus/args.h"
#include "bus/bus-internal.h"
#include "util/i18n.h"

struct recording {
    struct bus *bus;
    struct recording *next;
    void *handle; /* the service's */
    int fd;
    sd_event_source *watch;
};

static struct recording *recording_free(struct recording *r)
{
    if (!r)
        return NULL;
    (void)sd_event_source_disable_unref(r->watch);
    closep(&r->fd);
    free(r);
    return NULL;
}
DEFINE_CLEANUP(struct recording *, recording_free)

static void unlink_recording(struct recording *r)
{
    for (struct recording **p = &r->bus->recordings; *p; p = &(*p)->next)
        if (*p == r) {
            *p = r->next;
            return;
        }
}

static int on_closed(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    _cleanup_(recording_freep) struct recording *r = userdata;

    (void)source;
    (void)fd;
    (void)revents;
    unlink_recording(r);
    r->bus->service->record_stop(r->bus->userdata, r->handle);
    return 0;
}

/**
 * bus_record_ended() - a recording has ended by itself: its file can't be written any more
 * @handle: what bus_service.record() gave; one that is not the bus's is passed over
 */
void bus_record_ended(struct bus *bus, const void *handle)
{
    for (struct recording *r = bus->recordings; r; r = r->next)
        if (r->handle == handle) {
            unlink_recording(r);
            (void)recording_free(r);
            return;
        }
}

/* Writing to anything but a file may block, and with it every reminder. */
static int check_file(int fd, sd_bus_error *error)
{
    int flags = fcntl(fd, F_GETFL);
    struct stat st;

    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH) && fstat(fd, &st) >= 0 &&
        S_ISREG(st.st_mode))
        return 0;
    return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
                            _("The descriptor has to be of a regular file that is open for writing."));
}

static int recording_new(struct bus *bus, struct recording **ret, int *ret_descriptor)
{
    _cleanup_(recording_freep) struct recording *r = calloc(1, sizeof *r);
    _cleanup_(closep) int descriptor = -1;
    int fds[2], error;

    if (!r)
        return -ENOMEM;
    r->bus = bus;
    r->fd = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
        return negative_errno();
    r->fd = fds[0];
    descriptor = fds[1];
    /* Not EPOLLIN: what a confused holder may write wakes nobody. */
    error = sd_event_add_io(bus->event, &r->watch, r->fd, EPOLLHUP | EPOLLRDHUP, on_closed, r);
    if (error < 0)
        return error;
    *ret = TAKE_PTR(r);
    *ret_descriptor = TAKE_FD(descriptor);
    return 0;
}

int bus_method_record(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(recording_freep) struct recording *r = NULL;
    _cleanup_(closep) int descriptor = -1;
    struct bus *bus = userdata;
    int file, copy, e;

    e = sd_bus_message_read(m, "h", &file);
    if (e >= 0)
        e = args_no_options(m, error);
    if (e >= 0)
        e = check_file(file, error);
    if (e < 0)
        return e;
    if (sd_bus_can_send(bus->bus, SD_BUS_TYPE_UNIX_FD) <= 0)
        return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
                                _("This connection to the bus can't carry descriptors."));
    e = recording_new(bus, &r, &descriptor);
    if (e < 0)
        return sd_bus_error_set_errnof(error, e, _("No descriptor could be made: %s."), strerror(-e));
    copy = fcntl(file, F_DUPFD_CLOEXEC, 3);
    e = copy < 0 ? negative_errno() : bus->service->record(bus->userdata, copy, &r->handle);
    if (e == -E2BIG)
        return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                _("Too many recordings run: one of them has to end first."));
    if (e < 0)
        return sd_bus_error_set_errnof(error, e, _("Nothing can be written to this file: %s."), strerror(-e));
    r->next = bus->recordings;
    bus->recordings = TAKE_PTR(r);
    return sd_bus_reply_method_return(m, "h", descriptor);
}

/**
 * bus_recordings_free() - forget all recordings; the service ends them itself
 * @bus: the object
 */
void bus_recordings_free(struct bus *bus)
{
    while (bus->recordings) {
        struct recording *r = bus->recordings;

        unlink_recording(r);
        (void)recording_free(r);
    }
}
