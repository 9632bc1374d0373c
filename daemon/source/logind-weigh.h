/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sessions of a user say together. Pure: knows no bus and reads no clock.
 *
 * Which sessions count:
 *   - class user, user-early and user-light, with all that begins so (user-incomplete, user-early-light …).
 *     A greeter, a lock screen, the user's manager and what runs in the background is nobody's seat. One that
 *     is closing is over.
 *   - Only local ones are places where the user can sit. Without any, but with remote ones, the user has
 * left: who is on SSH is reminded by the machine that is sat at.
 *   - A text session without a seat is a place only where there is no other: it was opened from within
 * another session (machinectl shell, ssh to this machine), and unlike one on a seat it is always active.
 *
 * What they say:
 *   left    there are sessions, and none of the places is active. Present in any is present. Without any
 *           session (the program runs outside of all, and nobody else is there to ask) the user hasn't left.
 *   locked  every active graphical place is locked; where none is graphical, every active text place is (X
 *           started from a console is such a one). A lock of an inactive one means nothing beside an active
 *           one. Where none is active the inactive ones are asked: so going away and coming back brings no
 *           unlock that nobody has done.
 *   idle    every active place is idle, since the last became so. Used only where no better source exists.
 *   vouched somebody is at work at another seat than the one at which the source in use looks: an active,
 *           unlocked graphical place there isn't idle. Its desktop must have set IdleHint before: those that
 *           never do would make a user present for ever.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/time-util.h"

/* What one session says. */
struct logind_facts {
    bool counts; /* by its class */
    bool closing;
    bool remote;
    bool graphical;
    bool active;            /* on its seat; without a seat always */
    char seat[32];          /* empty = none */
    bool locked;            /* by the hint, or by the signal alone */
    bool lock_sure;         /* by the hint */
    bool idle;              /* graphical: by the hint; text: found by asking */
    usec_t idle_since_usec; /* boottime; only while idle */
    bool tells_idle;        /* its desktop has been seen to set the hint */
    bool own;               /* where the other sources look */
};

struct logind_verdict {
    size_t n_sessions; /* those that count */
    size_t n_places;   /* those at which the user can sit */
    size_t n_active;   /* of the places */
    size_t n_text;     /* active text places: can only be asked */
    bool left;
    bool locked;
    bool doubtful; /* locked, in a part only by the Lock signal */
    bool idle;
    usec_t idle_since_usec; /* boottime; only while idle */
    bool vouched;
};

bool logind_class_counts(const char *class);
bool logind_type_graphical(const char *type);
bool logind_is_place(const struct logind_facts *const *facts, size_t n, const struct logind_facts *one);
struct logind_verdict logind_weigh(const struct logind_facts *const *facts, size_t n);
