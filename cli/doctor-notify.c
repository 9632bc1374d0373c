/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notification server, asked directly, and do-not-disturb as far as it can be read. Nothing is started.
 */
#include <string.h>

#include "cli/client.h"
#include "cli/doctor-family.h"
#include "util/i18n.h"

#define NOTIFICATIONS_PATH "/org/freedesktop/Notifications"
#define MAKO "fr.emersion.Mako"

void notify_ask(struct doctor *d)
{
    d->notifier_info = ask(d->asker, BUS_SESSION, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS,
                           "GetServerInformation", NULL);
    d->notifier_capabilities =
        ask(d->asker, BUS_SESSION, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "GetCapabilities", NULL);
    d->dunst_paused = ask_property(d->asker, BUS_SESSION, NOTIFICATIONS, NOTIFICATIONS_PATH,
                                   "org.dunstproject.cmd0", "paused");
    d->kde_quiet =
        ask_property(d->asker, BUS_SESSION, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Inhibited");
    d->mako_modes = ask(d->asker, BUS_SESSION, MAKO, "/fr/emersion/Mako", MAKO, "ListModes", NULL);
}

/* The setting is there on other desktops too, where nothing heeds it. */
void notify_ask_more(struct doctor *d)
{
    static const char *const banners[] = {"gsettings", "get", "org.gnome.desktop.notifications",
                                          "show-banners", NULL};

    if (on_session_bus(d, GNOME_SHELL))
        d->gnome_banners = child_output_start(banners);
}

static void read_server(struct doctor *d)
{
    sd_bus_message *m = answer(d->notifier_info);
    const char *name, *version;

    if (!m || sd_bus_message_read(m, "ssss", &name, NULL, &version, NULL) <= 0)
        return;
    d->report.notifier_name = report_copy(&d->report, name);
    d->report.notifier_version = report_copy(&d->report, version);
    m = answer(d->notifier_capabilities);
    if (m)
        (void)sd_bus_message_read_strv(m, &d->report.notifier_capabilities);
}

static void report_capabilities(struct doctor *d)
{
    _cleanup_(freep) char *list = NULL;
    struct finding *f;
    size_t size;
    FILE *stream = open_memstream(&list, &size);

    for (char **p = d->report.notifier_capabilities; stream && p && *p; p++)
        fprintf(stream, "%s%s", p == d->report.notifier_capabilities ? "" : " ", *p);
    if (stream)
        (void)fclose(stream);
    f = finding_add(&d->report, LEVEL_OK, _("%s %s shows notifications"), d->report.notifier_name,
                    d->report.notifier_version ? d->report.notifier_version : "");
    finding_detail(f, _("capabilities: %s"), is_set(list) ? list : _("none"));
    if (answer_has(d->notifier_capabilities, "actions")) {
        (void)finding_add(&d->report, LEVEL_OK, _("it has buttons: a reminder can be answered right there"));
        return;
    }
    f = finding_add(&d->report, LEVEL_NOTE, _("it has no buttons"));
    finding_detail(
        f, _("A reminder names the command that answers it: backcarectl start, done, snooze or skip."));
    finding_hint(f, _("put those on hot keys, or take another notification server"));
}

static void report_quiet(struct doctor *d, const char *who, const char *hint)
{
    struct finding *f = finding_add(&d->report, LEVEL_NOTE, _("do-not-disturb is on (%s)"), who);

    finding_detail(f, _("Notifications may not be shown while it is, reminders among them."));
    finding_hint(f, "%s", hint);
}

static void report_do_not_disturb(struct doctor *d, const char *banners)
{
    if (answer_bool(d->dunst_paused) > 0)
        report_quiet(d, _("dunst is paused"), "dunstctl set-paused false");
    if (answer_bool(d->kde_quiet) > 0)
        report_quiet(d, _("the desktop's own"), _("switch it off in the desktop's notification list"));
    if (answer_has(d->mako_modes, "do-not-disturb"))
        report_quiet(d, _("mako's mode do-not-disturb"), "makoctl mode -r do-not-disturb");
    if (banners && strcmp(banners, "false") == 0)
        report_quiet(d, _("GNOME shows no banners"),
                     "gsettings set org.gnome.desktop.notifications show-banners true");
}

void notify_report(struct doctor *d)
{
    _cleanup_(freep) char *banners = child_output_finish(TAKE_PTR(d->gnome_banners));
    struct finding *f;

    read_server(d);
    if (d->report.notifier_name) {
        report_capabilities(d);
        report_do_not_disturb(d, banners);
    } else if (!answer(d->names)) {
        (void)finding_add(&d->report, LEVEL_NOTE, _("not known: there is no bus to ask"));
    } else if (on_session_bus(d, NOTIFICATIONS)) {
        f = finding_add(&d->report, LEVEL_PROBLEM, "%s",
                        answer_is_late(d->notifier_info)
                            ? _("the notification server does not answer")
                            : _("the notification server gives no answer that can be read"));
        finding_detail(f, _("A reminder can't be shown; it stands in backcarectl status."));
        finding_hint(f, _("restart it; where it is part of the desktop, log out and in again"));
    } else if (answer_has(d->activatable, NOTIFICATIONS)) {
        f = finding_add(&d->report, LEVEL_OK,
                        _("no notification server runs; the bus starts one when it is needed"));
        finding_detail(f, _("What it can do is known then."));
    } else {
        f = finding_add(&d->report, LEVEL_PROBLEM, _("no notification server: reminders can't be shown"));
        finding_detail(f, _("They stand in backcarectl status and in a status bar only."));
        finding_hint(f, _("install one and start it with your session: dunst, mako, or your desktop's own"));
    }
}
