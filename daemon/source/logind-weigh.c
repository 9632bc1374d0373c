/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sessions of a user say together; the rules are in the header.
 */
#include <string.h>

#include "source/logind-weigh.h"
#include "util/macro.h"

/**
 * logind_class_counts() - whether somebody may sit at sessions of this class
 * @class: as logind names it
 *
 * Return: whether.
 */
bool logind_class_counts(const char *class)
{
    return strcmp(class, "user") == 0 || strncmp(class, "user-", strlen("user-")) == 0;
}

/**
 * logind_type_graphical() - whether sessions of this type have a desktop that can set hints
 * @type: as logind names it
 *
 * Return: whether; a type that isn't known has one.
 */
bool logind_type_graphical(const char *type)
{
    return strcmp(type, "tty") != 0 && strcmp(type, "unspecified") != 0 && strcmp(type, "web") != 0;
}

static bool alive(const struct logind_facts *one)
{
    return one->counts && !one->closing;
}

/* One that nobody has opened from within another. */
static bool firm(const struct logind_facts *one)
{
    return alive(one) && !one->remote && (one->graphical || one->seat[0]);
}

/**
 * logind_is_place() - whether the user can sit at a session
 * @facts: all sessions of the user
 * @n: how many
 * @one: which of them
 *
 * Return: whether.
 */
bool logind_is_place(const struct logind_facts *const *facts, size_t n, const struct logind_facts *one)
{
    if (firm(one))
        return true;
    if (!alive(one) || one->remote)
        return false;
    for (size_t i = 0; i < n; i++)
        if (firm(facts[i]))
            return false;
    return true;
}

static const struct logind_facts *own_of(const struct logind_facts *const *facts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (facts[i]->own)
            return facts[i];
    return NULL;
}

static bool vouches(const struct logind_facts *one, const struct logind_facts *own)
{
    return own && one != own && one->graphical && one->active && one->seat[0] &&
           strcmp(one->seat, own->seat) != 0 && !one->locked && one->tells_idle && !one->idle;
}

/* Those places whose locks count: the active ones, or all where none is; the graphical ones, or all. */
struct locks {
    size_t n, n_locked, n_sure;
};

static void count_lock(struct locks *locks, const struct logind_facts *one)
{
    locks->n++;
    locks->n_locked += one->locked;
    locks->n_sure += one->locked && one->lock_sure;
}

/**
 * logind_weigh() - what the sessions of a user say together
 * @facts: the sessions
 * @n: how many
 *
 * Return: the verdict.
 */
struct logind_verdict logind_weigh(const struct logind_facts *const *facts, size_t n)
{
    const struct logind_facts *own = own_of(facts, n);
    struct locks locks[2][2] = {0}; /* [active][graphical] */
    struct logind_verdict v = {0};
    const struct locks *deciding;
    size_t n_idle = 0;

    for (size_t i = 0; i < n; i++) {
        const struct logind_facts *one = facts[i];

        v.n_sessions += alive(one);
        if (!logind_is_place(facts, n, one))
            continue;
        v.n_places++;
        count_lock(&locks[one->active][one->graphical], one);
        if (!one->active)
            continue;
        v.n_active++;
        v.n_text += !one->graphical;
        if (one->idle) {
            n_idle++;
            v.idle_since_usec = MAX(v.idle_since_usec, one->idle_since_usec);
        }
        v.vouched = v.vouched || vouches(one, own);
    }
    deciding = &locks[v.n_active > 0][1];
    if (deciding->n == 0)
        deciding = &locks[v.n_active > 0][0];
    v.left = v.n_sessions > 0 && v.n_active == 0;
    v.locked = deciding->n > 0 && deciding->n_locked == deciding->n;
    v.doubtful = v.locked && deciding->n_sure < deciding->n;
    v.idle = v.n_active > 0 && n_idle == v.n_active;
    return v;
}
