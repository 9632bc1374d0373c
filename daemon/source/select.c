/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The activity of the user, whichever way the desktop tells it: probes the sources, keeps the best one armed
 * and logind beside it, and hands on what they report, each change once. It decides which source is used and
 * nothing else; what a report means for the back is the core's affair. Knows no desktop interface.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/activity.h"
#include "util/log.h"
#include "util/macro.h"

/* In the order of preference. A new source is one file and its driver here. */
static const struct source_row all_sources[] = {
    {SOURCE_WAYLAND, &wayland_driver},
    {SOURCE_MUTTER, &mutter_driver},
    {SOURCE_X11, &x11_driver},
    {SOURCE_SCREENSAVER, &screensaver_driver},
    {SOURCE_LOGIND, &logind_driver},
    {SOURCE_SESSION_MANAGER, &session_manager_driver},
    {SOURCE_POLICY_AGENT, &policy_agent_driver},
};

static size_t row_of(const struct activity *a, const struct source *source)
{
    for (size_t i = 0; i < a->n_rows; i++)
        if (a->sources[i] == source)
            return i;
    return a->n_rows;
}

/**
 * source_now() - the instant of this turn of the loop
 * @source: any source
 *
 * Return: microseconds on CLOCK_BOOTTIME.
 */
usec_t source_now(const struct source *source)
{
    return relay_now(&source->activity->relay);
}

/**
 * activity_check_sleep() - notice a suspend that nobody has announced
 * @activity: the activity
 *
 * The module looks by itself at every resume and before every report; but whoever is woken by a clock of its
 * own may be woken a moment earlier.
 */
void activity_check_sleep(struct activity *activity)
{
    relay_check_sleep(&activity->relay);
}

/**
 * source_emit() - a source has news
 * @source: which
 * @event: what; idle and active of a source that isn't the chosen one are dropped
 */
void source_emit(struct source *source, const struct bc_event *event)
{
    struct activity *a = source->activity;

    if (event->type == BC_EVENT_ACTIVE && source == a->chosen)
        for (size_t i = 0; i < a->n_rows; i++)
            if (a->sources[i] && a->sources[i]->driver->input)
                a->sources[i]->driver->input(a->sources[i]);
    relay_event(&a->relay, row_of(a, source), source == a->chosen, event);
}

/**
 * source_emit_simple() - news that need no more than a type
 * @source: which
 * @type: what
 * @t_usec: when, on CLOCK_BOOTTIME
 */
void source_emit_simple(struct source *source, enum bc_event_type type, usec_t t_usec)
{
    source_emit(source, &(struct bc_event){.type = type, .t_usec = t_usec});
}

/**
 * source_user_is_idle() - whether an idle report of the source in use stands
 * @source: any source
 *
 * Return: whether it does.
 */
bool source_user_is_idle(const struct source *source)
{
    return source->activity->relay.idle;
}

/**
 * source_vouch() - the user is there, whatever the source in use says of idle
 * @source: who says so
 * @on: whether, or no longer
 */
void source_vouch(struct source *source, bool on)
{
    relay_vouch(&source->activity->relay, row_of(source->activity, source), on);
}

/**
 * source_prepare_sleep() - the machine is about to sleep and waits for us
 * @source: who says so
 */
void source_prepare_sleep(struct source *source)
{
    relay_prepare_sleep(&source->activity->relay);
}

/* The most preferred one that works. One that hasn't answered yet is waited for, or the program would begin
 * with a needless change; every probe answers within a few seconds. */
static struct source *choose(const struct activity *a)
{
    for (size_t i = 0; i < a->n_rows; i++) {
        struct source *s = a->sources[i];

        if (!s || !(s->driver->capabilities & SOURCE_CAP_IDLE))
            continue;
        if (a->wanted != SOURCE_AUTO && a->wanted != s->driver->kind)
            continue;
        if (s->probe == PROBE_SUCCESS && !s->without_idle)
            return s;
        if (s->probe == PROBE_PENDING)
            return NULL;
    }
    return NULL;
}

static void reselect(struct activity *a)
{
    struct source *old = a->chosen, *new = choose(a);

    if (old == new)
        return;
    a->chosen = new;
    if (old) {
        old->started = false;
        if (old->probe == PROBE_SUCCESS)
            old->driver->stop(old);
        query_lost(a);
    }
    /* A source that has just connected, and one that is lost, count as active: never as rest. */
    if (new || a->relay.idle || a->relay.kept)
        relay_active(&a->relay);
    /* The sink may have changed its mind inside that call. */
    if (new && a->chosen == new && !new->started) {
        new->started = true;
        new->threshold_usec = a->threshold_usec;
        new->driver->start(new);
    }
}

/**
 * source_report() - a source has found out whether it works, or that it no longer does
 * @source: which
 * @probe: the verdict
 * @detail: why, in a few words for a person
 */
void source_report(struct source *source, enum source_probe probe, const char *detail, ...)
{
    struct activity *a = source->activity;
    char text[sizeof(source->detail)];
    enum source_probe before = source->probe;
    va_list ap;

    va_start(ap, detail);
    (void)vsnprintf(text, sizeof(text), detail, ap);
    va_end(ap);
    if (probe == before && strcmp(text, source->detail) == 0)
        return;
    log_debug("activity: %s: %s", source->driver->name, text);
    source->probe = probe;
    memcpy(source->detail, text, sizeof(text));
    if (before == PROBE_SUCCESS &&
        probe != PROBE_SUCCESS) /* nobody stays locked or asleep by a lost source */
        relay_lost(&a->relay, row_of(a, source));
    if (a->started)
        reselect(a);
    source_announce(a);
    relay_changed(&a->relay);
}

/**
 * source_surroundings_changed() - a session came or went, so what failed before may work now
 * @source: who says so
 */
void source_surroundings_changed(struct source *source)
{
    struct activity *a = source->activity;

    for (size_t i = 0; i < a->n_rows; i++) {
        struct source *s = a->sources[i];

        if (s && s != source && (s->probe == PROBE_DEFER || s->probe == PROBE_FAIL) && s->driver->retry)
            s->driver->retry(s);
    }
}

/**
 * activity_new_with() - activity_new() with a table of sources of one's own
 * @event: the loop
 * @session_bus: attached to it, or NULL: what is asked there then doesn't work
 * @rows: the sources, in the order of preference
 * @n_rows: how many, at most SOURCES_MAX
 * @wanted: as for activity_new()
 * @threshold_usec: as for activity_new()
 * @sink: as for activity_new()
 * @ret: the activity
 *
 * Return: 0, -EINVAL, -ENOMEM or what a driver's constructor or the loop says.
 */
int activity_new_with(sd_event *event, sd_bus *session_bus, const struct source_row *rows, size_t n_rows,
                      enum source_kind wanted, usec_t threshold_usec, const struct source_sink *sink,
                      struct activity **ret)
{
    _cleanup_(activity_freep) struct activity *a = NULL;
    int r;

    if (n_rows > SOURCES_MAX || wanted < 0 || wanted >= _SOURCE_WANTED_MAX || threshold_usec <= 0 ||
        !sink->event)
        return -EINVAL;
    a = calloc(1, sizeof(*a));
    if (!a)
        return -ENOMEM;
    a->event = sd_event_ref(event);
    a->wanted = wanted;
    a->threshold_usec = threshold_usec;
    relay_init(&a->relay, event, sink);
    a->n_rows = n_rows;
    for (size_t i = 0; i < n_rows; i++) {
        a->rows[i] = rows[i];
        if (!rows[i].driver)
            continue;
        r = rows[i].driver->create(&a->sources[i]);
        if (r < 0)
            return r;
        a->sources[i]->driver = rows[i].driver;
        a->sources[i]->activity = a;
        a->sources[i]->event = event;
        a->sources[i]->session_bus = session_bus;
        a->sources[i]->accuracy_usec = BC_NO_TIME;
        a->sources[i]->forced = wanted == rows[i].kind;
        a->sources[i]->threshold_usec = threshold_usec;
    }
    *ret = TAKE_PTR(a);
    return 0;
}

/**
 * activity_source() - the source of a kind
 * @activity: the activity
 * @kind: which
 *
 * Return: the source; NULL if this version hasn't got it.
 */
struct source *activity_source(const struct activity *activity, enum source_kind kind)
{
    for (size_t i = 0; i < activity->n_rows; i++)
        if (activity->rows[i].kind == kind)
            return activity->sources[i];
    return NULL;
}

/**
 * activity_new() - set up the sources, none of them connected yet
 * @event: the loop
 * @session_bus: attached to it, or NULL: what is asked there then doesn't work
 * @wanted: SOURCE_AUTO, or the one source to use for idle and active
 * @threshold_usec: without input for so long, the user is reported idle; > 0
 * @sink: what to report to; copied. Its functions may call back into the activity
 * @ret: the activity
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int activity_new(sd_event *event, sd_bus *session_bus, enum source_kind wanted, usec_t threshold_usec,
                 const struct source_sink *sink, struct activity **ret)
{
    return activity_new_with(event, session_bus, all_sources, ARRAY_SIZE(all_sources), wanted, threshold_usec,
                             sink, ret);
}

/**
 * activity_free() - let go of all sources
 * @activity: the activity, or NULL; a query under way is dropped without an answer
 *
 * Return: NULL.
 */
struct activity *activity_free(struct activity *activity)
{
    if (!activity)
        return NULL;
    for (size_t i = 0; i < activity->n_rows; i++)
        if (activity->sources[i])
            (void)activity->sources[i]->driver->destroy(activity->sources[i]);
    relay_done(&activity->relay);
    sd_event_source_disable_unref(activity->query_timer);
    sd_event_unref(activity->event);
    free(activity);
    return NULL;
}

/**
 * activity_start() - probe every source and arm the best
 * @activity: the activity
 *
 * Return: 0, or a negative errno if the loop takes no more. That no source works is no failure: it is
 * described, and the user counts as active.
 */
int activity_start(struct activity *activity)
{
    int r;

    r = relay_start(&activity->relay);
    if (r < 0)
        return r;
    for (size_t i = 0; i < activity->n_rows; i++)
        if (activity->sources[i])
            activity->sources[i]->driver->probe(activity->sources[i]);
    activity->started = true;
    reselect(activity);
    source_announce(activity);
    return 0;
}

/**
 * activity_set_threshold() - from now on another idle threshold
 * @activity: the activity
 * @threshold_usec: > 0. If the user has been idle for longer than a lower one, that is reported at once; an
 *                  idle report already given stands, also under a higher one
 */
void activity_set_threshold(struct activity *activity, usec_t threshold_usec)
{
    if (threshold_usec <= 0 || threshold_usec == activity->threshold_usec)
        return;
    activity->threshold_usec = threshold_usec;
    if (activity->chosen && activity->chosen->started) {
        activity->chosen->threshold_usec = threshold_usec;
        activity->chosen->driver->set_threshold(activity->chosen);
    }
}

/**
 * activity_set_wanted() - use another source
 * @activity: the activity
 * @wanted: as for activity_new()
 *
 * Return: 0 or -EINVAL.
 */
int activity_set_wanted(struct activity *activity, enum source_kind wanted)
{
    if (wanted < 0 || wanted >= _SOURCE_WANTED_MAX)
        return -EINVAL;
    if (wanted == activity->wanted)
        return 0;
    activity->wanted = wanted;
    for (size_t i = 0; i < activity->n_rows; i++) {
        struct source *s = activity->sources[i];

        if (!s || s->forced == (wanted == s->driver->kind))
            continue;
        s->forced = !s->forced;
        if (activity->started && s->driver->retry)
            s->driver->retry(s);
    }
    if (activity->started)
        reselect(activity);
    source_announce(activity);
    relay_changed(&activity->relay);
    return 0;
}

/**
 * activity_rearm() - have the source in use report anew
 * @activity: the activity
 */
void activity_rearm(struct activity *activity)
{
    relay_rearm(&activity->relay);
    if (activity->chosen && activity->chosen->started)
        activity->chosen->driver->rearm(activity->chosen);
}

static void describe(const struct activity *a, size_t i, struct source_info *info)
{
    const struct source *s = a->sources[i];
    enum source_kind kind = a->rows[i].kind;
    bool asked = a->wanted == kind;

    info->name = source_kind_to_string(kind);
    info->status = SOURCE_UNAVAILABLE;
    info->in_use = s && s == a->chosen;
    info->capabilities = s ? s->driver->capabilities : 0;
    info->inhibitors = s ? s->inhibitors : SOURCE_INHIBITORS_UNKNOWN;
    info->accuracy_usec = s ? s->accuracy_usec : BC_NO_TIME;
    /* Of what it can, what it does not at present is not said. */
    if (s && s->probe == PROBE_SUCCESS && s->without_idle)
        info->capabilities &= ~(unsigned)(SOURCE_CAP_IDLE | SOURCE_CAP_QUERY);
    if (!s)
        (void)snprintf(info->detail, sizeof(info->detail), "not in this version%s",
                       asked ? ", yet the settings ask for it: you always count as active" : "");
    else if (s->probe != PROBE_SUCCESS)
        (void)snprintf(info->detail, sizeof(info->detail), "%.100s%s", s->detail[0] ? s->detail : "starting",
                       asked ? "; until it works you always count as active" : "");
    else {
        /* What reports more than idle is in use also when another one does that. */
        unsigned beside = SOURCE_CAP_LOCK | SOURCE_CAP_SLEEP | SOURCE_CAP_SESSION | SOURCE_CAP_INHIBIT;
        bool used = s == a->chosen || (info->capabilities & beside) != 0;

        info->status = used ? SOURCE_ACTIVE : SOURCE_STANDBY;
        (void)snprintf(info->detail, sizeof(info->detail), "%.110s%s", s->detail,
                       s == a->chosen || !(s->driver->capabilities & SOURCE_CAP_IDLE) ? ""
                       : asked                    ? "; not for idle: you always count as active"
                       : used                     ? "; not for idle"
                       : a->wanted != SOURCE_AUTO ? "; another one is asked for"
                                                  : "; a better one is in use");
    }
}

/**
 * activity_describe() - every source, and why it is used or not
 * @activity: the activity
 * @infos: where to
 * @max: how many fit
 *
 * Return: how many sources there are.
 */
size_t activity_describe(const struct activity *activity, struct source_info *infos, size_t max)
{
    for (size_t i = 0; i < activity->n_rows && i < max; i++)
        describe(activity, i, &infos[i]);
    return activity->n_rows;
}
