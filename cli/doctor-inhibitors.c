/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who keeps the desktop from going idle now, and whether the daemon learns of it: that makes the difference
 * between sitting through a film and being away.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/doctor-family.h"
#include "cli/format.h"
#include "util/i18n.h"

#define SESSION_MANAGER_PATH "/org/gnome/SessionManager"
#define INHIBITOR SESSION_MANAGER ".Inhibitor"
#define GNOME_INHIBIT_IDLE 8
#define POLICY_AGENT_PATH "/org/kde/Solid/PowerManagement/PolicyAgent"
#define KDE_CHANGE_SCREEN 4

void inhibitors_ask(struct doctor *d)
{
    d->logind_inhibitors = ask(d->asker, BUS_SYSTEM, LOGIND, "/org/freedesktop/login1", LOGIND ".Manager",
                               "ListInhibitors", NULL);
    d->gnome_inhibitors = ask(d->asker, BUS_SESSION, SESSION_MANAGER, SESSION_MANAGER_PATH, SESSION_MANAGER,
                              "GetInhibitors", NULL);
    d->kde_inhibitors =
        ask(d->asker, BUS_SESSION, POLICY_AGENT, POLICY_AGENT_PATH, POLICY_AGENT, "ListInhibitions", NULL);
    d->kde_inhibits_screen = ask(d->asker, BUS_SESSION, POLICY_AGENT, POLICY_AGENT_PATH, POLICY_AGENT,
                                 "HasInhibition", "u", (uint32_t)KDE_CHANGE_SCREEN);
}

void inhibitors_ask_more(struct doctor *d)
{
    static const char *const members[] = {"GetAppId", "GetReason", "GetFlags"};
    sd_bus_message *m = answer(d->gnome_inhibitors);
    const char *path;

    if (!m || sd_bus_message_enter_container(m, 'a', "o") < 0)
        return;
    while (d->n_gnome_inhibitors < ASKED_INHIBITORS_MAX && sd_bus_message_read_basic(m, 'o', &path) > 0) {
        for (size_t i = 0; i < ARRAY_SIZE(members); i++)
            d->gnome_inhibitor[d->n_gnome_inhibitors][i] =
                ask(d->asker, BUS_SESSION, SESSION_MANAGER, path, INHIBITOR, members[i], NULL);
        d->n_gnome_inhibitors++;
    }
}

static bool is_seen(const struct doctor *d, const char *where)
{
    for (size_t i = 0; i < d->report.n_sources; i++) {
        const struct doctor_source *s = &d->report.sources[i];

        if (s->name && s->status && strcmp(s->name, where) == 0)
            return strcmp(s->status, "active") == 0;
    }
    return false;
}

static void add(struct doctor *d, const char *where, const char *who, const char *why)
{
    struct doctor_inhibitor *i =
        report_grow(&d->report, &d->report.inhibitors, &d->report.n_inhibitors, sizeof(*i));

    if (!i)
        return;
    i->where = where;
    i->who = report_copy(&d->report, who);
    i->why = report_copy(&d->report, why);
    i->seen = is_seen(d, where);
}

/* "idle" among words that are parted by colons. */
static bool names_idle(const char *what)
{
    for (const char *p = what; *p; p += strcspn(p, ":"), p += *p == ':')
        if (strcspn(p, ":") == 4 && strncmp(p, "idle", 4) == 0)
            return true;
    return false;
}

static void read_logind(struct doctor *d)
{
    sd_bus_message *m = answer(d->logind_inhibitors);
    const char *what, *who, *why, *mode;

    if (!m || sd_bus_message_enter_container(m, 'a', "(ssssuu)") < 0)
        return;
    while (sd_bus_message_read(m, "(ssssuu)", &what, &who, &why, &mode, NULL, NULL) > 0)
        if (names_idle(what) && strncmp(mode, "block", 5) == 0)
            add(d, "logind", who, why);
}

static void read_gnome(struct doctor *d)
{
    for (size_t i = 0; i < d->n_gnome_inhibitors; i++) {
        struct question **q = d->gnome_inhibitor[i];
        const char *who = answer_string(q[0]), *why = answer_string(q[1]);
        uint32_t flags;

        if (answer_uint32(q[2], &flags) >= 0 && (flags & GNOME_INHIBIT_IDLE))
            add(d, "session-manager", who ? who : "?", why ? why : "");
    }
}

static void read_kde(struct doctor *d)
{
    sd_bus_message *m = answer(d->kde_inhibitors);
    const char *who, *why;

    /* The list does not say what each inhibits: only that something concerns the screen can be asked. */
    if (!m || answer_bool(d->kde_inhibits_screen) == 0 || !(m = answer(d->kde_inhibitors)) ||
        sd_bus_message_enter_container(m, 'a', "(ss)") <= 0)
        return;
    while (sd_bus_message_read(m, "(ss)", &who, &why) > 0)
        add(d, "policy-agent", who, why);
}

static void report_one(struct doctor *d, const struct doctor_inhibitor *i)
{
    bool passive = !d->settings || d->settings->rules.passive_sitting;
    char limit[FORMAT_TIME_MAX];
    struct finding *f = finding_add(&d->report, LEVEL_NOTE, "%s%s%s%s", i->who, is_set(i->why) ? " (" : "",
                                    is_set(i->why) ? i->why : "", is_set(i->why) ? ")" : "");

    if (!i->seen)
        finding_detail(
            f, _("Asked for at %s, where backcared does not look now: without input you count as away."),
            i->where);
    else if (!passive)
        finding_detail(
            f,
            _("Asked for at %s. With passive-sitting = no it changes nothing: without input you count as "
              "away."),
            i->where);
    else
        finding_detail(
            f, _("Asked for at %s. While it lasts you count as sitting also without input, for %s at most."),
            i->where,
            d->settings ? format_duration(limit, sizeof(limit), d->settings->rules.passive_limit_usec)
                        : "passive-limit");
    if (!i->seen && d->answers)
        finding_hint(f, _("see Activity sources for why %s is not in use"), i->where);
    else
        finding_hint(f, _("end it, if you aren't watching or listening"));
}

static void report_late(struct doctor *d, const struct question *question, const char *name)
{
    struct finding *f;

    if (!answer_is_late(question))
        return;
    f = finding_add(&d->report, LEVEL_WARNING, _("%s does not answer"), name);
    finding_detail(f, _("Whether something keeps the desktop from going idle is not known there."));
}

void inhibitors_report(struct doctor *d)
{
    read_logind(d);
    read_gnome(d);
    read_kde(d);
    for (size_t i = 0; i < d->report.n_inhibitors; i++)
        report_one(d, &d->report.inhibitors[i]);
    report_late(d, d->logind_inhibitors, "logind");
    report_late(d, d->gnome_inhibitors, SESSION_MANAGER);
    report_late(d, d->kde_inhibitors, POLICY_AGENT);
    /* Most are on the session bus. */
    if (!answer(d->names))
        (void)finding_add(&d->report, LEVEL_NOTE, "%s",
                          answer(d->logind_inhibitors)
                              ? _("not known but for logind: there is no session bus to ask")
                              : _("not known: there is no bus to ask"));
    else if (d->report.n_inhibitors == 0)
        (void)finding_add(&d->report, LEVEL_OK, _("nothing that can be seen here"));
}
