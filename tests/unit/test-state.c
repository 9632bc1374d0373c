/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state file on a real file system: what is read back, what a damaged one does, what a full disk and a
 * killed writer leave.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "core/core.h"
#include "store/state.h"
#include "util/fs-util.h"

#define BOOT_ID "0123456789abcdef0123456789abcdef"

static const struct state_head some_head = {
    .boot_id = BOOT_ID, .boottime_usec = 1234567, .realtime_usec = 1700000000000001, .clean = true};

/* Each test has a directory of its own; *state is its path. */
static int setup(void **state)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = path_join(tmp && *tmp ? tmp : "/tmp", "test-state-XXXXXX");

    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        _cleanup_(freep) char *child = path_join(path, entry->d_name);

        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && child && remove(child) < 0)
            remove_tree(child);
    }
    if (dir)
        (void)closedir(dir);
    (void)remove(path);
}

static int teardown(void **state)
{
    remove_tree(*state);
    free(*state);
    return 0;
}

/* The names in @path, sorted and joined by blanks. */
static char *names_in(const char *path, char *buf, size_t size)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);

    assert_true(n >= 2);
    buf[0] = 0;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(buf);

        if (entries[i]->d_name[0] != '.')
            (void)snprintf(buf + len, size - len, "%s%s", len > 0 ? " " : "", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return buf;
}

#define assert_names(dir, expected)                                                                          \
    do {                                                                                                     \
        char _names[1024];                                                                                   \
        assert_string_equal(names_in(dir, _names, sizeof _names), expected);                                 \
    } while (0)

static void assert_loads(const char *path, const struct state_head *head, const char *snapshot)
{
    _cleanup_(freep) char *text = NULL;
    struct state_head got;
    char *aside = NULL;

    assert_int_equal(state_load(path, &got, &text, &aside), 0);
    assert_null(aside);
    assert_string_equal(text, snapshot);
    assert_string_equal(got.boot_id, head->boot_id);
    assert_true(got.boottime_usec == head->boottime_usec);
    assert_true(got.realtime_usec == head->realtime_usec);
    assert_int_equal(got.clean, head->clean);
}

/* Loading must refuse @path for @why and set it aside as @expected_aside; outputs stay untouched. */
static void assert_refused(const char *path, const char *why, const char *expected_aside)
{
    _cleanup_(freep) char *aside = NULL;
    struct state_head head = {.boottime_usec = 42};
    char *snapshot = NULL;
    const char *got_why = NULL;

    assert_int_equal(state_load_why(path, &head, &snapshot, &aside, &got_why), -EBADMSG);
    assert_null(snapshot);
    assert_true(head.boottime_usec == 42);
    if (why)
        assert_string_equal(got_why, why);
    assert_non_null(got_why);
    assert_string_equal(aside, expected_aside);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(aside, F_OK), 0);
}

static void write_text(const char *path, const char *text, size_t size)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static void test_path(void **state _unused_)
{
    static const struct {
        const char *arg, *systemd, *xdg, *home, *expected;
    } cases[] = {
        {"/given", "/systemd", "/xdg", "/home/me", "/given/state"},
        {"given/", NULL, NULL, NULL, "given/state"},
        {NULL, "/systemd/backcare", "/xdg", "/home/me", "/systemd/backcare/state"},
        {NULL, "/one:/two", NULL, "/home/me", "/one/state"},
        {"", "", "/xdg", "/home/me", "/xdg/backcare/state"},
        {NULL, NULL, "not/absolute", "/home/me", "/home/me/.local/state/backcare/state"},
        {NULL, NULL, NULL, "/home/me", "/home/me/.local/state/backcare/state"},
        {NULL, NULL, NULL, "", NULL},
        {NULL, NULL, "", NULL, NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *names[] = {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"};
        const char *values[] = {cases[i].systemd, cases[i].xdg, cases[i].home};
        _cleanup_(freep) char *path = NULL;

        for (size_t j = 0; j < ARRAY_SIZE(names); j++)
            assert_int_equal(values[j] ? setenv(names[j], values[j], 1) : unsetenv(names[j]), 0);
        assert_int_equal(state_path_find(cases[i].arg, &path), cases[i].expected ? 0 : -ENOENT);
        if (cases[i].expected)
            assert_string_equal(path, cases[i].expected);
        else
            assert_null(path);
    }
}

static void test_round_trip(void **state)
{
    static const char *const snapshots[] = {"", "one line", "core 1\ncounter stretch 12\n", "end 00000000\n",
                                            "Grüße, ☕\n\n\n"};
    static const usec_t times[] = {0, -1, INT64_MIN, INT64_MAX};
    _cleanup_(freep) char *path = path_join(*state, "deep/er/state");
    _cleanup_(freep) char *dir = path_join(*state, "deep/er");
    _cleanup_(freep) char *big = malloc(BC_SNAPSHOT_MAX);
    struct state_head head = some_head;
    struct stat st;

    /* The directory is made, private; a generous umask of the caller changes nothing. */
    (void)umask(0);
    for (size_t i = 0; i < ARRAY_SIZE(snapshots); i++) {
        head.clean = i % 2;
        assert_int_equal(state_save(path, &head, snapshots[i]), 0);
        assert_loads(path, &head, snapshots[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        head.boottime_usec = times[i];
        head.realtime_usec = times[ARRAY_SIZE(times) - 1 - i];
        assert_int_equal(state_save(path, &head, "x"), 0);
        assert_loads(path, &head, "x");
    }
    assert_non_null(big);
    memset(big, 'x', BC_SNAPSHOT_MAX - 1);
    big[BC_SNAPSHOT_MAX - 1] = 0;
    assert_int_equal(state_save(path, &head, big), 0);
    assert_loads(path, &head, big);

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_names(dir, "state");
}

static void test_save_refuses(void **state)
{
    static const char *const ids[] = {"", "0123", "0123456789ABCDEF0123456789ABCDEF",
                                      "01234567-89abcdef0123456789abcdef"};
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *below = path_join(path, "state");
    _cleanup_(freep) char *huge = malloc(((size_t)1 << 20) + 1);

    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        struct state_head head = some_head;

        (void)snprintf(head.boot_id, sizeof head.boot_id, "%s", ids[i]);
        assert_int_equal(state_save(path, &head, "x"), -EINVAL);
    }
    /* What could not be loaded again isn't written. */
    assert_non_null(huge);
    memset(huge, 'x', (size_t)1 << 20);
    huge[(size_t)1 << 20] = 0;
    assert_int_equal(state_save(path, &some_head, huge), -EFBIG);
    assert_names(*state, "");

    assert_int_equal(state_save(path, &some_head, "x"), 0);
    assert_int_equal(state_save(below, &some_head, "x"), -ENOTDIR);
    assert_loads(path, &some_head, "x");
}

static void test_none(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *nowhere = path_join(*state, "no/such/state");
    char *snapshot = NULL, *aside = NULL;
    struct state_head head;

    assert_int_equal(state_load(path, &head, &snapshot, &aside), -ENOENT);
    assert_int_equal(state_load(nowhere, &head, &snapshot, &aside), -ENOENT);
    assert_int_equal(state_set_aside(path, &aside), -ENOENT);
    assert_null(snapshot);
    assert_null(aside);
    assert_names(*state, "");
}

/* Saves a state and gives its bytes. */
static char *saved_bytes(const char *path, size_t *ret_size)
{
    char *text;

    assert_int_equal(state_save(path, &some_head, "core 1\ncounter stretch 1700000000\n"), 0);
    assert_int_equal(read_file(path, 1 << 20, &text, ret_size), 0);
    return text;
}

static void test_truncated(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *bad = path_join(*state, "state.bad");
    _cleanup_(freep) char *text = NULL;
    size_t size;

    text = saved_bytes(path, &size);
    for (size_t n = 0; n < size; n++) {
        write_text(path, text, n);
        assert_refused(path, NULL, bad);
    }
    write_text(path, text, size);
    assert_loads(path, &some_head, "core 1\ncounter stretch 1700000000\n");
}

static void test_damaged(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *bad = path_join(*state, "state.bad");
    _cleanup_(freep) char *text = NULL;
    size_t size;

    text = saved_bytes(path, &size);
    for (size_t i = 0; i < size * 8; i++) {
        text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
        write_text(path, text, size);
        assert_refused(path, NULL, bad);
        text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
    }
    /* Something behind it, or twice the file in one */
    text = realloc(text, size * 2);
    assert_non_null(text);
    memcpy(text + size, text, size);
    write_text(path, text, size + 1);
    assert_refused(path, "it is cut short", bad);
    write_text(path, text, size * 2);
    assert_refused(path, "its checksum does not fit", bad);
    assert_names(*state, "state.bad");
}

/* Files whose checksum fits, but which no version of this program writes. */
static void test_wrong_content(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "it is empty"},
        {"hello\n", "it is no state file"},
        {"backcare-state 2\nwhatever\n", "it was written by another version"},
        {"backcare-state 11\n", "it was written by another version"},
        {"backcare-state 1\n", "it is cut short"},
        /* the checksums below were computed by another program */
        {"backcare-state 1\nend 0ac3b3cc\n", "its checksum does not fit"},
        {"backcare-state 1\nend 6c7631ff\n", "its head can't be read"},
        {"backcare-state 1\nboot-id G123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nclean yes\nsnapshot 1\nx\nend 51b43f18\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec +1\nrealtime-usec "
         "2\nclean yes\nsnapshot 1\nx\nend 46086583\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1s\nrealtime-usec "
         "2\nclean yes\nsnapshot 1\nx\nend 7e4cf6e5\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "9223372036854775808\nclean yes\nsnapshot 1\nx\nend aa33e62f\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nclean maybe\nsnapshot 1\nx\nend 20bd6c93\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nsnapshot 1\nx\nend d69ee8d0\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nclean yes\nsnapshot -1\nx\nend a9a0d3f2\n",
         "its head can't be read"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nclean yes\nsnapshot 2\nx\nend 9051971c\n",
         "its snapshot has another length than it says"},
        {"backcare-state 1\nboot-id 0123456789abcdef0123456789abcdef\nboottime-usec 1\nrealtime-usec "
         "2\nclean yes\nsnapshot 1\nxy\nend 65f45bae\n",
         "its snapshot has another length than it says"},
    };
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *bad = path_join(*state, "state.bad");

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        write_text(path, cases[i].text, strlen(cases[i].text));
        assert_refused(path, cases[i].why, bad);
    }
}

static void test_not_a_file(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *bad = path_join(*state, "state.bad");
    _cleanup_(freep) char *bad1 = path_join(*state, "state.bad1");
    _cleanup_(freep) char *inside = path_join(*state, "state/x");
    int fd;

    /* A directory with something in it goes aside as it is. */
    assert_int_equal(mkdir(path, 0700), 0);
    write_text(inside, "x", 1);
    assert_refused(path, "it is no regular file", bad);
    /* That stands in the way of the next one, which takes the next name. */
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, "it is no regular file", bad1);
    /* A file of 2 MiB, all holes */
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 2 << 20), 0);
    assert_int_equal(close(fd), 0);
    assert_refused(path, "it is too large", bad1);
    assert_names(*state, "state.bad state.bad1");
    /* And the daemon goes on. */
    assert_int_equal(state_save(path, &some_head, "fresh"), 0);
    assert_loads(path, &some_head, "fresh");
}

/* An older file that was set aside is replaced by the newer one. */
static void test_aside_replaced(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    _cleanup_(freep) char *bad = path_join(*state, "state.bad");
    _cleanup_(freep) char *text = NULL;

    write_text(path, "first", 5);
    assert_refused(path, "it is no state file", bad);
    write_text(path, "second", 6);
    assert_refused(path, "it is no state file", bad);
    assert_int_equal(read_file(bad, 100, &text, NULL), 0);
    assert_string_equal(text, "second");
    assert_names(*state, "state.bad");
}

/* A process that has no descriptor left knows nothing of the file: it must stay. */
static void test_out_of_descriptors(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    struct rlimit old, none = {0, 0};
    struct state_head head;
    char *snapshot = NULL, *aside = NULL;
    int r;

    assert_int_equal(state_save(path, &some_head, "x"), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    r = state_load(path, &head, &snapshot, &aside);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(r, -EMFILE);
    assert_null(aside);
    assert_loads(path, &some_head, "x");
}

/* Writing fails in the middle: the old file stays, nothing lies beside it. */
static void test_write_fails(void **state)
{
    _cleanup_(freep) char *path = path_join(*state, "state");
    char big[8192];
    struct rlimit old, small = {1000, 0};
    int r;

    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    assert_int_equal(state_save(path, &some_head, "old"), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    r = state_save(path, &some_head, big);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(r, -EFBIG);
    assert_names(*state, "state");
    assert_loads(path, &some_head, "old");
}

enum {
    CHILD_GOOD,
    CHILD_BAD,
    CHILD_SKIP = 77
};

/* In a child with mounts of its own: a file system of two pages. */
static int full_disk_child(const char *dir)
{
    _cleanup_(freep) char *path = path_join(dir, "state");
    _cleanup_(freep) char *snapshot = NULL;
    char *aside = NULL, names[256], big[16384];
    struct state_head head;

    if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return CHILD_SKIP;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("full", dir, "tmpfs", 0, "size=8k,mode=0700") < 0)
        return CHILD_SKIP;
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    if (state_save(path, &some_head, "old") != 0 || state_save(path, &some_head, big) != -ENOSPC)
        return CHILD_BAD;
    if (strcmp(names_in(dir, names, sizeof names), "state") != 0)
        return CHILD_BAD;
    /* A small one fits again: nothing has eaten the room. */
    if (state_save(path, &some_head, "new") != 0 || state_load(path, &head, &snapshot, &aside) != 0)
        return CHILD_BAD;
    return strcmp(snapshot, "new") == 0 ? CHILD_GOOD : CHILD_BAD;
}

static void test_full_disk(void **state)
{
    pid_t pid = fork();
    int status;

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(full_disk_child(*state));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CHILD_SKIP)
        skip(); /* no right to mount here; test_write_fails() covers the same path with a limit */
    assert_int_equal(WEXITSTATUS(status), CHILD_GOOD);
}

/* A snapshot from which its number can be told and in which any mixture of two shows. */
static void numbered(char *buf, size_t size, unsigned number)
{
    for (size_t i = 0; i + 9 < size; i += 9)
        (void)snprintf(buf + i, size - i, "%08x\n", number);
}

static void save_for_ever(const char *path, int ack_fd)
{
    static char text[BC_SNAPSHOT_MAX];

    for (unsigned i = 1;; i++) {
        numbered(text, sizeof text, i);
        if (state_save(path, &some_head, text) < 0 || write(ack_fd, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

/* SIGKILL at any instant of a save: afterwards the file is whole, as new as what was reported saved or one
 * newer, and alone in its directory. */
static void test_killed_writer(void **state)
{
    static char expected[BC_SNAPSHOT_MAX];
    _cleanup_(freep) char *path = path_join(*state, "state");

    for (int round = 0; round < 40; round++) {
        _cleanup_(freep) char *snapshot = NULL;
        struct state_head head;
        char *aside = NULL;
        unsigned saved = 0, got, next;
        int fds[2], status;
        pid_t pid;

        assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
        pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            (void)alarm(60); /* it must not outlive a test that has failed */
            (void)close(fds[0]);
            save_for_ever(path, fds[1]);
        }
        assert_int_equal(close(fds[1]), 0);
        for (int i = 0; i <= round % 3; i++)
            assert_int_equal(read(fds[0], &saved, sizeof saved), sizeof saved);
        /* Each round a little later in the next save */
        for (volatile int spin = round * 20000; spin > 0; spin--)
            ;
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        while (read(fds[0], &next, sizeof next) == sizeof next)
            saved = next;
        assert_int_equal(close(fds[0]), 0);

        assert_int_equal(state_load(path, &head, &snapshot, &aside), 0);
        assert_int_equal(sscanf(snapshot, "%x", &got), 1);
        assert_in_range(got, saved, saved + 1);
        numbered(expected, sizeof expected, got);
        assert_string_equal(snapshot, expected);
        assert_names(*state, "state");
    }
}

/* Only what a crash left is cleared away, not what a person put there. */
static void test_leftovers(void **state)
{
    static const char *const names[] = {"state.new-a1B2c3", "state.new-", "state.new-abcdefg",
                                        "state.backup",     "state.new",  "other.new-a1B2c3"};
    _cleanup_(freep) char *path = path_join(*state, "state");

    assert_int_equal(state_save(path, &some_head, "x"), 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        _cleanup_(freep) char *file = path_join(*state, names[i]);

        write_text(file, "half", 4);
    }
    assert_loads(path, &some_head, "x");
    assert_names(*state, "other.new-a1B2c3 state state.backup state.new state.new- state.new-abcdefg");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_save_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_truncated, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_content, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_a_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_aside_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_out_of_descriptors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_leftovers, setup, teardown),
    };

    return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
