# SPDX-License-Identifier: GPL-3.0-or-later
"""Inhibit: the hold begins with the call and ends with the last copy of the descriptor, whoever has it."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from bus_harness import INVALID_ARGS, LIMIT, Client

LIMITS_EXCEEDED = "org.freedesktop.DBus.Error.LimitsExceeded"

# Takes an inhibition and waits for the end of its input.
HOLDER = """
import sys
import bus_harness
client = bus_harness.Client(sys.argv[1])
fd = client.inhibit("holder", "a talk")
print("held", flush=True)
sys.stdin.read()
"""


def start_holder(address):
    return subprocess.Popen([sys.executable, "-c", HOLDER, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, text=True)


def test_ends_when_closed(driver, client):
    fd = client.inhibit("mpv", "a film")
    driver.expect("command hold on inhibit-1 [a film (mpv)]")
    assert client.get("Reason") == "a film (mpv)"
    driver.quiet()  # it still stands
    os.close(fd)
    driver.expect("command hold off inhibit-1 [a film (mpv)]")
    assert client.get("Reason") == ""


def test_each_has_its_own_id(driver, client):
    first, second = client.inhibit(), client.inhibit()
    driver.expect("command hold on inhibit-1")
    driver.expect("command hold on inhibit-2")
    os.close(first)
    driver.expect("command hold off inhibit-1")
    third = client.inhibit()
    driver.expect("command hold on inhibit-3")
    os.close(third)
    driver.expect("command hold off inhibit-3")
    os.close(second)
    driver.expect("command hold off inhibit-2")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_ends_with_the_process(private_bus, driver, how):
    holder = start_holder(private_bus.address)
    try:
        assert holder.stdout.readline() == "held\n"
        driver.expect("command hold on inhibit-1 [a talk (holder)]")
        if how:
            holder.send_signal(how)
        else:
            holder.stdin.close()
        driver.expect("command hold off inhibit-1")
    finally:
        holder.kill()
        holder.wait(LIMIT)
        holder.stdout.close()


def test_lives_on_where_it_was_passed_to(driver, client):
    ours, theirs = socket.socketpair()
    # The child has no copy but the one that the socket brings.
    keeper = subprocess.Popen(
        [sys.executable, "-c",
         "import socket, sys\n"
         "s = socket.socket(fileno=int(sys.argv[1]))\n"
         "_, fds, _, _ = socket.recv_fds(s, 1, 1)\n"
         "s.send(b'k')\n"
         "s.recv(1)\n", str(theirs.fileno())], pass_fds=[theirs.fileno()])
    try:
        theirs.close()
        ours.settimeout(LIMIT)
        fd = client.inhibit()
        driver.expect("command hold on")
        socket.send_fds(ours, [b"f"], [fd])
        assert ours.recv(1) == b"k"
        os.close(fd)
        client.close()
        driver.quiet()
        ours.close()  # the child ends
        driver.expect("command hold off")
    finally:
        keeper.kill()
        keeper.wait(LIMIT)
        ours.close()


def test_survives_the_connection(private_bus, driver):
    client = Client(private_bus.address)
    fd = client.inhibit()
    driver.expect("command hold on")
    client.close()
    driver.quiet()
    os.close(fd)
    driver.expect("command hold off")


def test_no_child_inherits_it(driver, client):
    """A copy in a child of the daemon (the notifier) would keep the hold for as long as that lives."""
    def flags():
        directory = f"/proc/{driver.process.pid}"
        for fd in os.listdir(f"{directory}/fd"):
            if int(fd) > 2 and os.readlink(f"{directory}/fd/{fd}").startswith("pipe:"):
                with open(f"{directory}/fdinfo/{fd}", encoding="ascii") as info:
                    yield int(next(line for line in info if line.startswith("flags:")).split()[1], 8)

    before = len(list(flags()))  # a sanitizer may have its own
    fd = client.inhibit()
    driver.expect("command hold on")
    after = list(flags())
    assert len(after) == before + 1  # its own end, and no other is left
    assert all(f & os.O_CLOEXEC for f in after)
    os.close(fd)
    driver.expect("command hold off")


def test_writing_to_it_changes_nothing(driver, client):
    fd = client.inhibit()
    driver.expect("command hold on")
    with pytest.raises(BlockingIOError):
        while True:  # it is full at last; nobody reads
            os.write(fd, b"x" * 65536)
    driver.quiet()
    os.close(fd)
    driver.expect("command hold off")


def test_the_33rd_is_refused(driver, client):
    fds = [client.inhibit("p", str(i)) for i in range(32)]
    for i in range(32):
        driver.expect(f"command hold on inhibit-{i + 1} ")
    error = client.refused("Inhibit", "(ss)", "p", "one too many")
    assert error.name == LIMITS_EXCEEDED and "32" in error.message
    driver.quiet()
    os.close(fds.pop())
    driver.expect("command hold off inhibit-32")
    fds.append(client.inhibit())
    driver.expect("command hold on inhibit-33")
    for fd in fds:
        os.close(fd)
    ended = {driver.expect("command hold off").split()[3] for _ in range(32)}
    assert ended == {f"inhibit-{i}" for i in list(range(1, 32)) + [33]}


def test_refused_by_the_core_leaves_nothing(driver, client):
    driver.say("answer", 8)
    for _ in range(40):  # more than would fit
        assert client.refused("Inhibit", "(ss)", "p", "w").name == LIMITS_EXCEEDED
        driver.expect("command hold on")
    driver.say("answer", -5)
    assert client.refused("Inhibit", "(ss)", "p", "w").name == "org.freedesktop.DBus.Error.IOError"
    driver.expect("command hold on")
    driver.say("answer", 0)
    before = len(os.listdir(f"/proc/{driver.process.pid}/fd"))
    fd = client.inhibit()
    driver.expect("command hold on")
    os.close(fd)
    driver.expect("command hold off")
    driver.quiet()
    assert len(os.listdir(f"/proc/{driver.process.pid}/fd")) == before


@pytest.mark.parametrize("who,why,named", [
    ("", "w", "who"), ("   ", "w", "who"), ("w" * 65, "w", "who"), ("a\tb", "w", "who"), ("p", "", "why"),
    ("p", "w" * 129, "why"), ("p", "é" * 65, "why"), ("p", "two\nlines", "why"), ("p", "\u0085", "why")])
def test_bad_texts(driver, client, who, why, named):
    error = client.refused("Inhibit", "(ss)", who, why)
    assert error.name == INVALID_ARGS and f'"{named}"' in error.message
    driver.quiet()


def test_longest_texts(driver, client):
    fd = client.inhibit("é" * 32, "ü" * 64)
    driver.expect(f"command hold on inhibit-1 [{'ü' * 64} ({'é' * 32})]")
    assert client.get("Reason") == f"{'ü' * 64} ({'é' * 32})"
    os.close(fd)
    driver.expect("command hold off")
