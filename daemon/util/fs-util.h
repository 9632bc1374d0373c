/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files: whole reads with a cap, atomic replacement, private directories.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

int read_stream(int fd, size_t hint, size_t max_bytes, char **ret_text, size_t *ret_size);
int read_file(const char *path, size_t max_bytes, char **ret_text, size_t *ret_size);
int write_file_atomic(const char *path, const char *text, size_t size, mode_t mode);
int remove_unfinished(const char *path);
int mkdir_parents(const char *path, mode_t mode);
char *path_join(const char *a, const char *b);
