/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * INI text to entries: every mistake with its exact line, what a file may hold, files that can't be read, and
 * a seeded random comparison of the scanner with iniparser (which ini_parse() makes for each key).
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

#include "config/ini.h"
#include "util/time-util.h"

/* "[section].key@line=<value>" for each entry, then all diagnostics. */
static char *describe(const char *text, size_t size)
{
    struct diagnostics d = {0};
    struct ini_file *file = NULL;
    char *out = NULL, *lines;
    size_t n;
    FILE *f = open_memstream(&out, &n);

    assert_int_equal(ini_parse("t", text, size, &d, &file), 0);
    assert_non_null(file);
    for (size_t i = 0; i < file->n; i++)
        (void)fprintf(f, "[%s].%s@%u=<%s>\n", file->entries[i].section, file->entries[i].key,
                      file->entries[i].line, file->entries[i].value);
    lines = diagnostics_format(&d);
    (void)fputs(lines, f);
    (void)fclose(f);
    free(lines);
    diagnostics_done(&d);
    ini_file_free(file);
    return out;
}

static void check(const char *text, size_t size, const char *expected)
{
    char *out = describe(text, size);

    assert_string_equal(out, expected);
    free(out);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void test_good(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("\n\n# x\n  ; y\n", "");
    CHECK("[a]\nb=c", "[a].b@2=<c>\n");
    CHECK("[a]\r\nb = c d\r\n", "[a].b@2=<c d>\n");
    CHECK("\t[ a ]\n \tb\t=\tc \t\n", "[a].b@2=<c>\n");
    CHECK("[a]\nb =\nc = ; note\nd = \"\"\ne = '' # note\n",
          "[a].b@2=<>\n[a].c@3=<>\n[a].d@4=<>\n[a].e@5=<>\n");
    CHECK("[a]\nb = c ; d\ne = f\t# g\n", "[a].b@2=<c>\n[a].e@3=<f>\n");
    CHECK("[a]\nb = \" x; y # z \" ; w\nc = 'don;t'#\n", "[a].b@2=< x; y # z >\n[a].c@3=<don;t>\n");
    CHECK("[a]\nb = don't say \"so\"\n", "[a].b@2=<don't say \"so\">\n");
    CHECK("[a]\nb = \"it's\"\nc = 'a \"b\"'\n", "[a].b@2=<it's>\n[a].c@3=<a \"b\">\n");
    CHECK("[a]\nb = c:\\dir\\x\n", "[a].b@2=<c:\\dir\\x>\n");
    CHECK("[a]\nb = =c=\nd==\n", "[a].b@2=<=c=>\n[a].d@3=<=>\n");
    CHECK("[chin-tuck]\ntitle[de] = Kinn zurück\n", "[chin-tuck].title[de]@2=<Kinn zurück>\n");
    CHECK("[schedule]\nMon-Fri = 09:00-12:30, 13:30-18:00\nSat, Sun = none\n",
          "[schedule].Mon-Fri@2=<09:00-12:30, 13:30-18:00>\n[schedule].Sat, Sun@3=<none>\n");
    CHECK("[A]\nB = C\n", "[A].B@2=<C>\n");
}

static void test_mistakes(void **state)
{
    (void)state;
    CHECK("a = b\n", "t:1: a: stands before the first [section]\n");
    CHECK("[a\nb = c\n", "t:1: the section header has no ']'\n");
    CHECK("[]\n[ ]\n", "t:1: the section has no name\nt:2: the section has no name\n");
    CHECK("[a] # x\nb = c\n", "t:1: text after the section header: a comment needs a line of its own\n");
    CHECK("[a]]\n", "t:1: text after the section header: a comment needs a line of its own\n");
    CHECK("[a:b]\n[ä]\n",
          "t:1: a section's name is made of plain letters, digits and signs, without : ; # = and quotes\n"
          "t:2: a section's name is made of plain letters, digits and signs, without : ; # = and quotes\n");
    CHECK("[a]\nhello\nb = c\n",
          "[a].b@3=<c>\n"
          "t:2: no '=' in this line: it is no \"key = value\", no [section] and no # comment\n");
    CHECK("[a]\n= c\n", "t:2: no key before the '='\n");
    CHECK("[a]\nb ; x = c\nd:e = f\n",
          "t:2: a key is made of plain letters, digits and signs, without : ; # and quotes\n"
          "t:3: a key is made of plain letters, digits and signs, without : ; # and quotes\n");
    CHECK("[a]\nb = 1\nc = 2\nB = 3\n", "[a].b@2=<1>\n[a].c@3=<2>\n"
                                        "t:4: [a].B: is set twice; the first time in line 2\n");
    CHECK("[a]\nb = 1\n[c]\nb = 2\n[A]\nb = 3\nd = 4\n",
          "[a].b@2=<1>\n[c].b@4=<2>\n[a].d@7=<4>\n"
          "t:5: warning: [a]: this section began in line 1 already and goes on here\n"
          "t:6: [a].b: is set twice; the first time in line 2\n");
    CHECK("[a]\nb = \"c\nd = 'e\nf = \"\n", "t:2: [a].b: the quote is not closed\n"
                                            "t:3: [a].d: the quote is not closed\n"
                                            "t:4: [a].f: the quote is not closed\n");
    CHECK("[a]\nb = \"c\" d\n", "t:2: [a].b: text after the closing quote\n");
    CHECK("[a]\nb = \"c\\d\"\n",
          "t:2: [a].b: a backslash in quotes: leave out the quotes or the backslash\n");
    CHECK("[a]\nb = c;d\ne = f#g\n",
          "t:2: [a].b: a ';' or '#' within the value: put the value in quotes (or a "
          "blank before a comment)\n"
          "t:3: [a].e: a ';' or '#' within the value: put the value in quotes (or a "
          "blank before a comment)\n");
    CHECK("[a]\nb = c \"d ; e\"\n", "t:2: [a].b: a quote within the value has no partner\n");
    CHECK("[a]\nb = c \\\nd = e\n# f \\\ng = h\n",
          "[a].d@3=<e>\n[a].g@5=<h>\n"
          "t:2: the line ends with a backslash: a value can't go on in the next line\n"
          "t:4: the line ends with a backslash: a value can't go on in the next line\n");
    CHECK("[a]\nb = c\rd\n# \x01\n", "t:2: the line holds a control character\n"
                                     "t:3: the line holds a control character\n");
    CHECK("[a]\nb = c\0d\n", "t:2: the line holds a NUL byte: this is no text file\n");
    CHECK("\xef\xbb\xbf[a]\nb = c\n",
          "[a].b@2=<c>\n"
          "t:1: the file begins with a byte order mark: save it as UTF-8 without one\n");
    CHECK("\xff\xfe[\0a\0]\0\n\0", "t: the file is UTF-16: save it as UTF-8\n");
}

/* A header that can't be read is one all the same: what stands below it is no key of the section before. */
static void test_lost_headers(void **state)
{
    static const struct {
        const char *line, *message;
        size_t n; /* bytes, where a NUL is one of them */
    } rows[] = {
        {"[b\xff]", "not valid UTF-8", 0},
        {"[b\xff", "not valid UTF-8", 0},
        {" \t[b]\x01", "a control character", 0},
        {"[b]\\", "ends with a backslash", 0},
        {"[b] # \\", "ends with a backslash", 0},
        {"[b]\\\r", "ends with a backslash", 0},
        {"[b\0]", "a NUL byte", 4},
        {NULL, "longer than 1022 bytes", 0},
    };
    char long_line[INI_LINE_MAX + 2] = "", text[INI_LINE_MAX + 64];

    (void)state;
    memset(long_line, '[', INI_LINE_MAX + 1);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *line = rows[i].line ? rows[i].line : long_line;
        size_t n = rows[i].n > 0 ? rows[i].n : strlen(line), size = 10 + n;
        char *out;

        memcpy(text, "[a]\nc = 1\n", 10);
        memcpy(text + 10, line, n);
        memcpy(text + size, "\nd = 2\n[e]\nf = 3\n", 17);
        out = describe(text, size + 17);
        assert_non_null(strstr(out, rows[i].message));
        assert_non_null(strstr(out, "[a].c@2=<1>\n[e].f@6=<3>\nt:3: the line "));
        free(out);
    }
    /* No header, however it is read: the section goes on, and the line is its own. */
    CHECK("[a]\n# [b] \\\nd = 2\n",
          "[a].d@3=<2>\nt:2: the line ends with a backslash: a value can't go on in the next line\n");
}

static void test_utf8(void **state)
{
    static const char *const bad[] = {"\xff",         "\xc3",         "\xc0\xaf",
                                      "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xe2\x82",     "\x80",         "\xf0\x8f\xbf\xbf"};
    static const char *const good[] = {"ä", "€", "😀", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf", "\xc2\x80"};
    char text[64], expected[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        (void)snprintf(text, sizeof(text), "[a]\nb = %s\n", bad[i]);
        check(text, strlen(text), "t:2: the line is not valid UTF-8\n");
    }
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        (void)snprintf(text, sizeof(text), "[a]\nb = %s\n", good[i]);
        (void)snprintf(expected, sizeof(expected), "[a].b@2=<%s>\n", good[i]);
        check(text, strlen(text), expected);
    }
}

/* The longest line that is taken, also as the last one without a line break, and one byte more. */
static void test_long_lines(void **state)
{
    char text[2048], *out;

    (void)state;
    for (int newline = 0; newline < 2; newline++)
        for (size_t n = INI_LINE_MAX - 1; n <= INI_LINE_MAX + 2; n++) {
            size_t size = 4 + n;

            memcpy(text, "[a]\nb=", 6);
            memset(text + 6, 'x', n - 2);
            if (newline)
                memcpy(text + size++, "\n", 1);
            out = describe(text, size);
            if (n <= INI_LINE_MAX) {
                assert_int_equal(strlen(out), strlen("[a].b@2=<>\n") + n - 2);
                assert_null(strstr(out, "t:"));
            } else {
                assert_string_equal(out, "t:2: the line is longer than 1022 bytes\n");
            }
            free(out);
        }
    /* A comment is no exception: iniparser would refuse the file. */
    memset(text, '#', 1100);
    memcpy(text + 1100, "\n[a]\nb=c", 8);
    check(text, 1108, "[a].b@3=<c>\nt:1: the line is longer than 1022 bytes\n");
    memset(text, 'k', 300);
    memcpy(text, "[a]\n", 4);
    memcpy(text + 300, "=c\n", 3);
    check(text, 303, "t:2: the key is longer than 255 bytes\n");
}

static void test_limits(void **state)
{
    static char big[INI_SIZE_MAX + 1];
    char *out;

    (void)state;
    memset(big, '\n', sizeof(big));
    check(big, sizeof(big), "t: the file is larger than 16 MiB\n");
    check(big, sizeof(big) - 1, "");
    /* Garbage doesn't drown its reader. */
    for (size_t i = 0; i < sizeof(big); i += 2)
        big[i] = 'x';
    out = describe(big, sizeof(big) - 1);
    assert_non_null(strstr(out, "t:1001: too many mistakes: the rest is not read\n"));
    assert_null(strstr(out, "t:1002"));
    free(out);
}

static void test_sections(void **state)
{
    struct ini_file *file;

    (void)state;
    assert_int_equal(ini_parse("t", "[a]\n[b]\nc=d\n", 12, NULL, &file), 0);
    assert_int_equal(file->n_sections, 2);
    assert_string_equal(file->sections[0].name, "a");
    assert_int_equal(file->sections[0].line, 1);
    assert_string_equal(file->sections[1].name, "b");
    assert_int_equal(file->sections[1].line, 2);
    ini_file_free(file);
}

static char *load_message(const char *path, int expected)
{
    struct ini_file *file = (struct ini_file *)(uintptr_t)1;
    struct diagnostics d = {0};
    char *text;

    assert_int_equal(ini_load(path, &d, &file), expected);
    if (expected == 0)
        assert_null(file);
    else
        assert_ptr_equal(file, (uintptr_t)1);
    assert_int_equal(d.n_unreadable, expected == 0);
    text = diagnostics_format(&d);
    diagnostics_done(&d);
    return text;
}

static void check_unreadable(const char *path, const char *reason)
{
    char *text = load_message(path, 0), expected[512];

    (void)snprintf(expected, sizeof(expected), "%s: can't be read: %s\n", path, reason);
    assert_string_equal(text, expected);
    free(text);
}

static void test_files(void **state)
{
    char dir[] = "/tmp/backcare-ini-XXXXXX", path[128], *text;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd;

    (void)state;
    assert_non_null(mkdtemp(dir));
    check_unreadable(dir, "it is a directory");
    (void)snprintf(path, sizeof(path), "%s/none", dir);
    text = load_message(path, -ENOENT);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(symlink("nowhere", path), 0);
    check_unreadable(path, "it is a link to nothing");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("none", path), 0);
    check_unreadable(path, "Too many levels of symbolic links");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    check_unreadable(path, "it is no regular file");
    assert_int_equal(unlink(path), 0);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    memcpy(addr.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    check_unreadable(path, "it is no regular file");
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    check_unreadable("/dev/null", "it is no regular file");
}

static void test_nearest(void **state)
{
    static const char *const choices[] = {"idle-after", "idle-after-prompt", "snooze", "no", "yes", NULL};

    (void)state;
    assert_string_equal(nearest_name("idle-aftr", choices), "idle-after");
    assert_string_equal(nearest_name("idel-after", choices), "idle-after");
    assert_string_equal(nearest_name("Snoze", choices), "snooze");
    assert_string_equal(nearest_name("sonoze", choices), "snooze");
    assert_string_equal(nearest_name("yse", choices), "yes");
    assert_null(nearest_name("camera", choices));
    assert_null(nearest_name("x", choices));
    assert_null(nearest_name("", choices));
    assert_null(nearest_name("a-very-long-word-that-goes-on-and-on-and-on-and-on-and-on", choices));
}

/* Random text out of what matters to both parsers. Each key is compared in ini_parse(); a difference is the
 * one message that must never appear. The seed is fixed, so that a failure can be repeated; BACKCARE_SEED
 * and BACKCARE_FUZZ_SEC try others for longer. */
static void test_differential(void **state)
{
    static const char *const pieces[] = {
        "=",   " ",    "\"",    "'",    ";",   "#", "\\",  "[",    "]",  "\n",
        "\t",  "a",    "B",     ":",    ",",   "ä", "x y", "\"\"", "''", " ; ",
        " # ", "\r\n", "[s]\n", "k = ", "\nk", "0", "é",   "\v",   "==", "\xa0"};
    const char *seed_text = getenv("BACKCARE_SEED"), *seconds = getenv("BACKCARE_FUZZ_SEC");
    unsigned seed = seed_text ? (unsigned)atoi(seed_text) : 20261120;
    usec_t until = now_usec(CLOCK_MONOTONIC) + (seconds ? atoi(seconds) : 1) * USEC_PER_SEC;
    size_t with_entries = 0, runs = 0;

    (void)state;
    while (now_usec(CLOCK_MONOTONIC) < until) {
        struct diagnostics d = {0};
        struct ini_file *file;
        char text[4096] = "[s]\n", name[16];
        size_t n = 4;

        for (int keys = rand_r(&seed) % 12; keys >= 0; keys--) {
            n += (size_t)snprintf(name, sizeof(name), "k%d =", keys);
            (void)strcat(text, name);
            for (int words = rand_r(&seed) % 9; words > 0; words--) {
                const char *piece = pieces[(size_t)rand_r(&seed) % ARRAY_SIZE(pieces)];

                (void)strcat(text, piece);
                n += strlen(piece);
            }
            (void)strcat(text, "\n");
            n++;
        }
        assert_int_equal(ini_parse("t", text, n, &d, &file), 0);
        for (size_t i = 0; i < d.n; i++)
            if (strstr(d.items[i].text, "please report"))
                fail_msg("%s in line %u of:\n%s", d.items[i].text, d.items[i].line, text);
        with_entries += file->n > 0;
        runs++;
        ini_file_free(file);
        diagnostics_done(&d);
    }
    /* Otherwise this would compare nothing. */
    assert_true(with_entries > runs / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),         cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_utf8),         cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_sections),
        cmocka_unit_test(test_files),        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_differential), cmocka_unit_test(test_lost_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
