# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that goes faster than the tests: hours in seconds, ends of snoozes and holds, schedules; and the replay.

A faster clock also shortens the time-outs of the bus library: beyond some hundred times as fast it gives up."""

import json
import time

import pytest

from support import replay
from support.desk import Jumps, fast_clock
from support.recorder import plain
from support.waiting import SLOWNESS, wait_for

MANAGER = "org.backcare.BackCare1.Manager"


@pytest.fixture
def fast(build_dir):
    def environment(rate):
        return fast_clock(build_dir, rate)
    return environment


def test_hours_without_an_answer(desk, fast):
    """More than an hour with nobody to answer: each showing at its time, then quiet; and no counter lost."""
    desk.configure({"break.stretch": {"after": "30min", "length": "3min"},
                    "reminder": {"repeat": "10min", "repeat-limit": "2"}})
    desk.start(environment=fast(int(600 / SLOWNESS)))
    desk.bus.wait("Prompted", lambda m: m.args[2] == 1)
    desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    desk.bus.wait("Prompted", lambda m: m.args[2] == 3)
    wait_for(lambda: any(e["change_usec"] > 4000 * 10**6 for e in desk.client.call("Explain")), "an hour")
    assert len(desk.bus.since(0, "Prompted")) == 3 and desk.get("State") == "due"
    assert desk.stop() == 0


def test_snooze_and_pause_end(desk, fast):
    desk.configure({"break.stretch": {"after": "1min", "length": "30s"}, "reminder": {"snooze": "1min"}})
    desk.start(environment=fast(60))
    desk.bus.wait("Prompted")
    desk.ctl("snooze")
    snoozed = desk.bus.wait_state("snoozed")
    due = desk.bus.wait_state("due")
    assert due["StateSinceUSec"] == pytest.approx(snoozed["StateSinceUSec"] + 60 * 10**6, abs=3 * 10**6)
    until = time.time() * 10**6 + 3 * 3600 * 10**6
    desk.client.call("Pause", "(ta{sv})", int(until), {})
    desk.bus.wait_state("paused")
    assert abs(desk.get("PausedUntilUSec") - until) < 10**6
    desk.ctl("resume")
    desk.bus.wait("Prompted", lambda m: m.args[2] == 1)


def test_hold_limit_is_exact(desk, fast):
    """The limit of a hold, counted from when the prompt would have come."""
    desk.configure({"break.stretch": {"after": "1min", "length": "30s"}, "hold": {"limit": "10min"}})
    desk.start(environment=fast(300))
    descriptor = desk.client.inhibit("a call", "that nobody hung up")
    held = desk.bus.wait_state("held")
    due = desk.bus.wait_state("due")
    assert due["StateSinceUSec"] - held["StateSinceUSec"] == pytest.approx(600 * 10**6, abs=10 * 10**6)
    assert descriptor >= 0


def test_schedule_over_a_day(desk, fast):
    """A span of hours begins and ends on the minute; outside exposure goes on and nothing is prompted."""
    now = time.time()
    # A time zone in which it is noon: no midnight comes between, which the core's own tests have.
    west = time.gmtime(now).tm_hour - 12
    zone = {"TZ": f"NOON{west:+d}"}
    start = time.gmtime(now - west * 3600 + 600)
    end = time.gmtime(now - west * 3600 + 2400)
    desk.configure({"break.stretch": {"after": "1min", "length": "30s"},
                    "schedule": {time.strftime("%a", start): f"{time.strftime('%H:%M', start)}-{time.strftime('%H:%M', end)}"}})
    desk.start(environment={**fast(int(600 / SLOWNESS)), **zone})
    assert desk.get("State") == "off-hours"
    begun = desk.bus.wait_state("due")["StateSinceUSec"]
    ended = desk.bus.wait_state("off-hours")["StateSinceUSec"]
    assert begun == pytest.approx((now + 600) // 60 * 60 * 10**6, abs=15 * 10**6)
    assert ended == pytest.approx((now + 2400) // 60 * 60 * 10**6, abs=15 * 10**6)
    assert [m.args[-1] for m in desk.bus.since(0, "PromptClosed")] == ["off-hours"]


def test_summer_time_begins(desk, fast):
    """Working hours follow the local clock over its leap, though nobody sets the clock."""
    leap = (int(time.time()) // 60 + 10) * 60
    day, later = time.gmtime(leap), time.gmtime(leap + 40 * 86400)
    zone = f"WIN0SUM-1,{day.tm_yday - 1}/{day.tm_hour}:{day.tm_min:02},{later.tm_yday - 1}/0"
    hours = "-".join(time.strftime("%H:%M", time.gmtime(leap + 3600 + minutes * 60)) for minutes in (10, 30))
    desk.configure({"break.stretch": {"after": "1min", "length": "30s"},
                    "schedule": dict.fromkeys(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), hours)})
    desk.start(environment={**fast(int(200 / SLOWNESS)), "TZ": zone})
    begun = desk.bus.wait_state("due")["StateSinceUSec"]
    assert begun == pytest.approx((leap + 600) * 10**6, abs=15 * 10**6)


def test_the_daemon_does_what_the_replay_says(x_desk, tmp_path):
    """One life, with input, an absence and answers, again as a trace: the same events at the same times."""
    path = x_desk.configure({"activity": {"idle-after": "2s", "idle-after-prompt": "1s"},
                             "break.stretch": {"after": "3s", "length": "3s"},
                             "reminder": {"repeat": "2s", "repeat-limit": "1", "snooze-limit": "0"}})
    x_desk.start_typing()
    x_desk.start()
    # The start of the trace is the daemon's own start: the ledger has it on the wall clock.
    offset = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    begin = x_desk.client.call("Explain")[0]["from_usec"] / 1e6 - offset

    def now():
        return time.clock_gettime(time.CLOCK_BOOTTIME) - begin

    trace = ["0 active"]
    x_desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    x_desk.client.call("Done", "(a{sv})", {})
    trace.append(f"{now():.3f} cmd done")
    x_desk.bus.wait("Prompted", lambda m: m.args[2] == 1)
    x_desk.stop_typing()
    away = x_desk.bus.wait("PropertiesChanged", lambda m: plain(m.args[1]).get("State") == "away")
    # What was counted since then was taken back, second for second.
    found = next(e for e in reversed(x_desk.client.call("Explain")) if e["what"] == "taken-back")
    since = (found["from_usec"] + found["change_usec"]) / 1e6 - offset
    trace.append(f"{away.at - begin:.3f} idle since={since - begin:.3f}")
    x_desk.bus.wait("PromptClosed", lambda m: m.args[-1] == "rested")
    x_desk.key()
    back = x_desk.bus.wait("PropertiesChanged", lambda m: plain(m.args[1]).get("State") == "active")
    trace.append(f"{back.at - begin:.3f} active")
    x_desk.bus.mark()
    trace.append(f"{now():.3f} cmd skip")
    x_desk.ctl("skip")
    trace.append(f"{now():.3f} end")

    lived = []
    for m in x_desk.bus.since(0):
        if m.type != "signal" or m.interface != MANAGER:
            continue
        if m.member == "Prompted":
            lived.append((m.at - begin, "prompt", m.args[2]))
        elif m.member == "PromptClosed":
            lived.append((m.at - begin, "withdraw", {"done": "answered", "skipped": "answered"}.get(m.args[1], m.args[1])))
        elif m.member == "BreakEnded":
            lived.append((m.at - begin, "record", m.args[1]))
    file = tmp_path / "life.trace"
    file.write_text("\n".join(trace) + "\n")
    ran = x_desk.ctl("simulate", "--config", str(path), "--json", str(file))
    replayed = []
    for line in ran.stdout.splitlines():
        event = json.loads(line)
        detail = {"prompt": "attempt", "withdraw": "reason", "record": "kind"}.get(event["event"])
        if detail:
            replayed.append((event["t"], event["event"], event[detail]))
    assert [e[1:] for e in lived] == [e[1:] for e in replayed], f"{trace}\n{lived}\n{replayed}"
    for one, other in zip(lived, replayed):
        assert one[0] == pytest.approx(other[0], abs=0.3), f"{trace}\n{lived}\n{replayed}"


@pytest.fixture
def jumps(desk, build_dir):
    return Jumps(desk, build_dir)


def explained(desk):
    return [entry["what"] for entry in desk.client.call("Explain")]


def assert_recorded(desk, path, build_dir):
    """What was seen until the stop is in the recording; times of the wall clock say nothing here."""
    seen = desk.bus.since(0)
    assert desk.stop() == 0
    told, lived = replay.simulated(replay.simulate(build_dir, path)), replay.live(seen, path.read_text())
    for kind in ("prompts", "closed", "ended"):
        assert told[kind][:len(lived[kind])] == lived[kind] and lived[kind], path.read_text()


def test_an_unannounced_suspend_is_a_rest(desk, jumps, build_dir):
    desk.configure({"break.stretch": {"after": "1s", "length": "10min"}})
    path = desk.session.directory / "suspend.trace"
    desk.start("--record", str(path), environment=jumps.environment)
    desk.bus.wait("Prompted")
    jumps.suspend(3600)
    desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "rested"])
    desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "natural"])
    # Who is back sits again, from nothing.
    desk.bus.wait("Prompted", lambda m: m.args[2] == 1)
    assert_recorded(desk, path, build_dir)


def test_a_short_suspend_is_no_rest(desk, jumps):
    """The hour that was slept is neither sitting nor a rest of two hours and more."""
    desk.configure({"break.stretch": {"after": "2h", "length": "3h"}})
    desk.start(environment=jumps.environment)
    wait_for(lambda: explained(desk) == ["sitting"], "sitting")
    jumps.suspend(3600)
    wait_for(lambda: "away" in explained(desk), "the suspend, noticed")
    (_, _, _, counter, _, _), = desk.get("Breaks")
    assert counter < 20 * 10**6
    assert not desk.bus.since(0, "BreakEnded")


def test_a_suspend_over_a_due_prompt(desk, jumps):
    """The prompt that became due while asleep, had that been sitting, does not come."""
    desk.configure({"break.stretch": {"after": "30min", "length": "3min"}})
    desk.start(environment=jumps.environment)
    for _ in range(3):
        before = explained(desk).count("rested")
        jumps.suspend(6 * 3600)
        wait_for(lambda: explained(desk).count("rested") >= min(before, 1) and desk.get("State") == "active", "awake")
        assert not desk.bus.since(0, "Prompted")
    (_, _, _, counter, _, _), = desk.get("Breaks")
    assert counter < 20 * 10**6


@pytest.mark.parametrize("seconds", [-86400 * 400, 86400 * 400], ids=["back", "ahead"])
def test_the_wall_clock_is_set(desk, jumps, seconds):
    """No duration changes; what is shown as wall clock moves along."""
    desk.configure({"break.stretch": {"after": "1h", "length": "30min"}})
    desk.start(environment=jumps.environment)
    desk.ctl("snooze", "30min")
    until, since = desk.get("SnoozedUntilUSec"), desk.get("StateSinceUSec")
    (_, _, _, before, at_before, due_before), = desk.get("Breaks")
    desk.bus.mark()
    jumps.set_clock(seconds)
    moved = desk.bus.wait_property("SnoozedUntilUSec", lambda value: abs(value - until) > 10**9)
    assert moved["SnoozedUntilUSec"] - until == pytest.approx(seconds * 10**6, abs=10**6)
    assert moved["StateSinceUSec"] - since == pytest.approx(seconds * 10**6, abs=10**6)
    (_, _, _, counter, at, due), = desk.get("Breaks")
    assert due == pytest.approx(due_before, abs=1000) and counter - before == pytest.approx(at - at_before, abs=1000)
    assert set(explained(desk)) == {"sitting"}


def test_the_clock_is_set_into_working_hours(desk, jumps, build_dir):
    now = time.time()
    tomorrow = time.strftime("%a", time.localtime(now + 86400))
    desk.configure({"schedule": {tomorrow: "00:00-24:00"}})
    path = desk.session.directory / "set.trace"
    desk.start("--record", str(path), environment=jumps.environment)
    assert desk.get("State") == "off-hours"
    jumps.set_clock(86400)
    desk.bus.wait("Prompted")
    jumps.set_clock(-86400)
    desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "off-hours"])
    seen = desk.bus.since(0)
    assert desk.stop() == 0
    told, lived = replay.simulated(replay.simulate(build_dir, path)), replay.live(seen, path.read_text())
    assert told["prompts"] == lived["prompts"] and told["closed"] == lived["closed"]
    assert [state for state, _ in told["states"]] == ["off-hours"] + [state for state, _ in lived["states"]]
    assert path.read_text().count(" clock ") == 2
