/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See text.h. Pure: no bus, no allocation.
 */
#include <stdint.h>
#include <string.h>

#include "bus/text.h"
#include "util/macro.h"

#define REPLACEMENT '?'

/* How many bytes follow a first byte, and the bits of the character that it carries; -1 if none begins so. */
static int continuation_bytes(unsigned char first, uint32_t *ret_bits)
{
    if (first < 0x80) {
        *ret_bits = first;
        return 0;
    }
    if ((first & 0xe0) == 0xc0) {
        *ret_bits = first & 0x1f;
        return 1;
    }
    if ((first & 0xf0) == 0xe0) {
        *ret_bits = first & 0x0f;
        return 2;
    }
    if ((first & 0xf8) == 0xf0) {
        *ret_bits = first & 0x07;
        return 3;
    }
    return -1;
}

/* Reads one character. Return: its length in bytes, or 0 if what is there is no character that D-Bus accepts
 * (cut short, overlong, a surrogate, beyond Unicode, one of its non-characters). */
static size_t decode(const char *text, uint32_t *ret_char)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t c = 0;
    int more = continuation_bytes((unsigned char)text[0], &c);

    if (more < 0)
        return 0;
    for (int i = 1; i <= more; i++) {
        unsigned char byte = (unsigned char)text[i];

        /* The terminating NUL is no continuation byte either, so this never reads past the end. */
        if ((byte & 0xc0) != 0x80)
            return 0;
        c = (c << 6) | (byte & 0x3f);
    }
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || (c >= 0xfdd0 && c <= 0xfdef) ||
        (c & 0xfffe) == 0xfffe)
        return 0;
    *ret_char = c;
    return (size_t)more + 1;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/**
 * text_copy() - copy a text so that a D-Bus message can carry it and a terminal can show it
 * @dst: where to; always terminated
 * @size: its size in bytes, at least 1; a longer text is cut between two characters
 * @src: any bytes; NULL counts as ""
 *
 * Bytes that are no UTF-8 and control characters become question marks.
 *
 * Return: the length of what is in @dst.
 */
size_t text_copy(char *dst, size_t size, const char *src)
{
    size_t len = 0;

    while (src && *src) {
        uint32_t c = 0;
        size_t n = decode(src, &c), out = n > 0 && !is_control(c) ? n : 1;

        if (len + out >= size)
            break;
        if (n > 0 && !is_control(c))
            memcpy(dst + len, src, n);
        else
            dst[len] = REPLACEMENT;
        len += out;
        src += MAX(n, (size_t)1);
    }
    dst[len] = 0;
    return len;
}

/**
 * text_clean_lines() - make lines fit for a D-Bus message, in place
 * @text: any bytes; what is no UTF-8, and control characters but line feed and tab, become question marks;
 *        line feeds at the end are removed
 *
 * Return: @text.
 */
char *text_clean_lines(char *text)
{
    size_t n;
    char *end = text;

    for (char *p = text; *p; p += n) {
        uint32_t c = 0;
        bool keep;

        n = decode(p, &c);
        keep = n > 0 && (!is_control(c) || c == '\n' || c == '\t');
        /* Byte by byte, so that nothing has to move: a two-byte control character leaves two marks. */
        n = MAX(n, (size_t)1);
        if (!keep)
            memset(p, REPLACEMENT, n);
        end = p + n;
    }
    while (end > text && end[-1] == '\n')
        end--;
    *end = 0;
    return text;
}

/**
 * text_is_label() - whether a text can name something to a person: not empty, not too long, one line
 * @text: the text
 * @max_bytes: the greatest length, in bytes
 *
 * Return: true if it can: 1 to @max_bytes bytes of UTF-8, no control characters, not only blanks.
 */
bool text_is_label(const char *text, size_t max_bytes)
{
    size_t len = 0, n;
    bool visible = false;

    for (; text[len]; len += n) {
        uint32_t c = 0;

        n = decode(text + len, &c);
        if (n == 0 || is_control(c) || len + n > max_bytes)
            return false;
        visible = visible || c != ' ';
    }
    return visible;
}
