# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of one reminder: the real daemon, a user who types, dunst, backcarectl, and the bus as a witness."""

import configparser
import json

import pytest
from bus_harness import ERROR, INVALID_ARGS, MIN, SEC, BusError

MANAGER = "org.backcare.BackCare1.Manager"
SIGNALS = ("Prompted", "PromptClosed", "BreakStarted", "BreakEnded")
# Half a minute of an exercise in less than two seconds.
FAST = {"BACKCARE_FASTCLOCK_RATE": "25"}


@pytest.fixture
def catalogue(source_dir):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for path in sorted((source_dir / "conf" / "catalogue").glob("*.ini")):
        parser.read(path, encoding="utf-8")
    return parser


@pytest.fixture
def fast(build_dir):
    return {**FAST, "LD_PRELOAD": str(build_dir / "tests/support/fastclock.so")}


def prompted(desk, **kwargs):
    """A daemon whose first reminder is on the screen; the notification."""
    desk.start(**kwargs)
    shown = desk.bus.wait_notify()
    desk.wait_displayed(1)
    return shown


def heard(desk, mark=0):
    """The four signals since then: (member, argument, …)."""
    return [(m.member, *m.args) for m in desk.bus.since(mark) if m.interface == MANAGER and m.member in SIGNALS
            and m.type == "signal"]


def closed_by_daemon(desk, mark):
    return [m for m in desk.bus.since(mark, "CloseNotification") if m.type == "method_call"]


def test_from_typing_to_snooze_on_the_notification(x_desk, catalogue):
    x_desk.configure({"activity": {"idle-after": "1s", "idle-after-prompt": "1s"}})
    x_desk.start_typing()
    shown = prompted(x_desk)
    brk, exercise, since, attempt = x_desk.get("Prompt")
    assert (brk, attempt) == ("stretch", 1) and since > 0
    assert catalogue[exercise]["title"] in shown.body
    assert list(shown.actions) == ["start", "snooze", "done", "another"]
    assert x_desk.get("State") == "due"
    x_desk.choose("Snooze")
    x_desk.bus.wait_state("snoozed")
    x_desk.wait_displayed(0)
    assert x_desk.get("Prompt") == ("", "", 0, 0)
    assert x_desk.get("SnoozedUntilUSec") > since + 4 * MIN
    assert heard(x_desk) == [("Prompted", "stretch", exercise, 1), ("PromptClosed", "stretch", "snoozed")]


def test_snoozed_from_the_command_line(x_desk):
    x_desk.configure()
    prompted(x_desk)
    x_desk.ctl("snooze", "7")
    x_desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "snoozed"])
    x_desk.wait_displayed(0)
    status = x_desk.status()
    assert status["state"] == "snoozed" and status["snoozed"] and status["prompt"] is None
    x_desk.ctl("resume")
    x_desk.bus.wait("Prompted", lambda m: m.args[0] == "stretch" and m.args[2] == 1)
    x_desk.wait_displayed(1)


def test_guide_in_place(x_desk, fast, catalogue):
    """One notification from the invitation to the last step; then all counters are at 0."""
    x_desk.configure({"break.stretch": {"after": "10s", "length": "30s"}})
    prompted(x_desk, environment=fast)
    exercise = x_desk.get("Prompt")[1]
    mark = x_desk.bus.mark()
    x_desk.choose("Start")
    x_desk.bus.wait("BreakStarted", lambda m: m.args == ["stretch", exercise])
    x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
    x_desk.bus.wait_notify(lambda shown: "Step 2 of" in shown.body)
    assert x_desk.displayed() == 1
    x_desk.bus.wait_state("active")
    guide = [m for m in x_desk.bus.since(mark, "Notify") if m.type == "method_call"]
    assert len(guide) >= 3 and all(m.args[1] != 0 for m in guide), "a second notification"
    assert catalogue[exercise]["title"] in guide[0].args[3]
    assert heard(x_desk, mark) == [("PromptClosed", "stretch", "started"), ("BreakStarted", "stretch", exercise),
                                   ("BreakEnded", "stretch", "guided")]
    (name, _after, _length, counter, at, _due), = x_desk.get("Breaks")
    assert name == "stretch" and counter < 5 * SEC
    assert x_desk.displayed() <= 1


def test_done_on_the_notification(x_desk):
    x_desk.configure({"break.stretch": {"after": "2s"}})
    prompted(x_desk)
    mark = x_desk.bus.mark()
    x_desk.choose("Done")
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "done"])
    assert heard(x_desk, mark)[0] == ("PromptClosed", "stretch", "done")
    assert x_desk.counter() < 2
    x_desk.wait_displayed(0)


def test_another_on_the_notification(x_desk, catalogue):
    """Exercise and words change in place; the attempt stays, and it is no new prompt."""
    x_desk.configure()
    prompted(x_desk)
    _, first, since, _ = x_desk.get("Prompt")
    mark = x_desk.bus.mark()
    x_desk.choose("Another")
    changed = x_desk.bus.wait_property("Prompt", lambda prompt: prompt[1] != first)
    assert changed["Prompt"][0] == "stretch" and changed["Prompt"][2:] == [since, 1]
    again = x_desk.bus.wait_notify()
    assert catalogue[changed["Prompt"][1]]["title"] in again.body and again.replaces != 0
    assert heard(x_desk, mark) == [] and x_desk.displayed() == 1


def test_another_during_the_guide(x_desk):
    """The guided break goes on with another exercise; it doesn't begin a second time."""
    x_desk.configure()
    prompted(x_desk)
    started = x_desk.ctl("start").stdout
    assert started
    x_desk.bus.wait("BreakStarted")
    mark = x_desk.bus.mark()
    x_desk.ctl("another")
    x_desk.bus.wait_notify()
    x_desk.ctl("skip")
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "cut-short"])
    assert [name for name, *_ in heard(x_desk, mark)] == ["BreakEnded"]


def test_skip(x_desk):
    x_desk.configure({"break.stretch": {"after": "2s"}})
    prompted(x_desk)
    mark = x_desk.bus.mark()
    x_desk.ctl("skip")
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "skipped"])
    assert heard(x_desk, mark)[0] == ("PromptClosed", "stretch", "skipped")
    assert x_desk.counter() < 2
    x_desk.wait_displayed(0)


def test_start_and_done_without_a_prompt(x_desk):
    """The guide shows itself also when nothing has been on the screen, and `done` completes it."""
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.start()
    exercise = x_desk.client.call("Start", "(ssa{sv})", "", "", {})
    x_desk.bus.wait_notify(lambda shown: "Step 1" in shown.body and shown.replaces == 0)
    assert x_desk.get("State") == "break"
    assert x_desk.client.refused("Start", "(ssa{sv})", "", "", {}).name == ERROR + "BreakRunning"
    x_desk.ctl("done")
    assert heard(x_desk)[-2:] == [("BreakStarted", "stretch", exercise), ("BreakEnded", "stretch", "guided")]


def test_feedback(x_desk):
    x_desk.configure()
    x_desk.start()
    x_desk.bus.wait("Prompted")
    exercise = x_desk.get("Prompt")[1]
    x_desk.ctl("feedback", "better")
    x_desk.ctl("feedback", "hurts", exercise)
    assert x_desk.client.refused("Feedback", "(ss)", "no-such-thing", "same").name == ERROR + "NoSuchExercise"
    assert x_desk.client.refused("Feedback", "(ss)", exercise, "bad").name == INVALID_ARGS
    assert x_desk.ctl("feedback", "better", "no-such-thing", check=False).returncode == 4
    assert x_desk.get("State") == "due"


def test_snooze_limit(x_desk):
    """The last snooze is the last that is offered, and said to be."""
    x_desk.configure({"reminder": {"snooze-limit": "2"}})
    shown = prompted(x_desk)
    for _ in range(2):
        assert "snooze" in shown.actions
        x_desk.ctl("snooze")
        x_desk.ctl("resume")
        shown = x_desk.bus.wait_notify()
    assert list(shown.actions) == ["start", "done", "another"]
    assert x_desk.client.refused("Snooze", "(ta{sv})", 0, {}).name == ERROR + "SnoozeLimit"
    ran = x_desk.ctl("snooze", check=False)
    assert ran.returncode == 4 and ran.stdout == "" and len(ran.stderr.splitlines()) == 1
    assert x_desk.get("State") == "due"
    # Done forgives.
    x_desk.ctl("done")
    x_desk.ctl("snooze")


def test_repeat_in_the_same_notification(x_desk):
    """Shown again as attempt 2, in the same notification, and then no more."""
    x_desk.configure({"reminder": {"repeat": "1s", "repeat-limit": "1"}})
    first = prompted(x_desk)
    again = x_desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    second = x_desk.bus.wait_notify(lambda shown: shown.replaces != 0)
    assert again.args[1] == x_desk.get("Prompt")[1] and second.hints.get("suppress-sound") is not True
    assert second.body != first.body  # not the seconds seated again
    assert x_desk.displayed() == 1
    assert x_desk.get("Prompt")[3] == 2


def test_closing_is_no_answer(x_desk):
    """The prompt stays in status, quietly; the next attempt shows it anew."""
    x_desk.configure({"reminder": {"repeat": "2s"}})
    prompted(x_desk)
    x_desk.session.run(["dunstctl", "close"])
    x_desk.bus.wait("NotificationClosed")
    assert x_desk.status()["prompt"]["attempt"] == 1
    shown = x_desk.bus.wait_notify()
    assert shown.replaces == 0 and x_desk.get("Prompt")[3] == 2
    x_desk.wait_displayed(1)


def test_pause_withdraws_and_resume_prompts_anew(x_desk):
    x_desk.configure()
    prompted(x_desk)
    mark = x_desk.bus.mark()
    x_desk.ctl("pause", "10min")
    x_desk.bus.wait_state("paused")
    x_desk.wait_displayed(0)
    assert x_desk.status()["paused"]
    x_desk.ctl("resume")
    x_desk.bus.wait_state("due")
    x_desk.wait_displayed(1)
    assert [signal[0] for signal in heard(x_desk, mark)] == ["PromptClosed", "Prompted"]
    assert heard(x_desk, mark)[0] == ("PromptClosed", "stretch", "paused")
    assert heard(x_desk, mark)[1][3] == 1
    ran = x_desk.ctl("resume", check=False)
    assert ran.returncode == 4


def test_greater_break_replaces(x_desk):
    """A longer break that becomes due takes the place of the shorter one, in the same notification."""
    x_desk.configure({"break.walk": {"enabled": "yes", "after": "3s", "length": "2h"}})
    prompted(x_desk)
    x_desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "replaced"])
    x_desk.bus.wait("Prompted", lambda m: m.args[0] == "walk" and m.args[2] == 1)
    assert x_desk.displayed() == 1


@pytest.mark.parametrize("method, signature, arguments", [
    ("Snooze", "(ta{sv})", (0,)), ("Pause", "(ta{sv})", (0,)), ("Start", "(ssa{sv})", ("", "")),
    ("Done", "(a{sv})", ()), ("Skip", "(a{sv})", ()), ("Another", "(a{sv})", ())])
def test_unknown_options(desk, method, signature, arguments):
    from gi.repository import GLib
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    before = {k: v for k, v in desk.client.get_all().items() if k not in ("Sources", "Notifier")}
    assert desk.client.refused(method, signature, *arguments, {"colour": GLib.Variant("s", "red")}).name == INVALID_ARGS
    assert {k: v for k, v in desk.client.get_all().items() if k not in ("Sources", "Notifier")} == before


def test_nothing_is_prompted(desk):
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    assert desk.client.refused("Another", "(a{sv})", {}).name == ERROR + "NothingPrompted"
    assert desk.client.refused("Start", "(ssa{sv})", "tea", "", {}).name == ERROR + "NoSuchBreak"
    assert desk.client.refused("Start", "(ssa{sv})", "", "tea", {}).name == ERROR + "NoSuchExercise"
    with pytest.raises(BusError):
        desk.client.call("Nonsense")
    desk.configure({"break.stretch": {"enabled": "no"}})
    desk.ctl("reload")
    for method, signature, arguments in (("Snooze", "(ta{sv})", (0, {})), ("Done", "(a{sv})", ({},)),
                                         ("Skip", "(a{sv})", ({},)), ("Start", "(ssa{sv})", ("", "", {}))):
        assert desk.client.refused(method, signature, *arguments).name == ERROR + "NoSuchBreak"
    status = json.loads(desk.ctl("status", "--json").stdout)
    assert status["breaks"] == [] and status["state"] == "active"
