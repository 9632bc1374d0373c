/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small language helpers in the manner of systemd: cleanup attributes, take-pointer, sizes. No policy, no
 * I/O.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _printf_(a, b) __attribute__((format(printf, a, b)))
#define _unused_ __attribute__((unused))
#define _public_ __attribute__((visibility("default")))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Hands the ownership of a pointer on: the variable is NULL afterwards, so its cleanup does nothing. */
#define TAKE_PTR(p)                                                                                          \
    ({                                                                                                       \
        __typeof__(p) *_pp = &(p);                                                                           \
        __typeof__(p) _taken = *_pp;                                                                         \
        *_pp = NULL;                                                                                         \
        _taken;                                                                                              \
    })

#define TAKE_FD(fd)                                                                                          \
    ({                                                                                                       \
        int *_fdp = &(fd);                                                                                   \
        int _fd = *_fdp;                                                                                     \
        *_fdp = -1;                                                                                          \
        _fd;                                                                                                 \
    })

/* Defines NAMEp(TYPE *), for use with _cleanup_(), from a destructor that accepts NULL. */
#define DEFINE_CLEANUP(type, func)                                                                           \
    static inline _unused_ void func##p(type *p)                                                             \
    {                                                                                                        \
        if (*p)                                                                                              \
            func(*p);                                                                                        \
    }

/* What a call that has just failed left in errno, as this code returns it: negative whatever happens, so that
 * no failure can pass for a success. */
static inline int negative_errno(void)
{
    int r = -errno;

    return r < 0 ? r : -EIO;
}

static inline void freep(void *p)
{
    free(*(void **)p);
}

static inline void closep(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        (void)close(*fd);
    errno = saved;
}
