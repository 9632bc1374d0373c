/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source for tests and for who ports the program: it has a user made of calls. It keeps the same promises
 * as the real ones (thresholds, rearm, loss) and passes the same tests.
 */
#pragma once

#include "source/source.h"

struct source;

/* An activity whose only source is the fake one. It takes the place of x11 in `describe`. */
int activity_new_fake(sd_event *event, usec_t threshold_usec, const struct source_sink *sink,
                      struct activity **ret, struct source **ret_fake);

/* The user has touched something. */
void fake_source_input(struct source *fake);
/* Any event, as a source would send it: lock, sleep, inhibit … */
void fake_source_emit(struct source *fake, const struct bc_event *event);
/* The source breaks down, or works again. */
void fake_source_set_working(struct source *fake, bool working);
/* Whether it answers activity_query(); yes at first. */
void fake_source_set_answering(struct source *fake, bool answering);
