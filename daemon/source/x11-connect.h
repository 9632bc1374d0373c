/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connects to an X server without ever blocking: finds the socket and the cookie as libxcb does, and carries
 * out the greeting of the X protocol on the loop. Knows nothing of libxcb.
 */
#pragma once

#include <stddef.h>
#include <systemd/sd-event.h>

#include "util/macro.h"
#include "util/time-util.h"

struct x11_connect;

/* @error 0: @fd is the connected socket, whose ownership goes over, and @setup what the server greeted with.
 * Else a negative errno and the reason for a person. */
typedef void (*x11_connect_func)(void *userdata, int error, int fd, const void *setup, size_t setup_size,
                                 const char *reason);

int x11_connect_start(sd_event *event, unsigned display_number, usec_t timeout_usec, x11_connect_func done,
                      void *userdata, struct x11_connect **ret);
struct x11_connect *x11_connect_free(struct x11_connect *connect);
DEFINE_CLEANUP(struct x11_connect *, x11_connect_free)
