/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backcarectl profile: what suits the person, shown and changed without a daemon. One that runs is told
 * before the command ends, so that what is said next already goes by the new profile. What is private is
 * written to the file and the person's own terminal, and nowhere else.
 */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/client.h"
#include "cli/profile-file.h"
#include "cli/show-profile.h"
#include "dbus/names.h"
#include "util/i18n.h"
#include "util/strv.h"

#define VERB "profile"

enum {
    JSON,
    YES
};

/* The conditions in force, and what the file says where a later one has the last word: nothing is to be lost.
 */
static int all_conditions(const struct profile_file *file, char ***ret)
{
    char **own = file->own ? file->own->conditions : NULL, **force = file->in_force->conditions;
    _cleanup_(strv_freep) char **list = NULL;
    size_t n = 0, size = 0;

    for (char **p = own; p && *p; p++)
        size++;
    for (char **p = force; *p; p++)
        size++;
    list = calloc(size + 1, sizeof *list);
    if (!list)
        return -ENOMEM;
    for (int pass = 0; pass < 2; pass++)
        for (char **p = pass == 0 ? force : own; p && *p; p++) {
            if (strv_contains(list, *p))
                continue;
            list[n] = strdup(*p);
            if (!list[n++])
                return -ENOMEM;
        }
    *ret = TAKE_PTR(list);
    return 0;
}

/* Said of what was saved and does not hold. */
static int check_in_force(const struct profile_file *file, const struct setting *setting, const char *saved)
{
    _cleanup_(freep) char *text = NULL;
    const char *other;
    unsigned line = 0;

    if (setting_text(setting, file->in_force, &text) < 0 || !text)
        return CLI_FAILED;
    if (strcmp(text, saved) == 0)
        return CLI_DONE;
    other = profile_overriding(file, setting->key, &line);
    if (other)
        fprintf(stderr, _("%s:%u: this file is read later and sets %s, too: it holds, not what was saved\n"),
                other, line, setting->key);
    else
        fprintf(stderr, _("backcarectl profile: %s was saved, but does not hold\n"), setting->key);
    return CLI_FAILED;
}

/* That other settings are refused doesn't matter to the profile, and was said when they were read. */
static int tell_daemon(void)
{
    _cleanup_(client_freep) struct client *client = NULL;
    _cleanup_(strings_freep) char **warnings = NULL;
    struct client_error error = {0};
    int r = client_new(0, &client, &error);

    if (r >= 0)
        r = client_call(client, "Reload", CLIENT_STRINGS, &warnings, &error, "");
    if (r < 0 && !client_nobody(&error) &&
        !(error.name && strcmp(error.name, BACKCARE_ERROR_INVALID_CONFIG) == 0)) {
        fprintf(stderr, "backcarectl profile: %s\n",
                _("it was saved, but a running backcared may not have it yet:"));
        return client_fail(&error);
    }
    client_error_done(&error);
    return CLI_DONE;
}

/* Whether it was, by what save() has returned: that the daemon could not be told is no reason not to say what
 * it means. */
static bool is_saved(int r)
{
    return r == CLI_DONE || r == CLI_UNREACHABLE || r == CLI_REFUSED;
}

static int save(struct profile_file *file, const struct setting *setting, const char *value)
{
    int r = profile_file_set(file, setting, value), told;

    if (r == CLI_DONE)
        r = profile_file_save(file);
    if (r != CLI_DONE)
        return r;
    told = tell_daemon();
    r = check_in_force(file, setting, value);
    return r != CLI_DONE ? r : told;
}

/* Writes the list, and says what it does. */
static int save_conditions(struct profile_file *file, char **list)
{
    const struct setting *setting = profile_setting("conditions");
    struct settings changed = {.conditions = list};
    _cleanup_(freep) char *value = NULL;

    if (setting_text(setting, &changed, &value) < 0 || !value)
        return CLI_FAILED;
    return save(file, setting, value);
}

enum what {
    REGION,
    CONDITION,
    KEY,
    COMMAND,
    _WHAT_MAX
};

/* Whole sentences: how a word is put into one differs with its gender. */
static int unknown_word(enum what what, const char *word, const char *const *words)
{
    static const struct {
        const char *near;
        const char *far;
    } texts[_WHAT_MAX] = {
        [REGION] = {N_("there is no region '%s'; did you mean %s?"),
                    N_("there is no region '%s'; backcare.conf(5) lists them")},
        [CONDITION] = {N_("there is no condition '%s'; did you mean %s?"),
                       N_("there is no condition '%s'; backcare.conf(5) lists them")},
        [KEY] = {N_("there is no key '%s'; did you mean %s?"),
                 N_("there is no key '%s'; backcare.conf(5) lists them")},
        [COMMAND] =
            {N_("there is no command '%s'; did you mean %s?"),
             N_("there is no command '%s'; it is one of show, set, add-condition and clear-condition")},
    };
    const char *nearest = nearest_name(word, words);

    return nearest ? usage_error(VERB, _(texts[what].near), word, nearest)
                   : usage_error(VERB, _(texts[what].far), word);
}

/* Checks a condition, and puts it into small letters. */
static int read_condition(char *word)
{
    char *at;

    for (char *p = word; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p | 0x20);
    if (settings_condition_valid(word))
        return CLI_DONE;
    at = strchr(word, '@');
    if (condition_tag(word) >= 0 && at) {
        if (safety_tag_class((enum safety_tag)condition_tag(word)) != SAFETY_CLASS_LOCAL)
            return usage_error(VERB, _("%.*s has no region: leave %s out"), (int)(at - word), word, at);
        return unknown_word(REGION, at + 1, settings_regions);
    }
    if (at)
        *at = 0;
    return unknown_word(CONDITION, word, settings_conditions);
}

/* Where a later file has the last word, a word of the file alone is none in force. */
static int add_condition(struct profile_file *file, const char *word)
{
    _cleanup_(strv_freep) char **list = NULL;
    struct suiting before, after;
    char **more;
    size_t n = 0;
    int r;

    if (strv_contains(file->in_force->conditions, word)) {
        printf(_("%s was set already: nothing changed.\n"), word);
        condition_explain(word, stdout);
        return CLI_DONE;
    }
    if (all_conditions(file, &list) < 0 || suiting_count(file->in_force, &before) < 0)
        return CLI_FAILED;
    while (list[n])
        n++;
    if (!strv_contains(list, word)) {
        more = reallocarray(list, n + 2, sizeof *list);
        if (!more)
            return CLI_FAILED;
        list = more;
        list[n + 1] = NULL;
        list[n] = strdup(word);
        if (!list[n])
            return CLI_FAILED;
    }
    r = save_conditions(file, list);
    if (!is_saved(r) || suiting_count(file->in_force, &after) < 0)
        return is_saved(r) ? CLI_FAILED : r;
    condition_explain(word, stdout);
    suiting_explain(file->in_force, &before, &after, stdout);
    return r;
}

/* Whether clearing @word clears @item: the tag without a region is the tag in all of them. */
static bool covers(const char *word, const char *item)
{
    size_t n = strlen(word);

    return strncmp(word, item, n) == 0 && (!item[n] || item[n] == '@');
}

static bool any_stops(char *const *list)
{
    for (; *list; list++)
        if (condition_stops((enum safety_tag)condition_tag(*list)))
            return true;
    return false;
}

static bool any_covered(const char *word, char *const *list)
{
    for (; *list; list++)
        if (covers(word, *list))
            return true;
    return false;
}

static int not_set(const char *word, char *const *list)
{
    for (const char *at = strchr(word, '@'); at && *list; list++)
        if (strlen(*list) == (size_t)(at - word) && strncmp(*list, word, (size_t)(at - word)) == 0)
            return usage_error(VERB, _("%s is set for every region: clear-condition %s, then add the others"),
                               *list, *list);
    printf(_("%s was not set: nothing changed.\n"), word);
    return CLI_DONE;
}

static int clear_condition(struct profile_file *file, const char *word)
{
    _cleanup_(strv_freep) char **list = NULL;
    struct suiting before, after;
    size_t n = 0;
    bool stopped, gently;
    int r = CLI_DONE;

    if (all_conditions(file, &list) < 0 || suiting_count(file->in_force, &before) < 0)
        return CLI_FAILED;
    if (!any_covered(word, list))
        return not_set(word, list);
    stopped = any_stops(list);
    for (size_t i = 0; list[i]; i++) {
        if (!covers(word, list[i])) {
            list[n++] = list[i];
            continue;
        }
        free(list[i]);
    }
    list[n] = NULL;
    /* After a hold it goes on gently. */
    gently = stopped && !any_stops(list) && file->in_force->max_intensity > 1;
    if (gently)
        r = profile_file_set(file, profile_setting("max-intensity"), "1");
    if (r == CLI_DONE)
        r = save_conditions(file, list);
    if (!is_saved(r) || suiting_count(file->in_force, &after) < 0)
        return is_saved(r) ? CLI_FAILED : r;
    printf(_("%s is cleared.\n"), word);
    if (gently)
        puts(_("It goes on gently, with max-intensity = 1. When you are ready for more:\n"
               "backcarectl profile set max-intensity 2"));
    suiting_explain(file->in_force, &before, &after, stdout);
    return r;
}

/* Before one goes that has stopped everything. The end of input is a no. */
static int ask(const char *word, bool yes)
{
    _cleanup_(profile_file_close) struct profile_file file = {.lock = -1};
    char answer[64];
    int r;

    if (yes || !condition_stops((enum safety_tag)condition_tag(word)))
        return CLI_DONE;
    r = profile_file_open(false, &file); /* no lock while somebody thinks */
    if (r != CLI_DONE)
        return r;
    if (!any_covered(word, file.in_force->conditions))
        return CLI_DONE;
    if (!isatty(STDIN_FILENO))
        return usage_error(
            VERB, _("%s has stopped all suggestions: say --yes to clear it without a question"), word);
    fprintf(stderr,
            _("%s has stopped all suggestions. Has a professional looked at this, or has it settled? "
              "[y/N] "),
            word);
    (void)fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) && i18n_answer(answer) > 0)
        return CLI_DONE;
    fputs(_("Nothing was changed.\n"), stderr);
    return CLI_FAILED;
}

static int change_condition(const struct args *args)
{
    _cleanup_(profile_file_close) struct profile_file file = {.lock = -1};
    bool clear = strcmp(args->words[0], "clear-condition") == 0;
    int r;

    if (args->n_words != 2)
        return usage_error(VERB, _("%s takes one condition, such as knee-problem or rash@shoulders"),
                           args->words[0]);
    r = read_condition(args->words[1]);
    if (r == CLI_DONE && clear)
        r = ask(args->words[1], args->options[YES]);
    if (r == CLI_DONE)
        r = profile_file_open(true, &file);
    if (r != CLI_DONE)
        return r;
    return clear ? clear_condition(&file, args->words[1]) : add_condition(&file, args->words[1]);
}

/* NULL when it has been said that there is none. */
static const struct setting *find_key(const char *key)
{
    const char *keys[16] = {0};
    const struct setting *setting = profile_setting(key);
    size_t n = 0;

    if (setting && strcmp(setting->key, "conditions") != 0)
        return setting;
    if (setting) {
        (void)usage_error(VERB, _("conditions are changed with add-condition and clear-condition"));
        return NULL;
    }
    for (size_t i = 0; i < settings_table_size && n + 1 < ARRAY_SIZE(keys); i++)
        if (profile_setting(settings_table[i].key) == &settings_table[i])
            keys[n++] = settings_table[i].key;
    (void)unknown_word(KEY, key, keys);
    return NULL;
}

/* One value as it is read from a file, and as it is written to one. */
static int read_value(const struct setting *setting, const char *text, char **ret)
{
    _cleanup_(diagnostics_donep) struct diagnostics d = {0};
    struct settings scratch = {0};
    const struct setting_context c = {.d = &d,
                                      .file = VERB,
                                      .section = setting->section,
                                      .key = setting->key,
                                      .value = text,
                                      .is_private = setting->is_private};
    int r = setting_parse(setting, &c, setting_field(setting, &scratch));

    if (r < 0 && d.n > 0)
        return usage_error(VERB, "%s", d.items[0].text);
    if (r >= 0)
        r = setting_text(setting, &scratch, ret);
    setting_free(setting, setting_field(setting, &scratch));
    return r < 0 ? CLI_FAILED : CLI_DONE;
}

static int join(char *const *words, char **ret)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    for (char *const *word = words; f && *word; word++)
        fprintf(f, "%s%s", word > words ? " " : "", *word);
    if (!f || fclose(f) != 0) {
        free(text);
        return -ENOMEM;
    }
    *ret = text;
    return 0;
}

static int set_value(const struct args *args)
{
    _cleanup_(profile_file_close) struct profile_file file = {.lock = -1};
    _cleanup_(freep) char *text = NULL, *value = NULL;
    const struct setting *setting;
    struct suiting before, after;
    int r;

    if (args->n_words < 3)
        return usage_error(VERB,
                           _("set takes a key and a value, such as place room; \"\" as the value is none"));
    setting = find_key(args->words[1]);
    if (!setting)
        return CLI_USAGE;
    if (join(args->words + 2, &text) < 0)
        return CLI_FAILED;
    r = read_value(setting, text, &value);
    if (r == CLI_DONE)
        r = profile_file_open(true, &file);
    if (r != CLI_DONE || !value)
        return r != CLI_DONE ? r : CLI_FAILED;
    if (suiting_count(file.in_force, &before) < 0)
        return CLI_FAILED;
    r = save(&file, setting, value);
    if (!is_saved(r) || suiting_count(file.in_force, &after) < 0)
        return is_saved(r) ? CLI_FAILED : r;
    printf("%s = %s\n", setting->key, value);
    if (strcmp(setting->key, "pregnancy-due") == 0)
        pregnancy_explain(file.in_force, stdout);
    suiting_explain(file.in_force, &before, &after, stdout);
    return r;
}

static int show(const struct args *args)
{
    _cleanup_(profile_file_close) struct profile_file file = {.lock = -1};
    int r;

    if (args->n_words > 1)
        return usage_error(VERB, _("show: %s: one argument too many"), args->words[1]);
    r = profile_file_open(false, &file);
    if (r != CLI_DONE)
        return r;
    r = profile_show(file.in_force, args->options[JSON], stdout);
    return r < 0 || fflush(stdout) != 0 || ferror(stdout) ? CLI_FAILED : CLI_DONE;
}

/**
 * verb_profile() - backcarectl profile show | set KEY VALUE | add-condition TAG | clear-condition TAG
 */
int verb_profile(int argc, char *argv[], void *userdata)
{
    static const char *const commands[] = {"show", "set", "add-condition", "clear-condition", NULL};
    struct args args;
    int r;

    if (!args_read(userdata, argc, argv, &args, &r))
        return r;
    if (args.options[JSON] && strcmp(args.words[0], "show") != 0)
        return usage_error(VERB, _("--json is for show"));
    if (args.options[YES] && strcmp(args.words[0], "clear-condition") != 0)
        return usage_error(VERB, _("--yes is for clear-condition"));
    if (strcmp(args.words[0], "show") == 0)
        return show(&args);
    if (strcmp(args.words[0], "set") == 0)
        return set_value(&args);
    if (strcmp(args.words[0], "add-condition") == 0 || strcmp(args.words[0], "clear-condition") == 0)
        return change_condition(&args);
    return unknown_word(COMMAND, args.words[0], commands);
}
