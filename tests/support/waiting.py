# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what is to happen, instead of sleeping for as long as it usually takes."""

import os
import time

# A slow machine waits longer for the same thing; nothing passes later for it.
SLOWNESS = float(os.environ.get("BACKCARE_TEST_SLOWNESS", "1"))


class Timeout(AssertionError):
    """What was waited for did not happen."""


def wait_for(condition, what, seconds=20.0, step=0.05):
    """Returns the first true value of condition(); says after @seconds what never came."""
    end = time.monotonic() + seconds * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise Timeout(f"{what}: not within {seconds * SLOWNESS:g} s (last: {value!r})")
        time.sleep(step)
