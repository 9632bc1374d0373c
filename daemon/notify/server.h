/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which notification server runs on the session bus and what it can do. Only asks, never starts one and never
 * waits.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "notify/notify.h"
#include "util/macro.h"

typedef void (*server_func)(void *userdata);

struct server;

int server_new(sd_bus *bus, server_func changed, void *userdata, struct server **ret);
struct server *server_free(struct server *server);
DEFINE_CLEANUP(struct server *, server_free)

void server_ask(struct server *server);
void server_info(const struct server *server, struct notify_server_info *ret);
