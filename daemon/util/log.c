/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See log.h. The journal is written through sd_journal_sendv(), which never blocks on a hung reader.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION 1
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include "util/log.h"

static int max_level = LOG_INFO;
static enum log_target chosen_target = LOG_TARGET_AUTO;

void log_set_level(int level)
{
    max_level = level;
}

int log_get_level(void)
{
    return max_level;
}

void log_set_target(enum log_target target)
{
    chosen_target = target;
}

/* JOURNAL_STREAM names the device and inode of the journal's socket; only if stderr is that very socket does
 * the journal show the structured form to the same reader. */
static enum log_target detect_target(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long dev, ino;
    struct stat st;

    if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2 || fstat(STDERR_FILENO, &st) < 0)
        return LOG_TARGET_CONSOLE;
    return st.st_dev == dev && st.st_ino == ino ? LOG_TARGET_JOURNAL : LOG_TARGET_CONSOLE;
}

enum log_target log_get_target(void)
{
    if (chosen_target == LOG_TARGET_AUTO)
        chosen_target = detect_target();
    return chosen_target;
}

static void log_write(int level, const char *event, const char *text)
{
    char message[2048 + 16], priority[16], name[64];
    struct iovec iov[3];
    int n = 2;

    switch (log_get_target()) {
    case LOG_TARGET_JOURNAL:
        (void)snprintf(message, sizeof message, "MESSAGE=%s", text);
        (void)snprintf(priority, sizeof priority, "PRIORITY=%d", level);
        iov[0] = (struct iovec){message, strlen(message)};
        iov[1] = (struct iovec){priority, strlen(priority)};
        if (event) {
            (void)snprintf(name, sizeof name, "BACKCARE_EVENT=%s", event);
            iov[n++] = (struct iovec){name, strlen(name)};
        }
        if (sd_journal_sendv(iov, n) >= 0)
            return;
        /* A journal that refuses must not swallow the message. */
        __attribute__((fallthrough));
    case LOG_TARGET_AUTO:
    case LOG_TARGET_CONSOLE:
        (void)fprintf(stderr, "%s\n", text);
        return;
    default:
        return;
    }
}

/**
 * log_message() - say one line
 * @level: LOG_ERR to LOG_DEBUG of syslog.h; above the set maximum nothing happens
 * @fmt: printf format, without a newline
 */
void log_message(int level, const char *fmt, ...)
{
    char text[2048];
    va_list ap;

    if (level > max_level)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_write(level, NULL, text);
}

/**
 * log_event() - as log_message(), with the journal field BACKCARE_EVENT, by which a reader can filter
 * @event: a lower-case word: "prompt", "start", "reload", …
 */
void log_event(int level, const char *event, const char *fmt, ...)
{
    char text[2048];
    va_list ap;

    if (level > max_level)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_write(level, event, text);
}
