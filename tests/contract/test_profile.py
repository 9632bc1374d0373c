# SPDX-License-Identifier: GPL-3.0-or-later
"""backcarectl profile: shows and changes what suits a person, in one private file, without a daemon."""

import concurrent.futures
import json
import os
import pathlib
import pty
import select
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cli import PATIENCE, PROGRAM, ROOT

from support import safety_rules as rules

STOPPING = rules.TAGS[:16]


class Home:
    def __init__(self, directory):
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(directory), "XDG_DATA_HOME": str(directory / "data"), "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(directory / "config"), "XDG_CONFIG_DIRS": str(directory / "none"),
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
        (directory / "data/backcare").mkdir(parents=True)
        (directory / "data/backcare/catalogue").symlink_to(ROOT / "conf/catalogue")
        self.main = directory / "config/backcare/backcare.conf"
        self.drop_ins = directory / "config/backcare/backcare.conf.d"
        self.file = self.drop_ins / "50-profile.conf"

    def run(self, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment, stdin=subprocess.DEVNULL)

    def good(self, *arguments):
        result = self.run("profile", *arguments)
        assert (result.returncode, result.stderr) == (0, ""), arguments
        return result.stdout

    def bad(self, *arguments):
        """Wrong usage: one line, and nothing is lost."""
        before = self.file.read_text() if self.file.exists() else None
        result = self.run("profile", *arguments)
        assert (result.returncode, result.stdout) == (2, "") and len(result.stderr.splitlines()) == 1, arguments
        assert (self.file.read_text() if self.file.exists() else None) == before
        return result.stderr

    def shown(self):
        return json.loads(self.good("show", "--json"))

    def conditions(self):
        return [c["condition"] for c in self.shown()["conditions"]]

    def write(self, name, text):
        path = self.drop_ins / name if name != "backcare.conf" else self.main
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_nothing_is_there(home):
    shown = home.shown()
    assert shown["conditions"] == shown["tools"] == [] and shown["place"] == "desk" and shown["trimester"] is None
    assert shown["advice"] is None and shown["message"] is None and 0 < shown["suitable"] < shown["exercises"] == 58
    assert f"{shown['suitable']} of 58 exercises suit you" in home.good("show")
    assert not home.main.parent.exists()


def test_only_one_private_file_is_written(home):
    home.good("add-condition", "knee-problem")
    files = [path for path in home.main.parent.rglob("*") if path.is_file()]
    assert files == [home.file] and home.file.stat().st_mode & 0o777 == 0o600
    assert home.drop_ins.stat().st_mode & 0o777 == home.main.parent.stat().st_mode & 0o777 == 0o700
    assert home.run("config", "check").returncode == 0
    home.file.chmod(0o644)
    home.good("set", "place", "room")
    assert home.file.stat().st_mode & 0o777 == 0o600


def test_every_condition_is_explained(home):
    for tag in rules.TAGS:
        out = home.good("add-condition", tag)
        assert out.startswith(f"{tag}: ") and out.endswith(".\n"), tag
        assert ("Suggestions and reminders stop" in out) == (home.shown()["message"] is not None), tag
    shown = home.shown()
    assert [c["tag"] for c in shown["conditions"]] == list(rules.TAGS)
    for condition in shown["conditions"]:
        assert condition["meaning"] and condition["effect"] and condition["meaning"] != condition["tag"]
        assert condition["stops"] == (condition["tag"] in STOPPING)
        assert condition["class"] == ("emergency" if condition["tag"] in STOPPING[:8] else "urgent") or not condition["stops"]
    plain = home.good("show")
    assert all(f"  {tag}: " in plain for tag in rules.TAGS)


def test_more_than_fits_loses_nothing(home):
    """A line of the file ends at 1022 bytes; what does not fit is refused, not cut off."""
    words = [f"{tag}@{region}" for tag in rules.LOCAL for region in rules.REGIONS] + list(rules.TAGS[16:])
    kept = []
    for word in words:
        before = home.file.read_text() if home.file.exists() else ""
        result = home.run("profile", "add-condition", word)
        if result.returncode == 0:
            kept.append(word)
        else:
            assert result.returncode == 1 and "nothing was changed" in result.stderr and home.file.read_text() == before
    assert home.conditions() == kept and len(kept) > 40


def test_what_suits_is_what_list_says(home):
    for arguments in (["add-condition", "osteoporosis"], ["set", "tools", "foam-roller, massage-ball"],
                      ["set", "place", "floor-space"], ["set", "max-intensity", "3"], ["add-condition", "rash@shoulders"]):
        out = home.good(*arguments)
        listed = json.loads(home.run("list", "--json").stdout)
        assert f"{len(listed)} of 58 exercises suit you" in out
        assert home.shown()["suitable"] == len(listed)


def test_add_and_clear(home):
    home.good("add-condition", "Rash@Shoulders")
    home.good("add-condition", "rash@neck")
    home.good("add-condition", "knee-problem")
    text = home.file.read_text()
    assert "set already" in home.good("add-condition", "knee-problem") and home.file.read_text() == text
    assert home.conditions() == ["rash@shoulders", "rash@neck", "knee-problem"]
    home.good("clear-condition", "rash@neck")
    assert home.conditions() == ["rash@shoulders", "knee-problem"]
    assert "was not set" in home.good("clear-condition", "fever")
    home.good("add-condition", "rash@hips")
    home.good("clear-condition", "rash")
    assert home.conditions() == ["knee-problem"]
    home.good("add-condition", "bruise")
    assert "every region" in home.bad("clear-condition", "bruise@neck")
    home.good("clear-condition", "bruise")
    home.good("clear-condition", "knee-problem")
    assert home.conditions() == []


def test_set(home):
    for key, value in (("tools", "foam-roller, massage-ball"), ("place", "floor-space"), ("partner", "yes"),
                       ("focus", "neck"), ("goals", "stress, chronic-ache"), ("pregnancy-due", "2024-02-29"), ("max-intensity", "3"), ("language", "de"),
                       ("emergency-number", "112"), ("advice-number", "+49 (0) 116 117")):
        assert home.good("set", key, value).startswith(f"{key} = {value}\n")
    shown = home.shown()
    assert shown["goals"] == ["stress", "chronic-ache"]
    assert (shown["tools"], shown["place"], shown["partner"], shown["focus"], shown["max_intensity"]) == \
        (["foam-roller", "massage-ball"], "floor-space", True, ["neck"], 3)
    assert (shown["pregnancy_due"], shown["language"], shown["emergency_number"], shown["advice_number"]) == \
        ("2024-02-29", "de", "112", "+49 (0) 116 117")
    home.good("set", "pregnancy-due", "")
    home.good("set", "tools", "none")
    assert home.shown()["pregnancy_due"] is None and home.shown()["tools"] == []


@pytest.mark.parametrize("arguments, named", [
    ([], ""), (["shwo"], "did you mean show"), (["add-condition"], "one condition"), (["show", "x"], "too many"),
    (["add-condition", "osteoporosi"], "did you mean osteoporosis"), (["add-condition", "swimming"], "backcare.conf(5)"),
    (["add-condition", "rash@nek"], "did you mean neck"), (["add-condition", "rash@"], "no region ''"),
    (["add-condition", "fever@neck"], "no region"), (["clear-condition", "feverr"], "did you mean fever"),
    (["add-condition", "fever", "rash"], "one condition"),
    (["set", "place"], "a key and a value"), (["set", "plce", "room"], "did you mean place"),
    (["set", "place", "rom"], "did you mean room"), (["set", "max-intensity", "4"], "max-intensity"),
    (["set", "pregnancy-due", "2027-02-29"], "no such date"), (["set", "conditions", "fever"], "add-condition"),
    (["set", "idle-after", "2min"], "no key"), (["set", "tools", "foam-roller\n[profile]"], "tools"),
    (["add-condition", "rash", "--yes"], "clear-condition"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_wrong_usage(home, arguments, named):
    home.good("add-condition", "wrist-problem")
    assert named in home.bad(*arguments)


@pytest.mark.parametrize("tag", ["fever", "saddle-numbness"])
def test_clearing_a_hold_needs_a_yes(home, tag):
    home.good("add-condition", "knee-problem")
    out = home.good("add-condition", tag)
    assert "BackCare is paused." in out and "exercises suit" not in out
    assert "--yes" in home.bad("clear-condition", tag)
    assert home.shown()["advice"] in ("urgent", "emergency")
    out = home.good("clear-condition", tag, "--yes")
    assert "come again" in out and "max-intensity" in out
    shown = home.shown()
    assert (shown["advice"], shown["message"], shown["max_intensity"]) == (None, None, 1)
    assert home.conditions() == ["knee-problem"]


def test_one_of_two_holds(home):
    home.good("add-condition", "fever")
    home.good("add-condition", "night-pain")
    assert "BackCare is paused." in home.good("clear-condition", "fever", "--yes")
    assert home.shown()["max_intensity"] == 2 and home.conditions() == ["night-pain"]


@pytest.mark.parametrize("answer, cleared", [("y\n", True), ("n\n", False), ("\n", False), ("\x04", False)])
def test_the_question(home, answer, cleared):
    home.good("add-condition", "fever")
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, "profile", "clear-condition", "fever"], env=home.environment, stdin=theirs,
                               stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    try:
        seen = b""
        while b"[y/N]" not in seen:
            assert select.select([ours], [], [], PATIENCE)[0], seen
            seen += os.read(ours, 4096)
        assert b"has it settled?" in seen
        os.write(ours, answer.encode())
        assert process.wait(PATIENCE) == (0 if cleared else 1)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
    assert (home.conditions() == []) == cleared


def test_it_starts_from_what_is_in_force(home):
    home.write("backcare.conf", "[profile]\nconditions = osteoporosis, rash@neck\nplace = room\n")
    home.good("add-condition", "knee-problem")
    assert home.conditions() == ["osteoporosis", "rash@neck", "knee-problem"] and home.shown()["place"] == "room"
    home.good("clear-condition", "osteoporosis")
    assert home.conditions() == ["rash@neck", "knee-problem"]
    assert "osteoporosis" in home.main.read_text()


def test_a_later_file_has_the_last_word(home):
    home.good("add-condition", "wrist-problem")
    later = home.write("60-later.conf", "[profile]\nconditions = rash\n")
    result = home.run("profile", "add-condition", "knee-problem")
    assert (result.returncode, result.stdout) == (1, "") and f"{later}:2: " in result.stderr
    result = home.run("profile", "clear-condition", "rash")
    assert (result.returncode, result.stdout) == (1, "") and f"{later}:2: " in result.stderr
    assert home.conditions() == ["rash"]
    home.good("set", "place", "room")
    # Nothing was lost on the way.
    later.unlink()
    assert home.conditions() == ["wrist-problem", "knee-problem"]


def test_the_rest_of_the_file_stays(home):
    home.write("50-profile.conf", "; mine\n[reminder]\nsnooze = 10min\n\n[Profile]\nPlace = room ; for now\n"
               "conditions = rash   # since May\n\n[hold]\nlimit = 2h\n")
    home.good("add-condition", "knee-problem")
    home.good("set", "place", "floor-space")
    home.good("set", "partner", "yes")
    assert home.file.read_text() == (
        "; mine\n[reminder]\nsnooze = 10min\n\n[Profile]\npartner = yes\nplace = floor-space ; for now\n"
        "conditions = rash, knee-problem   # since May\n\n[hold]\nlimit = 2h\n")


@pytest.mark.parametrize("text", ["[reminder]\nsnooze = 10min", "[profile]", "# nothing", "", "\n\n", "[profile]\r\n"])
def test_any_good_file_will_do(home, text):
    home.write("50-profile.conf", text)
    home.good("add-condition", "knee-problem")
    assert home.conditions() == ["knee-problem"] and home.file.read_text().startswith(text.rstrip())


@pytest.mark.parametrize("text, line", [
    ("[profile]\nconditions = osteoporosi\n", 2), ("[profile]\nplace = room\nmood = good\n", 3), ("[nonsense]\na = b\n", 1),
    ("[profile]\nwhat is this\n", 2), ("[profile]\nplace = room\nplace = desk\n", 3)])
def test_what_is_not_understood_is_not_overwritten(home, text, line):
    home.write("50-profile.conf", text)
    for arguments in (["add-condition", "knee-problem"], ["set", "place", "desk"], ["clear-condition", "rash"]):
        result = home.run("profile", *arguments)
        assert (result.returncode, result.stdout) == (2, "") and f"{home.file}:{line}: " in result.stderr
        assert home.file.read_text() == text
    assert home.run("profile", "show").returncode == 0


def test_a_mistake_elsewhere_is_said(home):
    """It makes the profile doubtful, and that must not go unseen."""
    home.write("backcare.conf", "[profile]\nconditions = osteoporosi\n")
    result = home.run("profile", "add-condition", "rash")
    assert result.returncode == 0 and f"{home.main}:2: " in result.stderr and "No exercise is suggested" in result.stdout
    assert json.loads(home.run("profile", "show", "--json").stdout)["doubtful"] is True


def test_a_link_stays_one(home, tmp_path):
    target = tmp_path / "dotfiles"
    target.write_text("[profile]\nplace = room\n")
    home.drop_ins.mkdir(parents=True)
    home.file.symlink_to(target)
    home.good("add-condition", "rash")
    assert home.file.is_symlink() and "conditions = rash\n" in target.read_text()


def test_nowhere_to_write(home):
    home.main.parent.parent.write_text("no directory")
    result = home.run("profile", "add-condition", "rash")
    assert (result.returncode, result.stdout) == (1, "") and "can't make" in result.stderr


def test_many_at_once_lose_nothing(home):
    tags = rules.TAGS[20:40]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda tag: home.run("profile", "add-condition", tag), tags))
    assert all((r.returncode, r.stderr) == (0, "") for r in results)
    assert set(home.conditions()) == set(tags)


WHOM_TO_ASK = "check with a doctor or physiotherapist before self-massage"


@pytest.mark.parametrize("tag", rules.TAGS)
def test_whom_to_ask_before_massage(home, tag):
    """In full where the profile is shown, and with a massage that is withheld for it; not where a hold says more."""
    home.good("add-condition", tag)
    card = home.run("show", "hands-low-back-circles").stdout
    for text in home.good("show"), card:
        assert (WHOM_TO_ASK in text) == (tag in rules.CONSULT), text
    assert WHOM_TO_ASK not in home.run("show", "neck-turns").stdout
    if tag in rules.CONSULT:
        meaning = next(c["meaning"] for c in home.shown()["conditions"])
        assert f"With {meaning}, {WHOM_TO_ASK}. Here is gentle movement instead: backcarectl list\n" in card


def test_whom_to_ask_of_several(home):
    home.good("add-condition", "disc-problem")
    said = home.good("add-condition", "osteoporosis")
    assert f"With bones that have become thin; a disc problem, {WHOM_TO_ASK}" in said
