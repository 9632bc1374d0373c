/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each tag means and what it changes, in a line for the person who has set it. The one table of these
 * words; for their own terminal and nowhere else, as it names what is private. What a tag does is decided in
 * safety.c and safety-tags.c.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "catalogue/catalogue.h"

#define EMERGENCY "all suggestions and reminders stop; this can need emergency care"
#define URGENT "all suggestions and reminders stop; speak to a doctor today"
#define CONSULT "no massage, and ask a professional first"
#define REST "only breathing and posture, and ask a professional first"

struct condition {
    const char *meaning;
    const char *effect;
};

static const struct condition conditions[_SAFETY_TAG_MAX] = {
    [SAFETY_TAG_BLADDER_BOWEL_CHANGE] = {"a new change in bladder or bowel control", EMERGENCY},
    [SAFETY_TAG_SADDLE_NUMBNESS] = {"numbness between the legs or around the seat", EMERGENCY},
    [SAFETY_TAG_LIMB_WEAKNESS] = {"new or growing weakness in an arm or a leg", EMERGENCY},
    [SAFETY_TAG_BOTH_LEGS_SYMPTOMS] = {"pain, tingling or numbness in both legs", EMERGENCY},
    [SAFETY_TAG_RECENT_TRAUMA] = {"a serious fall or crash, or any fall with osteoporosis", EMERGENCY},
    [SAFETY_TAG_CHEST_PAIN_OR_BREATHLESS] = {"chest pain, or short of breath", EMERGENCY},
    [SAFETY_TAG_HEAD_NECK_WARNING] =
        {"fainting, double vision, slurred speech, sudden severe headache or loss of balance", EMERGENCY},
    [SAFETY_TAG_PREGNANCY_WARNING_SIGN] =
        {"a warning sign in pregnancy, such as bleeding, fluid or fewer movements", EMERGENCY},
    [SAFETY_TAG_SEVERE_PAIN] = {"severe pain", URGENT},
    [SAFETY_TAG_PERSISTENT_PAIN] =
        {"pain no better after about 6 weeks, getting worse, or limiting daily life", URGENT},
    [SAFETY_TAG_LIMB_NUMBNESS] = {"new numbness in an arm or a leg, on one side", URGENT},
    [SAFETY_TAG_FEVER] = {"fever with back pain, or feeling unwell", URGENT},
    [SAFETY_TAG_WEIGHT_LOSS] = {"weight loss that was not planned", URGENT},
    [SAFETY_TAG_NIGHT_PAIN] = {"pain at night that rest does not ease", URGENT},
    [SAFETY_TAG_SPINE_SHAPE_CHANGE] = {"a lump, a swelling or a new curve of the spine", URGENT},
    [SAFETY_TAG_LEG_CLOT_SIGNS] = {"one calf or thigh hot, swollen and painful", URGENT},
    [SAFETY_TAG_OSTEOPOROSIS] = {"bones that have become thin",
                                 CONSULT "; no bending, side bending or turning of the back, no head low"},
    [SAFETY_TAG_BLOOD_CLOT] = {"a blood clot, now, in the past, or at risk of one",
                               CONSULT "; no pressure on the legs"},
    [SAFETY_TAG_BLEEDING_RISK] = {"blood thinners, low platelets or a bleeding disorder", CONSULT},
    [SAFETY_TAG_NERVE_COMPRESSION] = {"a pressed nerve, such as sciatica",
                                      CONSULT "; the back stays straight, no nerve stretches"},
    [SAFETY_TAG_DISC_PROBLEM] = {"a disc problem", CONSULT "; the back stays straight, no nerve stretches"},
    [SAFETY_TAG_SPINE_STRUCTURAL] =
        {"stenosis, a slipped vertebra, marked scoliosis or arthritis of the spine",
         CONSULT "; the back stays straight, no nerve stretches"},
    [SAFETY_TAG_UNEXPLAINED_PAIN] = {"pain that nobody has explained", CONSULT},
    [SAFETY_TAG_RECENT_FRACTURE] = {"a recent fracture", REST},
    [SAFETY_TAG_RECENT_SURGERY] = {"recent surgery", REST},
    [SAFETY_TAG_CANCER_ACTIVE] = {"active cancer", CONSULT "; no bending or turning of the back"},
    [SAFETY_TAG_HEART_OR_BP] = {"heart disease, or blood pressure that is not under control",
                                CONSULT "; no head low"},
    [SAFETY_TAG_REDUCED_SENSATION] = {"reduced feeling, or very fragile skin", CONSULT},
    [SAFETY_TAG_HIGH_RISK_PREGNANCY] = {"a pregnancy in which you were told to limit exercise", REST},
    [SAFETY_TAG_OPEN_WOUND] = {"an open wound", "no massage or stretch there and next to it"},
    [SAFETY_TAG_BRUISE] = {"a bruise", "no massage there and next to it"},
    [SAFETY_TAG_SKIN_INFECTION] = {"a skin infection",
                                   "no massage there and next to it, no exercises of two"},
    [SAFETY_TAG_RASH] = {"a rash", "no massage there and next to it"},
    [SAFETY_TAG_ACUTE_INFLAMMATION] = {"hot or swollen, or a new strain",
                                       "no massage, stretch or strength there and next to it"},
    [SAFETY_TAG_PREGNANCY_T1] = {"the first trimester",
                                 "no massage; exercises are left out or changed for it"},
    [SAFETY_TAG_PREGNANCY_T2] = {"the second trimester",
                                 "nothing on the back; exercises are left out or changed for it"},
    [SAFETY_TAG_PREGNANCY_T3] = {"the third trimester",
                                 "nothing on the back; exercises are left out or changed for it"},
    [SAFETY_TAG_POSTPARTUM_RECENT] = {"the 12 weeks after birth", "no pressure on the legs"},
    [SAFETY_TAG_PELVIC_GIRDLE_PAIN] = {"pelvic girdle pain", "nothing that loads the pelvis unevenly"},
    [SAFETY_TAG_NECK_PROBLEM] = {"a neck problem", "no movement of the neck and no pressure on it"},
    [SAFETY_TAG_SHOULDER_PROBLEM] = {"a shoulder problem", "nothing overhead, no weight on the wrists"},
    [SAFETY_TAG_WRIST_PROBLEM] = {"a wrist problem", "no weight on the wrists"},
    [SAFETY_TAG_KNEE_PROBLEM] = {"a knee problem", "no kneeling and no load on the knees"},
    [SAFETY_TAG_BALANCE_PROBLEM] = {"a balance problem", "nothing that needs balance"},
    [SAFETY_TAG_HEAD_LOW_UNSAFE] = {"glaucoma, a detached retina or bad reflux", "no head low"},
    [SAFETY_TAG_IMPLANTED_DEVICE] = {"a pacemaker, a pump or a stimulator", "no percussion massager"},
};

/**
 * condition_tag() - the tag of a word of `conditions`
 * @text: such as "rash@shoulders"; what stands behind the @ is not looked at
 *
 * Return: enum safety_tag, or -EINVAL for none.
 */
int condition_tag(const char *text)
{
    size_t n = strcspn(text, "@");

    for (int i = 0; i < _SAFETY_TAG_MAX; i++)
        if (strlen(safety_tags[i]) == n && strncasecmp(safety_tags[i], text, n) == 0)
            return i;
    return -EINVAL;
}

/**
 * condition_meaning() - what a tag says, in a few words without a full stop
 */
const char *condition_meaning(enum safety_tag tag)
{
    return conditions[tag].meaning;
}

/**
 * condition_effect() - what a tag changes, in a few words without a full stop
 */
const char *condition_effect(enum safety_tag tag)
{
    return conditions[tag].effect;
}

/**
 * condition_stops() - whether a tag stops every suggestion until it is cleared by hand
 */
bool condition_stops(enum safety_tag tag)
{
    return safety_tag_class(tag) <= SAFETY_CLASS_URGENT;
}
