# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a simulation: a small object, and its form as a backcare.conf.

All times are integer microseconds.  A settings object can be written as INI text
(`to_conf`) and read back (`from_conf`); the C program reads the same text.
"""
import re
from dataclasses import dataclass, field
from fractions import Fraction

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
UNITS = {"us": 1, "ms": 1000, "s": SECOND, "sec": SECOND, "min": MINUTE, "m": MINUTE,
         "h": HOUR, "hr": HOUR, "d": DAY, "w": WEEK}


class BadInput(Exception):
    """Text that can't be read; the message names the place."""


@dataclass
class Break:
    name: str
    after: int
    length: int
    enabled: bool = True


def default_breaks():
    """`stretch` and `walk` exist without being named in a file."""
    return {"stretch": Break("stretch", 30 * MINUTE, 3 * MINUTE),
            "walk": Break("walk", 90 * MINUTE, 10 * MINUTE)}


@dataclass
class Settings:
    breaks: dict = field(default_factory=default_breaks)
    idle_after: int = 2 * MINUTE
    idle_after_prompt: int = 20 * SECOND
    passive_sitting: bool = True
    passive_limit: int = HOUR
    standing_rate: int = 50                 # per cent
    snooze: int = 5 * MINUTE
    snooze_limit: int = 3
    repeat: int = 10 * MINUTE
    repeat_limit: int = 2
    merge: int = 10 * MINUTE
    hold_limit: int = HOUR
    # weekday (0 = Monday) -> [(from, to)], microseconds of the local day; empty = always on
    schedule: dict = field(default_factory=dict)

    def enabled(self):
        return [b for b in self.breaks.values() if b.enabled]

    def rate(self):
        return exact(Fraction(self.standing_rate, 100))


def exact(number):
    """The same number, as an int where it is one (ints are much faster than fractions)."""
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    return number


# ---------------------------------------------------------------- writing

def duration_text(us):
    """`1h 30min`, `90s`, `0s`: never a bare number, that would be an error in the file."""
    parts = []
    for unit, size in (("h", HOUR), ("min", MINUTE), ("s", SECOND), ("ms", 1000)):
        count, us = divmod(us, size)
        if count:
            parts.append(f"{count}{unit}")
    if us:
        raise ValueError("settings are whole milliseconds")
    return " ".join(parts) or "0s"


def clock_text(us):
    return f"{us // HOUR:02d}:{us % HOUR // MINUTE:02d}"


def yes_no(value):
    return "yes" if value else "no"


def to_conf(s):
    lines = []
    for b in s.breaks.values():
        lines += [f"[break.{b.name}]", f"after = {duration_text(b.after)}",
                  f"length = {duration_text(b.length)}", f"enabled = {yes_no(b.enabled)}", ""]
    lines += ["[activity]",
              f"idle-after = {duration_text(s.idle_after)}",
              f"idle-after-prompt = {duration_text(s.idle_after_prompt)}",
              f"passive-sitting = {yes_no(s.passive_sitting)}",
              f"passive-limit = {duration_text(s.passive_limit)}",
              f"standing-rate = {s.standing_rate}%", "",
              "[reminder]",
              f"snooze = {duration_text(s.snooze)}",
              f"snooze-limit = {s.snooze_limit}",
              f"repeat = {duration_text(s.repeat)}",
              f"repeat-limit = {s.repeat_limit}",
              f"merge = {duration_text(s.merge)}", "",
              "[hold]", f"limit = {duration_text(s.hold_limit)}", ""]
    if s.schedule:
        lines.append("[schedule]")
        for day, ranges in sorted(s.schedule.items()):
            text = ", ".join(f"{clock_text(a)}-{clock_text(b)}" for a, b in ranges)
            lines.append(f"{DAYS[day]} = {text}")
        lines.append("")
    return "\n".join(lines)


# ---------------------------------------------------------------- reading

def read_duration(text):
    if not re.fullmatch(r"\s*(\d+(\.\d+)?\s*[a-z]+\s*)+", text):
        raise ValueError("a duration needs a unit: say min or s")
    total = Fraction(0)
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)\s*([a-z]+)", text):
        if unit not in UNITS:
            raise ValueError(f"unknown unit {unit}")
        total += Fraction(number) * UNITS[unit]
    if total.denominator != 1:
        raise ValueError("finer than a microsecond")
    return int(total)


def read_yes_no(text):
    if text not in ("yes", "no"):
        raise ValueError("yes or no")
    return text == "yes"


def read_per_cent(text):
    if not re.fullmatch(r"\d+%", text):
        raise ValueError("a percentage such as 50%")
    return int(text[:-1])


def read_ranges(text):
    ranges = []
    for part in text.split(","):
        m = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*", part)
        if not m:
            raise ValueError("a time range such as 09:00-12:30")
        a, b, c, d = map(int, m.groups())
        ranges.append((a * HOUR + b * MINUTE, c * HOUR + d * MINUTE))
    return ranges


def read_days(text):
    """`Sat`, `Mon-Fri`; a range may go over the week's end."""
    first, _, last = text.partition("-")
    i, j = DAYS.index(first), DAYS.index(last or first)
    return [d % 7 for d in range(i, (j if j >= i else j + 7) + 1)]


KEYS = {("activity", "idle-after"): read_duration,
        ("activity", "idle-after-prompt"): read_duration,
        ("activity", "passive-sitting"): read_yes_no,
        ("activity", "passive-limit"): read_duration,
        ("activity", "standing-rate"): read_per_cent,
        ("reminder", "snooze"): read_duration,
        ("reminder", "snooze-limit"): int,
        ("reminder", "repeat"): read_duration,
        ("reminder", "repeat-limit"): int,
        ("reminder", "merge"): read_duration,
        ("hold", "limit"): read_duration}


def from_conf(text, name="backcare.conf"):
    s = Settings()
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        try:
            if line[0] == "[" and line[-1] == "]":
                section = line[1:-1]
                continue
            key, equals, value = (part.strip() for part in line.partition("="))
            if not equals:
                raise ValueError("not key = value")
            if section.startswith("break."):
                b = s.breaks.setdefault(section[6:], Break(section[6:], 30 * MINUTE, 3 * MINUTE))
                readers = {"after": read_duration, "length": read_duration, "enabled": read_yes_no}
                setattr(b, key, readers[key](value))
            elif section == "schedule":
                for day in read_days(key):
                    s.schedule.setdefault(day, []).extend(read_ranges(value))
            else:
                attribute = "hold_limit" if section == "hold" else key.replace("-", "_")
                setattr(s, attribute, KEYS[section, key](value))
        except (ValueError, KeyError) as why:
            raise BadInput(f"{name}:{number}: {why}") from None
    return s


# ---------------------------------------------------------------- working hours

class WorkingHours:
    """Weekly ranges on the local clock, which in replay keeps the offset of the start line."""

    def __init__(self, schedule, local_start):
        self.local_start = local_start          # local wall clock at trace time 0, since 1970
        self.ranges = []
        for day, ranges in schedule.items():
            for begin, end in ranges:
                if end <= begin:                # 22:00-02:00 belongs to the day it begins on
                    end += DAY
                a, b = day * DAY + begin, day * DAY + end
                # Sunday's night runs into Monday: the same range, a week earlier
                self.ranges += [(a, b), (a - WEEK, b - WEEK)]
        self.edges = sorted({edge % WEEK for pair in self.ranges for edge in pair})

    def position(self, t):
        # 1970-01-01 was a Thursday
        return exact((self.local_start + 3 * DAY + t) % WEEK)

    def inside(self, t):
        if not self.ranges:
            return True
        p = self.position(t)
        return any(a <= p < b for a, b in self.ranges)      # the end is outside

    def next_edge(self, t):
        if not self.edges:
            return None
        p = self.position(t)
        later = [e for e in self.edges if e > p]
        return t - p + (later[0] if later else self.edges[0] + WEEK)
