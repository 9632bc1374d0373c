/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl inhibit: no reminder while a command runs. The hold is a descriptor: however this process ends,
 * it ends too. The command does not inherit it.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "util/i18n.h"
#include "util/utf8.h"

struct inhibit {
    struct client *client;
    const char *who;
    const char *why;
    int fd;
    pid_t child;
    bool warned;
};

/* Signals that are the command's to judge. */
static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static int take_hold(struct inhibit *inhibit, struct client_error *error)
{
    int fd,
        r = client_call(inhibit->client, "Inhibit", CLIENT_FD, &fd, error, "ss", inhibit->who, inhibit->why);

    if (r < 0)
        return r;
    closep(&inhibit->fd);
    inhibit->fd = fd;
    return 0;
}

/* A daemon that was started anew knows nothing of the hold. */
static void on_appeared(void *userdata)
{
    struct inhibit *inhibit = userdata;
    struct client_error error = {0};

    if (take_hold(inhibit, &error) >= 0)
        return;
    if (!inhibit->warned)
        fprintf(stderr, _("backcarectl: inhibit: reminders are no longer held: %s\n"),
                error.message ? error.message : _("out of memory"));
    inhibit->warned = true;
    client_error_done(&error);
}

static void on_gone(_unused_ void *userdata, _unused_ const struct client_error *error)
{
    /* Without a daemon there is no reminder to hold. */
}

static int on_signal(_unused_ sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
    struct inhibit *inhibit = userdata;

    /* What a key on the terminal sends, the command has got as well: it is of the same group. */
    if (si->ssi_code != SI_KERNEL)
        (void)kill(inhibit->child, (int)si->ssi_signo);
    return 0;
}

static int on_child_exit(sd_event_source *source, const siginfo_t *si, _unused_ void *userdata)
{
    int status = si->si_code == CLD_EXITED ? si->si_status : 128 + si->si_status;

    (void)sd_event_exit(sd_event_source_get_event(source), status);
    return 0;
}

/* Starts the command as if this process were not there: with the signals as they were. */
static int spawn(char **command, const sigset_t *mask, pid_t *ret)
{
    posix_spawnattr_t attributes;
    pid_t pid = 0;
    int r = posix_spawnattr_init(&attributes);

    if (r != 0)
        return -r;
    r = posix_spawnattr_setsigmask(&attributes, mask);
    if (r == 0)
        r = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (r == 0)
        r = posix_spawnp(&pid, command[0], NULL, &attributes, command, environ);
    (void)posix_spawnattr_destroy(&attributes);
    if (r != 0)
        return -r;
    *ret = pid;
    return 0;
}

static int add_sources(sd_event *event, struct inhibit *inhibit)
{
    int r = sd_event_add_child(event, NULL, inhibit->child, WEXITED, on_child_exit, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(passed_on) && r >= 0; i++)
        r = sd_event_add_signal(event, NULL, passed_on[i], on_signal, inhibit);
    return r;
}

static int run(struct inhibit *inhibit, char **command)
{
    static const struct client_watch appearing = {.gone = on_gone, .appeared = on_appeared};
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    struct client_watch watch = appearing;
    struct client_error error = {0};
    sigset_t mask, old;
    int r;

    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGCHLD);
    for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
        (void)sigaddset(&mask, passed_on[i]);
    if (sigprocmask(SIG_BLOCK, &mask, &old) < 0)
        return -errno;
    r = sd_event_new(&event);
    if (r < 0)
        return r;
    watch.userdata = inhibit;
    /* Before the command runs: so that no new daemon is missed. */
    if (client_follow(inhibit->client, event, &watch, &error) < 0)
        return client_fail(&error);
    r = spawn(command, &old, &inhibit->child);
    if (r < 0) {
        fputs("backcarectl: inhibit: ", stderr);
        put_text(stderr, command[0]);
        fprintf(stderr, ": %s\n", strerror(-r));
        /* As env(1) and the shells have it. */
        return r == -ENOENT ? 127 : 126;
    }
    r = add_sources(event, inhibit);
    if (r < 0) {
        (void)kill(inhibit->child, SIGTERM);
        (void)waitpid(inhibit->child, NULL, 0);
        return r;
    }
    return sd_event_loop(event);
}

/**
 * verb_inhibit() - backcarectl inhibit --why TEXT [--who NAME] -- COMMAND…
 *
 * Return: the exit status: the command's own once it runs, 128 + the signal that ended it.
 */
int verb_inhibit(int argc, char *argv[], void *userdata)
{
    _cleanup_(client_freep) struct client *client = NULL;
    struct inhibit inhibit = {.fd = -1};
    struct client_error error = {0};
    struct args args;
    const char *slash;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (!is_set(args.options[0]))
        return usage_error("inhibit", _("inhibit: say why, for example: --why 'a talk'"));
    slash = strrchr(args.words[0], '/');
    inhibit.why = args.options[0];
    inhibit.who = args.options[1] ? args.options[1] : slash ? slash + 1 : args.words[0];
    if (!utf8_valid(inhibit.who))
        inhibit.who = "backcarectl";
    if (client_new(CLIENT_MAY_START, &client, &error) < 0)
        return client_fail(&error);
    inhibit.client = client;
    if (take_hold(&inhibit, &error) < 0)
        return client_fail(&error);
    r = run(&inhibit, args.words);
    closep(&inhibit.fd);
    if (r < 0)
        fprintf(stderr, "backcarectl: inhibit: %s\n", strerror(-r));
    return r < 0 ? CLI_FAILED : r;
}
