/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A film player, as far as a Wayland compositor can tell: a small window that asks it not to go idle. Says
 * `playing` when the compositor knows, and ends with its input.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wayland-client.h>

#include "idle-inhibit-unstable-v1-client-protocol.h"
#include "util/macro.h"
#include "xdg-shell-client-protocol.h"

#define SIDE 64

static struct wl_compositor *compositor;
static struct wl_shm *shm;
static struct xdg_wm_base *shell;
static struct zwp_idle_inhibit_manager_v1 *inhibit;
static bool configured;

static void on_ping(_unused_ void *userdata, struct xdg_wm_base *base, uint32_t serial)
{
    xdg_wm_base_pong(base, serial);
}

static void on_configure(_unused_ void *userdata, struct xdg_surface *surface, uint32_t serial)
{
    xdg_surface_ack_configure(surface, serial);
    configured = true;
}

static void on_global(_unused_ void *userdata, struct wl_registry *registry, uint32_t name,
                      const char *interface, _unused_ uint32_t version)
{
    if (strcmp(interface, wl_compositor_interface.name) == 0)
        compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 1);
    else if (strcmp(interface, wl_shm_interface.name) == 0)
        shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
    else if (strcmp(interface, xdg_wm_base_interface.name) == 0)
        shell = wl_registry_bind(registry, name, &xdg_wm_base_interface, 1);
    else if (strcmp(interface, zwp_idle_inhibit_manager_v1_interface.name) == 0)
        inhibit = wl_registry_bind(registry, name, &zwp_idle_inhibit_manager_v1_interface, 1);
}

static void on_global_remove(_unused_ void *userdata, _unused_ struct wl_registry *registry,
                             _unused_ uint32_t name)
{
}

static struct wl_buffer *black(void)
{
    int fd = memfd_create("black", MFD_CLOEXEC);
    struct wl_shm_pool *pool;
    struct wl_buffer *buffer;

    if (fd < 0 || ftruncate(fd, SIDE * SIDE * 4) < 0)
        return NULL;
    pool = wl_shm_create_pool(shm, fd, SIDE * SIDE * 4);
    buffer = wl_shm_pool_create_buffer(pool, 0, SIDE, SIDE, SIDE * 4, WL_SHM_FORMAT_XRGB8888);
    wl_shm_pool_destroy(pool);
    (void)close(fd);
    return buffer;
}

/* Return: whether there is a window, and the compositor knows what it asks for. */
static bool play(struct wl_display *display)
{
    static const struct xdg_wm_base_listener shell_listener = {on_ping};
    static const struct xdg_surface_listener surface_listener = {on_configure};
    struct wl_surface *surface = wl_compositor_create_surface(compositor);
    struct xdg_surface *window = xdg_wm_base_get_xdg_surface(shell, surface);

    xdg_wm_base_add_listener(shell, &shell_listener, NULL);
    xdg_surface_add_listener(window, &surface_listener, NULL);
    (void)xdg_surface_get_toplevel(window);
    wl_surface_commit(surface);
    while (!configured)
        if (wl_display_dispatch(display) < 0)
            return false;
    wl_surface_attach(surface, black(), 0, 0);
    wl_surface_damage(surface, 0, 0, SIDE, SIDE);
    (void)zwp_idle_inhibit_manager_v1_create_inhibitor(inhibit, surface);
    wl_surface_commit(surface);
    return wl_display_roundtrip(display) >= 0;
}

int main(void)
{
    static const struct wl_registry_listener listener = {on_global, on_global_remove};
    struct wl_display *display = wl_display_connect(NULL);
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};

    if (!display)
        return 1;
    (void)wl_registry_add_listener(wl_display_get_registry(display), &listener, NULL);
    if (wl_display_roundtrip(display) < 0 || !compositor || !shm || !shell || !inhibit || !play(display)) {
        (void)fputs("film: this compositor can't show it\n", stderr);
        return 1;
    }
    puts("playing");
    (void)fflush(stdout);
    fds[1].fd = wl_display_get_fd(display);
    while (poll(fds, 2, -1) > 0 && fds[0].revents == 0)
        if (wl_display_dispatch(display) < 0 || wl_display_flush(display) < 0)
            return 1;
    wl_display_disconnect(display);
    return 0;
}
