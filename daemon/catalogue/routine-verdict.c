/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a routine is for a person: what is left of it by the rules, item by item. Decides nothing that those
 * don't.
 */
#include "catalogue/catalogue.h"
#include "util/i18n.h"

/**
 * routine_judge() - what of a routine suits a person
 * @routine: a bare one will do
 * @profile: of the person; NULL = whoever
 * @ret: the verdict
 */
void routine_judge(const struct routine *routine, const struct safety_profile *profile,
                   struct routine_verdict *ret)
{
    struct routine_verdict verdict = {0};
    size_t n = 0;

    for (size_t i = 0; i < routine->n_items; i++) {
        const struct exercise *e = routine->items[i];
        struct safety_verdict v = {.suitable = true, .adapted = -1, .duration_usec = e->duration_usec};

        if (profile)
            (void)suitability_judge(e, profile, &v);
        if (e->hidden || e->default_off || !v.suitable) {
            verdict.left_out |= SAFETY_BIT(i);
            verdict.reasons |= v.reasons;
            continue;
        }
        verdict.consult = verdict.consult || v.advice == SAFETY_ADVICE_CONSULT || v.adapted >= 0;
        verdict.duration_usec += v.duration_usec + (n++ > 0 ? routine->rest_usec : 0);
    }
    verdict.suitable = n > 0;
    if (verdict.suitable)
        verdict.reasons = 0;
    *ret = verdict;
}

/**
 * routine_why() - a reason for which nothing is left of a routine
 * @i: from 0
 *
 * Return: a few words that name no condition; NULL behind the last reason, and for a suitable one.
 */
const char *routine_why(const struct routine_verdict *verdict, size_t i)
{
    if (verdict->suitable)
        return NULL;
    if (verdict->reasons == 0)
        return i == 0 ? _("all its exercises are hidden or switched off") : NULL;
    for (int reason = 0; reason < _SAFETY_REASON_MAX; reason++)
        if ((verdict->reasons & SAFETY_BIT(reason)) && i-- == 0)
            return _(safety_reason_text((enum safety_reason)reason));
    return NULL;
}
