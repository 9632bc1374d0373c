/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inhibit: a hold that lives as long as a descriptor. The caller gets the writing end of a pipe; the kernel
 * says on our end when the last copy of it is closed, however many processes it was passed through and
 * however they ended. No names on the bus have to be watched, and nothing can be left behind.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "bus/args.h"
#include "bus/bus-internal.h"
#include "util/log.h"
#include "util/i18n.h"

struct inhibition {
    struct bus *bus;
    struct inhibition *next;
    int fd; /* the reading end: never read, only its end is waited for */
    sd_event_source *watch;
    char id[32];
    char reason[ARGS_WHY_MAX + ARGS_WHO_MAX + sizeof " ()"];
};

/* Frees one that is not in the list (any more). */
static struct inhibition *inhibition_free(struct inhibition *i)
{
    if (!i)
        return NULL;
    (void)sd_event_source_disable_unref(i->watch);
    closep(&i->fd);
    free(i);
    return NULL;
}
DEFINE_CLEANUP(struct inhibition *, inhibition_free)

static void unlink_inhibition(struct inhibition *i)
{
    for (struct inhibition **p = &i->bus->inhibitions; *p; p = &(*p)->next)
        if (*p == i) {
            *p = i->next;
            i->bus->n_inhibitions--;
            return;
        }
}

static int hold(struct inhibition *i, bool on)
{
    struct bc_event event = {.type = BC_EVENT_HOLD, .u.hold = {.on = on, .id = i->id, .reason = i->reason}};

    return i->bus->service->command(i->bus->userdata, &event);
}

static int on_closed(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    _cleanup_(inhibition_freep) struct inhibition *i = userdata;
    int r;

    (void)source;
    (void)fd;
    (void)revents;
    unlink_inhibition(i);
    r = hold(i, false);
    if (r < 0)
        log_warning("The end of an inhibition could not be noted, reminders stay held back: %s",
                    strerror(-r));
    return 0; /* an error would only disable the source, which is gone anyway */
}

static int inhibition_new(struct bus *bus, const char *who, const char *why, struct inhibition **ret,
                          int *ret_descriptor)
{
    _cleanup_(inhibition_freep) struct inhibition *i = NULL;
    _cleanup_(closep) int descriptor = -1;
    int fds[2], r;

    i = calloc(1, sizeof *i);
    if (!i)
        return -ENOMEM;
    i->bus = bus;
    i->fd = -1;
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return negative_errno();
    i->fd = fds[0];
    descriptor = fds[1];
    /* Not EPOLLIN: what a confused holder may write stays in the pipe and wakes nobody. */
    r = sd_event_add_io(bus->event, &i->watch, i->fd, EPOLLHUP, on_closed, i);
    if (r < 0)
        return r;
    (void)snprintf(i->id, sizeof i->id, "inhibit-%" PRIu64, ++bus->last_inhibition);
    (void)snprintf(i->reason, sizeof i->reason, "%s (%s)", why, who);
    *ret = TAKE_PTR(i);
    *ret_descriptor = TAKE_FD(descriptor);
    return 0;
}

int bus_method_inhibit(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    const struct bc_event event = {.type = BC_EVENT_HOLD};
    _cleanup_(inhibition_freep) struct inhibition *i = NULL;
    _cleanup_(closep) int descriptor = -1;
    struct bus *bus = userdata;
    const char *who, *why;
    int r;

    r = sd_bus_message_read(m, "ss", &who, &why);
    if (r < 0)
        return r;
    r = args_label("who", who, ARGS_WHO_MAX, error);
    if (r < 0)
        return r;
    r = args_label("why", why, ARGS_WHY_MAX, error);
    if (r < 0)
        return r;
    if (sd_bus_can_send(bus->bus, SD_BUS_TYPE_UNIX_FD) <= 0)
        return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED,
                                _("This connection to the bus can't carry descriptors."));
    if (bus->n_inhibitions >= BUS_INHIBIT_MAX)
        return bus_refuse(&event, BC_REFUSAL_TOO_MANY_HOLDS, error);
    r = inhibition_new(bus, who, why, &i, &descriptor);
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("No descriptor could be made: %s."), strerror(-r));
    r = hold(i, true);
    if (r > 0)
        return bus_refuse(&event, r, error);
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("This could not be carried out: %s."), strerror(-r));
    i->next = bus->inhibitions;
    bus->inhibitions = TAKE_PTR(i);
    bus->n_inhibitions++;
    /* The message takes a copy. If it never arrives, the copy is closed, and with ours below that ends the
     * hold like any other. */
    return sd_bus_reply_method_return(m, "h", descriptor);
}

/**
 * bus_inhibitions_free() - forget all inhibitions, without ending their holds
 * @bus: the object
 */
void bus_inhibitions_free(struct bus *bus)
{
    while (bus->inhibitions) {
        struct inhibition *i = bus->inhibitions;

        unlink_inhibition(i);
        (void)inhibition_free(i);
    }
}
