# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison that test_desktops.py rests on finds what it is there to find."""

import pytest

from host.live import UNSEEN_SECONDS, View, difference

SIMULATED = [View(0, "active", None), View(10, "due", ("stretch", 1)), View(12, "due", ("stretch", 2)),
             View(20, "away", ("stretch", 2)), View(20 + UNSEEN_SECONDS / 2, "away", None), View(30, "active", None)]
SEEN = [View(view.at + 0.02, *view.what) for view in SIMULATED]


def changed(number, **values):
    views = list(SEEN)
    views[number] = View(**{"at": views[number].at, "state": views[number].state, "prompt": views[number].prompt, **values})
    return views


def test_the_same():
    assert difference(SEEN, SIMULATED) is None


def test_what_lasts_too_short_to_be_asked_for():
    assert difference(SEEN[:3] + SEEN[4:], SIMULATED) is None


@pytest.mark.parametrize("live", [
    SEEN[:2] + SEEN[3:], SEEN[:-2], SEEN + [View(40, "due", ("stretch", 1))], SEEN[:1] + [SEEN[2], SEEN[1]] + SEEN[3:],
    changed(1, prompt=("walk", 1)), changed(2, prompt=("stretch", 3)), changed(3, state="snoozed"), changed(3, at=29.9),
    changed(3, at=19.0)],
    ids=["one missing", "the end missing", "one too many", "another order", "another break", "another attempt",
         "another state", "late", "before it happens"])
def test_not_the_same(live):
    assert difference(live, SIMULATED)
