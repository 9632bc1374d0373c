/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Doubts about a lock of which only logind's Lock signal has told. The signal is a request: many lockers
 * never tell logind (LockedHint) that they have locked, and so not that they have unlocked either; and where
 * none listens the user just works on. Taken for a lock without end, that would be a rest without end.
 */
#pragma once

#include "source/internal.h"

struct lock_doubt {
    struct source *source;
    void (*unlocked)(struct source *source); /* somebody is at work there */
    bool standing;
    usec_t locked_usec; /* boottime */
    usec_t input_usec;  /* the last that was reported since */
    sd_event_source *timer;
};

void lock_doubt_begin(struct lock_doubt *doubt);
void lock_doubt_end(struct lock_doubt *doubt);
void lock_doubt_input(struct lock_doubt *doubt);
void lock_doubt_answer(struct lock_doubt *doubt, usec_t last_input_usec);
void lock_doubt_done(struct lock_doubt *doubt);
