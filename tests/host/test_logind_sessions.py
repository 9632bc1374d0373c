# SPDX-License-Identifier: GPL-3.0-or-later
"""Several sessions of one user at a real logind, opened by PAM: on the seat, switched, remote, on a terminal."""

import os
import shutil

import pytest

from host.harness import USER
from support.source_probe import SEC, Probe
from support.waiting import wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
GRAIN = 8 * SEC  # in which the kernel keeps a terminal's times


class Sessions:
    """Opens sessions, each by a unit of its own, and ends them all."""

    def __init__(self, host):
        self.host = host
        self.units = []

    def ids(self):
        return {line.split()[0] for line in self.host.root("loginctl", "--no-legend", "list-sessions").splitlines()}

    def _open(self, name, *arguments):
        before = self.ids()
        self.host.root("systemd-run", "--quiet", f"--unit={name}", "--property=Type=simple", *arguments)
        self.units.append(name)
        return wait_for(lambda: self.ids() - before, f"session {name}").pop()

    def desktop(self, name, user=USER, seat="seat0", session_class="user", session_type="x11"):
        return self._open(name, "--property=PAMName=login", f"--property=User={user}",
                          f"--setenv=XDG_SESSION_TYPE={session_type}", f"--setenv=XDG_SESSION_CLASS={session_class}",
                          f"--setenv=XDG_SEAT={seat}", "sleep", "infinity")

    def terminal(self, name, remote=None):
        """login(1) on a terminal of its own, at which type() types."""
        login = f"login -f {'-h ' + remote if remote else ''} {USER}"
        return self._open(name, "sh", "-c", f"mkfifo /run/{name} && exec 3<>/run/{name} && "
                          f"exec script --quiet --flush --return --command '{login}' /dev/null <&3")

    def type(self, name, text):
        self.host.root("sh", "-c", f'echo "$1" >/run/{name}', "sh", text)

    def show(self, session, name):
        return self.host.root("loginctl", "show-session", session, f"--property={name}", "--value").strip()

    def activate(self, session):
        self.host.root("loginctl", "activate", session)

    def call(self, session, member, value):
        path = self.host.root("busctl", "call", "org.freedesktop.login1", "/org/freedesktop/login1",
                              "org.freedesktop.login1.Manager", "GetSession", "s", session).split('"')[1]
        self.host.root("busctl", "call", "org.freedesktop.login1", path, "org.freedesktop.login1.Session", member, "b",
                       value)

    def end(self, name):
        self.host.root("systemctl", "stop", f"{name}.service", check=False, seconds=60)
        self.host.root("systemctl", "reset-failed", f"{name}.service", check=False)
        self.host.root("rm", "-f", f"/run/{name}")
        self.units.remove(name)

    def close(self):
        for name in list(self.units):
            self.end(name)
        wait_for(lambda: not self.ids(), "the end of all sessions", 30)


@pytest.fixture
def sessions(host):
    made = Sessions(host)
    yield made
    made.close()


@pytest.fixture
def run(host):
    """Starts the driver as the user's process outside of any session, as a unit is."""
    inside = host.path("/tmp/source-driver")
    shutil.copy(DRIVER, inside)
    inside.chmod(0o755)
    started = []

    def start(threshold):
        enter = ["nsenter", "--target", str(host.systemd_pid), "--all", "--root", "--wd", "--", "setpriv",
                 f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--reset-env", "env", "-u", "DISPLAY"]
        started.append(Probe([*enter, "/tmp/source-driver", "auto", threshold],
                             {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}))
        return started[-1]

    yield start
    for probe in started:
        probe.close()
    inside.unlink()


def detail_has(probe, text):
    return probe.wait_source("logind", lambda status, detail: status == "active" and text in detail)[1]


def told(probe, *words):
    probe.settled()
    return [line.word for line in probe.seen if line.word in words]


def test_switched_to_another_user(sessions, run):
    """To a greeter and back, and to another session of one's own."""
    own = sessions.desktop("own")
    probe = run(60000)
    detail_has(probe, f"session {own} (x11, seat0): lock")
    # A seat without virtual terminals shows the newest session.
    greeter = sessions.desktop("greeter", user="root", session_class="greeter")
    probe.wait("leave")
    detail_has(probe, f"session {own} (x11, seat0), not in use now")
    sessions.activate(own)
    probe.wait("enter")
    second = sessions.desktop("second", session_type="wayland")
    detail_has(probe, "2 sessions: ")
    assert sessions.show(own, "Active") == "no"
    before = len(told(probe, "leave", "enter"))
    for session, other in ((own, second), (second, own)):
        sessions.activate(session)
        wait_for(lambda: sessions.show(other, "Active") == "no", "the switch")
    assert len(told(probe, "leave", "enter")) == before
    sessions.activate(greeter)
    probe.wait("leave")
    sessions.activate(own)
    probe.wait("enter")


def test_lock_of_one(sessions, run):
    """What is locked in the background isn't the user's desk; what is locked in front is."""
    own, second = sessions.desktop("own"), sessions.desktop("second")
    probe = run(60000)
    detail_has(probe, "2 sessions: ")
    sessions.activate(own)
    wait_for(lambda: sessions.show(second, "Active") == "no", "the switch")
    sessions.call(second, "SetLockedHint", "true")
    wait_for(lambda: sessions.show(second, "LockedHint") == "yes", "the hint")
    assert told(probe, "lock") == []
    sessions.activate(second)
    probe.wait("lock")
    sessions.activate(own)
    probe.wait("unlock")
    sessions.call(own, "SetLockedHint", "true")
    probe.wait("lock")
    sessions.end("second")
    sessions.call(own, "SetLockedHint", "false")
    probe.wait("unlock")
    assert told(probe, "leave", "enter") == []


def test_remote_session(sessions, run):
    """A user on SSH alone isn't here."""
    probe = run(60000)
    detail_has(probe, "no session")
    remote = sessions.terminal("remote", remote="192.0.2.1")
    assert sessions.show(remote, "Remote") == "yes" and sessions.show(remote, "Active") == "yes"
    probe.wait("leave")
    detail_has(probe, "only remote sessions: no reminders")
    own = sessions.desktop("own")
    probe.wait("enter")
    detail_has(probe, f"session {own} (x11, seat0)")
    sessions.end("own")
    probe.wait("leave")
    sessions.end("remote")
    probe.wait("enter")
    detail_has(probe, "no session")


def test_from_within_a_desktop(sessions, run):
    """A terminal that belongs to no seat is always active: that keeps nobody here who has switched away."""
    own = sessions.desktop("own")
    terminal = sessions.terminal("terminal")
    assert sessions.show(terminal, "Remote") == "no" and sessions.show(terminal, "Seat") == ""
    probe = run(60000)
    detail_has(probe, f"session {own} (x11, seat0): ")
    sessions.desktop("greeter", user="root", session_class="greeter")
    probe.wait("leave")


def query(probe):
    probe.say("query")
    return probe.wait("answer").values


def test_terminal(sessions, run):
    """Only asking tells of its idle time; that it ends is seen at the terminal itself."""
    session = sessions.terminal("terminal")
    sessions.type("terminal", "true")
    threshold = GRAIN + 4 * SEC
    probe = run(threshold // 1000)
    detail_has(probe, f"session {session} (tty): lock, switch, sleep, and idle when asked")
    started = probe.clock()
    last = query(probe)["last"]
    assert started - 2 * GRAIN - 10 * SEC < last <= probe.clock()
    # A threshold after the start it is asked once.
    idle = probe.wait("idle", seconds=40).values
    assert idle["since"] >= started and idle["t"] - idle["since"] >= threshold
    sessions.type("terminal", "true")
    probe.wait("active")
    before = probe.switches()
    sessions.type("terminal", "true")
    assert query(probe)["last"] > idle["t"] - GRAIN
    assert probe.switches() - before <= 6


def test_inhibitors_of_both_modes(host, sessions, run):
    """What delays is no film."""
    sessions.desktop("own")
    probe = run(60000)
    detail_has(probe, "session ")
    host.root("systemd-inhibit", "--what=sleep:shutdown", "--mode=delay", "true")
    host.root("systemd-inhibit", "--what=shutdown", "--mode=block", "true")
    assert told(probe, "inhibit") == []
    host.root("systemd-inhibit", "--what=idle:sleep", "--mode=block", "true")
    assert [probe.wait("inhibit").values["on"] for _ in range(2)] == [1, 0]
