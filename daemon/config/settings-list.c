/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings that are lists of words: reading them, with a message that helps for each that is not known. Knows
 * which words can name a region.
 */
#include <stdio.h>
#include <string.h>

#include "config/settings-table.h"
#include "util/i18n.h"
#include "util/strv.h"

#define LIST_MAX 96 /* words of one list: all conditions, each local one in each region */

static const char *const local_conditions[] = {"open-wound", "bruise", "skin-infection", "rash",
                                               "acute-inflammation"};

/* Whether the @n bytes at @text are a word of conditions; gives the tag's index. */
static int condition_lookup(const char *text, size_t n)
{
    const char *at = memchr(text, '@', n);
    int tag = setting_choice_lookup(settings_conditions, text, at ? (size_t)(at - text) : n);

    if (tag < 0 || !at)
        return tag;
    for (size_t i = 0; i < ARRAY_SIZE(local_conditions); i++)
        if (strcmp(settings_conditions[tag], local_conditions[i]) == 0)
            return setting_choice_lookup(settings_regions, at + 1, n - (size_t)(at + 1 - text)) < 0 ? -ENOENT
                                                                                                    : tag;
    return -ENOTUNIQ;
}

bool settings_condition_valid(const char *text)
{
    return condition_lookup(text, strlen(text)) >= 0;
}

static int mistake_word(const struct setting *setting, const struct setting_context *c, const char *word,
                        unsigned position, int reason)
{
    _cleanup_(freep) char *intro = NULL;

    if (reason == -ENOENT)
        return setting_mistake_choice(c, _("no such region after the @"), word, settings_regions);
    if (reason == -ENOTUNIQ)
        return setting_mistake(c,
                               _("only open-wound, bruise, skin-infection, rash and acute-inflammation can "
                                 "name a @region"));
    if (!c->is_private && strcmp(word, c->value) == 0)
        return setting_mistake_choice(c, _("no such word"), word, setting->choices);
    if (c->is_private ? asprintf(&intro, _("word %u is not known"), position) < 0
                      : asprintf(&intro, _("no such word as %s"), word) < 0) {
        intro = NULL;
        return -ENOMEM;
    }
    return setting_mistake_choice(c, intro, word, setting->choices);
}

/* Splits at commas; each word goes to words[] with its length. The number of words, or what is wrong.
 * @ret_mistake: what is wrong although there are words */
static int split_list(const struct setting_context *c, const char *words[LIST_MAX], size_t lengths[LIST_MAX],
                      int *ret_mistake)
{
    const char *p = c->value;
    int n = 0;

    *ret_mistake = 0;
    if (!*p || strcasecmp(p, "none") == 0)
        return 0;
    for (;;) {
        size_t length = strcspn(p, ","), skip = strspn(p, " \t"), end = length;

        while (end > skip && (p[end - 1] == ' ' || p[end - 1] == '\t'))
            end--;
        if (end <= skip && *ret_mistake == 0)
            *ret_mistake = setting_mistake(c, _("a word is missing beside a comma"));
        if (end > skip && n == LIST_MAX)
            return setting_mistake(c, _("more than %d words"), LIST_MAX);
        if (end > skip) {
            words[n] = p + skip;
            lengths[n++] = end - skip;
        }
        if (!p[length])
            return n;
        p += length + 1;
    }
}

static int lookup_word(const struct setting *setting, const struct setting_context *c, const char *text,
                       size_t n, unsigned position)
{
    int i = setting->choices == settings_conditions ? condition_lookup(text, n)
                                                    : setting_choice_lookup(setting->choices, text, n);
    _cleanup_(freep) char *word = NULL;

    if (i >= 0)
        return i;
    word = strndup(text, n);
    return word ? mistake_word(setting, c, word, position, i) : -ENOMEM;
}

/**
 * setting_parse_flags() - read a list of choices, as bits
 * @field: bit 1 << the index of each; untouched on failure
 *
 * Return: 0, or -EINVAL or -ENOMEM with the mistake said.
 */
int setting_parse_flags(const struct setting *setting, const struct setting_context *c, uint32_t *field)
{
    const char *words[LIST_MAX] = {0};
    size_t lengths[LIST_MAX] = {0};
    uint32_t flags = 0;
    int mistake, n = split_list(c, words, lengths, &mistake);

    if (n < 0 || mistake < 0)
        return MIN(n, mistake);
    for (int i = 0; i < n; i++) {
        int bit = lookup_word(setting, c, words[i], lengths[i], (unsigned)i + 1);

        if (bit < 0)
            return bit;
        if (flags & (1u << bit))
            return setting_mistake(c, _("%s is named twice"), setting->choices[bit]);
        flags |= 1u << bit;
    }
    if (n == 0 && setting->min > 0)
        return setting_mistake_choice(c, _("at least one is needed"), "", setting->choices);
    *field = flags;
    return 0;
}

/* As the catalogue writes it, whatever the case here. */
static char *lower_word(const char *text, size_t n)
{
    char *word = strndup(text, n);

    for (char *p = word; p && *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p | 0x20);
    return word;
}

/* Whether the word at @i has come before, and where. */
static int check_twice(const struct setting_context *c, const char *const *words, const size_t *lengths,
                       int i)
{
    for (int j = 0; j < i; j++)
        if (lengths[i] == lengths[j] && strncasecmp(words[i], words[j], lengths[i]) == 0)
            return setting_mistake(c, _("word %d is the same as word %d"), i + 1, j + 1);
    return 0;
}

/**
 * setting_parse_words() - read a list of choices, as words
 * @field: the words in lower case. A private list keeps those that are good also on failure: a condition that
 *   can be read holds, whatever stands beside it; else it is untouched then
 *
 * Return: 0, or -EINVAL or -ENOMEM with the mistake said.
 */
int setting_parse_words(const struct setting *setting, const struct setting_context *c, char ***field)
{
    const char *words[LIST_MAX] = {0};
    size_t lengths[LIST_MAX] = {0}, good = 0;
    int mistake, n = split_list(c, words, lengths, &mistake);
    _cleanup_(strv_freep) char **list = NULL;

    if (n < 0 || (mistake < 0 && (!c->is_private || mistake != -EINVAL)))
        return MIN(n, mistake);
    list = calloc((size_t)n + 1, sizeof(*list));
    if (!list)
        return -ENOMEM;
    for (int i = 0; i < n; i++) {
        int r = lookup_word(setting, c, words[i], lengths[i], (unsigned)i + 1);

        if (r >= 0)
            r = check_twice(c, words, lengths, i);
        if (r >= 0) {
            list[good] = lower_word(words[i], lengths[i]);
            r = list[good++] ? 0 : -ENOMEM;
        }
        if (r < 0 && (!c->is_private || r != -EINVAL))
            return r;
        mistake = MIN(mistake, r);
    }
    (void)strv_free(*field);
    *field = TAKE_PTR(list);
    return mistake;
}
