/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See safety.h. Each rule adds reasons why not; an exercise is suitable when none has. None looks at what
 * another has found, so a set of tags takes away what each of its tags does, and nothing comes back.
 *
 *   R1  an emergency or urgent tag takes everything away
 *   R2  a tag that asks for advice first takes all massage away
 *   R3  three of these leave breathing and posture only
 *   R4  a tag bars hazards
 *   R5  a local tag bars kinds in its region and the neighbours of that, or everywhere
 *   R6  a set of tags allows what each of its tags allows
 *   R7  a further tag never adds an exercise
 *   R8  without an emergency or urgent tag something at the desk without a tool is left (of those we ship)
 *   R9  tools are at hand, a partner is there
 *   R10 place and intensity are respected
 *   P1  in pregnancy nothing face down, and nothing of the highest intensity
 *   P2  from the second trimester nothing on the back
 *   P3  in the first no massage, and on the back only adapted and for less than a minute
 *   P4  from the second only gentle massage with hands, off the legs, not lying on back or front
 *   P5  where a trimester adapts, the adapted steps are shown and no others
 *   P6  two trimesters at once both apply
 *
 * The invariants I1 to I10, which hold for each exercise by itself, are at enum safety_invariant.
 */
#include <errno.h>

#include "catalogue/safety.h"

#define BIT SAFETY_BIT
#define ROOT_TOOLS (BIT(SAFETY_HANDS) | BIT(SAFETY_WALL) | BIT(SAFETY_CHAIR)) /* always there */
#define LEGS (BIT(SAFETY_HIPS) | BIT(SAFETY_GLUTES) | BIT(SAFETY_HAMSTRINGS))
#define TAGS_ALL (SAFETY_TAG_BIT(_SAFETY_TAG_MAX) - 1)
#define PREGNANCY_INTENSITY_MAX 2
#define SUPINE_LIMIT_USEC (60 * USEC_PER_SEC) /* in the first trimester: less than this */

/* Each region with its neighbours, which count as itself: people misjudge where something is. */
static const unsigned neighbourhood[] = {
    [SAFETY_LOWER_BACK] =
        BIT(SAFETY_LOWER_BACK) | BIT(SAFETY_MID_BACK) | BIT(SAFETY_HIPS) | BIT(SAFETY_GLUTES),
    [SAFETY_MID_BACK] = BIT(SAFETY_MID_BACK) | BIT(SAFETY_LOWER_BACK) | BIT(SAFETY_UPPER_BACK),
    [SAFETY_UPPER_BACK] =
        BIT(SAFETY_UPPER_BACK) | BIT(SAFETY_MID_BACK) | BIT(SAFETY_SHOULDERS) | BIT(SAFETY_NECK),
    [SAFETY_SHOULDERS] = BIT(SAFETY_SHOULDERS) | BIT(SAFETY_UPPER_BACK) | BIT(SAFETY_NECK),
    [SAFETY_NECK] = BIT(SAFETY_NECK) | BIT(SAFETY_UPPER_BACK) | BIT(SAFETY_SHOULDERS),
    [SAFETY_HIPS] = BIT(SAFETY_HIPS) | BIT(SAFETY_LOWER_BACK) | BIT(SAFETY_GLUTES) | BIT(SAFETY_HAMSTRINGS),
    [SAFETY_GLUTES] = BIT(SAFETY_GLUTES) | BIT(SAFETY_LOWER_BACK) | BIT(SAFETY_HIPS) | BIT(SAFETY_HAMSTRINGS),
    [SAFETY_HAMSTRINGS] = BIT(SAFETY_HAMSTRINGS) | BIT(SAFETY_HIPS) | BIT(SAFETY_GLUTES),
    [SAFETY_WHOLE_BODY] = SAFETY_ALL(_SAFETY_REGION_MAX),
};

static bool touches(const struct safety_exercise *e, unsigned regions)
{
    return e->regions & (regions | BIT(SAFETY_WHOLE_BODY));
}

/* The regions that a local tag protects. */
static unsigned protected_regions(unsigned named)
{
    unsigned regions = 0;

    if (named == 0)
        return SAFETY_ALL(_SAFETY_REGION_MAX);
    for (int region = 0; region < _SAFETY_REGION_MAX; region++)
        if (named & BIT(region))
            regions |= neighbourhood[region];
    return regions;
}

/**
 * safety_profile_tags() - the tags of a profile with those that the due date gives
 *
 * Return: bits SAFETY_TAG_BIT(), known ones only: an unknown one is there as unexplained pain.
 */
uint64_t safety_profile_tags(const struct safety_profile *p)
{
    static const uint64_t by_date[] = {
        [SAFETY_TRIMESTER_NONE] = 0,
        [SAFETY_TRIMESTER_T1] = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T1),
        [SAFETY_TRIMESTER_T2] = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T2),
        [SAFETY_TRIMESTER_T3] = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T3),
        [SAFETY_TRIMESTER_OVERDUE] =
            SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T3) | SAFETY_TAG_BIT(SAFETY_TAG_POSTPARTUM_RECENT),
        [SAFETY_TRIMESTER_POSTPARTUM] = SAFETY_TAG_BIT(SAFETY_TAG_POSTPARTUM_RECENT),
        [SAFETY_TRIMESTER_UNCLEAR] = SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T1) |
                                     SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T2) |
                                     SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_T3),
    };
    uint64_t tags = p->tags | by_date[p->trimester];

    if (tags & ~TAGS_ALL)
        tags = (tags & TAGS_ALL) | SAFETY_TAG_BIT(SAFETY_TAG_UNEXPLAINED_PAIN);
    return tags;
}

/* R1 to R5, of one tag. */
static unsigned judge_tag(const struct safety_exercise *e, const struct safety_profile *p,
                          enum safety_tag tag)
{
    enum safety_class class = safety_tag_class(tag);
    bool barred_kind = safety_tag_bars_kinds(tag) & BIT(e->kind);
    unsigned reasons = 0;

    if (class == SAFETY_CLASS_EMERGENCY || class == SAFETY_CLASS_URGENT)
        return BIT(SAFETY_REASON_HOLD);
    if (e->hazards & safety_tag_bars_hazards(tag))
        reasons |= BIT(SAFETY_REASON_HAZARD);
    if (class == SAFETY_CLASS_CONSULT && barred_kind)
        reasons |= BIT(e->kind == SAFETY_MASSAGE ? SAFETY_REASON_CONSULT : SAFETY_REASON_REST);
    if (class == SAFETY_CLASS_LOCAL && barred_kind &&
        touches(e, protected_regions(p->regions[tag - SAFETY_LOCAL_FIRST])))
        reasons |= BIT(SAFETY_REASON_REGION);
    if (tag == SAFETY_TAG_SKIN_INFECTION && (e->tools & BIT(SAFETY_PARTNER)))
        reasons |= BIT(SAFETY_REASON_CONTACT);
    return reasons;
}

/* P1 to P4. There is no position face down. */
static bool suits_trimester(const struct safety_exercise *e, int trimester)
{
    bool supine = e->position == SAFETY_FLOOR_SUPINE || (e->hazards & BIT(SAFETY_SUPINE));
    enum safety_status status = e->pregnancy[trimester];

    if (status == SAFETY_NO || e->intensity > PREGNANCY_INTENSITY_MAX)
        return false;
    if (trimester == 0)
        return e->kind != SAFETY_MASSAGE &&
               (!supine || (status == SAFETY_ADAPT && e->adapted_usec[0] < SUPINE_LIMIT_USEC));
    if (supine)
        return false;
    if (e->kind != SAFETY_MASSAGE)
        return true;
    return status == SAFETY_ADAPT && e->intensity == 1 && !touches(e, LEGS) &&
           !(e->tools & ~(BIT(SAFETY_HANDS) | BIT(SAFETY_PARTNER))) &&
           (e->position == SAFETY_SEATED || e->position == SAFETY_STANDING ||
            e->position == SAFETY_FLOOR_SIDE);
}

/* P1 to P6: each trimester that is set, and which steps are then to be shown: the latest that adapts, as
 * what is adapted for it is adapted for those before. */
static void judge_pregnancy(const struct safety_exercise *e, uint64_t tags, struct safety_verdict *v)
{
    for (int t = 0; t < SAFETY_TRIMESTERS; t++) {
        if (!(tags & SAFETY_TAG_BIT((int)SAFETY_TAG_PREGNANCY_T1 + t)))
            continue;
        if (!suits_trimester(e, t))
            v->reasons |= BIT(SAFETY_REASON_GENTLE);
        if (e->pregnancy[t] == SAFETY_ADAPT) {
            v->duration_usec = v->adapted < 0 || e->adapted_usec[t] < v->duration_usec ? e->adapted_usec[t]
                                                                                       : v->duration_usec;
            v->adapted = t;
        }
    }
}

/* R9, R10. */
static unsigned judge_means(const struct safety_exercise *e, const struct safety_profile *p)
{
    unsigned reasons = 0;

    if (e->tools & ~(p->tools | ROOT_TOOLS | BIT(SAFETY_PARTNER)))
        reasons |= BIT(SAFETY_REASON_TOOL);
    if ((e->tools & BIT(SAFETY_PARTNER)) && !p->partner)
        reasons |= BIT(SAFETY_REASON_PARTNER);
    if (e->place > p->place)
        reasons |= BIT(SAFETY_REASON_PLACE);
    if (e->intensity > p->max_intensity)
        reasons |= BIT(SAFETY_REASON_INTENSITY);
    return reasons;
}

/**
 * safety_advice() - what the tags of a profile ask for beside the choice of exercises
 */
enum safety_advice safety_advice(const struct safety_profile *profile)
{
    uint64_t tags = safety_profile_tags(profile);
    enum safety_advice advice = SAFETY_ADVICE_NONE;

    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++) {
        enum safety_advice own = SAFETY_ADVICE_NONE;

        if (!(tags & SAFETY_TAG_BIT(tag)))
            continue;
        if (safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_EMERGENCY)
            own = SAFETY_ADVICE_EMERGENCY;
        else if (safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_URGENT)
            own = SAFETY_ADVICE_URGENT;
        else if (safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_CONSULT)
            own = SAFETY_ADVICE_CONSULT;
        advice = own > advice ? own : advice;
    }
    return advice;
}

static bool words_known(const struct safety_exercise *e)
{
    for (int t = 0; t < SAFETY_TRIMESTERS; t++)
        if ((unsigned)e->pregnancy[t] >= _SAFETY_STATUS_MAX)
            return false;
    return (unsigned)e->kind < _SAFETY_KIND_MAX && (unsigned)e->position < _SAFETY_POSITION_MAX &&
           (unsigned)e->place < _SAFETY_PLACE_MAX && e->regions != 0 &&
           !(e->regions & ~SAFETY_ALL(_SAFETY_REGION_MAX)) && !(e->tools & ~SAFETY_ALL(_SAFETY_TOOL_MAX)) &&
           !(e->hazards & ~SAFETY_ALL(_SAFETY_HAZARD_MAX)) && e->intensity >= 1 &&
           e->intensity <= SAFETY_INTENSITY_MAX;
}

static bool profile_known(const struct safety_profile *p)
{
    return (unsigned)p->trimester < _SAFETY_TRIMESTER_MAX && (unsigned)p->place < _SAFETY_PLACE_MAX &&
           p->max_intensity >= 1 && p->max_intensity <= SAFETY_INTENSITY_MAX;
}

/**
 * safety_judge() - whether an exercise suits a person
 * @exercise: one that safety_check() finds nothing wrong with
 * @profile: the person
 * @ret: the verdict; untouched on failure
 *
 * Return: 0, or -EINVAL if a value is outside of the closed lists: then it must count as unsuitable.
 */
int safety_judge(const struct safety_exercise *exercise, const struct safety_profile *profile,
                 struct safety_verdict *ret)
{
    struct safety_verdict verdict = {.adapted = -1};
    uint64_t tags;

    if (!words_known(exercise) || !profile_known(profile))
        return -EINVAL;
    tags = safety_profile_tags(profile);
    verdict.duration_usec = exercise->duration_usec;
    verdict.advice = safety_advice(profile);
    verdict.hold = verdict.advice >= SAFETY_ADVICE_URGENT;
    verdict.maternity = tags & SAFETY_TAG_BIT(SAFETY_TAG_PREGNANCY_WARNING_SIGN);
    if (profile->doubtful)
        verdict.reasons |= BIT(SAFETY_REASON_DOUBTFUL);
    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
        if (tags & SAFETY_TAG_BIT(tag))
            verdict.reasons |= judge_tag(exercise, profile, (enum safety_tag)tag);
    judge_pregnancy(exercise, tags, &verdict);
    verdict.reasons |= judge_means(exercise, profile);
    verdict.suitable = verdict.reasons == 0;
    *ret = verdict;
    return 0;
}

static unsigned check_numbers(const struct safety_exercise *e)
{
    bool steps = e->n_steps >= SAFETY_STEPS_MIN && e->n_steps <= SAFETY_STEPS_MAX;
    bool duration =
        e->duration_usec >= SAFETY_DURATION_MIN_USEC && e->duration_usec <= SAFETY_DURATION_MAX_USEC;

    for (int t = 0; t < SAFETY_TRIMESTERS; t++) {
        if (e->pregnancy[t] != SAFETY_ADAPT)
            continue;
        steps = steps && e->n_adapted[t] >= SAFETY_STEPS_MIN && e->n_adapted[t] <= SAFETY_STEPS_MAX;
        duration = duration && e->adapted_usec[t] >= SAFETY_DURATION_MIN_USEC &&
                   e->adapted_usec[t] <= SAFETY_DURATION_MAX_USEC;
    }
    return (steps ? 0 : BIT(SAFETY_INVARIANT_STEPS)) | (duration ? 0 : BIT(SAFETY_INVARIANT_DURATION)) |
           (e->hold_usec >= 0 && e->hold_usec <= SAFETY_HOLD_MAX_USEC ? 0 : BIT(SAFETY_INVARIANT_HOLD));
}

/* I4 to I7. */
static unsigned check_pressure(const struct safety_exercise *e)
{
    bool massage = e->kind == SAFETY_MASSAGE, lower_back = touches(e, BIT(SAFETY_LOWER_BACK)),
         neck = touches(e, BIT(SAFETY_NECK));
    unsigned broken = 0;

    if (e->place == SAFETY_FLOOR_SPACE && lower_back &&
        (e->tools & (BIT(SAFETY_FOAM_ROLLER) | BIT(SAFETY_MASSAGE_BALL))))
        broken |= BIT(SAFETY_INVARIANT_FLOOR_LOWER_BACK);
    if (massage && lower_back && e->intensity != 1)
        broken |= BIT(SAFETY_INVARIANT_LOWER_BACK_INTENSITY);
    if (massage && lower_back && !(e->hazards & BIT(SAFETY_LUMBAR_PRESSURE)))
        broken |= BIT(SAFETY_INVARIANT_LOWER_BACK_HAZARD);
    if (massage && !e->has_caution)
        broken |= BIT(SAFETY_INVARIANT_MASSAGE_CAUTION);
    if ((e->tools & BIT(SAFETY_HANDHELD_MASSAGER)) && (neck || lower_back))
        broken |= BIT(SAFETY_INVARIANT_MASSAGER);
    if (massage && neck && (e->tools & ~BIT(SAFETY_HANDS)))
        broken |= BIT(SAFETY_INVARIANT_NECK);
    return broken;
}

/**
 * safety_check() - what is wrong with an exercise, whoever it is for
 *
 * Return: bits 1 << enum safety_invariant; 0 = nothing. Where a value is outside of the closed lists, only
 * that is said.
 */
unsigned safety_check(const struct safety_exercise *exercise)
{
    bool supine = exercise->position == SAFETY_FLOOR_SUPINE,
         says_supine = exercise->hazards & BIT(SAFETY_SUPINE);
    unsigned broken;

    if (!words_known(exercise))
        return BIT(SAFETY_INVARIANT_WORDS);
    broken = check_numbers(exercise) | check_pressure(exercise);
    for (int t = 1; t < SAFETY_TRIMESTERS; t++)
        if (exercise->kind != SAFETY_MASSAGE && exercise->pregnancy[t] > exercise->pregnancy[t - 1])
            broken |= BIT(SAFETY_INVARIANT_PREGNANCY);
    if (supine && !says_supine)
        broken |= BIT(SAFETY_INVARIANT_SUPINE);
    if (!supine && says_supine && !exercise->hazards_assumed)
        broken |= BIT(SAFETY_INVARIANT_NOT_SUPINE);
    return broken;
}
