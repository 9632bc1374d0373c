# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions and pregnancy are private: whatever a person has set and whatever happens, no notification, no journal, no
recording, no state file, no other program on the bus and no error text has a word of it."""

import configparser
import datetime
import itertools
import re
import time

import pytest
from bus_harness import NAME
from gi.repository import GLib

from support import safety_rules as rules
from support.desk import Jumps, fast_clock
from support.privacy import Witness, found, mode
from support.recorder import Shown
from support.waiting import wait_for

DAY = datetime.timedelta(days=1)
EVERYTHING = {"tools": ", ".join(rules.TOOLS), "partner": "yes", "place": "floor-space"}
GENTLE = [tag for tag in rules.TAGS if tag not in rules.EMERGENCY + rules.URGENT]
NUMBERS = {"emergency-number": "0815 4711", "advice-number": "0190 112233"}
CATALOGUE = NAME + ".Catalogue"


def due(days):
    return str(datetime.date.today() + days * DAY)


def where(tag, region="shoulders"):
    return f"{tag}@{region}" if tag in rules.LOCAL else tag


def without_pregnancy(tags):
    return [tag for tag in tags if not tag.startswith("pregnancy-t")]


PROFILES = {
    "nothing": {},
    "all-but-red": {"conditions": ", ".join(where(tag) for tag in GENTLE)},
    "local": {"conditions": ", ".join(where(tag, "hips") for tag in rules.LOCAL)},
    "t1": {"pregnancy-due": due(250), "prenatal-flow": "yes"},
    "t2": {"pregnancy-due": due(130), "prenatal-flow": "yes", "conditions": "neck-problem, reduced-sensation"},
    "t3": {"pregnancy-due": due(40), "prenatal-flow": "yes", "conditions": "implanted-device, wrist-problem"},
    "postpartum": {"pregnancy-due": due(-30), "conditions": "postpartum-recent, heart-or-bp"},
}
LANGUAGES = ["en", "de"]


def speaking(language, build_dir):
    """Variables of a session in that language; sd-bus and the like say all they can."""
    if language == "en":
        return {"SYSTEMD_LOG_LEVEL": "debug"}
    return {"SYSTEMD_LOG_LEVEL": "debug", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "de", "TEXTDOMAINDIR": str(build_dir / "po")}


def debug(desk):
    desk.session.run(["busctl", "--user", "set-property", NAME, "/org/freedesktop/LogControl1",
                      "org.freedesktop.LogControl1", "LogLevel", "s", "debug"])


def profile_of(profile, language="en"):
    return {**EVERYTHING, **NUMBERS, "language": language, **profile}


def dates(profile):
    """What of the profile would tell by itself, wherever it stands."""
    return [profile.get("pregnancy-due", ""), *NUMBERS.values()]


def reload_with(desk, witness, profile, more=""):
    desk.session.configure(desk.settings({"profile": profile}) + more)
    return witness.say("reload")


def catalogue(desk, witness):
    """What Catalogue says to anybody: the verdicts have reasons, which name no condition."""
    listed = desk.client.call_raw(CATALOGUE, "List", "(a{sv})", ({},))[0][0]
    assert len(listed) >= 60
    for exercise in listed:
        reasons = " ".join(exercise["why"])
        assert not found(reasons) and not re.search(r"shoulder|hip|week", reasons), reasons
        assert set(exercise) >= {"id", "suitable", "why"} and "advice" not in exercise and "conditions" not in exercise
    return {exercise["id"]: exercise["suitable"] for exercise in listed}


def test_every_tag(x_desk):
    """Each by itself, one after another on one daemon: commands, refusals, status, the catalogue, the state."""
    x_desk.configure({"profile": EVERYTHING})
    x_desk.start_typing()
    x_desk.start()
    debug(x_desk)
    x_desk.bus.wait_state("due")
    witness = Witness(x_desk)
    verdicts = set()
    for tag in rules.TAGS:
        reload_with(x_desk, witness, {**EVERYTHING, "conditions": where(tag)})
        hold = tag in rules.EMERGENCY + rules.URGENT
        wait_for(lambda: (x_desk.get("Reason") == "medical hold") is hold and hold is not (x_desk.get("State") == "due"),
                 f"the profile with {tag}")
        suitable = catalogue(x_desk, witness)
        verdicts.add(tuple(sorted(suitable.items())))
        for name in next(iter(n for n, ok in suitable.items() if not ok), "no-such"), "no-such":
            witness.refused("Start", "(ssa{sv})", "", name, {})
        assert witness.refused("Another", "(a{sv})", {}) == ("MedicalHold" if hold else "")
        whole = x_desk.client.call_raw(CATALOGUE, "Get", "(s)", ("seated-cat-cow",))[0][0]
        for reason in [*whole["why"], *whole.get("chosen", []), *whole.get("not_now", [])]:
            assert not found(reason), reason
        for command in ("status", "why"):
            witness.say(command)
        witness.note("state", x_desk.state_file.read_text())
    assert len(verdicts) > 20, "the tags have made no difference"
    witness.look()
    witness.introspect()
    witness.finish(extra=["@shoulders", *NUMBERS.values()])


def adapted(profile):
    """Exercises whose steps are changed for this person, those with the most telling ones first."""
    trimester = next(iter(rules.trimester_tags(profile.get("pregnancy-due"), datetime.date.today())), "")[-2:]
    return ["childs-pose-wide", "side-lying-open-book", "side-lying-clam"] if trimester in ("t2", "t3") else ["posture-reset"]


def answer(desk, witness, *arguments):
    ran = witness.say(*arguments)
    assert ran.returncode == 0, ran.stderr


def a_day(desk, witness, profile):
    """All ways of a reminder, from the first prompt to too much."""
    desk.bus.wait("Prompted", lambda m: m.args[2] == 2)
    witness.look()
    answer(desk, witness, "another")
    answer(desk, witness, "snooze")
    desk.bus.wait_state("snoozed")
    answer(desk, witness, "resume")
    for name in adapted(profile):
        ran = witness.say("start", "--exercise", name)
        if ran.returncode != 0:
            assert ran.returncode == 4  # not for this person
            continue
        desk.bus.wait("BreakEnded", seconds=60)
        witness.look()
        witness.say("feedback", "better")
    answer(desk, witness, "start")
    desk.bus.wait_state("break")
    witness.refused("Start", "(ssa{sv})", "", "", {})
    answer(desk, witness, "another")
    witness.look()
    answer(desk, witness, "feedback", "hurts")
    answer(desk, witness, "skip")
    desk.bus.wait("Prompted")
    answer(desk, witness, "done")
    desk.bus.wait("Prompted")
    answer(desk, witness, "skip")
    desk.bus.wait("Prompted")
    answer(desk, witness, "pause", "--until-resume")
    witness.look()
    answer(desk, witness, "resume")
    for _ in range(3):  # three times in two weeks is for a professional to see
        witness.say("feedback", "hurts", "belly-breathing-seated")
    for method, signature, arguments in (("Start", "(ssa{sv})", ("", "neck-turns", {})), ("Start", "(ssa{sv})", ("", "roller-glute", {})),
                                         ("Start", "(ssa{sv})", ("tea", "", {})), ("Feedback", "(ss)", ("tea", "same")),
                                         ("Snooze", "(ta{sv})", (1, {})), ("Another", "(a{sv})", ({"x": GLib.Variant("s", "y")},))):
        witness.refused(method, signature, *arguments)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROFILES)
def test_whole_life(x_desk, build_dir, name, language):
    """Prompts, repeats, whole guides of adapted exercises, answers, a crash, a bad edit, a recording; and the doctor."""
    profile = profile_of(PROFILES[name], language)
    trace, theirs = x_desk.session.directory / "own.trace", x_desk.session.directory / "theirs.trace"
    quick = {"profile": profile, "break.stretch": {"after": "10s", "length": "20s"}, "reminder": {"repeat": "20s", "repeat-limit": "9"}}
    environment = {**fast_clock(build_dir, 25), **speaking(language, build_dir)}
    x_desk.configure(quick)
    x_desk.start_typing()
    x_desk.start("--record", str(trace), environment=environment)
    debug(x_desk)
    witness = Witness(x_desk)
    recording = x_desk.session.start([str(x_desk.build / "cli/backcarectl"), "record", str(theirs)], "record")
    wait_for(lambda: theirs.exists() and "\nstart " in theirs.read_text(), "the recording")
    a_day(x_desk, witness, profile)
    x_desk.session.stop(recording)
    mistakes(x_desk, witness, profile)
    x_desk.configure(quick)
    witness.say("reload")
    x_desk.crash()
    x_desk.start(environment=environment)
    witness.look()
    assert x_desk.stop() == 0
    x_desk.start(environment=environment)
    witness.doctor()
    witness.note("recording", trace.read_text())
    witness.note("recording by backcarectl", theirs.read_text())
    assert mode(trace) == mode(theirs) == mode(x_desk.state_file) == 0o600 and mode(x_desk.state_file.parent) == 0o700
    witness.finish(extra=dates(profile))
    shown = [Shown(m) for m in x_desk.bus.since(0, "Notify") if m.type == "method_call"]
    assert len(shown) > 10
    if PROFILES[name].get("prenatal-flow") and name != "t1":
        assert any("Go at your own pace." in s.body or "Tempo" in s.body for s in shown), "no step was hidden"


BAD = ["[profile]\nconditions = osteoporosi, rash@shoulders\n", "[profile]\nconditions = rash@osteoporosis\n",
       "[profile]\npregnancy-due = 2027-02-30\n", "[profile]\nprenatal-flow = cancer-active\n",
       "[profile]\nconditions = fever, fever\n", "[profile]\nosteoporosis = yes\n", "[profile]\ntools = osteoporosis\n",
       f"[profile]\npregnancy-due = {due(95)}\npregnancy-due = {due(96)}\n", "[osteoporosis]\n", "[cancer]\nx = y\n",
       f"[pregnancy]\ndue = {due(95)}\n", f"[reminder]\npregnancy-due = {due(95)}\n", "[hold]\nconditions = fever\n",
       "[schedule]\nconditions = osteoporosis\n", "[schedule]\nMon = recent-fracture\n", "[activity]\nosteoporosis = yes\n",
       "[reminder]\nsnooze = disc-problem\n", "[break.x]\nafter = 1h\nlength = 1min\nkinds = rash\n", "[profile]\nosteoporosis\n",
       "[profile]\nconditions: osteoporosis\n", "[profile\nconditions = osteoporosis\n", "[profile] osteoporosis\n",
       "[history]\nprenatal-flow = yes\n"]


def mistakes(desk, witness, profile):
    for text in BAD:
        if desk.get("Prompt")[0] != "stretch":
            # A break stands all the while, so that something would be proposed if it might be.
            desk.configure({"profile": profile, "break.stretch": {"after": "1s", "length": "20s"}})
            assert witness.say("reload").returncode == 0
            wait_for(lambda: desk.get("Prompt")[0] == "stretch", "a break", 60)
        path = desk.configure({"break.stretch": {"after": "10s", "length": "20s"}})
        path.write_text(path.read_text() + text)
        ran = witness.say("reload")
        assert ran.returncode == 4 and f"{path}:" in ran.stderr, text
        witness.refused("Reload", "()")
        # What can be read of it holds: a fever stops all.
        stands = "" if text.startswith("[profile]\nconditions = fever") else "stretch"
        assert desk.get("Prompt")[:2] == (stands, ""), f"something is proposed after {text!r}"
    path.write_text(f"pregnancy-due = {due(95)}\n" + path.read_text())
    assert witness.say("reload").returncode == 4


def test_bad_lines(x_desk):
    """Said with file and line to everybody; what stands in them to its user alone, by config check."""
    x_desk.configure({"break.stretch": {"after": "10s", "length": "20s"}})
    x_desk.start_typing()
    x_desk.start()
    x_desk.bus.wait("Prompted")
    witness = Witness(x_desk)
    mistakes(x_desk, witness, {})
    x_desk.stop()
    x_desk.start()  # the same mistakes, found at the start
    witness.look()
    witness.finish(extra=[due(95), due(96), "2027-02-30", "osteop"])
    own = x_desk.ctl("config", "check", check=False).stderr
    assert "backcare.conf:" in own and "not said here" not in own


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("conditions", [rules.TAGS, rules.URGENT, ["pregnancy-warning-sign"]], ids=["all", "urgent", "pregnancy"])
def test_medical_hold(x_desk, build_dir, conditions, language):
    profile = profile_of({"conditions": ", ".join(where(tag) for tag in conditions), "pregnancy-due": due(130),
                          "prenatal-flow": "yes"}, language)
    trace = x_desk.session.directory / "hold.trace"
    x_desk.configure({"profile": profile, "schedule": {"wind-down": time.strftime("%H:%M")}})
    x_desk.start_typing()
    x_desk.start("--record", str(trace), environment=speaking(language, build_dir))
    debug(x_desk)
    x_desk.bus.wait_notify()
    witness = Witness(x_desk)
    for method, signature, arguments in (("Start", "(ssa{sv})", ("", "", {})), ("Start", "(ssa{sv})", ("", "shoulder-rolls", {})),
                                         ("Start", "(ssa{sv})", ("", "gentle-flow", {})), ("Another", "(a{sv})", ({},)),
                                         ("Done", "(a{sv})", ({},)), ("Skip", "(a{sv})", ({},)), ("Snooze", "(ta{sv})", (0, {}))):
        assert witness.refused(method, signature, *arguments) == "MedicalHold"
    witness.say("pause")
    witness.look()
    witness.introspect()
    witness.doctor()
    assert not any(catalogue(x_desk, witness).values())
    x_desk.crash()
    x_desk.start(environment=speaking(language, build_dir))
    witness.look()
    witness.note("recording", trace.read_text())
    witness.finish(extra=dates(profile))
    for message in x_desk.bus.since(0, "Notify"):
        if message.type == "method_call":
            assert not found(Shown(message).summary + Shown(message).body, dates(profile))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["nothing", "t1", "t2", "t3"])
def test_wind_down(x_desk, build_dir, name, language):
    """The evening's invitation, on a day of the flow: nothing of it says why it is another one."""
    jumps = Jumps(x_desk, build_dir)
    profile = profile_of(PROFILES[name], language)
    today = datetime.date.today()
    ahead = next(n for n in itertools.count() if (today + n * DAY).weekday() == 2)
    if profile.get("pregnancy-due"):
        profile["pregnancy-due"] = str(datetime.date.fromisoformat(profile["pregnancy-due"]) + ahead * DAY)
    x_desk.configure({"profile": profile, "break.stretch": {"after": "2h"}, "schedule": {"wind-down": "21:00"}})
    x_desk.start_typing()
    # It is day now, wherever the suite runs (conftest.py): today's evening is still to come, and so is that day's.
    x_desk.start(environment={**jumps.environment, **speaking(language, build_dir)})
    debug(x_desk)
    evening = datetime.datetime.combine(today + ahead * DAY, datetime.time(21, 5))
    jumps.set_clock((evening - datetime.datetime.now()).total_seconds())
    prompt = x_desk.bus.wait("Prompted")
    assert prompt.args[0] == "wind-down"
    assert prompt.args[1] == ("evening-wind-down" if name == "nothing" else "gentle-flow")
    x_desk.bus.wait_notify()
    witness = Witness(x_desk)
    for _ in range(12):
        answer(x_desk, witness, "another")
    witness.look()
    answer(x_desk, witness, "snooze")
    answer(x_desk, witness, "resume")
    x_desk.bus.wait("Prompted")
    answer(x_desk, witness, "start")
    x_desk.bus.wait_state("break")
    witness.look()
    answer(x_desk, witness, "another")
    answer(x_desk, witness, "done")
    witness.doctor()
    assert x_desk.stop() == 0
    x_desk.start(environment=jumps.environment)
    witness.look()
    witness.finish(extra=[*dates(profile), "prenatal"])


@pytest.mark.parametrize("fault", ["notifier", "crashing", "state"])
def test_when_something_fails(x_desk, fault):
    profile = profile_of({"conditions": ", ".join(where(tag) for tag in without_pregnancy(GENTLE)), "pregnancy-due": due(40)})
    x_desk.configure({"profile": profile})
    arguments = {"notifier": ["--notifier", "/nowhere/backcare-notifier"], "crashing": ["--notifier", "/bin/false"], "state": []}
    if fault == "state":
        (x_desk.session.directory / "state" / "backcare").write_text("in the way\n")
    x_desk.start_typing()
    x_desk.start(*arguments[fault])
    debug(x_desk)
    x_desk.bus.wait("Prompted")
    witness = Witness(x_desk)
    x_desk.wait_log({"notifier": "can't be shown", "crashing": "notifi", "state": "can't be written"}[fault])
    answer(x_desk, witness, "start")
    answer(x_desk, witness, "skip")
    witness.look()
    witness.doctor()
    witness.finish(extra=dates(profile))


def test_files_are_for_their_owner(x_desk):
    """Whatever the umask of who calls it."""
    x_desk.configure()
    x_desk.start()
    x_desk.session.run(["sh", "-c", 'umask 000; "$0" profile add-condition osteoporosis', str(x_desk.build / "cli/backcarectl")])
    own = x_desk.session.directory / "config/backcare/backcare.conf.d/50-profile.conf"
    assert "osteoporosis" in own.read_text() and mode(own) == 0o600
    wait_for(x_desk.state_file.exists, "the state")
    assert mode(x_desk.state_file) == 0o600 and mode(x_desk.state_file.parent) == 0o700
    # It is in the settings, and nowhere else that the session has.
    for path in x_desk.session.directory.rglob("*"):
        if path.is_file() and not path.is_symlink() and path != own and "catalogue" not in path.parts:
            assert "osteoporosis" not in path.read_text(errors="replace"), path


def test_history_has_no_place_for_it(source_dir):
    """All that is ever handed to a history."""
    header = (source_dir / "daemon/store/history.h").read_text()
    record = re.search(r"struct history_record {(.*?)};", header, re.S)[1]
    assert set(re.findall(r"(\w+);", record)) == {"type", "from_realtime_usec", "to_realtime_usec", "break_name", "exercise", "kind",
                                                 "attempt", "confirmed"}


def test_other_languages_say_no_more(source_dir):
    """What the witness looks for is really in the texts of the catalogue that only one person gets."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.read(source_dir / "conf/catalogue/tips.ini", encoding="utf-8")
    for name in ("tip-back-pain-in-pregnancy", "tip-sensitive-joints", "tip-sleep-on-the-side"):
        assert found(parser[name]["text"]) and found(parser[name]["text[de]"])
    assert found("disc-problem") and not found("Sit tall and roll your shoulders; disconnect.")
