# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of every output, whatever the rules in detail: checked without the model.

`check(settings, lines, out)` returns a list of complaints (strings), empty when all is well.
It reads the trace for what it says directly (locked, paused, ...) and the output for the rest.
"""
from bisect import bisect_left, bisect_right
from collections import deque
from settings import HOUR, SECOND, WorkingHours
from tracefile import read_trace

RANK = {"rested": 0, "partial": 0, "withdraw": 1, "record": 2, "bout": 3, "prompt": 4,
        "refused": 5, "state": 6}
FIELDS = {"prompt": {"break", "attempt"}, "withdraw": {"reason"}, "rested": {"break"},
          "partial": {"break"}, "state": {"state"}, "refused": {"error"},
          "record": {"kind", "break", "from", "to"}, "bout": {"from", "to"}}
VALUES = {
    "reason": {"rested", "partial", "replaced", "answered", "paused", "off-hours"},
    "state": {"break", "paused", "away", "off-hours", "snoozed", "held", "due", "active"},
    "error": {"NothingPrompted", "InvalidArgs", "SnoozeLimit", "BreakRunning", "NoSuchBreak", "NotPaused"},
    "kind": {"natural", "partial", "guided", "cut-short", "done", "skipped"}}
NEAR = 0.0011                    # "Rounding below 1 ms is free"


class World:
    """What the trace says plainly, at one time: no thresholds, no rests."""

    def __init__(self):
        self.locked = self.left = self.asleep = self.walking = False
        self.lease_end = None
        self.holds = {}          # reason -> when it began

    def take(self, t, kind, argument):
        if kind in ("lock", "unlock"):
            self.locked = kind == "lock"
        elif kind in ("leave", "enter"):
            self.left = kind == "leave"
        elif kind in ("sleep", "wake"):
            self.asleep = kind == "sleep"
        elif kind == "posture":
            self.walking = argument[0] == "walking"
            self.lease_end = None if argument[1] is None else t + argument[1]
        elif kind == "active" and not (self.locked or self.left or self.asleep):
            self.walking = False
        elif kind == "hold":
            on, reason = argument
            if on:
                self.holds.setdefault(reason, t)
            elif reason is None:
                self.holds = {}
            else:
                self.holds.pop(reason, None)

    def away(self, t):
        walking = self.walking and not (self.lease_end is not None and t >= self.lease_end)
        return self.locked or self.left or self.asleep or walking


def simulated_seconds(events):
    """The trace with times that never go back, up to its end; in microseconds."""
    now, result = 0, []
    for t, kind, argument in events:
        now = max(now, t)
        result.append((now, kind, argument))
        if kind == "end":
            break
    return result


def check_form(out, complaints):
    last_t, last_state = 0, None
    for i, e in enumerate(out):
        where = f"line {i + 1} {e}"
        if e.get("event") not in FIELDS or not FIELDS[e["event"]] <= set(e):
            complaints.append(f"{where}: not an event of the page, or a field is missing")
            continue
        for key, allowed in VALUES.items():
            if e["event"] != "refused" and key == "error":
                continue
            if key in FIELDS[e["event"]] and e[key] not in allowed:
                complaints.append(f"{where}: unknown {key}")
        if e["t"] < last_t:
            complaints.append(f"{where}: time goes back")
        if abs(e["t"] * 1e6 - round(e["t"] * 1e6)) > 0.01:
            complaints.append(f"{where}: more than 6 decimals")
        if e["event"] == "state":
            if e["state"] == last_state:
                complaints.append(f"{where}: the state is the one before")
            last_state = e["state"]
        last_t = e["t"]
    states = [e for e in out if e["event"] == "state"]
    if not states or states[0]["t"] != 0:
        complaints.append("the first state is not at 0")


def check_order(out, events, complaints):
    """At one instant: a step for the clock and one for each line, each ordered by rank; state last."""
    times = [t / SECOND for t, _, _ in events]               # never going back
    i = 0
    while i < len(out):
        j = i
        while j < len(out) and out[j]["t"] == out[i]["t"]:
            j += 1
        ranks = [RANK.get(e["event"], 9) for e in out[i:j]]
        falls = sum(b < a for a, b in zip(ranks, ranks[1:]))
        near = bisect_right(times, out[i]["t"] + NEAR) - bisect_left(times, out[i]["t"] - NEAR)
        if falls > near:
            complaints.append(f"at {out[i]['t']}: the order within a step is wrong")
        if 6 in ranks[:-1]:
            complaints.append(f"at {out[i]['t']}: the state is not the last of its instant, or not alone")
        i = j


def check_prompts(settings, out, complaints):
    shown, attempt = None, 0
    for e in out:
        if e["event"] == "prompt":
            if e["attempt"] == 1:
                if shown is not None:
                    complaints.append(f"{e}: a new prompt, and the one before was not withdrawn")
                shown, attempt = e["break"], 1
            else:
                if shown != e["break"] or e["attempt"] != attempt + 1:
                    complaints.append(f"{e}: shown again without having been shown")
                attempt = e["attempt"]
            if attempt > 1 + settings.repeat_limit or (attempt > 1 and not settings.repeat):
                complaints.append(f"{e}: shown too often")
            b = settings.breaks.get(e["break"])
            if b is None or not b.enabled:
                complaints.append(f"{e}: of a break that does not exist or is off")
        elif e["event"] == "withdraw":
            if shown is None or e.get("break", shown) != shown:
                complaints.append(f"{e}: of a prompt that did not stand")
            shown = None
    return shown


def state_spans(out):
    """[(from, to, state)]; the last one is open."""
    states = [(e["t"], e["state"]) for e in out if e["event"] == "state"]
    ends = [t for t, _ in states[1:]] + [float("inf")]
    return [(t, end, state) for (t, state), end in zip(states, ends)]


def check_moments(settings, local_start, events, out, complaints):
    """No prompt when the trace itself says that nobody is there or nobody may be disturbed."""
    hours = WorkingHours(settings.schedule, local_start)
    world, pending, pause_end = World(), deque(events), 0
    spans = iter(state_spans(out))
    span = next(spans, None)
    for e in (e for e in out if e["event"] in ("prompt", "withdraw")):
        t = round(e["t"] * SECOND)
        while pending and pending[0][0] < t - 1000:
            at, kind, argument = pending.popleft()
            world.take(at, kind, argument)
            if kind == "cmd" and argument[0] == "pause":
                d = HOUR if argument[1] is None else argument[1]
                pause_end = at + d if (60 * SECOND <= d <= 30 * 24 * HOUR) else pause_end
            elif kind == "cmd" and argument[0] == "resume":
                pause_end = 0
        if e["event"] != "prompt" or (pending and pending[0][0] <= t + 1000):
            continue                         # lines of the very instant: the order decides, not we
        while span and span[1] <= e["t"]:
            span = next(spans, None)
        if world.away(t):
            complaints.append(f"{e}: nobody is there")
        if t < pause_end - 1000:
            complaints.append(f"{e}: while paused")
        if not hours.inside(t) and not hours.inside(t - 1000) and not hours.inside(t + 1000):
            complaints.append(f"{e}: outside the schedule")
        if world.holds:
            longest = (t - min(world.holds.values())) if settings.hold_limit else -1
            if longest < settings.hold_limit - 1000:
                complaints.append(f"{e}: while held, and not for as long as the limit")
        if span and span[2] not in ("due",):
            complaints.append(f"{e}: a prompt, and the state is {span[2]}")


def check_records(settings, events, out, complaints):
    end = events[-1][0] / SECOND if events else 0
    last_to = 0
    for e in out:
        if e["event"] in ("record", "bout"):
            if not 0 <= e["from"] <= e["to"] <= end + NEAR:
                complaints.append(f"{e}: from and to are not in order, or outside the trace")
            if e["to"] > e["t"] + NEAR:
                complaints.append(f"{e}: ends after it is written")
        if e["event"] == "bout":
            if e["from"] < last_to - NEAR:
                complaints.append(f"{e}: bouts overlap")
            if e["from"] >= e["to"]:
                complaints.append(f"{e}: an empty bout")
            last_to = e["to"]
        if e["event"] == "record":
            length = settings.breaks[e["break"]].length / SECOND
            took = e["to"] - e["from"]
            wrong = {"natural": took < length - NEAR, "partial": not 0.75 * length - NEAR <= took,
                     "done": took != 0, "skipped": took != 0, "guided": took > length + NEAR,
                     "cut-short": took > length + NEAR}
            if wrong.get(e["kind"]):
                complaints.append(f"{e}: that long a {e['kind']} record of {length} s can't be")
    absences = [e for e in out if e["event"] == "record" and e["kind"] in ("natural", "partial")]
    for a, b in zip(absences, absences[1:]):
        if b["from"] < a["to"] - NEAR:
            complaints.append(f"{b}: two records of one absence")


def check_rests(settings, out, complaints):
    """Nothing is rested, and nothing due, that can't be yet."""
    any_rested = False
    for e in out:
        any_rested = any_rested or e["event"] == "rested"
        if e["event"] == "withdraw" and e["reason"] == "rested" and not any_rested:
            complaints.append(f"{e}: and nothing was ever rested")
    # Nothing is due before its time: the first prompt can't come before the least `after`, less `merge`.
    first = next((e for e in out if e["event"] == "prompt"), None)
    if first:
        least = min(b.after for b in settings.enabled()) / SECOND
        if first["t"] < least - NEAR:
            complaints.append(f"{first}: before anything could be due")


def check(settings, lines, out):
    local_start, events = read_trace(lines)
    events = simulated_seconds(events)
    complaints = []
    check_form(out, complaints)
    if complaints:
        return complaints                    # the others rely on the form
    check_order(out, events, complaints)
    check_prompts(settings, out, complaints)
    check_moments(settings, local_start, events, out, complaints)
    check_records(settings, events, out, complaints)
    check_rests(settings, out, complaints)
    return complaints
