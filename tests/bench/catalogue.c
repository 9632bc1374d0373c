/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a large catalogue costs: loading it as the daemon does, and one choice among its exercises in the
 * core, each beside a floor: reading the same files, and looking at each exercise's id once. Runs of the two
 * take turns, so that what else the machine does hits both alike. Prints six numbers: microseconds of the
 * fastest loading and reading; nanoseconds of a choice and of looking, the slowest in a hundred; KiB of
 * memory at the most, when the files had been read and when they had been loaded.
 *
 *   catalogue DIRECTORY EXERCISES RUNS [LANGUAGE]
 */
#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "catalogue/catalogue.h"
#include "core/core.h"
#include "util/fs-util.h"

#define CHOICES 5000

static int64_t now_nsec(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
        abort();
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Not what getrusage() says: that begins with the memory of whoever started us. */
static long peak_kib(void)
{
    FILE *f = fopen("/proc/self/status", "re");
    char line[256];
    long kib = 0;

    while (f && kib == 0 && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (!f || kib == 0)
        abort();
    (void)fclose(f);
    return kib;
}

static int64_t read_all(const char *path)
{
    struct dirent **entries;
    int64_t start = now_nsec();
    int n = scandir(path, &entries, NULL, alphasort);

    if (n < 0)
        abort();
    for (int i = 0; i < n; i++) {
        _cleanup_(freep) char *file = path_join(path, entries[i]->d_name), *text = NULL;

        if (!file || (entries[i]->d_name[0] != '.' && read_file(file, INI_SIZE_MAX, &text, NULL) < 0))
            abort();
        free(entries[i]);
    }
    free(entries);
    return now_nsec() - start;
}

static int64_t load(const char *path, const char *language, struct catalogue **ret)
{
    const char *const dirs[] = {path, NULL};
    struct diagnostics d = {0};
    int64_t start = now_nsec(), taken;

    if (catalogue_load_bare(dirs, language, &d, ret) < 0)
        abort();
    taken = now_nsec() - start;
    if (d.n > 0) {
        fprintf(stderr, "%s:%u: %s\n", d.items[0].file, d.items[0].line, d.items[0].text);
        exit(EXIT_FAILURE);
    }
    diagnostics_done(&d);
    return taken;
}

static void ignore_effect(void *userdata, const struct bc_effect *effect)
{
    (void)userdata;
    (void)effect;
}

static int64_t step(struct bc_core *core, enum bc_event_type type, usec_t t_usec)
{
    const struct bc_event event = {.type = type, .t_usec = t_usec};
    int64_t start = now_nsec();

    if (bc_core_step(core, &event, ignore_effect, NULL) != 0)
        abort();
    return now_nsec() - start;
}

static int64_t look(const struct bc_menu_item *menu, size_t n)
{
    int64_t start = now_nsec();

    for (size_t i = 0; i < n; i++)
        if (strcmp(menu[i].id, "none-of-these") == 0)
            abort();
    return now_nsec() - start;
}

/* Another exercise, and another: as a choice looks at them all. */
static void choose(const struct catalogue *catalogue, int64_t *ret_choice, int64_t *ret_floor)
{
    _cleanup_(catalogue_menu_freep) struct catalogue_menu *menu = NULL;
    _cleanup_(bc_core_freep) struct bc_core *core = NULL;
    static int64_t choices[CHOICES], floors[CHOICES];
    struct bc_break_rule rule = {.name = "stretch",
                                 .after_usec = 30 * USEC_PER_MINUTE,
                                 .length_usec = 3 * USEC_PER_MINUTE,
                                 .kinds = BC_KINDS_ALL,
                                 .enabled = true};
    const struct bc_rules rules = {.idle_after_usec = 2 * USEC_PER_MINUTE,
                                   .idle_after_prompt_usec = 20 * USEC_PER_SEC,
                                   .breaks = &rule,
                                   .n_breaks = 1};

    if (catalogue_menu_new(catalogue, NULL, NULL, &menu) < 0 || bc_core_new(&rules, 0, &core) < 0)
        abort();
    bc_core_set_menu(core, &menu->menu);
    (void)step(core, BC_EVENT_START, 1);
    for (size_t i = 0; i < CHOICES; i++) {
        choices[i] = step(core, BC_EVENT_ANOTHER, (usec_t)i + 2);
        floors[i] = look(menu->menu.items, menu->menu.n_items);
    }
    qsort(choices, CHOICES, sizeof *choices, compare);
    qsort(floors, CHOICES, sizeof *floors, compare);
    *ret_choice = choices[CHOICES * 99 / 100];
    *ret_floor = floors[CHOICES * 99 / 100];
}

int main(int argc, char **argv)
{
    int64_t reading = INT64_MAX, loading = INT64_MAX, choice, floor;
    struct catalogue *catalogue = NULL;
    long peak_read, peak_loaded = 0;
    unsigned long n, runs;

    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: catalogue DIRECTORY EXERCISES RUNS [LANGUAGE]\n");
        return 2;
    }
    n = strtoul(argv[2], NULL, 10);
    runs = strtoul(argv[3], NULL, 10);
    /* As the daemon does. */
    (void)mallopt(M_MMAP_THRESHOLD, 8 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 32 * 1024);
    (void)read_all(argv[1]);
    peak_read = peak_kib();
    for (unsigned long i = 0; i < runs || !catalogue; i++) {
        int64_t taken;

        catalogue_free(catalogue);
        taken = load(argv[1], argv[4], &catalogue);
        loading = MIN(loading, taken);
        if (i == 0)
            peak_loaded = peak_kib();
        taken = read_all(argv[1]);
        reading = MIN(reading, taken);
    }
    if (catalogue->n != n) {
        fprintf(stderr, "%zu exercises, and not %lu\n", catalogue->n, n);
        return EXIT_FAILURE;
    }
    choose(catalogue, &choice, &floor);
    catalogue_free(catalogue);
    printf("%lld %lld %lld %lld %ld %ld\n", (long long)loading / 1000, (long long)reading / 1000,
           (long long)choice, (long long)floor, peak_loaded, peak_read);
    return EXIT_SUCCESS;
}
