/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See wire.h. Linked into both programs, so that writer and reader can't come apart.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "notify/wire.h"
#include "util/macro.h"

/**
 * wire_write() - write one line "KEY VALUE", escaped
 * @f: where to; the caller checks ferror() once at the end
 * @key: a key of wire.h, or "action ID"
 * @value: any text; NULL writes nothing
 */
void wire_write(FILE *f, const char *key, const char *value)
{
    if (!value)
        return;
    (void)fprintf(f, "%s ", key);
    for (const char *p = value; *p; p++)
        switch (*p) {
        case '\n':
            (void)fputs("\\n", f);
            break;
        case '\\':
            (void)fputs("\\\\", f);
            break;
        default:
            (void)fputc(*p, f);
        }
    (void)fputc('\n', f);
}

/**
 * wire_unescape() - the text a value stands for
 * @text: the value as it is in the line
 *
 * Return: a new string; NULL with errno EINVAL for an unknown escape, ENOMEM otherwise.
 */
char *wire_unescape(const char *text)
{
    char *copy = malloc(strlen(text) + 1), *out = copy;

    if (!copy)
        return NULL;
    for (const char *p = text; *p; p++) {
        if (*p != '\\') {
            *out++ = *p;
            continue;
        }
        p++;
        if (*p == 'n')
            *out++ = '\n';
        else if (*p == '\\')
            *out++ = '\\';
        else {
            free(copy);
            errno = EINVAL;
            return NULL;
        }
    }
    *out = '\0';
    return copy;
}

static int replace_text(char **field, const char *value, const char **ret_problem)
{
    char *text = wire_unescape(value);

    if (!text) {
        *ret_problem = errno == EINVAL ? "only \\n and \\\\ are known after a backslash" : "out of memory";
        return -errno;
    }
    free(*field);
    *field = text;
    return WIRE_MORE;
}

static int read_action(struct wire_message *m, const char *value, const char **ret_problem)
{
    size_t id_size = strcspn(value, " ");
    char *id;
    int r;

    if (m->n_actions == WIRE_ACTIONS_MAX) {
        *ret_problem = "more than four actions";
        return -EINVAL;
    }
    if (id_size == 0 || value[id_size] == '\0' || value[id_size + 1] == '\0') {
        *ret_problem = "say 'action ID LABEL'";
        return -EINVAL;
    }
    id = strndup(value, id_size);
    if (!id) {
        *ret_problem = "out of memory";
        return -ENOMEM;
    }
    r = replace_text(&m->actions[m->n_actions].label, value + id_size + 1, ret_problem);
    if (r < 0) {
        free(id);
        return r;
    }
    m->actions[m->n_actions++].id = id;
    return WIRE_MORE;
}

static int read_urgency(struct wire_message *m, const char *value, const char **ret_problem)
{
    static const char *const words[] = {"low", "normal", "critical"};

    for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
        if (strcmp(value, words[i]) == 0) {
            m->urgency = i;
            return WIRE_MORE;
        }
    *ret_problem = "urgency is low, normal or critical";
    return -EINVAL;
}

static int read_timeout(struct wire_message *m, const char *value, const char **ret_problem)
{
    usec_t usec;

    if (strcmp(value, "server") == 0)
        usec = 0;
    else if (strcmp(value, "never") == 0)
        usec = USEC_INFINITY;
    else if (usec_parse(value, 0, &usec) < 0 || usec <= 0) {
        *ret_problem = "timeout is server, never or a time such as 10s";
        return -EINVAL;
    }
    m->timeout_usec = usec;
    return WIRE_MORE;
}

static int read_quiet(struct wire_message *m, const char *value, const char **ret_problem)
{
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
        *ret_problem = "quiet is yes or no";
        return -EINVAL;
    }
    m->quiet = value[0] == 'y';
    return WIRE_MORE;
}

/**
 * wire_message_read() - take one line of a message
 * @message: begun as WIRE_MESSAGE_INIT; filled line by line
 * @line: without its newline
 * @ret_problem: set to a static text when a negative value is returned
 *
 * A blank line before the first key is ignored, so that blank lines may separate messages freely.
 *
 * Return: WIRE_MORE, WIRE_COMPLETE when the line ends the message; -EINVAL or -ENOMEM with @ret_problem.
 */
int wire_message_read(struct wire_message *message, const char *line, const char **ret_problem)
{
    const struct {
        const char *key;
        char **field;
        int (*read)(struct wire_message *, const char *, const char **);
    } keys[] = {
        {"summary", &message->summary, NULL},
        {"body", &message->body, NULL},
        {"fallback", &message->fallback, NULL},
        {"image", &message->image, NULL},
        {"sound", &message->sound, NULL},
        {"urgency", NULL, read_urgency},
        {"timeout", NULL, read_timeout},
        {"action", NULL, read_action},
        {"quiet", NULL, read_quiet},
    };
    size_t size = strcspn(line, " ");
    const char *value = line[size] ? line + size + 1 : line + size;

    if (*line == '\0' && !message->begun)
        return WIRE_MORE;
    if (*line == '\0' || strcmp(line, "show") == 0) {
        if (message->summary && *message->summary)
            return WIRE_COMPLETE;
        *ret_problem = "a message needs a summary";
        return -EINVAL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strlen(keys[i].key) == size && strncmp(line, keys[i].key, size) == 0) {
            message->begun = true;
            return keys[i].field ? replace_text(keys[i].field, value, ret_problem)
                                 : keys[i].read(message, value, ret_problem);
        }
    *ret_problem = "unknown key; known are summary, body, fallback, image, sound, urgency, timeout, action, "
                   "quiet, show";
    return -EINVAL;
}

/**
 * wire_message_done() - free what a message holds and make it ready for the next
 * @message: the message; the structure itself is the caller's
 */
void wire_message_done(struct wire_message *message)
{
    free(message->summary);
    free(message->body);
    free(message->fallback);
    free(message->image);
    free(message->sound);
    for (size_t i = 0; i < WIRE_ACTIONS_MAX; i++) {
        free(message->actions[i].id);
        free(message->actions[i].label);
    }
    *message = WIRE_MESSAGE_INIT;
}

static int end_line(struct wire_reader *reader, const char **ret_problem)
{
    reader->line[reader->line_size] = '\0';
    reader->line_size = 0;
    reader->line_number++;
    return wire_message_read(&reader->message, reader->line, ret_problem);
}

static int refuse_line(struct wire_reader *reader, const char *problem, const char **ret_problem)
{
    reader->line_size = 0;
    reader->line_number++;
    *ret_problem = problem;
    return -EINVAL;
}

/**
 * wire_reader_feed() - read on
 * @reader: begun as WIRE_READER_INIT
 * @data: the bytes that were read; moved behind what is used up
 * @size: how many they are; lowered likewise
 * @ret_problem: set to a static text when a negative value is returned; the line is reader->line_number
 *
 * After WIRE_COMPLETE take reader->message, wire_message_done() it, and feed what is left of the bytes. After
 * a failure there is no way on.
 *
 * Return: WIRE_MORE when all bytes are used up, WIRE_COMPLETE; -EINVAL or -ENOMEM with @ret_problem.
 */
int wire_reader_feed(struct wire_reader *reader, const char **data, size_t *size, const char **ret_problem)
{
    while (*size > 0) {
        char c = *(*data)++;
        int r = WIRE_MORE;

        (*size)--;
        if (c == '\n')
            r = end_line(reader, ret_problem);
        else if (c == '\0')
            r = refuse_line(reader, "a line is text, without a zero byte", ret_problem);
        else if (reader->line_size == WIRE_LINE_MAX)
            r = refuse_line(reader, "the line is too long", ret_problem);
        else
            reader->line[reader->line_size++] = c;
        if (r != WIRE_MORE)
            return r;
    }
    return WIRE_MORE;
}

/**
 * wire_reader_end() - nothing follows: a last line without its newline is read all the same
 * @reader: the reader
 * @complete: the end also ends the message that was begun
 * @ret_problem: as in wire_reader_feed()
 *
 * Return: WIRE_COMPLETE when there is one more message, WIRE_MORE when there is none; -EINVAL or -ENOMEM with
 * @ret_problem.
 */
int wire_reader_end(struct wire_reader *reader, bool complete, const char **ret_problem)
{
    if (reader->line_size > 0) {
        int r = end_line(reader, ret_problem);

        if (r != WIRE_MORE)
            return r;
    }
    return complete && reader->message.begun ? end_line(reader, ret_problem) : WIRE_MORE;
}

/**
 * wire_reader_done() - free what a reader holds and make it ready for the next input
 * @reader: the reader; the structure itself is the caller's
 */
void wire_reader_done(struct wire_reader *reader)
{
    wire_message_done(&reader->message);
    reader->line_size = 0;
    reader->line_number = 0;
}
