/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See child.h. Its input is a socket, not a pipe, because send() can be told not to raise SIGPIPE.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notify/child.h"
#include "util/log.h"

#define LINE_MAX_BYTES 4096

extern char **environ;

struct child {
    struct child_handlers handlers;
    void *userdata;
    sd_event_source *process; /* owns the process: unreferenced, it kills and reaps it */
    sd_event_source *input;
    sd_event_source *output;
    char *packet; /* being written */
    size_t sent;  /* of it */
    char *next;   /* the newest packet that waits for its turn */
    char line[LINE_MAX_BYTES + 1];
    size_t line_size;
    bool *freed; /* on the stack of the function that calls a handler */
};

static int nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static void stop_input(struct child *c)
{
    c->input = sd_event_source_disable_unref(c->input);
    free(TAKE_PTR(c->packet));
    free(TAKE_PTR(c->next));
    c->sent = 0;
}

/* Return: 0 all is written, -EAGAIN the child does not read now, another negative errno if it never will. */
static int write_packets(struct child *c, int fd)
{
    for (;;) {
        size_t size;
        ssize_t n;

        if (!c->packet) {
            c->packet = TAKE_PTR(c->next);
            c->sent = 0;
            if (!c->packet)
                return 0;
        }
        size = strlen(c->packet);
        while (c->sent < size) {
            n = send(fd, c->packet + c->sent, size - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return -errno;
            c->sent += (size_t)n;
        }
        free(TAKE_PTR(c->packet));
    }
}

static int flush_input(struct child *c)
{
    int r = write_packets(c, sd_event_source_get_io_fd(c->input));

    if (r == -EAGAIN)
        return sd_event_source_set_enabled(c->input, SD_EVENT_ON);
    if (r < 0) {
        /* It is going; its exit tells the rest. */
        stop_input(c);
        return 0;
    }
    return sd_event_source_set_enabled(c->input, SD_EVENT_OFF);
}

static int on_input(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    struct child *c = userdata;

    (void)s;
    (void)fd;
    (void)revents;
    if (flush_input(c) < 0)
        stop_input(c);
    return 0;
}

/* Hands out the lines of @n bytes. Return: whether the child still exists. */
static bool split_lines(struct child *c, const char *buf, size_t n)
{
    bool freed = false;

    c->freed = &freed;
    for (size_t i = 0; i < n; i++) {
        if (buf[i] != '\n') {
            /* A longer line is cut: none that has a meaning comes near. */
            if (c->line_size < LINE_MAX_BYTES)
                c->line[c->line_size++] = buf[i];
            continue;
        }
        c->line[c->line_size] = '\0';
        c->line_size = 0;
        c->handlers.line(c->userdata, c->line);
        if (freed)
            return false;
    }
    c->freed = NULL;
    return true;
}

/* Reads what is there, at most @max pieces of it: one that babbles must not keep the loop. Return: whether
 * the child still exists. */
static bool drain_output(struct child *c, unsigned max)
{
    char buf[1024];

    while (c->output && max-- > 0) {
        ssize_t n = read(sd_event_source_get_io_fd(c->output), buf, sizeof buf);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n <= 0) {
            c->output = sd_event_source_disable_unref(c->output);
            break;
        }
        if (!split_lines(c, buf, (size_t)n))
            return false;
    }
    return true;
}

static int on_output(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    (void)s;
    (void)fd;
    (void)revents;
    (void)drain_output(userdata, 4);
    return 0;
}

static int on_exit_process(sd_event_source *s, const siginfo_t *info, void *userdata)
{
    struct child *c = userdata;
    int code = info->si_code, status = info->si_status;

    (void)s;
    stop_input(c);
    /* Its last words may still be in the pipe, which holds 64 KiB. */
    if (!drain_output(c, 128))
        return 0;
    c->handlers.exit(c->userdata, code, status);
    return 0;
}

/* Starts the program with @in and @out as its standard input and output and a clean signal state. The other
 * ends close on exec. Return: its pid or a negative errno. */
static pid_t spawn(const char *path, int in, int out)
{
    char *argv[] = {(char *)path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;
    pid_t pid = 0;
    int r;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    r = posix_spawn_file_actions_init(&actions);
    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attr);
    if (r != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return -r;
    }
    r = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    if (r == 0)
        r = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (r == 0)
        r = posix_spawnattr_setsigmask(&attr, &none);
    if (r == 0)
        r = posix_spawnattr_setsigdefault(&attr, &all);
    if (r == 0)
        r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (r == 0)
        r = posix_spawn(&pid, path, &actions, &attr, argv, environ);
    (void)posix_spawnattr_destroy(&attr);
    (void)posix_spawn_file_actions_destroy(&actions);
    return r != 0 ? -r : pid;
}

/* From here on the process is the event source's, also when a later step fails. */
static int watch_process(struct child *c, sd_event *event, pid_t pid)
{
    int r = sd_event_add_child(event, &c->process, pid, WEXITED, on_exit_process, c);

    if (r < 0) {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        return r;
    }
    return sd_event_source_set_child_process_own(c->process, true);
}

static int watch_fd(sd_event *event, sd_event_source **source, int *fd, uint32_t events,
                    sd_event_io_handler_t handler, struct child *c)
{
    int r = nonblocking(*fd);

    if (r >= 0)
        r = sd_event_add_io(event, source, *fd, events, handler, c);
    if (r < 0)
        return r;
    r = sd_event_source_set_io_fd_own(*source, true);
    if (r >= 0)
        (void)TAKE_FD(*fd);
    return r;
}

/* Keeps the numbers 0 to 2 free for what they mean: dup2() of a descriptor onto itself would leave it
 * close-on-exec. */
static int above_stdio(int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, 3);

    if (high < 0)
        return -errno;
    (void)close(*fd);
    *fd = high;
    return 0;
}

/**
 * child_new() - start a program
 * @event: the loop
 * @path: of the program; it gets no arguments and the caller's environment
 * @handlers: what to call
 * @userdata: given to them
 * @ret: the child; untouched on failure
 *
 * Return: 0 or a negative errno: -ENOENT no such program, -EBUSY SIGCHLD is not blocked.
 */
int child_new(sd_event *event, const char *path, const struct child_handlers *handlers, void *userdata,
              struct child **ret)
{
    _cleanup_(closep) int in_ours = -1, in_theirs = -1, out_ours = -1, out_theirs = -1;
    _cleanup_(child_freep) struct child *c = calloc(1, sizeof *c);
    int pair[2], r;
    pid_t pid;

    if (!c)
        return -ENOMEM;
    c->handlers = *handlers;
    c->userdata = userdata;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    in_ours = pair[0];
    in_theirs = pair[1];
    if (pipe2(pair, O_CLOEXEC) < 0)
        return -errno;
    out_ours = pair[0];
    out_theirs = pair[1];
    r = above_stdio(&in_theirs);
    if (r >= 0)
        r = above_stdio(&out_theirs);
    if (r < 0)
        return r;

    pid = spawn(path, in_theirs, out_theirs);
    if (pid < 0)
        return pid;
    r = watch_process(c, event, pid);
    if (r >= 0)
        r = watch_fd(event, &c->input, &in_ours, EPOLLOUT, on_input, c);
    if (r >= 0)
        r = sd_event_source_set_enabled(c->input, SD_EVENT_OFF);
    if (r >= 0)
        r = watch_fd(event, &c->output, &out_ours, EPOLLIN, on_output, c);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(c);
    return 0;
}

/**
 * child_free() - forget a child; one that still runs is killed and reaped
 * @child: may be NULL
 *
 * Return: NULL.
 */
struct child *child_free(struct child *child)
{
    if (!child)
        return NULL;
    if (child->freed)
        *child->freed = true;
    stop_input(child);
    (void)sd_event_source_disable_unref(child->output);
    /* Kills and reaps, if need be: see watch_process(). */
    (void)sd_event_source_unref(child->process);
    free(child);
    return NULL;
}

/**
 * child_send() - write a packet, now or when the child reads again
 * @child: the child
 * @packet: whole lines; copied
 *
 * Return: 0; 1 if an earlier packet that waited is dropped in favour of this one; -ENOMEM; -EPIPE if the
 * child's input has been ended or the child is going.
 */
int child_send(struct child *child, const char *packet)
{
    bool replaced = child->next != NULL;
    char *copy;
    int r;

    if (!child->input)
        return -EPIPE;
    copy = strdup(packet);
    if (!copy)
        return -ENOMEM;
    free(child->next);
    child->next = copy;
    r = flush_input(child);
    if (r < 0)
        return r;
    return child->input ? replaced : -EPIPE;
}

/**
 * child_end_input() - let the child read the end of its input; what waits is dropped
 * @child: the child
 */
void child_end_input(struct child *child)
{
    stop_input(child);
}

/**
 * child_kill() - end it at once; its exit handler is called when it is gone
 * @child: the child
 */
void child_kill(struct child *child)
{
    int r;

    stop_input(child);
    r = sd_event_source_send_child_signal(child->process, SIGKILL, NULL, 0);
    if (r < 0 && r != -ESRCH)
        log_debug("Can't kill a child: %s", strerror(-r));
}
