/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * org.backcare.BackCare1.Catalogue: the exercises and routines, and whether each suits the user. The verdict
 * is a yes or no with reasons that name no condition; nothing else of the profile gets here. The contract is
 * dbus/org.backcare.BackCare1.Catalogue.xml; a test holds the two equal.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "bus/dict.h"
#include "bus/routines.h"
#include "bus/text.h"
#include "catalogue/catalogue.h"
#include "dbus/names.h"
#include "util/i18n.h"

#define SHOWN_MAX 64

#define KIND_ROUTINE _BC_KIND_MAX /* behind those of exercises */

static int append_why(sd_bus_message *m, unsigned reasons)
{
    char *list[_SAFETY_REASON_MAX + 1] = {0};
    size_t n = 0;

    reasons = safety_reasons_for_others(reasons);
    for (int i = 0; i < _SAFETY_REASON_MAX; i++)
        if (reasons & SAFETY_BIT(i))
            list[n++] = (char *)_(safety_reason_text((enum safety_reason)i));
    return dict_list(m, "why", list);
}

static int append_pregnancy(sd_bus_message *m, const struct exercise *e)
{
    static const char *const words[] = {[SAFETY_NO] = "no", [SAFETY_ADAPT] = "adapt", [SAFETY_YES] = "yes"};
    int r = dict_open(m, "pregnancy", "a{ss}");

    if (r >= 0)
        r = sd_bus_message_append(m, "a{ss}", 3, "t1", words[e->pregnancy[0]], "t2", words[e->pregnancy[1]],
                                  "t3", words[e->pregnancy[2]]);
    return r < 0 ? r : dict_close(m);
}

/* What a list has of an exercise: all but the texts. */
static int append_traits(sd_bus_message *m, const struct exercise *e, const struct safety_verdict *verdict)
{
    const char *regions[EXERCISE_REGIONS_MAX + 1];
    int r = dict_text(m, "id", e->id);

    exercise_regions(e, regions);
    if (r >= 0)
        r = dict_text(m, "title", e->title);
    if (r >= 0)
        r = dict_text(m, "kind", bc_exercise_kind_to_string(e->kind));
    if (r >= 0)
        r = dict_list(m, "regions", (char *const *)regions);
    if (r >= 0)
        r = dict_set(m, "tools", catalogue_tools, e->tools);
    if (r >= 0)
        r = dict_text(m, "position", catalogue_positions[exercise_position(e, verdict)]);
    if (r >= 0)
        r = dict_text(m, "place", catalogue_places[e->place]);
    if (r >= 0)
        r = dict_text(m, "sides", catalogue_sides[e->sides]);
    if (r >= 0)
        r = sd_bus_message_append(
            m, "{sv}{sv}{sv}{sv}", "duration_usec", "t", (uint64_t)verdict->duration_usec, "hold_usec", "t",
            (uint64_t)exercise_hold_usec(e, verdict), "reps", "u", (uint32_t)exercise_reps(e, verdict),
            "intensity", "u", (uint32_t)e->intensity);
    if (r >= 0)
        r = dict_set(m, "hazards", catalogue_hazards, e->hazards);
    if (r >= 0)
        r = append_pregnancy(m, e);
    if (r >= 0)
        r = sd_bus_message_append(m, "{sv}{sv}", "default", "b", !e->default_off, "suitable", "b",
                                  verdict->suitable);
    return r < 0 ? r : append_why(m, verdict->reasons);
}

static int append_texts(sd_bus_message *m, const struct exercise *e, const struct safety_verdict *verdict)
{
    int r = dict_list(m, "muscles", e->texts->muscles);

    if (r >= 0)
        r = dict_list(m, "steps", exercise_steps(e, verdict));
    if (r >= 0)
        r = dict_text(m, "breath", e->texts->breath);
    if (r >= 0)
        r = dict_text(m, "caution", e->texts->caution);
    return r < 0 ? r : dict_list(m, "sources", e->texts->sources);
}

static int bad_word(const char *key, const char *word, const char *const *words, sd_bus_error *error)
{
    char shown[SHOWN_MAX], list[256] = "";
    size_t n = 0;

    (void)text_copy(shown, sizeof shown, word);
    for (size_t i = 0; words[i] && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i > 0 ? ", " : "", words[i]);
    return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, _("Unknown %s \"%s\": use one of %s."), key,
                             shown, list);
}

static int read_word(sd_bus_message *m, const char *key, const char *const *words, int *ret,
                     sd_bus_error *error)
{
    const char *word;
    int r = sd_bus_message_read(m, "v", "s", &word);

    if (r == -ENXIO)
        return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, _("The filter \"%s\" is a string."), key);
    if (r < 0)
        return r;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) {
            *ret = i;
            return 0;
        }
    return bad_word(key, word, words, error);
}

static int read_criterion(sd_bus_message *m, struct bus_filter *filter, sd_bus_error *error)
{
    const char *kinds[KIND_ROUTINE + 2] = {[KIND_ROUTINE] = "routine"}, *key;
    char shown[SHOWN_MAX];
    int r = sd_bus_message_read(m, "s", &key);

    if (r < 0)
        return r;
    for (int i = 0; i < _BC_KIND_MAX; i++)
        kinds[i] = bc_exercise_kind_to_string((enum bc_exercise_kind)i);
    if (strcmp(key, "region") == 0)
        return read_word(m, key, catalogue_regions, &filter->region, error);
    if (strcmp(key, "kind") == 0)
        return read_word(m, key, kinds, &filter->kind, error);
    if (strcmp(key, "tool") == 0)
        return read_word(m, key, catalogue_tools, &filter->tool, error);
    if (strcmp(key, "suitable") == 0) {
        r = sd_bus_message_read(m, "v", "b", &filter->suitable);
        return r == -ENXIO ? sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
                                              _("The filter \"suitable\" is a boolean."))
                           : r;
    }
    (void)text_copy(shown, sizeof shown, key);
    return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                             _("Unknown filter \"%s\": use region, kind, tool or suitable."), shown);
}

static int read_filter(sd_bus_message *m, struct bus_filter *ret, sd_bus_error *error)
{
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");

    *ret = (struct bus_filter){-1, -1, -1, -1};
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        r = read_criterion(m, ret, error);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static bool wanted(const struct exercise *e, const struct bus_filter *filter, bool suitable)
{
    return !e->hidden && (filter->region < 0 || (e->regions & SAFETY_BIT(filter->region))) &&
           (filter->tool < 0 || (e->tools & SAFETY_BIT(filter->tool))) &&
           (filter->kind < 0 || e->kind == (enum bc_exercise_kind)filter->kind) &&
           (filter->suitable < 0 || suitable == (bool)filter->suitable);
}

static int append_exercises(sd_bus_message *m, const struct catalogue *catalogue,
                            const struct safety_profile *profile, const struct bus_filter *filter)
{
    int r = 0;

    for (size_t i = 0; i < catalogue->n && r >= 0; i++) {
        const struct exercise *e = catalogue->exercises[i];
        struct safety_verdict verdict;

        if (!wanted(e, filter, suitability_judge(e, profile, &verdict)))
            continue;
        r = sd_bus_message_open_container(m, 'a', "{sv}");
        if (r >= 0)
            r = append_traits(m, e, &verdict);
        if (r >= 0)
            r = sd_bus_message_close_container(m);
    }
    return r;
}

static int method_list(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    struct safety_profile profile;
    const struct catalogue *catalogue;
    struct bus *bus = userdata;
    struct bus_filter filter;
    int r = read_filter(m, &filter, error);

    if (r < 0)
        return r;
    catalogue = bus->service->catalogue(bus->userdata, &profile);
    r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    if (r >= 0)
        r = (filter.kind == KIND_ROUTINE ? bus_append_routines : append_exercises)(reply, catalogue, &profile,
                                                                                   &filter);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int append_whole(sd_bus_message *m, const struct exercise *e, const struct safety_profile *profile)
{
    _cleanup_(freep) struct exercise *whole = NULL;
    struct safety_verdict verdict;
    int r = exercise_load_texts(e, &whole);

    (void)suitability_judge(e, profile, &verdict);
    if (r >= 0)
        r = append_traits(m, e, &verdict);
    return r < 0 ? r : append_texts(m, whole, &verdict);
}

static int method_get(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    char shown[BC_NAME_MAX + 1] = "";
    struct safety_profile profile;
    const struct catalogue *catalogue;
    const struct routine *routine;
    const struct exercise *e;
    struct bus *bus = userdata;
    const char *id;
    int r = sd_bus_message_read(m, "s", &id);

    if (r < 0)
        return r;
    catalogue = bus->service->catalogue(bus->userdata, &profile);
    e = catalogue_find(catalogue, id);
    routine = catalogue_find_routine(catalogue, id);
    if ((!e || e->hidden) && (!routine || routine->hidden)) {
        (void)text_copy(shown, sizeof shown, id);
        return sd_bus_error_setf(error, BACKCARE_ERROR_NO_SUCH_EXERCISE,
                                 _("There is no exercise \"%s\": the method List has them all."), shown);
    }
    r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r < 0)
        return r;
    r = e ? append_whole(reply, e, &profile) : bus_append_routine(reply, routine, &profile);
    if (r >= 0 && e)
        r = bus_append_choice(reply, bus, e->id);
    if (r < 0)
        return sd_bus_error_set_errnof(error, r, _("The texts of this exercise can't be read: %s."),
                                       strerror(-r));
    r = sd_bus_message_close_container(reply);
    return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

/* clang-format off */
const sd_bus_vtable bus_catalogue_vtable[] = {
    SD_BUS_VTABLE_START(0),

    SD_BUS_METHOD_WITH_ARGS("List", SD_BUS_ARGS("a{sv}", filter), SD_BUS_RESULT("aa{sv}", exercises),
                            method_list, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Get", SD_BUS_ARGS("s", id), SD_BUS_RESULT("a{sv}", exercise),
                            method_get, SD_BUS_VTABLE_UNPRIVILEGED),

    SD_BUS_VTABLE_END,
};
/* clang-format on */
