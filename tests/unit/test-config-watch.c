/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watch with real inotify and a real loop: every way in which a file comes, changes and goes is told
 * once, and what is no change of a setting is not.
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
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "config/watch.h"
#include "util/fs-util.h"
#include "util/time-util.h"

struct fixture {
    sd_event *event;
    struct config_watch *watch;
    char root[64];
    unsigned changes;
};

static void on_changed(void *userdata)
{
    struct fixture *f = userdata;

    f->changes++;
}

static char *at(struct fixture *f, const char *name)
{
    static char buf[4][256];
    static unsigned i;

    i = (i + 1) % 4;
    (void)snprintf(buf[i], sizeof(buf[i]), "%s/%s", f->root, name);
    return buf[i];
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    (void)snprintf(f->root, sizeof(f->root), "/tmp/backcare-watch-XXXXXX");
    if (!mkdtemp(f->root) || sd_event_new(&f->event) < 0)
        return -1;
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    int r;

    config_watch_free(f->watch);
    (void)sd_event_unref(f->event);
    r = nftw(f->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return r;
}

static void start(struct fixture *f, const char *a, const char *b)
{
    const char *const paths[] = {a, b, NULL};

    assert_int_equal(config_watch_new(f->event, paths, on_changed, f, &f->watch), 0);
}

/* Runs the loop until a change is told. The limit is for a test that fails. */
static void expect_change(struct fixture *f)
{
    usec_t until = now_usec(CLOCK_MONOTONIC) + 5 * USEC_PER_SEC;

    f->changes = 0;
    while (f->changes == 0 && now_usec(CLOCK_MONOTONIC) < until)
        assert_true(sd_event_run(f->event, 100 * USEC_PER_MSEC) >= 0);
    assert_int_equal(f->changes, 1);
}

/* Nothing is told: what may come has been delivered by the kernel already, so the loop is run until it is
 * idle, and no timer is pending then. */
static void expect_quiet(struct fixture *f)
{
    usec_t until = now_usec(CLOCK_MONOTONIC) + 250 * USEC_PER_MSEC;

    f->changes = 0;
    while (now_usec(CLOCK_MONOTONIC) < until)
        assert_true(sd_event_run(f->event, 50 * USEC_PER_MSEC) >= 0);
    assert_int_equal(f->changes, 0);
}

static void put(struct fixture *f, const char *name, const char *text)
{
    int fd = open(at(f, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
}

static void test_edits(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mkdir(at(f, "backcare"), 0700), 0);
    start(f, at(f, "backcare"), at(f, "backcare/backcare.conf.d"));
    put(f, "backcare/backcare.conf", "a");
    expect_change(f);
    put(f, "backcare/backcare.conf", "b");
    expect_change(f);
    assert_int_equal(write_file_atomic(at(f, "backcare/backcare.conf"), "c", 1, 0600), 0);
    expect_change(f);
    assert_int_equal(rename(at(f, "backcare/backcare.conf"), at(f, "backcare/backcare.conf~")), 0);
    expect_change(f);
    put(f, "backcare/backcare.conf", "d");
    expect_change(f);
    assert_int_equal(chmod(at(f, "backcare/backcare.conf"), 0), 0);
    expect_change(f);
    assert_int_equal(unlink(at(f, "backcare/backcare.conf")), 0);
    expect_change(f);
    /* The directory of drop-ins comes later. */
    assert_int_equal(mkdir(at(f, "backcare/backcare.conf.d"), 0700), 0);
    expect_change(f);
    put(f, "backcare/backcare.conf.d/10.conf", "a");
    expect_change(f);
    assert_int_equal(unlink(at(f, "backcare/backcare.conf.d/10.conf")), 0);
    expect_change(f);
}

static void test_quiet(void **state)
{
    struct fixture *f = *state;
    char *text;

    assert_int_equal(mkdir(at(f, "backcare"), 0700), 0);
    put(f, "backcare/backcare.conf", "a");
    start(f, at(f, "backcare"), at(f, "other/backcare"));
    assert_int_equal(read_file(at(f, "backcare/backcare.conf"), 100, &text, NULL), 0);
    free(text);
    put(f, "backcare/.backcare.conf.swp", "a");
    put(f, "backcare/backcare.conf~", "a");
    put(f, "unrelated", "a");
    expect_quiet(f);
}

/* Many writes in a row are one change. */
static void test_coalesced(void **state)
{
    struct fixture *f = *state;
    char name[64];

    assert_int_equal(mkdir(at(f, "backcare"), 0700), 0);
    start(f, at(f, "backcare"), NULL);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof(name), "backcare/%d.conf", i);
        put(f, name, "a");
    }
    expect_change(f);
    expect_quiet(f);
}

/* Who goes on writing doesn't put it off for ever. */
static void test_busy_writer(void **state)
{
    struct fixture *f = *state;
    usec_t begin = now_usec(CLOCK_MONOTONIC);

    assert_int_equal(mkdir(at(f, "backcare"), 0700), 0);
    start(f, at(f, "backcare"), NULL);
    while (f->changes == 0 && now_usec(CLOCK_MONOTONIC) < begin + 5 * USEC_PER_SEC) {
        put(f, "backcare/backcare.conf", "a");
        assert_true(sd_event_run(f->event, 20 * USEC_PER_MSEC) >= 0);
    }
    assert_int_equal(f->changes, 1);
}

/* Nothing is there at first, not even the home of settings; then all goes away, and comes back. */
static void test_appears(void **state)
{
    struct fixture *f = *state;

    start(f, at(f, "a/b/backcare"), NULL);
    assert_int_equal(mkdir(at(f, "x"), 0700), 0);
    expect_quiet(f);
    assert_int_equal(mkdir(at(f, "a"), 0700), 0);
    expect_change(f);
    /* Two levels and a file at once: none may be lost between them. */
    assert_int_equal(mkdir(at(f, "a/b"), 0700), 0);
    assert_int_equal(mkdir(at(f, "a/b/backcare"), 0700), 0);
    put(f, "a/b/backcare/backcare.conf", "a");
    expect_change(f);
    put(f, "a/b/backcare/backcare.conf", "b");
    expect_change(f);
    assert_int_equal(rename(at(f, "a/b/backcare"), at(f, "a/b/aside")), 0);
    expect_change(f);
    put(f, "a/b/aside/backcare.conf", "c");
    expect_quiet(f);
    assert_int_equal(rename(at(f, "a/b/aside"), at(f, "a/b/backcare")), 0);
    expect_change(f);
    put(f, "a/b/backcare/backcare.conf", "d");
    expect_change(f);
    assert_int_equal(unlink(at(f, "a/b/backcare/backcare.conf")), 0);
    assert_int_equal(rmdir(at(f, "a/b/backcare")), 0);
    assert_int_equal(rmdir(at(f, "a/b")), 0);
    expect_change(f);
    assert_int_equal(mkdir(at(f, "a/b"), 0700), 0);
    expect_change(f);
}

/* The target of a link is a path of its own: written in place, replaced, and there only later. */
static void test_target(void **state)
{
    struct fixture *f = *state;

    start(f, at(f, "dotfiles/bc"), NULL);
    assert_int_equal(mkdir(at(f, "dotfiles"), 0700), 0);
    expect_change(f);
    put(f, "dotfiles/bc", "a");
    expect_change(f);
    put(f, "dotfiles/other", "a");
    expect_quiet(f);
    put(f, "dotfiles/bc", "b");
    expect_change(f);
    assert_int_equal(write_file_atomic(at(f, "dotfiles/bc"), "c", 1, 0600), 0);
    expect_change(f);
    assert_int_equal(write_file_atomic(at(f, "dotfiles/bc"), "d", 1, 0600), 0);
    expect_change(f);
}

/* A directory that is a link is turned to another one. */
static void test_directory_link(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mkdir(at(f, "one"), 0700), 0);
    assert_int_equal(mkdir(at(f, "two"), 0700), 0);
    assert_int_equal(symlink("one", at(f, "backcare")), 0);
    start(f, at(f, "backcare"), NULL);
    put(f, "one/backcare.conf", "a");
    expect_change(f);
    assert_int_equal(symlink("two", at(f, "new")), 0);
    assert_int_equal(rename(at(f, "new"), at(f, "backcare")), 0);
    expect_change(f);
    put(f, "two/backcare.conf", "a");
    expect_change(f);
    put(f, "one/backcare.conf", "b");
    expect_quiet(f);
}

static void test_set(void **state)
{
    struct fixture *f = *state;
    const char *const paths[] = {at(f, "two"), NULL};

    assert_int_equal(mkdir(at(f, "one"), 0700), 0);
    assert_int_equal(mkdir(at(f, "two"), 0700), 0);
    start(f, at(f, "one"), NULL);
    assert_int_equal(config_watch_set(f->watch, paths), 0);
    /* Nobody had an eye on them before. */
    expect_change(f);
    put(f, "one/x.conf", "a");
    expect_quiet(f);
    put(f, "two/x.conf", "a");
    expect_change(f);
    /* With the same ones, what has just changed is not lost. */
    put(f, "two/x.conf", "b");
    assert_int_equal(config_watch_set(f->watch, paths), 0);
    expect_change(f);
    assert_int_equal(config_watch_set(f->watch, paths), 0);
    expect_quiet(f);
    config_watch_again(f->watch);
    expect_change(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_edits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(test_coalesced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_busy_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_appears, setup, teardown),
        cmocka_unit_test_setup_teardown(test_target, setup, teardown),
        cmocka_unit_test_setup_teardown(test_directory_link, setup, teardown),
        cmocka_unit_test_setup_teardown(test_set, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
