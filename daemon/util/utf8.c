/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8, read strictly and one character at a time. Knows nothing of what characters mean.
 */
#include "util/utf8.h"

/**
 * utf8_decode() - read one character
 * @text: a string, not at its end
 * @ret_char: the character; untouched when there is none
 *
 * Return: its length in bytes, 1 to 4; 0 when no valid character begins here.
 */
size_t utf8_decode(const char *text, uint32_t *ret_char)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)text;
    uint32_t c = *p;
    size_t n;

    if (c < 0x80) {
        *ret_char = c;
        return 1;
    }
    n = c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc0 && c < 0xe0 ? 2 : 0;
    if (n == 0)
        return 0;
    c &= 0x7fu >> n;
    /* The NUL at the end is no continuation byte, so this never reads past it. */
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *ret_char = c;
    return n;
}

/**
 * utf8_valid() - whether a string is valid UTF-8 throughout
 */
bool utf8_valid(const char *text)
{
    while (*text) {
        uint32_t c;
        size_t n = utf8_decode(text, &c);

        if (n == 0)
            return false;
        text += n;
    }
    return true;
}
