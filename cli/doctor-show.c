/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report for people, in 80 columns, and for programs. Decides nothing.
 */
#include <string.h>

#include "cli/doctor.h"
#include "cli/format.h"
#include "cli/json.h"
#include "util/i18n.h"
#include "config.h"

#define COLUMNS 80
#define INDENT 11

/* The words of the README and of backcarectl(1). */
static const char disclaimer[] = N_(
    "BackCare offers general movement and self-massage ideas for adults. It does not diagnose or treat, and "
    "it "
    "does not replace a health professional. If you are pregnant, have a condition, or are unsure, ask one "
    "first. Stop if anything hurts or feels wrong.");

static const struct {
    const char *name;
    const char *label;
    enum colour colour;
} levels[_LEVEL_MAX] = {
    [LEVEL_OK] = {"ok", N_("ok"), COLOUR_GOOD},
    [LEVEL_NOTE] = {"note", N_("note"), COLOUR_NONE},
    [LEVEL_WARNING] = {"warning", N_("warning"), COLOUR_NOTE},
    [LEVEL_PROBLEM] = {"problem", N_("PROBLEM"), COLOUR_BAD},
};

static const struct {
    const char *section;
    const char *title;
} titles[] = {
    {"bus", N_("Bus")},
    {"unit", N_("Daemon")},
    {"session", N_("Session")},
    {"sources", N_("Activity sources")},
    {"inhibitors", N_("What keeps the desktop from going idle")},
    {"now", N_("Now")},
    {"notifications", N_("Notifications")},
    {"programs", N_("Other reminder programs")},
    {"settings", N_("Settings and files")},
    {"clock", N_("Clock")},
};

static const char *title_of(const char *section)
{
    for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
        if (strcmp(titles[i].section, section) == 0)
            return _(titles[i].title);
    return section;
}

/* Words up to the right margin, the next line indented; a line feed in the text begins a line too. */
static void put_wrapped(FILE *f, const char *text, int indent)
{
    int column = indent;
    bool first = true;

    for (const char *p = text; *p;) {
        size_t blanks = strspn(p, " \n"), n = strcspn(p + blanks, " \n");
        bool new_line = !first && memchr(p, '\n', blanks);
        char *word = strndup(p + blanks, n);
        int width = word ? text_width(word) : (int)n;

        if (!first && (new_line || column + 1 + width > COLUMNS)) {
            fprintf(f, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', f);
            column++;
        }
        put_text(f, word ? word : "?");
        column += width;
        first = false;
        free(word);
        p += blanks + n;
    }
    fputc('\n', f);
}

static void put_finding(FILE *f, const struct finding *finding)
{
    enum colour c = levels[finding->level].colour;

    fprintf(f, "  %s", c == COLOUR_NONE ? "" : colour(c));
    put_padded(f, _(levels[finding->level].label), INDENT - 2);
    fputs(c == COLOUR_NONE ? "" : colour(COLOUR_NONE), f);
    put_wrapped(f, finding->what, INDENT);
    if (is_set(finding->detail)) {
        fprintf(f, "%*s%s", INDENT, "", colour(COLOUR_DIM));
        put_wrapped(f, finding->detail, INDENT);
        fputs(colour(COLOUR_NONE), f);
    }
    if (is_set(finding->hint)) {
        fprintf(f, "%*s-> ", INDENT, "");
        put_wrapped(f, finding->hint, INDENT + 3);
    }
}

/**
 * report_show_plain() - write a report for people
 */
void report_show_plain(FILE *f, const struct report *report)
{
    const char *section = "";
    unsigned problems = report->count[LEVEL_PROBLEM], warnings = report->count[LEVEL_WARNING];

    for (const struct finding *finding = report->first; finding; finding = finding->next) {
        if (strcmp(finding->section, section) != 0) {
            fprintf(f, "%s%s%s%s\n", *section ? "\n" : "", colour(COLOUR_BOLD), title_of(finding->section),
                    colour(COLOUR_NONE));
            section = finding->section;
        }
        put_finding(f, finding);
    }
    fputc('\n', f);
    if (problems > 0) {
        fputs(colour(COLOUR_BAD), f);
        fprintf(
            f,
            P_("Reminders can't work here: %u problem", "Reminders can't work here: %u problems", problems),
            problems);
    } else
        fprintf(f, "%s%s", colour(COLOUR_GOOD), _("Reminders work here"));
    fputs(colour(COLOUR_NONE), f);
    if (warnings > 0)
        fprintf(f, P_(", %u warning", ", %u warnings", warnings), warnings);
    fputs(".\n\n", f);
    put_wrapped(f, _(disclaimer), 0);
}

static void json_strings(struct json *j, const char *key, char *const *list)
{
    json_open(j, key, '[');
    for (; list && *list; list++)
        json_string(j, NULL, *list);
    json_close(j, ']');
}

static void json_lists(struct json *j, const struct report *report)
{
    json_open(j, "sources", '[');
    for (size_t i = 0; i < report->n_sources; i++) {
        const struct doctor_source *s = &report->sources[i];

        json_open(j, NULL, '{');
        json_string(j, "name", s->name);
        json_string(j, "status", s->status);
        json_string(j, "detail", s->detail);
        json_boolean(j, "in_use", s->in_use);
        json_strings(j, "reports", s->reports);
        json_string(j, "inhibitors", s->inhibitors);
        json_seconds(j, "accuracy_seconds", s->accuracy_usec);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open(j, "inhibitors", '[');
    for (size_t i = 0; i < report->n_inhibitors; i++) {
        json_open(j, NULL, '{');
        json_string(j, "who", report->inhibitors[i].who);
        json_string(j, "why", report->inhibitors[i].why);
        json_string(j, "where", report->inhibitors[i].where);
        json_boolean(j, "seen", report->inhibitors[i].seen);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open(j, "sessions", '[');
    for (size_t i = 0; i < report->n_sessions; i++) {
        const struct doctor_session *s = &report->sessions[i];

        json_open(j, NULL, '{');
        json_string(j, "id", s->id);
        json_string(j, "type", s->type);
        json_string(j, "class", s->class);
        json_string(j, "seat", is_set(s->seat) ? s->seat : NULL);
        json_string(j, "state", s->state);
        json_boolean(j, "remote", s->remote);
        json_boolean(j, "active", s->active);
        json_boolean(j, "locked", s->locked);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_notifier(struct json *j, const struct report *report)
{
    if (!report->notifier_name) {
        json_string(j, "notifier", NULL);
        return;
    }
    json_open(j, "notifier", '{');
    json_string(j, "name", report->notifier_name);
    json_string(j, "version", report->notifier_version);
    json_strings(j, "capabilities", report->notifier_capabilities);
    json_close(j, '}');
}

/**
 * report_show_json() - write a report as one JSON object in one line
 */
void report_show_json(FILE *f, const struct report *report)
{
    struct json json = {.file = f}, *j = &json;

    json_open(j, NULL, '{');
    json_string(j, "version", BACKCARE_VERSION);
    json_time(j, "time", moment_now().realtime_usec);
    json_boolean(j, "works", report->count[LEVEL_PROBLEM] == 0);
    json_integer(j, "problems", report->count[LEVEL_PROBLEM]);
    json_integer(j, "warnings", report->count[LEVEL_WARNING]);
    json_open(j, "findings", '[');
    for (const struct finding *finding = report->first; finding; finding = finding->next) {
        json_open(j, NULL, '{');
        json_string(j, "section", finding->section);
        json_string(j, "level", levels[finding->level].name);
        json_string(j, "what", finding->what);
        json_string(j, "detail", finding->detail);
        json_string(j, "what_to_do", finding->hint);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_lists(j, report);
    json_notifier(j, report);
    json_string(j, "disclaimer", disclaimer);
    json_close(j, '}');
    json_end_line(j);
}
