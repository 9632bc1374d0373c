/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The methods that say something: Reload, which settings are wrong; Explain, where the exposure comes from;
 * ListSources, how good what is known of the user is.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "bus/text.h"
#include "dbus/names.h"
#include "util/i18n.h"

#define LEDGER_GUESS 256 /* entries; more are asked for again */

static char **lines_free(char **lines)
{
    for (char **p = lines; p && *p; p++)
        free(*p);
    free(lines);
    return NULL;
}
DEFINE_CLEANUP(char **, lines_free)

int bus_method_reload(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    _cleanup_(lines_freep) char **warnings = NULL;
    _cleanup_(freep) char *mistakes = NULL;
    struct bus *bus = userdata;
    int r;

    r = bus->service->reload(bus->userdata, &warnings, &mistakes);
    if (r == -EINVAL && mistakes)
        return sd_bus_error_set(error, BACKCARE_ERROR_INVALID_CONFIG, text_clean_lines(mistakes));
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("The settings could not be read: %s."), strerror(-r));
    for (char **p = warnings; p && *p; p++)
        (void)text_clean_lines(*p);
    r = sd_bus_message_new_method_return(m, &reply);
    if (r < 0)
        return r;
    r = sd_bus_message_append_strv(reply, warnings);
    if (r < 0)
        return r;
    return sd_bus_send(NULL, reply, NULL);
}

static int append_entry(sd_bus_message *reply, const struct bus *bus, const struct bc_ledger_entry *e)
{
    return sd_bus_message_append(reply, "a{sv}", 5, "what", "s", bc_ledger_what_to_string(e->what),
                                 "from_usec", "t",
                                 bus_realtime_usec(bus->service, bus->userdata, e->from_usec), "to_usec", "t",
                                 bus_realtime_usec(bus->service, bus->userdata, e->to_usec), "change_usec",
                                 "x", (int64_t)e->change_usec, "break", "s", e->break_name);
}

/* All entries, however many there are. */
static int read_ledger(const struct bc_core *core, struct bc_ledger_entry **ret, size_t *ret_n)
{
    for (size_t max = LEDGER_GUESS;;) {
        _cleanup_(freep) struct bc_ledger_entry *entries = calloc(max, sizeof *entries);
        size_t n;

        if (!entries)
            return -ENOMEM;
        n = bc_core_ledger(core, entries, max);
        if (n <= max) {
            *ret = TAKE_PTR(entries);
            *ret_n = n;
            return 0;
        }
        max = n;
    }
}

int bus_method_explain(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    _cleanup_(freep) struct bc_ledger_entry *entries = NULL;
    struct bus *bus = userdata;
    size_t n = 0;
    int r;

    (void)error;
    r = read_ledger(bus->service->core(bus->userdata), &entries, &n);
    if (r < 0)
        return r;
    r = sd_bus_message_new_method_return(m, &reply);
    if (r < 0)
        return r;
    r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        r = append_entry(reply, bus, &entries[i]);
        if (r < 0)
            return r;
    }
    r = sd_bus_message_close_container(reply);
    if (r < 0)
        return r;
    return sd_bus_send(NULL, reply, NULL);
}

static int append_capabilities(sd_bus_message *reply, unsigned capabilities)
{
    const char *words[16] = {0};
    size_t n = 0;
    int r;

    for (unsigned bit = 1; bit < _SOURCE_CAP_MAX; bit <<= 1)
        if (capabilities & bit)
            words[n++] = source_capability_to_string((enum source_capability)bit);
    r = sd_bus_message_open_container(reply, 'e', "sv");
    if (r >= 0)
        r = sd_bus_message_append(reply, "s", "reports");
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'v', "as");
    if (r >= 0)
        r = sd_bus_message_append_strv(reply, (char **)words);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_source(sd_bus_message *reply, const struct source_info *info)
{
    char detail[sizeof info->detail];
    int r = sd_bus_message_open_container(reply, 'a', "{sv}");

    if (r < 0)
        return r;
    (void)text_copy(detail, sizeof detail, info->detail);
    r = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}{sv}{sv}", "name", "s", info->name, "status", "s",
                              source_status_to_string(info->status), "detail", "s", detail, "in_use", "b",
                              info->in_use, "inhibitors", "s", source_inhibitors_to_string(info->inhibitors),
                              "accuracy_usec", "t",
                              info->accuracy_usec < 0 ? UINT64_MAX : (uint64_t)info->accuracy_usec);
    if (r >= 0)
        r = append_capabilities(reply, info->capabilities);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

int bus_method_list_sources(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    struct source_info infos[SNAPSHOT_SOURCES_MAX];
    struct bus *bus = userdata;
    size_t n =
        MIN(bus->service->sources(bus->userdata, infos, SNAPSHOT_SOURCES_MAX), (size_t)SNAPSHOT_SOURCES_MAX);
    int r;

    (void)error;
    r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; i < n && r >= 0; i++)
        r = append_source(reply, &infos[i]);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}
