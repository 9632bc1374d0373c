# SPDX-License-Identifier: GPL-3.0-or-later
"""The logind source against a mock of logind on a bus of its own: the cases that a real one (see the host
tests) brings about only at length, and everything that can be checked without root."""

import os
import time

import dbus
import pytest

from support.logind import ID, MANAGER, PATH, SESSION, Logind
from support.session import Session
from support.source_probe import SEC, Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]


@pytest.fixture
def session():
    with Session() as started:
        started.start_system_bus()
        yield started


@pytest.fixture
def logind(session):
    return Logind(session).start()


@pytest.fixture
def probe(session):
    with Probe([DRIVER, "auto", 500], session.environment()) as started:
        yield started


def in_session(probe):
    return probe.wait_source("logind", lambda status, detail: status == "active" and f"session {ID} (" in detail)


@pytest.fixture
def path(logind, probe):
    """A session that the driver has found; the state of things at the start has been reported."""
    added = logind.add_session()
    in_session(probe)
    probe.settled()
    return added


def test_lock_is_told_once(logind, probe, path):
    """The signal, then the hint, or either alone."""
    logind.signal(path, SESSION, "Lock")
    lock = probe.wait("lock").values["t"]
    assert abs(lock - probe.clock()) < SEC
    logind.set(path, SESSION, LockedHint=True)
    logind.signal(path, SESSION, "Unlock")
    probe.wait("unlock")
    logind.set(path, SESSION, LockedHint=False)
    logind.set(path, SESSION, LockedHint=True)
    probe.wait("lock")
    assert not [line for line in probe.passed if line.word == "unlock"]
    logind.set(path, SESSION, LockedHint=False)
    probe.wait("unlock")
    assert [line.word for line in probe.seen if line.word in ("lock", "unlock")] == ["lock", "unlock"] * 2


def test_switch_of_seat(logind, probe, path):
    logind.set(path, SESSION, Active=False)
    probe.wait("leave")
    logind.set(path, SESSION, Active=True)
    probe.wait("enter")


def test_state_at_the_start(logind, session):
    logind.add_session(active=False, LockedHint=True)
    logind.set(PATH, MANAGER, BlockInhibited="shutdown:idle")
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        words = {probe.wait("leave", "lock", "inhibit").word for _ in range(3)}
        assert words == {"leave", "lock", "inhibit"}


def test_inhibitors(logind, probe, path):
    """One switch; other kinds of inhibitors are none."""
    for value in ("sleep:handle-lid-switch", "idle", "sleep:idle:shutdown", "shutdown:idlest", ""):
        logind.set(PATH, MANAGER, BlockInhibited=value)
    assert [probe.wait("inhibit").values["on"] for _ in range(2)] == [1, 0]
    logind.set(PATH, MANAGER, BlockInhibited="idle")
    assert probe.wait("inhibit").values["on"] == 1


def test_sleep_waits_until_all_is_saved(logind, probe, path):
    wait_for(lambda: [row[0] for row in logind.inhibitors()] == ["sleep"], "the delay inhibitor")
    assert logind.inhibitors()[0][3] == "delay"
    logind.signal(PATH, MANAGER, "PrepareForSleep", "b", True)
    probe.wait("prepare-sleep")
    slept = probe.wait("sleep").values["t"]
    assert not [line for line in probe.passed if line.word != "changed"]
    wait_for(lambda: logind.inhibitors() == [], "the inhibitor's release")
    # Boottime jumps, which logind has announced: nothing is doubled.
    probe.say("slept 3600000")
    probe.say("check")
    logind.signal(PATH, MANAGER, "PrepareForSleep", "b", False)
    woke = probe.wait("wake", "sleep")
    assert woke.word == "wake" and woke.values["t"] - slept >= 3600 * SEC
    assert [line for line in probe.settled() if line.word in ("sleep", "wake")] == []
    wait_for(lambda: len(logind.inhibitors()) == 1, "a new delay inhibitor")


def test_idle_as_the_desktop_says(logind, probe, path):
    assert probe.sources()["logind"][1].endswith("idle as the desktop says it")
    started = probe.clock()
    wait_for(lambda: probe.clock() - started > 0.5 * SEC, "time to have been idle in")
    ahead = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    since = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000 - 300000
    logind.set(path, SESSION, IdleHint=True, IdleSinceHint=dbus.UInt64(1),
               IdleSinceHintMonotonic=dbus.UInt64(since))
    idle = probe.wait("idle").values
    assert abs(idle["since"] - (since + ahead // 1000)) < 50000
    logind.set(path, SESSION, IdleHint=False, IdleSinceHintMonotonic=dbus.UInt64(since + SEC))
    probe.wait("active")


def test_idle_hint_after_rearm(logind, probe, path):
    """A hint that has stood since before has to stand for the threshold again."""
    logind.set(path, SESSION, IdleHint=True, IdleSinceHintMonotonic=dbus.UInt64(0))
    probe.wait("idle")
    rearmed = probe.clock()
    probe.say("rearm")
    idle = probe.wait("idle", "active")
    assert idle.word == "idle"
    assert idle.values["since"] >= rearmed and idle.values["t"] - rearmed > 0.45 * SEC


def test_session_comes_and_goes(logind, probe):
    """Without a session there's only sleep; a session that is gone leaves nobody locked or absent."""
    probe.wait_source("logind", lambda status, detail: status == "active" and "no session" in detail)
    path = logind.add_session()
    in_session(probe)
    logind.set(path, SESSION, LockedHint=True, Active=False)
    {probe.wait("lock", "leave").word, probe.wait("lock", "leave").word}
    logind.remove_session()
    assert {probe.wait("enter", "unlock").word, probe.wait("enter", "unlock").word} == {"enter", "unlock"}
    probe.wait_source("logind", lambda status, detail: "no session" in detail)
    logind.add_session("second")
    if ID == "c1":  # else the real session of this machine is looked for, which the mock no longer has
        probe.wait_source("logind", lambda status, detail: "session second (" in detail)


def test_logind_restarts(logind, probe, path):
    """What it says afterwards is heard, and the inhibitor taken again. (That nothing is told of a lock that
    stands all the while is for the host tests: the mock comes back without its sessions.)"""
    logind.stop()
    logind.start()
    logind.add_session(LockedHint=True, Active=False)
    assert {probe.wait("leave", "lock").word, probe.wait("leave", "lock").word} == {"leave", "lock"}
    wait_for(lambda: len(logind.inhibitors()) == 1, "the delay inhibitor")
    logind.signal(f"{PATH}/session/{ID}", SESSION, "Unlock")
    probe.wait("unlock")


def test_logind_gone_for_good(logind, probe, path):
    """After some seconds nobody stays locked by its word."""
    logind.set(path, SESSION, LockedHint=True)
    probe.wait("lock")
    logind.stop()
    probe.wait("unlock", seconds=15)
    status, detail = probe.wait_source("logind", lambda status, _: status == "unavailable")
    assert "gone" in detail
    logind.start()
    logind.add_session()
    in_session(probe)


def test_bus_comes_late_and_restarts():
    """No system bus at the start, and one that is restarted: found by its socket, not by asking again."""
    with Session() as session, Probe([DRIVER, "auto", 500], session.environment()) as probe:
        assert probe.sources()["logind"][0] == "unavailable"
        for _ in range(2):
            session.start_system_bus()
            bus = session.processes[-1]
            logind = Logind(session).start()
            logind.add_session(LockedHint=True)
            probe.wait("lock")
            in_session(probe)
            logind.stop()
            session.stop(bus)
            # After the time for which logind may be gone, at most.
            probe.wait("unlock", seconds=15)


def test_logind_that_is_not_there(session, probe):
    """A bus without logind: said, and found when it comes."""
    probe.wait_source("logind", lambda status, detail: status == "unavailable" and "isn't running" in detail)
    logind = Logind(session).start()
    logind.add_session()
    in_session(probe)


@pytest.fixture
def doubted(logind, session):
    """A session and a user made of commands; only the Lock signal has told of the lock. With a clock of its own."""
    path = logind.add_session()
    with Probe([DRIVER, "--fake", "auto", 60000], session.environment()) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        in_session(probe)
        probe.settled()
        logind.signal(path, SESSION, "Lock")
        probe.wait("lock")
        yield probe


def pass_time(probe, seconds):
    """Boottime jumps; what is due then is told before this returns."""
    probe.say(f"slept {seconds * 1000}")
    told = []
    for _ in range(8):  # a timer, the question it puts, the answer: each a turn of the loop or two
        told += [line.word for line in probe.settled()]
    return [word for word in told if word not in ("sleep", "wake")]


def test_lock_signal_that_nobody_heeds(doubted):
    """Who works on is at work: no locker listened, or it never told that it has unlocked."""
    assert pass_time(doubted, 15) == []
    doubted.say("input")
    assert pass_time(doubted, 16) == ["unlock"]


def test_lock_signal_and_nobody_there(doubted):
    """Input with the lock isn't any after it; later it is half a minute of presence that counts, not a touch."""
    doubted.say("input")
    assert pass_time(doubted, 31) == []
    assert pass_time(doubted, 61) == ["idle"]
    assert pass_time(doubted, 3600) == []
    doubted.say("input")
    assert pass_time(doubted, 0) == ["active"]
    assert pass_time(doubted, 61) == ["idle"], "brushed the mouse"
    doubted.say("input")
    assert pass_time(doubted, 0) == ["active"]
    assert pass_time(doubted, 31) == ["unlock"]
    assert pass_time(doubted, 61) == ["idle"]


def test_lock_that_the_desktop_confirms(logind, doubted):
    """Its word counts, whatever is typed at the locked screen."""
    logind.set(f"{PATH}/session/{ID}", SESSION, LockedHint=True)
    for _ in range(8):
        assert pass_time(doubted, 15) == []
        doubted.say("input")
    logind.set(f"{PATH}/session/{ID}", SESSION, LockedHint=False)
    doubted.wait("unlock")


def test_input_ends_no_lock(logind, session):
    """Neither a return from idle nor typing, there and then."""
    session.start_x()
    path = logind.add_session()
    with Probe([DRIVER, "auto", 400], session.environment()) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        in_session(probe)
        logind.signal(path, SESSION, "Lock")
        probe.wait("lock")
        probe.wait("idle")
        session.run(["xdotool", "key", "a"])
        probe.wait("active")
        probe.wait("idle")
        assert not [line for line in probe.seen if line.word == "unlock"]


def test_x11_and_logind_together(logind, session):
    """X11 tells idle, logind the rest, and both are described so."""
    session.start_x()
    path = logind.add_session()
    with Probe([DRIVER, "auto", 60000], session.environment()) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        status, detail = in_session(probe)
        assert detail.endswith("; not for idle")
        logind.set(path, SESSION, IdleHint=True, IdleSinceHintMonotonic=dbus.UInt64(0))
        logind.set(path, SESSION, LockedHint=True)
        probe.wait("lock")
        assert not [line for line in probe.seen if line.word == "idle"]
        for _ in range(3):  # the arming, of which each step waits for the server's answer
            probe.say("query")
            probe.wait("answer")
        probe.settled()
        session.run(["xdotool", "key", "a"])
        probe.settled()
        before = probe.switches()
        for _ in range(10):
            session.run(["xdotool", "key", "a"])
        assert probe.switches() - before <= 2  # and not one for each
