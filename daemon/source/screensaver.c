/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen saver source: org.freedesktop.ScreenSaver and org.gnome.ScreenSaver on the session bus. A saver
 * that is on counts as a lock, also where it only blanks the screen: nobody is looking, and to go on takes
 * input either way. Where the service tells an idle time too, this is a source of idle and active as a last
 * resort: idle when the saver comes on, active when it goes off, and else only when asked (see asking.h).
 * Knows the services only by screensaver-service.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/asking.h"
#include "source/idle-unit.h"
#include "source/internal.h"
#include "source/screensaver-service.h"
#include "util/log.h"

/* A saver that has come on is told of without its idle time when that isn't known by then. */
#define ANSWER_USEC (1 * USEC_PER_SEC)
/* What two answers may differ by, besides their unit, without input. */
#define SLACK_USEC (50 * USEC_PER_MSEC)

static const char *const freedesktop_paths[] = {"/org/freedesktop/ScreenSaver", "/ScreenSaver", NULL};
static const char *const gnome_paths[] = {"/org/gnome/ScreenSaver", NULL};

struct screensaver {
    struct source source;
    struct saver_service services[2];
    struct saver_service *clock; /* the one that tells the idle time; NULL = none */
    unsigned clock_owner;
    bool active;       /* a saver is on */
    bool locked;       /* as reported */
    usec_t begun_usec; /* a saver has come on then, which is reported with the idle time; BC_NO_TIME */

    struct idle_unit unit;
    unsigned samples; /* so many questions are left that are only about the unit */
    usec_t sample_usec;
    struct asking asking;
    usec_t threshold_usec;
    sd_event_source *timer;

    sd_bus_slot *call; /* GetSessionIdleTime */
    usec_t asked_usec;
    bool query_wanted;
};

static struct screensaver *SCREENSAVER(struct source *source)
{
    return (struct screensaver *)source;
}

static void ask(struct screensaver *x);

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    ask(userdata);
    return 0;
}

static void arm(struct screensaver *x)
{
    usec_t due = x->asking.next_usec, accuracy = USEC_PER_SEC / 4;

    /* The saver itself tells the end of what it has begun. */
    if (x->active && x->asking.idle)
        due = USEC_INFINITY;
    if (x->samples > 0)
        due = MIN(due, x->sample_usec);
    if (!x->source.started || !x->clock || x->call || due == USEC_INFINITY) {
        if (x->timer)
            (void)sd_event_source_set_enabled(x->timer, SD_EVENT_OFF);
        return;
    }
    if (!x->timer && sd_event_add_time(x->source.event, &x->timer, CLOCK_BOOTTIME, (uint64_t)MAX(due, 0),
                                       (uint64_t)accuracy, on_timer, x) < 0)
        return;
    (void)sd_event_source_set_time(x->timer, (uint64_t)MAX(due, 0));
    (void)sd_event_source_set_enabled(x->timer, SD_EVENT_ONESHOT);
}

static void tell_lock(struct screensaver *x, bool locked, usec_t t_usec)
{
    if (x->locked == locked)
        return;
    x->locked = locked;
    source_emit_simple(&x->source, locked ? BC_EVENT_LOCK : BC_EVENT_UNLOCK, t_usec);
}

/* Idle first: its `since` may lie before the lock, and an absence that has begun is never moved. */
static void tell_begun(struct screensaver *x, usec_t last_input_usec)
{
    usec_t begun = x->begun_usec;
    struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = begun};
    bool tell_idle = x->source.started && !x->asking.idle;

    x->begun_usec = BC_NO_TIME;
    event.u.since_usec = MIN(asking_floor(&x->asking, last_input_usec), begun);
    if (tell_idle) {
        asking_told_idle(&x->asking, event.u.since_usec);
        source_emit(&x->source, &event);
    }
    if (x->active)
        tell_lock(x, true, begun);
    arm(x);
}

static void set_active(struct screensaver *x, bool active)
{
    usec_t now = source_now(&x->source);
    bool idle = x->asking.idle;

    if (x->active == active)
        return;
    x->active = active;
    if (active) {
        x->begun_usec = now;
        if (x->source.started && x->clock)
            ask(x);
        /* While the unit isn't known the answer would tell nothing. */
        if (x->begun_usec != BC_NO_TIME && (!x->call || x->unit.unit_usec == 0))
            tell_begun(x, now);
        return;
    }
    x->begun_usec = BC_NO_TIME;
    asking_told_active(&x->asking);
    arm(x);
    if (idle && x->source.started)
        source_emit_simple(&x->source, BC_EVENT_ACTIVE, now);
    tell_lock(x, false, now);
}

static void query_answered(struct screensaver *x, usec_t last_input_usec)
{
    if (!x->query_wanted)
        return;
    x->query_wanted = false;
    source_query_done(&x->source, last_input_usec);
}

/* What an answer means, whoever has asked. BC_NO_TIME = nothing is known by it. */
static void take_answer(struct screensaver *x, usec_t last_input_usec, usec_t grain_usec)
{
    usec_t now = source_now(&x->source);
    enum asking_verdict verdict = ASKING_NONE;
    struct bc_event event = {.type = BC_EVENT_IDLE, .t_usec = now};

    if (x->begun_usec != BC_NO_TIME)
        tell_begun(x, last_input_usec == BC_NO_TIME ? x->begun_usec : last_input_usec);
    if (x->source.started && !(x->active && x->asking.idle)) {
        if (last_input_usec == BC_NO_TIME)
            asking_no_answer(&x->asking, now);
        else
            verdict = asking_answer(&x->asking, now, last_input_usec, grain_usec, x->source.threshold_usec);
    }
    arm(x);
    if (verdict == ASKING_IDLE) {
        event.u.since_usec = x->asking.since_usec;
        source_emit(&x->source, &event);
    } else if (verdict == ASKING_ACTIVE) {
        source_emit_simple(&x->source, BC_EVENT_ACTIVE, MIN(last_input_usec, now));
    }
    query_answered(x, last_input_usec == BC_NO_TIME ? BC_NO_TIME : asking_floor(&x->asking, last_input_usec));
}

/* The unit is found out by questions that follow the one that was put for another reason, which gets no
 * answer. If they lead to nothing the next question begins anew. */
static void want_samples(struct screensaver *x, usec_t now_usec)
{
    if (x->unit.unit_usec != 0)
        x->samples = 0;
    else if (x->samples == 0)
        x->samples = IDLE_UNIT_ANSWERS - 1;
    else if (now_usec < x->sample_usec)
        return;
    else
        x->samples--;
    x->sample_usec = now_usec + IDLE_UNIT_APART_USEC;
}

static void describe(struct screensaver *x);

static int on_idle_time(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct screensaver *x = userdata;
    struct idle_answer answer = {.asked_usec = x->asked_usec, .answered_usec = now_usec(CLOCK_BOOTTIME)};
    usec_t unit, before = x->unit.unit_usec;
    uint32_t value;

    x->call = sd_bus_slot_unref(x->call);
    if (saver_service_late(m)) {
        x->samples = 0;
        take_answer(x, BC_NO_TIME, 0);
        return 0;
    }
    if (sd_bus_message_is_method_error(m, NULL) || sd_bus_message_read(m, "u", &value) <= 0) {
        log_debug("screensaver: %s tells no idle time any more", x->clock->name);
        x->clock->tells_idle = false;
        x->clock->changed(x->clock->userdata);
        return 0;
    }
    answer.value = value;
    unit = idle_unit_answer(&x->unit, &answer);
    want_samples(x, answer.answered_usec);
    if (unit != before)
        describe(x);
    if (unit != 0)
        take_answer(x, answer.answered_usec - (usec_t)value * unit,
                    unit + answer.answered_usec - answer.asked_usec + SLACK_USEC);
    else if (before != 0 && x->asking.idle) /* what was reported idle was reported by mistake, perhaps */
        take_answer(x, answer.answered_usec, 0);
    else
        take_answer(x, BC_NO_TIME, 0);
    return 0;
}

static void ask(struct screensaver *x)
{
    if (x->call) /* its answer will do */
        return;
    x->asked_usec = now_usec(CLOCK_BOOTTIME);
    if (x->clock && saver_service_call(x->clock, "GetSessionIdleTime", (uint64_t)ANSWER_USEC, on_idle_time, x,
                                       &x->call) < 0)
        log_debug("screensaver: can't ask %s", x->clock->name);
}

/* Another service may count in another unit, and what it was asked is of no use. */
static void set_clock(struct screensaver *x, struct saver_service *clock)
{
    if (x->clock == clock && (!clock || x->clock_owner == clock->owners))
        return;
    x->clock = clock;
    x->clock_owner = clock ? clock->owners : 0;
    x->call = sd_bus_slot_unref(x->call);
    x->samples = 0;
    idle_unit_reset(&x->unit);
    if (x->begun_usec != BC_NO_TIME)
        tell_begun(x, x->begun_usec);
    query_answered(x, BC_NO_TIME);
    arm(x);
}

/* The names of those in this state, and how many these are. */
static unsigned list(const struct screensaver *x, enum saver_state state, char *text, size_t size)
{
    unsigned n = 0;

    text[0] = 0;
    for (size_t i = 0; i < ARRAY_SIZE(x->services); i++)
        if (x->services[i].state == state) {
            size_t used = strlen(text);

            (void)snprintf(text + used, size - used, "%s%s", n++ ? " and " : "", x->services[i].name);
        }
    return n;
}

static void describe(struct screensaver *x)
{
    const char *unit = idle_unit_name(&x->unit);
    char names[96];

    /* Not to be chosen for something and then for something else, a moment later. */
    if (x->source.probe == PROBE_PENDING && list(x, SAVER_ASKED, names, sizeof(names)) > 0)
        return;
    x->source.without_idle = !x->clock;
    if (list(x, SAVER_TELLS, names, sizeof(names)) > 0)
        source_report(&x->source, PROBE_SUCCESS, "%s: lock%s%s%s", names,
                      x->clock ? ", and idle when it is on or asked" : "", unit ? ", in " : "",
                      unit ? unit : "");
    else if (list(x, SAVER_ASKED, names, sizeof(names)) > 0)
        return; /* known in a moment */
    else if (list(x, SAVER_SILENT, names, sizeof(names)) > 0)
        source_report(&x->source, PROBE_DEFER, "no answer from %s", names);
    else if (list(x, SAVER_MUTE, names, sizeof(names)) > 0)
        source_report(&x->source, PROBE_DEFER, "%s: inhibitors only, and nothing of a lock", names);
    else
        source_report(&x->source, PROBE_DEFER, "no screen saver on the session bus");
}

static void on_changed(void *userdata)
{
    struct screensaver *x = userdata;
    struct saver_service *clock = NULL;
    bool active = false;

    for (size_t i = 0; i < ARRAY_SIZE(x->services); i++) {
        struct saver_service *s = &x->services[i];

        active = active || (s->state == SAVER_TELLS && s->active);
        if (!clock && s->state == SAVER_TELLS && s->tells_idle)
            clock = s;
    }
    /* What ends goes before the source does, what begins comes after the source has. */
    if (!active)
        set_active(x, false);
    set_clock(x, clock);
    describe(x);
    if (active)
        set_active(x, true);
}

static void screensaver_probe(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    if (!source->session_bus) {
        source_report(source, PROBE_FAIL, "no session bus");
        return;
    }
    source->inhibitors = SOURCE_INHIBITORS_BLIND;
    source_report(source, PROBE_PENDING, "asking the session bus");
    x->services[0] =
        (struct saver_service){.name = "org.freedesktop.ScreenSaver", .paths = freedesktop_paths};
    x->services[1] = (struct saver_service){.name = "org.gnome.ScreenSaver", .paths = gnome_paths};
    for (size_t i = 0; i < ARRAY_SIZE(x->services); i++) {
        struct saver_service *s = &x->services[i];
        int r;

        s->userdata = x;
        s->changed = on_changed;
        r = saver_service_watch(s, source->session_bus);
        if (r < 0) {
            source_report(source, PROBE_FAIL, "can't watch the session bus: %s", strerror(-r));
            return;
        }
    }
}

static void screensaver_start(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    x->threshold_usec = source->threshold_usec;
    asking_rearm(&x->asking, source_now(source), source->threshold_usec);
    /* The first question is about the unit alone. */
    ask(x);
}

static void screensaver_rearm(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    asking_rearm(&x->asking, source_now(source), source->threshold_usec);
    arm(x);
}

static void screensaver_stop(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    asking_stop(&x->asking);
    x->samples = 0;
    x->query_wanted = false;
    if (x->begun_usec != BC_NO_TIME)
        tell_begun(x, x->begun_usec);
    x->call = sd_bus_slot_unref(x->call);
    arm(x);
}

static void screensaver_set_threshold(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);
    bool lower = source->threshold_usec < x->threshold_usec;

    x->threshold_usec = source->threshold_usec;
    if (!lower || x->asking.idle)
        return;
    asking_lower(&x->asking, source_now(source));
    ask(x);
}

static void screensaver_query(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    x->query_wanted = true;
    ask(x);
}

static int screensaver_create(struct source **ret)
{
    struct screensaver *x = calloc(1, sizeof(*x));

    if (!x)
        return -ENOMEM;
    x->begun_usec = BC_NO_TIME;
    x->source.without_idle = true;
    asking_stop(&x->asking);
    *ret = &x->source;
    return 0;
}

static struct source *screensaver_destroy(struct source *source)
{
    struct screensaver *x = SCREENSAVER(source);

    for (size_t i = 0; i < ARRAY_SIZE(x->services); i++)
        saver_service_done(&x->services[i]);
    sd_bus_slot_unref(x->call);
    sd_event_source_disable_unref(x->timer);
    free(x);
    return NULL;
}

const struct source_driver screensaver_driver = {
    .kind = SOURCE_SCREENSAVER,
    .name = "screensaver",
    .capabilities = SOURCE_CAP_IDLE | SOURCE_CAP_LOCK | SOURCE_CAP_QUERY,
    .create = screensaver_create,
    .destroy = screensaver_destroy,
    .probe = screensaver_probe,
    .start = screensaver_start,
    .stop = screensaver_stop,
    .set_threshold = screensaver_set_threshold,
    .rearm = screensaver_rearm,
    .query = screensaver_query,
};
