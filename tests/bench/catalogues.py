# SPDX-License-Identifier: GPL-3.0-or-later
"""What ten thousand exercises cost: loading them, the memory it takes, and one choice among them. They are the shipped
ones over and over, each with an id and a title of its own; once more in one file; once more with every text its own, which
is the worst for the INI library, as it is asked for each different line; and once more with the translations, which are as
many texts again.
Asserts nothing."""

import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXERCISES = 10000
IN_A_FILE = 250
TRANSLATION = re.compile(r"^\S+\[.*\] = .*\n", re.MULTILINE)
TEXTS = re.compile(r"^((?:title|step-\S+|muscles|breath|caution|sources)(?:\[de\])? = )(.*)$", re.MULTILINE)


def shipped():
    """The exercises' sections, each with its header, without what stands above the first one of a file."""
    sections = []
    for path in sorted((ROOT / "conf/catalogue").glob("*.ini")):
        sections += re.split(r"^(?=\[)", path.read_text(), flags=re.MULTILINE)[1:]
    return [section for section in sections if not re.search("^kind = (tip|routine)$", section, re.MULTILINE)]


def with_own_texts(section, number):
    # Short, so that it isn't longer than it was; a cut may go through a pair of quotes.
    return TEXTS.sub(lambda found: f"{found[1]}{re.sub('[^A-Za-z ]', '', found[2])[:24]} {number}", section)


def write_catalogue(directory, own_texts=False, translated=False, in_a_file=IN_A_FILE):
    sections, files = shipped(), {}
    for number in range(EXERCISES):
        section = re.sub(r"^\[.*\]", f"[exercise-{number}]", sections[number % len(sections)])
        section = re.sub(r"^title = .*$", f"title = Exercise {number}", section, flags=re.MULTILINE)
        section = re.sub(r"^title\[(.*)\] = .*$", rf"title[\1] = Nummer {number}", section, flags=re.MULTILINE)
        if not translated:
            section = TRANSLATION.sub("", section)
        if own_texts:
            section = with_own_texts(section, number)
        files.setdefault(number // in_a_file, []).append(section)
    for number, parts in files.items():
        (directory / f"{number:03}.ini").write_text("".join(parts))


def measure(build, runs, **kinds):
    with tempfile.TemporaryDirectory(prefix="backcare-bench-") as name:
        write_catalogue(pathlib.Path(name), **kinds)
        ran = subprocess.run([str(build / "tests/bench/bench-catalogue"), name, str(EXERCISES), str(runs),
                              *(["de"] if kinds.get("translated") else [])], check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    return [int(word) for word in ran.stdout.split()]


def measure_catalogues(build, table, quick):
    runs = 5 if quick else 25
    loading, reading, choice, look, peak, peak_read = measure(build, runs)
    table.row("10,000 exercises loaded; floor: read", loading / 1000, reading / 1000, "under 100 ms", loading < 100000,
              "ms")
    table.row("memory at the most; floor: to read them", peak, peak_read, "at most 16 MiB", peak <= 16384, "KiB")
    table.row("a choice of 10,000; floor: each looked at", choice / 1000, look / 1000, "under 1000 us", choice < 1000000,
              "us")
    loading, reading, *_ = measure(build, runs, in_a_file=EXERCISES)
    table.row("10,000 exercises in one file", loading / 1000, reading / 1000, "under 100 ms", loading < 100000, "ms")
    loading, reading, *_ = measure(build, runs, own_texts=True)
    table.row("10,000 exercises, no line like another", loading / 1000, reading / 1000, "under 200 ms", loading < 200000,
              "ms")
    loading, reading, *_ = measure(build, runs, translated=True)
    table.row("10,000 exercises, read in their translation", loading / 1000, reading / 1000, "under 200 ms",
              loading < 200000, "ms")
