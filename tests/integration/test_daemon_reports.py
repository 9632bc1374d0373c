# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases of ReportActivity and ReportPosture: their ends, who replaces whom, and what a lock or a restart does to them."""

import time

import pytest
from bus_harness import INVALID_ARGS, NEVER, SEC

from support import logind as login1
from support.waiting import SLOWNESS, wait_for

QUICK = {"idle-after": "2s", "idle-after-prompt": "1s"}
LIMITS = "org.freedesktop.DBus.Error.LimitsExceeded"


def now():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def sitting(desk):
    wait_for(lambda: ("x11", "active") in [source[:2] for source in desk.get("Sources")], "the source")


def report(desk, who, seconds):
    desk.client.call("ReportActivity", "(st)", who, int(seconds * SEC))


def away_since(desk):
    """When the absence began: from when it was found what was counted meanwhile is taken back."""
    ledger = desk.client.call("Explain")
    found = [e["from_usec"] for e in ledger if e["what"] == "away"][-1]
    return (found + [e["change_usec"] for e in ledger if e["what"] == "taken-back"][-1]) / 1e6


def test_absence_begins_where_the_lease_ended(x_desk):
    """Also where the source becomes idle only after it: what was vouched for counts to the last."""
    x_desk.configure({"activity": {"idle-after": "3s", "idle-after-prompt": "1s"}, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.key()
    report(x_desk, "gamepad", 1.5)
    reported = time.time()
    x_desk.bus.wait_state("away")
    assert away_since(x_desk) == pytest.approx(reported + 1.5, abs=0.3)


def test_a_new_lease_takes_the_place_of_the_old(x_desk):
    """Longer or shorter; of several reporters the last to end counts."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    report(x_desk, "gamepad", 3600)
    report(x_desk, "virtual machine", 2)
    report(x_desk, "gamepad", 1)
    reported = time.time()
    x_desk.bus.wait_state("away")
    assert away_since(x_desk) == pytest.approx(reported + 2, abs=0.3)


def test_input_after_the_lease(x_desk):
    """Who types when the lease ends is simply there."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h"}})
    x_desk.start_typing()
    x_desk.start()
    sitting(x_desk)
    mark = x_desk.bus.mark()
    report(x_desk, "gamepad", 1)
    time.sleep(3)
    assert not any(m.member == "PropertiesChanged" and "State" in m.args[1] for m in x_desk.bus.since(mark, "PropertiesChanged"))


def test_too_many(desk):
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    for n in range(16):
        report(desk, f"reporter {n}", 60 if n else 1)
    error = desk.client.refused("ReportActivity", "(st)", "one more", SEC)
    assert error.name == LIMITS
    report(desk, "reporter 3", 60)
    # Once one has ended there is room.
    time.sleep(1.3)
    wait_for(lambda: report(desk, "one more", 1) is None, "room")


def test_lock_and_lease(x_desk):
    """Behind a locked screen nobody is active, whatever a gamepad says; the lease goes on after the unlocking."""
    x_desk.session.start_system_bus()
    logind = login1.Logind(x_desk.session).start()
    path = logind.add_session()
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    report(x_desk, "gamepad", 3600)
    logind.set(path, login1.SESSION, LockedHint=True)
    x_desk.bus.wait_state("away")
    report(x_desk, "gamepad", 3600)
    assert x_desk.get("State") == "away" and x_desk.get("Reason") == "screen locked"
    logind.set(path, login1.SESSION, LockedHint=False)
    x_desk.bus.wait_state("active")
    mark = x_desk.bus.mark()
    time.sleep(3)
    assert x_desk.get("State") == "active" and not x_desk.bus.since(mark, "PropertiesChanged")


def test_sleep_and_lease(x_desk):
    """A lease that ends in a sleep brings nothing at the waking but the source's own report, a threshold later."""
    x_desk.session.start_system_bus()
    logind = login1.Logind(x_desk.session).start()
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    report(x_desk, "gamepad", 1)
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", True)
    wait_for(lambda: x_desk.get("Reason") == "asleep", "sleep")
    time.sleep(1.5)
    logind.signal(login1.PATH, login1.MANAGER, "PrepareForSleep", "b", False)
    woken = time.time()
    x_desk.bus.wait_state("active")
    x_desk.bus.wait_state("away")
    assert away_since(x_desk) >= woken - 0.2


def test_posture_over_a_restart(desk):
    """A posture and its lease survive a stop; a lease that ended meanwhile has ended."""
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    desk.client.call("ReportPosture", "(st)", "standing", 60 * SEC)
    desk.stop()
    desk.start()
    assert desk.get("Posture") == "standing"
    desk.client.call("ReportPosture", "(st)", "standing", 2 * SEC)
    desk.crash()
    desk.start()
    assert desk.get("Posture") == "standing"
    wait_for(lambda: desk.get("Posture") == "sitting", "the end of the lease")
    desk.client.call("ReportPosture", "(st)", "standing", 1 * SEC)
    desk.stop()
    time.sleep(1.2)
    desk.start()
    wait_for(lambda: desk.get("Posture") == "sitting", "the lease to have ended", 3 * SLOWNESS)
    desk.client.call("ReportPosture", "(st)", "standing", NEVER)
    desk.stop()
    desk.start()
    assert desk.get("Posture") == "standing"


def test_ranges(desk):
    """Refused, never clamped; and a refused one changes nothing."""
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    desk.client.call("ReportPosture", "(st)", "standing", NEVER)
    for posture, lease in (("sitting", SEC - 1), ("standing", 0), ("standing", 24 * 3600 * SEC + 1), ("walking", NEVER - 1),
                           ("lying", SEC), ("", SEC), ("Standing", SEC)):
        assert desk.client.refused("ReportPosture", "(st)", posture, lease).name == INVALID_ARGS
    for who, lease in (("a", 0), ("a", SEC - 1), ("a", 3600 * SEC + 1), ("a", NEVER), ("", SEC), ("x" * 65, SEC), ("a\tb", SEC)):
        assert desk.client.refused("ReportActivity", "(st)", who, lease).name == INVALID_ARGS
    assert desk.get("Posture") == "standing"
    for lease in (SEC, 24 * 3600 * SEC):
        desk.client.call("ReportPosture", "(st)", "walking", lease)
    for lease in (SEC, 3600 * SEC):
        desk.client.call("ReportActivity", "(st)", "a", lease)


def test_command(desk):
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start()
    assert "standing" in desk.ctl("posture", "standing", "1h 30min").stdout
    assert desk.status()["posture"] == "standing"
    ran = desk.ctl("posture", "standing", "25h", check=False)
    assert ran.returncode == 4 and "24h" in ran.stderr
    assert desk.ctl("posture", "sitting").returncode == 0 and desk.status()["posture"] == "sitting"
