/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `backcarectl simulate`: the core over a recorded or written day, without a daemon, a bus or a clock. Prints
 * what would have happened; the page of rules is behaviour.md, section Replay.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/failure.h"
#include "cli/trace.h"
#include "config/settings.h"
#include "util/fs-util.h"
#include "util/i18n.h"

#define TRACE_BYTES_MAX (256u * 1024 * 1024)

struct printer {
    bool json;
    bool state_waits; /* of `state` only the last of an instant is said, and only a change */
    usec_t state_usec;
    enum bc_state state, said;
};

/* Seconds with at most 6 decimals. */
static const char *seconds(char buf[static 32], usec_t usec)
{
    usec_t size = usec < 0 ? -usec : usec;
    int n = snprintf(buf, 32, "%s%" PRId64 ".%06" PRId64, usec < 0 ? "-" : "", size / USEC_PER_SEC,
                     size % USEC_PER_SEC);

    while (n > 0 && buf[n - 1] == '0')
        buf[--n] = 0;
    if (n > 0 && buf[n - 1] == '.')
        buf[n - 1] = 0;
    return buf;
}

/* One "key: value" of the line under way; @quoted for JSON strings. No value holds a character that JSON
 * escapes: names of breaks are checked by the settings. */
static void field(const struct printer *p, const char *key, const char *value, bool quoted)
{
    if (p->json)
        printf(quoted ? ",\"%s\":\"%s\"" : ",\"%s\":%s", key, value);
    else
        printf("  %s=%s", key, value);
}

static void begin(const struct printer *p, usec_t t_usec, const char *event)
{
    char buf[32];

    if (p->json)
        printf("{\"t\":%s,\"event\":\"%s\"", seconds(buf, t_usec), event);
    else
        printf("%12s  %-8s", seconds(buf, t_usec), event);
}

static void finish(const struct printer *p)
{
    fputs(p->json ? "}\n" : "\n", stdout);
}

static void state_flush(struct printer *p)
{
    if (!p->state_waits)
        return;
    p->state_waits = false;
    if (p->state == p->said)
        return;
    p->said = p->state;
    begin(p, p->state_usec, "state");
    field(p, "state", bc_state_to_string(p->state), true);
    finish(p);
}

static void print_span(const struct printer *p, usec_t from_usec, usec_t to_usec)
{
    char buf[32];

    field(p, "from", seconds(buf, from_usec), false);
    field(p, "to", seconds(buf, to_usec), false);
}

static void print_effect(void *userdata, const struct bc_effect *e)
{
    struct printer *p = userdata;
    char attempt[16];

    if (p->state_waits && e->t_usec > p->state_usec)
        state_flush(p);
    switch (e->type) {
    case BC_EFFECT_RESTED:
    case BC_EFFECT_PARTIAL:
        begin(p, e->t_usec, e->type == BC_EFFECT_RESTED ? "rested" : "partial");
        field(p, "break", e->u.rest.break_name, true);
        break;
    case BC_EFFECT_WITHDRAW:
        begin(p, e->t_usec, "withdraw");
        field(p, "break", e->u.withdraw.break_name, true);
        field(p, "reason", bc_withdraw_reason_to_string(e->u.withdraw.reason), true);
        break;
    case BC_EFFECT_RECORD:
        begin(p, e->t_usec, "record");
        field(p, "kind", bc_record_kind_to_string(e->u.record.kind), true);
        field(p, "break", e->u.record.break_name, true);
        print_span(p, e->u.record.from_usec, e->u.record.to_usec);
        break;
    case BC_EFFECT_BOUT:
        begin(p, e->t_usec, "bout");
        print_span(p, e->u.bout.from_usec, e->u.bout.to_usec);
        break;
    case BC_EFFECT_PROMPT:
        begin(p, e->t_usec, "prompt");
        (void)snprintf(attempt, sizeof attempt, "%u", e->u.prompt.attempt);
        field(p, "break", e->u.prompt.break_name, true);
        field(p, "attempt", attempt, false);
        break;
    case BC_EFFECT_REFUSED:
        begin(p, e->t_usec, "refused");
        field(p, "error", bc_refusal_to_string(e->u.refusal), true);
        break;
    case BC_EFFECT_STATE:
        p->state_waits = true;
        p->state_usec = e->t_usec;
        p->state = e->u.state;
        return;
    default:
        return;
    }
    finish(p);
}

static int replay(const struct trace *trace, const struct bc_rules *rules, bool json)
{
    _cleanup_(bc_core_freep) struct bc_core *core = NULL;
    struct printer p = {.json = json, .said = _BC_STATE_INVALID};
    struct bc_event clock = {.type = BC_EVENT_CLOCK};
    struct bc_view view;
    int r = bc_core_new(rules, 0, &core);

    if (r >= 0 && trace->image)
        r = bc_core_image_load(core, trace->image);
    if (r < 0) {
        (void)failure_say(CLI_FAILED, FAILURE_OTHER, "",
                          _("simulate: the state that the trace begins with can't be restored: %s"),
                          strerror(-r));
        return r;
    }
    /* A recording of which the beginning was cut off goes on later than at 0. */
    bc_core_view(core, &view);
    clock.t_usec = MAX(view.now_usec, 0);
    clock.u.clock.set = true;
    clock.u.clock.realtime_usec = trace->realtime_usec + clock.t_usec;
    clock.u.clock.utc_offset_usec = trace->utc_offset_usec;
    (void)bc_core_step(core, &clock, print_effect, &p);
    for (size_t i = 0; i < trace->n; i++)
        (void)bc_core_step(core, &trace->events[i], print_effect, &p);
    state_flush(&p);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -EIO;
}

static int read_trace(const char *path, struct trace *ret)
{
    _cleanup_(freep) char *text = NULL;
    char message[256];
    unsigned line = 0;
    size_t size = 0;
    bool from_stdin = strcmp(path, "-") == 0;
    int r = from_stdin ? read_stream(STDIN_FILENO, 4096, TRACE_BYTES_MAX, &text, &size)
                       : read_file(path, TRACE_BYTES_MAX, &text, &size);

    if (r < 0) {
        (void)failure_say(CLI_USAGE, FAILURE_UNREADABLE, "", "%s: %s", path, strerror(-r));
        return r;
    }
    /* What lies behind a NUL would be passed over in silence. */
    if (strlen(text) != size) {
        for (const char *c = text; (c = strchr(c, '\n')); c++)
            line++;
        (void)failure_say(CLI_USAGE, FAILURE_CONTENT, "", _("%s:%u: a NUL byte: this is no text"), path,
                          line + 1);
        return -EBADMSG;
    }
    r = trace_parse(text, ret, &line, message, sizeof message);
    if (r == -EBADMSG)
        (void)failure_say(CLI_USAGE, FAILURE_CONTENT, "", "%s:%u: %s", path, line, message);
    else if (r < 0)
        (void)failure_say(CLI_USAGE, FAILURE_UNREADABLE, "", "%s: %s", path, strerror(-r));
    return r;
}

static int read_settings(const char *path, struct settings **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    int r;

    if (path) {
        r = settings_load_file(path, &d, &settings);
    } else {
        struct settings_paths paths = {0};

        r = settings_paths_find(NULL, &paths);
        if (r >= 0)
            r = settings_load(&paths, &d, &settings);
        settings_paths_done(&paths);
    }
    if (r < 0) {
        (void)failure_say(CLI_USAGE, FAILURE_UNREADABLE, "", "%s: %s", path ? path : _("settings"),
                          strerror(-r));
        return r;
    }
    if (failure_mistakes(&d, true) != CLI_DONE)
        return -EINVAL;
    *ret = TAKE_PTR(settings);
    return 0;
}

/**
 * verb_simulate() - backcarectl simulate [--config FILE] [--json] TRACE
 */
int verb_simulate(int argc, char *argv[], void *userdata)
{
    enum {
        CONFIG,
        JSON
    };
    _cleanup_(settings_freep) struct settings *settings = NULL;
    _cleanup_(trace_donep) struct trace trace = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (read_settings(args.options[CONFIG], &settings) < 0 || read_trace(args.words[0], &trace) < 0)
        return CLI_USAGE;
    return replay(&trace, &settings->rules, args.options[JSON]) < 0 ? CLI_FAILED : CLI_DONE;
}
