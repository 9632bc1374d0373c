/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon: does it run, does it answer, whose is it, and will systemd start it the next time.
 */
#include <string.h>

#include "cli/client-internal.h"
#include "cli/doctor-family.h"
#include "dbus/names.h"
#include "util/i18n.h"
#include "config.h"

#define UNIT "backcare.service"
#define UNIT_PATH "/org/freedesktop/systemd1/unit/backcare_2eservice"
#define TARGET_PATH "/org/freedesktop/systemd1/unit/graphical_2dsession_2etarget"
#define DBUS "org.freedesktop.DBus"
#define ENABLE "systemctl --user enable --now backcare"
#define RESTART "systemctl --user restart backcare"
#define JOURNAL "journalctl --user -u backcare"

void unit_ask(struct doctor *d)
{
    d->owner_pid = ask(d->asker, BUS_SESSION, DBUS, "/org/freedesktop/DBus", DBUS,
                       "GetConnectionUnixProcessID", "s", BACKCARE_BUS_NAME);
    d->properties =
        ask_all(d->asker, BUS_SESSION, BACKCARE_BUS_NAME, BACKCARE_OBJECT_PATH, BACKCARE_MANAGER_INTERFACE);
    /* To read them has systemd load a unit that isn't, and starts nothing. */
    d->unit = ask_all(d->asker, BUS_SESSION, SYSTEMD, UNIT_PATH, SYSTEMD ".Unit");
    d->service = ask_all(d->asker, BUS_SESSION, SYSTEMD, UNIT_PATH, SYSTEMD ".Service");
    d->target = ask_all(d->asker, BUS_SESSION, SYSTEMD, TARGET_PATH, SYSTEMD ".Unit");
    d->environment = ask_property(d->asker, BUS_SESSION, SYSTEMD, "/org/freedesktop/systemd1",
                                  SYSTEMD ".Manager", "Environment");
}

/* What all families want to know of the daemon. */
void unit_read(struct doctor *d)
{
    sd_bus_message *m = answer(d->properties);
    uint32_t pid;

    d->owned = on_session_bus(d, BACKCARE_BUS_NAME);
    d->answers = m && read_status(m, &d->status) >= 0;
    d->has_systemd = answer(d->unit) != NULL;
    if (answer_uint32(d->owner_pid, &pid) >= 0)
        d->daemon_pid = (pid_t)pid;
    if (d->daemon_pid > 0)
        d->daemon_argv = process_words(d->daemon_pid, "cmdline");
}

/**
 * daemon_option() - what the running daemon was given on its command line
 * @name: the option, with its dashes
 *
 * Return: its value; NULL when it was not given, or nobody can tell.
 */
const char *daemon_option(const struct doctor *d, const char *name)
{
    size_t n = strlen(name);

    for (char **p = d->daemon_argv; p && *p; p++) {
        if (strcmp(*p, name) == 0)
            return p[1];
        if (strncmp(*p, name, n) == 0 && (*p)[n] == '=')
            return *p + n + 1;
    }
    return NULL;
}

static bool unit_is(const struct doctor *d, const char *property, const char *value)
{
    const char *text = answer_field(d->unit, property);

    return text && strcmp(text, value) == 0;
}

static void hint_start(struct doctor *d, struct finding *f)
{
    if (!d->has_systemd)
        finding_hint(f, _("start it with your session: %s"), BACKCARE_DAEMON);
    else if (unit_is(d, "LoadState", "loaded"))
        finding_hint(f, ENABLE);
    else if (unit_is(d, "LoadState", "masked"))
        finding_hint(f, "systemctl --user unmask backcare; " ENABLE);
    else
        finding_hint(
            f, _("install BackCare where systemd looks for user units, then: %s; or start it by hand: %s"),
            "systemctl --user daemon-reload; " ENABLE, BACKCARE_DAEMON);
}

static void report_daemon(struct doctor *d)
{
    _cleanup_(freep) char *exe = d->daemon_pid > 0 ? process_exe(d->daemon_pid) : NULL;
    char process[512];
    struct finding *f;

    if (exe)
        (void)snprintf(process, sizeof(process), _("process %d, %s"), (int)d->daemon_pid, exe);
    else
        (void)snprintf(process, sizeof(process), _("process %d"), (int)d->daemon_pid);

    if (!answer(d->names)) {
        (void)finding_add(&d->report, LEVEL_NOTE, _("not known: there is no bus to ask"));
        return;
    }
    if (!d->owned) {
        f = finding_add(&d->report, LEVEL_PROBLEM, _("backcared does not run"));
        if (d->has_systemd && unit_is(d, "ActiveState", "failed"))
            finding_hint(f, _("%s says why; then: %s"), JOURNAL, RESTART);
        else
            hint_start(d, f);
        return;
    }
    if (!d->answers) {
        f = finding_add(&d->report, LEVEL_PROBLEM, "%s",
                        answer_is_late(d->properties) ? _("backcared does not answer")
                                                      : _("backcared gives no answer that can be read"));
        finding_detail(f, "%s%s%s", process, answer_error(d->properties) ? ": " : "",
                       answer_error(d->properties) ? answer_error(d->properties) : "");
        if (d->has_systemd)
            finding_hint(f, _("%s; %s says more"), RESTART, JOURNAL);
        else
            finding_hint(f, _("end the process and start it anew"));
        return;
    }
    f = finding_add(&d->report, LEVEL_OK, _("backcared %s runs"),
                    is_set(d->status.version) ? d->status.version : "");
    finding_detail(f, "%s", process);
    if (is_set(d->status.version) && strcmp(d->status.version, BACKCARE_VERSION) != 0) {
        f = finding_add(&d->report, LEVEL_WARNING, _("backcared is version %s, backcarectl is %s"),
                        d->status.version, BACKCARE_VERSION);
        finding_hint(f, _("after an update, restart the daemon: %s"), RESTART);
    }
}

static void report_failure(struct doctor *d)
{
    const char *result = answer_field(d->service, "Result");
    uint32_t restarts = answer_field_uint32(d->service, "NRestarts", 0);
    struct finding *f;

    if (unit_is(d, "ActiveState", "failed")) {
        f = finding_add(&d->report, d->owned ? LEVEL_WARNING : LEVEL_PROBLEM, _("%s has failed: %s"), UNIT,
                        result ? result : _("unknown"));
        finding_detail(f,
                       P_("systemd has restarted it %u time and has given up.",
                          "systemd has restarted it %u times and has given up.", restarts),
                       restarts);
        finding_hint(f, JOURNAL);
    } else if (restarts > 0) {
        f = finding_add(&d->report, LEVEL_WARNING,
                        P_("systemd has restarted backcared %u time",
                           "systemd has restarted backcared %u times", restarts),
                        restarts);
        finding_detail(f, _("The last end: %s."), result ? result : _("unknown"));
        finding_hint(f, _("%s shows why; please report it"), JOURNAL);
    }
}

static bool starts_by_itself(const char *file_state)
{
    static const char *const states[] = {"enabled", "enabled-runtime", "static", "generated", "indirect"};

    for (size_t i = 0; i < ARRAY_SIZE(states); i++)
        if (strcmp(file_state, states[i]) == 0)
            return true;
    return false;
}

static void report_unit_file(struct doctor *d)
{
    const char *state = answer_field(d->unit, "UnitFileState"), *path = answer_field(d->unit, "FragmentPath");
    const char *active = answer_field(d->unit, "ActiveState"), *sub = answer_field(d->unit, "SubState");
    bool loaded = unit_is(d, "LoadState", "loaded");
    struct finding *f;

    if (!loaded) {
        f = finding_add(&d->report, LEVEL_WARNING,
                        unit_is(d, "LoadState", "masked") ? _("systemd has masked %s")
                                                          : _("systemd knows no sound %s"),
                        UNIT);
        finding_detail(f, _("load state: %s"),
                       answer_field(d->unit, "LoadState") ? answer_field(d->unit, "LoadState") : "?");
        hint_start(d, f);
        return;
    }
    state = is_set(state) ? state : _("not known");
    f = finding_add(&d->report, starts_by_itself(state) ? LEVEL_OK : LEVEL_WARNING, _("%s is %s and %s"),
                    UNIT, state, active ? active : "?");
    finding_detail(f,
                   starts_by_itself(state) ? "%s (%s)" : _("%s (%s); it will not be started when you log in"),
                   path ? path : "", sub ? sub : "?");
    if (!starts_by_itself(state))
        finding_hint(f, "systemctl --user enable backcare");
    else if (answer(d->target) && answer_field(d->target, "ActiveState") &&
             strcmp(answer_field(d->target, "ActiveState"), "active") != 0) {
        f = finding_add(&d->report, LEVEL_WARNING, _("graphical-session.target is not active"));
        finding_detail(
            f, _("An enabled %s is started by that target; your desktop session does not reach it."), UNIT);
        finding_hint(f, _("have your session's start-up file run: systemctl --user start backcare"));
    }
}

static void report_owner(struct doctor *d)
{
    uint32_t main_pid = answer_field_uint32(d->service, "MainPID", 0);
    struct finding *f;

    if (!d->owned || d->daemon_pid <= 0 || (pid_t)main_pid == d->daemon_pid)
        return;
    if (main_pid > 0) {
        f = finding_add(&d->report, LEVEL_WARNING,
                        _("another backcared than that of %s has the name on the bus"), UNIT);
        finding_detail(f, _("process %d has it, the unit's is %u"), (int)d->daemon_pid, main_pid);
        finding_hint(f, _("end process %d; then: %s"), (int)d->daemon_pid, RESTART);
    } else {
        f = finding_add(&d->report, LEVEL_NOTE, _("backcared was started by hand, not by systemd"));
        finding_detail(f, _("Nothing restarts it when it ends, and nothing starts it when you log in."));
        finding_hint(f, _("end process %d; then: %s"), (int)d->daemon_pid, ENABLE);
    }
}

static void report_activation(struct doctor *d)
{
    struct finding *f;

    if (answer_has(d->activatable, BACKCARE_BUS_NAME)) {
        (void)finding_add(&d->report, LEVEL_OK,
                          _("the bus can start backcared when something is asked of it"));
        return;
    }
    f = finding_add(&d->report, LEVEL_NOTE, _("the bus can't start backcared by itself"));
    finding_detail(f, _("It does not know %s.service: backcarectl can't start a daemon that does not run."),
                   BACKCARE_BUS_NAME);
    finding_hint(f, _("systemctl --user reload dbus, or log out and in again"));
}

void unit_report(struct doctor *d)
{
    struct finding *f;

    report_daemon(d);
    if (!d->has_systemd) {
        if (!answer(d->names))
            return;
        f = finding_add(&d->report, LEVEL_NOTE, _("no systemd user manager on this bus"));
        finding_detail(f, _("Nothing starts backcared here by itself, and nothing restarts it."));
        finding_hint(f, _("let your session start it: %s"), BACKCARE_DAEMON);
        return;
    }
    report_failure(d);
    report_unit_file(d);
    report_owner(d);
    report_activation(d);
    if (answer_field_bool(d->user, "Linger") > 0)
        (void)finding_add(&d->report, LEVEL_OK,
                          _("lingering: systemd runs your services also when you are logged out"));
}
