/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a call takes there and back. Calls are made in turn on the daemon (GetAll, what `backcarectl
 * status` asks) and on the floor (Reply, with as many bytes), so that what else the machine does hits both
 * alike. Prints the two medians in nanoseconds.
 *
 *   roundtrip CALLS BYTES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include "dbus/names.h"
#include "util/macro.h"

#define CALLS_MAX 100000

static int64_t now_nsec(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
        abort();
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* One call; returns its time in nanoseconds or a negative errno. */
static int64_t call_daemon(sd_bus *bus)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    int64_t start = now_nsec();
    int r;

    r = sd_bus_call_method(bus, BACKCARE_BUS_NAME, BACKCARE_OBJECT_PATH, "org.freedesktop.DBus.Properties",
                           "GetAll", NULL, &reply, "s", BACKCARE_MANAGER_INTERFACE);
    return r < 0 ? r : now_nsec() - start;
}

static int64_t call_floor(sd_bus *bus, uint32_t bytes)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    int64_t start = now_nsec();
    int r;

    r = sd_bus_call_method(bus, "org.backcare.Floor", "/org/backcare/Floor", "org.backcare.Floor", "Reply",
                           NULL, &reply, "u", bytes);
    return r < 0 ? r : now_nsec() - start;
}

static int64_t median(int64_t *times, size_t n)
{
    qsort(times, n, sizeof *times, compare);
    return times[n / 2];
}

int main(int argc, char **argv)
{
    _cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
    static int64_t daemon_times[CALLS_MAX], floor_times[CALLS_MAX];
    unsigned long calls, bytes;

    if (argc != 3) {
        fprintf(stderr, "usage: roundtrip CALLS BYTES\n");
        return 2;
    }
    calls = strtoul(argv[1], NULL, 10);
    bytes = strtoul(argv[2], NULL, 10);
    if (calls == 0 || calls > CALLS_MAX || bytes > UINT32_MAX || sd_bus_open_user(&bus) < 0)
        return EXIT_FAILURE;
    for (size_t i = 0; i < calls; i++) {
        daemon_times[i] = call_daemon(bus);
        floor_times[i] = call_floor(bus, (uint32_t)bytes);
        if (daemon_times[i] < 0 || floor_times[i] < 0) {
            fprintf(stderr, "a call failed: %s\n",
                    strerror((int)-(daemon_times[i] < 0 ? daemon_times[i] : floor_times[i])));
            return EXIT_FAILURE;
        }
    }
    printf("%lld %lld\n", (long long)median(daemon_times, calls), (long long)median(floor_times, calls));
    return EXIT_SUCCESS;
}
