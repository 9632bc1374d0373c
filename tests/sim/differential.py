#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program and the model over the same random traces and compares event by event.

    differential.py --simulate build/backcarectl --short 2000 --day 300 --out failures/

A mismatch is shrunk to a small trace, which is written to --out with its settings and
both outputs.  Exit status 1 on any mismatch (or broken invariant).
"""
import argparse
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import generate
import invariants
from model import simulate
from settings import to_conf
from shrink import shrink
from tracefile import json_line

TOLERANCE = 0.001                # "Rounding below 1 ms is free"
COMMAND = "{program} simulate --config {config} {trace} --json"
TIME_LIMIT = 60                  # seconds for one run of the program


class ProgramFailed(Exception):
    pass


def run_program(command, program, settings, lines, folder):
    """-> the events the program prints"""
    trace, config = os.path.join(folder, "t.trace"), os.path.join(folder, "t.conf")
    with open(trace, "w") as f:
        f.write("\n".join(lines) + "\n")
    with open(config, "w") as f:
        f.write(to_conf(settings))
    words = [w.format(program=program, config=config, trace=trace) for w in shlex.split(command)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise ProgramFailed(f"no end within {TIME_LIMIT} s") from None
    if done.returncode != 0:
        raise ProgramFailed(f"exit status {done.returncode}: {done.stderr.strip()[:2000]}")
    try:
        return [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError as why:
        raise ProgramFailed(f"not JSON lines: {why}") from None


def same_event(expected, got):
    """Each field of the page, times within the tolerance; the program may say more."""
    for key, value in expected.items():
        if key not in got:
            return False
        if key in ("t", "from", "to"):
            if not isinstance(got[key], (int, float)) or abs(value - got[key]) > TOLERANCE:
                return False
        elif value != got[key]:
            return False
    return True


def first_difference(expected, got):
    """Index of the first event that differs; None when all agree."""
    for i, (a, b) in enumerate(zip(expected, got)):
        if not same_event(a, b):
            return i
    return None if len(expected) == len(got) else min(len(expected), len(got))


# A program that counts in microseconds may find an instant a microsecond to this or that
# side of another one, where the exact numbers agree.  Such an output is right as well, but
# only if it is what the model says with counters rounded to microseconds at each return.
ROUNDINGS = {"down": math.floor, "up": math.ceil, "nearest": lambda x: math.floor(x + 0.5)}


def judge(settings, lines, got):
    """-> ("same" | "rounding" | "different", the expected events)"""
    expected = simulate(settings, lines)
    if first_difference(expected, got) is None:
        return "same", expected
    for rounding in ROUNDINGS.values():
        if first_difference(simulate(settings, lines, rounding=rounding), got) is None:
            return "rounding", expected
    return "different", expected


def examine(command, program, settings, lines, folder):
    """-> (verdict, explanation) for one trace"""
    try:
        got = run_program(command, program, settings, lines, folder)
    except ProgramFailed as why:
        return "failed", str(why)
    verdict, expected = judge(settings, lines, got)
    if verdict == "different":
        return verdict, difference_text(expected, got)
    complaints = invariants.check(settings, lines, got)
    if complaints:
        return "invariant", "\n".join(complaints)
    return verdict, ""


def difference_text(expected, got, around=4):
    at = first_difference(expected, got)
    text = []
    for i in range(max(0, at - around), at):
        text.append(f"    {json_line(expected[i])}")
    for i in range(at, at + around):
        if i < len(expected):
            text.append(f"  - {json_line(expected[i])}")
    for i in range(at, at + around):
        if i < len(got):
            text.append(f"  + {json_line(got[i])}")
    return "\n".join(text) + "\n  (- the model, + the program)"


def one_seed(command, program, case):
    """Worker: -> (case, verdict)"""
    kind, seed = case
    settings, lines = generate.KINDS[kind](seed)
    with tempfile.TemporaryDirectory() as folder:
        return case, examine(command, program, settings, lines, folder)[0]


def reduce_case(command, program, case, out):
    """Shrinks a failing case, writes it, and returns a text about it."""
    kind, seed = case
    settings, lines = generate.KINDS[kind](seed)
    with tempfile.TemporaryDirectory() as folder:
        verdict = examine(command, program, settings, lines, folder)[0]

        def fails(s, t):
            return examine(command, program, s, t, folder)[0] == verdict

        settings, lines = shrink(settings, lines, fails)
        verdict, why = examine(command, program, settings, lines, folder)
    os.makedirs(out, exist_ok=True)
    base = os.path.join(out, f"{kind}-{seed}")
    for suffix, text in ((".trace", "\n".join(lines) + "\n"), (".conf", to_conf(settings)),
                         (".txt", f"{verdict}\n{why}\n"),
                         (".json", "".join(json_line(e) + "\n" for e in simulate(settings, lines)))):
        with open(base + suffix, "w") as f:
            f.write(text)
    return f"{kind} {seed}: {verdict}; {base}.trace\n" + "\n".join(lines) + f"\n{why}\n"


def run(program, cases, out, command=COMMAND, workers=2, reduce=3, stop_after=25):
    """-> (counts by verdict, texts about the reduced failures)"""
    counts, failures = {}, []
    with ProcessPoolExecutor(workers) as pool:
        for case, verdict in pool.map(partial(one_seed, command, program), cases, chunksize=20):
            counts[verdict] = counts.get(verdict, 0) + 1
            if verdict not in ("same", "rounding"):
                failures.append(case)
            if len(failures) >= stop_after:
                pool.shutdown(cancel_futures=True)
                break
    return counts, [reduce_case(command, program, case, out) for case in failures[:reduce]]


def make_cases(short, day, year=0, seed=0):
    return ([("short", seed + i) for i in range(short)] + [("day", seed + i) for i in range(day)]
            + [("year", seed + i) for i in range(year)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--simulate", required=True, help="the program, e.g. build/backcarectl")
    parser.add_argument("--command", default=COMMAND, help=f"its command line (default: {COMMAND})")
    parser.add_argument("--short", type=int, default=2000)
    parser.add_argument("--day", type=int, default=300)
    parser.add_argument("--year", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reduce", type=int, default=3, help="how many failures to shrink")
    parser.add_argument("--stop-after", type=int, default=25, help="failures after which to stop")
    parser.add_argument("--out", default="failures")
    args = parser.parse_args()
    cases = make_cases(args.short, args.day, args.year, args.seed)
    counts, texts = run(args.simulate, cases, args.out, args.command, args.workers,
                        args.reduce, args.stop_after)
    for text in texts:
        print(text)
    print(", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())))
    return 0 if set(counts) <= {"same", "rounding"} else 1


if __name__ == "__main__":
    sys.exit(main())
