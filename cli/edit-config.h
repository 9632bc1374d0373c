/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `backcarectl config edit`. */
#pragma once

#include "config/settings.h"

/* The exit status: 0 done or nothing changed, 1 failed or given up. */
int edit_config(const struct settings_paths *paths);
