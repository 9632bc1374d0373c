# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings: what a live daemon did is what the replay of its recording does, event for event; and nothing private."""

import os
import signal
import stat
import time

import pytest
from bus_harness import INVALID_ARGS, SEC

from support import replay
from support.desk import fast_clock
from support.process import end
from support.waiting import wait_for

QUICK = {"idle-after": "2s", "idle-after-prompt": "1s"}


def sitting(desk):
    wait_for(lambda: ("x11", "active") in [source[:2] for source in desk.get("Sources")], "the source")
    wait_for(lambda: desk.get("Notifier")[0] == "dunst", "the notification server")


def a_day(desk):
    """Sitting, prompted, snoozed, gone, back, held, paused, a guided break, a posture, reported activity."""
    sitting(desk)
    desk.start_typing()
    desk.bus.wait("Prompted")
    desk.ctl("snooze", "1min")
    desk.bus.wait_state("snoozed")
    desk.ctl("resume")
    desk.bus.wait("Prompted")
    desk.stop_typing()
    desk.bus.wait("PromptClosed")
    desk.key()
    desk.bus.wait_state("active")
    desk.ctl("posture", "standing", "30s")
    descriptor = desk.client.inhibit("a secret program", "a private reason")
    desk.start_typing()
    desk.bus.wait_state("held")
    os.close(descriptor)
    desk.bus.wait("Prompted")
    desk.ctl("pause", "5min")
    desk.bus.wait_state("paused")
    desk.ctl("resume")
    desk.bus.wait("Prompted")
    desk.ctl("start")
    desk.bus.wait_state("break")
    desk.ctl("another")
    desk.ctl("done")
    desk.bus.wait("BreakEnded")
    desk.client.call("ReportActivity", "(st)", "a gamepad nobody is to know of", 2 * SEC)
    desk.stop_typing()
    desk.bus.wait_state("away")


def test_whole_life(x_desk, build_dir):
    """--record, from the first event to the last."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "2s", "length": "4s"}})
    path = x_desk.session.directory / "life.trace"
    x_desk.start("--record", str(path))
    a_day(x_desk)
    seen = x_desk.bus.since(0)
    assert x_desk.stop() == 0
    told = replay.assert_same(seen, path, build_dir)
    assert len(told["prompts"]) >= 4 and len(told["ended"]) >= 2
    text = path.read_text()
    assert "restore" not in text and text.splitlines()[-1].split()[1] == "end"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
