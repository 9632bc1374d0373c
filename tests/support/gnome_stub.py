# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock of Mutter's idle monitor: for what a real one does only by accident."""

import subprocess

import dbus

from support.gnome import IDLE_MONITOR, IDLE_MONITOR_PATH
from support.waiting import wait_for

MOCK = "org.freedesktop.DBus.Mock"
# What dbusmock runs as the methods.
GET_IDLETIME = "ret = self.idle_msec if hasattr(self, 'idle_msec') else 0"
NEXT_ID = "self.last_id = getattr(self, 'last_id', 0) + 1; "
ADD_EARLY = NEXT_ID + f"self.EmitSignal('{IDLE_MONITOR}', 'WatchFired', 'u', [self.last_id]); ret = self.last_id"
ADD = NEXT_ID + "ret = self.last_id"


class Stub:
    """A mock of the idle monitor; its counter stands still."""

    def __init__(self, session, add_idle=ADD):
        self.session = session
        self.process = session.start(["/usr/bin/python3", "-m", "dbusmock", IDLE_MONITOR, IDLE_MONITOR_PATH,
                                      IDLE_MONITOR], "stub", stdout=subprocess.DEVNULL)
        self.bus = dbus.bus.BusConnection(session.environment()["DBUS_SESSION_BUS_ADDRESS"])
        wait_for(lambda: self.bus.name_has_owner(IDLE_MONITOR), "the stub")
        self.object = dbus.Interface(self.bus.get_object(IDLE_MONITOR, IDLE_MONITOR_PATH, introspect=False), MOCK)
        for name, takes, returns, code in (("GetIdletime", "", "t", GET_IDLETIME), ("RemoveWatch", "u", "", ""),
                                           ("AddUserActiveWatch", "", "u", ADD), ("AddIdleWatch", "t", "u", add_idle),
                                           ("SetIdletime", "t", "", "self.idle_msec = args[0]")):
            self.object.AddMethod(IDLE_MONITOR, name, takes, returns, code)

    def refuse(self, method):
        takes, returns = {"GetIdletime": ("", "t"), "AddIdleWatch": ("t", "u")}[method]
        self.object.AddMethod(IDLE_MONITOR, method, takes, returns,
                              "raise dbus.exceptions.DBusException('not for you', name='org.example.Refused')")

    def end(self):
        self.session.stop(self.process)

    def idle(self, msec):
        self.bus.call_blocking(IDLE_MONITOR, IDLE_MONITOR_PATH, IDLE_MONITOR, "SetIdletime", "t", [msec])

    def fire(self, number):
        self.object.EmitSignal(IDLE_MONITOR, "WatchFired", "u", [dbus.UInt32(number)])

    def calls(self, name):
        return len(self.object.GetMethodCalls(name))

    def wait_calls(self, name, count):
        wait_for(lambda: self.calls(name) >= count, f"{count} calls of {name}")
