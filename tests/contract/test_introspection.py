# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML in dbus/ is the contract: the live object introspects to exactly that, and the man page and the activation
file agree with it."""

import os
import pathlib
import re
import xml.etree.ElementTree as ET

import bus_harness
import pytest
from bus_harness import MANAGER, NAME, PATH, PrivateBus

ROOT = pathlib.Path(__file__).resolve().parents[2]
XML = ROOT / "dbus" / f"{MANAGER}.xml"
CATALOGUE = f"{NAME}.Catalogue"
CATALOGUE_XML = ROOT / "dbus" / f"{CATALOGUE}.xml"
PAGE = ROOT / "dbus" / f"{NAME}.5.scd"
EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal"
# Says something to readers of the file; a running program can't repeat it.
DOCUMENTATION = {"org.gtk.GDBus.Since"}
STANDARD = {"org.freedesktop.DBus.Peer", "org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Properties"}


def annotations(element):
    return {a.get("name"): a.get("value") for a in element.findall("annotation")
            if a.get("name") not in DOCUMENTATION}


def normal_form(interface):
    """All that a client can rely on, with the defaults filled in: members by kind and name."""
    form = {("interface", ""): annotations(interface)}
    for member in interface:
        if member.tag == "annotation":
            continue
        notes = annotations(member)
        default = "in" if member.tag == "method" else "out"
        args = [(a.get("name"), a.get("type"), a.get("direction", default)) for a in member.findall("arg")]
        if member.tag == "property":
            notes.setdefault(EMITS, "true")
            args = (member.get("type"), member.get("access"))
        key = (member.tag, member.get("name"))
        assert key not in form, f"{key} twice"
        form[key] = (args, notes)
    return form


def interfaces(text):
    return {i.get("name"): i for i in ET.fromstring(text).findall("interface")}


def live(client, path):
    return interfaces(client.call_raw("org.freedesktop.DBus.Introspectable", "Introspect", path=path)[0][0])


def test_the_live_object_is_the_contract(client):
    written = interfaces(XML.read_text())
    running = live(client, PATH)
    assert set(running) - STANDARD == {MANAGER, CATALOGUE} and set(written) == {MANAGER}
    contract, actual = normal_form(written[MANAGER]), normal_form(running[MANAGER])
    assert sorted(actual) == sorted(contract)
    for key, form in contract.items():
        assert actual[key] == form, f"{key} differs"
    assert len(contract) == 1 + 16 + 13 + 4


def test_the_live_catalogue_is_the_contract(client):
    written = interfaces(CATALOGUE_XML.read_text())
    assert set(written) == {CATALOGUE}
    contract, actual = normal_form(written[CATALOGUE]), normal_form(live(client, PATH)[CATALOGUE])
    assert actual == contract == {
        ("interface", ""): {},
        ("method", "List"): ([("filter", "a{sv}", "in"), ("exercises", "aa{sv}", "out")], {}),
        ("method", "Get"): ([("id", "s", "in"), ("exercise", "a{sv}", "out")], {}),
    }


def test_members_are_those_of_the_interface_page(client):
    """Signatures as promised to other programs, written down once more: an edit of both XML and vtable is seen."""
    promised = {
        "Snooze": ("ta{sv}", "t"), "Pause": ("ta{sv}", ""), "Resume": ("", ""), "Start": ("ssa{sv}", "s"),
        "Done": ("a{sv}", ""), "Skip": ("a{sv}", ""), "Another": ("a{sv}", "s"), "Feedback": ("ss", ""),
        "ReportPosture": ("st", ""), "ReportActivity": ("st", ""), "Inhibit": ("ss", "h"), "Record": ("ha{sv}", "h"),
        "Reload": ("", "as"), "Explain": ("", "aa{sv}"), "ExplainChoice": ("", "a{sv}"), "ListSources": ("", "aa{sv}"),
        "State": "s", "Reason": "s",
        "StateSinceUSec": "t", "Breaks": "a(sttttt)",
        "Prompt": "(sstu)", "NextBreak": "s", "NextPromptUSec": "t", "SnoozedUntilUSec": "t",
        "PausedUntilUSec": "t", "Posture": "s", "Sources": "a(sss)", "Notifier": "(ssas)", "Version": "s",
        "Prompted": "ssu", "PromptClosed": "ss", "BreakStarted": "ss", "BreakEnded": "ss",
    }
    actual = {}
    for member in live(client, PATH)[MANAGER]:
        args = member.findall("arg")
        if member.tag == "method":
            actual[member.get("name")] = tuple(
                "".join(a.get("type") for a in args if a.get("direction") == way) for way in ("in", "out"))
        elif member.tag == "property":
            actual[member.get("name")] = member.get("type")
        else:
            actual[member.get("name")] = "".join(a.get("type") for a in args)
    assert actual == promised


def test_every_member_says_since_when():
    for member in [*interfaces(XML.read_text())[MANAGER], *interfaces(CATALOGUE_XML.read_text())[CATALOGUE]]:
        since = [a.get("value") for a in member.findall("annotation") if a.get("name") in DOCUMENTATION]
        assert len(since) == 1 and re.fullmatch(r"\d+\.\d+\.\d+", since[0]), member.get("name")


def test_every_member_is_documented_in_the_file():
    """A comment stands before each member."""
    text = XML.read_text() + CATALOGUE_XML.read_text()
    assert not re.findall(r"</(?:method|property|signal)>\s*<(?:method|property|signal) ", text)


def test_log_control(client):
    running = live(client, "/org/freedesktop/LogControl1")
    assert set(running) - STANDARD == {"org.freedesktop.LogControl1"}
    form = normal_form(running["org.freedesktop.LogControl1"])
    assert form.pop(("interface", "")) == {}
    # As org.freedesktop.LogControl1(5) has it.
    assert form == {
        ("property", "LogLevel"): (("s", "readwrite"), {EMITS: "false"}),
        ("property", "LogTarget"): (("s", "readwrite"), {EMITS: "false"}),
        ("property", "SyslogIdentifier"): (("s", "read"), {EMITS: "const"}),
    }


def section(page, title):
    return re.split(r"^# ", page, flags=re.M)[
        [part.split("\n")[0] for part in re.split(r"^# ", page, flags=re.M)].index(title)]


@pytest.mark.parametrize("kind,title", [("method", "METHODS"), ("property", "PROPERTIES"), ("signal", "SIGNALS")])
def test_the_man_page_names_every_member(kind, title):
    part = section(PAGE.read_text(), title)
    named = set(re.findall(r"^\*(\w+)\*", part, flags=re.M))
    members = {m.get("name") for m in interfaces(XML.read_text())[MANAGER] if m.tag == kind}
    assert named == members


def test_the_man_page_names_every_method_of_the_catalogue():
    named = set(re.findall(r"^\*(\w+)\*", section(PAGE.read_text(), "CATALOGUE"), flags=re.M))
    assert named == {m.get("name") for m in interfaces(CATALOGUE_XML.read_text())[CATALOGUE]}


def test_the_man_page_has_each_argument_and_error():
    page = PAGE.read_text()
    for method in [*interfaces(XML.read_text())[MANAGER].findall("method"),
                   *interfaces(CATALOGUE_XML.read_text())[CATALOGUE].findall("method")]:
        (line,) = re.findall(rf"^\*{method.get('name')}\*\((.*)\)(?: -> (.*))?$", page, flags=re.M)
        words = re.findall(r"_(\w+?)_", " ".join(line))
        assert words == [a.get("name") for a in method.findall("arg")], method.get("name")
    names = (ROOT / "dbus" / "names.h").read_text()
    errors = set(re.findall(r'BACKCARE_ERROR_PREFIX "(\w+)"', names))
    assert errors == set(re.findall(r"^\*(\w+)\*", section(page, "ERRORS"), flags=re.M))


def test_the_man_page_has_a_history():
    versions = {a.get("value") for a in ET.parse(XML).iter("annotation") if a.get("name") in DOCUMENTATION}
    history = section(PAGE.read_text(), "HISTORY")
    assert all(version in history for version in versions)


def test_the_bus_knows_the_activation_file(tmp_path):
    file = pathlib.Path(os.environ["BACKCARE_ACTIVATION_FILE"])
    bus = PrivateBus(tmp_path, services=file.parent)
    try:
        connection = bus_harness.Gio.DBusConnection.new_for_address_sync(
            bus.address,
            bus_harness.Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            bus_harness.Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        (names,) = connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListActivatableNames", None, None,
            bus_harness.Gio.DBusCallFlags.NONE, 20000, None).unpack()
        connection.close_sync(None)
    finally:
        bus.stop()
    assert NAME in names
    assert file.name == f"{NAME}.service"
    lines = file.read_text().split("\n")
    assert "SystemdService=backcare.service" in lines and "Exec=/bin/false" in lines
