/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines between daemon and notifier: what is written is read as it was meant, in pieces of any size, and
 * what is wrong is refused with its line.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notify/wire.h"
#include "util/macro.h"

static void assert_message_equal(const struct wire_message *a, const struct wire_message *b)
{
    assert_string_equal(a->summary, b->summary);
    assert_string_equal(a->body, b->body);
    assert_string_equal(a->fallback, b->fallback);
    assert_string_equal(a->image, b->image);
    assert_string_equal(a->sound, b->sound);
    assert_int_equal(a->urgency, b->urgency);
    assert_int_equal(a->timeout_usec, b->timeout_usec);
    assert_int_equal(a->quiet, b->quiet);
    assert_int_equal(a->n_actions, b->n_actions);
    for (size_t i = 0; i < a->n_actions; i++) {
        assert_string_equal(a->actions[i].id, b->actions[i].id);
        assert_string_equal(a->actions[i].label, b->actions[i].label);
    }
}

/* One message as lines, to be freed. */
static char *write_message(size_t *ret_size)
{
    char *text;
    FILE *f = open_memstream(&text, ret_size);

    assert_non_null(f);
    wire_write(f, "summary", "A \\ and \\n");
    wire_write(f, "body", "two\nlines\n\n and \\\\ \xc2\xb7 ");
    wire_write(f, "fallback", "");
    wire_write(f, "image", "/a b.png");
    wire_write(f, "sound", "bell");
    wire_write(f, "urgency", "critical");
    wire_write(f, "timeout", "1500000us");
    wire_write(f, "action start", "Start\nnow");
    wire_write(f, "action done", " Done ");
    wire_write(f, "quiet", "yes");
    wire_write(f, "nothing", NULL);
    (void)fputs("show\n", f);
    assert_int_equal(fclose(f), 0);
    return text;
}

static struct wire_message meant(void)
{
    return (struct wire_message){
        .summary = (char *)"A \\ and \\n",
        .body = (char *)"two\nlines\n\n and \\\\ \xc2\xb7 ",
        .fallback = (char *)"",
        .image = (char *)"/a b.png",
        .sound = (char *)"bell",
        .urgency = 2,
        .timeout_usec = 1500 * USEC_PER_MSEC,
        .actions = {{(char *)"start", (char *)"Start\nnow"}, {(char *)"done", (char *)" Done "}},
        .n_actions = 2,
        .quiet = true,
    };
}

static void test_written_is_read_in_pieces_of_any_size(void **state)
{
    const struct wire_message expected = meant();
    size_t size;
    char *text = write_message(&size);

    (void)state;
    for (size_t piece = 1; piece <= size; piece++) {
        struct wire_reader reader = WIRE_READER_INIT;
        const char *problem = NULL;
        int found = WIRE_MORE;

        for (size_t at = 0; at < size; at += piece) {
            const char *data = text + at;
            size_t n = MIN(piece, size - at);

            assert_int_equal(found, WIRE_MORE); /* not before its last byte */
            found = wire_reader_feed(&reader, &data, &n, &problem);
            assert_int_equal(n, 0);
            assert_ptr_equal(data, text + MIN(at + piece, size));
        }
        assert_int_equal(found, WIRE_COMPLETE);
        assert_message_equal(&reader.message, &expected);
        assert_int_equal(reader.line_number, 11);
        wire_reader_done(&reader);
    }
    free(text);
}

static void test_several_messages_in_one_piece(void **state)
{
    static const char text[] = "\n\nsummary One\nbody x\n\n\nsummary Two\nshow\n\nsummary Thr";
    struct wire_reader reader = WIRE_READER_INIT;
    const char *data = text, *problem = NULL;
    size_t n = sizeof text - 1;

    (void)state;
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), WIRE_COMPLETE);
    assert_string_equal(reader.message.summary, "One");
    wire_message_done(&reader.message);
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), WIRE_COMPLETE);
    assert_string_equal(reader.message.summary, "Two");
    assert_null(reader.message.body); /* nothing of the one before */
    assert_int_equal(reader.line_number, 8);
    wire_message_done(&reader.message);
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), WIRE_MORE);
    assert_int_equal(n, 0);
    assert_null(reader.message.summary);
    wire_reader_done(&reader);
}

/* Feeds all of @text and then its end. */
static int read_all(struct wire_reader *reader, const char *text, bool complete, const char **ret_problem)
{
    size_t n = strlen(text);
    int found = wire_reader_feed(reader, &text, &n, ret_problem);

    return found == WIRE_MORE ? wire_reader_end(reader, complete, ret_problem) : found;
}

static void test_end(void **state)
{
    static const struct {
        const char *text;
        bool complete;
        int found;
    } cases[] = {
        {"", true, WIRE_MORE},
        {"", false, WIRE_MORE},
        {"\n\n", true, WIRE_MORE},
        {"summary x\n", false, WIRE_MORE},
        {"summary x\n", true, WIRE_COMPLETE},
        {"summary x", true, WIRE_COMPLETE}, /* without its newline */
        {"summary x\nshow", false, WIRE_COMPLETE},
        {"summary x\nshow", true, WIRE_COMPLETE},
        {"body x\n", true, -EINVAL},
        {"body x\n", false, WIRE_MORE},
        {"summary x\nbod", false, -EINVAL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct wire_reader reader = WIRE_READER_INIT;
        const char *problem = NULL;

        assert_int_equal(read_all(&reader, cases[i].text, cases[i].complete, &problem), cases[i].found);
        assert_true((problem != NULL) == (cases[i].found < 0));
        if (cases[i].found == WIRE_COMPLETE)
            assert_string_equal(reader.message.summary, "x");
        wire_reader_done(&reader);
        assert_null(reader.message.summary);
    }
}

static void test_long_lines(void **state)
{
    static char text[WIRE_LINE_MAX + 2];
    struct wire_reader reader = WIRE_READER_INIT;
    const char *data = text, *problem = NULL;
    size_t n = WIRE_LINE_MAX + 1;

    (void)state;
    /* The longest that is allowed, and one byte more. */
    (void)snprintf(text, sizeof text, "summary %0*d", WIRE_LINE_MAX + 1 - 8, 0);
    text[WIRE_LINE_MAX] = '\n';
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), WIRE_MORE);
    assert_int_equal(strlen(reader.message.summary), WIRE_LINE_MAX - 8);

    text[WIRE_LINE_MAX] = '0';
    for (size_t i = 0; i < WIRE_LINE_MAX; i++) {
        data = text + i;
        n = 1;
        assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), WIRE_MORE);
    }
    n = 1;
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), -EINVAL);
    assert_string_equal(problem, "the line is too long");
    assert_int_equal(reader.line_number, 2);
    wire_reader_done(&reader);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text; /* what is wrong is its last line */
        const char *problem;
    } cases[] = {
        {"colour red\n", "unknown key"},
        {"summary x\nSummary y\n", "unknown key"},
        {" summary x\n", "unknown key"},
        {"summaryx\n", "unknown key"},
        {"sum x\n", "unknown key"},
        {"show it\n", "unknown key"},
        {"show\n", "a message needs a summary"},
        {"summary\nshow\n", "a message needs a summary"},
        {"body x\n\n", "a message needs a summary"},
        {"summary x\\\n", "only \\n and \\\\"},
        {"summary x\\t\n", "only \\n and \\\\"},
        {"summary x\naction start a\\x\n", "only \\n and \\\\"},
        {"urgency\n", "urgency is"},
        {"urgency Low\n", "urgency is"},
        {"timeout 0s\n", "timeout is"},
        {"timeout -1s\n", "timeout is"},
        {"timeout 10\n", "timeout is"},
        {"quiet 1\n", "quiet is"},
        {"action\n", "say 'action"},
        {"action start\n", "say 'action"},
        {"action start \n", "say 'action"},
        {"action  Start\n", "say 'action"},
        {"action a A\naction b B\naction c C\naction d D\naction e E\n", "more than four"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct wire_reader reader = WIRE_READER_INIT;
        const char *problem = NULL;
        unsigned lines = 0;

        for (const char *p = cases[i].text; *p; p++)
            lines += *p == '\n';
        assert_int_equal(read_all(&reader, cases[i].text, false, &problem), -EINVAL);
        assert_non_null(problem);
        assert_memory_equal(problem, cases[i].problem, strlen(cases[i].problem));
        assert_int_equal(reader.line_number, lines);
        wire_reader_done(&reader);
    }
}

static void test_zero_byte(void **state)
{
    static const char text[] = "summary x\0y\nshow\n";
    struct wire_reader reader = WIRE_READER_INIT;
    const char *data = text, *problem = NULL;
    size_t n = sizeof text - 1;

    (void)state;
    assert_int_equal(wire_reader_feed(&reader, &data, &n, &problem), -EINVAL);
    assert_string_equal(problem, "a line is text, without a zero byte");
    assert_int_equal(reader.line_number, 1);
    wire_reader_done(&reader);
}

static void test_words(void **state)
{
    static const struct {
        const char *line;
        usec_t timeout_usec;
    } timeouts[] = {
        {"timeout server", 0}, {"timeout never", USEC_INFINITY},        {"timeout 10s", 10 * USEC_PER_SEC},
        {"timeout 1us", 1},    {"timeout 1min 30s", 90 * USEC_PER_SEC},
    };
    struct wire_message m = WIRE_MESSAGE_INIT;
    const char *problem = NULL;

    (void)state;
    assert_int_equal(m.urgency, 1);
    for (size_t i = 0; i < ARRAY_SIZE(timeouts); i++) {
        assert_int_equal(wire_message_read(&m, timeouts[i].line, &problem), WIRE_MORE);
        assert_int_equal(m.timeout_usec, timeouts[i].timeout_usec);
    }
    /* The last word counts, and one that is refused changes nothing. */
    assert_int_equal(wire_message_read(&m, "quiet yes", &problem), WIRE_MORE);
    assert_int_equal(wire_message_read(&m, "quiet maybe", &problem), -EINVAL);
    assert_true(m.quiet);
    assert_int_equal(wire_message_read(&m, "quiet no", &problem), WIRE_MORE);
    assert_false(m.quiet);
    assert_int_equal(wire_message_read(&m, "summary one", &problem), WIRE_MORE);
    assert_int_equal(wire_message_read(&m, "summary two\\", &problem), -EINVAL);
    assert_string_equal(m.summary, "one");
    assert_int_equal(wire_message_read(&m, "summary  two ", &problem), WIRE_MORE);
    assert_string_equal(m.summary, " two ");
    wire_message_done(&m);
    assert_false(m.begun);
    assert_int_equal(m.timeout_usec, 0);
}

static void test_unescape(void **state)
{
    static const char *const bad[] = {"\\", "a\\", "\\t", "\\\\\\", "\\N"};
    char *text = wire_unescape("a\\nb\\\\n\\\\\\n");

    (void)state;
    assert_string_equal(text, "a\nb\\n\\\n");
    free(text);
    text = wire_unescape("");
    assert_string_equal(text, "");
    free(text);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        errno = 0;
        assert_null(wire_unescape(bad[i]));
        assert_int_equal(errno, EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_is_read_in_pieces_of_any_size),
        cmocka_unit_test(test_several_messages_in_one_piece),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_zero_byte),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_unescape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
