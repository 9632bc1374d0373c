/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See phrase.h.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "notify/phrase.h"
#include "util/i18n.h"
#include "util/macro.h"

/* A cut goes back to the space before it if that is at most so many characters away. */
#define WORD_BACK 15
#define ELLIPSIS "\xe2\x80\xa6"

/* To the nearest @unit; a half goes up. */
static int64_t rounded(usec_t usec, usec_t unit)
{
    return usec / unit + (usec % unit >= unit / 2 ? 1 : 0);
}

/**
 * phrase_duration() - a duration as one would say it: "40 seconds", "1 minute", "1 hour 30 minutes"
 * @buf: where to; PHRASE_DURATION_MAX bytes suffice
 * @size: its size
 * @usec: the duration, rounded to seconds below two minutes, to minutes above; negative counts as 0
 *
 * Return: @buf.
 */
const char *phrase_duration(char *buf, size_t size, usec_t usec)
{
    long long seconds = rounded(MAX(usec, 0), USEC_PER_SEC), minutes, hours;
    int n = 0;

    if (seconds < 120 && seconds != 60) {
        (void)snprintf(buf, size, P_("%lld second", "%lld seconds", seconds), seconds);
        return buf;
    }
    minutes = rounded(usec, USEC_PER_MINUTE);
    hours = minutes / 60;
    minutes %= 60;
    if (hours > 0)
        n = snprintf(buf, size, P_("%lld hour", "%lld hours", hours), hours);
    if (hours > 0 && minutes > 0)
        n += snprintf(buf + n, size - (size_t)n, " ");
    if (hours == 0 || minutes > 0)
        (void)snprintf(buf + n, size - (size_t)n, P_("%lld minute", "%lld minutes", minutes), minutes);
    return buf;
}

/**
 * phrase_short_duration() - a duration for a button or a countdown: "1 min 20 s", "5 min"
 * @buf: where to; PHRASE_DURATION_MAX bytes suffice
 * @size: its size
 * @usec: the duration, rounded to seconds; negative counts as 0
 *
 * Return: @buf.
 */
const char *phrase_short_duration(char *buf, size_t size, usec_t usec)
{
    long long seconds = rounded(MAX(usec, 0), USEC_PER_SEC), minutes = seconds / 60, hours = minutes / 60;

    if (hours > 0 && minutes % 60 > 0)
        (void)snprintf(buf, size, _("%lld h %lld min"), hours, minutes % 60);
    else if (hours > 0)
        (void)snprintf(buf, size, _("%lld h"), hours);
    else if (minutes > 0 && seconds % 60 > 0)
        (void)snprintf(buf, size, _("%lld min %lld s"), minutes, seconds % 60);
    else if (minutes > 0)
        (void)snprintf(buf, size, _("%lld min"), minutes);
    else
        (void)snprintf(buf, size, _("%lld s"), seconds);
    return buf;
}

/* The bytes of the character at @p: 1 for a byte that begins none, so that broken text is passed on as it is
 * and never read past its end. */
static size_t char_size(const char *p)
{
    unsigned char c = (unsigned char)*p;
    size_t n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc2 && c < 0xe0 ? 2 : 1;

    for (size_t i = 1; i < n; i++)
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return 1;
    return n;
}

/* Whether the character at @p belongs to the one before it: a combining accent, a joiner, a variation
 * selector, a skin tone. Cutting before it would change what is left. */
static bool continues(const char *p)
{
    const unsigned char *c = (const unsigned char *)p;

    return (c[0] == 0xcc) || (c[0] == 0xcd && c[1] <= 0xaf) ||
           (c[0] == 0xe2 && c[1] == 0x80 && c[2] == 0x8d) || (c[0] == 0xef && c[1] == 0xb8 && c[2] <= 0x8f) ||
           (c[0] == 0xf0 && c[1] == 0x9f && c[2] == 0x8f && c[3] >= 0xbb);
}

/**
 * phrase_length() - how many characters a text has
 * @text: in UTF-8
 *
 * Return: the number of code points; a byte that is no part of one counts as one.
 */
size_t phrase_length(const char *text)
{
    size_t n = 0;

    for (; *text; text += char_size(text))
        n++;
    return n;
}

/**
 * phrase_cut() - shorten a text in place to at most so many characters, with an ellipsis at the end
 * @text: in UTF-8, in a buffer with room for 3 more bytes if its characters are single bytes
 * @max_chars: the limit, the ellipsis included; at least 1
 */
void phrase_cut(char *text, size_t max_chars)
{
    char *end = text, *space = NULL;
    size_t n = 0, space_at = 0;

    if (phrase_length(text) <= max_chars)
        return;
    for (; n < max_chars - 1; end += char_size(end), n++)
        if (*end == ' ') {
            space = end;
            space_at = n;
        }
    if (*end != ' ' && space && n - space_at <= WORD_BACK)
        end = space;
    /* Back to where a character begins that a reader sees as one. */
    while (end > text && continues(end)) {
        end--;
        while (end > text && ((unsigned char)*end & 0xc0) == 0x80)
            end--;
    }
    while (end > text && strchr(" ,;:", end[-1]))
        end--;
    (void)memcpy(end, ELLIPSIS, sizeof ELLIPSIS);
}

/**
 * phrase_copy() - copy a text, shortened to what the limit and the buffer allow
 * @buf: where to
 * @size: its size, at least 8
 * @text: in UTF-8; NULL counts as empty; line breaks become spaces
 * @max_chars: the limit in characters
 */
void phrase_copy(char *buf, size_t size, const char *text, size_t max_chars)
{
    size_t used = 0, chars = 0;
    bool whole = true;

    for (const char *p = text ? text : ""; *p;) {
        size_t n = char_size(p);

        /* Room for the ellipsis is kept; one character more than allowed is enough for phrase_cut(). */
        if (used + n + strlen(ELLIPSIS) >= size || chars > max_chars) {
            whole = false;
            break;
        }
        if ((unsigned char)*p < ' ')
            buf[used++] = ' ';
        else {
            (void)memcpy(buf + used, p, n);
            used += n;
        }
        chars++;
        p += n;
    }
    buf[used] = '\0';
    if (!whole || chars > max_chars)
        phrase_cut(buf, MIN(max_chars, MAX(chars, (size_t)2) - 1));
}
