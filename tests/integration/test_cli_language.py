# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl in German, against a daemon on a bus of its own: people read German, programs what they always read."""
import json
import pathlib
import re

import pytest

import cli
from cli import BUILD, MINUTE, NEVER, Follow, now_usec

bus, environment, daemon, ctl = cli.fixtures
SOURCES = pathlib.Path(__file__).resolve().parents[2]
GERMAN = {"LANGUAGE": "de", "TEXTDOMAINDIR": str(BUILD / "po")}
pytestmark = pytest.mark.skipif(not (BUILD / "po/de/LC_MESSAGES/backcare.mo").exists(), reason="built without nls")


def test_plain(ctl, daemon):
    result = ctl("status", **GERMAN)
    assert (result.status, result.err) == (0, "")
    assert re.search(r"^  BackCare  aktiv: die Sitzzeit wird gezählt$", result.out, re.M)
    assert re.search(r"^   Nächste  stretch in 12 min, um \d\d:\d\d$", result.out, re.M)
    assert re.search(r"^ +stretch +18 min von 30 min, dann 3 min Pause$|Pausen  stretch +18 min von 30 min, dann 3 min Pause", result.out,
                     re.M)
    assert re.search(r"^   Haltung  sitzend$", result.out, re.M)
    assert re.search(r"^ Aktivität  wayland \(ext-idle-notify-v1\)$", result.out, re.M)
    # The labels end in one column, umlauts or not.
    assert all(re.match(r" *\S*  \S|.{12}", line) for line in result.out.splitlines())
    assert "Type" not in result.out and max(map(len, result.out.splitlines())) <= 80


def test_states_and_reasons(ctl, daemon):
    daemon.set(State="away", Reason="screen locked")
    assert "abwesend: nichts wird gezählt (Bildschirm gesperrt)" in ctl("status", **GERMAN).out
    daemon.set(State="held", Reason="somebody's own words")
    assert "zurückgehalten (somebody's own words)" in ctl("status", **GERMAN).out
    daemon.set(State="hibernating", Reason="")
    assert "hibernating" in ctl("status", **GERMAN).out, "the word of a newer daemon"
    daemon.set(State="paused", PausedUntilUSec=NEVER)
    assert re.search("^Angehalten  bis du weitermachst$", ctl("status", **GERMAN).out, re.M)


@pytest.mark.parametrize("attempt, words", [(2, ", 2 Mal gezeigt"), (5, ", 5 Mal gezeigt")])
def test_prompt(ctl, daemon, attempt, words):
    daemon.set(State="due", Prompt=["stretch", "chin-tuck", now_usec() - MINUTE, attempt])
    assert re.search(rf"^Erinnerung  stretch, Übung chin-tuck, seit \d\d:\d\d{words}$", ctl("status", **GERMAN).out, re.M)


def steady(text):
    """Without what goes on between two looks."""
    return re.sub(r'("(?:time|counter_seconds|due_in_seconds|next_prompt_in_seconds|\w*_in_seconds)":)[^,}]*', r"\1", text)


@pytest.mark.parametrize("arguments", [["status", "--json"], ["why", "--json"]], ids=" ".join)
def test_json_is_the_same(ctl, daemon, arguments):
    daemon.set(State="away", Reason="screen locked")
    english, german = ctl(*arguments), ctl(*arguments, **GERMAN)
    assert english.status == german.status == 0 and json.loads(german.out)
    assert steady(english.out) == steady(german.out)


def test_waybar_has_its_class(ctl, daemon):
    daemon.set(State="away", Reason="screen locked")
    assert json.loads(ctl("status", "--format=waybar", **GERMAN).out)["class"] == \
        json.loads(ctl("status", "--format=waybar").out)["class"]


def test_follow(ctl, daemon):
    ctl.env = {**ctl.env, **GERMAN}
    with Follow(ctl) as follow:
        assert "  aktiv; als Nächstes: stretch in " in follow.line()
        daemon.set(State="paused", PausedUntilUSec=NEVER, NextPromptUSec=NEVER)
        assert "  angehalten; angehalten bis du weitermachst" in follow.line()


def test_what_was_done(ctl, daemon):
    result = ctl("posture", "standing", **GERMAN)
    assert (result.status, result.out) == (0, "Haltung: stehend.\n")
    assert ctl("reload", **GERMAN).out == "Einstellungen eingelesen.\n"


def test_details_of_sources(ctl, daemon):
    """The bus has them in English, as programs go by them."""
    daemon.set(Sources=[["wayland", "unavailable", "wayland-0: connection lost; until it works you always count as active"],
                        ["x11", "unavailable", "DISPLAY is not set"], ["mutter", "unavailable", "something of a newer daemon"],
                        ["screensaver", "unavailable", "no answer from org.gnome.ScreenSaver and org.kde.x"],
                        ["logind", "unavailable", "session 2 (tty, seat0), not in use now: lock, switch, sleep, and idle when asked"]])
    out = ctl("status", **GERMAN).out
    for line in ("wayland: wayland-0: Verbindung verloren; bis das geht, giltst du immer als aktiv", "x11: DISPLAY ist nicht gesetzt",
                 "mutter: something of a newer daemon", "screensaver: keine Antwort von org.gnome.ScreenSaver und org.kde.x",
                 "logind: Sitzung 2 (tty, seat0), gerade nicht benutzt: Sperre, Sitzungswechsel, Ruhezustand, und Leerlauf auf Nachfrage"):
        assert line in out, (line, out)
    assert "DISPLAY is not set" in ctl("status", "--json", **GERMAN).out
    assert "DISPLAY is not set" in ctl("status").out


# Not for people who look at the status: why sleep is delayed, and what goes into the journal beside a name.
NOT_SHOWN = {"Save how long you have been sitting", "odd answer", "a watch without a number"}
# What stands before a text that is not the whole of a detail; what is behind a comma or the like has a name before it.
BEHIND = {"is no display": "X1 ", "is not a server on this machine": "X1 ", "is set, but XDG_RUNTIME_DIR isn't": "X1 ",
          "an object that is gone": "protocol error 1 of "}


def details_of_sources():
    """Every text in the sources of activity that may stand in the details of one, with X1 in the place of a name."""
    found = set()
    for path in sorted((SOURCES / "daemon/source").glob("*.c")):
        code = re.sub(r"/\*.*?\*/|^\s*#.*?$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
        for literal in re.findall(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', code):
            text = "".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', literal))
            text = re.sub(r"%[.\d]*z?[a-z]", "X1", re.sub(r"(?<! )%s$", "", text))
            to_the_journal = re.match(r"[A-Z].*\.$|(activity|session-manager|logind|mutter|screensaver|wayland|x11|policy-agent): ", text)
            if path.name != "fake.c" and not to_the_journal and text not in NOT_SHOWN and re.search(r"[a-z]{2,} [a-zX]", text):
                found.add(BEHIND.get(text, "X1" if text[0] in ",;" else "") + text)
    return sorted(found)


def test_every_detail_is_translated(ctl, daemon):
    """cli/words.c has them once more: whoever changes one in the daemon is told to change it there."""
    texts = details_of_sources()
    assert len(texts) > 50 and "DISPLAY is not set" in texts and "X1 is no display" in texts
    daemon.set(Sources=[["x11", "unavailable", text] for text in texts])
    lines = re.findall(r"^.*x11: (.*)$", ctl("status", **GERMAN).out, re.MULTILINE)
    assert len(lines) == len(texts)
    english = [text for text, line in zip(texts, lines) if line == text]
    assert not english, f"not in cli/words.c: {english}"


def test_waybar_reads_german(ctl, daemon):
    daemon.set(State="away", Reason="screen locked")
    bar = json.loads(ctl("status", "--format=waybar", **GERMAN).out)
    assert bar["class"] == bar["alt"] == "away" and bar["text"] == "abwesend"
    assert bar["tooltip"].startswith("abwesend (Bildschirm gesperrt)") and " von 30 min" in bar["tooltip"]


def test_why(ctl, daemon):
    out = ctl("why", **GERMAN).out
    assert re.search(r"^Von +Bis +Gezählt +Was$", out, re.M) and "Zustand: aktiv\n" in out and "Nächste Erinnerung: " in out
