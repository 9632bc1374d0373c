/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See popup.h. The one user of libnotify: how a message is said to the server at hand, what that server can
 * do, and how one learns that it has gone.
 */
#include <gio/gio.h>
#include <libnotify/notify.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "notifier/popup.h"

#define SERVER_NAME "org.freedesktop.Notifications"
#define BUS_TIMEOUT_MSEC 2000

/* Of conf/backcare.desktop, by its name and by that of the icon that is installed beside it; a picture of the
 * message takes the icon's place. */
#define DESKTOP_ENTRY "backcare"
#define ICON "backcare"

struct popup {
    struct popup_handlers handlers;
    void *userdata;
    NotifyNotification *note; /* NULL before the first message */
    GDBusConnection *bus;
    guint owner_watch;
    GList *capabilities;
    char *server_owner; /* who shows the notification: a unique name */
    bool asked;         /* the capabilities */
    bool keeps_window;  /* the server closes a notification and leaves its window */
    bool few_lines;     /* the server cuts off the rest */
    bool tag_replaces;  /* the server must not be told by id as well what to replace */
    bool shown;         /* the server has a notification of ours */
};

static bool server_has(const struct popup *p, const char *capability)
{
    for (const GList *l = p->capabilities; l; l = l->next)
        if (strcmp(l->data, capability) == 0)
            return true;
    return false;
}

/* Only what every server's reader of markup knows; a numeric entity is shown as it stands by some. */
static char *escape_markup(const char *text)
{
    GString *s = g_string_new(NULL);

    for (const char *c = text; *c; c++)
        switch (*c) {
        case '&':
            g_string_append(s, "&amp;");
            break;
        case '<':
            g_string_append(s, "&lt;");
            break;
        case '>':
            g_string_append(s, "&gt;");
            break;
        default:
            g_string_append_c(s, *c);
        }
    return g_string_free(s, FALSE);
}

static const char *friendly_error(const GError *error)
{
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
        return "no notification server is running";
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
        return "the notification server has gone";
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return "the notification server does not answer";
    return error ? error->message : "unknown error";
}

static void on_action(NotifyNotification *note, char *action, gpointer userdata)
{
    struct popup *p = userdata;

    (void)note;
    p->handlers.action(p->userdata, action);
}

static void on_closed(NotifyNotification *note, gpointer userdata)
{
    struct popup *p = userdata;
    const char *reason = "unknown";

    if (!p->shown)
        return; /* we did it */
    p->shown = false;
    switch (notify_notification_get_closed_reason(note)) {
    case NOTIFY_CLOSED_REASON_EXPIRED:
        reason = "expired";
        break;
    case NOTIFY_CLOSED_REASON_DISMISSED:
        reason = "dismissed";
        break;
    case NOTIFY_CLOSED_REASON_API_REQUEST:
        reason = "closed";
        break;
    default:
        break;
    }
    p->handlers.closed(p->userdata, reason);
}

static void on_bus_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer userdata)
{
    struct popup *p = userdata;

    (void)bus;
    (void)vanished;
    (void)error;
    p->shown = false;
    p->handlers.lost(p->userdata, "the session bus has gone");
}

static void on_owner_changed(GDBusConnection *bus, const char *sender, const char *path,
                             const char *interface, const char *signal, GVariant *parameters,
                             gpointer userdata)
{
    struct popup *p = userdata;
    const char *name, *old_owner, *new_owner;

    (void)bus;
    (void)sender;
    (void)path;
    (void)interface;
    (void)signal;
    g_variant_get(parameters, "(&s&s&s)", &name, &old_owner, &new_owner);
    /* A change from before our notification was shown may be delivered late: look at who it is about. */
    if (!p->shown || g_strcmp0(old_owner, p->server_owner) != 0)
        return;
    p->shown = false;
    p->handlers.lost(p->userdata, "the notification server has gone");
}

static char *ask_owner(const struct popup *p)
{
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        p->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
        g_variant_new("(s)", SERVER_NAME), G_VARIANT_TYPE("(s)"), G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT_MSEC,
        NULL, NULL);
    char *owner = NULL;

    if (reply)
        g_variant_get(reply, "(s)", &owner);
    return owner;
}

/* The connection that libnotify uses too, and a watch over it and over the server. */
static int connect_bus(struct popup *p, char **ret_problem)
{
    g_autoptr(GError) error = NULL;

    if (p->bus)
        return 0;
    p->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    if (!p->bus) {
        *ret_problem = g_strdup_printf("no session bus: %s", error->message);
        return -ENOTCONN;
    }
    g_dbus_connection_set_exit_on_close(p->bus, FALSE);
    (void)g_signal_connect(p->bus, "closed", G_CALLBACK(on_bus_closed), p);
    p->owner_watch = g_dbus_connection_signal_subscribe(
        p->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
        SERVER_NAME, G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, p, NULL);
    return 0;
}

/* Summary and body as this server can show them: what it lacks is said in words. */
static void set_text(struct popup *p, const struct wire_message *m)
{
    g_autofree char *summary = g_utf8_make_valid(m->summary, -1);
    g_autofree char *body = NULL, *joined = NULL;
    const char *icon;

    if (m->fallback && *m->fallback && !server_has(p, "actions"))
        joined = m->body && *m->body ? g_strconcat(m->body, "\n", m->fallback, NULL) : g_strdup(m->fallback);
    else
        joined = g_strdup(m->body ? m->body : "");
    body = g_utf8_make_valid(joined, -1);
    if (p->capabilities && !server_has(p, "body") && *body) {
        char *one = g_strconcat(summary, " \xe2\x80\x93 ", body, NULL);

        g_free(summary);
        summary = one;
        body[0] = '\0';
    }
    if (server_has(p, "body-markup")) {
        g_autofree char *escaped = escape_markup(body);

        g_free(body);
        body =
            p->few_lines && *escaped ? g_strconcat("<small>", escaped, "</small>", NULL) : g_strdup(escaped);
    }
    /* Where few lines are shown its place is for the words. */
    icon = p->few_lines ? NULL : ICON;
    if (p->note)
        (void)notify_notification_update(p->note, summary, body, icon);
    else {
        p->note = notify_notification_new(summary, body, icon);
        (void)g_signal_connect(p->note, "closed", G_CALLBACK(on_closed), p);
    }
}

static void set_hints(struct popup *p, const struct wire_message *m)
{
    NotifyNotification *n = p->note;

    notify_notification_clear_hints(n);
    notify_notification_set_urgency(n, (NotifyUrgency)m->urgency);
    notify_notification_set_category(n, "x-backcare.break");
    notify_notification_set_hint(n, "desktop-entry", g_variant_new_string(DESKTOP_ENTRY));
    /* Not "transient": a prompt stays in the list of notifications until it is answered. "resident": where
     * the server would drop it at a click, the next message could not take its place. */
    notify_notification_set_hint(n, "resident", g_variant_new_boolean(TRUE));
    /* The id replaces in place while this process lives; the tag also replaces what a killed one left. Sent
     * only to servers that say they know it: others take the second for a volume display. */
    if (server_has(p, "x-dunst-stack-tag"))
        notify_notification_set_hint(n, "x-dunst-stack-tag", g_variant_new_string("backcare"));
    else if (server_has(p, "x-canonical-private-synchronous"))
        notify_notification_set_hint(n, "x-canonical-private-synchronous", g_variant_new_string("backcare"));
    if (m->quiet)
        notify_notification_set_hint(n, "suppress-sound", g_variant_new_boolean(TRUE));
    else if (m->sound && *m->sound && g_utf8_validate(m->sound, -1, NULL))
        notify_notification_set_hint(n, "sound-name", g_variant_new_string(m->sound));
    if (m->image && *m->image) {
        g_autofree char *uri = g_filename_to_uri(m->image, NULL, NULL);

        if (uri)
            notify_notification_set_hint(n, "image-path", g_variant_new_string(uri));
    }
}

static void set_actions(struct popup *p, const struct wire_message *m)
{
    notify_notification_clear_actions(p->note);
    if (!server_has(p, "actions"))
        return;
    for (size_t i = 0; i < m->n_actions; i++) {
        g_autofree char *id = g_utf8_make_valid(m->actions[i].id, -1);
        g_autofree char *label = g_utf8_make_valid(m->actions[i].label, -1);

        notify_notification_add_action(p->note, id, label, on_action, p, NULL);
    }
}

/* Milliseconds, rounded up; libnotify's words for "the server decides" and "never" are -1 and 0. */
static int timeout_msec(const struct wire_message *m)
{
    if (m->timeout_usec == 0)
        return NOTIFY_EXPIRES_DEFAULT;
    if (m->timeout_usec == USEC_INFINITY)
        return NOTIFY_EXPIRES_NEVER;
    return (int)MIN((m->timeout_usec - 1) / USEC_PER_MSEC + 1, (usec_t)INT_MAX);
}

/* What the server is and can do, once: a server that is replaced ends this process. */
static void ask_server(struct popup *p)
{
    g_autofree char *name = NULL, *vendor = NULL, *version = NULL, *spec = NULL;

    if (p->asked)
        return;
    p->asked = true;
    p->capabilities = notify_get_server_caps();
    if (!p->capabilities || !notify_get_server_info(&name, &vendor, &version, &spec))
        return;
    /* notification-daemon 3.20 says a notification is closed and takes its window away only at an expiry. */
    p->keeps_window = strcmp(name, "Notification Daemon") == 0;
    /* mako shows 100 pixels of it, which with Pango's small letters are four lines below the title. */
    p->few_lines = strcmp(name, "mako") == 0;
    /* mako finds by the tag the very notification that it updates by the id, frees it and crashes. */
    p->tag_replaces = strcmp(name, "mako") == 0 && server_has(p, "x-dunst-stack-tag");
}

/* libnotify complains of a missing server, which popup_show() says already. */
static void drop_message(const char *domain, GLogLevelFlags level, const char *text, gpointer userdata)
{
    (void)domain;
    (void)level;
    (void)text;
    (void)userdata;
}

/**
 * popup_new() - make a popup; the server is not asked yet
 * @handlers: what to call from the main loop
 * @userdata: given to them
 * @ret: the popup; untouched on failure
 *
 * Return: 0, -ENOMEM, or -EIO if libnotify does not start.
 */
int popup_new(const struct popup_handlers *handlers, void *userdata, struct popup **ret)
{
    struct popup *p;

    (void)g_log_set_handler("libnotify", G_LOG_LEVEL_WARNING, drop_message, NULL);
    if (!notify_init("BackCare"))
        return -EIO;
    p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->handlers = *handlers;
    p->userdata = userdata;
    *ret = p;
    return 0;
}

/**
 * popup_free() - forget it; what is shown stays, so take it away before
 * @popup: may be NULL
 *
 * Return: NULL.
 */
struct popup *popup_free(struct popup *popup)
{
    if (!popup)
        return NULL;
    if (popup->bus) {
        g_dbus_connection_signal_unsubscribe(popup->bus, popup->owner_watch);
        (void)g_signal_handlers_disconnect_by_data(popup->bus, popup);
        g_object_unref(popup->bus);
    }
    if (popup->note) {
        (void)g_signal_handlers_disconnect_by_data(popup->note, popup);
        g_object_unref(popup->note);
    }
    g_list_free_full(popup->capabilities, g_free);
    g_free(popup->server_owner);
    /* Not notify_uninit(): it closes again what libnotify believes to be shown, which may block. */
    free(popup);
    return NULL;
}

/**
 * popup_show() - show a message, or replace the one that is shown; blocks until the server has taken it
 * @popup: the popup
 * @message: what to show
 * @ret_problem: set to a text, to be freed, when a negative value is returned; nothing is shown then
 *
 * Return: 0; -ENOTCONN without a session bus, -EIO if the server is not there or does not take it.
 */
int popup_show(struct popup *popup, const struct wire_message *message, char **ret_problem)
{
    g_autoptr(GError) error = NULL;
    int r = connect_bus(popup, ret_problem);

    if (r < 0)
        return r;
    ask_server(popup);
    set_text(popup, message);
    set_hints(popup, message);
    set_actions(popup, message);
    notify_notification_set_timeout(popup->note, timeout_msec(message));
    if (popup->tag_replaces)
        g_object_set(popup->note, "id", 0, NULL);
    popup->shown = notify_notification_show(popup->note, &error);
    if (!popup->shown) {
        if (error)
            (void)g_dbus_error_strip_remote_error(error);
        *ret_problem = g_strdup(friendly_error(error));
        return -EIO;
    }
    g_free(popup->server_owner);
    popup->server_owner = ask_owner(popup);
    if (!popup->server_owner) {
        popup->shown = false;
        *ret_problem = g_strdup("the notification server has gone");
        return -EIO;
    }
    return 0;
}

/**
 * popup_take_away() - close what is shown, if anything is; may block, but not for the server's word that it
 *                     is closed, as not all say it
 * @popup: the popup
 */
void popup_take_away(struct popup *popup)
{
    if (!popup->shown)
        return;
    popup->shown = false;
    if (popup->keeps_window) {
        notify_notification_set_timeout(popup->note, 1);
        (void)notify_notification_show(popup->note, NULL);
    }
    (void)notify_notification_close(popup->note, NULL);
}

/**
 * popup_is_shown() - whether the server has a notification of ours
 * @popup: the popup
 */
bool popup_is_shown(const struct popup *popup)
{
    return popup->shown;
}
