/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the Wayland module offers: a connection to a compositor, with the library that it needs. The functions
 * are documented where they are defined.
 */
#pragma once

#include "source/wayland-display.h"

#define WAYLAND_MODULE "backcare-wayland.so"
#define WAYLAND_MODULE_API "backcare_wayland_api"

struct wayland_api {
    int (*display_new)(sd_event *event, int fd, usec_t timeout_usec, const struct wayland_display_sink *sink,
                       struct wayland_display **ret);
    struct wayland_display *(*display_free)(struct wayland_display *display);
    void (*display_arm)(struct wayland_display *display, unsigned watch, usec_t timeout_usec);
    void (*display_disarm)(struct wayland_display *display, unsigned watch);
};

/* The one symbol that the module shows. */
_public_ extern const struct wayland_api backcare_wayland_api;
