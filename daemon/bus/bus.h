/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * org.backcare.BackCare1 on the session bus: vtables, getters, errors. Translates between messages and the
 * service that the runtime offers; no policy. Nothing private is visible here but the verdict of the safety
 * rules on each exercise.
 */
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "catalogue/catalogue.h"
#include "core/core.h"
#include "notify/notify.h"
#include "source/source.h"
#include "util/macro.h"

/* Refusals that the core doesn't know, because the safety rules are not its own: also positive returns of
 * bus_service.command. */
enum bus_refusal {
    BUS_REFUSAL_NOT_SUITABLE = _BC_REFUSAL_MAX, /* the safety rules exclude the exercise */
    BUS_REFUSAL_MEDICAL_HOLD,                   /* they stop all suggestions */
    BUS_REFUSAL_NOT_KEPT,                       /* it was carried out, and will be forgotten */
    _BUS_REFUSAL_MAX,
};

/* How many calls of Inhibit may hold reminders back at the same time. */
#define BUS_INHIBIT_MAX 32

/* What the runtime offers to the bus. Each function gets the userdata of bus_new(). */
struct bus_service {
    /* Carries out a command, posture or hold event; the runtime fills in t_usec. 0; a positive enum
     * bc_refusal or enum bus_refusal; negative errno. The event's strings live as long as the call. */
    int (*command)(void *userdata, struct bc_event *event);
    /* Input the desktop can't see: the user counts as active until the lease (usec, > 0) ends. */
    int (*report_activity)(void *userdata, const char *who, usec_t lease_usec);
    /* 0 with warnings (a NULL-terminated list, freed by the caller); -EINVAL with all mistakes as "file:line:
     * …" lines. */
    int (*reload)(void *userdata, char ***ret_warnings, char **ret_mistakes);
    /* Begins a recording into a regular file, which is taken over, also on failure; ends it. -E2BIG when too
     * many run. */
    int (*record)(void *userdata, int fd, void **ret_handle);
    void (*record_stop)(void *userdata, void *handle);
    const struct bc_core *(*core)(void *userdata); /* never NULL */
    /* What is told of the core, with the wind-down as a prompt; as bc_core_view(). */
    void (*view)(void *userdata, struct bc_view *ret);
    usec_t (*boottime_to_realtime)(void *userdata, usec_t boottime_usec);
    const char *(*reason)(void *userdata); /* short text for the property Reason, or "" */
    size_t (*sources)(void *userdata, struct source_info *infos, size_t max);
    void (*notifier)(void *userdata, struct notify_server_info *ret);
    /* The exercises, bare ones, and whom they are to suit now; never NULL, and there until the call ends. */
    const struct catalogue *(*catalogue)(void *userdata, struct safety_profile *ret);
};

struct bus;

/* Exports the objects; the name is requested by bus_request_name(). Everything must be able to answer once
 * the loop runs. */
int bus_new(sd_bus *session_bus, sd_event *event, const struct bus_service *service, void *userdata,
            struct bus **ret);
struct bus *bus_free(struct bus *bus);
DEFINE_CLEANUP(struct bus *, bus_free)

/* -EEXIST when another daemon has it. */
int bus_request_name(struct bus *bus);

/* Compares every property with what was said last and says what has changed, in one PropertiesChanged. Called
 * by the runtime once after each step, within bus_service.command() too: whoever has the answer to a command
 * then reads what it did. Also after a change of anything else that is shown: reason, sources, notifier, the
 * wall clock. */
void bus_changed(struct bus *bus);

/* A recording that bus_service.record() has begun is over, as its file can't be written. */
void bus_record_ended(struct bus *bus, const void *handle);

void bus_prompted(struct bus *bus, const char *break_name, const char *exercise, unsigned attempt);
void bus_prompt_closed(struct bus *bus, const char *break_name, const char *outcome);
void bus_break_started(struct bus *bus, const char *break_name, const char *exercise);
void bus_break_ended(struct bus *bus, const char *break_name, const char *kind);
