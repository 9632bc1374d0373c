/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words for the core's enumerations, as the bus, the replay and the settings use them.
 */
#include <string.h>

#include "core/core.h"

static const char *const state_names[_BC_STATE_MAX] = {
    [BC_STATE_BREAK] = "break",     [BC_STATE_PAUSED] = "paused",
    [BC_STATE_AWAY] = "away",       [BC_STATE_OFF_HOURS] = "off-hours",
    [BC_STATE_SNOOZED] = "snoozed", [BC_STATE_HELD] = "held",
    [BC_STATE_DUE] = "due",         [BC_STATE_ACTIVE] = "active",
};

static const char *const posture_names[_BC_POSTURE_MAX] = {
    [BC_POSTURE_SITTING] = "sitting",
    [BC_POSTURE_STANDING] = "standing",
    [BC_POSTURE_WALKING] = "walking",
};

static const char *const refusal_names[_BC_REFUSAL_MAX] = {
    [BC_REFUSAL_NONE] = "",
    [BC_REFUSAL_SNOOZE_LIMIT] = "SnoozeLimit",
    [BC_REFUSAL_NOTHING_PROMPTED] = "NothingPrompted",
    [BC_REFUSAL_NO_SUCH_BREAK] = "NoSuchBreak",
    [BC_REFUSAL_NO_SUCH_EXERCISE] = "NoSuchExercise",
    [BC_REFUSAL_BREAK_RUNNING] = "BreakRunning",
    [BC_REFUSAL_NOT_PAUSED] = "NotPaused",
    [BC_REFUSAL_INVALID_ARGS] = "InvalidArgs",
    [BC_REFUSAL_TOO_MANY_HOLDS] = "LimitsExceeded",
    [BC_REFUSAL_TOO_MANY_VERDICTS] = "LimitsExceeded",
};

static const char *const withdraw_names[_BC_WITHDRAW_MAX] = {
    [BC_WITHDRAW_RESTED] = "rested",     [BC_WITHDRAW_PARTIAL] = "partial",
    [BC_WITHDRAW_REPLACED] = "replaced", [BC_WITHDRAW_ANSWERED] = "answered",
    [BC_WITHDRAW_PAUSED] = "paused",     [BC_WITHDRAW_OFF_HOURS] = "off-hours",
};

static const char *const record_names[_BC_RECORD_MAX] = {
    [BC_RECORD_NATURAL] = "natural",     [BC_RECORD_PARTIAL] = "partial", [BC_RECORD_GUIDED] = "guided",
    [BC_RECORD_CUT_SHORT] = "cut-short", [BC_RECORD_DONE] = "done",       [BC_RECORD_SKIPPED] = "skipped",
};

static const char *const kind_names[_BC_KIND_MAX] = {
    [BC_KIND_MASSAGE] = "massage",   [BC_KIND_MOBILITY] = "mobility",   [BC_KIND_STRETCH] = "stretch",
    [BC_KIND_STRENGTH] = "strength", [BC_KIND_BREATHING] = "breathing", [BC_KIND_POSTURE] = "posture",
};

static const char *const ledger_names[_BC_LEDGER_MAX] = {
    [BC_LEDGER_SITTING] = "sitting",     [BC_LEDGER_PASSIVE] = "passive",
    [BC_LEDGER_STANDING] = "standing",   [BC_LEDGER_AWAY] = "away",
    [BC_LEDGER_GUIDED] = "guided",       [BC_LEDGER_TAKEN_BACK] = "taken-back",
    [BC_LEDGER_RESTED] = "rested",       [BC_LEDGER_PART_REST] = "part-rest",
    [BC_LEDGER_COMPLETED] = "completed", [BC_LEDGER_SKIPPED] = "skipped",
    [BC_LEDGER_RESTORED] = "restored",
};

#define DEFINE_TO_STRING(function, type, names)                                                              \
    const char *function(type value)                                                                         \
    {                                                                                                        \
        return (size_t)value < ARRAY_SIZE(names) ? names[value] : NULL;                                      \
    }

DEFINE_TO_STRING(bc_state_to_string, enum bc_state, state_names)
DEFINE_TO_STRING(bc_posture_to_string, enum bc_posture, posture_names)
DEFINE_TO_STRING(bc_refusal_to_string, enum bc_refusal, refusal_names)
DEFINE_TO_STRING(bc_withdraw_reason_to_string, enum bc_withdraw_reason, withdraw_names)
DEFINE_TO_STRING(bc_record_kind_to_string, enum bc_record_kind, record_names)
DEFINE_TO_STRING(bc_exercise_kind_to_string, enum bc_exercise_kind, kind_names)
DEFINE_TO_STRING(bc_ledger_what_to_string, enum bc_ledger_what, ledger_names)

static int name_lookup(const char *const *names, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], text) == 0)
            return (int)i;
    return -EINVAL;
}

enum bc_posture bc_posture_from_string(const char *text)
{
    return (enum bc_posture)name_lookup(posture_names, ARRAY_SIZE(posture_names), text);
}

enum bc_exercise_kind bc_exercise_kind_from_string(const char *text)
{
    return (enum bc_exercise_kind)name_lookup(kind_names, ARRAY_SIZE(kind_names), text);
}
