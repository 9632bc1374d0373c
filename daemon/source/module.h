/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts that bring a desktop's library with them (libxcb, libwayland) are loaded when they are needed, and
 * let go again: nobody pays at a Wayland desktop for X11, nor the other way round. A module exports one
 * symbol, a table of functions, and knows of the daemon only what these are given.
 */
#pragma once

#include <systemd/sd-event.h>

struct module {
    void *handle; /* NULL = not loaded */
    const void *api;
    sd_event_source *leaving;
};

int module_use(struct module *module, const char *file, const char *symbol, const void **ret_api);
void module_leave(struct module *module, sd_event *event);
void module_done(struct module *module);
