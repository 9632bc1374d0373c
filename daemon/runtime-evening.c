/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wind-down: at a time of day that the user has set, or at the first presence in the two hours after it,
 * one invitation to the evening's routine. It is no break of the core, as it has nothing to do with exposure
 * and is not part of a replay; but it is answered like one, and once it is begun it is a guided break as any
 * other. Working hours don't stop it: whoever sets a time of evening means it.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/log.h"

#define WINDOW_USEC (2 * USEC_PER_HOUR)
#define SNOOZE_MIN_USEC USEC_PER_MINUTE
#define SNOOZE_MAX_USEC (4 * USEC_PER_HOUR)
#define ROUTINE "evening-wind-down"
#define FLOW "gentle-flow"

/* The evening that is on, or was the last one. */
struct occasion {
    int64_t day;      /* on which it begins, by the local calendar */
    usec_t from_usec; /* boottime, as both below */
    usec_t until_usec;
    usec_t next_usec; /* when the next one begins */
};

static struct occasion occasion_now(const struct runtime *rt)
{
    usec_t now = runtime_now(rt), at = (usec_t)rt->settings->wind_down_min * USEC_PER_MINUTE;
    usec_t local = clock_realtime(rt, now) + rt->utc_offset_usec - at, begun = local % USEC_PER_DAY;

    begun += begun < 0 ? USEC_PER_DAY : 0;
    return (struct occasion){
        .day = (local - begun) / USEC_PER_DAY,
        .from_usec = now - begun,
        .until_usec = now - begun + WINDOW_USEC,
        .next_usec = now - begun + USEC_PER_DAY,
    };
}

/* Whether an invitation stands. */
bool evening_stands(const struct runtime *rt)
{
    return rt->evening.stands;
}

/* On three evenings a week, Monday, Wednesday and Friday, the flow for who has asked for it: for whoever has,
 * so that it tells others nothing. */
static const char *routine_of(const struct runtime *rt, int64_t day)
{
    int64_t weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday; 0 = Sunday */

    if (rt->settings->prenatal_flow && (weekday == 1 || weekday == 3 || weekday == 5) &&
        bc_core_routine(rt->core, FLOW, NULL) > 0)
        return FLOW;
    return ROUTINE;
}

/* The break as which it is guided: the longest that is no longer than the routine, else the shortest. */
static const char *break_for(const struct runtime *rt, usec_t duration_usec)
{
    struct bc_view view;
    struct bc_break_view b = {.name = ""};

    bc_core_view(rt->core, &view);
    /* The longest comes first. */
    for (size_t i = 0; i < view.n_breaks; i++) {
        bc_core_break_view(rt->core, i, &b);
        if (b.length_usec <= duration_usec)
            break;
    }
    return b.name;
}

static void close_prompt(struct runtime *rt, const char *outcome)
{
    if (!rt->evening.stands)
        return;
    rt->evening.stands = false;
    bus_prompt_closed(rt->bus, EVENING_NAME, outcome);
    evening_keep(rt, outcome);
}

/* As often as a break, and no oftener. */
static unsigned snoozes_left(const struct runtime *rt)
{
    unsigned limit = rt->settings->rules.snooze_limit;

    return limit == 0 ? UINT_MAX : limit - MIN(rt->evening.snoozes, limit);
}

static void show(struct runtime *rt)
{
    struct evening *e = &rt->evening;
    usec_t duration = 0;

    if (rt->stopping)
        return;
    (void)bc_core_routine(rt->core, e->exercise, &duration);
    show_wind_down(rt, catalogue_find(rt->catalogue, e->exercise), duration, snoozes_left(rt));
}

/* The invitation once more, if it stands. */
void evening_show(struct runtime *rt)
{
    if (rt->evening.stands)
        show(rt);
}

static void stand(struct runtime *rt, const struct occasion *now)
{
    struct evening *e = &rt->evening;

    if (e->day != now->day)
        e->snoozes = 0;
    e->day = now->day;
    e->answered = false;
    e->snoozed_until_usec = BC_NO_TIME;
    e->stands = true;
    e->since_usec = runtime_now(rt);
    e->another = 0;
    (void)snprintf(e->exercise, sizeof e->exercise, "%s", routine_of(rt, now->day));
    show(rt);
    bus_prompted(rt->bus, EVENING_NAME, e->exercise, 1);
    log_event(LOG_INFO, "wind-down", "Time for the evening's routine.");
}

/* Nothing speaks against asking now. */
static bool may_ask(const struct runtime *rt, int64_t day)
{
    struct bc_view view;

    bc_core_view(rt->core, &view);
    return view.present && !*view.prompt_break && !*view.guide_break &&
           view.paused_until_usec == BC_NO_TIME && view.snoozed_until_usec == BC_NO_TIME &&
           view.hold_since_usec == BC_NO_TIME && view.n_breaks > 0 &&
           bc_core_routine(rt->core, routine_of(rt, day), NULL) > 0;
}

static int on_evening(sd_event_source *s, uint64_t usec, void *userdata)
{
    (void)s;
    (void)usec;
    clock_update(userdata);
    step_clock(userdata);
    return 0;
}

/* An exercise of the menu that nothing bars: asked for by name, as the core takes what is begun here, it
 * would not look. That it was shown not long ago is no matter. */
static bool may_be_alone(const struct runtime *rt, const char *id)
{
    for (size_t i = 0; i < rt->menu->menu.n_items; i++)
        if (strcmp(rt->menu->menu.items[i].id, id) == 0)
            return (bc_core_choice_bars(rt->core, id) & ~(1u << BC_BAR_RECENT)) == 0;
    return false;
}

/* Settings, or what was said meanwhile, may have taken away what is offered: then it is the whole, if there
 * is still one. Return: whether something is left to offer. */
static bool settle_offer(struct runtime *rt)
{
    struct evening *e = &rt->evening;
    const char *whole = routine_of(rt, e->day);

    if (bc_core_routine(rt->core, e->exercise, NULL) > 0 || may_be_alone(rt, e->exercise))
        return true;
    if (bc_core_routine(rt->core, whole, NULL) == 0)
        return false;
    e->another = 0;
    (void)snprintf(e->exercise, sizeof e->exercise, "%s", whole);
    show(rt);
    return true;
}

/* What stands may have to go: the evening is over, a break has been begun or is prompted, a pause says no, or
 * nothing is left to offer. */
static void settle_standing(struct runtime *rt, const struct occasion *now)
{
    struct bc_view view;
    bool over =
        runtime_now(rt) >= MAX(now->until_usec, rt->evening.window_usec) || now->day != rt->evening.day;

    bc_core_view(rt->core, &view);
    if (over || view.paused_until_usec != BC_NO_TIME) {
        /* Before its day, as the clock was set back: it comes again at its time. */
        rt->evening.answered = over && now->day >= rt->evening.day;
        close_prompt(rt, over ? "expired" : "paused");
        if (!*view.prompt_break && !*view.guide_break)
            screen_clear(rt);
    } else if (*view.guide_break || *view.prompt_break) {
        rt->evening.answered = *view.guide_break;
        close_prompt(rt, "replaced");
    } else if (view.n_breaks == 0 || !settle_offer(rt)) {
        close_prompt(rt, "replaced");
        screen_clear(rt);
    }
}

/**
 * evening_settle() - show the invitation when it is time, take it away when its time is over
 *
 * Called after each step; between them one timer is armed, for when the time comes or ends.
 */
void evening_settle(struct runtime *rt)
{
    struct evening *e = &rt->evening;
    usec_t now = runtime_now(rt), at, free_usec;
    struct occasion o;
    bool begun;

    if (rt->stopping || !rt->running || !rt->clock_told)
        return;
    if (rt->settings->wind_down_min < 0 || medical_hold(rt) || rt->profile_doubtful) {
        /* The message of a hold must not go with it. */
        if (e->stands && !medical_hold(rt))
            screen_clear(rt);
        close_prompt(rt, "replaced");
        (void)timer_set(rt, &rt->evening_timer, USEC_INFINITY, 0, on_evening);
        return;
    }
    o = occasion_now(rt);
    /* Not of a day before: a clock that is set back does not make two evenings of one. */
    if (e->day < o.day && e->snoozed_until_usec == BC_NO_TIME && !e->stands)
        e->answered = false;
    if (e->stands)
        settle_standing(rt, &o);
    begun = e->snoozed_until_usec != BC_NO_TIME ? now >= e->snoozed_until_usec : now < o.until_usec;
    if (e->snoozed_until_usec != BC_NO_TIME && now >= e->snoozed_until_usec + WINDOW_USEC) {
        e->snoozed_until_usec = BC_NO_TIME;
        begun = false;
    }
    begun = begun && !e->stands && !(e->answered && e->day == o.day && e->snoozed_until_usec == BC_NO_TIME) &&
            may_ask(rt, o.day);
    free_usec = screen_free_usec(rt);
    if (begun && now >= free_usec) {
        /* As long as it would have been from its own time, or from the end of a snooze. */
        e->window_usec =
            e->snoozed_until_usec != BC_NO_TIME ? e->snoozed_until_usec + WINDOW_USEC : o.until_usec;
        stand(rt, &o);
    }
    at = e->stands ? MAX(o.until_usec, e->window_usec)
         : e->snoozed_until_usec != BC_NO_TIME && now < e->snoozed_until_usec ? e->snoozed_until_usec
                                                                              : o.next_usec;
    if (begun && now < free_usec)
        at = MIN(at, free_usec);
    (void)timer_set(rt, &rt->evening_timer, at, USEC_PER_SEC, on_evening);
}

static int start(struct runtime *rt)
{
    struct bc_event event = {.type = BC_EVENT_START};
    struct evening *e = &rt->evening;
    char exercise[BC_NAME_MAX + 1];
    usec_t duration = 0;
    int r;

    /* It was looked at in the latest step, since when the menu may be another. */
    if (!settle_offer(rt))
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    (void)snprintf(exercise, sizeof exercise, "%s", e->exercise);
    (void)bc_core_routine(rt->core, exercise, &duration);
    event.u.start.break_name = break_for(rt, duration);
    event.u.start.exercise = exercise;
    e->starting = true;
    r = step(rt, &event);
    e->starting = false;
    return r;
}

/**
 * evening_begun() - a guided break begins; if it is the evening's, the invitation has its answer
 *
 * Before anybody is told of the break, as with a prompt of the core; and not before the core has taken it.
 */
void evening_begun(struct runtime *rt)
{
    if (!rt->evening.starting)
        return;
    close_prompt(rt, "started");
    rt->evening.answered = true;
}

static int snooze(struct runtime *rt, usec_t duration_usec)
{
    usec_t d = duration_usec == 0 ? rt->settings->rules.snooze_usec : duration_usec;

    if (d < SNOOZE_MIN_USEC || d > SNOOZE_MAX_USEC)
        return BC_REFUSAL_INVALID_ARGS;
    if (snoozes_left(rt) == 0)
        return BC_REFUSAL_SNOOZE_LIMIT;
    close_prompt(rt, "snoozed");
    rt->evening.snoozes++;
    rt->evening.snoozed_until_usec = usec_add(runtime_now(rt), d);
    screen_clear(rt);
    return BC_REFUSAL_NONE;
}

/* One of its exercises alone, each time another that may be; after the last the whole again. */
static int another(struct runtime *rt)
{
    struct evening *e = &rt->evening;
    const struct bc_menu *menu = &rt->menu->menu;
    const struct bc_menu_routine *routine = NULL;

    for (size_t i = 0; i < menu->n_routines; i++)
        if (strcmp(menu->routines[i].id, routine_of(rt, e->day)) == 0)
            routine = &menu->routines[i];
    if (!routine || bc_core_routine(rt->core, routine->id, NULL) == 0)
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    do
        e->another = (e->another + 1) % (routine->n_items + 1);
    while (e->another > 0 && !may_be_alone(rt, menu->items[routine->items[e->another - 1]].id));
    (void)snprintf(e->exercise, sizeof e->exercise, "%s",
                   e->another == 0 ? routine->id : menu->items[routine->items[e->another - 1]].id);
    show(rt);
    return BC_REFUSAL_NONE;
}

/* `done`: the routine is, and with it the break that would have come next. */
static int done(struct runtime *rt, struct bc_event *event)
{
    event->u.done.exercise = rt->evening.exercise;
    close_prompt(rt, "done");
    rt->evening.answered = true;
    screen_clear(rt);
    return step(rt, event);
}

/* A resume ends its snooze, too; then there is something to resume. */
static int resume(struct runtime *rt, struct bc_event *event)
{
    int r;

    rt->evening.snoozed_until_usec = BC_NO_TIME;
    r = step(rt, event);
    return r == BC_REFUSAL_NOT_PAUSED ? BC_REFUSAL_NONE : r;
}

static int skip(struct runtime *rt)
{
    close_prompt(rt, "skipped");
    rt->evening.answered = true;
    screen_clear(rt);
    return BC_REFUSAL_NONE;
}

/* Whether a command that names nothing means the invitation, or names it. */
static bool is_meant(const struct runtime *rt, const struct bc_event *event)
{
    const char *name = event->u.start.break_name, *exercise = event->u.start.exercise;

    if (event->type == BC_EVENT_RESUME)
        return rt->evening.snoozed_until_usec != BC_NO_TIME;
    if (!rt->evening.stands)
        return false;
    if (event->type != BC_EVENT_START)
        return event->type == BC_EVENT_DONE || event->type == BC_EVENT_SKIP ||
               event->type == BC_EVENT_SNOOZE || event->type == BC_EVENT_ANOTHER;
    return (!name || !*name || strcmp(name, EVENING_NAME) == 0) && (!exercise || !*exercise);
}

/**
 * evening_answer() - a command, if it is an answer to the invitation
 * @event: the command
 * @ret: 0 or a refusal; may be NULL
 *
 * Return: whether it was; else it is the core's.
 */
bool evening_answer(struct runtime *rt, struct bc_event *event, int *ret)
{
    int r;

    /* Of one exercise alone that is proposed here, which the core knows nothing of. */
    if (event->type == BC_EVENT_FEEDBACK && rt->evening.stands && rt->evening.another > 0 &&
        (!event->u.feedback.exercise || !*event->u.feedback.exercise))
        event->u.feedback.exercise = rt->evening.exercise;
    if (!is_meant(rt, event))
        return false;
    switch (event->type) {
    case BC_EVENT_START:
        r = start(rt);
        break;
    case BC_EVENT_SNOOZE:
        r = snooze(rt, event->u.duration_usec);
        break;
    case BC_EVENT_ANOTHER:
        r = another(rt);
        break;
    case BC_EVENT_DONE:
        r = done(rt, event);
        break;
    case BC_EVENT_RESUME:
        r = resume(rt, event);
        break;
    default:
        r = skip(rt);
        break;
    }
    evening_settle(rt);
    bus_changed(rt->bus);
    if (rt->running)
        state_keep(rt, rt->stopping);
    if (ret)
        *ret = r;
    return true;
}

/**
 * evening_view() - what others see of the invitation: a prompt as any other
 * @view: of the core
 */
void evening_view(const struct runtime *rt, struct bc_view *view)
{
    const struct evening *e = &rt->evening;

    if (e->snoozed_until_usec != BC_NO_TIME && e->snoozed_until_usec > view->now_usec &&
        view->snoozed_until_usec == BC_NO_TIME)
        view->snoozed_until_usec = e->snoozed_until_usec;
    if (!e->stands || *view->prompt_break || *view->guide_break)
        return;
    view->prompt_break = EVENING_NAME;
    view->prompt_exercise = e->exercise;
    view->prompt_reasons = 1u << BC_CHOICE_WIND_DOWN;
    view->prompt_since_usec = e->since_usec;
    view->prompt_attempt = 1;
    if (view->state == BC_STATE_ACTIVE || view->state == BC_STATE_OFF_HOURS) {
        view->state = BC_STATE_DUE;
        view->state_since_usec = MAX(view->state_since_usec, e->since_usec);
    }
}
