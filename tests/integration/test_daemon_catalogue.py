# SPDX-License-Identifier: GPL-3.0-or-later
"""org.backcare.BackCare1.Catalogue of the whole daemon: the exercises, and no more of the profile than a yes or no."""

import datetime
import json

import pytest
from bus_harness import ERROR, INVALID_ARGS, BusError
from gi.repository import GLib

from support import safety_rules as rules
from support.waiting import wait_for

CATALOGUE = "org.backcare.BackCare1.Catalogue"
LISTED = {"id": str, "title": str, "kind": str, "regions": list, "tools": list, "position": str, "place": str,
          "sides": str, "duration_usec": int, "hold_usec": int, "reps": int, "intensity": int, "hazards": list,
          "pregnancy": dict, "default": bool, "suitable": bool, "why": list}
TEXTS = {"muscles": list, "steps": list, "breath": str, "caution": str, "sources": list}
CHOICE = {"chosen": list, "not_now": list, "verdict": str}
# What comes of what somebody has told of their health is one reason for other programs.
HEALTH = {"massage: ask a professional first", "only breathing and posture for now", "no exercises of two for now",
          "near a part of the body that is to be left alone", "not in your gentle set"}
GENERAL = "a movement or pressure to leave out for now"


def everything(desk, **criteria):
    return {e["id"]: e for e in desk.client.call_raw(CATALOGUE, "List", "(a{sv})", (criteria,))[0][0]}


def get(desk, name):
    return desk.client.call_raw(CATALOGUE, "Get", "(s)", (name,))[0][0]


def refused(desk, method, signature, argument):
    with pytest.raises(BusError) as error:
        desk.client.call_raw(CATALOGUE, method, signature, (argument,))
    return error.value


def start(desk, profile):
    desk.configure({"profile": profile})
    desk.start()


def as_ctl_has_it(exercise):
    """In the words of `backcarectl list --json`."""
    same = {key: value for key, value in exercise.items() if not key.endswith("_usec") and key not in CHOICE}
    return {**same, "seconds": exercise["duration_usec"] // 10**6, "hold_seconds": exercise["hold_usec"] // 10**6}


@pytest.mark.parametrize("profile", [
    {},
    {"conditions": "osteoporosis, rash@neck", "place": "room"},
    {"pregnancy-due": str(datetime.date.today() + datetime.timedelta(days=130)), "partner": "yes", "place": "floor-space"},
    {"conditions": "fever"},
], ids=["none", "conditions", "t2", "hold"])
def test_the_same_as_backcarectl(x_desk, profile):
    start(x_desk, profile)
    listed = everything(x_desk)
    for exercise in listed.values():
        assert {key: type(value) for key, value in exercise.items()} == LISTED
        assert exercise["suitable"] == (exercise["why"] == [])
    ctl = {e["id"]: e for e in json.loads(x_desk.ctl("list", "--all", "--json").stdout)}
    assert list(listed) == list(ctl)
    for name, exercise in ctl.items():
        got = get(x_desk, name)
        assert {key: type(value) for key, value in got.items()} == {**LISTED, **TEXTS, **CHOICE}
        assert {key: value for key, value in got.items() if key not in {**TEXTS, **CHOICE}} == listed[name]
        told = [GENERAL if reason in HEALTH else reason for reason in exercise["why"]]
        exercise["why"] = list(dict.fromkeys(told))
        assert as_ctl_has_it(got) == {key: value for key, value in exercise.items() if key not in ("advice", "adapted")}


ROUTINE = {"id": str, "title": str, "kind": str, "exercises": list, "duration_usec": int, "rest_usec": int,
           "default": bool, "suitable": bool, "why": list}


def routines(desk, **criteria):
    return everything(desk, kind=GLib.Variant("s", "routine"), **criteria)


def test_routines(x_desk):
    start(x_desk, {"conditions": "osteoporosis"})
    ctl = {r["id"]: r for r in json.loads(x_desk.ctl("list", "--kind", "routine", "--all", "--json").stdout)}
    listed = routines(x_desk)
    assert list(listed) == list(ctl) and len(listed) == 5
    for name, routine in listed.items():
        assert {key: type(value) for key, value in routine.items()} == ROUTINE
        got = get(x_desk, name)
        assert {key: value for key, value in got.items() if key not in ("text", "sources")} == routine
        ctl[name]["why"] = list(dict.fromkeys(GENERAL if why in HEALTH else why for why in ctl[name]["why"]))
        same = {key: value for key, value in got.items() if not key.endswith("_usec")}
        same["exercises"] = [{"id": part, "suitable": suitable} for part, suitable in got["exercises"]]
        assert {**same, "seconds": got["duration_usec"] // 10**6, "rest_seconds": got["rest_usec"] // 10**6} == ctl[name]
    assert set(routines(x_desk, region=GLib.Variant("s", "hamstrings"))) == {"morning", "after-workout"}
    assert set(routines(x_desk, tool=GLib.Variant("s", "foam-roller"))) == {"after-workout"}
    assert set(routines(x_desk, suitable=GLib.Variant("b", False))) == {n for n, r in ctl.items() if not r["suitable"]}
    assert not set(everything(x_desk)) & set(listed)


def test_a_routine_that_does_not_suit(x_desk):
    """Of which nothing is left is refused as an exercise is; of another one what is left is taken."""
    start(x_desk, {"conditions": "recent-surgery"})
    assert not routines(x_desk)["after-workout"]["suitable"]
    refusal = x_desk.ctl("start", "--exercise", "after-workout", check=False)
    assert refusal.returncode != 0 and "suit" in refusal.stderr and "surgery" not in refusal.stderr
    assert x_desk.ctl("start", "--exercise", "morning", check=False).returncode == 0


def test_switched_off_comes_only_by_name(x_desk):
    start(x_desk, {"place": "floor-space"})
    name = "gentle-prenatal-flow"
    found = get(x_desk, name)
    assert not found["default"] and found["suitable"] and len(found["not_now"]) == 1 and "by name" in found["not_now"][0]
    assert name not in {e["id"] for e in json.loads(x_desk.ctl("list", "--json").stdout)}
    x_desk.ctl("start", "--exercise", name)
    assert json.loads(x_desk.ctl("why", "--json").stdout)["exercise"] == name
    x_desk.ctl("another")
    assert json.loads(x_desk.ctl("why", "--json").stdout)["exercise"] != name
    x_desk.ctl("skip")
    # A routine, too; and what the rules refuse is refused, switched off or not.
    x_desk.session.own_catalogue("[morning]\ndefault = off\n")
    x_desk.ctl("reload")
    x_desk.ctl("start", "--exercise", "morning")
    x_desk.ctl("done")
    assert "suit" in x_desk.ctl("start", "--exercise", "wall-roller-low-back-side", check=False).stderr


def test_filters(x_desk):
    start(x_desk, {"place": "floor-space", "tools": "foam-roller"})
    listed = everything(x_desk)
    string = lambda text: GLib.Variant("s", text)
    assert set(everything(x_desk, region=string("neck"))) == {n for n, e in listed.items() if "neck" in e["regions"]}
    assert {e["kind"] for e in everything(x_desk, kind=string("strength")).values()} == {"strength"}
    both = everything(x_desk, tool=string("foam-roller"), kind=string("massage"), region=string("hamstrings"))
    assert set(both) == {"roller-hamstring"}
    suitable = everything(x_desk, suitable=GLib.Variant("b", True))
    rest = everything(x_desk, suitable=GLib.Variant("b", False))
    assert suitable and rest and {**suitable, **rest}.keys() == listed.keys() and not suitable.keys() & rest.keys()
    assert all(e["suitable"] for e in suitable.values()) and not any(e["suitable"] for e in rest.values())


@pytest.mark.parametrize("key, variant, named", [
    ("colour", GLib.Variant("s", "red"), "region, kind, tool or suitable"), ("kind", GLib.Variant("s", "tip"), "routine"),
    ("region", GLib.Variant("s", "elbow"), "lower-back"), ("tool", GLib.Variant("s", ""), "foam-roller"),
    ("kind", GLib.Variant("u", 1), "string"), ("suitable", GLib.Variant("s", "yes"), "boolean"),
    ("conditions", GLib.Variant("s", "fever"), "Unknown filter")])
def test_unknown_filters(x_desk, key, variant, named):
    start(x_desk, {})
    error = refused(x_desk, "List", "(a{sv})", {key: variant})
    assert error.name == INVALID_ARGS and named in error.message and "\n" not in error.message


def test_in_ones_own_language(x_desk):
    start(x_desk, {"language": "de"})
    german = everything(x_desk)
    assert german["seat-shift"]["title"] == "Sitzhaltung wechseln"
    got = get(x_desk, "seat-shift")
    assert got["title"] == "Sitzhaltung wechseln" and got["steps"][1] == "Rutsch nach vorn, dann nach hinten."
    x_desk.ctl("profile", "set", "language", "en")
    wait_for(lambda: get(x_desk, "seat-shift")["steps"][1] == "Slide forward, then back.", "the change")
    assert everything(x_desk)["seat-shift"]["title"] == "Seat shift"


def test_no_such_exercise(x_desk):
    start(x_desk, {})
    for name in ("", "no-such", "tip-heat", "x" * 5000, "a\x1b[2Jb"):
        error = refused(x_desk, "Get", "(s)", name)
        assert error.name == ERROR + "NoSuchExercise" and len(error.message) < 200 and "\x1b" not in error.message


def test_no_word_of_the_profile(x_desk):
    """With every condition that doesn't stop all there is no difference but the verdicts and the adapted steps."""
    tags = [tag for tag in rules.TAGS[16:] if not tag.startswith("pregnancy")]
    start(x_desk, {"conditions": ", ".join(tags), "emergency-number": "5551234"})
    listed = everything(x_desk)
    assert any(e["suitable"] for e in listed.values())
    reasons = " ".join(reason for e in listed.values() for reason in e["why"])
    assert reasons and "5551234" not in str(listed)
    for tag in tags:
        assert tag not in reasons and tag.replace("-", " ") not in reasons


def test_it_follows_the_settings(x_desk):
    start(x_desk, {})
    assert get(x_desk, "neck-turns")["suitable"]
    x_desk.ctl("profile", "add-condition", "neck-problem")
    wait_for(lambda: not get(x_desk, "neck-turns")["suitable"], "the change")
    # An edit that can't be read may have named anything.
    x_desk.configure({"profile": {"conditions": "osteoporosi"}})
    assert x_desk.ctl("reload", check=False).returncode == 4
    assert not any(e["suitable"] for e in everything(x_desk).values())
