/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one message of ours that is on the screen, or should be: what it is, whether it has to be read before
 * something that can wait takes its place, and whether it was missed for want of a server. Knows neither its
 * words nor when it is due.
 */
#include "runtime-internal.h"

#define READING_USEC USEC_PER_MINUTE

/* A new reminder may take the place of any; these are not for a moment. */
static bool has_to_be_read(enum shown_kind kind)
{
    return kind == SHOWN_COMPLETE || kind == SHOWN_WELCOME || kind == SHOWN_PROBLEM;
}

/**
 * screen_put() - show rt->message
 * @kind: what it is
 *
 * Return: 0 or a negative errno.
 */
int screen_put(struct runtime *rt, enum shown_kind kind)
{
    int r = notify_show(rt->notify, &rt->message.notify);

    /* One that is only an update, and came too late. */
    if (r == 1)
        return 0;
    rt->screen = (struct screen){
        .shown = kind,
        .reading_usec = has_to_be_read(kind) ? runtime_now(rt) : BC_NO_TIME,
    };
    return r;
}

/* Takes away what is there. */
void screen_clear(struct runtime *rt)
{
    rt->screen = (struct screen){.reading_usec = BC_NO_TIME};
    notify_withdraw(rt->notify);
}

/* The user has closed it: no answer, and no reason to bring it back. */
void screen_closed(struct runtime *rt)
{
    rt->screen.shown = SHOWN_NOTHING;
}

/* It has done its work. */
void screen_read(struct runtime *rt)
{
    rt->screen.reading_usec = BC_NO_TIME;
}

/* It is not on the screen any more, or never was, for want of a server. Missed again it is not kept: it may
 * be what the server dies of. */
void screen_missed(struct runtime *rt)
{
    struct screen *s = &rt->screen;

    if (!s->late && s->shown != SHOWN_NOTHING)
        s->missed = s->shown;
    s->shown = SHOWN_NOTHING;
    s->reading_usec = BC_NO_TIME;
}

/**
 * screen_free_usec() - when something that can wait may take the place of what is there
 *
 * Return: in boottime; not before now.
 */
usec_t screen_free_usec(const struct runtime *rt)
{
    usec_t now = runtime_now(rt);

    return rt->screen.reading_usec == BC_NO_TIME ? now : MAX(now, rt->screen.reading_usec + READING_USEC);
}
