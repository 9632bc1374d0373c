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

/**
 * source_capability_to_string() - what a source can do, as `ListSources` shows it
 * @capability: one bit of enum source_capability
 *
 * Return: the name; NULL for an invalid one.
 */
const char *source_capability_to_string(enum source_capability capability)
{
    static const struct {
        enum source_capability capability;
        const char *name;
    } names[] = {
        {SOURCE_CAP_IDLE, "idle"},       {SOURCE_CAP_LOCK, "lock"},          {SOURCE_CAP_SLEEP, "sleep"},
        {SOURCE_CAP_SESSION, "session"}, {SOURCE_CAP_INHIBIT, "inhibitors"}, {SOURCE_CAP_QUERY, "query"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].capability == capability)
            return names[i].name;
    return NULL;
}

/**
 * source_inhibitors_to_string() - what a source makes of inhibitors, as `ListSources` shows it
 * @inhibitors: which
 *
 * Return: the name; NULL for an invalid one.
 */
const char *source_inhibitors_to_string(enum source_inhibitors inhibitors)
{
    static const char *const names[_SOURCE_INHIBITORS_MAX] = {
        [SOURCE_INHIBITORS_UNKNOWN] = "unknown",
        [SOURCE_INHIBITORS_NO_MATTER] = "no-matter",
        [SOURCE_INHIBITORS_BLIND] = "blind",
    };

    return (int)inhibitors >= 0 && inhibitors < _SOURCE_INHIBITORS_MAX ? names[inhibitors] : NULL;
}
