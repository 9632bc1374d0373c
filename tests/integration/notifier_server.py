# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification server that does what real ones do only by mishap: it hangs, lacks capabilities, keeps a
notification for ever. Prints each call as a line of JSON. Arguments: --hang, --name=NAME, and the capabilities."""
import json
import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg direction="out" type="as"/></method>
<method name="GetServerInformation"><arg direction="out" type="s"/><arg direction="out" type="s"/>
<arg direction="out" type="s"/><arg direction="out" type="s"/></method>
<method name="Notify"><arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
<arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/>
<arg direction="in" type="a{sv}"/><arg direction="in" type="i"/><arg direction="out" type="u"/></method>
<method name="CloseNotification"><arg direction="in" type="u"/></method>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""
HANG = "--hang" in sys.argv
NAME = next((word.removeprefix("--name=") for word in sys.argv if word.startswith("--name=")), "test")
CAPABILITIES = [word for word in sys.argv[1:] if not word.startswith("--")]
last_id = 0


def say(**what):
    print(json.dumps(what), flush=True)


def on_call(bus, sender, path, interface, method, parameters, invocation):
    global last_id
    values = parameters.unpack()
    say(method=method, values=values)
    if HANG:
        return
    if method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (CAPABILITIES,)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", (NAME, "BackCare", "1.5", "1.2")))
    elif method == "Notify":
        if values[1] == 0:
            last_id += 1
        invocation.return_value(GLib.Variant("(u)", (values[1] or last_id,)))
    else:
        invocation.return_value(None)


def on_command(channel, condition):
    """`action ID`, `close REASON`: as if the user did it."""
    data = os.read(0, 4096)
    for line in data.decode().splitlines():
        word, what = line.split()
        if word == "action":
            signal, value = "ActionInvoked", GLib.Variant("(us)", (last_id, what))
        else:
            signal, value = "NotificationClosed", GLib.Variant("(uu)", (last_id, int(what)))
        bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", signal, value)
    return bool(data)


bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
bus.register_object("/org/freedesktop/Notifications", interface, on_call, None, None)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE,
                               lambda *_: print("ready", flush=True), None)
GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.IO_IN | GLib.IO_HUP, on_command)
GLib.MainLoop().run()
