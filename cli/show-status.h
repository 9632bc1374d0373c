/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forms in which a status is shown. Each writes whole lines and leaves flushing to the caller.
 */
#pragma once

#include <stdio.h>

#include "cli/client.h"
#include "cli/status.h"

void show_plain(FILE *f, const struct status *status, struct moment now);
void show_plain_line(FILE *f, const struct status *status, struct moment now);
void show_plain_gone(FILE *f, const struct client_error *error, struct moment now);

void show_json(FILE *f, const struct status *status, struct moment now);
void show_json_gone(FILE *f, const struct client_error *error);

void show_waybar(FILE *f, const struct status *status, struct moment now);
void show_waybar_gone(FILE *f, const struct client_error *error);
