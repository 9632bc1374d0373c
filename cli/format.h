/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How things look to a person: durations, clock times, colours, and text from elsewhere made safe for a
 * terminal.
 */
#pragma once

#include <stdio.h>

#include "util/macro.h"
#include "util/time-util.h"

#define FORMAT_TIME_MAX 64

enum colour {
    COLOUR_NONE,
    COLOUR_BOLD,
    COLOUR_DIM,
    COLOUR_GOOD,
    COLOUR_NOTE,
    COLOUR_BAD,
    _COLOUR_MAX,
};

void format_init(void);
const char *colour(enum colour which);

void put_text(FILE *file, const char *text);
void put_textf(FILE *file, const char *fmt, ...) _printf_(2, 3);
void put_padded(FILE *file, const char *text, int width);
int text_width(const char *text);

const char *format_duration(char *buf, size_t size, usec_t usec);
const char *format_countdown(char *buf, size_t size, usec_t usec);
const char *format_clock(char *buf, size_t size, usec_t realtime_usec, usec_t now_usec);
const char *format_iso(char *buf, size_t size, usec_t realtime_usec);
