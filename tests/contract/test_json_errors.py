# SPDX-License-Identifier: GPL-3.0-or-later
"""With --json standard output is valid JSON whatever happens, and what can't be read is no success."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cli import BUILD, PROGRAM, ROOT

USAGE = "org.freedesktop.DBus.Error.InvalidArgs"
CONFIG = "org.backcare.BackCare1.Error.InvalidConfig"
# Those that read the settings without the daemon.
READERS = [["list"], ["list", "--all"], ["list", "--kind", "tip"], ["list", "--kind", "routine"], ["show", "chin-tuck"],
           ["show", "morning"], ["profile", "show"], ["config", "show"]]
WAYS = ["directory", "link", "fifo", *(["mode"] if os.geteuid() != 0 else [])]  # root reads everything
TRACE = "start 2026-11-20T09:00:00+01:00\n0 active\n10 end\n"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "data/backcare").mkdir(parents=True)
    (tmp_path / "data/backcare/catalogue").symlink_to(ROOT / "conf/catalogue")
    (tmp_path / "config/backcare").mkdir(parents=True)
    (tmp_path / "trace").write_text(TRACE)
    return tmp_path


def run(home, *arguments, **more):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "LANG": "C.UTF-8",
                   "XDG_CONFIG_HOME": str(home / "config"), "XDG_CONFIG_DIRS": str(home / "none"),
                   "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
                   "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", **more,
                   **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
    arguments = [str(home / "trace") if word == "TRACE" else word for word in arguments]
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, env=environment,
                          stdin=subprocess.DEVNULL)


def failure(ran, status):
    """The error of one that failed: one object in one line; what its caller has to mend is on standard error, too."""
    assert ran.returncode == status and bool(ran.stderr) == (status == 2), ran
    assert ran.stdout.count("\n") == 1 and ran.stdout.endswith("\n")
    said = json.loads(ran.stdout)
    assert list(said) == ["error"] and set(said["error"]) == {"name", "message"} and all(said["error"].values())
    assert not ran.stderr or said["error"]["message"] in ran.stderr
    return said["error"]


def unreadable(home, way):
    path = home / "config/backcare/backcare.conf"
    if way == "directory":
        path.mkdir()
    elif way == "link":
        path.symlink_to("nothing")
    elif way == "fifo":
        os.mkfifo(path)
    else:
        path.write_text("[profile]\nconditions = osteoporosis\n")
        path.chmod(0)
    return path


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_settings_that_can_not_be_read(home, words, way):
    """Nobody knows what they say: not that everything suits, and not that nothing does."""
    path = unreadable(home, way)
    ran = run(home, *words)
    assert (ran.returncode, ran.stdout) == (2, "") and ran.stderr.startswith(f"{path}: ")
    error = failure(run(home, *words, "--json"), 2)
    assert error["name"] == CONFIG and error["message"].startswith(f"{path}: ") and "\n" not in error["message"]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_mistake_in_them_leaves_json(home, words):
    """What it goes on with is a warning beside it."""
    path = home / "config/backcare/backcare.conf"
    path.write_text("[reminder]\nsnooze = x\nrepeat = y\n")
    ran = run(home, *words, "--json")
    assert ran.returncode == (1 if words[0] == "config" else 0)
    assert json.loads(ran.stdout) and f"{path}:2: " in ran.stderr


@pytest.mark.parametrize("words", [
    ["status", "--json", "--format=waybar"], ["status", "--json=1"], ["status", "--bad", "--json"], ["status", "more", "--js"],
    ["why", "--follow", "--json"], ["list", "--json", "--kind", "swimming"], ["list", "--region", "--json", "--json"],
    ["list", "x", "--json"], ["show", "--json"], ["show", "--json", "no-such"], ["show", "--json", "bird-dogg"],
    ["profile", "--json"], ["profile", "--json", "sow"], ["profile", "show", "x", "--json"],
    ["profile", "set", "place", "room", "--json"], ["config", "--json"], ["config", "sow", "--json"], ["config", "show", "x", "--json"],
    ["config", "path", "--json"], ["config", "--bad", "show", "--json"], ["doctor", "--json", "x"], ["doctor", "-x", "--json"],
    ["nosuch", "--json"],
    ["--bad", "--json"], ["--json"],
], ids=" ".join)
def test_wrong_usage(home, words):
    assert failure(run(home, *words), 2)["name"] == USAGE
    german = run(home, *words, LANGUAGE="de", TEXTDOMAINDIR=str(BUILD / "po"))
    assert german.stdout == run(home, *words).stdout, "it is the same in every language"


@pytest.mark.parametrize("words", [["list", "--config", "/nowhere"], ["show", "morning", "--config", "/nowhere"]], ids=" ".join)
def test_a_file_that_is_not_there(home, words):
    assert "/nowhere: " in failure(run(home, *words, "--json"), 2)["message"]
    ran = run(home, *words)
    assert (ran.returncode, ran.stdout) == (2, "") and ran.stderr.startswith("/nowhere: ")


@pytest.mark.parametrize("words", [["simulate", "/nowhere"], ["simulate", "--config", "/nowhere", "TRACE"], ["simulate"],
                                   ["simulate", "a", "b"], ["simulate", "--bad", "TRACE"]], ids=" ".join)
def test_what_is_not_replayed_has_no_line(home, words):
    """Its JSON is a line for each thing that happens."""
    ran = run(home, *words, "--json")
    assert (ran.returncode, ran.stdout) == (2, "") and ran.stderr


@pytest.mark.parametrize("text", [TRACE.replace("active", "nonsense"), "start 2026-11-20T09:00:00+01:00\n\0", "x\n"])
def test_a_trace_with_a_mistake(home, text):
    (home / "trace").write_text(text)
    for more in ([], ["--json"]):
        ran = run(home, "simulate", "TRACE", *more)
        assert (ran.returncode, ran.stdout) == (2, "") and ran.stderr.startswith(f"{home}/trace:")


@pytest.mark.parametrize("words", [["status"], ["status", "--follow"], ["why"]], ids=" ".join)
def test_no_bus(home, words):
    failure(run(home, *words, "--json"), 3)


def test_what_takes_no_json_says_it_in_words(home):
    """There --json is a mistake like any other; and what follows -- is another program's."""
    for words in (["snooze", "--json"], ["inhibit", "--why", "x", "--", "true", "--json"], ["list", "--", "--json"]):
        ran = run(home, *words)
        assert ran.returncode in (2, 3) and ran.stdout == "" and ran.stderr.startswith("backcarectl: ")


def test_doctor_is_json_also_of_those(home):
    """It is there to say so: for it they are a finding."""
    unreadable(home, "directory")
    ran = run(home, "doctor", "--json")
    assert ran.returncode == 1 and ran.stderr == "" and json.loads(ran.stdout)["problems"] > 0
