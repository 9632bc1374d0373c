# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen saver source, against mocks of both kinds of services: what real ones do only at length, or not at all.
Real ones are in test_source_lockers.py and in the host tests."""

import os
import signal
import subprocess

import pytest

from support.logind import ID, SESSION, Logind
from support.screensaver import FREEDESKTOP, GNOME, MILLISECONDS, SECONDS, ScreenSaver, boottime
from support.session import Session
from support.source_probe import SEC, Probe
from support.waiting import SLOWNESS, Timeout, wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
UNITS = {MILLISECONDS: "in milliseconds", SECONDS: "in seconds"}


@pytest.fixture
def session():
    with Session() as started:
        yield started


def start_probe(session, threshold_msec=120000):
    return Probe([DRIVER, "screensaver", threshold_msec], session.environment())


@pytest.fixture
def probe(session):
    with start_probe(session) as started:
        yield started


def works(probe, text="lock"):
    return probe.wait_source("screensaver", lambda status, detail: status == "active" and text in detail)


def turns(lines):
    return [line.word for line in lines if line.word in ("lock", "unlock", "idle", "active")]


def knows_unit(saver, probe):
    """With nobody typing the unit is found out by the questions of the start, or by those that follow a query."""
    works(probe, "and idle")
    for _ in range(4):
        try:
            probe.wait_source("screensaver", lambda _, detail: UNITS[saver.unit] in detail, seconds=5)
            return
        except Timeout:
            probe.say("query")
            probe.wait("answer")
    works(probe, UNITS[saver.unit])


# --- lock


@pytest.mark.parametrize("name", [FREEDESKTOP, GNOME])
def test_lock_is_told_once(session, probe, name):
    """Whichever paths it is told from."""
    saver = ScreenSaver(session, name).start()
    works(probe, f"{name}: lock")
    for _ in range(2):
        saver.set_active(True)
        lock = probe.wait("lock").values["t"]
        assert abs(lock - probe.clock()) < SEC * SLOWNESS
        saver.emit(True)
        saver.set_active(False)
        probe.wait("unlock")
        saver.emit(False)
    assert turns(probe.settled()) == []
    assert [word for word in turns(probe.seen) if word != "active"] == ["lock", "unlock"] * 2


@pytest.mark.parametrize("path", ["/org/freedesktop/ScreenSaver", "/ScreenSaver"])
def test_one_path_alone(session, path):
    """There before the driver is, and locked."""
    saver = ScreenSaver(session, paths=(path,))
    saver.active = True
    saver.start()
    with start_probe(session) as probe:
        probe.wait("lock")
        saver.set_active(False)
        probe.wait("unlock")


def test_nobody_is_there(session, probe):
    detail = probe.wait_source("screensaver", lambda status, detail: "no screen saver" in detail)[1]
    assert detail.endswith("until it works you always count as active")


def test_no_session_bus(session):
    environment = session.environment()
    del environment["DBUS_SESSION_BUS_ADDRESS"]
    with Probe([DRIVER, "screensaver", 500], environment) as probe:
        assert "no session bus" in probe.sources()["screensaver"][1]


def test_nobody_stays_locked_by_one_who_is_gone(session, probe):
    saver = ScreenSaver(session).start()
    works(probe)
    for _ in range(3):
        saver.set_active(True)
        probe.wait("lock")
        saver.process.send_signal(signal.SIGKILL)
        saver.stop()
        probe.wait("unlock")
        probe.wait_source("screensaver", lambda status, _: status == "unavailable")
        saver.active = False
        saver.start()
        works(probe)
    assert [word for word in turns(probe.seen) if word != "active"] == ["lock", "unlock"] * 3


def test_one_that_is_replaced(session, probe):
    """Without a moment at which nobody has the name."""
    first = ScreenSaver(session).start()
    works(probe)
    first.set_active(True)
    probe.wait("lock")
    second = ScreenSaver(session, mock_name="org.backcare.Mock.second").start()
    probe.wait("unlock")
    first.emit(True)
    second.set_active(True)
    probe.wait("lock")
    assert turns(probe.passed) == []
    second.stop()
    probe.wait("unlock")


def test_one_that_takes_inhibitors_only(session, probe):
    """It has the name, but nothing of a lock: that is said, and what it says is no lock."""
    saver = ScreenSaver(session).start(tells_active=False)
    probe.wait_source("screensaver", lambda status, detail: status == "unavailable" and "nothing of a lock" in detail)
    saver.emit(True)
    assert turns(probe.settled()) == []
    saver.stop()
    probe.wait_source("screensaver", lambda status, detail: "no screen saver" in detail)
    saver.start()
    works(probe)


@pytest.mark.parametrize("speaks", [True, False])
def test_one_that_was_not_ready(session, probe, speaks):
    """It has taken its name before it had anything to tell: asked again, or at once when it speaks."""
    saver = ScreenSaver(session).start(tells_active=False)
    probe.wait_source("screensaver", lambda status, detail: "nothing of a lock" in detail)
    saver.active = True
    saver.tell_active()
    if speaks:
        saver.emit(True)
    probe.wait("lock")
    works(probe)


def test_one_that_hangs(session):
    """Known to be there after all by its next signal."""
    saver = ScreenSaver(session).start()
    saver.process.send_signal(signal.SIGSTOP)
    with start_probe(session) as probe:
        probe.wait_source("screensaver", lambda status, detail: "no answer from" in detail, seconds=15)
        saver.process.send_signal(signal.SIGCONT)
        saver.set_active(True)
        probe.wait("lock")
        works(probe)


def test_either_of_two(session, probe):
    """Both names: locked until the last one says otherwise, or goes."""
    first, second = ScreenSaver(session).start(), ScreenSaver(session, GNOME).start()
    works(probe, f"{FREEDESKTOP} and {GNOME}: lock")
    first.set_active(True)
    probe.wait("lock")
    second.set_active(True)
    first.set_active(False)
    assert [turns(probe.settled()) for _ in range(4)] == [[]] * 4
    second.stop()
    probe.wait("unlock")
    works(probe, f"{FREEDESKTOP}: lock")


@pytest.mark.parametrize("first", ["saver", "logind"])
@pytest.mark.parametrize("last", ["saver", "logind"])
def test_once_with_logind(session, first, last):
    """In any order, and with one of them late: one lock, one unlock."""
    session.start_system_bus()
    logind = Logind(session).start()
    path = logind.add_session()
    saver = ScreenSaver(session).start()
    with start_probe(session) as probe:
        works(probe)
        probe.wait_source("logind", lambda status, detail: f"session {ID} " in detail)
        tell = {"saver": saver.set_active, "logind": lambda on: logind.set(path, SESSION, LockedHint=on)}
        other = {"saver": "logind", "logind": "saver"}
        for _ in range(2):
            tell[first](True)
            probe.wait("lock")
            tell[other[first]](True)
            # They come over two buses: the one is heard before the other speaks.
            assert [turns(probe.settled()) for _ in range(4)] == [[]] * 4
            tell[other[last]](False)
            assert [turns(probe.settled()) for _ in range(4)] == [[]] * 4
            tell[last](False)
            probe.wait("unlock")
        assert turns(probe.settled()) == []
        assert [word for word in turns(probe.seen) if word != "active"] == ["lock", "unlock"] * 2


# --- idle


@pytest.mark.parametrize("unit", UNITS)
def test_idle_when_it_comes_on(session, unit):
    """Since the last input, and before the lock, which would hide that; active when it goes off."""
    saver = ScreenSaver(session, unit=unit).start()
    with start_probe(session) as probe:
        started = probe.wait("active").values["t"]
        saver.input()
        knows_unit(saver, probe)
        before = boottime()
        saver.input(ago=0.5)
        saver.set_active(True)
        idle = probe.wait("idle", "lock")
        assert idle.word == "idle"
        grain = (1 + 0.5 * SLOWNESS) * SEC / (1 if unit == SECONDS else 4)
        assert -grain / 4 <= idle.values["since"] - (before - 0.5) * SEC <= grain
        assert idle.values["since"] >= started
        lock = probe.wait("lock", "active")
        assert lock.word == "lock" and lock.values["t"] == idle.values["t"]
        saver.set_active(False)
        assert [probe.wait("active", "unlock").word for _ in range(2)] == ["active", "unlock"]


def test_not_before_a_rearm(session):
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        probe.say("rearm")
        rearmed = probe.clock()
        saver.input(ago=300)
        saver.set_active(True)
        assert abs(probe.wait("idle").values["since"] - rearmed) < SEC * SLOWNESS


def test_without_an_idle_time(session, probe):
    """As KScreenLocker on Wayland, and gnome-shell: a lock all the same."""
    saver = ScreenSaver(session).start()
    detail = works(probe)[1]
    assert "idle when" not in detail and detail.endswith("; not for idle: you always count as active")
    saver.set_active(True)
    probe.wait("lock")
    assert "idle" not in turns(probe.seen)
    probe.say("query")
    assert probe.wait("answer").text == "answer none"


def test_unit_is_unknown_while_somebody_types(session):
    """Nobody is idle by a number that could mean anything; once the hands are off, the next question tells."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    saver.typing()
    with start_probe(session, 60000) as probe:
        started = probe.wait("active").values["t"]
        works(probe, "and idle")
        wait_for(lambda: saver.asked() >= 4, "the questions of the start")
        probe.say("query")
        assert probe.wait("answer").text == "answer none"
        saver.set_active(True)
        assert probe.wait("idle").values["since"] == probe.wait("lock").values["t"]
        saver.set_active(False)
        probe.wait("unlock")
        saver.hands_off()
        saver.input(ago=20)
        probe.say("query")
        probe.wait("answer")
        works(probe, "in milliseconds")
        probe.say("query")
        assert probe.wait("answer").values["last"] == started, "nobody was watched before"


@pytest.mark.parametrize("unit", UNITS)
def test_query(session, unit):
    """The instant of the last input; below the threshold nothing else comes of it."""
    saver = ScreenSaver(session, unit=unit).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        saver.input(ago=1)
        probe.say("query")
        last = probe.wait("answer").values["last"]
        assert abs(last - (boottime() - 1) * SEC) < (1 + SLOWNESS) * SEC
        assert "idle" not in turns(probe.settled())


def pass_time(saver, probe, seconds):
    """The driver's clock jumps, and the user hasn't done anything in that time either."""
    at = boottime() - float(saver.file.read_text())
    saver.input(ago=at + seconds)
    probe.say(f"slept {int(seconds * 1000)}")
    told = []
    for _ in range(2):
        for _ in range(4):  # a timer, the question, the answer: each a turn of the loop or two
            told += turns(probe.settled())
        saver.asked()  # answered after all that was asked before
    for _ in range(4):
        told += turns(probe.settled())
    return told


def test_idle_by_asking(session):
    """Found by a query, as before a prompt; its end by questions that become fewer."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        # The one question after the start finds the user there; from now on nobody asks.
        pass_time(saver, probe, 100)
        saver.input()
        assert pass_time(saver, probe, 30) == []
        asked = saver.asked()
        for _ in range(5):
            assert pass_time(saver, probe, 600) == []
        assert saver.asked() == asked, "asked while the user is active, or idle for all that is known"
        probe.say("query")
        idle = probe.wait("idle", "answer")
        assert idle.word == "idle", "the idleness comes before the answer, for whoever waits for both"
        since = idle.values["since"]
        assert probe.wait("answer").values["last"] == since
        asked = saver.asked()
        for seconds in (20, 40, 80, 160, 320, 600, 600):
            assert pass_time(saver, probe, seconds - 5) == []
            assert saver.asked() == asked
            assert pass_time(saver, probe, 5.5) == []
            wait_for(lambda: saver.asked() == asked + 1, "a question")
            asked += 1
        saver.input()
        before = probe.clock()
        assert pass_time(saver, probe, 601) == ["active"]
        active = next(line for line in reversed(probe.seen) if line.word == "active")
        assert abs(active.values["t"] - before) < SEC * SLOWNESS, "not when it was found: when it was"
        asked = saver.asked()
        assert pass_time(saver, probe, 3600) == []
        assert saver.asked() == asked


def test_the_saver_takes_over(session):
    """Idle found by asking, and then it comes on: no more questions, and its end is told at once."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        assert "idle" not in pass_time(saver, probe, 60)
        assert "idle" in pass_time(saver, probe, 100)
        saver.set_active(True)
        probe.wait("lock")
        assert "idle" not in turns(probe.passed)
        asked = saver.asked()
        assert pass_time(saver, probe, 7200) == []
        assert saver.asked() == asked
        saver.set_active(False)
        assert [probe.wait("active", "unlock").word for _ in range(2)] == ["active", "unlock"]


def test_lower_threshold(session):
    """Whoever has been idle for longer than that already is, at once."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        assert pass_time(saver, probe, 60) == []
        probe.say("threshold 20000")
        idle = probe.wait("idle").values
        assert idle["t"] - idle["since"] > 55 * SEC
        probe.say("threshold 120000")
        assert pass_time(saver, probe, 1) == []


def test_rearm_without_input(session):
    """A machine that wakes by itself: idle anew after a threshold, and its end is told."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        assert "idle" in pass_time(saver, probe, 125)
        probe.say("rearm")
        rearmed = probe.clock()
        assert pass_time(saver, probe, 115) == []
        assert pass_time(saver, probe, 6) == ["idle"]
        idle = next(line for line in reversed(probe.seen) if line.word == "idle")
        assert abs(idle.values["since"] - rearmed) < SEC * SLOWNESS
        saver.input()
        assert pass_time(saver, probe, 21) == ["active"]


def test_idle_time_that_is_given_up(session):
    """The service no longer supports it: then it is no source of idle any more, and the user is active."""
    saver = ScreenSaver(session, unit=MILLISECONDS).start()
    with start_probe(session) as probe:
        knows_unit(saver, probe)
        assert "idle" in pass_time(saver, probe, 125)
        saver.unit = None
        saver.hands_off()
        probe.say("query")
        assert {probe.wait("active", "answer").word for _ in range(2)} == {"active", "answer"}
        works(probe, "not for idle")


# --- what it costs


@pytest.mark.parametrize("unit", [None, MILLISECONDS])
def test_no_wake_up_while_nothing_is_due(session, unit):
    session.start_system_bus()  # else its place is watched for, and that lies in a busy folder
    saver = ScreenSaver(session, unit=unit).start()
    with start_probe(session) as probe:
        if unit:
            knows_unit(saver, probe)
        else:
            works(probe)
        probe.settled()
        before, asked = probe.switches(), saver.asked()
        begin = boottime()
        wait_for(lambda: boottime() > begin + 3, "three seconds")
        assert (probe.switches(), saver.asked()) == (before, asked)


COMES_AND_GOES = """
import sys, dbus, dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib
DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
class Saver(dbus.service.Object):
    @dbus.service.method("org.freedesktop.ScreenSaver", out_signature="b")
    def GetActive(self):
        return True
    @dbus.service.method("org.freedesktop.ScreenSaver", out_signature="u")
    def GetSessionIdleTime(self):
        return 7
saver = Saver(bus, "/org/freedesktop/ScreenSaver")
context = GLib.MainContext.default()
for i in range(int(sys.argv[2])):
    bus.request_name("org.freedesktop.ScreenSaver")
    while context.iteration(False):
        pass
    bus.release_name("org.freedesktop.ScreenSaver")
"""


def memory(probe):
    status = dict(line.split(":", 1) for line in open(f"/proc/{probe.process.pid}/status"))
    return int(status["VmRSS"].split()[0])


def descriptors(probe):
    return sorted(os.listdir(f"/proc/{probe.process.pid}/fd"))


def test_ten_thousand_disappearances(session, probe):
    """No memory and no descriptor is lost, and afterwards all is as before."""
    def disappear(times):
        subprocess.run(["/usr/bin/python3", "-c", COMES_AND_GOES, session.environment()["DBUS_SESSION_BUS_ADDRESS"],
                        str(times)], check=True, timeout=120 * SLOWNESS)
        probe.wait_source("screensaver", lambda status, detail: "no screen saver" in detail)
        return memory(probe), descriptors(probe)

    disappear(1000)  # to have what an allocator keeps
    before = disappear(500)
    after = disappear(10000)
    assert after[1] == before[1]
    # Freed memory that a sanitizer keeps from use is not lost; at the end it looks for what is.
    if "ASAN_OPTIONS" not in os.environ:
        assert after[0] - before[0] < 300, "kB"
    told = [word for word in turns(probe.seen) if word in ("lock", "unlock")]
    assert told == ["lock", "unlock"] * (len(told) // 2), "somebody stays locked"
    ScreenSaver(session).start()
    works(probe)
