/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small JSON writer. Whatever strings it is given, what comes out is valid JSON in valid UTF-8. In an array
 * the key is NULL, in an object it is not.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/time-util.h"

struct json {
    FILE *file;
    bool more; /* something stands before at this level: a comma is due */
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *value);
void json_integer(struct json *j, const char *key, int64_t value);
void json_boolean(struct json *j, const char *key, bool value);
void json_seconds(struct json *j, const char *key, usec_t value_usec);
void json_time(struct json *j, const char *key, usec_t realtime_usec);
void json_end_line(struct json *j);
