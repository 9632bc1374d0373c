/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See list.h.
 */
#include <string.h>

#include "catalogue/list.h"
#include "util/i18n.h"

const char *list_next(const char **p, size_t *ret_size)
{
    const char *start, *end;

    if (!*p)
        return NULL;
    start = *p + strspn(*p, " ");
    end = start + strcspn(start, ",");
    *p = *end ? end + 1 : NULL;
    while (end > start && end[-1] == ' ')
        end--;
    *ret_size = (size_t)(end - start);
    return start;
}

size_t list_check(struct section *section, const struct ini_entry *entry, size_t max)
{
    const char *p = entry ? entry->value : NULL;
    size_t n = 0, size;

    if (!p || !*p)
        return 0;
    while (list_next(&p, &size)) {
        if (size == 0) {
            section_error(section, entry, _("an empty item in the list"));
            return 0;
        }
        n++;
    }
    if (n > max)
        section_error(section, entry, _("%zu items; at most %zu"), n, max);
    return n;
}
