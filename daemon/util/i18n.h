/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts in the user's language. What programs read (JSON, the bus, the files) is never translated.
 */
#pragma once

#include <stdbool.h>

#include "config.h"

#if ENABLE_NLS
#include <libintl.h>
/* A text in the user's language. Never of an empty string: that is the catalogue's header. */
#define _(text) gettext(text)
/* One of two forms by a number; a language may have more of them. */
#define P_(one, many, n) ngettext(one, many, (unsigned long)(n))
#else
#define _(text) (text)
#define P_(one, many, n) ((n) == 1 ? (one) : (many))
#endif
/* Only marks a text, as in the initializer of a table: it goes through _() where it is used. */
#define N_(text) text

void i18n_init(const char *language);
void i18n_untranslated(void);
const char *i18n_language(void);
int i18n_answer(const char *line);
bool i18n_is_forced(void);
