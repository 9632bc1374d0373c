/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that are refused: the D-Bus error, and one sentence that says what and what to do. Nothing here
 * may tell more of the person than that the safety rules have spoken.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "bus/text.h"
#include "dbus/names.h"
#include "util/i18n.h"

static int no_such_break(const struct bc_event *event, sd_bus_error *error)
{
    char shown[BC_NAME_MAX + 1] = "";

    if (event->type == BC_EVENT_START)
        (void)text_copy(shown, sizeof shown, event->u.start.break_name);
    if (!shown[0])
        return sd_bus_error_set(error, BACKCARE_ERROR_NO_SUCH_BREAK,
                                _("No break is switched on: set enabled = yes for one in backcare.conf."));
    return sd_bus_error_setf(
        error, BACKCARE_ERROR_NO_SUCH_BREAK,
        _("There is no break \"%s\" that is switched on: the property Breaks lists them."), shown);
}

static int no_such_exercise(const struct bc_event *event, sd_bus_error *error)
{
    char shown[BC_NAME_MAX + 1] = "";

    if (event->type == BC_EVENT_START)
        (void)text_copy(shown, sizeof shown, event->u.start.exercise);
    else if (event->type == BC_EVENT_FEEDBACK)
        (void)text_copy(shown, sizeof shown, event->u.feedback.exercise);
    if (shown[0] && event->type == BC_EVENT_FEEDBACK)
        return sd_bus_error_setf(
            error, BACKCARE_ERROR_NO_SUCH_EXERCISE,
            _("There is no exercise \"%s\" that can be proposed: Catalogue.List says which can."), shown);
    if (shown[0])
        return sd_bus_error_setf(
            error, BACKCARE_ERROR_NO_SUCH_EXERCISE,
            _("There is no exercise \"%s\" that can be proposed: leave the name out to have one chosen."),
            shown);
    if (event->type == BC_EVENT_FEEDBACK)
        return sd_bus_error_set(error, BACKCARE_ERROR_NO_SUCH_EXERCISE,
                                _("No exercise has been shown yet: say which one you mean."));
    return sd_bus_error_set(
        error, BACKCARE_ERROR_NO_SUCH_EXERCISE,
        _("No other exercise suits this break: allow more kinds for it in backcare.conf."));
}

static int not_suitable(const struct bc_event *event, sd_bus_error *error)
{
    char shown[BC_NAME_MAX + 1] = "";

    if (event->type == BC_EVENT_START)
        (void)text_copy(shown, sizeof shown, event->u.start.exercise);
    if (!shown[0])
        return sd_bus_error_set(
            error, BACKCARE_ERROR_NOT_SUITABLE,
            _("This exercise does not suit your profile: leave the name out to have another one chosen."));
    return sd_bus_error_setf(error, BACKCARE_ERROR_NOT_SUITABLE,
                             _("\"%s\" does not suit your profile, your tools or your place: backcarectl "
                               "show says why. Leave the name "
                               "out to have another one chosen."),
                             shown);
}

/**
 * bus_refuse() - the error for a refusal
 * @event: the command that was refused; what it names is named
 * @refusal: enum bc_refusal or enum bus_refusal, not 0
 * @error: is set
 *
 * Return: a negative errno, for the method to return.
 */
int bus_refuse(const struct bc_event *event, int refusal, sd_bus_error *error)
{
    switch (refusal) {
    case BC_REFUSAL_SNOOZE_LIMIT:
        return sd_bus_error_set(error, BACKCARE_ERROR_SNOOZE_LIMIT,
                                _("This break has been snoozed as often as snooze-limit allows: "
                                  "start it, skip it, or pause the reminders."));
    case BC_REFUSAL_NOTHING_PROMPTED:
        return sd_bus_error_set(error, BACKCARE_ERROR_NOTHING_PROMPTED,
                                _("No break is prompted or running, so there is no exercise to exchange: "
                                  "start a break first."));
    case BC_REFUSAL_NO_SUCH_BREAK:
        return no_such_break(event, error);
    case BC_REFUSAL_NO_SUCH_EXERCISE:
        return no_such_exercise(event, error);
    case BC_REFUSAL_BREAK_RUNNING:
        return sd_bus_error_set(error, BACKCARE_ERROR_BREAK_RUNNING,
                                _("A guided break is running already: say done or skip first."));
    case BC_REFUSAL_NOT_PAUSED:
        return sd_bus_error_set(error, BACKCARE_ERROR_NOT_PAUSED,
                                _("Reminders are neither paused nor snoozed: there is nothing to resume."));
    case BC_REFUSAL_TOO_MANY_HOLDS:
        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                 _("Too many programs hold reminders back (at most %d): one of them has to "
                                   "close its descriptor first."),
                                 BUS_INHIBIT_MAX);
    case BC_REFUSAL_TOO_MANY_VERDICTS:
        return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
                                _("Too many exercises hurt already to remember one more: hide it with "
                                  "hidden = yes in a catalogue file of yours."));
    case BUS_REFUSAL_NOT_SUITABLE:
        return not_suitable(event, error);
    case BUS_REFUSAL_MEDICAL_HOLD:
        return sd_bus_error_set(
            error, BACKCARE_ERROR_MEDICAL_HOLD,
            _("BackCare is paused, as a doctor comes first: backcarectl list shows the advice."));
    case BUS_REFUSAL_NOT_KEPT:
        return sd_bus_error_set(
            error, SD_BUS_ERROR_FAILED,
            _("This holds for now, but the state file can't be written, so the next start will "
              "not know it: backcarectl doctor says more."));
    case BC_REFUSAL_INVALID_ARGS:
    default:
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
                                _("A value is outside its range: org.backcare.BackCare1(5) has the ranges."));
    }
}

/* A name that no break or exercise can have is refused as unknown before the core sees it. */
static int check_names(const struct bc_event *event)
{
    if (event->type == BC_EVENT_START && strlen(event->u.start.break_name) > BC_NAME_MAX)
        return BC_REFUSAL_NO_SUCH_BREAK;
    if (event->type == BC_EVENT_START && strlen(event->u.start.exercise) > BC_NAME_MAX)
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    if (event->type == BC_EVENT_FEEDBACK && strlen(event->u.feedback.exercise) > BC_NAME_MAX)
        return BC_REFUSAL_NO_SUCH_EXERCISE;
    return BC_REFUSAL_NONE;
}

/**
 * bus_command() - have the service carry out a command
 * @bus: the object
 * @event: the command, its arguments checked
 * @error: is set if it is refused or fails
 *
 * Return: 0 or a negative errno.
 */
int bus_command(struct bus *bus, struct bc_event *event, sd_bus_error *error)
{
    int r;

    r = check_names(event);
    if (r == BC_REFUSAL_NONE)
        r = bus->service->command(bus->userdata, event);
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("This could not be carried out: %s."), strerror(-r));
    return r > 0 ? bus_refuse(event, r, error) : 0;
}
