/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/fs-util.h"
#include "util/macro.h"

/**
 * path_join() - "@a/@b" in fresh memory, without a doubled slash
 *
 * Return: the path, or NULL out of memory.
 */
char *path_join(const char *a, const char *b)
{
    size_t n = strlen(a);
    char *path;

    while (n > 1 && a[n - 1] == '/')
        n--;
    if (asprintf(&path, "%.*s/%s", (int)n, a, b) < 0)
        return NULL;
    return path;
}

/**
 * read_stream() - read an open file until its end
 * @fd: the file, a pipe or a terminal; may block
 * @hint: how much is expected
 * @max_bytes: more is refused
 * @ret_text: the content with a NUL behind it, freed by the caller
 * @ret_size: its size without that NUL; may be NULL
 *
 * Return: 0; -EFBIG; other errno.
 */
int read_stream(int fd, size_t hint, size_t max_bytes, char **ret_text, size_t *ret_size)
{
    /* The file may grow while it is read: one byte of room more than expected tells. */
    size_t size = 0, room = hint + 1;
    _cleanup_(freep) char *text = malloc(room + 1);

    if (!text)
        return -ENOMEM;
    for (;;) {
        ssize_t n = read(fd, text + size, room - size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        size += (size_t)n;
        if (size > max_bytes)
            return -EFBIG;
        if (size == room) {
            char *more = realloc(text, room * 2 + 1);

            if (!more)
                return -ENOMEM;
            text = more;
            room *= 2;
        }
    }
    text[size] = 0;
    if (ret_size)
        *ret_size = size;
    *ret_text = TAKE_PTR(text);
    return 0;
}

/**
 * read_file() - read a regular file whole
 * @path: the file; a FIFO or a device can't block it
 * @max_bytes: larger ones are refused
 * @ret_text: the content with a NUL behind it, freed by the caller
 * @ret_size: its size without that NUL; may be NULL
 *
 * Return: 0; -ENOENT; -EISDIR; -EFBIG; -EINVAL if it is no regular file; other errno.
 */
int read_file(const char *path, size_t max_bytes, char **ret_text, size_t *ret_size)
{
    _cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return -EISDIR;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    if (st.st_size < 0 || (size_t)st.st_size > max_bytes)
        return -EFBIG;
    return read_stream(fd, (size_t)st.st_size, max_bytes, ret_text, ret_size);
}

/* The name of what write_file_atomic() writes before it is whole: nobody gives such a name by hand, so what
 * a crash left behind can be told from a user's own copy. */
#define UNFINISHED_SUFFIX ".new-XXXXXX"

static int write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text += n;
        size -= (size_t)n;
    }
    return 0;
}

static int sync_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    _cleanup_(freep) char *dir =
        slash && slash > path ? strndup(path, (size_t)(slash - path)) : strdup(slash ? "/" : ".");
    _cleanup_(closep) int fd = -1;

    if (!dir)
        return -ENOMEM;
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return fsync(fd) < 0 ? -errno : 0;
}

/**
 * write_file_atomic() - replace a file so that a reader, a crash or a full disk sees the old or the new one,
 * whole
 * @path: the file; its directory must exist
 * @mode: permission bits of the new file
 *
 * Return: 0, or a negative errno, with the old file untouched and nothing left beside it; only where the
 * directory can't be synced, is the new one in its place already.
 */
int write_file_atomic(const char *path, const char *text, size_t size, mode_t mode)
{
    _cleanup_(freep) char *tmp = NULL;
    _cleanup_(closep) int fd = -1;
    int r;

    if (asprintf(&tmp, "%s" UNFINISHED_SUFFIX, path) < 0) {
        tmp = NULL;
        return -ENOMEM;
    }
    fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = fchmod(fd, mode) < 0 ? -errno : write_all(fd, text, size);
    if (r >= 0 && fsync(fd) < 0)
        r = -errno;
    if (r >= 0 && rename(tmp, path) < 0)
        r = -errno;
    if (r < 0) {
        (void)unlink(tmp);
        return r;
    }
    return sync_parent(path);
}

/**
 * remove_unfinished() - clear away what a crash in the middle of write_file_atomic() has left
 * @path: the path given to write_file_atomic(), by nobody else at this time
 *
 * Return: how many files were removed, 0 also when the directory isn't there; negative errno.
 */
int remove_unfinished(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t prefix = strlen(name) + strlen(UNFINISHED_SUFFIX) - 6, n = strlen(name);
    _cleanup_(freep) char *parent = strndup(path, (size_t)(name - path));
    struct dirent *entry;
    DIR *dir;
    int removed = 0;

    if (!parent)
        return -ENOMEM;
    dir = opendir(*parent ? parent : ".");
    if (!dir)
        return errno == ENOENT ? 0 : -errno;
    while ((entry = readdir(dir)))
        if (strncmp(entry->d_name, name, n) == 0 &&
            strncmp(entry->d_name + n, UNFINISHED_SUFFIX, prefix - n) == 0 &&
            strlen(entry->d_name) == prefix + 6 && unlinkat(dirfd(dir), entry->d_name, 0) == 0)
            removed++;
    (void)closedir(dir);
    return removed;
}

/**
 * mkdir_parents() - make a directory and what leads to it
 * @mode: permission bits of each one that is made
 *
 * Return: 0, also if it exists; negative errno.
 */
int mkdir_parents(const char *path, mode_t mode)
{
    _cleanup_(freep) char *part = strdup(path);

    if (!part)
        return -ENOMEM;
    if (!*part)
        return -ENOENT;
    for (char *p = part + 1; *part; p++) {
        char c = *p;

        if (c && c != '/')
            continue;
        *p = 0;
        if (mkdir(part, mode) < 0 && errno != EEXIST)
            return -errno;
        if (!c)
            break;
        *p = c;
    }
    return 0;
}
