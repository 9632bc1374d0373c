/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What /proc tells of processes of the same user. Knows no program by name.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/client.h"
#include "cli/doctor-family.h"
#include "util/fs-util.h"

#define PROC_FILE_MAX (256u << 10)

static char *proc_path(pid_t pid, const char *file)
{
    char *path;

    return asprintf(&path, "/proc/%d/%s", (int)pid, file) < 0 ? NULL : path;
}

/**
 * process_words() - a file of /proc that holds words, each ended by a zero: cmdline, environ
 *
 * Return: the words, NULL-terminated; NULL if it can't be read or is empty.
 */
char **process_words(pid_t pid, const char *file)
{
    _cleanup_(freep) char *path = proc_path(pid, file), *text = NULL;
    char **words = NULL;
    size_t size, n = 0;

    if (!path || read_file(path, PROC_FILE_MAX, &text, &size) < 0 || size == 0)
        return NULL;
    for (const char *p = text; p < text + size; p += strlen(p) + 1) {
        char **more = reallocarray(words, n + 2, sizeof(*words));

        if (!more)
            return strings_free(words);
        words = more;
        words[n] = strdup(p);
        words[n + 1] = NULL;
        if (!words[n++])
            return strings_free(words);
    }
    return words;
}

/**
 * process_exe() - the program that a process runs
 *
 * Return: its path, to be freed; NULL if it can't be told.
 */
char *process_exe(pid_t pid)
{
    _cleanup_(freep) char *path = proc_path(pid, "exe");
    char target[4096];
    ssize_t n = path ? readlink(path, target, sizeof(target) - 1) : -1;

    if (n < 0)
        return NULL;
    target[n] = 0;
    return strdup(target);
}

static void visit(pid_t pid, process_func func, void *userdata)
{
    _cleanup_(freep) char *path = proc_path(pid, "comm"), *comm = NULL, *exe = NULL;
    _cleanup_(strings_freep) char **argv = NULL;

    /* Without arguments: a kernel thread, or one that has ended. */
    if (!path || !(argv = process_words(pid, "cmdline")))
        return;
    if (read_file(path, 64, &comm, NULL) >= 0)
        comm[strcspn(comm, "\n")] = 0;
    exe = process_exe(pid);
    func(userdata, pid, comm ? comm : "", exe ? exe : "", argv);
}

/**
 * each_process() - look at every other process of this user
 */
void each_process(process_func func, void *userdata)
{
    DIR *d = opendir("/proc");

    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));) {
        struct stat st;
        pid_t pid;

        if (!isdigit((unsigned char)entry->d_name[0]) ||
            fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_uid != getuid())
            continue;
        pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid != getpid())
            visit(pid, func, userdata);
    }
    (void)closedir(d);
}
