/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions to both buses, all at once, with a time limit for each: what hangs costs two seconds and no more,
 * however many of them hang. Nothing is started by a question. The doctor's families see sd-bus through this.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "util/macro.h"
#include "util/time-util.h"

#define ASK_LIMIT_USEC (2 * USEC_PER_SEC)

enum which_bus {
    BUS_SESSION,
    BUS_SYSTEM,
    _BUS_MAX,
};

struct asker;
struct question;

int asker_new(struct asker **ret);
struct asker *asker_free(struct asker *asker);
DEFINE_CLEANUP(struct asker *, asker_free)

/* NULL when the bus is open, as far as is known; else why not. */
const char *asker_bus_error(const struct asker *asker, enum which_bus which);
const char *asker_bus_address(const struct asker *asker, enum which_bus which);

/* @types and what follows are as for sd_bus_message_append(), or NULL. NULL when it can't even be asked,
 * which everything below accepts. The asker owns it. */
struct question *ask(struct asker *asker, enum which_bus which, const char *name, const char *path,
                     const char *interface, const char *member, const char *types, ...);
struct question *ask_property(struct asker *asker, enum which_bus which, const char *name, const char *path,
                              const char *interface, const char *property);
struct question *ask_all(struct asker *asker, enum which_bus which, const char *name, const char *path,
                         const char *interface);
/* Until every question has its answer, or has had its time. */
void ask_wait(struct asker *asker);

/* The answer, from its beginning; NULL when there is none. */
sd_bus_message *answer(const struct question *question);
bool answer_is_late(const struct question *question); /* somebody is there and says nothing */
const char *answer_error(const struct question *question);

/* Of an answer that is one string, or a variant with one; NULL = none. */
const char *answer_string(const struct question *question);
int answer_bool(const struct question *question); /* 0 or 1; negative = none */
int answer_uint32(const struct question *question, uint32_t *ret);
bool answer_has(const struct question *question, const char *text); /* a list of strings holds it */

/* Of an answer that is an a{sv}. */
const char *answer_field(const struct question *question, const char *key);
int answer_field_bool(const struct question *question, const char *key);
uint32_t answer_field_uint32(const struct question *question, const char *key, uint32_t fallback);
/* Enters the array that follows inside a variant of @key, with elements of @contents. */
sd_bus_message *answer_field_enter(const struct question *question, const char *key, const char *contents);
