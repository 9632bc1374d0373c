/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The session-manager source: what keeps a GNOME session from going idle (a film, a call). Tells of that and
 * of nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "source/gnome-inhibit.h"
#include "source/internal.h"

struct session_manager {
    struct source source;
    struct gnome_inhibit inhibit;
    bool inhibited; /* as last reported */
};

static struct session_manager *SESSION_MANAGER(struct source *source)
{
    return (struct session_manager *)source;
}

static void on_changed(void *userdata)
{
    struct session_manager *s = userdata;
    struct bc_event event = {
        .type = BC_EVENT_INHIBIT, .t_usec = source_now(&s->source), .u.on = s->inhibit.idle};

    if (!s->inhibit.there) {
        s->inhibited = false; /* goes with the report */
        source_report(&s->source, PROBE_DEFER, "no session manager of GNOME is running");
        return;
    }
    source_report(&s->source, PROBE_SUCCESS,
                  event.u.on ? "idle is inhibited now" : "nothing inhibits idle now");
    if (s->inhibited == event.u.on)
        return;
    s->inhibited = event.u.on;
    source_emit(&s->source, &event);
}

static void session_manager_probe(struct source *source)
{
    struct session_manager *s = SESSION_MANAGER(source);
    int r;

    if (!source->session_bus) {
        source_report(source, PROBE_FAIL, "no session bus");
        return;
    }
    source_report(source, PROBE_DEFER, "waiting for the session manager of GNOME");
    r = gnome_inhibit_start(&s->inhibit, source->session_bus, on_changed, s);
    if (r < 0)
        source_report(source, PROBE_FAIL, "session bus: %s", strerror(-r));
}

static int session_manager_create(struct source **ret)
{
    struct session_manager *s = calloc(1, sizeof(*s));

    if (!s)
        return -ENOMEM;
    *ret = &s->source;
    return 0;
}

static struct source *session_manager_destroy(struct source *source)
{
    gnome_inhibit_done(&SESSION_MANAGER(source)->inhibit);
    free(source);
    return NULL;
}

const struct source_driver session_manager_driver = {
    .kind = SOURCE_SESSION_MANAGER,
    .name = "session-manager",
    .capabilities = SOURCE_CAP_INHIBIT,
    .create = session_manager_create,
    .destroy = session_manager_destroy,
    .probe = session_manager_probe,
};
