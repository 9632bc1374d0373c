/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the compositor's socket and connects to it. libwayland would do that too, but it waits when the
 * compositor doesn't take its connections, and it heeds WAYLAND_SOCKET, a descriptor that was meant for
 * another program and closed by now.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "source/wayland-socket.h"

/**
 * wayland_socket_find() - where the compositor listens
 * @display: WAYLAND_DISPLAY: a name in the runtime directory, or an absolute path
 * @runtime_dir: XDG_RUNTIME_DIR, or NULL
 * @ret: the place, for wayland_socket_done()
 *
 * Return: 0; -EINVAL if @display is neither; -ENOENT if @runtime_dir is needed and isn't an absolute path;
 * -ENOMEM.
 */
int wayland_socket_find(const char *display, const char *runtime_dir, struct wayland_socket *ret)
{
    const char *slash = strrchr(display, '/'), *name = slash ? slash + 1 : display;
    struct wayland_socket found;

    if (!name[0] || (slash && display[0] != '/'))
        return -EINVAL;
    if (!slash && (!runtime_dir || runtime_dir[0] != '/'))
        return -ENOENT;
    if (!slash)
        found.directory = strdup(runtime_dir);
    else
        found.directory = slash == display ? strdup("/") : strndup(display, (size_t)(slash - display));
    found.name = strdup(name);
    if (!found.directory || !found.name) {
        wayland_socket_done(&found);
        return -ENOMEM;
    }
    *ret = found;
    return 0;
}

/**
 * wayland_socket_done() - forget the place
 * @place: what was found, or zeroes; zeroed
 */
void wayland_socket_done(struct wayland_socket *place)
{
    free(place->directory);
    free(place->name);
    *place = (struct wayland_socket){0};
}

/**
 * wayland_socket_connect() - connect, without waiting
 * @place: from wayland_socket_find()
 *
 * Return: the descriptor; a negative errno: -ENOENT or -ECONNREFUSED when nobody listens, -EAGAIN when the
 * compositor doesn't take its connections.
 */
int wayland_socket_connect(const struct wayland_socket *place)
{
    _cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int n;

    if (fd < 0)
        return negative_errno();
    n = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", place->directory, place->name);
    if (n < 0 || (size_t)n >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return negative_errno();
    return TAKE_FD(fd);
}
