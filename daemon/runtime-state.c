/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state file: read at start, written at each transition, at a stop, before sleep, and now and then while
 * somebody sits, so that a crash loses at most ten minutes.
 */
#include <systemd/sd-id128.h>
#include <string.h>
#include <sys/random.h>

#include "runtime-internal.h"
#include "util/log.h"

#define HEARTBEAT_USEC (9 * USEC_PER_MINUTE)
#define HEARTBEAT_ACCURACY_USEC (45 * USEC_PER_SEC)

/* Saves what must survive; @clean marks an orderly stop. A failure is said once, not at each transition. */
void state_keep(struct runtime *rt, bool clean)
{
    struct state_head head = {
        .boottime_usec = now_usec(CLOCK_BOOTTIME),
        .realtime_usec = now_usec(CLOCK_REALTIME),
        .clean = clean,
    };
    _cleanup_(freep) char *text = malloc(BC_SNAPSHOT_MAX);
    int r = text ? bc_core_snapshot(rt->core, text, BC_SNAPSHOT_MAX) : -ENOMEM;
    struct bc_view view;

    memcpy(head.boot_id, rt->boot_id, sizeof head.boot_id);
    head.notes = (struct state_notes){
        .tip_day = rt->tip_day,
        .evening_day = rt->evening.day,
        .evening_answered = rt->evening.answered,
        .evening_snoozed_usec = rt->evening.snoozed_until_usec == BC_NO_TIME
                                    ? 0
                                    : clock_realtime(rt, rt->evening.snoozed_until_usec),
        .advice_due = rt->advice_due,
        .evening_snoozes = rt->evening.snoozes,
    };
    /* The snapshot is of the latest step. */
    bc_core_view(rt->core, &view);
    head.realtime_usec -= head.boottime_usec - view.now_usec;
    head.boottime_usec = view.now_usec;
    if (r >= 0)
        r = state_save(rt->state_path, &head, text);
    if (r < 0 && !rt->state_failed)
        log_error("%s: can't be written: %s; counters would not survive a restart", rt->state_path,
                  strerror(-r));
    rt->state_failed = r < 0;
    rt->saved_usec = head.boottime_usec;
    state_heartbeat(rt);
}

static int on_heartbeat(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;

    (void)s;
    (void)usec;
    /* A prompt about which the source is being asked is not to slip through here. */
    if (!rt->asking)
        step_clock(rt);
    state_keep(rt, rt->stopping);
    return 0;
}

/* While nobody is there nothing grows that could be lost. */
void state_heartbeat(struct runtime *rt)
{
    struct bc_view view;
    usec_t at;

    bc_core_view(rt->core, &view);
    at = view.present && !rt->stopping ? rt->saved_usec + HEARTBEAT_USEC : USEC_INFINITY;
    (void)timer_set(rt, &rt->save_timer, at, HEARTBEAT_ACCURACY_USEC, on_heartbeat);
}

/* A return need not be a transition that is saved: a pause hides it. What is sat from then on can be lost. */
void state_resume(struct runtime *rt)
{
    int enabled = SD_EVENT_OFF;

    if (rt->save_timer && sd_event_source_get_enabled(rt->save_timer, &enabled) >= 0 &&
        enabled == SD_EVENT_OFF)
        state_heartbeat(rt);
}

static void restore(struct runtime *rt, const struct state_head *head, const char *text)
{
    bool same_boot = strcmp(head->boot_id, rt->boot_id) == 0;
    usec_t now = now_usec(CLOCK_BOOTTIME), passed = now_usec(CLOCK_REALTIME) - head->realtime_usec;
    usec_t saved = same_boot ? MIN(head->boottime_usec, now) : now - MAX(passed, 0);
    enum bc_restore_mode mode = same_boot && !head->clean ? BC_RESTORE_CRASHED : BC_RESTORE_AWAY;
    _cleanup_(freep) char *aside = NULL;

    rt->tip_day = head->notes.tip_day;
    rt->evening.day = head->notes.evening_day;
    rt->evening.answered = head->notes.evening_answered;
    rt->evening.snoozes = head->notes.evening_snoozes;
    rt->advice_due = head->notes.advice_due;
    if (head->notes.evening_snoozed_usec != 0)
        rt->evening.snoozed_until_usec =
            usec_add(head->notes.evening_snoozed_usec, now - now_usec(CLOCK_REALTIME));
    if (bc_core_restore(rt->core, text, mode, saved - head->boottime_usec, saved, now) >= 0) {
        rt->fresh = false;
        return;
    }
    if (state_set_aside(rt->state_path, &aside) >= 0)
        log_warning("%s: not understood; set aside as %s, counters start anew", rt->state_path, aside);
}

/* Where there is no state yet, the choices of exercises begin somewhere. */
static void seed(struct runtime *rt)
{
    uint64_t seed = 0;

    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)now_usec(CLOCK_REALTIME);
    bc_core_seed(rt->core, seed);
}

/**
 * state_start() - find the state file and continue from it
 *
 * A file that can't be read is set aside and the daemon starts fresh: it is worth less than a reminder.
 *
 * Return: 0; -ENOMEM or what keeps the state's directory from being found.
 */
int state_start(struct runtime *rt)
{
    _cleanup_(freep) char *text = NULL, *aside = NULL;
    struct state_head head = {0};
    const char *why = NULL;
    sd_id128_t boot;
    int r;

    rt->fresh = true;
    seed(rt);
    if (sd_id128_get_boot(&boot) >= 0)
        (void)sd_id128_to_string(boot, rt->boot_id);
    r = state_path_find(rt->options.state_dir, &rt->state_path);
    if (r < 0)
        return log_errno(r, "No place for the state file");
    r = state_load_why(rt->state_path, &head, &text, &aside, &why);
    if (r >= 0)
        restore(rt, &head, text);
    else if (aside)
        log_warning("%s: %s; set aside as %s, counters start anew", rt->state_path,
                    why ? why : "can't be read", aside);
    else if (r != -ENOENT)
        log_warning("%s: %s; counters start anew", rt->state_path, strerror(-r));
    return 0;
}
