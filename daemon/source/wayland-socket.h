/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the compositor listens, by WAYLAND_DISPLAY, and a connection to it. Knows nothing of the protocol.
 */
#pragma once

#include "util/macro.h"

struct wayland_socket {
    char *directory;
    char *name;
};

int wayland_socket_find(const char *display, const char *runtime_dir, struct wayland_socket *ret);
void wayland_socket_done(struct wayland_socket *place);
int wayland_socket_connect(const struct wayland_socket *place);
