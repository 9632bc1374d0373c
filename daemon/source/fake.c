/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source whose user is made of calls. Idle is told by a timer of its own; it knows no desktop.
 */
#include <stdlib.h>

#include "source/fake.h"
#include "source/internal.h"

struct fake {
    struct source source;
    sd_event_source *timer;
    sd_event_source *answer;
    usec_t input_usec; /* the last that counts */
    usec_t touch_usec; /* the last */
    bool idle;
    bool answering;
};

static struct fake *FAKE(struct source *source)
{
    return (struct fake *)source;
}

static void arm(struct fake *f)
{
    if (!f->source.started || f->idle || !f->timer)
        return;
    (void)sd_event_source_set_time(f->timer, (uint64_t)MAX(f->input_usec + f->source.threshold_usec, 0));
    (void)sd_event_source_set_enabled(f->timer, SD_EVENT_ONESHOT);
}

static int on_timer(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct fake *f = userdata;
    struct bc_event event = {
        .type = BC_EVENT_IDLE, .t_usec = source_now(&f->source), .u.since_usec = f->input_usec};

    f->idle = true;
    source_emit(&f->source, &event);
    return 0;
}

static void fake_probe(struct source *source)
{
    struct fake *f = FAKE(source);
    int r = 0;

    if (!f->timer)
        r = sd_event_add_time(source->event, &f->timer, CLOCK_BOOTTIME, 0, USEC_PER_MSEC, on_timer, f);
    if (r >= 0)
        r = sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    source_report(source, r < 0 ? PROBE_FAIL : PROBE_SUCCESS, r < 0 ? "no timer" : "a user made of calls");
}

static void fake_rearm(struct source *source)
{
    struct fake *f = FAKE(source);

    f->idle = false;
    f->input_usec = source_now(source);
    arm(f);
}

static void fake_start(struct source *source)
{
    FAKE(source)->touch_usec = source_now(source);
    fake_rearm(source);
}

static void fake_stop(struct source *source)
{
    (void)sd_event_source_set_enabled(FAKE(source)->timer, SD_EVENT_OFF);
}

static void fake_set_threshold(struct source *source)
{
    arm(FAKE(source));
}

static int on_answer(_unused_ sd_event_source *s, void *userdata)
{
    struct fake *f = userdata;

    source_query_done(&f->source, f->touch_usec);
    return 0;
}

/* From the loop, as the real ones answer. */
static void fake_query(struct source *source)
{
    struct fake *f = FAKE(source);

    if (!f->answering)
        return;
    if (f->answer)
        (void)sd_event_source_set_enabled(f->answer, SD_EVENT_ONESHOT);
    else
        (void)sd_event_add_defer(source->event, &f->answer, on_answer, f);
}

static int fake_create(struct source **ret)
{
    struct fake *f = calloc(1, sizeof(*f));

    if (!f)
        return -ENOMEM;
    f->answering = true;
    *ret = &f->source;
    return 0;
}

static struct source *fake_destroy(struct source *source)
{
    sd_event_source_disable_unref(FAKE(source)->timer);
    sd_event_source_disable_unref(FAKE(source)->answer);
    free(source);
    return NULL;
}

const struct source_driver fake_driver = {
    .kind = SOURCE_X11,
    .name = "fake",
    .capabilities = SOURCE_CAP_IDLE | SOURCE_CAP_LOCK | SOURCE_CAP_SLEEP | SOURCE_CAP_SESSION |
                    SOURCE_CAP_INHIBIT | SOURCE_CAP_QUERY,
    .create = fake_create,
    .destroy = fake_destroy,
    .probe = fake_probe,
    .start = fake_start,
    .stop = fake_stop,
    .set_threshold = fake_set_threshold,
    .rearm = fake_rearm,
    .query = fake_query,
};

/**
 * activity_new_fake() - an activity whose only source is the fake one
 * @event: as for activity_new()
 * @threshold_usec: as for activity_new()
 * @sink: as for activity_new()
 * @ret: the activity
 * @ret_fake: the source; it lives as long as the activity
 *
 * Return: as activity_new().
 */
int activity_new_fake(sd_event *event, usec_t threshold_usec, const struct source_sink *sink,
                      struct activity **ret, struct source **ret_fake)
{
    struct source_row row = {SOURCE_X11, &fake_driver};
    int r = activity_new_with(event, NULL, &row, 1, SOURCE_AUTO, threshold_usec, sink, ret);

    if (r >= 0)
        *ret_fake = activity_source(*ret, SOURCE_X11);
    return r;
}

/**
 * fake_source_input() - the user has touched something
 * @fake: the source
 */
void fake_source_input(struct source *fake)
{
    struct fake *f = FAKE(fake);
    bool was_idle = f->idle;

    f->idle = false;
    f->input_usec = f->touch_usec = source_now(fake);
    arm(f);
    if (was_idle && fake->started)
        source_emit_simple(fake, BC_EVENT_ACTIVE, f->input_usec);
}

/**
 * fake_source_emit() - any event, as a source would send it
 * @fake: the source
 * @event: the event
 */
void fake_source_emit(struct source *fake, const struct bc_event *event)
{
    source_emit(fake, event);
}

/**
 * fake_source_set_working() - the source breaks down, or works again
 * @fake: the source
 * @working: which
 */
void fake_source_set_working(struct source *fake, bool working)
{
    if (!working && FAKE(fake)->timer)
        (void)sd_event_source_set_enabled(FAKE(fake)->timer, SD_EVENT_OFF);
    source_report(fake, working ? PROBE_SUCCESS : PROBE_DEFER,
                  working ? "a user made of calls" : "broken down");
}

/**
 * fake_source_set_answering() - whether it answers queries
 * @fake: the source
 * @answering: if not, activity_query() runs into its time limit
 */
void fake_source_set_answering(struct source *fake, bool answering)
{
    FAKE(fake)->answering = answering;
}
