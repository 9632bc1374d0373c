/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of sources and of their states, as settings, bus and command line show them.
 */
#include <string.h>

#include "source/source.h"

static const char *const kinds[_SOURCE_MAX] = {
    [SOURCE_AUTO] = "auto",
    [SOURCE_WAYLAND] = "wayland",
    [SOURCE_MUTTER] = "mutter",
    [SOURCE_X11] = "x11",
    [SOURCE_SCREENSAVER] = "screensaver",
    [SOURCE_LOGIND] = "logind",
    [SOURCE_SESSION_MANAGER] = "session-manager",
    [SOURCE_POLICY_AGENT] = "policy-agent",
};

static const char *const statuses[_SOURCE_STATUS_MAX] = {
    [SOURCE_UNAVAILABLE] = "unavailable",
    [SOURCE_STANDBY] = "standby",
    [SOURCE_ACTIVE] = "active",
};

/**
 * source_kind_to_string() - a source as `[activity] source` and `Sources` name it
 * @kind: the source
 *
 * Return: the name; NULL for an invalid one.
 */
const char *source_kind_to_string(enum source_kind kind)
{
    return kind >= 0 && kind < _SOURCE_MAX ? kinds[kind] : NULL;
}

/**
 * source_kind_from_string() - the reverse
 * @text: the name
 *
 * Return: the source; _SOURCE_INVALID if the settings know none of that name.
 */
enum source_kind source_kind_from_string(const char *text)
{
    for (int i = 0; text && i < _SOURCE_WANTED_MAX; i++)
        if (strcmp(kinds[i], text) == 0)
            return (enum source_kind)i;
    return _SOURCE_INVALID;
}

/**
 * source_status_to_string() - a status as `Sources` shows it
 * @status: the status
 *
 * Return: the name; NULL for an invalid one.
 */
const char *source_status_to_string(enum source_status status)
{
    return (int)status >= 0 && status < _SOURCE_STATUS_MAX ? statuses[status] : NULL;
}
