# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the seed coverage table has its home in the program, and the home does its job."""

import pathlib
import re
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1])]
from coverage_rows import ROWS
from support import coverage
from support.coverage import ROOT, Program

DISCLAIMER = ("BackCare offers general movement and self-massage ideas for adults. It does not diagnose or treat, and it "
              "does not replace a health professional. If you are pregnant, have a condition, or are unsure, ask one "
              "first. Stop if anything hurts or feels wrong.")
HOMES = {"EX", "TIP", "RULE", "RED", "SCHED", "CFG", "NOT"}
# What the design gives more than one home, or another than an exercise; all others are exercises.
GIVEN = {
    "TIP": "1 16 20 21 26 38 40 44 46 47 49 50 115 116 117 136", "EX CFG": "3", "NOT": """5 11 15 29 30 39 43 48 67 85 119
    142""", "RED NOT": "6", "RULE": """7 8 10 12 34 57 58 65 86 93 94 95 96 97 98 99 100 101 102 103 104 122 123 133 134""",
    "RULE SCHED": "9", "SCHED": "13 19 35 41 89 92 111 135 139", "TIP SCHED": "14 18", "CFG EX": "22 23 59 60 61 62 84",
    "CFG": "27 28 88 118 141", "EX SCHED": "31 42 131", "NOT EX": "32 68 70", "RED": "45 105 106 107 108 109 110 137 138",
    "TIP CFG": "51", "TIP RULE": "87", "CFG SCHED": "90 91", "EX TIP": "114 140", "CFG RULE": "124",
}
HOME_OF = {int(number): set(homes.split()) for homes, numbers in GIVEN.items() for number in numbers.split()}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return Program(tmp_path_factory.mktemp("coverage"))


def test_every_row_is_there():
    assert [number for number, _, _ in ROWS] == list(range(1, 143))
    for number, item, homes in ROWS:
        assert item and set(homes) == HOME_OF.get(number, {"EX"}) and all(homes.values()), number
        assert set(homes) <= HOMES


@pytest.mark.parametrize("number, item, homes", ROWS, ids=[f"{number}-{item}" for number, item, _ in ROWS])
def test_it_has_its_home(program, number, item, homes):
    missing = []
    for home, checks in homes.items():
        for check in checks:
            try:
                check(program)
            except AssertionError as error:
                missing.append(f"{home}: {error}")
    assert not missing, f"row {number}, {item}:\n" + "\n".join(missing)


def test_a_home_that_is_not_there_is_noticed(program):
    """The checks themselves: what is not there does not pass for being there."""
    for check in (coverage.ex("no-such"), coverage.ex("bird-dog", "trampoline"), coverage.ex("bird-dog", kind="massage"),
                  coverage.ex("wall-roller-low-back-side"), coverage.tip("tip-no-such"), coverage.tip("tip-heat", "ice"),
                  coverage.tip("tip-heat", conditions="neck-problem"), coverage.bars("knee-problem", "neck-turns"),
                  coverage.consult("knee-problem"), coverage.only_calm("osteoporosis"), coverage.nowhere("breath"),
                  coverage.hold("osteoporosis", "urgent", "doctor"), coverage.hold("fever", "emergency", "doctor"),
                  coverage.refused("hold", hold="20s"), coverage.setting("history", "keep", "1y"),
                  coverage.default("profile", "place", "room"), coverage.unit("diary", "no_such_test"),
                  coverage.simulated("", "0 active\n900 end\n", "1800 prompt stretch"),
                  coverage.tested("contract/test_list.py", "test_no_such"), coverage.routine("no-such"),
                  coverage.card("no such line", "bird-dog"), coverage.local("rash", {"stretch"}, set())):
        with pytest.raises((AssertionError, AttributeError)):
            check(program)


def flat(text):
    return re.sub(r"\s+", " ", text)


def test_disclaimer():
    """In full where people look for it: the README, a manual page, and the doctor."""
    assert DISCLAIMER in flat((ROOT / "README.md").read_text())
    assert DISCLAIMER in flat((ROOT / "cli/backcarectl.1.scd").read_text())
    assert DISCLAIMER in "".join(re.findall(r'"(.*)"', (ROOT / "po/de.po").read_text(encoding="utf-8")))


def test_first_run(program):
    coverage.tested("integration/test_daemon_choice.py", "test_first_run")(program)


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["plain", "json"])
def test_disclaimer_of_the_doctor(program, arguments):
    ran = program.run("doctor", *arguments)
    assert DISCLAIMER in flat(ran.stdout), ran.stdout
    if not arguments:
        assert flat(ran.stdout).rstrip().endswith(DISCLAIMER) and max(map(len, ran.stdout.splitlines()[-4:])) <= 80
