/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runtime offers to the bus.
 */
#include "runtime-internal.h"

/* What the safety rules say to a command, before the core sees it. That an exercise is there tells nothing of
 * the person; that it is refused tells no more than that. */
static int ask_the_rules(struct runtime *rt, const struct bc_event *event)
{
    const struct exercise *e;
    const struct routine *routine;
    struct routine_verdict verdict;

    profile_follow_date(rt);
    if (medical_hold(rt) &&
        (event->type == BC_EVENT_START || event->type == BC_EVENT_ANOTHER || event->type == BC_EVENT_DONE ||
         event->type == BC_EVENT_SKIP || event->type == BC_EVENT_SNOOZE))
        return BUS_REFUSAL_MEDICAL_HOLD;
    if (event->type != BC_EVENT_START || !event->u.start.exercise || !*event->u.start.exercise)
        return BC_REFUSAL_NONE;
    e = catalogue_find(rt->catalogue, event->u.start.exercise);
    if (e && !e->hidden && (rt->profile_doubtful || !suitability_judge(e, &rt->profile, NULL)))
        return BUS_REFUSAL_NOT_SUITABLE;
    routine = catalogue_find_routine(rt->catalogue, event->u.start.exercise);
    if (routine && !routine->hidden) {
        routine_judge(routine, &rt->profile, &verdict);
        if (rt->profile_doubtful || !verdict.suitable)
            return BUS_REFUSAL_NOT_SUITABLE;
    }
    return BC_REFUSAL_NONE;
}

static int service_command(void *userdata, struct bc_event *event)
{
    const struct runtime *rt = userdata;
    int r = ask_the_rules(userdata, event);

    if (r != BC_REFUSAL_NONE || evening_answer(userdata, event, &r))
        return r;
    r = step(userdata, event);
    /* Who is told "noted" relies on it for ever. */
    return r == 0 && event->type == BC_EVENT_FEEDBACK && rt->state_failed ? BUS_REFUSAL_NOT_KEPT : r;
}

static int service_report_activity(void *userdata, const char *who, usec_t lease_usec)
{
    return lease_report(userdata, who, lease_usec);
}

static int service_reload(void *userdata, char ***ret_warnings, char **ret_mistakes)
{
    return settings_reload(userdata, ret_warnings, ret_mistakes);
}

static int service_record(void *userdata, int fd, void **ret_handle)
{
    struct recorder *recorder;
    int r = record_start(userdata, fd, &recorder);

    if (r >= 0)
        *ret_handle = recorder;
    return r;
}

static void service_record_stop(void *userdata, void *handle)
{
    record_stop(userdata, handle);
}

static const struct bc_core *service_core(void *userdata)
{
    return ((struct runtime *)userdata)->core;
}

static void service_view(void *userdata, struct bc_view *ret)
{
    const struct runtime *rt = userdata;

    bc_core_view(rt->core, ret);
    evening_view(rt, ret);
}

static usec_t service_realtime(void *userdata, usec_t boottime_usec)
{
    return clock_realtime(userdata, boottime_usec);
}

static const char *away_reason(const struct bc_view *view)
{
    if (view->asleep)
        return "asleep";
    if (view->locked)
        return "screen locked";
    if (view->left)
        return "no session of yours is in front";
    return view->posture == BC_POSTURE_WALKING ? "walking" : "no input";
}

/* Why the state is as it is, in a few words; "" where the state says it all. */
static const char *service_reason(void *userdata)
{
    struct runtime *rt = userdata;
    struct bc_view view;

    if (medical_hold(rt))
        return "medical hold";
    bc_core_view(rt->core, &view);
    switch (view.state) {
    case BC_STATE_AWAY:
        return away_reason(&view);
    case BC_STATE_OFF_HOURS:
        return "outside working hours";
    case BC_STATE_HELD:
        return view.hold_reason;
    default:
        return "";
    }
}

static size_t service_sources(void *userdata, struct source_info *infos, size_t max)
{
    return activity_describe(((struct runtime *)userdata)->activity, infos, max);
}

static void service_notifier(void *userdata, struct notify_server_info *ret)
{
    notify_server(((struct runtime *)userdata)->notify, ret);
}

static const struct catalogue *service_catalogue(void *userdata, struct safety_profile *ret)
{
    struct runtime *rt = userdata;

    profile_follow_date(rt);
    *ret = rt->profile;
    ret->doubtful |= rt->profile_doubtful;
    return rt->catalogue;
}

const struct bus_service runtime_service = {
    .command = service_command,
    .report_activity = service_report_activity,
    .reload = service_reload,
    .record = service_record,
    .record_stop = service_record_stop,
    .core = service_core,
    .view = service_view,
    .boottime_to_realtime = service_realtime,
    .reason = service_reason,
    .sources = service_sources,
    .notifier = service_notifier,
    .catalogue = service_catalogue,
};
