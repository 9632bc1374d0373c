/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file of a catalogue: each rule of the format, with its exact message.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue-load.h"
#include "catalogue-sample.h"

static void assert_list(char **list, const char *first, const char *second)
{
    assert_string_equal(list[0], first);
    assert_string_equal(list[1], second);
    assert_null(list[2]);
}

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
    assert_list(e->texts->muscles, "erector spinae", "hip flexors");
    assert_int_equal(e->tools, BIT(catalogue_tools, "wall") | BIT(catalogue_tools, "chair"));
    assert_string_equal(catalogue_positions[e->position], "standing");
    assert_string_equal(catalogue_places[e->place], "desk");
    assert_true(e->duration_usec == 80 * USEC_PER_SEC);
    assert_true(e->hold_usec == 20 * USEC_PER_SEC);
    assert_int_equal(e->reps, 2);
    assert_string_equal(catalogue_sides[e->sides], "both");
    assert_int_equal(e->intensity, 1);
    assert_string_equal(e->texts->steps[0], "Stand beside a wall.");
    assert_string_equal(e->texts->steps[1], "Lean.");
    assert_string_equal(e->texts->steps[2], "Come back.");
    assert_null(e->texts->steps[3]);
    assert_string_equal(e->texts->breath, "Out as you lean.");
    assert_string_equal(e->texts->caution, "Slowly; a chair may roll.");
    assert_int_equal(e->hazards, BIT(catalogue_hazards, "pelvis-uneven") | BIT(catalogue_hazards, "balance"));
    assert_false(e->hazards_assumed);
    assert_int_equal(e->pregnancy[0], SAFETY_YES);
    assert_int_equal(e->pregnancy[1], SAFETY_ADAPT);
    assert_int_equal(e->pregnancy[2], SAFETY_ADAPT);
    assert_null(e->texts->adapted[0]);
    assert_list(e->texts->adapted[1], "Hold the chair with both hands.", "Lean a little.");
    assert_list(e->texts->adapted[2], "Hold the chair with both hands.", "Lean a little.");
    assert_list(e->texts->sources, "S2", "PGP");
    assert_false(e->hidden);
    assert_false(e->default_off);
    assert_int_equal(e->line, 2);
    assert_string_equal(e->file->path + strlen(*state), "/x.ini");

    /* What may be left out. */
    assert_null(other->texts->muscles[0]);
    assert_int_equal(other->tools, 0);
    assert_true(other->hold_usec == 0);
    assert_int_equal(other->reps, 0);
    assert_string_equal(catalogue_sides[other->sides], "none");
    assert_string_equal(other->texts->breath, "");
    assert_string_equal(other->texts->caution, "");
    assert_int_equal(other->hazards, 0);
    assert_null(other->texts->sources[0]);
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
        {"sources", "step-1-t3 = Sit.\nstep-2-t3 = Rise.\nsources"},
        {"sources", "hidden = yes\ndefault = off\nsources"},
        {"sources", "duration-t2 = 40s\nduration-t3 = 10min\nsources"},
        {"sources", "hold-t2 = 60s\nreps-t3 = 100\nposition-t2 = seated\nsources"},
        {"balance", "lumbar-pressure"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(freep) char *text = with(base, rows[i].old, rows[i].new);
        _cleanup_(catalogue_freep) struct catalogue *catalogue = load_text(*state, text, "");

        assert_int_equal(catalogue->n, 2);
    }
}

/* One line changed, one mistake: exactly this message, this exercise left out, the other one loaded. */
static const struct {
    const char *old, *new, *expected;
} bad_lines[] = {
    {"title = My stretch\n", "", "x.ini:2: [my-stretch].title: missing"},
    {"My stretch", "", "x.ini:2: [my-stretch].title: : empty"},
    {"My stretch", X40 "1",
     "x.ini:2: [my-stretch].title: " X40 "1: 41 characters; at most 40 fit a notification"},
    {"breath", "title[de] = " AE40 "ä\nbreath",
     "x.ini:17: [my-stretch].title[de]: ääääääääääääääääääääääääääääää…: 41 characters; at most 40 fit a "
     "notification"},
    {"kind = stretch\n", "", "x.ini:2: [my-stretch].kind: missing"},
    {"kind = stretch", "kind = strech", "x.ini:3: [my-stretch].kind: strech: unknown; did you mean stretch?"},
    {"kind = stretch", "kind = swimming-in-a-lake",
     "x.ini:3: [my-stretch].kind: swimming-in-a-lake: unknown; choose from massage, mobility, stretch, "
     "strength, breathing, posture, tip, routine"},
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
    {"80s", "soon", "x.ini:9: [my-stretch].duration: soon: not a length of time; write it as in 60s or 2min"},
    {"80s", "-80s", "x.ini:9: [my-stretch].duration: -80s: not a length of time; write it as in 60s or 2min"},
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
    {"sources", "duration-t1 = 40s\nsources",
     "x.ini:25: [my-stretch].duration-t1: 40s: pregnancy-t1 does not say adapt"},
    {"sources", "duration-t2 = 29s\nsources",
     "x.ini:25: [my-stretch].duration-t2: 29s: not from 30s to 10min"},
    {"Lean.", "Lean\tforward.", "x.ini:15: [my-stretch].step-2: Lean\tforward.: a control character in it"},
    /* Two at once: both are said. */
    {"80s\nhold = 20s", "80\nhold = 2h",
     "x.ini:9: [my-stretch].duration: 80: say s or min, as in 60s\n"
     "x.ini:10: [my-stretch].hold: 2h: not from 1s to 1min"},
};

static void test_bad_lines(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
        _cleanup_(freep) char *text = with(base, bad_lines[i].old, bad_lines[i].new);
        _cleanup_(catalogue_freep) struct catalogue *catalogue =
            load_text(*state, text, bad_lines[i].expected);

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
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
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
    assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
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
        {"[other-one]\n", "[other-one]\\\n", true, false},
        {"[other-one]\n", "[other-\xff]\n", true, false},
        {"[other-one]\n", "\t[other-one]\x01\n", true, false},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *text = with(base, rows[i].old, rows[i].new),
                              *path = path_join(*state, "x.ini");
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;

        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
        assert_int_equal(diagnostics_errors(&d), 1);
        assert_int_equal(catalogue_find(catalogue, "my-stretch") != NULL, rows[i].first);
        assert_int_equal(catalogue_find(catalogue, "other-one") != NULL, rows[i].second);
    }
}

/* The keys below a header that can't be read are nobody's: they don't make the exercise before it suit whom
 * it does not. */
static void test_lost_header(void **state)
{
    static const char *const lines[] = {"[other-one]\\\n", "[other-\xff]\n", " [other-one]\x7f\n"};

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *path = path_join(*state, "x.ini"), *text = NULL;
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        const struct exercise *e;

        assert_true(asprintf(&text,
                             "[good-one]\ntitle = A stretch\nkind = stretch\nregions = hips\nposition = "
                             "seated\nplace = desk\nduration = 60s\nintensity = 1\nstep-1 = One.\nstep-2 = "
                             "Two.\n%shazards = none\npregnancy-t1 = yes\npregnancy-t2 = yes\npregnancy-t3 = "
                             "yes\nhidden = yes\n",
                             lines[i]) > 0);
        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
        assert_int_equal(diagnostics_errors(&d), 1);
        e = catalogue_find(catalogue, "good-one");
        assert_non_null(e);
        assert_true(e->hazards_assumed);
        assert_false(e->hidden);
        for (int t = 0; t < 3; t++)
            assert_int_equal(e->pregnancy[t], SAFETY_NO);
    }
}

/* Counts the messages that are no warnings, and gives the line of the first one. */
static size_t errors(const struct diagnostics *d, unsigned *ret_line)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->items[i].level == DIAGNOSTIC_ERROR && *ret_line == 0)
            *ret_line = d->items[i].line;
    return diagnostics_errors(d);
}

/* An exercise stands in one piece: what comes in two is a mistake, and left out whole. Its texts are read
 * from one header to the next, and a line that is lost below one of them is a line of the exercise. */
static void test_twice(void **state)
{
    static const char first[] = "[good-one]\ntitle = A stretch\nkind = stretch\nregions = hips\n"
                                "position = seated\nplace = desk\nduration = 60s\nintensity = 1\n",
                      steps[] = "step-1 = One.\nstep-2 = Two.\n", flags[] = "[good-one]\nhidden = no\n",
                      other[] = "[other]\nhidden = yes\n";
    static const struct {
        const char *parts[5];
        unsigned line; /* of the mistake that is said first */
        size_t n;
    } rows[] = {
        {{first, "hazards = none\n", steps, "[good-one]\nhazards: spine-flexion\n"}, 12, 2},
        {{first, "hazards = none\n", steps, "[good-one]\nhazards = spine-flexion\n"}, 12, 2},
        {{first, "hazards = none\n[good-one]\n", steps}, 10, 1},
        {{first, steps, "[GOOD-ONE]\n"}, 11, 1},
        {{"[good-one]\n", first, steps}, 2, 1},
        {{first, steps, other, flags}, 13, 1},
        {{first, steps, other, "[good-one]\nhazards: spine-flexion\n"}, 13, 2},
        {{flags, other, first, steps}, 5, 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *path = path_join(*state, "x.ini");
        _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
        char text[512] = "";
        unsigned line = 0;

        for (size_t k = 0; k < ARRAY_SIZE(rows[i].parts) && rows[i].parts[k]; k++)
            (void)strcat(text, rows[i].parts[k]);
        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
        assert_int_equal(errors(&d, &line), rows[i].n);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(catalogue->n, 0);
    }
}

/* A word that is too long to be shown is cut between two characters. */
static void test_long_word(void **state)
{
    char word[2 * 100 + 1], line[256], expected[2 * 63 + 32] = "\"";

    for (size_t i = 0; i < 100; i++)
        memcpy(word + 2 * i, "é", 3);
    memcpy(expected + 1, word, 2 * 63);
    (void)strcpy(expected + 1 + 2 * 63, "\" is unknown");
    for (int tools = 0; tools < 2; tools++) {
        _cleanup_(diagnostics_donep) struct diagnostics d = {0};
        _cleanup_(freep) char *path = path_join(*state, "x.ini"), *text = NULL;
        struct catalogue *catalogue = NULL;

        (void)snprintf(line, sizeof line, tools ? "tools = hands, %s" : "regions = hips, %s", word);
        text = with(base, tools ? "tools = wall, chair" : "regions = lower-back, hips", line);
        write_text(*state, "x.ini", text);
        assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), 0);
        assert_int_equal(diagnostics_errors(&d), 1);
        assert_non_null(strstr(d.items[0].text, expected));
        catalogue_free(catalogue);
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
        assert_int_equal(e->pregnancy[t], SAFETY_NO);
}

static void test_no_file(void **state)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(freep) char *path = path_join(*state, "no.ini");
    struct catalogue *catalogue = NULL;

    assert_int_equal(catalogue_load_file(path, NULL, &d, &catalogue), -ENOENT);
    assert_null(catalogue);
    assert_int_equal(d.n, 0);
    assert_null(catalogue_free(NULL));
    /* An empty file is a catalogue of nothing. */
    catalogue = load_text(*state, "# nothing\n", "");
    assert_int_equal(catalogue->n, 0);
    assert_null(catalogue_find(catalogue, "x"));
    catalogue_free(catalogue);
}

/* A check of a user's file alone can't know what it hides. */
static void test_flags_alone(void **state)
{
    _cleanup_(catalogue_freep) struct catalogue *catalogue =
        load_text(*state, "[shoulder-rolls]\nhidden = yes\n", "");

    assert_int_equal(catalogue->n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_field, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_good_lines, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_bad_lines, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_bad_sections, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_id_length, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_lost_lines, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_lost_header, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_twice, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_long_word, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_assumed, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_no_file, catalogue_dir_setup, catalogue_dir_teardown),
        cmocka_unit_test_setup_teardown(test_flags_alone, catalogue_dir_setup, catalogue_dir_teardown),
    };

    return cmocka_run_group_tests_name("catalogue-format", tests, NULL, NULL);
}
