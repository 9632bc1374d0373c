/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of all settings and what reads, writes and describes its types. An inner header of this room.
 */
#pragma once

#include "config/settings.h"

enum setting_type {
    SETTING_BOOL,
    SETTING_TIME,     /* usec_t */
    SETTING_COUNT,    /* unsigned */
    SETTING_PERCENT,  /* unsigned */
    SETTING_CHOICE,   /* an enum: index in choices */
    SETTING_FLAGS,    /* uint32_t: bits over choices */
    SETTING_WORDS,    /* char **, out of choices */
    SETTING_SOUND,    /* char * */
    SETTING_CLOCK,    /* int, minutes since midnight or -1 */
    SETTING_DATE,     /* char * or NULL */
    SETTING_LANGUAGE, /* char * */
    SETTING_NUMBER,   /* char * or NULL: a telephone number */
    _SETTING_TYPE_MAX,
};

/* A word that stands for a special time. */
struct setting_word {
    const char *word;
    usec_t usec;
};

struct setting {
    const char *section;
    const char *key;
    enum setting_type type;
    bool zero;            /* TIME: 0 is allowed below min, also without a unit */
    bool is_private;      /* the value is never in a message */
    bool later;           /* read and checked, but nothing uses it in this version */
    size_t offset;        /* in struct settings; of a break: in struct bc_break_rule */
    usec_t min, max;      /* of TIME, COUNT, PERCENT; FLAGS: min 1 = not empty */
    const char *fallback; /* the default, as it would stand in a file; a break's own are in built_in_breaks */
    const char *const *choices;
    const struct setting_word *words; /* ended by a NULL word */
    const char *meaning;              /* for people: whole sentences */
};

struct setting_section {
    const char *name; /* "break" stands for all [break.NAME] */
    const char *meaning;
};

struct built_in_break {
    const char *name;
    const char *values[4]; /* in the order of the table's keys of a break */
};

#define SETTING_BREAK "break"
#define SETTING_SCHEDULE "schedule"
#define SETTINGS_BREAKS_MAX 64
#define SETTINGS_BREAK_KEYS 4

extern const struct setting settings_table[];
extern const size_t settings_table_size;

bool setting_section_private(const char *name);
bool setting_key_private(const char *key);
extern const struct setting_section setting_sections[]; /* ended by a NULL name */
extern const struct built_in_break built_in_breaks[];   /* ended by a NULL name */
extern const char *const weekday_names[];               /* from Sun, as tm_wday; NULL-terminated */

/* Where a value stands, for messages. */
struct setting_context {
    struct diagnostics *d;
    const char *file;
    unsigned line;
    const char *section; /* as the user wrote it */
    const char *key;
    const char *value;
    bool is_private;
};

int setting_mistake_add(const struct setting_context *c, const char *fmt, ...) _printf_(2, 3);
/* The same as an expression for `return`: -EINVAL, or -ENOMEM. Never 0, as the compiler can see here. */
#define setting_mistake(c, ...) (setting_mistake_add(c, __VA_ARGS__) < 0 ? -ENOMEM : -EINVAL)

int setting_mistake_choice(const struct setting_context *c, const char *intro, const char *word,
                           const char *const *choices);
int setting_choice_lookup(const char *const *choices, const char *text, size_t n);

int setting_parse_flags(const struct setting *setting, const struct setting_context *c, uint32_t *field);
int setting_parse_words(const struct setting *setting, const struct setting_context *c, char ***field);
int setting_parse(const struct setting *setting, const struct setting_context *c, void *field);
void setting_format(const struct setting *setting, const void *field, FILE *f);
void setting_format_json(const struct setting *setting, const void *field, FILE *f);
void setting_format_range(const struct setting *setting, FILE *f);
void setting_free(const struct setting *setting, void *field);

static inline void *setting_field(const struct setting *setting, void *base)
{
    return (char *)base + setting->offset;
}

/* Working hours of one weekday. */
#define WORK_SPANS_MAX 8

struct work_day {
    struct bc_work_span spans[WORK_SPANS_MAX];
    size_t n;
    bool named;       /* some file says something of this day */
    const char *file; /* which, and where */
    unsigned line;
};

int schedule_apply(const struct setting_context *c, struct work_day days[7]);
void schedule_format_day(const struct bc_rules *rules, int weekday, FILE *f);
