# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes over a session bus, in its order: signals, method calls and their replies, as a monitor sees them."""

import json
import os
import select
import time

from support.waiting import SLOWNESS, Timeout

PROPERTIES = "org.freedesktop.DBus.Properties"


class Message:
    """One message: type, sender, path, interface, member, arguments; seen at .at (boottime, seconds)."""

    def __init__(self, fields, at):
        self.at = at
        self.type = fields.get("type")
        self.sender = fields.get("sender")
        self.path = fields.get("path")
        self.interface = fields.get("interface")
        self.member = fields.get("member")
        self.cookie = fields.get("cookie")
        self.args = (fields.get("payload") or {}).get("data") or []

    def __repr__(self):
        return f"{self.at:.3f} {self.type} {self.member}{self.args}"


def plain(value):
    """Without the types that busctl writes beside the value of a variant."""
    if isinstance(value, dict):
        return plain(value["data"]) if set(value) == {"type", "data"} else {k: plain(v) for k, v in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class Recorder:
    """Reads a `busctl monitor`. Waiting goes on from the message waited for last; `mark` and `since` look back."""

    def __init__(self, session):
        error, said = os.pipe()
        self.process = session.start(["busctl", "--user", "--json=short", "monitor"], "monitor", stdout=-1,
                                     stderr=said)
        os.close(said)
        self.session = session
        self.barriers = 0
        self.messages = []
        self.position = 0
        self.buffer = b""
        # "Monitoring bus message stream.": from now on nothing is missed.
        with open(error, "rb") as line:
            if not line.readline():
                raise AssertionError("the bus can't be monitored")

    def _read(self, seconds):
        """What has come until now, or the first that comes within the time. Return: whether anything has."""
        ready, _, _ = select.select([self.process.stdout], [], [], max(0, seconds))
        if not ready:
            return False
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        if not data:
            raise AssertionError("the monitor has ended")
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.messages += [Message(json.loads(line), now) for line in lines if line]
        return True

    def _catch_up(self):
        """Reads all that was on the bus before now: until a signal of our own, which goes the same way, comes by."""
        self.barriers += 1
        name = f"Barrier{self.barriers}"
        said = self.session.run(["busctl", "--user", "emit", "/org/backcare/Test", "org.backcare.Test", name], check=False)
        end = time.monotonic() + (20 * SLOWNESS if said.returncode == 0 else 0)
        while not any(m.member == name for m in self.messages[-20:]) and time.monotonic() < end:
            self._read(0.5)
        while self._read(0):
            pass
        self.messages = [m for m in self.messages if m.member != name]

    def mark(self):
        """The place behind all that has come until now."""
        self._catch_up()
        self.position = len(self.messages)
        return self.position

    def since(self, mark, member=None):
        self._catch_up()
        return [m for m in self.messages[mark:] if member in (None, m.member)]

    def wait(self, member, condition=lambda m: True, seconds=20.0):
        """The next message of that name for which the condition holds."""
        end = time.monotonic() + seconds * SLOWNESS
        start = self.position
        while True:
            while self.position < len(self.messages):
                message = self.messages[self.position]
                self.position += 1
                if message.member == member and condition(message):
                    return message
            left = end - time.monotonic()
            if left <= 0 or not self._read(left) and time.monotonic() >= end:
                raise Timeout(f"no {member} that fits; seen: {self.messages[start:][-30:]}")

    def wait_property(self, name, condition, seconds=20.0):
        """The PropertiesChanged that brings such a value of the Manager."""
        def fits(message):
            return message.interface == PROPERTIES and name in message.args[1] \
                and condition(plain(message.args[1][name]))
        return plain(self.wait("PropertiesChanged", fits, seconds).args[1])

    def wait_state(self, state, seconds=20.0):
        return self.wait_property("State", lambda value: value == state, seconds)

    def wait_notify(self, condition=lambda shown: True, seconds=20.0):
        """The next notification sent to the server for which it holds, as a Shown."""
        return Shown(self.wait("Notify", lambda m: condition(Shown(m)), seconds))


class Shown:
    """A call of org.freedesktop.Notifications.Notify."""

    def __init__(self, message):
        self.message = message
        _app, self.replaces, _icon, self.summary, self.body, actions, hints, self.timeout = message.args
        self.actions = dict(zip(actions[::2], actions[1::2]))
        self.hints = plain(hints)
