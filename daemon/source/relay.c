/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last step from the sources to the sink: each turn once, and the sleeps that nobody announces.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "source/internal.h"
#include "source/relay.h"
#include "util/log.h"
#include "util/macro.h"

static void tell(struct relay *relay, const struct bc_event *event)
{
    if (event->type == BC_EVENT_IDLE || event->type == BC_EVENT_ACTIVE) {
        relay->idle = event->type == BC_EVENT_IDLE;
        relay->kept = false;
    }
    relay->sink.event(relay->sink.userdata, event);
}

static void tell_simple(struct relay *relay, enum bc_event_type type, usec_t t_usec)
{
    tell(relay, &(struct bc_event){.type = type, .t_usec = t_usec});
}

static void set_toggle(struct relay *relay, enum relay_toggle toggle, size_t source, bool on, usec_t t_usec)
{
    static const enum bc_event_type types[_RELAY_TOGGLE_MAX][2] = {
        [RELAY_LOCKED] = {BC_EVENT_UNLOCK, BC_EVENT_LOCK},
        [RELAY_LEFT] = {BC_EVENT_ENTER, BC_EVENT_LEAVE},
        [RELAY_ASLEEP] = {BC_EVENT_WAKE, BC_EVENT_SLEEP},
        [RELAY_INHIBITED] = {BC_EVENT_INHIBIT, BC_EVENT_INHIBIT},
    };
    struct bc_event event = {.type = types[toggle][on], .t_usec = t_usec};
    unsigned before = relay->toggles[toggle], bit = 1u << source;

    relay->toggles[toggle] = on ? before | bit : before & ~bit;
    if (!before == !relay->toggles[toggle])
        return;
    if (toggle == RELAY_INHIBITED)
        event.u.on = on;
    tell(relay, &event);
}

/**
 * relay_now() - the instant of this turn of the loop
 * @relay: the relay
 *
 * Return: microseconds on CLOCK_BOOTTIME; the same for all that one turn brings.
 */
usec_t relay_now(const struct relay *relay)
{
    uint64_t t;

    /* Before the first turn there is none yet. */
    return sd_event_now(relay->event, CLOCK_BOOTTIME, &t) >= 0 ? (usec_t)t : now_usec(CLOCK_BOOTTIME);
}

/**
 * relay_check_sleep() - notice a suspend that nobody has announced, by boottime against monotonic time
 * @relay: the relay
 *
 * The clocks tell how long the sleep was, not when. It is told as the last part of the time until now: so the
 * absence has exactly its length, whatever part of that time the machine was awake, and its end is right as
 * the kernel makes us look right at the resume. A sleep that logind has announced isn't told again.
 */
void relay_check_sleep(struct relay *relay)
{
    usec_t now = now_usec(CLOCK_BOOTTIME), slept;

    slept = sleep_watch_check(&relay->sleep_watch, now, now_usec(CLOCK_MONOTONIC));
    if (slept == 0 || relay->toggles[RELAY_ASLEEP])
        return;
    log_debug("activity: the machine was asleep for %lld s, unannounced", (long long)(slept / USEC_PER_SEC));
    tell_simple(relay, BC_EVENT_SLEEP, now - slept);
    tell_simple(relay, BC_EVENT_WAKE, now);
}

/* The kernel cancels such a timer whenever the wall clock jumps, and a resume is one: it tells at once. The
 * timer itself is never due. */
static int arm_resume(int fd)
{
    struct itimerspec never = {.it_value.tv_sec = (time_t)(USEC_INFINITY / USEC_PER_SEC / 1000)};

    if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0)
        return -errno;
    return 0;
}

static int on_resume(sd_event_source *s, int fd, _unused_ uint32_t events, void *userdata)
{
    uint64_t expirations;

    /* Fails with ECANCELED, which is the news and leaves the timer armed. */
    if (read(fd, &expirations, sizeof(expirations)) < 0 && errno != ECANCELED && errno != EAGAIN) {
        log_debug("activity: can't watch for a resume any more: %m");
        (void)sd_event_source_set_enabled(s, SD_EVENT_OFF);
    }
    relay_check_sleep(userdata);
    return 0;
}

/**
 * relay_init() - set up
 * @relay: the relay
 * @event: the loop
 * @sink: copied
 */
void relay_init(struct relay *relay, sd_event *event, const struct source_sink *sink)
{
    *relay = (struct relay){.event = event, .sink = *sink, .vouched_usec = BC_NO_TIME};
    sleep_watch_init(&relay->sleep_watch, now_usec(CLOCK_BOOTTIME), now_usec(CLOCK_MONOTONIC));
}

/**
 * relay_start() - from now on a resume is noticed at once
 * @relay: the relay
 *
 * Return: 0 or a negative errno.
 */
int relay_start(struct relay *relay)
{
    _cleanup_(closep) int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    int r;

    if (fd < 0)
        return -errno;
    r = arm_resume(fd);
    if (r < 0)
        return r;
    r = sd_event_add_io(relay->event, &relay->resume, fd, EPOLLIN, on_resume, relay);
    if (r < 0)
        return r;
    r = sd_event_source_set_io_fd_own(relay->resume, true);
    if (r < 0)
        return r;
    (void)TAKE_FD(fd);
    (void)sd_event_source_set_description(relay->resume, "resume");
    /* Before the timers that a sleep has made due. */
    return sd_event_source_set_priority(relay->resume, SOURCE_PRIORITY_CLOCK);
}

/**
 * relay_done() - let go
 * @relay: the relay
 */
void relay_done(struct relay *relay)
{
    relay->resume = sd_event_source_disable_unref(relay->resume);
}

/**
 * relay_event() - news of a source
 * @relay: the relay
 * @source: its number, below 32
 * @chosen: it is the one that tells idle from active; of another that is dropped
 * @event: what. Of what several may say only the turns are handed on
 */
void relay_event(struct relay *relay, size_t source, bool chosen, const struct bc_event *event)
{
    struct bc_event copy = *event;

    relay_check_sleep(relay);
    switch (event->type) {
    case BC_EVENT_LOCK:
    case BC_EVENT_UNLOCK:
        set_toggle(relay, RELAY_LOCKED, source, event->type == BC_EVENT_LOCK, event->t_usec);
        break;
    case BC_EVENT_LEAVE:
    case BC_EVENT_ENTER:
        set_toggle(relay, RELAY_LEFT, source, event->type == BC_EVENT_LEAVE, event->t_usec);
        break;
    case BC_EVENT_SLEEP:
    case BC_EVENT_WAKE:
        set_toggle(relay, RELAY_ASLEEP, source, event->type == BC_EVENT_SLEEP, event->t_usec);
        break;
    case BC_EVENT_INHIBIT:
        set_toggle(relay, RELAY_INHIBITED, source, event->u.on, event->t_usec);
        break;
    default:
        if (!chosen)
            break;
        if (event->type == BC_EVENT_IDLE && relay->vouchers) {
            relay->kept = true;
            break;
        }
        if (event->type == BC_EVENT_IDLE) /* the source saw none of what was vouched for */
            copy.u.since_usec = relay_last_input(relay, event->u.since_usec);
        tell(relay, &copy);
    }
}

/**
 * relay_last_input() - the last input, or what counts as one
 * @relay: the relay
 * @last_input_usec: as the source in use tells it; BC_NO_TIME = it can't
 *
 * Return: an instant at which the user was there, not before the one given: now while somebody vouches.
 * BC_NO_TIME where nobody can tell.
 */
usec_t relay_last_input(const struct relay *relay, usec_t last_input_usec)
{
    if (relay->vouchers)
        return relay_now(relay);
    return last_input_usec == BC_NO_TIME ? BC_NO_TIME : MAX(last_input_usec, relay->vouched_usec);
}

/**
 * relay_vouch() - a source knows that the user is there, whatever the chosen one says; or no longer knows it
 * @relay: the relay
 * @source: its number
 * @on: which
 *
 * While somebody vouches, the user isn't told to be idle; if he was, he counts as active. When the last one
 * ends it, an idle report that still stands is told: idle since then, as until then he was there.
 */
void relay_vouch(struct relay *relay, size_t source, bool on)
{
    unsigned before = relay->vouchers, bit = 1u << source;
    usec_t now;

    relay->vouchers = on ? before | bit : before & ~bit;
    if (!before == !relay->vouchers)
        return;
    relay_check_sleep(relay);
    now = relay_now(relay);
    if (!on)
        relay->vouched_usec = now;
    if (on && relay->idle) {
        relay->idle = false;
        relay->kept = true;
        relay->sink.event(relay->sink.userdata, &(struct bc_event){.type = BC_EVENT_ACTIVE, .t_usec = now});
    } else if (!on && relay->kept) {
        tell(relay, &(struct bc_event){.type = BC_EVENT_IDLE, .t_usec = now, .u.since_usec = now});
    }
}

/**
 * relay_rearm() - what was said of idle is void; it will be said anew
 * @relay: the relay
 */
void relay_rearm(struct relay *relay)
{
    relay->idle = relay->kept = false;
}

/**
 * relay_active() - the user counts as active: a source has just connected, or is lost
 * @relay: the relay
 */
void relay_active(struct relay *relay)
{
    tell_simple(relay, BC_EVENT_ACTIVE, relay_now(relay));
}

/**
 * relay_lost() - a source is gone; nobody stays locked, asleep or vouched for on its word
 * @relay: the relay
 * @source: its number
 */
void relay_lost(struct relay *relay, size_t source)
{
    for (int i = _RELAY_TOGGLE_MAX - 1; i >= 0; i--)
        set_toggle(relay, (enum relay_toggle)i, source, false, relay_now(relay));
    relay_vouch(relay, source, false);
}

/**
 * relay_changed() - what activity_describe() says has changed
 * @relay: the relay
 */
void relay_changed(struct relay *relay)
{
    if (relay->sink.changed)
        relay->sink.changed(relay->sink.userdata);
}

/**
 * relay_prepare_sleep() - the machine is about to sleep and waits for us
 * @relay: the relay
 */
void relay_prepare_sleep(struct relay *relay)
{
    if (relay->sink.prepare_sleep)
        relay->sink.prepare_sleep(relay->sink.userdata);
}
