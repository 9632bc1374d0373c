/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the runtime share; nobody else includes this.
 *
 *   runtime.c           wiring, start and stop
 *   runtime-step.c      one event through the core, its effects, the deadline
 *   runtime-clock.c     the wall clock: offset, clock set, summer time
 *   runtime-activity.c  what sources report, leases of ReportActivity, asking before a prompt
 *   runtime-show.c      notifications and what is answered on them
 *   runtime-settings.c  settings and catalogue, at start and anew
 *   runtime-profile.c   what of them is about the person's health
 *   runtime-state.c     the state file
 *   runtime-notice.c    the one notice that no source works
 *   runtime-evening.c   the wind-down
 *   runtime-tip.c       a tip now and then, and the first run
 *   runtime-record.c    recordings of what the core gets
 *   runtime-service.c   what the bus offers
 */
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "bus/bus.h"
#include "catalogue/catalogue.h"
#include "config/settings.h"
#include "config/watch.h"
#include "core/core.h"
#include "notify/message.h"
#include "notify/notify.h"
#include "runtime.h"
#include "source/source.h"
#include "store/history.h"
#include "store/recorder.h"
#include "store/state.h"

#define LEASES_MAX 16
#define LEASE_WHO_MAX 64
#define RECORDERS_MAX 4
struct lease {
    char who[LEASE_WHO_MAX + 1];
    usec_t until_usec;
};

/* What the effects of the step under way ask for; carried out once the step is over, as nothing may call into
 * the core in the middle of it. */
struct wanted {
    bool any;      /* something that must survive a crash has changed */
    bool show;     /* the prompt or guide, as it then stands */
    bool again;    /* no new reminder, only other words or a restart: no sound */
    bool withdraw; /* and nothing is shown in its place */
    bool complete; /* a guided break has come to its end */
    bool rearm;
    bool threshold; /* another is in force */
};

/* What of ours is on the screen, or should be. */
enum shown_kind {
    SHOWN_NOTHING,
    SHOWN_BREAK,    /* prompt or guide */
    SHOWN_COMPLETE, /* the end of a guide */
    SHOWN_HOLD,
    SHOWN_WELCOME,
    SHOWN_EVENING,
    SHOWN_ADVICE,
    SHOWN_PROBLEM,
    SHOWN_NO_SOURCE,
};

struct screen {
    enum shown_kind shown;  /* or on its way there */
    enum shown_kind missed; /* for want of a server */
    bool late;              /* what is shown was missed before */
    usec_t reading_usec;    /* boottime, since when what is shown has to be read; BC_NO_TIME */
};

/* The prompt that stands, for history. */
struct shown {
    bool on;
    usec_t since_usec;
    char exercise[BC_NAME_MAX + 1];
    unsigned attempt;
};

/* As which the wind-down is prompted: no break of the core. */
#define EVENING_NAME "wind-down"

struct evening {
    bool stands; /* an invitation is shown */
    usec_t since_usec;
    usec_t window_usec;             /* until when it stands */
    char exercise[BC_NAME_MAX + 1]; /* the routine, or one exercise of it */
    size_t another;                 /* which of its exercises, from 1 on; 0 = all */
    bool starting;                  /* it is about to be begun */
    /* These survive a restart. */
    int64_t day; /* the evening that the rest is about: the day on which it began; 0 = none yet */
    bool answered;
    usec_t snoozed_until_usec; /* boottime; BC_NO_TIME = not snoozed */
    unsigned snoozes;          /* of this evening */
};

struct runtime {
    struct options options;
    sd_event *event;
    sd_bus *bus_connection;
    struct bus *bus;
    struct notify *notify;
    struct activity *activity;
    struct bc_core *core;
    struct history *history;

    struct settings_paths paths;
    struct settings *settings;
    struct config_watch *watch;
    struct catalogue *catalogue;
    char **catalogue_dirs;
    struct catalogue_menu *menu;
    struct safety_profile profile; /* private: what the menu was made for */
    int64_t profile_day;           /* on this day, days since 1970-01-01 by the local calendar */
    bool profile_doubtful;         /* of an edit that was refused: nothing is proposed until it is mended */
    bool problem_due;              /* nobody was told of that yet */
    int64_t advice_day;            /* on which the message of a medical hold was shown last; 0 = no hold */
    uint64_t advice_tags;          /* private: what that message was for */
    struct exercise *guide_texts;  /* of the exercise that is guided; or NULL */
    size_t start_mistakes;         /* in the settings, to be said in one notification */

    sd_event_source *deadline;
    sd_event_source *guide_timer;
    sd_event_source *lease_timer;
    sd_event_source *save_timer;
    sd_event_source *wake_timer;
    sd_event_source *clock_fd;
    sd_event_source *stop_timer;
    sd_event_source *notice_timer;
    sd_event_source *sources_timer;
    sd_event_source *evening_timer;

    usec_t wall_offset_usec; /* realtime minus boottime, fixed until the clock is set */
    usec_t utc_offset_usec;
    bool clock_told; /* the core knows both */

    struct lease leases[LEASES_MAX];
    size_t n_leases;
    usec_t vouched_usec; /* when the last of those that have ended did so */
    bool source_idle;    /* what the source said last */
    usec_t source_since_usec;
    bool asking; /* the source is being asked before a prompt */
    usec_t asked_for_usec;
    bool lowered; /* the source has a lower threshold than the core, until it reports input */
    unsigned checks;

    bool sources_changed; /* clients are about to be told */

    bool notice_armed; /* no source works, and the user may have to be told */
    bool notice_due;
    bool noticed; /* enough for the life of this daemon */

    struct evening evening;
    int64_t tip_day; /* on which a tip was shown last; 0 = never */
    bool advice_due; /* what hurts again and again is for a professional to see, and nobody was told yet */
    char completed[BC_NAME_MAX + 1]; /* the exercise of the guided break that has just ended */

    struct wanted wanted;
    struct shown shown;
    struct screen screen;
    bool guiding;           /* a guided break has been told of */
    struct message message; /* of the step under way or of the guide */
    char *state_path;
    char boot_id[33];
    usec_t saved_usec;
    bool state_failed; /* said once */
    bool displayed;    /* a prompt or guide has been shown since the start */
    bool running;      /* started: from now on what changes is saved at once */
    bool stopping;     /* the end has begun: nothing is shown and nothing armed any more */
    bool history_failed;

    struct recorder *recorders[RECORDERS_MAX]; /* NULL = free */
    bool fresh; /* the core is as it was made: nothing was restored, and nothing has happened */
};

/* runtime-step.c */
int step(struct runtime *rt, struct bc_event *event);
void step_clock(struct runtime *rt);
void deadline_arm(struct runtime *rt);
void evening_keep(struct runtime *rt, const char *outcome);
usec_t runtime_now(const struct runtime *rt);

/* runtime-clock.c */
bool clock_read(struct runtime *rt);
void clock_update(struct runtime *rt);
int clock_watch(struct runtime *rt);
usec_t clock_realtime(const struct runtime *rt, usec_t boottime_usec);
usec_t clock_offset_change(const struct runtime *rt, usec_t from_usec, usec_t to_usec);

/* runtime-activity.c */
int activity_wire(struct runtime *rt);
void activity_follow(struct runtime *rt);
bool activity_ask_first(struct runtime *rt);
bool activity_ask_now(struct runtime *rt);
int lease_report(struct runtime *rt, const char *who, usec_t lease_usec);
void wake_when_told(struct runtime *rt);

/* runtime-screen.c */
int screen_put(struct runtime *rt, enum shown_kind kind);
void screen_clear(struct runtime *rt);
void screen_closed(struct runtime *rt);
void screen_read(struct runtime *rt);
void screen_missed(struct runtime *rt);
usec_t screen_free_usec(const struct runtime *rt);

/* runtime-show.c */
int notify_wire(struct runtime *rt);
void show_wanted(struct runtime *rt);
void show_restored(struct runtime *rt);
void show_hold(struct runtime *rt);
void show_no_source(struct runtime *rt);
void show_settings_problem(struct runtime *rt, size_t mistakes);
void show_advice(struct runtime *rt);
void show_welcome(struct runtime *rt);
void show_wind_down(struct runtime *rt, const struct exercise *exercise, usec_t duration_usec,
                    unsigned snoozes_left);

/* runtime-settings.c */
int settings_start(struct runtime *rt);
int settings_reload(struct runtime *rt, char ***ret_warnings, char **ret_mistakes);

/* runtime-profile.c */
void profile_follow_date(struct runtime *rt);
int profile_take_over(struct runtime *rt, struct settings *refused);
bool medical_hold(const struct runtime *rt);
int rules_apply(struct runtime *rt, const struct settings *settings, const struct safety_profile *profile);

/* runtime-state.c */
int state_start(struct runtime *rt);
void state_keep(struct runtime *rt, bool clean);
void state_heartbeat(struct runtime *rt);
void state_resume(struct runtime *rt);

/* runtime-notice.c */
void notice_settle(struct runtime *rt);
void notice_update(struct runtime *rt);

/* runtime-evening.c */
void evening_settle(struct runtime *rt);
void evening_show(struct runtime *rt);
void evening_begun(struct runtime *rt);
bool evening_stands(const struct runtime *rt);
bool evening_answer(struct runtime *rt, struct bc_event *event, int *ret);
void evening_view(const struct runtime *rt, struct bc_view *view);

/* runtime-tip.c */
void tip_of_the_day(struct runtime *rt, char **ret);
void advice_settle(struct runtime *rt);
void welcome(struct runtime *rt);
void welcome_shown(struct runtime *rt);

/* runtime-record.c */
int record_from_start(struct runtime *rt);
int record_start(struct runtime *rt, int fd, struct recorder **ret);
void record_event(struct runtime *rt, const struct bc_event *event, usec_t t_usec, bool effects);
void record_settings(struct runtime *rt);
void record_stop(struct runtime *rt, struct recorder *recorder);
void record_stop_all(struct runtime *rt);

/* runtime-service.c */
extern const struct bus_service runtime_service;

int timer_set(struct runtime *rt, sd_event_source **source, usec_t at_usec, usec_t accuracy_usec,
              sd_event_time_handler_t handler);
