/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One notification and the server that shows it. Calls may block as long as libnotify's do, up to 25 s each:
 * the caller limits that. Knows no lines, no timers and nothing of how the process ends.
 */
#pragma once

#include <stdbool.h>

#include "notify/wire.h"

struct popup;

struct popup_handlers {
    void (*action)(void *userdata, const char *id);
    /* By somebody else; the reason is a word of wire.h. */
    void (*closed)(void *userdata, const char *reason);
    /* The server or the bus has gone, and with it what was shown. */
    void (*lost)(void *userdata, const char *text);
};

int popup_new(const struct popup_handlers *handlers, void *userdata, struct popup **ret);
struct popup *popup_free(struct popup *popup);

int popup_show(struct popup *popup, const struct wire_message *message, char **ret_problem);
void popup_take_away(struct popup *popup);
bool popup_is_shown(const struct popup *popup);
