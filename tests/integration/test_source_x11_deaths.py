# SPDX-License-Identifier: GPL-3.0-or-later
"""X servers that come and die, thousands of times: what is left behind by them."""

import os
import threading

import pytest

from support.dying_x import DyingX, record_greeting
from support.session import Session
from support.source_probe import Probe, descriptors, private_kilobytes, sanitized

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]


@pytest.fixture
def session():
    with Session() as started:
        # While there is no system bus, libsystemd watches the folders in which it would appear.
        started.start_system_bus()
        yield started


@pytest.fixture
def server():
    with DyingX() as made:
        yield made


@pytest.fixture
def probe(session, server):
    with Probe([DRIVER, "auto", 60000], session.environment(DISPLAY=server.display)) as started:
        yield started


def try_now(probe, i):
    """A change of the settings has the display looked at, however far away the next try is."""
    probe.say(f"wanted {('x11', 'auto')[i % 2]}")


def check_nothing_is_left(probe, die, deaths):
    """As much after all of them as after a tenth."""
    for i in range(deaths):
        die(i)
        probe.settled()
        if i == deaths // 10:
            first = descriptors(probe), private_kilobytes(probe)
    last = descriptors(probe), private_kilobytes(probe)
    assert last[0] <= first[0] + 3, "the next try's timer and inotify, or a connection, may be there or not"
    # A sanitizer keeps what was freed; the leak check at the end is its own.
    if not sanitized(DRIVER):
        assert last[1] - first[1] < 100, "kilobytes"


def test_ten_thousand_deaths(server, probe):
    """At the connection."""
    def die(i):
        try_now(probe, i)
        server.live()

    check_nothing_is_left(probe, die, 10000)
    assert server.lives == 10000
    status, detail = probe.sources()["x11"]
    assert status == "unavailable" and server.display in detail


@pytest.mark.parametrize("way", ["hangs up", "greets"])
def test_deaths_found_by_the_socket(session, server, probe, way):
    """Each server comes with a new one, by which it is found at once; it dies with nothing, or half of the way behind it."""
    greeting = None
    if way == "greets":
        session.start_x()
        greeting = record_greeting(session.display)

    def die(_):
        server.live(greeting)
        server.gone()

    check_nothing_is_left(probe, die, 100)
    assert server.lives == 100


def test_deaths_in_use(session, server, probe):
    """A real server behind the socket, which goes when the source is in use."""
    session.start_x()

    def die(_):
        used = threading.Event()
        life = threading.Thread(target=server.live_until, args=(session.display, used.is_set), daemon=True)
        life.start()
        probe.wait_source("x11", lambda status, _: status == "active")
        used.set()
        life.join()
        server.gone()
        probe.wait_source("x11", lambda status, _: status == "unavailable")

    check_nothing_is_left(probe, die, 60)
    assert server.lives == 60
