/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue's loader on real files: each rule of the format with its exact message, what a user's file
 * may do to the shipped ones, the shipped files themselves, and the rotation.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"
#include "config.h"
#include "util/fs-util.h"

/* A good exercise; the rows below change one line of it. */
static const char base[] = "[my-stretch]\n"                                /* 1 */
                           "title = My stretch\n"                          /* 2 */
                           "kind = stretch\n"                              /* 3 */
                           "regions = lower-back, hips\n"                  /* 4 */
                           "muscles = erector spinae, hip flexors\n"       /* 5 */
                           "tools = wall, chair\n"                         /* 6 */
                           "position = standing\n"                         /* 7 */
                           "place = desk\n"                                /* 8 */
                           "duration = 80s\n"                              /* 9 */
                           "hold = 20s\n"                                  /* 10 */
                           "reps = 2\n"                                    /* 11 */
                           "sides = both\n"                                /* 12 */
                           "intensity = 1\n"                               /* 13 */
                           "step-1 = Stand beside a wall.\n"               /* 14 */
                           "step-2 = Lean.\n"                              /* 15 */
                           "step-3 = Come back.\n"                         /* 16 */
                           "breath = Out as you lean.\n"                   /* 17 */
                           "caution = \"Slowly; a chair may roll.\"\n"     /* 18 */
                           "hazards = pelvis-uneven, balance\n"            /* 19 */
                           "pregnancy-t1 = yes\n"                          /* 20 */
                           "pregnancy-t2 = adapt\n"                        /* 21 */
                           "pregnancy-t3 = adapt\n"                        /* 22 */
                           "step-1-t2 = Hold the chair with both hands.\n" /* 23 */
                           "step-2-t2 = Lean a little.\n"                  /* 24 */
                           "sources = S2, PGP\n"                           /* 25 */
                           "\n"                                            /* 26 */
                           "[other-one]\n"                                 /* 27 */
                           "title = Another\n"                             /* 28 */
                           "kind = posture\n"                              /* 29 */
                           "regions = whole-body\n"                        /* 30 */
                           "position = seated\n"                           /* 31 */
                           "place = room\n"                                /* 32 */
                           "duration = 1min\n"                             /* 33 */
                           "intensity = 3\n"                               /* 34 */
                           "step-1 = One.\n"                               /* 35 */
                           "step-2 = Two.\n"                               /* 36 */
                           "hazards = none\n"                              /* 37 */
                           "pregnancy-t1 = no\n"                           /* 38 */
                           "pregnancy-t2 = no\n"                           /* 39 */
                           "pregnancy-t3 = no\n";                          /* 40 */

static int setup(void **state)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = path_join(tmp && *tmp ? tmp : "/tmp", "test-catalogue-XXXXXX");

    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
    _cleanup_(freep) char *command = NULL;
    int r = asprintf(&command, "rm -r -- '%s'", (const char *)*state) < 0 ? -1 : system(command);

    free(*state);
    return r;
}

static void write_text(const char *dir, const char *name, const char *text)
{
    _cleanup_(freep) char *path = path_join(dir, name);
    char *slash;
    FILE *f;

    assert_non_null(path);
    slash = strrchr(path, '/');
    *slash = 0;
    assert_int_equal(mkdir_parents(path, 0700), 0);
    *slash = '/';
    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* @text with its first @old replaced; with @old NULL as it is. */
static char *with(const char *text, const char *old, const char *new)
{
    const char *at = old ? strstr(text, old) : text;
    char *changed;

    assert_non_null(at);
    assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, old ? new : "",
                         at + (old ? strlen(old) : 0)) > 0);
    return changed;
}

/* The messages, with each "@dir/" cut off. */
static char *messages(const struct diagnostics *d, const char *dir)
{
    _cleanup_(freep) char *prefix = NULL, *all = diagnostics_format(d);
    char *to, *short_form;

    assert_non_null(all);
    assert_true(asprintf(&prefix, "%s/", dir) > 0);
    to = short_form = malloc(strlen(all) + 1);
    assert_non_null(short_form);
    for (const char *p = all; *p;) {
        if (strncmp(p, prefix, strlen(prefix)) == 0)
            p += strlen(prefix);
        else
            *to++ = *p++;
    }
    *to = 0;
    return short_form;
}

/* Loads @text as x.ini; the messages must be @expected, without line break at the end. */
static struct catalogue *load_text(const char *dir, const char *text, const char *expected)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(dir, "x.ini"), *said = NULL;
    struct catalogue *catalogue = NULL;

    write_text(dir, "x.ini", text);
    assert_int_equal(catalogue_load_file(path, &d, &catalogue), 0);
    said = messages(&d, dir);
    said[strcspn(said, "\0")] = 0;
    if (*said && said[strlen(said) - 1] == '\n')
        said[strlen(said) - 1] = 0;
    assert_string_equal(said, expected);
    return catalogue;
}

static void assert_list(char **list, const char *first, const char *second)
{
    assert_string_equal(list[0], first);
    assert_string_equal(list[1], second);
    assert_null(list[2]);
}

#define BIT(words, word) (1u << vocabulary_find(words, word))

static void test_every_field(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, base, "");
    const struct exercise *e = catalogue_find(catalogue, "my-stretch");
    const struct exercise *other = catalogue_find(catalogue, "other-one");

    assert_int_equal(catalogue->n, 2);
    assert_ptr_equal(catalogue->exercises[0], e);
    assert_ptr_equal(catalogue->exercises[1], other);
    assert_string_equal(e->id, "my-stretch");
    assert_string_equal(e->title, "My stretch");
    assert_int_equal(e->kind, BC_KIND_STRETCH);
    assert_int_equal(e->regions, BIT(catalogue_regions, "lower-back") | BIT(catalogue_regions, "hips"));
    assert_list(e->muscles, "erector spinae", "hip flexors");
    assert_int_equal(e->tools, BIT(catalogue_tools, "wall") | BIT(catalogue_tools, "chair"));
    assert_string_equal(catalogue_positions[e->position], "standing");
    assert_string_equal(catalogue_places[e->place], "desk");
    assert_true(e->duration_usec == 80 * USEC_PER_SEC);
    assert_true(e->hold_usec == 20 * USEC_PER_SEC);
    assert_int_equal(e->reps, 2);
    assert_string_equal(catalogue_sides[e->sides], "both");
    assert_int_equal(e->intensity, 1);
    assert_string_equal(e->steps[0], "Stand beside a wall.");
    assert_string_equal(e->steps[1], "Lean.");
    assert_string_equal(e->steps[2], "Come back.");
    assert_null(e->steps[3]);
    assert_string_equal(e->breath, "Out as you lean.");
    assert_string_equal(e->caution, "Slowly; a chair may roll.");
    assert_int_equal(e->hazards, BIT(catalogue_hazards, "pelvis-uneven") | BIT(catalogue_hazards, "balance"));
    assert_false(e->hazards_assumed);
    assert_int_equal(e->pregnancy[0], PREGNANCY_YES);
    assert_int_equal(e->pregnancy[1], PREGNANCY_ADAPT);
    assert_int_equal(e->pregnancy[2], PREGNANCY_ADAPT);
    assert_null(e->adapted[0]);
    assert_list(e->adapted[1], "Hold the chair with both hands.", "Lean a little.");
    assert_list(e->adapted[2], "Hold the chair with both hands.", "Lean a little.");
    assert_list(e->sources, "S2", "PGP");
    assert_false(e->hidden);
    assert_false(e->default_off);
    assert_int_equal(e->line, 2);
    assert_string_equal(e->file + strlen(*state), "/x.ini");

    /* What may be left out. */
    assert_null(other->muscles[0]);
    assert_int_equal(other->tools, 0);
    assert_true(other->hold_usec == 0);
    assert_int_equal(other->reps, 0);
    assert_string_equal(catalogue_sides[other->sides], "none");
    assert_string_equal(other->breath, "");
    assert_string_equal(other->caution, "");
    assert_int_equal(other->hazards, 0);
    assert_null(other->sources[0]);
    assert_null(catalogue_find(catalogue, "my-stretc"));
    assert_null(catalogue_find(catalogue, ""));
}

#define X40 "1234567890123456789012345678901234567890"
#define AE40 "ääääääääääääääääääääääääääääääääääääääää"

/* One line changed, and still good. */
static void test_good_lines(void **state)
{
    static const struct {
        const char *old, *new;
    } rows[] = {
        {"My stretch", X40},
        {"My stretch", AE40},
        {"80s", "30s"},
        {"80s", "10min"},
        {"80s", "1min 20s"},
        {"20s", "60s"},
        {"20s", "1s"},
        {"reps = 2", "reps = 100"},
        {"intensity = 1", "intensity = 3"},
        {"tools = wall, chair", "tools = none"},
        {"lower-back, hips", "lower-back,hips"},
        {"title = My", "Title = My"},
        {"step-3 = Come back.", "step-3 = 3\nstep-4 = 4\nstep-5 = 5\nstep-6 = 6"},
        {"breath", "title[de] = Meine Dehnung\nstep-1[pt-BR] = Um\nstep-2-t2[zh-Hans] = x\nbreath"},
        {"sources", "step-1-t3 = Sit.\nstep-2-t3 = Rise.\nsources"},
        {"sources", "hidden = yes\ndefault = off\nsources"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = with(base, rows[i].old, rows[i].new);
        _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, text, "");

        assert_int_equal(catalogue->n, 2);
    }
}

/* One line changed, one mistake: exactly this message, this exercise left out, the other one loaded. */
static void test_bad_lines(void **state)
{
    static const struct {
        const char *old, *new, *expected;
    } rows[] = {
        {"title = My stretch\n", "", "x.ini:2: [my-stretch].title: missing"},
        {"My stretch", "", "x.ini:2: [my-stretch].title: : empty"},
        {"My stretch", X40 "1",
         "x.ini:2: [my-stretch].title: " X40 "1: 41 characters; at most 40 fit a notification"},
        {"breath", "title[de] = " AE40 "ä\nbreath",
         "x.ini:17: [my-stretch].title[de]: ääääääääääääääääääääääääääääää…: 41 characters; at most 40 fit a "
         "notification"},
        {"kind = stretch\n", "", "x.ini:2: [my-stretch].kind: missing"},
        {"kind = stretch", "kind = strech",
         "x.ini:3: [my-stretch].kind: strech: unknown; did you mean stretch?"},
        {"kind = stretch", "kind = swimming-in-a-lake",
         "x.ini:3: [my-stretch].kind: swimming-in-a-lake: unknown; choose from massage, mobility, stretch, "
         "strength, breathing, posture"},
        {"kind = stretch", "kind = Stretch",
         "x.ini:3: [my-stretch].kind: Stretch: unknown; did you mean stretch?"},
        {"lower-back, hips", "lower-back, hip",
         "x.ini:4: [my-stretch].regions: lower-back, hip: \"hip\" is unknown; did you mean hips?"},
        {"lower-back, hips", "lower-back, hips, lower-back",
         "x.ini:4: [my-stretch].regions: lower-back, hips, lower-back: lower-back is there twice"},
        {"lower-back, hips", "lower-back,, hips",
         "x.ini:4: [my-stretch].regions: lower-back,, hips: an empty item in the list"},
        {"lower-back, hips", "none",
         "x.ini:4: [my-stretch].regions: none: unknown; choose from lower-back, mid-back, upper-back, "
         "shoulders, "
         "neck, hips, glutes, hamstrings, whole-body"},
        {"regions = lower-back, hips", "regions =", "x.ini:4: [my-stretch].regions: : empty"},
        {"regions = lower-back, hips\n", "", "x.ini:2: [my-stretch].regions: missing"},
        {"erector spinae,", "erector spinae, ,",
         "x.ini:5: [my-stretch].muscles: erector spinae, , hip flexors: an empty item in the list"},
        {"wall, chair", "wall, none", "x.ini:6: [my-stretch].tools: wall, none: none stands alone"},
        {"wall, chair", "foam-rollr",
         "x.ini:6: [my-stretch].tools: foam-rollr: unknown; did you mean foam-roller?"},
        {"position = standing\n", "", "x.ini:2: [my-stretch].position: missing"},
        {"= standing", "= hanging-by-the-knees",
         "x.ini:7: [my-stretch].position: hanging-by-the-knees: unknown; choose from seated, standing, "
         "kneeling, "
         "floor-supine, floor-side"},
        {"place = desk\n", "", "x.ini:2: [my-stretch].place: missing"},
        {"place = desk", "place = dask", "x.ini:8: [my-stretch].place: dask: unknown; did you mean desk?"},
        {"duration = 80s\n", "", "x.ini:2: [my-stretch].duration: missing"},
        {"80s", "80", "x.ini:9: [my-stretch].duration: 80: say s or min, as in 60s"},
        {"80s", "29s", "x.ini:9: [my-stretch].duration: 29s: not from 30s to 10min"},
        {"80s", "601s", "x.ini:9: [my-stretch].duration: 601s: not from 30s to 10min"},
        {"80s", "99999999999999y", "x.ini:9: [my-stretch].duration: 99999999999999y: not from 30s to 10min"},
        {"80s", "soon",
         "x.ini:9: [my-stretch].duration: soon: not a length of time; write it as in 60s or 2min"},
        {"80s", "-80s",
         "x.ini:9: [my-stretch].duration: -80s: not a length of time; write it as in 60s or 2min"},
        {"20s", "61s", "x.ini:10: [my-stretch].hold: 61s: not from 1s to 1min"},
        {"20s", "0s", "x.ini:10: [my-stretch].hold: 0s: not from 1s to 1min"},
        {"reps = 2", "reps = 0", "x.ini:11: [my-stretch].reps: 0: not from 1 to 100"},
        {"reps = 2", "reps = 101", "x.ini:11: [my-stretch].reps: 101: not from 1 to 100"},
        {"reps = 2", "reps = 4294967297", "x.ini:11: [my-stretch].reps: 4294967297: not from 1 to 100"},
        {"reps = 2", "reps = 2x", "x.ini:11: [my-stretch].reps: 2x: not a number from 1 to 100"},
        {"reps = 2", "reps = -2", "x.ini:11: [my-stretch].reps: -2: not a number from 1 to 100"},
        {"sides = both", "sides = bot", "x.ini:12: [my-stretch].sides: bot: unknown; did you mean both?"},
        {"intensity = 1\n", "", "x.ini:2: [my-stretch].intensity: missing"},
        {"intensity = 1", "intensity = 4", "x.ini:13: [my-stretch].intensity: 4: not from 1 to 3"},
        {"step-1 = Stand beside a wall.\n", "",
         "x.ini:2: [my-stretch].step-1: missing; an exercise has 2 to 6 steps"},
        {"step-2 = Lean.\n", "", "x.ini:2: [my-stretch].step-2: missing; an exercise has 2 to 6 steps"},
        {"step-2 = Lean.\nstep-3 = Come back.\n", "",
         "x.ini:2: [my-stretch].step-2: missing; an exercise has 2 to 6 steps"},
        {"step-3", "step-7",
         "x.ini:16: [my-stretch].step-7: Come back.: unknown key; steps are step-1 to step-6, for a "
         "trimester "
         "step-1-t2 and so on"},
        {"step-3", "step-3-t4",
         "x.ini:16: [my-stretch].step-3-t4: Come back.: unknown key; steps are step-1 to step-6, for a "
         "trimester "
         "step-1-t2 and so on"},
        {"step-3", "step-03",
         "x.ini:16: [my-stretch].step-03: Come back.: unknown key; steps are step-1 to step-6, for a "
         "trimester "
         "step-1-t2 and so on"},
        {"breath =", "breth =",
         "x.ini:17: [my-stretch].breth: Out as you lean.: unknown key; did you mean breath?"},
        {"breath =", "what-is-this-even =",
         "x.ini:17: [my-stretch].what-is-this-even: Out as you lean.: unknown key"},
        {"pelvis-uneven, balance", "pelvis-uneven, none",
         "x.ini:19: [my-stretch].hazards: pelvis-uneven, none: none stands alone"},
        {"pelvis-uneven, balance", "pelvis-unevn",
         "x.ini:19: [my-stretch].hazards: pelvis-unevn: unknown; did you mean pelvis-uneven?"},
        {"t1 = yes", "t1 = perhaps-not",
         "x.ini:20: [my-stretch].pregnancy-t1: perhaps-not: unknown; choose from no, adapt, yes"},
        {"t1 = yes", "t1 = adapt",
         "x.ini:20: [my-stretch].pregnancy-t1: adapt: its steps are missing: step-1-t1 and so on"},
        {"sources", "step-1-t1 = Sit.\nstep-2-t1 = Rise.\nsources",
         "x.ini:25: [my-stretch].step-1-t1: Sit.: pregnancy-t1 does not say adapt"},
        {"step-2-t2 = Lean a little.\n", "",
         "x.ini:2: [my-stretch].step-2-t2: missing; an exercise has 2 to 6 steps"},
        {"step-1-t2 = Hold the chair with both hands.\n", "step-3-t2 = Sit.\n",
         "x.ini:2: [my-stretch].step-1-t2: missing; an exercise has 2 to 6 steps\n"
         "x.ini:21: [my-stretch].pregnancy-t2: adapt: its steps are missing: step-1-t2 and so on\n"
         "x.ini:22: [my-stretch].pregnancy-t3: adapt: its steps are missing: step-1-t3 and so on"},
        {"sources", "hidden = ye\nsources", "x.ini:25: [my-stretch].hidden: ye: unknown; did you mean yes?"},
        {"sources", "default = maybe-later\nsources",
         "x.ini:25: [my-stretch].default: maybe-later: unknown; choose from off, on"},
        {"breath", "kind[de] = Dehnung\nbreath",
         "x.ini:17: [my-stretch].kind[de]: Dehnung: kind is not for reading and has no translation"},
        {"breath", "title[d] = x\nbreath",
         "x.ini:17: [my-stretch].title[d]: x: not a language; write the key as title[de] or title[pt-BR]"},
        {"breath", "title[deutsch] = x\nbreath",
         "x.ini:17: [my-stretch].title[deutsch]: x: not a language; write the key as title[de] or "
         "title[pt-BR]"},
        {"breath", "title[de-] = x\nbreath",
         "x.ini:17: [my-stretch].title[de-]: x: not a language; write the key as title[de] or title[pt-BR]"},
        {"breath", "title[] = x\nbreath",
         "x.ini:17: [my-stretch].title[]: x: not a language; write the key as title[de] or title[pt-BR]"},
        {"breath", "title[de = x\nbreath",
         "x.ini:17: [my-stretch].title[de: x: not a language; write the key as title[de] or title[pt-BR]"},
        {"breath", "title[de]x = x\nbreath",
         "x.ini:17: [my-stretch].title[de]x: x: not a language; write the key as title[de] or title[pt-BR]"},
        {"breath", "titel[de] = x\nbreath",
         "x.ini:17: [my-stretch].titel[de]: x: unknown key; did you mean title?"},
        {"breath", "step-4[de] = x\nbreath",
         "x.ini:17: [my-stretch].step-4[de]: x: a translation, but there is no step-4"},
        {"breath", "title[de] =\nbreath", "x.ini:17: [my-stretch].title[de]: : empty"},
        {"Lean.", "Lean\tforward.",
         "x.ini:15: [my-stretch].step-2: Lean\tforward.: a control character in it"},
        /* Two at once: both are said. */
        {"80s\nhold = 20s", "80\nhold = 2h",
         "x.ini:9: [my-stretch].duration: 80: say s or min, as in 60s\n"
         "x.ini:10: [my-stretch].hold: 2h: not from 1s to 1min"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = with(base, rows[i].old, rows[i].new);
        _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, text, rows[i].expected);

        assert_null(catalogue_find(catalogue, "my-stretch"));
        assert_non_null(catalogue_find(catalogue, "other-one"));
        assert_int_equal(catalogue->n, 1);
    }
}

/* Section names that are no ids, among them what routines may be called one day. */
static void test_bad_sections(void **state)
{
    static const char *const names[] = {"My-Stretch",  "my stretch",      "my_stretch", "-my",      "my-",
                                        "my--stretch", "routine.morning", "routine x",  "dehnübung"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *text = with(base, "my-stretch", names[i]), *path = path_join(*state, "x.ini");
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;

        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, &d, &catalogue), 0);
        assert_int_equal(diagnostics_errors(&d), 1);
        assert_int_equal(catalogue->n, 1);
        assert_non_null(catalogue_find(catalogue, "other-one"));
    }
    catalogue_free(
        load_text(*state, "[routine.morning]\ntitle = x\n",
                  "x.ini:2: [routine.morning]: unknown section; an exercise's is its id, of lower-case "
                  "letters, digits and single hyphens, at most 63"));
}

/* The id fits what the core keeps of it, to the byte. */
static void test_id_length(void **state)
{
    static const char id63[] = "a23456789-123456789-123456789-123456789-123456789-123456789-123";
    _cleanup_(freep) char *good = with(base, "my-stretch", id63);
    _cleanup_(freep) char *longer =
        with(good, id63, "a23456789-123456789-123456789-123456789-123456789-123456789-1234");
    _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, good, "");
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(*state, "x.ini");

    assert_int_equal(strlen(id63), BC_NAME_MAX);
    assert_non_null(catalogue_find(catalogue, id63));
    catalogue = catalogue_free(catalogue);
    write_text(*state, "x.ini", longer);
    assert_int_equal(catalogue_load_file(path, &d, &catalogue), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    assert_int_equal(catalogue->n, 1);
}

/* What the INI reader refuses must not leave an exercise without the line, wherever it stands. */
static void test_lost_lines(void **state)
{
    static const struct {
        const char *old, *new;
        bool first, second; /* is loaded */
    } rows[] = {
        {"step-3 = Come back.", "step-3: Come back.", false, true},
        {"step-3 = Come back.", "step-3 = \"Come back.", false, true},
        {"sources", "duration = 90s\nsources", false, true},
        {"[other-one]\n", "[other-one]\nbreath\n", true, false},
        {"title = My", "breath\ntitle = My", false, true},
        /* A header that is none: what stands below it goes nowhere, what stands above is whole. */
        {"[other-one]\n", "[other-one\n", true, false},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *text = with(base, rows[i].old, rows[i].new),
                              *path = path_join(*state, "x.ini");
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;

        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, &d, &catalogue), 0);
        assert_int_equal(diagnostics_errors(&d), 1);
        assert_int_equal(catalogue_find(catalogue, "my-stretch") != NULL, rows[i].first);
        assert_int_equal(catalogue_find(catalogue, "other-one") != NULL, rows[i].second);
    }
}

/* What a user's file does not say is taken as unsuitable, with a warning. */
static void test_assumed(void **state)
{
    _cleanup_(freep) char *text =
        with(base, "hazards = none\npregnancy-t1 = no\npregnancy-t2 = no\npregnancy-t3 = no\n", "");
    _cleanup_(catalogue_freep) struct catalogue *catalogue =
        load_text(*state, text,
                  "x.ini:28: warning: [other-one].hazards: missing; taken as having all of them\n"
                  "x.ini:28: warning: [other-one].pregnancy-t1: missing; taken as no\n"
                  "x.ini:28: warning: [other-one].pregnancy-t2: missing; taken as no\n"
                  "x.ini:28: warning: [other-one].pregnancy-t3: missing; taken as no");
    const struct exercise *e = catalogue_find(catalogue, "other-one");

    assert_int_equal(catalogue->n, 2);
    assert_true(e->hazards_assumed);
    for (size_t i = 0; catalogue_hazards[i]; i++)
        assert_true(e->hazards & 1u << i);
    for (int t = 0; t < 3; t++)
        assert_int_equal(e->pregnancy[t], PREGNANCY_NO);
}

/* A text in a language that isn't used costs no memory. */
static void test_translations_cost_nothing(void **state)
{
    static const char more[] =
        "step-1[de] = Ein langer, langer, langer, langer, langer, langer, langer Satz.\n"
        "step-2[de] = Noch ein langer, langer, langer, langer, langer, langer Satz.\n"
        "breath";
    _cleanup_(freep) char *text = with(base, "breath", more);
    _cleanup_(catalogue_freep) struct catalogue *plain = load_text(*state, base, "");
    _cleanup_(catalogue_freep) struct catalogue *translated = load_text(*state, text, "");

    assert_int_equal(malloc_usable_size(plain->exercises[0]), malloc_usable_size(translated->exercises[0]));
    assert_string_equal(translated->exercises[0]->steps[0], "Stand beside a wall.");
}

static void test_no_file(void **state)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(*state, "no.ini");
    struct catalogue *catalogue = NULL;

    assert_int_equal(catalogue_load_file(path, &d, &catalogue), -ENOENT);
    assert_null(catalogue);
    assert_int_equal(d.n, 0);
    assert_null(catalogue_free(NULL));
    /* An empty file is a catalogue of nothing. */
    catalogue = load_text(*state, "# nothing\n", "");
    assert_int_equal(catalogue->n, 0);
    assert_null(catalogue_find(catalogue, "x"));
    catalogue_free(catalogue);
}

/* Loads DIR/system and DIR/user. */
static struct catalogue *load_both(const char *dir, const char *expected)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *system_dir = path_join(dir, "system"), *user = path_join(dir, "user"),
                          *said = NULL;
    const char *dirs[] = {system_dir, user, NULL};
    struct catalogue *catalogue = NULL;

    assert_int_equal(catalogue_load(dirs, &d, &catalogue), 0);
    said = messages(&d, dir);
    if (*said && said[strlen(said) - 1] == '\n')
        said[strlen(said) - 1] = 0;
    assert_string_equal(said, expected);
    return catalogue;
}

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
    assert_string_equal(catalogue_find(catalogue, "one")->file + strlen(*state), "/user/x.ini");
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
    catalogue =
        load_both(*state, "user/x.ini:2: [shoulder-rols]: there is no such exercise to change; did you mean "
                          "shoulder-rolls?\n"
                          "user/x.ini:4: [something-quite-different]: there is no such exercise to change");
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

/* A check of a user's file alone can't know what it hides. */
static void test_flags_alone(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue =
        load_text(*state, "[shoulder-rolls]\nhidden = yes\n", "");

    assert_int_equal(catalogue->n, 0);
}

static void test_unreadable_directory(void **state)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *file = path_join(*state, "file");
    const char *dirs[] = {file, NULL};
    struct catalogue *catalogue = NULL;

    write_text(*state, "file", "");
    assert_int_equal(catalogue_load(dirs, &d, &catalogue), 0);
    assert_int_equal(diagnostics_errors(&d), 1);
    assert_int_equal(catalogue->n, 0);
    catalogue = catalogue_free(catalogue);
    /* Nobody has to listen. */
    assert_int_equal(catalogue_load(dirs, NULL, &catalogue), 0);
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

/* The files we ship, as they are in the source: not a single message, and nothing that could hurt anybody,
 * as there is no rule yet that would keep it from them. */
static void test_shipped(void **state _unused_)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};
    unsigned harmless =
        BIT(catalogue_tools, "hands") | BIT(catalogue_tools, "wall") | BIT(catalogue_tools, "chair");
    _cleanup_(freep) char *said = NULL;

    assert_int_equal(catalogue_load(dirs, &d, &catalogue), 0);
    said = diagnostics_format(&d);
    assert_string_equal(said, "");
    assert_true(catalogue->n >= 12);
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->exercises[i];

        assert_int_equal(e->hazards, 0);
        assert_int_equal(e->intensity, 1);
        assert_string_equal(catalogue_places[e->place], "desk");
        assert_int_equal(e->tools & ~harmless, 0);
        assert_true(*e->breath && *e->caution && e->sources[0] && e->muscles[0]);
        assert_false(e->hidden);
        /* What is not for everybody alike waits for the rules. */
        for (int t = 0; t < 3; t++)
            assert_true(e->pregnancy[t] == PREGNANCY_YES || e->default_off);
    }
}

static void assert_mentions(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (!strstr(text, *words))
            fail_msg("the README does not mention %s", *words);
}

/* What the README says is so: its example is a good exercise, its words are all there are. */
static void test_readme(void **state)
{
    _cleanup_(freep) char *text = NULL, *example = NULL;
    const char *p, *end;

    assert_int_equal(read_file(SHIPPED_CATALOGUE "/README", 1 << 20, &text, NULL), 0);
    p = strstr(text, "    [my-window-look]\n");
    assert_non_null(p);
    end = strstr(p, "\n\n");
    assert_non_null(end);
    example = strndup(p, (size_t)(end - p) + 1);
    catalogue_free(load_text(*state, example, ""));
    assert_mentions(text, vocabulary_kinds);
    assert_mentions(text, catalogue_regions);
    assert_mentions(text, catalogue_tools);
    assert_mentions(text, catalogue_positions);
    assert_mentions(text, catalogue_places);
    assert_mentions(text, catalogue_sides);
    assert_mentions(text, catalogue_hazards);
}

static void assert_shipped_menu(const struct catalogue *catalogue, const struct bc_menu_item *menu, size_t n)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < n; i++) {
        const struct exercise *e = catalogue_find(catalogue, menu[i].id);

        assert_non_null(e);
        assert_int_equal(menu[i].kind, e->kind);
        assert_true(menu[i].duration_usec == e->duration_usec);
        assert_false(e->default_off);
        /* Also round the end: the rotation is a circle. */
        assert_int_not_equal(menu[i].kind, menu[(i + 1) % n].kind);
        kinds |= 1u << menu[i].kind;
    }
    assert_int_equal(kinds, BC_KINDS_ALL & ~(1u << BC_KIND_MASSAGE));
}

static void test_shipped_menu(void **state _unused_)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(freep) struct bc_menu_item *menu = NULL, *again = NULL;
    const char *dirs[] = {SHIPPED_CATALOGUE, NULL};
    size_t n, n_again;

    assert_int_equal(catalogue_load(dirs, NULL, &catalogue), 0);
    assert_int_equal(catalogue_menu(catalogue, &menu, &n), 0);
    assert_int_equal(catalogue_menu(catalogue, &again, &n_again), 0);
    assert_true(n >= 10);
    assert_int_equal(n, n_again);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(menu[i].id, again[i].id);
    assert_shipped_menu(catalogue, menu, n);
}

/* A catalogue in memory, of random kinds; the seed makes it the same each time. */
static void random_catalogue(unsigned seed, struct exercise *exercises, struct exercise **list,
                             char (*ids)[16], size_t n, struct catalogue *ret)
{
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
        seed = seed * 1103515245 + 12345;
        exercises[i] = (struct exercise){
            .id = ids[i],
            .kind = (enum bc_exercise_kind)((seed >> 16) % (1 + seed / 7 % _BC_KIND_MAX)),
            .regions = 1u << ((seed >> 20) % 9),
            .hidden = (seed >> 24) % 7 == 0,
            .default_off = (seed >> 24) % 11 == 0,
        };
        list[i] = &exercises[i];
    }
    *ret = (struct catalogue){.exercises = list, .n = n};
}

/* Nothing is lost or doubled; neighbours are of different kinds whenever that can be had at all; each kind
 * keeps away from itself as an even spread would. */
static void test_menu_properties(void **state _unused_)
{
    for (unsigned seed = 1; seed <= 2000; seed++) {
        struct exercise exercises[60], *list[60];
        char ids[60][16];
        size_t n_kind[_BC_KIND_MAX] = {0}, most = 0, expected = 0, size = seed % 61, n = 0, same = 0;
        _cleanup_(freep) struct bc_menu_item *menu = NULL;
        bool seen[60] = {false};
        struct catalogue catalogue;

        random_catalogue(seed, exercises, list, ids, size, &catalogue);
        for (size_t i = 0; i < size; i++)
            if (!exercises[i].hidden && !exercises[i].default_off) {
                expected++;
                n_kind[exercises[i].kind]++;
                most = MAX(most, n_kind[exercises[i].kind]);
            }
        assert_int_equal(catalogue_menu(&catalogue, &menu, &n), 0);
        assert_int_equal(n, expected);
        for (size_t i = 0; i < n; i++) {
            size_t at = (size_t)atoi(menu[i].id);

            assert_false(seen[at] || exercises[at].hidden || exercises[at].default_off);
            seen[at] = true;
            same += i > 0 && menu[i].kind == menu[i - 1].kind;
        }
        /* The least number of equal neighbours that any order has: in a row, and in a circle */
        assert_int_equal(same, 2 * most > n + 1 ? 2 * most - n - 1 : 0);
        same += n > 0 && menu[n - 1].kind == menu[0].kind;
        assert_int_equal(same, 2 * most > n ? 2 * most - n : 0);
    }
}

/* Where kinds leave a choice, the region decides. */
static void test_menu_regions(void **state _unused_)
{
    char ids[] = "a\0b\0c\0d";
    struct exercise e[] = {
        {.id = ids, .kind = BC_KIND_STRETCH, .regions = 1},
        {.id = ids + 2, .kind = BC_KIND_STRETCH, .regions = 2},
        {.id = ids + 4, .kind = BC_KIND_STRENGTH, .regions = 1},
        {.id = ids + 6, .kind = BC_KIND_STRENGTH, .regions = 2},
    };
    struct exercise *list[] = {&e[0], &e[1], &e[2], &e[3]};
    struct catalogue catalogue = {.exercises = list, .n = 4};
    _cleanup_(freep) struct bc_menu_item *menu = NULL;
    size_t n;

    assert_int_equal(catalogue_menu(&catalogue, &menu, &n), 0);
    assert_int_equal(n, 4);
    assert_string_equal(menu[0].id, "a");
    assert_string_equal(menu[1].id, "d");
    assert_string_equal(menu[2].id, "b"); /* both stretch and strength overlap nothing else: kinds decide */
    assert_string_equal(menu[3].id, "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_good_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_sections, setup, teardown),
        cmocka_unit_test_setup_teardown(test_id_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_assumed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_translations_cost_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_user_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_user_mistakes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flags_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unreadable_directory, setup, teardown),
        cmocka_unit_test(test_dirs),
        cmocka_unit_test(test_vocabularies),
        cmocka_unit_test(test_shipped),
        cmocka_unit_test_setup_teardown(test_readme, setup, teardown),
        cmocka_unit_test(test_shipped_menu),
        cmocka_unit_test(test_menu_properties),
        cmocka_unit_test(test_menu_regions),
    };

    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
