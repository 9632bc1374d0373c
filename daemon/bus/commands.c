/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The methods that are commands or reports: read, check, hand over, answer. What a command does is the
 * core's; what each takes, answers and refuses is documented in dbus/org.backcare.BackCare1.Manager.xml.
 */
#include <string.h>

#include "bus/args.h"
#include "bus/bus-internal.h"
#include "util/i18n.h"

/* A command whose only argument is the options, and which answers nothing. */
static int simple_command(sd_bus_message *m, struct bus *bus, enum bc_event_type type, sd_bus_error *error)
{
    struct bc_event event = {.type = type};
    int r;

    r = args_no_options(m, error);
    if (r < 0)
        return r;
    r = bus_command(bus, &event, error);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(m, NULL);
}

/* Start and Another answer with the exercise that is now the one to do. */
static int reply_exercise(sd_bus_message *m, struct bus *bus)
{
    struct bc_view view;

    bus->service->view(bus->userdata, &view);
    return sd_bus_reply_method_return(m, "s",
                                      view.guide_break[0] ? view.guide_exercise : view.prompt_exercise);
}

int bus_method_snooze(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_SNOOZE};
    struct bus *bus = userdata;
    struct bc_view view;
    uint64_t duration;
    int r;

    r = sd_bus_message_read(m, "t", &duration);
    if (r < 0)
        return r;
    r = args_no_options(m, error);
    if (r < 0)
        return r;
    r = args_snooze(duration, &event.u.duration_usec, error);
    if (r < 0)
        return r;
    r = bus_command(bus, &event, error);
    if (r < 0)
        return r;
    bus->service->view(bus->userdata, &view);
    return sd_bus_reply_method_return(
        m, "t", bus_realtime_usec(bus->service, bus->userdata, view.snoozed_until_usec));
}

int bus_method_pause(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_PAUSE};
    struct bus *bus = userdata;
    usec_t boottime_usec;
    uint64_t until;
    int r;

    r = sd_bus_message_read(m, "t", &until);
    if (r < 0)
        return r;
    r = args_no_options(m, error);
    if (r < 0)
        return r;
    boottime_usec = now_usec(CLOCK_BOOTTIME);
    r = args_pause(until, boottime_usec, bus->service->boottime_to_realtime(bus->userdata, boottime_usec),
                   &event.u.until_usec, error);
    if (r < 0)
        return r;
    r = bus_command(bus, &event, error);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(m, NULL);
}

int bus_method_resume(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_RESUME};
    int r;

    r = bus_command(userdata, &event, error);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(m, NULL);
}

int bus_method_start(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_START};
    struct bus *bus = userdata;
    int r;

    r = sd_bus_message_read(m, "ss", &event.u.start.break_name, &event.u.start.exercise);
    if (r < 0)
        return r;
    r = args_no_options(m, error);
    if (r < 0)
        return r;
    r = bus_command(bus, &event, error);
    if (r < 0)
        return r;
    return reply_exercise(m, bus);
}

int bus_method_done(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return simple_command(m, userdata, BC_EVENT_DONE, error);
}

int bus_method_skip(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return simple_command(m, userdata, BC_EVENT_SKIP, error);
}

int bus_method_another(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_ANOTHER};
    struct bus *bus = userdata;
    int r;

    r = args_no_options(m, error);
    if (r < 0)
        return r;
    r = bus_command(bus, &event, error);
    if (r < 0)
        return r;
    return reply_exercise(m, bus);
}

int bus_method_feedback(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_FEEDBACK};
    int r;

    r = sd_bus_message_read(m, "ss", &event.u.feedback.exercise, &event.u.feedback.verdict);
    if (r < 0)
        return r;
    r = args_verdict(event.u.feedback.verdict, error);
    if (r < 0)
        return r;
    r = bus_command(userdata, &event, error);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(m, NULL);
}

int bus_method_report_posture(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bc_event event = {.type = BC_EVENT_POSTURE};
    const char *posture;
    uint64_t lease;
    int r;

    r = sd_bus_message_read(m, "st", &posture, &lease);
    if (r < 0)
        return r;
    r = args_posture(posture, lease, &event.u.posture.posture, &event.u.posture.lease_usec, error);
    if (r < 0)
        return r;
    r = bus_command(userdata, &event, error);
    if (r < 0)
        return r;
    return sd_bus_reply_method_return(m, NULL);
}

int bus_method_report_activity(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct bus *bus = userdata;
    const char *who;
    uint64_t lease;
    usec_t lease_usec;
    int r;

    r = sd_bus_message_read(m, "st", &who, &lease);
    if (r < 0)
        return r;
    r = args_label("who", who, ARGS_WHO_MAX, error);
    if (r < 0)
        return r;
    r = args_activity_lease(lease, &lease_usec, error);
    if (r < 0)
        return r;
    r = bus->service->report_activity(bus->userdata, who, lease_usec);
    if (r == -E2BIG)
        return sd_bus_error_set(
            error, SD_BUS_ERROR_LIMITS_EXCEEDED,
            _("Too many report activity at the same time: one of their leases has to end first."));
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("This could not be carried out: %s."), strerror(-r));
    return sd_bus_reply_method_return(m, NULL);
}
