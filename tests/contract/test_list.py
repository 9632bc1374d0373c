# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl list, show and catalogue check: what people and other programs get of the exercises, without a daemon."""

import datetime
import json
import os
import pathlib
import random
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cli import PROGRAM, ROOT

from bench.catalogues import write_catalogue
from support import safety_rules as rules

EXERCISES = rules.read_catalogue(*sorted((ROOT / "conf" / "catalogue").glob("*.ini")))
KEYS = """id title kind regions muscles tools position place seconds hold_seconds reps sides steps breath caution hazards
    pregnancy intensity sources suitable why""".split()
TODAY = datetime.date.today()


@pytest.fixture
def home(tmp_path):
    (tmp_path / "data/backcare").mkdir(parents=True)
    (tmp_path / "data/backcare/catalogue").symlink_to(ROOT / "conf/catalogue")
    return tmp_path


def run(home, *arguments, **more):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "LANG": "C.UTF-8",
                   "XDG_CONFIG_HOME": str(home / "config"), "XDG_CONFIG_DIRS": str(home / "none"), **more,
                   **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60, env=environment,
                          stdin=subprocess.DEVNULL)


def listed(home, profile, *arguments):
    config = home / "profile.conf"
    config.write_text("[profile]\n" + "".join(f"{key} = {value}\n" for key, value in profile.items()))
    result = run(home, "list", "--config", config, "--json", *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return {exercise["id"]: exercise for exercise in json.loads(result.stdout)}


def steps(exercise, trimester):
    suffix = "-" + rules.adapted_steps(exercise, trimester) if trimester else ""
    return [exercise[f"step-{i}{suffix}"] for i in range(1, 7) if f"step-{i}{suffix}" in exercise]


def some_profile(rng):
    tags = rng.sample(rules.TAGS[16:] if rng.random() < 0.9 else rules.TAGS, rng.choice([0, 1, 1, 2, 3]))
    tags = [tag + "@" + rng.choice(rules.REGIONS) if tag in rules.LOCAL and rng.random() < 0.7 else tag for tag in tags]
    profile = {"conditions": ", ".join(tags), "tools": ", ".join(tool for tool in rules.TOOLS if rng.random() < 0.5),
               "partner": rng.choice(["yes", "no"]), "place": rng.choice(rules.PLACES), "max-intensity": rng.randint(1, 3)}
    if rng.random() < 0.4:
        profile["pregnancy-due"] = TODAY + datetime.timedelta(days=rng.choice([250, 130, 40, -5, -50, -200]))
    return profile


def test_against_the_rules(home):
    rng = random.Random(10)
    for profile in [{}] + [some_profile(rng) for _ in range(60)]:
        tags = set(rules.words(profile.get("conditions", "")))
        tags |= rules.trimester_tags(str(profile.get("pregnancy-due", "")), TODAY)
        person = {"tools": rules.words(profile.get("tools", "")), "partner": profile.get("partner") == "yes",
                  "place": profile.get("place", "desk"), "max-intensity": int(profile.get("max-intensity", 2))}
        answer = listed(home, profile, "--all")
        assert set(answer) == set(EXERCISES)
        for name, exercise in EXERCISES.items():
            got = answer[name]
            trimester, seconds = rules.shown(exercise, tags)
            assert got["suitable"] == rules.allowed(exercise, tags, person), (profile, name)
            assert got["suitable"] == (got["why"] == [])
            assert (got["steps"], got["seconds"]) == (steps(exercise, trimester), seconds), (profile, name)
            hold, reps, position = (rules.adapted(exercise, key, trimester) if trimester else exercise.get(key)
                                    for key in ("hold", "reps", "position"))
            assert (got["hold_seconds"], got["reps"], got["position"]) == \
                (rules.seconds(hold or "0s"), int(reps or 0), position), (profile, name)
            assert got["advice"] == {"none": None, "consult": "consult-first"}.get(rules.advice(tags), rules.advice(tags))


def test_every_key(home):
    for name, got in listed(home, {}, "--all").items():
        exercise = EXERCISES[name]
        assert set(KEYS) <= set(got)
        assert got["title"] == exercise["title"] and got["kind"] == exercise["kind"]
        for key in ("regions", "tools", "hazards"):
            assert set(got[key]) == set(rules.words(exercise[key]))
        assert got["muscles"] == rules.words(exercise["muscles"]) and got["sources"] == rules.words(exercise["sources"])
        assert got["hold_seconds"] == rules.seconds(exercise.get("hold", "0s"))
        assert got["reps"] == int(exercise.get("reps", 0)) and got["intensity"] == int(exercise["intensity"])
        assert got["pregnancy"] == {t: exercise["pregnancy-" + t] for t in ("t1", "t2", "t3")}
        for key in ("position", "place", "sides", "breath", "caution"):
            assert got[key] == exercise[key]
        shown = run(home, "show", name, "--json")
        assert shown.returncode == 0 and json.loads(shown.stdout) == got


def test_filters(home):
    everything = {"tools": ", ".join(rules.TOOLS), "partner": "yes", "place": "floor-space", "max-intensity": 3}
    assert set(listed(home, everything, "--region", "neck")) == {n for n, e in EXERCISES.items()
                                                                   if "neck" in rules.words(e["regions"])}
    assert {e["kind"] for e in listed(home, everything, "--kind", "strength").values()} == {"strength"}
    assert set(listed(home, everything, "--tool", "foam-roller", "--region", "hamstrings")) == {"roller-hamstring"}
    # What is switched off is listed with all the others only.
    assert "wall-roller-low-back-side" not in listed(home, everything)
    assert listed(home, everything, "--all")["wall-roller-low-back-side"]["default"] is False
    assert len(listed(home, {"conditions": "fever"})) == 0
    assert len(listed(home, {"conditions": "fever"}, "--all")) == 60


def test_tips(home):
    tips = listed(home, {}, "--kind", "tip")
    assert "tip-heat" in tips and all(tip["kind"] == "tip" and tip["text"] for tip in tips.values())
    assert "tip-heat" not in listed(home, {"conditions": "reduced-sensation"}, "--kind", "tip")
    assert "tip-pregnancy-habits" not in tips
    pregnant = listed(home, {"pregnancy-due": TODAY + datetime.timedelta(days=40)}, "--kind", "tip")
    assert {"tip-pregnancy-habits", "tip-sleep-on-the-side"} <= set(pregnant) and "tip-heat" not in pregnant
    assert listed(home, {"conditions": "severe-pain"}, "--kind", "tip") == {}
    assert "warm, not hot" in run(home, "show", "tip-heat").stdout


def test_routines(home):
    """Each is what its exercises are, one by one."""
    rng = random.Random(7)
    for profile in [{}] + [some_profile(rng) for _ in range(25)]:
        routines, exercises = listed(home, profile, "--kind", "routine", "--all"), listed(home, profile, "--all")
        assert list(routines) == ["morning", "desk-five-minutes", "evening-wind-down", "after-workout", "gentle-flow"]
        suitable = listed(home, profile, "--kind", "routine")
        for name, routine in routines.items():
            assert set(routine) == {"id", "title", "kind", "text", "exercises", "rest_seconds", "seconds", "default",
                                    "suitable", "why", "sources"} and routine["kind"] == "routine" and routine["text"]
            assert all(part["suitable"] == exercises[part["id"]]["suitable"] for part in routine["exercises"])
            left = [exercises[part["id"]] for part in routine["exercises"] if part["suitable"]]
            rests = max(len(left) - 1, 0) * routine["rest_seconds"]
            assert routine["seconds"] == sum(part["seconds"] for part in left) + rests
            assert routine["suitable"] == bool(left) == (routine["why"] == []) == (name in suitable)
            if not left:
                assert set(routine["why"]) == {why for part in routine["exercises"] for why in exercises[part["id"]]["why"]}
    assert listed(home, {"conditions": "fever"}, "--kind", "routine") == {}
    assert set(listed(home, {"tools": "foam-roller", "place": "floor-space"}, "--kind", "routine", "--tool", "foam-roller")) \
        == {"after-workout"}
    assert "desk-five-minutes" not in listed(home, {}, "--kind", "routine", "--region", "hamstrings", "--all")
    assert run(home, "list", "--kind", "routine").stdout.splitlines()[1].split() == \
        "desk-five-minutes 5min Five minutes at the desk".split()
    assert not set(listed(home, {}, "--all")) & set(routines), "a plain list has exercises only"


def test_a_card_of_a_routine(home):
    config = home / "own.conf"
    config.write_text("[profile]\nconditions = osteoporosis\n")
    shown = json.loads(run(home, "show", "desk-five-minutes", "--json").stdout)
    assert shown == listed(home, {}, "--kind", "routine")["desk-five-minutes"]
    card = run(home, "show", "desk-five-minutes").stdout
    assert " 5. self-hug-upper-back " in card and "left out: " not in card and "5min, with 10s of rest" in card
    card = run(home, "show", "desk-five-minutes", "--config", config).stdout
    assert " -  hands-shoulder-top-squeeze  left out: massage: ask a" in card and " 3. self-hug-upper-back" in card
    assert "Check with your clinician" in card and "osteoporosis" not in card and "Stop if pain is sharp" in card
    assert "did you mean morning?" in run(home, "show", "mornin").stderr


def test_what_may_be_left_out_when_it_starts(home):
    """Massage rests, whatever the profile says; where there is none, or none for this person, nothing is said of it."""
    note = "When it starts, what was massaged or hurt lately is left out.\n"
    config = home / "own.conf"
    config.write_text("[profile]\nconditions = osteoporosis\n")
    said = {}
    for routine, shown in listed(home, {"place": "floor-space"}, "--kind", "routine", "--all").items():
        card = run(home, "show", routine, "--config", home / "profile.conf").stdout
        kinds = {EXERCISES[item["id"]]["kind"] for item in shown["exercises"] if item["suitable"]}
        said[routine] = card.count(note)
        assert said[routine] == ("massage" in kinds), routine
    assert set(said.values()) == {0, 1}
    assert note not in run(home, "show", "desk-five-minutes", "--config", config).stdout


def test_a_routine_of_ones_own(home):
    mine = home / "mine.ini"
    mine.write_text("[mine]\ntitle = Mine\nkind = routine\nexercises = seat-shift, neck-turns\n")
    assert run(home, "catalogue", "check", mine).stdout == f"{mine}: no mistakes\n"
    mine.write_text("[mine]\ntitle = Mine\nkind = routine\nexercises = seat-shift, neck-turn\n")
    result = run(home, "catalogue", "check", mine)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"{mine}:4: [mine].exercises: neck-turn: there is no such exercise; did you mean neck-turns?\n"


@pytest.mark.parametrize("conditions, message", [
    ("fever", "Please speak to a doctor or 5678 today before doing more."),
    ("saddle-numbness, fever", "Please call 1234 or go to an emergency department now."),
    ("pregnancy-warning-sign", "Please contact your maternity unit now, or 1234 if it is severe."),
    ("pregnancy-warning-sign, limb-weakness", "department now. Please contact your maternity unit, too."),
])
def test_a_hold_stands_alone(home, conditions, message):
    config = home / "own.conf"
    config.write_text(f"[profile]\nconditions = {conditions}\nemergency-number = 1234\nadvice-number = 5678\n")
    for arguments in (["list"], ["show", "bird-dog"], ["list", "--kind", "tip"], ["list", "--kind", "routine"],
                      ["show", "morning"]):
        result = run(home, *arguments, "--config", config)
        assert result.returncode == 0
        assert result.stdout.startswith("BackCare is paused.") and result.stdout.endswith(message + "\n")
        assert len(result.stdout.splitlines()) == 1


def test_a_card(home):
    text = run(home, "show", "hip-hinge-practice").stdout
    assert all(step in text for step in steps(EXERCISES["hip-hinge-practice"], ""))
    assert "Stop if pain is sharp, rising or spreading" in text and "Check with" not in text
    config = home / "own.conf"
    config.write_text("[profile]\nconditions = osteoporosis\n")
    assert "Check with your clinician or midwife" in run(home, "show", "hip-hinge-practice", "--config", config).stdout


@pytest.mark.parametrize("arguments", [
    ["list", "--kind", "swimming"], ["list", "--region", "elbow"], ["list", "--tool", "hammer"], ["list", "x"],
    ["show"], ["show", "no-such"], ["show", "bird-dogg"], ["catalogue"], ["catalogue", "chekc"],
    ["list", "--config", "/nowhere"], ["catalogue", "check", "/nowhere"],
], ids=" ".join)
def test_wrong_usage(home, arguments):
    result = run(home, *arguments)
    assert (result.returncode, result.stdout) == (2, "") and result.stderr


def test_a_broken_profile_suits_nothing(home):
    """A file that is named must be good; with one's own, what could not be read may have been a condition."""
    (home / "config/backcare").mkdir(parents=True)
    own = home / "config/backcare/backcare.conf"
    own.write_text("[profile]\nconditions = osteoporosi\n")
    result = run(home, "list", "--config", own)
    assert (result.returncode, result.stdout) == (2, "") and "osteoporosi" not in result.stderr.replace("osteoporosis", "")
    result = run(home, "list", "--json")
    assert result.returncode == 0 and json.loads(result.stdout) == [] and "backcare.conf:2" in result.stderr


def test_ten_thousand_in_one_file(home):
    """Nobody writes them by hand, but a program may."""
    many = home / "many"
    many.mkdir()
    write_catalogue(many, translated=True, in_a_file=10000)
    file, = many.iterdir()
    result = run(home, "catalogue", "check", file)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{file}: no mistakes\n", "")
    (home / "data/backcare/catalogue").unlink()
    (home / "data/backcare/catalogue").symlink_to(many)
    assert len(listed(home, {}, "--all")) == 10000


def test_catalogue_check(home):
    result = run(home, "catalogue", "check")
    assert (result.returncode, result.stderr) == (0, "") and result.stdout == "60 exercises, 24 tips, 5 routines: no mistakes\n"
    mine = home / "mine.ini"
    mine.write_text("[mine]\ntitle = Mine\nkind = massage\n")
    result = run(home, "catalogue", "check", mine)
    assert (result.returncode, result.stdout) == (1, "") and f"{mine}:2: [mine].regions: missing" in result.stderr
    good = home / "good.ini"
    good.write_text((ROOT / "conf/catalogue/posture.ini").read_text())
    result = run(home, "catalogue", "check", good)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{good}: no mistakes\n", "")


def test_the_main_region_comes_first(home):
    """As the file has it: the picture and the balance of a day go by it."""
    all_of_them = listed(home, {}, "--all")
    for name, exercise in all_of_them.items():
        regions = [region.strip() for region in EXERCISES[name]["regions"].split(",")]
        assert exercise["regions"][0] == regions[0] and sorted(exercise["regions"]) == sorted(regions)
        card = run(home, "show", name).stdout
        assert f"\nregions     {', '.join(exercise['regions'])}\n" in card
    assert any(rules.REGIONS.index(e["regions"][0]) > rules.REGIONS.index(e["regions"][1]) for e in all_of_them.values()
               if len(e["regions"]) > 1), "no exercise has its main region behind another: this tests nothing"


def test_a_tip_has_no_region(home):
    for filters in ("--region", "neck"), ("--tool", "wall"):
        result = run(home, "list", "--kind", "tip", *filters)
        assert (result.returncode, result.stdout) == (2, "") and "a tip has no region and no tool" in result.stderr


def test_nothing_is_said_to_be_nothing(home):
    """An empty list without a word would look like a fault."""
    none = run(home, "list", "--tool", "foam-roller")
    assert (none.returncode, none.stdout) == (0, "") and "--all" in none.stderr
    (home / "data/backcare/catalogue").unlink()
    missing = run(home, "list")
    assert missing.stdout == "" and "no exercises are installed" in missing.stderr


def test_in_ones_own_language(home):
    """By the setting, or by the session; what is half translated stays in its own language, and that is said."""
    for language, environment in (("de_AT", {}), ("auto", {"LANGUAGE": "de:en"}), ("auto", {"LANGUAGE": "de_AT"})):
        config = home / "own.conf"
        config.write_text(f"[profile]\nlanguage = {language}\n")
        german = {e["id"]: e for e in json.loads(run(home, "list", "--all", "--json", "--config", config, **environment).stdout)}
        for name, exercise in EXERCISES.items():
            assert german[name]["title"] == exercise["title[de]"] and german[name]["breath"] == exercise["breath[de]"]
            assert german[name]["steps"] == [exercise[f"step-{i}[de]"] for i in range(1, 7) if f"step-{i}[de]" in exercise]
        card = run(home, "show", "neck-turns", "--config", config, **environment).stdout
        assert EXERCISES["neck-turns"]["caution[de]"].strip('"') in card
    config.write_text("[profile]\nlanguage = en\n")
    assert "Seat shift" in run(home, "list", "--config", config, LANGUAGE="de").stdout
    half = home / "half.ini"
    half.write_text((ROOT / "conf/catalogue/posture.ini").read_text().replace("step-3[de]", "# step-3[de]", 1))
    result = run(home, "catalogue", "check", half)
    assert (result.returncode, result.stdout) == (0, f"{half}: no mistakes\n")
    assert result.stderr == f"{half}:6: warning: [posture-reset]: half translated into de: step-3 is missing; " \
                            "it is shown in its own language\n"
