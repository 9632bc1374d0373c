/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The activity sources of the running daemon, and what each is worth.
 */
#include <string.h>
#include <strings.h>

#include "cli/client.h"
#include "cli/doctor-family.h"
#include "cli/format.h"
#include "cli/words.h"
#include "dbus/names.h"
#include "util/i18n.h"

void sources_ask(struct doctor *d)
{
    d->sources = ask(d->asker, BUS_SESSION, BACKCARE_BUS_NAME, BACKCARE_OBJECT_PATH,
                     BACKCARE_MANAGER_INTERFACE, "ListSources", NULL);
}

static int read_text(struct report *report, sd_bus_message *m, char **p)
{
    const char *text;
    int r = sd_bus_message_read(m, "v", "s", &text);

    if (r > 0) {
        free(*p);
        *p = report_copy(report, text);
    }
    return r;
}

/* One value; a type that isn't expected ends the reading. */
static int read_value(struct report *report, sd_bus_message *m, const char *key, struct doctor_source *s)
{
    uint64_t accuracy;
    int yes, r;

    if (strcmp(key, "name") == 0)
        return read_text(report, m, &s->name);
    if (strcmp(key, "status") == 0)
        return read_text(report, m, &s->status);
    if (strcmp(key, "detail") == 0)
        return read_text(report, m, &s->detail);
    if (strcmp(key, "inhibitors") == 0)
        return read_text(report, m, &s->inhibitors);
    if (strcmp(key, "in_use") == 0) {
        r = sd_bus_message_read(m, "v", "b", &yes);
        s->in_use = r > 0 && yes;
        return r;
    }
    if (strcmp(key, "accuracy_usec") == 0) {
        r = sd_bus_message_read(m, "v", "t", &accuracy);
        if (r > 0)
            s->accuracy_usec = accuracy >= (uint64_t)USEC_INFINITY ? USEC_INFINITY : (usec_t)accuracy;
        return r;
    }
    if (strcmp(key, "reports") != 0)
        return sd_bus_message_skip(m, "v");
    r = sd_bus_message_enter_container(m, 'v', "as");
    if (r > 0 && !s->reports)
        r = sd_bus_message_read_strv(m, &s->reports);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static bool read_sources(struct doctor *d)
{
    sd_bus_message *m = answer(d->sources);
    const char *key;

    if (!m || sd_bus_message_enter_container(m, 'a', "a{sv}") <= 0)
        return false;
    while (sd_bus_message_enter_container(m, 'a', "{sv}") > 0) {
        struct doctor_source *s =
            report_grow(&d->report, &d->report.sources, &d->report.n_sources, sizeof(*s));

        if (!s)
            return false;
        s->accuracy_usec = USEC_INFINITY;
        while (sd_bus_message_enter_container(m, 'e', "sv") > 0)
            if (sd_bus_message_read_basic(m, 's', &key) <= 0 || read_value(&d->report, m, key, s) < 0 ||
                sd_bus_message_exit_container(m) < 0)
                return false;
        if (sd_bus_message_exit_container(m) < 0)
            return false;
    }
    return true;
}

/* An older daemon has the property only; what is in use it does not say. */
static void copy_property(struct doctor *d)
{
    for (size_t i = 0; i < d->status.n_sources; i++) {
        const struct status_source *from = &d->status.sources[i];
        struct doctor_source *s =
            report_grow(&d->report, &d->report.sources, &d->report.n_sources, sizeof(*s));

        if (!s)
            return;
        s->name = report_copy(&d->report, from->name);
        s->status = report_copy(&d->report, from->status);
        s->detail = report_copy(&d->report, from->detail);
        s->accuracy_usec = USEC_INFINITY;
        s->in_use = from == status_source_in_use(&d->status);
    }
}

static bool reports(const struct doctor_source *s, const char *what)
{
    for (char **p = s->reports; p && *p; p++)
        if (strcmp(*p, what) == 0)
            return true;
    return false;
}

static void describe_reports(FILE *f, const struct doctor_source *s)
{
    static const struct {
        const char *word;
        const char *text;
    } texts[] = {{"idle", N_("input")},
                 {"lock", N_("locking")},
                 {"sleep", N_("suspending")},
                 {"session", N_("session changes")},
                 {"inhibitors", N_("inhibitors")}};
    char list[256] = "";
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(texts) && n < sizeof(list); i++)
        if (reports(s, texts[i].word))
            n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n > 0 ? ", " : "", _(texts[i].text));
    if (n > 0)
        fprintf(f, _(" Tells of %s."), list);
    if (reports(s, "query"))
        fputs(_(" Can be asked for the idle time."), f);
}

static bool is_blind(const struct doctor_source *s)
{
    return s->inhibitors && strcmp(s->inhibitors, "blind") == 0;
}

/* Everything about a source in one text; NULL out of memory. */
static char *describe(const struct doctor_source *s)
{
    _cleanup_(freep) char *detail = is_set(s->detail) ? detail_text(s->detail) : NULL;
    char *text = NULL, accuracy[FORMAT_TIME_MAX];
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    fprintf(f, "%s.", detail ? detail : is_set(s->detail) ? s->detail : _("no detail"));
    if (strcmp(s->status, "unavailable") != 0) {
        describe_reports(f, s);
        if (reports(s, "idle") && s->inhibitors)
            fputs(is_blind(s) ? _(" Tells nothing while a film or a call keeps the screen on.")
                  : strcmp(s->inhibitors, "no-matter") == 0
                      ? _(" Tells of input alone, whatever keeps the screen on.")
                      : _(" What a film or a call does to it is not known."),
                  f);
        if (reports(s, "idle") && s->accuracy_usec >= USEC_PER_SEC && s->accuracy_usec != USEC_INFINITY)
            fprintf(f, _(" Accurate to %s."), format_duration(accuracy, sizeof(accuracy), s->accuracy_usec));
        else if (reports(s, "idle") && s->accuracy_usec < USEC_PER_SEC)
            fprintf(f, _(" Accurate to %d ms."), (int)(s->accuracy_usec / USEC_PER_MSEC));
    }
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}

/* What helps on the desktop at hand. */
static const char *advice(const struct doctor *d)
{
    static const struct {
        const char *desktop;
        const char *text;
    } texts[] = {
        {"GNOME",
         N_("GNOME tells by org.gnome.Mutter.IdleMonitor: is gnome-shell on this bus? Log out and in again")},
        {"KDE",
         N_("KWin tells by ext-idle-notify-v1: is WAYLAND_DISPLAY known to systemd (see Session above)?")},
        {"XFCE", N_("the X server tells: is DISPLAY known to systemd (see Session above)?")},
        {"sway", N_("sway tells by the Wayland display: let its configuration run systemctl --user "
                    "import-environment "
                    "WAYLAND_DISPLAY DISPLAY, then systemctl --user restart backcare")},
    };
    const char *desktop = getenv("XDG_CURRENT_DESKTOP");

    for (size_t i = 0; i < ARRAY_SIZE(texts) && desktop; i++)
        if (strcasestr(desktop, texts[i].desktop))
            return _(texts[i].text);
    if (d->session_type && strcmp(d->session_type, "wayland") == 0)
        return _("on Wayland a compositor with ext-idle-notify-v1 or org_kde_kwin_idle is needed, and "
                 "WAYLAND_DISPLAY known to systemd (see Session above)");
    return _("run it in a desktop session, with DISPLAY or WAYLAND_DISPLAY known to the daemon; then: "
             "systemctl --user restart backcare");
}

/* None is in use: as none works, or as another is asked for, in the settings or on the command line. */
static void judge_none(struct doctor *d)
{
    bool set = d->settings && d->settings->source != SETTING_SOURCE_AUTO, refused = false;
    struct finding *f;

    for (size_t i = 0; i < d->report.n_sources; i++)
        refused |= d->report.sources[i].status && strcmp(d->report.sources[i].status, "standby") == 0;
    f = finding_add(&d->report, LEVEL_PROBLEM, "%s",
                    refused
                        ? _("the activity source that is asked for does not work: you always count as active")
                        : _("no activity source works: you always count as active"));
    finding_detail(
        f, "%s",
        set ? _("Reminders come by the clock, also right after a rest, as rests can't be seen; the "
                "settings name one [activity] source.")
            : _("Reminders come by the clock, also right after a rest, as rests can't be seen."));
    finding_hint(f, "%s",
                 set ? _("set source = auto in [activity]: backcarectl config edit")
                 : refused
                     ? _("start backcared without --source, or read the settings anew: backcarectl reload")
                     : advice(d));
}

static void judge(struct doctor *d)
{
    const struct doctor_source *used = NULL;
    struct finding *f;

    for (size_t i = 0; i < d->report.n_sources && !used; i++)
        if (d->report.sources[i].in_use && d->report.sources[i].name)
            used = &d->report.sources[i];
    if (!used) {
        judge_none(d);
        return;
    }
    /* What its accuracy is known of is the input on a text console, and that is seen. Who has remote sessions
     * only is told so under Session, and has no desktop session to run it in. */
    if (strcmp(used->name, "logind") == 0 && used->accuracy_usec == USEC_INFINITY && !d->only_remote) {
        f = finding_add(&d->report, LEVEL_WARNING, _("input is known from the desktop's idle hint alone"));
        finding_detail(f, _("Many desktops set it late or never; then you always count as active."));
        finding_hint(f, "%s", advice(d));
    }
    if (is_blind(used)) {
        f = finding_add(&d->report, LEVEL_NOTE, _("%s is blind while something keeps the screen on"),
                        used->name);
        finding_detail(
            f, _("A film or a call counts as sitting for as long as it lasts: passive-limit can't apply, and "
                 "passive-sitting = no changes nothing."));
        finding_hint(f, _("nothing, if that is how you sit; else say backcarectl pause when you go"));
    }
}

void sources_report(struct doctor *d)
{
    struct finding *f;

    if (!d->answers) {
        (void)finding_add(&d->report, LEVEL_NOTE, _("not known: only a running daemon can tell"));
        return;
    }
    if (!read_sources(d) && d->report.n_sources == 0)
        copy_property(d);
    for (size_t i = 0; i < d->report.n_sources; i++) {
        const struct doctor_source *s = &d->report.sources[i];
        _cleanup_(freep) char *text = NULL;

        if (!s->name || !s->status)
            continue;
        f = finding_add(&d->report, strcmp(s->status, "unavailable") == 0 ? LEVEL_NOTE : LEVEL_OK,
                        s->in_use ? _("%s: %s, tells of input") : "%s: %s", s->name, word_text(s->status));
        text = describe(s);
        finding_detail(f, "%s", text ? text : "");
    }
    judge(d);
}
