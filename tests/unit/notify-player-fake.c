/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See notify-player.h: the fake port and its own controls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "notify-player.h"
#include "notify/notify-fake.h"

struct player {
    struct notify *notify;
};

struct player *player_new(sd_event *event, notify_func func, void *userdata)
{
    struct player *p = calloc(1, sizeof *p);

    assert_non_null(p);
    assert_int_equal(notify_new(event, NULL, "/nowhere", func, userdata, &p->notify), 0);
    return p;
}

void player_free(struct player *player)
{
    player_end_port(player);
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
    struct notify_fake_view view = {.shown = false};

    if (player->notify)
        notify_fake_view(player->notify, &view);
    (void)snprintf(buf, size, "%s", view.shown ? view.summary : "");
}

void player_act(struct player *player, const char *id)
{
    assert_int_equal(notify_fake_act(player->notify, id), 0);
}

void player_close(struct player *player, const char *reason)
{
    assert_int_equal(notify_fake_close(player->notify, reason), 0);
}

void player_fail(struct player *player, const char *text)
{
    assert_int_equal(notify_fake_fail(player->notify, text), 0);
}

void player_answers(struct player *player, bool yes)
{
    notify_fake_answer(player->notify, yes);
}

void player_can_start(struct player *player, bool yes)
{
    notify_fake_refuse(player->notify, yes ? 0 : -ENOENT);
}
