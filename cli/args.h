/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading of a verb's command line by its line in the table, and of the times that people write.
 */
#pragma once

#include "cli/verbs.h"
#include "util/macro.h"
#include "util/time-util.h"

/* A verb's arguments, read. */
struct args {
    const char *options[VERB_OPTIONS_MAX]; /* in the order of the table; NULL = not given, "" for a switch */
    char **words;                          /* the other arguments, NULL-terminated */
    int n_words;
};

/* 1: go on. Otherwise it has said what there is to say and *ret_status is the exit status. */
int args_read(const struct verb *verb, int argc, char *argv[], struct args *ret, int *ret_status);

int usage_error(const char *verb, const char *fmt, ...) _printf_(2, 3);
void usage_print(const struct verb *verb);
void version_print(void);

#define DURATION_WORDS_MAX 6

int duration_read(const char *verb, char **words, usec_t *ret_usec);
int until_parse(const char *text, usec_t now_usec, usec_t *ret_usec);
int choice_read(const char *verb, const char *what, const char *word, const char *const *choices);
