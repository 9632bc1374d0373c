/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim-record [--seed N] [--seeds N] [--days N]: invented lives with a recorder beside the core, begun and
 * ended anywhere. The trace of each recording is read and replayed; it must have the same effects at the same
 * microseconds as the life that was recorded.
 */
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "cli/trace.h"
#include "sim.h"
#include "store/recorder.h"
#include "util/fs-util.h"

#define RECORDED_MAX 80 /* events in one recording */

struct told {
    FILE *f;
    char *text;
    size_t size;
    usec_t zero_usec;
    bool quiet; /* an event that a trace does not have */
};

struct recording {
    struct recorder *recorder;
    int fd;
    bool fresh;
    unsigned left;
    struct told told;
};

struct life {
    const struct sim_script *script;
    const struct sim_rules *rules;
    struct bc_core *core;
    struct recording rec;
    uint64_t random;
    usec_t wall_usec; /* realtime minus boottime */
    usec_t utc_offset_usec;
    unsigned long recordings, effects;
};

static usec_t from_zero(const struct told *t, usec_t usec)
{
    return usec - t->zero_usec;
}

/* What `simulate` prints, and a little more. */
static void tell(void *userdata, const struct bc_effect *e)
{
    struct told *t = userdata;

    if (!t->f || t->quiet || e->type == BC_EFFECT_GUIDE || e->type == BC_EFFECT_EXERCISE ||
        e->type == BC_EFFECT_FEEDBACK || e->type == BC_EFFECT_REARM)
        return;
    fprintf(t->f, "%" PRId64 " %d", from_zero(t, e->t_usec), e->type);
    switch (e->type) {
    case BC_EFFECT_RESTED:
    case BC_EFFECT_PARTIAL:
        fprintf(t->f, " %s", e->u.rest.break_name);
        break;
    case BC_EFFECT_WITHDRAW:
        fprintf(t->f, " %s %d", e->u.withdraw.break_name, e->u.withdraw.reason);
        break;
    case BC_EFFECT_RECORD:
        fprintf(t->f, " %s %d %" PRId64 " %" PRId64 " %d", e->u.record.break_name, e->u.record.kind,
                from_zero(t, e->u.record.from_usec), from_zero(t, e->u.record.to_usec),
                e->u.record.confirmed);
        break;
    case BC_EFFECT_BOUT:
        fprintf(t->f, " %" PRId64 " %" PRId64, from_zero(t, e->u.bout.from_usec),
                from_zero(t, e->u.bout.to_usec));
        break;
    case BC_EFFECT_PROMPT:
        fprintf(t->f, " %s %u", e->u.prompt.break_name, e->u.prompt.attempt);
        break;
    case BC_EFFECT_GUIDE_END:
        fprintf(t->f, " %s %d", e->u.guide_end.break_name, e->u.guide_end.kind);
        break;
    case BC_EFFECT_REFUSED:
        fprintf(t->f, " %d", e->u.refusal);
        break;
    case BC_EFFECT_THRESHOLD:
        fprintf(t->f, " %" PRId64, e->u.threshold_usec);
        break;
    default:
        fprintf(t->f, " %d", e->u.state);
    }
    fputc('\n', t->f);
}

static void told_open(struct told *t, usec_t zero)
{
    *t = (struct told){.zero_usec = zero};
    t->f = open_memstream(&t->text, &t->size);
    if (!t->f)
        abort();
}

static void told_close(struct told *t)
{
    if (t->f)
        (void)fclose(t->f);
    free(t->text);
    *t = (struct told){0};
}

static void count_effect(void *userdata, const struct bc_effect *e)
{
    bool *any = userdata;

    (void)e;
    *any = true;
}

struct both {
    struct told *told;
    bool any;
};

static void on_effect(void *userdata, const struct bc_effect *e)
{
    struct both *b = userdata;

    tell(b->told, e);
    count_effect(&b->any, e);
}

static void step(struct life *l, const struct bc_event *event)
{
    struct both both = {.told = &l->rec.told};
    struct bc_view view;

    bc_core_view(l->core, &view);
    if (event->type == BC_EVENT_CLOCK && event->u.clock.set) {
        l->wall_usec = event->u.clock.realtime_usec - MAX(event->t_usec, view.now_usec);
        l->utc_offset_usec = event->u.clock.utc_offset_usec;
    }
    /* What the clock brings before a verdict is in the trace all the same. */
    if (event->type == BC_EVENT_FEEDBACK)
        step(l, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = event->t_usec});
    l->rec.told.quiet = event->type == BC_EVENT_FEEDBACK;
    (void)bc_core_step(l->core, event, on_effect, &both);
    if (l->rec.recorder &&
        recorder_event(l->rec.recorder, l->core, event, MAX(event->t_usec, view.now_usec), both.any) < 0)
        abort();
}

static void record_begin(struct life *l, bool fresh)
{
    struct recorder_start start = {.version = "test", .settings = "[activity]\n", .fresh = fresh};
    struct bc_view view;
    int fd = memfd_create("trace", MFD_CLOEXEC), copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (copy < 0)
        abort();
    bc_core_view(l->core, &view);
    start.zero_usec = view.now_usec;
    start.realtime_usec = l->wall_usec + view.now_usec;
    start.utc_offset_usec = l->utc_offset_usec;
    told_open(&l->rec.told, view.now_usec);
    if (recorder_new(copy, l->core, &start, &l->rec.recorder) < 0)
        abort();
    l->rec.fd = fd;
    l->rec.fresh = fresh;
    l->rec.left = RECORDED_MAX;
}

/* The first step of a replay that begins in the middle says its state, and nothing else may happen. */
static void only_state(void *userdata, const struct bc_effect *e)
{
    bool *wrong = userdata;

    *wrong |= e->type != BC_EFFECT_STATE;
}

static bool replay(const struct life *l, const char *text, struct told *told)
{
    _cleanup_(bc_core_freep) struct bc_core *core = NULL;
    _cleanup_(trace_donep) struct trace trace = {0};
    struct bc_event clock = {.type = BC_EVENT_CLOCK};
    char message[256];
    unsigned line = 0;
    bool wrong = false;

    if (bc_core_new(&l->rules->rules, 0, &core) < 0)
        abort();
    if (trace_parse(text, &trace, &line, message, sizeof message) < 0) {
        printf("line %u: %s\n", line, message);
        return false;
    }
    if (trace.image && bc_core_image_load(core, trace.image) < 0)
        return false;
    clock.u.clock.set = true;
    clock.u.clock.realtime_usec = trace.realtime_usec;
    clock.u.clock.utc_offset_usec = trace.utc_offset_usec;
    if (l->rec.fresh)
        (void)bc_core_step(core, &clock, tell, told);
    else
        (void)bc_core_step(core, &clock, only_state, &wrong);
    for (size_t i = 0; i < trace.n; i++)
        (void)bc_core_step(core, &trace.events[i], tell, told);
    return !wrong;
}

static void first_difference(const char *live, const char *again)
{
    size_t i = 0;

    while (live[i] && live[i] == again[i])
        i++;
    while (i > 0 && live[i - 1] != '\n')
        i--;
    printf("live:\n%.300s\nreplayed:\n%.300s\n", live + i, again + i);
}

/* Return: whether the replay was the same. */
static bool record_end(struct life *l)
{
    _cleanup_(freep) char *text = NULL;
    struct told again;
    struct bc_view view;
    size_t size = 0;
    bool same;

    bc_core_view(l->core, &view);
    /* As the end of a trace closes a bout, so does the end of this life. */
    if (recorder_end(l->rec.recorder, view.now_usec) < 0 || lseek(l->rec.fd, 0, SEEK_SET) < 0 ||
        read_stream(l->rec.fd, 4096, 1 << 24, &text, &size) < 0)
        abort();
    told_open(&again, 0);
    same = replay(l, text, &again);
    (void)fflush(l->rec.told.f);
    (void)fflush(again.f);
    l->effects += l->rec.told.size;
    l->recordings++;
    /* A bout that the end of the trace closes is not of this life. */
    if (same && strncmp(l->rec.told.text, again.text, l->rec.told.size) != 0)
        same = false;
    if (same && again.size > l->rec.told.size) {
        const char *more = again.text + l->rec.told.size;

        same = strchr(more, '\n') == again.text + again.size - 1 && strstr(more, " 4 ") != NULL;
    }
    if (!same) {
        first_difference(l->rec.told.text, again.text);
        printf("%s\n", text);
    }
    told_close(&again);
    told_close(&l->rec.told);
    l->rec.recorder = recorder_free(l->rec.recorder);
    closep(&l->rec.fd);
    return same;
}

static unsigned below(struct life *l, unsigned n)
{
    l->random = l->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(l->random >> 33) % n;
}

/* Return: whether all of the life's recordings replay. */
static bool act(struct life *l, const struct sim_action *a)
{
    size_t n_items;
    const struct bc_menu_item *items;

    switch (a->what) {
    case SIM_EVENT:
        step(l, &a->event);
        break;
    case SIM_MENU:
        items = sim_menu(a->n, &n_items);
        bc_core_set_menu(l->core, &(struct bc_menu){.items = items, .n_items = n_items});
        break;
    case SIM_RELOAD:
        step(l, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = a->event.t_usec});
        if (l->rec.recorder && !record_end(l))
            return false;
        l->rules = &l->script->rules[a->n];
        if (bc_core_set_rules(l->core, &l->rules->rules) < 0)
            abort();
        step(l, &(struct bc_event){.type = BC_EVENT_CLOCK, .t_usec = a->event.t_usec});
        break;
    default:
        break;
    }
    if (l->rec.recorder && --l->rec.left == 0 && !record_end(l))
        return false;
    if (!l->rec.recorder && below(l, 20) == 0)
        record_begin(l, false);
    return true;
}

static bool one_life(uint64_t seed, unsigned days, struct life *sum)
{
    struct sim_script script;
    struct life l = {.script = &script, .random = seed, .rec.fd = -1};
    struct bc_event clock = {.type = BC_EVENT_CLOCK};
    size_t n_items;
    const struct bc_menu_item *items = sim_menu(2, &n_items);
    bool same = true;

    sim_script_make(&script, seed, days);
    l.rules = &script.rules[0];
    if (bc_core_new(&l.rules->rules, 0, &l.core) < 0)
        abort();
    bc_core_set_menu(l.core, &(struct bc_menu){.items = items, .n_items = n_items});
    l.wall_usec = script.realtime_usec;
    l.utc_offset_usec = script.utc_offset_usec;
    record_begin(&l, true);
    clock.u.clock.set = true;
    clock.u.clock.realtime_usec = script.realtime_usec;
    clock.u.clock.utc_offset_usec = script.utc_offset_usec;
    step(&l, &clock);
    for (size_t i = 0; i < script.n && same; i++)
        same = act(&l, &script.actions[i]);
    if (same && l.rec.recorder)
        same = record_end(&l);
    (void)bc_core_free(l.core);
    sum->recordings += l.recordings;
    sum->effects += l.effects;
    sim_script_done(&script);
    return same;
}

int main(int argc, char *argv[])
{
    static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                            {"seeds", required_argument, NULL, 'n'},
                                            {"days", required_argument, NULL, 'd'},
                                            {}};
    uint64_t seed = 1, seeds = 1;
    struct life sum = {0};
    unsigned days = 1;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
        switch (c) {
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            seeds = strtoull(optarg, NULL, 10);
            break;
        case 'd':
            days = (unsigned)strtoul(optarg, NULL, 10);
            break;
        default:
            return 2;
        }
    for (uint64_t i = 0; i < seeds; i++)
        if (!one_life(seed + i, days, &sum)) {
            printf("seed %" PRIu64 ", %u days: the replay differs\n", seed + i, days);
            return 1;
        }
    printf("%lu recordings, %lu bytes of effects: all the same when replayed\n", sum.recordings, sum.effects);
    return sum.recordings == 0 || sum.effects == 0;
}
