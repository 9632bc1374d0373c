/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * org.backcare.BackCare1.Manager: the vtable, and the getters, which copy out of the snapshot. The contract
 * is dbus/org.backcare.BackCare1.Manager.xml; a test holds the two equal.
 */
#include "bus/bus-internal.h"
#include "config.h"

#define DEFINE_GETTER(name, ...)                                                                             \
    static int get_##name(sd_bus *connection, const char *path, const char *interface, const char *property, \
                          sd_bus_message *reply, void *userdata, sd_bus_error *error)                        \
    {                                                                                                        \
        struct bus *bus = userdata;                                                                          \
        _unused_ const struct snapshot *s = &bus->snapshot;                                                  \
        int r = bus_ready(bus);                                                                              \
                                                                                                             \
        (void)connection;                                                                                    \
        (void)path;                                                                                          \
        (void)interface;                                                                                     \
        (void)property;                                                                                      \
        (void)error;                                                                                         \
        return r < 0 ? r : (__VA_ARGS__);                                                                    \
    }

static int append_breaks(sd_bus_message *reply, const struct snapshot *s)
{
    int r;

    r = sd_bus_message_open_container(reply, 'a', "(sttttt)");
    for (size_t i = 0; r >= 0 && i < s->n_breaks; i++) {
        const struct anchor *b = &s->breaks[i];

        r = sd_bus_message_append(reply, "(sttttt)", b->name, bus_usec(b->after_usec),
                                  bus_usec(b->length_usec), bus_usec(b->counter_usec), bus_usec(b->at_usec),
                                  bus_usec(b->due_usec));
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* What is read is never older than what has happened, also while the signal still waits for more to tell. */
static int append_sources(sd_bus_message *reply, struct bus *bus)
{
    const struct snapshot *s = &bus->snapshot;
    int r;

    if (snapshot_take_sources(&bus->snapshot, bus->service, bus->userdata))
        bus->unsaid |= 1u << PROPERTY_SOURCES;
    r = sd_bus_message_open_container(reply, 'a', "(sss)");
    for (size_t i = 0; r >= 0 && i < s->n_sources; i++)
        r = sd_bus_message_append(reply, "(sss)", s->sources[i].name, s->sources[i].status,
                                  s->sources[i].detail);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_notifier(sd_bus_message *reply, const struct snapshot *s)
{
    int r;

    r = sd_bus_message_open_container(reply, 'r', "ssas");
    if (r < 0)
        return r;
    r = sd_bus_message_append(reply, "ss", s->notifier_name, s->notifier_version);
    if (r < 0)
        return r;
    r = sd_bus_message_append_strv(reply, s->notifier_capabilities);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

DEFINE_GETTER(state, sd_bus_message_append_basic(reply, 's', s->state))
DEFINE_GETTER(reason, sd_bus_message_append_basic(reply, 's', s->reason))
DEFINE_GETTER(state_since, sd_bus_message_append_basic(reply, 't', &s->state_since_usec))
DEFINE_GETTER(breaks, append_breaks(reply, s))
DEFINE_GETTER(prompt, sd_bus_message_append(reply, "(sstu)", s->prompt_break, s->prompt_exercise,
                                            s->prompt_since_usec, s->prompt_attempt))
DEFINE_GETTER(next_break, sd_bus_message_append_basic(reply, 's', s->next_break))
DEFINE_GETTER(next_prompt, sd_bus_message_append(reply, "t", bus_usec(s->next_prompt_realtime_usec)))
DEFINE_GETTER(snoozed_until, sd_bus_message_append_basic(reply, 't', &s->snoozed_until_usec))
DEFINE_GETTER(paused_until, sd_bus_message_append_basic(reply, 't', &s->paused_until_usec))
DEFINE_GETTER(posture, sd_bus_message_append_basic(reply, 's', s->posture))
DEFINE_GETTER(sources, append_sources(reply, bus))
DEFINE_GETTER(notifier, append_notifier(reply, s))

static int get_version(sd_bus *connection, const char *path, const char *interface, const char *property,
                       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)userdata;
    (void)error;
    return sd_bus_message_append_basic(reply, 's', BACKCARE_VERSION);
}

/* Every peer on the session bus is the same user: there is nobody whom a method would have to refuse. */
#define OPEN SD_BUS_VTABLE_UNPRIVILEGED
#define PROPERTY(member, signature, getter)                                                                  \
    SD_BUS_PROPERTY(member, signature, getter, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

/* clang-format off */
const sd_bus_vtable bus_manager_vtable[] = {
    SD_BUS_VTABLE_START(0),

    SD_BUS_METHOD_WITH_ARGS("Snooze", SD_BUS_ARGS("t", duration, "a{sv}", options), SD_BUS_RESULT("t", until),
                            bus_method_snooze, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Pause", SD_BUS_ARGS("t", until, "a{sv}", options), SD_BUS_NO_RESULT,
                            bus_method_pause, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Resume", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
                            bus_method_resume, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_ARGS("s", break, "s", exercise, "a{sv}", options), SD_BUS_RESULT("s", exercise),
                            bus_method_start, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Done", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
                            bus_method_done, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Skip", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
                            bus_method_skip, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Another", SD_BUS_ARGS("a{sv}", options), SD_BUS_RESULT("s", exercise),
                            bus_method_another, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Feedback", SD_BUS_ARGS("s", exercise, "s", verdict), SD_BUS_NO_RESULT,
                            bus_method_feedback, OPEN),
    SD_BUS_METHOD_WITH_ARGS("ReportPosture", SD_BUS_ARGS("s", posture, "t", lease), SD_BUS_NO_RESULT,
                            bus_method_report_posture, OPEN),
    SD_BUS_METHOD_WITH_ARGS("ReportActivity", SD_BUS_ARGS("s", who, "t", lease), SD_BUS_NO_RESULT,
                            bus_method_report_activity, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Inhibit", SD_BUS_ARGS("s", who, "s", why), SD_BUS_RESULT("h", descriptor),
                            bus_method_inhibit, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Record", SD_BUS_ARGS("h", file, "a{sv}", options), SD_BUS_RESULT("h", descriptor),
                            bus_method_record, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_RESULT("as", warnings),
                            bus_method_reload, OPEN),
    SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", ledger),
                            bus_method_explain, OPEN),
    SD_BUS_METHOD_WITH_ARGS("ExplainChoice", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{sv}", choice),
                            bus_method_explain_choice, OPEN),
    SD_BUS_METHOD_WITH_ARGS("ListSources", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", sources),
                            bus_method_list_sources, OPEN),

    PROPERTY("State", "s", get_state),
    PROPERTY("Reason", "s", get_reason),
    PROPERTY("StateSinceUSec", "t", get_state_since),
    PROPERTY("Breaks", "a(sttttt)", get_breaks),
    PROPERTY("Prompt", "(sstu)", get_prompt),
    PROPERTY("NextBreak", "s", get_next_break),
    PROPERTY("NextPromptUSec", "t", get_next_prompt),
    PROPERTY("SnoozedUntilUSec", "t", get_snoozed_until),
    PROPERTY("PausedUntilUSec", "t", get_paused_until),
    PROPERTY("Posture", "s", get_posture),
    PROPERTY("Sources", "a(sss)", get_sources),
    PROPERTY("Notifier", "(ssas)", get_notifier),
    SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),

    SD_BUS_SIGNAL_WITH_ARGS("Prompted", SD_BUS_ARGS("s", break, "s", exercise, "u", attempt), 0),
    SD_BUS_SIGNAL_WITH_ARGS("PromptClosed", SD_BUS_ARGS("s", break, "s", outcome), 0),
    SD_BUS_SIGNAL_WITH_ARGS("BreakStarted", SD_BUS_ARGS("s", break, "s", exercise), 0),
    SD_BUS_SIGNAL_WITH_ARGS("BreakEnded", SD_BUS_ARGS("s", break, "s", kind), 0),

    SD_BUS_VTABLE_END,
};
/* clang-format on */
