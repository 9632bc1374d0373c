/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Editing the user's settings safely: a copy beside the file goes to the editor, and takes the place of the
 * file only when it is good. Until then, and whatever happens, the old file stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "edit-config.h"

#include "util/fs-util.h"
#include "util/i18n.h"

#define COPY_NAME ".backcare-XXXXXX.conf" /* hidden: neither read nor watched by the daemon */
#define COPY_SUFFIX_LENGTH 5
#define FILE_MAX (512u << 10)

struct edit {
    const struct settings_paths *paths;
    char *target; /* the file itself, behind links */
    char *copy;   /* what the editor gets */
    mode_t mode;
    char *before; /* the text at first */
};

/* For the handler alone: what to clear away when a signal ends us. */
static char *volatile copy_to_remove;
static volatile pid_t editor_to_end;

/* At once, wherever we are: a note to be read later would be missed by a read that has just begun to wait. */
static void on_signal(int signal)
{
    if (editor_to_end > 0)
        (void)kill(editor_to_end, SIGTERM);
    if (copy_to_remove)
        (void)unlink(copy_to_remove);
    (void)signal;
    _exit(1);
}

/* @fmt has a place for the path, and one for why. */
static int failed(const char *fmt, const char *path, int error)
{
    (void)fputs("backcarectl config: ", stderr);
    (void)fprintf(stderr, fmt, path, strerror(-error));
    (void)fputc('\n', stderr);
    return error;
}

/* The first editor named, else what is usual. */
static const char *editor(void)
{
    static const char *const names[] = {"VISUAL", "EDITOR"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return value;
    }
    for (size_t i = 0; i < 3; i++) {
        static const char *const usual[] = {"/usr/bin/editor", "/usr/bin/nano", "/usr/bin/vi"};

        if (access(usual[i], X_OK) == 0)
            return usual[i];
    }
    return "vi";
}

/* $EDITOR may hold arguments, so a shell takes it apart; the path is no part of the command. */
static int run_editor(const char *path)
{
    _cleanup_(freep) char *command = NULL;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
    int status;
    pid_t pid;

    if (asprintf(&command, "%s \"$1\"", editor()) < 0) {
        command = NULL;
        return -ENOMEM;
    }
    (void)fflush(NULL);
    /* Ctrl-C is the editor's. */
    (void)sigaction(SIGINT, &ignore, &old_int);
    (void)sigaction(SIGQUIT, &ignore, &old_quit);
    pid = fork();
    if (pid == 0) {
        struct sigaction usual = {.sa_handler = SIG_DFL};

        (void)sigaction(SIGINT, &usual, NULL);
        (void)sigaction(SIGQUIT, &usual, NULL);
        (void)execl("/bin/sh", "sh", "-c", command, "sh", path, (char *)NULL);
        _exit(127);
    }
    editor_to_end = pid;
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) {
            pid = -1;
            break;
        }
    editor_to_end = 0;
    (void)sigaction(SIGINT, &old_int, NULL);
    (void)sigaction(SIGQUIT, &old_quit, NULL);
    if (pid < 0)
        return -ECHILD;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        (void)fprintf(stderr,
                      _("backcarectl config: the editor (%s) failed: your settings are as they were\n"),
                      editor());
        return -ECANCELED;
    }
    return 0;
}

/* All layers with the copy in the place of the user's own file, as the copy would be read. The list borrows
 * its strings. */
static char **layers_with_copy(const struct edit *e)
{
    const char *own = e->paths->user_file;
    size_t n = 0, own_dir = (size_t)(strrchr(own, '/') - own) + 1, to = 0;
    bool placed = false;
    char **files;

    while (e->paths->files[n])
        n++;
    files = calloc(n + 2, sizeof(*files));
    if (!files)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char *file = e->paths->files[i];

        /* The user's drop-ins come after it, also when it isn't there yet. */
        if (!placed && strncmp(file, own, own_dir) == 0) {
            files[to++] = e->copy;
            placed = true;
        }
        if (strcmp(file, own) != 0)
            files[to++] = file;
    }
    if (!placed)
        files[to] = e->copy;
    return files;
}

/* Prints what is wrong with the copy, under the name of the file it stands for. Mistakes of other files are
 * not this edit's, unless they name it. The number of them, or a negative errno. */
static int check_copy(const struct edit *e)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0}, own = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    _cleanup_(freep) char **files = layers_with_copy(e);
    _cleanup_(freep) char *text = NULL;
    const struct settings_paths paths = {.files = files};
    int r = files ? settings_load(&paths, &d, &settings) : -ENOMEM;

    for (size_t i = 0; i < d.n && r >= 0; i++) {
        const struct diagnostic *item = &d.items[i];
        const char *cited = strstr(item->text, e->copy), *file = item->file;

        if (strcmp(file, e->copy) == 0)
            file = e->paths->user_file;
        else if (!cited)
            continue;
        r = cited
                ? diagnostics_add(&own, item->level, file, item->line, "%.*s%s%s", (int)(cited - item->text),
                                  item->text, e->paths->user_file, cited + strlen(e->copy))
                : diagnostics_add(&own, item->level, file, item->line, "%s", item->text);
    }
    text = r < 0 ? NULL : diagnostics_format(&own);
    if (!text)
        return -ENOMEM;
    (void)fputs(text, stderr);
    return (int)MIN(diagnostics_errors(&own), (size_t)INT_MAX);
}

/* Whether to open the editor once more. The end of input is a no. */
static bool ask_again(void)
{
    char answer[64];

    for (;;) {
        (void)fputs(_("Edit again? Otherwise your settings stay as they were. [Y/n] "), stderr);
        (void)fflush(stderr);
        if (!fgets(answer, sizeof(answer), stdin)) {
            (void)fputc('\n', stderr);
            return false;
        }
        if (answer[0] == '\n' || i18n_answer(answer) > 0)
            return true;
        if (i18n_answer(answer) == 0 || answer[0] == 'q')
            return false;
    }
}

/* The commented defaults, for who has no file yet. */
static int default_text(char **ret)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    int r = f ? settings_write_default(f) : -ENOMEM;

    if (f && fclose(f) != 0)
        r = -ENOMEM;
    if (r < 0) {
        free(text);
        return r;
    }
    *ret = text;
    return 0;
}

/* Finds the file behind links and reads it; makes the copy beside it. */
static int prepare(struct edit *e)
{
    const char *own = e->paths->user_file;
    _cleanup_(freep) char *dir = NULL;
    _cleanup_(closep) int fd = -1;
    struct stat st;
    int r;

    e->mode = 0600;
    e->target = realpath(own, NULL);
    if (!e->target && (errno != ENOENT || lstat(own, &st) >= 0))
        return failed(_("can't open %s: %s"), own, negative_errno());
    if (!e->target)
        e->target = strdup(own);
    dir = e->target ? strdup(e->target) : NULL;
    if (!dir)
        return -ENOMEM;
    *strrchr(dir, '/') = 0;
    r = mkdir_parents(dir, 0700);
    if (r < 0)
        return failed(_("can't make %s: %s"), dir, r);
    r = read_file(e->target, FILE_MAX, &e->before, NULL);
    if (r >= 0 && stat(e->target, &st) >= 0)
        e->mode = st.st_mode & 0777;
    else if (r == -ENOENT)
        r = default_text(&e->before);
    if (r < 0)
        return failed(_("can't read %s: %s"), own, r);
    e->copy = path_join(dir, COPY_NAME);
    if (!e->copy)
        return -ENOMEM;
    fd = mkostemps(e->copy, COPY_SUFFIX_LENGTH, O_CLOEXEC);
    if (fd < 0) {
        r = failed(_("can't write to %s: %s"), dir, negative_errno());
        free(e->copy);
        e->copy = NULL;
        return r;
    }
    copy_to_remove = e->copy;
    r = write_file_atomic(e->copy, e->before, strlen(e->before), 0600);
    return r < 0 ? failed(_("can't write %s: %s"), e->copy, r) : 0;
}

/* Puts the good copy in the place of the file. */
static int keep(struct edit *e, const char *text)
{
    sigset_t all, old;
    int r;

    /* A signal here could leave the file's successor half written beside it. */
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &old);
    r = write_file_atomic(e->target, text, strlen(text), e->mode);
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
    if (r < 0)
        return failed(_("can't write %s: %s"), e->target, r);
    (void)printf(_("%s: saved\n"), e->paths->user_file);
    return 0;
}

static int edit_until_good(struct edit *e)
{
    for (;;) {
        _cleanup_(freep) char *text = NULL;
        int r = run_editor(e->copy);

        if (r < 0)
            return r;
        r = read_file(e->copy, FILE_MAX, &text, NULL);
        if (r < 0)
            return failed(_("can't read %s: %s"), e->copy, r);
        if (strcmp(text, e->before) == 0) {
            (void)fprintf(stderr, _("%s: nothing changed\n"), e->paths->user_file);
            return 0;
        }
        r = check_copy(e);
        if (r < 0)
            return r;
        if (r == 0)
            return keep(e, text);
        if (!ask_again())
            return -ECANCELED;
    }
}

/**
 * edit_config() - let the user edit the own settings file
 * @paths: of all layers
 *
 * Return: the exit status: 0 when the file was saved or nothing was changed; 1 when it failed or the user
 * gave up, with the old file as it was.
 */
int edit_config(const struct settings_paths *paths)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction end = {.sa_handler = on_signal}, old[ARRAY_SIZE(signals)];
    struct edit e = {.paths = paths};
    int r;

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        (void)sigaction(signals[i], &end, &old[i]);
    r = prepare(&e);
    if (r >= 0)
        r = edit_until_good(&e);
    if (r == -ENOMEM)
        (void)fprintf(stderr, "backcarectl config: %s\n", _("out of memory"));
    if (e.copy)
        (void)unlink(e.copy);
    copy_to_remove = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        (void)sigaction(signals[i], &old[i], NULL);
    free(e.target);
    free(e.copy);
    free(e.before);
    return r < 0 ? 1 : 0;
}
