/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See doctor-ask.h. A bus that hangs in the handshake would keep the calls waiting for longer than their own
 * time limit: so the limit is on the waiting.
 */
#include <stdarg.h>
#include <string.h>

#include "cli/doctor-ask.h"
#include "util/i18n.h"

struct question {
    struct question *next;
    struct asker *asker;
    sd_bus_slot *slot;
    sd_bus_message *reply; /* also an error's */
    bool late;
};

struct connection {
    sd_bus *bus;
    char *error;
};

struct asker {
    sd_event *event;
    struct connection connections[_BUS_MAX];
    struct question *questions;
    unsigned waiting;
};

static void open_bus(struct asker *a, enum which_bus which)
{
    struct connection *c = &a->connections[which];
    int r = which == BUS_SESSION ? sd_bus_open_user(&c->bus) : sd_bus_open_system(&c->bus);

    if (r >= 0)
        r = sd_bus_attach_event(c->bus, a->event, SD_EVENT_PRIORITY_NORMAL);
    if (r >= 0)
        return;
    c->bus = sd_bus_close_unref(c->bus);
    c->error = strdup(r == -ENOMEDIUM ? _("DBUS_SESSION_BUS_ADDRESS and XDG_RUNTIME_DIR are not set")
                                      : strerror(-r));
}

/**
 * asker_new() - connect to both buses
 * @ret: also when none can be reached
 *
 * Return: 0 or a negative errno.
 */
int asker_new(struct asker **ret)
{
    _cleanup_(asker_freep) struct asker *a = calloc(1, sizeof(*a));
    int r;

    if (!a)
        return -ENOMEM;
    r = sd_event_new(&a->event);
    if (r < 0)
        return r;
    for (int i = 0; i < _BUS_MAX; i++)
        open_bus(a, (enum which_bus)i);
    *ret = TAKE_PTR(a);
    return 0;
}

/**
 * asker_free() - close the connections and drop all questions
 *
 * Return: NULL.
 */
struct asker *asker_free(struct asker *asker)
{
    if (!asker)
        return NULL;
    for (struct question *q = asker->questions, *next; q; q = next) {
        next = q->next;
        sd_bus_slot_unref(q->slot);
        sd_bus_message_unref(q->reply);
        free(q);
    }
    for (int i = 0; i < _BUS_MAX; i++) {
        /* Without a flush: it would wait for a bus that hangs. */
        (void)sd_bus_close_unref(asker->connections[i].bus);
        free(asker->connections[i].error);
    }
    sd_event_unref(asker->event);
    free(asker);
    return NULL;
}

/**
 * asker_bus_error() - why a bus can't be used
 *
 * Return: the reason, NULL when it is open.
 */
const char *asker_bus_error(const struct asker *asker, enum which_bus which)
{
    const struct connection *c = &asker->connections[which];

    return c->bus ? NULL : c->error ? c->error : _("out of memory");
}

/**
 * asker_bus_address() - where a bus is
 *
 * Return: the address, NULL when it is not known.
 */
const char *asker_bus_address(const struct asker *asker, enum which_bus which)
{
    const char *address = NULL;

    if (!asker->connections[which].bus || sd_bus_get_address(asker->connections[which].bus, &address) < 0)
        return NULL;
    return address;
}

static int on_reply(sd_bus_message *m, void *userdata, _unused_ sd_bus_error *error)
{
    struct question *q = userdata;

    q->reply = sd_bus_message_ref(m);
    q->asker->waiting--;
    return 0;
}

/**
 * ask() - put a question; ask_wait() brings the answer
 *
 * Return: the question; NULL if it can't be put.
 */
struct question *ask(struct asker *asker, enum which_bus which, const char *name, const char *path,
                     const char *interface, const char *member, const char *types, ...)
{
    _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
    sd_bus *bus = asker->connections[which].bus;
    struct question *q;
    va_list ap;
    int r;

    if (!bus || sd_bus_message_new_method_call(bus, &m, name, path, interface, member) < 0 ||
        sd_bus_message_set_auto_start(m, false) < 0)
        return NULL;
    if (types) {
        va_start(ap, types);
        r = sd_bus_message_appendv(m, types, ap);
        va_end(ap);
        if (r < 0)
            return NULL;
    }
    q = calloc(1, sizeof(*q));
    if (!q)
        return NULL;
    q->asker = asker;
    if (sd_bus_call_async(bus, &q->slot, m, on_reply, q, ASK_LIMIT_USEC) < 0) {
        free(q);
        return NULL;
    }
    q->next = asker->questions;
    asker->questions = q;
    asker->waiting++;
    return q;
}

/**
 * ask_property() - ask for one property
 */
struct question *ask_property(struct asker *asker, enum which_bus which, const char *name, const char *path,
                              const char *interface, const char *property)
{
    return ask(asker, which, name, path, "org.freedesktop.DBus.Properties", "Get", "ss", interface, property);
}

/**
 * ask_all() - ask for all properties of an interface
 */
struct question *ask_all(struct asker *asker, enum which_bus which, const char *name, const char *path,
                         const char *interface)
{
    return ask(asker, which, name, path, "org.freedesktop.DBus.Properties", "GetAll", "s", interface);
}

/**
 * ask_wait() - wait for the answers to all questions put so far, at most ASK_LIMIT_USEC
 */
void ask_wait(struct asker *asker)
{
    usec_t end = now_usec(CLOCK_MONOTONIC) + ASK_LIMIT_USEC, left;

    while (asker->waiting > 0 && (left = end - now_usec(CLOCK_MONOTONIC)) > 0)
        if (sd_event_run(asker->event, (uint64_t)left) < 0)
            break;
    for (struct question *q = asker->questions; q; q = q->next)
        if (!q->reply && q->slot) {
            q->slot = sd_bus_slot_unref(q->slot);
            q->late = true;
        }
    asker->waiting = 0;
}

static bool is_error(const struct question *question)
{
    return !question || !question->reply || sd_bus_message_is_method_error(question->reply, NULL) > 0;
}

/**
 * answer() - the answer to a question
 *
 * Return: the message, to be read from its beginning and not to be freed; NULL when there is none.
 */
sd_bus_message *answer(const struct question *question)
{
    if (is_error(question) || sd_bus_message_rewind(question->reply, true) < 0)
        return NULL;
    return question->reply;
}

/**
 * answer_error() - the name of the D-Bus error that came instead of an answer
 *
 * Return: the name; NULL when there is none, or no answer at all.
 */
const char *answer_error(const struct question *question)
{
    const sd_bus_error *e = question && question->reply ? sd_bus_message_get_error(question->reply) : NULL;

    return e ? e->name : NULL;
}

/**
 * answer_is_late() - whether nothing came within the time limit
 */
bool answer_is_late(const struct question *question)
{
    const char *error = answer_error(question);

    return question && (question->late || (error && (strcmp(error, SD_BUS_ERROR_NO_REPLY) == 0 ||
                                                     strcmp(error, SD_BUS_ERROR_TIMEOUT) == 0)));
}

/* At a basic value of @type, also inside a variant. */
static bool read_basic(sd_bus_message *m, char type, void *ret)
{
    const char *contents, plain[] = {type, 0};
    char kind;

    if (!m || sd_bus_message_peek_type(m, &kind, &contents) <= 0)
        return false;
    if (kind == SD_BUS_TYPE_VARIANT) {
        if (!contents || strcmp(contents, plain) != 0 || sd_bus_message_enter_container(m, 'v', plain) < 0)
            return false;
    } else if (kind != type)
        return false;
    return sd_bus_message_read_basic(m, type, ret) > 0;
}

/**
 * answer_string() - an answer that is one string or object path
 */
const char *answer_string(const struct question *question)
{
    const char *text;

    return read_basic(answer(question), 's', &text) || read_basic(answer(question), 'o', &text) ? text : NULL;
}

/**
 * answer_bool() - an answer that is one truth value
 */
int answer_bool(const struct question *question)
{
    int value;

    return read_basic(answer(question), 'b', &value) ? value : -ENODATA;
}

/**
 * answer_uint32() - an answer that is one number
 */
int answer_uint32(const struct question *question, uint32_t *ret)
{
    return read_basic(answer(question), 'u', ret) ? 0 : -ENODATA;
}

/**
 * answer_has() - whether an answer that is a list of strings holds @text
 */
bool answer_has(const struct question *question, const char *text)
{
    sd_bus_message *m = answer(question);
    const char *word;

    if (!m || sd_bus_message_enter_container(m, 'a', "s") < 0)
        return false;
    while (sd_bus_message_read_basic(m, 's', &word) > 0)
        if (strcmp(word, text) == 0)
            return true;
    return false;
}

/* Goes to the variant of a key; NULL when there is no such key. */
static sd_bus_message *find_field(const struct question *question, const char *key)
{
    sd_bus_message *m = answer(question);
    const char *name;

    if (!m || sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
        return NULL;
    while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
        if (sd_bus_message_read_basic(m, 's', &name) <= 0)
            return NULL;
        if (strcmp(name, key) == 0)
            return m;
        if (sd_bus_message_skip(m, "v") < 0 || sd_bus_message_exit_container(m) < 0)
            return NULL;
    }
    return NULL;
}

/**
 * answer_field() - a string in an a{sv}
 *
 * Return: it, as long as the question is there; NULL when there is none.
 */
const char *answer_field(const struct question *question, const char *key)
{
    const char *text;

    return read_basic(find_field(question, key), 's', &text) ? text : NULL;
}

/**
 * answer_field_bool() - a truth value in an a{sv}
 *
 * Return: 0 or 1; negative when there is none.
 */
int answer_field_bool(const struct question *question, const char *key)
{
    int value;

    return read_basic(find_field(question, key), 'b', &value) ? value : -ENODATA;
}

/**
 * answer_field_uint32() - a number in an a{sv}
 */
uint32_t answer_field_uint32(const struct question *question, const char *key, uint32_t fallback)
{
    uint32_t value;

    return read_basic(find_field(question, key), 'u', &value) ? value : fallback;
}

/**
 * answer_field_enter() - go into a container in an a{sv}
 * @contents: the whole type of the value: "as", "(so)"
 *
 * Return: the message inside of the container; NULL when there is no such value.
 */
sd_bus_message *answer_field_enter(const struct question *question, const char *key, const char *contents)
{
    sd_bus_message *m = find_field(question, key);
    _cleanup_(freep) char *inner = NULL;

    if (!m || sd_bus_message_enter_container(m, 'v', contents) <= 0)
        return NULL;
    if (*contents == 'a')
        return sd_bus_message_enter_container(m, 'a', contents + 1) > 0 ? m : NULL;
    inner = strndup(contents + 1, strlen(contents) - 2);
    return inner && sd_bus_message_enter_container(m, 'r', inner) > 0 ? m : NULL;
}
