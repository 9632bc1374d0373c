#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent re-implementation of behaviour.md: the core of BackCare over a trace.

How it differs from the program, on purpose: nothing is counted up as time passes.
What the user did is kept as piecewise constant rates (`Flow`), a counter is the exact
integral of such a rate since its last reset, and "take back" is cutting the rate off.
The next interesting time is solved for exactly (integers and fractions, never floats).
After each step one function settles everything from conditions ("is this true now?"),
not from the kind of event that came.

Sentences in quotes are the page's.
"""
import argparse
import sys
from fractions import Fraction
import tracefile as trace_format
from incoming import Incoming
from parts import PROMPT_WINDOW, RANK, Counter, Flow, Prompt, Refused, priority
from settings import BadInput, Settings, WorkingHours, exact, from_conf


class Model(Incoming):
    def __init__(self, settings, local_start, rounding=None):
        self.s = settings
        self.hours = WorkingHours(settings.schedule, local_start)
        self.rounding = rounding             # of counters at a return, to find mere rounding ties
        self.now = 0
        self.out, self.step_out, self.last_state = [], [], None
        # input; "The user is active at 0"
        self.input = "active"                # active, passive, idle
        self.waiting = None                  # the `since` of an idle report not yet in effect
        self.passive_since = None
        self.last_input = 0                  # the last active, unlock, enter or wake
        self.inhibited = False
        # causes of absence
        self.locked = self.left = self.asleep = False
        self.posture, self.lease_end = "sitting", None
        self.away_since = None
        self.idle_start = None               # an absence by idle found in this step
        self.last_return = 0
        self.rested = set()                  # names of the breaks this absence has rested
        self.returned = None                 # (from, to) of an absence that ended in this step
        # exposure
        self.exposure, self.repeat_flow = Flow(), Flow()
        self.counters = {b.name: Counter(b) for b in sorted(settings.enabled(), key=priority)}
        self.breaks = [c.brk for c in self.counters.values()]    # longest first
        self.completions = []                # (time, length) of guided and done breaks
        self.bout = 0                        # where the open bout began
        # delivery
        self.prompt = self.guided = None     # guided: (break, from, to)
        self.snoozed = None                  # (break, until)
        self.pause_end = None
        self.holds = set()
        self.held_from = None                # when a held break would have been prompted
        self.step(None)

    # ------------------------------------------------------------ questions

    def counter(self, b):
        c = self.counters[b.name]
        return c.base + self.exposure.integral(c.anchor, self.now)

    def due(self):
        """The due breaks, the winner first."""
        return [b for b in self.breaks if self.counter(b) >= b.after]

    def away(self):
        return self.away_since is not None

    def causes(self):
        return (self.locked or self.left or self.asleep or self.posture == "walking"
                or self.input == "idle")

    def paused(self):
        return self.pause_end is not None and self.now < self.pause_end

    def is_snoozed(self, b):
        """"no prompt for this or a shorter break before t + d" """
        if self.snoozed is None or self.now >= self.snoozed[1]:
            return False
        return b is self.snoozed[0] or b.length < self.snoozed[0].length

    def hold_over(self):
        """Held for the whole of `[hold] limit`; "then it is prompted all the same"."""
        return bool(self.s.hold_limit and self.held_from is not None
                    and self.now >= self.held_from + self.s.hold_limit)

    def repeat_clock(self):
        return self.repeat_flow.integral(self.prompt.shown, self.now)

    def threshold(self, since):
        if self.guided or (self.prompt and since <= self.prompt.shown + PROMPT_WINDOW):
            return self.s.idle_after_prompt
        return self.s.idle_after

    def waiting_winner(self):
        """The winning due break, unless a prompt for one at least as long stands."""
        due = self.due()
        if due and not (self.prompt and self.prompt.brk.length >= due[0].length):
            return due[0]
        return None

    def unhindered(self, b):
        """`b` could be prompted now, holds left aside."""
        return not (self.guided or self.away() or self.paused() or self.is_snoozed(b)
                    or not self.hours.inside(self.now))

    def state(self):
        if self.guided:
            return "break"
        if self.paused():
            return "paused"
        if self.away():
            return "away"
        if not self.hours.inside(self.now):
            return "off-hours"
        winner = self.waiting_winner()
        if winner and self.is_snoozed(winner):
            return "snoozed"
        if winner and self.holds and not self.hold_over():
            return "held"
        return "due" if self.prompt else "active"

    # ------------------------------------------------------------ time

    def next_time(self):
        """The earliest instant after now at which something could change by itself."""
        times = [self.lease_end, self.pause_end, self.hours.next_edge(self.now)]
        if self.snoozed:
            times.append(self.snoozed[1])
        if self.guided:
            times.append(self.guided[2])
        if self.waiting is not None:
            times.append(self.waiting + self.threshold(self.waiting))
        if self.input == "passive":
            times.append(self.passive_since + self.s.passive_limit)
        if self.away():
            times += [self.away_since + b.length for b in self.breaks if b.name not in self.rested]
        if self.held_from is not None and self.s.hold_limit:
            times.append(self.held_from + self.s.hold_limit)
        rate = self.exposure.rate()
        if rate:
            for b in self.breaks:
                left = b.after - self.counter(b)
                if left > 0:
                    times.append(self.now + exact(Fraction(left) / rate))
        if (self.prompt and self.s.repeat and self.repeat_flow.rate()
                and self.prompt.attempt <= self.s.repeat_limit):
            times.append(self.now + self.s.repeat - self.repeat_clock())
        return min((t for t in times if t is not None and t > self.now), default=None)

    def go_to(self, t):
        if t > self.now:
            self.write_state()               # "of `state` only the last of an instant"
            self.now = t

    def run_clock_until(self, t):
        """"what the clock brings is settled before what comes in", also at `t` itself."""
        while (n := self.next_time()) is not None and n <= t:
            self.go_to(n)
            self.step(None)
        self.go_to(t)

    # ------------------------------------------------------------ output

    def emit(self, event, **fields):
        self.step_out.append({"t": self.now, "event": event, **fields})

    def write_state(self):
        state = self.state()
        if state != self.last_state:
            self.out.append({"t": self.now, "event": "state", "state": state})
            self.last_state = state

    # ------------------------------------------------------------ one step

    def step(self, act, *arguments):
        if act:
            try:
                act(*arguments)
            except Refused as why:
                self.emit("refused", error=str(why))
        # "in each such step presence first, then rest, then prompts"; once more when a
        # waiting idle report took effect just before a prompt
        while True:
            self.settle_presence()
            self.settle_rest()
            if self.settle_prompts():
                break
        present = not self.away()
        sitting_rate = self.s.rate() if self.posture == "standing" else 1
        self.exposure.set(self.now, sitting_rate if present and not self.guided else 0)
        self.repeat_flow.set(self.now, 1 if present and not self.holds else 0)
        self.out += sorted(self.step_out, key=lambda e: RANK[e["event"]])
        self.step_out = []

    # ------------------------------------------------------------ presence

    def reach_threshold(self):
        """A waiting idle report takes effect."""
        since, self.waiting = self.waiting, None
        if self.s.passive_sitting and self.inhibited:
            self.input, self.passive_since = "passive", since
        else:
            self.become_idle(since)

    def become_idle(self, since):
        self.input = "idle"
        self.idle_start = max(since, self.last_return)       # "not before the last return"

    def settle_presence(self):
        if self.lease_end is not None and self.now >= self.lease_end:
            self.posture, self.lease_end = "sitting", None
        if self.waiting is not None and self.now >= self.waiting + self.threshold(self.waiting):
            self.reach_threshold()
        if self.input == "passive" and self.now >= self.passive_since + self.s.passive_limit:
            self.become_idle(self.passive_since + self.s.passive_limit)
        if self.causes():
            start = self.now if self.idle_start is None else self.idle_start
            if not self.away():
                self.away_since = start
            elif self.idle_start is not None:
                # only "lock, leave, sleep or walking ... never moves an `away_since`
                # already set": the `since` of idle may be earlier
                self.away_since = min(self.away_since, start)
            # "What the counters and a prompt's repeat clock gained after it is taken back"
            self.exposure.cut(self.away_since)
            self.repeat_flow.cut(self.away_since)
        elif self.away():
            self.returned = (self.away_since, self.now)
            self.away_since = None
        self.idle_start = None

    # ------------------------------------------------------------ rest

    def settle_rest(self):
        if self.away():
            self.find_rested()
            self.end_prompt_by_rest(at_return=None)
        elif self.returned:
            # "`a >= L`: rested", also when the absence ends at that very instant (a lease)
            self.away_since = self.returned[0]
            self.find_rested()
            self.away_since = None
            self.settle_return(*self.returned)
            self.returned = None
            self.rested = set()

    def find_rested(self):
        """"It becomes 0 at that very instant, not at the return" """
        for b in reversed(self.breaks):                      # "shorter break first"
            if b.name in self.rested or self.now - self.away_since < b.length:
                continue
            self.rested.add(b.name)
            self.emit("rested", **{"break": b.name})
            self.counters[b.name].reset(self.now)
            self.counters[b.name].snoozes = 0
            if self.snoozed and self.snoozed[0] is b:
                self.snoozed = None
            if b.length == self.breaks[-1].length:           # the break of least length
                self.end_bout()

    def settle_return(self, begin, end):
        absence = end - begin
        for b in reversed(self.breaks):
            c, value = self.counters[b.name], self.counter(b)
            if b.length <= 2 * absence < 2 * b.length:
                # "multiplied by 2 (1 - a/L)"
                value = value * 2 * (1 - Fraction(absence) / b.length)
                self.emit("partial", **{"break": b.name})
            c.base, c.anchor = self.rounded(value), self.now
        self.exposure.forget(self.now)                       # nothing is taken back from before
        if not self.prompt:
            self.repeat_flow.forget(self.now)
        self.last_return = self.now
        base = self.end_prompt_by_rest(at_return=absence)
        self.record_absence(begin, base)
        self.completions = [c for c in self.completions if c[0] >= self.now]
        self.begin_bout()

    def rounded(self, value):
        if self.rounding:
            value = self.rounding(value)
        return exact(value)

    def end_prompt_by_rest(self, at_return):
        """-> the base of the prompt it ended"""
        p = self.prompt
        if not p:
            return None
        rested = p.base.name in self.rested
        part = at_return is not None and 4 * at_return >= 3 * p.base.length
        if not (rested or part) or any(b.length <= p.brk.length for b in self.due()):
            return None
        self.withdraw("rested" if rested else "partial")
        return p.base

    def record_absence(self, begin, ended_base):
        """"at most one record": the longest break rested, else the base of a prompt it ended"""
        rested = [b for b in self.breaks if b.name in self.rested]
        if rested:
            kind, b = "natural", rested[0]
        elif ended_base:
            kind, b = "partial", ended_base
        else:
            return
        covered = [length for t, length in self.completions if t >= begin]
        if self.guided:
            covered.append(self.guided[0].length)
        if b.length > max(covered, default=-1):              # "None, also no lesser one"
            self.emit("record", kind=kind, **{"break": b.name, "from": begin, "to": self.now})

    # ------------------------------------------------------------ bouts

    def begin_bout(self):
        if self.bout is None and not self.guided and not self.away():
            self.bout = self.now

    def end_bout(self):
        end = self.away_since if self.away() else self.now
        if self.bout is not None and end > self.bout:        # "Empty bouts are not kept"
            self.emit("bout", **{"from": self.bout, "to": end})
        self.bout = None

    # ------------------------------------------------------------ prompts

    def settle_prompts(self):
        """False when a waiting idle report took effect instead of a prompt."""
        if self.guided and self.now >= self.guided[2]:
            self.finish_guided()
        if self.prompt and self.paused():
            self.withdraw("paused")
        if self.prompt and not self.hours.inside(self.now):
            self.withdraw("off-hours")
        self.keep_hold_clock()
        winner = self.waiting_winner()
        fresh = bool(winner and self.unhindered(winner) and (not self.holds or self.hold_over()))
        p = self.prompt
        again = bool(p and not fresh and not self.away() and not self.holds
                     and self.s.repeat and p.attempt <= self.s.repeat_limit
                     and self.repeat_clock() >= self.s.repeat)
        if not (fresh or again):
            return True
        # "The lower threshold holds from the instant at which a prompt is about to be shown"
        if self.waiting is not None and self.now - self.waiting >= self.s.idle_after_prompt:
            self.reach_threshold()
            return False
        self.held_from = None
        if again:
            p.attempt, p.shown = p.attempt + 1, self.now
        elif p:
            self.withdraw("replaced")
            self.prompt = Prompt(winner, winner, self.now)
        else:
            self.prompt = Prompt(self.merged(winner), winner, self.now)
        self.emit("prompt", **{"break": self.prompt.brk.name}, attempt=self.prompt.attempt)
        return True

    def merged(self, winner):
        """"the longest break that is at most `merge` of exposure short of due" """
        for b in self.breaks:
            if b.length > winner.length and b.after - self.counter(b) <= self.s.merge:
                return b
        return winner

    def keep_hold_clock(self):
        """When the break that waits for a hold to end would have been prompted."""
        if not self.holds or not self.due():     # "the end of the hold", "once nothing is due"
            self.held_from = None
        elif self.held_from is None:
            winner = self.waiting_winner()
            if winner and self.unhindered(winner):
                self.held_from = self.now

    def withdraw(self, reason):
        self.emit("withdraw", **{"break": self.prompt.brk.name}, reason=reason)
        self.prompt = None

    def finish_guided(self, kind="guided"):
        b, begin, _ = self.guided
        self.emit("record", kind=kind, **{"break": b.name, "from": begin, "to": self.now})
        self.guided = None
        if kind == "guided":
            self.complete(b)
        self.begin_bout()

    def complete(self, b):
        self.clear(b)
        self.completions.append((self.now, b.length))

    def clear(self, b):
        """Completing or skipping sets to 0 all breaks whose length is at most `b`'s."""
        for c in self.counters.values():
            if c.brk.length <= b.length:
                c.reset(self.now)
                c.snoozes = 0
                if self.snoozed and self.snoozed[0] is c.brk:
                    self.snoozed = None
        self.held_from = None                # "starts anew after ... a completion, a skip"


def simulate_events(settings, local_start, events, rounding=None):
    m = Model(settings, local_start, rounding)
    for t, kind, argument in events:
        # "a time before the latest one seen is taken as the latest"
        m.run_clock_until(max(t, m.now))
        m.step(m.event, kind, argument)
        if kind == "end":
            break
    else:
        m.step(m.end_bout)                   # a trace without `end` ends with its last line
    m.write_state()
    for e in m.out:
        for key in ("t", "from", "to"):
            if key in e:
                e[key] = trace_format.seconds(e[key])
    return m.out


def simulate(settings, trace_lines, name="trace", rounding=None):
    local_start, events = trace_format.read_trace(trace_lines, name)
    return simulate_events(settings, local_start, events, rounding)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("trace")
    args = parser.parse_args()
    try:
        settings = Settings()
        if args.config:
            with open(args.config) as f:
                settings = from_conf(f.read(), args.config)
        with open(args.trace) as f:
            out = simulate(settings, f.read().splitlines(), args.trace)
    except BadInput as why:
        print(why, file=sys.stderr)
        return 2
    for event in out:
        print(trace_format.json_line(event))
    return 0


if __name__ == "__main__":
    sys.exit(main())
