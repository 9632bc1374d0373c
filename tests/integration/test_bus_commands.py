# SPDX-License-Identifier: GPL-3.0-or-later
"""Every method of the Manager with good and bad arguments, and every error by name and text."""

import concurrent.futures

import pytest
from bus_harness import DAY, ERROR, HOUR, INVALID_ARGS, MIN, NEVER, SEC, Client, GLib, realtime_usec

# In the order of enum bc_refusal and enum bus_refusal.
REFUSALS = {
    "SnoozeLimit": 1, "NothingPrompted": 2, "NoSuchBreak": 3, "NoSuchExercise": 4, "BreakRunning": 5,
    "NotPaused": 6, "NotSuitable": 10, "MedicalHold": 11,
}
OPTIONS = {"reason": GLib.Variant("s", "tired")}
NEAR = 5 * SEC  # between two readings of a clock


@pytest.mark.parametrize("duration", [0, MIN, 20 * MIN, 4 * HOUR])
def test_snooze(driver, client, duration):
    until = client.call("Snooze", "(ta{sv})", duration, {})
    driver.expect(f"command snooze {duration}")
    assert abs(until - realtime_usec() - (duration or 5 * MIN)) < NEAR
    assert client.get("SnoozedUntilUSec") == until


@pytest.mark.parametrize("duration", [1, MIN - 1, 4 * HOUR + 1, 2**63 - 1, 2**63, NEVER])
def test_snooze_out_of_range(driver, client, duration):
    error = client.refused("Snooze", "(ta{sv})", duration, {})
    assert error.name == INVALID_ARGS
    assert "1min to 4h" in error.message
    driver.quiet()


@pytest.mark.parametrize("ahead", [MIN, MIN + SEC, HOUR, 30 * DAY])
def test_pause_until(driver, client, ahead):
    asked = realtime_usec() + ahead
    client.call("Pause", "(ta{sv})", asked, {})
    seen = int(driver.expect("command pause ").split()[2])
    assert seen >= MIN  # a minute stays one, however long the call took
    assert abs(seen - ahead) < NEAR
    assert abs(client.get("PausedUntilUSec") - asked) < NEAR


def test_pause_default_and_without_end(driver, client):
    client.call("Pause", "(ta{sv})", 0, {})
    assert abs(int(driver.expect("command pause ").split()[2]) - HOUR) < NEAR
    client.call("Pause", "(ta{sv})", NEVER, {})
    driver.expect("command pause inf")
    assert client.get("PausedUntilUSec") == NEVER


@pytest.mark.parametrize("until", [
    1, 60 * SEC, -HOUR, 0.5 * MIN, 30 * DAY + MIN, 2**63 - 1, 2**63, NEVER - 1])
def test_pause_out_of_range(driver, client, until):
    # Small values are what a caller passes who takes it for a duration; the rest is relative to now.
    absolute = until in (1, 60 * SEC) or until >= 2**62
    error = client.refused("Pause", "(ta{sv})", int(until if absolute else realtime_usec() + until), {})
    assert error.name == INVALID_ARGS
    assert "from now" in error.message
    driver.quiet()


def test_resume(driver, client):
    client.call("Pause", "(ta{sv})", NEVER, {})
    driver.expect("command pause")
    client.call("Resume")
    driver.expect("command resume")
    assert client.get("PausedUntilUSec") == 0


def test_start_done_skip_another(driver, client):
    assert client.call("Start", "(ssa{sv})", "", "", {}) == "chosen-one"
    driver.expect("command start [] []")
    assert client.call("Start", "(ssa{sv})", "walk", "neck-routine", {}) == "neck-routine"
    driver.expect("command start [walk] [neck-routine]")
    driver.say("guide", "", "")
    driver.say("prompt", "stretch", "cat-cow", 1000, 1)
    assert client.call("Another", "(a{sv})", {}) == "cat-cow"
    driver.expect("command another")
    client.call("Done", "(a{sv})", {})
    driver.expect("command done")
    client.call("Skip", "(a{sv})", {})
    driver.expect("command skip")


@pytest.mark.parametrize("verdict", ["better", "same", "hurts"])
def test_feedback(driver, client, verdict):
    client.call("Feedback", "(ss)", "cat-cow", verdict)
    driver.expect(f"command feedback [cat-cow] [{verdict}]")


@pytest.mark.parametrize("verdict", ["", "good", "Better", "better ", "\x1b[31m"])
def test_feedback_bad_verdict(driver, client, verdict):
    error = client.refused("Feedback", "(ss)", "", verdict)
    assert error.name == INVALID_ARGS
    assert "better, same or hurts" in error.message and "\x1b" not in error.message
    driver.quiet()


@pytest.mark.parametrize("posture,lease,seen", [
    ("sitting", 0, -1), ("sitting", MIN, -1), ("sitting", NEVER, -1), ("standing", SEC, SEC),
    ("standing", NEVER, -1), ("walking", 20 * MIN, 20 * MIN), ("walking", DAY, DAY)])
def test_posture(driver, client, posture, lease, seen):
    client.call("ReportPosture", "(st)", posture, lease)
    driver.expect(f"command posture {posture} {seen}")
    assert client.get("Posture") == posture


@pytest.mark.parametrize("posture,lease", [
    ("lying", MIN), ("", MIN), ("Standing", MIN), ("standing", 0), ("walking", 0), ("standing", SEC - 1),
    ("standing", DAY + 1), ("sitting", 1), ("walking", 2**63), ("walking", NEVER - 1)])
def test_posture_bad(driver, client, posture, lease):
    error = client.refused("ReportPosture", "(st)", posture, lease)
    assert error.name == INVALID_ARGS
    assert "sitting, standing or walking" in error.message or "1s to 24h" in error.message
    driver.quiet()


@pytest.mark.parametrize("who,lease", [("pad", SEC), ("é" * 32, HOUR), ("a b", MIN)])
def test_activity(driver, client, who, lease):
    client.call("ReportActivity", "(st)", who, lease)
    driver.expect(f"activity [{who}] {lease}")


@pytest.mark.parametrize("who,lease,text", [
    ("", MIN, '"who"'), (" ", MIN, '"who"'), ("x" * 65, MIN, '"who"'), ("é" * 33, MIN, '"who"'),
    ("a\nb", MIN, '"who"'), ("\x1b[2J", MIN, '"who"'), ("pad", 0, "1s to 1h"), ("pad", SEC - 1, "1s to 1h"),
    ("pad", HOUR + 1, "1s to 1h"), ("pad", NEVER, "1s to 1h")])
def test_activity_bad(driver, client, who, lease, text):
    error = client.refused("ReportActivity", "(st)", who, lease)
    assert error.name == INVALID_ARGS and text in error.message
    driver.quiet()


@pytest.mark.parametrize("method,signature,args", [
    ("Snooze", "(ta{sv})", (0,)), ("Pause", "(ta{sv})", (0,)), ("Start", "(ssa{sv})", ("", "")),
    ("Done", "(a{sv})", ()), ("Skip", "(a{sv})", ()), ("Another", "(a{sv})", ())])
def test_unknown_option(driver, client, method, signature, args):
    error = client.refused(method, signature, *args, OPTIONS)
    assert error.name == INVALID_ARGS
    assert '"reason"' in error.message and method in error.message
    driver.quiet()


CALLS = {
    "Snooze": ("(ta{sv})", (0, {})), "Pause": ("(ta{sv})", (0, {})), "Resume": ("()", ()),
    "Start": ("(ssa{sv})", ("walk", "cat-cow", {})), "Done": ("(a{sv})", ({},)), "Skip": ("(a{sv})", ({},)),
    "Another": ("(a{sv})", ({},)), "Feedback": ("(ss)", ("cat-cow", "same")),
}


@pytest.mark.parametrize("name,number", REFUSALS.items())
@pytest.mark.parametrize("method", CALLS)
def test_each_refusal_of_each_command(driver, client, method, name, number):
    signature, args = CALLS[method]
    driver.say("answer", number)
    error = client.refused(method, signature, *args)
    assert error.name == ERROR + name
    # One sentence, that ends, and says what to do after the colon.
    assert error.message.endswith(".") and ":" in error.message and "\n" not in error.message
    driver.expect("command")
    assert client.changes() == []


def test_refusal_names_what_was_asked_for(driver, client):
    driver.say("answer", REFUSALS["NoSuchBreak"])
    assert '"walk"' in client.refused("Start", "(ssa{sv})", "walk", "", {}).message
    assert "No break is switched on" in client.refused("Done", "(a{sv})", {}).message
    driver.expect("command start")
    driver.expect("command done")
    driver.say("answer", REFUSALS["NoSuchExercise"])
    assert '"cat-cow?"' in client.refused("Start", "(ssa{sv})", "walk", "cat-cow\x07", {}).message
    assert '"nope"' in client.refused("Feedback", "(ss)", "nope", "same").message
    assert "shown yet" in client.refused("Feedback", "(ss)", "", "same").message
    assert "No other exercise" in client.refused("Another", "(a{sv})", {}).message


@pytest.mark.parametrize("number", [7, 13, 99])
def test_other_refusals_are_invalid_args(driver, client, number):
    driver.say("answer", number)
    assert client.refused("Done", "(a{sv})", {}).name == INVALID_ARGS


def test_failure_of_the_service(driver, client):
    driver.say("answer", -5)
    error = client.refused("Done", "(a{sv})", {})
    assert error.name == "org.freedesktop.DBus.Error.IOError"
    assert "Input/output error" in error.message
    error = client.refused("ReportActivity", "(st)", "pad", MIN)
    assert "Input/output error" in error.message


def test_names_that_nothing_can_have(driver, client):
    assert client.refused("Start", "(ssa{sv})", "x" * 64, "", {}).name == ERROR + "NoSuchBreak"
    assert client.refused("Start", "(ssa{sv})", "", "x" * 64, {}).name == ERROR + "NoSuchExercise"
    error = client.refused("Feedback", "(ss)", "x" * 100000, "same")
    assert error.name == ERROR + "NoSuchExercise" and len(error.message) < 300
    driver.quiet()
    client.call("Start", "(ssa{sv})", "x" * 63, "", {})
    driver.expect("command start")


def test_wrong_signature(driver, client):
    assert client.refused("Snooze", "(s)", "5min").name == INVALID_ARGS
    assert client.refused("Nonsense", "()").name == "org.freedesktop.DBus.Error.UnknownMethod"
    driver.quiet()


def test_reload(driver, client):
    assert client.call("Reload") == []
    driver.expect("reload")
    driver.say("warnings", "a.conf:3: [reminder].sound: bell: no such sound", "second")
    assert client.call("Reload") == ["a.conf:3: [reminder].sound: bell: no such sound", "second"]


def test_reload_says_every_mistake(driver, client):
    mistakes = ["/c/backcare.conf:3: [break.walk].after: soon: no duration", "/c/x.conf:12: [brake]: unknown section"]
    driver.say("mistakes", "\\n".join(mistakes) + "\\n")
    error = client.refused("Reload", "()")
    assert error.name == ERROR + "InvalidConfig"
    assert error.message.split("\n") == mistakes


def test_reload_with_bytes_that_no_message_can_carry(driver, client):
    driver.process.stdin.flush()
    driver.process.stdin.buffer.write(b"mistakes\ta.conf:1: [x]: caf\xe9 \xed\xa0\x80 \xef\xbf\xbf \x1b[31m: unknown\n")
    driver.process.stdin.buffer.flush()
    driver.expect("ok")
    error = client.refused("Reload", "()")
    assert error.name == ERROR + "InvalidConfig"
    assert error.message == "a.conf:1: [x]: caf? ??? ??? ?[31m: unknown"


def test_reload_failure(driver, client):
    driver.say("failure", -13)
    error = client.refused("Reload", "()")
    assert error.name == "org.freedesktop.DBus.Error.AccessDenied"
    assert "could not be read" in error.message


def test_explain(driver, client):
    assert client.call("Explain") == []
    driver.say("offset", 1000000 * SEC)
    driver.say("ledger", "sitting", 100 * SEC, 400 * SEC, 300 * SEC, "")
    driver.say("ledger", "taken-back", 400 * SEC, 400 * SEC, -120 * SEC, "")
    driver.say("ledger", "completed", 500 * SEC, 500 * SEC, -180 * SEC, "stretch")
    driver.say("ledger", "away", -5000000 * SEC, "inf", 0, "")
    assert client.call("Explain") == [
        {"what": "sitting", "from_usec": 1000100 * SEC, "to_usec": 1000400 * SEC, "change_usec": 300 * SEC,
         "break": ""},
        {"what": "taken-back", "from_usec": 1000400 * SEC, "to_usec": 1000400 * SEC, "change_usec": -120 * SEC,
         "break": ""},
        {"what": "completed", "from_usec": 1000500 * SEC, "to_usec": 1000500 * SEC, "change_usec": -180 * SEC,
         "break": "stretch"},
        {"what": "away", "from_usec": 1, "to_usec": NEVER, "change_usec": 0, "break": ""},
    ]


def test_list_sources(driver, client):
    assert client.call("ListSources") == []
    driver.say("source", 0, "wayland", "active", "version 1")
    driver.say("worth", 0, 1 + 32, 2, 250000)
    driver.say("source", 1, "x11", "unavailable", "no\x1bdisplay")
    driver.say("sources", 2)
    first, second = client.call("ListSources")
    assert first == {"name": "wayland", "status": "active", "detail": "version 1", "in_use": True,
                     "reports": ["idle", "query"], "inhibitors": "blind", "accuracy_usec": 250000}
    assert second.pop("detail") != "no\x1bdisplay"  # nothing that a terminal would act upon
    assert second == {"name": "x11", "status": "unavailable", "in_use": False, "reports": [], "inhibitors": "unknown",
                      "accuracy_usec": 0}


def test_accuracy_that_nobody_knows(driver, client):
    driver.say("source", 0, "logind", "active", "")
    driver.say("worth", 0, 2, 0, "none")
    driver.say("sources", 1)
    (source,) = client.call("ListSources")
    assert source["accuracy_usec"] == NEVER and source["reports"] == ["lock"]


@pytest.mark.parametrize("count", [255, 256, 257, 600])
def test_explain_is_complete(driver, client, count):
    driver.say("offset", 1)
    driver.say("ledger-fill", count)
    assert [entry["from_usec"] for entry in client.call("Explain")] == list(range(1, count + 1))


def test_many_clients_at_once(private_bus, driver, client):
    def work(number):
        own = Client(private_bus.address)
        try:
            for step in range(20):
                duration = MIN + (number * 20 + step) * SEC
                until = own.call("Snooze", "(ta{sv})", duration, {})
                assert abs(until - realtime_usec() - duration) < 10 * SEC  # its own answer, not another's
                assert own.refused("Snooze", "(ta{sv})", 1, {}).name == INVALID_ARGS
                assert own.get("State") == "active"
        finally:
            own.close()
        return number

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == list(range(8))
    for _ in range(8 * 20):
        driver.expect("command snooze")
    driver.quiet()
