/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words beside the exercises: at the first run what BackCare is and what it is not; now and then a tip, at
 * the end of a guided break; and the advice to have looked at what hurts again and again. What is said to one
 * person and not to another (only-for) is never said here: others may see the screen.
 */
#include <string.h>

#include "runtime-internal.h"
#include "util/fs-util.h"
#include "util/log.h"

#define TIP_DAYS 3 /* one in so many days at most; our choice: tips are to be rare */
#define WELCOME "welcome-shown"

static bool may_be_told(const struct runtime *rt, const struct exercise *tip)
{
    return !tip->hidden && !tip->default_off && tip->texts->only_for == 0 && tip_suits(tip, &rt->profile);
}

/**
 * tip_of_the_day() - a tip, if it is time for one
 * @ret: its text, freed by the caller; NULL if it is not time, or there is none
 *
 * The tips are read from their files now, as three days are long and a tip is short.
 */
void tip_of_the_day(struct runtime *rt, char **ret)
{
    int64_t today = local_day(now_usec(CLOCK_REALTIME));
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    size_t n = 0, wanted;

    *ret = NULL;
    if ((rt->tip_day != 0 && today - rt->tip_day < TIP_DAYS && today >= rt->tip_day) ||
        rt->profile_doubtful || medical_hold(rt) ||
        catalogue_load((const char *const *)rt->catalogue_dirs, catalogue_language(rt->settings), NULL,
                       &catalogue) < 0)
        return;
    for (size_t i = 0; i < catalogue->n_tips; i++)
        n += may_be_told(rt, catalogue->tips[i]);
    if (n == 0)
        return;
    /* One after another, whatever the day of the first one was. */
    wanted = (size_t)(today / TIP_DAYS) % n;
    for (size_t i = 0; i < catalogue->n_tips; i++)
        if (may_be_told(rt, catalogue->tips[i]) && wanted-- == 0) {
            *ret = strdup(catalogue->tips[i]->texts->steps[0]);
            rt->tip_day = *ret ? today : rt->tip_day;
            return;
        }
}

/**
 * advice_settle() - say what somebody has to know, once there is somebody to read it: that no exercise is
 * proposed as the settings can't be read, and that what hurt several times is for a professional to see
 *
 * A prompt or a guide is not put aside for it, nor the end of a guided break before it could be read.
 */
void advice_settle(struct runtime *rt)
{
    struct bc_view view;

    if ((!rt->advice_due && !rt->problem_due) || rt->stopping || medical_hold(rt))
        return;
    bc_core_view(rt->core, &view);
    if (!view.present || *view.prompt_break || *view.guide_break || evening_stands(rt))
        return;
    if (screen_free_usec(rt) > runtime_now(rt))
        return; /* some later step will do */
    if (rt->problem_due)
        show_settings_problem(rt, 1);
    else
        show_advice(rt);
    rt->advice_due = rt->advice_due && rt->problem_due;
    rt->problem_due = false;
}

/* Beside the state file: it stays when that one is set aside. */
static char *marker(const struct runtime *rt)
{
    const char *slash = strrchr(rt->state_path, '/');
    _cleanup_(freep) char *dir = strndup(rt->state_path, slash ? (size_t)(slash - rt->state_path) : 0);

    return dir ? path_join(dir, WELCOME) : NULL;
}

/**
 * welcome() - at the first run say what this is; once
 *
 * Not in the place of what is more urgent: then at the next start. Where no server can show it, once one
 * comes.
 */
void welcome(struct runtime *rt)
{
    _cleanup_(freep) char *path = marker(rt);
    struct bc_view view;

    bc_core_view(rt->core, &view);
    if (!path || access(path, F_OK) == 0 || medical_hold(rt) || rt->start_mistakes > 0 ||
        *view.prompt_break || *view.guide_break)
        return;
    show_welcome(rt);
}

/* It is on the screen, so it need not come again. */
void welcome_shown(struct runtime *rt)
{
    _cleanup_(freep) char *path = marker(rt);

    if (path && write_file_atomic(path, "", 0, 0600) < 0)
        log_debug("The first run can't be remembered.");
}
