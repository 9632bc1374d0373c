/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image, as image.c writes it, read back into a core. Strict: a line that is not understood makes the
 * whole of no use.
 */
#include <string.h>

#include "core/internal.h"

#define LINE_MAX_BYTES 512
#define WORDS_MAX 9
#define EXPOSURE_MAX (BC_TIME_MAX * BC_SCALE)

struct reader {
    struct bc_core *core; /* NULL: only check */
    char *words[WORDS_MAX];
    size_t n_words;
    bool marked; /* its own marks have begun */
};

static bool read_number(const char *word, int64_t low, int64_t high, int64_t *ret)
{
    const char *p = word + (*word == '-');
    int64_t n = 0;

    if (!*p)
        return false;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
            return false;
    n = *word == '-' ? -n : n;
    if (*p || n < low || n > high)
        return false;
    *ret = n;
    return true;
}

/* "-12.5", "12", "never", "none" */
static bool read_time(const char *word, usec_t *ret)
{
    int64_t whole = 0, part = 0, unit = USEC_PER_SEC;
    const char *p = word + (*word == '-');

    if (strcmp(word, "never") == 0 || strcmp(word, "none") == 0) {
        *ret = word[2] == 'v' ? USEC_INFINITY : BC_NO_TIME;
        return true;
    }
    if (*p < '0' || *p > '9')
        return false;
    for (; *p >= '0' && *p <= '9'; p++) {
        whole = whole * 10 + (*p - '0');
        if (whole > BC_TIME_MAX / USEC_PER_SEC)
            return false;
    }
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++) {
            unit /= 10;
            part += unit * (*p - '0');
        }
    if (*p)
        return false;
    *ret = (whole * USEC_PER_SEC + part) * (*word == '-' ? -1 : 1);
    return true;
}

/* An instant that there is. */
static bool read_instant(const char *word, usec_t *ret)
{
    usec_t t;

    if (!read_time(word, &t) || t == USEC_INFINITY || t == BC_NO_TIME)
        return false;
    *ret = t;
    return true;
}

static bool is_name(const char *word)
{
    return *word && strlen(word) <= BC_NAME_MAX;
}

static size_t find(const struct reader *r, const char *name)
{
    return r->core ? break_by_name(r->core, name) : NO_BREAK;
}

/* input active|passive|idle FROM PASSIVE-SINCE */
static bool read_input(struct reader *r)
{
    static const char *const inputs[] = {"active", "passive", "idle"};
    usec_t from, passive;
    size_t i = 0;

    while (i < ARRAY_SIZE(inputs) && strcmp(inputs[i], r->words[0]) != 0)
        i++;
    if (i == ARRAY_SIZE(inputs) || !read_instant(r->words[1], &from) || !read_instant(r->words[2], &passive))
        return false;
    if (r->core) {
        r->core->input = (enum bc_input)i;
        r->core->input_from_usec = from;
        r->core->passive_since_usec = passive;
    }
    return true;
}

static bool read_report(struct reader *r)
{
    usec_t since;

    if (!read_instant(r->words[0], &since))
        return false;
    if (r->core) {
        r->core->report_waits = true;
        r->core->report_since_usec = since;
    }
    return true;
}

static bool read_is(struct reader *r)
{
    struct bc_core nowhere, *core = r->core ? r->core : &nowhere;
    const struct {
        const char *word;
        bool *on;
    } causes[] = {{"inhibited", &core->inhibited},
                  {"locked", &core->locked},
                  {"left", &core->left},
                  {"asleep", &core->asleep}};

    for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
        if (strcmp(causes[i].word, r->words[0]) == 0)
            return *causes[i].on = true;
    return false;
}

static bool read_posture(struct reader *r)
{
    enum bc_posture posture = bc_posture_from_string(r->words[0]);
    usec_t until;

    if (posture < 0 || !read_time(r->words[1], &until) || until == BC_NO_TIME)
        return false;
    if (r->core) {
        r->core->posture = posture;
        r->core->posture_until_usec = until;
    }
    return true;
}

/* mark T EXPOSURE PRESENT RATE RATE */
static bool read_mark(struct reader *r)
{
    int64_t exposure_rate, present_rate;
    struct bc_mark m = {0};

    if (!read_instant(r->words[0], &m.t_usec) ||
        !read_number(r->words[1], -EXPOSURE_MAX, EXPOSURE_MAX, &m.exposure) ||
        !read_number(r->words[2], -BC_TIME_MAX, BC_TIME_MAX, &m.present_usec) ||
        !read_number(r->words[3], 0, BC_SCALE, &exposure_rate) ||
        !read_number(r->words[4], 0, 1, &present_rate))
        return false;
    if (!r->core)
        return true;
    m.exposure_rate = (int32_t)exposure_rate;
    m.present_rate = (int32_t)present_rate;
    if (!r->marked)
        r->core->n_marks = 0;
    r->marked = true;
    if (r->core->n_marks == BC_MARKS_MAX)
        return false;
    r->core->marks[r->core->n_marks++] = m;
    return true;
}

/* break NAME BASE SNOOZES RESTED COMPLETED */
static bool read_break(struct reader *r)
{
    int64_t base, snoozes, rested;
    usec_t completed;
    size_t i;

    if (!is_name(r->words[0]) || !read_number(r->words[1], -EXPOSURE_MAX, EXPOSURE_MAX, &base) ||
        !read_number(r->words[2], 0, INT_MAX, &snoozes) || !read_number(r->words[3], 0, 1, &rested) ||
        !read_time(r->words[4], &completed) || completed == USEC_INFINITY)
        return false;
    i = find(r, r->words[0]);
    if (i == NO_BREAK)
        return true;
    r->core->breaks[i].base = base;
    r->core->breaks[i].snoozes = (unsigned)snoozes;
    r->core->breaks[i].rested = rested;
    r->core->breaks[i].completed_usec = completed;
    return true;
}

/* prompt NAME BASE FIRST LAST ATTEMPT REPEAT-BASE ABSENCE */
static bool read_prompt(struct reader *r)
{
    struct bc_prompt p = {.on = true};
    int64_t attempt, absence;

    if (!is_name(r->words[0]) || !is_name(r->words[1]) || !read_instant(r->words[2], &p.first_usec) ||
        !read_instant(r->words[3], &p.last_usec) || !read_number(r->words[4], 1, INT_MAX, &attempt) ||
        !read_number(r->words[5], -BC_TIME_MAX, BC_TIME_MAX, &p.repeat_base_usec) ||
        !read_number(r->words[6], 0, 1, &absence))
        return false;
    p.brk = find(r, r->words[0]);
    p.base = find(r, r->words[1]);
    if (p.brk == NO_BREAK)
        return true;
    if (p.base == NO_BREAK)
        p.base = p.brk;
    p.attempt = (unsigned)attempt;
    p.absence = absence;
    r->core->prompt = p;
    return true;
}

/* guide NAME FROM UNTIL */
static bool read_guide(struct reader *r)
{
    struct bc_guide g = {.on = true};

    if (!is_name(r->words[0]) || !read_instant(r->words[1], &g.from_usec) ||
        !read_instant(r->words[2], &g.until_usec))
        return false;
    g.brk = find(r, r->words[0]);
    if (g.brk != NO_BREAK)
        r->core->guide = g;
    return true;
}

/* snoozed NAME UNTIL */
static bool read_snoozed(struct reader *r)
{
    usec_t until;
    size_t i;

    if (!is_name(r->words[0]) || !read_instant(r->words[1], &until))
        return false;
    i = find(r, r->words[0]);
    if (i != NO_BREAK) {
        r->core->snoozed_brk = i;
        r->core->snoozed_until_usec = until;
    }
    return true;
}

/* hold WORD SINCE */
static bool read_hold(struct reader *r)
{
    struct bc_hold h = {0};

    if (!is_name(r->words[0]) || !read_instant(r->words[1], &h.since_usec))
        return false;
    if (!r->core)
        return true;
    if (r->core->n_holds == BC_HOLDS_MAX)
        return false;
    name_copy(h.id, r->words[0]);
    name_copy(h.reason, r->words[0]);
    r->core->holds[r->core->n_holds++] = h;
    return true;
}

/* The lines of one instant. */
static bool read_plain(struct reader *r, const char *key)
{
    struct bc_core nowhere, *core = r->core ? r->core : &nowhere;
    const struct {
        const char *key;
        usec_t *to;
        bool none, never; /* are answers too */
    } lines[] = {
        {"now", &core->now_usec, false, false},
        {"away", &core->away_since_usec, false, false},
        {"return", &core->return_usec, false, false},
        {"bout", &core->bout_from_usec, true, false},
        {"held", &core->hold_clock_usec, true, false},
        {"paused", &core->paused_until_usec, true, true},
        {"threshold", &core->threshold_usec, false, false},
    };
    usec_t t;

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (strcmp(lines[i].key, key) == 0) {
            if (r->n_words != 1 || !read_time(r->words[0], &t) || (t == BC_NO_TIME && !lines[i].none) ||
                (t == USEC_INFINITY && !lines[i].never))
                return false;
            *lines[i].to = t;
            return true;
        }
    return false;
}

static bool read_line(struct reader *r, char *line)
{
    static const struct {
        const char *key;
        size_t n_words;
        bool (*read)(struct reader *r);
    } lines[] = {
        {"input", 3, read_input},     {"report", 1, read_report}, {"is", 1, read_is},
        {"posture", 2, read_posture}, {"mark", 5, read_mark},     {"break", 5, read_break},
        {"prompt", 7, read_prompt},   {"guide", 3, read_guide},   {"snoozed", 2, read_snoozed},
        {"hold", 2, read_hold},
    };
    const char *key = strsep(&line, " ");

    r->n_words = 0;
    for (char *w; (w = strsep(&line, " ")); r->n_words++) {
        if (r->n_words == WORDS_MAX)
            return false;
        r->words[r->n_words] = w;
    }
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (strcmp(lines[i].key, key) == 0)
            return r->n_words == lines[i].n_words && lines[i].read(r);
    return read_plain(r, key);
}

static int read_copy(struct reader *r, const char *text, size_t n)
{
    char line[LINE_MAX_BYTES];

    if (n >= sizeof line)
        return -EBADMSG;
    memcpy(line, text, n);
    line[n] = 0;
    return read_line(r, line) ? 0 : -EBADMSG;
}

/**
 * bc_core_image_check() - whether a line could be of an image
 *
 * Return: 0 or -EBADMSG.
 */
int bc_core_image_check(const char *line)
{
    struct reader r = {0};

    return read_copy(&r, line, strlen(line));
}

/**
 * bc_core_image_load() - go on from an image; only on a core that has not stepped yet
 * @text: what bc_core_image() wrote; what it does not say is as in a new core
 *
 * Breaks that the settings don't have are dropped.
 *
 * Return: 0; -EBADMSG if a line is not understood: the core is of no use then.
 */
int bc_core_image_load(struct bc_core *core, const char *text)
{
    struct reader r = {.core = core};

    while (*text) {
        size_t n = strcspn(text, "\n");
        int error = read_copy(&r, text, n);

        if (error < 0)
            return error;
        text += n + (text[n] == '\n');
    }
    /* What was before can't be told any more. */
    ledger_clear(core);
    exposure_update(core);
    return 0;
}
