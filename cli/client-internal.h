/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the client share. Only this header and those of the doctor show sd-bus.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "cli/client.h"
#include "util/i18n.h"

/* Through _() where it is said. */
#define NOT_RUNNING N_("backcared is not running; start it with: systemctl --user start backcare")

struct client {
    sd_bus *bus;
    unsigned flags;
    /* following */
    sd_event *event; /* borrowed: the loop outlives the client's use of it */
    sd_event_source *retry;
    sd_bus_slot *pending; /* the question that is under way */
    bool again;           /* something changed while it was */
    struct status held;   /* waits for what the bus says of the notification server … */
    int notifier_starts; /* … which is kept until that changes: whether it starts one; negative = not known */
    struct client_watch watch;
};

int client_set_error(struct client_error *error, enum cli_exit status, const char *name, const char *message);
int client_explain_bus_error(struct client_error *error, const sd_bus_error *e);
int client_explain_errno(struct client_error *error, int r);
bool client_is_silence(const char *name);
int client_new_status_call(struct client *client, sd_bus_message **ret);
int client_start_asking_notifier(struct client *client);
void client_notifier_answered(struct client *client);

/* Replies into our own types. */
usec_t usec_from_bus(uint64_t value);
int read_status(sd_bus_message *m, struct status *ret);
int read_ledger(sd_bus_message *m, struct ledger *ret);
int read_choice(sd_bus_message *m, struct choice *ret);
