/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The runtime: events go into the core, its effects out through the ports, and the one deadline is armed
 * anew. It decides nothing that behaviour.md speaks of.
 */
#pragma once

#include <systemd/sd-event.h>

#include "options.h"
#include "util/macro.h"

struct runtime;

int runtime_new(sd_event *event, const struct options *options, struct runtime **ret);
int runtime_start(struct runtime *runtime);
int runtime_reload(struct runtime *runtime);
void runtime_settle(struct runtime *runtime);
void runtime_stop(struct runtime *runtime);
void runtime_finish(struct runtime *runtime);
struct runtime *runtime_free(struct runtime *runtime);
DEFINE_CLEANUP(struct runtime *, runtime_free)
