# SPDX-License-Identifier: GPL-3.0-or-later
"""Going away, resting, holding, posture: the real daemon against an X server with nobody, or somebody, at it."""

import os
import time

import dbus
import pytest
from bus_harness import INVALID_ARGS, NEVER, SEC

from support import logind as login1
from support.recorder import PROPERTIES, plain
from support.screensaver import MILLISECONDS, ScreenSaver
from support.waiting import wait_for

MANAGER = "org.backcare.BackCare1.Manager"
QUICK = {"idle-after": "2s", "idle-after-prompt": "1s"}


def transitions(desk, mark=0):
    """The contents of the PropertiesChanged since then."""
    return [plain(m.args[1]) for m in desk.bus.since(mark, "PropertiesChanged")
            if m.interface == PROPERTIES and m.args[0] == MANAGER]


def sitting(desk):
    """Waits until activity is followed, so that what comes is the test's own doing."""
    wait_for(lambda: ("x11", "active") in [source[:2] for source in desk.get("Sources")], "the source")
    wait_for(lambda: desk.get("Notifier")[0] == "dunst", "the notification server")


def local(offset_seconds):
    """A time of day as the schedule has it, minutes rounded down."""
    return time.strftime("%a %H:%M", time.localtime(time.time() + offset_seconds)).split()


def test_idle_is_taken_back(x_desk):
    """What was counted between the last key and the idle report counts no more."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h", "length": "30min"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.key()
    x_desk.bus.mark()
    # Somebody sits for a while, so that there is something to count.
    x_desk.start_typing()
    x_desk.bus.mark()
    wait_for(lambda: x_desk.counter() > 1, "something to count")
    x_desk.stop_typing()
    last = time.clock_gettime(time.CLOCK_BOOTTIME)
    changed = x_desk.bus.wait_state("away")
    (_name, _after, _length, counter, _at, due), = changed["Breaks"]
    found = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert found - last > 1.5, "no idle threshold"
    assert due == NEVER
    started = [e["from_usec"] for e in x_desk.client.call("Explain")][0]
    ledger = x_desk.client.call("Explain")
    assert any(e["what"] == "taken-back" and -2.5 * SEC < e["change_usec"] < -1.5 * SEC for e in ledger), ledger
    assert counter < (found - last) * SEC + 3 * SEC and started > 0
    x_desk.key()
    changed = x_desk.bus.wait_state("active")
    assert abs(changed["Breaks"][0][3] - counter) < 0.1 * SEC, "the counter goes on from where it stood"


def test_rest_by_going_quiet(x_desk):
    """Asked for a break, the user takes the hands off: the prompt goes as soon as that was a rest."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1s", "length": "3s"}})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait("Prompted")
    x_desk.stop_typing()
    x_desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "rested"])
    x_desk.wait_displayed(0)
    assert x_desk.counter() == 0 and x_desk.get("State") == "away"
    x_desk.key()
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "natural"])
    assert x_desk.get("State") == "active"


def test_natural_rest_is_unasked(x_desk):
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h", "length": "3s"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.key()
    x_desk.bus.wait_state("away")
    changed = x_desk.bus.wait_property("Breaks", lambda breaks: breaks[0][3] == 0)
    assert "Prompt" not in changed
    x_desk.key()
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "natural"])
    assert not x_desk.bus.since(0, "Prompted")


def test_nobody_is_prompted(x_desk):
    """No input since long, though shorter than idle-after: asked before the prompt, the source says so."""
    x_desk.configure({"activity": {"idle-after": "30s", "idle-after-prompt": "1s"},
                      "break.stretch": {"after": "2s", "length": "1h"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.key()
    x_desk.bus.wait_state("away")
    assert not x_desk.bus.since(0, "Prompted") and x_desk.displayed() == 0
    x_desk.start_typing()
    x_desk.bus.wait("Prompted")


def test_typing_says_nothing(x_desk):
    """Not one message on the bus while somebody just types."""
    x_desk.configure({"activity": {"idle-after": "2s", "idle-after-prompt": "1s"}, "break.stretch": {"after": "1h"}})
    x_desk.start_typing()
    x_desk.start()
    sitting(x_desk)
    mark = x_desk.bus.mark()
    start = x_desk.counter()
    wait_for(lambda: x_desk.counter() > start + 4, "some seconds of typing")
    assert transitions(x_desk, mark) == []


def test_one_change_for_each_transition(x_desk):
    x_desk.configure({"break.stretch": {"after": "2s"}})
    x_desk.start()
    sitting(x_desk)
    mark = x_desk.bus.mark()
    x_desk.bus.wait_state("due")
    assert [set(t) for t in transitions(x_desk, mark)] == [{"State", "StateSinceUSec", "Prompt", "NextPromptUSec"}]

    mark = x_desk.bus.mark()
    x_desk.ctl("snooze")
    assert [set(t) for t in transitions(x_desk, mark)] == [
        {"State", "StateSinceUSec", "Prompt", "NextPromptUSec", "SnoozedUntilUSec"}]

    mark = x_desk.bus.mark()
    x_desk.ctl("pause")
    (paused,) = transitions(x_desk, mark)
    assert {"State", "StateSinceUSec", "PausedUntilUSec"} <= set(paused) <= {
        "State", "StateSinceUSec", "PausedUntilUSec", "NextPromptUSec"}

    mark = x_desk.bus.mark()
    x_desk.ctl("posture", "standing", "10min")
    (standing,) = transitions(x_desk, mark)
    assert set(standing) == {"Posture", "Breaks"}
    order = [m.member for m in x_desk.bus.since(0) if m.type == "signal" and m.interface == MANAGER]
    assert order == ["Prompted", "PromptClosed"]


def test_off_hours(x_desk):
    """A day without hours; then one around now."""
    (yesterday, _), (today, _) = local(-86400), local(0)
    x_desk.configure({"schedule": {yesterday: "09:00-09:01"}})
    x_desk.start()
    assert x_desk.get("State") == "off-hours"
    assert x_desk.get("Reason") == "outside working hours"
    wait_for(lambda: x_desk.counter() > 1.2, "exposure, measured all the same")
    assert not x_desk.bus.since(0, "Prompted")
    x_desk.configure({"schedule": {yesterday: "00:00-24:00", today: "00:00-24:00"}})
    x_desk.bus.wait("Prompted")
    x_desk.configure({"schedule": {yesterday: "09:00-09:01"}})
    x_desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "off-hours"])
    x_desk.wait_displayed(0)


def test_held_by_a_descriptor(x_desk):
    """Held until the last descriptor is closed, however that comes about."""
    x_desk.configure({"break.stretch": {"after": "1s"}})
    x_desk.start()
    first = x_desk.client.inhibit("a call", "with the boss")
    second = x_desk.client.inhibit("recorder", "the concert")
    x_desk.bus.wait_state("held")
    assert "concert" in x_desk.get("Reason") and x_desk.displayed() == 0
    os.close(second)
    x_desk.bus.wait_property("Reason", lambda reason: "boss" in reason)
    assert not x_desk.bus.since(0, "Prompted")
    os.close(first)
    x_desk.bus.wait("Prompted")
    # A hold leaves a prompt where it is.
    descriptor = x_desk.client.inhibit("a call", "again")
    assert x_desk.get("State") == "due"
    x_desk.wait_displayed(1)
    os.close(descriptor)


def test_held_by_a_command(x_desk):
    """`backcarectl inhibit` holds for as long as the command runs, and also when it is killed."""
    x_desk.configure({"break.stretch": {"after": "2s"}})
    x_desk.start()
    holder = x_desk.session.start([str(x_desk.build / "cli/backcarectl"), "inhibit", "--why", "a talk", "--",
                                   "sleep", "60"], "inhibit")
    x_desk.bus.wait_property("Reason", lambda reason: "a talk" in reason)
    assert x_desk.get("State") == "held"
    holder.kill()
    x_desk.session.stop(holder)
    x_desk.bus.wait("Prompted")


def test_hold_limit(x_desk):
    """A hold that never ends isn't believed for ever."""
    x_desk.configure({"hold": {"limit": "2s"}})
    x_desk.start()
    descriptor = x_desk.client.inhibit("a call", "that nobody hung up")
    held = x_desk.bus.wait_state("held")
    shown = x_desk.bus.wait("Prompted")
    assert 1.8 < shown.at - held["StateSinceUSec"] / 1e6 + time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) < 4
    os.close(descriptor)


def test_standing_counts_half(x_desk):
    x_desk.configure({"activity": {"standing-rate": "50%"}, "break.stretch": {"after": "1h"}})
    x_desk.start()
    x_desk.ctl("posture", "standing", "10min")
    assert x_desk.get("Posture") == "standing"
    (_, after, _, counter, at, due), = x_desk.get("Breaks")
    assert due - at == pytest.approx(2 * (after - counter), abs=2)
    x_desk.ctl("posture", "sitting")
    (_, after, _, counter, at, due), = x_desk.get("Breaks")
    assert due - at == pytest.approx(after - counter, abs=2)


def test_walking_until_the_lease_ends(x_desk):
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.start()
    x_desk.client.call("ReportPosture", "(st)", "walking", 1 * SEC)
    assert x_desk.get("State") == "away" and x_desk.get("Reason") == "walking"
    x_desk.bus.wait_state("active")
    assert x_desk.get("Posture") == "sitting"
    for posture, lease in (("flying", SEC), ("standing", 0), ("walking", SEC - 1), ("standing", 86400 * SEC + 1)):
        assert x_desk.client.refused("ReportPosture", "(st)", posture, lease).name == INVALID_ARGS


def test_walking_ends_with_input(x_desk):
    """The user who types is not walking any more."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.bus.wait_state("away")
    x_desk.client.call("ReportPosture", "(st)", "walking", NEVER)
    x_desk.key()
    x_desk.bus.wait_state("active")
    assert x_desk.get("Posture") == "sitting"


def test_reported_activity_keeps_the_user_there(x_desk):
    """A lease covers what the desktop takes for idleness; the absence that follows begins at its end."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h", "length": "30min"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.key()
    x_desk.client.call("ReportActivity", "(st)", "gamepad", 2 * SEC)
    reported = time.clock_gettime(time.CLOCK_BOOTTIME)
    mark = x_desk.bus.mark()
    away = x_desk.bus.wait("PropertiesChanged", lambda m: plain(m.args[1]).get("State") == "away")
    assert 3.8 < away.at - reported < 5.5, "2 s of lease, 2 s of threshold"
    assert len(transitions(x_desk, mark)) == 1
    # It brings back who is away.
    x_desk.client.call("ReportActivity", "(st)", "gamepad", 60 * SEC)
    x_desk.bus.wait_state("active")
    for who, lease in (("", SEC), ("x" * 65, SEC), ("a\nb", SEC), ("gamepad", SEC - 1), ("gamepad", 3601 * SEC)):
        assert x_desk.client.refused("ReportActivity", "(st)", who, lease).name == INVALID_ARGS


def test_reporters_have_an_end(desk):
    """Each reporter takes a place; there are not endlessly many, and a long name is still one name."""
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    for _ in range(40):
        desk.client.call("ReportActivity", "(st)", "w" * 64, 60 * SEC)
    refused = None
    for i in range(40):
        try:
            desk.client.call("ReportActivity", "(st)", f"reporter {i}", 60 * SEC)
        except Exception as error:
            refused = error
            break
    assert refused is not None and i == 15
    assert desk.get("State") == "active"


def test_back_from_a_sleep_that_began_in_idleness(x_desk):
    """After the wake the user counts as active, so the source doesn't say it: what it said before is over all the same."""
    x_desk.session.start_system_bus()
    logind = login1.Logind(x_desk.session).start()
    x_desk.configure({"activity": {"idle-after": "2s", "idle-after-prompt": "2s"}, "break.stretch": {"after": "1h"}})
    x_desk.start()
    x_desk.bus.wait_state("away")
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", True)
    wait_for(lambda: x_desk.get("Reason") == "asleep", "sleep")
    x_desk.start_typing()
    mark = x_desk.bus.mark()
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", False)
    x_desk.bus.wait_state("active")
    x_desk.client.call("ReportActivity", "(st)", "a tablet", 10**6)
    end = time.monotonic() + 5
    wait_for(lambda: time.monotonic() > end or x_desk.get("State") == "away", "the lease to be over", step=0.2)
    assert x_desk.get("State") == "active", x_desk.bus.since(mark)


def test_no_prompt_while_the_hint_of_idleness_stands(x_desk):
    """logind's source is asked before a prompt, and by the lower threshold of a prompt nobody is there. Its end is told
    all the same, and then the prompt comes."""
    x_desk.session.start_system_bus()
    logind = login1.Logind(x_desk.session).start()
    path = logind.add_session()
    logind.set(path, login1.SESSION, IdleHint=True, IdleSinceHintMonotonic=dbus.UInt64(time.monotonic_ns() // 1000))
    x_desk.configure({"activity": {"idle-after": "1h", "idle-after-prompt": "1s"}, "break.stretch": {"after": "4s"}})
    x_desk.start("--source", "logind")
    wait_for(lambda: any(name == "logind" and "idle as" in detail for name, _, detail in x_desk.get("Sources")), "the source")
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", True)
    wait_for(lambda: x_desk.get("Reason") == "asleep", "sleep")
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", False)
    wait_for(lambda: x_desk.get("Reason") == "no input", "the absence")
    assert x_desk.get("Prompt")[0] == ""
    logind.set(path, login1.SESSION, IdleHint=False)
    x_desk.bus.wait("Prompted")
    x_desk.wait_displayed(1)


def test_asked_before_a_prompt_and_after(x_desk):
    """A screen saver tells an idle time only when asked: nobody is prompted, and the return is found by asking on."""
    saver = ScreenSaver(x_desk.session, unit=MILLISECONDS).start()
    x_desk.configure({"activity": {"idle-after": "1h", "idle-after-prompt": "2s"},
                      "break.stretch": {"after": "6s", "length": "1h"}})
    x_desk.start("--source", "screensaver")
    wait_for(lambda: any(row[0] == "screensaver" and "in milliseconds" in row[2] for row in x_desk.get("Sources")),
             "the unit of the idle time")
    x_desk.bus.wait_state("away")
    assert not x_desk.bus.since(0, "Prompted") and x_desk.displayed() == 0
    asked = saver.asked()

    def at_work():
        saver.input()
        return x_desk.get("State") == "active"

    wait_for(at_work, "the return", 30)
    assert saver.asked() - asked <= 3, "asked oftener than every 20 s"

    def prompted():
        saver.input()
        return x_desk.bus.since(0, "Prompted")

    wait_for(prompted, "the prompt, now that somebody is there", 15)
    x_desk.wait_displayed(1)
