# SPDX-License-Identifier: GPL-3.0-or-later
"""A booted systemd to test in: namespaces of its own, an ordinary user `tester`, BackCare installed.

Must not know what is tested in it. Needs root (or rather CAP_SYS_ADMIN), but no systemd as process 1.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from support import process
from support.waiting import SLOWNESS, wait_for

BOOT = pathlib.Path(__file__).with_name("boot.sh")
USER = "tester"
DISPLAY = ":1"
NEEDED = ("unshare", "nsenter", "setpriv", "mount", "useradd", "Xvfb", "xdotool", "busctl")
CLEAN_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
}


class Impossible(Exception):
    """This machine can't run the host; the text says why."""


def why_impossible():
    """The reason for which the host can't be booted here, or None."""
    if os.geteuid() != 0:
        return "booting a systemd in namespaces needs root"
    missing = [name for name in NEEDED if not shutil.which(name)]
    if not os.path.exists("/lib/systemd/systemd"):
        missing.append("systemd")
    if missing:
        return "not installed: " + ", ".join(missing)
    probe = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net", "true"],
        capture_output=True, text=True)
    if probe.returncode != 0:
        return "no namespaces here: " + probe.stderr.strip()
    return None


class Host:
    """One boot. `with Host(destdir) as host:` leaves nothing behind, also when the body fails."""

    def __init__(self, destdir):
        self.destdir = str(destdir)
        self.work = None
        self.boot_process = None
        self.systemd_pid = None
        self.uid = None
        self.home = None

    def __enter__(self):
        try:
            self._boot()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # --- life

    def _boot(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="backcare-host-"))
        (self.work / "root").mkdir()
        self.group = f"backcare-host-{os.getpid()}-{self.work.name[-8:]}"
        with open(self.work / "console", "wb") as console:
            # PR_SET_PDEATHSIG and --kill-child: if the test run is killed, so is everything in here.
            self.boot_process = process.start(
                ["unshare", "--mount", "--propagation", "private", "bash", str(BOOT), "outer",
                 str(self.work / "root"), self.group, self.destdir],
                stdout=console, stderr=subprocess.STDOUT)
        self.systemd_pid = wait_for(self._find_systemd, "systemd as process 1 of the host", 30)
        wait_for(lambda: self.path("/run/systemd/private").exists(), "systemd's socket", 60)
        state = self.root("systemctl", "is-system-running", "--wait", check=False, seconds=120).strip()
        if state != "running":
            failed = self.root("systemctl", "--failed", "--no-pager", "--plain", check=False)
            raise AssertionError(f"the host booted into '{state}':\n{failed}\n{self.console()}")
        self.uid = int(self.root("id", "-u", USER))
        self.home = f"/home/{USER}"
        self.linger()

    def _find_systemd(self):
        """The child of unshare, once it has become systemd."""
        pid = self.boot_process.pid
        if self.boot_process.poll() is not None:
            raise AssertionError(f"the host ended while booting:\n{self.console()}")
        try:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if children and pathlib.Path(f"/proc/{children[0]}/comm").read_text().strip() == "systemd":
                return int(children[0])
        except FileNotFoundError:
            pass
        return None

    def close(self):
        if self.boot_process:
            process.end(self.boot_process, seconds=0)
            self.boot_process = None
        if not self.work:
            return
        # The group is empty once the kernel has reaped the last process of the namespace.
        wait_for(self._remove_group, "an empty control group", 30)
        shutil.rmtree(self.work)
        self.work = None

    def _remove_group(self):
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "bash", str(BOOT), "clean",
             str(self.work / "root"), self.group], capture_output=True).returncode == 0

    def console(self):
        return (self.work / "console").read_text(errors="replace")

    def path(self, inside):
        """A path of the host as this process can open it."""
        return pathlib.Path(f"/proc/{self.systemd_pid}/root") / inside.lstrip("/")

    # --- commands

    def _enter(self, argv):
        return ["nsenter", "--target", str(self.systemd_pid), "--all", "--root", "--wd", "--", *argv]

    def _as_user(self, argv, environment):
        variables = {"XDG_RUNTIME_DIR": f"/run/user/{self.uid}",
                     "DBUS_SESSION_BUS_ADDRESS": f"unix:path=/run/user/{self.uid}/bus",
                     **CLEAN_ENVIRONMENT, **(environment or {})}
        return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--reset-env", "env",
                *(f"{key}={value}" for key, value in variables.items()), *argv]

    def _run(self, argv, check, seconds, stdin):
        ran = subprocess.run(self._enter(argv), input=stdin, capture_output=True, text=True,
                             timeout=seconds * SLOWNESS, env=CLEAN_ENVIRONMENT)
        if check and ran.returncode != 0:
            raise AssertionError(f"{' '.join(argv)}: status {ran.returncode}\n{ran.stdout}{ran.stderr}")
        return ran

    def root(self, *argv, check=True, seconds=30, stdin=""):
        """Runs a command as root in the host; returns what it says on stdout."""
        return self._run(argv, check, seconds, stdin).stdout

    def user_run(self, *argv, check=True, seconds=30, stdin="", environment=None):
        """Runs a command as the user, on the user's bus; returns the finished process."""
        return self._run(self._as_user(argv, environment), check, seconds, stdin)

    def user_start(self, *argv, environment=None, **kwargs):
        """Starts a program as the user; it ends with the host or by process.end()."""
        return process.start(self._enter(self._as_user(argv, environment)), env=CLEAN_ENVIRONMENT, **kwargs)

    def user(self, *argv, **kwargs):
        """The same, for its stdout."""
        return self.user_run(*argv, **kwargs).stdout

    def systemctl(self, *argv, **kwargs):
        return self.user("systemctl", "--user", *argv, **kwargs)

    def show(self, unit, name):
        """One property of a user unit."""
        return self.systemctl("show", "--property", name, "--value", unit).strip()

    def call(self, name, path, interface, member, *args, timeout=10, check=True):
        """A method call on the user's bus; the reply as JSON data."""
        ran = self.user_run("busctl", "--user", f"--timeout={timeout}", "--json=short", "call", name, path, interface,
                            member, *args, check=check)
        return json.loads(ran.stdout)["data"] if ran.returncode == 0 and ran.stdout.strip() else None

    def get(self, name, path, interface, member):
        return json.loads(self.user("busctl", "--user", "--json=short", "get-property", name, path, interface,
                                    member))["data"]

    def call_system(self, name, path, interface, member, *args):
        """A method call on the system's bus, by root."""
        self.root("busctl", "call", name, path, interface, member, *args)

    def get_system(self, name, path, interface, member):
        return json.loads(self.root("busctl", "--json=short", "get-property", name, path, interface, member))["data"]

    def has_owner(self, name):
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s",
                         name)[0]

    def write(self, inside, text):
        """Writes a file in the user's home, owned by the user; directories are made."""
        self.user("sh", "-c", 'mkdir -p "${1%/*}" && cat >"$1"', "sh", inside, stdin=text)

    def write_root(self, inside, text):
        """Writes a file of the system."""
        self.root("sh", "-c", 'cat >"$1"', "sh", inside, stdin=text)

    def journal(self, *matches):
        """Entries of the user's journal, as the user reads them."""
        self.user("journalctl", "--user", "--sync", check=False)
        lines = self.user("journalctl", "--user", "--output=json", "--no-pager", "--quiet", *matches, check=False)
        return [json.loads(line) for line in lines.splitlines()]

    # --- sessions

    def linger(self):
        self.root("loginctl", "enable-linger", USER)
        wait_for(lambda: self.path(f"/run/user/{self.uid}/bus").is_socket(), "the user's bus", 60)

    def restart_user_manager(self):
        """Stops the user's manager with all it runs, and starts a new one."""
        self.root("systemctl", "restart", f"user@{self.uid}.service", seconds=120)
        wait_for(lambda: self.path(f"/run/user/{self.uid}/bus").is_socket(), "the user's bus", 60)

    def start_x_session(self):
        """A login session of type x11 with a real X server; returns the session's id."""
        self.root("systemd-run", "--quiet", "--unit=x-session", "--property=PAMName=login", f"--property=User={USER}",
                  "--property=Type=simple", "--setenv=XDG_SESSION_TYPE=x11", "--setenv=XDG_SESSION_CLASS=user",
                  "Xvfb", DISPLAY, "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
        session = wait_for(self.session, "a session of the user")
        wait_for(lambda: self.path(f"/tmp/.X11-unix/X{DISPLAY[1:]}").is_socket(), "the X server")
        self.systemctl("set-environment", f"DISPLAY={DISPLAY}")
        return session

    def stop_x_session(self):
        self.systemctl("unset-environment", "DISPLAY")
        self.root("systemctl", "stop", "x-session.service", seconds=60)
        self.root("systemctl", "reset-failed", "x-session.service", check=False)
        wait_for(lambda: not self.session(), "the end of the session")

    def session(self):
        """The id of the user's session, or None."""
        for line in self.root("loginctl", "--no-legend", "list-sessions").splitlines():
            fields = line.split()
            if USER in fields:
                return fields[0]
        return None

    def input(self, *arguments):
        """Input from the user, by XTEST: input("key", "a")."""
        self.user("xdotool", *(arguments or ("key", "a")), environment={"DISPLAY": DISPLAY})

    def suspend(self):
        """Lets logind send the machine to sleep; it stays there until wake()."""
        self.root("systemctl", "--no-block", "suspend")

    def wake(self):
        self.root("sh", "-c", "echo wake >/run/backcare-host-wake")
        wait_for(lambda: self.root("systemctl", "is-active", "systemd-suspend.service", check=False).strip() ==
                 "inactive", "the end of the suspend")
