# SPDX-License-Identifier: GPL-3.0-or-later
"""The logind source on system buses in trouble: that drop connections, that die ten thousand times, that come back
without anything telling of it."""

import os
import pathlib
import signal
import socket
import struct

import dbus
import pytest

from support.bus_config import bus_config
from support.logind import ID, MANAGER, NAME, PATH, SESSION, UID, Logind
from support.session import Session
from support.source_probe import Probe
from support.waiting import SLOWNESS, wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
DEATHS = 10000
WARM = 1000  # by then all that is allocated once, is


@pytest.fixture
def session():
    with Session() as started:
        yield started


@pytest.fixture
def listening(session):
    """The system bus's socket, with nobody behind it yet."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(session.directory / "run" / "system-bus"))
        yield made


def serve(session, listening):
    """A real bus behind the socket: nothing in the file system changes by that."""
    config = session.directory / "handed.conf"
    config.write_text(bus_config("systemd:"))
    number = listening.fileno()
    session.start(["bash", "-c", f'exec 3<&{number} && LISTEN_PID=$$ LISTEN_FDS=1 exec dbus-daemon --config-file="$0" '
                   "--nofork --nopidfile", str(config)], "handed-bus", pass_fds=[number])
    logind = Logind(session).start()
    logind.add_session()
    return logind


def in_session(probe, seconds=10.0):
    probe.wait_source("logind", lambda status, detail: status == "active" and f"session {ID} (" in detail, seconds)


def unready(probe):
    return probe.wait_source("logind", lambda status, _: status == "unavailable")


def hello_reply(call):
    """The bus's answer to Hello: without it the client says nothing more."""
    serial = struct.unpack_from("<I", call, 8)[0]
    fields = struct.pack("<BBBBI", 5, 1, ord("u"), 0, serial)
    for code, kind, text in ((6, "s", b":1.1"), (7, "s", b"org.freedesktop.DBus")):
        fields += b"\0" * (-len(fields) % 8) + struct.pack("<BBBBI", code, 1, ord(kind), 0, len(text)) + text + b"\0"
    fields += b"\0" * (-len(fields) % 8) + b"\x08\x01g\0\x01s\0"
    header = struct.pack("<cBBBIII", b"l", 2, 1, 1, 9, 1, len(fields)) + fields
    return header + b"\0" * (-len(header) % 8) + struct.pack("<I", 4) + b":1.1\0"


class Dying:
    """A bus that dies: at the connection, while it greets, or with all questions open. By turns."""

    def __init__(self, listening, probe):
        self.listening = listening
        self.probe = probe
        self.deaths = 0

    def accept(self):
        # The driver may not have seen the last death yet, and then has nothing to try.
        self.listening.settimeout(0.0005)
        while True:
            self.probe.say("surroundings")
            try:
                return self.listening.accept()[0]
            except TimeoutError:
                continue

    def die(self):
        with self.accept() as connection:
            connection.settimeout(10 * SLOWNESS)
            if self.deaths % 3 > 0:
                said = connection.recv(4096)
                while b"BEGIN\r\n" not in said:
                    said += connection.recv(4096)
                connection.sendall(b"DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n")
                call = said.split(b"BEGIN\r\n", 1)[1] or connection.recv(4096)
                if self.deaths % 3 == 2:
                    connection.sendall(hello_reply(call))
                    if b"GetAll" not in call:  # it may all have come at once
                        connection.recv(65536)
        self.deaths += 1

    def until(self, deaths):
        while self.deaths < deaths:
            self.die()
            if self.deaths % 100 == 0:
                self.probe.settled()


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def resident(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def test_ten_thousand_deaths(session, listening):
    """Neither a descriptor nor memory is lost with a bus; and then one works."""
    listening.listen(16)
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        dying = Dying(listening, probe)
        dying.until(WARM)
        unready(probe)
        before, memory = descriptors(probe.process), resident(probe.process)
        dying.until(DEATHS)
        unready(probe)
        # A connection may be on its way.
        assert abs(descriptors(probe.process) - before) <= 2
        if "libasan" not in pathlib.Path(f"/proc/{probe.process.pid}/maps").read_text():  # it keeps what is freed
            assert resident(probe.process) - memory < 512
        logind = serve(session, listening)
        probe.say("surroundings")
        in_session(probe, 30)
        logind.stop()


def test_drops_connections_and_recovers(session, listening):
    """No event tells of it: it is tried again."""
    listening.listen(1)
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        for _ in range(3):
            listening.settimeout(10 * SLOWNESS)
            listening.accept()[0].close()
        serve(session, listening)
        in_session(probe)


def test_drops_connections_for_hours(session, listening):
    """At last once in ten minutes; no event but the clock tells of the recovery."""
    listening.listen(1)
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        tries = 0
        listening.settimeout(0.5 * SLOWNESS)
        for _ in range(30):
            probe.say("slept 601000")
            try:
                listening.accept()[0].close()
                tries += 1
            except TimeoutError:
                probe.settled()
        assert tries >= 20
        serve(session, listening)
        for _ in range(3):
            probe.say("slept 751000")
            probe.settled()
        in_session(probe)


def test_socket_before_its_server(session, listening):
    """Bound, and refused: then somebody listens, and the socket's file doesn't change. A slow try stands behind."""
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        unready(probe)
        probe.settled()
        listening.listen(1)
        serve(session, listening)
        for _ in range(4):
            probe.say("slept 751000")
            probe.settled()
        in_session(probe)


def test_logind_that_hangs(session):
    """It is asked again, as it keeps its name and so nothing tells when it answers."""
    session.start_system_bus()
    logind = Logind(session).start()
    logind.add_session()
    os.kill(logind.process.pid, signal.SIGSTOP)
    try:
        with Probe([DRIVER, "auto", 500], session.environment()) as probe:
            probe.wait_source("logind", lambda _, detail: "doesn't answer" in detail, 15)
            os.kill(logind.process.pid, signal.SIGCONT)
            wait_for(lambda: logind.bus.name_has_owner("org.freedesktop.login1"), "logind on the bus")
            in_session(probe, 15)
    finally:
        os.kill(logind.process.pid, signal.SIGCONT)


# Says that the session on show has changed, and then nothing for a while.
HANG = """import time
self.EmitSignalDetailed('org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [
    'org.freedesktop.login1.User', dbus.Dictionary({'Display': 'x'}, signature='sv'), dbus.Array([], signature='s')],
    {'path': args[0]})
self.connection.flush()
time.sleep(7)"""


def test_logind_that_hangs_while_a_session_is_asked(session):
    """What it has said stands: a lock isn't undone by that, and the session isn't forgotten for ever."""
    session.start_system_bus()
    logind = Logind(session).start()
    path = logind.add_session(LockedHint=True)
    logind.mock(PATH).AddMethod(MANAGER, "Hang", "s", "", HANG)
    with Probe([DRIVER, "auto", 500], session.environment()) as probe:
        in_session(probe)
        manager = dbus.Interface(logind.bus.get_object(NAME, PATH, introspect=False), MANAGER)
        manager.Hang(f"{PATH}/user/_{UID}", timeout=60)
        logind.set(path, SESSION, LockedHint=False)
        probe.wait("unlock")
        logind.set(path, SESSION, LockedHint=True)
        probe.wait("lock")
        probe.settled()
        assert [line.word for line in probe.seen if line.word in ("lock", "unlock")] == ["lock", "unlock", "lock"]
        in_session(probe)
