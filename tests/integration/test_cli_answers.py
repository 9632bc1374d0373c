# SPDX-License-Identifier: GPL-3.0-or-later
"""What backcarectl asks of the daemon, and how it says what went wrong."""
import json
import signal
import subprocess
import time

import pytest

import cli
from cli import FAKE, MINUTE, NEVER, PATIENCE, now_usec, stop, wait_for

bus, environment, daemon, ctl = cli.fixtures

ERROR = "org.backcare.BackCare1.Error."
SAID = {
    "snooze": (["snooze"], "Snooze"), "pause": (["pause"], "Pause"), "resume": (["resume"], "Resume"),
    "start": (["start"], "Start"), "done": (["done"], "Done"), "skip": (["skip"], "Skip"),
    "another": (["another"], "Another"), "feedback": (["feedback", "same"], "Feedback"),
    "posture": (["posture", "standing"], "ReportPosture"), "reload": (["reload"], "Reload"),
    "why": (["why"], "Explain"), "inhibit": (["inhibit", "--why", "x", "--", "true"], "Inhibit"),
}


@pytest.mark.parametrize("words, call", [
    (["snooze"], ["Snooze", [0, {}]]),
    (["snooze", "10"], ["Snooze", [10 * MINUTE, {}]]),
    (["snooze", "90s"], ["Snooze", [90 * 1000000, {}]]),
    (["snooze", "1h 30min"], ["Snooze", [90 * MINUTE, {}]]),
    (["snooze", "1h", "30min"], ["Snooze", [90 * MINUTE, {}]]),
    (["pause"], ["Pause", [0, {}]]),
    (["pause", "--until-resume"], ["Pause", [NEVER, {}]]),
    (["resume"], ["Resume", []]),
    (["start"], ["Start", ["", "", {}]]),
    (["start", "walk"], ["Start", ["walk", "", {}]]),
    (["start", "--exercise", "größe"], ["Start", ["", "größe", {}]]),
    (["start", "--exercise=a", "walk"], ["Start", ["walk", "a", {}]]),
    (["start", "--", "--odd"], ["Start", ["--odd", "", {}]]),
    (["done"], ["Done", [{}]]),
    (["skip"], ["Skip", [{}]]),
    (["another"], ["Another", [{}]]),
    (["feedback", "better"], ["Feedback", ["", "better"]]),
    (["feedback", "hurts", "chin-tuck"], ["Feedback", ["chin-tuck", "hurts"]]),
    (["posture", "standing"], ["ReportPosture", ["standing", NEVER]]),
    (["posture", "walking", "20"], ["ReportPosture", ["walking", 20 * MINUTE]]),
    (["posture", "sitting", "0"], ["ReportPosture", ["sitting", 0]]),
    (["reload"], ["Reload", []]),
])
def test_calls(ctl, daemon, words, call):
    result = ctl(*words)
    assert (result.status, result.err) == (0, "") and result.out.endswith("\n")
    # What it asks beside that changes nothing.
    assert [made for made in daemon.calls() if made[0] != "ExplainChoice"] == [call]


def test_pause_for_a_time(ctl, daemon):
    before = now_usec()
    assert ctl("pause", "2h").status == 0
    until = daemon.calls()[0][1][0]
    assert before + 120 * MINUTE <= until <= now_usec() + 120 * MINUTE + 1000000


def test_shortest_pause_is_not_too_short_when_it_arrives(ctl, daemon):
    assert ctl("pause", "1min").status == 0
    assert daemon.calls()[0][1][0] > now_usec() + MINUTE - 1000000


@pytest.mark.parametrize("zone, offset", [("UTC", 0), ("CET-1", 3600)])
def test_pause_until(ctl, daemon, zone, offset):
    at = (int(time.time()) // 60 + 5000) * 60
    there = time.gmtime(at + offset)
    assert ctl("pause", "--until", time.strftime("%Y-%m-%d %H:%M", there), TZ=zone).status == 0
    assert ctl("pause", time.strftime("--until=%Y-%m-%dT%H:%M:05", there), TZ=zone).status == 0
    assert [c[1][0] for c in daemon.calls()] == [at * 1000000, (at + 5) * 1000000]


def test_pause_until_a_time_of_day(ctl, daemon):
    later = time.localtime(time.time() + 3 * 3600)
    assert ctl("pause", "--until", time.strftime("%H:%M", later)).status == 0
    earlier = time.localtime(time.time() - 3 * 3600)
    assert ctl("pause", "--until", time.strftime("%H:%M", earlier)).status == 0
    first, second = ((c[1][0] - now_usec()) / (60 * MINUTE) for c in daemon.calls())
    assert 2.9 < first <= 3 and 20.9 < second <= 21


@pytest.mark.parametrize("words, message", [
    (["snooze", "0"], "1min to 4h"),
    (["pause", "0"], "1min to 30 days"),
    (["pause", "59s"], "1min to 30 days"),
    (["pause", "31d"], "1min to 30 days"),
    (["pause", "99999999999999999999999h"], "1min to 30 days"),
    (["pause", "--until", "1970-01-01 00:00"], "in the past"),
    (["pause", "--until", "9999-01-01 00:00"], "1min to 30 days"),
])
def test_refused_without_the_daemon(ctl, daemon, words, message):
    """On the bus 0 stands for the default, and an instant does not tell what was said."""
    result = ctl(*words)
    assert (result.status, result.out) == (4, "")
    assert message in result.err and result.err.count("\n") == 1
    assert daemon.calls() == []


def test_huge_snooze_is_the_daemons_to_refuse(ctl, daemon):
    ctl("snooze", "99999999999999999999999h")
    assert daemon.calls()[0][1][0] not in (0, NEVER)


def test_what_is_said(ctl, daemon):
    assert "until" in ctl("snooze", "10").out
    assert "backcarectl resume" in ctl("pause", "--until-resume").out
    assert "chin-tuck" in ctl("start").out and "wall-slide" in ctl("another").out
    assert "walking" in ctl("posture", "walking").out


@pytest.mark.parametrize("words", [
    [], ["snoze"], ["--bad"], ["status", "--bad"], ["status", "-x"], ["status", "more"],
    ["status", "--format=xml"], ["status", "--format"], ["snooze", "x"], ["snooze", "-5"], ["snooze", ""], ["snooze", "5 parsecs"],
    ["pause", "1h", "--until-resume"], ["pause", "--until", "25:00"], ["pause", "--until", ""],
    ["pause", "--until", "2026-02-30 10:00"], ["pause", "--until", "15:00 "], ["pause", "--until"],
    ["done", "it"], ["feedback"], ["feedback", "good"], ["feedback", "same", "a", "b"], ["posture"],
    ["posture", "lying"], ["posture", "standing", "soon"], ["inhibit", "--why", "x"],
    ["inhibit", "--", "true"], ["inhibit", "--why=", "--", "true"], ["start", "a", "b"],
    ["why", "--follow"], [b"start", b"\xff"], [b"inhibit", b"--why=\xff", b"true"], [b"\xff"],
])
def test_wrong_usage(ctl, daemon, words):
    result = ctl(*words)
    assert result.status == 2 and result.out == ""
    assert result.err.startswith("backcarectl: ") and result.err.count("\n") == 1
    assert "--help" in result.err
    assert daemon.calls() == []


def test_nearest_verb(ctl):
    assert "did you mean snooze?" in ctl("snoze").err
    assert "did you mean status?" in ctl("statsu").err
    assert "did you mean" not in ctl("xyzzy").err
    assert "did you mean" not in ctl("_complet").err


@pytest.mark.parametrize("verb", SAID)
def test_refused(ctl, daemon, verb):
    words, member = SAID[verb]
    daemon.order(fail={member: [ERROR + "SnoozeLimit", "snoozed three times already"]})
    result = ctl(*words)
    assert (result.status, result.out) == (4, "")
    assert result.err == "backcarectl: snoozed three times already\n"


@pytest.mark.parametrize("name", [
    "SnoozeLimit", "NothingPrompted", "NoSuchBreak", "NoSuchExercise", "NotSuitable", "MedicalHold",
    "InvalidConfig", "NotPaused", "BreakRunning"])
def test_every_error(ctl, daemon, name):
    daemon.order(fail={"Start": [ERROR + name, "because"], "Explain": [ERROR + name, 'be"cause\n\x1b']})
    result = ctl("start")
    assert (result.status, result.out, result.err) == (4, "", "backcarectl: because\n")
    result = ctl("why", "--json")
    assert result.status == 4
    assert result.json() == {"error": {"name": ERROR + name, "message": 'be"cause\n\x1b'}}


def test_what_hurt_is_named(ctl, daemon):
    """What is to be typed to take it back can be copied as it stands."""
    daemon.order(choice={"last": "wall-slide"})
    assert ctl("feedback", "hurts").out.endswith(" backcarectl feedback same wall-slide\n")
    daemon.order(choice={})
    assert ctl("feedback", "hurts", "chin-tuck").out.endswith(" backcarectl feedback same chin-tuck\n")
    daemon.order(remove=["ExplainChoice"])  # a daemon of the version before
    result = ctl("feedback", "hurts")
    assert result.status == 0 and "ID" not in result.out and "same or better" in result.out
    assert ctl("feedback", "better").out == "Noted.\n"


def test_a_name_that_there_is_not(ctl, daemon):
    """What to do is said for who types, not for who programs."""
    daemon.order(fail={"Start": [ERROR + "NoSuchBreak", "the property Breaks lists them"],
                       "Feedback": [ERROR + "NoSuchExercise", "Catalogue.List"]})
    result = ctl("start", "nosuch")
    assert (result.status, result.out) == (4, "")
    assert result.err == "backcarectl: there is no break 'nosuch' that is switched on; backcarectl status names the breaks\n"
    exercise = "backcarectl: there is no exercise 'nosuch' that can be proposed; backcarectl list shows the exercises\n"
    assert ctl("feedback", "hurts", "nosuch").err == exercise
    daemon.order(fail={"Start": [ERROR + "NoSuchExercise", "leave the name out"]})
    assert ctl("start", "stretch", "--exercise", "nosuch").err == exercise


def test_refused_without_a_message(ctl, daemon):
    daemon.order(fail={"Done": [ERROR + "NoSuchBreak", ""]})
    assert ctl("done").err == "backcarectl: NoSuchBreak\n"


def test_invalid_args(ctl, daemon):
    daemon.order(fail={"Snooze": ["org.freedesktop.DBus.Error.InvalidArgs", "1min to 4h"]})
    result = ctl("snooze", "5h")
    assert (result.status, result.err) == (4, "backcarectl: 1min to 4h\n")


def test_reload_shows_every_mistake(ctl, daemon):
    daemon.order(fail={"Reload": [ERROR + "InvalidConfig", "a.conf:3: [x]: odd\nb.conf:9: [y]: \x1bodder"]})
    result = ctl("reload")
    assert (result.status, result.out) == (4, "")
    assert result.err.splitlines() == ["a.conf:3: [x]: odd", "b.conf:9: [y]: \ufffdodder",
                                       "backcarectl: the settings stay as they were"]


def test_reload_shows_warnings(ctl, daemon):
    daemon.order(warnings=["a.conf:3: old key", "b.conf:4: another"])
    result = ctl("reload")
    assert result.status == 0 and result.err.splitlines() == ["a.conf:3: old key", "b.conf:4: another"]


@pytest.mark.parametrize("verb", SAID)
def test_older_daemon(ctl, daemon, verb):
    words, member = SAID[verb]
    daemon.order(remove=[member])
    result = ctl(*words)
    assert (result.status, result.out) == (4, "") and "older than this backcarectl" in result.err


ALL = [words for words, _ in SAID.values()] + [["status"]]


@pytest.mark.parametrize("words", ALL, ids=lambda w: w[0])
def test_no_daemon(ctl, words):
    result = ctl(*words)
    assert (result.status, result.out) == (3, "")
    assert result.err.count("\n") == 1 and "systemctl --user start backcare" in result.err


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense", None])
@pytest.mark.parametrize("words", ALL, ids=lambda w: w[0])
def test_no_bus(ctl, words, address):
    result = ctl(*words, DBUS_SESSION_BUS_ADDRESS=address)
    assert (result.status, result.out) == (3, "")
    assert result.err.startswith("backcarectl: ") and result.err.count("\n") == 1


@pytest.mark.parametrize("words", [["status", "--json"], ["status", "--json", "--follow"], ["why", "--json"]])
def test_json_without_a_bus(ctl, words):
    result = ctl(*words, DBUS_SESSION_BUS_ADDRESS=None)
    assert result.status == 3
    error = result.json()["error"]
    assert error["name"] == "org.freedesktop.DBus.Error.NoServer" and "bus" in error["message"]


def test_json_without_a_daemon(ctl):
    for words in (["status", "--json"], ["why", "--json"]):
        result = ctl(*words)
        assert result.status == 3 and "systemctl" in result.json()["error"]["message"]
    result = ctl("status", "--format=waybar")
    assert result.status == 3 and result.json()["class"] == "unreachable"


def test_hung_daemon(ctl, daemon, environment):
    daemon.order(hang=True)
    words = [["status"], ["status", "--json"], ["why", "--json"], ["posture", "sitting"]]
    begin = time.monotonic()
    processes = [ctl.popen(*w, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for w in words]
    follow = ctl.popen("status", "--json", "--follow", stdout=subprocess.PIPE, text=True)
    for w, process in zip(words, processes):
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 3
        text = json.loads(out)["error"]["message"] if "--json" in w else err
        assert "does not answer" in text
    assert time.monotonic() - begin < 10
    assert json.loads(follow.stdout.readline())["state"] == "unreachable"
    # It is asked again, without a signal that would say so.
    daemon.order(hang=False)
    assert "active" in (json.loads(line)["state"] for line in follow.stdout)
    stop(follow)


def service(bus, tmp_path):
    marker = tmp_path / "started"
    (bus.services / "backcare.service").write_text(
        f"[D-BUS Service]\nName=org.backcare.BackCare1\n"
        f"Exec=/bin/sh -c 'touch {marker}; exec /usr/bin/python3 {FAKE} --activated >/dev/null'\n")
    return marker


def test_looking_starts_nothing(ctl, bus, tmp_path):
    marker = service(bus, tmp_path)
    for words in (["status"], ["status", "--json"], ["why"], ["posture", "sitting"], ["reload"]):
        assert ctl(*words).status == 3
    assert ctl("_complete", "breaks").status == 0
    assert not marker.exists()


def test_asking_starts_the_daemon(ctl, bus, tmp_path):
    marker = service(bus, tmp_path)
    assert ctl("snooze").status == 0
    assert marker.exists()
    assert ctl("status").status == 0


def test_service_that_does_not_start(ctl, bus):
    (bus.services / "backcare.service").write_text(
        "[D-BUS Service]\nName=org.backcare.BackCare1\nExec=/bin/false\n")
    result = ctl("snooze")
    assert (result.status, result.out) == (3, "") and "systemctl --user start" in result.err


# inhibit


def test_inhibit_passes_the_status_on(ctl, daemon):
    for command, status in ((["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -TERM $$"], 143),
                            (["/nonexistent"], 127), (["/"], 126)):
        assert ctl("inhibit", "--why", "a talk", *command).status == status
    assert daemon.calls()[0] == ["Inhibit", ["true", "a talk"]]
    assert daemon.order(holds=None) == 0


def test_inhibit_who_and_options_of_the_command(ctl, daemon):
    result = ctl("inhibit", "--who=me", "--why=x", "--", "printf", "%s ", "--help", "--version")
    assert (result.status, result.out) == (0, "--help --version ")
    assert ctl("inhibit", "--why=x", "/bin/echo", "--why=y").out == "--why=y\n"
    assert [c[1] for c in daemon.calls()] == [["me", "x"], ["echo", "x"]]


@pytest.fixture
def holding(ctl, daemon):
    """A command that runs for as long as its input is open, with a hold."""
    process = ctl.popen("inhibit", "--why=x", "--", "sh", "-c", "echo on; read x; exit 5",
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"on\n"
    yield process
    stop(process)


def test_inhibit_holds_while_the_command_runs(holding, daemon):
    assert daemon.order(holds=None) == 1
    holding.communicate(b"\n", timeout=PATIENCE)
    assert holding.returncode == 5
    wait_for(lambda: daemon.order(holds=None) == 0, "the end of the hold")


def test_inhibit_killed(holding, daemon):
    holding.kill()
    wait_for(lambda: daemon.order(holds=None) == 0, "the end of the hold")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_inhibit_passes_signals_on(ctl, daemon, number):
    process = ctl.popen("inhibit", "--why=x", "--", "sh", "-c",
                        f"trap 'exit 9' {number.name[3:]}; echo on; while :; do sleep 0.1; done",
                        stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"on\n"
        process.send_signal(number)
        assert process.wait(PATIENCE) == 9
    finally:
        stop(process)


def test_inhibit_outlives_a_restart_of_the_daemon(holding, daemon):
    daemon.kill()
    daemon.start()
    wait_for(lambda: daemon.order(holds=None) == 1, "the hold with the new daemon")
    holding.communicate(b"\n", timeout=PATIENCE)
    assert holding.returncode == 5


def test_inhibit_runs_nothing_when_refused(ctl, daemon, tmp_path):
    daemon.order(fail={"Inhibit": ["org.freedesktop.DBus.Error.LimitsExceeded", "too many holds"]})
    assert ctl("inhibit", "--why=x", "touch", str(tmp_path / "ran")).status == 4
    assert not (tmp_path / "ran").exists()


def test_inhibit_leaks_nothing(ctl, daemon):
    # The mask is that of whoever runs the tests. Not of a shell with children: it blocks all while it starts one.
    before = next(line for line in open("/proc/thread-self/status") if line.startswith("SigBlk"))
    result = ctl("inhibit", "--why=x", "--", "sh", "-c",
                 "set -- /proc/$$/fd/*; echo $#; exec grep SigBlk /proc/self/status")
    count, blocked = result.out.split("\n")[:2]
    assert int(count) <= 4 and blocked.split() == before.split()
