/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The safety rules, one by one. What must hold of all of them together is in test-safety-sets.c;
 * tests/contract/test_safety.py holds them against rules that were written a second time.
 */
#include <errno.h>
#include <string.h>

#include "safety-samples.h"

static struct safety_exercise of_kind(enum safety_kind kind)
{
    struct safety_exercise e = plain;

    e.kind = kind;
    return e;
}

static void test_words(void **state _unused_)
{
    assert_int_equal(_SAFETY_TAG_MAX, 46);
    for (int i = 0; i < _SAFETY_TAG_MAX; i++)
        assert_non_null(safety_tags[i]);
    assert_null(safety_tags[_SAFETY_TAG_MAX]);
    for (int i = 0; i < _SAFETY_REASON_MAX; i++)
        assert_true(*safety_reason_text((enum safety_reason)i));
    assert_string_equal(safety_reason_text(_SAFETY_REASON_MAX), "");
    for (int i = 0; i < _SAFETY_INVARIANT_MAX; i++)
        assert_true(*safety_invariant_text((enum safety_invariant)i));
    assert_string_equal(safety_invariant_text(_SAFETY_INVARIANT_MAX), "");
}

/* Reasons are read over somebody's shoulder: no tag, and nothing about a body's state, is in them. */
static void test_reasons_name_no_tag(void **state _unused_)
{
    for (int r = 0; r < _SAFETY_REASON_MAX; r++) {
        const char *text = safety_reason_text((enum safety_reason)r);

        for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
            assert_null(strstr(text, safety_tags[tag]));
        assert_null(strstr(text, "pregnan"));
        assert_null(strstr(text, "trimester"));
        assert_null(strstr(text, "condition"));
    }
}

static const struct {
    int first, last;
    enum safety_class class;
} classes[] = {
    {SAFETY_TAG_BLADDER_BOWEL_CHANGE, SAFETY_TAG_PREGNANCY_WARNING_SIGN, SAFETY_CLASS_EMERGENCY},
    {SAFETY_TAG_SEVERE_PAIN, SAFETY_TAG_LEG_CLOT_SIGNS, SAFETY_CLASS_URGENT},
    {SAFETY_TAG_OSTEOPOROSIS, SAFETY_TAG_HIGH_RISK_PREGNANCY, SAFETY_CLASS_CONSULT},
    {SAFETY_TAG_OPEN_WOUND, SAFETY_TAG_ACUTE_INFLAMMATION, SAFETY_CLASS_LOCAL},
    {SAFETY_TAG_PREGNANCY_T1, SAFETY_TAG_IMPLANTED_DEVICE, SAFETY_CLASS_ADJUST},
};

static void test_classes(void **state _unused_)
{
    static const int sizes[] = {8, 8, 13, 5, 12};
    int next = 0;

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        assert_int_equal(classes[i].first, next);
        assert_int_equal(classes[i].last - classes[i].first + 1, sizes[i]);
        for (int tag = classes[i].first; tag <= classes[i].last; tag++)
            assert_int_equal(safety_tag_class((enum safety_tag)tag), classes[i].class);
        next = classes[i].last + 1;
    }
    assert_int_equal(next, _SAFETY_TAG_MAX);
}

/* R1 */
static void test_red(void **state _unused_)
{
    for (int kind = 0; kind < _SAFETY_KIND_MAX; kind++)
        for (int tag = 0; tag <= SAFETY_TAG_LEG_CLOT_SIGNS; tag++) {
            struct safety_exercise e = of_kind((enum safety_kind)kind);
            struct safety_profile p = healthy;
            struct safety_verdict v;

            p.tags = SAFETY_TAG_BIT(tag);
            v = judge(&e, &p);
            assert_false(v.suitable);
            assert_true(v.hold);
            assert_int_equal(v.advice, tag <= SAFETY_TAG_PREGNANCY_WARNING_SIGN ? SAFETY_ADVICE_EMERGENCY
                                                                                : SAFETY_ADVICE_URGENT);
            assert_int_equal(v.maternity, tag == SAFETY_TAG_PREGNANCY_WARNING_SIGN);
            /* The graver one wins. */
            p.tags |= TAG(FEVER) | TAG(SADDLE_NUMBNESS) | TAG(OSTEOPOROSIS);
            assert_int_equal(judge(&e, &p).advice, SAFETY_ADVICE_EMERGENCY);
        }
}

/* R2, R3 */
static void test_consult(void **state _unused_)
{
    for (int tag = SAFETY_TAG_OSTEOPOROSIS; tag <= SAFETY_TAG_HIGH_RISK_PREGNANCY; tag++) {
        bool rest = tag == SAFETY_TAG_RECENT_FRACTURE || tag == SAFETY_TAG_RECENT_SURGERY ||
                    tag == SAFETY_TAG_HIGH_RISK_PREGNANCY;

        for (int kind = 0; kind < _SAFETY_KIND_MAX; kind++) {
            struct safety_exercise e = of_kind((enum safety_kind)kind);
            struct safety_profile p = healthy;
            struct safety_verdict v;

            p.tags = SAFETY_TAG_BIT(tag);
            v = judge(&e, &p);
            assert_int_equal(v.suitable, kind != SAFETY_MASSAGE &&
                                             (!rest || kind == SAFETY_BREATHING || kind == SAFETY_POSTURE));
            assert_false(v.hold);
            assert_int_equal(v.advice, SAFETY_ADVICE_CONSULT);
        }
    }
}

/* R4: the whole table, hazard by hazard. */
static void test_hazards(void **state _unused_)
{
    static const struct {
        enum safety_tag tag;
        unsigned barred;
    } rows[] = {
        {SAFETY_TAG_OSTEOPOROSIS, BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_ROTATION) |
                                      BIT(SAFETY_SIDE_BEND) | BIT(SAFETY_HEAD_LOW)},
        {SAFETY_TAG_DISC_PROBLEM, BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_EXTENSION) |
                                      BIT(SAFETY_SPINE_ROTATION) | BIT(SAFETY_SIDE_BEND) |
                                      BIT(SAFETY_NERVE_STRETCH)},
        {SAFETY_TAG_NERVE_COMPRESSION, BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_EXTENSION) |
                                           BIT(SAFETY_SPINE_ROTATION) | BIT(SAFETY_SIDE_BEND) |
                                           BIT(SAFETY_NERVE_STRETCH)},
        {SAFETY_TAG_SPINE_STRUCTURAL, BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_EXTENSION) |
                                          BIT(SAFETY_SPINE_ROTATION) | BIT(SAFETY_SIDE_BEND) |
                                          BIT(SAFETY_NERVE_STRETCH)},
        {SAFETY_TAG_CANCER_ACTIVE, BIT(SAFETY_SPINE_FLEXION) | BIT(SAFETY_SPINE_ROTATION)},
        {SAFETY_TAG_HEART_OR_BP, BIT(SAFETY_HEAD_LOW)},
        {SAFETY_TAG_BLOOD_CLOT, BIT(SAFETY_LEG_PRESSURE)},
        {SAFETY_TAG_POSTPARTUM_RECENT, BIT(SAFETY_LEG_PRESSURE)},
        {SAFETY_TAG_PELVIC_GIRDLE_PAIN, BIT(SAFETY_PELVIS_UNEVEN)},
        {SAFETY_TAG_NECK_PROBLEM, BIT(SAFETY_NECK_MOTION) | BIT(SAFETY_NECK_PRESSURE)},
        {SAFETY_TAG_SHOULDER_PROBLEM, BIT(SAFETY_OVERHEAD) | BIT(SAFETY_WRIST_LOAD)},
        {SAFETY_TAG_WRIST_PROBLEM, BIT(SAFETY_WRIST_LOAD)},
        {SAFETY_TAG_KNEE_PROBLEM, BIT(SAFETY_KNEELING_HAZARD) | BIT(SAFETY_KNEE_LOAD)},
        {SAFETY_TAG_BALANCE_PROBLEM, BIT(SAFETY_BALANCE)},
        {SAFETY_TAG_HEAD_LOW_UNSAFE, BIT(SAFETY_HEAD_LOW)},
        {SAFETY_TAG_IMPLANTED_DEVICE, BIT(SAFETY_PERCUSSION)},
    };
    unsigned table[_SAFETY_TAG_MAX] = {0};

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        table[rows[i].tag] = rows[i].barred;
    /* A breathing exercise is in no barred kind: what takes it away is the hazard. */
    for (int tag = SAFETY_TAG_OSTEOPOROSIS; tag < _SAFETY_TAG_MAX; tag++)
        for (int hazard = 0; hazard < _SAFETY_HAZARD_MAX; hazard++) {
            struct safety_exercise e = of_kind(SAFETY_BREATHING);
            bool supine_pregnant =
                hazard == SAFETY_SUPINE && tag >= SAFETY_TAG_PREGNANCY_T1 && tag <= SAFETY_TAG_PREGNANCY_T3;

            e.hazards = BIT(hazard);
            assert_int_equal(suits_tags(&e, SAFETY_TAG_BIT(tag)),
                             !(table[tag] & BIT(hazard)) && !supine_pregnant);
        }
}

/* R5: every local tag, in every region, for every kind and region of an exercise. */
static void test_local(void **state _unused_)
{
    static const unsigned kinds[SAFETY_LOCALS] = {
        BIT(SAFETY_MASSAGE) | BIT(SAFETY_STRETCH), BIT(SAFETY_MASSAGE), BIT(SAFETY_MASSAGE),
        BIT(SAFETY_MASSAGE), BIT(SAFETY_MASSAGE) | BIT(SAFETY_STRETCH) | BIT(SAFETY_STRENGTH)};
    /* Who is whose neighbour, each pair once. */
    static const enum safety_region pairs[][2] = {
        {SAFETY_LOWER_BACK, SAFETY_MID_BACK},  {SAFETY_LOWER_BACK, SAFETY_HIPS},
        {SAFETY_LOWER_BACK, SAFETY_GLUTES},    {SAFETY_MID_BACK, SAFETY_UPPER_BACK},
        {SAFETY_UPPER_BACK, SAFETY_SHOULDERS}, {SAFETY_UPPER_BACK, SAFETY_NECK},
        {SAFETY_SHOULDERS, SAFETY_NECK},       {SAFETY_HIPS, SAFETY_GLUTES},
        {SAFETY_HIPS, SAFETY_HAMSTRINGS},      {SAFETY_GLUTES, SAFETY_HAMSTRINGS}};
    bool near[_SAFETY_REGION_MAX][_SAFETY_REGION_MAX] = {{false}};

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
        near[pairs[i][0]][pairs[i][1]] = near[pairs[i][1]][pairs[i][0]] = true;
    for (int i = 0; i < _SAFETY_REGION_MAX; i++)
        near[i][i] = near[i][SAFETY_WHOLE_BODY] = near[SAFETY_WHOLE_BODY][i] = true;

    for (int local = 0; local < SAFETY_LOCALS; local++)
        for (int kind = 0; kind < _SAFETY_KIND_MAX; kind++)
            for (int region = 0; region < _SAFETY_REGION_MAX; region++)
                for (int where = -1; where < _SAFETY_REGION_MAX; where++) {
                    struct safety_exercise e = of_kind((enum safety_kind)kind);
                    struct safety_profile p = healthy;

                    e.regions = BIT(region);
                    p.tags = SAFETY_TAG_BIT((int)SAFETY_LOCAL_FIRST + local);
                    p.regions[local] = where < 0 ? 0 : BIT(where);
                    assert_int_equal(judge(&e, &p).suitable,
                                     !((kinds[local] & BIT(kind)) && (where < 0 || near[where][region])));
                }
}

static void test_skin_infection(void **state _unused_)
{
    struct safety_exercise e = of_kind(SAFETY_BREATHING);
    struct safety_profile p = healthy;

    p.partner = true;
    e.tools = BIT(SAFETY_PARTNER);
    p.tags = TAG(RASH);
    assert_true(judge(&e, &p).suitable);
    p.tags = TAG(SKIN_INFECTION);
    p.regions[SAFETY_TAG_SKIN_INFECTION - SAFETY_LOCAL_FIRST] = BIT(SAFETY_HAMSTRINGS);
    assert_int_equal(judge(&e, &p).reasons, BIT(SAFETY_REASON_CONTACT));
}

/* R9, R10 */
static void test_means(void **state _unused_)
{
    for (int tool = 0; tool < _SAFETY_TOOL_MAX; tool++) {
        bool there = tool == SAFETY_HANDS || tool == SAFETY_WALL || tool == SAFETY_CHAIR;
        struct safety_exercise e = plain;
        struct safety_profile p = healthy;

        e.tools = BIT(tool);
        assert_int_equal(judge(&e, &p).suitable, there);
        p.tools = BIT(tool);
        /* A partner is no tool that one has. */
        assert_int_equal(judge(&e, &p).suitable, tool != SAFETY_PARTNER);
        p.partner = true;
        assert_true(judge(&e, &p).suitable);
        p.tools = 0;
        assert_int_equal(judge(&e, &p).suitable, there || tool == SAFETY_PARTNER);
    }
    for (int place = 0; place < _SAFETY_PLACE_MAX; place++)
        for (unsigned intensity = 1; intensity <= SAFETY_INTENSITY_MAX; intensity++)
            for (int own = 0; own < _SAFETY_PLACE_MAX; own++)
                for (unsigned most = 1; most <= SAFETY_INTENSITY_MAX; most++) {
                    struct safety_exercise e = plain;
                    struct safety_profile p = {.place = (enum safety_place)own, .max_intensity = most};

                    e.place = (enum safety_place)place;
                    e.intensity = intensity;
                    assert_int_equal(judge(&e, &p).suitable, place <= own && intensity <= most);
                }
}

/* P2, P3 for what is no massage, and the status of the exercise itself. */
static void test_pregnancy(void **state _unused_)
{
    for (int t = 0; t < SAFETY_TRIMESTERS; t++)
        for (int status = 0; status < _SAFETY_STATUS_MAX; status++)
            for (int supine = 0; supine < 2; supine++)
                for (int seconds = 59; seconds <= 60; seconds++) {
                    struct safety_exercise e = plain;
                    struct safety_profile p = healthy;
                    bool expected = status != SAFETY_NO;

                    p.trimester = (enum safety_trimester)(SAFETY_TRIMESTER_T1 + t);
                    e.pregnancy[t] = (enum safety_status)status;
                    e.adapted_usec[t] = seconds * USEC_PER_SEC;
                    if (supine) {
                        e.position = SAFETY_FLOOR_SUPINE;
                        e.hazards = BIT(SAFETY_SUPINE);
                        expected = t == 0 && status == SAFETY_ADAPT && seconds < 60;
                    }
                    assert_int_equal(judge(&e, &p).suitable, expected);
                    /* The tag says the same as the date. */
                    assert_int_equal(suits_tags(&e, SAFETY_TAG_BIT((int)SAFETY_TAG_PREGNANCY_T1 + t)),
                                     expected);
                    /* Either the position or the hazard would be enough. */
                    if (supine && t > 0) {
                        e.hazards = 0;
                        assert_false(judge(&e, &p).suitable);
                        e.hazards = BIT(SAFETY_SUPINE);
                        e.position = SAFETY_SEATED;
                        assert_false(judge(&e, &p).suitable);
                    }
                }
}

/* What is strong is for nobody who is pregnant. */
static void test_intensity_in_pregnancy(void **state _unused_)
{
    for (unsigned intensity = 1; intensity <= SAFETY_INTENSITY_MAX; intensity++)
        for (int t = 0; t < SAFETY_TRIMESTERS; t++) {
            struct safety_exercise e = plain;

            e.intensity = intensity;
            assert_int_equal(suits_tags(&e, SAFETY_TAG_BIT((int)SAFETY_TAG_PREGNANCY_T1 + t)), intensity < 3);
        }
}

/* P3, P4 */
static void test_massage_in_pregnancy(void **state _unused_)
{
    struct safety_exercise e = gentle_massage;

    for (int status = 0; status < _SAFETY_STATUS_MAX; status++) {
        e.pregnancy[0] = (enum safety_status)status;
        assert_false(suits_tags(&e, TAG(PREGNANCY_T1)));
    }
    for (int t = 1; t < SAFETY_TRIMESTERS; t++) {
        uint64_t tag = SAFETY_TAG_BIT((int)SAFETY_TAG_PREGNANCY_T1 + t);

        assert_true(suits_tags(&gentle_massage, tag));
        for (int tool = 0; tool < _SAFETY_TOOL_MAX; tool++) {
            e = gentle_massage;
            e.tools |= BIT(tool);
            assert_int_equal(suits_tags(&e, tag), tool == SAFETY_HANDS || tool == SAFETY_PARTNER);
        }
        for (int region = 0; region < _SAFETY_REGION_MAX; region++) {
            e = gentle_massage;
            e.regions = BIT(region);
            assert_int_equal(suits_tags(&e, tag), region <= SAFETY_NECK);
        }
        for (int position = 0; position < _SAFETY_POSITION_MAX; position++) {
            e = gentle_massage;
            e.position = (enum safety_position)position;
            assert_int_equal(suits_tags(&e, tag), position == SAFETY_SEATED || position == SAFETY_STANDING ||
                                                      position == SAFETY_FLOOR_SIDE);
        }
        e = gentle_massage;
        e.intensity = 2;
        assert_false(suits_tags(&e, tag));
        e = gentle_massage;
        e.pregnancy[t] = SAFETY_YES;
        assert_false(suits_tags(&e, tag));
        e.pregnancy[t] = SAFETY_NO;
        assert_false(suits_tags(&e, tag));
    }
}

/* P5, P6 */
static void test_adapted_steps(void **state _unused_)
{
    struct safety_exercise e = plain;
    struct safety_profile p = healthy;
    struct safety_verdict v;

    e.adapted_usec[1] = 40 * USEC_PER_SEC;
    e.adapted_usec[2] = 50 * USEC_PER_SEC;
    e.pregnancy[1] = e.pregnancy[2] = SAFETY_ADAPT;
    v = judge(&e, &p);
    assert_int_equal(v.adapted, -1);
    assert_true(v.duration_usec == 60 * USEC_PER_SEC);
    p.trimester = SAFETY_TRIMESTER_T1;
    assert_int_equal(judge(&e, &p).adapted, -1);
    p.trimester = SAFETY_TRIMESTER_T2;
    v = judge(&e, &p);
    assert_int_equal(v.adapted, 1);
    assert_true(v.duration_usec == 40 * USEC_PER_SEC);
    p.tags = TAG(PREGNANCY_T3);
    v = judge(&e, &p);
    assert_int_equal(v.adapted, 2);
    assert_true(v.duration_usec == 40 * USEC_PER_SEC);
    /* Both apply. */
    e.pregnancy[2] = SAFETY_NO;
    assert_false(judge(&e, &p).suitable);
    p.tags = 0;
    assert_true(judge(&e, &p).suitable);
}

static void test_overdue_and_unclear(void **state _unused_)
{
    struct safety_exercise e = plain;
    struct safety_profile p = healthy;

    e.hazards = BIT(SAFETY_LEG_PRESSURE);
    for (int t = 0; t < _SAFETY_TRIMESTER_MAX; t++) {
        p.trimester = (enum safety_trimester)t;
        assert_int_equal(judge(&e, &p).suitable,
                         t != SAFETY_TRIMESTER_OVERDUE && t != SAFETY_TRIMESTER_POSTPARTUM);
    }
    e.hazards = 0;
    for (int status = 0; status < SAFETY_TRIMESTERS; status++) {
        e = plain;
        e.pregnancy[status] = SAFETY_NO;
        p.trimester = SAFETY_TRIMESTER_UNCLEAR;
        assert_false(judge(&e, &p).suitable);
        p.trimester = SAFETY_TRIMESTER_OVERDUE;
        assert_int_equal(judge(&e, &p).suitable, status != 2);
        p.trimester = SAFETY_TRIMESTER_POSTPARTUM;
        assert_true(judge(&e, &p).suitable);
    }
}

static void test_doubt(void **state _unused_)
{
    struct safety_profile p = healthy;
    struct safety_exercise e = of_kind(SAFETY_MASSAGE);
    struct safety_verdict untouched = {.adapted = 77}, v = untouched;

    p.doubtful = true;
    assert_int_equal(judge(&plain, &p).reasons, BIT(SAFETY_REASON_DOUBTFUL));
    /* A tag from nowhere is unexplained pain. */
    p = healthy;
    p.tags = SAFETY_TAG_BIT(63);
    assert_true(judge(&plain, &p).suitable);
    assert_int_equal(judge(&e, &p).reasons, BIT(SAFETY_REASON_CONSULT));
    /* Words from nowhere are no exercise, and nobody. */
    e = plain;
    e.kind = _SAFETY_KIND_MAX;
    assert_int_equal(safety_judge(&e, &healthy, &v), -EINVAL);
    e = plain;
    e.regions = 0;
    assert_int_equal(safety_judge(&e, &healthy, &v), -EINVAL);
    e = plain;
    e.hazards = BIT(_SAFETY_HAZARD_MAX);
    assert_int_equal(safety_judge(&e, &healthy, &v), -EINVAL);
    p.trimester = _SAFETY_TRIMESTER_MAX;
    assert_int_equal(safety_judge(&plain, &p, &v), -EINVAL);
    p = healthy;
    p.max_intensity = 0;
    assert_int_equal(safety_judge(&plain, &p, &v), -EINVAL);
    assert_memory_equal(&v, &untouched, sizeof v);
}

static void test_profile_add(void **state _unused_)
{
    struct safety_profile p = {0};
    unsigned *rash = &p.regions[SAFETY_TAG_RASH - SAFETY_LOCAL_FIRST];

    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++) {
        p = (struct safety_profile){0};
        assert_int_equal(safety_profile_add(&p, safety_tags[tag]), 0);
        assert_true(p.tags == SAFETY_TAG_BIT(tag));
    }
    p = (struct safety_profile){0};
    assert_int_equal(safety_profile_add(&p, "Rash@Neck"), 0);
    assert_int_equal(safety_profile_add(&p, "rash@hips"), 0);
    assert_int_equal(*rash, BIT(SAFETY_NECK) | BIT(SAFETY_HIPS));
    assert_int_equal(safety_profile_add(&p, "rash"), 0);
    assert_int_equal(*rash, 0);
    assert_int_equal(safety_profile_add(&p, "rash@neck"), 0);
    assert_int_equal(*rash, 0); /* still everywhere */
    p = (struct safety_profile){0};
    assert_int_equal(safety_profile_add(&p, "rash@whole-body"), 0);
    assert_int_equal(*rash, 0);
    p = (struct safety_profile){0};
    assert_int_equal(safety_profile_add(&p, "rash@elbow"), -EINVAL);
    assert_true(p.tags == TAG(RASH) && *rash == 0);
    p = (struct safety_profile){0};
    assert_int_equal(safety_profile_add(&p, "fever@neck"), -EINVAL);
    assert_true(p.tags == TAG(FEVER));
    p = (struct safety_profile){0};
    assert_int_equal(safety_profile_add(&p, "rashes"), -EINVAL);
    assert_int_equal(safety_profile_add(&p, ""), -EINVAL);
    assert_true(p.tags == TAG(UNEXPLAINED_PAIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_reasons_name_no_tag),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_red),
        cmocka_unit_test(test_consult),
        cmocka_unit_test(test_hazards),
        cmocka_unit_test(test_local),
        cmocka_unit_test(test_skin_infection),
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_pregnancy),
        cmocka_unit_test(test_intensity_in_pregnancy),
        cmocka_unit_test(test_massage_in_pregnancy),
        cmocka_unit_test(test_adapted_steps),
        cmocka_unit_test(test_overdue_and_unclear),
        cmocka_unit_test(test_doubt),
        cmocka_unit_test(test_profile_add),
    };

    return cmocka_run_group_tests_name("safety", tests, NULL, NULL);
}
