/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection to a Wayland compositor: which idle protocol it has, its seats, and the watches on them. Knows
 * neither where the compositor is found nor what the watches are good for.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "source/wayland-plan.h"
#include "util/macro.h"
#include "util/time-util.h"

enum wayland_protocol {
    WAYLAND_PROTOCOL_NONE,
    WAYLAND_PROTOCOL_KDE,       /* org_kde_kwin_idle: inhibitors count as activity */
    WAYLAND_PROTOCOL_EXT,       /* ext-idle-notify-v1, version 1: likewise */
    WAYLAND_PROTOCOL_EXT_INPUT, /* version 2: input alone counts */
};

struct wayland_display;

/* None of these is called from inside a function of the display. Each may free it. */
struct wayland_display_sink {
    void *userdata;
    /* What the compositor has, once that is known and whenever it changes; when @anew, all watches are gone.
     */
    void (*offer)(void *userdata, enum wayland_protocol protocol, bool anew, unsigned n_seats);
    /* The connection is lost, or was never any good. */
    void (*failed)(void *userdata, const char *reason);
    void (*seat_came)(void *userdata);
    /* A bit for each watch that had reported the seat idle. */
    void (*seat_gone)(void *userdata, unsigned idle_watches);
    /* On one seat; strictly in turn. */
    void (*idled)(void *userdata, unsigned watch);
    void (*resumed)(void *userdata, unsigned watch);
};

int wayland_display_new(sd_event *event, int fd, usec_t timeout_usec, const struct wayland_display_sink *sink,
                        struct wayland_display **ret);
struct wayland_display *wayland_display_free(struct wayland_display *display);
DEFINE_CLEANUP(struct wayland_display *, wayland_display_free)
void wayland_display_arm(struct wayland_display *display, unsigned watch, usec_t timeout_usec);
void wayland_display_disarm(struct wayland_display *display, unsigned watch);
