/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routines on the bus, for the interface Catalogue. Private to this room.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "catalogue/catalogue.h"

/* What List is asked for; -1 = any. */
struct bus_filter {
    int region, kind, tool, suitable;
};

/* Each routine that is wanted as an a{sv}. */
int bus_append_routines(sd_bus_message *m, const struct catalogue *catalogue,
                        const struct safety_profile *profile, const struct bus_filter *filter);
/* The entries of one, with its texts, which are read for it. */
int bus_append_routine(sd_bus_message *m, const struct routine *routine,
                       const struct safety_profile *profile);
