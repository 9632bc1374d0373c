# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests: a session of one's own, and the daemon of the build in it."""

import pytest

from support.desk import Desk
from support.session import Session


@pytest.fixture
def session(source_dir, build_dir):
    """A session bus, a home and XDG directories for this test alone."""
    with Session() as started:
        started.use_catalogue(source_dir)
        started.use_pictures(build_dir)
        yield started


@pytest.fixture
def x_session(session):
    """The same with an X server."""
    session.start_x()
    return session


@pytest.fixture
def daemon(session, build_dir):
    """Starts the daemon: daemon(*arguments) returns the process once it is ready."""
    def start(*arguments, **kwargs):
        return session.start_daemon(build_dir, *arguments, **kwargs)
    return start


@pytest.fixture
def ctl(session, build_dir):
    """Runs backcarectl in the session: ctl("status", check=True) returns the finished process."""
    def run(*arguments, **kwargs):
        return session.run([str(build_dir / "cli/backcarectl"), *arguments], **kwargs)
    return run


@pytest.fixture
def desk(session, build_dir, source_dir):
    """The daemon's surroundings, watched; the test configures and starts it."""
    desk = Desk(session, build_dir, source_dir)
    yield desk
    desk.close()


@pytest.fixture
def x_desk(x_session, build_dir, source_dir):
    """The same with an X server and dunst on it."""
    desk = Desk(x_session, build_dir, source_dir)
    desk.start_dunst()
    yield desk
    desk.close()
