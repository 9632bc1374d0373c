/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notifications: the words for what the core wants shown, and what the user answers on them. Whether to show
 * is the core's; how, the notification port's.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/log.h"

/* Exposure now, for "45 minutes seated". */
static usec_t exposure_of(const struct runtime *rt, const char *break_name, size_t n_breaks,
                          usec_t *ret_length)
{
    struct bc_break_view b;

    for (size_t i = 0; i < n_breaks; i++) {
        bc_core_break_view(rt->core, i, &b);
        if (strcmp(b.name, break_name) == 0) {
            *ret_length = b.length_usec;
            return b.now_counter_usec;
        }
    }
    return 0;
}

static void dress(struct runtime *rt, struct notify_message *m)
{
    const struct settings *s = rt->settings;

    m->urgency = (enum notify_urgency)s->urgency;
    if (s->timeout_usec != 0)
        m->timeout_usec = s->timeout_usec;
    /* "" is the theme's own sound for a reminder. */
    if (s->sound)
        m->sound = *s->sound ? s->sound : "alarm-clock-elapsed";
}

/* The picture of an exercise, freed by the caller; without one the words are enough. */
static char *picture_of(const struct runtime *rt, const struct exercise *exercise)
{
    char *path = NULL;

    (void)picture_find(exercise, rt->catalogue_dirs, &path);
    return path;
}

static void show_prompt(struct runtime *rt, const struct bc_view *view, bool again)
{
    const struct exercise *exercise = catalogue_find(rt->catalogue, view->prompt_exercise);
    struct message_prompt p = {
        .title = exercise ? exercise->title : NULL,
        .duration_usec = exercise ? exercise->duration_usec : 0,
        .attempt = view->prompt_attempt,
        .snoozes_left = view->snoozes_left,
        .snooze_usec = rt->settings->rules.snooze_usec,
        .actions = rt->settings->actions,
    };
    _cleanup_(freep) char *picture = picture_of(rt, exercise);
    int r;

    p.picture = picture;
    p.exposure_usec = exposure_of(rt, view->prompt_break, view->n_breaks, &p.length_usec);
    message_prompt(&rt->message, &p);
    dress(rt, &rt->message.notify);
    if (again)
        rt->message.notify.sound = NULL;
    r = notify_show(rt->notify, &rt->message.notify);
    if (r < 0)
        log_warning("The notification can't be shown: %s", strerror(-r));
    rt->message.notify.image = NULL; /* the message outlives it */
}

static int on_guide_timer(sd_event_source *s, uint64_t usec, void *userdata);

/* The steps of the exercise that is guided: as the rules want them for this person. Without them, where its
 * file can't be read, the guide is one without words. */
static const char *const *guide_steps(struct runtime *rt, const struct exercise *exercise)
{
    struct safety_verdict verdict;
    int r = 0;

    if (rt->guide_texts && (!exercise || strcmp(rt->guide_texts->id, exercise->id) != 0)) {
        free(rt->guide_texts);
        rt->guide_texts = NULL;
    }
    if (!exercise || !suitability_judge(exercise, &rt->profile, &verdict))
        return NULL;
    if (!rt->guide_texts)
        r = exercise_load_texts(exercise, &rt->guide_texts);
    if (r < 0) {
        log_debug("The steps of %s can't be read: %s", exercise->id, strerror(-r));
        return NULL;
    }
    return (const char *const *)exercise_steps(rt->guide_texts, &verdict);
}

/* The notification as the guide: one step at a time, drawn anew only when its words change. */
static void show_guide(struct runtime *rt, const struct bc_view *view, bool anew)
{
    const struct exercise *exercise = catalogue_find(rt->catalogue, view->guide_exercise);
    struct message_guide g = {
        .title = exercise ? exercise->title : NULL,
        .steps = guide_steps(rt, exercise),
        .elapsed_usec = runtime_now(rt) - view->guide_from_usec,
        .total_usec = view->guide_until_usec - view->guide_from_usec,
        .actions = rt->settings->actions,
    };
    _cleanup_(freep) char *picture = picture_of(rt, exercise);
    usec_t next;
    int r;

    g.picture = picture;
    message_guide(&rt->message, &g);
    /* Progress must not bring back what the user has closed; what has just begun, or begun anew, is shown. */
    rt->message.notify.quiet = !anew;
    rt->message.notify.urgency = (enum notify_urgency)rt->settings->urgency;
    r = notify_show(rt->notify, &rt->message.notify);
    if (r < 0)
        log_warning("The guide can't be shown: %s", strerror(-r));
    rt->message.notify.image = NULL;
    next = message_guide_next(&g);
    if (next != USEC_INFINITY)
        next += view->guide_from_usec;
    (void)timer_set(rt, &rt->guide_timer, next, 100 * USEC_PER_MSEC, on_guide_timer);
}

static int on_guide_timer(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct runtime *rt = userdata;
    struct bc_view view;

    (void)s;
    (void)usec;
    bc_core_view(rt->core, &view);
    if (*view.guide_break)
        show_guide(rt, &view, false);
    return 0;
}

/* Carries out what the effects of a step asked for. What stands now is shown; else what was shown goes. */
void show_wanted(struct runtime *rt)
{
    struct bc_view view;

    bc_core_view(rt->core, &view);
    if (rt->stopping)
        return;
    if (!*view.guide_break) {
        (void)timer_set(rt, &rt->guide_timer, USEC_INFINITY, 0, on_guide_timer);
        free(rt->guide_texts);
        rt->guide_texts = NULL;
    }
    rt->displayed |= rt->wanted.show;
    if (rt->wanted.show && *view.guide_break) {
        show_guide(rt, &view, true);
    } else if (rt->wanted.show && *view.prompt_break) {
        show_prompt(rt, &view, rt->wanted.again);
    } else if (rt->wanted.complete) {
        message_complete(&rt->message);
        rt->message.notify.urgency = NOTIFY_URGENCY_LOW;
        (void)notify_show(rt->notify, &rt->message.notify);
    } else if (rt->wanted.withdraw) {
        notify_withdraw(rt->notify);
    }
}

/* What still stands after a restart is shown again, not doubled: the attempt stays. Nothing of it is on the
 * screen, so it is no quiet update. While the core sleeps it is not known yet whether it still stands. */
void show_restored(struct runtime *rt)
{
    struct bc_view view;

    bc_core_view(rt->core, &view);
    if (view.asleep || rt->displayed || !(*view.guide_break || *view.prompt_break))
        return;
    rt->wanted = (struct wanted){.show = true};
    show_wanted(rt);
}

/* The message of a medical hold: when it begins, at start, and once a day while somebody is there to read it.
 * When it ends, the message goes. */
void show_hold(struct runtime *rt)
{
    int64_t today = local_day(now_usec(CLOCK_REALTIME));
    struct bc_view view;

    bc_core_view(rt->core, &view);
    if (rt->stopping)
        return;
    if (!medical_hold(rt)) {
        if (rt->advice_day != 0 && !*view.prompt_break && !*view.guide_break)
            notify_withdraw(rt->notify);
        rt->advice_day = 0;
        return;
    }
    if (today == rt->advice_day || (rt->advice_day != 0 && !view.present))
        return;
    rt->advice_day = today;
    message_hold(&rt->message);
    if (notify_show(rt->notify, &rt->message.notify) < 0)
        log_warning("A notification can't be shown.");
}

/* One notification at start, without saying what is wrong: the journal and `config check` do. */
void show_settings_problem(struct runtime *rt, size_t mistakes)
{
    message_settings(&rt->message, (unsigned)mistakes);
    (void)notify_show(rt->notify, &rt->message.notify);
}

/* Nothing tells of activity: once, and why is for `backcarectl doctor`. */
void show_no_source(struct runtime *rt)
{
    message_no_source(&rt->message);
    (void)notify_show(rt->notify, &rt->message.notify);
}

static void on_action(struct runtime *rt, const char *id)
{
    static const struct {
        const char *id;
        enum bc_event_type type;
    } answers[] = {
        {"start", BC_EVENT_START},     {"snooze", BC_EVENT_SNOOZE}, {"done", BC_EVENT_DONE},
        {"another", BC_EVENT_ANOTHER}, {"skip", BC_EVENT_SKIP},
    };
    struct bc_view view;

    bc_core_view(rt->core, &view);
    /* An answer to something that has ended meanwhile, or to the note about the settings, is none. */
    if (!*view.prompt_break && !*view.guide_break)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
        if (strcmp(answers[i].id, id) == 0) {
            struct bc_event event = {.type = answers[i].type};
            int r = step(rt, &event);

            if (r > 0)
                log_info("The answer %s was refused: %s", id, bc_refusal_to_string((enum bc_refusal)r));
        }
}

static void on_notify(void *userdata, enum notify_event_type type, const char *text)
{
    struct runtime *rt = userdata;

    switch (type) {
    case NOTIFY_EVENT_ACTION:
        on_action(rt, text);
        break;
    case NOTIFY_EVENT_FAILED:
        /* The prompt stands: status, the bar and the journal have it. */
        log_event(LOG_WARNING, "notification-failed", "The notification could not be shown: %s", text);
        break;
    case NOTIFY_EVENT_GONE:
        if (rt->stopping)
            (void)sd_event_exit(rt->event, 0);
        break;
    case NOTIFY_EVENT_SERVER:
        notice_settle(rt);
        bus_changed(rt->bus);
        break;
    default:
        /* Shown is what was wanted; closed is not an answer. */
        break;
    }
}

/* Makes the notification port. */
int notify_wire(struct runtime *rt)
{
    return notify_new(rt->event, rt->bus_connection, rt->options.notifier, on_notify, rt, &rt->notify);
}
