#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What BackCare costs, each figure beside a floor measured in the same run: the least that an sd-bus daemon can be.

Measures in a session of its own (bus, X server); prints figures and asserts nothing.
"""

import argparse
import os
import pathlib
import signal
import socket
import statistics
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from bench.catalogues import measure_catalogues  # noqa: E402
from bench.measure import KIB, Table, private_dirty, settle, status_field, switches  # noqa: E402
from bench.sources import measure_sources  # noqa: E402
from support.session import BUS_NAME, MANAGER, OBJECT_PATH, Session  # noqa: E402
from support.waiting import wait_for  # noqa: E402

IDLE_SOON = "[activity]\nidle-after = 5s\nidle-after-prompt = 5s\n"


class Bench:
    def __init__(self, build_dir, session, quick):
        self.build = build_dir
        self.session = session
        self.quick = quick
        self.floor_program = str(build_dir / "tests/bench/bench-floor")

    def daemon(self, **environment):
        return self.session.start_daemon(self.build, environment={k: str(v) for k, v in environment.items()})

    def floor(self):
        started = self.session.start([self.floor_program], "floor")
        wait_for(lambda: self.session.has_owner("org.backcare.Floor"), "the floor's name")
        return started

    def memory(self, table):
        # The kernel calls a page of a program dirty as long as the fresh build has not reached the disk.
        os.sync()
        ours, floor = self.daemon(), self.floor()
        settle(ours.pid)
        settle(floor.pid)
        a, b = private_dirty(ours.pid) / KIB, private_dirty(floor.pid) / KIB
        table.row("private dirty memory at rest", a, b, "2.0 times, and 1 MiB more", a <= 2 * b and a - b <= 1024, "KiB")
        threads = status_field(ours.pid, "Threads")
        table.row("threads", threads, status_field(floor.pid, "Threads"), "1", threads == 1)
        self.session.stop(floor)
        self.session.stop(ours)

    def typing(self, table):
        """A user who types without a pause: nothing of it is the daemon's business."""
        # With the settings as shipped: below a threshold of a second or two, our own breath between words is a pause.
        self.session.configure("")
        # And without what the parts before have left: a prompt that stands would be shown, and shown again.
        (self.session.directory / "state" / "backcare" / "state").unlink(missing_ok=True)
        ours, floor = self.daemon(), self.floor()
        seconds = 20 if self.quick else 120
        # The first key ends whatever idleness was before.
        self.session.run(["xdotool", "key", "a"])
        settle(ours.pid)
        before, floor_before, end = switches(ours.pid), switches(floor.pid), time.monotonic() + seconds
        typed = 0
        while time.monotonic() < end:
            self.session.run(["xdotool", "type", "--delay", "90", "the quick brown fox"])
            typed += 19
        a, b = switches(ours.pid) - before, switches(floor.pid) - floor_before
        table.row(f"context switches, {seconds} s of typing ({typed} keys)", a, b, "at most 1", a <= 1)
        self.session.stop(floor)
        self.session.stop(ours)

    def rest(self, table):
        """Wake-ups in an hour without a user, lived through 60 times as fast: the daemon's clocks and timers are scaled,
        the watchdog's among them, so that every timer that an hour brings does go off and is counted."""
        rate = 60
        counter = self.session.directory / "wakes"
        counter.write_bytes(bytes(8))
        ours = self.daemon(LD_PRELOAD=self.build / "tests/support/fastclock.so", BACKCARE_FASTCLOCK_RATE=rate,
                           BACKCARE_FASTCLOCK_WAKES=counter, WATCHDOG_USEC=20 * 60 * 1000000)
        wait_for(lambda: self.state() == "away", "the user to be away", 60)
        settle(ours.pid, quiet=1.0)
        before, minutes = counter.read_bytes(), 20 if self.quick else 60
        time.sleep(minutes * 60 / rate)
        woken = int.from_bytes(counter.read_bytes(), sys.byteorder) - int.from_bytes(before, sys.byteorder)
        if woken == 0:
            raise AssertionError("not woken once, not even by the watchdog's timer: nothing was measured")
        table.row("wake-ups in an hour at rest, watchdog included", woken * 60 / minutes, None, "at most 12",
                  woken * 60 / minutes <= 12)
        self.session.stop(ours)

    def state(self):
        ran = self.session.run(["busctl", "--user", "get-property", BUS_NAME, OBJECT_PATH, MANAGER, "State"])
        return ran.stdout.split('"')[1]

    def start_time(self, argv):
        """From fork to READY=1, in milliseconds."""
        path = self.session.directory / "run" / "ready"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(str(path))
            ready.settimeout(30)
            environment = self.session.environment(NOTIFY_SOCKET=path)
            begin = time.monotonic()
            started = self.session.start(argv, "start", environment)
            while b"READY=1" not in ready.recv(4096):
                pass
            taken = time.monotonic() - begin
        self.session.stop(started)
        return taken * 1000

    def start(self, table):
        daemon = [str(self.build / "daemon/backcared"), "--notifier",
                  str(self.build / "daemon/notifier/backcare-notifier")]
        ours, floor = [], []
        for _ in range(5 if self.quick else 21):
            floor.append(self.start_time([self.floor_program]))
            ours.append(self.start_time(daemon))
        a, b = statistics.median(ours), statistics.median(floor)
        table.row("exec to READY", a, b, "3.0 times", a <= 3 * b, "ms")

    def reply_sizes(self):
        """How many bytes a GetAll answer is, and what Reply must be asked for to give as many."""
        import gi
        gi.require_version("Gio", "2.0")
        from gi.repository import Gio, GLib
        bus = Gio.DBusConnection.new_for_address_sync(
            self.session.environment()["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

        def size(name, path, interface, member, arguments):
            message = Gio.DBusMessage.new_method_call(name, path, interface, member)
            message.set_body(arguments)
            reply, _ = bus.send_message_with_reply_sync(message, Gio.DBusSendMessageFlags.NONE, 10000, None)
            return len(reply.to_blob(Gio.DBusCapabilityFlags.NONE))

        whole = size(BUS_NAME, OBJECT_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                     GLib.Variant("(s)", (MANAGER,)))
        empty = size("org.backcare.Floor", "/org/backcare/Floor", "org.backcare.Floor", "Reply",
                     GLib.Variant("(u)", (0,)))
        bus.close_sync(None)
        return whole, max(whole - empty, 0)

    def call(self, table):
        ours, floor = self.daemon(), self.floor()
        whole, ask = self.reply_sizes()
        ran = self.session.run([str(self.build / "tests/bench/bench-roundtrip"), "500" if self.quick else "5000", str(ask)],
                               seconds=120)
        a, b = (int(word) / 1000 for word in ran.stdout.split())
        table.row(f"status call, {whole} bytes of answer", a, b, "1.5 times", a <= 1.5 * b, "us")
        self.session.stop(floor)
        self.session.stop(ours)

    def decade(self, table):
        """Ten years of working days through the core: reading the trace and printing what happened included."""
        trace = self.session.directory / "decade.trace"
        with open(trace, "w") as f:
            f.write("start 2016-01-04T08:00:00+01:00\n")
            for day in range(3652):
                write_day(f, day)
            f.write(f"{3652 * 86400} end\n")
        taken = []
        for _ in range(3):
            begin = time.monotonic()
            ran = self.session.run([str(self.build / "cli/backcarectl"), "simulate", "--json", str(trace)], seconds=120)
            taken.append(time.monotonic() - begin)
        prompts = ran.stdout.count('"prompt"')
        best = min(taken)
        table.row(f"10 simulated years ({prompts} prompts)", best, None, "under 1 s", best < 1 and prompts > 0, "s")


def write_day(f, day):
    """Working time from 8 to 17 with a coffee, a lunch, a film and a lock at night; no work at the week's end."""
    at = day * 86400
    if day % 7 >= 5:
        return
    f.write(f"{at} unlock\n{at} active\n")
    for begin, length in ((5400, 300), (14400, 2700), (21600, 150), (27000, 600)):
        f.write(f"{at + begin + 120} idle since={at + begin}\n{at + begin + max(length, 121)} active\n")
    f.write(f"{at + 32400} lock\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-dir", type=pathlib.Path, default="build-bench")
    parser.add_argument("--quick", action="store_true", help="shorter windows, for a look while developing")
    arguments = parser.parse_args()
    # As Ctrl-C: the session is taken down on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Session() as session:
        session.configure(IDLE_SOON)
        session.use_catalogue(TESTS.parent)
        # Without one, sd-bus would watch directories for it, and be woken by what others do there.
        session.start_system_bus()
        session.start_x()
        bench = Bench(arguments.build_dir.resolve(), session, arguments.quick)
        table = Table()
        for part in (bench.memory, bench.start, bench.call, bench.decade, bench.rest, bench.typing):
            part(table)
    measure_catalogues(arguments.build_dir.resolve(), table, arguments.quick)
    measure_sources(arguments.build_dir.resolve(), table, arguments.quick)
    print(f"{table.rows - table.over} of {table.rows} within their bounds")


if __name__ == "__main__":
    main()
