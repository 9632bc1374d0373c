/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of findings. Running out of memory leaves one out and is remembered, so that nobody who adds one
 * has to look.
 */
#include <stdarg.h>
#include <string.h>

#include "cli/client.h"
#include "cli/doctor.h"

/**
 * report_init() - begin an empty report
 */
void report_init(struct report *report)
{
    *report = (struct report){.section = ""};
    report->last = &report->first;
}

/**
 * report_done() - free what a report holds
 */
void report_done(struct report *report)
{
    for (struct finding *f = report->first, *next; f; f = next) {
        next = f->next;
        free(f->what);
        free(f->detail);
        free(f->hint);
        free(f);
    }
    for (size_t i = 0; i < report->n_sources; i++) {
        free(report->sources[i].name);
        free(report->sources[i].status);
        free(report->sources[i].detail);
        free(report->sources[i].inhibitors);
        (void)strings_free(report->sources[i].reports);
    }
    free(report->sources);
    for (size_t i = 0; i < report->n_inhibitors; i++) {
        free(report->inhibitors[i].who);
        free(report->inhibitors[i].why);
    }
    free(report->inhibitors);
    for (size_t i = 0; i < report->n_sessions; i++) {
        free(report->sessions[i].id);
        free(report->sessions[i].type);
        free(report->sessions[i].class);
        free(report->sessions[i].seat);
        free(report->sessions[i].state);
    }
    free(report->sessions);
    free(report->notifier_name);
    free(report->notifier_version);
    (void)strings_free(report->notifier_capabilities);
    report_init(report);
}

/**
 * finding_add() - add a finding to the section that is under way
 * @level: how bad it is
 * @fmt: one short sentence without a full stop
 *
 * Return: the finding, for finding_detail() and finding_hint(); NULL out of memory, which they accept.
 */
struct finding *finding_add(struct report *report, enum level level, const char *fmt, ...)
{
    struct finding *f = calloc(1, sizeof(*f));
    va_list ap;

    if (f) {
        va_start(ap, fmt);
        if (vasprintf(&f->what, fmt, ap) < 0) {
            free(f);
            f = NULL;
        }
        va_end(ap);
    }
    /* A problem that can't be written down is one all the same. */
    report->count[level]++;
    if (!f) {
        report->out_of_memory = true;
        return NULL;
    }
    f->section = report->section;
    f->level = level;
    *report->last = f;
    report->last = &f->next;
    return f;
}

static void set_text(char **p, const char *fmt, va_list ap)
{
    char *text;

    if (vasprintf(&text, fmt, ap) < 0)
        return;
    free(*p);
    *p = text;
}

/**
 * finding_detail() - say more of a finding: why, or what it means
 */
void finding_detail(struct finding *finding, const char *fmt, ...)
{
    va_list ap;

    if (!finding)
        return;
    va_start(ap, fmt);
    set_text(&finding->detail, fmt, ap);
    va_end(ap);
}

/**
 * finding_hint() - say what to do about a finding
 */
void finding_hint(struct finding *finding, const char *fmt, ...)
{
    va_list ap;

    if (!finding)
        return;
    va_start(ap, fmt);
    set_text(&finding->hint, fmt, ap);
    va_end(ap);
}

/**
 * report_grow() - make room for one more element of a list
 * @array: where the pointer to the list is
 * @n: how many there are; one more afterwards
 * @size: of one
 *
 * Return: the new, zeroed element; NULL out of memory.
 */
void *report_grow(struct report *report, void *array, size_t *n, size_t size)
{
    void **p = array, *more = reallocarray(*p, *n + 1, size);

    if (!more) {
        report->out_of_memory = true;
        return NULL;
    }
    *p = more;
    return memset((char *)more + (*n)++ * size, 0, size);
}

/**
 * report_copy() - a copy of a text, to be freed
 * @text: or NULL for an empty one
 *
 * Return: the copy, NULL out of memory.
 */
char *report_copy(struct report *report, const char *text)
{
    char *copy = strdup(text ? text : "");

    if (!copy)
        report->out_of_memory = true;
    return copy;
}
