/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The translations of a section's texts. An exercise speaks one language: where one text of a translation is
 * missing, none of it is used. Knows no text, only which are there.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/section.h"
#include "util/i18n.h"

#define LANGUAGES_MAX 32

_Static_assert(_SLOT_MAX <= 64, "a set of slots fits 64 bits");

struct language {
    const struct ini_entry *first; /* the first entry in it */
    const char *tag;
    size_t size;  /* of the tag, in bytes */
    uint64_t has; /* bits: slots */
};

/* A language tag as in "de", "pt-BR" or "zh-Hans": two or three letters, then parts of letters and digits. */
static bool language_valid(const char *tag, size_t n)
{
    size_t part = 0;
    bool first = true;

    for (size_t i = 0; i <= n; i++) {
        bool letter = i < n && ((tag[i] >= 'a' && tag[i] <= 'z') || (tag[i] >= 'A' && tag[i] <= 'Z'));
        bool digit = i < n && tag[i] >= '0' && tag[i] <= '9';

        if (letter || (digit && !first)) {
            part++;
        } else if (i == n || tag[i] == '-') {
            if (part < 2 || part > (first ? 3 : 8))
                return false;
            part = 0;
            first = false;
        } else {
            return false;
        }
    }
    return true;
}

static int fold(char c)
{
    if (c == '_')
        return '-';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fold(a[i]) != fold(b[i]))
            return false;
    return true;
}

/* How much of the wanted language a tag is: of de-AT, de-AT all five bytes and de two; 0 = another one. */
static size_t closeness(const struct language *language, const char *wanted)
{
    size_t n = language->size;

    if (!wanted || strlen(wanted) < n || !same(language->tag, wanted, n))
        return 0;
    return wanted[n] == 0 || fold(wanted[n]) == '-' ? n : 0;
}

/* The language of an entry's key, NULL after saying that it is none, or that there are too many. */
static struct language *find(struct section *section, const struct ini_entry *entry, size_t size,
                             struct language languages[static LANGUAGES_MAX], size_t *n)
{
    const char *tag = entry->key + size + 1;
    size_t length = strlen(tag);

    if (length == 0 || tag[length - 1] != ']' || !language_valid(tag, length - 1)) {
        section_error(section, entry, _("not a language; write the key as %.*s[de] or %.*s[pt-BR]"),
                      (int)size, entry->key, (int)size, entry->key);
        return NULL;
    }
    for (size_t i = 0; i < *n; i++)
        if (languages[i].size == length - 1 && same(languages[i].tag, tag, length - 1))
            return &languages[i];
    if (*n == LANGUAGES_MAX) {
        section_error(section, entry, _("too many languages; at most %d"), LANGUAGES_MAX);
        return NULL;
    }
    languages[*n] = (struct language){.first = entry, .tag = tag, .size = length - 1};
    return &languages[(*n)++];
}

/* What of the plain section a translation must have. */
static uint64_t texts_of(struct section *section)
{
    uint64_t texts = 0;

    for (int slot = 0; slot < _SLOT_MAX; slot++)
        if (*section_at(section, slot) && section_slot_is_text(slot))
            texts |= UINT64_C(1) << slot;
    return texts;
}

/* A warning: what is shown then is whole, if in another language. */
static void half_translated(struct section *section, const struct language *language, uint64_t missing)
{
    const struct ini_entry *entry = *section_at(section, __builtin_ctzll(missing));
    int more = __builtin_popcountll(missing) - 1;
    int r;

    if (section->bad)
        return;
    if (more > 0)
        r = diagnostics_add(
            section->diagnostics, DIAGNOSTIC_WARNING, section->file->path, language->first->line,
            P_("[%s]: half translated into %.*s: %s and %d more are missing; it is shown in its own language",
               "[%s]: half translated into %.*s: %s and %d more are missing; it is shown in its own language",
               more),
            section->id, (int)language->size, language->tag, entry->key, more);
    else
        r = diagnostics_add(
            section->diagnostics, DIAGNOSTIC_WARNING, section->file->path, language->first->line,
            _("[%s]: half translated into %.*s: %s is missing; it is shown in its own language"), section->id,
            (int)language->size, language->tag, entry->key);
    if (r < 0)
        section->out_of_memory = true;
}

/**
 * translations_read() - look at a section's translations
 * @section: its plain keys are in their places
 *
 * Says what is no language, what translates a text that is not there (both are mistakes), and which language
 * is begun but not complete (a warning). Of the complete ones that are the wanted language, the closest is
 * chosen for translations_take(): of de-AT, de-AT before de.
 */
void translations_read(struct section *section)
{
    struct language languages[LANGUAGES_MAX];
    uint64_t texts = texts_of(section);
    size_t n = 0, closest = 0;

    for (size_t i = 0; i < section->n; i++) {
        const struct ini_entry *entry = &section->entries[i];
        size_t size = (size_t)(strchrnul(entry->key, '[') - entry->key);
        int slot = entry->key[size] ? section_slot(entry->key, size) : -ENOENT;
        struct language *language;

        /* What is no text has been said. */
        if (slot < 0 || !section_slot_is_text(slot))
            continue;
        language = find(section, entry, size, languages, &n);
        if (!language)
            continue;
        if (!(texts & UINT64_C(1) << slot))
            section_error(section, entry, _("a translation, but there is no %.*s"), (int)size, entry->key);
        language->has |= UINT64_C(1) << slot;
    }
    for (size_t i = 0; i < n; i++) {
        size_t close = closeness(&languages[i], section->file->language);

        if (texts & ~languages[i].has) {
            half_translated(section, &languages[i], texts & ~languages[i].has);
        } else if (close > closest) {
            closest = close;
            section->translation = languages[i].first;
        }
    }
}

/**
 * translations_take() - put the chosen translation into the place of the plain texts
 * @section: read without a mistake; where no translation was chosen, all stays
 */
void translations_take(struct section *section)
{
    const char *wanted;
    size_t length;

    if (!section->translation)
        return;
    wanted = strchr(section->translation->key, '[');
    length = strlen(wanted);
    for (size_t i = 0; i < section->n; i++) {
        const struct ini_entry *entry = &section->entries[i];
        size_t size = (size_t)(strchrnul(entry->key, '[') - entry->key);

        if (strlen(entry->key + size) == length && same(entry->key + size, wanted, length))
            *section_at(section, section_slot(entry->key, size)) = entry;
    }
}
