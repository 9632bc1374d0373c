# SPDX-License-Identifier: GPL-3.0-or-later
"""The wind-down: one invitation at the user's time of evening, answered like a break; holds, pause and snooze refuse it."""

import os
import re
import time

import pytest
from bus_harness import ERROR, INVALID_ARGS, MIN, SEC

from support.desk import Jumps, fast_clock
from support.waiting import wait_for

ROUTINE = "evening-wind-down"
RATE = 60  # the daemon lives so many times as fast
SETTINGS = {"schedule": {"wind-down": "21:30"}, "break.stretch": {"after": "6h", "length": "3min"},
            "reminder": {"snooze": "5min"}}


def zone(hours, minutes):
    """A time zone in which it is that time now, on the second, and the same date: here it is day (conftest.py)."""
    now = time.localtime()
    ahead = (hours - now.tm_hour) * 3600 + (minutes - now.tm_min) * 60 - now.tm_sec + now.tm_gmtoff
    minutes, seconds = divmod(abs(ahead), 60)
    return f"EVE{'-' if ahead >= 0 else '+'}{minutes // 60}:{minutes % 60:02}:{seconds:02}"


@pytest.fixture
def evening(x_desk, build_dir):
    """Starts the daemon at 21:29."""
    def start(changes=None, at=(21, 29), rate=RATE, **kwargs):
        settings = {section: dict(keys) for section, keys in SETTINGS.items()}
        for section, keys in (changes or {}).items():
            settings.setdefault(section, {}).update(keys)
        x_desk.configure(settings)
        x_desk.start(environment={**fast_clock(build_dir, rate), "TZ": zone(*at)}, **kwargs)
        return x_desk
    return start


def invited(desk):
    shown = desk.bus.wait_notify(lambda shown: shown.summary == "A calm end of the day?")
    assert desk.get("Prompt")[:2] == ("wind-down", ROUTINE)
    return shown


def closed(desk):
    return [m.args[1] for m in desk.bus.since(0, "PromptClosed") if m.args[0] == "wind-down"]


def prompts(desk):
    return [m.args for m in desk.bus.since(0, "Prompted")]


def head(desk, key):
    """A line of the state file's head."""
    return re.search(rf"^{key} (\S+)$", desk.state_file.read_text(), re.MULTILINE)[1]


def sat(desk, seconds):
    """Waits until so much sitting was counted, by the daemon's own clock."""
    def counted():
        return sum(entry["change_usec"] for entry in desk.client.call("Explain")) >= seconds * SEC
    wait_for(counted, f"{seconds} s of sitting", 60)


def settle(desk):
    """A step of the daemon, after which it would have asked again if it were to."""
    desk.client.call("ReportActivity", "(st)", "test", 1 * SEC)


def others(desk):
    """What is offered alone, until it is the whole again."""
    offered = []
    while (exercise := desk.client.call("Another", "(a{sv})", {})) != ROUTINE:
        offered.append(exercise)
    return offered


def test_at_its_time(evening):
    desk = evening()
    assert desk.client.call("ExplainChoice") == {}
    assert desk.get("State") == "active" and desk.get("Prompt")[0] == ""
    shown = invited(desk)
    assert "evening set takes" in shown.body
    assert list(shown.actions) == ["start", "snooze", "done", "another"]
    brk, exercise, since, attempt = desk.get("Prompt")
    assert (brk, exercise, attempt) == ("wind-down", ROUTINE, 1) and since > 0
    assert desk.get("State") == "due" and prompts(desk) == [["wind-down", ROUTINE, 1]]
    assert desk.status()["prompt"]["break"] == "wind-down"
    sat(desk, 300)
    assert len(prompts(desk)) == 1, "it is asked once"


def test_why_this_set(evening):
    desk = evening()
    invited(desk)
    assert desk.client.call("ExplainChoice") == {"exercise": ROUTINE, "title": "Evening wind-down",
                                                 "reasons": ["it belongs to your evening set"]}
    assert "Exercise: Evening wind-down (it belongs to your evening set)\n" in desk.ctl("why").stdout
    one = desk.client.call("Another", "(a{sv})", {})
    said = desk.client.call("ExplainChoice")
    assert said["exercise"] == one and said["title"] and said["reasons"] == ["it belongs to your evening set"]
    desk.ctl("start")
    assert desk.client.call("ExplainChoice")["reasons"] == ["you asked for it"]


def test_why_in_the_language_of_the_settings(evening):
    desk = evening({"profile": {"language": "de"}})
    desk.bus.wait("Prompted")
    assert desk.client.call("ExplainChoice")["title"] == "Zur Ruhe kommen am Abend"


def test_start(evening):
    """Begun, it is a guided break with one exercise after another."""
    desk = evening()
    invited(desk)
    desk.choose("Start")
    started = desk.bus.wait("BreakStarted")
    assert started.args == ["stretch", ROUTINE]
    guide = desk.bus.wait_notify(lambda shown: "1 of " in shown.body)
    assert "Step 1 of" in guide.body
    second = desk.bus.wait_notify(lambda shown: shown.body.startswith("2 of "), seconds=60)
    assert second.summary != guide.summary
    desk.ctl("done")
    assert desk.bus.wait("BreakEnded").args == ["stretch", "guided"]
    assert closed(desk) == ["started"]
    settle(desk)
    assert desk.get("Prompt")[0] == "" and len(prompts(desk)) == 1


def test_done_and_skip(evening):
    desk = evening()
    invited(desk)
    sat(desk, 90)
    desk.ctl("done")
    desk.wait_displayed(0)
    assert closed(desk) == ["done"] and ["stretch", "done"] in [m.args for m in desk.bus.since(0, "BreakEnded")]
    # What was done of it counts as in a guided break: its massage for the limits, the last of it for what is said of it.
    massaged = desk.client.call_raw("org.backcare.BackCare1.Catalogue", "Get", "(s)", ("hands-low-back-circles",))[0][0]
    assert any("rests for four hours" in bar for bar in massaged["not_now"])
    desk.ctl("feedback", "better")
    settle(desk)
    assert desk.get("Prompt")[0] == "" and desk.get("State") == "active"
    # A restart does not bring it back.
    assert desk.stop() == 0
    desk.start(environment={"TZ": zone(21, 40)})
    settle(desk)
    assert desk.get("Prompt")[0] == ""


def test_skip_takes_no_exposure(evening):
    desk = evening()
    invited(desk)
    sat(desk, 90)
    desk.ctl("skip")
    desk.wait_displayed(0)
    assert closed(desk) == ["skipped"] and desk.bus.since(0, "BreakEnded") == []
    sat(desk, 100)
    settle(desk)
    assert desk.get("Prompt")[0] == ""


def test_snooze(evening):
    desk = evening()
    invited(desk)
    for wrong in (MIN - 1, 241 * MIN):
        assert desk.client.refused("Snooze", "(ta{sv})", wrong, {}).name == INVALID_ARGS
    until = desk.client.call("Snooze", "(ta{sv})", 10 * MIN, {})
    assert until == desk.get("SnoozedUntilUSec") > 0
    assert desk.get("Prompt")[0] == "" and closed(desk) == ["snoozed"]
    desk.bus.wait("Prompted", lambda m: m.args[0] == "wind-down", seconds=60)
    assert desk.get("SnoozedUntilUSec") == 0
    desk.ctl("snooze")
    desk.ctl("resume")  # which also ends its snooze
    desk.bus.wait("Prompted", lambda m: m.args[0] == "wind-down")
    assert desk.client.refused("Resume", "()").name == ERROR + "NotPaused"


def test_another(evening):
    desk = evening()
    invited(desk)
    exercise = desk.client.call("Another", "(a{sv})", {})
    assert exercise not in ("", ROUTINE) and desk.get("Prompt")[:2] == ("wind-down", exercise)
    shown = desk.bus.wait_notify(lambda shown: "“" in shown.body)
    assert shown.summary == "A calm end of the day?"
    assert desk.client.call("Start", "(ssa{sv})", "wind-down", "", {}) == exercise


def test_another_keeps_what_bars(evening):
    """What hurts is neither offered alone nor, said to hurt while it is, begun; in its place the whole is offered."""
    desk = evening()
    invited(desk)
    seen = others(desk)
    assert set(seen) >= {"belly-breathing-seated", "hands-low-back-circles", "shoulder-rolls"}
    # What is near it is not massaged for a day.
    desk.ctl("feedback", "hurts", "shoulder-rolls")
    assert others(desk) == ["belly-breathing-seated", "hands-low-back-circles"]
    while (offered := desk.client.call("Another", "(a{sv})", {})) != "hands-low-back-circles":
        pass
    mark = desk.bus.mark()
    desk.ctl("feedback", "hurts", offered)
    assert desk.get("Prompt")[:2] == ("wind-down", ROUTINE)
    wait_for(lambda: [m for m in desk.bus.since(mark, "Notify") if "evening set takes" in m.args[4]], "the whole")
    assert desk.client.call("Start", "(ssa{sv})", "wind-down", "", {}) == ROUTINE


def test_nothing_is_left_of_it(evening):
    desk = evening()
    invited(desk)
    for exercise in others(desk):
        assert desk.get("Prompt")[0] == "wind-down"
        desk.ctl("feedback", "hurts", exercise)
    assert desk.get("Prompt")[0] == "" and closed(desk) == ["replaced"]
    assert desk.client.refused("Another", "(a{sv})", {}).name == ERROR + "NothingPrompted"


@pytest.mark.parametrize("gone", ["hidden = yes", "default = off", "breaks"])
def test_it_is_taken_away_with_its_routine(evening, gone):
    """By a reload; and when it is back, within the two hours, so is the invitation."""
    desk = evening()
    invited(desk)
    if gone != "breaks":
        extra = desk.session.own_catalogue(f"[{ROUTINE}]\n{gone}\n")
    else:
        desk.configure({**SETTINGS, "break.stretch": {"enabled": "no"}})
    desk.ctl("reload")
    assert desk.get("Prompt")[0] == "" and closed(desk) == ["replaced"]
    desk.wait_displayed(0)
    if gone != "breaks":
        extra.unlink()
    else:
        desk.configure(SETTINGS)
    desk.ctl("reload")
    assert desk.get("Prompt")[:2] == ("wind-down", ROUTINE)


def test_an_exercise_that_goes(evening):
    """Of what was offered alone the whole is left."""
    desk = evening()
    invited(desk)
    exercise = desk.client.call("Another", "(a{sv})", {})
    desk.session.own_catalogue(f"[{exercise}]\nhidden = yes\n")
    desk.ctl("reload")
    assert desk.get("Prompt")[:2] == ("wind-down", ROUTINE) and closed(desk) == []


def test_the_end_of_a_break_is_left_alone(evening):
    """Its message asks how it was: the invitation comes a minute later."""
    desk = evening(changes={"break.stretch": {"length": "2min"}}, at=(21, 28))
    desk.ctl("start")
    ended = desk.bus.wait("BreakEnded", seconds=60)
    desk.bus.wait_notify(lambda shown: shown.summary.startswith("All done"))
    asked = desk.bus.wait("Prompted")
    assert asked.args[0] == "wind-down" and asked.at - ended.at >= 60 / RATE * 0.95


def test_it_is_shown_by_a_server_that_comes_late(x_session, desk):
    desk.configure(SETTINGS)
    desk.start(environment={"TZ": zone(21, 40)})
    desk.bus.wait("Prompted")
    desk.wait_log("The notification could not be shown")
    desk.start_dunst()
    invited(desk)


def test_the_first_words_are_left_alone(evening):
    """At the first run in the middle of the evening: what this is can be read before something is offered."""
    desk = evening(at=(21, 45), first_run=True)
    welcome = desk.bus.wait_notify()
    assert welcome.summary == "Welcome to BackCare"
    asked = desk.bus.wait("Prompted")
    assert asked.args[0] == "wind-down" and asked.at - welcome.message.at >= 60 / RATE * 0.95


def test_an_answer_after_the_end(x_desk):
    """A stop that waits for its notification to go is an orderly one, whatever is said meanwhile."""
    notifier = x_desk.session.directory / "lingering"
    notifier.write_text("#!/bin/sh\necho shown; cat >/dev/null; sleep 1\n")
    notifier.chmod(0o755)
    x_desk.configure(SETTINGS)
    x_desk.start("--notifier", str(notifier), environment={"TZ": zone(21, 35)})
    x_desk.bus.wait("Prompted")
    wait_for(x_desk.children, "the notifier")
    assert head(x_desk, "clean") == "no"
    x_desk.daemon.terminate()
    wait_for(lambda: head(x_desk, "clean") == "yes", "the state at the end")
    for method in ("Another", "Skip"):
        x_desk.client.call(method, "(a{sv})", {})
        assert head(x_desk, "clean") == "yes"
    assert closed(x_desk) == ["skipped"]
    assert x_desk.stop() == 0
    assert head(x_desk, "clean") == "yes"


@pytest.mark.parametrize("gate", ["pause", "hold", "snooze"])
def test_refused(evening, gate):
    """While a pause, a hold or a snooze lasts there is no invitation; within the two hours it comes after it."""
    desk = evening(at=(21, 31) if gate == "snooze" else (21, 28))
    if gate == "snooze":  # what stands already is not undone by it, so it is asked for anew
        invited(desk)
        desk.ctl("snooze", "20")
        desk.bus.wait("Prompted", lambda m: m.args[0] == "wind-down", seconds=90)
        return
    held = desk.client.inhibit("a call", "recording") if gate == "hold" else None
    if gate == "pause":
        desk.ctl("pause", "--until-resume")
    sat(desk, 200)
    assert prompts(desk) == []
    if gate == "pause":
        desk.ctl("resume")
    else:
        os.close(held)
    invited(desk)


def test_the_snooze_limit(evening):
    """As often as any break, also over a restart; then it is not offered any more."""
    desk = evening(changes={"reminder": {"snooze": "1min", "snooze-limit": "2"}})
    for n in range(2):
        shown = invited(desk)
        assert "snooze" in shown.actions
        desk.ctl("snooze")
        if n == 0:
            assert desk.stop() == 0
            desk.start(environment={**fast_clock(desk.build, RATE), "TZ": zone(21, 40)})
    assert "snooze" not in invited(desk).actions
    refused = desk.ctl("snooze", check=False)
    assert refused.returncode == 4 and "snooze-limit" in refused.stderr
    assert desk.get("Prompt")[0] == "wind-down" and closed(desk) == ["snoozed", "snoozed"]


def test_feedback_of_one_exercise_that_is_proposed(evening):
    """What is on the screen is what is meant; of the whole set, of which nothing was done yet, nothing is."""
    desk = evening()
    invited(desk)
    assert desk.ctl("feedback", "hurts", check=False).returncode == 4
    exercise = desk.client.call("Another", "(a{sv})", {})
    assert exercise != ROUTINE
    desk.ctl("feedback", "hurts")
    assert desk.get("Prompt")[1] == ROUTINE
    found = desk.client.call_raw("org.backcare.BackCare1.Catalogue", "Get", "(s)", (exercise,))[0][0]
    assert found["verdict"] == "hurts"


def test_pause_takes_it_away(evening):
    desk = evening()
    invited(desk)
    desk.ctl("pause")
    desk.wait_displayed(0)
    assert closed(desk) == ["paused"] and desk.get("Prompt")[0] == ""
    desk.ctl("resume")
    desk.bus.wait("Prompted", lambda m: m.args[0] == "wind-down")


def test_at_the_first_presence_after_it(evening):
    desk = evening(at=(21, 50))
    invited(desk)
    assert desk.stop() == 0


def test_who_comes_back_late_is_not_asked(evening):
    desk = evening(at=(23, 29), changes={"schedule": {"wind-down": "21:30"}})
    desk.client.call("ReportPosture", "(st)", "walking", 2**64 - 1)
    # Asked at once at the start, it is taken away at the end of the two hours.
    desk.bus.wait("PromptClosed", lambda m: m.args == ["wind-down", "expired"], seconds=60)
    desk.wait_displayed(0)
    desk.client.call("ReportPosture", "(st)", "sitting", 2**64 - 1)
    settle(desk)
    assert desk.get("Prompt")[0] == "" and len(prompts(desk)) == 1


def test_working_hours_do_not_matter(evening):
    desk = evening(changes={"schedule": {"Mon-Sun": "09:00-17:00"}})
    assert desk.get("State") == "off-hours"
    invited(desk)
    assert desk.get("State") == "due"


def test_a_break_comes_first(evening):
    """What is due goes in its place; it comes back when that is answered."""
    desk = evening(changes={"break.stretch": {"after": "3min"}})
    invited(desk)
    desk.bus.wait("Prompted", lambda m: m.args[0] == "stretch", seconds=60)
    assert closed(desk) == ["replaced"] and desk.get("Prompt")[0] == "stretch"
    desk.ctl("skip")
    desk.bus.wait("Prompted", lambda m: m.args[0] == "wind-down")


def test_unanswered_over_a_restart(evening):
    desk = evening()
    invited(desk)
    assert desk.stop() == 0
    desk.start(environment={"TZ": zone(21, 45)})
    invited(desk)


def test_off_by_default(evening):
    desk = evening(changes={"schedule": {"wind-down": "no"}}, at=(21, 35))
    settle(desk)
    assert desk.get("Prompt")[0] == "" and prompts(desk) == []


def test_a_gentle_flow_on_three_evenings(x_desk, build_dir):
    """For whoever has asked for it, and for nobody else; each evening anew."""
    jumps = Jumps(x_desk, build_dir)
    x_desk.configure({**SETTINGS, "profile": {"prenatal-flow": "yes"}})
    x_desk.start(environment={**jumps.environment, "TZ": zone(21, 35)})
    seen, titles = [], {}
    for evening in range(7):
        if evening > 0:
            jumps.set_clock(24 * 3600)
        seen.append(x_desk.bus.wait("Prompted").args[1])
        titles[seen[-1]] = x_desk.client.call("ExplainChoice")["title"]
    # Whoever asks on the bus is told no more than a screen shows.
    assert titles == {ROUTINE: "Evening wind-down", "gentle-flow": "Your gentle set"}
    assert seen.count("gentle-flow") == 3 and seen.count(ROUTINE) == 4
    assert all(a != b for a, b in zip(seen, seen[1:]) if "gentle-flow" in (a, b)), "not two evenings running"


def test_a_profile_that_can_not_be_read_takes_it_away(evening):
    desk = evening()
    invited(desk)
    desk.configure({**SETTINGS, "profile": {"conditions": "no-such-thing"}})
    desk.wait_displayed(0)
    assert desk.get("Prompt")[0] == "" and closed(desk) == ["replaced"]


@pytest.mark.parametrize("answered", [True, False])
def test_the_clock_set_back(x_desk, build_dir, answered):
    """An evening that comes twice, as the clock is set back or in another zone, is one evening for who has answered."""
    jumps = Jumps(x_desk, build_dir)
    x_desk.configure(SETTINGS)
    x_desk.start(environment={**jumps.environment, "TZ": zone(21, 35)})
    invited(x_desk)
    if answered:
        x_desk.ctl("skip")
    since = x_desk.get("StateSinceUSec")

    def shifted(seconds):
        settle(x_desk)
        return abs(x_desk.get("StateSinceUSec") - since - seconds * SEC) < 1800 * SEC

    jumps.set_clock(-3600)
    wait_for(lambda: shifted(-3600), "the clock of the daemon set back")
    assert x_desk.get("Prompt")[0] == "", "no invitation an hour before its time"
    jumps.set_clock(3600)
    wait_for(lambda: shifted(0), "the clock of the daemon set forth")
    assert len(prompts(x_desk)) == (1 if answered else 2)
    assert closed(x_desk) == ["skipped" if answered else "expired"]
