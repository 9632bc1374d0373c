/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What follows the user's activity. A source translates one desktop interface into events with their own time
 * and decides nothing. select.c probes the sources, keeps the best one armed and logind beside it, and is the
 * only one whom the runtime knows.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "core/core.h"
#include "util/time-util.h"

/* Under `source = auto`, in the order of preference. */
enum source_kind {
    SOURCE_AUTO,
    SOURCE_WAYLAND,
    SOURCE_MUTTER,
    SOURCE_X11,
    SOURCE_SCREENSAVER,
    SOURCE_LOGIND,
    _SOURCE_WANTED_MAX, /* the settings can name those above */
    /* These tell of inhibitors, and of nothing else. */
    SOURCE_SESSION_MANAGER = _SOURCE_WANTED_MAX,
    SOURCE_POLICY_AGENT,
    _SOURCE_MAX,
    _SOURCE_INVALID = -EINVAL,
};

enum source_status {
    SOURCE_UNAVAILABLE, /* can't be used here; the detail says why */
    SOURCE_STANDBY,     /* works, but a better one is in use */
    SOURCE_ACTIVE,
    _SOURCE_STATUS_MAX,
};

enum source_capability {
    SOURCE_CAP_IDLE = 1 << 0,    /* reports idle and active */
    SOURCE_CAP_LOCK = 1 << 1,    /* reports lock and unlock */
    SOURCE_CAP_SLEEP = 1 << 2,   /* reports sleep and wake */
    SOURCE_CAP_SESSION = 1 << 3, /* reports leave and enter */
    SOURCE_CAP_INHIBIT = 1 << 4, /* reports inhibitors */
    SOURCE_CAP_QUERY = 1 << 5,   /* can be asked how long the user has been idle */
    _SOURCE_CAP_MAX = 1 << 6,
};

/* What a source of idle and active makes of inhibitors: a film, a call. */
enum source_inhibitors {
    SOURCE_INHIBITORS_UNKNOWN,
    SOURCE_INHIBITORS_NO_MATTER, /* tells of input alone, whatever inhibits */
    SOURCE_INHIBITORS_BLIND,     /* tells nothing while something inhibits: that counts as active */
    _SOURCE_INHIBITORS_MAX,
};

/* What a source reports to. Events carry boottime instants; `since` of an idle report is computed, as every
 * back-end reports only after a threshold. */
struct source_sink {
    void *userdata;
    void (*event)(void *userdata, const struct bc_event *event);
    void (*changed)(void *userdata); /* what activity_describe() says has changed */
    /* The machine is about to sleep and waits for us: save what must not be lost. Followed by the SLEEP
     * event. */
    void (*prepare_sleep)(void *userdata);
};

struct activity;

int activity_new(sd_event *event, sd_bus *session_bus, enum source_kind wanted, usec_t threshold_usec,
                 const struct source_sink *sink, struct activity **ret);
struct activity *activity_free(struct activity *activity);
DEFINE_CLEANUP(struct activity *, activity_free)

/* Runs only once, after the loop is set up; asynchronous probes report by sink->changed. */
int activity_start(struct activity *activity);
void activity_set_threshold(struct activity *activity, usec_t threshold_usec);
int activity_set_wanted(struct activity *activity, enum source_kind wanted);

/* Whether a source tells of the user; while none does, the user counts as active. */
bool activity_followed(const struct activity *activity);
/* Says in the journal that none has been found until now, if that is so and was not said. */
void activity_announce(struct activity *activity);

/* Every source reports anew: an idle report again once the threshold is reached, counted from now or from
 * real input. */
void activity_rearm(struct activity *activity);

/* Asks the source in use how long there has been no input; @done gets the instant of the last input, or
 * BC_NO_TIME when it can't be had (no such capability, or no answer within @timeout_usec). Never blocks; at
 * most one is under way. */
typedef void (*activity_query_func)(void *userdata, usec_t last_input_usec);
int activity_query(struct activity *activity, usec_t timeout_usec, activity_query_func done, void *userdata);

/* Called by whoever is woken by a clock of its own, before it believes that the time has passed with the user
 * there: a suspend that nobody announced is then told first. */
void activity_check_sleep(struct activity *activity);

struct source_info {
    const char *name;
    enum source_status status;
    bool in_use;      /* idle and active are taken from this one now */
    char detail[160]; /* why, in a few words, for a person */
    unsigned capabilities;
    enum source_inhibitors inhibitors;
    usec_t accuracy_usec; /* how late or early it may tell of idle and active; BC_NO_TIME = not known */
};

/* Describes every source; returns how many there are (at most @max are written). */
size_t activity_describe(const struct activity *activity, struct source_info *infos, size_t max);

const char *source_kind_to_string(enum source_kind kind);
enum source_kind source_kind_from_string(const char *text);
const char *source_status_to_string(enum source_status status);
const char *source_capability_to_string(enum source_capability capability);
const char *source_inhibitors_to_string(enum source_inhibitors inhibitors);
