/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification port without a desktop: the functions of notify.h, and these to play the user and the
 * server. Link notify_fake_dep in place of notify_dep.
 */
#pragma once

#include "notify/notify.h"

struct notify_fake_view {
    bool shown;           /* a message stands */
    unsigned shows;       /* messages taken since the beginning */
    unsigned withdrawals; /* of a message that stood, or waited to */
    const char *summary;  /* of the latest message; "" before the first */
    const char *body;
    const char *action_ids; /* joined by spaces */
    enum notify_urgency urgency;
    usec_t timeout_usec;
    bool quiet;
};

void notify_fake_view(const struct notify *notify, struct notify_fake_view *ret);
/* Whether a notifier can be started from now on: 0, or the negative errno that notify_show() returns; a
 * message that waits fails later, by an event. What stands can still be replaced. */
void notify_fake_refuse(struct notify *notify, int error);
/* Whether a show is answered by SHOWN at once (default) or by nothing, as by a server that hangs. */
void notify_fake_answer(struct notify *notify, bool answer);
/* The events of the port, as the user or the server would cause them; GONE follows from the loop. A used
 * button does not close the notification, as the real notifier does after half a second without an update. */
int notify_fake_act(struct notify *notify, const char *id);
int notify_fake_close(struct notify *notify, const char *reason);
int notify_fake_fail(struct notify *notify, const char *text);
int notify_fake_server(struct notify *notify, const char *name, const char *version, const char *capability);
