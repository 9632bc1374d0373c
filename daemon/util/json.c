/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strings of JSON, for all that write it. Knows nothing of what they say.
 */
#include <inttypes.h>

#include "util/json.h"
#include "util/utf8.h"

/**
 * json_put_string() - write a JSON string with its quotes
 * @file: a stream; errors stay with it, for the caller to ask
 * @text: any bytes; what is not UTF-8 becomes U+FFFD
 */
void json_put_string(FILE *file, const char *text)
{
    (void)fputc('"', file);
    while (*text) {
        uint32_t c;
        size_t n = utf8_decode(text, &c);

        if (n == 0) {
            (void)fputs("\\ufffd", file);
            text++;
            continue;
        }
        if (c == '"' || c == '\\')
            (void)fprintf(file, "\\%c", (char)c);
        else if (c == '\n')
            (void)fputs("\\n", file);
        else if (c == '\t')
            (void)fputs("\\t", file);
        /* Beside the controls also the line separators, which would end a line for JavaScript. */
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
            (void)fprintf(file, "\\u%04" PRIx32, c);
        else
            (void)fwrite(text, 1, n, file);
        text += n;
    }
    (void)fputc('"', file);
}
