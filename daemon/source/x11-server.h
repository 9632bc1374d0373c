/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection to an X server, as far as the idle time goes: ask the IDLETIME counter, set alarms on it. The
 * port of libxcb: its types are in x11-server.c only. Decides nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "util/macro.h"
#include "util/time-util.h"

struct x11_server;

/* Two questions may be open at once. */
enum x11_ask {
    X11_ASK_ROUND,
    X11_ASK_QUERY,
    _X11_ASK_MAX,
};

/* Any of them may free the server, except work(). */
struct x11_server_sink {
    void *userdata;
    void (*ready)(void *userdata);
    void (*failed)(void *userdata, bool for_good, const char *reason);
    void (*work)(void *userdata);                                    /* after x11_server_kick() */
    void (*counter)(void *userdata, enum x11_ask ask, int64_t msec); /* the answer */
    void (*alarm)(void *userdata, bool rise, int64_t msec);          /* of those set last */
};

int x11_server_new(sd_event *event, int fd, const void *setup, size_t setup_size, usec_t timeout_usec,
                   const struct x11_server_sink *sink, struct x11_server **ret);
struct x11_server *x11_server_free(struct x11_server *server);
DEFINE_CLEANUP(struct x11_server *, x11_server_free)

void x11_server_kick(struct x11_server *server);
void x11_server_set_alarms(struct x11_server *server, int64_t rise_msec, int64_t fall_msec);
void x11_server_ask(struct x11_server *server, enum x11_ask ask);
void x11_server_forget(struct x11_server *server, enum x11_ask ask);
