/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See trace.h. Strict: a word too many, a unit, a sign where none belongs make the line unreadable, because a
 * replay that guesses proves nothing.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/trace.h"
#include "util/i18n.h"

#define WORDS_MAX 6
#define TRACE_SECONDS_MAX INT64_C(10000000000) /* about 300 years: well within the core's BC_TIME_MAX */

struct parser {
    struct trace *trace;
    size_t allocated;
    bool started, ended;
    char *message;
    size_t message_size;
};

static int complain(struct parser *p, const char *fmt, ...) _printf_(2, 3);

static int complain(struct parser *p, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(p->message, p->message_size, fmt, ap);
    va_end(ap);
    return -EBADMSG;
}

/* "123" or "123.456789": seconds, exact to a microsecond; further digits are cut. */
static bool parse_seconds(const char *s, usec_t *ret)
{
    int64_t whole = 0, unit = USEC_PER_SEC, part = 0;
    const char *p = s;

    for (; *p >= '0' && *p <= '9'; p++) {
        whole = whole * 10 + (*p - '0');
        if (whole > TRACE_SECONDS_MAX)
            return false;
    }
    if (p == s)
        return false;
    if (*p == '.') {
        if (p[1] < '0' || p[1] > '9')
            return false;
        for (p++; *p >= '0' && *p <= '9'; p++) {
            unit /= 10;
            part += unit * (*p - '0');
        }
    }
    if (*p)
        return false;
    *ret = whole * USEC_PER_SEC + part;
    return true;
}

/* Whether a text has this form: 0 stands for a digit, everything else for itself. */
static bool has_form(const char *s, const char *form)
{
    for (; *form; s++, form++)
        if (*form == '0' ? *s < '0' || *s > '9' : *s != *form)
            return false;
    return !*s;
}

/* "+01:00" or "Z" */
static bool parse_zone(const char *s, usec_t *ret_offset)
{
    int hours, minutes;

    *ret_offset = 0;
    if (strcmp(s, "Z") == 0)
        return true;
    if (!has_form(s, "+00:00") && !has_form(s, "-00:00"))
        return false;
    hours = (s[1] - '0') * 10 + (s[2] - '0');
    minutes = (s[4] - '0') * 10 + (s[5] - '0');
    *ret_offset = (hours * 60 + minutes) * USEC_PER_MINUTE * (*s == '-' ? -1 : 1);
    return hours < 24 && minutes < 60;
}

/* Takes ".250000" off the end of a time, as a recording has it. */
static bool take_fraction(char *time, usec_t *ret)
{
    char *dot = strchr(time, '.');
    usec_t unit = USEC_PER_SEC;

    *ret = 0;
    if (!dot)
        return true;
    *dot = 0;
    if (!has_form(time, "0000-00-00T00:00:00") || !dot[1])
        return false;
    for (const char *p = dot + 1; *p; p++) {
        if (*p < '0' || *p > '9')
            return false;
        unit /= 10;
        *ret += unit * (*p - '0');
    }
    return true;
}

/* "2026-11-20T09:00:00+01:00" or with Z; seconds may be left out, or have a fraction. */
static bool parse_start(const char *s, usec_t *ret_realtime, usec_t *ret_offset)
{
    struct tm tm = {0}, again;
    char time[32];
    size_t n = strcspn(s, "T");
    usec_t offset, fraction;
    time_t t;

    n += strcspn(s + n, "+-Z");
    if (n >= sizeof time || !parse_zone(s + n, &offset))
        return false;
    memcpy(time, s, n);
    time[n] = 0;
    if (!take_fraction(time, &fraction))
        return false;
    n = strlen(time);
    if (has_form(time, "0000-00-00T00:00"))
        memcpy(time + n, ":00", 4);
    if (!has_form(time, "0000-00-00T00:00:00") || !strptime(time, "%Y-%m-%dT%H:%M:%S", &tm))
        return false;
    /* A day or a second that there is not comes out as another one. */
    again = tm;
    t = timegm(&again);
    if (again.tm_mday != tm.tm_mday || again.tm_sec != tm.tm_sec)
        return false;
    *ret_realtime = (usec_t)t * USEC_PER_SEC + fraction - offset;
    *ret_offset = offset;
    return true;
}

static int add_event(struct parser *p, const struct bc_event *event)
{
    struct trace *t = p->trace;

    if (t->n == p->allocated) {
        size_t room = p->allocated > 0 ? p->allocated * 2 : 64;
        struct bc_event *more = reallocarray(t->events, room, sizeof *more);

        if (!more)
            return -ENOMEM;
        t->events = more;
        p->allocated = room;
    }
    t->events[t->n++] = *event;
    return 0;
}

/* "KEY=SECONDS" */
static bool option_seconds(const char *word, const char *key, usec_t *ret)
{
    size_t n = strlen(key);

    return strncmp(word, key, n) == 0 && word[n] == '=' && parse_seconds(word + n + 1, ret);
}

/* "KEY=WORD", of at most BC_NAME_MAX bytes; NULL if it is none */
static const char *option_word(const char *word, const char *key)
{
    size_t n = strlen(key);

    if (strncmp(word, key, n) != 0 || word[n] != '=' || !word[n + 1] || strlen(word + n + 1) > BC_NAME_MAX)
        return NULL;
    return word + n + 1;
}

static bool parse_switch(const char *word, bool *ret)
{
    *ret = strcmp(word, "on") == 0;
    return *ret || strcmp(word, "off") == 0;
}

static int parse_posture(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    e->u.posture.posture = n > 1 ? bc_posture_from_string(words[1]) : _BC_POSTURE_INVALID;
    e->u.posture.lease_usec = USEC_INFINITY;
    if (e->u.posture.posture < 0)
        return complain(p, _("posture needs sitting, standing or walking"));
    if (n > 3 || (n == 3 && (!option_seconds(words[2], "lease", &e->u.posture.lease_usec) ||
                             e->u.posture.lease_usec == 0)))
        return complain(p, _("%s: only lease=SECONDS may follow the posture"), words[n - 1]);
    return 0;
}

static int parse_hold(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    if (n < 2 || n > 3 || !parse_switch(words[1], &e->u.hold.on))
        return complain(p, _("hold needs on or off, and reason=WORD"));
    if (n == 3) {
        e->u.hold.reason = option_word(words[2], "reason");
        if (!e->u.hold.reason)
            return complain(p, _("%s: only reason=WORD may follow hold"), words[2]);
    }
    return 0;
}

/* What a recording says of a guided break: [break=NAME] [exercise=NAME] [seconds=SECONDS] */
static int parse_guide(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    bool start = e->type == BC_EVENT_START;

    for (size_t i = 0; i < n; i++) {
        const char *name = option_word(words[i], "break"), *exercise = option_word(words[i], "exercise");

        if (start && name)
            e->u.start.break_name = name;
        else if (start && exercise)
            e->u.start.exercise = exercise;
        else if (!option_seconds(words[i], "seconds", &e->lasts_usec) || e->lasts_usec == 0)
            return complain(p, _("%s: a word too many"), words[i]);
    }
    return 0;
}

static int parse_command(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    static const struct {
        const char *name;
        enum bc_event_type type;
        bool takes_seconds;
    } commands[] = {
        {"start", BC_EVENT_START, false},     {"done", BC_EVENT_DONE, false},
        {"skip", BC_EVENT_SKIP, false},       {"snooze", BC_EVENT_SNOOZE, true},
        {"another", BC_EVENT_ANOTHER, false}, {"pause", BC_EVENT_PAUSE, true},
        {"resume", BC_EVENT_RESUME, false},
    };
    usec_t seconds = 0;
    size_t i = 0;

    while (i < ARRAY_SIZE(commands) && (n < 2 || strcmp(commands[i].name, words[1]) != 0))
        i++;
    if (i == ARRAY_SIZE(commands))
        return complain(p, _("cmd needs start, done, skip, snooze, another, pause or resume"));
    e->type = commands[i].type;
    if (e->type == BC_EVENT_START || e->type == BC_EVENT_ANOTHER)
        return parse_guide(p, words + 2, n - 2, e);
    if (e->type == BC_EVENT_PAUSE && n == 3 && strcmp(words[2], "until-resume") == 0) {
        e->u.until_usec = USEC_INFINITY;
        return 0;
    }
    if (n > 3 || (n == 3 && (!commands[i].takes_seconds || !parse_seconds(words[2], &seconds))))
        return complain(p, "%s: %s", words[n - 1],
                        commands[i].takes_seconds ? _("not seconds") : _("a word too many"));
    /* No number is the configured time; the number 0 is out of range and for the core to refuse. */
    if (e->type == BC_EVENT_SNOOZE)
        e->u.duration_usec = n == 3 ? MAX(seconds, 1) : 0;
    else if (e->type == BC_EVENT_PAUSE)
        e->u.until_usec = n == 3 ? MAX(e->t_usec + seconds, 1) : 0;
    return 0;
}

static int parse_idle(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    bool before = n == 2 && strncmp(words[1], "since=-", 7) == 0;

    /* A recording may begin while nobody is at the keyboard. */
    if (before && parse_seconds(words[1] + 7, &e->u.since_usec)) {
        e->u.since_usec = -e->u.since_usec;
        return 0;
    }
    if (n != 2 || !option_seconds(words[1], "since", &e->u.since_usec))
        return complain(p, _("idle needs since=SECONDS"));
    return 0;
}

/* The wall clock was set, or summer time began. */
static int parse_clock(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    e->u.clock.set = true;
    if (n != 2 || !parse_start(words[1], &e->u.clock.realtime_usec, &e->u.clock.utc_offset_usec))
        return complain(p, _("clock needs a time such as 2026-11-20T09:00:00+01:00"));
    return 0;
}

static int parse_inhibit(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    if (n != 2 || !parse_switch(words[1], &e->u.on))
        return complain(p, _("inhibit needs on or off"));
    return 0;
}

static int parse_plain(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    (void)e;
    return n == 1 ? 0 : complain(p, _("%s: a word too many"), words[1]);
}

static int parse_event(struct parser *p, char **words, size_t n, struct bc_event *e)
{
    static const struct {
        const char *name;
        enum bc_event_type type;
        int (*parse)(struct parser *p, char **words, size_t n, struct bc_event *e);
    } names[] = {
        {"active", BC_EVENT_ACTIVE, parse_plain},     {"idle", BC_EVENT_IDLE, parse_idle},
        {"inhibit", BC_EVENT_INHIBIT, parse_inhibit}, {"lock", BC_EVENT_LOCK, parse_plain},
        {"unlock", BC_EVENT_UNLOCK, parse_plain},     {"leave", BC_EVENT_LEAVE, parse_plain},
        {"enter", BC_EVENT_ENTER, parse_plain},       {"sleep", BC_EVENT_SLEEP, parse_plain},
        {"wake", BC_EVENT_WAKE, parse_plain},         {"posture", BC_EVENT_POSTURE, parse_posture},
        {"hold", BC_EVENT_HOLD, parse_hold},          {"cmd", _BC_EVENT_INVALID, parse_command},
        {"clock", BC_EVENT_CLOCK, parse_clock},       {"end", BC_EVENT_END, parse_plain},
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(names[i].name, words[0]) == 0) {
            e->type = names[i].type;
            return names[i].parse(p, words, n, e);
        }
    return complain(p, _("%s: unknown event"), words[0]);
}

/* "0 restore LINE": the state with which a recording begins. It comes before everything that happens. */
static int parse_restore(struct parser *p, const char *image)
{
    struct trace *t = p->trace;
    size_t n = t->image ? strlen(t->image) : 0, more;
    char *longer;

    image += strspn(image, " \t");
    more = strcspn(image, "\r");
    while (more > 0 && (image[more - 1] == ' ' || image[more - 1] == '\t'))
        more--;
    if (t->n > 0)
        return complain(p, _("restore must come before everything that happens"));
    if (n + more >= BC_IMAGE_MAX)
        return complain(p, _("restore has too many lines"));
    longer = realloc(t->image, n + more + 2);
    if (!longer)
        return -ENOMEM;
    t->image = longer;
    memcpy(longer + n, image, more);
    longer[n + more] = 0;
    if (bc_core_image_check(longer + n) < 0)
        return complain(p, _("restore needs a line of a recording's state"));
    memcpy(longer + n + more, "\n", 2);
    return 0;
}

static const char *restore_text(const char *line)
{
    const char *word = line + strspn(line, " \t");

    if (word[0] != '0' || (word[1] != ' ' && word[1] != '\t'))
        return NULL;
    word += 1 + strspn(word + 1, " \t");
    return strncmp(word, "restore", 7) == 0 && (word[7] == ' ' || word[7] == '\t') ? word + 8 : NULL;
}

static int parse_line(struct parser *p, char *line)
{
    char *words[WORDS_MAX], *save = NULL;
    struct bc_event e = {0};
    const char *image;
    size_t n = 0;
    int r;

    line[strcspn(line, "#")] = 0;
    image = restore_text(line);
    if (image)
        return parse_restore(p, image);
    for (char *w = strtok_r(line, " \t\r", &save); w; w = strtok_r(NULL, " \t\r", &save)) {
        if (n == WORDS_MAX)
            return complain(p, _("%s: a word too many"), w);
        words[n++] = w;
    }
    if (n == 0)
        return 0;
    if (strcmp(words[0], "start") == 0) {
        if (p->started || p->trace->n > 0 || p->trace->image)
            return complain(p, _("start must come first, and once"));
        if (n != 2 || !parse_start(words[1], &p->trace->realtime_usec, &p->trace->utc_offset_usec))
            return complain(p, _("start needs a time such as 2026-11-20T09:00:00+01:00"));
        p->started = true;
        return 0;
    }
    if (!parse_seconds(words[0], &e.t_usec))
        return complain(p, _("%s: not a time in seconds"), words[0]);
    if (n < 2)
        return complain(p, _("an event must follow the time"));
    /* A time before the latest one counts as the latest, also where a pause is counted from it. */
    if (p->trace->n > 0)
        e.t_usec = MAX(e.t_usec, p->trace->events[p->trace->n - 1].t_usec);
    r = parse_event(p, words + 1, n - 1, &e);
    if (r < 0)
        return r;
    /* What follows the end must be readable, but no longer happens. */
    if (p->ended)
        return 0;
    p->ended = e.type == BC_EVENT_END;
    return add_event(p, &e);
}

/**
 * trace_parse() - read a trace
 * @text: the whole text
 * @ret: the trace, to be freed with trace_done(); it ends with an END event: at `end`, else at the last line
 * @ret_line: on -EBADMSG the line, from 1
 * @ret_message: on -EBADMSG what is wrong with it
 * @message_size: room for the message
 *
 * Return: 0; -EBADMSG if a line can't be read; -ENOMEM.
 */
int trace_parse(const char *text, struct trace *ret, unsigned *ret_line, char *ret_message,
                size_t message_size)
{
    _cleanup_(trace_donep) struct trace trace = {0};
    struct parser p = {.trace = &trace, .message = ret_message, .message_size = message_size};
    char *line, *next;
    unsigned number = 0;
    int r;

    trace.text = strdup(text);
    if (!trace.text)
        return -ENOMEM;
    for (line = trace.text; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        number++;
        r = parse_line(&p, line);
        if (r < 0) {
            *ret_line = number;
            return r;
        }
    }
    if (!p.ended) {
        struct bc_event end = {.type = BC_EVENT_END};

        if (trace.n > 0)
            end.t_usec = trace.events[trace.n - 1].t_usec;
        r = add_event(&p, &end);
        if (r < 0)
            return r;
    }
    *ret = trace;
    trace = (struct trace){0};
    return 0;
}

void trace_done(struct trace *trace)
{
    free(trace->events);
    free(trace->image);
    free(trace->text);
    *trace = (struct trace){0};
}
