/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Mutter source: the idle monitor of GNOME's shell, under Wayland and X11 alike. It tells of input by
 * watches, which end with the shell and are silent while something inhibits idle. Every report comes after a
 * look at its counter, as a watch that fires isn't proof enough. Decides when to look; what the answer means
 * is mutter-plan.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "source/gnome-inhibit.h"
#include "source/internal.h"
#include "source/mutter-plan.h"
#include "source/mutter-watch.h"
#include "source/mutter.h"
#include "util/log.h"
#include "util/macro.h"

/* After so long the shell counts as hung; its answer is taken later as well. */
#define ANSWER_USEC (5 * USEC_PER_SEC)
#define QUERY_USEC (2 * USEC_PER_SEC)
/* Nobody has been idle for longer. */
#define IDLE_MAX_MSEC ((uint64_t)(USEC_INFINITY / USEC_PER_MSEC / 1000))
#define ACCURACY_USEC (100 * USEC_PER_MSEC) /* the timer's; what Mutter tells by itself comes sooner */

usec_t mutter_ask_apart_usec = MUTTER_ASK_APART_USEC;

struct mutter {
    struct source source;
    sd_bus_slot *slots[2];
    char *owner;        /* the unique name of the shell; NULL = there is none */
    sd_bus_slot *probe; /* finds out whether there is one, and whether it answers */
    sd_bus_slot *look;
    bool look_again; /* things have happened since the look under way was asked for */
    sd_bus_slot *query;
    struct mutter_watch idle_watch, active_watch;
    struct mutter_plan plan;
    sd_event_source *timer;
    struct gnome_inhibit inhibit;
};

static struct mutter *MUTTER(struct source *source)
{
    return (struct mutter *)source;
}

static int64_t threshold_msec(const struct mutter *m)
{
    return (m->source.threshold_usec + USEC_PER_MSEC - 1) / USEC_PER_MSEC;
}

static void set_timer(struct mutter *m, usec_t t_usec)
{
    if (t_usec != BC_NO_TIME)
        (void)sd_event_source_set_time(m->timer, (uint64_t)t_usec);
    (void)sd_event_source_set_enabled(m->timer, t_usec == BC_NO_TIME ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static void describe(struct mutter *m)
{
    m->source.inhibitors = SOURCE_INHIBITORS_NO_MATTER;
    m->source.accuracy_usec = m->plan.silent ? m->plan.ask_apart_usec : ACCURACY_USEC;
    source_report(&m->source, PROBE_SUCCESS, "idle monitor of GNOME's shell%s",
                  m->plan.silent ? ", asked once a minute while idle is inhibited" : "");
}

/* All that is known of a shell, or all that was wanted of it. */
static void forget(struct mutter *m)
{
    m->probe = sd_bus_slot_unref(m->probe);
    m->look = sd_bus_slot_unref(m->look);
    m->look_again = false;
    m->query = sd_bus_slot_unref(m->query);
    mutter_watch_forget(&m->idle_watch);
    mutter_watch_forget(&m->active_watch);
    if (m->timer)
        set_timer(m, BC_NO_TIME);
}

static void fail(struct mutter *m, const char *why)
{
    forget(m);
    source_report(&m->source, PROBE_DEFER, "idle monitor of GNOME's shell: %s", why);
}

/* The end of a shell is told by the name that it lets go, and what hangs on it is forgotten then. */
static void refused(struct mutter *m, sd_bus_message *reply)
{
    if (!mutter_is_gone(reply))
        fail(m, sd_bus_message_get_error(reply)->message);
}

static void look(struct mutter *m);

/* The state is up to date before the sink hears of it, as it may call back. */
static void obey(struct mutter *m, enum mutter_verdict verdict, const struct mutter_next *next)
{
    struct bc_event event = {.type = BC_EVENT_ACTIVE, .t_usec = next->since_usec};

    set_timer(m, next->ask_usec);
    /* What has fired fires again only after input, or not at all if the counter has gone back without. */
    if (next->watch && m->idle_watch.spent)
        mutter_watch_renew(&m->idle_watch);
    if (verdict == MUTTER_VERDICT_NONE)
        return;
    if (verdict == MUTTER_VERDICT_IDLE) {
        event = (struct bc_event){
            .type = BC_EVENT_IDLE, .t_usec = source_now(&m->source), .u.since_usec = next->since_usec};
        /* And look again, for input between that answer and the watch. */
        mutter_watch_want(&m->active_watch, MUTTER_WATCH_ACTIVE);
        look(m);
    } else
        mutter_watch_want(&m->active_watch, MUTTER_WATCH_NONE);
    source_emit(&m->source, &event);
}

static int on_look(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error)
{
    struct mutter *m = userdata;
    struct mutter_next next;
    enum mutter_verdict verdict;
    uint64_t msec;

    m->look = sd_bus_slot_unref(m->look);
    if (sd_bus_message_is_method_error(reply, NULL)) {
        refused(m, reply);
        return 0;
    }
    if (m->look_again) {
        m->look_again = false;
        look(m);
        return 0;
    }
    if (sd_bus_message_read(reply, "t", &msec) <= 0)
        return 0;
    msec = MIN(msec, IDLE_MAX_MSEC);
    verdict = mutter_plan_answer(&m->plan, (usec_t)msec * USEC_PER_MSEC, source_now(&m->source),
                                 m->source.threshold_usec, &next);
    obey(m, verdict, &next);
    return 0;
}

static void look(struct mutter *m)
{
    int r = 0;

    m->look_again = m->look != NULL;
    if (!m->look)
        r = mutter_call(m->source.session_bus, m->owner, "GetIdletime", USEC_INFINITY, on_look, m, &m->look);
    if (r < 0)
        log_debug("mutter: can't ask: %s", strerror(-r));
}

static void on_watch(void *userdata, struct mutter_watch *watch)
{
    struct mutter *m = userdata;

    if (!m->source.started || m->plan.idle != (watch == &m->active_watch))
        return;
    /* It is gone now. Another stands before the look, or input between the two would be lost. */
    if (watch == &m->active_watch)
        mutter_watch_want(watch, MUTTER_WATCH_ACTIVE);
    look(m);
}

static void on_watch_refused(void *userdata, sd_bus_message *reply)
{
    refused(userdata, reply);
}

static int on_fired(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error)
{
    struct mutter *m = userdata;
    const char *sender = sd_bus_message_get_sender(signal);
    uint32_t id;

    if (!m->owner || !sender || strcmp(sender, m->owner) != 0 || sd_bus_message_read(signal, "u", &id) <= 0)
        return 0;
    mutter_watch_on_fired(&m->idle_watch, id);
    mutter_watch_on_fired(&m->active_watch, id);
    return 0;
}

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct mutter *m = userdata;

    if (m->source.started)
        look(m);
    else if (m->probe)
        source_report(&m->source, PROBE_DEFER, "GNOME's shell doesn't answer");
    return 0;
}

static int on_answer(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error)
{
    struct mutter *m = userdata;

    m->probe = sd_bus_slot_unref(m->probe);
    if (sd_bus_message_is_method_error(reply, NULL)) {
        refused(m, reply);
        return 0;
    }
    set_timer(m, BC_NO_TIME);
    describe(m);
    return 0;
}

/* There is a shell. Without a time limit: one that hangs may come to itself. */
static void ask_shell(struct mutter *m)
{
    int r;

    r = mutter_call(m->source.session_bus, m->owner, "GetIdletime", USEC_INFINITY, on_answer, m, &m->probe);
    if (r < 0)
        fail(m, strerror(-r));
    else
        set_timer(m, source_now(&m->source) + ANSWER_USEC);
}

static void set_owner(struct mutter *m, const char *owner)
{
    bool lost = m->owner != NULL;

    forget(m);
    free(m->owner);
    m->owner = owner[0] ? strdup(owner) : NULL;
    m->idle_watch.owner = m->active_watch.owner = m->owner;
    m->plan.silent = m->inhibit.idle; /* as a new one finds it */
    m->plan.asked_usec = BC_NO_TIME;
    if (lost || !m->owner)
        source_report(&m->source, PROBE_DEFER,
                      lost ? "GNOME's shell is gone" : "GNOME's shell isn't running");
    if (m->owner && !m->probe)
        ask_shell(m);
}

static int on_owner(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error)
{
    const char *owner = "";

    if (!sd_bus_message_is_method_error(reply, NULL))
        (void)sd_bus_message_read(reply, "s", &owner);
    set_owner(userdata, owner);
    return 0;
}

static int on_owner_changed(sd_bus_message *signal, void *userdata, _unused_ sd_bus_error *error)
{
    const char *name, *old, *new;

    if (sd_bus_message_read(signal, "sss", &name, &old, &new) > 0)
        set_owner(userdata, new);
    return 0;
}

static void on_inhibit(void *userdata)
{
    struct mutter *m = userdata;
    /* Of a session manager that is gone the shell believes what it heard last. */
    bool silent = m->inhibit.there ? m->inhibit.idle : m->plan.silent;

    if (silent == m->plan.silent)
        return;
    m->plan.silent = silent;
    if (m->source.started && !m->plan.idle) {
        if (silent)
            set_timer(m, mutter_plan_ask_usec(&m->plan, source_now(&m->source)));
        else if (m->plan.floor_usec == BC_NO_TIME)
            set_timer(m, BC_NO_TIME);
    }
    if (m->source.probe == PROBE_SUCCESS)
        describe(m);
}

static int connect_bus(struct mutter *m)
{
    sd_bus *bus = m->source.session_bus;
    int r;

    r = sd_event_add_time(m->source.event, &m->timer, CLOCK_BOOTTIME, 0, ACCURACY_USEC, on_timer, m);
    if (r >= 0)
        r = sd_event_source_set_enabled(m->timer, SD_EVENT_OFF);
    if (r >= 0)
        r = sd_bus_add_match_async(
            bus, &m->slots[0],
            "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
            "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" MUTTER_NAME "'",
            on_owner_changed, NULL, m);
    if (r >= 0)
        r = sd_bus_match_signal_async(bus, &m->slots[1], MUTTER_NAME, MUTTER_PATH, MUTTER_INTERFACE,
                                      "WatchFired", on_fired, NULL, m);
    if (r >= 0)
        r = gnome_inhibit_start(&m->inhibit, bus, on_inhibit, m);
    if (r >= 0)
        r = sd_bus_call_method_async(bus, &m->probe, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                     "org.freedesktop.DBus", "GetNameOwner", on_owner, m, "s", MUTTER_NAME);
    return r;
}

static void mutter_probe(struct source *source)
{
    struct mutter *m = MUTTER(source);
    struct mutter_watch watch = {.bus = source->session_bus,
                                 .want_msec = MUTTER_WATCH_NONE,
                                 .fired = on_watch,
                                 .refused = on_watch_refused,
                                 .userdata = m};
    int r;

    if (!source->session_bus) {
        source_report(source, PROBE_FAIL, "no session bus");
        return;
    }
    m->plan = (struct mutter_plan){.asked_usec = BC_NO_TIME, .ask_apart_usec = mutter_ask_apart_usec};
    m->idle_watch = m->active_watch = watch;
    source_report(source, PROBE_PENDING, "asking the session bus for GNOME's shell");
    r = connect_bus(m);
    if (r < 0)
        source_report(source, PROBE_FAIL, "session bus: %s", strerror(-r));
}

/* One that has refused may have got over it. */
static void mutter_retry(struct source *source)
{
    struct mutter *m = MUTTER(source);

    if (m->owner && !m->probe && source->probe == PROBE_DEFER)
        ask_shell(m);
}

static void mutter_rearm(struct source *source)
{
    struct mutter *m = MUTTER(source);

    mutter_plan_reset(&m->plan, source_now(source));
    mutter_watch_want(&m->active_watch, MUTTER_WATCH_NONE);
    set_timer(m, BC_NO_TIME);
    look(m);
}

static void mutter_start(struct source *source)
{
    struct mutter *m = MUTTER(source);

    mutter_watch_want(&m->idle_watch, threshold_msec(m));
    mutter_rearm(source);
}

static void mutter_stop(struct source *source)
{
    struct mutter *m = MUTTER(source);

    m->look = sd_bus_slot_unref(m->look);
    m->look_again = false;
    m->query = sd_bus_slot_unref(m->query);
    set_timer(m, BC_NO_TIME);
    mutter_watch_want(&m->idle_watch, MUTTER_WATCH_NONE);
    mutter_watch_want(&m->active_watch, MUTTER_WATCH_NONE);
}

/* A new watch fires at once if the user has been idle for longer already. */
static void mutter_set_threshold(struct source *source)
{
    struct mutter *m = MUTTER(source);

    mutter_watch_want(&m->idle_watch, threshold_msec(m));
    if (m->plan.silent && !m->plan.idle)
        set_timer(m, mutter_plan_ask_usec(&m->plan, source_now(source)));
}

static int on_query(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *error)
{
    struct mutter *m = userdata;
    uint64_t msec = 0;
    bool answered =
        !sd_bus_message_is_method_error(reply, NULL) && sd_bus_message_read(reply, "t", &msec) > 0;

    m->query = sd_bus_slot_unref(m->query);
    source_query_done(&m->source,
                      answered ? source_now(&m->source) - (usec_t)MIN(msec, IDLE_MAX_MSEC) * USEC_PER_MSEC
                               : BC_NO_TIME);
    return 0;
}

static void mutter_query(struct source *source)
{
    struct mutter *m = MUTTER(source);

    /* One may still be open that wasn't waited for; its answer is as good. */
    if (!m->query &&
        mutter_call(source->session_bus, m->owner, "GetIdletime", QUERY_USEC, on_query, m, &m->query) < 0)
        log_debug("mutter: can't be queried");
}

static int mutter_create(struct source **ret)
{
    struct mutter *m = calloc(1, sizeof(*m));

    if (!m)
        return -ENOMEM;
    *ret = &m->source;
    return 0;
}

static struct source *mutter_destroy(struct source *source)
{
    struct mutter *m = MUTTER(source);

    forget(m);
    gnome_inhibit_done(&m->inhibit);
    for (size_t i = 0; i < ARRAY_SIZE(m->slots); i++)
        m->slots[i] = sd_bus_slot_unref(m->slots[i]);
    sd_event_source_disable_unref(m->timer);
    free(m->owner);
    free(m);
    return NULL;
}

const struct source_driver mutter_driver = {
    .kind = SOURCE_MUTTER,
    .name = "mutter",
    .capabilities = SOURCE_CAP_IDLE | SOURCE_CAP_QUERY,
    .create = mutter_create,
    .destroy = mutter_destroy,
    .probe = mutter_probe,
    .retry = mutter_retry,
    .start = mutter_start,
    .stop = mutter_stop,
    .set_threshold = mutter_set_threshold,
    .rearm = mutter_rearm,
    .query = mutter_query,
};
