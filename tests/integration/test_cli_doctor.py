# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl doctor: the daemon at a desk of its own, with everything there, and with each thing missing, wrong or hung."""

import os
import pty
import re
import resource
import signal
import subprocess
import time

import dbus
import pytest

import cli
from support.desk import Desk, stopped
from support.doctor import Report, doctor, logind, own  # noqa: F401 (fixtures)
from support.logind import MANAGER as LOGIND_MANAGER
from support.logind import NAME as LOGIND_NAME
from support.logind import PATH as LOGIND_PATH
from support.logind import SESSION
from support.waiting import SLOWNESS, wait_for

WORKING = {"break.stretch": {"after": "30min", "length": "3min"}}


# --- all is well

def test_everything_works(x_desk, doctor):
    x_desk.configure(WORKING)
    x_desk.start()
    wait_for(lambda: ("x11", "active") in [source[:2] for source in x_desk.get("Sources")], "a source that works")
    report = doctor()
    assert report.data["works"]
    assert report.find("unit", "backcared .* runs", "ok")["detail"].startswith(f"process {x_desk.daemon.pid}, ")
    assert report.levels("notifications") == {"ok"}
    assert report.data["notifier"]["name"] == "dunst" and "actions" in report.data["notifier"]["capabilities"]
    x11 = report.source("x11")
    assert x11["in_use"] and x11["status"] == "active" and {"idle", "query"} <= set(x11["reports"])
    assert not report.source("logind")["in_use"]
    assert report.find("sources", "^x11: active, tells of input", "ok")
    assert report.find("now", "next: stretch at", "ok")
    assert report.find("programs", "none that is known", "ok")
    assert report.find("settings", "exercises", "ok") and report.find("settings", "counters can be kept", "ok")


def test_in_a_medical_hold(x_desk, doctor):
    """Nothing is wrong, and nothing is to be switched on. Who sees the report does not read why."""
    x_desk.configure({**WORKING, "profile": {"conditions": "night-pain"}})
    x_desk.start()
    report = doctor()
    assert report.data["works"] and report.find("now", "no reminder comes, by your own settings", "note")
    assert "switched on" not in str(report.data) and "night" not in str(report.data) and "medical" not in str(report.data)


def test_a_full_disk(x_desk, session, build_dir):
    """As full as a limit on the size of files makes it, which holds for root, too."""
    x_desk.configure(WORKING)
    x_desk.start()

    def fill():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    ran = subprocess.run([str(build_dir / "cli/backcarectl"), "doctor"], env=session.environment(), capture_output=True,
                         text=True, preexec_fn=fill, restore_signals=False)
    assert "counters can't be kept over a restart" in ran.stdout and "There is no room for" in ran.stdout


def test_plain(x_desk, session):
    x_desk.configure(WORKING)
    x_desk.start()
    ran = x_desk.ctl("doctor")
    assert ran.returncode == 0 and ran.stderr == "" and "\x1b" not in ran.stdout
    for title in ("Bus", "Daemon", "Session", "Activity sources", "Now", "Notifications", "Settings and files", "Clock"):
        assert re.search(f"^{title}$", ran.stdout, re.M)
    assert "Reminders work here" in ran.stdout and "general movement" in ran.stdout
    paths = str(session.directory)
    assert all(len(line) <= 80 for line in ran.stdout.splitlines() if paths not in line)


def terminal(argv, environment):
    """What a program writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 4096):
            said += part
    except OSError:  # the terminal's other end is closed
        pass
    process.wait(60)
    os.close(ours)
    return said


def test_colours_only_where_they_are_wanted(session, build_dir):
    argv = [str(build_dir / "cli/backcarectl"), "doctor"]
    assert b"\x1b[31m" in terminal(argv, session.environment(TERM="xterm-256color"))
    assert b"\x1b" not in terminal(argv, session.environment(TERM="xterm-256color", NO_COLOR="1"))


def test_wrong_usage(ctl):
    ran = ctl("doctor", "everything", check=False)
    assert (ran.returncode, ran.stdout) == (2, "") and "one argument too many" in ran.stderr


# --- what is missing

def test_no_daemon(x_desk, doctor):
    """It is a finding, and nothing is started by looking."""
    report = doctor()
    assert report.find("unit", "does not run", "problem")["what_to_do"]
    assert report.data["sources"] == []
    assert not x_desk.session.has_owner("org.backcare.BackCare1")


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", None])
def test_no_bus(session, build_dir, address, tmp_path):
    environment = session.environment()
    environment["XDG_RUNTIME_DIR"] = str(tmp_path)
    if address:
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
    else:
        del environment["DBUS_SESSION_BUS_ADDRESS"], environment["XDG_RUNTIME_DIR"]
    ran = subprocess.run([str(build_dir / "cli/backcarectl"), "doctor", "--json"], env=environment, capture_output=True,
                         text=True, timeout=60)
    report = Report(ran)
    assert report.find("bus", "no connection to the session bus", "problem")
    for section in ("inhibitors", "programs"):
        assert report.find(section, "^not known", "note")
        assert report.levels(section) == {"note"}
    assert report.data["problems"] == 1  # the rest is not known, which is no problem of its own


def test_no_session_bus_but_logind(session, logind, build_dir):
    """What logind knows is told, and that it isn't all."""
    manager = dbus.Interface(logind.bus.get_object(LOGIND_NAME, LOGIND_PATH), LOGIND_MANAGER)
    held = manager.Inhibit("idle", "player", "because", "block")
    environment = session.environment(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus", XDG_RUNTIME_DIR="/nonexistent")
    report = Report(subprocess.run([str(build_dir / "cli/backcarectl"), "doctor", "--json"], env=environment,
                                   capture_output=True, text=True, timeout=60))
    assert report.find("inhibitors", "player", "note")
    assert report.find("inhibitors", "not known but for logind", "note")
    del held


@pytest.mark.parametrize("variables,said", [
    ({}, "None of XDG_SESSION_TYPE, WAYLAND_DISPLAY and DISPLAY is set."),
    ({"XDG_SESSION_TYPE": "tty"}, "XDG_SESSION_TYPE=tty"),
    ({"WAYLAND_DISPLAY": "wayland-9", "DISPLAY": ":77"}, "WAYLAND_DISPLAY=wayland-9 DISPLAY=:77")])
def test_only_variables_with_values_are_told(doctor, variables, said):
    empty = dict.fromkeys(("XDG_SESSION_TYPE", "WAYLAND_DISPLAY", "DISPLAY"), "")
    finding = doctor(**{**empty, **variables}).find("session", "display is known here")
    assert finding["detail"] == said


def test_no_notification_server(desk, doctor):
    desk.configure(WORKING)
    desk.start()
    assert doctor().find("notifications", "no notification server", "problem")


def test_no_source(desk, doctor):
    """Neither display nor logind: the user counts as active for ever."""
    desk.configure(WORKING)
    desk.start()
    report = doctor()
    finding = report.find("sources", "no activity source works", "problem")
    assert finding["what_to_do"] and not any(s["in_use"] for s in report.data["sources"])
    assert "x11" in report.source("x11")["name"] and report.source("x11")["status"] == "unavailable"


def test_forced_source_that_does_not_work(x_desk, doctor):
    x_desk.configure({**WORKING, "activity": {"source": "logind"}})
    x_desk.start()
    wait_for(lambda: ("x11", "standby") in [source[:2] for source in x_desk.get("Sources")], "a source that would work")
    finding = doctor().find("sources", "the activity source that is asked for does not work", "problem")
    assert "source = auto" in finding["what_to_do"]


def test_no_breaks(x_desk, doctor):
    x_desk.configure({"break.stretch": {"enabled": "no"}})
    x_desk.start()
    assert doctor().find("now", "no break is switched on", "problem")


# --- what hangs

def timed(doctor):
    start = time.monotonic()
    report = doctor()
    assert time.monotonic() - start < 6 * SLOWNESS
    return report


def test_hung_daemon(x_desk, doctor):
    x_desk.configure(WORKING)
    x_desk.start()
    with stopped(x_desk.daemon):
        assert timed(doctor).find("unit", "does not answer", "problem")["what_to_do"]
    assert doctor().data["works"]


def test_hung_notification_server(desk, x_session, doctor):
    server = desk.start_dunst()
    desk.configure(WORKING)
    desk.start()
    with stopped(server):
        report = timed(doctor)
        assert report.find("notifications", "does not answer", "problem") and report.data["notifier"] is None
    assert doctor().find("notifications", "dunst", "ok")


def test_hung_bus(session, doctor):
    (bus,) = session.processes
    with stopped(bus):
        assert timed(doctor).find("bus", "does not answer", "problem")


def test_hung_logind(session, logind, doctor):
    logind.add_session()
    with stopped(logind.process):
        report = timed(doctor)
    assert report.find("session", "logind does not answer", "warning")
    assert report.find("inhibitors", "logind does not answer", "warning")
    assert report.find("bus", "the system bus answers", "ok")


def test_everything_hangs_at_once(x_session, build_dir, source_dir, doctor):
    desk = Desk(x_session, build_dir, source_dir)
    try:
        server = desk.start_dunst()
        desk.configure(WORKING)
        desk.start()
        with stopped(server), stopped(desk.daemon):
            report = timed(doctor)
        assert report.data["problems"] == 2
    finally:
        desk.close()


def test_hung_gsettings(session, doctor, tmp_path):
    """A program that is asked costs no more than its time, and is gone afterwards."""
    program = tmp_path / "gsettings"
    program.write_text(f"#!/bin/sh\necho $$ >>{tmp_path}/pids\nexec sleep 1000\n")
    program.chmod(0o755)
    doctor(PATH=f"{tmp_path}:/usr/bin:/bin")
    assert not (tmp_path / "pids").exists()  # where GNOME does not run, nobody is asked
    shell = own(session, "org.gnome.Shell")
    start = time.monotonic()
    doctor(PATH=f"{tmp_path}:/usr/bin:/bin")
    shell.close()
    assert time.monotonic() - start < 6 * SLOWNESS
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) == 2 and not any(os.path.exists(f"/proc/{pid}") for pid in pids)


# --- versions

@pytest.fixture
def fake(session):
    daemon = cli.Daemon(session.environment())
    yield daemon
    cli.stop(daemon.process)


def test_another_version(fake, doctor):
    fake.set(Version="9.9.9")
    assert "restart" in doctor().find("unit", "version 9.9.9", "warning")["what_to_do"]


def test_older_daemon_without_the_method(fake, doctor):
    fake.order(remove=["ListSources"])
    report = doctor()
    assert report.source("wayland")["in_use"] and report.source("wayland")["inhibitors"] is None
    assert not report.has("sources", "no activity source")


def test_blind_source(fake, doctor):
    fake.order(sources=[{"name": "wayland", "status": "active", "detail": "version 1", "in_use": True,
                         "reports": ["idle"], "inhibitors": "blind", "accuracy_usec": 100000}])
    report = doctor()
    finding = report.find("sources", "wayland is blind", "note")
    assert "passive-limit" in finding["detail"] and finding["what_to_do"]
    assert report.source("wayland")["accuracy_seconds"] == 0.1


def test_text_sessions_are_asked(fake, doctor):
    """logind knows the last input on a terminal well enough."""
    fake.order(sources=[{"name": "logind", "status": "active", "detail": "", "in_use": True, "reports": ["idle", "lock"],
                         "inhibitors": "no-matter", "accuracy_usec": 8000000}])
    assert "warning" not in doctor().levels("sources")


def test_idle_hint_alone(fake, doctor):
    fake.order(sources=[{"name": "logind", "status": "active", "detail": "", "in_use": True, "reports": ["idle", "lock"],
                         "inhibitors": "unknown", "accuracy_usec": cli.NEVER}])
    report = doctor()
    assert report.find("sources", "idle hint alone", "warning")
    assert report.source("logind")["accuracy_seconds"] is None


# --- sessions

def test_sessions(x_desk, logind, doctor):
    path = logind.add_session("c7", Class="user", Type="x11", State="active", Remote=False, LockedHint=False)
    report = doctor()
    assert report.data["sessions"] == [{"id": "c7", "type": "x11", "class": "user", "seat": "seat0", "state": "active",
                                        "remote": False, "active": True, "locked": False}]
    assert report.levels("session") == {"ok"}
    logind.set(path, SESSION, LockedHint=True)
    finding = doctor().find("session", "session c7: .*, locked", "note")
    assert "away" in finding["detail"]


def test_only_remote(x_desk, logind, doctor):
    logind.add_session("c8", Class="user", Type="tty", State="active", Remote=True, LockedHint=False)
    finding = doctor().find("session", "only remote sessions", "problem")
    assert "no reminders by default" in finding["what"] and "ssh" in finding["detail"]


@pytest.mark.parametrize("remote", [True, False])
def test_idle_hint_of_remote_sessions(fake, logind, doctor, remote):
    """That they are remote says it all; a desktop session to run it in isn't at hand."""
    logind.add_session("c8", Class="user", Type="tty" if remote else "x11", State="active", Remote=remote, LockedHint=False)
    fake.order(sources=[{"name": "logind", "status": "active", "detail": "", "in_use": True, "reports": ["idle", "lock"],
                         "inhibitors": "unknown", "accuracy_usec": cli.NEVER}])
    report = doctor()
    assert report.has("session", "only remote sessions") is remote
    assert report.has("sources", "idle hint alone") is not remote


def test_remote_beside_one_that_ends(x_desk, logind, doctor):
    """Who has logged out at the machine, and left something running, isn't there any more."""
    logind.add_session("c7", Class="user", Type="x11", State="closing", Remote=False, LockedHint=False)
    logind.add_session("c8", Class="user", Type="tty", State="active", Remote=True, LockedHint=False)
    report = doctor()
    assert report.find("session", "only remote sessions", "problem") and len(report.data["sessions"]) == 2


def test_only_text(x_desk, logind, doctor):
    logind.add_session("c8", Class="user", Type="tty", State="active", Remote=False, LockedHint=False)
    assert doctor().find("session", "only text sessions", "warning")


def test_daemon_without_the_display(desk, x_session, doctor):
    """It was started before the session had told anybody where the display is."""
    display, x_session.display = x_session.display, None
    desk.configure(WORKING)
    desk.start()
    x_session.display = display
    finding = doctor().find("session", "started with no DISPLAY", "warning")
    assert finding["what_to_do"]


# --- settings and files

def test_mistakes_in_the_settings(session, doctor):
    path = session.configure("[activity]\nidle-after = 2\n[holt]\ncamera = yes\n")
    report = doctor()
    mistakes = [f for f in report.section("settings") if f["what"] == "a mistake in the settings"]
    assert [f["level"] for f in mistakes] == ["warning"] * 2 and "config check" in mistakes[0]["what_to_do"]
    assert {f["detail"].split(": ")[0] for f in mistakes} == {f"{path}:2", f"{path}:3"}


def test_nothing_of_the_profile_is_said(session, doctor, build_dir):
    folder = session.configure("").parent / "backcare.conf.d"
    folder.mkdir()
    profile = folder / "50-profile.conf"
    profile.write_text("[profile]\nconditions = osteoporosis, nonesuch\npregnancy-due = 2027-99-99\n"
                       "[reminder]\nconditions = bruise\n")
    profile.chmod(0o644)
    report = doctor()
    plain = session.run([str(build_dir / "cli/backcarectl"), "doctor"], check=False).stdout
    # But for the disclaimer, which is the same for everybody.
    text, plain = report.text.split('"disclaimer"')[0], plain.split("BackCare offers general")[0]
    for word in ("osteoporosis", "nonesuch", "bruise", "pregnan", "condition", "-99-99"):
        assert word not in text and word not in plain
    assert report.has("settings", "a mistake in the settings")
    assert report.find("settings", f"others can read {profile}", "warning")["what_to_do"] == f"chmod 0600 {profile}"


def test_settings_that_do_nothing_yet(session, doctor):
    path = session.configure("[history]\nkeep = 1y\n[activity]\nidle-after = 1min\n")
    finding = doctor().find("settings", "not used by this version", "note")
    assert finding["detail"] == f"{path}:2: [history].keep"


def test_state_that_others_can_read(x_desk, doctor):
    x_desk.configure(WORKING)
    x_desk.start()
    x_desk.stop()
    assert not doctor().has("settings", "others can read")
    x_desk.state_file.chmod(0o640)
    x_desk.state_file.parent.chmod(0o755)
    report = doctor()
    assert report.find("settings", f"others can read {x_desk.state_file}$", "warning")
    assert report.find("settings", f"others can read {x_desk.state_file.parent}$", "warning")


def test_no_exercises(session, doctor):
    (session.directory / "data" / "backcare" / "catalogue").unlink()
    assert doctor(XDG_DATA_DIRS="/nonexistent").find("settings", "no exercises", "warning")


def test_settings_of_the_running_daemon(x_desk, doctor, tmp_path):
    """Where the daemon was told to look elsewhere, the doctor looks there too."""
    (tmp_path / "backcare.conf").write_text("[reminder]\nsnooze = soon\n")
    x_desk.start("--config-dir", str(tmp_path))
    report = doctor()
    assert report.find("settings", f"was given --config-dir {tmp_path}", "note")
    assert report.find("settings", "a mistake in the settings")["detail"].startswith(f"{tmp_path}/backcare.conf:2: ")


# --- clock



def test_time_zone(doctor):
    assert "CEST" in doctor(TZ="CEST-2").find("clock", "T", "ok")["what"]
