/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to a status that was read. Knows neither the bus nor how anything is written.
 */
#include <string.h>

#include "cli/client.h"
#include "cli/status.h"

/**
 * moment_now() - this moment, on both clocks
 */
struct moment moment_now(void)
{
    return (struct moment){now_usec(CLOCK_REALTIME), now_usec(CLOCK_BOOTTIME)};
}

/**
 * status_counter() - a break's counter at a moment, extrapolated from the daemon's anchor
 * @boottime_usec: the moment
 *
 * Up to the due time the anchor gives the rate. Beyond it the rate is known while sitting only; standing, the
 * counter is not led on beyond what is certain.
 *
 * Return: exposure in microseconds.
 */
usec_t status_counter(const struct status *status, const struct status_break *b, usec_t boottime_usec)
{
    usec_t passed = MAX(boottime_usec - b->at_usec, 0), left = b->after_usec - b->counter_usec,
           lead = b->due_usec - b->at_usec;
    double rate;

    if (b->due_usec == USEC_INFINITY)
        return b->counter_usec;
    if (left <= 0 || lead <= 0)
        return usec_add(b->counter_usec,
                        status->posture && strcmp(status->posture, "sitting") == 0 ? passed : 0);
    rate = MIN((double)left / (double)lead, 1.0);
    if (passed <= lead)
        return b->counter_usec + (usec_t)(rate * (double)passed);
    /* A rate that is 1 but for rounding is sitting. */
    return b->after_usec + (rate > 0.999 ? passed - lead : 0);
}

/**
 * status_next_break() - the break that will be prompted next
 *
 * Return: one of the status's breaks, or NULL.
 */
const struct status_break *status_next_break(const struct status *status)
{
    for (size_t i = 0; i < status->n_breaks && status->next_break; i++)
        if (strcmp(status->breaks[i].name, status->next_break) == 0)
            return &status->breaks[i];
    return NULL;
}

/* Some never tell of input, and others are in use for locking and the like alone, which their detail says. */
static bool tells_of_input(const struct status_source *source)
{
    return strcmp(source->name, "session-manager") != 0 && strcmp(source->name, "policy-agent") != 0 &&
           !(source->detail && strstr(source->detail, "; not for idle"));
}

/**
 * status_source_in_use() - the source that says whether the user is active
 *
 * Others may be in use beside it, for locking, suspending or inhibitors: never are those meant.
 *
 * Return: one of the status's sources, or NULL when none is in use.
 */
const struct status_source *status_source_in_use(const struct status *status)
{
    for (size_t i = 0; i < status->n_sources; i++)
        if (strcmp(status->sources[i].status, "active") == 0 && tells_of_input(&status->sources[i]))
            return &status->sources[i];
    return NULL;
}

/**
 * status_source_refused() - whether a source would work, but another one is asked for
 *
 * Return: whether one stands by while none is in use.
 */
bool status_source_refused(const struct status *status)
{
    for (size_t i = 0; i < status->n_sources; i++)
        if (strcmp(status->sources[i].status, "standby") == 0)
            return !status_source_in_use(status);
    return false;
}

/**
 * status_has_prompt() - whether a prompt waits for an answer
 */
bool status_has_prompt(const struct status *status)
{
    return is_set(status->prompt_break);
}

/**
 * status_reason() - why the state is as it is, for people
 *
 * Return: the reason; NULL where there is none, or where the state says the same.
 */
const char *status_reason(const struct status *status)
{
    bool same = is_set(status->state) && is_set(status->reason) && strcmp(status->state, "off-hours") == 0 &&
                strcmp(status->reason, "outside working hours") == 0;

    return is_set(status->reason) && !same ? status->reason : NULL;
}

/**
 * status_next_known() - whether it is known when the next prompt comes
 */
bool status_next_known(const struct status *status)
{
    return is_set(status->next_break) && status->next_prompt_usec > 0 &&
           status->next_prompt_usec != USEC_INFINITY;
}

/**
 * status_done() - free what a status holds
 */
void status_done(struct status *status)
{
    for (size_t i = 0; i < status->n_breaks; i++)
        free(status->breaks[i].name);
    for (size_t i = 0; i < status->n_sources; i++) {
        free(status->sources[i].name);
        free(status->sources[i].status);
        free(status->sources[i].detail);
    }
    free(status->breaks);
    free(status->sources);
    free(status->state);
    free(status->reason);
    free(status->prompt_break);
    free(status->prompt_exercise);
    free(status->next_break);
    free(status->posture);
    free(status->notifier_name);
    free(status->notifier_version);
    strings_free(status->notifier_capabilities);
    free(status->version);
    *status = (struct status){0};
}

/**
 * ledger_done() - free what a ledger holds
 */
void ledger_done(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->n; i++) {
        free(ledger->entries[i].what);
        free(ledger->entries[i].break_name);
    }
    free(ledger->entries);
    *ledger = (struct ledger){0};
}

/**
 * choice_done() - free what a choice holds
 */
void choice_done(struct choice *choice)
{
    free(choice->exercise);
    free(choice->title);
    free(choice->last);
    (void)strings_free(choice->reasons);
    *choice = (struct choice){0};
}

/**
 * strings_free() - free a NULL-terminated list of strings; accepts NULL
 *
 * Return: NULL.
 */
char **strings_free(char **strings)
{
    for (size_t i = 0; strings && strings[i]; i++)
        free(strings[i]);
    free(strings);
    return NULL;
}
