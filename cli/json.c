/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes JSON to a stream, compact, one document a line. Knows nothing of what it writes.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/format.h"
#include "cli/json.h"
#include "util/json.h"

static void json_key(struct json *j, const char *key)
{
    if (j->more)
        fputc(',', j->file);
    j->more = true;
    if (key) {
        json_put_string(j->file, key);
        fputc(':', j->file);
    }
}

/**
 * json_open() - begin an object or an array
 * @bracket: '{' or '['
 */
void json_open(struct json *j, const char *key, char bracket)
{
    json_key(j, key);
    fputc(bracket, j->file);
    j->more = false;
}

/**
 * json_close() - end the object or array that was begun last
 * @bracket: '}' or ']'
 */
void json_close(struct json *j, char bracket)
{
    fputc(bracket, j->file);
    j->more = true;
}

/**
 * json_string() - write a string; NULL is null
 */
void json_string(struct json *j, const char *key, const char *value)
{
    json_key(j, key);
    if (!value) {
        fputs("null", j->file);
        return;
    }
    json_put_string(j->file, value);
}

/**
 * json_integer() - write a whole number
 */
void json_integer(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    fprintf(j->file, "%" PRId64, value);
}

/**
 * json_boolean() - write true or false
 */
void json_boolean(struct json *j, const char *key, bool value)
{
    json_key(j, key);
    fputs(value ? "true" : "false", j->file);
}

/**
 * json_seconds() - write a duration as seconds, with at most six decimals; USEC_INFINITY is null
 */
void json_seconds(struct json *j, const char *key, usec_t value_usec)
{
    char text[32];
    uint64_t magnitude = value_usec < 0 ? -(uint64_t)value_usec : (uint64_t)value_usec;
    size_t n;

    json_key(j, key);
    if (value_usec == USEC_INFINITY) {
        fputs("null", j->file);
        return;
    }
    (void)snprintf(text, sizeof(text), "%s%" PRIu64 ".%06" PRIu64, value_usec < 0 ? "-" : "",
                   magnitude / 1000000, magnitude % 1000000);
    for (n = strlen(text); text[n - 1] == '0'; n--)
        ;
    if (text[n - 1] == '.')
        n--;
    text[n] = 0;
    fputs(text, j->file);
}

/**
 * json_time() - write an instant as ISO 8601 in local time with its offset
 * @realtime_usec: since the epoch; 0 and USEC_INFINITY are null
 */
void json_time(struct json *j, const char *key, usec_t realtime_usec)
{
    char buf[FORMAT_TIME_MAX];

    json_string(j, key,
                realtime_usec == 0 || realtime_usec == USEC_INFINITY
                    ? NULL
                    : format_iso(buf, sizeof(buf), realtime_usec));
}

/**
 * json_end_line() - end the document: a line feed; the next one begins afresh
 */
void json_end_line(struct json *j)
{
    fputc('\n', j->file);
    j->more = false;
}
