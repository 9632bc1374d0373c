/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies of the daemon into our own types. Between client.c and client-read.c only.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "cli/status.h"

usec_t usec_from_bus(uint64_t value);
int read_status(sd_bus_message *m, struct status *ret);
int read_ledger(sd_bus_message *m, struct ledger *ret);
