/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where messages go: the journal with structured fields, or standard error. Knows nothing of what it carries;
 * callers never pass private data (conditions, pregnancy).
 */
#pragma once

#include <string.h>
#include <syslog.h>

#include "util/macro.h"

enum log_target {
    LOG_TARGET_AUTO, /* the journal when stderr is connected to it, else stderr */
    LOG_TARGET_JOURNAL,
    LOG_TARGET_CONSOLE,
    LOG_TARGET_NULL,
    _LOG_TARGET_MAX,
    _LOG_TARGET_INVALID = -EINVAL,
};

void log_set_level(int level);
int log_get_level(void);
void log_set_target(enum log_target target);
enum log_target log_get_target(void);

void log_message(int level, const char *fmt, ...) _printf_(2, 3);
void log_event(int level, const char *event, const char *fmt, ...) _printf_(3, 4);

#define log_debug(...) log_message(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)
#define log_notice(...) log_message(LOG_NOTICE, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_message(LOG_ERR, __VA_ARGS__)

/* Logs with the text of a negative errno appended by the caller's %s and returns it: `return log_errno(r,
 * "…")`. */
#define log_errno(error, fmt, ...)                                                                           \
    ({                                                                                                       \
        int _e = (error);                                                                                    \
        log_message(LOG_ERR, fmt ": %s", ##__VA_ARGS__, strerror(-_e));                                      \
        _e;                                                                                                  \
    })
