/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why an exercise was chosen, and why another is not now: the core's bits in words. They tell of what was
 * done and said, of the day and of what the user has named; of no condition.
 */
#include <string.h>

#include "bus/bus-internal.h"
#include "bus/dict.h"
#include "notify/message.h"
#include "util/i18n.h"

static const char *const reasons[_BC_CHOICE_MAX] = {
    [BC_CHOICE_ASKED] = N_("you asked for it"),
    [BC_CHOICE_KIND] = N_("its kind is what today lacks most"),
    [BC_CHOICE_REGION] = N_("its region has had nothing today"),
    [BC_CHOICE_FOCUS] = N_("its region is one that you named"),
    [BC_CHOICE_GOAL] = N_("it serves a goal of yours"),
    [BC_CHOICE_BETTER] = N_("you said that it helps"),
    [BC_CHOICE_FIRST_WEEK] = N_("gentle, as all is on your first seven days"),
    [BC_CHOICE_GENTLER] = N_("gentle, as something there hurt lately"),
    [BC_CHOICE_EVENING] = N_("calm, as it is evening"),
    [BC_CHOICE_OTHER_KIND] = N_("of this break's own kinds nothing may come now"),
    [BC_CHOICE_AGAIN] = N_("again, as there is hardly any other"),
    [BC_CHOICE_WIND_DOWN] = N_("it belongs to your evening set"),
};

static const char *const bars[_BC_BAR_MAX] = {
    [BC_BAR_HURTS] = N_("you said that it hurts; the verdict \"same\" allows it again"),
    [BC_BAR_FIRST_WEEK] = N_("stronger than what comes on your first seven days"),
    [BC_BAR_GENTLER] = N_("something there hurt within a day"),
    [BC_BAR_MASSAGE_REGION] =
        N_("a massaged region rests for four hours, and the next break is for something else"),
    [BC_BAR_MASSAGE_TIME] =
        N_("ten minutes of massage are enough: try movement, or get advice if this keeps happening"),
    [BC_BAR_RECENT] = N_("it was shown not long ago"),
    [BC_BAR_OFF] = N_("it is switched off: it comes only when you ask for it by name"),
};

/* {key: list of the texts whose bits are set} */
static int append_texts(sd_bus_message *m, const char *key, const char *const *texts, int n, unsigned bits)
{
    char *list[_BC_CHOICE_MAX + 1] = {0};
    size_t k = 0;

    for (int i = 0; i < n; i++)
        if (bits & (1u << i))
            list[k++] = (char *)_(texts[i]);
    return dict_list(m, key, list);
}

/* The exercise or routine that stands, and why; "" if none does. */
static const char *standing(const struct bc_view *view, unsigned *ret_reasons)
{
    *ret_reasons = view->guide_break[0] ? view->guide_reasons : view->prompt_reasons;
    return view->guide_break[0] ? view->guide_exercise : view->prompt_break[0] ? view->prompt_exercise : "";
}

/**
 * bus_append_choice() - what Catalogue.Get says of the choice
 * @m: in an a{sv}
 * @id: of an exercise
 *
 * chosen (as): why, if it is the one that stands; not_now (as): what keeps it from being chosen; verdict (s).
 *
 * Return: 0 or a negative errno.
 */
int bus_append_choice(sd_bus_message *m, const struct bus *bus, const char *id)
{
    const struct bc_core *core = bus->service->core(bus->userdata);
    const char *verdict = "";
    struct bc_view view;
    unsigned why;
    bool stands;
    int r;

    bus->service->view(bus->userdata, &view);
    stands = strcmp(standing(&view, &why), id) == 0;
    (void)bc_core_verdict(core, id, &verdict);
    r = append_texts(m, "chosen", reasons, _BC_CHOICE_MAX, stands ? why : 0);
    if (r >= 0)
        r = append_texts(m, "not_now", bars, _BC_BAR_MAX, stands ? 0 : bc_core_choice_bars(core, id));
    return r < 0 ? r : sd_bus_message_append(m, "{sv}", "verdict", "s", verdict);
}

/* Of an exercise or a routine, as a notification would say it: everybody on the bus may ask. "" of one that
 * has gone meanwhile. */
static const char *title_of(const struct catalogue *catalogue, const char *id)
{
    const struct exercise *e = catalogue_find(catalogue, id);
    const struct routine *routine = e ? NULL : catalogue_find_routine(catalogue, id);

    return message_title(e ? e->title : routine ? routine->title : "");
}

int bus_method_explain_choice(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
    const struct catalogue *catalogue;
    struct safety_profile profile;
    struct bus *bus = userdata;
    struct bc_view view;
    const char *id;
    unsigned why;
    int r;

    (void)error;
    bus->service->view(bus->userdata, &view);
    id = standing(&view, &why);
    catalogue = bus->service->catalogue(bus->userdata, &profile);
    r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0 && *id)
        r = sd_bus_message_append(reply, "{sv}{sv}", "exercise", "s", id, "title", "s",
                                  title_of(catalogue, id));
    if (r >= 0 && *id)
        r = append_texts(reply, "reasons", reasons, _BC_CHOICE_MAX, why);
    if (r >= 0 && view.concerned && *view.concerned)
        r = sd_bus_message_append(reply, "{sv}", "last", "s", view.concerned);
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}
