/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which mistakes in the settings are nobody's business but the user's. Their texts hold no private value, but
 * that there is one tells enough; and a health word on the wrong line is one all the same. They are for the
 * user's own terminal: the journal, the bus and the doctor say the place only.
 */
#include <stdlib.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/i18n.h"

#define PROFILE "[profile"

/* What tells of health although it is no word of ours. */
static const char *const roots[] = {"pregnan", "natal",  "trimester", "partum",    "osteopor",  "cancer",
                                    "fractur", "surger", "bleed",     "clot",      "nerve",     "sciatic",
                                    "fever",   "numb",   "trauma",    "bladder",   "bowel",     "infect",
                                    "inflam",  "bruise", "wound",     "rash",      "pelvic",    "implant",
                                    "heart",   "spine",  "disc-",     "condition", "schwanger", "krebs"};

/**
 * setting_section_private() - whether private keys live in a section
 */
bool setting_section_private(const char *name)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (settings_table[i].is_private && strcasecmp(settings_table[i].section, name) == 0)
            return true;
    return false;
}

/**
 * setting_key_private() - whether a key is the name of a private one, whatever section it stands in
 */
bool setting_key_private(const char *key)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (settings_table[i].is_private && strcasecmp(settings_table[i].key, key) == 0)
            return true;
    return false;
}

/**
 * settings_mistake_tells() - whether the text of a mistake has a word of health in it
 *
 * Where such a word stands in a wrong place, nobody knows what it was to say.
 */
bool settings_mistake_tells(const char *text)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (settings_table[i].is_private && strcasestr(text, settings_table[i].key))
            return true;
    for (size_t i = 0; settings_conditions[i]; i++)
        if (strcasestr(text, settings_conditions[i]))
            return true;
    for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
        if (strcasestr(text, roots[i]))
            return true;
    return false;
}

/**
 * settings_mistake_is_private() - whether the text of a mistake is for the user's own terminal only
 */
bool settings_mistake_is_private(const char *text)
{
    return strncasecmp(text, PROFILE, strlen(PROFILE)) == 0 || settings_mistake_tells(text);
}

/**
 * settings_hide_private() - leave of private mistakes nothing but their places
 * @d: what others will see
 *
 * Return: 0 or -ENOMEM.
 */
int settings_hide_private(struct diagnostics *d)
{
    for (size_t i = 0; i < d->n; i++) {
        char *text;

        if (!settings_mistake_is_private(d->items[i].text))
            continue;
        text = strdup(_("what is wrong there is not said here; to see it: backcarectl config check"));
        if (!text)
            return -ENOMEM;
        free(d->items[i].text);
        d->items[i].text = text;
    }
    return 0;
}
