/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which language the exercises are read in.
 */
#include <string.h>
#include <strings.h>

#include "catalogue/catalogue.h"
#include "util/i18n.h"

/**
 * catalogue_language() - the language that somebody wants the exercises in
 * @settings: "auto" is that of the messages, as i18n_init() has found it
 *
 * Return: a tag such as "de" or "pt-BR"; "en" where the session has none. Valid until the next i18n_init(),
 * and as long as @settings.
 */
const char *catalogue_language(const struct settings *settings)
{
    return settings->language && strcmp(settings->language, "auto") != 0 ? settings->language
                                                                         : i18n_language();
}

/**
 * catalogue_language_is_english() - whether a language is the one of the plain texts that we ship
 * @language: a tag, or NULL for the plain texts
 */
bool catalogue_language_is_english(const char *language)
{
    return !language || (strncasecmp(language, "en", 2) == 0 && strchr("-_", language[2]));
}
