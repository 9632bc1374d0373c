# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings: what a live daemon did is what the replay of its recording does, event for event; and nothing private."""

import os
import signal
import stat
import time

import pytest
from bus_harness import INVALID_ARGS, MANAGER, SEC, BusError
from gi.repository import Gio

from support import replay
from support.desk import fast_clock
from support.process import end
from support.waiting import wait_for

QUICK = {"idle-after": "2s", "idle-after-prompt": "1s"}


def sitting(desk):
    wait_for(lambda: ("x11", "active") in [source[:2] for source in desk.get("Sources")], "the source")
    wait_for(lambda: desk.get("Notifier")[0] == "dunst", "the notification server")


def a_day(desk):
    """Sitting, prompted, snoozed, gone, back, held, paused, a guided break, a posture, reported activity."""
    sitting(desk)
    desk.start_typing()
    desk.bus.wait("Prompted")
    desk.ctl("snooze", "1min")
    desk.bus.wait_state("snoozed")
    desk.ctl("resume")
    desk.bus.wait("Prompted")
    desk.stop_typing()
    desk.bus.wait("PromptClosed")
    desk.key()
    desk.bus.wait_state("active")
    desk.ctl("posture", "standing", "30s")
    descriptor = desk.client.inhibit("a secret program", "a private reason")
    desk.start_typing()
    desk.bus.wait_state("held")
    os.close(descriptor)
    desk.bus.wait("Prompted")
    desk.ctl("pause", "5min")
    desk.bus.wait_state("paused")
    desk.ctl("resume")
    desk.bus.wait("Prompted")
    desk.ctl("start")
    desk.bus.wait_state("break")
    desk.ctl("another")
    desk.ctl("done")
    desk.bus.wait("BreakEnded")
    desk.client.call("ReportActivity", "(st)", "a gamepad nobody is to know of", 2 * SEC)
    desk.stop_typing()
    desk.bus.wait_state("away")


def test_whole_life(x_desk, build_dir):
    """--record, from the first event to the last."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "2s", "length": "4s"}})
    path = x_desk.session.directory / "life.trace"
    x_desk.start("--record", str(path))
    try:
        a_day(x_desk)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{path.read_text()}") from error
    seen = x_desk.bus.since(0)
    assert x_desk.stop() == 0
    told = replay.assert_same(seen, path, build_dir)
    assert len(told["prompts"]) >= 4 and len(told["ended"]) >= 2
    text = path.read_text()
    assert "restore" not in text and text.splitlines()[-1].split()[1] == "end"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_asked_before_a_prompt(x_desk, build_dir):
    """What the source says when it is asked is dated before the prompt that does not come."""
    x_desk.configure({"activity": {"idle-after": "30s", "idle-after-prompt": "1s"},
                      "break.stretch": {"after": "2s", "length": "1h"}})
    path = x_desk.session.directory / "asked.trace"
    x_desk.start("--record", str(path))
    sitting(x_desk)
    x_desk.key()
    x_desk.bus.wait_state("away")
    x_desk.start_typing()
    x_desk.bus.wait("Prompted")
    seen = x_desk.bus.since(0)
    assert x_desk.stop() == 0
    told = replay.assert_same(seen, path, build_dir)
    assert told["prompts"] == [("stretch", 1)] and "idle since" in path.read_text()


def begin_recording(desk, path, *arguments):
    """backcarectl record, once it records."""
    started = desk.session.start([str(desk.build / "cli/backcarectl"), "record", str(path), *arguments], "record")
    wait_for(lambda: path.exists() and "\nstart " in path.read_text(), "the recording")
    return started


def finish_recording(desk, started):
    status = desk.session.stop(started)
    assert status == 0, desk.session.log("record")


def test_middle_of_a_life(x_desk, build_dir):
    """Begun on a running daemon, with a prompt, a hold, a posture and a count behind it."""
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "2s", "length": "4s"},
                      "break.walk": {"enabled": "yes", "after": "10s", "length": "20s"},
                      "reminder": {"repeat": "3s", "repeat-limit": "5"}})
    x_desk.start()
    sitting(x_desk)
    x_desk.start_typing()
    x_desk.bus.wait("Prompted")
    x_desk.ctl("posture", "standing", "20s")
    descriptor = x_desk.client.inhibit("a secret program", "a private reason")
    path = x_desk.session.directory / "middle.trace"
    mark = x_desk.bus.mark()
    recording = begin_recording(x_desk, path)
    os.close(descriptor)
    x_desk.bus.wait("Prompted", lambda m: m.args[1:] and m.args[2] > 1)
    x_desk.bus.wait("Prompted", lambda m: m.args[0] == "walk")
    x_desk.ctl("done")
    x_desk.bus.wait("Prompted")
    x_desk.stop_typing()
    x_desk.bus.wait("PromptClosed")
    x_desk.key()
    x_desk.bus.wait("BreakEnded")
    finish_recording(x_desk, recording)
    told = replay.assert_same(x_desk.bus.since(mark), path, build_dir)
    assert told["prompts"][0][1] > 1, "the repeat of a prompt that stood before"
    text = path.read_text()
    assert "0 restore prompt stretch stretch" in text and "0 restore hold hold-1" in text
    assert text.splitlines()[-1].split()[1] == "end"


def test_restart(desk, build_dir):
    """What was restored is at the head: counters, prompt, pause; a rest during the stop is in the replay."""
    fast = fast_clock(build_dir, 60)
    desk.configure({"break.stretch": {"after": "2min", "length": "1min"}, "reminder": {"repeat": "5min"}})
    desk.start(environment=fast)
    desk.bus.wait("Prompted")
    desk.ctl("snooze", "10min")
    desk.bus.wait_state("snoozed")
    desk.crash()
    path = desk.session.directory / "restart.trace"
    mark = desk.bus.mark()
    desk.start("--record", str(path), environment=fast)
    desk.bus.wait("Prompted")
    desk.ctl("snooze", "2min")
    desk.bus.wait_state("snoozed")
    desk.bus.wait_state("due")
    seen = desk.bus.since(mark)
    assert desk.stop() == 0
    replay.assert_same(seen, path, build_dir)
    assert "0 restore snoozed stretch" in path.read_text()


def test_clean_restart_is_a_rest(desk, build_dir):
    """Stopped for longer than the break is long: the rest is found at the start, in the recording as well."""
    desk.configure({"break.stretch": {"after": "1s", "length": "1s"}})
    desk.start()
    desk.bus.wait("Prompted")
    assert desk.stop() == 0
    time.sleep(1.5)
    path = desk.session.directory / "rest.trace"
    desk.start("--record", str(path))
    desk.bus.wait("BreakEnded")
    desk.bus.wait("Prompted")
    assert desk.stop() == 0
    told = replay.simulated(replay.simulate(build_dir, path))
    assert told["closed"] == [("stretch", "rested")] and told["ended"] == [("stretch", "natural")]
    assert told["prompts"] == [("stretch", 1)]


def test_readable_at_any_instant(desk, build_dir):
    """A prompt that time alone brought is in the file when it is on the bus; a crash leaves all of it."""
    desk.configure({"reminder": {"repeat": "1s", "repeat-limit": "9"}})
    path = desk.session.directory / "crash.trace"
    desk.start("--record", str(path))
    for attempt in (1, 2, 3):
        desk.bus.wait("Prompted")
        assert len([e for e in replay.simulate(build_dir, path) if e["event"] == "prompt"]) == attempt
    desk.crash()
    before = path.read_text()
    assert replay.simulated(replay.simulate(build_dir, path))["prompts"][-1] == ("stretch", 3)
    # The one after it leaves it alone.
    desk.start("--record", str(path))
    assert path.read_text() == before and "0 restore prompt" in path.with_name("crash.trace.1").read_text()


def test_other_settings_meanwhile(desk, build_dir):
    """The recording says what holds from then on, and what to do; done, the rest replays."""
    desk.configure({"break.stretch": {"after": "1h"}})
    path = desk.session.directory / "settings.trace"
    desk.start("--record", str(path))
    desk.ctl("pause", "10min")
    mark = desk.bus.mark()
    desk.configure({"break.stretch": {"after": "1s"}, "reminder": {"repeat": "1s", "repeat-limit": "9"}})
    wait_for(lambda: "other settings" in path.read_text(), "the settings in the recording")
    desk.ctl("resume")
    desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    seen = desk.bus.since(mark)
    assert desk.stop() == 0
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if "other settings" in line)
    start = next(line for line in lines if line.startswith("start"))
    rest = [line[1:] if line.startswith("#0 restore") else line for line in lines[at:]]
    conf = path.with_suffix(".conf")
    conf.write_text(replay.settings_text("\n".join(lines[at:])))
    assert "after = 1s" in conf.read_text()
    cut = path.with_name("cut.trace")
    cut.write_text("\n".join([start, *rest]) + "\n")
    told = replay.simulated(replay.simulate(build_dir, cut, conf))
    assert told["prompts"] == replay.live(seen, cut.read_text())["prompts"]
    # What a replay does not know may change without a word.
    assert path.read_text().count("other settings") == 1


def test_nothing_private(x_desk, build_dir):
    secrets = {"profile": {"conditions": "nerve-compression", "pregnancy-due": time.strftime("%Y-%m-%d", time.localtime(time.time() + 60 * 86400)),
                           "emergency-number": "+4917"}}
    x_desk.configure({"activity": QUICK, "break.stretch": {"after": "2s", "length": "4s"}, **secrets})
    path = x_desk.session.directory / "private.trace"
    x_desk.start("--record", str(path))
    middle = x_desk.session.directory / "middle.trace"
    sitting(x_desk)
    descriptor = x_desk.client.inhibit("a secret program", "a private reason")
    recording = begin_recording(x_desk, middle)
    x_desk.client.call("ReportActivity", "(st)", "gamepad-of-somebody", 1 * SEC)
    x_desk.start_typing()
    os.close(descriptor)
    x_desk.bus.wait("Prompted")
    x_desk.ctl("start", "no-such-break-of-mine", check=False)
    x_desk.ctl("start", "--exercise", "no-such-exercise", check=False)
    x_desk.ctl("start")
    x_desk.bus.wait_state("break")
    x_desk.ctl("feedback", "hurts", check=False)
    x_desk.ctl("done")
    finish_recording(x_desk, recording)
    assert x_desk.stop() == 0
    for text in (path.read_text(), middle.read_text()):
        for word in ("nerve-compression", "pregnan", "+4917", "secret", "private reason", "gamepad", "no-such", "hurts", "profile",
                     "conditions", os.uname().nodename, str(x_desk.session.directory)):
            assert word not in text, word
        assert "hold-1" in text and "cmd start break=?" in text and "cmd start exercise=?" in text
    errors = [e["error"] for e in replay.simulate(build_dir, path) if e["event"] == "refused"]
    assert errors == ["NoSuchBreak", "NoSuchExercise"]


def test_wall_clock(desk, build_dir):
    """Working hours end by the clock; the recording knows the fraction of a second at which it began."""
    now = time.time()
    end_at = (int(now) // 60 + 2) * 60
    hours = f"{time.strftime('%H:%M', time.localtime(now - 60))}-{time.strftime('%H:%M', time.localtime(end_at))}"
    desk.configure({"schedule": {time.strftime("%a", time.localtime(now)): hours}})
    path = desk.session.directory / "hours.trace"
    desk.start("--record", str(path), environment=fast_clock(build_dir, 30))
    desk.bus.wait("Prompted")
    desk.bus.wait_state("off-hours")
    seen = desk.bus.since(0)
    assert desk.stop() == 0
    replay.assert_same(seen, path, build_dir)


def test_command(desk, tmp_path, build_dir):
    """backcarectl record: its file, its end, and when it can't."""
    path = tmp_path / "a.trace"
    ran = desk.ctl("record", str(path), check=False)
    assert ran.returncode == 3 and not path.exists(), "no daemon, no file"
    desk.configure()
    desk.start()
    ran = desk.ctl("record", str(path), "--for", "1s")
    assert "Recording" in ran.stdout and stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert text.splitlines()[-1].split()[1] == "end" and replay.simulate(build_dir, path)
    ran = desk.ctl("record", str(path), check=False)
    assert ran.returncode == 1 and "--force" in ran.stderr and path.read_text() == text
    path.chmod(0o644)
    desk.ctl("record", str(path), "--for", "1s", "--force")
    assert path.read_text() != text and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert desk.ctl("record", str(path), "--force", "--for", "0", check=False).returncode == 2
    assert desk.ctl("record", "/proc/nowhere/file", check=False).returncode == 1
    # The daemon ends first: complete, and said.
    other = tmp_path / "b.trace"
    recording = begin_recording(desk, other)
    desk.stop()
    wait_for(lambda: recording.poll() == 1, "the end of the recording")
    desk.session.processes.remove(recording)
    assert "ended" in desk.session.log("record") and other.read_text().splitlines()[-1].split()[1] == "end"


def test_descriptors(desk, tmp_path):
    """What is no file is refused; many are too many; whoever is killed leaves nothing behind."""
    desk.configure()
    desk.start()
    before = desk.descriptors()
    reading, writing = os.pipe()
    read_only = os.open(tmp_path / "empty", os.O_CREAT | os.O_RDONLY, 0o600)
    for wrong in (writing, read_only):
        fds = Gio.UnixFDList.new_from_array([os.dup(wrong)])
        with pytest.raises(BusError) as refused:
            desk.client.call_raw(MANAGER, "Record", "(ha{sv})", (0, {}), fds=fds)
        assert refused.value.name == INVALID_ARGS
    for descriptor in (reading, writing, read_only):
        os.close(descriptor)
    recordings = [begin_recording(desk, tmp_path / f"{n}.trace") for n in range(4)]
    ran = desk.ctl("record", str(tmp_path / "5.trace"), check=False)
    assert ran.returncode == 4 and not (tmp_path / "5.trace").exists()
    recordings[0].send_signal(signal.SIGKILL)
    wait_for(lambda: (tmp_path / "0.trace").read_text().splitlines()[-1].endswith("end"), "the end of the recording")
    for recording in recordings:
        end(recording)
        desk.session.processes.remove(recording)
    wait_for(lambda: desk.descriptors() <= before, "all descriptors closed")


def test_full_disk(desk, build_dir):
    """A file that can't be written any more ends its recording, says so, and nothing else."""
    desk.configure()
    path = desk.session.directory / "limited.trace"
    limited = ["sh", "-c", 'ulimit -f 8; exec "$0" "$@"']
    desk.session.start([*limited, str(desk.build / "daemon/backcared"), "--record", str(path)], "backcared")
    desk.daemon = desk.session.processes[-1]
    wait_for(lambda: desk.session.has_owner("org.backcare.BackCare1"), "the daemon on the bus")
    desk.bus.wait("Prompted")
    for _ in range(200):
        desk.client.call("ReportPosture", "(st)", "standing", 60 * SEC)
    desk.wait_log("A recording ends")
    assert path.read_text().endswith("\n") and replay.simulate(build_dir, path)
    assert desk.status()["state"] == "due"
