/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of an a{sv} that is being written. Private to this room. All return 0 or a negative errno.
 */
#pragma once

#include <systemd/sd-bus.h>

int dict_text(sd_bus_message *m, const char *key, const char *text);
/* Opens and closes {key: variant of @type}. */
int dict_open(sd_bus_message *m, const char *key, const char *type);
int dict_close(sd_bus_message *m);
/* A NULL-terminated list of strings. */
int dict_list(sd_bus_message *m, const char *key, char *const *list);
/* Those of @words whose bit is in @set. */
int dict_set(sd_bus_message *m, const char *key, const char *const *words, unsigned set);
