/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See dict.h.
 */
#include "bus/dict.h"
#include "util/macro.h"

int dict_text(sd_bus_message *m, const char *key, const char *text)
{
    return sd_bus_message_append(m, "{sv}", key, "s", text);
}

int dict_open(sd_bus_message *m, const char *key, const char *type)
{
    int r = sd_bus_message_open_container(m, 'e', "sv");

    if (r >= 0)
        r = sd_bus_message_append_basic(m, 's', key);
    return r < 0 ? r : sd_bus_message_open_container(m, 'v', type);
}

int dict_close(sd_bus_message *m)
{
    int r = sd_bus_message_close_container(m);

    return r < 0 ? r : sd_bus_message_close_container(m);
}

int dict_list(sd_bus_message *m, const char *key, char *const *list)
{
    int r = dict_open(m, key, "as");

    if (r >= 0)
        r = sd_bus_message_append_strv(m, (char **)list);
    return r < 0 ? r : dict_close(m);
}

int dict_set(sd_bus_message *m, const char *key, const char *const *words, unsigned set)
{
    char *list[32] = {0};
    size_t n = 0;

    for (size_t i = 0; words[i] && n < ARRAY_SIZE(list) - 1; i++)
        if (set & (1u << i))
            list[n++] = (char *)words[i]; /* the callee's type; it only reads them */
    return dict_list(m, key, list);
}
