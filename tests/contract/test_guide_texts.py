# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guide shows of an exercise fits into its notification: each step with the caution, the stop line or the breath
that goes with it, in each language and with each trimester's steps."""

import configparser
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = int(re.search(r"GUIDE_CHARS (\d+)", (ROOT / "daemon/notify/message.h").read_text())[1])
ASIDE = int(re.search(r"ASIDE_CHARS (\d+)", (ROOT / "daemon/notify/message.c").read_text())[1])
STOP = "Stop if pain is sharp, rising or spreading, or if you feel dizzy, numb or unwell."
HEAD = {"": "10 of 10 · Step 6 of 6 · 10 min 50 s left\n", "de": "10 von 10 · Schritt 6 von 6 · noch 10 min 50 s\n"}


def stop_line(language):
    if not language:
        return STOP
    text = (ROOT / f"po/{language}.po").read_text(encoding="utf-8")
    entries = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', text, re.M)
    joined = {"".join(re.findall(r'"(.*)"', a)): "".join(re.findall(r'"(.*)"', b)) for a, b in entries}
    return joined[STOP]


def exercises():
    for path in sorted((ROOT / "conf/catalogue").glob("*.ini")):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
        parser.optionxform = str
        parser.read_string(path.read_text(encoding="utf-8"))
        for name in parser.sections():
            if parser[name].get("kind") not in (None, "tip", "routine"):
                yield name, {key: value.strip('"') for key, value in parser[name].items()}


@pytest.mark.parametrize("language", ["", "de"])
def test_it_fits(language):
    suffix = f"[{language}]" if language else ""
    stop, seen = stop_line(language), 0
    for name, keys in exercises():
        for trimester in ("", "-t1", "-t2", "-t3"):
            steps = [keys[key + suffix] for key in (f"step-{n}{trimester}" for n in range(1, 7)) if key in keys]
            asides = [keys["caution" + suffix], stop, keys["breath" + suffix]]
            assert len(steps) != 2, f"{name}: two steps: the last one then has two of these"
            for step, text in enumerate(steps):
                aside = asides[min(step, 2)]
                assert len(aside) < ASIDE, f"{name}: {aside}"
                assert len(HEAD[language] + text + "\n" + aside) <= LIMIT, f"{name}{trimester}: {text} {aside}"
                seen += 1
    assert seen > 300
