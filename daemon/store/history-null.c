/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history that keeps nothing: for `[history] enabled = no`, and for as long as there is no other.
 */
#include <stdlib.h>

#include "store/history.h"

static int null_append(struct history *history _unused_, const struct history_record *record _unused_)
{
    return 0;
}

static struct history *null_free(struct history *history)
{
    free(history);
    return NULL;
}

static const struct history_ops null_ops = {
    .append = null_append,
    .free = null_free,
};

/**
 * history_null_new() - a history that accepts every record and forgets it
 * @ret: the adapter, freed with history_free()
 *
 * Return: 0 or -ENOMEM.
 */
int history_null_new(struct history **ret)
{
    struct history *history = malloc(sizeof *history);

    if (!history)
        return -ENOMEM;
    history->ops = &null_ops;
    *ret = history;
    return 0;
}
