/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The core as text, one fact a line, and back. Written for a state file that must survive any crash of ours:
 * a text that is not understood in every line is refused as a whole. Holds and locks are not kept: their
 * sources report anew.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/internal.h"
#include "core/snapshot-internal.h"

#define HEAD "core 1"
#define CRASH_CREDIT_USEC (10 * USEC_PER_MINUTE)

void snapshot_put(struct snapshot_writer *w, const char *fmt, ...)
{
    size_t room = w->len < w->size ? w->size - w->len : 0;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(room > 0 ? w->buf + w->len : NULL, room, fmt, ap);
    va_end(ap);
    w->len += n > 0 ? (size_t)n : 0;
}

/* An empty word would be lost between blanks. */
static const char *word(const char *name)
{
    return *name ? name : "-";
}

static void put_answers(const struct bc_core *core, struct snapshot_writer *w)
{
    const struct bc_prompt *p = &core->prompt;
    const struct bc_guide *g = &core->guide;

    if (p->on)
        snapshot_put(w, "prompt %s %s %s %" PRId64 " %" PRId64 " %u %" PRId64 " %d\n",
                     core->breaks[p->brk].rule.name, core->breaks[p->base].rule.name, word(p->exercise),
                     p->first_usec, p->last_usec, p->attempt,
                     present_at(core, core->now_usec) - p->repeat_base_usec, p->absence);
    if (g->on)
        snapshot_put(w, "guide %s %s %" PRId64 " %" PRId64 "\n", core->breaks[g->brk].rule.name,
                     word(g->exercise), g->from_usec, g->until_usec);
    if (core->paused_until_usec != BC_NO_TIME)
        snapshot_put(w, "paused %" PRId64 "\n", core->paused_until_usec);
    if (core->snoozed_until_usec != BC_NO_TIME)
        snapshot_put(w, "snoozed %s %" PRId64 "\n", core->breaks[core->snoozed_brk].rule.name,
                     core->snoozed_until_usec);
}

/**
 * bc_core_snapshot() - write what must survive a restart
 * @buf: where to; BC_SNAPSHOT_MAX bytes suffice for 200 breaks
 * @size: its size
 *
 * Return: the length; -ENOBUFS if it does not fit.
 */
int bc_core_snapshot(const struct bc_core *core, char *buf, size_t size)
{
    struct snapshot_writer w = {.buf = buf, .size = size};

    snapshot_put(&w, HEAD "\n");
    for (size_t i = 0; i < core->n_breaks; i++) {
        const struct bc_break *b = &core->breaks[i];

        snapshot_put(&w, "break %s %" PRId64 " %u %" PRId64 " %d\n", b->rule.name,
                     counter_scaled(core, i, core->now_usec), b->snoozes, b->completed_usec,
                     !present(core) && b->rested);
    }
    if (!present(core))
        snapshot_put(&w, "away %" PRId64 "\n", core->away_since_usec);
    if (core->bout_from_usec != BC_NO_TIME)
        snapshot_put(&w, "bout %" PRId64 "\n", core->bout_from_usec);
    if (core->posture != BC_POSTURE_SITTING)
        snapshot_put(&w, "posture %s %" PRId64 "\n", bc_posture_to_string(core->posture),
                     core->posture_until_usec);
    put_answers(core, &w);
    snapshot_put_diary(core, &w);
    snapshot_put(&w, "concerned %s\nend\n", word(core->concerned));
    return w.len < size ? (int)w.len : -ENOBUFS;
}

/* Strict: no sign but a minus, no blank, nothing behind the digits, nothing out of range. */
bool snapshot_read_number(const char *word, int64_t low, int64_t high, int64_t *ret)
{
    const char *p = word + (*word == '-');
    int64_t n = 0;

    if (!*p)
        return false;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, *p - '0', &n))
            return false;
    if (*p || (*word != '-' && __builtin_sub_overflow(0, n, &n)) || n < low || n > high)
        return false;
    *ret = n;
    return true;
}

bool snapshot_read_count(const char *word, unsigned low, unsigned high, unsigned *ret)
{
    int64_t n;

    if (!snapshot_read_number(word, low, high, &n))
        return false;
    *ret = (unsigned)n;
    return true;
}

/* An instant, or @never: "none" or "without end". */
bool snapshot_read_time(const char *word, usec_t never, usec_t *ret)
{
    return snapshot_read_number(word, -BC_TIME_MAX, BC_TIME_MAX, ret) ||
           (snapshot_read_number(word, INT64_MIN, INT64_MAX, ret) && *ret == never);
}

static bool is_name(const char *word)
{
    return *word && strlen(word) <= BC_NAME_MAX;
}

/* An instant of the file on today's clock. */
usec_t snapshot_shifted(const struct snapshot_reader *r, usec_t t)
{
    if (t == USEC_INFINITY || t == BC_NO_TIME)
        return t;
    return MAX(MIN(usec_add(t, r->shift_usec), BC_TIME_MAX), -BC_TIME_MAX);
}

static const char *unword(const char *word)
{
    return strcmp(word, "-") == 0 ? "" : word;
}

/* break NAME COUNTER SNOOZES COMPLETED RESTED */
static bool read_break(struct snapshot_reader *r)
{
    unsigned snoozes, rested;
    int64_t counter;
    usec_t completed;
    size_t i;

    if (r->n_words != 5 || !is_name(r->words[0]) ||
        !snapshot_read_number(r->words[1], 0, BC_TIME_MAX * BC_SCALE, &counter) ||
        !snapshot_read_count(r->words[2], 0, INT_MAX, &snoozes) ||
        !snapshot_read_time(r->words[3], BC_NO_TIME, &completed) ||
        !snapshot_read_count(r->words[4], 0, 1, &rested))
        return false;
    i = break_by_name(r->core, r->words[0]);
    if (r->check_only || i == NO_BREAK)
        return true;
    r->core->breaks[i].base = exposure_at(r->core, r->core->now_usec) - counter;
    r->core->breaks[i].snoozes = snoozes;
    r->core->breaks[i].completed_usec = snapshot_shifted(r, completed);
    r->core->breaks[i].rested = rested;
    return true;
}

/* prompt NAME BASE EXERCISE FIRST LAST ATTEMPT WAITED ABSENCE */
static bool read_prompt(struct snapshot_reader *r)
{
    struct bc_prompt p = {.on = true};
    unsigned absence;
    usec_t waited;

    if (r->n_words != 8 || !is_name(r->words[0]) || !is_name(r->words[1]) || !is_name(r->words[2]) ||
        !snapshot_read_time(r->words[3], 0, &p.first_usec) ||
        !snapshot_read_time(r->words[4], 0, &p.last_usec) ||
        !snapshot_read_count(r->words[5], 1, INT_MAX, &p.attempt) ||
        !snapshot_read_number(r->words[6], 0, BC_TIME_MAX, &waited) ||
        !snapshot_read_count(r->words[7], 0, 1, &absence))
        return false;
    p.brk = break_by_name(r->core, r->words[0]);
    p.base = break_by_name(r->core, r->words[1]);
    if (r->check_only || p.brk == NO_BREAK)
        return true;
    if (p.base == NO_BREAK)
        p.base = p.brk;
    name_copy(p.exercise, unword(r->words[2]));
    p.absence = absence;
    p.first_usec = snapshot_shifted(r, p.first_usec);
    p.last_usec = snapshot_shifted(r, p.last_usec);
    p.repeat_base_usec = present_at(r->core, r->core->now_usec) - waited;
    r->core->prompt = p;
    return true;
}

/* guide NAME EXERCISE FROM UNTIL */
static bool read_guide(struct snapshot_reader *r)
{
    struct bc_guide g = {.on = true};

    if (r->n_words != 4 || !is_name(r->words[0]) || !is_name(r->words[1]) ||
        !snapshot_read_time(r->words[2], 0, &g.from_usec) ||
        !snapshot_read_time(r->words[3], 0, &g.until_usec))
        return false;
    g.brk = break_by_name(r->core, r->words[0]);
    if (r->check_only || g.brk == NO_BREAK)
        return true;
    name_copy(g.exercise, unword(r->words[1]));
    g.from_usec = snapshot_shifted(r, g.from_usec);
    g.until_usec = snapshot_shifted(r, g.until_usec);
    r->core->guide = g;
    return true;
}

/* snoozed NAME UNTIL */
static bool read_snoozed(struct snapshot_reader *r)
{
    usec_t until;
    size_t i;

    if (r->n_words != 2 || !is_name(r->words[0]) || !snapshot_read_time(r->words[1], 0, &until))
        return false;
    i = break_by_name(r->core, r->words[0]);
    if (!r->check_only && i != NO_BREAK) {
        r->core->snoozed_brk = i;
        r->core->snoozed_until_usec = snapshot_shifted(r, until);
    }
    return true;
}

/* posture NAME UNTIL */
static bool read_posture(struct snapshot_reader *r)
{
    enum bc_posture posture;
    usec_t until;

    if (r->n_words != 2 || !snapshot_read_time(r->words[1], USEC_INFINITY, &until))
        return false;
    posture = bc_posture_from_string(r->words[0]);
    if (posture < 0)
        return false;
    if (!r->check_only) {
        r->core->posture = posture;
        r->core->posture_until_usec = snapshot_shifted(r, until);
    }
    return true;
}

/* KEY TIME */
static bool read_instant(struct snapshot_reader *r, usec_t never, usec_t *to)
{
    usec_t t;

    if (r->n_words != 1 || !snapshot_read_time(r->words[0], never, &t))
        return false;
    if (!r->check_only)
        *to = snapshot_shifted(r, t);
    return true;
}

/* KEY NAME */
static bool read_name(struct snapshot_reader *r, char *to)
{
    if (r->n_words != 1 || !is_name(r->words[0]))
        return false;
    if (!r->check_only)
        name_copy(to, unword(r->words[0]));
    return true;
}

static bool read_line(struct snapshot_reader *r, char *line)
{
    struct bc_core *core = r->core;
    char *key = strsep(&line, " ");

    for (r->n_words = 0; line; r->n_words++) {
        if (r->n_words == WORDS_MAX)
            return false;
        r->words[r->n_words] = strsep(&line, " ");
    }
    if (r->end)
        return false;
    if (strcmp(key, "end") == 0)
        return r->end = r->n_words == 0;
    if (strcmp(key, "break") == 0)
        return read_break(r);
    if (strcmp(key, "prompt") == 0)
        return read_prompt(r);
    if (strcmp(key, "guide") == 0)
        return read_guide(r);
    if (strcmp(key, "snoozed") == 0)
        return read_snoozed(r);
    if (strcmp(key, "posture") == 0)
        return read_posture(r);
    if (strcmp(key, "away") == 0)
        return read_instant(r, 0, &core->away_since_usec);
    if (strcmp(key, "bout") == 0)
        return read_instant(r, 0, &core->bout_from_usec);
    if (strcmp(key, "paused") == 0)
        return read_instant(r, USEC_INFINITY, &core->paused_until_usec);
    if (strcmp(key, "concerned") == 0)
        return read_name(r, core->concerned);
    /* Up to version 0.1 a plain rotation: what came last tells nothing of what comes next. */
    if (strcmp(key, "rotation") == 0)
        return r->n_words == 1;
    return snapshot_read_diary(r, key);
}

static int read_lines(struct snapshot_reader *r, const char *text)
{
    char line[512];

    if (strncmp(text, HEAD "\n", strlen(HEAD "\n")) != 0)
        return -EBADMSG;
    text += strlen(HEAD "\n");
    while (*text) {
        size_t n = strcspn(text, "\n");

        if (n >= sizeof line || text[n] != '\n')
            return -EBADMSG;
        memcpy(line, text, n);
        line[n] = 0;
        if (!read_line(r, line))
            return -EBADMSG;
        text += n + 1;
    }
    return r->end ? 0 : -EBADMSG;
}

/* From when on the core goes on, and whether somebody was there then. */
static void resume_at(struct bc_core *core, enum bc_restore_mode mode, usec_t saved_usec, usec_t now_usec)
{
    if (mode == BC_RESTORE_CRASHED && present(core)) {
        /* Present time goes on; a longer gap than the credit stands still: nobody knows what it was. */
        core->now_usec = MAX(MIN(saved_usec, now_usec), now_usec - CRASH_CREDIT_USEC);
    } else {
        core->now_usec = MIN(saved_usec, now_usec);
        core->asleep = true;
        if (present(core)) {
            core->away_since_usec = core->now_usec;
            core->prompt.absence = true;
            for (size_t i = 0; i < core->n_breaks; i++)
                core->breaks[i].rested = false;
        }
    }
    core->marks[0].t_usec = core->now_usec;
    core->n_marks = 1;
    core->return_usec = core->now_usec;
    core->input_from_usec = core->now_usec;
    /* No absence, no bout and no step of time lies ahead of what is now. */
    core->away_since_usec = MIN(core->away_since_usec, core->now_usec);
    core->bout_from_usec = MIN(core->bout_from_usec, core->now_usec);
    for (size_t i = 0; i < core->n_choices; i++)
        core->choices[i].t_usec = MIN(core->choices[i].t_usec, core->now_usec);
    for (size_t i = 0; i < core->n_sore; i++)
        core->sore[i].t_usec = MIN(core->sore[i].t_usec, core->now_usec);
    for (size_t i = 0; i < BC_HURTS_ADVICE; i++)
        core->hurt_usec[i] = MIN(core->hurt_usec[i], core->now_usec);
    /* Where a guided break was dropped, sitting goes on. */
    bout_begin(core);
}

/**
 * bc_core_restore() - continue from a snapshot; only on a core that has not stepped yet
 * @text: what bc_core_snapshot() wrote
 * @mode: how the program had ended
 * @shift_usec: what to add to its instants; not 0 after a reboot, when boottime began anew
 * @saved_usec: when it was taken, on today's boottime clock; may be negative
 * @now_usec: now
 *
 * Where the user counts as away since then (BC_RESTORE_AWAY, or away when it was saved) the core is left
 * asleep: send WAKE once the sources have said what holds now. Breaks that the settings no longer have are
 * dropped.
 *
 * Return: 0; -EBADMSG if the text is not understood: the core is as it was.
 */
int bc_core_restore(struct bc_core *core, const char *text, enum bc_restore_mode mode, usec_t shift_usec,
                    usec_t saved_usec, usec_t now_usec)
{
    struct snapshot_reader check = {.core = core, .check_only = true};
    struct snapshot_reader r = {.core = core, .shift_usec = shift_usec};
    int error = read_lines(&check, text);

    now_usec = MAX(MIN(now_usec, BC_TIME_MAX), -BC_TIME_MAX);
    saved_usec = MAX(MIN(saved_usec, BC_TIME_MAX), -BC_TIME_MAX);
    if (error < 0)
        return error;
    core->bout_from_usec = BC_NO_TIME;
    (void)read_lines(&r, text);
    resume_at(core, mode, saved_usec, now_usec);
    for (size_t i = core->n_breaks; i-- > 0;)
        ledger_step(core, BC_LEDGER_RESTORED, counter_scaled(core, i, core->now_usec),
                    core->breaks[i].rule.name);
    exposure_update(core);
    /* What was chosen before may not suit under the settings of today. */
    core_check_exercises(core, &core->menu);
    return 0;
}
