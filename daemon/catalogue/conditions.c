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
#include "util/i18n.h"

struct condition {
    const char *meaning;
    const char *effect;
};

static const struct condition conditions[_SAFETY_TAG_MAX] = {
    [SAFETY_TAG_BLADDER_BOWEL_CHANGE] =
        {N_("a new change in bladder or bowel control"),
         N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_SADDLE_NUMBNESS] = {N_("numbness between the legs or around the seat"),
                                    N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_LIMB_WEAKNESS] = {N_("new or growing weakness in an arm or a leg"),
                                  N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_BOTH_LEGS_SYMPTOMS] =
        {N_("pain, tingling or numbness in both legs"),
         N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_RECENT_TRAUMA] = {N_("a serious fall or crash, or any fall with osteoporosis"),
                                  N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_CHEST_PAIN_OR_BREATHLESS] =
        {N_("chest pain, or short of breath"),
         N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_HEAD_NECK_WARNING] =
        {N_("fainting, double vision, slurred speech, sudden severe headache or loss of balance"),
         N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_PREGNANCY_WARNING_SIGN] =
        {N_("a warning sign in pregnancy, such as bleeding, fluid or fewer movements"),
         N_("all suggestions and reminders stop; this can need emergency care")},
    [SAFETY_TAG_SEVERE_PAIN] = {N_("severe pain"),
                                N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_PERSISTENT_PAIN] =
        {N_("pain no better after about 6 weeks, getting worse, or limiting daily life"),
         N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_LIMB_NUMBNESS] = {N_("new numbness in an arm or a leg, on one side"),
                                  N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_FEVER] = {N_("fever with back pain, or feeling unwell"),
                          N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_WEIGHT_LOSS] = {N_("weight loss that was not planned"),
                                N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_NIGHT_PAIN] = {N_("pain at night that rest does not ease"),
                               N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_SPINE_SHAPE_CHANGE] = {N_("a lump, a swelling or a new curve of the spine"),
                                       N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_LEG_CLOT_SIGNS] = {N_("one calf or thigh hot, swollen and painful"),
                                   N_("all suggestions and reminders stop; speak to a doctor today")},
    [SAFETY_TAG_OSTEOPOROSIS] = {N_("bones that have become thin"),
                                 N_("no massage, and ask a professional first; no bending, side bending or "
                                    "turning of the back, no head low")},
    [SAFETY_TAG_BLOOD_CLOT] = {N_("a blood clot, now, in the past, or at risk of one"),
                               N_("no massage, and ask a professional first; no pressure on the legs")},
    [SAFETY_TAG_BLEEDING_RISK] = {N_("blood thinners, low platelets or a bleeding disorder"),
                                  N_("no massage, and ask a professional first")},
    [SAFETY_TAG_NERVE_COMPRESSION] =
        {N_("a pressed nerve, such as sciatica"),
         N_("no massage, and ask a professional first; the back stays straight, no nerve stretches")},
    [SAFETY_TAG_DISC_PROBLEM] =
        {N_("a disc problem"),
         N_("no massage, and ask a professional first; the back stays straight, no nerve stretches")},
    [SAFETY_TAG_SPINE_STRUCTURAL] =
        {N_("stenosis, a slipped vertebra, marked scoliosis or arthritis of the spine"),
         N_("no massage, and ask a professional first; the back stays straight, no nerve stretches")},
    [SAFETY_TAG_UNEXPLAINED_PAIN] = {N_("pain that nobody has explained"),
                                     N_("no massage, and ask a professional first")},
    [SAFETY_TAG_RECENT_FRACTURE] = {N_("a recent fracture"),
                                    N_("only breathing and posture, and ask a professional first")},
    [SAFETY_TAG_RECENT_SURGERY] = {N_("recent surgery"),
                                   N_("only breathing and posture, and ask a professional first")},
    [SAFETY_TAG_CANCER_ACTIVE] =
        {N_("active cancer"),
         N_("no massage, and ask a professional first; no bending or turning of the back")},
    [SAFETY_TAG_HEART_OR_BP] = {N_("heart disease, or blood pressure that is not under control"),
                                N_("no massage, and ask a professional first; no head low")},
    [SAFETY_TAG_REDUCED_SENSATION] = {N_("reduced feeling, or very fragile skin"),
                                      N_("no massage, and ask a professional first")},
    [SAFETY_TAG_HIGH_RISK_PREGNANCY] = {N_("a pregnancy in which you were told to limit exercise"),
                                        N_("only breathing and posture, and ask a professional first")},
    [SAFETY_TAG_OPEN_WOUND] = {N_("an open wound"), N_("no massage or stretch there and next to it")},
    [SAFETY_TAG_BRUISE] = {N_("a bruise"), N_("no massage there and next to it")},
    [SAFETY_TAG_SKIN_INFECTION] = {N_("a skin infection"),
                                   N_("no massage there and next to it, no exercises of two")},
    [SAFETY_TAG_RASH] = {N_("a rash"), N_("no massage there and next to it")},
    [SAFETY_TAG_ACUTE_INFLAMMATION] = {N_("hot or swollen, or a new strain"),
                                       N_("no massage, stretch or strength there and next to it")},
    [SAFETY_TAG_PREGNANCY_T1] = {N_("the first trimester"),
                                 N_("no massage; exercises are left out or changed for it")},
    [SAFETY_TAG_PREGNANCY_T2] = {N_("the second trimester"),
                                 N_("nothing on the back; exercises are left out or changed for it")},
    [SAFETY_TAG_PREGNANCY_T3] = {N_("the third trimester"),
                                 N_("nothing on the back; exercises are left out or changed for it")},
    [SAFETY_TAG_POSTPARTUM_RECENT] = {N_("the 12 weeks after birth"), N_("no pressure on the legs")},
    [SAFETY_TAG_PELVIC_GIRDLE_PAIN] = {N_("pelvic girdle pain"),
                                       N_("nothing that loads the pelvis unevenly")},
    [SAFETY_TAG_NECK_PROBLEM] = {N_("a neck problem"), N_("no movement of the neck and no pressure on it")},
    [SAFETY_TAG_SHOULDER_PROBLEM] = {N_("a shoulder problem"),
                                     N_("nothing overhead, no weight on the wrists")},
    [SAFETY_TAG_WRIST_PROBLEM] = {N_("a wrist problem"), N_("no weight on the wrists")},
    [SAFETY_TAG_KNEE_PROBLEM] = {N_("a knee problem"), N_("no kneeling and no load on the knees")},
    [SAFETY_TAG_BALANCE_PROBLEM] = {N_("a balance problem"), N_("nothing that needs balance")},
    [SAFETY_TAG_HEAD_LOW_UNSAFE] = {N_("glaucoma, a detached retina or bad reflux"), N_("no head low")},
    [SAFETY_TAG_IMPLANTED_DEVICE] = {N_("a pacemaker, a pump or a stimulator"), N_("no percussion massager")},
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
    return _(conditions[tag].meaning);
}

/**
 * condition_effect() - what a tag changes, in a few words without a full stop
 */
const char *condition_effect(enum safety_tag tag)
{
    return _(conditions[tag].effect);
}

/**
 * condition_stops() - whether a tag stops every suggestion until it is cleared by hand
 */
bool condition_stops(enum safety_tag tag)
{
    return safety_tag_class(tag) <= SAFETY_CLASS_URGENT;
}
