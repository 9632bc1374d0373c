/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The connection to the daemon over the user's bus. Knows the names of members only as it is told them, and
 * nothing of how an answer is shown.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/client-internal.h"
#include "cli/failure.h"
#include "dbus/names.h"
#include "util/i18n.h"

#define CALL_TIMEOUT_USEC (5 * USEC_PER_SEC)
/* A daemon that is being started by the call has to come up first. */
#define START_TIMEOUT_USEC (15 * USEC_PER_SEC)
#define BRIEF_TIMEOUT_USEC (USEC_PER_SEC / 2)

/**
 * client_error_done() - free what an error holds
 */
void client_error_done(struct client_error *error)
{
    free(error->name);
    free(error->message);
    *error = (struct client_error){0};
}

/**
 * client_set_error() - say why something did not work, in place of what the error said before
 *
 * Return: -EIO, so that a caller can return it.
 */
int client_set_error(struct client_error *error, enum cli_exit status, const char *name, const char *message)
{
    client_error_done(error);
    error->status = status;
    error->name = strdup(name);
    error->message = strdup(message);
    return -EIO;
}

/* Errors by which the bus says that there is nobody to answer. */
static bool means_absent(const char *name)
{
    static const char *const names[] = {
        SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
        SD_BUS_ERROR_DISCONNECTED,    "org.freedesktop.DBus.Error.NoServer",
        SD_BUS_ERROR_IO_ERROR,        "org.freedesktop.DBus.Error.TimedOut",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "org.freedesktop.DBus.Error.Spawn.", 33) == 0 ||
           strncmp(name, "org.freedesktop.systemd1.", 25) == 0;
}

static bool means_older(const char *name)
{
    return strcmp(name, SD_BUS_ERROR_UNKNOWN_METHOD) == 0 ||
           strcmp(name, SD_BUS_ERROR_UNKNOWN_INTERFACE) == 0 ||
           strcmp(name, SD_BUS_ERROR_UNKNOWN_OBJECT) == 0 || strcmp(name, SD_BUS_ERROR_UNKNOWN_PROPERTY) == 0;
}

/**
 * client_is_silence() - whether an error means that there is a daemon but it does not answer
 */
bool client_is_silence(const char *name)
{
    return strcmp(name, SD_BUS_ERROR_NO_REPLY) == 0 || strcmp(name, SD_BUS_ERROR_TIMEOUT) == 0;
}

/**
 * client_nobody() - whether a call failed as no daemon runs, or no bus on which one could
 */
bool client_nobody(const struct client_error *error)
{
    return error->name && means_absent(error->name);
}

/**
 * client_explain_bus_error() - turn a D-Bus error into what the user is told
 *
 * Return: -EIO.
 */
int client_explain_bus_error(struct client_error *error, const sd_bus_error *e)
{
    if (means_absent(e->name))
        return client_set_error(error, CLI_UNREACHABLE, e->name, _(NOT_RUNNING));
    if (client_is_silence(e->name))
        return client_set_error(error, CLI_UNREACHABLE, e->name,
                                _("backcared does not answer; what to do is said by: backcarectl doctor"));
    if (means_older(e->name))
        return client_set_error(
            error, CLI_REFUSED, e->name,
            _("the running backcared is older than this backcarectl and does not know this; "
              "restart it with: systemctl --user restart backcare"));
    if (strcmp(e->name, SD_BUS_ERROR_ACCESS_DENIED) == 0)
        return client_set_error(error, CLI_UNREACHABLE, e->name,
                                _("the bus does not let us talk to backcared"));
    return client_set_error(error, CLI_REFUSED, e->name,
                            is_set(e->message) ? e->message : strrchr(e->name, '.') + 1);
}

/**
 * client_explain_errno() - turn a negative errno of sd-bus into what the user is told
 *
 * Return: -EIO.
 */
int client_explain_errno(struct client_error *error, int r)
{
    _cleanup_(sd_bus_error_free) sd_bus_error e = SD_BUS_ERROR_NULL;

    if (r == -EBADMSG || r == -ENXIO)
        return client_set_error(
            error, CLI_FAILED, SD_BUS_ERROR_INVALID_SIGNATURE,
            _("backcared gave an answer that can't be understood; is it of another version?"));
    if (r == -ETIMEDOUT)
        (void)sd_bus_error_set(&e, SD_BUS_ERROR_NO_REPLY, NULL);
    else if (r == -ECONNRESET || r == -ENOTCONN || r == -ESHUTDOWN || r == -EPIPE)
        (void)sd_bus_error_set(&e, SD_BUS_ERROR_DISCONNECTED, NULL);
    else {
        (void)sd_bus_error_set_errno(&e, r);
        return client_set_error(error, CLI_FAILED, e.name ? e.name : SD_BUS_ERROR_FAILED, strerror(-r));
    }
    return client_explain_bus_error(error, &e);
}

/**
 * client_fail() - tell the user why, and free the error
 *
 * Return: the exit status.
 */
int client_fail(struct client_error *error)
{
    int status = failure_say(error->status, error->name ? error->name : FAILURE_NO_MEMORY,
                             "backcarectl: ", "%s", error->message ? error->message : _("out of memory"));

    client_error_done(error);
    return status;
}

/**
 * client_new() - connect to the user's bus
 * @flags: of enum client_flags
 * @error: set on failure
 *
 * Return: 0 or a negative errno.
 */
int client_new(unsigned flags, struct client **ret, struct client_error *error)
{
    _cleanup_(client_freep) struct client *client = calloc(1, sizeof(*client));
    usec_t timeout = flags & CLIENT_BRIEF       ? BRIEF_TIMEOUT_USEC
                     : flags & CLIENT_MAY_START ? START_TIMEOUT_USEC
                                                : CALL_TIMEOUT_USEC;
    int r;

    if (!client)
        return client_explain_errno(error, -ENOMEM);
    client->flags = flags;
    client->notifier_starts = -1;
    r = sd_bus_open_user(&client->bus);
    if (r < 0) {
        _cleanup_(freep) char *text = NULL;

        if (r == -ENOMEM)
            return client_explain_errno(error, r);
        if (asprintf(
                &text,
                _("no connection to the user's bus (%s); backcarectl has to run in your desktop session"),
                r == -ENOMEDIUM ? _("DBUS_SESSION_BUS_ADDRESS and XDG_RUNTIME_DIR are not set")
                                : strerror(-r)) < 0)
            text = NULL;
        return client_set_error(error, CLI_UNREACHABLE, "org.freedesktop.DBus.Error.NoServer",
                                text ? text : _("no connection to the user's bus"));
    }
    (void)sd_bus_set_method_call_timeout(client->bus, (uint64_t)timeout);
    *ret = TAKE_PTR(client);
    return 0;
}

/**
 * client_free() - close the connection; accepts NULL
 *
 * Return: NULL.
 */
struct client *client_free(struct client *client)
{
    if (!client)
        return NULL;
    sd_event_source_disable_unref(client->retry);
    sd_bus_slot_unref(client->pending);
    status_done(&client->held);
    sd_bus_flush_close_unref(client->bus);
    free(client);
    return NULL;
}

static int new_call(struct client *client, const char *interface, const char *member, sd_bus_message **ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = sd_bus_message_new_method_call(client->bus, &m, BACKCARE_BUS_NAME, BACKCARE_OBJECT_PATH,
                                           interface, member);

    if (r >= 0 && !(client->flags & CLIENT_MAY_START))
        r = sd_bus_message_set_auto_start(m, false);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(m);
    return 0;
}

static int append_arguments(sd_bus_message *m, const char *types, va_list ap)
{
    int r = 0;

    for (; *types && r >= 0; types++)
        switch (*types) {
        case 's':
            r = sd_bus_message_append(m, "s", va_arg(ap, const char *));
            break;
        case 't':
            r = sd_bus_message_append(m, "t", va_arg(ap, uint64_t));
            break;
        case 'h':
            r = sd_bus_message_append(m, "h", va_arg(ap, int));
            break;
        default:
            r = sd_bus_message_append(m, "a{sv}", 0);
            break;
        }
    return r;
}

static int read_result(sd_bus_message *reply, enum client_result result, void *ret)
{
    const char *text;
    uint64_t usec;
    char **list = NULL;
    int fd, r = 0;

    switch (result) {
    case CLIENT_NOTHING:
        break;
    case CLIENT_USEC:
        r = sd_bus_message_read(reply, "t", &usec);
        if (r >= 0)
            *(usec_t *)ret = usec_from_bus(usec);
        break;
    case CLIENT_STRING:
        r = sd_bus_message_read(reply, "s", &text);
        if (r >= 0 && !(*(char **)ret = strdup(text)))
            r = -ENOMEM;
        break;
    case CLIENT_STRINGS:
        r = sd_bus_message_read_strv(reply, &list);
        if (r >= 0)
            *(char ***)ret = list;
        break;
    case CLIENT_FD:
        r = sd_bus_message_read(reply, "h", &fd);
        if (r < 0)
            break;
        /* The message keeps its own; ours must not leak into the command that is run. */
        fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (fd < 0)
            r = -errno;
        else
            *(int *)ret = fd;
        break;
    }
    return r;
}

/* Sends a call and waits for its answer. */
static int exchange(struct client *client, sd_bus_message *m, sd_bus_message **ret,
                    struct client_error *error)
{
    _cleanup_(sd_bus_error_free) sd_bus_error e = SD_BUS_ERROR_NULL;
    int r = sd_bus_call(client->bus, m, 0, &e, ret);

    if (r >= 0)
        return 0;
    return sd_bus_error_is_set(&e) ? client_explain_bus_error(error, &e) : client_explain_errno(error, r);
}

/**
 * client_call() - call a method of the manager
 * @member: its name
 * @result: what it gives back
 * @ret: where to; untouched on failure; may be NULL with CLIENT_NOTHING
 * @error: set on failure
 * @types: of the values that follow, see client.h
 *
 * Return: 0 or a negative errno.
 */
int client_call(struct client *client, const char *member, enum client_result result, void *ret,
                struct client_error *error, const char *types, ...)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
    va_list ap;
    int r = new_call(client, BACKCARE_MANAGER_INTERFACE, member, &m);

    if (r >= 0) {
        va_start(ap, types);
        r = append_arguments(m, types, ap);
        va_end(ap);
    }
    if (r < 0)
        return client_explain_errno(error, r);
    r = exchange(client, m, &reply, error);
    if (r < 0)
        return r;
    r = read_result(reply, result, ret);
    return r < 0 ? client_explain_errno(error, r) : 0;
}

/**
 * client_new_status_call() - the message that asks for every property
 *
 * Return: 0 or a negative errno.
 */
int client_new_status_call(struct client *client, sd_bus_message **ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r = new_call(client, "org.freedesktop.DBus.Properties", "GetAll", &m);

    if (r >= 0)
        r = sd_bus_message_append(m, "s", BACKCARE_MANAGER_INTERFACE);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(m);
    return 0;
}

/**
 * client_status() - read every property
 * @ret: freed by status_done(); untouched on failure
 *
 * Return: 0, or a negative errno with @error set.
 */
int client_status(struct client *client, struct status *ret, struct client_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
    int r = client_new_status_call(client, &m);

    if (r < 0)
        return client_explain_errno(error, r);
    r = exchange(client, m, &reply, error);
    if (r < 0)
        return r;
    r = read_status(reply, ret);
    return r < 0 ? client_explain_errno(error, r) : 0;
}

/**
 * client_ledger() - read the ledger of the current exposure
 * @ret: freed by ledger_done(); untouched on failure
 *
 * Return: 0, or a negative errno with @error set.
 */
int client_ledger(struct client *client, struct ledger *ret, struct client_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
    int r = new_call(client, BACKCARE_MANAGER_INTERFACE, "Explain", &m);

    if (r < 0)
        return client_explain_errno(error, r);
    r = exchange(client, m, &reply, error);
    if (r < 0)
        return r;
    r = read_ledger(reply, ret);
    return r < 0 ? client_explain_errno(error, r) : 0;
}

/**
 * client_choice() - ask why the exercise that stands was chosen
 * @ret: freed by choice_done(); untouched on failure
 *
 * Return: 0; a negative errno, which a daemon that is older than this question answers: the rest is worth as
 * much without it.
 */
int client_choice(struct client *client, struct choice *ret)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL, *reply = NULL;
    struct client_error error = {0};
    int r = new_call(client, BACKCARE_MANAGER_INTERFACE, "ExplainChoice", &m);

    if (r >= 0)
        r = exchange(client, m, &reply, &error);
    client_error_done(&error);
    return r < 0 ? r : read_choice(reply, ret);
}
