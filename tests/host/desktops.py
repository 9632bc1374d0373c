# SPDX-License-Identifier: GPL-3.0-or-later
"""Real desktops in the booted host, each in a login session of the user: all have the same methods.

A session outlives its compositor, as it does where a wrapper starts that anew. Must not know what is tested.
"""

import os
import pathlib
import shutil
import subprocess

from host.harness import USER
from support import process
from support.waiting import SLOWNESS, wait_for

UNIT = "desktop.service"
SERVER = "notification-server.service"
FILM = "film.service"
# Here the session's leader waits for a word to start the compositor, also the first time.
GO = "/run/backcare-desktop-go"
LEADER = f'while read -r line <{GO}; do "$@"; done'
TOOLS = "/run/backcare-desktop"
SOCKET = "wayland-test"


class Hands:
    """A program in the host that makes input when told so, line by line. A new one is started when it is gone, as it is
    with the compositor."""

    def __init__(self, host, what, *argv, environment=None):
        self.host = host
        self.what = what
        self.argv = argv
        self.environment = environment
        self.process = None

    def move(self):
        if not self.process or self.process.poll() is not None:
            self.close()
            self.process = self.host.user_start(*self.argv, environment=self.environment, stdin=subprocess.PIPE,
                                                stdout=subprocess.PIPE, text=True)
            self._line()
        self.process.stdin.write(self.what + "\n")
        self.process.stdin.flush()
        self._line()

    def _line(self):
        line = self.process.stdout.readline()
        assert line, f"{self.argv[0]} has ended with status {self.process.wait(10 * SLOWNESS)}"

    def close(self):
        if self.process:
            process.end(self.process)
            self.process = None


class Desktop:
    """`with Xvfb(host) as desktop:` has it running; afterwards nothing of it is left."""

    name = None
    source = None   # the activity source that is to be in use
    detail = ""     # what its detail says
    kind = "wayland"
    environment = {}
    variables = {}  # what programs of the session need to find it
    locks_for_sleep = False
    server = None   # a notification server to run in the session; where there is none, the bus may start one
    needed = ()     # programs

    def __init__(self, host):
        self.host = host
        self.session = None
        self.hands = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    @classmethod
    def missing(cls):
        return [program for program in cls.needed if not (shutil.which(program) or os.path.exists(program))]

    # --- for the kinds of desktop to say

    def argv(self):
        raise NotImplementedError

    def prepare(self):
        """Before the session starts."""

    def is_up(self):
        """Whether it takes clients and sees input."""
        return self.host.path(f"/run/user/{self.host.uid}/{SOCKET}").is_socket()

    def forget(self):
        """Takes away what a killed compositor leaves: its sign of life must be the new one's."""
        self.host.user("sh", "-c", f'rm -f "$XDG_RUNTIME_DIR/{SOCKET}" "$XDG_RUNTIME_DIR/{SOCKET}.lock"')

    def input(self):
        """A key, or the pointer moves."""
        self.hands.move()

    def wait_locked(self, locked):
        """A session that has a lock screen of its own waits for that."""

    # --- life

    def start(self):
        self.host.root("sh", "-c", f"mkdir -p -m 755 {TOOLS} && rm -f {GO} && mkfifo -m 644 {GO}")
        self.prepare()
        bus = f"unix:path=/run/user/{self.host.uid}/bus"
        environment = {"XDG_SESSION_TYPE": self.kind, "XDG_SESSION_CLASS": "user", "XDG_SEAT": "seat0",
                       "XDG_SESSION_DESKTOP": self.name, "XDG_CURRENT_DESKTOP": self.name,
                       "DBUS_SESSION_BUS_ADDRESS": bus, **self.environment}
        self.host.root("systemd-run", "--quiet", f"--unit={UNIT}", "--property=PAMName=login",
                       f"--property=User={USER}", "--property=Type=simple",
                       *(f"--setenv={key}={value}" for key, value in environment.items()),
                       "/bin/sh", "-c", LEADER, "leader", *self.argv())
        self.session = wait_for(self.host.session, "a session of the user")
        self.leader = wait_for(lambda: int(self.host.root("systemctl", "show", "--property=MainPID", "--value", UNIT)),
                               "the session's leader")
        self.restart()
        if self.variables:
            self.host.systemctl("set-environment", *(f"{key}={value}" for key, value in self.variables.items()))

        if self.server:
            self.start_server()

    def start_server(self):
        self.host.user("systemd-run", "--user", "--quiet", "--collect", f"--unit={SERVER}", *self.server)
        wait_for(lambda: self.host.has_owner("org.freedesktop.Notifications"), "the notification server")

    def restart(self):
        """Starts the compositor in the session that there is."""
        self.forget()
        self.host.root("sh", "-c", f"echo go >{GO}", seconds=60)
        wait_for(self.is_up, f"{self.name} to be up", 60)

    def compositor(self):
        """Its process id as the host knows it, or None."""
        children = self.host.root("ps", "--no-headers", "-o", "pid=,comm=", f"--ppid={self.leader}", check=False)
        found = [int(line.split()[0]) for line in children.splitlines() if not line.endswith("(sd-pam)")]
        return found[0] if found else None

    def kill(self):
        """A crash: nobody is told, and the session stays."""
        pid = self.compositor()
        assert pid, f"no {self.name} runs"
        self.host.root("kill", "-KILL", str(pid))
        wait_for(lambda: self.compositor() is None, f"the end of {self.name}")
        self.let_go()

    def let_go(self):
        if self.hands:
            self.hands.close()

    def stop(self):
        if self.variables:
            self.host.systemctl("unset-environment", *self.variables)
        self.let_go()
        if self.server:
            self.host.systemctl("stop", SERVER, check=False)
        self.uninhibit()
        if self.session:
            self.host.root("loginctl", "terminate-session", self.session, check=False)
        self.host.root("systemctl", "stop", UNIT, check=False, seconds=60)
        self.host.root("systemctl", "reset-failed", UNIT, check=False)
        wait_for(lambda: not self.host.session(), "the end of the session", 60)
        self.session = None

    def log(self):
        return self.host.root("journalctl", "--no-pager", "--output=cat", "--lines=40", f"--unit={UNIT}", check=False)

    # --- what a user does

    def type_until(self, condition, what, seconds=30):
        """Input five times a second until the condition holds."""
        def typed():
            self.input()
            return condition()
        return wait_for(typed, what, seconds, step=0.2)

    def lock(self):
        self.host.root("loginctl", "lock-session", self.session)
        self.wait_locked(True)

    def unlock(self):
        self.host.root("loginctl", "unlock-session", self.session)
        self.wait_locked(False)

    def lock_by_hand(self):
        """As the desktop's own key for it does: logind isn't asked, but told."""
        self.lock()

    def displayed(self):
        """How many notifications stand; None where nobody can be asked."""
        return None

    def snooze(self):
        """The user answers a reminder, on the notification where that can be done."""
        self.host.user("backcarectl", "snooze")

    def locked_hint(self):
        return self.host.root("loginctl", "show-session", self.session, "--property=LockedHint",
                              "--value").strip() == "yes"

    def inhibitors(self):
        """What logind says is inhibited, as the daemon hears it."""
        return self.host.get_system("org.freedesktop.login1", "/org/freedesktop/login1",
                                    "org.freedesktop.login1.Manager", "BlockInhibited").split(":")

    def inhibit(self):
        """A film begins."""
        self.host.root("systemd-run", "--quiet", f"--unit={FILM}", "systemd-inhibit", "--what=idle", "--who=film",
                       "--why=playing", "sleep", "infinity")
        wait_for(lambda: "idle" in self.inhibitors(), "the inhibitor")

    def uninhibit(self):
        self.host.root("systemctl", "stop", FILM, check=False)
        wait_for(lambda: "idle" not in self.inhibitors(), "the inhibitor's end")

    def switch_away(self):
        """Another session comes to the front of the seat."""
        self.host.root("systemd-run", "--quiet", "--unit=other-session.service", "--property=PAMName=login",
                       "--property=User=root", "--property=Type=simple", "--setenv=XDG_SESSION_TYPE=tty",
                       "--setenv=XDG_SESSION_CLASS=user", "--setenv=XDG_SEAT=seat0", "sleep", "infinity")
        wait_for(lambda: not self.in_front(), "the other session in front")

    def switch_back(self):
        self.host.root("loginctl", "activate", self.session)
        wait_for(self.in_front, "the session in front again")
        self.host.root("systemctl", "stop", "other-session.service")

    def in_front(self):
        return self.host.root("loginctl", "show-session", self.session, "--property=Active",
                              "--value").strip() == "yes"

    # --- tools

    def install(self, program):
        """A program of the build where the user in the host can run it; returns its path there."""
        inside = f"{TOOLS}/{pathlib.Path(program).name}"
        shutil.copy(program, self.host.path(inside))
        self.host.path(inside).chmod(0o755)
        return inside


class WithDunst(Desktop):
    """Has a notification server on which the user snoozes each reminder: by its menu of the actions."""

    server = ("dunst", "-conf", f"/home/{USER}/.config/dunst/dunstrc")

    def prepare(self):
        self.host.write(f"{self.host.home}/.config/dunst/dunstrc",
                        "[global]\ndmenu = /usr/bin/grep -m1 Snooze\n[urgency_normal]\ntimeout = 0\n")

    def displayed(self):
        return int(self.host.user("dunstctl", "count", "displayed"))

    def snooze(self):
        self.host.user("dunstctl", "context")


class Xvfb(WithDunst):
    name = "Xvfb"
    source = "x11"
    kind = "x11"
    display = ":1"
    variables = {"DISPLAY": display}
    needed = ("Xvfb", "xdotool", "dunst")

    def argv(self):
        return ["Xvfb", self.display, "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]

    def is_up(self):
        return self.host.path(f"/tmp/.X11-unix/X{self.display[1:]}").is_socket()

    def forget(self):
        self.host.root("rm", "-f", f"/tmp/.X11-unix/X{self.display[1:]}", f"/tmp/.X{self.display[1:]}-lock")

    def input(self):
        self.host.user("xdotool", "key", "a", environment=self.variables)


class KWin(Desktop):
    name = "KDE"
    source = "wayland"
    detail = "ext-idle-notify-v1"
    environment = {"KWIN_COMPOSE": "Q", "KWIN_WAYLAND_NO_PERMISSION_CHECKS": "1"}
    variables = {"WAYLAND_DISPLAY": SOCKET}
    locks_for_sleep = True
    needed = ("kwin_wayland",)

    def prepare(self):
        # A copy has no file capability: the kernel would refuse the original one that we don't have.
        self.host.root("cp", shutil.which("kwin_wayland"), f"{TOOLS}/kwin_wayland")
        self.hands = Hands(self.host, "key", self.install(os.environ["BACKCARE_KWIN_INPUT"]), environment=self.variables)

    def argv(self):
        return [f"{TOOLS}/kwin_wayland", "--virtual", "--no-global-shortcuts", "--no-kactivities", "--socket", SOCKET]

    def lock_by_hand(self):
        self.host.call("org.freedesktop.ScreenSaver", "/ScreenSaver", "org.freedesktop.ScreenSaver", "Lock")
        self.wait_locked(True)

    def wait_locked(self, locked):
        wait_for(lambda: self.locked_hint() == locked, f"LockedHint {locked}", 30)


class Gnome(Desktop):
    name = "GNOME"
    source = "mutter"
    environment = {"GSETTINGS_BACKEND": "keyfile"}
    variables = {"WAYLAND_DISPLAY": SOCKET}
    locks_for_sleep = True
    needed = ("gnome-shell", "gjs")
    policy = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root"><allow own="org.gnome.DisplayManager"/></policy>
  <policy context="default"><allow send_destination="org.gnome.DisplayManager"/></policy>
</busconfig>
"""

    def prepare(self):
        # No key: the lock screen would take it for the begin of a password, and then wait for the rest of it.
        self.hands = Hands(self.host, "motion", self.install(pathlib.Path(__file__).with_name("gnome_hands.py")))
        self.host.write_root("/etc/dbus-1/system.d/display-manager.conf", self.policy)
        self.host.call_system("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReloadConfig")
        self.host.root("systemd-run", "--quiet", "--unit=display-manager-mock.service", "/usr/bin/python3", "-m",
                       "dbusmock", "--system", "org.gnome.DisplayManager", "/org/gnome/DisplayManager/Manager",
                       "org.gnome.DisplayManager.Manager")
        # The shell locks only where a display manager of some age could unlock.
        wait_for(lambda: self.host.root(
            "busctl", "call", "org.gnome.DisplayManager", "/org/gnome/DisplayManager/Manager",
            "org.freedesktop.DBus.Mock", "AddProperty", "ssv", "org.gnome.DisplayManager.Manager", "Version", "s",
            "43.0", check=False) is not None and self.has_display_manager(), "the mock of the display manager")
        self.host.write(f"{self.host.home}/.config/glib-2.0/settings/keyfile",
                        "[org/gnome/shell]\nwelcome-dialog-last-shown-version='99'\n"
                        "[org/gnome/desktop/session]\nidle-delay=uint32 0\n")

    def has_display_manager(self):
        ran = self.host.root("busctl", "get-property", "org.gnome.DisplayManager",
                             "/org/gnome/DisplayManager/Manager", "org.gnome.DisplayManager.Manager", "Version",
                             check=False)
        return "43.0" in ran

    def argv(self):
        return ["gnome-shell", "--unsafe-mode", "--headless", "--virtual-monitor", "1024x768", "--no-x11",
                "--wayland-display", SOCKET]

    def is_up(self):
        return self.host.call("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "GetActive",
                              timeout=2, check=False) is not None and self.host.has_owner("org.gnome.Mutter.IdleMonitor")

    def lock_by_hand(self):
        self.host.call("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "Lock")
        self.wait_locked(True)

    def wait_locked(self, locked):
        # It says so to logind before its curtain is down, and would not hear before that that it may rise.
        wait_for(lambda: self.locked_hint() == locked and self.curtain() == locked, f"locked: {locked}", 30)

    def curtain(self):
        return self.host.call("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver",
                              "GetActive")[0]

    def stop(self):
        super().stop()
        self.host.root("systemctl", "stop", "display-manager-mock.service", check=False)


class Sway(WithDunst):
    name = "sway"
    source = "wayland"
    detail = "org_kde_kwin_idle"
    environment = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
    needed = ("sway", "swaymsg", "dunst")
    # It chooses the socket's name itself: the first that is free.
    variables = {"WAYLAND_DISPLAY": "wayland-1"}

    def prepare(self):
        super().prepare()
        self.host.write(f"{self.host.home}/.config/sway/config", "output HEADLESS-1 resolution 1024x768\n")

    def argv(self):
        return ["sway"]

    def socket(self):
        found = [path for path in self.host.path(f"/run/user/{self.host.uid}").iterdir()
                 if path.name.startswith("sway-ipc.") and path.name.endswith(f".{self.compositor()}.sock")]
        return f"/run/user/{self.host.uid}/{found[0].name}" if found else None

    def is_up(self):
        return self.socket() and self.host.path(f"/run/user/{self.host.uid}/wayland-1").is_socket()

    def forget(self):
        self.host.user("sh", "-c", 'rm -f "$XDG_RUNTIME_DIR"/wayland-* "$XDG_RUNTIME_DIR"/sway-ipc.*')

    def input(self):
        self.host.user("swaymsg", "--quiet", "seat", "seat0", "cursor", "move", "5", "5",
                       environment={"SWAYSOCK": self.socket()})


ALL = (KWin, Gnome, Sway, Xvfb)
