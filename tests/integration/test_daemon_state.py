# SPDX-License-Identifier: GPL-3.0-or-later
"""What survives a stop, a crash, a reboot, and a state file that is broken or can't be written."""

import re
import stat
import zlib

import dbus
import pytest

from support import logind as login1
from support.desk import fast_clock
from support.waiting import wait_for

LONG = {"break.stretch": {"after": "1h", "length": "30min"}}


def edit_state(desk, change):
    """Changes the head or the body of the state file as another life of the machine would have written it."""
    text = change(desk.state_file.read_text())
    body, _, _ = text.rpartition("end ")
    desk.state_file.write_text(f"{body}end {zlib.crc32(body.encode()):08x}\n")


def head(desk, key):
    return re.search(rf"^{key} (\S+)$", desk.state_file.read_text(), re.MULTILINE)[1]


def sit(desk, seconds):
    wait_for(lambda: desk.counter() > seconds, f"{seconds} s of sitting")


def test_modes(desk):
    desk.configure(LONG)
    desk.start()
    assert stat.S_IMODE(desk.state_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.state_file.parent.stat().st_mode) == 0o700


def test_stop_and_start_counts_as_away(desk):
    desk.configure(LONG)
    desk.start()
    sit(desk, 2)
    desk.ctl("snooze", "1h")
    desk.ctl("posture", "standing", "1h")
    assert desk.stop() == 0
    assert head(desk, "clean") == "yes"
    desk.start()
    wait_for(lambda: desk.get("State") == "active", "somebody at the desk")
    assert 1.9 < desk.counter() < 4
    assert desk.get("Posture") == "standing" and desk.get("SnoozedUntilUSec") > 0
    assert "away" in [e["what"] for e in desk.client.call("Explain")]


def test_stopped_for_as_long_as_a_rest(desk):
    desk.configure({"break.stretch": {"after": "1h", "length": "1s"}})
    desk.start()
    sit(desk, 1.5)
    desk.stop()
    # An hour ago, as if the machine had been on all the time: nothing of the file is newer than that.
    hour = 3600 * 10**6
    edit_state(desk, lambda text: re.sub(
        r"(boottime-usec|realtime-usec) (\d+)", lambda m: f"{m[1]} {int(m[2]) - hour}", text))
    desk.start()
    wait_for(lambda: desk.get("State") == "active", "somebody at the desk")
    assert desk.counter() < 1.5


def test_crash_goes_on(desk):
    """SIGKILL: what was counted and snoozed is there, the time in between counts as sitting."""
    desk.configure(LONG)
    desk.start()
    sit(desk, 1)
    desk.ctl("snooze", "1h")
    until = desk.get("SnoozedUntilUSec")
    desk.crash()
    assert head(desk, "clean") == "no"
    desk.start()
    assert desk.counter() > 1
    assert abs(desk.get("SnoozedUntilUSec") - until) < 50000
    assert desk.get("State") == "active"


def test_unanswered_prompt_after_a_crash(x_desk):
    """Shown again once, with the attempt it had and the same exercise; the old notification is gone."""
    x_desk.configure({"reminder": {"repeat": "1s", "repeat-limit": "1"}})
    x_desk.start()
    x_desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    before = x_desk.get("Prompt")
    x_desk.wait_displayed(1)
    x_desk.crash()
    x_desk.wait_displayed(0)
    mark = x_desk.bus.mark()
    x_desk.start()
    x_desk.bus.wait_notify()
    x_desk.wait_displayed(1)
    assert x_desk.get("Prompt")[:2] == before[:2] and x_desk.get("Prompt")[3] == 2
    assert abs(x_desk.get("Prompt")[2] - before[2]) < 100000
    assert len([m for m in x_desk.bus.since(mark, "Notify") if m.type == "method_call"]) == 1
    x_desk.choose("Snooze")
    x_desk.bus.wait("PromptClosed", lambda m: m.args == ["stretch", "snoozed"])


def test_prompt_that_a_stop_has_answered(x_desk):
    """Stopped for as long as a rest: the prompt has ended before anybody could have seen it again."""
    x_desk.configure({"break.stretch": {"after": "2s", "length": "30s"}})
    x_desk.start()
    x_desk.bus.wait_notify()
    x_desk.stop()
    hour = 3600 * 10**6
    edit_state(x_desk, lambda text: re.sub(
        r"(boottime-usec|realtime-usec) (\d+)", lambda m: f"{m[1]} {int(m[2]) - hour}", text))
    mark = x_desk.bus.mark()
    x_desk.start()
    assert x_desk.bus.wait("PromptClosed").args == ["stretch", "rested"]
    assert not x_desk.bus.since(mark, "Notify")


def test_guided_break_after_a_crash(x_desk):
    x_desk.configure(LONG)
    x_desk.start()
    x_desk.ctl("start")
    x_desk.wait_displayed(1)
    x_desk.crash()
    x_desk.wait_displayed(0)
    x_desk.start()
    x_desk.wait_displayed(1)
    assert x_desk.get("State") == "break"
    mark = x_desk.bus.mark()
    x_desk.ctl("done")
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "guided"])
    assert x_desk.bus.since(mark, "BreakStarted") == []


def test_notification_goes_with_the_daemon(x_desk):
    x_desk.configure()
    x_desk.start()
    x_desk.bus.wait_notify()
    x_desk.wait_displayed(1)
    assert x_desk.stop() == 0
    assert x_desk.displayed() == 0
    assert "can't" not in x_desk.log(), "an orderly end has nothing to complain about"


def test_reboot(desk):
    """Another boot: the wall clock tells how long the machine was off, and that may be a rest."""
    desk.configure({"break.stretch": {"after": "1h", "length": "30min"}})
    desk.start()
    sit(desk, 2)
    desk.stop()

    def minutes_ago(minutes):
        def change(text):
            text = re.sub(r"boot-id \S+", "boot-id " + "ab" * 16, text)
            return re.sub(r"realtime-usec (\d+)", lambda m: f"realtime-usec {int(m[1]) - minutes * 60 * 10**6}", text)
        return change

    edit_state(desk, minutes_ago(10))
    desk.start()
    wait_for(lambda: desk.get("State") == "active", "somebody at the desk")
    assert 1.9 < desk.counter() < 5, "ten minutes are less than half of a rest"
    desk.stop()
    edit_state(desk, minutes_ago(60))
    desk.start()
    wait_for(lambda: desk.get("State") == "active", "somebody at the desk")
    assert desk.counter() < 1.9


def test_reboot_into_the_past(desk):
    """A battery-backed clock that was lost: the file is from the future, and no time has passed."""
    desk.configure(LONG)
    desk.start()
    sit(desk, 1)
    desk.stop()
    edit_state(desk, lambda text: re.sub(
        r"realtime-usec \d+", "realtime-usec 9000000000000000", re.sub(r"boot-id \S+", "boot-id " + "cd" * 16, text)))
    desk.start()
    wait_for(lambda: desk.get("State") == "active", "somebody at the desk")
    assert 0.9 < desk.counter() < 5


@pytest.mark.parametrize("damage", [
    lambda data: b"",
    lambda data: data[:len(data) // 2],
    lambda data: data.replace(b"break stretch", b"break stretxh"),
    lambda data: b"\0" * 4096,
    lambda data: b"backcare-state 99\n" + data.split(b"\n", 1)[1],
    lambda data: b"\xff" * 10,
], ids=["empty", "truncated", "changed", "zeros", "version", "noise"])
def test_broken_file_is_set_aside(desk, damage):
    desk.configure(LONG)
    desk.start()
    sit(desk, 1)
    desk.stop()
    broken = damage(desk.state_file.read_bytes())
    desk.state_file.write_bytes(broken)
    desk.start()
    assert desk.counter() < 1
    aside = [p for p in desk.state_file.parent.iterdir() if p.name not in ("state", "welcome-shown")]
    assert len(aside) == 1 and aside[0].read_bytes() == broken
    said = [line for line in desk.log().splitlines() if str(aside[0]) in line]
    assert len(said) == 1 and str(desk.state_file) in said[0]


def test_whole_file_of_nonsense_is_set_aside(desk):
    """A file that is in order as a file, with a body that the core doesn't understand."""
    desk.configure(LONG)
    desk.start()
    desk.stop()
    edit_state(desk, lambda text: text.replace("break stretch", "brake stretch"))
    desk.start()
    assert desk.log().count("set aside") == 1
    assert desk.get("State") == "active"


def test_nowhere_to_write(desk):
    """A file where the directory should be: said once, and the daemon does its work."""
    blocked = desk.session.directory / "state" / "backcare"
    blocked.write_text("in the way\n")
    desk.configure()
    desk.start()
    desk.bus.wait("Prompted")
    desk.ctl("snooze")
    desk.ctl("resume")
    desk.ctl("pause")
    assert desk.log().count("can't be written") == 1
    assert str(blocked) in desk.log()
    assert desk.stop() == 0
    assert blocked.read_text() == "in the way\n"


def test_written_again_once_it_can_be(desk):
    blocked = desk.session.directory / "state" / "backcare"
    blocked.write_text("in the way\n")
    desk.configure(LONG)
    desk.start()
    blocked.unlink()
    desk.ctl("pause")
    assert desk.state_file.is_file()
    assert desk.log().count("can't be written") == 1


def test_saved_now_and_then_also_in_a_pause(desk, build_dir):
    """A pause hides coming and going, but what is sat meanwhile must not be lost either."""
    desk.session.start_system_bus()
    logind = login1.Logind(desk.session).start()
    path = logind.add_session()
    desk.configure({"activity": {"idle-after": "30s"}})
    desk.start("--source", "logind", environment=fast_clock(build_dir, 300))
    wait_for(lambda: any(name == "logind" and "idle as" in detail for name, _, detail in desk.get("Sources")), "the source")
    desk.ctl("pause", "--until-resume")

    def wait_saved(what):
        before = desk.state_file.stat().st_ino
        wait_for(lambda: desk.state_file.stat().st_ino != before, f"a save {what}", seconds=8)

    def wait_ledger(what):
        wait_for(lambda: desk.client.call("Explain")[-1]["what"] == what, what)

    logind.set(path, login1.SESSION, IdleHint=True, IdleSinceHintMonotonic=dbus.UInt64(0))
    wait_ledger("away")
    wait_saved("that finds nobody there")
    logind.set(path, login1.SESSION, IdleHint=False)
    wait_ledger("sitting")
    wait_saved("after the return")
