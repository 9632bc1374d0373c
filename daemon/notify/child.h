/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child process that is fed packets of lines and answers in lines. Never blocks the loop: what the child
 * does not read waits, and only the newest packet that it has not begun to read. Knows nothing of what the
 * lines mean.
 *
 * The caller's process must have SIGCHLD blocked, as sd_event_add_child() demands.
 */
#pragma once

#include <stddef.h>
#include <systemd/sd-event.h>

#include "util/macro.h"

struct child;

struct child_handlers {
    /* One line, without its newline. The child may be freed inside. */
    void (*line)(void *userdata, const char *line);
    /* It has ended and every line was handed out; @code and @status as in siginfo_t. It must be freed inside
     * or later. */
    void (*exit)(void *userdata, int code, int status);
};

int child_new(sd_event *event, const char *path, const struct child_handlers *handlers, void *userdata,
              struct child **ret);
struct child *child_free(struct child *child);
DEFINE_CLEANUP(struct child *, child_free)

int child_send(struct child *child, const char *packet);
void child_end_input(struct child *child);
void child_kill(struct child *child);
