/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See pages.h.
 */
#include <stdio.h>
#include <string.h>

#include "notify/pages.h"
#include "util/macro.h"

/* The guide is drawn anew when another of these is over, so that this is seldom. */
#define COUNTDOWN_USEC (10 * USEC_PER_SEC)

/**
 * pages_steps() - how many steps an exercise has
 * @g: what runs
 */
size_t pages_steps(const struct message_guide *g)
{
    size_t n = 0;

    while (g->steps && g->steps[n])
        n++;
    return n;
}

/**
 * pages_elapsed() - the time since it began, as part of the whole
 * @g: what runs
 */
usec_t pages_elapsed(const struct message_guide *g)
{
    return MIN(MAX(g->elapsed_usec, 0), MAX(g->total_usec, 0));
}

/**
 * pages_current() - which step or page is on: they share the time evenly
 * @g: what runs
 * @n: how many there are, more than 0
 * @ret_end_usec: when it ends
 *
 * Return: from 0.
 */
size_t pages_current(const struct message_guide *g, size_t n, usec_t *ret_end_usec)
{
    usec_t each = MAX(g->total_usec, 0) / (usec_t)n;
    usec_t i = each > 0 ? pages_elapsed(g) / each : 0;

    i = MIN(i, (usec_t)n - 1);
    *ret_end_usec = i == (usec_t)n - 1 ? g->total_usec : (i + 1) * each;
    return (size_t)i;
}

/**
 * pages_safety() - what is said for safety: the caution and when to stop, but for what tells of the person
 * @g: what runs
 * @list: gets them
 *
 * Return: how many there are.
 */
size_t pages_safety(const struct message_guide *g, const char *list[2])
{
    bool hidden = g->title && message_private(g->title);
    const char *const all[] = {hidden ? NULL : g->caution, g->stop};
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        if (all[i] && *all[i] && !message_private(all[i]))
            list[n++] = all[i];
    return n;
}

/* How many pages share the time: the steps, and where few lines are shown what is said for safety before. */
static size_t pages_count(const struct message_guide *g)
{
    const char *safety[2];
    size_t n_steps = pages_steps(g);

    return g->few_lines && n_steps > 0 ? n_steps + pages_safety(g, safety) : n_steps;
}

/**
 * pages_asides() - what goes with a step: of three sentences one each
 * @g: what runs
 * @step: which, from 0
 * @before: gets what is said for safety, each a line; it comes first, as some servers cut off the end
 * @after: gets how to breathe, after a line break
 * @size: of each of them
 *
 * The third sentence comes again until the last step, which often only rounds it off. Where there are fewer
 * steps than sentences the last one gets all that are left.
 */
void pages_asides(const struct message_guide *g, size_t step, char *before, char *after, size_t size)
{
    bool hidden = g->title && message_private(g->title);
    size_t n_steps = pages_steps(g);
    const char *list[3];
    size_t safety = pages_safety(g, list), n = safety, last;

    *before = *after = 0;
    if (!hidden && g->breath && *g->breath && !message_private(g->breath))
        list[n++] = g->breath;
    if (n == 0 || (step >= n && step + 1 >= n_steps))
        return;
    last = step + 1 >= n_steps ? n - 1 : step;
    for (size_t i = MIN(step, n - 1); i <= MIN(last, n - 1); i++) {
        char *buf = i < safety ? before : after;

        (void)snprintf(buf + strlen(buf), size - strlen(buf), i < safety ? "%s\n" : "\n%s", list[i]);
    }
}

/**
 * message_guide_next() - when the guide is to be drawn anew: its step ends, or 10 s of the time left are over
 * @guide: what runs
 *
 * Return: a time on the scale of elapsed_usec, greater than it; USEC_INFINITY at the end.
 */
usec_t message_guide_next(const struct message_guide *guide)
{
    usec_t elapsed = pages_elapsed(guide), left = MAX(guide->total_usec, 0) - elapsed, next, end;
    size_t n_pages = pages_count(guide), page;

    if (left == 0)
        return USEC_INFINITY;
    next = elapsed + ((left - 1) % COUNTDOWN_USEC) + 1;
    if (n_pages == 0)
        return next;
    page = pages_current(guide, n_pages, &end);
    if (end <= elapsed)
        return next;
    /* A page before the steps says nothing of the time. */
    return page + pages_steps(guide) < n_pages ? end : MIN(next, end);
}
