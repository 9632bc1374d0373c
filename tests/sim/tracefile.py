# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a trace (behaviour.md, Replay) and writes the JSON lines."""
import datetime
import json
import re
from fractions import Fraction
from settings import BadInput, SECOND, exact

EPOCH = datetime.datetime(1970, 1, 1)
PLAIN = {"active", "lock", "unlock", "leave", "enter", "sleep", "wake", "end"}
COMMANDS = {"start", "done", "skip", "snooze", "another", "pause", "resume"}
NUMBER = r"\d+(?:\.\d+)?"


def microseconds(text):
    if not re.fullmatch(NUMBER, text):
        raise ValueError(f"not a number of seconds: {text}")
    return exact(Fraction(text) * SECOND)


def read_line(words):
    """-> (time, kind, argument); ValueError when it can't be read."""
    t = microseconds(words[0])
    kind, rest = words[1], words[2:]
    if kind in PLAIN and not rest:
        return t, kind, None
    if kind == "idle" and len(rest) == 1 and rest[0].startswith("since="):
        return t, kind, microseconds(rest[0][6:])
    if kind == "inhibit" and rest in (["on"], ["off"]):
        return t, kind, rest == ["on"]
    if kind == "posture" and rest and rest[0] in ("sitting", "standing", "walking"):
        if len(rest) == 1:
            return t, kind, (rest[0], None)
        if len(rest) == 2 and rest[1].startswith("lease="):
            return t, kind, (rest[0], microseconds(rest[1][6:]))
    if kind == "hold" and rest and rest[0] in ("on", "off"):
        if len(rest) == 2 and re.fullmatch(r"reason=\S+", rest[1]):
            return t, kind, (rest[0] == "on", rest[1][7:])
        if rest == ["off"]:
            return t, kind, (False, None)
    if kind == "cmd" and rest and rest[0] in COMMANDS:
        if len(rest) == 1:
            return t, kind, (rest[0], None)
        if len(rest) == 2 and rest[0] in ("snooze", "pause"):
            return t, kind, (rest[0], microseconds(rest[1]))
    raise ValueError("not an event: " + " ".join(words[1:]))


def read_trace(lines, name="trace"):
    """-> (local wall clock at time 0 in microseconds since 1970, [(time, kind, argument)])"""
    local_start, events, started = 0, [], False
    for number, line in enumerate(lines, 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            if words[0] == "start":
                if events or started or len(words) != 2:
                    raise ValueError("start comes once and first, with a time")
                wall = datetime.datetime.fromisoformat(words[1])
                if wall.tzinfo is None:
                    raise ValueError("the start time needs its offset")
                # the time as written is the local one, and stays at that offset
                local_start = (wall.replace(tzinfo=None) - EPOCH) // datetime.timedelta(microseconds=1)
                started = True
            elif len(words) < 2:
                raise ValueError("a time and an event")
            else:
                events.append(read_line(words))
        except ValueError as why:
            raise BadInput(f"{name}:{number}: {why}") from None
    return local_start, events


def seconds(us):
    """Seconds for the output: at most 6 decimals, an int where it is one."""
    us = round(us)
    return us // SECOND if us % SECOND == 0 else us / SECOND


def json_line(event):
    return json.dumps(event, separators=(",", ":"))
