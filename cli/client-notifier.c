/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the bus starts a notification server when one is needed. The daemon says only that none answers;
 * where none runs but one can be started, that is no problem. Nothing is started by asking.
 */
#include <string.h>

#include "cli/client-internal.h"

#define NOTIFICATIONS "org.freedesktop.Notifications"
#define ASK_LIMIT_USEC USEC_PER_SEC

static int new_question(struct client *client, const char *member, sd_bus_message **ret)
{
    return sd_bus_message_new_method_call(client->bus, ret, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                          "org.freedesktop.DBus", member);
}

static int new_owned_question(struct client *client, sd_bus_message **ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = new_question(client, "NameHasOwner", &m);

    if (r >= 0)
        r = sd_bus_message_append(m, "s", NOTIFICATIONS);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(m);
    return 0;
}

/* One that runs and does not answer won't be replaced by another. */
static bool is_free(sd_bus_message *reply)
{
    int owned;

    return !sd_bus_message_is_method_error(reply, NULL) && sd_bus_message_read(reply, "b", &owned) > 0 &&
           !owned;
}

static bool is_listed(sd_bus_message *reply)
{
    _cleanup_(strings_freep) char **names = NULL;

    if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read_strv(reply, &names) < 0)
        return false;
    for (char **p = names; p && *p; p++)
        if (strcmp(*p, NOTIFICATIONS) == 0)
            return true;
    return false;
}

/**
 * client_ask_notifier() - ask the bus whether no notification server runs and it would start one
 *
 * Waits for a second at most for each of two answers; without them it is no.
 *
 * Return: whether that is so.
 */
bool client_ask_notifier(struct client *client)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *owned = NULL, *is_owned = NULL, *list = NULL,
                                                    *names = NULL;

    return new_owned_question(client, &owned) >= 0 &&
           sd_bus_call(client->bus, owned, (uint64_t)ASK_LIMIT_USEC, NULL, &is_owned) >= 0 &&
           is_free(is_owned) && new_question(client, "ListActivatableNames", &list) >= 0 &&
           sd_bus_call(client->bus, list, (uint64_t)ASK_LIMIT_USEC, NULL, &names) >= 0 && is_listed(names);
}

static void answered(struct client *client, bool starts)
{
    client->pending = sd_bus_slot_unref(client->pending);
    client->notifier_starts = starts;
    client_notifier_answered(client);
}

static int on_names(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *ret_error)
{
    answered(userdata, is_listed(reply));
    return 0;
}

static int on_owned(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *ret_error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    struct client *client = userdata;

    client->pending = sd_bus_slot_unref(client->pending);
    if (!is_free(reply) || new_question(client, "ListActivatableNames", &m) < 0 ||
        sd_bus_call_async(client->bus, &client->pending, m, on_names, client, (uint64_t)ASK_LIMIT_USEC) < 0)
        answered(client, false);
    return 0;
}

/**
 * client_start_asking_notifier() - the same from a loop; client_notifier_answered() is called afterwards
 *
 * Return: 0, or a negative errno if it can't even be asked.
 */
int client_start_asking_notifier(struct client *client)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = new_owned_question(client, &m);

    if (r < 0)
        return r;
    r = sd_bus_call_async(client->bus, &client->pending, m, on_owned, client, (uint64_t)ASK_LIMIT_USEC);
    return r < 0 ? r : 0;
}
