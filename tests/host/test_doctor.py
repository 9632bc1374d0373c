# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl doctor where all is real: the installed unit, systemd, logind with a session, an inhibitor, a lock."""

import pytest

from host.backcare import UNIT
from support.doctor import Report
from support.waiting import wait_for

CTL = "/usr/local/bin/backcarectl"
BROKEN = "[Service]\nRestart=no\nExecStart=\nExecStart=/bin/false\n"


@pytest.fixture
def doctor(host):
    def run(**kwargs):
        return Report(host.user_run(CTL, "doctor", "--json", check=False, **kwargs))
    return run


def test_enabled_and_active(host, backcare, x_session, doctor):
    backcare.desktop_session()
    host.systemctl("enable", "--quiet", UNIT)
    host.systemctl("start", "desktop-session.target")
    wait_for(backcare.active, "the unit")
    backcare.wait_source("x11")
    report = doctor(environment={"DISPLAY": ":1", "XDG_SESSION_TYPE": "x11"})
    assert f"process {backcare.pid()}," in report.find("unit", "backcared .* runs", "ok")["detail"]
    assert report.find("unit", "backcare.service is enabled and active", "ok")
    assert report.find("unit", "lingering", "ok")
    assert report.find("unit", "the bus can start backcared", "ok")
    assert report.levels("unit") == {"ok"}
    (session,) = report.data["sessions"]
    assert (session["id"], session["type"], session["remote"]) == (x_session, "x11", False)
    assert report.find("session", "systemd's user manager knows the display", "ok")
    assert report.source("x11")["in_use"] and report.source("logind")["status"] == "active"
    assert {"lock", "sleep", "session", "inhibitors"} <= set(report.source("logind")["reports"])


def test_hardened_unit(host, backcare, x_session, doctor):
    """Seen from outside its sandbox."""
    backcare.harden()
    backcare.start()
    report = doctor()
    assert report.find("unit", "backcared .* runs", "ok")


def test_disabled(host, backcare, doctor):
    report = doctor()
    assert report.find("unit", "does not run", "problem")["what_to_do"] == "systemctl --user enable --now backcare"
    assert report.find("unit", "is disabled and inactive", "warning")
    assert not backcare.active()  # looking has not started it, though the bus could
    backcare.start()
    report = doctor()
    assert "systemctl --user enable" in report.find("unit", "is disabled and active", "warning")["what_to_do"]


def test_session_without_its_target(host, backcare, doctor):
    host.systemctl("enable", "--quiet", UNIT)
    backcare.start()
    assert doctor().find("unit", "graphical-session.target is not active", "warning")["what_to_do"]


def test_failed(host, backcare, doctor):
    backcare.drop_in("broken", BROKEN)
    host.systemctl("start", UNIT, check=False, seconds=60)
    wait_for(lambda: backcare.show("ActiveState") == "failed", "the failure")
    finding = doctor().find("unit", "has failed: exit-code", "problem")
    assert "journalctl --user -u backcare" in finding["what_to_do"]


def test_restarted_after_a_crash(host, backcare, doctor):
    backcare.start()
    pid = backcare.pid()
    backcare.kill()
    backcare.wait_restarted(pid)
    assert "journalctl" in doctor().find("unit", "has restarted backcared 1 time$", "warning")["what_to_do"]


def test_masked(host, backcare, doctor):
    host.systemctl("mask", "--quiet", UNIT)
    try:
        report = doctor()
        assert "unmask" in report.find("unit", "does not run", "problem")["what_to_do"]
        assert report.find("unit", "masked", "warning")
    finally:
        host.systemctl("unmask", "--quiet", UNIT)


def test_another_one_has_the_name(host, backcare, doctor):
    host.systemctl("stop", UNIT)
    host.user("systemd-run", "--user", "--quiet", "--unit=by-hand", backcare.shipped("backcared"))
    try:
        wait_for(lambda: host.has_owner("org.backcare.BackCare1"), "the daemon")
        report = doctor()
        assert "end process" in report.find("unit", "started by hand", "note")["what_to_do"]
    finally:
        host.systemctl("stop", "by-hand")


def test_display_that_systemd_does_not_know(host, backcare, x_session, doctor):
    """The session is there, and nobody has told systemd; then somebody has, but the daemon was started before."""
    host.systemctl("unset-environment", "DISPLAY")
    backcare.start()
    finding = doctor().find("session", "does not know DISPLAY", "warning")
    assert "import-environment" in finding["what_to_do"]
    host.systemctl("set-environment", "DISPLAY=:1")
    finding = doctor().find("session", "was started with no DISPLAY", "warning")
    assert finding["what_to_do"] == "systemctl --user restart backcare"
    backcare.stop()
    backcare.start()
    assert not doctor().has("session", "was started with")


def test_idle_inhibitor(host, backcare, x_session, doctor):
    backcare.start()
    backcare.wait_source("logind")
    host.root("systemd-run", "--quiet", "--unit=film", "systemd-inhibit", "--what=idle", "--who=film", "--why=a film",
              "sleep", "1000")
    try:
        wait_for(lambda: "film" in host.root("systemd-inhibit", "--list"), "the inhibitor")
        report = doctor()
        assert report.data["inhibitors"] == [{"who": "film", "why": "a film", "where": "logind", "seen": True}]
    finally:
        host.root("systemctl", "stop", "film")
    assert doctor().data["inhibitors"] == []


def test_lock(host, backcare, x_session, doctor):
    backcare.start()
    backcare.wait_source("logind")
    path = host.root("busctl", "call", "org.freedesktop.login1", "/org/freedesktop/login1",
                     "org.freedesktop.login1.Manager", "GetSession", "s", x_session).split('"')[1]

    def lock(value):
        host.user("busctl", "call", "org.freedesktop.login1", path, "org.freedesktop.login1.Session", "SetLockedHint",
                  "b", value)

    lock("true")
    try:
        report = doctor()
        assert report.find("session", f"session {x_session}: .*, locked", "note") and report.data["sessions"][0]["locked"]
        wait_for(lambda: doctor().has("now", "you count as away"), "away")
    finally:
        lock("false")


# What pam_systemd asks logind for when sshd has let somebody in; the session lasts as long as the descriptor is kept.
REMOTE = """
import dbus, sys, time
manager = dbus.Interface(dbus.SystemBus().get_object("org.freedesktop.login1", "/org/freedesktop/login1"),
                         "org.freedesktop.login1.Manager")
kept = manager.CreateSession(int(sys.argv[1]), 0, "sshd", "tty", "user", "", "", 0, "", "", True, "", "far.example", [],
                             signature="uusssssussbssa(sv)")
time.sleep(1000)
"""


def test_remote_session_alone(host, backcare, doctor):
    host.root("systemd-run", "--quiet", "--unit=remote", "/usr/bin/python3", "-c", REMOTE, str(host.uid))
    try:
        wait_for(host.session, "the session")
        report = doctor()
        assert report.data["sessions"][0]["remote"] is True
        assert "ssh" in report.find("session", "only remote sessions: no reminders by default", "problem")["detail"]
    finally:
        host.root("systemctl", "stop", "remote")
        wait_for(lambda: not host.session(), "its end")


def test_text_session_alone(host, backcare, doctor):
    host.root("systemd-run", "--quiet", "--unit=text", "--property=PAMName=login", "--property=User=tester",
              "--property=Type=simple", "--setenv=XDG_SESSION_TYPE=tty", "--setenv=XDG_SESSION_CLASS=user",
              "sleep", "1000")
    try:
        wait_for(host.session, "the session")
        assert doctor().find("session", "only text sessions", "warning")
    finally:
        host.root("systemctl", "stop", "text")
        wait_for(lambda: not host.session(), "its end")


def test_logind_that_hangs(host, backcare, doctor):
    pid = host.root("systemctl", "show", "--property=MainPID", "--value", "systemd-logind").strip()
    host.root("kill", "-STOP", pid)
    try:
        assert doctor().find("session", "logind does not answer", "warning")
    finally:
        host.root("kill", "-CONT", pid)
    assert not doctor().has("session", "logind does not answer")
