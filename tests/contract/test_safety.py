# SPDX-License-Identifier: GPL-3.0-or-later
"""The safety rules of the program against those of support/safety_rules.py, which were written by themselves: the
exercises we ship and many made-up ones, for every tag, every pair, every local tag in every region, and at random."""

import datetime
import itertools
import os
import pathlib
import random
import subprocess

import pytest

from support import safety_rules as rules

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "conf" / "catalogue"
TODAY = datetime.date(2026, 11, 23)
ALL = {"tools": rules.TOOLS, "partner": True, "place": "floor-space", "max-intensity": 3}


def made_up(seed, n):
    """Exercises of every sort that a catalogue may hold."""
    rng = random.Random(seed)
    text = []
    for i in range(n):
        kind = rng.choice(rules.KINDS)
        position = rng.choice(rules.POSITIONS)
        regions = set(rng.sample(rules.REGIONS, rng.randint(1, 3)))
        if kind != "massage" and rng.random() < 0.1:
            regions = {"whole-body"}
        hazards = set(rng.sample(rules.HAZARDS, rng.choice([0, 0, 1, 2]))) - {"supine"}
        place = rng.choice(rules.PLACES)
        tools = set(rng.sample(["hands", "wall", "chair", "partner", *rules.TOOLS], rng.choice([0, 0, 1, 1, 2])))
        intensity = rng.choice("123")
        if position == "floor-supine":
            hazards.add("supine")
        if regions & {"lower-back", "whole-body"}:
            if place == "floor-space":
                tools -= {"foam-roller", "massage-ball"}
            if kind == "massage":
                intensity = "1"
                hazards.add("lumbar-pressure")
        if regions & {"lower-back", "neck", "whole-body"}:
            tools.discard("handheld-massager")
        if kind == "massage" and "neck" in regions:
            tools &= {"hands"}
        states = [rng.choice(["no", "adapt", "yes"]) for _ in range(3)]
        if kind != "massage":
            states.sort(key=["yes", "adapt", "no"].index)
        keys = {"title": f"Number {i}", "kind": kind, "regions": ", ".join(sorted(regions)),
                "tools": ", ".join(sorted(tools)) or "none", "position": position, "place": place,
                "duration": f"{rng.randint(30, 120)}s", "intensity": intensity, "step-1": "One.", "step-2": "Two.",
                "caution": "Care.", "hazards": ", ".join(sorted(hazards)) or "none"}
        if rng.random() < 0.05:
            del keys["hazards"]
        listed = False
        for t, state in zip(("t1", "t2", "t3"), states):
            if state == "no" and rng.random() < 0.3:
                continue
            keys["pregnancy-" + t] = state
            if state == "adapt":
                if not listed or rng.random() < 0.5:
                    keys["step-1-" + t], keys["step-2-" + t] = "Less.", "Still less."
                    listed = True
                if rng.random() < 0.4:
                    keys["duration-" + t] = f"{rng.randint(30, 90)}s"
        text.append(f"[e{i}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()))
    return "".join(text)


@pytest.fixture(scope="module", params=["shipped", "made-up"])
def catalogue(request, tmp_path_factory):
    """(directory, {id: exercise})"""
    directory = SHIPPED
    if request.param == "made-up":
        directory = tmp_path_factory.mktemp("catalogue")
        (directory / "made-up.ini").write_text(made_up(20261123, 400), encoding="utf-8")
    return directory, rules.read_catalogue(*sorted(directory.glob("*.ini")))


def ask(directory, persons):
    """What the program says: for each person its advice and {id: (steps, seconds)}."""
    lines = "".join("|".join([str(p.get("today", TODAY)), p.get("due", ""), ",".join(p["tags"]), ",".join(p["tools"]),
                              "yes" if p["partner"] else "no", p["place"], str(p["max-intensity"])]) + "\n" for p in persons)
    ran = subprocess.run([os.environ["BACKCARE_SAFETY_DRIVER"], str(directory)], input=lines, capture_output=True,
                         text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    mistakes = [line for line in ran.stderr.splitlines() if "warning: " not in line and "missing; taken as" not in line]
    assert not mistakes, mistakes[:5]
    answers = []
    for line in ran.stdout.splitlines():
        advice, *items = line.split(" ")
        answers.append((advice, {name: (steps, int(seconds)) for name, steps, seconds in
                                 (item.split(":") for item in items)}))
    assert len(answers) == len(persons)
    return answers


def expect(exercises, person):
    tags = set(person["tags"]) | rules.trimester_tags(person.get("due"), person.get("today", TODAY))
    return rules.advice(tags), {name: rules.shown(exercise, tags) for name, exercise in exercises.items()
                                if rules.allowed(exercise, tags, person)}


def compare(catalogue, persons):
    directory, exercises = catalogue
    answers = ask(directory, persons)
    for person, answer in zip(persons, answers):
        assert answer == expect(exercises, person), person
    return answers


def test_everything_is_loaded(catalogue):
    directory, exercises = catalogue
    (_, suitable), = ask(directory, [{**ALL, "tags": []}])
    assert set(suitable) == set(exercises) and len(exercises) >= 60


def test_every_tag_and_every_pair(catalogue):
    sets = [[]] + [[tag] for tag in rules.TAGS] + [list(pair) for pair in itertools.combinations(rules.TAGS, 2)]
    assert len(sets) == 1 + 46 + 1035
    compare(catalogue, [{**ALL, "tags": tags} for tags in sets])


def test_every_local_tag_in_every_region(catalogue):
    places = ["@" + region for region in rules.REGIONS] + ["", "@whole-body"]
    answers = compare(catalogue, [{**ALL, "tags": [tag + place]} for tag in rules.LOCAL for place in places])
    assert len({tuple(suitable) for _, suitable in answers}) > 5
    compare(catalogue, [{**ALL, "tags": [f"{one}{here}", f"{other}{there}"]}
                        for one, other in itertools.product(rules.LOCAL, repeat=2)
                        for here, there in itertools.product(places, repeat=2)])


def some_tags(rng):
    tags = rng.sample(rules.TAGS[16:] if rng.random() < 0.95 else rules.TAGS, rng.choice([0, 1, 1, 2, 2, 3, 4, 6]))
    return [tag + "@" + rng.choice(rules.REGIONS) if tag in rules.LOCAL and rng.random() < 0.7 else tag for tag in tags]


def test_many_persons(catalogue):
    rng = random.Random(4)
    persons = [{
        "tags": some_tags(rng),
        "due": str(TODAY + datetime.timedelta(days=rng.randint(-120, 320))) if rng.random() < 0.3 else "",
        "tools": [tool for tool in rules.TOOLS if rng.random() < 0.5],
        "partner": rng.random() < 0.5,
        "place": rng.choice(rules.PLACES),
        "max-intensity": rng.randint(1, 3),
    } for _ in range(3000)]
    answers = compare(catalogue, persons)
    assert len({tuple(suitable) for _, suitable in answers}) > 100


def test_every_day_of_a_pregnancy(catalogue):
    for due in (datetime.date(2027, 6, 1), datetime.date(2028, 3, 1), datetime.date(2027, 1, 1)):
        compare(catalogue, [{**ALL, "tags": [], "due": str(due), "today": due - datetime.timedelta(days=days)}
                            for days in range(-100, 310)])


def test_something_is_always_left():
    """Without what is a medical hold, something at the desk that needs nothing is left, whatever else is set."""
    directory, exercises = SHIPPED, rules.read_catalogue(*sorted(SHIPPED.glob("*.ini")))
    rng = random.Random(8)
    least = {"tools": [], "partner": False, "place": "desk", "max-intensity": 1}
    persons = [{**least, "tags": rules.TAGS[16:]}] + [{**least, "tags": rng.sample(rules.TAGS[16:], rng.randint(0, 30))}
                                                       for _ in range(2000)]
    for _, suitable in compare((directory, exercises), persons):
        assert any(not rules.words(exercises[name]["tools"]) for name in suitable)
    (_, worst), = ask(directory, [{**ALL, "tags": rules.TAGS[16:]}])
    assert set(worst) <= {"belly-breathing-seated", "side-lying-breathing", "posture-reset", "seat-shift"}


def test_an_unknown_tag_is_not_passed_over(catalogue):
    directory, exercises = catalogue
    answers = ask(directory, [{**ALL, "tags": ["osteoporosi"]}, {**ALL, "tags": ["rash@elbow"]}])
    assert answers == [("consult", {}), ("none", {})]
