/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One event's way: into the core, its effects to history, bus and notifications, the deadline armed anew, the
 * state saved. Everything that happens in the daemon passes through step().
 */
#include <stdio.h>
#include <string.h>

#include "runtime-internal.h"
#include "util/log.h"

/* The time of this loop iteration, so that all who are woken together agree on it. */
usec_t runtime_now(const struct runtime *rt)
{
    uint64_t now;

    if (sd_event_now(rt->event, CLOCK_BOOTTIME, &now) < 0)
        return now_usec(CLOCK_BOOTTIME);
    return (usec_t)now;
}

static void keep(struct runtime *rt, const struct history_record *record)
{
    int r;

    if (!rt->settings->history_enabled)
        return;
    r = history_append(rt->history, record);
    if (r < 0 && !rt->history_failed)
        log_error("History can't be written: %s", strerror(-r));
    rt->history_failed = r < 0;
}

static void keep_prompt(struct runtime *rt, const char *break_name, const char *outcome, usec_t t_usec)
{
    if (!rt->shown.on)
        return;
    rt->shown.on = false;
    keep(rt, &(struct history_record){
                 .type = HISTORY_PROMPT,
                 .from_realtime_usec = clock_realtime(rt, rt->shown.since_usec),
                 .to_realtime_usec = clock_realtime(rt, t_usec),
                 .break_name = break_name,
                 .exercise = rt->shown.exercise,
                 .kind = outcome,
                 .attempt = rt->shown.attempt,
             });
}

static const char *answer_word(enum bc_event_type answer)
{
    switch (answer) {
    case BC_EVENT_START:
        return "started";
    case BC_EVENT_DONE:
        return "done";
    case BC_EVENT_SKIP:
        return "skipped";
    case BC_EVENT_SNOOZE:
        return "snoozed";
    default:
        return "answered";
    }
}

/* The wind-down's invitation has ended, for history. */
void evening_keep(struct runtime *rt, const char *outcome)
{
    keep(rt, &(struct history_record){
                 .type = HISTORY_PROMPT,
                 .from_realtime_usec = clock_realtime(rt, rt->evening.since_usec),
                 .to_realtime_usec = clock_realtime(rt, runtime_now(rt)),
                 .break_name = EVENING_NAME,
                 .exercise = rt->evening.exercise,
                 .kind = outcome,
                 .attempt = 1,
             });
}

static void on_withdraw(struct runtime *rt, const struct bc_effect *e)
{
    const char *outcome = e->u.withdraw.reason == BC_WITHDRAW_ANSWERED
                              ? answer_word(e->u.withdraw.answer)
                              : bc_withdraw_reason_to_string(e->u.withdraw.reason);

    rt->wanted.withdraw = true;
    keep_prompt(rt, e->u.withdraw.break_name, outcome, e->t_usec);
    bus_prompt_closed(rt->bus, e->u.withdraw.break_name, outcome);
    log_event(LOG_DEBUG, "prompt-closed", "The prompt for %s is closed: %s.", e->u.withdraw.break_name,
              outcome);
}

static void on_prompt(struct runtime *rt, const struct bc_effect *e)
{
    if (!rt->shown.on)
        rt->shown = (struct shown){.on = true, .since_usec = e->t_usec};
    rt->shown.attempt = e->u.prompt.attempt;
    (void)strncpy(rt->shown.exercise, e->u.prompt.exercise, BC_NAME_MAX);
    rt->wanted.show = true;
    rt->wanted.again = e->type == BC_EFFECT_EXERCISE;
    if (e->type == BC_EFFECT_EXERCISE)
        return;
    bus_prompted(rt->bus, e->u.prompt.break_name, e->u.prompt.exercise, e->u.prompt.attempt);
    log_event(LOG_INFO, "prompt", "Time for a break (%s), attempt %u.", e->u.prompt.break_name,
              e->u.prompt.attempt);
}

static void on_record(struct runtime *rt, const struct bc_effect *e)
{
    if (e->u.record.kind == BC_RECORD_GUIDED)
        (void)snprintf(rt->completed, sizeof rt->completed, "%s", e->u.record.exercise);
    /* The end of a guided break has its own effect, also where history gets no record. */
    if (e->u.record.kind != BC_RECORD_GUIDED && e->u.record.kind != BC_RECORD_CUT_SHORT)
        bus_break_ended(rt->bus, e->u.record.break_name, bc_record_kind_to_string(e->u.record.kind));
    keep(rt, &(struct history_record){
                 .type = HISTORY_BREAK,
                 .from_realtime_usec = clock_realtime(rt, e->u.record.from_usec),
                 .to_realtime_usec = clock_realtime(rt, e->u.record.to_usec),
                 .break_name = e->u.record.break_name,
                 .exercise = e->u.record.exercise,
                 .kind = bc_record_kind_to_string(e->u.record.kind),
                 .confirmed = e->u.record.confirmed,
             });
    log_event(LOG_INFO, "break", "A break (%s) was taken: %s.", e->u.record.break_name,
              bc_record_kind_to_string(e->u.record.kind));
}

static void on_guide(struct runtime *rt, const struct bc_effect *e)
{
    rt->wanted.show = true;
    /* Another exercise in the same break is no new one. */
    if (rt->guiding)
        return;
    rt->guiding = true;
    evening_begun(rt);
    bus_break_started(rt->bus, e->u.guide.break_name, e->u.guide.exercise);
    log_event(LOG_INFO, "break-started", "A guided break (%s) begins.", e->u.guide.break_name);
}

static void on_guide_end(struct runtime *rt, const struct bc_effect *e)
{
    rt->wanted.complete = e->u.guide_end.kind == BC_RECORD_GUIDED;
    rt->wanted.withdraw = !rt->wanted.complete;
    rt->guiding = false;
    bus_break_ended(rt->bus, e->u.guide_end.break_name, bc_record_kind_to_string(e->u.guide_end.kind));
}

static void on_effect(void *userdata, const struct bc_effect *e)
{
    struct runtime *rt = userdata;

    rt->wanted.any = true;
    switch (e->type) {
    case BC_EFFECT_WITHDRAW:
        on_withdraw(rt, e);
        break;
    case BC_EFFECT_PROMPT:
    case BC_EFFECT_EXERCISE:
        on_prompt(rt, e);
        break;
    case BC_EFFECT_RECORD:
        on_record(rt, e);
        break;
    case BC_EFFECT_BOUT:
        keep(rt, &(struct history_record){.type = HISTORY_BOUT,
                                          .from_realtime_usec = clock_realtime(rt, e->u.bout.from_usec),
                                          .to_realtime_usec = clock_realtime(rt, e->u.bout.to_usec)});
        break;
    case BC_EFFECT_FEEDBACK:
        keep(rt, &(struct history_record){.type = HISTORY_FEEDBACK,
                                          .from_realtime_usec = clock_realtime(rt, e->t_usec),
                                          .to_realtime_usec = clock_realtime(rt, e->t_usec),
                                          .exercise = e->u.feedback.exercise,
                                          .kind = e->u.feedback.verdict});
        break;
    case BC_EFFECT_ADVICE:
        rt->advice_due = true;
        break;
    case BC_EFFECT_GUIDE:
        on_guide(rt, e);
        break;
    case BC_EFFECT_GUIDE_END:
        on_guide_end(rt, e);
        break;
    case BC_EFFECT_THRESHOLD:
        rt->wanted.threshold = true;
        break;
    case BC_EFFECT_REARM:
        rt->wanted.rearm = true;
        break;
    case BC_EFFECT_STATE:
        log_event(LOG_DEBUG, "state", "State: %s.", bc_state_to_string(e->u.state));
        break;
    default:
        break;
    }
}

/* Commands change what must survive a crash even where no effect says so. */
static bool is_command(enum bc_event_type type)
{
    return type >= BC_EVENT_POSTURE && type != BC_EVENT_HOLD;
}

/* Comes last in a step: a source may answer with a report at once, and that is the next step. */
static void steer_sources(struct runtime *rt, const struct wanted *wanted)
{
    if (wanted->rearm) {
        /* It counts the user as active from now on, so it will not tell of the end of what it said before. */
        rt->source_idle = false;
        activity_rearm(rt->activity);
    }
    if (wanted->threshold)
        rt->lowered = false;
    activity_follow(rt);
}

/**
 * step() - an event happens
 * @event: t_usec 0 = now
 *
 * Return: what bc_core_step() returns. Everything the event caused is done, and kept, by then.
 */
int step(struct runtime *rt, struct bc_event *event)
{
    struct wanted wanted;
    struct bc_view view;
    bool due;
    int r;

    /* Whatever woke us may have been quicker than the news of a resume: a sleep is told first. That is a step
     * of its own, as long as this one has not begun. */
    activity_check_sleep(rt->activity);
    profile_follow_date(rt);
    if (event->t_usec == 0)
        event->t_usec = runtime_now(rt);
    bc_core_view(rt->core, &view);
    rt->fresh = false;
    rt->wanted = (struct wanted){0};
    r = bc_core_step(rt->core, event, on_effect, rt);
    record_event(rt, event, MAX(event->t_usec, view.now_usec), rt->wanted.any);
    if (is_command(event->type) && r == 0)
        rt->wanted.any = true;
    wanted = rt->wanted;
    due = rt->advice_due;
    show_wanted(rt);
    show_hold(rt);
    evening_settle(rt);
    advice_settle(rt);
    /* What was told is not to be told again after a crash. */
    wanted.any |= due != rt->advice_due;
    bus_changed(rt->bus);
    deadline_arm(rt);
    /* After what the user is to see, as the disk may be slow; before a command is answered. */
    if (wanted.any && rt->running)
        state_keep(rt, rt->stopping);
    if (rt->running)
        state_resume(rt);
    notice_settle(rt);
    steer_sources(rt, &wanted);
    return r;
}

/* Time has come for something. */
void step_clock(struct runtime *rt)
{
    struct bc_event event = {.type = BC_EVENT_CLOCK};

    (void)step(rt, &event);
}

/**
 * timer_set() - arm a one-shot timer on the boottime clock, making it on first use
 * @at_usec: when; USEC_INFINITY disarms it
 * @accuracy_usec: how much later it may come, so that wake-ups coincide
 *
 * Return: 0 or a negative errno.
 */
int timer_set(struct runtime *rt, sd_event_source **source, usec_t at_usec, usec_t accuracy_usec,
              sd_event_time_handler_t handler)
{
    uint64_t at = (uint64_t)MAX(at_usec, 1);
    int r;

    if (at_usec == USEC_INFINITY)
        return *source ? sd_event_source_set_enabled(*source, SD_EVENT_OFF) : 0;
    if (!*source)
        return sd_event_add_time(rt->event, source, CLOCK_BOOTTIME, at, (uint64_t)accuracy_usec, handler, rt);
    r = sd_event_source_set_time(*source, at);
    if (r >= 0)
        r = sd_event_source_set_time_accuracy(*source, (uint64_t)accuracy_usec);
    return r < 0 ? r : sd_event_source_set_enabled(*source, SD_EVENT_ONESHOT);
}

static int on_deadline(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;

    (void)s;
    (void)usec;
    /* A suspend that nobody announced must not count as sitting. */
    activity_check_sleep(rt->activity);
    /* It is also armed for the beginning and the end of summer time. */
    clock_update(rt);
    if (!activity_ask_first(rt))
        step_clock(rt);
    return 0;
}

/* The one deadline. A minute or more away nobody sees half a second. */
void deadline_arm(struct runtime *rt)
{
    usec_t now = runtime_now(rt), at = bc_core_next_deadline(rt->core);
    usec_t accuracy = at > usec_add(now, USEC_PER_MINUTE) ? 500 * USEC_PER_MSEC : 20 * USEC_PER_MSEC;
    int r;

    if (rt->stopping)
        return;
    if (at != USEC_INFINITY)
        at = clock_offset_change(rt, now, at);
    r = timer_set(rt, &rt->deadline, at, accuracy, on_deadline);
    if (r < 0) {
        /* Without its timer the daemon would be silent for ever: better to be restarted. */
        log_error("The timer can't be armed: %s", strerror(-r));
        (void)sd_event_exit(rt->event, r);
    }
}
