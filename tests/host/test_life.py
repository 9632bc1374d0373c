# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's life under systemd: enabled, started, activated, crashed, hung, reloaded, stopped."""

import datetime
import signal
import stat

import pytest

from host.backcare import NAME, STATE, UNIT
from support.waiting import wait_for

# Nobody is idle in these: there is no display. The user counts as active from the start on.
LONG_BREAKS = "[break.stretch]\nafter = 2h\nlength = 10min\n[break.walk]\nenabled = no\n"


def test_start_and_stop(host, backcare):
    backcare.start()
    assert backcare.active()
    assert backcare.show("StatusText"), "nothing for `systemctl status` to show"
    assert backcare.show("Slice") == "background.slice"
    assert backcare.state() == "active"
    backcare.stop()
    assert (backcare.show("ActiveState"), backcare.show("Result")) == ("inactive", "success")
    assert not backcare.show("ControlGroup"), "something is left in the control group"


def test_started_means_ready_to_answer(backcare):
    """READY=1 comes after the name: the very first call finds the daemon and doesn't start a second one."""
    for _ in range(5):
        backcare.start()
        pid = backcare.pid()
        assert backcare.get("Version")
        assert backcare.pid() == pid
        backcare.stop()


def test_bound_to_the_desktop_session(host, backcare):
    backcare.desktop_session()
    host.systemctl("enable", "--quiet", UNIT)
    assert not backcare.active()
    host.systemctl("start", "desktop-session.target")
    wait_for(backcare.active, "the daemon, with the session")
    host.systemctl("stop", "desktop-session.target")
    wait_for(lambda: not backcare.active(), "the daemon's end, with the session")
    assert backcare.show("Result") == "success"
    # And not without being enabled.
    host.systemctl("disable", "--quiet", UNIT)
    host.systemctl("start", "desktop-session.target")
    wait_for(lambda: host.show("graphical-session.target", "ActiveState") == "active", "the session")
    assert backcare.show("ActiveState") == "inactive"


def test_enable_now(host, backcare):
    """The line of the README."""
    host.systemctl("enable", "--quiet", "--now", "backcare")
    assert backcare.active()
    assert backcare.show("UnitFileState") == "enabled"


def test_activated_by_the_bus(host, backcare):
    """A session without graphical-session.target: the first call starts the unit."""
    assert not backcare.active()
    assert backcare.state() == "active"
    assert backcare.active()
    owner = host.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                      "GetConnectionUnixProcessID", "s", NAME)[0]
    assert owner == backcare.pid(), "not the process of the unit has the name"


def test_crash_and_restart(backcare):
    backcare.start()
    pid = backcare.pid()
    backcare.kill(signal.SIGSEGV)
    backcare.wait_restarted(pid)
    assert backcare.show("NRestarts") == "1"
    assert backcare.state() == "active"


def test_gives_up_on_a_crash_loop(host, backcare):
    """No machine is kept busy by a daemon that can't start."""
    backcare.drop_in("broken", "[Service]\nRestartSec=50ms\nExecStartPre=/bin/false\n")
    host.user_run("systemctl", "--user", "start", UNIT, check=False)
    wait_for(lambda: backcare.show("SubState") == "failed", "systemd to give up", 60)
    assert 2 <= int(backcare.show("NRestarts")) <= 5


def test_watchdog(backcare):
    """A daemon that stands still is replaced; one that runs isn't."""
    backcare.drop_in("watchdog", "[Service]\nWatchdogSec=2s\n")
    backcare.start()
    pid = backcare.pid()
    begin = int(backcare.show("WatchdogTimestampMonotonic"))
    wait_for(lambda: int(backcare.show("WatchdogTimestampMonotonic")) > begin + 2_500_000, "pings for longer than 2 s")
    assert (backcare.pid(), backcare.show("NRestarts")) == (pid, "0")
    backcare.kill(signal.SIGSTOP)
    backcare.wait_restarted(pid)
    assert backcare.show("NRestarts") == "1"
    assert any("watchdog" in str(entry.get("MESSAGE")).lower() for entry in backcare.host.journal(f"USER_UNIT={UNIT}"))


def test_watchdog_is_on_as_shipped(backcare):
    backcare.start()
    assert backcare.show("WatchdogUSec") == "20min"
    assert int(backcare.show("WatchdogTimestampMonotonic")) > 0


def test_reload(host, backcare):
    backcare.configure("[break.stretch]\nafter = 40min\n")
    backcare.start()
    pid = backcare.pid()
    assert after(backcare) == 40 * 60
    backcare.configure("[break.stretch]\nafter = 50min\n")
    host.systemctl("reload", UNIT)
    assert after(backcare) == 50 * 60
    assert backcare.pid() == pid


def test_reload_says_what_is_wrong(host, backcare):
    backcare.configure("[break.stretch]\nafter = 40min\n")
    backcare.start()
    backcare.configure("[break.stretch]\nafter = soon\n")
    ran = host.user_run("systemctl", "--user", "reload", UNIT, check=False)
    assert ran.returncode != 0
    assert after(backcare) == 40 * 60, "a bad edit has changed the settings"
    assert backcare.active()
    wait_for(lambda: any("backcare.conf:2" in str(entry.get("MESSAGE")) for entry in backcare.journal()),
             "the place of the mistake in the journal")


def test_reload_by_signal(backcare):
    backcare.configure("[break.stretch]\nafter = 40min\n")
    backcare.start()
    backcare.configure("[break.stretch]\nafter = 45min\n")
    backcare.kill(signal.SIGHUP)
    wait_for(lambda: after(backcare) == 45 * 60, "the new settings")
    assert backcare.active()


def after(backcare):
    """After how many seconds of sitting the break is due."""
    return next(row[1] for row in backcare.get("Breaks") if row[0] == "stretch") // 1_000_000


def test_journal_fields(host, backcare):
    """What the user can filter by, read as the user."""
    backcare.start()
    backcare.stop()
    entries = backcare.journal()
    events = [entry for entry in entries if "BACKCARE_EVENT" in entry]
    assert events, "no structured event in the journal"
    for entry in events:
        assert entry["SYSLOG_IDENTIFIER"] == "backcared"
        assert entry["PRIORITY"] in "34567"
        assert entry["_SYSTEMD_USER_UNIT"] == UNIT
    first = events[0]["BACKCARE_EVENT"]
    assert any(entry["BACKCARE_EVENT"] == first for entry in host.journal(f"BACKCARE_EVENT={first}"))


def test_journal_keeps_private_things_out(host, backcare):
    due = str(datetime.date.today() + datetime.timedelta(days=95))
    backcare.configure(f"[profile]\nconditions = osteoporosis\npregnancy-due = {due}\n")
    backcare.start()
    host.systemctl("service-log-level", UNIT, "debug", check=False)
    host.user("backcarectl", "reload")
    backcare.stop()
    # Also in the fields, and in what systemd says of it.
    text = str(host.journal()).lower()
    assert "backcare" in text
    assert "osteoporosis" not in text and due not in text and "pregnan" not in text


def test_files_are_private(host, backcare):
    backcare.start()
    backcare.call("Pause", "ta{sv}", "0", "0")
    backcare.stop()
    directory = host.path(f"{host.home}/{STATE}")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert "state" in [path.name for path in files]
    for path in files:
        assert (path.name, stat.S_IMODE(path.stat().st_mode), path.stat().st_uid) == (path.name, 0o600, host.uid)


@pytest.mark.parametrize("end", ["stop", "SIGKILL"])
def test_what_survives(backcare, end):
    """A pause and the exposure: over an orderly stop, and over one that nobody could prepare for."""
    backcare.configure(LONG_BREAKS)
    backcare.start()
    backcare.call("Pause", "ta{sv}", str(2**64 - 1), "0")
    assert backcare.state() == "paused"
    pid = backcare.pid()
    if end == "stop":
        backcare.stop()
        backcare.start()
    else:
        backcare.kill(signal.SIGKILL)
        backcare.wait_restarted(pid)
    assert backcare.pid() != pid
    assert backcare.state() == "paused"
    assert backcare.get("PausedUntilUSec") == 2**64 - 1


def test_a_broken_state_file_is_set_aside(host, backcare):
    backcare.start()
    backcare.stop()
    host.write(f"{host.home}/{STATE}/state", "this is no state\n")
    backcare.start()
    assert backcare.state() == "active"
    assert backcare.state_file("state.bad").read_text() == "this is no state\n"
    assert any("state.bad" in str(entry.get("MESSAGE")) for entry in backcare.journal())
