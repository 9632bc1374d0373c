/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Catalogues from real files below a directory of the test's own, for the tests of the catalogue.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "catalogue/catalogue.h"
#include "catalogue/vocabulary.h"
#include "util/fs-util.h"

#define BIT(words, word) (1u << vocabulary_find(words, word))

/* The state is the directory. */
int catalogue_dir_setup(void **state);
int catalogue_dir_teardown(void **state);

/* Writes the file @name below @dir, with the directories to it. */
void write_text(const char *dir, const char *name, const char *text);
/* @text with its first @old replaced; with @old NULL as it is. */
char *with(const char *text, const char *old, const char *new);
/* Loads @text as x.ini; the messages must be @expected, without line break at the end. */
struct catalogue *load_text(const char *dir, const char *text, const char *expected);
/* Loads DIR/system and DIR/user. */
struct catalogue *load_both(const char *dir, const char *expected);
