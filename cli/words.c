/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See words.h. Knows the words that the daemon uses for states, reasons, postures and sources, and those of
 * the catalogue.
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
    /* kinds of exercises */
    N_("massage"),
    N_("mobility"),
    N_("stretch"),
    N_("strength"),
    N_("breathing"),
    N_("posture"),
    /* regions */
    N_("lower-back"),
    N_("mid-back"),
    N_("upper-back"),
    N_("shoulders"),
    N_("neck"),
    N_("hips"),
    N_("glutes"),
    N_("hamstrings"),
    N_("whole-body"),
    /* tools */
    N_("hands"),
    N_("wall"),
    N_("chair"),
    N_("foam-roller"),
    N_("massage-ball"),
    N_("massage-stick"),
    N_("handheld-massager"),
    N_("partner"),
    /* positions */
    N_("seated"),
    N_("kneeling"),
    N_("floor-supine"),
    N_("floor-side"),
    /* places */
    N_("desk"),
    N_("room"),
    N_("floor-space"),
    /* sides */
    N_("none"),
    N_("both"),
    N_("alternate"),
    /* hazards */
    N_("supine"),
    N_("spine-flexion"),
    N_("spine-extension"),
    N_("spine-rotation"),
    N_("side-bend"),
    N_("neck-motion"),
    N_("neck-pressure"),
    N_("lumbar-pressure"),
    N_("leg-pressure"),
    N_("percussion"),
    N_("overhead"),
    N_("wrist-load"),
    N_("knee-load"),
    N_("balance"),
    N_("pelvis-uneven"),
    N_("nerve-stretch"),
    N_("head-low"),
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
