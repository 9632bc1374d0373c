# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that tell of a pregnancy or a condition are known by their words, in each language, before a notification shows
them. The words are those of daemon/notify/message.c; what they have to catch is looked for here by wider ones."""

import configparser
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "daemon/notify/message.c").read_text(encoding="utf-8")
WORDS = re.findall(r'"([^"]+)"', re.search(r"private_words\[\] = {(.*?)};", SOURCE, re.S)[1])
LANGUAGES = ["en", "de"]

# Whatever is said of these is said of a person, not of a movement.
TELLS = {
    "en": r"pregnan|natal|trimester|matern|midwi|bump|\bbab(y|ies)\b|womb|unborn|birth|partum|expecting|\d weeks|due date|"
          r"osteopor|fracture|surgery|cancer|tumou?r|clot\b|thinner|sciatic|hernia|stenosis|scoliosis|arthritis|pacemaker|"
          r"glaucoma|retina|reflux|disease|condition|disorder|infection|bladder|bowel",
    "de": r"schwanger|natal|trimester|trimenon|hebamme|baby|ungeboren|geburt|gebär|entbind|wochenbett|mutterschaft|gebärmutter|"
          r"osteopor|knochenbruch|operation|krebs|tumor|thrombose|blutverd|ischias|bandscheibe|stenose|skoliose|arthr|"
          r"herzschritt|glaukom|netzhaut|reflux|krank|leiden\b|infekt|\bblase\b|\bdarm\b",
}
BELLY = {"en": r"\bbelly\b", "de": r"bauch"}


def caught(text):
    return any(word in text.lower() for word in WORDS)


def texts():
    """(language, exercise, key without language, text) of all that a notification may show: titles, steps, cautions, tips."""
    found = []
    for path in sorted((ROOT / "conf/catalogue").glob("*.ini")):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
        parser.optionxform = str
        parser.read_string(path.read_text(encoding="utf-8"))
        for name in parser.sections():
            for key, text in parser[name].items():
                match = re.fullmatch(r"(title|text|breath|caution|step-[1-6](?:-t[123])?)(?:\[(\w+)\])?", key)
                if match:
                    found.append((match[2] or "en", name, match[1], text))
    return found


TEXTS = texts()


def test_there_is_something_to_look_at():
    assert {language for language, *_ in TEXTS} == set(LANGUAGES), "another language: say here what tells in it"
    assert len(TEXTS) > 600 and len(WORDS) > 15
    assert all(word == word.lower() for word in WORDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_tells_is_caught(language):
    told = [(name, key, text) for lang, name, key, text in TEXTS
            if lang == language and re.search(TELLS[language], text, re.I)]
    assert told, "the search itself finds nothing"
    for name, key, text in told:
        assert caught(text), f"{name}.{key}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_belly_that_only_later_pregnancy_has(language):
    """Of breathing and bracing everybody may read; of a cushion under the belly only where it is adapted."""
    plain = {name for lang, name, key, text in TEXTS if lang == language and re.fullmatch(r"step-\d", key)
             and re.search(BELLY[language], text, re.I)}
    adapted = [(name, key, text) for lang, name, key, text in TEXTS if lang == language and "-t" in key
               and name not in plain and re.search(BELLY[language], text, re.I)]
    assert len(adapted) >= 3
    for name, key, text in adapted:
        assert caught(text), f"{name}.{key}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_for_everybody_is_shown(language):
    """Or the words are too wide, and a guide would be empty for no reason."""
    for lang, name, key, text in TEXTS:
        if lang == language and re.fullmatch(r"step-\d", key):
            assert not caught(text), f"{name}.{key}: {text}"


def test_tips_for_one_person_are_marked():
    """What tells is only in tips that no notification shows."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.read_string((ROOT / "conf/catalogue/tips.ini").read_text(encoding="utf-8"))
    for name in parser.sections():
        tip = parser[name]
        tells = any(re.search(TELLS[lang], tip["text" + suffix], re.I) for lang, suffix in (("en", ""), ("de", "[de]")))
        assert not tells or "only-for" in tip, name


def test_its_own_texts():
    """What is said in place of a private text tells nothing itself."""
    for text in re.findall(r'N?_\("((?:[^"\\]|\\.)*)"', SOURCE):
        assert not caught(text), text
