# SPDX-License-Identifier: GPL-3.0-or-later
"""A private bus, the bus driver on it, and clients: what the black-box tests of the bus share.

Nothing here sleeps: each wait is for a line, a reply or a signal, with a limit after which it fails."""

import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time

from gi.repository import Gio, GLib

NAME = "org.backcare.BackCare1"
PATH = "/org/backcare/BackCare1"
MANAGER = NAME + ".Manager"
ERROR = NAME + ".Error."
INVALID_ARGS = "org.freedesktop.DBus.Error.InvalidArgs"
PROPERTIES = "org.freedesktop.DBus.Properties"
NEVER = 2**64 - 1
SEC = 1000000
MIN = 60 * SEC
HOUR = 60 * MIN
DAY = 24 * HOUR
# Valgrind and sanitizers are slow; nothing that works waits this long.
LIMIT = float(os.environ.get("BACKCARE_TEST_LIMIT", "20"))

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={dir}</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class BusError(Exception):
    """A D-Bus error, its name and message apart."""

    def __init__(self, error):
        self.name = Gio.DBusError.get_remote_error(error) or ""
        # strip_remote_error() works on a copy in Python.
        self.message = error.message.removeprefix(f"GDBus.Error:{self.name}: ")
        super().__init__(f"{self.name}: {self.message}")


class PrivateBus:
    """A real dbus-daemon for one test. It ends with it, or by itself after some minutes."""

    def __init__(self, directory, services=None):
        # A socket's path has at most 107 bytes; pytest's own directories may be longer.
        self.socket_directory = tempfile.mkdtemp(prefix="bc-bus-")
        services = services or directory / "services"
        os.makedirs(services, exist_ok=True)
        config = directory / "bus.conf"
        config.write_text(CONFIG.format(dir=self.socket_directory, services=services))
        self.process = subprocess.Popen(
            ["timeout", "180", "dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "dbus-daemon has not started"

    def stop(self):
        self.process.terminate()  # `timeout` hands it on
        self.process.wait(LIMIT)
        self.process.stdout.close()
        shutil.rmtree(self.socket_directory, ignore_errors=True)


class Driver:
    """The bus driver: see tests/support/bus-driver.c for its lines."""

    def __init__(self, address, wait_ready=True):
        self.process = subprocess.Popen(
            [os.environ["BACKCARE_BUS_DRIVER"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address})
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if wait_ready:
            self.unique_name = self.expect("ready ").split()[1]

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def next_line(self):
        return self.lines.get(timeout=LIMIT)

    def expect(self, start):
        """The next line, which must begin like this."""
        line = self.next_line()
        assert line is not None and line.startswith(start), f"expected {start!r}, got {line!r}"
        return line

    def say(self, *fields):
        """Sends a line; returns once it has been carried out. Other lines before the answer are an error."""
        self.process.stdin.write("\t".join(str(f) for f in fields) + "\n")
        self.process.stdin.flush()
        self.expect("ok")

    def quiet(self):
        """Fails if the service was asked for anything that no test line has expected."""
        self.say("answer", 0)  # a round trip: what came before is in the queue
        assert self.lines.empty()

    def stop(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            status = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(LIMIT)
        self.process.stdout.close()
        return status


class Client:
    """A connection of its own to the bus, which records the signals of the name."""

    def __init__(self, address):
        self.context = GLib.MainContext.new()
        self.context.push_thread_default()
        try:
            self.connection = Gio.DBusConnection.new_for_address_sync(
                address,
                Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
                None, None)
            self.signals = []
            self.connection.signal_subscribe(None, None, None, PATH, None, Gio.DBusSignalFlags.NONE, self._signal)
            # The match is added without waiting; behind this answer it is there, and nothing can be missed.
            self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId",
                                      None, None, Gio.DBusCallFlags.NONE, int(LIMIT * 1000), None)
        finally:
            self.context.pop_thread_default()

    def _signal(self, _connection, _sender, _path, interface, name, parameters):
        self.signals.append((interface, name, parameters.unpack()))

    def call_raw(self, interface, method, signature="()", args=(), path=PATH, fds=None):
        """Returns the reply's arguments and the descriptors that came with it."""
        try:
            reply, out = self.connection.call_with_unix_fd_list_sync(
                NAME, path, interface, method, GLib.Variant(signature, args), None, Gio.DBusCallFlags.NO_AUTO_START,
                int(LIMIT * 1000), fds, None)
        except GLib.Error as error:
            raise BusError(error) from None
        return reply.unpack(), out

    def call(self, method, signature="()", *args):
        """A method of the Manager: its one result, or none."""
        result, _fds = self.call_raw(MANAGER, method, signature, args)
        return result[0] if result else None

    def refused(self, method, signature, *args):
        """The error of a call that has to fail."""
        try:
            result = self.call(method, signature, *args)
        except BusError as error:
            return error
        raise AssertionError(f"{method}{args} was accepted: {result!r}")

    def inhibit(self, who="tests", why="a test"):
        """The descriptor of an inhibition."""
        (index,), fds = self.call_raw(MANAGER, "Inhibit", "(ss)", (who, why))
        return fds.get(index)

    def get(self, name):
        return self.call_raw(PROPERTIES, "Get", "(ss)", (MANAGER, name))[0][0]

    def get_all(self):
        return self.call_raw(PROPERTIES, "GetAll", "(s)", (MANAGER,))[0][0]

    def take_signals(self):
        """All signals until now. A round trip to their sender comes first: its answer is behind all that was sent
        before, and GDBus hands on what it receives in order."""
        self.call_raw("org.freedesktop.DBus.Peer", "Ping")
        while self.context.iteration(False):
            pass
        taken, self.signals = self.signals, []
        return taken

    def changes(self):
        """The contents of all PropertiesChanged until now."""
        taken = [args for interface, name, args in self.take_signals()
                 if interface == PROPERTIES and name == "PropertiesChanged"]
        assert all(args[0] == MANAGER and args[2] == [] for args in taken)
        return [args[1] for args in taken]

    def close(self):
        if not self.connection.is_closed():
            self.connection.close_sync(None)


def boottime_usec():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def realtime_usec():
    return time.time_ns() // 1000
