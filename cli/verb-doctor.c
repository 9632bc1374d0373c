/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl doctor: what works here and what does not, also without a daemon and without a bus: those are
 * findings like any other. It looks, and starts nothing.
 */
#include "cli/args.h"
#include "cli/client.h"
#include "cli/doctor-family.h"
#include "util/strv.h"

static const struct family {
    const char *section;
    void (*ask)(struct doctor *d);
    void (*ask_more)(struct doctor *d); /* what follows from the first answers */
    void (*report)(struct doctor *d);
} families[] = {
    {"bus", bus_ask, NULL, bus_report},
    {"unit", unit_ask, NULL, unit_report},
    {"session", session_ask, session_ask_more, session_report},
    {"sources", sources_ask, NULL, sources_report},
    {"inhibitors", inhibitors_ask, inhibitors_ask_more, inhibitors_report},
    {"now", NULL, NULL, moment_report},
    {"notifications", notify_ask, notify_ask_more, notify_report},
    {"programs", NULL, programs_ask_more, programs_report},
    {"settings", NULL, NULL, settings_report},
    {"clock", NULL, NULL, clock_report},
};

static void examine(struct doctor *d)
{
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        if (families[i].ask)
            families[i].ask(d);
    ask_wait(d->asker);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        if (families[i].ask_more)
            families[i].ask_more(d);
    ask_wait(d->asker);
    unit_read(d);
    settings_read(d);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        d->report.section = families[i].section;
        families[i].report(d);
    }
}

static void doctor_done(struct doctor *d)
{
    status_done(&d->status);
    (void)strings_free(d->daemon_argv);
    (void)settings_free(d->settings);
    settings_paths_done(&d->paths);
    diagnostics_done(&d->mistakes);
    (void)asker_free(d->asker);
    report_done(&d->report);
}

/**
 * verb_doctor() - backcarectl doctor [--json]
 *
 * Return: the exit status: CLI_FAILED when reminders can't work here.
 */
int verb_doctor(int argc, char *argv[], void *userdata)
{
    struct doctor d = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    report_init(&d.report);
    r = asker_new(&d.asker);
    if (r >= 0)
        examine(&d);
    if (r < 0 || d.report.out_of_memory) {
        struct client_error error = {.status = CLI_FAILED};

        doctor_done(&d);
        return client_fail(&error);
    }
    if (args.options[0])
        report_show_json(stdout, &d.report);
    else
        report_show_plain(stdout, &d.report);
    r = d.report.count[LEVEL_PROBLEM] > 0 ? CLI_FAILED : CLI_DONE;
    doctor_done(&d);
    return r;
}
