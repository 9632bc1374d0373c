# SPDX-License-Identifier: GPL-3.0-or-later
"""The Mutter source on a real Mutter and a real GNOME shell, and what inhibits, by GNOME's real session manager. What every
source promises of idle and active is in test_source_idle.py."""

import pytest

from support.bus_config import bus_config
from support.gnome import IDLE_MONITOR, SESSION_MANAGER, SessionManager, Shell, active, run, unavailable
from support.recorder import Recorder
from support.session import Session, listens
from support.source_probe import SEC
from support.waiting import SLOWNESS, wait_for

MSEC = 1000
SLACK = 400 * MSEC


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


def passes(probe, msec, word):
    """Nothing of that name comes for so long."""
    start = probe.clock()
    wait_for(lambda: probe.clock() - start > msec * MSEC, "time to pass")
    assert not [line for line in probe.seen if line.word == word and line.values["t"] >= start - SLACK / 10]


def calls(recorder, shell, mark, member="GetIdletime"):
    """What the source has asked Mutter since then."""
    ours = shell.bus.get_unique_name()
    return [m for m in recorder.since(mark, member) if m.type == "method_call" and m.sender != ours]


# --- input, idle, thresholds


@pytest.mark.parametrize("kind", ["motion", "key", "button"])
def test_every_input_ends_idleness(session, each_shell, kind):
    shell = each_shell
    with run(session, 400) as probe:
        for _ in range(3):
            probe.wait("idle")
            before = probe.clock()
            getattr(shell, kind)()
            assert before - 20 * MSEC <= probe.wait("active").values["t"] <= probe.clock()
        detail = probe.sources()["mutter"]
        assert detail == ("active", "idle monitor of GNOME's shell")


def test_idle_before_the_start_does_not_count(session, shell):
    """The user counts as active at the start, though Mutter's watch fires at once."""
    shell.motion()
    wait_for(lambda: shell.idle_time() > 1500, "a user who is idle")
    with run(session, 800) as probe:
        start = probe.wait("active").values["t"]
        idle = probe.wait("idle").values
        assert abs(idle["since"] - start) < SLACK
        assert 780 * MSEC <= idle["t"] - start < 800 * MSEC + SLACK
        shell.motion()
        probe.wait("active")


def test_threshold_while_idle(session, shell):
    """Changed both ways while idle: the return isn't lost, and the next report heeds the last."""
    with run(session, 400) as probe:
        for new in (5000, 300, 200, 900):
            probe.wait("idle")
            probe.say("threshold 60000")
            probe.say(f"threshold {new}")
            shell.motion()
            probe.wait("active")
            probe.say("threshold 400")
        probe.say("threshold 700")
        shell.motion()
        moved = probe.clock()
        idle = probe.wait("idle").values
        assert 680 * MSEC <= idle["t"] - idle["since"]
        assert idle["since"] > moved - SLACK


def test_nothing_of_ours_is_left_in_the_shell(session, shell):
    """Every watch that was added is removed, but the two that may stand."""
    recorder = Recorder(session)
    mark = recorder.mark()
    with run(session, 300) as probe:
        for n in range(6):
            probe.wait("idle")
            shell.motion()
            probe.wait("active")
            probe.say(f"threshold {250 + 10 * n}")
        probe.say("wanted x11")
        probe.wait_source("mutter", lambda status, _: status == "standby")
        probe.settled()
        added = len(calls(recorder, shell, mark, "AddIdleWatch") + calls(recorder, shell, mark, "AddUserActiveWatch"))
        removed = len(calls(recorder, shell, mark, "RemoveWatch"))
        fired_once = 6
        assert added >= 12
        assert added - fired_once <= removed <= added


# --- inhibitors


def test_inhibitors_are_told(session, manager):
    with run(session, 60000) as probe:
        probe.wait_source("session-manager", lambda status, detail: (status, detail) ==
                          ("active", "nothing inhibits idle now"))
        inhibitor = manager.inhibit()
        assert probe.wait("inhibit").values["on"] == 1
        assert probe.sources()["session-manager"] == ("active", "idle is inhibited now")
        second = manager.inhibit()
        manager.release(inhibitor)
        manager.wait_actions(8)
        manager.release(second)
        assert probe.wait("inhibit").values["on"] == 0
        other = manager.inhibit("logout:suspend")
        manager.wait_actions(5)
        manager.release(other)
        manager.wait_actions(0)
        assert not [line for line in probe.settled() if line.word == "inhibit"]


def test_inhibited_before_the_start_and_lost(session, manager):
    """It ends with who said so; and he may come late, and again."""
    manager.inhibit()
    with run(session, 60000) as probe:
        assert probe.wait("inhibit").values["on"] == 1
        manager.kill()
        assert probe.wait("inhibit").values["on"] == 0
        status, detail = probe.wait_source("session-manager", unavailable)
        assert "no session manager" in detail
        manager.start()
        probe.wait_source("session-manager", active)
        manager.inhibit()
        assert probe.wait("inhibit").values["on"] == 1


def test_no_service_is_started(session):
    """Both services could be started by the bus; they aren't for us."""
    services = session.directory / "services"
    services.mkdir()
    for name in (IDLE_MONITOR, SESSION_MANAGER):
        (services / f"{name}.service").write_text(
            f"[D-BUS Service]\nName={name}\nExec=/usr/bin/touch {services}/{name}.started\n")
    path = session.directory / "run" / "other-bus"
    config = session.directory / "other.conf"
    config.write_text(bus_config(f"unix:path={path}", services))
    session.start(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], "other-bus")
    wait_for(lambda: listens(path), "the bus")
    with run(session, 300, DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}") as probe:
        probe.wait_source("mutter", lambda _, detail: detail == "GNOME's shell isn't running")
        probe.wait_source("session-manager", lambda _, detail: "no session manager" in detail)
    assert not list(services.glob("*.started"))


def test_idle_while_inhibited(session, manager, each_shell):
    """Mutter's idle watch is silent: it is asked. The return is told by the other watch, at once."""
    shell = each_shell
    inhibitor = manager.inhibit()
    with run(session, 500, 700) as probe:
        _, detail = probe.wait_source("mutter", lambda _, detail: "asked" in detail)
        assert "inhibited" in detail
        for _ in range(2):
            shell.motion()
            moved = probe.clock()
            idle = probe.wait("idle").values
            assert abs(idle["since"] - moved) < SLACK
            assert idle["t"] - moved < (500 + 2 * 700) * MSEC + SLACK
            returned = probe.clock()
            shell.key()
            assert probe.wait("active").values["t"] - returned < SLACK
        probe.wait("idle")
        manager.release(inhibitor)
        # Mutter's counter goes back to zero now, with nobody there.
        wait_for(lambda: shell.idle_time() < 400, "Mutter's view of the end of an inhibitor")
        passes(probe, 1200, "active")
        shell.motion()
        probe.wait("active")
        probe.wait("idle")


def test_inhibited_while_idle(session, manager, shell):
    with run(session, 500) as probe:
        probe.wait_source("session-manager", active)
        probe.wait("idle")
        inhibitor = manager.inhibit()
        probe.wait("inhibit")
        passes(probe, 700, "active")
        shell.button()
        probe.wait("active")
        shell.motion()
        manager.release(inhibitor)
        ended = probe.wait("inhibit").values["t"]
        idle = probe.wait("idle").values
        assert idle["since"] >= ended - SLACK, "Mutter counts from there"
        shell.button()
        probe.wait("active")


def test_inhibited_while_active(session, manager, shell):
    """It comes and goes between two inputs; what counts then is events again."""
    recorder = Recorder(session)
    with run(session, 1500, 500) as probe:
        probe.wait("active")
        probe.wait_source("session-manager", active)
        shell.motion()
        inhibitor = manager.inhibit()
        probe.wait_source("mutter", lambda _, detail: "asked" in detail)
        manager.release(inhibitor)
        probe.wait_source("mutter", lambda _, detail: "asked" not in detail)
        mark = recorder.mark()
        shell.motion()
        moved = probe.clock()
        idle = probe.wait("idle").values
        assert abs(idle["since"] - moved) < SLACK
        probe.settled()
        # When the watch fires, and once the other watch is there; none by the clock.
        assert len(calls(recorder, shell, mark)) == 2


def test_threshold_and_rearm_while_inhibited(session, manager, shell):
    inhibitor = manager.inhibit()
    with run(session, 60000, 300) as probe:
        probe.wait_source("mutter", lambda _, detail: "asked" in detail)
        shell.motion()
        moved = probe.clock()
        wait_for(lambda: probe.clock() - moved > 800 * MSEC, "idle for longer than the new threshold")
        probe.say("threshold 600")
        idle = probe.wait("idle").values
        assert abs(idle["since"] - moved) < SLACK
        rearmed = probe.clock()
        probe.say("rearm")
        idle = probe.wait("idle").values
        assert abs(idle["since"] - rearmed) < SLACK
        assert idle["t"] - rearmed > 580 * MSEC
        # Released right after a rearm: Mutter's watch counts from there.
        probe.say("rearm")
        probe.settled()
        manager.release(inhibitor)
        probe.wait("idle")
        shell.motion()
        probe.wait("active")


def test_asked_once_a_minute(session, manager, shell):
    """However low the threshold and however often it changes, and whatever the user does: nothing is asked before."""
    manager.inhibit()
    recorder = Recorder(session)
    mark = recorder.mark()
    with run(session, 400) as probe:
        probe.wait_source("mutter", lambda _, detail: "once a minute" in detail)
        start = probe.clock()
        shell.motion()
        for n in range(6):
            probe.say(f"threshold {300 + n}")
            shell.motion()
            passes(probe, 300, "idle")
        # The greeting, the start, the inhibitor that is found.
        assert len(calls(recorder, shell, mark)) <= 3
        shell.motion()
        moved = probe.clock()
        idle = probe.wait("idle", seconds=65).values
        assert abs(idle["since"] - moved) < SLACK
        assert 59 * SEC < idle["t"] - start < 61 * SEC * SLOWNESS
        # That one, and one after the report: was there input before the active watch stood?
        assert len(calls(recorder, shell, mark)) <= 5


def test_an_inhibitor_of_another_kind(session, manager, shell):
    """Mutter sets its counter back at any news of inhibitors, with nobody there, and the watch that has fired since
    doesn't fire again."""
    with run(session, 1200) as probe:
        probe.wait_source("session-manager", active)
        shell.motion()
        moved = probe.clock()
        wait_for(lambda: shell.idle_time() > 500, "part of the threshold")
        inhibitor = manager.inhibit("logout")
        manager.wait_actions(1)
        assert shell.idle_time() < probe.clock() / MSEC - moved / MSEC - 200, "this Mutter does no such thing"
        idle = probe.wait("idle", seconds=5).values
        assert idle["t"] - moved < 3 * SEC * SLOWNESS
        manager.release(inhibitor)
        manager.wait_actions(0)
        passes(probe, 600, "active")
        shell.motion()
        probe.wait("active")
        probe.wait("idle")


def test_session_manager_dies_while_it_inhibits(session, manager, shell):
    """Mutter stays silent then; so it is asked on."""
    manager.inhibit()
    with run(session, 400, 500) as probe:
        assert probe.wait("inhibit").values["on"] == 1
        manager.kill()
        assert probe.wait("inhibit").values["on"] == 0
        shell.motion()
        moved = probe.clock()
        for _ in range(2):
            idle = probe.wait("idle").values
            while idle["since"] < moved - SLACK:
                idle = probe.wait("idle").values
            shell.motion()
            moved = probe.wait("active").values["t"]
