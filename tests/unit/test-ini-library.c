/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * iniparser asked piece by piece, and each line once, against iniparser asked for the whole text at once: the
 * same answer for files made to break the pieces, and for findings of ours made wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config/ini-library.h"
#include "config/ini-scan.h"

struct sample {
    char *text; /* as written */
    size_t text_size;
    char *clean;
    size_t clean_size;
    struct ini_file *file;
    struct diagnostics scanned; /* what the scanner said */
    FILE *out;
};

static void sample_begin(struct sample *s)
{
    *s = (struct sample){0};
    s->out = open_memstream(&s->text, &s->text_size);
    assert_non_null(s->out);
}

/* Scans what was written to s->out. */
static void sample_scan(struct sample *s)
{
    assert_int_equal(fclose(s->out), 0);
    assert_true(s->text_size <= INI_SIZE_MAX);
    s->file = calloc(1, sizeof *s->file);
    s->clean = malloc(s->text_size + 1);
    assert_non_null(s->file);
    assert_non_null(s->clean);
    s->file->path = strdup("t");
    s->file->text = malloc(s->text_size + 1);
    assert_non_null(s->file->text);
    memcpy(s->file->text, s->text, s->text_size);
    assert_int_equal(ini_scan(s->text_size, &s->scanned, s->file, s->clean, &s->clean_size), 0);
}

static void sample_done(struct sample *s)
{
    diagnostics_done(&s->scanned);
    ini_file_free(s->file);
    free(s->clean);
    free(s->text);
}

static bool whole_agrees(const struct sample *s)
{
    struct diagnostics d = {0};
    bool agrees;

    assert_int_equal(ini_library_compare(s->clean, s->clean_size, &d, s->file), 0);
    agrees = d.n == 0;
    diagnostics_done(&d);
    return agrees;
}

/* Both ways must find what the scanner has found, and ini_parse() must say what the scanner says, no more. */
static void check_agreement(struct sample *s)
{
    struct diagnostics d = {0};
    struct ini_file *file;

    assert_true(ini_library_agrees(s->clean, s->clean_size, s->file));
    assert_true(whole_agrees(s));
    assert_int_equal(ini_parse("t", s->text, s->text_size, &d, &file), 0);
    assert_int_equal(d.n, s->scanned.n);
    assert_int_equal(file->n, s->file->n);
    for (size_t i = 0; i < file->n; i++) {
        assert_string_equal(file->entries[i].section, s->file->entries[i].section);
        assert_string_equal(file->entries[i].key, s->file->entries[i].key);
        assert_string_equal(file->entries[i].value, s->file->entries[i].value);
        assert_int_equal(file->entries[i].line, s->file->entries[i].line);
    }
    ini_file_free(file);
    diagnostics_done(&d);
}

static void check_mistakes(const struct sample *s, const char *expected)
{
    char *text = diagnostics_format(&s->scanned);

    assert_string_equal(text, expected);
    free(text);
}

/* One wrong value, key or section at each of many places must be found by both. */
static void check_disagreement(struct sample *s)
{
    char wrong[] = "made wrong";

    for (size_t i = 0; i < s->file->n; i += 1 + s->file->n / 6) {
        struct ini_entry *e = &s->file->entries[i], right = *e;

        e->value = wrong;
        assert_false(ini_library_agrees(s->clean, s->clean_size, s->file));
        assert_false(whole_agrees(s));
        *e = right;
        e->key = wrong;
        assert_false(ini_library_agrees(s->clean, s->clean_size, s->file));
        assert_false(whole_agrees(s));
        *e = right;
        e->section = wrong;
        assert_false(ini_library_agrees(s->clean, s->clean_size, s->file));
        assert_false(whole_agrees(s));
        *e = right;
    }
    s->file->n--;
    assert_false(ini_library_agrees(s->clean, s->clean_size, s->file));
    assert_false(whole_agrees(s));
    s->file->n++;
    assert_true(ini_library_agrees(s->clean, s->clean_size, s->file));
}

static void check_both(struct sample *s)
{
    check_agreement(s);
    check_disagreement(s);
    sample_done(s);
}

/* As a catalogue is: many sections with the same keys, and most of the lines in all of them. */
static void test_same_lines(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    for (int i = 0; i < 400; i++)
        fprintf(s.out,
                "[exercise-%d]\ntitle = Number %d\nkind = stretch\n# note\nstep-1 = Sit; or don't.\n\n", i,
                i);
    sample_scan(&s);
    /* "Sit;" is a mistake, each time. */
    assert_int_equal(s.scanned.n, 400);
    assert_int_equal(s.file->n, 800);
    check_both(&s);
}

/* Each section is taken up again when its piece is long gone, in other letters. */
static void test_repeated_sections(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    for (int round = 0; round < 30; round++)
        for (int i = 0; i < 40; i++)
            fprintf(s.out, "%s%s-%d]\nkey-%d = %d\nKEY-%d-b = same\n", round % 3 == 1 ? " [ " : "[",
                    round % 2 == 0 ? "part" : "PART", i, round, i, round);
    sample_scan(&s);
    assert_int_equal(s.file->n_sections, 40);
    assert_int_equal(s.file->n, 30 * 40 * 2);
    assert_int_equal(s.scanned.n, 29 * 40);
    check_both(&s);
}

/* One section longer than any piece: its header is needed again in each. */
static void test_long_section(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    fprintf(s.out, "[long] \r\n");
    for (int i = 0; i < 3000; i++)
        fprintf(s.out, "key-%d = %d ; note\r\n", i, i % 7);
    sample_scan(&s);
    assert_int_equal(s.file->n, 3000);
    assert_string_equal(s.file->entries[2999].value, "3");
    check_both(&s);
}

static void test_duplicates_far_apart(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    fprintf(s.out, "[a]\nfirst = 1\n");
    for (int i = 0; i < 5000; i++)
        fprintf(s.out, "[s%d]\nk = v\n", i);
    fprintf(s.out, "[A]\nFIRST = 1\nfirst = 2\nlast = 3");
    sample_scan(&s);
    assert_int_equal(s.file->n, 5002);
    check_mistakes(&s, "t:10003: warning: [a]: this section began in line 1 already and goes on here\n"
                       "t:10004: [a].FIRST: is set twice; the first time in line 2\n"
                       "t:10005: [a].first: is set twice; the first time in line 2\n");
    check_both(&s);
}

static void test_before_sections(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    fprintf(s.out, "\xef\xbb\xbf"
                   "a = 1\n\n# x\nb = 2\n[[odd ]\r\na = 1\nb = 2\n[x] y\na = 3\n[odd]\na = 1");
    sample_scan(&s);
    assert_int_equal(s.file->n, 3);
    assert_string_equal(s.file->entries[0].section, "[odd");
    check_both(&s);
    sample_begin(&s);
    fprintf(s.out, "a = 1\nb = 2\n");
    sample_scan(&s);
    assert_int_equal(s.file->n, 0);
    assert_int_equal(s.scanned.n, 2);
    check_agreement(&s);
    sample_done(&s);
}

/* The longest of everything, so that a piece is full by its bytes: names, values, comments. */
static void test_long_lines(void **state)
{
    char filler[INI_LINE_MAX + 1];
    struct sample s;

    (void)state;
    memset(filler, 'x', sizeof filler);
    sample_begin(&s);
    for (int i = 0; i < 120; i++) {
        fprintf(s.out, "[s%03d%.*s]\n", i, INI_NAME_MAX - 4, filler);
        fprintf(s.out, "k%03d%.*s=%.*s\n", i, INI_NAME_MAX - 4, filler, INI_LINE_MAX - INI_NAME_MAX - 1,
                filler);
        fprintf(s.out, "#%03d%.*s\n", i, INI_LINE_MAX - 4, filler);
        fprintf(s.out, "too-long = %.*s\n", INI_LINE_MAX, filler);
    }
    sample_scan(&s);
    assert_int_equal(s.file->n, 120);
    assert_int_equal(s.scanned.n, 120);
    check_both(&s);
}

/* As many as there may be: keys, sections without a key, and one more of each. */
static void test_most(void **state)
{
    struct sample s;

    (void)state;
    sample_begin(&s);
    for (unsigned i = 0; i <= INI_ENTRIES_MAX; i++)
        fprintf(s.out, "[s%u]\n", i);
    fprintf(s.out, "[s7]\n");
    for (unsigned i = 0; i <= INI_ENTRIES_MAX; i++)
        fprintf(s.out, "k%u=\n", i);
    sample_scan(&s);
    assert_int_equal(s.file->n, 524288);
    assert_int_equal(s.file->n_sections, 524288);
    check_mistakes(&s, "t:524289: more than 524288 sections\n"
                       "t:524290: warning: [s7]: this section began in line 8 already and goes on here\n"
                       "t:1048579: more than 524288 keys\n");
    assert_true(ini_library_agrees(s.clean, s.clean_size, s.file));
    assert_false(whole_agrees(&s)); /* nobody would wait for it */
    sample_done(&s);
}

/* At random, out of few names and values, so that all of them come again. */
static void test_random(void **state)
{
    static const char *const values[] = {"",      "1",        "don't", "\"a; b\"", "'c # d'", "e ; f",
                                         "g # h", "\"broken", "i;j",   "k\\",      "ä",       "=x="};
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", " \n", "\n\n", "\n# note\n", "\n;k = 1\n"};
    unsigned seed = 20261123;

    (void)state;
    for (int run = 0; run < 60; run++) {
        struct sample s;

        sample_begin(&s);
        for (int lines = rand_r(&seed) % 1500; lines >= 0; lines--) {
            const char *end = ends[(size_t)rand_r(&seed) % ARRAY_SIZE(ends)];

            if (rand_r(&seed) % 8 == 0)
                fprintf(s.out, "[s%d]%s", rand_r(&seed) % 60, end);
            else
                fprintf(s.out, "%s%d = %s%s", rand_r(&seed) % 2 ? "k" : "\tK", rand_r(&seed) % 30,
                        values[(size_t)rand_r(&seed) % ARRAY_SIZE(values)], end);
        }
        sample_scan(&s);
        check_agreement(&s);
        if (s.file->n > 1 && run % 10 == 0)
            check_disagreement(&s);
        sample_done(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_lines),
        cmocka_unit_test(test_repeated_sections),
        cmocka_unit_test(test_long_section),
        cmocka_unit_test(test_duplicates_far_apart),
        cmocka_unit_test(test_before_sections),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_most),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
