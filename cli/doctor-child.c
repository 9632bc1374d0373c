/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs that are asked because no bus knows: started beside the questions, read with a time limit.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/doctor-family.h"

#define OUTPUT_MAX 1023

struct child_output {
    pid_t pid;
    int fd;
    usec_t end_usec;
};

extern char **environ;

/**
 * child_output_start() - start a program of the PATH
 * @argv: NULL-terminated
 *
 * Return: for child_output_finish(); NULL if it can't be started, as when it isn't installed.
 */
struct child_output *child_output_start(const char *const *argv)
{
    struct child_output *child = calloc(1, sizeof(*child));
    posix_spawn_file_actions_t actions;
    int fds[2], r;

    if (!child || pipe2(fds, O_CLOEXEC) < 0) {
        free(child);
        return NULL;
    }
    if (posix_spawn_file_actions_init(&actions) != 0) {
        r = ENOMEM;
    } else {
        (void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
        (void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        r = posix_spawnp(&child->pid, argv[0], &actions, NULL, (char *const *)argv, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    (void)close(fds[1]);
    if (r != 0) {
        (void)close(fds[0]);
        free(child);
        return NULL;
    }
    child->fd = fds[0];
    child->end_usec = now_usec(CLOCK_MONOTONIC) + ASK_LIMIT_USEC;
    return child;
}

/* What it says until it closes its end, or until its time is over. */
static bool read_output(const struct child_output *child, char *buf, size_t size)
{
    size_t n = 0;

    for (;;) {
        usec_t left = child->end_usec - now_usec(CLOCK_MONOTONIC);
        struct pollfd p = {.fd = child->fd, .events = POLLIN};
        ssize_t got;

        if (n == size || left <= 0 || poll(&p, 1, (int)(left / USEC_PER_MSEC) + 1) <= 0)
            return false;
        got = read(child->fd, buf + n, size - n);
        if (got < 0)
            return false;
        if (got == 0) {
            buf[n] = 0;
            return true;
        }
        n += (size_t)got;
    }
}

/**
 * child_output_finish() - what a program has said
 * @child: from child_output_start(), or NULL; gone afterwards
 *
 * Return: its standard output without the last line feed; NULL if it failed or took too long.
 */
char *child_output_finish(struct child_output *child)
{
    char buf[OUTPUT_MAX + 1], *text = NULL;
    int status = -1;
    bool whole;

    if (!child)
        return NULL;
    whole = read_output(child, buf, OUTPUT_MAX);
    (void)close(child->fd);
    if (!whole)
        (void)kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (whole && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        buf[strcspn(buf, "\n")] = 0;
        text = strdup(buf);
    }
    free(child);
    return text;
}
