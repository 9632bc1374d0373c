/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NULL-terminated lists of strings. An inner header of this room. */
#pragma once

#include <stdlib.h>

static inline void strv_free(char **list)
{
    for (char **p = list; p && *p; p++)
        free(*p);
    free(list);
}
