# SPDX-License-Identifier: GPL-3.0-or-later
"""The logind source on a real logind: the driver as the user's process outside any session, as a unit is."""

import os
import shutil

import pytest

from support.source_probe import SEC, Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
MANAGER = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


class Session:
    """The x11 session of the fixture, by its bus object."""

    def __init__(self, host, name):
        self.host = host
        self.name = name
        self.path = host.root("busctl", "call", *MANAGER, "GetSession", "s", name).split('"')[1]

    def call(self, member, value):
        self.host.user("busctl", "call", "org.freedesktop.login1", self.path, "org.freedesktop.login1.Session", member,
                       "b", value)

    def loginctl(self, verb):
        self.host.root("loginctl", verb, self.name)


def inhibitors(host):
    """Ours, as logind lists them."""
    return [line for line in host.root("systemd-inhibit", "--list", "--no-pager", "--no-legend").splitlines()
            if line.startswith("BackCare")]


@pytest.fixture
def session(host, x_session):
    return Session(host, x_session)


@pytest.fixture
def driver(host):
    """The driver where the user of the host can run it."""
    inside = host.path("/tmp/source-driver")
    shutil.copy(DRIVER, inside)
    inside.chmod(0o755)
    yield "/tmp/source-driver"
    inside.unlink()


@pytest.fixture
def probe(host, driver, session):
    enter = ["nsenter", "--target", str(host.systemd_pid), "--all", "--root", "--wd", "--", "setpriv", "--reuid=tester",
             "--regid=tester", "--init-groups", "--reset-env", "env", "-u", "DISPLAY"]
    with Probe([*enter, driver, "auto", 700], {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}) as started:
        status, detail = started.wait_source("logind", lambda status, detail: f"session {session.name} (" in detail)
        assert status == "active" and detail.endswith("idle as the desktop says it")
        started.settled()
        yield started


def test_lock(probe, session):
    session.loginctl("lock-session")
    probe.wait("lock")
    session.call("SetLockedHint", "true")
    session.loginctl("unlock-session")
    probe.wait("unlock")
    session.call("SetLockedHint", "false")
    session.call("SetLockedHint", "true")
    probe.wait("lock")
    session.call("SetLockedHint", "false")
    probe.wait("unlock")
    assert [line.word for line in probe.seen if line.word in ("lock", "unlock")] == ["lock", "unlock"] * 2


def test_idle_hint(probe, session):
    before = probe.clock()
    session.call("SetIdleHint", "true")
    idle = probe.wait("idle").values
    assert before <= idle["since"] <= idle["t"]
    rearmed = probe.clock()
    probe.say("rearm")
    again = probe.wait("idle", "active")
    assert again.word == "idle" and again.values["t"] - rearmed > 0.65 * SEC and again.values["since"] >= rearmed
    session.call("SetIdleHint", "false")
    probe.wait("active")


def test_suspend(host, probe):
    """logind waits until all is saved, and the inhibitor is there again for the next time."""
    for _ in range(2):
        wait_for(lambda: len(inhibitors(host)) == 1, "the delay inhibitor")
        host.suspend()
        probe.wait("prepare-sleep")
        probe.wait("sleep")
        wait_for(lambda: inhibitors(host) == [], "the inhibitor's release")
        host.wake()
        probe.wait("wake")
        assert not [line for line in probe.passed if line.word in ("sleep", "wake")]


def test_idle_inhibitor(host, probe):
    host.root("systemd-inhibit", "--what=sleep", "--mode=block", "true")
    host.root("systemd-inhibit", "--what=idle", "--mode=block", "true")
    assert [probe.wait("inhibit").values["on"] for _ in range(2)] == [1, 0]


def test_logind_restarts(host, probe, session):
    """A lock that stands over the restart isn't told again, nor taken back."""
    session.call("SetLockedHint", "true")
    probe.wait("lock")
    wait_for(lambda: len(inhibitors(host)) == 1, "the delay inhibitor")
    host.root("systemctl", "restart", "systemd-logind.service", seconds=60)
    wait_for(lambda: len(inhibitors(host)) == 1, "the delay inhibitor again")
    # logind forgets LockedHint over a restart in some versions: then its word is that nobody is locked.
    hint = host.root("loginctl", "show-session", session.name, "--property=LockedHint", "--value").strip()
    if hint == "yes":
        session.call("SetLockedHint", "false")
    probe.wait("unlock")
    assert not [line for line in probe.passed if line.word in ("lock", "enter", "leave")]


def test_session_ends_and_another_comes(host, probe, session):
    session.call("SetLockedHint", "true")
    probe.wait("lock")
    host.stop_x_session()
    probe.wait("unlock")
    probe.wait_source("logind", lambda status, detail: status == "active" and "no session" in detail)
    name = host.start_x_session()
    probe.wait_source("logind", lambda status, detail: f"session {name} (" in detail)
    host.root("loginctl", "lock-session", name)
    probe.wait("lock")


def test_bus_restarts(host, probe, session):
    """Restarting the system bus is rare and rude, and survived."""
    host.root("systemctl", "restart", "dbus.service", seconds=60)
    host.root("systemctl", "restart", "systemd-logind.service", seconds=60)
    wait_for(lambda: len(inhibitors(host)) == 1, "the delay inhibitor", 60)
    probe.wait_source("logind", lambda status, detail: f"session {session.name} (" in detail, seconds=30)
    session.loginctl("lock-session")
    probe.wait("lock")
