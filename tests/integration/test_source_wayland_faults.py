# SPDX-License-Identifier: GPL-3.0-or-later
"""What may go wrong with a compositor: seats and protocols that come and go, errors, silence, death; and the cost."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest

from support import process, wayland
from support.desk import fast_clock
from support.session import Session
from support.source_probe import Probe, descriptors, private_kilobytes, sanitized
from support.waiting import SLOWNESS, wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
MSEC = 1000
SLACK = 400 * MSEC * SLOWNESS


@pytest.fixture
def session():
    with Session() as started:
        # While there is no system bus, libsystemd watches the folders in which it would appear.
        started.start_system_bus()
        yield started


@pytest.fixture
def make(session, build_dir):
    """make(COMMAND…) starts our compositor; the last one is ended."""
    made = []

    def start(*commands):
        made.append(wayland.Compositor(build_dir, session, *commands))
        return made[-1]

    yield start
    for compositor in made:
        compositor.close()


@pytest.fixture
def compositor(make):
    return make()


def probe_of(session, threshold_msec, name=wayland.Compositor.name, **more):
    return Probe([DRIVER, "auto", threshold_msec], session.environment(WAYLAND_DISPLAY=name, **more))


def is_active(status, _detail):
    return status == "active"


def reports(probe):
    return [line.word for line in probe.seen if line.word in ("idle", "active")]


def stays_active(probe, msec):
    """No idle report within that time, the length of which is what is tested."""
    before = probe.clock()
    wait_for(lambda: probe.clock() - before > msec * MSEC, "the time to be over", step=0.02)
    assert not [line for line in probe.seen if line.word == "idle" and line.values["t"] >= before]


# --- where it is

def test_not_set(session):
    with Probe([DRIVER, "auto", 300], session.environment()) as probe:
        assert probe.sources()["wayland"] == ("unavailable", "WAYLAND_DISPLAY is not set")
        loaded = maps(probe.process)
        assert "libwayland" not in loaded and "backcare-wayland" not in loaded, "of no use here"


@pytest.mark.parametrize("name,why", [
    ("sub/wayland-0", "is no display"), ("/", "is no display"), ("wayland-none", "no compositor is running there"),
    ("x" * 200, "name too long"), ("/none/wayland-0", "no compositor is running there")])
def test_nowhere(session, name, why):
    with probe_of(session, 300, name) as probe:
        status, detail = probe.sources()["wayland"]
        assert status == "unavailable" and why in detail


def test_no_runtime_directory(session):
    environment = session.environment(WAYLAND_DISPLAY="wayland-0")
    del environment["XDG_RUNTIME_DIR"]
    with Probe([DRIVER, "auto", 300], environment) as probe:
        assert "XDG_RUNTIME_DIR isn't" in probe.sources()["wayland"][1]


def test_absolute_path(session, compositor):
    with probe_of(session, 300, compositor.path, XDG_RUNTIME_DIR="/none") as probe:
        probe.wait("idle")


def test_an_inherited_socket_is_not_ours(session, compositor):
    """WAYLAND_SOCKET is neither used nor closed nor changed."""
    ours, theirs = socket.socketpair()
    os.set_inheritable(theirs.fileno(), True)
    environment = session.environment(WAYLAND_DISPLAY=compositor.name, WAYLAND_SOCKET=theirs.fileno())
    started = process.start([DRIVER, "auto", "300"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True, pass_fds=[theirs.fileno()])
    try:
        for line in started.stdout:
            if line.startswith("idle"):
                break
        assert os.path.exists(f"/proc/{started.pid}/fd/{theirs.fileno()}")
        flags = pathlib.Path(f"/proc/{started.pid}/fdinfo/{theirs.fileno()}").read_text()
        assert not int(re.search(r"^flags:\s*(\d+)", flags, re.M).group(1), 8) & os.O_NONBLOCK
        ours.setblocking(False)
        with pytest.raises(BlockingIOError):
            ours.recv(1)
    finally:
        process.end(started)
        ours.close()
        theirs.close()


# --- what the compositor has

def test_inhibitor_does_not_blind_version_2(session, make):
    compositor = make("seat seat0", "ext 2", "inhibit on")
    with probe_of(session, 300) as probe:
        probe.wait("idle")
        assert compositor.watches() == ["ext-input seat0 300"]


@pytest.mark.parametrize("protocol", ["ext 1", "kde on"])
def test_inhibitor_blinds_the_others(session, make, protocol):
    """Idle is withheld while something inhibits: the user counts as active, and the detail says so."""
    compositor = make("seat seat0", protocol, "inhibit on")
    with probe_of(session, 300) as probe:
        _, detail = probe.wait_source("wayland", is_active)
        assert "a film or a call counts as activity" in detail
        stays_active(probe, 700)
        off = probe.clock()
        compositor.tell("inhibit off")
        assert probe.wait("idle").values["since"] >= off


def test_the_best_protocol(session, make):
    compositor = make("seat seat0", "kde on", "ext 2")
    with probe_of(session, 60000) as probe:
        assert "version 2" in probe.wait_source("wayland", is_active)[1]
        assert compositor.watches() == ["ext-input seat0 60000"]


def test_protocols_come_and_go(session, make):
    """Down to the next best, up again to a better one, and nothing at all in between."""
    compositor = make("seat seat0", "kde on", "ext 2")
    with probe_of(session, 500) as probe:
        probe.wait("idle")
        for commands, expected, kind in [(["ext off"], "org_kde_kwin_idle", "kde"), (["ext 1"], "version 1", "ext"),
                                         (["ext off", "ext 2"], "version 2", "ext-input")]:
            compositor.tell(*commands)
            probe.wait("active")
            probe.wait("idle")
            assert expected in probe.sources()["wayland"][1]
            assert compositor.watches() == [f"{kind} seat0 500"]
            compositor.input()
            probe.wait("active")
            probe.wait("idle")
        compositor.tell("ext off", "kde off")
        probe.wait_source("wayland", lambda _, detail: detail == "wayland-7 has no idle protocol")
        stays_active(probe, 700)
        compositor.tell("ext 2")
        probe.wait("idle")


def test_replaced_notifier(session, make):
    """Another of the same kind: the old watches are worth nothing."""
    compositor = make("seat seat0", "ext 2")
    with probe_of(session, 500) as probe:
        probe.wait("idle")
        compositor.tell("ext 2")
        probe.wait("active")
        probe.wait("idle")
        assert compositor.watches() == ["ext-input seat0 500"]


def test_no_idle_protocol(session, make):
    """It is said at once, so that the next source is used; and one that comes late is found."""
    compositor = make("seat seat0")
    with probe_of(session, 300) as probe:
        probe.wait_source("wayland", lambda _, detail: detail == "wayland-7 has no idle protocol")
        compositor.tell("kde on")
        probe.wait("idle")


def maps(started):
    return pathlib.Path(f"/proc/{started.pid}/maps").read_text()


def test_compositor_without_an_idle_protocol_is_let_go(desk, build_dir):
    """After half a minute, and libwayland with it: whoever has another source doesn't pay for this one."""
    compositor = wayland.Compositor(build_dir, desk.session, "seat seat0")
    try:
        desk.configure()
        desk.start(environment={"WAYLAND_DISPLAY": compositor.name, **fast_clock(build_dir, 10)})
        wait_for(lambda: "libwayland-client" in maps(desk.daemon), "the library")
        wait_for(lambda: "libwayland-client" not in maps(desk.daemon), "the end of it", 60)
        source = {"name": "wayland", "status": "unavailable", "detail": "wayland-7 has no idle protocol"}
        assert source in desk.status()["sources"]
        assert "backcare-wayland" not in maps(desk.daemon)
    finally:
        compositor.close()


# --- seats

def test_idle_on_all_seats(session, make):
    compositor = make("seat left", "seat right", "ext 2")
    with probe_of(session, 900) as probe:
        probe.wait_source("wayland", is_active)
        start = probe.clock()
        while probe.clock() - start < 2000 * MSEC:
            compositor.input(seat="left")
        assert reports(probe) == ["active"], "in use"
        last = probe.clock()
        assert abs(probe.wait("idle").values["since"] - last) < SLACK
        for seat in ("right", "left"):
            compositor.input(seat=seat)
            probe.wait("active")
            probe.wait("idle")


def test_a_seat_comes_while_active(session, make):
    compositor = make("seat left", "ext 2")
    with probe_of(session, 900) as probe:
        probe.wait_source("wayland", is_active)
        compositor.tell("seat right")
        start = probe.clock()
        while probe.clock() - start < 2000 * MSEC:
            compositor.input(seat="right")
        assert reports(probe) == ["active"]
        probe.wait("idle")
        compositor.input(seat="right")
        probe.wait("active")


@pytest.mark.parametrize("late", [False, True])
def test_a_seat_comes_while_idle(session, make, late):
    """It is no input: idle stands. Input there is seen, at once and later."""
    compositor = make("seat left", "ext 2")
    with probe_of(session, 500) as probe:
        probe.wait("idle")
        compositor.tell("seat right")
        wait_for(lambda: any("right" in watch for watch in compositor.watches()), "watches on the new seat")
        if late:
            wait_for(lambda: len(compositor.watches()) == 2, "one watch that knows both seats")
        assert reports(probe) == ["active", "idle"]
        # A hand is there for longer than the millisecond in which a seat isn't watched yet.
        wait_for(lambda: compositor.input(seat="right") or probe.settled(), "the input to be seen")
        assert reports(probe)[-1] == "active"
        probe.wait("idle")
        assert compositor.watches() == ["ext-input left 500", "ext-input right 500"]
        compositor.input(seat="left")
        probe.wait("active")


def test_a_seat_goes(session, make):
    """The one in use: idle counts from its end. An idle one: nothing changes."""
    compositor = make("seat left", "seat right", "seat middle", "ext 2")
    with probe_of(session, 900) as probe:
        probe.wait_source("wayland", is_active)
        start = probe.clock()
        while probe.clock() - start < 1500 * MSEC:
            compositor.input(seat="right")
        gone = probe.clock()
        compositor.tell("unseat right")
        idle = probe.wait("idle").values
        assert idle["since"] >= gone and idle["t"] - gone > 850 * MSEC
        compositor.tell("unseat left")
        probe.settled()
        assert reports(probe) == ["active", "idle"]
        compositor.input(seat="middle")
        probe.wait("active")


def test_no_seat(session, make):
    """Waits for one, at the start and later; without any the user counts as active."""
    compositor = make("ext 2")
    with probe_of(session, 400) as probe:
        for _ in range(2):
            probe.wait_source("wayland", lambda _, detail: detail == "wayland-7 has no seat")
            compositor.tell("seat seat0")
            probe.wait("idle")
            compositor.tell("unseat seat0")
            probe.wait("active")


def test_seat_without_devices(session, make):
    """Capabilities come and go with each device, and mean nothing here."""
    compositor = make("seat seat0", "ext 2")
    with probe_of(session, 400) as probe:
        for bits in (2, 3, 7, 0):
            compositor.tell(f"capabilities seat0 {bits}")
        probe.wait("idle")
        compositor.tell("capabilities seat0 3", "capabilities seat0 0")
        probe.settled()
        assert reports(probe) == ["active", "idle"]


# --- errors, silence, death

def test_protocol_error(session, compositor):
    """Ends the connection, counts as active, and a new one is made."""
    with probe_of(session, 500) as probe:
        probe.wait("idle")
        compositor.tell("error")
        probe.wait("active")
        status, detail = probe.sources()["wayland"]
        assert status == "unavailable" and "protocol error 7 of ext_idle_notifier_v1" in detail
        probe.wait("idle")


def test_dies_at_once_again_and_again(session, compositor):
    """As soon as it is used: the distance between the tries grows."""
    compositor.tell("mortal drop")
    with probe_of(session, 500) as probe:
        probe.wait_source("wayland", lambda _, detail: "connection lost" in detail)
        wait_for(lambda: compositor.ever_watched() >= 3, "the first, and one a second and one two seconds later")
        start = time.monotonic()
        wait_for(lambda: compositor.ever_watched() >= 4, "another")
        assert time.monotonic() - start > 3, "four seconds later"
        compositor.tell("mortal off")
        probe.say("wanted wayland")  # as a change of the session would: tries at once
        probe.wait("idle")


def test_hangs_up_at_once(session):
    """Whoever takes a connection and ends it is not asked again and again."""
    silent = wayland.SilentCompositor(session)
    silent.socket.settimeout(0.05)
    count, end = 0, time.monotonic() + 2.5
    try:
        with probe_of(session, 300, silent.name) as probe:
            while time.monotonic() < end:
                try:
                    silent.socket.accept()[0].close()
                    count += 1
                except TimeoutError:
                    pass
            assert 1 <= count <= 3
            assert "connection lost" in probe.sources()["wayland"][1]
    finally:
        silent.close()


def test_never_answers(session):
    """The loop goes on, and it is said in the end."""
    silent = wayland.SilentCompositor(session)
    try:
        with probe_of(session, 300, silent.name) as probe:
            assert probe.sources()["wayland"] == ("unavailable", "starting")
            before = time.monotonic()
            probe.settled()
            assert time.monotonic() - before < 2, "the loop stands still"
            probe.wait_source("wayland", lambda _, detail: "doesn't answer" in detail, seconds=20)
    finally:
        silent.close()


def test_never_accepts(session):
    """With as many waiting as the socket holds, connecting would block."""
    silent = wayland.SilentCompositor(session, backlog=0)
    waiting = []
    try:
        for _ in range(5):
            waiting.append(socket.socket(socket.AF_UNIX))
            waiting[-1].setblocking(False)
            try:
                waiting[-1].connect(silent.socket.getsockname())
            except BlockingIOError:
                break
        with probe_of(session, 300, silent.name) as probe:
            assert "doesn't take connections" in probe.sources()["wayland"][1]
    finally:
        for one in [*waiting, silent]:
            one.close()


def test_stopped_compositor(session, compositor):
    """More requests than the socket holds: none blocks, and afterwards all is well."""
    with probe_of(session, 60000) as probe:
        probe.wait_source("wayland", is_active)
        compositor.process.send_signal(signal.SIGSTOP)
        try:
            for i in range(20000):
                probe.say(f"threshold {50000 + i}")
            probe.settled()
        finally:
            compositor.process.send_signal(signal.SIGCONT)
        probe.say("threshold 300")
        probe.wait("idle", seconds=30)
        compositor.input()
        probe.wait("active")


def test_found_as_soon_as_it_starts(session, make):
    """By its socket's appearance, however long nobody was there: later tries are further apart."""
    with probe_of(session, 300) as probe:
        probe.wait_source("wayland", lambda _, detail: "no compositor" in detail)
        time.sleep(4)  # the next try is then more than a second away
        start = time.monotonic()
        make()
        probe.wait_source("wayland", is_active)
        assert time.monotonic() - start < 1.5 * SLOWNESS


# --- what it costs

@pytest.mark.parametrize("way", ["drop", "error"])
def test_ten_thousand_deaths(session, compositor, way):
    """Leak neither descriptors nor memory. Each try is caused by a change of the settings, not waited for."""
    compositor.tell(f"mortal {way}")
    with probe_of(session, 60000) as probe:
        for i in range(10000):
            # Found, used and lost again.
            for word in ("active", "changed", "changed"):
                probe.wait(word)
            if i == 1000:
                first = descriptors(probe), private_kilobytes(probe)
            probe.say(f"wanted {('wayland', 'auto')[i % 2]}")
        compositor.tell("mortal off")
        probe.wait_source("wayland", is_active, seconds=30)
        assert compositor.ever_watched() >= 10000
        compositor.tell("drop")
        probe.wait_source("wayland", lambda status, _: status == "unavailable")
        last = descriptors(probe), private_kilobytes(probe)
        assert last[0] <= first[0] + 2, "the timer and the inotify of the next try may be there or not"
        # A sanitizer keeps what was freed; the leak check at the end is its own.
        if not sanitized(DRIVER):
            assert last[1] - first[1] < 100, "kilobytes"


def test_no_wakings_while_typing(session, compositor):
    """However much input there is, the compositor alone knows."""
    with probe_of(session, 60000) as probe:
        probe.wait_source("wayland", is_active)
        probe.settled()
        before = probe.switches()
        for _ in range(500):
            compositor.input()
        assert probe.switches() == before


def test_no_wakings_while_idle(session, compositor):
    with probe_of(session, 400) as probe:
        probe.wait("idle")
        probe.settled()
        before = probe.switches()
        time.sleep(1.5)  # the length of the measurement, not a wait for something
        assert probe.switches() == before


def test_wakings_of_a_turn(session, compositor):
    """One for each report, and what the test itself asks."""
    with probe_of(session, 200) as probe:
        probe.wait("idle")
        probe.settled()
        before = probe.switches()
        for _ in range(5):
            compositor.input()
            probe.wait("active")
            probe.wait("idle")
        assert probe.switches() - before <= 5 * 2 + 2


def test_no_wakings_at_kwin(session, build_dir):
    """The same with the real one: keys, motion and clicks."""
    kwin = wayland.KWin(build_dir, session)
    try:
        with wayland.probe(DRIVER, session, kwin, 60000) as probe:
            probe.wait_source("wayland", is_active)
            kwin.input()
            probe.settled()
            before = probe.switches()
            for _ in range(50):
                kwin.hands.tell("motion", "key", "button")
            assert probe.switches() - before <= 1
    finally:
        kwin.close()
