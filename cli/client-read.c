/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads properties and the ledger out of messages. What is missing or of another type, as from a daemon of
 * another version, stays empty: better a status with a gap than none.
 */
#include <string.h>

#include "cli/client-internal.h"

/**
 * usec_from_bus() - a time as it comes over the bus, unsigned, 2^64-1 = never
 */
usec_t usec_from_bus(uint64_t value)
{
    return value >= (uint64_t)USEC_INFINITY ? USEC_INFINITY : (usec_t)value;
}

static int read_string(sd_bus_message *m, char **p)
{
    const char *text;
    int r = sd_bus_message_read_basic(m, 's', &text);

    if (r <= 0)
        return r < 0 ? r : -EBADMSG;
    free(*p);
    *p = strdup(text);
    return *p ? 0 : -ENOMEM;
}

static int read_usec(sd_bus_message *m, usec_t *p)
{
    uint64_t value;
    int r = sd_bus_message_read_basic(m, 't', &value);

    if (r <= 0)
        return r < 0 ? r : -EBADMSG;
    *p = usec_from_bus(value);
    return 0;
}

/* Makes room for one more element behind the @n of an array; it is zeroed. */
static int grow(void *array, size_t n, size_t size)
{
    void **p = array, *more = reallocarray(*p, n + 1, size);

    if (!more)
        return -ENOMEM;
    memset((char *)more + n * size, 0, size);
    *p = more;
    return 0;
}

static int read_breaks(sd_bus_message *m, struct status *s)
{
    int r = sd_bus_message_enter_container(m, 'a', "(sttttt)");

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'r', "sttttt")) > 0) {
        struct status_break *b;
        usec_t *times[5];

        r = grow(&s->breaks, s->n_breaks, sizeof(*s->breaks));
        if (r < 0)
            return r;
        b = &s->breaks[s->n_breaks++];
        times[0] = &b->after_usec;
        times[1] = &b->length_usec;
        times[2] = &b->counter_usec;
        times[3] = &b->at_usec;
        times[4] = &b->due_usec;
        r = read_string(m, &b->name);
        for (size_t i = 0; i < ARRAY_SIZE(times) && r >= 0; i++)
            r = read_usec(m, times[i]);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_prompt(sd_bus_message *m, struct status *s)
{
    uint32_t attempt = 0;
    int r = sd_bus_message_enter_container(m, 'r', "sstu");

    if (r >= 0)
        r = read_string(m, &s->prompt_break);
    if (r >= 0)
        r = read_string(m, &s->prompt_exercise);
    if (r >= 0)
        r = read_usec(m, &s->prompt_since_usec);
    if (r >= 0)
        r = sd_bus_message_read_basic(m, 'u', &attempt);
    s->prompt_attempt = attempt;
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_sources(sd_bus_message *m, struct status *s)
{
    int r = sd_bus_message_enter_container(m, 'a', "(sss)");

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'r', "sss")) > 0) {
        struct status_source *source;

        r = grow(&s->sources, s->n_sources, sizeof(*s->sources));
        if (r < 0)
            return r;
        source = &s->sources[s->n_sources++];
        r = read_string(m, &source->name);
        if (r >= 0)
            r = read_string(m, &source->status);
        if (r >= 0)
            r = read_string(m, &source->detail);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_notifier(sd_bus_message *m, struct status *s)
{
    int r = sd_bus_message_enter_container(m, 'r', "ssas");

    if (r >= 0)
        r = read_string(m, &s->notifier_name);
    if (r >= 0)
        r = read_string(m, &s->notifier_version);
    if (r >= 0) {
        strings_free(s->notifier_capabilities);
        s->notifier_capabilities = NULL;
        r = sd_bus_message_read_strv(m, &s->notifier_capabilities);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

struct property {
    const char *name;
    const char *type;
    size_t offset; /* of a char * or usec_t; with @read it is not used */
    int (*read)(sd_bus_message *m, struct status *s);
};

static const struct property properties[] = {
    {"State", "s", offsetof(struct status, state), NULL},
    {"Reason", "s", offsetof(struct status, reason), NULL},
    {"StateSinceUSec", "t", offsetof(struct status, state_since_usec), NULL},
    {"Breaks", "a(sttttt)", 0, read_breaks},
    {"Prompt", "(sstu)", 0, read_prompt},
    {"NextBreak", "s", offsetof(struct status, next_break), NULL},
    {"NextPromptUSec", "t", offsetof(struct status, next_prompt_usec), NULL},
    {"SnoozedUntilUSec", "t", offsetof(struct status, snoozed_until_usec), NULL},
    {"PausedUntilUSec", "t", offsetof(struct status, paused_until_usec), NULL},
    {"Posture", "s", offsetof(struct status, posture), NULL},
    {"Sources", "a(sss)", 0, read_sources},
    {"Notifier", "(ssas)", 0, read_notifier},
    {"Version", "s", offsetof(struct status, version), NULL},
};

static int read_property(sd_bus_message *m, const char *name, struct status *s)
{
    const struct property *p = NULL;
    const char *contents;
    void *field;
    int r = sd_bus_message_peek_type(m, NULL, &contents);

    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
        if (strcmp(properties[i].name, name) == 0 && contents && strcmp(properties[i].type, contents) == 0)
            p = &properties[i];
    if (!p)
        return sd_bus_message_skip(m, "v");
    r = sd_bus_message_enter_container(m, 'v', p->type);
    if (r < 0)
        return r;
    field = (char *)s + p->offset;
    r = p->read ? p->read(m, s) : *p->type == 's' ? read_string(m, field) : read_usec(m, field);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/**
 * read_status() - read the reply of Properties.GetAll
 * @ret: untouched on failure
 *
 * Return: 0; -EBADMSG and other negative errno.
 */
int read_status(sd_bus_message *m, struct status *ret)
{
    struct status s = {0};
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r >= 0)
            r = read_property(m, name, &s);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    if (r < 0) {
        status_done(&s);
        return r;
    }
    *ret = s;
    return 0;
}

/* A 't' or an 'x'. */
static int read_number(sd_bus_message *m, char type, usec_t *p)
{
    int64_t value;
    int r;

    if (type == 't')
        return read_usec(m, p);
    r = sd_bus_message_read_basic(m, type, &value);
    if (r < 0)
        return r;
    *p = value;
    return 0;
}

static int read_ledger_field(sd_bus_message *m, const char *key, struct ledger_entry *e)
{
    const char *type;
    usec_t *number;
    char **text;
    int r = sd_bus_message_peek_type(m, NULL, &type);

    if (r < 0)
        return r;
    text = strcmp(key, "what") == 0 ? &e->what : strcmp(key, "break") == 0 ? &e->break_name : NULL;
    number = strcmp(key, "from_usec") == 0     ? &e->from_usec
             : strcmp(key, "to_usec") == 0     ? &e->to_usec
             : strcmp(key, "change_usec") == 0 ? &e->change_usec
                                               : NULL;
    if (!type || !*type || type[1] || !((text && *type == 's') || (number && strchr("tx", *type))))
        return sd_bus_message_skip(m, "v");
    r = sd_bus_message_enter_container(m, 'v', type);
    if (r < 0)
        return r;
    r = text ? read_string(m, text) : read_number(m, *type, number);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_ledger_entry(sd_bus_message *m, struct ledger_entry *e)
{
    int r = 0;

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r >= 0)
            r = read_ledger_field(m, name, e);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/**
 * read_ledger() - read the reply of Explain
 * @ret: untouched on failure
 *
 * Return: 0; -EBADMSG and other negative errno.
 */
int read_ledger(sd_bus_message *m, struct ledger *ret)
{
    struct ledger ledger = {0};
    int r = sd_bus_message_enter_container(m, 'a', "a{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'a', "{sv}")) > 0) {
        r = grow(&ledger.entries, ledger.n, sizeof(*ledger.entries));
        if (r >= 0)
            r = read_ledger_entry(m, &ledger.entries[ledger.n++]);
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    if (r < 0) {
        ledger_done(&ledger);
        return r;
    }
    *ret = ledger;
    return 0;
}

static int read_choice_field(sd_bus_message *m, const char *key, struct choice *choice)
{
    const char *type;
    int r = sd_bus_message_peek_type(m, NULL, &type);
    char **text = strcmp(key, "exercise") == 0 ? &choice->exercise
                  : strcmp(key, "title") == 0  ? &choice->title
                  : strcmp(key, "last") == 0   ? &choice->last
                                               : NULL;
    bool reasons = strcmp(key, "reasons") == 0;

    if (r < 0)
        return r;
    if (!type || !((text && strcmp(type, "s") == 0) || (reasons && strcmp(type, "as") == 0)))
        return sd_bus_message_skip(m, "v");
    r = sd_bus_message_enter_container(m, 'v', type);
    if (r < 0)
        return r;
    if (text) {
        r = read_string(m, text);
    } else {
        choice->reasons = strings_free(choice->reasons);
        r = sd_bus_message_read_strv(m, &choice->reasons);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/**
 * read_choice() - read the reply of ExplainChoice
 * @ret: untouched on failure
 *
 * Return: 0; -EBADMSG and other negative errno.
 */
int read_choice(sd_bus_message *m, struct choice *ret)
{
    struct choice choice = {0};
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");

    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;

        r = sd_bus_message_read_basic(m, 's', &name);
        if (r >= 0)
            r = read_choice_field(m, name, &choice);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    if (r < 0) {
        choice_done(&choice);
        return r;
    }
    *ret = choice;
    return 0;
}
