# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the source of activity: one line for each change, and one notice where none works. Never silence."""

import json
import re
import time

import pytest

from support import logind as login1
from support.desk import fast_clock
from support.waiting import wait_for

NOTICE = "BackCare can't see when you take a break"


def lines(desk):
    """What the journal was told of the source in use."""
    return re.findall(r"(Activity is followed by .*|No source of activity works.*|The settings ask for .*)", desk.log())


def start_x_again(desk):
    """An X server on the display that there was before."""
    desk.session.start(["Xvfb", desk.session.display, "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"], "xvfb")


def test_one_line_for_a_change(desk):
    desk.session.start_x()
    desk.configure()
    desk.start()
    desk.wait_log("Activity is followed by x11 (")
    assert len(lines(desk)) == 1
    server = next(p for p in desk.session.processes if p.args[0] == "Xvfb")
    desk.session.stop(server)
    desk.wait_log("No source of activity works")
    assert ["x11", "unavailable"] in [list(source[:2]) for source in desk.get("Sources")]
    assert desk.get("State") in ("active", "due"), "who can't be seen counts as active"
    start_x_again(desk)
    desk.wait_log("Activity is followed by x11 (", 2)
    assert len(lines(desk)) == 3


@pytest.mark.parametrize("forced", ["logind", "x11"])
def test_forced_source_that_does_not_work(desk, forced):
    desk.configure({"activity": {"source": forced}})
    desk.start()
    desk.wait_log(f"The settings ask for {forced} as the source of activity, and it does not work (")
    assert len(lines(desk)) == 1
    detail = next(d for name, status, d in desk.get("Sources") if name == forced)
    assert "you always count as active" in detail


def test_logind_without_a_session(desk):
    """It tells of sleep; nothing is said to tell of input."""
    desk.session.start_system_bus()
    login1.Logind(desk.session).start()
    desk.configure({"break.stretch": {"after": "4h"}})
    desk.start()
    wait_for(lambda: ("logind", "active") in [source[:2] for source in desk.get("Sources")], "logind")
    assert re.search(r"Activity +no source", desk.ctl("status").stdout)
    (logind,) = [s for s in json.loads(desk.ctl("doctor", "--json", check=False).stdout)["sources"] if s["name"] == "logind"]
    assert "sleep" in logind["reports"] and not {"idle", "query"} & set(logind["reports"]) and not logind["in_use"]


def test_forced_and_back(x_desk):
    """What is asked for and fails is said, and so is the one that takes its place; of the others nothing untrue is."""
    x_desk.configure()
    x_desk.start()
    x_desk.wait_log("Activity is followed by x11 (")
    x_desk.configure({"activity": {"source": "wayland"}})
    x_desk.wait_log("The settings ask for wayland")
    wait_for(lambda: ("x11", "standby") in [source[:2] for source in x_desk.get("Sources")], "x11 standing by")
    assert next(d for name, _, d in x_desk.get("Sources") if name == "x11").endswith("; another one is asked for")
    assert "the activity source that is asked for does not work" in x_desk.ctl("status").stdout
    x_desk.configure({"activity": {"source": "mutter"}})
    x_desk.wait_log("The settings ask for mutter")
    x_desk.configure()
    x_desk.wait_log("Activity is followed by x11 (", 2)
    assert len(lines(x_desk)) == 4


def test_sources_are_told_of_together(x_desk):
    """Every source has something to say at the start: clients hear of it in a few words."""
    x_desk.configure({"break.stretch": {"after": "4h"}})
    x_desk.start()
    x_desk.wait_log("Activity is followed by x11 (")
    wait_for(lambda: ("x11", "active") in [source[:2] for source in x_desk.get("Sources")], "the source")
    assert len(x_desk.bus.since(0, "PropertiesChanged")) <= 6


def test_notice(x_desk, build_dir):
    """Half a minute without any: said on the screen, once, with what to do."""
    x_desk.configure({"break.stretch": {"after": "4h"}})
    x_desk.start(environment={**fast_clock(build_dir, 20), "DISPLAY": ":987", "XAUTHORITY": "/nowhere"})
    assert lines(x_desk) == [], "nothing has changed, and the desktop may only be starting"
    shown = x_desk.bus.wait_notify(lambda s: s.summary == NOTICE)
    assert "backcarectl doctor" in shown.body and not shown.actions.keys() - {"default"}
    assert len(lines(x_desk)) == 1 and "No source of activity works" in lines(x_desk)[0]
    mark = x_desk.bus.mark()
    x_desk.ctl("pause")
    x_desk.ctl("resume")
    time.sleep(3)  # a minute of the daemon's
    assert not x_desk.bus.since(mark, "Notify")


def test_no_notice_where_one_is_found(x_desk, build_dir):
    x_desk.configure({"break.stretch": {"after": "4h"}})
    x_desk.start(environment=fast_clock(build_dir, 20))
    wait_for(lambda: ("x11", "active") in [source[:2] for source in x_desk.get("Sources")], "the source")
    time.sleep(3)  # a minute of the daemon's
    assert not x_desk.bus.since(0, "Notify")


def test_notice_waits_for_somebody(x_desk, build_dir):
    """Not over a locked screen, nor while another session is in front: at the unlocking."""
    x_desk.session.start_system_bus()
    logind = login1.Logind(x_desk.session).start()
    path = logind.add_session()
    x_desk.configure({"break.stretch": {"after": "4h"}})
    x_desk.start("--source", "x11", environment={**fast_clock(build_dir, 20), "DISPLAY": ":987", "XAUTHORITY": "/nowhere"})
    logind.set(path, login1.SESSION, LockedHint=True)
    x_desk.bus.wait_state("away")
    mark = x_desk.bus.mark()
    time.sleep(3)  # a minute of the daemon's
    assert not x_desk.bus.since(mark, "Notify")
    logind.set(path, login1.SESSION, LockedHint=False)
    x_desk.bus.wait_notify(lambda s: s.summary == NOTICE)
