# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has named a condition or a pregnancy is reminded without an exercise, as long as no rules fit one to them."""

import pytest
from bus_harness import ERROR


@pytest.mark.parametrize("profile", [
    {"conditions": "osteoporosis"},
    {"conditions": "rash@shoulders"},
    {"conditions": "saddle-numbness, severe-pain"},
    {"pregnancy-due": "2027-03-01"},
], ids=["consult", "local", "red", "pregnant"])
def test_reminded_without_an_exercise(x_desk, profile):
    x_desk.configure({"profile": profile})
    x_desk.start_typing()
    x_desk.start()
    shown = x_desk.bus.wait_notify()
    assert "How about a break" in shown.body
    brk, exercise, _, _ = x_desk.get("Prompt")
    assert (brk, exercise) == ("stretch", "")
    for word in " ".join(profile.values()).replace("@", " ").replace(",", " ").split():
        assert word not in shown.body and word not in x_desk.log()
    refused = x_desk.client.refused("Start", "(ssa{sv})", "", "shoulder-rolls", {})
    assert refused.name == ERROR + "NoSuchExercise"
    x_desk.ctl("start")
    x_desk.bus.wait_state("break")


def test_an_exercise_is_back_once_nothing_is_named(x_desk):
    x_desk.configure({"profile": {"conditions": "osteoporosis"}})
    x_desk.start_typing()
    x_desk.start()
    assert "How about" in x_desk.bus.wait_notify().body
    x_desk.configure({})
    x_desk.ctl("reload")
    x_desk.ctl("another")
    assert x_desk.get("Prompt")[1] != ""


@pytest.mark.parametrize("text", [
    "[profile]\nconditions = osteoporosis, wrist-problemm\n",
    "[profile]\ncondition = osteoporosis\n",
    "[profile\nconditions = osteoporosis\n",
    "[profile]\npregnancy-due = 2027-02-30\n",
], ids=["word", "key", "header", "date"])
def test_what_could_not_be_read_may_have_been_a_condition(x_desk, text):
    x_desk.session.configure(x_desk.settings() + text)
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[:2] == ("stretch", "")


def test_an_exercise_that_stands_goes_when_a_condition_is_named(x_desk):
    x_desk.configure({})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[1] != ""
    x_desk.configure({"profile": {"conditions": "osteoporosis"}})
    x_desk.ctl("reload")
    assert x_desk.get("Prompt")[:2] == ("stretch", "")
    assert "How about" in x_desk.bus.wait_notify(lambda shown: "Try" not in shown.body).body
    x_desk.ctl("start")
    assert "no other exercise" in x_desk.ctl("another").stdout


def test_an_exercise_does_not_come_back_with_the_state(x_desk):
    x_desk.configure({})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[1] != ""
    x_desk.crash()
    x_desk.configure({"profile": {"pregnancy-due": "2027-03-01"}})
    x_desk.start()
    assert x_desk.get("Prompt")[:2] == ("stretch", "")


def test_an_edit_that_can_not_be_read_may_have_named_a_condition(x_desk):
    """The settings stay as they were, but nothing is proposed any more until the edit is mended."""
    x_desk.configure({})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait_state("due")
    assert x_desk.get("Prompt")[1] != ""
    x_desk.configure({"profile": {"conditions": "osteoporosi"}})
    assert x_desk.ctl("reload", check=False).returncode == 4
    assert x_desk.get("Prompt")[:2] == ("stretch", "")
    x_desk.configure({})
    x_desk.ctl("reload")
    x_desk.ctl("another")
    assert x_desk.get("Prompt")[1] != ""
