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
