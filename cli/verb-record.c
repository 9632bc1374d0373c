/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl record: what happens from now on, written to a file as a trace that `backcarectl simulate`
 * replays. The daemon writes; the file is opened here, so it is the user's in every respect. However this
 * process ends, the recording ends too.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/format.h"
#include "util/i18n.h"

#define COMPLETE_MSEC 5000 /* for the daemon to write the last line */

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

/* Complains of the file. Return: the exit status. */
static int file_failed(const char *path, int error)
{
    fputs("backcarectl: record: ", stderr);
    put_text(stderr, path);
    fprintf(stderr, ": %s\n", error == -EEXIST ? _("exists; --force writes over it") : strerror(-error));
    return CLI_FAILED;
}

/* Return: a descriptor, or a negative errno. *ret_made says whether the file is a new one. */
static int open_file(const char *path, bool force, bool *ret_made)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct stat st;

    *ret_made = fd >= 0;
    if (fd >= 0 || errno != EEXIST || !force)
        return fd < 0 ? negative_errno() : fd;
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return negative_errno();
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || fchmod(fd, 0600) < 0 || ftruncate(fd, 0) < 0) {
        (void)close(fd);
        return -EINVAL;
    }
    return fd;
}

static int on_end(sd_event_source *source, _unused_ const struct signalfd_siginfo *si,
                  _unused_ void *userdata)
{
    (void)sd_event_exit(sd_event_source_get_event(source), CLI_DONE);
    return 0;
}

static int on_time(sd_event_source *source, _unused_ uint64_t usec, _unused_ void *userdata)
{
    (void)sd_event_exit(sd_event_source_get_event(source), CLI_DONE);
    return 0;
}

static int on_gone(sd_event_source *source, _unused_ int fd, _unused_ uint32_t revents,
                   _unused_ void *userdata)
{
    fputs(_("backcarectl: record: the daemon has ended the recording; up to then it is complete\n"), stderr);
    (void)sd_event_exit(sd_event_source_get_event(source), CLI_FAILED);
    return 0;
}

/* Until a signal, the end of the time, or the end of the daemon. Return: the exit status, or a negative
 * errno. */
static int wait_for_end(int recording, usec_t usec)
{
    _cleanup_(sd_event_unrefp) sd_event *event = NULL;
    int r = sd_event_new(&event);

    for (size_t i = 0; i < ARRAY_SIZE(ending) && r >= 0; i++)
        r = sd_event_add_signal(event, NULL, ending[i], on_end, NULL);
    if (r >= 0)
        r = sd_event_add_io(event, NULL, recording, EPOLLHUP | EPOLLRDHUP, on_gone, NULL);
    if (r >= 0 && usec > 0)
        r = sd_event_add_time_relative(event, NULL, CLOCK_BOOTTIME, (uint64_t)usec, USEC_PER_MSEC, on_time,
                                       NULL);
    return r < 0 ? r : sd_event_loop(event);
}

/* Says that no more is wanted, and waits until the daemon has written all. */
static void complete(int recording)
{
    struct pollfd poller = {.fd = recording, .events = POLLIN | POLLRDHUP};

    if (shutdown(recording, SHUT_WR) >= 0)
        (void)poll(&poller, 1, COMPLETE_MSEC);
}

static int record_to(const char *path, int file, usec_t usec, bool *ret_begun)
{
    _cleanup_(client_freep) struct client *client = NULL;
    _cleanup_(closep) int recording = -1;
    struct client_error error = {0};
    int r;

    if (client_new(0, &client, &error) < 0 ||
        client_call(client, "Record", CLIENT_FD, &recording, &error, "ho", file) < 0)
        return client_fail(&error);
    *ret_begun = true;
    put_textf(stdout, usec > 0 ? _("Recording to %s.") : _("Recording to %s; end it with Ctrl-C."), path);
    putchar('\n');
    (void)fflush(stdout);
    r = wait_for_end(recording, usec);
    complete(recording);
    return r;
}

/**
 * verb_record() - backcarectl record FILE [--for TIME] [--force]
 *
 * Return: the exit status.
 */
int verb_record(int argc, char *argv[], void *userdata)
{
    _cleanup_(closep) int file = -1;
    bool made = false, begun = false;
    const char *path;
    struct args args;
    sigset_t mask;
    usec_t usec = 0;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    path = args.words[0];
    if (args.options[0]) {
        r = duration_read("record", (char *[]){(char *)args.options[0], NULL}, &usec);
        if (r != 0)
            return r;
        if (usec <= 0)
            return usage_error("record", _("record: --for needs a time above 0"));
    }
    /* Before the recording begins, so that none of them can leave it without its end. */
    (void)sigemptyset(&mask);
    for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
        (void)sigaddset(&mask, ending[i]);
    if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
        return negative_errno();
    file = open_file(path, args.options[1] != NULL, &made);
    if (file < 0)
        return file_failed(path, file);
    r = record_to(path, file, usec, &begun);
    if (!begun && made)
        (void)unlink(path);
    if (r < 0)
        fprintf(stderr, "backcarectl: record: %s\n", strerror(-r));
    return r < 0 ? CLI_FAILED : r;
}
