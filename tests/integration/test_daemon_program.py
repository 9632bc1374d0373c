# SPDX-License-Identifier: GPL-3.0-or-later
"""backcared as a program: its command line, signals, systemd's protocol, the journal's level, and its peace."""

import pathlib
import re
import signal
import time

import pytest

from support.desk import NotifySocket, run_to_end
from support.waiting import wait_for

LONG = {"break.stretch": {"after": "1h"}}
LOG_CONTROL = ("org.backcare.BackCare1", "/org/freedesktop/LogControl1", "org.freedesktop.LogControl1")


@pytest.fixture
def backcared(session, build_dir):
    """Runs the program to its end."""
    def run(*arguments):
        return run_to_end([str(build_dir / "daemon/backcared"), *arguments], session.environment())
    return run


def test_help_and_version(backcared, source_dir):
    ran = backcared("--help")
    assert ran.returncode == 0 and ran.stderr == ""
    for option in ("--config-dir", "--state-dir", "--data-dir", "--notifier", "--source", "--check-config", "--help",
                   "--version"):
        assert option in ran.stdout
    version = re.search(r"version: '([^']+)'", (source_dir / "meson.build").read_text())[1]
    assert backcared("--version").stdout == f"backcared {version}\n"


@pytest.mark.parametrize("arguments", [("--nonsense",), ("--config-dir",), ("extra",), ("--source", "tea"),
                                       ("--check-config", "extra")])
def test_wrong_usage(backcared, arguments):
    ran = backcared(*arguments)
    assert ran.returncode == 2 and ran.stdout == "" and "--help" in ran.stderr
    assert all("backcared: " in line for line in ran.stderr.splitlines())


def test_check_config(backcared, session):
    """Needs no bus and starts nothing."""
    path = session.configure("[break.stretch]\nafter = 20min\n")
    assert backcared("--check-config").returncode == 0
    path.write_text("[break.stretch]\nafter = 20\nlenght = 3min\n")
    ran = backcared("--check-config")
    assert ran.returncode == 1
    assert f"{path}:2:" in ran.stderr and f"{path}:3:" in ran.stderr and "length" in ran.stderr


def test_directories_of_the_command_line(desk, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "backcare.conf").write_text("[break.stretch]\nafter = 17min\n")
    desk.configure(LONG)
    desk.start("--config-dir", str(tmp_path / "config"), "--state-dir", str(tmp_path / "state"),
               "--data-dir", str(tmp_path / "data"), "--source", "logind")
    assert {b[0]: b[1] for b in desk.get("Breaks")}["stretch"] == 17 * 60 * 10**6
    assert (tmp_path / "state" / "state").is_file() and not desk.state_file.exists()
    assert desk.get("State") == "active"


def test_hangup_reloads(desk):
    path = desk.configure(LONG)
    desk.start()
    path.unlink()
    desk.wait_log("were read anew")
    desk.daemon.send_signal(signal.SIGHUP)
    desk.wait_log("were read anew", 2)


def test_protocol_of_systemd(desk, tmp_path):
    """READY, RELOADING with its clock and READY again, the watchdog, STOPPING."""
    desk.configure(LONG)
    systemd = NotifySocket(tmp_path / "notify")
    desk.daemon = desk.session.start(
        [f"{desk.build}/daemon/backcared"], "backcared",
        desk.session.environment(NOTIFY_SOCKET=systemd.path, WATCHDOG_USEC=2000000))
    assert "STATUS=" in systemd.wait("READY=1")
    systemd.wait("WATCHDOG=1")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    desk.daemon.send_signal(signal.SIGHUP)
    reloading = systemd.wait("RELOADING=1")
    said = int(re.search(r"MONOTONIC_USEC=(\d+)", reloading)[1])
    assert before <= said <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    systemd.wait("READY=1")
    systemd.wait("WATCHDOG=1")
    desk.daemon.send_signal(signal.SIGTERM)
    systemd.wait("STOPPING=1")
    assert desk.daemon.wait(10) == 0
    systemd.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_by_signal(desk, number):
    desk.configure(LONG)
    desk.start()
    version = desk.get("Version")
    desk.daemon.send_signal(number)
    assert desk.daemon.wait(10) == 0
    assert "clean yes" in desk.state_file.read_text()
    assert desk.log().splitlines() == [f"BackCare {version} follows your sitting.", "BackCare ends."]


def test_log_level_at_run_time(desk):
    desk.configure(LONG)
    desk.start()

    def level(name=None):
        verb = ["set-property", *LOG_CONTROL, "LogLevel", "s", name] if name else ["get-property", *LOG_CONTROL, "LogLevel"]
        return desk.session.run(["busctl", "--user", *verb], check=False)

    assert level().stdout.strip() == 's "info"'
    desk.ctl("pause")
    assert "State:" not in desk.log()
    assert level("debug").returncode == 0
    desk.ctl("resume")
    desk.wait_log("State: active")
    assert level("chatty").returncode != 0
    assert level("err").returncode == 0
    quiet = desk.log()
    desk.configure({"break.stretch": {"after": "2h"}})
    desk.bus.wait_property("Breaks", lambda breaks: breaks[0][1] == 7200 * 10**6)
    assert desk.log() == quiet


def switches(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", text))


def test_asleep_while_somebody_types(x_desk):
    """With everything as it is by default the process doesn't run at all."""
    x_desk.session.configure("")
    x_desk.session.start_system_bus()
    x_desk.start_typing()
    x_desk.start()
    wait_for(lambda: ("x11", "active") in [s[:2] for s in x_desk.get("Sources")], "the source")
    wait_for(lambda: x_desk.get("Notifier")[0] == "dunst", "the notification server")
    # Until what the start brings has settled.
    pid, seen = x_desk.daemon.pid, [0, 1]
    wait_for(lambda: seen.append(switches(pid)) or seen[-1] == seen[-2] == seen[-3], "rest", step=0.4)
    before, end = switches(pid), time.monotonic() + 8
    wait_for(lambda: time.monotonic() > end, "eight seconds of typing", step=0.5)
    assert x_desk.typing.poll() is None
    assert switches(pid) - before <= 1
