/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See words.h. Knows the words that the daemon uses for states, reasons, postures and sources, and those of
 * the catalogue.
 */
#include <stdio.h>
#include <stdlib.h>
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
    N_("unknown"),
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

/* What sources say of themselves: the whole of it, or what stands beside a colon. */
static const char *const details[] = {
    N_("not in this version"),
    N_("starting"),
    N_("out of memory"),
    N_("connection lost"),
    N_("no session bus"),
    N_("session bus"),
    N_("asking the session bus"),
    N_("asking the session bus for GNOME's shell"),
    N_("can't watch the session bus"),
    N_("no system bus"),
    N_("the system bus is gone"),
    N_("waiting for the system bus, and logind on it"),
    N_("logind isn't running"),
    N_("logind doesn't answer"),
    N_("logind is gone"),
    N_("can't ask logind"),
    N_("no session of yours is known; sleep is"),
    N_("only remote sessions: no reminders"),
    N_("lock, switch, sleep"),
    N_("lock"),
    N_("idle monitor of GNOME's shell"),
    N_("GNOME's shell doesn't answer"),
    N_("GNOME's shell is gone"),
    N_("GNOME's shell isn't running"),
    N_("no session manager of GNOME is running"),
    N_("waiting for the session manager of GNOME"),
    N_("idle is inhibited now"),
    N_("nothing inhibits idle now"),
    N_("inhibitors, as KDE's power management tells them"),
    N_("KDE's power management doesn't answer"),
    N_("KDE's power management isn't running"),
    N_("can't ask KDE's power management"),
    N_("no screen saver on the session bus"),
    N_("inhibitors only, and nothing of a lock"),
    N_("WAYLAND_DISPLAY is not set"),
    N_("libwayland or the module that uses it isn't installed"),
    N_("no compositor is running there"),
    N_("the compositor doesn't answer"),
    N_("the compositor doesn't take connections"),
    N_("DISPLAY is not set"),
    N_("libxcb or the module that uses it isn't installed"),
    N_("no server is running there"),
    N_("the server doesn't answer"),
    N_("the server has no IDLETIME counter"),
    N_("the server has no SYNC extension"),
    N_("the server refuses the SYNC extension"),
    N_("the server refuses to tell the idle time"),
    N_("the server refuses an alarm"),
    N_("the server wants a kind of authentication that we don't know"),
    N_("is Xwayland, which sees only part of the input"),
    N_("refused"),
};

/* What may stand behind that. */
static const char *const suffixes[] = {
    N_(", yet the settings ask for it: you always count as active"),
    N_("; until it works you always count as active"),
    N_("; not for idle: you always count as active"),
    N_("; not for idle"),
    N_("; another one is asked for"),
    N_("; a better one is in use"),
    N_("; a film or a call counts as activity"),
    N_(", asked once a minute while idle is inhibited"),
    N_(", and idle as the desktop says it"),
    N_(", and idle as the desktop says it and when asked"),
    N_(", and idle when asked"),
    N_(", and idle when it is on or asked"),
    N_(", in seconds"),
    N_(", in milliseconds"),
    N_(", not in use now"),
};

/* With one name or number in it. */
static const char *const templates[] = {
    N_("no answer from %s"),
    N_("%s has no idle protocol"),
    N_("%s has changed its idle protocol"),
    N_("%s has no seat"),
    N_("%s is no display"),
    N_("%s is set, but XDG_RUNTIME_DIR isn't"),
    N_("%s is not a server on this machine"),
    N_("display %s"),
    N_("session %s"),
    N_("%s sessions"),
    N_("protocol error %s of an object that is gone"),
    N_("protocol error %s"),
};

static const char *translation(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return _(texts[i]);
    return NULL;
}

/**
 * word_text() - a word of the bus or the catalogue in the user's language
 *
 * Return: @word itself where it is none of those known, as from a newer daemon or somebody's reason.
 */
const char *word_text(const char *word)
{
    const char *text = translation(words, ARRAY_SIZE(words), word);

    return text ? text : word;
}

static void write_detail(FILE *f, const char *text);

static void write_part(FILE *f, const char *text, size_t n)
{
    _cleanup_(freep) char *part = strndup(text, n);

    if (part)
        write_detail(f, part);
}

/* Whether it ends with one of the suffixes; then it is written, and what stands before that. */
static bool write_with_suffix(FILE *f, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        size_t size = strlen(suffixes[i]);

        if (n > size && strcmp(text + n - size, suffixes[i]) == 0) {
            write_part(f, text, n - size);
            fputs(_(suffixes[i]), f);
            return true;
        }
    }
    return false;
}

static bool write_by_template(FILE *f, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < ARRAY_SIZE(templates); i++) {
        const char *place = strstr(templates[i], "%s"), *translated;
        size_t before = (size_t)(place - templates[i]), behind = strlen(place + 2);

        if (n <= before + behind || strncmp(text, templates[i], before) != 0 ||
            strcmp(text + n - behind, place + 2) != 0)
            continue;
        translated = _(templates[i]);
        place = strstr(translated, "%s");
        if (!place)
            continue;
        fwrite(translated, 1, (size_t)(place - translated), f);
        write_part(f, text + before, n - before - behind);
        fputs(place + 2, f);
        return true;
    }
    return false;
}

static void write_detail(FILE *f, const char *text)
{
    const char *known = translation(details, ARRAY_SIZE(details), text), *colon = strstr(text, ": "),
               *pair = strstr(text, " and ");

    if (known) {
        fputs(known, f);
        return;
    }
    if (write_with_suffix(f, text))
        return;
    if (colon) {
        write_part(f, text, (size_t)(colon - text));
        fputs(": ", f);
        write_detail(f, colon + 2);
        return;
    }
    if (write_by_template(f, text))
        return;
    if (pair) {
        fwrite(text, 1, (size_t)(pair - text), f);
        /* TRANSLATORS: between two names */
        fputs(_(" and "), f);
        write_detail(f, pair + strlen(" and "));
    } else {
        fputs(text, f);
    }
}

/**
 * detail_text() - what a source says of itself, in the user's language
 * @detail: from the bus
 *
 * What is not known, as an error from elsewhere, stays as it is.
 *
 * Return: to be freed; NULL out of memory.
 */
char *detail_text(const char *detail)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    write_detail(f, detail);
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}
