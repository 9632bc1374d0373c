# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture in the notification: what a real server receives is a file that exists, of the exercise and no more."""

import configparser
import datetime
import pathlib
import urllib.parse

import pytest

from support.recorder import Shown
from support.waiting import wait_for


@pytest.fixture
def catalogue(source_dir):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for path in sorted((source_dir / "conf" / "catalogue").glob("*.ini")):
        parser.read(path, encoding="utf-8")
    return parser


@pytest.fixture
def pictures(session):
    return session.directory / "data" / "backcare" / "illustrations"


def image(shown):
    """The file that a notification points to, or None."""
    uri = shown.hints.get("image-path")
    if uri is None:
        return None
    assert uri.startswith("file:///")
    return pathlib.Path(urllib.parse.unquote(uri.removeprefix("file://")))


def name(exercise):
    """What the picture is to show: position and first region of an exercise, nothing else."""
    return f"{exercise['position']}-{exercise['regions'].split(',')[0]}"


def prompted(desk):
    """A daemon whose first reminder is on the screen; the notification and the id of its exercise."""
    desk.start()
    shown = desk.bus.wait_notify()
    desk.wait_displayed(1)
    return shown, desk.get("Prompt")[1]


def calls(desk):
    """All notifications so far."""
    return [Shown(m) for m in desk.bus.since(0, "Notify") if m.type == "method_call"]


def test_from_the_reminder_to_the_guide(x_desk, catalogue, pictures):
    x_desk.configure()
    shown, exercise = prompted(x_desk)
    assert image(shown).parent == pictures and image(shown).is_file()
    assert image(shown).stem == name(catalogue[exercise])
    # Another exercise has another picture, or the same where it is of the same position and region.
    for _ in range(3):
        x_desk.choose("Another")
        before, exercise = exercise, x_desk.bus.wait_property("Prompt", lambda p: p[1] != exercise)["Prompt"][1]
        shown = x_desk.bus.wait_notify(lambda m: catalogue[exercise]["title"] in m.body)
        assert before != exercise and image(shown).stem == name(catalogue[exercise]) and image(shown).is_file()
    x_desk.choose("Start")
    guide = x_desk.bus.wait_notify(lambda m: "Step 1 of" in m.body)
    assert image(guide) == image(shown)


def test_nothing_private_in_it(x_desk, catalogue):
    """With conditions and a pregnancy the picture is still one of a position and a region, as for everybody else."""
    due = str(datetime.date.today() + datetime.timedelta(days=40))
    x_desk.configure({"profile": {"conditions": "rash@hips, knee-problem", "pregnancy-due": due, "place": "floor-space"}})
    _, exercise = prompted(x_desk)
    seen = [exercise]
    for _ in range(4):
        x_desk.ctl("another")
        seen.append(x_desk.get("Prompt")[1])
    wait_for(lambda: len(calls(x_desk)) >= len(seen), "a notification of each")
    for exercise, shown in zip(seen, calls(x_desk)):
        assert image(shown).is_file() and image(shown).stem == name(catalogue[exercise])
        hints = str(shown.hints).lower()
        assert not any(word in hints for word in ("rash", "knee-", "pregnan", "trimester", due)), hints


def test_the_position_of_the_steps(x_desk, catalogue):
    """Where the steps for this person say sit, nobody stands in the picture."""
    due = str(datetime.date.today() + datetime.timedelta(days=40))
    x_desk.configure({"profile": {"pregnancy-due": due}})
    x_desk.start()
    x_desk.ctl("start", "--exercise", "hands-low-back-strokes")
    guide = x_desk.bus.wait_notify(lambda m: "Step 1 of" in m.body)
    assert catalogue["hands-low-back-strokes"]["position"] == "standing"
    assert image(guide).stem == "seated-lower-back"


def test_no_picture_no_hint(x_desk, catalogue, pictures):
    pictures.unlink()
    x_desk.configure()
    shown, exercise = prompted(x_desk)
    assert image(shown) is None and catalogue[exercise]["title"] in shown.body
    x_desk.choose("Start")
    assert image(x_desk.bus.wait_notify(lambda m: "Step 1 of" in m.body)) is None


def test_drawings_where_no_png_was_made(x_desk, build_dir, catalogue, pictures):
    pictures.unlink()
    pictures.mkdir()
    for drawing in (build_dir / "conf/illustrations").glob("*.svg"):
        (pictures / drawing.name).symlink_to(drawing)
    x_desk.configure()
    shown, exercise = prompted(x_desk)
    assert image(shown) == pictures / f"{name(catalogue[exercise])}.svg" and image(shown).is_file()
