/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One notification on the desktop, told by lines on standard input.
 */
#pragma once

#include <stdbool.h>

int desktop_run(bool stay);
