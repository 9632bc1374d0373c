# SPDX-License-Identifier: GPL-3.0-or-later
"""backcare-notifier by hand: its line protocol against servers that hang, lack abilities or die."""
import ctypes
import json
import os
import platform
import signal
import struct
import subprocess
import time

import pytest

from notifier_host import LIBC, NOTIFIER, Host

HELLO = "summary Hello\nbody A short break?\naction start Start\naction done Done\n"


@pytest.fixture
def host():
    host = Host()
    try:
        yield host
    finally:
        host.close()


@pytest.fixture
def bus(host):
    host.bus()
    return host


def call(server, method):
    return json.loads(server.expect(r'\{"method": "' + method + r'".*')[0])["values"]


def test_help_and_usage(host):
    result = host.run(NOTIFIER, "--help")
    assert "--stay" in result.stdout and max(map(len, result.stdout.splitlines())) <= 80
    assert host.run(NOTIFIER, "--version").stdout.startswith("backcare-notifier ")
    for arguments in (["--nonsense"], ["word"]):
        result = host.run(NOTIFIER, *arguments, check=False)
        assert result.returncode == 2 and result.stdout == "" and result.stderr


def test_nothing_to_show(host):
    result = host.run(NOTIFIER, check=False, input="")
    assert (result.returncode, result.stdout) == (0, "")


def test_no_bus(host):
    host.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={host.dir}/nothing"
    result = host.run(NOTIFIER, "--stay", check=False, input=HELLO)
    assert result.returncode == 1
    assert result.stdout.startswith("failed no session bus: ")


def test_no_server(bus):
    result = bus.run(NOTIFIER, "--stay", check=False, input=HELLO)
    assert (result.returncode, result.stdout) == (1, "failed no notification server is running\n")
    assert result.stderr == ""


@pytest.mark.parametrize("text, problem", [
    ("colour red\n", "line 1: unknown key; "),
    ("summary a\\tb\n", "line 1: only "),
    ("body x\n\n", "line 2: a message needs a summary"),
    ("summary x\n" + "action a b\n" * 5, "line 6: more than four actions"),
    ("summary x\naction start\n", "line 2: say 'action ID LABEL'"),
    ("urgency loud\n", "line 1: urgency is low, normal or critical"),
    ("timeout soon\n", "line 1: timeout is "),
    ("timeout 10\n", "line 1: timeout is "),
    ("quiet perhaps\n", "line 1: quiet is yes or no"),
    ("summary " + "x" * 9000 + "\n", "line 1: the line is too long"),
])
def test_input_that_cannot_be_read(bus, text, problem):
    result = bus.run(NOTIFIER, check=False, input=text)
    assert result.returncode == 2
    assert result.stdout.startswith("failed " + problem)


def test_stay(bus):
    """The end of the input shows what was read and leaves it; without --stay it takes it away."""
    server = bus.server("body", "actions")
    notifier = bus.notifier("--stay")
    notifier.send(HELLO)
    notifier.popen.stdin.close()
    notifier.expect("shown")
    server.send("action done\n")
    notifier.expect("action done")
    notifier.expect("closed closed")
    assert notifier.popen.wait(5) == 0
    call(server, "CloseNotification")


def test_end_of_input_withdraws(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "show\n")
    notifier.expect("shown")
    notifier.popen.stdin.close()
    notifier.expect("closed closed")
    assert notifier.popen.wait(5) == 0
    assert call(server, "CloseNotification") == [1]


def test_terminate_withdraws(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    notifier.popen.send_signal(signal.SIGTERM)
    assert notifier.popen.wait(5) == 0
    call(server, "CloseNotification")


def test_what_the_server_is_told(bus):
    server = bus.server("body", "actions", "x-dunst-stack-tag")
    notifier = bus.notifier()
    notifier.send("summary Caf\u00e9 & <tea>\nbody one\\ntwo \\\\ <b>&\nimage /no where.png\nsound bell\n"
                  "urgency critical\ntimeout 90s\naction start Start now\nfallback unused\n\n")
    notifier.expect("shown")
    app, replaces, icon, summary, body, actions, hints, timeout = call(server, "Notify")
    assert (app, replaces, icon, timeout) == ("BackCare", 0, "backcare", 90000)
    assert summary == "Caf\u00e9 & <tea>"
    assert body == "one\ntwo \\ <b>&"  # no markup here: as it is
    assert actions == ["start", "Start now"]
    assert hints["urgency"] == 2 and hints["sound-name"] == "bell" and hints["resident"] is True
    assert hints["image-path"] == "file:///no%20where.png"
    assert hints["x-dunst-stack-tag"] == "backcare" and "x-canonical-private-synchronous" not in hints
    assert hints["category"] == "x-backcare.break" and "transient" not in hints

    # A quiet update in place: nothing is left of the first message, no sound.
    notifier.send("summary Two\nsound bell\nquiet yes\nshow\n")
    notifier.expect("shown")
    _, replaces, _, summary, body, actions, hints, timeout = call(server, "Notify")
    assert (replaces, summary, body, actions, timeout) == (1, "Two", "", [], -1)
    assert hints["suppress-sound"] is True and "sound-name" not in hints and "image-path" not in hints
    assert hints["urgency"] == 1


def test_one_way_to_replace_for_mako(bus):
    """It finds by the tag the notification that it updates by its id, frees it and crashes: all versions to 1.10."""
    server = bus.server("--name=mako", "body", "actions", "x-dunst-stack-tag", "x-canonical-private-synchronous")
    notifier = bus.notifier()
    for text in ("One", "Two", "Three"):
        notifier.send(f"summary {text}\nshow\n")
        notifier.expect("shown")
        _, replaces, icon, summary, _, _, hints, _ = call(server, "Notify")
        assert (replaces, icon, summary, hints["x-dunst-stack-tag"]) == (0, "", text, "backcare")
    notifier.popen.send_signal(signal.SIGTERM)
    assert notifier.popen.wait(5) == 0
    assert call(server, "CloseNotification") == [3]


def test_markup_is_escaped(bus):
    server = bus.server("body", "body-markup", "actions")
    notifier = bus.notifier()
    notifier.send("summary a & b\nbody child's <b> & \"x\"\ntimeout never\n\n")
    notifier.expect("shown")
    values = call(server, "Notify")
    assert values[3] == "a & b"
    assert values[4] == "child's &lt;b&gt; &amp; \"x\""
    assert values[7] == 0


def test_server_without_actions(bus):
    server = bus.server("body")
    notifier = bus.notifier()
    notifier.send(HELLO + "fallback Answer with: backcarectl start\n\n")
    notifier.expect("shown")
    values = call(server, "Notify")
    assert values[4] == "A short break?\nAnswer with: backcarectl start"
    assert values[5] == []


def test_server_without_body(bus):
    server = bus.server("actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    values = call(server, "Notify")
    assert values[3:5] == ["Hello \u2013 A short break?", ""]


def test_bad_utf8_is_shown_all_the_same(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.popen.stdin.write(b"summary a\xffb\naction x\xfe y\xff\nsound \xff\n\n")
    notifier.popen.stdin.flush()
    notifier.expect("shown")
    assert call(server, "Notify")[3] == "a\ufffdb"


@pytest.mark.parametrize("number, reason", [(1, "expired"), (2, "dismissed"), (3, "closed"), (4, "unknown")])
def test_reasons(bus, number, reason):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    server.send(f"close {number}\n")
    notifier.expect("closed " + reason)
    assert notifier.popen.wait(5) == 0


def test_expiry_that_the_server_ignores(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "timeout 300ms\n\n")
    notifier.expect("shown")
    begin = time.monotonic()
    notifier.expect("closed expired", 5)
    assert time.monotonic() - begin > 0.25
    assert notifier.popen.wait(5) == 0
    call(server, "CloseNotification")


def test_answer_then_update_in_place(bus):
    """The server keeps the answered notification: the message that follows takes its place."""
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    server.send("action start\naction start\n")  # a double click is one answer
    notifier.expect("action start")
    notifier.send("summary Guide\naction done Done\n\n")
    notifier.expect("shown")
    server.send("action done\n")
    notifier.expect("action done")
    notifier.expect("closed closed")
    assert notifier.seen.count("action start") == 1
    call(server, "Notify")
    assert call(server, "Notify")[1] == 1  # replaces the first


def test_answer_then_update_after_the_server_closed_it(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    server.send("action start\nclose 2\n")
    notifier.expect("action start")
    notifier.send("summary Guide\n\n")
    notifier.expect("shown")
    call(server, "Notify")
    assert call(server, "Notify")[1] == 0
    assert "closed dismissed" not in notifier.seen


def test_server_that_hangs(bus):
    bus.server("--hang")
    notifier = bus.notifier()
    begin = time.monotonic()
    notifier.send(HELLO + "\n")
    notifier.expect("failed the notification server does not answer", 12)
    assert notifier.popen.wait(5) == 1
    assert time.monotonic() - begin < 10


def test_server_killed_while_showing(bus):
    server = bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    server.popen.kill()
    notifier.expect("failed the notification server has gone", 5)
    assert notifier.popen.wait(5) == 1


def test_bus_killed_while_showing(bus):
    bus.server("body", "actions")
    notifier = bus.notifier()
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    bus.processes[0].popen.kill()
    notifier.expect("failed the (session bus|notification server) has gone", 5)
    assert notifier.popen.wait(5) == 1


def test_reader_gone(bus):
    """A daemon that is killed leaves no notification behind."""
    server = bus.server("body", "actions")
    read, write = os.pipe()
    inp, out = os.pipe()
    child = subprocess.Popen([NOTIFIER], env=bus.env, stdin=inp, stdout=write)
    os.close(inp)
    os.close(write)
    try:
        os.write(out, (HELLO + "\n").encode())
        assert os.read(read, 100) == b"shown\n"
        os.close(read)
        os.close(out)
        assert child.wait(5) == 0
        call(server, "CloseNotification")
    finally:
        child.kill()
        child.wait()


SYSCALLS = {"x86_64": (0xC000003E, 9, 10, 314), "aarch64": (0xC00000B7, 222, 226, 274)}


def forbid_as_the_unit_does():
    """MemoryDenyWriteExecute= and SystemCallFilter=~@resources with EPERM, as far as GLib could mind."""
    arch, mmap, mprotect, sched_setattr = SYSCALLS[platform.machine()]
    allow, deny = 0x7FFF0000, 0x00050001
    load = 0x20
    code = [
        (load, 0, 0, 4), (0x15, 1, 0, arch), (0x06, 0, 0, allow),     # 0-2
        (load, 0, 0, 0),                                               # 3
        (0x15, 8, 0, sched_setattr),                                   # 4 -> 13 deny
        (0x15, 2, 0, mprotect),                                        # 5 -> 8
        (0x15, 3, 0, mmap),                                            # 6 -> 10
        (0x06, 0, 0, allow),                                           # 7
        (load, 0, 0, 32), (0x45, 3, 4, 4),                             # 8, 9: PROT_EXEC -> 13, else 14
        (load, 0, 0, 32), (0x54, 0, 0, 6), (0x15, 0, 1, 6),            # 10-12: W|X -> 13, else 14
        (0x06, 0, 0, deny), (0x06, 0, 0, allow),                       # 13, 14
    ]
    program = b"".join(struct.pack("=HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(program, len(program))
    fprog = ctypes.create_string_buffer(struct.pack("@HP", len(code), ctypes.addressof(buffer)))
    if LIBC.prctl(38, 1, 0, 0, 0) < 0 or LIBC.prctl(22, 2, fprog, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def test_sandbox(bus):
    """Shows, is answered and goes with the filters of the unit in force."""
    server = bus.server("body", "actions")
    notifier = bus.notifier(preexec=forbid_as_the_unit_does, stderr=subprocess.DEVNULL)
    notifier.send(HELLO + "\n")
    notifier.expect("shown")
    status = open(f"/proc/{notifier.pid}/status", encoding="ascii").read()
    assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status
    server.send("action done\n")
    notifier.expect("action done")
    notifier.expect("closed closed")
    assert notifier.popen.wait(5) == 0
