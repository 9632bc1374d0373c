/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which language messages are in, and where they come from. Of the locale only LC_MESSAGES is touched:
 * numbers and times are written and read the same way everywhere.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/i18n.h"
#include "util/macro.h"

#define DOMAIN "backcare"
#define TAG_MAX 32

static char language_tag[TAG_MAX] = "en";
static bool forced;

/* What the environment has said before a language was forced upon it; setenv() may overwrite its own copy. */
static struct {
    bool kept, set;
    char value[256];
} own_language;

#if ENABLE_NLS && defined(__GLIBC__)
/* glibc remembers what it has found; by this number it learns that LANGUAGE is another one. */
extern int _nl_msg_cat_cntr; /* NOLINT(bugprone-reserved-identifier): glibc's */

static void forget_found(void)
{
    _nl_msg_cat_cntr++;
}
#else
static void forget_found(void)
{
}
#endif

static bool is_c(const char *locale)
{
    return !locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

/* "pt_BR.UTF-8@euro" or the first of "pt_BR:pt" -> "pt-BR"; "C.UTF-8" -> "en". */
static void set_tag(const char *locale)
{
    size_t n = strcspn(locale, ".@:");
    char tag[TAG_MAX];

    if (n == 0 || n >= sizeof(tag)) {
        locale = "en";
        n = 2;
    }
    memcpy(tag, locale, n);
    tag[n] = 0;
    for (char *p = tag; *p; p++)
        if (*p == '_')
            *p = '-';
    memcpy(language_tag, is_c(tag) ? "en" : tag, is_c(tag) ? sizeof("en") : n + 1);
}

static void keep_own_language(void)
{
    const char *value = getenv("LANGUAGE");

    if (own_language.kept)
        return;
    own_language.kept = true;
    own_language.set = value && strlen(value) < sizeof(own_language.value);
    if (own_language.set)
        strcpy(own_language.value, value);
}

static void restore_own_language(void)
{
    if (!own_language.kept)
        return;
    if (own_language.set)
        (void)setenv("LANGUAGE", own_language.value, true);
    else
        (void)unsetenv("LANGUAGE");
    own_language.kept = false;
}

static void use_environment(void)
{
    const char *locale, *list;

    restore_own_language();
    if (!setlocale(LC_MESSAGES, ""))
        (void)setlocale(LC_MESSAGES, "C");
    locale = setlocale(LC_MESSAGES, NULL);
    list = getenv("LANGUAGE");
    set_tag(is_c(locale) ? "en" : list && *list ? list : locale);
}

static void use_language(const char *language)
{
    static const char *const locales[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
    char name[TAG_MAX];
    size_t n = strlen(language);

    /* Such a language has no catalogue. */
    if (n >= sizeof(name) || strchr(language, '/')) {
        language = "en";
        n = 2;
    }
    memcpy(name, language, n + 1);
    for (char *p = name; *p; p++)
        if (*p == '-')
            *p = '_';
    keep_own_language();
    (void)setenv("LANGUAGE", name, true);
    set_tag(name);
    /* In "C" LANGUAGE is not looked at. Elsewhere the locale does not matter. */
    if (setlocale(LC_MESSAGES, "") && !is_c(setlocale(LC_MESSAGES, NULL)))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(locales); i++)
        if (setlocale(LC_MESSAGES, locales[i]))
            return;
}

/**
 * i18n_init() - choose the language of messages; may be called again, in a process of one thread
 * @language: such as "de" or "pt_BR"; NULL, "" or "auto" = as the environment says
 *
 * The catalogues are looked for in $TEXTDOMAINDIR, as gettext(1) does, so that a build can be tried where it
 * is. Where there is no catalogue or no such locale, messages are English.
 */
void i18n_init(const char *language)
{
    forced = language && *language && strcmp(language, "auto") != 0;
    if (forced)
        use_language(language);
    else
        use_environment();
#if ENABLE_NLS
    const char *dir = getenv("TEXTDOMAINDIR");

    (void)bindtextdomain(DOMAIN, dir && *dir ? dir : BACKCARE_LOCALE_DIR);
    (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
    (void)textdomain(DOMAIN);
#endif
    forget_found();
}

/**
 * i18n_untranslated() - have messages in English from here on, those of libc too: for what programs read
 *
 * Leaves i18n_language() as it is: it is the person's, not the output's.
 */
void i18n_untranslated(void)
{
    (void)setlocale(LC_MESSAGES, "C");
    forget_found();
}

/**
 * i18n_language() - the language in force, as in "de" or "pt-BR"; "en" in the C locale and before i18n_init()
 */
const char *i18n_language(void)
{
    return language_tag;
}

/**
 * i18n_is_forced() - whether the language was given to i18n_init(), not taken from the environment
 */
bool i18n_is_forced(void)
{
    return forced;
}

static bool begins_with(const char *line, const char *english, const char *letter)
{
    return strncasecmp(line, english, 1) == 0 || (*letter && strncasecmp(line, letter, strlen(letter)) == 0);
}

/**
 * i18n_answer() - what was typed to a question that is answered by yes or no, by its first letter
 *
 * The English letters are understood in every language.
 *
 * Return: 1 for yes, 0 for no, -EINVAL for neither.
 */
int i18n_answer(const char *line)
{
    /* TRANSLATORS: the letter that is typed for yes, as in [y/N] */
    if (begins_with(line, "y", _("y")))
        return 1;
    /* TRANSLATORS: the letter that is typed for no */
    return begins_with(line, "n", _("n")) ? 0 : -EINVAL;
}
