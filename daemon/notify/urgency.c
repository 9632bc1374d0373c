/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of enum notify_urgency: shared by the port and its fake.
 */
#include <string.h>

#include "notify/notify.h"

static const char *const words[_NOTIFY_URGENCY_MAX] = {
    [NOTIFY_URGENCY_LOW] = "low",
    [NOTIFY_URGENCY_NORMAL] = "normal",
    [NOTIFY_URGENCY_CRITICAL] = "critical",
};

/**
 * notify_urgency_to_string() - the word of an urgency
 * @urgency: the urgency
 *
 * Return: a static string, NULL for what is no urgency.
 */
const char *notify_urgency_to_string(enum notify_urgency urgency)
{
    return urgency >= 0 && urgency < _NOTIFY_URGENCY_MAX ? words[urgency] : NULL;
}

/**
 * notify_urgency_from_string() - the urgency of a word
 * @text: "low", "normal" or "critical"
 *
 * Return: the urgency, _NOTIFY_URGENCY_INVALID for any other text.
 */
enum notify_urgency notify_urgency_from_string(const char *text)
{
    for (int i = 0; text && i < _NOTIFY_URGENCY_MAX; i++)
        if (strcmp(words[i], text) == 0)
            return (enum notify_urgency)i;
    return _NOTIFY_URGENCY_INVALID;
}
