/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two files of the snapshot share; nobody else includes this.
 */
#pragma once

#include "core/internal.h"

#define WORDS_MAX 8

struct snapshot_writer {
    char *buf;
    size_t size, len;
};

void snapshot_put(struct snapshot_writer *w, const char *fmt, ...) _printf_(2, 3);

/* What is read; applied only once every line was understood. */
struct snapshot_reader {
    struct bc_core *core;
    usec_t shift_usec;
    bool check_only;
    bool end;
    char *words[WORDS_MAX]; /* of the line under way, without its key */
    size_t n_words;
};

bool snapshot_read_number(const char *word, int64_t low, int64_t high, int64_t *ret);
bool snapshot_read_count(const char *word, unsigned low, unsigned high, unsigned *ret);
bool snapshot_read_time(const char *word, usec_t never, usec_t *ret);
usec_t snapshot_shifted(const struct snapshot_reader *r, usec_t t);

/* snapshot-diary.c */
void snapshot_put_diary(const struct bc_core *core, struct snapshot_writer *w);
bool snapshot_read_diary(struct snapshot_reader *r, const char *key);
