/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See section.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/list.h"
#include "catalogue/section.h"
#include "util/i18n.h"

#define TITLE_MAX 40       /* characters: what a notification shows of a title without cutting it */
#define SHOWN_VALUE_MAX 60 /* bytes of a value that a message repeats */

#define E SORT_EXERCISE
#define T SORT_TIP
#define R SORT_ROUTINE

static const struct {
    const char *name;
    unsigned needed_by; /* bits of enum section_sort */
    unsigned had_by;    /* who else may have it */
    bool text;          /* for people: it may be translated */
} keys[_KEY_MAX] = {
    [KEY_TITLE] = {"title", E | T | R, 0, true},
    [KEY_KIND] = {"kind", E | T | R, 0, false},
    [KEY_REGIONS] = {"regions", E, 0, false},
    [KEY_MUSCLES] = {"muscles", 0, E, true},
    [KEY_TOOLS] = {"tools", 0, E, false},
    [KEY_POSITION] = {"position", E, 0, false},
    [KEY_POSITION_T1] = {"position-t1", 0, E, false},
    [KEY_POSITION_T2] = {"position-t2", 0, E, false},
    [KEY_POSITION_T3] = {"position-t3", 0, E, false},
    [KEY_PLACE] = {"place", E, 0, false},
    [KEY_DURATION] = {"duration", E, 0, false},
    [KEY_DURATION_T1] = {"duration-t1", 0, E, false},
    [KEY_DURATION_T2] = {"duration-t2", 0, E, false},
    [KEY_DURATION_T3] = {"duration-t3", 0, E, false},
    [KEY_HOLD] = {"hold", 0, E, false},
    [KEY_HOLD_T1] = {"hold-t1", 0, E, false},
    [KEY_HOLD_T2] = {"hold-t2", 0, E, false},
    [KEY_HOLD_T3] = {"hold-t3", 0, E, false},
    [KEY_REPS] = {"reps", 0, E, false},
    [KEY_REPS_T1] = {"reps-t1", 0, E, false},
    [KEY_REPS_T2] = {"reps-t2", 0, E, false},
    [KEY_REPS_T3] = {"reps-t3", 0, E, false},
    [KEY_SIDES] = {"sides", 0, E, false},
    [KEY_INTENSITY] = {"intensity", E, 0, false},
    [KEY_BREATH] = {"breath", 0, E, true},
    [KEY_CAUTION] = {"caution", 0, E, true},
    [KEY_HAZARDS] = {"hazards", 0, E, false},
    [KEY_PREGNANCY_T1] = {"pregnancy-t1", 0, E, false},
    [KEY_PREGNANCY_T2] = {"pregnancy-t2", 0, E, false},
    [KEY_PREGNANCY_T3] = {"pregnancy-t3", 0, E, false},
    [KEY_SOURCES] = {"sources", 0, E | T | R, false},
    [KEY_TEXT] = {"text", T, R, true},
    [KEY_EXERCISES] = {"exercises", R, 0, false},
    [KEY_REST] = {"rest", 0, R, false},
    [KEY_NOT_FOR] = {"not-for", 0, T, false},
    [KEY_ONLY_FOR] = {"only-for", 0, T, false},
    [KEY_HIDDEN] = {"hidden", 0, E | T | R, false},
    [KEY_DEFAULT] = {"default", 0, E | T | R, false},
};

#undef E
#undef T
#undef R

/* All of the above and the steps, for "did you mean". */
static const char *const key_names[] = {
    "title",   "kind",      "regions",     "muscles",      "tools",        "position",
    "place",   "duration",  "hold",        "reps",         "sides",        "intensity",
    "breath",  "caution",   "hazards",     "pregnancy-t1", "pregnancy-t2", "pregnancy-t3",
    "sources", "hidden",    "default",     "step-1",       "step-2",       "step-3",
    "step-4",  "step-5",    "step-6",      "step-1-t1",    "step-1-t2",    "step-1-t3",
    "text",    "not-for",   "only-for",    "duration-t1",  "duration-t2",  "duration-t3",
    "rest",    "exercises", "position-t1", "position-t2",  "position-t3",  "hold-t1",
    "hold-t2", "hold-t3",   "reps-t1",     "reps-t2",      "reps-t3",      NULL};

/**
 * section_key_name() - a key as it is written
 */
const char *section_key_name(enum exercise_key key)
{
    return keys[key].name;
}

static void add(struct section *section, enum diagnostic_level level, unsigned line, const char *place,
                const char *fmt, va_list ap)
{
    _cleanup_(freep) char *text = NULL;

    if (level == DIAGNOSTIC_ERROR)
        section->bad = true;
    if (vasprintf(&text, fmt, ap) < 0) {
        text = NULL;
        section->out_of_memory = true;
        return;
    }
    if (diagnostics_add(section->diagnostics, level, section->file->path, line, "%s: %s", place, text) < 0)
        section->out_of_memory = true;
}

/* How much of a long value is shown: whole characters of UTF-8. */
static int shown_length(const char *value)
{
    size_t n = strlen(value);

    if (n <= SHOWN_VALUE_MAX)
        return (int)n;
    n = SHOWN_VALUE_MAX;
    while (n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80)
        n--;
    return (int)n;
}

/**
 * section_error() - say what is wrong with an entry; the section is bad from now on
 * @section: the section
 * @entry: one of its entries
 * @fmt: the message, behind "[id].key: value: "
 */
void section_error(struct section *section, const struct ini_entry *entry, const char *fmt, ...)
{
    _cleanup_(freep) char *place = NULL;
    int shown = shown_length(entry->value);
    va_list ap;

    if (asprintf(&place, "[%s].%s: %.*s%s", section->id, entry->key, shown, entry->value,
                 entry->value[shown] ? "…" : "") < 0) {
        place = NULL;
        section->out_of_memory = section->bad = true;
        return;
    }
    va_start(ap, fmt);
    add(section, DIAGNOSTIC_ERROR, entry->line, place, fmt, ap);
    va_end(ap);
}

/**
 * section_note() - say something of a key that is not there, or of the section as a whole
 * @section: the section; with an error it is bad from now on
 * @level: how bad it is
 * @key: the key, or NULL for the section
 * @fmt: the message, behind "[id].key: "
 */
void section_note(struct section *section, enum diagnostic_level level, const char *key, const char *fmt, ...)
{
    _cleanup_(freep) char *place = NULL;
    va_list ap;

    if (asprintf(&place, "[%s]%s%s", section->id, key ? "." : "", key ? key : "") < 0) {
        place = NULL;
        section->out_of_memory = section->bad = true;
        return;
    }
    va_start(ap, fmt);
    add(section, level, section->line, place, fmt, ap);
    va_end(ap);
}

/**
 * section_unknown_word() - say that a word is in no vocabulary, with the nearest one or else all of them
 * @section: the section, bad from now on
 * @entry: where the word stands
 * @word: the word
 * @words: the vocabulary, NULL-terminated
 */
void section_unknown_word(struct section *section, const struct ini_entry *entry, const char *word,
                          const char *const *words)
{
    const char *nearest = nearest_name(word, words);
    /* In a list of several, the message must say which one it means. */
    bool alone = strcmp(word, entry->value) == 0;
    char all[512] = "";
    size_t n = 0;

    for (size_t i = 0; words[i] && n < sizeof all; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i > 0 ? ", " : "", words[i]);
    if (nearest && alone)
        section_error(section, entry, _("unknown; did you mean %s?"), nearest);
    else if (nearest)
        section_error(section, entry, _("\"%s\" is unknown; did you mean %s?"), word, nearest);
    else if (alone)
        section_error(section, entry, _("unknown; choose from %s"), all);
    else
        section_error(section, entry, _("\"%s\" is unknown; choose from %s"), word, all);
}

/* The words an id may consist of are those of a file name that needs no quotes anywhere, and leave "." and
 * blanks for other kinds of sections. */
static bool id_valid(const char *id)
{
    size_t n = strlen(id);

    return n > 0 && n <= BC_NAME_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           id[0] != '-' && id[n - 1] != '-' && !strstr(id, "--");
}

bool section_slot_is_text(int slot)
{
    return slot >= SLOT_STEPS || keys[slot].text;
}

/**
 * section_slot() - where a key belongs
 * @key: its name, without a language; as everywhere in INI, upper and lower case are the same in it
 * @size: how many bytes of @key are the name
 *
 * Return: from 0 to _SLOT_MAX - 1, -ENOENT for an unknown key.
 */
int section_slot(const char *key, size_t size)
{
    int list = STEPS_PLAIN;

    if ((size == 6 || size == 9) && strncasecmp(key, "step-", 5) == 0) {
        if (key[5] < '1' || key[5] > '0' + CATALOGUE_STEPS_MAX)
            return -ENOENT;
        if (size == 9) {
            if (strncasecmp(key + 6, "-t", 2) != 0 || key[8] < '1' || key[8] > '3')
                return -ENOENT;
            list = STEPS_T1 + (key[8] - '1');
        }
        return SLOT_STEPS + list * CATALOGUE_STEPS_MAX + (key[5] - '1');
    }
    /* The first letter alone rules out most: ten thousand exercises have half a million keys. */
    for (size_t i = 0; i < _KEY_MAX; i++)
        if (((keys[i].name[0] ^ key[0]) & 0xdf) == 0 && strncasecmp(keys[i].name, key, size) == 0 &&
            keys[i].name[size] == 0)
            return (int)i;
    return -ENOENT;
}

/**
 * section_at() - the entry in a slot
 *
 * Return: its place, which holds NULL where the section has no such key.
 */
const struct ini_entry **section_at(struct section *section, int slot)
{
    int step = slot - SLOT_STEPS;

    return step < 0 ? &section->keys[slot]
                    : &section->steps[step / CATALOGUE_STEPS_MAX][step % CATALOGUE_STEPS_MAX];
}

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* What holds for each value, in whatever language. */
static void check_text(struct section *section, const struct ini_entry *entry, bool title)
{
    if (!*entry->value) {
        section_error(section, entry, _("empty"));
        return;
    }
    for (const char *p = entry->value; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f) {
            section_error(section, entry, _("a control character in it"));
            return;
        }
    if (title && characters(entry->value) > TITLE_MAX)
        section_error(section, entry, _("%zu characters; at most %d fit a notification"),
                      characters(entry->value), TITLE_MAX);
}

static void unknown_key(struct section *section, const struct ini_entry *entry, size_t size)
{
    _cleanup_(freep) char *name = strndup(entry->key, size);
    const char *nearest;

    if (!name) {
        section->out_of_memory = true;
        return;
    }
    nearest = nearest_name(name, key_names);

    if (strncasecmp(name, "step-", 5) == 0)
        section_error(section, entry,
                      _("unknown key; steps are step-1 to step-%d, for a trimester step-1-t2 and so on"),
                      CATALOGUE_STEPS_MAX);
    else if (nearest)
        section_error(section, entry, _("unknown key; did you mean %s?"), nearest);
    else
        section_error(section, entry, _("unknown key"));
}

/* Puts an entry into its place; a translation is only looked at, and then again by translations_read().
 * Return: whether it is one. */
static bool read_entry(struct section *section, const struct ini_entry *entry)
{
    size_t size = (size_t)(strchrnul(entry->key, '[') - entry->key);
    bool translated = entry->key[size];
    int slot = section_slot(entry->key, size);
    const struct ini_entry **place;

    if (slot < 0) {
        unknown_key(section, entry, size);
        return translated;
    }
    if (slot != KEY_HIDDEN && slot != KEY_DEFAULT)
        section->flags_only = false;
    check_text(section, entry, slot == KEY_TITLE);
    place = section_at(section, slot);
    /* A key given twice is the INI reader's to report. */
    if (!translated && !*place)
        *place = entry;
    if (translated && !section_slot_is_text(slot))
        section_error(section, entry, _("%s is not for reading and has no translation"), keys[slot].name);
    if (translated && slot == KEY_MUSCLES)
        (void)list_check(section, entry, LIST_MAX);
    return translated;
}

/* Each list that is begun has 2 to 6 steps without a gap; the plain one must be there. */
static void count_steps(struct section *section)
{
    for (int list = STEPS_PLAIN; list < _STEPS_MAX; list++) {
        const struct ini_entry **steps = section->steps[list];
        size_t n = 0, last = 0;

        for (size_t i = 0; i < CATALOGUE_STEPS_MAX; i++)
            if (steps[i])
                last = i + 1;
        while (n < last && steps[n])
            n++;
        section->n_steps[list] = n;
        if (last == 0 && list != STEPS_PLAIN)
            continue;
        if (n < last || n < 2) {
            char name[32];

            if (list == STEPS_PLAIN)
                (void)snprintf(name, sizeof name, "step-%zu", n + 1);
            else
                (void)snprintf(name, sizeof name, "step-%zu-t%d", n + 1, list);
            section_note(section, DIAGNOSTIC_ERROR, name, _("missing; an exercise has 2 to %d steps"),
                         CATALOGUE_STEPS_MAX);
        }
    }
}

static enum section_sort sort_of(const struct section *section)
{
    const struct ini_entry *kind = section->keys[KEY_KIND];

    if (kind && strcmp(kind->value, "tip") == 0)
        return SORT_TIP;
    return kind && strcmp(kind->value, "routine") == 0 ? SORT_ROUTINE : SORT_EXERCISE;
}

/* A key that stands in a section which may not have it. */
static void out_of_place(struct section *section, enum exercise_key key)
{
    static const char *const owners[] = {[SORT_TIP] = N_("a tip"),
                                         [SORT_ROUTINE] = N_("a routine"),
                                         [SORT_TIP | SORT_ROUTINE] = N_("a tip or a routine")};
    const struct ini_entry *entry = section->keys[key];

    if (section->sort == SORT_EXERCISE)
        section_error(section, entry, _("only %s has this"),
                      _(owners[keys[key].needed_by | keys[key].had_by]));
    else
        section_error(section, entry, _("%s has no %s"), _(owners[section->sort]), keys[key].name);
}

/* The keys that belong to such a section, and no others. */
static void check_keys(struct section *section)
{
    for (size_t i = 0; i < _KEY_MAX; i++)
        if (section->keys[i] && !((keys[i].needed_by | keys[i].had_by) & section->sort))
            out_of_place(section, (enum exercise_key)i);
    for (size_t i = 0; i < _KEY_MAX; i++)
        if (!section->keys[i] && (keys[i].needed_by & section->sort))
            section_note(section, DIAGNOSTIC_ERROR, keys[i].name, _("missing"));
    if (section->sort == SORT_EXERCISE)
        return;
    for (int list = STEPS_PLAIN; list < _STEPS_MAX; list++)
        for (size_t i = 0; i < CATALOGUE_STEPS_MAX; i++)
            if (section->steps[list][i])
                section_error(section, section->steps[list][i],
                              section->sort == SORT_TIP ? _("a tip has no steps, but a text")
                                                        : _("a routine has no steps, but exercises"));
}

/**
 * section_read() - sort the entries of a section into their places
 * @section: file, diagnostics and bad are set, the rest is zero
 * @entries: the entries, all of one section
 * @n: how many, at least one
 *
 * Says every mistake that can be told without knowing what a value means.
 */
void section_read(struct section *section, const struct ini_entry *entries, size_t n)
{
    bool translated = false;

    section->id = entries[0].section;
    section->line = entries[0].line;
    section->entries = entries;
    section->n = n;
    if (!id_valid(section->id)) {
        section_note(
            section, DIAGNOSTIC_ERROR, NULL,
            _("unknown section; an exercise's is its id, of lower-case letters, digits and single hyphens, "
              "at most %d"),
            BC_NAME_MAX);
        return;
    }
    section->flags_only = true;
    for (size_t i = 0; i < n; i++)
        translated = read_entry(section, &entries[i]) || translated;
    if (section->flags_only)
        return;
    if (translated)
        translations_read(section);
    section->sort = sort_of(section);
    check_keys(section);
    if (section->sort == SORT_EXERCISE)
        count_steps(section);
}
