/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of the bus and the catalogue as a person is to read them. Programs get the words themselves: in JSON
 * and as a CSS class.
 */
#pragma once

const char *word_text(const char *word);
char *detail_text(const char *detail);
