# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the booted host: one boot for all tests, a clean user and a stopped daemon for each."""

import pytest

from host.backcare import BackCare
from host.harness import Host, why_impossible
from support.skipping import skip_or_fail


@pytest.fixture(scope="session")
def booted(installed):
    reason = why_impossible()
    if reason:
        skip_or_fail(reason)
    with Host(installed) as host:
        yield host


@pytest.fixture
def host(booted, request):
    """The host with nothing of BackCare running, configured or remembered."""
    BackCare(booted).reset()
    yield booted
    if getattr(request.node, "failed", False):
        print(booted.user("journalctl", "--user", "--no-pager", "--lines=60", check=False))


@pytest.fixture
def backcare(host):
    return BackCare(host)


@pytest.fixture
def x_session(host):
    """A login session with an X server; the id of the session."""
    session = host.start_x_session()
    yield session
    host.stop_x_session()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.failed = True
