# SPDX-License-Identifier: GPL-3.0-or-later
"""A reminder on a real notification server, from within the sandbox: GLib's program runs in it too."""

import json
import re
import signal

import pytest

from support.waiting import wait_for

SETTINGS = """[activity]
idle-after = 30min
idle-after-prompt = 30min
[break.stretch]
after = 2s
length = 10s
[break.walk]
enabled = no
[hold]
do-not-disturb = no
"""
# Without BusName=: the package's own unit has it, and two units can't.
SERVER = """[Unit]
Description=A notification server
[Service]
ExecStart=/usr/bin/dunst -conf %h/.config/dunst/dunstrc
"""
# It has a menu of the actions, and the user takes Start. Nothing expires: what goes was taken away.
SERVER_CONFIG = """[global]
dmenu = /usr/bin/grep -m1 Start
[urgency_normal]
timeout = 0
"""


@pytest.fixture(params=["plain", "hardened"])
def reminded(request, host, backcare, x_session):
    """The daemon, with the first reminder on the screen."""
    host.write(f"{host.home}/.config/systemd/user/notifications.service", SERVER)
    host.write(f"{host.home}/.config/dunst/dunstrc", SERVER_CONFIG)
    host.systemctl("daemon-reload")
    host.systemctl("start", "notifications.service")
    wait_for(lambda: host.has_owner("org.freedesktop.Notifications"), "the notification server")
    backcare.configure(SETTINGS)
    if request.param == "hardened":
        backcare.harden()
    backcare.start()
    wait_for(lambda: backcare.prompt()[0], "the reminder")
    wait_for(lambda: displayed(host) == 1, "the notification on the screen")
    yield backcare
    host.systemctl("stop", "notifications.service")


def displayed(host):
    return json.loads(host.user("dunstctl", "count", "displayed") or "0")


def test_answered_on_the_notification(host, reminded):
    """The answer to the question: start."""
    host.user("dunstctl", "context")
    reminded.wait_state("break")


def test_snoozed(host, reminded):
    host.user("backcarectl", "snooze", "30min")
    assert reminded.state() == "snoozed"
    wait_for(lambda: displayed(host) == 0, "the notification to be taken away")
    wait_for(lambda: len(tasks(reminded)) == 1, "the notifier's end")


def test_not_doubled_by_a_crash(host, reminded):
    """An unanswered prompt is there again after a crash, once."""
    pid = reminded.pid()
    reminded.kill(signal.SIGKILL)
    reminded.wait_restarted(pid)
    wait_for(lambda: reminded.prompt()[0], "the prompt, remembered")
    wait_for(lambda: displayed(host) == 1, "one notification")
    assert json.loads(host.user("dunstctl", "count", "waiting") or "0") == 0


def test_taken_away_at_the_end(host, reminded):
    reminded.stop()
    wait_for(lambda: displayed(host) == 0, "the notification to be taken away")


def tasks(backcare):
    """The processes of the unit."""
    members = f"/sys/fs/cgroup{backcare.show('ControlGroup')}/cgroup.procs"
    # Read inside: the kernel gives process ids as the reader's namespace knows them.
    return [int(pid) for pid in backcare.host.root("cat", members).split()]


def test_limits_leave_room(host, reminded):
    """With the notifier running, the unit needs at most half of what its limits allow."""
    pids = tasks(reminded)
    assert len(pids) >= 2, "no notifier: nothing is measured"
    threads = memory = 0
    for pid in pids:
        status = host.path(f"/proc/{pid}/status").read_text()
        threads += int(re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE)[1])
        memory += int(re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)[1]) * 1024
    assert threads * 2 <= int(reminded.show("TasksMax"))
    assert memory * 2 <= int(reminded.show("MemoryMax"))
