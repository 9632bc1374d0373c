# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of backcarectl share: a bus of their own, the fake daemon on it, and the program itself.

A test module takes the fixtures over by name: `bus, environment, daemon, ctl = cli.fixtures`.
"""
import contextlib
import json
import os
import pathlib
import select
import subprocess
import time

import dbus
import pytest

from bus_config import bus_config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BACKCARE_BUILD", ROOT / "build"))
PROGRAM = BUILD / "cli" / "backcarectl"
FAKE = pathlib.Path(__file__).with_name("fake_manager.py")
PATIENCE = float(os.environ.get("BACKCARE_TEST_PATIENCE", "20"))
NEVER = 2**64 - 1
MINUTE = 60 * 1000000


def now_usec():
    return time.time_ns() // 1000


def boot_usec():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def stop(process):
    """Ends a process that a test has started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def wait_for(condition, what):
    """Waits for something outside that sends no event."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        select.select([], [], [], 0.01)


class Bus:
    def __init__(self, directory):
        self.services = directory / "services"
        self.services.mkdir()
        config = directory / "bus.conf"
        config.write_text(bus_config(f"unix:tmpdir={directory}", self.services))
        self.process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "dbus-daemon did not come up"

    def reload(self):
        """Reads the services' folder anew."""
        connection = dbus.bus.BusConnection(self.address)
        connection.call_blocking("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                 "ReloadConfig", "", ())
        connection.close()

    def watch(self, *members):
        return Watch(self.address, members)


class Watch:
    """Counts the calls of some members of the bus itself, by whomever."""

    END = "org.backcare.Test.End"

    def __init__(self, address, members):
        self.calls = 0
        self.patterns = [f"member={member}" for member in members]
        rules = [f"type=method_call,member={member}" for member in (*members, "GetNameOwner")]
        self.process = subprocess.Popen(["stdbuf", "-oL", "dbus-monitor", "--address", address, *rules],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.connection = dbus.bus.BusConnection(address)
        # A monitor loses its own name when it begins to be one.
        self._read("member=NameLost")

    def _read(self, until):
        for line in self.process.stdout:
            if until in line:
                return
            self.calls += any(line.rstrip().endswith(pattern) for pattern in self.patterns)
        raise AssertionError("the monitor ended")

    def count(self):
        """Of all until now."""
        with contextlib.suppress(dbus.DBusException):
            self.connection.call_blocking("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                          "GetNameOwner", "s", (self.END,))
        self._read(self.END)
        return self.calls

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        stop(self.process)



class Daemon:
    """The fake daemon. A test may end it and start it anew."""

    def __init__(self, env):
        self.env = env
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(["/usr/bin/python3", FAKE], env=self.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert json.loads(self.process.stdout.readline()) == "ready"

    def order(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def set(self, signal=True, **properties):
        self.order(set=properties, signal=signal)

    def calls(self):
        return self.order(calls=None)

    def kill(self):
        self.process.kill()
        self.process.wait()
        stop(self.process)


class Result:
    def __init__(self, process):
        self.status, self.out, self.err = process.returncode, process.stdout, process.stderr

    def json(self):
        assert self.err == ""
        assert self.out.count("\n") == 1 and self.out.endswith("\n")
        return json.loads(self.out)


class Ctl:
    """Runs backcarectl."""

    def __init__(self, env):
        self.env = env

    def __call__(self, *arguments, **env):
        full = {k: v for k, v in {**self.env, **env}.items() if v is not None}
        return Result(subprocess.run([PROGRAM, *arguments], env=full, capture_output=True, timeout=60,
                                     encoding="utf-8", stdin=subprocess.DEVNULL))

    def popen(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *arguments], env=self.env, **options)


class Follow:
    """A `backcarectl status --follow` whose lines are waited for."""

    def __init__(self, ctl, *arguments):
        self.process = ctl.popen("status", "--follow", *arguments, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)

    def line(self, patience=PATIENCE):
        fd = self.process.stdout.fileno()
        deadline = time.monotonic() + patience
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([fd], [], [], max(0, deadline - time.monotonic()))
            assert ready, "no line came"
            data = os.read(fd, 65536)
            assert data, f"it ended: {self.process.wait()} {self.process.stderr.read()}"
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode()

    def json(self):
        return json.loads(self.line())

    def until(self, condition):
        """The first object for which it holds; those before are other transitions."""
        while True:
            value = self.json()
            if condition(value):
                return value


@pytest.fixture
def bus(tmp_path):
    bus = Bus(tmp_path)
    yield bus
    stop(bus.process)


@pytest.fixture
def environment(bus, tmp_path):
    return {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "TZ": os.environ["TZ"], "DBUS_SESSION_BUS_ADDRESS": bus.address,
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}


@pytest.fixture
def ctl(environment):
    return Ctl(environment)


@pytest.fixture
def daemon(environment):
    daemon = Daemon(environment)
    yield daemon
    stop(daemon.process)


# Not of the conftest: the tests of the real daemon have a `daemon` and a `ctl` of the same names.
fixtures = bus, environment, daemon, ctl
