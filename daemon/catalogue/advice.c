/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person is told when a doctor or emergency care comes first. Names no condition; the numbers are the
 * user's own, as no country's is everybody's.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "util/i18n.h"

#define EMERGENCY_TAGS (SAFETY_TAG_BIT(SAFETY_TAG_SEVERE_PAIN) - 1)

/**
 * advice_message() - the message of a medical hold
 * @settings: for the numbers
 * @profile: the person
 * @ret: the message, freed by the caller; NULL where there is no hold
 *
 * It stands alone: no exercise, tip or link beside it.
 *
 * Return: 0 or -ENOMEM.
 */
int advice_message(const struct settings *settings, const struct safety_profile *profile, char **ret)
{
    const char *emergency =
        settings->emergency_number ? settings->emergency_number : _("your local emergency number");
    const char *line = settings->advice_number ? settings->advice_number : _("a medical advice line");
    uint64_t tags = safety_profile_tags(profile) & EMERGENCY_TAGS,
             sign = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_WARNING_SIGN);
    char *text = NULL;
    int r = 0;

    switch (safety_advice(profile)) {
    case SAFETY_ADVICE_EMERGENCY:
        if (tags == sign)
            r = asprintf(
                &text,
                _("BackCare is paused. Please contact your maternity unit now, or %s if it is severe."),
                emergency);
        else
            r = asprintf(
                &text,
                _("BackCare is paused. What you noted can need emergency care. Please call %s or go to "
                  "an emergency department now.%s"),
                emergency, tags & sign ? _(" Please contact your maternity unit, too.") : "");
        break;
    case SAFETY_ADVICE_URGENT:
        r = asprintf(&text, _("BackCare is paused. Please speak to a doctor or %s today before doing more."),
                     line);
        break;
    default:
        break;
    }
    if (r < 0)
        return -ENOMEM;
    *ret = text;
    return 0;
}
