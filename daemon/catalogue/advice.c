/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person is told when a doctor or emergency care comes first: without the condition, and with the
 * user's own numbers, as no country's is everybody's. And when somebody is to be asked before massage.
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

/* What of the profile asks for a word with a professional, for "With %s, …"; freed by the caller. */
static char *consult_list(const struct safety_profile *profile)
{
    uint64_t tags = safety_profile_tags(profile);
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
        if ((tags & SAFETY_TAG_BIT(tag)) && safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_CONSULT)
            (void)fprintf(f, "%s%s", ftell(f) > 0 ? "; " : "", condition_meaning((enum safety_tag)tag));
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}

/**
 * advice_consult() - what somebody is told from whom massage is withheld until a professional was asked
 * @profile: the person
 * @ret: the message, freed by the caller; NULL where nothing asks for it, or a medical hold says more
 *
 * It names what was noted: for the person's own terminal only.
 *
 * Return: 0 or -ENOMEM.
 */
int advice_consult(const struct safety_profile *profile, char **ret)
{
    _cleanup_(freep) char *list = NULL;
    char *text;

    *ret = NULL;
    if (safety_advice(profile) != SAFETY_ADVICE_CONSULT)
        return 0;
    list = consult_list(profile);
    if (!list ||
        asprintf(
            &text,
            _("With %s, check with a doctor or physiotherapist before self-massage. Here is gentle movement "
              "instead: %s"),
            list, "backcarectl list") < 0)
        return -ENOMEM;
    *ret = text;
    return 0;
}
