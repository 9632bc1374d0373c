/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between select.c and the drivers, one for each desktop interface. A driver translates; it doesn't know the
 * other drivers, nor whether it is the chosen one before start() says so. To add one: write its file and give
 * it a row in the table of select.c.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "source/source.h"

/* A sleep-watch check is due before anything that came after a resume is believed: high priority. */
#define SOURCE_PRIORITY_CLOCK (SD_EVENT_PRIORITY_IMPORTANT - 10)

enum source_probe {
    PROBE_PENDING, /* no answer yet; a less preferred source isn't chosen before there is one */
    PROBE_SUCCESS, /* works, start() may be called */
    PROBE_DEFER,   /* doesn't work now; the driver itself watches for the moment at which it will */
    PROBE_FAIL,    /* can't work as things are; tried again only when retry() is called */
};

struct source;

/*
 * All calls are made from the loop and none may block. A driver may report from inside any of them, and the
 * sink may call back into any of them from inside a report: so a driver brings its own state up to date
 * before it reports.
 */
struct source_driver {
    enum source_kind kind;
    const char *name;
    unsigned capabilities;

    int (*create)(struct source **ret); /* fills in nothing of the common part */
    struct source *(*destroy)(struct source *source);

    /* Finds out whether the source works here; the answer comes by source_report(), at once or later. */
    void (*probe)(struct source *source);
    /* Something changed in the surroundings (a session came, say): a source that doesn't work may try again.
     * Optional. */
    void (*retry)(struct source *source);

    /* From start() to stop() the source reports idle and active; both are only called on a working one. The
     * user counts as active at start(). */
    void (*start)(struct source *source);
    void (*stop)(struct source *source);
    /* source->threshold_usec has changed; only while started. */
    void (*set_threshold)(struct source *source);
    void (*rearm)(struct source *source);
    /* Answers by source_query_done(); only with SOURCE_CAP_QUERY. */
    void (*query)(struct source *source);
    /* The source in use has seen input after an idle time. Optional. */
    void (*input)(struct source *source);
    /* The answer to source_ask(); only for a source that asks. */
    void (*answer)(struct source *source, usec_t last_input_usec);
};

/* The common part of every source: the first member of the driver's own struct. */
struct source {
    const struct source_driver *driver;
    struct activity *activity;
    sd_event *event;
    sd_bus
        *session_bus; /* NULL = there is none. Not to be closed, and what hangs on it ends with the program */
    bool forced;      /* `source = NAME` names this one */
    bool started;
    bool without_idle; /* works, but can't tell idle from active at present; changes before a report */
    usec_t threshold_usec;
    enum source_probe probe;
    char detail[160];
    /* For who wants to know how good it is; set before source_report(). */
    enum source_inhibitors inhibitors;
    usec_t accuracy_usec; /* BC_NO_TIME = not known */
};

/* What drivers report to; in select.c. */
void source_report(struct source *source, enum source_probe probe, const char *detail, ...) _printf_(3, 4);
void source_emit(struct source *source, const struct bc_event *event);
void source_emit_simple(struct source *source, enum bc_event_type type, usec_t t_usec);
void source_vouch(struct source *source, bool on);
void source_prepare_sleep(struct source *source);
void source_ask(struct source *source);
bool source_user_is_idle(const struct source *source);
void source_query_done(struct source *source, usec_t last_input_usec);
void source_surroundings_changed(struct source *source);
usec_t source_now(const struct source *source);

/* One row of the table of sources, in the order of preference; @driver is NULL for one that this version
 * doesn't have. */
struct source_row {
    enum source_kind kind;
    const struct source_driver *driver;
};

int activity_new_with(sd_event *event, sd_bus *session_bus, const struct source_row *rows, size_t n_rows,
                      enum source_kind wanted, usec_t threshold_usec, const struct source_sink *sink,
                      struct activity **ret);
struct source *activity_source(const struct activity *activity, enum source_kind kind);

extern const struct source_driver wayland_driver;
extern const struct source_driver mutter_driver;
extern const struct source_driver session_manager_driver;
extern const struct source_driver x11_driver;
extern const struct source_driver screensaver_driver;
extern const struct source_driver logind_driver;
extern const struct source_driver policy_agent_driver;
