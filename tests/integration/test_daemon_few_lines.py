# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that cuts off what goes beyond a few lines, as mako does where nothing is set: what is said for safety fits."""

import pathlib
import re
import sys
import textwrap

import pytest

from support import safety_rules as rules
from support.desk import fast_clock
from support.waiting import wait_for

SERVER = pathlib.Path(__file__).with_name("notifier_server.py")
CATALOGUE = pathlib.Path(__file__).parents[2] / "conf" / "catalogue"
STOP = {"en": "Stop if pain is sharp, rising or spreading, or if you feel dizzy, numb or unwell.",
        "de": "Hör auf, wenn Schmerz sticht, zunimmt oder ausstrahlt, bei Schwindel, Taubheit oder Unwohlsein."}
# mako 1.7: 300 × 100 pixels, a title of one line, Pango's small letters below it.
LINES, WIDTH = 4, 40


@pytest.fixture
def mako(session):
    capabilities = ("body", "body-markup", "actions", "x-dunst-stack-tag")
    session.start([sys.executable, str(SERVER), "--name=mako", *capabilities], "server")
    wait_for(lambda: session.has_owner("org.freedesktop.Notifications"), "the server")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_guide_in_pages(desk, mako, build_dir, language):
    """Caution and stop line alone, before the steps; each drawing takes the place of the one before by the tag."""
    card = rules.read_catalogue(CATALOGUE / "massage.ini")["hands-glute-knuckles"]
    suffix = "" if language == "en" else f"[{language}]"
    desk.configure({"profile": {"language": language, "place": "room"}, "break.stretch": {"after": "6h"}})
    desk.start(environment=fast_clock(build_dir, 10))
    wait_for(lambda: desk.get("Notifier")[0] == "mako", "the server's name")
    desk.ctl("start", "stretch", "--exercise", "hands-glute-knuckles")
    for text in (card["caution" + suffix].strip('"'), STOP[language]):
        shown = desk.bus.wait_notify()
        assert (shown.body, shown.replaces) == (f"<small>{text}</small>", 0)
        assert "image-path" not in shown.hints and shown.hints["x-dunst-stack-tag"] == "backcare"
    shown = desk.bus.wait_notify()
    first, last = shown.body.removeprefix("<small>").removesuffix("</small>").splitlines()
    assert first == card[f"step-1{suffix}"] and re.match("Step 1 of|Schritt 1 von", last)
    assert shown.actions.keys() == {"done", "another", "too-much"}


def shipped():
    cards = {}
    for path in sorted(CATALOGUE.glob("*.ini")):
        cards.update(rules.read_catalogue(path))
    return cards


@pytest.mark.parametrize("language", ["en", "de"])
def test_all_of_it_fits(language):
    suffix = "" if language == "en" else f"[{language}]"
    cautions = [card["caution" + suffix].strip('"') for card in shipped().values() if card.get("caution" + suffix)]
    assert len(cautions) > 40
    assert [text for text in (STOP[language], *cautions) if len(textwrap.wrap(text, WIDTH)) > LINES] == []
