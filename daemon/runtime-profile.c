/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the settings say of the person, in force: the medical hold, the trimester of today, and a condition
 * that was just set although the settings that it came with are refused.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/log.h"
#include "util/strv.h"

/**
 * medical_hold() - whether a doctor comes first, so that nothing is suggested
 */
bool medical_hold(const struct runtime *rt)
{
    return safety_advice(&rt->profile) >= SAFETY_ADVICE_URGENT;
}

/**
 * rules_apply() - give the core the rules of the settings; none to be reminded by in a medical hold
 *
 * Return: 0 or a negative errno.
 */
int rules_apply(struct runtime *rt, const struct settings *settings, const struct safety_profile *profile)
{
    struct bc_rules rules = settings->rules;

    if (safety_advice(profile) >= SAFETY_ADVICE_URGENT)
        rules.n_breaks = 0;
    return rt->core ? bc_core_set_rules(rt->core, &rules)
                    : bc_core_new(&rules, now_usec(CLOCK_BOOTTIME), &rt->core);
}

/**
 * profile_follow_date() - make the menu anew where the day has brought another trimester
 *
 * Called before each step, as the choice of an exercise is one: no timer is needed for what only a choice
 * asks for. What stands and no longer suits is changed by the step that follows.
 */
void profile_follow_date(struct runtime *rt)
{
    struct safety_profile profile;
    struct catalogue_menu *menu;
    int64_t today;

    if (!rt->settings->pregnancy_due)
        return;
    today = local_day(now_usec(CLOCK_REALTIME));
    if (today == rt->profile_day)
        return;
    suitability_profile(rt->settings, today, &profile);
    if (catalogue_menu_new(rt->catalogue, rt->settings, &profile, &menu) < 0)
        return; /* the next step tries again */
    bc_core_set_menu(rt->core, rt->profile_doubtful ? NULL : &menu->menu);
    catalogue_menu_free(rt->menu);
    rt->menu = menu;
    rt->profile = profile;
    rt->profile_day = today;
}

/* All of @a, then what only @b has. */
static char **union_of(char *const *a, char *const *b)
{
    size_t n = 0, m = 0, k = 0;
    char **list;

    while (a[n])
        n++;
    while (b[m])
        m++;
    list = calloc(n + m + 1, sizeof *list);
    if (!list)
        return NULL;
    for (size_t i = 0; i < n + m; i++) {
        const char *word = i < n ? a[i] : b[i - n];

        if (i >= n && strv_contains(a, word))
            continue;
        list[k] = strdup(word);
        if (!list[k++])
            return strv_free(list);
    }
    return list;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Everything anew that follows from the profile, but for the exercise that is on: the next step changes it.
 */
static void follow_profile(struct runtime *rt)
{
    struct catalogue_menu *menu = NULL;
    int r;

    rt->profile_day = local_day(now_usec(CLOCK_REALTIME));
    suitability_profile(rt->settings, rt->profile_day, &rt->profile);
    r = rules_apply(rt, rt->settings, &rt->profile);
    if (r >= 0)
        r = catalogue_menu_new(rt->catalogue, rt->settings, &rt->profile, &menu);
    if (r < 0)
        log_error("What suits now can't be found out, so nothing is proposed: %s", strerror(-r));
    bc_core_set_menu(rt->core, r < 0 || rt->profile_doubtful ? NULL : &menu->menu);
    if (!menu)
        return;
    catalogue_menu_free(rt->menu);
    rt->menu = menu;
}

/**
 * profile_take_over() - what refused settings say of health holds all the same
 * @refused: as far as they could be read; what is taken is taken out of it
 *
 * A fever that was just noted must not wait until a mistake in another line is mended. Where what could not
 * be read may itself be about health, what was read is added to what held before, and no exercise is proposed
 * until it is mended.
 *
 * Return: 0 or -ENOMEM.
 */
int profile_take_over(struct runtime *rt, struct settings *refused)
{
    struct settings *s = rt->settings;
    bool doubtful = refused->profile_doubtful, began = doubtful && !rt->profile_doubtful;
    char **conditions, *due = refused->pregnancy_due;

    if (doubtful && s->pregnancy_due)
        due = s->pregnancy_due;
    conditions = union_of(doubtful ? s->conditions : (char *[]){NULL}, refused->conditions);
    if (!conditions)
        return -ENOMEM;
    if (doubtful == rt->profile_doubtful && refused->max_intensity >= s->max_intensity &&
        strv_equal(conditions, (const char *const *)s->conditions) && same_text(due, s->pregnancy_due)) {
        (void)strv_free(conditions);
        return 0;
    }
    /* Up to now the old one held. */
    step_clock(rt);
    (void)strv_free(s->conditions);
    s->conditions = conditions;
    if (due == refused->pregnancy_due) {
        refused->pregnancy_due = s->pregnancy_due;
        s->pregnancy_due = due;
    }
    s->max_intensity = MIN(s->max_intensity, refused->max_intensity);
    rt->profile_doubtful = doubtful;
    rt->problem_due = began || (doubtful && rt->problem_due);
    follow_profile(rt);
    record_settings(rt);
    step_clock(rt);
    return 0;
}
