/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See notify-player.h: the real port with a script in the notifier's place. The script keeps a file as its
 * screen and says what it is told through a pipe; how the notifier itself gets on with real servers is tested
 * in tests/integration.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "notify-player.h"

/* The words of the pipe are passed on by a process of their own, which must be gone before the next notifier
 * has one, and which ends with this program, as nobody holds the pipe then. */
static const char script[] = "#!/bin/sh\n"
                             "exec 2>/dev/null\n"
                             "cd \"$PLAYER_DIR\" || exit 1\n"
                             "cat orders & pid=$!\n"
                             "trap 'kill $pid; wait $pid; rm -f screen' EXIT\n"
                             "while read -r word rest; do\n"
                             "    case $word in\n"
                             "    summary) title=$rest ;;\n"
                             "    show) printf %s \"$title\" >screen.new; mv screen.new screen\n"
                             "        [ -e silent ] || echo shown ;;\n"
                             "    esac\n"
                             "done\n";

struct player {
    struct notify *notify;
    char dir[64];
    int orders; /* the pipe, open for both ends so that nobody waits for the other to open it */
};

static const char *path(const struct player *p, const char *name)
{
    static char text[128];

    (void)snprintf(text, sizeof text, "%s/%s", p->dir, name);
    return text;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "we");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

struct player *player_new(sd_event *event, notify_func func, void *userdata)
{
    struct player *p = calloc(1, sizeof *p);

    assert_non_null(p);
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/backcare-test-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    assert_int_equal(setenv("PLAYER_DIR", p->dir, 1), 0);
    assert_int_equal(mkfifo(path(p, "orders"), 0600), 0);
    p->orders = open(path(p, "orders"), O_RDWR | O_CLOEXEC);
    assert_true(p->orders >= 0);
    write_file(path(p, "notifier"), script);
    assert_int_equal(chmod(path(p, "notifier"), 0700), 0);
    assert_int_equal(notify_new(event, NULL, path(p, "notifier"), func, userdata, &p->notify), 0);
    return p;
}

void player_free(struct player *player)
{
    static const char *const files[] = {"orders", "notifier", "away", "screen", "screen.new", "silent"};

    player_end_port(player);
    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        (void)unlink(path(player, files[i]));
    /* Only now that nobody can come to wait at the pipe. */
    (void)close(player->orders);
    assert_int_equal(rmdir(player->dir), 0);
    free(player);
}

struct notify *player_port(struct player *player)
{
    return player->notify;
}

void player_end_port(struct player *player)
{
    player->notify = notify_free(player->notify);
}

void player_screen(struct player *player, char *buf, size_t size)
{
    FILE *f = fopen(path(player, "screen"), "re");
    size_t n = f ? fread(buf, 1, size - 1, f) : 0;

    buf[n] = '\0';
    if (f)
        (void)fclose(f);
}

static void say(struct player *p, const char *word, const char *rest)
{
    assert_true(dprintf(p->orders, "%s %s\n", word, rest) > 0);
}

void player_act(struct player *player, const char *id)
{
    say(player, "action", id);
}

void player_close(struct player *player, const char *reason)
{
    say(player, "closed", reason);
}

void player_fail(struct player *player, const char *text)
{
    say(player, "failed", text);
}

void player_answers(struct player *player, bool yes)
{
    if (yes)
        (void)unlink(path(player, "silent"));
    else
        write_file(path(player, "silent"), "");
}

void player_can_start(struct player *player, bool yes)
{
    char away[128];

    (void)snprintf(away, sizeof away, "%s/away", player->dir);
    assert_int_equal(yes ? rename(away, path(player, "notifier")) : rename(path(player, "notifier"), away),
                     0);
}
