# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the daemon when others are absent, hang, crash or go away."""

import os
import pathlib
import signal
import subprocess
import time

import pytest

from support.desk import run_to_end, stopped
from support.waiting import wait_for

MANAGER = "org.backcare.BackCare1.Manager"
LONG = {"break.stretch": {"after": "1h"}}


def script(desk, name, text):
    path = desk.session.directory / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def answers_at_once(desk, seconds=1.0):
    start = time.monotonic()
    assert desk.get("State") == "due" and desk.get("Prompt")[0] == "stretch"
    assert desk.ctl("status").returncode == 0
    assert time.monotonic() - start < seconds


def sources(desk):
    return {name: (status, detail) for name, status, detail in desk.get("Sources")}


# --- the notification server

def test_no_notification_server(desk):
    """The prompt stands in status; the journal says why nothing was seen; a later answer works."""
    desk.configure()
    desk.start()
    desk.bus.wait("Prompted")
    desk.wait_log("The notification could not be shown")
    assert desk.get("Notifier") == ("", "", [])
    assert desk.status()["prompt"]["attempt"] == 1
    desk.ctl("snooze")
    assert desk.get("State") == "snoozed"
    wait_for(lambda: desk.children() == [], "the notifier's end")


def test_server_hangs(x_session, desk):
    desk.configure()
    dunst = desk.start_dunst()
    with stopped(dunst):
        desk.start()
        desk.bus.wait("Prompted")
        wait_for(desk.children, "the notifier")
        answers_at_once(desk)
        desk.ctl("snooze")
        assert desk.get("State") == "snoozed"
        wait_for(lambda: desk.children() == [], "the notifier's end")
        start = time.monotonic()
        assert desk.stop() == 0
        assert time.monotonic() - start < 8


def test_server_killed_while_showing_and_back(x_session, desk):
    """The notification is gone with its server; the new one shows it again, as the same attempt, and once."""
    desk.configure()
    dunst = desk.start_dunst()
    desk.start()
    desk.bus.wait_notify()
    desk.wait_displayed(1)
    dunst.kill()
    desk.bus.wait_property("Notifier", lambda notifier: notifier[0] == "")
    answers_at_once(desk)
    dunst = desk.start_dunst()
    desk.bus.wait_property("Notifier", lambda notifier: notifier[0] == "dunst")
    desk.wait_displayed(1)
    assert desk.status()["prompt"]["attempt"] == 1
    for n in (2, 3):
        dunst.kill()
        desk.bus.wait_property("Notifier", lambda notifier: notifier[0] == "")
        dunst = desk.start_dunst()
        desk.bus.wait_property("Notifier", lambda notifier: notifier[0] == "dunst")
    assert len(desk.bus.since(0, "Notify")) == 2
    desk.ctl("another")
    desk.wait_displayed(1)
    desk.ctl("snooze")
    desk.wait_displayed(0)


@pytest.mark.parametrize("what", ["prompt", "guide", "hold", "welcome", "problem"])
def test_what_comes_due_without_a_server_is_shown_when_one_comes(x_session, desk, what):
    settings = {"hold": {"profile": {"conditions": "fever"}}, "welcome": LONG,
                "problem": {**LONG, "profile": {"conditions": "nonesuch"}}}.get(what, {"profile": {"place": "room"}})
    desk.configure(settings)
    desk.start(first_run=what == "welcome")
    desk.wait_log("The notification could not be shown")
    if what == "guide":
        desk.ctl("start", "--exercise", "hands-glute-knuckles")
        desk.wait_log("The notification could not be shown", 2)
    desk.start_dunst()
    shown = desk.bus.wait_notify()
    wanted = {"prompt": "A moment for your back?", "guide": "Buttock knuckle press", "hold": "BackCare is paused",
              "welcome": "Welcome to BackCare"}.get(what, "")
    assert wanted in shown.summary, shown.summary
    desk.wait_displayed(1)
    assert (desk.state_file.parent / "welcome-shown").exists() or what == "welcome"
    assert len(desk.bus.since(0, "Notify")) == 1


# --- the notifier

def test_notifier_missing(desk):
    desk.configure()
    desk.start("--notifier", "/nowhere/backcare-notifier")
    desk.bus.wait("Prompted")
    desk.wait_log("can't be shown")
    answers_at_once(desk)
    desk.ctl("done")


def test_notifier_crashes(desk):
    desk.configure()
    desk.start("--notifier", script(desk, "crashing", "kill -SEGV $$"))
    desk.bus.wait("Prompted")
    desk.wait_log("ended unexpectedly")
    answers_at_once(desk)
    assert desk.children() == []


def test_notifier_babbles(desk):
    """Lines without a meaning and without an end; the loop goes on."""
    desk.configure()
    desk.start("--notifier", script(desk, "babbling", "echo shown; exec cat /dev/urandom"))
    desk.bus.wait("Prompted")
    answers_at_once(desk, 3)
    desk.ctl("snooze")
    wait_for(lambda: desk.children() == [], "its end")


def test_notifier_answers_nonsense(desk):
    """An action that doesn't exist changes nothing; one that does is taken."""
    desk.configure()
    desk.start("--notifier", script(desk, "odd", "echo shown; echo action dance; echo action; echo action snooze; cat"))
    desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "snoozed"])
    assert desk.get("State") == "snoozed"


def test_notifier_hangs(desk):
    """One that doesn't even read is killed, and the daemon never waits for it."""
    desk.configure()
    desk.start("--notifier", script(desk, "hanging", "trap '' TERM; exec sleep 1000"))
    desk.bus.wait("Prompted")
    wait_for(desk.children, "the notifier")
    answers_at_once(desk)
    for _ in range(3):
        desk.ctl("another")
    answers_at_once(desk)
    children = desk.children()
    assert desk.stop() == 0
    assert not any(pathlib.Path(f"/proc/{pid}").exists() for pid in children)


# --- the display

def test_x_server_killed_and_back(x_desk):
    """Without its source the user counts as active, and it is said why; a new server is found again."""
    x_desk.configure({"activity": {"idle-after": "1s", "idle-after-prompt": "1s"}, **LONG})
    x_desk.start()
    wait_for(lambda: sources(x_desk)["x11"][0] == "active", "the source")
    x_desk.bus.wait_state("away")
    xvfb = next(p for p in x_desk.session.processes if p.args[0] == "Xvfb")
    number = x_desk.session.display
    xvfb.kill()
    x_desk.bus.wait_state("active")
    wait_for(lambda: sources(x_desk)["x11"][0] == "unavailable", "the loss")
    assert sources(x_desk)["x11"][1]
    x_desk.session.start(["Xvfb", number, "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"], "xvfb")
    wait_for(lambda: sources(x_desk)["x11"][0] == "active", "the new server", 30)
    x_desk.bus.wait_state("away")
    x_desk.key()
    x_desk.bus.wait_state("active")


def test_x_server_hangs(x_desk):
    """A server that doesn't answer holds up neither the prompt nor the bus."""
    x_desk.configure({"break.stretch": {"after": "2s"}})
    x_desk.start()
    wait_for(lambda: sources(x_desk)["x11"][0] == "active", "the source")
    xvfb = next(p for p in x_desk.session.processes if p.args[0] == "Xvfb")
    with stopped(xvfb):
        x_desk.bus.wait("Prompted", seconds=8)
        answers_at_once(x_desk)


# --- the bus

def test_bus_gone(desk):
    """The session is over: the daemon ends, its state saved."""
    desk.configure(LONG)
    desk.start()
    wait_for(lambda: desk.counter() > 1, "something to save")
    bus = next(p for p in desk.session.processes if p.args[0] == "dbus-daemon")
    bus.kill()
    desk.daemon.wait(10)
    text = desk.state_file.read_text()
    assert "clean yes" in text
    counter = int([line for line in text.splitlines() if line.startswith("break stretch")][0].split()[2])
    assert counter >= 1 * 10**8


def test_no_bus(session, build_dir):
    """One clear line."""
    environment = session.environment(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus")
    ran = run_to_end([str(build_dir / "daemon/backcared")], environment)
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1 and "session bus" in ran.stderr


def test_second_daemon(x_desk):
    """Says so and goes; the first keeps its state file, its notification and its name."""
    x_desk.configure()
    x_desk.start()
    x_desk.bus.wait_notify()
    x_desk.wait_displayed(1)
    saved = x_desk.state_file.read_bytes(), x_desk.state_file.stat().st_ino
    mark = x_desk.bus.mark()
    ran = run_to_end([f"{x_desk.build}/daemon/backcared", "--notifier",
                      f"{x_desk.build}/daemon/notifier/backcare-notifier"], x_desk.session.environment())
    assert ran.returncode == 1
    assert ran.stderr == "BackCare is already running in this session.\n"
    assert (x_desk.state_file.read_bytes(), x_desk.state_file.stat().st_ino) == saved
    assert x_desk.bus.since(mark, "Notify") == [] and x_desk.displayed() == 1
    assert [m for m in x_desk.bus.since(mark) if m.interface == MANAGER] == []
    x_desk.ctl("snooze")


def test_second_daemon_leaves_a_broken_state_alone(desk):
    desk.configure(LONG)
    desk.start()
    desk.state_file.write_text("half of a li")
    ran = run_to_end([f"{desk.build}/daemon/backcared"], desk.session.environment())
    assert ran.returncode == 1
    assert {p.name for p in desk.state_file.parent.iterdir()} == {"state", "welcome-shown"}


# --- much of everything

@pytest.mark.parametrize("what", ["prompts", "reloads", "notifications"])
def test_nothing_leaks(desk, what):
    """After a hundred of them as many descriptors as before, and no zombie."""
    desk.configure({"reminder": {"snooze-limit": "0"}})
    notifier = script(desk, "quick", "echo shown; exec cat >/dev/null")
    desk.start("--notifier", notifier if what == "notifications" else "/bin/false")
    desk.bus.wait("Prompted")

    def turn():
        if what == "reloads":
            desk.client.call("Reload")
        else:
            desk.client.call("Snooze", "(ta{sv})", 0, {})
            desk.client.call("Resume")

    for _ in range(5):
        turn()
    desk.client.call("Snooze", "(ta{sv})", 0, {})
    wait_for(lambda: desk.children() == [], "rest")
    before = desk.descriptors()
    desk.client.call("Resume")
    for _ in range(100):
        turn()
    desk.client.call("Snooze", "(ta{sv})", 0, {})
    wait_for(lambda: desk.children() == [], "rest")
    wait_for(lambda: desk.descriptors() <= before, f"{before} descriptors, not {desk.descriptors()}", 5)
    assert desk.get("State") == "snoozed"


def test_client_that_dies(desk):
    """An inhibitor's process is killed: its hold ends with it, its descriptor is not kept."""
    desk.configure(LONG)
    desk.start()
    before = desk.descriptors()
    for _ in range(3):
        holder = subprocess.Popen([str(desk.build / "cli/backcarectl"), "inhibit", "--why", "x", "--", "sleep", "60"],
                                  env=desk.session.environment(), start_new_session=True)
        wait_for(lambda: desk.descriptors() > before, "the hold")
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
        wait_for(lambda: desk.descriptors() == before, "the end of the hold")
