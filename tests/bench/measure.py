# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks measure with: a process's memory and wake-ups, and the table of what was found."""

import pathlib
import re
import time

from support.waiting import wait_for

KIB = 1024


class Table:
    """Prints rows as they are found; says at the end how many are over their bound."""

    def __init__(self):
        self.rows = self.over = 0
        print(f"{'':44} {'ours':>12} {'floor':>12} {'ratio':>7}  bound")

    def row(self, what, ours, floor, bound, good, unit=""):
        self.rows += 1
        self.over += not good
        beside = f"{floor:12.5g}" if floor is not None else f"{'-':>12}"
        ratio = f"{ours / floor:7.2f}" if floor else f"{'-':>7}"
        print(f"{what:44} {ours:12.5g} {beside} {ratio}  {bound}  {'OK' if good else 'OVER'}{unit and f'   [{unit}]'}",
              flush=True)


def private_dirty(pid):
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", rollup, re.MULTILINE)[1]) * KIB


def status_field(pid, name):
    return int(re.search(rf"^{name}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1])


def switches(pid):
    """How often the process has been given the processor, over all its threads."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        text = (task / "status").read_text()
        total += sum(map(int, re.findall(r"^(?:non)?voluntary_ctxt_switches:\s+(\d+)", text, re.MULTILINE)))
    return total


def settle(pid, quiet=3.0):
    """Waits until the process has not run for @quiet seconds."""
    last = [switches(pid), time.monotonic()]

    def still():
        now = switches(pid)
        if now != last[0]:
            last[:] = [now, time.monotonic()]
        return time.monotonic() - last[1] >= quiet

    wait_for(still, f"process {pid} to come to rest", 60, step=0.2)
