/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which exercise suits whom. Rules over closed lists of words and nothing else: no file, no setting, no text
 * of an exercise, no clock, no memory of its own. Tags are private: they go in here and a verdict comes out;
 * no reason names one.
 *
 * Every rule only ever takes an exercise away, so a further tag never makes an unsuitable one suitable. The
 * order of the words is that of vocabulary.c, which is written with these names.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/time-util.h"

enum safety_kind {
    SAFETY_MASSAGE,
    SAFETY_MOBILITY,
    SAFETY_STRETCH,
    SAFETY_STRENGTH,
    SAFETY_BREATHING,
    SAFETY_POSTURE,
    _SAFETY_KIND_MAX,
};

enum safety_region {
    SAFETY_LOWER_BACK,
    SAFETY_MID_BACK,
    SAFETY_UPPER_BACK,
    SAFETY_SHOULDERS,
    SAFETY_NECK,
    SAFETY_HIPS,
    SAFETY_GLUTES,
    SAFETY_HAMSTRINGS,
    SAFETY_WHOLE_BODY, /* touches every region */
    _SAFETY_REGION_MAX,
};

enum safety_tool {
    SAFETY_HANDS,
    SAFETY_WALL,
    SAFETY_CHAIR,
    SAFETY_FOAM_ROLLER,
    SAFETY_MASSAGE_BALL,
    SAFETY_MASSAGE_STICK,
    SAFETY_HANDHELD_MASSAGER,
    SAFETY_PARTNER,
    _SAFETY_TOOL_MAX,
};

/* There is none face down. */
enum safety_position {
    SAFETY_SEATED,
    SAFETY_STANDING,
    SAFETY_KNEELING,
    SAFETY_FLOOR_SUPINE,
    SAFETY_FLOOR_SIDE,
    _SAFETY_POSITION_MAX,
};

/* In the order of what they ask for. */
enum safety_place {
    SAFETY_DESK,
    SAFETY_ROOM,
    SAFETY_FLOOR_SPACE,
    _SAFETY_PLACE_MAX,
};

enum safety_hazard {
    SAFETY_SUPINE,
    SAFETY_SPINE_FLEXION,
    SAFETY_SPINE_EXTENSION,
    SAFETY_SPINE_ROTATION,
    SAFETY_SIDE_BEND,
    SAFETY_NECK_MOTION,
    SAFETY_NECK_PRESSURE,
    SAFETY_LUMBAR_PRESSURE,
    SAFETY_LEG_PRESSURE,
    SAFETY_PERCUSSION,
    SAFETY_OVERHEAD,
    SAFETY_WRIST_LOAD,
    SAFETY_KNEELING_HAZARD,
    SAFETY_KNEE_LOAD,
    SAFETY_BALANCE,
    SAFETY_PELVIS_UNEVEN,
    SAFETY_NERVE_STRETCH,
    SAFETY_HEAD_LOW,
    _SAFETY_HAZARD_MAX,
};

/* From the strictest to the freest. */
enum safety_status {
    SAFETY_NO,
    SAFETY_ADAPT, /* with the steps of that trimester in place of the plain ones */
    SAFETY_YES,
    _SAFETY_STATUS_MAX,
};

#define SAFETY_BIT(i) (1u << (i))
#define SAFETY_ALL(max) ((1u << (max)) - 1)
#define SAFETY_TRIMESTERS 3
#define SAFETY_INTENSITY_MAX 3
#define SAFETY_STEPS_MIN 2
#define SAFETY_STEPS_MAX 6
#define SAFETY_HOLD_MAX_USEC (60 * USEC_PER_SEC) /* on one spot: more asks for pressing too hard */
#define SAFETY_DURATION_MIN_USEC (30 * USEC_PER_SEC)
#define SAFETY_DURATION_MAX_USEC (600 * USEC_PER_SEC)

/* What the rules know of an exercise. */
struct safety_exercise {
    enum safety_kind kind;
    unsigned regions; /* bits 1 << enum safety_region, never 0 */
    unsigned tools;   /* bits; 0 = needs none */
    unsigned hazards; /* bits */
    enum safety_position position;
    enum safety_place place;
    unsigned intensity; /* 1 to SAFETY_INTENSITY_MAX */
    enum safety_status pregnancy[SAFETY_TRIMESTERS];
    usec_t hold_usec; /* 0 = none */
    usec_t duration_usec;
    usec_t adapted_usec[SAFETY_TRIMESTERS]; /* how long it takes as adapted */
    unsigned n_steps;
    unsigned n_adapted[SAFETY_TRIMESTERS]; /* steps where the trimester adapts; else not looked at */
    bool has_caution;
    bool hazards_assumed; /* nobody has stated them: all bits are set */
};

/* The tags, in the order of their classes. */
enum safety_tag {
    /* emergency */
    SAFETY_TAG_BLADDER_BOWEL_CHANGE,
    SAFETY_TAG_SADDLE_NUMBNESS,
    SAFETY_TAG_LIMB_WEAKNESS,
    SAFETY_TAG_BOTH_LEGS_SYMPTOMS,
    SAFETY_TAG_RECENT_TRAUMA,
    SAFETY_TAG_CHEST_PAIN_OR_BREATHLESS,
    SAFETY_TAG_HEAD_NECK_WARNING,
    SAFETY_TAG_PREGNANCY_WARNING_SIGN,
    /* urgent */
    SAFETY_TAG_SEVERE_PAIN,
    SAFETY_TAG_PERSISTENT_PAIN,
    SAFETY_TAG_LIMB_NUMBNESS,
    SAFETY_TAG_FEVER,
    SAFETY_TAG_WEIGHT_LOSS,
    SAFETY_TAG_NIGHT_PAIN,
    SAFETY_TAG_SPINE_SHAPE_CHANGE,
    SAFETY_TAG_LEG_CLOT_SIGNS,
    /* consult first */
    SAFETY_TAG_OSTEOPOROSIS,
    SAFETY_TAG_BLOOD_CLOT,
    SAFETY_TAG_BLEEDING_RISK,
    SAFETY_TAG_NERVE_COMPRESSION,
    SAFETY_TAG_DISC_PROBLEM,
    SAFETY_TAG_SPINE_STRUCTURAL,
    SAFETY_TAG_UNEXPLAINED_PAIN,
    SAFETY_TAG_RECENT_FRACTURE,
    SAFETY_TAG_RECENT_SURGERY,
    SAFETY_TAG_CANCER_ACTIVE,
    SAFETY_TAG_HEART_OR_BP,
    SAFETY_TAG_REDUCED_SENSATION,
    SAFETY_TAG_HIGH_RISK_PREGNANCY,
    /* local: each with a region, or everywhere */
    SAFETY_TAG_OPEN_WOUND,
    SAFETY_TAG_BRUISE,
    SAFETY_TAG_SKIN_INFECTION,
    SAFETY_TAG_RASH,
    SAFETY_TAG_ACUTE_INFLAMMATION,
    /* adjust */
    SAFETY_TAG_PREGNANCY_T1,
    SAFETY_TAG_PREGNANCY_T2,
    SAFETY_TAG_PREGNANCY_T3,
    SAFETY_TAG_POSTPARTUM_RECENT,
    SAFETY_TAG_PELVIC_GIRDLE_PAIN,
    SAFETY_TAG_NECK_PROBLEM,
    SAFETY_TAG_SHOULDER_PROBLEM,
    SAFETY_TAG_WRIST_PROBLEM,
    SAFETY_TAG_KNEE_PROBLEM,
    SAFETY_TAG_BALANCE_PROBLEM,
    SAFETY_TAG_HEAD_LOW_UNSAFE,
    SAFETY_TAG_IMPLANTED_DEVICE,
    _SAFETY_TAG_MAX,
};

#define SAFETY_TAG_BIT(tag) (UINT64_C(1) << (tag))
#define SAFETY_LOCAL_FIRST SAFETY_TAG_OPEN_WOUND
#define SAFETY_LOCALS (SAFETY_TAG_ACUTE_INFLAMMATION - SAFETY_TAG_OPEN_WOUND + 1)

enum safety_class {
    SAFETY_CLASS_EMERGENCY,
    SAFETY_CLASS_URGENT,
    SAFETY_CLASS_CONSULT,
    SAFETY_CLASS_LOCAL,
    SAFETY_CLASS_ADJUST,
};

/* Where a pregnancy is, by its due date. */
enum safety_trimester {
    SAFETY_TRIMESTER_NONE,
    SAFETY_TRIMESTER_T1,
    SAFETY_TRIMESTER_T2,
    SAFETY_TRIMESTER_T3,
    SAFETY_TRIMESTER_OVERDUE, /* the date has just gone by: the third one and postpartum, both */
    SAFETY_TRIMESTER_POSTPARTUM,
    SAFETY_TRIMESTER_UNCLEAR, /* a date farther off than a pregnancy is long: all three */
    _SAFETY_TRIMESTER_MAX,
};

/* What the rules know of a person and their surroundings. All zero with a max_intensity: nothing at hand, at
 * the desk, no tag. */
struct safety_profile {
    uint64_t tags;                   /* bits SAFETY_TAG_BIT(); an unknown one counts as unexplained pain */
    unsigned regions[SAFETY_LOCALS]; /* of each local tag: bits; 0 = everywhere */
    enum safety_trimester trimester; /* beside the tags */
    unsigned tools;                  /* bits; hands, wall and chair are there anyway */
    bool partner;
    enum safety_place place;
    unsigned max_intensity;
    bool doubtful; /* something of it could not be read: nothing is suitable */
};

enum safety_advice {
    SAFETY_ADVICE_NONE,
    SAFETY_ADVICE_CONSULT, /* "check with a professional first" goes with each suggestion */
    SAFETY_ADVICE_URGENT,  /* here and below: medical hold, nothing is suggested */
    SAFETY_ADVICE_EMERGENCY,
};

/* Why not; for a person's own eyes, in words that name no tag. */
enum safety_reason {
    SAFETY_REASON_DOUBTFUL,
    SAFETY_REASON_HOLD,
    SAFETY_REASON_CONSULT,
    SAFETY_REASON_REST,
    SAFETY_REASON_HAZARD,
    SAFETY_REASON_REGION,
    SAFETY_REASON_CONTACT,
    SAFETY_REASON_GENTLE,
    SAFETY_REASON_TOOL,
    SAFETY_REASON_PARTNER,
    SAFETY_REASON_PLACE,
    SAFETY_REASON_INTENSITY,
    _SAFETY_REASON_MAX,
};

struct safety_verdict {
    bool suitable;
    bool hold;      /* medical hold: no suggestion of any kind, whatever the exercise */
    bool maternity; /* with hold: the message sends to the maternity unit */
    enum safety_advice advice;
    unsigned reasons; /* bits 1 << enum safety_reason; 0 if suitable */
    int adapted; /* trimester (0 to 2) whose steps must be shown in place of the plain ones; -1 = plain */
    usec_t duration_usec; /* with those steps */
};

/* What an exercise may not be, whoever it is for. */
enum safety_invariant {
    SAFETY_INVARIANT_WORDS,                /* I1: a value outside of the closed lists */
    SAFETY_INVARIANT_STEPS,                /* I2 */
    SAFETY_INVARIANT_HOLD,                 /* I3 */
    SAFETY_INVARIANT_DURATION,             /* I3 */
    SAFETY_INVARIANT_FLOOR_LOWER_BACK,     /* I4 */
    SAFETY_INVARIANT_LOWER_BACK_INTENSITY, /* I5, and the two below */
    SAFETY_INVARIANT_LOWER_BACK_HAZARD,
    SAFETY_INVARIANT_MASSAGE_CAUTION,
    SAFETY_INVARIANT_MASSAGER,   /* I6 */
    SAFETY_INVARIANT_NECK,       /* I7 */
    SAFETY_INVARIANT_PREGNANCY,  /* I9; I8, nothing face down, holds as there is no such position */
    SAFETY_INVARIANT_SUPINE,     /* I10: lying on the back without the hazard */
    SAFETY_INVARIANT_NOT_SUPINE, /* I10: the hazard without lying on the back */
    _SAFETY_INVARIANT_MAX,
};

int safety_judge(const struct safety_exercise *exercise, const struct safety_profile *profile,
                 struct safety_verdict *ret);
unsigned safety_check(const struct safety_exercise *exercise);

int safety_profile_add(struct safety_profile *profile, const char *text);
uint64_t safety_profile_tags(const struct safety_profile *profile);
enum safety_advice safety_advice(const struct safety_profile *profile);
enum safety_class safety_tag_class(enum safety_tag tag);
unsigned safety_tag_bars_hazards(enum safety_tag tag);
unsigned safety_tag_bars_kinds(enum safety_tag tag);

int safety_day_parse(const char *text, int64_t *ret_day);
enum safety_trimester safety_trimester(int64_t due_day, int64_t today);

/* The words, in the order of the enumerations; NULL-terminated. */
extern const char *const safety_tags[];
extern const char *const safety_regions[];
/* For `why`; in English, to go through _() where a person reads them. */
const char *safety_reason_text(enum safety_reason reason);
unsigned safety_reasons_for_others(unsigned reasons);
const char *safety_invariant_text(enum safety_invariant invariant);
