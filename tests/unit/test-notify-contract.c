/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What notify.h promises, held against the real port and against its fake: this file is built twice, with
 * notify-player-real.c and notify-player-fake.c. What the runtime is tested with on the fake is then true of
 * the real one.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notify-player.h"
#include "util/time-util.h"

#define PATIENCE_USEC (15 * USEC_PER_SEC)

enum {
    NO_REPLY,
    REPLY_SHOW,
    REPLY_WITHDRAW,
};

struct test {
    sd_event *event;
    struct player *player;
    struct notify *port;
    char log[1024]; /* the events so far, one a line */
    int reply;      /* what to do at the first event of this type */
    enum notify_event_type reply_at;
    bool busy_at_closed;
    bool busy_at_gone;
};

static const struct notify_message simple = {.summary = "Simple", .urgency = NOTIFY_URGENCY_NORMAL};
static const struct notify_message other = {.summary = "Other", .urgency = NOTIFY_URGENCY_NORMAL};
static const struct notify_message update = {
    .summary = "Update", .urgency = NOTIFY_URGENCY_NORMAL, .quiet = true};

static void on_notify(void *userdata, enum notify_event_type type, const char *text)
{
    static const char *const words[] = {
        [NOTIFY_EVENT_SHOWN] = "shown",   [NOTIFY_EVENT_ACTION] = "action", [NOTIFY_EVENT_CLOSED] = "closed",
        [NOTIFY_EVENT_FAILED] = "failed", [NOTIFY_EVENT_GONE] = "gone",     [NOTIFY_EVENT_SERVER] = "server",
    };
    struct test *t = userdata;
    size_t used = strlen(t->log);
    int reply = type == t->reply_at ? t->reply : NO_REPLY;

    (void)snprintf(t->log + used, sizeof t->log - used, text ? "%s %s\n" : "%s\n", words[type], text);
    if (type == NOTIFY_EVENT_CLOSED || type == NOTIFY_EVENT_FAILED)
        t->busy_at_closed = notify_busy(t->port);
    if (type == NOTIFY_EVENT_GONE)
        t->busy_at_gone = notify_busy(t->port);
    if (reply == NO_REPLY)
        return;
    t->reply = NO_REPLY;
    if (reply == REPLY_WITHDRAW)
        notify_withdraw(t->port);
    else
        assert_int_equal(notify_show(t->port, &other), 0);
}

static int setup(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    sigset_t mask;

    assert_non_null(t);
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGCHLD);
    assert_int_equal(sigprocmask(SIG_BLOCK, &mask, NULL), 0);
    assert_int_equal(sd_event_new(&t->event), 0);
    t->player = player_new(t->event, on_notify, t);
    t->port = player_port(t->player);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct test *t = *state;

    player_free(t->player);
    sd_event_unref(t->event);
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

/* Nothing is left that could still say something: of a port that is not busy the loop is empty. */
static void expect_rest(struct test *t, const char *expected)
{
    expect_log(t, expected);
    assert_false(notify_busy(t->port));
    while (sd_event_run(t->event, 0) > 0)
        ;
    assert_string_equal(t->log, expected);
}

static void assert_screen(struct test *t, const char *expected)
{
    char text[64];

    player_screen(t->player, text, sizeof text);
    assert_string_equal(text, expected);
}

static void show(struct test *t, const struct notify_message *m)
{
    assert_int_equal(notify_show(t->port, m), 0);
}

/* Shows the first message and forgets what was said of it. */
static void stand(struct test *t)
{
    show(t, &simple);
    expect_log(t, "shown\n");
    assert_screen(t, "Simple");
    t->log[0] = '\0';
}

static void test_rest(void **state)
{
    struct test *t = *state;
    struct notify_server_info info;

    assert_false(notify_busy(t->port));
    notify_withdraw(t->port);
    assert_int_equal(notify_show(t->port, &update), 1);
    assert_false(notify_busy(t->port));
    notify_server(t->port, &info);
    assert_string_equal(info.name, "");
    assert_string_equal(info.version, "");
    assert_non_null(info.capabilities);
    assert_null(info.capabilities[0]);
    assert_false(notify_server_has(t->port, "actions"));
    expect_rest(t, "");
}

static void test_show_is_answered_later(void **state)
{
    struct test *t = *state;

    show(t, &simple);
    assert_string_equal(t->log, "");
    assert_true(notify_busy(t->port));
    expect_log(t, "shown\n");
    assert_screen(t, "Simple");
    assert_true(notify_busy(t->port));
}

static void test_message_is_copied(void **state)
{
    struct test *t = *state;
    char text[] = "Simple";
    struct notify_message m = simple;

    m.summary = text;
    show(t, &m);
    (void)memset(text, 'x', sizeof text - 1);
    expect_log(t, "shown\n");
    assert_screen(t, "Simple");
}

static void test_replace(void **state)
{
    struct test *t = *state;

    stand(t);
    show(t, &other);
    expect_log(t, "shown\n");
    assert_screen(t, "Other");
    show(t, &update);
    expect_log(t, "shown\nshown\n");
    assert_screen(t, "Update");
    notify_withdraw(t->port);
    expect_rest(t, "shown\nshown\ngone\n");
    assert_screen(t, "");
}

static void test_each_is_answered_once(void **state)
{
    struct test *t = *state;

    show(t, &simple);
    show(t, &other);
    show(t, &update);
    expect_log(t, "shown\nshown\nshown\n");
    assert_screen(t, "Update");
    notify_withdraw(t->port);
    expect_rest(t, "shown\nshown\nshown\ngone\n");
}

static void test_withdraw(void **state)
{
    struct test *t = *state;

    stand(t);
    notify_withdraw(t->port);
    notify_withdraw(t->port);
    assert_string_equal(t->log, "");
    assert_true(notify_busy(t->port));
    assert_int_equal(notify_show(t->port, &update), 1);
    expect_rest(t, "gone\n");
    assert_false(t->busy_at_gone);
    assert_screen(t, "");
}

static void test_withdraw_before_it_is_shown(void **state)
{
    struct test *t = *state;

    show(t, &simple);
    notify_withdraw(t->port);
    expect_rest(t, "gone\n");
    assert_screen(t, "");
}

static void test_closed(void **state)
{
    static const char *const reasons[] = {"expired", "dismissed", "closed", "unknown"};
    struct test *t = *state;

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        char expected[64];

        t->log[0] = '\0';
        stand(t);
        player_close(t->player, reasons[i]);
        (void)snprintf(expected, sizeof expected, "closed %s\ngone\n", reasons[i]);
        expect_rest(t, expected);
        assert_true(t->busy_at_closed);
        assert_false(t->busy_at_gone);
        assert_screen(t, "");
        assert_int_equal(notify_show(t->port, &update), 1);
    }
}

static void test_failed(void **state)
{
    struct test *t = *state;

    stand(t);
    player_fail(t->player, "no server at all");
    expect_rest(t, "failed no server at all\ngone\n");
    assert_false(t->busy_at_gone);
    assert_screen(t, "");
    assert_int_equal(notify_show(t->port, &update), 1);
    t->log[0] = '\0';
    stand(t);
}

static void test_withdraw_after_it_is_closed(void **state)
{
    struct test *t = *state;

    stand(t);
    t->reply = REPLY_WITHDRAW;
    t->reply_at = NOTIFY_EVENT_CLOSED;
    player_close(t->player, "dismissed");
    expect_rest(t, "closed dismissed\ngone\n");
}

static void test_action(void **state)
{
    struct test *t = *state;

    stand(t);
    player_act(t->player, "start");
    expect_log(t, "action start\n");
    assert_true(notify_busy(t->port));
    show(t, &update);
    expect_log(t, "action start\nshown\n");
    assert_screen(t, "Update");
}

static void test_action_withdraws(void **state)
{
    struct test *t = *state;

    stand(t);
    t->reply = REPLY_WITHDRAW;
    t->reply_at = NOTIFY_EVENT_ACTION;
    player_act(t->player, "snooze");
    expect_rest(t, "action snooze\ngone\n");
    assert_screen(t, "");
}

static void test_shown_withdraws(void **state)
{
    struct test *t = *state;

    t->reply = REPLY_WITHDRAW;
    t->reply_at = NOTIFY_EVENT_SHOWN;
    show(t, &simple);
    show(t, &other);
    expect_rest(t, "shown\ngone\n");
}

static void test_show_while_one_leaves(void **state)
{
    struct test *t = *state;

    stand(t);
    notify_withdraw(t->port);
    show(t, &simple);
    show(t, &other);
    assert_true(notify_busy(t->port));
    /* An update of what waits takes its place. */
    show(t, &update);
    expect_log(t, "shown\n");
    assert_screen(t, "Update");
    notify_withdraw(t->port);
    expect_rest(t, "shown\ngone\n");
}

static void test_withdraw_what_waits(void **state)
{
    struct test *t = *state;

    stand(t);
    notify_withdraw(t->port);
    show(t, &other);
    notify_withdraw(t->port);
    assert_int_equal(notify_show(t->port, &update), 1);
    expect_rest(t, "gone\n");
    assert_screen(t, "");
}

/* The next message from inside the last word of the one before: whatever comes first, GONE does not. */
static void test_show_at_the_end(void **state)
{
    struct test *t = *state;

    stand(t);
    t->reply = REPLY_SHOW;
    t->reply_at = NOTIFY_EVENT_CLOSED;
    player_close(t->player, "dismissed");
    expect_log(t, "closed dismissed\nshown\n");
    assert_screen(t, "Other");

    t->log[0] = '\0';
    t->reply = REPLY_SHOW;
    t->reply_at = NOTIFY_EVENT_FAILED;
    player_fail(t->player, "oh");
    expect_log(t, "failed oh\nshown\n");
    assert_screen(t, "Other");

    t->log[0] = '\0';
    t->reply = REPLY_SHOW;
    t->reply_at = NOTIFY_EVENT_GONE;
    notify_withdraw(t->port);
    expect_log(t, "gone\nshown\n");
    assert_screen(t, "Other");
}

static void test_cannot_start(void **state)
{
    struct test *t = *state;

    player_can_start(t->player, false);
    assert_int_equal(notify_show(t->port, &simple), -ENOENT);
    assert_int_equal(notify_show(t->port, &update), 1);
    expect_rest(t, "");
    player_can_start(t->player, true);
    stand(t);
    /* One that runs is enough to replace what it shows. */
    player_can_start(t->player, false);
    show(t, &other);
    expect_log(t, "shown\n");
    /* What waits fails when its turn comes. */
    t->log[0] = '\0';
    notify_withdraw(t->port);
    show(t, &simple);
    expect_rest(t, "failed can't start the notifier: No such file or directory\ngone\n");
    player_can_start(t->player, true);
    t->log[0] = '\0';
    stand(t);
}

static void test_no_answer(void **state)
{
    struct test *t = *state;

    player_answers(t->player, false);
    show(t, &simple);
    assert_true(notify_busy(t->port));
    notify_withdraw(t->port);
    expect_rest(t, "gone\n");
    player_answers(t->player, true);
    t->log[0] = '\0';
    stand(t);
}

static void end_port(struct test *t)
{
    player_end_port(t->player);
    while (sd_event_run(t->event, 0) > 0)
        ;
    assert_string_equal(t->log, "");
}

static void test_freed_while_it_stands(void **state)
{
    struct test *t = *state;

    stand(t);
    end_port(t);
    assert_null(notify_free(NULL));
}

static void test_freed_while_one_waits(void **state)
{
    struct test *t = *state;

    stand(t);
    notify_withdraw(t->port);
    show(t, &other);
    end_port(t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rest),
        TEST(test_show_is_answered_later),
        TEST(test_message_is_copied),
        TEST(test_replace),
        TEST(test_each_is_answered_once),
        TEST(test_withdraw),
        TEST(test_withdraw_before_it_is_shown),
        TEST(test_closed),
        TEST(test_failed),
        TEST(test_withdraw_after_it_is_closed),
        TEST(test_action),
        TEST(test_action_withdraws),
        TEST(test_shown_withdraws),
        TEST(test_show_while_one_leaves),
        TEST(test_withdraw_what_waits),
        TEST(test_show_at_the_end),
        TEST(test_cannot_start),
        TEST(test_no_answer),
        TEST(test_freed_while_it_stands),
        TEST(test_freed_while_one_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
