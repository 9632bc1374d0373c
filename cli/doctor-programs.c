/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other programs that remind of breaks: two of them nag twice, and one that dims the screen takes what the
 * other meant as rest. The table is all that is known of them.
 */
#include <string.h>
#include <strings.h>

#include "cli/doctor-family.h"
#include "util/i18n.h"

#define NAMES_MAX 3

static const struct program {
    const char *title;
    const char *bus_names[NAMES_MAX];
    /* The last part of the program's path, of its first argument, or of the script that an interpreter runs;
     * upper and lower case are the same. Electron's programs run under their own name or from an AppImage. */
    const char *processes[NAMES_MAX];
} programs[] = {
    {"Workrave", {"org.workrave.Workrave"}, {"workrave"}},
    {"Safe Eyes",
     {"io.github.slgobinath.SafeEyes", "com.github.slgobinath.safeeyes"},
     {"safeeyes", "safe-eyes"}},
    {"Stretchly", {NULL}, {"stretchly", "stretchly.AppImage"}},
    {"RSIBreak", {"org.kde.rsibreak", "org.rsibreak.rsibreak"}, {"rsibreak"}},
    {"GNOME Break Timer",
     {"org.gnome.BreakTimer", "org.gnome.BreakTimer.Daemon"},
     {"gnome-break-timer-daemon", "gnome-break-timer"}},
    {"Sane Break", {"io.github.AllanChain.sane-break"}, {"sane-break"}},
    {"BreakTimer", {NULL}, {"breaktimer", "breaktimer.AppImage"}},
    {"Entracte", {NULL}, {"entracte"}},
    {"StretchBreak", {"io.github.pieterdd.StretchBreak"}, {"stretch-break"}},
    {"xwrits", {NULL}, {"xwrits"}},
    {"MATE typing break", {NULL}, {"mate-typing-monitor"}},
};

struct seen {
    pid_t pids[ARRAY_SIZE(programs)]; /* 0 = not seen */
};

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool is_interpreter(const char *name)
{
    return strncmp(name, "python", 6) == 0 || strcmp(name, "node") == 0 || strcmp(name, "electron") == 0 ||
           strcmp(name, "sh") == 0 || strcmp(name, "bash") == 0;
}

static bool is_named(const struct program *program, const char *name)
{
    for (size_t i = 0; i < NAMES_MAX && program->processes[i]; i++)
        if (strcasecmp(program->processes[i], name) == 0)
            return true;
    return false;
}

/* What an interpreter runs: the first argument that is no option, or the module after -m. */
static const char *script_of(char *const *argv)
{
    for (argv++; *argv; argv++) {
        if (strcmp(*argv, "-m") == 0)
            return argv[1];
        if (strcmp(*argv, "-c") == 0)
            return NULL;
        if (**argv != '-')
            return last_part(*argv);
    }
    return NULL;
}

static void visit(void *userdata, pid_t pid, _unused_ const char *comm, const char *exe, char *const *argv)
{
    struct seen *seen = userdata;
    const char *first = last_part(argv[0]), *program = last_part(exe), *script;

    script = is_interpreter(first) || is_interpreter(program) ? script_of(argv) : NULL;
    for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
        if (seen->pids[i] == 0 && (is_named(&programs[i], first) || is_named(&programs[i], program) ||
                                   (script && is_named(&programs[i], script))))
            seen->pids[i] = pid;
}

/* The shell is what reminds: without it the setting does nothing. */
void programs_ask_more(struct doctor *d)
{
    static const char *const breaks[] = {"gsettings", "get", "org.gnome.desktop.break-reminders",
                                         "selected-breaks", NULL};

    if (on_session_bus(d, GNOME_SHELL))
        d->gnome_breaks = child_output_start(breaks);
}

static const char *owned_name(const struct doctor *d, const struct program *program)
{
    for (size_t i = 0; i < NAMES_MAX && program->bus_names[i]; i++)
        if (on_session_bus(d, program->bus_names[i]))
            return program->bus_names[i];
    return NULL;
}

static void report_gnome(struct doctor *d, const char *selected)
{
    struct finding *f;

    /* "@as []" is none. */
    if (!selected || !strchr(selected, '\''))
        return;
    f = finding_add(&d->report, LEVEL_WARNING, _("GNOME's own break reminders are on: %s"), selected);
    finding_detail(f, _("You are reminded twice, and neither knows of the other."));
    finding_hint(
        f, _("keep one: gsettings set org.gnome.desktop.break-reminders selected-breaks '[]', or Settings, "
             "Wellbeing"));
}

void programs_report(struct doctor *d)
{
    _cleanup_(freep) char *selected = child_output_finish(TAKE_PTR(d->gnome_breaks));
    unsigned before = d->report.count[LEVEL_WARNING];
    struct seen seen = {0};

    each_process(visit, &seen);
    report_gnome(d, selected);
    for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
        const char *name = owned_name(d, &programs[i]);
        struct finding *f;

        if (!name && seen.pids[i] == 0)
            continue;
        f = finding_add(&d->report, LEVEL_WARNING, _("%s is running too"), programs[i].title);
        if (seen.pids[i] > 0)
            finding_detail(f, _("Process %d. You are reminded twice, and neither knows of the other."),
                           (int)seen.pids[i]);
        else
            finding_detail(f, _("%s is on the bus. You are reminded twice, and neither knows of the other."),
                           name);
        finding_hint(f, _("keep one of the two, and take the other out of what your session starts"));
    }
    if (d->report.count[LEVEL_WARNING] > before)
        return;
    if (!answer(d->names))
        (void)finding_add(&d->report, LEVEL_NOTE,
                          _("not known: none is seen among the processes, but there is no bus to ask"));
    else
        (void)finding_add(&d->report, LEVEL_OK, _("none that is known"));
}
