# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said beside the exercises and of them: why one was chosen, feedback on the notification, too much, the advice,
a tip now and then, the first run."""

import resource

import pytest
from bus_harness import ERROR, BusError

from support.desk import Jumps, fast_clock
from support.recorder import Shown
from support.waiting import wait_for

CATALOGUE = "org.backcare.BackCare1.Catalogue"
DAY = 24 * 3600


def get(desk, exercise):
    return desk.client.call_raw(CATALOGUE, "Get", "(s)", (exercise,))[0][0]


@pytest.fixture
def fast(build_dir):
    return fast_clock(build_dir, 25)


def prompted(desk, **kwargs):
    desk.start(**kwargs)
    desk.bus.wait("Prompted")
    return desk.get("Prompt")[1]


def test_why_this_one(x_desk):
    x_desk.configure({"profile": {"focus": "neck, shoulders"}})
    exercise = prompted(x_desk)
    said = x_desk.client.call("ExplainChoice")
    assert said["exercise"] == exercise and said["title"]
    assert any("first seven days" in reason for reason in said["reasons"])
    this, = [get(x_desk, exercise)]
    assert this["chosen"] == said["reasons"] and this["not_now"] == [] and this["verdict"] == ""
    assert said["title"] in x_desk.ctl("why").stdout and said["reasons"][0] in x_desk.ctl("why").stdout
    other = get(x_desk, "sit-to-stand")  # intensity 2
    assert other["suitable"] and other["chosen"] == [] and any("seven days" in reason for reason in other["not_now"])
    x_desk.ctl("start", "--exercise", "posture-reset")
    assert x_desk.client.call("ExplainChoice")["reasons"] == ["you asked for it"]
    assert get(x_desk, "posture-reset")["chosen"] == ["you asked for it"]


def test_feedback_on_the_last_notification(x_desk, fast):
    """After a guided break one can say how it was; what hurt is not proposed again until it is allowed."""
    x_desk.configure({"break.stretch": {"after": "10s", "length": "30s"}})
    exercise = prompted(x_desk, environment=fast)
    x_desk.ctl("start")
    done = x_desk.bus.wait_notify(lambda shown: shown.summary.startswith("All done"), seconds=60)
    assert list(done.actions) == ["better", "hurts"]
    x_desk.choose("It hurt")
    wait_for(lambda: get(x_desk, exercise)["verdict"] == "hurts", "the verdict")
    assert any("hurts" in bar for bar in get(x_desk, exercise)["not_now"])
    for _ in range(60):
        if x_desk.get("Prompt")[0]:
            assert x_desk.client.call("Another", "(a{sv})", {}) != exercise
        else:
            x_desk.bus.wait("Prompted")
    assert x_desk.stop() == 0
    x_desk.start()
    assert get(x_desk, exercise)["verdict"] == "hurts"
    x_desk.ctl("feedback", "same", exercise)
    assert get(x_desk, exercise)["verdict"] == ""
    x_desk.ctl("feedback", "better", exercise)
    assert get(x_desk, exercise)["verdict"] == "better"


def test_what_feedback_without_a_name_means(x_desk):
    """Who says that it hurt is told what to type when it is well again; of a routine that is the part that was shown."""
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.start()
    assert x_desk.client.call("ExplainChoice") == {}
    refused = x_desk.client.refused("Feedback", "(ss)", "no-such", "hurts")
    assert refused.name == ERROR + "NoSuchExercise" and "leave the name out" not in refused.message
    x_desk.ctl("start", "--exercise", "posture-reset")
    assert x_desk.client.call("ExplainChoice")["last"] == "posture-reset"
    x_desk.ctl("done")
    assert x_desk.client.call("ExplainChoice") == {"last": "posture-reset"}
    assert x_desk.ctl("feedback", "hurts").stdout.endswith("feedback same posture-reset\n")
    x_desk.ctl("start", "--exercise", "desk-five-minutes")
    said = x_desk.ctl("feedback", "hurts", "desk-five-minutes").stdout
    part = said.split()[-1]
    assert part != "desk-five-minutes" and get(x_desk, part)["verdict"] == "hurts"
    assert x_desk.ctl("feedback", "same", part).stdout == "Noted.\n"


def test_too_much(x_desk):
    """The button in the guide ends it, says so to nobody, and that exercise is not proposed again."""
    x_desk.configure({"break.stretch": {"after": "2s"}})
    exercise = prompted(x_desk)
    x_desk.ctl("start")
    guide = x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
    assert "too-much" in guide.actions
    x_desk.choose("Too much")
    assert x_desk.bus.wait("BreakEnded").args == ["stretch", "cut-short"]
    assert get(x_desk, exercise)["verdict"] == "hurts"


def test_three_times_is_for_a_professional(x_desk):
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.start()
    for exercise in ("chin-tuck", "neck-turns", "posture-reset"):
        assert not [m for m in x_desk.bus.since(0, "Notify") if Shown(m).summary == "Worth a second look"]
        assert f"feedback same {exercise}\n" in x_desk.ctl("feedback", "hurts", exercise).stdout
    advice = x_desk.bus.wait_notify(lambda shown: shown.summary == "Worth a second look")
    assert "physiotherapist" in advice.body
    assert all(word not in x_desk.log() for word in ("hurts", "chin-tuck"))


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_the_advice_waits_over_a_restart(x_desk, end):
    """It is not put in the place of a prompt, and by then the daemon may be another one."""
    def advised(mark=0):
        return [m for m in x_desk.bus.since(mark, "Notify") if Shown(m).summary == "Worth a second look"]

    x_desk.configure({"break.stretch": {"length": "10min"}})
    prompted(x_desk)
    for exercise in ("chin-tuck", "neck-turns", "posture-reset"):
        x_desk.ctl("feedback", "hurts", exercise)
    assert not advised()
    assert x_desk.stop() == 0 if end == "stop" else not x_desk.crash()
    x_desk.start()
    x_desk.ctl("status")
    assert not advised(), "the prompt still stands"
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.ctl("reload")
    x_desk.ctl("skip")
    x_desk.bus.wait_notify(lambda shown: shown.summary == "Worth a second look")
    # Once is enough.
    x_desk.crash()
    mark = x_desk.bus.mark()
    x_desk.start()
    x_desk.ctl("start")
    x_desk.bus.wait_notify(lambda shown: "Step 1 of" in shown.body)
    x_desk.ctl("skip")
    assert not advised(mark)


def test_a_tip_now_and_then(x_desk, build_dir):
    """At most one in three days, at the end of a guided break, and never one that is for some people only."""
    jumps = Jumps(x_desk, build_dir, rate=10)
    x_desk.configure({"break.stretch": {"after": "1s", "length": "1s"},
                      "profile": {"pregnancy-due": "2099-01-01", "conditions": "osteoporosis"}})
    x_desk.start(environment=jumps.environment)
    private = [tip["text"] for tip in tips(x_desk) if "pregnan" in tip["text"]]
    assert private, "no tip of the catalogue is private: this tests nothing"

    def complete():
        x_desk.bus.wait_state("due")
        x_desk.ctl("start")
        shown = x_desk.bus.wait_notify(lambda shown: "Step" in shown.body or "left" in shown.body)
        x_desk.ctl("done")
        shown = x_desk.bus.wait_notify(lambda shown: shown.summary.startswith("All done"))
        return shown.summary != "All done", shown.body

    seen = [complete() for _ in range(2)]
    for _ in range(40):
        jumps.set_clock(3 * DAY)
        seen.append(complete())
    assert [tip for tip, _ in seen[:3]] == [True, False, True] and all(tip for tip, _ in seen[2:])
    bodies = {body for tip, body in seen if tip}
    assert len(bodies) > 5 and not bodies & set(private)


def tips(desk):
    import json
    return json.loads(desk.ctl("list", "--kind", "tip", "--all", "--json").stdout)


def test_feedback_on_a_full_disk(x_desk):
    """It holds while the daemon runs, and who said it is told that it will not be remembered."""
    x_desk.configure({})
    x_desk.start()
    x_desk.ctl("feedback", "better", "neck-turns")
    resource.prlimit(x_desk.daemon.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    ran = x_desk.ctl("feedback", "hurts", "neck-turns", check=False)
    assert ran.returncode == 4 and "the next start will not know it" in ran.stderr and "Noted" not in ran.stdout
    resource.prlimit(x_desk.daemon.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert get(x_desk, "neck-turns")["verdict"] == "hurts"
    assert "Noted" in x_desk.ctl("feedback", "hurts", "neck-turns").stdout


def test_first_run(x_desk):
    """What it is and what it is not, once: the marker is there when somebody could read it."""
    x_desk.configure({"break.stretch": {"after": "1h"}})
    x_desk.start(first_run=True)
    welcome = x_desk.bus.wait_notify(lambda shown: shown.summary == "Welcome to BackCare")
    assert "Stop if anything hurts" in welcome.body and not welcome.actions
    marker = x_desk.state_file.parent / "welcome-shown"
    wait_for(marker.exists, "the marker")
    assert marker.stat().st_mode & 0o777 == 0o600
    assert x_desk.stop() == 0
    mark = x_desk.bus.mark()
    x_desk.start(first_run=True)
    x_desk.ctl("status")
    assert not [m for m in x_desk.bus.since(mark, "Notify") if Shown(m).summary == "Welcome to BackCare"]


def test_the_first_run_waits_for_a_screen(x_session, desk):
    """Without anybody to show it, the next start tries again; that something else was shown is not it."""
    desk.configure({"break.stretch": {"after": "1h"}})
    desk.start(first_run=True)
    desk.wait_log("The notification could not be shown")
    desk.ctl("start")
    desk.start_dunst()
    desk.bus.wait_notify(lambda shown: shown.summary != "Welcome to BackCare")
    desk.wait_displayed(1)
    assert not (desk.state_file.parent / "welcome-shown").exists()


def test_a_routine_by_name(x_desk, fast):
    x_desk.configure({"break.stretch": {"after": "1h", "length": "3min"}})
    x_desk.start(environment=fast)
    assert x_desk.client.call("Start", "(ssa{sv})", "stretch", "desk-five-minutes", {}) == "desk-five-minutes"
    first = x_desk.bus.wait_notify(lambda shown: shown.body.startswith("1 of "))
    rest = x_desk.bus.wait_notify(lambda shown: shown.summary == "A short rest", seconds=60)
    assert "Next: “" in rest.body
    second = x_desk.bus.wait_notify(lambda shown: shown.body.startswith("2 of "), seconds=60)
    assert second.summary != first.summary and f"Next: “{second.summary}”" in rest.body
    x_desk.bus.wait("BreakEnded", lambda m: m.args == ["stretch", "guided"], seconds=120)
    with pytest.raises(BusError) as refused:
        x_desk.client.call("Start", "(ssa{sv})", "", "no-such-routine", {})
    assert ERROR + "NoSuchExercise" in str(refused.value.name)


def test_the_language_of_the_settings(x_desk):
    x_desk.configure({"profile": {"language": "de"}})
    x_desk.start()
    shown = x_desk.bus.wait_notify()
    assert "Sekunde" in shown.body and shown.actions["start"] == "Los" and shown.actions["another"] == "Andere"
    x_desk.configure({"profile": {"language": "en"}})
    x_desk.ctl("reload")
    x_desk.ctl("skip")
    x_desk.bus.wait_notify(lambda shown: "second" in shown.body)


def test_the_journal_is_english(x_desk):
    """Whatever language the user has: it is read by others, too. Who asks for the reload is told in the user's."""
    x_desk.configure({"profile": {"language": "de"}})
    x_desk.start()
    x_desk.configure({"profile": {"language": "de"}, "reminder": {"urgency": "loud"}})
    x_desk.wait_log("[reminder].urgency: loud: ")
    assert "loud: no such choice; did you mean low?" in x_desk.log()
    refusal = x_desk.client.refused("Reload", "()")
    assert refusal.name == ERROR + "InvalidConfig" and "[reminder].urgency: loud: " in refusal.message
    assert refusal.message.split("loud: ")[1] not in x_desk.log()
