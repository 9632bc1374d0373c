/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings, state and exercises on the disk, read as the daemon reads them. What is said of the profile stops
 * at file and line: a report of the doctor is made to be shown around.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue/catalogue.h"
#include "cli/doctor-family.h"
#include "config/settings-table.h"
#include "util/fs-util.h"
#include "util/i18n.h"
#include "util/strv.h"

#define SHOWN_MAX 20

void settings_read(struct doctor *d)
{
    if (settings_paths_find(daemon_option(d, "--config-dir"), &d->paths) < 0 ||
        settings_load(&d->paths, &d->mistakes, &d->settings) < 0)
        d->report.out_of_memory = true;
}

static void report_mistakes(struct doctor *d, const struct diagnostics *mistakes, const char *what,
                            const char *hint)
{
    for (size_t i = 0; i < mistakes->n && i < SHOWN_MAX; i++) {
        const struct diagnostic *m = &mistakes->items[i];
        struct finding *f =
            finding_add(&d->report, LEVEL_WARNING,
                        m->level == DIAGNOSTIC_ERROR ? "%s" : _("%s (it holds all the same)"), what);
        const char *text = mistakes == &d->mistakes && settings_mistake_is_private(m->text)
                               ? _("what is wrong there is not said here")
                               : m->text;

        if (m->line > 0)
            finding_detail(f, "%s:%u: %s", m->file, m->line, text);
        else
            finding_detail(f, "%s: %s", m->file, text);
        finding_hint(f, "%s", hint);
    }
    if (mistakes->n > SHOWN_MAX)
        (void)finding_add(&d->report, LEVEL_WARNING,
                          P_("%zu more of them", "%zu more of them", mistakes->n - SHOWN_MAX),
                          mistakes->n - SHOWN_MAX);
}

static void report_files(struct doctor *d)
{
    _cleanup_(freep) char *list = NULL;
    struct finding *f;
    size_t size;
    FILE *stream = open_memstream(&list, &size);

    for (char **p = d->paths.files; stream && p && *p; p++)
        fprintf(stream, "%s%s", p == d->paths.files ? "" : "\n", *p);
    if (stream)
        (void)fclose(stream);
    f = finding_add(&d->report, LEVEL_OK, "%s",
                    is_set(list) ? _("settings are read from") : _("no settings file: the defaults hold"));
    finding_detail(f, "%s", is_set(list) ? list : d->paths.user_file ? d->paths.user_file : "");
}

static bool is_later(const struct ini_entry *entry)
{
    for (const struct setting *s = settings_table; s < settings_table + settings_table_size; s++)
        if (s->later && !s->is_private && strcasecmp(s->section, entry->section) == 0 &&
            strcasecmp(s->key, entry->key) == 0)
            return true;
    return false;
}

/* What somebody has set in the belief that it does something. */
static void report_unused(struct doctor *d)
{
    _cleanup_(freep) char *list = NULL;
    size_t size, n = 0;
    FILE *stream = open_memstream(&list, &size);
    struct finding *f;

    for (char **p = d->paths.files; stream && p && *p; p++) {
        _cleanup_(diagnostics_donep) struct diagnostics ignored = {0};
        _cleanup_(ini_file_freep) struct ini_file *file = NULL;

        if (ini_load(*p, &ignored, &file) < 0 || !file)
            continue;
        for (size_t i = 0; i < file->n; i++)
            if (is_later(&file->entries[i])) {
                fprintf(stream, "%s%s:%u: [%s].%s", n ? "\n" : "", *p, file->entries[i].line,
                        file->entries[i].section, file->entries[i].key);
                n++;
            }
    }
    if (!stream)
        return;
    (void)fclose(stream);
    if (n == 0)
        return;
    f = finding_add(
        &d->report, LEVEL_NOTE,
        P_("%zu setting is not used by this version yet", "%zu settings are not used by this version yet", n),
        n);
    finding_detail(f, "%s", list ? list : "");
}

static char *state_directory(const struct doctor *d)
{
    const char *given = daemon_option(d, "--state-dir"), *xdg = getenv("XDG_STATE_HOME"),
               *home = getenv("HOME");

    if (is_set(given))
        return strdup(given);
    if (xdg && *xdg == '/')
        return path_join(xdg, "backcare");
    return home && *home == '/' ? path_join(home, ".local/state/backcare") : NULL;
}

static void report_mode(struct doctor *d, const char *path, mode_t wanted)
{
    struct finding *f;
    struct stat st;

    if (stat(path, &st) < 0 || !(st.st_mode & 077))
        return;
    f = finding_add(&d->report, LEVEL_WARNING, _("others can read %s"), path);
    finding_detail(f, _("mode %04o"), (unsigned)st.st_mode & 07777u);
    finding_hint(f, "chmod %04o %s", (unsigned)wanted, path);
}

/* Whether it can be written; one that isn't there yet is made by the daemon. */
static bool can_write(const char *directory)
{
    _cleanup_(freep) char *path = strdup(directory);

    while (path && access(path, F_OK) < 0) {
        char *slash = strrchr(path, '/');

        if (!slash || slash == path)
            return access("/", W_OK) == 0;
        *slash = 0;
    }
    return path && access(path, W_OK | X_OK) == 0;
}

/* A disk may be full although all may write. What is written is not seen and gone at once. */
static bool has_room(const char *directory)
{
    static const char sample[16384] = {1};
    int fd = open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    ssize_t n;

    /* Not there yet, or a file system that has no such files: nothing is known. */
    if (fd < 0)
        return errno != ENOSPC && errno != EDQUOT;
    n = write(fd, sample, sizeof sample);
    (void)close(fd);
    return n == (ssize_t)sizeof sample;
}

static void report_state(struct doctor *d)
{
    _cleanup_(freep) char *directory = state_directory(d),
                          *file = directory ? path_join(directory, "state") : NULL;
    struct finding *f;

    if (!directory || !file) {
        (void)finding_add(&d->report, LEVEL_WARNING, _("nowhere to keep the counters: HOME is not set"));
        return;
    }
    if (can_write(directory) && (access(file, F_OK) < 0 || access(file, R_OK | W_OK) == 0)) {
        if (has_room(directory)) {
            f = finding_add(&d->report, LEVEL_OK, _("counters can be kept"));
            finding_detail(f, "%s", file);
        } else {
            f = finding_add(&d->report, LEVEL_WARNING, _("counters can't be kept over a restart"));
            finding_detail(f, _("There is no room for %s."), file);
            finding_hint(f, _("make room: df %s"), directory);
        }
    } else {
        f = finding_add(&d->report, LEVEL_WARNING, _("counters can't be kept over a restart"));
        finding_detail(f, _("%s can't be written."), file);
        finding_hint(f, _("look at the owner and the mode: ls -ld %s"), directory);
    }
    report_mode(d, directory, 0700);
    report_mode(d, file, 0600);
    for (char **p = d->paths.files; p && *p; p++) {
        size_t n = strlen(*p);

        if (n > 16 && strcmp(*p + n - 16, "/50-profile.conf") == 0)
            report_mode(d, *p, 0600);
    }
}

static void report_catalogue(struct doctor *d)
{
    _cleanup_(diagnostics_donep) struct diagnostics mistakes = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = NULL;
    char **dirs = NULL;
    struct finding *f;

    if (catalogue_dirs_find(daemon_option(d, "--data-dir"), &dirs) < 0 ||
        catalogue_load((const char *const *)dirs, NULL, &mistakes, &catalogue) < 0 ||
        catalogue_menu_new(catalogue, NULL, NULL, &menu) < 0) {
        d->report.out_of_memory = true;
        (void)strv_free(dirs);
        return;
    }
    report_mistakes(d, &mistakes, _("a mistake in the exercises"),
                    _("correct the file; then: backcarectl reload"));
    if (catalogue->n > 0) {
        f = finding_add(&d->report, LEVEL_OK,
                        P_("%zu exercise, %zu of them in the rotation",
                           "%zu exercises, %zu of them in the rotation", catalogue->n),
                        catalogue->n, menu->menu.n_items);
        finding_detail(f, catalogue->files[1] ? _("in %s and others") : _("in %s"),
                       catalogue->files[0]->path);
    } else {
        f = finding_add(&d->report, LEVEL_WARNING, _("no exercises were found"));
        finding_detail(f, _("Reminders come without one. Looked in %s first."), dirs[0]);
        finding_hint(f, _("install BackCare as a whole: its exercises belong to it"));
    }
    (void)strv_free(dirs);
}

static void report_options(struct doctor *d)
{
    static const char *const options[] = {"--config-dir", "--state-dir", "--data-dir", "--source"};

    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        const char *value = daemon_option(d, options[i]);

        if (value)
            (void)finding_add(&d->report, LEVEL_NOTE, _("the running daemon was given %s %s"), options[i],
                              value);
    }
}

void settings_report(struct doctor *d)
{
    if (!d->settings)
        return;
    report_files(d);
    report_mistakes(d, &d->mistakes, _("a mistake in the settings"),
                    _("backcarectl config edit; backcarectl config check says more"));
    report_unused(d);
    report_options(d);
    report_state(d);
    report_catalogue(d);
}
