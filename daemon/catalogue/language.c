/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which language the exercises are read in. Reads the environment, touches no file.
 */
#include <string.h>
#include <strings.h>

#include "catalogue/catalogue.h"

#define TAG_MAX 32

/* The first of some variables of the environment that says something. */
static const char *first_set(const char *const *names)
{
    for (; *names; names++) {
        const char *value = getenv(*names);

        if (value && *value)
            return value;
    }
    return "";
}

/* Whether a locale's name, of which @size bytes count, is the one without a language. */
static bool is_plain(const char *locale, size_t size)
{
    return size == 0 || (size == 1 && *locale == 'C') || (size == 5 && strncmp(locale, "POSIX", 5) == 0);
}

/**
 * catalogue_language() - the language that somebody wants the exercises in
 * @settings: "auto" is the language of the session
 *
 * Return: a tag such as "de" or "pt-BR"; "en" where the session has none. Valid until the next call, and as
 * long as @settings.
 */
const char *catalogue_language(const struct settings *settings)
{
    static const char *const locale_names[] = {"LC_ALL", "LC_MESSAGES", "LANG", NULL};
    static const char *const list_name[] = {"LANGUAGE", NULL};
    const char *locale = first_set(locale_names), *list = first_set(list_name);
    static char tag[TAG_MAX];
    size_t size;

    if (settings->language && strcmp(settings->language, "auto") != 0)
        return settings->language;
    /* As gettext does: the list is for a session that speaks a language at all. */
    if (*list && *list != ':' && !is_plain(locale, strcspn(locale, ".@")))
        locale = list;
    size = strcspn(locale, ".@:");
    if (is_plain(locale, size) || size >= sizeof tag)
        return "en";
    memcpy(tag, locale, size);
    tag[size] = 0;
    for (char *p = tag; *p; p++)
        *p = *p == '_' ? '-' : *p;
    return tag;
}

/**
 * catalogue_language_is_english() - whether a language is the one of the plain texts that we ship
 * @language: a tag, or NULL for the plain texts
 */
bool catalogue_language_is_english(const char *language)
{
    return !language || (strncasecmp(language, "en", 2) == 0 && strchr("-_", language[2]));
}
