# SPDX-License-Identifier: GPL-3.0-or-later
"""Small parts of the model: rates over time, counters, the prompt, constants of the page."""
from settings import DAY, HOUR, MINUTE, exact

# "At one instant, for each step: rested/partial, withdraw, record, bout, prompt, refused, state"
RANK = {"rested": 0, "partial": 0, "withdraw": 1, "record": 2, "bout": 3, "prompt": 4,
        "refused": 5, "state": 6}
PROMPT_WINDOW = 5 * MINUTE       # "for a `since` up to 5 min after its last showing"
SNOOZE_RANGE = (MINUTE, 4 * HOUR)
PAUSE_RANGE = (MINUTE, 30 * DAY)


class Refused(Exception):
    """A command is refused; the argument is the D-Bus short name of the error."""


class Flow:
    """A rate over time: constant between the times at which it was set."""

    def __init__(self):
        self.pieces = [(0, 0)]               # (from, rate), in order of time

    def set(self, t, rate):
        if self.pieces[-1][1] != rate:
            self.pieces.append((t, rate))

    def cut(self, t):
        """What was gained after `t` is taken back: the rate is 0 from there on."""
        while len(self.pieces) > 1 and self.pieces[-1][0] >= t:
            self.pieces.pop()
        self.set(t, 0)

    def forget(self, t):
        """Nobody asks for a time before `t` any more."""
        self.pieces = [(t, self.pieces[-1][1])]

    def integral(self, a, b):
        total, end = 0, b
        for begin, rate in reversed(self.pieces):
            if rate and end > max(begin, a):
                total += rate * (end - max(begin, a))
            end = begin
            if begin <= a:
                break
        return exact(total)

    def rate(self):
        return self.pieces[-1][1]


class Counter:
    """The exposure of one break: `base` at `anchor`, and what has flowed since."""

    def __init__(self, brk):
        self.brk = brk
        self.base = self.anchor = 0
        self.snoozes = 0                     # "of a break while it was due or prompted"

    def reset(self, t):
        self.base, self.anchor = 0, t


class Prompt:
    def __init__(self, brk, base, t):
        self.brk, self.base, self.shown, self.attempt = brk, base, t, 1


def priority(b):
    """The winner is the least: greatest length, then greatest `after`, then name order."""
    return (-b.length, -b.after, b.name)
