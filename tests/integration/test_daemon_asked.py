# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is prompted behind an empty chair: whatever brings a prompt, it is known before whether somebody is there."""

import os
import time

import pytest

from support.waiting import SLOWNESS, wait_for

# Gone for long enough to be believed when asked, and by far not idle.
SLOW = {"idle-after": "30min", "idle-after-prompt": "1s"}


def sitting(desk):
    wait_for(lambda: ("x11", "active") in [source[:2] for source in desk.get("Sources")], "the source")
    wait_for(lambda: desk.get("Notifier")[0] == "dunst", "the notification server")


def gone(desk):
    """The last key, and more than the lower threshold without one."""
    desk.key()
    time.sleep(2.0)


def nobody_prompted(desk, mark):
    desk.bus.wait_state("away")
    assert not desk.bus.since(mark, "Prompted") and desk.displayed() == 0
    # And it is no dead end: whoever comes back is prompted.
    desk.key()
    desk.bus.wait("Prompted")


def due(desk):
    wait_for(lambda: desk.counter() > 1.2, "a due break")


def test_resume_of_a_pause(x_desk):
    x_desk.configure({"activity": SLOW})
    x_desk.start()
    sitting(x_desk)
    x_desk.ctl("pause")
    due(x_desk)
    mark = x_desk.bus.mark()
    gone(x_desk)
    x_desk.ctl("resume")
    nobody_prompted(x_desk, mark)


def test_resume_of_a_snooze(x_desk):
    x_desk.configure({"activity": SLOW})
    x_desk.start_typing()
    x_desk.start()
    sitting(x_desk)
    x_desk.bus.wait("Prompted")
    x_desk.stop_typing()
    x_desk.ctl("snooze")
    x_desk.wait_displayed(0)
    mark = x_desk.bus.mark()
    gone(x_desk)
    x_desk.ctl("resume")
    nobody_prompted(x_desk, mark)


def test_end_of_a_hold(x_desk):
    x_desk.configure({"activity": SLOW})
    x_desk.start()
    sitting(x_desk)
    descriptor = x_desk.client.inhibit()
    x_desk.bus.wait_state("held")
    mark = x_desk.bus.mark()
    gone(x_desk)
    os.close(descriptor)
    nobody_prompted(x_desk, mark)


def test_other_settings(x_desk):
    """A break that is due only under the new settings: the source is asked, though nothing waited before."""
    x_desk.configure({"activity": SLOW, "break.stretch": {"after": "1h"}})
    x_desk.start()
    sitting(x_desk)
    due(x_desk)
    mark = x_desk.bus.mark()
    gone(x_desk)
    x_desk.configure({"activity": SLOW})
    nobody_prompted(x_desk, mark)


def test_end_of_walking(x_desk):
    """A chair says that somebody sits, and nobody touches a key."""
    x_desk.configure({"activity": SLOW})
    x_desk.start()
    sitting(x_desk)
    x_desk.ctl("pause")
    due(x_desk)
    x_desk.key()
    x_desk.ctl("posture", "walking")
    x_desk.ctl("resume")
    x_desk.bus.wait_state("away")
    mark = x_desk.bus.mark()
    time.sleep(2.0)
    x_desk.ctl("posture", "sitting")
    time.sleep(0.5 * SLOWNESS)
    assert x_desk.get("State") == "away" and not x_desk.bus.since(mark, "Prompted")


@pytest.mark.parametrize("bringer", ["resume", "hold", "settings"])
def test_whoever_is_there_is_prompted(x_desk, bringer):
    x_desk.configure({"activity": SLOW, "break.stretch": {"after": "1h" if bringer == "settings" else "1s"}})
    x_desk.start_typing()
    x_desk.start()
    sitting(x_desk)
    descriptor = x_desk.client.inhibit() if bringer == "hold" else None
    if bringer == "resume":
        x_desk.ctl("pause")
    due(x_desk)
    if descriptor is not None:
        os.close(descriptor)
    elif bringer == "resume":
        x_desk.ctl("resume")
    else:
        x_desk.configure({"activity": SLOW})
    x_desk.bus.wait("Prompted")
    assert x_desk.get("State") == "due"


def test_resume_is_answered_with_what_it_did(x_desk):
    """Nothing of a command is put off: its answer finds the new state."""
    x_desk.configure({"activity": SLOW})
    x_desk.start_typing()
    x_desk.start()
    sitting(x_desk)
    x_desk.bus.wait("Prompted")
    for _ in range(5):
        x_desk.ctl("pause")
        x_desk.client.call("Resume")
        assert x_desk.get("State") == "due" and x_desk.get("PausedUntilUSec") == 0
