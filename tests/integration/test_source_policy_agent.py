# SPDX-License-Identifier: GPL-3.0-or-later
"""Inhibitors as KDE tells them: the real PowerDevil, on an X server and a bus of its own."""

import glob
import os
import signal
import time

import dbus
import pytest

from support.session import Session
from support.skipping import skip_or_fail
from support.source_probe import Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
AGENT = "org.kde.Solid.PowerManagement.PolicyAgent"
SUSPEND, SCREEN = 1, 4
# An inhibitor counts for PowerDevil after five seconds.
SOON = 15


class PowerDevil:
    def __init__(self, session):
        found = glob.glob("/usr/lib/*/libexec/org_kde_powerdevil") + glob.glob("/usr/lib*/org_kde_powerdevil") + \
            glob.glob("/usr/libexec/org_kde_powerdevil")
        if not found:
            skip_or_fail("PowerDevil is not installed")
        self.session = session
        self.program = found[0]
        self.bus = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])

    def start(self):
        self.process = self.session.start([self.program], "powerdevil", self.session.environment(QT_QPA_PLATFORM="xcb"))
        wait_for(lambda: self.bus.name_has_owner(AGENT), "PowerDevil", 40)
        return self

    def kill(self):
        self.process.kill()
        self.session.stop(self.process)

    def agent(self, bus=None):
        return dbus.Interface((bus or self.bus).get_object(AGENT, "/" + AGENT.replace(".", "/"), introspect=False), AGENT)

    def inhibit(self, policies=SCREEN):
        return self.agent().AddInhibition(dbus.UInt32(policies), "a player", "a film")

    def release(self, cookie):
        self.agent().ReleaseInhibition(dbus.UInt32(cookie))


@pytest.fixture
def session():
    with Session() as started:
        started.start_x()
        yield started


@pytest.fixture
def devil(session):
    return PowerDevil(session).start()


def works(probe):
    probe.wait_source("policy-agent", lambda _, detail: "inhibitors, as KDE" in detail)


@pytest.fixture
def probe(session, devil):
    with Probe([DRIVER, "x11", 60000], session.environment()) as started:
        works(started)
        yield started


def switch(probe):
    return probe.wait("inhibit", seconds=SOON).values["on"]


def test_on_and_off(devil, probe):
    """One switch, on with the first and off with the last."""
    first = devil.inhibit()
    assert switch(probe) == 1
    second = devil.inhibit()
    wait_for(lambda: len(devil.agent().ListInhibitions()) == 2, "the second inhibitor", SOON)
    devil.release(first)
    wait_for(lambda: len(devil.agent().ListInhibitions()) == 1, "its end")
    assert not [line for line in probe.settled() if line.word == "inhibit"]
    devil.release(second)
    assert switch(probe) == 0


def test_suspend_is_another_matter(devil, probe):
    """Who keeps the machine from sleep only, a download say, keeps nobody sitting."""
    devil.inhibit(SUSPEND)
    wait_for(lambda: len(devil.agent().ListInhibitions()) == 1, "the inhibitor", SOON)
    assert not [line for line in probe.settled() if line.word == "inhibit"]
    devil.inhibit(SCREEN)
    assert switch(probe) == 1


def test_inhibitor_that_dies(session, devil, probe):
    other = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
    devil.agent(other).AddInhibition(dbus.UInt32(SCREEN), "a player", "a film")
    assert switch(probe) == 1
    other.close()
    assert switch(probe) == 0


def test_agent_goes_and_comes(session, devil, probe):
    """Nothing is inhibited on the word of one who is gone; what stands when it comes is found."""
    devil.inhibit()
    assert switch(probe) == 1
    devil.kill()
    assert switch(probe) == 0
    probe.wait_source("policy-agent", lambda status, detail: "isn't running" in detail)
    devil.start()
    works(probe)
    devil.inhibit()
    assert switch(probe) == 1
    with Probe([DRIVER, "x11", 60000], session.environment()) as late:
        assert switch(late) == 1


def test_agent_that_hangs(session, devil):
    devil.process.send_signal(signal.SIGSTOP)
    with Probe([DRIVER, "x11", 60000], session.environment()) as probe:
        probe.wait_source("policy-agent", lambda status, detail: "doesn't answer" in detail)
        devil.process.send_signal(signal.SIGCONT)
        devil.inhibit()
        assert switch(probe) == 1


def test_agent_that_hangs_during_a_film(session, devil):
    """It is asked at the user's return, and doesn't answer in time: the film goes on all the same."""
    with Probe([DRIVER, "x11", 1000], session.environment()) as probe:
        works(probe)
        cookie = devil.inhibit()
        assert switch(probe) == 1
        session.run(["xdotool", "key", "a"])
        probe.wait("idle")
        devil.process.send_signal(signal.SIGSTOP)
        session.run(["xdotool", "key", "a"])
        start = probe.wait("active").values["t"]
        wait_for(lambda: probe.clock() - start > 5000000, "the end of the time for an answer")
        assert [line.values["on"] for line in probe.seen if line.word == "inhibit"] == [1]
        devil.process.send_signal(signal.SIGCONT)
        devil.release(cookie)
        assert switch(probe) == 0


def test_no_wake_up_while_nothing_is_due(session, devil):
    session.start_system_bus()  # else its place is watched for, and that lies in a busy folder
    with Probe([DRIVER, "x11", 60000], session.environment()) as probe:
        works(probe)
        devil.inhibit()
        assert switch(probe) == 1
        probe.settled()
        before = probe.switches()
        begin = time.monotonic()
        wait_for(lambda: time.monotonic() > begin + 3, "three seconds")
        assert probe.switches() == before
