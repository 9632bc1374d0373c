/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings and catalogue: read at start, where a mistake falls back and is said; read anew when a file
 * changes, where a mistake in the settings leaves them as they were, but for what they say of health
 * (runtime-profile.c). A mistake in the catalogue leaves that exercise out, both times.
 */
#include <string.h>
#include <sys/stat.h>

#include "runtime-internal.h"
#include "util/i18n.h"
#include "util/log.h"
#include "util/strv.h"

static void log_diagnostics(const struct diagnostics *d)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct diagnostic *item = &d->items[i];

        if (item->line > 0)
            log_warning("%s:%u: %s", item->file, item->line, item->text);
        else
            log_warning("%s: %s", item->file, item->text);
    }
}

struct loaded {
    struct settings_paths paths;
    struct settings *settings;
    struct catalogue *catalogue;
    struct catalogue_menu *menu;
    struct safety_profile profile;
    int64_t profile_day;
    size_t mistakes; /* in the settings */
};

static void loaded_done(struct loaded *l)
{
    settings_paths_done(&l->paths);
    settings_free(l->settings);
    catalogue_menu_free(l->menu);
    catalogue_free(l->catalogue);
}

/* @journal: what is wrong is for the journal, which is English; i18n_init() is the caller's to do again. */
static int load(struct runtime *rt, struct loaded *ret, bool journal, struct diagnostics *d)
{
    int r = settings_paths_find(rt->options.config_dir, &ret->paths);

    if (journal)
        i18n_untranslated();
    if (r >= 0)
        r = settings_load(&ret->paths, d, &ret->settings);
    /* For the journal and the bus. */
    if (r >= 0)
        r = settings_hide_private(d);
    if (r >= 0) {
        i18n_init(ret->settings->language);
        ret->mistakes = diagnostics_errors(d);
    }
    if (journal)
        i18n_untranslated();
    if (r >= 0)
        r = catalogue_load_bare((const char *const *)rt->catalogue_dirs, catalogue_language(ret->settings), d,
                                &ret->catalogue);
    if (r < 0)
        return r;
    ret->profile_day = local_day(now_usec(CLOCK_REALTIME));
    suitability_profile(ret->settings, ret->profile_day, &ret->profile);
    return catalogue_menu_new(ret->catalogue, ret->settings, &ret->profile, &ret->menu);
}

/* Swaps what is in force for what was loaded; the old goes into @l, to be freed once the core has let go of
 * it. */
static void take(struct runtime *rt, struct loaded *l)
{
    struct loaded old = {rt->paths, rt->settings, rt->catalogue, rt->menu, rt->profile, rt->profile_day, 0};

    rt->paths = l->paths;
    rt->settings = l->settings;
    rt->catalogue = l->catalogue;
    rt->menu = l->menu;
    rt->profile = l->profile;
    rt->profile_day = l->profile_day;
    rt->profile_doubtful = rt->problem_due = false;
    free(rt->guide_texts); /* read anew if it is still shown */
    rt->guide_texts = NULL;
    *l = old;
}

static void on_files_changed(void *userdata)
{
    (void)runtime_reload(userdata);
}

/* Watches the files of the settings and of the user's catalogue. */
static int settings_watch(struct runtime *rt)
{
    size_t n = 0, m = 0;
    _cleanup_(freep) const char **paths = NULL;
    int r;

    while (rt->paths.watch[n])
        n++;
    while (rt->catalogue_dirs[m])
        m++;
    paths = calloc(n + m + 1, sizeof *paths);
    if (!paths)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        paths[i] = rt->paths.watch[i];
    for (size_t i = 0; i < m; i++)
        paths[n + i] = rt->catalogue_dirs[i];
    r = rt->watch ? config_watch_set(rt->watch, paths)
                  : config_watch_new(rt->event, paths, on_files_changed, rt, &rt->watch);
    if (r < 0)
        log_warning("Files can't be watched: %s; after an edit say backcarectl reload", strerror(-r));
    return r;
}

/* Another number when a file, or what is in a directory, has changed. */
static uint64_t stamp(const struct runtime *rt)
{
    struct settings_paths paths;
    uint64_t sum = 0;

    if (settings_paths_find(rt->options.config_dir, &paths) < 0)
        return 0;
    char *const *const lists[] = {paths.files, paths.watch, rt->catalogue_dirs};

    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        for (char *const *path = lists[i]; *path; path++) {
            struct stat st = {0};

            (void)stat(*path, &st);
            sum = sum * 31 + (uint64_t)st.st_ino + (uint64_t)st.st_ctim.tv_sec * 1000000007 +
                  (uint64_t)st.st_ctim.tv_nsec;
        }
    settings_paths_done(&paths);
    return sum;
}

/**
 * settings_start() - read the settings and the catalogue at start
 *
 * Return: 0, also with mistakes: they are in the journal; -ENOMEM and the like.
 */
int settings_start(struct runtime *rt)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(loaded_done) struct loaded l = {0};
    int r = catalogue_dirs_find(rt->options.data_dir, &rt->catalogue_dirs);
    uint64_t before = 0;

    if (r >= 0) {
        before = stamp(rt);
        r = load(rt, &l, true, &d);
    }
    if (r < 0)
        return log_errno(r, "The settings can't be read");
    log_diagnostics(&d);
    i18n_init(l.settings->language);
    rt->start_mistakes = diagnostics_errors(&d);
    take(rt, &l);
    rt->profile_doubtful = rt->settings->profile_doubtful;
    /* Watched before the reading nothing could be lost between the two; but what the reading needs of memory
     * for a moment would then stay. */
    if (settings_watch(rt) >= 0 && stamp(rt) != before)
        config_watch_again(rt->watch);
    return 0;
}

static int warnings_of(const struct diagnostics *d, char ***ret)
{
    char **list = calloc(d->n + 1, sizeof *list);

    if (!list)
        return -ENOMEM;
    for (size_t i = 0; i < d->n; i++)
        if (asprintf(&list[i], "%s:%u: %s", d->items[i].file, d->items[i].line, d->items[i].text) < 0) {
            list[i] = NULL;
            for (size_t j = 0; j < i; j++)
                free(list[j]);
            free(list);
            return -ENOMEM;
        }
    *ret = list;
    return 0;
}

/* Lets the new settings take hold everywhere. */
static int apply(struct runtime *rt, struct loaded *l)
{
    int r;

    /* Up to now the old ones held. */
    step_clock(rt);
    r = rules_apply(rt, l->settings, &l->profile);
    if (r < 0)
        return r;
    take(rt, l);
    rt->start_mistakes = 0;
    bc_core_set_menu(rt->core, &rt->menu->menu);
    record_settings(rt);
    if (!rt->options.source)
        r = activity_set_wanted(rt->activity, (enum source_kind)rt->settings->source);
    if (r < 0)
        log_warning("The activity source can't be changed: %s", strerror(-r));
    rt->lowered = false;
    activity_follow(rt);
    (void)settings_watch(rt);
    if (activity_ask_now(rt))
        bus_changed(rt->bus);
    else
        step_clock(rt);
    return 0;
}

/**
 * settings_reload() - read everything anew; the settings all or nothing
 * @ret_warnings: on success what is not quite right, mistakes in the catalogue among it, a NULL-terminated
 * list; NULL = it goes to the journal
 * @ret_mistakes: on -EINVAL all mistakes as "file:line: …" lines
 *
 * Return: 0; -EINVAL with the old settings in force, but for what profile_take_over() takes; other errno
 * likewise.
 */
int settings_reload(struct runtime *rt, char ***ret_warnings, char **ret_mistakes)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(loaded_done) struct loaded l = {0};
    int r = load(rt, &l, !ret_warnings, &d);

    if (r < 0) {
        i18n_init(rt->settings->language);
        return r;
    }
    if (l.mistakes > 0) {
        *ret_mistakes = diagnostics_format(&d);
        i18n_init(rt->settings->language);
        r = profile_take_over(rt, l.settings);
        return r < 0 ? r : *ret_mistakes ? -EINVAL : -ENOMEM;
    }
    if (ret_warnings)
        r = warnings_of(&d, ret_warnings);
    else
        log_diagnostics(&d);
    i18n_init(l.settings->language);
    if (r >= 0)
        r = apply(rt, &l);
    if (r < 0 && ret_warnings)
        *ret_warnings = strv_free(*ret_warnings);
    return r;
}

/**
 * runtime_reload() - read settings and catalogue anew, and say in the journal how that went
 *
 * Return: 0; -EINVAL with the old ones in force.
 */
int runtime_reload(struct runtime *rt)
{
    _cleanup_(freep) char *mistakes = NULL;
    int r = settings_reload(rt, NULL, &mistakes);
    size_t n = mistakes ? strlen(mistakes) : 0;

    if (n > 0 && mistakes[n - 1] == '\n')
        mistakes[n - 1] = '\0';
    if (r >= 0)
        log_event(LOG_INFO, "reload", "The settings were read anew.");
    else
        log_event(LOG_WARNING, "reload", "The settings stay as they were: %s",
                  mistakes ? mistakes : strerror(-r));
    return r;
}
