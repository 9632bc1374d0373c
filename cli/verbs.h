/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verbs of backcarectl: what the table says of each, how their arguments are read, and the exit statuses
 * that all of them share. A verb family is one file; its line in the table (main.c) is its only other trace.
 */
#pragma once

#include <stdbool.h>

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,       /* message on stderr, nothing on stdout */
    CLI_UNREACHABLE = 3, /* the daemon can't be reached */
    CLI_REFUSED = 4,     /* the daemon refused; its message is shown */
};

#define VERB_OPTIONS_MAX 8

struct verb_option {
    const char *name;     /* without the dashes; NULL ends the list */
    const char *argument; /* what stands for its value in the help, or NULL for a switch */
    const char *help;
};

enum verb_flags {
    VERB_HIDDEN = 1 << 0,     /* in no help and no completion */
    VERB_OWN_ARGS = 1 << 1,   /* reads its argv by itself; only --help and --version are seen before */
    VERB_COMMAND = 1 << 2,    /* options end at the first other argument: what follows is a command line */
    VERB_TAKES_TIME = 1 << 3, /* a TIME is among the arguments: the help says how it is written */
};

struct verb {
    const char *name;
    const char *synopsis; /* what may follow the name; "" = nothing */
    const char *summary;  /* one line of at most 55 characters; this and what follows is marked with N_() */
    const char *details;  /* more for `VERB --help`, whole lines; NULL = nothing */
    const struct verb_option *options;
    int min_args;
    int max_args; /* -1 = any number */
    unsigned flags;
    /* argv[0] is the verb's name, userdata the table's line. Returns the exit status; a negative errno, with
     * the message already written, becomes CLI_FAILED. */
    int (*run)(int argc, char *argv[], void *userdata);
};

int verb_another(int argc, char *argv[], void *userdata);
int verb_catalogue(int argc, char *argv[], void *userdata);
int verb_complete(int argc, char *argv[], void *userdata);
int verb_config(int argc, char *argv[], void *userdata);
int verb_doctor(int argc, char *argv[], void *userdata);
int verb_done(int argc, char *argv[], void *userdata);
int verb_feedback(int argc, char *argv[], void *userdata);
int verb_inhibit(int argc, char *argv[], void *userdata);
int verb_list(int argc, char *argv[], void *userdata);
int verb_pause(int argc, char *argv[], void *userdata);
int verb_posture(int argc, char *argv[], void *userdata);
int verb_profile(int argc, char *argv[], void *userdata);
int verb_record(int argc, char *argv[], void *userdata);
int verb_reload(int argc, char *argv[], void *userdata);
int verb_resume(int argc, char *argv[], void *userdata);
int verb_show(int argc, char *argv[], void *userdata);
int verb_simulate(int argc, char *argv[], void *userdata);
int verb_skip(int argc, char *argv[], void *userdata);
int verb_snooze(int argc, char *argv[], void *userdata);
int verb_start(int argc, char *argv[], void *userdata);
int verb_status(int argc, char *argv[], void *userdata);
int verb_why(int argc, char *argv[], void *userdata);
