/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's sessions as logind has them, and whether the daemon can find the display.
 */
#include <string.h>

#include "cli/client.h"
#include "cli/doctor-family.h"
#include "util/i18n.h"

#define LOGIND_PATH "/org/freedesktop/login1"
#define MANAGER LOGIND ".Manager"
#define IMPORT "systemctl --user import-environment WAYLAND_DISPLAY DISPLAY XAUTHORITY XDG_CURRENT_DESKTOP"

static const char *const display_variables[] = {"WAYLAND_DISPLAY", "DISPLAY"};

void session_ask(struct doctor *d)
{
    char path[64];

    (void)snprintf(path, sizeof(path), LOGIND_PATH "/user/_%u", (unsigned)getuid());
    d->user = ask_all(d->asker, BUS_SYSTEM, LOGIND, path, LOGIND ".User");
    d->session_list = ask(d->asker, BUS_SYSTEM, LOGIND, LOGIND_PATH, MANAGER, "ListSessions", NULL);
}

void session_ask_more(struct doctor *d)
{
    sd_bus_message *m = answer(d->session_list);
    const char *path;
    uint32_t uid;

    if (!m || sd_bus_message_enter_container(m, 'a', "(susso)") < 0)
        return;
    while (d->n_sessions < ASKED_SESSIONS_MAX &&
           sd_bus_message_read(m, "(susso)", NULL, &uid, NULL, NULL, &path) > 0)
        if (uid == getuid())
            d->session[d->n_sessions++] = ask_all(d->asker, BUS_SYSTEM, LOGIND, path, LOGIND ".Session");
}

static const char *seat_of(const struct question *q)
{
    sd_bus_message *m = answer_field_enter(q, "Seat", "(so)");
    const char *seat;

    return m && sd_bus_message_read_basic(m, 's', &seat) > 0 ? seat : "";
}

static void read_session(struct report *report, const struct question *q)
{
    const char *class = answer_field(q, "Class");
    struct doctor_session *s;

    /* The manager's own, and what a screen for logging in runs. */
    if (!answer(q) || (class && strcmp(class, "user") != 0))
        return;
    s = report_grow(report, &report->sessions, &report->n_sessions, sizeof(*s));
    if (!s)
        return;
    s->id = report_copy(report, answer_field(q, "Id"));
    s->type = report_copy(report, answer_field(q, "Type"));
    s->class = report_copy(report, class);
    s->seat = report_copy(report, seat_of(q));
    s->state = report_copy(report, answer_field(q, "State"));
    s->remote = answer_field_bool(q, "Remote") > 0;
    s->active = answer_field_bool(q, "Active") > 0;
    s->locked = answer_field_bool(q, "LockedHint") > 0;
}

static bool is_graphical(const struct doctor_session *s)
{
    return s->type &&
           (strcmp(s->type, "wayland") == 0 || strcmp(s->type, "x11") == 0 || strcmp(s->type, "mir") == 0);
}

/* "session 2: wayland at seat0, active"; its type, seat and state are logind's words */
static struct finding *add_session(struct doctor *d, const struct doctor_session *s)
{
    enum level level = s->locked ? LEVEL_NOTE : LEVEL_OK;
    const char *remote = s->remote ? _(", remote") : "", *locked = s->locked ? _(", locked") : "";

    if (is_set(s->seat))
        return finding_add(&d->report, level, _("session %s: %s at %s%s, %s%s"), s->id, s->type, s->seat,
                           remote, s->state, locked);
    return finding_add(&d->report, level, _("session %s: %s%s, %s%s"), s->id, s->type, remote, s->state,
                       locked);
}

static void report_each(struct doctor *d)
{
    for (size_t i = 0; i < d->report.n_sessions; i++) {
        const struct doctor_session *s = &d->report.sessions[i];
        struct finding *f = add_session(d, s);

        if (s->locked)
            finding_detail(f, _("While the screen is locked you count as away, and nothing is shown."));
        if (is_graphical(s) && !s->remote && (s->active || !d->session_type))
            d->session_type = strcmp(s->type, "x11") == 0 ? "x11" : "wayland";
    }
}

static void judge_sessions(struct doctor *d)
{
    size_t remote = 0, graphical = 0, n = 0;
    struct finding *f;

    for (size_t i = 0; i < d->report.n_sessions; i++) {
        const struct doctor_session *s = &d->report.sessions[i];

        /* Logged out already; something of it still runs. */
        if (s->state && strcmp(s->state, "closing") == 0)
            continue;
        n++;
        remote += s->remote;
        graphical += is_graphical(s);
    }
    if (n == 0) {
        f = finding_add(&d->report, LEVEL_NOTE, _("logind knows no session of yours"));
        finding_detail(f, _("Locking and switching of sessions can't be seen; suspending can."));
        finding_hint(f,
                     _("log in by a display manager or at a console, so that pam_systemd makes a session"));
    } else if (remote == n) {
        d->only_remote = true;
        f = finding_add(&d->report, LEVEL_PROBLEM, _("only remote sessions: no reminders by default"));
        finding_detail(
            f, _("Over ssh nobody can see whether you sit at a keyboard, and there is no desktop on which a "
                 "notification could be shown."));
        finding_hint(f, _("run BackCare on the machine at which you sit"));
    } else if (graphical == 0) {
        f = finding_add(&d->report, LEVEL_WARNING, _("only text sessions"));
        finding_detail(f, _("Notifications need a desktop; reminders stand in backcarectl status."));
        finding_hint(f, _("log in to a desktop"));
    }
}

/* A variable in a list of NAME=VALUE; NULL when it isn't there, or empty. */
static const char *find_variable(char *const *environment, const char *name)
{
    size_t n = strlen(name);

    for (; environment && *environment; environment++)
        if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=' && (*environment)[n + 1])
            return *environment + n + 1;
    return NULL;
}

static char **manager_environment(const struct doctor *d)
{
    sd_bus_message *m = answer(d->environment);
    char **list = NULL;

    if (!m || sd_bus_message_enter_container(m, 'v', "as") <= 0 || sd_bus_message_read_strv(m, &list) < 0)
        return NULL;
    return list;
}

static void report_manager(struct doctor *d, char *const *manager)
{
    const char *wanted =
        d->session_type && strcmp(d->session_type, "wayland") == 0 ? "WAYLAND_DISPLAY" : "DISPLAY";
    const char *here = getenv(wanted);
    struct finding *f;

    if (!d->session_type && !is_set(here))
        return;
    if (find_variable(manager, wanted)) {
        f = finding_add(&d->report, LEVEL_OK, _("systemd's user manager knows the display"));
        finding_detail(f, "%s=%s", wanted, find_variable(manager, wanted));
        return;
    }
    f = finding_add(&d->report, LEVEL_WARNING, _("systemd's user manager does not know %s"), wanted);
    finding_detail(f, _("What it starts, as backcared, can't find the display of your session."));
    finding_hint(f, _("in your session: %s"), IMPORT "; systemctl --user restart backcare");
}

/* A daemon that was started before the display was known goes on without it. */
static void report_daemon_display(struct doctor *d, char *const *manager)
{
    _cleanup_(strings_freep) char **daemon =
        d->daemon_pid > 0 ? process_words(d->daemon_pid, "environ") : NULL;

    if (!daemon)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(display_variables); i++) {
        const char *name = display_variables[i], *has = find_variable(daemon, name);
        const char *now = manager ? find_variable(manager, name) : getenv(name);
        struct finding *f;

        if (!is_set(now) || (has && strcmp(has, now) == 0))
            continue;
        f = finding_add(&d->report, LEVEL_WARNING,
                        has ? _("backcared was started with another %s")
                            : _("backcared was started with no %s, which is known now"),
                        name);
        finding_detail(f, _("It has %s, the session %s: so it may look at the wrong display, or at none."),
                       has ? has : _("none"), now);
        finding_hint(f, "%s",
                     manager ? "systemctl --user restart backcare"
                             : _("end it and start it in your session"));
    }
}

static void report_variables(struct doctor *d)
{
    static const char *const names[] = {"XDG_SESSION_TYPE", "WAYLAND_DISPLAY", "DISPLAY"};
    bool known = is_set(getenv("WAYLAND_DISPLAY")) || is_set(getenv("DISPLAY"));
    struct finding *f = finding_add(&d->report, known ? LEVEL_OK : LEVEL_NOTE, "%s",
                                    known ? _("a display is known here") : _("no display is known here"));
    _cleanup_(freep) char *list = NULL;
    size_t size;
    FILE *stream = open_memstream(&list, &size);

    for (size_t i = 0; stream && i < ARRAY_SIZE(names); i++)
        if (is_set(getenv(names[i])))
            fprintf(stream, "%s%s=%s", ftell(stream) > 0 ? " " : "", names[i], getenv(names[i]));
    if (stream)
        (void)fclose(stream);
    if (is_set(list))
        finding_detail(f, "%s", list);
    else
        finding_detail(f, _("None of XDG_SESSION_TYPE, WAYLAND_DISPLAY and DISPLAY is set."));
}

void session_report(struct doctor *d)
{
    _cleanup_(strings_freep) char **manager = NULL;
    struct finding *f;

    if (answer(d->session_list)) {
        for (size_t i = 0; i < d->n_sessions; i++)
            read_session(&d->report, d->session[i]);
        report_each(d);
        judge_sessions(d);
    } else {
        bool late = answer_is_late(d->session_list);

        f = finding_add(&d->report, LEVEL_WARNING, "%s",
                        late ? _("logind does not answer") : _("logind is not there"));
        finding_detail(f, "%s",
                       late ? _("Locking, suspending and switching of sessions can't be seen while it hangs.")
                            : _("Locking, suspending and switching of sessions can't be seen."));
        finding_hint(f, "systemctl status systemd-logind");
    }
    report_variables(d);
    if (d->has_systemd) {
        manager = manager_environment(d);
        report_manager(d, manager);
    }
    report_daemon_display(d, manager);
}
