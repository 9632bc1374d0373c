/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See snapshot.h. Each assign_…() writes one value and says whether it differed, so what is emitted can't be
 * out of step with what is kept.
 */
#include <string.h>

#include "bus/snapshot.h"
#include "bus/text.h"
#include "util/strv.h"

static usec_t realtime_of(const struct bus_service *service, void *userdata, usec_t boottime_usec)
{
    if (boottime_usec == BC_NO_TIME || boottime_usec == USEC_INFINITY)
        return boottime_usec;
    return service->boottime_to_realtime(userdata, boottime_usec);
}

/**
 * bus_realtime_usec() - a boottime instant of the core as wall clock for the bus
 * @service: who knows the relation of the two clocks
 * @userdata: for @service
 * @boottime_usec: the instant, or USEC_INFINITY or BC_NO_TIME
 *
 * Return: the value for a `t`.
 */
uint64_t bus_realtime_usec(const struct bus_service *service, void *userdata, usec_t boottime_usec)
{
    return bus_usec(realtime_of(service, userdata, boottime_usec));
}

static bool assign_constant(const char **kept, const char *now)
{
    /* The words come from tables: one address each. */
    bool changed = *kept != now;

    *kept = now;
    return changed;
}

static bool assign_u64(uint64_t *kept, uint64_t now)
{
    bool changed = *kept != now;

    *kept = now;
    return changed;
}

static bool assign_text(char *kept, size_t size, const char *now)
{
    char clean[SNAPSHOT_REASON_MAX + 1];

    (void)text_copy(clean, MIN(size, sizeof clean), now);
    if (strcmp(kept, clean) == 0)
        return false;
    (void)strcpy(kept, clean);
    return true;
}

static bool assign_prompt(struct snapshot *s, const struct bc_view *view, uint64_t since_usec)
{
    /* None stands: all empty, whatever the core has left there. */
    bool stands = view->prompt_break[0], changed;

    changed = assign_text(s->prompt_break, sizeof s->prompt_break, view->prompt_break);
    changed |=
        assign_text(s->prompt_exercise, sizeof s->prompt_exercise, stands ? view->prompt_exercise : "");
    changed |= assign_u64(&s->prompt_since_usec, stands ? since_usec : 0);
    if (s->prompt_attempt != (stands ? view->prompt_attempt : 0)) {
        s->prompt_attempt = stands ? view->prompt_attempt : 0;
        changed = true;
    }
    return changed;
}

static int reserve_breaks(struct snapshot *s, size_t n)
{
    struct anchor *p;

    if (n <= s->breaks_size)
        return 0;
    p = reallocarray(s->breaks, n, sizeof *p);
    if (!p)
        return -ENOMEM;
    s->breaks = p;
    s->breaks_size = n;
    return 0;
}

static int assign_breaks(struct snapshot *s, const struct bc_core *core, size_t n, bool *ret_changed)
{
    bool changed = false;
    size_t count = 0;
    int r;

    r = reserve_breaks(s, n);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        struct bc_break_view view;
        struct anchor now;

        bc_core_break_view(core, i, &view);
        if (!view.enabled)
            continue;
        now = (struct anchor){.after_usec = view.after_usec,
                              .length_usec = view.length_usec,
                              .counter_usec = view.counter_usec,
                              .at_usec = view.at_usec,
                              .due_usec = view.due_usec};
        (void)text_copy(now.name, sizeof now.name, view.name);
        if (count >= s->n_breaks || !anchor_holds(&s->breaks[count], &now)) {
            s->breaks[count] = now;
            changed = true;
        }
        count++;
    }
    *ret_changed = changed || count != s->n_breaks;
    s->n_breaks = count;
    return 0;
}

static bool assign_sources(struct snapshot *s, const struct bus_service *service, void *userdata)
{
    struct source_info infos[SNAPSHOT_SOURCES_MAX];
    size_t n = MIN(service->sources(userdata, infos, SNAPSHOT_SOURCES_MAX), (size_t)SNAPSHOT_SOURCES_MAX);
    bool changed = n != s->n_sources;

    for (size_t i = 0; i < n; i++) {
        struct source_copy *kept = &s->sources[i];

        changed |= assign_text(kept->name, sizeof kept->name, infos[i].name);
        changed |= assign_constant(&kept->status, source_status_to_string(infos[i].status));
        changed |= assign_text(kept->detail, sizeof kept->detail, infos[i].detail);
    }
    s->n_sources = n;
    return changed;
}

static bool same_text(const char *kept, const char *now)
{
    return strcmp(kept ? kept : "", now ? now : "") == 0;
}

/* The server changes a few times in a session at most: only then is memory allocated. */
static int assign_notifier(struct snapshot *s, const struct bus_service *service, void *userdata,
                           bool *ret_changed)
{
    _cleanup_(strv_freep) char **capabilities = NULL;
    _cleanup_(freep) char *name = NULL, *version = NULL;
    struct notify_server_info info = {0};
    int r;

    service->notifier(userdata, &info);
    if (same_text(s->notifier_name, info.name) && same_text(s->notifier_version, info.version) &&
        strv_equal(s->notifier_capabilities, info.capabilities)) {
        *ret_changed = false;
        return 0;
    }
    name = strdup(info.name ? info.name : "");
    version = strdup(info.version ? info.version : "");
    if (!name || !version)
        return -ENOMEM;
    r = strv_copy(info.capabilities, &capabilities);
    if (r < 0)
        return r;
    for (char **p = capabilities; *p; p++)
        (void)text_clean_lines(*p);
    free(s->notifier_name);
    free(s->notifier_version);
    (void)strv_free(s->notifier_capabilities);
    s->notifier_name = text_clean_lines(TAKE_PTR(name));
    s->notifier_version = text_clean_lines(TAKE_PTR(version));
    s->notifier_capabilities = TAKE_PTR(capabilities);
    *ret_changed = true;
    return 0;
}

static bool assign_next_prompt(struct snapshot *s, usec_t realtime_usec)
{
    if (time_holds(s->next_prompt_realtime_usec, realtime_usec))
        return false;
    s->next_prompt_realtime_usec = realtime_usec;
    return true;
}

/**
 * snapshot_take() - bring a snapshot up to date
 * @snapshot: the one of the step before, or a zeroed one
 * @service: where the values come from; its core must exist
 * @userdata: for @service
 * @ret_changed: what differs now, a set of 1 << enum property; also set on failure, to what was updated until
 *               then, because those values are already the new ones
 *
 * Return: 0, or -ENOMEM: what could not be updated is as before, and will be found changed the next time.
 */
int snapshot_take(struct snapshot *snapshot, const struct bus_service *service, void *userdata,
                  unsigned *ret_changed)
{
    const struct bc_core *core = service->core(userdata);
    struct snapshot *s = snapshot;
    unsigned changed = 0;
    struct bc_view view;
    bool breaks = false, notifier = false;
    int r, k;

    service->view(userdata, &view);

#define NOTE(property, differs) (changed |= (differs) ? 1u << (property) : 0u)
    NOTE(PROPERTY_STATE, assign_constant(&s->state, bc_state_to_string(view.state)));
    NOTE(PROPERTY_REASON, assign_text(s->reason, sizeof s->reason, service->reason(userdata)));
    NOTE(PROPERTY_STATE_SINCE,
         assign_u64(&s->state_since_usec, bus_realtime_usec(service, userdata, view.state_since_usec)));
    NOTE(PROPERTY_PROMPT,
         assign_prompt(s, &view, bus_realtime_usec(service, userdata, view.prompt_since_usec)));
    NOTE(PROPERTY_NEXT_BREAK, assign_text(s->next_break, sizeof s->next_break, view.next_break));
    NOTE(PROPERTY_NEXT_PROMPT, assign_next_prompt(s, realtime_of(service, userdata, view.next_prompt_usec)));
    NOTE(PROPERTY_SNOOZED_UNTIL,
         assign_u64(&s->snoozed_until_usec, bus_realtime_usec(service, userdata, view.snoozed_until_usec)));
    NOTE(PROPERTY_PAUSED_UNTIL,
         assign_u64(&s->paused_until_usec, bus_realtime_usec(service, userdata, view.paused_until_usec)));
    NOTE(PROPERTY_POSTURE, assign_constant(&s->posture, bc_posture_to_string(view.posture)));
    NOTE(PROPERTY_SOURCES, assign_sources(s, service, userdata));
    k = assign_breaks(s, core, view.n_breaks, &breaks);
    NOTE(PROPERTY_BREAKS, breaks);
    r = assign_notifier(s, service, userdata, &notifier);
    NOTE(PROPERTY_NOTIFIER, notifier);
#undef NOTE

    s->taken = true;
    *ret_changed = changed;
    return k < 0 ? k : r;
}

/**
 * snapshot_take_sources() - bring what it says of the sources up to date, and nothing else
 * @snapshot: one that was taken
 * @service: as for snapshot_take()
 * @userdata: for @service
 *
 * Return: whether that has changed.
 */
bool snapshot_take_sources(struct snapshot *snapshot, const struct bus_service *service, void *userdata)
{
    return assign_sources(snapshot, service, userdata);
}

/**
 * snapshot_done() - free what a snapshot holds
 * @snapshot: the snapshot; empty afterwards
 */
void snapshot_done(struct snapshot *snapshot)
{
    free(snapshot->breaks);
    free(snapshot->notifier_name);
    free(snapshot->notifier_version);
    (void)strv_free(snapshot->notifier_capabilities);
    *snapshot = (struct snapshot){0};
}
