/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of the snapshot that is about exercises: what was chosen and done, what the user has said, the
 * parts of the guided break, and the seed. Exercises are named by their keys.
 */
#include <inttypes.h>
#include <string.h>

#include "core/snapshot-internal.h"

#define DAY_MAX 4000000 /* the days of ten thousand years */
#define REGIONS_MAX 0xffff
#define REASONS_MAX ((1 << _BC_CHOICE_MAX) - 1)

/**
 * snapshot_put_diary() - write it; lists oldest first, so that they are read as they came about
 */
void snapshot_put_diary(const struct bc_core *core, struct snapshot_writer *w)
{
    snapshot_put(w, "seed %016" PRIx64 "\n", core->seed);
    if (core->active_days > 0)
        snapshot_put(w, "days %u %" PRId64 "\n", core->active_days, core->active_day);
    for (size_t i = core->n_choices; i-- > 0;) {
        const struct bc_choice *c = &core->choices[i];

        snapshot_put(w, "choice %016" PRIx64 " %" PRId64 " %" PRId64 " %u %u %u\n", c->key, c->t_usec,
                     c->lasted_usec, c->regions, c->kind, c->main_region);
    }
    for (size_t i = core->n_sore; i-- > 0;)
        snapshot_put(w, "sore %u %" PRId64 "\n", core->sore[i].regions, core->sore[i].t_usec);
    for (size_t i = BC_HURTS_ADVICE; i-- > 0;)
        if (core->hurt_usec[i] != BC_NO_TIME)
            snapshot_put(w, "hurt %" PRId64 "\n", core->hurt_usec[i]);
    for (size_t i = 0; i < core->verdicts.n_hurts; i++)
        snapshot_put(w, "verdict hurts %016" PRIx64 "\n", core->verdicts.hurts[i]);
    for (size_t i = 0; i < core->verdicts.n_better; i++)
        snapshot_put(w, "verdict better %016" PRIx64 "\n", core->verdicts.better[i]);
    if (core->prompt.on || core->guide.on)
        snapshot_put(w, "chosen %u %u\n", core->prompt.reasons, core->guide.reasons);
    for (size_t i = 0; core->guide.on && i < core->guide.n_parts; i++)
        snapshot_put(w, "part %016" PRIx64 " %" PRId64 " %" PRId64 "\n", core->guide.parts[i].key,
                     core->guide.parts[i].from_usec, core->guide.parts[i].until_usec);
}

/* Sixteen digits of lower-case hexadecimal. */
static bool read_key(const char *word, uint64_t *ret)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t key = 0;
    size_t n = 0;

    for (; word[n] && n < 16; n++) {
        const char *digit = strchr(digits, word[n]);

        if (!digit)
            return false;
        key = key << 4 | (uint64_t)(digit - digits);
    }
    *ret = key;
    return n == 16 && !word[n];
}

/* seed KEY */
static bool read_seed(struct snapshot_reader *r)
{
    uint64_t seed;

    if (r->n_words != 1 || !read_key(r->words[0], &seed))
        return false;
    if (!r->check_only)
        r->core->seed = seed;
    return true;
}

/* days COUNT LATEST */
static bool read_days(struct snapshot_reader *r)
{
    unsigned n;
    int64_t day;

    if (r->n_words != 2 || !snapshot_read_count(r->words[0], 1, BC_DAYS_MAX, &n) ||
        !snapshot_read_number(r->words[1], -DAY_MAX, DAY_MAX, &day))
        return false;
    if (!r->check_only) {
        r->core->active_days = n;
        r->core->active_day = day;
    }
    return true;
}

/* choice KEY WHEN LASTED REGIONS KIND MAIN-REGION */
static bool read_choice(struct snapshot_reader *r)
{
    struct bc_choice c = {0};
    unsigned regions, kind, main_region;

    if (r->n_words != 6 || !read_key(r->words[0], &c.key) || !snapshot_read_time(r->words[1], 0, &c.t_usec) ||
        !snapshot_read_number(r->words[2], 0, BC_TIME_MAX, &c.lasted_usec) ||
        !snapshot_read_count(r->words[3], 0, REGIONS_MAX, &regions) ||
        !snapshot_read_count(r->words[4], 0, _BC_KIND_MAX - 1, &kind) ||
        !snapshot_read_count(r->words[5], 0, UINT8_MAX, &main_region))
        return false;
    if (r->check_only)
        return true;
    c.t_usec = snapshot_shifted(r, c.t_usec);
    c.regions = (uint16_t)regions;
    c.kind = (uint8_t)kind;
    c.main_region = (uint8_t)main_region;
    diary_push(r->core, &c);
    return true;
}

/* sore REGIONS WHEN */
static bool read_sore(struct snapshot_reader *r)
{
    struct bc_core *core = r->core;
    unsigned regions;
    usec_t t;

    if (r->n_words != 2 || !snapshot_read_count(r->words[0], 0, REGIONS_MAX, &regions) ||
        !snapshot_read_time(r->words[1], 0, &t))
        return false;
    if (r->check_only)
        return true;
    memmove(core->sore + 1, core->sore, (BC_SORE_MAX - 1) * sizeof *core->sore);
    core->sore[0] = (struct bc_sore){.regions = (uint16_t)regions, .t_usec = snapshot_shifted(r, t)};
    core->n_sore = MIN(core->n_sore + 1, (size_t)BC_SORE_MAX);
    return true;
}

/* hurt WHEN */
static bool read_hurt(struct snapshot_reader *r)
{
    usec_t *times = r->core->hurt_usec, t;

    if (r->n_words != 1 || !snapshot_read_time(r->words[0], 0, &t))
        return false;
    if (!r->check_only) {
        memmove(times + 1, times, (BC_HURTS_ADVICE - 1) * sizeof *times);
        times[0] = snapshot_shifted(r, t);
    }
    return true;
}

/* verdict hurts|better KEY. More than there is room for is no file of ours. */
static bool read_verdict(struct snapshot_reader *r)
{
    struct bc_verdicts *v = &r->core->verdicts;
    bool hurts = r->n_words == 2 && strcmp(r->words[0], "hurts") == 0;
    size_t *n = hurts ? &v->n_hurts : &v->n_better;
    uint64_t key;

    if (r->n_words != 2 || (!hurts && strcmp(r->words[0], "better") != 0) || !read_key(r->words[1], &key))
        return false;
    if (!r->check_only && *n < BC_VERDICTS_MAX)
        (hurts ? v->hurts : v->better)[(*n)++] = key;
    return true;
}

/* chosen PROMPT-REASONS GUIDE-REASONS, after both */
static bool read_chosen(struct snapshot_reader *r)
{
    unsigned prompt, guide;

    if (r->n_words != 2 || !snapshot_read_count(r->words[0], 0, REASONS_MAX, &prompt) ||
        !snapshot_read_count(r->words[1], 0, REASONS_MAX, &guide))
        return false;
    if (!r->check_only) {
        r->core->prompt.reasons = prompt;
        r->core->guide.reasons = guide;
    }
    return true;
}

/* part KEY FROM UNTIL, after the guide */
static bool read_part(struct snapshot_reader *r)
{
    struct bc_guide *g = &r->core->guide;
    struct bc_part part;

    if (r->n_words != 3 || !read_key(r->words[0], &part.key) ||
        !snapshot_read_number(r->words[1], 0, BC_TIME_MAX, &part.from_usec) ||
        !snapshot_read_number(r->words[2], 0, BC_TIME_MAX, &part.until_usec))
        return false;
    if (!r->check_only && g->on && g->n_parts < BC_ROUTINE_MAX)
        g->parts[g->n_parts++] = part;
    return true;
}

/**
 * snapshot_read_diary() - a line of it
 *
 * Return: false if it is not understood.
 */
bool snapshot_read_diary(struct snapshot_reader *r, const char *key)
{
    static const struct {
        const char *key;
        bool (*read)(struct snapshot_reader *r);
    } lines[] = {{"seed", read_seed},     {"days", read_days}, {"choice", read_choice},
                 {"sore", read_sore},     {"hurt", read_hurt}, {"verdict", read_verdict},
                 {"chosen", read_chosen}, {"part", read_part}};

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (strcmp(lines[i].key, key) == 0)
            return lines[i].read(r);
    return false;
}
