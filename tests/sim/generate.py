#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeded random settings and traces: `short` nasty ones, plausible `day`s, whole `year`s.

The same kind and seed always give the same text.  Times are whole milliseconds, so that
they are exact in any program; short traces follow the model while they are made, to hit
its deadlines exactly (and one millisecond off), where the mistakes are.
"""
import argparse
import random
from model import Model
from settings import HOUR, MINUTE, SECOND, Break, Settings, to_conf
from tracefile import read_line, read_trace, seconds

MS = 1000
REASONS = ["camera", "microphone", "dnd", "game"]


# ---------------------------------------------------------------- settings

def random_breaks(r):
    if r.random() < 0.3:
        return {b.name: b for b in Settings().breaks.values()}
    breaks = {}
    for name in ["stretch", "walk"] + r.sample(["eyes", "long", "micro", "zen"], r.choice([0, 0, 1, 1, 2])):
        length = r.choice([60, 90, 120, 180, 240, 300, 600, 900]) * SECOND
        after = r.choice([3, 5, 10, 12, 15, 20, 30, 45, 60, 90]) * MINUTE
        breaks[name] = Break(name, after, length, r.random() > 0.12)
    # Breaks of equal length are a corner of their own: seldom, not in a third of all runs.
    seen = set()
    for b in breaks.values():
        while b.length in seen and r.random() > 0.2:
            b.length += 30 * SECOND
        seen.add(b.length)
    return breaks


def random_ranges(r):
    if r.random() < 0.2:
        return [(22 * HOUR, 2 * HOUR)]                        # over midnight
    if r.random() < 0.5:
        return [(9 * HOUR, 12 * HOUR + 30 * MINUTE), (13 * HOUR + 30 * MINUTE, 18 * HOUR)]
    begin = r.randrange(5, 11) * HOUR
    return [(begin, begin + r.choice([10, 65, 300]) * MINUTE), (17 * HOUR, 20 * HOUR)]


def random_settings(r):
    s = Settings(breaks=random_breaks(r))
    if r.random() < 0.6:
        s.idle_after = r.choice([30, 60, 120, 120, 180, 300]) * SECOND
        s.idle_after_prompt = r.choice([5, 10, 20, 30]) * SECOND
        s.passive_sitting = r.random() > 0.25
        s.passive_limit = r.choice([2, 5, 20, 60]) * MINUTE
        s.standing_rate = r.choice([0, 20, 25, 50, 50, 75, 100])
    if r.random() < 0.6:
        s.snooze = r.choice([60, 120, 300, 600]) * SECOND
        s.snooze_limit = r.choice([0, 1, 2, 3])
        s.repeat = r.choice([0, 1, 2, 5, 10]) * MINUTE
        s.repeat_limit = r.choice([0, 1, 2, 4])
        s.merge = r.choice([0, 1, 3, 10, 30]) * MINUTE
        s.hold_limit = r.choice([0, 2, 5, 20, 60]) * MINUTE
    if r.random() < 0.35:
        s.schedule = {d: random_ranges(r) for d in range(7) if r.random() < 0.75}
    return s


def start_line(r, hour=None):
    zone = r.choice(["+00:00", "+01:00", "-05:00", "+05:30"])
    hour = r.randrange(24) if hour is None else hour
    return f"start 2026-11-{r.randrange(9, 29):02d}T{hour:02d}:{r.choice([0, 0, 30, 55]):02d}:00{zone}"


# ---------------------------------------------------------------- short, nasty

class Writer:
    """Lines of a trace, with a model that has seen them (to know its deadlines)."""

    def __init__(self, r, settings, local_start):
        self.s, self.m, self.lines, self.t = settings, Model(settings, local_start), [], 0
        # Each trace has a temper of its own: leaving some kinds out lets the others meet.
        self.weights = [w if r.random() < 0.7 else w / 10 for w in (14, 18, 5, 9, 4, 5, 10, 9, 20)]
        self.favourite = r.choice(["snooze", "start", None, None, None])
        self.patience = r.choice([0.2, 0.2, 0.25, 0.45])

    def add(self, text, t=None):
        line = f"{seconds(self.t if t is None else t)} {text}"
        self.lines.append(line)
        at, kind, argument = read_line(line.split())
        self.m.run_clock_until(max(at, self.m.now))
        self.m.step(self.m.event, kind, argument)


def lengths_of_time(s):
    """The intervals at which something of the page changes over."""
    d = [s.idle_after, s.idle_after_prompt, s.passive_limit, s.snooze, s.repeat, s.merge,
         s.hold_limit, MINUTE, 5 * MINUTE, SECOND]
    for b in s.enabled():
        d += [b.after, b.after - s.merge, b.length, b.length // 2, b.length * 3 // 4, b.length // 4]
    return [x for x in d if x > 0]


def on_grid(t):
    return t is not None and t % MS == 0


def to_next_prompt(w):
    """Lets time pass until a prompt stands: what follows from one is the heart of the page."""
    for _ in range(12):
        deadline = w.m.next_time()
        if w.m.prompt or not on_grid(deadline):
            break
        w.m.run_clock_until(deadline)


def next_instant(r, w, deltas):
    """When the next line comes: now, at a deadline, just beside one, or anywhere."""
    pick = r.random()
    if pick < 0.2:
        return w.t
    if pick < w.patience:
        to_next_prompt(w)
        return max(w.t, w.m.now + r.choice([0, SECOND, 10 * SECOND]))
    if pick < 0.55:
        # several deadlines ahead too: the same instant then has clock and trace
        deadline = w.m.next_time()
        if on_grid(deadline) and deadline >= w.t:
            return max(w.t, deadline + r.choice([0, 0, 0, -MS, MS]))
    if pick < 0.85:
        return w.t + r.choice(deltas) + r.choice([0, 0, 0, 0, -MS, MS])
    return w.t + r.randrange(0, 1800) * SECOND


def since_text(r, w, deltas):
    pick = r.random()
    if pick < 0.5:
        back = w.s.idle_after                                 # as a source reports it
    elif pick < 0.65:
        back = w.s.idle_after_prompt
    elif pick < 0.7 and w.m.prompt:
        # at the end of the 5 minutes in which the lower threshold holds
        back = w.t - w.m.prompt.shown - 5 * MINUTE + r.choice([0, 0, MS, -MS])
    elif pick < 0.85:
        back = r.choice(deltas)                               # also long before the last return
    elif pick < 0.95:
        back = 0
    else:
        back = -r.choice(deltas)                              # after t: taken as t
    return seconds(max(0, w.t - back))


def snooze_text(r):
    return r.choice(["", "", " 60", " 300", " 59.999", " 59", " 0", " 14400", " 14401", " 90.5", " 600"])


def pause_text(r):
    return r.choice(["", " 60", " 59", " 0", " 600", " 2592000", " 2592001", " 300", " 120"])


def random_event(r, w, deltas):
    m = w.m
    if (m.prompt or m.guided) and r.random() < 0.35:
        pick = w.favourite or r.choice(["start", "done", "skip", "snooze", "snooze", "another"])
        return "cmd " + pick + (snooze_text(r) if pick == "snooze" else "")
    kind = r.choices(["active", "idle", "inhibit", "lock", "leave", "sleep", "posture", "hold", "cmd"],
                     w.weights)[0]
    if kind == "idle":
        return f"idle since={since_text(r, w, deltas)}"
    if kind == "inhibit":
        return f"inhibit {r.choice(['on', 'on', 'off'])}"
    if kind in ("lock", "leave", "sleep"):
        # mostly the opposite of what is so, to get absences that end; sometimes twice the same
        on, off, now = {"lock": ("lock", "unlock", m.locked), "leave": ("leave", "enter", m.left),
                        "sleep": ("sleep", "wake", m.asleep)}[kind]
        return r.choice([off if now else on] * 5 + [on if now else off])
    if kind == "posture":
        lease = r.choice(["", f" lease={seconds(r.choice(deltas))}"])
        return f"posture {r.choice(['sitting', 'standing', 'standing', 'walking', 'walking'])}{lease}"
    if kind == "hold":
        if r.random() < 0.55:
            return f"hold on reason={r.choice(REASONS)}"
        return r.choice([f"hold off reason={r.choice(REASONS)}", "hold off"])
    if kind == "cmd":
        pick = r.choice(["start", "start", "done", "skip", "snooze", "another", "pause", "resume"])
        return "cmd " + pick + {"snooze": snooze_text, "pause": pause_text}.get(pick, lambda _: "")(r)
    return kind


def scene(r, w):
    """A few lines around one prompt, on the page's edges, that chance alone seldom finds."""
    pick, s = r.choice(["snooze", "snooze", "guided", "window", "nobody", "part"]), w.s
    if pick == "nobody":
        # a report that reaches the lower threshold at the very instant of the next prompt
        deadline = w.m.next_time()
        if on_grid(deadline) and deadline > w.t + s.idle_after_prompt:
            w.t = deadline - r.choice([SECOND, 2 * SECOND])
            back = s.idle_after_prompt + r.choice([0, 0, MS, -MS])
            w.add(f"idle since={seconds(deadline - back)}")
            w.t = deadline + r.choice([10, 60, 200]) * SECOND
            w.add("active")
        return
    to_next_prompt(w)
    w.t = max(w.t, w.m.now)
    if not w.m.prompt:
        return
    prompt = w.m.prompt
    if pick == "snooze":
        w.add("cmd snooze" + r.choice(["", " 60", " 60", " 120"]))
    elif pick == "guided":
        w.add("cmd start")
        w.t += r.choice([0, 5, 30]) * SECOND
        w.add(r.choice(["cmd snooze 60", "cmd snooze 60", "cmd skip", "cmd done", "lock"]))
    elif pick == "window":
        since = prompt.shown + 5 * MINUTE + r.choice([0, 0, MS, -MS])
        w.t = max(w.t, since + s.idle_after_prompt + SECOND)
        w.add(f"idle since={seconds(since)}")
        w.t += r.choice([0, 10, 100]) * SECOND
        w.add("active")
    else:
        w.add("lock")
        w.t += prompt.base.length * 3 // 4 + r.choice([0, 0, MS, -MS])
        w.add("unlock")


def short(seed):
    r = random.Random(f"short {seed}")
    s = random_settings(r)
    if r.random() < 0.03:
        for b in s.breaks.values():
            b.enabled = False
    head = [start_line(r)] if r.random() < 0.7 else []
    w, deltas = Writer(r, s, read_trace(head)[0]), lengths_of_time(s)
    scenic = r.choice([0, 0, 0.2, 0.8])
    for _ in range(r.choice([0, 1, 2, 3, 5, 8, 12, 20, 40])):
        if r.random() < scenic and len(w.lines) < 38:
            scene(r, w)
            continue
        w.t = next_instant(r, w, deltas)
        # now and then a line that comes late, with an earlier time
        late = max(0, w.t - r.choice(deltas)) if r.random() < 0.03 else None
        w.add(random_event(r, w, deltas), late)
    w.t += r.choice([0, SECOND] + deltas + [3 * HOUR])
    w.add("end")
    return s, head + w.lines


# ---------------------------------------------------------------- days

class Day:
    """A plausible day at a computer; times in seconds with one decimal."""

    def __init__(self, r, s):
        self.r, self.s, self.t, self.lines = r, s, 0, []

    def add(self, text, t=None):
        self.lines.append((round(self.t if t is None else t, 1), text))

    def between(self, a, b):
        return round(self.r.uniform(a, b), 1)

    def idle(self, length):
        """Hands off for `length` seconds, reported as a source does it."""
        since, self.t = self.t, round(self.t + length, 1)
        reported = seconds(self.r.choice([self.s.idle_after, self.s.idle_after_prompt]))
        if length > reported:
            self.add(f"idle since={since}", since + reported)
            self.add("active")

    def work(self, length):
        end = self.t + length
        while self.t < end:
            self.t = round(self.t + self.between(30, 1500), 1)
            if self.r.random() < 0.5:
                self.idle(self.between(10, 400))              # reading, thinking, a coffee
            if self.r.random() < 0.4:
                self.answer()

    def answer(self):
        r = self.r
        pick = r.choice(["start", "start", "done", "skip", "snooze", "snooze 600", "another", "snooze 30",
                         "pause 1800", "resume"])
        self.add("cmd " + pick)
        if pick == "start":
            self.t += 1
            self.idle(self.between(30, 700))                  # the break, taken or not
            if r.random() < 0.3:
                self.add("cmd " + r.choice(["done", "skip", "start", "another", "snooze"]))

    def locked(self, length):
        r = self.r
        self.add("lock")
        begin, end = self.t, round(self.t + length, 1)
        if r.random() < 0.5:                                  # also idle, or suspended, meanwhile
            self.add(f"idle since={max(0, round(begin - r.choice([0, 0, 15, 60]), 1))}", begin + 125)
        if length > 400 and r.random() < 0.6:
            self.add("sleep", begin + 200)
            self.add("wake", r.choice([end, end - 20]))
        self.t = end
        self.add("unlock")

    def meeting(self):
        r = self.r
        switches = r.sample([("inhibit on", "inhibit off"), ("hold on reason=camera", "hold off reason=camera"),
                             ("hold on reason=microphone", "hold off"),
                             ("hold on reason=dnd", "hold off reason=dnd")],
                            r.choice([1, 2, 3]))
        for on, _ in switches:
            self.add(on)
            self.t = round(self.t + self.between(0, 5), 1)
        since, self.t = self.t, round(self.t + self.between(300, 6000), 1)
        if r.random() < 0.7:
            self.add(f"idle since={since}", since + seconds(self.s.idle_after))
        for _, off in switches:
            self.add(off)
            self.t = round(self.t + self.between(0, 90), 1)
        self.add("active")

    def something(self):
        r, pick = self.r, self.r.random()
        if pick < 0.45:
            self.work(self.between(300, 5400))
        elif pick < 0.6:
            self.meeting()
        elif pick < 0.75:
            self.locked(self.between(20, 1500))
        elif pick < 0.85:
            self.add(f"posture standing lease={r.choice([600, 1200, 1800, 3600])}")
            self.work(self.between(300, 2400))
        elif pick < 0.9:
            self.add(r.choice(["posture walking", "posture walking lease=300"]))
            self.t = round(self.t + self.between(60, 900), 1)
            self.add(r.choice(["active", "posture sitting", "posture standing"]))
        elif pick < 0.95:
            self.add("leave")
            self.t = round(self.t + self.between(60, 2000), 1)
            self.add("enter")
        else:
            self.add(r.choice(["cmd pause", "cmd pause 1800", "cmd resume", "cmd snooze 1200"]))


def make_days(r, s, days):
    d = Day(r, s)
    for day in range(days):
        lunch = False
        while d.t < day * 86400 + 9 * 3600:
            d.something()
            if not lunch and d.t > day * 86400 + 3.5 * 3600:
                d.locked(d.between(1200, 4500))
                lunch = True
        if day + 1 < days:
            d.locked((day + 1) * 86400 - d.t if (day + 1) * 86400 > d.t else 600)
    d.t += d.between(1, 4000)
    lines = [f"{t} {text}" for t, text in sorted(d.lines, key=lambda line: line[0])]
    return [start_line(r, hour=8)] + lines + [f"{round(d.t, 1)} end"]


def day(seed):
    r = random.Random(f"day {seed}")
    s = random_settings(r)
    return s, make_days(r, s, r.choice([1, 1, 1, 2]))


def year(seed, days=3 * 365):
    r = random.Random(f"year {seed}")
    s = random_settings(r)
    return s, make_days(r, s, days)


KINDS = {"short": short, "day": day, "year": year}


def main():
    parser = argparse.ArgumentParser(description="prints the trace, and the settings to --config")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("seed", type=int)
    parser.add_argument("--config", help="file to write the settings to")
    args = parser.parse_args()
    settings, lines = KINDS[args.kind](args.seed)
    if args.config:
        with open(args.config, "w") as f:
            f.write(to_conf(settings))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
