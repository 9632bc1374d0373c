/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hands on to the sink what the sources report, each turn once: several sources may say the same (logind and
 * a screen saver both see the lock), and a suspend may be announced by none. Keeps idle reports back while a
 * source vouches for the user. Knows sources only by number.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "core/core.h"
#include "source/sleep-watch.h"
#include "source/source.h"

enum relay_toggle {
    RELAY_LOCKED,
    RELAY_LEFT,
    RELAY_ASLEEP,
    RELAY_INHIBITED,
    _RELAY_TOGGLE_MAX,
};

struct relay {
    sd_event *event;
    struct source_sink sink;
    bool idle;                           /* an idle report stands, and has been told */
    bool kept;                           /* one stands, and is kept back: somebody vouches for the user */
    unsigned vouchers;                   /* bits of the sources that do */
    usec_t vouched_usec;                 /* until when somebody did last; BC_NO_TIME = never */
    unsigned toggles[_RELAY_TOGGLE_MAX]; /* bits of the sources that say so */
    struct sleep_watch sleep_watch;
    sd_event_source *resume; /* readable at a resume */
};

void relay_init(struct relay *relay, sd_event *event, const struct source_sink *sink);
int relay_start(struct relay *relay);
void relay_done(struct relay *relay);

usec_t relay_now(const struct relay *relay);
void relay_check_sleep(struct relay *relay);
void relay_event(struct relay *relay, size_t source, bool chosen, const struct bc_event *event);
void relay_active(struct relay *relay);
void relay_rearm(struct relay *relay);
void relay_vouch(struct relay *relay, size_t source, bool on);
usec_t relay_last_input(const struct relay *relay, usec_t last_input_usec);
void relay_lost(struct relay *relay, size_t source);
void relay_changed(struct relay *relay);
void relay_prepare_sleep(struct relay *relay);
