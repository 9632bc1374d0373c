# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that other programs use, written out here a second time: a rename breaks this test before it breaks them.

The real daemon is asked, on a real bus; header, XML, man page, unit and activation file have to agree with it.
"""

import re
import subprocess
import xml.etree.ElementTree as ElementTree

import bus_harness
import pytest

from support.session import Session

NAME = "org.backcare.BackCare1"
PATH = "/org/backcare/BackCare1"
MANAGER = NAME + ".Manager"
METHODS = {
    "Snooze": ("ta{sv}", "t"), "Pause": ("ta{sv}", ""), "Resume": ("", ""), "Start": ("ssa{sv}", "s"),
    "Done": ("a{sv}", ""), "Skip": ("a{sv}", ""), "Another": ("a{sv}", "s"), "Feedback": ("ss", ""),
    "ReportPosture": ("st", ""), "ReportActivity": ("st", ""), "Inhibit": ("ss", "h"), "Reload": ("", "as"),
    "Explain": ("", "aa{sv}"), "ExplainChoice": ("", "a{sv}"), "ListSources": ("", "aa{sv}"),
}
PROPERTIES = {
    "State": "s", "Reason": "s", "StateSinceUSec": "t", "Breaks": "a(sttttt)", "Prompt": "(sstu)", "NextBreak": "s",
    "NextPromptUSec": "t", "SnoozedUntilUSec": "t", "PausedUntilUSec": "t", "Posture": "s", "Sources": "a(sss)",
    "Notifier": "(ssas)", "Version": "s",
}
SIGNALS = {"Prompted": "ssu", "PromptClosed": "ss", "BreakStarted": "ss", "BreakEnded": "ss"}
ERRORS = {"SnoozeLimit", "NothingPrompted", "NoSuchBreak", "NoSuchExercise", "NotSuitable", "MedicalHold", "InvalidConfig",
          "NotPaused", "BreakRunning"}
PROGRAM_OPTIONS = {"--config-dir", "--state-dir", "--data-dir"}


@pytest.fixture(scope="module")
def running(build_dir, source_dir):
    """Introspection of the real daemon: {path: root element}."""
    with Session() as session:
        session.use_catalogue(source_dir)
        session.start_daemon(build_dir)
        client = bus_harness.Client(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
        seen = {path: ElementTree.fromstring(client.call_raw("org.freedesktop.DBus.Introspectable", "Introspect",
                                                             path=path)[0][0])
                for path in (PATH, "/org/freedesktop/LogControl1")}
        seen["values"] = client.get_all()
        client.close()
        yield seen


def member_types(root, interface, tag):
    def types(element, direction):
        default = "in" if tag == "method" else "out"
        return "".join(a.get("type") for a in element.findall("arg") if a.get("direction", default) == direction)

    (found,) = [i for i in root.findall("interface") if i.get("name") == interface]
    return {element.get("name"): (types(element, "in"), types(element, "out")) if tag == "method"
            else element.get("type") if tag == "property" else types(element, "out") for element in found.findall(tag)}


def test_the_daemon_has_the_members(running):
    assert METHODS.items() <= member_types(running[PATH], MANAGER, "method").items()
    assert PROPERTIES.items() <= member_types(running[PATH], MANAGER, "property").items()
    assert SIGNALS.items() <= member_types(running[PATH], MANAGER, "signal").items()
    assert set(PROPERTIES) <= set(running["values"])
    assert "LogLevel" in member_types(running["/org/freedesktop/LogControl1"], "org.freedesktop.LogControl1", "property")


def test_every_file_says_the_same(source_dir, build_dir, running):
    header = (source_dir / "dbus/names.h").read_text()
    constants = dict(re.findall(r'^#define (\w+) "([^"]+)"', header, re.MULTILINE))
    assert constants["BACKCARE_BUS_NAME"] == NAME and constants["BACKCARE_OBJECT_PATH"] == PATH
    assert constants["BACKCARE_MANAGER_INTERFACE"] == MANAGER
    errors = set(re.findall(r'BACKCARE_ERROR_PREFIX "(\w+)"', header))
    assert ERRORS <= errors
    page = (source_dir / f"dbus/{NAME}.5.scd").read_text()
    for word in errors | set(METHODS) | set(PROPERTIES) | set(SIGNALS):
        assert word in page, f"{word} is not in the man page"
    activation = (build_dir / f"dbus/{NAME}.service").read_text()
    assert f"Name={NAME}\n" in activation and "SystemdService=backcare.service\n" in activation
    unit = (source_dir / "systemd/backcare.service.in").read_text()
    # Either the meson variable or the name itself; what is built is what counts.
    built = (build_dir / "systemd/backcare.service").read_text()
    assert f"BusName={NAME}\n" in built and "Type=" in unit


def test_outcomes_and_kinds_are_documented(source_dir):
    """What the signals can say is what the pages say."""
    xml = (source_dir / f"dbus/{MANAGER}.xml").read_text()
    page = (source_dir / f"dbus/{NAME}.5.scd").read_text()
    for word in ("rested", "partial", "replaced", "paused", "off-hours", "started", "done", "skipped", "snoozed",
                 "natural", "guided", "cut-short"):
        assert f'"{word}"' in xml and f"_{word}_" in page, word


def test_options_of_the_daemon(build_dir):
    text = subprocess.run([build_dir / "daemon/backcared", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(option in text for option in PROGRAM_OPTIONS)
