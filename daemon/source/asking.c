/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idleness that no event tells of; see asking.h.
 */
#include "source/asking.h"
#include "util/macro.h"

#define DELAY_FIRST_USEC (20 * USEC_PER_SEC)
#define DELAY_LAST_USEC (10 * USEC_PER_MINUTE)

/**
 * asking_rearm() - the user counts as active from now on
 * @asking: the state; whatever it was
 * @now_usec: now, on CLOCK_BOOTTIME as all instants here
 * @threshold_usec: without input for so long the user is idle, > 0
 *
 * One question is due when the threshold is reached without input: so a machine that wakes by itself doesn't
 * count as sitting. Was there input until then, none follows.
 */
void asking_rearm(struct asking *asking, usec_t now_usec, usec_t threshold_usec)
{
    *asking = (struct asking){.floor_usec = now_usec, .next_usec = usec_add(now_usec, threshold_usec)};
}

/**
 * asking_lower() - the threshold is a lower one now
 * @asking: the state
 * @now_usec: now
 *
 * A question is due at once, as the user may have been idle for longer than that; and one more when the
 * threshold may first be reached. A report that has been given stands.
 */
void asking_lower(struct asking *asking, usec_t now_usec)
{
    if (asking->idle)
        return;
    asking->next_usec = now_usec;
    asking->again = true;
}

/**
 * asking_stop() - nobody wants to know any more
 * @asking: the state
 */
void asking_stop(struct asking *asking)
{
    asking->idle = asking->again = false;
    asking->next_usec = USEC_INFINITY;
}

/**
 * asking_told_idle() - an event has told what may have been asked for, and another will tell the end
 * @asking: the state
 * @since_usec: since when
 */
void asking_told_idle(struct asking *asking, usec_t since_usec)
{
    asking_stop(asking);
    asking->idle = true;
    asking->since_usec = since_usec;
}

/**
 * asking_told_active() - an event has told that the user is back
 * @asking: the state
 */
void asking_told_active(struct asking *asking)
{
    asking_stop(asking);
}

/**
 * asking_floor() - the last input, or what counts as one
 * @asking: the state
 * @last_input_usec: as the source tells it
 *
 * Return: the instant from which an idle time counts.
 */
usec_t asking_floor(const struct asking *asking, usec_t last_input_usec)
{
    return MAX(last_input_usec, asking->floor_usec);
}

static void ask_later(struct asking *asking, usec_t now_usec)
{
    asking->delay_usec =
        asking->delay_usec == 0 ? DELAY_FIRST_USEC : MIN(asking->delay_usec * 2, DELAY_LAST_USEC);
    asking->next_usec = usec_add(now_usec, asking->delay_usec);
}

/**
 * asking_answer() - the source has told how long there has been no input, whoever asked
 * @asking: the state, with the next question settled afterwards
 * @now_usec: when it has
 * @last_input_usec: the instant of the last input
 * @grain_usec: how exact that is; two answers may differ by so much without input in between
 * @threshold_usec: the one in force
 *
 * Return: what is to be reported.
 */
enum asking_verdict asking_answer(struct asking *asking, usec_t now_usec, usec_t last_input_usec,
                                  usec_t grain_usec, usec_t threshold_usec)
{
    usec_t since = MIN(asking_floor(asking, last_input_usec), now_usec);

    if (asking->idle) {
        if (since <= usec_add(asking->since_usec, grain_usec)) {
            if (now_usec >= asking->next_usec)
                ask_later(asking, now_usec);
            return ASKING_NONE;
        }
        asking_stop(asking);
        return ASKING_ACTIVE;
    }
    if (now_usec - since >= threshold_usec) {
        asking->idle = true;
        asking->again = false;
        asking->since_usec = since;
        asking->delay_usec = 0;
        ask_later(asking, now_usec);
        return ASKING_IDLE;
    }
    /* Asked for another reason: what is due stays due. */
    if (now_usec < asking->next_usec)
        return ASKING_NONE;
    if (asking->again || since <= usec_add(asking->floor_usec, grain_usec)) {
        asking->again = false;
        asking->next_usec = usec_add(since, threshold_usec);
    } else {
        asking->next_usec = USEC_INFINITY;
    }
    return ASKING_NONE;
}

/**
 * asking_no_answer() - a question was put, and nothing is known by it
 * @asking: the state
 * @now_usec: now
 *
 * An idle user stays idle for now and is asked for again; an active one is taken for active. What is due
 * later stays due.
 */
void asking_no_answer(struct asking *asking, usec_t now_usec)
{
    if (now_usec < asking->next_usec)
        return;
    asking->again = false;
    if (asking->idle)
        ask_later(asking, now_usec);
    else
        asking->next_usec = USEC_INFINITY;
}
