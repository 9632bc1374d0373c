# SPDX-License-Identifier: GPL-3.0-or-later
"""The real daemon in a session of GNOME: its shell, its session manager, a film, a shell that dies."""

import time

import pytest

from support.desk import Desk
from support.gnome import SessionManager, Shell
from support.waiting import wait_for

ACTIVITY = {"idle-after": "2s", "idle-after-prompt": "1s"}


@pytest.fixture
def gnome(session, build_dir, source_dir):
    """The daemon with both at its side; the test is the user."""
    session.manager = SessionManager(session).start()
    session.shell = Shell(session).start()
    desk = Desk(session, build_dir, source_dir)
    desk.configure({"activity": ACTIVITY, "break.stretch": {"after": "1h", "length": "30min"}})
    desk.start()
    wait_source(desk, "mutter", "active")
    wait_source(desk, "session-manager", "active")
    yield desk
    desk.close()


def wait_source(desk, name, status):
    wait_for(lambda: (name, status) in [tuple(source[:2]) for source in desk.get("Sources")], f"{name} {status}")


def test_away_and_back(gnome):
    shell = gnome.session.shell
    shell.key()
    gnome.bus.wait_state("away")
    shell.motion()
    gnome.bus.wait_state("active")
    gnome.bus.wait_state("away")
    shell.kill()
    gnome.bus.wait_state("active")
    wait_source(gnome, "mutter", "unavailable")
    shell.start()
    gnome.bus.wait_state("away")
    shell.button()
    gnome.bus.wait_state("active")


def test_film(gnome):
    """Who watches one sits, though nothing is touched; when it ends, nobody is there."""
    manager = gnome.session.manager
    gnome.session.shell.key()
    film = manager.inhibit()
    time.sleep(5)  # the length of the film: more than twice the threshold
    assert gnome.get("State") == "active"
    ended = time.monotonic()
    manager.release(film)
    gnome.bus.wait_state("away")
    assert time.monotonic() - ended > 1.5, "counted from the end of the film"
    gnome.session.shell.key()
    gnome.bus.wait_state("active")
