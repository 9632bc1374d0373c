# SPDX-License-Identifier: GPL-3.0-or-later
"""Wayland compositors for a session: our own one, KWin and sway, each with a user who touches something."""

import os
import pathlib
import queue
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from support import process
from support.source_probe import Probe
from support.waiting import SLOWNESS, Timeout, wait_for

NOBODY = 65534


class Talker:
    """A program that is told line by line and answers so; its answers end with `done`."""

    def __init__(self, argv, environment):
        self.process = process.start([str(a) for a in argv], env=environment, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.said = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for text in self.process.stdout:
            self.lines.put(text.rstrip("\n"))

    def wait(self, *beginnings, seconds=10.0):
        """The next line with one of these beginnings; all lines are in .said."""
        end = time.monotonic() + seconds * SLOWNESS
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                raise Timeout(f"no {beginnings}; said: {self.said[-50:]}") from None
            self.said.append(line)
            if line.startswith(beginnings):
                return line

    def tell(self, *commands):
        for command in commands:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            line = self.wait("done", "error")
            assert line == "done", line

    def close(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        process.end(self.process)
        self.reader.join()


class Compositor(Talker):
    """Ours: see tests/support/compositor.c. One seat and version 2 unless told otherwise."""

    name = "wayland-7"

    def __init__(self, build, session, *commands):
        self.session = session
        self.path = session.directory / "run" / self.name
        super().__init__([pathlib.Path(build) / "tests/support/compositor", self.path], session.environment())
        self.wait("ready")
        self.tell(*(commands or ("seat seat0", "ext 2")))

    def input(self, _probe=None, seat="seat0"):
        self.tell(f"input {seat}")

    def watches(self):
        """The watches that clients have now, as `PROTOCOL SEAT MSEC`."""
        self.tell("capabilities none 0")  # all that was said before is here then
        now = []
        for line in self.said:
            if line.startswith("watch "):
                now.append(line.removeprefix("watch "))
            elif line.startswith("unwatch "):
                now.remove(line.removeprefix("unwatch "))
        return sorted(now)

    def ever_watched(self):
        """How many watches there have been."""
        self.watches()
        return len([line for line in self.said if line.startswith("watch ")])

    def kill(self):
        """As a crash: its socket stays behind."""
        self.process.kill()
        self.process.wait()
        self.close()


class KWin:
    """The real one, without a screen. Its copy lacks the file capability, which not every machine grants."""

    name = "wayland-kwin"

    def __init__(self, build, session):
        self.session = session
        binary = session.directory / "kwin_wayland"
        shutil.copyfile(shutil.which("kwin_wayland"), binary)
        binary.chmod(0o700)
        self.environment = session.environment(KWIN_COMPOSE="Q", KWIN_WAYLAND_NO_PERMISSION_CHECKS="1",
                                               WAYLAND_DISPLAY=self.name)
        self.argv = [binary, "--virtual", "--no-lockscreen", "--no-global-shortcuts", "--no-kactivities", "--socket",
                     self.name]
        self.hands = None
        self.build = pathlib.Path(build)
        self.start()

    def start(self):
        environment = {key: value for key, value in self.environment.items() if key != "WAYLAND_DISPLAY"}
        self.process = self.session.start(self.argv, "kwin", environment)
        wait_for(self._take_hands, "KWin with hands on it", 30)

    def _take_hands(self):
        hands = Talker([self.build / "tests/support/kwin-input"], self.environment)
        try:
            hands.wait("version", seconds=2)
        except Timeout:
            hands.close()
            return False
        self.hands = hands
        return True

    def input(self, _probe=None):
        self.hands.tell("motion")

    def kill(self):
        self.process.kill()
        self.session.stop(self.process)
        self.close()

    def close(self):
        if self.hands:
            self.hands.close()
            self.hands = None


class Sway:
    """The real one, without a screen. It refuses to run as root; so an ordinary user runs it there."""

    def __init__(self, session):
        self.session = session
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="backcare-sway-"))
        self.config = self.directory / "config"
        self.config.write_text("output HEADLESS-1 resolution 640x480\nfocus_follows_mouse no\n")
        self.config.chmod(0o644)
        self.before = []
        if os.geteuid() == 0:
            os.chown(self.directory, NOBODY, NOBODY)
            self.before = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        self.environment = session.environment(
            HOME=self.directory, XDG_RUNTIME_DIR=self.directory, WLR_BACKENDS="headless", WLR_LIBINPUT_NO_DEVICES="1",
            WLR_RENDERER="pixman")
        self.process = session.start([*self.before, "sway", "-c", self.config], "sway", self.environment)
        wait_for(lambda: self._find("wayland-?") and self._find("sway-ipc.*"), "sway")
        # An absolute path: the runtime directory of the program under test is another.
        self.name = str(self._find("wayland-?"))

    def _find(self, pattern):
        found = [path for path in self.directory.glob(pattern) if path.is_socket()]
        return found[0] if found else None

    def message(self, *words):
        subprocess.run([*self.before, "swaymsg", "--socket", self._find("sway-ipc.*"), "--quiet", "--", *words],
                       env=self.environment, check=True, timeout=30 * SLOWNESS)

    def input(self, _probe=None):
        self.message("seat", "seat0", "cursor", "move", "3", "3")

    def close(self):
        if self.process in self.session.processes:
            self.session.stop(self.process)
        shutil.rmtree(self.directory, ignore_errors=True)


class Film(Talker):
    """A window that asks its compositor not to go idle, for as long as the `with` block lasts."""

    def __init__(self, build, session, compositor):
        super().__init__([pathlib.Path(build) / "tests/support/film"],
                         session.environment(WAYLAND_DISPLAY=compositor.name))

    def __enter__(self):
        self.wait("playing")
        return self

    def __exit__(self, *_):
        self.close()


class SilentCompositor:
    """Takes connections, if it is asked to, and never says a word."""

    name = "wayland-silent"

    def __init__(self, session, backlog=5):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(session.directory / "run" / self.name))
        self.socket.listen(backlog)

    def close(self):
        self.socket.close()


def probe(driver, session, compositor, threshold_msec, source="auto", **more):
    """The activity module in a session whose compositor is that one."""
    return Probe([driver, source, threshold_msec], session.environment(WAYLAND_DISPLAY=compositor.name, **more))
