/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the two halves of the logind source: logind.c (bus, manager, sleep, inhibitors) and
 * logind-session.c (which session is the user's, and what it says).
 */
#pragma once

#include <systemd/sd-bus.h>

#include "source/internal.h"

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER LOGIND_NAME ".Manager"
#define LOGIND_SESSION LOGIND_NAME ".Session"
#define LOGIND_USER LOGIND_NAME ".User"
#define PROPERTIES "org.freedesktop.DBus.Properties"

struct logind_session {
    struct source *source;
    sd_bus *bus;             /* NULL while there is none */
    char *id;                /* NULL = no session is known */
    char *path;              /* its object */
    sd_bus_slot *slots[4];   /* matches that tell when to look for the session again */
    sd_bus_slot *matches[3]; /* the session's own */
    sd_bus_slot *call;       /* the one call under way of those that find the session */
    bool locked, left;       /* as last reported */
    bool lock_confirmed;     /* LockedHint says so as well */
    bool idle_hint;          /* the desktop says that the user is idle … */
    usec_t idle_since_usec;  /* … since then, on CLOCK_BOOTTIME */
    bool idle_reported;
    usec_t floor_usec;      /* idle time counts from here at the earliest */
    sd_event_source *timer; /* the hint has stood since before the floor: when it counts again */
};

int logind_session_attach(struct logind_session *session, sd_bus *bus);
void logind_session_find(struct logind_session *session);
void logind_session_detach(struct logind_session *session, bool keep_bus);
void logind_session_done(struct logind_session *session);
void logind_session_forget(struct logind_session *session);
void logind_session_rearm(struct logind_session *session);
void logind_session_set_threshold(struct logind_session *session);
void logind_session_stop(struct logind_session *session);
void logind_session_input(struct logind_session *session);

/* In logind.c: the description has changed. */
void logind_describe(struct source *source);

typedef int (*logind_property_func)(void *userdata, const char *name, sd_bus_message *m);
int logind_read_properties(sd_bus_message *m, logind_property_func func, void *userdata);
