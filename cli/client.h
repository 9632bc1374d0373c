/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon, as backcarectl sees it: calls with a time-out, and each way in which they can fail turned into
 * an exit status and one line for the user. No type of sd-bus gets out of the client's files.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "cli/status.h"
#include "cli/verbs.h"
#include "util/macro.h"
#include "util/time-util.h"

/* Why something did not work. */
struct client_error {
    enum cli_exit status;
    char *name;    /* the D-Bus error's name */
    char *message; /* one line, or for InvalidConfig several */
};

void client_error_done(struct client_error *error);
int client_fail(struct client_error *error);
bool client_nobody(const struct client_error *error);

struct client;

enum client_flags {
    /* The bus may start a daemon that does not run. Not for what only looks or reports: a status bar must not
     * bring back what the user has stopped. */
    CLIENT_MAY_START = 1 << 0,
    CLIENT_BRIEF = 1 << 1, /* for completion: better no answer than a late one */
};

int client_new(unsigned flags, struct client **ret, struct client_error *error);
struct client *client_free(struct client *client);
DEFINE_CLEANUP(struct client *, client_free)

/* What a method gives back. */
enum client_result {
    CLIENT_NOTHING,
    CLIENT_USEC,    /* usec_t */
    CLIENT_STRING,  /* char *, freed by the caller */
    CLIENT_STRINGS, /* char **, NULL-terminated, freed by strings_free() */
    CLIENT_FD,      /* int, closed by the caller */
};

/* The values that go in follow @types: 's' const char *, 't' uint64_t, 'h' int, 'o' nothing: an empty
 * dictionary of options. */
int client_call(struct client *client, const char *member, enum client_result result, void *ret,
                struct client_error *error, const char *types, ...);
int client_status(struct client *client, struct status *ret, struct client_error *error);
bool client_ask_notifier(struct client *client);
int client_ledger(struct client *client, struct ledger *ret, struct client_error *error);
int client_choice(struct client *client, struct choice *ret);

char **strings_free(char **strings);
DEFINE_CLEANUP(char **, strings_free)

/* Following. Exactly one of the functions is called for each change. */
struct client_watch {
    void *userdata;
    /* At the start and at each transition. May keep what @status holds, if it leaves it empty. */
    void (*status)(void *userdata, struct status *status);
    void (*gone)(void *userdata, const struct client_error *error); /* no daemon, or it does not answer */
    void (*appeared)(void *userdata); /* a daemon has taken the name; without @status only */
};

/* Ends the loop with CLI_UNREACHABLE when the bus itself goes away. */
int client_follow(struct client *client, sd_event *event, const struct client_watch *watch,
                  struct client_error *error);
