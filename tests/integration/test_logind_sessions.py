# SPDX-License-Identifier: GPL-3.0-or-later
"""Several sessions of one user at a mock of logind: two seats, remote and text sessions, vouching. What a real
logind can bring about in a booted host is tested there."""

import os
import pathlib
import time

import dbus
import pytest

from support.logind import ID, MANAGER, NAME, PATH, SESSION, Logind
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


def run(session, *arguments, **environment):
    return Probe([DRIVER, *arguments], session.environment(XDG_SESSION_ID=ID, **environment))


@pytest.fixture
def probe(session, logind):
    with run(session, "auto", 500) as started:
        started.wait_source("logind", lambda status, _: status == "active")
        yield started


def detail_has(probe, text):
    return probe.wait_source("logind", lambda status, detail: status == "active" and text in detail)[1]


def words(probe, *wanted):
    """All of these that were told so far."""
    probe.settled()
    return [line.word for line in probe.seen if line.word in wanted]


def pass_time(probe, seconds, word=None):
    """Boottime jumps, and what is due then has its turns of the loop; a line of this word that comes of it."""
    mark = len(probe.seen)
    probe.say(f"slept {seconds * 1000}")
    for _ in range(8):
        probe.settled()
    return next((line for line in probe.seen[mark:] if line.word == word), None) or word and probe.wait(word)


def now_realtime():
    return time.clock_gettime_ns(time.CLOCK_REALTIME) // 1000


def test_details(logind, probe):
    logind.add_session("3", Type="wayland")
    detail_has(probe, "session 3 (wayland, seat0): lock, switch, sleep")
    logind.add_session("4", seat="seat1", Type="x11")
    detail_has(probe, "2 sessions: lock, switch, sleep")
    logind.add_session("5", Class="greeter", seat="seat1")
    logind.remove_session("3")
    detail_has(probe, "session 4 (x11, seat1): ")
    logind.remove_session("4")
    detail_has(probe, "no session")


def test_two_seats(logind, probe):
    """Present in any is present."""
    first, second = logind.add_session("1"), logind.add_session("2", seat="seat1")
    detail_has(probe, "2 sessions")
    logind.set(first, SESSION, Active=False)
    assert words(probe, "leave") == []
    logind.set(second, SESSION, Active=False)
    probe.wait("leave")
    detail_has(probe, "not in use now")
    logind.set(first, SESSION, Active=True)
    probe.wait("enter")
    logind.set(first, SESSION, Active=False)
    probe.wait("leave")
    assert words(probe, "leave", "enter") == ["leave", "enter", "leave"]


def test_lock_of_one(logind, probe):
    """All that are active have to be locked; an inactive one doesn't matter either way."""
    first, second = logind.add_session("1"), logind.add_session("2", seat="seat1")
    other = logind.add_session("3", active=False)
    detail_has(probe, "3 sessions")
    logind.set(other, SESSION, LockedHint=True)
    logind.set(first, SESSION, LockedHint=True)
    logind.signal(other, SESSION, "Lock")
    assert words(probe, "lock") == []
    logind.set(second, SESSION, LockedHint=True)
    probe.wait("lock")
    logind.signal(other, SESSION, "Unlock")
    assert words(probe, "unlock") == []
    logind.signal(first, SESSION, "Unlock")
    probe.wait("unlock")
    logind.set(first, SESSION, Active=False)
    probe.wait("lock")
    logind.remove_session("2")
    probe.wait("leave")


def test_locked_and_switched_away(logind, probe):
    """Going away from a locked session and coming back is no unlock."""
    path = logind.add_session("1")
    detail_has(probe, "session 1")
    logind.set(path, SESSION, LockedHint=True)
    logind.set(path, SESSION, Active=False)
    probe.wait("leave")
    logind.set(path, SESSION, Active=True)
    probe.wait("enter")
    assert words(probe, "lock", "unlock", "leave", "enter") == ["lock", "leave", "enter"]


def test_remote_only(logind, probe):
    """A user on SSH isn't here, and it is said why nothing reminds; without any session nothing is known."""
    assert words(probe, "leave") == []
    logind.add_session("7", seat="", Remote=True, Type="tty", TTY="pts/9")
    probe.wait("leave")
    detail_has(probe, "only remote sessions: no reminders")
    logind.add_session("8", Type="wayland")
    probe.wait("enter")
    detail_has(probe, "session 8 (wayland, seat0)")
    logind.remove_session("8")
    probe.wait("leave")
    logind.remove_session("7")
    probe.wait("enter")


def test_sessions_of_nobody(logind, probe):
    """Greeters, lock screens, cron's jobs and what is closing."""
    for i, name in enumerate(("greeter", "lock-screen", "background", "manager")):
        logind.add_session(f"n{i}", Class=name, LockedHint=True)
    logind.add_session("n9", State="closing")
    path = logind.add_session("1", active=False, Class="user-early")
    probe.wait("leave")
    detail_has(probe, "session 1 ")
    logind.set(path, SESSION, Active=True)
    probe.wait("enter")
    assert words(probe, "lock") == []


def test_one_that_closes(logind, probe):
    """logind tells of it by no longer displaying it."""
    first = logind.add_session("1")
    logind.add_session("2", seat="seat1", active=False)
    detail_has(probe, "2 sessions")
    logind.properties(first).Set(SESSION, "State", "closing")
    logind.set_display("2", f"{PATH}/session/2")
    probe.wait("leave")


def idle_at(logind, path, hint):
    logind.set(path, SESSION, IdleHint=hint,
               IdleSinceHintMonotonic=dbus.UInt64(time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000))


def test_idle_is_all(logind, probe):
    first, second = logind.add_session("1"), logind.add_session("2", seat="seat1")
    detail_has(probe, "2 sessions")
    idle_at(logind, first, True)
    assert words(probe, "idle") == []
    before = probe.clock()
    idle_at(logind, second, True)
    assert probe.wait("idle").values["since"] >= before - 10000  # two clocks
    idle_at(logind, first, False)
    probe.wait("active")


def test_second_seat_vouches(session, logind):
    """The source in use sees one seat; the user is at the other."""
    own, other = logind.add_session(ID), logind.add_session("2", seat="seat1")
    with run(session, "--fake", "auto", 60000) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        detail_has(probe, "2 sessions")
        # A desktop that has never told of idle doesn't tell the opposite.
        pass_time(probe, 61, "idle")
        idle_at(logind, other, True)
        assert words(probe, "active")[1:] == []
        idle_at(logind, other, False)
        probe.wait("active")
        pass_time(probe, 600)
        assert words(probe, "idle") == ["idle"]
        # What the own session says of idle is the affair of the source in use.
        idle_at(logind, own, True)
        idle_at(logind, own, False)
        before = probe.clock()
        idle_at(logind, other, True)
        assert probe.wait("idle").values["since"] >= before
        idle_at(logind, other, False)
        probe.wait("active")
        logind.set(other, SESSION, LockedHint=True)
        probe.wait("idle")
        probe.say("input")
        probe.wait("active")
        # From the start of the absence, not only from its report.
        logind.set(other, SESSION, LockedHint=False)
        pass_time(probe, 61)
        assert words(probe, "idle") == ["idle"] * 3
        logind.remove_session("2")
        probe.wait("idle")


def test_vouching_ends_with_logind(session, logind):
    logind.add_session(ID)
    other = logind.add_session("2", seat="seat1", IdleSinceHintMonotonic=dbus.UInt64(1))
    with run(session, "--fake", "auto", 60000) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        detail_has(probe, "2 sessions")
        pass_time(probe, 61)
        assert words(probe, "idle") == []
        assert other
        logind.stop()
        wait_for(lambda: not logind.bus.name_has_owner(NAME), "the end of logind")
        probe.settled()
        # After the time for which logind may be gone.
        pass_time(probe, 7, "idle")


@pytest.fixture
def text(session, logind):
    """A text session whose terminal can't be watched, idle for long, and the driver with a minute's threshold."""
    path = logind.add_session(ID, Type="tty", IdleSinceHint=dbus.UInt64(now_realtime() - 300 * SEC))
    with run(session, "auto", 60000) as probe:
        detail_has(probe, f"session {ID} (tty, seat0): lock, switch, sleep, and idle when asked")
        probe.settled()
        yield logind, path, probe


def watched(descriptors, terminal):
    """Whether one of these is inotify's, with a watch on the terminal."""
    inode = f"ino:{os.fstat(terminal).st_ino:x} "
    return any(inode in (pathlib.Path(descriptors) / name).read_text() for name in os.listdir(descriptors))


def input_in(text):
    logind, path, _ = text
    # Not told by a signal: logind looks at the terminal when it is asked.
    logind.properties(path).Set(SESSION, "IdleSinceHint", dbus.UInt64(now_realtime()))


def query(probe):
    probe.say("query")
    return probe.wait("answer")


def test_text_session_is_asked(text):
    """Before a prompt: how long since the terminal was read. The kernel's grain is on the user's side."""
    _, _, probe = text
    answer = query(probe)
    assert abs(probe.clock() - answer.values["last"] - 292 * SEC) < 5 * SEC
    assert words(probe, "idle") == []  # it has only been started
    input_in(text)
    answer = query(probe)
    assert 0 <= probe.clock() - answer.values["last"] < 5 * SEC


def test_text_session_found_by_a_query(text):
    """Whoever asks has the answer before the report: what it asked for comes after the absence."""
    logind, path, probe = text
    input_in(text)
    pass_time(probe, 59)
    input_in(text)
    pass_time(probe, 600)
    assert words(probe, "idle") == []
    logind.properties(path).Set(SESSION, "IdleSinceHint", dbus.UInt64(now_realtime() - 300 * SEC))
    last = query(probe).values["last"]
    idle = probe.wait("idle").values
    assert idle["since"] == last and abs(idle["t"] - last - 292 * SEC) < 5 * SEC


def test_text_session_idle_after_start(text):
    """Once a threshold after the start it is asked; the end is found by asking again, later and later."""
    logind, path, probe = text
    started = probe.clock()
    idle = pass_time(probe, 62, "idle").values
    assert abs(idle["since"] - started) < 5 * SEC
    input_in(text)
    pass_time(probe, 11, "active")
    # Nobody asks now: what it would answer isn't found.
    logind.properties(path).Set(SESSION, "IdleSinceHint", dbus.UInt64(now_realtime() - 300 * SEC))
    pass_time(probe, 3600)
    assert words(probe, "idle") == ["idle"]


def test_text_session_whose_terminal_goes(session, logind):
    """It was watched for the end of the idle time: from now on it is asked for."""
    master, slave = os.openpty()
    path = logind.add_session(ID, Type="tty", TTY=os.ttyname(slave).removeprefix("/dev/"),
                              IdleSinceHint=dbus.UInt64(now_realtime() - 300 * SEC))
    with run(session, "auto", 60000) as probe:
        detail_has(probe, "and idle when asked")
        pass_time(probe, 62, "idle")
        wait_for(lambda: watched(f"/proc/{probe.process.pid}/fdinfo", slave), "the terminal watched")
        os.close(slave)
        os.close(master)
        probe.settled()
        logind.properties(path).Set(SESSION, "IdleSinceHint", dbus.UInt64(now_realtime()))
        pass_time(probe, 11, "active")


def test_text_session_and_a_lower_threshold(text):
    """Passed already: told at once. Else it is asked once more when that may be."""
    logind, path, probe = text
    pass_time(probe, 30)
    probe.settled()
    since = dbus.UInt64(now_realtime() - 28 * SEC)  # less the grain: 20 s ago
    logind.properties(path).Set(SESSION, "IdleSinceHint", since)
    probe.say("threshold 15000")
    idle = probe.wait("idle").values
    assert abs(idle["t"] - idle["since"] - 20 * SEC) < 5 * SEC
    input_in(text)
    pass_time(probe, 11, "active")
    probe.say("threshold 60000")
    probe.settled()
    probe.say("threshold 20000")
    query(probe)
    logind.properties(path).Set(SESSION, "IdleSinceHint", dbus.UInt64(now_realtime() - 60 * SEC))
    pass_time(probe, 22, "idle")


def test_text_session_rearmed(text):
    _, _, probe = text
    pass_time(probe, 62, "idle")
    rearmed = probe.clock()
    probe.say("rearm")
    assert query(probe).word == "answer"
    assert words(probe, "idle", "active")[-1] == "idle"
    assert pass_time(probe, 62, "idle").values["since"] >= rearmed
    assert words(probe, "active")[1:] == []


def test_query_of_a_desktop(logind, probe):
    """The hint tells the last input only while it says idle; then the answer is there without asking."""
    path = logind.add_session("1")
    detail_has(probe, "session 1")
    assert query(probe).text == "answer none"
    before = probe.clock()
    idle_at(logind, path, True)
    probe.wait("idle")
    assert query(probe).values["last"] >= before - SEC


def test_sessions_of_others_dont_matter(logind, probe):
    logind.add_session("1")
    detail_has(probe, "session 1")
    mock = logind.mock(PATH)
    mock.AddSession("x", "seat0", dbus.UInt32(4242), "other", True)
    logind.signal(PATH, MANAGER, "SessionNew", "so", "x", dbus.ObjectPath(f"{PATH}/session/x"))
    probe.settled()
    assert words(probe, "leave", "lock") == []
    detail_has(probe, "session 1 (")

