# SPDX-License-Identifier: GPL-3.0-or-later
"""pytest: the model against hand-worked goldens, and the program against goldens and model.

BACKCARECTL        the program to test (required; without it the tests of the program fail)
SIM_SHORT, SIM_DAY how many random traces of each kind (default 2000 and 300)
SIM_SEED           the first seed (default 0)
SIM_FAILURES       folder for shrunk failures (default: a temporary one)
"""
import json
import os
import pathlib
import subprocess
import sys
import time
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import differential
import generate
import invariants
from model import simulate
from settings import from_conf, to_conf

GOLDEN = sorted(p.stem for p in (HERE / "golden").glob("*.trace"))
# The page names these as not readable, or they are no line of the form it describes.
UNREADABLE = ["10 dance", "abc active", "10 posture lying", "10 cmd dance", "10 idle since=abc",
              "10 cmd snooze abc", "10 inhibit perhaps", "active", "start yesterday"]


def golden(name):
    base = HERE / "golden" / name
    lines = base.with_suffix(".trace").read_text().splitlines()
    conf = base.with_suffix(".conf").read_text()
    expected = [json.loads(line) for line in base.with_suffix(".json").read_text().splitlines()]
    return lines, conf, expected


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("BACKCARECTL")
    if not path:
        pytest.fail("BACKCARECTL must name the program to test")
    if not os.access(path, os.X_OK):
        pytest.fail(f"BACKCARECTL: {path} can't be run")
    return path


def assert_same(expected, got):
    if differential.first_difference(expected, got) is not None:
        pytest.fail(differential.difference_text(expected, got), pytrace=False)


# ---------------------------------------------------------------- the model itself

def test_there_are_goldens():
    assert len(GOLDEN) >= 25


@pytest.mark.parametrize("name", GOLDEN)
def test_model_golden(name):
    lines, conf, expected = golden(name)
    assert_same(expected, simulate(from_conf(conf), lines))


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_keeps_invariants(name):
    lines, conf, expected = golden(name)
    assert invariants.check(from_conf(conf), lines, expected) == []


@pytest.mark.parametrize("kind, count", [("short", 200), ("day", 20)])
def test_model_keeps_invariants(kind, count):
    for seed in range(count):
        settings, lines = generate.KINDS[kind](seed)
        assert invariants.check(settings, lines, simulate(settings, lines)) == [], f"{kind} {seed}"


def test_model_and_generator_are_deterministic():
    for kind in ("short", "day"):
        for seed in range(20):
            settings, lines = generate.KINDS[kind](seed)
            assert (settings, lines) == generate.KINDS[kind](seed)
            assert simulate(settings, lines) == simulate(settings, lines)


def test_settings_survive_the_file():
    for seed in range(100):
        settings, _ = generate.short(seed)
        assert from_conf(to_conf(settings)) == settings


def test_splitting_time_changes_nothing():
    """A line that means nothing (`hold off` of no hold) may come at any time, as often as it likes."""
    for seed in range(60):
        settings, lines = generate.day(seed)
        more, last = [], 0.0
        for line in lines:
            if not line.startswith("start"):
                t = float(line.split()[0])
                if t - last > 2:
                    more.append(f"{round((last + t) / 2, 3)} hold off reason=nothing-of-that-name")
                last = max(last, t)
            more.append(line)
        assert_same(simulate(settings, lines), simulate(settings, more))


# ---------------------------------------------------------------- the program

@pytest.mark.parametrize("name", GOLDEN)
def test_program_golden(program, name):
    base = HERE / "golden" / name
    done = subprocess.run([program, "simulate", "--config", f"{base}.conf", f"{base}.trace", "--json"],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert_same(golden(name)[2], [json.loads(line) for line in done.stdout.splitlines()])


@pytest.mark.parametrize("line", UNREADABLE)
def test_program_refuses_line(program, tmp_path, line):
    """`FILE:LINE: message` on stderr, exit status 2, nothing on stdout."""
    path = tmp_path / "bad.trace"
    path.write_text(f"# a comment\n5 lock\n{line}\n20 end\n")
    conf = HERE / "golden" / "first-prompt.conf"             # never this user's own
    done = subprocess.run([program, "simulate", "--config", str(conf), str(path), "--json"],
                          capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{path}:3: " in done.stderr


def test_program_is_deterministic(program, tmp_path):
    for seed in range(5):
        settings, lines = generate.day(seed)
        runs = [differential.run_program(differential.COMMAND, program, settings, lines, tmp_path)
                for _ in range(2)]
        assert runs[0] == runs[1]


def test_differential(program, tmp_path):
    """The program says what the model says, and keeps the invariants, on random traces."""
    cases = differential.make_cases(int(os.environ.get("SIM_SHORT", "2000")),
                                    int(os.environ.get("SIM_DAY", "300")),
                                    seed=int(os.environ.get("SIM_SEED", "0")))
    out = os.environ.get("SIM_FAILURES") or str(tmp_path / "failures")
    counts, texts = differential.run(program, cases, out)
    if not set(counts) <= {"same", "rounding"}:
        pytest.fail(f"{counts}\n" + "\n".join(texts), pytrace=False)
    # Rounding is an excuse for a rare tie, not for a trend.
    assert counts.get("rounding", 0) <= max(2, len(cases) // 100), counts


def test_three_years(program, tmp_path):
    """Long traces end soon, keep the invariants, and agree."""
    settings, lines = generate.year(1)
    begin = time.monotonic()
    got = differential.run_program(differential.COMMAND, program, settings, lines, tmp_path)
    assert time.monotonic() - begin < 20
    assert invariants.check(settings, lines, got) == []
    verdict, expected = differential.judge(settings, lines, got)
    if verdict == "different":
        pytest.fail(differential.difference_text(expected, got), pytrace=False)
