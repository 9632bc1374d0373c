/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See ini-library.h. The only file that knows iniparser. Its dictionary is searched from end to end for each
 * key, so that a text of ten thousand keys takes it a hundred million comparisons: here it gets pieces of a
 * bounded number of keys. Knows no key by name.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#if __has_include(<iniparser.h>)
#include <iniparser.h>
#else
#include <iniparser/iniparser.h>
#endif

#include "config/ini-library.h"
#include "util/fs-util.h"
#include "util/i18n.h"

#define PIECE_NAMES 126            /* keys and sections: its dictionary has 128 places before it must grow */
#define PIECE_SIZE (32u << 10)     /* bytes of its text */
#define COMPARED_MAX 32768         /* keys and sections: their square is what it takes */
#define PROBES 8                   /* places of the set of lines in which a line is looked for */
#define LINES_MIN ((size_t)1 << 7) /* places of that set: a power of two */

/* iniparser's callback has no userdata. */
static unsigned complaints;

static int count_complaint(const char *format, ...)
{
    (void)format;
    complaints++;
    return 0;
}

/* 4.1 can only open a path, and the file may have changed since it was read: it gets the same bytes in
 * memory. In the C locale, as it asks isspace() and tolower(). NULL if it refuses. */
static dictionary *load_dictionary(int fd)
{
    locale_t c_locale, old;
    dictionary *dict;
    char path[64];

    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return NULL;
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    old = uselocale(c_locale);
    complaints = 0;
    iniparser_set_error_callback(count_complaint);
    dict = iniparser_load(path);
    iniparser_set_error_callback(NULL);
    (void)uselocale(old);
    freelocale(c_locale);
    if (complaints > 0 && dict) {
        iniparser_freedict(dict);
        dict = NULL;
    }
    return dict;
}

struct span {
    const char *p;
    size_t n;
};

/* The lines that it has read: iniparser reads a line by itself, whatever stands around it but the section, so
 * one that comes again is read alike. In a catalogue most do ("kind = stretch"). */
struct line_set {
    struct {
        const char *p;             /* NULL = free */
        const struct ini_entry *e; /* what was found in it; NULL in a comment */
        uint32_t n, hash;
    } * slots;
    size_t n_slots; /* a power of two */
};

/* What is to be read next, and what must be found in it. */
struct piece {
    char text[PIECE_SIZE];
    size_t size;
    const struct ini_entry *keys[PIECE_NAMES]; /* in the order of the text */
    size_t n_keys;
    struct span sections[PIECE_NAMES]; /* each once */
    size_t n_sections;
};

struct reader {
    int fd;
    struct line_set known;
    struct span header;  /* the line of the section we are in */
    const char *section; /* what the scanner calls it; NULL before its first key */
    bool header_in_piece;
    struct piece piece;
};

static uint32_t hash_line(struct span line)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t hash = line.n, word;

    for (; line.n >= sizeof(word); line.p += sizeof(word), line.n -= sizeof(word)) {
        memcpy(&word, line.p, sizeof(word));
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, line.p, line.n);
    hash = (hash ^ word) * odd;
    return (uint32_t)(hash >> 32);
}

/* Whether a line has been there before, with the same key and value found in it; now it has. Where it is
 * crowded a line is forgotten, and read again. */
static bool line_known(struct line_set *set, struct span line, const struct ini_entry *e)
{
    uint32_t hash = hash_line(line);

    for (size_t i = 0; i < PROBES; i++) {
        size_t at = (hash + i) & (set->n_slots - 1);
        const struct ini_entry *first = set->slots[at].e;

        if (!set->slots[at].p) {
            set->slots[at].p = line.p;
            set->slots[at].e = e;
            set->slots[at].n = (uint32_t)line.n;
            set->slots[at].hash = hash;
            return false;
        }
        if (set->slots[at].hash == hash && set->slots[at].n == line.n &&
            memcmp(set->slots[at].p, line.p, line.n) == 0)
            return e == first ||
                   (e && first && strcmp(e->key, first->key) == 0 && strcmp(e->value, first->value) == 0);
    }
    return false;
}

static bool same_name(const char *name, struct span other)
{
    return strncasecmp(name, other.p, other.n) == 0 && !name[other.n];
}

/* Is this name of the dictionary that of a key, lower case apart? */
static bool is_name_of(const char *name, const struct ini_entry *e)
{
    size_t n = strlen(e->section);

    return strncasecmp(name, e->section, n) == 0 && name[n] == ':' && strcasecmp(name + n + 1, e->key) == 0;
}

/* Every key with its value, in the order of the text; and between them the sections, which have no value. */
static bool piece_matches(const struct piece *piece, const dictionary *dict)
{
    size_t n_keys = 0, n_sections = 0;

    if ((size_t)dict->n != piece->n_keys + piece->n_sections)
        return false;
    for (size_t i = 0; i < (size_t)dict->n; i++) {
        if (!dict->key[i])
            return false;
        if (!dict->val[i]) {
            if (n_sections == piece->n_sections || !same_name(dict->key[i], piece->sections[n_sections]))
                return false;
            n_sections++;
        } else {
            if (n_keys == piece->n_keys || !is_name_of(dict->key[i], piece->keys[n_keys]) ||
                strcmp(dict->val[i], piece->keys[n_keys]->value) != 0)
                return false;
            n_keys++;
        }
    }
    return true;
}

/* Has the piece read, and begins a new one. */
static bool read_piece(struct reader *reader)
{
    struct piece *piece = &reader->piece;
    dictionary *dict;
    bool good;

    if (piece->size == 0)
        return true;
    if (ftruncate(reader->fd, 0) < 0 || lseek(reader->fd, 0, SEEK_SET) < 0 ||
        write_all(reader->fd, piece->text, piece->size) < 0)
        return false;
    dict = load_dictionary(reader->fd);
    if (!dict)
        return false;
    good = piece_matches(piece, dict);
    iniparser_freedict(dict);
    piece->size = piece->n_keys = piece->n_sections = 0;
    reader->header_in_piece = false;
    return good;
}

/* Room for a line, and before it for the header that it may need. */
static bool make_room(struct reader *reader, struct span line)
{
    struct piece *piece = &reader->piece;

    if (piece->n_keys + piece->n_sections + 2 <= PIECE_NAMES &&
        piece->size + reader->header.n + line.n + 2 <= sizeof(piece->text))
        return true;
    return read_piece(reader) && reader->header.n + line.n + 2 <= sizeof(piece->text);
}

static void add_line(struct piece *piece, struct span line)
{
    memcpy(piece->text + piece->size, line.p, line.n);
    piece->size += line.n;
    piece->text[piece->size++] = '\n';
}

static struct span trim(struct span t)
{
    while (t.n > 0 && (t.p[0] == ' ' || t.p[0] == '\t')) {
        t.p++;
        t.n--;
    }
    while (t.n > 0 && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t' || t.p[t.n - 1] == '\r'))
        t.n--;
    return t;
}

/* The name in a header that the scanner has found good: between its brackets. */
static struct span section_name(struct span header)
{
    struct span t = trim(header);

    return trim((struct span){t.p + 1, t.n - 2});
}

static void add_header(struct reader *reader)
{
    struct piece *piece = &reader->piece;
    struct span name = section_name(reader->header);

    add_line(piece, reader->header);
    reader->header_in_piece = true;
    for (size_t i = 0; i < piece->n_sections; i++)
        if (piece->sections[i].n == name.n && strncasecmp(piece->sections[i].p, name.p, name.n) == 0)
            return;
    piece->sections[piece->n_sections++] = name;
}

static bool add_header_line(struct reader *reader, struct span line)
{
    reader->header = line;
    reader->section = NULL;
    reader->header_in_piece = false;
    if (!make_room(reader, line))
        return false;
    add_header(reader);
    return true;
}

static bool add_key(struct reader *reader, struct span line, const struct ini_entry *e)
{
    if (reader->section != e->section && !same_name(e->section, section_name(reader->header)))
        return false;
    reader->section = e->section;
    if (line_known(&reader->known, line, e))
        return true;
    if (!make_room(reader, line))
        return false;
    if (!reader->header_in_piece)
        add_header(reader);
    add_line(&reader->piece, line);
    reader->piece.keys[reader->piece.n_keys++] = e;
    return true;
}

/* Blank ones and comments: it must not find anything in them. */
static bool add_other(struct reader *reader, struct span line)
{
    if (line_known(&reader->known, line, NULL))
        return true;
    if (!make_room(reader, line))
        return false;
    add_line(&reader->piece, line);
    return true;
}

static bool read_lines(struct reader *reader, const char *clean, size_t size, const struct ini_file *file)
{
    const char *end = clean + size, *next;
    size_t n_keys = 0;

    for (const char *p = clean; p < end; p = next) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        struct span line = {p, (size_t)((newline ? newline : end) - p)}, rest = trim(line);
        bool good;

        next = newline ? newline + 1 : end;
        if (rest.n == 0 || *rest.p == '#' || *rest.p == ';')
            good = add_other(reader, line);
        else if (*rest.p == '[')
            good = add_header_line(reader, line);
        else
            good = n_keys < file->n && add_key(reader, line, &file->entries[n_keys++]);
        if (!good)
            return false;
    }
    return read_piece(reader) && n_keys == file->n;
}

/**
 * ini_library_agrees() - does iniparser find the keys and values that our scanner has found?
 * @clean: the text without the lines that the scanner has found broken, @size bytes
 * @file: what the scanner has found in it
 *
 * Return: whether it does; false also if there is no memory, or for whatever else it could not be asked.
 */
bool ini_library_agrees(const char *clean, size_t size, const struct ini_file *file)
{
    _cleanup_(closep) int fd = memfd_create("ini", MFD_CLOEXEC);
    _cleanup_(freep) struct reader *reader = malloc(sizeof(*reader));
    size_t n_slots = LINES_MIN;
    bool good;

    if (fd < 0 || !reader)
        return false;
    while (n_slots < file->n)
        n_slots *= 2;
    reader->fd = fd;
    reader->header = (struct span){"[]", 2}; /* no section has this name */
    reader->section = NULL;
    reader->header_in_piece = false;
    reader->piece.size = reader->piece.n_keys = reader->piece.n_sections = 0;
    reader->known.n_slots = n_slots;
    reader->known.slots = calloc(n_slots, sizeof(*reader->known.slots));
    if (!reader->known.slots)
        return false;
    good = read_lines(reader, clean, size, file);
    free(reader->known.slots);
    return good;
}

/* Takes each value from iniparser. It has folded the names; iniparser_getstring() folds what it is asked. */
static int compare_values(const dictionary *dict, struct diagnostics *d, const struct ini_file *file)
{
    char name[2 * INI_NAME_MAX + 2];

    /* It must not see keys that we don't: each key and each section is an entry of its dictionary. */
    if ((size_t)dict->n != file->n + file->n_sections) {
        int r = diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, 0,
                                _("the INI library finds other keys in this file: please report it"));

        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < file->n; i++) {
        struct ini_entry *e = &file->entries[i];
        const char *value;
        int r;

        (void)snprintf(name, sizeof(name), "%s:%s", e->section, e->key);
        value = iniparser_getstring(dict, name, NULL);
        if (value && strcmp(value, e->value) == 0)
            continue;
        r = diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, e->line,
                            _("[%s].%s: the INI library reads this line otherwise: please report it"),
                            e->section, e->key);
        if (r < 0)
            return r;
    }
    return 0;
}

/**
 * ini_library_compare() - say where iniparser and our scanner don't agree
 * @clean: the text without the lines that the scanner has found broken, @size bytes
 * @d: every difference goes here
 * @file: what the scanner has found in it
 *
 * Return: 0, also with differences; -ENOMEM.
 */
int ini_library_compare(const char *clean, size_t size, struct diagnostics *d, const struct ini_file *file)
{
    _cleanup_(closep) int fd = -1;
    dictionary *dict;
    int r;

    /* Where it would take its dictionary minutes, that they differ is enough. */
    if (file->n + file->n_sections > COMPARED_MAX)
        return diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, 0,
                               _("the INI library finds other keys in this file: please report it"));
    fd = memfd_create("ini", MFD_CLOEXEC);
    dict = fd >= 0 && write_all(fd, clean, size) >= 0 ? load_dictionary(fd) : NULL;
    if (!dict)
        return diagnostics_add(d, DIAGNOSTIC_ERROR, file->path, 0,
                               _("the INI library can't read this file: please report it"));
    r = compare_values(dict, d, file);
    iniparser_freedict(dict);
    return r;
}
