/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings: every key of backcare.conf, checked. One table (settings-table.c) of key, type, range,
 * default and doc makes the parser, the shipped file and the list in the man page. Conditions and pregnancy
 * are private: never logged.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "config/ini.h"
#include "core/core.h"
#include "util/macro.h"

/* The order of enum source_kind in source/source.h; both have a test that their words agree. */
enum setting_source {
    SETTING_SOURCE_AUTO,
    SETTING_SOURCE_WAYLAND,
    SETTING_SOURCE_MUTTER,
    SETTING_SOURCE_X11,
    SETTING_SOURCE_SCREENSAVER,
    SETTING_SOURCE_LOGIND,
};

enum setting_urgency {
    SETTING_URGENCY_LOW,
    SETTING_URGENCY_NORMAL,
    SETTING_URGENCY_CRITICAL
};
enum setting_place {
    SETTING_PLACE_DESK,
    SETTING_PLACE_ROOM,
    SETTING_PLACE_FLOOR_SPACE
};

enum setting_action {
    SETTING_ACTION_START = 1 << 0,
    SETTING_ACTION_SNOOZE = 1 << 1,
    SETTING_ACTION_DONE = 1 << 2,
    SETTING_ACTION_ANOTHER = 1 << 3,
};

struct settings {
    struct bc_rules rules; /* its arrays are owned by the settings */

    enum setting_source source;

    enum setting_urgency urgency;
    char *sound;         /* NULL = no; "" = yes, the theme's own; else a sound name */
    unsigned actions;    /* bits of enum setting_action */
    usec_t timeout_usec; /* 0 = server, USEC_INFINITY = never */

    int wind_down_min;  /* minutes since midnight, -1 = off */
    bool prenatal_flow; /* private */

    bool hold_do_not_disturb;
    bool hold_camera;
    bool hold_microphone;
    bool hold_game_mode;
    bool hold_inhibitors;

    char **tools; /* NULL-terminated lists, never NULL */
    enum setting_place place;
    bool partner;
    char **focus;
    char **goals;          /* what the person wants more of; restricts nothing */
    char **conditions;     /* private */
    char *pregnancy_due;   /* private; "YYYY-MM-DD" or NULL */
    bool profile_doubtful; /* something that may have been one of these two could not be read */
    unsigned max_intensity;
    char *language;         /* "auto" or a language tag */
    char *emergency_number; /* NULL when not set, here and below */
    char *advice_number;

    usec_t history_keep_usec; /* USEC_INFINITY = forever */
    bool history_enabled;
};

struct settings_paths {
    char **files;    /* in the order of reading, later wins; NULL-terminated. Existing files only */
    char **watch;    /* what config_watch_new() gets: the directories, existing or not, and the targets of
                        links among the files; NULL-terminated */
    char *user_file; /* …/backcare/backcare.conf of the user, existing or not */
};

/* @config_dir: --config-dir or NULL; otherwise CONFIGURATION_DIRECTORY, XDG_CONFIG_HOME, XDG_CONFIG_DIRS. */
int settings_paths_find(const char *config_dir, struct settings_paths *ret);
void settings_paths_done(struct settings_paths *paths);

/* Loads all layers. A bad value falls back to what the layers below say and is in @d; the caller decides
 * whether that is fatal. Return: 0, -ENOMEM. */
int settings_load(const struct settings_paths *paths, struct diagnostics *d, struct settings **ret);
/* Loads one file alone over the defaults (simulate --config, config check FILE). -ENOENT if it does not
 * exist. */
int settings_load_file(const char *path, struct diagnostics *d, struct settings **ret);
struct settings *settings_free(struct settings *settings);
DEFINE_CLEANUP(struct settings *, settings_free)

/* The shipped, commented file; and the man page's list of keys (scdoc). */
int settings_write_default(FILE *f);
int settings_write_manual(FILE *f);
/* Every value in force: INI text, or one JSON object. Private values are shown: it is the user's own
 * terminal. */
int settings_write(const struct settings *settings, bool json, FILE *f);
/* Of these what the core knows, as INI text; nothing private. For a recording. */
int settings_write_rules(const struct settings *settings, FILE *f);

/* The closed lists of the profile, NULL-terminated; the words are those of the catalogue. */
extern const char *const settings_tools[];
extern const char *const settings_regions[];
extern const char *const settings_goals[];
extern const char *const settings_conditions[];
/* Whether @text is a word of `conditions`: a tag, with "@region" where the tag is local. For `profile
 * add-condition`. */
bool settings_condition_valid(const char *text);
bool settings_mistake_is_private(const char *text);
bool settings_mistake_tells(const char *text);
int settings_hide_private(struct diagnostics *d);

/* "yes" or "no" in all the forms of the file. 0 or -EINVAL. */
int setting_bool_parse(const char *text, bool *ret);
