/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim [--seed N] [--seeds N] [--days N] [--out DIR]: many invented lives of so many days against the core. A
 * life that breaks an invariant is shortened as far as it still does, and written to DIR as a trace. Without
 * --seed the first seed is 1; the seeds are printed, so that any failure can be had again.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"

static bool fails(const struct sim_script *script, struct sim_result *ret)
{
    struct sim_result exact, loose, again;

    sim_run(script, true, &exact);
    *ret = exact;
    if (exact.failed)
        return true;
    sim_run(script, false, &loose);
    sim_run(script, false, &again);
    if (exact.hash != loose.hash || loose.hash != again.hash || exact.prompts != loose.prompts) {
        ret->failed = true;
        (void)snprintf(ret->text, sizeof ret->text, "%s",
                       loose.hash != again.hash
                           ? "the same script has other effects the second time"
                           : "stepping to each deadline has other effects than events alone");
    }
    return ret->failed;
}

/* Takes out pieces, smaller and smaller ones, as long as what is left still fails. */
static void shrink(struct sim_script *script, struct sim_result *result)
{
    struct sim_action *all = calloc(script->n + 1, sizeof *all);

    if (!all)
        abort();
    for (size_t piece = (script->n + 1) / 2; piece > 0; piece /= 2)
        for (size_t at = 0; at + piece <= script->n;) {
            struct sim_result r;
            size_t n = script->n;

            memcpy(all, script->actions, n * sizeof *all);
            memmove(script->actions + at, script->actions + at + piece, (n - at - piece) * sizeof *all);
            script->n -= piece;
            if (fails(script, &r)) {
                *result = r;
                continue;
            }
            memcpy(script->actions, all, n * sizeof *all);
            script->n = n;
            at += piece;
        }
    free(all);
}

static bool one_life(uint64_t seed, unsigned days, const char *out, struct sim_result *sum)
{
    struct sim_script script;
    struct sim_result result;
    char path[4096];
    bool failed;

    sim_script_make(&script, seed, days);
    failed = fails(&script, &result);
    if (failed) {
        printf("seed %" PRIu64 ", %u days, at %.6f s: %s\n", seed, days, (double)result.t_usec / 1e6,
               result.text);
        (void)fflush(stdout);
        shrink(&script, &result);
        (void)snprintf(path, sizeof path, "%s/sim-%" PRIu64 ".trace", out, seed);
        printf("  shortened to %zu events: %s\n", script.n, result.text);
        if (sim_trace_write(&script, &result, path) == 0)
            printf("  written to %s\n", path);
    }
    sum->steps += result.steps;
    sum->prompts += result.prompts;
    sim_script_done(&script);
    return !failed;
}

int main(int argc, char *argv[])
{
    static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                            {"seeds", required_argument, NULL, 'n'},
                                            {"days", required_argument, NULL, 'd'},
                                            {"out", required_argument, NULL, 'o'},
                                            {}};
    uint64_t seed = 1, seeds = 1, failed = 0;
    unsigned days = 1;
    const char *out = ".";
    struct sim_result sum = {0};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
        switch (c) {
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            seeds = strtoull(optarg, NULL, 10);
            break;
        case 'd':
            days = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'o':
            out = optarg;
            break;
        default:
            return 2;
        }
    for (uint64_t i = 0; i < seeds && failed < 5; i++)
        failed += !one_life(seed + i, days, out, &sum);
    printf("seeds %" PRIu64 " to %" PRIu64 ", %u days each: %lu steps, %lu prompts, %" PRIu64 " failed\n",
           seed, seed + seeds - 1, days, sum.steps, sum.prompts, failed);
    /* A life in which nobody is ever prompted would prove nothing. */
    return failed > 0 || sum.prompts == 0 || sum.steps == 0;
}
