/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the Wayland source that need no compositor: the choice of watches, also against a compositor
 * and a user made of numbers, and where the socket is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "source/wayland-plan.h"
#include "source/wayland-socket.h"

#define S USEC_PER_SEC
#define STEP (100 * USEC_PER_MSEC)
#define SEATS 3

/* What the driver does with the compositor: a new watch has told nothing yet. */
static void apply(struct wayland_plan *plan)
{
    for (int i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *w = &plan->watches[i];

        if (!w->wanted)
            *w = (struct wayland_watch){0};
        w->armed = w->wanted;
    }
}

static int only(const struct wayland_plan *plan)
{
    int found = -1;

    for (int i = 0; i < WAYLAND_WATCHES; i++)
        if (plan->watches[i].wanted) {
            assert_int_equal(found, -1);
            found = i;
        }
    assert_int_not_equal(found, -1);
    return found;
}

static unsigned with_timeout(const struct wayland_plan *plan, usec_t timeout_usec)
{
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++)
        if (plan->watches[i].wanted && plan->watches[i].timeout_usec == timeout_usec)
            return i;
    fail_msg("no watch of %lld s", (long long)(timeout_usec / S));
    return 0;
}

static void start(struct wayland_plan *plan, unsigned n_seats, usec_t now, usec_t threshold)
{
    *plan = (struct wayland_plan){.n_seats = n_seats};
    wayland_plan_reset(plan, now, threshold);
    apply(plan);
}

static void test_one_watch_for_a_turn(_unused_ void **state)
{
    struct wayland_plan plan;
    usec_t since = -1;
    int watch;

    start(&plan, 1, 1000 * S, 120 * S);
    watch = only(&plan);
    assert_int_equal(plan.watches[watch].timeout_usec, 120 * S);
    assert_int_equal(wayland_plan_idled(&plan, (unsigned)watch, 1500 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1380 * S);
    assert_int_equal(wayland_plan_resumed(&plan, (unsigned)watch, 1600 * S), WAYLAND_VERDICT_ACTIVE);
    assert_int_equal(only(&plan), watch);
    /* A timer that is early doesn't put the begin before what is known. */
    assert_int_equal(wayland_plan_idled(&plan, (unsigned)watch, 1719 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1600 * S);
}

static void test_lower_and_raise(_unused_ void **state)
{
    struct wayland_plan plan;
    usec_t since = -1;
    unsigned old;

    start(&plan, 1, 1000 * S, 120 * S);
    old = with_timeout(&plan, 120 * S);
    /* The old one is due in 10 s at the earliest, the new one in 20 s: both are needed. */
    wayland_plan_set_threshold(&plan, 1110 * S, 20 * S);
    apply(&plan);
    (void)with_timeout(&plan, 20 * S);
    assert_true(plan.watches[old].wanted);
    assert_int_equal(wayland_plan_idled(&plan, old, 1120 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1000 * S);
    apply(&plan);
    assert_int_equal(only(&plan), (int)old);
    /* Nothing is changed while its report stands; with its end the new threshold has its watch. */
    wayland_plan_set_threshold(&plan, 1130 * S, 60 * S);
    assert_int_equal(only(&plan), (int)old);
    assert_int_equal(wayland_plan_resumed(&plan, old, 1200 * S), WAYLAND_VERDICT_ACTIVE);
    assert_int_equal(only(&plan), (int)with_timeout(&plan, 60 * S));
    apply(&plan);

    /* A new one that is due before the old one can be makes it needless. */
    start(&plan, 1, 1000 * S, 120 * S);
    wayland_plan_set_threshold(&plan, 1050 * S, 20 * S);
    apply(&plan);
    assert_int_equal(only(&plan), (int)with_timeout(&plan, 20 * S));
    /* One below the threshold would wake the program for nothing. */
    wayland_plan_set_threshold(&plan, 1055 * S, 120 * S);
    assert_int_equal(only(&plan), (int)with_timeout(&plan, 120 * S));
}

static void test_there_and_back(_unused_ void **state)
{
    struct wayland_plan plan;
    unsigned first;

    start(&plan, 1, 1000 * S, 120 * S);
    first = with_timeout(&plan, 120 * S);
    wayland_plan_set_threshold(&plan, 1105 * S, 20 * S);
    apply(&plan);
    wayland_plan_set_threshold(&plan, 1110 * S, 120 * S);
    assert_int_equal(only(&plan), (int)first);
}

static void test_rearm(_unused_ void **state)
{
    struct wayland_plan plan;
    usec_t since = -1;
    unsigned old, new;

    start(&plan, 1, 1000 * S, 120 * S);
    old = with_timeout(&plan, 120 * S);
    (void)wayland_plan_idled(&plan, old, 1120 * S, &since);
    wayland_plan_reset(&plan, 1300 * S, 120 * S);
    new = (unsigned)only(&plan);
    assert_int_not_equal(new, old);
    apply(&plan);
    assert_int_equal(wayland_plan_idled(&plan, new, 1420 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1300 * S);
    assert_int_equal(wayland_plan_resumed(&plan, new, 1500 * S), WAYLAND_VERDICT_ACTIVE);
}

static void test_seats(_unused_ void **state)
{
    struct wayland_plan plan;
    usec_t since = -1;
    unsigned w, at_once;

    start(&plan, 2, 1000 * S, 10 * S);
    w = with_timeout(&plan, 10 * S);
    assert_int_equal(wayland_plan_idled(&plan, w, 1010 * S, &since), WAYLAND_VERDICT_NONE);
    assert_int_equal(wayland_plan_idled(&plan, w, 1030 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1020 * S);
    /* A third one is watched at once, until the usual watch knows it. */
    wayland_plan_seat_came(&plan, 1040 * S);
    at_once = with_timeout(&plan, USEC_PER_MSEC);
    apply(&plan);
    for (int i = 0; i < 2; i++)
        assert_int_equal(wayland_plan_idled(&plan, at_once, 1041 * S, &since), WAYLAND_VERDICT_NONE);
    assert_true(plan.watches[w].wanted);
    assert_int_equal(wayland_plan_idled(&plan, w, 1050 * S, &since), WAYLAND_VERDICT_NONE);
    apply(&plan);
    assert_int_equal(only(&plan), (int)w);
    /* It goes again; idle stands. */
    wayland_plan_seat_gone(&plan, 1u << w, 1060 * S);
    assert_true(plan.idle);
    assert_int_equal(wayland_plan_resumed(&plan, w, 1070 * S), WAYLAND_VERDICT_ACTIVE);
    /* The one in use goes: the other has been idle for long, but who knows of that one. */
    wayland_plan_seat_gone(&plan, 0, 1075 * S);
    assert_int_not_equal(only(&plan), w);
    apply(&plan);
    w = (unsigned)only(&plan);
    assert_int_equal(wayland_plan_idled(&plan, w, 1085 * S, &since), WAYLAND_VERDICT_IDLE);
    assert_int_equal(since, 1075 * S);
    wayland_plan_none(&plan);
    apply(&plan);
    for (int i = 0; i < WAYLAND_WATCHES; i++)
        assert_false(plan.watches[i].wanted);
}

/* --- against a compositor whose timers are exact, and a user whose every input is known */

struct world {
    struct wayland_plan plan;
    usec_t now, threshold;
    usec_t last_usec;   /* the user is known to be there: input, a rearm, the end of a seat in use */
    usec_t change_usec; /* something has begun anew, so that a report may be late by as much */
    bool seats[SEATS];
    struct {
        bool on, idle;
        usec_t from_usec;
    } notifications[SEATS][WAYLAND_WATCHES];
    int n_idle, n_active;
};

static void world_apply(struct world *w)
{
    for (int i = 0; i < WAYLAND_WATCHES; i++) {
        struct wayland_watch *watch = &w->plan.watches[i];

        for (int s = 0; s < SEATS; s++) {
            if (!watch->wanted)
                w->notifications[s][i].on = w->notifications[s][i].idle = false;
            else if (w->seats[s] && !w->notifications[s][i].on) {
                w->notifications[s][i].on = true;
                w->notifications[s][i].from_usec = w->now;
            }
        }
        if (watch->wanted && !w->plan.idle)
            assert_true(watch->timeout_usec >= w->threshold);
    }
    apply(&w->plan);
}

static void world_input(struct world *w, int seat)
{
    bool was_idle = w->plan.idle;

    if (!w->seats[seat])
        return;
    w->last_usec = w->now;
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++) {
        if (!w->notifications[seat][i].on)
            continue;
        w->notifications[seat][i].from_usec = w->now;
        if (!w->notifications[seat][i].idle)
            continue;
        w->notifications[seat][i].idle = false;
        if (wayland_plan_resumed(&w->plan, i, w->now) == WAYLAND_VERDICT_ACTIVE) {
            assert_true(was_idle);
            w->n_active++;
        }
        world_apply(w);
    }
    assert_false(w->plan.idle); /* it was told, whatever had been changed meanwhile */
}

static void world_seat(struct world *w, int seat)
{
    unsigned idle_watches = 0;

    w->change_usec = w->now;
    w->seats[seat] = !w->seats[seat];
    if (w->seats[seat]) {
        wayland_plan_seat_came(&w->plan, w->now);
        world_apply(w);
        return;
    }
    for (unsigned i = 0; i < WAYLAND_WATCHES; i++) {
        idle_watches |= (unsigned)w->notifications[seat][i].idle << i;
        w->notifications[seat][i].on = w->notifications[seat][i].idle = false;
    }
    wayland_plan_seat_gone(&w->plan, idle_watches, w->now);
    world_apply(w);
}

static void world_pass(struct world *w)
{
    usec_t since = -1;

    w->now += STEP;
    for (int s = 0; s < SEATS; s++)
        for (unsigned i = 0; i < WAYLAND_WATCHES; i++) {
            usec_t due = w->notifications[s][i].from_usec + w->plan.watches[i].timeout_usec;

            if (!w->notifications[s][i].on || w->notifications[s][i].idle || w->now < due)
                continue;
            w->notifications[s][i].idle = true;
            if (wayland_plan_idled(&w->plan, i, w->now, &since) == WAYLAND_VERDICT_IDLE) {
                assert_true(w->now - w->last_usec >= w->threshold);
                assert_true(since >= w->last_usec && since <= w->now - w->threshold);
                w->n_idle++;
            }
            world_apply(w);
        }
    if (!w->plan.idle && w->plan.n_seats > 0)
        assert_true(w->now - MAX(w->last_usec, w->change_usec) < w->threshold);
}

static void test_against_a_model(_unused_ void **state)
{
    uint64_t seed = 88172645463325252u;
    int n_idle = 0, n_active = 0;

    for (int run = 0; run < 200; run++) {
        struct world w = {.now = 1000 * S, .threshold = 3 * S, .last_usec = 1000 * S, .seats = {true}};

        start(&w.plan, 1, w.now, w.threshold);
        world_apply(&w);
        for (int step = 0; step < 1000; step++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            if (seed % 37 == 0)
                world_input(&w, (int)(seed / 37 % SEATS));
            if (seed % 211 == 1) {
                w.last_usec = w.now;
                wayland_plan_reset(&w.plan, w.now, w.threshold);
                world_apply(&w);
            }
            if (seed % 61 == 2) {
                w.threshold = (usec_t)(1 + seed / 61 % 5) * S;
                w.change_usec = w.now;
                wayland_plan_set_threshold(&w.plan, w.now, w.threshold);
                world_apply(&w);
            }
            if (run % 2 == 1 && seed % 97 == 3)
                world_seat(&w, (int)(seed / 97 % SEATS));
            world_pass(&w);
        }
        n_idle += w.n_idle;
        n_active += w.n_active;
    }
    assert_true(n_idle > 1000 && n_active > 1000);
}

/* --- where it listens */

static void test_socket_find(_unused_ void **state)
{
    static const struct {
        const char *display, *runtime_dir;
        int result;
        const char *directory, *name;
    } cases[] = {
        {"wayland-0", "/run/user/1000", 0, "/run/user/1000", "wayland-0"},
        {"/tmp/a/b", NULL, 0, "/tmp/a", "b"},
        {"/b", "/run", 0, "/", "b"},
        {"wayland-0", NULL, -ENOENT, NULL, NULL},
        {"wayland-0", "", -ENOENT, NULL, NULL},
        {"wayland-0", "run", -ENOENT, NULL, NULL},
        {"a/b", "/run", -EINVAL, NULL, NULL},
        {"/a/", "/run", -EINVAL, NULL, NULL},
        {"", "/run", -EINVAL, NULL, NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct wayland_socket place = {0};

        assert_int_equal(wayland_socket_find(cases[i].display, cases[i].runtime_dir, &place),
                         cases[i].result);
        if (cases[i].result == 0) {
            assert_string_equal(place.directory, cases[i].directory);
            assert_string_equal(place.name, cases[i].name);
        } else
            assert_null(place.name);
        wayland_socket_done(&place);
        assert_null(place.directory);
    }
}

static void test_socket_connect(_unused_ void **state)
{
    char directory[] = "/tmp/backcare-wayland-XXXXXX", path[64], long_name[200];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct wayland_socket place = {.directory = directory, .name = (char[]){"w"}};
    int fd, listening;

    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof(path), "%s/w", directory);
    assert_int_equal(wayland_socket_connect(&place), -ENOENT);
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(wayland_socket_connect(&place), -ECONNREFUSED);
    assert_int_equal(listen(listening, 0), 0);
    fd = wayland_socket_connect(&place);
    assert_true(fd >= 0);
    /* The only place is taken, and nobody takes it off. */
    assert_int_equal(wayland_socket_connect(&place), -EAGAIN);
    (void)close(fd);
    (void)close(listening);
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = 0;
    place.name = long_name;
    assert_int_equal(wayland_socket_connect(&place), -ENAMETOOLONG);
    (void)unlink(path);
    (void)rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_watch_for_a_turn),
        cmocka_unit_test(test_lower_and_raise),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_rearm),
        cmocka_unit_test(test_seats),
        cmocka_unit_test(test_against_a_model),
        cmocka_unit_test(test_socket_find),
        cmocka_unit_test(test_socket_connect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
