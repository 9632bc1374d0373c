# SPDX-License-Identifier: GPL-3.0-or-later
"""What every black-box test starts from: the build under test, staged installations, no silent skips."""

import os
import pathlib
import subprocess
import sys

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
    "BACKCARE_SOURCE_DRIVER": "tests/integration/source-driver",
    "BACKCARE_CONFIG": "tests/contract/verb-config-driver",
    "BACKCARE_CONF_GEN": "conf/backcare-conf-gen",
    "BACKCARE_ACTIVATION_FILE": "dbus/org.backcare.BackCare1.service",
}
os.environ.setdefault("BACKCARE_BUILD", str(BUILD))
for variable, part in PARTS.items():
    os.environ.setdefault(variable, str(BUILD / part))
os.environ.setdefault("BACKCARE_SOURCE", str(TESTS.parent))

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


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A skip counts as a failure in CI."""
    report = (yield).get_result()
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped, which counts as a failure in CI: {report.longrepr}"
