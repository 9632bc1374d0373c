# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit file itself: systemd finds nothing wrong with it, and the sandbox is what it says."""

import json
import re
import textwrap

import pytest

from host.backcare import UNIT

# Run inside the sandbox, before the daemon: what is denied there, by the name of the error.
PROBE = textwrap.dedent("""\
    import ctypes, errno, json, mmap, os, socket, sys, tempfile
    libc = ctypes.CDLL(None, use_errno=True)
    CLONE_NEWUSER, PER_LINUX32, SCHED_FIFO = 0x10000000, 8, 1

    def attempt(action):
        try:
            result = action()
        except OSError as error:
            return errno.errorcode[error.errno]
        return "allowed" if result is None or result >= 0 else errno.errorcode[ctypes.get_errno()]

    def write(path):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        os.unlink(path)

    def setuid_bit():
        with tempfile.NamedTemporaryFile(dir=os.environ["XDG_RUNTIME_DIR"]) as f:
            os.chmod(f.name, 0o4700)

    def child(action):
        pid = os.fork()
        if pid == 0:
            outcome = attempt(action)
            os._exit(0 if outcome == "allowed" else getattr(errno, outcome))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return "allowed" if status == 0 else errno.errorcode.get(status, f"signal {-status}")

    home = os.environ["HOME"]
    print(json.dumps({
        "unix socket": attempt(lambda: socket.socket(socket.AF_UNIX).close()),
        "inet socket": attempt(lambda: socket.socket(socket.AF_INET).close()),
        "writable code": attempt(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()),
        "user namespace": child(lambda: libc.unshare(CLONE_NEWUSER)),
        "personality": child(lambda: libc.personality(PER_LINUX32)),
        "setuid file": attempt(setuid_bit),
        "realtime": child(lambda: os.sched_setscheduler(0, SCHED_FIFO, os.sched_param(1))),
        "ptrace": child(lambda: libc.ptrace(0, 0, 0, 0)),
        "runtime directory": attempt(lambda: write(os.environ["XDG_RUNTIME_DIR"] + "/probe")),
        "state directory": attempt(lambda: write(home + "/.local/state/probe")),
        "home": attempt(lambda: write(home + "/probe")),
        "/tmp": attempt(lambda: write("/tmp/probe")),
        "capabilities": next(l.split()[1] for l in open("/proc/self/status") if l.startswith("CapBnd")),
    }), file=open(os.environ["XDG_RUNTIME_DIR"] + "/probe.json", "w"))
    """)
DENIED_EVERYWHERE = ("inet socket", "writable code", "user namespace", "personality", "setuid file", "realtime", "ptrace")


def probe(host, backcare):
    """What the sandbox of the unit, as it is set up now, denies."""
    host.write(f"{host.home}/probe.py", PROBE)
    host.user("mkdir", "-p", f"{host.home}/.local/state")
    backcare.drop_in("probe", f"[Service]\nExecStartPre=/usr/bin/python3 {host.home}/probe.py\n")
    backcare.start()
    return json.loads(host.path(f"/run/user/{host.uid}/probe.json").read_text())


def exposure(host):
    """systemd's own rating, from 0 (safe) to 10."""
    said = host.user("systemd-analyze", "--user", "security", "--no-pager", UNIT)
    return float(re.search(r"Overall exposure level for \S+: ([\d.]+)", said)[1])


@pytest.mark.parametrize("hardened", [False, True], ids=["plain", "hardened"])
def test_systemd_finds_nothing_wrong(host, backcare, hardened):
    if hardened:
        backcare.harden()
    ran = host.user_run("systemd-analyze", "--user", "verify", "--man=no", UNIT, check=False)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_what_the_unit_refers_to_is_there(host, backcare):
    """The drop-in where its comment says, a man page for each that Documentation= names."""
    assert backcare.shipped("hardened.conf").endswith("/share/backcare/hardened.conf")
    for url in backcare.show("Documentation").replace(chr(34), "").split():
        page = re.fullmatch(r"man:([\w.-]+)\((\d)\)", url)
        assert page, url
        assert host.root("find", "/usr/local/share/man", "-name", f"{page[1]}.{page[2]}*"), f"no man page {url}"


def test_plain_sandbox(host, backcare):
    """Seccomp's part, with no namespace at all."""
    found = probe(host, backcare)
    assert {key: value for key, value in found.items() if value == "allowed"}.keys() == \
        {"unix socket", "runtime directory", "state directory", "home", "/tmp"}
    assert exposure(host) <= 6.5


def test_hardened_sandbox(host, backcare):
    backcare.harden()
    found = probe(host, backcare)
    assert {key: value for key, value in found.items() if value == "allowed"}.keys() == \
        {"unix socket", "runtime directory", "state directory"}
    assert found["home"] == "EROFS"
    assert int(found["capabilities"], 16) == 0
    assert exposure(host) <= 2.0
    assert backcare.active()


def test_hardened_makes_its_own_state_directory(host, backcare):
    """On a fresh account ~/.local/state is not there, and in the sandbox it could not be made."""
    backcare.harden()
    host.user("rm", "-rf", f"{host.home}/.local")
    backcare.start()
    backcare.stop()
    assert backcare.state_file("state").is_file()


@pytest.fixture
def without_user_namespaces(host):
    """A user manager that may not create user namespaces, as on systems that deny them."""
    dropin = f"/run/systemd/system/user@{host.uid}.service.d"
    host.root("mkdir", "-p", dropin)
    host.root("sh", "-c", f"printf '[Service]\\nRestrictNamespaces=~user\\n' >{dropin}/denied.conf")
    host.root("systemctl", "daemon-reload")
    host.restart_user_manager()
    yield
    host.root("rm", "-r", dropin)
    host.root("systemctl", "daemon-reload")
    host.restart_user_manager()


def test_plain_unit_without_user_namespaces(host, backcare, without_user_namespaces):
    """The reason for which the hardened drop-in is not the default."""
    backcare.start()
    assert backcare.active()
    assert backcare.state()
    backcare.stop()
    backcare.harden()
    assert host.user_run("systemctl", "--user", "start", UNIT, check=False).returncode != 0
    assert backcare.show("ExecMainStatus") == "217" or "217" in backcare.show("ExecStartPre")


