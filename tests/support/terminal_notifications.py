#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification server on the terminal: org.freedesktop.Notifications without a desktop.

Draws each notification as text, and takes an answer as one key. For `./dev run` where there is no desktop, and for tests
that want to see what a user would. Ends when standard input says `quit`, at SIGTERM or SIGINT. Knows nothing of
BackCare.

With --script no keys are read: every event is one line of JSON on standard output, and a line `action ID` or `close` on
standard input answers the notification shown last.
"""

import argparse
import json
import os
import signal
import sys
import termios
import textwrap
import tty

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402 (the version must be said first)

INTERFACE = """
<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg type="s" direction="in"/> <arg type="u" direction="in"/> <arg type="s" direction="in"/>
      <arg type="s" direction="in"/> <arg type="s" direction="in"/> <arg type="as" direction="in"/>
      <arg type="a{sv}" direction="in"/> <arg type="i" direction="in"/> <arg type="u" direction="out"/>
    </method>
    <method name="CloseNotification"> <arg type="u" direction="in"/> </method>
    <method name="GetCapabilities"> <arg type="as" direction="out"/> </method>
    <method name="GetServerInformation">
      <arg type="s" direction="out"/> <arg type="s" direction="out"/>
      <arg type="s" direction="out"/> <arg type="s" direction="out"/>
    </method>
    <signal name="NotificationClosed"> <arg type="u"/> <arg type="u"/> </signal>
    <signal name="ActionInvoked"> <arg type="u"/> <arg type="s"/> </signal>
  </interface>
</node>
"""
NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CAPABILITIES = ["actions", "body", "persistence"]
DISMISSED, CLOSED = 2, 3
WIDTH = 72


class Screen:
    """Draws for a person, and maps keys to the actions of what was drawn last."""

    def __init__(self, out):
        self.out = out
        self.keys = {}

    def shown(self, number, summary, body, actions, replaced):
        del number
        self.keys = {}
        labels = []
        for identifier, label in actions:
            key = next((c for c in (label + identifier + "123456789").lower() if c.isalnum() and c not in self.keys), None)
            if key and identifier != "default":
                self.keys[key] = identifier
                labels.append(f"[{key}] {label}")
        rule = "─" * WIDTH
        lines = [line for paragraph in body.splitlines() for line in textwrap.wrap(paragraph, WIDTH - 4) or [""]]
        text = ["", f"┌{rule}┐", *(f"│  {line:{WIDTH - 2}}│" for line in (summary, "", *lines)), f"└{rule}┘"]
        if labels:
            text.append("   ".join(["", *labels, "[x] Close"]))
        self.out.write("\n".join(text) + ("" if not replaced else "   (updated)") + "\n")
        self.out.flush()

    def closed(self, number, reason):
        del number, reason
        self.keys = {}

    def event(self, line):
        """Turns what was typed into ("action", ID), ("close", None), ("quit", None) or None."""
        key = line[:1].lower()
        if key == "x":
            return "close", None
        if key in ("\x03", "\x04"):
            return "quit", None
        return ("action", self.keys[key]) if key in self.keys else None


class Script:
    """The same for a program: JSON out, commands in."""

    def __init__(self, out):
        self.out = out

    def say(self, **what):
        self.out.write(json.dumps(what) + "\n")
        self.out.flush()

    def shown(self, number, summary, body, actions, replaced):
        self.say(event="shown", id=number, summary=summary, body=body, actions=dict(actions), replaced=replaced)

    def closed(self, number, reason):
        self.say(event="closed", id=number, reason=reason)

    def event(self, line):
        word, _, rest = line.strip().partition(" ")
        return (word, rest or None) if word in ("action", "close", "quit") else None


class Server:
    def __init__(self, bus, front, loop):
        self.bus = bus
        self.front = front
        self.loop = loop
        self.last = 0
        self.standing = {}  # id -> whom to tell
        self.latest = None
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object(PATH, interface, self.call, None, None)
        Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.DO_NOT_QUEUE, None, lambda *_: loop.quit())

    def call(self, _bus, sender, _path, _interface, method, parameters, invocation):
        arguments = parameters.unpack()
        if method == "Notify":
            invocation.return_value(GLib.Variant("(u)", (self.notify(sender, *arguments),)))
        elif method == "CloseNotification":
            invocation.return_value(None)
            self.close(arguments[0], CLOSED)
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (CAPABILITIES,)))
        else:
            invocation.return_value(GLib.Variant("(ssss)", ("terminal", "BackCare", "1", "1.2")))

    def notify(self, sender, _application, replaces, _icon, summary, body, actions, _hints, _timeout):
        replaced = replaces in self.standing
        if not replaced:
            self.last += 1
            replaces = self.last
        self.standing[replaces] = sender
        self.latest = replaces
        self.front.shown(replaces, summary, body, list(zip(actions[::2], actions[1::2])), replaced)
        return replaces

    def tell(self, sender, signal_name, signature, *arguments):
        self.bus.emit_signal(sender, PATH, NAME, signal_name, GLib.Variant(signature, arguments))

    def close(self, number, reason):
        sender = self.standing.pop(number, None)
        if sender:
            self.tell(sender, "NotificationClosed", "(uu)", number, reason)
            self.front.closed(number, reason)

    def typed(self, line):
        event = self.front.event(line)
        if event and event[0] == "quit":
            self.loop.quit()
        elif event and self.latest in self.standing:
            number = self.latest
            if event[0] == "action":
                self.tell(self.standing[number], "ActionInvoked", "(us)", number, event[1])
            self.close(number, DISMISSED)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--script", action="store_true", help="JSON and commands instead of boxes and keys")
    script = parser.parse_args().script
    loop = GLib.MainLoop()
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    server = Server(bus, (Script if script else Screen)(sys.stdout), loop)

    def readable(_fd, condition):
        data = os.read(0, 4096) if condition & (GLib.IOCondition.IN | GLib.IOCondition.HUP) else b""
        if not data:
            return GLib.SOURCE_REMOVE
        for line in data.decode(errors="replace").splitlines():
            server.typed(line)
        return GLib.SOURCE_CONTINUE

    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, loop.quit)
    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, 0, GLib.IOCondition.IN | GLib.IOCondition.HUP, readable)
    keys = None if script or not os.isatty(0) else termios.tcgetattr(0)
    try:
        if keys:
            tty.setcbreak(0)
        loop.run()
    finally:
        if keys:
            termios.tcsetattr(0, termios.TCSADRAIN, keys)


if __name__ == "__main__":
    main()
