# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon without insides: org.backcare.BackCare1.Manager with exactly the members of the contract.

It runs as a process of its own and is steered by JSON lines on standard input, each answered by one line on
standard output:

    {"set": {"State": "due"}, "signal": true}   properties; with a PropertiesChanged unless "signal" is false
    {"fail": {"Snooze": ["org.….Error.SnoozeLimit", "text"]}}
    {"hang": true}                               answers nothing more
    {"remove": ["Explain", "Reason"]}            methods and properties that an older daemon lacks
    {"warnings": ["…"]}   {"ledger": [{…}]}      what Reload and Explain give
    {"choice": {…}}                              what ExplainChoice gives
    {"sources": [{…}]}                           what ListSources gives
    {"calls": null}                              the calls so far: [[member, [arguments]], …]
    {"holds": null}                              how many descriptors of Inhibit are still open elsewhere

At the end of its input it ends.
"""
import json
import os
import select
import sys
import time
import traceback

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

NAME = "org.backcare.BackCare1"
PATH = "/org/backcare/BackCare1"
MANAGER = NAME + ".Manager"
PROPERTIES = "org.freedesktop.DBus.Properties"
NEVER = 2**64 - 1

SIGNATURES = {
    "State": "s", "Reason": "s", "StateSinceUSec": "t", "Breaks": "a(sttttt)", "Prompt": "(sstu)",
    "NextBreak": "s", "NextPromptUSec": "t", "SnoozedUntilUSec": "t", "PausedUntilUSec": "t",
    "Posture": "s", "Sources": "a(sss)", "Notifier": "(ssas)", "Version": "s",
}
METHODS = {
    "Snooze": "ta{sv}", "Pause": "ta{sv}", "Resume": "", "Start": "ssa{sv}", "Done": "a{sv}",
    "Skip": "a{sv}", "Another": "a{sv}", "Feedback": "ss", "ReportPosture": "st", "ReportActivity": "st",
    "Inhibit": "ss", "Reload": "", "Explain": "", "ExplainChoice": "", "ListSources": "",
}


def boottime_usec():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def realtime_usec():
    return time.time_ns() // 1000


def minutes(n):
    return n * 60 * 1000000


def defaults():
    now, boot = realtime_usec(), boottime_usec()
    return {
        "State": "active", "Reason": "", "StateSinceUSec": now - minutes(18),
        "Breaks": [["stretch", minutes(30), minutes(3), minutes(18), boot, boot + minutes(12)],
                   ["walk", minutes(90), minutes(10), minutes(48), boot, boot + minutes(42)]],
        "Prompt": ["", "", 0, 0], "NextBreak": "stretch", "NextPromptUSec": now + minutes(12),
        "SnoozedUntilUSec": 0, "PausedUntilUSec": 0, "Posture": "sitting",
        "Sources": [["wayland", "active", "ext-idle-notify-v1"], ["x11", "unavailable", "no DISPLAY"],
                    ["logind", "standby", "lock and sleep only"]],
        "Notifier": ["mako", "1.7.1", ["actions", "body"]], "Version": "0.1.0",
    }


# dbus-python would guess the types of what is inside a struct by the values.
CONVERTERS = {"s": dbus.String, "t": dbus.UInt64, "u": dbus.UInt32}


def struct(values, types, **options):
    types = types.replace("as", "A")
    return dbus.Struct([dbus.Array(v, signature="s") if t == "A" else CONVERTERS[t](v)
                        for t, v in zip(types, values)], **options)


def ledger_value(key, value):
    kind = dbus.Int64 if key == "change_usec" else dbus.String if isinstance(value, str) else dbus.UInt64
    return kind(value, variant_level=1)


def source_value(value):
    if isinstance(value, list):
        return dbus.Array(value, signature="s", variant_level=1)
    kind = dbus.Boolean if isinstance(value, bool) else dbus.String if isinstance(value, str) else dbus.UInt64
    return kind(value, variant_level=1)


class Fake:
    def __init__(self):
        self.properties = defaults()
        self.calls, self.failures, self.removed, self.warnings = [], {}, set(), []
        self.pipes, self.hanging, self.sources, self.choice = [], False, [], {}
        now = realtime_usec()
        self.ledger = [
            {"what": "sitting", "from_usec": now - minutes(45), "to_usec": now - minutes(20), "change_usec": minutes(25), "break": ""},
            {"what": "away", "from_usec": now - minutes(20), "to_usec": now - minutes(18), "change_usec": 0},
            {"what": "part-rest", "from_usec": now - minutes(18), "to_usec": now - minutes(18),
             "change_usec": -minutes(17), "break": "stretch"},
            {"what": "sitting", "from_usec": now - minutes(18), "to_usec": now, "change_usec": minutes(18)},
        ]
        self.bus = dbus.SessionBus()
        self.bus.add_message_filter(self.on_message)
        self.bus.request_name(NAME, dbus.bus.NAME_FLAG_DO_NOT_QUEUE)

    def on_message(self, _connection, message):
        if message.get_type() != 1 or message.get_path() != PATH:
            return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
        if self.hanging:
            return dbus.lowlevel.HANDLER_RESULT_HANDLED
        interface, member = message.get_interface(), message.get_member()
        arguments = message.get_args_list()
        if interface == PROPERTIES and member == "GetAll":
            reply = dbus.lowlevel.MethodReturnMessage(message)
            values = {k: self.typed(k) for k in self.properties if k not in self.removed}
            reply.append(values, signature="a{sv}")
        elif interface == MANAGER and member in METHODS and member not in self.removed:
            self.calls.append([member, json.loads(json.dumps(arguments))])
            if message.get_signature() != METHODS[member]:
                reply = dbus.lowlevel.ErrorMessage(message, "org.freedesktop.DBus.Error.InvalidArgs",
                                                   "signature " + message.get_signature())
            elif member in self.failures:
                reply = dbus.lowlevel.ErrorMessage(message, *self.failures[member])
            else:
                reply = dbus.lowlevel.MethodReturnMessage(message)
                self.carry_out(member, arguments, reply)
        else:
            reply = dbus.lowlevel.ErrorMessage(message, "org.freedesktop.DBus.Error.UnknownMethod",
                                               f"Unknown method {member}")
        self.bus.send_message(reply)
        return dbus.lowlevel.HANDLER_RESULT_HANDLED

    def typed(self, name):
        value, signature = self.properties[name], SIGNATURES[name]
        if signature in CONVERTERS:
            return CONVERTERS[signature](value, variant_level=1)
        if signature.startswith("a"):
            return dbus.Array([struct(v, signature[2:-1]) for v in value], signature=signature[1:],
                              variant_level=1)
        return struct(value, signature[1:-1], variant_level=1)

    def carry_out(self, member, arguments, reply):
        changed = {}
        if member == "Snooze":
            until = realtime_usec() + int(arguments[0] or minutes(5))
            reply.append(until, signature="t")
            changed = {"SnoozedUntilUSec": until}
        elif member == "Pause":
            until = int(arguments[0]) or realtime_usec() + minutes(60)
            changed = {"PausedUntilUSec": until, "State": "paused"}
        elif member == "Resume":
            changed = {"PausedUntilUSec": 0, "SnoozedUntilUSec": 0, "State": "active"}
        elif member == "Start":
            reply.append(str(arguments[1]) or "chin-tuck", signature="s")
            changed = {"State": "break"}
        elif member == "Another":
            reply.append("wall-slide", signature="s")
        elif member == "ReportPosture":
            changed = {"Posture": str(arguments[0])}
        elif member == "Inhibit":
            ours, theirs = os.pipe2(os.O_CLOEXEC)
            reply.append(dbus.types.UnixFd(theirs), signature="h")
            os.close(theirs)
            self.pipes.append(ours)
        elif member == "Reload":
            reply.append(self.warnings, signature="as")
        elif member == "ListSources":
            reply.append([{k: source_value(v) for k, v in s.items()} for s in self.sources], signature="aa{sv}")
        elif member == "ExplainChoice":
            reply.append({key: dbus.Array(value, signature="s") if isinstance(value, list) else value
                          for key, value in self.choice.items()}, signature="a{sv}")
        elif member == "Explain":
            reply.append([{k: ledger_value(k, v) for k, v in e.items()} for e in self.ledger],
                         signature="aa{sv}")
        if changed:
            self.change(changed, True)

    def change(self, values, signal):
        self.properties.update(values)
        if signal:
            message = dbus.lowlevel.SignalMessage(PATH, PROPERTIES, "PropertiesChanged")
            message.append(MANAGER, {k: self.typed(k) for k in values}, [], signature="sa{sv}as")
            self.bus.send_message(message)

    def open_holds(self):
        poll = select.poll()
        for fd in self.pipes:
            poll.register(fd, select.POLLIN)
        closed = [fd for fd, events in poll.poll(0) if events & select.POLLHUP]
        for fd in closed:
            self.pipes.remove(fd)
            os.close(fd)
        return len(self.pipes)

    def steer(self, order):
        if "set" in order:
            self.change(order["set"], order.get("signal", True))
        if "fail" in order:
            self.failures.update(order["fail"])
        if "remove" in order:
            self.removed.update(order["remove"])
        self.hanging = order.get("hang", self.hanging)
        self.warnings = order.get("warnings", self.warnings)
        self.ledger = order.get("ledger", self.ledger)
        self.choice = order.get("choice", self.choice)
        self.sources = order.get("sources", self.sources)
        self.bus.flush()
        if "calls" in order:
            return self.calls
        return self.open_holds() if "holds" in order else True


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    loop = GLib.MainLoop()
    fake = Fake()

    def on_input(_channel, _condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        try:
            print(json.dumps(fake.steer(json.loads(line))), flush=True)
        except Exception:  # a callback's exception would be printed and forgotten: the test would hang
            traceback.print_exc()
            os._exit(1)
        return True

    # Started by the bus there is nobody to steer it; it goes with the bus.
    if "--activated" not in sys.argv:
        GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.IO_IN | GLib.IO_HUP, on_input)
    # A test that is killed closes our input; this is for one that hangs.
    GLib.timeout_add_seconds(300, loop.quit)
    print(json.dumps("ready"), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
