/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl: the table of verbs, and what is the same for all of them. A new verb is a line here, in
 * verbs.h, in the man page and in the completions; a test compares them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/format.h"
#include "cli/verbs.h"
#include "config/ini.h"

static const struct verb_option status_options[] = {
    {"json", NULL, "one JSON object"},
    {"format", "plain|waybar", "for people, or for a status bar"},
    {"follow", NULL, "go on: write again at each change"},
    {0},
};

static const struct verb_option pause_options[] = {
    {"until", "TIME", "15:00, or \"2026-11-21 15:00\""},
    {"until-resume", NULL, "without end, until backcarectl resume"},
    {0},
};

static const struct verb_option start_options[] = {
    {"exercise", "ID", "this exercise or routine, not a chosen one"},
    {0},
};

static const struct verb_option json_options[] = {
    {"json", NULL, "one JSON object"},
    {0},
};

static const struct verb_option list_options[] = {
    {"region", "REGION", "what is for this part of the body"},
    {"kind", "KIND", "massage, mobility, ..., tip or routine"},
    {"tool", "TOOL", "what is done with this tool"},
    {"all", NULL, "also what does not suit you, and why not"},
    {"config", "FILE", "these settings instead of yours"},
    {"json", NULL, "one JSON array"},
    {0},
};

static const struct verb_option show_options[] = {
    {"config", "FILE", "these settings instead of yours"},
    {"json", NULL, "one JSON object"},
    {0},
};

static const struct verb_option inhibit_options[] = {
    {"why", "TEXT", "the reason, shown by status"},
    {"who", "NAME", "who asks; default: the command's name"},
    {0},
};

static const struct verb_option config_options[] = {
    {"json", NULL, "with show: one JSON object"},
    {0},
};

static const struct verb_option profile_options[] = {
    {"json", NULL, "with show: one JSON object"},
    {"yes", NULL, "with clear-condition: don't ask"},
    {0},
};

static const struct verb_option record_options[] = {
    {"for", "TIME", "end by itself after this time"},
    {"force", NULL, "write over a file that exists"},
    {0},
};

static const struct verb_option simulate_options[] = {
    {"config", "FILE", "these settings instead of yours"},
    {"json", NULL, "one JSON object a line"},
    {0},
};

#define TIME_DETAILS "TIME is a length such as 90s, 5min or 1h 30min; a plain number is minutes.\n"

#define PROFILE_DETAILS                                                                                      \
    "  show                             what is set, and what each condition changes\n"                      \
    "  set KEY VALUE                    one of tools, place, partner, focus, goals,\n"                       \
    "                                   language, pregnancy-due, max-intensity,\n"                           \
    "                                   emergency-number, advice-number;\n"                                  \
    "                                   \"\" as the value is none\n"                                         \
    "  add-condition TAG[@REGION]       what must be minded for your safety\n"                               \
    "  clear-condition TAG[@REGION]     what no longer is so; asks if it stopped all\n"                      \
    "\nWrites backcare.conf.d/50-profile.conf only. Needs no daemon.\n"

/* In the order of --help. */
static const struct verb verbs[] = {
    {"status", "[--json | --format=FORMAT] [--follow]", "Show what is counted and when the next break is due",
     "Does not start a stopped daemon.\n", status_options, 0, 0, 0, verb_status},
    {"why", "[--json]", "Explain how the counters came about", "Does not start a stopped daemon.\n",
     json_options, 0, 0, 0, verb_why},
    {"start", "[BREAK] [--exercise ID]", "Begin a guided break, by default the next one", NULL, start_options,
     0, 1, 0, verb_start},
    {"done", "", "Say that the break is done", NULL, NULL, 0, 0, 0, verb_done},
    {"skip", "", "Skip the break", NULL, NULL, 0, 0, 0, verb_skip},
    {"snooze", "[TIME]", "Be reminded later", TIME_DETAILS "1min to 4h; without one, as configured.\n", NULL,
     0, DURATION_WORDS_MAX, 0, verb_snooze},
    {"another", "", "Ask for another exercise", NULL, NULL, 0, 0, 0, verb_another},
    {"feedback", "better|same|hurts [ID]", "Say how an exercise was, by default the last one", NULL, NULL, 1,
     2, 0, verb_feedback},
    {"pause", "[TIME | --until TIME | --until-resume]", "Be left alone, by default for one hour",
     TIME_DETAILS "1min to 30 days. --until takes a clock time: the next 15:00, or a date.\n", pause_options,
     0, DURATION_WORDS_MAX, 0, verb_pause},
    {"resume", "", "End a pause or a snooze", NULL, NULL, 0, 0, 0, verb_resume},
    {"posture", "sitting|standing|walking [TIME]", "Report how you work, for TIME or until the next report",
     TIME_DETAILS "Does not start a stopped daemon.\n", NULL, 1, 1 + DURATION_WORDS_MAX, 0, verb_posture},
    {"inhibit", "--why TEXT [--who NAME] -- COMMAND...", "Hold reminders back while a command runs", NULL,
     inhibit_options, 1, -1, VERB_COMMAND, verb_inhibit},
    {"list", "[--region|--kind|--tool W] [--config F] [--all] [--json]", "List the exercises that suit you",
     "Needs no daemon.\n", list_options, 0, 0, 0, verb_list},
    {"show", "ID [--config FILE] [--json]", "Show an exercise", "Needs no daemon.\n", show_options, 1, 1, 0,
     verb_show},
    {"catalogue", "check [FILE]", "Check the files of the exercises", "Needs no daemon.\n", NULL, 1, 2, 0,
     verb_catalogue},
    {"profile", "COMMAND [ARGUMENT...] [--json] [--yes]", "Show or change what suits you", PROFILE_DETAILS,
     profile_options, 1, 10, 0, verb_profile},
    {"config", "check [FILE] | show [--json] | edit | path", "Check, show or edit the settings", NULL,
     config_options, 0, -1, VERB_OWN_ARGS, verb_config},
    {"reload", "", "Have the daemon read its settings anew", "Does not start a stopped daemon.\n", NULL, 0, 0,
     0, verb_reload},
    {"record", "FILE [--for TIME] [--force]", "Record what happens, for simulate and for bug reports",
     "Runs until Ctrl-C. Does not start a stopped daemon.\n", record_options, 1, 1, 0, verb_record},
    {"doctor", "[--json]", "Say what works and what does not here, and what to do",
     "Needs no daemon and starts none. The exit status is 1 if reminders can't work.\n", json_options, 0, 0,
     0, verb_doctor},
    {"simulate", "[--config FILE] [--json] TRACE", "Replay a trace, without a daemon", NULL, simulate_options,
     0, -1, VERB_OWN_ARGS, verb_simulate},
    {"_complete", "breaks|exercises|conditions|own-conditions", "Words for completion", NULL, NULL, 1, 1,
     VERB_HIDDEN, verb_complete},
};

static void print_help(void)
{
    puts("Usage: backcarectl [OPTION...] VERB [ARGUMENT...]\n\n"
         "Talk to BackCare, which reminds you to get up after long sitting.\n\n"
         "Verbs:");
    for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
        if (!(verbs[i].flags & VERB_HIDDEN))
            printf("  %-10s %s\n", verbs[i].name, verbs[i].summary);
    puts("\nOptions:\n"
         "  --help     Show this help; after a verb, that verb's\n"
         "  --version  Show the version\n\n"
         "Exit status: 0 done, 1 failed, 2 wrong usage, 3 the daemon can't be reached,\n"
         "4 the daemon refused. More: man backcarectl");
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
        return usage_error(NULL, "unknown verb '%s'; did you mean %s?", name, nearest);
    return usage_error(NULL, "unknown verb '%s'", name);
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
    const struct verb *verb;
    int status;

    if (argc < 2)
        return usage_error(NULL, "say what to do, for example: backcarectl status");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        version_print();
        return CLI_DONE;
    }
    if (argv[1][0] == '-')
        return usage_error(NULL, "unknown option %s", argv[1]);
    verb = find_verb(argv[1]);
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

    format_init();
    status = run(argc, argv);
    /* Half an answer must not pass for a whole one. A reader who has seen enough (EPIPE) needs no message. */
    if (fflush(stdout) == EOF || ferror(stdout)) {
        if (errno != EPIPE)
            fprintf(stderr, "backcarectl: can't write: %s\n", strerror(errno));
        if (status == CLI_DONE)
            status = CLI_FAILED;
    }
    return status;
}
