# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own for the tests of the notifier: a private bus, an X server, real notification servers.

Every process is started here, has a bounded life (it dies with the test) and is ended by its own id.
"""
import ctypes
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

# meson names them; by hand `pytest tests/integration` takes those of the folder build.
BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"
NOTIFIER = os.environ.get("BACKCARE_NOTIFIER", str(BUILD / "daemon/notifier/backcare-notifier"))
DRIVER = os.environ.get("BACKCARE_NOTIFY_DRIVER", str(BUILD / "tests/support/notify-driver"))
SERVER = pathlib.Path(__file__).with_name("notifier_server.py")
LIBC = ctypes.CDLL(None, use_errno=True)

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""

DUNST_CONFIG = """[global]
    dmenu = {pick}
    width = 420
    height = 300
    font = DejaVu Sans 11
    origin = top-right
    offset = 20x20
    markup = full
    mouse_left_click = do_action
    mouse_right_click = close_current
    show_indicators = no
"""


def wait_for(what, condition, seconds=10.0):
    """Asks until the condition holds; the answer is the truth it found."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def die_with_parent():
    LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


class Process:
    """A child whose lines are read as they come."""

    def __init__(self, host, argv, preexec=None, **more):
        def before_exec():
            die_with_parent()
            if preexec:
                preexec()

        self.popen = subprocess.Popen(argv, env=host.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=more.pop("stderr", host.log), preexec_fn=before_exec, **more)
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.popen.stdout:
            self.lines.put(line.decode(errors="replace").rstrip("\n"))
        self.lines.put(None)

    @property
    def pid(self):
        return self.popen.pid

    def send(self, text):
        self.popen.stdin.write(text.encode())
        self.popen.stdin.flush()

    def expect(self, pattern, seconds=10.0):
        """The next line that matches; those before it are kept in `seen`."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line {pattern!r} in {seconds} s; seen: {self.seen}") from None
            if line is None:
                self.lines.put(None)
                raise AssertionError(f"ended without a line {pattern!r}; seen: {self.seen}")
            self.seen.append(line)
            match = re.fullmatch(pattern, line)
            if match:
                return match

    def rest(self, seconds=10.0):
        """All lines up to the end of its output."""
        lines = []
        while (line := self.lines.get(timeout=seconds)) is not None:
            lines.append(line)
        return lines

    def end(self):
        if self.popen.poll() is None:
            # A stopped process does not hear SIGTERM.
            self.popen.kill()
        self.popen.wait(10)
        self.reader.join(10)
        for stream in (self.popen.stdin, self.popen.stdout):
            try:
                stream.close()
            except OSError:
                pass


class Driver(Process):
    """The port on its loop."""

    def __init__(self, host):
        super().__init__(host, [DRIVER, NOTIFIER])
        self.expect("ready")

    def ask(self, command, seconds=10.0):
        self.send(command + "\n")
        return self.expect(command.split()[0] + " ?(.*)", seconds)[1]

    def children(self):
        text = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def wait_alone(self, seconds=5.0):
        wait_for("no notifier", lambda: not self.children(), seconds)


class Host:
    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="backcare-test-"))
        self.env = {key: value for key, value in os.environ.items()
                    if key not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "LD_PRELOAD")}
        self.env.update(HOME=str(self.dir), XDG_RUNTIME_DIR=str(self.dir), GSETTINGS_BACKEND="memory",
                        XDG_CONFIG_HOME=str(self.dir / "config"), NO_AT_BRIDGE="1")
        self.log = open(self.dir / "log", "ab")
        self.processes = []

    def add(self, process):
        self.processes.append(process)
        return process

    def start(self, *argv, **more):
        return self.add(Process(self, [str(arg) for arg in argv], **more))

    def close(self):
        for process in reversed(self.processes):
            process.end()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, *argv, check=True, **more):
        return subprocess.run([str(arg) for arg in argv], env=self.env, check=check, timeout=30,
                              capture_output=True, text=True, **more)

    def bus(self):
        socket = self.dir / "bus"
        config = self.dir / "bus.conf"
        config.write_text(BUS_CONFIG.format(socket=socket))
        self.start("dbus-daemon", f"--config-file={config}", "--nofork")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={socket}"
        wait_for("the bus", lambda: self.bus_call("GetId", "()") is not None)

    def bus_call(self, member, arguments, *values):
        """Asks the bus daemon itself; None if it fails."""
        result = self.run("gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path",
                          "/org/freedesktop/DBus", "--method", f"org.freedesktop.DBus.{member}", *values, check=False)
        return result.stdout if result.returncode == 0 else None

    def server_runs(self):
        answer = self.bus_call("NameHasOwner", "(s)", "org.freedesktop.Notifications")
        return answer is not None and "true" in answer

    def display(self, size="1024x768x24"):
        xvfb = self.start("Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp", "-noreset")
        self.env["DISPLAY"] = ":" + xvfb.expect(r"(\d+)")[1]

    def wait_server(self):
        wait_for("the notification server", self.server_runs)

    def dunst(self):
        pick = self.dir / "pick"
        pick.write_text('#!/bin/sh\nexec grep -m1 -- "$(cat "$HOME/choice")"\n')
        pick.chmod(0o755)
        config = self.dir / "dunstrc"
        config.write_text(DUNST_CONFIG.format(pick=pick))
        server = self.start("dunst", "-conf", config, "-print")
        self.wait_server()
        return server

    def choose(self, label):
        """What the user will pick in dunst's menu of actions."""
        (self.dir / "choice").write_text(label)

    def displayed(self):
        return int(self.run("dunstctl", "count", "displayed").stdout)

    def server(self, *arguments):
        """A server of our own, for what no real one does on demand."""
        server = self.start(sys.executable, SERVER, *arguments)
        server.expect("ready")
        return server

    def driver(self):
        return self.add(Driver(self))

    def notifier(self, *arguments, **more):
        return self.start(NOTIFIER, *arguments, **more)

    def windows(self, wm_class):
        result = self.run("xdotool", "search", "--onlyvisible", "--class", wm_class, check=False)
        return result.stdout.split()

    def geometry(self, wm_class):
        """x, y, width, height of its window, once three looks in a row agree; None before."""
        looks = []
        for _ in range(3):
            windows = self.windows(wm_class)
            if not windows:
                return None
            text = self.run("xdotool", "getwindowgeometry", "--shell", windows[0], check=False).stdout
            values = dict(line.split("=") for line in text.splitlines())
            looks.append(tuple(int(values.get(key, -1)) for key in ("X", "Y", "WIDTH", "HEIGHT")))
            time.sleep(0.1)
        return looks[0] if len(set(looks)) == 1 and min(looks[0]) >= 0 else None

    def monitor(self):
        """What servers say on the bus, to whomever, as the lines of dbus-monitor."""
        monitor = self.start("dbus-monitor", "--session", "type='signal',interface='org.freedesktop.Notifications'")
        monitor.expect(".*member=Name(Acquired|Lost).*")
        return monitor

    def click_button(self, wm_class, position, monitor):
        """Clicks at position(x, y, width, height) of the server's window until the server says that a button was
        used: a window that has just appeared may still move or not listen yet."""
        for _ in range(5):
            x, y = position(*wait_for("its window", lambda: self.geometry(wm_class)))
            self.click(x, y)
            try:
                monitor.expect(".*member=(ActionInvoked|NotificationClosed).*", 4)
            except AssertionError:
                continue
            assert "ActionInvoked" in monitor.seen[-1], "the click has missed the button"
            return
        raise AssertionError(f"no click at {wm_class} was heard; the server said {monitor.seen}")

    def click(self, x, y):
        self.run("xdotool", "mousemove", x, y, "click", "1")
