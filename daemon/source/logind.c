/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The logind source: the system bus, which may be absent, come late or go; logind, which may restart; sleep,
 * which waits for us while we hold a delay inhibitor; and idle inhibitors. The sessions are logind-user.c's.
 * Every call is asynchronous.
 *
 * How a bus comes back. Where there is no socket, or nobody listens on it, libsystemd waits for the files on
 * the way to it to change, and tries then. A connection that is taken and dropped (a bus in trouble, or in
 * the middle of its start) is tried again at growing distances, at last once in ten minutes, as no event
 * tells of its recovery. The same slow try stands behind the first way: a socket can be made a moment before
 * somebody listens on it, and then nothing changes any more. logind's own return is told by the bus; one that
 * doesn't answer is asked again like a bus that drops connections.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "source/backoff.h"
#include "source/logind.h"
#include "util/log.h"

#define SYSTEM_BUS "unix:path=/run/dbus/system_bus_socket"
/* logind restarts within a second or two (an update); what it has said stands for so long. */
#define GRACE_USEC (5 * USEC_PER_SEC)
#define RETRY_FIRST_USEC (250 * USEC_PER_MSEC)
#define ANSWER_USEC (5 * USEC_PER_SEC)

struct logind {
    struct source source;
    struct logind_user user;
    sd_bus *bus;
    sd_bus_slot *slots[4];
    sd_bus_slot *call;         /* GetAll of the manager */
    sd_bus_slot *inhibit_call; /* Inhibit */
    int inhibitor;             /* delays sleep while open; -1 */
    bool answers;              /* or has, a moment ago */
    bool asleep;
    bool inhibited; /* somebody keeps the desktop from going idle */
    sd_event_source *grace;
    struct backoff retry;
    usec_t threshold_usec; /* as of the last look */
};

static struct logind *LOGIND(struct source *source)
{
    return (struct logind *)source;
}

/**
 * logind_read_properties() - go through an a{sv}
 * @m: the message, right before the array
 * @func: gets each name, the variant being next in the message; reads it and returns > 0, or returns 0
 * @userdata: for @func
 *
 * Return: 0 or a negative errno.
 */
int logind_read_properties(sd_bus_message *m, logind_property_func func, void *userdata)
{
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");

    if (r < 0)
        return r;
    while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;

        r = sd_bus_message_read(m, "s", &name);
        if (r >= 0)
            r = func(userdata, name, m);
        if (r == 0)
            r = sd_bus_message_skip(m, "v");
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/**
 * logind_describe() - say what works, after something has changed
 * @source: the logind source
 */
void logind_describe(struct source *source)
{
    struct logind *l = LOGIND(source);

    const struct logind_verdict *v = &l->user.verdict;
    const char *idle = !source->started          ? ""
                       : v->n_text == 0          ? ", and idle as the desktop says it"
                       : v->n_text < v->n_active ? ", and idle as the desktop says it and when asked"
                                                 : ", and idle when asked";

    if (!l->answers)
        return;
    /* Nothing inhibits a terminal; what a desktop makes of inhibitors before it sets its hint is its affair.
     */
    source->inhibitors =
        v->n_text > 0 && v->n_text == v->n_active ? SOURCE_INHIBITORS_NO_MATTER : SOURCE_INHIBITORS_UNKNOWN;
    if (v->n_sessions == 0)
        source_report(source, PROBE_SUCCESS, "no session of yours is known; sleep is");
    else if (v->n_places == 0)
        source_report(source, PROBE_SUCCESS, "only remote sessions: no reminders");
    else
        source_report(source, PROBE_SUCCESS, "%.72s: lock, switch, sleep%s", l->user.label, idle);
}

static void set_inhibited(struct logind *l, bool on)
{
    struct bc_event event = {.type = BC_EVENT_INHIBIT, .t_usec = source_now(&l->source), .u.on = on};

    if (l->inhibited == on)
        return;
    l->inhibited = on;
    source_emit(&l->source, &event);
}

static void release_inhibitor(struct logind *l)
{
    l->inhibit_call = sd_bus_slot_unref(l->inhibit_call);
    closep(&l->inhibitor);
    l->inhibitor = -1;
}

static int on_inhibitor(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind *l = userdata;
    int fd;

    l->inhibit_call = sd_bus_slot_unref(l->inhibit_call);
    if (sd_bus_message_is_method_error(m, NULL))
        log_debug("logind: no delay before sleep: %s", sd_bus_message_get_error(m)->message);
    else if (sd_bus_message_read(m, "h", &fd) > 0 && !l->asleep)
        l->inhibitor = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return 0;
}

static void take_inhibitor(struct logind *l)
{
    int r;

    if (l->inhibitor >= 0 || l->inhibit_call)
        return;
    r = sd_bus_call_method_async(l->bus, &l->inhibit_call, LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                 "Inhibit", on_inhibitor, l, "ssss", "sleep", "BackCare",
                                 "Save how long you have been sitting", "delay");
    if (r < 0)
        log_debug("logind: no delay before sleep: %s", strerror(-r));
}

static void set_asleep(struct logind *l, bool asleep)
{
    if (l->asleep == asleep)
        return;
    l->asleep = asleep;
    if (asleep) {
        source_prepare_sleep(&l->source);
        source_emit_simple(&l->source, BC_EVENT_SLEEP, source_now(&l->source));
        release_inhibitor(l); /* what had to be saved is saved: the machine may sleep */
    } else {
        source_emit_simple(&l->source, BC_EVENT_WAKE, source_now(&l->source));
        take_inhibitor(l);
    }
}

static int on_prepare_for_sleep(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    int start;

    if (sd_bus_message_read(m, "b", &start) > 0)
        set_asleep(userdata, start);
    return 0;
}

/* Whether a list like "shutdown:idle" holds the word. */
static bool listed(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; *p; p += strcspn(p, ":"), p += *p == ':')
        if (strncmp(p, word, n) == 0 && (p[n] == ':' || !p[n]))
            return true;
    return false;
}

static int on_property(void *userdata, const char *name, sd_bus_message *m)
{
    struct logind *l = userdata;
    const char *list;
    int r, preparing;

    if (strcmp(name, "BlockInhibited") == 0) {
        r = sd_bus_message_read(m, "v", "s", &list);
        if (r > 0)
            set_inhibited(l, listed(list, "idle"));
        return r;
    }
    if (strcmp(name, "PreparingForSleep") == 0) {
        r = sd_bus_message_read(m, "v", "b", &preparing);
        if (r > 0)
            set_asleep(l, preparing);
        return r;
    }
    return 0;
}

static int on_properties_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    const char *interface;

    if (sd_bus_message_read(m, "s", &interface) > 0 && strcmp(interface, LOGIND_MANAGER) == 0)
        (void)logind_read_properties(m, on_property, userdata);
    return 0;
}

/* logind is gone for good, or was never there. */
static void give_up(struct logind *l, const char *why)
{
    l->answers = false;
    logind_user_forget(&l->user);
    set_inhibited(l, false);
    set_asleep(l, false);
    release_inhibitor(l);
    source_report(&l->source, PROBE_DEFER, "%s", why);
}

static int on_manager(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind *l = userdata;

    l->call = sd_bus_slot_unref(l->call);
    if (sd_bus_message_is_method_error(m, NULL)) {
        bool absent = sd_bus_message_is_method_error(m, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
                      sd_bus_message_is_method_error(m, SD_BUS_ERROR_NAME_HAS_NO_OWNER);

        log_debug("logind: %s", sd_bus_message_get_error(m)->message);
        if (absent) /* the bus will tell when it comes */
            backoff_stop(&l->retry);
        else
            (void)backoff_later(&l->retry);
        give_up(l, absent ? "logind isn't running" : "logind doesn't answer");
        return 0;
    }
    l->answers = true;
    l->grace = sd_event_source_disable_unref(l->grace);
    backoff_stop(&l->retry);
    logind_describe(&l->source);
    if (logind_read_properties(m, on_property, l) < 0)
        log_debug("logind: can't read the manager's properties");
    if (!l->asleep)
        take_inhibitor(l);
    logind_user_find(&l->user);
    return 0;
}

static int ask_manager(struct logind *l)
{
    l->call = sd_bus_slot_unref(l->call);
    return sd_bus_call_method_async(l->bus, &l->call, LOGIND_NAME, LOGIND_PATH, PROPERTIES, "GetAll",
                                    on_manager, l, "s", LOGIND_MANAGER);
}

static int on_grace_over(_unused_ sd_event_source *s, _unused_ uint64_t usec, void *userdata)
{
    struct logind *l = userdata;

    give_up(l, l->bus ? "logind is gone" : "the system bus is gone");
    return 0;
}

static void lose(struct logind *l, bool keep_bus)
{
    l->call = sd_bus_slot_unref(l->call);
    release_inhibitor(l);
    logind_user_detach(&l->user, keep_bus);
    if (l->source.probe == PROBE_SUCCESS && !l->grace &&
        sd_event_add_time_relative(l->source.event, &l->grace, CLOCK_BOOTTIME, GRACE_USEC, USEC_PER_SEC,
                                   on_grace_over, l) < 0)
        give_up(l, "logind is gone");
}

static int on_owner_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind *l = userdata;
    const char *name, *old, *new;

    if (sd_bus_message_read(m, "sss", &name, &old, &new) <= 0)
        return 0;
    lose(l, true);
    if (new[0] && ask_manager(l) < 0)
        give_up(l, "can't ask logind");
    return 0;
}

static void drop_bus(struct logind *l)
{
    lose(l, false);
    for (size_t i = 0; i < ARRAY_SIZE(l->slots); i++)
        l->slots[i] = sd_bus_slot_unref(l->slots[i]);
    l->bus = sd_bus_close_unref(l->bus);
}

static int on_disconnected(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct logind *l = userdata;

    drop_bus(l);
    (void)backoff_later(&l->retry);
    return 0;
}

static int watch_manager(struct logind *l)
{
    int r;

    /* Local, the first: it never goes over the bus. */
    r = sd_bus_match_signal_async(l->bus, &l->slots[0], "org.freedesktop.DBus.Local",
                                  "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected",
                                  on_disconnected, NULL, l);
    if (r < 0)
        return r;
    r = sd_bus_add_match_async(l->bus, &l->slots[1],
                               "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                               "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                               "arg0='" LOGIND_NAME "'",
                               on_owner_changed, NULL, l);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(l->bus, &l->slots[2], LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER,
                                  "PrepareForSleep", on_prepare_for_sleep, NULL, l);
    if (r < 0)
        return r;
    return sd_bus_match_signal_async(l->bus, &l->slots[3], LOGIND_NAME, LOGIND_PATH, PROPERTIES,
                                     "PropertiesChanged", on_properties_changed, NULL, l);
}

/* Not sd_bus_open_system(): only this way it waits for a socket that isn't there yet. Until it is, files made
 * in any of the folders on the way to it wake us; in /run that is seldom. */
static int connect_bus(struct logind *l)
{
    const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
    int r;

    r = sd_bus_new(&l->bus);
    if (r >= 0)
        r = sd_bus_set_address(l->bus, address && address[0] ? address : SYSTEM_BUS);
    if (r >= 0)
        r = sd_bus_set_bus_client(l->bus, true);
    if (r >= 0)
        r = sd_bus_set_watch_bind(l->bus, true);
    if (r >= 0)
        r = sd_bus_set_method_call_timeout(l->bus, ANSWER_USEC);
    if (r >= 0)
        r = sd_bus_start(l->bus);
    if (r >= 0)
        r = sd_bus_attach_event(l->bus, l->source.event, SD_EVENT_PRIORITY_NORMAL);
    if (r >= 0)
        r = watch_manager(l);
    if (r >= 0)
        r = logind_user_attach(&l->user, l->bus);
    if (r >= 0)
        r = ask_manager(l);
    if (r < 0)
        drop_bus(l);
    (void)(r < 0 ? backoff_later(&l->retry) : backoff_slowly(&l->retry));
    return r;
}

static void on_retry(void *userdata)
{
    struct logind *l = userdata;

    if (l->bus && sd_bus_is_ready(l->bus) > 0) {
        if (!l->call && ask_manager(l) < 0)
            (void)backoff_later(&l->retry);
        return;
    }
    drop_bus(l);
    (void)connect_bus(l);
}

static void on_unlocked(struct source *source)
{
    logind_user_unlocked(&LOGIND(source)->user);
}

static void logind_probe(struct source *source)
{
    struct logind *l = LOGIND(source);
    int r;

    l->user.source = source;
    l->retry = (struct backoff){
        .event = source->event, .first_usec = RETRY_FIRST_USEC, .func = on_retry, .userdata = l};
    l->user.doubt.source = source;
    l->user.doubt.unlocked = on_unlocked;
    source_report(source, PROBE_DEFER, "waiting for the system bus, and logind on it");
    r = connect_bus(l);
    if (r < 0)
        source_report(source, PROBE_DEFER, "no system bus: %s", strerror(-r));
}

static void logind_retry(struct source *source)
{
    struct logind *l = LOGIND(source);

    if (!l->bus && l->retry.func)
        (void)backoff_in(&l->retry, USEC_PER_MSEC / 10);
}

static void logind_start(struct source *source)
{
    LOGIND(source)->threshold_usec = source->threshold_usec;
    logind_describe(source);
    logind_user_rearm(&LOGIND(source)->user);
}

static void logind_stop(struct source *source)
{
    logind_user_stop(&LOGIND(source)->user);
    logind_describe(source);
}

static void logind_set_threshold(struct source *source)
{
    struct logind *l = LOGIND(source);
    bool lowered = source->threshold_usec < l->threshold_usec;

    l->threshold_usec = source->threshold_usec;
    logind_user_set_threshold(&l->user, lowered);
}

static void logind_query(struct source *source)
{
    logind_ask_query(&LOGIND(source)->user);
}

static void logind_rearm(struct source *source)
{
    logind_user_rearm(&LOGIND(source)->user);
}

static void logind_input(struct source *source)
{
    lock_doubt_input(&LOGIND(source)->user.doubt);
}

static void logind_answer(struct source *source, usec_t last_input_usec)
{
    lock_doubt_answer(&LOGIND(source)->user.doubt, last_input_usec);
}

static int logind_create(struct source **ret)
{
    struct logind *l = calloc(1, sizeof(*l));

    if (!l)
        return -ENOMEM;
    l->inhibitor = -1;
    l->source.without_idle = true;
    *ret = &l->source;
    return 0;
}

static struct source *logind_destroy(struct source *source)
{
    struct logind *l = LOGIND(source);

    l->call = sd_bus_slot_unref(l->call);
    release_inhibitor(l);
    logind_user_done(&l->user);
    for (size_t i = 0; i < ARRAY_SIZE(l->slots); i++)
        l->slots[i] = sd_bus_slot_unref(l->slots[i]);
    sd_bus_close_unref(l->bus);
    sd_event_source_disable_unref(l->grace);
    backoff_stop(&l->retry);
    free(l);
    return NULL;
}

const struct source_driver logind_driver = {
    .kind = SOURCE_LOGIND,
    .name = "logind",
    .capabilities = SOURCE_CAP_IDLE | SOURCE_CAP_LOCK | SOURCE_CAP_SLEEP | SOURCE_CAP_SESSION |
                    SOURCE_CAP_INHIBIT | SOURCE_CAP_QUERY,
    .create = logind_create,
    .destroy = logind_destroy,
    .probe = logind_probe,
    .retry = logind_retry,
    .start = logind_start,
    .stop = logind_stop,
    .set_threshold = logind_set_threshold,
    .rearm = logind_rearm,
    .query = logind_query,
    .input = logind_input,
    .answer = logind_answer,
};
