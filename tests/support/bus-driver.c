/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bus room of the daemon, alone, on a real bus, with a service that does as it is told: for the black-box
 * tests. Lines on standard input say what the core and the rest look like, or what the service shall do; each
 * is answered by "ok". What the bus asks of the service is written as lines on standard output. It ends with
 * its input, and by itself after two minutes.
 *
 * Fields of a line are separated by tabs. Times are microseconds, "inf" or "none".
 *
 *     state WORD SINCE             reason TEXT                 posture WORD
 *     prompt BREAK EXERCISE SINCE ATTEMPT                      guide BREAK EXERCISE
 *     next BREAK TIME              snoozed TIME                paused TIME
 *     break INDEX NAME AFTER LENGTH COUNTER AT DUE ENABLED     breaks COUNT
 *     source INDEX NAME STATUS DETAIL                          sources COUNT
 *     worth INDEX CAPABILITIES INHIBITORS ACCURACY             of a source, which then is the one in use
 *     notifier NAME VERSION CAPABILITY…                        offset USEC (wall clock minus boottime)
 *     ledger WHAT FROM TO CHANGE BREAK                         ledger-fill COUNT
 *     answer NUMBER (of every command from now on)             warnings TEXT…
 *     mistakes TEXT ("\n" is a new line)                       failure NUMBER (of Reload)
 *     changed                      signal NAME ARGUMENT…       level
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "bus/bus.h"
#include "fake-core.h"
#include "util/log.h"

#define FIELDS_MAX 12
#define SOURCES_MAX 20
#define LIFETIME_USEC (120 * USEC_PER_SEC)

struct driver {
    struct bus *bus;
    struct bc_core core;
    char *reason;
    usec_t offset_usec;
    struct source_info sources[SOURCES_MAX];
    size_t n_sources;
    const char *notifier_name, *notifier_version;
    const char *capabilities[FIELDS_MAX + 1];
    int answer;
    int failure;
    const char *warnings[FIELDS_MAX + 1];
    char *mistakes;
    char input[65536];
    size_t n_input;
};

static char *copy_of(const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        abort();
    return copy;
}

/* Test data is needed until the end. It stays reachable, so that a leak that is reported is the bus room's.
 */
static char *keep(const char *text)
{
    static char *kept[8192];
    static size_t n_kept;

    if (n_kept == ARRAY_SIZE(kept))
        abort();
    return kept[n_kept++] = copy_of(text);
}

static usec_t parse_time(const char *text)
{
    if (strcmp(text, "inf") == 0)
        return USEC_INFINITY;
    if (strcmp(text, "none") == 0)
        return BC_NO_TIME;
    return (usec_t)strtoll(text, NULL, 10);
}

/* The words of a port that is not linked here; the source room tests its own. */
const char *source_status_to_string(enum source_status status)
{
    static const char *const words[] = {"unavailable", "standby", "active"};

    return words[status];
}

const char *source_capability_to_string(enum source_capability capability)
{
    return capability == SOURCE_CAP_IDLE ? "idle" : capability == SOURCE_CAP_QUERY ? "query" : "lock";
}

const char *source_inhibitors_to_string(enum source_inhibitors inhibitors)
{
    static const char *const words[] = {"unknown", "no-matter", "blind"};

    return words[inhibitors];
}

static const char *null_dash(const char *text)
{
    return text ? text : "-";
}

static void print_event(const struct bc_event *event)
{
    switch (event->type) {
    case BC_EVENT_SNOOZE:
        printf("command snooze %" PRId64 "\n", event->u.duration_usec);
        break;
    case BC_EVENT_PAUSE:
        if (event->u.until_usec == USEC_INFINITY)
            printf("command pause inf\n");
        else
            printf("command pause %" PRId64 "\n", event->u.until_usec - now_usec(CLOCK_BOOTTIME));
        break;
    case BC_EVENT_START:
        printf("command start [%s] [%s]\n", event->u.start.break_name, event->u.start.exercise);
        break;
    case BC_EVENT_FEEDBACK:
        printf("command feedback [%s] [%s]\n", event->u.feedback.exercise, event->u.feedback.verdict);
        break;
    case BC_EVENT_POSTURE:
        printf("command posture %s %" PRId64 "\n", bc_posture_to_string(event->u.posture.posture),
               event->u.posture.lease_usec == USEC_INFINITY ? -1 : event->u.posture.lease_usec);
        break;
    case BC_EVENT_HOLD:
        printf("command hold %s %s [%s]\n", event->u.hold.on ? "on" : "off", null_dash(event->u.hold.id),
               null_dash(event->u.hold.reason));
        break;
    default:
        printf("command %s\n", event->type == BC_EVENT_DONE      ? "done"
                               : event->type == BC_EVENT_SKIP    ? "skip"
                               : event->type == BC_EVENT_ANOTHER ? "another"
                               : event->type == BC_EVENT_RESUME  ? "resume"
                                                                 : "unexpected");
    }
}

/* What a core would have become by the command, as far as the bus answers with it. */
static void apply(struct driver *d, const struct bc_event *event)
{
    struct bc_view *view = &d->core.view;

    switch (event->type) {
    case BC_EVENT_SNOOZE:
        view->snoozed_until_usec = now_usec(CLOCK_BOOTTIME) +
                                   (event->u.duration_usec ? event->u.duration_usec : 5 * USEC_PER_MINUTE);
        break;
    case BC_EVENT_PAUSE:
        view->paused_until_usec = event->u.until_usec;
        break;
    case BC_EVENT_RESUME:
        view->paused_until_usec = view->snoozed_until_usec = BC_NO_TIME;
        break;
    case BC_EVENT_START:
        view->guide_break = keep(event->u.start.break_name[0] ? event->u.start.break_name : "stretch");
        view->guide_exercise = keep(event->u.start.exercise[0] ? event->u.start.exercise : "chosen-one");
        break;
    case BC_EVENT_POSTURE:
        view->posture = event->u.posture.posture;
        break;
    case BC_EVENT_HOLD:
        d->reason = keep(event->u.hold.on ? event->u.hold.reason : "");
        break;
    default:
        break;
    }
}

static int service_command(void *userdata, struct bc_event *event)
{
    struct driver *d = userdata;

    print_event(event);
    if (d->answer != 0)
        return d->answer;
    apply(d, event);
    bus_changed(d->bus);
    return 0;
}

static int service_report_activity(void *userdata, const char *who, usec_t lease_usec)
{
    struct driver *d = userdata;

    printf("activity [%s] %" PRId64 "\n", who, lease_usec);
    return d->answer;
}

static int service_reload(void *userdata, char ***ret_warnings, char **ret_mistakes)
{
    struct driver *d = userdata;
    size_t n = 0;
    char **list;

    printf("reload\n");
    if (d->failure != 0)
        return d->failure;
    if (d->mistakes) {
        *ret_mistakes = copy_of(d->mistakes);
        return -EINVAL;
    }
    while (d->warnings[n])
        n++;
    list = calloc(n + 1, sizeof *list);
    for (size_t i = 0; list && i < n; i++)
        list[i] = copy_of(d->warnings[i]);
    *ret_warnings = list;
    return 0;
}

static void service_view(void *userdata, struct bc_view *ret)
{
    const struct driver *d = userdata;

    bc_core_view(&d->core, ret);
}

static const struct bc_core *service_core(void *userdata)
{
    struct driver *d = userdata;

    return &d->core;
}

static usec_t service_boottime_to_realtime(void *userdata, usec_t boottime_usec)
{
    struct driver *d = userdata;

    return usec_add(boottime_usec, d->offset_usec);
}

static const char *service_reason(void *userdata)
{
    struct driver *d = userdata;

    return d->reason;
}

static size_t service_sources(void *userdata, struct source_info *infos, size_t max)
{
    struct driver *d = userdata;

    memcpy(infos, d->sources, MIN(max, d->n_sources) * sizeof *infos);
    return d->n_sources;
}

static void service_notifier(void *userdata, struct notify_server_info *ret)
{
    struct driver *d = userdata;

    *ret = (struct notify_server_info){d->notifier_name, d->notifier_version, d->capabilities};
}

static int service_record(void *userdata, int fd, void **ret_handle)
{
    *ret_handle = userdata;
    return close(fd);
}
static void service_record_stop(_unused_ void *userdata, _unused_ void *handle)
{
}

/* None: what is in it is tested with the whole daemon. */
static const struct catalogue *service_catalogue(void *userdata, struct safety_profile *ret)
{
    static const struct catalogue none;

    (void)userdata;
    *ret = (struct safety_profile){.max_intensity = 1};
    return &none;
}

static const struct bus_service service = {
    .command = service_command,
    .report_activity = service_report_activity,
    .reload = service_reload,
    .record = service_record,
    .record_stop = service_record_stop,
    .core = service_core,
    .view = service_view,
    .boottime_to_realtime = service_boottime_to_realtime,
    .reason = service_reason,
    .sources = service_sources,
    .notifier = service_notifier,
    .catalogue = service_catalogue,
};

static void set_view(struct driver *d, char **f, size_t n)
{
    struct bc_view *view = &d->core.view;

    if (strcmp(f[0], "state") == 0 && n == 3) {
        for (int i = 0; i < _BC_STATE_MAX; i++)
            if (strcmp(bc_state_to_string((enum bc_state)i), f[1]) == 0)
                view->state = (enum bc_state)i;
        view->state_since_usec = parse_time(f[2]);
    } else if (strcmp(f[0], "posture") == 0 && n == 2) {
        view->posture = bc_posture_from_string(f[1]);
    } else if (strcmp(f[0], "prompt") == 0 && n == 5) {
        view->prompt_break = keep(f[1]);
        view->prompt_exercise = keep(f[2]);
        view->prompt_since_usec = parse_time(f[3]);
        view->prompt_attempt = (unsigned)atoi(f[4]);
    } else if (strcmp(f[0], "guide") == 0 && n == 3) {
        view->guide_break = keep(f[1]);
        view->guide_exercise = keep(f[2]);
    } else if (strcmp(f[0], "next") == 0 && n == 3) {
        view->next_break = keep(f[1]);
        view->next_prompt_usec = parse_time(f[2]);
    } else if (strcmp(f[0], "snoozed") == 0 && n == 2) {
        view->snoozed_until_usec = parse_time(f[1]);
    } else if (strcmp(f[0], "paused") == 0 && n == 2) {
        view->paused_until_usec = parse_time(f[1]);
    } else if (strcmp(f[0], "breaks") == 0 && n == 2) {
        view->n_breaks = (size_t)atoi(f[1]);
    } else if (strcmp(f[0], "break") == 0 && n == 9) {
        d->core.breaks[atoi(f[1])] = (struct bc_break_view){.name = keep(f[2]),
                                                            .after_usec = parse_time(f[3]),
                                                            .length_usec = parse_time(f[4]),
                                                            .counter_usec = parse_time(f[5]),
                                                            .at_usec = parse_time(f[6]),
                                                            .due_usec = parse_time(f[7]),
                                                            .enabled = atoi(f[8]) != 0};
    } else {
        (void)fprintf(stderr, "bus-driver: can't read \"%s\" with %zu fields\n", f[0], n);
        exit(2);
    }
}

static void set_ledger(struct driver *d, char **f, size_t n)
{
    struct bc_ledger_entry e = {.what = BC_LEDGER_AWAY, .break_name = ""};

    if (strcmp(f[0], "ledger-fill") == 0) {
        d->core.n_ledger = (size_t)atoi(f[1]);
        for (size_t i = 0; i < d->core.n_ledger; i++) {
            e.from_usec = e.to_usec = (usec_t)i;
            d->core.ledger[i] = e;
        }
        return;
    }
    if (n != 6)
        exit(2);
    for (int i = 0; i < _BC_LEDGER_MAX; i++)
        if (strcmp(bc_ledger_what_to_string((enum bc_ledger_what)i), f[1]) == 0)
            e.what = (enum bc_ledger_what)i;
    e.from_usec = parse_time(f[2]);
    e.to_usec = parse_time(f[3]);
    e.change_usec = parse_time(f[4]);
    e.break_name = keep(f[5]);
    d->core.ledger[d->core.n_ledger++] = e;
}

static void set_source(struct driver *d, char **f)
{
    struct source_info *info = &d->sources[atoi(f[1])];

    info->name = keep(f[2]);
    info->status = strcmp(f[3], "active") == 0    ? SOURCE_ACTIVE
                   : strcmp(f[3], "standby") == 0 ? SOURCE_STANDBY
                                                  : SOURCE_UNAVAILABLE;
    /* Cut like that on purpose, in the middle of a character too: the port promises no more. */
    (void)snprintf(info->detail, sizeof info->detail, "%s", f[4]);
}

static void set_source_worth(struct driver *d, char **f)
{
    struct source_info *info = &d->sources[atoi(f[1])];

    info->capabilities = (unsigned)atoi(f[2]);
    info->inhibitors = (enum source_inhibitors)atoi(f[3]);
    info->accuracy_usec = parse_time(f[4]);
    info->in_use = true;
}

static char *unescape(const char *text)
{
    char *copy = keep(text), *p;

    while ((p = strstr(copy, "\\n"))) {
        *p = '\n';
        memmove(p + 1, p + 2, strlen(p + 2) + 1);
    }
    return copy;
}

static void emit(struct driver *d, char **f, size_t n)
{
    if (strcmp(f[1], "Prompted") == 0 && n == 5)
        bus_prompted(d->bus, f[2], f[3], (unsigned)atoi(f[4]));
    else if (strcmp(f[1], "PromptClosed") == 0 && n == 4)
        bus_prompt_closed(d->bus, f[2], f[3]);
    else if (strcmp(f[1], "BreakStarted") == 0 && n == 4)
        bus_break_started(d->bus, f[2], f[3]);
    else if (strcmp(f[1], "BreakEnded") == 0 && n == 4)
        bus_break_ended(d->bus, f[2], f[3]);
    else
        exit(2);
}

static void copy_list(const char **list, char **f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list[i] = keep(f[i]);
    list[n] = NULL;
}

static void handle_line(struct driver *d, char *line)
{
    char *f[FIELDS_MAX] = {0}, *field;
    size_t n = 0;

    while (n < FIELDS_MAX && (field = strsep(&line, "\t")))
        f[n++] = field;
    if (strcmp(f[0], "reason") == 0 && n == 2) {
        d->reason = keep(f[1]);
    } else if (strcmp(f[0], "source") == 0 && n == 5) {
        set_source(d, f);
    } else if (strcmp(f[0], "worth") == 0 && n == 5) {
        set_source_worth(d, f);
    } else if (strcmp(f[0], "sources") == 0 && n == 2) {
        d->n_sources = (size_t)atoi(f[1]);
    } else if (strcmp(f[0], "notifier") == 0 && n >= 3) {
        d->notifier_name = keep(f[1]);
        d->notifier_version = keep(f[2]);
        copy_list(d->capabilities, f + 3, n - 3);
    } else if (strcmp(f[0], "offset") == 0 && n == 2) {
        d->offset_usec = parse_time(f[1]);
    } else if (strncmp(f[0], "ledger", 6) == 0 && n >= 2) {
        set_ledger(d, f, n);
    } else if (strcmp(f[0], "answer") == 0 && n == 2) {
        d->answer = atoi(f[1]);
    } else if (strcmp(f[0], "failure") == 0 && n == 2) {
        d->failure = atoi(f[1]);
    } else if (strcmp(f[0], "warnings") == 0) {
        copy_list(d->warnings, f + 1, n - 1);
    } else if (strcmp(f[0], "mistakes") == 0 && n == 2) {
        d->mistakes = unescape(f[1]);
    } else if (strcmp(f[0], "changed") == 0) {
        bus_changed(d->bus);
    } else if (strcmp(f[0], "signal") == 0 && n >= 2) {
        emit(d, f, n);
    } else if (strcmp(f[0], "level") == 0) {
        printf("level %d %d\n", log_get_level(), (int)log_get_target());
    } else {
        set_view(d, f, n);
    }
    printf("ok\n");
}

static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct driver *d = userdata;
    ssize_t n = read(fd, d->input + d->n_input, sizeof d->input - d->n_input - 1);
    char *line = d->input, *end;

    (void)revents;
    if (n <= 0)
        return sd_event_exit(sd_event_source_get_event(source), 0);
    d->n_input += (size_t)n;
    d->input[d->n_input] = 0;
    while ((end = strchr(line, '\n'))) {
        *end = 0;
        handle_line(d, line);
        line = end + 1;
    }
    d->n_input = strlen(line);
    memmove(d->input, line, d->n_input);
    return 0;
}

static int on_lifetime(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)usec;
    (void)userdata;
    return sd_event_exit(sd_event_source_get_event(source), 3);
}

static void init(struct driver *d)
{
    struct bc_view *view = &d->core.view;

    d->reason = keep("");
    d->notifier_name = d->notifier_version = "";
    d->offset_usec = now_usec(CLOCK_REALTIME) - now_usec(CLOCK_BOOTTIME);
    view->state = BC_STATE_ACTIVE;
    view->posture = BC_POSTURE_SITTING;
    view->away_since_usec = view->paused_until_usec = view->snoozed_until_usec = BC_NO_TIME;
    view->prompt_since_usec = BC_NO_TIME;
    view->next_prompt_usec = USEC_INFINITY;
    view->snoozed_break = view->hold_reason = view->prompt_break = view->prompt_exercise = "";
    view->guide_break = view->guide_exercise = view->next_break = "";
}

static int run(struct driver *d)
{
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    _cleanup_(sd_bus_flush_close_unrefp) sd_bus *connection = NULL;
    _cleanup_(bus_freep) struct bus *bus = NULL;
    const char *name = "";
    int r;

    r = sd_event_default(&event);
    if (r >= 0)
        r = sd_bus_open_user(&connection);
    if (r >= 0)
        r = sd_bus_attach_event(connection, event, SD_EVENT_PRIORITY_NORMAL);
    if (r >= 0)
        r = bus_new(connection, event, &service, d, &bus);
    if (r < 0)
        return r;
    d->bus = bus;
    r = bus_request_name(bus);
    if (r < 0)
        return r;
    /* What is so at the start is not news. */
    bus_changed(bus);
    r = sd_event_add_io(event, NULL, STDIN_FILENO, EPOLLIN, on_input, d);
    if (r >= 0)
        r = sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, LIFETIME_USEC, 0, on_lifetime, NULL);
    if (r >= 0)
        r = sd_bus_get_unique_name(connection, &name);
    if (r < 0)
        return r;
    printf("ready %s\n", name);
    return sd_event_loop(event);
}

int main(void)
{
    static struct driver d;
    int r;

    setvbuf(stdout, NULL, _IOLBF, 0);
    init(&d);
    r = run(&d);
    if (r < 0)
        printf("failed %s\n", strerror(-r));
    return r < 0 ? EXIT_FAILURE : r;
}
