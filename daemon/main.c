/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcared: argv, signals, systemd's protocol, the loop. Knows everybody, decides nothing.
 */
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "config.h"
#include "config/settings.h"
#include "options.h"
#include "runtime.h"
#include "util/log.h"

static int on_stop(sd_event_source *s, const struct signalfd_siginfo *si, void *userdata)
{
    (void)s;
    (void)sd_notify(0, "STOPPING=1");
    log_debug("Ends by signal %u.", si->ssi_signo);
    runtime_stop(userdata);
    return 0;
}

static int on_reload(sd_event_source *s, const struct signalfd_siginfo *si, void *userdata)
{
    (void)s;
    (void)si;
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now_usec(CLOCK_MONOTONIC));
    (void)runtime_reload(userdata);
    (void)sd_notify(0, "READY=1");
    return 0;
}

/* Signals are blocked before anything else, as every child and library must inherit that. */
static int block_signals(void)
{
    static const int all[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
    sigset_t set;

    (void)sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        (void)sigaddset(&set, all[i]);
    /* A notifier that ends while it is written to must not end us. */
    (void)signal(SIGPIPE, SIG_IGN);
    /* Nor a file that may not grow any more: writing to it then fails, as on a full disk. */
    (void)signal(SIGXFSZ, SIG_IGN);
    return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -errno : 0;
}

static int watch_signals(sd_event *event, struct runtime *rt)
{
    int r = sd_event_add_signal(event, NULL, SIGTERM, on_stop, rt);

    if (r >= 0)
        r = sd_event_add_signal(event, NULL, SIGINT, on_stop, rt);
    if (r >= 0)
        r = sd_event_add_signal(event, NULL, SIGHUP, on_reload, rt);
    return r;
}

static int check_config(const struct options *options)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    _cleanup_(settings_freep) struct settings *settings = NULL;
    _cleanup_(freep) char *text = NULL;
    struct settings_paths paths = {0};
    int r = settings_paths_find(options->config_dir, &paths);

    if (r >= 0)
        r = settings_load(&paths, &d, &settings);
    settings_paths_done(&paths);
    if (r < 0)
        return log_errno(r, "The settings can't be read");
    text = diagnostics_format(&d);
    if (text)
        (void)fputs(text, stderr);
    return diagnostics_errors(&d) > 0 ? -EINVAL : 0;
}

/* What is large is either read once or, as a snapshot of the state, needed for a moment: it goes back to the
 * kernel at once, instead of leaving a hole or a high top for the next half hour. The padding of glibc would
 * leave 128 KiB of it at the top, where the next large piece, a connection's buffers for instance, would be
 * taken from and cleared, instead of having pages of its own that nobody has touched. */
static void spare_memory(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, 8 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 32 * 1024);
    (void)mallopt(M_TOP_PAD, 16 * 1024);
}

/* glibc keeps for each thread what it has freed, some 60 KiB after the start, and gives it back to nobody.
 * Only the environment of a new program can say that it needn't: so we start anew, once, where nobody has
 * said it before us, as the unit does. What can't be is let be: it is only memory. */
static void start_without_hoard(char *argv[])
{
    static const char name[] = "GLIBC_TUNABLES", value[] = "glibc.malloc.tcache_count=0";
    const char *now = getenv(name);
    char program[PATH_MAX];
    ssize_t n;

    if (!now) {
        n = readlink("/proc/self/exe", program, sizeof program - 1);
        if (n > 0 && setenv(name, value, 1) == 0) {
            program[n] = 0;
            (void)execv(program, argv);
        }
    }
    /* The programs that we start are none of its business. */
    if (!now || strcmp(now, value) == 0)
        (void)unsetenv(name);
}

static int run(const struct options *options)
{
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    _cleanup_(runtime_freep) struct runtime *rt = NULL;
    int r = block_signals();

    spare_memory();
    if (r >= 0)
        r = sd_event_default(&event);
    if (r < 0)
        return log_errno(r, "No event loop");
    r = runtime_new(event, options, &rt);
    if (r < 0)
        return r;
    r = watch_signals(event, rt);
    if (r < 0)
        return log_errno(r, "Signals can't be watched");
    r = runtime_start(rt);
    if (r < 0)
        return r;
    /* systemd's watchdog, where the unit asks for it: proves that the loop is alive. */
    (void)sd_event_set_watchdog(event, true);
    log_event(LOG_INFO, "start", "BackCare " BACKCARE_VERSION " follows your sitting.");
    (void)sd_notify(0, "READY=1\nSTATUS=Following activity");
    runtime_settle(rt);
    /* What start-up needed and the next half hour does not. */
    (void)malloc_trim(0);
    r = sd_event_loop(event);
    runtime_finish(rt);
    log_event(LOG_INFO, "stop", "BackCare ends.");
    return r;
}

int main(int argc, char *argv[])
{
    struct options options;
    int r = options_parse(argc, argv, &options);

    if (r != 0)
        return r > 0 ? EXIT_SUCCESS : 2;
    if (options.check_config)
        return check_config(&options) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
    start_without_hoard(argv);
    return run(&options) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
