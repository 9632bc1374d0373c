/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The image: all that the core knows at an instant, as text, one fact a line, so that a replay can begin in
 * the middle of a life and be the same from there on, to the microsecond. Other than the snapshot it says
 * what holds at this very moment (locks, holds, input, the marks), and nothing of exercises. Texts of other
 * programs don't get into it: whoever asks for an image gives holds their names.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/internal.h"

struct writer {
    char *buf;
    size_t size, len;
    usec_t zero_usec;
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

/* " 12.500000", an instant counted from the image's zero; " never", " none". */
static void put_time(struct writer *w, usec_t t)
{
    usec_t size;

    if (t == USEC_INFINITY || t == BC_NO_TIME) {
        put(w, t == BC_NO_TIME ? " none" : " never");
        return;
    }
    t -= w->zero_usec;
    size = t < 0 ? -t : t;
    put(w, " %s%" PRId64 ".%06" PRId64, t < 0 ? "-" : "", size / USEC_PER_SEC, size % USEC_PER_SEC);
}

/* A line of an instant alone. */
static void put_instant(struct writer *w, const char *key, usec_t t)
{
    put(w, "%s", key);
    put_time(w, t);
    put(w, "\n");
}

static void put_presence(const struct bc_core *core, struct writer *w)
{
    static const char *const inputs[] = {"active", "passive", "idle"};
    const struct {
        const char *word;
        bool on;
    } causes[] = {{"inhibited", core->inhibited},
                  {"locked", core->locked},
                  {"left", core->left},
                  {"asleep", core->asleep}};

    put(w, "input %s", inputs[core->input]);
    put_time(w, core->input_from_usec);
    put_time(w, core->input == BC_INPUT_PASSIVE ? core->passive_since_usec : core->input_from_usec);
    put(w, "\n");
    if (core->report_waits)
        put_instant(w, "report", core->report_since_usec);
    for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
        if (causes[i].on)
            put(w, "is %s\n", causes[i].word);
    if (core->posture != BC_POSTURE_SITTING) {
        put(w, "posture %s", bc_posture_to_string(core->posture));
        put_time(w, core->posture_until_usec);
        put(w, "\n");
    }
    if (!present(core))
        put_instant(w, "away", core->away_since_usec);
    put_instant(w, "return", core->return_usec);
    put_instant(w, "bout", core->bout_from_usec);
    put_instant(w, "threshold", core->threshold_usec + w->zero_usec);
}

static void put_exposure(const struct bc_core *core, struct writer *w)
{
    for (size_t i = 0; i < core->n_marks; i++) {
        const struct bc_mark *m = &core->marks[i];

        put(w, "mark");
        put_time(w, m->t_usec);
        put(w, " %" PRId64 " %" PRId64 " %d %d\n", m->exposure, m->present_usec, m->exposure_rate,
            m->present_rate);
    }
    for (size_t i = 0; i < core->n_breaks; i++) {
        const struct bc_break *b = &core->breaks[i];

        put(w, "break %s %" PRId64 " %u %d", b->rule.name, b->base, b->snoozes, b->rested);
        put_time(w, b->completed_usec);
        put(w, "\n");
    }
}

static void put_delivery(const struct bc_core *core, struct writer *w)
{
    const struct bc_prompt *p = &core->prompt;
    const struct bc_guide *g = &core->guide;

    if (p->on) {
        put(w, "prompt %s %s", core->breaks[p->brk].rule.name, core->breaks[p->base].rule.name);
        put_time(w, p->first_usec);
        put_time(w, p->last_usec);
        put(w, " %u %" PRId64 " %d\n", p->attempt, p->repeat_base_usec, p->absence);
    }
    if (g->on) {
        put(w, "guide %s", core->breaks[g->brk].rule.name);
        put_time(w, g->from_usec);
        put_time(w, g->until_usec);
        put(w, "\n");
    }
    if (core->paused_until_usec != BC_NO_TIME)
        put_instant(w, "paused", core->paused_until_usec);
    if (core->snoozed_until_usec != BC_NO_TIME) {
        put(w, "snoozed %s", core->breaks[core->snoozed_brk].rule.name);
        put_time(w, core->snoozed_until_usec);
        put(w, "\n");
    }
}

/**
 * bc_core_image() - write all that the core knows as of its latest step, without private data
 * @zero_usec: the instant that the image calls 0
 * @hold_word: gives the word that stands for a hold's id, which may be a text of another program
 * @userdata: for @hold_word
 * @buf: where to; BC_IMAGE_MAX bytes suffice for 200 breaks
 * @size: its size
 *
 * Return: the length; -ENOBUFS if it does not fit.
 */
int bc_core_image(const struct bc_core *core, usec_t zero_usec, bc_hold_word_func hold_word, void *userdata,
                  char *buf, size_t size)
{
    struct writer w = {.buf = buf, .size = size, .zero_usec = zero_usec};

    put_instant(&w, "now", core->now_usec);
    put_presence(core, &w);
    put_exposure(core, &w);
    put_delivery(core, &w);
    for (size_t i = 0; i < core->n_holds; i++) {
        put(&w, "hold %s", hold_word(userdata, core->holds[i].id));
        put_time(&w, core->holds[i].since_usec);
        put(&w, "\n");
    }
    if (core->hold_clock_usec != BC_NO_TIME)
        put_instant(&w, "held", core->hold_clock_usec);
    return w.len < size ? (int)w.len : -ENOBUFS;
}
