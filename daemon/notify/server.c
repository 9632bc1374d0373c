/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See server.h. A server that hangs counts as none after the time-out; it is asked again when its name
 * changes hands, and when the port has reason to believe that it lives.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "notify/server.h"
#include "util/log.h"

#define SERVER_NAME "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"
#define ANSWER_USEC (5 * USEC_PER_SEC)

struct server {
    sd_bus *bus; /* NULL: there is no session bus */
    server_func changed;
    void *userdata;
    sd_bus_slot *match;
    sd_bus_slot *call;
    /* What was learned last; the two texts are NULL while none is known. */
    char *name;
    char *version;
    char **capabilities;
    /* What the answer to the first question said, until the second is answered. */
    char *new_name;
    char *new_version;
};

static char **list_free(char **list)
{
    for (char **s = list; s && *s; s++)
        free(*s);
    free(list);
    return NULL;
}

static bool list_equal(char **a, char **b)
{
    while (a && *a && b && *b)
        if (strcmp(*a++, *b++) != 0)
            return false;
    return !(a && *a) && !(b && *b);
}

static bool text_equal(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Takes what it is given, and tells if that is news. */
static void settle(struct server *s, char *name, char *version, char **capabilities)
{
    bool same = text_equal(s->name, name) && text_equal(s->version, version) &&
                list_equal(s->capabilities, capabilities);

    free(s->name);
    free(s->version);
    (void)list_free(s->capabilities);
    s->name = name;
    s->version = version;
    s->capabilities = capabilities;
    if (!same)
        s->changed(s->userdata);
}

static int call(struct server *s, const char *member, sd_bus_message_handler_t handler)
{
    sd_bus_message *m = NULL;
    int r;

    s->call = sd_bus_slot_unref(s->call);
    r = sd_bus_message_new_method_call(s->bus, &m, SERVER_NAME, SERVER_PATH, SERVER_NAME, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(m, false);
    if (r >= 0)
        r = sd_bus_call_async(s->bus, &s->call, m, handler, s, (uint64_t)ANSWER_USEC);
    sd_bus_message_unref(m);
    return r;
}

static int on_capabilities(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct server *s = userdata;
    char **capabilities = NULL;

    (void)error;
    s->call = sd_bus_slot_unref(s->call);
    if (sd_bus_message_is_method_error(m, NULL) || sd_bus_message_read_strv(m, &capabilities) < 0) {
        /* It answered once and then no more: not one to count on. */
        settle(s, NULL, NULL, NULL);
        return 0;
    }
    settle(s, TAKE_PTR(s->new_name), TAKE_PTR(s->new_version), capabilities);
    return 0;
}

static int on_information(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct server *s = userdata;
    const char *name, *vendor, *version;
    int r = -EIO;

    (void)error;
    if (!sd_bus_message_is_method_error(m, NULL))
        r = sd_bus_message_read(m, "sss", &name, &vendor, &version);
    if (r >= 0) {
        free(s->new_name);
        free(s->new_version);
        s->new_name = strdup(name);
        s->new_version = strdup(version);
        r = s->new_name && s->new_version ? call(s, "GetCapabilities", on_capabilities) : -ENOMEM;
    }
    if (r < 0) {
        s->call = sd_bus_slot_unref(s->call);
        settle(s, NULL, NULL, NULL);
    }
    return 0;
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct server *s = userdata;
    const char *name, *old_owner, *new_owner;

    (void)error;
    if (sd_bus_message_read(m, "sss", &name, &old_owner, &new_owner) < 0)
        return 0;
    if (*new_owner) {
        server_ask(s);
        return 0;
    }
    s->call = sd_bus_slot_unref(s->call);
    settle(s, NULL, NULL, NULL);
    return 0;
}

/**
 * server_new() - begin to follow the notification server
 * @bus: the session bus, attached to the loop; NULL when there is none
 * @changed: called when server_info() says something else than before
 * @userdata: given to it
 * @ret: the server; untouched on failure
 *
 * Return: 0 or a negative errno.
 */
int server_new(sd_bus *bus, server_func changed, void *userdata, struct server **ret)
{
    _cleanup_(server_freep) struct server *s = calloc(1, sizeof *s);
    int r;

    if (!s)
        return -ENOMEM;
    s->changed = changed;
    s->userdata = userdata;
    s->bus = bus ? sd_bus_ref(bus) : NULL;
    if (bus) {
        r = sd_bus_add_match_async(bus, &s->match,
                                   "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                                   "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                   "arg0='" SERVER_NAME "'",
                                   on_owner_changed, NULL, s);
        if (r < 0)
            return r;
        server_ask(s);
    }
    *ret = TAKE_PTR(s);
    return 0;
}

/**
 * server_free() - stop following
 * @server: may be NULL
 *
 * Return: NULL.
 */
struct server *server_free(struct server *server)
{
    if (!server)
        return NULL;
    sd_bus_slot_unref(server->call);
    sd_bus_slot_unref(server->match);
    sd_bus_unref(server->bus);
    free(server->name);
    free(server->version);
    free(server->new_name);
    free(server->new_version);
    (void)list_free(server->capabilities);
    free(server);
    return NULL;
}

/**
 * server_ask() - ask again who it is; an answer that is awaited is forgotten
 * @server: the server
 */
void server_ask(struct server *server)
{
    int r;

    if (!server->bus)
        return;
    r = call(server, "GetServerInformation", on_information);
    if (r < 0)
        log_debug("Can't ask the notification server: %s", strerror(-r));
}

/**
 * server_info() - what is known now
 * @server: the server
 * @ret: its strings live until the next change
 */
void server_info(const struct server *server, struct notify_server_info *ret)
{
    static const char *const nothing[] = {NULL};

    *ret = (struct notify_server_info){
        .name = server->name ? server->name : "",
        .version = server->version ? server->version : "",
        .capabilities = server->capabilities ? (const char *const *)server->capabilities : nothing,
    };
}
