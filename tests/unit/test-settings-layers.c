/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files are read, in which order, and what wins: the administrator's, the user's, drop-ins, systemd's
 * directory, --config-dir; and files that can't be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <ftw.h>
#include <sys/stat.h>

#include "config/settings.h"
#include "util/fs-util.h"

static char *root;

static char *at(const char *name)
{
    static char buf[4][256];
    static unsigned i;

    i = (i + 1) % 4;
    (void)snprintf(buf[i], sizeof(buf[i]), "%s/%s", root, name);
    return buf[i];
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int setup(void **state)
{
    char dir[] = "/tmp/backcare-layers-XXXXXX", list[600];

    (void)state;
    if (!mkdtemp(dir))
        return -1;
    root = strdup(dir);
    (void)snprintf(list, sizeof(list), "%s/first:relative/path:%s/second", dir, dir);
    return root && setenv("XDG_CONFIG_HOME", at("home"), 1) == 0 && setenv("XDG_CONFIG_DIRS", list, 1) == 0 &&
                   unsetenv("CONFIGURATION_DIRECTORY") == 0
               ? 0
               : -1;
}

static int teardown(void **state)
{
    int r = nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);

    (void)state;
    free(root);
    return r;
}

static void put(const char *name, const char *text)
{
    char *path = at(name), *dir = strdup(path);

    *strrchr(dir, '/') = 0;
    assert_int_equal(mkdir_parents(dir, 0700), 0);
    free(dir);
    assert_int_equal(write_file_atomic(path, text, strlen(text), 0600), 0);
}

/* Loads all layers; the diagnostics come without the root directory. */
static struct settings *load(const char *config_dir, char **ret_messages)
{
    struct settings_paths paths;
    struct diagnostics d = {0};
    struct settings *s = NULL;
    char *lines, *out;
    size_t n = strlen(root);

    assert_int_equal(settings_paths_find(config_dir, &paths), 0);
    assert_int_equal(settings_load(&paths, &d, &s), 0);
    lines = out = diagnostics_format(&d);
    for (const char *p = lines; *p;)
        if (strncmp(p, root, n) == 0)
            p += n + 1;
        else
            *out++ = *p++;
    *out = 0;
    if (ret_messages)
        *ret_messages = lines;
    else {
        assert_string_equal(lines, "");
        free(lines);
    }
    diagnostics_done(&d);
    settings_paths_done(&paths);
    return s;
}

/* What snooze, which the tests use as a marker, is in minutes. */
static int64_t snooze(const char *config_dir)
{
    struct settings *s = load(config_dir, NULL);
    usec_t usec = s->rules.snooze_usec;

    settings_free(s);
    return usec / USEC_PER_MINUTE;
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(snooze(NULL), 5);
    put("second/backcare/backcare.conf", "[reminder]\nsnooze = 11min\n");
    assert_int_equal(snooze(NULL), 11);
    put("second/backcare/backcare.conf.d/50-a.conf", "[reminder]\nsnooze = 12min\n");
    assert_int_equal(snooze(NULL), 12);
    put("first/backcare/backcare.conf", "[reminder]\nsnooze = 13min\n");
    assert_int_equal(snooze(NULL), 13);
    put("first/backcare/backcare.conf.d/10.conf", "[reminder]\nsnooze = 14min\n");
    assert_int_equal(snooze(NULL), 14);
    put("home/backcare/backcare.conf", "[reminder]\nsnooze = 15min\n");
    assert_int_equal(snooze(NULL), 15);
    put("home/backcare/backcare.conf.d/20-b.conf", "[reminder]\nsnooze = 17min\n");
    put("home/backcare/backcare.conf.d/10-z.conf", "[reminder]\nsnooze = 16min\n");
    assert_int_equal(snooze(NULL), 17);
    /* Neither hidden files nor other endings. */
    put("home/backcare/backcare.conf.d/.30.conf", "[reminder]\nsnooze = 18min\n");
    put("home/backcare/backcare.conf.d/30.conf~", "[reminder]\nsnooze = 19min\n");
    put("home/backcare/backcare.conf.d/30.ini", "[reminder]\nsnooze = 20min\n");
    assert_int_equal(snooze(NULL), 17);
    /* One directory takes the place of all. */
    assert_int_equal(snooze(at("first/backcare")), 14);
    assert_int_equal(snooze(at("nowhere")), 5);
}

static void test_systemd_directory(void **state)
{
    char list[600];
    struct settings_paths paths;

    (void)state;
    put("home/backcare/backcare.conf", "[reminder]\nsnooze = 15min\n");
    put("first/backcare/backcare.conf", "[reminder]\nsnooze = 13min\n");
    put("unit/backcare.conf", "[reminder]\nsnooze = 30min\n");
    put("other/backcare.conf", "[reminder]\nsnooze = 31min\nrepeat-limit = 9\n");
    (void)snprintf(list, sizeof(list), "%s/unit:%s/other", root, root);
    assert_int_equal(setenv("CONFIGURATION_DIRECTORY", list, 1), 0);
    assert_int_equal(snooze(NULL), 30);
    assert_int_equal(settings_paths_find(NULL, &paths), 0);
    assert_string_equal(paths.user_file, at("unit/backcare.conf"));
    settings_paths_done(&paths);
    assert_int_equal(unlink(at("unit/backcare.conf")), 0);
    assert_int_equal(snooze(NULL), 31);
    assert_int_equal(unlink(at("other/backcare.conf")), 0);
    assert_int_equal(snooze(NULL), 13);
    assert_int_equal(unsetenv("CONFIGURATION_DIRECTORY"), 0);
}

static void test_home(void **state)
{
    struct settings_paths paths;

    (void)state;
    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    assert_int_equal(setenv("HOME", root, 1), 0);
    assert_int_equal(settings_paths_find(NULL, &paths), 0);
    assert_string_equal(paths.user_file, at(".config/backcare/backcare.conf"));
    settings_paths_done(&paths);
    /* A relative one doesn't count. */
    assert_int_equal(setenv("XDG_CONFIG_HOME", "here", 1), 0);
    assert_int_equal(settings_paths_find(NULL, &paths), 0);
    assert_string_equal(paths.user_file, at(".config/backcare/backcare.conf"));
    settings_paths_done(&paths);
}

/* A bad value falls back to what the layers below say, key by key. */
static void test_fallback(void **state)
{
    char *messages;
    struct settings *s;

    (void)state;
    put("first/backcare/backcare.conf", "[reminder]\nsnooze = 13min\nrepeat = 20min\n");
    put("home/backcare/backcare.conf", "[reminder]\nsnooze = 7\nrepeat = 21min\nbroken\n");
    s = load(NULL, &messages);
    assert_string_equal(
        messages, "home/backcare/backcare.conf:4: no '=' in this line: it is no \"key = value\", no "
                  "[section] and no # comment\n"
                  "home/backcare/backcare.conf:2: [reminder].snooze: 7: no unit: say min or s, as in 7min\n");
    assert_int_equal(s->rules.snooze_usec, 13 * USEC_PER_MINUTE);
    assert_int_equal(s->rules.repeat_usec, 21 * USEC_PER_MINUTE);
    free(messages);
    settings_free(s);
}

/* The checks across keys name both places, whichever layer they are in. */
static void test_across_layers(void **state)
{
    char *messages, expected[600];
    struct settings *s;

    (void)state;
    put("first/backcare/backcare.conf", "[activity]\nidle-after-prompt = 40s\n[break.eyes]\nafter = 20min\n");
    put("home/backcare/backcare.conf", "\n[activity]\nidle-after = 30s\n");
    put("home/backcare/backcare.conf.d/50-eyes.conf", "[break.EYES]\nlength = 30s\n");
    s = load(NULL, &messages);
    (void)snprintf(expected, sizeof(expected),
                   "home/backcare/backcare.conf:3: [activity].idle-after: 30s: must be at least "
                   "idle-after-prompt (40s, first/backcare/backcare.conf:2)\n");
    assert_string_equal(messages, expected);
    assert_int_equal(s->rules.idle_after_usec, 30 * USEC_PER_SEC);
    assert_int_equal(s->rules.idle_after_prompt_usec, 20 * USEC_PER_SEC);
    assert_int_equal(s->rules.n_breaks, 3);
    assert_int_equal(s->rules.breaks[2].length_usec, 30 * USEC_PER_SEC);
    free(messages);
    settings_free(s);
}

/* A later file changes the days that it names, and leaves the others. */
static void test_schedule(void **state)
{
    struct settings *s;

    (void)state;
    put("first/backcare/backcare.conf", "[schedule]\nMon-Wed = 09:00-17:00\n");
    put("home/backcare/backcare.conf", "[schedule]\nMon = 10:00-14:00\nWed = none\n");
    s = load(NULL, NULL);
    assert_int_equal(s->rules.n_schedule, 2);
    assert_int_equal(s->rules.schedule[0].weekday, 1);
    assert_int_equal(s->rules.schedule[0].start_min, 600);
    assert_int_equal(s->rules.schedule[1].weekday, 2);
    assert_int_equal(s->rules.schedule[1].start_min, 540);
    settings_free(s);
}

/* One line for each file that can't be read, and the others hold. */
static void test_unreadable(void **state)
{
    char *messages;
    struct settings *s;

    (void)state;
    put("home/backcare/backcare.conf.d/50.conf", "[reminder]\nsnooze = 15min\n");
    assert_int_equal(mkdir_parents(at("home/backcare/backcare.conf"), 0700), 0);
    assert_int_equal(symlink("nothing", at("home/backcare/backcare.conf.d/60.conf")), 0);
    assert_int_equal(mkfifo(at("home/backcare/backcare.conf.d/70.conf"), 0600), 0);
    s = load(NULL, &messages);
    assert_string_equal(messages,
                        "home/backcare/backcare.conf: can't be read: it is a directory\n"
                        "home/backcare/backcare.conf.d/60.conf: can't be read: it is a link to nothing\n"
                        "home/backcare/backcare.conf.d/70.conf: can't be read: it is no regular file\n");
    assert_int_equal(s->rules.snooze_usec, 15 * USEC_PER_MINUTE);
    free(messages);
    settings_free(s);
}

static bool contains(char *const *list, const char *text)
{
    for (; *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

static void test_watch_list(void **state)
{
    struct settings_paths paths;

    (void)state;
    put("dotfiles/bc", "[reminder]\nsnooze = 15min\n");
    assert_int_equal(mkdir_parents(at("home/backcare/backcare.conf.d"), 0700), 0);
    assert_int_equal(symlink(at("dotfiles/bc"), at("home/backcare/backcare.conf")), 0);
    assert_int_equal(symlink("../later", at("home/backcare/backcare.conf.d/x.conf")), 0);
    assert_int_equal(settings_paths_find(NULL, &paths), 0);
    assert_true(contains(paths.watch, at("home/backcare")));
    assert_true(contains(paths.watch, at("home/backcare/backcare.conf.d")));
    assert_true(contains(paths.watch, at("first/backcare")));
    assert_true(contains(paths.watch, at("second/backcare/backcare.conf.d")));
    assert_true(contains(paths.watch, at("dotfiles/bc")));
    assert_true(contains(paths.watch, at("home/backcare/backcare.conf.d/../later")));
    settings_paths_done(&paths);
}

static void test_load_file(void **state)
{
    struct diagnostics d = {0};
    struct settings *s = NULL;

    (void)state;
    assert_int_equal(settings_load_file(at("none"), &d, &s), -ENOENT);
    assert_null(s);
    assert_int_equal(d.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_systemd_directory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_home, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fallback, setup, teardown),
        cmocka_unit_test_setup_teardown(test_across_layers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_schedule, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unreadable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_watch_list, setup, teardown),
        cmocka_unit_test_setup_teardown(test_load_file, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
