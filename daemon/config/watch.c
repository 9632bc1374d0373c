/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watches directories and files that may not exist yet, and says once when an editor, a package manager or a
 * person has come to rest. No polling: inotify, and a one-shot timer that is armed only after an event.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "util/strv.h"
#include "config/watch.h"
#include "util/log.h"
#include "util/time-util.h"

/* Saving is several events (truncate and write, or write aside and rename): they count as one change. Who
 * goes on writing doesn't put it off for ever. */
#define SETTLE_USEC (100 * USEC_PER_MSEC)
#define SETTLE_MAX_USEC (1 * USEC_PER_SEC)

#define SELF_MASK (IN_DELETE_SELF | IN_MOVE_SELF)
#define CONTENT_MASK (SELF_MASK | IN_CLOSE_WRITE | IN_ATTRIB)
#define DIR_MASK (CONTENT_MASK | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE)
#define APPEAR_MASK (SELF_MASK | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR)

struct point {
    struct config_watch *watch;
    sd_event_source *source;
    char *name; /* only this name in a directory matters; NULL: every one that no editor keeps for itself */
};

struct config_watch {
    sd_event *event;
    sd_event_source *timer;
    bool settling;
    usec_t first_usec; /* of the events that are settling */
    usec_t at_usec;    /* when the timer elapses */
    config_watch_changed changed;
    void *userdata;
    char **paths;
    struct point **points;
    size_t n_points;
};

/* Swap files and backups come and go while somebody edits: that changes no setting. */
static bool is_editor_file(const char *name)
{
    size_t n = strlen(name);

    return name[0] == '.' || (n > 0 && name[n - 1] == '~');
}

/* Puts the timer off to SETTLE_USEC from now. */
static void settle(struct config_watch *w)
{
    usec_t now = now_usec(CLOCK_MONOTONIC), at;
    int r;

    if (!w->settling)
        w->first_usec = now;
    at = MIN(now + SETTLE_USEC, w->first_usec + SETTLE_MAX_USEC);
    /* Setting the time of an elapsed timer anew would take its turn away. */
    if (w->settling && at == w->at_usec)
        return;
    w->settling = true;
    w->at_usec = at;
    r = sd_event_source_set_time(w->timer, (uint64_t)at);
    if (r >= 0)
        r = sd_event_source_set_enabled(w->timer, SD_EVENT_ONESHOT);
    if (r < 0)
        log_debug("config: can't arm the timer after a change: %s", strerror(-r));
}

static int on_inotify(sd_event_source *source, const struct inotify_event *e, void *userdata)
{
    const struct point *point = userdata;
    /* A watch that has gone, or a queue that ran over: anything may have happened. */
    bool whole = (e->mask & (IN_IGNORED | IN_Q_OVERFLOW | IN_UNMOUNT | SELF_MASK)) || e->len == 0;

    (void)source;
    if (whole || (point->name ? strcmp(point->name, e->name) == 0 : !is_editor_file(e->name)))
        settle(point->watch);
    return 0;
}

static void clear_points(struct config_watch *w)
{
    for (size_t i = 0; i < w->n_points; i++) {
        (void)sd_event_source_disable_unref(w->points[i]->source);
        free(w->points[i]->name);
        free(w->points[i]);
    }
    free(w->points);
    w->points = NULL;
    w->n_points = 0;
}

/* 0; -ENOENT or -ENOTDIR if @path is not there; other errno. */
static int add_point(struct config_watch *w, const char *path, uint32_t mask, const char *name)
{
    _cleanup_(freep) struct point *point = calloc(1, sizeof(*point));
    _cleanup_(freep) char *copy = name ? strdup(name) : NULL;
    struct point **points;
    int r;

    if (!point || (name && !copy))
        return -ENOMEM;
    points = reallocarray(w->points, w->n_points + 1, sizeof(*w->points));
    if (!points)
        return -ENOMEM;
    w->points = points;
    point->watch = w;
    r = sd_event_add_inotify(w->event, &point->source, path, mask, on_inotify, point);
    if (r < 0)
        return r;
    (void)sd_event_source_set_description(point->source, "config-watch");
    point->name = TAKE_PTR(copy);
    points[w->n_points++] = TAKE_PTR(point);
    return 0;
}

/* Watches the nearest directory above @path that exists, for the name that leads on to it. */
static int add_ancestor(struct config_watch *w, const char *path)
{
    _cleanup_(freep) char *part = strdup(path);

    if (!part)
        return -ENOMEM;
    for (;;) {
        char *slash = strrchr(part, '/');
        const char *dir;
        int r;

        if (!slash)
            return 0;
        *slash = 0;
        dir = slash == part ? "/" : part;
        if (slash[1]) {
            r = add_point(w, dir, APPEAR_MASK, slash + 1);
            if (r != -ENOENT && r != -ENOTDIR)
                return r;
        }
        if (slash == part)
            return 0;
    }
}

static int add_path(struct config_watch *w, const char *path)
{
    struct stat st;
    bool is_link = lstat(path, &st) >= 0 && S_ISLNK(st.st_mode);
    int r = stat(path, &st) < 0 ? -errno : 0;

    if (r >= 0)
        r = add_point(w, path, S_ISDIR(st.st_mode) ? DIR_MASK : CONTENT_MASK, NULL);
    if (r == -ENOENT || r == -ENOTDIR)
        return add_ancestor(w, path);
    /* A link that is turned to another target changes nothing in the old target. */
    if (r >= 0 && is_link)
        r = add_ancestor(w, path);
    return r;
}

/* All watches anew, as what exists may be different now. One that can't be had doesn't stop the others. */
static int arm(struct config_watch *w)
{
    int first_error = 0;

    clear_points(w);
    for (char **path = w->paths; path && *path; path++) {
        int r = add_path(w, *path);

        if (r < 0 && first_error == 0)
            first_error = r;
        if (r < 0)
            log_debug("config: can't watch %s: %s", *path, strerror(-r));
    }
    return first_error;
}

static int on_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct config_watch *w = userdata;

    (void)source;
    (void)usec;
    w->settling = false;
    /* First the watches, then the reading: what comes between the two is seen. */
    (void)arm(w);
    w->changed(w->userdata);
    return 0;
}

static int set_paths(struct config_watch *w, const char *const *paths)
{
    char **copy;
    int r = strv_copy(paths, &copy);

    if (r < 0)
        return r;
    (void)strv_free(w->paths);
    w->paths = copy;
    return arm(w);
}

/**
 * config_watch_set() - watch other paths from now on
 * @watch: the watch; may be called from within changed()
 * @paths: absolute paths of directories and files, existing or not, NULL-terminated; copied
 *
 * With the same ones nothing happens: what has changed meanwhile is told as ever. With others changed() will
 * be called, as nobody has watched them up to now.
 *
 * Return: 0; -ENOMEM with the watch as it was; another negative errno if some path can't be watched (no more
 * watches, no permission): the others are.
 */
int config_watch_set(struct config_watch *watch, const char *const *paths)
{
    int r;

    if (strv_equal(watch->paths, paths))
        return 0;
    r = set_paths(watch, paths);
    if (r != -ENOMEM)
        settle(watch);
    return r;
}

/**
 * config_watch_new() - say when files may have changed
 * @event: the loop
 * @paths: as for config_watch_set()
 * @changed: called about 100 ms after the last of a run of changes, at the latest 1 s after the first
 * @userdata: for @changed
 * @ret: freed by config_watch_free(); untouched on failure
 *
 * Return: 0; negative errno. A path that can't be watched is no failure here.
 */
int config_watch_new(sd_event *event, const char *const *paths, config_watch_changed changed, void *userdata,
                     struct config_watch **ret)
{
    _cleanup_(config_watch_freep) struct config_watch *w = calloc(1, sizeof(*w));
    int r;

    if (!w)
        return -ENOMEM;
    w->event = sd_event_ref(event);
    w->changed = changed;
    w->userdata = userdata;
    r = sd_event_add_time(event, &w->timer, CLOCK_MONOTONIC, 0, 10 * USEC_PER_MSEC, on_settled, w);
    if (r < 0)
        return r;
    (void)sd_event_source_set_description(w->timer, "config-settle");
    r = sd_event_source_set_enabled(w->timer, SD_EVENT_OFF);
    if (r < 0)
        return r;
    r = set_paths(w, paths);
    if (r == -ENOMEM)
        return r;
    *ret = TAKE_PTR(w);
    return 0;
}

/**
 * config_watch_again() - call changed() although nothing was seen: it may have been before the watch
 */
void config_watch_again(struct config_watch *watch)
{
    settle(watch);
}

/**
 * config_watch_free() - stop watching
 *
 * Return: NULL.
 */
struct config_watch *config_watch_free(struct config_watch *watch)
{
    if (!watch)
        return NULL;
    clear_points(watch);
    (void)sd_event_source_disable_unref(watch->timer);
    (void)strv_free(watch->paths);
    (void)sd_event_unref(watch->event);
    free(watch);
    return NULL;
}
