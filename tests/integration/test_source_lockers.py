# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen saver source against KScreenLocker, as it runs within KWin. The lockers that need a session of their own
are in the host tests."""

import os
import shutil

import pytest

from support.session import Session
from support.source_probe import Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
NAME = "org.freedesktop.ScreenSaver"


@pytest.fixture
def session():
    with Session() as started:
        yield started


class KWin:
    """The compositor with its lock screen on, rendering to memory."""

    def __init__(self, session):
        self.session = session
        # A copy: without the file's capabilities it can also run where those may not be gained.
        self.program = session.directory / "kwin_wayland"
        shutil.copyfile(shutil.which("kwin_wayland"), self.program)
        self.program.chmod(0o755)

    def start(self):
        self.process = self.session.start(
            [str(self.program), "--virtual", "--no-global-shortcuts", "--no-kactivities", "--socket", "wayland-locker"],
            "kwin", self.session.environment(KWIN_COMPOSE="Q"))
        wait_for(lambda: self.session.has_owner(NAME), "KScreenLocker")

    def kill(self):
        """As a crash would."""
        self.process.kill()
        self.session.stop(self.process)

    def lock(self):
        self.session.run(["busctl", "--user", "--timeout=20", "call", NAME, "/ScreenSaver", NAME, "Lock"])


def test_kscreenlocker(session):
    """Lock is told once though it comes from two paths; the death of the compositor is no lock, nor is its return."""
    kwin = KWin(session)
    with Probe([DRIVER, "screensaver", 500], session.environment()) as probe:
        probe.wait_source("screensaver", lambda status, detail: "no screen saver" in detail)
        kwin.start()
        detail = probe.wait_source("screensaver", lambda status, _: status == "active", seconds=20)[1]
        assert detail == f"{NAME}: lock; not for idle: you always count as active", "on Wayland it has no idle time to tell"
        for _ in range(2):
            kwin.lock()
            probe.wait("lock", seconds=20)
            assert not [line for line in probe.settled() if line.word in ("lock", "unlock")]
            kwin.kill()
            probe.wait("unlock")
            probe.wait_source("screensaver", lambda status, _: status == "unavailable")
            kwin.start()
            probe.wait_source("screensaver", lambda status, _: status == "active", seconds=20)
        assert [line.word for line in probe.seen if line.word in ("lock", "unlock")] == ["lock", "unlock"] * 2
