# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen saver source with lockers in a login session of the user: each lock and each unlock is told once, whoever
tells it, and light-locker tells an idle time besides."""

import os
import pathlib
import shutil

import pytest

from host.harness import DISPLAY, USER
from support.skipping import skip_or_fail
from support.source_probe import SEC, Probe
from support.waiting import SLOWNESS, wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
UNIT = "locker-session.service"
FREEDESKTOP = "org.freedesktop.ScreenSaver"
GNOME = "org.gnome.ScreenSaver"
# What the tests bring into the host.
TOOLS = "/run/backcare-lockers"
# The locker belongs to the session that the X server runs in.
X_AND = 'Xvfb "$DISPLAY" -screen 0 800x600x24 -nolisten tcp -noreset & until xset q >/dev/null 2>&1; do sleep 0.1; done; exec "$@"'
POLICY = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy user="root"><allow own="org.gnome.DisplayManager"/></policy>
<policy context="default"><allow send_destination="org.gnome.DisplayManager"/></policy></busconfig>
"""


class Locker:
    """`with LightLocker(host) as locker:` has it running in a session of its own."""

    kind = "wayland"
    environment = {}

    def __init__(self, host):
        self.host = host

    def __enter__(self):
        try:
            self.host.root("mkdir", "-p", "-m", "755", TOOLS)
            self.prepare()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if session := self.host.session():
            self.host.root("loginctl", "terminate-session", session, check=False)
            self.host.root("systemctl", "stop", f"session-{session}.scope", check=False, seconds=60)
        self.host.root("systemctl", "stop", UNIT, check=False, seconds=60)
        self.host.root("systemctl", "reset-failed", UNIT, check=False)
        wait_for(lambda: not self.host.session(), "the end of the session", 60)
        self.forget()

    def _start(self):
        environment = {"XDG_SESSION_TYPE": self.kind, "XDG_SESSION_CLASS": "user",
                       "DBUS_SESSION_BUS_ADDRESS": f"unix:path=/run/user/{self.host.uid}/bus", **self.environment}
        self.host.root("systemd-run", "--quiet", f"--unit={UNIT}", "--property=PAMName=login", f"--property=User={USER}",
                       "--property=Type=simple", *(f"--setenv={key}={value}" for key, value in environment.items()),
                       *self.argv())
        self.session = wait_for(self.host.session, "a session of the user")
        wait_for(lambda: self.get_active() is not None, f"the locker\n{self.log()}", 60)

    def prepare(self):
        """Before the session starts."""

    def forget(self):
        """After it."""

    def get_active(self):
        path = "/" + self.name.replace(".", "/")
        reply = self.host.call(self.name, path, self.name, "GetActive", timeout=5, check=False)
        return reply and reply[0]

    def log(self):
        return self.host.root("journalctl", "--no-pager", "--output=cat", "--lines=30", f"--unit={UNIT}", check=False)

    def lock(self):
        self.host.root("loginctl", "lock-session", self.session)

    def unlock(self):
        self.host.root("loginctl", "unlock-session", self.session)


class LightLocker(Locker):
    """On X11. Its package wants a display manager, so it is only unpacked."""

    name = FREEDESKTOP
    kind = "x11"
    environment = {"DISPLAY": DISPLAY, "GSETTINGS_BACKEND": "memory", "GSETTINGS_SCHEMA_DIR": f"{TOOLS}/schemas",
                   "XDG_SEAT_PATH": "/org/freedesktop/DisplayManager/Seat0",
                   "XDG_SESSION_PATH": "/org/freedesktop/DisplayManager/Session0"}

    def __init__(self, host, unpacked):
        super().__init__(host)
        self.unpacked = unpacked

    def prepare(self):
        tools = self.host.path(TOOLS)
        shutil.copy(self.unpacked / "usr/bin/light-locker", tools / "light-locker")
        shutil.copytree(self.unpacked / "usr/share/glib-2.0/schemas", tools / "schemas", dirs_exist_ok=True)
        compilers = ("/usr/bin/glib-compile-schemas", *map(str, pathlib.Path("/usr/lib").glob("*/glib-2.0/glib-compile-schemas")))
        self.host.root(next(path for path in compilers if os.path.exists(path)), f"{TOOLS}/schemas")

    def argv(self):
        return ["/bin/sh", "-c", X_AND, "session", f"{TOOLS}/light-locker", "--lock-after-screensaver=0", "--no-late-locking"]

    def xset(self, *arguments):
        self.host.user("xset", *arguments, environment={"DISPLAY": DISPLAY})


class KScreenLocker(Locker):
    name = FREEDESKTOP
    environment = {"KWIN_COMPOSE": "Q", "XDG_SESSION_DESKTOP": "KDE", "XDG_CURRENT_DESKTOP": "KDE"}

    def prepare(self):
        # A copy has no file capability, which may not be gained everywhere.
        self.host.root("cp", shutil.which("kwin_wayland"), f"{TOOLS}/kwin_wayland")

    def argv(self):
        return [f"{TOOLS}/kwin_wayland", "--virtual", "--no-global-shortcuts", "--no-kactivities", "--socket", "wayland-locker"]


class GnomeShell(Locker):
    """It locks only where a display manager could unlock: of that its version is enough."""

    name = GNOME
    environment = {"GSETTINGS_BACKEND": "memory", "XDG_SESSION_DESKTOP": "gnome", "XDG_CURRENT_DESKTOP": "GNOME"}
    manager = "org.gnome.DisplayManager"
    manager_path = "/org/gnome/DisplayManager/Manager"

    def prepare(self):
        self.host.path("/etc/dbus-1/system.d/display-manager.conf").write_text(POLICY)
        self.host.root("busctl", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReloadConfig")
        self.host.root("systemd-run", "--quiet", "--unit=manager-mock.service", "/usr/bin/python3", "-m", "dbusmock", "--system",
                       self.manager, self.manager_path, f"{self.manager}.Manager")
        wait_for(self._manager_tells, "the mock of the display manager")

    def _manager_tells(self):
        self.host.root("busctl", "call", self.manager, self.manager_path, "org.freedesktop.DBus.Mock", "AddProperty", "ssv",
                       f"{self.manager}.Manager", "Version", "s", "43.0", check=False)
        return "43.0" in self.host.root("busctl", "get-property", self.manager, self.manager_path, f"{self.manager}.Manager",
                                        "Version", check=False)

    def forget(self):
        self.host.root("systemctl", "stop", "manager-mock.service", check=False)
        self.host.path("/etc/dbus-1/system.d/display-manager.conf").unlink(missing_ok=True)

    def argv(self):
        return ["gnome-shell", "--headless", "--virtual-monitor", "800x600", "--no-x11", "--wayland-display", "wayland-locker"]


@pytest.fixture
def light_locker(host, build_dir):
    unpacked = build_dir / "cache/light-locker"
    if not (unpacked / "usr/bin/light-locker").exists():
        skip_or_fail("light-locker is not in the build's cache: ./dev test gets it, where there is apt")
    with LightLocker(host, unpacked) as locker:
        yield locker


@pytest.fixture
def probe_of(host):
    """The driver, run by the user outside of the session as a user unit is."""
    inside = host.path("/tmp/source-driver")
    shutil.copy(DRIVER, inside)
    inside.chmod(0o755)
    enter = ["nsenter", "--target", str(host.systemd_pid), "--all", "--root", "--wd", "--", "setpriv", f"--reuid={USER}",
             f"--regid={USER}", "--init-groups", "--reset-env", "env", "-u", "DISPLAY",
             f"XDG_RUNTIME_DIR=/run/user/{host.uid}", f"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/{host.uid}/bus"]
    started = []

    def start(session, threshold_msec=120000):
        probe = Probe([*enter, "/tmp/source-driver", "screensaver", threshold_msec], {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"})
        started.append(probe)
        probe.wait_source("logind", lambda _, detail: f"session {session} " in detail)
        probe.wait_source("screensaver", lambda status, _: status == "active", seconds=20)
        probe.settled()
        return probe

    yield start
    for probe in started:
        probe.close()
    inside.unlink()


def turns(probe, words=("lock", "unlock")):
    return [line.word for line in probe.seen if line.word in words]


def locks_once(probe, locker):
    """logind's signal, its hint and the locker's own: however many they are, and in whatever order."""
    for n in (1, 2):
        locker.lock()
        probe.wait("lock", seconds=20)
        wait_for(locker.get_active, "the locker's own word", 30)
        locker.unlock()
        probe.wait("unlock", seconds=20)
        wait_for(lambda: locker.get_active() is False, "the end of the lock", 30)
        probe.settled()
        assert turns(probe) == ["lock", "unlock"] * n


@pytest.mark.parametrize("kind", [KScreenLocker, GnomeShell])
def test_locked_and_unlocked(host, probe_of, kind):
    with kind(host) as locker:
        probe = probe_of(locker.session)
        assert probe.sources()["screensaver"][1] == f"{locker.name}: lock; not for idle: you always count as active"
        locks_once(probe, locker)


def test_light_locker(probe_of, light_locker):
    """It follows the X server's saver, which comes on when the screen blanks; and its idle time is in seconds."""
    probe = probe_of(light_locker.session)
    status, detail = probe.wait_source("screensaver", lambda _, detail: detail.endswith("in seconds"), seconds=20)
    begun = probe.clock()
    light_locker.xset("s", "activate")
    idle = probe.wait("idle", "lock").values
    assert idle["since"] < begun + SEC and idle["since"] < idle["t"] - SEC, "since the last input, not since the saver"
    probe.wait("lock")
    light_locker.xset("s", "reset")
    light_locker.host.input("key", "shift")
    assert [probe.wait("active", "unlock").word for _ in range(2)] == ["active", "unlock"]
    assert turns(probe) == ["lock", "unlock"]


def test_light_locker_is_asked(probe_of, light_locker):
    """As before a prompt; who was gone for the lower threshold is found, and so is the return."""
    probe = probe_of(light_locker.session)
    probe.wait_source("screensaver", lambda _, detail: detail.endswith("in seconds"), seconds=20)
    light_locker.host.input("key", "shift")
    touched = probe.clock()
    probe.say("query")
    assert abs(probe.wait("answer").values["last"] - touched) < (1 + SLOWNESS) * SEC
    assert turns(probe, ("idle",)) == []
    wait_for(lambda: probe.clock() - touched > 4 * SEC, "four seconds without input")
    probe.say("threshold 2000")
    idle = probe.wait("idle").values
    assert abs(idle["since"] - touched) < (1 + SLOWNESS) * SEC
    light_locker.host.input("key", "shift")
    assert probe.wait("active", seconds=30).values["t"] > idle["t"]


def test_light_locker_and_logind(host, probe_of, light_locker):
    """The saver says it first and takes it back first; what logind says of the same lock comes later. (By logind's own
    request it locks with a display manager only, and else it aborts.)"""
    manager = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
    path = host.root("busctl", "call", *manager, "GetSession", "s", light_locker.session).split('"')[1]

    def hint(value):
        host.user("busctl", "call", manager[0], path, "org.freedesktop.login1.Session", "SetLockedHint", "b", value)

    probe = probe_of(light_locker.session)
    light_locker.xset("s", "activate")
    probe.wait("lock")
    hint("true")
    light_locker.xset("s", "reset")
    host.input("key", "shift")
    wait_for(lambda: light_locker.get_active() is False, "the saver's end")
    probe.settled()
    assert turns(probe) == ["lock"]
    hint("false")
    probe.wait("unlock")
    probe.settled()
    assert turns(probe) == ["lock", "unlock"]
