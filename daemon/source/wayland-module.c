/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/wayland-module.h"

const struct wayland_api backcare_wayland_api = {
    .display_new = wayland_display_new,
    .display_free = wayland_display_free,
    .display_arm = wayland_display_arm,
    .display_disarm = wayland_display_disarm,
};
