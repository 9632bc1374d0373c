/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See fake-core.h.
 */
#include <string.h>

#include "fake-core.h"

void bc_core_view(const struct bc_core *core, struct bc_view *ret)
{
    *ret = core->view;
}

void bc_core_break_view(const struct bc_core *core, size_t i, struct bc_break_view *ret)
{
    *ret = core->breaks[i];
}

size_t bc_core_ledger(const struct bc_core *core, struct bc_ledger_entry *entries, size_t max)
{
    memcpy(entries, core->ledger, MIN(max, core->n_ledger) * sizeof *entries);
    return core->n_ledger;
}

unsigned bc_core_choice_bars(const struct bc_core *core, const char *id _unused_)
{
    return core->bars;
}

bool bc_core_verdict(const struct bc_core *core, const char *id _unused_, const char **ret)
{
    if (core->verdict)
        *ret = core->verdict;
    return core->verdict;
}
