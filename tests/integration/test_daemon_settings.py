# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and catalogue while the daemon runs: taken at once, all or nothing; and what is private stays so."""

import datetime
import json

from bus_harness import ERROR

from support.waiting import wait_for

LONG = {"break.stretch": {"after": "1h"}}
EXERCISE = """[window-look]
title = Look out of the window
kind = posture
regions = neck
position = standing
place = desk
duration = 60s
intensity = 1
step-1 = Stand at a window.
step-2 = Look at the farthest thing you can see.
hazards = none
pregnancy-t1 = yes
pregnancy-t2 = yes
pregnancy-t3 = yes
"""


def after(desk):
    return {brk[0]: brk[1] // 10**6 for brk in desk.get("Breaks")}


def test_an_edit_takes_effect_by_itself(desk):
    desk.configure(LONG)
    desk.start()
    desk.configure({"break.stretch": {"after": "2h"}, "break.eyes": {"after": "20min", "length": "1min"}})
    desk.bus.wait_property("Breaks", lambda breaks: len(breaks) == 2)
    assert after(desk) == {"stretch": 7200, "eyes": 1200}
    # A drop-in, in a directory that was not there.
    drop_in = desk.session.directory / "config" / "backcare" / "backcare.conf.d"
    drop_in.mkdir()
    (drop_in / "50-eyes.conf").write_text("[break.eyes]\nafter = 30min\n")
    desk.bus.wait_property("Breaks", lambda breaks: ["eyes", 1800 * 10**6] in [b[:2] for b in breaks])
    (drop_in / "50-eyes.conf").unlink()
    desk.bus.wait_property("Breaks", lambda breaks: ["eyes", 1200 * 10**6] in [b[:2] for b in breaks])


def test_counters_stay_through_an_edit(desk):
    desk.configure(LONG)
    desk.start()
    wait_for(lambda: desk.counter() > 1.5, "some sitting")
    desk.configure({"break.stretch": {"after": "2h"}})
    desk.bus.wait_property("Breaks", lambda breaks: breaks[0][1] == 7200 * 10**6)
    assert desk.counter() > 1.5


def test_a_bad_edit_changes_nothing(desk):
    path = desk.configure(LONG)
    desk.start()
    path.write_text("[break.stretch]\nafter = 5min\nlength = soon\n[reminder]\nsnoze = 1min\n")
    desk.wait_log("The settings stay as they were")
    assert f"{path}:3:" in desk.log() and f"{path}:5:" in desk.log()
    assert after(desk) == {"stretch": 3600}
    ran = desk.ctl("reload", check=False)
    assert ran.returncode == 4 and ran.stdout == ""
    assert f"{path}:3:" in ran.stderr and f"{path}:5:" in ran.stderr and "snooze" in ran.stderr
    assert desk.client.refused("Reload", "()").name == ERROR + "InvalidConfig"
    assert after(desk) == {"stretch": 3600}
    desk.configure({"break.stretch": {"after": "5min"}})
    desk.bus.wait_property("Breaks", lambda breaks: breaks[0][1] == 300 * 10**6)
    assert desk.ctl("reload").returncode == 0


def test_the_prompted_break_is_removed(x_desk):
    x_desk.configure()
    x_desk.start()
    x_desk.bus.wait_notify()
    x_desk.wait_displayed(1)
    x_desk.configure({"break.stretch": {"enabled": "no"}})
    x_desk.bus.wait("PromptClosed", lambda m: m.args[0] == "stretch")
    x_desk.wait_displayed(0)
    assert x_desk.get("State") == "active" and x_desk.get("Prompt")[0] == ""


def test_the_running_break_is_removed(x_desk):
    x_desk.configure(LONG)
    x_desk.start()
    x_desk.ctl("start")
    x_desk.wait_displayed(1)
    x_desk.configure({"break.stretch": {"enabled": "no"}})
    x_desk.bus.wait("BreakEnded", lambda m: m.args[0] == "stretch")
    x_desk.wait_displayed(0)
    assert x_desk.get("State") == "active"


def test_start_with_mistakes(x_desk):
    """The default in place of what is wrong, a warning with the place, one notification without details."""
    path = x_desk.configure({"break.stretch": {"after": "30 parsecs"}, "reminder": {"repeat": "often"}})
    x_desk.start()
    shown = x_desk.bus.wait_notify()
    x_desk.wait_displayed(1)
    assert "parsecs" not in shown.body and "break" not in shown.actions
    assert after(x_desk)["stretch"] == 1800
    lines = path.read_text().splitlines()
    for key in ("after = 30 parsecs", "repeat = often"):
        assert x_desk.log().count(f"{path}:{lines.index(key) + 1}:") == 1
    x_desk.ctl("status")
    calls = [m for m in x_desk.bus.since(0, "Notify") if m.type == "method_call"]
    assert len(calls) == 1


def test_exercises_of_ones_own(session, desk):
    """Added, replaced and hidden while the daemon runs; one with a mistake is left out, and the others come all the
    same."""
    desk.configure(LONG)
    desk.start()
    link = desk.session.directory / "data" / "backcare" / "catalogue"
    assert desk.client.refused("Start", "(ssa{sv})", "", "window-look", {}).name == ERROR + "NoSuchExercise"
    shipped = link.resolve()
    link.unlink()
    link.mkdir()
    for path in shipped.glob("*.ini"):
        (link / path.name).symlink_to(path)
    (link / "my.ini").write_text(EXERCISE)
    wait_for(lambda: "were read anew" in desk.log(), "the reload")
    wait_for(lambda: desk.ctl("start", "--exercise", "window-look", check=False).returncode == 0, "the new exercise")
    desk.ctl("skip")
    reloads = desk.log().count("were read anew")
    (link / "my.ini").write_text("[shoulder-rolls]\nhidden = yes\n")
    desk.wait_log("were read anew", reloads + 1)
    wait_for(lambda: desk.ctl("start", "--exercise", "shoulder-rolls", check=False).returncode == 4, "it to be hidden")
    assert desk.client.refused("Start", "(ssa{sv})", "", "window-look", {}).name == ERROR + "NoSuchExercise"
    reloads = desk.log().count("were read anew")
    broken = EXERCISE.replace("duration = 60s", "duration = 60 parsecs").replace("[window-look]", "[broken]")
    (link / "my.ini").write_text(broken + EXERCISE)
    desk.wait_log("were read anew", reloads + 1)
    assert f"{link}/my.ini:7:" in desk.log()
    ran = desk.ctl("reload")
    assert f"{link}/my.ini:7:" in ran.stderr and "Settings read." in ran.stdout
    for method in ("start", "feedback"):
        assert desk.ctl(*(["start", "--exercise"] if method == "start" else ["feedback", "hurts"]), "broken",
                        check=False).returncode == 4
    desk.ctl("start", "--exercise", "window-look")


def test_private_values_are_nowhere(x_desk):
    """Conditions and dates in the settings, right or wrong, are on no bus, in no journal, notification or state."""
    due = str(datetime.date.today() + datetime.timedelta(days=95))
    words = ("osteoporosis", "pelvic-girdle-pain", due, "0190 112233", "kidney-thing", "2027-13-41")
    profile = {"conditions": "osteoporosis, pelvic-girdle-pain", "pregnancy-due": due,
               "emergency-number": "0190 112233"}
    path = x_desk.configure({"profile": profile})
    x_desk.start()
    x_desk.session.run(["busctl", "--user", "set-property", "org.backcare.BackCare1", "/org/freedesktop/LogControl1",
                        "org.freedesktop.LogControl1", "LogLevel", "s", "debug"])
    x_desk.bus.wait_notify()
    x_desk.ctl("start")
    x_desk.bus.wait_notify()
    x_desk.ctl("skip")
    # Mistakes in them are said without the words.
    path.write_text(x_desk.settings({"profile": {**profile, "conditions": "osteoporosis, kidney-thing",
                                                 "pregnancy-due": "2027-13-41"}}))
    x_desk.wait_log("stay as they were")
    refused = x_desk.client.refused("Reload", "()")
    assert refused.name == ERROR + "InvalidConfig" and refused.message.count("backcarectl config check") == 2
    assert refused.message.startswith(f"{path}:") and "conditions" not in refused.message
    everything = {
        "GetAll": x_desk.client.get_all(), "Explain": x_desk.client.call("Explain"),
        "status": x_desk.ctl("status", "--json").stdout, "why": x_desk.ctl("why").stdout,
        "introspection": x_desk.client.call_raw("org.freedesktop.DBus.Introspectable", "Introspect"),
        "state": x_desk.state_file.read_text(), "bus": repr(x_desk.bus.since(0)),
        "dunst": x_desk.session.run(["dunstctl", "history"]).stdout,
    }
    for place, content in {**everything, "log": x_desk.log(), "refusal": refused.message}.items():
        text = content if isinstance(content, str) else json.dumps(content, default=repr)
        for word in words:
            assert word not in text, f"{word} in {place}"
