/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says in the journal which source is followed: one line for each change, none while it is not known yet.
 * What the others say of themselves is in activity_describe().
 */
#include "source/activity.h"
#include "util/log.h"

static bool eligible(const struct activity *a, size_t row)
{
    return a->wanted == SOURCE_AUTO || a->wanted == a->rows[row].kind;
}

/* Whether one that would do has not answered yet. */
static bool pending(const struct activity *a)
{
    for (size_t i = 0; i < a->n_rows; i++) {
        const struct source *s = a->sources[i];

        if (s && (s->driver->capabilities & SOURCE_CAP_IDLE) && eligible(a, i) && s->probe == PROBE_PENDING)
            return true;
    }
    return false;
}

static void say_none(const struct activity *a)
{
    for (size_t i = 0; i < a->n_rows && a->wanted != SOURCE_AUTO; i++)
        if (eligible(a, i)) {
            const struct source *s = a->sources[i];

            log_event(
                LOG_WARNING, "source",
                "The settings ask for %s as the source of activity, and it does not work (%s): you count as "
                "active; see backcarectl doctor.",
                source_kind_to_string(a->wanted), s ? s->detail : "not in this version");
            return;
        }
    log_event(LOG_WARNING, "source",
              "No source of activity works: you count as active; see backcarectl doctor.");
}

/* Whether what holds now is what was said last: also none of them, if the same was asked for. */
static bool told(const struct activity *a)
{
    if (a->chosen)
        return a->chosen == a->announced && !a->none_announced;
    return a->none_announced && a->none_wanted == a->wanted;
}

static void announce(struct activity *activity)
{
    const struct source *s = activity->chosen;

    if (!activity->started || told(activity) || (!s && pending(activity)))
        return;
    activity->announced = s ? s : activity->announced;
    activity->none_announced = !s;
    activity->none_wanted = activity->wanted;
    if (!s)
        say_none(activity);
    else if (s->detail[0])
        log_event(LOG_INFO, "source", "Activity is followed by %s (%s).", s->driver->name, s->detail);
    else
        log_event(LOG_INFO, "source", "Activity is followed by %s.", s->driver->name);
}

/**
 * source_announce() - say which source is followed, if it is another one than was said last
 * @activity: the activity
 *
 * That there is none yet, right after the start, is no change: the desktop may only be starting.
 */
void source_announce(struct activity *activity)
{
    if (activity->chosen || activity->announced || activity->wanted != SOURCE_AUTO)
        announce(activity);
}

/**
 * activity_announce() - say what is followed, also that there still is none
 * @activity: the activity
 */
void activity_announce(struct activity *activity)
{
    announce(activity);
}

/**
 * activity_followed() - whether a source tells of the user
 * @activity: the activity
 *
 * Return: false where none works, or none has answered yet: the user counts as active.
 */
bool activity_followed(const struct activity *activity)
{
    return activity->chosen != NULL;
}
