# SPDX-License-Identifier: GPL-3.0-or-later
"""BackCare in the booted host, by the names of its contract: unit, bus, files, journal. Asserts nothing."""

import signal

from support.waiting import wait_for

UNIT = "backcare.service"
NAME = "org.backcare.BackCare1"
PATH = "/org/backcare/BackCare1"
MANAGER = "org.backcare.BackCare1.Manager"
DROPINS = f".config/systemd/user/{UNIT}.d"
CONFIG = ".config/backcare/backcare.conf"
STATE = ".local/state/backcare"
# A desktop session as gnome-session and the like start it: graphical-session.target refuses to be started by hand.
SESSION_TARGET = """[Unit]
Description=A desktop session
BindsTo=graphical-session.target
Before=graphical-session.target
"""


class BackCare:
    def __init__(self, host):
        self.host = host
        self.home = host.home

    # --- life

    def reset(self):
        """Nothing running, nothing configured, nothing remembered."""
        self.host.systemctl("stop", "desktop-session.target", UNIT, check=False)
        self.host.systemctl("disable", "--quiet", UNIT, check=False)
        self.host.systemctl("reset-failed", UNIT, check=False)
        # What the user has, and only that: rm runs as the user.
        self.host.user("rm", "-rf", f"{self.home}/.config", f"{self.home}/.local")
        # No first run, which would show what it is.
        self.host.user("sh", "-c", 'umask 077; mkdir -p "$1" && : >"$1/welcome-shown"', "sh", f"{self.home}/{STATE}")
        self.host.systemctl("daemon-reload")

    def start(self):
        self.host.systemctl("start", UNIT, seconds=60)

    def stop(self):
        self.host.systemctl("stop", UNIT, seconds=60)

    def show(self, name):
        return self.host.show(UNIT, name)

    def active(self):
        return self.show("ActiveState") == "active"

    def pid(self):
        return int(self.show("MainPID"))

    def kill(self, number=signal.SIGKILL):
        """A signal to the daemon alone, not to its control group."""
        self.host.systemctl("kill", "--kill-whom=main", f"--signal={number.name}", UNIT)

    def wait_restarted(self, old_pid):
        """Waits for another daemon in the place of @old_pid."""
        wait_for(lambda: self.active() and self.pid() not in (0, old_pid), "a new daemon", 60)

    # --- settings

    def configure(self, text):
        self.host.write(f"{self.home}/{CONFIG}", text)

    def drop_in(self, name, text):
        self.host.write(f"{self.home}/{DROPINS}/{name}.conf", text)
        self.host.systemctl("daemon-reload")

    def harden(self):
        """The drop-in that we ship, installed as its comment tells."""
        shipped = self.shipped("hardened.conf")
        self.drop_in("hardened", self.host.path(shipped).read_text())

    def shipped(self, name):
        """Where the installation has put a file of this name."""
        found = self.host.root("find", "/usr/local", "/usr/share/backcare", "-name", name, check=False).split()
        assert len(found) == 1, f"{name} is installed as {found}"
        return found[0]

    def desktop_session(self):
        self.host.write(f"{self.home}/.config/systemd/user/desktop-session.target", SESSION_TARGET)
        self.host.systemctl("daemon-reload")

    # --- what it says

    def get(self, member):
        return self.host.get(NAME, PATH, MANAGER, member)

    def call(self, member, *arguments, **kwargs):
        return self.host.call(NAME, PATH, MANAGER, member, *arguments, **kwargs)

    def state(self):
        return self.get("State")

    def wait_state(self, *states, seconds=30):
        wait_for(lambda: self.state() in states, f"state {' or '.join(states)}", seconds)

    def wait_source(self, name):
        """Waits until this activity source is the one in use."""
        wait_for(lambda: [name, "active"] in [source[:2] for source in self.get("Sources")], f"source {name}", 30)

    def counter(self, name="stretch"):
        """Exposure of a break in microseconds, as of when it was last settled."""
        return next(row[3] for row in self.get("Breaks") if row[0] == name)

    def prompt(self):
        """(break, exercise, since, attempt); the break is empty when nothing is prompted."""
        return self.get("Prompt")

    def journal(self):
        return self.host.journal(f"_SYSTEMD_USER_UNIT={UNIT}")

    def state_file(self, name):
        return self.host.path(f"{self.home}/{STATE}/{name}")
