/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Wayland compositor for the tests, without any screen: seats and the idle protocols, with everything that
 * may go wrong with them. Listens at the path that is its argument; ends with its input.
 *
 * Commands on standard input, each answered by `done`:
 *   ext VERSION | ext off | kde on | kde off     the idle protocols that it has
 *   seat NAME | unseat NAME                      seats come and go
 *   capabilities NAME BITS                       devices of a seat come and go
 *   input NAME                                   the user touches that seat
 *   inhibit on|off                               as while a film plays
 *   error | drop                                 a protocol error for, or the end of, each connection
 *   mortal off|error|drop                        the same, as soon as a client watches a seat
 * Says on standard output: `watch PROTOCOL SEAT MSEC`, `unwatch PROTOCOL SEAT MSEC`.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wayland-server.h>

#include "ext-idle-notify-v1-server-protocol.h"
#include "idle-server-protocol.h"
#include "util/macro.h"

struct seat {
    struct seat *next;
    char name[32];
    uint32_t capabilities;
    bool gone;
    struct wl_global *global;
    struct wl_list resources;
};

enum kind {
    KIND_EXT,
    KIND_EXT_INPUT,
    KIND_KDE,
};

struct watch {
    struct wl_list link;
    struct wl_resource *resource;
    char seat[32];
    enum kind kind;
    uint32_t msec;
    bool idle;
    struct wl_event_source *timer;
};

static struct wl_display *display;
static struct seat *seats, *gone_seats;
static struct wl_list watches, managers;
static struct wl_global *ext, *kde;
static bool inhibited;
static enum {
    MORTAL_OFF,
    MORTAL_ERROR,
    MORTAL_DROP
} mortal;
static const char *const kinds[] = {"ext", "ext-input", "kde"};

static void destroy_resource(_unused_ struct wl_client *client, struct wl_resource *resource)
{
    wl_resource_destroy(resource);
}

static void unlink_resource(struct wl_resource *resource)
{
    wl_list_remove(wl_resource_get_link(resource));
}

/* --- the end of connections */

static void drop_clients(_unused_ void *userdata)
{
    struct wl_list *clients = wl_display_get_client_list(display);

    while (!wl_list_empty(clients))
        wl_client_destroy(wl_client_from_link(clients->next));
}

static void post_errors(void)
{
    struct wl_resource *manager;

    wl_resource_for_each(manager, &managers) wl_resource_post_error(manager, 7, "as the test wants it");
}

/* --- watches */

static void set_idle(struct watch *w, bool idle)
{
    w->idle = idle;
    if (w->kind == KIND_KDE && idle)
        org_kde_kwin_idle_timeout_send_idle(w->resource);
    else if (w->kind == KIND_KDE)
        org_kde_kwin_idle_timeout_send_resumed(w->resource);
    else if (idle)
        ext_idle_notification_v1_send_idled(w->resource);
    else
        ext_idle_notification_v1_send_resumed(w->resource);
}

static bool held(const struct watch *w)
{
    return inhibited && w->kind != KIND_EXT_INPUT;
}

static void restart(struct watch *w)
{
    wl_event_source_timer_update(w->timer, held(w) ? 0 : (int)MAX(w->msec, 1u));
}

static int on_timer(void *userdata)
{
    struct watch *w = userdata;

    if (!w->idle && !held(w))
        set_idle(w, true);
    return 0;
}

static void watch_gone(struct wl_resource *resource)
{
    struct watch *w = wl_resource_get_user_data(resource);

    printf("unwatch %s %s %u\n", kinds[w->kind], w->seat, w->msec);
    wl_list_remove(&w->link);
    wl_event_source_remove(w->timer);
    free(w);
}

static void watch_new(struct wl_client *client, struct wl_resource *manager, uint32_t id, uint32_t msec,
                      struct wl_resource *seat_resource, enum kind kind)
{
    static const struct ext_idle_notification_v1_interface ext_requests = {destroy_resource};
    static const struct org_kde_kwin_idle_timeout_interface kde_requests = {destroy_resource, NULL};
    struct seat *seat = wl_resource_get_user_data(seat_resource);
    struct watch *w = calloc(1, sizeof(*w));

    if (!w)
        abort();
    w->kind = kind;
    w->msec = msec;
    (void)snprintf(w->seat, sizeof(w->seat), "%s", seat->name);
    w->resource = wl_resource_create(
        client, kind == KIND_KDE ? &org_kde_kwin_idle_timeout_interface : &ext_idle_notification_v1_interface,
        wl_resource_get_version(manager), id);
    wl_resource_set_implementation(
        w->resource, kind == KIND_KDE ? (void *)&kde_requests : (void *)&ext_requests, w, watch_gone);
    w->timer = wl_event_loop_add_timer(wl_display_get_event_loop(display), on_timer, w);
    wl_list_insert(&watches, &w->link);
    printf("watch %s %s %u\n", kinds[kind], w->seat, msec);
    if (!seat->gone)
        restart(w);
    if (mortal == MORTAL_ERROR)
        wl_resource_post_error(manager, 7, "as the test wants it");
    else if (mortal == MORTAL_DROP) /* not from inside one of its requests */
        wl_event_loop_add_idle(wl_display_get_event_loop(display), drop_clients, NULL);
}

static void get_idle_notification(struct wl_client *client, struct wl_resource *manager, uint32_t id,
                                  uint32_t msec, struct wl_resource *seat)
{
    watch_new(client, manager, id, msec, seat, KIND_EXT);
}

static void get_input_idle_notification(struct wl_client *client, struct wl_resource *manager, uint32_t id,
                                        uint32_t msec, struct wl_resource *seat)
{
    watch_new(client, manager, id, msec, seat, KIND_EXT_INPUT);
}

static void get_idle_timeout(struct wl_client *client, struct wl_resource *manager, uint32_t id,
                             struct wl_resource *seat, uint32_t msec)
{
    watch_new(client, manager, id, msec, seat, KIND_KDE);
}

static void bind_manager(struct wl_client *client, const struct wl_interface *interface, const void *requests,
                         uint32_t version, uint32_t id)
{
    struct wl_resource *resource = wl_resource_create(client, interface, (int)version, id);

    wl_resource_set_implementation(resource, requests, NULL, unlink_resource);
    wl_list_insert(&managers, wl_resource_get_link(resource));
}

static void bind_ext(struct wl_client *client, _unused_ void *userdata, uint32_t version, uint32_t id)
{
    static const struct ext_idle_notifier_v1_interface requests = {destroy_resource, get_idle_notification,
                                                                   get_input_idle_notification};

    bind_manager(client, &ext_idle_notifier_v1_interface, &requests, version, id);
}

static void bind_kde(struct wl_client *client, _unused_ void *userdata, uint32_t version, uint32_t id)
{
    static const struct org_kde_kwin_idle_interface requests = {get_idle_timeout};

    bind_manager(client, &org_kde_kwin_idle_interface, &requests, version, id);
}

/* --- seats */

static void bind_seat(struct wl_client *client, void *userdata, uint32_t version, uint32_t id)
{
    /* Nobody asks a seat for its devices here. */
    static const struct wl_seat_interface requests = {.release = destroy_resource};
    struct seat *seat = userdata;
    struct wl_resource *resource = wl_resource_create(client, &wl_seat_interface, (int)version, id);

    wl_resource_set_implementation(resource, &requests, seat, unlink_resource);
    wl_list_insert(&seat->resources, wl_resource_get_link(resource));
    wl_seat_send_capabilities(resource, seat->capabilities);
}

static struct seat *find_seat(const char *name)
{
    for (struct seat *s = seats; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

static void add_seat(const char *name)
{
    struct seat *seat = calloc(1, sizeof(*seat));

    if (!seat)
        abort();
    (void)snprintf(seat->name, sizeof(seat->name), "%s", name);
    wl_list_init(&seat->resources);
    seat->next = seats;
    seats = seat;
    seat->global = wl_global_create(display, &wl_seat_interface, 5, seat, bind_seat);
}

/* A client may bind what it hasn't heard to be gone: so it is kept for as long as the display. */
static void remove_seat(const char *name)
{
    for (struct seat **p = &seats; *p; p = &(*p)->next) {
        struct seat *seat = *p;

        if (strcmp(seat->name, name) != 0)
            continue;
        *p = seat->next;
        seat->next = gone_seats;
        gone_seats = seat;
        seat->gone = true;
        wl_global_remove(seat->global);
        return;
    }
}

static void free_seats(struct seat *list)
{
    while (list) {
        struct seat *next = list->next;

        free(list);
        list = next;
    }
}

/* --- commands */

static void input(const char *seat)
{
    struct watch *w;

    wl_list_for_each(w, &watches, link)
    {
        if (strcmp(w->seat, seat) != 0)
            continue;
        if (w->idle)
            set_idle(w, false);
        restart(w);
    }
}

static void inhibit(bool on)
{
    struct watch *w;

    inhibited = on;
    wl_list_for_each(w, &watches, link) if (!w->idle) restart(w);
}

static void offer(struct wl_global **global, const struct wl_interface *interface, int version,
                  wl_global_bind_func_t bind)
{
    if (*global)
        wl_global_remove(*global);
    *global = version > 0 ? wl_global_create(display, interface, version, NULL, bind) : NULL;
}

static void set_capabilities(const char *name, const char *bits)
{
    struct seat *seat = find_seat(name);
    struct wl_resource *resource;

    if (!seat || !bits)
        return;
    seat->capabilities = (uint32_t)atoi(bits);
    wl_resource_for_each(resource, &seat->resources) wl_seat_send_capabilities(resource, seat->capabilities);
}

static void command(char *line)
{
    const char *word = strtok(line, " "), *argument = strtok(NULL, " "), *second = strtok(NULL, " ");
    bool on = argument && strcmp(argument, "on") == 0;

    if (!word)
        return;
    if (!argument)
        argument = "";
    if (strcmp(word, "ext") == 0)
        offer(&ext, &ext_idle_notifier_v1_interface, atoi(argument), bind_ext);
    else if (strcmp(word, "kde") == 0)
        offer(&kde, &org_kde_kwin_idle_interface, on, bind_kde);
    else if (strcmp(word, "seat") == 0)
        add_seat(argument);
    else if (strcmp(word, "unseat") == 0)
        remove_seat(argument);
    else if (strcmp(word, "capabilities") == 0)
        set_capabilities(argument, second);
    else if (strcmp(word, "input") == 0)
        input(argument);
    else if (strcmp(word, "inhibit") == 0)
        inhibit(on);
    else if (strcmp(word, "error") == 0)
        post_errors();
    else if (strcmp(word, "drop") == 0)
        drop_clients(NULL);
    else if (strcmp(word, "mortal") == 0)
        mortal = argument[0] == 'e' ? MORTAL_ERROR : argument[0] == 'd' ? MORTAL_DROP : MORTAL_OFF;
    else {
        printf("error: no command %s\n", word);
        return;
    }
    puts("done");
}

static int on_input(int fd, _unused_ uint32_t mask, _unused_ void *userdata)
{
    static char buffer[4096];
    static size_t have;
    ssize_t n = read(fd, buffer + have, sizeof(buffer) - 1 - have);
    char *end;

    if (n <= 0) {
        wl_display_terminate(display);
        return 0;
    }
    have += (size_t)n;
    buffer[have] = 0;
    while ((end = strchr(buffer, '\n'))) {
        *end = 0;
        command(buffer);
        have -= (size_t)(end + 1 - buffer);
        memmove(buffer, end + 1, have + 1);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct wl_event_source *source;

    setvbuf(stdout, NULL, _IOLBF, 0);
    wl_list_init(&watches);
    wl_list_init(&managers);
    display = wl_display_create();
    if (argc != 2 || !display || wl_display_add_socket(display, argv[1]) < 0) {
        (void)fprintf(stderr, "compositor: can't listen at %s\n", argc == 2 ? argv[1] : "nowhere");
        return 1;
    }
    source = wl_event_loop_add_fd(wl_display_get_event_loop(display), STDIN_FILENO, WL_EVENT_READABLE,
                                  on_input, NULL);
    puts("ready");
    wl_display_run(display);
    wl_event_source_remove(source);
    wl_display_destroy_clients(display);
    wl_display_destroy(display);
    free_seats(seats);
    free_seats(gone_seats);
    return 0;
}
