/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * org.freedesktop.LogControl1, as in org.freedesktop.LogControl1(5): `systemctl --user service-log-level
 * backcare debug` for a running daemon.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "bus/text.h"
#include "util/log.h"
#include "util/i18n.h"

static const char *const level_names[] = {
    [LOG_EMERG] = "emerg",     [LOG_ALERT] = "alert",   [LOG_CRIT] = "crit", [LOG_ERR] = "err",
    [LOG_WARNING] = "warning", [LOG_NOTICE] = "notice", [LOG_INFO] = "info", [LOG_DEBUG] = "debug",
};

static const char *const target_names[_LOG_TARGET_MAX] = {
    [LOG_TARGET_AUTO] = "auto",
    [LOG_TARGET_JOURNAL] = "journal",
    [LOG_TARGET_CONSOLE] = "console",
    [LOG_TARGET_NULL] = "null",
};

static int lookup(const char *const *names, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], word) == 0)
            return (int)i;
    return -EINVAL;
}

static int get_level(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    int level = log_get_level();

    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    (void)error;
    return sd_bus_message_append_basic(reply, 's', level_names[MIN(MAX(level, LOG_EMERG), LOG_DEBUG)]);
}

static int set_level(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *value, void *userdata, sd_bus_error *error)
{
    char shown[32];
    const char *word;
    int level, r;

    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    r = sd_bus_message_read(value, "s", &word);
    if (r < 0)
        return r;
    /* systemctl passes numbers on as they are. */
    if (word[0] >= '0' && word[0] <= '7' && !word[1])
        level = word[0] - '0';
    else
        level = lookup(level_names, ARRAY_SIZE(level_names), word);
    if (level < 0) {
        (void)text_copy(shown, sizeof shown, word);
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                 _("Unknown log level \"%s\": use emerg, alert, crit, err, warning, notice, "
                                   "info or debug."),
                                 shown);
    }
    log_set_level(level);
    return 0;
}

static int get_target(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    (void)error;
    return sd_bus_message_append_basic(reply, 's', target_names[log_get_target()]);
}

static int set_target(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *value, void *userdata, sd_bus_error *error)
{
    char shown[32];
    const char *word;
    int target, r;

    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    r = sd_bus_message_read(value, "s", &word);
    if (r < 0)
        return r;
    target = lookup(target_names, ARRAY_SIZE(target_names), word);
    if (target < 0) {
        (void)text_copy(shown, sizeof shown, word);
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                 _("Unknown log target \"%s\": use auto, journal, console or null."), shown);
    }
    log_set_target((enum log_target)target);
    return 0;
}

static int get_identifier(sd_bus *connection, const char *path, const char *interface, const char *property,
                          sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    (void)error;
    return sd_bus_message_append_basic(reply, 's', program_invocation_short_name);
}

const sd_bus_vtable bus_log_control_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_WRITABLE_PROPERTY("LogLevel", "s", get_level, set_level, 0, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_WRITABLE_PROPERTY("LogTarget", "s", get_target, set_target, 0, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("SyslogIdentifier", "s", get_identifier, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_VTABLE_END,
};
