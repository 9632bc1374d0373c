/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A core that is only what can be read of it: a test writes the views, the bus room reads them. It stands in
 * for bc_core_view(), bc_core_break_view(), bc_core_ledger() and what is asked of a choice, where the real
 * core's rules would only hide what is tested.
 */
#pragma once

#include "core/core.h"

#define FAKE_BREAKS_MAX 8
#define FAKE_LEDGER_MAX 600

struct bc_core {
    struct bc_view view;
    struct bc_break_view breaks[FAKE_BREAKS_MAX];
    struct bc_ledger_entry ledger[FAKE_LEDGER_MAX];
    size_t n_ledger;
    unsigned bars;       /* of every exercise */
    const char *verdict; /* likewise, or NULL */
};
