/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of BackCare's notifications, from plain data: pure, no clock, no I/O. An invitation of one idea,
 * one action and one length; no order, no blame, no promise. What could tell others of a condition or a
 * pregnancy is never said here, as a screen is seen by others.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "notify/notify.h"
#include "util/time-util.h"

#define MESSAGE_SUMMARY_CHARS 40
#define MESSAGE_BODY_CHARS 120
#define MESSAGE_GUIDE_CHARS 300
#define MESSAGE_LABEL_MAX 80 /* bytes */

/* Which actions to offer; the order and values of enum setting_action in config/settings.h. */
enum message_action {
    MESSAGE_ACTION_START = 1 << 0,
    MESSAGE_ACTION_SNOOZE = 1 << 1,
    MESSAGE_ACTION_DONE = 1 << 2,
    MESSAGE_ACTION_ANOTHER = 1 << 3,
    /* Not in the settings: these stand where they belong. */
    MESSAGE_ACTION_TOO_MUCH = 1 << 4,
    MESSAGE_ACTION_BETTER = 1 << 5,
    MESSAGE_ACTION_HURTS = 1 << 6,
};

struct message_prompt {
    usec_t exposure_usec;  /* how long seated; 0 = not said */
    usec_t length_usec;    /* of the break */
    const char *title;     /* of the exercise; NULL or "" = none was found */
    usec_t duration_usec;  /* of the exercise */
    unsigned attempt;      /* 1 = the first showing */
    unsigned snoozes_left; /* UINT_MAX without a limit */
    usec_t snooze_usec;    /* how long `snooze` puts it off */
    unsigned actions;      /* bits of enum message_action */
    const char
        *picture; /* path, or NULL; not shown where the title is not; the caller's, as long as it is shown */
};

/* What is on in a guided break. */
enum message_part {
    MESSAGE_PART_EXERCISE,
    MESSAGE_PART_REST,  /* between two exercises of a routine */
    MESSAGE_PART_AFTER, /* the exercise is done, and the break goes on */
};

struct message_guide {
    enum message_part part;
    const char *title;        /* as above, of the part; with REST that of the exercise that comes next */
    const char *const *steps; /* NULL-terminated, may be empty; NULL = none */
    /* What goes with an exercise, each a sentence; NULL or "" = none. With the first step comes the caution,
     * with the next one when to stop, both before its words; then how to breathe. */
    const char *caution, *stop, *breath;
    usec_t elapsed_usec; /* since the part began */
    usec_t total_usec;   /* of the part */
    size_t number, of;   /* which exercise of how many; of a routine only */
    unsigned actions;
    const char *picture; /* as above */
    bool few_lines; /* what goes beyond some three lines is not seen: caution and when to stop come first */
};

struct message_complete {
    bool exercise;   /* something was done of which one can say how it was */
    bool massage;    /* which is best followed by some movement */
    const char *tip; /* a text instead of the usual one, or NULL */
};

/* Holds its own strings and points into itself: fill it where it stays, don't copy it. */
struct message {
    struct notify_message notify; /* urgency, timeout, image and sound are the caller's to change */
    char summary[MESSAGE_SUMMARY_CHARS * 4 + 8];
    char body[MESSAGE_GUIDE_CHARS * 4 + 8];
    char fallback[160];
    char labels[NOTIFY_ACTIONS_MAX][MESSAGE_LABEL_MAX];
};

bool message_private(const char *text);
const char *message_title(const char *title);
void message_prompt(struct message *ret, const struct message_prompt *prompt);
void message_guide(struct message *ret, const struct message_guide *guide);
usec_t message_guide_next(const struct message_guide *guide);
void message_complete(struct message *ret, const struct message_complete *complete);
void message_wind_down(struct message *ret, const struct message_prompt *prompt);
void message_advice(struct message *ret);
void message_welcome(struct message *ret);
void message_hold(struct message *ret);
void message_settings(struct message *ret, unsigned problems);
void message_no_source(struct message *ret);
