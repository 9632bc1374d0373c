/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who plays the desktop for test-notify-contract.c: a port, and what a user and a server can do to it. One
 * for the real port (notify-player-real.c, a script in the notifier's place) and one for the fake.
 */
#pragma once

#include <stddef.h>

#include "notify/notify.h"

struct player;

/* SIGCHLD is blocked, the loop is the caller's. */
struct player *player_new(sd_event *event, notify_func func, void *userdata);
void player_free(struct player *player);
struct notify *player_port(struct player *player);
/* Ends the port alone. */
void player_end_port(struct player *player);

/* The title on the screen; "" without one. */
void player_screen(struct player *player, char *buf, size_t size);
void player_act(struct player *player, const char *id);
void player_close(struct player *player, const char *reason);
void player_fail(struct player *player, const char *text);
/* Whether the server answers, and whether a notifier can be started: both at first. */
void player_answers(struct player *player, bool yes);
void player_can_start(struct player *player, bool yes);
