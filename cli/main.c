/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl: the table of verbs, and what is the same for all of them. A new verb is a line here, in
 * verbs.h, in the man page and in the completions; a test compares them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/failure.h"
#include "cli/format.h"
#include "cli/verbs.h"
#include "config/ini.h"
#include "util/i18n.h"

static const struct verb_option status_options[] = {
    {"json", NULL, N_("one JSON object")},
    {"format", "plain|waybar", N_("for people, or for a status bar")},
    {"follow", NULL, N_("go on: write again at each change")},
    {0},
};

static const struct verb_option pause_options[] = {
    {"until", "TIME", N_("15:00, or \"2026-11-21 15:00\"")},
    {"until-resume", NULL, N_("without end, until backcarectl resume")},
    {0},
};

static const struct verb_option start_options[] = {
    {"exercise", "ID", N_("this exercise or routine, not a chosen one")},
    {0},
};

static const struct verb_option json_options[] = {
    {"json", NULL, N_("one JSON object")},
    {0},
};

static const struct verb_option list_options[] = {
    {"region", "REGION", N_("what is for this part of the body")},
    {"kind", "KIND", N_("massage, mobility, ..., tip or routine")},
    {"tool", "TOOL", N_("what is done with this tool")},
    {"all", NULL, N_("also what does not suit you, and why not")},
    {"config", "FILE", N_("these settings instead of yours")},
    {"json", NULL, N_("one JSON array")},
    {0},
};

static const struct verb_option show_options[] = {
    {"config", "FILE", N_("these settings instead of yours")},
    {"json", NULL, N_("one JSON object")},
    {0},
};

static const struct verb_option inhibit_options[] = {
    {"why", "TEXT", N_("the reason, shown by status")},
    {"who", "NAME", N_("who asks; default: the command's name")},
    {0},
};

static const struct verb_option config_options[] = {
    {"json", NULL, N_("with show: one JSON object")},
    {0},
};

static const struct verb_option profile_options[] = {
    {"json", NULL, N_("with show: one JSON object")},
    {"yes", NULL, N_("with clear-condition: don't ask")},
    {0},
};

static const struct verb_option record_options[] = {
    {"for", "TIME", N_("end by itself after this time")},
    {"force", NULL, N_("write over a file that exists")},
    {0},
};

static const struct verb_option simulate_options[] = {
    {"config", "FILE", N_("these settings instead of yours")},
    {"json", NULL, N_("one JSON object a line")},
    {0},
};

static const char profile_details[] =
    N_("  show                             what is set, and what each condition changes\n"
       "  set KEY VALUE                    one of tools, place, partner, focus, goals,\n"
       "                                   language, pregnancy-due, prenatal-flow,\n"
       "                                   max-intensity, emergency-number,\n"
       "                                   advice-number;\n"
       "                                   \"\" as the value is none\n"
       "  add-condition TAG[@REGION]       what must be minded for your safety\n"
       "  clear-condition TAG[@REGION]     what no longer is so; asks if it stopped all\n"
       "\nWrites backcare.conf.d/50-profile.conf only. Needs no daemon.\n");

/* In the order of --help. */
static const struct verb verbs[] = {
    {"status", "[--json | --format=FORMAT] [--follow]",
     N_("Show what is counted and when the next break is due"), N_("Does not start a stopped daemon.\n"),
     status_options, 0, 0, 0, verb_status},
    {"why", "[--json]", N_("Explain how the counters came about"), N_("Does not start a stopped daemon.\n"),
     json_options, 0, 0, 0, verb_why},
    {"start", "[BREAK] [--exercise ID]", N_("Begin a guided break, by default the next one"), NULL,
     start_options, 0, 1, 0, verb_start},
    {"done", "", N_("Say that the break is done"), NULL, NULL, 0, 0, 0, verb_done},
    {"skip", "", N_("Skip the break"), NULL, NULL, 0, 0, 0, verb_skip},
    {"snooze", "[TIME]", N_("Be reminded later"), N_("1min to 4h; without one, as configured.\n"), NULL, 0,
     DURATION_WORDS_MAX, VERB_TAKES_TIME, verb_snooze},
    {"another", "", N_("Ask for another exercise"), NULL, NULL, 0, 0, 0, verb_another},
    {"feedback", "better|same|hurts [ID]", N_("Say how an exercise was, by default the last one"), NULL, NULL,
     1, 2, 0, verb_feedback},
    {"pause", "[TIME | --until TIME | --until-resume]", N_("Be left alone, by default for one hour"),
     N_("1min to 30 days. --until takes a clock time: the next 15:00, or a date.\n"), pause_options, 0,
     DURATION_WORDS_MAX, VERB_TAKES_TIME, verb_pause},
    {"resume", "", N_("End a pause or a snooze"), NULL, NULL, 0, 0, 0, verb_resume},
    {"posture", "sitting|standing|walking [TIME]",
     N_("Report how you work, for TIME or until the next report"), N_("Does not start a stopped daemon.\n"),
     NULL, 1, 1 + DURATION_WORDS_MAX, VERB_TAKES_TIME, verb_posture},
    {"inhibit", "--why TEXT [--who NAME] -- COMMAND...", N_("Hold reminders back while a command runs"), NULL,
     inhibit_options, 1, -1, VERB_COMMAND, verb_inhibit},
    {"list", "[--region|--kind|--tool W] [--config F] [--all] [--json]",
     N_("List the exercises that suit you"), N_("Needs no daemon.\n"), list_options, 0, 0, 0, verb_list},
    {"show", "ID [--config FILE] [--json]", N_("Show an exercise"), N_("Needs no daemon.\n"), show_options, 1,
     1, 0, verb_show},
    {"catalogue", "check [FILE]", N_("Check the files of the exercises"), N_("Needs no daemon.\n"), NULL, 1,
     2, 0, verb_catalogue},
    {"profile", "COMMAND [ARGUMENT...] [--json] [--yes]", N_("Show or change what suits you"),
     profile_details, profile_options, 1, 10, 0, verb_profile},
    {"config", "check [FILE] | show [--json] | edit | path", N_("Check, show or edit the settings"), NULL,
     config_options, 0, -1, VERB_OWN_ARGS, verb_config},
    {"reload", "", N_("Have the daemon read its settings anew"), N_("Does not start a stopped daemon.\n"),
     NULL, 0, 0, 0, verb_reload},
    {"record", "FILE [--for TIME] [--force]", N_("Record what happens, for simulate and for bug reports"),
     N_("Runs until Ctrl-C. Does not start a stopped daemon.\n"), record_options, 1, 1, 0, verb_record},
    {"doctor", "[--json]", N_("Say what works and what does not here, and what to do"),
     N_("Needs no daemon and starts none. The exit status is 1 if reminders can't work.\n"), json_options, 0,
     0, 0, verb_doctor},
    {"simulate", "[--config FILE] [--json] TRACE", N_("Replay a trace, without a daemon"), NULL,
     simulate_options, 1, 1, 0, verb_simulate},
    {"_complete", "breaks|exercises|conditions|own-conditions", "Words for completion", NULL, NULL, 1, 1,
     VERB_HIDDEN, verb_complete},
};

static void print_help(void)
{
    puts(_("Usage: backcarectl [OPTION...] VERB [ARGUMENT...]\n\n"
           "Talk to BackCare, which reminds you to get up after long sitting.\n\n"
           "Verbs:"));
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        if (!(verbs[i].flags & VERB_HIDDEN))
            printf("  %-10s %s\n", verbs[i].name, _(verbs[i].summary));
    puts(_("\nOptions:\n"
           "  --help     Show this help; after a verb, that verb's\n"
           "  --version  Show the version\n\n"
           "Exit status: 0 done, 1 failed, 2 wrong usage, 3 the daemon can't be reached,\n"
           "4 the daemon refused. More: man backcarectl"));
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *names[ARRAY_SIZE(verbs) + 1] = {0}, *nearest;
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        if (!(verbs[i].flags & VERB_HIDDEN))
            names[n++] = verbs[i].name;
    nearest = nearest_name(name, names);
    if (nearest)
        return usage_error(NULL, _("unknown verb '%s'; did you mean %s?"), name, nearest);
    return usage_error(NULL, _("unknown verb '%s'"), name);
}

/* --help and --version of a verb that reads its own arguments. */
static bool wants_help(const struct verb *verb, char *argv[])
{
    for (; *argv && strcmp(*argv, "--") != 0; argv++) {
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
            usage_print(verb);
            return true;
        }
        if (strcmp(*argv, "--version") == 0) {
            version_print();
            return true;
        }
    }
    return false;
}

static int run(int argc, char *argv[])
{
    const struct verb *verb = argc < 2 ? NULL : find_verb(argv[1]);
    int status;

    failure_init(verb, argv + (verb ? 2 : MIN(argc, 1)));
    if (argc < 2)
        return usage_error(NULL, _("say what to do, for example: backcarectl status"));
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        version_print();
        return CLI_DONE;
    }
    if (argv[1][0] == '-')
        return usage_error(NULL, _("unknown option %s"), argv[1]);
    if (!verb)
        return unknown_verb(argv[1]);
    if ((verb->flags & VERB_OWN_ARGS) && wants_help(verb, argv + 2))
        return CLI_DONE;
    status = verb->run(argc - 1, argv + 1, (void *)verb);
    return status < 0 ? CLI_FAILED : status;
}

int main(int argc, char *argv[])
{
    int status;

    i18n_init(NULL);
    format_init();
    status = run(argc, argv);
    /* Half an answer must not pass for a whole one. A reader who has seen enough (EPIPE) needs no message. */
    if (fflush(stdout) == EOF || ferror(stdout)) {
        if (errno != EPIPE)
            fprintf(stderr, _("backcarectl: can't write: %s\n"), strerror(errno));
        if (status == CLI_DONE)
            status = CLI_FAILED;
    }
    return status;
}
