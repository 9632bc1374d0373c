/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of the safety rules: the tags with their classes, what each of them bars, and the words. How
 * they are applied is in safety.c.
 */
#include <errno.h>
#include <string.h>

#include "catalogue/safety.h"
#include "util/i18n.h"

#define BIT SAFETY_BIT

static const unsigned spine_moves = BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_EXTENSION) |
                                    BIT(SAFETY_SPINE_ROTATION) | BIT(SAFETY_SIDE_BEND) |
                                    BIT(SAFETY_NERVE_STRETCH);

const char *const safety_tags[] = {
    [SAFETY_TAG_BLADDER_BOWEL_CHANGE] = "bladder-bowel-change",
    [SAFETY_TAG_SADDLE_NUMBNESS] = "saddle-numbness",
    [SAFETY_TAG_LIMB_WEAKNESS] = "limb-weakness",
    [SAFETY_TAG_BOTH_LEGS_SYMPTOMS] = "both-legs-symptoms",
    [SAFETY_TAG_RECENT_TRAUMA] = "recent-trauma",
    [SAFETY_TAG_CHEST_PAIN_OR_BREATHLESS] = "chest-pain-or-breathless",
    [SAFETY_TAG_HEAD_NECK_WARNING] = "head-neck-warning",
    [SAFETY_TAG_PREGNANCY_WARNING_SIGN] = "pregnancy-warning-sign",
    [SAFETY_TAG_SEVERE_PAIN] = "severe-pain",
    [SAFETY_TAG_PERSISTENT_PAIN] = "persistent-pain",
    [SAFETY_TAG_LIMB_NUMBNESS] = "limb-numbness",
    [SAFETY_TAG_FEVER] = "fever",
    [SAFETY_TAG_WEIGHT_LOSS] = "weight-loss",
    [SAFETY_TAG_NIGHT_PAIN] = "night-pain",
    [SAFETY_TAG_SPINE_SHAPE_CHANGE] = "spine-shape-change",
    [SAFETY_TAG_LEG_CLOT_SIGNS] = "leg-clot-signs",
    [SAFETY_TAG_OSTEOPOROSIS] = "osteoporosis",
    [SAFETY_TAG_BLOOD_CLOT] = "blood-clot",
    [SAFETY_TAG_BLEEDING_RISK] = "bleeding-risk",
    [SAFETY_TAG_NERVE_COMPRESSION] = "nerve-compression",
    [SAFETY_TAG_DISC_PROBLEM] = "disc-problem",
    [SAFETY_TAG_SPINE_STRUCTURAL] = "spine-structural",
    [SAFETY_TAG_UNEXPLAINED_PAIN] = "unexplained-pain",
    [SAFETY_TAG_RECENT_FRACTURE] = "recent-fracture",
    [SAFETY_TAG_RECENT_SURGERY] = "recent-surgery",
    [SAFETY_TAG_CANCER_ACTIVE] = "cancer-active",
    [SAFETY_TAG_HEART_OR_BP] = "heart-or-bp",
    [SAFETY_TAG_REDUCED_SENSATION] = "reduced-sensation",
    [SAFETY_TAG_HIGH_RISK_PREGNANCY] = "high-risk-pregnancy",
    [SAFETY_TAG_OPEN_WOUND] = "open-wound",
    [SAFETY_TAG_BRUISE] = "bruise",
    [SAFETY_TAG_SKIN_INFECTION] = "skin-infection",
    [SAFETY_TAG_RASH] = "rash",
    [SAFETY_TAG_ACUTE_INFLAMMATION] = "acute-inflammation",
    [SAFETY_TAG_PREGNANCY_T1] = "pregnancy-t1",
    [SAFETY_TAG_PREGNANCY_T2] = "pregnancy-t2",
    [SAFETY_TAG_PREGNANCY_T3] = "pregnancy-t3",
    [SAFETY_TAG_POSTPARTUM_RECENT] = "postpartum-recent",
    [SAFETY_TAG_PELVIC_GIRDLE_PAIN] = "pelvic-girdle-pain",
    [SAFETY_TAG_NECK_PROBLEM] = "neck-problem",
    [SAFETY_TAG_SHOULDER_PROBLEM] = "shoulder-problem",
    [SAFETY_TAG_WRIST_PROBLEM] = "wrist-problem",
    [SAFETY_TAG_KNEE_PROBLEM] = "knee-problem",
    [SAFETY_TAG_BALANCE_PROBLEM] = "balance-problem",
    [SAFETY_TAG_HEAD_LOW_UNSAFE] = "head-low-unsafe",
    [SAFETY_TAG_IMPLANTED_DEVICE] = "implanted-device",
    [_SAFETY_TAG_MAX] = NULL,
};

const char *const safety_regions[] = {
    [SAFETY_LOWER_BACK] = "lower-back",
    [SAFETY_MID_BACK] = "mid-back",
    [SAFETY_UPPER_BACK] = "upper-back",
    [SAFETY_SHOULDERS] = "shoulders",
    [SAFETY_NECK] = "neck",
    [SAFETY_HIPS] = "hips",
    [SAFETY_GLUTES] = "glutes",
    [SAFETY_HAMSTRINGS] = "hamstrings",
    [SAFETY_WHOLE_BODY] = "whole-body",
    [_SAFETY_REGION_MAX] = NULL,
};

/**
 * safety_tag_class() - how grave a tag is
 */
enum safety_class safety_tag_class(enum safety_tag tag)
{
    if (tag <= SAFETY_TAG_PREGNANCY_WARNING_SIGN)
        return SAFETY_CLASS_EMERGENCY;
    if (tag <= SAFETY_TAG_LEG_CLOT_SIGNS)
        return SAFETY_CLASS_URGENT;
    if (tag <= SAFETY_TAG_HIGH_RISK_PREGNANCY)
        return SAFETY_CLASS_CONSULT;
    if (tag <= SAFETY_TAG_ACUTE_INFLAMMATION)
        return SAFETY_CLASS_LOCAL;
    return SAFETY_CLASS_ADJUST;
}

/**
 * safety_tag_bars_hazards() - the hazards that no exercise may carry with this tag
 *
 * Return: bits 1 << enum safety_hazard. Lying on the back in pregnancy is a rule of its own.
 */
unsigned safety_tag_bars_hazards(enum safety_tag tag)
{
    switch (tag) {
    case SAFETY_TAG_OSTEOPOROSIS:
        return BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_ROTATION) | BIT(SAFETY_SIDE_BEND) |
               BIT(SAFETY_HEAD_LOW);
    case SAFETY_TAG_DISC_PROBLEM:
    case SAFETY_TAG_NERVE_COMPRESSION:
    case SAFETY_TAG_SPINE_STRUCTURAL:
        /* In whichever direction: the one that helps is not known here. */
        return spine_moves;
    case SAFETY_TAG_CANCER_ACTIVE:
        return BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_ROTATION);
    case SAFETY_TAG_HEART_OR_BP:
    case SAFETY_TAG_HEAD_LOW_UNSAFE:
        return BIT(SAFETY_HEAD_LOW);
    case SAFETY_TAG_BLOOD_CLOT:
    case SAFETY_TAG_POSTPARTUM_RECENT:
        return BIT(SAFETY_LEG_PRESSURE);
    case SAFETY_TAG_PELVIC_GIRDLE_PAIN:
        return BIT(SAFETY_PELVIS_UNEVEN);
    case SAFETY_TAG_NECK_PROBLEM:
        return BIT(SAFETY_NECK_MOTION) | BIT(SAFETY_NECK_PRESSURE);
    case SAFETY_TAG_SHOULDER_PROBLEM:
        return BIT(SAFETY_OVERHEAD) | BIT(SAFETY_WRIST_LOAD);
    case SAFETY_TAG_WRIST_PROBLEM:
        return BIT(SAFETY_WRIST_LOAD);
    case SAFETY_TAG_KNEE_PROBLEM:
        return BIT(SAFETY_KNEELING_HAZARD) | BIT(SAFETY_KNEE_LOAD);
    case SAFETY_TAG_BALANCE_PROBLEM:
        return BIT(SAFETY_BALANCE);
    case SAFETY_TAG_IMPLANTED_DEVICE:
        return BIT(SAFETY_PERCUSSION);
    default:
        return 0;
    }
}

/**
 * safety_tag_bars_kinds() - the kinds that a tag takes away
 *
 * Return: bits 1 << enum safety_kind; of a local tag: in its region and the neighbours of that.
 */
unsigned safety_tag_bars_kinds(enum safety_tag tag)
{
    switch (tag) {
    case SAFETY_TAG_RECENT_FRACTURE:
    case SAFETY_TAG_RECENT_SURGERY:
    case SAFETY_TAG_HIGH_RISK_PREGNANCY:
        return SAFETY_ALL(_SAFETY_KIND_MAX) & ~(BIT(SAFETY_BREATHING) | BIT(SAFETY_POSTURE));
    case SAFETY_TAG_OPEN_WOUND:
        return BIT(SAFETY_MASSAGE) | BIT(SAFETY_STRETCH);
    case SAFETY_TAG_BRUISE:
    case SAFETY_TAG_RASH:
    case SAFETY_TAG_SKIN_INFECTION:
        return BIT(SAFETY_MASSAGE);
    case SAFETY_TAG_ACUTE_INFLAMMATION:
        return BIT(SAFETY_MASSAGE) | BIT(SAFETY_STRETCH) | BIT(SAFETY_STRENGTH);
    default:
        break;
    }
    switch (safety_tag_class(tag)) {
    case SAFETY_CLASS_EMERGENCY:
    case SAFETY_CLASS_URGENT:
        return SAFETY_ALL(_SAFETY_KIND_MAX);
    case SAFETY_CLASS_CONSULT:
        return BIT(SAFETY_MASSAGE);
    default:
        return 0;
    }
}

static int find(const char *const *words, const char *text, size_t n)
{
    for (int i = 0; words[i]; i++)
        if (strlen(words[i]) == n && strncasecmp(words[i], text, n) == 0)
            return i;
    return -EINVAL;
}

/* What can't be understood may be anything, and the filter must not pass over it. */
static int add_unknown(struct safety_profile *profile)
{
    profile->tags |= SAFETY_TAG_BIT(SAFETY_TAG_UNEXPLAINED_PAIN);
    return -EINVAL;
}

/**
 * safety_profile_add() - add a tag as it is written, such as "rash@shoulders"
 * @profile: gets the tag; the regions of one named twice add up, and one without a region is everywhere
 * @text: upper and lower case are the same
 *
 * Return: 0; -EINVAL for an unknown tag, which then counts as unexplained pain, and for an unknown or
 * unexpected region, where the tag then is everywhere.
 */
int safety_profile_add(struct safety_profile *profile, const char *text)
{
    const char *at = strchr(text, '@');
    int tag = find(safety_tags, text, at ? (size_t)(at - text) : strlen(text)), region;
    bool local, there;
    unsigned *regions;

    if (tag < 0)
        return add_unknown(profile);
    local = safety_tag_class((enum safety_tag)tag) == SAFETY_CLASS_LOCAL;
    there = profile->tags & SAFETY_TAG_BIT(tag);
    profile->tags |= SAFETY_TAG_BIT(tag);
    if (!local)
        return at ? -EINVAL : 0;
    regions = &profile->regions[tag - (int)SAFETY_LOCAL_FIRST];
    region = at ? find(safety_regions, at + 1, strlen(at + 1)) : SAFETY_WHOLE_BODY;
    if (region < 0 || region == SAFETY_WHOLE_BODY || (there && *regions == 0))
        *regions = 0;
    else
        *regions |= BIT(region);
    return region < 0 ? -EINVAL : 0;
}

/**
 * safety_reasons_for_others() - reasons as other programs may see them
 * @reasons: bits 1 << enum safety_reason
 *
 * Some of them can only come from a pregnancy, or from some conditions; all that come from what somebody has
 * told of their health become one.
 *
 * Return: bits.
 */
unsigned safety_reasons_for_others(unsigned reasons)
{
    const unsigned health = SAFETY_BIT(SAFETY_REASON_CONSULT) | SAFETY_BIT(SAFETY_REASON_REST) |
                            SAFETY_BIT(SAFETY_REASON_HAZARD) | SAFETY_BIT(SAFETY_REASON_REGION) |
                            SAFETY_BIT(SAFETY_REASON_CONTACT) | SAFETY_BIT(SAFETY_REASON_GENTLE);

    return reasons & health ? (reasons & ~health) | SAFETY_BIT(SAFETY_REASON_HAZARD) : reasons;
}

/**
 * safety_reason_text() - why an exercise is not suitable, in a few words that name no tag; in English, for
 * _()
 */
const char *safety_reason_text(enum safety_reason reason)
{
    static const char *const texts[] = {
        [SAFETY_REASON_DOUBTFUL] = N_("the profile could not be read"),
        [SAFETY_REASON_HOLD] = N_("nothing is suggested for now"),
        [SAFETY_REASON_CONSULT] = N_("massage: ask a professional first"),
        [SAFETY_REASON_REST] = N_("only breathing and posture for now"),
        [SAFETY_REASON_HAZARD] = N_("a movement or pressure to leave out for now"),
        [SAFETY_REASON_REGION] = N_("near a part of the body that is to be left alone"),
        [SAFETY_REASON_CONTACT] = N_("no exercises of two for now"),
        [SAFETY_REASON_GENTLE] = N_("not in your gentle set"),
        [SAFETY_REASON_TOOL] = N_("needs a tool that is not at hand"),
        [SAFETY_REASON_PARTNER] = N_("needs a partner"),
        [SAFETY_REASON_PLACE] = N_("needs more room"),
        [SAFETY_REASON_INTENSITY] = N_("more demanding than wished"),
    };

    return reason < _SAFETY_REASON_MAX ? texts[reason] : "";
}

/**
 * safety_invariant_text() - what is wrong with an exercise, to be put behind the key it is about; for _()
 */
const char *safety_invariant_text(enum safety_invariant invariant)
{
    static const char *const texts[] = {
        [SAFETY_INVARIANT_WORDS] = N_("a value that is not known"),
        [SAFETY_INVARIANT_STEPS] = N_("an exercise has 2 to 6 steps"),
        [SAFETY_INVARIANT_HOLD] = N_("at most 60s on one spot"),
        [SAFETY_INVARIANT_DURATION] = N_("not from 30s to 10min"),
        [SAFETY_INVARIANT_FLOOR_LOWER_BACK] =
            N_("no foam roller or ball under the lower back on the floor; lean against a wall instead"),
        [SAFETY_INVARIANT_LOWER_BACK_INTENSITY] = N_("massage of the lower back has intensity 1"),
        [SAFETY_INVARIANT_LOWER_BACK_HAZARD] = N_("massage of the lower back has the hazard lumbar-pressure"),
        [SAFETY_INVARIANT_MASSAGE_CAUTION] = N_("massage needs a caution"),
        [SAFETY_INVARIANT_MASSAGER] = N_("no electric massager on the neck or the lower back"),
        [SAFETY_INVARIANT_NECK] = N_("massage of the neck is done with the hands only"),
        [SAFETY_INVARIANT_PREGNANCY] = N_("freer than in the trimester before; only massage may be"),
        [SAFETY_INVARIANT_SUPINE] = N_("lying on the back is the hazard supine"),
        [SAFETY_INVARIANT_NOT_SUPINE] = N_("supine is the hazard of floor-supine only"),
    };

    return invariant < _SAFETY_INVARIANT_MAX ? texts[invariant] : "";
}
