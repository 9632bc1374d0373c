/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The language of messages: from the environment or forced, changed while running, with catalogues written
 * here, as msgfmt would write them.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "util/fs-util.h"
#include "util/i18n.h"
#include "util/macro.h"

#define TEXTS 3

static char root[] = "/tmp/test-i18n-XXXXXX";

struct text {
    const char *id;
    const char *in_language;
    size_t id_size; /* without the zero at the end */
    size_t size;
};

#define TEXT(id, text)                                                                                       \
    {                                                                                                        \
        id, text, sizeof(id) - 1, sizeof(text) - 1                                                           \
    }

/* Sorted by id, as the lookup is a binary one. */
static const struct text german[TEXTS] = {
    TEXT("", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"),
    TEXT("a test of breaks", "Prüfung der Pausen"),
    TEXT("one test\0%d tests", "eine Prüfung\0%d Prüfungen"),
};

static const struct text polish[TEXTS] = {
    TEXT("",
         "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && "
         "n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"),
    TEXT("a test of breaks", "test przerw"),
    TEXT("one test\0%d tests", "jeden test\0%d testy\0%d testów"),
};

static void write_catalogue(const char *language, const struct text texts[TEXTS])
{
    uint32_t head[7 + 4 * TEXTS] = {0x950412de, 0, TEXTS, 28, 28 + 8 * TEXTS, 0, 28 + 16 * TEXTS};
    uint32_t at = sizeof(head);
    char path[512], dir[256];
    FILE *f;

    for (size_t i = 0; i < TEXTS; i++) {
        head[7 + 2 * i] = (uint32_t)texts[i].id_size;
        head[8 + 2 * i] = at;
        at += (uint32_t)texts[i].id_size + 1;
    }
    for (size_t i = 0; i < TEXTS; i++) {
        head[7 + 2 * (TEXTS + i)] = (uint32_t)texts[i].size;
        head[8 + 2 * (TEXTS + i)] = at;
        at += (uint32_t)texts[i].size + 1;
    }
    (void)snprintf(dir, sizeof(dir), "%s/%s/LC_MESSAGES", root, language);
    assert_int_equal(mkdir_parents(dir, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s/backcare.mo", dir);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(head, sizeof(head), 1, f), 1);
    for (size_t i = 0; i < TEXTS; i++)
        assert_int_equal(fwrite(texts[i].id, texts[i].id_size + 1, 1, f), 1);
    for (size_t i = 0; i < TEXTS; i++)
        assert_int_equal(fwrite(texts[i].in_language, texts[i].size + 1, 1, f), 1);
    assert_int_equal(fclose(f), 0);
}

static int write_catalogues(void **state)
{
    (void)state;
    if (!mkdtemp(root))
        return -1;
    write_catalogue("de", german);
    write_catalogue("pl", polish);
    return setenv("TEXTDOMAINDIR", root, 1);
}

static int remove_catalogues(void **state)
{
    static const char *const languages[] = {"de", "pl"};
    char path[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(languages); i++)
        for (size_t parts = 3; parts > 0; parts--) {
            (void)snprintf(path, sizeof(path), "%s/%s%s%s", root, languages[i],
                           parts > 1 ? "/LC_MESSAGES" : "", parts > 2 ? "/backcare.mo" : "");
            (void)remove(path);
        }
    return remove(root);
}

/* What the environment says; NULL = not set. */
static void set_environment(const char *lc_all, const char *lang, const char *language)
{
    const struct {
        const char *name, *value;
    } variables[] = {{"LC_ALL", lc_all}, {"LANG", lang}, {"LANGUAGE", language}, {"LC_MESSAGES", NULL}};

    /* Whatever the test before has left. */
    i18n_init(NULL);
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
        if (variables[i].value)
            (void)setenv(variables[i].name, variables[i].value, 1);
        else
            (void)unsetenv(variables[i].name);
}

static void is_german(void)
{
    assert_string_equal(_("a test of breaks"), "Prüfung der Pausen");
    assert_string_equal(P_("one test", "%d tests", 1), "eine Prüfung");
    assert_string_equal(P_("one test", "%d tests", 5), "%d Prüfungen");
}

static void is_english(void)
{
    assert_string_equal(_("a test of breaks"), "a test of breaks");
    assert_string_equal(P_("one test", "%d tests", 1), "one test");
    assert_string_equal(P_("one test", "%d tests", 0), "%d tests");
}

static void environment(void **state)
{
    (void)state;
    set_environment(NULL, "C.UTF-8", "de");
    i18n_init(NULL);
    is_german();
    assert_string_equal(i18n_language(), "de");
    assert_false(i18n_is_forced());

    set_environment(NULL, "C.UTF-8", "de_AT.UTF-8:en");
    i18n_init("auto");
    is_german();
    assert_string_equal(i18n_language(), "de-AT");
    assert_false(i18n_is_forced());

    /* In "C" the list of languages counts for nothing. */
    set_environment("C", "C.UTF-8", "de");
    i18n_init("");
    is_english();
    assert_string_equal(i18n_language(), "en");

    set_environment("C.UTF-8", NULL, NULL);
    i18n_init(NULL);
    is_english();
    assert_string_equal(i18n_language(), "en");

    set_environment(NULL, NULL, NULL);
    i18n_init(NULL);
    is_english();
    assert_string_equal(i18n_language(), "en");
}

static void no_such_locale(void **state)
{
    (void)state;
    set_environment("xx_YY.UTF-8", NULL, NULL);
    i18n_init(NULL);
    is_english();
    assert_string_equal(i18n_language(), "en");
    i18n_init("de");
    is_german();
}

static void forced_language(void **state)
{
    (void)state;
    set_environment("C", NULL, NULL);
    i18n_init("de");
    is_german();
    assert_string_equal(i18n_language(), "de");
    assert_true(i18n_is_forced());

    i18n_init("pl");
    assert_string_equal(_("a test of breaks"), "test przerw");
    assert_string_equal(P_("one test", "%d tests", 3), "%d testy");
    assert_string_equal(P_("one test", "%d tests", 5), "%d testów");

    i18n_init("de_DE");
    is_german();
    assert_string_equal(i18n_language(), "de-DE");
    i18n_init("de-CH");
    is_german();
    assert_string_equal(i18n_language(), "de-CH");

    i18n_init("pt_BR");
    is_english();
    assert_string_equal(i18n_language(), "pt-BR");
    i18n_init("sr@latin");
    assert_string_equal(i18n_language(), "sr");

    i18n_init("en");
    is_english();
    assert_string_equal(i18n_language(), "en");
}

/* What was forced leaves nothing behind. */
static void back_to_the_environment(void **state)
{
    (void)state;
    set_environment(NULL, "C.UTF-8", "de");
    i18n_init("pl");
    i18n_init("en");
    is_english();
    i18n_init("auto");
    is_german();
    assert_string_equal(getenv("LANGUAGE"), "de");
    assert_false(i18n_is_forced());

    set_environment(NULL, "C.UTF-8", NULL);
    i18n_init("de");
    i18n_init(NULL);
    is_english();
    assert_null(getenv("LANGUAGE"));
}

static void nonsense(void **state)
{
    static const char *const languages[] = {
        "../../etc", "/",        "-",
        "_",         "@",        ".",
        ":",         "de/../pl", "a-language-that-is-longer-than-any-that-there-is"};

    (void)state;
    set_environment("C.UTF-8", NULL, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
        i18n_init(languages[i]);
        is_english();
        assert_true(strlen(i18n_language()) < 32);
    }
    set_environment(NULL, "C.UTF-8", ":");
    i18n_init(NULL);
    is_english();
    assert_string_equal(i18n_language(), "en");
}

static void untranslated(void **state)
{
    (void)state;
    set_environment(NULL, "C.UTF-8", "de");
    i18n_init(NULL);
    is_german();
    i18n_untranslated();
    is_english();
    assert_string_equal(i18n_language(), "de");
    i18n_init(NULL);
    is_german();
}

/* Of the locale nothing but the language of messages: a comma in a number would break files and JSON. */
static void nothing_else_of_the_locale(void **state)
{
    (void)state;
    set_environment("C.UTF-8", NULL, "de");
    i18n_init("de");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
    assert_string_equal(setlocale(LC_TIME, NULL), "C");
    assert_string_equal(setlocale(LC_CTYPE, NULL), "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environment),
        cmocka_unit_test(no_such_locale),
        cmocka_unit_test(forced_language),
        cmocka_unit_test(back_to_the_environment),
        cmocka_unit_test(nonsense),
        cmocka_unit_test(untranslated),
        cmocka_unit_test(nothing_else_of_the_locale),
    };

    /* Without catalogues there is nothing to look at. */
    if (!ENABLE_NLS)
        return 77;
    return cmocka_run_group_tests(tests, write_catalogues, remove_catalogues);
}
