/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See words.h. Knows the words that the daemon uses for states, reasons, postures and sources.
 */
#include <string.h>

#include "cli/words.h"
#include "util/i18n.h"
#include "util/macro.h"

static const char *const words[] = {
    /* states */
    N_("active"),
    N_("due"),
    N_("break"),
    N_("away"),
    N_("paused"),
    N_("snoozed"),
    N_("held"),
    N_("off-hours"),
    /* why it is so */
    N_("asleep"),
    N_("screen locked"),
    N_("no session of yours is in front"),
    N_("walking"),
    N_("no input"),
    N_("outside working hours"),
    N_("medical hold"),
    N_("camera in use"),
    N_("microphone in use"),
    /* postures */
    N_("sitting"),
    N_("standing"),
    /* sources */
    N_("standby"),
    N_("unavailable"),
};

/**
 * word_text() - a word of the bus in the user's language
 *
 * Return: @word itself where it is none of those known, as from a newer daemon or somebody's reason.
 */
const char *word_text(const char *word)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcmp(words[i], word) == 0)
            return _(words[i]);
    return word;
}
