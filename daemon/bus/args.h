/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks of what callers pass. A value outside its range is refused with one sentence that says which
 * values are right; none is changed in silence.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "core/core.h"
#include "util/time-util.h"

#define ARGS_WHO_MAX 64 /* bytes */
#define ARGS_WHY_MAX 128

int args_no_options(sd_bus_message *m, sd_bus_error *error);
int args_snooze(uint64_t duration, usec_t *ret_usec, sd_bus_error *error);
int args_pause(uint64_t until, usec_t boottime_usec, usec_t realtime_usec, usec_t *ret_usec,
               sd_bus_error *error);
int args_posture(const char *posture, uint64_t lease, enum bc_posture *ret_posture, usec_t *ret_lease_usec,
                 sd_bus_error *error);
int args_activity_lease(uint64_t lease, usec_t *ret_usec, sd_bus_error *error);
int args_label(const char *name, const char *text, size_t max_bytes, sd_bus_error *error);
int args_verdict(const char *verdict, sd_bus_error *error);
