# SPDX-License-Identifier: GPL-3.0-or-later
"""A mock of logind on a session's own system bus: what a real one brings about only at length."""

import ctypes
import os
import subprocess

import dbus

from support.waiting import wait_for

NAME = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
MANAGER = NAME + ".Manager"
SESSION = NAME + ".Session"
MOCK = "org.freedesktop.DBus.Mock"
UID = os.getuid()
USER_PATH = f"{PATH}/user/{UID}"
GET_SESSION = """path = '/org/freedesktop/login1/session/' + args[0]
if path not in objects:
    raise dbus.exceptions.DBusException('no such session', name='org.freedesktop.login1.NoSuchSession')
ret = path"""


def real_session():
    """The session that the driver would find if it ran in one here, or a name of our own."""
    library = ctypes.CDLL("libsystemd.so.0")
    text = ctypes.c_char_p()
    if library.sd_pid_get_session(0, ctypes.byref(text)) >= 0 or \
            library.sd_uid_get_display(UID, ctypes.byref(text)) >= 0:
        return text.value.decode()
    return "c1"


ID = real_session()


class Logind:
    """The mock: starts, says things, is asked what it was told."""

    def __init__(self, session):
        self.session = session
        self.address = session.environment()["DBUS_SYSTEM_BUS_ADDRESS"]
        self.process = None

    def start(self):
        self.process = self.session.start(
            ["/usr/bin/python3", "-m", "dbusmock", "--template", "logind"], "logind",
            environment=self.session.environment(), stdout=subprocess.DEVNULL)
        self.bus = dbus.bus.BusConnection(self.address)
        wait_for(lambda: self.bus.name_has_owner(NAME), "the mock of logind")
        manager = self.mock(PATH)
        manager.AddProperty(MANAGER, "BlockInhibited", "")
        manager.AddMethod(MANAGER, "GetSession", "s", "o", GET_SESSION)
        manager.AddMethod(MANAGER, "GetUser", "u", "o", "ret = '/org/freedesktop/login1/user/%i' % args[0]")
        return self

    def stop(self):
        self.session.stop(self.process)

    def mock(self, path):
        return dbus.Interface(self.bus.get_object(NAME, path, introspect=False), MOCK)

    def set(self, path, interface, **values):
        self.mock(path).UpdateProperties(interface, dbus.Dictionary(values, signature="sv"))

    def set_display(self, name, path):
        """UpdateProperties() of the mock can't do structs."""
        properties = dbus.Interface(self.bus.get_object(NAME, USER_PATH, introspect=False), dbus.PROPERTIES_IFACE)
        properties.Set(NAME + ".User", "Display", dbus.Struct((name, dbus.ObjectPath(path)), signature="so"))

    def signal(self, path, interface, name, signature="", *values):
        self.mock(path).EmitSignal(interface, name, signature, dbus.Array(values, signature="v"))

    def add_session(self, name=ID, active=True, seat="seat0", **values):
        """@values are properties; `Seat` of the mock can't be empty unless @seat is."""
        path = self.mock(PATH).AddSession(name, seat or "seat0", dbus.UInt32(UID), "me", active)
        if not seat:
            values["Seat"] = dbus.Struct(("", dbus.ObjectPath("/")), signature="so")
        for key, value in values.items():
            self.properties(path).Set(SESSION, key, value)
        self.set_display(name, path)
        self.signal(PATH, MANAGER, "SessionNew", "so", name, dbus.ObjectPath(path))
        return path

    def properties(self, path):
        return dbus.Interface(self.bus.get_object(NAME, path, introspect=False), dbus.PROPERTIES_IFACE)

    def remove_session(self, name=ID):
        path = f"{PATH}/session/{name}"
        self.mock(PATH).RemoveObject(path)
        self.set_display("", "/")
        self.signal(PATH, MANAGER, "SessionRemoved", "so", name, dbus.ObjectPath(path))

    def inhibitors(self):
        manager = dbus.Interface(self.bus.get_object(NAME, PATH, introspect=False), MANAGER)
        return [tuple(str(field) for field in row[:4]) for row in manager.ListInhibitors()]
