# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's notification port with real servers: nothing may make its loop wait."""
import os
import pathlib
import signal
import stat

import pytest

from notifier_host import Host, wait_for

STALL_MSEC = 300  # what a loaded machine may cost; a blocking call costs seconds


@pytest.fixture
def host():
    host = Host()
    try:
        host.bus()
        yield host
    finally:
        host.close()


@pytest.fixture
def screen(host):
    host.display()
    return host


def wait_server_known(driver, name):
    return wait_for(f"server {name!r}", lambda: (lambda text: text if text.startswith(f"[{name}]") else None)(
        driver.ask("server")))


def test_dunst_shows_replaces_and_withdraws(screen):
    dunst = screen.dunst()
    driver = screen.driver()
    assert " actions" in wait_server_known(driver, "dunst")
    assert driver.children() == []  # nothing runs before there is something to show
    assert driver.ask("show Chin glide") == "0"
    driver.expect("event shown")
    assert len(driver.children()) == 1
    dunst.expect(".*45 minutes seated.*Chin glide.*")
    for seconds in (0, 20, 60):
        driver.ask(f"guide {seconds}")
        driver.expect("event shown")
        assert screen.displayed() == 1
    dunst.expect(".*Step 2 of 4.*")
    driver.ask("withdraw")
    wait_for("an empty screen", lambda: screen.displayed() == 0)
    driver.wait_alone()
    assert not [line for line in driver.seen if "closed" in line or "failed" in line]
    assert int(driver.ask("stall")) < STALL_MSEC


def test_dunst_action_by_command(screen):
    screen.dunst()
    driver = screen.driver()
    screen.choose("Snooze")
    driver.ask("show Chin glide")
    driver.expect("event shown")
    screen.run("dunstctl", "action", "0")
    driver.expect("event action snooze")
    # dunst leaves it standing; the notifier does not.
    driver.expect("event closed closed")
    wait_for("an empty screen", lambda: screen.displayed() == 0)
    driver.wait_alone()


def test_dunst_action_by_click_becomes_the_guide(screen):
    dunst = screen.dunst()
    driver = screen.driver()
    screen.choose("Start")
    driver.ask("show Chin glide")
    driver.expect("event shown")
    wait_for("dunst's window", lambda: screen.windows("dunst"))
    screen.click(850, 70)
    driver.expect("event action start")
    child = driver.children()
    driver.ask("guide 0")
    driver.expect("event shown")
    dunst.expect(".*Step 1 of 4.*")
    assert screen.displayed() == 1
    assert driver.children() == child  # the same notifier goes on
    screen.choose("Done")
    screen.click(850, 70)
    driver.expect("event action done")
    driver.expect("event closed closed")


def test_dunst_expiry_and_dismissal(screen):
    screen.dunst()
    driver = screen.driver()
    driver.ask("expire 500 Chin glide")
    driver.expect("event shown")
    driver.expect("event closed expired")
    driver.wait_alone()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    screen.run("dunstctl", "close")
    driver.expect("event closed dismissed")
    driver.wait_alone()
    # What the user has closed is not brought back by an update.
    assert driver.ask("guide 20") == "1"
    assert driver.children() == []


def find_server(name):
    for path in ("/usr/lib/notification-daemon/notification-daemon", "/usr/libexec/notification-daemon",
                 *map(str, pathlib.Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd"))):
        if path.endswith(name) and os.access(path, os.X_OK):
            return path
    raise AssertionError(f"{name} is not installed")


def test_notification_daemon_ignores_expiry(screen):
    screen.start(find_server("notification-daemon"))
    screen.wait_server()
    driver = screen.driver()
    wait_server_known(driver, "Notification Daemon")
    driver.ask("expire 400 Chin glide")
    driver.expect("event shown")
    driver.expect("event closed expired", 5)
    driver.wait_alone()
    wait_for("an empty screen", lambda: not screen.windows("notification-daemon"))


@pytest.mark.parametrize("name, action, from_left, from_bottom", [
    ("notification-daemon", "snooze", lambda width: 180, 37),
    ("xfce4-notifyd", "start", lambda width: width // 8, 30),
])
def test_button_clicked(screen, name, action, from_left, from_bottom):
    """A real click on a drawn button; the next message takes the place of the answered one."""
    screen.start(find_server(name))
    screen.wait_server()
    monitor = screen.monitor()
    driver = screen.driver()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    screen.click_button(name, lambda x, y, width, height: (x + from_left(width), y + height - from_bottom), monitor)
    driver.expect("event action " + action)
    driver.ask("guide 0")
    driver.expect("event shown")
    assert not [line for line in driver.seen if "closed" in line or "failed" in line]
    driver.ask("withdraw")
    driver.wait_alone()
    wait_for("an empty screen", lambda: not screen.windows(name))


def test_server_that_hangs(screen):
    """A real server, stopped: the daemon goes on, the message fails, and afterwards all is well."""
    dunst = screen.dunst()
    driver = screen.driver()
    wait_server_known(driver, "dunst")
    driver.ask("stall")
    os.kill(dunst.pid, signal.SIGSTOP)
    driver.ask("show Chin glide")
    driver.expect("event failed the notification server does not answer", 12)
    driver.wait_alone()
    assert int(driver.ask("stall")) < STALL_MSEC
    os.kill(dunst.pid, signal.SIGCONT)
    driver.ask("show Chin glide")
    driver.expect("event shown")


def test_server_that_hangs_from_the_start(host):
    host.server("--hang")
    driver = host.driver()
    assert driver.ask("server") == "[] []"
    driver.ask("show Chin glide")
    # Replaced and withdrawn while the server says nothing.
    driver.ask("show Shoulder rolls")
    driver.ask("withdraw")
    driver.expect("event gone", 4)
    driver.wait_alone()
    assert int(driver.ask("stall")) < STALL_MSEC
    assert [line for line in driver.seen if line.startswith("event")] == ["event gone"]


def test_server_that_hangs_at_the_withdrawal(screen):
    dunst = screen.dunst()
    driver = screen.driver()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    os.kill(dunst.pid, signal.SIGSTOP)
    driver.ask("withdraw")
    driver.ask("show Shoulder rolls")  # waits until the first notifier is gone
    os.kill(dunst.pid, signal.SIGCONT)
    driver.expect("event shown")
    dunst.expect(".*Shoulder rolls.*")
    assert int(driver.ask("stall")) < STALL_MSEC


def test_server_killed_and_started_again(screen):
    dunst = screen.dunst()
    driver = screen.driver()
    wait_server_known(driver, "dunst")
    driver.ask("show Chin glide")
    driver.expect("event shown")
    dunst.popen.kill()
    # The bus tells both, the daemon and its notifier; who is first is open.
    told = {driver.expect("event (server|failed .*|gone)")[1] for _ in range(3)}
    assert told == {"server", "failed the notification server has gone", "gone"}
    assert driver.ask("server") == "[] []"
    driver.wait_alone()
    screen.dunst()
    driver.expect("event server")
    wait_server_known(driver, "dunst")
    driver.ask("show Chin glide")
    driver.expect("event shown")


def test_no_server(host):
    driver = host.driver()
    driver.ask("show Chin glide")
    driver.expect("event failed no notification server is running")
    driver.wait_alone()
    assert driver.ask("server") == "[] []"


def test_server_is_seen_after_the_first_show(screen):
    """A server that the bus starts on demand: asking about it must not start it, showing does."""
    services = screen.dir / "services"
    services.mkdir()
    wrapper = screen.dir / "start-dunst"
    wrapper.write_text(f"#!/bin/sh\nexport DISPLAY={screen.env['DISPLAY']}\nexec timeout 60 dunst -conf /dev/null\n")
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    (services / "n.service").write_text("[D-BUS Service]\nName=org.freedesktop.Notifications\n"
                                        f"Exec={wrapper}\n")
    config = screen.dir / "bus.conf"
    config.write_text(config.read_text().replace("<auth>", f"<servicedir>{services}</servicedir><auth>"))
    assert screen.bus_call("ReloadConfig", "()") is not None
    driver = screen.driver()
    assert driver.ask("server") == "[] []"
    assert not screen.server_runs()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    assert "dunst" in wait_server_known(driver, "dunst")


def test_notifier_killed(screen):
    screen.dunst()
    driver = screen.driver()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    (child,) = driver.children()
    os.kill(child, signal.SIGKILL)
    driver.expect(r"event failed the notifier ended unexpectedly \(signal 9\)")
    driver.wait_alone()
    # What it left behind is replaced, not doubled.
    driver.ask("show Shoulder rolls")
    driver.expect("event shown")
    assert screen.displayed() == 1


def test_daemon_killed(screen):
    """The end of its input takes the notification away: a crash leaves no dead buttons."""
    screen.dunst()
    driver = screen.driver()
    driver.ask("show Chin glide")
    driver.expect("event shown")
    (child,) = driver.children()
    driver.popen.kill()
    wait_for("an empty screen", lambda: screen.displayed() == 0)
    wait_for("no notifier", lambda: not os.path.exists(f"/proc/{child}/exe"))


def test_nothing_leaks(screen):
    dunst = screen.dunst()
    driver = screen.driver()
    wait_server_known(driver, "dunst")
    before = int(driver.ask("fds"))
    driver.send("flood 200\n")
    for _ in range(200):
        driver.expect("show 0")
    dunst.expect(".*Number 200.*", 30)
    driver.ask("withdraw")
    driver.wait_alone()
    for number in range(15):
        driver.ask(f"show Cycle {number}")
        driver.expect("event shown")
        driver.ask("withdraw")
    driver.wait_alone()
    wait_for("an empty screen", lambda: screen.displayed() == 0)
    assert int(driver.ask("fds")) == before
    assert int(driver.ask("stall")) < STALL_MSEC
    driver.send("quit\n")
    assert driver.popen.wait(5) == 0
