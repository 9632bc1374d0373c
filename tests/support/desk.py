# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole product at a desk of its own: the daemon, a bus that is watched, a user who types, dunst, backcarectl."""

import json
import os
import pathlib
import signal
import socket
import struct
import subprocess

import bus_harness
from support.recorder import Recorder
from support.session import BUS_NAME
from support.waiting import wait_for

# Nobody goes away by having no hands on the keyboard; a test that is about that says so.
SETTINGS = {
    "activity": {"idle-after": "30min", "idle-after-prompt": "30min"},
    "break.stretch": {"after": "1s", "length": "1h"},
    "break.walk": {"enabled": "no"},
    "reminder": {"snooze-limit": "0", "repeat": "0", "merge": "0"},
    "hold": {"do-not-disturb": "no", "camera": "no", "microphone": "no", "game-mode": "no"},
}
DUNST = """[global]
    dmenu = {pick}
    width = 420
    height = 300
    origin = top-right
    offset = 20x20
    markup = full
    show_indicators = no
"""


class Desk:
    def __init__(self, session, build_dir, source_dir):
        self.session = session
        self.build = build_dir
        self.source = source_dir
        self.daemon = None
        self.typing = None
        self.bus = Recorder(session)
        self.client = bus_harness.Client(session.environment()["DBUS_SESSION_BUS_ADDRESS"])

    def close(self):
        """Ends the daemon, which has to go in peace: sanitizers speak by the exit status and on stderr."""
        self.client.close()
        if self.daemon and self.daemon.poll() is None:
            status = self.stop()
            assert status == 0, f"the daemon has ended with {status}:\n{self.log()}"
        log = self.session.directory / "backcared.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        assert "Sanitizer" not in text and "runtime error" not in text, text

    # --- settings

    def settings(self, changes=None):
        """The text of the settings: SETTINGS, with {section: {key: value}} changed."""
        merged = {section: dict(keys) for section, keys in SETTINGS.items()}
        for section, keys in (changes or {}).items():
            merged.setdefault(section, {}).update(keys)
        return "".join(f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items() if v is not None)
                       for section, keys in merged.items())

    def configure(self, changes=None):
        return self.session.configure(self.settings(changes))

    # --- the daemon

    def start(self, *arguments, **kwargs):
        self.daemon = self.session.start_daemon(self.build, *arguments, **kwargs)
        wait_for(lambda: self.session.has_owner(BUS_NAME), "the daemon on the bus")
        return self.daemon

    def stop(self):
        status = self.session.stop(self.daemon)
        self.daemon = None
        return status

    def crash(self):
        """SIGKILL, to the daemon alone; its notifier finds out by itself."""
        self.daemon.kill()
        self.daemon.wait()
        self.session.processes.remove(self.daemon)
        self.daemon = None

    def log(self):
        return self.session.log("backcared")

    def wait_log(self, text, count=1):
        wait_for(lambda: self.log().count(text) >= count, f"{text!r} in the log {self.log()}")

    @property
    def state_file(self):
        return self.session.directory / "state" / "backcare" / "state"

    def ctl(self, *arguments, check=True):
        return self.session.run([str(self.build / "cli/backcarectl"), *arguments], check=check)

    def status(self):
        return json.loads(self.ctl("status", "--json").stdout)

    def get(self, name):
        return self.client.get(name)

    def counter(self, name="stretch"):
        """Exposure of a break now, in seconds, as a client counts it down from Breaks."""
        for brk, _after, _length, counter, at, due in self.get("Breaks"):
            if brk == name:
                now = bus_harness.boottime_usec()
                return (counter + (now - at if due < bus_harness.NEVER else 0)) / 1e6
        raise AssertionError(f"no break {name}")

    def children(self):
        text = pathlib.Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    # --- the user

    def start_typing(self):
        self.typing = self.session.start(
            ["sh", "-c", "while xdotool key a; do sleep 0.2; done"], "typing")

    def stop_typing(self):
        self.session.stop(self.typing)
        self.typing = None
        # Ended between press and release, the key would be held down, and repeat for ever.
        self.session.run(["xdotool", "keyup", "a"])

    def key(self):
        self.session.run(["xdotool", "key", "a"])

    # --- the notification server

    def start_dunst(self):
        pick = self.session.directory / "pick"
        pick.write_text('#!/bin/sh\nexec grep -m1 -- "$(cat "${0%/*}/choice")"\n')
        pick.chmod(0o755)
        config = self.session.directory / "dunstrc"
        config.write_text(DUNST.format(pick=pick))
        started = self.session.start(["dunst", "-conf", str(config)], "dunst")
        wait_for(lambda: self.session.has_owner("org.freedesktop.Notifications"), "dunst")
        return started

    def displayed(self):
        return int(self.session.run(["dunstctl", "count", "displayed"]).stdout)

    def wait_displayed(self, count):
        wait_for(lambda: self.displayed() == count, f"{count} notifications on the screen")

    def choose(self, label):
        """Picks an action of the notification by its label, in dunst's own menu."""
        (self.session.directory / "choice").write_text(label)
        self.session.run(["dunstctl", "context"])


def fast_clock(build_dir, rate):
    """Variables for a daemon that lives so many times as fast: see tests/support/fastclock.c."""
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return {"BACKCARE_FASTCLOCK_RATE": str(rate), "LD_PRELOAD": str(build_dir / "tests/support/fastclock.so"),
            "ASAN_OPTIONS": options}


class Jumps:
    """The daemon's clocks, moved under its feet: see tests/support/fastclock.c."""

    def __init__(self, desk, build_dir, rate=1):
        self.desk = desk
        self.file = desk.session.directory / "jumps"
        self.ahead = [0, 0]
        self.file.write_bytes(struct.pack("qq", 0, 0))
        self.environment = {**fast_clock(build_dir, rate), "BACKCARE_FASTCLOCK_JUMPS": str(self.file)}

    def _move(self, which, seconds):
        self.ahead[which] += int(seconds * 10**9)
        with open(self.file, "r+b") as file:
            file.write(struct.pack("qq", *self.ahead))
        self.desk.daemon.send_signal(signal.SIGUSR1)

    def suspend(self, seconds):
        """Boottime and the wall clock go on, monotonic time doesn't; nobody has announced it."""
        self._move(0, seconds)

    def set_clock(self, seconds):
        self._move(1, seconds)


class NotifySocket:
    """systemd's end of sd_notify()."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.path = path
        self.seen = []

    def wait(self, text, seconds=20.0):
        self.socket.settimeout(seconds)
        while True:
            try:
                message = self.socket.recv(4096).decode()
            except TimeoutError:
                raise AssertionError(f"no {text}; seen: {self.seen}") from None
            self.seen.append(message)
            if text in message.splitlines():
                return message

    def close(self):
        self.socket.close()


def run_to_end(argv, environment, seconds=30):
    """A program that is to end by itself."""
    return subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds)


def stopped(started):
    """Hangs a process for the length of a with block."""
    class Stopped:
        def __enter__(self):
            started.send_signal(signal.SIGSTOP)

        def __exit__(self, *_):
            started.send_signal(signal.SIGCONT)
    return Stopped()

