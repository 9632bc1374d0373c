/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files: what is no regular file can't block or mislead a read, and a write leaves the old file or the new
 * one, whole.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "util/fs-util.h"
#include "util/macro.h"

struct place {
    char dir[64];
    char path[96];
};

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void assert_content(const char *path, const char *text)
{
    _cleanup_(freep) char *got = NULL;
    size_t size;

    assert_int_equal(read_file(path, 1 << 20, &got, &size), 0);
    assert_string_equal(got, text);
    assert_int_equal(size, strlen(text));
}

/* How many names there are in the directory. */
static int count(const struct place *p)
{
    DIR *dir = opendir(p->dir);
    int n = 0;

    assert_non_null(dir);
    while (readdir(dir))
        n++;
    (void)closedir(dir);
    return n - 2;
}

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    if (!p)
        return -1;
    (void)strcpy(p->dir, "fs-util-XXXXXX");
    if (!mkdtemp(p->dir))
        return -1;
    (void)snprintf(p->path, sizeof p->path, "%s/file", p->dir);
    *state = p;
    return 0;
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        _cleanup_(freep) char *inner = path_join(path, entry->d_name);

        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && inner && unlink(inner) < 0)
            remove_tree(inner);
    }
    if (dir)
        (void)closedir(dir);
    (void)rmdir(path);
}

static int clear_place(void **state)
{
    struct place *p = *state;

    remove_tree(p->dir);
    free(p);
    return 0;
}

static void reads(void **state)
{
    struct place *p = *state;
    char *text = NULL;
    size_t size = 77;

    assert_int_equal(read_file(p->path, 10, &text, &size), -ENOENT);
    put(p->path, "");
    assert_content(p->path, "");
    put(p->path, "ten bytes!");
    assert_content(p->path, "ten bytes!");
    assert_int_equal(read_file(p->path, 9, &text, &size), -EFBIG);
    assert_int_equal(read_file(p->dir, 10, &text, &size), -EISDIR);
    assert_int_equal(read_file("/dev/zero", 10, &text, &size), -EINVAL);
    assert_null(text);
    assert_int_equal(size, 77);
    assert_int_equal(read_file(p->path, 10, &text, NULL), 0);
    assert_string_equal(text, "ten bytes!");
    free(text);
}

static void a_fifo_does_not_block(void **state)
{
    struct place *p = *state;
    char *text = NULL;

    assert_int_equal(mkfifo(p->path, 0600), 0);
    (void)alarm(10);
    assert_int_equal(read_file(p->path, 10, &text, NULL), -EINVAL);
    (void)alarm(0);
    assert_null(text);
}

/* Says that it is empty, and is not: as a file that grows between being asked for its size and being read. */
static void more_than_was_expected(void **state)
{
    struct place *p = *state;
    char big[5000], *text = NULL;
    size_t size;
    int fd;

    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    put(p->path, big);
    fd = open(p->path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(read_stream(fd, 0, 1 << 20, &text, &size), 0);
    assert_int_equal(size, sizeof big - 1);
    assert_string_equal(text, big);
    free(text);
    text = NULL;
    (void)lseek(fd, 0, SEEK_SET);
    assert_int_equal(read_stream(fd, 0, 4998, &text, &size), -EFBIG);
    assert_null(text);
    (void)close(fd);
    assert_int_equal(read_file("/proc/self/status", 1 << 20, &text, &size), 0);
    assert_true(size > 100);
    free(text);
}

static void writes(void **state)
{
    struct place *p = *state;
    struct stat st;

    assert_int_equal(write_file_atomic(p->path, "one", 3, 0600), 0);
    assert_content(p->path, "one");
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(write_file_atomic(p->path, "", 0, 0644), 0);
    assert_content(p->path, "");
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_int_equal(count(p), 1);
}

static void writes_that_fail(void **state)
{
    struct place *p = *state;
    _cleanup_(freep) char *missing = path_join(p->dir, "no/file");

    assert_int_equal(write_file_atomic(missing, "x", 1, 0600), -ENOENT);
    /* A directory can't be replaced. */
    assert_int_equal(mkdir(p->path, 0700), 0);
    assert_int_equal(write_file_atomic(p->path, "x", 1, 0600), -EISDIR);
    assert_int_equal(count(p), 1);
}

/* As on a full disk: the write stops in the middle. In a child, for the limit can't be taken back. */
static void no_room_for_the_new_file(void **state)
{
    struct place *p = *state;
    static char big[100000];
    pid_t child;
    int status;

    put(p->path, "old");
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGXFSZ, SIG_IGN);
        (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, 4096});
        _exit(write_file_atomic(p->path, big, sizeof big, 0600) == -EFBIG ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_content(p->path, "old");
    assert_int_equal(count(p), 1);
}

#define ROUNDS 200

static void *write_in_turn(void *path)
{
    static char a[20000], b[20000];

    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    for (int i = 0; i < ROUNDS; i++)
        if (write_file_atomic(path, i % 2 ? a : b, sizeof a, 0600) < 0)
            return path;
    return NULL;
}

/* A reader sees one or the other, never a mixture or a part. */
static void readers_see_whole_files(void **state)
{
    struct place *p = *state;
    pthread_t writer;
    void *failed;

    assert_int_equal(write_file_atomic(p->path, "start", 5, 0600), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_in_turn, p->path), 0);
    for (int i = 0; i < ROUNDS; i++) {
        _cleanup_(freep) char *text = NULL;
        size_t size;

        assert_int_equal(read_file(p->path, 1 << 20, &text, &size), 0);
        assert_true(size == 5 || size == 20000);
        assert_int_equal(strspn(text, size == 5 ? "start" : text[0] == 'a' ? "a" : "b"), size);
    }
    assert_int_equal(pthread_join(writer, &failed), 0);
    assert_null(failed);
    assert_int_equal(count(p), 1);
}

static void what_a_crash_left(void **state)
{
    struct place *p = *state;
    static const char *const names[] = {"file",     "file.new-abc123",  "file.new-",      "file.new-toolong1",
                                        "file.old", "other.new-abc123", "file.new-ABCDEF"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        _cleanup_(freep) char *path = path_join(p->dir, names[i]);

        put(path, "x");
    }
    assert_int_equal(remove_unfinished(p->path), 2);
    assert_int_equal(count(p), 5);
    assert_content(p->path, "x");
    assert_int_equal(remove_unfinished(p->path), 0);
    assert_int_equal(remove_unfinished("no-such-directory/file"), 0);
}

static void directories(void **state)
{
    struct place *p = *state;
    _cleanup_(freep) char *deep = path_join(p->dir, "a//b/c/"), *under = path_join(p->path, "x");
    struct stat st;

    assert_int_equal(mkdir_parents(deep, 0700), 0);
    assert_int_equal(stat(deep, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(mkdir_parents(deep, 0755), 0);
    assert_int_equal(mkdir_parents("/", 0700), 0);
    assert_int_equal(mkdir_parents("", 0700), -ENOENT);
    put(p->path, "x");
    assert_int_equal(mkdir_parents(under, 0700), -ENOTDIR);
}

static void joins(void **state)
{
    static const char *const cases[][3] = {{"a", "b", "a/b"},
                                           {"a/", "b", "a/b"},
                                           {"a///", "b", "a/b"},
                                           {"", "b", "/b"},
                                           {"/a", "b/c", "/a/b/c"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *path = path_join(cases[i][0], cases[i][1]);

        assert_string_equal(path, cases[i][2]);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, clear_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads),
        TEST(a_fifo_does_not_block),
        TEST(more_than_was_expected),
        TEST(writes),
        TEST(writes_that_fail),
        TEST(no_room_for_the_new_file),
        TEST(readers_see_whole_files),
        TEST(what_a_crash_left),
        TEST(directories),
        TEST(joins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
