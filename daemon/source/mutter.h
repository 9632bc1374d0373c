/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a test may change of the Mutter source.
 */
#pragma once

#include "util/time-util.h"

/* How far apart Mutter is asked while its watches are silent. To be set before a probe. */
extern usec_t mutter_ask_apart_usec;
