# SPDX-License-Identifier: GPL-3.0-or-later
"""The Wayland source's promises about idle and active, held against KWin, sway and a compositor of our own."""

import os

import pytest

from support import wayland
from support.session import Session
from support.source_probe import SEC
from support.waiting import SLOWNESS, wait_for

DRIVER = os.environ["BACKCARE_SOURCE_DRIVER"]
MSEC = 1000
# Compositors count in milliseconds; the rest is this machine's load.
SLACK = 400 * MSEC * SLOWNESS


class User:
    """A user at a compositor. `early`: how much of a timeout its timers may be off by."""

    def __init__(self, session, compositor, early=0.0):
        self.session = session
        self.compositor = compositor
        self.early = early
        self.input = compositor.input

    def probe(self, threshold_msec, **more):
        return wayland.probe(DRIVER, self.session, self.compositor, threshold_msec, **more)


@pytest.fixture
def session():
    with Session() as started:
        yield started


def make_user(kind, session, build_dir):
    ours = {"version 2": ["ext 2"], "version 1": ["ext 1"], "kde": ["kde on"]}
    if kind in ours:
        return User(session, wayland.Compositor(build_dir, session, "seat seat0", *ours[kind]))
    if kind == "kwin":
        return User(session, wayland.KWin(build_dir, session), 0.05)
    return User(session, wayland.Sway(session))


@pytest.fixture(params=["version 2", "kwin", "sway"])
def user(request, session, build_dir):
    made = make_user(request.param, session, build_dir)
    yield made
    made.compositor.close()


DETAILS = {
    "version 2": "wayland-7, ext-idle-notify-v1 version 2",
    "version 1": "wayland-7, ext-idle-notify-v1 version 1; a film or a call counts as activity",
    "kde": "wayland-7, org_kde_kwin_idle; a film or a call counts as activity",
    "kwin": "wayland-kwin, ext-idle-notify-v1 version 1; a film or a call counts as activity",
    "sway": "wayland-1, org_kde_kwin_idle; a film or a call counts as activity",
}


@pytest.mark.parametrize("user", DETAILS, indirect=True)
def test_idle_and_active(user, request):
    """The report tells since when, the return when; and the best that the compositor has is used."""
    with user.probe(1000) as probe:
        start = probe.wait("active").values["t"]
        idle = probe.wait("idle").values
        assert abs(idle["since"] - start) < SLACK and idle["since"] >= start
        assert -1000 * MSEC * user.early <= idle["t"] - start - 1000 * MSEC < SLACK
        kind = request.node.callspec.params["user"]
        assert probe.sources()["wayland"] == ("active", DETAILS[kind])
        before = probe.clock()
        user.input(probe)
        active = probe.wait("active").values
        assert before <= active["t"] <= probe.clock()
        again = probe.wait("idle").values
        assert abs(again["since"] - active["t"]) < SLACK, "counted from the input"
        assert again["since"] >= active["t"]


def test_input_keeps_active(user):
    """Input again and again: nothing is reported, and idle counts from the last."""
    with user.probe(1500) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        start = probe.clock()
        while probe.clock() - start < 3000 * MSEC:
            user.input(probe)
        assert not [line for line in probe.seen if line.word == "idle"]
        last = probe.clock()
        idle = probe.wait("idle").values
        assert idle["since"] >= last - SLACK
        assert idle["t"] - last > 1500 * MSEC * (1 - user.early) - SLACK


def test_lower_threshold(user):
    """There is no asking: the new threshold counts from its change, unless the old one is there first."""
    with user.probe(60000) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        user.input(probe)
        changed = probe.clock()
        probe.say("threshold 600")
        idle = probe.wait("idle").values
        assert abs(idle["t"] - changed - 600 * MSEC) < SLACK
        assert abs(idle["since"] - changed) < SLACK
        user.input(probe)
        probe.wait("active")


def test_lower_threshold_shortly_before_the_old_one(user):
    """Part-idle already: the old watch is the first to report, and with the better since."""
    with user.probe(1500) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        user.input(probe)
        touched = probe.clock()
        wait_for(lambda: probe.clock() - touched > 800 * MSEC, "part of the threshold", step=0.02)
        probe.say("threshold 1200")
        idle = probe.wait("idle").values
        assert idle["t"] - touched < 1500 * MSEC * (1 + user.early) + SLACK / 2
        assert abs(idle["since"] - touched) < SLACK / 2 + 1500 * MSEC * user.early
        user.input(probe)
        active = probe.wait("active").values["t"]
        idle = probe.wait("idle").values
        assert idle["t"] - active < 1200 * MSEC * (1 + user.early) + SLACK / 2, "from now on the new one"


def test_raise_threshold_while_active(user):
    with user.probe(1000) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        user.input(probe)
        changed = probe.clock()
        probe.say("threshold 2000")
        idle = probe.wait("idle").values
        assert idle["t"] - changed > 2000 * MSEC * (1 - user.early) - SLACK / 4
        assert abs(idle["t"] - idle["since"] - 2000 * MSEC) < SLACK


def test_there_and_back_again(user):
    """To a prompt's threshold and back: the first watch was there all the time and tells the true since."""
    with user.probe(1500) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        user.input(probe)
        touched = probe.clock()
        probe.say("threshold 900")
        wait_for(lambda: probe.clock() - touched > 300 * MSEC, "a moment")
        probe.say("threshold 1500")
        idle = probe.wait("idle").values
        assert abs(idle["since"] - touched) < SLACK + 1500 * MSEC * user.early
        assert idle["t"] - touched > 1500 * MSEC * (1 - user.early) - SLACK / 4


@pytest.mark.parametrize("threshold", [300, 5000])
def test_threshold_while_idle(user, threshold):
    """A report stands, whatever the threshold becomes, and its end is told; then the new one holds."""
    with user.probe(1000) as probe:
        idled = probe.wait("idle").values["t"]
        probe.say(f"threshold {threshold}")
        wait_for(lambda: probe.clock() - idled > 700 * MSEC, "time for a second report")
        assert [line.word for line in probe.seen if line.word in ("idle", "active")] == ["active", "idle"]
        user.input(probe)
        active = probe.wait("active").values["t"]
        idle = probe.wait("idle").values
        assert abs(idle["t"] - active - threshold * MSEC) < SLACK + threshold * MSEC * user.early
        user.input(probe)
        probe.wait("active")


@pytest.mark.parametrize("user", DETAILS, indirect=True)
def test_rearm(user):
    """Whether idle or not: idle is reported anew a threshold later without input, and so is the end of it."""
    with user.probe(1000) as probe:
        probe.wait("idle")
        for _ in range(2):
            rearmed = probe.clock()
            probe.say("rearm")
            idle = probe.wait("idle", "active")
            assert idle.word == "idle"
            assert rearmed <= idle.values["since"] < rearmed + SLACK
            assert abs(idle.values["t"] - rearmed - 1000 * MSEC) < SLACK
        user.input(probe)
        active = probe.wait("active").values["t"]
        wait_for(lambda: probe.clock() - active > 400 * MSEC, "part of the threshold")
        rearmed = probe.clock()
        probe.say("rearm")
        idle = probe.wait("idle").values
        assert rearmed <= idle["since"] and idle["t"] - rearmed > 1000 * MSEC * (1 - user.early)
        user.input(probe)
        probe.wait("active")


def test_rearm_then_input(user):
    with user.probe(1000) as probe:
        probe.wait("idle")
        probe.say("rearm")
        probe.settled()
        user.input(probe)
        touched = probe.clock()
        idle = probe.wait("idle", "active")
        assert idle.word == "idle", "the user counted as active already"
        assert abs(idle.values["since"] - touched) < SLACK


def test_many_changes(user):
    """However often the threshold is changed, each idleness has its end."""
    with user.probe(700) as probe:
        probe.wait("idle")
        for i in range(60):
            probe.say(f"threshold {(700, 20000, 900)[i % 3]}")
            if i % 7 == 0:
                probe.say("rearm")
        probe.say("threshold 600")
        user.input(probe)
        for _ in range(2):
            probe.wait("idle")
            user.input(probe)
            probe.wait("active")


@pytest.fixture
def film(user, build_dir):
    """Plays a film at the user's compositor while its `with` block lasts."""
    def play():
        return wayland.Film(build_dir, user.session, user.compositor)
    return play


@pytest.mark.parametrize("user", ["kwin", "sway"], indirect=True)
def test_film(user, film):
    """What the detail says: these compositors tell nothing while a film plays, and idle counts from its end."""
    with user.probe(600) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        with film():
            user.input(probe)
            begun = probe.clock()
            wait_for(lambda: probe.clock() - begun > 1500 * MSEC, "more than twice the threshold")
            assert not [line for line in probe.seen if line.word == "idle" and line.values["t"] > begun]
            ended = probe.clock()
        assert probe.wait("idle").values["since"] >= ended - 600 * MSEC * user.early
        user.input(probe)
        probe.wait("active")


@pytest.mark.parametrize("user", ["kwin", "sway"], indirect=True)
def test_film_for_an_empty_chair(user, film):
    """One that begins while nobody is there brings nobody back."""
    with user.probe(600) as probe:
        idled = probe.wait("idle").values["t"]
        with film():
            wait_for(lambda: probe.clock() - idled > 1000 * MSEC, "a while")
        probe.settled()
        assert [line.word for line in probe.seen if line.word in ("idle", "active")] == ["active", "idle"]
        user.input(probe)
        probe.wait("active")


def test_query_has_no_answer(user):
    """A compositor can't be asked; that is said at once."""
    with user.probe(60000) as probe:
        probe.wait_source("wayland", lambda status, _: status == "active")
        asked = probe.clock()
        probe.say("query 5000")
        assert probe.wait("answer").text == "answer none"
        assert probe.clock() - asked < SEC


@pytest.mark.parametrize("user", ["version 2", "kwin"], indirect=True)  # sway would choose another name
def test_lost_and_back(user, request, build_dir):
    """A killed compositor counts as active at once, and is found again at its old place."""
    with user.probe(800) as probe:
        probe.wait("idle")
        lost = probe.clock()
        user.compositor.kill()
        assert 0 <= probe.wait("active").values["t"] - lost < SLACK * 2
        status, detail = probe.sources()["wayland"]
        assert status == "unavailable" and user.compositor.name in detail
        if isinstance(user.compositor, wayland.KWin):
            user.compositor.start()
        else:
            user.compositor = wayland.Compositor(build_dir, user.session)
        probe.wait_source("wayland", lambda status, _: status == "active", seconds=30)
        probe.say("rearm")
        probe.wait("idle")
        user.compositor.input()
        probe.wait("active")


@pytest.mark.parametrize("user", ["sway"], indirect=True)
def test_lost(user):
    with user.probe(800) as probe:
        probe.wait("idle")
        user.session.stop(user.compositor.process)
        probe.wait("active")
        status, detail = probe.sources()["wayland"]
        assert status == "unavailable" and user.compositor.name.rsplit("/")[-1] in detail
