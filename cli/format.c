/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for people. Knows nothing of breaks or buses.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "cli/format.h"
#include "util/i18n.h"
#include "util/utf8.h"

static bool colours;

/**
 * format_init() - find out what standard output can show; to be called once, first
 */
void format_init(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    /* Only for the width of characters: numbers and times are written the same way everywhere. */
    (void)setlocale(LC_CTYPE, "");
    colours = isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

/**
 * colour() - the control sequence that switches to a colour
 *
 * Return: "" where there are no colours.
 */
const char *colour(enum colour which)
{
    static const char *const sequences[_COLOUR_MAX] = {
        [COLOUR_NONE] = "\033[0m",  [COLOUR_BOLD] = "\033[1m",  [COLOUR_DIM] = "\033[2m",
        [COLOUR_GOOD] = "\033[32m", [COLOUR_NOTE] = "\033[33m", [COLOUR_BAD] = "\033[31m",
    };

    return colours ? sequences[which] : "";
}

/* What could move the cursor, change colours or turn the writing around is not for a name to decide. */
static bool harmless(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x202a && c <= 0x202e) &&
           !(c >= 0x2066 && c <= 0x2069) && c != 0x2028 && c != 0x2029;
}

/**
 * put_text() - write text from elsewhere, safe for a terminal
 * @text: any bytes; control characters and what is not UTF-8 become U+FFFD
 */
void put_text(FILE *file, const char *text)
{
    while (*text) {
        uint32_t c;
        size_t n = utf8_decode(text, &c);

        if (n == 0 || !harmless(c))
            fputs("\xef\xbf\xbd", file);
        else
            (void)fwrite(text, 1, n, file);
        text += n == 0 ? 1 : n;
    }
}

/**
 * put_textf() - put_text() of a text that is put together
 * @fmt: a translated one, with the arguments in whatever order its language wants
 */
void put_textf(FILE *file, const char *fmt, ...)
{
    _cleanup_(freep) char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    put_text(file, text ? text : "?");
}

/**
 * text_width() - columns that text takes on a terminal, as put_text() writes it
 */
int text_width(const char *text)
{
    int width = 0;

    while (*text) {
        uint32_t c;
        size_t n = utf8_decode(text, &c);
        int w = n == 0 || !harmless(c) ? 1 : wcwidth((wchar_t)c);

        /* In a locale without this character the terminal's width for it can't be known. */
        width += w < 0 ? 1 : w;
        text += n == 0 ? 1 : n;
    }
    return width;
}

/**
 * put_padded() - put_text() and blanks up to a width
 * @width: in columns
 */
void put_padded(FILE *file, const char *text, int width)
{
    put_text(file, text);
    for (int w = text_width(text); w < width; w++)
        fputc(' ', file);
}

/**
 * format_duration() - a duration in its two largest units: "45 s", "12 min", "1 h 5 min", "2 d 3 h"
 * @usec: negative counts as 0; rounded down to seconds below a minute, to minutes below a day
 *
 * Return: @buf.
 */
const char *format_duration(char *buf, size_t size, usec_t usec)
{
    long long s = MAX(usec, 0) / USEC_PER_SEC, min = s / 60, h = min / 60, d = h / 24;

    if (usec == USEC_INFINITY)
        (void)snprintf(buf, size, _("for ever"));
    else if (s < 60)
        (void)snprintf(buf, size, _("%lld s"), s);
    /* Lengths of breaks are often odd: 1 min 30 s says more than 1 min. */
    else if (min < 5 && s % 60)
        (void)snprintf(buf, size, _("%lld min %lld s"), min, s % 60);
    else if (h < 1)
        (void)snprintf(buf, size, _("%lld min"), min);
    else if (d < 1)
        (void)snprintf(buf, size, min % 60 ? _("%lld h %lld min") : _("%lld h"), h, min % 60);
    else
        (void)snprintf(buf, size, h % 24 ? _("%lld d %lld h") : _("%lld d"), d, h % 24);
    return buf;
}

/**
 * format_countdown() - how long until something, in whole minutes, rounded up: never "0 min"
 *
 * Return: @buf.
 */
const char *format_countdown(char *buf, size_t size, usec_t usec)
{
    usec_t up = MAX(usec, 1);

    if (up < USEC_INFINITY - USEC_PER_MINUTE)
        up = (up + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE * USEC_PER_MINUTE;
    return format_duration(buf, size, up);
}

static void to_local(usec_t realtime_usec, struct tm *ret)
{
    time_t t = (time_t)(realtime_usec / USEC_PER_SEC);

    if (!localtime_r(&t, ret))
        memset(ret, 0, sizeof(*ret));
}

/**
 * format_clock() - a clock time, with the date unless it is today: "14:32", "2026-11-23 08:00"
 * @realtime_usec: since the epoch
 * @now_usec: likewise: what today is
 *
 * Return: @buf.
 */
const char *format_clock(char *buf, size_t size, usec_t realtime_usec, usec_t now_usec)
{
    struct tm tm, today;
    bool same;

    to_local(realtime_usec, &tm);
    to_local(now_usec, &today);
    same = tm.tm_year == today.tm_year && tm.tm_yday == today.tm_yday;
    if (strftime(buf, size, same ? "%H:%M" : "%Y-%m-%d %H:%M", &tm) == 0 && size > 0)
        buf[0] = 0;
    return buf;
}

/**
 * format_iso() - ISO 8601 in local time, with the offset: "2026-11-20T14:32:05+01:00"
 *
 * Return: @buf.
 */
const char *format_iso(char *buf, size_t size, usec_t realtime_usec)
{
    char date[40];
    struct tm tm;
    long offset;

    to_local(realtime_usec, &tm);
    offset = tm.tm_gmtoff / 60;
    if (strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        date[0] = 0;
    (void)snprintf(buf, size, "%s%c%02ld:%02ld", date, offset < 0 ? '-' : '+', labs(offset) / 60,
                   labs(offset) % 60);
    return buf;
}
