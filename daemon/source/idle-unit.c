/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seconds or milliseconds; see idle-unit.h.
 */
#include "source/idle-unit.h"
#include "util/macro.h"

/* A service may look at its own clock a little earlier or later than it is asked. */
#define SLACK_USEC (100 * USEC_PER_MSEC)
/* Below this the growth in seconds could be none at all. */
#define APART_MIN_USEC (1100 * USEC_PER_MSEC)
/* An answer that took longer tells too little of when it was given. */
#define ROUND_TRIP_MAX_USEC (500 * USEC_PER_MSEC)
/* In a pair whose second answer is small, milliseconds with input in between may look like seconds by
 * chance, about once in a hundred. */
#define AGREED_WANTED 2

/**
 * idle_unit_reset() - nothing is known: it is another service, say
 * @unit: the state
 */
void idle_unit_reset(struct idle_unit *unit)
{
    *unit = (struct idle_unit){.unit_usec = 0};
}

static usec_t scaled(int64_t value, usec_t unit_usec)
{
    usec_t usec;

    return __builtin_mul_overflow(value, unit_usec, &usec) ? USEC_INFINITY : usec;
}

/* Whether the value has grown by the time between the answers, cut to whole units. */
static bool grown_by(int64_t growth, usec_t unit_usec, usec_t min_usec, usec_t max_usec)
{
    usec_t grown = scaled(growth, unit_usec);

    return grown > min_usec - unit_usec - SLACK_USEC && grown < max_usec + unit_usec + SLACK_USEC;
}

/* No idle time is longer than the machine is up, and none grows faster than time. */
static bool possible(const struct idle_unit *unit, const struct idle_answer *answer, usec_t unit_usec)
{
    usec_t grown;

    if (scaled(answer->value, unit_usec) > answer->answered_usec + unit_usec + SLACK_USEC)
        return false;
    if (!unit->known_before || answer->value <= unit->before.value)
        return true;
    grown = scaled(answer->value - unit->before.value, unit_usec);
    return grown <= answer->answered_usec - unit->before.asked_usec + unit_usec + SLACK_USEC;
}

static void judge(struct idle_unit *unit, const struct idle_answer *answer)
{
    usec_t min = answer->asked_usec - unit->before.answered_usec;
    usec_t max = answer->answered_usec - unit->before.asked_usec;
    int64_t growth = answer->value - unit->before.value;

    if (grown_by(growth, USEC_PER_MSEC, min, max) && possible(unit, answer, USEC_PER_MSEC)) {
        unit->unit_usec = USEC_PER_MSEC;
    } else if (growth > 0 && grown_by(growth, USEC_PER_SEC, min, max) &&
               possible(unit, answer, USEC_PER_SEC)) {
        /* Were it milliseconds, there was input in between, so long ago at most as the first answer is. */
        bool sure = scaled(answer->value, USEC_PER_MSEC) > max + SLACK_USEC;

        if (sure || ++unit->agreed >= AGREED_WANTED)
            unit->unit_usec = USEC_PER_SEC;
    } else {
        unit->agreed = 0;
    }
}

/**
 * idle_unit_answer() - take an answer into account
 * @unit: the state
 * @answer: the answer; not older than the one before
 *
 * A unit that is known is given up when an answer can't be in it.
 *
 * Return: the unit in microseconds; 0 when it isn't known, as input came between the answers, or they came
 * too soon after one another.
 */
usec_t idle_unit_answer(struct idle_unit *unit, const struct idle_answer *answer)
{
    if (unit->unit_usec != 0 && !possible(unit, answer, unit->unit_usec))
        idle_unit_reset(unit);
    if (answer->value < 0 || answer->answered_usec - answer->asked_usec > ROUND_TRIP_MAX_USEC)
        return unit->unit_usec;
    if (unit->known_before && answer->value >= unit->before.value &&
        answer->asked_usec - unit->before.answered_usec < APART_MIN_USEC)
        return unit->unit_usec;
    if (unit->known_before && unit->unit_usec == 0)
        judge(unit, answer);
    unit->before = *answer;
    unit->known_before = true;
    return unit->unit_usec;
}

/**
 * idle_unit_name() - the unit, for a person
 * @unit: the state
 *
 * Return: a word; NULL when it isn't known.
 */
const char *idle_unit_name(const struct idle_unit *unit)
{
    return unit->unit_usec == USEC_PER_SEC    ? "seconds"
           : unit->unit_usec == USEC_PER_MSEC ? "milliseconds"
                                              : NULL;
}
