/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why no reminder comes just now, as the daemon says it, and who holds them back by backcarectl inhibit.
 */
#include <string.h>
#include <sys/stat.h>

#include "cli/client.h"
#include "cli/doctor-family.h"
#include "cli/format.h"
#include "cli/words.h"
#include "util/i18n.h"

struct holds {
    struct doctor *d;
    unsigned n;
};

/* Where a process looks for the user's bus, as sd-bus does; NULL if it can't be told. */
static char *bus_address_of(pid_t pid)
{
    static const char address[] = "DBUS_SESSION_BUS_ADDRESS=", directory[] = "XDG_RUNTIME_DIR=";
    _cleanup_(strings_freep) char **environment = process_words(pid, "environ");
    char *found = NULL;

    for (char **word = environment; word && *word; word++)
        if (strncmp(*word, address, strlen(address)) == 0)
            return strdup(*word + strlen(address));
    for (char **word = environment; word && *word; word++)
        if (strncmp(*word, directory, strlen(directory)) == 0 &&
            asprintf(&found, "unix:path=%s/bus", *word + strlen(directory)) >= 0)
            return found;
    return NULL;
}

/* The socket of an address, as the process @pid sees it; 0 is this one. */
static bool stat_socket(pid_t pid, const char *address, struct stat *ret)
{
    static const char head[] = "unix:path=";
    _cleanup_(freep) char *path = NULL;
    char root[32] = "";

    if (strncmp(address, head, strlen(head)) != 0)
        return false;
    address += strlen(head);
    if (pid > 0)
        (void)snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
    if (asprintf(&path, "%s%.*s", root, (int)strcspn(address, ",;"), address) < 0)
        path = NULL;
    return path && stat(path, ret) == 0;
}

/* Whether a process is on the bus that is examined. One of another session or container is none of ours, and
 * an address that is written in another way may be the same. */
static bool is_on_our_bus(const struct doctor *d, pid_t pid)
{
    const char *ours = asker_bus_address(d->asker, BUS_SESSION);
    _cleanup_(freep) char *theirs = bus_address_of(pid);
    struct stat a, b;
    size_t n;

    if (!ours || !theirs)
        return false;
    if (stat_socket(0, ours, &a) && stat_socket(pid, theirs, &b))
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    n = strcspn(ours, ",;");
    return n == strcspn(theirs, ",;") && strncmp(ours, theirs, n) == 0;
}

/* The daemon names a hold only while a break is due; the command that holds is a process all the time. */
static void visit(void *userdata, pid_t pid, const char *comm, _unused_ const char *exe, char *const *argv)
{
    struct holds *holds = userdata;
    struct finding *f;

    if (strcmp(comm, "backcarectl") != 0 || !argv[1] || strcmp(argv[1], "inhibit") != 0 ||
        !is_on_our_bus(holds->d, pid))
        return;
    f = finding_add(&holds->d->report, LEVEL_NOTE, _("backcarectl inhibit holds reminders back"));
    finding_detail(f, _("process %d, until its command ends"), (int)pid);
    holds->n++;
}

static void report_ends(struct doctor *d, struct moment now)
{
    const struct status *s = &d->status;
    char clock[FORMAT_TIME_MAX];
    struct finding *f;

    if (s->paused_until_usec > 0) {
        if (s->paused_until_usec == USEC_INFINITY)
            f = finding_add(&d->report, LEVEL_NOTE, _("paused until you resume"));
        else
            f = finding_add(&d->report, LEVEL_NOTE, _("paused until %s"),
                            format_clock(clock, sizeof(clock), s->paused_until_usec, now.realtime_usec));
        finding_detail(f, _("Sitting is counted, and no reminder comes."));
        finding_hint(f, "backcarectl resume");
    }
    if (s->snoozed_until_usec > 0 && s->snoozed_until_usec != USEC_INFINITY) {
        f = finding_add(&d->report, LEVEL_NOTE, _("snoozed until %s"),
                        format_clock(clock, sizeof(clock), s->snoozed_until_usec, now.realtime_usec));
        finding_hint(f, "backcarectl resume");
    }
}

static void report_state(struct doctor *d, struct moment now)
{
    static const struct {
        const char *state;
        const char *text;
        const char *hint;
    } states[] = {
        {"away", N_("you count as away"), NULL},
        {"off-hours", N_("outside working hours: no reminder comes"),
         N_("[schedule] says when: backcarectl config edit")},
        {"held", N_("a reminder is held back"), N_("backcarectl start takes the break all the same")},
        {"break", N_("a guided break is running"), NULL},
    };
    const struct status *s = &d->status;
    char clock[FORMAT_TIME_MAX], next[FORMAT_TIME_MAX];

    for (size_t i = 0; i < ARRAY_SIZE(states) && s->state; i++)
        if (strcmp(states[i].state, s->state) == 0) {
            struct finding *f =
                finding_add(&d->report, LEVEL_NOTE, _("%s, since %s"), _(states[i].text),
                            format_clock(clock, sizeof(clock), s->state_since_usec, now.realtime_usec));

            if (status_reason(s))
                finding_detail(f, "%s", word_text(status_reason(s)));
            if (states[i].hint)
                finding_hint(f, "%s", _(states[i].hint));
        }
    if (is_set(s->next_break) && status_next_known(s))
        (void)finding_add(&d->report, LEVEL_OK, _("next: %s at %s, if you stay as you are"), s->next_break,
                          format_clock(next, sizeof(next), s->next_prompt_usec, now.realtime_usec));
    else if (is_set(s->next_break))
        (void)finding_add(&d->report, LEVEL_OK, _("next: %s, not while things are as now"), s->next_break);
}

void moment_report(struct doctor *d)
{
    struct holds holds = {.d = d};
    struct moment now = moment_now();
    struct finding *f;

    if (!d->answers) {
        (void)finding_add(&d->report, LEVEL_NOTE, _("not known: only a running daemon can tell"));
        return;
    }
    if (is_set(d->status.reason) && strcmp(d->status.reason, "medical hold") == 0) {
        /* Not why: a report is made to be shown around. */
        f = finding_add(&d->report, LEVEL_NOTE, _("no reminder comes, by your own settings"));
        finding_hint(f, _("backcarectl list says why"));
    } else if (d->status.n_breaks == 0) {
        f = finding_add(&d->report, LEVEL_PROBLEM, _("no break is switched on: nothing is ever due"));
        finding_hint(f, _("backcarectl config edit: enabled = yes in [break.stretch]"));
    }
    report_state(d, now);
    report_ends(d, now);
    each_process(visit, &holds);
}
