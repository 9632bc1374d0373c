/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl list, show and catalogue check: the exercises, tips and routines, without a daemon. Reads the
 * same files in the same way as it does.
 */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exercises.h"
#include "cli/format.h"
#include "cli/routines.h"
#include "util/i18n.h"

static const char *const kinds[] = {"massage", "mobility", "stretch", "strength", "breathing",
                                    "posture", "tip",      "routine", NULL};
#define KIND_TIP 6
#define KIND_ROUTINE 7

struct filter {
    int region, kind, tool; /* -1 = any */
    bool all;
};

static bool wanted(const struct exercises *all, const struct exercise *e, const struct filter *filter)
{
    if (e->hidden || (!filter->all && (e->default_off || !exercise_is_suitable(all, e))))
        return false;
    if (e->tip)
        return true;
    return (filter->region < 0 || (e->regions & SAFETY_BIT(filter->region))) &&
           (filter->tool < 0 || (e->tools & SAFETY_BIT(filter->tool))) &&
           (filter->kind < 0 || e->kind == (enum bc_exercise_kind)filter->kind);
}

/* An option that is one word of a list. Return: false when that has been complained of. */
static bool read_word(const char *what, const char *word, const char *const *words, int *ret)
{
    *ret = -1;
    if (!word)
        return true;
    if (choice_read("list", what, word, words) != 0)
        return false;
    for (*ret = 0; strcmp(words[*ret], word) != 0;)
        (*ret)++;
    return true;
}

/* With what needs a doctor soon nothing is listed but that. */
static int write_hold(const struct exercises *all)
{
    _cleanup_(freep) char *message = NULL;

    if (advice_message(all->settings, &all->profile, &message) < 0)
        return -ENOMEM;
    if (!message)
        return 0;
    puts(message);
    return 1;
}

static size_t write_exercises(const struct exercises *all, const struct filter *filter, struct json *j)
{
    bool tips = filter->kind == KIND_TIP;
    struct exercise **list = tips ? all->catalogue->tips : all->catalogue->exercises;
    size_t n = tips ? all->catalogue->n_tips : all->catalogue->n, written = 0;

    for (size_t i = 0; i < n; i++) {
        if (!wanted(all, list[i], filter))
            continue;
        written++;
        if (j)
            exercise_write_json(all, list[i], j, NULL);
        else
            exercise_write_line(all, list[i], stdout);
    }
    return written;
}

static bool routine_wanted(const struct exercises *all, const struct routine *routine,
                           const struct filter *filter)
{
    struct routine_verdict verdict;
    unsigned regions = 0, tools = 0;

    routine_judge(routine, &all->profile, &verdict);
    if (routine->hidden || (!filter->all && (routine->default_off || !verdict.suitable)))
        return false;
    for (size_t i = 0; i < routine->n_items; i++) {
        regions |= routine->items[i]->regions;
        tools |= routine->items[i]->tools;
    }
    return (filter->region < 0 || (regions & SAFETY_BIT(filter->region))) &&
           (filter->tool < 0 || (tools & SAFETY_BIT(filter->tool)));
}

static size_t write_routines(const struct exercises *all, const struct filter *filter, struct json *j)
{
    size_t written = 0;

    for (size_t i = 0; i < all->catalogue->n_routines; i++) {
        const struct routine *routine = all->catalogue->routines[i];

        if (!routine_wanted(all, routine, filter))
            continue;
        written++;
        if (j)
            routine_write_json(all, routine, j, NULL);
        else
            routine_write_line(all, routine, stdout);
    }
    return written;
}

static int write_all(const struct exercises *all, const struct filter *filter, bool as_json)
{
    struct json j = {.file = stdout};
    int r = as_json || filter->all ? 0 : write_hold(all);
    size_t written;

    if (r != 0)
        return r < 0 ? CLI_FAILED : CLI_DONE;
    if (as_json)
        json_open(&j, NULL, '[');
    written =
        (filter->kind == KIND_ROUTINE ? write_routines : write_exercises)(all, filter, as_json ? &j : NULL);
    if (as_json) {
        json_close(&j, ']');
        json_end_line(&j);
    } else if (written == 0) {
        fputs(all->catalogue->n == 0
                  ? _("backcarectl: list: no exercises are installed; see backcarectl doctor\n")
              : filter->all ? _("backcarectl: list: there is none like that\n")
                            : _("backcarectl: list: none like that suits you here; --all lists the others\n"),
              stderr);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? CLI_DONE : CLI_FAILED;
}

/**
 * verb_list() - backcarectl list [--region R] [--kind K] [--tool T] [--all] [--config FILE] [--json]
 */
int verb_list(int argc, char *argv[], void *userdata)
{
    enum {
        REGION,
        KIND,
        TOOL,
        ALL,
        CONFIG,
        JSON
    };
    _cleanup_(exercises_done) struct exercises all = {0};
    struct filter filter = {0};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (!read_word(N_("region"), args.options[REGION], catalogue_regions, &filter.region) ||
        !read_word(N_("kind"), args.options[KIND], kinds, &filter.kind) ||
        !read_word(N_("tool"), args.options[TOOL], catalogue_tools, &filter.tool))
        return CLI_USAGE;
    if (filter.kind == KIND_TIP && (filter.region >= 0 || filter.tool >= 0))
        return usage_error("list", "%s", _("a tip has no region and no tool"));
    filter.all = args.options[ALL];
    r = exercises_load(args.options[CONFIG], &all);
    if (r < 0)
        return r == -ENOMEM ? CLI_FAILED : CLI_USAGE;
    return write_all(&all, &filter, args.options[JSON]);
}

/* The exercise or tip of an id; a hidden one is not there. */
static const struct exercise *find(const struct catalogue *catalogue, const char *id)
{
    const struct exercise *e = catalogue_find(catalogue, id);

    for (size_t i = 0; !e && i < catalogue->n_tips; i++)
        if (strcmp(catalogue->tips[i]->id, id) == 0)
            e = catalogue->tips[i];
    return e && !e->hidden ? e : NULL;
}

static const struct routine *find_routine(const struct catalogue *catalogue, const char *id)
{
    const struct routine *routine = catalogue_find_routine(catalogue, id);

    return routine && !routine->hidden ? routine : NULL;
}

static int no_such_exercise(const struct catalogue *catalogue, const char *id)
{
    _cleanup_(freep) const char **ids = calloc(catalogue->n + catalogue->n_routines + 1, sizeof *ids);
    const char *nearest;

    if (!ids)
        return CLI_FAILED;
    for (size_t i = 0; i < catalogue->n; i++)
        ids[i] = catalogue->exercises[i]->id;
    for (size_t i = 0; i < catalogue->n_routines; i++)
        ids[catalogue->n + i] = catalogue->routines[i]->id;
    nearest = nearest_name(id, ids);
    if (nearest)
        return usage_error("show", _("there is no exercise '%s'; did you mean %s?"), id, nearest);
    return usage_error("show", _("there is no exercise '%s'"), id);
}

/**
 * verb_show() - backcarectl show ID [--config FILE] [--json]
 */
int verb_show(int argc, char *argv[], void *userdata)
{
    enum {
        CONFIG,
        JSON
    };
    _cleanup_(exercises_done) struct exercises all = {0};
    struct json j = {.file = stdout};
    const struct exercise *e;
    const struct routine *routine;
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    r = exercises_load(args.options[CONFIG], &all);
    if (r < 0)
        return r == -ENOMEM ? CLI_FAILED : CLI_USAGE;
    e = find(all.catalogue, args.words[0]);
    routine = find_routine(all.catalogue, args.words[0]);
    if (!e && !routine)
        return no_such_exercise(all.catalogue, args.words[0]);
    if (args.options[JSON]) {
        if (e)
            exercise_write_json(&all, e, &j, NULL);
        else
            routine_write_json(&all, routine, &j, NULL);
        json_end_line(&j);
    } else {
        r = write_hold(&all);
        if (r == 0 && e)
            exercise_write_card(&all, e, stdout);
        else if (r == 0)
            routine_write_card(&all, routine, stdout);
    }
    return r >= 0 && fflush(stdout) == 0 && !ferror(stdout) ? CLI_DONE : CLI_FAILED;
}

static int say(const struct diagnostics *d, const char *what)
{
    _cleanup_(freep) char *text = diagnostics_format(d);

    if (!text)
        return CLI_FAILED;
    fputs(text, stderr);
    if (d->n_unreadable > 0)
        return CLI_USAGE;
    if (diagnostics_errors(d) > 0)
        return CLI_FAILED;
    put_text(stdout, what);
    puts(_(": no mistakes"));
    return CLI_DONE;
}

static int load_installed(struct diagnostics *d, struct catalogue **ret)
{
    char **dirs;
    int r = catalogue_dirs_find(NULL, &dirs);

    if (r < 0)
        return r;
    r = catalogue_load((const char *const *)dirs, NULL, d, ret);
    for (char **dir = dirs; *dir; dir++)
        free(*dir);
    free(dirs);
    return r;
}

static int check_file(const char *path)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *installed = NULL, *catalogue = NULL;
    int r = load_installed(NULL, &installed);

    if (r >= 0)
        r = catalogue_load_file(path, installed, &d, &catalogue);
    if (r < 0 && r != -ENOENT)
        return CLI_FAILED;
    if (r == -ENOENT) {
        put_text(stderr, path);
        fputs(_(": there is no such file\n"), stderr);
        return CLI_USAGE;
    }
    return say(&d, path);
}

static int check_all(void)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    char what[160];

    if (load_installed(&d, &catalogue) < 0)
        return CLI_FAILED;
    (void)snprintf(what, sizeof what, _("%zu exercises, %zu tips, %zu routines"), catalogue->n,
                   catalogue->n_tips, catalogue->n_routines);
    return say(&d, what);
}

/**
 * verb_catalogue() - backcarectl catalogue check [FILE]
 */
int verb_catalogue(int argc, char *argv[], void *userdata)
{
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (strcmp(args.words[0], "check") != 0)
        return usage_error("catalogue", _("unknown command '%s'; valid: check"), args.words[0]);
    return args.words[1] ? check_file(args.words[1]) : check_all();
}
