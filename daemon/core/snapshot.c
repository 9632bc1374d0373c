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

#define HEAD "core 1"
#define CRASH_CREDIT_USEC (10 * USEC_PER_MINUTE)
#define NAME_FORMAT "%63s"

struct writer {
    char *buf;
    size_t size, len;
};

static void put(struct writer *w, const char *fmt, ...) _printf_(2, 3);

static void put(struct writer *w, const char *fmt, ...)
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

static void put_answers(const struct bc_core *core, struct writer *w)
{
    const struct bc_prompt *p = &core->prompt;
    const struct bc_guide *g = &core->guide;

    if (p->on)
        put(w, "prompt %s %s %s %" PRId64 " %" PRId64 " %u %" PRId64 " %d\n", core->breaks[p->brk].rule.name,
            core->breaks[p->base].rule.name, word(p->exercise), p->first_usec, p->last_usec, p->attempt,
            present_at(core, core->now_usec) - p->repeat_base_usec, p->absence);
    if (g->on)
        put(w, "guide %s %s %" PRId64 " %" PRId64 "\n", core->breaks[g->brk].rule.name, word(g->exercise),
            g->from_usec, g->until_usec);
    if (core->paused_until_usec != BC_NO_TIME)
        put(w, "paused %" PRId64 "\n", core->paused_until_usec);
    if (core->snoozed_until_usec != BC_NO_TIME)
        put(w, "snoozed %s %" PRId64 "\n", core->breaks[core->snoozed_brk].rule.name,
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
    struct writer w = {.buf = buf, .size = size};

    put(&w, HEAD "\n");
    for (size_t i = 0; i < core->n_breaks; i++) {
        const struct bc_break *b = &core->breaks[i];

        put(&w, "break %s %" PRId64 " %u %" PRId64 " %d\n", b->rule.name,
            counter_scaled(core, i, core->now_usec), b->snoozes, b->completed_usec,
            !present(core) && b->rested);
    }
    if (!present(core))
        put(&w, "away %" PRId64 "\n", core->away_since_usec);
    if (core->bout_from_usec != BC_NO_TIME)
        put(&w, "bout %" PRId64 "\n", core->bout_from_usec);
    if (core->posture != BC_POSTURE_SITTING)
        put(&w, "posture %s %" PRId64 "\n", bc_posture_to_string(core->posture), core->posture_until_usec);
    put_answers(core, &w);
    put(&w, "rotation %s\nconcerned %s\nend\n", word(core->rotation), word(core->concerned));
    return w.len < size ? (int)w.len : -ENOBUFS;
}

/* What is read; applied only once every line was understood. */
struct reader {
    struct bc_core *core;
    usec_t shift_usec;
    bool check_only;
    bool end;
};

/* An instant of the file on today's clock. */
static usec_t shifted(const struct reader *r, usec_t t)
{
    return t == USEC_INFINITY || t == BC_NO_TIME ? t : usec_add(t, r->shift_usec);
}

static void unword(char *name)
{
    if (strcmp(name, "-") == 0)
        name[0] = 0;
}

static bool read_break(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1];
    int64_t counter, completed;
    unsigned snoozes;
    int rested;
    size_t i;

    if (sscanf(line, "break " NAME_FORMAT " %" SCNd64 " %u %" SCNd64 " %d", name, &counter, &snoozes,
               &completed, &rested) != 5 ||
        counter < 0)
        return false;
    i = break_by_name(r->core, name);
    if (r->check_only || i == NO_BREAK)
        return true;
    r->core->breaks[i].base = exposure_at(r->core, r->core->now_usec) - counter;
    r->core->breaks[i].snoozes = snoozes;
    r->core->breaks[i].completed_usec = shifted(r, completed);
    r->core->breaks[i].rested = rested;
    return true;
}

static bool read_prompt(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1], base[BC_NAME_MAX + 1];
    struct bc_prompt p = {.on = true};
    usec_t waited;
    int absence;

    if (sscanf(line,
               "prompt " NAME_FORMAT " " NAME_FORMAT " " NAME_FORMAT " %" SCNd64 " %" SCNd64 " %u %" SCNd64
               " %d",
               name, base, p.exercise, &p.first_usec, &p.last_usec, &p.attempt, &waited, &absence) != 8 ||
        waited < 0 || p.attempt == 0)
        return false;
    p.brk = break_by_name(r->core, name);
    p.base = break_by_name(r->core, base);
    if (r->check_only || p.brk == NO_BREAK)
        return true;
    if (p.base == NO_BREAK)
        p.base = p.brk;
    unword(p.exercise);
    p.absence = absence;
    p.first_usec = shifted(r, p.first_usec);
    p.last_usec = shifted(r, p.last_usec);
    p.repeat_base_usec = present_at(r->core, r->core->now_usec) - waited;
    r->core->prompt = p;
    return true;
}

static bool read_guide(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1];
    struct bc_guide g = {.on = true};

    if (sscanf(line, "guide " NAME_FORMAT " " NAME_FORMAT " %" SCNd64 " %" SCNd64, name, g.exercise,
               &g.from_usec, &g.until_usec) != 4)
        return false;
    g.brk = break_by_name(r->core, name);
    if (r->check_only || g.brk == NO_BREAK)
        return true;
    unword(g.exercise);
    g.from_usec = shifted(r, g.from_usec);
    g.until_usec = shifted(r, g.until_usec);
    r->core->guide = g;
    return true;
}

static bool read_snoozed(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1];
    usec_t until;
    size_t i;

    if (sscanf(line, "snoozed " NAME_FORMAT " %" SCNd64, name, &until) != 2)
        return false;
    i = break_by_name(r->core, name);
    if (!r->check_only && i != NO_BREAK) {
        r->core->snoozed_brk = i;
        r->core->snoozed_until_usec = shifted(r, until);
    }
    return true;
}

static bool read_posture(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1];
    enum bc_posture posture;
    usec_t until;

    if (sscanf(line, "posture " NAME_FORMAT " %" SCNd64, name, &until) != 2)
        return false;
    posture = bc_posture_from_string(name);
    if (posture < 0)
        return false;
    if (!r->check_only) {
        r->core->posture = posture;
        r->core->posture_until_usec = shifted(r, until);
    }
    return true;
}

/* "KEY TIME" or "KEY NAME" lines. */
static bool read_simple(struct reader *r, const char *line)
{
    char name[BC_NAME_MAX + 1];
    usec_t t;

    if (sscanf(line, "away %" SCNd64, &t) == 1) {
        if (!r->check_only)
            r->core->away_since_usec = shifted(r, t);
    } else if (sscanf(line, "bout %" SCNd64, &t) == 1) {
        if (!r->check_only)
            r->core->bout_from_usec = shifted(r, t);
    } else if (sscanf(line, "paused %" SCNd64, &t) == 1) {
        if (!r->check_only)
            r->core->paused_until_usec = shifted(r, t);
    } else if (sscanf(line, "rotation " NAME_FORMAT, name) == 1) {
        unword(name);
        if (!r->check_only)
            name_copy(r->core->rotation, name);
    } else if (sscanf(line, "concerned " NAME_FORMAT, name) == 1) {
        unword(name);
        if (!r->check_only)
            name_copy(r->core->concerned, name);
    } else {
        return false;
    }
    return true;
}

static bool read_line(struct reader *r, const char *line)
{
    if (r->end)
        return false;
    if (strcmp(line, "end") == 0)
        return r->end = true;
    return read_break(r, line) || read_prompt(r, line) || read_guide(r, line) || read_snoozed(r, line) ||
           read_posture(r, line) || read_simple(r, line);
}

static int read_lines(struct reader *r, const char *text)
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
        core->now_usec = MAX(saved_usec, now_usec - CRASH_CREDIT_USEC);
    } else {
        core->now_usec = MIN(saved_usec, now_usec);
        core->asleep = true;
        if (present(core)) {
            core->away_since_usec = core->now_usec;
            core->prompt.absence = true;
        }
    }
    core->marks[0].t_usec = core->now_usec;
    core->n_marks = 1;
    core->return_usec = core->now_usec;
    core->input_from_usec = core->now_usec;
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
    struct reader check = {.core = core, .check_only = true};
    struct reader r = {.core = core, .shift_usec = shift_usec};
    int error = read_lines(&check, text);

    if (error < 0)
        return error;
    core->bout_from_usec = BC_NO_TIME;
    (void)read_lines(&r, text);
    resume_at(core, mode, saved_usec, now_usec);
    for (size_t i = core->n_breaks; i-- > 0;)
        ledger_step(core, BC_LEDGER_RESTORED, counter_scaled(core, i, core->now_usec),
                    core->breaks[i].rule.name);
    exposure_update(core);
    return 0;
}
