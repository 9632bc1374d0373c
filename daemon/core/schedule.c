/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Working hours, on the local wall clock. The offset of that clock is data: it comes with the CLOCK event, so
 * that summer time and a moved clock are inputs like any other.
 */
#include "core/internal.h"

#define DAY_MIN (24 * 60)
#define WEEK_MIN (7 * DAY_MIN)
#define WEEK_USEC (WEEK_MIN * USEC_PER_MINUTE)

/* Microseconds since Sunday 00:00 local time. 1970-01-01 was a Thursday. */
static usec_t week_usec(const struct bc_core *core, usec_t t_usec)
{
    usec_t w = (t_usec + core->wall_offset_usec + 4 * USEC_PER_DAY) % WEEK_USEC;

    return w < 0 ? w + WEEK_USEC : w;
}

/* Whether an instant of the week lies in a span; one over midnight may run on into the next day, or the next
 * week. */
static bool span_has(const struct bc_work_span *s, usec_t week)
{
    usec_t from = (s->weekday * DAY_MIN + s->start_min) * USEC_PER_MINUTE;
    usec_t to = (s->weekday * DAY_MIN + s->end_min) * USEC_PER_MINUTE;

    return (week >= from && week < to) || week + WEEK_USEC < to;
}

bool schedule_inside(const struct bc_core *core, usec_t t_usec)
{
    usec_t week = week_usec(core, t_usec);

    /* Without a wall clock nobody can say; it comes with the first CLOCK event. */
    if (core->rules.n_schedule == 0 || !core->wall_known)
        return true;
    for (size_t i = 0; i < core->rules.n_schedule; i++)
        if (span_has(&core->schedule[i], week))
            return true;
    return false;
}

/* The first instant after @t_usec at which a span begins or ends, or USEC_INFINITY without a schedule
 * or a wall clock. */
usec_t schedule_next_change(const struct bc_core *core, usec_t t_usec)
{
    usec_t week = week_usec(core, t_usec), least = USEC_INFINITY;

    for (size_t i = 0; core->wall_known && i < core->rules.n_schedule; i++) {
        const struct bc_work_span *s = &core->schedule[i];
        int edges[] = {s->start_min, s->end_min};

        for (size_t j = 0; j < ARRAY_SIZE(edges); j++) {
            usec_t edge = ((s->weekday * DAY_MIN + edges[j]) % WEEK_MIN) * USEC_PER_MINUTE;

            least = MIN(least, edge > week ? edge - week : edge - week + WEEK_USEC);
        }
    }
    return usec_add(t_usec, least);
}

/* The first instant from @t_usec on that lies inside working hours, or USEC_INFINITY if none does. */
usec_t schedule_next_inside(const struct bc_core *core, usec_t t_usec)
{
    usec_t limit = usec_add(t_usec, WEEK_USEC);

    while (!schedule_inside(core, t_usec)) {
        t_usec = schedule_next_change(core, t_usec);
        if (t_usec > limit)
            return USEC_INFINITY;
    }
    return t_usec;
}
