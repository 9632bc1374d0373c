/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sources report on its way to the core: leases of ReportActivity cover idle reports, and before a
 * prompt a source that can be asked is asked.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/log.h"

#define ASK_TIMEOUT_USEC (200 * USEC_PER_MSEC)
#define CHECKS_MAX 10
/* How long after a restart the sources have to say that the screen is locked, before the user counts as
 * there. */
#define WAKE_AFTER_USEC (500 * USEC_PER_MSEC)
/* For how long what the sources say of themselves is gathered before clients are told. */
#define SOURCES_AFTER_USEC (50 * USEC_PER_MSEC)

static bool leased(const struct runtime *rt)
{
    return rt->n_leases > 0;
}

/**
 * activity_follow() - give the source the threshold that it should have now
 *
 * That is the core's. But where one word is enough to bring a prompt (resume, the end of a hold), there is no
 * time to ask the source first: it tells beforehand, and what comes too early for the core waits there.
 */
void activity_follow(struct runtime *rt)
{
    struct bc_view view;

    if (rt->lowered)
        return;
    bc_core_view(rt->core, &view);
    activity_set_threshold(rt->activity, view.prompt_waits ? rt->settings->rules.idle_after_prompt_usec
                                                           : view.threshold_usec);
}

/* Back to the threshold that the core wants. */
static void raise_threshold(struct runtime *rt)
{
    rt->lowered = false;
    activity_follow(rt);
}

/* Idle reports are kept back while somebody vouches for the user. */
static void on_event(void *userdata, const struct bc_event *event)
{
    struct runtime *rt = userdata;
    struct bc_event copy = *event;

    if (event->type == BC_EVENT_ACTIVE) {
        rt->source_idle = false;
    } else if (event->type == BC_EVENT_IDLE) {
        rt->source_idle = true;
        rt->source_since_usec = event->u.since_usec;
        if (leased(rt))
            return;
        /* What was vouched for is no idleness, also where the source saw none of it. */
        copy.u.since_usec = MAX(copy.u.since_usec, rt->vouched_usec);
    } else if (event->type == BC_EVENT_WAKE) {
        clock_update(rt);
    }
    (void)step(rt, &copy);
    if (event->type == BC_EVENT_ACTIVE)
        raise_threshold(rt);
}

static int on_sources(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;

    (void)s;
    (void)usec;
    rt->sources_changed = false;
    bus_changed(rt->bus);
    return 0;
}

/* At the start, and when a desktop goes, every source has something to say: that is one change for who
 * listens. */
static void on_changed(void *userdata)
{
    struct runtime *rt = userdata;

    notice_update(rt);
    if (rt->sources_changed)
        return;
    rt->sources_changed = timer_set(rt, &rt->sources_timer, runtime_now(rt) + SOURCES_AFTER_USEC,
                                    10 * USEC_PER_MSEC, on_sources) >= 0;
    if (!rt->sources_changed)
        bus_changed(rt->bus);
}

static void on_prepare_sleep(void *userdata)
{
    struct runtime *rt = userdata;

    state_keep(rt, rt->stopping);
}

/* Makes the sources and connects them; they start with the loop. */
int activity_wire(struct runtime *rt)
{
    const struct source_sink sink = {
        .userdata = rt,
        .event = on_event,
        .changed = on_changed,
        .prepare_sleep = on_prepare_sleep,
    };
    enum source_kind wanted = rt->options.source ? source_kind_from_string(rt->options.source)
                                                 : (enum source_kind)rt->settings->source;

    return activity_new(rt->event, rt->bus_connection, wanted, rt->settings->rules.idle_after_usec, &sink,
                        &rt->activity);
}

static void check_lowered(struct runtime *rt);

static void on_check(void *userdata, usec_t last_input_usec)
{
    struct runtime *rt = userdata;
    struct bc_event event = {.type = BC_EVENT_ACTIVE};

    if (!rt->lowered || rt->source_idle)
        return;
    if (last_input_usec != BC_NO_TIME && ++rt->checks < CHECKS_MAX &&
        runtime_now(rt) - last_input_usec >= rt->settings->rules.idle_after_prompt_usec) {
        check_lowered(rt);
        return;
    }
    /* Input came in between, or nobody can tell: the user counts as there. */
    (void)step(rt, &event);
    raise_threshold(rt);
}

/* Asks until the source has reported the absence itself, which it does within its next answers. */
static void check_lowered(struct runtime *rt)
{
    if (activity_query(rt->activity, ASK_TIMEOUT_USEC, on_check, rt) < 0)
        on_check(rt, BC_NO_TIME);
}

static void on_answer(void *userdata, usec_t last_input_usec)
{
    struct runtime *rt = userdata;

    rt->asking = false;
    rt->checks = 0;
    if (last_input_usec != BC_NO_TIME)
        last_input_usec = MAX(last_input_usec, rt->vouched_usec);
    if (last_input_usec != BC_NO_TIME && !rt->source_idle && !leased(rt) &&
        rt->asked_for_usec - last_input_usec >= rt->settings->rules.idle_after_prompt_usec) {
        /* Dated before the deadline, so that it is settled before the prompt. */
        struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = rt->asked_for_usec - 1};

        event.u.since_usec = last_input_usec;
        (void)step(rt, &event);
        /* The source knows nothing of this absence yet; unless it does, it will not tell of its end. */
        rt->lowered = true;
        activity_set_threshold(rt->activity, rt->settings->rules.idle_after_prompt_usec);
        check_lowered(rt);
    }
    step_clock(rt);
}

/* Whether the deadline that has come is a prompt, and a source was asked how long there has been no input:
 * the clock is then settled when it has answered. */
bool activity_ask_first(struct runtime *rt)
{
    usec_t at = bc_core_next_deadline(rt->core), now = runtime_now(rt);
    struct bc_view view;

    if (rt->asking)
        return true;
    bc_core_view(rt->core, &view);
    /* While a prompt stands, what comes may be its next showing. */
    if (!view.present || at > now || (view.next_prompt_usec > now && !*view.prompt_break))
        return false;
    rt->asked_for_usec = at;
    rt->asking = activity_query(rt->activity, ASK_TIMEOUT_USEC, on_answer, rt) >= 0;
    return rt->asking;
}

/* The same for a prompt that other settings would bring now, for which there is no deadline. */
bool activity_ask_now(struct runtime *rt)
{
    usec_t now = runtime_now(rt);
    struct bc_view view;

    if (rt->asking)
        return true;
    bc_core_view(rt->core, &view);
    if (!view.present || view.next_prompt_usec > now)
        return false;
    rt->asked_for_usec = now;
    rt->asking = activity_query(rt->activity, ASK_TIMEOUT_USEC, on_answer, rt) >= 0;
    return rt->asking;
}

static int on_lease(sd_event_source *s, uint64_t usec, void *userdata);

static void leases_settle(struct runtime *rt)
{
    usec_t now = runtime_now(rt), next = USEC_INFINITY;
    size_t n = 0;

    for (size_t i = 0; i < rt->n_leases; i++)
        if (rt->leases[i].until_usec > now)
            rt->leases[n++] = rt->leases[i];
        else
            rt->vouched_usec = MAX(rt->vouched_usec, rt->leases[i].until_usec);
    rt->n_leases = n;
    for (size_t i = 0; i < n; i++)
        next = MIN(next, rt->leases[i].until_usec);
    (void)timer_set(rt, &rt->lease_timer, next, 100 * USEC_PER_MSEC, on_lease);
}

static int on_lease(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;
    struct bc_event event = {.type = BC_EVENT_IDLE};

    (void)s;
    (void)usec;
    /* It may have ended in a sleep, of which nobody has told yet. */
    activity_check_sleep(rt->activity);
    leases_settle(rt);
    if (leased(rt) || !rt->source_idle)
        return 0;
    /* The source has seen no input for long; what was vouched for ends here. */
    event.u.since_usec = MAX(rt->source_since_usec, rt->vouched_usec);
    (void)step(rt, &event);
    return 0;
}

/**
 * lease_report() - somebody has seen input that the desktop can't see
 * @who: names the reporter; a later report of the same one replaces its lease
 * @lease_usec: for how long the user counts as active
 *
 * Return: 0; -E2BIG when too many report at the same time.
 */
int lease_report(struct runtime *rt, const char *who, usec_t lease_usec)
{
    struct bc_event event = {.type = BC_EVENT_ACTIVE};
    size_t i = 0;

    while (i < rt->n_leases && strcmp(rt->leases[i].who, who) != 0)
        i++;
    if (i == LEASES_MAX)
        return -E2BIG;
    if (i == rt->n_leases)
        rt->n_leases++;
    rt->leases[i] = (struct lease){.until_usec = usec_add(runtime_now(rt), lease_usec)};
    (void)strncpy(rt->leases[i].who, who, LEASE_WHO_MAX);
    leases_settle(rt);
    (void)step(rt, &event);
    return 0;
}

static int on_wake(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;
    struct bc_event event = {.type = BC_EVENT_WAKE};

    (void)s;
    (void)usec;
    (void)step(rt, &event);
    show_restored(rt);
    return 0;
}

/* After a restart the core sleeps; it is woken once the sources had time to say what holds now. */
void wake_when_told(struct runtime *rt)
{
    struct bc_view view;
    int r;

    bc_core_view(rt->core, &view);
    if (!view.asleep)
        return;
    r = timer_set(rt, &rt->wake_timer, runtime_now(rt) + WAKE_AFTER_USEC, 20 * USEC_PER_MSEC, on_wake);
    if (r < 0)
        (void)on_wake(NULL, 0, rt);
}
