/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the sessions of a user say together: the rules of logind-weigh.h one by one, and what must hold for
 * any set of sessions. Vouching, as the relay sees it; and when a lost bus is tried again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "source/backoff.h"
#include "source/logind-weigh.h"
#include "source/relay.h"
#include "util/macro.h"

#define S USEC_PER_SEC

/* --- the rules */

#define DESKTOP .counts = true, .graphical = true, .active = true, .seat = "seat0"
#define CONSOLE .counts = true, .active = true, .seat = "seat0"
#define SSH .counts = true, .active = true, .remote = true

static struct logind_verdict weigh(size_t n, const struct logind_facts *all)
{
    const struct logind_facts *facts[8] = {NULL};

    for (size_t i = 0; i < n; i++)
        facts[i] = &all[i];
    return logind_weigh(facts, n);
}

#define WEIGH(...)                                                                                           \
    weigh(ARRAY_SIZE(((struct logind_facts[]){__VA_ARGS__})), (struct logind_facts[]){__VA_ARGS__})

static void test_classes_and_types(_unused_ void **state)
{
    static const char *const yes[] = {"user", "user-early", "user-light", "user-early-light",
                                      "user-incomplete"};
    static const char *const no[] = {"greeter", "lock-screen",   "background", "background-light",
                                     "manager", "manager-early", "none",       "",
                                     "users"};

    for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
        assert_true(logind_class_counts(yes[i]));
    for (size_t i = 0; i < ARRAY_SIZE(no); i++)
        assert_false(logind_class_counts(no[i]));
    assert_true(logind_type_graphical("x11") && logind_type_graphical("wayland") &&
                logind_type_graphical("mir"));
    assert_false(logind_type_graphical("tty") || logind_type_graphical("unspecified") ||
                 logind_type_graphical("web"));
}

static void test_left(_unused_ void **state)
{
    assert_false(weigh(0, NULL).left);
    assert_false(WEIGH({DESKTOP}).left);
    assert_true(WEIGH({.counts = true, .graphical = true, .seat = "seat0"}).left);
    /* Nobody's seat. */
    assert_false(WEIGH({.active = true, .graphical = true, .seat = "seat0"}).left);
    assert_int_equal(WEIGH({.active = true, .graphical = true, .seat = "seat0"}).n_sessions, 0);
    assert_true(
        WEIGH({.counts = true, .graphical = true, .seat = "seat0"}, {.active = true, .seat = "seat0"}).left);
    /* Over. */
    assert_true(WEIGH({DESKTOP, .closing = true}, {SSH}).left);
    assert_false(WEIGH({DESKTOP, .closing = true}).left);
    /* Present in any is present: two seats, or a desktop and a console. */
    assert_false(WEIGH({.counts = true, .graphical = true, .seat = "seat0"},
                       {.counts = true, .graphical = true, .active = true, .seat = "seat1"})
                     .left);
    assert_false(WEIGH({.counts = true, .graphical = true, .seat = "seat0"}, {CONSOLE}).left);
    assert_false(WEIGH({.counts = true, .graphical = true, .active = true}).left); /* VNC: has no seat */
}

static void test_remote(_unused_ void **state)
{
    struct logind_verdict v = WEIGH({SSH}, {SSH});

    assert_true(v.left);
    assert_int_equal(v.n_sessions, 2);
    assert_int_equal(v.n_places, 0);
    /* Nobody sits there, whatever it says. */
    v = WEIGH({SSH, .graphical = true, .locked = true, .lock_sure = true, .idle = true});
    assert_false(v.locked || v.idle || v.vouched);
    assert_false(WEIGH({SSH}, {DESKTOP}).left);
}

static void test_opened_from_within(_unused_ void **state)
{
    /* Always active, and so no sign of anybody while the desktop is switched away … */
    assert_true(
        WEIGH({.counts = true, .graphical = true, .seat = "seat0"}, {.counts = true, .active = true}).left);
    /* … but better than nothing. */
    assert_false(WEIGH({.counts = true, .active = true}).left);
    assert_false(WEIGH({.counts = true, .active = true}, {SSH}).left);
    /* Nor does it hold up a lock, or idle. */
    assert_true(WEIGH({DESKTOP, .locked = true}, {.counts = true, .active = true}).locked);
    assert_true(WEIGH({DESKTOP, .idle = true}, {.counts = true, .active = true}).idle);
}

static void test_locked(_unused_ void **state)
{
    struct logind_verdict v = WEIGH({DESKTOP, .locked = true});

    assert_true(v.locked && v.doubtful);
    v = WEIGH({DESKTOP, .locked = true, .lock_sure = true});
    assert_true(v.locked && !v.doubtful);
    /* Every active graphical one. */
    assert_false(WEIGH({DESKTOP, .locked = true}, {DESKTOP}).locked);
    v = WEIGH({DESKTOP, .locked = true, .lock_sure = true}, {DESKTOP, .locked = true});
    assert_true(v.locked && v.doubtful);
    /* An inactive one means nothing beside an active one, locked or not. */
    assert_false(WEIGH({DESKTOP}, {.counts = true, .graphical = true, .locked = true}).locked);
    assert_true(
        WEIGH({DESKTOP, .locked = true}, {.counts = true, .graphical = true, .seat = "seat0"}).locked);
    /* Switched away while locked: the lock isn't taken back meanwhile. */
    v = WEIGH({.counts = true, .graphical = true, .seat = "seat0", .locked = true});
    assert_true(v.locked && v.left);
    /* X started from a console is of type tty. */
    assert_true(WEIGH({CONSOLE, .locked = true}).locked);
    assert_false(WEIGH({CONSOLE, .locked = true}, {DESKTOP}).locked);
    assert_false(weigh(0, NULL).locked);
}

static void test_idle(_unused_ void **state)
{
    struct logind_verdict v = WEIGH({DESKTOP, .idle = true, .idle_since_usec = 5 * S},
                                    {CONSOLE, .idle = true, .idle_since_usec = 9 * S});

    assert_true(v.idle);
    assert_int_equal(v.idle_since_usec, 9 * S);
    assert_int_equal(v.n_text, 1);
    assert_false(WEIGH({DESKTOP, .idle = true}, {CONSOLE}).idle);
    assert_true(WEIGH({DESKTOP, .idle = true}, {.counts = true, .graphical = true, .seat = "seat0"}).idle);
    assert_false(WEIGH({.counts = true, .graphical = true, .idle = true}).idle);
    assert_false(weigh(0, NULL).idle);
}

static void test_vouched(_unused_ void **state)
{
#define OTHER .counts = true, .graphical = true, .active = true, .seat = "seat1"
    assert_true(WEIGH({DESKTOP, .own = true}, {OTHER, .tells_idle = true}).vouched);
    assert_true(WEIGH({DESKTOP, .own = true, .locked = true}, {OTHER, .tells_idle = true}).vouched);
    /* A desktop that never says that the user is idle doesn't say the opposite either. */
    assert_false(WEIGH({DESKTOP, .own = true}, {OTHER}).vouched);
    assert_false(WEIGH({DESKTOP, .own = true}, {OTHER, .tells_idle = true, .idle = true}).vouched);
    assert_false(WEIGH({DESKTOP, .own = true}, {OTHER, .tells_idle = true, .locked = true}).vouched);
    assert_false(WEIGH({DESKTOP, .own = true}, {OTHER, .tells_idle = true, .remote = true}).vouched);
    assert_false(WEIGH({DESKTOP, .own = true}, {OTHER, .tells_idle = true, .closing = true}).vouched);
    /* The session at which the source in use looks can't; nor who knows which one that is. */
    assert_false(WEIGH({DESKTOP, .own = true, .tells_idle = true}).vouched);
    assert_false(WEIGH({DESKTOP, .tells_idle = true}, {OTHER, .tells_idle = true}).vouched);
    /* Another session at the same seat, which a seat has one active of; and one without any. */
    assert_false(WEIGH({DESKTOP, .own = true}, {DESKTOP, .tells_idle = true}).vouched);
    assert_false(
        WEIGH({DESKTOP, .own = true}, {.counts = true, .graphical = true, .active = true, .tells_idle = true})
            .vouched);
    assert_false(WEIGH({DESKTOP, .own = true},
                       {.counts = true, .graphical = true, .seat = "seat1", .tells_idle = true})
                     .vouched);
}

static bool same(const struct logind_verdict *a, const struct logind_verdict *b)
{
    return a->n_sessions == b->n_sessions && a->n_places == b->n_places && a->n_active == b->n_active &&
           a->n_text == b->n_text && a->left == b->left && a->locked == b->locked &&
           a->doubtful == b->doubtful && a->idle == b->idle && a->idle_since_usec == b->idle_since_usec &&
           a->vouched == b->vouched;
}

/* Whatever the sessions are: their order doesn't matter, those that don't count don't, and one that is added
 * where the user sits and works makes the user present. */
static void test_any_set(_unused_ void **state)
{
    uint64_t seed = 88172645463325252u;

    for (int run = 0; run < 200000; run++) {
        struct logind_facts all[6];
        const struct logind_facts *order[8], *back[8];
        static const struct logind_facts nobody = {.active = true, .graphical = true, .locked = true},
                                         over = {DESKTOP, .closing = true, .idle = true}, worker = {DESKTOP};
        struct logind_verdict v, w;
        size_t n;

        memset(all, 0, sizeof(all));
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        n = seed % 6;
        for (size_t i = 0; i < n; i++) {
            uint64_t bits;

            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            bits = seed >> 20;
            all[i] = (struct logind_facts){.counts = (bits & 3) != 0,
                                           .closing = (bits & 28) == 0,
                                           .remote = (bits & 96) == 0,
                                           .graphical = bits & 128,
                                           .active = bits & 256,
                                           .locked = bits & 512,
                                           .lock_sure = bits & 1024 && bits & 512,
                                           .idle = bits & 2048,
                                           .idle_since_usec = (usec_t)(bits >> 30),
                                           .tells_idle = bits & 4096,
                                           .own = i == 0 && bits & 8192};
            if (bits & 16384)
                (void)snprintf(all[i].seat, sizeof(all[i].seat), "seat%u", (unsigned)(bits >> 15 & 1));
            order[i] = &all[i];
            back[n - 1 - i] = &all[i];
        }
        v = logind_weigh(order, n);
        w = logind_weigh(back, n);
        assert_true(same(&v, &w));
        order[n] = &nobody;
        order[n + 1] = &over;
        w = logind_weigh(order, n + 2);
        assert_true(same(&v, &w));
        order[n] = &worker;
        w = logind_weigh(order, n + 1);
        assert_false(w.left || w.locked || w.idle);
        assert_true(w.n_places > 0 && w.n_active > 0);

        assert_true(v.n_text <= v.n_active && v.n_active <= v.n_places && v.n_places <= v.n_sessions);
        assert_true(v.left == (v.n_sessions > 0 && v.n_active == 0));
        assert_true(v.locked || !v.doubtful);
        assert_false(v.idle && v.n_active == 0);
        assert_false(v.idle && v.vouched);
        assert_false(v.locked && v.vouched);
    }
}

/* --- vouching */

struct told {
    char words[256];
    usec_t since_usec;
};

static void on_event(void *userdata, const struct bc_event *event)
{
    struct told *told = userdata;
    const char *word = event->type == BC_EVENT_IDLE     ? "idle "
                       : event->type == BC_EVENT_ACTIVE ? "active "
                       : event->type == BC_EVENT_LOCK   ? "lock "
                       : event->type == BC_EVENT_UNLOCK ? "unlock "
                                                        : "? ";

    assert_true(strlen(told->words) + strlen(word) < sizeof(told->words));
    strcat(told->words, word);
    if (event->type == BC_EVENT_IDLE)
        told->since_usec = event->u.since_usec;
}

enum {
    CHOSEN,
    LOGIND,
    THIRD,
};

static struct told told;
static struct relay relay;
static sd_event *loop;

static int setup(_unused_ void **state)
{
    const struct source_sink sink = {.userdata = &told, .event = on_event};

    if (sd_event_new(&loop) < 0)
        return -1;
    told = (struct told){0};
    relay_init(&relay, loop, &sink);
    return 0;
}

static int teardown(_unused_ void **state)
{
    relay_done(&relay);
    loop = sd_event_unref(loop);
    return 0;
}

static void say(enum bc_event_type type, usec_t since_usec)
{
    struct bc_event event = {.type = type, .t_usec = relay_now(&relay)};

    event.u.since_usec = since_usec;
    relay_event(&relay, CHOSEN, true, &event);
}

#define EXPECT(text) (assert_string_equal(told.words, text), told.words[0] = 0)

static void test_vouch_keeps_idle_back(_unused_ void **state)
{
    usec_t before, later;

    relay_vouch(&relay, LOGIND, true);
    say(BC_EVENT_IDLE, 1);
    EXPECT("");
    assert_false(relay.idle);
    before = now_usec(CLOCK_BOOTTIME);
    relay_vouch(&relay, LOGIND, false);
    EXPECT("idle ");
    assert_true(relay.idle && told.since_usec >= before);
    say(BC_EVENT_ACTIVE, 0);
    EXPECT("active ");
    /* Over for good: the next report is told at once. */
    later = relay_now(&relay);
    say(BC_EVENT_IDLE, later);
    EXPECT("idle ");
    assert_int_equal(told.since_usec, later);
}

static void test_vouch_takes_idle_back(_unused_ void **state)
{
    say(BC_EVENT_IDLE, 7);
    relay_vouch(&relay, LOGIND, true);
    EXPECT("idle active ");
    assert_false(relay.idle);
    relay_vouch(&relay, LOGIND, true);
    EXPECT("");
    relay_vouch(&relay, LOGIND, false);
    EXPECT("idle ");
    assert_true(told.since_usec > 7);
}

static void test_vouch_and_input(_unused_ void **state)
{
    relay_vouch(&relay, LOGIND, true);
    say(BC_EVENT_IDLE, 7);
    say(BC_EVENT_ACTIVE, 0);
    relay_vouch(&relay, LOGIND, false);
    EXPECT("active ");
    /* Of another source than the chosen one it's no word about idle. */
    relay_vouch(&relay, LOGIND, true);
    relay_event(&relay, THIRD, false, &(struct bc_event){.type = BC_EVENT_IDLE, .t_usec = relay_now(&relay)});
    relay_vouch(&relay, LOGIND, false);
    EXPECT("");
}

static void test_vouch_of_two(_unused_ void **state)
{
    relay_vouch(&relay, LOGIND, true);
    relay_vouch(&relay, THIRD, true);
    say(BC_EVENT_IDLE, 7);
    relay_vouch(&relay, LOGIND, false);
    EXPECT("");
    /* Lost: nobody is vouched for by its word. */
    relay_lost(&relay, THIRD);
    EXPECT("idle ");
    relay_lost(&relay, THIRD);
    EXPECT("");
}

static void test_vouch_and_rearm(_unused_ void **state)
{
    relay_vouch(&relay, LOGIND, true);
    say(BC_EVENT_IDLE, 7);
    relay_rearm(&relay);
    relay_vouch(&relay, LOGIND, false);
    EXPECT("");
    say(BC_EVENT_IDLE, 9);
    EXPECT("idle ");
    /* What was vouched for is no idleness, though the source saw none of it. */
    assert_true(told.since_usec > 9);
    /* It goes on over a rearm. */
    relay_vouch(&relay, LOGIND, true);
    relay_rearm(&relay);
    EXPECT("active ");
    say(BC_EVENT_IDLE, 11);
    EXPECT("");
}

static void test_vouch_and_another_source(_unused_ void **state)
{
    /* The chosen one is lost, or another is chosen: the user counts as active. */
    relay_vouch(&relay, LOGIND, true);
    say(BC_EVENT_IDLE, 7);
    relay_active(&relay);
    relay_vouch(&relay, LOGIND, false);
    EXPECT("active ");
    assert_false(relay.idle || relay.kept);
}

/* --- trying again */

static void nothing(_unused_ void *userdata)
{
}

static void test_backoff(_unused_ void **state)
{
    struct backoff backoff = {.first_usec = 250 * USEC_PER_MSEC, .func = nothing};
    usec_t passed = 0;
    uint64_t due, now;

    assert_int_equal(sd_event_new(&backoff.event), 0);
    /* Two minutes at growing distances … */
    while (backoff.delay_usec < BACKOFF_LAST_USEC) {
        usec_t before = backoff.delay_usec;

        assert_int_equal(backoff_later(&backoff), 0);
        assert_true(backoff.delay_usec > before);
        passed += backoff.delay_usec;
    }
    assert_true(passed > 110 * S && passed < 150 * S);
    /* … and for ever in great ones. */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(backoff_later(&backoff), 0);
        assert_int_equal(backoff.delay_usec, BACKOFF_SLOW_USEC);
    }
    /* Something has changed: soon, and anew. */
    assert_int_equal(backoff_in(&backoff, USEC_PER_MSEC), 0);
    assert_int_equal(sd_event_source_get_time(backoff.timer, &due), 0);
    assert_true(sd_event_now(backoff.event, CLOCK_BOOTTIME, &now) >= 0);
    assert_true(due <= now + S);
    assert_int_equal(backoff_later(&backoff), 0);
    assert_int_equal(backoff.delay_usec, backoff.first_usec);
    backoff_stop(&backoff);
    assert_null(backoff.timer);
    sd_event_unref(backoff.event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_and_types),
        cmocka_unit_test(test_left),
        cmocka_unit_test(test_remote),
        cmocka_unit_test(test_opened_from_within),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_vouched),
        cmocka_unit_test(test_any_set),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test_setup_teardown(test_vouch_keeps_idle_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_vouch_takes_idle_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_vouch_and_input, setup, teardown),
        cmocka_unit_test_setup_teardown(test_vouch_of_two, setup, teardown),
        cmocka_unit_test_setup_teardown(test_vouch_and_rearm, setup, teardown),
        cmocka_unit_test_setup_teardown(test_vouch_and_another_source, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
