/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells when files may have changed. Knows inotify and sd-event, not what is in the files.
 */
#pragma once

#include <systemd/sd-event.h>

#include "util/macro.h"

/* Something below the watched paths may have changed; read it anew, then call config_watch_set() if the paths
 * themselves may be others now. */
typedef void (*config_watch_changed)(void *userdata);

struct config_watch;

int config_watch_new(sd_event *event, const char *const *paths, config_watch_changed changed, void *userdata,
                     struct config_watch **ret);
int config_watch_set(struct config_watch *watch, const char *const *paths);
void config_watch_again(struct config_watch *watch);
struct config_watch *config_watch_free(struct config_watch *watch);
DEFINE_CLEANUP(struct config_watch *, config_watch_free)
