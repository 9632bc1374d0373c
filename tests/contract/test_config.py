# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped settings file equals what the table says, and `backcarectl config` does what interface.md says."""
import json
import os
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest

CONFIG = os.environ["BACKCARE_CONFIG"]
GEN = os.environ["BACKCARE_CONF_GEN"]
SOURCE = Path(os.environ["BACKCARE_SOURCE"])
SHIPPED = SOURCE / "conf" / "backcare.conf"


class Home:
    """A home of settings of its own, and the verb run in it."""

    def __init__(self, root):
        self.root = root
        self.dir = root / "home" / "backcare"
        self.file = self.dir / "backcare.conf"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(root), "XDG_CONFIG_HOME": str(root / "home"),
                    "XDG_CONFIG_DIRS": str(root / "etc"), "LC_ALL": "C.UTF-8"}
        # A sanitizer says what it found by them.
        self.env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})

    def put(self, text, file=None):
        file = file or self.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run(self, *args, **env):
        answers = env.pop("answers", "")
        return subprocess.run([CONFIG, "config", *map(str, args)], input=answers, text=True, capture_output=True,
                              env={**self.env, **env}, timeout=20)

    def editor(self, *texts):
        """An editor that writes one text after the other, and says what it was given first."""
        script = self.root / "editor.sh"
        for i, text in enumerate(texts):
            (self.root / f"edit-{i}").write_text(text)
        script.write_text(f"""#!/bin/sh
n=$(cat "{self.root}/count" 2>/dev/null || echo 0)
[ "$n" = 0 ] && cp "$1" "{self.root}/first"
stat -c %a "$1" >"{self.root}/mode"
dirname "$1" >"{self.root}/where"
cat "{self.root}/edit-$n" >"$1"
echo $((n + 1)) >"{self.root}/count"
""")
        script.chmod(0o755)
        return str(script)

    def leftovers(self):
        return sorted(p.name for p in self.dir.iterdir() if p.name != "backcare.conf")


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def generated(*args):
    return subprocess.run([GEN, *args], capture_output=True, text=True, check=True, timeout=20).stdout


def uncommented(text):
    """Only settings and headers, with the settings switched on: "#key = value" is one, "# text" is not."""
    lines = []
    for line in text.splitlines():
        if re.match(r"#[a-z]", line):
            lines.append(line[1:])
        elif line.startswith("["):
            lines.append(line)
    return "\n".join(lines) + "\n"


def test_shipped_file_is_that_of_the_table():
    assert SHIPPED.read_text() == generated("default")


def test_shipped_file_is_good_as_it_is(home):
    done = home.run("check", SHIPPED)
    assert (done.returncode, done.stderr) == (0, "")


def test_shipped_file_without_comments_gives_the_defaults(home):
    defaults = home.run("show").stdout
    text = uncommented(SHIPPED.read_text())
    assert text.count("=") > 40
    home.put(text)
    done = home.run("show")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == defaults


def test_every_line_of_the_shipped_file_is_needed_in_show(home):
    """What show prints has the same keys as the shipped file, in the same order."""
    def keys(text):
        return [line.split("=")[0].strip() for line in text.splitlines() if line and line[0] != "#"]
    assert keys(home.run("show").stdout) == keys(uncommented(SHIPPED.read_text()))


def test_manual_names_every_key_with_default():
    manual = generated("manual", str(SOURCE / "conf" / "backcare.conf.5.scd"))
    assert "@SETTINGS@" not in manual
    for line in uncommented(SHIPPED.read_text()).splitlines():
        if "=" in line:
            assert f"\n*{line.split('=')[0].strip()}*\n" in manual
    assert manual.count("Default: ") == manual.count("\n*") - manual.count("\n*backcarectl")


def test_check_without_files(home):
    done = home.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "defaults hold" in done.stdout


def test_check_says_all_mistakes_at_once(home):
    etc = home.put("[activity]\nidle-after = 120\n[hold]\n", home.root / "etc" / "backcare" / "backcare.conf")
    home.put("[reminder]\nsnoze = 5min\nurgency = loud\nurgency = low\n")
    done = home.run("check")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{etc}:2: [activity].idle-after: 120: no unit: say min or s, as in 120min",
        f"{home.file}:4: [reminder].urgency: is set twice; the first time in line 3",
        f"{home.file}:2: [reminder].snoze: unknown key; did you mean snooze? Valid: snooze, snooze-limit, repeat, "
        "repeat-limit, merge, urgency, sound, actions, timeout",
        f"{home.file}:3: [reminder].urgency: loud: no such choice; did you mean low? Valid: low, normal, critical",
    ]


def test_check_one_file(home):
    home.put("broken\n")
    good = home.put("[reminder]\nsnooze = 7min\n", home.root / "good")
    done = home.run("check", good)
    assert (done.returncode, done.stderr) == (0, "")
    assert home.run("check", home.file).returncode == 1


def test_warning_is_no_mistake(home):
    home.put("[hold]\ncamera = no\n[hold]\nlimit = 5min\n")
    done = home.run("check")
    assert done.returncode == 0
    assert done.stderr == f"{home.file}:3: warning: [hold]: this section began in line 1 already and goes on here\n"


@pytest.mark.parametrize("make", ["missing", "directory", "fifo", "link"])
def test_unreadable_input(home, make):
    path = home.root / "x"
    if make == "directory":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "link":
        path.symlink_to("nothing")
    done = home.run("check", path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"{path}: ")


@pytest.mark.parametrize("args", [[], ["chekc"], ["check", "a", "b"], ["show", "x"], ["path", "--json"],
                                  ["show", "--xml"], ["edit", "x"]])
def test_wrong_usage(home, args):
    done = home.run(*args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    if args == ["chekc"]:
        assert "did you mean check?" in done.stderr


def test_help(home):
    done = home.run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "config edit" in done.stdout


def test_path(home):
    assert home.run("path").stdout == f"{home.file}\n"


def test_show_reads_back(home):
    home.put("[activity]\nidle-after = 90s\n[break.eyes]\nafter = 20min\nlength = 1min\n[schedule]\n"
             "Mon-Fri = 09:00-12:30, 22:00-02:00\n[profile]\nconditions = rash@neck\n")
    first = home.run("show")
    assert (first.returncode, first.stderr) == (0, "")
    assert "\nconditions = rash@neck\n" in first.stdout
    home.put(first.stdout)
    assert home.run("show").stdout == first.stdout


def test_show_json(home):
    home.put("[activity]\nidle-after = 90s\nidle-after-prompt = 1.5s\n[break.eyes]\nafter = 20min\nlength = 1min\n"
             "[reminder]\ntimeout = never\nactions = none\nsound = bell\n[schedule]\nTue = 09:00-12:30, 22:00-02:00\n"
             "[profile]\ntools = foam-roller\npregnancy-due = 2027-03-01\n[history]\nkeep = 1d\n")
    done = home.run("show", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert list(shown) == ["activity", "breaks", "reminder", "schedule", "hold", "profile", "history"]
    assert shown["activity"] == {"source": "auto", "idle_after_seconds": 90, "idle_after_prompt_seconds": 1.5,
                                 "passive_sitting": True, "passive_limit_seconds": 3600,
                                 "standing_rate_percent": 50}
    assert [b["name"] for b in shown["breaks"]] == ["stretch", "walk", "eyes"]
    assert shown["breaks"][1] == {"name": "walk", "after_seconds": 5400, "length_seconds": 600,
                                  "kinds": ["mobility"], "enabled": True}
    assert shown["reminder"]["timeout_seconds"] == "never"
    assert shown["reminder"]["actions"] == []
    assert shown["reminder"]["sound"] == "bell"
    assert shown["schedule"]["wind_down"] is None
    assert shown["schedule"]["days"]["tue"] == "09:00-12:30, 22:00-02:00"
    assert shown["schedule"]["days"]["mon"] == ""
    assert shown["profile"]["tools"] == ["foam-roller"]
    assert shown["profile"]["pregnancy_due"] == "2027-03-01"
    assert shown["profile"]["emergency_number"] is None
    assert shown["history"]["keep_seconds"] == 86400


def test_show_json_is_valid_with_mistakes(home):
    home.put("[reminder]\nsnooze = x\n")
    done = home.run("show", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["reminder"]["snooze_seconds"] == 300
    assert "[reminder].snooze: x: " in done.stderr


def test_edit_makes_the_first_file(home):
    done = home.run("edit", EDITOR=home.editor("[reminder]\nsnooze = 7min\n"))
    assert done.returncode == 0, done.stderr
    assert (home.root / "first").read_text() == SHIPPED.read_text()
    assert home.file.read_text() == "[reminder]\nsnooze = 7min\n"
    assert stat.S_IMODE(home.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.dir.stat().st_mode) == 0o700
    assert (home.root / "mode").read_text() == "600\n"
    assert (home.root / "where").read_text() == f"{home.dir}\n"
    assert home.leftovers() == []


def test_edit_without_a_change_makes_no_file(home):
    done = home.run("edit", EDITOR="true")
    assert done.returncode == 0
    assert "nothing changed" in done.stderr
    assert not home.file.exists()
    assert home.leftovers() == []


def test_edit_keeps_asking(home):
    home.put("[reminder]\nsnooze = 6min\n")
    home.file.chmod(0o640)
    done = home.run("edit", VISUAL=home.editor("[reminder]\nsnooze = 7\n", "[reminder\n", "[reminder]\nsnooze = 8min\n"),
                    EDITOR="false", answers="y\n\n")
    assert done.returncode == 0, done.stderr
    assert f"{home.file}:2: [reminder].snooze: 7: no unit" in done.stderr
    assert f"{home.file}:1: the section header has no ']'" in done.stderr
    assert ".backcare-" not in done.stderr
    assert home.file.read_text() == "[reminder]\nsnooze = 8min\n"
    assert stat.S_IMODE(home.file.stat().st_mode) == 0o640
    assert home.leftovers() == []


@pytest.mark.parametrize("answers", ["n\n", "", "what\nn\n"])
def test_edit_given_up(home, answers):
    home.put("[reminder]\nsnooze = 6min\n")
    done = home.run("edit", EDITOR=home.editor("broken\n"), answers=answers)
    assert done.returncode == 1
    assert home.file.read_text() == "[reminder]\nsnooze = 6min\n"
    assert home.leftovers() == []


def test_edit_with_a_failing_editor(home):
    home.put("[reminder]\nsnooze = 6min\n")
    done = home.run("edit", EDITOR="false")
    assert done.returncode == 1
    assert "the editor (false) failed" in done.stderr
    assert home.file.read_text() == "[reminder]\nsnooze = 6min\n"
    assert home.leftovers() == []


def test_edit_with_arguments_of_the_editor(home):
    home.put("[reminder]\nsnooze = 6min\n")
    assert home.run("edit", EDITOR="sed -i -e 's/6 *min/9min/'").returncode == 0
    assert home.file.read_text() == "[reminder]\nsnooze = 9min\n"


def test_edit_writes_through_a_link(home):
    real = home.put("[reminder]\nsnooze = 6min\n", home.root / "dotfiles" / "bc")
    home.dir.mkdir(parents=True)
    home.file.symlink_to(real)
    done = home.run("edit", EDITOR=home.editor("[reminder]\nsnooze = 7min\n"))
    assert done.returncode == 0, done.stderr
    assert home.file.is_symlink()
    assert real.read_text() == "[reminder]\nsnooze = 7min\n"
    assert [p.name for p in real.parent.iterdir()] == ["bc"]


def test_edit_sees_the_other_layers(home):
    """A break of the administrator's needs no second length; a clash with a drop-in is this edit's mistake;
    an old mistake of another file is not."""
    home.put("[break.eyes]\nafter = 20min\nlength = 1min\n[hold]\ncamera = perhaps\n",
             home.root / "etc" / "backcare" / "backcare.conf")
    drop_in = home.put("[activity]\nidle-after-prompt = 30s\n", home.dir / "backcare.conf.d" / "50.conf")
    done = home.run("edit", EDITOR=home.editor("[break.eyes]\nafter = 25min\n"))
    assert done.returncode == 0, done.stderr
    (home.root / "count").unlink()
    done = home.run("edit", EDITOR=home.editor("[activity]\nidle-after = 10s\n"), answers="n\n")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{drop_in}:2: [activity].idle-after-prompt: 30s: must be at most idle-after "
                                  f"(10s, {home.file}:2)\n")


def test_edit_ended_by_a_signal(home):
    home.put("[reminder]\nsnooze = 6min\n")
    process = subprocess.Popen([CONFIG, "config", "edit"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True,
                               env={**home.env, "EDITOR": home.editor("broken\n")})
    try:
        seen = ""
        while "[Y/n]" not in seen:
            char = process.stderr.read(1)
            assert char, seen
            seen += char
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 1
    finally:
        process.kill()
        process.communicate()
    assert home.file.read_text() == "[reminder]\nsnooze = 6min\n"
    assert home.leftovers() == []
