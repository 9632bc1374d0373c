/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See exercises.h. What is suitable is the catalogue room's to say; here it is only put into words.
 */
#include <string.h>

#include "cli/exercises.h"
#include "cli/failure.h"
#include "cli/format.h"
#include "cli/verbs.h"
#include "cli/words.h"
#include "util/i18n.h"

#define CONSULT_LINE N_("Check with your clinician or midwife if you have not yet.")

static void freep_list(char ***list)
{
    for (char **item = *list; item && *item; item++)
        free(*item);
    free(*list);
}

static int no_memory(void)
{
    (void)failure_no_memory();
    return -ENOMEM;
}

/* A file named on the command line must be good; one's own may have a mistake, as the daemon goes on then. */
static int load_settings(const char *config, struct diagnostics *d, struct settings **ret)
{
    struct settings_paths paths = {0};
    int r;

    if (config)
        return settings_load_file(config, d, ret);
    r = settings_paths_find(NULL, &paths);
    if (r >= 0)
        r = settings_load(&paths, d, ret);
    settings_paths_done(&paths);
    return r;
}

/**
 * exercises_load() - read settings and catalogue as the daemon does
 * @config: a settings file that is read alone, or NULL for those of the user
 * @ret: freed with exercises_done()
 *
 * Mistakes are said.
 *
 * Return: 0; -EINVAL and the like if @config has a mistake or a file can't be read, said as well; -ENOMEM.
 */
int exercises_load(const char *config, struct exercises *ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics settings_d = {0}, catalogue_d = {0};
    _cleanup_(exercises_done) struct exercises all = {0};
    _cleanup_(freep_list) char **dirs = NULL;
    _cleanup_(freep) char *said = NULL;
    int r = load_settings(config, &settings_d, &all.settings);

    if (r == -ENOMEM)
        return no_memory();
    if (r < 0) {
        (void)failure_say(CLI_USAGE, FAILURE_UNREADABLE, "", "%s: %s", config ? config : _("settings"),
                          strerror(-r));
        return r;
    }
    r = failure_mistakes(&settings_d, config);
    if (r != CLI_DONE)
        return r == CLI_USAGE ? -EINVAL : -ENOMEM;
    r = catalogue_dirs_find(NULL, &dirs);
    if (r >= 0)
        r = catalogue_load((const char *const *)dirs, catalogue_language(all.settings), &catalogue_d,
                           &all.catalogue);
    said = r < 0 ? NULL : diagnostics_format(&catalogue_d);
    if (!said)
        return no_memory();
    fputs(said, stderr);
    suitability_profile(all.settings, local_day(now_usec(CLOCK_REALTIME)), &all.profile);
    ret->settings = TAKE_PTR(all.settings);
    ret->catalogue = TAKE_PTR(all.catalogue);
    ret->profile = all.profile;
    return 0;
}

void exercises_done(struct exercises *exercises)
{
    settings_free(exercises->settings);
    catalogue_free(exercises->catalogue);
}

bool exercise_is_suitable(const struct exercises *all, const struct exercise *e)
{
    return e->tip ? tip_suits(e, &all->profile) : suitability_judge(e, &all->profile, NULL);
}

static void write_list(struct json *j, const char *key, char *const *list)
{
    json_open(j, key, '[');
    for (; *list; list++)
        json_string(j, NULL, *list);
    json_close(j, ']');
}

static void write_set(struct json *j, const char *key, const char *const *words, unsigned set)
{
    json_open(j, key, '[');
    for (size_t i = 0; words[i]; i++)
        if (set & SAFETY_BIT(i))
            json_string(j, NULL, words[i]);
    json_close(j, ']');
}

static void write_pregnancy(struct json *j, const struct exercise *e)
{
    static const char *const words[] = {[SAFETY_NO] = "no", [SAFETY_ADAPT] = "adapt", [SAFETY_YES] = "yes"};

    json_open(j, "pregnancy", '{');
    json_string(j, "t1", words[e->pregnancy[0]]);
    json_string(j, "t2", words[e->pregnancy[1]]);
    json_string(j, "t3", words[e->pregnancy[2]]);
    json_close(j, '}');
}

static void write_why(struct json *j, unsigned reasons)
{
    json_open(j, "why", '[');
    for (int i = 0; i < _SAFETY_REASON_MAX; i++)
        if (reasons & SAFETY_BIT(i))
            json_string(j, NULL, _(safety_reason_text((enum safety_reason)i)));
    json_close(j, ']');
}

static const char *advice_word(enum safety_advice advice)
{
    static const char *const words[] = {NULL, "consult-first", "urgent", "emergency"};

    return words[advice];
}

static void tip_write_json(const struct exercises *all, const struct exercise *tip, struct json *j)
{
    json_string(j, "id", tip->id);
    json_string(j, "title", tip->title);
    json_string(j, "kind", "tip");
    json_string(j, "text", tip->texts->steps[0]);
    write_list(j, "sources", tip->texts->sources);
    json_boolean(j, "suitable", tip_suits(tip, &all->profile));
}

/**
 * exercise_write_json() - an exercise or a tip as a JSON object
 * @key: its key, or NULL in an array
 */
void exercise_write_json(const struct exercises *all, const struct exercise *e, struct json *j,
                         const char *key)
{
    const char *regions[EXERCISE_REGIONS_MAX + 1];
    struct safety_verdict verdict;

    json_open(j, key, '{');
    if (e->tip) {
        tip_write_json(all, e, j);
        json_close(j, '}');
        return;
    }
    (void)suitability_judge(e, &all->profile, &verdict);
    json_string(j, "id", e->id);
    json_string(j, "title", e->title);
    json_string(j, "kind", bc_exercise_kind_to_string(e->kind));
    exercise_regions(e, regions);
    write_list(j, "regions", (char *const *)regions);
    write_list(j, "muscles", e->texts->muscles);
    write_set(j, "tools", catalogue_tools, e->tools);
    json_string(j, "position", catalogue_positions[exercise_position(e, &verdict)]);
    json_string(j, "place", catalogue_places[e->place]);
    json_integer(j, "seconds", verdict.duration_usec / USEC_PER_SEC);
    json_integer(j, "hold_seconds", exercise_hold_usec(e, &verdict) / USEC_PER_SEC);
    json_integer(j, "reps", exercise_reps(e, &verdict));
    json_string(j, "sides", catalogue_sides[e->sides]);
    write_list(j, "steps", exercise_steps(e, &verdict));
    json_boolean(j, "adapted", verdict.adapted >= 0);
    json_string(j, "breath", e->texts->breath);
    json_string(j, "caution", e->texts->caution);
    write_set(j, "hazards", catalogue_hazards, e->hazards);
    write_pregnancy(j, e);
    json_integer(j, "intensity", e->intensity);
    write_list(j, "sources", e->texts->sources);
    json_boolean(j, "default", !e->default_off);
    json_boolean(j, "suitable", verdict.suitable);
    write_why(j, verdict.reasons);
    json_string(j, "advice", advice_word(verdict.advice));
    json_close(j, '}');
}

/**
 * exercise_write_reasons() - why an exercise does not suit, in one line without its end
 */
void exercise_write_reasons(unsigned reasons, FILE *file)
{
    const char *separator = "";

    for (int i = 0; i < _SAFETY_REASON_MAX; i++)
        if (reasons & SAFETY_BIT(i)) {
            fprintf(file, "%s%s", separator, _(safety_reason_text((enum safety_reason)i)));
            separator = "; ";
        }
}

/* So that the column behind fits all of them, in whatever language. */
static int kind_width(void)
{
    int width = 0;

    for (int i = 0; i < _BC_KIND_MAX; i++)
        width = MAX(width, text_width(word_text(bc_exercise_kind_to_string((enum bc_exercise_kind)i))));
    return width + 1;
}

/**
 * exercise_write_line() - an exercise or a tip as a line of a list
 */
void exercise_write_line(const struct exercises *all, const struct exercise *e, FILE *file)
{
    char duration[FORMAT_TIME_MAX];
    struct safety_verdict verdict;

    put_padded(file, e->id, 28);
    if (e->tip) {
        put_text(file, e->texts->steps[0]);
        fputc('\n', file);
        return;
    }
    (void)suitability_judge(e, &all->profile, &verdict);
    put_padded(file, word_text(bc_exercise_kind_to_string(e->kind)), kind_width());
    put_padded(file, usec_format(duration, sizeof duration, verdict.duration_usec), 9);
    put_text(file, e->title);
    if (!verdict.suitable) {
        fputs("  (", file);
        exercise_write_reasons(verdict.reasons, file);
        fputc(')', file);
    } else if (e->default_off) {
        fputs(_("  (switched off)"), file);
    }
    fputc('\n', file);
}

static void card_regions(const struct exercise *e, FILE *file)
{
    const char *regions[EXERCISE_REGIONS_MAX + 1];

    exercise_regions(e, regions);
    put_padded(file, _("regions"), 12);
    for (size_t i = 0; regions[i]; i++)
        fprintf(file, "%s%s", i > 0 ? ", " : "", word_text(regions[i]));
    fputc('\n', file);
}

static void card_set(FILE *file, const char *name, const char *const *words, unsigned set)
{
    const char *separator = "";

    if (set == 0)
        return;
    put_padded(file, name, 12);
    for (size_t i = 0; words[i]; i++)
        if (set & SAFETY_BIT(i)) {
            fprintf(file, "%s%s", separator, word_text(words[i]));
            separator = ", ";
        }
    fputc('\n', file);
}

static void card_list(FILE *file, const char *name, char *const *list)
{
    if (!*list)
        return;
    put_padded(file, name, 12);
    for (char *const *item = list; *item; item++) {
        fputs(item > list ? ", " : "", file);
        put_text(file, *item);
    }
    fputc('\n', file);
}

static void card_text(FILE *file, const char *name, const char *text)
{
    if (!*text)
        return;
    put_padded(file, name, 12);
    put_text(file, text);
    fputc('\n', file);
}

static void card_numbers(const struct exercise *e, const struct safety_verdict *verdict, FILE *file)
{
    usec_t hold_usec = exercise_hold_usec(e, verdict);
    unsigned reps = exercise_reps(e, verdict);
    char text[FORMAT_TIME_MAX];

    card_text(file, _("time"), usec_format(text, sizeof text, verdict->duration_usec));
    if (hold_usec > 0)
        card_text(file, _("hold"), usec_format(text, sizeof text, hold_usec));
    if (reps > 0) {
        (void)snprintf(text, sizeof text, "%u", reps);
        card_text(file, _("repeats"), text);
    }
    card_text(file, _("sides"), word_text(catalogue_sides[e->sides]));
    (void)snprintf(text, sizeof text, "%u", e->intensity);
    card_text(file, _("intensity"), text);
}

/**
 * exercise_write_advice() - what goes with every exercise
 * @consult: and with this one a word with a professional
 */
void exercise_write_advice(bool consult, FILE *file)
{
    fprintf(file, "%s\n", _(CATALOGUE_STOP_LINE));
    if (consult)
        fprintf(file, "%s\n", _(CONSULT_LINE));
}

/**
 * exercise_write_card() - all that is to be known of an exercise or a tip
 */
void exercise_write_card(const struct exercises *all, const struct exercise *e, FILE *file)
{
    _cleanup_(freep) char *consult = NULL;
    struct safety_verdict verdict;
    unsigned n = 0;

    fprintf(file, "%s", colour(COLOUR_BOLD));
    put_text(file, e->title);
    fprintf(file, "%s\n", colour(COLOUR_NONE));
    if (e->tip) {
        put_text(file, e->texts->steps[0]);
        fputc('\n', file);
        card_list(file, _("sources"), e->texts->sources);
        return;
    }
    (void)suitability_judge(e, &all->profile, &verdict);
    card_text(file, _("kind"), word_text(bc_exercise_kind_to_string(e->kind)));
    card_regions(e, file);
    card_list(file, _("muscles"), e->texts->muscles);
    card_set(file, _("tools"), catalogue_tools, e->tools);
    card_text(file, _("position"), word_text(catalogue_positions[exercise_position(e, &verdict)]));
    card_text(file, _("place"), word_text(catalogue_places[e->place]));
    card_numbers(e, &verdict, file);
    fputc('\n', file);
    for (char *const *step = exercise_steps(e, &verdict); *step; step++) {
        fprintf(file, "%2u. ", ++n);
        put_text(file, *step);
        fputc('\n', file);
    }
    fputc('\n', file);
    card_text(file, _("breath"), e->texts->breath);
    card_text(file, _("caution"), e->texts->caution);
    exercise_write_advice(verdict.advice == SAFETY_ADVICE_CONSULT || verdict.adapted >= 0, file);
    fputc('\n', file);
    card_set(file, _("hazards"), catalogue_hazards, e->hazards);
    card_list(file, _("sources"), e->texts->sources);
    put_padded(file, _("for you"), 12);
    if (verdict.suitable)
        fputs(e->default_off ? _("suitable, but switched off") : _("suitable"), file);
    else
        exercise_write_reasons(verdict.reasons, file);
    fputc('\n', file);
    if (!verdict.suitable && (verdict.reasons & SAFETY_BIT(SAFETY_REASON_CONSULT)) &&
        advice_consult(&all->profile, &consult) >= 0 && consult)
        fprintf(file, "%s\n", consult);
}
