/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See show-profile.h. What a condition does is the catalogue room's to say.
 */
#include <string.h>

#include "cli/format.h"
#include "cli/json.h"
#include "cli/profile-file.h"
#include "cli/show-profile.h"
#include "cli/words.h"
#include "util/i18n.h"
#include "util/strv.h"

#define COLUMN 18

static const char *const class_words[] = {
    [SAFETY_CLASS_EMERGENCY] = "emergency", [SAFETY_CLASS_URGENT] = "urgent",
    [SAFETY_CLASS_CONSULT] = "consult",     [SAFETY_CLASS_LOCAL] = "local",
    [SAFETY_CLASS_ADJUST] = "adjust",
};

static const char *const trimester_words[_SAFETY_TRIMESTER_MAX] = {
    [SAFETY_TRIMESTER_T1] = "t1",
    [SAFETY_TRIMESTER_T2] = "t2",
    [SAFETY_TRIMESTER_T3] = "t3",
    [SAFETY_TRIMESTER_OVERDUE] = "overdue",
    [SAFETY_TRIMESTER_POSTPARTUM] = "postpartum",
    [SAFETY_TRIMESTER_UNCLEAR] = "unclear",
};

/**
 * suiting_count() - how many exercises suit a person
 * @settings: with the person's profile
 * @ret: those that are switched off or hidden don't count
 *
 * Return: 0 or a negative errno.
 */
int suiting_count(const struct settings *settings, struct suiting *ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics ignored = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(strv_freep) char **dirs = NULL;
    struct safety_profile profile;
    struct suiting s = {0};
    int r = catalogue_dirs_find(NULL, &dirs);

    if (r >= 0)
        r = catalogue_load_bare((const char *const *)dirs, NULL, &ignored, &catalogue);
    if (r < 0)
        return r;
    suitability_profile(settings, local_day(now_usec(CLOCK_REALTIME)), &profile);
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];

        if (e->hidden || e->default_off)
            continue;
        s.n++;
        s.suitable += suitability_judge(e, &profile, NULL);
    }
    s.advice = safety_advice(&profile);
    s.doubtful = profile.doubtful;
    *ret = s;
    return 0;
}

/* Nothing is put beside the message but how it ends. */
static void explain_hold(const struct settings *settings, FILE *file)
{
    _cleanup_(freep) char *message = NULL;
    struct safety_profile profile;

    suitability_profile(settings, local_day(now_usec(CLOCK_REALTIME)), &profile);
    if (advice_message(settings, &profile, &message) >= 0 && message)
        fprintf(file, "%s\n", message);
    fputs(_("Suggestions and reminders stop until you clear the condition by hand.\n"), file);
}

static void explain_consult(const struct settings *settings, FILE *file)
{
    _cleanup_(freep) char *message = NULL;
    struct safety_profile profile;

    suitability_profile(settings, local_day(now_usec(CLOCK_REALTIME)), &profile);
    if (advice_consult(&profile, &message) >= 0 && message)
        fprintf(file, "%s\n", message);
}

/**
 * suiting_explain() - say what a profile lets through
 * @before: the same before a change; NULL = there was none
 */
void suiting_explain(const struct settings *settings, const struct suiting *before,
                     const struct suiting *after, FILE *file)
{
    if (after->advice >= SAFETY_ADVICE_URGENT) {
        explain_hold(settings, file);
        return;
    }
    if (before && before->advice >= SAFETY_ADVICE_URGENT)
        fputs(_("Suggestions and reminders come again.\n"), file);
    if (after->doubtful) {
        fputs(_("No exercise is suggested, as something of the settings can't be read: backcarectl config "
                "check\n"),
              file);
        return;
    }
    explain_consult(settings, file);
    if (after->n == 0)
        return;
    if (before && before->suitable != after->suitable)
        fprintf(file,
                P_("%zu of %zu exercises suits you now; it was %zu.\n",
                   "%zu of %zu exercises suit you now; it was %zu.\n", after->suitable),
                after->suitable, after->n, before->suitable);
    else
        fprintf(file,
                P_("%zu of %zu exercises suits you now.\n", "%zu of %zu exercises suit you now.\n",
                   after->suitable),
                after->suitable, after->n);
}

static const char *region_of(const char *word)
{
    const char *at = strchr(word, '@');

    return at ? at + 1 : NULL;
}

/**
 * condition_explain() - a condition in one line
 * @word: such as "rash@shoulders"; a valid one
 */
void condition_explain(const char *word, FILE *file)
{
    enum safety_tag tag = (enum safety_tag)condition_tag(word);
    const char *region = region_of(word);

    fprintf(file, "%s: %s", word, condition_meaning(tag));
    if (safety_tag_class(tag) == SAFETY_CLASS_LOCAL)
        fprintf(file, " (%s)", region ? word_text(region) : _("everywhere, as no region is named"));
    fprintf(file, "; %s.\n", condition_effect(tag));
}

static enum safety_trimester trimester_of(const struct settings *settings)
{
    struct safety_profile profile;

    suitability_profile(settings, local_day(now_usec(CLOCK_REALTIME)), &profile);
    return profile.trimester;
}

/**
 * pregnancy_explain() - what the due date means today, in one line; nothing where there is none
 */
void pregnancy_explain(const struct settings *settings, FILE *file)
{
    static const enum safety_tag tags[_SAFETY_TRIMESTER_MAX] = {
        [SAFETY_TRIMESTER_T1] = SAFETY_TAG_PREGNANCY_T1,
        [SAFETY_TRIMESTER_T2] = SAFETY_TAG_PREGNANCY_T2,
        [SAFETY_TRIMESTER_T3] = SAFETY_TAG_PREGNANCY_T3,
        [SAFETY_TRIMESTER_OVERDUE] = SAFETY_TAG_PREGNANCY_T3,
        [SAFETY_TRIMESTER_POSTPARTUM] = SAFETY_TAG_POSTPARTUM_RECENT,
    };
    enum safety_trimester trimester = trimester_of(settings);

    if (!settings->pregnancy_due)
        return;
    if (trimester == SAFETY_TRIMESTER_NONE)
        fprintf(file, _("pregnancy-due %s: long past; it changes nothing.\n"), settings->pregnancy_due);
    else if (trimester == SAFETY_TRIMESTER_UNCLEAR)
        fprintf(
            file,
            _("pregnancy-due %s: farther off than a pregnancy is long; what holds in any trimester holds.\n"),
            settings->pregnancy_due);
    else
        fprintf(
            file,
            trimester == SAFETY_TRIMESTER_OVERDUE ? _("pregnancy-due %s: %s and the time after birth; %s.\n")
                                                  : "pregnancy-due %s: %s; %s.\n",
            settings->pregnancy_due, condition_meaning(tags[trimester]), condition_effect(tags[trimester]));
}

static void write_condition(struct json *j, const char *word)
{
    enum safety_tag tag = (enum safety_tag)condition_tag(word);

    json_open(j, NULL, '{');
    json_string(j, "condition", word);
    json_string(j, "tag", safety_tags[tag]);
    json_string(j, "region", region_of(word));
    json_string(j, "class", class_words[safety_tag_class(tag)]);
    json_string(j, "meaning", condition_meaning(tag));
    json_string(j, "effect", condition_effect(tag));
    json_boolean(j, "stops", condition_stops(tag));
    json_close(j, '}');
}

static void write_words(struct json *j, const char *key, char *const *words)
{
    json_open(j, key, '[');
    for (; *words; words++)
        json_string(j, NULL, *words);
    json_close(j, ']');
}

static int show_json(const struct settings *settings, const struct suiting *suiting, FILE *file)
{
    static const char *const advice_words[] = {NULL, "consult-first", "urgent", "emergency"};
    _cleanup_(freep) char *message = NULL;
    struct safety_profile profile;
    struct json json = {.file = file}, *j = &json;

    suitability_profile(settings, local_day(now_usec(CLOCK_REALTIME)), &profile);
    if (advice_message(settings, &profile, &message) < 0)
        return -ENOMEM;
    json_open(j, NULL, '{');
    write_words(j, "tools", settings->tools);
    json_string(j, "place", catalogue_places[settings->place]);
    json_boolean(j, "partner", settings->partner);
    write_words(j, "focus", settings->focus);
    write_words(j, "goals", settings->goals);
    json_open(j, "conditions", '[');
    for (char **p = settings->conditions; *p; p++)
        write_condition(j, *p);
    json_close(j, ']');
    json_string(j, "pregnancy_due", settings->pregnancy_due);
    json_string(j, "trimester", trimester_words[profile.trimester]);
    json_integer(j, "max_intensity", settings->max_intensity);
    json_string(j, "language", settings->language);
    json_string(j, "emergency_number", settings->emergency_number);
    json_string(j, "advice_number", settings->advice_number);
    json_integer(j, "exercises", (int64_t)suiting->n);
    json_integer(j, "suitable", (int64_t)suiting->suitable);
    json_boolean(j, "doubtful", suiting->doubtful);
    json_string(j, "advice", advice_words[suiting->advice]);
    json_string(j, "message", message);
    json_close(j, '}');
    json_end_line(j);
    return 0;
}

static int show_plain(const struct settings *settings, const struct suiting *suiting, FILE *file)
{
    for (size_t i = 0; i < settings_table_size; i++) {
        const struct setting *setting = &settings_table[i];
        _cleanup_(freep) char *text = NULL;

        if (strcmp(setting->section, "profile") != 0 || strcmp(setting->key, "conditions") == 0)
            continue;
        if (setting_text(setting, settings, &text) < 0)
            return -ENOMEM;
        put_padded(file, setting->key, COLUMN);
        fprintf(file, "%s\n", *text ? text : _("none"));
    }
    put_padded(file, "conditions", *settings->conditions ? 0 : COLUMN);
    fprintf(file, "%s\n", *settings->conditions ? "" : _("none"));
    for (char **p = settings->conditions; *p; p++) {
        fputs("  ", file);
        condition_explain(*p, file);
    }
    fputc('\n', file);
    pregnancy_explain(settings, file);
    suiting_explain(settings, NULL, suiting, file);
    return 0;
}

/**
 * profile_show() - all of the profile in force
 *
 * Return: 0 or a negative errno.
 */
int profile_show(const struct settings *settings, bool as_json, FILE *file)
{
    struct suiting suiting;
    int r = suiting_count(settings, &suiting);

    if (r < 0)
        return r;
    return as_json ? show_json(settings, &suiting, file) : show_plain(settings, &suiting, file);
}
