/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the activity module on a loop for the tests: prints what the sink gets, one event a line with instants
 * in microseconds of boottime, and takes commands on standard input. Ends with its input.
 *
 *   source-driver [--fake] [SOURCE [THRESHOLD-MS]]      --fake: the fake source and logind's
 *   commands: threshold MS | rearm | query [TIMEOUT-MS] | wanted SOURCE | describe | now
 *             slept MS (boottime goes ahead of monotonic time by that) | check | surroundings (have changed)
 *   SOURCE_DRIVER_ASK_APART_MS in the environment: the Mutter source may ask so often, not once a minute
 *   with --fake: input | lock | unlock | inhibit on|off | working yes|no | answering yes|no
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>

#include "source/fake.h"
#include "source/internal.h"
#include "source/mutter.h"
#include "source/source.h"
#include "util/log.h"

static struct activity *activity;
static struct source *fake;
static sd_event *loop;
static sd_bus *session_bus;

static usec_t slept_usec;

/* In the place of the C library's, for the module and for the loop as well. */
int clock_gettime(clockid_t clock, struct timespec *t)
{
    int r = (int)syscall(SYS_clock_gettime, clock, t);

    if (r == 0 && clock == CLOCK_BOOTTIME) {
        t->tv_sec += slept_usec / USEC_PER_SEC;
        t->tv_nsec += slept_usec % USEC_PER_SEC * 1000;
        if (t->tv_nsec >= 1000000000) {
            t->tv_sec++;
            t->tv_nsec -= 1000000000;
        }
    }
    return r;
}

static void on_event(_unused_ void *userdata, const struct bc_event *e)
{
    static const char *const names[_BC_EVENT_MAX] = {
        [BC_EVENT_ACTIVE] = "active", [BC_EVENT_IDLE] = "idle",     [BC_EVENT_INHIBIT] = "inhibit",
        [BC_EVENT_LOCK] = "lock",     [BC_EVENT_UNLOCK] = "unlock", [BC_EVENT_LEAVE] = "leave",
        [BC_EVENT_ENTER] = "enter",   [BC_EVENT_SLEEP] = "sleep",   [BC_EVENT_WAKE] = "wake",
    };

    printf("%s t=%" PRId64, names[e->type] ? names[e->type] : "?", e->t_usec);
    if (e->type == BC_EVENT_IDLE)
        printf(" since=%" PRId64, e->u.since_usec);
    if (e->type == BC_EVENT_INHIBIT)
        printf(" on=%d", e->u.on);
    putchar('\n');
}

static void on_changed(_unused_ void *userdata)
{
    puts("changed");
}

static void on_prepare_sleep(_unused_ void *userdata)
{
    puts("prepare-sleep");
}

static void on_answer(_unused_ void *userdata, usec_t last_input_usec)
{
    if (last_input_usec == BC_NO_TIME)
        puts("answer none");
    else
        printf("answer last=%" PRId64 "\n", last_input_usec);
}

static void describe(void)
{
    struct source_info infos[12];
    size_t n = activity_describe(activity, infos, ARRAY_SIZE(infos));

    for (size_t i = 0; i < n; i++)
        printf("source %s %s %s\n", infos[i].name, source_status_to_string(infos[i].status), infos[i].detail);
    puts("described");
}

static int fake_command(const char *word, const char *argument)
{
    bool yes = strcmp(argument, "yes") == 0 || strcmp(argument, "on") == 0;
    struct bc_event event = {.t_usec = now_usec(CLOCK_BOOTTIME)};

    if (!fake)
        return -EINVAL;
    if (strcmp(word, "input") == 0)
        fake_source_input(fake);
    else if (strcmp(word, "working") == 0)
        fake_source_set_working(fake, yes);
    else if (strcmp(word, "answering") == 0)
        fake_source_set_answering(fake, yes);
    else {
        event.type = strcmp(word, "lock") == 0      ? BC_EVENT_LOCK
                     : strcmp(word, "unlock") == 0  ? BC_EVENT_UNLOCK
                     : strcmp(word, "inhibit") == 0 ? BC_EVENT_INHIBIT
                                                    : _BC_EVENT_INVALID;
        event.u.on = yes;
        if (event.type == _BC_EVENT_INVALID)
            return -EINVAL;
        fake_source_emit(fake, &event);
    }
    return 0;
}

static int command(char *line)
{
    char *word = strtok(line, " "), *argument = strtok(NULL, " ");

    if (!word)
        return 0;
    if (strcmp(word, "threshold") == 0 && argument)
        activity_set_threshold(activity, atoll(argument) * USEC_PER_MSEC);
    else if (strcmp(word, "rearm") == 0)
        activity_rearm(activity);
    else if (strcmp(word, "wanted") == 0)
        return activity_set_wanted(activity, source_kind_from_string(argument));
    else if (strcmp(word, "query") == 0)
        return activity_query(activity, (argument ? atoll(argument) : 2000) * USEC_PER_MSEC, on_answer, NULL);
    else if (strcmp(word, "describe") == 0)
        describe();
    else if (strcmp(word, "now") == 0)
        printf("now t=%" PRId64 "\n", now_usec(CLOCK_BOOTTIME));
    else if (strcmp(word, "slept") == 0 && argument)
        slept_usec += atoll(argument) * USEC_PER_MSEC;
    else if (strcmp(word, "check") == 0)
        activity_check_sleep(activity);
    else if (strcmp(word, "surroundings") == 0)
        source_surroundings_changed(activity_source(activity, SOURCE_X11));
    else
        return fake_command(word, argument ? argument : "");
    return 0;
}

static int on_input(_unused_ sd_event_source *s, int fd, _unused_ uint32_t events, _unused_ void *userdata)
{
    static char buffer[4096];
    static size_t have;
    ssize_t n = read(fd, buffer + have, sizeof(buffer) - 1 - have);
    char *end;

    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n <= 0)
        return sd_event_exit(loop, 0);
    have += (size_t)n;
    buffer[have] = 0;
    while ((end = strchr(buffer, '\n'))) {
        int r;

        *end = 0;
        r = command(buffer);
        if (r < 0)
            printf("error %s\n", strerror(-r));
        have -= (size_t)(end + 1 - buffer);
        memmove(buffer, end + 1, have + 1);
    }
    return 0;
}

static int on_nothing(_unused_ sd_event_source *s, _unused_ const struct inotify_event *event,
                      _unused_ void *userdata)
{
    return 0;
}

static int open_session_bus(void)
{
    int r = sd_bus_open_user(&session_bus);

    return r < 0 ? r : sd_bus_attach_event(session_bus, loop, SD_EVENT_PRIORITY_NORMAL);
}

int main(int argc, char **argv)
{
    static const struct source_row rows[] = {{SOURCE_X11, &fake_driver}, {SOURCE_LOGIND, &logind_driver}};
    static const struct source_sink sink = {NULL, on_event, on_changed, on_prepare_sleep};
    const char *apart = getenv("SOURCE_DRIVER_ASK_APART_MS");
    bool with_fake = argc > 1 && strcmp(argv[1], "--fake") == 0;
    usec_t threshold = 120 * USEC_PER_SEC;
    enum source_kind wanted;
    int r;

    argv += with_fake;
    argc -= with_fake;
    wanted = argc > 1 ? source_kind_from_string(argv[1]) : SOURCE_AUTO;
    if (argc > 2)
        threshold = atoll(argv[2]) * USEC_PER_MSEC;
    (void)signal(SIGPIPE, SIG_IGN); /* as the daemon does: libxcb writes to servers that are gone */
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (apart)
        mutter_ask_apart_usec = atoll(apart) * USEC_PER_MSEC;
    log_set_level(getenv("SOURCE_DRIVER_DEBUG") ? LOG_DEBUG : LOG_INFO);
    r = sd_event_new(&loop);
    if (r >= 0 && getenv("DBUS_SESSION_BUS_ADDRESS"))
        r = open_session_bus();
    if (r >= 0)
        r = with_fake ? activity_new_with(loop, session_bus, rows, ARRAY_SIZE(rows), wanted, threshold, &sink,
                                          &activity)
                      : activity_new(loop, session_bus, wanted, threshold, &sink, &activity);
    if (r >= 0 && with_fake)
        fake = activity_source(activity, SOURCE_X11);
    if (r >= 0)
        r = fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
    if (r >= 0)
        r = sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_input, NULL);
    /* As in the daemon, whose settings are watched: the loop's inotify isn't made anew for each source. */
    if (r >= 0)
        r = sd_event_add_inotify(loop, NULL, "/", IN_DELETE_SELF, on_nothing, NULL);
    if (r >= 0)
        r = activity_start(activity);
    if (r >= 0)
        r = sd_event_loop(loop);
    activity_free(activity);
    sd_bus_flush_close_unref(session_bus);
    sd_event_unref(loop);
    if (r < 0)
        (void)log_errno(r, "source-driver");
    return r < 0;
}
