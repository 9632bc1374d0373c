# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock of a screen saver's D-Bus service: one that counts in seconds or in milliseconds, or not at all, as it is wanted."""

import subprocess
import time

import dbus

from support.waiting import wait_for

FREEDESKTOP = "org.freedesktop.ScreenSaver"
GNOME = "org.gnome.ScreenSaver"
MOCK = "org.freedesktop.DBus.Mock"
PATHS = {FREEDESKTOP: ("/org/freedesktop/ScreenSaver", "/ScreenSaver"), GNOME: ("/org/gnome/ScreenSaver",)}
# How much of a second the unit is.
MILLISECONDS, SECONDS = 1000, 1
IDLE_TIME = """import time
idle = time.clock_gettime(time.CLOCK_BOOTTIME) - float(open({path!r}).read() or 'inf')
ret = dbus.UInt32(max(int(idle * {unit}), 0))"""
# The last one who comes has it.
TAKE_NAME = "self.connection.request_name({name!r}, dbus.bus.NAME_FLAG_ALLOW_REPLACEMENT | " \
    "dbus.bus.NAME_FLAG_REPLACE_EXISTING)"
TYPED = """import random
ret = dbus.UInt32(random.randrange(900))"""


def boottime():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class ScreenSaver:
    """The mock: comes, goes, turns on and off. `unit` None: GetSessionIdleTime isn't supported."""

    def __init__(self, session, name=FREEDESKTOP, unit=None, paths=None, mock_name=None):
        self.session = session
        self.name = name
        self.mock_name = mock_name or f"org.backcare.Mock.{name.split('.')[1]}"
        self.unit = unit
        self.paths = paths or PATHS[name]
        self.active = False
        self.file = session.directory / f"input-{name}"
        self.input()
        self.process = None

    def start(self, tells_active=True):
        """Takes the name once there is something to tell; @tells_active False: it takes inhibitors, and no more."""
        self.process = self.session.start(
            ["/usr/bin/python3", "-m", "dbusmock", "--session", self.mock_name, self.paths[0], self.name], self.name,
            stdout=subprocess.DEVNULL)
        self.bus = dbus.bus.BusConnection(self.session.environment()["DBUS_SESSION_BUS_ADDRESS"])
        wait_for(lambda: self.bus.name_has_owner(self.mock_name), f"the mock of {self.name}")
        for path in self.paths[1:]:
            self.mock(self.paths[0]).AddObject(path, self.name, dbus.Dictionary(signature="sv"),
                                               dbus.Array(signature="(ssss)"))
        for path in self.paths:
            self.mock(path).AddMethod(self.name, "Inhibit", "ss", "u", "ret = 1")
        if tells_active:
            self.tell_active()
        self.mock(self.paths[0]).AddMethod(self.name, "TakeName", "", "", TAKE_NAME.format(name=self.name))
        dbus.Interface(self.bus.get_object(self.mock_name, self.paths[0], introspect=False), self.name).TakeName()
        return self

    def tell_active(self):
        self.hands_off()
        self._set_get_active()

    def _idle_time(self):
        if self.unit is None:
            return "raise dbus.exceptions.DBusException('no', name='org.freedesktop.DBus.Error.NotSupported')"
        return IDLE_TIME.format(path=str(self.file), unit=self.unit)

    def _set_get_active(self):
        for path in self.paths:
            self.mock(path).AddMethod(self.name, "GetActive", "", "b", f"ret = {self.active}")

    def stop(self):
        self.session.stop(self.process)

    def mock(self, path):
        return dbus.Interface(self.bus.get_object(self.mock_name, path, introspect=False), MOCK)

    def emit(self, active):
        for path in self.paths:
            self.mock(path).EmitSignal(self.name, "ActiveChanged", "b", dbus.Array([active], signature="v"))

    def set_active(self, active):
        self.active = active
        self._set_get_active()
        self.emit(active)

    def input(self, ago=0.0):
        """The user's last input was so many seconds ago. Written in one go: it is read meanwhile."""
        new = self.file.with_suffix(".new")
        new.write_text(repr(boottime() - ago))
        new.rename(self.file)

    def typing(self):
        """Somebody types all the time: every answer is another one, and small."""
        for path in self.paths:
            self.mock(path).AddMethod(self.name, "GetSessionIdleTime", "", "u", TYPED)

    def hands_off(self):
        for path in self.paths:
            self.mock(path).AddMethod(self.name, "GetSessionIdleTime", "", "u", self._idle_time())

    def asked(self):
        """How often it was asked for the idle time."""
        return sum(len([row for row in self.mock(path).GetMethodCalls("GetSessionIdleTime")]) for path in self.paths)
