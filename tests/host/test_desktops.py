# SPDX-License-Identifier: GPL-3.0-or-later
"""A day at real desktops, with the daemon as the installed unit: what a client sees of it while it happens is what the
replay of the daemon's own recording says."""

import shlex

import pytest

from host import desktops
from host.live import Follower, Recording, assert_same
from support.skipping import skip_or_fail
from support.waiting import wait_for

# A guided walk is long enough to be ended by the user, and a stretch short enough to be rested while one waits.
SETTINGS = """[activity]
idle-after = 2s
idle-after-prompt = 1s
[break.stretch]
after = 4s
length = 3s
[break.walk]
after = 10min
length = 2min
[reminder]
repeat = 2s
repeat-limit = 100
snooze-limit = 0
merge = 0
[hold]
do-not-disturb = no
camera = no
microphone = no
game-mode = no
"""
RECORDING = "/run/user/{uid}/backcare.trace"
PRESENT = ("active", "due")
# What is seen from within the tighter sandbox; the others have the unit as shipped.
HARDENED = (desktops.KWin, desktops.Gnome)


class Day:
    """The daemon at a desktop, followed and recorded."""

    def __init__(self, host, backcare, desktop, follower):
        self.host = host
        self.backcare = backcare
        self.desktop = desktop
        self.follower = follower

    def type_until(self, *states):
        self.desktop.type_until(lambda: self.follower.state in states, f"state {' or '.join(states)}")

    def hands_off(self):
        self.follower.wait("away")

    def say(self, *words):
        self.host.user("backcarectl", *words)

    def fresh(self):
        """The user is there, and all exposure is taken away: a break done stands for all shorter ones."""
        self.say("start", "walk")
        self.follower.wait("break")
        self.say("done")
        self.type_until("active")


@pytest.fixture(params=desktops.ALL, ids=lambda kind: kind.__name__)
def day(request, host, backcare):
    kind = request.param
    missing = kind.missing()
    if missing:
        skip_or_fail("not installed: " + ", ".join(missing))
    trace = RECORDING.format(uid=host.uid)
    host.user("rm", "-f", trace)
    backcare.configure(SETTINGS)
    if kind in HARDENED:
        backcare.harden()
    daemon = shlex.split(backcare.show("ExecStart").split("argv[]=")[1].split(" ;")[0])
    backcare.drop_in("record", f"[Service]\nExecStart=\nExecStart={shlex.join([*daemon, '--record', trace])}\n")
    with kind(host) as desktop, Follower(host) as follower:
        try:
            backcare.start()
            yield Day(host, backcare, desktop, follower)
        finally:
            if getattr(request.node, "failed", False):
                print(desktop.log())
            backcare.stop()


def shown(day, count):
    """Where somebody can be asked, so many reminders are on the screen."""
    wait_for(lambda: day.desktop.displayed() in (None, count), f"{count} notifications")


def reminders(day):
    """A prompt, shown again; snoozed, due again; ended by a rest; a guided break."""
    day.type_until("active")
    day.type_until("due")
    day.desktop.type_until(lambda: day.follower.attempt >= 2, "the prompt shown again")
    shown(day, 1)
    day.desktop.snooze()
    day.type_until("snoozed")
    shown(day, 0)
    day.say("resume")
    day.desktop.type_until(lambda: day.follower.attempt == 1, "the prompt after the snooze")
    day.hands_off()
    wait_for(lambda: day.follower.attempt == 0, "the rest to end the prompt")
    shown(day, 0)
    day.type_until("active")
    day.fresh()


def lock(day):
    """An absence at once; input while locked doesn't end it, and the one who unlocks is there."""
    for lock_screen in (day.desktop.lock, day.desktop.lock_by_hand):
        lock_screen()
        day.follower.wait("away")
        day.desktop.input()
        assert day.backcare.state() == "away"
        day.desktop.unlock()
        day.type_until(*PRESENT)


def film(day):
    """Who sits through a film is reminded without having touched anything."""
    day.fresh()
    day.desktop.inhibit()
    day.desktop.input()
    day.follower.wait("due")
    day.desktop.uninhibit()
    day.follower.wait("away")
    day.type_until(*PRESENT)


def suspend(day):
    day.host.suspend()
    day.follower.wait("away")
    day.host.wake()
    if day.desktop.locks_for_sleep:
        day.desktop.wait_locked(True)
        day.follower.wait("away")
        day.desktop.unlock()
    day.type_until(*PRESENT)


def other_session(day):
    day.desktop.switch_away()
    day.follower.wait("away")
    day.desktop.switch_back()
    day.type_until(*PRESENT)


def compositor_dies(day):
    """While there is none the user counts as present, and it is said; a new one is found and followed."""
    kind = type(day.desktop)
    day.hands_off()
    day.desktop.kill()
    day.follower.wait_source(kind.source, active=False)
    day.follower.wait(*PRESENT)
    day.desktop.restart()
    day.follower.wait_source(kind.source, kind.detail)
    day.hands_off()
    day.type_until(*PRESENT)
    day.hands_off()


def test_a_day(day):
    kind = type(day.desktop)
    day.follower.wait_source(kind.source, kind.detail)
    for part in (reminders, lock, film, suspend, other_session, compositor_dies):
        part(day)
    day.backcare.stop()
    day.follower.wait("unreachable")
    recording = Recording(day.host, RECORDING.format(uid=day.host.uid))
    assert {"active", "idle", "inhibit", "lock", "unlock", "leave", "enter", "sleep", "wake", "cmd", "end"} <= \
        recording.words()
    assert_same(day.follower, recording)
