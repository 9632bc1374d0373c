# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a failing case small: fewer lines, plainer settings, rounder times.

`shrink(settings, lines, fails)` keeps what makes `fails(settings, lines)` true.
"""
import copy
import time
from settings import Settings
from tracefile import microseconds, read_trace, seconds
from settings import BadInput, MINUTE, SECOND


def fewer_lines(settings, lines, fails):
    """Delta debugging: drop ever smaller chunks; the last line (`end`) stays."""
    chunk = max(1, (len(lines) - 1) // 2)
    while chunk >= 1:
        i, dropped = 0, False
        while i < len(lines) - 1:
            shorter = lines[:i] + lines[min(i + chunk, len(lines) - 1):]
            if fails(settings, shorter):
                lines, dropped = shorter, True
            else:
                i += chunk
        if chunk == 1 and not dropped:
            break
        chunk = max(1, chunk // 2) if chunk > 1 else 1
    return lines


def plainer_settings(settings, lines, fails):
    """Each value back to its default, each break out, where the failure stays."""
    default = Settings()
    for key in vars(default):
        if key == "breaks" or getattr(settings, key) == getattr(default, key):
            continue
        s = copy.deepcopy(settings)
        setattr(s, key, copy.deepcopy(getattr(default, key)))
        if fails(s, lines):
            settings = s
    for name in list(settings.breaks):
        s = copy.deepcopy(settings)
        if name in default.breaks:           # these two can't be absent, only off or as shipped
            s.breaks[name] = default.breaks[name]
            off = copy.deepcopy(settings)
            off.breaks[name].enabled = False
            tries = [off, s]
        else:
            del s.breaks[name]
            tries = [s]
        for s in tries:
            if s.breaks != settings.breaks and fails(s, lines):
                settings = s
                break
    return settings


def rounder_times(settings, lines, fails):
    """Times to whole minutes or seconds, one line after the other."""
    for i, line in enumerate(lines):
        words = line.split()
        if words[0] == "start":
            continue
        for unit in (10 * MINUTE, MINUTE, SECOND):
            t = seconds(round(microseconds(words[0]) / unit) * unit)
            changed = lines[:i] + [" ".join([str(t)] + words[1:])] + lines[i + 1:]
            if changed != lines and in_order(changed) and fails(settings, changed):
                lines = changed
                break
    return lines


def in_order(lines):
    try:
        _, events = read_trace(lines)
    except BadInput:
        return False
    times = [e[0] for e in events]
    return times == sorted(times)


def shrink(settings, lines, fails, limit=60):
    """`limit` in seconds: a small case soon is better than the smallest one late."""
    until = time.monotonic() + limit

    def still_fails(s, t):
        return time.monotonic() < until and fails(s, t)

    while True:
        before = (settings, lines)
        lines = fewer_lines(settings, lines, still_fails)
        settings = plainer_settings(settings, lines, still_fails)
        lines = rounder_times(settings, lines, still_fails)
        if (settings, lines) == before:
            return settings, lines
