# SPDX-License-Identifier: GPL-3.0-or-later
"""Real idleness, lock and suspend, seen by the daemon from within its sandbox."""

import pytest

from support.waiting import wait_for

SETTINGS = "[activity]\nidle-after = 1s\nidle-after-prompt = 1s\n[break.stretch]\nafter = 2h\nlength = 10min\n"


@pytest.fixture(params=["plain", "hardened"])
def sandboxed(request, backcare, x_session):
    """The daemon in a session with an X server, in either sandbox."""
    backcare.configure(SETTINGS)
    if request.param == "hardened":
        backcare.harden()
    backcare.start()
    return backcare


def test_idle(host, sandboxed):
    sandboxed.wait_source("x11")
    sandboxed.wait_state("away")
    host.input()
    sandboxed.wait_state("active")
    sandboxed.wait_state("away")


def test_lock(host, sandboxed, x_session):
    """A lock is an absence at once; input while locked doesn't end it."""
    sandboxed.configure(SETTINGS.replace("idle-after = 1s", "idle-after = 30min"))
    host.systemctl("reload", "backcare.service")
    host.input()
    sandboxed.wait_state("active")
    host.root("loginctl", "lock-session", x_session)
    sandboxed.wait_state("away")
    host.input()
    assert sandboxed.state() == "away"
    host.root("loginctl", "unlock-session", x_session)
    sandboxed.wait_state("active")


def test_suspend(host, sandboxed):
    sandboxed.configure(SETTINGS.replace("idle-after = 1s", "idle-after = 30min"))
    host.systemctl("reload", "backcare.service")
    host.input()
    sandboxed.wait_state("active")
    host.suspend()
    sandboxed.wait_state("away")
    # The state is on disk before the machine is gone.
    assert sandboxed.state_file("state").is_file()
    host.wake()
    sandboxed.wait_state("active")


def test_display_lost_and_back(host, sandboxed, x_session):
    """Without a source the user counts as active and it is said; a new X server is found."""
    sandboxed.wait_source("x11")
    host.root("systemctl", "kill", "--signal=SIGKILL", "x-session.service")

    def statuses():
        return {source[0]: source[1] for source in sandboxed.get("Sources")}

    wait_for(lambda: statuses()["x11"] != "active", "the loss of the X server")
    sandboxed.wait_state("active")
    host.root("systemctl", "reset-failed", "x-session.service", check=False)
    host.start_x_session()
    sandboxed.wait_source("x11")
    sandboxed.wait_state("away")
