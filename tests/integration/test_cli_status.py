# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl status and why, against a daemon on a bus of its own."""
import json
import os
import pty
import re
import signal
import subprocess

import dbus
import pytest

import cli
from cli import MINUTE, NEVER, PATIENCE, PROGRAM, Follow, boot_usec, now_usec, stop

SECOND = MINUTE // 60

bus, environment, daemon, ctl = cli.fixtures

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def test_plain(ctl, daemon):
    result = ctl("status")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert "active" in lines[0]
    assert re.search(r"Next +stretch in 12 min, at \d\d:\d\d", result.out)
    assert re.search(r"stretch +18 min of 30 min", result.out)
    assert re.search(r"walk +48 min of 1 h 30 min", result.out)
    assert "sitting" in result.out and "wayland" in result.out and "mako 1.7.1" in result.out
    assert "Problem" not in result.out
    assert max(map(len, lines)) <= 80


def test_json_has_everything(ctl, daemon):
    status = ctl("status", "--json").json()
    assert status["state"] == "active" and status["reason"] == "" and status["version"] == "0.1.0"
    assert ISO.fullmatch(status["state_since"]) and ISO.fullmatch(status["next_prompt"])
    stretch, walk = status["breaks"]
    assert stretch["name"] == "stretch" and stretch["after_seconds"] == 1800
    assert stretch["length_seconds"] == 180 and walk["length_seconds"] == 600
    # Led on from the daemon's anchor to this moment.
    assert 18 * 60 < stretch["counter_seconds"] < 18 * 60 + 60
    assert abs(stretch["counter_seconds"] + stretch["due_in_seconds"] - 1800) < 0.01
    assert status["prompt"] is None and status["paused"] is False and status["paused_until"] is None
    assert status["next_break"] == "stretch" and status["posture"] == "sitting"
    assert status["sources"][0] == {"name": "wayland", "status": "active", "detail": "ext-idle-notify-v1"}
    assert status["notifier"] == {"name": "mako", "version": "1.7.1", "capabilities": ["actions", "body"]}
    assert all(re.fullmatch("[a-z_]+", key) for key in status)


def test_times_have_the_local_offset(ctl, daemon):
    daemon.set(StateSinceUSec=1795271400 * 1000000)
    assert ctl("status", "--json", TZ="IST-5:30").json()["state_since"] == "2026-11-21T20:00:00+05:30"
    assert ctl("status", "--json", TZ="NST3:30").json()["state_since"] == "2026-11-21T11:00:00-03:30"


def test_prompt_pause_and_snooze(ctl, daemon):
    daemon.set(State="paused", Prompt=["stretch", "chin-tuck", now_usec() - MINUTE, 2],
               PausedUntilUSec=NEVER, SnoozedUntilUSec=now_usec() + 20 * MINUTE, NextPromptUSec=NEVER)
    status = ctl("status", "--json").json()
    assert status["prompt"]["break"] == "stretch" and status["prompt"]["attempt"] == 2
    assert status["paused"] is True and status["paused_until"] is None
    assert status["snoozed"] is True and ISO.fullmatch(status["snoozed_until"])
    assert status["next_prompt"] is None
    plain = ctl("status").out
    assert "until you resume" in plain and "chin-tuck" in plain and "shown 2 times" in plain
    assert re.search(r"Snoozed +until \d\d:\d\d \(20 min\)|Snoozed +until \S+ \S+ \(20 min\)", plain)
    assert "backcarectl resume" in plain


def test_counter_that_stands_still(ctl, daemon):
    long_ago = boot_usec() // 2  # of a machine that may have just been started
    daemon.set(State="away", Breaks=[["stretch", 30 * MINUTE, 3 * MINUTE, 7 * MINUTE, long_ago, NEVER]])
    b = ctl("status", "--json").json()["breaks"][0]
    assert b["counter_seconds"] == 420 and b["counting"] is False and b["due_at"] is None


def test_counter_at_half_rate(ctl, daemon):
    at = boot_usec() - 24 * SECOND
    daemon.set(Posture="standing",
               Breaks=[["stretch", 30 * MINUTE, 3 * MINUTE, 10 * MINUTE, at, at + 40 * MINUTE]])
    assert 612 <= ctl("status", "--json").json()["breaks"][0]["counter_seconds"] < 632


def test_counter_goes_on_when_overdue(ctl, daemon):
    at = boot_usec() - 24 * SECOND
    daemon.set(State="due", Breaks=[["stretch", 30 * MINUTE, 3 * MINUTE, 31 * MINUTE, at, at - SECOND]])
    assert 31 * 60 + 24 <= ctl("status", "--json").json()["breaks"][0]["counter_seconds"] < 31 * 60 + 60


def test_problems_are_said(ctl, daemon):
    daemon.set(Sources=[["wayland", "unavailable", "no WAYLAND_DISPLAY"]], Notifier=["", "", []], Breaks=[])
    result = ctl("status")
    assert result.status == 0
    assert result.out.count("Problem") == 2 and "no WAYLAND_DISPLAY" in result.out
    assert "no notification server" in result.out and "none is switched on" in result.out
    assert ctl("status", "--json").json()["notifier"] is None


NO_NOTIFIER = ["", "", []]


@pytest.fixture
def activatable(bus):
    """The bus would start a notification server; whether it has is seen by a file."""
    started = bus.services / "started"
    (bus.services / "server.service").write_text("[D-BUS Service]\nName=org.freedesktop.Notifications\n"
                                                 f"Exec=/usr/bin/touch {started}\n")
    bus.reload()
    return started


def notifications(bus):
    """A notification server that answers nothing."""
    connection = dbus.bus.BusConnection(bus.address)
    connection.request_name("org.freedesktop.Notifications")
    return connection


def tooltip(ctl):
    return ctl("status", "--format=waybar").json()["tooltip"]


def test_notifier_that_the_bus_starts(ctl, daemon, activatable):
    """None runs, and that is no problem. Nothing is started by looking."""
    daemon.set(Notifier=NO_NOTIFIER)
    plain = ctl("status").out
    assert "Problem" not in plain and "doctor" not in plain
    assert re.search("Shown by +a notification server that the bus starts when it is needed", plain)
    assert max(map(len, plain.splitlines())) <= 80
    status = ctl("status", "--json").json()
    assert status["notifier"] is None and status["notifier_starts"] is True
    assert "can't be shown" not in tooltip(ctl)
    assert not activatable.exists()
    daemon.set(Notifier=["mako", "1.7.1", ["body"]])
    assert ctl("status", "--json").json()["notifier_starts"] is False


def test_notifier_that_nobody_starts(ctl, daemon):
    daemon.set(Notifier=NO_NOTIFIER)
    assert ctl("status").out.count("Problem") == 1
    assert ctl("status", "--json").json()["notifier_starts"] is False
    assert "can't be shown" in tooltip(ctl)


def test_notifier_that_hangs(ctl, daemon, bus, activatable):
    """The bus won't start another beside it."""
    daemon.set(Notifier=NO_NOTIFIER)
    hung = notifications(bus)
    assert ctl("status").out.count("Problem") == 1
    hung.close()
    assert "Problem" not in ctl("status").out


def test_sources_that_tell_something_else(ctl, daemon):
    """What is in use for locking or inhibitors says nothing of pauses, whatever else works beside it."""
    beside = [["screensaver", "active", "KScreenLocker; not for idle"], ["logind", "active", "session 2; not for idle"],
              ["session-manager", "active", "GNOME's session manager"], ["policy-agent", "active", "KDE's power management"]]
    daemon.set(Sources=[["wayland", "unavailable", "gone"], *beside])
    assert "no activity source works here" in ctl("status").out
    daemon.set(Sources=[["x11", "standby", "display :0; another one is asked for"], *beside])
    assert "the activity source that is asked for does not work" in ctl("status").out
    daemon.set(Sources=[["logind", "active", "session 2"], *beside[2:]])
    assert re.search(r"Activity +logind \(session 2\)", ctl("status").out)
    daemon.set(Sources=[["wayland", "active", "wayland-0"], *beside])
    result = ctl("status")
    assert re.search(r"Activity +wayland \(wayland-0\)", result.out) and "Problem" not in result.out


def test_hold_reason(ctl, daemon):
    daemon.set(State="held", Reason="microphone in use")
    assert "microphone in use" in ctl("status").out
    assert ctl("status", "--json").json()["reason"] == "microphone in use"


def test_odd_names(ctl, daemon):
    odd = "größe-\u65e5\u672c"
    evil = 'a\x1b[31m"\\\u202e\x07'
    daemon.set(Reason=evil, NextBreak=odd, Prompt=[odd, "<b>&", 1, 1], State="due",
               Breaks=[[odd, 30 * MINUTE, MINUTE, 0, 0, NEVER], ["x", 30 * MINUTE, MINUTE, 0, 0, NEVER]])
    result = ctl("status")
    assert result.status == 0 and odd in result.out
    assert "\x1b" not in result.out and "\x07" not in result.out and "\u202e" not in result.out
    # The wide characters count twice: both counters begin in the same column.
    lines = [line for line in result.out.splitlines() if " of 30 min" in line]
    assert lines[0].index("0 s of") + 2 == lines[1].index("0 s of")
    raw = ctl("status", "--json")
    assert raw.json()["reason"] == evil and raw.json()["prompt"]["break"] == odd
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", raw.out)
    waybar = ctl("status", "--format=waybar").json()
    assert "&lt;b&gt;&amp;" in waybar["tooltip"] and "<" not in waybar["tooltip"]


@pytest.mark.parametrize("state, extra, text", [
    ("active", {}, "12 min"),
    ("due", {"Prompt": ["walk", "x", 1, 1]}, "walk"),
    ("paused", {"PausedUntilUSec": NEVER}, "paused"),
    ("break", {}, "break"),
    ("away", {}, "away"),
    ("from-the-future", {}, "from-the-future"),
])
def test_waybar(ctl, daemon, state, extra, text):
    daemon.set(State=state, **extra)
    bar = ctl("status", "--format=waybar").json()
    assert set(bar) == {"text", "alt", "tooltip", "class", "percentage"}
    assert bar["text"] == text and bar["class"] == bar["alt"] == state and bar["percentage"] == 60


def test_older_daemon(ctl, daemon):
    daemon.order(remove=["Sources", "Notifier", "Posture", "Prompt", "Breaks", "Reason", "Explain"])
    assert ctl("status").status == 0
    assert ctl("status", "--json").json()["breaks"] == []
    for form in ("plain", "waybar"):
        assert ctl("status", f"--format={form}").status == 0
    result = ctl("why")
    assert result.status == 4 and "older" in result.err and result.out == ""
    assert ctl("why", "--json").json()["error"]["name"] == "org.freedesktop.DBus.Error.UnknownMethod"


def test_daemon_without_any_property(ctl, daemon):
    daemon.order(remove=["State", "StateSinceUSec", "Breaks", "NextBreak", "NextPromptUSec", "Sources"])
    assert ctl("status", "--json").json()["state"] == "unknown"
    assert ctl("status", "--format=waybar").json()["class"] == "unknown"
    assert ctl("status").status == 0


def test_colours_only_on_a_terminal(ctl, daemon, environment):
    def on_terminal(**env):
        ours, theirs = pty.openpty()
        process = subprocess.Popen([PROGRAM, "status"], env={**environment, **env}, stdout=theirs)
        os.close(theirs)
        text = b""
        try:
            while chunk := os.read(ours, 4096):
                text += chunk
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        assert process.wait(PATIENCE) == 0
        return text

    assert b"\x1b[" in on_terminal()
    assert b"\x1b[" in on_terminal(NO_COLOR="")
    assert b"\x1b[" not in on_terminal(NO_COLOR="1")
    assert b"\x1b[" not in on_terminal(TERM="dumb")
    assert "\x1b" not in ctl("status").out


def test_unwritable_output(ctl, daemon):
    with open("/dev/full", "w") as full:
        process = ctl.popen("status", stdout=full, stderr=subprocess.PIPE, text=True)
        assert process.wait(PATIENCE) == 1
        assert "can't write" in process.stderr.read()
        stop(process)


def test_reader_that_has_gone(ctl, daemon):
    read, write = os.pipe()
    os.close(read)
    process = ctl.popen("status", stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert process.wait(PATIENCE) == -signal.SIGPIPE
    assert process.stderr.read() == ""
    stop(process)


def test_why(ctl, daemon):
    result = ctl("why")
    assert (result.status, result.err) == (0, "")
    assert re.search(r"sat 43 min since", result.out) and "away 2 min" in result.out
    assert "-17 min" in result.out and "rested in part: stretch" in result.out
    assert "Next reminder: stretch at" in result.out
    why = ctl("why", "--json").json()
    assert [e["what"] for e in why["ledger"]] == ["sitting", "away", "part-rest", "sitting"]
    assert why["ledger"][2]["change_seconds"] == -1020 and why["ledger"][2]["break"] == "stretch"
    assert ISO.fullmatch(why["ledger"][0]["from"])


def test_why_this_exercise(ctl, daemon):
    assert "Exercise" not in ctl("why").out
    assert ctl("why", "--json").json()["exercise"] is None
    daemon.order(choice={"exercise": "chin-tuck", "title": "Chin glide", "reasons": ["its region is one that you named",
                                                                                   "calm, as it is evening"]})
    assert "Exercise: Chin glide (its region is one that you named; calm, as it is evening)\n" in ctl("why").out
    why = ctl("why", "--json").json()
    assert why["exercise"] == "chin-tuck" and len(why["chosen"]) == 2
    daemon.order(remove=["ExplainChoice"])  # a daemon of the version before
    assert ctl("why").status == 0


def test_why_says_the_gate(ctl, daemon):
    daemon.set(State="held", Reason="camera in use", NextPromptUSec=NEVER)
    assert "State: held, camera in use" in ctl("why").out
    daemon.set(State="paused", Reason="", PausedUntilUSec=NEVER)
    assert "Paused until you resume" in ctl("why").out


def test_outside_working_hours_is_said_once(ctl, daemon):
    daemon.set(State="off-hours", Reason="outside working hours", NextPromptUSec=NEVER)
    bar = json.loads(ctl("status", "--format=waybar").out)["tooltip"]
    for said in (ctl("status").out, ctl("why").out, bar):
        assert len(re.findall("off-hours|working hours", said)) == 1, said
    assert "BackCare  outside working hours: no reminder comes\n" in ctl("status").out
    with Follow(ctl) as follow:
        assert "  off-hours; next" in follow.line()
    assert ctl("status", "--json").json()["reason"] == "outside working hours"
    german = {"LANGUAGE": "de", "TEXTDOMAINDIR": str(cli.BUILD / "po")}
    assert "außerhalb der Arbeitszeit\n" in ctl("why", **german).out
    # A reason that adds something stays.
    daemon.set(State="off-hours", Reason="medical hold")
    assert "no reminder comes (medical hold)" in ctl("status").out


def test_why_of_nothing_and_of_something_new(ctl, daemon):
    daemon.order(ledger=[])
    assert "Nothing has been counted" in ctl("why").out
    assert ctl("why", "--json").json()["ledger"] == []
    daemon.order(ledger=[{"what": "levitating", "from_usec": now_usec() - MINUTE, "to_usec": now_usec(),
                          "change_usec": 0, "height": "high"}, {"what": 7}])
    assert "levitating, 1 min" in ctl("why").out
    assert ctl("why", "--json").json()["ledger"][1]["what"] is None


# --follow


def test_follow_json(ctl, daemon):
    with Follow(ctl, "--json") as follow:
        assert follow.json()["state"] == "active"
        daemon.set(State="due", Prompt=["stretch", "chin-tuck", now_usec(), 1])
        status = follow.json()
        assert status["state"] == "due" and status["prompt"]["exercise"] == "chin-tuck"
        daemon.set(State="away", Prompt=["", "", 0, 0])
        assert follow.json()["state"] == "away"


def test_follow_asks_for_a_notifier_once(ctl, daemon, bus, activatable):
    """At its loss, not at every transition; and anew when one that hung is gone."""
    hung = notifications(bus)
    with bus.watch("ListActivatableNames", "NameHasOwner") as asked, Follow(ctl, "--json") as follow:
        assert follow.json()["notifier_starts"] is False
        assert asked.count() == 0, "one answers"
        daemon.set(Notifier=NO_NOTIFIER)
        assert follow.json()["notifier_starts"] is False
        hung.close()
        for state in ("due", "away", "active"):
            daemon.set(State=state)
            status = follow.json()
            assert status["state"] == state and status["notifier_starts"] is True
        assert asked.count() == 3, "whether it runs, twice, and then whether it could"
        daemon.set(Notifier=["mako", "1.7.1", ["body"]])
        assert follow.json()["notifier_starts"] is False
        daemon.set(Notifier=NO_NOTIFIER)
        assert follow.json()["notifier_starts"] is True
        assert asked.count() == 5


def test_follow_waybar_with_a_notifier_that_the_bus_starts(ctl, daemon, activatable):
    with Follow(ctl, "--format=waybar") as follow:
        follow.json()
        daemon.set(Notifier=NO_NOTIFIER, State="due")
        line = follow.json()
        assert line["class"] == "due" and "can't be shown" not in line["tooltip"]


def test_follow_plain(ctl, daemon):
    with Follow(ctl) as follow:
        assert re.match(r"\d\d:\d\d:\d\d  active; next: stretch in 12 min", follow.line())
        daemon.set(State="held", Reason="camera in use")
        assert "held (camera in use)" in follow.line()


def test_follow_plain_says_a_lost_source_once(ctl, daemon):
    with Follow(ctl) as follow:
        assert "can't" not in follow.line()
        daemon.set(Sources=[["wayland", "unavailable", "connection lost"]])
        assert "pauses can't be noticed: no activity source" in follow.line()
        daemon.set(Sources=[["wayland", "unavailable", "wayland-0 isn't there"]])
        daemon.set(State="held", Reason="camera in use")
        assert "held (camera in use)" in follow.line(), "the detail alone is no line"


def test_follow_survives_a_restart(ctl, daemon):
    with Follow(ctl, "--json") as follow, Follow(ctl, "--format=waybar") as bar, Follow(ctl) as plain:
        assert follow.json()["state"] == bar.json()["class"] == "active"
        assert "active" in plain.line()
        daemon.kill()
        gone = follow.json()
        assert gone["state"] == "unreachable" and "systemctl --user start" in gone["error"]["message"]
        assert bar.json()["class"] == "unreachable"
        assert "unreachable" in plain.line()
        daemon.start()
        assert follow.until(lambda s: s["state"] != "unreachable")["state"] == "active"
        assert bar.until(lambda s: s["class"] != "unreachable")["class"] == "active"
        daemon.set(State="due")
        assert follow.json()["state"] == "due"


def test_follow_before_the_daemon(ctl, daemon):
    daemon.kill()
    with Follow(ctl, "--json") as follow:
        assert follow.json()["state"] == "unreachable"
        daemon.start()
        assert follow.json()["state"] == "active"


def test_follow_ends_with_the_bus(ctl, daemon, bus):
    with Follow(ctl, "--json") as follow:
        assert follow.json()["state"] == "active"
        stop(bus.process)
        assert follow.until(lambda s: s["state"] == "unreachable" and "bus" in s["error"]["message"])
        assert follow.process.wait(PATIENCE) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_follow_ends_on_a_signal(ctl, daemon, number):
    with Follow(ctl) as follow:
        follow.line()
        follow.process.send_signal(number)
        assert follow.process.wait(PATIENCE) == 0
        assert follow.process.stderr.read() == b""


def test_follow_ends_with_its_reader(ctl, daemon):
    """Not only at the next line, which may be half an hour away."""
    with Follow(ctl) as follow:
        follow.line()
        follow.process.stdout.close()
        assert follow.process.wait(PATIENCE) == 0
        assert follow.process.stderr.read() == b""


def test_follow_to_a_file(ctl, daemon, tmp_path):
    with open(tmp_path / "out", "w") as out:
        process = ctl.popen("status", "--follow", stdout=out)
    try:
        from cli import wait_for
        wait_for(lambda: "active" in (tmp_path / "out").read_text(), "a line")
    finally:
        stop(process)


def test_follow_counts_minutes_down(ctl, daemon):
    """No signal: the bar's own timer, at the moment at which the minute that it shows is over."""
    daemon.set(NextPromptUSec=now_usec() + 2 * MINUTE + 1500000)
    with Follow(ctl, "--format=waybar") as follow:
        assert follow.json()["text"] == "3 min"
        assert follow.json()["text"] == "2 min"


def test_follow_asks_once_for_many_changes(ctl, daemon):
    with Follow(ctl, "--json") as follow:
        follow.json()
        for n in range(50):
            daemon.set(Reason=f"reason {n}")
        assert follow.until(lambda s: s["reason"] == "reason 49")
