/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See history-fake.h. Each record is copied whole: the caller's strings may be gone when a test looks.
 */
#include <stdlib.h>
#include <string.h>

#include "store/history-fake.h"

struct history_fake {
    struct history history; /* first: see history.h */
    struct history_record *records;
    size_t n;
    int error;
};

static int copy_text(const char *text, const char **ret)
{
    char *copy = NULL;

    if (text) {
        copy = strdup(text);
        if (!copy)
            return -ENOMEM;
    }
    *ret = copy;
    return 0;
}

static void record_done(struct history_record *record)
{
    free((char *)record->break_name);
    free((char *)record->exercise);
    free((char *)record->kind);
}

static int fake_append(struct history *history, const struct history_record *record)
{
    struct history_fake *fake = (struct history_fake *)history;
    struct history_record copy = *record, *records;

    if (fake->error > 0)
        return -fake->error;
    copy.break_name = copy.exercise = copy.kind = NULL;
    records = reallocarray(fake->records, fake->n + 1, sizeof *records);
    if (!records)
        return -ENOMEM;
    fake->records = records;
    if (copy_text(record->break_name, &copy.break_name) < 0 ||
        copy_text(record->exercise, &copy.exercise) < 0 || copy_text(record->kind, &copy.kind) < 0) {
        record_done(&copy);
        return -ENOMEM;
    }
    fake->records[fake->n++] = copy;
    return 0;
}

static struct history *fake_free(struct history *history)
{
    struct history_fake *fake = (struct history_fake *)history;

    for (size_t i = 0; i < fake->n; i++)
        record_done(&fake->records[i]);
    free(fake->records);
    free(fake);
    return NULL;
}

static const struct history_ops fake_ops = {
    .append = fake_append,
    .free = fake_free,
};

/**
 * history_fake_new() - a history that keeps its records in memory
 * @ret: the adapter, freed with history_free()
 *
 * Return: 0 or -ENOMEM.
 */
int history_fake_new(struct history **ret)
{
    struct history_fake *fake = calloc(1, sizeof *fake);

    if (!fake)
        return -ENOMEM;
    fake->history.ops = &fake_ops;
    *ret = &fake->history;
    return 0;
}

/**
 * history_fake_fail() - let every append fail, or work again
 * @history: made by history_fake_new()
 * @error: a positive errno such as ENOSPC; 0 = no failure
 */
void history_fake_fail(struct history *history, int error)
{
    ((struct history_fake *)history)->error = error;
}

/**
 * history_fake_records() - what has been kept
 * @history: made by history_fake_new()
 * @ret_n: how many
 *
 * Return: the records, oldest first, valid until the next append; NULL when there is none.
 */
const struct history_record *history_fake_records(const struct history *history, size_t *ret_n)
{
    const struct history_fake *fake = (const struct history_fake *)history;

    *ret_n = fake->n;
    return fake->records;
}
