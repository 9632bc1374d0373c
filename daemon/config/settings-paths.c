/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files make up the settings, in which order, and what must be watched to see them change. Reads
 * directories and the environment, no file.
 */
#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/settings.h"
#include "config/strv.h"
#include "util/fs-util.h"

#define MAIN_FILE "backcare.conf"
#define DROP_IN_DIR "backcare.conf.d"
#define SUFFIX ".conf"

/* Takes over @text, also when it fails; NULL counts as out of memory. */
static int strv_push(char ***list, size_t *n, char *text)
{
    char **more = text ? reallocarray(*list, *n + 2, sizeof(*more)) : NULL;

    if (!more) {
        free(text);
        return -ENOMEM;
    }
    *list = more;
    more[(*n)++] = text;
    more[*n] = NULL;
    return 0;
}

struct finding {
    char **files;
    size_t n_files;
    char **watch;
    size_t n_watch;
    char *user_file;
};

static bool is_there(const char *path)
{
    struct stat st;

    /* Also a link to nothing, and what can't be reached: reading it says why. */
    return lstat(path, &st) >= 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* A link's target may change without its directory: it is watched itself. */
static int watch_target(struct finding *f, const char *path)
{
    char target[PATH_MAX];
    struct stat st;
    const char *slash;
    ssize_t n;

    if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
        return 0;
    if (realpath(path, target))
        return strv_push(&f->watch, &f->n_watch, strdup(target));
    /* Nothing there yet: wait for it to appear where the link points. */
    n = readlink(path, target, sizeof(target) - 1);
    if (n <= 0)
        return 0;
    target[n] = 0;
    if (target[0] == '/')
        return strv_push(&f->watch, &f->n_watch, strdup(target));
    slash = strrchr(path, '/');
    if (!slash)
        return strv_push(&f->watch, &f->n_watch, strdup(target));
    {
        _cleanup_(freep) char *dir = strndup(path, (size_t)(slash - path));

        return dir ? strv_push(&f->watch, &f->n_watch, path_join(dir, target)) : -ENOMEM;
    }
}

static int is_drop_in(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.' && n > strlen(SUFFIX) &&
           strcmp(entry->d_name + n - strlen(SUFFIX), SUFFIX) == 0;
}

/* By bytes, the same in every locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_file(struct finding *f, char *path)
{
    int r;

    if (!path)
        return -ENOMEM;
    r = watch_target(f, path);
    if (r < 0) {
        free(path);
        return r;
    }
    return strv_push(&f->files, &f->n_files, path);
}

/* One directory of a layer: the main file, then the drop-ins in name order. Takes over @dir. */
static int add_dir(struct finding *f, char *dir, bool user)
{
    _cleanup_(freep) char *main_file = NULL, *drop_ins = NULL;
    struct dirent **entries = NULL;
    int n, r;

    r = strv_push(&f->watch, &f->n_watch, dir);
    if (r < 0)
        return r;
    main_file = path_join(dir, MAIN_FILE);
    drop_ins = path_join(dir, DROP_IN_DIR);
    if (!main_file || !drop_ins)
        return -ENOMEM;
    if (user && !f->user_file) {
        f->user_file = strdup(main_file);
        if (!f->user_file)
            return -ENOMEM;
    }
    if (is_there(main_file)) {
        r = add_file(f, TAKE_PTR(main_file));
        if (r < 0)
            return r;
    }
    n = scandir(drop_ins, &entries, is_drop_in, by_name);
    for (int i = 0; i < n; i++) {
        if (r >= 0)
            r = add_file(f, path_join(drop_ins, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    if (r < 0)
        return r;
    return strv_push(&f->watch, &f->n_watch, TAKE_PTR(drop_ins));
}

/* A colon-separated list, the most important one first, so read last. Relative ones don't count (XDG base
 * directories). @sub is put behind each; "" for none. */
static int add_dir_list(struct finding *f, const char *list, const char *sub, bool user)
{
    const char *end = list + strlen(list);
    int r = 0;

    /* The user's own file is in the most important one, which is met last. */
    while (end > list && r >= 0) {
        const char *start = memrchr(list, ':', (size_t)(end - list));

        start = start ? start + 1 : list;
        if (*start == '/') {
            _cleanup_(freep) char *dir = strndup(start, (size_t)(end - start));

            if (!dir)
                return -ENOMEM;
            if (user) {
                free(f->user_file);
                f->user_file = NULL;
            }
            r = add_dir(f, *sub ? path_join(dir, sub) : TAKE_PTR(dir), user);
        }
        end = start > list ? start - 1 : list;
    }
    return r;
}

static char *user_config_home(void)
{
    const char *home = getenv("XDG_CONFIG_HOME");

    if (home && home[0] == '/')
        return strdup(home);
    home = getenv("HOME");
    if (!home || home[0] != '/') {
        const struct passwd *pw = getpwuid(getuid());

        home = pw && pw->pw_dir ? pw->pw_dir : "/";
    }
    return path_join(home, ".config");
}

static int add_layers(struct finding *f)
{
    _cleanup_(freep) char *home = NULL;
    const char *list = getenv("XDG_CONFIG_DIRS");
    int r;

    r = add_dir_list(f, list && *list ? list : "/etc/xdg", "backcare", false);
    if (r < 0)
        return r;
    list = getenv("CONFIGURATION_DIRECTORY");
    if (list && *list) {
        r = add_dir_list(f, list, "", true);
        if (r < 0 || f->user_file)
            return r;
    }
    home = user_config_home();
    return home ? add_dir(f, path_join(home, "backcare"), true) : -ENOMEM;
}

/**
 * settings_paths_find() - find the files of all layers
 * @config_dir: the one directory to read, with backcare.conf in it; NULL for the layers: each of
 * XDG_CONFIG_DIRS, the first one most important, then the user's (CONFIGURATION_DIRECTORY, which systemd
 * sets, or XDG_CONFIG_HOME)
 * @ret: freed by settings_paths_done(); untouched on failure
 *
 * Return: 0 or -ENOMEM.
 */
int settings_paths_find(const char *config_dir, struct settings_paths *ret)
{
    struct finding f = {0};
    int r;

    f.files = calloc(1, sizeof(*f.files));
    r = !f.files ? -ENOMEM : config_dir ? add_dir(&f, strdup(config_dir), true) : add_layers(&f);
    if (r < 0) {
        strv_free(f.files);
        strv_free(f.watch);
        free(f.user_file);
        return r;
    }
    *ret = (struct settings_paths){.files = f.files, .watch = f.watch, .user_file = f.user_file};
    return 0;
}

/**
 * settings_paths_done() - free what settings_paths_find() gave
 */
void settings_paths_done(struct settings_paths *paths)
{
    strv_free(paths->files);
    strv_free(paths->watch);
    free(paths->user_file);
    *paths = (struct settings_paths){0};
}
