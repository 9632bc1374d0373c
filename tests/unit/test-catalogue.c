/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue as a whole: what a user's files may do to the shipped ones, the shipped files themselves, and
 * the rotation.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"
#include "config.h"
#include "config/settings.h"

#define SMALL(id, title)                                                                                     \
    "[" id "]\ntitle = " title "\nkind = posture\nregions = neck\nposition = seated\nplace = desk\n"         \
    "duration = 60s\nintensity = 1\nstep-1 = a\nstep-2 = b\nhazards = none\npregnancy-t1 = no\n"             \
    "pregnancy-t2 = no\npregnancy-t3 = no\n"

static void test_user_files(void **state)
{
    struct catalogue *catalogue;

    /* Neither directory is there. */
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n, 0);
    catalogue_free(catalogue);

    /* In order of the names of files; what is not *.ini, or begins with a dot, is nothing to us. */
    write_text(*state, "system/b.ini", SMALL("two", "Two"));
    write_text(*state, "system/a.ini", SMALL("one", "One") SMALL("zero", "Zero"));
    write_text(*state, "system/README", "not INI at all");
    write_text(*state, "system/.c.ini", "not INI at all");
    write_text(*state, "system/c.ini~", "not INI at all");
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n, 3);
    assert_string_equal(catalogue->exercises[0]->id, "one");
    assert_string_equal(catalogue->exercises[1]->id, "zero");
    assert_string_equal(catalogue->exercises[2]->id, "two");
    catalogue_free(catalogue);

    /* Adds, replaces in its place, hides, switches off. */
    write_text(*state, "user/x.ini",
               SMALL("mine", "Mine") SMALL("one", "My one") "[two]\nhidden = yes\n[zero]\ndefault = off\n");
    catalogue = load_both(*state, "");
    assert_int_equal(catalogue->n, 4);
    assert_string_equal(catalogue->exercises[0]->title, "My one");
    assert_string_equal(catalogue->exercises[3]->title, "Mine");
    assert_string_equal(catalogue_find(catalogue, "one")->file->path + strlen(*state), "/user/x.ini");
    assert_true(catalogue_find(catalogue, "two")->hidden);
    assert_false(catalogue_find(catalogue, "two")->default_off);
    assert_string_equal(catalogue_find(catalogue, "two")->title, "Two");
    assert_true(catalogue_find(catalogue, "zero")->default_off);
    assert_false(catalogue_find(catalogue, "zero")->hidden);
    catalogue_free(catalogue);

    /* A file that is read first may change what a later one of the directory defines. */
    write_text(*state, "user/0.ini", "[mine]\ndefault = off\n");
    catalogue = load_both(*state, "");
    assert_true(catalogue_find(catalogue, "mine")->default_off);
    catalogue_free(catalogue);
}

static void test_user_mistakes(void **state)
{
    static const char bad_one[] = "[one]\ntitle = My one\nkind = posture\n";
    struct catalogue *catalogue;

    write_text(*state, "system/a.ini", SMALL("one", "One") SMALL("shoulder-rolls", "Rolls"));

    /* A bad replacement leaves the shipped one as it is. */
    write_text(*state, "user/x.ini", bad_one);
    catalogue =
        load_both(*state, "user/x.ini:2: [one].regions: missing\nuser/x.ini:2: [one].position: missing\n"
                          "user/x.ini:2: [one].place: missing\nuser/x.ini:2: [one].duration: missing\n"
                          "user/x.ini:2: [one].intensity: missing\n"
                          "user/x.ini:2: [one].step-1: missing; an exercise has 2 to 6 steps");
    assert_int_equal(catalogue->n, 2);
    assert_string_equal(catalogue_find(catalogue, "one")->title, "One");
    catalogue_free(catalogue);

    /* Hiding what is not there. */
    write_text(*state, "user/x.ini",
               "[shoulder-rols]\nhidden = yes\n[something-quite-different]\ndefault = on\n");
    catalogue = load_both(
        *state, "user/x.ini:2: warning: [shoulder-rols]: there is no such exercise to change; did you mean "
                "shoulder-rolls?\n"
                "user/x.ini:4: warning: [something-quite-different]: there is no such exercise to change");
    assert_int_equal(catalogue->n, 2);
    catalogue_free(catalogue);

    /* A mistyped flag is said once, without a list of all that an exercise would need. */
    write_text(*state, "user/x.ini", "[one]\nhiden = yes\n");
    catalogue = load_both(*state, "user/x.ini:2: [one].hiden: yes: unknown key; did you mean hidden?");
    assert_false(catalogue_find(catalogue, "one")->hidden);
    catalogue_free(catalogue);

    /* A wrong flag changes nothing. */
    write_text(*state, "user/x.ini", "[one]\nhidden = true\n");
    catalogue = load_both(*state, "user/x.ini:2: [one].hidden: true: unknown; choose from no, yes");
    assert_false(catalogue_find(catalogue, "one")->hidden);
    catalogue_free(catalogue);

    /* Twice in one directory: the first one counts. */
    write_text(*state, "user/x.ini", SMALL("one", "First"));
    write_text(*state, "user/y.ini", SMALL("one", "Second"));
    {
        _cleanup_(freep) char *expected = NULL;

        assert_true(asprintf(&expected,
                             "user/y.ini:2: [one]: defined before, in user/x.ini:2; this one is left out") >
                    0);
        catalogue = load_both(*state, expected);
    }
    assert_string_equal(catalogue_find(catalogue, "one")->title, "First");
    catalogue_free(catalogue);
}

/* A section that comes twice in one file: what defines an exercise is left out, and the shipped one stays;
 * what only hides it or switches it off is done as it says. */
static void test_user_twice(void **state)
{
    struct catalogue *catalogue;

    write_text(*state, "system/a.ini", SMALL("one", "One") SMALL("two", "Two"));
    write_text(*state, "user/x.ini", SMALL("one", "My one") "[one]\nhidden = no\n");
    catalogue =
        load_both(*state, "user/x.ini:15: [one]: this section began in line 1 already and goes on here");
    assert_string_equal(catalogue_find(catalogue, "one")->title, "One");
    catalogue_free(catalogue);

    write_text(*state, "user/x.ini", "[two]\nhidden = yes\n[one]\nhidden = yes\n[two]\ndefault = off\n");
    catalogue =
        load_both(*state, "user/x.ini:5: warning: [two]: this section began in line 1 already and goes "
                          "on here");
    assert_true(catalogue_find(catalogue, "two")->hidden && catalogue_find(catalogue, "two")->default_off);
    assert_true(catalogue_find(catalogue, "one")->hidden);
    catalogue_free(catalogue);
}

static void test_unreadable_directory(void **state)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *file = path_join(*state, "file");
    const char *dirs[] = {file, NULL};
    struct catalogue *catalogue = NULL;

    write_text(*state, "file", "");
    assert_int_equal(catalogue_load(dirs, NULL, &d, &catalogue), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    assert_int_equal(catalogue->n, 0);
    catalogue = catalogue_free(catalogue);
    /* Nobody has to listen. */
    assert_int_equal(catalogue_load(dirs, NULL, NULL, &catalogue), 0);
    catalogue_free(catalogue);
}

static void assert_dirs(const char *data_dir, const char *const *expected)
{
    char **dirs;
    size_t n = 0;

    assert_int_equal(catalogue_dirs_find(data_dir, &dirs), 0);
    for (; dirs[n]; n++) {
        assert_non_null(expected[n]);
        assert_string_equal(dirs[n], expected[n]);
        free(dirs[n]);
    }
    assert_null(expected[n]);
    free(dirs);
}

static void test_dirs(void **state _unused_)
{
    assert_int_equal(setenv("XDG_DATA_DIRS", "/a:relative:/b", 1), 0);
    assert_int_equal(setenv("XDG_DATA_HOME", "/h", 1), 0);
    assert_dirs(NULL, (const char *const[]){BACKCARE_CATALOGUE_DIR, "/b/backcare/catalogue",
                                            "/a/backcare/catalogue", "/h/backcare/catalogue", NULL});
    assert_dirs("/given", (const char *const[]){BACKCARE_CATALOGUE_DIR, "/b/backcare/catalogue",
                                                "/a/backcare/catalogue", "/given/catalogue", NULL});
    assert_dirs("given", (const char *const[]){BACKCARE_CATALOGUE_DIR, "/b/backcare/catalogue",
                                               "/a/backcare/catalogue", "given/catalogue", NULL});
    assert_int_equal(setenv("XDG_DATA_DIRS", "/a:/a", 1), 0);
    assert_int_equal(unsetenv("XDG_DATA_HOME"), 0);
    assert_int_equal(setenv("HOME", "/me", 1), 0);
    assert_dirs(NULL, (const char *const[]){BACKCARE_CATALOGUE_DIR, "/a/backcare/catalogue",
                                            "/me/.local/share/backcare/catalogue", NULL});
}

static void test_vocabularies(void **state _unused_)
{
    for (int i = 0; i < _BC_KIND_MAX; i++) {
        assert_string_equal(vocabulary_kinds[i], bc_exercise_kind_to_string((enum bc_exercise_kind)i));
        assert_int_equal(bc_exercise_kind_from_string(vocabulary_kinds[i]), i);
    }
    assert_null(vocabulary_kinds[_BC_KIND_MAX]);
    assert_int_equal(vocabulary_size(catalogue_regions), 9);
    assert_int_equal(vocabulary_size(catalogue_tools), 8);
    assert_int_equal(vocabulary_size(catalogue_hazards), 18);
    assert_int_equal(vocabulary_find(catalogue_tools, "none"), -ENOENT);
    assert_int_equal(vocabulary_find(catalogue_hazards, "none"), -ENOENT);
}

static bool knows(const char *const *words, const char *word)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words;
}

/* The settings have their own lists, in the order in which people are told them. They are the same words,
 * but for the partner, who is a setting and no tool there. */
static void test_settings_vocabularies(void **state _unused_)
{
    for (size_t i = 0; settings_tools[i]; i++)
        assert_true(knows(catalogue_tools, settings_tools[i]));
    for (size_t i = 0; settings_regions[i]; i++)
        assert_true(knows(catalogue_regions, settings_regions[i]));
    for (size_t i = 0; catalogue_tools[i]; i++)
        assert_int_equal(knows(settings_tools, catalogue_tools[i]),
                         strcmp(catalogue_tools[i], "partner") != 0);
    for (size_t i = 0; catalogue_regions[i]; i++)
        assert_true(knows(settings_regions, catalogue_regions[i]));
}

/* The files we ship, as they are in the source: not a single message, and all that is to be there. */
static void test_shipped(void **state _unused_)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};
    _cleanup_(freep) char *said = NULL;

    assert_int_equal(catalogue_load(dirs, NULL, &d, &catalogue), 0);
    said = diagnostics_format(&d);
    assert_string_equal(said, "");
    assert_int_equal(catalogue->n, 60);
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];

        assert_true(*e->texts->breath && *e->texts->caution && e->texts->sources[0] && e->texts->muscles[0]);
        assert_false(e->hazards_assumed);
        assert_false(e->hidden);
        assert_int_equal(e->default_off, strcmp(e->id, "wall-roller-low-back-side") == 0 ||
                                             strcmp(e->id, "gentle-prenatal-flow") == 0);
    }
}

static void assert_mentions(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (!strstr(text, *words))
            fail_msg("the README does not mention %s", *words);
}

/* The example that begins with @header, up to the next empty line. */
static char *example(const char *text, const char *header)
{
    const char *p = strstr(text, header), *end = p ? strstr(p, "\n\n") : NULL;

    if (!p || !end) {
        fail_msg("the README has no example %s", header);
        return NULL;
    }
    return strndup(p, (size_t)(end - p) + 1);
}

/* What the README says is so: its examples are a good exercise and a good routine, its words are all there
 * are. */
static void test_readme(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *shipped = NULL, *own = NULL;
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *text = NULL, *exercise = NULL, *routine = NULL, *both = NULL, *path = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};

    assert_int_equal(read_file(SHIPPED_CATALOGUE "/README", 1 << 20, &text, NULL), 0);
    exercise = example(text, "    [my-window-look]\n");
    catalogue_free(load_text(*state, exercise, ""));
    routine = example(text, "    [my-lunch-break]\n");
    assert_true(asprintf(&both, "%s%s", exercise, routine) > 0);
    write_text(*state, "x.ini", both);
    path = path_join(*state, "x.ini");
    assert_int_equal(catalogue_load(dirs, NULL, NULL, &shipped), 0);
    assert_int_equal(catalogue_load_file(path, shipped, &d, &own), 0);
    assert_int_equal(d.n, 0);
    assert_int_equal(own->routines[0]->n_items, 4);
    assert_mentions(text, vocabulary_kinds);
    assert_mentions(text, catalogue_regions);
    assert_mentions(text, catalogue_tools);
    assert_mentions(text, catalogue_positions);
    assert_mentions(text, catalogue_places);
    assert_mentions(text, catalogue_sides);
    assert_mentions(text, catalogue_hazards);
}

/* All of them, with what the core chooses by. */
static void test_shipped_menu(void **state _unused_)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};
    unsigned kinds = 0;
    size_t off = 0;

    assert_int_equal(catalogue_load(dirs, NULL, NULL, &catalogue), 0);
    assert_int_equal(catalogue_menu_new(catalogue, NULL, NULL, &menu), 0);
    assert_int_equal(menu->menu.n_items, catalogue->n);
    for (size_t i = 0; i < menu->menu.n_items; i++) {
        const struct bc_menu_item *item = &menu->menu.items[i];
        const struct exercise *e = catalogue_find(catalogue, item->id);

        assert_non_null(e);
        assert_int_equal(!!(item->flags & BC_ITEM_OFF), e->default_off);
        off += e->default_off;
        assert_int_equal(item->kind, e->kind);
        assert_true(item->duration_usec == e->duration_usec);
        assert_int_equal(item->regions, e->regions);
        assert_int_equal(item->intensity, e->intensity);
        assert_true(item->regions & (1u << item->main_region));
        kinds |= 1u << item->kind;
    }
    assert_int_equal(kinds, BC_KINDS_ALL);
    assert_int_equal(off, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_user_files, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_user_mistakes, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_user_twice, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_unreadable_directory, catalogue_dir_setup,
                                        catalogue_dir_teardown),
        cmocka_unit_test(test_dirs),
        cmocka_unit_test(test_vocabularies),
        cmocka_unit_test(test_settings_vocabularies),
        cmocka_unit_test(test_shipped),
        cmocka_unit_test_setup_teardown(test_readme, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test(test_shipped_menu),
    };

    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
