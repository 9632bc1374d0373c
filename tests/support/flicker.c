/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shell that dies all the time, for the tests: owns the name of Mutter's idle monitor, answers until
 * somebody has added a watch, lets go of the name, and takes it again.
 *
 *   flicker COUNT      says "ready" before the first time, "done" after the last and ends with its input
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <sys/epoll.h>

#include "util/macro.h"

#define NAME "org.gnome.Mutter.IdleMonitor"

static sd_bus *bus;
static sd_event *loop;
static unsigned left;
static uint32_t next_id;

static int on_owned(sd_bus_message *m, _unused_ void *userdata, _unused_ sd_bus_error *error)
{
    return sd_bus_message_is_method_error(m, NULL) ? sd_event_exit(loop, -EBUSY) : 0;
}

static int on_released(_unused_ sd_bus_message *m, _unused_ void *userdata, _unused_ sd_bus_error *error)
{
    if (left == 0) {
        puts("done");
        return 0;
    }
    left--;
    return sd_bus_request_name_async(bus, NULL, NAME, 0, on_owned, NULL);
}

static int on_call(sd_bus_message *m, _unused_ void *userdata, _unused_ sd_bus_error *error)
{
    int r;

    if (sd_bus_message_is_method_call(m, NAME, "GetIdletime"))
        return sd_bus_reply_method_return(m, "t", (uint64_t)0);
    if (sd_bus_message_is_method_call(m, NAME, "AddIdleWatch")) {
        r = sd_bus_reply_method_return(m, "u", ++next_id);
        return r < 0 ? r : sd_bus_release_name_async(bus, NULL, NAME, on_released, NULL);
    }
    return 0;
}

static int on_input(_unused_ sd_event_source *s, int fd, _unused_ uint32_t events, _unused_ void *userdata)
{
    char byte;

    return read(fd, &byte, 1) <= 0 ? sd_event_exit(loop, 0) : 0;
}

int main(int argc, char **argv)
{
    int r;

    left = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    r = sd_event_new(&loop);
    if (r >= 0)
        r = sd_bus_open_user(&bus);
    if (r >= 0)
        r = sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL);
    if (r >= 0)
        r = sd_bus_add_object(bus, NULL, "/org/gnome/Mutter/IdleMonitor/Core", on_call, NULL);
    if (r >= 0)
        r = sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_input, NULL);
    if (r >= 0) {
        puts("ready");
        r = sd_bus_request_name_async(bus, NULL, NAME, 0, on_owned, NULL);
    }
    if (r >= 0)
        r = sd_event_loop(loop);
    if (r < 0)
        fprintf(stderr, "flicker: %s\n", strerror(-r));
    sd_bus_flush_close_unref(bus);
    sd_event_unref(loop);
    return r < 0;
}
