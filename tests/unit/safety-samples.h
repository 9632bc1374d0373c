/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two exercises, a person, and asking the rules: what the tests of the safety rules share.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "catalogue/safety.h"
#include "util/macro.h"

#define BIT SAFETY_BIT
#define TAG(name) SAFETY_TAG_BIT(SAFETY_TAG_##name)

/* An exercise that suits everybody; the tests change it. */
static const _unused_ struct safety_exercise plain = {
    .kind = SAFETY_MOBILITY,
    .regions = BIT(SAFETY_SHOULDERS),
    .position = SAFETY_SEATED,
    .place = SAFETY_DESK,
    .intensity = 1,
    .pregnancy = {SAFETY_YES, SAFETY_YES, SAFETY_YES},
    .duration_usec = 60 * USEC_PER_SEC,
    .adapted_usec = {60 * USEC_PER_SEC, 60 * USEC_PER_SEC, 60 * USEC_PER_SEC},
    .n_steps = 4,
    .has_caution = true,
};

/* A person without anything at hand, but with every place and strength. */
static const _unused_ struct safety_profile healthy = {.place = SAFETY_FLOOR_SPACE, .max_intensity = 3};

static const _unused_ struct safety_exercise gentle_massage = {
    .kind = SAFETY_MASSAGE,
    .regions = BIT(SAFETY_SHOULDERS) | BIT(SAFETY_LOWER_BACK),
    .tools = BIT(SAFETY_HANDS),
    .position = SAFETY_SEATED,
    .hazards = BIT(SAFETY_LUMBAR_PRESSURE),
    .intensity = 1,
    .pregnancy = {SAFETY_NO, SAFETY_ADAPT, SAFETY_ADAPT},
    .duration_usec = 60 * USEC_PER_SEC,
    .adapted_usec = {60 * USEC_PER_SEC, 60 * USEC_PER_SEC, 60 * USEC_PER_SEC},
    .n_steps = 3,
    .n_adapted = {0, 3, 3},
    .has_caution = true,
};

static inline struct safety_verdict judge(const struct safety_exercise *e, const struct safety_profile *p)
{
    struct safety_verdict v = {0};

    assert_int_equal(safety_judge(e, p, &v), 0);
    assert_int_equal(v.suitable, v.reasons == 0);
    return v;
}

static inline bool suits_tags(const struct safety_exercise *e, uint64_t tags)
{
    struct safety_profile p = healthy;

    p.tags = tags;
    p.tools = SAFETY_ALL(_SAFETY_TOOL_MAX);
    p.partner = true;
    return judge(e, &p).suitable;
}
