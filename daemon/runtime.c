/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wiring: makes every part, connects them, and takes them apart in the opposite order.
 */
#include <string.h>

#include "config.h"
#include "runtime-internal.h"
#include "util/log.h"

/* How long a notification may take to go at the end. */
#define STOP_USEC (1500 * USEC_PER_MSEC)

static int open_bus(struct runtime *rt)
{
    int r = sd_bus_open_user_with_description(&rt->bus_connection, "backcare");

    if (r < 0) {
        log_error("The session bus can't be reached (%s). Start backcared inside a session, or by "
                  "dbus-run-session.",
                  strerror(-r));
        return r;
    }
    r = sd_bus_attach_event(rt->bus_connection, rt->event, SD_EVENT_PRIORITY_NORMAL);
    if (r < 0)
        return log_errno(r, "The session bus can't be attached");
    /* A session without its bus is over. */
    (void)sd_bus_set_exit_on_disconnect(rt->bus_connection, true);
    r = bus_new(rt->bus_connection, rt->event, &runtime_service, rt, &rt->bus);
    if (r < 0)
        return log_errno(r, "The objects can't be put on the session bus");
    /* Before the state is touched, or anything shown: both may be another daemon's. */
    r = bus_request_name(rt->bus);
    if (r == -EEXIST)
        log_error("BackCare is already running in this session.");
    else if (r < 0)
        log_error("The name on the bus can't be had: %s", strerror(-r));
    return r;
}

static int make_core(struct runtime *rt)
{
    int r = rules_apply(rt, rt->settings, &rt->profile);

    if (r < 0)
        return log_errno(r, "The core can't be made");
    bc_core_set_menu(rt->core, &rt->menu->menu);
    return state_start(rt);
}

static int make_ports(struct runtime *rt)
{
    int r = history_null_new(&rt->history);

    if (r >= 0)
        r = notify_wire(rt);
    if (r >= 0)
        r = activity_wire(rt);
    return r < 0 ? log_errno(r, "The daemon can't be put together") : 0;
}

/**
 * runtime_new() - put everything together; nothing runs yet
 * @event: the loop
 * @options: the command line; kept by value, its strings by reference
 *
 * Return: 0; -EEXIST if another daemon has the name; other errno. Said in the log.
 */
int runtime_new(sd_event *event, const struct options *options, struct runtime **ret)
{
    _cleanup_(runtime_freep) struct runtime *rt = calloc(1, sizeof *rt);
    int r;

    if (!rt)
        return -ENOMEM;
    rt->event = sd_event_ref(event);
    rt->options = *options;
    rt->evening.snoozed_until_usec = BC_NO_TIME;
    rt->screen.reading_usec = BC_NO_TIME;
    if (!rt->options.notifier)
        rt->options.notifier = BACKCARE_NOTIFIER;
    r = settings_start(rt);
    if (r >= 0)
        r = open_bus(rt);
    if (r >= 0)
        r = make_core(rt);
    if (r >= 0)
        r = make_ports(rt);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(rt);
    return 0;
}

/* What stood before the restart, for the record of how it ends. */
static void remember_shown(struct runtime *rt)
{
    struct bc_view view;

    bc_core_view(rt->core, &view);
    rt->guiding = *view.guide_break;
    if (!*view.prompt_break)
        return;
    rt->shown =
        (struct shown){.on = true, .since_usec = view.prompt_since_usec, .attempt = view.prompt_attempt};
    (void)strncpy(rt->shown.exercise, view.prompt_exercise, BC_NAME_MAX);
}

/**
 * runtime_start() - begin: clock, sources, what stood before
 *
 * Return: 0 or a negative errno, said in the log.
 */
int runtime_start(struct runtime *rt)
{
    int r = record_from_start(rt);

    if (r < 0)
        return r;
    r = clock_watch(rt);
    /* Before the first step, in which it may already end. */
    remember_shown(rt);
    if (r < 0)
        log_warning("A clock that is set can't be noticed: %s", strerror(-r));
    clock_update(rt);
    r = activity_start(rt->activity);
    if (r < 0)
        return log_errno(r, "Activity can't be followed");
    notice_update(rt);
    if (rt->start_mistakes > 0 && !medical_hold(rt)) /* whose message must not be replaced */
        show_settings_problem(rt, rt->start_mistakes);
    wake_when_told(rt);
    step_clock(rt);
    show_restored(rt);
    welcome(rt);
    return 0;
}

/* The rest of the start, for which nobody has to wait: the disk may be slow. */
void runtime_settle(struct runtime *rt)
{
    rt->running = true;
    state_keep(rt, false);
    step_clock(rt); /* what only a running daemon does, such as the wind-down */
}

static int on_stop_late(sd_event_source *s, uint64_t usec, void *userdata)
{
    (void)usec;
    (void)userdata;
    return sd_event_exit(sd_event_source_get_event(s), 0);
}

/**
 * runtime_stop() - end the loop in an orderly way
 *
 * What must survive is saved, and the notification goes first, which takes its notifier some turns of the
 * loop.
 */
void runtime_stop(struct runtime *rt)
{
    if (rt->stopping)
        return;
    runtime_finish(rt);
    notify_withdraw(rt->notify);
    if (!notify_busy(rt->notify) ||
        timer_set(rt, &rt->stop_timer, runtime_now(rt) + STOP_USEC, 0, on_stop_late) < 0)
        (void)sd_event_exit(rt->event, 0);
}

/* Saves what must survive an end, whatever the end was; nothing is armed any more. */
void runtime_finish(struct runtime *rt)
{
    if (rt->stopping)
        return;
    rt->stopping = true;
    step_clock(rt);
    state_keep(rt, true);
}

struct runtime *runtime_free(struct runtime *rt)
{
    if (!rt)
        return NULL;
    sd_event_source_disable_unref(rt->deadline);
    sd_event_source_disable_unref(rt->guide_timer);
    sd_event_source_disable_unref(rt->lease_timer);
    sd_event_source_disable_unref(rt->save_timer);
    sd_event_source_disable_unref(rt->wake_timer);
    sd_event_source_disable_unref(rt->clock_fd);
    sd_event_source_disable_unref(rt->stop_timer);
    sd_event_source_disable_unref(rt->notice_timer);
    sd_event_source_disable_unref(rt->sources_timer);
    sd_event_source_disable_unref(rt->evening_timer);
    if (rt->core)
        record_stop_all(rt);
    config_watch_free(rt->watch);
    bus_free(rt->bus);
    activity_free(rt->activity);
    notify_free(rt->notify);
    history_free(rt->history);
    bc_core_free(rt->core);
    catalogue_menu_free(rt->menu);
    free(rt->guide_texts);
    catalogue_free(rt->catalogue);
    for (size_t i = 0; rt->catalogue_dirs && rt->catalogue_dirs[i]; i++)
        free(rt->catalogue_dirs[i]);
    free(rt->catalogue_dirs);
    settings_free(rt->settings);
    settings_paths_done(&rt->paths);
    free(rt->state_path);
    sd_bus_flush_close_unref(rt->bus_connection);
    sd_event_unref(rt->event);
    free(rt);
    return NULL;
}
