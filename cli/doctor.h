/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `backcarectl doctor` finds: a list of findings in sections, and the few lists that programs want
 * whole. Knows no bus; what is put in here is text for people, from anywhere, and is made safe when it is
 * written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/status.h"
#include "util/macro.h"

enum level {
    LEVEL_OK,
    LEVEL_NOTE,    /* good to know */
    LEVEL_WARNING, /* something is not as it should be, but reminders come */
    LEVEL_PROBLEM, /* reminders can't work */
    _LEVEL_MAX,
};

struct finding {
    struct finding *next;
    const char *section; /* a constant */
    enum level level;
    char *what;
    char *detail; /* NULL = nothing to add, as @hint */
    char *hint;   /* what to do */
};

/* One activity source, as ListSources tells of it. */
struct doctor_source {
    char *name;
    char *status;
    char *detail;
    char *inhibitors;     /* NULL: not said, by an older daemon */
    usec_t accuracy_usec; /* USEC_INFINITY = not known */
    char **reports;       /* NULL-terminated, or NULL */
    bool in_use;
};

/* Something that keeps the desktop from going idle. */
struct doctor_inhibitor {
    char *who;
    char *why;
    const char *where; /* a constant: logind, session-manager, policy-agent */
    bool seen;         /* a source of the daemon tells of it */
};

struct doctor_session {
    char *id;
    char *type;
    char *class;
    char *seat;
    char *state;
    bool remote;
    bool active;
    bool locked;
};

struct report {
    const char *section; /* of what is added next */
    struct finding *first;
    struct finding **last;
    unsigned count[_LEVEL_MAX];
    bool out_of_memory; /* it is not whole */
    struct doctor_source *sources;
    size_t n_sources;
    struct doctor_inhibitor *inhibitors;
    size_t n_inhibitors;
    struct doctor_session *sessions;
    size_t n_sessions;
    char *notifier_name; /* NULL = none answers */
    char *notifier_version;
    char **notifier_capabilities;
};

void report_init(struct report *report);
void report_done(struct report *report);
struct finding *finding_add(struct report *report, enum level level, const char *fmt, ...) _printf_(3, 4);
void finding_detail(struct finding *finding, const char *fmt, ...) _printf_(2, 3);
void finding_hint(struct finding *finding, const char *fmt, ...) _printf_(2, 3);
void *report_grow(struct report *report, void *array, size_t *n, size_t size);
char *report_copy(struct report *report, const char *text);

void report_show_plain(FILE *f, const struct report *report);
void report_show_json(FILE *f, const struct report *report);
