# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs under test: started in a session of their own, ended by their id, gone when the test run is."""

import ctypes
import os
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start(argv, **kwargs):
    """Popen with a bounded life: the program can't outlive the thread that starts it."""
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    kwargs.setdefault("start_new_session", True)
    return subprocess.Popen(argv, preexec_fn=_die_with_parent, **kwargs)


def _signal(process, number):
    """To the program and, where it leads a group of its own, to what it has started."""
    try:
        if process.poll() is None and os.getpgid(process.pid) != process.pid:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def end(process, seconds=10.0):
    """Ends the program and what it started; returns its exit status."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
    _signal(process, signal.SIGKILL)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
    return process.wait()
