/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history in memory: an adapter for tests, held to the same suite as the real ones. It can be told to
 * fail as a full disk does.
 */
#pragma once

#include <stddef.h>

#include "store/history.h"

int history_fake_new(struct history **ret);

/* @error: a positive errno such as ENOSPC, with which every append fails from now on; 0 = work again. */
void history_fake_fail(struct history *history, int error);

/* What has been appended, oldest first; NULL when nothing has. Lives until the next append. */
const struct history_record *history_fake_records(const struct history *history, size_t *ret_n);
