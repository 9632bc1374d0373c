/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notifications: the words for what the core wants shown, and what the user answers on them. Whether to show
 * is the core's; how, the notification port's.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/i18n.h"
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

/* The picture of an exercise, freed by the caller; without one the words are enough. @ret_usec: gets how long
 * it takes; may be NULL. Both as the steps for this person say. */
static char *picture_of(const struct runtime *rt, const struct exercise *exercise, usec_t *ret_usec)
{
    struct safety_verdict verdict;
    char *path = NULL;

    if (!exercise)
        return NULL;
    (void)suitability_judge(exercise, &rt->profile, &verdict);
    if (ret_usec)
        *ret_usec = verdict.duration_usec;
    (void)picture_find(exercise, exercise_position(exercise, &verdict), rt->catalogue_dirs, &path);
    return path;
}

static void show_prompt(struct runtime *rt, const struct bc_view *view, bool again)
{
    const struct exercise *exercise = catalogue_find(rt->catalogue, view->prompt_exercise);
    struct message_prompt p = {
        .title = exercise ? exercise->title : NULL,
        .attempt = view->prompt_attempt,
        .snoozes_left = view->snoozes_left,
        .snooze_usec = rt->settings->rules.snooze_usec,
        .actions = rt->settings->actions,
    };
    _cleanup_(freep) char *picture = picture_of(rt, exercise, &p.duration_usec);
    int r;

    p.picture = picture;
    p.exposure_usec = exposure_of(rt, view->prompt_break, view->n_breaks, &p.length_usec);
    message_prompt(&rt->message, &p);
    dress(rt, &rt->message.notify);
    if (again)
        rt->message.notify.sound = NULL;
    r = screen_put(rt, SHOWN_BREAK);
    if (r < 0)
        log_warning("The notification can't be shown: %s", strerror(-r));
    rt->message.notify.image = NULL; /* the message outlives it */
}

static int on_guide_timer(sd_event_source *s, uint64_t usec, void *userdata);

/* The words of the exercise that is guided: the steps as the rules want them for this person. Without them,
 * where its file can't be read, the guide is one without words. */
static void guide_words(struct runtime *rt, const struct exercise *exercise, struct message_guide *g)
{
    struct safety_verdict verdict;
    int r = 0;

    if (rt->guide_texts && (!exercise || strcmp(rt->guide_texts->id, exercise->id) != 0)) {
        free(rt->guide_texts);
        rt->guide_texts = NULL;
    }
    if (!exercise || !suitability_judge(exercise, &rt->profile, &verdict))
        return;
    g->stop = _(CATALOGUE_STOP_LINE);
    if (!rt->guide_texts)
        r = exercise_load_texts(exercise, &rt->guide_texts);
    if (r < 0) {
        log_debug("The steps of %s can't be read: %s", exercise->id, strerror(-r));
        return;
    }
    g->steps = (const char *const *)exercise_steps(rt->guide_texts, &verdict);
    g->caution = rt->guide_texts->texts->caution;
    g->breath = rt->guide_texts->texts->breath;
}

/* Whether the notification server cuts off what goes beyond a few lines, as mako does where nothing else is
 * set. */
static bool few_lines(const struct runtime *rt)
{
    struct notify_server_info server;

    notify_server(rt->notify, &server);
    return strcmp(server.name, "mako") == 0;
}

static enum message_part part_kind(const struct bc_guide_part *part)
{
    if (*part->exercise || part->of == 0)
        return MESSAGE_PART_EXERCISE;
    return *part->next ? MESSAGE_PART_REST : MESSAGE_PART_AFTER;
}

/* The notification as the guide: one step at a time, drawn anew only when its words change. */
static void show_guide(struct runtime *rt, const struct bc_view *view, bool anew)
{
    usec_t elapsed = runtime_now(rt) - view->guide_from_usec, next;
    const struct exercise *exercise;
    struct bc_guide_part part;
    struct message_guide g;
    int r;

    bc_core_guide_part(rt->core, elapsed, &part);
    exercise = catalogue_find(rt->catalogue, *part.exercise ? part.exercise : part.next);
    g = (struct message_guide){
        .part = part_kind(&part),
        .title = exercise ? exercise->title : NULL,
        .elapsed_usec = elapsed - part.from_usec,
        .total_usec = part.until_usec - part.from_usec,
        .number = part.number,
        .of = part.of,
        .actions = rt->settings->actions,
        .few_lines = few_lines(rt),
    };
    _cleanup_(freep) char *picture = picture_of(rt, exercise, NULL);

    g.picture = picture;
    if (*part.exercise)
        guide_words(rt, exercise, &g);
    message_guide(&rt->message, &g);
    /* Progress must not bring back what the user has closed; what has just begun, or begun anew, is shown. */
    rt->message.notify.quiet = !anew;
    rt->message.notify.urgency = (enum notify_urgency)rt->settings->urgency;
    r = screen_put(rt, SHOWN_BREAK);
    if (r < 0)
        log_warning("The guide can't be shown: %s", strerror(-r));
    rt->message.notify.image = NULL;
    next = message_guide_next(&g);
    /* Where a part ends the next one begins, but for the last: there the core ends the break. */
    next = next == USEC_INFINITY ? part.until_usec : next + part.from_usec;
    next += view->guide_from_usec;
    (void)timer_set(rt, &rt->guide_timer, next < view->guide_until_usec ? next : USEC_INFINITY,
                    100 * USEC_PER_MSEC, on_guide_timer);
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

/* The end of a guided break; now and then with a tip. */
static void show_complete(struct runtime *rt)
{
    _cleanup_(freep) char *tip = NULL;
    const struct exercise *exercise = catalogue_find(rt->catalogue, rt->completed);
    struct message_complete complete = {
        .exercise = rt->completed[0],
        .massage = exercise && exercise->kind == BC_KIND_MASSAGE,
    };

    tip_of_the_day(rt, &tip);
    complete.tip = tip;
    message_complete(&rt->message, &complete);
    (void)screen_put(rt, SHOWN_COMPLETE);
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
        show_complete(rt);
    } else if (rt->wanted.withdraw) {
        screen_clear(rt);
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

static uint64_t red_tags(const struct safety_profile *profile)
{
    uint64_t tags = safety_profile_tags(profile), red = 0;

    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
        if (safety_tag_class((enum safety_tag)tag) <= SAFETY_CLASS_URGENT)
            red |= tags & SAFETY_TAG_BIT(tag);
    return red;
}

/* The message of a medical hold: when it begins, when something else is added to what it is for, as another
 * advice may hold then, at start, and once a day while somebody is there to read it. When it ends, the
 * message goes. */
void show_hold(struct runtime *rt)
{
    int64_t today = local_day(now_usec(CLOCK_REALTIME));
    uint64_t red = red_tags(&rt->profile);
    struct bc_view view;
    bool added;

    bc_core_view(rt->core, &view);
    if (rt->stopping)
        return;
    if (!medical_hold(rt)) {
        if (rt->advice_day != 0 && !*view.prompt_break && !*view.guide_break)
            screen_clear(rt);
        rt->advice_day = 0;
        rt->advice_tags = 0;
        return;
    }
    added = red & ~rt->advice_tags;
    rt->advice_tags = red;
    if (!added && (today == rt->advice_day || !view.present))
        return;
    rt->advice_day = today;
    message_hold(&rt->message);
    if (screen_put(rt, SHOWN_HOLD) < 0)
        log_warning("A notification can't be shown.");
}

/* One notification at start, without saying what is wrong: the journal and `config check` do. */
void show_settings_problem(struct runtime *rt, size_t mistakes)
{
    message_settings(&rt->message, (unsigned)mistakes);
    (void)screen_put(rt, SHOWN_PROBLEM);
}

/* What has hurt several times is for a professional to see. */
void show_advice(struct runtime *rt)
{
    message_advice(&rt->message);
    (void)screen_put(rt, SHOWN_ADVICE);
}

/* The first run: what this is and what it is not. Where it could not be shown, the next start tries again. */
void show_welcome(struct runtime *rt)
{
    message_welcome(&rt->message);
    (void)screen_put(rt, SHOWN_WELCOME);
}

/* The evening's routine is offered, which takes @duration_usec, or an exercise of it alone. */
void show_wind_down(struct runtime *rt, const struct exercise *exercise, usec_t duration_usec,
                    unsigned snoozes_left)
{
    struct message_prompt p = {
        .title = exercise ? exercise->title : NULL,
        .duration_usec = duration_usec,
        .snoozes_left = snoozes_left,
        .snooze_usec = rt->settings->rules.snooze_usec,
        .actions = rt->settings->actions,
    };
    _cleanup_(freep) char *picture = picture_of(rt, exercise, &p.duration_usec);

    p.picture = picture;
    message_wind_down(&rt->message, &p);
    dress(rt, &rt->message.notify);
    rt->message.notify.sound = NULL;
    if (screen_put(rt, SHOWN_EVENING) < 0)
        log_warning("The notification can't be shown.");
    rt->message.notify.image = NULL;
}

/* Nothing tells of activity: once, and why is for `backcarectl doctor`. */
void show_no_source(struct runtime *rt)
{
    message_no_source(&rt->message);
    (void)screen_put(rt, SHOWN_NO_SOURCE);
}

static int answer(struct runtime *rt, struct bc_event event)
{
    int r = step(rt, &event);

    if (r > 0)
        log_info("An answer was refused: %s", bc_refusal_to_string((enum bc_refusal)r));
    return r;
}

/* What is said of an exercise: during the guide it also ends it, with no blame and no reminder at once. */
static void on_verdict(struct runtime *rt, const char *exercise, const char *verdict, bool end)
{
    int r = answer(rt, (struct bc_event){.type = BC_EVENT_FEEDBACK, .u.feedback = {exercise, verdict}});

    if (end && r == 0)
        (void)answer(rt, (struct bc_event){.type = BC_EVENT_SKIP});
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
    if (strcmp(id, "better") == 0 || strcmp(id, "hurts") == 0) {
        /* Of what has ended, also if something else is proposed by now. Its message has done its work. */
        screen_read(rt);
        on_verdict(rt, rt->completed, id, false);
        return;
    }
    if (strcmp(id, "too-much") == 0) {
        if (*view.guide_break)
            on_verdict(rt, view.guide_exercise, "hurts", true);
        return;
    }
    /* An answer to something that has ended meanwhile, or to the note about the settings, is none. */
    if (!*view.prompt_break && !*view.guide_break && !evening_stands(rt))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
        if (strcmp(answers[i].id, id) == 0) {
            struct bc_event event = {.type = answers[i].type};

            if (!evening_answer(rt, &event, NULL))
                (void)answer(rt, event);
        }
}

/* A notification server has come, and with it the time for what there was none for. */
static void show_missed(struct runtime *rt)
{
    enum shown_kind kind = rt->screen.missed;
    struct bc_view view;

    rt->screen.missed = SHOWN_NOTHING;
    bc_core_view(rt->core, &view);
    switch (kind) {
    case SHOWN_BREAK:
        rt->wanted = (struct wanted){.show = *view.prompt_break || *view.guide_break};
        show_wanted(rt);
        break;
    case SHOWN_HOLD:
        rt->advice_tags = 0;
        show_hold(rt);
        break;
    case SHOWN_WELCOME:
        welcome(rt);
        break;
    case SHOWN_EVENING:
        evening_show(rt);
        break;
    case SHOWN_ADVICE:
        rt->advice_due = true;
        advice_settle(rt);
        break;
    case SHOWN_PROBLEM:
        rt->problem_due = rt->profile_doubtful || rt->start_mistakes > 0;
        advice_settle(rt);
        break;
    case SHOWN_NOTHING:
    case SHOWN_COMPLETE:
    case SHOWN_NO_SOURCE:
        /* Not worth to come late. */
        break;
    }
    rt->screen.late = true;
}

static void on_server(struct runtime *rt)
{
    struct notify_server_info server;

    notify_server(rt->notify, &server);
    if (rt->stopping)
        return;
    if (*server.name && rt->screen.missed != SHOWN_NOTHING)
        show_missed(rt);
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
        screen_missed(rt);
        log_event(LOG_WARNING, "notification-failed", "The notification could not be shown: %s", text);
        break;
    case NOTIFY_EVENT_GONE:
        if (rt->stopping)
            (void)sd_event_exit(rt->event, 0);
        break;
    case NOTIFY_EVENT_SERVER:
        on_server(rt);
        notice_settle(rt);
        bus_changed(rt->bus);
        break;
    case NOTIFY_EVENT_SHOWN:
        if (rt->screen.shown == SHOWN_WELCOME)
            welcome_shown(rt);
        break;
    case NOTIFY_EVENT_CLOSED:
        screen_closed(rt);
        break;
    default:
        break;
    }
}

/* Makes the notification port. */
int notify_wire(struct runtime *rt)
{
    return notify_new(rt->event, rt->bus_connection, rt->options.notifier, on_notify, rt, &rt->notify);
}
