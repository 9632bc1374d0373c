/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of this room share, and nobody else sees.
 */
#pragma once

#include "bus/bus.h"
#include "bus/snapshot.h"

struct inhibition;
struct recording;

struct bus {
    sd_bus *bus;
    sd_event *event;
    const struct bus_service *service;
    void *userdata;
    sd_bus_slot *manager_slot;
    sd_bus_slot *catalogue_slot;
    sd_bus_slot *log_control_slot;
    struct snapshot snapshot;
    unsigned unsaid; /* properties that have changed and could not be told yet, bits of enum property */
    struct inhibition *inhibitions;
    size_t n_inhibitions;
    struct recording *recordings;
    uint64_t last_inhibition; /* for ids that are never used twice */
};

extern const sd_bus_vtable bus_manager_vtable[];
extern const sd_bus_vtable bus_catalogue_vtable[];
extern const sd_bus_vtable bus_log_control_vtable[];

/* bus.c */
int bus_ready(struct bus *bus);

/* commands.c: the methods */
int bus_method_snooze(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_pause(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_resume(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_start(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_done(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_skip(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_another(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_feedback(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_report_posture(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_report_activity(sd_bus_message *m, void *userdata, sd_bus_error *error);

/* inhibit.c */
int bus_method_inhibit(sd_bus_message *m, void *userdata, sd_bus_error *error);
void bus_inhibitions_free(struct bus *bus);

/* record.c */
int bus_method_record(sd_bus_message *m, void *userdata, sd_bus_error *error);
void bus_recordings_free(struct bus *bus);

/* inspect.c */
int bus_method_reload(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_explain(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_method_list_sources(sd_bus_message *m, void *userdata, sd_bus_error *error);

/* choice.c */
int bus_method_explain_choice(sd_bus_message *m, void *userdata, sd_bus_error *error);
int bus_append_choice(sd_bus_message *m, const struct bus *bus, const char *id);

/* refusal.c */
int bus_command(struct bus *bus, struct bc_event *event, sd_bus_error *error);
int bus_refuse(const struct bc_event *event, int refusal, sd_bus_error *error);
