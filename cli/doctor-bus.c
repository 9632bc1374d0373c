/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two buses: there or not, and who serves them.
 */
#include <string.h>

#include "cli/doctor-family.h"
#include "dbus/names.h"
#include "util/i18n.h"

#define DBUS "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"

void bus_ask(struct doctor *d)
{
    d->names = ask(d->asker, BUS_SESSION, DBUS, DBUS_PATH, DBUS, "ListNames", NULL);
    d->activatable = ask(d->asker, BUS_SESSION, DBUS, DBUS_PATH, DBUS, "ListActivatableNames", NULL);
    d->bus_pid = ask(d->asker, BUS_SESSION, DBUS, DBUS_PATH, DBUS, "GetConnectionUnixProcessID", "s", DBUS);
    d->system_names = ask(d->asker, BUS_SYSTEM, DBUS, DBUS_PATH, DBUS, "ListNames", NULL);
}

static void report_server(struct doctor *d, struct finding *f)
{
    _cleanup_(freep) char *exe = NULL;
    const char *name = NULL;
    uint32_t pid;

    if (answer_uint32(d->bus_pid, &pid) >= 0 && (exe = process_exe((pid_t)pid)))
        name = strrchr(exe, '/');
    if (name)
        finding_detail(f, _("%s; served by %s"), asker_bus_address(d->asker, BUS_SESSION), name + 1);
    else
        finding_detail(f, "%s", asker_bus_address(d->asker, BUS_SESSION));
}

void bus_report(struct doctor *d)
{
    const char *error = asker_bus_error(d->asker, BUS_SESSION);
    struct finding *f;

    if (answer(d->names)) {
        report_server(d, finding_add(&d->report, LEVEL_OK, _("the session bus answers")));
    } else {
        if (answer_is_late(d->names))
            f = finding_add(&d->report, LEVEL_PROBLEM, _("the session bus does not answer"));
        else
            f = finding_add(&d->report, LEVEL_PROBLEM, _("there is no connection to the session bus"));
        if (error)
            finding_detail(f, "%s", error);
        else
            finding_detail(f, _("address: %s"), asker_bus_address(d->asker, BUS_SESSION));
        finding_hint(f, _("run this in your desktop session; if it is there, log out and in again"));
    }
    if (answer(d->system_names)) {
        (void)finding_add(&d->report, LEVEL_OK, _("the system bus answers"));
        return;
    }
    f = finding_add(&d->report, LEVEL_WARNING, "%s",
                    answer_is_late(d->system_names) ? _("the system bus does not answer")
                                                    : _("the system bus can't be reached"));
    finding_detail(f, _("Without it logind can't tell of locking, suspending and other sessions."));
    finding_hint(f, "systemctl status dbus");
}
