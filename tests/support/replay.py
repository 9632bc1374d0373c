# SPDX-License-Identifier: GPL-3.0-or-later
"""A recorded trace: its own settings, what `backcarectl simulate` makes of it, and whether that is what was seen live."""

import datetime
import json
import pathlib
import subprocess

from support.recorder import PROPERTIES, plain

MANAGER = "org.backcare.BackCare1.Manager"
ANSWERS = {"started": "answered", "done": "answered", "skipped": "answered", "snoozed": "answered"}


def settings_text(trace):
    """The settings at the head of a recording, as INI text, as the head itself says how to get them."""
    lines = []
    for line in trace.splitlines():
        if lines and not line.startswith("# ") and line != "#" or line.startswith("start"):
            break
        if lines or line.startswith("# ["):
            lines.append(line[2:])
    return "\n".join(lines) + "\n"


def start_usec(trace):
    """The wall clock at 0, in microseconds since the epoch."""
    line = next(line for line in trace.splitlines() if line.startswith("start "))
    moment = datetime.datetime.fromisoformat(line.split()[1])
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


def simulate(build_dir, path, config=None):
    """The events of `backcarectl simulate --json`, under the recording's own settings."""
    path = pathlib.Path(path)
    if config is None:
        config = path.with_name(path.name + ".conf")
        config.write_text(settings_text(path.read_text()))
    ran = subprocess.run([str(pathlib.Path(build_dir) / "cli/backcarectl"), "simulate", "--config", str(config), "--json", str(path)],
                         capture_output=True, text=True, timeout=60, env={"LC_ALL": "C.UTF-8"})
    assert ran.returncode == 0, f"{ran.stderr}\n{path.read_text()}"
    return [json.loads(line) for line in ran.stdout.splitlines()]


def simulated(events):
    """By kind, what a bus tells of too: states with their times, prompts, how they ended, breaks."""
    return {
        "states": [(e["state"], e["t"]) for e in events if e["event"] == "state"],
        "prompts": [(e["break"], e["attempt"]) for e in events if e["event"] == "prompt"],
        "closed": [(e["break"], e["reason"]) for e in events if e["event"] == "withdraw"],
        "ended": [(e["break"], e["kind"]) for e in events if e["event"] == "record"],
    }


def live(messages, trace):
    """The same of what a Recorder has seen."""
    zero = start_usec(trace)
    seen = {"states": [], "prompts": [], "closed": [], "ended": []}
    for m in messages:
        if m.interface == PROPERTIES and m.member == "PropertiesChanged" and m.args[0] == MANAGER:
            changed = plain(m.args[1])
            if "State" in changed:
                seen["states"].append((changed["State"], (changed["StateSinceUSec"] - zero) / 1e6))
        elif m.interface != MANAGER or m.type != "signal":
            continue
        elif m.member == "Prompted":
            seen["prompts"].append((m.args[0], m.args[2]))
        elif m.member == "PromptClosed":
            seen["closed"].append((m.args[0], ANSWERS.get(m.args[1], m.args[1])))
        elif m.member == "BreakEnded":
            seen["ended"].append((m.args[0], m.args[1]))
    return seen


def assert_same(messages, path, build_dir, first_state=True):
    """What was seen live since the recording began is what its replay says, event for event.

    first_state: the replay says the state at 0 first; it is no change, so the bus said nothing of it."""
    trace = pathlib.Path(path).read_text()
    told, seen = simulated(simulate(build_dir, path)), live(messages, trace)
    if first_state:
        told["states"] = told["states"][1:]
    context = f"\nlive {seen}\nsimulated {told}\n{trace}"
    for kind in ("prompts", "closed", "ended"):
        assert seen[kind] == told[kind], f"{kind} differ{context}"
    assert [s for s, _ in seen["states"]] == [s for s, _ in told["states"]], f"states differ{context}"
    for (state, at), (_, t) in zip(seen["states"], told["states"]):
        assert abs(at - t) < 0.002, f"{state} at {at}, not {t}{context}"
    return told
