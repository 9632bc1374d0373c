/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the settings and the exercises on the one side and the safety rules on the other, which know
 * neither: puts both into the words of the rules. Decides nothing.
 */
#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"

/**
 * exercise_traits() - what the safety rules are told of an exercise
 * @exercise: a bare one will do
 * @ret: all that safety_judge() looks at; what only safety_check() does is 0
 */
void exercise_traits(const struct exercise *exercise, struct safety_exercise *ret)
{
    *ret = (struct safety_exercise){
        .kind = (enum safety_kind)exercise->kind,
        .regions = exercise->regions,
        .tools = exercise->tools,
        .hazards = exercise->hazards,
        .position = (enum safety_position)exercise->position,
        .place = (enum safety_place)exercise->place,
        .intensity = exercise->intensity,
        .hold_usec = exercise->hold_usec,
        .duration_usec = exercise->duration_usec,
        .hazards_assumed = exercise->hazards_assumed,
    };
    for (int t = 0; t < SAFETY_TRIMESTERS; t++) {
        ret->pregnancy[t] = (enum safety_status)exercise->pregnancy[t];
        ret->adapted_usec[t] = exercise->adapted_usec[t];
    }
}

/**
 * suitability_profile() - what the safety rules are told of a person
 * @settings: the settings
 * @today: the day where the user is, days since 1970-01-01
 * @ret: the profile
 *
 * What it can't make sense of makes it doubtful, and then nothing is suitable.
 */
void suitability_profile(const struct settings *settings, int64_t today, struct safety_profile *ret)
{
    struct safety_profile profile = {
        .partner = settings->partner,
        .place = (enum safety_place)settings->place,
        .max_intensity = settings->max_intensity,
        .doubtful = settings->profile_doubtful,
    };
    int64_t due_day;

    for (char **tool = settings->tools; *tool; tool++) {
        int i = vocabulary_find(catalogue_tools, *tool);

        if (i >= 0)
            profile.tools |= SAFETY_BIT(i);
    }
    for (char **condition = settings->conditions; *condition; condition++)
        if (safety_profile_add(&profile, *condition) < 0)
            profile.doubtful = true;
    if (settings->pregnancy_due) {
        if (safety_day_parse(settings->pregnancy_due, &due_day) < 0)
            profile.doubtful = true;
        else
            profile.trimester = safety_trimester(due_day, today);
    }
    *ret = profile;
}

/**
 * suitability_judge() - whether an exercise suits a person
 * @ret: the verdict; may be NULL. What the rules can't judge is not suitable, and gets the reason of a
 * profile that could not be read
 */
bool suitability_judge(const struct exercise *exercise, const struct safety_profile *profile,
                       struct safety_verdict *ret)
{
    struct safety_exercise traits;
    struct safety_verdict verdict;

    exercise_traits(exercise, &traits);
    if (safety_judge(&traits, profile, &verdict) < 0)
        verdict = (struct safety_verdict){
            .adapted = -1,
            .reasons = SAFETY_BIT(SAFETY_REASON_DOUBTFUL),
            .duration_usec = exercise->duration_usec,
        };
    if (ret)
        *ret = verdict;
    return verdict.suitable;
}

/**
 * tip_suits() - whether a tip is for a person
 * @tip: a whole one
 *
 * None is with what needs a doctor soon: such advice stands alone.
 */
bool tip_suits(const struct exercise *tip, const struct safety_profile *profile)
{
    uint64_t tags = safety_profile_tags(profile);

    return !profile->doubtful && safety_advice(profile) < SAFETY_ADVICE_URGENT &&
           !(tags & tip->texts->not_for) && (tip->texts->only_for == 0 || (tags & tip->texts->only_for));
}

/**
 * exercise_steps() - the steps to be shown to a person
 * @exercise: a whole one
 * @verdict: of that exercise for that person
 *
 * Return: NULL-terminated, never NULL; empty where adapted ones are to be shown and are not there.
 */
char *const *exercise_steps(const struct exercise *exercise, const struct safety_verdict *verdict)
{
    static char *const none[] = {NULL};

    if (verdict->adapted < 0)
        return exercise->texts->steps;
    return exercise->texts->adapted[verdict->adapted] ? exercise->texts->adapted[verdict->adapted] : none;
}

usec_t exercise_hold_usec(const struct exercise *exercise, const struct safety_verdict *verdict)
{
    return verdict->adapted < 0 ? exercise->hold_usec : exercise->adapted_hold_usec[verdict->adapted];
}

unsigned exercise_reps(const struct exercise *exercise, const struct safety_verdict *verdict)
{
    return verdict->adapted < 0 ? exercise->reps : exercise->adapted_reps[verdict->adapted];
}

void exercise_regions(const struct exercise *exercise, const char *ret[static EXERCISE_REGIONS_MAX + 1])
{
    size_t n = 0;

    if (exercise->regions & SAFETY_BIT(exercise->main_region))
        ret[n++] = catalogue_regions[exercise->main_region];
    for (unsigned i = 0; i < EXERCISE_REGIONS_MAX; i++)
        if (i != exercise->main_region && (exercise->regions & SAFETY_BIT(i)))
            ret[n++] = catalogue_regions[i];
    ret[n] = NULL;
}

unsigned exercise_position(const struct exercise *exercise, const struct safety_verdict *verdict)
{
    return verdict->adapted < 0 ? exercise->position : exercise->adapted_position[verdict->adapted];
}
