/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification port against notifiers that behave badly: short shell scripts in its place. How it works
 * with the real one and real servers is tested in tests/integration.
 */
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "notify/notify.h"

#define PATIENCE_USEC (15 * USEC_PER_SEC)

struct test {
    char dir[64];
    char script[128];
    char output[128];
    sd_event *event;
    struct notify *notify;
    char log[4096];                      /* the events so far, one a line */
    const struct notify_message *answer; /* shown at the first event of its type */
    enum notify_event_type answer_at;
};

static void on_notify(void *userdata, enum notify_event_type type, const char *text)
{
    static const char *const words[] = {
        [NOTIFY_EVENT_SHOWN] = "shown",   [NOTIFY_EVENT_ACTION] = "action", [NOTIFY_EVENT_CLOSED] = "closed",
        [NOTIFY_EVENT_FAILED] = "failed", [NOTIFY_EVENT_GONE] = "gone",     [NOTIFY_EVENT_SERVER] = "server",
    };
    struct test *t = userdata;
    size_t used = strlen(t->log);

    (void)snprintf(t->log + used, sizeof t->log - used, text ? "%s %s\n" : "%s\n", words[type], text);
    if (t->answer && type == t->answer_at) {
        const struct notify_message *m = TAKE_PTR(t->answer);

        assert_int_equal(notify_show(t->notify, m), 0);
    }
}

/* The notifier of a test: it finds OUT in its environment and may leave notes there. */
static void set_script(struct test *t, const char *text)
{
    FILE *f = fopen(t->script, "we");

    assert_non_null(f);
    assert_true(fprintf(f, "#!/bin/sh\n%s\n", text) > 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(t->script, 0700), 0);
}

static int setup(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    sigset_t mask;

    assert_non_null(t);
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGCHLD);
    assert_int_equal(sigprocmask(SIG_BLOCK, &mask, NULL), 0);
    (void)snprintf(t->dir, sizeof t->dir, "/tmp/backcare-test-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    (void)snprintf(t->script, sizeof t->script, "%s/notifier", t->dir);
    (void)snprintf(t->output, sizeof t->output, "%s/out", t->dir);
    assert_int_equal(setenv("OUT", t->output, 1), 0);
    assert_int_equal(sd_event_new(&t->event), 0);
    assert_int_equal(notify_new(t->event, NULL, t->script, on_notify, t, &t->notify), 0);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct test *t = *state;
    siginfo_t info;

    assert_null(notify_free(t->notify));
    /* Whatever a test did, no child is left, not even a dead one. */
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    sd_event_unref(t->event);
    (void)unlink(t->script);
    (void)unlink(t->output);
    assert_int_equal(rmdir(t->dir), 0);
    free(t);
    return 0;
}

/* Runs the loop until the log is @expected; more than that, or less in time, fails. */
static void expect_log(struct test *t, const char *expected)
{
    usec_t end = now_usec(CLOCK_MONOTONIC) + PATIENCE_USEC;

    while (strcmp(t->log, expected) != 0 && now_usec(CLOCK_MONOTONIC) < end)
        assert_true(sd_event_run(t->event, 100000) >= 0);
    assert_string_equal(t->log, expected);
}

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static usec_t run_until_alone(struct test *t)
{
    usec_t begin = now_usec(CLOCK_MONOTONIC);

    while (has_children() && now_usec(CLOCK_MONOTONIC) - begin < PATIENCE_USEC)
        assert_true(sd_event_run(t->event, 100000) >= 0);
    assert_false(has_children());
    return now_usec(CLOCK_MONOTONIC) - begin;
}

static void read_output(struct test *t, char *text, size_t size)
{
    FILE *f = fopen(t->output, "re");
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    (void)fclose(f);
}

static void assert_output(struct test *t, const char *expected)
{
    char text[4096];

    read_output(t, text, sizeof text);
    assert_string_equal(text, expected);
}

/* Runs the loop until the last line of the output is @line. */
static void run_until_output_ends_with(struct test *t, const char *line)
{
    usec_t end = now_usec(CLOCK_MONOTONIC) + PATIENCE_USEC;
    char text[4096];
    size_t size;

    do {
        assert_true(sd_event_run(t->event, 20000) >= 0);
        read_output(t, text, sizeof text);
        size = strlen(text);
    } while ((size < strlen(line) || strcmp(text + size - strlen(line), line) != 0) &&
             now_usec(CLOCK_MONOTONIC) < end);
}

static const struct notify_message simple = {.summary = "Simple", .urgency = NOTIFY_URGENCY_NORMAL};
static const struct notify_message other = {.summary = "Other", .urgency = NOTIFY_URGENCY_NORMAL};
static const struct notify_message update = {
    .summary = "Update", .urgency = NOTIFY_URGENCY_NORMAL, .quiet = true};

static void test_lines(void **state)
{
    struct test *t = *state;
    const struct notify_message m = {
        .summary = "A \\ b",
        .body = "one\ntwo",
        .fallback = "instead",
        .image = "/x.png",
        .sound = "bell",
        .urgency = NOTIFY_URGENCY_CRITICAL,
        .timeout_usec = 1500 * USEC_PER_MSEC,
        .actions = {{"start", "Start now"}, {"done", "Done"}},
        .n_actions = 2,
    };

    set_script(
        t,
        "while read -r line; do printf '%s\\n' \"$line\" >>$OUT; [ \"$line\" = show ] && echo shown; done");
    assert_int_equal(notify_show(t->notify, &m), 0);
    expect_log(t, "shown\n");
    assert_output(t, "summary A \\\\ b\nbody one\\ntwo\nfallback instead\nimage /x.png\nsound bell\n"
                     "urgency critical\ntimeout 1500000us\naction start Start now\naction done Done\nshow\n");
    notify_withdraw(t->notify);
    (void)run_until_alone(t);
    expect_log(t, "shown\ngone\n"); /* nothing else is said of a withdrawal */
}

static void test_no_program(void **state)
{
    struct test *t = *state;

    assert_int_equal(notify_show(t->notify, &simple), -ENOENT);
    assert_false(has_children());
    /* And once it is there, it works. */
    set_script(t, "echo shown; cat >/dev/null");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
}

static void test_silent(void **state)
{
    struct test *t = *state;
    usec_t begin = now_usec(CLOCK_MONOTONIC), took;

    /* It hears neither the end of its input nor SIGTERM. */
    set_script(t, "trap '' TERM INT HUP; exec sleep 60");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "failed the notification server does not answer\n");
    took = now_usec(CLOCK_MONOTONIC) - begin;
    assert_true(took > 9 * USEC_PER_SEC && took < 13 * USEC_PER_SEC);
    assert_true(run_until_alone(t) < USEC_PER_SEC);
}

static void test_does_not_go(void **state)
{
    struct test *t = *state;
    usec_t took;

    set_script(t, "trap '' TERM INT HUP; echo shown; exec sleep 60");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    notify_withdraw(t->notify);
    took = run_until_alone(t);
    assert_true(took > 1500 * USEC_PER_MSEC && took < 5 * USEC_PER_SEC);
    expect_log(t, "shown\ngone\n");
}

static void test_does_not_read(void **state)
{
    struct test *t = *state;
    static char body[60000];
    struct notify_message m = simple;
    usec_t begin;

    (void)memset(body, 'x', sizeof body - 1);
    m.body = body;
    set_script(t, "echo shown; exec sleep 60");
    begin = now_usec(CLOCK_MONOTONIC);
    /* Far more than a socket holds. */
    for (int i = 0; i < 200; i++)
        assert_int_equal(notify_show(t->notify, &m), 0);
    assert_true(now_usec(CLOCK_MONOTONIC) - begin < 2 * USEC_PER_SEC);
    expect_log(t, "shown\n");
    notify_withdraw(t->notify);
    (void)run_until_alone(t);
}

static void test_newest_overtakes(void **state)
{
    struct test *t = *state;
    static char body[400000];
    struct notify_message m = simple;

    (void)memset(body, 'x', sizeof body - 1);
    m.body = body;
    /* It begins to read when there is a file, so that the messages between first and last wait and lapse. */
    set_script(t, "while ! [ -e $OUT ]; do sleep 0.05; done\n"
                  "exec grep --line-buffered '^summary' >>$OUT");
    assert_int_equal(notify_show(t->notify, &m), 0);
    for (int i = 0; i < 50; i++) {
        m.summary = "Between";
        assert_int_equal(notify_show(t->notify, &m), 0);
    }
    assert_int_equal(notify_show(t->notify, &other), 0);
    {
        FILE *f = fopen(t->output, "we");

        assert_non_null(f);
        (void)fclose(f);
    }
    run_until_output_ends_with(t, "summary Other\n");
    assert_output(t, "summary Simple\nsummary Other\n");
}

static void test_crash(void **state)
{
    struct test *t = *state;

    set_script(t, "echo shown; kill -SEGV $$");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\nfailed the notifier ended unexpectedly (signal 11)\ngone\n");
    (void)run_until_alone(t);

    t->log[0] = '\0';
    set_script(t, "exit 3");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "failed the notifier ended unexpectedly (exit status 3)\ngone\n");
}

static void test_garbage(void **state)
{
    struct test *t = *state;

    /* Noise, a line longer than any buffer, an unknown reason, words after the last one. */
    set_script(t,
               "echo; echo hello; head -c 20000 /dev/zero | tr '\\0' x; echo; printf 'a\\0b\\n'; echo shown\n"
               "echo closed because; echo action start; echo shown; printf 'no end'");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\nclosed unknown\ngone\n");
    (void)run_until_alone(t);
    expect_log(t, "shown\nclosed unknown\ngone\n");
}

static void test_babble(void **state)
{
    struct test *t = *state;
    usec_t begin;

    /* One that never stops talking must not keep the loop for itself. */
    set_script(t, "echo shown; exec yes");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    begin = now_usec(CLOCK_MONOTONIC);
    for (int i = 0; i < 100; i++)
        assert_true(sd_event_run(t->event, 10000) >= 0);
    assert_true(now_usec(CLOCK_MONOTONIC) - begin < 5 * USEC_PER_SEC);
}

static void test_closed_before_shown(void **state)
{
    struct test *t = *state;

    set_script(t, "echo closed dismissed");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "failed the notifier closed what it had not shown\ngone\n");
    (void)run_until_alone(t);
}

/* The user closes the old message at the very moment at which the new one is sent. */
#define CLOSES_AS_THE_NEXT_COMES                                                                             \
    "[ -e $OUT ] && { echo shown; exec cat >/dev/null; }\n"                                                  \
    "echo shown; touch $OUT; while read -r line; do [ \"$line\" = show ] && n=x$n; [ \"$n\" = xx ] && "      \
    "break; "                                                                                                \
    "done; echo closed dismissed"

static void test_new_message_survives_the_closing_of_the_old(void **state)
{
    struct test *t = *state;

    set_script(t, CLOSES_AS_THE_NEXT_COMES);
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    assert_int_equal(notify_show(t->notify, &other), 0);
    expect_log(t, "shown\nshown\n");
}

static void test_update_does_not_survive_it(void **state)
{
    struct test *t = *state;

    set_script(t, CLOSES_AS_THE_NEXT_COMES);
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    assert_int_equal(notify_show(t->notify, &update), 0);
    expect_log(t, "shown\nclosed dismissed\ngone\n");
    (void)run_until_alone(t);
    assert_int_equal(notify_show(t->notify, &update), 1);
    assert_false(has_children());
}

static void test_show_from_inside_an_event(void **state)
{
    struct test *t = *state;

    set_script(t, "read -r line; echo shown; [ \"$line\" = 'summary Other' ] || { echo action start\n"
                  "while read -r line; do [ \"$line\" = 'summary Other' ] && break; done; echo shown; }\n"
                  "cat >/dev/null");
    t->answer = &other;
    t->answer_at = NOTIFY_EVENT_ACTION;
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\naction start\nshown\n");

    notify_withdraw(t->notify);
    (void)run_until_alone(t);
    t->log[0] = '\0';
    set_script(t, "read -r line; [ \"$line\" = 'summary Other' ] || { echo failed no server; exit 1; }\n"
                  "echo shown; cat >/dev/null");
    t->answer = &other;
    t->answer_at = NOTIFY_EVENT_FAILED;
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "failed no server\nshown\n");
}

static void test_withdraw_drops_what_waits(void **state)
{
    struct test *t = *state;

    set_script(t, "echo x >>$OUT; echo shown; cat >/dev/null");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    notify_withdraw(t->notify);
    assert_int_equal(notify_show(t->notify, &other), 0);
    notify_withdraw(t->notify);
    notify_withdraw(t->notify);
    (void)run_until_alone(t);
    assert_output(t, "x\n");
    expect_log(t, "shown\ngone\n");
}

static void test_freed_while_shown(void **state)
{
    struct test *t = *state;

    set_script(t, "trap '' TERM; echo shown; exec sleep 60");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    t->notify = notify_free(t->notify);
    assert_false(has_children());
    assert_null(notify_free(NULL));
}

static void test_signals_of_the_child(void **state)
{
    struct test *t = *state;

    /* The daemon blocks signals and ignores SIGPIPE; its child must not. */
    (void)signal(SIGPIPE, SIG_IGN);
    /* Bits 0 to 30 are the standard signals. */
    set_script(t, "for s in $(sed -n 's/^Sig\\(Blk\\|Ign\\):.//p' /proc/self/status); do\n"
                  "echo $((0x$s & 0x7fffffff)) >>$OUT; done; echo shown; cat >/dev/null");
    assert_int_equal(notify_show(t->notify, &simple), 0);
    expect_log(t, "shown\n");
    assert_output(t, "0\n0\n");
    (void)signal(SIGPIPE, SIG_DFL);
}

static void test_urgency(void **state)
{
    (void)state;
    for (int i = 0; i < _NOTIFY_URGENCY_MAX; i++)
        assert_int_equal(notify_urgency_from_string(notify_urgency_to_string((enum notify_urgency)i)), i);
    assert_int_equal(notify_urgency_from_string("loud"), _NOTIFY_URGENCY_INVALID);
    assert_int_equal(notify_urgency_from_string(NULL), _NOTIFY_URGENCY_INVALID);
    assert_null(notify_urgency_to_string(_NOTIFY_URGENCY_INVALID));
    assert_null(notify_urgency_to_string(_NOTIFY_URGENCY_MAX));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines),
        TEST(test_no_program),
        TEST(test_silent),
        TEST(test_does_not_go),
        TEST(test_does_not_read),
        TEST(test_newest_overtakes),
        TEST(test_crash),
        TEST(test_garbage),
        TEST(test_babble),
        TEST(test_closed_before_shown),
        TEST(test_new_message_survives_the_closing_of_the_old),
        TEST(test_update_does_not_survive_it),
        TEST(test_show_from_inside_an_event),
        TEST(test_withdraw_drops_what_waits),
        TEST(test_freed_while_shown),
        TEST(test_signals_of_the_child),
        cmocka_unit_test(test_urgency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
