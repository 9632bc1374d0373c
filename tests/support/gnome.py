# SPDX-License-Identifier: GPL-3.0-or-later
"""GNOME in a test's own session: Mutter or the whole shell without a screen, its session manager, and a user."""

import json
import os
import signal

import dbus

from support.source_probe import Probe
from support.waiting import wait_for

IDLE_MONITOR = "org.gnome.Mutter.IdleMonitor"
IDLE_MONITOR_PATH = "/org/gnome/Mutter/IdleMonitor/Core"
REMOTE_DESKTOP = "org.gnome.Mutter.RemoteDesktop"
REMOTE_DESKTOP_PATH = "/org/gnome/Mutter/RemoteDesktop"
SESSION_MANAGER = "org.gnome.SessionManager"
SESSION_MANAGER_PATH = "/org/gnome/SessionManager"
PROGRAMS = ["/usr/libexec/gnome-session-binary", "/usr/lib/gnome-session-binary"]
KEY_A = 30
BUTTON_LEFT = 0x110

DESKTOP_ENTRY = """[Desktop Entry]
Type=Application
Name=A program of the session
Exec=sleep infinity
X-GNOME-Autostart-Phase=Application
"""
SESSION = """[GNOME Session]
Name=Test
RequiredComponents=backcare-test
"""


class Shell:
    """Mutter, or the shell that is made of it, on a virtual monitor. It ends with the session, or is killed and started
    again. The whole shell wants a system bus, though nobody need be there."""

    def __init__(self, session, program="mutter"):
        self.session = session
        self.program = program
        self.bus = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
        self.process = None
        self.starts = 0

    def start(self):
        self.starts += 1
        self.process = self.session.start(
            [self.program, "--headless", "--virtual-monitor", "800x600", "--no-x11",
             "--wayland-display", f"backcare-{self.starts}"], self.program,
            environment=self.session.environment(GSETTINGS_BACKEND="memory"))
        try:
            wait_for(lambda: self.process.poll() is not None or self.answers(), self.program, 30)
            assert self.process.poll() is None, f"{self.program} has ended with {self.process.returncode}"
        except AssertionError:
            print(self.session.log(self.program))
            raise
        self.user = None
        return self

    def answers(self):
        try:
            return self.idle_time() >= 0
        except dbus.DBusException:
            return False

    def idle_time(self):
        """Milliseconds, as Mutter counts them."""
        return int(self._call(IDLE_MONITOR, IDLE_MONITOR_PATH, IDLE_MONITOR, "GetIdletime"))

    def _call(self, name, path, interface, method, *arguments):
        return self.bus.get_object(name, path, introspect=False).get_dbus_method(method, interface)(
            *arguments, timeout=20)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.session.processes.remove(self.process)

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    # --- the user; one connection has to make all these calls

    def _notify(self, method, *arguments):
        if not self.user:
            self.user = self._call(REMOTE_DESKTOP, REMOTE_DESKTOP_PATH, REMOTE_DESKTOP, "CreateSession")
            self._call(REMOTE_DESKTOP, self.user, REMOTE_DESKTOP + ".Session", "Start")
        self._call(REMOTE_DESKTOP, self.user, REMOTE_DESKTOP + ".Session", method, *arguments)

    def motion(self):
        self._notify("NotifyPointerMotionRelative", dbus.Double(7), dbus.Double(7))

    def button(self):
        for down in (True, False):
            self._notify("NotifyPointerButton", dbus.Int32(BUTTON_LEFT), dbus.Boolean(down))

    def key(self):
        for down in (True, False):
            self._notify("NotifyKeyboardKeycode", dbus.UInt32(KEY_A), dbus.Boolean(down))


class SessionManager:
    """GNOME's, with one program that does nothing. It wants a system bus, though nobody need be there."""

    def __init__(self, session):
        self.session = session
        data = session.directory / "gnome"
        (data / "gnome-session" / "sessions").mkdir(parents=True)
        (data / "applications").mkdir()
        (data / "gnome-session" / "sessions" / "backcare-test.session").write_text(SESSION)
        (data / "applications" / "backcare-test.desktop").write_text(DESKTOP_ENTRY)
        self.data = data
        if not (session.directory / "run" / "system-bus").is_socket():
            session.start_system_bus()

    def start(self):
        program = next(path for path in PROGRAMS if os.access(path, os.X_OK))
        self.process = self.session.start(
            [program, "--builtin", "--disable-acceleration-check",
             "--session=backcare-test", f"--autostart={self.data / 'applications'}"], "gnome-session",
            environment=self.session.environment(XDG_DATA_DIRS=f"{self.data}:/usr/share", GSETTINGS_BACKEND="memory"))
        self.wait_actions(0)
        return self

    def actions(self):
        """The flags of what is inhibited; None while nobody answers."""
        ran = self.session.run(["busctl", "--user", "--auto-start=no", "get-property", SESSION_MANAGER,
                                SESSION_MANAGER_PATH, SESSION_MANAGER, "InhibitedActions"], check=False)
        return int(ran.stdout.split()[1]) if ran.returncode == 0 else None

    def wait_actions(self, flags):
        wait_for(lambda: self.actions() == flags, f"InhibitedActions {flags}", 30)

    def _inhibitors(self):
        ran = self.session.run(["busctl", "--user", "--json=short", "call", SESSION_MANAGER, SESSION_MANAGER_PATH,
                                SESSION_MANAGER, "GetInhibitors"])
        return len(json.loads(ran.stdout)["data"][0])

    def inhibit(self, what="idle"):
        """A program that inhibits, for as long as it runs."""
        before = self._inhibitors()
        inhibitor = self.session.start(["gnome-session-inhibit", "--inhibit", what, "sleep", "infinity"], "inhibitor")
        wait_for(lambda: self._inhibitors() > before, "another inhibitor")
        return inhibitor

    def release(self, inhibitor):
        self.session.stop(inhibitor)

    def kill(self):
        self.process.kill()
        self.process.wait()


def run(session, threshold_msec, ask_apart_msec=None, **more):
    """The activity module in a session of GNOME; it may ask so often while idle is inhibited, not once a minute."""
    if ask_apart_msec:
        more["SOURCE_DRIVER_ASK_APART_MS"] = ask_apart_msec
    return Probe([os.environ["BACKCARE_SOURCE_DRIVER"], "auto", threshold_msec], session.environment(**more))


def active(status, _detail):
    return status == "active"


def unavailable(status, _detail):
    return status == "unavailable"
