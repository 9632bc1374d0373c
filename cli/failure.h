/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a failure is told, the same for all verbs: a line on standard error; for who has asked for JSON, who
 * may be a program that reads nothing else, an object on standard output, and the line beside it only where
 * the usage or an input is wrong.
 */
#pragma once

#include <stdbool.h>

#include "cli/json.h"
#include "cli/verbs.h"
#include "config/ini.h"
#include "util/macro.h"

#define FAILURE_USAGE "org.freedesktop.DBus.Error.InvalidArgs"
#define FAILURE_NO_MEMORY "org.freedesktop.DBus.Error.NoMemory"
#define FAILURE_UNREADABLE "org.freedesktop.DBus.Error.IOError"
#define FAILURE_CONTENT "org.freedesktop.DBus.Error.InvalidFileContent"
#define FAILURE_OTHER "org.freedesktop.DBus.Error.Failed"

void failure_init(const struct verb *verb, char *argv[]);
bool failure_is_json(void);

int failure_say(enum cli_exit status, const char *name, const char *before, const char *fmt, ...)
    _printf_(4, 5);
int failure_mistakes(const struct diagnostics *d, bool fatal);
int failure_no_memory(void);
void failure_write(struct json *j, const char *name, const char *message);
