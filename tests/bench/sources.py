# SPDX-License-Identifier: GPL-3.0-or-later
"""What each activity source costs on the desktop that it is for: wake-ups while somebody types and while nobody does,
memory. Real compositors, each in a session of its own; a mock where none of these is. Asserts nothing."""

import os
import pathlib
import sys
import time

from bench.measure import KIB, private_dirty, settle, switches
from support import gnome, logind, screensaver, wayland
from support.session import BUS_NAME, MANAGER, OBJECT_PATH, Session
from support.waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Nothing falls due: what wakes the daemon then is the source.
SETTINGS = """[activity]
source = {source}
idle-after = {idle_after}
idle-after-prompt = 1s
[break.stretch]
enabled = no
[break.walk]
enabled = no
[hold]
do-not-disturb = no
camera = no
microphone = no
game-mode = no
"""
# In the fast hours a minute passes in a second, so that a desktop whose clock is the usual one can still be typed at.
RATE = 60


class Desk:
    """A session with what a source needs, and a user. `name` is for the table, `source` for the settings."""

    name = source = None
    detail = ""

    def __init__(self, build):
        self.build = build

    def __enter__(self):
        self.session = Session()
        self.session.__enter__()
        try:
            self.session.use_catalogue(ROOT)
            # Without one, sd-bus would watch directories for it, and be woken by what others do there.
            self.session.start_system_bus()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        self.session.close()

    def start(self):
        """The desktop comes up."""

    def stop(self):
        """What doesn't end with the session."""

    def environment(self):
        return {}

    def input(self):
        raise NotImplementedError

    def leave(self):
        """Hands off; where nobody else measures that, it is said."""

    # --- the daemon

    def configure(self, idle_after):
        self.session.configure(SETTINGS.format(source=self.source, idle_after=idle_after))

    def start_daemon(self, **more):
        state = self.session.directory / "state" / "backcare" / "state"
        state.unlink(missing_ok=True)
        daemon = self.session.start_daemon(self.build, environment={**self.environment(), **more})
        wait_for(self.followed, f"source {self.source} of {self.name}", 30)
        return daemon

    def get(self, name):
        return self.session.run(["busctl", "--user", "--json=short", "get-property", BUS_NAME, OBJECT_PATH, MANAGER,
                                 name]).stdout

    def followed(self):
        return f'["{self.source}","active","' in self.get("Sources") and self.detail in self.get("Sources")

    def is_away(self):
        return '"away"' in self.get("State")


class X11(Desk):
    name = "x11, Xvfb"
    source = "x11"

    def start(self):
        self.session.start_x()

    def input(self):
        self.session.run(["xdotool", "key", "a"])


class KWin(Desk):
    name = "wayland, KWin"
    source = "wayland"
    detail = "ext-idle-notify-v1"

    def start(self):
        self.compositor = wayland.KWin(self.build, self.session)

    def stop(self):
        self.compositor.close()

    def environment(self):
        return {"WAYLAND_DISPLAY": self.compositor.name}

    def input(self):
        self.compositor.input()


class Sway(KWin):
    name = "wayland, sway"
    detail = "org_kde_kwin_idle"

    def start(self):
        self.compositor = wayland.Sway(self.session)


class Mutter(Desk):
    name = "mutter"
    source = "mutter"

    def start(self):
        self.shell = gnome.Shell(self.session).start()

    def input(self):
        self.shell.key()


class ScreenSaver(Desk):
    name = "screensaver, a mock"
    source = "screensaver"

    def start(self):
        self.saver = screensaver.ScreenSaver(self.session, unit=screensaver.MILLISECONDS)
        # Not where the daemon watches for settings that come.
        self.saver.file = self.session.directory / "home" / "input"
        self.saver.input()
        self.saver.start()

    def input(self):
        self.saver.input()

    def leave(self):
        self.saver.set_active(True)


class Logind(Desk):
    name = "logind, a mock"
    source = "logind"

    def start(self):
        self.logind = logind.Logind(self.session).start()
        self.path = self.logind.add_session()

    def input(self):
        """What a desktop tells logind while somebody types: nothing."""

    def leave(self):
        usec = int(time.clock_gettime(time.CLOCK_REALTIME) * 1000000)
        self.logind.set(self.path, logind.SESSION, IdleHint=True, IdleSinceHint=logind.dbus.UInt64(usec))


def type_for(desk, seconds):
    """As fast as the desktop takes it, up to eleven keys a second."""
    end = time.monotonic() + seconds
    keys = 0
    while time.monotonic() < end:
        desk.input()
        keys += 1
        time.sleep(0.09)
    return keys


def typing(desk, table, quick):
    """A user who types: with the threshold as shipped, as our own breath between the keys is no pause then."""
    desk.configure("2min")
    daemon = desk.start_daemon()
    desk.input()
    settle(daemon.pid)
    before = switches(daemon.pid)
    seconds = 10 if quick else 60
    keys = type_for(desk, seconds)
    woken = switches(daemon.pid) - before
    table.row(f"{desk.name}: {seconds} s of typing ({keys} keys)", woken, None, "at most 1", woken <= 1)
    desk.session.stop(daemon)


class FastDaemon:
    """A daemon whose hours pass in minutes, and that counts how often it is woken from its wait for events."""

    def __init__(self, desk):
        self.desk = desk
        self.counter = desk.session.directory / "wakes"
        self.counter.write_bytes(bytes(8))
        self.process = desk.start_daemon(LD_PRELOAD=str(desk.build / "tests/support/fastclock.so"),
                                         BACKCARE_FASTCLOCK_RATE=str(RATE), BACKCARE_FASTCLOCK_WAKES=str(self.counter))

    def wakes(self):
        count = int.from_bytes(self.counter.read_bytes(), sys.byteorder)
        if count == 0:
            raise AssertionError("not woken once since it started: nothing is measured")
        return count

    def stop(self):
        self.desk.session.stop(self.process)


def away(desk, table, quick):
    """An hour without a user."""
    # The desktop's clock is the usual one: five minutes of the daemon's are five seconds of a desktop's.
    desk.configure("5s")
    daemon = FastDaemon(desk)
    desk.leave()
    wait_for(desk.is_away, f"the user of {desk.name} to be away", 60)
    settle(daemon.process.pid, quiet=2.0)
    before, minutes = daemon.wakes(), 20 if quick else 60
    time.sleep(minutes * 60 / RATE)
    woken = daemon.wakes() - before
    table.row(f"{desk.name}: wake-ups, {minutes} min away", woken, None, "0", woken == 0)
    daemon.stop()


def inhibited(build, table, quick):
    """A film runs, under which Mutter's watches are silent, and somebody does other things: the one source that asks."""
    with Mutter(build) as desk:
        manager = gnome.SessionManager(desk.session).start()
        desk.configure("2min")
        daemon = FastDaemon(desk)
        film = manager.inhibit()
        wait_for(lambda: "asked once a minute" in desk.get("Sources"), "the daemon to know of the film")
        type_for(desk, 2)
        before, begin = daemon.wakes(), time.monotonic()
        type_for(desk, (10 if quick else 60) * 60 / RATE)
        woken, minutes = daemon.wakes() - before, (time.monotonic() - begin) * RATE / 60
        # One more for the minute that was under way.
        table.row(f"mutter: wake-ups, {minutes:.0f} min of a film, typing", woken, None, "at most 1 a minute",
                  woken <= minutes + 1)
        daemon.stop()
        manager.release(film)


def memory(desk, table, floor):
    desk.configure("2min")
    daemon = desk.start_daemon()
    settle(daemon.pid)
    ours = private_dirty(daemon.pid) / KIB
    table.row(f"{desk.name}: private dirty memory", ours, floor, "2.0 times, and 1 MiB more",
              ours <= 2 * floor and ours - floor <= 1024, "KiB")
    desk.session.stop(daemon)


def floor_memory(build):
    """The least that an sd-bus daemon has."""
    with Session() as session:
        session.start_system_bus()
        floor = session.start([str(build / "tests/bench/bench-floor")], "floor")
        wait_for(lambda: session.has_owner("org.backcare.Floor"), "the floor's name")
        settle(floor.pid)
        return private_dirty(floor.pid) / KIB


def measure_sources(build, table, quick):
    os.sync()  # the kernel calls pages of a fresh build dirty until they are on disk
    floor = floor_memory(build)
    for kind in (X11, KWin, Sway, Mutter, ScreenSaver, Logind):
        with kind(build) as desk:
            memory(desk, table, floor)
            typing(desk, table, quick)
            away(desk, table, quick)
    inhibited(build, table, quick)
