/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See routines.h. What is left of a routine is the catalogue room's to say; here it is only put into words.
 */
#include "cli/routines.h"
#include "cli/format.h"
#include "util/i18n.h"

static bool is_left_out(const struct routine_verdict *verdict, size_t i)
{
    return verdict->left_out & SAFETY_BIT(i);
}

/**
 * routine_write_json() - a routine as a JSON object
 * @key: its key, or NULL in an array
 */
void routine_write_json(const struct exercises *all, const struct routine *routine, struct json *j,
                        const char *key)
{
    struct routine_verdict verdict;
    const char *why;

    routine_judge(routine, &all->profile, &verdict);
    json_open(j, key, '{');
    json_string(j, "id", routine->id);
    json_string(j, "title", routine->title);
    json_string(j, "kind", "routine");
    json_string(j, "text", routine->text);
    json_open(j, "exercises", '[');
    for (size_t i = 0; i < routine->n_items; i++) {
        json_open(j, NULL, '{');
        json_string(j, "id", routine->items[i]->id);
        json_boolean(j, "suitable", !is_left_out(&verdict, i));
        json_close(j, '}');
    }
    json_close(j, ']');
    json_integer(j, "rest_seconds", routine->rest_usec / USEC_PER_SEC);
    json_integer(j, "seconds", verdict.duration_usec / USEC_PER_SEC);
    json_boolean(j, "default", !routine->default_off);
    json_boolean(j, "suitable", verdict.suitable);
    json_open(j, "why", '[');
    for (size_t i = 0; (why = routine_why(&verdict, i)); i++)
        json_string(j, NULL, why);
    json_close(j, ']');
    json_open(j, "sources", '[');
    for (char *const *source = routine->sources; *source; source++)
        json_string(j, NULL, *source);
    json_close(j, ']');
    json_close(j, '}');
}

static void write_why(const struct routine_verdict *verdict, FILE *file)
{
    const char *why;

    for (size_t i = 0; (why = routine_why(verdict, i)); i++)
        fprintf(file, "%s%s", i > 0 ? "; " : "", why);
}

/**
 * routine_write_line() - a routine as a line of a list
 */
void routine_write_line(const struct exercises *all, const struct routine *routine, FILE *file)
{
    char duration[FORMAT_TIME_MAX];
    struct routine_verdict verdict;

    routine_judge(routine, &all->profile, &verdict);
    put_padded(file, routine->id, 28);
    put_padded(file, usec_format(duration, sizeof duration, verdict.duration_usec), 12);
    put_text(file, routine->title);
    if (!verdict.suitable) {
        fputs("  (", file);
        write_why(&verdict, file);
        fputc(')', file);
    } else if (routine->default_off) {
        fputs(_("  (switched off)"), file);
    }
    fputc('\n', file);
}

/* One exercise of a card: its number, or a dash where it is left out and why. */
static void card_item(const struct exercises *all, const struct exercise *e, unsigned number, FILE *file)
{
    char text[FORMAT_TIME_MAX];
    struct safety_verdict verdict;

    (void)suitability_judge(e, &all->profile, &verdict);
    if (number > 0) {
        fprintf(file, "%2u. ", number);
        put_padded(file, e->id, 28);
        put_padded(file, usec_format(text, sizeof text, verdict.duration_usec), 9);
        put_text(file, e->title);
        fputc('\n', file);
        return;
    }
    fputs(" -  ", file);
    put_padded(file, e->id, 28);
    fputs(_("left out: "), file);
    if (e->hidden || e->default_off)
        fputs(e->hidden ? _("hidden") : _("switched off"), file);
    else
        exercise_write_reasons(verdict.reasons, file);
    fputc('\n', file);
}

static bool has_massage(const struct routine *routine, const struct routine_verdict *verdict)
{
    for (size_t i = 0; i < routine->n_items; i++)
        if (routine->items[i]->kind == BC_KIND_MASSAGE && !is_left_out(verdict, i))
            return true;
    return false;
}

/**
 * routine_write_card() - all that is to be known of a routine
 */
void routine_write_card(const struct exercises *all, const struct routine *routine, FILE *file)
{
    char text[FORMAT_TIME_MAX];
    struct routine_verdict verdict;
    unsigned n = 0;

    routine_judge(routine, &all->profile, &verdict);
    fprintf(file, "%s", colour(COLOUR_BOLD));
    put_text(file, routine->title);
    fprintf(file, "%s\n", colour(COLOUR_NONE));
    if (*routine->text) {
        put_text(file, routine->text);
        fputc('\n', file);
    }
    fputc('\n', file);
    for (size_t i = 0; i < routine->n_items; i++)
        card_item(all, routine->items[i], is_left_out(&verdict, i) ? 0 : ++n, file);
    fputc('\n', file);
    put_padded(file, _("time"), 12);
    fprintf(file, "%s, ", usec_format(text, sizeof text, verdict.duration_usec));
    fprintf(file, _("with %s of rest between two\n"), usec_format(text, sizeof text, routine->rest_usec));
    /* Only the daemon knows what has been done today; it is massage that this leaves out most. */
    if (has_massage(routine, &verdict)) {
        put_padded(file, "", 12);
        fputs(_("When it starts, what was massaged or hurt lately is left out.\n"), file);
    }
    exercise_write_advice(verdict.consult, file);
    fputc('\n', file);
    for (char *const *source = routine->sources; *source; source++) {
        if (source > routine->sources)
            fputs(", ", file);
        else
            put_padded(file, _("sources"), 12);
        put_text(file, *source);
    }
    fputs(*routine->sources ? "\n" : "", file);
    put_padded(file, _("for you"), 12);
    if (verdict.suitable)
        fputs(routine->default_off ? _("suitable, but switched off") : _("suitable"), file);
    else
        write_why(&verdict, file);
    fputc('\n', file);
}
