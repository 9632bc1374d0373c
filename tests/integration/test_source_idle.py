# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle and active: what every source promises, held against real X servers, a real Mutter, and the fake."""

import os
import pathlib
import shutil
import signal
import socket
import time

import pytest

from support.gnome import Shell
from support.session import Session
from support.source_probe import SEC, Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
MSEC = 1000
# The X server counts in milliseconds and checks its alarms when it next wakes; the rest is this machine's load.
SLACK = 400 * MSEC


class X11:
    """A user with a real X server and XTEST."""

    name = "x11"

    def __init__(self, session):
        self.session = session
        session.start_x()

    def probe(self, threshold_msec, source="auto", **more):
        return Probe([DRIVER, source, threshold_msec], self.session.environment(**more))

    def input(self, _probe):
        self.session.run(["xdotool", "mousemove_relative", "3", "3"])


class Mutter:
    """A user of a real Mutter."""

    name = "mutter"

    def __init__(self, session):
        self.session = session
        self.shell = Shell(session).start()

    def probe(self, threshold_msec):
        return Probe([DRIVER, "auto", threshold_msec], self.session.environment())

    def input(self, _probe):
        self.shell.motion()


class Fake:
    """A user made of commands."""

    name = "fake"

    def __init__(self, session):
        self.session = session

    def probe(self, threshold_msec):
        return Probe([DRIVER, "--fake", "auto", threshold_msec], self.session.environment())

    def input(self, probe):
        probe.say("input")


@pytest.fixture
def session():
    with Session() as started:
        yield started


@pytest.fixture(params=[X11, Mutter, Fake], ids=lambda kind: kind.name)
def user(request, session):
    return request.param(session)


@pytest.fixture
def x11(session):
    return X11(session)


def test_idle_and_active(user):
    """The report tells since when, and the return when."""
    with user.probe(600) as probe:
        start = probe.wait("active").values["t"]
        idle = probe.wait("idle").values
        assert abs(idle["since"] - start) < SLACK
        # Early by as much as the user had been idle before the start, up to 250 ms; never late.
        assert -270 * MSEC <= idle["t"] - idle["since"] - 600 * MSEC < SLACK
        before = probe.clock()
        user.input(probe)
        active = probe.wait("active").values
        assert before - 20 * MSEC <= active["t"] <= probe.clock()
        again = probe.wait("idle").values
        assert abs(again["since"] - active["t"]) < SLACK, "counted from the input"
        assert -20 * MSEC <= again["t"] - again["since"] - 600 * MSEC < SLACK


def test_input_keeps_active(user):
    """Input again and again: nothing is reported, and idle counts from the last."""
    with user.probe(1500) as probe:
        probe.wait("active")
        for _ in range(8):
            user.input(probe)
            probe.say("query")
            probe.wait("answer")
            assert not [line for line in probe.passed if line.word in ("idle", "active")]
        last = probe.clock()
        idle = probe.wait("idle").values
        assert idle["since"] >= last - SLACK
        assert idle["t"] - last > 1500 * MSEC - SLACK


def test_lower_threshold_while_past_it(user):
    """Who has been idle for longer than the new threshold is reported at once."""
    with user.probe(60000) as probe:
        probe.wait("active")
        user.input(probe)
        since = probe.clock()
        wait_for(lambda: probe.clock() - since > 700 * MSEC, "idle for longer than the new threshold")
        changed = probe.clock()
        probe.say("threshold 500")
        idle = probe.wait("idle", seconds=2).values
        assert idle["t"] - changed < SLACK
        assert abs(idle["since"] - since) < SLACK


def test_lower_and_raise_while_active(user):
    with user.probe(60000) as probe:
        probe.wait("active")
        user.input(probe)
        since = probe.clock()
        probe.say("threshold 1000")
        probe.say("threshold 300")
        probe.say("threshold 900")
        idle = probe.wait("idle").values
        assert idle["t"] - since >= 900 * MSEC - SLACK / 4
        assert abs(idle["since"] - since) < SLACK


def test_raise_while_idle(user):
    """A report already given stands, and the next one heeds the new threshold."""
    with user.probe(400) as probe:
        probe.wait("idle")
        probe.say("threshold 60000")
        user.input(probe)
        active = probe.wait("active").values["t"]
        wait_for(lambda: probe.clock() - active > 800 * MSEC, "twice the old threshold")
        assert not [line for line in probe.seen if line.word == "idle" and line.values["t"] > active]


def test_rearm_without_input(user):
    """Idle is reported anew, from the rearm on, though the counter has never gone back."""
    with user.probe(800) as probe:
        probe.wait("idle")
        for _ in range(2):
            rearmed = probe.clock()
            probe.say("rearm")
            idle = probe.wait("idle", "active").values
            assert abs(idle["since"] - rearmed) < SLACK
            assert 750 * MSEC < idle["t"] - rearmed < 800 * MSEC + SLACK


def test_rearm_while_active(user):
    """The counter is ahead of the rearm: the report still counts from the rearm."""
    with user.probe(1000) as probe:
        probe.wait("active")
        user.input(probe)
        touched = probe.clock()
        wait_for(lambda: probe.clock() - touched > 600 * MSEC, "part of the threshold")
        rearmed = probe.clock()
        probe.say("rearm")
        idle = probe.wait("idle").values
        assert idle["t"] - rearmed > 950 * MSEC
        assert abs(idle["since"] - rearmed) < SLACK


def test_rearm_then_input(user):
    """Input after a rearm sets the counter back below where the alarm was chosen."""
    with user.probe(900) as probe:
        probe.wait("idle")
        idled = probe.clock()
        wait_for(lambda: probe.clock() - idled > 1500 * MSEC, "a counter far above the threshold")
        probe.say("rearm")
        probe.settled()
        user.input(probe)
        touched = probe.clock()
        idle = probe.wait("idle").values
        assert idle["t"] - touched < 900 * MSEC + SLACK, "not as late as without the input"
        assert abs(idle["since"] - touched) < SLACK
        user.input(probe)
        probe.wait("active")


def test_query(user):
    with user.probe(60000) as probe:
        probe.wait("active")
        probe.wait_source("x11" if user.name == "fake" else user.name, lambda status, _: status == "active")
        before = probe.clock()
        user.input(probe)
        probe.say("query\nquery")
        answers = [probe.wait("answer", "error"), probe.wait("answer", "error")]
        assert "busy" in answers[0].text, "one at a time"

        def last():
            probe.say("query")
            return probe.wait("answer").values["last"]

        # A compositor says that it has taken the input before it counts it.
        seen = wait_for(lambda: (t := last()) >= before - 20 * MSEC and t, "the input in an answer")
        after = probe.clock()
        assert seen <= after + 20 * MSEC
        assert last() <= after + 20 * MSEC, "that of the input, not of the question"


def test_no_source(session):
    """None works: it is said, nothing is reported, and a query is answered."""
    with Probe([DRIVER, "auto", 100], session.environment()) as probe:
        probe.wait_source("mutter", lambda _, detail: detail == "GNOME's shell isn't running")
        sources = probe.sources()
        assert list(sources)[:5] == ["wayland", "mutter", "x11", "screensaver", "logind"]
        assert {status for status, _ in sources.values()} == {"unavailable"}
        assert sources["wayland"][1] == "WAYLAND_DISPLAY is not set"
        assert sources["x11"][1] == "DISPLAY is not set"
        probe.say("query")
        assert probe.wait("answer").text == "answer none"
        assert not [line for line in probe.seen if line.word == "idle"]


def test_forced_source_that_is_missing(x11):
    """`source = wayland` is heeded: no other is taken in secret."""
    with x11.probe(300, "wayland") as probe:
        probe.wait_source("x11", lambda status, _: status == "standby")
        status, detail = probe.sources()["wayland"]
        assert status == "unavailable" and "always count as active" in detail
        assert not [line for line in probe.seen if line.word == "idle"]
        probe.say("wanted auto")
        probe.wait("active")
        probe.wait("idle")
        probe.say("wanted wayland")
        probe.wait("active")
        assert probe.sources()["x11"][0] == "standby"


def test_wayland_session_is_not_for_x11(x11):
    """Xwayland sees only part of the input; who insists gets it."""
    with x11.probe(300, WAYLAND_DISPLAY="wayland-0") as probe:
        status, detail = probe.sources()["x11"]
        assert status == "unavailable" and "Wayland session" in detail
        probe.say("wanted x11")
        probe.wait("idle")
        probe.say("wanted auto")
        probe.wait_source("x11", lambda status, _: status == "unavailable")


@pytest.mark.parametrize("display,why", [("nonsense", "is no display"), ("example.org:0", "not a server on this machine"),
                                         ("localhost:10.0", "not a server on this machine"), (":", "is no display")])
def test_display_that_cannot_be(session, display, why):
    with Probe([DRIVER, "auto", 300], session.environment(DISPLAY=display)) as probe:
        status, detail = probe.sources()["x11"]
        assert status == "unavailable" and why in detail


def test_server_lost_and_back(session, x11):
    """Lost counts as active, and the same display is found again when it is back."""
    number = session.display
    with x11.probe(300) as probe:
        probe.wait("idle")
        server = session.processes[-1]
        lost = probe.clock()
        session.stop(server)
        assert probe.wait("active").values["t"] >= lost
        status, detail = probe.wait_source("x11", lambda status, _: status == "unavailable")
        assert number in detail
        session.start(["Xvfb", number, "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"], "xvfb2")
        # By the socket's appearance, or by a try within the first seconds.
        probe.wait_source("x11", lambda status, _: status == "active", seconds=30)
        probe.wait("idle")
        x11.input(probe)
        probe.wait("active")


def free_display():
    """A display number whose socket nobody has; held by the returned socket, at which nobody answers."""
    directory = pathlib.Path("/tmp/.X11-unix")
    directory.mkdir(mode=0o1777, exist_ok=True)
    for number in range(200 + os.getpid() % 300, 1000):
        silent = socket.socket(socket.AF_UNIX)
        try:
            silent.bind(str(directory / f"X{number}"))
            silent.listen(5)
            return number, silent
        except OSError:
            silent.close()
    raise AssertionError("no free display")


def test_server_that_never_greets(session):
    """A stopped server takes connections and says nothing: the loop goes on, and it is said in the end."""
    number, silent = free_display()
    try:
        with Probe([DRIVER, "auto", 300], session.environment(DISPLAY=f":{number}")) as probe:
            assert probe.sources()["x11"] == ("unavailable", "starting")
            silent.accept()
            before = time.monotonic()
            probe.settled()
            assert time.monotonic() - before < 2, "the loop stands still"
            probe.wait_source("x11", lambda _, detail: "doesn't answer" in detail, seconds=20)
    finally:
        os.unlink(silent.getsockname())
        silent.close()


def test_server_that_stops(session, x11):
    """Stopped later, it leaves questions open: time limits hold, and afterwards all is well."""
    with x11.probe(60000) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        server = session.processes[-1]
        server.send_signal(signal.SIGSTOP)
        try:
            for _ in range(3):
                probe.say("query 100")
                assert probe.wait("answer").text == "answer none"
            for threshold in range(50000, 50200):
                probe.say(f"threshold {threshold}")
            probe.settled()
        finally:
            server.send_signal(signal.SIGCONT)
        probe.say("query 5000")
        assert "last" in probe.wait("answer").values
        probe.say("threshold 200")
        probe.wait("idle")


def test_cookie(session):
    """A server that wants a cookie refuses without one, and XAUTHORITY is heeded."""
    if not shutil.which("xauth"):
        pytest.fail("needs xauth")
    authority = session.directory / "authority"
    reading, writing = os.pipe()
    cookie = "0123456789abcdef0123456789abcdef"
    session.run(["xauth", "-f", str(authority), "add", ":0", "MIT-MAGIC-COOKIE-1", cookie])
    session.start(["Xvfb", "-displayfd", str(writing), "-auth", str(authority), "-nolisten", "tcp", "-noreset"], "xvfb",
                  pass_fds=[writing])
    os.close(writing)
    with open(reading) as pipe:
        session.display = f":{pipe.readline().strip()}"
    with Probe([DRIVER, "auto", 300], session.environment()) as probe:
        status, detail = probe.wait_source("x11", lambda _, detail: "refused" in detail)
        assert status == "unavailable"
    mine = session.directory / "mine"
    session.run(["xauth", "-f", str(mine), "add", session.display, "MIT-MAGIC-COOKIE-1", cookie])
    with Probe([DRIVER, "auto", 300], session.environment(XAUTHORITY=mine)) as probe:
        probe.wait("idle")


@pytest.fixture
def x11_with_bus(session):
    """With a system bus: while there is none, libsystemd watches the folders in which it would appear, and one
    of them is the machine's busy /tmp here."""
    session.start_system_bus()
    return X11(session)


def at_rest(probe):
    """Once it has armed: that takes two answers of the server, which answers in order."""
    for _ in range(3):
        probe.say("query")
        assert "last" in probe.wait("answer").values
    probe.settled()
    return probe.switches()


def test_no_wakings_at_rest(x11_with_bus):
    """Neither typing nor idling wakes the program: only a threshold that is passed does."""
    with x11_with_bus.probe(60000) as probe:
        probe.wait_source("x11", lambda status, _: status == "active")
        x11_with_bus.input(probe)
        before = at_rest(probe)
        for _ in range(25):
            x11_with_bus.input(probe)
        assert probe.switches() - before <= 1
        probe.say("threshold 200")
        probe.wait("idle")
        idled = probe.clock()
        before = at_rest(probe)
        time.sleep(1)  # the length of the measurement, not a wait for something
        assert probe.switches() - before <= 1
        assert probe.clock() > idled


def test_wakings_of_a_turn(x11_with_bus):
    """From active to idle and back costs a handful of wakings, however long it lasted."""
    with x11_with_bus.probe(300) as probe:
        probe.wait("idle")
        probe.settled()
        before = probe.switches()
        for _ in range(4):
            x11_with_bus.input(probe)
            probe.wait("active")
            probe.wait("idle")
        probe.settled()
        # Two for each report (the alarm, the check after arming), each perhaps in two parts, and one for `now`.
        assert probe.switches() - before <= 4 * 2 * 4 + 2


def test_unannounced_sleep(user):
    """Boottime against monotonic: told once, with its length, before anything else; short ones aren't any."""
    with user.probe(60000) as probe:
        probe.wait("active")
        probe.say("slept 1500")
        probe.say("check")
        assert probe.settled() == []
        probe.say("slept 3600000")
        probe.say("check")
        probe.say("check")
        sleep, wake = probe.wait("sleep").values["t"], probe.wait("wake").values["t"]
        # The short one was kept, and is in it.
        assert abs(wake - sleep - 3601500 * MSEC) < 100 * MSEC
        assert abs(wake - probe.clock()) < SEC
        assert not [line for line in probe.passed if line.word in ("sleep", "wake")]


def test_source_lost_and_back_fake(session):
    """What a lost source had said is taken back."""
    user = Fake(session)
    with user.probe(200) as probe:
        probe.wait("idle")
        for command in ("lock", "inhibit on", "inhibit on", "lock"):
            probe.say(command)
        assert [line.word for line in probe.settled()] == ["lock", "inhibit"]
        probe.say("working no")
        assert sorted(line.word for line in probe.settled()) == ["active", "inhibit", "unlock"]
        probe.say("query")
        assert probe.wait("answer").text == "answer none"
        probe.say("working yes")
        probe.wait("active")
        probe.wait("idle")


def test_query_times_out(session):
    user = Fake(session)
    with user.probe(60000) as probe:
        probe.wait("active")
        probe.say("answering no")
        probe.say("query 100")
        assert probe.wait("answer").text == "answer none"
        probe.say("answering yes")
        probe.say("query")
        assert "last" in probe.wait("answer").values
