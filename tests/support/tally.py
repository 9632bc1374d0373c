#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the results of meson tests (testlog.json) and pytest (JUnit XML): the line `N passed, N failed`.

Ends with status 1 if anything failed, if nothing ran, if a result file is missing or broken, and in CI if a test was
skipped. Knows nothing of what was tested.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

CMOCKA_RAN = re.compile(r"^\[=+\] (?:\S+: )?(\d+) test\(s\) run\.", re.MULTILINE)
CMOCKA_FAILED = re.compile(r"^\[  FAILED  \] (?:\S+: )?(\d+) test\(s\), listed below", re.MULTILINE)


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def meson(self, path):
        """One program a line; a cmocka program counts by its cases."""
        for line in path.read_text().splitlines():
            result = json.loads(line)
            name = f"{path.parent.parent.name}: {result['name']}"
            output = result.get("stdout", "") + result.get("stderr", "")
            ran = sum(map(int, CMOCKA_RAN.findall(output)))
            bad = sum(map(int, CMOCKA_FAILED.findall(output)))
            if result["result"] in ("OK", "EXPECTEDFAIL"):
                self.passed += max(ran, 1)
            elif result["result"] == "SKIP":
                self.skipped.append(name)
            else:
                # A crash or a time-out has no count of its own: the program is one failure.
                self.failed += [f"{name} ({result['result']})"] * max(bad, 1)
                self.passed += max(ran - max(bad, 1), 0)

    def junit(self, path):
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            name = f"{path.stem}: {case.get('classname')}.{case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(name)
            elif case.find("skipped") is not None:
                self.skipped.append(name)
            else:
                self.passed += 1

    def line(self, path):
        """What another part of the checks has counted: a file with `N passed, N failed`."""
        counted = re.search(r"^(\d+) passed, (\d+) failed$", path.read_text(), re.MULTILINE)
        if not counted:
            raise ValueError("no line 'N passed, N failed'")
        self.passed += int(counted[1])
        self.failed += [path.stem] * int(counted[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE",
                        help="testlog.json, junit .xml, or a .count file with a closing line")
    tally = Tally()
    for path in parser.parse_args().files:
        read = {".json": tally.meson, ".xml": tally.junit}.get(path.suffix, tally.line)
        try:
            read(path)
        except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
            tally.failed.append(f"{path}: no results to read ({error})")
    for name in tally.skipped:
        print(f"skipped: {name}")
    if os.environ.get("CI") == "true":
        tally.failed += [f"{name} (skipped)" for name in tally.skipped]
    for name in tally.failed:
        print(f"failed: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
