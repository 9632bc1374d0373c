# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl doctor, run and read: each answer is checked for its form before a test looks into it."""

import json
import re

import dbus
import pytest

from support.logind import Logind

SECTIONS = ["bus", "unit", "session", "sources", "inhibitors", "now", "notifications", "programs", "settings", "clock"]
LEVELS = {"ok", "note", "warning", "problem"}
TEXT = (str,)
FORMS = {
    "findings": {"section": TEXT, "level": TEXT, "what": TEXT, "detail": (str, type(None)), "what_to_do": (str, type(None))},
    "sources": {"name": TEXT, "status": TEXT, "detail": TEXT, "in_use": (bool,), "reports": (list,),
                "inhibitors": (str, type(None)), "accuracy_seconds": (int, float, type(None))},
    "inhibitors": {"who": TEXT, "why": TEXT, "where": TEXT, "seen": (bool,)},
    "sessions": {"id": TEXT, "type": TEXT, "class": TEXT, "seat": (str, type(None)), "state": TEXT, "remote": (bool,),
                 "active": (bool,), "locked": (bool,)},
}
KEYS = {"version", "time", "works", "problems", "warnings", "notifier", "disclaimer", *FORMS}


def check_form(report):
    """The schema of the JSON, as the man page has it."""
    assert set(report) == KEYS
    for name, form in FORMS.items():
        for element in report[name]:
            assert set(element) == set(form), name
            for key, types in form.items():
                assert isinstance(element[key], types) and re.fullmatch("[a-z_]+", key), (name, key, element)
    if report["notifier"] is not None:
        assert set(report["notifier"]) == {"name", "version", "capabilities"}
    levels = [finding["level"] for finding in report["findings"]]
    assert set(levels) <= LEVELS
    assert report["problems"] == levels.count("problem") and report["warnings"] == levels.count("warning")
    assert report["works"] is (report["problems"] == 0)
    sections = list(dict.fromkeys(finding["section"] for finding in report["findings"]))
    assert sections == SECTIONS
    for finding in report["findings"]:
        assert finding["level"] != "problem" or finding["what_to_do"], finding
    assert report["disclaimer"].startswith("BackCare offers general movement")


class Report:
    """What a doctor --json has said."""

    def __init__(self, ran):
        assert ran.stderr == "" and ran.stdout.count("\n") == 1
        self.text = ran.stdout
        self.data = json.loads(ran.stdout)
        check_form(self.data)
        assert ran.returncode == (1 if self.data["problems"] else 0)

    def find(self, section, text, level=None):
        """The one finding of a section whose text matches."""
        found = [f for f in self.data["findings"] if f["section"] == section and re.search(text, f["what"])]
        assert len(found) == 1, f"{len(found)} of {text!r} in {self.section(section)}"
        assert level is None or found[0]["level"] == level, found
        return found[0]

    def has(self, section, text):
        return any(re.search(text, f["what"]) for f in self.section(section))

    def section(self, name):
        return [f for f in self.data["findings"] if f["section"] == name]

    def levels(self, section):
        return {f["level"] for f in self.section(section)}

    def source(self, name):
        (source,) = [s for s in self.data["sources"] if s["name"] == name]
        return source


@pytest.fixture
def doctor(session, build_dir):
    def run(**environment):
        return Report(session.run([str(build_dir / "cli/backcarectl"), "doctor", "--json"], check=False, **environment))
    return run


@pytest.fixture
def logind(session):
    session.start_system_bus()
    return Logind(session).start()


def own(session, name):
    """Somebody else on the session bus."""
    connection = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
    connection.request_name(name)
    return connection


def mock(session, *arguments, name="mock"):
    return session.start(["/usr/bin/python3", "-m", "dbusmock", "--session", *arguments], name)
