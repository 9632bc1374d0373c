# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of exercises, as they are built and installed: all of them, sound, and each a different one."""

import pathlib
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zlib

import pytest
from gi.repository import GLib

SVG = "{http://www.w3.org/2000/svg}"


def words(source_dir, name):
    """A closed vocabulary of the catalogue, from where it is written down."""
    text = (source_dir / "daemon/catalogue/vocabulary.c").read_text()
    return re.findall(r'"([a-z-]+)"', re.search(rf"{name}\[\] = {{(.*?)}};", text, re.DOTALL)[1])


@pytest.fixture(scope="module")
def names(source_dir):
    return {f"{position}-{region}" for position in words(source_dir, "catalogue_positions")
            for region in words(source_dir, "catalogue_regions")}


@pytest.fixture(scope="module")
def drawings(source_dir):
    return sorted((source_dir / "conf/illustrations").glob("*.svg"))


@pytest.fixture(scope="module")
def pictures(build_dir):
    return build_dir / "conf/illustrations"


def test_one_drawing_a_position(source_dir, drawings):
    assert sorted(path.stem for path in drawings) == sorted(words(source_dir, "catalogue_positions"))


def test_one_picture_a_position_and_region(pictures, names):
    assert len(names) == 45
    assert {path.stem for path in pictures.glob("*.svg")} == names
    assert {path.stem for path in pictures.glob("*.png")} in (names, set())
    assert not shutil.which("rsvg-convert") or list(pictures.glob("*.png")), "they could have been made"


def test_installed(installed, names):
    found = [path for path in installed.rglob("illustrations/*") if path.parent.parent.name == "backcare"]
    assert {path.stem for path in found if path.suffix == ".svg"} == names
    assert {path.parent.parent / "catalogue" for path in found} == {path.parent for path in installed.rglob("stretch.ini")}, \
        "the program looks for them beside the catalogue"


def test_desktop_entry(source_dir, installed):
    """Where servers find the name and the icon of who shows a notification, by the hint that goes with each."""
    popup = (source_dir / "daemon/notifier/popup.c").read_text()
    hint, icon_name = (re.search(rf'^#define {name} "(.*)"', popup, re.MULTILINE)[1] for name in ("DESKTOP_ENTRY", "ICON"))
    entry = GLib.KeyFile()
    path, = installed.rglob(f"applications/{hint}.desktop")
    assert entry.load_from_file(str(path), GLib.KeyFileFlags.KEEP_TRANSLATIONS)
    get = lambda key, language=None: entry.get_locale_string("Desktop Entry", key, language)
    assert (get("Type"), get("Name"), get("NoDisplay")) == ("Application", "BackCare", "true")
    assert get("Comment") != get("Comment", "de")
    icon, = installed.rglob(f"icons/hicolor/scalable/apps/{icon_name}.svg")
    assert get("Icon") == icon_name
    assert icon.resolve().name in {p.name for p in installed.rglob("illustrations/*.svg")}
    assert list(installed.rglob(f"bin/{get('Exec').split()[0]}"))


def test_sound_xml(pictures, drawings):
    files = [*drawings, *sorted(pictures.glob("*.svg"))]
    ran = subprocess.run(["xmllint", "--nonet", "--noout", *files], capture_output=True, text=True)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr


def test_what_is_in_them(pictures):
    """Shapes only: no text, nothing that runs or is fetched; and of the regions the one of the name."""
    for path in sorted(pictures.glob("*.svg")):
        root = ElementTree.parse(path).getroot()
        kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert kinds <= {"svg", "g", "rect", "path", "circle", "use"}, path
        links = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
        assert set(links) <= {"#figure"}, path
        marks, = (group for group in root.iter(f"{SVG}g") if group.get("id") == "regions")
        region = marks[0].get("id")
        assert len(marks) == 1 and path.stem.endswith(f"-{region}"), path


def test_all_differ(pictures):
    for suffix in ("svg", "png"):
        files = list(pictures.glob(f"*.{suffix}"))
        assert len({path.read_bytes() for path in files}) == len(files)


def rows(path):
    """The pixels of a PNG with 8 bits a channel, as lists of (red, green, blue, alpha)."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            *size, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert (depth, colour) == (8, 6), "eight bits, with transparency"
        elif kind == b"IDAT":
            packed += chunk
        at += length + 12
    width, height = size
    raw, stride, above = zlib.decompress(packed), width * 4, bytes(width * 4)
    for y in range(height):
        rule, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, up, corner = (line[i - 4] if i >= 4 else 0), above[i], (above[i - 4] if i >= 4 else 0)
            guess = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, guess)[rule]) & 255
        yield [tuple(line[i:i + 4]) for i in range(0, stride, 4)]
        above = bytes(line)


def luminance(colour):
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("size", [48, 256])
def test_legible(pictures, tmp_path, size):
    """At this size figure and mark are seen, and told apart from each other and from their tile, by lightness alone. The
    tile is opaque, so that it is all the same what is behind it."""
    tile, figure, mark = (0xfd, 0xf1, 0xe2), (0x2b, 0x4c, 0x5c), (0xff, 0x6b, 0x1a)
    assert contrast(figure, tile) > 4.5 and contrast(figure, mark) > 3 and contrast(mark, tile) > 2
    for name in ("seated-neck", "standing-mid-back", "kneeling-hamstrings", "floor-supine-upper-back", "floor-side-neck"):
        path = tmp_path / f"{name}.png"
        subprocess.run(["rsvg-convert", f"--width={size}", f"--height={size}", f"--output={path}",
                        pictures / f"{name}.svg"], check=True)
        pixels = [pixel for row in rows(path) for pixel in row]
        assert len(pixels) == size * size
        share = {which: sum(pixel == (*colour, 255) for pixel in pixels) / len(pixels)
                 for which, colour in (("figure", figure), ("mark", mark))}
        assert share["mark"] > 0.004 and share["figure"] > 0.08, (name, share)
        assert sum(pixel[3] == 255 for pixel in pixels) / len(pixels) > 0.9, name


def test_png_size(pictures):
    for path in pictures.glob("*.png"):
        assert struct.unpack(">II", path.read_bytes()[16:24]) == (256, 256), path


def test_a_drawing_that_lacks_a_region(source_dir, drawings, tmp_path):
    ran = subprocess.run([sys.executable, source_dir / "conf/illustrations/illustrate.py", tmp_path, "", "elbow",
                          drawings[0]], capture_output=True, text=True)
    assert ran.returncode != 0 and "elbow" in ran.stderr
    assert not list(pathlib.Path(tmp_path).iterdir())
