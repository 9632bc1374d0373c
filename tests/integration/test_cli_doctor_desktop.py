# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl doctor on what else there is on a desktop: inhibitors, notification servers, other reminder programs."""

import pathlib
import shutil
import subprocess
import time

import dbus
import pytest

from support.bus_config import bus_config
from support.desk import Desk
from support.doctor import Report, doctor, logind, mock, own  # noqa: F401 (fixtures)
from support.gnome import SessionManager, Shell
from support.logind import MANAGER as LOGIND_MANAGER
from support.logind import NAME as LOGIND_NAME
from support.logind import PATH as LOGIND_PATH
from support.session import Session
from support.waiting import wait_for

WORKING = {"break.stretch": {"after": "30min", "length": "3min"}}
MOCK = "org.freedesktop.DBus.Mock"
SERVER = pathlib.Path(__file__).with_name("notifier_server.py")
COMPILE_SCHEMAS = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/glib-2.0/glib-compile-schemas"))), "glib-compile-schemas")


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


def test_who_holds_another_session_is_none_of_ours(desk, doctor, build_dir, source_dir):
    """Two sessions of one user: each doctor names the hold of its own, however the bus is written."""
    desk.start()
    inhibit = [str(build_dir / "cli/backcarectl"), "inhibit", "--why", "a talk", "--", "sleep", "1000"]
    with Session() as other:
        other.use_catalogue(source_dir)
        elsewhere = Desk(other, build_dir, source_dir)
        elsewhere.start()
        other.start(inhibit, "inhibit")
        says = [str(build_dir / "cli/backcarectl"), "doctor", "--json"]
        wait_for(lambda: Report(other.run(says, check=False)).has("now", "backcarectl inhibit holds"), "the other's hold")
        assert not doctor().has("now", "backcarectl inhibit holds")
        run = desk.session.environment()["XDG_RUNTIME_DIR"]
        held = desk.session.start(inhibit, "inhibit", environment=desk.session.environment(
            DBUS_SESSION_BUS_ADDRESS=f"unix:path={run}/../run/bus"))
        wait_for(lambda: doctor().has("now", "backcarectl inhibit holds"), "our hold")
        assert doctor().find("now", "backcarectl inhibit holds")["detail"].startswith(f"process {held.pid},")
        elsewhere.close()


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
