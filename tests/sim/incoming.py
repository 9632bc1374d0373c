# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes in: the events and commands of a trace, as a part of `Model` (model.py).

Each only notes what happened; what follows from it is settled by `Model.step` afterwards.
"""
from parts import PAUSE_RANGE, SNOOZE_RANGE, Refused, priority
from settings import HOUR


class Incoming:
    # ------------------------------------------------------------ commands

    def target(self):
        if self.guided:
            return self.guided[0]
        if self.prompt:
            return self.prompt.brk
        if not self.breaks:
            raise Refused("NoSuchBreak")
        due = self.due()
        if due:
            return due[0]
        return min(self.breaks, key=lambda b: (b.after - self.counter(b), priority(b)))

    def command(self, name, argument):
        getattr(self, "do_" + name)(argument)

    def do_start(self, _):
        if self.guided:
            raise Refused("BreakRunning")
        b = self.target()
        self.answered()
        self.end_bout()
        self.guided = (b, self.now, self.now + b.length)

    def answered(self):
        if self.prompt:
            self.withdraw("answered")

    def do_done(self, _):
        b = self.target()
        if self.guided:
            self.finish_guided()
            return
        self.answered()
        self.emit("record", kind="done", **{"break": b.name, "from": self.now, "to": self.now})
        self.complete(b)
        self.end_bout()
        self.begin_bout()

    def do_skip(self, _):
        b = self.target()
        self.answered()
        if self.guided:
            self.finish_guided("cut-short")
        else:
            self.emit("record", kind="skipped", **{"break": b.name, "from": self.now, "to": self.now})
        self.clear(b)

    def do_snooze(self, d):
        d = self.s.snooze if d is None else d
        if not SNOOZE_RANGE[0] <= d <= SNOOZE_RANGE[1]:
            raise Refused("InvalidArgs")
        b = self.target()
        c = self.counters[b.name]
        if self.prompt or self.counter(b) >= b.after:        # "while it was due or prompted"
            if self.s.snooze_limit and c.snoozes >= self.s.snooze_limit:
                raise Refused("SnoozeLimit")
            c.snoozes += 1
        self.answered()
        if self.guided:
            self.finish_guided("cut-short")
        self.snoozed = (b, self.now + d)     # "A new snooze replaces the one before"
        self.held_from = None

    def do_another(self, _):
        if not (self.prompt or self.guided):
            raise Refused("NothingPrompted")

    def do_pause(self, d):
        d = HOUR if d is None else d
        if not PAUSE_RANGE[0] <= d <= PAUSE_RANGE[1]:
            raise Refused("InvalidArgs")
        self.pause_end = self.now + d

    def do_resume(self, _):
        snoozed = self.snoozed is not None and self.now < self.snoozed[1]
        if not self.paused() and not snoozed:
            raise Refused("NotPaused")
        self.pause_end = self.snoozed = None

    # ------------------------------------------------------------ what comes in

    def input_counts_as_active(self):
        self.input, self.waiting, self.last_input = "active", None, self.now

    def event(self, kind, argument):
        if kind == "active":
            if not self.asleep:              # "Input events while asleep are ignored"
                self.input_counts_as_active()
                if self.posture == "walking" and not self.locked and not self.left:
                    self.posture, self.lease_end = "sitting", None
        elif kind == "idle":
            if not self.asleep and self.input == "active":
                self.waiting = min(max(argument, self.last_input), self.now)
        elif kind == "inhibit":
            self.inhibited = argument
            if not argument and self.input == "passive":
                self.become_idle(self.now)
        elif kind in ("lock", "leave", "sleep"):
            setattr(self, {"lock": "locked", "leave": "left", "sleep": "asleep"}[kind], True)
        elif kind in ("unlock", "enter", "wake"):
            setattr(self, {"unlock": "locked", "enter": "left", "wake": "asleep"}[kind], False)
            self.input_counts_as_active()
        elif kind == "posture":
            posture, lease = argument
            self.posture = posture
            self.lease_end = None if lease is None else self.now + lease
        elif kind == "hold":
            on, reason = argument
            if on:
                self.holds.add(reason)
            elif reason is None:             # "`hold off` without a reason ends all"
                self.holds.clear()
            else:
                self.holds.discard(reason)
        elif kind == "cmd":
            self.command(*argument)
        elif kind == "end":
            self.end_bout()
