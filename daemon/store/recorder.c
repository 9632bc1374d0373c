/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See recorder.h. The form is that of behaviour.md's Replay section, with the few words more that a life as
 * it is needs: `restore`, `clock`, and arguments of commands. cli/trace.c reads both.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "store/recorder.h"
#include "util/fs-util.h"

#define HOLDS_MAX 64
#define TIME_TEXT_MAX 48
#define LINE_BYTES_MAX 512

/* The word that stands in the trace for the id of a hold. */
struct hold_word {
    char id[BC_NAME_MAX + 1];
    unsigned number; /* 0 = free */
};

struct recorder {
    int fd;
    usec_t zero_usec;
    usec_t wall_usec; /* realtime minus boottime, and the offset, as written last */
    usec_t utc_offset_usec;
    char *settings;
    struct hold_word holds[HOLDS_MAX];
    unsigned last_hold;
    char word[BC_NAME_MAX + 1];
    bool ended;
};

/* What is written in one piece. */
struct text {
    char *buf;
    size_t size;
    FILE *f;
};

static int text_open(struct text *t)
{
    t->f = open_memstream(&t->buf, &t->size);
    return t->f ? 0 : -ENOMEM;
}

/* All of it or nothing: half a line would make the whole trace unreadable. */
static int text_write(struct text *t, int fd)
{
    int r = fflush(t->f) != 0 || ferror(t->f) ? -ENOMEM : 0;
    struct stat before, after;

    if (r >= 0 && fstat(fd, &before) < 0)
        r = negative_errno();
    if (r < 0)
        return r;
    r = write_all(fd, t->buf, t->size);
    if (r < 0 && fstat(fd, &after) >= 0 && after.st_size > before.st_size &&
        ftruncate(fd, before.st_size) < 0)
        return negative_errno();
    return r;
}

static void text_close(struct text *t)
{
    if (t->f)
        (void)fclose(t->f);
    free(t->buf);
}

static void put_seconds(FILE *f, usec_t usec)
{
    usec_t size = usec < 0 ? -usec : usec;

    (void)fprintf(f, "%s%" PRId64 ".%06" PRId64, usec < 0 ? "-" : "", size / USEC_PER_SEC,
                  size % USEC_PER_SEC);
}

/* "2026-11-20T09:00:00.250000+01:00" */
static void put_wall(FILE *f, usec_t realtime_usec, usec_t utc_offset_usec)
{
    int minutes = (int)(utc_offset_usec / USEC_PER_MINUTE), size = minutes < 0 ? -minutes : minutes;
    usec_t local = realtime_usec + minutes * USEC_PER_MINUTE, part = local % USEC_PER_SEC;
    time_t t;
    struct tm tm = {0};
    char buf[TIME_TEXT_MAX];

    part = part < 0 ? part + USEC_PER_SEC : part;
    t = (time_t)((local - part) / USEC_PER_SEC);
    (void)gmtime_r(&t, &tm);
    (void)strftime(buf, sizeof buf, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)fprintf(f, "%s.%06" PRId64 "%c%02d:%02d", buf, part, minutes < 0 ? '-' : '+', size / 60, size % 60);
}

/* Each line of a text behind a sign. */
static void put_lines(FILE *f, const char *sign, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        (void)fprintf(f, n > 0 ? "%s%.*s\n" : "%.1s\n", sign, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

/* Words that say what holds reminders back and can't be another program's text. */
static bool is_our_own(const char *id)
{
    static const char *const words[] = {"do-not-disturb", "camera", "microphone", "game-mode", "inhibitor"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcmp(words[i], id) == 0)
            return true;
    return false;
}

static struct hold_word *find_hold(struct recorder *r, const char *id)
{
    for (size_t i = 0; i < HOLDS_MAX; i++)
        if (r->holds[i].number > 0 && strcmp(r->holds[i].id, id) == 0)
            return &r->holds[i];
    return NULL;
}

/* "hold-3": the same for the same id until @forget. */
static const char *hold_word(struct recorder *r, const char *id, bool forget)
{
    struct hold_word *known = find_hold(r, id);
    unsigned number = known ? known->number : ++r->last_hold;

    if (is_our_own(id))
        return id;
    for (size_t i = 0; !known && i < HOLDS_MAX; i++)
        if (r->holds[i].number == 0 && strlen(id) <= BC_NAME_MAX) {
            known = &r->holds[i];
            (void)strcpy(known->id, id);
        }
    if (known)
        known->number = forget ? 0 : number;
    (void)snprintf(r->word, sizeof r->word, "hold-%u", number);
    return r->word;
}

static const char *image_hold_word(void *userdata, const char *id)
{
    return hold_word(userdata, id, false);
}

static int put_image(struct recorder *r, const struct bc_core *core, FILE *f, const char *sign)
{
    _cleanup_(freep) char *image = malloc(BC_IMAGE_MAX);
    int n = image ? bc_core_image(core, r->zero_usec, image_hold_word, r, image, BC_IMAGE_MAX) : -ENOMEM;

    if (n >= 0)
        put_lines(f, sign, image);
    return MIN(n, 0);
}

static void put_hold(struct recorder *r, const struct bc_event *e, FILE *f)
{
    const char *id = e->u.hold.id ? e->u.hold.id : e->u.hold.reason;

    (void)fprintf(f, "hold %s", e->u.hold.on ? "on" : "off");
    if (id && *id)
        (void)fprintf(f, " reason=%s", hold_word(r, id, !e->u.hold.on));
    else if (id && !e->u.hold.on)
        (void)fputs(" reason=-", f);
    if (!id && !e->u.hold.on)
        memset(r->holds, 0, sizeof r->holds);
}

/* How long the guided break is that a command has begun, or changed. */
static void put_lasts(const struct bc_core *core, FILE *f)
{
    struct bc_view view;

    bc_core_view(core, &view);
    if (!*view.guide_break)
        return;
    (void)fputs(" seconds=", f);
    put_seconds(f, view.guide_until_usec - view.guide_from_usec);
}

/* What was refused because of a name is refused again, but the name is not told: it may be anything. */
static void put_start(const struct bc_core *core, const struct bc_event *e, FILE *f)
{
    const char *name = e->u.start.break_name;
    struct bc_break_view b;
    struct bc_view view;
    bool known = false;

    bc_core_view(core, &view);
    for (size_t i = 0; name && i < view.n_breaks; i++) {
        bc_core_break_view(core, i, &b);
        known = known || strcmp(b.name, name) == 0;
    }
    (void)fputs("cmd start", f);
    if (name && *name)
        (void)fprintf(f, " break=%s", known ? name : "?");
    if (*view.guide_break)
        put_lasts(core, f);
    else
        (void)fputs(e->u.start.exercise && *e->u.start.exercise ? " exercise=?" : "", f);
}

static void put_posture(const struct bc_event *e, FILE *f)
{
    (void)fprintf(f, "posture %s", bc_posture_to_string(e->u.posture.posture));
    if (e->u.posture.lease_usec == USEC_INFINITY)
        return;
    (void)fputs(" lease=", f);
    put_seconds(f, e->u.posture.lease_usec);
}

static void put_pause(const struct bc_event *e, usec_t t_usec, FILE *f)
{
    (void)fputs("cmd pause", f);
    if (e->u.until_usec == USEC_INFINITY) {
        (void)fputs(" until-resume", f);
    } else if (e->u.until_usec != 0) {
        (void)fputc(' ', f);
        put_seconds(f, MAX(e->u.until_usec - t_usec, 0));
    }
}

static void put_event(struct recorder *r, const struct bc_core *core, const struct bc_event *e, usec_t t_usec,
                      FILE *f)
{
    static const char *const plain[_BC_EVENT_MAX] = {
        [BC_EVENT_ACTIVE] = "active", [BC_EVENT_LOCK] = "lock",         [BC_EVENT_UNLOCK] = "unlock",
        [BC_EVENT_LEAVE] = "leave",   [BC_EVENT_ENTER] = "enter",       [BC_EVENT_SLEEP] = "sleep",
        [BC_EVENT_WAKE] = "wake",     [BC_EVENT_DONE] = "cmd done",     [BC_EVENT_SKIP] = "cmd skip",
        [BC_EVENT_END] = "end",       [BC_EVENT_RESUME] = "cmd resume",
    };

    switch (e->type) {
    case BC_EVENT_CLOCK:
        (void)fputs("clock ", f);
        put_wall(f, r->wall_usec + t_usec, r->utc_offset_usec);
        break;
    case BC_EVENT_IDLE:
        (void)fputs("idle since=", f);
        put_seconds(f, e->u.since_usec - r->zero_usec);
        break;
    case BC_EVENT_INHIBIT:
        (void)fprintf(f, "inhibit %s", e->u.on ? "on" : "off");
        break;
    case BC_EVENT_POSTURE:
        put_posture(e, f);
        break;
    case BC_EVENT_HOLD:
        put_hold(r, e, f);
        break;
    case BC_EVENT_START:
        put_start(core, e, f);
        break;
    case BC_EVENT_ANOTHER:
        (void)fputs("cmd another", f);
        put_lasts(core, f);
        break;
    case BC_EVENT_SNOOZE:
        (void)fputs("cmd snooze", f);
        if (e->u.duration_usec > 0) {
            (void)fputc(' ', f);
            put_seconds(f, e->u.duration_usec);
        }
        break;
    case BC_EVENT_PAUSE:
        put_pause(e, t_usec, f);
        break;
    default:
        (void)fputs(plain[e->type], f);
    }
}

/* Time alone has brought something: a line that says nothing new, so that a trace that is cut off here tells
 * of it too. */
static void put_nothing_new(const struct bc_core *core, FILE *f)
{
    struct bc_view view;

    bc_core_view(core, &view);
    (void)fprintf(f, "inhibit %s  # as before: time has come", view.inhibited ? "on" : "off");
}

/* The same reading of the wall clock as before says nothing. */
static bool clock_moved(struct recorder *r, const struct bc_event *e, usec_t t_usec)
{
    usec_t wall = e->u.clock.realtime_usec - t_usec, moved = wall - r->wall_usec;

    if (e->type != BC_EVENT_CLOCK || !e->u.clock.set ||
        (moved > -USEC_PER_MSEC && moved < USEC_PER_MSEC && e->u.clock.utc_offset_usec == r->utc_offset_usec))
        return false;
    r->wall_usec = wall;
    r->utc_offset_usec = e->u.clock.utc_offset_usec;
    return true;
}

/**
 * recorder_event() - write down an event that the core has just got
 * @core: the core, after the step
 * @event: as it got it
 * @t_usec: the instant at which the core took it
 * @effects: whether the step had any
 *
 * Return: 0; a negative errno if the file can't be written: the recording is over.
 */
int recorder_event(struct recorder *r, const struct bc_core *core, const struct bc_event *event,
                   usec_t t_usec, bool effects)
{
    bool clock = clock_moved(r, event, t_usec);
    struct text text = {0};
    int error;

    if (r->ended || (event->type == BC_EVENT_CLOCK && !clock && !effects))
        return 0;
    error = text_open(&text);
    if (error < 0)
        return error;
    /* What an exercise was like is nobody's business, and changes nothing. */
    if (event->type == BC_EVENT_FEEDBACK)
        (void)fputs("# ", text.f);
    put_seconds(text.f, t_usec - r->zero_usec);
    (void)fputc(' ', text.f);
    if (event->type == BC_EVENT_FEEDBACK)
        (void)fputs("feedback", text.f);
    else if (event->type == BC_EVENT_CLOCK && !clock)
        put_nothing_new(core, text.f);
    else
        put_event(r, core, event, t_usec, text.f);
    (void)fputc('\n', text.f);
    error = text_write(&text, r->fd);
    text_close(&text);
    return error;
}

static void put_head(struct recorder *r, const struct recorder_start *start, FILE *f)
{
    (void)fprintf(f,
                  "# A recording of BackCare %s. Replay it with its own settings, which are these:\n"
                  "#     sed -n '/^start/q;/^# \\[/,/^#$/s/^# \\{0,1\\}//p' THIS-FILE >settings.conf\n"
                  "#     backcarectl simulate --config settings.conf THIS-FILE\n#\n",
                  start->version);
    put_lines(f, "# ", r->settings);
    (void)fputs("#\nstart ", f);
    put_wall(f, start->realtime_usec, start->utc_offset_usec);
    (void)fputc('\n', f);
}

/**
 * recorder_new() - begin a recording
 * @fd: a regular file, open for writing; taken over, also on failure
 * @core: what is recorded
 * @start: see there; copied
 *
 * Return: 0; a negative errno if the file can't be written.
 */
int recorder_new(int fd, const struct bc_core *core, const struct recorder_start *start,
                 struct recorder **ret)
{
    _cleanup_(recorder_freep) struct recorder *r = calloc(1, sizeof *r);
    struct text text = {0};
    int error;

    if (!r) {
        closep(&fd);
        return -ENOMEM;
    }
    r->fd = fd;
    r->zero_usec = start->zero_usec;
    r->wall_usec = start->realtime_usec - start->zero_usec;
    r->utc_offset_usec = start->utc_offset_usec;
    r->settings = strdup(start->settings);
    if (!r->settings)
        return -ENOMEM;
    error = text_open(&text);
    if (error < 0)
        return error;
    put_head(r, start, text.f);
    if (!start->fresh)
        error = put_image(r, core, text.f, "0 restore ");
    if (error >= 0)
        error = text_write(&text, r->fd);
    text_close(&text);
    if (error < 0)
        return error;
    *ret = TAKE_PTR(r);
    return 0;
}

/**
 * recorder_settings() - the core goes on under other settings
 * @core: the core, under them
 * @settings: what it knows of them, as INI text
 *
 * A trace has one set of settings. So that the rest can be replayed too, the new ones and the state at this
 * instant are written as comments, with what to do.
 *
 * Return: 0; a negative errno if the file can't be written: the recording is over.
 */
int recorder_settings(struct recorder *r, const struct bc_core *core, const char *settings)
{
    struct text text = {0};
    struct bc_view view;
    char *copy;
    int error;

    /* What a replay does not know has changed, or nothing. */
    if (r->ended || strcmp(settings, r->settings) == 0)
        return 0;
    copy = strdup(settings);
    if (!copy)
        return -ENOMEM;
    free(r->settings);
    r->settings = copy;
    error = text_open(&text);
    if (error < 0)
        return error;
    bc_core_view(core, &view);
    (void)fputs("#\n# ", text.f);
    put_seconds(text.f, view.now_usec - r->zero_usec);
    (void)fputs(
        ": from here on other settings hold. To replay what follows, put them into a file of their own,\n"
        "# delete the lines above that are events or `0 restore`, keep `start`, and take the sign from\n"
        "# `0 restore` below:\n#\n",
        text.f);
    put_lines(text.f, "# ", r->settings);
    (void)fputs("#\n", text.f);
    error = put_image(r, core, text.f, "#0 restore ");
    if (error >= 0)
        error = text_write(&text, r->fd);
    text_close(&text);
    return error;
}

/**
 * recorder_end() - the recording ends; nothing more is written
 * @t_usec: when: not before the latest event
 *
 * Return: 0 or a negative errno.
 */
int recorder_end(struct recorder *r, usec_t t_usec)
{
    struct bc_event end = {.type = BC_EVENT_END};
    int error = recorder_event(r, NULL, &end, t_usec, false);

    r->ended = true;
    return error;
}

struct recorder *recorder_free(struct recorder *r)
{
    if (!r)
        return NULL;
    closep(&r->fd);
    free(r->settings);
    free(r);
    return NULL;
}
