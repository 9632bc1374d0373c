/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See routines.h.
 */
#include "bus/routines.h"
#include "bus/dict.h"

static int append_items(sd_bus_message *m, const struct routine *routine,
                        const struct routine_verdict *verdict)
{
    int r = dict_open(m, "exercises", "a(sb)");

    if (r >= 0)
        r = sd_bus_message_open_container(m, 'a', "(sb)");
    for (size_t i = 0; i < routine->n_items && r >= 0; i++)
        r = sd_bus_message_append(m, "(sb)", routine->items[i]->id, !(verdict->left_out & SAFETY_BIT(i)));
    if (r >= 0)
        r = sd_bus_message_close_container(m);
    return r < 0 ? r : dict_close(m);
}

static int append_why(sd_bus_message *m, const struct routine_verdict *verdict)
{
    char *list[_SAFETY_REASON_MAX + 1] = {0};
    struct routine_verdict shown = *verdict;
    const char *why;

    shown.reasons = safety_reasons_for_others(shown.reasons);
    for (size_t i = 0; (why = routine_why(&shown, i)); i++)
        list[i] = (char *)why; /* the callee's type; it only reads them */
    return dict_list(m, "why", list);
}

/* What a list has of a routine: all but the texts. */
static int append_traits(sd_bus_message *m, const struct routine *routine,
                         const struct routine_verdict *verdict)
{
    int r = dict_text(m, "id", routine->id);

    if (r >= 0)
        r = dict_text(m, "title", routine->title);
    if (r >= 0)
        r = dict_text(m, "kind", "routine");
    if (r >= 0)
        r = append_items(m, routine, verdict);
    if (r >= 0)
        r = sd_bus_message_append(m, "{sv}{sv}{sv}{sv}", "duration_usec", "t",
                                  (uint64_t)verdict->duration_usec, "rest_usec", "t",
                                  (uint64_t)routine->rest_usec, "default", "b", !routine->default_off,
                                  "suitable", "b", verdict->suitable);
    return r < 0 ? r : append_why(m, verdict);
}

static bool wanted(const struct routine *routine, const struct bus_filter *filter, bool suitable)
{
    unsigned regions = 0, tools = 0;

    for (size_t i = 0; i < routine->n_items; i++) {
        regions |= routine->items[i]->regions;
        tools |= routine->items[i]->tools;
    }
    return !routine->hidden && (filter->region < 0 || (regions & SAFETY_BIT(filter->region))) &&
           (filter->tool < 0 || (tools & SAFETY_BIT(filter->tool))) &&
           (filter->suitable < 0 || suitable == (bool)filter->suitable);
}

int bus_append_routines(sd_bus_message *m, const struct catalogue *catalogue,
                        const struct safety_profile *profile, const struct bus_filter *filter)
{
    int r = 0;

    for (size_t i = 0; i < catalogue->n_routines && r >= 0; i++) {
        const struct routine *routine = catalogue->routines[i];
        struct routine_verdict verdict;

        routine_judge(routine, profile, &verdict);
        if (!wanted(routine, filter, verdict.suitable))
            continue;
        r = sd_bus_message_open_container(m, 'a', "{sv}");
        if (r >= 0)
            r = append_traits(m, routine, &verdict);
        if (r >= 0)
            r = sd_bus_message_close_container(m);
    }
    return r;
}

int bus_append_routine(sd_bus_message *m, const struct routine *routine, const struct safety_profile *profile)
{
    _cleanup_(freep) struct routine *whole = NULL;
    struct routine_verdict verdict;
    int r = routine_load_texts(routine, &whole);

    routine_judge(routine, profile, &verdict);
    if (r >= 0)
        r = append_traits(m, routine, &verdict);
    if (r >= 0)
        r = dict_text(m, "text", whole->text);
    return r < 0 ? r : dict_list(m, "sources", whole->sources);
}
