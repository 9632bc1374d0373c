/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script as a trace for `backcarectl simulate`. What a trace can't say (other settings, a set clock, a
 * restart) is written as comments.
 */
#include <inttypes.h>
#include <stdio.h>

#include "sim.h"

static const char *const names[_BC_EVENT_MAX] = {
    [BC_EVENT_ACTIVE] = "active", [BC_EVENT_LOCK] = "lock",           [BC_EVENT_UNLOCK] = "unlock",
    [BC_EVENT_LEAVE] = "leave",   [BC_EVENT_ENTER] = "enter",         [BC_EVENT_SLEEP] = "sleep",
    [BC_EVENT_WAKE] = "wake",     [BC_EVENT_START] = "cmd start",     [BC_EVENT_DONE] = "cmd done",
    [BC_EVENT_SKIP] = "cmd skip", [BC_EVENT_ANOTHER] = "cmd another", [BC_EVENT_RESUME] = "cmd resume",
    [BC_EVENT_END] = "end",
};

static void put_seconds(FILE *f, usec_t t)
{
    fprintf(f, "%" PRId64 ".%06" PRId64, t / USEC_PER_SEC, t % USEC_PER_SEC);
}

static void put_words(FILE *f, const struct bc_event *e)
{
    switch (e->type) {
    case BC_EVENT_IDLE:
        fputs("idle since=", f);
        put_seconds(f, MAX(e->u.since_usec, 0));
        break;
    case BC_EVENT_INHIBIT:
        fprintf(f, "inhibit %s", e->u.on ? "on" : "off");
        break;
    case BC_EVENT_POSTURE:
        fprintf(f, "posture %s", bc_posture_to_string(e->u.posture.posture));
        if (e->u.posture.lease_usec != USEC_INFINITY) {
            fputs(" lease=", f);
            put_seconds(f, e->u.posture.lease_usec);
        }
        break;
    case BC_EVENT_HOLD:
        fprintf(f, "hold %s", e->u.hold.on ? "on" : "off");
        if (e->u.hold.reason)
            fprintf(f, " reason=%s", e->u.hold.reason);
        break;
    case BC_EVENT_SNOOZE:
        fputs("cmd snooze ", f);
        if (e->u.duration_usec > 0)
            put_seconds(f, e->u.duration_usec);
        break;
    case BC_EVENT_PAUSE:
        fputs("cmd pause ", f);
        if (e->u.until_usec != 0 && e->u.until_usec != USEC_INFINITY)
            put_seconds(f, MAX(e->u.until_usec - e->t_usec, 0));
        break;
    default:
        fputs(names[e->type] ? names[e->type] : "active", f);
    }
}

static void put_rules(FILE *f, const struct sim_rules *r, unsigned n)
{
    fprintf(f,
            "# settings %u: merge %" PRId64 " s, repeat %" PRId64 " s, %u times, hold %" PRId64
            " s, standing %u %%, passive %d for %" PRId64 " s, idle %" PRId64 " s and %" PRId64 " s\n",
            n, r->rules.merge_usec / USEC_PER_SEC, r->rules.repeat_usec / USEC_PER_SEC, r->rules.repeat_limit,
            r->rules.hold_limit_usec / USEC_PER_SEC, r->rules.standing_rate, r->rules.passive_sitting,
            r->rules.passive_limit_usec / USEC_PER_SEC, r->rules.idle_after_usec / USEC_PER_SEC,
            r->rules.idle_after_prompt_usec / USEC_PER_SEC);
    for (size_t i = 0; i < r->rules.n_breaks; i++)
        fprintf(f, "#   %s after %.6f s, length %.6f s%s\n", r->breaks[i].name,
                (double)r->breaks[i].after_usec / 1e6, (double)r->breaks[i].length_usec / 1e6,
                r->breaks[i].enabled ? "" : ", off");
    for (size_t i = 0; i < r->rules.n_schedule; i++)
        fprintf(f, "#   weekday %d, minutes %d to %d\n", r->spans[i].weekday, r->spans[i].start_min,
                r->spans[i].end_min);
}

/* Writes a failed script, so that it can be looked at and replayed. Return: 0 or -EIO. */
int sim_trace_write(const struct sim_script *script, const struct sim_result *result, const char *path)
{
    FILE *f = fopen(path, "we");

    if (!f)
        return -EIO;
    fprintf(f, "# seed %" PRIu64 "\n# at %.6f s: %s\n", script->seed, (double)result->t_usec / 1e6,
            result->text);
    for (unsigned i = 0; i < SIM_RULES; i++)
        put_rules(f, &script->rules[i], i);
    for (size_t i = 0; i < script->n; i++) {
        const struct sim_action *a = &script->actions[i];
        bool sayable =
            a->what == SIM_EVENT && a->event.type != BC_EVENT_CLOCK && a->event.type != BC_EVENT_FEEDBACK;

        fputs(sayable ? "" : "# ", f);
        put_seconds(f, a->event.t_usec);
        fputc(' ', f);
        if (sayable)
            put_words(f, &a->event);
        else
            fprintf(f, "%s %u",
                    a->what == SIM_RELOAD    ? "settings"
                    : a->what == SIM_MENU    ? "menu"
                    : a->what == SIM_RESTORE ? "restart"
                                             : "clock set, or feedback",
                    a->n);
        fputc('\n', f);
    }
    return fclose(f) == 0 ? 0 : -EIO;
}
