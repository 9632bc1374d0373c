/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the entries of all layers to checked settings. Each good value replaces that of the layers below; a
 * bad one is said and leaves it. What concerns several keys is checked at the end. Logs nothing.
 */
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/i18n.h"

#define TABLE_MAX 64

/* Where the value in force was written; no file = a default. */
struct origin {
    const char *file;
    unsigned line;
    unsigned order; /* later ones are greater */
};

struct loading_break {
    struct bc_break_rule rule;
    struct origin origin; /* its first header */
    unsigned given;       /* bits: which keys of a break are set */
};

struct loader {
    struct diagnostics *d;
    struct settings *s;
    struct origin origins[TABLE_MAX]; /* by index of the table */
    struct loading_break breaks[SETTINGS_BREAKS_MAX];
    size_t n_breaks;
    struct work_day days[7];
    struct origin last_day;
    unsigned order;
};

static bool is_break_key(const struct setting *setting)
{
    return strcmp(setting->section, SETTING_BREAK) == 0;
}

static const struct setting *table_lookup(const char *section, const char *key)
{
    for (size_t i = 0; i < settings_table_size; i++)
        if (strcasecmp(settings_table[i].section, section) == 0 &&
            strcasecmp(settings_table[i].key, key) == 0)
            return &settings_table[i];
    return NULL;
}

/* A default is read like a value from a file, so that the table is its only place. It can't be wrong: a test
 * reads them all. */
static int apply_default(struct loader *l, const struct setting *setting, const char *value, void *base)
{
    struct setting_context c = {.d = l->d,
                                .file = "(defaults)",
                                .section = setting->section,
                                .key = setting->key,
                                .value = value,
                                .is_private = setting->is_private};

    return setting_parse(setting, &c, setting_field(setting, base));
}

static int apply_break_defaults(struct loader *l, struct loading_break *b, const char *const *values)
{
    unsigned n = 0;
    int r;

    for (size_t i = 0; i < settings_table_size; i++) {
        const struct setting *setting = &settings_table[i];
        const char *value;

        if (!is_break_key(setting))
            continue;
        value = values ? values[n] : setting->fallback;
        if (value) {
            r = apply_default(l, setting, value, &b->rule);
            if (r < 0)
                return r;
            b->given |= 1u << n;
        }
        n++;
    }
    return 0;
}

static struct loading_break *break_lookup(struct loader *l, const char *name)
{
    for (size_t i = 0; i < l->n_breaks; i++)
        if (strcasecmp(l->breaks[i].rule.name, name) == 0)
            return &l->breaks[i];
    return NULL;
}

/* A break that is not there yet, with the defaults of all keys that have one. */
static int break_add(struct loader *l, const char *name, const char *const *values,
                     const struct origin *origin)
{
    struct loading_break *b = &l->breaks[l->n_breaks];

    *b = (struct loading_break){0};
    if (origin)
        b->origin = *origin;
    /* ASCII by apply_section(), and in no locale's way. */
    memcpy(b->rule.name, name, strlen(name) + 1);
    for (char *p = b->rule.name; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p | 0x20);
    l->n_breaks++;
    return apply_break_defaults(l, b, values);
}

static int apply_defaults(struct loader *l)
{
    int r;

    for (size_t i = 0; i < settings_table_size; i++) {
        if (is_break_key(&settings_table[i]))
            continue;
        r = apply_default(l, &settings_table[i], settings_table[i].fallback, l->s);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; built_in_breaks[i].name; i++) {
        r = break_add(l, built_in_breaks[i].name, built_in_breaks[i].values, NULL);
        if (r < 0)
            return r;
    }
    return 0;
}

/* The name of [break.NAME], or NULL for another section. */
static const char *break_name(const char *section)
{
    const size_t n = strlen(SETTING_BREAK);

    return strncasecmp(section, SETTING_BREAK, n) == 0 && section[n] == '.' ? section + n + 1 : NULL;
}

static bool known_section(const char *name)
{
    for (size_t i = 0; setting_sections[i].name; i++)
        if (strcasecmp(setting_sections[i].name, name) == 0)
            return strcmp(setting_sections[i].name, SETTING_BREAK) != 0;
    return false;
}

static int mistake_section(struct loader *l, const char *file, const struct ini_section *section)
{
    static const char *const choices[] = {"activity", "break", "break.stretch", "break.walk", "reminder",
                                          "schedule", "hold",  "profile",       "history",    NULL};
    const char *nearest = nearest_name(section->name, choices), *dot = strchr(section->name, '.');
    const char *valid = "activity, break.NAME, reminder, schedule, hold, profile, history";

    l->s->profile_doubtful = true;
    /* A health word on the wrong line must not get into the journal either. */
    if (settings_condition_valid(section->name) || strchr(section->name, '@') ||
        strncasecmp(section->name, "pregnan", 7) == 0)
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, section->line, _("unknown section; valid: %s"),
                               valid);
    if (strcasecmp(section->name, SETTING_BREAK) == 0)
        return diagnostics_add(
            l->d, DIAGNOSTIC_ERROR, file, section->line,
            _("[%s]: a break needs a name: [break.stretch], [break.walk] or one of your own"), section->name);
    if (nearest && strcmp(nearest, SETTING_BREAK) != 0 && !dot)
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, section->line,
                               _("[%s]: unknown section; did you mean [%s]? Valid: %s"), section->name,
                               nearest, valid);
    return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, section->line, _("[%s]: unknown section; valid: %s"),
                           section->name, valid);
}

static int apply_section(struct loader *l, const char *file, const struct ini_section *section)
{
    const char *name = break_name(section->name);
    const struct origin origin = {file, section->line, ++l->order};

    if (!name)
        return known_section(section->name) ? 0 : mistake_section(l, file, section);
    if (!*name || strlen(name) > BC_NAME_MAX ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")])
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, section->line,
                               _("[%s]: a break's name is made of letters, digits, - and _, at most %d"),
                               section->name, BC_NAME_MAX);
    if (break_lookup(l, name))
        return 0;
    if (l->n_breaks == SETTINGS_BREAKS_MAX)
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, section->line, _("[%s]: more than %d breaks"),
                               section->name, SETTINGS_BREAKS_MAX);
    return break_add(l, name, NULL, &origin);
}

static int mistake_key(struct loader *l, const char *file, const struct ini_entry *e, const char *section)
{
    const char *keys[TABLE_MAX + 1] = {0}, *nearest;
    char list[256] = "";
    size_t n = 0, len = 0;

    for (size_t i = 0; i < settings_table_size; i++)
        if (strcasecmp(settings_table[i].section, section) == 0)
            keys[n++] = settings_table[i].key;
    for (size_t i = 0; i < n && len < sizeof(list); i++)
        len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i > 0 ? ", " : "", keys[i]);
    /* Where private keys live, what stands in a key's place may be a private word, and its neighbour tells.
     */
    if (setting_section_private(section)) {
        l->s->profile_doubtful = true;
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, e->line, _("[%s]: unknown key; valid: %s"),
                               e->section, list);
    }
    nearest = nearest_name(e->key, keys);
    if (nearest)
        return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, e->line,
                               _("[%s].%s: unknown key; did you mean %s? Valid: %s"), e->section, e->key,
                               nearest, list);
    return diagnostics_add(l->d, DIAGNOSTIC_ERROR, file, e->line, _("[%s].%s: unknown key; valid: %s"),
                           e->section, e->key, list);
}

/* -EINVAL is a mistake that has been noted: the loading goes on. */
static int noted(int r)
{
    return r == -EINVAL ? 0 : r;
}

static int apply_break_entry(const struct setting *setting, const struct setting_context *c,
                             struct loading_break *b)
{
    unsigned n = 0;
    int r = setting_parse(setting, c, setting_field(setting, &b->rule));

    if (r < 0)
        return noted(r);
    for (const struct setting *t = settings_table; t < setting; t++)
        n += is_break_key(t);
    b->given |= 1u << n;
    return 0;
}

static int apply_entry(struct loader *l, const char *file, const struct ini_entry *e)
{
    const char *name = break_name(e->section);
    const char *section = name ? SETTING_BREAK : e->section;
    const struct setting *setting = table_lookup(section, e->key);
    struct loading_break *b = name ? break_lookup(l, name) : NULL;
    struct setting_context c = {.d = l->d,
                                .file = file,
                                .line = e->line,
                                .section = e->section,
                                .key = e->key,
                                .value = e->value,
                                .is_private = setting && setting->is_private};
    int r;

    /* In the wrong place it says nothing of the person, and may have been meant to. */
    l->s->profile_doubtful |= !setting && setting_key_private(e->key);
    /* Its header has been said to be wrong. */
    if (name ? !b : !known_section(section))
        return 0;
    if (!setting && strcasecmp(section, SETTING_SCHEDULE) == 0) {
        r = schedule_apply(&c, l->days);
        if (r >= 0)
            l->last_day = (struct origin){file, e->line, ++l->order};
        return noted(r);
    }
    if (!setting)
        return mistake_key(l, file, e, section);
    if (b)
        return apply_break_entry(setting, &c, b);
    r = setting_parse(setting, &c, setting_field(setting, l->s));
    l->s->profile_doubtful |= r < 0 && setting->is_private;
    if (r < 0)
        return noted(r);
    l->origins[setting - settings_table] = (struct origin){file, e->line, ++l->order};
    return 0;
}

/* -ENOENT when there is no such file. */
static int apply_file(struct loader *l, const char *path)
{
    _cleanup_(ini_file_freep) struct ini_file *file = NULL;
    size_t mistakes = diagnostics_errors(l->d);
    int r = ini_load(path, l->d, &file);

    /* Nobody can know what stood in a line, or a file, that can't be read. */
    l->s->profile_doubtful |= diagnostics_errors(l->d) > mistakes;
    if (r < 0 || !file)
        return r;
    for (size_t i = 0; i < file->n_sections; i++) {
        r = apply_section(l, path, &file->sections[i]);
        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < file->n; i++) {
        r = apply_entry(l, path, &file->entries[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

/* idle-after-prompt is at most idle-after. The mistake is put to the line that was read later, and names the
 * other one. */
static int check_idle(struct loader *l)
{
    const struct setting *prompt_setting = table_lookup("activity", "idle-after-prompt");
    const struct origin *after = &l->origins[table_lookup("activity", "idle-after") - settings_table];
    const struct origin *prompt = &l->origins[prompt_setting - settings_table];
    struct bc_rules *rules = &l->s->rules;
    usec_t fallback = 0;
    char a[USEC_FORMAT_MAX], p[USEC_FORMAT_MAX];
    int r;

    if (rules->idle_after_prompt_usec <= rules->idle_after_usec)
        return 0;
    (void)usec_format(a, sizeof(a), rules->idle_after_usec);
    (void)usec_format(p, sizeof(p), rules->idle_after_prompt_usec);
    (void)usec_parse(prompt_setting->fallback, 0, &fallback);
    rules->idle_after_prompt_usec = MIN(fallback, rules->idle_after_usec);
    if (!prompt->file)
        return 0;
    if (!after->file)
        return diagnostics_add(
            l->d, DIAGNOSTIC_ERROR, prompt->file, prompt->line,
            _("[activity].idle-after-prompt: %s: must be at most idle-after (%s, the default)"), p, a);
    if (prompt->order > after->order)
        r = diagnostics_add(l->d, DIAGNOSTIC_ERROR, prompt->file, prompt->line,
                            _("[activity].idle-after-prompt: %s: must be at most idle-after (%s, %s:%u)"), p,
                            a, after->file, after->line);
    else
        r = diagnostics_add(l->d, DIAGNOSTIC_ERROR, after->file, after->line,
                            _("[activity].idle-after: %s: must be at least idle-after-prompt (%s, %s:%u)"), a,
                            p, prompt->file, prompt->line);
    return r;
}

/* Hands the breaks over to the settings, without those that lack what has no default. */
static int finish_breaks(struct loader *l)
{
    const unsigned all = (1u << SETTINGS_BREAK_KEYS) - 1;
    struct bc_break_rule *rules = calloc(l->n_breaks + 1, sizeof(*rules));
    size_t n = 0;

    if (!rules)
        return -ENOMEM;
    l->s->rules.breaks = rules;
    for (size_t i = 0; i < l->n_breaks; i++) {
        const struct loading_break *b = &l->breaks[i];
        int r;

        if (b->given == all) {
            rules[n++] = b->rule;
            continue;
        }
        r = diagnostics_add(l->d, DIAGNOSTIC_ERROR, b->origin.file, b->origin.line,
                            b->given & 3 ? _("[break.%s]: a break of your own needs %s")
                                         : _("[break.%s]: a break of your own needs %s and length"),
                            b->rule.name, b->given & 1 ? "length" : "after");
        if (r < 0)
            return r;
    }
    l->s->rules.n_breaks = n;
    return 0;
}

static int finish_schedule(struct loader *l)
{
    struct bc_work_span *spans;
    size_t n = 0;
    bool named = false;

    for (int i = 0; i < 7; i++) {
        n += l->days[i].n;
        named |= l->days[i].named;
    }
    if (!named)
        return 0;
    /* No spans would mean "always" to the core, the opposite of what was written. */
    if (n == 0)
        return diagnostics_add(
            l->d, DIAGNOSTIC_ERROR, l->last_day.file, l->last_day.line,
            _("[schedule]: no day has working hours: nothing would ever be said; to switch "
              "breaks off, set enabled = no in them"));
    spans = calloc(n, sizeof(*spans));
    if (!spans)
        return -ENOMEM;
    l->s->rules.schedule = spans;
    for (int i = 0; i < 7; i++) {
        memcpy(spans, l->days[i].spans, l->days[i].n * sizeof(*spans));
        spans += l->days[i].n;
    }
    l->s->rules.n_schedule = n;
    return 0;
}

static int loader_new(struct diagnostics *d, struct loader **ret)
{
    struct loader *l = calloc(1, sizeof(*l));
    int r;

    _Static_assert(SETTINGS_BREAK_KEYS == ARRAY_SIZE(((struct built_in_break *)0)->values),
                   "one for each key");
    if (!l)
        return -ENOMEM;
    l->d = d;
    l->s = calloc(1, sizeof(*l->s));
    r = l->s && settings_table_size <= TABLE_MAX ? apply_defaults(l) : -ENOMEM;
    if (r < 0) {
        settings_free(l->s);
        free(l);
        return r;
    }
    *ret = l;
    return 0;
}

/* Ends the loader. The settings on success. */
static int loader_finish(struct loader *l, int r, struct settings **ret)
{
    if (r >= 0)
        r = check_idle(l);
    if (r >= 0)
        r = finish_breaks(l);
    if (r >= 0)
        r = finish_schedule(l);
    /* A word of health in a wrong place: nobody knows what it was to say. */
    for (size_t i = 0; r >= 0 && i < l->d->n; i++)
        l->s->profile_doubtful |=
            l->d->items[i].level == DIAGNOSTIC_ERROR && settings_mistake_tells(l->d->items[i].text);
    if (r >= 0)
        *ret = TAKE_PTR(l->s);
    settings_free(l->s);
    free(l);
    return r < 0 ? r : 0;
}

/**
 * settings_load() - read all layers
 * @paths: from settings_paths_find()
 * @d: every mistake goes here, also a file that can't be read
 * @ret: the settings, complete also with mistakes: what is bad falls back to the layers below; untouched on
 * failure
 *
 * Return: 0, also with mistakes; -ENOMEM.
 */
int settings_load(const struct settings_paths *paths, struct diagnostics *d, struct settings **ret)
{
    struct loader *l;
    int r = loader_new(d, &l);

    if (r < 0)
        return r;
    for (char **file = paths->files; *file && r >= 0; file++) {
        r = apply_file(l, *file);
        /* It has gone since it was found. */
        if (r == -ENOENT)
            r = 0;
    }
    return loader_finish(l, r, ret);
}

/**
 * settings_load_file() - read one file over the defaults
 * @path: the file
 * @d: every mistake goes here
 * @ret: the settings; untouched on failure
 *
 * Return: 0, also with mistakes; -ENOENT if there is no such file; -ENOMEM.
 */
int settings_load_file(const char *path, struct diagnostics *d, struct settings **ret)
{
    struct loader *l;
    int r = loader_new(d, &l);

    if (r < 0)
        return r;
    return loader_finish(l, apply_file(l, path), ret);
}

/**
 * settings_free() - free settings
 *
 * Return: NULL.
 */
struct settings *settings_free(struct settings *settings)
{
    if (!settings)
        return NULL;
    for (size_t i = 0; i < settings_table_size; i++)
        if (!is_break_key(&settings_table[i]))
            setting_free(&settings_table[i], setting_field(&settings_table[i], settings));
    free((void *)settings->rules.breaks);
    free((void *)settings->rules.schedule);
    free(settings);
    return NULL;
}
