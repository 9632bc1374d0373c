/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue and the safety rules as the daemon uses them, for many persons. safety-driver DIRECTORY…
 * reads the catalogue, then lines from stdin, each with seven fields between "|": the day ("YYYY-MM-DD"), the
 * due date, conditions, tools (both with commas), partner (yes or no), place, intensity. For each it prints a
 * line: the advice, and "id:steps:seconds" of each suitable exercise, in the order of their ids.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"

#define FIELDS 7
#define WORDS_MAX 64

static char **split(char *text, const char *separators, char *words[WORDS_MAX + 1])
{
    size_t n = 0;

    for (char *word = strtok(text, separators); word && n < WORDS_MAX; word = strtok(NULL, separators))
        words[n++] = word;
    words[n] = NULL;
    return words;
}

static void judge_all(const struct catalogue *catalogue, const struct safety_profile *profile)
{
    static const char *const advice[] = {"none", "consult", "urgent", "emergency"};
    static const char *const steps[] = {"", "t1", "t2", "t3"};

    (void)fputs(advice[safety_advice(profile)], stdout);
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct exercise *e = catalogue->by_id[i];
        struct safety_verdict verdict;

        if (suitability_judge(e, profile, &verdict))
            (void)printf(" %s:%s:%d", e->id, steps[verdict.adapted + 1],
                         (int)(verdict.duration_usec / USEC_PER_SEC));
    }
    (void)putchar('\n');
}

static int judge_line(const struct catalogue *catalogue, char *line)
{
    char *fields[FIELDS] = {NULL}, *conditions[WORDS_MAX + 1], *tools[WORDS_MAX + 1];
    struct settings settings = {0};
    struct safety_profile profile;
    int64_t today;
    int place;

    for (size_t i = 0; i < FIELDS && line; i++)
        fields[i] = strsep(&line, "|\n");
    place = fields[FIELDS - 1] ? vocabulary_find(catalogue_places, fields[5]) : -1;
    if (place < 0 || safety_day_parse(fields[0], &today) < 0)
        return 1;
    settings.pregnancy_due = *fields[1] ? fields[1] : NULL;
    settings.conditions = split(fields[2], ", ", conditions);
    settings.tools = split(fields[3], ", ", tools);
    settings.partner = strcmp(fields[4], "yes") == 0;
    settings.place = (enum setting_place)place;
    settings.max_intensity = (unsigned)atoi(fields[6]);
    suitability_profile(&settings, today, &profile);
    judge_all(catalogue, &profile);
    return 0;
}

int main(int argc, char **argv)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(catalogue_freep) struct catalogue *catalogue = NULL;
    _cleanup_(freep) char *said = NULL;
    char line[4096];

    if (argc < 2 || catalogue_load_bare((const char *const *)argv + 1, NULL, &d, &catalogue) < 0)
        return 1;
    said = diagnostics_format(&d);
    (void)fputs(said ? said : "", stderr);
    while (fgets(line, sizeof line, stdin))
        if (judge_line(catalogue, line) != 0)
            return 2;
    return 0;
}
