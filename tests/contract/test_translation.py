# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in other languages: whole, checked, and never in what programs read."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from cli import BUILD, PROGRAM, ROOT

PO = ROOT / "po"
LANGUAGES = (PO / "LINGUAS").read_text().split()
POTFILES = (PO / "POTFILES.in").read_text().split()
# What xgettext is given by the build, which is the only place where it is written.
XGETTEXT = re.findall(r"'(--[^']*)'", (PO / "meson.build").read_text())
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\])*")', re.S)
MARK = re.compile(r"\b(_|N_|P_)\(")
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
# What only who changes texts needs is there where the tests are run, but not in every build.
needs_gettext = pytest.mark.skipif(not all(map(shutil.which, ("xgettext", "msgmerge", "msgfmt"))), reason="no gettext")
needs_catalogues = pytest.mark.skipif(not (BUILD / "po/de/LC_MESSAGES/backcare.mo").exists(), reason="built without nls")


def run(*arguments, home="/nonexistent", **environment):
    """backcarectl in a home of its own, by default in English."""
    full = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "TEXTDOMAINDIR": str(BUILD / "po"), "TZ": "UTC",
            "XDG_CONFIG_DIRS": "/nonexistent", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}, **environment}
    return subprocess.run([PROGRAM, *arguments], env=full, capture_output=True, encoding="utf-8", timeout=60,
                          stdin=subprocess.DEVNULL)


def german(*arguments, **more):
    return run(*arguments, LANGUAGE="de", **more)


def messages(path):
    """Of a .po file: (msgid, plural, [msgstr…])."""
    found = []
    for block in path.read_text().split("\n\n"):
        fields, name = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            head = re.match(r"(msg\w+(?:\[\d\])?) ", line)
            name = head.group(1) if head else name
            fields[name] = fields.get(name, "") + "".join(STRING.findall(line))
        if fields.get("msgid"):
            found.append((fields["msgid"], fields.get("msgid_plural"),
                          [value for key, value in fields.items() if key.startswith("msgstr")]))
    return found


def marked_sources():
    for top in ("cli", "daemon"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            text = COMMENT.sub(lambda match: match.group(1) or " ", path.read_text())
            # The macros themselves.
            if path.name != "i18n.h" and MARK.search(STRING.sub('""', text)):
                yield str(path.relative_to(ROOT))


def test_every_marked_source_is_listed():
    marked = list(marked_sources())
    assert len(marked) > 30
    assert sorted(POTFILES) == sorted(marked)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("po") / "backcare.pot"
    subprocess.run(["xgettext", *XGETTEXT, f"--directory={ROOT}", f"--output={path}", f"--files-from={PO / 'POTFILES.in'}"],
                   check=True, timeout=60)
    return path


@needs_gettext
@pytest.mark.parametrize("language", LANGUAGES)
def test_is_complete(language, template, tmp_path):
    """As `ninja backcare-update-po` would leave it: nothing to translate, nothing to look at again, nothing left over."""
    merged = tmp_path / f"{language}.po"
    subprocess.run(["msgmerge", "--quiet", "-o", merged, PO / f"{language}.po", template], check=True, timeout=60)
    said = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", merged], capture_output=True, text=True,
                          timeout=60, env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
    assert said.returncode == 0, said.stderr
    assert re.fullmatch(r"\d+ translated messages\.", said.stderr.strip()), said.stderr
    assert "#~" not in merged.read_text(), "obsolete messages"
    assert "#~" not in (PO / f"{language}.po").read_text(), "obsolete messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_message_begins_with_stays(language):
    """The doctor keeps mistakes in [profile] to itself, and tells them by this; --options, keys and commands are typed."""
    for text, _, translations in messages(PO / f"{language}.po"):
        for translation in translations:
            place = re.match(r"\[[^]]*\](\.[%\w*-]+)?:", text)
            assert not place or translation.startswith(place.group()), translation
            assert set(re.findall(r"--[a-z][a-z-]+", text)) == set(re.findall(r"--[a-z][a-z-]+", translation)), translation
            assert (text[-2:] == "\\n") == (translation[-2:] == "\\n"), translation


def columns_of(text):
    """Of each option: where its explanation begins."""
    return [(match.group(1), match.end()) for match in map(re.compile(r"  (--\S+(?: \S+)?) +(?=\S)").match, text.splitlines())
            if match]


@needs_catalogues
def test_help():
    text = german("--help").stdout
    assert text.startswith("Aufruf: backcarectl [OPTION...] VERB") and "  status     Zeigen, was gezählt wird" in text
    assert "Usage" not in text and "Options" not in text
    english, ours = run("--help").stdout, text
    names = r"^  (--)?([a-z]+) "
    assert [m[1] for m in re.findall(names, english, re.M)] == [m[1] for m in re.findall(names, ours, re.M)]
    verbs = re.findall(r"^  ([a-z]+) ", english, re.M)
    assert len(verbs) > 20
    for verb in ([], *([verb] for verb in verbs)):
        english, ours = run(*verb, "--help").stdout, german(*verb, "--help").stdout
        # The synopsis is the same; what stands beside the options begins in the same column.
        assert ours.splitlines()[0] == english.splitlines()[0].replace("Usage", "Aufruf")
        assert max(map(len, ours.splitlines()[1:])) <= 80
        assert columns_of(ours) == columns_of(english)
    assert "weiterlaufen und bei jeder Änderung neu schreiben" in german("status", "--help").stdout
    assert "\n  --json                 ein JSON-Objekt\n" in german("status", "--help").stdout


@needs_catalogues
def test_mistakes(tmp_path):
    for arguments, words in ((["stat"], "unbekannter Befehl „stat“; meintest du"), (["status", "--format=xml"], "plain oder waybar"),
                             (["snooze", "soon"], "ist keine Dauer"), (["posture"], "zu wenige Angaben"),
                             (["config", "chekc"], "unbekannter Befehl; meintest du check")):
        ran = german(*arguments)
        assert ran.returncode == run(*arguments).returncode == 2 and not ran.stdout
        assert words in ran.stderr, ran.stderr
    bad = tmp_path / "backcare.conf"
    bad.write_text("[reminder]\nsnoze = 5min\nsnooze = 5\n[reminder]\nrepeat-limit = x\n[profile]\nconditions = fevr\n")
    ran = german("config", "check", bad)
    assert ran.returncode == 1 and not ran.stdout
    for line in (":2: [reminder].snoze: unbekannter Schlüssel; meintest du snooze? Möglich: snooze, ",
                 ":3: [reminder].snooze: 5: keine Einheit: schreib min oder s dazu, wie in 5min\n",
                 ":4: Warnung: [reminder]: dieser Abschnitt hat schon in Zeile 1 begonnen",
                 ":5: [reminder].repeat-limit: x: muss eine ganze Zahl von 0 bis 100 sein\n",
                 ":7: [profile].conditions: Wort 1 ist nicht bekannt; möglich: "):
        assert str(bad) + line in ran.stderr, ran.stderr
    assert "fevr" not in ran.stderr
    assert [line.split(":")[:2] for line in ran.stderr.splitlines()] == \
        [line.split(":")[:2] for line in run("config", "check", bad).stderr.splitlines()]


@needs_catalogues
def test_what_is_private_stays_so(tmp_path):
    """The doctor says only that something is wrong in the profile, in German too."""
    directory = tmp_path / ".config/backcare"
    directory.mkdir(parents=True)
    (directory / "backcare.conf").write_text("[profile]\nconditions = fever, nonsense\nunheard-of = fever\n")
    said = german("doctor", home=tmp_path).stdout
    assert "ein Fehler in den Einstellungen" in said and "was dort falsch ist" in re.sub(r"\s+", " ", said)
    assert "fever" not in said and "conditions" not in said


# "doctor" says the time, and how long the machine runs.
CHANGING = re.compile(r'"time":"[^"]*"|\d+ (min|s|h|d)\b[^"]*?(?= since the boot)|\d{4}-\d\d-\d\dT[^",]*')


@needs_catalogues
@pytest.mark.parametrize("arguments", [
    ["status"], ["why"], ["doctor"], ["profile", "show"], ["config", "show"], ["list"], ["show", "no-such-exercise"]],
    ids=" ".join)
def test_json_is_the_same(tmp_path, arguments):
    """For programs nothing is translated, not even what went wrong."""
    directory = tmp_path / ".config/backcare"
    directory.mkdir(parents=True)
    (directory / "backcare.conf").write_text("[profile]\nconditions = rash, knee-problem\npregnancy-due = 2000-01-01\n")
    english, ours = run(*arguments, "--json", home=tmp_path), german(*arguments, "--json", home=tmp_path)
    assert english.returncode == ours.returncode
    assert CHANGING.sub("", english.stdout) == CHANGING.sub("", ours.stdout)
    if ours.stdout:
        json.loads(ours.stdout)


@needs_catalogues
def test_simulate_is_the_same(tmp_path):
    trace = tmp_path / "trace"
    trace.write_text("start 2026-11-20T09:00:00+01:00\n0 active\n4000 idle since=3900\n5000 end\n")
    for more in ([], ["--json"]):
        english, ours = run("simulate", trace, *more), german("simulate", trace, *more)
        assert english.returncode == 0 and english.stdout and (english.stdout, "") == (ours.stdout, ours.stderr)
    trace.write_text("start 2026-11-20T09:00:00+01:00\n0 nonsense\n")
    assert f"{trace}:2: nonsense: unbekanntes Ereignis\n" == german("simulate", trace).stderr


@needs_catalogues
def test_plural_forms(tmp_path):
    """One and several, counted by the doctor."""
    directory = tmp_path / ".config/backcare"
    directory.mkdir(parents=True)
    for keys, said in ((["camera = no"], "1 Einstellung wird von dieser Version noch nicht benutzt"),
                       (["camera = no", "microphone = no"], "2 Einstellungen werden von dieser Version noch nicht benutzt")):
        (directory / "backcare.conf").write_text("\n".join(["[hold]", *keys, ""]))
        assert said in re.sub(r"\s+", " ", german("doctor", home=tmp_path).stdout)


@needs_catalogues
@pytest.mark.parametrize("environment", [
    {"LANG": "xx_YY.UTF-8"}, {"LC_ALL": "xx_YY.UTF-8", "LANGUAGE": "de"}, {"LANG": "C", "LANGUAGE": "de"}, {"LANGUAGE": "xx"},
    {"LANGUAGE": "de", "TEXTDOMAINDIR": "/nonexistent"}, {"LC_ALL": "C.UTF-8"}, {"LANG": ""}], ids=str)
def test_without_such_a_language(environment):
    ran = run("status", "--help", **environment)
    assert (ran.returncode, ran.stderr) == (0, "") and ran.stdout == run("status", "--help").stdout


@needs_catalogues
def test_numbers_stay_as_they_are(tmp_path):
    """Of a locale the language alone is taken."""
    english = run("config", "show", home=tmp_path).stdout
    assert "idle-after = 2min" in english and english == german("config", "show", home=tmp_path).stdout


@needs_catalogues
def test_is_installed(installed):
    found = [path for path in pathlib.Path(installed).rglob("backcare.mo")]
    assert sorted(path.parts[-3] for path in found) == sorted(LANGUAGES)
    assert all(path.parts[-4] == "locale" for path in found)
