/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must hold of the safety rules together: for every pair of tags and many random sets, persons and
 * exercises. The seeds are fixed.
 */
#include "safety-samples.h"

#define N_EXERCISES 300
#define N_SETS 20000

static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33);
}

static uint64_t random_tags(uint64_t *seed)
{
    uint64_t tags = 0;
    unsigned n = next_random(seed) % 8;

    for (unsigned i = 0; i < n; i++)
        tags |= SAFETY_TAG_BIT(next_random(seed) % _SAFETY_TAG_MAX);
    return tags;
}

static struct safety_exercise random_exercise(uint64_t *seed)
{
    struct safety_exercise e = plain;

    e.kind = (enum safety_kind)(next_random(seed) % _SAFETY_KIND_MAX);
    e.regions = BIT(next_random(seed) % _SAFETY_REGION_MAX);
    e.regions |= BIT(next_random(seed) % _SAFETY_REGION_MAX);
    e.tools = next_random(seed) % 3 ? 0 : BIT(next_random(seed) % _SAFETY_TOOL_MAX);
    e.position = (enum safety_position)(next_random(seed) % _SAFETY_POSITION_MAX);
    e.place = (enum safety_place)(next_random(seed) % _SAFETY_PLACE_MAX);
    e.intensity = 1 + next_random(seed) % 3;
    e.hazards = next_random(seed) % 2 ? 0 : BIT(next_random(seed) % _SAFETY_HAZARD_MAX);
    if (e.position == SAFETY_FLOOR_SUPINE)
        e.hazards |= BIT(SAFETY_SUPINE);
    for (int t = 0; t < SAFETY_TRIMESTERS; t++) {
        e.pregnancy[t] = (enum safety_status)(next_random(seed) % _SAFETY_STATUS_MAX);
        e.adapted_usec[t] = (30 + next_random(seed) % 60) * USEC_PER_SEC;
        e.n_adapted[t] = 3;
    }
    return e;
}

static struct safety_profile random_profile(uint64_t *seed)
{
    struct safety_profile p = {.tags = random_tags(seed)};

    for (int i = 0; i < SAFETY_LOCALS; i++)
        p.regions[i] = next_random(seed) % 4 ? BIT(next_random(seed) % _SAFETY_REGION_MAX) : 0;
    p.trimester =
        (enum safety_trimester)(next_random(seed) % 2 ? 0 : next_random(seed) % _SAFETY_TRIMESTER_MAX);
    p.tools = next_random(seed) % SAFETY_BIT(_SAFETY_TOOL_MAX);
    p.partner = next_random(seed) % 2;
    p.place = (enum safety_place)(next_random(seed) % _SAFETY_PLACE_MAX);
    p.max_intensity = 1 + next_random(seed) % 3;
    return p;
}

static void fill(struct safety_exercise *exercises)
{
    uint64_t seed = 20261123;

    exercises[0] = plain;
    exercises[1] = gentle_massage;
    for (int i = 2; i < N_EXERCISES; i++)
        exercises[i] = random_exercise(&seed);
}

/* R6, R7: a set allows what each of its tags allows, no more and no less; so does every pair. */
static void assert_decomposes(const struct safety_exercise *e, const struct safety_profile *p)
{
    struct safety_profile one = *p;
    bool each = true;

    one.tags = 0;
    each = judge(e, &one).suitable;
    for (int tag = 0; tag < _SAFETY_TAG_MAX; tag++)
        if (p->tags & SAFETY_TAG_BIT(tag)) {
            one.tags = SAFETY_TAG_BIT(tag);
            each = each && judge(e, &one).suitable;
        }
    assert_int_equal(judge(e, p).suitable, each);
}

static void test_every_pair(void **state _unused_)
{
    static struct safety_exercise exercises[N_EXERCISES];

    fill(exercises);
    for (int i = 0; i < N_EXERCISES; i++) {
        bool alone[_SAFETY_TAG_MAX];

        for (int a = 0; a < _SAFETY_TAG_MAX; a++)
            alone[a] = suits_tags(&exercises[i], SAFETY_TAG_BIT(a));
        for (int a = 0; a < _SAFETY_TAG_MAX; a++)
            for (int b = a + 1; b < _SAFETY_TAG_MAX; b++)
                assert_int_equal(suits_tags(&exercises[i], SAFETY_TAG_BIT(a) | SAFETY_TAG_BIT(b)),
                                 alone[a] && alone[b]);
    }
}

static void test_random_sets(void **state _unused_)
{
    static struct safety_exercise exercises[N_EXERCISES];
    uint64_t seed = 4;
    size_t suitable = 0;

    fill(exercises);
    for (int set = 0; set < N_SETS; set++) {
        struct safety_profile p = random_profile(&seed);

        for (int i = 0; i < 5; i++) {
            const struct safety_exercise *e = &exercises[next_random(&seed) % N_EXERCISES];

            assert_decomposes(e, &p);
            suitable += judge(e, &p).suitable;
        }
    }
    assert_true(suitable > N_SETS / 20); /* else nothing was tried */
}

/* R7, and as much for everything else in a profile: what asks for more never gives more. */
static void test_monotone(void **state _unused_)
{
    static struct safety_exercise exercises[N_EXERCISES];
    uint64_t seed = 7;

    fill(exercises);
    for (int set = 0; set < N_SETS; set++) {
        struct safety_profile p = random_profile(&seed), more = p;
        const struct safety_exercise *e = &exercises[next_random(&seed) % N_EXERCISES];
        bool before = judge(e, &p).suitable;

        more.tags |= random_tags(&seed);
        assert_false(!before && judge(e, &more).suitable);
        assert_true(judge(e, &more).advice >= judge(e, &p).advice);
        more = p;
        more.tools &= next_random(&seed);
        more.partner = false;
        more.place = (enum safety_place)(next_random(&seed) % (p.place + 1u));
        more.max_intensity = 1 + next_random(&seed) % p.max_intensity;
        assert_false(!before && judge(e, &more).suitable);
        /* To name no region is to name them all. */
        more = p;
        for (int i = 0; i < SAFETY_LOCALS; i++)
            more.regions[i] = next_random(&seed) % 2 ? 0
                              : p.regions[i]         ? p.regions[i] | BIT(next_random(&seed) % 9)
                                                     : 0;
        assert_false(!before && judge(e, &more).suitable);
        more = p;
        more.doubtful = true;
        assert_false(judge(e, &more).suitable);
        /* To be of a trimester is more than to be of none. */
        more = p;
        more.trimester = SAFETY_TRIMESTER_NONE;
        assert_false(before && !judge(e, &more).suitable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair),
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_monotone),
    };

    return cmocka_run_group_tests_name("safety-sets", tests, NULL, NULL);
}
