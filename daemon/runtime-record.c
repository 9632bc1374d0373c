/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recordings: each event that the core gets is passed on to those that run. Begun by --record, or by Record
 * on the bus; both at the same time if need be. A file that can't be written any more ends its recording and
 * nothing else.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "runtime-internal.h"
#include "util/log.h"

#define NAMES_MAX 100 /* FILE, FILE.1, … */

/* Now; but where the clock has brought something that the core does not know yet, before that. */
static usec_t settled(const struct runtime *rt)
{
    struct bc_view view;

    bc_core_view(rt->core, &view);
    return MAX(view.now_usec, MIN(runtime_now(rt), bc_core_next_deadline(rt->core) - 1));
}

/* The rules as they are in force: in a medical hold no break is on, and a replay must know that. Why is not
 * said. */
static int write_rules(const struct runtime *rt, FILE *f)
{
    _cleanup_(freep) struct bc_break_rule *breaks = NULL;
    struct settings in_force = *rt->settings;
    size_t n = in_force.rules.n_breaks;

    if (!medical_hold(rt))
        return settings_write_rules(rt->settings, f);
    breaks = calloc(n + 1, sizeof *breaks);
    if (!breaks)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        breaks[i] = in_force.rules.breaks[i];
        breaks[i].enabled = false;
    }
    in_force.rules.breaks = breaks;
    return settings_write_rules(&in_force, f);
}

static char *rules_text(const struct runtime *rt)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    bool failed = !f || write_rules(rt, f) < 0;

    if (f && fclose(f) != 0)
        failed = true;
    if (failed) {
        free(text);
        return NULL;
    }
    return text;
}

/**
 * record_start() - begin a recording
 * @fd: a regular file, open for writing; taken over, also on failure
 * @ret: names it for record_stop()
 *
 * Return: 0; -E2BIG when too many run; another negative errno.
 */
int record_start(struct runtime *rt, int fd, struct recorder **ret)
{
    _cleanup_(freep) char *settings = rules_text(rt);
    struct recorder_start start = {.version = BACKCARE_VERSION, .settings = settings, .fresh = rt->fresh};
    struct recorder *recorder;
    size_t i = 0;
    struct bc_view view;
    int r;

    while (i < RECORDERS_MAX && rt->recorders[i])
        i++;
    if (i == RECORDERS_MAX || !settings) {
        closep(&fd);
        return settings ? -E2BIG : -ENOMEM;
    }
    bc_core_view(rt->core, &view);
    start.zero_usec = rt->fresh ? view.now_usec : settled(rt);
    if (!rt->clock_told)
        (void)clock_read(rt);
    start.realtime_usec = clock_realtime(rt, start.zero_usec);
    start.utc_offset_usec = rt->utc_offset_usec;
    r = recorder_new(fd, rt->core, &start, &recorder);
    if (r < 0)
        return r;
    rt->recorders[i] = recorder;
    log_event(LOG_INFO, "record", "A recording begins.");
    *ret = recorder;
    return 0;
}

static void drop(struct runtime *rt, size_t i, int error)
{
    log_warning("A recording ends, its file can't be written: %s", strerror(-error));
    bus_record_ended(rt->bus, rt->recorders[i]);
    rt->recorders[i] = recorder_free(rt->recorders[i]);
}

/* The core has taken an event at @t_usec. */
void record_event(struct runtime *rt, const struct bc_event *event, usec_t t_usec, bool effects)
{
    for (size_t i = 0; i < RECORDERS_MAX; i++) {
        int r = rt->recorders[i] ? recorder_event(rt->recorders[i], rt->core, event, t_usec, effects) : 0;

        if (r < 0)
            drop(rt, i, r);
    }
}

/* Other settings are in force. */
void record_settings(struct runtime *rt)
{
    _cleanup_(freep) char *settings = NULL;

    for (size_t i = 0; i < RECORDERS_MAX; i++) {
        int r;

        if (!rt->recorders[i])
            continue;
        if (!settings)
            settings = rules_text(rt);
        r = settings ? recorder_settings(rt->recorders[i], rt->core, settings) : -ENOMEM;
        if (r < 0)
            drop(rt, i, r);
    }
}

/* Ends one recording; its file is then complete. One that has ended already is no more. */
void record_stop(struct runtime *rt, struct recorder *recorder)
{
    for (size_t i = 0; i < RECORDERS_MAX; i++)
        if (recorder && rt->recorders[i] == recorder) {
            (void)recorder_end(recorder, settled(rt));
            rt->recorders[i] = recorder_free(recorder);
            log_event(LOG_INFO, "record", "A recording is complete.");
        }
}

/* At the end of the daemon. */
void record_stop_all(struct runtime *rt)
{
    for (size_t i = 0; i < RECORDERS_MAX; i++)
        record_stop(rt, rt->recorders[i]);
}

/* A recording is never written over, not even by the one after it: a crash is what most needs to be kept. */
static int create(const char *path, char **ret_path)
{
    for (unsigned n = 0; n < NAMES_MAX; n++) {
        _cleanup_(freep) char *name = NULL;
        int fd;

        if ((n == 0 ? asprintf(&name, "%s", path) : asprintf(&name, "%s.%u", path, n)) < 0) {
            name = NULL;
            return -ENOMEM;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EEXIST)
            continue;
        if (fd < 0)
            return -errno;
        *ret_path = TAKE_PTR(name);
        return fd;
    }
    return -EEXIST;
}

/**
 * record_from_start() - the recording that --record asks for, before anything happens
 *
 * Return: 0, also without one; a negative errno, said in the log: who asks for a recording wants no run
 * without it.
 */
int record_from_start(struct runtime *rt)
{
    _cleanup_(freep) char *path = NULL;
    struct recorder *recorder;
    int fd, r;

    if (!rt->options.record)
        return 0;
    fd = create(rt->options.record, &path);
    r = fd < 0 ? fd : record_start(rt, fd, &recorder);
    if (r < 0) {
        log_error("%s: nothing can be recorded: %s", rt->options.record, strerror(-r));
        return r;
    }
    log_info("Events are recorded to %s.", path);
    return 0;
}
