#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's hands on gnome-shell, run inside the host as the user: `key` or `motion` on standard input, one a line, each
answered by `done`. Ends with its input. Must stand alone: nothing else of the tests is in the host."""

import sys

import dbus

NAME = "org.gnome.Mutter.RemoteDesktop"
KEY_A = 30


def main():
    bus = dbus.SessionBus()

    def call(path, interface, method, *arguments):
        return bus.get_object(NAME, path, introspect=False).get_dbus_method(method, interface)(*arguments, timeout=20)

    session = call("/org/gnome/Mutter/RemoteDesktop", NAME, "CreateSession")
    call(session, NAME + ".Session", "Start")
    print("ready", flush=True)
    step = 7
    for line in sys.stdin:
        if line.strip() == "motion":
            call(session, NAME + ".Session", "NotifyPointerMotionRelative", dbus.Double(step), dbus.Double(step))
            step = -step
        else:
            for down in (True, False):
                call(session, NAME + ".Session", "NotifyKeyboardKeycode", dbus.UInt32(KEY_A), dbus.Boolean(down))
        print("done", flush=True)


if __name__ == "__main__":
    main()
