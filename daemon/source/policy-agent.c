/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inhibitors as KDE's power management knows them (org.kde.Solid.PowerManagement.PolicyAgent): whether
 * something keeps the screen as it is, a film or a call. It tells of nothing else. Asked when it says that
 * something has changed; never started.
 */
#include <stdlib.h>
#include <string.h>

#include "source/backoff.h"
#include "source/internal.h"
#include "util/log.h"

#define AGENT "org.kde.Solid.PowerManagement.PolicyAgent"
#define AGENT_PATH "/org/kde/Solid/PowerManagement/PolicyAgent"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
/* Of its policies the one that is about the screen; 1 is about suspend alone. */
#define CHANGE_SCREEN_SETTINGS UINT32_C(4)
#define ANSWER_USEC (3 * USEC_PER_SEC)
#define LATE_FIRST_USEC (250 * USEC_PER_MSEC)

struct policy_agent {
    struct source source;
    sd_bus_slot *matches[3];
    sd_bus_slot *call; /* the one question under way */
    bool again;        /* something has changed since it was put */
    struct backoff later;
    bool inhibited; /* as reported */
};

static struct policy_agent *POLICY_AGENT(struct source *source)
{
    return (struct policy_agent *)source;
}

static void set_inhibited(struct policy_agent *p, bool on)
{
    struct bc_event event = {.type = BC_EVENT_INHIBIT, .t_usec = source_now(&p->source), .u.on = on};

    if (p->inhibited == on)
        return;
    p->inhibited = on;
    source_emit(&p->source, &event);
}

static int call(struct policy_agent *p, const char *member, sd_bus_message_handler_t handler)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    int r;

    p->call = sd_bus_slot_unref(p->call);
    r = sd_bus_message_new_method_call(p->source.session_bus, &m, AGENT, AGENT_PATH, AGENT, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(m, false);
    if (r >= 0 && strcmp(member, "HasInhibition") == 0)
        r = sd_bus_message_append(m, "u", CHANGE_SCREEN_SETTINGS);
    if (r >= 0)
        r = sd_bus_call_async(p->source.session_bus, &p->call, m, handler, p, (uint64_t)ANSWER_USEC);
    return r;
}

/* Nobody there, or nobody who answers: nothing is inhibited by its word. */
static void give_up(struct policy_agent *p, const char *why)
{
    p->call = sd_bus_slot_unref(p->call);
    p->again = false;
    set_inhibited(p, false);
    source_report(&p->source, PROBE_DEFER, "%s", why);
}

static void ask(struct policy_agent *p);

static void settle(struct policy_agent *p, bool inhibited)
{
    p->call = sd_bus_slot_unref(p->call);
    if (p->again) {
        ask(p);
        return;
    }
    backoff_stop(&p->later);
    source_report(&p->source, PROBE_SUCCESS, "inhibitors, as KDE's power management tells them");
    set_inhibited(p, inhibited);
}

/* No answer, but the end of the time for one. */
static bool late(sd_bus_message *m)
{
    return sd_bus_message_is_method_error(m, SD_BUS_ERROR_NO_REPLY) ||
           sd_bus_message_is_method_error(m, SD_BUS_ERROR_TIMEOUT);
}

static bool failed(struct policy_agent *p, sd_bus_message *m)
{
    if (!sd_bus_message_is_method_error(m, NULL))
        return false;
    log_debug("policy-agent: %s", sd_bus_message_get_error(m)->message);
    /* One that hangs for a while has not taken back what it said, and a film goes on. */
    if (p->inhibited && late(m)) {
        p->call = sd_bus_slot_unref(p->call);
        (void)backoff_later(&p->later);
        return true;
    }
    give_up(p, "KDE's power management doesn't answer");
    /* It takes its name before it offers the object. */
    (void)backoff_later(&p->later);
    return true;
}

static int on_list(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct policy_agent *p = userdata;
    const char *contents;
    char type;

    if (failed(p, m))
        return 0;
    /* The form of an entry differs between versions; whether there is one is enough. */
    settle(p, sd_bus_message_peek_type(m, &type, &contents) > 0 && type == 'a' &&
                  sd_bus_message_enter_container(m, type, contents) > 0 && sd_bus_message_at_end(m, 0) == 0);
    return 0;
}

static int on_answer(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct policy_agent *p = userdata;
    int inhibited = 0;

    if (failed(p, m))
        return 0;
    (void)sd_bus_message_read(m, "b", &inhibited);
    /* In a session that isn't the one in front it says yes whatever there is; the list doesn't. */
    if (!inhibited || call(p, "ListInhibitions", on_list) < 0)
        settle(p, inhibited);
    return 0;
}

static void ask(struct policy_agent *p)
{
    p->again = false;
    if (call(p, "HasInhibition", on_answer) < 0)
        give_up(p, "can't ask KDE's power management");
}

static int on_inhibitions_changed(_unused_ sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct policy_agent *p = userdata;

    if (p->call)
        p->again = true;
    else
        ask(p);
    return 0;
}

static void ask_anew(void *userdata)
{
    ask(userdata);
}

static void set_owner(struct policy_agent *p, bool owned)
{
    backoff_stop(&p->later);
    if (!owned) {
        give_up(p, "KDE's power management isn't running");
        return;
    }
    set_inhibited(p, false);
    ask(p);
}

static int on_owner_changed(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    const char *name, *old, *new;

    if (sd_bus_message_read(m, "sss", &name, &old, &new) > 0)
        set_owner(userdata, new[0] != 0);
    return 0;
}

static int on_has_owner(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    int owned = 0;

    if (!sd_bus_message_is_method_error(m, NULL))
        (void)sd_bus_message_read(m, "b", &owned);
    set_owner(userdata, owned);
    return 0;
}

static int watch(struct policy_agent *p)
{
    sd_bus *bus = p->source.session_bus;
    int r;

    r = sd_bus_add_match_async(bus, &p->matches[0],
                               "type='signal',sender='" BUS "',path='" BUS_PATH "',interface='" BUS "',"
                               "member='NameOwnerChanged',arg0='" AGENT "'",
                               on_owner_changed, NULL, p);
    if (r >= 0)
        r = sd_bus_match_signal_async(bus, &p->matches[1], AGENT, AGENT_PATH, AGENT, "InhibitionsChanged",
                                      on_inhibitions_changed, NULL, p);
    /* Newer versions tell it so; they still have the other signal, but not for ever. */
    if (r >= 0)
        r = sd_bus_match_signal_async(bus, &p->matches[2], AGENT, AGENT_PATH, PROPERTIES, "PropertiesChanged",
                                      on_inhibitions_changed, NULL, p);
    if (r >= 0)
        r = sd_bus_call_method_async(bus, &p->call, BUS, BUS_PATH, BUS, "NameHasOwner", on_has_owner, p, "s",
                                     AGENT);
    return r;
}

static void policy_agent_probe(struct source *source)
{
    struct policy_agent *p = POLICY_AGENT(source);
    int r;

    if (!source->session_bus) {
        source_report(source, PROBE_FAIL, "no session bus");
        return;
    }
    p->later = (struct backoff){
        .event = source->event, .first_usec = LATE_FIRST_USEC, .func = ask_anew, .userdata = p};
    source_report(source, PROBE_PENDING, "asking the session bus");
    r = watch(p);
    if (r < 0)
        source_report(source, PROBE_FAIL, "can't watch the session bus: %s", strerror(-r));
}

/* A yes that was only for a session in the background is corrected at the user's return at the latest. */
static void policy_agent_input(struct source *source)
{
    if (POLICY_AGENT(source)->inhibited)
        (void)on_inhibitions_changed(NULL, source, NULL);
}

static int policy_agent_create(struct source **ret)
{
    struct policy_agent *p = calloc(1, sizeof(*p));

    if (!p)
        return -ENOMEM;
    *ret = &p->source;
    return 0;
}

static struct source *policy_agent_destroy(struct source *source)
{
    struct policy_agent *p = POLICY_AGENT(source);

    for (size_t i = 0; i < ARRAY_SIZE(p->matches); i++)
        sd_bus_slot_unref(p->matches[i]);
    sd_bus_slot_unref(p->call);
    backoff_stop(&p->later);
    free(p);
    return NULL;
}

const struct source_driver policy_agent_driver = {
    .kind = SOURCE_POLICY_AGENT,
    .name = "policy-agent",
    .capabilities = SOURCE_CAP_INHIBIT,
    .create = policy_agent_create,
    .destroy = policy_agent_destroy,
    .probe = policy_agent_probe,
    .input = policy_agent_input,
};
