# SPDX-License-Identifier: GPL-3.0-or-later
"""What every black-box test starts from: the build under test, staged installations, no silent skips."""

import os
import pathlib
import subprocess
import sys
import time

import pytest

TESTS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS / "support")]
BUILD = pathlib.Path(os.environ.get("BACKCARE_BUILD_DIR", TESTS.parent / "build")).resolve()
# The parts of the build that a test may ask for by themselves; whoever runs one by hand may name another.
PARTS = {
    "BACKCARED": "daemon/backcared",
    "BACKCARECTL": "cli/backcarectl",
    "BACKCARE_NOTIFIER": "daemon/notifier/backcare-notifier",
    "BACKCARE_BUS_DRIVER": "tests/support/bus-driver",
    "BACKCARE_NOTIFY_DRIVER": "tests/support/notify-driver",
    "BACKCARE_SAFETY_DRIVER": "tests/support/safety-driver",
    "BACKCARE_SOURCE_DRIVER": "tests/integration/source-driver",
    "BACKCARE_KWIN_INPUT": "tests/support/kwin-input",
    "BACKCARE_FLICKER": "tests/support/flicker",
    "BACKCARE_CONFIG": "tests/contract/verb-config-driver",
    "BACKCARE_CONF_GEN": "conf/backcare-conf-gen",
    "BACKCARE_ACTIVATION_FILE": "dbus/org.backcare.BackCare1.service",
}
os.environ.setdefault("BACKCARE_BUILD", str(BUILD))
for variable, part in PARTS.items():
    os.environ.setdefault(variable, str(BUILD / part))
os.environ.setdefault("BACKCARE_SOURCE", str(TESTS.parent))
# What the tests read is English, whatever whoever runs them speaks.
for variable in ("LANGUAGE", "LANG", "LC_MESSAGES", "TEXTDOMAINDIR"):
    os.environ.pop(variable, None)
os.environ["LC_ALL"] = "C.UTF-8"


def daytime():
    """A time zone in which it is day, at the same date: in the evening other exercises are chosen than by day."""
    hour = time.gmtime().tm_hour
    return "DAY+10" if hour >= 16 else "DAY-7" if hour < 6 else "DAY0"


os.environ["TZ"] = daytime()
time.tzset()

from support.skipping import IN_CI  # noqa: E402 (the line above makes it importable)


@pytest.fixture(scope="session")
def source_dir():
    return TESTS.parent


@pytest.fixture(scope="session")
def build_dir():
    """The build under test: $BACKCARE_BUILD_DIR, or build/ beside the sources."""
    if not (BUILD / "build.ninja").exists():
        pytest.fail(f"{BUILD} is no build directory: run ./dev build, or set BACKCARE_BUILD_DIR")
    return BUILD


@pytest.fixture(scope="session")
def installed(build_dir, tmp_path_factory):
    """A staged installation of the build: the DESTDIR."""
    destdir = tmp_path_factory.mktemp("destdir")
    subprocess.run(["meson", "install", "-C", str(build_dir), "--no-rebuild", "--quiet", "--destdir", str(destdir)],
                   check=True, capture_output=True)
    return destdir


# The harness is imported where it is used: it needs GObject, which not every test does.

@pytest.fixture
def private_bus(tmp_path):
    """A bus of the test's own."""
    from bus_harness import PrivateBus
    bus = PrivateBus(tmp_path)
    yield bus
    bus.stop()


@pytest.fixture
def driver(private_bus):
    """The daemon's bus interface on it, over a core that does as the test says."""
    from bus_harness import Driver
    driver = Driver(private_bus.address)
    yield driver
    # Sanitizers speak by the exit status.
    assert driver.stop() == 0


@pytest.fixture
def client(private_bus, driver):
    """A connection to the bus on which the driver is up."""
    from bus_harness import Client
    client = Client(private_bus.address)
    yield client
    client.close()


# With several workers the files that take longest go first, or the last of them would run alone.
LONGEST = ("test_privacy", "test_daemon_evening", "test_source_wayland", "test_source_mutter", "test_daemon_record", "test_daemon_presence",
           "test_source_wayland_faults", "test_source_policy_agent", "test_source_idle", "test_daemon_profile",
           "test_traceability", "test_daemon_choice")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A skip counts as a failure in CI."""
    report = (yield).get_result()
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped, which counts as a failure in CI: {report.longrepr}"
