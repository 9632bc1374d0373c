/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plain rotation: an order of the exercises in which each kind is spread evenly, no two neighbours are of
 * one kind as long as that is possible, and they work different regions if that costs nothing. The same
 * catalogue gives the same order, always.
 */
#include <stdint.h>

#include "catalogue/catalogue.h"

/* How far down its kind's queue a region that differs is looked for: bounds the work. */
#define LOOK_AHEAD 8

/* The exercises of one kind that are still to be placed, as a list through `next`. */
struct queue {
    size_t first; /* index of an exercise; SIZE_MAX = none */
    size_t last;
    size_t n;      /* of this kind in all */
    size_t placed; /* of these */
};

struct pick {
    size_t before; /* the one before it in its queue; SIZE_MAX when it is the first */
    size_t index;
    bool differs; /* in its regions from the exercise placed last */
};

static struct pick pick_from(const struct catalogue *catalogue, const struct queue *queue, const size_t *next,
                             unsigned regions)
{
    struct pick pick = {.before = SIZE_MAX, .index = queue->first};
    size_t before = SIZE_MAX, at = queue->first;

    for (int i = 0; i < LOOK_AHEAD && at != SIZE_MAX; i++) {
        if (!(catalogue->exercises[at]->regions & regions))
            return (struct pick){.before = before, .index = at, .differs = true};
        before = at;
        at = next[at];
    }
    return pick;
}

static void take(struct queue *queue, size_t *next, const struct pick *pick)
{
    if (pick->before == SIZE_MAX)
        queue->first = next[pick->index];
    else
        next[pick->before] = next[pick->index];
    if (queue->last == pick->index)
        queue->last = pick->before;
    queue->placed++;
}

/* Is @a, evenly spread, to come before @b? Its next place is (placed + 1/2) / n of the way; without division,
 * and the first kind wins a tie. */
static bool comes_first(const struct queue *a, const struct queue *b)
{
    return (2 * (uint64_t)a->placed + 1) * b->n < (2 * (uint64_t)b->placed + 1) * a->n;
}

/* The kind that has so many left that it must be taken now, lest two of it become neighbours; or -1. The
 * rotation is a circle, so the kind it begins with must not end it, and has a place less. */
static int forced_kind(const struct queue *queues, size_t left, int first, int last)
{
    for (int kind = 0; kind < _BC_KIND_MAX; kind++)
        if (kind != last && queues[kind].n - queues[kind].placed > (left - (kind == first)) / 2)
            return kind;
    return -1;
}

static int choose(const struct catalogue *catalogue, const struct queue *queues, const size_t *next,
                  size_t left, int first, int last, unsigned regions, struct pick *ret)
{
    int forced = forced_kind(queues, left, first, last), best = -1;

    for (int kind = 0; kind < _BC_KIND_MAX; kind++) {
        struct pick pick;

        if (queues[kind].placed == queues[kind].n || (forced >= 0 && kind != forced) ||
            (kind == last && left > queues[kind].n - queues[kind].placed))
            continue;
        pick = pick_from(catalogue, &queues[kind], next, regions);
        if (best < 0 || pick.differs > ret->differs ||
            (pick.differs == ret->differs && comes_first(&queues[kind], &queues[best]))) {
            best = kind;
            *ret = pick;
        }
    }
    return best;
}

/* Adapted steps may take another time. */
static usec_t time_for(const struct exercise *e, const struct safety_profile *profile)
{
    struct safety_verdict verdict;

    return profile && suitability_judge(e, profile, &verdict) ? verdict.duration_usec : e->duration_usec;
}

static size_t fill_queues(const struct catalogue *catalogue, const struct safety_profile *profile,
                          struct queue queues[_BC_KIND_MAX], size_t *next)
{
    size_t n = 0;

    for (int kind = 0; kind < _BC_KIND_MAX; kind++)
        queues[kind] = (struct queue){.first = SIZE_MAX, .last = SIZE_MAX};
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];
        struct queue *queue = &queues[e->kind];

        next[i] = SIZE_MAX;
        if (e->hidden || e->default_off || (profile && !suitability_judge(e, profile, NULL)))
            continue;
        if (queue->last == SIZE_MAX)
            queue->first = i;
        else
            next[queue->last] = i;
        queue->last = i;
        queue->n++;
        n++;
    }
    return n;
}

/**
 * catalogue_menu() - the exercises that may be suggested, in the order of the rotation
 * @catalogue: must outlive the menu, whose ids are its own
 * @profile: whom it is for; NULL = whoever
 * @ret: the menu, freed by the caller; hidden ones and those switched off are not in it
 * @ret_n: how many
 *
 * Return: 0 or -ENOMEM.
 */
int catalogue_menu(const struct catalogue *catalogue, const struct safety_profile *profile,
                   struct bc_menu_item **ret, size_t *ret_n)
{
    _cleanup_(freep) size_t *next = malloc((catalogue->n + 1) * sizeof *next);
    _cleanup_(freep) struct bc_menu_item *menu = NULL;
    struct queue queues[_BC_KIND_MAX];
    unsigned regions = 0;
    int first = -1, last = -1;
    size_t n;

    if (!next)
        return -ENOMEM;
    n = fill_queues(catalogue, profile, queues, next);
    menu = calloc(n + 1, sizeof *menu);
    if (!menu)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        struct pick pick = {0};
        int kind = choose(catalogue, queues, next, n - i, first, last, regions, &pick);
        const struct exercise *e = catalogue->exercises[pick.index];

        take(&queues[kind], next, &pick);
        menu[i] = (struct bc_menu_item){.id = e->id, .kind = e->kind, .duration_usec = time_for(e, profile)};
        regions = e->regions;
        last = kind;
        if (i == 0)
            first = kind;
    }
    *ret = TAKE_PTR(menu);
    *ret_n = n;
    return 0;
}
