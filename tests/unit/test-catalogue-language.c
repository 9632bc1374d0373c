/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Translations: which language an exercise is shown in, whole or not at all, what is said of a half one, and
 * which language is wanted.
 */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"
#include "util/i18n.h"

/* 17 lines. */
#define PLAIN(id)                                                                                            \
    "[" id "]\ntitle = One\nkind = posture\nregions = neck\nmuscles = all, none\nposition = seated\n"        \
    "place = desk\nduration = 60s\nintensity = 1\nstep-1 = Sit.\nstep-2 = Rise.\nbreath = In.\n"             \
    "hazards = none\npregnancy-t1 = adapt\npregnancy-t2 = no\npregnancy-t3 = no\nstep-1-t1 = Stay.\n"        \
    "step-2-t1 = Wait.\n"
/* Every text that it has, in the language @tag. */
#define WHOLE(tag, title)                                                                                    \
    "title[" tag "] = " title "\nmuscles[" tag "] = " title " muscle\nstep-1[" tag "] = " title              \
    " sit.\nstep-2[" tag "] = " title " rise.\nbreath[" tag "] = " title " in.\nstep-1-t1[" tag "] = " title \
    " stay.\nstep-2-t1[" tag "] = " title " wait.\n"

static struct catalogue *load_in(const char *dir, const char *language, bool bare)
{
    _cleanup_(freep) char *system_dir = path_join(dir, "system"), *user = path_join(dir, "user");
    const char *dirs[] = {system_dir, user, NULL};
    struct catalogue *catalogue = NULL;

    assert_int_equal((bare ? catalogue_load_bare : catalogue_load)(dirs, language, NULL, &catalogue), 0);
    return catalogue;
}

/* The title in each language; "One" is the plain one. */
static const struct {
    const char *language, *title;
} wanted[] = {{NULL, "One"},     {"", "One"},        {"en", "One"},          {"fr", "One"},
              {"deu", "One"},    {"d", "One"},       {"-de", "One"},         {"de", "Eins"},
              {"DE", "Eins"},    {"de-CH", "Eins"},  {"de_CH", "Eins"},      {"de-", "Eins"},
              {"de-AT", "Oans"}, {"de_at", "Oans"},  {"de-AT-1996", "Oans"}, {"de-ATX", "Eins"},
              {"pt-PT", "Um"},   {"pt", "Um"},       {"pt-BR", "Um"},        {"pt_BR", "Um"},
              {"sv", "One"},     {"zh-Hant", "Yat"}, {"zh", "One"},          {"zh-Hant-HK", "Yat"}};

/* That @text is the plain one, or with @prefix the translated one. */
static void assert_word(const char *text, const char *prefix, const char *plain, const char *translated)
{
    _cleanup_(freep) char *expected = NULL;

    assert_true(asprintf(&expected, "%s%s%s", prefix ? prefix : "", prefix ? " " : "",
                         prefix ? translated : plain) > 0);
    assert_string_equal(text, expected);
}

static void assert_words(const struct exercise *e, const char *prefix)
{
    assert_word(e->texts->steps[0], prefix, "Sit.", "sit.");
    assert_word(e->texts->steps[1], prefix, "Rise.", "rise.");
    assert_null(e->texts->steps[2]);
    assert_word(e->texts->adapted[0][1], prefix, "Wait.", "wait.");
    assert_word(e->texts->breath, prefix, "In.", "in.");
    assert_word(e->texts->muscles[0], prefix, "all", "muscle");
    assert_int_equal(e->texts->muscles[1] == NULL, prefix != NULL);
    assert_string_equal(e->texts->caution, "");
}

static void test_which_language(void **state)
{
    /* Half translated is not translated, neither into the very language nor at all. */
    write_text(*state, "system/a.ini",
               PLAIN("one") WHOLE("de", "Eins")
                   WHOLE("de-at", "Oans") "title[pt-BR] = Hum\n" WHOLE("PT", "Um")
                       WHOLE("zh-Hant", "Yat") "title[sv] = Ett\nstep-1[sv] = Sitt.\n");
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        _cleanup_(catalogue_freep) struct catalogue *bare = load_in(*state, wanted[i].language, true);
        _cleanup_(catalogue_freep) struct catalogue *whole = load_in(*state, wanted[i].language, false);
        _cleanup_(freep) struct exercise *again = NULL;
        const struct exercise *e = catalogue_find(whole, "one");
        bool translated = strcmp(wanted[i].title, "One") != 0;

        assert_string_equal(e->title, wanted[i].title);
        assert_string_equal(catalogue_find(bare, "one")->title, wanted[i].title);
        assert_int_equal(e->translated, translated);
        /* All of them, and the same when they are read again. */
        assert_int_equal(exercise_load_texts(catalogue_find(bare, "one"), &again), 0);
        assert_string_equal(again->title, wanted[i].title);
        assert_int_equal(again->translated, translated);
        assert_words(again, translated ? wanted[i].title : NULL);
    }
}

/* One text after the other is left out: each time the plain ones are used, all of them, and it is said. */
static void test_whole_or_not_at_all(void **state)
{
    static const char whole[] = PLAIN("one") WHOLE("de", "Eins");
    static const char *const keys[] = {"title",  "muscles",   "step-1",   "step-2",
                                       "breath", "step-1-t1", "step-2-t1"};

    catalogue_free(load_text(*state, whole, ""));
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        _cleanup_(freep) char *key = NULL, *text = NULL, *expected = NULL, *line = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        const char *at;

        assert_true(asprintf(&key, "%s[de]", keys[i]) > 0);
        at = strstr(whole, key);
        line = strndup(at, strcspn(at, "\n") + 1);
        text = with(whole, line, "");
        assert_true(asprintf(&expected,
                             "x.ini:19: warning: [one]: half translated into de: %s is missing; it is shown "
                             "in its own language",
                             keys[i]) > 0);
        catalogue_free(load_text(*state, text, expected));
        write_text(*state, "system/a.ini", text);
        catalogue = load_in(*state, "de", false);
        assert_int_equal(catalogue->n, 1);
        assert_string_equal(catalogue->exercises[0]->title, "One");
        assert_string_equal(catalogue->exercises[0]->texts->steps[0], "Sit.");
        assert_string_equal(catalogue->exercises[0]->texts->adapted[0][0], "Stay.");
        assert_false(catalogue->exercises[0]->translated);
    }
}

static void test_messages(void **state)
{
    static const struct {
        const char *more, *expected;
    } rows[] = {
        {"step-1[de] = x\ntitle[de] = y\n",
         "x.ini:19: warning: [one]: half translated into de: muscles and 4 more are missing; it is shown in "
         "its own language"},
        {WHOLE("de", "Eins") "step-2[nl] = x\n",
         "x.ini:26: warning: [one]: half translated into nl: title and 5 more are missing; it is shown in "
         "its own language"},
        {"title[de] = x\ntitle[nl] = x\n",
         "x.ini:19: warning: [one]: half translated into de: muscles and 5 more are missing; it is shown in "
         "its own language\n"
         "x.ini:20: warning: [one]: half translated into nl: muscles and 5 more are missing; it is shown in "
         "its own language"},
        /* What has a mistake is not there at all, and that is enough to say. */
        {WHOLE("de", "Eins") "caution[de] = x\ntitle[nl] = x\n",
         "x.ini:26: [one].caution[de]: x: a translation, but there is no caution"},
        {"muscles[de] = a,,b\n", "x.ini:19: [one].muscles[de]: a,,b: an empty item in the list"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = NULL;

        assert_true(asprintf(&text, "%s%s", PLAIN("one"), rows[i].more) > 0);
        catalogue_free(load_text(*state, text, rows[i].expected));
    }
}

/* More languages than anybody speaks. */
static void test_many_languages(void **state)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(freep) char *path = path_join(*state, "x.ini"), *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    assert_non_null(f);
    fputs(PLAIN("one"), f);
    for (int i = 0; i < 33; i++)
        fprintf(f, "title[%c%c] = x\n", 'a' + i / 26, 'a' + i % 26);
    assert_int_equal(fclose(f), 0);
    write_text(*state, "x.ini", text);
    assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    assert_non_null(strstr(d.items[0].text, "too many languages; at most 32"));
    assert_int_equal(catalogue->n, 0);
}

/* Of the shipped ones what is not translated is foreign to who doesn't read English; one's own never is. */
static void test_foreign(void **state)
{
    static const struct {
        const char *language;
        bool foreign;
    } rows[] = {{NULL, false},    {"en", false},        {"en-GB", false},
                {"EN_US", false}, {"de", true} /* 4 */, {"eno", true}};

    write_text(*state, "system/a.ini", PLAIN("plain") PLAIN("both") WHOLE("de", "Eins") PLAIN("replaced"));
    write_text(*state, "user/a.ini", PLAIN("mine") PLAIN("replaced") "[plain]\ndefault = on\n");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(catalogue_freep) struct catalogue *catalogue = load_in(*state, rows[i].language, true);
        _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = NULL;

        assert_int_equal(catalogue_menu_new(catalogue, NULL, NULL, &menu), 0);
        assert_int_equal(menu->menu.n_items, 4);
        for (size_t k = 0; k < menu->menu.n_items; k++) {
            const struct bc_menu_item *item = &menu->menu.items[k];
            bool shipped_plain = strcmp(item->id, "plain") == 0 || (strcmp(item->id, "both") == 0 && i != 4);

            assert_int_equal(!!(item->flags & BC_ITEM_FOREIGN), rows[i].foreign && shipped_plain);
        }
    }
}

/* A text in a language that isn't used costs no memory. */
static void test_translations_cost_nothing(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *plain = load_text(*state, PLAIN("one"), "");
    _cleanup_(catalogue_freep) struct catalogue *translated =
        load_text(*state, PLAIN("one") WHOLE("de", "Ein langer, langer, langer, langer Satz"), "");

    assert_int_equal(malloc_usable_size(plain->exercises[0]), malloc_usable_size(translated->exercises[0]));
    assert_string_equal(translated->exercises[0]->texts->steps[0], "Sit.");
}

/* That of the settings, else that of the messages, whose tests are i18n's. */
static void test_wanted_language(void **state _unused_)
{
    char language[8] = "pt_BR";
    struct settings settings = {.language = language};

    assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
    assert_int_equal(setenv("LANGUAGE", "de_AT:de", 1), 0);
    i18n_init(NULL);
    assert_string_equal(catalogue_language(&settings), "pt_BR");
    (void)snprintf(language, sizeof language, "auto");
    assert_string_equal(catalogue_language(&settings), "de-AT");
    assert_int_equal(unsetenv("LANGUAGE"), 0);
    i18n_init(NULL);
    assert_string_equal(catalogue_language(&settings), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_language, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_whole_or_not_at_all, catalogue_dir_setup,
                                        catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_messages, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_many_languages, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_foreign, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_translations_cost_nothing, catalogue_dir_setup,
                                        catalogue_dir_teardown),
        cmocka_unit_test(test_wanted_language),
    };

    return cmocka_run_group_tests_name("catalogue-language", tests, NULL, NULL);
}
