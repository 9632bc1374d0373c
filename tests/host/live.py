# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client of the daemon sees while it runs, beside what the replay of the daemon's own recording says.

Asserts only that the two are the same; must not know what happens meanwhile.
"""

import datetime
import json
import subprocess
import threading
import time

from support import process
from support.waiting import SLOWNESS, wait_for

# A client hears of a transition, asks what it is, is answered: later, and of two at almost the same time only the last.
LATER_SECONDS = 1.5 * SLOWNESS
EARLIER_SECONDS = 0.05
UNSEEN_SECONDS = 0.5 * SLOWNESS


class View:
    """What there is to see from one instant on: the state, and the prompt that stands."""

    def __init__(self, at, state, prompt):
        self.at = at
        self.state = state
        self.prompt = prompt  # None or (break, attempt)

    @property
    def what(self):
        return (self.state, self.prompt)

    def __repr__(self):
        prompt = f" {self.prompt[0]} {self.prompt[1]}" if self.prompt else ""
        return f"{self.state}{prompt}"


class Follower:
    """`backcarectl status --follow --json` in the host, whose lines are taken as they come."""

    def __init__(self, host):
        self.process = host.user_start("backcarectl", "status", "--follow", "--json", stdout=subprocess.PIPE, text=True)
        self.views = []
        self.last = {"state": "unreachable"}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        process.end(self.process)
        self.reader.join()

    def _read(self):
        try:
            for line in self.process.stdout:
                self._take(time.time(), json.loads(line))
        except ValueError:
            pass  # closed by process.end()

    def _take(self, at, status):
        self.last = status
        if status["state"] == "unreachable":
            return
        prompt = status["prompt"] and (status["prompt"]["break"], status["prompt"]["attempt"])
        view = View(at, status["state"], prompt)
        if not self.views or self.views[-1].what != view.what:
            self.views.append(view)

    @property
    def state(self):
        return self.last["state"]

    @property
    def attempt(self):
        """Of the prompt that stands; 0 when none does."""
        prompt = self.last.get("prompt")
        return prompt["attempt"] if prompt else 0

    def source(self, name):
        """(status, detail) of an activity source."""
        return next(((row["status"], row["detail"]) for row in self.last.get("sources", []) if row["name"] == name),
                    (None, ""))

    def wait(self, *states, seconds=30):
        wait_for(lambda: self.state in states, f"state {' or '.join(states)}", seconds)

    def wait_source(self, name, detail="", active=True):
        def there():
            status, said = self.source(name)
            return (status == "active" and detail in said) == active
        wait_for(there, f"source {name} {'' if active else 'not '}in use, {detail!r}", 40)


class Recording:
    """A trace that the daemon has written, and what the replay makes of it with the user's settings."""

    def __init__(self, host, path):
        self.trace = host.user("cat", path)
        self.begin = self._begin()
        lines = host.user("backcarectl", "simulate", "--json", path)
        self.events = [json.loads(line) for line in lines.splitlines()]

    def _begin(self):
        start = next(line.split()[1] for line in self.trace.splitlines() if line.startswith("start "))
        return datetime.datetime.fromisoformat(start).timestamp()

    def words(self):
        """Each word that is second in a line: what has happened, to see that all of it did."""
        return {fields[1] for fields in map(str.split, self.trace.splitlines()) if len(fields) > 1}

    def views(self):
        found = []
        state, prompt = None, None
        for i, event in enumerate(self.events):
            if event["event"] == "state":
                state = event["state"]
            elif event["event"] == "prompt":
                prompt = (event["break"], event["attempt"])
            elif event["event"] == "withdraw":
                prompt = None
            # Of one instant the last.
            if i + 1 < len(self.events) and self.events[i + 1]["t"] == event["t"]:
                continue
            view = View(self.begin + event["t"], state, prompt)
            if state and (not found or found[-1].what != view.what):
                found.append(view)
        return found


def difference(live, simulated):
    """Why the two lists of views are not the same run, or None."""
    i = 0
    for n, seen in enumerate(live):
        # What lasted too short to be asked for may be unseen.
        while i < len(simulated) and simulated[i].what != seen.what:
            lasted = simulated[i + 1].at - simulated[i].at if i + 1 < len(simulated) else 0
            if lasted > UNSEEN_SECONDS:
                return f"seen as number {n}: {seen}; simulated: {simulated[i]}, which lasted {lasted:.3f} s"
            i += 1
        if i == len(simulated):
            return f"seen as number {n}, and never simulated: {seen}"
        late = seen.at - simulated[i].at
        # The first is seen when the daemon has got its name.
        if n > 0 and not -EARLIER_SECONDS <= late <= LATER_SECONDS:
            return f"number {n}, {seen}, was seen {late:.3f} s late"
        i += 1
    unseen = [view for view, after in zip(simulated[i:], simulated[i + 1:]) if after.at - view.at > UNSEEN_SECONDS]
    return f"simulated, and never seen: {unseen}" if unseen else None


def side_by_side(live, simulated):
    """For the reader of a failure."""
    rows = sorted([(view.at, "seen", view) for view in live] + [(view.at, "simulated", view) for view in simulated],
                  key=lambda row: row[0])
    return "\n".join(f"{at - rows[0][0]:9.3f} {'' if who == 'seen' else '':4}{who:10} {view}" for at, who, view in rows)


def assert_same(follower, recording):
    live, simulated = list(follower.views), recording.views()
    why = difference(live, simulated)
    assert why is None, f"{why}\n{side_by_side(live, simulated)}\n{recording.trace}"
