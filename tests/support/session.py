# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session of its own for a test: home, runtime directory, session bus, and an X server on request.

Nothing of the user's own session is seen or touched. Ends all it has started, by id.
"""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from support import process
from support.bus_config import bus_config
from support.waiting import SLOWNESS, wait_for

BUS_NAME = "org.backcare.BackCare1"
OBJECT_PATH = "/org/backcare/BackCare1"
MANAGER = "org.backcare.BackCare1.Manager"


def listens(path):
    """The socket's file is there a moment before anybody listens on it."""
    with socket.socket(socket.AF_UNIX) as attempt:
        return attempt.connect_ex(str(path)) == 0


class Session:
    def __init__(self):
        self.processes = []
        self.display = None
        self.directory = None

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="backcare-session-"))
        for name in ("home", "run", "config", "state", "data"):
            (self.directory / name).mkdir(mode=0o700)
        try:
            self._start_bus()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """The bus last: the others are to find it until they are gone."""
        for started in reversed(self.processes):
            process.end(started)
        self.processes = []
        if self.directory:
            shutil.rmtree(self.directory)
            self.directory = None

    def _start_bus(self, name="bus"):
        path = self.directory / "run" / name
        config = self.directory / f"{name}.conf"
        config.write_text(bus_config(f"unix:path={path}"))
        self.start(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], name)
        wait_for(lambda: listens(path), f"the {name}")

    def start_system_bus(self):
        """A bus in the place of the system's, with nobody on it."""
        self._start_bus("system-bus")

    def environment(self, **more):
        """What a program of this session gets, and nothing of the user's own."""
        run = self.directory / "run"
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.directory / "home"),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(self.directory / "config"),
            "XDG_STATE_HOME": str(self.directory / "state"),
            "XDG_DATA_HOME": str(self.directory / "data"),
            "XDG_CONFIG_DIRS": str(self.directory / "no-config"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/bus",
            # Nobody is there before start_system_bus(): the machine's logind is not to be asked.
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={run}/system-bus",
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "BACKCARE_TEST_SLOWNESS", "TZ"):
            if name in os.environ:
                environment[name] = os.environ[name]
        if self.display:
            environment["DISPLAY"] = self.display
        return {**environment, **{key: str(value) for key, value in more.items()}}

    def start(self, argv, name, environment=None, **kwargs):
        """A program that lives as long as the session; what it says is in NAME.log."""
        with open(self.directory / f"{name}.log", "ab") as log:
            kwargs.setdefault("stdout", log)
            kwargs.setdefault("stderr", log)
            started = process.start(argv, env=environment or self.environment(), **kwargs)
        self.processes.append(started)
        return started

    def stop(self, started):
        status = process.end(started)
        self.processes.remove(started)
        return status

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def run(self, argv, check=True, seconds=30, **more):
        """Runs a program of the session to its end."""
        ran = subprocess.run(argv, env=self.environment(**more), stdin=subprocess.DEVNULL, capture_output=True,
                             text=True, timeout=seconds * SLOWNESS)
        if check and ran.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, argv))}: status {ran.returncode}\n{ran.stdout}{ran.stderr}")
        return ran

    def start_x(self):
        """An X server on a display number that it chooses itself."""
        reading, writing = os.pipe()
        self.start(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"],
                   "xvfb", pass_fds=[writing])
        os.close(writing)
        with open(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError(f"no X server:\n{self.log('xvfb')}")
        self.display = f":{number}"

    def has_owner(self, name):
        ran = self.run(["busctl", "--user", "--json=short", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                        "org.freedesktop.DBus", "NameHasOwner", "s", name], check=False)
        return ran.returncode == 0 and "true" in ran.stdout

    def configure(self, text):
        """Writes the session's backcare.conf."""
        path = self.directory / "config" / "backcare" / "backcare.conf"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def use_catalogue(self, source_dir):
        """The catalogue of the source tree: an uninstalled daemon finds none where it would be installed."""
        link = self.directory / "data" / "backcare" / "catalogue"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(pathlib.Path(source_dir) / "conf" / "catalogue")

    def own_catalogue(self, text=""):
        """The shipped exercises, and a file of the user's own, which is read last; returns it."""
        folder = self.directory / "data" / "backcare" / "catalogue"
        shipped = folder.resolve()
        folder.unlink()
        folder.mkdir()
        for path in shipped.glob("*.ini"):
            (folder / path.name).symlink_to(path)
        own = folder / "zz-mine.ini"
        own.write_text(text)
        return own

    def use_pictures(self, build_dir):
        """The pictures of the build, for the same reason: beside the catalogue, as where they are installed."""
        link = self.directory / "data" / "backcare" / "illustrations"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(pathlib.Path(build_dir) / "conf" / "illustrations")

    def start_daemon(self, build_dir, *arguments, name="backcared", environment=None, first_run=False):
        """The daemon of a build, once it has said READY=1; returns the process. Unless a test is about that, it does
        not run for the first time, when it would show what it is."""
        if not first_run:
            state = self.directory / "state" / "backcare"
            with contextlib.suppress(OSError):  # a test about a state that can't be written
                state.mkdir(mode=0o700, parents=True, exist_ok=True)
                (state / "welcome-shown").touch(mode=0o600)
        path = self.directory / "run" / f"notify-{name}"
        path.unlink(missing_ok=True)  # of a daemon before
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(str(path))
            variables = {**self.environment(NOTIFY_SOCKET=path), "TEXTDOMAINDIR": f"{build_dir}/po",
                         **(environment or {})}
            started = self.start([f"{build_dir}/daemon/backcared", "--notifier",
                                  f"{build_dir}/daemon/notifier/backcare-notifier", *arguments], name, variables)
            ready.settimeout(0.1)
            wait_for(lambda: self._said_ready(ready, started, name), "READY=1 of the daemon", 30)
            path.unlink()
        return started


    def _said_ready(self, ready, started, name):
        """Whether the daemon is ready; an error if it has ended instead."""
        if started.poll() is not None:
            raise AssertionError(f"the daemon has ended with {started.returncode}:\n{self.log(name)}")
        try:
            return b"READY=1" in ready.recv(4096)
        except TimeoutError:
            return False
