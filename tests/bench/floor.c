/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The floor: the least that a D-Bus daemon made with sd-bus can be. It owns a name, says READY=1 and sleeps;
 * the method Reply answers with a string of the size that was asked for. bench.py measures it beside the
 * daemon.
 */
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "util/macro.h"

#define FLOOR_NAME "org.backcare.Floor"
#define FLOOR_PATH "/org/backcare/Floor"
#define FLOOR_REPLY_MAX 65536

static int method_reply(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(freep) char *text = NULL;
    uint32_t size;
    int r;

    (void)userdata;
    r = sd_bus_message_read(m, "u", &size);
    if (r < 0)
        return r;
    if (size > FLOOR_REPLY_MAX)
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "at most %d bytes", FLOOR_REPLY_MAX);
    text = malloc((size_t)size + 1);
    if (!text)
        return -ENOMEM;
    memset(text, 'x', size);
    text[size] = '\0';
    return sd_bus_reply_method_return(m, "s", text);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Reply", "u", "s", method_reply, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

int main(void)
{
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;

    if (sd_event_default(&event) < 0 || sd_bus_open_user(&bus) < 0 ||
        sd_bus_add_object_vtable(bus, NULL, FLOOR_PATH, FLOOR_NAME, vtable, NULL) < 0 ||
        sd_bus_attach_event(bus, event, 0) < 0 || sd_bus_request_name(bus, FLOOR_NAME, 0) < 0 ||
        sd_notify(0, "READY=1") < 0)
        return EXIT_FAILURE;
    return sd_event_loop(event) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
