/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the X11 module offers: the way to a server and the server itself, both with libraries of their own.
 * The functions are documented where they are defined.
 */
#pragma once

#include "source/x11-connect.h"
#include "source/x11-server.h"

#define X11_MODULE "backcare-x11.so"
#define X11_MODULE_API "backcare_x11_api"

struct x11_api {
    int (*connect_start)(sd_event *event, unsigned display_number, usec_t timeout_usec, x11_connect_func done,
                         void *userdata, struct x11_connect **ret);
    struct x11_connect *(*connect_free)(struct x11_connect *connect);

    int (*server_new)(sd_event *event, int fd, const void *setup, size_t setup_size, usec_t timeout_usec,
                      const struct x11_server_sink *sink, struct x11_server **ret);
    struct x11_server *(*server_free)(struct x11_server *server);
    void (*server_kick)(struct x11_server *server);
    void (*server_set_alarms)(struct x11_server *server, int64_t rise_msec, int64_t fall_msec);
    void (*server_ask)(struct x11_server *server, enum x11_ask ask);
    void (*server_forget)(struct x11_server *server, enum x11_ask ask);
};

/* The one symbol that the module shows. */
_public_ extern const struct x11_api backcare_x11_api;
