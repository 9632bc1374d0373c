/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See state.h. The file is text:
 *
 *     backcare-state 1
 *     boot-id 0123456789abcdef0123456789abcdef
 *     boottime-usec 1234567
 *     realtime-usec 1700000000000000
 *     clean yes
 *     notes 20783 20783 1 0 0 0
 *     snapshot 42
 *     … 42 bytes …
 *     end cbf43926
 *
 * The last line is a CRC-32 of all bytes before it: a file cut short has no such line, and a flipped bit does
 * not fit it. What the snapshot means is the core's alone.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/state.h"
#include "util/fs-util.h"

#define STATE_VERSION "1"
#define STATE_MAGIC "backcare-state "
#define STATE_SIZE_MAX ((size_t)1 << 20) /* far above any snapshot: what is larger isn't ours */
#define NOTES_MIN 4
#define END_LINE_SIZE strlen("end 00000000\n")

/* The CRC of IEEE 802.3, bit by bit: a snapshot is a few kilobytes, so a table isn't worth its memory. */
static uint32_t crc32_of(const char *data, size_t size)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void end_line(const char *data, size_t size, char line[16])
{
    (void)snprintf(line, 16, "end %08" PRIx32 "\n", crc32_of(data, size));
}

/**
 * state_path_find() - where the state file is
 * @state_dir: the directory given with --state-dir, or NULL. Without it: STATE_DIRECTORY as systemd sets it
 *   (the first of a list), $XDG_STATE_HOME/backcare, ~/.local/state/backcare
 * @ret_path: the path, freed by the caller. Nothing is created.
 *
 * Return: 0; -ENOENT if neither the environment nor HOME names a place; -ENOMEM.
 */
int state_path_find(const char *state_dir, char **ret_path)
{
    const char *systemd = getenv("STATE_DIRECTORY"), *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    _cleanup_(freep) char *dir = NULL;
    char *path;

    if (state_dir && *state_dir)
        dir = strdup(state_dir);
    else if (systemd && *systemd && *systemd != ':')
        dir = strndup(systemd, strcspn(systemd, ":"));
    else if (xdg && *xdg == '/') /* the specification: a relative one is ignored */
        dir = path_join(xdg, "backcare");
    else if (home && *home == '/')
        dir = path_join(home, ".local/state/backcare");
    else
        return -ENOENT;
    if (!dir)
        return -ENOMEM;
    path = path_join(dir, "state");
    if (!path)
        return -ENOMEM;
    *ret_path = path;
    return 0;
}

static int make_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    _cleanup_(freep) char *dir = NULL;

    if (!slash || slash == path)
        return 0;
    dir = strndup(path, (size_t)(slash - path));
    return dir ? mkdir_parents(dir, 0700) : -ENOMEM;
}

static bool boot_id_valid(const char *id)
{
    return strspn(id, "0123456789abcdef") == 32 && id[32] == 0;
}

/**
 * state_save() - replace the state file
 * @path: the file; its directory is made (0700) when it is not there
 * @head: where and when the snapshot was taken; boot_id is 32 lower-case hexadecimal digits
 * @snapshot: the core's text
 *
 * On the disk when it returns 0; whoever reads or crashes in between finds the old file or the new one.
 *
 * Return: 0; -EINVAL for a head that could not be read back; -EFBIG; another negative errno such as -ENOSPC,
 * the old file being untouched.
 */
int state_save(const char *path, const struct state_head *head, const char *snapshot)
{
    _cleanup_(freep) char *text = NULL;
    size_t size = strlen(snapshot);
    char *with_end, end[16];
    int n, r;

    if (!boot_id_valid(head->boot_id))
        return -EINVAL;
    if (size > STATE_SIZE_MAX / 2)
        return -EFBIG;
    n = asprintf(&text,
                 STATE_MAGIC STATE_VERSION "\nboot-id %s\nboottime-usec %" PRId64 "\nrealtime-usec %" PRId64
                                           "\nclean %s\nnotes %" PRId64 " %" PRId64 " %d %" PRId64
                                           " %d %u\nsnapshot %zu\n%s\n",
                 head->boot_id, head->boottime_usec, head->realtime_usec, head->clean ? "yes" : "no",
                 head->notes.tip_day, head->notes.evening_day, head->notes.evening_answered,
                 head->notes.evening_snoozed_usec, head->notes.advice_due, head->notes.evening_snoozes, size,
                 snapshot);
    if (n < 0) {
        text = NULL;
        return -ENOMEM;
    }
    end_line(text, (size_t)n, end);
    with_end = realloc(text, (size_t)n + sizeof end);
    if (!with_end)
        return -ENOMEM;
    text = with_end;
    memcpy(text + n, end, END_LINE_SIZE + 1);
    size = (size_t)n + END_LINE_SIZE;

    r = write_file_atomic(path, text, size, 0600);
    if (r == -ENOENT) {
        /* The first time, or somebody has tidied up under the running daemon. */
        r = make_parent(path);
        if (r >= 0)
            r = write_file_atomic(path, text, size, 0600);
    }
    return r;
}

/* Reads "NAME VALUE\n" at *p, moves on behind it; NULL if the line isn't that. The value gets its NUL. */
static char *take_line(char **p, const char *name)
{
    size_t n = strlen(name);
    char *value, *newline;

    if (strncmp(*p, name, n) != 0 || (*p)[n] != ' ')
        return NULL;
    value = *p + n + 1;
    newline = strchr(value, '\n');
    if (!newline)
        return NULL;
    *newline = 0;
    *p = newline + 1;
    return value;
}

/* Exactly what printf wrote: no blanks, no plus sign, nothing behind it. */
static bool take_number(char **p, const char *name, int64_t *ret)
{
    char *value = take_line(p, name), *end;

    if (!value || (*value != '-' && (*value < '0' || *value > '9')))
        return false;
    errno = 0;
    *ret = strtoll(value, &end, 10);
    return errno == 0 && *end == 0;
}

/* "notes TIP-DAY EVENING-DAY ANSWERED SNOOZED ADVICE-DUE SNOOZES"; a file of an older version lacks the last
 * numbers, or has no such line. */
static bool take_notes(char **p, struct state_notes *ret)
{
    char *value, *word;
    int64_t numbers[6] = {0};

    if (strncmp(*p, "notes ", 6) != 0)
        return true;
    value = take_line(p, "notes");
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        char *end;

        if (i >= NOTES_MIN && !value)
            break;
        word = strsep(&value, " ");
        if (!word || (*word != '-' && (*word < '0' || *word > '9')))
            return false;
        errno = 0;
        numbers[i] = strtoll(word, &end, 10);
        if (errno != 0 || *end)
            return false;
    }
    if (numbers[5] < 0 || numbers[5] > INT_MAX)
        return false;
    *ret = (struct state_notes){numbers[0], numbers[1],      numbers[2] != 0,
                                numbers[3], numbers[4] != 0, (unsigned)numbers[5]};
    return !value;
}

/* Takes @text to pieces, in place. Returns NULL, or what is wrong with it. */
static const char *parse(char *text, size_t size, struct state_head *head, char **ret_snapshot)
{
    char end[16], *p = text, *version, *boot_id, *clean;
    int64_t snapshot_size;
    size_t body;

    if (size == 0)
        return "it is empty";
    if (strncmp(text, STATE_MAGIC, strlen(STATE_MAGIC)) != 0)
        return "it is no state file";
    /* Before the checksum: another version may have another one. */
    if (strncmp(text, STATE_MAGIC STATE_VERSION "\n", strlen(STATE_MAGIC STATE_VERSION "\n")) != 0)
        return "it was written by another version";
    if (size < END_LINE_SIZE || memcmp(text + size - END_LINE_SIZE, "end ", 4) != 0 || text[size - 1] != '\n')
        return "it is cut short";
    body = size - END_LINE_SIZE;
    end_line(text, body, end);
    if (memcmp(text + body, end, END_LINE_SIZE) != 0)
        return "its checksum does not fit";

    /* From here on it is what some program wrote on purpose; it is checked all the same. */
    text[body] = 0;
    version = take_line(&p, "backcare-state");
    boot_id = version ? take_line(&p, "boot-id") : NULL;
    if (!boot_id || !boot_id_valid(boot_id) || !take_number(&p, "boottime-usec", &head->boottime_usec) ||
        !take_number(&p, "realtime-usec", &head->realtime_usec))
        return "its head can't be read";
    clean = take_line(&p, "clean");
    if (!clean || (strcmp(clean, "yes") != 0 && strcmp(clean, "no") != 0) || !take_notes(&p, &head->notes) ||
        !take_number(&p, "snapshot", &snapshot_size) || snapshot_size < 0)
        return "its head can't be read";
    if ((size_t)(text + body - p) != (size_t)snapshot_size + 1 || strlen(p) != (size_t)snapshot_size + 1 ||
        p[snapshot_size] != '\n')
        return "its snapshot has another length than it says";
    p[snapshot_size] = 0;
    memcpy(head->boot_id, boot_id, sizeof head->boot_id);
    head->clean = strcmp(clean, "yes") == 0;
    *ret_snapshot = p;
    return NULL;
}

/* What says nothing about the file: it may be good, so it stays where it is. */
static bool transient(int error)
{
    return error == -ENOMEM || error == -EMFILE || error == -ENFILE || error == -EINTR || error == -EAGAIN;
}

static const char *read_problem(int error)
{
    switch (error) {
    case -EISDIR:
    case -EINVAL:
        return "it is no regular file";
    case -EFBIG:
        return "it is too large";
    case -EACCES:
    case -EPERM:
        return "reading it is not permitted";
    default:
        return "reading it failed";
    }
}

/**
 * state_load_why() - state_load(), and why not
 * @path: the file
 * @ret_head: its head
 * @ret_snapshot: its snapshot, freed by the caller
 * @ret_aside: with -EBADMSG: under which name it has been set aside, freed by the caller, or NULL if that
 *   was not possible
 * @ret_why: with -EBADMSG: what is wrong with it, to go on a sentence ("…: it is cut short"); never freed.
 *   May be NULL
 *
 * Also clears away what a crash in the middle of state_save() has left beside the file. Meant for the start,
 * by the one process that saves.
 *
 * Return: 0; -ENOENT when there is none; -EBADMSG when it can't be read; another negative errno, such as
 * -ENOMEM, when that can't be told.
 */
int state_load_why(const char *path, struct state_head *ret_head, char **ret_snapshot, char **ret_aside,
                   const char **ret_why)
{
    _cleanup_(freep) char *text = NULL;
    struct state_head head = {0};
    char *snapshot, *aside = NULL;
    const char *why;
    size_t size = 0;
    int r;

    (void)remove_unfinished(path); /* only tidiness: without it, loading is as good */
    r = read_file(path, STATE_SIZE_MAX, &text, &size);
    if (r == -ENOENT || transient(r))
        return r;
    why = r < 0 ? read_problem(r) : parse(text, size, &head, &snapshot);
    if (!why) {
        char *copy = strdup(snapshot);

        if (!copy)
            return -ENOMEM;
        *ret_head = head;
        *ret_snapshot = copy;
        return 0;
    }
    (void)state_set_aside(path, &aside);
    *ret_aside = aside;
    if (ret_why)
        *ret_why = why;
    return -EBADMSG;
}

/**
 * state_load() - read the state file
 * @path: the file
 * @ret_head: its head
 * @ret_snapshot: its snapshot, freed by the caller
 * @ret_aside: see state_load_why()
 *
 * Return: as state_load_why().
 */
int state_load(const char *path, struct state_head *ret_head, char **ret_snapshot, char **ret_aside)
{
    return state_load_why(path, ret_head, ret_snapshot, ret_aside, NULL);
}

/**
 * state_set_aside() - move a state file that is of no use out of the way
 * @path: the file
 * @ret_aside: its new name, freed by the caller: @path with ".bad", an older one of that name being replaced;
 *   ".bad1" to ".bad9" where something that is no file is in the way
 *
 * Return: 0; -ENOENT when there is no such file; another negative errno.
 */
int state_set_aside(const char *path, char **ret_aside)
{
    int r = -EEXIST;

    for (int i = 0; i < 10; i++) {
        _cleanup_(freep) char *aside = NULL;

        if (asprintf(&aside, i == 0 ? "%s.bad" : "%s.bad%d", path, i) < 0) {
            aside = NULL;
            return -ENOMEM;
        }
        if (rename(path, aside) >= 0) {
            *ret_aside = TAKE_PTR(aside);
            return 0;
        }
        r = -errno;
        if (r != -EISDIR && r != -ENOTDIR && r != -ENOTEMPTY && r != -EEXIST)
            break;
    }
    return r;
}
