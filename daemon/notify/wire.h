/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the daemon and backcare-notifier say to each other: lines of text, so that a person can play either
 * side. This file knows the form of the lines and nothing of pipes, buses or notifications; it must not
 * include notify.h, whose names clash with libnotify's.
 *
 * To the notifier, a message is lines of "KEY VALUE", ended by a blank line or by "show":
 *     summary TEXT          body TEXT         fallback TEXT (appended where the server has no actions)
 *     image PATH            sound NAME        urgency low|normal|critical
 *     timeout server|never|TIME               action ID LABEL (up to four)      quiet yes|no
 * In a value "\n" is a newline and "\\" a backslash. The next message replaces the one shown.
 *
 * From the notifier: "shown" once for each message, "action ID", "closed REASON" (expired, dismissed, closed,
 * unknown) or "failed TEXT"; after the last two it exits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "util/time-util.h"

#define WIRE_LINE_MAX 8192 /* bytes of a line without its newline */
#define WIRE_ACTIONS_MAX 4

struct wire_message {
    char *summary;
    char *body;
    char *fallback;
    char *image;
    char *sound;
    unsigned urgency;    /* 0 low, 1 normal, 2 critical: the order of every enumeration of it */
    usec_t timeout_usec; /* 0 = the server decides, USEC_INFINITY = never */
    struct {
        char *id;
        char *label;
    } actions[WIRE_ACTIONS_MAX];
    size_t n_actions;
    bool quiet;
    bool begun; /* a line of it was read */
};

#define WIRE_MESSAGE_INIT ((struct wire_message){.urgency = 1})

/* Conditions of wire_message_read() and of the reader. */
enum {
    WIRE_MORE = 0,
    WIRE_COMPLETE = 1,
};

/* Cuts what is read, in pieces of any size, into lines and messages. */
struct wire_reader {
    struct wire_message message; /* whole after WIRE_COMPLETE */
    unsigned line_number;        /* of the line that was read last, from 1 */
    size_t line_size;
    char line[WIRE_LINE_MAX + 1];
};

#define WIRE_READER_INIT ((struct wire_reader){.message = WIRE_MESSAGE_INIT})

int wire_message_read(struct wire_message *message, const char *line, const char **ret_problem);
void wire_message_done(struct wire_message *message);

int wire_reader_feed(struct wire_reader *reader, const char **data, size_t *size, const char **ret_problem);
int wire_reader_end(struct wire_reader *reader, bool complete, const char **ret_problem);
void wire_reader_done(struct wire_reader *reader);

void wire_write(FILE *f, const char *key, const char *value);
char *wire_unescape(const char *text);
