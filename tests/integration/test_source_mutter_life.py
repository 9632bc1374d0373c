# SPDX-License-Identifier: GPL-3.0-or-later
"""The Mutter source when the shell dies, hangs, refuses or lies; and what it costs."""

import os
import time

import dbus
import pytest

from support.gnome import SessionManager, Shell, active, run, unavailable
from support.gnome_stub import ADD_EARLY, Stub
from support.session import Session
from support.source_probe import Probe
from support.waiting import SLOWNESS

FLICKER = os.environ["BACKCARE_FLICKER"]


@pytest.fixture
def session():
    with Session() as started:
        # While there is none, libsystemd watches the folders in which it would appear: wakings that aren't ours.
        started.start_system_bus()
        yield started


@pytest.fixture
def shell(session):
    return Shell(session).start()


@pytest.fixture(params=["mutter", "gnome-shell"])
def each_shell(request, session):
    return Shell(session, request.param).start()


@pytest.fixture
def manager(session):
    return SessionManager(session).start()


# --- the shell goes and comes


def test_shell_killed_and_back(session, each_shell):
    shell = each_shell
    with run(session, 400) as probe:
        for _ in range(2):
            probe.wait("idle")
            lost = probe.clock()
            shell.kill()
            assert probe.wait("active").values["t"] >= lost, "lost counts as active"
            assert probe.wait_source("mutter", unavailable)[1] == "GNOME's shell is gone"
            probe.say("query")
            assert probe.wait("answer").text == "answer none"
            shell.start()
            probe.wait_source("mutter", active)
            probe.wait("idle")
            shell.key()
            probe.wait("active")


def test_shell_comes_later(session):
    with run(session, 400) as probe:
        probe.wait_source("mutter", lambda status, detail: detail == "GNOME's shell isn't running")
        shell = Shell(session).start()
        probe.wait_source("mutter", active)
        probe.wait("idle")
        shell.motion()
        probe.wait("active")


def test_shell_hangs(session, shell):
    """The loop goes on, a query ends in time; what was missed is found when the shell comes to itself."""
    with run(session, 500) as probe:
        probe.wait("idle")
        shell.hang()
        try:
            before = time.monotonic()
            probe.say("query 300")
            assert probe.wait("answer").text == "answer none"
            assert time.monotonic() - before < 2 * SLOWNESS
            probe.say("threshold 300")
            probe.say("rearm")
            probe.say("threshold 600")
            probe.say("query 300")
            assert probe.wait("answer").text == "answer none"
        finally:
            shell.go_on()
        probe.wait("idle")
        shell.motion()
        probe.wait("active")
        probe.say("query")
        assert "last" in probe.wait("answer").values


def test_shell_hangs_from_the_start(session, shell):
    shell.hang()
    try:
        with run(session, 500) as probe:
            probe.wait_source("mutter", lambda _, detail: "doesn't answer" in detail, seconds=15)
            probe.settled()
            shell.go_on()
            probe.wait_source("mutter", active)
            probe.wait("idle")
            shell.hang()
    finally:
        shell.go_on()


# --- signals that come when they should not


def test_a_synthetic_event_is_no_return(session):
    stub = Stub(session)
    with run(session, 10000) as probe:
        probe.wait_source("mutter", active)
        stub.wait_calls("GetIdletime", 2)
        probe.say("slept 20000")  # that the counter may be ahead of the start
        stub.idle(15000)
        stub.fire(1)
        probe.wait("idle")
        stub.wait_calls("AddUserActiveWatch", 1)
        for number in range(2, 5):
            asked = stub.calls("GetIdletime")
            stub.idle(15000 + number * 1000)
            stub.fire(number)
            stub.wait_calls("AddUserActiveWatch", number)
            stub.wait_calls("GetIdletime", asked + 1)
            assert not [line for line in probe.settled() if line.word == "active"]
        stub.idle(0)
        stub.fire(5)
        probe.wait("active")


def test_fired_before_it_has_a_number(session):
    """The signal of a new watch overtakes the reply that brings its number."""
    stub = Stub(session, ADD_EARLY)
    with run(session, 60000) as probe:
        probe.wait_source("mutter", active)
        stub.wait_calls("GetIdletime", 3)
        probe.say("slept 30000")
        stub.idle(20000)
        probe.say("threshold 15000")
        probe.wait("idle")


def test_fired_after_it_was_removed(session):
    """A number that isn't ours any more: nobody is asked."""
    stub = Stub(session)
    with run(session, 10000) as probe:
        probe.wait_source("mutter", active)
        probe.say("threshold 20000")
        stub.wait_calls("RemoveWatch", 1)
        asked = stub.calls("GetIdletime")
        for number in (1, 77):
            stub.fire(number)
        probe.say("query")
        probe.wait("answer")
        assert stub.calls("GetIdletime") == asked + 1


def test_an_idle_time_beyond_all_time(session):
    """What no clock can count is long ago, and not in the time to come."""
    stub = Stub(session)
    with run(session, 10000) as probe:
        probe.wait_source("mutter", active)
        # In microseconds more than 64 bits hold: cut off, it is a little less than nothing.
        stub.idle(2**64 // 1000)
        probe.say("query")
        assert probe.wait("answer").values["last"] < 0


@pytest.mark.parametrize("method", ["GetIdletime", "AddIdleWatch"])
def test_a_shell_that_refuses(session, method):
    """It is said, and a shell that comes after it is tried."""
    stub = Stub(session)
    stub.refuse(method)
    with run(session, 300) as probe:
        _, detail = probe.wait_source("mutter", lambda _, detail: "not for you" in detail)
        assert detail == "idle monitor of GNOME's shell: not for you"
        assert probe.sources()["mutter"][0] == "unavailable"
        stub.end()
        assert probe.wait_source("mutter", lambda _, detail: "gone" in detail)[0] == "unavailable"
        shell = Shell(session).start()
        probe.wait("idle")
        shell.motion()
        probe.wait("active")


# --- costs


def at_rest(probe):
    for _ in range(3):
        probe.say("query")
        assert "last" in probe.wait("answer").values
    probe.settled()
    return probe.switches()


def test_no_wakings_at_rest(session, manager, shell):
    """Neither typing nor idling wakes the program."""
    with run(session, 60000) as probe:
        probe.wait_source("mutter", active)
        probe.wait_source("session-manager", active)
        shell.motion()
        before = at_rest(probe)
        for _ in range(25):
            shell.key()
            shell.motion()
        assert probe.switches() - before <= 1
        probe.say("threshold 300")
        probe.wait("idle")
        before = at_rest(probe)
        time.sleep(1.5)  # the length of the measurement, not a wait for something
        assert probe.switches() - before <= 1


def test_no_wakings_while_inhibited(session, manager, shell):
    """But for the one a minute; and none at all once the user is idle."""
    manager.inhibit()
    with run(session, 60000) as probe:
        probe.wait_source("mutter", lambda _, detail: "once a minute" in detail)
        shell.motion()
        before = at_rest(probe)
        for _ in range(25):
            shell.motion()
        time.sleep(1)  # the length of the measurement
        assert probe.switches() - before <= 1
    with run(session, 300, 300) as probe:
        probe.wait("idle")
        before = at_rest(probe)
        time.sleep(1.5)  # the length of the measurement
        assert probe.switches() - before <= 1


def resources(session, probe):
    """Descriptors, kilobytes, and rules at the bus."""
    pid = probe.process.pid
    bus = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
    try:
        driver = dbus.Interface(bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus")
        ours = [name for name in driver.ListNames()
                if name.startswith(":") and driver.GetConnectionUnixProcessID(name) == pid]
        rules = sum(int(driver.GetConnectionStats(name, dbus_interface="org.freedesktop.DBus.Debug.Stats")["MatchRules"])
                    for name in ours)
    finally:
        bus.close()
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        memory = [int(line.split()[1]) for line in status if line.startswith("VmRSS")][0]
    return len(os.listdir(f"/proc/{pid}/fd")), memory, rules


def sanitized(probe):
    """A sanitizer keeps what is freed; what isn't it tells itself, at the end."""
    with open(f"/proc/{probe.process.pid}/maps", encoding="utf-8") as maps:
        return "libasan" in maps.read()


def flicker(session, count):
    with Probe([FLICKER, count], session.environment()) as shell:
        shell.wait("done", seconds=90)


def test_ten_thousand_deaths_leak_nothing(session):
    with run(session, 60000) as probe:
        flicker(session, 300)
        probe.settled()
        descriptors, memory, rules = resources(session, probe)
        assert rules >= 4
        flicker(session, 10000)
        status, _ = probe.wait_source("mutter", unavailable)
        deaths = sum(line.word == "active" for line in probe.seen)
        assert deaths >= 10000
        after = resources(session, probe)
        assert after[0] == descriptors and after[2] == rules
        assert sanitized(probe) or after[1] - memory < 512
