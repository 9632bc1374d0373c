# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl doctor: the daemon at a desk of its own, with everything there, and with each thing missing, wrong or hung."""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import time

import dbus
import pytest

import cli
from support.bus_config import bus_config
from support.desk import Desk, stopped
from support.doctor import Report
from support.gnome import SessionManager, Shell
from support.logind import MANAGER as LOGIND_MANAGER
from support.logind import NAME as LOGIND_NAME
from support.logind import PATH as LOGIND_PATH
from support.logind import SESSION, Logind
from support.waiting import SLOWNESS, wait_for

WORKING = {"break.stretch": {"after": "30min", "length": "3min"}}
MOCK = "org.freedesktop.DBus.Mock"
SERVER = pathlib.Path(__file__).with_name("notifier_server.py")
COMPILE_SCHEMAS = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/glib-2.0/glib-compile-schemas"))), "glib-compile-schemas")


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


# --- all is well

def test_everything_works(x_desk, doctor):
    x_desk.configure(WORKING)
    x_desk.start()
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


def test_plain(x_desk, session):
    x_desk.configure(WORKING)
    x_desk.start()
    ran = x_desk.ctl("doctor")
    assert ran.returncode == 0 and ran.stderr == "" and "\x1b" not in ran.stdout
    for title in ("Bus", "Daemon", "Session", "Activity sources", "Now", "Notifications", "Settings and files", "Clock"):
        assert re.search(f"^{title}$", ran.stdout, re.M)
    assert "Reminders work here" in ran.stdout and "no medical" in ran.stdout
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
    ran = ctl("doctor", "everything", "--json", check=False)
    assert (ran.returncode, ran.stdout) == (2, "")


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
    assert report.data["problems"] == 1  # the rest is not known, which is no problem of its own


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


# --- inhibitors

def test_logind_inhibitor(x_desk, logind, doctor):
    logind.add_session("c7", Class="user", Type="x11", State="active", Remote=False, LockedHint=False)
    x_desk.configure(WORKING)
    x_desk.start()
    wait_for(lambda: doctor().source("logind")["status"] == "active", "logind in use")
    assert doctor().data["inhibitors"] == []  # our own, which delays sleep, is none
    manager = dbus.Interface(logind.bus.get_object(LOGIND_NAME, LOGIND_PATH), LOGIND_MANAGER)
    held = [manager.Inhibit(what, who, "because", mode) for what, who, mode in (
        ("sleep:idle", "player", "block"), ("idle", "delayer", "delay"), ("handle-lid-switch", "other", "block"))]
    report = doctor()
    assert report.data["inhibitors"] == [{"who": "player", "why": "because", "where": "logind", "seen": True}]
    assert "count as sitting" in report.find("inhibitors", "player .because.", "note")["detail"]
    x_desk.configure({**WORKING, "activity": {"passive-sitting": "no"}})
    assert "changes nothing" in doctor().find("inhibitors", "player", "note")["detail"]
    del held


@pytest.fixture
def gnome(x_session):
    return SessionManager(x_session).start()


def test_gnome_inhibitor(gnome, doctor):
    """The real gnome-session. Without a daemon nobody of ours looks there."""
    gnome.inhibit("logout")
    assert doctor().data["inhibitors"] == []
    film = gnome.inhibit("idle")
    (seen,) = doctor().data["inhibitors"]
    assert (seen["where"], seen["seen"]) == ("session-manager", False)
    assert "does not look" in doctor().find("inhibitors", seen["who"], "note")["detail"]
    gnome.release(film)
    wait_for(lambda: doctor().data["inhibitors"] == [], "its end")


def test_gnome_inhibitor_that_the_daemon_sees(x_desk, gnome, doctor):
    x_desk.configure(WORKING)
    x_desk.start()
    wait_for(lambda: doctor().source("session-manager")["status"] == "active", "the session manager in use")
    gnome.inhibit("idle")
    report = doctor()
    (seen,) = report.data["inhibitors"]
    assert seen["seen"] is True
    assert "count as sitting" in report.find("inhibitors", seen["who"], "note")["detail"]


def test_mutter(session, desk, doctor):
    """Mutter itself: the source of its name, with what it is worth."""
    Shell(session).start()
    desk.configure(WORKING)
    desk.start()
    wait_for(lambda: doctor().source("mutter")["in_use"], "the source")
    source = doctor().source("mutter")
    assert {"idle", "query"} <= set(source["reports"]) and source["inhibitors"] == "no-matter"
    assert source["accuracy_seconds"] > 0


@pytest.mark.parametrize("screen", [True, False])
def test_kde_inhibitor(session, doctor, screen):
    agent = "org.kde.Solid.PowerManagement.PolicyAgent"
    path = "/org/kde/Solid/PowerManagement/PolicyAgent"
    mock(session, agent, path, agent)
    wait_for(lambda: session.has_owner(agent), "the mock of KDE's policy agent")
    connection = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
    mocked = dbus.Interface(connection.get_object(agent, path), MOCK)
    mocked.AddMethod(agent, "ListInhibitions", "", "a(ss)", "ret = [('vlc', 'Playing')]")
    mocked.AddMethod(agent, "HasInhibition", "u", "b", f"ret = {screen} and args[0] == 4")
    seen = doctor().data["inhibitors"]
    assert seen == ([{"who": "vlc", "why": "Playing", "where": "policy-agent", "seen": False}] if screen else [])


# --- why nothing comes now

def test_paused_and_held(x_desk, doctor, session, build_dir):
    x_desk.configure({"break.stretch": {"after": "1s"}})
    x_desk.start()
    assert not doctor().has("now", "paused")
    x_desk.ctl("pause", "20")
    assert doctor().find("now", r"paused until \d", "note")["what_to_do"] == "backcarectl resume"
    x_desk.ctl("resume")
    x_desk.ctl("pause", "--until-resume")
    assert doctor().find("now", "paused until you resume", "note")
    x_desk.ctl("resume")
    session.start([str(build_dir / "cli/backcarectl"), "inhibit", "--why", "a talk", "--", "sleep", "1000"], "inhibit")
    wait_for(lambda: doctor().has("now", "backcarectl inhibit holds"), "the hold")


def test_off_hours(x_desk, doctor):
    day = time.strftime("%a", time.gmtime(time.time() + 3 * 86400))
    x_desk.configure({**WORKING, "schedule": {day: "12:00-13:00"}})
    x_desk.start()
    report = doctor()
    assert report.find("now", "outside working hours", "note")
    assert report.find("clock", "outside your working hours", "note") and report.data["works"]


# --- notifications

def test_dunst_is_paused(x_desk, doctor):
    x_desk.session.run(["dunstctl", "set-paused", "true"])
    assert doctor().find("notifications", "do-not-disturb", "note")["what_to_do"] == "dunstctl set-paused false"


def test_gnome_shows_no_banners(session, doctor):
    """The real setting, with the shell as a name on the bus."""
    session.start(["/usr/bin/python3", str(SERVER), "body", "actions"], "server", stdin=subprocess.PIPE)
    wait_for(lambda: session.has_owner("org.freedesktop.Notifications"), "the server")
    shell = own(session, "org.gnome.Shell")
    environment = {"GSETTINGS_BACKEND": "keyfile"}
    assert not doctor(**environment).has("notifications", "do-not-disturb")
    session.run(["gsettings", "set", "org.gnome.desktop.notifications", "show-banners", "false"], **environment)
    assert "show-banners true" in doctor(**environment).find("notifications", "do-not-disturb", "note")["what_to_do"]
    shell.close()


def test_kde_is_quiet(session, doctor):
    name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
    mock(session, name, path, name)
    wait_for(lambda: session.has_owner(name), "the mock")
    connection = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
    mocked = dbus.Interface(connection.get_object(name, path), MOCK)
    mocked.AddMethod(name, "GetServerInformation", "", "ssss", "ret = ('Plasma', 'KDE', '5.27', '1.2')")
    mocked.AddMethod(name, "GetCapabilities", "", "as", "ret = ['actions', 'inhibitions']")
    mocked.AddProperty(name, "Inhibited", True)
    assert doctor().find("notifications", "do-not-disturb", "note")
    connection.close()


def test_server_that_the_bus_would_start(session, doctor, build_dir):
    """Nobody runs, and nobody is started by looking."""
    services = session.directory / "services"
    services.mkdir()
    (services / "server.service").write_text("[D-BUS Service]\nName=org.freedesktop.Notifications\n"
                                             f"Exec=/usr/bin/touch {session.directory}/started\n")
    path = session.directory / "run" / "activating-bus"
    config = session.directory / "activating.conf"
    config.write_text(bus_config(f"unix:path={path}", services))
    session.start(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], "activating-bus")
    wait_for(path.is_socket, "the bus")
    report = doctor(DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}")
    assert report.find("notifications", "the bus starts one", "ok")
    assert not (session.directory / "started").exists()


def test_server_without_buttons(session, doctor):
    session.start(["/usr/bin/python3", str(SERVER), "body"], "server", stdin=subprocess.PIPE)
    wait_for(lambda: session.has_owner("org.freedesktop.Notifications"), "the server")
    report = doctor()
    assert report.find("notifications", "no buttons", "note")["what_to_do"]
    assert report.data["notifier"] == {"name": "test", "version": "1.5", "capabilities": ["body"]}


# --- other programs

@pytest.mark.parametrize("name,title", [("org.workrave.Workrave", "Workrave"), ("io.github.slgobinath.SafeEyes", "Safe Eyes"),
                                        ("org.kde.rsibreak", "RSIBreak"), ("org.gnome.BreakTimer", "GNOME Break Timer")])
def test_other_program_on_the_bus(session, doctor, name, title):
    connection = own(session, name)
    finding = doctor().find("programs", "running too", "warning")
    assert finding["what"].startswith(title) and name in finding["detail"]
    connection.close()


@pytest.mark.parametrize("program,title", [("workrave", "Workrave"), ("Stretchly", "Stretchly"), ("breaktimer", "BreakTimer"),
                                           ("sane-break", "Sane Break")])
def test_other_program_by_its_name(session, doctor, tmp_path, program, title):
    shutil.copy("/usr/bin/sleep", tmp_path / program)
    process = session.start([str(tmp_path / program), "1000"], "other")
    finding = doctor().find("programs", "running too", "warning")
    assert finding["what"].startswith(title) and str(process.pid) in finding["detail"]


def test_other_program_of_an_interpreter(session, doctor, tmp_path):
    script = tmp_path / "safeeyes"
    script.write_text("import time\ntime.sleep(1000)\n")
    session.start(["/usr/bin/python3", "-s", str(script)], "other")
    assert doctor().find("programs", "Safe Eyes", "warning")


def test_programs_that_only_mention_one(session, doctor, tmp_path):
    (tmp_path / "workrave").write_text("notes\n")
    session.start(["tail", "-f", str(tmp_path / "workrave")], "tail")
    session.start(["/usr/bin/python3", "-c", "import time; time.sleep(1000)", "safeeyes"], "python")
    assert doctor().find("programs", "none that is known", "ok")


SCHEMA = """<schemalist>
<schema id="org.gnome.desktop.break-reminders" path="/org/gnome/desktop/break-reminders/">
<key name="selected-breaks" type="as"><default>{}</default></key></schema></schemalist>
"""


@pytest.mark.parametrize("selected,on", [("[]", False), ("['eyesight', 'movement']", True)])
def test_gnome_reminds_itself(session, doctor, selected, on):
    """The setting as GNOME 48 has it, read by the real gsettings; the shell is a name on the bus."""
    schemas = session.directory / "schemas"
    schemas.mkdir()
    (schemas / "breaks.gschema.xml").write_text(SCHEMA.format(selected))
    session.run([str(COMPILE_SCHEMAS), str(schemas)])
    environment = {"GSETTINGS_SCHEMA_DIR": schemas, "GSETTINGS_BACKEND": "memory"}
    assert not doctor(**environment).has("programs", "GNOME's own")  # the setting alone reminds nobody
    connection = own(session, "org.gnome.Shell")
    report = doctor(**environment)
    assert report.has("programs", "GNOME's own break reminders") is on
    if on:
        assert "movement" in report.find("programs", "GNOME's own", "warning")["what"]
    connection.close()


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
    for word in ("osteoporosis", "nonesuch", "bruise", "pregnan", "condition", "2027"):
        assert word not in report.text and word not in plain
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
