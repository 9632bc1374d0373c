# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon proposes to whom: only what the safety rules allow, and nothing where a doctor comes first."""

import datetime
import json
import pathlib

import pytest
from bus_harness import ERROR

from support import replay
from support import safety_rules as rules
from support.desk import Jumps, fast_clock, stopped
from support.recorder import Shown
from support.waiting import wait_for

CATALOGUE = pathlib.Path(__file__).resolve().parents[2] / "conf" / "catalogue"
DAY = datetime.timedelta(days=1)


def due(days):
    """A due date so many days from now, far enough from a change of trimester for the test to end before it."""
    return str(datetime.date.today() + days * DAY)


def allowed(profile):
    """What may be proposed in the first week, by rules that the program does not share."""
    person = {"tools": rules.words(profile.get("tools", "")), "partner": profile.get("partner") == "yes",
              "place": profile.get("place", "desk"), "max-intensity": int(profile.get("max-intensity", 2))}
    tags = set(rules.words(profile.get("conditions", "")))
    tags |= rules.trimester_tags(profile.get("pregnancy-due"), datetime.date.today())
    exercises = rules.read_catalogue(*sorted(CATALOGUE.glob("*.ini")))
    return {name for name, exercise in exercises.items()
            if exercise.get("default") != "off" and exercise["intensity"] == "1"
            and rules.allowed(exercise, tags, person)}


def proposed(desk, expected):
    """What comes when one asks for another again and again, until all that is expected has come, or surely would have."""
    seen = {desk.get("Prompt")[1]}
    for _ in range(2000):
        if seen >= expected:
            break
        seen.add(desk.client.call("Another", "(a{sv})", {}))
    # That all have come doesn't show yet that no other would.
    return seen | {desk.client.call("Another", "(a{sv})", {}) for _ in range(100)}


def start(desk, profile):
    desk.configure({"profile": profile})
    desk.start_typing()
    desk.start()
    desk.bus.wait_state("due")


@pytest.mark.parametrize("profile", [
    {},
    {"conditions": "osteoporosis"},
    {"conditions": "rash@shoulders, knee-problem"},
    {"conditions": "recent-surgery"},
    {"pregnancy-due": due(250)},
    {"pregnancy-due": due(130), "place": "floor-space", "max-intensity": "1"},
    {"pregnancy-due": due(40), "partner": "yes", "place": "room"},
    {"pregnancy-due": due(-50), "tools": "foam-roller", "place": "floor-space"},
    {"tools": "foam-roller, massage-ball, massage-stick, handheld-massager", "partner": "yes", "place": "floor-space",
     "max-intensity": "3"},
], ids=["none", "consult", "local", "rest", "t1", "t2", "t3", "postpartum", "everything"])
def test_only_what_is_suitable(x_desk, profile):
    start(x_desk, profile)
    assert proposed(x_desk, allowed(profile)) == allowed(profile)
    for word in " ".join([profile.get("conditions", ""), profile.get("pregnancy-due", "")]).replace(",", " ").split():
        assert word.partition("@")[0] not in x_desk.log()
        assert all(word.partition("@")[0] not in str(m.args) for m in x_desk.bus.since(0, "Notify"))


def paused(shown):
    return shown.summary == "BackCare is paused"


@pytest.mark.parametrize("conditions", ["saddle-numbness, severe-pain", "fever"], ids=["emergency", "urgent"])
def test_a_medical_hold_stops_everything(x_desk, conditions):
    """No reminder either; one message, which does not say why; and no way round it but to take the tag out."""
    x_desk.configure({"profile": {"conditions": conditions}})
    x_desk.start_typing()
    x_desk.start()
    shown = x_desk.bus.wait_notify(paused)
    assert "backcarectl list" in shown.body
    for exercise in ("", "shoulder-rolls", "no-such"):
        refused = x_desk.client.refused("Start", "(ssa{sv})", "", exercise, {})
        assert refused.name == ERROR + "MedicalHold" and "fever" not in refused.message
    for method, signature, *arguments in (("Another", "(a{sv})", {}), ("Done", "(a{sv})", {}), ("Skip", "(a{sv})", {}),
                                          ("Snooze", "(ta{sv})", 0, {})):
        assert x_desk.client.refused(method, signature, *arguments).name == ERROR + "MedicalHold"
    assert x_desk.get("Reason") == "medical hold" and x_desk.get("NextBreak") == ""
    # One second of sitting would have been enough for a reminder, had there been one to come.
    x_desk.configure({"profile": {"conditions": conditions}, "break.stretch": {"after": "2s"}})
    x_desk.ctl("reload")
    x_desk.configure({"profile": {}})
    x_desk.ctl("reload")
    x_desk.bus.wait_state("due")
    assert x_desk.get("Reason") == "" and x_desk.get("Prompt")[1] != ""
    messages = x_desk.bus.since(0, "Notify")
    assert [Shown(m).summary for m in messages].count("BackCare is paused") == 1
    assert paused(Shown(messages[0])), "something was suggested before"
    for word in conditions.split(", "):
        assert word not in x_desk.log() and all(word not in str(m.args) for m in messages)


def test_a_medical_hold_is_said_once_a_day(x_desk, build_dir):
    jumps = Jumps(x_desk, build_dir)
    x_desk.configure({"profile": {"conditions": "night-pain"}})
    x_desk.start_typing()
    x_desk.start(environment=jumps.environment)
    for day in range(1, 4):
        x_desk.bus.wait_notify(paused)
        x_desk.ctl("reload")
        x_desk.ctl("posture", "standing")
        assert len(x_desk.bus.since(0, "Notify")) == day
        jumps.set_clock(24 * 3600)


def test_what_is_added_to_a_medical_hold_is_said_anew(x_desk):
    """Another advice may hold then. What goes is no reason for a message."""
    x_desk.configure({"profile": {"conditions": "night-pain"}})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_notify(paused)
    for n, conditions in enumerate(("night-pain, saddle-numbness", "saddle-numbness, pregnancy-warning-sign",
                                    "saddle-numbness", "saddle-numbness, knee-problem"), start=2):
        x_desk.configure({"profile": {"conditions": conditions}})
        x_desk.ctl("reload")
        wait_for(lambda: len(x_desk.bus.since(0, "Notify")) == min(n, 3), f"the message of {conditions}")
    assert all(paused(Shown(m)) for m in x_desk.bus.since(0, "Notify"))


def test_nothing_takes_the_place_of_the_message_of_a_hold(x_desk):
    """Also not the advice about what hurt, which may still be said of what was shown before; that comes afterwards."""
    start(x_desk, {})
    x_desk.ctl("profile", "add-condition", "severe-pain")
    x_desk.bus.wait_notify(paused)
    for _ in range(3):
        x_desk.ctl("feedback", "hurts")
    x_desk.ctl("posture", "standing")
    assert paused(Shown(x_desk.bus.since(0, "Notify")[-1]))
    x_desk.ctl("profile", "clear-condition", "severe-pain", "--yes")
    x_desk.bus.wait_notify(lambda shown: shown.summary == "Worth a second look")


MISTAKES = {"settings": {"reminder": {"snooze": "foo"}}, "key": {"reminder": {"snoze": "5min"}}}


@pytest.mark.parametrize("mistake", [*MISTAKES, "catalogue"])
@pytest.mark.parametrize("how", ["profile", "editor"])
def test_a_condition_holds_beside_a_mistake(x_desk, mistake, how):
    """Whatever else is wrong in the files: what was noted of health holds at once, and its end does, too."""
    x_desk.configure({"profile": {}})
    if mistake == "catalogue":
        x_desk.session.own_catalogue("[mine]\ntitle = Mine\nkind = dance\n")
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    wrong = MISTAKES.get(mistake, {})

    def note(*conditions):
        if how == "profile":
            x_desk.configure({"profile": {}, **wrong})
            shown = json.loads(x_desk.ctl("profile", "show", "--json").stdout)
            before = {item["condition"] for item in shown["conditions"]}
            for word in before - set(conditions):
                x_desk.ctl("profile", "clear-condition", word, "--yes")
            for word in set(conditions) - before:
                x_desk.ctl("profile", "add-condition", word)
        else:
            x_desk.configure({"profile": {"conditions": ", ".join(conditions)}, **wrong})
            assert x_desk.ctl("reload", check=False).returncode == (4 if wrong else 0)

    note("neck-problem")
    assert x_desk.client.refused("Start", "(ssa{sv})", "", "neck-turns", {}).name == ERROR + "NotSuitable"
    note("neck-problem", "fever")
    assert x_desk.get("Reason") == "medical hold" and x_desk.get("Prompt")[:2] == ("", "")
    assert x_desk.client.refused("Start", "(ssa{sv})", "", "", {}).name == ERROR + "MedicalHold"
    x_desk.bus.wait_notify(paused)
    note()
    assert x_desk.get("Reason") == ""
    x_desk.ctl("start", "--exercise", "neck-turns")
    assert "fever" not in x_desk.log() and "neck" not in x_desk.log()


def test_what_can_be_read_beside_a_mistake_in_the_profile_holds(x_desk):
    """Nothing is proposed, and what was noted before is not forgotten; the user is told once."""
    start(x_desk, {"conditions": "knee-problem"})
    x_desk.configure({"profile": {"conditions": "neck-problem, nonesuch"}})
    for _ in range(2):
        assert x_desk.ctl("reload", check=False).returncode == 4
        assert x_desk.get("Prompt")[:2] == ("stretch", "")
    x_desk.ctl("skip")
    told = x_desk.bus.wait_notify(lambda shown: "config check" in shown.body)
    assert "nonesuch" not in told.body and "neck" not in told.body
    x_desk.configure({"profile": {"conditions": "fever, nonesuch"}})
    assert x_desk.ctl("reload", check=False).returncode == 4
    assert x_desk.get("Reason") == "medical hold"
    x_desk.bus.wait_notify(paused)
    x_desk.configure({"profile": {"conditions": "knee-problem"}})
    x_desk.ctl("reload")
    assert x_desk.get("Reason") == ""
    assert x_desk.client.refused("Start", "(ssa{sv})", "", "sit-to-stand", {}).name == ERROR + "NotSuitable"
    x_desk.ctl("start", "--exercise", "neck-turns")


def test_a_condition_that_comes_during_the_exercise(x_desk):
    """Another exercise goes on in the same notification, with its steps."""
    x_desk.configure({"profile": {}, "break.stretch": {"after": "1s", "length": "5min"}})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    x_desk.ctl("start", "--exercise", "neck-turns")
    x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
    n = len(x_desk.bus.since(0, "Notify"))
    x_desk.ctl("profile", "add-condition", "neck-problem")
    shown = x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body and shown.summary != "Neck turns")
    assert len(x_desk.bus.since(0, "Notify")) == n + 1
    assert shown.replaces and x_desk.get("State") == "break"


def test_a_medical_hold_takes_a_prompt_away(x_desk):
    start(x_desk, {})
    x_desk.configure({"profile": {"conditions": "night-pain"}})
    x_desk.ctl("reload")
    assert x_desk.get("Prompt")[:2] == ("", "")
    x_desk.bus.wait_notify(paused)


def test_backcarectl_profile_is_followed(x_desk):
    """The daemon sees the file by itself, and what it says of it names nothing."""
    start(x_desk, {})
    x_desk.ctl("profile", "add-condition", "night-pain")
    wait_for(lambda: x_desk.get("Reason") == "medical hold", "the hold")
    assert x_desk.ctl("profile", "clear-condition", "night-pain", check=False).returncode == 2
    x_desk.ctl("profile", "clear-condition", "night-pain", "--yes")
    x_desk.bus.wait_state("due")
    assert x_desk.get("Reason") == ""
    x_desk.ctl("profile", "add-condition", "rash@shoulders")
    # Those of this profile only, once the daemon has it; after a hold it goes on gently.
    wanted = allowed({"conditions": "rash@shoulders", "max-intensity": "1"})
    wait_for(lambda: proposed(x_desk, wanted) == wanted, "what suits now")
    for word in ("night-pain", "rash", "50-profile"):
        assert word not in x_desk.log() and all(word not in str(m.args) for m in x_desk.bus.since(0, "Notify"))


def test_a_daemon_that_hangs_is_told_of(x_desk):
    """It has the change once it goes on; until then nobody is to rely on it. What it means is said all the same."""
    start(x_desk, {})
    with stopped(x_desk.daemon):
        ran = x_desk.ctl("profile", "add-condition", "fever", check=False)
    assert ran.returncode == 3 and "may not have it yet" in ran.stderr and "BackCare is paused" in ran.stdout
    wait_for(lambda: x_desk.get("Reason") == "medical hold", "the hold")


def test_an_unsuitable_exercise_is_refused(x_desk):
    start(x_desk, {"conditions": "neck-problem"})
    for exercise, name in (("neck-turns", "NotSuitable"), ("roller-hamstring", "NotSuitable"),
                           ("no-such", "NoSuchExercise"), ("tip-heat", "NoSuchExercise")):
        refused = x_desk.client.refused("Start", "(ssa{sv})", "", exercise, {})
        assert refused.name == ERROR + name and "neck-problem" not in refused.message
    x_desk.ctl("start", "--exercise", "shoulder-rolls")
    x_desk.bus.wait_state("break")


def test_an_exercise_is_back_once_nothing_is_named(x_desk):
    x_desk.session.configure(x_desk.settings() + "[profile]\nconditions = severe-pan\n")
    x_desk.start_typing()
    x_desk.start()
    assert "How about" in x_desk.bus.wait_notify(lambda shown: "seated" in shown.body).body
    x_desk.configure({})
    x_desk.ctl("reload")
    x_desk.ctl("another")
    assert x_desk.get("Prompt")[1] != ""


@pytest.mark.parametrize("text", [
    "[profile]\nconditions = osteoporosis, wrist-problemm\n",
    "[profile]\ncondition = osteoporosis\n",
    "[profile\nconditions = osteoporosis\n",
    "[profile]\npregnancy-due = 2027-02-30\n",
], ids=["word", "key", "header", "date"])
def test_what_could_not_be_read_may_have_been_a_condition(x_desk, text):
    x_desk.session.configure(x_desk.settings() + text)
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[:2] == ("stretch", "")


def test_an_exercise_that_stands_goes_when_a_condition_is_named(x_desk):
    start(x_desk, {"max-intensity": "1"})
    while x_desk.get("Prompt")[1] != "neck-turns":
        x_desk.ctl("another")
    x_desk.configure({"profile": {"conditions": "neck-problem"}})
    x_desk.ctl("reload")
    brk, exercise = x_desk.get("Prompt")[:2]
    assert brk == "stretch" and exercise in allowed({"conditions": "neck-problem"})


@pytest.mark.parametrize("conditions", ["fever", "neck-problem"])
def test_an_exercise_does_not_come_back_with_the_state(x_desk, conditions):
    start(x_desk, {"max-intensity": "1"})
    while x_desk.get("Prompt")[1] != "neck-turns":
        x_desk.ctl("another")
    x_desk.crash()
    x_desk.configure({"profile": {"conditions": conditions}})
    x_desk.start()
    brk, exercise = x_desk.get("Prompt")[:2]
    assert brk == ("" if conditions == "fever" else "stretch") and exercise != "neck-turns"


def test_an_edit_that_can_not_be_read_may_have_named_a_condition(x_desk):
    """The settings stay as they were, but nothing is proposed any more until the edit is mended."""
    x_desk.configure({})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[1] != ""
    x_desk.configure({"profile": {"conditions": "osteoporosi"}})
    assert x_desk.ctl("reload", check=False).returncode == 4
    assert x_desk.get("Prompt")[:2] == ("stretch", "")
    x_desk.configure({})
    x_desk.ctl("reload")
    x_desk.ctl("another")
    assert x_desk.get("Prompt")[1] != ""


def test_the_guide_shows_the_adapted_steps(x_desk, build_dir):
    """Where a trimester asks for other steps, those are shown, and only those."""
    exercise = rules.read_catalogue(CATALOGUE / "stretch.ini")["seated-open-twist"]
    x_desk.configure({"profile": {"pregnancy-due": due(130)}, "break.stretch": {"after": "1s", "length": "1min"}})
    x_desk.start_typing()
    x_desk.start(environment=fast_clock(build_dir, 5))
    x_desk.bus.wait_state("due")
    x_desk.ctl("start", "--exercise", "seated-open-twist")
    shown = x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
    assert exercise["step-1-t2"].rstrip(".") in shown.body
    shown = x_desk.bus.wait_notify(lambda shown: "Step 2 of" in shown.body, seconds=60)
    assert exercise["step-2-t2"].rstrip(".") in shown.body and exercise["step-2"] not in shown.body


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_guide_says_what_to_mind(x_desk, build_dir, language):
    """Not only `backcarectl show`: the caution with the first step, when to stop with the second, then how to breathe."""
    card = rules.read_catalogue(CATALOGUE / "massage.ini")["hands-glute-knuckles"]
    suffix = "" if language == "en" else f"[{language}]"
    stop = {"en": "Stop if pain is sharp, rising or spreading", "de": "Hör auf, wenn Schmerz sticht"}[language]
    x_desk.configure({"profile": {"language": language, "place": "room"}, "break.stretch": {"after": "1s"}})
    x_desk.start_typing()
    x_desk.start(environment=fast_clock(build_dir, 5))
    x_desk.bus.wait_state("due")
    x_desk.ctl("start", "--exercise", "hands-glute-knuckles")
    for number, aside in enumerate((card["caution" + suffix], stop, card["breath" + suffix]), start=1):
        step = card[f"step-{number}{suffix}"]
        shown = x_desk.bus.wait_notify(lambda shown, step=step: step.rstrip(".") in shown.body, seconds=60)
        at = 1 if number < 3 else -1  # what is said for safety comes before the step: servers cut off the end
        assert aside.strip('"') in shown.body.splitlines()[at], shown.body


def test_the_trimester_changes_without_a_restart(x_desk, build_dir):
    """The third trimester begins tomorrow: from then on the next choice is made of what suits that one."""
    first_day = datetime.date.today()
    profile = {"pregnancy-due": str(first_day + 85 * DAY)}
    steps = rules.read_catalogue(CATALOGUE / "strength.ini")["sit-to-stand"]
    jumps = Jumps(x_desk, build_dir)
    x_desk.configure({"profile": profile, "break.stretch": {"after": "1s", "length": "10min"}})
    x_desk.start_typing()
    x_desk.start(environment=jumps.environment)
    x_desk.bus.wait_state("due")
    assert proposed(x_desk, allowed(profile)) == allowed(profile)
    for trimester in ("", "-t3"):
        if trimester:
            jumps.set_clock(24 * 3600)
        x_desk.ctl("start", "--exercise", "sit-to-stand")
        shown = x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
        assert steps["step-1" + trimester].rstrip(".") in shown.body
        x_desk.ctl("done")
        x_desk.bus.wait_state("due")
    # As if the date had come by itself: by that day's rules, not by those of today.
    later = allowed({"pregnancy-due": str(first_day + 84 * DAY)})
    assert proposed(x_desk, later) == later


def test_a_recording_tells_of_a_medical_hold_and_not_why(x_desk, build_dir, tmp_path):
    path = tmp_path / "hold.trace"
    x_desk.configure({"profile": {"conditions": "night-pain"}})
    x_desk.start_typing()
    x_desk.start("--record", str(path))
    x_desk.bus.wait_notify(paused)
    x_desk.configure({"profile": {"conditions": "fever"}})
    x_desk.ctl("reload")
    assert x_desk.stop() == 0
    text = path.read_text()
    assert "night-pain" not in text and "fever" not in text
    assert replay.simulated(replay.simulate(build_dir, path))["prompts"] == []
