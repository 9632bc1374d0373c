# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties: their values, one PropertiesChanged for a transition, none without one; signals; the name."""

import pytest
from bus_fixtures import client, driver, private_bus  # noqa: F401
from bus_harness import (INVALID_ARGS, MANAGER, MIN, NEVER, PROPERTIES, SEC, BusError, Client, Driver, GLib)

LOG_PATH = "/org/freedesktop/LogControl1"
LOG = "org.freedesktop.LogControl1"


def test_values_when_there_is_nothing(client):
    values = client.get_all()
    assert values.pop("Version")
    assert values.pop("StateSinceUSec") > 0
    assert values == {
        "State": "active", "Reason": "", "Breaks": [], "Prompt": ("", "", 0, 0), "NextBreak": "",
        "NextPromptUSec": NEVER, "SnoozedUntilUSec": 0, "PausedUntilUSec": 0, "Posture": "sitting", "Sources": [],
        "Notifier": ("", "", []),
    }


def set_all(driver):
    driver.say("offset", 1000 * SEC)
    driver.say("state", "due", 5 * SEC)
    driver.say("reason", "microphone in use")
    driver.say("posture", "standing")
    driver.say("prompt", "stretch", "cat-cow", 6 * SEC, 2)
    driver.say("next", "walk", 70 * SEC)
    driver.say("snoozed", 80 * SEC)
    driver.say("paused", "inf")
    driver.say("break", 0, "stretch", 30 * MIN, 3 * MIN, 31 * MIN, 100 * SEC, 40 * SEC, 1)
    driver.say("break", 1, "hidden", 30 * MIN, 3 * MIN, 0, 0, "inf", 0)
    driver.say("break", 2, "walk", 90 * MIN, 10 * MIN, 20 * MIN, 100 * SEC, "inf", 1)
    driver.say("breaks", 3)
    driver.say("source", 0, "wayland", "unavailable", "no compositor")
    driver.say("source", 1, "x11", "active", "")
    driver.say("sources", 2)
    driver.say("notifier", "dunst", "1.9", "actions", "body")


ALL = {
    "State": "due", "Reason": "microphone in use", "StateSinceUSec": 1005 * SEC, "Posture": "standing",
    "Prompt": ("stretch", "cat-cow", 1006 * SEC, 2), "NextBreak": "walk", "NextPromptUSec": 1070 * SEC,
    "SnoozedUntilUSec": 1080 * SEC, "PausedUntilUSec": NEVER,
    "Breaks": [("stretch", 30 * MIN, 3 * MIN, 31 * MIN, 100 * SEC, 40 * SEC),
               ("walk", 90 * MIN, 10 * MIN, 20 * MIN, 100 * SEC, NEVER)],
    "Sources": [("wayland", "unavailable", "no compositor"), ("x11", "active", "")],
    "Notifier": ("dunst", "1.9", ["actions", "body"]),
}


def test_all_changes_in_one_signal(driver, client):
    client.get_all()
    assert client.changes() == []
    set_all(driver)
    assert client.changes() == []  # nothing before the runtime says so
    driver.say("changed")
    assert client.changes() == [ALL]
    values = client.get_all()
    del values["Version"]
    assert values == ALL
    for name, value in ALL.items():
        assert client.get(name) == value
    driver.say("changed")
    driver.say("changed")
    assert client.changes() == []


ONE_EACH = [
    (("state", "away", 7 * SEC), {"State", "StateSinceUSec"}), (("reason", "camera"), {"Reason"}),
    (("posture", "walking"), {"Posture"}), (("prompt", "", "", "none", 0), {"Prompt"}),
    (("prompt", "stretch", "cat-cow", 6 * SEC, 3), {"Prompt"}), (("prompt", "stretch", "other", 6 * SEC, 2), {"Prompt"}),
    (("next", "walk", "inf"), {"NextPromptUSec"}), (("next", "stretch", 70 * SEC), {"NextBreak"}),
    (("snoozed", "none"), {"SnoozedUntilUSec"}), (("paused", 90 * SEC), {"PausedUntilUSec"}),
    (("breaks", 1), {"Breaks"}), (("sources", 1), {"Sources"}), (("source", 1, "x11", "active", "!"), {"Sources"}),
    (("source", 1, "x11", "standby", ""), {"Sources"}), (("notifier", "dunst", "1.9", "actions"), {"Notifier"}),
    (("notifier", "", ""), {"Notifier"}), (("notifier", "dunst", "2", "actions", "body"), {"Notifier"}),
    (("notifier", "dunst", "1.9", "actions", "sound"), {"Notifier"}),
]


@pytest.mark.parametrize("line,names", ONE_EACH)
def test_only_what_changed(driver, client, line, names):
    set_all(driver)
    driver.say("changed")
    client.take_signals()
    driver.say(*line)
    driver.say("changed")
    (changed,) = client.changes()
    assert set(changed) == names
    assert changed == {name: client.get(name) for name in names}  # the values in the signal are the present ones


def test_a_leftover_prompt_is_not_shown(driver, client):
    driver.say("prompt", "", "stale", 6 * SEC, 3)
    driver.say("changed")
    assert client.get("Prompt") == ("", "", 0, 0)


def test_counters_are_anchors(driver, client):
    """The core tells a running counter anew with each step; the bus speaks only when the line is another."""
    now = 10000 * SEC
    after = 30 * MIN

    def at(passed, counter, due):
        driver.say("break", 0, "stretch", after, 3 * MIN, counter, now + passed, due, 1)
        driver.say("changed")
        return [c["Breaks"] for c in client.changes()]

    driver.say("breaks", 1)
    assert at(0, 0, now + after) == [[("stretch", after, 3 * MIN, 0, now, now + after)]]
    for passed in (SEC, 5 * MIN, after - 1):
        assert at(passed, passed, now + after) == []
    assert at(after, after, now + after) == []  # due
    assert at(after + MIN, after + MIN, now + after) == []  # overdue, told by the instant that is past
    assert at(after + 2 * MIN, after + 2 * MIN, now + after + 2 * MIN) == []  # … or as "now"
    assert len(at(after + 3 * MIN, after + 2 * MIN, "inf")) == 1  # away: it stands still
    assert at(after + 9 * MIN, after + 2 * MIN, "inf") == []
    (breaks,) = at(after + 10 * MIN, 0, now + after + 10 * MIN + after)  # rested, back
    assert breaks == [("stretch", after, 3 * MIN, 0, now + after + 10 * MIN, now + 2 * after + 10 * MIN)]
    # standing: half as fast, from 5 min on
    (breaks,) = at(after + 15 * MIN, 5 * MIN, now + after + 15 * MIN + 50 * MIN)
    assert breaks[0][3:] == (5 * MIN, now + after + 15 * MIN, now + after + 65 * MIN)
    assert at(after + 20 * MIN + 1, 5 * MIN + 150 * SEC, now + after + 65 * MIN + 1) == []  # rounded
    assert len(at(after + 21 * MIN, 0, now + 2 * after + 51 * MIN)) == 1  # taken back


def test_prediction_is_not_told_for_rounding(driver, client):
    driver.say("next", "walk", 7000 * SEC)
    driver.say("changed")
    assert len(client.changes()) == 1
    driver.say("next", "walk", 7000 * SEC + 2)
    driver.say("changed")
    assert client.changes() == []
    driver.say("next", "walk", 7001 * SEC)
    driver.say("changed")
    assert len(client.changes()) == 1


def test_before_the_boot_and_before_the_epoch(driver, client):
    driver.say("break", 0, "stretch", 30 * MIN, 3 * MIN, 40 * MIN, 100 * SEC, -500 * SEC, 1)
    driver.say("breaks", 1)
    driver.say("offset", 1000 * SEC)
    driver.say("state", "away", -400 * SEC)
    driver.say("prompt", "stretch", "", -5000 * SEC, 1)
    driver.say("changed")
    assert client.get("Breaks")[0][5] == 1  # not 0, which would be "none"
    assert client.get("StateSinceUSec") == 600 * SEC
    assert client.get("Prompt") == ("stretch", "", 1, 1)


def test_setting_the_clock_moves_wall_clock_only(driver, client):
    set_all(driver)
    driver.say("changed")
    client.take_signals()
    driver.say("offset", 5000 * SEC)
    driver.say("changed")
    (changed,) = client.changes()
    assert set(changed) == {"StateSinceUSec", "Prompt", "NextPromptUSec", "SnoozedUntilUSec"}
    assert changed["StateSinceUSec"] == 5005 * SEC


def test_texts_of_others_can_always_be_sent(driver, client):
    driver.process.stdin.flush()
    driver.process.stdin.buffer.write(b"reason\tcaf\xe9 \x1b[31m\xf0\x9f\n" + b"notifier\t\xff\t\xc3\t\xed\xa0\x80\n" +
                                      "source\t0\tx11\tactive\t".encode() + "é".encode() * 80 + b"\n" +
                                      b"sources\t1\nchanged\n")
    driver.process.stdin.buffer.flush()
    for _ in range(5):
        driver.expect("ok")
    (changed,) = client.changes()
    assert changed["Reason"] == "caf? ?[31m??"
    assert changed["Notifier"] == ("?", "?", ["???"])
    assert changed["Sources"] == [("x11", "active", "é" * 79 + "?")]


def test_more_sources_than_fit(driver, client):
    for i in range(20):
        driver.say("source", i, f"s{i}", "standby", "")
    driver.say("sources", 20)
    driver.say("changed")
    assert [s[0] for s in client.get("Sources")] == [f"s{i}" for i in range(16)]


def test_one_signal_for_a_command(driver, client):
    client.call("ReportPosture", "(st)", "walking", MIN)
    assert client.changes() == [{"Posture": "walking"}]


def test_answer_comes_with_the_new_values(driver, client):
    """Whoever has the answer to a command reads what it did."""
    for _ in range(20):
        until = client.call("Snooze", "(ta{sv})", MIN, {})
        assert client.get("SnoozedUntilUSec") == until


@pytest.mark.parametrize("name,args,seen", [
    ("Prompted", ("stretch", "cat-cow", 2), ("stretch", "cat-cow", 2)),
    ("PromptClosed", ("stretch", "answered"), ("stretch", "answered")),
    ("BreakStarted", ("walk", ""), ("walk", "")), ("BreakEnded", ("walk", "guided"), ("walk", "guided"))])
def test_signals(driver, client, name, args, seen):
    driver.say("signal", name, *args)
    assert client.take_signals() == [(MANAGER, name, seen)]


@pytest.mark.parametrize("name", ["State", "Version"])
def test_properties_are_read_only(client, name):
    with pytest.raises(BusError) as caught:
        client.call_raw(PROPERTIES, "Set", "(ssv)", (MANAGER, name, GLib.Variant("s", "x")))
    assert caught.value.name == "org.freedesktop.DBus.Error.PropertyReadOnly"


def test_the_name_is_neither_taken_nor_queued_for(private_bus, driver, client):
    second = Driver(private_bus.address, wait_ready=False)
    second.expect("failed File exists")
    assert second.stop() == 1
    assert client.get("State") == "active"
    assert driver.stop() == 0
    third = Driver(private_bus.address)  # free again
    assert third.stop() == 0


def test_values_are_there_from_the_start(private_bus, driver):
    """No PropertiesChanged for what was so when the name appeared."""
    client = Client(private_bus.address)
    driver.say("changed")
    assert client.changes() == []
    client.close()


def log_get(client, name):
    return client.call_raw(PROPERTIES, "Get", "(ss)", (LOG, name), path=LOG_PATH)[0][0]


def log_set(client, name, value):
    client.call_raw(PROPERTIES, "Set", "(ssv)", (LOG, name, GLib.Variant("s", value)), path=LOG_PATH)


def test_log_level(driver, client):
    levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
    assert log_get(client, "LogLevel") == "info"
    for number, word in enumerate(levels):
        log_set(client, "LogLevel", word)
        assert log_get(client, "LogLevel") == word
        driver.process.stdin.write("level\n")
        driver.process.stdin.flush()
        assert driver.expect("level").split()[1] == str(number)  # it is in force, not only said
        driver.expect("ok")
    log_set(client, "LogLevel", "4")
    assert log_get(client, "LogLevel") == "warning"


@pytest.mark.parametrize("name,value", [
    ("LogLevel", ""), ("LogLevel", "8"), ("LogLevel", "loud"), ("LogLevel", "Info"), ("LogTarget", "kmsg"),
    ("LogTarget", "")])
def test_log_control_refuses(client, name, value):
    before = log_get(client, name)
    with pytest.raises(BusError) as caught:
        log_set(client, name, value)
    assert caught.value.name == INVALID_ARGS and "use " in caught.value.message
    assert log_get(client, name) == before


def test_log_target(client):
    for word in ("null", "journal", "console"):
        log_set(client, "LogTarget", word)
        assert log_get(client, "LogTarget") == word
    log_set(client, "LogTarget", "auto")
    assert log_get(client, "LogTarget") in ("console", "journal")  # what it came to
    assert log_get(client, "SyslogIdentifier") == "bus-driver"
