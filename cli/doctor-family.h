/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between verb-doctor.c and the families of findings, one file each. A family puts its questions, all at once
 * with those of the others; puts those that follow from the first answers; and then reports. What one finds
 * out for another stands here.
 */
#pragma once

#include <sys/types.h>

#include "cli/doctor-ask.h"
#include "cli/doctor.h"
#include "config/settings.h"

#define LOGIND "org.freedesktop.login1"
#define SYSTEMD "org.freedesktop.systemd1"
#define GNOME_SHELL "org.gnome.Shell"
#define NOTIFICATIONS "org.freedesktop.Notifications"
#define SESSION_MANAGER "org.gnome.SessionManager"
#define POLICY_AGENT "org.kde.Solid.PowerManagement.PolicyAgent"
#define ASKED_SESSIONS_MAX 16
#define ASKED_INHIBITORS_MAX 32

struct child_output;

struct doctor {
    struct report report;
    struct asker *asker;

    struct question *names;       /* on the session bus */
    struct question *activatable; /* likewise */
    struct question *bus_pid;
    struct question *system_names;

    /* The daemon: asked in doctor-unit.c. */
    struct question *owner_pid;
    struct question *properties;
    struct question *sources;
    struct status status; /* read from @properties; empty when @answers is false */
    bool owned;           /* somebody has the name */
    bool answers;
    pid_t daemon_pid; /* 0 = not known */
    char **daemon_argv;

    /* systemd's user manager */
    struct question *unit;
    struct question *service;
    struct question *target;
    struct question *environment;
    bool has_systemd;

    /* logind */
    struct question *user;
    struct question *session_list;
    struct question *session[ASKED_SESSIONS_MAX];
    size_t n_sessions;
    bool only_remote;         /* sessions there are, and none at this machine */
    const char *session_type; /* of a graphical session here: "wayland", "x11"; or NULL */

    struct question *logind_inhibitors;
    struct question *gnome_inhibitors;
    struct question *gnome_inhibitor[ASKED_INHIBITORS_MAX][3]; /* app id, reason, flags */
    size_t n_gnome_inhibitors;
    struct question *kde_inhibitors;
    struct question *kde_inhibits_screen;

    struct question *notifier_info;
    struct question *notifier_capabilities;
    struct question *dunst_paused;
    struct question *kde_quiet;
    struct question *mako_modes;
    struct child_output *gnome_banners;
    struct child_output *gnome_breaks;

    struct settings *settings; /* NULL until doctor-settings.c has read them */
    struct settings_paths paths;
    struct diagnostics mistakes;
};

void bus_ask(struct doctor *d);
void bus_report(struct doctor *d);
void unit_ask(struct doctor *d);
void unit_read(struct doctor *d);
void unit_report(struct doctor *d);
void session_ask(struct doctor *d);
void session_ask_more(struct doctor *d);
void session_report(struct doctor *d);
void sources_ask(struct doctor *d);
void sources_report(struct doctor *d);
void inhibitors_ask(struct doctor *d);
void inhibitors_ask_more(struct doctor *d);
void inhibitors_report(struct doctor *d);
void moment_report(struct doctor *d);
void notify_ask(struct doctor *d);
void notify_ask_more(struct doctor *d);
void notify_report(struct doctor *d);
void programs_ask_more(struct doctor *d);
void programs_report(struct doctor *d);
void settings_read(struct doctor *d);
void settings_report(struct doctor *d);
void clock_report(struct doctor *d);

static inline bool on_session_bus(const struct doctor *d, const char *name)
{
    return answer_has(d->names, name);
}

const char *daemon_option(const struct doctor *d, const char *name);

/* Processes of this user, for who has to look at all of them. @argv is NULL-terminated, never empty; @comm
 * and
 * @exe may be empty. */
typedef void (*process_func)(void *userdata, pid_t pid, const char *comm, const char *exe, char *const *argv);
void each_process(process_func func, void *userdata);
char **process_words(pid_t pid, const char *file); /* of /proc/PID/FILE; freed by strings_free() */
char *process_exe(pid_t pid);

/* A program that is run for what it says: started, and ended by force when it takes too long. */
struct child_output *child_output_start(const char *const *argv);
char *child_output_finish(struct child_output *child); /* NULL = it failed; freed by the caller */
