# SPDX-License-Identifier: GPL-3.0-or-later
"""The activity module as a process: what it reports, line by line, and commands to it (see source-driver.c)."""

import os
import pathlib
import queue
import re
import subprocess
import threading
import time

from support import process
from support.waiting import SLOWNESS, Timeout, wait_for

SEC = 1000000


class Line:
    """`idle t=1 since=2` as .word and .values; a line of another form has its text only."""

    def __init__(self, text):
        self.text = text
        self.word = text.split(" ", 1)[0]
        self.values = {key: int(value) for key, value in re.findall(r"(\w+)=(-?\d+)(?= |$)", text)}

    def __repr__(self):
        return self.text


class Probe:
    """`with Probe(argv, environment) as probe:` runs the driver; it ends with its input."""

    def __init__(self, argv, environment):
        self.process = process.start([str(a) for a in argv], env=environment, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _read(self):
        for text in self.process.stdout:
            self.lines.put(Line(text.rstrip("\n")))

    def close(self):
        """Ends it; a crash or a sanitizer's complaint at its end is a failure."""
        if self.process.stdin.closed:
            return
        self.process.stdin.close()
        try:
            status = self.process.wait(10 * SLOWNESS)
        except subprocess.TimeoutExpired:
            process.end(self.process, seconds=0)
            raise
        self.reader.join()
        self.process.stdout.close()
        assert status == 0, f"the driver ended with status {status}"

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, *words, seconds=10.0):
        """The next line that begins with one of @words; those before it are passed over, into .passed."""
        end = time.monotonic() + seconds * SLOWNESS
        self.passed = []
        while True:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                raise Timeout(f"no {' or '.join(words)} within {seconds * SLOWNESS:g} s; "
                              f"so far: {self.seen}") from None
            self.seen.append(line)
            if line.word in words:
                return line
            self.passed.append(line)

    def settled(self):
        """All lines that were still to come when this is called: commands are answered in order."""
        self.say("now")
        self.now = self.wait("now").values["t"]
        return [line for line in self.passed if line.word != "changed"]

    def clock(self):
        self.settled()
        return self.now

    def sources(self):
        """{name: (status, detail)}"""
        self.say("describe")
        self.wait("described")
        rows = [line.text.split(" ", 3) for line in self.passed if line.word == "source"]
        return {name: (status, detail) for _, name, status, detail in rows}

    def wait_source(self, name, condition, seconds=10.0):
        """Until @condition(status, detail) of that source, looking whenever the module says it changed."""
        end = time.monotonic() + seconds * SLOWNESS
        while not condition(*(row := self.sources()[name])):
            if any(line.word == "changed" for line in self.passed):
                continue
            left = end - time.monotonic()
            if left <= 0:
                raise Timeout(f"{name} stays {row}")
            self.wait("changed", seconds=left / SLOWNESS)
        return row

    def switches(self):
        """How often it has gone to sleep of its own accord, that is, to wait for something; with the present
        time, as it is waited for."""
        def waiting():
            text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            return text if re.search(r"^State:\s*S", text, re.M) else None

        status = wait_for(waiting, "the driver at rest", step=0.01)
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.M).group(1))


def private_kilobytes(probe):
    """The memory that it has to itself."""
    text = pathlib.Path(f"/proc/{probe.process.pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s*(\d+)", text, re.M).group(1))


def descriptors(probe):
    """How many it has open."""
    return len(os.listdir(f"/proc/{probe.process.pid}/fd"))


def sanitized(driver):
    """Whether its memory says nothing, as the address sanitizer keeps what is freed."""
    return "ASAN_OPTIONS" in os.environ or b"__asan_init" in pathlib.Path(driver).read_bytes()
