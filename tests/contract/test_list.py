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


@pytest.mark.parametrize("conditions, message", [
    ("fever", "Please speak to a doctor or 5678 today before doing more."),
    ("saddle-numbness, fever", "Please call 1234 or go to an emergency department now."),
    ("pregnancy-warning-sign", "Please contact your maternity unit now, or 1234 if it is severe."),
    ("pregnancy-warning-sign, limb-weakness", "department now. Please contact your maternity unit, too."),
])
def test_a_hold_stands_alone(home, conditions, message):
    config = home / "own.conf"
    config.write_text(f"[profile]\nconditions = {conditions}\nemergency-number = 1234\nadvice-number = 5678\n")
    for arguments in (["list"], ["show", "bird-dog"], ["list", "--kind", "tip"]):
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


def test_catalogue_check(home):
    result = run(home, "catalogue", "check")
    assert (result.returncode, result.stderr) == (0, "") and "60 exercises" in result.stdout
    mine = home / "mine.ini"
    mine.write_text("[mine]\ntitle = Mine\nkind = massage\n")
    result = run(home, "catalogue", "check", mine)
    assert (result.returncode, result.stdout) == (1, "") and f"{mine}:2: [mine].regions: missing" in result.stderr
    good = home / "good.ini"
    good.write_text((ROOT / "conf/catalogue/posture.ini").read_text())
    result = run(home, "catalogue", "check", good)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{good}: no mistakes\n", "")


def test_nothing_is_said_to_be_nothing(home):
    """An empty list without a word would look like a fault."""
    none = run(home, "list", "--tool", "foam-roller")
    assert (none.returncode, none.stdout) == (0, "") and "--all" in none.stderr
    (home / "data/backcare/catalogue").unlink()
    missing = run(home, "list")
    assert missing.stdout == "" and "no exercises are installed" in missing.stderr


def test_in_ones_own_language(home):
    """By the setting, or by the session; what is half translated stays in its own language, and that is said."""
    for language, environment in (("de_AT", {}), ("auto", {"LANG": "de_DE.UTF-8"}),
                                  ("auto", {"LANG": "en_GB.UTF-8", "LANGUAGE": "de:en"})):
        config = home / "own.conf"
        config.write_text(f"[profile]\nlanguage = {language}\n")
        german = {e["id"]: e for e in json.loads(run(home, "list", "--all", "--json", "--config", config, **environment).stdout)}
        for name, exercise in EXERCISES.items():
            assert german[name]["title"] == exercise["title[de]"] and german[name]["breath"] == exercise["breath[de]"]
            assert german[name]["steps"] == [exercise[f"step-{i}[de]"] for i in range(1, 7) if f"step-{i}[de]" in exercise]
        card = run(home, "show", "neck-turns", "--config", config, **environment).stdout
        assert EXERCISES["neck-turns"]["caution[de]"].strip('"') in card
    config.write_text("[profile]\nlanguage = en\n")
    assert "Seat shift" in run(home, "list", "--config", config, LANG="de_DE.UTF-8").stdout
    half = home / "half.ini"
    half.write_text((ROOT / "conf/catalogue/posture.ini").read_text().replace("step-3[de]", "# step-3[de]", 1))
    result = run(home, "catalogue", "check", half)
    assert (result.returncode, result.stdout) == (0, f"{half}: no mistakes\n")
    assert result.stderr == f"{half}:6: warning: [posture-reset]: half translated into de: step-3 is missing; " \
                            "it is shown in its own language\n"
