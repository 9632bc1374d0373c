/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our own reading of INI text, line by line: iniparser gives no line numbers and lets through in silence what
 * a person would want to be told. Accepts only what iniparser 4.1 and 4.2 read alike. Knows no name of a
 * section or key, and quotes no value: it could be a private one.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "config/ini-scan.h"
#include "util/i18n.h"

#define MISTAKES_MAX 1000 /* of one file: what has more is no settings file */

/* Entries or sections by the hash of their names: a quick look for one that was there before. */
struct table {
    struct {
        unsigned hash;
        unsigned number; /* its index + 1; 0 = free */
    } * slots;
    size_t n_slots;  /* a power of two, at least twice as many as are taken */
    size_t expected; /* places to begin with */
};

struct scan {
    struct diagnostics *d;
    struct ini_file *file;
    unsigned line;
    char *section; /* NULL before the first header, and after a broken one */
    bool lost;     /* the last header was broken: what follows belongs to nobody knows what */
    size_t mistakes;
    unsigned section_hash;
    struct table entries, sections;
    size_t n_entries_allocated, n_sections_allocated;
    size_t n_ends; /* where a name or value of this line ends: it becomes a text once the line is copied */
    char *ends[2];
};

struct span {
    char *p;
    size_t n;
};

/* The outcome of one line: whether iniparser gets it too. */
enum {
    LINE_BAD,
    LINE_GOOD
};

#define mistake(s, ...)                                                                                      \
    ({                                                                                                       \
        int _r = diagnostics_add((s)->d, DIAGNOSTIC_ERROR, (s)->file->path, (s)->line, __VA_ARGS__);         \
        (s)->mistakes++;                                                                                     \
        _r < 0 ? _r : LINE_BAD;                                                                              \
    })

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span trim(struct span t)
{
    while (t.n > 0 && blank(t.p[0])) {
        t.p++;
        t.n--;
    }
    while (t.n > 0 && blank(t.p[t.n - 1]))
        t.n--;
    return t;
}

/* Well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
static bool utf8_valid(struct span t)
{
    const unsigned char *p = (const unsigned char *)t.p, *end = p + t.n;

    while (p < end) {
        unsigned char low = 0x80, high = 0xbf, lead = *p++;
        int more;

        if (lead < 0x80)
            continue;
        if (lead < 0xc2 || lead > 0xf4)
            return false;
        more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        if (lead == 0xe0)
            low = 0xa0;
        else if (lead == 0xed)
            high = 0x9f;
        else if (lead == 0xf0)
            low = 0x90;
        else if (lead == 0xf4)
            high = 0x8f;
        for (; more > 0; more--, low = 0x80, high = 0xbf)
            if (p >= end || *p < low || *p++ > high)
                return false;
    }
    return true;
}

static bool has_control(struct span t)
{
    for (size_t i = 0; i < t.n; i++)
        if (((unsigned char)t.p[i] < ' ' && t.p[i] != '\t') || t.p[i] == 0x7f)
            return true;
    return false;
}

/* Printable ASCII alone, as nearly every line is: nothing else need be asked. Eight bytes at a time. */
static bool plain(struct span t)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t word, other = 0;

    for (; t.n > 0; t.p += MIN(t.n, sizeof(word)), t.n -= MIN(t.n, sizeof(word))) {
        word = ones * ' ';
        memcpy(&word, t.p, MIN(t.n, sizeof(word)));
        /* Of each byte the highest bit: it has one, is below a blank, or is 0x7f. A byte that borrows from
         * the next one, or carries into it, is itself one of these. */
        other |= word | (word - ones * ' ') | (word + ones);
    }
    return (other & ones * 0x80) == 0;
}

/* ASCII, as iniparser's lower-casing of other letters depends on the locale; no ':', which it puts between
 * section and key; nothing that looks like a comment or a value. */
static bool name_valid(struct span t)
{
    for (size_t i = 0; i < t.n; i++)
        switch (t.p[i]) {
        case ':':
        case ';':
        case '#':
        case '"':
        case '\'':
        case '=':
            return false;
        default:
            if (t.p[i] < ' ' || t.p[i] > '~')
                return false;
        }
    return true;
}

static unsigned hash_folded(unsigned hash, struct span t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned c = (unsigned char)t.p[i];

        hash = (hash ^ (c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c)) * 16777619u;
    }
    return hash;
}

static bool same_folded(const char *text, struct span t)
{
    return strncasecmp(text, t.p, t.n) == 0 && !text[t.n];
}

/* The low bits of the hash alone would put names that differ in their last letter side by side. */
static size_t table_first(const struct table *table, unsigned hash)
{
    return (hash * 2654435769u >> 12) & (table->n_slots - 1);
}

/* There must be room. */
static void table_put(struct table *table, unsigned hash, unsigned number)
{
    size_t at = table_first(table, hash);

    while (table->slots[at].number > 0)
        at = (at + 1) & (table->n_slots - 1);
    table->slots[at].hash = hash;
    table->slots[at].number = number;
}

/* Room for one more than @n. */
static int table_grow(struct table *table, size_t n)
{
    struct table larger = {.n_slots = table->n_slots > 0 ? table->n_slots * 2 : 64};

    if (table->slots && 2 * (n + 1) <= table->n_slots)
        return 0;
    while (larger.n_slots < table->expected)
        larger.n_slots *= 2;
    larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
    if (!larger.slots)
        return -ENOMEM;
    for (size_t i = 0; i < table->n_slots; i++)
        if (table->slots[i].number > 0)
            table_put(&larger, table->slots[i].hash, table->slots[i].number);
    free(table->slots);
    *table = larger;
    return 0;
}

static struct ini_section *find_section(const struct scan *s, struct span name, unsigned hash)
{
    const struct table *table = &s->sections;

    if (table->n_slots == 0)
        return NULL;
    for (size_t at = table_first(table, hash); table->slots[at].number > 0;
         at = (at + 1) & (table->n_slots - 1)) {
        struct ini_section *section = &s->file->sections[table->slots[at].number - 1];

        if (table->slots[at].hash == hash && same_folded(section->name, name))
            return section;
    }
    return NULL;
}

static const struct ini_entry *find_entry(const struct scan *s, struct span key, unsigned hash)
{
    const struct table *table = &s->entries;

    if (table->n_slots == 0)
        return NULL;
    for (size_t at = table_first(table, hash); table->slots[at].number > 0;
         at = (at + 1) & (table->n_slots - 1)) {
        const struct ini_entry *e = &s->file->entries[table->slots[at].number - 1];

        /* The name of a section is one text for all its keys. */
        if (table->slots[at].hash == hash && e->section == s->section && same_folded(e->key, key))
            return e;
    }
    return NULL;
}

static int section_add(struct scan *s, struct span name, unsigned hash)
{
    int r = table_grow(&s->sections, s->file->n_sections);

    if (r < 0)
        return r;
    if (s->file->n_sections == s->n_sections_allocated) {
        size_t n = MAX(s->n_sections_allocated * 2, (size_t)8);
        struct ini_section *sections = reallocarray(s->file->sections, n, sizeof(*sections));

        if (!sections)
            return -ENOMEM;
        s->file->sections = sections;
        s->n_sections_allocated = n;
    }
    s->file->sections[s->file->n_sections++] = (struct ini_section){.name = name.p, .line = s->line};
    table_put(&s->sections, hash, (unsigned)s->file->n_sections);
    s->ends[s->n_ends++] = name.p + name.n;
    s->section = name.p;
    return LINE_GOOD;
}

static int scan_header(struct scan *s, struct span t)
{
    const char *end = memchr(t.p, ']', t.n);
    struct ini_section *old;
    struct span name;
    int r;

    s->section = NULL;
    s->lost = true;
    if (!end)
        return mistake(s, _("the section header has no ']'"));
    if (end != t.p + t.n - 1)
        return mistake(s, _("text after the section header: a comment needs a line of its own"));
    name = trim((struct span){t.p + 1, t.n - 2});
    if (name.n == 0)
        return mistake(s, _("the section has no name"));
    if (name.n > INI_NAME_MAX)
        return mistake(s, _("the section's name is longer than %u bytes"), INI_NAME_MAX);
    if (!name_valid(name))
        return mistake(s,
                       _("a section's name is made of plain letters, digits and signs, without : ; # = and "
                         "quotes"));
    s->section_hash = hash_folded(2166136261u, name);
    old = find_section(s, name, s->section_hash);
    if (old) {
        s->section = old->name;
        s->lost = false;
        if (old->again == 0)
            old->again = s->line;
        r = diagnostics_add(s->d, DIAGNOSTIC_WARNING, s->file->path, s->line,
                            _("[%s]: this section began in line %u already and goes on here"), old->name,
                            old->line);
        return r < 0 ? r : LINE_GOOD;
    }
    if (s->file->n_sections >= INI_ENTRIES_MAX)
        return mistake(s, _("more than %u sections"), INI_ENTRIES_MAX);
    r = section_add(s, name, s->section_hash);
    if (r >= 0)
        s->lost = false;
    return r;
}

/* What follows the '=' : the value without quotes and comment, or what is wrong with it. */
static const char *scan_value(struct span t, struct span *ret)
{
    size_t n, quotes = 0;

    t = trim(t);
    if (t.n > 0 && (t.p[0] == '"' || t.p[0] == '\'')) {
        char *end = memchr(t.p + 1, t.p[0], t.n - 1);
        struct span rest;

        if (!end)
            return N_("the quote is not closed");
        *ret = (struct span){t.p + 1, (size_t)(end - t.p) - 1};
        if (memchr(ret->p, '\\', ret->n))
            return N_("a backslash in quotes: leave out the quotes or the backslash");
        rest = trim((struct span){end + 1, t.n - ret->n - 2});
        if (rest.n > 0 && rest.p[0] != ';' && rest.p[0] != '#')
            return N_("text after the closing quote");
        return NULL;
    }
    for (n = 0; n < t.n && t.p[n] != ';' && t.p[n] != '#'; n++)
        quotes += t.p[n] == '"';
    if (n < t.n && n > 0 && !blank(t.p[n - 1]))
        return N_("a ';' or '#' within the value: put the value in quotes (or a blank before a comment)");
    if (quotes % 2 != 0)
        return N_("a quote within the value has no partner");
    *ret = trim((struct span){t.p, n});
    return NULL;
}

static int entry_add(struct scan *s, struct span key, struct span value)
{
    unsigned hash = hash_folded(s->section_hash * 31, key);
    const struct ini_entry *old = find_entry(s, key, hash);
    int r;

    if (old)
        return mistake(s, _("[%s].%.*s: is set twice; the first time in line %u"), s->section, (int)key.n,
                       key.p, old->line);
    r = table_grow(&s->entries, s->file->n);
    if (r < 0)
        return r;
    if (s->file->n == s->n_entries_allocated) {
        size_t n = MAX(s->n_entries_allocated * 2, (size_t)32);
        struct ini_entry *entries = reallocarray(s->file->entries, n, sizeof(*entries));

        if (!entries)
            return -ENOMEM;
        s->file->entries = entries;
        s->n_entries_allocated = n;
    }
    s->file->entries[s->file->n++] =
        (struct ini_entry){.section = s->section, .key = key.p, .value = value.p, .line = s->line};
    table_put(&s->entries, hash, (unsigned)s->file->n);
    s->ends[s->n_ends++] = key.p + key.n;
    s->ends[s->n_ends++] = value.p + value.n;
    return LINE_GOOD;
}

static int scan_key(struct scan *s, struct span t)
{
    char *equals = memchr(t.p, '=', t.n);
    const char *wrong;
    struct span key, value;

    if (!equals)
        return mistake(s, _("no '=' in this line: it is no \"key = value\", no [section] and no # comment"));
    key = trim((struct span){t.p, (size_t)(equals - t.p)});
    if (key.n == 0)
        return mistake(s, _("no key before the '='"));
    if (key.n > INI_NAME_MAX)
        return mistake(s, _("the key is longer than %u bytes"), INI_NAME_MAX);
    if (!name_valid(key))
        return mistake(s, _("a key is made of plain letters, digits and signs, without : ; # and quotes"));
    if (s->lost)
        return LINE_BAD;
    if (!s->section)
        return mistake(s, _("%.*s: stands before the first [section]"), (int)key.n, key.p);
    wrong = scan_value((struct span){equals + 1, t.n - (size_t)(equals - t.p) - 1}, &value);
    if (wrong)
        return mistake(s, "[%s].%.*s: %s", s->section, (int)key.n, key.p, _(wrong));
    if (s->file->n >= INI_ENTRIES_MAX)
        return mistake(s, _("more than %u keys"), INI_ENTRIES_MAX);
    return entry_add(s, key, value);
}

/* What is wrong with a line whatever it says; NULL if nothing is. A carriage return at its end is cut off. */
static const char *unreadable_line(struct span *t)
{
    struct span trimmed;

    if (!plain(*t)) {
        if (memchr(t->p, 0, t->n))
            return N_("the line holds a NUL byte: this is no text file");
        if (!utf8_valid(*t))
            return N_("the line is not valid UTF-8");
        if (t->n > 0 && t->p[t->n - 1] == '\r')
            t->n--;
        if (has_control(*t))
            return N_("the line holds a control character");
    }
    trimmed = trim(*t);
    /* iniparser would join the next line to it, also to a comment. */
    if (trimmed.n > 0 && trimmed.p[trimmed.n - 1] == '\\')
        return N_("the line ends with a backslash: a value can't go on in the next line");
    return NULL;
}

static bool begins_header(struct span t)
{
    t = trim(t);
    return t.n > 0 && t.p[0] == '[';
}

static int scan_line(struct scan *s, struct span t)
{
    bool long_line = t.n > INI_LINE_MAX;
    const char *wrong = long_line ? NULL : unreadable_line(&t);

    /* A header all the same: what follows must not go on with the section before it. */
    if ((long_line || wrong) && begins_header(t)) {
        s->section = NULL;
        s->lost = true;
    }
    if (long_line)
        return mistake(s, _("the line is longer than %u bytes"), INI_LINE_MAX);
    if (wrong)
        return mistake(s, "%s", _(wrong));
    t = trim(t);
    if (t.n == 0 || t.p[0] == '#' || t.p[0] == ';')
        return LINE_GOOD;
    return t.p[0] == '[' ? scan_header(s, t) : scan_key(s, t);
}

/**
 * ini_scan() - index INI text
 * @size: of the text, which is in @file and has room for a byte more: names and values become texts in it
 * @d: every mistake goes here
 * @file: entries and sections are added; its path and text are set by the caller
 * @clean: room for @size bytes: the text with broken lines left empty, so that iniparser can read the rest
 * with the same line numbers
 * @ret_clean_size: how much of it is used
 *
 * Return: 0, also with mistakes; -ENOMEM.
 */
int ini_scan(size_t size, struct diagnostics *d, struct ini_file *file, char *clean, size_t *ret_clean_size)
{
    struct scan s = {.d = d, .file = file, .entries.expected = size / 16, .sections.expected = size / 512};
    char *text = file->text, *p = text, *end = text + size;
    size_t n_clean = 0;
    int r = 0;

    if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        r = mistake(&s, _("the file is UTF-16: save it as UTF-8"));
        p = end;
    } else if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        s.line = 1;
        r = mistake(&s, _("the file begins with a byte order mark: save it as UTF-8 without one"));
        s.line = 0;
        p += 3;
    }
    while (r >= 0 && p < end) {
        char *newline = memchr(p, '\n', (size_t)(end - p));
        struct span t = {p, (size_t)((newline ? newline : end) - p)};

        s.line++;
        if (s.mistakes >= MISTAKES_MAX) {
            r = mistake(&s, _("too many mistakes: the rest is not read"));
            break;
        }
        r = scan_line(&s, t);
        if (r == LINE_GOOD) {
            memcpy(clean + n_clean, t.p, t.n);
            n_clean += t.n;
        }
        if (newline)
            clean[n_clean++] = '\n';
        while (s.n_ends > 0)
            *s.ends[--s.n_ends] = 0;
        p += t.n + 1;
    }
    free(s.entries.slots);
    free(s.sections.slots);
    if (r < 0)
        return r;
    *ret_clean_size = n_clean;
    return 0;
}
