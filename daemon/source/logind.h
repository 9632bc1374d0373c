/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the parts of the logind source: logind.c (bus, manager, sleep, inhibitors), logind-user.c (which
 * sessions the user has, and what is reported of them), logind-session.c (one session), logind-ask.c (text
 * sessions, which can only be asked) and logind-weigh.c (what they say together).
 */
#pragma once

#include <systemd/sd-bus.h>

#include "source/internal.h"
#include "source/lock-doubt.h"
#include "source/logind-weigh.h"

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER LOGIND_NAME ".Manager"
#define LOGIND_SESSION LOGIND_NAME ".Session"
#define LOGIND_USER LOGIND_NAME ".User"
#define PROPERTIES "org.freedesktop.DBus.Properties"

struct logind_user;

/* More are not followed. */
#define LOGIND_SESSIONS_MAX 64

struct logind_session {
    struct logind_user *user;
    struct logind_session *next;
    char *id;
    char *path; /* its object */
    sd_bus_slot *matches[3];
    sd_bus_slot *call; /* what it says is being asked */
    sd_bus_slot *ask;  /* the terminal's last input is being asked */
    bool listed;       /* seen in the list that is just being read */
    bool place;        /* the user can sit there, by what all sessions say */
    bool hint, signal; /* why it is locked, if it is */
    char type[16];
    char display[32]; /* of an X server */
    char tty[32];     /* as in /dev */
    struct logind_facts facts;
    usec_t input_usec; /* a text session's last input, as of the last answer; boottime, or BC_NO_TIME */
    sd_event_source *terminal; /* tells when input is read there, once */
};

struct logind_user {
    struct source *source;
    sd_bus *bus; /* NULL while there is none */
    struct logind_session *sessions;
    sd_bus_slot *slots[3];         /* matches that tell when to look for sessions again */
    sd_bus_slot *call;             /* ListSessions */
    bool known;                    /* the list has been read */
    bool changed;                  /* a session came or went */
    struct logind_verdict verdict; /* as last reported */
    char label[96];                /* what there is, for a person */
    struct lock_doubt doubt;
    bool idle_reported;
    usec_t floor_usec;      /* idle time counts from here at the earliest */
    sd_event_source *timer; /* the hints have stood since before the floor: when they count again */

    /* logind-ask.c's */
    sd_event_source *ask_timer;
    sd_event_source *defer; /* gives an answer that is known already */
    bool queried;           /* the answer to query() is owed */
    bool again;             /* ask once more when the user may have become idle */
    usec_t again_usec;      /* while idle and not told of its end: the distance to the next question */
};

int logind_user_attach(struct logind_user *user, sd_bus *bus);
void logind_user_find(struct logind_user *user);
void logind_user_detach(struct logind_user *user, bool keep_bus);
void logind_user_done(struct logind_user *user);
void logind_user_forget(struct logind_user *user);
void logind_user_rearm(struct logind_user *user);
void logind_user_set_threshold(struct logind_user *user, bool lowered);
void logind_user_stop(struct logind_user *user);
void logind_user_unlocked(struct logind_user *user);
void logind_user_settle(struct logind_user *user);

/* One session. Whoever changes what it says has logind_user_settle() look at all of them. */
int logind_session_new(struct logind_user *user, const char *id, const char *path,
                       struct logind_session **ret);
struct logind_session *logind_session_free(struct logind_session *session);
int logind_session_refresh(struct logind_session *session);

/* Text sessions. */
void logind_ask(struct logind_user *user, bool again);
void logind_ask_at(struct logind_user *user, usec_t due_usec);
void logind_ask_query(struct logind_user *user);
void logind_ask_stop(struct logind_user *user);

/* In logind.c: the description has changed. */
void logind_describe(struct source *source);

bool logind_is_late(sd_bus_message *reply);

typedef int (*logind_property_func)(void *userdata, const char *name, sd_bus_message *m);
int logind_read_properties(sd_bus_message *m, logind_property_func func, void *userdata);
