/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connection's side of the bus room: objects, the name, signals, and the one PropertiesChanged of a step.
 * Which methods and properties there are is in manager.c.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "dbus/names.h"
#include "util/log.h"

/* In the order of enum property. */
static const char *const property_names[_PROPERTY_MAX] = {
    [PROPERTY_STATE] = "State",
    [PROPERTY_REASON] = "Reason",
    [PROPERTY_STATE_SINCE] = "StateSinceUSec",
    [PROPERTY_BREAKS] = "Breaks",
    [PROPERTY_PROMPT] = "Prompt",
    [PROPERTY_NEXT_BREAK] = "NextBreak",
    [PROPERTY_NEXT_PROMPT] = "NextPromptUSec",
    [PROPERTY_SNOOZED_UNTIL] = "SnoozedUntilUSec",
    [PROPERTY_PAUSED_UNTIL] = "PausedUntilUSec",
    [PROPERTY_POSTURE] = "Posture",
    [PROPERTY_SOURCES] = "Sources",
    [PROPERTY_NOTIFIER] = "Notifier",
};

/**
 * bus_new() - export the objects on a connection
 * @session_bus: the connection, attached to @event; a reference is taken
 * @event: the loop, which watches the descriptors of Inhibit; a reference is taken
 * @service: what answers; must outlive the object
 * @userdata: for @service
 * @ret: the object
 *
 * Return: 0 or a negative errno.
 */
int bus_new(sd_bus *session_bus, sd_event *event, const struct bus_service *service, void *userdata,
            struct bus **ret)
{
    _cleanup_(bus_freep) struct bus *bus = NULL;
    int r;

    bus = calloc(1, sizeof *bus);
    if (!bus)
        return -ENOMEM;
    bus->bus = sd_bus_ref(session_bus);
    bus->event = sd_event_ref(event);
    bus->service = service;
    bus->userdata = userdata;
    r = sd_bus_add_object_vtable(bus->bus, &bus->manager_slot, BACKCARE_OBJECT_PATH,
                                 BACKCARE_MANAGER_INTERFACE, bus_manager_vtable, bus);
    if (r < 0)
        return r;
    r = sd_bus_add_object_vtable(bus->bus, &bus->catalogue_slot, BACKCARE_OBJECT_PATH,
                                 BACKCARE_CATALOGUE_INTERFACE, bus_catalogue_vtable, bus);
    if (r < 0)
        return r;
    r = sd_bus_add_object_vtable(bus->bus, &bus->log_control_slot, LOG_CONTROL_OBJECT_PATH,
                                 LOG_CONTROL_INTERFACE, bus_log_control_vtable, bus);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(bus);
    return 0;
}

/**
 * bus_free() - take the objects back
 * @bus: the object, or NULL. Inhibitions are forgotten without a word to the service: the daemon ends.
 *
 * Return: NULL.
 */
struct bus *bus_free(struct bus *bus)
{
    if (!bus)
        return NULL;
    bus_recordings_free(bus);
    bus_inhibitions_free(bus);
    snapshot_done(&bus->snapshot);
    (void)sd_bus_slot_unref(bus->log_control_slot);
    (void)sd_bus_slot_unref(bus->catalogue_slot);
    (void)sd_bus_slot_unref(bus->manager_slot);
    (void)sd_event_unref(bus->event);
    (void)sd_bus_unref(bus->bus);
    free(bus);
    return NULL;
}

/**
 * bus_ready() - have values for the getters
 * @bus: the object
 *
 * Return: 0 or a negative errno, when there are none yet.
 */
int bus_ready(struct bus *bus)
{
    unsigned changed;
    int r;

    if (bus->snapshot.taken)
        return 0;
    /* Not emitted: who reads it now has it, and nobody was told anything else before. */
    r = snapshot_take(&bus->snapshot, bus->service, bus->userdata, &changed);
    if (r < 0)
        snapshot_done(&bus->snapshot);
    return r;
}

/**
 * bus_request_name() - become org.backcare.BackCare1
 * @bus: the object
 *
 * Neither queues behind another owner nor takes the name from one. The service need not be ready yet: nobody
 * is answered before the loop runs.
 *
 * Return: 0; -EEXIST when another daemon has it; another negative errno.
 */
int bus_request_name(struct bus *bus)
{
    int r = sd_bus_request_name(bus->bus, BACKCARE_BUS_NAME, 0);

    return r < 0 && r != -EALREADY ? r : 0;
}

/**
 * bus_changed() - say which properties have changed since the last time
 * @bus: the object
 *
 * One PropertiesChanged with the new values, or none if nothing has changed. What can't be told now (no
 * memory, no connection) is told the next time.
 */
void bus_changed(struct bus *bus)
{
    char *names[_PROPERTY_MAX + 1];
    unsigned changed = 0;
    size_t n = 0;
    int r;

    if (!bus->snapshot.taken) {
        (void)bus_ready(bus);
        return;
    }
    r = snapshot_take(&bus->snapshot, bus->service, bus->userdata, &changed);
    if (r < 0)
        log_debug("Properties are not up to date: %s", strerror(-r));
    bus->unsaid |= changed;
    if (bus->unsaid == 0)
        return;
    for (size_t i = 0; i < _PROPERTY_MAX; i++)
        if (bus->unsaid & (1u << i))
            names[n++] = (char *)property_names[i]; /* the callee's type; it only reads them */
    names[n] = NULL;
    r = sd_bus_emit_properties_changed_strv(bus->bus, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE,
                                            names);
    if (r < 0)
        log_debug("PropertiesChanged could not be sent: %s", strerror(-r));
    else
        bus->unsaid = 0;
}

static void sent(const char *signal, int r)
{
    if (r < 0)
        log_debug("The signal %s could not be sent: %s", signal, strerror(-r));
}

static const char *text(const char *s)
{
    return s ? s : "";
}

/**
 * bus_prompted() - a prompt has been shown, or shown again
 * @bus: the object
 * @break_name: the break
 * @exercise: the exercise's id, "" or NULL for none
 * @attempt: from 1
 */
void bus_prompted(struct bus *bus, const char *break_name, const char *exercise, unsigned attempt)
{
    sent("Prompted", sd_bus_emit_signal(bus->bus, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE,
                                        "Prompted", "ssu", text(break_name), text(exercise), attempt));
}

/**
 * bus_prompt_closed() - a prompt has ended
 * @bus: the object
 * @break_name: the break
 * @outcome: a word of bc_withdraw_reason_to_string(), or which answer it was
 */
void bus_prompt_closed(struct bus *bus, const char *break_name, const char *outcome)
{
    sent("PromptClosed", sd_bus_emit_signal(bus->bus, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE,
                                            "PromptClosed", "ss", text(break_name), text(outcome)));
}

/**
 * bus_break_started() - a guided break has begun
 * @bus: the object
 * @break_name: the break
 * @exercise: the exercise's id, "" or NULL for none
 */
void bus_break_started(struct bus *bus, const char *break_name, const char *exercise)
{
    sent("BreakStarted", sd_bus_emit_signal(bus->bus, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE,
                                            "BreakStarted", "ss", text(break_name), text(exercise)));
}

/**
 * bus_break_ended() - a break has ended
 * @bus: the object
 * @break_name: the break
 * @kind: a word of bc_record_kind_to_string()
 */
void bus_break_ended(struct bus *bus, const char *break_name, const char *kind)
{
    sent("BreakEnded", sd_bus_emit_signal(bus->bus, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE,
                                          "BreakEnded", "ss", text(break_name), text(kind)));
}
