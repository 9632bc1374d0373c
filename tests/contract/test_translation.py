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
                             (["config", "chekc"], "es gibt keinen Befehl „chekc“; meintest du check")):
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


def at_home(home, *profile, catalogue=False):
    """A home with a [profile], and with the exercises of the source tree."""
    directory = home / ".config/backcare"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "backcare.conf").write_text("\n".join(["[profile]", *profile, ""]))
    if catalogue:
        (home / ".local/share/backcare").mkdir(parents=True)
        (home / ".local/share/backcare/catalogue").symlink_to(ROOT / "conf/catalogue")


@needs_catalogues
@pytest.mark.parametrize("arguments", [
    ["status"], ["why"], ["doctor"], ["profile", "show"], ["config", "show"], ["list"], ["list", "--all"],
    ["list", "--kind", "routine", "--all"], ["list", "--kind", "tip"], ["show", "neck-turns"], ["show", "morning"],
    ["show", "no-such-exercise"]], ids=" ".join)
def test_json_is_the_same(tmp_path, arguments):
    """For programs nothing is translated, not even what went wrong. The exercises have a language of their own."""
    at_home(tmp_path, "conditions = rash, knee-problem, disc-problem", "pregnancy-due = 2000-01-01", "language = en",
            catalogue=True)
    english, ours = run(*arguments, "--json", home=tmp_path), german(*arguments, "--json", home=tmp_path)
    assert english.returncode == ours.returncode
    assert CHANGING.sub("", english.stdout) == CHANGING.sub("", ours.stdout)
    if ours.stdout:
        json.loads(ours.stdout)


@needs_catalogues
@pytest.mark.parametrize("conditions", ["severe-pain", "limb-weakness", "fever, pregnancy-warning-sign", "rash@neck"])
def test_json_of_a_profile_is_the_same(tmp_path, conditions):
    at_home(tmp_path, f"conditions = {conditions}", catalogue=True)
    for verb in ("show",), ("show", "--yes"):
        english, ours = (ran("profile", *verb, "--json", home=tmp_path) for ran in (run, german))
        assert english.stdout == ours.stdout and english.stderr == ours.stderr


@needs_catalogues
def test_only_the_texts_of_an_exercise_follow_the_person(tmp_path):
    """In JSON too: title, steps and the like are for reading; what a program goes by is not."""
    at_home(tmp_path, "conditions = rash, disc-problem", catalogue=True)
    english, ours = (json.loads(ran("list", "--all", "--json", home=tmp_path).stdout) for ran in (run, german))
    texts = {"title", "muscles", "steps", "breath", "caution"}
    assert [e["title"] for e in english] != [e["title"] for e in ours]
    for one, other in zip(english, ours, strict=True):
        assert {k: v for k, v in one.items() if k not in texts} == {k: v for k, v in other.items() if k not in texts}
    assert any("massage: ask a professional first" in e["why"] for e in ours)


@needs_catalogues
def test_an_exercise_reads_german(tmp_path):
    """Each word of the catalogue has a German one: none of the English is left on any card or line."""
    at_home(tmp_path, "conditions = rash, disc-problem", catalogue=True)
    exercises = json.loads(german("list", "--all", "--json", home=tmp_path).stdout)
    assert len(exercises) > 50
    for e in exercises:
        card = german("show", e["id"], home=tmp_path).stdout
        words = [e["kind"], e["position"], e["place"], e["sides"], *e["regions"], *e["tools"], *e["hazards"]]
        rows = re.findall(r"^(?:Art|Haltung|Ort|Seiten|Bereiche|Hilfsmittel|Risiken) +(.*)$", card.split("\n", 1)[1], re.M)
        shown = [word for row in rows for word in row.split(", ")]
        # "Massage" and the like begin with a capital letter, others are another word.
        assert len(shown) == len(words) and not set(words) & set(shown), card
        assert re.search(r"^für dich    ", card, re.M) and "Hör auf, wenn Schmerz sticht" in card
        assert not re.search(r"\b(the|your|needs|suitable|time|hold|repeats|sources)\b", card), card
    listed = german("list", "--all", home=tmp_path).stdout
    assert "Beweglichkeit " in listed and "(braucht mehr Platz" in listed
    assert not re.search(r"\b(mobility|massage|needs|switched)\b", listed)
    assert re.search(r"^Dauer +\S.*, mit je 10s Ruhe dazwischen$", german("show", "morning", home=tmp_path).stdout, re.M)
    assert "geht nicht als Art; möglich: massage, " in german("list", "--kind", "x").stderr


@needs_catalogues
@pytest.mark.parametrize("conditions, numbers, text", [
    ("limb-weakness", [], "BackCare ruht. Was du angegeben hast, kann ein Notfall sein. Bitte ruf deine örtliche Notrufnummer an oder "
                          "geh jetzt in eine Notaufnahme.\n"),
    ("limb-weakness, pregnancy-warning-sign", ["emergency-number = 112"],
     "BackCare ruht. Was du angegeben hast, kann ein Notfall sein. Bitte ruf 112 an oder geh jetzt in eine Notaufnahme. "
     "Bitte ruf auch deine Geburtsklinik an.\n"),
    ("pregnancy-warning-sign", ["emergency-number = 112"],
     "BackCare ruht. Bitte ruf jetzt deine Geburtsklinik an, oder 112, wenn es schlimm ist.\n"),
    ("fever", ["advice-number = 116117"],
     "BackCare ruht. Bitte sprich noch heute mit einer Ärztin, einem Arzt oder 116117, bevor du mehr machst.\n"),
    ("fever", [], "BackCare ruht. Bitte sprich noch heute mit einer Ärztin, einem Arzt oder einem ärztlichen Beratungstelefon, "
                  "bevor du mehr machst.\n")])
def test_medical_advice(tmp_path, conditions, numbers, text):
    at_home(tmp_path, f"conditions = {conditions}", *numbers, catalogue=True)
    assert german("list", home=tmp_path).stdout == german("show", "neck-turns", home=tmp_path).stdout == text
    assert text in german("profile", "show", home=tmp_path).stdout


@needs_catalogues
def test_each_condition_is_explained(tmp_path):
    """In words of its own language, whatever it is."""
    names = german("_complete", "conditions").stdout.split()
    assert len(names) > 40
    at_home(tmp_path, "conditions = " + ", ".join(names))
    rows = dict(re.findall(r"^  ([a-z0-9-]+): (.*)$", german("profile", "show", home=tmp_path).stdout, re.M))
    english = dict(re.findall(r"^  ([a-z0-9-]+): (.*)$", run("profile", "show", home=tmp_path).stdout, re.M))
    assert set(rows) == set(english) == set(names)
    for name in names:
        assert not re.search(r"\b(the|of|and|or|with|pain|nothing|problem|all)\b", rows[name]), rows[name]
        assert ("Notfall" in rows[name]) == ("emergency" in english[name])
        assert ("noch heute" in rows[name]) == ("today" in english[name])


@needs_catalogues
def test_mistakes_in_exercises(tmp_path):
    bad = tmp_path / "bad.ini"
    bad.write_text("[knees]\ntitle = Knees\nkind = massag\nregions = knee, hips\nposition = seated\nplace = desk\n"
                   "duration = 5\nintensity = 4\nfoo = 1\ntext = x\nstep-1 = Bend.\n[knees-too]\ntitle = X\n"
                   "kind = routine\nexercises = knees, neck-turn\n")
    ran = german("catalogue", "check", bad)
    assert ran.returncode == 1
    for line in (":3: [knees].kind: massag: unbekannt; meintest du massage?", ':4: [knees].regions: knee, hips: „knee“ ist unbekannt; ',
                 ":7: [knees].duration: 5: schreib s oder min dazu", ":8: [knees].intensity: 4: nicht von 1 bis 3",
                 ":9: [knees].foo: 1: unbekannter Schlüssel", ":10: [knees].text: x: das hat nur ein Tipp oder eine Übungsfolge",
                 ":2: [knees].step-2: fehlt; eine Übung hat 2 bis 6 Schritte",
                 ":15: [knees-too].exercises: knees: diese Übung hat einen Fehler",
                 ":15: [knees-too].exercises: neck-turn: diese Übung gibt es nicht"):
        assert str(bad) + line in ran.stderr, (line, ran.stderr)
    english = run("catalogue", "check", bad).stderr.splitlines()
    assert [line.split(":")[:2] for line in ran.stderr.splitlines()] == [line.split(":")[:2] for line in english]
    assert not set(english) & set(ran.stderr.splitlines())


def test_what_sources_say_of_themselves_is_known():
    """The bus has it in English; backcarectl translates it by a table."""
    table = (ROOT / "cli/words.c").read_text()
    said = set()
    for path in (ROOT / "daemon/source").glob("*.c"):
        if path.name not in ("fake.c", "mutter-watch.c"):
            for call in re.findall(r"\b(?:source_report|give_up|fail|finish)\(((?:[^;\"]|\"(?:\\.|[^\"])*\")*)\);", path.read_text()):
                said |= set(STRING.findall(call))
    assert len(said) > 40
    # Those with names in them are put together again from a few.
    whole = {text for text in said if text and "%" not in text and ":" not in text and text[0] not in ",;"}
    unknown = {text for text in whole if f'N_("{text}")' not in table and f'N_("%s {text}")' not in table}
    assert not unknown, unknown


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
