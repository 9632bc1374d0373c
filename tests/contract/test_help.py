# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of verbs, the man page and the completions say the same."""
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cli import PROGRAM, ROOT

CLI = ROOT / "cli"
MAN = (CLI / "backcarectl.1.scd").read_text()
BASH = (CLI / "completions" / "backcarectl.bash").read_text()
ZSH = (CLI / "completions" / "_backcarectl").read_text()
FISH = (CLI / "completions" / "backcarectl.fish").read_text()
# Rooms of their own: the pages name them before they are there.
ABSENT = {verb for verb in ("config", "simulate") if not (CLI / f"verb-{verb}.c").exists()}


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=20,
                          stdin=subprocess.DEVNULL)


def help_of(*arguments):
    result = run(*arguments, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def verbs():
    section = help_of().split("Verbs:\n")[1].split("\n\n")[0]
    return re.findall(r"^  ([a-z]+) ", section, re.M)


def options(text):
    """Every long option in the first column of a help."""
    return set(re.findall(r"^  --([a-z-]+)", text, re.M)) - {"help", "version"}


VERBS = verbs()


def man_of(verb):
    """What the man page has under a verb, up to the next one or the next head line."""
    return re.search(rf"^\*{verb}\*.*?(?=^\*[a-z]|^# )", MAN, re.M | re.S).group()


def test_there_are_verbs():
    assert {"status", "snooze", "pause", "resume", "start", "done", "skip", "another", "feedback",
            "posture", "reload", "why", "inhibit"} <= set(VERBS)


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)], ids=" ".join)
def test_help(words):
    text = help_of(*words)
    assert text.startswith("Usage: backcarectl ") and text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 80
    assert run(*words, "-h").stdout == text
    version = run(*words, "--version")
    assert version.returncode == 0 and re.fullmatch(r"backcarectl \d+\.\d+\.\d+\n", version.stdout)


def test_hidden_verb_is_nowhere():
    assert "_complete" not in help_of() + MAN


def test_verbs_are_the_same_everywhere():
    expected = set(VERBS) | ABSENT
    described = re.search("^# LOOKING.*^# OPTIONS", MAN, re.M | re.S).group()
    assert set(re.findall(r"^\*([a-z]+)\*", described, re.M)) == expected
    assert set(re.search("verbs='(.*)'", BASH).group(1).split()) == expected
    assert set(re.findall(r"^        '([a-z]+):", ZSH, re.M)) == expected
    assert set(re.findall(r"__backcarectl_none -a ([a-z]+)", FISH)) == expected


@pytest.mark.parametrize("verb", VERBS)
def test_options_are_the_same_everywhere(verb):
    expected = options(help_of(verb))
    assert set(re.findall(r"^\t\*--([a-z-]+)[*=]", man_of(verb), re.M)) == expected
    bash = "".join(re.findall(rf"^    {verb}:\*\)(.*?);;", BASH, re.M | re.S))
    assert set(re.findall(r" --([a-z-]+)", bash)) == expected
    zsh = re.search(rf"^        {verb}\)(.*?);;", ZSH, re.M | re.S)
    assert set(re.findall(r"--([a-z-]+)=?\[", zsh.group(1) if zsh else "")) == expected
    fish = re.findall(r"__backcarectl_verb ([a-z ]+)' -l ([a-z-]+)", FISH)
    assert {option for names, option in fish if verb in names.split()} == expected


@pytest.mark.parametrize("verb", VERBS)
def test_synopsis_names_every_option(verb):
    text = help_of(verb)
    named = set(re.findall(r"--([a-z-]+)", text.splitlines()[0]))
    assert options(text) == named


def test_exit_statuses_are_in_the_page():
    section = re.search("^# EXIT STATUS\n(.*?)^# ", MAN, re.M | re.S).group(1)
    assert re.findall(r"^\*(\d)\*", section, re.M) == ["0", "1", "2", "3", "4"]


def test_json_keys_are_in_the_page():
    """The keys that the program writes, as its source has them."""
    section = re.search("^# JSON\n(.*?)^# ", MAN, re.M | re.S).group(1)
    for name in ("show-json.c", "verb-why.c", "doctor-show.c", "show-profile.c"):
        source = (CLI / name).read_text().replace("write_waybar", "\0").split("\0")[0]
        for key in re.findall(r'(?:json|write)_\w+\(&?j, "([a-z_]+)"', source):
            assert re.search(rf"[_ \"]{key}[_\"]", section), key


def test_man_page_can_be_read(tmp_path):
    page = subprocess.run(["scdoc"], input=MAN, capture_output=True, text=True, timeout=20)
    assert (page.returncode, page.stderr) == (0, "") and '.TH "backcarectl" "1"' in page.stdout


@pytest.mark.parametrize("page", sorted(path for path in ROOT.rglob("*.scd") if "build" not in path.relative_to(ROOT).parts[0]),
                         ids=lambda path: path.name)
def test_examples_keep_their_lines(page):
    """scdoc fills what is merely indented: lines of an example stand between marks. What is indented explains what is above."""
    paragraphs = re.sub(r"^```.*?^```$", "```", page.read_text(), flags=re.M | re.S).split("\n\n")
    loose = [paragraph for before, paragraph in zip(paragraphs, paragraphs[1:])
             if all(line.startswith("\t") for line in paragraph.splitlines()) and "\t" not in before]
    assert not loose, loose
