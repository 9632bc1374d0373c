/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Following the daemon from a loop: its transitions, its coming and going, its silence. Never blocks, and
 * asks one question at a time, however many signals come.
 */
#include "cli/client-internal.h"
#include "dbus/names.h"
#include "util/i18n.h"

/* How soon a daemon that has not answered is asked again. */
#define RETRY_USEC (5 * USEC_PER_SEC)

static void ask(struct client *client);

static int on_retry(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *userdata)
{
    ask(userdata);
    return 0;
}

/* Tells the watcher that there is no answer. One that is merely silent is asked again: no signal may come. */
static void tell_gone(struct client *client, struct client_error *error)
{
    if (client_is_silence(error->name ? error->name : "")) {
        client->retry = sd_event_source_disable_unref(client->retry);
        (void)sd_event_add_time_relative(client->event, &client->retry, CLOCK_BOOTTIME, (uint64_t)RETRY_USEC,
                                         USEC_PER_SEC, on_retry, client);
    }
    client->watch.gone(client->watch.userdata, error);
    client_error_done(error);
}

/* What was asked before is worth nothing any more. */
static void forget(struct client *client)
{
    client->pending = sd_bus_slot_unref(client->pending);
    status_done(&client->held);
}

static void tell_status(struct client *client, struct status *status)
{
    client->watch.status(client->watch.userdata, status);
    status_done(status);
}

/**
 * client_notifier_answered() - it is known now whether the bus starts a notification server
 */
void client_notifier_answered(struct client *client)
{
    if (client->again) {
        status_done(&client->held);
        ask(client);
        return;
    }
    client->held.notifier_starts = client->notifier_starts > 0;
    tell_status(client, &client->held);
}

/* Where no notification server answers, the bus is asked about it once, until something has changed there. */
static bool needs_bus(struct client *client, const struct status *status)
{
    if (is_set(status->notifier_name)) {
        client->notifier_starts = -1;
        return false;
    }
    return client->notifier_starts < 0;
}

static int on_status(sd_bus_message *reply, void *userdata, _unused_ sd_bus_error *ret_error)
{
    struct client *client = userdata;
    struct client_error error = {0};
    const sd_bus_error *e = sd_bus_message_get_error(reply);
    struct status status = {0};
    int r;

    client->pending = sd_bus_slot_unref(client->pending);
    if (client->again) {
        ask(client);
        return 0;
    }
    r = e ? client_explain_bus_error(&error, e) : read_status(reply, &status);
    if (r < 0) {
        if (!error.message)
            (void)client_explain_errno(&error, r);
        tell_gone(client, &error);
        return 0;
    }
    if (needs_bus(client, &status) && client_start_asking_notifier(client) >= 0) {
        client->held = status;
        return 0;
    }
    status.notifier_starts = client->notifier_starts > 0;
    tell_status(client, &status);
    return 0;
}

/* Asks for every property, unless a question is under way: then once more after its answer. */
static void ask(struct client *client)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    struct client_error error = {0};
    int r;

    client->again = client->pending != NULL;
    if (client->again)
        return;
    r = client_new_status_call(client, &m);
    if (r >= 0)
        r = sd_bus_call_async(client->bus, &client->pending, m, on_status, client, 0);
    if (r < 0) {
        (void)client_explain_errno(&error, r);
        tell_gone(client, &error);
    }
}

static int on_changed(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *ret_error)
{
    ask(userdata);
    return 0;
}

static int on_owner(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *ret_error)
{
    struct client *client = userdata;
    struct client_error error = {0};
    const char *name, *old, *new;
    int r = sd_bus_message_read(m, "sss", &name, &old, &new);

    if (r < 0)
        return 0;
    if (*new) {
        if (client->watch.status)
            ask(client);
        else
            client->watch.appeared(client->watch.userdata);
        return 0;
    }
    /* What was asked of the old one will not be answered in its sense. */
    forget(client);
    client->again = false;
    (void)client_set_error(&error, CLI_UNREACHABLE, SD_BUS_ERROR_NAME_HAS_NO_OWNER, _(NOT_RUNNING));
    tell_gone(client, &error);
    return 0;
}

/* A notification server that hung is gone: the next one may be started by the bus. */
static int on_notifier_owner(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *ret_error)
{
    struct client *client = userdata;
    const char *new;

    if (sd_bus_message_read(m, "sss", NULL, NULL, &new) > 0 && !*new)
        client->notifier_starts = -1;
    return 0;
}

static int on_disconnected(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *ret_error)
{
    struct client *client = userdata;
    struct client_error error = {0};

    forget(client);
    (void)client_set_error(&error, CLI_UNREACHABLE, SD_BUS_ERROR_DISCONNECTED,
                           _("the connection to the bus is lost"));
    tell_gone(client, &error);
    (void)sd_event_exit(client->event, CLI_UNREACHABLE);
    return 0;
}

static const char changed_match[] = "type='signal',sender='" BACKCARE_BUS_NAME "',path='" BACKCARE_OBJECT_PATH
                                    "',interface='org.freedesktop.DBus.Properties',"
                                    "member='PropertiesChanged',arg0='" BACKCARE_MANAGER_INTERFACE "'";
static const char owner_match[] = "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                                  "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                  "arg0='" BACKCARE_BUS_NAME "'";
static const char notifier_match[] =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.Notifications'";
static const char disconnected_match[] = "type='signal',path='/org/freedesktop/DBus/Local',"
                                         "interface='org.freedesktop.DBus.Local',member='Disconnected'";

/**
 * client_follow() - have every transition reported from a loop
 * @event: the loop; must run before anything is reported
 * @watch: is copied. With @status, the properties are read at once and at each transition; without it only
 *         the coming and going of a daemon is reported
 *
 * Return: 0, or a negative errno with @error set.
 */
int client_follow(struct client *client, sd_event *event, const struct client_watch *watch,
                  struct client_error *error)
{
    int r = sd_bus_attach_event(client->bus, event, SD_EVENT_PRIORITY_NORMAL);

    client->event = event;
    client->watch = *watch;
    if (r >= 0 && watch->status)
        r = sd_bus_add_match(client->bus, NULL, changed_match, on_changed, client);
    if (r >= 0)
        r = sd_bus_add_match(client->bus, NULL, owner_match, on_owner, client);
    if (r >= 0 && watch->status)
        r = sd_bus_add_match(client->bus, NULL, notifier_match, on_notifier_owner, client);
    if (r >= 0 && watch->status)
        r = sd_bus_add_match(client->bus, NULL, disconnected_match, on_disconnected, client);
    if (r < 0)
        return client_explain_errno(error, r);
    if (watch->status)
        ask(client);
    return 0;
}
