#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./dev run`: a real reminder within a minute, from the build, with settings and history of its own.

On a desktop the notification is a real one; without a desktop it is drawn on the terminal, by a small notification server
on a bus of its own. The user's settings, history and installed BackCare are neither read nor disturbed.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from support.session import BUS_NAME, MANAGER, OBJECT_PATH, Session  # noqa: E402
from support.waiting import wait_for  # noqa: E402

# A day's work in a minute. A user who watches the terminal with the hands off is not away.
SETTINGS = """[activity]
idle-after = 10min
idle-after-prompt = 10min
[break.stretch]
after = {after}
length = 30s
[break.walk]
enabled = no
[reminder]
snooze = 1min
snooze-limit = 0
repeat = 1min
[hold]
do-not-disturb = no
camera = no
microphone = no
game-mode = no
"""
SERVER = TESTS / "support" / "terminal_notifications.py"


def desktop_bus():
    """The user's own bus if it shows notifications and no BackCare is on it; else None, with the reason."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if not address:
        return None, "there is no desktop session here"
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None, "there is no display here"

    def ask(method, *arguments):
        ran = subprocess.run(["busctl", "--user", "--timeout=5", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                              "org.freedesktop.DBus", method, *arguments], capture_output=True, text=True)
        return ran.stdout if ran.returncode == 0 else ""

    if "true" in ask("NameHasOwner", "s", BUS_NAME):
        return None, "your own BackCare is running and stays undisturbed"
    if '"org.freedesktop.Notifications"' not in ask("ListNames") + ask("ListActivatableNames"):
        return None, "this desktop has no notification server"
    return address, None


class Demo:
    def __init__(self, session, build_dir):
        self.session = session
        self.build = build_dir
        self.ctl = str(build_dir / "cli/backcarectl")
        self.environment = session.environment()
        self.server = None  # our own notification server, where the desktop has none

    def control(self, *arguments):
        """Runs backcarectl before the user's eyes."""
        print(f"\n$ backcarectl {' '.join(arguments)}", flush=True)
        return subprocess.run([self.ctl, *arguments], env=self.environment, stdin=subprocess.DEVNULL).returncode

    def prompted(self):
        ran = subprocess.run(["busctl", "--user", "--json=short", "get-property", BUS_NAME, OBJECT_PATH, MANAGER, "Prompt"],
                             env=self.environment, capture_output=True, text=True)
        return ran.returncode == 0 and json.loads(ran.stdout)["data"][0]

    def once(self):
        """Nobody to answer: one reminder, answered by a command."""
        wait_for(self.prompted, "the reminder", 55, step=0.2)
        wait_for(lambda: self.server is None or "┌" in self.session.log("terminal"), "the notification", 10)
        if self.server:
            print(self.session.log("terminal"), end="", flush=True)
        failed = self.control("snooze", "10min") or self.control("status")
        print("\nThat was one reminder. In a terminal, ./dev run goes on until you stop it.")
        return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-dir", type=pathlib.Path, default="build")
    parser.add_argument("--after", default="15s", help="sitting time until the reminder (default: %(default)s)")
    parser.add_argument("--terminal", action="store_true", help="show reminders on the terminal also on a desktop")
    parser.add_argument("--once", action="store_true", help="end after one reminder, answered by `backcarectl snooze`")
    arguments = parser.parse_args()
    interactive = sys.stdin.isatty() and not arguments.once
    address, why = (None, "you asked for it") if arguments.terminal else desktop_bus()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    with Session() as session:
        session.configure(SETTINGS.format(after=arguments.after))
        session.use_catalogue(TESTS.parent)
        session.use_pictures(arguments.build_dir.resolve())
        demo = Demo(session, arguments.build_dir.resolve())
        if address:
            desktop = {name: os.environ[name] for name in ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR",
                                                           "XDG_CURRENT_DESKTOP", "LANG", "LANGUAGE", "LC_ALL",
                                                           "LC_MESSAGES") if name in os.environ}
            demo.environment.update(desktop, DBUS_SESSION_BUS_ADDRESS=address, TEXTDOMAINDIR=str(demo.build / "po"))
            print("The reminder comes as a notification of your desktop.")
        else:
            print(f"The reminder comes here in the terminal: {why}.")
            demo.server = session.start(
                ["/usr/bin/python3", str(SERVER)], "terminal",
                **({"stdin": None, "stdout": None, "stderr": None, "start_new_session": False} if interactive else {}))
            wait_for(lambda: session.has_owner("org.freedesktop.Notifications"), "the notification server")
        session.start_daemon(demo.build, environment=demo.environment, first_run=True)
        print(f"BackCare runs. You are reminded after {arguments.after} of sitting.", flush=True)
        try:
            if not interactive:
                return demo.once()
            print(f"Answer with the keys shown, or from another terminal:\n"
                  f"    DBUS_SESSION_BUS_ADDRESS='{demo.environment['DBUS_SESSION_BUS_ADDRESS']}' {demo.ctl} status\n"
                  "Ctrl-C ends it.", flush=True)
            if demo.server:
                demo.server.wait()
            else:
                signal.pause()
        except KeyboardInterrupt:
            print("\nEnded. Nothing was installed or kept.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
